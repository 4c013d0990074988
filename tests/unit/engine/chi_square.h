// SPDX-License-Identifier: Apache-2.0
//
// P(chi-square with n degrees of freedom > x), for tests with recorded seeds.
#ifndef HF_TEST_CHI_SQUARE_H
#define HF_TEST_CHI_SQUARE_H

#include <math.h>

// Source  Abramowitz and Stegun 1964, 6.5.29 (series) and 6.5.31 (continued fraction) of the
//         incomplete gamma function with a = n / 2
static inline double chi_square_above(double x, double n)
{
    double a = n / 2, y = x / 2;
    if (y <= 0)
        return 1;
    double front = exp(-y + a * log(y) - lgamma(a));
    if (y < a + 1) {
        double term = 1 / a, sum = term;
        for (int k = 1; k < 1000; k++)
            sum += term *= y / (a + k);
        return 1 - sum * front;
    }
    double tail = 0;
    for (int k = 500; k >= 1; k--)
        tail = k * (k - a) / (y + 2 * k + 1 - a - tail);
    return front / (y + 1 - a - tail);
}

// As V17 asks: neither too far off nor too close.
static inline void assert_plausible(double x, double n, const char *what)
{
    double p = chi_square_above(x, n);
    if (!(p >= 1e-6 && p <= 1 - 1e-6))
        fail_msg("%s: chi-square %g with %g degrees of freedom, p = %g", what, x, n, p);
}

#endif
