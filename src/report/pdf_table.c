// SPDX-License-Identifier: Apache-2.0
//
// Tables of the PDF writer: widths from what stands in the columns, rows that break over pages only when they are
// longer than one, the head again on each page.
#include "report/pdf.h"

#include <math.h>

#define PAD_X         4.0
#define PAD_Y         3.2
#define ROWS_TOGETHER 3u // of a table begin on one page, and two end on one
#define BAR_WIDTH     42.0
#define BAR_HEIGHT    5.0
#define BAR_GAP       5.0

typedef struct {
    const hf_block *block;
    hf_look cell, head;
    hf_widths widths;
    double head_height;
} table;

static void find_widths(const hf_pdf *pdf, table *t)
{
    t->widths = (hf_widths){.doc = pdf->doc,
                            .block = t->block,
                            .room = HF_PDF_INNER,
                            .pad = PAD_X,
                            .bar = BAR_WIDTH + BAR_GAP};
    hf_find_widths(&t->widths);
    t->cell = (hf_look){t->widths.size, false, HF_INK};
    t->head = (hf_look){t->widths.size - HF_HEAD_SMALLER, true, HF_INK};
}

// --- rows ------------------------------------------------------------------------------------------------

static double text_room(const table *t, size_t column, const hf_cell *cell)
{
    double room = t->widths.width[column] - 2 * PAD_X;
    return cell != NULL && cell->has_bar ? room - BAR_WIDTH - BAR_GAP : room;
}

static double set_head(hf_pdf *pdf, table *t)
{
    double height = 0;
    for (size_t i = 0; i < t->block->column_count; i++) {
        hf_pdf_set(pdf->columns[i], t->head, t->block->columns[i], text_room(t, i, NULL));
        height = fmax(height, hf_pdf_height(pdf->columns[i]));
    }
    t->head_height = height + 2 * PAD_Y;
    return t->head_height;
}

static double set_row(hf_pdf *pdf, const table *t, size_t row)
{
    double height = 0;
    for (size_t i = 0; i < t->block->column_count; i++) {
        const hf_cell *cell = &t->block->cells[row * t->block->column_count + i];
        PangoLayout *layout = pdf->columns[i];
        if (cell->is_number) {
            HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
            hf_message_number(pdf->doc->lang, cell->number, cell->decimals, &text);
            hf_pdf_set_ltr(pdf, layout, t->cell, hf_buf_str(&text), -1);
        } else if (cell->is_code)
            hf_pdf_set_ltr(pdf, layout, t->cell, cell->text, text_room(t, i, cell));
        else
            hf_pdf_set_data(layout, t->cell, cell->text, text_room(t, i, cell));
        height = fmax(height, hf_pdf_height(layout));
    }
    return height + 2 * PAD_Y;
}

// The bar stands before the numbers of its column, and grows from the side where reading begins.
static void draw_bar(const hf_pdf *pdf, const table *t, size_t column, double from_start,
                     double share)
{
    double before =
        t->widths.width[column] - PAD_X - t->widths.number[column] - BAR_GAP - BAR_WIDTH;
    double width = BAR_WIDTH * fmin(fmax(share, 0), 1);
    double left = hf_pdf_left(pdf, from_start + fmax(before, PAD_X), BAR_WIDTH);
    double middle = pdf->y + PAD_Y + t->cell.size * 0.68;
    hf_pdf_box(pdf, pdf->is_rtl ? left + BAR_WIDTH - width : left, middle - BAR_HEIGHT / 2, width,
               BAR_HEIGHT, HF_INK_BAR);
}

static void draw_head(hf_pdf *pdf, table *t)
{
    double height = set_head(pdf, t);
    double from_start = 0;
    hf_pdf_box(pdf, HF_PDF_SIDE, pdf->y, HF_PDF_INNER, height, HF_INK_HEAD);
    hf_pdf_begin(pdf, "TR");
    for (size_t i = 0; i < t->block->column_count; i++) {
        double room = text_room(t, i, NULL);
        hf_pdf_begin(pdf, "TH");
        (void)hf_pdf_draw(pdf, pdf->columns[i], hf_pdf_left(pdf, from_start + PAD_X, room),
                          pdf->y + PAD_Y, room,
                          t->block->is_number_column[i] ? HF_SIDE_END : HF_SIDE_START, 0, -1, NULL);
        hf_pdf_end(pdf, "TH");
        from_start += t->widths.width[i];
    }
    hf_pdf_end(pdf, "TR");
    pdf->y += height;
    hf_pdf_rule(pdf, pdf->y, 0.75, HF_INK_LINE);
}

// The head once more, for the eye: a reading program has it already.
static void next_page(hf_pdf *pdf, table *t)
{
    hf_pdf_new_page(pdf);
    pdf->is_untagged = true;
    draw_head(pdf, t);
    pdf->is_untagged = false;
}

