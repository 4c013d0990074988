// SPDX-License-Identifier: Apache-2.0
//
// A document as Office Open XML (ISO/IEC 29500, transitional) that people go on writing in: headings by style, tables
// with heads that repeat, languages and directions, the marking in header and footer, figures that lead to their notes.
#include <math.h>

#include "report/office.h"
#include "report/page.h"

#define TWIPS  20.0    // of a point
#define EMU    12700.0 // of a point
#define W_NS   "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define R_NS   "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define P_NS   "http://schemas.openxmlformats.org/package/2006/"
#define WP_NS  "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
#define A_NS   "http://schemas.openxmlformats.org/drawingml/2006/main"
#define PIC_NS "http://schemas.openxmlformats.org/drawingml/2006/picture"
#define MAIN   "application/vnd.openxmlformats-officedocument.wordprocessingml."

// --- text ------------------------------------------------------------------------------------------------

// One run. properties: elements that come before w:rtl; may be empty.
static void run(hf_office *o, const char *properties, hf_str text, bool is_rtl)
{
    if (text.len == 0)
        return;
    hf_buf_add_z(&o->text, "<w:r><w:rPr>");
    hf_buf_add_z(&o->text, properties);
    hf_buf_add_z(&o->text, is_rtl ? "<w:rtl/></w:rPr>" : "</w:rPr>");
    hf_office_tag(o, "<w:t xml:space=\"preserve\">", text, "</w:t></w:r>");
}

static void text_run(hf_office *o, const char *properties, hf_str text)
{
    run(o, properties, text, hf_text_is_rtl(text, o->is_rtl));
}

static void begin_paragraph(hf_office *o, const char *style)
{
    hf_buf_add_format(&o->text, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style,
                      o->is_rtl ? "<w:bidi/>" : "");
}

static void end_paragraph(hf_office *o)
{
    hf_buf_add_z(&o->text, "</w:p>\n");
}

static void paragraph(hf_office *o, const char *style, hf_str text)
{
    begin_paragraph(o, style);
    text_run(o, "", text);
    end_paragraph(o);
}

static void reference(hf_office *o, uint32_t derivation)
{
    if (derivation > 0)
        hf_buf_add_format(&o->text,
                          "<w:hyperlink w:anchor=\"d%u\" w:history=\"1\"><w:r><w:rPr><w:rStyle "
                          "w:val=\"Reference\"/></w:rPr><w:t>[%u]</w:t></w:r></w:hyperlink>",
                          derivation, derivation);
}

// --- tables ----------------------------------------------------------------------------------------------

// look: which parts of the table's style count
static void begin_table(hf_office *o, hf_str caption, const double *width, size_t count,
                        const char *look)
{
    hf_buf_add_format(&o->text,
                      "<w:tbl><w:tblPr><w:tblStyle w:val=\"Register\"/>%s<w:tblW w:w=\"%.0f\" "
                      "w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook %s "
                      "w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" "
                      "w:noHBand=\"1\" w:noVBand=\"1\"/>",
                      o->is_rtl ? "<w:bidiVisual/>" : "", HF_OFFICE_INNER * TWIPS, look);
    hf_office_tag(o, "<w:tblCaption w:val=\"", caption, "\"/></w:tblPr>\n<w:tblGrid>");
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(&o->text, "<w:gridCol w:w=\"%.0f\"/>", width[i] * TWIPS);
    hf_buf_add_z(&o->text, "</w:tblGrid>\n");
}

static void begin_row(hf_office *o, bool is_head)
{
    hf_buf_add_format(&o->text, "<w:tr><w:trPr>%s%s</w:trPr>", is_head ? "<w:cantSplit/>" : "",
                      is_head ? "<w:tblHeader/>" : "");
}

static void begin_cell(hf_office *o, double width, const char *style, bool is_number)
{
    hf_buf_add_format(&o->text,
                      "<w:tc><w:tcPr><w:tcW w:w=\"%.0f\" w:type=\"dxa\"/></w:tcPr><w:p><w:pPr>"
                      "<w:pStyle w:val=\"%s\"/>%s%s</w:pPr>",
                      width * TWIPS, style, o->is_rtl ? "<w:bidi/>" : "",
                      is_number ? "<w:jc w:val=\"end\"/>" : "");
}

