// SPDX-License-Identifier: Apache-2.0
//
// The report of open places: how many, how many people at the mean and at the peak, what was done to prepare them and whether it
// still stands, which places lack something, and what the figures do not say.
#include "report/page.h"

typedef struct {
    hf_report_page page;
    const hf_open_places_data *data;
    hf_arena *arena;
    uint32_t counted; // the note that says over what
} page;

static void in_figures(const page *p)
{
    const hf_report_open_type *all = &p->data->all;
    const struct {
        const char *label;
        double value;
    } rows[] = {{"soft.places", all->places},
                {"soft.lacking", all->lacking},
                {"report.open.to_mend", all->to_mend},
                {"report.open.mend_overdue", all->mend_overdue}};
    hf_fact *facts = HF_NEW_N(p->arena, hf_fact, HF_COUNT(rows));
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        facts[i] = (hf_fact){.label = hf_page_word(&p->page, rows[i].label),
                             .value = hf_cell_number(rows[i].value),
                             .derivation = p->counted};
    hf_page_heading(&p->page, "report.heading.figures");
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_FACTS,
                                     .text = hf_page_word(&p->page, "report.caption.figures"),
                                     .facts = facts,
                                     .fact_count = HF_COUNT(rows)});
}

static void people(const page *p)
{
    const hf_page_column columns[] = {{"field.asset.soft_target", false},
                                      {"soft.places", true},
                                      {"soft.lacking", true},
                                      {"soft.mean", true},
                                      {"soft.peak", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, p->data->type_count * WIDTH);
    for (size_t i = 0; i < p->data->type_count; i++) {
        const hf_report_open_type *type = &p->data->types[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(type->name);
        row[1] = hf_cell_number(type->places);
        row[2] = hf_cell_share(type->lacking, type->places);
        row[3] = type->with_mean > 0 ? hf_cell_number((double)type->people_mean)
                                     : hf_cell_text(HF_STR("–"));
        row[4] = type->with_peak > 0 ? hf_cell_number((double)type->people_peak)
                                     : hf_cell_text(HF_STR("–"));
    }
    hf_page_heading(&p->page, "soft.people");
    hf_page_paragraph(&p->page, "report.open.people_text");
    hf_page_table(&p->page, "soft.people", p->counted, columns, WIDTH, cells, p->data->type_count);
}

// A table of nine kinds by seventeen types fits on no page: each kind over all places.
static void preparations(const page *p)
{
    const hf_open_places_data *d = p->data;
    const hf_page_column columns[] = {{"field.preparation.kind", false},
                                      {"soft.current", true},
                                      {"soft.overdue", true},
                                      {"soft.never", true},
                                      {"soft.asked_by", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->kind_count * WIDTH);
    for (size_t i = 0; i < d->kind_count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(d->kinds[i]);
        row[1] = hf_cell_share(d->all.current[i], d->all.places);
        row[2] = hf_cell_number(d->all.overdue[i]);
        row[3] = hf_cell_number(d->all.never[i]);
        row[4] = hf_cell_code(d->asked_by[i]);
    }
    hf_page_heading(&p->page, "soft.tab_overview");
    hf_page_table(&p->page, "soft.tab_overview", p->counted, columns, WIDTH, cells, d->kind_count);
}

static void missing(const page *p)
{
    const hf_open_places_data *d = p->data;
    const hf_page_column columns[] = {{"report.column.site", false},
                                      {"field.asset.soft_target", false},
                                      {"soft.peak", true},
                                      {"soft.tab_missing", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_page_heading(&p->page, "soft.tab_missing");
    if (d->lacking_count == 0) {
        hf_page_paragraph(&p->page, "soft.none");
        return;
    }
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->place_count * WIDTH);
    for (size_t i = 0; i < d->place_count; i++) {
        const hf_report_open_place *place = &d->places[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(
            hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(place->name), HF_STR_ARG(place->key)));
        row[1] = hf_cell_text(place->type);
        row[2] = place->peak < 0 ? hf_cell_text(HF_STR("–")) : hf_cell_number((double)place->peak);
        row[3] = hf_cell_text(place->lacks);
    }
    hf_message_value values[] = {
        {.name = "told", .is_number = true, .number = (double)d->place_count},
        {.name = "count", .is_number = true, .number = (double)d->lacking_count}};
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_PARAGRAPH,
                                     .text = hf_page_phrase(&p->page, "report.open.missing_text",
                                                            values, HF_COUNT(values))});
    hf_page_table(&p->page, "soft.tab_missing", p->counted, columns, WIDTH, cells, d->place_count);
}

void hf_report_open_places(const hf_open_places_data *data, hf_arena *arena, hf_doc *out)
{
    page p = {
        .page = hf_page_begin(&data->head, "report.open.title", "report.open.subtitle", arena, out),
        .data = data,
        .arena = arena};
    p.counted = hf_page_derive(&p.page, "report.derive.open_places", data->all.places);
    in_figures(&p);
    if (data->type_count > 0)
        people(&p);
    preparations(&p);
    missing(&p);
    hf_page_heading(&p.page, "report.heading.method");
    hf_page_paragraph(&p.page, "report.open.method");
}
