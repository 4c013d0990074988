// SPDX-License-Identifier: Apache-2.0
#include "oracle_cascade.h"

#include <math.h>
#include <string.h>

enum { LEVELS = HF_ORACLE_LEVELS };

typedef struct {
    const hf_engine_input *in;
    const hf_question *question;
    hf_arena *arena;
    uint32_t reason_count; // groups, then layer members
    bool *below;           // [asset * LEVELS + q]: below level q
    bool *pinned;          // the same before anything happens
    bool *first_seen;      // fell once, by [asset * LEVELS + q]
    int64_t *fell_at;
    hf_cause *cause;
    uint32_t *via;
    int64_t *via_lost_at;
    bool *was_below; // history: [moment * assets * LEVELS + …]; static keeps fell_at instead
    bool is_static;
    const hf_oracle_draws *draws; // NULL: the question's assets fail, all is felt and works
    bool settles;                 // at work on what is down before anything happens
} world;

static uint32_t levels_of(const world *w, uint32_t asset)
{
    return w->in->assets[asset].levels == 0 ? 2 : w->in->assets[asset].levels;
}

static size_t at(uint32_t asset, uint32_t level)
{
    return (size_t)asset * LEVELS + level;
}

static bool is_slot(const world *w, uint32_t reason)
{
    return reason >= w->in->group_count;
}

static uint32_t consumer_of(const world *w, uint32_t reason)
{
    return is_slot(w, reason) ? w->in->layer_members[reason - w->in->group_count].asset
                              : w->in->groups[reason].consumer;
}

static uint32_t level_of(const world *w, uint32_t reason)
{
    return is_slot(w, reason) || w->in->groups[reason].pushes_below == 0
               ? 1
               : w->in->groups[reason].pushes_below;
}

static double buffer_of(const world *w, uint32_t reason)
{
    return is_slot(w, reason) ? w->in->layer_members[reason - w->in->group_count].buffer_h
                              : w->in->groups[reason].buffer_h;
}

static uint32_t required_level(const world *w, const hf_engine_member *member)
{
    return member->required_level == 0 ? levels_of(w, member->supplier) - 1u
                                       : member->required_level;
}

static bool group_is_lost(const world *w, const bool *below, uint32_t group)
{
    const hf_engine_group *g = &w->in->groups[group];
    int64_t sum = 0;
    for (uint32_t i = 0; i < g->member_count; i++) {
        const hf_engine_member *m = &w->in->members[g->first_member + i];
        bool is_pinned = w->pinned[at(m->supplier, required_level(w, m))];
        bool is_felt = m->strength > 0 && (w->draws == NULL || w->settles || is_pinned ||
                                           w->draws->is_felt[g->first_member + i]);
        if (!is_felt || !below[at(m->supplier, required_level(w, m))])
            sum += m->capacity;
    }
    return sum < g->need;
}

static bool link_works(const world *w, uint32_t link)
{
    return w->draws == NULL || w->settles || w->draws->works[link];
}

// Not reached over neighbours that are up and reached themselves from a source that is up.
static bool member_is_cut(const world *w, const bool *below, uint32_t slot)
{
    const hf_engine_input *in = w->in;
    if (in->layer_members[slot].is_source)
        return false;
    uint32_t layer = 0;
    while (slot >= in->layers[layer].first_member + in->layers[layer].member_count)
        layer++;
    const hf_engine_layer *l = &in->layers[layer];
    bool *live = hf_arena_take_n(w->arena, in->asset_count, sizeof(bool));
    for (uint32_t i = 0; i < l->member_count; i++) {
        const hf_engine_layer_member *m = &in->layer_members[l->first_member + i];
        live[m->asset] = m->is_source && !below[at(m->asset, 1)];
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < l->link_count; i++) {
            const hf_engine_link *link = &in->links[l->first_link + i];
            if (!link_works(w, l->first_link + i))
                continue;
            if (live[link->from] && !live[link->to] && !below[at(link->to, 1)])
                changed = live[link->to] = true;
            if (link->is_two_way && live[link->to] && !live[link->from] &&
                !below[at(link->from, 1)])
                changed = live[link->from] = true;
        }
    }
    uint32_t self = in->layer_members[slot].asset;
    for (uint32_t i = 0; i < l->link_count; i++) {
        const hf_engine_link *link = &in->links[l->first_link + i];
        if (!link_works(w, l->first_link + i))
            continue;
        if ((link->to == self && live[link->from]) ||
            (link->is_two_way && link->from == self && live[link->to]))
            return false;
    }
    return true;
}

