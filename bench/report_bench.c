// SPDX-License-Identifier: Apache-2.0
//
// How long a report of many pages takes as PDF, beside its floor: the same texts, each set and drawn once by Pango and
// Cairo, without pages that are counted, tables, tags and links. report_bench [PAGES [FILE.odt]]; with a file the same
// document is written there, for other programs to make a PDF of.
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qpdf/qpdf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "report/report.h"

#define ROWS_OF_A_PAGE 16u
#define COLUMNS        5u
#define BYTES_MAX      (256u << 20)

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

// Answers of an assessment: a question with its key, a rating, evidence, who and when, a version.
static void make_document(hf_arena *arena, uint64_t pages, hf_doc *doc)
{
    static const hf_str columns[COLUMNS] = {
        {"Question", 8}, {"Rating", 6}, {"Evidence", 8}, {"Answered by", 11}, {"Version", 7}};
    static const bool is_number[COLUMNS] = {false, false, false, false, true};
    size_t rows = pages * ROWS_OF_A_PAGE;
    hf_cell *cells = HF_NEW_N(arena, hf_cell, rows * COLUMNS);
    *doc = (hf_doc){.title = HF_STR("A long assessment"),
                    .marking = HF_STR("TLP:AMBER"),
                    .data_date = HF_STR("Data of 2026-01-01"),
                    .date = HF_STR("2026-01-01"),
                    .snapshot = HF_STR("0123456789abcdef"),
                    .lang = HF_LANG_EN,
                    .arena = arena};
    for (size_t i = 0; i < rows; i++) {
        hf_cell *row = cells + i * COLUMNS;
        row[0].text = hf_str_format(
            arena,
            "Is operator %zu of critical infrastructure obliged to assess its own risks, and by "
            "which law or regulation?\nQ-%zu",
            i % 977, i);
        row[1].text = HF_STR("2 – partly");
        row[2].text = hf_str_format(arena, "Decree %zu\naccepted", i % 131);
        row[3].text = HF_STR("assessor\n2026-01-01");
        row[4] = (hf_cell){.is_number = true, .number = (double)(i % 5 + 1)};
    }
    hf_block table = {.kind = HF_BLOCK_TABLE,
                      .text = HF_STR("Answers"),
                      .columns = columns,
                      .is_number_column = is_number,
                      .column_count = COLUMNS,
                      .cells = cells,
                      .row_count = rows};
    HF_VEC_ADD(arena, &doc->blocks, table);
}

static bool write_as(const hf_doc *doc, const char *form, hf_buf *out)
{
    hf_error err = {0};
    hf_buf_clear(out);
    if (!hf_writer_find(hf_str_of(form))->write(doc, out, &err) || out->overflow) {
        (void)fprintf(stderr, "report_bench: %s\n", err.message);
        return false;
    }
    return true;
}

static int count_pages(hf_str bytes)
{
    qpdf_data pdf = qpdf_init();
    (void)qpdf_read_memory(pdf, "bench", bytes.ptr, bytes.len, NULL);
    int count = qpdf_get_num_pages(pdf);
    qpdf_cleanup(&pdf);
    return count;
}

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int count)
{
    hf_buf_add(closure, bytes, count);
    return CAIRO_STATUS_SUCCESS;
}

// The floor: what every program that uses these two must do at the least.
static void draw_plainly(const hf_doc *doc, hf_buf *out)
{
    const hf_block *block = &doc->blocks.items[0];
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take_bytes, out, 595, 842);
    cairo_t *cr = cairo_create(surface);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans 7");
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, 180 * PANGO_SCALE);
    for (size_t i = 0; i < block->row_count * COLUMNS; i++) {
        hf_str text = block->cells[i].is_number ? HF_STR("1") : block->cells[i].text;
        pango_layout_set_text(layout, text.ptr, (int)text.len);
        cairo_move_to(cr, 50 + 100 * (double)(i % COLUMNS),
                      50 + (double)(i / COLUMNS % ROWS_OF_A_PAGE) * 35);
        pango_cairo_show_layout(cr, layout);
        if (i % (ROWS_OF_A_PAGE * COLUMNS) == ROWS_OF_A_PAGE * COLUMNS - 1)
            cairo_show_page(cr);
    }
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    cairo_surface_destroy(surface);
}

int main(int argc, char **argv)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf plain = hf_buf_of(BYTES_MAX);
    uint64_t pages = 200;
    hf_error err = {0};
    hf_doc doc;
    if (argc > 1 && (!hf_parse_u64(hf_str_of(argv[1]), &pages) || pages == 0 || pages > 10000))
        return 64;
    make_document(&arena, pages, &doc);
    if (argc > 2)
        return write_as(&doc, "odt", &out) && hf_file_write(argv[2], hf_buf_str(&out), &err) ? 0
                                                                                             : 73;
    double least = 1e9;
    double least_plain = 1e9;
    for (int i = 0; i < 5; i++) {
        double begin = now_s();
        if (!write_as(&doc, "pdf", &out))
            return 70;
        double middle = now_s();
        hf_buf_clear(&plain);
        draw_plainly(&doc, &plain);
        double end = now_s();
        least = middle - begin < least ? middle - begin : least;
        least_plain = end - middle < least_plain ? end - middle : least_plain;
    }
    printf("%d pages, %.3f s, %zu bytes; drawn plainly %.3f s, %zu bytes\n",
           count_pages(hf_buf_str(&out)), least, out.len, least_plain, plain.len);
    return 0;
}
