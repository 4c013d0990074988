// SPDX-License-Identifier: Apache-2.0
//
// The writers of files: any document can be written in each form, equal documents give equal bytes, and nothing that is
// long is lost at the end of a page. What stands in the files of whole reports is held by tests/flow/reports.py.
#include <qpdf/qpdf-c.h>

#include "check.h"

static hf_doc doc_of(hf_arena *arena, hf_lang lang)
{
    return (hf_doc){.title = HF_STR("Title"),
                    .subtitle = HF_STR("Subtitle"),
                    .marking = HF_STR("TLP:AMBER+STRICT"),
                    .banner = HF_STR("DEMO"),
                    .data_date = HF_STR("Data of 2023-11-14"),
                    .date = HF_STR("2023-11-14"),
                    .snapshot = HF_STR("abcdef0123456789abcdef"),
                    .lang = lang,
                    .arena = arena};
}

static hf_str write(hf_arena *arena, const hf_doc *doc, const char *form)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(64u << 20);
    hf_error err = {0};
    const hf_writer *writer = hf_writer_find(hf_str_of(form));
    assert_non_null(writer);
    if (!writer->write(doc, &out, &err))
        fail_msg("%s: %s", form, err.message);
    assert_false(out.overflow);
    return hf_buf_copy(arena, &out);
}

static int page_count(hf_str bytes)
{
    qpdf_data pdf = qpdf_init();
    assert_int_equal(qpdf_read_memory(pdf, "test", bytes.ptr, bytes.len, NULL), QPDF_SUCCESS);
    int count = qpdf_get_num_pages(pdf);
    qpdf_cleanup(&pdf);
    return count;
}

// A table of `rows` rows and two columns.
static void add_table(hf_arena *arena, hf_doc *doc, size_t rows, hf_str text)
{
    hf_str *columns = HF_NEW_N(arena, hf_str, 2);
    bool *is_number = HF_NEW_N(arena, bool, 2);
    hf_cell *cells = HF_NEW_N(arena, hf_cell, rows * 2 + 1);
    columns[0] = HF_STR("Name");
    columns[1] = HF_STR("People");
    is_number[1] = true;
    for (size_t i = 0; i < rows; i++) {
        cells[i * 2] = (hf_cell){.text = text};
        cells[i * 2 + 1] =
            (hf_cell){.is_number = true, .number = (double)i, .has_bar = true, .bar = 0.5};
    }
    HF_VEC_ADD(arena, &doc->blocks,
               ((hf_block){.kind = HF_BLOCK_TABLE,
                           .text = HF_STR("Caption"),
                           .derivation = 1,
                           .columns = columns,
                           .is_number_column = is_number,
                           .column_count = 2,
                           .cells = cells,
                           .row_count = rows}));
    HF_VEC_ADD(arena, &doc->derivations, HF_STR("Counted."));
}

static void add_all_kinds(hf_arena *arena, hf_doc *doc)
{
    hf_fact *fact = HF_NEW(arena, hf_fact);
    hf_dot *dots = HF_NEW_N(arena, hf_dot, 3);
    *fact = (hf_fact){HF_STR("Sites"), {.is_number = true, .number = 3}, 1};
    dots[1] = (hf_dot){1, 1, 1};
    dots[2] = (hf_dot){1, 1, 12};
    HF_VEC_ADD(arena, &doc->blocks,
               ((hf_block){.kind = HF_BLOCK_HEADING, .level = 2, .text = HF_STR("Chapter")}));
    HF_VEC_ADD(arena, &doc->blocks,
               ((hf_block){.kind = HF_BLOCK_HEADING, .level = 3, .text = HF_STR("Part & <b>")}));
    HF_VEC_ADD(arena, &doc->blocks,
               ((hf_block){.kind = HF_BLOCK_PARAGRAPH,
                           .text = HF_STR("</w:t><script> & \x01 \xe2\x80\xae مستشفى 水厂 😀"),
                           .language = HF_STR("fr")}));
    HF_VEC_ADD(arena, &doc->blocks,
               ((hf_block){.kind = HF_BLOCK_FACTS, .facts = fact, .fact_count = 1}));
    HF_VEC_ADD(
        arena, &doc->blocks,
        ((hf_block){
            .kind = HF_BLOCK_MAP, .text = HF_STR("Map \"of\" all"), .dots = dots, .dot_count = 3}));
    add_table(arena, doc, 0, HF_STR_EMPTY);
    add_table(arena, doc, 3, HF_STR("مستشفى\nH-2"));
}

