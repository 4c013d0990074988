// SPDX-License-Identifier: Apache-2.0
//
// A document as tagged PDF on A4. It is laid out twice: once to count the pages, once to draw them. Tables stand in
// pdf_table.c, the map in pdf_map.c.
#include "report/pdf.h"

#include <cairo-pdf.h>
#include <string.h>

#include "report/page.h"

#define MAP_LEAST    0.65 // of its height, where a page has not room for all
#define FACT_COLUMNS 3
#define FACT_GAP     8.0
#define FACT_PAD     7.0

static const hf_look body = {10, false, HF_INK};
static const hf_look soft = {9, false, HF_INK_SOFT};
static const hf_look note_look = {8.5, false, HF_INK};

// --- running text ----------------------------------------------------------------------------------------

// Lines from..to of a paragraph, with the number of its note behind the last one.
static void paragraph_part(hf_pdf *pdf, const char *element, int from, int to, uint32_t derivation)
{
    hf_pdf_place end = {0};
    hf_pdf_begin(pdf, element);
    if (derivation > 0)
        hf_pdf_begin(pdf, "Span");
    (void)hf_pdf_draw(pdf, pdf->layout, HF_PDF_SIDE, pdf->y, HF_PDF_INNER, HF_SIDE_START, from, to,
                      &end);
    if (derivation > 0)
        hf_pdf_end(pdf, "Span");
    hf_pdf_reference(pdf, derivation, end);
    hf_pdf_end(pdf, element);
}

static double paragraph_width(uint32_t derivation)
{
    return derivation > 0 ? HF_PDF_INNER - HF_PDF_REFERENCE_ROOM : HF_PDF_INNER;
}

// A paragraph, over pages if need be. derivation: its note; 0 = none
static void noted_paragraph(hf_pdf *pdf, const char *element, hf_look look, hf_str text,
                            uint32_t derivation, double after)
{
    double width = paragraph_width(derivation);
    hf_pdf_set(pdf->layout, look, text, width);
    int count = pango_layout_get_line_count(pdf->layout);
    for (int from = 0; from < count;) {
        double height = 0;
        int fit = hf_pdf_fitting(pdf->layout, from, HF_PDF_END - pdf->y, &height);
        bool leaves_one = from == 0 && fit == 1 && count > 2; // one line alone below
        if (fit == 0 || leaves_one) {
            hf_pdf_new_page(pdf);
            hf_pdf_set(pdf->layout, look, text, width);
            continue;
        }
        bool is_last = from + fit == count;
        paragraph_part(pdf, element, from, from + fit, is_last ? derivation : 0);
        pdf->y += height;
        from += fit;
    }
    pdf->y += after;
}

static void paragraph(hf_pdf *pdf, const char *element, hf_look look, hf_str text, double after)
{
    noted_paragraph(pdf, element, look, text, 0, after);
}

static void begin_destination(const hf_pdf *pdf, char kind, uint32_t number)
{
    char attributes[40];
    if (pdf->cr == NULL)
        return;
    (void)snprintf(attributes, sizeof attributes, "name='%c%u'", kind, number);
    cairo_tag_begin(pdf->cr, CAIRO_TAG_DEST, attributes);
}

static void end_destination(const hf_pdf *pdf)
{
    if (pdf->cr != NULL)
        cairo_tag_end(pdf->cr, CAIRO_TAG_DEST);
}

static void add_outline(hf_pdf *pdf, int level, hf_str text)
{
    char target[40];
    if (pdf->cr == NULL)
        return;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    (void)snprintf(target, sizeof target, "dest='h%u'", pdf->heading_count);
    int id = cairo_pdf_surface_add_outline(pdf->surface, level > 2 ? pdf->outline_id : 0,
                                           hf_str_z(&scratch, text), target, 0);
    if (level == 2)
        pdf->outline_id = id;
}

static hf_look heading_look(int level)
{
    return (hf_look){level == 2 ? 15 : 12, true, HF_INK};
}

static void heading(hf_pdf *pdf, int level, hf_str text)
{
    const char *element = level == 2 ? "H2" : "H3";
    if (pdf->y > HF_PDF_TOP)
        pdf->y += level == 2 ? 16 : 8;
    if (level == 2)
        hf_pdf_rule(pdf, pdf->y, 1.5, HF_INK);
    pdf->y += level == 2 ? 7 : 2;
    hf_pdf_set(pdf->layout, heading_look(level), text, HF_PDF_INNER);
    pdf->heading_count++;
    pdf->heading = text;
    add_outline(pdf, level, text);
    hf_pdf_begin(pdf, element);
    begin_destination(pdf, 'h', pdf->heading_count);
    pdf->y += hf_pdf_draw(pdf, pdf->layout, HF_PDF_SIDE, pdf->y, HF_PDF_INNER, HF_SIDE_START, 0, -1,
                          NULL);
    end_destination(pdf);
    hf_pdf_end(pdf, element);
    pdf->y += 5;
}

