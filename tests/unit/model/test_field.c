// SPDX-License-Identifier: Apache-2.0
//
// One field from a table cell and from JSON: ranges, words, lists, decimal commas, and what the faults say.
#include "check.h"

#include <string.h>

#include "base/limits.h"
#include "model/asset.h"
#include "model/dependency.h"

typedef struct {
    hf_arena arena;
    hf_asset *asset;
    hf_error err;
} bench;

static int open_bench(void **state)
{
    static bench b;
    b = (bench){0};
    b.asset = hf_noun_new(&hf_noun_asset, &b.arena);
    *state = &b;
    return 0;
}

static int close_bench(void **state)
{
    hf_arena_done(&((bench *)*state)->arena);
    return 0;
}

static bool set(bench *b, const char *field, const char *text, bool decimal_comma)
{
    b->err = (hf_error){0};
    return hf_field_set_text(hf_noun_field(&hf_noun_asset, hf_str_of(field), NULL), b->asset,
                             hf_str_of(text), decimal_comma, &b->arena, &b->err);
}

static void refuses_a_latitude_of_91(void **state)
{
    bench *b = *state;
    assert_true(set(b, "lat", "90", false));
    assert_true(set(b, "lat", "-90", false));
    assert_false(set(b, "lat", "91", false));
    assert_string_equal(b->err.code, "field.coordinate_range");
    assert_string_equal(b->err.column, "lat");
    assert_true(b->asset->lat <= -90 && b->asset->lat >= -90); // as before
}

static void reads_numbers_as_tables_write_them(void **state)
{
    bench *b = *state;
    assert_true(set(b, "people_served", "1200", false) && b->asset->people_served == 1200);
    assert_true(set(b, "people_served", "1200.0", false) && b->asset->people_served == 1200);
    assert_true(set(b, "people_served", "1e6", false) && b->asset->people_served == 1000000);
    assert_false(set(b, "people_served", "1200.5", false));
    assert_string_equal(b->err.code, "field.not_a_number");
    assert_false(set(b, "people_served", "-1", false));
    assert_string_equal(b->err.code, "field.out_of_range");
    assert_false(set(b, "people_served", "many", false));
    assert_false(set(b, "damage_p", "nan", false));
    assert_false(set(b, "damage_p", "inf", false));
    assert_false(set(b, "damage_p", "0x1p3", false));
}

static void reads_a_decimal_comma_where_the_file_uses_it(void **state)
{
    bench *b = *state;
    assert_true(set(b, "capacity", "1,5", true));
    assert_true(b->asset->capacity >= 1.5 && b->asset->capacity <= 1.5);
    assert_true(set(b, "capacity", "1.234,5", true));
    assert_true(b->asset->capacity >= 1234.5 && b->asset->capacity <= 1234.5);
    assert_true(set(b, "capacity", "1.25", true)); // no comma: the point is a point
    assert_true(b->asset->capacity >= 1.25 && b->asset->capacity <= 1.25);
    assert_false(set(b, "capacity", "1,5", false));
}

static void an_empty_cell_clears_to_the_default(void **state)
{
    bench *b = *state;
    assert_true(set(b, "people_served", "5", false) && set(b, "people_served", " ", false));
    assert_int_equal(b->asset->people_served, 0);
    assert_true(set(b, "repair_h", "5", false) && set(b, "repair_h", "", false));
    assert_true(isnan(b->asset->repair_h));
    assert_true(set(b, "access", "staff", false) && set(b, "access", "", false));
    assert_int_equal(b->asset->access, HF_WORD_NONE);
}

static void an_unknown_word_names_the_known_ones(void **state)
{
    bench *b = *state;
    assert_true(set(b, "repair_law", "Weibull", false));
    assert_int_equal(b->asset->repair_law, HF_ASSET_REPAIR_WEIBULL);
    assert_false(set(b, "repair_law", "gamma", false));
    assert_string_equal(b->err.code, "field.unknown_word");
    assert_non_null(strstr(b->err.message, "lognormal"));
}

