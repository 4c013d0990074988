// SPDX-License-Identifier: Apache-2.0
//
// A document as one HTML page: self-contained, printable on A4, right to left where the language is. The
// marking stands on every printed page; every figure links to the note that tells where it comes from.
#include <math.h>

#include "base/text.h"
#include "report/report.h"

static const char style[] =
    ":root{--ink:#16202a;--ink2:#44525f;--line:#c9d1d8;--soft:#f4f6f8;--bg:#fff;--bar:#0b5c8a;--"
    "dot:#7b8894;"
    "--mark:#b3263a;color-scheme:light dark}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#eef2f5;--ink2:#b6c2cc;--line:#3a4754;--soft:#"
    "18212a;"
    "--bg:#10161c;--bar:#6cb8e6;--dot:#7e8d9a;--mark:#ff7b86}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:24px;max-width:1000px;background:var(--bg);color:var(--ink);"
    "font:15px/1.5 \"Noto Sans\",\"Noto Sans Arabic\",\"Noto Sans CJK SC\",\"WenQuanYi Micro "
    "Hei\",system-ui,sans-serif}\n"
    ":lang(ar),:lang(zh){line-height:1.7}\n"
    "h1{font-size:30px;line-height:1.2;margin:16px 0 4px}h2{font-size:21px;margin:36px 0 8px;"
    "border-block-start:2px solid var(--ink);padding-block-start:10px;break-after:avoid}\n"
    "p{max-width:72ch;margin:8px 0}.sub,.meta{color:var(--ink2)}.meta{font-size:13px}\n"
    ".tlp{display:inline-block;background:#000;color:#ffc000;font-weight:700;padding:2px "
    "10px;border-radius:4px;"
    "print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
    ".tlp.red{color:#ff2b2b}.tlp.green{color:#33ff00}.tlp.clear{color:#fff}\n"
    ".banner{border:3px dashed var(--mark);padding:8px 12px;font-weight:700;margin:12px 0}\n"
    ".facts{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:"
    "16px 0;padding:0}\n"
    ".facts div{border:1px solid var(--line);border-radius:8px;padding:10px "
    "12px;break-inside:avoid}\n"
    ".facts dt{color:var(--ink2);font-size:13px}.facts "
    "dd{margin:0;font-size:24px;font-weight:650}\n"
    "figure{margin:16px "
    "0;break-inside:avoid}figcaption,caption{color:var(--ink2);font-size:13px;text-align:start;"
    "padding:6px 0}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:12px "
    "0;font-size:14px}\n"
    "th,td{padding:6px 10px;border-block-end:1px solid "
    "var(--line);text-align:start;vertical-align:top}\n"
    "th{background:var(--soft);font-weight:600}td.n,th.n{text-align:end;font-variant-numeric:"
    "tabular-nums;"
    "white-space:nowrap}\n"
    "tr{break-inside:avoid}thead{display:table-header-group}.key{color:var(--ink2);font-size:12px;"
    "display:block}\n"
    ".code{font-family:ui-monospace,\"DejaVu Sans "
    "Mono\",monospace;font-size:12px;overflow-wrap:anywhere}\n"
    "svg.bar{display:block;width:100%;min-width:70px;height:6px;margin-block-start:3px}svg.map{"
    "width:100%;height:auto;"
    "background:var(--soft);border-radius:8px}\n"
    ".bar rect,.map .r{fill:var(--bar)}.map .d{fill:var(--dot)}.map "
    "text{fill:var(--ink);font-size:11px;"
    "font-weight:700;paint-order:stroke;stroke:var(--bg);stroke-width:3px}\n"
    "sup a{text-decoration:none;color:var(--bar);font-size:11px;padding:0 "
    "2px}ol.notes{font-size:13px;"
    "overflow-wrap:anywhere}ol.notes li{margin:6px 0}\n"
    "@media(max-width:600px){body{padding:12px}h1{font-size:24px}.facts{grid-template-columns:"
    "repeat(2,1fr)}"
    ".facts dd{font-size:19px}}\n"
    "@page{size:A4;margin:18mm 14mm 20mm}\n"
    "@media "
    "print{:root{--ink:#000;--ink2:#333;--line:#999;--soft:#eee;--bg:#fff;--bar:#0b5c8a;--mark:#"
    "b3263a}"
    "body{padding:0;max-width:none;font-size:10.5pt}table{font-size:9pt}.wide{overflow:visible}"
    ".running{position:fixed;inset-block-end:0;inset-inline:0;text-align:center;font-size:8pt}}\n"
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
    if (cell->is_number)
        add_number(doc, cell, out);
    else if (cell->is_code)
        tag(out, "<span class=\"code\" dir=\"ltr\">", cell->text, "</span>");
    else
        tag(out, "<bdi>", hf_str_slice(cell->text, 0, line), "</bdi>");
    if (!cell->is_number && !cell->is_code && line < cell->text.len)
        tag(out, "<span class=\"key\" dir=\"ltr\">",
            hf_str_slice(cell->text, line + 1, cell->text.len), "</span>");
    if (cell->has_bar)
        add_bar(doc, cell->bar, out);
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

typedef struct {
    double west, north, scale, width, height;
} frame;

