// SPDX-License-Identifier: Apache-2.0
//
// Builds the lane plan. What is pinned is left out of the groups, as the plan has already taken it
// off their slack; so are members whose loss is never felt and groups that cannot be lost any more.
#include "engine/kernel/lanes.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

typedef struct {
    const hf_plan *plan;
    hf_arena *arena;
    HF_VEC(hf_lane_range) ranges;
    HF_VEC(hf_lane_stretch) stretches;
    HF_VEC(hf_lane_run) runs;
    HF_VEC(hf_lane_record) records;
    HF_VEC(uint32_t) record_group;
    HF_VEC(uint32_t) record_link; // three a record
    HF_VEC(hf_lane_wide) wides;
    HF_VEC(hf_lane_member) members;
    HF_VEC(hf_lane_link) links;
    HF_VEC(hf_lane_weight) weights;
    HF_VEC(uint8_t) weighed;
    HF_VEC(uint32_t) pinned;
    HF_VEC(hf_lane_member) group; // of the group at hand
    uint8_t weighed_by[64]
                      [HF_LANE_RANGE_NODES]; // of the range at hand: who has this bit in its weight
} builder;

static bool is_pinned(const builder *b, uint32_t node)
{
    return (b->plan->flags[node] & HF_NODE_PINNED) != 0;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// A place among the live masks of the range that is being written; 0 is the mask of certain ones.
static uint32_t add_link(builder *b, uint32_t member)
{
    const hf_plan *plan = b->plan;
    if (plan->member_strength == NULL || plan->member_strength[member] == 0)
        return 0;
    hf_lane_link link = {plan->member_id[member], plan->member_strength[member]};
    HF_VEC_ADD(b->arena, &b->links, link);
    return ++b->ranges.items[b->ranges.count - 1].link_count;
}

// Collects the members of a group that count, with `link` naming the plan's member. Capacities come
// in the unit of their greatest common divisor; one that is enough alone is slack + 1. Returns the
// slack in that unit.
static uint64_t collect(builder *b, uint32_t group)
{
    const hf_plan *plan = b->plan;
    uint64_t slack = (uint64_t)plan->slack[group], unit = 0;
    b->group.count = 0;
    for (uint32_t m = plan->first_member[group]; m < plan->first_member[group + 1]; m++) {
        hf_lane_member item = {(uint64_t)plan->member_capacity[m], plan->member_node[m], m};
        if (item.capacity == 0 || is_pinned(b, item.node))
            continue;
        if (item.capacity <= slack && item.capacity != unit)
            unit = common_divisor(item.capacity, unit);
        HF_VEC_ADD(b->arena, &b->group, item);
    }
    uint64_t scaled = unit == 0 ? 0 : slack / unit;
    for (size_t i = 0; i < b->group.count; i++) {
        uint64_t capacity = b->group.items[i].capacity;
        b->group.items[i].capacity = capacity > slack ? scaled + 1 : capacity / unit;
    }
    return scaled;
}

// Does the group's being lost ever hang on member i? Groups of at most three members.
static bool matters(const builder *b, size_t i, uint64_t slack)
{
    for (uint32_t others = 0; others < 8; others++) {
        uint64_t sum = 0;
        for (size_t k = 0; k < b->group.count; k++)
            if (k != i && (others >> k & 1) != 0)
                sum += b->group.items[k].capacity;
        if (sum <= slack && sum + b->group.items[i].capacity > slack)
            return true;
    }
    return false;
}

// Members of one capacity, the most frequent groups by far: any of them matters, and counting decides.
static bool are_equal(const builder *b)
{
    for (size_t i = 1; i < b->group.count; i++)
        if (b->group.items[i].capacity != b->group.items[0].capacity)
            return false;
    return true;
}

// The number of members that must be down, when it does not matter which; else 0.
static uint32_t threshold_of(const builder *b, uint64_t slack)
{
    uint64_t least[4] = {0}, most[4] = {0}; // of 0 … 3 members
    uint64_t c[3] = {0};
    uint32_t count = (uint32_t)b->group.count;
    for (uint32_t i = 0; i < count; i++) { // descending
        uint32_t at = i;
        for (; at > 0 && c[at - 1] < b->group.items[i].capacity; at--)
            c[at] = c[at - 1];
        c[at] = b->group.items[i].capacity;
    }
    for (uint32_t i = 0; i < count; i++) {
        most[i + 1] = most[i] + c[i];
        least[i + 1] = least[i] + c[count - 1 - i];
    }
    for (uint32_t k = 1; k <= count; k++)
        if (least[k] > slack && most[k - 1] <= slack)
            return k;
    return 0;
}

static hf_lane_run *open_run(builder *b, bool wants_record)
{
    hf_lane_range *range = &b->ranges.items[b->ranges.count - 1];
    hf_lane_run *run = range->run_count == 0 ? NULL : &b->runs.items[b->runs.count - 1];
    if (run == NULL || (wants_record && run->wide_count > 0)) {
        hf_lane_run fresh = {.first_record = (uint32_t)b->records.count,
                             .first_wide = (uint32_t)b->wides.count};
        HF_VEC_ADD(b->arena, &b->runs, fresh);
        range->run_count++;
        run = &b->runs.items[b->runs.count - 1];
    }
    return run;
}

static void add_record(builder *b, uint32_t consumer, uint32_t group, uint32_t threshold)
{
    uint32_t never_down = b->plan->node_count;
    hf_lane_record record = {{never_down, never_down, never_down},
                             consumer | (threshold - 1) << HF_LANE_NODE_BITS};
    open_run(b, true)->record_count++;
    for (uint32_t i = 0; i < 3; i++) {
        bool is_used = i < b->group.count;
        if (is_used)
            record.member[i] = b->group.items[i].node;
        uint32_t link = is_used ? add_link(b, b->group.items[i].link) : 0;
        HF_VEC_ADD(b->arena, &b->record_link, link);
    }
    HF_VEC_ADD(b->arena, &b->records, record);
    HF_VEC_ADD(b->arena, &b->record_group, group);
}

static void add_wide(builder *b, uint32_t consumer, uint32_t group, uint64_t slack)
{
    hf_lane_wide wide = {.consumer = consumer,
                         .group = group,
                         .first_member = (uint32_t)b->members.count,
                         .member_count = (uint32_t)b->group.count,
                         .slack = slack};
    uint64_t sum = 0;
    for (size_t i = 0; i < b->group.count; i++) {
        hf_lane_member member = b->group.items[i];
        sum += member.capacity;
        member.link = add_link(b, member.link);
        HF_VEC_ADD(b->arena, &b->members, member);
    }
    while (wide.plane_count < 64 && sum >> wide.plane_count != 0)
        wide.plane_count++;
    open_run(b, false)->wide_count++;
    HF_VEC_ADD(b->arena, &b->wides, wide);
}

static void add_group(builder *b, uint32_t consumer, uint32_t group)
{
    uint64_t slack = collect(b, group);
    uint64_t sum = 0;
    for (size_t i = 0; i < b->group.count; i++)
        sum += b->group.items[i].capacity;
    if (sum <= slack)
        return;
    uint32_t threshold = 0;
    if (b->group.count <= 3 && are_equal(b)) {
        threshold = (uint32_t)(slack / b->group.items[0].capacity) + 1;
    } else if (b->group.count <= 3) {
        for (size_t i = b->group.count; i-- > 0;)
            if (!matters(b, i, slack))
                b->group.items[i] = b->group.items[--b->group.count];
        threshold = threshold_of(b, slack);
    }
    if (threshold > 0)
        add_record(b, consumer, group, threshold);
    else
        add_wide(b, consumer, group, slack);
}

// Which nodes of the range have which bit in their weight.
static void add_weights(builder *b, hf_lane_range *range)
{
    const hf_plan *plan = b->plan;
    range->first_weight = (uint32_t)b->weights.count;
    range->first_weighed = (uint32_t)b->weighed.count;
    uint8_t counts[64] = {0};
    for (uint32_t i = 0; i < range->node_count; i++) {
        uint32_t v = range->first_node + i;
        uint64_t left = is_pinned(b, v) ? 0 : (uint64_t)plan->weight[v];
        for (; left != 0; left &= left - 1) {
            int bit = __builtin_ctzll(left);
            b->weighed_by[bit][counts[bit]++] = (uint8_t)i;
        }
    }
    for (uint8_t bit = 0; bit < 63; bit++) {
        if (counts[bit] == 0)
            continue;
        hf_lane_weight weight = {bit, counts[bit]};
        HF_VEC_ADD(b->arena, &b->weights, weight);
        for (uint32_t i = 0; i < counts[bit]; i++)
            HF_VEC_ADD(b->arena, &b->weighed, b->weighed_by[bit][i]);
    }
    range->weight_count = (uint32_t)b->weights.count - range->first_weight;
}

static void add_range(builder *b, uint32_t from, uint32_t to)
{
    hf_lane_range fresh = {.first_pinned = (uint32_t)b->pinned.count,
                           .first_node = from,
                           .node_count = to - from,
                           .first_run = (uint32_t)b->runs.count,
                           .first_link = (uint32_t)b->links.count};
    HF_VEC_ADD(b->arena, &b->ranges, fresh);
    for (uint32_t v = from; v < to; v++) {
        if (is_pinned(b, v)) {
            HF_VEC_ADD(b->arena, &b->pinned, v);
            continue;
        }
        for (uint32_t g = b->plan->first_group[v]; g < b->plan->first_group[v + 1]; g++)
            add_group(b, v, g);
    }
    add_weights(b, &b->ranges.items[b->ranges.count - 1]);
}

static bool has_slots(const hf_plan *plan, uint32_t node)
{
    return (plan->flags[node] & HF_NODE_IN_LAYER) != 0;
}

static uint32_t component_end(const hf_plan *plan, uint32_t from)
{
    uint32_t to = from + 1;
    while (to < plan->node_count && plan->component[to] == plan->component[from])
        to++;
    return to;
}

static void add_stretches(builder *b)
{
    const hf_plan *plan = b->plan;
    for (uint32_t from = 0, to = 0; from < plan->node_count; from = to) {
        to = component_end(plan, from);
        hf_lane_stretch stretch = {.first_range = (uint32_t)b->ranges.count,
                                   .is_cyclic = to > from + 1 || has_slots(plan, from)};
        while (!stretch.is_cyclic && to < plan->node_count && component_end(plan, to) == to + 1 &&
               !has_slots(plan, to))
            to++;
        for (uint32_t at = from; at < to; at += HF_LANE_RANGE_NODES)
            add_range(b, at, at + HF_LANE_RANGE_NODES < to ? at + HF_LANE_RANGE_NODES : to);
        stretch.range_count = (uint32_t)b->ranges.count - stretch.first_range;
        HF_VEC_ADD(b->arena, &b->stretches, stretch);
    }
}

static int by_node(const void *left, const void *right)
{
    const hf_lane_member *a = left, *b = right;
    return a->node < b->node ? -1 : a->node > b->node;
}

// The layers of each stretch, with their slots in the order of the members' places.
static void add_layers(builder *b, hf_lanes *lanes)
{
    const hf_plan *plan = b->plan;
    uint32_t layer_count = plan->facts.layer_count;
    lanes->layers = HF_NEW_N(b->arena, hf_lane_layer, layer_count);
    lanes->slots = HF_NEW_N(b->arena, uint32_t, plan->slot_count);
    hf_lane_member *order = HF_NEW_N(b->arena, hf_lane_member, plan->slot_count);
    for (uint32_t i = 0; i < lanes->stretch_count; i++) {
        hf_lane_stretch *stretch = &lanes->stretches[i];
        stretch->first_layer = lanes->layer_count;
        if (!stretch->is_cyclic || plan->slot_count == 0)
            continue;
        uint32_t end = lanes->ranges[stretch->first_range + stretch->range_count].first_node;
        for (uint32_t s = 0; s < plan->slot_count; s++) { // a layer's slots stand together
            bool begins = s == 0 || plan->slot_layer[s] != plan->slot_layer[s - 1];
            if (plan->slot_node[s] < lanes->ranges[stretch->first_range].first_node ||
                plan->slot_node[s] >= end)
                continue;
            if (begins)
                lanes->layers[lanes->layer_count++].first_slot = lanes->slot_count;
            order[lanes->slot_count++] = (hf_lane_member){.node = plan->slot_node[s], .link = s};
            lanes->layers[lanes->layer_count - 1].slot_count++;
        }
        stretch->layer_count = lanes->layer_count - stretch->first_layer;
    }
    for (uint32_t i = 0; i < lanes->layer_count; i++)
        qsort(order + lanes->layers[i].first_slot, lanes->layers[i].slot_count, sizeof(order[0]),
              by_node);
    for (uint32_t i = 0; i < lanes->slot_count; i++)
        lanes->slots[i] = order[i].link;
}

// Calls of `note(context, supplier, consumer)` would be a callback; a plain walk twice is shorter.
static void count_dependent(hf_lanes *lanes, uint32_t *seen, uint32_t supplier, uint32_t range)
{
    uint32_t from = lanes->range_of[supplier];
    if (seen[from] == range + 1)
        return;
    seen[from] = range + 1;
    lanes->ranges[from].first_dependent++;
}

static void write_dependent(hf_lanes *lanes, uint32_t *seen, uint32_t supplier, uint32_t range)
{
    uint32_t from = lanes->range_of[supplier];
    if (seen[from] == range + 1)
        return;
    seen[from] = range + 1;
    lanes->dependents[lanes->ranges[from].first_dependent++] = range;
}

typedef void (*dependent_work)(hf_lanes *lanes, uint32_t *seen, uint32_t supplier, uint32_t range);

static void walk_range(hf_lanes *lanes, uint32_t *seen, uint32_t range, dependent_work work)
{
    const hf_lane_range *r = &lanes->ranges[range];
    for (uint32_t i = r->first_run; i < r->first_run + r->run_count; i++) {
        const hf_lane_run *run = &lanes->runs[i];
        for (uint32_t k = 0; k < run->record_count; k++)
            for (uint32_t m = 0; m < 3; m++)
                if (lanes->records[run->first_record + k].member[m] != lanes->node_count)
                    work(lanes, seen, lanes->records[run->first_record + k].member[m], range);
        for (uint32_t k = 0; k < run->wide_count; k++) {
            const hf_lane_wide *wide = &lanes->wides[run->first_wide + k];
            for (uint32_t m = 0; m < wide->member_count; m++)
                work(lanes, seen, lanes->members[wide->first_member + m].node, range);
        }
    }
}

// Which ranges have to be looked at again when a range has changed.
static void add_dependents(hf_lanes *lanes, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    lanes->range_of = HF_NEW_N(arena, uint32_t, lanes->node_count);
    for (uint32_t r = 0; r < lanes->range_count; r++)
        for (uint32_t i = 0; i < lanes->ranges[r].node_count; i++)
            lanes->range_of[lanes->ranges[r].first_node + i] = r;
    uint32_t *seen = HF_NEW_N(&scratch, uint32_t, lanes->range_count);
    for (uint32_t r = 0; r < lanes->range_count; r++)
        walk_range(lanes, seen, r, count_dependent);
    uint32_t sum = 0;
    for (uint32_t r = 0; r <= lanes->range_count; r++) {
        uint32_t count = lanes->ranges[r].first_dependent;
        lanes->ranges[r].first_dependent = sum;
        sum += count;
    }
    lanes->dependents = HF_NEW_N(arena, uint32_t, sum);
    memset(seen, 0, lanes->range_count * sizeof(seen[0]));
    for (uint32_t r = 0; r < lanes->range_count; r++)
        walk_range(lanes, seen, r, write_dependent);
    for (uint32_t r = lanes->range_count; r > 0; r--) // each stands at the end of its own now
        lanes->ranges[r].first_dependent = lanes->ranges[r - 1].first_dependent;
    lanes->ranges[0].first_dependent = 0;
}

hf_lanes *hf_lanes_build(const hf_plan *plan, hf_arena *arena)
{
    HF_ASSERT(plan->node_count < HF_LANE_NODE_MASK);
    builder b = {.plan = plan, .arena = arena};
    add_stretches(&b);
    hf_lane_range end = {.first_node = plan->node_count, .first_pinned = (uint32_t)b.pinned.count};
    HF_VEC_ADD(arena, &b.ranges, end);
    uint32_t record_count = (uint32_t)b.records.count, n = plan->node_count;
    for (uint32_t i = 0; i < HF_LANE_RECORDS_AHEAD; i++)
        HF_VEC_ADD(arena, &b.records, ((hf_lane_record){{n, n, n}, n}));
    hf_lanes *lanes = HF_NEW(arena, hf_lanes);
    *lanes = (hf_lanes){.plan = plan,
                        .node_count = plan->node_count,
                        .ranges = b.ranges.items,
                        .range_count = (uint32_t)b.ranges.count - 1,
                        .stretches = b.stretches.items,
                        .stretch_count = (uint32_t)b.stretches.count,
                        .runs = b.runs.items,
                        .records = b.records.items,
                        .record_count = record_count,
                        .record_group = b.record_group.items,
                        .record_link = b.record_link.items,
                        .wides = b.wides.items,
                        .wide_count = (uint32_t)b.wides.count,
                        .members = b.members.items,
                        .links = b.links.items,
                        .link_count = (uint32_t)b.links.count,
                        .weights = b.weights.items,
                        .weighed = b.weighed.items,
                        .pinned = b.pinned.items};
    if (plan->slot_count > 0)
        add_layers(&b, lanes);
    add_dependents(lanes, arena);
    return lanes;
}
