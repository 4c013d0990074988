// SPDX-License-Identifier: Apache-2.0
//
// Losses of sets of measures on the same trials: hf_book_*. What a trial loses with a set is what it
// loses without measures, less what each independent part saves. All sums are whole numbers.
#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "engine/block.h"
#include "engine/measure_parts.h"

#define KEPT_BYTES_MAX ((size_t)512 << 20) // losses by trial that are remembered

// What is known of one choice of measures in its part.
typedef struct {
    uint64_t sum;
    const uint64_t *losses; // by trial; NULL when the mean is asked for: the sum is enough
} entry;

struct hf_measure_book {
    hf_book_question question;
    hf_arena *arena;
    hf_simulation simulation;
    uint64_t trial_count, worst_count; // trials that count: the worst ones, or all
    hf_measure_part *parts;
    uint32_t part_count;
    uint64_t *base_losses; // by trial, without measures
    uint64_t base_sum;
    entry *part_base; // by part, without measures
    bool *part_base_is_known;
    hf_arena kept; // entries and the map that finds them
    hf_map index;
    HF_VEC(entry) entries;
    uint64_t *spare, *sorted; // by trial
    double unit;
    uint64_t runs;
    bool is_spent;
};

// ---- One simulation ----

// losses  out: by trial; may be NULL
static bool simulate(hf_measure_book *book, const hf_exposure *exposure, uint64_t *losses,
                     uint64_t *sum, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_plan *plan = NULL;
    hf_tally tally;
    hf_simulation simulation = book->simulation;
    simulation.hazards = exposure->hazards;
    simulation.hazard_count = exposure->hazard_count;
    if (!hf_plan_build(&exposure->input, &scratch, &plan, err) ||
        !hf_tally_init(plan, &simulation, &scratch, &tally, err) ||
        !hf_simulate_run(plan, &simulation, book->question.pool, book->question.watch, &tally, err))
        return false;
    if (tally.loss.high != 0)
        return hf_fail(err, HF_ERR_INPUT, "engine.loss_too_large",
                       "the losses of all trials together do not fit in 64 bits; take fewer");
    if (losses != NULL)
        memcpy(losses, tally.losses, book->trial_count * sizeof(losses[0]));
    *sum = tally.loss.low;
    book->runs++;
    if (book->question.run_limit > 0 && book->runs >= book->question.run_limit)
        book->is_spent = true;
    return true;
}

static bool simulate_part(hf_measure_book *book, uint32_t part, hf_measure_set set,
                          uint64_t *losses, uint64_t *sum, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_exposure changed;
    hf_effects_apply(&book->parts[part].exposure, book->parts[part].effects,
                     book->question.effect_count, set, &scratch, &changed);
    return simulate(book, &changed, losses, sum, err);
}

static bool wants_trials(const hf_measure_book *book)
{
    return book->question.worst_share > 0;
}

static bool find_part_base(hf_measure_book *book, uint32_t part, hf_error *err)
{
    if (book->part_base_is_known[part])
        return true;
    entry *base = &book->part_base[part];
    uint64_t *losses = HF_NEW_N(book->arena, uint64_t, book->trial_count);
    base->losses = losses;
    book->part_base_is_known[part] =
        book->question.is_whole || simulate_part(book, part, 0, losses, &base->sum, err);
    if (book->question.is_whole)
        *base = (entry){book->base_sum, book->base_losses};
    return book->part_base_is_known[part];
}

// What the measures of `set` in this part leave, from memory or by a simulation.
static bool find_entry(hf_measure_book *book, uint32_t part, hf_measure_set set, entry *out,
                       hf_error *err)
{
    uint32_t at = 0;
    if (hf_map_get_u64(&book->index, set, &at)) {
        *out = book->entries.items[at];
        return true;
    }
    if (book->kept.used_bytes > KEPT_BYTES_MAX) { // forgets all: slower, not wrong
        hf_arena_done(&book->kept);
        book->kept = (hf_arena){0};
        book->index = hf_map_of(&book->kept, 1024);
        memset(&book->entries, 0, sizeof(book->entries));
    }
    uint64_t *losses =
        wants_trials(book) ? HF_NEW_N(&book->kept, uint64_t, book->trial_count) : NULL;
    *out = (entry){.losses = losses};
    if (!simulate_part(book, part, set, losses, &out->sum, err))
        return false;
    (void)hf_map_add_u64(&book->index, set, (uint32_t)book->entries.count, NULL);
    HF_VEC_ADD(&book->kept, &book->entries, *out);
    return true;
}

// ---- Sums ----

