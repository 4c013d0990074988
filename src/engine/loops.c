// SPDX-License-Identifier: Apache-2.0
//
// hf_plan_find_loops: rings of "any" groups that would keep each other up with nothing behind them.
// Looks only at "any" groups: each single member is enough. A strongly connected component of that
// graph is a ring; of its members those are kept that stay up when everything outside is lost, which
// a worklist finds by taking the others down.
#include "engine/cascade.h"

typedef struct {
    const hf_plan *plan;
    hf_arena scratch;
    uint32_t *ring;      // component in the graph of "any" groups, by node
    uint32_t *ring_size; // nodes that are still up
    uint8_t *is_down;    // by node
    uint32_t *waiting;   // nodes to look at again
    uint32_t waiting_count;
} finder;

static bool is_any_group(const hf_plan *plan, uint32_t group)
{
    return plan->single_is_enough[group] && plan->input_group[group] != HF_NO_INDEX;
}

static void find_rings(finder *f)
{
    const hf_plan *plan = f->plan;
    uint32_t n = plan->node_count;
    uint32_t *first = HF_NEW_N(&f->scratch, uint32_t, (size_t)n + 1);
    uint32_t *supplier = HF_NEW_N(&f->scratch, uint32_t, plan->first_member[plan->group_count]);
    uint32_t *place = HF_NEW_N(&f->scratch, uint32_t, n);
    f->ring = HF_NEW_N(&f->scratch, uint32_t, n);
    uint32_t count = 0;
    for (uint32_t v = 0; v < n; v++) {
        for (uint32_t g = plan->first_group[v]; g < plan->first_group[v + 1]; g++)
            for (uint32_t m = plan->first_member[g];
                 is_any_group(plan, g) && m < plan->first_member[g + 1]; m++)
                supplier[count++] = plan->member_node[m];
        first[v + 1] = count;
    }
    hf_draft_graph graph = {.node_count = n, .first_supplier = first, .supplier = supplier};
    uint32_t ring_count = 0;
    hf_plan_order(&graph, &f->scratch, place, f->ring, &ring_count);
    f->ring_size = HF_NEW_N(&f->scratch, uint32_t, ring_count);
    for (uint32_t v = 0; v < n; v++)
        f->ring_size[f->ring[v]]++;
}

// Does every group of the node keep enough members of its own ring?
static bool stays_up(const finder *f, uint32_t node)
{
    const hf_plan *plan = f->plan;
    if ((plan->flags[node] & HF_NODE_PINNED) != 0 ||
        plan->first_group[node] == plan->first_group[node + 1])
        return false;
    for (uint32_t g = plan->first_group[node]; g < plan->first_group[node + 1]; g++) {
        bool has_support = false;
        for (uint32_t m = plan->first_member[g]; m < plan->first_member[g + 1]; m++) {
            uint32_t supplier = plan->member_node[m];
            has_support =
                has_support || (!f->is_down[supplier] && f->ring[supplier] == f->ring[node]);
        }
        if (!has_support || !is_any_group(plan, g))
            return false;
    }
    if ((plan->flags[node] & HF_NODE_IN_LAYER) != 0)
        for (uint32_t i = plan->first_slot[node]; i < plan->first_slot[node + 1]; i++)
            if (!plan->is_source[plan->node_slots[i]])
                return false;
    return true;
}

static void take_down(finder *f)
{
    const hf_plan *plan = f->plan;
    f->is_down = HF_NEW_N(&f->scratch, uint8_t, plan->node_count);
    f->waiting = HF_NEW_N(&f->scratch, uint32_t, plan->node_count);
    for (uint32_t v = 0; v < plan->node_count; v++) {
        if (f->ring_size[f->ring[v]] < 2 || !stays_up(f, v)) {
            f->is_down[v] = 1;
            f->waiting[f->waiting_count++] = v;
        }
    }
    for (uint32_t i = 0; i < f->waiting_count; i++) {
        uint32_t node = f->waiting[i];
        for (uint32_t e = plan->first_edge[node]; e < plan->first_edge[node + 1]; e++) {
            uint32_t consumer = plan->consumer[plan->edges[e].group];
            if (!f->is_down[consumer] && !stays_up(f, consumer)) {
                f->is_down[consumer] = 1;
                f->waiting[f->waiting_count++] = consumer;
            }
        }
    }
}

// Members of each ring that are left, as assets in ascending order.
static void list_rings(finder *f, hf_arena *arena, const hf_loop **loops, uint32_t *loop_count)
{
    const hf_plan *plan = f->plan;
    uint32_t *loop_of = HF_NEW_N(&f->scratch, uint32_t, plan->node_count); // 1 + place, by ring
    uint32_t *left = HF_NEW_N(&f->scratch, uint32_t, plan->facts.asset_count);
    uint32_t left_count = 0, count = 0;
    for (uint32_t a = 0; a < plan->facts.asset_count; a++) {
        uint32_t node = plan->level_node[plan->first_level_node[a]];
        if (f->is_down[node])
            continue;
        left[left_count++] = a;
        if (loop_of[f->ring[node]] == 0)
            loop_of[f->ring[node]] = ++count;
    }
    hf_loop *list = HF_NEW_N(arena, hf_loop, count);
    uint32_t **next = HF_NEW_N(&f->scratch, uint32_t *, count);
    for (uint32_t i = 0; i < left_count; i++)
        list[loop_of[f->ring[plan->level_node[plan->first_level_node[left[i]]]]] - 1].asset_count++;
    for (uint32_t i = 0; i < count; i++)
        list[i].assets = next[i] = HF_NEW_N(arena, uint32_t, list[i].asset_count);
    for (uint32_t i = 0; i < left_count; i++)
        *next[loop_of[f->ring[plan->level_node[plan->first_level_node[left[i]]]]] - 1]++ = left[i];
    *loops = list;
    *loop_count = count;
}

void hf_plan_find_loops(const hf_plan *plan, hf_arena *arena, const hf_loop **loops,
                        uint32_t *loop_count)
{
    finder f = {.plan = plan};
    find_rings(&f);
    take_down(&f);
    list_rings(&f, arena, loops, loop_count);
    hf_arena_done(&f.scratch);
}
