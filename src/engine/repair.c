// SPDX-License-Identifier: Apache-2.0
//
// Discrete hazards of the repair laws, from series that need only + - * / and sqrt.
#include "engine/repair.h"

#include <math.h>

#define LN_2 0.69314718055994530942
#define PI   3.14159265358979323846

// 1 - exp(-x), x ≥ 0, to a few units in the last place also for small x.
static double one_minus_exp(double x)
{
    if (x > 60)
        return 1;
    double halvings = 0, y = x;
    for (; y > 0.25; halvings++)
        y /= 2;
    double term = 1, sum = 0; // exp(-y) - 1
    for (int k = 1; k <= 14; k++) {
        term *= -y / k;
        sum += term;
    }
    for (; halvings > 0; halvings--)
        sum = sum * (sum + 2); // exp(-2y) - 1 from exp(-y) - 1
    return -sum;
}

static double exp_minus(double x)
{
    double y = x;
    int halvings = 0;
    for (; y > 0.25; halvings++)
        y /= 2;
    double power = 1 - one_minus_exp(y);
    for (; halvings > 0; halvings--)
        power *= power;
    return power;
}

// Source: ln m = 2 artanh((m - 1) / (m + 1)).
static double natural_log(double x)
{
    int exponent;
    double m = frexp(x, &exponent);
    double s = (m - 1) / (m + 1), power = s, sum = 0;
    for (int k = 1; k <= 75; k += 2) { // |s| ≤ 1/3
        sum += power / k;
        power *= s * s;
    }
    return 2 * sum + exponent * LN_2;
}

// P(normal > z). Source: Abramowitz and Stegun 1964, 26.2.11 and, for large z, 26.2.14.
static double upper_tail(double z)
{
    if (z < 0)
        return 1 - upper_tail(-z);
    double density = exp_minus(z * z / 2) / sqrt(2 * PI);
    if (z < 2.5) {
        double term = z, sum = z;
        for (int k = 1; k <= 80; k++) {
            term *= z * z / (2 * k + 1);
            sum += term;
        }
        return 0.5 - density * sum;
    }
    double below = z;
    for (int k = 200; k >= 1; k--)
        below = z + k / below;
    return density / below;
}

static double lognormal_survival(double t, double mean)
{
    if (!(t > 0))
        return 1;
    return upper_tail((natural_log(t / mean) + LN_2 / 2) / sqrt(LN_2));
}

double hf_repair_chance(hf_repair_law law, double mean_h, double step_h, uint64_t age)
{
    double from = (double)age * step_h, to = (double)(age + 1) * step_h;
    switch (law) {
    case HF_REPAIR_FIXED:
        break;
    case HF_REPAIR_EXPONENTIAL:
        return one_minus_exp(step_h / mean_h);
    case HF_REPAIR_WEIBULL:
        return one_minus_exp((to * to - from * from) * PI / (4 * mean_h * mean_h));
    case HF_REPAIR_LOGNORMAL:
        return 1 - lognormal_survival(to, mean_h) / lognormal_survival(from, mean_h);
    }
    return 1;
}
