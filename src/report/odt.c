// SPDX-License-Identifier: Apache-2.0
//
// A document as OpenDocument text (ISO/IEC 26300, version 1.3): headings by level, tables with heads that repeat,
// languages and directions, the marking in header and footer, figures that lead to their notes.
#include <string.h>

#include "report/office.h"
#include "report/page.h"

#define MEDIA_TYPE "application/vnd.oasis.opendocument.text"
#define URN        "urn:oasis:names:tc:opendocument:xmlns:"
#define NAMES                                                                                      \
    " xmlns:office=\"" URN "office:1.0\" xmlns:style=\"" URN "style:1.0\" xmlns:text=\"" URN       \
    "text:1.0\" xmlns:table=\"" URN "table:1.0\" xmlns:draw=\"" URN                                \
    "drawing:1.0\" xmlns:fo=\"" URN "xsl-fo-compatible:1.0\" xmlns:svg=\"" URN                     \
    "svg-compatible:1.0\" xmlns:meta=\"" URN                                                       \
    "meta:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "                                     \
    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" office:version=\"1.3\""

// --- text ------------------------------------------------------------------------------------------------

static void paragraph(hf_office *o, const char *style, hf_str text)
{
    hf_buf_add_format(&o->text, "<text:p text:style-name=\"%s\">", style);
    hf_office_escape(o, text);
    hf_buf_add_z(&o->text, "</text:p>\n");
}

static void reference(hf_office *o, uint32_t derivation)
{
    if (derivation > 0)
        hf_buf_add_format(&o->text,
                          "<text:a xlink:type=\"simple\" xlink:href=\"#d%u\" "
                          "text:style-name=\"Reference\" "
                          "text:visited-style-name=\"Reference\">[%u]</text:a>",
                          derivation, derivation);
}

static void noted_paragraph(hf_office *o, const char *style, const hf_block *block)
{
    hf_buf_add_format(&o->text, "<text:p text:style-name=\"%s\">", style);
    hf_office_escape(o, block->text);
    reference(o, block->derivation);
    hf_buf_add_z(&o->text, "</text:p>\n");
}

// --- tables ----------------------------------------------------------------------------------------------

// The styles of columns come before the text: T3.2 is the second column of the block with the index 3.
static void column_styles(hf_office *o, size_t index, const double *width, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(&o->text,
                          "<style:style style:name=\"T%zu.%zu\" style:family=\"table-column\">"
                          "<style:table-column-properties style:column-width=\"%.1fpt\"/>"
                          "</style:style>\n",
                          index, i, width[i]);
}

static const double fact_width[] = {HF_OFFICE_INNER * 0.6, HF_OFFICE_INNER * 0.4};

static void widths_of(const hf_office *o, const hf_block *block, hf_widths *w)
{
    *w = (hf_widths){.doc = o->doc, .block = block, .room = HF_OFFICE_INNER, .pad = 4};
    hf_find_widths(w);
}

static void begin_table(hf_office *o, hf_str name, size_t index, size_t column_count)
{
    hf_office_tag(o, "<table:table table:name=\"", name, "");
    hf_buf_add_format(&o->text, " %zu\" table:style-name=\"Register\">\n", index);
    for (size_t i = 0; i < column_count; i++)
        hf_buf_add_format(&o->text, "<table:table-column table:style-name=\"T%zu.%zu\"/>", index,
                          i);
    hf_buf_add_z(&o->text, "\n");
}

static void begin_cell(hf_office *o, const char *cell_style, const char *style)
{
    hf_buf_add_format(&o->text,
                      "<table:table-cell table:style-name=\"%s\" office:value-type=\"string\">"
                      "<text:p text:style-name=\"%s\">",
                      cell_style, style);
}

static void end_cell(hf_office *o)
{
    hf_buf_add_z(&o->text, "</text:p></table:table-cell>");
}

