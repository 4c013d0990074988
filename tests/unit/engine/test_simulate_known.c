// SPDX-License-Identifier: Apache-2.0
//
// Simulations against exact values: enumeration of all states, binomial tails, a bridge, generation adequacy of
// the IEEE Reliability Test System, branching trees, buffers, repair and restart. Seeds are recorded, so a
// result within four standard errors stays there. Then the summary of hand-made sums.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "oracle_cascade.h"
#include "rts79.h"

static hf_tally run(hf_bench *bench, const hf_simulation *simulation)
{
    hf_error err = {0};
    hf_tally tally;
    if (!hf_tally_init(bench->plan, simulation, &bench->arena, &tally, &err) ||
        !hf_simulate_run(bench->plan, simulation, NULL, NULL, &tally, &err))
        fail_msg("%s: %s", err.code, err.message);
    return tally;
}

static hf_summary summary_of(hf_bench *bench, const hf_simulation *simulation,
                             const hf_tally *tally)
{
    hf_error err = {0};
    hf_summary summary;
    if (!hf_tally_summary(bench->plan, simulation, tally, &bench->arena, &summary, &err))
        fail_msg("%s: %s", err.code, err.message);
    return summary;
}

static hf_summary ask(hf_bench *bench, const hf_simulation *simulation)
{
    hf_tally tally = run(bench, simulation);
    return summary_of(bench, simulation, &tally);
}

static void assert_near(const char *what, double got, double want, double standard_error)
{
    if (!(fabs(got - want) <= 4 * standard_error))
        fail_msg("%s: %.8g, want %.8g within four of %.3g", what, got, want, standard_error);
}

static void assert_share(const char *what, double got, double want, double trials)
{
    assert_near(what, got, want, sqrt(want * (1 - want) / trials));
}

// ---- V2: all states of small registers ----

enum { STATES_MAX = 18 };

// E[L] of a static question by adding up all states of damage, dependencies and network links.
static double enumerate(const hf_engine_input *in, const hf_simulation *s)
{
    double p[STATES_MAX], sum = 0;
    uint32_t count = 0, first_member, first_link;
    hf_question question = {0};
    for (size_t i = 0; i < s->hazard_count; i++)
        p[count++] = s->hazards[i].p;
    first_member = count;
    for (uint32_t m = 0; m < in->member_count; m++)
        p[count++] = in->members[m].strength;
    first_link = count;
    for (uint32_t i = 0; i < in->link_count; i++)
        p[count++] = in->links[i].strength;
    assert_true(count <= STATES_MAX);
    for (uint32_t state = 0; state < 1u << count; state++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        bool is_felt[HF_TEST_ROOM], works[HF_TEST_ROOM];
        uint8_t damage[HF_TEST_ROOM] = {0};
        double share = 1, loss = 0;
        for (uint32_t i = 0; i < count; i++)
            share *= (state >> i & 1) != 0 ? p[i] : 1 - p[i];
        if (share <= 0)
            continue;
        for (size_t i = 0; i < s->hazard_count; i++)
            damage[s->hazards[i].asset] = (uint8_t)(state >> i & 1);
        for (uint32_t m = 0; m < in->member_count; m++)
            is_felt[m] = (state >> (first_member + m) & 1) != 0;
        for (uint32_t i = 0; i < in->link_count; i++)
            works[i] = (state >> (first_link + i) & 1) != 0;
        hf_oracle_draws draws = {is_felt, works, damage};
        hf_oracle_states states;
        hf_oracle_trial(in, &question, &draws, &arena, &states);
        for (uint32_t a = 0; a < in->asset_count; a++)
            if (states.below[(size_t)a * HF_ORACLE_LEVELS + 1])
                loss += (double)in->assets[a].people;
        sum += share * loss;
    }
    return sum;
}

static void compare_with_all_states(const char *what, hf_test_hand *hand, const double *damage)
{
    hf_bench bench;
    hf_hazard hazards[HF_TEST_ROOM];
    hf_simulation s = {.hazards = hazards, .trial_count = 200000, .seed = 11};
    for (uint32_t a = 0; a < hand->input.asset_count; a++) {
        hand->assets[a].people = 10 + 7 * a;
        if (damage[a] > 0)
            hazards[s.hazard_count++] = (hf_hazard){.asset = a, .level = 1, .p = damage[a]};
    }
    double want = enumerate(&hand->input, &s);
    bench_open(&bench, &hand->input);
    for (uint32_t g = 0; g < 2; g++) {
        s.generator = (hf_generator)g;
        hf_summary summary = ask(&bench, &s);
        assert_near(what, summary.mean, want, summary.standard_error);
        assert_true(summary.standard_error > 0);
    }
    bench_done(&bench);
}

