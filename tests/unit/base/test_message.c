// SPDX-License-Identifier: Apache-2.0
//
// Messages: plurals and numbers as the Unicode CLDR has them, patterns filled, gaps shown.
#include "check.h"

#include "base/limits.h"
#include "base/message.h"

static const char *fill(hf_arena *arena, hf_lang lang, const char *pattern,
                        const hf_message_value *values, size_t count)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(10000);
    hf_message_fill(lang, hf_str_of(pattern), values, count, &out);
    return hf_str_z(arena, hf_buf_str(&out));
}

static const char *fill_number(hf_arena *arena, hf_lang lang, const char *pattern, double number)
{
    hf_message_value value = {.name = "n", .is_number = true, .number = number};
    return fill(arena, lang, pattern, &value, 1);
}

static void knows_its_languages(void **state)
{
    (void)state;
    hf_lang lang = HF_LANG_EN;
    assert_true(hf_lang_parse(HF_STR("fr-CA"), &lang));
    assert_int_equal(lang, HF_LANG_FR);
    assert_true(hf_lang_parse(HF_STR("ZH_Hans"), &lang));
    assert_int_equal(lang, HF_LANG_ZH);
    assert_false(hf_lang_parse(HF_STR("de"), &lang));
    assert_false(hf_lang_parse(HF_STR("english"), &lang));
    assert_false(hf_lang_parse(HF_STR(""), &lang));
    for (int i = 0; i < HF_LANG_COUNT; i++) {
        assert_true(hf_lang_parse(hf_str_of(hf_lang_code((hf_lang)i)), &lang));
        assert_int_equal(lang, i);
        assert_true(hf_lang_is_rtl(lang) == (i == HF_LANG_AR));
    }
}

static void fills_values_in(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_message_value values[] = {
        {.name = "name", .text = HF_STR("L’Étang {x}")},
        {.name = "n", .is_number = true, .number = 1234.5},
    };
    assert_string_equal(fill(&arena, HF_LANG_EN, "{ name } has {n}.", values, 2),
                        "L’Étang {x} has 1,234.5.");
    assert_string_equal(fill(&arena, HF_LANG_FR, "d'{name}", values, 2), "d'L’Étang {x}");
    assert_string_equal(fill(&arena, HF_LANG_EN, "# and {absent}", values, 2), "# and {absent}");
    assert_string_equal(fill(&arena, HF_LANG_EN, "plain", NULL, 0), "plain");
}

// One number of each category (Unicode CLDR 42, plural rules).
static void chooses_plurals(void **state)
{
    (void)state;
    static const char all[] = "{n, plural, zero {Z} one {O} two {T} few {F} many {M} other {X}}";
    static const struct {
        hf_lang lang;
        double number;
        const char *want;
    } cases[] = {
        {HF_LANG_AR, 0, "Z"},   {HF_LANG_AR, 1, "O"},   {HF_LANG_AR, 2, "T"},
        {HF_LANG_AR, 3, "F"},   {HF_LANG_AR, 10, "F"},  {HF_LANG_AR, 11, "M"},
        {HF_LANG_AR, 99, "M"},  {HF_LANG_AR, 100, "X"}, {HF_LANG_AR, 102, "X"},
        {HF_LANG_AR, 103, "F"}, {HF_LANG_AR, 111, "M"}, {HF_LANG_AR, 0.1, "X"},
        {HF_LANG_ZH, 1, "X"},   {HF_LANG_EN, 1, "O"},   {HF_LANG_EN, 0, "X"},
        {HF_LANG_EN, 1.5, "X"}, {HF_LANG_FR, 0, "O"},   {HF_LANG_FR, 1, "O"},
        {HF_LANG_FR, 1.9, "O"}, {HF_LANG_FR, 2, "X"},   {HF_LANG_RU, 1, "O"},
        {HF_LANG_RU, 2, "F"},   {HF_LANG_RU, 4, "F"},   {HF_LANG_RU, 5, "M"},
        {HF_LANG_RU, 0, "M"},   {HF_LANG_RU, 11, "M"},  {HF_LANG_RU, 12, "M"},
        {HF_LANG_RU, 14, "M"},  {HF_LANG_RU, 21, "O"},  {HF_LANG_RU, 22, "F"},
        {HF_LANG_RU, 111, "M"}, {HF_LANG_RU, 1.5, "X"}, {HF_LANG_ES, 1, "O"},
        {HF_LANG_ES, 2, "X"},   {HF_LANG_ES, 0, "X"},   {HF_LANG_RU, -1, "O"},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        assert_string_equal(fill_number(&arena, cases[i].lang, all, cases[i].number),
                            cases[i].want);
    }
}