static bool reason_is_lost(const world *w, const bool *below, uint32_t reason)
{
    return is_slot(w, reason) ? member_is_cut(w, below, reason - w->in->group_count)
                              : group_is_lost(w, below, reason);
}

// Below q means below every higher level too.
static bool keep_levels_in_step(const world *w, bool *below)
{
    bool changed = false;
    for (uint32_t a = 0; a < w->in->asset_count; a++)
        for (uint32_t q = 1; q + 1 < levels_of(w, a); q++)
            if (below[at(a, q)] && !below[at(a, q + 1)])
                changed = below[at(a, q + 1)] = true;
    return changed;
}

static void find_pinned(world *w)
{
    for (bool changed = true; changed;) {
        changed = keep_levels_in_step(w, w->pinned);
        for (uint32_t r = 0; r < w->reason_count; r++) {
            size_t node = at(consumer_of(w, r), level_of(w, r));
            if (!w->pinned[node] && reason_is_lost(w, w->pinned, r))
                changed = w->pinned[node] = true;
        }
    }
}

// ---- static question ----

static int64_t ticks(double hours)
{
    return llround(hours * 1e9);
}

static void run_static(world *w)
{
    const hf_engine_input *in = w->in;
    size_t size = (size_t)in->asset_count * LEVELS;
    int64_t *lost_at = HF_NEW_N(w->arena, int64_t, w->reason_count);
    bool *is_damaged = hf_arena_take_n(w->arena, size, sizeof(bool));
    memcpy(w->below, w->pinned, size * sizeof(bool));
    for (uint32_t r = 0; r < w->reason_count; r++)
        lost_at[r] = reason_is_lost(w, w->below, r) ? -1 : INT64_MAX;
    for (uint32_t i = 0; i < w->question->fail_count; i++)
        for (uint32_t q = 1; q < levels_of(w, w->question->fail[i]); q++)
            is_damaged[at(w->question->fail[i], q)] = w->below[at(w->question->fail[i], q)] = true;
    for (int64_t now = 0; now != INT64_MAX;) {
        for (bool changed = true; changed;) {
            changed = keep_levels_in_step(w, w->below);
            for (uint32_t r = 0; r < w->reason_count; r++) {
                if (lost_at[r] == INT64_MAX && reason_is_lost(w, w->below, r)) {
                    lost_at[r] = now;
                    changed = true;
                }
                size_t node = at(consumer_of(w, r), level_of(w, r));
                if (lost_at[r] != INT64_MAX && lost_at[r] + ticks(buffer_of(w, r)) <= now &&
                    !w->below[node])
                    changed = w->below[node] = true;
            }
        }
        for (size_t node = 0; node < size; node++) {
            if (w->below[node] && !w->pinned[node] && !w->first_seen[node]) {
                w->first_seen[node] = true;
                w->fell_at[node] = now;
            }
        }
        int64_t next = INT64_MAX;
        for (uint32_t r = 0; r < w->reason_count; r++) {
            if (lost_at[r] == INT64_MAX || w->below[at(consumer_of(w, r), level_of(w, r))])
                continue;
            int64_t due = lost_at[r] + ticks(buffer_of(w, r));
            next = due < next ? due : next;
        }
        now = next;
    }
    for (uint32_t r = w->reason_count; r-- > 0;) { // backwards: the first one stays
        size_t node = at(consumer_of(w, r), level_of(w, r));
        if (!w->first_seen[node] || lost_at[r] == INT64_MAX ||
            lost_at[r] + ticks(buffer_of(w, r)) != w->fell_at[node])
            continue;
        w->via[node] = r;
        w->via_lost_at[node] = lost_at[r];
        w->cause[node] = is_slot(w, r) ? HF_CAUSE_NETWORK : HF_CAUSE_DEPENDENCY;
    }
    for (size_t node = 0; node < size; node++) {
        if (is_damaged[node]) {
            w->cause[node] = HF_CAUSE_DAMAGE;
            w->via[node] = HF_NO_INDEX;
            w->via_lost_at[node] = w->fell_at[node];
        }
    }
}

// ---- grid ----

static int64_t steps(double hours, double step_h)
{
    return (int64_t)ceil(hours / step_h - 1e-9);
}

typedef struct {
    int64_t step_count;
    double step_h;
    int64_t *n;           // counters, by reason
    int64_t *unsat_since; // by reason
    bool *d_before;       // d(t-1)
    bool *unsat_before;   // by reason, with d(t-1)
} grid;

static bool was_hit(const world *w, uint32_t asset)
{
    for (uint32_t i = 0; i < w->question->fail_count; i++)
        if (w->question->fail[i] == asset)
            return true;
    return false;
}

