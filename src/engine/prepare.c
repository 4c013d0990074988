// SPDX-License-Identifier: Apache-2.0
//
// From the question of a simulation to what the kernels read: checks, hours to steps, chances to whole
// numbers, tables of rare chances; repair laws are in prepare_repairs.c. And the draws that both kernels share.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/block.h"
#include "engine/repair.h"

static bool bad_hazard(hf_error *err, const char *what, size_t index)
{
    return hf_fail(err, HF_ERR_INPUT, "engine.hazard", "%s, hazard number %llu", what,
                   (unsigned long long)index);
}

// ---- Time ----

// The last step is cut at the end, so its length is a fraction of a step. Losses are counted in the
// largest unit of which both are whole numbers, or nearly so: up to a thousandth of a step, else a
// millionth, to the nearest.
static void set_unit(hf_prepared *p)
{
    const hf_clock *clock = &p->clock;
    p->full_length = p->last_length = 1;
    p->loss_unit = 1;
    if (clock->step_count == 0)
        return;
    double part = clock->last_step_h / clock->step_h;
    uint64_t parts = 1;
    while (parts <= 1000 && fabs(part * (double)parts - round(part * (double)parts)) > 1e-9)
        parts++;
    if (parts > 1000)
        parts = 1000000;
    p->full_length = parts;
    p->last_length = (uint64_t)(part * (double)parts + 0.5);
    p->loss_unit = clock->step_h / (double)parts;
}

static bool check_size(const hf_prepared *p, hf_error *err)
{
    HF_U128 steps = p->clock.step_count == 0 ? 1 : (HF_U128)p->clock.step_count;
    HF_U128 most = (HF_U128)p->plan->people_sum * steps;
    bool fits = most <= UINT64_MAX / 4 / p->full_length;
    if (fits && most > 0) {
        most *= p->full_length;
        fits = most * most <= ~(HF_U128)0 / p->simulation->trial_count;
    }
    return fits
               ? true
               : hf_fail(err, HF_ERR_INPUT, "engine.loss_too_large",
                         "people times steps, or its square times trials, do not fit in 62 and 128 "
                         "bits; take longer steps or fewer trials");
}

// ---- Classes ----

static bool bad_classes(hf_error *err, const char *what)
{
    return hf_fail(err, HF_ERR_INPUT, "engine.classes", "%s", what);
}

static bool prepare_classes(hf_prepared *p, hf_error *err)
{
    const hf_simulation *s = p->simulation;
    p->class_count = s->class_count < 1 ? 1 : s->class_count;
    if (p->class_count > HF_CLASS_COUNT_MAX)
        return bad_classes(err, "more than 64 threat classes");
    if (p->class_count == 1)
        return true;
    if ((s->class_p == NULL) == (s->class_of_event == NULL))
        return bad_classes(err, "threat classes need either probabilities or a list of events");
    if (s->class_of_event != NULL) {
        if (s->event_count == 0)
            return bad_classes(err, "the list of events is empty");
        for (uint64_t i = 0; i < s->event_count; i++)
            if (s->class_of_event[i] >= p->class_count)
                return bad_classes(err, "an event names a threat class that is not there");
        return true;
    }
    double sum = 0;
    for (uint32_t h = 0; h < p->class_count; h++) {
        if (!(s->class_p[h] >= 0 && s->class_p[h] <= 1))
            return bad_classes(err, "a probability of a threat class is not between 0 and 1");
        sum += s->class_p[h];
    }
    if (fabs(sum - 1) > 1e-9)
        return bad_classes(err, "the probabilities of the threat classes do not add up to 1");
    p->alias = hf_alias_of(s->class_p, p->class_count);
    p->class_random = hf_random_of(s->generator, s->seed, HF_STREAM_CLASS, 0);
    return true;
}

uint8_t hf_trial_class(const hf_prepared *p, uint64_t trial)
{
    if (p->class_count == 1)
        return 0;
    if (p->simulation->class_of_event != NULL)
        return p->simulation->class_of_event[trial % p->simulation->event_count];
    return hf_class_of_trial(&p->alias, &p->class_random, trial);
}

void hf_block_classes(const hf_prepared *p, uint64_t block, hf_class_lanes *classes)
{
    uint32_t trials = hf_block_trials(p, block);
    memset(classes, 0, sizeof(*classes));
    for (uint32_t lane = 0; lane < trials && p->class_count > 1; lane++) {
        uint8_t h = hf_trial_class(p, block * HF_BLOCK_TRIALS + lane);
        classes->present |= (uint64_t)1 << h;
        classes->lanes[h][lane / 64] |= (uint64_t)1 << (lane % 64);
    }
}

// ---- Hazards ----

