// SPDX-License-Identifier: Apache-2.0
//
// What counts of rare things say: the interval of a count, and how two counts differ. Numbers in, numbers out. Both intervals are
// exact: they hold at least 95 % whatever the truth is, also for a count of nothing.
// Source  F. Garwood, Fiducial Limits for the Poisson Distribution, Biometrika 28 (1936) 437–442: the interval of a count.
//         J. Przyborowski and H. Wilenski, Homogeneity of Results in Testing Samples from Poisson Series, Biometrika 31 (1940)
//         313–323: given their sum, one of two counts is binomial. C. J. Clopper and E. S. Pearson, Biometrika 26 (1934)
//         404–413: the interval of its share. S. Holm, Scandinavian Journal of Statistics 6 (1979) 65–70: several tests.
//         Published numbers and a slow sum of probabilities are held in tests/unit/model/test_rate.c.
#ifndef HF_MODEL_RATE_H
#define HF_MODEL_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    double low, high;
} hf_rate_interval;

// Of the mean behind a count. 0 gives 0 to 3.69.
hf_rate_interval hf_count_interval(uint64_t count);

typedef struct {
    double
        ratio; // rate of the newer over that of the older; NaN: both are 0, infinite: only the older is
    hf_rate_interval interval; // high may be infinite; NaN with NaN
    double p; // two-sided, twice the smaller tail, at most 1: of no difference; 1 with NaN
} hf_rate_change;

// days  how long was counted, > 0
hf_rate_change hf_rate_compare(uint64_t newer, double newer_days, uint64_t older,
                               double older_days);

// Which of several differences are shown at 5 % taken together (Holm). shown: one for each p.
#define HF_RATES_COMPARED_MAX 64u
void hf_rates_shown(const double *p, size_t count, bool *shown);

#endif
