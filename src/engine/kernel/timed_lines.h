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

INLINE line repaired(const part *p, const draw_stream *stream, const hf_lane_hit *hit, line damaged,
                     uint32_t age)
{
    const hf_repair *repair = &p->question->prepared->repairs[hit->repair];
    if (repair->law == HF_REPAIR_FIXED)
        return repair->fixed_steps == (int64_t)age + 1 ? damaged : line_none();
    uint64_t chance = repair->chance[age < repair->chance_count ? age : repair->chance_count - 1];
    if (chance >= HF_CERTAIN)
        return damaged;
    return draw_dense(stream, hit->id, (uint32_t)chance, damaged, 4);
}

// The start window: begins where own damage has ended, and closes after its steps.
static void move_window(const part *p, const hf_lane_hit *hit, uint32_t h, line ended)
{
    line *left = plane_of(p, hit->first_plane);
    line borrow = ((line *)p->worker->window)[h], open = line_none();
    for (uint32_t i = 0; i < hit->plane_count; i++) {
        line before = left[i];
        line after = before ^ borrow;
        borrow &= ~before;
        left[i] = line_choose(ended, line_of(-(uint64_t)(hit->window_steps >> i & 1)), after);
        open |= left[i];
    }
    ((line *)p->worker->window)[h] = open;
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
            if (line_is_none(cohort[k]))
                continue;
            line ended = repaired(p, repairs, hit, cohort[k], t - 1 - shock->step);
            cohort[k] &= ~ended;
            now &= ~ended;
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
    bool changed = !line_is_none(before ^ now);
    if (hit->plane_count > 0) {
        line window = ((line *)p->worker->window)[h];
        move_window(p, hit, h, before & ~now);
        changed |= !line_is_none(window ^ ((line *)p->worker->window)[h]);
    }
    return changed;
}

INLINE line lost_gate(const part *p, const hf_lane_gate *gate, const line *links)
{
    switch (gate->kind) {
    case HF_GATE_RECORD:
        return lost_record(p, gate->source, links);
    case HF_GATE_WIDE:
        return lost_wide(p, gate->source, links);
    case HF_GATE_SLOT:
        return ((const line *)p->worker->cut)[gate->source];
    }
    return line_none();
}

// Moves the counter of one gate by the step that has been solved. Returns the lanes in which a plane
// changed.
INLINE line move_counter(const hf_lane_gate *gate, line *plane, line lost, line *used_up)
{
    line full = plane[0], rest = line_none(), changed = line_none();
    uint64_t empty = (1ull << gate->plane_count) - 1 - gate->buffer_steps;
    for (uint32_t i = 1; i < gate->plane_count; i++)
        full &= plane[i];
    for (uint32_t i = 0; i < gate->plane_count; i++)
        rest |= plane[i] ^ line_of(-(empty >> i & 1));
    line carry = lost & ~full, borrow = rest & ~lost;
    line back = gate->is_gradual ? line_none() : borrow;
    line now = line_of(UINT64_MAX);
    if (!gate->is_gradual)
        borrow = line_none();
    for (uint32_t i = 0; i < gate->plane_count; i++) {
        line before = plane[i];
        line moved = line_odd(before, carry, borrow);
        carry &= before;
        borrow &= ~before;
        plane[i] = line_choose(back, line_of(-(empty >> i & 1)), moved);
        changed |= plane[i] ^ before;
        now &= plane[i];
    }
    *used_up = now;
    return changed;
}

// The gates of a range after step t. A gate that opens or closes makes the range due.
static void move_counters(const part *p, uint32_t r)
{
    const hf_lane_question *q = p->question;
    const line *links = p->kept + q->first_kept[r];
    line moved = line_none(), turned = line_none();
    for (uint32_t g = q->first_gate[r]; g < q->first_gate[r + 1]; g++) {
        const hf_lane_gate *gate = &q->gates[g];
        if (gate->plane_count == 0)
            continue;
        line used_up;
        moved |=
            move_counter(gate, plane_of(p, gate->first_plane), lost_gate(p, gate, links), &used_up);
        turned |= used_up ^ p->gates[g + 1];
        p->gates[g + 1] = used_up;
    }
    p->worker->is_counting[r] = !line_is_none(moved);
    if (!line_is_none(turned))
        p->worker->is_due[r] = 1;
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
static void hold_range(const part *p, uint32_t r)
{
    const hf_lane_question *q = p->question;
    const hf_lanes *lanes = p->lanes;
    const hf_lane_range *range = &lanes->ranges[r];
    const line *links = p->kept + q->first_kept[r];
    line *held = p->worker->held;
    memset(held + range->first_node, 0, range->node_count * sizeof(line));
    for (uint32_t i = range->first_run; i < range->first_run + range->run_count; i++) {
        const hf_lane_run *run = &lanes->runs[i];
        for (uint32_t k = run->first_record; k < run->first_record + run->record_count; k++) {
            if (lanes->plan->input_group[lanes->record_group[k]] == HF_NO_INDEX)
                continue;
            line open = q->record_gate == NULL ? line_of(UINT64_MAX) : p->gates[q->record_gate[k]];
            held[lanes->records[k].consumer_code & HF_LANE_NODE_MASK] |=
                open & lost_record(p, k, links);
        }
        for (uint32_t k = run->first_wide; k < run->first_wide + run->wide_count; k++) {
            if (lanes->plan->input_group[lanes->wides[k].group] == HF_NO_INDEX)
                continue;
            line open = q->wide_gate == NULL ? line_of(UINT64_MAX) : p->gates[q->wide_gate[k]];
            held[lanes->wides[k].consumer] |= open & lost_wide(p, k, links);
        }
    }
    for (uint32_t v = range->first_node; v < range->first_node + range->node_count; v++) {
        if ((lanes->plan->flags[v] & HF_NODE_IN_LAYER) != 0)
            for (uint32_t k = lanes->plan->first_slot[v]; k < lanes->plan->first_slot[v + 1]; k++) {
                uint32_t s = lanes->plan->node_slots[k];
                held[v] |= slot_gate(p, s) & ((const line *)p->worker->cut)[s];
            }
        held[v] &= p->down[v];
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
        p->down[q->hits[h].node] |= damaged[h];
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
    line before[HF_LANE_RANGE_NODES], changed = line_none();
    memcpy(before, p->down + range->first_node, range->node_count * sizeof(line));
    start_range(p, r);
    note_sweep(p, r);
    (void)sweep_range(p, range, p->kept + p->question->first_kept[r]);
    for (uint32_t i = 0; i < range->node_count; i++)
        changed |= before[i] ^ p->down[range->first_node + i];
    p->worker->is_counting[r] = 1;
    if (!line_is_none(changed))
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
                ((line *)worker->ever)[v] |= p->down[v];
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