static int compare_hazards(const hf_hazard *a, const hf_hazard *b)
{
    if (a->asset != b->asset)
        return a->asset < b->asset ? -1 : 1;
    if (a->at_h < b->at_h || a->at_h > b->at_h)
        return a->at_h < b->at_h ? -1 : 1;
    if (a->threat_class != b->threat_class)
        return a->threat_class < b->threat_class ? -1 : 1;
    return a->level < b->level ? -1 : a->level > b->level;
}

static bool check_hazard(const hf_prepared *p, size_t i, hf_error *err)
{
    const hf_plan *plan = p->plan;
    const hf_hazard *hazard = &p->simulation->hazards[i];
    if (hazard->asset >= plan->facts.asset_count)
        return bad_hazard(err, "there is no such asset", i);
    uint32_t levels =
        plan->first_level_node[hazard->asset + 1] - plan->first_level_node[hazard->asset];
    if (hazard->level < 1 || hazard->level > levels)
        return bad_hazard(err, "the asset has no such level", i);
    if (hazard->threat_class >= p->class_count)
        return bad_hazard(err, "there is no such threat class", i);
    if (!(hazard->p >= 0 && hazard->p <= 1))
        return bad_hazard(err, "the probability is not between 0 and 1", i);
    if (!(hazard->at_h >= 0 && hazard->at_h <= HF_HOURS_MAX))
        return bad_hazard(err, "hour out of range", i);
    if (hazard->at_h > 0 && p->clock.step_count == 0)
        return hf_fail(err, HF_ERR_USAGE, "engine.shock_without_hours",
                       "a shock after the start needs a number of hours to simulate");
    if (i == 0)
        return true;
    const hf_hazard *before = &p->simulation->hazards[i - 1];
    int order = compare_hazards(before, hazard);
    if (order >= 0)
        return bad_hazard(err, order > 0 ? "not in order" : "the same as the one before it", i);
    if (before->asset == hazard->asset && !(before->at_h < hazard->at_h) &&
        before->threat_class == hazard->threat_class && before->p > hazard->p)
        return bad_hazard(err, "less likely than damage below a lower level", i);
    return true;
}

static bool begins_shock(const hf_simulation *s, size_t i)
{
    return i == 0 || s->hazards[i - 1].asset != s->hazards[i].asset ||
           s->hazards[i - 1].at_h < s->hazards[i].at_h;
}

static int64_t step_of(const hf_prepared *p, double at_h)
{
    return p->clock.step_count == 0 ? 0 : hf_grid_steps(at_h, p->clock.step_h, p->clock.step_count);
}

