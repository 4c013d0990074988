// SPDX-License-Identifier: Apache-2.0
//
// Sets of measures: what they change against a register rewritten by hand and the slow reference; a
// measure more never loses more; parts add up to the whole; the best set against all sets (V18).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../full.h"
#include "check.h"
#include "engine/measures.h"
#include "oracle_simulate.h"

enum { TRIALS = 40, EFFECTS = 6 };

typedef struct {
    hf_arena arena;
    hf_engine_input *in;
    hf_simulation *simulation;
    hf_exposure base;
    hf_effect *effects;
    uint32_t effect_count;
    hf_book_question question;
} fixture;

// ---- Measures by chance ----

static const uint32_t *some(hf_test_random *random, uint32_t below, uint32_t most, uint32_t *count,
                            hf_arena *arena)
{
    uint32_t *list = HF_NEW_N(arena, uint32_t, most);
    *count = 0;
    for (uint32_t i = 0; i < below && *count < most; i++)
        if (hf_test_below(random, below) < most)
            list[(*count)++] = i;
    return list;
}

static hf_change change_of_assets(hf_test_random *random, const hf_engine_input *in,
                                  hf_arena *arena)
{
    hf_change change = hf_change_none();
    change.assets = some(random, in->asset_count, 2, &change.asset_count, arena);
    if (hf_test_chance(random, 60))
        change.damage_factor = hf_test_below(random, 10) / 10.0;
    if (hf_test_chance(random, 30))
        change.damage_most = hf_test_below(random, 100) / 1000.0;
    if (hf_test_chance(random, 30))
        change.repair_factor = hf_test_below(random, 10) / 10.0;
    if (hf_test_chance(random, 30))
        change.repair_most = hf_test_below(random, 8);
    if (hf_test_chance(random, 10))
        change.black_start_least = hf_test_below(random, 6);
    return change;
}

static hf_change change_of_groups(hf_test_random *random, const hf_engine_input *in,
                                  hf_arena *arena)
{
    hf_change change = hf_change_none();
    uint32_t count = 0, *kept = HF_NEW_N(arena, uint32_t, 2);
    if (in->group_count > 0 && hf_test_chance(random, 60)) {
        uint32_t supplier = hf_test_below(random, in->asset_count);
        const uint32_t *groups = some(random, in->group_count, 2, &count, arena);
        for (uint32_t i = 0; i < count; i++)
            if (in->groups[groups[i]].consumer != supplier)
                kept[change.group_count++] = groups[i];
        change.groups = kept;
        change.supplier = supplier;
        change.capacity = 1 + hf_test_below(random, 2000);
        return change;
    }
    change.groups = some(random, in->group_count, 2, &change.group_count, arena);
    change.layer_members =
        some(random, in->layer_member_count, 2, &change.layer_member_count, arena);
    change.buffer_least = hf_test_below(random, 9);
    return change;
}

static hf_effect random_effect(hf_test_random *random, const hf_engine_input *in, hf_arena *arena)
{
    hf_change *changes = HF_NEW_N(arena, hf_change, 2);
    uint32_t count = 1 + hf_test_below(random, 2);
    for (uint32_t i = 0; i < count; i++)
        changes[i] = hf_test_chance(random, 50) ? change_of_assets(random, in, arena)
                                                : change_of_groups(random, in, arena);
    return (hf_effect){changes, count};
}

static void set_up(fixture *f, uint64_t seed, hf_test_features features, bool with_hours)
{
    hf_test_random random = {seed};
    *f = (fixture){0};
    features.has_chances = true;
    f->in = hf_test_register(&random, features, &f->arena);
    f->simulation = hf_test_simulation(&random, f->in, with_hours, TRIALS, &f->arena);
    f->base = (hf_exposure){*f->in, f->simulation->hazards, f->simulation->hazard_count};
    f->effect_count = EFFECTS;
    f->effects = HF_NEW_N(&f->arena, hf_effect, EFFECTS);
    for (uint32_t e = 0; e < EFFECTS; e++)
        f->effects[e] = random_effect(&random, f->in, &f->arena);
    f->question = (hf_book_question){.base = &f->base,
                                     .simulation = f->simulation,
                                     .effects = f->effects,
                                     .effect_count = f->effect_count};
}

