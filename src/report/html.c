// SPDX-License-Identifier: Apache-2.0
//
// A document as one HTML page: self-contained, printable on A4, right to left where the language is. The
// marking stands on every printed page; every figure links to the note that tells where it comes from.
#include <math.h>

#include "base/text.h"
#include "report/html_map.h"

#define SHORT_KEY_BYTES 24u // up to here a key is not broken

static const char style[] =
    ":root{--ink:#16202a;--ink2:#44525f;--line:#c9d1d8;--soft:#f4f6f8;--sea:#e8eef2;--bg:#fff;--"
    "bar:#0b5c8a;\n"
    "--dot:#7b8894;--mark:#b3263a;color-scheme:light dark}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#eef2f5;--ink2:#b6c2cc;--line:#3a4754;--soft:#"
    "18212a;\n"
    "--sea:#0b1116;--bg:#10161c;--bar:#6cb8e6;--dot:#7e8d9a;--mark:#ff7b86}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:24px;max-width:1000px;background:var(--bg);color:var(--ink);\n"
    "font:15px/1.5 \"Noto Sans\",\"Noto Sans Arabic\",\"Noto Sans CJK SC\",\"WenQuanYi Micro "
    "Hei\",system-ui,sans-serif}\n"
    ":lang(ar),:lang(zh){line-height:1.7}\n"
    ":lang(zh) th,:lang(zh) td{word-break:keep-all;overflow-wrap:break-word}\n"
    "h1{font-size:30px;line-height:1.2;margin:16px 0 4px}\n"
    "h2{font-size:21px;margin:36px 0 8px;border-block-start:2px solid "
    "var(--ink);padding-block-start:10px}\n"
    "p{max-width:72ch;margin:8px 0}\n"
    ".sub,.meta{color:var(--ink2)}.meta{font-size:13px;max-width:none}\n"
    ".tlp{display:inline-block;background:#000;color:#ffc000;font-weight:700;padding:2px "
    "10px;border-radius:4px;\n"
    "print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
    ".tlp.red{color:#ff2b2b}.tlp.green{color:#33ff00}.tlp.clear{color:#fff}\n"
    ".banner{border:3px dashed var(--mark);padding:8px 12px;font-weight:700;margin:12px "
    "0;max-width:none}\n"
    ".facts{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:16px 0;padding:0}\n"
    ".facts div{border:1px solid var(--line);border-radius:8px;padding:10px "
    "12px;break-inside:avoid}\n"
    ".facts dt{color:var(--ink2);font-size:13px}.facts "
    "dd{margin:0;font-size:24px;font-weight:650}\n"
    "figure{margin:16px 0;break-inside:avoid}\n"
    "figcaption,caption{color:var(--ink2);font-size:13px;text-align:start;padding:6px 0}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%;margin:12px 0;font-size:14px}\n"
    "th,td{padding:5px 10px;border-block-end:1px solid "
    "var(--line);text-align:start;vertical-align:top}\n"
    "th{background:var(--soft);font-weight:600}\n"
    "td.n,th.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    "th.n{white-space:normal}td "
    ".code{overflow-wrap:break-word}tr{break-inside:avoid}thead{display:table-header-group}\n"
    ".key{color:var(--ink2);font-size:.86em;display:block}\n"
    ".short{white-space:nowrap}.code{font-family:ui-monospace,\"DejaVu Sans "
    "Mono\",monospace;font-size:12px;overflow-wrap:anywhere}\n"
    ".share{display:flex;align-items:center;gap:8px;justify-content:flex-end}\n"
    ".share span{min-width:9ch}\n"
    "svg.bar{flex:1 1 52px;width:52px;max-width:180px;height:8px}\n"
    "svg.map{width:100%;height:auto;background:var(--sea);border-radius:8px}\n"
    ".map path{fill:var(--bg);stroke:var(--line);stroke-width:1}\n"
    ".map line{stroke:var(--ink2);stroke-width:.8}\n"
    ".bar rect,.map .r{fill:var(--bar)}.map .d{fill:var(--dot)}\n"
    ".map "
    "text{fill:var(--ink);font-size:11px;font-weight:700;paint-order:stroke;stroke:var(--bg);"
    "stroke-width:3px}\n"
    "sup a{text-decoration:none;color:var(--bar);font-size:11px;padding:0 2px}\n"
    "ol.notes{font-size:13px;overflow-wrap:anywhere}ol.notes li{margin:6px 0}\n"
    "@media(max-width:600px){body{padding:12px}h1{font-size:24px}.facts{grid-template-columns:"
    "repeat(2,1fr)}\n"
    ".facts dd{font-size:19px}}\n"
    "@page{size:A4;margin:16mm 14mm 18mm;@bottom-right{content:counter(page) \" / \" "
    "counter(pages);font:8pt \"Noto Sans\",sans-serif}}\n"
    "@media "
    "print{:root{--ink:#000;--ink2:#333;--line:#999;--soft:#eee;--sea:#e8eef2;--bg:#fff;--bar:#"
    "0b5c8a;\n"
    "--dot:#7b8894;--mark:#b3263a}\n"
    "body{padding:0;max-width:none;font-size:10.5pt}table{font-size:9pt}.wide{overflow:visible}\n"
    "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
    "h2,caption,thead,p{break-after:avoid}tbody tr:first-child{break-before:avoid}\n"
    "h2{margin-block-start:24px}svg.map{max-height:104mm}\n"
    ".running{display:none}}\n"
    "@supports(-moz-appearance:none){@media "
    "print{.running{display:block;position:fixed;inset-block-end:0;inset-inline:0;text-align:"
    "center;font-size:8pt;background:#fff}}}"
    "\n"
    "@media screen{.running{display:none}}\n";

