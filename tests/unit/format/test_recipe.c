// SPDX-License-Identifier: Apache-2.0
//
// Recipes: every word of the language once, what is refused while parsing, look-up files, guessing; and that the
// recipes which ship are sound.
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "format/recipe.h"

// A recipe for CSV with one record: `rest` are its members behind the noun.
static const hf_import_recipe *recipe_with(hf_arena *arena, const char *outer, const char *record)
{
    hf_error err = {0};
    const hf_import_recipe *recipe = NULL;
    hf_str json = hf_str_format(
        arena, "{\"name\":\"test\"%s,\"records\":[{\"noun\":\"asset\",%s}]}", outer, record);
    if (!hf_recipe_parse(json, arena, &recipe, &err))
        fail_msg("%s %s: %s", err.code, err.source, err.message);
    return recipe;
}

static void check(const char *outer, const char *record, const char *parameters, const char *text,
                  const char *patches, const char *problems)
{
    hf_arena arena = {0};
    outcome o;
    hf_error ready = {0};
    assert_true(hf_crypto_init(&ready));
    hf_input *input = hf_input_of_bytes(HF_STR("/in/some.file.csv"), hf_str_of(text));
    read_input(&o, input, NULL, recipe_with(&arena, outer, record), NULL, hf_str_of(parameters));
    if (!o.ok)
        print_message("%s %s\n", o.err.code, o.err.message);
    assert_true(o.ok);
    assert_patches(&o, patches);
    assert_problems(&o, problems);
    outcome_done(&o);
    hf_input_close(&input);
    hf_arena_done(&arena);
}

// One name made by a value expression over the columns a, b, tags.
static void check_value(const char *value, const char *row, const char *want)
{
    hf_arena arena = {0};
    hf_str record = hf_str_format(&arena, "\"fields\":{\"key\":\"K\",\"name\":%s}%c", value, 0);
    hf_str text = hf_str_format(&arena, "a,b,tags\n%s\n%c", row, 0);
    hf_str patch = hf_str_format(&arena, "asset {\"key\":\"K\",\"name\":%s}\n%c", want, 0);
    check(",\"parameters\":{\"p\":\"dflt\"},\"read\":{\"missing\":[\"-\"]}", record.ptr, "",
          text.ptr, patch.ptr, "");
    hf_arena_done(&arena);
}

static void values_come_from_columns_positions_constants_and_templates(void **state)
{
    (void)state;
    check_value("{\"column\":\"a\"}", "x,y,z", "\"x\"");
    check_value("{\"column\":\"A\"}", "x,y,z", "\"x\"");
    check_value("{\"position\":2}", "x,y,z", "\"y\"");
    check_value("{\"constant\":\"{a}\"}", "x,y,z", "\"{a}\"");
    check_value("\"{a}-{b}\"", "x,y,z", "\"x-y\"");
    check_value("\"{{a} {$p}\"", "x,y,z", "\"{a} dflt\"");
    check_value("7", "x,y,z", "\"7\"");
    check_value("\"{#stem} {#file} {#line}\"", "x,y,z", "\"some.file some.file.csv 2\"");
}

static void a_missing_piece_makes_the_whole_absent(void **state)
{
    (void)state;
    check_value("\"{a}-{b}\"", "x,-,z", "null");
    check_value("{\"column\":\"nowhere\"}", "x,y,z", "null");
    check_value("{\"first\":[\"{b}\",{\"column\":\"a\"}]}", "x, ,z", "\"x\"");
    check_value("{\"column\":\"b\",\"else\":\"other {a}\"}", "x,-,z", "\"other x\"");
}