// The sum of the `count` largest numbers, and the smallest of them. Reorders the list.
static uint64_t sum_of_largest(uint64_t *list, uint64_t length, uint64_t count, uint64_t *least)
{
    uint64_t low = 0, high = length, sum = 0;
    while (high - low > 1) { // list[0 … low) ≥ list[low … high) ≥ the rest; `count` ends in between
        uint64_t pivot = list[low + (high - low) / 2], larger = low, smaller = high;
        for (uint64_t i = low; i < smaller;) {
            uint64_t value = list[i];
            if (value > pivot) {
                list[i++] = list[larger];
                list[larger++] = value;
            } else if (value < pivot) {
                list[i] = list[--smaller];
                list[smaller] = value;
            } else {
                i++;
            }
        }
        if (count <= larger)
            high = larger;
        else if (count > smaller)
            low = smaller;
        else
            break;
    }
    *least = UINT64_MAX;
    for (uint64_t i = 0; i < count; i++) {
        sum += list[i];
        *least = list[i] < *least ? list[i] : *least;
    }
    return sum;
}

// Subtracts from `losses` what the set saves, trial by trial.
static bool subtract_savings(hf_measure_book *book, hf_measure_set set, uint64_t *losses,
                             hf_error *err)
{
    for (uint32_t p = 0; p < book->part_count; p++) {
        hf_measure_set here = set & book->parts[p].measures;
        entry found;
        uint64_t sum;
        if (here == 0)
            continue;
        if (!find_part_base(book, p, err))
            return false;
        if (wants_trials(book)) {
            if (!find_entry(book, p, here, &found, err))
                return false;
        } else {
            if (!simulate_part(book, p, here, book->spare, &sum, err))
                return false;
            found.losses = book->spare;
        }
        for (uint64_t t = 0; t < book->trial_count; t++)
            losses[t] -= book->part_base[p].losses[t] - found.losses[t];
    }
    return true;
}

bool hf_book_trials(hf_measure_book *book, hf_measure_set set, uint64_t *losses, hf_error *err)
{
    memcpy(losses, book->base_losses, book->trial_count * sizeof(losses[0]));
    return subtract_savings(book, set, losses, err);
}

bool hf_book_loss(void *context, hf_measure_set set, uint64_t *loss, hf_error *err)
{
    hf_measure_book *book = context;
    uint64_t least;
    if (wants_trials(book)) {
        if (!hf_book_trials(book, set, book->sorted, err))
            return false;
        *loss = sum_of_largest(book->sorted, book->trial_count, book->worst_count, &least);
        return true;
    }
    *loss = book->base_sum;
    for (uint32_t p = 0; p < book->part_count; p++) {
        hf_measure_set here = set & book->parts[p].measures;
        entry found;
        if (here == 0)
            continue;
        if (!find_part_base(book, p, err) || !find_entry(book, p, here, &found, err))
            return false;
        *loss -= book->part_base[p].sum - found.sum;
    }
    return true;
}

// ---- Opening ----

// People of what is down before anything happens are counted in no set of measures. And the unit.
static bool mute(hf_measure_book *book, const hf_exposure *base, hf_exposure *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_plan *plan = NULL;
    hf_prepared prepared;
    hf_engine_asset *assets = HF_NEW_N(book->arena, hf_engine_asset, base->input.asset_count);
    if (!hf_plan_build(&base->input, &scratch, &plan, err) ||
        !hf_prepare(plan, &book->simulation, &scratch, &prepared, err))
        return false;
    book->unit = prepared.loss_unit;
    memcpy(assets, base->input.assets, base->input.asset_count * sizeof(assets[0]));
    for (uint32_t node = 0; node < plan->node_count; node++)
        if ((plan->flags[node] & HF_NODE_PINNED) != 0)
            assets[plan->asset_of[node]].people = 0;
    *out = *base;
    out->input.assets = assets;
    return true;
}

static void split(hf_measure_book *book, const hf_exposure *base)
{
    const hf_book_question *q = &book->question;
    if (q->is_whole) {
        book->parts = HF_NEW(book->arena, hf_measure_part);
        book->part_count = 1;
        book->parts[0] = (hf_measure_part){
            .measures = ~(hf_measure_set)0, .exposure = *base, .effects = q->effects};
    } else {
        hf_measure_split(base, q->effects, q->effect_count, book->arena, &book->parts,
                         &book->part_count);
    }
    book->part_base = HF_NEW_N(book->arena, entry, book->part_count);
    book->part_base_is_known = HF_NEW_N(book->arena, bool, book->part_count);
}

static bool fill(hf_measure_book *book, hf_error *err)
{
    hf_exposure *base = HF_NEW(book->arena, hf_exposure);
    size_t n = book->trial_count;
    if (!mute(book, book->question.base, base, err))
        return false;
    split(book, base);
    book->base_losses = HF_NEW_N(book->arena, uint64_t, n);
    book->spare = HF_NEW_N(book->arena, uint64_t, n);
    book->sorted = HF_NEW_N(book->arena, uint64_t, n);
    book->index = hf_map_of(&book->kept, 1024);
    return simulate(book, base, book->base_losses, &book->base_sum, err);
}

