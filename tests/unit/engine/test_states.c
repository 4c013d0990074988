// SPDX-License-Identifier: Apache-2.0
//
// V2 and V4 without chance: every state of damage of a small register as one lane of the dense kernel,
// against the slow reference state by state, and their sum against the exact expected loss.
#include <math.h>
#include <string.h>

#include "check.h"
#include "oracle_cascade.h"

enum { STATES_AT_ONCE = 64 };

// The loss of 64 states that follow `first`: each state is a threat class of its own, in which an
// asset is damaged for certain or not at all. The classes come from a list of events, one a trial.
static void losses_of_states(const hf_plan *plan, uint32_t asset_count, uint32_t first,
                             uint32_t lanes, uint64_t losses[STATES_AT_ONCE])
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_tally tally;
    uint8_t events[STATES_AT_ONCE];
    hf_hazard *hazards = HF_NEW_N(&arena, hf_hazard, STATES_AT_ONCE * asset_count);
    hf_simulation s = {.hazards = hazards,
                       .class_of_event = events,
                       .event_count = STATES_AT_ONCE,
                       .class_count = STATES_AT_ONCE,
                       .trial_count = STATES_AT_ONCE,
                       .kernel = HF_KERNEL_DENSE,
                       .lanes = lanes};
    for (uint32_t i = 0; i < STATES_AT_ONCE; i++)
        events[i] = (uint8_t)i;
    for (uint32_t a = 0; a < asset_count; a++)
        for (uint32_t i = 0; i < STATES_AT_ONCE; i++)
            if (((first + i) >> a & 1) != 0)
                hazards[s.hazard_count++] =
                    (hf_hazard){.asset = a, .threat_class = (uint8_t)i, .level = 1, .p = 1};
    if (!hf_tally_init(plan, &s, &arena, &tally, &err) ||
        !hf_simulate_run(plan, &s, NULL, NULL, &tally, &err))
        fail_msg("%s: %s", err.code, err.message);
    memcpy(losses, tally.losses, STATES_AT_ONCE * sizeof(losses[0]));
}

// Every state by lanes against the reference, bit by bit, and the sum over all of them, with damage
// of chance p[a] and the share of the people that is lost.
static double expected_loss(hf_test_hand *hand, const double *p)
{
    hf_bench bench;
    uint32_t n = hand->input.asset_count;
    hf_question question = {0};
    double sum = 0;
    bench_open(&bench, &hand->input);
    for (uint32_t first = 0; first < 1u << n; first += STATES_AT_ONCE) {
        uint64_t losses[3][STATES_AT_ONCE];
        for (uint32_t i = 0; i < 3; i++)
            losses_of_states(bench.plan, n, first, (uint32_t[]){64, 256, 512}[i], losses[i]);
        assert_memory_equal(losses[0], losses[1], sizeof(losses[0]));
        assert_memory_equal(losses[0], losses[2], sizeof(losses[0]));
        for (uint32_t i = 0; i < STATES_AT_ONCE; i++) {
            HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
            uint8_t damage[HF_TEST_ROOM] = {0};
            bool felt[HF_TEST_ROOM], works[HF_TEST_ROOM];
            double share = 1;
            uint64_t want = 0;
            for (uint32_t a = 0; a < HF_TEST_ROOM; a++)
                felt[a] = works[a] = true;
            for (uint32_t a = 0; a < n; a++) {
                damage[a] = (uint8_t)((first + i) >> a & 1);
                share *= damage[a] != 0 ? p[a] : 1 - p[a];
            }
            hf_oracle_draws draws = {felt, works, damage};
            hf_oracle_states states;
            hf_oracle_trial(&hand->input, &question, &draws, &arena, &states);
            for (uint32_t a = 0; a < n; a++)
                if (states.below[(size_t)a * HF_ORACLE_LEVELS + 1])
                    want += (uint64_t)hand->assets[a].people;
            assert_int_equal(losses[0][i], want);
            sum += share * (double)want;
        }
    }
    bench_done(&bench);
    return sum;
}