// Shocks and chances; those that begin at the end or later, and those that never happen, are left out.
static bool write_shocks(hf_prepared *p, hf_arena *arena, hf_error *err)
{
    const hf_simulation *s = p->simulation;
    uint32_t count = 0, chance_count = 0;
    for (size_t i = 0; i < s->hazard_count; i++) {
        if (!check_hazard(p, i, err))
            return false;
        count += begins_shock(s, i);
    }
    hf_shock *shocks = HF_NEW_N(arena, hf_shock, count);
    hf_chance *chances = HF_NEW_N(arena, hf_chance, s->hazard_count);
    double open_at_h = 0; // hour of the shock that is being written
    for (size_t i = 0; i < s->hazard_count; i++) {
        const hf_hazard *hazard = &s->hazards[i];
        int64_t step = step_of(p, hazard->at_h);
        if ((p->clock.step_count > 0 && step >= p->clock.step_count) || !(hazard->p > 0))
            continue;
        hf_shock *last = p->shock_count == 0 ? NULL : &shocks[p->shock_count - 1];
        bool is_open = last != NULL && last->asset == hazard->asset && last->step == step;
        if (!is_open) {
            last = &shocks[p->shock_count++];
            *last = (hf_shock){
                .asset = hazard->asset, .step = (uint32_t)step, .first_chance = chance_count};
            open_at_h = hazard->at_h;
        } else if (open_at_h < hazard->at_h) {
            return bad_hazard(err, "two shocks of one asset in one step; take shorter steps", i);
        }
        last->chance_count++;
        chances[chance_count++] =
            (hf_chance){hf_chance_of(hazard->p), hazard->threat_class, hazard->level};
    }
    p->shocks = shocks;
    p->chances = chances;
    return true;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static void write_shock_random(hf_prepared *p, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t *steps = HF_NEW_N(&scratch, uint32_t, p->shock_count);
    for (uint32_t i = 0; i < p->shock_count; i++)
        steps[i] = p->shocks[i].step;
    uint32_t count = hf_sort_unique(steps, p->shock_count);
    hf_random *random = HF_NEW_N(arena, hf_random, count);
    for (uint32_t i = 0; i < count; i++)
        random[i] =
            hf_random_of(p->simulation->generator, p->simulation->seed, HF_STREAM_DAMAGE, steps[i]);
    hf_shock *shocks = HF_NEW_N(arena, hf_shock, p->shock_count);
    for (uint32_t i = 0; i < p->shock_count; i++) {
        shocks[i] = p->shocks[i];
        const uint32_t *found = bsearch(&shocks[i].step, steps, count, sizeof(*steps), by_number);
        shocks[i].when = (uint32_t)(found - steps);
    }
    p->shocks = shocks;
    p->shock_random = random;
}

// ---- Rare chances ----

static bool is_rare_shock(const hf_prepared *p, const hf_shock *shock)
{
    return !p->simulation->is_nested && p->class_count == 1 && shock->chance_count == 1 &&
           hf_is_rare(p->chances[shock->first_chance].p);
}

static void write_rares(hf_prepared *p, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_plan *plan = p->plan;
    uint32_t member_count =
        plan->member_strength == NULL ? 0 : plan->first_member[plan->group_count];
    size_t count = 0;
    uint64_t *list = HF_NEW_N(&scratch, uint64_t,
                              (size_t)p->shock_count + member_count + plan->chance_link_count);
    for (uint32_t i = 0; i < p->shock_count; i++)
        if (is_rare_shock(p, &p->shocks[i]))
            list[count++] = p->chances[p->shocks[i].first_chance].p;
    if (p->simulation->strength_digits != 8) {
        for (uint32_t m = 0; m < member_count; m++)
            list[count++] = plan->member_strength[m];
        for (uint32_t i = 0; i < plan->chance_link_count; i++)
            list[count++] = plan->chance_link_strength[i];
    }
    p->rare = hf_rare_set_of(list, count, arena);
    hf_shock *shocks = HF_NEW_N(arena, hf_shock, p->shock_count);
    for (uint32_t i = 0; i < p->shock_count; i++) {
        shocks[i] = p->shocks[i];
        if (is_rare_shock(p, &shocks[i]))
            shocks[i].rare = hf_rare_find(&p->rare, p->chances[shocks[i].first_chance].p);
    }
    p->shocks = shocks;
}

uint64_t hf_link_chance(const hf_prepared *p, uint32_t strength)
{
    uint64_t chance = strength == 0 ? HF_CERTAIN : strength;
    return p->simulation->strength_digits == 8 ? hf_short_strength(chance) : chance;
}

const hf_rare *hf_link_rare(const hf_prepared *p, uint64_t chance)
{
    return p->simulation->strength_digits == 8 || !hf_is_rare(chance)
               ? NULL
               : hf_rare_find(&p->rare, chance);
}

// ---- All of it ----

static uint64_t stir(uint64_t digest, uint64_t value)
{
    uint64_t x = (digest ^ value) * 0x9E3779B97F4A7C15u;
    return (x ^ x >> 29) * 0xBF58476D1CE4E5B9u;
}

static uint64_t stir_number(uint64_t digest, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return stir(digest, bits);
}

static uint64_t digest_of(const hf_prepared *p)
{
    const hf_simulation *s = p->simulation;
    uint64_t d = stir(stir(stir(1, s->seed), s->trial_count), (uint64_t)s->generator);
    d = stir(stir(d, s->strength_digits == 8 ? 8 : 32), (uint64_t)s->restart);
    d = s->is_nested ? stir(d, 1) : d;
    d = stir_number(stir_number(d, p->clock.hours), p->clock.step_h);
    d = stir(stir(stir(d, p->class_count), s->event_count), p->plan->facts.asset_count);
    for (uint32_t h = 0; h < p->class_count && s->class_p != NULL; h++)
        d = stir_number(d, s->class_p[h]);
    for (uint64_t i = 0; i < s->event_count && s->class_of_event != NULL; i++)
        d = stir(d, s->class_of_event[i]);
    for (uint32_t i = 0; i < p->shock_count; i++) {
        d = stir(stir(d, p->shocks[i].asset), p->shocks[i].step);
        for (uint32_t k = 0; k < p->shocks[i].chance_count; k++) {
            hf_chance chance = p->chances[p->shocks[i].first_chance + k];
            d = stir(d, chance.p << 16 | (uint64_t)chance.threat_class << 8 | chance.level);
        }
    }
    for (uint32_t a = 0; a < p->plan->facts.asset_count && s->series_of != NULL; a++)
        d = stir(d, s->series_of[a]);
    return d;
}

static bool check_numbers(const hf_simulation *s, hf_error *err)
{
    if (s->trial_count == 0 || s->trial_count > HF_TRIAL_COUNT_MAX)
        return hf_fail(err, HF_ERR_INPUT, "engine.trials", "between 1 and %llu trials",
                       (unsigned long long)HF_TRIAL_COUNT_MAX);
    HF_ASSERT(s->strength_digits == 0 || s->strength_digits == 8 || s->strength_digits == 32);
    HF_ASSERT(s->generator == HF_GENERATOR_ARS || s->generator == HF_GENERATOR_PHILOX);
    if (!(s->target_half_width >= 0))
        return hf_fail(err, HF_ERR_INPUT, "engine.precision", "the precision is below 0");
    return true;
}

bool hf_prepare(const hf_plan *plan, const hf_simulation *simulation, hf_arena *arena,
                hf_prepared *out, hf_error *err)
{
    hf_prepared p = {.plan = plan, .simulation = simulation};
    if (!check_numbers(simulation, err) ||
        !hf_clock_of(plan, simulation->hours, simulation->step_h, &p.clock, err))
        return false;
    set_unit(&p);
    if (!check_size(&p, err) || !prepare_classes(&p, err) || !write_shocks(&p, arena, err))
        return false;
    p.block_count = (simulation->trial_count + HF_BLOCK_TRIALS - 1) / HF_BLOCK_TRIALS;
    p.digest = digest_of(&p);
    p.series_of = simulation->series_of != NULL ? simulation->series_of : plan->sector;
    p.series_count =
        simulation->series_of != NULL ? simulation->series_count : plan->facts.sector_count;
    for (uint32_t a = 0; a < plan->facts.asset_count; a++)
        HF_ASSERT(p.series_of[a] < p.series_count);
    p.link_random = hf_random_of(simulation->generator, simulation->seed, HF_STREAM_LINK, 0);
    p.layer_link_random =
        hf_random_of(simulation->generator, simulation->seed, HF_STREAM_LAYER_LINK, 0);
    write_shock_random(&p, arena);
    write_rares(&p, arena);
    hf_prepare_repairs(&p, arena);
    *out = p;
    return true;
}

uint32_t hf_block_trials(const hf_prepared *p, uint64_t block)
{
    uint64_t left = p->simulation->trial_count - block * HF_BLOCK_TRIALS;
    return left < HF_BLOCK_TRIALS ? (uint32_t)left : HF_BLOCK_TRIALS;
}

// ---- Damage of a block ----

static void keep_trials(const hf_prepared *p, uint64_t block, uint64_t line[HF_LINE_WORDS])
{
    uint32_t trials = hf_block_trials(p, block);
    for (uint32_t w = trials / 64; w < HF_LINE_WORDS && trials < HF_BLOCK_TRIALS; w++)
        line[w] &= w > trials / 64 ? 0 : ((uint64_t)1 << (trials % 64)) - 1;
}

// Chances of one level, one for each class that has them.
static void level_line(const hf_prepared *p, const hf_shock *shock, uint32_t level, uint64_t block,
                       const hf_class_lanes *classes, uint64_t out[HF_LINE_WORDS])
{
    const hf_random *random = &p->shock_random[shock->when];
    uint64_t key = p->plan->asset_id[shock->asset];
    const hf_chance *chances = p->chances + shock->first_chance;
    if (p->class_count == 1) {
        for (uint32_t k = 0; k < shock->chance_count; k++)
            if (chances[k].level == level)
                hf_line(random, key, block, chances[k].p, shock->rare, out);
        return;
    }
    hf_lane_class list[HF_CLASS_COUNT_MAX];
    uint32_t count = 0;
    for (uint32_t k = 0; k < shock->chance_count; k++) {
        if (chances[k].level != level)
            continue;
        uint32_t h = chances[k].threat_class;
        if ((classes->present >> h & 1) == 0)
            continue;
        list[count].p = chances[k].p;
        memcpy(list[count++].lanes, classes->lanes[h], sizeof(list[0].lanes));
    }
    hf_line_classes(random, key, block, list, count, out);
}

bool hf_shock_lines(const hf_prepared *p, const hf_shock *shock, uint64_t block,
                    const hf_class_lanes *classes, uint64_t out[HF_LEVEL_COUNT_MAX][HF_LINE_WORDS])
{
    uint64_t any = 0;
    uint32_t has = 0; // bit q: there are chances for level q
    for (uint32_t k = 0; k < shock->chance_count; k++)
        has |= 1u << p->chances[shock->first_chance + k].level;
    memset(out, 0, HF_LEVEL_COUNT_MAX * sizeof(out[0]));
    for (uint32_t level = 1; level < HF_LEVEL_COUNT_MAX; level++) {
        if ((has >> level & 1) != 0) {
            level_line(p, shock, level, block, classes, out[level]);
            keep_trials(p, block, out[level]);
        }
        for (uint32_t w = 0; w < HF_LINE_WORDS; w++) {
            out[level][w] |= out[level - 1][w];
            any |= out[level][w];
        }
    }
    return any != 0;
}