static void small_registers_equal_the_sum_of_all_states(void **unused)
{
    (void)unused;
    static const double damage[] = {0.1, 0.2, 0.3, 0.004, 0, 0.05, 0.02};
    hf_test_hand hand;
    hf_hand_begin(&hand, 4); // all of two, and any of two
    (void)hf_hand_group(&hand, 2, 2000, 0);
    hf_hand_member(&hand, 0, 1000);
    hf_hand_member(&hand, 1, 1000);
    (void)hf_hand_group(&hand, 3, 1, 0);
    hf_hand_member(&hand, 1, 1000);
    hf_hand_member(&hand, 2, 1000);
    hand.members[0].strength = 0.3;
    hand.members[3].strength = 0.005; // rare: sampler B
    compare_with_all_states("and, or", &hand, damage);

    hf_hand_begin(&hand, 5); // 2 of 3, and a ring
    (void)hf_hand_group(&hand, 4, 2000, 0);
    for (uint32_t i = 0; i < 3; i++)
        hf_hand_member(&hand, i, 1000);
    (void)hf_hand_needs(&hand, 0, 3, 0);
    (void)hf_hand_needs(&hand, 3, 4, 0);
    hand.members[3].strength = 0.6;
    hand.members[4].strength = 0.7;
    compare_with_all_states("2 of 3 and a ring", &hand, damage);

    hf_hand_begin(&hand, 5); // weighted
    (void)hf_hand_group(&hand, 4, 3500, 0);
    hf_hand_member(&hand, 0, 3000);
    hf_hand_member(&hand, 1, 2000);
    hf_hand_member(&hand, 2, 1500);
    (void)hf_hand_needs(&hand, 3, 4, 0);
    hand.members[1].strength = 0.5;
    compare_with_all_states("weighted", &hand, damage);

    hf_hand_begin(&hand, 5); // a network with two ways round, and one that depends on it
    hf_hand_layer(&hand);
    hf_hand_layer_member(&hand, 0, true, 0);
    for (uint32_t i = 1; i < 4; i++)
        hf_hand_layer_member(&hand, i, false, 0);
    hf_hand_link(&hand, 0, 1, true);
    hf_hand_link(&hand, 0, 2, false);
    hf_hand_link(&hand, 1, 3, true);
    hf_hand_link(&hand, 2, 3, true);
    for (uint32_t i = 0; i < 4; i++)
        hand.links[i].strength = 0.8 + 0.05 * i;
    (void)hf_hand_needs(&hand, 4, 3, 0);
    hand.members[0].strength = 0.9;
    compare_with_all_states("network", &hand, damage);
}

// ---- V3 ----

static void k_of_n_is_a_binomial_tail(void **unused)
{
    (void)unused;
    const double p = 0.3;
    for (uint32_t n = 1; n <= 12; n++) {
        hf_test_hand hand;
        hf_bench bench;
        hf_hazard hazards[12];
        hf_simulation s = {.hazards = hazards,
                           .hazard_count = n,
                           .trial_count = 50000,
                           .seed = 20 + n,
                           .wants_assets = true};
        hf_hand_begin(&hand, 2 * n); // asset n + k - 1 needs n + 1 - k of the n
        for (uint32_t i = 0; i < n; i++)
            hazards[i] = (hf_hazard){.asset = i, .level = 1, .p = p};
        for (uint32_t k = 1; k <= n; k++) {
            (void)hf_hand_group(&hand, n + k - 1, 1000 * (int64_t)(n + 1 - k), 0);
            for (uint32_t i = 0; i < n; i++)
                hf_hand_member(&hand, i, 1000);
        }
        bench_open(&bench, &hand.input);
        hf_summary summary = ask(&bench, &s);
        for (uint32_t k = 1; k <= n; k++) {
            double tail = 0; // fewer than n + 1 - k of n are up
            for (uint32_t up = 0; up < n + 1 - k; up++)
                tail += exp(lgamma(n + 1) - lgamma(up + 1) - lgamma(n - up + 1)) * pow(1 - p, up) *
                        pow(p, n - up);
            assert_share("k of n", summary.assets[n + k - 1].p_down, tail, 50000);
        }
        bench_done(&bench);
    }
}

