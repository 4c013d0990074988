// SPDX-License-Identifier: Apache-2.0
//
// From integer sums to what people read: means, intervals, quantiles, curve. The only place of a
// simulation with floating point; each number is computed once, in fixed order.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/block.h"

// ---- Mean ----

// Sum of squares about the mean, from whole numbers: about q = floor(sum / n) it is exact, and the rest
// that is left is smaller than n.
static hf_moments moments_of(HF_U128 sum, HF_U128 square, uint64_t trials)
{
    hf_moments moments = {0};
    double n = (double)trials;
    if (trials == 0)
        return moments;
    HF_U128 q = sum / trials, rest = sum % trials;
    HF_U128 about = square - 2 * q * sum + q * q * trials; // modulo 2^128
    moments.mean = (double)sum / n;
    if (trials > 1) {
        double spread = (double)about - (double)rest * (double)rest / n;
        moments.standard_error = sqrt(spread > 0 ? spread / (n - 1) / n : 0);
    }
    return moments;
}

hf_moments hf_tally_moments(const hf_tally *tally)
{
    return moments_of(hf_wide_number(tally->loss), hf_wide_number(tally->loss_square),
                      tally->done_trials);
}

typedef struct {
    double low, high;
} interval;

// Source: Wilson 1927, equation for p at the bounds, solved.
void hf_share_bounds(double p, double n, double *low, double *high)
{
    double z2 = HF_NORMAL_95 * HF_NORMAL_95;
    double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = HF_NORMAL_95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    *low = p > 0 ? centre - half : 0;
    *high = p < 1 ? centre + half : 1;
}

static interval wilson(uint64_t hits, uint64_t trials)
{
    interval bounds = {0, 1};
    hf_share_bounds((double)hits / (double)trials, (double)trials, &bounds.low, &bounds.high);
    return bounds;
}

// ---- Losses in order ----

typedef struct {
    uint64_t count;
    uint64_t *sorted;      // exact, or NULL
    uint64_t *at_or_below; // else by bin
} ranked;

