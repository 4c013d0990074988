// SPDX-License-Identifier: Apache-2.0
//
// Scenarios: what their lists may hold, what they hit, and how chances that meet are joined.
#include "fixture.h"
#include "usecase/scenario.h"

static hf_scenario scenario_of(fixture *f, const char *json)
{
    hf_error err = {0};
    hf_json *tree = NULL;
    hf_scenario scenario = {0};
    if (!hf_json_parse(hf_str_of(json), &f->memory, &tree, &err) ||
        !hf_scenario_from_json(tree, &f->memory, &scenario, &err))
        fail_msg("%s: %s", json, err.message);
    return scenario;
}

static void given_register(fixture *f)
{
    (void)import_texts(
        f, (hf_import_request){0},
        (const char *const[]){"assets.csv",
                              "key,kind,sector,region,operator,levels,damage_p,lon,lat\n"
                              "A,power_plant,EN01,N1,X,4,0.5,10,50\n"
                              "B,hospital,HE01,N,X,,,10.05,50\n"
                              "C,hospital,HE02,S,Y,,0.25,,\n",
                              NULL});
    (void)import_texts(f, (hf_import_request){.as = hf_noun_find(HF_STR("region"))},
                       (const char *const[]){"a.csv", "key,parent\nN1,N\nN,L\nS,L\nL,\n", NULL});
}

// Hits as "asset class level at_h p" lines.
static const char *hits_of(fixture *f, const char *json)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_session session = local_session(f);
    const hf_register_plan *plan = NULL;
    hf_scenario scenario = scenario_of(f, json);
    hf_scenario_lists lists;
    hf_hazard *hits = NULL;
    size_t count = 0;
    hf_error err = {0};
    if (!hf_plan_take_chances(&session, &plan, &err))
        fail_msg("%s", err.message);
    if (!hf_scenario_read_lists(&scenario, &f->memory, &lists, &err) ||
        !hf_scenario_resolve(&session, plan, &lists, scenario.own_damage, &f->memory, &hits, &count,
                             &err))
        hf_buf_add_format(&text, "%s %s", err.code, err.source);
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(&text, "%.*s %u %u %g %.6g\n", HF_STR_ARG(plan->keys[hits[i].asset]),
                          hits[i].threat_class, hits[i].level, hits[i].at_h, hits[i].p);
    hf_plan_release(&session, &plan);
    return hf_str_z(&f->memory, hf_buf_str(&text));
}

static void selectors_must_all_fit(void **state)
{
    fixture *f = *state;
    given_register(f);
    assert_string_equal(hits_of(f, "{\"own_damage\":false,\"hazards\":[{\"p\":0.1,\"all\":true}]}"),
                        "A 0 1 0 0.1\nB 0 1 0 0.1\nC 0 1 0 0.1\n");
    assert_string_equal(
        hits_of(f, "{\"own_damage\":false,\"hazards\":[{\"p\":0.1,\"kind\":\"hospital\","
                   "\"operator\":\"X\"}]}"),
        "B 0 1 0 0.1\n");
    assert_string_equal(
        hits_of(f, "{\"own_damage\":false,\"hazards\":[{\"p\":0.1,\"region\":\"N\"}]}"),
        "A 0 1 0 0.1\nB 0 1 0 0.1\n");
    assert_string_equal(
        hits_of(f, "{\"own_damage\":false,\"hazards\":[{\"p\":0.1,\"sector\":[\"HE02\",\"EN\"]}]}"),
        "A 0 1 0 0.1\nC 0 1 0 0.1\n");
    assert_string_equal(hits_of(f,
                                "{\"own_damage\":false,\"hazards\":[{\"p\":0.1,\"near\":{\"lon\":"
                                "10,\"lat\":50,\"km\":3}}]}"),
                        "A 0 1 0 0.1\n");
    assert_string_equal(
        hits_of(f, "{\"own_damage\":false,\"hazards\":[{\"p\":0.1,\"assets\":[\"C\",\"A\"],"
                   "\"kind\":\"hospital\"}]}"),
        "C 0 1 0 0.1\n");
}

// 1 - (1 - 0.5)(1 - 0.2)(1 - 0.1) = 0.64
static void chances_that_meet_are_independent(void **state)
{
    fixture *f = *state;
    given_register(f);
    const char *one = hits_of(f, "{\"hazards\":[{\"p\":0.2,\"assets\":[\"A\"]},{\"p\":0.1,\"kind\":"
                                 "\"power_plant\"}]}");
    const char *other = hits_of(f, "{\"hazards\":[{\"p\":0.1,\"kind\":\"power_plant\"},{\"p\":0.2,"
                                   "\"assets\":[\"A\"]}]}");
    assert_string_equal(one, "A 0 1 0 0.64\nC 0 1 0 0.25\n");
    assert_string_equal(other, one);
}

