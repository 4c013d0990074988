// SPDX-License-Identifier: Apache-2.0
//
// Builds the plan: levels become nodes, nodes are put in order (order.c), groups, edges and networks
// (plan_links.c) are written as flat arrays, and what is down before anything happens is pinned
// (plan_settle.c).
#include "engine/plan.h"

#include <math.h>
#include <string.h>

#include "base/arena_file.h"
#include "engine/input.h"
#include "engine/plan_parts.h"

// The input with levels turned into nodes, in the input's order. A *tie* is a group that keeps the
// levels of one asset in step: below q means below q + 1.
typedef struct {
    const hf_engine_input *input;
    uint32_t node_count, group_count, member_count;
    bool is_plain;         // every asset has two levels: nodes are assets, there are no ties
    uint32_t *first_level; // node of level 1 of each asset; one more at the end
    uint32_t *tie_node;    // upper node of each tie
    uint32_t *sorted;      // groups (input's, then ties) by consumer node, else in input order
    uint32_t *first_group; // of a node, in sorted; one more at the end
    uint32_t *first_supplier;
    uint32_t *supplier; // of all groups, in the order of sorted
    uint32_t *slot_node;
    uint32_t *first_slot;
} draft;

static uint32_t level_count(const draft *d, uint32_t asset)
{
    return d->first_level[asset + 1] - d->first_level[asset];
}

static uint32_t draft_consumer(const draft *d, uint32_t group)
{
    if (group >= d->input->group_count)
        return d->tie_node[group - d->input->group_count];
    const hf_engine_group *g = &d->input->groups[group];
    if (d->is_plain)
        return g->consumer;
    uint32_t level = g->pushes_below == 0 ? 1 : g->pushes_below;
    return d->first_level[g->consumer] + level - 1;
}

static uint32_t draft_member_count(const draft *d, uint32_t group)
{
    return group >= d->input->group_count ? 1 : d->input->groups[group].member_count;
}

static hf_engine_member draft_member(const draft *d, uint32_t group, uint32_t index)
{
    if (group >= d->input->group_count)
        return (hf_engine_member){.capacity = 1, .strength = 1};
    return d->input->members[d->input->groups[group].first_member + index];
}

static uint32_t draft_supplier(const draft *d, uint32_t group, uint32_t index)
{
    if (group >= d->input->group_count)
        return d->tie_node[group - d->input->group_count] - 1;
    hf_engine_member member = draft_member(d, group, index);
    if (d->is_plain)
        return member.supplier;
    uint32_t levels = level_count(d, member.supplier);
    bool is_highest = member.required_level == 0 || member.required_level > levels;
    uint32_t level = is_highest ? levels : member.required_level;
    return d->first_level[member.supplier] + level - 1;
}

static void draft_levels(draft *d, hf_arena *arena)
{
    const hf_engine_input *input = d->input;
    d->first_level = HF_NEW_N(arena, uint32_t, (size_t)input->asset_count + 1);
    for (uint32_t a = 0; a < input->asset_count; a++) {
        uint32_t levels = input->assets[a].levels == 0 ? 2 : input->assets[a].levels;
        d->first_level[a + 1] = d->first_level[a] + levels - 1;
    }
    d->node_count = d->first_level[input->asset_count];
    uint32_t tie_count = d->node_count - input->asset_count;
    d->is_plain = tie_count == 0;
    d->tie_node = HF_NEW_N(arena, uint32_t, tie_count);
    uint32_t tie = 0;
    for (uint32_t a = 0; a < input->asset_count; a++)
        for (uint32_t q = 1; q < level_count(d, a); q++)
            d->tie_node[tie++] = d->first_level[a] + q;
    d->group_count = input->group_count + tie_count;
}

static void draft_groups(draft *d, hf_arena *arena)
{
    d->first_group = HF_NEW_N(arena, uint32_t, (size_t)d->node_count + 2);
    d->sorted = HF_NEW_N(arena, uint32_t, d->group_count);
    for (uint32_t g = 0; g < d->group_count; g++) {
        d->first_group[draft_consumer(d, g) + 2]++;
        d->member_count += draft_member_count(d, g);
    }
    for (uint32_t v = 0; v < d->node_count; v++)
        d->first_group[v + 2] += d->first_group[v + 1];
    for (uint32_t g = 0; g < d->group_count; g++)
        d->sorted[d->first_group[draft_consumer(d, g) + 1]++] = g;
    d->first_supplier = HF_NEW_N(arena, uint32_t, (size_t)d->node_count + 1);
    d->supplier = HF_NEW_N(arena, uint32_t, d->member_count);
    uint32_t at = 0;
    for (uint32_t v = 0; v < d->node_count; v++) {
        for (uint32_t i = d->first_group[v]; i < d->first_group[v + 1]; i++)
            for (uint32_t m = 0; m < draft_member_count(d, d->sorted[i]); m++)
                d->supplier[at++] = draft_supplier(d, d->sorted[i], m);
        d->first_supplier[v + 1] = at;
    }
}

