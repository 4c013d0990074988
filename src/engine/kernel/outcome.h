// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: what is counted of the lines. Losses of lanes are sums in bit planes; no
// loop over lanes but the one at the end of a block that reads them off.
#ifndef HF_ENGINE_KERNEL_OUTCOME_H
#define HF_ENGINE_KERNEL_OUTCOME_H

#include "engine/kernel/sweep.h"

// Adds up to eight lines: four planes of their count.
INLINE void add_eight(const line x[8], line out[4])
{
    line one = x[0], two[3], four;
    line_add(&one, x[1], x[2], &two[0]);
    line_add(&one, x[3], x[4], &two[1]);
    line_add(&one, x[5], x[6], &two[2]);
    line last = one & x[7];
    out[0] = one ^ x[7];
    line middle = two[0];
    line_add(&middle, two[1], two[2], &four);
    line carry = middle & last;
    out[1] = middle ^ last;
    out[2] = four ^ carry;
    out[3] = four & carry;
}

// sums[bit …] += the number in `planes`. The sum has room for all that can ever be lost.
INLINE void add_planes(line *sums, uint32_t bit, const line *planes, uint32_t count)
{
    line carry = line_none();
    for (uint32_t i = 0; i < count; i++) {
        line before = sums[bit + i];
        sums[bit + i] = line_odd(before, planes[i], carry);
        carry = line_two(before, planes[i], carry);
    }
    for (uint32_t i = bit + count; i < HF_LOSS_PLANES && !line_is_none(carry); i++) {
        line before = sums[i];
        sums[i] = before ^ carry;
        carry &= before;
    }
}

// Adds weight × down of the nodes of a range to the losses of the lanes.
static void add_losses(const part *p, const hf_lane_range *range, line *sums)
{
    const line *down = p->down + range->first_node;
    const uint8_t *node = p->lanes->weighed + range->first_weighed;
    for (uint32_t i = 0; i < range->weight_count; i++) {
        hf_lane_weight weight = p->lanes->weights[range->first_weight + i];
        line count[7], eight[4], x[8];
        for (uint32_t k = 0; k < 7; k++)
            count[k] = line_none();
        for (uint32_t left = weight.count; left > 0;) {
            uint32_t taken = left < 8 ? left : 8;
            if (taken == 8) {
                for (uint32_t k = 0; k < 8; k++)
                    x[k] = down[node[k]];
            } else {
                for (uint32_t k = 0; k < 8; k++)
                    x[k] = k < taken ? down[node[k]] : line_none();
            }
            add_eight(x, eight);
            line carry = line_none();
            for (uint32_t k = 0; k < 4; k++) {
                line before = count[k];
                count[k] = line_odd(before, eight[k], carry);
                carry = line_two(before, eight[k], carry);
            }
            for (uint32_t k = 4; k < 7; k++) {
                line before = count[k];
                count[k] = before ^ carry;
                carry &= before;
            }
            node += taken;
            left -= taken;
        }
        add_planes(sums, weight.bit, count, 7);
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

#endif
