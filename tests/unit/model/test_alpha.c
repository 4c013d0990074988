// SPDX-License-Identifier: Apache-2.0
//
// Agreement of assessors: the published example of Krippendorff (2011), laws, and what is left open.
#include "check.h"

#include <math.h>

#include "model/alpha.h"

#define NO HF_AGREEMENT_MISSING

// 12 units, 4 observers, values 1 to 5; the table of "Computing Krippendorff's Alpha-Reliability", section C.
static const int8_t published[12][4] = {
    {1, 1, NO, 1}, {2, 2, 3, 2}, {3, 3, 3, 3}, {3, 3, 3, 3},  {2, 2, 2, 2},   {1, 2, 3, 4},
    {4, 4, 4, 4},  {1, 1, 2, 1}, {2, 2, 2, 2}, {NO, 5, 5, 5}, {NO, NO, 1, 1}, {NO, 3, NO, NO}};

static void has_the_published_values(void **state)
{
    (void)state;
    assert_true(fabs(hf_alpha(published[0], 12, 4, HF_ALPHA_NOMINAL) - 0.743) < 0.0005);
    assert_true(fabs(hf_alpha(published[0], 12, 4, HF_ALPHA_ORDINAL) - 0.815) < 0.0005);
    assert_true(fabs(hf_alpha(published[0], 12, 4, HF_ALPHA_INTERVAL) - 0.849) < 0.0005);
}

static void does_not_depend_on_who_comes_first(void **state)
{
    (void)state;
    int8_t turned[12][4];
    for (size_t u = 0; u < 12; u++)
        for (size_t c = 0; c < 4; c++)
            turned[11 - u][3 - c] = published[u][c];
    for (int metric = HF_ALPHA_NOMINAL; metric <= HF_ALPHA_INTERVAL; metric++)
        assert_true(fabs(hf_alpha(turned[0], 12, 4, (hf_alpha_metric)metric) -
                         hf_alpha(published[0], 12, 4, (hf_alpha_metric)metric)) < 1e-12);
}

static void a_unit_with_one_value_says_nothing(void **state)
{
    (void)state;
    assert_true(hf_alpha(published[0], 12, 4, HF_ALPHA_ORDINAL) ==
                hf_alpha(published[0], 11, 4, HF_ALPHA_ORDINAL));
}

static void full_agreement_is_one_and_full_disagreement_is_below_chance(void **state)
{
    (void)state;
    static const int8_t same[3][2] = {{0, 0}, {4, 4}, {2, 2}};
    static const int8_t other[2][2] = {{0, 4}, {4, 0}};
    assert_true(hf_alpha(same[0], 3, 2, HF_ALPHA_ORDINAL) == 1);
    assert_true(hf_alpha(same[0], 3, 2, HF_ALPHA_NOMINAL) == 1);
    assert_true(hf_alpha(other[0], 2, 2, HF_ALPHA_NOMINAL) < 0);
}

static void is_not_known_without_pairs_or_without_difference(void **state)
{
    (void)state;
    static const int8_t alone[2][2] = {{0, NO}, {NO, 4}};
    static const int8_t equal[2][2] = {{3, 3}, {3, 3}};
    assert_true(isnan(hf_alpha(alone[0], 2, 2, HF_ALPHA_ORDINAL)));
    assert_true(isnan(hf_alpha(equal[0], 2, 2, HF_ALPHA_ORDINAL)));
    assert_true(isnan(hf_alpha(NULL, 0, 2, HF_ALPHA_ORDINAL)));
}

static void median_and_spread_of_few_ratings(void **state)
{
    (void)state;
    static const int8_t odd[] = {4, 0, 2}, even[] = {1, 2, 4, 3}, holes[] = {NO, 3, NO, 3};
    hf_spread spread = hf_spread_of(odd, 3);
    assert_true(spread.median == 2 && spread.spread == 2 && spread.count == 3);
    spread = hf_spread_of(even, 4);
    assert_true(spread.median == 2.5 && spread.spread == 1.5);
    spread = hf_spread_of(holes, 4);
    assert_true(spread.median == 3 && spread.spread == 0 && spread.count == 2);
    spread = hf_spread_of(holes, 1);
    assert_true(isnan(spread.median) && isnan(spread.spread) && spread.count == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_published_values),
        cmocka_unit_test(does_not_depend_on_who_comes_first),
        cmocka_unit_test(a_unit_with_one_value_says_nothing),
        cmocka_unit_test(full_agreement_is_one_and_full_disagreement_is_below_chance),
        cmocka_unit_test(is_not_known_without_pairs_or_without_difference),
        cmocka_unit_test(median_and_spread_of_few_ratings),
    };
    return cmocka_run_group_tests_name("model/agreement", tests, NULL, NULL);
}