static hf_measure_book *open_book(const hf_book_question *question, hf_arena *arena)
{
    hf_error err = {0};
    hf_measure_book *book = NULL;
    if (!hf_book_open(question, arena, &book, &err))
        fail_msg("%s: %s", err.code, err.message);
    return book;
}

static void trials_of(hf_measure_book *book, hf_measure_set set, uint64_t *losses)
{
    hf_error err = {0};
    if (!hf_book_trials(book, set, losses, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static uint64_t loss_of(hf_measure_book *book, hf_measure_set set)
{
    hf_error err = {0};
    uint64_t loss = 0;
    if (!hf_book_loss(book, set, &loss, &err))
        fail_msg("%s: %s", err.code, err.message);
    return loss;
}

// ---- Rewritten by hand ----

// The register and hazards with a set in place, each number from the definition: no copies shared.
static void rewrite(const fixture *f, hf_measure_set set, hf_arena *arena, hf_engine_input *out,
                    hf_hazard *hazards)
{
    *out = *f->in;
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, out->asset_count);
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, out->group_count);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, out->member_count + 400);
    hf_engine_layer_member *layers =
        HF_NEW_N(arena, hf_engine_layer_member, out->layer_member_count);
    uint32_t used = 0;
    for (uint32_t a = 0; a < out->asset_count; a++)
        assets[a] = f->in->assets[a];
    for (size_t i = 0; i < f->base.hazard_count; i++)
        hazards[i] = f->base.hazards[i];
    for (uint32_t g = 0; g < out->group_count; g++)
        groups[g] = f->in->groups[g];
    for (uint32_t m = 0; m < out->layer_member_count; m++)
        layers[m] = f->in->layer_members[m];
    for (int limits = 0; limits < 2; limits++)
        for (uint32_t e = 0; e < f->effect_count; e++)
            for (uint32_t i = 0; (set >> e & 1) != 0 && i < f->effects[e].change_count; i++) {
                const hf_change *c = &f->effects[e].changes[i];
                for (uint32_t k = 0; k < c->asset_count; k++) {
                    hf_engine_asset *a = &assets[c->assets[k]];
                    for (size_t h = 0; h < f->base.hazard_count; h++)
                        if (hazards[h].asset == c->assets[k]) {
                            if (limits == 0)
                                hazards[h].p *= c->damage_factor;
                            else if (hazards[h].p > c->damage_most)
                                hazards[h].p = c->damage_most;
                        }
                    if (limits == 0)
                        a->repair_h *= c->repair_factor;
                    else if (c->repair_most < 1e9 && !(a->repair_h <= c->repair_most))
                        a->repair_h = c->repair_most;
                    if (a->black_start_h < c->black_start_least)
                        a->black_start_h = c->black_start_least;
                }
                for (uint32_t k = 0; k < c->group_count; k++)
                    if (groups[c->groups[k]].buffer_h < c->buffer_least)
                        groups[c->groups[k]].buffer_h = c->buffer_least;
                for (uint32_t k = 0; k < c->layer_member_count; k++)
                    if (layers[c->layer_members[k]].buffer_h < c->buffer_least)
                        layers[c->layer_members[k]].buffer_h = c->buffer_least;
            }
    for (uint32_t g = 0; g < out->group_count; g++) {
        uint32_t first = used;
        for (uint32_t m = 0; m < groups[g].member_count; m++)
            members[used++] = f->in->members[groups[g].first_member + m];
        for (uint32_t e = 0; e < f->effect_count; e++)
            for (uint32_t i = 0; (set >> e & 1) != 0 && i < f->effects[e].change_count; i++)
                for (uint32_t k = 0; k < f->effects[e].changes[i].group_count; k++)
                    if (f->effects[e].changes[i].groups[k] == g &&
                        f->effects[e].changes[i].supplier != HF_NO_INDEX)
                        members[used++] =
                            (hf_engine_member){.supplier = f->effects[e].changes[i].supplier,
                                               .capacity = f->effects[e].changes[i].capacity,
                                               .strength = 1};
        groups[g].first_member = first;
        groups[g].member_count = used - first;
    }
    out->assets = assets;
    out->groups = groups;
    out->members = members;
    out->member_count = used;
    out->layer_members = layers;
}

