// SPDX-License-Identifier: Apache-2.0
//
// The dense kernel: one part of a block, as wide as this compilation, from damage to counts. Compiled
// once for each width (HF_LANES) and set of instructions (HF_KERNEL_ISA); dense_choose.c picks one.
#include "engine/kernel/outcome.h"
#include "engine/kernel/timed_lines.h"

static void open_part(part *p, hf_lane_worker *worker, uint64_t block, uint32_t first_word)
{
    const hf_lane_question *q = worker->question;
    *p =
        (part){.question = q,
               .lanes = q->lanes,
               .worker = worker,
               .place = {block, first_word, q->prepared->simulation->generator == HF_GENERATOR_ARS},
               .down = worker->down,
               .gates = worker->gates,
               .kept = worker->kept,
               .links = worker->links,
               .class_of = worker->class_of,
               .is_far = (size_t)q->lanes->node_count * sizeof(line) > HF_NEAR_BYTES};
    uint64_t words[LINE_WORDS];
    memcpy(words, worker->live + first_word, sizeof(words));
    p->live = line_load(words);
    for (uint32_t h = 0; h < q->prepared->class_count && q->prepared->class_count > 1; h++)
        p->class_of[h] = p->live & line_load(worker->classes->lanes[h] + first_word);
    p->down[p->lanes->node_count] = line_none();
    p->kept[0] = p->links[0] = line_of(UINT64_MAX);
}

// ---- Static ----

// Own damage of a range at the start, what is pinned, and the rest up.
static void open_range(const part *p, uint32_t r)
{
    const hf_lane_question *q = p->question;
    const hf_lane_range *range = &p->lanes->ranges[r];
    line *own = p->worker->own, drawn[HF_LANE_RANGE_NODES];
    uint32_t first = q->first_hit[r];
    draw_stream stream =
        stream_of(q->prepared->shock_random, &p->place); // all shocks are at hour 0
    memset(p->down + range->first_node, 0, range->node_count * sizeof(line));
    for (uint32_t h = first; h < q->first_hit[r + 1]; h++) {
        line x = draw_own(p, &stream, q->hits[h].id, &q->shocks[q->hits[h].first_shock]);
        p->down[q->hits[h].node] = x;
        drawn[h - first] = x;
        if (own != NULL)
            own[h] = x;
    }
    if (p->worker->own_count != NULL)
        add_counts(drawn, q->first_hit[r + 1] - first, p->worker->own_count + first);
    pin_range(p, range);
}

static void close_range(const part *p, const hf_lane_range *range)
{
    hf_lane_worker *worker = p->worker;
    add_losses(p, range, worker->sums);
    if (worker->down_count != NULL || worker->series != NULL)
        count_down(p, range, 0, worker->down_count);
}

static void run_static(part *p)
{
    const hf_lanes *lanes = p->lanes;
    for (uint32_t i = 0; i < lanes->stretch_count; i++) {
        const hf_lane_stretch *stretch = &lanes->stretches[i];
        uint32_t end = stretch->first_range + stretch->range_count;
        for (uint32_t r = stretch->first_range; r < end; r++) {
            const hf_lane_range *range = &lanes->ranges[r];
            line *links = p->links;
            open_range(p, r);
            if (stretch->is_cyclic) {
                links = p->kept + p->question->first_kept[r];
                p->worker->is_due[r] = 1;
            }
            if (range->link_count > 0)
                draw_links(p, range, links);
            if (!stretch->is_cyclic) {
                note_sweep(p, r);
                (void)sweep_range(p, range, links);
                close_range(p, range);
            }
        }
        if (!stretch->is_cyclic)
            continue;
        settle_cycle(p, stretch);
        for (uint32_t r = stretch->first_range; r < end; r++)
            close_range(p, &lanes->ranges[r]);
    }
}

// ---- A block ----

static void add_own_losses(const part *p, const uint64_t losses[HF_LANES])
{
    const line *own = p->worker->own;
    loss_planes planes;
    planes_of_losses(losses, &planes);
    for (uint32_t h = 0; h < p->question->hit_count; h++)
        add_own_loss(own[h], &planes, losses, &p->worker->own_loss[h]);
}