// ---- V4 ----

static void a_bridge_network_is_as_reliable_as_known(void **unused)
{
    (void)unused;
    const double works = 0.97848; // 2 p^2 + 2 p^3 - 5 p^4 + 2 p^5 at p = 0.9
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    hf_hand_layer(&hand);
    hf_hand_layer_member(&hand, 0, true, 0);
    for (uint32_t i = 1; i < 4; i++)
        hf_hand_layer_member(&hand, i, false, 0);
    hf_hand_link(&hand, 0, 1, true);
    hf_hand_link(&hand, 0, 2, true);
    hf_hand_link(&hand, 1, 2, true);
    hf_hand_link(&hand, 1, 3, true);
    hf_hand_link(&hand, 2, 3, true);
    for (uint32_t i = 0; i < 5; i++)
        hand.links[i].strength = 0.9;
    for (uint32_t a = 0; a < 4; a++)
        hand.assets[a].people = a == 3;
    hf_simulation s = {.trial_count = 400000, .seed = 4, .wants_assets = true};
    assert_true(fabs(1 - enumerate(&hand.input, &s) - works) < 1e-12);
    bench_open(&bench, &hand.input);
    hf_summary summary = ask(&bench, &s);
    assert_share("bridge", summary.assets[3].p_down, 1 - works, 400000);
    assert_true(summary.assets[3].p_down_not_own >= summary.assets[3].p_down);
    s.hours = 3; // the same on the grid: cut off from the first step on
    summary = ask(&bench, &s);
    assert_near("bridge, timed", summary.mean, 3 * (1 - works), summary.standard_error);
    bench_done(&bench);
}

// ---- V5 ----

// Chance of each available capacity in MW, by convolution of the units.
static void convolve(double available[RTS79_MW + 1])
{
    memset(available, 0, (RTS79_MW + 1) * sizeof(available[0]));
    available[0] = 1;
    for (uint32_t u = 0; u < rts79_unit_count; u++)
        for (uint32_t k = 0; k < rts79_units[u].count; k++)
            for (uint32_t mw = RTS79_MW + 1; mw-- > 0;)
                available[mw] = available[mw] * rts79_units[u].outage +
                                (mw >= rts79_units[u].mw ? available[mw - rts79_units[u].mw] *
                                                               (1 - rts79_units[u].outage)
                                                         : 0);
}

// Hours with too little capacity, energy not served, and days whose peak is not met.
static void adequacy(double *hours, double *energy_mwh, double *days)
{
    double available[RTS79_MW + 1];
    convolve(available);
    *hours = *energy_mwh = *days = 0;
    for (uint32_t day = 0; day < RTS79_DAYS; day++) {
        double peak_lost = 0;
        for (uint32_t hour = 0; hour < 24; hour++) {
            double load = rts79_load_mw(day, hour), lost = 0;
            for (uint32_t mw = 0; mw < load; mw++) {
                lost += available[mw];
                *energy_mwh += available[mw] * (load - mw);
            }
            *hours += lost;
            peak_lost = lost > peak_lost ? lost : peak_lost;
        }
        *days += peak_lost;
    }
}

static uint32_t add_units(hf_engine_asset *assets, hf_hazard *hazards, uint32_t *mw)
{
    uint32_t count = 0;
    for (uint32_t u = 0; u < rts79_unit_count; u++)
        for (uint32_t k = 0; k < rts79_units[u].count; k++) {
            assets[count] = (hf_engine_asset){.id = hf_test_id(1, count), .repair_h = NAN};
            hazards[count] = (hf_hazard){.asset = count, .level = 1, .p = rts79_units[u].outage};
            mw[count++] = rts79_units[u].mw;
        }
    return count;
}