// --- facts -----------------------------------------------------------------------------------------------

#define FACT_WIDTH ((HF_PDF_INNER - (FACT_COLUMNS - 1) * FACT_GAP) / FACT_COLUMNS)

static void set_label(hf_pdf *pdf, const hf_fact *fact)
{
    hf_pdf_set(pdf->layout, (hf_look){8, false, HF_INK_SOFT}, fact->label,
               FACT_WIDTH - 2 * FACT_PAD);
}

static void set_value(hf_pdf *pdf, const hf_fact *fact)
{
    double width = FACT_WIDTH - 2 * FACT_PAD - (fact->derivation > 0 ? 20 : 0);
    if (fact->value.is_number) {
        HF_CLEANUP(hf_buf_done) hf_buf number = hf_buf_of(100);
        hf_message_number(pdf->doc->lang, fact->value.number, fact->value.decimals, &number);
        hf_pdf_set_ltr(pdf, pdf->layout, (hf_look){16, true, HF_INK}, hf_buf_str(&number), width);
    } else
        hf_pdf_set_data(pdf->layout, (hf_look){11, true, HF_INK}, fact->value.text, width);
}

static double fact_height(hf_pdf *pdf, const hf_fact *fact)
{
    set_label(pdf, fact);
    double height = hf_pdf_height(pdf->layout);
    set_value(pdf, fact);
    return height + hf_pdf_height(pdf->layout) + 2 * FACT_PAD;
}

static double facts_row_height(hf_pdf *pdf, const hf_block *block, size_t from)
{
    double height = 0;
    for (size_t i = from; i < block->fact_count && i < from + FACT_COLUMNS; i++) {
        double own = fact_height(pdf, &block->facts[i]);
        height = own > height ? own : height;
    }
    return height;
}

static void draw_fact(hf_pdf *pdf, const hf_fact *fact, double left, double height)
{
    hf_pdf_place end = {0};
    double y = pdf->y + FACT_PAD;
    if (pdf->cr == NULL)
        return;
    hf_pdf_set_ink(pdf, HF_INK_LINE);
    cairo_set_line_width(pdf->cr, 0.75);
    cairo_rectangle(pdf->cr, left, pdf->y, FACT_WIDTH, height);
    cairo_stroke(pdf->cr);
    hf_pdf_begin(pdf, "LI");
    hf_pdf_begin(pdf, "Lbl");
    set_label(pdf, fact);
    y += hf_pdf_draw(pdf, pdf->layout, left + FACT_PAD, y, FACT_WIDTH - 2 * FACT_PAD, HF_SIDE_START,
                     0, -1, NULL);
    hf_pdf_end(pdf, "Lbl");
    hf_pdf_begin(pdf, "LBody");
    hf_pdf_begin(pdf, "Span");
    set_value(pdf, fact);
    (void)hf_pdf_draw(pdf, pdf->layout, left + FACT_PAD, y, FACT_WIDTH - 2 * FACT_PAD,
                      HF_SIDE_START, 0, -1, &end);
    hf_pdf_end(pdf, "Span");
    hf_pdf_reference(pdf, fact->derivation, end);
    hf_pdf_end(pdf, "LBody");
    hf_pdf_end(pdf, "LI");
}

static void facts(hf_pdf *pdf, const hf_block *block)
{
    pdf->y += 4;
    hf_pdf_want(pdf, facts_row_height(pdf, block, 0));
    hf_pdf_begin(pdf, "L");
    for (size_t i = 0; i < block->fact_count; i += FACT_COLUMNS) {
        double height = facts_row_height(pdf, block, i);
        hf_pdf_want(pdf, height);
        for (size_t k = 0; k < FACT_COLUMNS && i + k < block->fact_count; k++)
            draw_fact(pdf, &block->facts[i + k],
                      hf_pdf_left(pdf, (double)k * (FACT_WIDTH + FACT_GAP), FACT_WIDTH), height);
        pdf->y += height + FACT_GAP;
    }
    hf_pdf_end(pdf, "L");
    pdf->y += 4;
}

