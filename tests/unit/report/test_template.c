// SPDX-License-Identifier: Apache-2.0
//
// Templates: what a user writes is what the report says, in his order; what is not known is named with line and mend.
#include <math.h>

#include "check.h"

static const hf_template *read(hf_arena *arena, const char *text)
{
    const hf_template *template = NULL;
    hf_error err = {0};
    if (!hf_assessment_template(hf_str_of(text), "t.txt", arena, &template, &err))
        fail_msg("%s:%d: %s", err.source, (int)err.line, err.message);
    return template;
}

static hf_assessment_data data_of(hf_lang lang)
{
    return (hf_assessment_data){
        .head = {.lang = lang, .marking = HF_STR("TLP:GREEN"), .date = HF_STR("2023-11-14")},
        .title = HF_STR("Round {asked}"), // a title is no template
        .subject = HF_STR("State"),
        .overall = {
            .implementation = 0.6249, .evidence_cover = (double)NAN, .asked = 1280, .answered = 7}};
}

static hf_str made(hf_arena *arena, const char *text, hf_lang lang)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1u << 20);
    hf_assessment_data data = data_of(lang);
    hf_doc doc;
    hf_report_assessment(&data, text == NULL ? NULL : read(arena, text), arena, &doc);
    hf_write_doc_html(&doc, &out);
    return hf_buf_copy(arena, &out);
}

static size_t place(hf_str text, const char *part)
{
    size_t at = hf_str_find(text, hf_str_of(part));
    assert_true(at < text.len);
    return at;
}

static void chapters_come_in_the_order_of_the_template(void **state)
{
    hf_str html = made(*state, "chapter method\n\n# left out: gaps\nchapter figures\n", HF_LANG_EN);
    assert_true(place(html, "<h2>Method</h2>") < place(html, "<h2>The State in figures</h2>"));
    assert_false(has(html, "<h2>Gaps by rank</h2>"));
    assert_true(has(made(*state, NULL, HF_LANG_EN), "<h2>Gaps by rank</h2>"));
}

static void fields_are_filled_as_the_language_writes_them(void **state)
{
    static const char text[] =
        "title {subject}: {title}\nsubtitle <{marking}>\nheading Of {asked}\n"
        "text {answered} of {asked}, {implementation} %, evidence {evidence}\n"
        "chapter method\n";
    hf_str html = made(*state, text, HF_LANG_EN);
    assert_true(has(html, "<h1>State: Round {asked}</h1>"));
    assert_true(has(html, "&lt;TLP:GREEN&gt;"));
    assert_true(has(html, "<h2>Of 1,280</h2>"));
    assert_true(has(html, "<p>7 of 1,280, 62.5 %, evidence –</p>"));
    assert_true(has(made(*state, text, HF_LANG_ES), "62,5 %"));
}

static void a_line_for_one_language_is_not_in_others(void **state)
{
    static const char text[] = "chapter method\ntext [fr] Bonjour\ntext [en] Hello\n";
    assert_false(has(made(*state, text, HF_LANG_EN), "Bonjour"));
    assert_true(has(made(*state, text, HF_LANG_EN), "Hello"));
    assert_true(has(made(*state, text, HF_LANG_FR), "Bonjour"));
}

static void what_is_wrong_is_told_with_line_and_mend(void **state)
{
    static const struct {
        const char *text, *code;
        uint64_t line;
        const char *part;
    } cases[] = {
        {"chapter figures\ntext {imlementation}\n", "template.unknown", 2, "implementation"},
        {"\n\nchapter figuers", "template.unknown", 3, "figures"},
        {"chapters figures", "template.unknown", 1, "chapter"},
        {"text [xx] a\nchapter gaps", "template.unknown", 1, "fr"},
        {"text [fr a\nchapter gaps", "template.unknown", 1, "fr"},
        {"chapter gaps\nchapter gaps", "template.form", 2, "second time"},
        {"chapter gaps\ntext a {asked", "template.form", 2, "'}'"},
        {"chapter gaps\nheading", "template.form", 2, "heading"},
        {"chapter", "template.unknown", 1, "figures"},
        {"# nothing", "template.form", 0, "chapter figures"},
        {"", "template.form", 0, "chapter figures"},
        {"chapter gaps\ntext \xff", "template.form", 2, "UTF-8"},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        const hf_template *template = NULL;
        hf_error err = {0};
        assert_false(
            hf_assessment_template(hf_str_of(cases[i].text), "t.txt", *state, &template, &err));
        assert_string_equal(err.code, cases[i].code);
        assert_int_equal(err.line, cases[i].line);
        assert_string_equal(err.source, "t.txt");
        if (strstr(err.message, cases[i].part) == NULL)
            fail_msg("no '%s' in: %s", cases[i].part, err.message);
    }
}

static void the_largest_template_is_read_and_one_byte_more_is_not(void **state)
{
    static const char begin[] = "chapter gaps\ntext ";
    char *text = hf_arena_take(*state, (64u << 10) + 2);
    const hf_template *template = NULL;
    hf_error err = {0};
    memset(text, 'a', (64u << 10) + 1);
    memcpy(text, begin, strlen(begin));
    assert_true(
        hf_assessment_template((hf_str){text, 64u << 10}, "t.txt", *state, &template, &err));
    assert_false(
        hf_assessment_template((hf_str){text, (64u << 10) + 1}, "t.txt", *state, &template, &err));
    assert_string_equal(err.code, "template.too_large");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(chapters_come_in_the_order_of_the_template),
        ARENA_TEST(fields_are_filled_as_the_language_writes_them),
        ARENA_TEST(a_line_for_one_language_is_not_in_others),
        ARENA_TEST(what_is_wrong_is_told_with_line_and_mend),
        ARENA_TEST(the_largest_template_is_read_and_one_byte_more_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
