// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: which groups are lost, and their consumers taken down, range by range.
#ifndef HF_ENGINE_KERNEL_SWEEP_H
#define HF_ENGINE_KERNEL_SWEEP_H

#include "engine/kernel/draw.h"

// Everything that the code of one width needs while it runs one part of a block.
typedef struct {
    const hf_lane_question *question;
    const hf_lanes *lanes;
    hf_lane_worker *worker;
    draw_place place;
    line live;      // lanes that are trials
    line *down;     // by node; the last is never down
    line *gates;    // by gate + 1; the first is always open
    line *kept;     // live masks of ranges that are looked at more than once
    line *links;    // live masks of the others: one range at a time
    line *class_of; // by threat class: the live lanes of it
    bool is_far;    // the lines do not fit into the second cache: fetch them ahead
} part;

// Lost when one, two or all three are down, by code.
INLINE piece lost_of_three(piece a, piece b, piece c, uint32_t code)
{
    piece any = piece_any(a, b, c), two = piece_two(a, b, c), all = piece_all(a, b, c);
    piece wants_two = piece_of(-(uint64_t)(code == 1));
    piece wants_any = piece_of(-(uint64_t)(code == 0));
    return piece_or_and(piece_or_and(all, two, wants_two), any, wants_any);
}

// Piece k of the lanes in which a record is lost.
INLINE piece lost_piece(const part *p, uint32_t index, const line *links, bool has_links,
                        uint32_t k)
{
    const hf_lane_record *record = &p->lanes->records[index];
    piece a = piece_in(p->down, record->member[0], k), b = piece_in(p->down, record->member[1], k);
    piece c = piece_in(p->down, record->member[2], k);
    if (has_links) {
        const uint32_t *link = &p->lanes->record_link[3 * (size_t)index];
        a &= piece_in(links, link[0], k);
        b &= piece_in(links, link[1], k);
        c &= piece_in(links, link[2], k);
    }
    return lost_of_three(a, b, c, record->consumer_code >> HF_LANE_NODE_BITS);
}

// Piece k of the lanes in which a wide group is lost: bit planes of the capacity that is lost, compared
// with the slack.
static inline piece lost_wide(const part *p, uint32_t index, const line *links, uint32_t k)
{
    const hf_lane_wide *wide = &p->lanes->wides[index];
    piece plane[64];
    for (uint32_t i = 0; i < wide->plane_count; i++)
        plane[i] = piece_none();
    for (uint32_t m = 0; m < wide->member_count; m++) {
        const hf_lane_member *member = &p->lanes->members[wide->first_member + m];
        piece x = piece_in(p->down, member->node, k) & piece_in(links, member->link, k);
        for (uint64_t rest = member->capacity; rest != 0; rest &= rest - 1) {
            piece carry = x;
            for (uint32_t i = (uint32_t)__builtin_ctzll(rest); i < wide->plane_count; i++) {
                piece sum = plane[i] ^ carry;
                carry &= plane[i];
                plane[i] = sum;
            }
        }
    }
    piece above = piece_none(), equal = piece_of(UINT64_MAX);
    for (uint32_t i = wide->plane_count; i-- > 0;) {
        if ((wide->slack >> i & 1) != 0) {
            equal &= plane[i];
        } else {
            above = piece_or_and(above, equal, plane[i]);
            equal &= ~plane[i];
        }
    }
    return above;
}

INLINE void fetch_ahead(const part *p, uint32_t index)
{
    const hf_lane_record *record = &p->lanes->records[index];
    __builtin_prefetch(&p->down[record->member[0]]);
    __builtin_prefetch(&p->down[record->member[1]]);
    __builtin_prefetch(&p->down[record->member[2]]);
}

// Takes piece k of a node down, and notes in `fell` where it was up.
INLINE void take_down(line *down, uint32_t node, uint32_t k, piece lost, piece *fell)
{
    piece *here = piece_at(down, node, k), before = *here;
    *here = before | lost;
    *fell = piece_or_and_not(*fell, lost, before);
}