static void escape(hf_buf *out, hf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '<':
            hf_buf_add_z(out, "&lt;");
            break;
        case '>':
            hf_buf_add_z(out, "&gt;");
            break;
        case '&':
            hf_buf_add_z(out, "&amp;");
            break;
        case '"':
            hf_buf_add_z(out, "&quot;");
            break;
        default:
            hf_buf_add_byte(out, text.ptr[i]);
        }
    }
}

static void tag(hf_buf *out, const char *open, hf_str text, const char *close)
{
    hf_buf_add_z(out, open);
    escape(out, text);
    hf_buf_add_z(out, close);
}

static void add_reference(hf_buf *out, uint32_t derivation)
{
    if (derivation > 0)
        hf_buf_add_format(out, "<sup><a href=\"#d%u\">[%u]</a></sup>", derivation, derivation);
}

static void add_number(const hf_doc *doc, const hf_cell *cell, hf_buf *out)
{
    hf_buf_add_z(out, "<span dir=\"ltr\">");
    hf_message_number(doc->lang, cell->number, cell->decimals, out);
    hf_buf_add_z(out, "</span>");
}

// The bar grows from the side where reading begins.
static void add_bar(const hf_doc *doc, double share, hf_buf *out)
{
    double width = share < 0 ? 0 : share > 1 ? 100 : floor(share * 1000 + 0.5) / 10;
    hf_buf_add_z(out, "<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" "
                      "aria-hidden=\"true\">"
                      "<rect height=\"6\" x=\"");
    hf_buf_add_double(out, hf_lang_is_rtl(doc->lang) ? 100 - width : 0);
    hf_buf_add_z(out, "\" width=\"");
    hf_buf_add_double(out, width);
    hf_buf_add_z(out, "\"/></svg>");
}

// A line break in a cell sets what follows apart: the key under a name.
static void add_cell(const hf_doc *doc, const hf_cell *cell, bool is_number_column, hf_buf *out)
{
    hf_buf_add_z(out, is_number_column ? "<td class=\"n\">" : "<td>");
    size_t line = hf_str_find_byte(cell->text, '\n', 0);
    if (cell->has_bar) {
        hf_buf_add_z(out, "<div class=\"share\">");
        add_bar(doc, cell->bar, out);
        add_number(doc, cell, out);
        hf_buf_add_z(out, "</div>");
    } else if (cell->is_number)
        add_number(doc, cell, out);
    else if (cell->is_code)
        tag(out,
            cell->text.len <= SHORT_KEY_BYTES ? "<span class=\"code short\" dir=\"ltr\">"
                                              : "<span class=\"code\" dir=\"ltr\">",
            cell->text, "</span>");
    else
        tag(out, "<bdi>", hf_str_slice(cell->text, 0, line), "</bdi>");
    if (!cell->is_number && !cell->is_code && line < cell->text.len)
        tag(out, "<span class=\"key\"><bdi dir=\"ltr\">",
            hf_str_slice(cell->text, line + 1, cell->text.len), "</bdi></span>");
    hf_buf_add_z(out, "</td>");
}