static void steps_change_a_value_in_their_order(void **state)
{
    (void)state;
    check_value("{\"column\":\"a\",\"map\":{\"x\":\"found\"}}", "x,y,z", "\"found\"");
    check_value("{\"column\":\"b\",\"map\":{\"x\":\"found\"}}", "x,y,z", "null");
    check_value("{\"column\":\"b\",\"map\":{\"x\":\"found\"},\"else\":\"none\"}", "x,y,z",
                "\"none\"");
    check_value("{\"column\":\"a\",\"scale\":0.001}", "1500,y,z", "\"1.5\"");
    check_value("{\"column\":\"a\",\"scale\":0.001,\"round\":true}", "1500,y,z", "\"2\"");
    check_value("{\"column\":\"a\",\"before\":\" MW\"}", "12 MW,y,z", "\"12\"");
    check_value("{\"column\":\"a\",\"after\":\"/\"}", "12/34,y,z", "\"34\"");
    check_value("{\"column\":\"a\",\"after\":\"/\"}", "12,y,z", "null");
    check_value("{\"column\":\"a\",\"upper\":true}", "Abc,y,z", "\"ABC\"");
    check_value("{\"column\":\"a\",\"lower\":true}", "Abc,y,z", "\"abc\"");
    check_value("{\"column\":\"a\",\"slug\":true}", " Água & Co. 2 ,y,z", "\"gua_co_2\"");
    check_value("{\"column\":\"a\",\"missing\":[\"-99\",\"n/a\"]}", "-99,y,z", "null");
    check_value("{\"column\":\"tags\",\"tag\":\"country\"}",
                "x,y,\"\"\"name\"\"=>\"\"A\"\", \"\"country\"\"=>\"\"PT\"\"\"", "\"PT\"");
    check_value("{\"column\":\"tags\",\"tag\":\"country\"}", "x,y,\"\"\"country\"\"=>\"\"\"\"\"",
                "null");
    check_value("{\"column\":\"tags\",\"wkt\":\"lat\"}", "x,y,POINT(8.5 47.25)", "\"47.25\"");
    check_value("{\"column\":\"tags\",\"wkt\":\"lon\"}", "x,y,\"LINESTRING(0 0,2 0)\"", "\"1\"");
}

static void check_when(const char *conditions, const char *row, bool want)
{
    hf_arena arena = {0};
    hf_str record =
        hf_str_format(&arena, "\"when\":%s,\"fields\":{\"key\":\"K\"}%c", conditions, 0);
    hf_str text = hf_str_format(&arena, "a,b\n%s\n%c", row, 0);
    check(",\"parameters\":{\"p\":\"\"},\"tables\":{\"t\":{\"words\":{\"x\":\"1\"}}}", record.ptr,
          "", text.ptr, want ? "asset {\"key\":\"K\"}\n" : "", "");
    hf_arena_done(&arena);
}

static void conditions_choose_rows(void **state)
{
    (void)state;
    check_when("[{\"column\":\"a\",\"is\":\"x\"}]", "x,y", true);
    check_when("[{\"column\":\"a\",\"is\":\"{b}\"}]", "x,y", false);
    check_when("[{\"column\":\"a\",\"not\":\"x\"}]", "x,y", false);
    check_when("[{\"column\":\"a\",\"in\":[\"q\",\"x\"]}]", "x,y", true);
    check_when("[{\"column\":\"a\",\"not_in\":[\"q\",\"x\"]}]", "x,y", false);
    check_when("[{\"column\":\"a\",\"starts\":\"ab\"}]", "abc,y", true);
    check_when("[{\"column\":\"b\",\"given\":true}]", "x,", false);
    check_when("[{\"column\":\"b\",\"given\":false}]", "x,", true);
    check_when("[{\"column\":\"a\",\"above\":2}]", "3,y", true);
    check_when("[{\"column\":\"a\",\"above\":2}]", "two,y", false);
    check_when("[{\"column\":\"a\",\"below\":2}]", "1.5,y", true);
    check_when("[{\"column\":\"a\",\"in_table\":\"t\"}]", "x,y", true);
    check_when("[{\"column\":\"a\",\"not_in_table\":\"t\"}]", "x,y", false);
    check_when("[{\"any\":[{\"column\":\"a\",\"is\":\"q\"},{\"column\":\"b\",\"is\":\"y\"}]}]",
               "x,y", true);
    check_when("[{\"all\":[{\"column\":\"a\",\"is\":\"q\"},{\"column\":\"b\",\"is\":\"y\"}]}]",
               "x,y", false);
    check_when("[{\"none\":[{\"column\":\"a\",\"is\":\"x\"}]}]", "x,y", false);
    check_when("[{\"parameter\":\"p\",\"is\":\"\"}]", "x,y", true);
    check_when("[{\"column\":\"a\",\"is\":\"x\"},{\"column\":\"b\",\"is\":\"x\"}]", "x,y", false);
}