INLINE void sweep_records(const part *p, const hf_lane_run *run, const line *links, bool has_links,
                          bool has_gates, bool is_far, piece fell[LINE_PIECES])
{
    const hf_lanes *lanes = p->lanes;
    for (uint32_t i = run->first_record; i < run->first_record + run->record_count; i++) {
        if (is_far)
            fetch_ahead(p, i + HF_LANE_RECORDS_AHEAD);
        uint32_t consumer = lanes->records[i].consumer_code & HF_LANE_NODE_MASK;
        EACH_PIECE (k) {
            piece lost = lost_piece(p, i, links, has_links, k);
            if (has_gates)
                lost &= piece_in(p->gates, p->question->record_gate[i], k);
            take_down(p->down, consumer, k, lost, &fell[k]);
        }
    }
}

static void sweep_wides(const part *p, const hf_lane_run *run, const line *links,
                        piece fell[LINE_PIECES])
{
    for (uint32_t i = run->first_wide; i < run->first_wide + run->wide_count; i++)
        for (uint32_t k = 0; k < LINE_PIECES; k++) {
            piece lost = lost_wide(p, i, links, k);
            if (p->question->wide_gate != NULL)
                lost &= piece_in(p->gates, p->question->wide_gate[i], k);
            take_down(p->down, p->lanes->wides[i].consumer, k, lost, &fell[k]);
        }
}

// One pass over the groups of a range. Returns whether something fell.
INLINE bool sweep_range_as(const part *p, const hf_lane_range *range, const line *links,
                           bool has_links, bool has_gates, bool is_far)
{
    piece fell[LINE_PIECES], any = piece_none();
    EACH_PIECE (k)
        fell[k] = piece_none();
    for (uint32_t i = range->first_run; i < range->first_run + range->run_count; i++) {
        const hf_lane_run *run = &p->lanes->runs[i];
        sweep_records(p, run, links, has_links, has_gates, is_far, fell);
        if (run->wide_count > 0)
            sweep_wides(p, run, links, fell);
    }
    EACH_PIECE (k)
        any |= fell[k];
    return !piece_is_none(any);
}

// One loop for each kind of register, without a question inside.
static bool sweep_range(const part *p, const hf_lane_range *range, const line *links)
{
    bool has_gates = p->question->gate_count > 0;
    if (range->link_count > 0)
        return has_gates ? sweep_range_as(p, range, links, true, true, false)
                         : sweep_range_as(p, range, links, true, false, false);
    if (has_gates)
        return p->is_far ? sweep_range_as(p, range, links, false, true, true)
                         : sweep_range_as(p, range, links, false, true, false);
    return p->is_far ? sweep_range_as(p, range, links, false, false, true)
                     : sweep_range_as(p, range, links, false, false, false);
}

// Draws the live masks of a range; the first place is the mask of certain ones.
static void draw_links(const part *p, const hf_lane_range *range, line *links)
{
    draw_stream stream = stream_of(&p->question->prepared->link_random, &p->place);
    const hf_lane_link *link = &p->lanes->links[range->first_link];
    links[0] = line_of(UINT64_MAX);
    if (p->question->has_eighths) {
        for (uint32_t i = 0; i < range->link_count; i++)
            links[i + 1] =
                draw_eighth(&stream, link[i].id, (uint32_t)(hf_short_strength(link[i].p) >> 24));
        return;
    }
    for (uint32_t i = 0; i < range->link_count; i++)
        links[i + 1] = draw_chance(&stream, link[i].id, link[i].p,
                                   p->question->link_rare[range->first_link + i]);
}

INLINE void note_sweep(const part *p, uint32_t range)
{
    hf_lane_worker *worker = p->worker;
    if (worker->sweep_count < worker->sweep_room)
        worker->sweeps[worker->sweep_count] = range;
    worker->sweep_count++;
}

// A component with a cycle: swept until nothing changes, ranges whose suppliers did not change left
// out. The least solution, whatever the order.
static void sweep_cycle(const part *p, const hf_lane_stretch *stretch)
{
    const hf_lanes *lanes = p->lanes;
    uint8_t *is_due = p->worker->is_due;
    uint32_t end = stretch->first_range + stretch->range_count;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t r = stretch->first_range; r < end; r++) {
            if (!is_due[r])
                continue;
            is_due[r] = 0;
            const hf_lane_range *range = &lanes->ranges[r];
            note_sweep(p, r);
            if (!sweep_range(p, range, p->kept + p->question->first_kept[r]))
                continue;
            for (uint32_t k = range->first_dependent; k < range[1].first_dependent; k++) {
                uint32_t next = lanes->dependents[k];
                if (next >= stretch->first_range && next < end) {
                    is_due[next] = 1;
                    again = again || next <= r;
                }
            }
        }
    }
}

#endif
