// SPDX-License-Identifier: Apache-2.0
//
// The samplers: lanes against single trials bit by bit, then V17 (frequencies and correlations, seeds
// recorded), and the draw of classes.
#include "check.h"
#include "engine/sample.h"

#include "chi_square.h"

#include <string.h>

static bool lane_of(const uint64_t line[HF_LINE_WORDS], uint32_t lane)
{
    return (line[lane / 64] >> (lane % 64) & 1) != 0;
}

static void lanes_equal_single_trials(void **unused)
{
    (void)unused;
    static const uint64_t chances[] = {0,           1,
                                       2,           1000,
                                       1u << 20,    (1u << 25) - 1,
                                       1u << 25,    (1u << 25) + 1,
                                       0x05000000,  0x12345678u,
                                       0x80000000u, 0xFF000000u,
                                       UINT32_MAX,  HF_CERTAIN};
    static const uint64_t blocks[] = {0, 1, 77, ((uint64_t)1 << 50) + 3};
    uint64_t all = 0;
    for (uint32_t g = 0; g < 2; g++)
        for (size_t i = 0; i < HF_COUNT(chances); i++)
            for (size_t b = 0; b < HF_COUNT(blocks); b++) {
                uint64_t p = chances[i], line[HF_LINE_WORDS], key = hf_test_id(9, i);
                hf_random random = hf_random_of((hf_generator)g, 12, HF_STREAM_DAMAGE, 4);
                hf_rare rare = {0};
                if (hf_is_rare(p))
                    rare = hf_rare_of(p);
                hf_line(&random, key, blocks[b], p, hf_is_rare(p) ? &rare : NULL, line);
                for (uint32_t lane = 0; lane < HF_BLOCK_TRIALS; lane++) {
                    bool bit = hf_bit(&random, key, blocks[b] * HF_BLOCK_TRIALS + lane, p,
                                      hf_is_rare(p) ? &rare : NULL);
                    assert_true(bit == lane_of(line, lane));
                    all += bit;
                    assert_true(p != 0 || !bit);
                    assert_true(p != HF_CERTAIN || bit);
                }
                hf_line_dense(&random, key, blocks[b], p, NULL, line); // also where B is the choice
                for (uint32_t lane = 0; lane < HF_BLOCK_TRIALS; lane++)
                    assert_true(hf_bit_dense(&random, key, blocks[b] * HF_BLOCK_TRIALS + lane, p) ==
                                lane_of(line, lane));
            }
    assert_true(all > 10000);
}

// Many hits in one word come from one another: p just below 1/128 over many words.
static void rare_hits_equal_single_trials(void **unused)
{
    (void)unused;
    uint64_t p = HF_RARE_BELOW - 1, line[HF_LINE_WORDS];
    hf_rare rare = hf_rare_of(p);
    hf_random random = hf_random_of(HF_GENERATOR_ARS, 3, HF_STREAM_DAMAGE, 0);
    uint32_t twice = 0;
    for (uint64_t block = 0; block < 100; block++) {
        hf_line_rare(&random, 8, block, p, &rare, line);
        for (uint32_t lane = 0; lane < HF_BLOCK_TRIALS; lane++)
            assert_true(hf_bit_rare(&random, 8, block * HF_BLOCK_TRIALS + lane, p, &rare) ==
                        lane_of(line, lane));
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
            twice += (line[w] & (line[w] - 1)) != 0;
    }
    assert_true(twice > 20);
}

static void a_lane_that_is_not_needed_is_left_out(void **unused)
{
    (void)unused;
    hf_test_random numbers = {5};
    hf_random random = hf_random_of(HF_GENERATOR_ARS, 3, HF_STREAM_LINK, 0);
    for (uint32_t i = 0; i < 200; i++) {
        uint64_t need[HF_LINE_WORDS], all[HF_LINE_WORDS], some[HF_LINE_WORDS];
        uint64_t p = hf_test_next(&numbers) >> (32 + hf_test_below(&numbers, 32));
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
            need[w] = hf_test_next(&numbers) & hf_test_next(&numbers);
        hf_line_dense(&random, i, 2, p, NULL, all);
        hf_line_dense(&random, i, 2, p, need, some);
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
            assert_true(some[w] == (all[w] & need[w]));
    }
}