static void parameters_are_given_with_the_name(void **state)
{
    (void)state;
    check(
        ",\"parameters\":{\"country\":\"\",\"prefix\":\"P\"}",
        "\"when\":[{\"column\":\"c\",\"is\":\"{$country}\"}],\"fields\":{\"key\":\"{$prefix}{a}\"}",
        "test:country=PT,prefix=Q-", "a,c\n1,PT\n2,ES\n", "asset {\"key\":\"Q-1\"}\n", "");
}

static void an_unknown_parameter_is_a_usage_error(void **state)
{
    (void)state;
    hf_arena arena = {0};
    outcome o;
    hf_error ready = {0};
    assert_true(hf_crypto_init(&ready));
    hf_input *input = hf_input_of_bytes(HF_STR("a.csv"), HF_STR("a\n1\n"));
    read_input(&o, input, NULL, recipe_with(&arena, "", "\"fields\":{\"key\":\"{a}\"}"), NULL,
               HF_STR("test:ghost=1"));
    assert_false(o.ok);
    assert_string_equal(o.err.code, "recipe.parameter_unknown");
    assert_int_equal(o.err.kind, HF_ERR_USAGE);
    outcome_done(&o);
    hf_input_close(&input);
    hf_arena_done(&arena);
}

static void repeated_keys_are_refused_dropped_or_numbered(void **state)
{
    (void)state;
    const char *text = "a,b\nx,1\nx,2\nx,3\n";
    check("", "\"fields\":{\"key\":\"{a}\"}", "", text, "asset {\"key\":\"x\"}\n",
          "3 key record.key_repeated\n4 key record.key_repeated\n");
    check("", "\"repeat\":\"first\",\"fields\":{\"key\":\"{a}\"}", "", text,
          "asset {\"key\":\"x\"}\n", "");
    check("", "\"repeat\":\"number\",\"fields\":{\"key\":\"{a}\"}", "", text,
          "asset {\"key\":\"x\"}\nasset {\"key\":\"x-2\"}\nasset {\"key\":\"x-3\"}\n", "");
}

static void a_problem_refuses_the_row_or_is_skipped_with_a_warning(void **state)
{
    (void)state;
    const char *text = "a,n\nx,1\ny,many\n";
    check("", "\"fields\":{\"key\":\"{a}\",\"people_served\":{\"column\":\"n\"}}", "", text,
          "asset {\"key\":\"x\",\"people_served\":1}\n", "3 n field.not_a_number\n");
    check(
        "",
        "\"on_problem\":\"skip\",\"fields\":{\"key\":\"{a}\",\"people_served\":{\"column\":\"n\"}}",
        "", text, "asset {\"key\":\"x\",\"people_served\":1}\n",
        "warning 3 n field.not_a_number\n");
    check("", "\"expect\":[{\"column\":\"n\",\"is\":\"1\"}],\"fields\":{\"key\":\"{a}\"}", "", text,
          "asset {\"key\":\"x\"}\n", "3 n recipe.unexpected\n");
}

static void one_row_may_give_several_records_and_all_go_together(void **state)
{
    (void)state;
    check("",
          "\"fields\":{\"key\":\"B{a}\"}},{\"noun\":\"layer\",\"fields\":{\"layer\":\"grid\","
          "\"asset\":\"B{a}\",\"buffer_h\":{\"column\":\"h\"}}",
          "", "a,h\n1,2\n2,minus\n",
          "asset {\"key\":\"B1\"}\n"
          "layer {\"key\":\"grid/B1\",\"layer\":\"grid\",\"asset\":\"B1\",\"buffer_h\":2}\n",
          "3 h field.not_a_number\n");
}

