// SPDX-License-Identifier: Apache-2.0
//
// Exact intervals of counts: published numbers, and a slow sum of probabilities written apart.
#include "check.h"

#include <math.h>

#include "model/rate.h"

static void near(double is, double wanted, double by)
{
    if (!(fabs(is - wanted) <= by))
        fail_msg("%.9g is not %.9g", is, wanted);
}

// Garwood's table, as reprinted in many places: E. S. Pearson and H. O. Hartley, Biometrika Tables for Statisticians I, table 40.
static void a_count_has_the_published_interval(void **state)
{
    static const struct {
        uint64_t count;
        double low, high;
    } known[] = {{0, 0, 3.689},      {1, 0.0253, 5.572}, {2, 0.242, 7.225}, {5, 1.623, 11.668},
                 {10, 4.795, 18.39}, {30, 20.24, 42.83}, {50, 37.11, 65.92}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        hf_rate_interval is = hf_count_interval(known[i].count);
        near(is.low, known[i].low, 0.0051);
        near(is.high, known[i].high, 0.0051);
    }
}

static double chance_up_to(uint64_t count, double mean)
{
    double sum = 0, term = 0;
    for (uint64_t i = 0; i <= count; i++) {
        term += i == 0 ? -mean : log(mean / (double)i);
        sum += exp(term);
    }
    return sum;
}

static void both_ends_leave_a_fortieth_outside(void **state)
{
    static const uint64_t counts[] = {1, 2, 3, 7, 19, 64, 300, 5000, 100000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        hf_rate_interval is = hf_count_interval(counts[i]);
        near(1 - chance_up_to(counts[i] - 1, is.low), 0.025, 1e-8);
        near(chance_up_to(counts[i], is.high), 0.025, 1e-8);
    }
}

// 8 of 10 have 0.4439 to 0.9748 (Clopper and Pearson), and 2 · 56/1024 of chance.
static void two_counts_are_compared_given_their_sum(void **state)
{
    (void)state;
    hf_rate_change is = hf_rate_compare(8, 365, 2, 365);
    near(is.ratio, 4, 1e-12);
    near(is.interval.low, 0.4439 / 0.5561, 5e-4);
    near(is.interval.high, 0.9748 / 0.0252, 0.1);
    near(is.p, 112.0 / 1024, 1e-12);
    // Ten years before: the same counts are forty times as dense.
    is = hf_rate_compare(8, 365, 2, 3650);
    near(is.ratio, 40, 1e-9);
    near(is.interval.low, 10 * 0.4439 / 0.5561, 5e-3);
    assert_true(is.p < 1e-5);
    // The other way round is the same, upside down.
    hf_rate_change back = hf_rate_compare(2, 3650, 8, 365);
    near(back.interval.high * is.interval.low, 1, 1e-9);
    near(back.p, is.p, 1e-12);
}

static void nothing_is_told_of_nothing_and_little_of_one_zero(void **state)
{
    (void)state;
    hf_rate_change is = hf_rate_compare(0, 30, 0, 60);
    assert_true(isnan(is.ratio) && isnan(is.interval.low) && isnan(is.interval.high));
    near(is.p, 1, 0);
    is = hf_rate_compare(0, 365, 3, 365);
    near(is.ratio, 0, 0);
    near(is.interval.low, 0, 0);
    near(is.interval.high, 0.7076 / 0.2924, 1e-3); // 0 of 3: up to 1 − 0.025^(1/3)
    near(is.p, 0.25, 1e-12);
    is = hf_rate_compare(3, 365, 0, 365);
    assert_true(isinf(is.ratio) && isinf(is.interval.high));
    near(is.interval.low, 0.2924 / 0.7076, 1e-3);
}

static void of_many_differences_few_are_shown(void **state)
{
    static const double p[] = {0.01, 0.04, 0.03, 0.005}; // Holm's step-down: 0.02, 0.03, then 0.06
    bool shown[4];
    (void)state;
    hf_rates_shown(p, 4, shown);
    assert_true(shown[3] && shown[0]);
    assert_false(shown[1] || shown[2]);
    hf_rates_shown(p + 1, 1, shown);
    assert_true(shown[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_has_the_published_interval),
        cmocka_unit_test(both_ends_leave_a_fortieth_outside),
        cmocka_unit_test(two_counts_are_compared_given_their_sum),
        cmocka_unit_test(nothing_is_told_of_nothing_and_little_of_one_zero),
        cmocka_unit_test(of_many_differences_few_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
