// SPDX-License-Identifier: Apache-2.0
//
// The chapter of an assessment's report that compares two rounds: only what both rated, and how much that leaves out.
#include <math.h>

#include "report/page.h"

// In points of a hundred.
static hf_cell points(const hf_report_change *change)
{
    double difference = floor((change->later - change->earlier) * 1000 + 0.5) / 10;
    if (isnan(difference))
        return hf_cell_text(HF_STR("–"));
    hf_cell cell = hf_cell_number(difference);
    cell.decimals = 1;
    return cell;
}

static hf_cell named(const hf_report_page *p, const hf_report_change *change)
{
    return hf_cell_text(change->key.len == 0
                            ? change->name
                            : hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(change->name),
                                            HF_STR_ARG(change->key)));
}

static void themes(const hf_report_page *p, const hf_report_rounds *r)
{
    const hf_page_column columns[] = {{"report.assessment.theme", false},
                                      {"report.assessment.earlier", true},
                                      {"report.assessment.later", true},
                                      {"report.assessment.change", true},
                                      {"report.assessment.evidence_earlier", true},
                                      {"report.assessment.evidence_later", true},
                                      {"report.assessment.compared", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, (r->theme_count + 1) * WIDTH);
    for (size_t i = 0; i <= r->theme_count; i++) {
        const hf_report_change *one = i < r->theme_count ? &r->themes[i] : &r->overall;
        hf_cell *row = cells + i * WIDTH;
        row[0] = named(p, one);
        row[1] = hf_cell_percent(one->earlier);
        row[2] = hf_cell_percent(one->later);
        row[3] = points(one);
        row[4] = hf_cell_percent(one->evidence_earlier);
        row[5] = hf_cell_percent(one->evidence_later);
        row[6] = hf_cell_number(one->compared);
    }
    hf_page_table(p, "report.assessment.rounds",
                  hf_page_derive(p, "report.assessment.derive.rounds", r->overall.compared),
                  columns, WIDTH, cells, r->theme_count + 1);
}

static void falls(const hf_report_page *p, const hf_report_rounds *r)
{
    const hf_page_column columns[] = {{"report.assessment.question", false},
                                      {"report.assessment.earlier_rating", false},
                                      {"report.assessment.later_rating", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, r->fall_count * WIDTH + 1);
    for (size_t i = 0; i < r->fall_count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(r->falls[i].text),
                                            HF_STR_ARG(r->falls[i].question)));
        row[1] = hf_cell_text(r->falls[i].earlier);
        row[2] = hf_cell_text(r->falls[i].later);
    }
    if (r->fall_count > 0)
        hf_page_table(p, "report.assessment.falls", 0, columns, WIDTH, cells, r->fall_count);
    else
        hf_page_paragraph(p, "report.assessment.no_falls");
}

// Gaps by what became of them, and recommendations by their status.
static void changes(const hf_report_page *p, const char *caption, const char *first,
                    const hf_report_change *list, size_t count)
{
    const hf_page_column columns[] = {{first, false},
                                      {"report.assessment.became", false},
                                      {"report.assessment.earlier", true},
                                      {"report.assessment.later", true}};
    enum { WIDTH = HF_COUNT(columns) };
    if (count == 0)
        return;
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, count * WIDTH);
    for (size_t i = 0; i < count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = named(p, &list[i]);
        row[1] = hf_cell_text(list[i].word);
        row[2] = hf_cell_percent(list[i].earlier);
        row[3] = hf_cell_percent(list[i].later);
    }
    hf_page_table(p, caption, 0, columns, WIDTH, cells, count);
}

void hf_page_rounds(const hf_report_page *p, const hf_report_rounds *r)
{
    const hf_message_value values[] = {
        {.name = "earlier", .text = r->earlier},
        {.name = "later", .text = r->later},
        {.name = "only_earlier", .is_number = true, .number = r->only_earlier},
        {.name = "only_later", .is_number = true, .number = r->only_later},
        {.name = "scope", .is_number = true, .number = r->scope_changed},
        {.name = "gone", .is_number = true, .number = r->not_asked}};
    hf_page_heading(p, "report.assessment.rounds");
    hf_page_add(p, (hf_block){.kind = HF_BLOCK_PARAGRAPH,
                              .text = hf_page_phrase(p, "report.assessment.rounds_text", values,
                                                     HF_COUNT(values))});
    themes(p, r);
    falls(p, r);
    changes(p, "report.assessment.gap_changes", "report.assessment.provision", r->gaps,
            r->gap_count);
    changes(p, "report.assessment.advice_then", "report.assessment.advice", r->advice,
            r->advice_count);
}
