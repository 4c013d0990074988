// SPDX-License-Identifier: Apache-2.0
//
// V18: portfolios against all subsets, with gains that complement and replace each other.
#include <string.h>

#include "check.h"
#include "engine/knapsack.h"
#include "engine/portfolio.h"

enum { CELLS = 400 };

// Each cell loses `loss` unless a measure of `any` is taken and, where `all` is set, all of those.
typedef struct {
    uint64_t any[CELLS], all[CELLS], loss[CELLS];
    uint32_t asked;
} landscape;

static bool loss_of(void *context, hf_measure_set set, uint64_t *loss, hf_error *err)
{
    landscape *land = context;
    (void)err;
    *loss = 1000;
    land->asked++;
    for (uint32_t i = 0; i < CELLS; i++)
        if ((set & land->any[i]) == 0 || (set & land->all[i]) != land->all[i])
            *loss += land->loss[i];
    return true;
}

static landscape make_land(hf_test_random *random, uint32_t measures)
{
    landscape land = {.asked = 0};
    for (uint32_t i = 0; i < CELLS; i++) {
        land.loss[i] = 1 + hf_test_below(random, 1000);
        for (uint32_t k = 0; k < 2; k++)
            land.any[i] |= (uint64_t)1 << hf_test_below(random, measures);
        if (hf_test_chance(random, 30))
            land.all[i] = (uint64_t)1 << hf_test_below(random, measures) |
                          (uint64_t)1 << hf_test_below(random, measures);
    }
    return land;
}