static void cell(hf_office *o, const hf_cell *c)
{
    size_t line = hf_str_find_byte(c->text, '\n', 0);
    if (c->is_number)
        hf_office_escape(o, hf_office_number(o, c));
    else if (c->is_code)
        hf_office_escape(o, hf_office_ltr(o, c->text));
    else {
        hf_office_escape(o, hf_str_slice(c->text, 0, line));
        if (line < c->text.len) {
            hf_buf_add_z(&o->text, "<text:line-break/><text:span text:style-name=\"Key\">");
            hf_str key = hf_str_slice(c->text, line + 1, c->text.len);
            hf_office_escape(o, hf_text_is_rtl(key, false) ? key : hf_office_ltr(o, key));
            hf_buf_add_z(&o->text, "</text:span>");
        }
    }
}

static void table(hf_office *o, const hf_block *block, size_t index)
{
    hf_widths w;
    widths_of(o, block, &w);
    bool is_small = w.size < 8.5;
    noted_paragraph(o, "Caption", block);
    begin_table(o, block->text, index, block->column_count);
    hf_buf_add_z(&o->text, "<table:table-header-rows><table:table-row>");
    for (size_t i = 0; i < block->column_count; i++) {
        begin_cell(o, "HeadCell", block->is_number_column[i] ? "HeadEnd" : "Head");
        hf_office_escape(o, block->columns[i]);
        end_cell(o);
    }
    hf_buf_add_z(&o->text, "</table:table-row></table:table-header-rows>\n");
    for (size_t row = 0; row < block->row_count; row++) {
        hf_buf_add_z(&o->text, "<table:table-row>");
        for (size_t i = 0; i < block->column_count; i++) {
            bool is_end = block->is_number_column[i];
            begin_cell(o, "Cell",
                       is_small ? (is_end ? "SmallEnd" : "Small") : (is_end ? "TextEnd" : "Text"));
            cell(o, &block->cells[row * block->column_count + i]);
            end_cell(o);
        }
        hf_buf_add_z(&o->text, "</table:table-row>\n");
    }
    hf_buf_add_z(&o->text, "</table:table>\n");
}

static void facts(hf_office *o, const hf_block *block, size_t index)
{
    begin_table(o, block->text, index, HF_COUNT(fact_width));
    for (size_t i = 0; i < block->fact_count; i++) {
        const hf_fact *fact = &block->facts[i];
        hf_buf_add_z(&o->text, "<table:table-row>");
        begin_cell(o, "Cell", "Text");
        hf_office_escape(o, fact->label);
        end_cell(o);
        begin_cell(o, "Cell", fact->value.is_number ? "TextEnd" : "Text");
        hf_buf_add_z(&o->text, "<text:span text:style-name=\"Strong\">");
        if (fact->value.is_number)
            hf_office_escape(o, hf_office_number(o, &fact->value));
        else
            hf_office_escape(o, fact->value.text);
        hf_buf_add_z(&o->text, "</text:span>");
        reference(o, fact->derivation);
        end_cell(o);
        hf_buf_add_z(&o->text, "</table:table-row>\n");
    }
    hf_buf_add_z(&o->text, "</table:table>\n");
}

// --- the document ----------------------------------------------------------------------------------------

static void heading(hf_office *o, int level, hf_str text)
{
    hf_buf_add_format(&o->text,
                      "<text:h text:style-name=\"Heading_20_%d\" text:outline-level=\"%d\">", level,
                      level);
    hf_office_escape(o, text);
    hf_buf_add_z(&o->text, "</text:h>\n");
}

static void map(hf_office *o, const hf_block *block)
{
    double width = 0;
    double height = 0;
    uint32_t number = ++o->picture_count;
    hf_office_picture_size(block, &width, &height);
    hf_buf_add_format(&o->text,
                      "<text:p text:style-name=\"Picture\"><draw:frame draw:name=\"map%u\" "
                      "draw:style-name=\"Frame\" text:anchor-type=\"as-char\" "
                      "svg:width=\"%.1fpt\" svg:height=\"%.1fpt\"><draw:image "
                      "xlink:href=\"Pictures/map%u.png\" xlink:type=\"simple\" "
                      "xlink:show=\"embed\" xlink:actuate=\"onLoad\"/>",
                      number, width, height, number);
    hf_office_tag(o, "<svg:desc>", block->text, "</svg:desc></draw:frame></text:p>\n");
    noted_paragraph(o, "Caption", block);
}

