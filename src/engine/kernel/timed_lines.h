// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: time. Repairs, buffers, start windows and the restart rule for all lanes at
// once, step by step.
#ifndef HF_ENGINE_KERNEL_TIMED_LINES_H
#define HF_ENGINE_KERNEL_TIMED_LINES_H

#include "engine/kernel/damage.h"
#include "engine/kernel/outcome.h"

INLINE line *plane_of(const part *p, uint32_t plane)
{
    return (line *)p->worker->planes + plane;
}

// Takes the lanes of a cohort that are repaired out of it, and out of `now`.
INLINE void repair_cohort(const part *p, const draw_stream *stream, const hf_lane_hit *hit,
                          line *cohort, uint32_t age, line *now)
{
    const hf_repair *repair = &p->question->prepared->repairs[hit->repair];
    uint64_t chance = repair->fixed_steps == (int64_t)age + 1 ? HF_CERTAIN : 0;
    if (repair->law != HF_REPAIR_FIXED)
        chance = repair->chance[age < repair->chance_count ? age : repair->chance_count - 1];
    if (chance == 0)
        return;
    EACH_PIECE (k) {
        piece *left = piece_at(cohort, 0, k);
        if (piece_is_none(*left))
            continue;
        piece ended = *left;
        if (chance < HF_CERTAIN)
            ended = draw_dense(stream, hit->id, (uint32_t)chance, ended, 0, k);
        *left &= ~ended;
        *piece_at(now, 0, k) &= ~ended;
    }
}

// Piece k of the start window: begins where own damage has ended, and closes after its steps. Returns
// the lanes in which it opened or closed.
INLINE piece move_window(const part *p, const hf_lane_hit *hit, uint32_t h, uint32_t k, piece ended)
{
    line *left = plane_of(p, hit->first_plane);
    piece *window = piece_at(p->worker->window, h, k), before = *window;
    piece borrow = before, open = piece_none();
    for (uint32_t i = 0; i < hit->plane_count; i++) {
        piece *digit = piece_at(left, i, k);
        piece less = *digit ^ borrow;
        borrow &= ~*digit;
        *digit = piece_choose(ended, piece_of(-(uint64_t)(hit->window_steps >> i & 1)), less);
        open |= *digit;
    }
    *window = open;
    return before ^ open;
}

// Repairs and shocks of one node in step t. Returns whether its damage or its window changed.
static bool move_hit(const part *p, const draw_stream *repairs, uint32_t h, uint32_t t)
{
    const hf_lane_question *q = p->question;
    const hf_lane_hit *hit = &q->hits[h];
    line *damaged = (line *)p->worker->damaged + h;
    line *cohort = hit->shock_count == 1 ? damaged : (line *)p->worker->cohort + hit->first_shock;
    line before = *damaged, now = before;
    for (uint32_t k = 0; k < hit->shock_count; k++) {
        const hf_lane_shock *shock = &q->shocks[hit->first_shock + k];
        if (shock->step < t) {
            repair_cohort(p, repairs, hit, &cohort[k], t - 1 - shock->step, &now);
        } else if (shock->step == t) {
            draw_stream stream = stream_of(&q->prepared->shock_random[shock->when], &p->place);
            line own = draw_own(p, &stream, hit->id, shock);
            line any = draw_any(p, &stream, hit->id, shock, own);
            for (uint32_t i = 0; i < k; i++)
                cohort[i] &= ~any;
            now |= own;
            cohort[k] = now & any;
            ((line *)p->worker->own)[h] |= own;
        }
    }
    *damaged = now;
    piece changed = piece_none();
    EACH_PIECE (k) {
        piece was = piece_in(&before, 0, k), is = piece_in(&now, 0, k);
        changed |= was ^ is;
        if (hit->plane_count > 0)
            changed |= move_window(p, hit, h, k, was & ~is);
    }
    return !piece_is_none(changed);
}

// Piece k of the lanes in which the reason of a gate is lost.
INLINE piece lost_gate(const part *p, const hf_lane_gate *gate, const line *links, bool has_links,
                       uint32_t k)
{
    switch (gate->kind) {
    case HF_GATE_RECORD:
        return lost_piece(p, gate->source, links, has_links, k);
    case HF_GATE_WIDE:
        return lost_wide(p, gate->source, links, k);
    case HF_GATE_SLOT:
        return piece_in(p->worker->cut, gate->source, k);
    }
    return piece_none();
}