// Another p in each lane, one uniform number: what the dense line of each p says in its lanes.
static void classes_of_lanes_share_the_digits(void **unused)
{
    (void)unused;
    hf_test_random numbers = {6};
    hf_random random = hf_random_of(HF_GENERATOR_PHILOX, 3, HF_STREAM_DAMAGE, 0);
    static const uint64_t special[] = {0, HF_CERTAIN, 1, UINT32_MAX};
    for (uint32_t i = 0; i < 300; i++) {
        hf_lane_class classes[5];
        uint64_t out[HF_LINE_WORDS], line[HF_LINE_WORDS], want[HF_LINE_WORDS] = {0};
        memset(classes, 0, sizeof(classes));
        for (uint32_t lane = 0; lane < HF_BLOCK_TRIALS; lane++) {
            uint32_t h = hf_test_below(&numbers, 6); // the sixth class has no chance
            if (h < 5)
                classes[h].lanes[lane / 64] |= (uint64_t)1 << (lane % 64);
        }
        for (uint32_t h = 0; h < 5; h++) {
            classes[h].p = hf_test_chance(&numbers, 20) ? special[hf_test_below(&numbers, 4)]
                                                        : hf_test_next(&numbers) >> 32;
            hf_line_dense(&random, i, 3, classes[h].p, NULL, line);
            for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
                want[w] |= line[w] & classes[h].lanes[w];
        }
        hf_line_classes(&random, i, 3, classes, 5, out);
        assert_memory_equal(out, want, sizeof(out));
    }
}

static void levels_are_nested(void **unused)
{
    (void)unused;
    hf_random random = hf_random_of(HF_GENERATOR_ARS, 4, HF_STREAM_DAMAGE, 0);
    uint64_t low[HF_LINE_WORDS], high[HF_LINE_WORDS];
    for (uint64_t key = 0; key < 100; key++) {
        hf_line_dense(&random, key, 0, key << 25, NULL, low);
        hf_line_dense(&random, key, 0, (key + 5) << 25, NULL, high);
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
            assert_true((low[w] & ~high[w]) == 0);
    }
}

static void chances_and_short_strengths_are_rounded_and_clamped(void **unused)
{
    (void)unused;
    assert_true(hf_chance_of(0) == 0 && hf_chance_of(1) == HF_CERTAIN);
    assert_true(hf_chance_of(1e-12) == 1 && hf_chance_of(1 - 1e-12) == UINT32_MAX);
    assert_true(hf_chance_of(0.5) == 0x80000000u);
    assert_true(hf_short_strength(hf_chance_of(0.01)) == 3u << 24); // 0.0117
    assert_true(hf_short_strength(1) == 1u << 24 && hf_short_strength(UINT32_MAX) == 255u << 24);
    assert_true(hf_short_strength(HF_CERTAIN) == HF_CERTAIN);
}

static void tables_are_kept_once(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint64_t list[] = {500, 7, 500, HF_CERTAIN, 0, 7, 1u << 25, 9};
    hf_rare_set set = hf_rare_set_of(list, HF_COUNT(list), &arena);
    assert_int_equal(set.count, 3);
    hf_rare nine = hf_rare_of(9);
    assert_memory_equal(hf_rare_find(&set, 9), &nine, sizeof(nine));
}

// ---- V17 ----

enum { BLOCKS = 2000 };
#define TRIALS ((double)BLOCKS * HF_BLOCK_TRIALS)

