// SPDX-License-Identifier: Apache-2.0
//
// Words, notes, cells and tables of a document.
#include "report/page.h"

#include <math.h>

#include "base/limits.h"

hf_report_page hf_page_begin(const hf_report_head *head, const char *title, const char *subtitle,
                             hf_arena *arena, hf_doc *out)
{
    hf_report_page page = {
        .doc = out, .lang = head->lang, .snapshot = head->snapshot, .arena = arena};
    *out = (hf_doc){.subtitle = hf_page_word(&page, subtitle),
                    .marking = head->marking,
                    .compartments = head->compartments,
                    .data_date = head->data_date,
                    .date = head->date,
                    .snapshot = head->snapshot,
                    .lang = head->lang,
                    .arena = arena};
    if (title != NULL)
        out->title = hf_page_word(&page, title);
    if (head->is_demo)
        out->banner = hf_page_word(&page, "report.demo");
    return page;
}

hf_str hf_page_word(const hf_report_page *p, const char *key)
{
    return hf_message_text(p->lang, key, p->arena);
}

hf_str hf_page_phrase(const hf_report_page *p, const char *key, const hf_message_value *values,
                      size_t count)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_message(p->lang, key, values, count, &text);
    return hf_buf_copy(p->arena, &text);
}

#define DIGEST_SHOWN 12u // of the snapshot in a note; the head of the report has all of it

uint32_t hf_page_derive(const hf_report_page *p, const char *key, double records)
{
    hf_str snapshot = hf_str_slice(p->snapshot, 0, DIGEST_SHOWN);
    hf_message_value values[] = {{.name = "n", .is_number = true, .number = records},
                                 {.name = "snapshot", .text = snapshot}};
    hf_str note = hf_page_phrase(p, key, values, HF_COUNT(values));
    HF_VEC_ADD(p->arena, &p->doc->derivations, note);
    return (uint32_t)p->doc->derivations.count;
}

void hf_page_add(const hf_report_page *p, hf_block block)
{
    HF_VEC_ADD(p->arena, &p->doc->blocks, block);
}

void hf_page_heading(const hf_report_page *p, const char *key)
{
    hf_page_add(p, (hf_block){.kind = HF_BLOCK_HEADING, .level = 2, .text = hf_page_word(p, key)});
}

void hf_page_paragraph(const hf_report_page *p, const char *key)
{
    hf_page_add(p, (hf_block){.kind = HF_BLOCK_PARAGRAPH, .text = hf_page_word(p, key)});
}

hf_cell hf_cell_decimal(double value, int decimals)
{
    hf_cell cell = hf_cell_number(value);
    cell.decimals = decimals;
    return cell;
}

hf_cell hf_cell_number(double value)
{
    return (hf_cell){.is_number = true, .number = value};
}

hf_cell hf_cell_share(double value, double most)
{
    return (hf_cell){
        .is_number = true, .number = value, .has_bar = true, .bar = most > 0 ? value / most : 0};
}

hf_cell hf_cell_percent(double share)
{
    if (isnan(share))
        return hf_cell_text(HF_STR("–"));
    hf_cell cell = hf_cell_share(floor(share * 1000 + 0.5) / 10, 100);
    cell.decimals = 1;
    return cell;
}

hf_cell hf_cell_text(hf_str value)
{
    return (hf_cell){.text = value};
}

hf_cell hf_cell_code(hf_str value)
{
    return (hf_cell){.text = value, .is_code = true};
}

void hf_page_table(const hf_report_page *p, const char *caption, uint32_t derivation,
                   const hf_page_column *columns, size_t column_count, const hf_cell *cells,
                   size_t row_count)
{
    hf_str *names = HF_NEW_N(p->arena, hf_str, column_count);
    bool *is_number = HF_NEW_N(p->arena, bool, column_count);
    for (size_t i = 0; i < column_count; i++) {
        names[i] = hf_page_word(p, columns[i].column);
        is_number[i] = columns[i].is_number;
    }
    hf_page_add(p, (hf_block){.kind = HF_BLOCK_TABLE,
                              .text = hf_page_word(p, caption),
                              .derivation = derivation,
                              .columns = names,
                              .is_number_column = is_number,
                              .column_count = column_count,
                              .cells = cells,
                              .row_count = row_count});
}

hf_str hf_doc_margin(const hf_doc *doc, bool has_title, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(HF_TEXT_BYTES_MAX);
    const hf_str parts[] = {doc->compartments, has_title ? doc->title : HF_STR_EMPTY,
                            doc->made_for};
    for (size_t i = 0; i < HF_COUNT(parts); i++) {
        if (parts[i].len > 0 && out.len > 0)
            hf_buf_add_z(&out, " · ");
        hf_buf_add_str(&out, parts[i]);
    }
    return hf_buf_copy(arena, &out);
}
