// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the plan as flat arrays, and what its parts share. Not for other folders.
//
// A *node* is one level of one asset ("below level q"); an asset with two levels is one
// node. A *reason* is what can take a node down: a requirement group, or one membership in a network
// layer (a *slot*). Reasons are numbered together: groups first, then slots.
#ifndef HF_ENGINE_PLAN_H
#define HF_ENGINE_PLAN_H

#include "engine/engine.h"

enum {
    HF_NODE_DOWN = 1,     // in a state only
    HF_NODE_PINNED = 2,   // down before anything happens; stays down whatever comes
    HF_NODE_LISTED = 4,   // level 1 of an asset that is no gate
    HF_NODE_IN_LAYER = 8, // has slots
    HF_NODE_TOPPLES = 16, // level 1 of an asset whose loss takes down somebody else at once
    HF_NODE_DAMAGED = 32, // in a state only: own damage not repaired
};

#define HF_CAPACITY_WIDE UINT32_MAX // the edge's capacity stands in wide_capacity

typedef struct {
    uint32_t group;
    uint32_t capacity; // at most slack + 1 of its group: more tells nothing more
} hf_plan_edge;

struct hf_plan {
    hf_plan_facts facts;
    uint32_t node_count;
    uint32_t
        group_count; // those of the input and the ones that tie the levels of an asset together
    uint32_t slot_count;
    int64_t people_sum; // weight of all nodes

    // By asset
    uint32_t *first_level_node; // in level_node; one more at the end
    uint32_t *level_node;       // node of level 1, 2 … of each asset
    uint32_t *sector;
    double *repair_h, *black_start_h;
    uint8_t *repair_law;
    uint64_t *asset_id;

    // By node, in plan order: suppliers first
    uint32_t *asset_of;
    uint8_t *level_of;
    uint8_t *flags;
    uint32_t *kind;
    int64_t *weight;       // the levels of an asset add up to its people
    uint32_t *component;   // numbered suppliers first
    uint32_t *first_group; // groups of a node are consecutive, in input order; one more at the end
    uint32_t *first_edge;  // in edges; one more at the end
    uint32_t *first_slot;  // in node_slots; one more at the end; NULL without layers

    // By reason
    uint32_t *consumer;
    double *buffer_h;
    int64_t *buffer_ticks;

    // By group
    int64_t *slack; // capacity that may be lost before it falls below need; < 0: never satisfied
    uint8_t *recharge;
    uint8_t *single_is_enough; // any one member satisfies it
    uint32_t *input_group;     // HF_NO_INDEX: ties the levels of one asset together
    uint32_t *first_member;    // in member_node; one more at the end
    // By member of a group, in the order of the groups. Capacity 0: its loss is never felt.
    uint32_t *member_node;
    int64_t *member_capacity;
    // For simulations: hf_strength_of; NULL when every loss is felt for certain.
    uint32_t *member_strength;
    uint64_t *member_id;

    hf_plan_edge *edges;    // from a supplier to the groups that feel its loss
    int64_t *wide_capacity; // by edge; NULL when no edge needs it
    uint32_t *edge_member;  // by edge; NULL when member_strength is

    // By slot, in the order of the input's layer members
    uint32_t *slot_node;
    uint32_t *slot_layer;
    uint8_t *is_source;
    uint32_t *node_slots;
    uint32_t *first_out, *link_out; // slots that a slot feeds
    uint32_t *first_in, *link_in;   // slots that feed it
    // Links that may fail in a simulation, in input order; out_chance and in_chance say which one a
    // place of link_out or link_in is (HF_NO_INDEX: always there), NULL when there is none.
    uint32_t chance_link_count;
    uint32_t *chance_link_strength; // hf_strength_of, never 0
    uint64_t *chance_link_id;
    uint32_t *chance_link_ends; // two slots of each: from, to
    uint8_t *chance_link_two_way;
    uint32_t *out_chance, *in_chance;
    uint32_t *feeder; // before anything happens; see network.h
};

// Hours as whole billionths, so that 0.1 + 0.2 and 0.3 are the same hour. Sums stop at the maximum.
#define HF_TICKS_PER_HOUR 1e9
#define HF_TICKS_MAX      (INT64_MAX / 2)

// A probability above 0 in units of 2^-32, from 1 to 2^32 - 1; 0 stands for certain.
static inline uint32_t hf_strength_of(double p)
{
    double scaled = p * 4294967296.0 + 0.5;
    return p >= 1 ? 0 : scaled < 1 ? 1 : scaled < 4294967295.0 ? (uint32_t)scaled : UINT32_MAX;
}

static inline int64_t hf_edge_capacity(const hf_plan *plan, uint32_t edge)
{
    uint32_t capacity = plan->edges[edge].capacity;
    return capacity != HF_CAPACITY_WIDE ? (int64_t)capacity : plan->wide_capacity[edge];
}

static inline bool hf_reason_is_slot(const hf_plan *plan, uint32_t reason)
{
    return reason >= plan->group_count;
}

// Graph of the input before it is ordered: for each node its suppliers, and for each layer its
// members.
typedef struct {
    uint32_t node_count;
    const uint32_t *first_supplier; // node_count + 1
    const uint32_t *supplier;
    uint32_t layer_count;
    const uint32_t *first_slot; // of a layer; layer_count + 1
    const uint32_t *slot_node;
} hf_draft_graph;

// Gives every node its place: strongly connected components with suppliers first (a layer lies in
// one), inside a component by depth-first finishing order, over a breadth-first relabelling.
//
// place            out: node_count places
// component        out: node_count numbers, by node of the draft, ascending in plan order
// component_count  out
// arena            scratch memory lies beside it
// Cost             O(nodes + suppliers) time and scratch memory, no recursion
// Source           Tarjan 1972, "Depth-first search and linear graph algorithms", made iterative
void hf_plan_order(const hf_draft_graph *graph, const hf_arena *arena, uint32_t *place,
                   uint32_t *component, uint32_t *component_count);

#endif