static void frequencies_are_right(void **unused)
{
    (void)unused;
    for (uint32_t g = 0; g < 2; g++) {
        double sum = 0;
        for (uint32_t i = 0; i < 40; i++) { // from 8e-6, two fifths of them rare
            uint64_t p = (uint64_t)(32768 * pow(131000, i / 39.0)), line[HF_LINE_WORDS];
            hf_random random = hf_random_of((hf_generator)g, 100 + i, HF_STREAM_DAMAGE, 0);
            hf_rare rare = {0};
            if (hf_is_rare(p))
                rare = hf_rare_of(p);
            uint64_t hits = 0;
            for (uint64_t block = 0; block < BLOCKS; block++) {
                hf_line(&random, 1, block, p, hf_is_rare(p) ? &rare : NULL, line);
                for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
                    hits += (uint64_t)__builtin_popcountll(line[w]);
            }
            double q = (double)p / (double)HF_CERTAIN, off = (double)hits - TRIALS * q;
            sum += off * off / (TRIALS * q * (1 - q));
        }
        assert_plausible(sum, 40, "frequency");
    }
}

typedef enum { NEXT_LANE, NEXT_WORD, NEXT_ASSET, NEXT_STEP, NEXT_SEED, NEXT_COUNT } neighbour;

// Both of two neighbours hit, over many pairs.
static uint64_t hits_together(hf_generator generator, neighbour next, uint64_t p,
                              const hf_rare *rare)
{
    uint64_t a[HF_LINE_WORDS], b[HF_LINE_WORDS], together = 0;
    hf_random first = hf_random_of(generator, 7, HF_STREAM_REPAIR, 1);
    hf_random second = hf_random_of(generator, next == NEXT_SEED ? 8 : 7, HF_STREAM_REPAIR,
                                    next == NEXT_STEP ? 2 : 1);
    for (uint64_t block = 0; block < BLOCKS; block++) {
        hf_line(&first, 5, 2 * block, p, rare, a);
        hf_line(&second, next == NEXT_ASSET ? 6 : 5, 2 * block + (next == NEXT_WORD), p, rare, b);
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++)
            together += next == NEXT_LANE
                            ? (uint64_t)__builtin_popcountll(a[w] & a[w] >> 1 & 0x5555555555555555)
                            : (uint64_t)__builtin_popcountll(a[w] & b[w]);
    }
    return together;
}

static void neighbours_are_independent(void **unused)
{
    (void)unused;
    static const uint64_t chances[] = {1u << 24, 1u << 28, 1u << 30, 1u << 31, 0xC0000000u};
    for (uint32_t g = 0; g < 2; g++)
        for (uint32_t next = 0; next < NEXT_COUNT; next++) {
            double sum = 0;
            for (size_t i = 0; i < HF_COUNT(chances); i++) {
                hf_rare rare = {0};
                if (hf_is_rare(chances[i]))
                    rare = hf_rare_of(chances[i]);
                double q = (double)chances[i] / (double)HF_CERTAIN;
                double pairs = next == NEXT_LANE ? TRIALS / 2 : TRIALS;
                double off = (double)hits_together((hf_generator)g, (neighbour)next, chances[i],
                                                   hf_is_rare(chances[i]) ? &rare : NULL) -
                             pairs * q * q;
                sum += off * off / (pairs * q * q * (1 - q * q));
            }
            assert_plausible(sum, HF_COUNT(chances), "pairs");
        }
}

