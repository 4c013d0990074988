// SPDX-License-Identifier: Apache-2.0
//
// Exact intervals of counts by the regularised incomplete gamma and beta functions. See rate.h.
#include "model/rate.h"

#include <float.h>
#include <math.h>

#include "base/macro.h"

#define TAIL      0.025   // on each side
#define TERMS_MAX 200000u // of a fraction or series; some √count are used
#define HALVINGS  200u    // of an interval of doubles: enough for any
#define TINY      1e-300

// ln Γ(x), x > 0: Stirling's series from 15 on (Abramowitz and Stegun 6.1.41), below it by Γ(x + 1) = x · Γ(x). lgamma of
// the library writes a global.
static double log_gamma(double x)
{
    double shift = 0;
    for (; x < 15; x++)
        shift += log(x);
    double square = 1 / (x * x);
    double tail = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x;
    return (x - 0.5) * log(x) - x + 0.91893853320467274178 + tail - shift;
}

// P(a, x): the chance of a or more where x are expected. Series below a + 1, Lentz's continued fraction above (Abramowitz and
// Stegun 6.5.29, 6.5.31).
static double gamma_share(double a, double x)
{
    if (x <= 0)
        return 0;
    double scale = exp(a * log(x) - x - log_gamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (unsigned i = 1; i < TERMS_MAX && term > sum * DBL_EPSILON; i++)
            sum += term *= x / (a + i);
        return sum * scale;
    }
    double b = x + 1 - a, c = 1 / TINY, d = 1 / b, h = d;
    for (unsigned i = 1; i < TERMS_MAX; i++) {
        double over = -(double)i * (i - a);
        b += 2;
        d = 1 / (over * d + b);
        c = b + over / c;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON)
            break;
    }
    return 1 - scale * h;
}

static double away_from_zero(double value)
{
    return fabs(value) < TINY ? TINY : value;
}

// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz.
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), h = d;
    for (unsigned m = 1; m < TERMS_MAX; m++) {
        double even = m * (b - m) * x / ((a + 2.0 * m - 1) * (a + 2.0 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        h *= d * c;
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON)
            break;
    }
    return h;
}

// I_x(a, b): the chance of a or more of a + b − 1, each with chance x.
static double beta_share(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double scale = exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? scale * beta_fraction(a, b, x) / a
                                     : 1 - scale * beta_fraction(b, a, 1 - x) / b;
}

// Where the rising share reaches `wanted`, between 0 and high. b < 0: of the gamma function, else of the beta function.
static double where(double a, double b, double high, double wanted)
{
    double low = 0;
    for (unsigned i = 0; i < HALVINGS; i++) {
        double middle = (low + high) / 2;
        double share = b < 0 ? gamma_share(a, middle) : beta_share(a, b, middle);
        if (middle <= low || middle >= high)
            break;
        *(share < wanted ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

hf_rate_interval hf_count_interval(uint64_t count)
{
    double x = (double)count, beyond = x + 10 * sqrt(x + 1) + 20;
    return (hf_rate_interval){count == 0 ? 0 : where(x, -1, beyond, TAIL),
                              where(x + 1, -1, beyond, 1 - TAIL)};
}

// Given their sum, the newer count is binomial with share p = ratio · days / (ratio · days + older days).
hf_rate_change hf_rate_compare(uint64_t newer, double newer_days, uint64_t older, double older_days)
{
    double k = (double)newer, rest = (double)older, scale = older_days / newer_days;
    HF_ASSERT(newer_days > 0 && older_days > 0);
    if (newer == 0 && older == 0)
        return (hf_rate_change){NAN, {NAN, NAN}, 1};
    double low = newer == 0 ? 0 : where(k, rest + 1, 1, TAIL);
    double high = older == 0 ? 1 : where(k + 1, rest, 1, 1 - TAIL);
    double even = newer_days / (newer_days + older_days);
    double as_many = newer == 0 ? 1 : beta_share(k, rest + 1, even);
    double as_few = older == 0 ? 1 : 1 - beta_share(k + 1, rest, even);
    return (hf_rate_change){
        older == 0 ? INFINITY : k / rest * scale,
        {low / (1 - low) * scale, older == 0 ? INFINITY : high / (1 - high) * scale},
        fmin(1, 2 * fmin(as_many, as_few))};
}

void hf_rates_shown(const double *p, size_t count, bool *shown)
{
    HF_ASSERT(count <= HF_RATES_COMPARED_MAX);
    for (size_t i = 0; i < count; i++)
        shown[i] = false;
    for (size_t done = 0; done < count; done++) {
        size_t least = count;
        for (size_t i = 0; i < count; i++)
            if (!shown[i] && (least == count || p[i] < p[least]))
                least = i;
        if (!(p[least] * (double)(count - done) < 2 * TAIL))
            return;
        shown[least] = true;
    }
}