static hf_portfolio find(const hf_portfolio_question *question, hf_arena *arena)
{
    hf_portfolio result;
    hf_error err = {0};
    if (!hf_portfolio_find(question, arena, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static bool is_possible(const hf_portfolio_question *q, hf_measure_set set, int64_t *cost)
{
    *cost = 0;
    if ((set & q->locked_in) != q->locked_in || (set & q->locked_out) != 0)
        return false;
    for (uint32_t m = 0; m < q->measure_count; m++) {
        if ((set >> m & 1) == 0)
            continue;
        *cost += q->cost[m];
        if (q->excludes != NULL && (q->excludes[m] & set & ~((uint64_t)1 << m)) != 0)
            return false;
    }
    return true;
}

static void compare_with_all_subsets(hf_test_random *random, uint32_t measures, uint64_t *gap)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    landscape land = make_land(random, measures);
    int64_t cost[15];
    uint64_t excludes[15] = {0};
    int64_t sum = 0;
    for (uint32_t m = 0; m < measures; m++)
        sum += cost[m] = hf_test_below(random, 50);
    if (hf_test_chance(random, 40))
        excludes[hf_test_below(random, measures)] |= (uint64_t)1 << hf_test_below(random, measures);
    hf_portfolio_question q = {.measure_count = measures,
                               .cost = cost,
                               .excludes = excludes,
                               .locked_out = hf_test_chance(random, 30) ? 2 : 0,
                               .budget = sum * hf_test_below(random, 12) / 10,
                               .loss = loss_of,
                               .context = &land};
    if (cost[0] <= q.budget && hf_test_chance(random, 30) && excludes[0] == 0)
        q.locked_in = 1;
    hf_portfolio got = find(&q, &arena);
    assert_int_equal(got.evaluations, land.asked);
    uint64_t best = UINT64_MAX;
    for (hf_measure_set set = 0; set < (hf_measure_set)1 << measures; set++) {
        uint64_t loss = 0;
        int64_t price = 0;
        hf_error err = {0};
        if (!is_possible(&q, set, &price))
            continue;
        assert_true(loss_of(&land, set, &loss, &err));
        assert_true(loss >= got.loss_bound);
        if (price <= q.budget && loss < best)
            best = loss;
    }
    int64_t price = 0;
    assert_true(got.is_exact);
    assert_true(is_possible(&q, got.best.set, &price));
    assert_int_equal(price, got.best.cost);
    assert_true(price <= q.budget);
    assert_int_equal(got.best.loss, best);
    assert_true(got.greedy_loss >= best);
    *gap += got.greedy_loss - best;
    for (uint32_t i = 1; i < got.front_count; i++) {
        assert_true(got.front[i].cost > got.front[i - 1].cost);
        assert_true(got.front[i].loss < got.front[i - 1].loss);
    }
}

static void finds_what_all_subsets_find(void **state)
{
    (void)state;
    hf_test_random random = {.state = 18};
    uint64_t gap = 0;
    for (uint32_t round = 0; round < 60; round++)
        compare_with_all_subsets(&random, 2 + hf_test_below(&random, 11), &gap);
    compare_with_all_subsets(&random, 15, &gap);
    assert_true(gap >
                0); // else greedy would do, and the test would say nothing of the exact search
    print_message("# greedy lost %llu in all\n", (unsigned long long)gap);
}

// Bounds by larger sets would rule out the best one.
static bool rising_loss_of(void *context, hf_measure_set set, uint64_t *loss, hf_error *err)
{
    if (!loss_of(context, set, loss, err))
        return false;
    *loss += (uint64_t)40000 * ((set & 3) == 3) + (uint64_t)40000 * ((set & 12) == 12);
    return true;
}

static void finds_the_best_of_all_sets_when_a_measure_can_do_harm(void **state)
{
    (void)state;
    hf_test_random random = {.state = 25};
    for (uint32_t round = 0; round < 30; round++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        uint32_t measures = 4 + hf_test_below(&random, 5);
        landscape land = make_land(&random, measures);
        int64_t cost[8];
        for (uint32_t m = 0; m < measures; m++)
            cost[m] = 1 + hf_test_below(&random, 50);
        hf_portfolio_question q = {.measure_count = measures,
                                   .cost = cost,
                                   .budget = 100,
                                   .may_rise = true,
                                   .every_set_max = (uint64_t)1 << measures,
                                   .loss = rising_loss_of,
                                   .context = &land};
        hf_portfolio got = find(&q, &arena);
        uint64_t best = UINT64_MAX;
        for (hf_measure_set set = 0; set < (hf_measure_set)1 << measures; set++) {
            uint64_t loss = 0;
            int64_t price = 0;
            hf_error err = {0};
            assert_true(rising_loss_of(&land, set, &loss, &err));
            if (is_possible(&q, set, &price) && price <= q.budget && loss < best)
                best = loss;
        }
        assert_true(got.is_exact);
        assert_int_equal(got.best.loss, best);
        // Not every set may be looked at: it searches on as ever, and does not say that it is exact.
        q.every_set_max--;
        hf_portfolio not_all = find(&q, &arena);
        q.may_rise = false;
        hf_portfolio as_ever = find(&q, &arena);
        assert_false(not_all.is_exact);
        assert_int_equal(not_all.best.loss, as_ever.best.loss);
    }
}

static void says_when_it_is_not_exact(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {.state = 4};
    landscape land = make_land(&random, 20);
    int64_t cost[40];
    for (uint32_t m = 0; m < 40; m++)
        cost[m] = 10;
    hf_portfolio_question q = {.measure_count = 20,
                               .cost = cost,
                               .budget = 100,
                               .evaluation_limit = 60,
                               .loss = loss_of,
                               .context = &land};
    hf_portfolio got = find(&q, &arena);
    assert_false(got.is_exact);
    assert_int_equal(got.evaluations, 60);
    assert_true(got.best.cost <= 100 && got.best.loss < got.none.loss);
    q.measure_count = 40;
    q.evaluation_limit = 0;
    land = make_land(&random, 40);
    got = find(&q, &arena);
    assert_false(got.is_exact);
    assert_true(got.best.cost <= 100);
}

// ---- Independent parts ----

// Against every choice there is, with costs and losses that often tie.
static void the_knapsack_finds_what_all_choices_find(void **state)
{
    (void)state;
    hf_test_random random = {.state = 40};
    for (uint32_t round = 0; round < 400; round++) {
        hf_knapsack_option options[5][4], best = {0}, wanted = {.cost = -1};
        hf_knapsack_group groups[5];
        uint32_t count = 1 + hf_test_below(&random, 5), choices = 1;
        int64_t budget = hf_test_below(&random, 20);
        for (uint32_t g = 0; g < count; g++) {
            groups[g] = (hf_knapsack_group){options[g], 1 + hf_test_below(&random, 4)};
            choices *= groups[g].option_count;
            for (uint32_t k = 0; k < groups[g].option_count; k++)
                options[g][k] = (hf_knapsack_option){
                    hf_test_below(&random, 8), hf_test_below(&random, 6), (uint64_t)k << 2 * g};
        }
        for (uint32_t choice = 0; choice < choices; choice++) {
            hf_knapsack_option sum = {0};
            uint32_t rest = choice;
            for (uint32_t g = 0; g < count; g++) {
                const hf_knapsack_option *option = &options[g][rest % groups[g].option_count];
                rest /= groups[g].option_count;
                sum.cost += option->cost;
                sum.loss += option->loss;
                sum.set |= option->set;
            }
            bool is_better =
                wanted.cost < 0 || sum.loss < wanted.loss ||
                (sum.loss == wanted.loss &&
                 (sum.cost < wanted.cost || (sum.cost == wanted.cost && sum.set < wanted.set)));
            if (sum.cost <= budget && is_better)
                wanted = sum;
        }
        assert_int_equal(hf_knapsack_best(groups, count, budget, &best), wanted.cost >= 0);
        if (wanted.cost < 0)
            continue;
        assert_int_equal(best.cost, wanted.cost);
        assert_int_equal((uint64_t)best.loss, (uint64_t)wanted.loss);
        assert_int_equal(best.set, wanted.set);
    }
}

enum { FENCED = 36, FENCED_PARTS = 12, FENCED_BUDGET = 300 };

typedef struct {
    uint64_t saved[FENCED_PARTS][8]; // by choice of the three measures of a part
    uint64_t both;                   // what the first two parts save together beyond that
} fenced;

static uint64_t fenced_loss(const fenced *land, hf_measure_set set)
{
    uint64_t loss = 1000000;
    for (uint32_t p = 0; p < FENCED_PARTS; p++)
        loss -= land->saved[p][set >> 3 * p & 7];
    return loss - ((set & 7) == 7 && (set >> 3 & 7) == 7 ? land->both : 0);
}

static bool fenced_loss_of(void *context, hf_measure_set set, uint64_t *loss, hf_error *err)
{
    (void)err;
    *loss = fenced_loss(context, set);
    return true;
}

static fenced make_fenced(hf_test_random *random)
{
    fenced land = {.both = 0};
    for (uint32_t p = 0; p < FENCED_PARTS; p++)
        for (uint32_t k = 1; k < 8; k++) { // never less than a part of it; often more than the sum
            for (uint32_t m = 0; m < 3; m++)
                if ((k >> m & 1) != 0 && land.saved[p][k & ~(1u << m)] > land.saved[p][k])
                    land.saved[p][k] = land.saved[p][k & ~(1u << m)];
            land.saved[p][k] += hf_test_below(random, 500);
        }
    return land;
}

// The least loss for each budget by a table over whole budgets: another way than the engine's.
static uint64_t least_loss(const fenced *land, const int64_t *cost, int64_t budget,
                           hf_measure_set locked_in, hf_measure_set locked_out)
{
    uint64_t most[FENCED_BUDGET + 1] = {0}, next[FENCED_BUDGET + 1];
    bool can[FENCED_BUDGET + 1] = {true}, could[FENCED_BUDGET + 1];
    for (uint32_t p = 0; p < FENCED_PARTS; p++) {
        memset(next, 0, sizeof(next));
        memset(could, 0, sizeof(could));
        for (uint32_t k = 0; k < 8; k++) {
            int64_t price = 0;
            for (uint32_t m = 0; m < 3; m++)
                price += (k >> m & 1) != 0 ? cost[3 * p + m] : 0;
            if ((locked_in >> 3 * p & 7 & ~k) != 0 || (locked_out >> 3 * p & 7 & k) != 0)
                continue;
            for (int64_t b = price; b <= budget; b++)
                if (can[b - price] &&
                    (!could[b] || most[b - price] + land->saved[p][k] > next[b])) {
                    could[b] = true;
                    next[b] = most[b - price] + land->saved[p][k];
                }
        }
        memcpy(most, next, sizeof(most));
        memcpy(can, could, sizeof(can));
    }
    uint64_t best = 0;
    for (int64_t b = 0; b <= budget; b++)
        best = can[b] && most[b] > best ? most[b] : best;
    return 1000000 - best;
}

static void independent_parts_are_exact_beyond_the_limit(void **state)
{
    (void)state;
    hf_test_random random = {.state = 41};
    hf_measure_set parts[FENCED_PARTS];
    uint64_t greedy_gap = 0;
    for (uint32_t p = 0; p < FENCED_PARTS; p++)
        parts[p] = (hf_measure_set)7 << 3 * p;
    for (uint32_t round = 0; round < 40; round++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        fenced land = make_fenced(&random);
        int64_t cost[FENCED];
        for (uint32_t m = 0; m < FENCED; m++)
            cost[m] = hf_test_below(&random, 40);
        hf_portfolio_question q = {.measure_count = FENCED,
                                   .cost = cost,
                                   .locked_in = round % 3 == 1 ? 1 : 0,
                                   .locked_out = round % 3 == 2 ? 64 : 0,
                                   .budget = 60 + hf_test_below(&random, FENCED_BUDGET - 60),
                                   .parts = parts,
                                   .part_count = FENCED_PARTS,
                                   .loss = fenced_loss_of,
                                   .context = &land};
        hf_portfolio got = find(&q, &arena);
        assert_true(got.is_exact);
        assert_true(got.best.cost <= q.budget);
        assert_true((got.best.set & q.locked_in) == q.locked_in &&
                    (got.best.set & q.locked_out) == 0);
        assert_int_equal(got.best.loss,
                         least_loss(&land, cost, q.budget, q.locked_in, q.locked_out));
        greedy_gap += got.greedy_loss - got.best.loss;
    }
    assert_true(greedy_gap > 0);
}

// Exactness is claimed only where the sums hold, and where the parts are small enough.
static void parts_that_bear_on_each_other_are_not_called_exact(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {.state = 42};
    fenced land = make_fenced(&random);
    hf_measure_set parts[FENCED_PARTS], one = ((hf_measure_set)1 << FENCED) - 1;
    int64_t cost[FENCED];
    uint64_t excludes[FENCED] = {0};
    for (uint32_t p = 0; p < FENCED_PARTS; p++)
        parts[p] = (hf_measure_set)7 << 3 * p;
    for (uint32_t m = 0; m < FENCED; m++)
        cost[m] = 1;
    hf_portfolio_question q = {.measure_count = FENCED,
                               .cost = cost,
                               .excludes = excludes,
                               .budget = 30,
                               .parts = parts,
                               .part_count = FENCED_PARTS,
                               .loss = fenced_loss_of,
                               .context = &land};
    assert_true(find(&q, &arena).is_exact);
    excludes[0] = 8; // two parts are weighed as one
    hf_portfolio got = find(&q, &arena);
    assert_true(got.is_exact && (got.best.set & 9) != 9);
    excludes[0] = 0;
    land.both = 900; // and the best set has all of both
    got = find(&q, &arena);
    assert_false(got.is_exact);
    assert_true(got.best.cost <= q.budget);
    land.both = 0;
    q.parts = &one;
    q.part_count = 1;
    assert_false(find(&q, &arena).is_exact);
    q.parts = NULL;
    q.part_count = 0;
    assert_false(find(&q, &arena).is_exact);
}

static bool cannot(void *context, hf_measure_set set, uint64_t *loss, hf_error *err)
{
    (void)context;
    (void)set;
    (void)loss;
    return hf_fail(err, HF_ERR_STOPPED, "engine.stopped", "stopped");
}

static void refuses_wrong_questions(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    landscape land = {.asked = 0};
    const int64_t cost[] = {5, 5}, negative[] = {5, -1};
    const uint64_t excludes[] = {2, 0};
    hf_portfolio result;
    hf_error err = {0};
    const hf_portfolio_question right = {.measure_count = 2,
                                         .cost = cost,
                                         .excludes = excludes,
                                         .budget = 7,
                                         .loss = loss_of,
                                         .context = &land};
    hf_portfolio_question wrong = right;
    wrong.measure_count = 0;
    assert_false(hf_portfolio_find(&wrong, &arena, &result, &err));
    assert_string_equal(err.code, "portfolio.measures");
    wrong = right;
    wrong.cost = negative;
    assert_false(hf_portfolio_find(&wrong, &arena, &result, &err));
    assert_string_equal(err.code, "portfolio.cost");
    wrong = right;
    wrong.budget = 4;
    wrong.locked_in = 1;
    assert_false(hf_portfolio_find(&wrong, &arena, &result, &err));
    assert_string_equal(err.code, "portfolio.budget");
    wrong = right;
    wrong.locked_in = 3;
    wrong.budget = 100;
    assert_false(hf_portfolio_find(&wrong, &arena, &result, &err));
    assert_string_equal(err.code, "portfolio.locked");
    wrong = right;
    wrong.loss = cannot;
    assert_false(hf_portfolio_find(&wrong, &arena, &result, &err));
    assert_string_equal(err.code, "engine.stopped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_all_subsets_find),
        cmocka_unit_test(finds_the_best_of_all_sets_when_a_measure_can_do_harm),
        cmocka_unit_test(says_when_it_is_not_exact),
        cmocka_unit_test(the_knapsack_finds_what_all_choices_find),
        cmocka_unit_test(independent_parts_are_exact_beyond_the_limit),
        cmocka_unit_test(parts_that_bear_on_each_other_are_not_called_exact),
        cmocka_unit_test(refuses_wrong_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
