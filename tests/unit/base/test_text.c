// SPDX-License-Identifier: Apache-2.0
//
// Unicode: validity, and search text that finds what people type in six languages.
#include "check.h"

#include "base/text.h"

#define CHECK_FOLDS(function, source, wanted)                                                      \
    do {                                                                                           \
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(10000);                                     \
        function(HF_STR(source), &out);                                                            \
        CHECK_STR(hf_buf_str(&out), wanted);                                                       \
    } while (false)

static void knows_valid_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "abc", "é", "水", "😀", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80", "12345678é", "1234567é9"};
    for (size_t i = 0; i < HF_COUNT(good); i++)
        assert_true(hf_utf8_valid(hf_str_of(good[i]), NULL));
}

static void says_where_utf8_breaks(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
    } cases[] = {{"\x80", 0},
                 {"a\xFF", 1},
                 {"\xC0\x80", 0},
                 {"\xC1\xBF", 0},
                 {"\xE0\x9F\xBF", 0},
                 {"\xED\xA0\x80", 0},
                 {"\xF0\x8F\xBF\xBF", 0},
                 {"\xF4\x90\x80\x80", 0},
                 {"\xF5\x80\x80\x80", 0},
                 {"ab\xE6\xB0", 2},
                 {"水\xE6\xB0x", 3},
                 {"12345678\xC3", 8}};
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        size_t offset = 999;
        assert_false(hf_utf8_valid(hf_str_of(cases[i].text), &offset));
        assert_int_equal(offset, cases[i].offset);
    }
}

static void folds_latin_and_cyrillic(void **state)
{
    (void)state;
    CHECK_FOLDS(hf_search_text, "École Générale", "ecole generale");
    CHECK_FOLDS(hf_search_text, "Straße  NR.5 (Süd)", "strasse nr 5 sud");
    CHECK_FOLDS(hf_search_text, "Электростанция Ёлка", "электростанция елка");
    CHECK_FOLDS(hf_search_text, "Łódź Ørsted", "lodz orsted");
    CHECK_FOLDS(hf_search_text, "e\xCC\x81", "e");
    CHECK_FOLDS(hf_search_text, "ﬁne ①", "fine 1");
    CHECK_FOLDS(hf_search_text, "l’eau d'or", "l eau d or");
    CHECK_FOLDS(hf_search_text, " ...—! ", "");
}

static void folds_arabic(void **state)
{
    (void)state;
    CHECK_FOLDS(hf_search_text, "مُسْتَشْفَى", "مستشفي"); // vowel signs, alef maksura
    CHECK_FOLDS(hf_search_text, "أحمد إبراهيم آدم", "احمد ابراهيم ادم");
    CHECK_FOLDS(hf_search_text, "محطة", "محطه");
    CHECK_FOLDS(hf_search_text, "محـــطة", "محطه"); // tatweel
    CHECK_FOLDS(hf_search_text, "١٢٣", "123");
    CHECK_FOLDS(hf_search_text, "ﻻ", "لا"); // presentation form
}

static void splits_han_and_kana_into_bigrams(void **state)
{
    (void)state;
    CHECK_FOLDS(hf_search_text, "供水厂", "供水 水厂 厂");
    CHECK_FOLDS(hf_search_text, "水", "水");
    CHECK_FOLDS(hf_search_text, "东方A1水电站", "东方 方 a1 水电 电站 站");
    CHECK_FOLDS(hf_search_text, "ダム", "タム ム");
    CHECK_FOLDS(hf_search_text, "ﾀﾑ", "タム ム"); // half width
    CHECK_FOLDS(hf_search_text, "𠀀水", "𠀀水 水");
}

static void asks_for_whole_words_and_a_last_beginning(void **state)
{
    (void)state;
    CHECK_FOLDS(hf_search_query, "Water PLA", "\"water\" \"pla\"*");
    CHECK_FOLDS(hf_search_query, "供水厂", "\"供水 水厂\"");
    CHECK_FOLDS(hf_search_query, "水", "\"水\"*");
    CHECK_FOLDS(hf_search_query, "水 dam", "\"水\"* \"dam\"*");
    CHECK_FOLDS(hf_search_query, "dam 供水", "\"dam\" \"供水\"");
    CHECK_FOLDS(hf_search_query, "محطّة", "\"محطه\"*");
    CHECK_FOLDS(hf_search_query, "", "");
    CHECK_FOLDS(hf_search_query, "  -- \"\" ", "");
    // Nothing of the query language gets through.
    CHECK_FOLDS(hf_search_query, "a\" OR name:* NEAR(b", "\"a\" \"or\" \"name\" \"near\" \"b\"*");
}

static void bounds_a_query(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf query = hf_buf_of(10000);
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(10000);
    for (int i = 0; i < 100; i++)
        hf_buf_add_z(&query, "w ");
    hf_search_query(hf_buf_str(&query), &out);
    size_t words = 0;
    for (size_t i = 0; i + 1 < out.len; i++)
        words += out.ptr[i] == 'w';
    assert_int_equal(words, 16);
}

static void survives_broken_text(void **state)
{
    (void)state;
    CHECK_FOLDS(hf_search_text,
                "ab\xFF\x63"
                "d\xE6\xB0",
                "ab cd");
    assert_int_equal(hf_text_columns(HF_STR("a\xFF")), 2);
}

static void counts_columns_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(hf_text_columns(HF_STR("abc")), 3);
    assert_int_equal(hf_text_columns(HF_STR("水厂")), 4);
    assert_int_equal(hf_text_columns(HF_STR("e\xCC\x81")), 1);
    assert_int_equal(hf_text_columns(HF_STR("é")), 1);
    assert_int_equal(hf_text_columns(HF_STR_EMPTY), 0);
}

static void the_first_letter_says_how_a_text_reads(void **state)
{
    (void)state;
    assert_true(hf_text_is_rtl(HF_STR("12 – مستشفى Ward"), false));
    assert_false(hf_text_is_rtl(HF_STR("(3) Ward مستشفى"), true));
    assert_false(hf_text_is_rtl(HF_STR("水厂"), true));
    assert_true(hf_text_is_rtl(HF_STR("12-34"), true));
    assert_false(hf_text_is_rtl(HF_STR_EMPTY, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_valid_utf8),
        cmocka_unit_test(says_where_utf8_breaks),
        cmocka_unit_test(folds_latin_and_cyrillic),
        cmocka_unit_test(folds_arabic),
        cmocka_unit_test(splits_han_and_kana_into_bigrams),
        cmocka_unit_test(asks_for_whole_words_and_a_last_beginning),
        cmocka_unit_test(bounds_a_query),
        cmocka_unit_test(survives_broken_text),
        cmocka_unit_test(counts_columns_of_a_terminal),
        cmocka_unit_test(the_first_letter_says_how_a_text_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