static void compare_with_reference(const fixture *f, hf_measure_book *book, hf_measure_set set)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_engine_input in;
    hf_hazard *hazards = HF_NEW_N(&arena, hf_hazard, f->base.hazard_count);
    uint64_t losses[TRIALS];
    rewrite(f, set, &arena, &in, hazards);
    hf_bench bench;
    hf_tally want;
    bench_open(&bench, f->in);
    hf_engine_asset *assets = HF_NEW_N(&arena, hf_engine_asset, in.asset_count);
    memcpy(assets, in.assets, in.asset_count * sizeof(assets[0]));
    hf_plan_facts facts = hf_plan_facts_of(bench.plan);
    for (uint32_t i = 0; i < facts.down_at_start_count; i++)
        assets[facts.down_at_start[i]].people = 0;
    bench_done(&bench);
    in.assets = assets;
    hf_simulation s = *f->simulation;
    s.hazards = hazards;
    s.is_nested = true;
    bench_open(&bench, &in);
    assert_true(hf_tally_init(bench.plan, &s, &arena, &want, &err));
    hf_oracle_simulate(&in, &s, &want);
    trials_of(book, set, losses);
    for (uint32_t t = 0; t < TRIALS; t++)
        assert_int_equal(losses[t], want.losses[t]);
    bench_done(&bench);
}

static void sets_equal_the_reference(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 300; seed++) {
        fixture f;
        set_up(&f, 31000000 + seed,
               (hf_test_features){
                   .asset_count_max = 9, .has_layers = seed % 3 == 0, .is_restless = seed % 2 == 0},
               seed % 2 == 0);
        hf_measure_book *book = open_book(&f.question, &f.arena);
        hf_test_random random = {seed};
        compare_with_reference(&f, book, 0);
        compare_with_reference(&f, book, ((hf_measure_set)1 << EFFECTS) - 1);
        compare_with_reference(&f, book, hf_test_below(&random, 1u << EFFECTS));
        hf_book_close(&book);
        hf_arena_done(&f.arena);
    }
}

// ---- More measures, less loss ----

// Grows a set measure by measure; returns in how many trials that raised the loss.
static uint32_t count_rises(const fixture *f, hf_measure_book *book, uint64_t seed)
{
    hf_test_random random = {seed};
    hf_measure_set set = 0;
    uint64_t before[TRIALS], after[TRIALS];
    uint32_t rises = 0;
    trials_of(book, set, before);
    for (uint32_t step = 0; step < 4; step++) {
        set |= (hf_measure_set)1 << hf_test_below(&random, f->effect_count);
        trials_of(book, set, after);
        for (uint32_t t = 0; t < TRIALS; t++)
            rises += after[t] > before[t];
        memcpy(before, after, sizeof(before));
    }
    return rises;
}