static void draft_slots(draft *d, hf_arena *arena)
{
    const hf_engine_input *input = d->input;
    d->slot_node = HF_NEW_N(arena, uint32_t, input->layer_member_count);
    d->first_slot = HF_NEW_N(arena, uint32_t, (size_t)input->layer_count + 1);
    for (uint32_t i = 0; i < input->layer_member_count; i++)
        d->slot_node[i] = d->first_level[input->layer_members[i].asset];
    for (uint32_t i = 0; i < input->layer_count; i++)
        d->first_slot[i + 1] = d->first_slot[i] + input->layers[i].member_count;
}

// People lost when an asset falls below `level`: the levels add up to all, each is a whole number.
static int64_t weight_of_level(int64_t people, uint32_t level, uint32_t levels)
{
    HF_U128 all = (HF_U128)people;
    return (int64_t)(all * (levels - level + 1) / levels - all * (levels - level) / levels);
}

static void write_nodes(hf_plan *plan, const draft *d, const uint32_t *place,
                        const uint32_t *component, hf_arena *arena)
{
    const hf_engine_input *input = d->input;
    uint32_t n = d->node_count;
    plan->node_count = n;
    plan->first_level_node = HF_NEW_N(arena, uint32_t, (size_t)input->asset_count + 1);
    plan->level_node = HF_NEW_N(arena, uint32_t, n);
    plan->sector = HF_NEW_N(arena, uint32_t, input->asset_count);
    plan->repair_h = HF_NEW_N(arena, double, input->asset_count);
    plan->black_start_h = HF_NEW_N(arena, double, input->asset_count);
    plan->repair_law = HF_NEW_N(arena, uint8_t, input->asset_count);
    plan->asset_id = HF_NEW_N(arena, uint64_t, input->asset_count);
    plan->asset_of = HF_NEW_N(arena, uint32_t, n);
    plan->level_of = HF_NEW_N(arena, uint8_t, n);
    plan->flags = HF_NEW_N(arena, uint8_t, n);
    plan->weight = HF_NEW_N(arena, int64_t, n);
    plan->kind = HF_NEW_N(arena, uint32_t, n);
    plan->component = HF_NEW_N(arena, uint32_t, n);
    memcpy(plan->first_level_node, d->first_level,
           ((size_t)input->asset_count + 1) * sizeof(uint32_t));
    for (uint32_t a = 0; a < input->asset_count; a++) {
        const hf_engine_asset *asset = &input->assets[a];
        plan->sector[a] = asset->sector;
        plan->repair_h[a] = asset->repair_h;
        plan->black_start_h[a] = asset->black_start_h;
        plan->repair_law[a] = (uint8_t)asset->repair_law;
        plan->asset_id[a] = asset->id;
        uint32_t levels = level_count(d, a);
        for (uint32_t q = 1; q <= levels; q++) {
            uint32_t v = place[d->first_level[a] + q - 1];
            plan->level_node[d->first_level[a] + q - 1] = v;
            plan->asset_of[v] = a;
            plan->level_of[v] = (uint8_t)q;
            plan->kind[v] = asset->kind;
            plan->component[v] = component[d->first_level[a] + q - 1];
            if (q == 1 && !asset->is_virtual)
                plan->flags[v] |= HF_NODE_LISTED;
            if (!asset->is_virtual)
                plan->weight[v] = weight_of_level(asset->people, q, levels);
            plan->people_sum += plan->weight[v];
        }
    }
}

static int64_t ticks_of(double hours)
{
    return hours * HF_TICKS_PER_HOUR < (double)HF_TICKS_MAX ? llround(hours * HF_TICKS_PER_HOUR)
                                                            : HF_TICKS_MAX;
}

static void set_buffer(hf_plan *plan, uint32_t reason, double buffer_h)
{
    plan->buffer_h[reason] = buffer_h;
    plan->buffer_ticks[reason] = ticks_of(buffer_h);
}