static void end_cell(hf_office *o)
{
    hf_buf_add_z(&o->text, "</w:p></w:tc>");
}

// Letters of the size that the widths were found for, in half points.
static const char *size_of(hf_office *o, double points)
{
    hf_str text = hf_str_format(&o->arena, "<w:sz w:val=\"%.0f\"/><w:szCs w:val=\"%.0f\"/>",
                                floor(points * 2), floor(points * 2));
    return hf_str_z(&o->arena, text);
}

static void cell(hf_office *o, const hf_cell *c, const char *size)
{
    size_t line = hf_str_find_byte(c->text, '\n', 0);
    if (c->is_number)
        run(o, size, hf_office_number(o, c), false);
    else if (c->is_code)
        run(o, size, hf_office_ltr(o, c->text), false);
    else {
        text_run(o, size, hf_str_slice(c->text, 0, line));
        if (line < c->text.len) {
            hf_buf_add_z(&o->text, "<w:r><w:br/></w:r>");
            hf_str key = hf_str_slice(c->text, line + 1, c->text.len);
            bool is_rtl = hf_text_is_rtl(key, false); // words stand there too
            run(o, "<w:rStyle w:val=\"Key\"/>", is_rtl ? key : hf_office_ltr(o, key), is_rtl);
        }
    }
}

static void noted_paragraph(hf_office *o, const char *style, const hf_block *block)
{
    begin_paragraph(o, style);
    text_run(o, "", block->text);
    reference(o, block->derivation);
    end_paragraph(o);
}

static void table(hf_office *o, const hf_block *block)
{
    hf_widths w = {.doc = o->doc, .block = block, .room = HF_OFFICE_INNER, .pad = 5.4};
    hf_find_widths(&w);
    const char *size = size_of(o, w.size);
    const char *head_size = size_of(o, w.size - HF_HEAD_SMALLER);
    noted_paragraph(o, "Caption", block);
    begin_table(o, block->text, w.width, block->column_count, "w:val=\"0620\" w:firstRow=\"1\"");
    begin_row(o, true);
    for (size_t i = 0; i < block->column_count; i++) {
        begin_cell(o, w.width[i], "TableHead", block->is_number_column[i]);
        text_run(o, head_size, block->columns[i]);
        end_cell(o);
    }
    hf_buf_add_z(&o->text, "</w:tr>\n");
    for (size_t row = 0; row < block->row_count; row++) {
        begin_row(o, false);
        for (size_t i = 0; i < block->column_count; i++) {
            begin_cell(o, w.width[i], "TableText", block->is_number_column[i]);
            cell(o, &block->cells[row * block->column_count + i], size);
            end_cell(o);
        }
        hf_buf_add_z(&o->text, "</w:tr>\n");
    }
    hf_buf_add_z(&o->text, "</w:tbl>\n");
    paragraph(o, "Gap", HF_STR_EMPTY);
}

static void facts(hf_office *o, const hf_block *block)
{
    const double width[] = {HF_OFFICE_INNER * 0.6, HF_OFFICE_INNER * 0.4};
    begin_table(o, block->text, width, HF_COUNT(width), "w:val=\"0600\" w:firstRow=\"0\"");
    for (size_t i = 0; i < block->fact_count; i++) {
        const hf_fact *fact = &block->facts[i];
        begin_row(o, false);
        begin_cell(o, width[0], "TableText", false);
        text_run(o, "", fact->label);
        end_cell(o);
        begin_cell(o, width[1], "TableText", fact->value.is_number);
        if (fact->value.is_number)
            run(o, "<w:b/><w:bCs/>", hf_office_number(o, &fact->value), false);
        else
            text_run(o, "<w:b/><w:bCs/>", fact->value.text);
        reference(o, fact->derivation);
        end_cell(o);
        hf_buf_add_z(&o->text, "</w:tr>\n");
    }
    hf_buf_add_z(&o->text, "</w:tbl>\n");
    paragraph(o, "Gap", HF_STR_EMPTY);
}