// Down is below every level; another hour and another class are something else.
static void damage_below_a_level_is_damage_below_the_higher_ones(void **state)
{
    fixture *f = *state;
    given_register(f);
    assert_string_equal(
        hits_of(f, "{\"own_damage\":false,\"hours\":9,\"hazards\":[{\"p\":0.5,\"assets\":[\"A\"],"
                   "\"level\":3},{\"p\":0.2,\"assets\":[\"A\"]},{\"p\":0.7,\"assets\":[\"A\"],"
                   "\"at_h\":4,\"level\":2}]}"),
        "A 0 1 0 0.2\nA 0 3 0 0.6\nA 0 2 4 0.7\n");
}

static void without_a_class_a_hazard_belongs_to_all(void **state)
{
    fixture *f = *state;
    given_register(f);
    assert_string_equal(
        hits_of(f, "{\"classes\":[{\"name\":\"a\",\"p\":0.5},{\"name\":\"b\",\"p\":0.5}],"
                   "\"hazards\":[{\"p\":0.5,\"class\":\"b\",\"assets\":[\"C\"]}]}"),
        "A 0 1 0 0.5\nA 1 1 0 0.5\nC 0 1 0 0.25\nC 1 1 0 0.625\n");
}

static void what_does_not_fit_the_register_is_told_by_its_place(void **state)
{
    fixture *f = *state;
    given_register(f);
    assert_string_equal(hits_of(f, "{\"hazards\":[{\"p\":1,\"assets\":[\"A\",\"Z\"]}]}"),
                        "asset.unknown /hazards/0/assets");
    assert_string_equal(hits_of(f, "{\"hazards\":[{\"p\":1,\"kind\":\"dam\"}]}"),
                        "kind.unknown /hazards/0/kind");
    assert_string_equal(hits_of(f, "{\"hazards\":[{\"p\":1,\"sector\":\"WA\"}]}"),
                        "sector.unknown /hazards/0/sector");
    assert_string_equal(hits_of(f, "{\"hazards\":[{\"p\":1,\"region\":\"Q\"}]}"),
                        "region.unknown /hazards/0/region");
    assert_string_equal(hits_of(f, "{\"hazards\":[{\"p\":1,\"operator\":\"Z\"}]}"),
                        "operator.unknown /hazards/0/operator");
    assert_string_equal(
        hits_of(f, "{\"hazards\":[{\"p\":1,\"all\":true},{\"p\":1,\"kind\":\"power_plant\","
                   "\"operator\":\"Y\"}]}"),
        "scenario.hits_nothing /hazards/1");
    assert_string_equal(hits_of(f, "{\"hazards\":[{\"p\":1,\"kind\":\"hospital\",\"level\":2}]}"),
                        "scenario.level /hazards/0/level");
}