static void a_measure_more_never_loses_more(void **unused)
{
    (void)unused;
    uint32_t flawed = 0, rises_of_flawed = 0;
    uint64_t saved = 0;
    const uint64_t count = is_full() ? 3000 : 1000;
    for (uint64_t seed = 0; seed < count; seed++) {
        fixture f;
        set_up(&f, 32000000 + seed,
               (hf_test_features){.asset_count_max = 12,
                                  .has_layers = seed % 3 == 0,
                                  .has_levels = seed % 4 == 0,
                                  .has_gates = seed % 5 == 0,
                                  .is_restless = seed % 2 == 0},
               seed % 3 != 1);
        hf_measure_book *book = open_book(&f.question, &f.arena);
        uint32_t rises = count_rises(&f, book, seed);
        bool is_flawed = hf_effects_flaw(&f.base, f.effects, f.effect_count, f.simulation->hours) !=
                         HF_FLAW_NONE;
        if (rises > 0 && !is_flawed)
            fail_msg("seed %llu: %u trials lose more", (unsigned long long)(32000000 + seed),
                     rises);
        saved += loss_of(book, 0) - loss_of(book, is_flawed ? 0 : 63);
        flawed += is_flawed;
        rises_of_flawed += rises;
        hf_book_close(&book);
        hf_arena_done(&f.arena);
    }
    // Both must be there, else the test says nothing, or the exception is idle.
    assert_true(saved > 0);
    assert_true(rises_of_flawed > 0);
    assert_true(flawed < count * 4 / 5);
    print_message("# %u registers where measures may shift outages; %u trials there lost more\n",
                  flawed, rises_of_flawed);
}

// ---- Parts ----

static void parts_add_up_to_the_whole(void **unused)
{
    (void)unused;
    uint32_t divided = 0;
    const uint64_t count = is_full() ? 500 : 200;
    for (uint64_t seed = 0; seed < count; seed++) {
        fixture f;
        set_up(&f, 33000000 + seed,
               (hf_test_features){
                   .asset_count_max = 60, .has_layers = seed % 4 == 0, .has_levels = seed % 5 == 0},
               seed % 2 == 0);
        hf_book_question whole = f.question;
        whole.is_whole = true;
        f.question.worst_share = whole.worst_share = seed % 3 == 0 ? 0.1 : 0;
        hf_measure_book *a = open_book(&f.question, &f.arena), *b = open_book(&whole, &f.arena);
        hf_measure_set all = 0;
        for (uint32_t p = 0; p < hf_book_part_count(a); p++) {
            assert_int_equal(all & hf_book_part(a, p), 0);
            all |= hf_book_part(a, p);
        }
        assert_int_equal(all, 63);
        divided += hf_book_part_count(a) > 1;
        hf_test_random random = {seed};
        for (uint32_t i = 0; i < 5; i++) {
            hf_measure_set set = hf_test_below(&random, 64);
            uint64_t left[TRIALS], right[TRIALS];
            trials_of(a, set, left);
            trials_of(b, set, right);
            assert_memory_equal(left, right, sizeof(left));
            assert_int_equal(loss_of(a, set), loss_of(b, set));
        }
        hf_book_close(&a);
        hf_book_close(&b);
        hf_arena_done(&f.arena);
    }
    assert_true(divided > count / 10);
    print_message("# %u of %llu fell into parts\n", divided, (unsigned long long)count);
}

// A hundred islands of a plant and a town.
static void islands_are_evaluated_apart(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_hand hand;
    hf_hazard hazards[20];
    hf_effect effects[20];
    hf_change changes[20];
    uint32_t plants[20];
    hf_hand_begin(&hand, 40);
    for (uint32_t i = 0; i < 20; i++) {
        hf_hand_needs(&hand, 20 + i, i, 0);
        hazards[i] = (hf_hazard){.asset = i, .level = 1, .p = 0.3};
        plants[i] = i;
        changes[i] = hf_change_none();
        changes[i].assets = &plants[i];
        changes[i].asset_count = 1;
        changes[i].damage_factor = 0.5;
        effects[i] = (hf_effect){&changes[i], 1};
    }
    hf_exposure base = {hand.input, hazards, 20};
    hf_simulation simulation = {.trial_count = 1000, .seed = 5};
    hf_book_question question = {
        .base = &base, .simulation = &simulation, .effects = effects, .effect_count = 20};
    hf_measure_book *book = open_book(&question, &arena);
    assert_int_equal(hf_book_part_count(book), 20);
    hf_test_random random = {7};
    for (uint32_t i = 0; i < 2000; i++)
        (void)loss_of(book, hf_test_below(&random, 1u << 20));
    assert_int_equal(hf_book_runs(book), 1 + 20 + 20); // the register, each part without and with
    hf_estimate gain;
    hf_error err = {0};
    assert_true(hf_book_gain(book, 0, (1u << 20) - 1, &gain, &err));
    assert_true(gain.low < 20 * 2 * 0.15 && gain.high > 20 * 2 * 0.15); // 2 people, 0.3 to 0.15
    hf_book_close(&book);
}

