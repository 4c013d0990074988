// SPDX-License-Identifier: Apache-2.0
//
// The pen of the PDF writer: lines of text where reading begins, structure elements, and pages with the marking at
// head and foot.
#include "report/pdf.h"

#include <math.h>
#include <string.h>

#include "report/page.h"

// Latin and Cyrillic, Arabic, Chinese. Not Noto Sans CJK: in PDF some of its signs come out empty.
#define FAMILIES "Noto Sans,Noto Sans Arabic,WenQuanYi Micro Hei"

#define KEY_SHARE 0.86 // size of the key under a name
#define TLP_SIZE  12.0 // the least that TLP 2.0 asks for
#define RUNNING   8.0

static const double inks[HF_INK_COUNT][3] = {
    [HF_INK] = {0, 0, 0},
    [HF_INK_SOFT] = {0.267, 0.322, 0.373},
    [HF_INK_LINE] = {0.73, 0.76, 0.79},
    [HF_INK_HEAD] = {0.945, 0.953, 0.961},
    [HF_INK_BAR] = {0.043, 0.361, 0.541},
    [HF_INK_DOT] = {0.482, 0.533, 0.58},
    [HF_INK_SEA] = {0.91, 0.933, 0.949},
    [HF_INK_MARK] = {0.702, 0.149, 0.227},
    [HF_INK_PAPER] = {1, 1, 1},
};

void hf_pdf_set_ink(const hf_pdf *pdf, hf_ink ink)
{
    cairo_set_source_rgb(pdf->cr, inks[ink][0], inks[ink][1], inks[ink][2]);
}

// --- text ------------------------------------------------------------------------------------------------

static void add_range(PangoAttrList *list, PangoAttribute *attribute, size_t from, size_t to)
{
    attribute->start_index = (guint)from;
    attribute->end_index = (guint)to;
    pango_attr_list_insert(list, attribute);
}

static guint16 channel(double share)
{
    return (guint16)floor(share * 65535 + 0.5);
}

void hf_pdf_set_data(PangoLayout *layout, hf_look look, hf_str text, double width)
{
    pango_layout_set_auto_dir(layout, TRUE);
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, FAMILIES);
    pango_font_description_set_size(font, (gint)floor(look.size * PANGO_SCALE + 0.5));
    pango_font_description_set_weight(font, look.is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_NONE);
    pango_layout_set_width(layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    PangoAttrList *list = pango_attr_list_new();
    const double *ink = inks[look.ink];
    add_range(list, pango_attr_foreground_new(channel(ink[0]), channel(ink[1]), channel(ink[2])), 0,
              text.len);
    size_t line = hf_str_find_byte(text, '\n', 0);
    if (line < text.len) {
        const double *soft = inks[HF_INK_SOFT];
        add_range(list, pango_attr_scale_new(KEY_SHARE), line, text.len);
        add_range(list,
                  pango_attr_foreground_new(channel(soft[0]), channel(soft[1]), channel(soft[2])),
                  line, text.len);
        add_range(list, pango_attr_weight_new(PANGO_WEIGHT_NORMAL), line, text.len);
    }
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
    pango_layout_set_text(layout, text.len > 0 ? text.ptr : "", (int)text.len);
}

void hf_pdf_set(PangoLayout *layout, hf_look look, hf_str text, double width)
{
    hf_pdf_set_data(layout, look, text, width);
    pango_layout_set_auto_dir(layout, FALSE);
}

// A mark of direction goes before it where the document reads the other way: '-' and '/' would change places.
void hf_pdf_set_ltr(hf_pdf *pdf, PangoLayout *layout, hf_look look, hf_str text, double width)
{
    if (pdf->is_rtl) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_str marked = hf_str_format(&scratch, "\xe2\x80\x8e%.*s", HF_STR_ARG(text));
        hf_pdf_set_data(layout, look, marked, width);
    } else
        hf_pdf_set_data(layout, look, text, width);
}

double hf_pdf_height(PangoLayout *layout)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.height / PANGO_SCALE;
}

double hf_pdf_text_width(PangoLayout *layout)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

double hf_pdf_left(const hf_pdf *pdf, double from_start, double width)
{
    return pdf->is_rtl ? HF_PDF_WIDTH - HF_PDF_SIDE - from_start - width : HF_PDF_SIDE + from_start;
}

static double line_left(const hf_pdf *pdf, double left, double width, double line_width,
                        hf_side side)
{
    bool is_at_right = (side == HF_SIDE_END) != pdf->is_rtl;
    if (side == HF_SIDE_MIDDLE)
        return left + (width - line_width) / 2;
    return is_at_right ? left + width - line_width : left;
}

