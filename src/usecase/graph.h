// SPDX-License-Identifier: Apache-2.0
//
// The dependencies around one asset, and how one asset reaches another: walks over the store's own rows, bounded in
// hops and nodes, so that the size of the register does not matter.
#ifndef HF_USECASE_GRAPH_H
#define HF_USECASE_GRAPH_H

#include "usecase/record.h"

#define HF_GRAPH_HOPS_MAX  6u
#define HF_GRAPH_NODES_MAX 20000u
#define HF_PATH_COUNT_MAX  5u

typedef enum { HF_GRAPH_UP, HF_GRAPH_DOWN, HF_GRAPH_BOTH } hf_graph_direction;

typedef struct {
    hf_str key;
    hf_graph_direction direction; // UP: what it needs; DOWN: what needs it
    uint32_t hops;                // 1 to HF_GRAPH_HOPS_MAX
    uint32_t limit;               // nodes, 1 to HF_GRAPH_NODES_MAX
    uint32_t group_at;            // so many nodes, or more, are told in groups; 0 = never
} hf_graph_request;

// Writes {"nodes","edges","truncated"}; from group_at nodes on {"groups","links","node_count","truncated"} instead: a
// group is the nodes of one sector in one region, a link the number of dependencies from one group into another.
// told    out: how many nodes were told one by one
// Errors  HF_ERR_NOT_FOUND "record.unknown"
// Cost    a few µs an edge that is looked at
bool hf_write_graph(const hf_session *session, const hf_graph_request *request, hf_json_writer *out,
                    uint64_t *told, hf_error *err) HF_CHECKED;
// Writes {"paths"}: the shortest ways in which a loss of `from` can reach `to` along accepted dependencies, at most
// HF_PATH_COUNT_MAX, all of the least length. None is an empty list.
// told  out: how many steps they have
bool hf_write_paths(const hf_session *session, hf_str from, hf_str to, hf_json_writer *out,
                    uint64_t *told, hf_error *err) HF_CHECKED;

#endif
