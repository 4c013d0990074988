// SPDX-License-Identifier: Apache-2.0
//
// The changes of measures: what they touch in the numbers of a plan, and what is refused, with its place.
#include <math.h>

#include "fixture.h"
#include "usecase/measure.h"

static const char *const assets =
    "key,name,kind,sector,people_served,repair_h,damage_p\n"
    "P,Plant,power_plant,EN01,100,24,0.05\nQ,Second plant,power_plant,EN01,0,,0.05\n"
    "W,Works,water_works,WA01,3000,4,0.02\nH,Hospital,hospital,HE01,4000,,0\n"
    "K,Clinic,hospital,HE01,400,,0\n";
static const char *const dependencies =
    "supplier,consumer,input,need,buffer_h,type\n"
    "P,W,power,,0,\nP,H,power,,2,\nW,H,water,,12,\nP,K,power,any,1,\nQ,K,power,any,1,\n"
    "P,Q,grid,,,link\n";
static const char *const layers = "layer,asset,role,buffer_h\ngrid,P,source,\ngrid,Q,node,3\n";

typedef struct {
    fixture *f;
    hf_session session;
    const hf_register_plan *plan;
} world;

static world open_plan(void **state)
{
    world w = {.f = *state, .session = local_session(*state)};
    hf_error err = {0};
    (void)import_texts(w.f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", assets, "dependencies.csv", dependencies,
                                             "layers.csv", layers, NULL});
    if (!hf_plan_take_chances(&w.session, &w.plan, &err))
        fail_msg("%s: %s", err.code, err.message);
    return w;
}

static bool resolve(const world *w, const char *json, hf_effect *effect, hf_error *err)
{
    hf_measure measure;
    hf_noun_init(&hf_noun_measure, &measure);
    measure.head.key = HF_STR("M");
    measure.changes = hf_str_of(json);
    return hf_measure_resolve(&w->session, w->plan, &measure, &w->f->memory, effect, err);
}

static hf_change only_change(const world *w, const char *json)
{
    hf_effect effect;
    hf_error err = {0};
    if (!resolve(w, json, &effect, &err))
        fail_msg("%s at %s: %s", err.code, err.source, err.message);
    assert_int_equal(effect.change_count, 1);
    return effect.changes[0];
}

static hf_str key_at(const world *w, uint32_t asset)
{
    return w->plan->keys[asset];
}

static void changes_become_numbers(void **state)
{
    world w = open_plan(state);
    hf_change change = only_change(
        &w, "[{\"kind\":\"power_plant\",\"damage_factor\":0.5,\"damage_p\":0.01,\"repair_factor\":"
            "0.25,\"repair_h\":8,\"black_start_h\":6}]");
    assert_int_equal(change.asset_count, 2);
    assert_true(hf_str_equal_z(key_at(&w, change.assets[0]), "P"));
    assert_true(hf_str_equal_z(key_at(&w, change.assets[1]), "Q"));
    assert_true(fabs(change.damage_factor - 0.5) < 1e-12 &&
                fabs(change.damage_most - 0.01) < 1e-12);
    assert_true(fabs(change.repair_factor - 0.25) < 1e-12 && fabs(change.repair_most - 8) < 1e-12);
    assert_true(fabs(change.black_start_least - 6) < 1e-12);
    assert_int_equal(change.group_count, 0);

    change = only_change(&w, "[{\"consumer\":\"H\",\"input\":\"power\",\"buffer_h\":72}]");
    assert_int_equal(change.group_count, 1);
    const hf_engine_group *group = &w.plan->input->groups[change.groups[0]];
    assert_true(hf_str_equal_z(key_at(&w, group->consumer), "H"));
    assert_true(fabs(group->buffer_h - 2) < 1e-12);
    assert_true(fabs(change.buffer_least - 72) < 1e-12);
    assert_int_equal(change.asset_count, 0);

    change = only_change(&w, "[{\"kind\":\"hospital\",\"buffer_h\":24}]");
    assert_int_equal(change.group_count, 3); // two of the hospital, one of the clinic
    change = only_change(&w, "[{\"consumer\":\"Q\",\"input\":\"grid\",\"buffer_h\":24}]");
    assert_int_equal(change.group_count, 0);
    assert_int_equal(change.layer_member_count, 1);

    change = only_change(
        &w, "[{\"consumer\":\"W\",\"input\":\"power\",\"supplier\":\"Q\",\"capacity\":0.5}]");
    assert_int_equal(change.group_count, 1);
    assert_true(hf_str_equal_z(key_at(&w, change.supplier), "Q"));
    assert_int_equal(change.capacity, 500);
    hf_plan_release(&w.session, &w.plan);
}