double hf_pdf_draw(hf_pdf *pdf, PangoLayout *layout, double left, double top, double width,
                   hf_side side, int from, int to, hf_pdf_place *end)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    int line = 0;
    int first_y = 0;
    int last_y = 0;
    do {
        int y0 = 0;
        int y1 = 0;
        PangoRectangle logical;
        pango_layout_iter_get_line_yrange(iter, &y0, &y1);
        if (line == from)
            first_y = last_y = y0;
        if (line >= from && (to < 0 || line < to)) {
            pango_layout_iter_get_line_extents(iter, NULL, &logical);
            double line_width = (double)logical.width / PANGO_SCALE;
            double x = line_left(pdf, left, width, line_width, side);
            double base = (double)(pango_layout_iter_get_baseline(iter) - first_y) / PANGO_SCALE;
            if (pdf->cr != NULL) {
                cairo_move_to(pdf->cr, x, top + base);
                pango_cairo_show_layout_line(pdf->cr, pango_layout_iter_get_line_readonly(iter));
            }
            if (end != NULL)
                *end = (hf_pdf_place){pdf->is_rtl ? x : x + line_width,
                                      top + (double)(y0 - first_y) / PANGO_SCALE};
            last_y = y1;
        }
        line++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    return (double)(last_y - first_y) / PANGO_SCALE;
}

int hf_pdf_fitting(PangoLayout *layout, int from, double room, double *height)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    int line = 0;
    int count = 0;
    int first_y = 0;
    *height = 0;
    do {
        int y0 = 0;
        int y1 = 0;
        pango_layout_iter_get_line_yrange(iter, &y0, &y1);
        if (line == from)
            first_y = y0;
        if (line >= from) {
            double reach = (double)(y1 - first_y) / PANGO_SCALE;
            if (reach > room)
                break;
            *height = reach;
            count++;
        }
        line++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    return count;
}

void hf_pdf_rule(const hf_pdf *pdf, double y, double width, hf_ink ink)
{
    if (pdf->cr == NULL)
        return;
    hf_pdf_set_ink(pdf, ink);
    cairo_set_line_width(pdf->cr, width);
    cairo_move_to(pdf->cr, HF_PDF_SIDE, y);
    cairo_line_to(pdf->cr, HF_PDF_WIDTH - HF_PDF_SIDE, y);
    cairo_stroke(pdf->cr);
}

void hf_pdf_box(const hf_pdf *pdf, double left, double top, double width, double height, hf_ink ink)
{
    if (pdf->cr == NULL)
        return;
    hf_pdf_set_ink(pdf, ink);
    cairo_rectangle(pdf->cr, left, top, width, height);
    cairo_fill(pdf->cr);
}

// --- structure -------------------------------------------------------------------------------------------

void hf_pdf_begin(hf_pdf *pdf, const char *element)
{
    if (pdf->cr == NULL || pdf->is_untagged)
        return;
    pdf->element_count++;
    cairo_tag_begin(pdf->cr, element, NULL);
}

void hf_pdf_end(hf_pdf *pdf, const char *element)
{
    if (pdf->cr != NULL && !pdf->is_untagged)
        cairo_tag_end(pdf->cr, element);
}

static void add_note(hf_pdf *pdf, hf_pdf_note note)
{
    note.element = pdf->element_count;
    if (pdf->cr != NULL)
        HF_VEC_ADD(pdf->arena, &pdf->notes, note);
}

void hf_pdf_note_alternative(hf_pdf *pdf, hf_str text)
{
    add_note(pdf, (hf_pdf_note){.alternative = text});
}

void hf_pdf_note_language(hf_pdf *pdf, hf_str language)
{
    if (language.len > 0)
        add_note(pdf, (hf_pdf_note){.language = language});
}

void hf_pdf_reference(hf_pdf *pdf, uint32_t derivation, hf_pdf_place end)
{
    char attributes[40];
    char text[16];
    if (derivation == 0 || pdf->cr == NULL)
        return;
    (void)snprintf(attributes, sizeof attributes, "dest='d%u'", derivation);
    (void)snprintf(text, sizeof text, "[%u]", derivation);
    hf_pdf_set_ltr(pdf, pdf->layout, (hf_look){7, false, HF_INK_BAR}, hf_str_of(text), -1);
    double width = hf_pdf_text_width(pdf->layout);
    pdf->element_count++;
    cairo_tag_begin(pdf->cr, CAIRO_TAG_LINK, attributes);
    (void)hf_pdf_draw(pdf, pdf->layout, pdf->is_rtl ? end.x - 3 - width : end.x + 3, end.top, width,
                      HF_SIDE_START, 0, -1, NULL);
    cairo_tag_end(pdf->cr, CAIRO_TAG_LINK);
}

