// SPDX-License-Identifier: Apache-2.0
//
// What a plan holds for simulations: names of chances from keys, repair laws, strengths, and the numbers themselves;
// and that a plain plan has none of it.
#include "fixture.h"
#include "usecase/plan_scan.h"
#include "usecase/question.h"

static void given_register(fixture *f)
{
    (void)import_texts(
        f, (hf_import_request){0},
        (const char *const[]){"assets.csv",
                              "key,people_served,damage_p,repair_h,repair_law\n"
                              "A,1,0.25,4,weibull\nB,10,,,\nC,100,1,,lognormal\n",
                              "dependencies.csv",
                              "supplier,consumer,input,strength,type,key\n"
                              "A,B,power,0.5,,\nA,C,,,,own-key\nB,C,net,0.75,link,\n",
                              "layers.csv", "layer,asset,role\nnet,B,source\nnet,C,node\n", NULL});
}

// The first 8 bytes, big-endian, of what sha256sum prints for the key.
static void ids_are_those_of_the_keys(void **state)
{
    (void)state;
    assert_true(hf_stable_id(HF_STR("abc")) == UINT64_C(0xba7816bf8f01cfea));
    assert_true(hf_stable_id(HF_STR("")) == UINT64_C(0xe3b0c44298fc1c14));
}

static void a_plan_for_simulations_has_the_numbers(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    const hf_register_plan *plan = NULL;
    hf_error err = {0};
    given_register(f);
    assert_true(hf_plan_take_chances(&session, &plan, &err));
    const hf_engine_input *input = plan->input;
    assert_non_null(input);
    assert_int_equal(input->asset_count, 3);
    assert_true(plan->damage_p[0] == 0.25 && plan->damage_p[1] == 0 && plan->damage_p[2] == 1);
    assert_true(input->assets[1].id == hf_stable_id(HF_STR("B")));
    assert_int_equal(input->assets[0].repair_law, HF_REPAIR_WEIBULL);
    assert_int_equal(input->assets[1].repair_law, HF_REPAIR_FIXED);
    assert_int_equal(input->assets[2].repair_law, HF_REPAIR_LOGNORMAL);
    assert_int_equal(input->member_count, 2);
    assert_true(input->members[0].id == hf_stable_id(HF_STR("B/power/A/physical")));
    assert_true(input->members[0].strength == 0.5);
    assert_true(input->members[1].id == hf_stable_id(HF_STR("own-key")));
    assert_int_equal(input->link_count, 1);
    assert_true(input->links[0].id == hf_stable_id(HF_STR("C/net/B/link")));
    assert_true(input->links[0].strength == 0.75);
    hf_plan_release(&session, &plan);
}

static void a_server_keeps_the_richer_plan(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    const hf_register_plan *plain = NULL, *rich = NULL, *again = NULL;
    hf_error err = {0};
    given_register(f);
    session.plans = hf_plans_open();
    assert_true(hf_plan_take(&session, &plain, &err));
    assert_null(plain->input);
    assert_null(plain->damage_p);
    assert_true(hf_plan_take_chances(&session, &rich, &err));
    assert_non_null(rich->input);
    assert_true(hf_plan_take(&session, &again, &err));
    assert_ptr_equal(again, rich);
    assert_int_equal(plain->asset_count, 3); // its borrower goes on with it
    hf_plan_release(&session, &plain);
    hf_plan_release(&session, &rich);
    hf_plan_release(&session, &again);
    hf_plans_close(&session.plans);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_those_of_the_keys),
        cmocka_unit_test_setup_teardown(a_plan_for_simulations_has_the_numbers, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(a_server_keeps_the_richer_plan, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests_name("plans for simulations", tests, NULL, NULL);
}