// --- pictures --------------------------------------------------------------------------------------------

static double caption_height(hf_pdf *pdf, hf_str text)
{
    hf_pdf_set(pdf->layout, soft, text, HF_PDF_INNER - HF_PDF_REFERENCE_ROOM);
    return hf_pdf_height(pdf->layout);
}

static void map(hf_pdf *pdf, const hf_block *block)
{
    hf_pdf_place end = {0};
    double height = hf_pdf_map_height(block);
    double below = 4 + caption_height(pdf, block->text);
    pdf->y += 4;
    double room = HF_PDF_END - pdf->y - below;
    if (height > room && room > height * MAP_LEAST)
        height = room; // a little smaller rather than a page half empty
    hf_pdf_want(pdf, height + below);
    hf_pdf_map(pdf, block, height);
    pdf->y += height + 4;
    hf_pdf_begin(pdf, "P");
    hf_pdf_begin(pdf, "Span");
    hf_pdf_set(pdf->layout, soft, block->text, HF_PDF_INNER - HF_PDF_REFERENCE_ROOM);
    double text_height = hf_pdf_draw(pdf, pdf->layout, HF_PDF_SIDE, pdf->y, HF_PDF_INNER,
                                     HF_SIDE_START, 0, -1, &end);
    hf_pdf_end(pdf, "Span");
    hf_pdf_reference(pdf, block->derivation, end);
    hf_pdf_end(pdf, "P");
    pdf->y += text_height + 8;
}

// --- the document ----------------------------------------------------------------------------------------

// What must stand below a heading on the same page.
static double least_height(hf_pdf *pdf, const hf_block *block)
{
    switch (block->kind) {
    case HF_BLOCK_HEADING:
        return 40;
    case HF_BLOCK_PARAGRAPH:
        hf_pdf_set(pdf->layout, body, block->text, paragraph_width(block->derivation));
        return hf_pdf_height(pdf->layout) < 60 ? hf_pdf_height(pdf->layout) : 40;
    case HF_BLOCK_FACTS:
        return facts_row_height(pdf, block, 0) + 8;
    case HF_BLOCK_TABLE:
        return hf_pdf_table_least(pdf, block);
    case HF_BLOCK_MAP:
        return hf_pdf_map_height(block) * MAP_LEAST + 24;
    }
    return 0;
}

// A heading, and the text that leads to a table or a map, stay with what follows.
static double kept_height(hf_pdf *pdf, size_t at)
{
    double height = 0;
    for (size_t i = at; i < pdf->doc->blocks.count; i++) {
        const hf_block *block = &pdf->doc->blocks.items[i];
        bool leads = block->kind == HF_BLOCK_HEADING || block->kind == HF_BLOCK_PARAGRAPH;
        if (block->kind == HF_BLOCK_HEADING) {
            hf_pdf_set(pdf->layout, heading_look(block->level), block->text, HF_PDF_INNER);
            height += hf_pdf_height(pdf->layout) + (block->level == 2 ? 28 : 15);
        } else
            height += least_height(pdf, block);
        if (!leads || i > at + 2)
            break;
    }
    return height;
}

static void add_block(hf_pdf *pdf, size_t at)
{
    const hf_block *block = &pdf->doc->blocks.items[at];
    hf_pdf_note_language(pdf, block->language);
    switch (block->kind) {
    case HF_BLOCK_HEADING:
        hf_pdf_want(pdf, kept_height(pdf, at));
        heading(pdf, block->level, block->text);
        break;
    case HF_BLOCK_PARAGRAPH:
        noted_paragraph(pdf, "P", body, block->text, block->derivation, 6);
        break;
    case HF_BLOCK_FACTS:
        facts(pdf, block);
        break;
    case HF_BLOCK_TABLE:
        hf_pdf_table(pdf, block);
        break;
    case HF_BLOCK_MAP:
        map(pdf, block);
        break;
    }
}