// One consumer for each hour, with one weighted group over all units: the mean loss is the expected number of
// hours with too little capacity.
static void generation_adequacy_of_rts79_is_as_published(void **unused)
{
    (void)unused;
    enum { UNITS = 32, HOURS = RTS79_DAYS * 24 };
    double hours, energy_mwh, days;
    adequacy(&hours, &energy_mwh, &days);
    assert_true(fabs(hours / 9.39418 - 1) < 1e-5);
    assert_true(fabs(energy_mwh / 1176.30 - 1) < 1e-5);
    assert_true(fabs(days / 1.36886 - 1) < 1e-5);
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_bench bench;
    uint32_t mw[UNITS];
    hf_engine_asset *assets = HF_NEW_N(&arena, hf_engine_asset, UNITS + HOURS);
    hf_engine_group *groups = HF_NEW_N(&arena, hf_engine_group, HOURS);
    hf_engine_member *members = HF_NEW_N(&arena, hf_engine_member, (size_t)HOURS * UNITS);
    hf_hazard hazards[UNITS];
    assert_int_equal(add_units(assets, hazards, mw), UNITS);
    for (uint32_t hour = 0; hour < HOURS; hour++) {
        assets[UNITS + hour] =
            (hf_engine_asset){.id = hf_test_id(1, UNITS + hour), .people = 1, .repair_h = NAN};
        groups[hour] = (hf_engine_group){
            .consumer = UNITS + hour,
            .need = (int64_t)ceil(rts79_load_mw(hour / 24, hour % 24) * 1000 - 1e-6),
            .first_member = hour * UNITS,
            .member_count = UNITS};
        for (uint32_t u = 0; u < UNITS; u++)
            members[hour * UNITS + u] =
                (hf_engine_member){.supplier = u, .capacity = 1000 * (int64_t)mw[u], .strength = 1};
    }
    hf_engine_input in = {.assets = assets,
                          .asset_count = UNITS + HOURS,
                          .groups = groups,
                          .group_count = HOURS,
                          .members = members,
                          .member_count = HOURS * UNITS,
                          .sector_count = 1,
                          .kind_count = 1};
    bench_open(&bench, &in);
    hf_simulation s = {.hazards = hazards, .hazard_count = UNITS, .trial_count = 10000, .seed = 79};
    hf_summary summary = ask(&bench, &s);
    assert_near("RTS-79", summary.mean, hours, summary.standard_error);
    bench_done(&bench);
}

// ---- V6 ----

static uint32_t poisson(hf_test_random *random, double mean)
{
    double limit = exp(-mean), product = 1;
    for (uint32_t count = 0;; count++) {
        product *= ((double)(hf_test_next(random) >> 11) + 0.5) / 9007199254740992.0;
        if (product < limit)
            return count;
    }
}

// Many trees at once; each is a row of the series, so that sizes are known one by one.
static void trees_have_the_size_of_a_branching_process(void **unused)
{
    (void)unused;
    enum { TREES = 4000, ROOM = 20000 };
    const double m = 0.5;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {6};
    hf_engine_asset *assets = HF_NEW_N(&arena, hf_engine_asset, ROOM);
    hf_engine_group *groups = HF_NEW_N(&arena, hf_engine_group, ROOM);
    hf_engine_member *members = HF_NEW_N(&arena, hf_engine_member, ROOM);
    hf_hazard *hazards = HF_NEW_N(&arena, hf_hazard, TREES);
    uint32_t *tree = HF_NEW_N(&arena, uint32_t, ROOM);
    hf_engine_input in = {.assets = assets,
                          .groups = groups,
                          .members = members,
                          .sector_count = 1,
                          .kind_count = 1,
                          .asset_count = TREES};
    for (uint32_t a = 0; a < in.asset_count; a++) {
        assets[a] = (hf_engine_asset){.id = a, .people = 1, .repair_h = NAN};
        if (a < TREES) {
            tree[a] = a;
            hazards[a] = (hf_hazard){.asset = a, .level = 1, .p = 1};
        }
        for (uint32_t k = poisson(&random, m); k > 0; k--) {
            uint32_t child = in.asset_count++;
            assert_true(child < ROOM);
            tree[child] = tree[a];
            groups[in.group_count++] = (hf_engine_group){.consumer = child,
                                                         .need = 1000,
                                                         .first_member = in.member_count,
                                                         .member_count = 1};
            members[in.member_count++] =
                (hf_engine_member){.supplier = a, .capacity = 1000, .strength = 1};
        }
    }
    hf_bench bench;
    bench_open(&bench, &in);
    hf_simulation s = {.hazards = hazards,
                       .hazard_count = TREES,
                       .trial_count = 2,
                       .series_of = tree,
                       .series_count = TREES,
                       .wants_series = true};
    hf_summary summary = ask(&bench, &s);
    double variance = m / pow(1 - m, 3), spread = 0;
    assert_true(summary.mean >= in.asset_count && summary.mean <= in.asset_count);
    assert_near("trees", summary.mean / TREES, 1 / (1 - m), sqrt(variance / TREES));
    for (uint32_t i = 0; i < TREES; i++)
        spread += pow(summary.series[i] - 1 / (1 - m), 2) / TREES;
    // The fourth central moment of the total (Borel law, m = 1/2) is 416 + 3 · 4^2 = 464
    assert_near("variance of trees", spread, variance, sqrt((464 - variance * variance) / TREES));
    bench_done(&bench);
}