// --- pictures --------------------------------------------------------------------------------------------

static void map(hf_office *o, const hf_block *block)
{
    double width = 0;
    double height = 0;
    uint32_t number = ++o->picture_count;
    hf_office_picture_size(block, &width, &height);
    begin_paragraph(o, "Picture");
    hf_buf_add_format(&o->text,
                      "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" "
                      "distR=\"0\"><wp:extent cx=\"%.0f\" cy=\"%.0f\"/><wp:docPr id=\"%u\" "
                      "name=\"map%u\" descr=\"",
                      width * EMU, height * EMU, number, number);
    hf_office_escape(o, block->text);
    hf_buf_add_format(&o->text,
                      "\"/><a:graphic><a:graphicData uri=\"" PIC_NS "\"><pic:pic><pic:nvPicPr>"
                      "<pic:cNvPr id=\"%u\" name=\"map%u.png\"/><pic:cNvPicPr/></pic:nvPicPr>"
                      "<pic:blipFill><a:blip r:embed=\"rIdMap%u\"/><a:stretch><a:fillRect/>"
                      "</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>"
                      "<a:ext cx=\"%.0f\" cy=\"%.0f\"/></a:xfrm><a:prstGeom prst=\"rect\">"
                      "<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>"
                      "</wp:inline></w:drawing></w:r>",
                      number, number, number, width * EMU, height * EMU);
    end_paragraph(o);
    noted_paragraph(o, "PictureCaption", block);
}

// --- the document ----------------------------------------------------------------------------------------

static void block(hf_office *o, size_t index)
{
    const hf_block *b = &o->doc->blocks.items[index];
    switch (b->kind) {
    case HF_BLOCK_HEADING:
        paragraph(o, b->level == 2 ? "Heading1" : "Heading2", b->text);
        break;
    case HF_BLOCK_PARAGRAPH:
        noted_paragraph(o, hf_office_leads(o, index) ? "Lead" : "Normal", b);
        break;
    case HF_BLOCK_FACTS:
        facts(o, b);
        break;
    case HF_BLOCK_TABLE:
        table(o, b);
        break;
    case HF_BLOCK_MAP:
        map(o, b);
        break;
    }
}