// Moves piece k of the counter of one gate by the step that has been solved. Returns the lanes in which
// a plane changed; used_up: those that are all ones now.
INLINE piece move_counter(const hf_lane_gate *gate, line *plane, uint32_t k, piece lost,
                          piece *used_up)
{
    piece full = piece_of(UINT64_MAX), rest = piece_none(), changed = piece_none(), now = full;
    uint64_t empty = (1ull << gate->plane_count) - 1 - gate->buffer_steps;
    for (uint32_t i = 0; i < gate->plane_count; i++)
        full &= piece_in(plane, i, k);
    if (gate->is_gradual)
        for (uint32_t i = 0; i < gate->plane_count; i++)
            rest |= piece_in(plane, i, k) ^ piece_of(-(empty >> i & 1));
    piece carry = lost & ~full, borrow = rest & ~lost;
    piece moves = gate->is_gradual ? piece_of(UINT64_MAX) : lost; // elsewhere it is empty at once
    for (uint32_t i = 0; i < gate->plane_count; i++) {
        piece before = piece_in(plane, i, k);
        piece after =
            piece_choose(moves, piece_odd(before, carry, borrow), piece_of(-(empty >> i & 1)));
        carry &= before;
        borrow &= ~before;
        *piece_at(plane, i, k) = after;
        changed |= after ^ before;
        now &= after;
    }
    *used_up = now;
    return changed;
}

INLINE void move_counters_as(const part *p, uint32_t r, bool has_links)
{
    const hf_lane_question *q = p->question;
    const line *links = p->kept + q->first_kept[r];
    piece moved = piece_none(), turned = piece_none();
    for (uint32_t g = q->first_gate[r]; g < q->first_gate[r + 1]; g++) {
        const hf_lane_gate *gate = &q->gates[g];
        if (gate->plane_count == 0)
            continue;
        line *plane = plane_of(p, gate->first_plane);
        EACH_PIECE (k) {
            piece *open = piece_at(p->gates, g + 1, k), used_up;
            moved |=
                move_counter(gate, plane, k, lost_gate(p, gate, links, has_links, k), &used_up);
            turned |= used_up ^ *open;
            *open = used_up;
        }
    }
    p->worker->is_counting[r] = !piece_is_none(moved);
    if (!piece_is_none(turned))
        p->worker->is_due[r] = 1;
}

// The gates of a range after step t. A gate that opens or closes makes the range due.
static void move_counters(const part *p, uint32_t r)
{
    if (p->lanes->ranges[r].link_count > 0)
        move_counters_as(p, r, true);
    else
        move_counters_as(p, r, false);
}

// Closes the gates of starting assets for this step: they run without supply.
static void close_windows(const part *p, uint32_t r)
{
    const hf_lane_question *q = p->question;
    const line *window = p->worker->window;
    for (uint32_t g = q->first_gate[r]; g < q->first_gate[r + 1]; g++) {
        const hf_lane_gate *gate = &q->gates[g];
        if (gate->window_hit == 0)
            continue;
        line used_up = line_of(UINT64_MAX);
        for (uint32_t i = 0; i < gate->plane_count; i++)
            used_up &= *plane_of(p, gate->first_plane + i);
        p->gates[g + 1] = used_up & ~window[gate->window_hit - 1];
    }
}