static int by_number(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static ranked rank_losses(const hf_tally *tally, hf_arena *arena)
{
    ranked r = {.count = tally->done_trials};
    if (tally->losses == NULL) {
        r.at_or_below = HF_NEW_N(arena, uint64_t, HF_LOSS_BIN_COUNT);
        uint64_t sum = 0;
        for (uint32_t b = 0; b < HF_LOSS_BIN_COUNT; b++)
            r.at_or_below[b] = sum += tally->bins[b];
        return r;
    }
    r.sorted = HF_NEW_N(arena, uint64_t, tally->done_trials);
    uint64_t at = 0;
    for (uint64_t trial = 0; trial < tally->trial_count; trial++)
        if (hf_tally_has(tally, trial / HF_BLOCK_TRIALS))
            r.sorted[at++] = tally->losses[trial];
    qsort(r.sorted, at, sizeof(r.sorted[0]), by_number);
    return r;
}

// Of a sorted list: how many are below `value`.
static uint64_t count_below(const uint64_t *list, uint64_t count, uint64_t value)
{
    uint64_t low = 0, high = count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (list[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The loss of the rank-th smallest trial (from 1), or the start of its bin.
static uint64_t loss_at(const ranked *r, uint64_t rank)
{
    if (r->sorted != NULL)
        return r->sorted[rank - 1];
    return hf_loss_bin_start((uint32_t)count_below(r->at_or_below, HF_LOSS_BIN_COUNT, rank));
}

static uint64_t trials_with_at_least(const ranked *r, uint64_t loss)
{
    if (r->sorted != NULL)
        return r->count - count_below(r->sorted, r->count, loss);
    uint32_t bin = hf_loss_bin(loss);
    return r->count - (bin == 0 ? 0 : r->at_or_below[bin - 1]);
}

static uint64_t trials_with_more(const ranked *r, uint64_t loss)
{
    if (r->sorted == NULL)
        return r->count - r->at_or_below[hf_loss_bin(loss)];
    return loss == UINT64_MAX ? 0 : trials_with_at_least(r, loss + 1);
}

// Source: the number of trials below the q-quantile is binomial (n, q); normal approximation.
static hf_quantile quantile(const ranked *r, uint32_t per_cent, double unit)
{
    uint64_t rank = (r->count / 100) * per_cent + (r->count % 100 * per_cent + 99) / 100;
    double n = (double)r->count, q = per_cent / 100.0;
    double half = HF_NORMAL_95 * sqrt(n * q * (1 - q));
    double low = floor(n * q - half), high = ceil(n * q + half) + 1;
    return (hf_quantile){.p = q,
                         .loss = (double)loss_at(r, rank) * unit,
                         .low = (double)loss_at(r, low < 1 ? 1 : (uint64_t)low) * unit,
                         .high = (double)loss_at(r, high > n ? r->count : (uint64_t)high) * unit};
}

enum { CURVE_POINTS = 200, CURVE_EVEN = 20 };

static void add_point(hf_exceedance *points, uint32_t *count, const ranked *r, uint64_t rank,
                      double unit)
{
    uint64_t loss = loss_at(r, rank), above = trials_with_at_least(r, loss);
    double as_loss = (double)loss * unit;
    if (*count > 0 && !(as_loss > points[*count - 1].loss))
        return;
    interval bounds = wilson(above, r->count);
    points[(*count)++] =
        (hf_exceedance){as_loss, (double)above / (double)r->count, bounds.low, bounds.high};
}

// Points where 19/20, 18/20 … of the trials lose at least as much, and where (7/8)^k do: even in the
// middle, and ever denser towards the worst one. All losses when there are few.
static void write_curve(const ranked *r, double unit, hf_arena *arena, hf_summary *summary)
{
    hf_exceedance *points = HF_NEW_N(arena, hf_exceedance, CURVE_POINTS + 1);
    uint32_t count = 0;
    for (uint64_t rank = 1; count <= CURVE_POINTS;) {
        add_point(points, &count, r, rank, unit);
        uint64_t above = trials_with_more(r, loss_at(r, rank));
        if (above == 0)
            break;
        rank = r->count - above + 1;
    }
    if (count > CURVE_POINTS) {
        count = 0;
        uint64_t even = 0, tail = r->count; // the tail in trials that lose at least as much
        while (tail > 0) {
            uint64_t next_even = even < CURVE_EVEN ? r->count - r->count / CURVE_EVEN * even : 0;
            uint64_t take = next_even > tail ? next_even : tail;
            add_point(points, &count, r, r->count - take + 1, unit);
            even += next_even == take;
            if (tail == take)
                tail = tail < 8 ? tail - 1 : tail - tail / 8;
        }
    }
    HF_ASSERT(count <= CURVE_POINTS);
    summary->exceedance = points;
    summary->exceedance_count = count;
}

// ---- Assets and time ----

// Source: Welch 1938, two means whose spreads differ; normal approximation.
static void add_criticality(const hf_prepared *p, const hf_tally *tally, uint32_t asset,
                            hf_asset_summary *out)
{
    const hf_asset_tally *sums = &tally->assets[asset];
    uint64_t damaged = sums->own_damage, others = tally->done_trials - damaged;
    HF_U128 loss = hf_wide_number(sums->loss), square = hf_wide_number(sums->loss_square);
    hf_moments with = moments_of(loss, square, damaged);
    hf_moments without = moments_of(hf_wide_number(tally->loss) - loss,
                                    hf_wide_number(tally->loss_square) - square, others);
    if (damaged > 0)
        out->loss_if_damaged = with.mean * p->loss_unit;
    if (others > 0)
        out->loss_if_not_damaged = without.mean * p->loss_unit;
    out->criticality = out->loss_if_damaged - out->loss_if_not_damaged;
    if (damaged < HF_CRITICALITY_TRIALS || others < HF_CRITICALITY_TRIALS)
        return;
    double half = HF_NORMAL_95 * hypot(with.standard_error, without.standard_error) * p->loss_unit;
    out->criticality_low = out->criticality - half;
    out->criticality_high = out->criticality + half;
}

static hf_asset_summary asset_summary(const hf_prepared *p, const hf_tally *tally, uint32_t asset)
{
    const hf_asset_tally *sums = &tally->assets[asset];
    double n = (double)tally->done_trials;
    interval bounds = wilson(sums->down_ever, tally->done_trials);
    hf_asset_summary out = {.p_down = (double)sums->down_ever / n,
                            .low = bounds.low,
                            .high = bounds.high,
                            .p_damaged = (double)sums->own_damage / n,
                            .p_down_not_own = (double)sums->down_not_own / n,
                            .mean_down_h = ((double)sums->down_steps * p->clock.step_h +
                                            (double)sums->down_last * p->clock.last_step_h) /
                                           n,
                            .loss_if_damaged = NAN,
                            .loss_if_not_damaged = NAN,
                            .criticality = NAN,
                            .criticality_low = NAN,
                            .criticality_high = NAN};
    if (p->simulation->wants_criticality)
        add_criticality(p, tally, asset, &out);
    return out;
}

static void write_assets(const hf_prepared *p, const hf_tally *tally, hf_arena *arena,
                         hf_summary *summary)
{
    if (tally->asset_count == 0)
        return;
    hf_asset_summary *assets = HF_NEW_N(arena, hf_asset_summary, tally->asset_count);
    for (uint32_t a = 0; a < tally->asset_count; a++)
        assets[a] = asset_summary(p, tally, a);
    summary->assets = assets;
}

static void write_series(const hf_tally *tally, hf_arena *arena, hf_summary *summary)
{
    size_t length = (size_t)tally->step_count * tally->series_count;
    if (length == 0)
        return;
    double *series = HF_NEW_N(arena, double, length);
    for (size_t i = 0; i < length; i++)
        series[i] = (double)hf_wide_number(tally->series[i]) / (double)tally->done_trials;
    summary->series = series;
    summary->step_count = tally->step_count;
    summary->series_count = tally->series_count;
}

// The trials that lose most, by insertion: nearly all others lose less than the last of them.
static void write_worst(const hf_prepared *p, const hf_tally *tally, hf_arena *arena,
                        hf_summary *summary)
{
    uint64_t found[HF_WORST_TRIALS];
    uint32_t count = 0;
    for (uint64_t trial = 0; tally->losses != NULL && trial < tally->trial_count; trial++) {
        uint64_t loss = tally->losses[trial];
        if (loss == 0 || (count == HF_WORST_TRIALS && loss <= tally->losses[found[count - 1]]))
            continue;
        uint32_t at = count < HF_WORST_TRIALS ? count++ : count - 1;
        for (; at > 0 && tally->losses[found[at - 1]] < loss; at--)
            found[at] = found[at - 1];
        found[at] = trial;
    }
    hf_worst_trial *worst = HF_NEW_N(arena, hf_worst_trial, count);
    for (uint32_t i = 0; i < count; i++)
        worst[i] = (hf_worst_trial){found[i], (double)tally->losses[found[i]] * p->loss_unit};
    summary->worst = worst;
    summary->worst_count = count;
}

bool hf_tally_summary(const hf_plan *plan, const hf_simulation *simulation, const hf_tally *tally,
                      hf_arena *arena, hf_summary *summary, hf_error *err)
{
    static const uint32_t per_cent[] = {5, 25, 50, 75, 95, 99};
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_prepared p;
    if (!hf_prepare(plan, simulation, &scratch, &p, err))
        return false;
    if (tally->done_trials == 0)
        return hf_fail(err, HF_ERR_INPUT, "engine.no_trials", "no block of trials is finished");
    hf_moments moments = hf_tally_moments(tally);
    double half = HF_NORMAL_95 * moments.standard_error * p.loss_unit;
    *summary = (hf_summary){.trials = tally->done_trials,
                            .generator = hf_generator_name(simulation->generator),
                            .mean = moments.mean * p.loss_unit,
                            .standard_error = moments.standard_error * p.loss_unit,
                            .hours = p.clock.hours,
                            .step_h = p.clock.step_h,
                            .last_step_h = p.clock.last_step_h};
    summary->low = summary->mean - half;
    summary->high = summary->mean + half;
    ranked r = rank_losses(tally, &scratch);
    for (size_t i = 0; i < HF_COUNT(per_cent); i++)
        summary->quantiles[i] = quantile(&r, per_cent[i], p.loss_unit);
    summary->p_any_loss = (double)trials_with_at_least(&r, 1) / (double)r.count;
    write_curve(&r, p.loss_unit, arena, summary);
    write_assets(&p, tally, arena, summary);
    write_series(tally, arena, summary);
    write_worst(&p, tally, arena, summary);
    return true;
}

bool hf_tally_mean(const hf_plan *plan, const hf_simulation *simulation, const hf_tally *tally,
                   double *mean, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_prepared p;
    if (!hf_prepare(plan, simulation, &scratch, &p, err))
        return false;
    if (tally->done_trials == 0)
        return hf_fail(err, HF_ERR_INPUT, "engine.no_trials", "no block of trials is finished");
    *mean = hf_tally_moments(tally).mean * p.loss_unit;
    return true;
}

static bool are_same_trials(const hf_tally *a, const hf_tally *b)
{
    if (a->losses == NULL || b->losses == NULL || a->trial_count != b->trial_count ||
        a->done_trials == 0 || a->done_trials != b->done_trials)
        return false;
    for (uint64_t block = 0; block * HF_BLOCK_TRIALS < a->trial_count; block++)
        if (hf_tally_has(a, block) != hf_tally_has(b, block))
            return false;
    return true;
}

bool hf_tally_saving(const hf_plan *plan, const hf_simulation *simulation, const hf_tally *base,
                     const hf_tally *other, hf_saving *saving, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_prepared p;
    HF_U128 less = 0, more = 0, square = 0; // lost less, lost more, of their difference
    if (!hf_prepare(plan, simulation, &scratch, &p, err))
        return false;
    if (!are_same_trials(base, other))
        return hf_fail(err, HF_ERR_INPUT, "engine.tally",
                       "only runs of the same trials, at most %u, can be set off", HF_EXACT_TRIALS);
    for (uint64_t trial = 0; trial < base->trial_count; trial++) {
        if (!hf_tally_has(base, trial / HF_BLOCK_TRIALS))
            continue;
        uint64_t a = base->losses[trial], b = other->losses[trial];
        uint64_t apart = a > b ? a - b : b - a;
        less += a > b ? apart : 0;
        more += a > b ? 0 : apart;
        square += (HF_U128)apart * apart;
    }
    double n = (double)base->done_trials, sum = (double)less - (double)more;
    double spread = (double)square - sum * sum / n;
    double half =
        n > 1 ? HF_NORMAL_95 * sqrt(spread > 0 ? spread / (n - 1) / n : 0) * p.loss_unit : 0;
    double value = sum / n * p.loss_unit;
    *saving = (hf_saving){value, value - half, value + half};
    return true;
}
