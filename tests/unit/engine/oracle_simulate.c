// SPDX-License-Identifier: Apache-2.0
#include "oracle_simulate.h"

#include <math.h>
#include <string.h>

#include "engine/repair.h"
#include "engine/sample.h"

static uint64_t word_of(const hf_simulation *s, hf_stream stream, uint64_t key, uint64_t word,
                        uint32_t digit, uint32_t step)
{
    hf_random random = hf_random_of(s->generator, s->seed, stream, step);
    return hf_random_word(&random, key, word, digit);
}

// [U < p], U of 32 digits, most significant first.
static bool dense_bit(const hf_simulation *s, hf_stream stream, uint64_t key, uint64_t trial,
                      uint32_t step, uint64_t p)
{
    uint64_t u = 0;
    for (uint32_t digit = 0; digit < 32; digit++)
        u = 2 * u + (word_of(s, stream, key, trial / 64, digit, step) >> (trial % 64) & 1);
    return u < p;
}

// Hits of a word one after another: the first j with u < 2^64 - S_{j+1}, then again behind it.
static bool rare_bit(const hf_simulation *s, hf_stream stream, uint64_t key, uint64_t trial,
                     uint32_t step, uint64_t p)
{
    HF_U128 one = (HF_U128)1 << 64, survival[65] = {one};
    for (uint32_t j = 1; j <= 64; j++)
        survival[j] = survival[j - 1] * (((uint64_t)1 << 32) - p) >> 32;
    uint32_t first = 0; // lanes before it are decided
    for (uint32_t digit = 0; first < 64; digit++) {
        uint64_t u = word_of(s, stream, key, trial / 64, digit, step);
        uint32_t j = 0;
        while (j < 64 && u >= one - survival[j + 1])
            j++;
        if (first + j >= 64)
            return false;
        if (first + j == trial % 64)
            return true;
        first += j + 1;
    }
    return false;
}

static bool link_bit(const hf_simulation *s, hf_stream stream, uint64_t key, uint64_t trial,
                     double strength)
{
    if (strength >= 1)
        return true;
    uint64_t p = hf_chance_of(strength);
    if (s->strength_digits == 8) {
        p = (p + (1u << 23)) / (1u << 24);
        p = (p < 1 ? 1 : p > 255 ? 255 : p) << 24;
        return dense_bit(s, stream, key, trial, 0, p);
    }
    return p < (uint64_t)1 << 25 ? rare_bit(s, stream, key, trial, 0, p)
                                 : dense_bit(s, stream, key, trial, 0, p);
}

static uint8_t class_of(const hf_simulation *s, uint64_t trial)
{
    if (s->class_count < 2)
        return 0;
    if (s->class_of_event != NULL)
        return s->class_of_event[trial % s->event_count];
    hf_alias alias = hf_alias_of(s->class_p, s->class_count);
    hf_random random = hf_random_of(s->generator, s->seed, HF_STREAM_CLASS, 0);
    return hf_class_of_trial(&alias, &random, trial);
}

typedef struct {
    const hf_engine_input *in;
    const hf_simulation *s;
    double step_h;
    int64_t step_count; // 1 for the static question
    uint64_t trial;
    uint8_t class_now;
} context;

static int64_t step_of(const context *c, double hours)
{
    return (int64_t)ceil(hours / c->step_h - 1e-9);
}

// The level below which a shock at `step` damages the asset; 0 = not at all.
static uint8_t shock_level(const context *c, uint32_t asset, int64_t step)
{
    uint32_t count = 0; // chances above 0 of this shock, in all classes
    uint64_t only = 0;
    for (size_t i = 0; i < c->s->hazard_count; i++) {
        const hf_hazard *h = &c->s->hazards[i];
        if (h->asset == asset && step_of(c, h->at_h) == step && h->p > 0) {
            count++;
            only = hf_chance_of(h->p);
        }
    }
    bool is_rare =
        !c->s->is_nested && c->s->class_count < 2 && count == 1 && only < (uint64_t)1 << 25;
    for (size_t i = 0; i < c->s->hazard_count; i++) {
        const hf_hazard *h = &c->s->hazards[i];
        if (h->asset != asset || step_of(c, h->at_h) != step || !(h->p > 0) ||
            h->threat_class != c->class_now)
            continue;
        uint64_t key = c->in->assets[asset].id, p = hf_chance_of(h->p);
        if (is_rare ? rare_bit(c->s, HF_STREAM_DAMAGE, key, c->trial, (uint32_t)step, p)
                    : dense_bit(c->s, HF_STREAM_DAMAGE, key, c->trial, (uint32_t)step, p))
            return h->level; // levels ascend
    }
    return 0;
}

static bool is_repaired(const context *c, uint32_t asset, int64_t step, int64_t since)
{
    const hf_engine_asset *a = &c->in->assets[asset];
    if (isnan(a->repair_h))
        return false;
    if (a->repair_law == HF_REPAIR_FIXED || a->repair_h == 0)
        return step - since >= step_of(c, a->repair_h);
    double r =
        hf_repair_chance(a->repair_law, a->repair_h, c->step_h, (uint64_t)(step - since - 1));
    return dense_bit(c->s, HF_STREAM_REPAIR, a->id, c->trial, (uint32_t)step, hf_chance_of(r));
}

// a(t) of all assets, step by step: repair, then shocks.
static uint8_t *draw_damage(const context *c, hf_arena *arena)
{
    uint32_t n = c->in->asset_count;
    uint8_t *damage = hf_arena_take_n(arena, (size_t)c->step_count * n, 1);
    for (uint32_t a = 0; a < n; a++) {
        uint8_t level = 0;
        int64_t since = 0;
        for (int64_t t = 0; t < c->step_count; t++) {
            if (level > 0 && t > 0 && is_repaired(c, a, t, since))
                level = 0;
            uint8_t hit = shock_level(c, a, t);
            if (hit > 0) {
                level = level == 0 || hit < level ? hit : level;
                since = t;
            }
            damage[(size_t)t * n + a] = level;
        }
    }
    return damage;
}

