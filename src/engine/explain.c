// SPDX-License-Identifier: Apache-2.0
//
// hf_explain: walks from a fallen asset to what tipped it, and on to an initial damage. Each fall
// carries a reason that was lost before it (in time, or in the order of falls inside one hour), so
// the walk always goes back and never round in a circle.
#include <string.h>

#include "base/map.h"
#include "engine/cascade.h"

typedef HF_VEC(uint32_t) hf_numbers;

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

// The outage of a fall that covers the hour, or NULL.
static const hf_outage *outage_at(const walk *w, const hf_fall *fall, double hour)
{
    for (uint32_t i = 0; i < fall->outage_count; i++) {
        const hf_outage *outage = &w->result->outages[fall->first_outage + i];
        if (outage->from_h <= hour && outage->to_h > hour)
            return outage;
    }
    return NULL;
}

static bool is_before(const hf_fall *a, const hf_fall *b)
{
    return a->at_h < b->at_h || (a->at_h <= b->at_h && a->round < b->round);
}

// Was the node down when the reason of `fall` was lost, and not only in its wake?
static bool took_part(const walk *w, const hf_fall *fall, uint32_t node)
{
    if ((w->plan->flags[node] & HF_NODE_PINNED) != 0)
        return true;
    const hf_fall *other = fall_of(w, node);
    return other != NULL && is_before(other, fall) &&
           outage_at(w, other, fall->why_lost_at_h) != NULL;
}

static void collect_members(walk *w, const hf_fall *fall)
{
    const hf_plan *plan = w->plan;
    for (uint32_t m = plan->first_member[fall->why]; m < plan->first_member[fall->why + 1]; m++)
        if (took_part(w, fall, plan->member_node[m]) &&
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
static void collect_edge_of_island(walk *w, const hf_fall *fall)
{
    const hf_plan *plan = w->plan;
    hf_numbers island = {0};
    if (w->seen_slot == NULL)
        w->seen_slot = HF_NEW_N(&w->scratch, uint8_t, plan->slot_count);
    uint32_t start = fall->why - plan->group_count;
    HF_VEC_ADD(&w->scratch, &island, start);
    w->seen_slot[start] = 1;
    for (size_t i = 0; i < island.count; i++) {
        uint32_t slot = island.items[i];
        for (uint32_t k = plan->first_in[slot]; k < plan->first_in[slot + 1]; k++) {
            uint32_t next = plan->link_in[k];
            if (w->seen_slot[next] != 0 || is_broken(w, k))
                continue;
            w->seen_slot[next] = 1;
            if (took_part(w, fall, plan->slot_node[next]))
                HF_VEC_ADD(&w->scratch, &w->nodes, plan->slot_node[next]);
            else
                HF_VEC_ADD(&w->scratch, &island, next);
        }
    }
    collect_broken(w, &island);
    memset(w->seen_slot, 0, plan->slot_count);
}

// The last to fall of those that took part: it tipped the balance. NULL when all were down at start.
static const hf_fall *tipping(const walk *w, const hf_fall *fall)
{
    const hf_fall *best = NULL;
    double best_from = 0;
    for (size_t i = 0; i < w->nodes.count; i++) {
        const hf_fall *other = fall_of(w, w->nodes.items[i]);
        if (other == NULL)
            continue;
        double from = outage_at(w, other, fall->why_lost_at_h)->from_h;
        bool is_later =
            best == NULL || from > best_from ||
            (from >= best_from && (other->round > best->round ||
                                   (other->round == best->round && other->asset < best->asset)));
        if (is_later) {
            best = other;
            best_from = from;
        }
    }
    return best;
}

// The collected nodes as assets; gates as what they had lost.
static void list_assets(walk *w)
{
    w->assets.count = 0;
    for (size_t i = 0; i < w->nodes.count; i++) {
        uint32_t asset = w->plan->asset_of[w->nodes.items[i]];
        const hf_fall *fall = fall_of(w, w->nodes.items[i]);
        if (hf_asset_is_listed(w->plan, asset))
            HF_VEC_ADD(&w->scratch, &w->assets, asset);
        else if (fall != NULL)
            for (uint32_t k = 0; k < fall->lost_count; k++)
                HF_VEC_ADD(&w->scratch, &w->assets, w->result->lost[fall->first_lost + k]);
    }
    w->assets.count = hf_sort_unique(w->assets.items, (uint32_t)w->assets.count);
}

static void add_step(walk *w, const hf_fall *fall)
{
    const hf_plan *plan = w->plan;
    hf_step step = {.asset = fall->asset,
                    .cause = HF_CAUSE_DAMAGE,
                    .group = HF_NO_INDEX,
                    .layer = HF_NO_INDEX,
                    .at_h = fall->at_h,
                    .lost_at_h = fall->why_lost_at_h};
    if (fall->why != HF_NO_INDEX && hf_reason_is_slot(plan, fall->why)) {
        step.cause = HF_CAUSE_NETWORK;
        step.broken = w->broken.items;
        step.broken_count = (uint32_t)(w->broken.count / 2);
        step.layer = plan->slot_layer[fall->why - plan->group_count];
    } else if (fall->why != HF_NO_INDEX) {
        step.cause = HF_CAUSE_DEPENDENCY;
        step.group = plan->input_group[fall->why];
    }
    bool is_as_told = step.cause == HF_CAUSE_DEPENDENCY && step.group == fall->group;
    if (is_as_told) {
        step.lost = w->result->lost + fall->first_lost;
        step.lost_count = fall->lost_count;
    } else {
        list_assets(w);
        uint32_t *lost = HF_NEW_N(w->arena, uint32_t, w->assets.count);
        if (w->assets.count > 0)
            memcpy(lost, w->assets.items, w->assets.count * sizeof(lost[0]));
        step.lost = lost;
        step.lost_count = (uint32_t)w->assets.count;
    }
    HF_VEC_ADD(w->arena, &w->steps, step);
}

// Gates are passed through in silence, and so is the tie between two levels of one asset.
static bool is_told(const walk *w, const hf_fall *fall)
{
    bool is_tie = fall->why != HF_NO_INDEX && !hf_reason_is_slot(w->plan, fall->why) &&
                  w->plan->input_group[fall->why] == HF_NO_INDEX;
    return hf_asset_is_listed(w->plan, fall->asset) && !is_tie;
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
    uint32_t limit = result->fall_count + result->hidden_count;
    for (uint32_t i = 0; fall != NULL && i < limit; i++) {
        w.nodes.count = 0;
        w.broken = (hf_numbers){0}; // a step keeps them
        if (fall->why != HF_NO_INDEX && hf_reason_is_slot(plan, fall->why))
            collect_edge_of_island(&w, fall);
        else if (fall->why != HF_NO_INDEX)
            collect_members(&w, fall);
        if (is_told(&w, fall))
            add_step(&w, fall);
        fall = tipping(&w, fall);
    }
    *steps = w.steps.items;
    *step_count = (uint32_t)w.steps.count;
    hf_arena_done(&w.scratch);
}