// One group at its place: consumer, buffer, slack, members.
static void write_group(hf_plan *plan, const draft *d, const uint32_t *place, uint32_t from,
                        uint32_t to, uint32_t consumer)
{
    bool is_tie = from >= d->input->group_count;
    plan->consumer[to] = consumer;
    plan->input_group[to] = is_tie ? HF_NO_INDEX : from;
    plan->recharge[to] = (uint8_t)(is_tie ? HF_RECHARGE_INSTANT : d->input->groups[from].recharge);
    set_buffer(plan, to, is_tie ? 0 : d->input->groups[from].buffer_h);
    uint32_t at = plan->first_member[to];
    int64_t need = is_tie ? 1 : d->input->groups[from].need;
    int64_t sum = 0;
    plan->single_is_enough[to] = draft_member_count(d, from) > 0;
    for (uint32_t m = 0; m < draft_member_count(d, from); m++) {
        hf_engine_member member = draft_member(d, from, m);
        plan->member_capacity[at] = member.strength > 0 ? member.capacity : 0;
        if (plan->member_strength != NULL && member.strength > 0) {
            plan->member_strength[at] = hf_strength_of(member.strength);
            plan->member_id[at] = member.id;
        }
        plan->member_node[at++] = place[draft_supplier(d, from, m)];
        plan->single_is_enough[to] &= member.capacity >= need;
        sum += member.capacity;
    }
    plan->first_member[to + 1] = at;
    plan->slack[to] = sum - need;
}

static bool has_chance_members(const hf_engine_input *input)
{
    for (uint32_t m = 0; m < input->member_count; m++)
        if (input->members[m].strength > 0 && input->members[m].strength < 1)
            return true;
    return false;
}

static void write_groups(hf_plan *plan, const draft *d, const uint32_t *place, hf_arena *arena)
{
    uint32_t n = d->node_count, group_count = d->group_count;
    size_t reason_count = (size_t)group_count + d->input->layer_member_count;
    plan->group_count = group_count;
    plan->first_group = HF_NEW_N(arena, uint32_t, (size_t)n + 1);
    plan->consumer = HF_NEW_N(arena, uint32_t, reason_count);
    plan->buffer_h = HF_NEW_N(arena, double, reason_count);
    plan->buffer_ticks = HF_NEW_N(arena, int64_t, reason_count);
    plan->slack = HF_NEW_N(arena, int64_t, group_count);
    plan->recharge = HF_NEW_N(arena, uint8_t, group_count);
    plan->single_is_enough = HF_NEW_N(arena, uint8_t, group_count);
    plan->input_group = HF_NEW_N(arena, uint32_t, group_count);
    plan->first_member = HF_NEW_N(arena, uint32_t, (size_t)group_count + 1);
    plan->member_node = HF_NEW_N(arena, uint32_t, d->member_count);
    plan->member_capacity = HF_NEW_N(arena, int64_t, d->member_count);
    if (has_chance_members(d->input)) {
        plan->member_strength = HF_NEW_N(arena, uint32_t, d->member_count);
        plan->member_id = HF_NEW_N(arena, uint64_t, d->member_count);
    }
    for (uint32_t v = 0; v < n; v++) {
        uint32_t draft_node = d->first_level[plan->asset_of[v]] + plan->level_of[v] - 1u;
        uint32_t to = plan->first_group[v];
        for (uint32_t i = d->first_group[draft_node]; i < d->first_group[draft_node + 1]; i++) {
            write_group(plan, d, place, d->sorted[i], to, v);
            to++;
        }
        plan->first_group[v + 1] = to;
    }
}

static void set_capacity(hf_plan *plan, uint32_t edge, int64_t capacity, hf_arena *arena,
                         size_t edge_count)
{
    if (capacity < (int64_t)HF_CAPACITY_WIDE) {
        plan->edges[edge].capacity = (uint32_t)capacity;
        return;
    }
    if (plan->wide_capacity == NULL)
        plan->wide_capacity = HF_NEW_N(arena, int64_t, edge_count);
    plan->edges[edge].capacity = HF_CAPACITY_WIDE;
    plan->wide_capacity[edge] = capacity;
}