static hf_oracle_draws draw(const context *c, hf_arena *arena)
{
    const hf_engine_input *in = c->in;
    bool *is_felt = hf_arena_take_n(arena, in->member_count, sizeof(bool));
    bool *works = hf_arena_take_n(arena, in->link_count, sizeof(bool));
    for (uint32_t m = 0; m < in->member_count; m++)
        is_felt[m] =
            in->members[m].strength > 0 &&
            link_bit(c->s, HF_STREAM_LINK, in->members[m].id, c->trial, in->members[m].strength);
    for (uint32_t i = 0; i < in->link_count; i++)
        works[i] =
            !(in->links[i].strength > 0) ||
            link_bit(c->s, HF_STREAM_LAYER_LINK, in->links[i].id, c->trial, in->links[i].strength);
    return (hf_oracle_draws){is_felt, works, draw_damage(c, arena)};
}

static void add_wide(hf_wide *sum, HF_U128 value)
{
    value += (HF_U128)sum->high << 64 | sum->low;
    *sum = (hf_wide){(uint64_t)value, (uint64_t)(value >> 64)};
}

static uint64_t weight_of(const hf_engine_asset *a, uint32_t level)
{
    uint64_t people = a->is_virtual ? 0 : (uint64_t)a->people,
             top = a->levels < 2 ? 1 : a->levels - 1u;
    return people * (top - level + 1) / top - people * (top - level) / top;
}

// In how many parts of a step the loss is counted, so that the last one has a whole number of them.
static uint64_t parts_of(double part)
{
    for (uint64_t parts = 1; parts <= 1000; parts++)
        if (fabs(part * (double)parts - round(part * (double)parts)) <= 1e-9)
            return parts;
    return 1000000;
}

static void count_asset(const context *c, const hf_oracle_states *states,
                        const hf_oracle_draws *draws, uint32_t asset, hf_tally *tally, bool *is_own)
{
    uint32_t n = c->in->asset_count;
    hf_asset_tally *sums = &tally->assets[asset];
    bool is_down = false;
    for (int64_t t = 0; t < states->step_count; t++) {
        *is_own = *is_own || draws->damage[(size_t)t * n + asset] != 0;
        if (!states->below[((size_t)t * n + asset) * HF_ORACLE_LEVELS + 1] ||
            states->pinned[(size_t)asset * HF_ORACLE_LEVELS + 1])
            continue;
        is_down = true;
        sums->down_steps += c->s->hours > 0 && t + 1 < states->step_count;
        sums->down_last += c->s->hours > 0 && t + 1 == states->step_count;
    }
    sums->down_ever += is_down;
    sums->own_damage += *is_own;
    sums->down_not_own += is_down && !*is_own;
}

static void run_trial(const context *c, hf_tally *tally)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint32_t n = c->in->asset_count;
    hf_question question = {.hours = c->s->hours, .step_h = c->s->step_h, .restart = c->s->restart};
    hf_oracle_draws draws = draw(c, &arena);
    hf_oracle_states states;
    hf_oracle_trial(c->in, &question, &draws, &arena, &states);
    double last_part = (c->s->hours - (double)(c->step_count - 1) * c->step_h) / c->step_h;
    uint64_t parts = c->s->hours > 0 ? parts_of(last_part) : 1;
    uint64_t last = c->s->hours > 0 ? (uint64_t)(last_part * (double)parts + 0.5) : 1;
    uint64_t loss = 0;
    for (int64_t t = 0; t < states.step_count; t++)
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t q = 1; q < HF_ORACLE_LEVELS; q++) {
                size_t node = (size_t)a * HF_ORACLE_LEVELS + q;
                if (!states.below[(size_t)t * n * HF_ORACLE_LEVELS + node] || states.pinned[node])
                    continue;
                uint64_t weight = weight_of(&c->in->assets[a], q);
                loss += weight * (t + 1 < states.step_count ? parts : last);
                add_wide(&tally->series[(size_t)t * tally->series_count + c->in->assets[a].sector],
                         weight);
            }
    tally->losses[c->trial] = loss;
    add_wide(&tally->loss, loss);
    add_wide(&tally->loss_square, (HF_U128)loss * loss);
    for (uint32_t a = 0; a < n; a++) {
        bool is_own = false;
        count_asset(c, &states, &draws, a, tally, &is_own);
        if (!is_own)
            continue;
        add_wide(&tally->assets[a].loss, loss);
        add_wide(&tally->assets[a].loss_square, (HF_U128)loss * loss);
    }
}

void hf_oracle_simulate(const hf_engine_input *input, const hf_simulation *simulation,
                        hf_tally *tally)
{
    context c = {.in = input,
                 .s = simulation,
                 .step_h = simulation->step_h == 0 ? 1 : simulation->step_h,
                 .step_count = 1};
    if (simulation->hours > 0)
        c.step_count = step_of(&c, simulation->hours);
    for (c.trial = 0; c.trial < simulation->trial_count; c.trial++) {
        c.class_now = class_of(simulation, c.trial);
        run_trial(&c, tally);
    }
    for (uint64_t b = 0; b * HF_BLOCK_TRIALS < simulation->trial_count; b++)
        tally->is_done[b / 64] |= (uint64_t)1 << (b % 64);
    tally->block_count = (simulation->trial_count + HF_BLOCK_TRIALS - 1) / HF_BLOCK_TRIALS;
    tally->done_trials = simulation->trial_count;
}
