// SPDX-License-Identifier: Apache-2.0
//
// The report of what a nation has decided: phases with their zeros, each strategy with what it lacks and its actions, the
// legal map with its empty cells, roles, reach of agreements, intrusive measures with their review, and the library.
#include <math.h>

#include "report/page.h"

typedef struct {
    hf_report_page page;
    const hf_strategy_data *data;
    hf_arena *arena;
} page;

static void paragraph(const page *p, hf_str text)
{
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_PARAGRAPH, .text = text});
}

static hf_cell money(double value)
{
    return isnan(value) ? hf_cell_text(HF_STR("–")) : hf_cell_number(value);
}

static void phases(const page *p)
{
    const hf_strategy_data *d = p->data;
    const hf_page_column columns[] = {{"report.phase", false},
                                      {"report.strategy.actions", true},
                                      {"report.strategy.done", true},
                                      {"report.strategy.leads", true},
                                      {"report.strategy.supports", true},
                                      {"report.strategy.agreements", true},
                                      {"report.strategy.practices", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->phase_count * WIDTH + 1);
    double most = 1;
    for (size_t i = 0; i < d->phase_count; i++)
        most = fmax(most, d->phases[i].actions);
    for (size_t i = 0; i < d->phase_count; i++) {
        const hf_report_cover *cover = &d->phases[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(cover->name);
        row[1] = hf_cell_share(cover->actions, most);
        row[2] = hf_cell_number(cover->done);
        row[3] = hf_cell_number(cover->leads);
        row[4] = hf_cell_number(cover->supports);
        row[5] = hf_cell_number(cover->agreements);
        row[6] = hf_cell_number(cover->practices);
    }
    hf_page_heading(&p->page, "report.strategy.phases");
    hf_page_paragraph(&p->page, "report.strategy.phases_text");
    hf_page_table(&p->page, "report.strategy.phases", 0, columns, WIDTH, cells, d->phase_count);
}

static void missing(const page *p, const hf_report_strategy *s)
{
    const hf_page_column columns[] = {{"report.strategy.element", false},
                                      {"report.strategy.subject", false},
                                      {"report.strategy.follows_from", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, s->missing_count * WIDTH + 1);
    for (size_t i = 0; i < s->missing_count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(s->missing[i].rule);
        row[1] = hf_cell_text(s->missing[i].subject);
        row[2] = hf_cell_code(s->missing[i].provisions);
    }
    if (s->missing_count > 0)
        hf_page_table(&p->page, "report.strategy.missing", 0, columns, WIDTH, cells,
                      s->missing_count);
    else
        hf_page_paragraph(&p->page, "report.strategy.complete");
}

static void actions(const page *p, const hf_report_strategy *s)
{
    const hf_page_column columns[] = {
        {"report.strategy.objective", false}, {"report.strategy.action", false},
        {"report.strategy.owner", false},     {"report.strategy.due", false},
        {"report.strategy.status", false},    {"report.phases", false},
        {"report.strategy.cost", true},       {"report.strategy.funded", true}};
    enum { WIDTH = HF_COUNT(columns) };
    if (s->action_count == 0)
        return;
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, s->action_count * WIDTH);
    for (size_t i = 0; i < s->action_count; i++) {
        const hf_report_action *action = &s->actions[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(action->objective);
        row[1] = hf_cell_text(action->title);
        row[2] = hf_cell_text(action->owner);
        row[3] = hf_cell_text(action->due);
        row[4] = hf_cell_text(action->status);
        row[5] = hf_cell_text(action->phases);
        row[6] = money(action->cost);
        row[7] = money(action->funded);
    }
    hf_page_table(&p->page, "report.strategy.actions", 0, columns, WIDTH, cells, s->action_count);
}

static void strategies(const page *p)
{
    const hf_strategy_data *d = p->data;
    for (size_t i = 0; i < d->strategy_count; i++) {
        const hf_report_strategy *s = &d->strategies[i];
        const hf_message_value values[] = {
            {"met", HF_STR_EMPTY, true, s->met},
            {"of", HF_STR_EMPTY, true, s->rules},
            {.name = "owner", .text = s->owner.len > 0 ? s->owner : HF_STR("–")},
            {.name = "adopted", .text = s->adopted.len > 0 ? s->adopted : HF_STR("–")},
            {.name = "due", .text = s->review_due.len > 0 ? s->review_due : HF_STR("–")}};
        hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_HEADING, .level = 2, .text = s->title});
        paragraph(p, hf_page_phrase(&p->page, "report.strategy.facts", values, HF_COUNT(values)));
        missing(p, s);
        actions(p, s);
    }
    if (d->strategy_count == 0)
        hf_page_paragraph(&p->page, "report.strategy.none");
}

// A cell says how many laws are in force; what is asked for and missing is named in words, not by colour.
static void law(const page *p)
{
    const hf_strategy_data *d = p->data;
    size_t width = d->form_count + 1;
    hf_str *columns = HF_NEW_N(p->arena, hf_str, width);
    bool *is_number = HF_NEW_N(p->arena, bool, width);
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->conduct_count * width + 1);
    columns[0] = hf_page_word(&p->page, "field.law.conduct");
    for (size_t f = 0; f < d->form_count; f++)
        columns[f + 1] = d->forms[f];
    for (size_t c = 0; c < d->conduct_count; c++) {
        cells[c * width] = hf_cell_text(d->conducts[c]);
        for (size_t f = 0; f < d->form_count; f++) {
            uint32_t count = d->cells[c * d->form_count + f];
            bool is_asked = d->is_asked[c * d->form_count + f];
            cells[c * width + f + 1] =
                count > 0
                    ? hf_cell_number(count)
                    : hf_cell_text(hf_page_word(&p->page, is_asked ? "report.strategy.gap_asked"
                                                                   : "report.strategy.gap"));
        }
    }
    hf_page_heading(&p->page, "report.strategy.law");
    hf_page_paragraph(&p->page, "report.strategy.law_text");
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_TABLE,
                                     .text = hf_page_word(&p->page, "report.strategy.law"),
                                     .columns = columns,
                                     .is_number_column = is_number,
                                     .column_count = width,
                                     .cells = cells,
                                     .row_count = d->conduct_count});
}