static void add_block(hf_office *o, size_t index)
{
    const hf_block *block = &o->doc->blocks.items[index];
    switch (block->kind) {
    case HF_BLOCK_HEADING:
        heading(o, block->level - 1, block->text);
        break;
    case HF_BLOCK_PARAGRAPH:
        noted_paragraph(o, hf_office_leads(o, index) ? "Lead" : "Body", block);
        break;
    case HF_BLOCK_FACTS:
        facts(o, block, index);
        break;
    case HF_BLOCK_TABLE:
        table(o, block, index);
        break;
    case HF_BLOCK_MAP:
        map(o, block);
        break;
    }
}

static void notes(hf_office *o)
{
    const hf_doc *doc = o->doc;
    if (doc->derivations.count == 0)
        return;
    heading(o, 1, hf_office_word(o, "report.heading.derivations"));
    for (size_t i = 0; i < doc->derivations.count; i++) {
        hf_buf_add_format(&o->text,
                          "<text:p text:style-name=\"Note\"><text:bookmark-start "
                          "text:name=\"d%zu\"/>[%zu]<text:bookmark-end text:name=\"d%zu\"/>"
                          "<text:tab/>",
                          i + 1, i + 1, i + 1);
        hf_office_escape(o, doc->derivations.items[i]);
        hf_buf_add_z(&o->text, "</text:p>\n");
    }
}

static void title(hf_office *o)
{
    const hf_doc *doc = o->doc;
    if (doc->banner.len > 0)
        paragraph(o, "Banner", doc->banner);
    paragraph(o, "Title", doc->title);
    if (doc->subtitle.len > 0)
        paragraph(o, "Subtitle", doc->subtitle);
    paragraph(o, "Meta", doc->data_date);
    hf_str margin = hf_doc_margin(doc, false, &o->arena);
    if (margin.len > 0)
        paragraph(o, "Meta", margin);
    hf_buf_add_z(&o->text, "<text:p text:style-name=\"Meta\">");
    hf_office_escape(o, hf_office_word(o, "report.snapshot"));
    hf_buf_add_z(&o->text, " ");
    hf_office_escape(o, hf_office_ltr(o, doc->snapshot));
    hf_buf_add_z(&o->text, "</text:p>\n");
}

// Of tables and frames the styles stand with the text: from elsewhere LibreOffice does not take them.
static void add_table_styles(hf_office *o)
{
    hf_buf_add_format(
        &o->text,
        "<style:style style:name=\"Frame\" style:family=\"graphic\"><style:graphic-properties "
        "style:vertical-pos=\"top\" style:vertical-rel=\"baseline\"/></style:style>\n"
        "<style:style style:name=\"Register\" style:family=\"table\"><style:table-properties "
        "style:width=\"%.1fpt\" table:align=\"margins\" fo:margin-bottom=\"10pt\" "
        "style:writing-mode=\"%s\"/></style:style>\n"
        "<style:style style:name=\"Cell\" style:family=\"table-cell\">"
        "<style:table-cell-properties fo:padding=\"3pt\" fo:border-bottom=\"0.5pt solid "
        "#bac2c9\"/></style:style>\n"
        "<style:style style:name=\"HeadCell\" style:family=\"table-cell\">"
        "<style:table-cell-properties fo:padding=\"3pt\" fo:background-color=\"#f1f3f5\" "
        "fo:border-bottom=\"0.5pt solid #bac2c9\"/></style:style>\n",
        HF_OFFICE_INNER, o->is_rtl ? "rl-tb" : "lr-tb");
}