static const char *const forms[] = {"html", "pdf", "docx", "odt"};

static void every_form_takes_every_kind_of_block_in_every_language(void **state)
{
    for (int lang = 0; lang < HF_LANG_COUNT; lang++) {
        hf_doc doc = doc_of(*state, (hf_lang)lang);
        add_all_kinds(*state, &doc);
        for (size_t i = 0; i < HF_COUNT(forms); i++) {
            hf_str one = write(*state, &doc, forms[i]);
            assert_true(hf_str_equal(one, write(*state, &doc, forms[i])));
        }
    }
}

static void an_empty_document_can_be_written(void **state)
{
    for (size_t i = 0; i < HF_COUNT(forms); i++) {
        hf_doc doc = {.lang = HF_LANG_EN, .date = HF_STR("2023-11-14"), .arena = *state};
        assert_true(write(*state, &doc, forms[i]).len > 0);
    }
}

static void a_long_table_breaks_over_pages(void **state)
{
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    add_table(*state, &doc, 500, HF_STR("One of many"));
    int count = page_count(write(*state, &doc, "pdf"));
    assert_in_range(count, 9, 25);
}

// Of one cell with more lines than a page has, nothing is lost: twice the text, about twice the pages.
static void a_row_longer_than_a_page_goes_on_on_the_next(void **state)
{
    int pages[2] = {0};
    for (size_t k = 0; k < 2; k++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
        hf_doc doc = doc_of(*state, HF_LANG_EN);
        for (size_t i = 0; i < (k + 1) * 4000; i++)
            hf_buf_add_z(&text, "lost? ");
        add_table(*state, &doc, 1, hf_buf_str(&text));
        pages[k] = page_count(write(*state, &doc, "pdf"));
    }
    assert_true(pages[0] >= 4);
    assert_in_range(pages[1], 2 * pages[0] - 3, 2 * pages[0] + 1);
}

static void a_paragraph_longer_than_a_page_goes_on_on_the_next(void **state)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    hf_doc doc = doc_of(*state, HF_LANG_RU);
    for (size_t i = 0; i < 4000; i++)
        hf_buf_add_z(&text, "потеряно? ");
    HF_VEC_ADD((hf_arena *)*state, &doc.blocks,
               ((hf_block){.kind = HF_BLOCK_PARAGRAPH, .text = hf_buf_str(&text)}));
    assert_true(page_count(write(*state, &doc, "pdf")) >= 5);
}

static void a_report_that_is_too_long_is_no_half_file(void **state)
{
    hf_doc doc = doc_of(*state, HF_LANG_EN);
    add_table(*state, &doc, 200, HF_STR("One of many"));
    for (size_t i = 0; i < HF_COUNT(forms); i++) {
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(2000);
        hf_error err = {0};
        bool ok = hf_writer_find(hf_str_of(forms[i]))->write(&doc, &out, &err);
        assert_true(out.overflow || (!ok && err.kind == HF_ERR_TOO_LARGE));
    }
}

static void writers_are_found_by_name_and_by_the_end_of_a_file(void **state)
{
    (void)state;
    assert_null(hf_writer_find(HF_STR("doc")));
    assert_string_equal(hf_writer_find(HF_STR("ODT"))->name, "odt");
    assert_string_equal(hf_writer_of_path(HF_STR("/tmp.pdf/a.docx"))->name, "docx");
    assert_null(hf_writer_of_path(HF_STR("/tmp.pdf/a")));
    assert_null(hf_writer_of_path(HF_STR_EMPTY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(every_form_takes_every_kind_of_block_in_every_language),
        ARENA_TEST(an_empty_document_can_be_written),
        ARENA_TEST(a_long_table_breaks_over_pages),
        ARENA_TEST(a_row_longer_than_a_page_goes_on_on_the_next),
        ARENA_TEST(a_paragraph_longer_than_a_page_goes_on_on_the_next),
        ARENA_TEST(a_report_that_is_too_long_is_no_half_file),
        cmocka_unit_test(writers_are_found_by_name_and_by_the_end_of_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