static void attributes_are_listed_made_or_all_the_others(void **state)
{
    (void)state;
    const char *text = "a,b,c\n1,2,\n";
    check("", "\"fields\":{\"key\":\"{a}\"},\"attributes\":true", "", text,
          "asset {\"key\":\"1\",\"attributes\":{\"b\":\"2\"}}\n", "");
    check("", "\"fields\":{\"key\":\"{a}\"},\"attributes\":true,\"except\":[\"b\"]", "", text,
          "asset {\"key\":\"1\"}\n", "");
    check("", "\"fields\":{\"key\":\"{a}\"},\"attributes\":[\"b\",\"a\"]", "", text,
          "asset {\"key\":\"1\",\"attributes\":{\"a\":\"1\",\"b\":\"2\"}}\n", "");
    check("", "\"fields\":{\"key\":\"{a}\"},\"attributes\":{\"z\":\"{a}{b}\"}", "", text,
          "asset {\"key\":\"1\",\"attributes\":{\"z\":\"12\"}}\n", "");
}

static void files_without_header_get_names_from_the_recipe(void **state)
{
    (void)state;
    check(",\"read\":{\"header\":false,\"quote\":\"'\",\"names\":[\"id\",\"label\"]}",
          "\"fields\":{\"key\":\"{id}\",\"name\":{\"column\":\"label\"}}", "", "1,'a, b'\n2,c\n",
          "asset {\"key\":\"1\",\"name\":\"a, b\"}\nasset {\"key\":\"2\",\"name\":\"c\"}\n", "");
}

static void columns_with_the_names_of_fields_are_taken_on_request(void **state)
{
    (void)state;
    check(
        "", "\"same_names\":true,\"fields\":{\"key\":\"X-{key}\"},\"attributes\":true", "",
        "Key,name,capacity,colour\n1,one,2.5,red\n",
        "asset "
        "{\"key\":\"X-1\",\"name\":\"one\",\"capacity\":2.5,\"attributes\":{\"colour\":\"red\"}}\n",
        "");
}

static void western_texts_become_utf8(void **state)
{
    (void)state;
    check(",\"read\":{\"encoding\":\"windows-1252\"}", "\"fields\":{\"key\":\"{a}\"}", "",
          "a\n\xc9vora \x80\n", "asset {\"key\":\"Évora €\"}\n", "");
}

static void values_with_a_name_are_used_in_several_places(void **state)
{
    (void)state;
    check(",\"values\":{\"id\":{\"column\":\"a\",\"upper\":true}}",
          "\"fields\":{\"key\":{\"value\":\"id\"},\"name\":{\"value\":\"id\",\"lower\":true}}", "",
          "a\nxY\n", "asset {\"key\":\"XY\",\"name\":\"xy\"}\n", "");
}

static void refused(const char *json, const char *code, const char *pointer)
{
    hf_arena arena = {0};
    hf_error err = {0};
    const hf_import_recipe *recipe = NULL;
    assert_false(hf_recipe_parse(hf_str_of(json), &arena, &recipe, &err));
    assert_string_equal(err.code, code);
    assert_string_equal(err.source, pointer);
    hf_arena_done(&arena);
}

#define RECORDS(body) "{\"name\":\"t\",\"records\":[{\"noun\":\"asset\"," body "}]}"

static void a_slip_in_a_recipe_is_told_with_its_place(void **state)
{
    (void)state;
    refused("[]", "recipe.no_name", "");
    refused("{\"name\":\"t\"}", "recipe.no_records", "");
    refused("{\"name\":\"t\",\"recrods\":[]}", "recipe.unknown_word", "");
    refused("{\"name\":\"t\",\"records\":[{\"noun\":\"ghost\",\"fields\":{\"key\":\"a\"}}]}",
            "recipe.noun_unknown", "/records/0");
    refused("{\"name\":\"t\",\"records\":[{\"noun\":\"user\",\"fields\":{\"key\":\"a\"}}]}",
            "recipe.noun_unknown", "/records/0");
    refused(RECORDS("\"fields\":{\"kee\":\"a\"}"), "recipe.field_unknown", "/records/0/fields/kee");
    refused(RECORDS("\"fields\":{\"key\":\"{a\"}"), "recipe.template", "/records/0/fields/key");
    refused(RECORDS("\"fields\":{\"key\":\"{$p}\"}"), "recipe.parameter_unknown",
            "/records/0/fields/key");
    refused(RECORDS("\"fields\":{\"key\":{\"colum\":\"a\"}}"), "recipe.unknown_word",
            "/records/0/fields/key/colum");
    refused(RECORDS("\"fields\":{\"key\":{\"lower\":true}}"), "recipe.no_source",
            "/records/0/fields/key");
    refused(RECORDS("\"fields\":{\"key\":{\"column\":\"a\",\"map\":\"t\"}}"),
            "recipe.table_unknown", "/records/0/fields/key/map");
    refused(RECORDS("\"fields\":{\"key\":\"a\"},\"when\":[{\"column\":\"a\"}]"), "recipe.no_test",
            "/records/0/when");
    refused(RECORDS("\"fields\":{\"key\":\"a\"},\"repeat\":\"maybe\""), "recipe.unknown_word",
            "/records/0/repeat");
    refused(RECORDS("\"fields\":{\"key\":{\"position\":0}}"), "recipe.wrong_type",
            "/records/0/fields/key/position");
    refused("{\"name\":\"t\",\"read\":{\"delimiter\":\"ab\"},\"records\":[]}", "recipe.wrong_type",
            "/read/delimiter");
    refused("{\"name\":\"t\",\"tables\":{\"x\":{\"file\":\"a.csv\"}}}", "recipe.table_incomplete",
            "/tables/x");
}