static void add_table(const hf_doc *doc, const hf_block *block, hf_buf *out)
{
    hf_buf_add_z(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    escape(out, block->text);
    hf_buf_add_z(out, "\"><table>\n<caption>");
    escape(out, block->text);
    add_reference(out, block->derivation);
    hf_buf_add_z(out, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < block->column_count; i++)
        tag(out,
            block->is_number_column[i] ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">",
            block->columns[i], "</th>");
    hf_buf_add_z(out, "</tr></thead>\n<tbody>\n");
    for (size_t row = 0; row < block->row_count; row++) {
        hf_buf_add_z(out, "<tr>");
        for (size_t i = 0; i < block->column_count; i++)
            add_cell(doc, &block->cells[row * block->column_count + i], block->is_number_column[i],
                     out);
        hf_buf_add_z(out, "</tr>\n");
    }
    hf_buf_add_z(out, "</tbody></table></div>\n");
}

static void add_facts(const hf_doc *doc, const hf_block *block, hf_buf *out)
{
    hf_buf_add_z(out, "<dl class=\"facts\">");
    for (size_t i = 0; i < block->fact_count; i++) {
        tag(out, "<div><dt>", block->facts[i].label, "</dt><dd>");
        if (block->facts[i].value.is_number)
            add_number(doc, &block->facts[i].value, out);
        else
            escape(out, block->facts[i].value.text);
        add_reference(out, block->facts[i].derivation);
        hf_buf_add_z(out, "</dd></div>\n");
    }
    hf_buf_add_z(out, "</dl>\n");
}

static void add_map(const hf_block *block, hf_buf *out)
{
    hf_buf_add_z(out, "<figure><svg class=\"map\" role=\"img\" dir=\"ltr\" aria-label=\"");
    escape(out, block->text);
    hf_buf_add_byte(out, '"');
    hf_write_map_svg(block, out);
    hf_buf_add_z(out, "<figcaption>");
    escape(out, block->text);
    add_reference(out, block->derivation);
    hf_buf_add_z(out, "</figcaption></figure>\n");
}

static void add_block(const hf_doc *doc, const hf_block *block, hf_buf *out)
{
    switch (block->kind) {
    case HF_BLOCK_HEADING:
        tag(out, block->level == 2 ? "<h2>" : "<h3>", block->text,
            block->level == 2 ? "</h2>\n" : "</h3>\n");
        break;
    case HF_BLOCK_PARAGRAPH:
        tag(out, "<p>", block->text, "");
        add_reference(out, block->derivation);
        hf_buf_add_z(out, "</p>\n");
        break;
    case HF_BLOCK_FACTS:
        add_facts(doc, block, out);
        break;
    case HF_BLOCK_TABLE:
        add_table(doc, block, out);
        break;
    case HF_BLOCK_MAP:
        add_map(block, out);
        break;
    }
}

static const char *tlp_class(hf_str marking)
{
    if (hf_str_equal_z(marking, "TLP:RED"))
        return "tlp red";
    if (hf_str_equal_z(marking, "TLP:GREEN"))
        return "tlp green";
    return hf_str_equal_z(marking, "TLP:CLEAR") ? "tlp clear" : "tlp";
}

// What stands at the foot of every printed page: marking, title, date.
static void add_foot_line(const hf_doc *doc, hf_buf *out)
{
    tag(out, "<bdi>", doc->marking, "</bdi> · ");
    if (doc->compartments.len > 0)
        tag(out, "<bdi>", doc->compartments, "</bdi> · ");
    escape(out, doc->title);
    hf_buf_add_z(out, " · ");
    escape(out, doc->data_date);
    if (doc->made_for.len > 0)
        tag(out, " · <bdi>", doc->made_for, "</bdi>");
}

// Text inside a string of a style sheet: ASCII but letters and digits as hexadecimal escapes.
static void add_css_text(hf_buf *out, hf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool is_plain =
            c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_plain)
            hf_buf_add_byte(out, (char)c);
        else
            hf_buf_add_format(out, "\\%x ", c);
    }
}