// ---- V12, V13 ----

static void buffers_add_up_in_every_trial(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 4);
    (void)hf_hand_needs(&hand, 1, 0, 4);
    (void)hf_hand_needs(&hand, 2, 1, 8);
    (void)hf_hand_needs(&hand, 3, 2, 24);
    bench_open(&bench, &hand.input);
    hf_hazard hazard = {.asset = 0, .level = 1, .p = 1};
    hf_simulation s = {.hazards = &hazard,
                       .hazard_count = 1,
                       .trial_count = 100,
                       .hours = 48,
                       .wants_series = true,
                       .wants_assets = true};
    hf_summary summary = ask(&bench, &s);
    assert_true(summary.mean >= 140 && summary.mean <= 140 && summary.standard_error <= 0);
    for (uint32_t t = 0; t < 48; t++) {
        double down = 1 + (t >= 4) + (t >= 12) + (t >= 36);
        assert_true(summary.series[t] >= down && summary.series[t] <= down);
    }
    s.hours = 46.5; // the last half step is counted by half
    summary = ask(&bench, &s);
    assert_true(fabs(summary.mean - (46.5 + 42.5 + 34.5 + 10.5)) < 1e-12);
    assert_true(fabs(summary.assets[3].mean_down_h - 10.5) < 1e-12);
    bench_done(&bench);
}

static void geometric_repair_takes_its_mean(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3);
    for (uint32_t law = 1; law <= 3; law++) {
        hand.assets[law - 1].repair_law = (hf_repair_law)law;
        hand.assets[law - 1].repair_h = 10;
        hand.assets[law - 1].people = law == HF_REPAIR_EXPONENTIAL;
    }
    bench_open(&bench, &hand.input);
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 1},
                           {.asset = 1, .level = 1, .p = 1},
                           {.asset = 2, .level = 1, .p = 1}};
    hf_simulation s = {.hazards = hazards,
                       .hazard_count = 3,
                       .trial_count = 20000,
                       .seed = 12,
                       .hours = 600,
                       .wants_assets = true};
    hf_summary summary = ask(&bench, &s);
    double r = 1 - exp(-0.1);
    assert_near("geometric repair", summary.mean, 1 / r, summary.standard_error);
    assert_near("its spread", summary.standard_error * sqrt(20000), sqrt(1 - r) / r, 0.1);
    // The other laws: the mean, half a step late, with standard deviations 10 and 5.23
    assert_near("lognormal", summary.assets[1].mean_down_h, 10.5, 10 / sqrt(20000));
    assert_near("Weibull", summary.assets[2].mean_down_h, 10.5, 5.23 / sqrt(20000));
    bench_done(&bench);
}

static void mutual_need_restarts_as_the_mode_says(void **unused)
{
    (void)unused;
    static const double want[] = {10, 48, 11};
    hf_test_hand hand;
    hf_hand_begin(&hand, 2);
    (void)hf_hand_needs(&hand, 0, 1, 0);
    (void)hf_hand_needs(&hand, 1, 0, 0);
    hand.assets[0].repair_h = hand.assets[1].repair_h = 5;
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 1}, {.asset = 1, .level = 1, .p = 1}};
    for (uint32_t mode = 0; mode < 3; mode++) {
        hf_bench bench;
        hf_simulation s = {.hazards = hazards,
                           .hazard_count = 2,
                           .trial_count = 600,
                           .hours = 24,
                           .restart = mode == 0 ? HF_RESTART_FREE : HF_RESTART_SEQUENTIAL};
        hand.assets[0].black_start_h = mode == 2;
        bench_open(&bench, &hand.input);
        hf_summary summary = ask(&bench, &s);
        assert_true(summary.mean >= want[mode] && summary.mean <= want[mode]);
        bench_done(&bench);
    }
}