static int64_t repair_step(const world *w, const grid *g, uint32_t asset)
{
    double repair_h = w->in->assets[asset].repair_h;
    if (isnan(repair_h))
        return INT64_MAX;
    return steps(repair_h, g->step_h) < 1 ? 1 : steps(repair_h, g->step_h);
}

// a(t) of one level of an asset.
static bool own_damage(const world *w, const grid *g, uint32_t asset, uint32_t level, int64_t t)
{
    if (w->draws == NULL)
        return was_hit(w, asset) && t < repair_step(w, g, asset);
    uint8_t below = w->draws->damage[(size_t)t * w->in->asset_count + asset];
    return below != 0 && below <= level;
}

static bool in_window(const world *w, const grid *g, uint32_t asset, uint32_t level, int64_t t)
{
    if (w->draws != NULL) {
        int64_t length = steps(w->in->assets[asset].black_start_h, g->step_h);
        for (int64_t first = t; first > 0 && first > t - length; first--)
            if (own_damage(w, g, asset, level, first - 1) && !own_damage(w, g, asset, level, first))
                return true;
        return false;
    }
    int64_t start = repair_step(w, g, asset);
    return was_hit(w, asset) && start != INT64_MAX && t >= start &&
           t < start + steps(w->in->assets[asset].black_start_h, g->step_h);
}

static bool exhausted(const world *w, const grid *g, uint32_t reason)
{
    return g->n[reason] >= steps(buffer_of(w, reason), g->step_h);
}

static void solve_step(world *w, const grid *g, int64_t t)
{
    const hf_engine_input *in = w->in;
    memcpy(w->below, w->pinned, (size_t)in->asset_count * LEVELS * sizeof(bool));
    for (uint32_t a = 0; a < in->asset_count; a++)
        for (uint32_t q = 1; q < levels_of(w, a); q++)
            if (own_damage(w, g, a, q, t))
                w->below[at(a, q)] = true;
    if (w->question->restart == HF_RESTART_SEQUENTIAL && t > 0)
        for (uint32_t r = 0; r < w->reason_count; r++) {
            size_t node = at(consumer_of(w, r), level_of(w, r));
            if (g->d_before[node] && !in_window(w, g, consumer_of(w, r), level_of(w, r), t) &&
                g->unsat_before[r] && exhausted(w, g, r))
                w->below[node] = true;
        }
    for (bool changed = true; changed;) {
        changed = keep_levels_in_step(w, w->below);
        for (uint32_t r = 0; r < w->reason_count; r++) {
            size_t node = at(consumer_of(w, r), level_of(w, r));
            if (!w->below[node] && exhausted(w, g, r) &&
                !in_window(w, g, consumer_of(w, r), level_of(w, r), t) &&
                reason_is_lost(w, w->below, r))
                changed = w->below[node] = true;
        }
    }
}

static void note_falls(world *w, const grid *g, int64_t t)
{
    for (uint32_t a = 0; a < w->in->asset_count; a++)
        for (uint32_t q = 1; q < levels_of(w, a); q++) {
            size_t node = at(a, q);
            if (!w->below[node] || w->pinned[node] || w->first_seen[node])
                continue;
            w->first_seen[node] = true;
            w->fell_at[node] = t;
            w->cause[node] = HF_CAUSE_DAMAGE;
            w->via[node] = HF_NO_INDEX;
            w->via_lost_at[node] = t;
            if (own_damage(w, g, a, q, t))
                continue;
            for (uint32_t r = w->reason_count; r-- > 0;) {
                if (at(consumer_of(w, r), level_of(w, r)) != node || !exhausted(w, g, r) ||
                    !reason_is_lost(w, w->below, r))
                    continue;
                w->via[node] = r;
                w->via_lost_at[node] = g->unsat_before[r] ? g->unsat_since[r] : t;
                w->cause[node] = is_slot(w, r) ? HF_CAUSE_NETWORK : HF_CAUSE_DEPENDENCY;
            }
        }
}

static void count_step(world *w, grid *g, int64_t t)
{
    for (uint32_t r = 0; r < w->reason_count; r++) {
        bool is_lost = reason_is_lost(w, w->below, r);
        int64_t buffer = steps(buffer_of(w, r), g->step_h);
        bool is_gradual = !is_slot(w, r) && w->in->groups[r].recharge == HF_RECHARGE_GRADUAL;
        if (is_lost) {
            if (!g->unsat_before[r])
                g->unsat_since[r] = t;
            g->n[r] = g->n[r] + 1 < buffer ? g->n[r] + 1 : buffer;
        } else {
            g->n[r] = is_gradual && g->n[r] > 0 ? g->n[r] - 1 : 0;
        }
        g->unsat_before[r] = is_lost;
    }
}