// The same in the margin of the pages, where browsers know margin boxes; the others (see the style) fix the footer.
static void add_page_style(const hf_doc *doc, hf_buf *out)
{
    const hf_str parts[] = {doc->marking, doc->compartments, doc->title, doc->data_date,
                            doc->made_for};
    hf_buf_add_z(out, "@page{@bottom-center{content:\"");
    for (size_t i = 0; i < HF_COUNT(parts); i++) {
        if (parts[i].len == 0)
            continue;
        hf_buf_add_z(out, i > 0 ? " · " : "");
        add_css_text(out, parts[i]);
    }
    hf_buf_add_z(
        out,
        "\";font:8pt \"Noto Sans\",\"Noto Sans Arabic\",\"WenQuanYi Micro Hei\",sans-serif}}\n");
}

static void add_head(const hf_doc *doc, hf_buf *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_buf_add_format(
        out,
        "<!doctype html>\n<html lang=\"%s\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n",
        hf_lang_code(doc->lang), hf_lang_is_rtl(doc->lang) ? "rtl" : "ltr");
    tag(out, "<title>", doc->title, "</title>\n<style>\n");
    hf_buf_add_z(out, style);
    add_page_style(doc, out);
    hf_buf_add_z(out, "</style>\n</head>\n<body>\n<header>\n");
    hf_buf_add_format(out, "<span class=\"%s\" dir=\"ltr\">", tlp_class(doc->marking));
    tag(out, "", doc->marking, "</span>\n");
    if (doc->compartments.len > 0)
        tag(out, "<span class=\"tlp\">", doc->compartments, "</span>\n");
    if (doc->banner.len > 0)
        tag(out, "<p class=\"banner\">", doc->banner, "</p>\n");
    tag(out, "<h1>", doc->title, "</h1>\n");
    tag(out, "<p class=\"sub\">", doc->subtitle, "</p>\n");
    tag(out, "<p class=\"meta\">", doc->data_date, "<br>\n");
    tag(out, "", hf_message_text(doc->lang, "report.snapshot", &scratch), " ");
    tag(out, "<span class=\"code\" dir=\"ltr\">", doc->snapshot, "</span></p>\n");
    if (doc->made_for.len > 0)
        tag(out, "<p class=\"meta\">", doc->made_for, "</p>\n");
    hf_buf_add_z(out, "</header>\n<main>\n");
}

void hf_write_doc_html(const hf_doc *doc, hf_buf *out)
{
    add_head(doc, out);
    for (size_t i = 0; i < doc->blocks.count; i++)
        add_block(doc, &doc->blocks.items[i], out);
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    tag(out, "<section><h2>", hf_message_text(doc->lang, "report.heading.derivations", &scratch),
        "</h2>\n<ol class=\"notes\">\n");
    for (size_t i = 0; i < doc->derivations.count; i++) {
        hf_buf_add_format(out, "<li id=\"d%zu\">", i + 1);
        tag(out, "", doc->derivations.items[i], "</li>\n");
    }
    hf_buf_add_z(out, "</ol></section>\n</main>\n<footer class=\"running\" aria-hidden=\"true\">");
    add_foot_line(doc, out);
    hf_buf_add_z(out, "</footer>\n</body>\n</html>\n");
}

static bool write_html(const hf_doc *doc, hf_buf *out, hf_error *err)
{
    (void)err;
    hf_write_doc_html(doc, out);
    return true;
}

const hf_writer hf_writer_html = {"html", "text/html; charset=utf-8", write_html};