// ---- Summary ----

static void bins_hold_every_loss_within_a_thousandth(void **unused)
{
    (void)unused;
    hf_test_random random = {15};
    for (uint64_t loss = 0; loss < 5000; loss++)
        assert_true(hf_loss_bin_start(hf_loss_bin(loss)) <= loss);
    for (uint32_t i = 0; i < 100000; i++) {
        uint64_t loss = hf_test_next(&random) >> hf_test_below(&random, 64);
        uint32_t bin = hf_loss_bin(loss);
        uint64_t start = hf_loss_bin_start(bin);
        assert_true(bin < HF_LOSS_BIN_COUNT && start <= loss && hf_loss_bin(start) == bin);
        assert_true((loss - start) <= loss / 1024);
    }
    assert_int_equal(hf_loss_bin(UINT64_MAX), HF_LOSS_BIN_COUNT - 1);
    for (uint32_t bin = 1; bin < HF_LOSS_BIN_COUNT; bin++)
        assert_true(hf_loss_bin_start(bin) > hf_loss_bin_start(bin - 1));
}

// A thousand trials that lose 0, 1, 2 … 999, then 200 001 in bins.
static void quantiles_and_curve_are_order_statistics(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_error err = {0};
    hf_tally tally;
    hf_hand_begin(&hand, 1);
    bench_open(&bench, &hand.input);
    hf_simulation s = {.trial_count = 1000};
    hf_summary summary = ask(&bench, &s);
    assert_int_equal(summary.exceedance_count, 1); // no hazard, no loss
    assert_true(summary.exceedance[0].p >= 1 && summary.p_any_loss <= 0);
    assert_true(hf_tally_init(bench.plan, &s, &bench.arena, &tally, &err));
    assert_false(hf_tally_summary(bench.plan, &s, &tally, &bench.arena, &summary, &err));
    assert_string_equal(err.code, "engine.no_trials");
    tally.is_done[0] = 3;
    tally.block_count = 2;
    tally.done_trials = 1000;
    for (uint64_t i = 0; i < 1000; i++) {
        tally.losses[i] = 999 - i;
        tally.loss.low += i;
        tally.loss_square.low += i * i;
    }
    summary = summary_of(&bench, &s, &tally);
    assert_true(fabs(summary.mean - 499.5) < 1e-12);
    assert_true(fabs(summary.standard_error - sqrt(1001.0 * 1000 / 12 / 1000)) < 1e-12);
    static const double want[] = {49, 249, 499, 749, 949, 989}; // the 50th smallest is 49
    for (uint32_t i = 0; i < 6; i++) {
        assert_true(summary.quantiles[i].loss >= want[i] && summary.quantiles[i].loss <= want[i]);
        assert_true(summary.quantiles[i].low < want[i] && summary.quantiles[i].high > want[i]);
    }
    assert_true(summary.exceedance_count <= 200 && summary.exceedance_count > 40);
    assert_true(summary.exceedance[0].loss <= 0 && summary.exceedance[0].p >= 1);
    assert_true(summary.exceedance[summary.exceedance_count - 1].loss >= 999);
    for (uint32_t i = 0; i < summary.exceedance_count; i++) {
        hf_exceedance point = summary.exceedance[i];
        assert_true(fabs(point.p - (1000 - point.loss) / 1000) < 1e-12);
        assert_true(point.low <= point.p && point.p <= point.high);
        assert_true(i == 0 || point.loss > summary.exceedance[i - 1].loss);
    }
    // Wilson for 1 of 1000, computed apart in decimals
    assert_true(fabs(summary.exceedance[summary.exceedance_count - 1].low - 0.000176546) < 1e-9);
    assert_true(fabs(summary.exceedance[summary.exceedance_count - 1].high - 0.005642559) < 1e-9);
    bench_done(&bench);
}

