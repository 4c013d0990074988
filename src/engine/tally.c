// SPDX-License-Identifier: Apache-2.0
//
// The sums of a simulation: adding, merging, and as bytes. Whole numbers only.
#include <string.h>

#include "engine/block.h"

static bool bad(hf_error *err, const char *what)
{
    return hf_fail(err, HF_ERR_INPUT, "engine.tally", "%s", what);
}

uint32_t hf_loss_bin(uint64_t loss)
{
    if (loss < 2048)
        return (uint32_t)loss;
    uint32_t shift = 53 - (uint32_t)__builtin_clzll(loss); // leaves the 11 highest bits
    return shift * 1024 + (uint32_t)(loss >> shift);
}

uint64_t hf_loss_bin_start(uint32_t bin)
{
    if (bin < 2048)
        return bin;
    uint32_t shift = bin / 1024 - 1;
    return (uint64_t)(bin - shift * 1024) << shift;
}

static uint64_t block_count_of(const hf_tally *tally)
{
    return (tally->trial_count + HF_BLOCK_TRIALS - 1) / HF_BLOCK_TRIALS;
}

static size_t word_count_of(const hf_tally *tally)
{
    return (size_t)((block_count_of(tally) + 63) / 64);
}

static size_t series_length(const hf_tally *tally)
{
    return (size_t)tally->series_count * tally->step_count;
}

static uint64_t trials_of(const hf_tally *tally, uint64_t block)
{
    uint64_t left = tally->trial_count - block * HF_BLOCK_TRIALS;
    return left < HF_BLOCK_TRIALS ? left : HF_BLOCK_TRIALS;
}

static void take_sums(hf_tally *tally, hf_arena *arena)
{
    tally->is_done = HF_NEW_N(arena, uint64_t, word_count_of(tally));
    if (tally->trial_count > HF_EXACT_TRIALS)
        tally->bins = HF_NEW_N(arena, uint64_t, HF_LOSS_BIN_COUNT);
    if (tally->asset_count > 0)
        tally->assets = HF_NEW_N(arena, hf_asset_tally, tally->asset_count);
    if (tally->step_count > 0)
        tally->series = HF_NEW_N(arena, hf_wide, series_length(tally));
}

hf_tally hf_tally_shape(const hf_prepared *p)
{
    const hf_simulation *s = p->simulation;
    hf_tally tally = {.trial_count = s->trial_count, .run = p->digest};
    if (s->wants_assets || s->wants_criticality)
        tally.asset_count = p->plan->facts.asset_count;
    if (s->wants_series) {
        tally.series_count = p->series_count;
        tally.step_count = p->clock.step_count == 0 ? 1 : (uint32_t)p->clock.step_count;
    }
    return tally;
}

bool hf_tally_init(const hf_plan *plan, const hf_simulation *simulation, hf_arena *arena,
                   hf_tally *tally, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_prepared p;
    if (!hf_prepare(plan, simulation, &scratch, &p, err))
        return false;
    *tally = hf_tally_shape(&p);
    if (tally->trial_count <= HF_EXACT_TRIALS)
        tally->losses = HF_NEW_N(arena, uint64_t, tally->trial_count);
    take_sums(tally, arena);
    return true;
}

uint64_t hf_tally_sums_memory(const hf_tally *shape)
{
    uint64_t bins = shape->trial_count > HF_EXACT_TRIALS ? HF_LOSS_BIN_COUNT : 0;
    return (word_count_of(shape) + bins) * sizeof(uint64_t) +
           shape->asset_count * sizeof(hf_asset_tally) + series_length(shape) * sizeof(hf_wide);
}

uint64_t hf_tally_memory(const hf_tally *shape)
{
    uint64_t losses = shape->trial_count > HF_EXACT_TRIALS ? 0 : shape->trial_count;
    return hf_tally_sums_memory(shape) + losses * sizeof(uint64_t);
}

hf_tally hf_tally_part(const hf_tally *whole, hf_arena *arena)
{
    hf_tally part = {.trial_count = whole->trial_count,
                     .run = whole->run,
                     .asset_count = whole->asset_count,
                     .series_count = whole->series_count,
                     .step_count = whole->step_count,
                     .losses = whole->losses};
    take_sums(&part, arena);
    return part;
}

bool hf_tally_has(const hf_tally *tally, uint64_t block)
{
    return (tally->is_done[block / 64] >> (block % 64) & 1) != 0;
}

