// SPDX-License-Identifier: Apache-2.0
//
// A document as HTML: nothing of the data becomes markup, numbers and sides follow the language, the ranks on the map
// stand apart.
#include <math.h>

#include "check.h"

static hf_doc doc_of(hf_arena *arena, hf_lang lang)
{
    return (hf_doc){.title = HF_STR("Title"),
                    .subtitle = HF_STR("Subtitle"),
                    .marking = HF_STR("TLP:AMBER"),
                    .data_date = HF_STR("2023-11-14"),
                    .snapshot = HF_STR("abcdef"),
                    .lang = lang,
                    .arena = arena};
}

static hf_str write(hf_arena *arena, const hf_doc *doc)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1u << 20);
    hf_write_doc_html(doc, &out);
    assert_false(out.overflow);
    return hf_buf_copy(arena, &out);
}

static hf_str write_table(hf_arena *arena, hf_lang lang, hf_cell cell, bool is_number)
{
    const hf_str column = HF_STR("Column");
    hf_doc doc = doc_of(arena, lang);
    hf_block block = {.kind = HF_BLOCK_TABLE,
                      .text = HF_STR("Caption"),
                      .columns = &column,
                      .is_number_column = &is_number,
                      .column_count = 1,
                      .cells = &cell,
                      .row_count = 1};
    HF_VEC_ADD(arena, &doc.blocks, block);
    return write(arena, &doc);
}

static void markup_in_the_data_is_text(void **state)
{
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    doc.title = HF_STR("</title><script>x()</script>\"&");
    hf_block block = {.kind = HF_BLOCK_PARAGRAPH, .text = HF_STR("<img src=x>")};
    HF_VEC_ADD(*state, &doc.blocks, block);
    hf_str html = write(*state, &doc);
    assert_false(has(html, "<script"));
    assert_false(has(html, "<img"));
    assert_true(has(html, "&lt;script&gt;x()&lt;/script&gt;&quot;&amp;"));
}

static void text_in_the_style_stays_in_its_string(void **state)
{
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    doc.title = HF_STR("</style>\"}\\ *{");
    hf_str html = write(*state, &doc);
    assert_int_equal(count_of(html, "</style>"), 1);
    assert_true(has(html, "\\3c \\2f style\\3e \\22 \\7d \\5c \\20 \\2a \\7b "));
}

static void nothing_is_fetched_from_elsewhere(void **state)
{
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    hf_str html = write(*state, &doc);
    assert_true(has(html, "default-src 'none'"));
    assert_false(has(html, "http:"));
    assert_false(has(html, "https:"));
    assert_false(has(html, "url("));
}

static void numbers_have_the_marks_of_the_language(void **state)
{
    const hf_cell cell = {.is_number = true, .number = 1234.5, .decimals = 1};
    assert_true(has(write_table(*state, HF_LANG_EN, cell, true), ">1,234.5<"));
    assert_true(has(write_table(*state, HF_LANG_ES, cell, true), ",5<"));
}

static void arabic_reads_and_grows_from_the_right(void **state)
{
    const hf_cell cell = {.is_number = true, .number = 1, .has_bar = true, .bar = 0.25};
    hf_str html = write_table(*state, HF_LANG_AR, cell, true);
    assert_true(has(html, "<html lang=\"ar\" dir=\"rtl\">"));
    assert_true(has(html, "x=\"75\" width=\"25\""));
    assert_true(has(write_table(*state, HF_LANG_EN, cell, true), "x=\"0\" width=\"25\""));
}

static void a_bar_never_leaves_its_frame(void **state)
{
    const hf_cell cell = {.is_number = true, .number = 1, .has_bar = true, .bar = 7};
    assert_true(has(write_table(*state, HF_LANG_EN, cell, true), "width=\"100\""));
}

static void a_key_stands_under_its_name_left_to_right(void **state)
{
    const hf_cell cell = {.text = HF_STR("مستشفى\nH-2")};
    hf_str html = write_table(*state, HF_LANG_AR, cell, false);
    assert_true(
        has(html, "<bdi>مستشفى</bdi><span class=\"key\"><bdi dir=\"ltr\">H-2</bdi></span>"));
}

static void the_marking_stands_on_every_page(void **state)
{
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    doc.marking = HF_STR("TLP:RED");
    hf_str html = write(*state, &doc);
    assert_true(has(html, "<span class=\"tlp red\""));
    assert_true(has(html, "@bottom-center{content:\"TLP\\3a RED"));
    assert_true(has(html, "<footer class=\"running\" aria-hidden=\"true\"><bdi>TLP:RED</bdi>"));
}