static void a_recipe_at_the_limit_passes_and_a_longer_one_does_not(void **state)
{
    (void)state;
    for (size_t over = 0; over <= 1; over++) {
        hf_arena arena = {0};
        hf_error err = {0};
        const hf_import_recipe *recipe = NULL;
        hf_buf text = hf_buf_of(1u << 20);
        hf_buf_add_z(&text, RECORDS("\"fields\":{\"key\":\"a\"}"));
        while (text.len < HF_RECIPE_BYTES_MAX + over)
            hf_buf_add_byte(&text, ' ');
        assert_int_equal(hf_recipe_parse(hf_buf_str(&text), &arena, &recipe, &err), over == 0);
        if (over > 0)
            assert_string_equal(err.code, "recipe.too_long");
        hf_buf_done(&text);
        hf_arena_done(&arena);
    }
}

static void look_up_files_lie_beside_the_file_and_nowhere_else(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    char folder[] = "/tmp/hf-recipe-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_true(hf_file_write(hf_path_join(&arena, folder, "names.csv"),
                              HF_STR("id,label\n1,one\n2,two\n"), &err));
    const char *in = hf_path_join(&arena, folder, "in.csv");
    assert_true(hf_file_write(in, HF_STR("a\n1\n3\n"), &err));
    static const struct {
        const char *file, *code;
        bool has_directory;
    } cases[] = {{"names.csv", NULL, true},
                 {"none.csv", "recipe.table_missing", true},
                 {"../names.csv", "recipe.table_missing", true},
                 {"/etc/passwd", "recipe.table_missing", true},
                 {"names.csv", "recipe.table_missing", false}};
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        outcome o;
        hf_input *input = NULL;
        hf_input_options options = {.path = in,
                                    .directory = cases[i].has_directory ? folder : NULL};
        hf_str outer = hf_str_format(
            &arena, ",\"tables\":{\"t\":{\"file\":\"%s\",\"key\":\"id\",\"value\":\"label\"}}%c",
            cases[i].file, 0);
        assert_true(hf_input_open(&options, &input, &err));
        read_input(
            &o, input, NULL,
            recipe_with(&arena, outer.ptr,
                        "\"fields\":{\"key\":\"{a}\",\"name\":{\"column\":\"a\",\"map\":\"t\"}}"),
            NULL, HF_STR_EMPTY);
        assert_int_equal(o.ok, cases[i].code == NULL);
        if (o.ok)
            assert_patches(
                &o,
                "asset {\"key\":\"1\",\"name\":\"one\"}\nasset {\"key\":\"3\",\"name\":null}\n");
        else
            assert_string_equal(o.err.code, cases[i].code);
        outcome_done(&o);
        hf_input_close(&input);
    }
    hf_arena_done(&arena);
}