void hf_tally_mark(hf_tally *tally, uint64_t block, uint32_t trials)
{
    tally->is_done[block / 64] |= (uint64_t)1 << (block % 64);
    tally->block_count++;
    tally->done_trials += trials;
}

void hf_tally_add_loss(hf_tally *tally, uint64_t trial, uint64_t loss)
{
    hf_wide_add(&tally->loss, loss);
    hf_wide_add_square(&tally->loss_square, loss);
    if (tally->losses != NULL)
        tally->losses[trial] = loss;
    else
        tally->bins[hf_loss_bin(loss)]++;
}

static void add_assets(hf_tally *into, const hf_tally *from)
{
    for (uint32_t a = 0; a < into->asset_count; a++) {
        hf_asset_tally *to = &into->assets[a];
        const hf_asset_tally *more = &from->assets[a];
        to->down_ever += more->down_ever;
        to->own_damage += more->own_damage;
        to->down_not_own += more->down_not_own;
        to->down_steps += more->down_steps;
        to->down_last += more->down_last;
        hf_wide_add_wide(&to->loss, more->loss);
        hf_wide_add_wide(&to->loss_square, more->loss_square);
    }
}

void hf_tally_add_part(hf_tally *into, const hf_tally *from)
{
    into->block_count += from->block_count;
    into->done_trials += from->done_trials;
    hf_wide_add_wide(&into->loss, from->loss);
    hf_wide_add_wide(&into->loss_square, from->loss_square);
    for (size_t w = 0; w < word_count_of(into); w++)
        into->is_done[w] |= from->is_done[w];
    for (uint32_t b = 0; b < HF_LOSS_BIN_COUNT && into->bins != NULL; b++)
        into->bins[b] += from->bins[b];
    add_assets(into, from);
    for (size_t i = 0; i < series_length(into); i++)
        hf_wide_add_wide(&into->series[i], from->series[i]);
}

bool hf_tally_merge(hf_tally *into, const hf_tally *from, hf_error *err)
{
    if (into->run != from->run || into->trial_count != from->trial_count ||
        into->asset_count != from->asset_count || into->series_count != from->series_count ||
        into->step_count != from->step_count)
        return bad(err, "the two counts are of different runs");
    for (size_t w = 0; w < word_count_of(into); w++)
        if ((into->is_done[w] & from->is_done[w]) != 0)
            return bad(err, "a block of trials is in both counts");
    for (uint64_t b = 0; b < block_count_of(into) && into->losses != NULL; b++)
        if (hf_tally_has(from, b))
            memcpy(into->losses + b * HF_BLOCK_TRIALS, from->losses + b * HF_BLOCK_TRIALS,
                   (size_t)trials_of(into, b) * sizeof(uint64_t));
    hf_tally_add_part(into, from);
    return true;
}

// ---- Bytes ----

#define MAGIC UINT64_C(0x32594c4c41544648) // "HFTALLY2"

// Moves numbers between a tally and bytes, the same walk for both directions and for counting.
typedef struct {
    uint8_t *to;         // write
    const uint8_t *from; // read
    size_t at;
} tape;

static void move(tape *t, uint64_t *value)
{
    uint64_t v = *value;
    if (t->to != NULL)
        for (uint32_t i = 0; i < 8; i++)
            t->to[t->at + i] = (uint8_t)(v >> (8 * i));
    if (t->from != NULL) {
        v = 0;
        for (uint32_t i = 0; i < 8; i++)
            v |= (uint64_t)t->from[t->at + i] << (8 * i);
        *value = v;
    }
    t->at += 8;
}

static void move_wide(tape *t, hf_wide *value)
{
    move(t, &value->low);
    move(t, &value->high);
}

enum { HEAD_NUMBERS = 6 };

static void fill_head(const hf_tally *tally, uint64_t head[HEAD_NUMBERS])
{
    head[0] = MAGIC;
    head[1] = tally->run;
    head[2] = tally->trial_count;
    head[3] = tally->asset_count;
    head[4] = tally->series_count;
    head[5] = tally->step_count;
}

// Head and list of blocks: after these the length is known.
static void move_front(tape *t, hf_tally *tally, uint64_t head[HEAD_NUMBERS])
{
    for (uint32_t i = 0; i < HEAD_NUMBERS; i++)
        move(t, &head[i]);
    for (size_t w = 0; w < word_count_of(tally); w++)
        move(t, &tally->is_done[w]);
}