// Edges from suppliers to the groups that feel them: those with strength 0 are left out, and so are
// groups that could never be satisfied anyway.
static void write_edges(hf_plan *plan, hf_arena *arena)
{
    uint32_t n = plan->node_count;
    plan->first_edge = HF_NEW_N(arena, uint32_t, (size_t)n + 2);
    uint32_t *first = plan->first_edge;
    for (uint32_t g = 0; g < plan->group_count; g++)
        for (uint32_t m = plan->first_member[g]; m < plan->first_member[g + 1]; m++)
            if (plan->slack[g] >= 0 && plan->member_capacity[m] > 0)
                first[plan->member_node[m] + 2]++;
    for (uint32_t v = 0; v < n; v++)
        first[v + 2] += first[v + 1];
    size_t edge_count = first[n + 1];
    plan->edges = HF_NEW_N(arena, hf_plan_edge, edge_count);
    if (plan->member_strength != NULL)
        plan->edge_member = HF_NEW_N(arena, uint32_t, edge_count);
    for (uint32_t g = 0; g < plan->group_count; g++) {
        for (uint32_t m = plan->first_member[g]; m < plan->first_member[g + 1]; m++) {
            int64_t capacity = plan->member_capacity[m];
            if (plan->slack[g] < 0 || capacity == 0)
                continue;
            uint32_t edge = first[plan->member_node[m] + 1]++;
            plan->edges[edge].group = g;
            if (plan->edge_member != NULL)
                plan->edge_member[edge] = m;
            set_capacity(plan, edge, capacity > plan->slack[g] ? plan->slack[g] + 1 : capacity,
                         arena, edge_count);
        }
    }
}

static void write_slots(hf_plan *plan, const draft *d, const uint32_t *place, hf_arena *arena)
{
    const hf_engine_input *input = d->input;
    uint32_t count = input->layer_member_count;
    plan->slot_count = count;
    if (count == 0)
        return;
    plan->slot_node = HF_NEW_N(arena, uint32_t, count);
    plan->slot_layer = HF_NEW_N(arena, uint32_t, count);
    plan->is_source = HF_NEW_N(arena, uint8_t, count);
    plan->node_slots = HF_NEW_N(arena, uint32_t, count);
    plan->first_slot = HF_NEW_N(arena, uint32_t, (size_t)plan->node_count + 2);
    for (uint32_t layer = 0; layer < input->layer_count; layer++) {
        for (uint32_t s = d->first_slot[layer]; s < d->first_slot[layer + 1]; s++) {
            uint32_t v = place[d->slot_node[s]];
            plan->slot_node[s] = v;
            plan->slot_layer[s] = layer;
            plan->is_source[s] = input->layer_members[s].is_source;
            plan->consumer[plan->group_count + s] = v;
            set_buffer(plan, plan->group_count + s, input->layer_members[s].buffer_h);
            plan->flags[v] |= HF_NODE_IN_LAYER;
            plan->first_slot[v + 2]++;
        }
    }
    for (uint32_t v = 0; v < plan->node_count; v++)
        plan->first_slot[v + 2] += plan->first_slot[v + 1];
    for (uint32_t s = 0; s < count; s++)
        plan->node_slots[plan->first_slot[plan->slot_node[s] + 1]++] = s;
}

static uint32_t largest_component(const hf_plan *plan, uint32_t component_count)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t *size = HF_NEW_N(&scratch, uint32_t, component_count);
    uint32_t largest = 0;
    for (uint32_t v = 0; v < plan->node_count; v++) {
        if (plan->level_of[v] == 1)
            size[plan->component[v]]++;
        if (size[plan->component[v]] > largest)
            largest = size[plan->component[v]];
    }
    return largest;
}

bool hf_plan_build(const hf_engine_input *input, hf_arena *arena, hf_plan **out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = hf_arena_beside(arena);
    if (!hf_engine_input_check(input, err))
        return false;
    draft d = {.input = input};
    draft_levels(&d, &scratch);
    draft_groups(&d, &scratch);
    draft_slots(&d, &scratch);
    hf_draft_graph graph = {d.node_count,       d.first_supplier, d.supplier,
                            input->layer_count, d.first_slot,     d.slot_node};
    uint32_t *place = HF_NEW_N(&scratch, uint32_t, d.node_count);
    uint32_t *component = HF_NEW_N(&scratch, uint32_t, d.node_count);
    hf_plan *plan = HF_NEW(arena, hf_plan);
    plan->facts = (hf_plan_facts){.asset_count = input->asset_count,
                                  .group_count = input->group_count,
                                  .member_count = input->member_count,
                                  .layer_count = input->layer_count,
                                  .sector_count = input->sector_count,
                                  .kind_count = input->kind_count};
    hf_plan_order(&graph, arena, place, component, &plan->facts.component_count);
    write_nodes(plan, &d, place, component, arena);
    write_groups(plan, &d, place, arena);
    write_edges(plan, arena);
    write_slots(plan, &d, place, arena);
    hf_plan_write_links(plan, input, arena);
    hf_plan_settle(plan, arena);
    plan->facts.largest_component = largest_component(plan, plan->facts.component_count);
    *out = plan;
    return true;
}

hf_plan_facts hf_plan_facts_of(const hf_plan *plan)
{
    return plan->facts;
}