// What the restart rule keeps down in this step: it was down, and a used-up reason was lost in the
// step before. The ties between the levels of one asset are no requirement.
static void hold_range(const part *p, uint32_t index)
{
    const hf_lane_question *q = p->question;
    const hf_lanes *lanes = p->lanes;
    const hf_lane_range *range = &lanes->ranges[index];
    const line *links = p->kept + q->first_kept[index];
    line *held = p->worker->held;
    memset(held + range->first_node, 0, range->node_count * sizeof(line));
    for (uint32_t i = range->first_run; i < range->first_run + range->run_count; i++) {
        const hf_lane_run *run = &lanes->runs[i];
        for (uint32_t r = run->first_record; r < run->first_record + run->record_count; r++) {
            if (lanes->plan->input_group[lanes->record_group[r]] == HF_NO_INDEX)
                continue;
            uint32_t consumer = lanes->records[r].consumer_code & HF_LANE_NODE_MASK;
            EACH_PIECE (k)
                *piece_at(held, consumer, k) |=
                    piece_in(p->gates, q->record_gate[r], k) & lost_piece(p, r, links, true, k);
        }
        for (uint32_t w = run->first_wide; w < run->first_wide + run->wide_count; w++) {
            if (lanes->plan->input_group[lanes->wides[w].group] == HF_NO_INDEX)
                continue;
            for (uint32_t k = 0; k < LINE_PIECES; k++)
                *piece_at(held, lanes->wides[w].consumer, k) |=
                    piece_in(p->gates, q->wide_gate[w], k) & lost_wide(p, w, links, k);
        }
    }
    for (uint32_t v = range->first_node; v < range->first_node + range->node_count; v++) {
        if ((lanes->plan->flags[v] & HF_NODE_IN_LAYER) != 0)
            for (uint32_t i = lanes->plan->first_slot[v]; i < lanes->plan->first_slot[v + 1]; i++) {
                uint32_t s = lanes->plan->node_slots[i];
                EACH_PIECE (k)
                    *piece_at(held, v, k) |= slot_gate(p, s, k) & piece_in(p->worker->cut, s, k);
            }
        EACH_PIECE (k)
            *piece_at(held, v, k) &= piece_in(p->down, v, k);
    }
}

// Own damage and what is held, the rest up.
static void start_range(const part *p, uint32_t r)
{
    const hf_lane_question *q = p->question;
    const hf_lane_range *range = &p->lanes->ranges[r];
    const line *damaged = p->worker->damaged, *held = p->worker->held;
    if (held != NULL)
        memcpy(p->down + range->first_node, held + range->first_node,
               range->node_count * sizeof(line));
    else
        memset(p->down + range->first_node, 0, range->node_count * sizeof(line));
    for (uint32_t h = q->first_hit[r]; h < q->first_hit[r + 1]; h++)
        EACH_PIECE (k)
            *piece_at(p->down, q->hits[h].node, k) |= piece_in(damaged, h, k);
    pin_range(p, range);
}

INLINE void make_dependents_due(const part *p, const hf_lane_range *range)
{
    for (uint32_t k = range->first_dependent; k < range[1].first_dependent; k++)
        p->worker->is_due[p->lanes->dependents[k]] = 1;
}

// Solves a range without cycles again.
static void solve_range(const part *p, uint32_t r)
{
    const hf_lane_range *range = &p->lanes->ranges[r];
    line before[HF_LANE_RANGE_NODES];
    piece changed = piece_none();
    memcpy(before, p->down + range->first_node, range->node_count * sizeof(line));
    start_range(p, r);
    note_sweep(p, r);
    (void)sweep_range(p, range, p->kept + p->question->first_kept[r]);
    for (uint32_t i = 0; i < range->node_count; i++)
        EACH_PIECE (k)
            changed |= piece_in(before, i, k) ^ piece_in(p->down, range->first_node + i, k);
    p->worker->is_counting[r] = 1;
    if (!piece_is_none(changed))
        make_dependents_due(p, range);
    p->worker->is_due[r] = 0;
}

// Solves a stretch with a cycle again, from own damage: going on from the step before would let mutual
// support keep itself down.
static void solve_cycle(const part *p, const hf_lane_stretch *stretch)
{
    uint32_t end = stretch->first_range + stretch->range_count;
    bool is_due = false;
    for (uint32_t r = stretch->first_range; r < end; r++)
        is_due |= p->worker->is_due[r] != 0;
    if (!is_due)
        return;
    for (uint32_t r = stretch->first_range; r < end; r++)
        start_range(p, r);
    memset(p->worker->is_due + stretch->first_range, 1, stretch->range_count);
    settle_cycle(p, stretch);
    for (uint32_t r = stretch->first_range; r < end; r++)
        make_dependents_due(p, &p->lanes->ranges[r]);
    memset(p->worker->is_due + stretch->first_range, 0, stretch->range_count);
    memset(p->worker->is_counting + stretch->first_range, 1, stretch->range_count);
}