static void counts_inside_plurals(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const char pattern[] = "{n, plural, =0 {none} one {# asset} other {# assets}} left";
    assert_string_equal(fill_number(&arena, HF_LANG_EN, pattern, 0), "none left");
    assert_string_equal(fill_number(&arena, HF_LANG_EN, pattern, 1), "1 asset left");
    assert_string_equal(fill_number(&arena, HF_LANG_EN, pattern, 12345), "12,345 assets left");
    assert_string_equal(fill_number(&arena, HF_LANG_RU, "{n, plural, one {x} other {# y}}", 5),
                        "5 y");
}

static void selects_and_nests(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const char pattern[] =
        "{cause, select, damage {hit} dependency {lost {n, plural, one {# input} "
        "other {# inputs}} of {who}} other {down}}";
    hf_message_value values[] = {
        {.name = "cause", .text = HF_STR("dependency")},
        {.name = "n", .is_number = true, .number = 2},
        {.name = "who", .text = HF_STR("W1")},
    };
    assert_string_equal(fill(&arena, HF_LANG_EN, pattern, values, 3), "lost 2 inputs of W1");
    values[0].text = HF_STR("damage");
    assert_string_equal(fill(&arena, HF_LANG_EN, pattern, values, 3), "hit");
    values[0].text = HF_STR("network");
    assert_string_equal(fill(&arena, HF_LANG_EN, pattern, values, 3), "down");
    assert_string_equal(fill(&arena, HF_LANG_EN, pattern, NULL, 0), "down");
}

static void broken_patterns_come_out_as_they_are(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const char *const broken[] = {"{",    "}", "{n", "{n, plural", "{n, plural, one {x}",
                                         "a{{b}"};
    for (size_t i = 0; i < HF_COUNT(broken); i++)
        assert_string_equal(fill_number(&arena, HF_LANG_EN, broken[i], 1), broken[i]);
    // Nesting without end is cut off.
    HF_CLEANUP(hf_buf_done) hf_buf deep = hf_buf_of(1 << 16);
    for (int i = 0; i < 500; i++)
        hf_buf_add_z(&deep, "{n,plural,other{");
    hf_buf_add_byte(&deep, 'x');
    for (int i = 0; i < 500; i++)
        hf_buf_add_z(&deep, "}}");
    hf_buf_add_byte(&deep, 0);
    assert_string_equal(fill_number(&arena, HF_LANG_EN, deep.ptr, 1), "");
}

static void writes_numbers_in_each_language(void **state)
{
    (void)state;
    static const struct {
        hf_lang lang;
        double value;
        int decimals;
        const char *want;
    } cases[] = {
        {HF_LANG_EN, 1234567.891, 2, "1,234,567.89"},
        {HF_LANG_EN, 1234567.891, 0, "1,234,568"},
        {HF_LANG_EN, 999, -1, "999"},
        {HF_LANG_EN, 0.25, -1, "0.25"},
        {HF_LANG_EN, 0.0004, -1, "0"},
        {HF_LANG_EN, -0.0004, -1, "0"},
        {HF_LANG_EN, -1500, -1, "-1,500"},
        {HF_LANG_EN, 1.10, -1, "1.1"},
        {HF_LANG_EN, 100, -1, "100"},
        {HF_LANG_FR, 1234.5, -1, "1\u202F234,5"},
        {HF_LANG_RU, 12345.5, 1, "12\u00A0345,5"},
        {HF_LANG_ES, 1234, -1, "1234"},
        {HF_LANG_ES, 12345.5, -1, "12.345,5"},
        {HF_LANG_AR, 2812000, -1, "2,812,000"},
        {HF_LANG_ZH, 2812000, -1, "2,812,000"},
        {HF_LANG_EN, 1e15, -1, "1,000,000,000,000,000"},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
        hf_message_number(cases[i].lang, cases[i].value, cases[i].decimals, &out);
        CHECK_STR(hf_buf_str(&out), cases[i].want);
    }
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
    hf_message_number(HF_LANG_EN, 1.7976931348623157e308, 20, &out);
    assert_false(out.overflow);
}

static void finds_messages_of_the_program(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
    assert_true(hf_message_exists("error.file.disk_full"));
    for (int i = 0; i < HF_LANG_COUNT; i++) {
        hf_str text = hf_message_text((hf_lang)i, "error.file.disk_full", &arena);
        assert_true(text.len > 10);
        assert_false(hf_str_equal_z(text, "error.file.disk_full"));
    }
    assert_false(hf_message_exists("no.such.key"));
    assert_false(hf_message(HF_LANG_EN, "no.such.key", NULL, 0, &out));
    CHECK_STR(hf_buf_str(&out), "no.such.key");
    CHECK_STR(hf_message_text(HF_LANG_FR, "no.such.key", &arena), "no.such.key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_languages),
        cmocka_unit_test(fills_values_in),
        cmocka_unit_test(chooses_plurals),
        cmocka_unit_test(counts_inside_plurals),
        cmocka_unit_test(selects_and_nests),
        cmocka_unit_test(broken_patterns_come_out_as_they_are),
        cmocka_unit_test(writes_numbers_in_each_language),
        cmocka_unit_test(finds_messages_of_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
