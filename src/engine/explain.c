// SPDX-License-Identifier: Apache-2.0
//
// hf_explain: walks from a fallen asset to what tipped it, and on to an initial damage. It walks over outages: what has
// fallen more than once is told with the outage that counts. Each carries a reason that was lost before it (in time, or in
// the order of falls inside one hour), so the walk always goes back and never round in a circle.
#include <string.h>

#include "base/map.h"
#include "engine/cascade.h"

typedef HF_VEC(uint32_t) hf_numbers;

typedef struct {
    const hf_fall *fall; // of a node; NULL = there is none
    const hf_outage *outage;
} down;
typedef HF_VEC(down) downs;

typedef struct {
    const hf_plan *plan;
    const hf_cascade *result;
    hf_arena *arena;
    hf_arena scratch;
    hf_map falls; // node → place in result->falls
    uint8_t *seen_slot;
    hf_numbers nodes; // what was down and brought the fall at hand about
    hf_numbers assets;
    hf_numbers broken; // ends of network links that did not work in this trial
    HF_VEC(hf_step) steps;
} walk;

static const hf_fall *fall_of(const walk *w, uint32_t node)
{
    uint32_t index = 0;
    return hf_map_get_u64(&w->falls, node, &index) ? &w->result->falls[index] : NULL;
}

static bool is_first(const walk *w, down at)
{
    return at.outage == &w->result->outages[at.fall->first_outage];
}

static bool is_before(const hf_outage *a, const hf_outage *b)
{
    return a->from_h < b->from_h || (a->from_h <= b->from_h && a->round < b->round);
}

// What the node was down by when the reason of `outage` was lost, and not only in its wake.
static down down_before(const walk *w, const hf_outage *outage, uint32_t node)
{
    const hf_fall *fall = fall_of(w, node);
    for (uint32_t i = 0; fall != NULL && i < fall->outage_count; i++) {
        const hf_outage *other = &w->result->outages[fall->first_outage + i];
        if (other->from_h <= outage->why_lost_at_h && other->to_h > outage->why_lost_at_h)
            return is_before(other, outage) ? (down){fall, other} : (down){0};
    }
    return (down){0};
}

static bool took_part(const walk *w, const hf_outage *outage, uint32_t node)
{
    return (w->plan->flags[node] & HF_NODE_PINNED) != 0 ||
           down_before(w, outage, node).fall != NULL;
}

static void collect_members(walk *w, const hf_outage *outage)
{
    const hf_plan *plan = w->plan;
    for (uint32_t m = plan->first_member[outage->why]; m < plan->first_member[outage->why + 1]; m++)
        if (took_part(w, outage, plan->member_node[m]) &&
            (w->result->unfelt == NULL || w->result->unfelt[m] == 0))
            HF_VEC_ADD(&w->scratch, &w->nodes, plan->member_node[m]);
}

static bool is_broken(const walk *w, uint32_t place)
{
    return w->result->broken_links != NULL && w->plan->in_chance[place] != HF_NO_INDEX &&
           w->result->broken_links[w->plan->in_chance[place]] != 0;
}

// Links into the island that do not work; who is told already as fallen is not told again.
static void collect_broken(walk *w, const hf_numbers *island)
{
    const hf_plan *plan = w->plan;
    for (size_t i = 0; w->result->broken_links != NULL && i < island->count; i++) {
        uint32_t slot = island->items[i];
        for (uint32_t k = plan->first_in[slot]; k < plan->first_in[slot + 1]; k++) {
            uint32_t outer = plan->link_in[k];
            if (!is_broken(w, k) || w->seen_slot[outer] != 0)
                continue;
            HF_VEC_ADD(w->arena, &w->broken, plan->asset_of[plan->slot_node[outer]]);
            HF_VEC_ADD(w->arena, &w->broken, plan->asset_of[plan->slot_node[slot]]);
        }
    }
}

// Back from the cut member over members that are up, to the fallen ones at the edge of its island.
static void collect_edge_of_island(walk *w, const hf_outage *outage)
{
    const hf_plan *plan = w->plan;
    hf_numbers island = {0};
    if (w->seen_slot == NULL)
        w->seen_slot = HF_NEW_N(&w->scratch, uint8_t, plan->slot_count);
    uint32_t start = outage->why - plan->group_count;
    HF_VEC_ADD(&w->scratch, &island, start);
    w->seen_slot[start] = 1;
    for (size_t i = 0; i < island.count; i++) {
        uint32_t slot = island.items[i];
        for (uint32_t k = plan->first_in[slot]; k < plan->first_in[slot + 1]; k++) {
            uint32_t next = plan->link_in[k];
            if (w->seen_slot[next] != 0 || is_broken(w, k))
                continue;
            w->seen_slot[next] = 1;
            if (took_part(w, outage, plan->slot_node[next]))
                HF_VEC_ADD(&w->scratch, &w->nodes, plan->slot_node[next]);
            else
                HF_VEC_ADD(&w->scratch, &island, next);
        }
    }
    collect_broken(w, &island);
    memset(w->seen_slot, 0, plan->slot_count);
}

// The last to fall of those that took part: it tipped the balance. None when all were down at start.
static down tipping(const walk *w, const hf_outage *outage)
{
    down best = {0};
    for (size_t i = 0; i < w->nodes.count; i++) {
        down other = down_before(w, outage, w->nodes.items[i]);
        if (other.fall == NULL)
            continue;
        const hf_outage *a = other.outage, *b = best.outage;
        bool is_later = b == NULL || a->from_h > b->from_h ||
                        (a->from_h >= b->from_h &&
                         (a->round > b->round ||
                          (a->round == b->round && other.fall->asset < best.fall->asset)));
        if (is_later)
            best = other;
    }
    return best;
}

