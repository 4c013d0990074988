// SPDX-License-Identifier: Apache-2.0
//
// Writes the random bits of the engine without end, in the order in which a simulation would meet them
// along one axis, for a test battery that reads a pipe (bench/random_battery.sh):
//
//   random_stream GENERATOR ORDER [SEED] | dieharder -g 200 -d TEST
//
// GENERATOR  ars4x32-5 or philox4x32-10
// ORDER      lane: trial after trial, one asset, one digit. digit: the 32 digits of each trial's uniform
//            number. step: one trial, step after step. asset: one trial, asset after asset
//
// Keys are 1, 2, 3 … and not hashes, which is harder on the generator than a register is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/random.h"

typedef enum { BY_LANE, BY_DIGIT, BY_STEP, BY_ASSET } order;
static const char *const order_words[] = {"lane", "digit", "step", "asset"};

// Turns 64 rows of 64 bits into 64 columns. Source: Warren 2012, "Hacker's Delight", section 7-3.
static void transpose(uint64_t a[64])
{
    uint64_t mask = 0x00000000FFFFFFFF;
    for (uint32_t j = 32; j != 0; j /= 2, mask ^= mask << j) {
        for (uint32_t k = 0; k < 64; k = (k + j + 1) & ~j) {
            uint64_t t = (a[k] >> j ^ a[k + j]) & mask;
            a[k] ^= t << j;
            a[k + j] ^= t;
        }
    }
}

// The row-th word of the round-th batch of 64 along one axis, for 64 trials.
static uint64_t word_at(hf_generator generator, uint64_t seed, order by, uint64_t round,
                        uint32_t row)
{
    uint64_t along = 64 * (round / 16) + row; // sixteen words of trials, then on along the axis
    uint32_t step = by == BY_STEP ? (uint32_t)along : 0;
    uint64_t key = by == BY_ASSET ? along + 1 : by == BY_DIGIT ? round / 16 * 2 + row / 32 + 1 : 1;
    uint32_t digit = by == BY_DIGIT ? row % 32 : 0;
    hf_stream stream = by == BY_STEP ? HF_STREAM_REPAIR : HF_STREAM_DAMAGE;
    hf_random random = hf_random_of(generator, seed, stream, step);
    return hf_random_word(&random, key, round % 16, digit);
}

int main(int count, char **words)
{
    uint64_t batch[64];
    uint32_t by = 0;
    hf_generator generator = HF_GENERATOR_ARS;
    if (count >= 3 && strcmp(words[1], hf_generator_name(HF_GENERATOR_PHILOX)) == 0)
        generator = HF_GENERATOR_PHILOX;
    uint64_t seed = count == 4 ? strtoull(words[3], NULL, 10) : 1;
    bool is_told = count == 3 || count == 4;
    while (is_told && by < 4 && strcmp(words[2], order_words[by]) != 0)
        by++;
    if (!is_told || by == 4 || strcmp(words[1], hf_generator_name(generator)) != 0) {
        (void)fputs("random_stream GENERATOR lane|digit|step|asset [SEED]\n", stderr);
        return 64;
    }
    hf_random lanes = hf_random_of(generator, seed, HF_STREAM_DAMAGE, 0);
    for (uint64_t round = 0;; round++) {
        for (uint32_t row = 0; row < 64 && by != BY_LANE; row++)
            batch[row] = word_at(generator, seed, (order)by, round, row);
        for (uint32_t row = 0; row < 64 && by == BY_LANE; row += 8)
            hf_random_line(&lanes, 1, 8 * round + row / 8, 0, batch + row);
        if (by != BY_LANE)
            transpose(batch);
        if (fwrite(batch, sizeof(batch), 1, stdout) != 1)
            return 0; // the reader has enough
    }
}