static void lists_are_read_strictly(void **state)
{
    static const struct {
        const char *json, *code, *source;
    } cases[] = {
        {"{\"hazards\":{}}", "scenario.not_a_list", "/hazards"},
        {"{\"hazards\":[1]}", "scenario.not_an_object", "/hazards/0"},
        {"{\"hazards\":[{\"all\":true}]}", "scenario.number", "/hazards/0/p"},
        {"{\"hazards\":[{\"p\":\"1\",\"all\":true}]}", "scenario.type", "/hazards/0/p"},
        {"{\"hazards\":[{\"p\":1.0001,\"all\":true}]}", "scenario.number", "/hazards/0/p"},
        {"{\"hazards\":[{\"p\":-0.1,\"all\":true}]}", "scenario.number", "/hazards/0/p"},
        {"{\"hazards\":[{\"p\":1}]}", "scenario.nothing_named", "/hazards/0"},
        {"{\"hazards\":[{\"p\":1,\"all\":false}]}", "scenario.nothing_named", "/hazards/0"},
        {"{\"hazards\":[{\"p\":1,\"all\":1}]}", "scenario.type", "/hazards/0/all"},
        {"{\"hazards\":[{\"p\":1,\"assets\":\"A\"}]}", "scenario.type", "/hazards/0/assets"},
        {"{\"hazards\":[{\"p\":1,\"assets\":[]}]}", "scenario.nothing_named", "/hazards/0/assets"},
        {"{\"hazards\":[{\"p\":1,\"kind\":[2]}]}", "scenario.type", "/hazards/0/kind"},
        {"{\"hazards\":[{\"p\":1,\"all\":true,\"x\":1}]}", "scenario.member", "/hazards/0"},
        {"{\"hazards\":[{\"p\":1,\"near\":{\"lon\":1,\"lat\":91,\"km\":1}}]}", "scenario.number",
         "/hazards/0/near/lat"},
        {"{\"hazards\":[{\"p\":1,\"near\":{\"lon\":1,\"lat\":1}}]}", "scenario.number",
         "/hazards/0/near/km"},
        {"{\"hazards\":[{\"p\":1,\"all\":true,\"level\":1.5}]}", "scenario.number",
         "/hazards/0/level"},
        {"{\"hazards\":[{\"p\":1,\"all\":true,\"level\":8}]}", "scenario.number",
         "/hazards/0/level"},
        {"{\"hazards\":[{\"p\":1,\"all\":true,\"at_h\":2}]}", "scenario.hour", "/hazards/0/at_h"},
        {"{\"hours\":2,\"hazards\":[{\"p\":1,\"all\":true,\"at_h\":2}]}", "scenario.hour",
         "/hazards/0/at_h"},
        {"{\"hazards\":[{\"p\":1,\"all\":true,\"class\":\"a\"}]}", "scenario.class_unknown",
         "/hazards/0/class"},
        {"{\"classes\":[{\"name\":\"a\",\"p\":0.9}]}", "scenario.class_sum", "/classes"},
        {"{\"classes\":[{\"name\":\"a\",\"p\":0.5},{\"name\":\"a\",\"p\":0.5}]}",
         "scenario.class_twice", "/classes/1/name"},
        {"{\"classes\":[{\"p\":1}]}", "scenario.type", "/classes/0/name"},
        {"{\"classes\":[{\"name\":\"a\"},{\"name\":\"b\",\"p\":1}]}", "scenario.class_mixed",
         "/classes/1/p"},
        {"{\"classes\":[{\"name\":\"a\",\"p\":1,\"times\":2}]}", "scenario.class_mixed",
         "/classes/0/times"},
        {"{\"classes\":[{\"name\":\"a\",\"times\":0}]}", "scenario.number", "/classes/0/times"},
        {"{\"classes\":[{\"name\":\"a\",\"times\":1.5}]}", "scenario.number", "/classes/0/times"},
        {"{\"classes\":[{\"name\":\"a\",\"times\":1000000},{\"name\":\"b\"}]}", "scenario.too_long",
         "/classes"},
        {"{\"tolerance\":[[1,0.1],[1,0.01]]}", "scenario.tolerance", "/tolerance/1"},
        {"{\"tolerance\":[[1,0.1],[2,0.2]]}", "scenario.tolerance", "/tolerance/1"},
        {"{\"tolerance\":[[1]]}", "scenario.tolerance", "/tolerance/0"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        hf_scenario scenario = scenario_of(f, cases[i].json);
        hf_scenario_lists lists;
        hf_error err = {0};
        if (hf_scenario_read_lists(&scenario, &f->memory, &lists, &err))
            fail_msg("taken: %s", cases[i].json);
        if (strcmp(err.code, cases[i].code) != 0 || strcmp(err.source, cases[i].source) != 0)
            fail_msg("%s gives %s at %s", cases[i].json, err.code, err.source);
        assert_int_equal(err.kind, HF_ERR_INPUT);
    }
}

static void a_written_scenario_reads_back_the_same(void **state)
{
    fixture *f = *state;
    hf_buf first = hf_buf_of(1u << 16), second = hf_buf_of(1u << 16);
    hf_json_writer one = {.out = &first}, two = {.out = &second};
    hf_scenario scenario = scenario_of(
        f, "{\"hours\":24,\"step_h\":0.5,\"restart\":\"sequential\",\"own_damage\":false,"
           "\"classes\":[{\"name\":\"a\",\"p\":1}],\"measures\":[\"M2\",\"M1\"],"
           "\"rate_per_year\":0.1,\"tolerance\":[[10,0.5],[20,0.1]],"
           "\"hazards\":[{\"p\":0.1,\"all\":true,\"class\":\"a\",\"at_h\":3}]}");
    hf_scenario_write(&scenario, &one);
    hf_scenario again = scenario_of(f, hf_str_z(&f->memory, hf_buf_str(&first)));
    hf_scenario_write(&again, &two);
    assert_true(hf_str_equal(hf_buf_str(&first), hf_buf_str(&second)));
    assert_int_equal(again.restart, HF_SCENARIO_SEQUENTIAL);
    hf_buf_done(&first);
    hf_buf_done(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(selectors_must_all_fit, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(chances_that_meet_are_independent, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(damage_below_a_level_is_damage_below_the_higher_ones,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(without_a_class_a_hazard_belongs_to_all, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(what_does_not_fit_the_register_is_told_by_its_place,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(lists_are_read_strictly, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(a_written_scenario_reads_back_the_same, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests_name("scenarios", tests, NULL, NULL);
}