// ---- Estimates ----

static int descending(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? 1 : a > b ? -1 : 0;
}

static void the_worst_share_is_the_mean_of_the_worst_trials(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 40; seed++) {
        fixture f;
        hf_error err = {0};
        set_up(&f, 34000000 + seed, (hf_test_features){.asset_count_max = 20}, false);
        f.question.worst_share = 0.05 + 0.1 * (double)(seed % 5);
        hf_measure_book *book = open_book(&f.question, &f.arena);
        uint64_t count = (uint64_t)ceil(f.question.worst_share * TRIALS - 1e-9), sum = 0;
        uint64_t losses[TRIALS];
        hf_estimate loss;
        trials_of(book, 5, losses);
        qsort(losses, TRIALS, sizeof(losses[0]), descending);
        for (uint64_t i = 0; i < count; i++)
            sum += losses[i];
        assert_int_equal(loss_of(book, 5), sum);
        assert_true(hf_book_estimate(book, 5, &loss, &err));
        assert_true(fabs(loss.value - hf_book_mean(book, sum)) <= 1e-9 * (1 + loss.value));
        assert_true(loss.low <= loss.value && loss.high >= loss.value);
        hf_book_close(&book);
        hf_arena_done(&f.arena);
    }
}

static void gains_are_compared_trial_by_trial(void **unused)
{
    (void)unused;
    fixture f;
    hf_error err = {0};
    set_up(&f, 35000003, (hf_test_features){.asset_count_max = 30}, false);
    hf_measure_book *book = open_book(&f.question, &f.arena);
    uint64_t none[TRIALS], some_of[TRIALS];
    double sum = 0, squares = 0;
    trials_of(book, 0, none);
    trials_of(book, 63, some_of);
    for (uint32_t t = 0; t < TRIALS; t++)
        sum += (double)(none[t] - some_of[t]);
    for (uint32_t t = 0; t < TRIALS; t++) {
        double difference = (double)(none[t] - some_of[t]) - sum / TRIALS;
        squares += difference * difference;
    }
    double half = 1.959963984540054 * sqrt(squares / (TRIALS - 1) / TRIALS);
    hf_estimate gain, loss;
    assert_true(sum > 0);
    assert_true(hf_book_gain(book, 0, 63, &gain, &err));
    assert_true(fabs(gain.value - sum / TRIALS) <= 1e-9 * sum);
    assert_true(fabs(gain.high - gain.value - half) <= 1e-9 * half);
    assert_true(hf_book_estimate(book, 0, &loss, &err));
    assert_true(fabs(loss.value - hf_book_mean(book, loss_of(book, 0))) <= 1e-9 * loss.value);
    hf_book_close(&book);
    hf_arena_done(&f.arena);
}

// ---- V18 ----