static void run_grid(world *w, grid *g)
{
    size_t size = (size_t)w->in->asset_count * LEVELS;
    g->n = HF_NEW_N(w->arena, int64_t, w->reason_count);
    g->unsat_since = HF_NEW_N(w->arena, int64_t, w->reason_count);
    g->unsat_before = hf_arena_take_n(w->arena, w->reason_count, sizeof(bool));
    g->d_before = hf_arena_take_n(w->arena, size, sizeof(bool));
    w->was_below = hf_arena_take_n(w->arena, size * (size_t)g->step_count, sizeof(bool));
    for (int64_t t = 0; t < g->step_count; t++) {
        solve_step(w, g, t);
        note_falls(w, g, t);
        count_step(w, g, t);
        memcpy(g->d_before, w->below, size * sizeof(bool));
        memcpy(w->was_below + size * (size_t)t, w->below, size * sizeof(bool));
    }
}

// ---- what it means ----

static bool down_at(const world *w, size_t node, int64_t moment)
{
    if (w->pinned[node])
        return true;
    if (w->is_static)
        return w->first_seen[node] && w->fell_at[node] <= moment;
    return w->was_below[(size_t)moment * w->in->asset_count * LEVELS + node];
}

// Marks the lost members of the reason by which `node` fell, looking through gates.
static void mark_lost(const world *w, size_t node, bool *is_lost, bool *is_open)
{
    if (is_open[node] || !w->first_seen[node])
        return;
    is_open[node] = true;
    if (w->via[node] == HF_NO_INDEX && node % LEVELS > 1) // fell with the level below it
        mark_lost(w, node - 1, is_lost, is_open);
    if (w->via[node] == HF_NO_INDEX || w->cause[node] != HF_CAUSE_DEPENDENCY)
        return;
    const hf_engine_group *g = &w->in->groups[w->via[node]];
    for (uint32_t i = 0; i < g->member_count; i++) {
        const hf_engine_member *m = &w->in->members[g->first_member + i];
        size_t member = at(m->supplier, required_level(w, m));
        if (!down_at(w, member, w->via_lost_at[node]))
            continue;
        if (!w->in->assets[m->supplier].is_virtual)
            is_lost[m->supplier] = true;
        else
            mark_lost(w, member, is_lost, is_open);
    }
}

static void list_lost(const world *w, hf_oracle_asset *out, uint32_t asset)
{
    const hf_engine_input *in = w->in;
    bool *is_lost = hf_arena_take_n(w->arena, in->asset_count, sizeof(bool));
    bool *is_open = hf_arena_take_n(w->arena, (size_t)in->asset_count * LEVELS, sizeof(bool));
    mark_lost(w, at(asset, 1), is_lost, is_open);
    out->lost = HF_NEW_N(w->arena, uint32_t, in->asset_count);
    for (uint32_t a = 0; a < in->asset_count; a++)
        if (is_lost[a])
            out->lost[out->lost_count++] = a;
}

static void list_outages(const world *w, const grid *g, hf_oracle_asset *out, uint32_t asset)
{
    out->outage_count = 1;
    out->until_h = INFINITY;
    if (w->is_static)
        return;
    out->outage_count = 0;
    bool before = false;
    for (int64_t t = 0; t < g->step_count; t++) {
        bool now = down_at(w, at(asset, 1), t);
        out->outage_count += now && !before;
        if (before && !now)
            out->until_h = (double)t * g->step_h;
        before = now;
    }
    if (before)
        out->until_h = INFINITY;
}

static void add_loss(const world *w, const grid *g, uint32_t asset, uint32_t level, hf_loss *loss)
{
    const hf_engine_asset *a = &w->in->assets[asset];
    int64_t top = levels_of(w, asset) - 1;
    int64_t weight = a->people * (top - level + 1) / top - a->people * (top - level) / top;
    loss->people += weight;
    for (int64_t t = 0; !w->is_static && t < g->step_count; t++) {
        if (down_at(w, at(asset, level), t)) {
            if (t + 1 < g->step_count)
                loss->time.person_steps += weight;
            else
                loss->time.person_last += weight;
        }
    }
}