// --- pages -----------------------------------------------------------------------------------------------

// The label of the Traffic Light Protocol 2.0: its colour on black, at the right, at head and foot.
static void draw_marking(hf_pdf *pdf, double top)
{
    static const struct {
        const char *marking;
        double ink[3];
    } colours[] = {{"TLP:RED", {1, 0.169, 0.169}},
                   {"TLP:AMBER", {1, 0.753, 0}},
                   {"TLP:AMBER+STRICT", {1, 0.753, 0}},
                   {"TLP:GREEN", {0.2, 1, 0}}};
    if (pdf->doc->marking.len == 0)
        return;
    hf_pdf_set(pdf->layout, (hf_look){TLP_SIZE, true, HF_INK_PAPER}, pdf->doc->marking, -1);
    double width = hf_pdf_text_width(pdf->layout);
    double height = hf_pdf_height(pdf->layout);
    double left = HF_PDF_WIDTH - HF_PDF_SIDE - width - 10;
    hf_pdf_box(pdf, left, top, width + 10, height, HF_INK);
    cairo_set_source_rgb(pdf->cr, 1, 1, 1); // TLP:CLEAR
    for (size_t i = 0; i < HF_COUNT(colours); i++)
        if (hf_str_equal_z(pdf->doc->marking, colours[i].marking))
            cairo_set_source_rgb(pdf->cr, colours[i].ink[0], colours[i].ink[1], colours[i].ink[2]);
    pango_layout_set_attributes(pdf->layout, NULL);
    (void)hf_pdf_draw(pdf, pdf->layout, left + 5, top, width, HF_SIDE_START, 0, -1, NULL);
}

// One line in the margin, at the left: the marking is at the right in every language. Cut where it would run into it.
static void draw_running(hf_pdf *pdf, hf_str text, double top, double width)
{
    hf_side side = pdf->is_rtl ? HF_SIDE_END : HF_SIDE_START;
    hf_pdf_set(pdf->layout, (hf_look){RUNNING, false, HF_INK_SOFT}, text, width);
    pango_layout_set_ellipsize(pdf->layout, PANGO_ELLIPSIZE_END);
    (void)hf_pdf_draw(pdf, pdf->layout, HF_PDF_SIDE, top, width, side, 0, 1, NULL);
}

static void draw_foot(hf_pdf *pdf)
{
    HF_CLEANUP(hf_buf_done) hf_buf pages = hf_buf_of(1000);
    HF_CLEANUP(hf_buf_done) hf_buf data = hf_buf_of(4000);
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_doc *doc = pdf->doc;
    const hf_message_value values[] = {
        {.name = "n", .is_number = true, .number = pdf->page},
        {.name = "all", .is_number = true, .number = pdf->page_count}};
    hf_message(doc->lang, "report.page", values, HF_COUNT(values), &pages);
    hf_str digest = hf_str_slice(doc->snapshot, 0, 16);
    hf_buf_add_str(&data, doc->data_date);
    hf_buf_add_z(&data, " · ");
    hf_buf_add_str(&data, hf_message_text(doc->lang, "report.snapshot", &scratch));
    hf_buf_add_format(&data, " \xe2\x81\xa6%.*s\xe2\x81\xa9", HF_STR_ARG(digest));
    double top = HF_PDF_HEIGHT - 38;
    draw_running(pdf, hf_buf_str(&data), top, HF_PDF_INNER / 2 - 50);
    hf_pdf_set(pdf->layout, (hf_look){RUNNING, false, HF_INK_SOFT}, hf_buf_str(&pages), -1);
    (void)hf_pdf_draw(pdf, pdf->layout, HF_PDF_WIDTH / 2 - 50, top, 100, HF_SIDE_MIDDLE, 0, -1,
                      NULL);
    draw_marking(pdf, HF_PDF_HEIGHT - 42);
}

void hf_pdf_new_page(hf_pdf *pdf)
{
    if (pdf->page > 0 && pdf->cr != NULL)
        cairo_show_page(pdf->cr);
    pdf->page++;
    pdf->y = HF_PDF_TOP;
    if (pdf->cr == NULL)
        return;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str margin = hf_doc_margin(pdf->doc, pdf->page > 1, &scratch);
    if (margin.len > 0)
        draw_running(pdf, margin, 30, HF_PDF_INNER - 160);
    draw_marking(pdf, 26);
    draw_foot(pdf);
}

void hf_pdf_want(hf_pdf *pdf, double height)
{
    if (pdf->y + height > HF_PDF_END && pdf->y > HF_PDF_TOP)
        hf_pdf_new_page(pdf);
}