static void the_best_set_is_the_best_of_all_sets(void **unused)
{
    (void)unused;
    for (uint64_t seed = 0; seed < 12; seed++) {
        fixture f;
        hf_error err = {0};
        hf_test_random random = {seed};
        uint32_t count = seed == 0 ? 15 : 9;
        set_up(&f, 36000000 + seed, (hf_test_features){.asset_count_max = 14}, false);
        f.effects = HF_NEW_N(&f.arena, hf_effect, count);
        int64_t cost[15], sum = 0;
        for (uint32_t e = 0; e < count; e++) {
            f.effects[e] = random_effect(&random, f.in, &f.arena);
            sum += cost[e] = 1 + hf_test_below(&random, 30);
        }
        f.question.effects = f.effects;
        f.question.effect_count = count;
        hf_book_question whole = f.question;
        whole.is_whole = true;
        hf_measure_book *book = open_book(&f.question, &f.arena),
                        *slow = open_book(&whole, &f.arena);
        hf_portfolio_question q = {.measure_count = count,
                                   .cost = cost,
                                   .budget = sum / 3,
                                   .loss = hf_book_loss,
                                   .context = book};
        hf_portfolio found;
        if (!hf_portfolio_find(&q, &f.arena, &found, &err))
            fail_msg("%s: %s", err.code, err.message);
        uint64_t best = UINT64_MAX;
        for (hf_measure_set set = 0; set < (hf_measure_set)1 << count; set++) {
            int64_t price = 0;
            for (uint32_t e = 0; e < count; e++)
                price += (set >> e & 1) != 0 ? cost[e] : 0;
            uint64_t loss = price <= q.budget ? loss_of(slow, set) : UINT64_MAX;
            best = loss < best ? loss : best;
        }
        assert_true(found.is_exact);
        assert_int_equal(found.best.loss, best);
        assert_true(hf_book_runs(book) <= hf_book_runs(slow));
        hf_book_close(&book);
        hf_book_close(&slow);
        hf_arena_done(&f.arena);
    }
}

static void the_search_ends_when_enough_was_simulated(void **unused)
{
    (void)unused;
    const int64_t cost[EFFECTS] = {1, 1, 1, 1, 1, 1};
    uint32_t ended = 0;
    for (uint64_t seed = 0; seed < 30; seed++) {
        fixture f;
        hf_error err = {0};
        set_up(&f, 37000000 + seed, (hf_test_features){.asset_count_max = 25}, false);
        f.question.is_whole = true;
        f.question.run_limit = 9;
        hf_measure_book *book = open_book(&f.question, &f.arena);
        hf_portfolio_question q = {.measure_count = EFFECTS,
                                   .cost = cost,
                                   .budget = 3,
                                   .loss = hf_book_loss,
                                   .context = book,
                                   .is_spent = hf_book_is_spent(book)};
        hf_portfolio found;
        assert_true(hf_portfolio_find(&q, &f.arena, &found, &err));
        ended += !found.is_exact;
        assert_true(hf_book_runs(book) <= 9);
        assert_non_null(found.single_gain);
        hf_book_close(&book);
        hf_arena_done(&f.arena);
    }
    assert_true(ended > 5);
}

static void refuses_too_few_trials(void **unused)
{
    (void)unused;
    fixture f;
    hf_error err = {0};
    hf_measure_book *book = NULL;
    set_up(&f, 38000000, (hf_test_features){.asset_count_max = 5}, false);
    f.simulation->trial_count = 1;
    assert_false(hf_book_open(&f.question, &f.arena, &book, &err));
    assert_string_equal(err.code, "portfolio.trials");
    assert_null(book);
    f.simulation->trial_count = HF_BOOK_TRIALS_MAX + 1;
    assert_false(hf_book_open(&f.question, &f.arena, &book, &err));
    assert_string_equal(err.code, "portfolio.trials");
    hf_arena_done(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_equal_the_reference),
        cmocka_unit_test(a_measure_more_never_loses_more),
        cmocka_unit_test(parts_add_up_to_the_whole),
        cmocka_unit_test(islands_are_evaluated_apart),
        cmocka_unit_test(the_worst_share_is_the_mean_of_the_worst_trials),
        cmocka_unit_test(gains_are_compared_trial_by_trial),
        cmocka_unit_test(the_best_set_is_the_best_of_all_sets),
        cmocka_unit_test(the_search_ends_when_enough_was_simulated),
        cmocka_unit_test(refuses_too_few_trials),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
