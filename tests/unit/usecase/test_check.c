// SPDX-License-Identifier: Apache-2.0
//
// The X-ray of the register: each fault is found where it is planted, and nothing else is.
#include "fixture.h"

#include "usecase/record.h"

// Marks an asset that has all that the check asks for, so that a test plants one fault.
#define HEAD  "key,name,kind,sector,lon,lat,operator,region,service\n"
#define WHOLE "A,Plant,power_plant,EN,-30,-45,NPC,NORTH,light\n"

static hf_check_result check_as(fixture *f, hf_session session)
{
    hf_check_result result = {0};
    hf_error err = {0};
    if (!hf_check_register(&session, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static hf_check_result check(fixture *f)
{
    return check_as(f, local_session(f));
}

static void import_as(fixture *f, const hf_noun *noun, const char *text)
{
    import_texts(f, (hf_import_request){.as = noun}, (const char *const[]){"a.csv", text, NULL});
}

static void make_register(fixture *f, const char *assets)
{
    hf_session session = local_session(f);
    hf_init_result made = {0};
    hf_error err = {0};
    assert_true(hf_init_store(&session, &f->memory, &made, &err));
    import_as(f, hf_noun_find(HF_STR("region")), "key,name\nNORTH,North\n");
    import_as(f, hf_noun_find(HF_STR("organisation")), "key,name\nNPC,Power\n");
    import_as(f, hf_noun_find(HF_STR("service")), "key,name\nlight,Light\n");
    import_as(f, &hf_noun_asset, assets);
}

static uint64_t total_of(const hf_check_result *result, const char *code)
{
    for (size_t i = 0; i < result->total_count; i++)
        if (strcmp(result->totals[i].code, code) == 0)
            return result->totals[i].count;
    return 0;
}

static void a_whole_register_has_no_fault(void **state)
{
    fixture *f = *state;
    make_register(f, HEAD WHOLE);
    hf_check_result result = check(f);
    assert_int_equal(result.count, 0);
    assert_int_equal(result.total_count, 0);
}

static void each_gap_of_an_asset_is_a_warning(void **state)
{
    fixture *f = *state;
    static const char *const codes[] = {"check.no_name", "check.no_kind", "check.no_sector",
                                        "check.no_operator", "check.no_place"};
    make_register(f, HEAD WHOLE "B,,,,,,,,\n");
    hf_check_result result = check(f);
    assert_int_equal(result.count, HF_COUNT(codes));
    for (size_t i = 0; i < HF_COUNT(codes); i++)
        assert_int_equal(total_of(&result, codes[i]), 1);
    for (size_t i = 0; i < result.count; i++) {
        assert_false(result.list[i].is_error);
        assert_true(hf_str_equal_z(result.list[i].key, "B"));
        assert_true(result.list[i].message.len > 0);
    }
}

static void names_that_lead_nowhere_are_named(void **state)
{
    fixture *f = *state;
    static const char *const codes[][2] = {{"check.unknown_kind", "castle"},
                                           {"check.unknown_operator", "XPC"},
                                           {"check.unknown_region", "EAST"},
                                           {"check.unknown_service", "heat"}};
    make_register(f, HEAD WHOLE "B,Castle,castle,EN,-30,-45,XPC,EAST,heat\n");
    hf_check_result result = check(f);
    assert_int_equal(result.count, HF_COUNT(codes));
    for (size_t i = 0; i < result.count; i++) {
        size_t at = 0;
        while (at < HF_COUNT(codes) && strcmp(codes[at][0], result.list[i].code) != 0)
            at++;
        assert_true(at < HF_COUNT(codes));
        assert_true(hf_str_equal_z(result.list[i].detail, codes[at][1]));
        assert_true(hf_str_find(result.list[i].message, result.list[i].detail) <
                    result.list[i].message.len);
    }
}

static void what_is_down_at_the_start_is_an_error(void **state)
{
    fixture *f = *state;
    make_register(f, HEAD WHOLE "B,Mast,mobile_mast,IC,-30,-45,NPC,NORTH,light\n");
    import_as(f, hf_noun_find(HF_STR("layer")), "layer,asset,role\ngrid,B,node\n");
    hf_check_result result = check(f);
    assert_int_equal(total_of(&result, "check.down_at_start"), 1);
    for (size_t i = 0; i < result.count; i++)
        if (strcmp(result.list[i].code, "check.down_at_start") == 0) {
            assert_true(result.list[i].is_error);
            assert_true(hf_str_equal_z(result.list[i].key, "B"));
        }
}

static void a_loop_that_keeps_itself_up_is_told_once(void **state)
{
    fixture *f = *state;
    make_register(f, HEAD WHOLE "B,Pump,pumping_station,WA,-30,-45,NPC,NORTH,light\n");
    import_as(f, &hf_noun_dependency, "supplier,consumer,input\nA,B,power\nB,A,water\n");
    hf_check_result result = check(f);
    assert_int_equal(total_of(&result, "check.self_sustaining_loop"), 1);
    for (size_t i = 0; i < result.count; i++)
        if (strcmp(result.list[i].code, "check.self_sustaining_loop") == 0)
            assert_true(hf_str_equal_z(result.list[i].detail, "A, B"));
}

static void faults_beyond_a_thousand_are_only_counted(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    hf_buf_add_z(&text, HEAD);
    for (int i = 0; i < 1001; i++)
        hf_buf_add_format(&text, "B%d,Hall,hospital,HE,-30,-45,,NORTH,light\n", i);
    hf_buf_add_byte(&text, '\0');
    make_register(f, hf_buf_str(&text).ptr);
    hf_check_result result = check(f);
    assert_int_equal(total_of(&result, "check.no_operator"), 1001);
    assert_int_equal(result.count, 1000);
}

static void a_reader_learns_nothing_of_what_is_hidden(void **state)
{
    fixture *f = *state;
    make_register(f, "key,kind,lon,lat,marking\nOPEN,,-30,-45,clear\nSECRET,,-30,-45,red\n");
    hf_check_result result = check_as(f, user_session(f, HF_ROLE_OBSERVER, HF_TLP_GREEN));
    assert_int_equal(total_of(&result, "check.no_kind"), 1);
    for (size_t i = 0; i < result.count; i++)
        assert_false(hf_str_equal_z(result.list[i].key, "SECRET"));
    assert_int_equal(total_of(&result, "check.restricted"), 1);
}

static void the_json_has_the_faults_and_their_sum(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_json_writer out = {.out = &text};
    hf_json *tree = NULL;
    hf_error err = {0};
    make_register(f, HEAD WHOLE "B,Hall,hospital,HE,-30,-45,,NORTH,light\n");
    hf_check_result result = check(f);
    hf_write_check(&result, &out);
    assert_true(hf_json_parse(hf_buf_str(&text), &f->memory, &tree, &err));
    const hf_json *faults = hf_json_get(tree, "faults");
    assert_int_equal(faults->child_count, 1);
    assert_true(hf_str_equal_z(hf_json_text(faults->child, "code"), "check.no_operator"));
    assert_true(hf_str_equal_z(hf_json_text(faults->child, "severity"), "warning"));
    assert_true(hf_json_get(tree, "count")->number == 1);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_whole_register_has_no_fault),
        STORE_TEST(each_gap_of_an_asset_is_a_warning),
        STORE_TEST(names_that_lead_nowhere_are_named),
        STORE_TEST(what_is_down_at_the_start_is_an_error),
        STORE_TEST(a_loop_that_keeps_itself_up_is_told_once),
        STORE_TEST(faults_beyond_a_thousand_are_only_counted),
        STORE_TEST(a_reader_learns_nothing_of_what_is_hidden),
        STORE_TEST(the_json_has_the_faults_and_their_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