static void sum_up(const world *w, const grid *g, hf_oracle *out)
{
    const hf_engine_input *in = w->in;
    out->assets = HF_NEW_N(w->arena, hf_oracle_asset, in->asset_count);
    out->by_sector = HF_NEW_N(w->arena, hf_loss, in->sector_count);
    for (uint32_t a = 0; a < in->asset_count; a++) {
        hf_oracle_asset *asset = &out->assets[a];
        size_t node = at(a, 1);
        if (in->assets[a].is_virtual)
            continue;
        for (uint32_t q = 1; q < levels_of(w, a); q++) {
            if (!w->first_seen[at(a, q)])
                continue;
            add_loss(w, g, a, q, &out->loss);
            add_loss(w, g, a, q, &out->by_sector[in->assets[a].sector]);
            out->reduction_count += q > 1 && !w->first_seen[node];
        }
        asset->is_pinned = w->pinned[node];
        asset->has_fallen = w->first_seen[node];
        if (!asset->has_fallen)
            continue;
        double unit = w->is_static ? 1e9 : 1 / g->step_h;
        asset->cause = w->cause[node];
        asset->group = asset->layer = HF_NO_INDEX;
        if (asset->cause == HF_CAUSE_DEPENDENCY)
            asset->group = w->via[node];
        for (uint32_t l = 0; l < in->layer_count && asset->cause == HF_CAUSE_NETWORK; l++)
            if (w->via[node] - in->group_count >= in->layers[l].first_member)
                asset->layer = l;
        asset->at_h =
            w->is_static ? (double)w->fell_at[node] / unit : (double)w->fell_at[node] * g->step_h;
        asset->lost_at_h = w->is_static ? (double)w->via_lost_at[node] / unit
                                        : (double)w->via_lost_at[node] * g->step_h;
        list_lost(w, asset, a);
        list_outages(w, g, asset, a);
    }
}

static world open_world(const hf_engine_input *input, const hf_question *question, hf_arena *arena)
{
    size_t size = (size_t)input->asset_count * LEVELS;
    world w = {.in = input,
               .question = question,
               .arena = arena,
               .reason_count = input->group_count + input->layer_member_count,
               .below = hf_arena_take_n(arena, size, sizeof(bool)),
               .pinned = hf_arena_take_n(arena, size, sizeof(bool)),
               .first_seen = hf_arena_take_n(arena, size, sizeof(bool)),
               .fell_at = HF_NEW_N(arena, int64_t, size),
               .cause = HF_NEW_N(arena, hf_cause, size),
               .via = HF_NEW_N(arena, uint32_t, size),
               .via_lost_at = HF_NEW_N(arena, int64_t, size),
               .is_static = question->hours == 0};
    for (size_t node = 0; node < size; node++)
        w.via[node] = HF_NO_INDEX;
    w.settles = true;
    find_pinned(&w);
    w.settles = false;
    return w;
}

void hf_oracle_run(const hf_engine_input *input, const hf_question *question, hf_arena *arena,
                   hf_oracle *out)
{
    world w = open_world(input, question, arena);
    grid g = {.step_h = question->step_h == 0 ? 1 : question->step_h};
    *out = (hf_oracle){0};
    if (w.is_static) {
        run_static(&w);
    } else {
        g.step_count = steps(question->hours, g.step_h);
        run_grid(&w, &g);
    }
    sum_up(&w, &g, out);
}

// The static trial: everything that falls once all buffers have run out.
static void run_untimed(world *w)
{
    const hf_engine_input *in = w->in;
    memcpy(w->below, w->pinned, (size_t)in->asset_count * LEVELS * sizeof(bool));
    for (uint32_t a = 0; a < in->asset_count; a++)
        for (uint32_t q = 1; q < levels_of(w, a); q++)
            if (w->draws->damage[a] != 0 && w->draws->damage[a] <= q)
                w->below[at(a, q)] = true;
    for (bool changed = true; changed;) {
        changed = keep_levels_in_step(w, w->below);
        for (uint32_t r = 0; r < w->reason_count; r++) {
            size_t node = at(consumer_of(w, r), level_of(w, r));
            if (!w->below[node] && reason_is_lost(w, w->below, r))
                changed = w->below[node] = true;
        }
    }
}

void hf_oracle_trial(const hf_engine_input *input, const hf_question *question,
                     const hf_oracle_draws *draws, hf_arena *arena, hf_oracle_states *out)
{
    world w = open_world(input, question, arena);
    grid g = {.step_h = question->step_h == 0 ? 1 : question->step_h};
    w.draws = draws;
    out->pinned = w.pinned;
    if (w.is_static) {
        run_untimed(&w);
        out->below = w.below;
        out->step_count = 1;
        return;
    }
    out->step_count = g.step_count = steps(question->hours, g.step_h);
    run_grid(&w, &g);
    out->below = w.was_below;
}