// Losses of the lanes, and what is counted of own damage.
static void close_part(const part *p, uint64_t losses[HF_LANES])
{
    const hf_lane_question *q = p->question;
    hf_lane_worker *worker = p->worker;
    read_losses(worker->sums, losses);
    if (q->step_count > 0) {
        uint64_t last[HF_LANES];
        read_losses(worker->last_sums, last);
        for (uint32_t i = 0; i < HF_LANES; i++)
            losses[i] = q->prepared->full_length * losses[i] + q->prepared->last_length * last[i];
    }
    if (worker->own_loss != NULL)
        add_own_losses(p, losses);
    const line *ever = q->step_count > 0 ? worker->ever : worker->down;
    for (uint32_t i = 0; i < q->top_count && worker->top_count != NULL; i++)
        worker->top_count[i] +=
            line_count(ever[q->tops[i].node] & ~((const line *)worker->own)[q->tops[i].hit]);
}

static void run_block(hf_lane_worker *worker, uint64_t block)
{
    const hf_lane_question *q = worker->question;
    for (uint32_t word = 0; word < HF_LINE_WORDS; word += LINE_WORDS) {
        part p;
        open_part(&p, worker, block, word);
        memset(worker->sums, 0, HF_LOSS_PLANES * sizeof(line));
        memset(worker->last_sums, 0, HF_LOSS_PLANES * sizeof(line));
        draw_layer_links(&p);
        if (q->step_count == 0)
            run_static(&p);
        else
            run_timed(&p);
        close_part(&p, worker->losses + 64 * (size_t)word);
    }
}

// The addresses of a run of records, loads and ORs only.
INLINE void replay_run(const part *p, const hf_lane_run *run, const line *links, bool has_links,
                       bool has_gates)
{
    for (uint32_t k = run->first_record; k < run->first_record + run->record_count; k++) {
        const hf_lane_record *record = &p->lanes->records[k];
        EACH_PIECE (i) {
            piece all = piece_any(piece_in(p->down, record->member[0], i),
                                  piece_in(p->down, record->member[1], i),
                                  piece_in(p->down, record->member[2], i));
            if (has_links) {
                const uint32_t *link = &p->lanes->record_link[3 * (size_t)k];
                all |= piece_any(piece_in(links, link[0], i), piece_in(links, link[1], i),
                                 piece_in(links, link[2], i));
            }
            if (has_gates)
                all |= piece_in(p->gates, p->question->record_gate[k], i);
            *piece_at(p->down, record->consumer_code & HF_LANE_NODE_MASK, i) |= all;
        }
    }
}

static const line *links_of(const part *p, uint32_t r)
{
    uint32_t kept = p->question->first_kept[r];
    return kept > 0 ? p->kept + kept : p->links;
}

static size_t noted_sweeps(const hf_lane_worker *worker)
{
    return worker->sweep_count < worker->sweep_room ? worker->sweep_count : worker->sweep_room;
}

// The roof for the sweeps of the last block: the same addresses in the same order.
static void replay(hf_lane_worker *worker)
{
    part p;
    open_part(&p, worker, 0, 0);
    for (size_t s = 0; s < noted_sweeps(worker); s++) {
        const hf_lane_range *range = &p.lanes->ranges[worker->sweeps[s]];
        const line *links = links_of(&p, worker->sweeps[s]);
        for (uint32_t i = range->first_run; i < range->first_run + range->run_count; i++) {
            const hf_lane_run *run = &p.lanes->runs[i];
            if (range->link_count > 0)
                replay_run(&p, run, links, true, false);
            else if (p.question->gate_count > 0)
                replay_run(&p, run, links, false, true);
            else
                replay_run(&p, run, links, false, false);
        }
    }
}

// The sweeps of the last block once more: nothing falls any more, but all is looked at.
static void sweep_again(hf_lane_worker *worker)
{
    part p;
    open_part(&p, worker, 0, 0);
    for (size_t s = 0; s < noted_sweeps(worker); s++) {
        const hf_lane_range *range = &p.lanes->ranges[worker->sweeps[s]];
        (void)sweep_range(&p, range, links_of(&p, worker->sweeps[s]));
    }
}

const hf_lane_code HF_KERNEL_NAME = {
    .isa = HF_KERNEL_ISA,
    .lanes = HF_LANES,
    .run = run_block,
    .replay = replay,
    .sweep_again = sweep_again,
};