bool hf_book_open(const hf_book_question *question, hf_arena *arena, hf_measure_book **out,
                  hf_error *err)
{
    uint64_t trials = question->simulation->trial_count;
    HF_ASSERT(question->worst_share >= 0 && question->worst_share < 1);
    if (trials < 2 || trials > HF_BOOK_TRIALS_MAX)
        return hf_fail(err, HF_ERR_INPUT, "portfolio.trials",
                       "measures are compared on 2 to %u trials", (unsigned)HF_BOOK_TRIALS_MAX);
    hf_measure_book *book = HF_NEW(arena, hf_measure_book);
    book->question = *question;
    book->arena = arena;
    book->trial_count = trials;
    book->worst_count = question->worst_share > 0
                            ? (uint64_t)ceil(question->worst_share * (double)trials - 1e-9)
                            : trials;
    book->simulation = *question->simulation;
    book->simulation.hazards = NULL;
    book->simulation.hazard_count = 0;
    book->simulation.is_nested = true;
    book->simulation.first_block = book->simulation.block_limit = 0;
    book->simulation.blocks = NULL;
    book->simulation.target_half_width = 0;
    book->simulation.wants_assets = book->simulation.wants_criticality = false;
    book->simulation.wants_series = false;
    *out = book;
    if (fill(book, err))
        return true;
    hf_book_close(out);
    return false;
}

void hf_book_close(hf_measure_book **book)
{
    if (*book != NULL)
        hf_arena_done(&(*book)->kept);
    *book = NULL;
}

const bool *hf_book_is_spent(const hf_measure_book *book)
{
    return &book->is_spent;
}

uint64_t hf_book_runs(const hf_measure_book *book)
{
    return book->runs;
}

uint32_t hf_book_part_count(const hf_measure_book *book)
{
    return book->part_count;
}

hf_measure_set hf_book_part(const hf_measure_book *book, uint32_t part)
{
    return book->parts[part].measures;
}

double hf_book_mean(const hf_measure_book *book, uint64_t loss)
{
    return (double)loss / (double)book->worst_count * book->unit;
}

// ---- Estimates ----

// Numbers by trial whose mean is the figure asked for, and whose spread is its error: the loss itself,
// or for the worst share q + (L - q)+ · N / worst_count, where q is the smallest of the worst losses.
static bool influence(hf_measure_book *book, hf_measure_set set, double *out, hf_error *err)
{
    uint64_t *losses = book->sorted, least = 0;
    if (!hf_book_trials(book, set, losses, err))
        return false;
    if (!wants_trials(book)) {
        for (uint64_t t = 0; t < book->trial_count; t++)
            out[t] = (double)losses[t];
        return true;
    }
    memcpy(book->spare, losses, book->trial_count * sizeof(losses[0]));
    (void)sum_of_largest(book->spare, book->trial_count, book->worst_count, &least);
    double scale = (double)book->trial_count / (double)book->worst_count;
    for (uint64_t t = 0; t < book->trial_count; t++)
        out[t] = (double)least + (losses[t] > least ? (double)(losses[t] - least) * scale : 0);
    return true;
}

// Mean, and the 95 % interval of the normal law, cut at 0: neither a loss nor a gain is below it.
static hf_estimate estimate_of(const double *values, uint64_t count, double unit)
{
    double sum = 0, squares = 0;
    for (uint64_t t = 0; t < count; t++)
        sum += values[t];
    double mean = sum / (double)count;
    for (uint64_t t = 0; t < count; t++)
        squares += (values[t] - mean) * (values[t] - mean);
    double half = HF_NORMAL_95 * sqrt(squares / (double)(count - 1) / (double)count);
    return (hf_estimate){mean * unit, fmax(0, (mean - half) * unit), (mean + half) * unit};
}

bool hf_book_estimate(hf_measure_book *book, hf_measure_set set, hf_estimate *loss, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    double *values = HF_NEW_N(&scratch, double, book->trial_count);
    if (!influence(book, set, values, err))
        return false;
    *loss = estimate_of(values, book->trial_count, book->unit);
    return true;
}

bool hf_book_gain(hf_measure_book *book, hf_measure_set from, hf_measure_set set, hf_estimate *gain,
                  hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    double *before = HF_NEW_N(&scratch, double, book->trial_count);
    double *after = HF_NEW_N(&scratch, double, book->trial_count);
    if (!influence(book, from, before, err) || !influence(book, set, after, err))
        return false;
    for (uint64_t t = 0; t < book->trial_count; t++)
        before[t] -= after[t];
    *gain = estimate_of(before, book->trial_count, book->unit);
    return true;
}