static bool content(hf_office *o, hf_error *err)
{
    hf_buf_add_z(&o->text,
                 HF_XML_HEAD "<office:document-content" NAMES "><office:automatic-styles>\n");
    add_table_styles(o);
    for (size_t i = 0; i < o->doc->blocks.count; i++) {
        const hf_block *block = &o->doc->blocks.items[i];
        hf_widths w;
        if (block->kind == HF_BLOCK_FACTS)
            column_styles(o, i, fact_width, HF_COUNT(fact_width));
        if (block->kind != HF_BLOCK_TABLE)
            continue;
        widths_of(o, block, &w);
        column_styles(o, i, w.width, block->column_count);
    }
    hf_buf_add_z(&o->text, "</office:automatic-styles><office:body><office:text>\n");
    title(o);
    for (size_t i = 0; i < o->doc->blocks.count; i++)
        add_block(o, i);
    notes(o);
    hf_buf_add_z(&o->text, "</office:text></office:body></office:document-content>\n");
    return hf_office_member(o, "content.xml", err);
}

// --- styles ----------------------------------------------------------------------------------------------

typedef struct {
    const char *name, *parent, *paragraph, *text;
} style;

#define END "end" // instead of properties: set at the side where reading ends

static const style styles[] = {
    {"Body", "Standard", "fo:margin-bottom=\"6pt\"", ""},
    {"Lead", "Body", "fo:keep-with-next=\"always\"", ""},
    {"Title", "Standard",
     "fo:margin-top=\"12pt\" fo:margin-bottom=\"2pt\" fo:keep-with-next="
     "\"always\"",
     "fo:font-size=\"24pt\" fo:font-weight=\"bold\""},
    {"Subtitle", "Standard", "fo:margin-bottom=\"10pt\"",
     "fo:font-size=\"12pt\" fo:color="
     "\"#44525f\""},
    {"Meta", "Standard", "fo:margin-bottom=\"1pt\"", "fo:font-size=\"8pt\" fo:color=\"#44525f\""},
    {"Heading_20_1", "Standard",
     "fo:margin-top=\"18pt\" fo:margin-bottom=\"6pt\" fo:keep-with-next=\"always\" "
     "fo:border-top=\"1.5pt solid #000000\" fo:padding-top=\"6pt\"",
     "fo:font-size=\"15pt\" fo:font-weight=\"bold\""},
    {"Heading_20_2", "Standard",
     "fo:margin-top=\"12pt\" fo:margin-bottom=\"4pt\" fo:keep-with-next=\"always\"",
     "fo:font-size=\"12pt\" fo:font-weight=\"bold\""},
    {"Caption", "Standard",
     "fo:margin-top=\"8pt\" fo:margin-bottom=\"3pt\" fo:keep-with-next=\"always\"",
     "fo:font-size=\"9pt\" fo:color=\"#44525f\""},
    {"Picture", "Standard", "fo:margin-top=\"6pt\" fo:keep-with-next=\"always\"", ""},
    {"Text", "Standard", "fo:margin-top=\"1.5pt\" fo:margin-bottom=\"1.5pt\"",
     "fo:font-size=\"9pt\""},
    {"TextEnd", "Text", END, ""},
    {"Small", "Text", "", "fo:font-size=\"7.5pt\""},
    {"SmallEnd", "Small", END, ""},
    {"Head", "Text", "fo:keep-with-next=\"always\"",
     "fo:font-size=\"8pt\" fo:font-weight=\"bold\""},
    {"HeadEnd", "Head", END, ""},
    {"Note", "Standard",
     "fo:margin-left=\"28pt\" fo:text-indent=\"-28pt\" fo:margin-bottom=\"3pt\"",
     "fo:font-size=\"8.5pt\""},
    {"Banner", "Standard",
     "fo:border=\"2pt dashed #b3263a\" fo:padding=\"5pt\" fo:margin-bottom=\"8pt\"",
     "fo:font-weight=\"bold\""},
};