static void list_node(walk *w, downs *gates, const hf_outage *outage, uint32_t node)
{
    uint32_t asset = w->plan->asset_of[node];
    if (hf_asset_is_listed(w->plan, asset)) {
        if (took_part(w, outage, node))
            HF_VEC_ADD(&w->scratch, &w->assets, asset);
        return;
    }
    down gate = down_before(w, outage, node);
    for (size_t i = 0; i < gates->count; i++)
        if (gates->items[i].outage == gate.outage)
            return;
    if (gate.fall != NULL)
        HF_VEC_ADD(&w->scratch, gates, gate);
}

// What a gate had lost when it fell: of its first fall that is written down, of a later one it is looked up, and gates
// among that join the list.
static void open_gate(walk *w, downs *gates, down gate)
{
    const hf_plan *plan = w->plan;
    uint32_t why = gate.outage->why;
    if (is_first(w, gate)) {
        for (uint32_t k = 0; k < gate.fall->lost_count; k++)
            HF_VEC_ADD(&w->scratch, &w->assets, w->result->lost[gate.fall->first_lost + k]);
        return;
    }
    if (why == HF_NO_INDEX || hf_reason_is_slot(plan, why))
        return;
    for (uint32_t m = plan->first_member[why]; m < plan->first_member[why + 1]; m++)
        if (w->result->unfelt == NULL || w->result->unfelt[m] == 0)
            list_node(w, gates, gate.outage, plan->member_node[m]);
}

// The collected nodes as assets; gates as what they had lost.
static void list_assets(walk *w, const hf_outage *outage)
{
    downs gates = {0};
    w->assets.count = 0;
    for (size_t i = 0; i < w->nodes.count; i++)
        list_node(w, &gates, outage, w->nodes.items[i]);
    for (size_t i = 0; i < gates.count; i++)
        open_gate(w, &gates, gates.items[i]);
    w->assets.count = hf_sort_unique(w->assets.items, (uint32_t)w->assets.count);
}

static void list_as_lost(walk *w, down at, hf_step *step)
{
    bool is_as_told =
        is_first(w, at) && step->cause == HF_CAUSE_DEPENDENCY && step->group == at.fall->group;
    if (is_as_told) {
        step->lost = w->result->lost + at.fall->first_lost;
        step->lost_count = at.fall->lost_count;
        return;
    }
    list_assets(w, at.outage);
    uint32_t *lost = HF_NEW_N(w->arena, uint32_t, w->assets.count);
    if (w->assets.count > 0)
        memcpy(lost, w->assets.items, w->assets.count * sizeof(lost[0]));
    step->lost = lost;
    step->lost_count = (uint32_t)w->assets.count;
}

static void add_step(walk *w, down at)
{
    const hf_plan *plan = w->plan;
    uint32_t why = at.outage->why;
    hf_step step = {.asset = at.fall->asset,
                    .level = at.fall->level,
                    .cause = HF_CAUSE_DAMAGE,
                    .group = HF_NO_INDEX,
                    .layer = HF_NO_INDEX,
                    .at_h = at.outage->from_h,
                    .lost_at_h = at.outage->why_lost_at_h};
    if (why != HF_NO_INDEX && hf_reason_is_slot(plan, why)) {
        step.cause = HF_CAUSE_NETWORK;
        step.broken = w->broken.items;
        step.broken_count = (uint32_t)(w->broken.count / 2);
        step.layer = plan->slot_layer[why - plan->group_count];
    } else if (why != HF_NO_INDEX) {
        step.cause = HF_CAUSE_DEPENDENCY;
        step.group = plan->input_group[why];
    }
    list_as_lost(w, at, &step);
    HF_VEC_ADD(w->arena, &w->steps, step);
}

// Gates are passed through in silence, and so is the tie between two levels of one asset.
static bool is_told(const walk *w, down at)
{
    uint32_t why = at.outage->why;
    bool is_tie = why != HF_NO_INDEX && !hf_reason_is_slot(w->plan, why) &&
                  w->plan->input_group[why] == HF_NO_INDEX;
    return hf_asset_is_listed(w->plan, at.fall->asset) && !is_tie;
}

static void index_falls(walk *w)
{
    uint32_t count = w->result->fall_count + w->result->hidden_count;
    w->falls = hf_map_of(&w->scratch, count);
    for (uint32_t i = 0; i < count; i++) {
        const hf_fall *fall = &w->result->falls[i];
        uint32_t node =
            w->plan->level_node[w->plan->first_level_node[fall->asset] + fall->level - 1];
        (void)hf_map_add_u64(&w->falls, node, i, NULL);
    }
}

void hf_explain(const hf_plan *plan, const hf_cascade *result, uint32_t asset, hf_arena *arena,
                const hf_step **steps, uint32_t *step_count)
{
    HF_ASSERT(asset < plan->facts.asset_count);
    walk w = {.plan = plan, .result = result, .arena = arena};
    index_falls(&w);
    const hf_fall *fall = fall_of(&w, plan->level_node[plan->first_level_node[asset]]);
    down at = {0};
    if (fall != NULL)
        at = (down){fall, &result->outages[fall->first_outage]};
    while (at.fall != NULL) { // always back
        uint32_t why = at.outage->why;
        w.nodes.count = 0;
        w.broken = (hf_numbers){0}; // a step keeps them
        if (why != HF_NO_INDEX && hf_reason_is_slot(plan, why))
            collect_edge_of_island(&w, at.outage);
        else if (why != HF_NO_INDEX)
            collect_members(&w, at.outage);
        if (is_told(&w, at))
            add_step(&w, at);
        at = tipping(&w, at.outage);
    }
    *steps = w.steps.items;
    *step_count = (uint32_t)w.steps.count;
    hf_arena_done(&w.scratch);
}
