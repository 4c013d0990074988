// SPDX-License-Identifier: Apache-2.0
//
// Scenarios and measures say what is wrong in their lists when they are checked as records: on every way in.
#include "check.h"

#include "model/measure_lines.h"

static void what_is_wrong_in_a_list_is_told_with_its_field(void **state)
{
    static const struct {
        const char *field, *json, *code, *place;
    } cases[] = {
        {"hazards", "[{\"p\":2,\"all\":true}]", "scenario.number", "/hazards/0/p"},
        {"classes", "[{\"name\":\"a\",\"p\":0.4}]", "scenario.class_sum", "/classes"},
        {"tolerance", "[[2,0.1],[1,0.2]]", "scenario.tolerance", "/tolerance/1"},
        {"changes", "[{\"assets\":[],\"damage_factor\":0}]", "measure.subject",
         "/changes/0/assets"},
        {"changes", "[{\"kind\":\"dam\",\"damage_factor\":0},{\"kind\":\"dam\",\"repair_h\":-1}]",
         "measure.number", "/changes/1/repair_h"},
        {"changes", "[{\"near\":{\"lon\":1,\"lat\":1},\"damage_factor\":0}]", "measure.number",
         "/changes/0/near/km"},
        {"changes", "[{\"all\":1,\"damage_factor\":0}]", "measure.type", "/changes/0/all"},
    };
    (void)state;
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_error err = {0};
        const hf_noun *noun = hf_str_equal_z(HF_STR("changes"), cases[i].field) ? &hf_noun_measure
                                                                                : &hf_noun_scenario;
        void *record = hf_noun_new(noun, &arena);
        ((hf_head *)record)->key = HF_STR("K");
        const hf_field *field = hf_noun_field(noun, hf_str_of(cases[i].field), NULL);
        assert_true(
            hf_field_set_text(field, record, hf_str_of(cases[i].json), false, &arena, &err));
        assert_false(hf_noun_check(noun, record, &arena, &err));
        assert_string_equal(err.code, cases[i].code);
        assert_string_equal(err.source, cases[i].place);
        assert_string_equal(err.column, cases[i].field);
    }
}

static void lines_are_read_with_what_they_select(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_measure measure = {
        .head.key = HF_STR("K"),
        .changes = HF_STR("[{\"kind\":[\"dam\",\"lock\"],\"near\":{\"lon\":1,\"lat\":2,\"km\":3},"
                          "\"repair_h\":4},{\"consumer\":\"A\",\"input\":\"\\u0070\","
                          "\"supplier\":\"B\",\"capacity\":1.5}]")};
    hf_measure_line *lines = NULL;
    size_t count = 0;
    hf_error err = {0};
    (void)state;
    assert_true(hf_measure_read(&measure, &arena, &lines, &count, &err));
    assert_int_equal(count, 2);
    assert_int_equal(lines[0].subject.kinds.count, 2);
    assert_true(lines[0].subject.has_near && lines[0].subject.km == 3);
    assert_true(lines[0].subject.p == 1 && lines[0].subject.level == 1);
    assert_true(hf_measure_changes_assets(&lines[0]) && !hf_measure_changes_assets(&lines[1]));
    assert_str_is(lines[1].input, "p");
    assert_int_equal(lines[1].capacity, 1500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_in_a_list_is_told_with_its_field),
        cmocka_unit_test(lines_are_read_with_what_they_select),
    };
    return cmocka_run_group_tests_name("scenarios and measures", tests, NULL, NULL);
}