static void roles(const page *p)
{
    const hf_strategy_data *d = p->data;
    size_t width = d->phase_count + 1;
    if (d->role_count == 0)
        return;
    hf_str *columns = HF_NEW_N(p->arena, hf_str, width);
    bool *is_number = HF_NEW_N(p->arena, bool, width);
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->role_count * width);
    columns[0] = hf_page_word(&p->page, "noun.organisation");
    for (size_t i = 0; i < d->phase_count; i++)
        columns[i + 1] = d->phases[i].name;
    for (size_t r = 0; r < d->role_count; r++) {
        cells[r * width] = hf_cell_text(d->roles[r].name);
        for (size_t i = 0; i < d->phase_count; i++)
            cells[r * width + i + 1] = hf_cell_text(d->roles[r].cells[i]);
    }
    hf_page_heading(&p->page, "report.strategy.roles");
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_TABLE,
                                     .text = hf_page_word(&p->page, "report.strategy.roles"),
                                     .columns = columns,
                                     .is_number_column = is_number,
                                     .column_count = width,
                                     .cells = cells,
                                     .row_count = d->role_count});
}

static void reach(const page *p)
{
    const hf_strategy_data *d = p->data;
    const hf_page_column columns[] = {{"report.strategy.sector", false},
                                      {"report.strategy.in_force", true},
                                      {"report.strategy.public_private", true},
                                      {"report.strategy.exercised", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->reach_count * WIDTH + 1);
    for (size_t i = 0; i < d->reach_count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(d->reach[i].name);
        row[1] = hf_cell_number(d->reach[i].in_force);
        row[2] = hf_cell_number(d->reach[i].public_private);
        row[3] = hf_cell_number(d->reach[i].exercised);
    }
    hf_page_heading(&p->page, "report.strategy.reach");
    hf_page_table(&p->page, "report.strategy.reach", 0, columns, WIDTH, cells, d->reach_count);
}

static void safeguards(const page *p)
{
    const hf_strategy_data *d = p->data;
    const hf_page_column columns[] = {{"report.strategy.safeguard", false},
                                      {"report.strategy.owner", false},
                                      {"report.strategy.status", false},
                                      {"report.strategy.lacks", false},
                                      {"report.strategy.review_due", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_page_heading(&p->page, "report.strategy.safeguards");
    if (d->safeguard_count == 0) {
        hf_page_paragraph(&p->page, "report.strategy.no_safeguards");
        return;
    }
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->safeguard_count * WIDTH);
    for (size_t i = 0; i < d->safeguard_count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(d->safeguards[i].title);
        row[1] = hf_cell_text(d->safeguards[i].organisation);
        row[2] = hf_cell_text(d->safeguards[i].status);
        row[3] = hf_cell_text(d->safeguards[i].lacks);
        row[4] = hf_cell_text(d->safeguards[i].review_due);
    }
    hf_page_table(&p->page, "report.strategy.safeguards", 0, columns, WIDTH, cells,
                  d->safeguard_count);
}

static void practices(const page *p)
{
    const hf_strategy_data *d = p->data;
    const hf_page_column columns[] = {{"report.strategy.practice", false},
                                      {"report.strategy.form", false},
                                      {"report.phases", false},
                                      {"report.strategy.result", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_page_heading(&p->page, "report.strategy.library");
    if (d->practice_count == 0) {
        hf_page_paragraph(&p->page, "report.strategy.no_practices");
        return;
    }
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->practice_count * WIDTH);
    for (size_t i = 0; i < d->practice_count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(d->practices[i].title);
        row[1] = hf_cell_text(d->practices[i].form);
        row[2] = hf_cell_text(d->practices[i].phases);
        row[3] = hf_cell_text(d->practices[i].result);
    }
    hf_page_table(&p->page, "report.strategy.library", 0, columns, WIDTH, cells, d->practice_count);
}

void hf_report_strategies(const hf_strategy_data *data, hf_arena *arena, hf_doc *out)
{
    page p = {.page = hf_page_begin(&data->head, "report.strategy.title",
                                    "report.strategy.subtitle", arena, out),
              .data = data,
              .arena = arena};
    phases(&p);
    strategies(&p);
    law(&p);
    roles(&p);
    reach(&p);
    safeguards(&p);
    practices(&p);
    hf_page_heading(&p.page, "report.heading.method");
    hf_page_paragraph(&p.page, "report.strategy.method");
}