// Every size and weight is said for all three kinds of scripts.
static void text_properties(hf_office *o, hf_str properties)
{
    hf_str rest = properties;
    hf_str word;
    hf_buf_add_format(&o->text, "<style:text-properties %.*s", HF_STR_ARG(properties));
    while (hf_str_split(&rest, ' ', &word)) {
        if (!hf_str_starts(word, "fo:font-"))
            continue;
        hf_str name = hf_str_slice(word, 3, word.len);
        size_t equal = hf_str_find_byte(name, '=', 0);
        static const char *const kinds[] = {"asian", "complex"};
        for (size_t i = 0; i < HF_COUNT(kinds); i++)
            hf_buf_add_format(&o->text, " style:%.*s-%s%.*s", (int)equal, name.ptr, kinds[i],
                              (int)(name.len - equal), name.ptr + equal);
    }
    hf_buf_add_z(&o->text, "/>");
}

static void add_styles(hf_office *o)
{
    hf_lang lang = o->doc->lang;
    bool is_western = !o->is_rtl && lang != HF_LANG_ZH;
    hf_buf_add_format(
        &o->text,
        "<style:default-style style:family=\"paragraph\"><style:paragraph-properties "
        "style:writing-mode=\"%s\"/><style:text-properties style:font-name=\"Noto Sans\" "
        "style:font-name-asian=\"WenQuanYi Micro Hei\" style:font-name-complex=\"Noto Sans "
        "Arabic\" fo:font-size=\"10pt\" style:font-size-asian=\"10pt\" "
        "style:font-size-complex=\"10pt\" fo:language=\"%s\" fo:country=\"%s\" "
        "style:language-asian=\"zh\" style:country-asian=\"CN\" style:language-complex=\"ar\" "
        "style:country-complex=\"SA\"/></style:default-style>\n"
        "<style:style style:name=\"Standard\" style:family=\"paragraph\" "
        "style:class=\"text\"><style:paragraph-properties fo:text-align=\"%s\" "
        "style:writing-mode=\"%s\"/></style:style>\n",
        o->is_rtl ? "rl-tb" : "lr-tb", is_western ? hf_lang_code(lang) : "en",
        is_western ? hf_office_country(lang) : "GB", o->is_rtl ? "right" : "left",
        o->is_rtl ? "rl-tb" : "lr-tb");
    for (size_t i = 0; i < HF_COUNT(styles); i++) {
        const char *paragraph = styles[i].paragraph;
        if (strcmp(paragraph, END) == 0) // LibreOffice takes "end" for the right in any direction
            paragraph = o->is_rtl ? "fo:text-align=\"left\"" : "fo:text-align=\"right\"";
        hf_buf_add_format(&o->text,
                          "<style:style style:name=\"%s\" style:family=\"paragraph\" "
                          "style:parent-style-name=\"%s\"><style:paragraph-properties %s/>",
                          styles[i].name, styles[i].parent, paragraph);
        text_properties(o, hf_str_of(styles[i].text));
        hf_buf_add_z(&o->text, "</style:style>\n");
    }
}

static void add_other_styles(hf_office *o)
{
    hf_buf_add_format(
        &o->text,
        "<style:style style:name=\"Reference\" style:family=\"text\"><style:text-properties "
        "fo:color=\"#0b5c8a\" style:text-position=\"super 70%%\"/></style:style>\n"
        "<style:style style:name=\"Key\" style:family=\"text\"><style:text-properties "
        "fo:color=\"#44525f\" fo:font-size=\"7.5pt\" style:font-size-asian=\"7.5pt\" "
        "style:font-size-complex=\"7.5pt\"/></style:style>\n"
        "<style:style style:name=\"Strong\" style:family=\"text\"><style:text-properties "
        "fo:font-weight=\"bold\" style:font-weight-asian=\"bold\" "
        "style:font-weight-complex=\"bold\"/></style:style>\n"
        "<style:style style:name=\"Marking\" style:family=\"text\"><style:text-properties "
        "fo:color=\"#%s\" fo:background-color=\"#000000\" fo:font-size=\"12pt\" "
        "fo:font-weight=\"bold\"/></style:style>\n",
        hf_office_tlp(o->doc->marking));
}