static void shipped_recipes_parse_and_have_a_title(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_recipes recipes;
    hf_error err = {0};
    if (!hf_recipes_load(&arena, &recipes, &err))
        fail_msg("%s %s: %s", err.source, err.code, err.message);
    assert_true(recipes.list.count >= 19);
    for (size_t i = 0; i < recipes.list.count; i++) {
        hf_str name = hf_recipe_name(recipes.list.items[i]);
        assert_ptr_equal(hf_recipe_find(&recipes, name), recipes.list.items[i]);
        assert_true(hf_recipe_title(recipes.list.items[i]).len > 5);
    }
    assert_null(hf_recipe_find(&recipes, HF_STR("ghost")));
    hf_arena_done(&arena);
}

static void guesses(const hf_recipes *recipes, const char *name, const char *text, const char *want)
{
    outcome o;
    hf_input *input = hf_input_of_bytes(hf_str_of(name), hf_str_of(text));
    read_input(&o, input, NULL, NULL, recipes, HF_STR_EMPTY);
    if (want == NULL)
        assert_null(o.result.recipe);
    else if (o.result.recipe == NULL)
        fail_msg("no recipe for %s, wanted %s", name, want);
    else
        assert_true(hf_str_equal_z(hf_recipe_name(o.result.recipe), want));
    outcome_done(&o);
    hf_input_close(&input);
}

static void a_recipe_is_guessed_when_the_columns_match_one(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_recipes recipes;
    hf_error err = {0};
    assert_true(hf_crypto_init(&err));
    assert_true(hf_recipes_load(&arena, &recipes, &err));
    guesses(&recipes, "buses.csv",
            "bus_id,station_id,voltage,dc,symbol,under_construction,tags,x,y\n", "gridkit-buses");
    guesses(&recipes, "my_airports.dat", "1,a,b,c,d,e,1,2,3,4,5,6,7,8\n", "openflights-airports");
    guesses(&recipes, "my_airports.dat", "1,a,b,c\n", NULL);
    guesses(&recipes, "c.json",
            "[{\"name\":\"V\",\"lat\":\"1\",\"lng\":\"2\",\"country\":\"AD\",\"admin1\":\"\"}]",
            "geonames-cities");
    guesses(&recipes, "net.inp", "[JUNCTIONS]\n 1 2\n", "epanet");
    // The register's own files are never taken for something else.
    guesses(&recipes, "assets.csv", "key,name,kind\nA,b,c\n", NULL);
    hf_arena_done(&arena);
}

static void patterns_match_file_names(void **state)
{
    (void)state;
    assert_true(hf_glob(HF_STR("*airports*.dat"), HF_STR("openflights_AIRPORTS.dat")));
    assert_true(hf_glob(HF_STR("a?c"), HF_STR("abc")));
    assert_false(hf_glob(HF_STR("a?c"), HF_STR("ac")));
    assert_true(hf_glob(HF_STR("*"), HF_STR("")));
    assert_false(hf_glob(HF_STR("*.dat"), HF_STR("x.data")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_from_columns_positions_constants_and_templates),
        cmocka_unit_test(a_missing_piece_makes_the_whole_absent),
        cmocka_unit_test(steps_change_a_value_in_their_order),
        cmocka_unit_test(conditions_choose_rows),
        cmocka_unit_test(parameters_are_given_with_the_name),
        cmocka_unit_test(an_unknown_parameter_is_a_usage_error),
        cmocka_unit_test(repeated_keys_are_refused_dropped_or_numbered),
        cmocka_unit_test(a_problem_refuses_the_row_or_is_skipped_with_a_warning),
        cmocka_unit_test(one_row_may_give_several_records_and_all_go_together),
        cmocka_unit_test(attributes_are_listed_made_or_all_the_others),
        cmocka_unit_test(files_without_header_get_names_from_the_recipe),
        cmocka_unit_test(columns_with_the_names_of_fields_are_taken_on_request),
        cmocka_unit_test(western_texts_become_utf8),
        cmocka_unit_test(values_with_a_name_are_used_in_several_places),
        cmocka_unit_test(a_slip_in_a_recipe_is_told_with_its_place),
        cmocka_unit_test(a_recipe_at_the_limit_passes_and_a_longer_one_does_not),
        cmocka_unit_test(look_up_files_lie_beside_the_file_and_nowhere_else),
        cmocka_unit_test(shipped_recipes_parse_and_have_a_title),
        cmocka_unit_test(a_recipe_is_guessed_when_the_columns_match_one),
        cmocka_unit_test(patterns_match_file_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