static void move_sums(tape *t, hf_tally *tally)
{
    move_wide(t, &tally->loss);
    move_wide(t, &tally->loss_square);
    for (uint64_t b = 0; b < block_count_of(tally) && tally->losses != NULL; b++)
        for (uint64_t i = 0; hf_tally_has(tally, b) && i < trials_of(tally, b); i++)
            move(t, &tally->losses[b * HF_BLOCK_TRIALS + i]);
    for (uint32_t b = 0; b < HF_LOSS_BIN_COUNT && tally->bins != NULL; b++)
        move(t, &tally->bins[b]);
    for (uint32_t a = 0; a < tally->asset_count; a++) {
        hf_asset_tally *asset = &tally->assets[a];
        move(t, &asset->down_ever);
        move(t, &asset->own_damage);
        move(t, &asset->down_not_own);
        move(t, &asset->down_steps);
        move(t, &asset->down_last);
        move_wide(t, &asset->loss);
        move_wide(t, &asset->loss_square);
    }
    for (size_t i = 0; i < series_length(tally); i++)
        move_wide(t, &tally->series[i]);
}

size_t hf_tally_bytes(const hf_tally *tally)
{
    size_t numbers = HEAD_NUMBERS + word_count_of(tally) + 4 + 2 * series_length(tally) +
                     9 * (size_t)tally->asset_count;
    return 8 * (numbers + (tally->losses != NULL ? (size_t)tally->done_trials : HF_LOSS_BIN_COUNT));
}

void hf_tally_write(const hf_tally *tally, uint8_t *bytes)
{
    tape t = {.to = bytes};
    hf_tally copy = *tally; // the walk writes only when it reads from bytes
    uint64_t head[HEAD_NUMBERS];
    fill_head(tally, head);
    move_front(&t, &copy, head);
    move_sums(&t, &copy);
    HF_ASSERT(t.at == hf_tally_bytes(tally));
}

// Each trial lies in one bin: what ranks them relies on it.
static bool fills_bins(const hf_tally *tally)
{
    uint64_t left = tally->done_trials;
    for (uint32_t b = 0; b < HF_LOSS_BIN_COUNT; b++) {
        if (tally->bins[b] > left)
            return false;
        left -= tally->bins[b];
    }
    return left == 0;
}

// Empty again: who is refused here may start anew with the same tally.
static bool refuse(hf_tally *tally, const char *what, hf_error *err)
{
    tally->block_count = tally->done_trials = 0;
    tally->loss = tally->loss_square = (hf_wide){0, 0};
    memset(tally->is_done, 0, word_count_of(tally) * sizeof(uint64_t));
    if (tally->bins != NULL)
        memset(tally->bins, 0, HF_LOSS_BIN_COUNT * sizeof(uint64_t));
    if (tally->asset_count > 0)
        memset(tally->assets, 0, tally->asset_count * sizeof(hf_asset_tally));
    if (tally->step_count > 0)
        memset(tally->series, 0, series_length(tally) * sizeof(hf_wide));
    return bad(err, what);
}

bool hf_tally_read(hf_tally *tally, const uint8_t *bytes, size_t count, hf_error *err)
{
    tape t = {.from = bytes};
    uint64_t head[HEAD_NUMBERS] = {0}, want[HEAD_NUMBERS];
    HF_ASSERT(tally->block_count == 0);
    fill_head(tally, want);
    if (count < 8 * (HEAD_NUMBERS + word_count_of(tally)))
        return bad(err, "the stored count is cut off");
    move_front(&t, tally, head);
    bool is_ours = memcmp(head, want, sizeof(head)) == 0;
    uint64_t block_count = block_count_of(tally);
    uint32_t rest = (uint32_t)(block_count % 64);
    if (rest != 0 && tally->is_done[word_count_of(tally) - 1] >> rest != 0)
        is_ours = false;
    for (uint64_t b = 0; b < block_count && is_ours; b++) {
        if (hf_tally_has(tally, b)) {
            tally->block_count++;
            tally->done_trials += trials_of(tally, b);
        }
    }
    if (!is_ours)
        return refuse(tally, "the stored count is of another run", err);
    if (count != hf_tally_bytes(tally))
        return refuse(tally, "the stored count is cut off or too long", err);
    move_sums(&t, tally);
    return tally->bins == NULL || fills_bins(tally) ||
           refuse(tally, "the stored count does not add up", err);
}
