// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the lane plan, the register in the form in which the dense kernel reads it. One
// *line* holds one bit of many scenarios (lanes) for one node; a sweep over the records below works on
// all lanes at once. Built once per plan, read-only, shared by all workers.
//
// Nodes keep the plan's order. They are cut into *ranges* of at most 64 neighbours, and ranges into
// *stretches*: a run of components without a cycle, in which one pass is enough, or one component
// with a cycle or a network layer, which is swept until nothing changes.
#ifndef HF_ENGINE_KERNEL_LANES_H
#define HF_ENGINE_KERNEL_LANES_H

#include "engine/plan.h"

enum {
    HF_LANE_RANGE_NODES = 64, // nodes of one range at most: offsets in it fit a byte
    HF_LANE_NODE_BITS = 30,
};
#define HF_LANE_NODE_MASK ((1u << HF_LANE_NODE_BITS) - 1)

// A group of at most three members of equal capacity that count: lost when 1, 2 or 3 of them are. An
// unused place names the line that is never down, behind the last node.
typedef struct {
    uint32_t member[3];
    uint32_t consumer_code; // consumer | (members that must be down - 1) << HF_LANE_NODE_BITS
} hf_lane_record;

// Any other group: lost when the capacities of the members that are down exceed `slack`.
typedef struct {
    uint32_t consumer;
    uint32_t group; // of the plan
    uint32_t first_member, member_count;
    uint64_t slack;
    uint32_t plane_count; // bits of all capacities together
} hf_lane_wide;

typedef struct {
    uint64_t capacity; // in units of the group's greatest common divisor, at most slack + 1
    uint32_t node;
    uint32_t link; // place of its live mask in the range, 0 = certain
} hf_lane_member;

// Records, then wide groups, in the order of their consumers.
typedef struct {
    uint32_t first_record, record_count;
    uint32_t first_wide, wide_count;
} hf_lane_run;

// A dependency whose loss is felt with a probability below one.
typedef struct {
    uint64_t id;
    uint32_t p; // scaled by 2^32
} hf_lane_link;

// The nodes of one range whose weight has one bit set.
typedef struct {
    uint8_t bit;
    uint8_t count;
} hf_lane_weight;

typedef struct {
    uint32_t first_node, node_count;
    uint32_t first_run, run_count;
    uint32_t first_link, link_count;
    uint32_t first_weight, weight_count;
    uint32_t first_weighed;   // in `weighed`
    uint32_t first_pinned;    // in `pinned`; ends where the next range's begin
    uint32_t first_dependent; // in `dependents`; ends where the next range's begin
} hf_lane_range;

typedef struct {
    uint32_t first_range, range_count;
    uint32_t first_layer, layer_count; // in `layers`
    bool is_cyclic;
} hf_lane_stretch;

typedef struct {
    uint32_t first_slot, slot_count; // in `slots`, by place of the member
} hf_lane_layer;

// Records are read ahead by so many; as many empty ones stand behind the last.
enum { HF_LANE_RECORDS_AHEAD = 12 };

typedef struct {
    const hf_plan *plan;
    uint32_t node_count;
    hf_lane_range *ranges; // one more at the end
    uint32_t range_count;
    hf_lane_stretch *stretches;
    uint32_t stretch_count;
    hf_lane_run *runs;
    hf_lane_record *records;
    uint32_t record_count;
    uint32_t *record_group; // of the plan
    uint32_t *record_link;  // three a record: places of the live masks in the range, 0 = certain
    hf_lane_wide *wides;
    uint32_t wide_count;
    hf_lane_member *members;
    hf_lane_link *links;
    uint32_t link_count;
    hf_lane_weight *weights;
    uint8_t *weighed;
    uint32_t *pinned;     // nodes that are down before anything happens
    uint32_t *dependents; // ranges that read a node of this one, ascending, each once
    hf_lane_layer *layers;
    uint32_t layer_count;
    uint32_t *slots; // the plan's slots
    uint32_t slot_count;
    uint32_t *range_of; // by node
} hf_lanes;

// arena   holds the lanes, which keep the plan
// Cost    O(nodes + members + links); about 16 bytes a small group, 24 a member of a wide one
hf_lanes *hf_lanes_build(const hf_plan *plan, hf_arena *arena);

#endif