static void banner(hf_pdf *pdf, hf_str text)
{
    static const double dashes[] = {6, 4};
    double width = HF_PDF_INNER - 24;
    hf_pdf_set(pdf->layout, (hf_look){10.5, true, HF_INK}, text, width);
    double height = hf_pdf_height(pdf->layout) + 14;
    if (pdf->cr != NULL) {
        hf_pdf_set_ink(pdf, HF_INK_MARK);
        cairo_set_line_width(pdf->cr, 2);
        cairo_set_dash(pdf->cr, dashes, 2, 0);
        cairo_rectangle(pdf->cr, HF_PDF_SIDE + 1, pdf->y + 1, HF_PDF_INNER - 2, height - 2);
        cairo_stroke(pdf->cr);
        cairo_set_dash(pdf->cr, NULL, 0, 0);
    }
    hf_pdf_begin(pdf, "P");
    (void)hf_pdf_draw(pdf, pdf->layout, HF_PDF_SIDE + 12, pdf->y + 7, width, HF_SIDE_START, 0, -1,
                      NULL);
    hf_pdf_end(pdf, "P");
    pdf->y += height + 10;
}

static void title_block(hf_pdf *pdf)
{
    const hf_doc *doc = pdf->doc;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    if (doc->banner.len > 0)
        banner(pdf, doc->banner);
    pdf->y += 18;
    paragraph(pdf, "H1", (hf_look){24, true, HF_INK}, doc->title, 2);
    if (doc->subtitle.len > 0)
        paragraph(pdf, "P", (hf_look){12, false, HF_INK_SOFT}, doc->subtitle, 12);
    paragraph(pdf, "P", soft, doc->data_date, 1);
    hf_str digest =
        hf_str_format(&scratch, "%.*s \xe2\x81\xa6%.*s\xe2\x81\xa9",
                      HF_STR_ARG(hf_message_text(doc->lang, "report.snapshot", &scratch)),
                      HF_STR_ARG(doc->snapshot));
    paragraph(pdf, "P", (hf_look){8, false, HF_INK_SOFT}, digest, 2);
    hf_str margin = hf_doc_margin(doc, false, &scratch);
    if (margin.len > 0)
        paragraph(pdf, "P", (hf_look){8, false, HF_INK_SOFT}, margin, 2);
    pdf->y += 8;
}

// Where each figure comes from, with the numbers that figures lead to.
static void derivations(hf_pdf *pdf)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    if (pdf->doc->derivations.count == 0)
        return;
    hf_pdf_want(pdf, 90);
    heading(pdf, 2, hf_message_text(pdf->doc->lang, "report.heading.derivations", &scratch));
    hf_pdf_begin(pdf, "L");
    for (size_t i = 0; i < pdf->doc->derivations.count; i++) {
        double indent = 24;
        hf_str number = hf_str_format(&scratch, "[%zu]", i + 1);
        hf_pdf_set(pdf->layout, note_look, pdf->doc->derivations.items[i], HF_PDF_INNER - indent);
        hf_pdf_want(pdf, hf_pdf_height(pdf->layout));
        hf_pdf_begin(pdf, "LI");
        hf_pdf_begin(pdf, "Lbl");
        begin_destination(pdf, 'd', (uint32_t)i + 1);
        hf_pdf_set_ltr(pdf, pdf->layout, note_look, number, -1);
        (void)hf_pdf_draw(pdf, pdf->layout, hf_pdf_left(pdf, 0, indent), pdf->y, indent,
                          HF_SIDE_START, 0, -1, NULL);
        end_destination(pdf);
        hf_pdf_end(pdf, "Lbl");
        hf_pdf_begin(pdf, "LBody");
        hf_pdf_set(pdf->layout, note_look, pdf->doc->derivations.items[i], HF_PDF_INNER - indent);
        pdf->y += hf_pdf_draw(pdf, pdf->layout, hf_pdf_left(pdf, indent, HF_PDF_INNER - indent),
                              pdf->y, HF_PDF_INNER - indent, HF_SIDE_START, 0, -1, NULL);
        hf_pdf_end(pdf, "LBody");
        hf_pdf_end(pdf, "LI");
        pdf->y += 4;
    }
    hf_pdf_end(pdf, "L");
}

static void lay_out(hf_pdf *pdf)
{
    pdf->page = pdf->heading_count = pdf->element_count = 0;
    pdf->heading = HF_STR_EMPTY;
    hf_pdf_begin(pdf, "Document");
    hf_pdf_new_page(pdf);
    title_block(pdf);
    for (size_t i = 0; i < pdf->doc->blocks.count; i++)
        add_block(pdf, i);
    derivations(pdf);
    if (pdf->cr != NULL)
        cairo_show_page(pdf->cr);
    hf_pdf_end(pdf, "Document");
    pdf->page_count = pdf->page;
}

// --- fonts -----------------------------------------------------------------------------------------------

static bool has_family(PangoFontFamily **families, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(pango_font_family_get_name(families[i]), name) == 0)
            return true;
    return false;
}

