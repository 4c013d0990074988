// SPDX-License-Identifier: Apache-2.0
//
// hf_score_rows against figures by hand, and against places that are counted row by row.
#include <math.h>

#include "check.h"

enum { CRITERIA = 4, ROWS = 40 };

static hf_scores score(const hf_score_question *question, hf_arena *arena)
{
    hf_error err = {0};
    hf_scores scores;
    if (!hf_score_rows(question, arena, &scores, &err))
        fail_msg("%s: %s", err.code, err.message);
    return scores;
}

static void a_sum_of_shares_of_the_greatest_value(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const double values[] = {1000, 500, 0, 1, 4, 2, 0, 0, 0}, weights[] = {3, 1, 4};
    hf_score_question question = {values, 3, 3, weights, 0.2};
    hf_scores scores = score(&question, &arena);
    assert_true(scores.weights[0] == 0.375 && scores.weights[1] == 0.125 &&
                scores.weights[2] == 0.5);
    assert_true(scores.greatest[0] == 1000 && scores.greatest[1] == 4 && scores.greatest[2] == 0);
    assert_true(scores.score[0] == 0.375 + 0.125 * 0.25);
    assert_true(scores.score[1] == 0.375 * 0.5 + 0.125);
    assert_true(scores.score[2] == 0.125 * 0.5);
    assert_true(hf_score_part(&question, &scores, 1, 0) == 0.125 * 0.25);
    assert_true(hf_score_part(&question, &scores, 2, 0) ==
                0); // nobody has any: no share of nothing
}

// Weights 1 : 1. A fifth more of the first is 0.6 : 0.4, where 0 beats 1; a fifth less is 0.4 : 0.6, where 1 beats
// it; with both as given they are equal and stand as they stood.
static void places_move_as_far_as_a_change_of_a_weight_moves_them(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const double values[] = {10, 5, 10, 1, 5, 10, 10, 1}, weights[] = {1, 1};
    hf_score_question question = {values, 4, 2, weights, 0.2};
    hf_scores scores = score(&question, &arena);
    static const uint32_t order[] = {2, 0, 1, 3}, best[] = {2, 2, 1, 4}, worst[] = {3, 3, 1, 4};
    assert_memory_equal(scores.order, order, sizeof(order));
    assert_memory_equal(scores.best, best, sizeof(best));
    assert_memory_equal(scores.worst, worst, sizeof(worst));
    question.change = 0;
    scores = score(&question, &arena);
    assert_int_equal(scores.best[1], 3);
    assert_int_equal(scores.worst[1], 3);
}

static double score_with(const double *values, const double *weights, uint32_t row)
{
    double sum = 0;
    for (uint32_t c = 0; c < CRITERIA; c++) {
        double greatest = 0;
        for (uint32_t r = 0; r < ROWS; r++)
            greatest = fmax(greatest, values[c * ROWS + r]);
        sum += greatest > 0 ? weights[c] * (values[c * ROWS + row] / greatest) : 0;
    }
    return sum;
}

static uint32_t place_with(const double *values, const double *weights, uint32_t row)
{
    uint32_t place = 1;
    double own = score_with(values, weights, row);
    for (uint32_t r = 0; r < ROWS; r++) {
        double other = score_with(values, weights, r);
        place += other > own || (!(other < own) && r < row);
    }
    return place;
}

static void widen(uint32_t place, uint32_t *best, uint32_t *worst)
{
    *best = place < *best ? place : *best;
    *worst = place > *worst ? place : *worst;
}

static void same_places(const double *values, const hf_scores *ours, double change, uint32_t row)
{
    uint32_t place = place_with(values, ours->weights, row), best = place, worst = place;
    assert_int_equal(ours->order[place - 1], row);
    for (uint32_t changed = 0; changed < CRITERIA; changed++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double weights[CRITERIA], weight = ours->weights[changed];
            if (!(weight > 0 && weight < 1))
                continue;
            double value = fmin(1, weight * (1 + sign * change));
            for (uint32_t c = 0; c < CRITERIA; c++)
                weights[c] = c == changed ? value : ours->weights[c] * ((1 - value) / (1 - weight));
            widen(place_with(values, weights, row), &best, &worst);
        }
    assert_int_equal(ours->best[row], best);
    assert_int_equal(ours->worst[row], worst);
}

static void places_are_those_counted_row_by_row(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 60; seed++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_test_random random = {seed};
        double values[CRITERIA * ROWS], weights[CRITERIA], change = 0.1 * (double)(seed % 11);
        for (uint32_t i = 0; i < CRITERIA * ROWS; i++)
            values[i] = hf_test_below(&random, seed % 2 == 0 ? 5 : 100000);
        for (uint32_t c = 0; c < CRITERIA; c++)
            weights[c] = hf_test_below(&random, 4) + (c == seed % CRITERIA ? 1 : 0);
        hf_score_question question = {values, ROWS, CRITERIA, weights, change};
        hf_scores scores = score(&question, &arena);
        for (uint32_t row = 0; row < ROWS; row++)
            same_places(values, &scores, change, row);
    }
}

static void one_criterion_alone_moves_nothing(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const double values[] = {1, 2, 3, 9, 9, 9}, weights[] = {2, 0};
    hf_score_question question = {values, 3, 2, weights, 1};
    hf_scores scores = score(&question, &arena);
    for (uint32_t row = 0; row < 3; row++) {
        assert_int_equal(scores.best[row], 3 - row);
        assert_int_equal(scores.worst[row], 3 - row);
    }
}

static void refuses_weights_that_say_nothing(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const double values[] = {1, 2};
    const double wrong[][2] = {{0, 0}, {1, -1}, {NAN, 1}, {INFINITY, 1}, {1e308, 1e308}};
    for (size_t i = 0; i < HF_COUNT(wrong); i++) {
        hf_score_question question = {values, 1, 2, wrong[i], 0.2};
        hf_error err = {0};
        hf_scores scores;
        assert_false(hf_score_rows(&question, &arena, &scores, &err));
        assert_string_equal(err.code, "engine.weights");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_of_shares_of_the_greatest_value),
        cmocka_unit_test(places_move_as_far_as_a_change_of_a_weight_moves_them),
        cmocka_unit_test(places_are_those_counted_row_by_row),
        cmocka_unit_test(one_criterion_alone_moves_nothing),
        cmocka_unit_test(refuses_weights_that_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