static void many_trials_are_kept_in_bins(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    hand.assets[1].people = 3000;
    bench_open(&bench, &hand.input);
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 0.5}, {.asset = 1, .level = 1, .p = 0.1}};
    hf_simulation s = {.hazards = hazards,
                       .hazard_count = 2,
                       .trial_count = HF_EXACT_TRIALS + 1ull,
                       .block_limit = 200};
    hf_tally tally = run(&bench, &s);
    assert_null(tally.losses);
    hf_summary summary = summary_of(&bench, &s, &tally);
    assert_int_equal(summary.exceedance_count, 3); // 0, 1, and 3000 with 3001 in one bin
    // What a file says about bins is believed only when each trial lies in one of them
    hf_error err = {0};
    hf_tally read;
    assert_true(hf_tally_init(bench.plan, &s, &bench.arena, &read, &err));
    uint8_t *bytes = hf_arena_take_n(&bench.arena, hf_tally_bytes(&tally), 1);
    const uint64_t wrong[] = {tally.bins[0] - 1, tally.bins[0] + 1, UINT64_MAX};
    for (size_t i = 0; i < HF_COUNT(wrong); i++) {
        hf_tally forged = tally;
        forged.bins = HF_NEW_N(&bench.arena, uint64_t, HF_LOSS_BIN_COUNT);
        memcpy(forged.bins, tally.bins, HF_LOSS_BIN_COUNT * sizeof(uint64_t));
        forged.bins[0] = wrong[i];
        hf_tally_write(&forged, bytes);
        assert_false(hf_tally_read(&read, bytes, hf_tally_bytes(&tally), &err));
        assert_string_equal(err.code, "engine.tally");
        assert_int_equal(read.done_trials + read.loss.low + read.bins[1], 0);
    }
    hf_tally_write(&tally, bytes);
    assert_true(hf_tally_read(&read, bytes, hf_tally_bytes(&tally), &err));
    bench_done(&bench);
}

// What an asset's damage costs, from two runs of the same trials: exactly its trials times what falls with it.
static void a_saving_is_the_difference_trial_by_trial(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3);
    hand.assets[0].people = 100;
    (void)hf_hand_needs(&hand, 1, 0, 0);
    hand.assets[1].people = 50;
    bench_open(&bench, &hand.input);
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 0.25}, {.asset = 2, .level = 1, .p = 0.5}};
    hf_simulation s = {.hazards = hazards,
                       .hazard_count = 2,
                       .trial_count = 10000,
                       .seed = 5,
                       .wants_assets = true};
    hf_tally base = run(&bench, &s);
    hf_simulation without = s;
    without.hazards = &hazards[1];
    without.hazard_count = 1;
    without.wants_assets = false;
    hf_tally other = run(&bench, &without);
    hf_saving saving;
    hf_error err = {0};
    assert_true(hf_tally_saving(bench.plan, &s, &base, &other, &saving, &err));
    double share = (double)base.assets[0].own_damage / 10000;
    assert_true(fabs(saving.value - 150 * share) < 1e-9);
    assert_near("half width", saving.high - saving.value,
                1.96 * 150 * sqrt(share * (1 - share) / 9999), 1e-3);
    assert_true(fabs(saving.high + saving.low - 2 * saving.value) < 1e-9);
    assert_true(hf_tally_saving(bench.plan, &s, &base, &base, &saving, &err));
    assert_true(saving.value == 0 && saving.low == 0 && saving.high == 0);
    without.block_limit = 3;
    other = run(&bench, &without);
    assert_false(hf_tally_saving(bench.plan, &s, &base, &other, &saving, &err));
    assert_string_equal(err.code, "engine.tally");
    bench_done(&bench);
}

static void the_curve_ends_at_the_largest_number(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 1);
    bench_open(&bench, &hand.input);
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 0.5}};
    hf_simulation s = {.hazards = hazards, .hazard_count = 1, .trial_count = 600};
    hf_tally tally = run(&bench, &s);
    for (uint32_t trial = 0; trial < 600; trial++)
        tally.losses[trial] = trial == 7 ? UINT64_MAX : 0; // no run has it, a file may say so
    hf_summary summary = summary_of(&bench, &s, &tally);
    assert_int_equal(summary.exceedance_count, 2);
    assert_true(summary.exceedance[1].p == 1.0 / 600);
    bench_done(&bench);
}