// The loss of `supplier` is felt only with the chance of asset `bond` being damaged: a gate that needs
// any of the two stands between.
static void needs_through_bond(hf_test_hand *hand, uint32_t gate, uint32_t supplier, uint32_t bond)
{
    hand->assets[gate].people = hand->assets[bond].people = 0;
    (void)hf_hand_group(hand, gate, 1000, 0);
    hf_hand_member(hand, supplier, 1000);
    hf_hand_member(hand, bond, 1000);
}

static void all_states_by_lanes_add_up_to_the_exact_loss(void **unused)
{
    (void)unused;
    hf_test_hand hand;
    hf_hand_begin(&hand,
                  8); // 3 needs 2 of 0, 1, 2; 4 and 5 need each other; 4 needs 3 through 6, 7
    (void)hf_hand_group(&hand, 3, 2000, 0);
    for (uint32_t i = 0; i < 3; i++)
        hf_hand_member(&hand, i, 1000);
    needs_through_bond(&hand, 6, 3, 7);
    (void)hf_hand_needs(&hand, 4, 6, 0);
    (void)hf_hand_needs(&hand, 4, 5, 0);
    (void)hf_hand_needs(&hand, 5, 4, 0);
    const double p[] = {0.1, 0.2, 0.3, 0.05, 0.01, 0.02, 0, 0.6};
    double two = 0.1 * 0.2 * 0.7 + 0.1 * 0.8 * 0.3 + 0.9 * 0.2 * 0.3 + 0.1 * 0.2 * 0.3;
    double three = 1 - 0.95 * (1 - two);
    double ring = 1 - (1 - three * 0.6) * 0.99 * 0.98;
    assert_true(fabs(expected_loss(&hand, p) - (0.6 + three + 2 * ring)) < 1e-12);

    hf_hand_begin(&hand, 7); // weighted: 6 needs 3.5 of 3, 2, 1.5, 1; 5 needs 4 and 6
    (void)hf_hand_group(&hand, 6, 3500, 0);
    static const int64_t capacities[] = {3000, 2000, 1500, 1000};
    for (uint32_t i = 0; i < 4; i++)
        hf_hand_member(&hand, i, capacities[i]);
    (void)hf_hand_needs(&hand, 5, 4, 0);
    (void)hf_hand_needs(&hand, 5, 6, 0);
    const double q[] = {0.1, 0.2, 0.3, 0.4, 0.05, 0, 0};
    // It holds with the first and any other, or with the second and third (3.5), or all three others.
    double holds = 0.9 * (1 - 0.2 * 0.3 * 0.4) + 0.1 * 0.8 * 0.7;
    assert_true(fabs(expected_loss(&hand, q) - (1 + 0.05 + (1 - holds) + 1 - holds * 0.95)) <
                1e-12);
}

// The bridge with its five links as members of the layer that may be damaged.
static void the_bridge_by_lanes_is_as_reliable_as_known(void **unused)
{
    (void)unused;
    static const uint32_t ends[5][2] = {{0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}};
    double p[9] = {0};
    hf_test_hand hand;
    hf_hand_begin(&hand, 9);
    hf_hand_layer(&hand);
    for (uint32_t a = 0; a < 9; a++) {
        hf_hand_layer_member(&hand, a, a == 0, 0);
        hand.assets[a].people = a == 3;
    }
    for (uint32_t i = 0; i < 5; i++) {
        p[4 + i] = 0.1;
        hf_hand_link(&hand, ends[i][0], 4 + i, true);
        hf_hand_link(&hand, 4 + i, ends[i][1], true);
    }
    assert_true(fabs(1 - expected_loss(&hand, p) - 0.97848) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_states_by_lanes_add_up_to_the_exact_loss),
        cmocka_unit_test(the_bridge_by_lanes_is_as_reliable_as_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