static void a_figure_leads_to_its_note(void **state)
{
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    const hf_fact fact = {HF_STR("Sites"), {.is_number = true, .number = 3}, 1};
    hf_block block = {.kind = HF_BLOCK_FACTS, .facts = &fact, .fact_count = 1};
    HF_VEC_ADD(*state, &doc.blocks, block);
    HF_VEC_ADD(*state, &doc.derivations, HF_STR("Counted."));
    hf_block prose = {.kind = HF_BLOCK_PARAGRAPH, .text = HF_STR("3 of 4."), .derivation = 2};
    HF_VEC_ADD(*state, &doc.blocks, prose);
    HF_VEC_ADD(*state, &doc.derivations, HF_STR("Divided."));
    hf_str html = write(*state, &doc);
    assert_true(has(html, "<a href=\"#d1\">[1]</a>"));
    assert_true(has(html, "<li id=\"d1\">Counted.</li>"));
    assert_true(has(html, "<p>3 of 4.<sup><a href=\"#d2\">[2]</a></sup></p>"));
}

// The places of the ranks, in order.
static size_t read_ranks(hf_str html, double places[][2], size_t room)
{
    size_t count = 0;
    hf_str rest = html;
    for (;;) {
        static const char mark[] = "<text text-anchor=\"middle\" x=\"";
        size_t at = hf_str_find(rest, hf_str_of(mark));
        if (at == rest.len || count == room)
            return count;
        rest = hf_str_slice(rest, at + strlen(mark), rest.len);
        hf_str x = hf_str_slice(rest, 0, hf_str_find_byte(rest, '"', 0));
        rest = hf_str_slice(rest, x.len + strlen("\" y=\""), rest.len);
        hf_str y = hf_str_slice(rest, 0, hf_str_find_byte(rest, '"', 0));
        assert_true(hf_parse_double(x, &places[count][0]));
        assert_true(hf_parse_double(y, &places[count][1]));
        count++;
    }
}

static void ranks_of_one_place_do_not_cover_each_other(void **state)
{
    enum { COUNT = 12 };
    hf_dot dots[COUNT + 2] = {{0, 0, 0}, {1, 1, 0}};
    double places[COUNT][2];
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    for (uint32_t i = 0; i < COUNT; i++)
        dots[2 + i] = (hf_dot){0.5f, 0.5f, i + 1};
    hf_block block = {
        .kind = HF_BLOCK_MAP, .text = HF_STR("Map"), .dots = dots, .dot_count = COUNT + 2};
    HF_VEC_ADD(*state, &doc.blocks, block);
    hf_str html = write(*state, &doc);
    assert_int_equal(read_ranks(html, places, COUNT), COUNT);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(fabs(places[i][0] - places[j][0]) >= 8 ||
                        fabs(places[i][1] - places[j][1]) >= 10.9);
    assert_true(has(html, "<line ")); // those further out are led back to their dot
}

static void an_area_is_land_and_closed(void **state)
{
    const hf_dot points[] = {{0, 0, 0}, {2, 0, 0}, {2, 1, 0}};
    const hf_outline outline = {points, HF_COUNT(points)};
    const hf_dot dot = {1, 0.5f, 0};
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    hf_block block = {.kind = HF_BLOCK_MAP,
                      .text = HF_STR("Map"),
                      .dots = &dot,
                      .dot_count = 1,
                      .outlines = &outline,
                      .outline_count = 1};
    HF_VEC_ADD(*state, &doc.blocks, block);
    hf_str html = write(*state, &doc);
    assert_true(has(html, "Z\"/>"));
    assert_true(has(html, ".map path{fill:var(--bg)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(markup_in_the_data_is_text),
        ARENA_TEST(text_in_the_style_stays_in_its_string),
        ARENA_TEST(nothing_is_fetched_from_elsewhere),
        ARENA_TEST(numbers_have_the_marks_of_the_language),
        ARENA_TEST(arabic_reads_and_grows_from_the_right),
        ARENA_TEST(a_bar_never_leaves_its_frame),
        ARENA_TEST(a_key_stands_under_its_name_left_to_right),
        ARENA_TEST(the_marking_stands_on_every_page),
        ARENA_TEST(a_figure_leads_to_its_note),
        ARENA_TEST(ranks_of_one_place_do_not_cover_each_other),
        ARENA_TEST(an_area_is_land_and_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