static void open_timed(const part *p)
{
    const hf_lane_question *q = p->question;
    const hf_lanes *lanes = p->lanes;
    hf_lane_worker *worker = p->worker;
    memset(worker->down, 0, lanes->node_count * sizeof(line));
    if (worker->ever != NULL)
        memset(worker->ever, 0, lanes->node_count * sizeof(line));
    memset(worker->own, 0, q->hit_count * sizeof(line));
    memset(worker->damaged, 0, q->hit_count * sizeof(line));
    memset(worker->window, 0, q->hit_count * sizeof(line));
    memset(worker->cohort, 0, q->shock_count * sizeof(line));
    memset(worker->planes, 0, q->plane_count * sizeof(line));
    memset(worker->cut, 0, lanes->plan->slot_count * sizeof(line));
    memset(worker->is_due, 1, lanes->range_count);
    memset(worker->is_counting, 0, lanes->range_count);
    p->gates[0] = line_of(UINT64_MAX);
    for (uint32_t g = 0; g < q->gate_count; g++) {
        const hf_lane_gate *gate = &q->gates[g];
        uint64_t empty = (1ull << gate->plane_count) - 1 - gate->buffer_steps;
        for (uint32_t i = 0; i < gate->plane_count; i++)
            *plane_of(p, gate->first_plane + i) = line_of(-(empty >> i & 1));
        p->gates[g + 1] = line_of(gate->plane_count == 0 ? UINT64_MAX : 0);
    }
    for (uint32_t r = 0; r < lanes->range_count; r++)
        if (lanes->ranges[r].link_count > 0)
            draw_links(p, &lanes->ranges[r], p->kept + q->first_kept[r]);
}

// Before a step is solved: damage, start windows, and what the restart rule holds.
static void begin_step(const part *p, uint32_t t)
{
    const hf_lane_question *q = p->question;
    uint8_t *is_due = p->worker->is_due;
    hf_random random = hf_random_of(q->prepared->simulation->generator,
                                    q->prepared->simulation->seed, HF_STREAM_REPAIR, t);
    draw_stream repairs = stream_of(&random, &p->place);
    for (uint32_t r = 0; r < p->lanes->range_count; r++) {
        for (uint32_t h = q->first_hit[r]; h < q->first_hit[r + 1]; h++)
            if (move_hit(p, &repairs, h, t))
                is_due[r] = 1;
        if (q->has_windows)
            close_windows(p, r);
    }
    if (!q->is_sequential)
        return;
    for (uint32_t r = 0; r < p->lanes->range_count; r++)
        hold_range(p, r);
    memset(is_due, 1, p->lanes->range_count);
}

static void end_step(const part *p, uint32_t t)
{
    const hf_lanes *lanes = p->lanes;
    hf_lane_worker *worker = p->worker;
    bool is_last = t + 1 == p->question->step_count;
    for (uint32_t r = 0; r < lanes->range_count; r++) {
        const hf_lane_range *range = &lanes->ranges[r];
        if (worker->is_counting[r])
            move_counters(p, r);
        add_losses(p, range, is_last ? worker->last_sums : worker->sums);
        if (worker->down_count != NULL || worker->series != NULL)
            count_down(p, range, t, is_last ? worker->last_count : worker->down_count);
        if (worker->ever != NULL)
            for (uint32_t v = range->first_node; v < range->first_node + range->node_count; v++)
                EACH_PIECE (k)
                    *piece_at(worker->ever, v, k) |= piece_in(p->down, v, k);
    }
}

static void run_timed(const part *p)
{
    const hf_lanes *lanes = p->lanes;
    hf_lane_worker *worker = p->worker;
    open_timed(p);
    for (uint32_t t = 0; t < p->question->step_count; t++) {
        begin_step(p, t);
        for (uint32_t i = 0; i < lanes->stretch_count; i++) {
            const hf_lane_stretch *stretch = &lanes->stretches[i];
            if (stretch->is_cyclic) {
                solve_cycle(p, stretch);
                continue;
            }
            for (uint32_t r = stretch->first_range; r < stretch->first_range + stretch->range_count;
                 r++)
                if (worker->is_due[r])
                    solve_range(p, r);
        }
        end_step(p, t);
    }
    if (worker->ever_count != NULL)
        add_counts(worker->ever, lanes->node_count, worker->ever_count);
    if (worker->own_count != NULL)
        add_counts(worker->own, p->question->hit_count, worker->own_count);
}

#endif