static void notes(hf_office *o)
{
    const hf_doc *doc = o->doc;
    if (doc->derivations.count == 0)
        return;
    paragraph(o, "Heading1", hf_office_word(o, "report.heading.derivations"));
    for (size_t i = 0; i < doc->derivations.count; i++) {
        begin_paragraph(o, "Note");
        hf_buf_add_format(&o->text,
                          "<w:bookmarkStart w:id=\"%zu\" w:name=\"d%zu\"/><w:r><w:t>[%zu]</w:t>"
                          "</w:r><w:bookmarkEnd w:id=\"%zu\"/><w:r><w:tab/></w:r>",
                          i + 1, i + 1, i + 1, i + 1);
        text_run(o, "", doc->derivations.items[i]);
        end_paragraph(o);
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
    begin_paragraph(o, "Meta");
    text_run(o, "", hf_office_word(o, "report.snapshot"));
    run(o, "", HF_STR(" "), false);
    run(o, "", hf_office_ltr(o, doc->snapshot), false);
    end_paragraph(o);
}

static bool document(hf_office *o, hf_error *err)
{
    hf_buf_add_z(&o->text, HF_XML_HEAD "<w:document xmlns:w=\"" W_NS "\" xmlns:r=\"" R_NS
                                       "\" xmlns:wp=\"" WP_NS "\" xmlns:a=\"" A_NS
                                       "\" xmlns:pic=\"" PIC_NS "\"><w:body>\n");
    title(o);
    for (size_t i = 0; i < o->doc->blocks.count; i++)
        block(o, i);
    notes(o);
    hf_buf_add_format(&o->text,
                      "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdHeader\"/>"
                      "<w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/>"
                      "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1280\" "
                      "w:right=\"903\" w:bottom=\"1240\" w:left=\"903\" w:header=\"520\" "
                      "w:footer=\"520\" w:gutter=\"0\"/>%s</w:sectPr></w:body></w:document>\n",
                      o->is_rtl ? "<w:bidi/>" : "");
    return hf_office_member(o, "word/document.xml", err);
}

// --- header and footer -----------------------------------------------------------------------------------

static void marking(hf_office *o)
{
    hf_buf_add_format(&o->text,
                      "<w:r><w:rPr><w:b/><w:bCs/><w:color w:val=\"%s\"/><w:sz w:val=\"24\"/>"
                      "<w:szCs w:val=\"24\"/><w:shd w:val=\"clear\" w:color=\"auto\" "
                      "w:fill=\"000000\"/></w:rPr>",
                      hf_office_tlp(o->doc->marking));
    const char *gap =
        o->is_rtl ? "" : " "; // a space between Arabic letters is higher than the label
    hf_buf_add_format(&o->text, "<w:t xml:space=\"preserve\">%s", gap);
    hf_office_tag(o, "", o->doc->marking, gap);
    hf_buf_add_z(&o->text, "</w:t></w:r>");
}

static void field(hf_office *o, const char *name)
{
    hf_buf_add_format(&o->text,
                      "<w:fldSimple w:instr=\" %s \"><w:r><w:t>1</w:t></w:r></w:fldSimple>", name);
}

static void pages(hf_office *o)
{
    hf_office_pages words = hf_office_page_words(o);
    text_run(o, "", words.before);
    field(o, words.is_all_first ? "NUMPAGES" : "PAGE");
    text_run(o, "", words.between);
    field(o, words.is_all_first ? "PAGE" : "NUMPAGES");
    text_run(o, "", words.after);
}

static void tab(hf_office *o)
{
    hf_buf_add_z(&o->text, "<w:r><w:tab/></w:r>");
}

// The marking stands at the right in every language: it comes last, or first where lines run from there.
static bool margins(hf_office *o, hf_error *err)
{
    const char *bidi = o->is_rtl ? "<w:bidi/>" : "";
    hf_buf_add_format(&o->text,
                      HF_XML_HEAD "<w:hdr xmlns:w=\"" W_NS
                                  "\"><w:p><w:pPr><w:pStyle w:val=\"Header\"/>%s</w:pPr>",
                      bidi);
    if (o->is_rtl) {
        marking(o);
        tab(o);
    }
    text_run(o, "", hf_doc_margin(o->doc, true, &o->arena));
    if (!o->is_rtl) {
        tab(o);
        marking(o);
    }
    hf_buf_add_z(&o->text, "</w:p></w:hdr>\n");
    if (!hf_office_member(o, "word/header1.xml", err))
        return false;
    hf_buf_add_format(&o->text,
                      HF_XML_HEAD "<w:ftr xmlns:w=\"" W_NS
                                  "\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/>%s</w:pPr>",
                      bidi);
    if (o->is_rtl)
        marking(o);
    else
        text_run(o, "", hf_office_data_line(o));
    tab(o);
    pages(o);
    tab(o);
    if (o->is_rtl)
        text_run(o, "", hf_office_data_line(o));
    else
        marking(o);
    hf_buf_add_z(&o->text, "</w:p></w:ftr>\n");
    return hf_office_member(o, "word/footer1.xml", err);
}

// --- styles ----------------------------------------------------------------------------------------------

typedef struct {
    const char *id, *name, *next, *paragraph, *run;
} style;

static const style styles[] = {
    {"Title", "Title", "Normal", "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"40\"/>",
     "<w:b/><w:bCs/><w:sz w:val=\"48\"/><w:szCs w:val=\"48\"/>"},
    {"Subtitle", "Subtitle", "Normal", "<w:keepNext/><w:spacing w:after=\"200\"/>",
     "<w:color w:val=\"44525F\"/><w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>"},
    {"Meta", "Data and snapshot", "Normal", "<w:spacing w:after=\"20\"/>",
     "<w:color w:val=\"44525F\"/><w:sz w:val=\"16\"/><w:szCs w:val=\"16\"/>"},
    {"Heading1", "heading 1", "Normal",
     "<w:keepNext/><w:keepLines/><w:pBdr><w:top w:val=\"single\" w:sz=\"12\" w:space=\"6\" "
     "w:color=\"000000\"/></w:pBdr><w:spacing w:before=\"360\" w:after=\"120\"/><w:outlineLvl "
     "w:val=\"0\"/>",
     "<w:b/><w:bCs/><w:sz w:val=\"30\"/><w:szCs w:val=\"30\"/>"},
    {"Heading2", "heading 2", "Normal",
     "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl "
     "w:val=\"1\"/>",
     "<w:b/><w:bCs/><w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/>"},
    {"Lead", "Leads to a table", "Normal", "<w:keepNext/>", ""},
    {"Caption", "caption", "Normal", "<w:keepNext/><w:spacing w:before=\"160\" w:after=\"60\"/>",
     "<w:color w:val=\"44525F\"/><w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>"},
    {"Picture", "Picture", "Caption", "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"60\"/>",
     ""},
    {"PictureCaption", "Caption of a picture", "Normal", "<w:spacing w:after=\"160\"/>",
     "<w:color w:val=\"44525F\"/><w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>"},
    {"TableText", "Table text", "TableText", "<w:spacing w:before=\"30\" w:after=\"30\"/>",
     "<w:sz w:val=\"18\"/><w:szCs w:val=\"18\"/>"},
    {"TableHead", "Table head", "TableText",
     "<w:keepNext/><w:spacing w:before=\"40\" w:after=\"40\"/>",
     "<w:b/><w:bCs/><w:sz w:val=\"17\"/><w:szCs w:val=\"17\"/>"},
    {"Gap", "Behind a table", "Normal", "<w:spacing w:after=\"60\"/>",
     "<w:sz w:val=\"8\"/><w:szCs w:val=\"8\"/>"},
    {"Note", "Note", "Note",
     "<w:tabs><w:tab w:val=\"left\" w:pos=\"560\"/></w:tabs><w:spacing w:after=\"60\"/><w:ind "
     "w:start=\"560\" w:hanging=\"560\"/>",
     "<w:sz w:val=\"17\"/><w:szCs w:val=\"17\"/>"},
    {"Banner", "Banner", "Normal",
     "<w:pBdr><w:top w:val=\"dashed\" w:sz=\"18\" w:space=\"4\" w:color=\"B3263A\"/><w:left "
     "w:val=\"dashed\" w:sz=\"18\" w:space=\"4\" w:color=\"B3263A\"/><w:bottom w:val=\"dashed\" "
     "w:sz=\"18\" w:space=\"4\" w:color=\"B3263A\"/><w:right w:val=\"dashed\" w:sz=\"18\" "
     "w:space=\"4\" w:color=\"B3263A\"/></w:pBdr><w:spacing w:after=\"160\"/>",
     "<w:b/><w:bCs/>"},
    {"Header", "header", "Header",
     "<w:tabs><w:tab w:val=\"end\" w:pos=\"10100\"/></w:tabs><w:spacing w:after=\"0\"/>",
     "<w:color w:val=\"44525F\"/><w:sz w:val=\"16\"/><w:szCs w:val=\"16\"/>"},
    {"Footer", "footer", "Footer",
     "<w:tabs><w:tab w:val=\"center\" w:pos=\"5400\"/><w:tab w:val=\"end\" w:pos=\"10100\"/>"
     "</w:tabs><w:spacing w:after=\"0\"/>",
     "<w:color w:val=\"44525F\"/><w:sz w:val=\"16\"/><w:szCs w:val=\"16\"/>"},
};

static void defaults(hf_office *o)
{
    hf_lang lang = o->doc->lang;
    bool is_zh = lang == HF_LANG_ZH;
    hf_buf_add_format(
        &o->text,
        "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Noto Sans\" w:hAnsi=\"Noto "
        "Sans\" w:eastAsia=\"WenQuanYi Micro Hei\" w:cs=\"%s\"/><w:sz w:val=\"20\"/><w:szCs "
        "w:val=\"20\"/><w:lang w:val=\"%s-%s\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr>"
        "</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"120\"/></w:pPr></w:pPrDefault>"
        "</w:docDefaults>\n",
        o->is_rtl ? "Noto Sans Arabic" : "Noto Sans",
        is_zh || o->is_rtl ? "en" : hf_lang_code(lang),
        is_zh || o->is_rtl ? "GB" : hf_office_country(lang));
}

static bool write_styles(hf_office *o, hf_error *err)
{
    hf_buf_add_z(&o->text, HF_XML_HEAD "<w:styles xmlns:w=\"" W_NS "\">\n");
    defaults(o);
    hf_buf_add_z(&o->text, "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">"
                           "<w:name w:val=\"Normal\"/><w:qFormat/></w:style>\n");
    for (size_t i = 0; i < HF_COUNT(styles); i++)
        hf_buf_add_format(&o->text,
                          "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
                          "<w:basedOn w:val=\"Normal\"/><w:next w:val=\"%s\"/><w:qFormat/><w:pPr>"
                          "%s</w:pPr><w:rPr>%s</w:rPr></w:style>\n",
                          styles[i].id, styles[i].name, styles[i].next, styles[i].paragraph,
                          styles[i].run);
    hf_buf_add_z(&o->text,
                 "<w:style w:type=\"character\" w:styleId=\"Reference\"><w:name w:val=\"Reference "
                 "to a note\"/><w:rPr><w:color w:val=\"0B5C8A\"/><w:vertAlign "
                 "w:val=\"superscript\"/></w:rPr></w:style>\n"
                 "<w:style w:type=\"character\" w:styleId=\"Key\"><w:name w:val=\"Key\"/><w:rPr>"
                 "<w:color w:val=\"44525F\"/><w:sz w:val=\"15\"/><w:szCs w:val=\"15\"/></w:rPr>"
                 "</w:style>\n"
                 "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name "
                 "w:val=\"Normal Table\"/><w:tblPr><w:tblCellMar><w:left w:w=\"108\" "
                 "w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>"
                 "</w:style>\n"
                 "<w:style w:type=\"table\" w:styleId=\"Register\"><w:name w:val=\"Register\"/>"
                 "<w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders><w:top "
                 "w:val=\"single\" w:sz=\"4\" w:color=\"BAC2C9\"/><w:bottom w:val=\"single\" "
                 "w:sz=\"4\" w:color=\"BAC2C9\"/><w:insideH w:val=\"single\" w:sz=\"4\" "
                 "w:color=\"BAC2C9\"/></w:tblBorders></w:tblPr><w:tblStylePr "
                 "w:type=\"firstRow\"><w:tcPr><w:shd w:val=\"clear\" w:color=\"auto\" "
                 "w:fill=\"F1F3F5\"/></w:tcPr></w:tblStylePr></w:style>\n</w:styles>\n");
    return hf_office_member(o, "word/styles.xml", err);
}

static bool settings(hf_office *o, hf_error *err)
{
    hf_buf_add_format(&o->text,
                      HF_XML_HEAD "<w:settings xmlns:w=\"" W_NS "\"><w:zoom w:percent=\"100\"/>"
                                  "<w:themeFontLang w:val=\"%s-%s\"%s/></w:settings>\n",
                      o->is_rtl ? "en" : hf_lang_code(o->doc->lang),
                      o->is_rtl ? "GB" : hf_office_country(o->doc->lang),
                      o->is_rtl ? " w:bidi=\"ar-SA\"" : "");
    return hf_office_member(o, "word/settings.xml", err);
}

// --- the package -----------------------------------------------------------------------------------------

static uint32_t count_maps(const hf_doc *doc)
{
    uint32_t count = 0;
    for (size_t i = 0; i < doc->blocks.count; i++)
        count += doc->blocks.items[i].kind == HF_BLOCK_MAP;
    return count;
}

static bool frame(hf_office *o, hf_error *err)
{
    hf_buf_add_z(&o->text, HF_XML_HEAD
                 "<Types xmlns=\"" P_NS "content-types\"><Default Extension=\"rels\" "
                 "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                 "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Default "
                 "Extension=\"png\" ContentType=\"image/png\"/>"
                 "<Override PartName=\"/word/document.xml\" ContentType=\"" MAIN
                 "document.main+xml\"/><Override PartName=\"/word/styles.xml\" ContentType=\"" MAIN
                 "styles+xml\"/><Override PartName=\"/word/settings.xml\" ContentType=\"" MAIN
                 "settings+xml\"/><Override PartName=\"/word/header1.xml\" ContentType=\"" MAIN
                 "header+xml\"/><Override PartName=\"/word/footer1.xml\" ContentType=\"" MAIN
                 "footer+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\""
                 "application/vnd.openxmlformats-package.core-properties+xml\"/></Types>\n");
    if (!hf_office_member(o, "[Content_Types].xml", err))
        return false;
    hf_buf_add_z(&o->text, HF_XML_HEAD
                 "<Relationships xmlns=\"" P_NS "relationships\"><Relationship "
                 "Id=\"rId1\" Type=\"" R_NS "/officeDocument\" Target=\"word/document.xml\"/>"
                 "<Relationship Id=\"rId2\" Type=\"" P_NS
                 "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
                 "</Relationships>\n");
    if (!hf_office_member(o, "_rels/.rels", err))
        return false;
    hf_buf_add_z(&o->text, HF_XML_HEAD
                 "<Relationships xmlns=\"" P_NS "relationships\"><Relationship "
                 "Id=\"rIdStyles\" Type=\"" R_NS "/styles\" Target=\"styles.xml\"/><Relationship "
                 "Id=\"rIdSettings\" Type=\"" R_NS "/settings\" Target=\"settings.xml\"/>"
                 "<Relationship Id=\"rIdHeader\" Type=\"" R_NS "/header\" Target=\"header1.xml\"/>"
                 "<Relationship Id=\"rIdFooter\" Type=\"" R_NS
                 "/footer\" Target=\"footer1.xml\"/>");
    for (uint32_t i = 1; i <= count_maps(o->doc); i++)
        hf_buf_add_format(&o->text,
                          "<Relationship Id=\"rIdMap%u\" Type=\"" R_NS
                          "/image\" Target=\"media/map%u.png\"/>",
                          i, i);
    hf_buf_add_z(&o->text, "</Relationships>\n");
    return hf_office_member(o, "word/_rels/document.xml.rels", err);
}

static bool properties(hf_office *o, hf_error *err)
{
    const hf_doc *doc = o->doc;
    hf_office_tag(o,
                  HF_XML_HEAD "<cp:coreProperties xmlns:cp=\"" P_NS "metadata/core-properties\" "
                              "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                              "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
                              "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>",
                  doc->title, "</dc:title>");
    hf_office_tag(o, "<dc:subject>", doc->subtitle, "</dc:subject>");
    hf_office_tag(o, "<cp:keywords>", doc->marking, "</cp:keywords>");
    hf_buf_add_format(&o->text, "<dc:creator>Holdfast</dc:creator><dc:language>%s</dc:language>",
                      hf_lang_code(doc->lang));
    hf_office_tag(o, "<dcterms:created xsi:type=\"dcterms:W3CDTF\">", doc->date,
                  "T00:00:00Z</dcterms:created></cp:coreProperties>\n");
    return hf_office_member(o, "docProps/core.xml", err);
}

static bool write_docx(const hf_doc *doc, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_office_done) hf_office o = hf_office_of(doc, out);
    return frame(&o, err) && document(&o, err) && write_styles(&o, err) && settings(&o, err) &&
           margins(&o, err) && properties(&o, err) && hf_office_pictures(&o, "word/media", err) &&
           hf_zip_finish(&o.zip, err);
}

const hf_writer hf_writer_docx = {
    "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_docx};
