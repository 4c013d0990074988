// SPDX-License-Identifier: Apache-2.0
//
// What translations and levels may hold, one bound at the limit and one above.
#include "check.h"
#include "model/translation.h"

static const char *const names[] = {"text", "levels", NULL};

static const char *code_of(const char *json)
{
    static hf_error err;
    hf_error_clear(&err);
    return hf_translations_check(hf_str_of(json), names, &err) ? "" : err.code;
}

static void takes_the_texts_of_a_record_in_the_six_languages(void **state)
{
    (void)state;
    assert_string_equal(code_of(""), "");
    assert_string_equal(code_of("{}"), "");
    assert_string_equal(
        code_of("{\"fr\":{\"text\":\"a\",\"levels\":[\"0\",\"1\"],\"reviewed\":true},"
                "\"ar\":{}}"),
        "");
}

static void refuses_other_languages_and_members(void **state)
{
    (void)state;
    assert_string_equal(code_of("[]"), "translation.language");
    assert_string_equal(code_of("{\"de\":{\"text\":\"a\"}}"), "translation.language");
    assert_string_equal(code_of("{\"fr\":\"a\"}"), "translation.language");
    assert_string_equal(code_of("{\"fr\":{\"colour\":\"a\"}}"), "translation.member");
    assert_string_equal(code_of("{\"fr\":{\"text\":1}}"), "translation.member");
    assert_string_equal(code_of("{\"fr\":{\"reviewed\":\"yes\"}}"), "translation.member");
}

static void takes_five_levels_and_refuses_a_sixth(void **state)
{
    (void)state;
    hf_error err = {0};
    assert_true(hf_levels_check(HF_STR_EMPTY, &err));
    assert_true(hf_levels_check(HF_STR("[\"0\",\"1\",\"2\",\"3\",\"4\"]"), &err));
    assert_false(hf_levels_check(HF_STR("[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\"]"), &err));
    assert_string_equal(err.code, "question.levels");
    assert_false(hf_levels_check(HF_STR("[1]"), &err));
    assert_string_equal(code_of("{\"fr\":{\"levels\":[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\"]}}"),
                        "translation.member");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_texts_of_a_record_in_the_six_languages),
        cmocka_unit_test(refuses_other_languages_and_members),
        cmocka_unit_test(takes_five_levels_and_refuses_a_sixth),
    };
    return cmocka_run_group_tests_name("model/translation", tests, NULL, NULL);
}