static void stretch(const hf_dot *dots, size_t count, double *west, double *east, double *south,
                    double *north)
{
    for (size_t i = 0; i < count; i++) {
        *west = fmin(*west, (double)dots[i].x);
        *east = fmax(*east, (double)dots[i].x);
        *south = fmin(*south, (double)dots[i].y);
        *north = fmax(*north, (double)dots[i].y);
    }
}

// Fits areas and dots into a picture 800 wide; degrees of longitude shrink with the cosine of the latitude.
static frame frame_of(const hf_block *block, double *squeeze)
{
    double west = INFINITY;
    double east = -INFINITY;
    double south = INFINITY;
    double north = -INFINITY;
    stretch(block->dots, block->dot_count, &west, &east, &south, &north);
    for (size_t i = 0; i < block->outline_count; i++)
        stretch(block->outlines[i].points, block->outlines[i].count, &west, &east, &south, &north);
    *squeeze = cos((south + north) / 2 * 3.14159265358979323846 / 180);
    double wide = fmax((east - west) * *squeeze, 1e-6);
    double high = fmax(north - south, 1e-6);
    double scale = fmin(760 / wide, 480 / high);
    return (frame){west, north, scale, wide * scale + 40, high * scale + 40};
}

static void add_place(const frame *f, const hf_dot *dot, double squeeze, double *x, double *y)
{
    *x = floor((20 + ((double)dot->x - f->west) * squeeze * f->scale) * 10 + 0.5) / 10;
    *y = floor((20 + (f->north - (double)dot->y) * f->scale) * 10 + 0.5) / 10;
}

// Areas lie under the dots: coast and regions.
static void add_outline(const frame *f, const hf_outline *outline, double squeeze, hf_buf *out)
{
    hf_buf_add_z(out, "<path d=\"M");
    for (size_t i = 0; i < outline->count; i++) {
        double x = 0;
        double y = 0;
        add_place(f, &outline->points[i], squeeze, &x, &y);
        hf_buf_add_byte(out, i == 0 ? ' ' : 'L');
        hf_buf_add_double(out, x);
        hf_buf_add_byte(out, ' ');
        hf_buf_add_double(out, y);
    }
    hf_buf_add_z(out, "Z\"/>\n");
}

static void add_map(const hf_block *block, hf_buf *out)
{
    double squeeze = 1;
    frame f = frame_of(block, &squeeze);
    hf_buf_add_z(out, "<figure><svg class=\"map\" role=\"img\" dir=\"ltr\" viewBox=\"0 0 ");
    hf_buf_add_double(out, ceil(f.width));
    hf_buf_add_byte(out, ' ');
    hf_buf_add_double(out, ceil(f.height));
    hf_buf_add_z(out, "\" aria-label=\"");
    escape(out, block->text);
    hf_buf_add_z(out, "\">\n");
    for (size_t i = 0; i < block->outline_count; i++)
        add_outline(&f, &block->outlines[i], squeeze, out);
    for (size_t i = 0; i < block->dot_count; i++) {
        double x = 0;
        double y = 0;
        add_place(&f, &block->dots[i], squeeze, &x, &y);
        hf_buf_add_z(out, block->dots[i].rank > 0 ? "<circle class=\"r\" r=\"5\" cx=\""
                                                  : "<circle class=\"d\" r=\"1.4\" cx=\"");
        hf_buf_add_double(out, x);
        hf_buf_add_z(out, "\" cy=\"");
        hf_buf_add_double(out, y);
        hf_buf_add_z(out, "\"/>");
        if (block->dots[i].rank > 0) {
            hf_buf_add_z(out, "<text x=\"");
            hf_buf_add_double(out, x + 7);
            hf_buf_add_z(out, "\" y=\"");
            hf_buf_add_double(out, y + 4);
            hf_buf_add_format(out, "\">%u</text>", block->dots[i].rank);
        }
    }
    hf_buf_add_z(out, "</svg><figcaption>");
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
        tag(out, "<p>", block->text, "</p>\n");
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

static void add_head(const hf_doc *doc, hf_buf *out)
{
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
    hf_buf_add_z(out, "</style>\n</head>\n<body>\n<header>\n");
    hf_buf_add_format(out, "<span class=\"%s\" dir=\"ltr\">", tlp_class(doc->marking));
    tag(out, "", doc->marking, "</span>\n");
    if (doc->banner.len > 0)
        tag(out, "<p class=\"banner\">", doc->banner, "</p>\n");
    tag(out, "<h1>", doc->title, "</h1>\n");
    tag(out, "<p class=\"sub\">", doc->subtitle, "</p>\n");
    tag(out, "<p class=\"meta\"><span dir=\"ltr\">", doc->data_date, "</span> · ");
    tag(out, "<span class=\"code\" dir=\"ltr\">", doc->snapshot,
        "</span></p>\n</header>\n<main>\n");
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
    escape(out, doc->marking);
    hf_buf_add_z(out, " · ");
    escape(out, doc->title);
    hf_buf_add_z(out, " · <span dir=\"ltr\">");
    escape(out, doc->data_date);
    hf_buf_add_z(out, "</span></footer>\n</body>\n</html>\n");
}