// Hits in a word: 0, 1, 2, 3 or more of 64, by either sampler, are binomial.
static void both_samplers_follow_the_same_law(void **unused)
{
    (void)unused;
    uint64_t p = HF_RARE_BELOW - 12345;
    double q = (double)p / (double)HF_CERTAIN, want[4] = {pow(1 - q, 64)};
    want[1] = 64 * q * pow(1 - q, 63);
    want[2] = 64 * 63 / 2 * q * q * pow(1 - q, 62);
    want[3] = 1 - want[0] - want[1] - want[2];
    hf_rare rare = hf_rare_of(p);
    for (uint32_t way = 0; way < 4; way++) {
        hf_random random = hf_random_of((hf_generator)(way / 2), 40, HF_STREAM_DAMAGE, 0);
        uint64_t seen[4] = {0}, line[HF_LINE_WORDS];
        double lanes[64] = {0}, sum = 0, lane_sum = 0;
        for (uint64_t block = 0; block < BLOCKS; block++) {
            hf_line(&random, 2, block, p, way % 2 == 0 ? &rare : NULL, line);
            for (uint32_t w = 0; w < HF_LINE_WORDS; w++) {
                uint32_t hits = (uint32_t)__builtin_popcountll(line[w]);
                seen[hits < 3 ? hits : 3]++;
                for (uint32_t lane = 0; lane < 64; lane++)
                    lanes[lane] += (double)(line[w] >> lane & 1);
            }
        }
        double words = (double)BLOCKS * HF_LINE_WORDS;
        for (uint32_t i = 0; i < 4; i++)
            sum += pow((double)seen[i] - words * want[i], 2) / (words * want[i]);
        for (uint32_t lane = 0; lane < 64; lane++)
            lane_sum += pow(lanes[lane] - words * q, 2) / (words * q * (1 - q));
        assert_plausible(sum, 3, "hits in a word");
        assert_plausible(lane_sum, 64, "hits in a lane");
    }
}

// ---- Classes ----

// What the table says, exactly: each column has the same share.
static void the_alias_table_keeps_the_probabilities(void **unused)
{
    (void)unused;
    hf_test_random numbers = {8};
    for (uint32_t i = 0; i < 500; i++) {
        uint32_t count = 1 + hf_test_below(&numbers, HF_CLASS_COUNT_MAX);
        double p[HF_CLASS_COUNT_MAX], sum = 0, got[HF_CLASS_COUNT_MAX] = {0};
        for (uint32_t h = 0; h < count; h++)
            sum += p[h] = hf_test_chance(&numbers, 20) ? 0 : hf_test_below(&numbers, 1000) + 1;
        if (sum <= 0)
            p[0] = sum = 1;
        for (uint32_t h = 0; h < count; h++)
            p[h] /= sum;
        hf_alias alias = hf_alias_of(p, count);
        for (uint32_t h = 0; h < count; h++) {
            double keep = (double)alias.keep[h] / 18446744073709551616.0;
            got[h] += keep / count;
            got[alias.other[h]] += (1 - keep) / count;
        }
        for (uint32_t h = 0; h < count; h++)
            assert_true(fabs(got[h] - p[h]) < 1e-14 && (p[h] > 0 || got[h] <= 0));
    }
}

static void classes_come_as_often_as_they_should(void **unused)
{
    (void)unused;
    static const double p[] = {0.5, 0.25, 0.1, 0, 0.1, 0.05};
    for (uint32_t g = 0; g < 2; g++) {
        hf_alias alias = hf_alias_of(p, HF_COUNT(p));
        hf_random random = hf_random_of((hf_generator)g, 77, HF_STREAM_CLASS, 0);
        uint64_t seen[HF_COUNT(p)] = {0};
        double sum = 0, n = 200000;
        for (uint64_t trial = 0; trial < 200000; trial++)
            seen[hf_class_of_trial(&alias, &random, trial)]++;
        assert_true(seen[3] == 0);
        for (size_t h = 0; h < HF_COUNT(p); h++)
            sum += p[h] > 0 ? pow((double)seen[h] - n * p[h], 2) / (n * p[h]) : 0;
        assert_plausible(sum, 4, "classes");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_equal_single_trials),
        cmocka_unit_test(rare_hits_equal_single_trials),
        cmocka_unit_test(a_lane_that_is_not_needed_is_left_out),
        cmocka_unit_test(classes_of_lanes_share_the_digits),
        cmocka_unit_test(levels_are_nested),
        cmocka_unit_test(chances_and_short_strengths_are_rounded_and_clamped),
        cmocka_unit_test(tables_are_kept_once),
        cmocka_unit_test(frequencies_are_right),
        cmocka_unit_test(neighbours_are_independent),
        cmocka_unit_test(both_samplers_follow_the_same_law),
        cmocka_unit_test(the_alias_table_keeps_the_probabilities),
        cmocka_unit_test(classes_come_as_often_as_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
