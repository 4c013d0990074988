// SPDX-License-Identifier: Apache-2.0
//
// Krippendorff's alpha by the matrix of coincidences, and the median of few ratings.
#include "model/alpha.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

enum { VALUES = HF_AGREEMENT_VALUES_MAX };

typedef struct {
    double pairs[VALUES][VALUES]; // o_ck
    double sums[VALUES];          // n_c
    double all;                   // n
} coincidences;

static void add_unit(const int8_t *values, size_t coder_count, coincidences *out)
{
    size_t counts[VALUES] = {0}, count = 0;
    for (size_t i = 0; i < coder_count; i++) {
        if (values[i] == HF_AGREEMENT_MISSING)
            continue;
        HF_ASSERT(values[i] >= 0 && values[i] < VALUES);
        counts[values[i]]++;
        count++;
    }
    for (size_t c = 0; count > 1 && c < VALUES; c++)
        for (size_t k = 0; k < VALUES; k++) {
            size_t own = c == k && counts[c] > 0 ? 1 : 0; // nobody is paired with themselves
            out->pairs[c][k] += (double)counts[c] * (double)(counts[k] - own) / (double)(count - 1);
        }
}

static void add_sums(coincidences *out)
{
    for (size_t c = 0; c < VALUES; c++) {
        for (size_t k = 0; k < VALUES; k++)
            out->sums[c] += out->pairs[c][k];
        out->all += out->sums[c];
    }
}

static double difference(const coincidences *all, size_t c, size_t k, hf_alpha_metric metric)
{
    double between = 0;
    size_t low = c < k ? c : k, high = c < k ? k : c;
    if (c == k)
        return 0;
    switch (metric) {
    case HF_ALPHA_NOMINAL:
        return 1;
    case HF_ALPHA_INTERVAL:
        return (double)(high - low) * (double)(high - low);
    case HF_ALPHA_ORDINAL:
        break;
    }
    for (size_t g = low; g <= high; g++)
        between += all->sums[g];
    between -= (all->sums[low] + all->sums[high]) / 2;
    return between * between;
}

double hf_alpha(const int8_t *values, size_t unit_count, size_t coder_count, hf_alpha_metric metric)
{
    coincidences all = {0};
    double seen = 0, by_chance = 0;
    for (size_t u = 0; u < unit_count; u++)
        add_unit(values + u * coder_count, coder_count, &all);
    add_sums(&all);
    for (size_t c = 0; c < VALUES; c++)
        for (size_t k = 0; k < VALUES; k++) {
            double squared = difference(&all, c, k, metric);
            seen += all.pairs[c][k] * squared;
            by_chance += all.sums[c] * all.sums[k] * squared;
        }
    return by_chance > 0 ? 1 - (all.all - 1) * seen / by_chance : (double)NAN;
}

// The value below which a share of the values lies, between neighbours in proportion (type 7 of Hyndman and Fan, 1996);
// NaN without values. values: sorted, ascending.
static double value_at(const int8_t *values, size_t count, double share)
{
    if (count == 0)
        return (double)NAN;
    double at = share * (double)(count - 1);
    size_t below = (size_t)floor(at);
    size_t above = below + 1 < count ? below + 1 : below;
    return values[below] + (at - (double)below) * (values[above] - values[below]);
}

static int by_value(const void *a, const void *b)
{
    return *(const int8_t *)a - *(const int8_t *)b;
}

hf_spread hf_spread_of(const int8_t *values, size_t count)
{
    int8_t sorted[HF_RATERS_MAX];
    hf_spread out = {0};
    HF_ASSERT(count <= HF_RATERS_MAX);
    for (size_t i = 0; i < count; i++)
        if (values[i] != HF_AGREEMENT_MISSING)
            sorted[out.count++] = values[i];
    qsort(sorted, out.count, sizeof sorted[0], by_value);
    out.median = value_at(sorted, out.count, 0.5);
    out.spread = value_at(sorted, out.count, 0.75) - value_at(sorted, out.count, 0.25);
    return out;
}
