// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: what is counted of the lines. Losses of lanes are sums in bit planes; no
// loop over lanes but the one at the end of a block that reads them off.
#ifndef HF_ENGINE_KERNEL_OUTCOME_H
#define HF_ENGINE_KERNEL_OUTCOME_H

#include "engine/kernel/sweep.h"

enum { COUNT_PLANES = HF_SUM_LINES - HF_LOSS_PLANES }; // of at most 64 lines

// Counts lines in carry-save form: planes of ones, twos, fours, and the eights by ripple.
INLINE void add_eight(piece count[COUNT_PLANES], const piece x[8])
{
    piece two[4], four[2], carry;
    UNROLL for (int i = 0; i < 4; i++) piece_add(&count[0], x[2 * i], x[2 * i + 1], &two[i]);
    UNROLL for (int i = 0; i < 2; i++) piece_add(&count[1], two[2 * i], two[2 * i + 1], &four[i]);
    piece_add(&count[2], four[0], four[1], &carry);
    UNROLL for (int i = 3; i < COUNT_PLANES; i++)
    {
        piece before = count[i];
        count[i] = before ^ carry;
        carry &= before;
    }
}

// Piece k: sums[bit …] += the number in `planes`. The sum has room for all that can ever be lost.
INLINE void add_planes(line *sums, uint32_t bit, const piece planes[COUNT_PLANES], uint32_t k)
{
    piece carry = piece_none();
    UNROLL for (uint32_t i = 0; i < COUNT_PLANES; i++)
    {
        piece *sum = piece_at(sums, bit + i, k), before = *sum;
        *sum = piece_odd(before, planes[i], carry);
        carry = piece_two(before, planes[i], carry);
    }
    for (uint32_t i = bit + COUNT_PLANES; i < HF_LOSS_PLANES && !piece_is_none(carry); i++) {
        piece *sum = piece_at(sums, i, k), before = *sum;
        *sum = before ^ carry;
        carry &= before;
    }
}

// Piece k: adds the lines of the nodes listed, all of one bit of weight.
INLINE void add_weight(const line *down, const uint8_t *node, hf_lane_weight weight, line *sums,
                       uint32_t k)
{
    piece count[COUNT_PLANES], x[8];
    UNROLL for (uint32_t i = 0; i < COUNT_PLANES; i++) count[i] = piece_none();
    uint32_t left = weight.count;
    for (; left >= 8; left -= 8, node += 8) {
        UNROLL for (uint32_t i = 0; i < 8; i++) x[i] = piece_in(down, node[i], k);
        add_eight(count, x);
    }
    if (left > 0) {
        UNROLL for (uint32_t i = 0; i < 8; i++) x[i] =
            i < left ? piece_in(down, node[i], k) : piece_none();
        add_eight(count, x);
    }
    add_planes(sums, weight.bit, count, k);
}

// Adds weight × down of the nodes of a range to the losses of the lanes.
static void add_losses(const part *p, const hf_lane_range *range, line *sums)
{
    const line *down = p->down + range->first_node;
    const uint8_t *node = p->lanes->weighed + range->first_weighed;
    for (uint32_t i = 0; i < range->weight_count; i++) {
        hf_lane_weight weight = p->lanes->weights[range->first_weight + i];
        EACH_PIECE (k)
            add_weight(down, node, weight, sums, k);
        node += weight.count;
    }
}

// The counts of up to 64 lines, added to counts[0 …].
INLINE void add_counts(const line *lines, uint32_t count, uint64_t *counts)
{
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8)
        line_add_counts(lines + i, counts + i);
    for (; i < count; i++)
        counts[i] += line_count(lines[i]);
}

// In place, 64 rows of 64 bits. Source: Warren 2013, "Hacker's Delight", section 7-3.
static void turn_bits(uint64_t rows[64])
{
    uint64_t mask = 0x00000000FFFFFFFF;
    for (uint32_t step = 32; step != 0; step >>= 1, mask ^= mask << step) {
        for (uint32_t k = 0; k < 64; k = ((k | step) + 1) & ~step) {
            uint64_t swap = (rows[k] >> step ^ rows[k | step]) & mask;
            rows[k] ^= swap << step;
            rows[k | step] ^= swap;
        }
    }
}

