// SPDX-License-Identifier: Apache-2.0
//
// The register's own columns: which noun a file is, what clears and what leaves alone, and faults of rows.
#include "support.h"

#include <stdio.h>

#include "format/key_set.h"

static void check(const char *name, const char *text, const char *patches, const char *problems)
{
    outcome o;
    read_text(&o, name, text, NULL);
    if (!o.ok)
        print_message("%s %s\n", o.err.code, o.err.message);
    assert_true(o.ok);
    assert_patches(&o, patches);
    assert_problems(&o, problems);
    outcome_done(&o);
}

static void the_file_name_says_the_noun(void **state)
{
    (void)state;
    check("/data/organisations.csv", "key,name\nO1,Grid\n",
          "organisation {\"key\":\"O1\",\"name\":\"Grid\"}\n", "");
    check("regions-2026.csv", "key,name\nR1,North\n",
          "region {\"key\":\"R1\",\"name\":\"North\"}\n", "");
    check("services.csv", "key,name\nS1,Water\n", "service {\"key\":\"S1\",\"name\":\"Water\"}\n",
          "");
}

static void the_columns_say_the_noun_when_the_name_does_not(void **state)
{
    (void)state;
    check("x.csv", "supplier,consumer\nA,B\n",
          "dependency {\"key\":\"B//A/physical\",\"supplier\":\"A\",\"consumer\":\"B\"}\n", "");
    check("x.csv", "layer,asset,role\ngrid,A,source\n",
          "layer {\"key\":\"grid/A\",\"layer\":\"grid\",\"asset\":\"A\",\"role\":\"source\"}\n",
          "");
    check("x.csv", "key,kind\nA,hospital\n", "asset {\"key\":\"A\",\"kind\":\"hospital\"}\n", "");
}

static void a_file_that_says_nothing_is_refused_with_the_mend(void **state)
{
    (void)state;
    outcome o;
    read_text(&o, "x.csv", "a,b\n1,2\n", NULL);
    assert_refused(&o, "noun.unknown", 1, "");
    assert_non_null(strstr(o.err.message, "--as"));
    outcome_done(&o);
    read_text(&o, "x.csv", "key,b\n1,2\n", "asset");
    assert_true(o.ok);
    outcome_done(&o);
}

static void a_required_column_that_is_missing_refuses_the_file(void **state)
{
    (void)state;
    outcome o;
    read_text(&o, "assets.csv", "name\nx\n", NULL);
    assert_refused(&o, "csv.column_missing", 1, "key");
    outcome_done(&o);
    read_text(&o, "dependencies.csv", "supplier,input\nA,power\n", NULL);
    assert_refused(&o, "csv.column_missing", 1, "consumer");
    outcome_done(&o);
}

static void an_empty_cell_clears_and_an_absent_column_leaves_alone(void **state)
{
    (void)state;
    check("assets.csv", "key,name,capacity,people_served\nA,,,\n",
          "asset {\"key\":\"A\",\"name\":null,\"people_served\":0,\"capacity\":null}\n", "");
}

static void other_columns_become_attributes_in_their_canonical_order(void **state)
{
    (void)state;
    check(
        "assets.csv", "key,zeta,alpha,empty\nA, z ,a,\n",
        "asset {\"key\":\"A\",\"attributes\":{\"alpha\":\"a\",\"empty\":null,\"zeta\":\" z \"}}\n",
        "");
}

static void a_key_may_stand_once_in_a_file(void **state)
{
    (void)state;
    check("assets.csv", "key,name\nA,one\nB,two\nA,three\n",
          "asset {\"key\":\"A\",\"name\":\"one\"}\nasset {\"key\":\"B\",\"name\":\"two\"}\n",
          "4 key record.key_repeated\n");
    check("dependencies.csv", "supplier,consumer,input\nA,B,p\nA,B,p\n",
          "dependency "
          "{\"key\":\"B/p/A/physical\",\"supplier\":\"A\",\"consumer\":\"B\",\"input\":\"p\"}\n",
          "3 key record.key_repeated\n");
}

static void a_row_without_key_and_one_that_feeds_itself_are_refused(void **state)
{
    (void)state;
    check("assets.csv", "key,name\n,one\n", "", "2 key record.key_missing\n");
    check("dependencies.csv", "supplier,consumer\nA,A\n", "", "2 supplier dependency.self\n");
    check("dependencies.csv", "supplier,consumer\n,A\nA,\n", "",
          "2 supplier field.required\n3 consumer field.required\n");
}