// The fonts of the six languages must be there: others would be found in their stead, or none, and signs lost.
static bool check_fonts(PangoFontMap *fonts, hf_error *err)
{
    static const char *const wanted[][2] = {{"Noto Sans", "fonts-noto-core"},
                                            {"Noto Sans Arabic", "fonts-noto-core"},
                                            {"WenQuanYi Micro Hei", "fonts-wqy-microhei"}};
    PangoFontFamily **families = NULL;
    int count = 0;
    const char *const *missing = NULL;
    pango_font_map_list_families(fonts, &families, &count);
    for (size_t i = HF_COUNT(wanted); i > 0; i--)
        if (!has_family(families, count, wanted[i - 1][0]))
            missing = wanted[i - 1];
    g_free(families);
    if (missing != NULL)
        return hf_fail(err, HF_ERR_INTERNAL, "report.font_missing",
                       "PDF needs the font '%s', which is not installed; install the package %s "
                       "(apt-get install %s), or write another format",
                       missing[0], missing[1], missing[1]);
    return true;
}

// --- the writer ------------------------------------------------------------------------------------------

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int count)
{
    hf_buf *out = closure;
    hf_buf_add(out, bytes, count);
    return CAIRO_STATUS_SUCCESS;
}

static void set_metadata(hf_pdf *pdf)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_doc *doc = pdf->doc;
    const char *day =
        hf_str_z(&scratch, hf_str_format(&scratch, "%.*sT00:00:00Z", HF_STR_ARG(doc->date)));
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE,
                                   hf_str_z(&scratch, doc->title));
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_SUBJECT,
                                   hf_str_z(&scratch, doc->subtitle));
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_KEYWORDS,
                                   hf_str_z(&scratch, doc->marking));
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR,
                                   "Holdfast " HF_VERSION);
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, day);
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_MOD_DATE, day);
}

static bool draw(hf_pdf *pdf, hf_buf *out, hf_error *err)
{
    pdf->surface =
        cairo_pdf_surface_create_for_stream(take_bytes, out, HF_PDF_WIDTH, HF_PDF_HEIGHT);
    set_metadata(pdf);
    pdf->cr = cairo_create(pdf->surface);
    lay_out(pdf);
    cairo_surface_finish(pdf->surface);
    cairo_status_t status = cairo_status(pdf->cr);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(pdf->surface);
    cairo_destroy(pdf->cr);
    cairo_surface_destroy(pdf->surface);
    return status == CAIRO_STATUS_SUCCESS ||
           hf_fail(err, HF_ERR_INTERNAL, "report.not_written", "the PDF could not be made: %s",
                   cairo_status_to_string(status));
}

static void open_pen(hf_pdf *pdf, PangoFontMap *fonts)
{
    cairo_font_options_t *options = cairo_font_options_create();
    pdf->context = pango_font_map_create_context(fonts);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pdf->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(pdf->context, FALSE);
    pango_context_set_language(pdf->context,
                               pango_language_from_string(hf_lang_code(pdf->doc->lang)));
    pango_context_set_base_dir(pdf->context,
                               pdf->is_rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    pdf->layout = pango_layout_new(pdf->context);
    for (size_t i = 0; i < HF_TABLE_COLUMNS_MAX; i++)
        pdf->columns[i] = pango_layout_new(pdf->context);
}

static void close_pen(hf_pdf *pdf)
{
    for (size_t i = 0; i < HF_TABLE_COLUMNS_MAX; i++)
        g_object_unref(pdf->columns[i]);
    g_object_unref(pdf->layout);
    g_object_unref(pdf->context);
}

static bool write_pdf(const hf_doc *doc, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf drawn = hf_buf_of(out->max_bytes);
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    PangoFontMap *fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts), 72);
    bool ok = check_fonts(fonts, err);
    if (ok) {
        hf_pdf pdf = {.doc = doc, .arena = &arena, .is_rtl = hf_lang_is_rtl(doc->lang)};
        open_pen(&pdf, fonts);
        lay_out(&pdf);
        ok = draw(&pdf, &drawn, err);
        close_pen(&pdf);
        if (ok && drawn.overflow)
            out->overflow = true;
        else if (ok)
            ok = hf_pdf_finish(doc, &pdf.notes, hf_buf_str(&drawn), out, err);
    }
    g_object_unref(fonts);
    return ok;
}

const hf_writer hf_writer_pdf = {"pdf", "application/pdf", write_pdf};