// Reads the sums of all lanes off the planes.
static void read_losses(const line *sums, uint64_t losses[HF_LANES])
{
    uint64_t words[LINE_WORDS], rows[64];
    for (uint32_t w = 0; w < LINE_WORDS; w++) {
        memset(rows, 0, sizeof(rows));
        for (uint32_t i = 0; i < HF_LOSS_PLANES; i++) {
            line_store(words, sums[i]);
            rows[i] = words[w];
        }
        turn_bits(rows);
        memcpy(losses + 64 * (size_t)w, rows, sizeof(rows));
    }
}

INLINE void add_number(hf_wide *sum, HF_U128 number)
{
    hf_wide_add_wide(sum, (hf_wide){(uint64_t)number, (uint64_t)(number >> 64)});
}

// Counts the lanes in which each node of a range is down, in this step, and the weight down by row.
static void count_down(const part *p, const hf_lane_range *range, uint32_t step, uint64_t *counts)
{
    hf_lane_worker *worker = p->worker;
    const line *down = p->down + range->first_node;
    if (worker->series == NULL) {
        add_counts(down, range->node_count, counts + range->first_node);
        return;
    }
    const hf_plan *plan = p->lanes->plan;
    hf_wide *series = worker->series + (size_t)step * p->question->prepared->series_count;
    uint64_t count[HF_LANE_RANGE_NODES] = {0};
    add_counts(down, range->node_count, count);
    for (uint32_t i = 0; i < range->node_count; i++) {
        uint32_t v = range->first_node + i;
        if (counts != NULL)
            counts[v] += count[i];
        if (count[i] == 0 || (plan->flags[v] & HF_NODE_PINNED) != 0)
            continue;
        add_number(&series[p->question->row_of[v]], (HF_U128)count[i] * (uint64_t)plan->weight[v]);
    }
}

// The lanes' losses as bit planes.
static void planes_of(const uint64_t losses[HF_LANES], line plane[64])
{
    uint64_t words[64][LINE_WORDS], rows[64];
    for (uint32_t w = 0; w < LINE_WORDS; w++) {
        memcpy(rows, losses + 64 * (size_t)w, sizeof(rows));
        turn_bits(rows);
        for (uint32_t i = 0; i < 64; i++)
            words[i][w] = rows[i];
    }
    for (uint32_t i = 0; i < 64; i++)
        plane[i] = line_load(words[i]);
}

enum { FEW_LANES = 12 };

// Losses of a part of a block, and their squares as a low and a high word, as planes.
typedef struct {
    line loss[64], low[64], high[64];
} loss_planes;

static void planes_of_losses(const uint64_t losses[HF_LANES], loss_planes *out)
{
    uint64_t low[HF_LANES], high[HF_LANES];
    for (uint32_t i = 0; i < HF_LANES; i++) {
        HF_U128 square = (HF_U128)losses[i] * losses[i];
        low[i] = (uint64_t)square;
        high[i] = (uint64_t)(square >> 64);
    }
    planes_of(losses, out->loss);
    planes_of(low, out->low);
    planes_of(high, out->high);
}

// Modulo 2^128.
static HF_U128 sum_of_lanes(line own, const line plane[64])
{
    HF_U128 all = 0;
    for (uint32_t i = 0; i < 64; i++)
        if (!line_is_none(plane[i]))
            all += (HF_U128)line_count(plane[i] & own) << i;
    return all;
}

// Adds the losses of the lanes in `own`: one by one when they are few, else by planes.
static void add_own_loss(line own, const loss_planes *planes, const uint64_t losses[HF_LANES],
                         hf_lane_own_loss *to)
{
    HF_U128 all = 0, square = 0;
    if (line_count(own) <= FEW_LANES) {
        uint64_t words[LINE_WORDS];
        line_store(words, own);
        for (uint32_t w = 0; w < LINE_WORDS; w++)
            for (uint64_t rest = words[w]; rest != 0; rest &= rest - 1) {
                uint64_t loss = losses[64 * w + (uint32_t)__builtin_ctzll(rest)];
                all += loss;
                square += (HF_U128)loss * loss;
            }
    } else {
        all = sum_of_lanes(own, planes->loss);
        square = sum_of_lanes(own, planes->low) + (sum_of_lanes(own, planes->high) << 64);
    }
    add_number(&to->sum, all);
    add_number(&to->square, square);
}

#endif
