// SPDX-License-Identifier: Apache-2.0
//
// The hazards of the repair laws against the functions of the system's library, and their means.
#include <math.h>

#include "check.h"
#include "engine/repair.h"

static double survival(hf_repair_law law, double mean, double t)
{
    double sigma = sqrt(log(2));
    switch (law) {
    case HF_REPAIR_FIXED:
        break;
    case HF_REPAIR_EXPONENTIAL:
        return exp(-t / mean);
    case HF_REPAIR_LOGNORMAL:
        return t > 0 ? erfc((log(t / mean) + log(2) / 2) / sigma / sqrt(2)) / 2 : 1;
    case HF_REPAIR_WEIBULL:
        return exp(-pow(t * sqrt(acos(-1)) / 2 / mean, 2));
    }
    return 0;
}

static void hazards_follow_their_law(void **unused)
{
    (void)unused;
    for (hf_repair_law law = HF_REPAIR_EXPONENTIAL; law <= HF_REPAIR_WEIBULL; law++)
        for (double mean = 0.3; mean < 200; mean *= 1.7)
            for (double step = 0.1; step < 5; step *= 2)
                for (uint64_t age = 0; age < 200; age++) {
                    double from = (double)age * step, before = survival(law, mean, from);
                    if (before < 1e-6)
                        break;
                    double want = 1 - survival(law, mean, from + step) / before;
                    double got = hf_repair_chance(law, mean, step, age);
                    if (fabs(got - want) > 1e-9)
                        fail_msg("law %d, mean %g, step %g, age %u: %.12g, want %.12g", law, mean,
                                 step, (unsigned)age, got, want);
                }
}

// On a fine grid the mean of the steps times their length is the mean, half a step late.
static void means_are_kept(void **unused)
{
    (void)unused;
    for (hf_repair_law law = HF_REPAIR_EXPONENTIAL; law <= HF_REPAIR_WEIBULL; law++) {
        double lasts = 1, mean = 0, step = 0.05;
        for (uint64_t age = 0; age < 200000; age++) {
            mean += lasts * step;
            lasts *= 1 - hf_repair_chance(law, 12, step, age);
        }
        assert_true(fabs(mean - 12 - step / 2) < 0.001);
    }
}

// The tail of the lognormal law stays a probability and never rises where it falls.
static void hazards_stay_probabilities(void **unused)
{
    (void)unused;
    for (hf_repair_law law = HF_REPAIR_EXPONENTIAL; law <= HF_REPAIR_WEIBULL; law++)
        for (uint64_t age = 0; age < 100000; age += 7) {
            double r = hf_repair_chance(law, 3, 0.5, age);
            assert_true(r > 0 && r <= 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_follow_their_law),
        cmocka_unit_test(means_are_kept),
        cmocka_unit_test(hazards_stay_probabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