static void lists_are_sorted_and_without_repeats(void **state)
{
    bench *b = *state;
    assert_true(set(b, "season", "08, 06;07 06", false));
    assert_str_is(b->asset->season, "06 07 08");
}

static void a_text_at_its_limit_is_kept_and_one_above_refused(void **state)
{
    bench *b = *state;
    char key[HF_KEY_BYTES_MAX + 2];
    memset(key, 'k', sizeof(key));
    key[HF_KEY_BYTES_MAX] = '\0';
    assert_true(set(b, "key", key, false));
    key[HF_KEY_BYTES_MAX] = 'k';
    key[HF_KEY_BYTES_MAX + 1] = '\0';
    assert_false(set(b, "key", key, false));
    assert_string_equal(b->err.code, "field.too_long");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    bench *b = *state;
    assert_false(set(b, "name", "a\xff", false));
    assert_string_equal(b->err.code, "field.not_text");
    assert_false(set(b, "name", "bell\a", false));
    assert_true(set(b, "name", "Zürich", false));
}

static void json_values_must_have_the_right_type(void **state)
{
    bench *b = *state;
    const hf_field *people = hf_noun_field(&hf_noun_asset, HF_STR("people_served"), NULL);
    hf_json text = {.type = HF_JSON_TEXT, .text = HF_STR("12")};
    hf_json number = {.type = HF_JSON_INT, .integer = 12, .number = 12, .text = HF_STR("12")};
    assert_false(hf_field_set_json(people, b->asset, &text, &b->arena, &b->err));
    assert_string_equal(b->err.code, "field.wrong_type");
    assert_true(hf_field_set_json(people, b->asset, &number, &b->arena, &b->err));
    assert_int_equal(b->asset->people_served, 12);
    assert_false(hf_field_set_json(hf_noun_field(&hf_noun_asset, HF_STR("name"), NULL), b->asset,
                                   &number, &b->arena, &b->err));
    assert_string_equal(b->err.code, "field.wrong_type");
}

static void an_amount_may_come_as_a_number(void **state)
{
    bench *b = *state;
    const hf_field *need = hf_noun_field(&hf_noun_dependency, HF_STR("need"), NULL);
    hf_json number = {.type = HF_JSON_INT, .integer = 12, .number = 12, .text = HF_STR("12")};
    hf_dependency link = {0};
    hf_noun_init(&hf_noun_dependency, &link);
    assert_true(hf_field_set_json(need, &link, &number, &b->arena, &b->err));
    assert_true(hf_str_equal_z(link.need, "12"));
}

static void values_written_as_cells_read_back(void **state)
{
    bench *b = *state;
    static const char *const values[][2] = {{"lon", "-7.25"},       {"people_served", "123456789"},
                                            {"access", "open"},     {"season", "01 02"},
                                            {"marking", "TLP:RED"}, {"damage_p", "0.001"}};
    for (size_t i = 0; i < HF_COUNT(values); i++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
        assert_true(set(b, values[i][0], values[i][1], false));
        hf_field_write_text(hf_noun_field(&hf_noun_asset, hf_str_of(values[i][0]), NULL), b->asset,
                            &text);
        assert_str_is(hf_buf_str(&text), values[i][1]);
    }
}

#define with_bench(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_bench(refuses_a_latitude_of_91),
        with_bench(reads_numbers_as_tables_write_them),
        with_bench(reads_a_decimal_comma_where_the_file_uses_it),
        with_bench(an_empty_cell_clears_to_the_default),
        with_bench(an_unknown_word_names_the_known_ones),
        with_bench(lists_are_sorted_and_without_repeats),
        with_bench(a_text_at_its_limit_is_kept_and_one_above_refused),
        with_bench(bytes_that_are_no_text_are_refused),
        with_bench(json_values_must_have_the_right_type),
        with_bench(an_amount_may_come_as_a_number),
        with_bench(values_written_as_cells_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