// Criticality from the sums: E[L | damaged] - E[L | not damaged] of two independent assets.
static void criticality_is_the_difference_of_two_means(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 3);
    hand.assets[0].people = 100;
    (void)hf_hand_needs(&hand, 1, 0, 0);
    hand.assets[1].people = 50;
    bench_open(&bench, &hand.input);
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 0.25}, {.asset = 2, .level = 1, .p = 0.5}};
    hf_simulation s = {.hazards = hazards,
                       .hazard_count = 2,
                       .trial_count = 100000,
                       .seed = 9,
                       .wants_criticality = true};
    hf_summary summary = ask(&bench, &s);
    assert_near("damaged", summary.assets[0].loss_if_damaged, 150.5, 0.5 / sqrt(25000));
    assert_near("not damaged", summary.assets[0].loss_if_not_damaged, 0.5, 0.5 / sqrt(75000));
    assert_near("criticality", summary.assets[0].criticality, 150, 0.5 / sqrt(18750));
    assert_near("of one person", summary.assets[2].criticality, 1, 65 / sqrt(25000));
    assert_true(isnan(summary.assets[1].criticality)); // never damaged itself
    assert_true(isnan(summary.assets[1].criticality_low));
    double half = 1.959964 * 0.5 * sqrt(1.0 / 25000 + 1.0 / 75000); // of a coin on either side
    const hf_asset_summary *first = &summary.assets[0];
    assert_true(fabs((first->criticality_high - first->criticality_low) / (2 * half) - 1) < 0.05);
    assert_true(fabs(first->criticality_high + first->criticality_low - 2 * first->criticality) <
                1e-9);
    assert_share("brought down", summary.assets[1].p_down_not_own, 0.25, 100000);
    assert_true(summary.assets[0].p_down_not_own <= 0);
    bench_done(&bench);
}

// The difference of the second asset's two means is 1 for certain in the long run; 95 of 100 intervals hold it.
static void intervals_of_criticality_hold_the_truth(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 2);
    hand.assets[0].people = 100;
    bench_open(&bench, &hand.input);
    hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 0.25}, {.asset = 1, .level = 1, .p = 0.1}};
    uint32_t held = 0, runs = 400;
    for (uint32_t seed = 0; seed < runs; seed++) {
        hf_simulation s = {.hazards = hazards,
                           .hazard_count = 2,
                           .trial_count = 2048,
                           .seed = seed,
                           .wants_criticality = true};
        hf_summary summary = ask(&bench, &s);
        held += summary.assets[1].criticality_low <= 1 && summary.assets[1].criticality_high >= 1;
    }
    assert_share("intervals that hold the truth", (double)held / runs, 0.95, runs);
    bench_done(&bench);
}

// With fewer than 30 trials on either side Student's factor is well above 1.96.
static void few_trials_have_no_interval_of_criticality(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_bench bench;
    hf_hand_begin(&hand, 1);
    bench_open(&bench, &hand.input);
    uint32_t few = 0, many = 0;
    for (uint32_t seed = 0; seed < 100; seed++) {
        hf_hazard hazard = {.asset = 0, .level = 1, .p = seed % 2 == 0 ? 0.055 : 0.945};
        hf_simulation s = {.hazards = &hazard,
                           .hazard_count = 1,
                           .trial_count = 512,
                           .seed = seed,
                           .wants_criticality = true};
        hf_summary summary = ask(&bench, &s);
        double damaged = summary.assets[0].p_damaged * 512;
        bool is_few = damaged < 29.5 || damaged > 482.5;
        assert_int_equal(isnan(summary.assets[0].criticality_low), is_few);
        assert_int_equal(isnan(summary.assets[0].criticality_high), is_few);
        few += is_few;
        many += !is_few;
    }
    assert_true(few > 10 && many > 10);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_of_criticality_hold_the_truth),
        cmocka_unit_test(few_trials_have_no_interval_of_criticality),
        cmocka_unit_test(small_registers_equal_the_sum_of_all_states),
        cmocka_unit_test(k_of_n_is_a_binomial_tail),
        cmocka_unit_test(a_bridge_network_is_as_reliable_as_known),
        cmocka_unit_test(generation_adequacy_of_rts79_is_as_published),
        cmocka_unit_test(trees_have_the_size_of_a_branching_process),
        cmocka_unit_test(buffers_add_up_in_every_trial),
        cmocka_unit_test(geometric_repair_takes_its_mean),
        cmocka_unit_test(mutual_need_restarts_as_the_mode_says),
        cmocka_unit_test(bins_hold_every_loss_within_a_thousandth),
        cmocka_unit_test(quantiles_and_curve_are_order_statistics),
        cmocka_unit_test(many_trials_are_kept_in_bins),
        cmocka_unit_test(a_saving_is_the_difference_trial_by_trial),
        cmocka_unit_test(the_curve_ends_at_the_largest_number),
        cmocka_unit_test(criticality_is_the_difference_of_two_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