// --- header and footer -----------------------------------------------------------------------------------

static void marking(hf_office *o)
{
    const char *gap =
        o->is_rtl ? "" : "\xc2\xa0"; // between Arabic letters it is higher than the label
    hf_buf_add_format(&o->text, "<text:span text:style-name=\"Marking\">%s", gap);
    hf_office_tag(o, "", o->doc->marking, gap);
    hf_buf_add_z(&o->text, "</text:span>");
}

static void pages(hf_office *o)
{
    static const char number[] = "<text:page-number text:select-page=\"current\">1"
                                 "</text:page-number>";
    static const char count[] = "<text:page-count>1</text:page-count>";
    hf_office_pages words = hf_office_page_words(o);
    hf_office_escape(o, words.before);
    hf_buf_add_z(&o->text, words.is_all_first ? count : number);
    hf_office_escape(o, words.between);
    hf_buf_add_z(&o->text, words.is_all_first ? number : count);
    hf_office_escape(o, words.after);
}

static void tab(hf_office *o)
{
    hf_buf_add_z(&o->text, "<text:tab/>");
}

// The marking stands at the right in every language: it comes last, or first where lines run from there.
static void add_margins(hf_office *o)
{
    hf_buf_add_z(&o->text, "<office:master-styles><style:master-page style:name=\"Standard\" "
                           "style:page-layout-name=\"Page\"><style:header><text:p "
                           "text:style-name=\"Running\">");
    if (o->is_rtl) {
        marking(o);
        tab(o);
    }
    hf_office_escape(o, hf_doc_margin(o->doc, true, &o->arena));
    if (!o->is_rtl) {
        tab(o);
        marking(o);
    }
    hf_buf_add_z(&o->text, "</text:p></style:header><style:footer><text:p "
                           "text:style-name=\"RunningFoot\">");
    if (o->is_rtl)
        marking(o);
    else
        hf_office_escape(o, hf_office_data_line(o));
    tab(o);
    pages(o);
    tab(o);
    if (o->is_rtl)
        hf_office_escape(o, hf_office_data_line(o));
    else
        marking(o);
    hf_buf_add_z(&o->text, "</text:p></style:footer></style:master-page></office:master-styles>\n");
}

static bool write_styles(hf_office *o, hf_error *err)
{
    hf_buf_add_z(&o->text, HF_XML_HEAD
                 "<office:document-styles" NAMES "><office:font-face-decls>"
                 "<style:font-face style:name=\"Noto Sans\" svg:font-family=\"'Noto Sans'\"/>"
                 "<style:font-face style:name=\"Noto Sans Arabic\" svg:font-family=\"'Noto Sans "
                 "Arabic'\"/><style:font-face style:name=\"WenQuanYi Micro Hei\" "
                 "svg:font-family=\"'WenQuanYi Micro Hei'\"/></office:font-face-decls>"
                 "<office:styles>\n");
    add_styles(o);
    add_other_styles(o);
    hf_buf_add_format(&o->text,
                      "<style:style style:name=\"Running\" style:family=\"paragraph\" "
                      "style:parent-style-name=\"Standard\"><style:paragraph-properties>"
                      "<style:tab-stops><style:tab-stop style:position=\"%.0fpt\" "
                      "style:type=\"right\"/></style:tab-stops></style:paragraph-properties>",
                      HF_OFFICE_INNER);
    text_properties(o, HF_STR("fo:font-size=\"8pt\" fo:color=\"#44525f\""));
    hf_buf_add_format(
        &o->text,
        "</style:style><style:style style:name=\"RunningFoot\" style:family=\"paragraph\" "
        "style:parent-style-name=\"Running\"><style:paragraph-properties>"
        "<style:tab-stops><style:tab-stop style:position=\"270pt\" "
        "style:type=\"center\"/><style:tab-stop style:position=\"%.0fpt\" style:type=\"right\"/>"
        "</style:tab-stops></style:paragraph-properties></style:style></office:styles>\n"
        "<office:automatic-styles><style:page-layout style:name=\"Page\">"
        "<style:page-layout-properties fo:page-width=\"210mm\" fo:page-height=\"297mm\" "
        "fo:margin-top=\"26pt\" fo:margin-bottom=\"26pt\" fo:margin-left=\"45pt\" "
        "fo:margin-right=\"45pt\" style:writing-mode=\"%s\"/><style:header-style>"
        "<style:header-footer-properties fo:margin-bottom=\"16pt\"/></style:header-style>"
        "<style:footer-style><style:header-footer-properties fo:margin-top=\"14pt\"/>"
        "</style:footer-style></style:page-layout></office:automatic-styles>\n",
        HF_OFFICE_INNER, o->is_rtl ? "rl-tb" : "lr-tb");
    add_margins(o);
    hf_buf_add_z(&o->text, "</office:document-styles>\n");
    return hf_office_member(o, "styles.xml", err);
}