// With need "all" the group's need stays, so the second plant stands in for the first.
static void a_supplier_stands_in_for_one_that_is_needed(void **state)
{
    world w = open_plan(state);
    hf_effect effect;
    hf_error err = {0};
    assert_true(resolve(&w, "[{\"consumer\":\"W\",\"input\":\"power\",\"supplier\":\"Q\"}]",
                        &effect, &err));
    const uint32_t plant = hf_plan_find(w.plan, HF_STR("P")),
                   works = hf_plan_find(w.plan, HF_STR("W"));
    hf_engine_input input = *w.plan->input;
    input.layer_count = input.layer_member_count = input.link_count = 0; // Q lives without the grid
    const hf_exposure before = {.input = input};
    hf_exposure after;
    hf_effects_apply(&before, &effect, 1, 1, &w.f->memory, &after);
    for (int i = 0; i < 2; i++) {
        hf_plan *plan = NULL;
        hf_cascade cascade;
        const hf_question question = {.fail = &plant, .fail_count = 1};
        assert_true(
            hf_plan_build(i == 0 ? &before.input : &after.input, &w.f->memory, &plan, &err));
        assert_true(hf_cascade_run(plan, &question, hf_engine_state_new(plan, &w.f->memory),
                                   &w.f->memory, &cascade, &err));
        bool has_fallen = false;
        for (uint32_t k = 0; k < cascade.fall_count; k++)
            has_fallen |= cascade.falls[k].asset == works;
        assert_int_equal(has_fallen, i == 0);
    }
    hf_plan_release(&w.session, &w.plan);
}

static void refuses_what_is_unclear_or_would_harm(void **state)
{
    static const struct {
        const char *json, *code, *place;
    } cases[] = {
        {"{}", "measure.not_a_list", "/changes"},
        {"[3]", "measure.not_an_object", "/changes/0"},
        {"[{\"assets\":[\"P\"],\"damage_factor\":0.5,\"colour\":1}]", "measure.member",
         "/changes/0"},
        {"[{\"assets\":[\"P\"],\"damage_factor\":\"half\"}]", "measure.type",
         "/changes/0/damage_factor"},
        {"[{\"assets\":[\"P\"],\"damage_factor\":1.5}]", "measure.raises",
         "/changes/0/damage_factor"},
        {"[{\"assets\":[\"P\"],\"repair_factor\":2}]", "measure.raises",
         "/changes/0/repair_factor"},
        {"[{\"assets\":[\"P\"],\"damage_p\":0.2}]", "measure.raises", "/changes/0/damage_p"},
        {"[{\"assets\":[\"P\"],\"repair_h\":25}]", "measure.raises", "/changes/0/repair_h"},
        {"[{\"assets\":[\"P\"],\"damage_p\":-0.1}]", "measure.number", "/changes/0/damage_p"},
        {"[{\"assets\":[\"P\"],\"black_start_h\":1e9}]", "measure.number",
         "/changes/0/black_start_h"},
        {"[{\"assets\":[\"P\"]}]", "measure.does_nothing", "/changes/0"},
        {"[{\"damage_factor\":0.5}]", "measure.subject", "/changes/0"},
        {"[{\"assets\":[\"P\"],\"consumer\":\"H\",\"buffer_h\":1}]", "measure.subject",
         "/changes/0"},
        {"[{\"consumer\":\"H\",\"damage_factor\":0.5}]", "measure.subject", "/changes/0"},
        {"[{\"assets\":[\"P\"],\"kind\":\"hospital\",\"damage_factor\":0}]", "measure.subject",
         "/changes/0"},
        {"[{\"consumer\":\"H\",\"input\":\"gas\",\"buffer_h\":1}]", "measure.input",
         "/changes/0/input"},
        {"[{\"consumer\":\"P\",\"buffer_h\":1}]", NULL, NULL}, // a member of the grid
        {"[{\"consumer\":\"H\",\"supplier\":\"Q\"}]", "measure.supplier", "/changes/0/supplier"},
        {"[{\"consumer\":\"H\",\"input\":\"power\",\"supplier\":\"H\"}]", "measure.supplier",
         "/changes/0/supplier"},
        {"[{\"consumer\":\"H\",\"input\":\"power\",\"buffer_h\":1,\"capacity\":2}]",
         "measure.supplier", "/changes/0/capacity"},
        {"[{\"consumer\":\"H\",\"input\":\"power\",\"supplier\":\"Q\",\"capacity\":0.0001}]",
         "measure.number", "/changes/0/capacity"},
        {"[{\"assets\":[\"P\"],\"damage_factor\":0},{\"assets\":[\"NONE\"],\"damage_factor\":0}]",
         "asset.unknown", "/changes/1/assets"},
        {"[{\"kind\":\"castle\",\"damage_factor\":0}]", "kind.unknown", "/changes/0/kind"},
        {"[{\"consumer\":\"NONE\",\"buffer_h\":1}]", "asset.unknown", "/changes/0/consumer"},
        {"[{\"assets\":\"P\",\"damage_factor\":0}]", "measure.type", "/changes/0/assets"},
    };
    world w = open_plan(state);
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        hf_error err = {0};
        hf_effect effect;
        bool is_taken = resolve(&w, cases[i].json, &effect, &err);
        if (cases[i].code == NULL) {
            assert_true(is_taken);
            continue;
        }
        if (is_taken || strcmp(err.code, cases[i].code) != 0 ||
            strcmp(err.source, cases[i].place) != 0)
            fail_msg("%s: got %s at %s (%s)", cases[i].json, is_taken ? "nothing" : err.code,
                     err.source, err.message);
    }
    hf_plan_release(&w.session, &w.plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(changes_become_numbers, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(a_supplier_stands_in_for_one_that_is_needed, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(refuses_what_is_unclear_or_would_harm, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