static void coordinates_out_of_range_and_swapped_have_codes_of_their_own(void **state)
{
    (void)state;
    check("assets.csv", "key,lon,lat\nA,35.6,139.7\nB,200,10\nC,10,95000\nD,139.7,35.6\n",
          "asset {\"key\":\"D\",\"lon\":139.7,\"lat\":35.6}\n",
          "2 lat place.swapped\n3 lon place.out_of_range\n4 lat place.out_of_range\n");
}

static void all_faults_of_a_row_are_told_and_the_others_go_on(void **state)
{
    (void)state;
    outcome o;
    read_text(&o, "assets.csv", "key,damage_p,levels,marking\nA,2,99,secret\nB,0.5,3,green\n",
              NULL);
    assert_true(o.ok);
    assert_int_equal(o.result.row_count, 2);
    assert_int_equal(o.result.refused_count, 1);
    assert_int_equal(o.result.patch_count, 1);
    assert_int_equal(o.problems.error_count, 3);
    outcome_done(&o);
}

static void a_column_noun_says_it_row_by_row(void **state)
{
    (void)state;
    check("all.csv", "noun,key,name\nasset,A,one\nregion,R,two\nghost,G,three\n",
          "asset {\"key\":\"A\",\"name\":\"one\"}\nregion {\"key\":\"R\",\"name\":\"two\"}\n",
          "4 noun noun.unknown\n");
}

static bool stop_at_once(void *context, uint64_t row_count)
{
    (void)context;
    return row_count == 0;
}

static void the_taker_can_stop_the_reading(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_problems problems = hf_problems_of(&arena);
    hf_error err = {0};
    hf_read_result result;
    hf_buf text = hf_buf_of(1u << 20);
    assert_true(hf_crypto_init(&err));
    hf_buf_add_z(&text, "key\n");
    for (int i = 0; i < 20000; i++)
        hf_buf_add_format(&text, "A%d\n", i);
    hf_input *input = hf_input_of_bytes(HF_STR("assets.csv"), hf_buf_str(&text));
    outcome o = {.patches = hf_buf_of(8u << 20)};
    hf_read_request request = {.input = input,
                               .problems = &problems,
                               .context = &o,
                               .take = keep_patch,
                               .progress = stop_at_once};
    assert_false(hf_read_records(&request, &result, &err));
    assert_int_equal(err.kind, HF_ERR_STOPPED);
    assert_true(result.row_count < 20000);
    hf_input_close(&input);
    hf_buf_done(&o.patches);
    hf_buf_done(&text);
    hf_arena_done(&arena);
}

static void a_key_set_knows_a_hundred_thousand_keys_and_no_other(void **state)
{
    (void)state;
    hf_key_set set = {0};
    char key[32];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 100000; i++) {
            int len = snprintf(key, sizeof key, "key-%d", i);
            assert_int_equal(hf_key_set_add(&set, 1, (hf_str){key, (size_t)len}), round == 0);
        }
    assert_int_equal(set.count, 100000);
    assert_true(hf_key_set_add(&set, 2, HF_STR("key-1"))); // another noun
    assert_true(hf_key_set_add(&set, 1, HF_STR("")));
    hf_key_set_done(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_name_says_the_noun),
        cmocka_unit_test(the_columns_say_the_noun_when_the_name_does_not),
        cmocka_unit_test(a_file_that_says_nothing_is_refused_with_the_mend),
        cmocka_unit_test(a_required_column_that_is_missing_refuses_the_file),
        cmocka_unit_test(an_empty_cell_clears_and_an_absent_column_leaves_alone),
        cmocka_unit_test(other_columns_become_attributes_in_their_canonical_order),
        cmocka_unit_test(a_key_may_stand_once_in_a_file),
        cmocka_unit_test(a_row_without_key_and_one_that_feeds_itself_are_refused),
        cmocka_unit_test(coordinates_out_of_range_and_swapped_have_codes_of_their_own),
        cmocka_unit_test(all_faults_of_a_row_are_told_and_the_others_go_on),
        cmocka_unit_test(a_column_noun_says_it_row_by_row),
        cmocka_unit_test(the_taker_can_stop_the_reading),
        cmocka_unit_test(a_key_set_knows_a_hundred_thousand_keys_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