// Draws what fits of the row whose cells stand in pdf->columns, from line begin[i] of each on; moves them.
// Returns whether anything is left.
static bool draw_part(hf_pdf *pdf, const table *t, size_t row, int *begin)
{
    int end[HF_TABLE_COLUMNS_MAX];
    size_t count = t->block->column_count;
    double room = HF_PDF_END - pdf->y - 2 * PAD_Y;
    double height = 0;
    double from_start = 0;
    bool is_left = false;
    for (size_t i = 0; i < count; i++) {
        double own = 0;
        end[i] = begin[i] + hf_pdf_fitting(pdf->columns[i], begin[i], room, &own);
        height = fmax(height, own);
        is_left |= end[i] < pango_layout_get_line_count(pdf->columns[i]);
    }
    hf_pdf_begin(pdf, "TR");
    for (size_t i = 0; i < count; i++) {
        const hf_cell *cell = &t->block->cells[row * count + i];
        double room_x = t->widths.width[i] - 2 * PAD_X;
        hf_pdf_begin(pdf, "TD");
        if (cell->has_bar && begin[i] == 0)
            draw_bar(pdf, t, i, from_start, cell->bar);
        (void)hf_pdf_draw(pdf, pdf->columns[i], hf_pdf_left(pdf, from_start + PAD_X, room_x),
                          pdf->y + PAD_Y, room_x,
                          t->block->is_number_column[i] ? HF_SIDE_END : HF_SIDE_START, begin[i],
                          end[i], NULL);
        hf_pdf_end(pdf, "TD");
        begin[i] = end[i];
        from_start += t->widths.width[i];
    }
    hf_pdf_end(pdf, "TR");
    pdf->y += height + 2 * PAD_Y;
    hf_pdf_rule(pdf, pdf->y, 0.4, HF_INK_LINE);
    return is_left;
}

static void draw_row(hf_pdf *pdf, table *t, size_t row)
{
    int begin[HF_TABLE_COLUMNS_MAX] = {0};
    double height = set_row(pdf, t, row);
    double page_room = HF_PDF_END - HF_PDF_TOP - t->head_height;
    bool is_longer = height > page_room;
    double least = is_longer ? 60 : height; // a row longer than a page begins where some lines fit
    if (row + 2 == t->block->row_count && row > 0) { // the last row is not left alone
        double both = height + set_row(pdf, t, row + 1);
        least = both < page_room / 3 ? both : least;
        (void)set_row(pdf, t, row);
    }
    if (pdf->y + least > HF_PDF_END) {
        next_page(pdf, t);
        (void)set_row(pdf, t, row);
    }
    while (draw_part(pdf, t, row, begin)) {
        next_page(pdf, t);
        (void)set_row(pdf, t, row);
    }
}

// --- tables ----------------------------------------------------------------------------------------------

static const hf_look caption_look = {9, false, HF_INK_SOFT};

static double caption_height(hf_pdf *pdf, const hf_block *block)
{
    hf_pdf_set(pdf->layout, caption_look, block->text, HF_PDF_INNER - HF_PDF_REFERENCE_ROOM);
    return hf_pdf_height(pdf->layout);
}

static void draw_caption(hf_pdf *pdf, const hf_block *block)
{
    hf_pdf_place end = {0};
    if (block->derivation == 0 && hf_str_equal(block->text, pdf->heading))
        return; // the heading has said it
    hf_pdf_begin(pdf, "Caption");
    hf_pdf_begin(pdf, "Span");
    (void)caption_height(pdf, block);
    double height = hf_pdf_draw(pdf, pdf->layout, HF_PDF_SIDE, pdf->y, HF_PDF_INNER, HF_SIDE_START,
                                0, -1, &end);
    hf_pdf_end(pdf, "Span");
    hf_pdf_reference(pdf, block->derivation, end);
    hf_pdf_end(pdf, "Caption");
    pdf->y += height + 3;
}

// Caption, head and the first rows: less of a table at the foot of a page looks lost.
static double least_of(hf_pdf *pdf, table *t)
{
    double height = caption_height(pdf, t->block) + 3 + set_head(pdf, t);
    double rows = 0;
    for (size_t i = 0; i < t->block->row_count && i < ROWS_TOGETHER; i++)
        rows += set_row(pdf, t, i);
    return height + fmin(rows, 200);
}

double hf_pdf_table_least(hf_pdf *pdf, const hf_block *block)
{
    table t = {.block = block};
    find_widths(pdf, &t);
    return least_of(pdf, &t) + 8;
}

void hf_pdf_table(hf_pdf *pdf, const hf_block *block)
{
    table t = {.block = block};
    HF_ASSERT(block->column_count > 0 && block->column_count <= HF_TABLE_COLUMNS_MAX);
    find_widths(pdf, &t);
    if (pdf->y > HF_PDF_TOP)
        pdf->y += 8;
    hf_pdf_want(pdf, least_of(pdf, &t));
    hf_pdf_begin(pdf, "Table");
    draw_caption(pdf, block);
    draw_head(pdf, &t);
    for (size_t row = 0; row < block->row_count; row++)
        draw_row(pdf, &t, row);
    hf_pdf_end(pdf, "Table");
    pdf->y += 10;
}