// --- the package -----------------------------------------------------------------------------------------

static bool properties(hf_office *o, hf_error *err)
{
    const hf_doc *doc = o->doc;
    hf_office_tag(o, HF_XML_HEAD "<office:document-meta" NAMES "><office:meta><dc:title>",
                  doc->title, "</dc:title>");
    hf_office_tag(o, "<dc:subject>", doc->subtitle, "</dc:subject>");
    hf_office_tag(o, "<meta:keyword>", doc->marking, "</meta:keyword>");
    hf_office_tag(o, "<meta:creation-date>", doc->date, "T00:00:00Z</meta:creation-date>");
    hf_buf_add_format(&o->text,
                      "<dc:language>%s-%s</dc:language><meta:generator>Holdfast/" HF_VERSION
                      "</meta:generator></office:meta></office:document-meta>\n",
                      hf_lang_code(doc->lang), hf_office_country(doc->lang));
    return hf_office_member(o, "meta.xml", err);
}

static bool manifest(hf_office *o, hf_error *err)
{
    hf_buf_add_z(&o->text, HF_XML_HEAD
                 "<manifest:manifest xmlns:manifest=\"" URN "manifest:1.0\" "
                 "manifest:version=\"1.3\"><manifest:file-entry manifest:full-path=\"/\" "
                 "manifest:version=\"1.3\" manifest:media-type=\"" MEDIA_TYPE "\"/>");
    static const char *const parts[] = {"content.xml", "styles.xml", "meta.xml"};
    for (size_t i = 0; i < HF_COUNT(parts); i++)
        hf_buf_add_format(&o->text,
                          "<manifest:file-entry manifest:full-path=\"%s\" "
                          "manifest:media-type=\"text/xml\"/>",
                          parts[i]);
    for (uint32_t i = 1; i <= o->picture_count; i++)
        hf_buf_add_format(&o->text,
                          "<manifest:file-entry manifest:full-path=\"Pictures/map%u.png\" "
                          "manifest:media-type=\"image/png\"/>",
                          i);
    hf_buf_add_z(&o->text, "</manifest:manifest>\n");
    return hf_office_member(o, "META-INF/manifest.xml", err);
}

static bool write_odt(const hf_doc *doc, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_office_done) hf_office o = hf_office_of(doc, out);
    return hf_zip_store(&o.zip, HF_STR("mimetype"), HF_STR(MEDIA_TYPE), err) && content(&o, err) &&
           write_styles(&o, err) && properties(&o, err) && manifest(&o, err) &&
           hf_office_pictures(&o, "Pictures", err) && hf_zip_finish(&o.zip, err);
}

const hf_writer hf_writer_odt = {"odt", MEDIA_TYPE, write_odt};
