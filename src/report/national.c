// SPDX-License-Identifier: Apache-2.0
//
// The national report, and the same of an area: the State in figures, its most critical sites, services by people at risk, single
// points of failure, data quality, and where every figure comes from.
#include <math.h>

#include "report/report.h"

typedef struct {
    hf_doc *doc;
    const hf_national_data *data;
    hf_arena *arena;
} page;

static hf_str word(const page *p, const char *key)
{
    return hf_message_text(p->data->lang, key, p->arena);
}

static hf_str phrase(const page *p, const char *key, const hf_message_value *values, size_t count)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_message(p->data->lang, key, values, count, &text);
    return hf_buf_copy(p->arena, &text);
}

#define DIGEST_SHOWN 12u // of the snapshot in a note; the head of the report has all of it

// Notes where figures come from: which records, by which rule, of which snapshot.
static uint32_t derive(const page *p, const char *key, double records)
{
    hf_str snapshot = hf_str_slice(p->data->snapshot, 0, DIGEST_SHOWN);
    hf_message_value values[] = {{.name = "n", .is_number = true, .number = records},
                                 {.name = "snapshot", .text = snapshot}};
    hf_str note = phrase(p, key, values, HF_COUNT(values));
    HF_VEC_ADD(p->arena, &p->doc->derivations, note);
    return (uint32_t)p->doc->derivations.count;
}

static void add(const page *p, hf_block block)
{
    HF_VEC_ADD(p->arena, &p->doc->blocks, block);
}

static void heading(const page *p, const char *key)
{
    add(p, (hf_block){.kind = HF_BLOCK_HEADING, .level = 2, .text = word(p, key)});
}

static hf_cell number(double value)
{
    return (hf_cell){.is_number = true, .number = value};
}

static hf_cell share(double value, double most)
{
    return (hf_cell){
        .is_number = true, .number = value, .has_bar = true, .bar = most > 0 ? value / most : 0};
}

static hf_cell text(hf_str value)
{
    return (hf_cell){.text = value};
}

static hf_cell code(hf_str value)
{
    return (hf_cell){.text = value, .is_code = true};
}

typedef struct {
    const char *column; // message key
    bool is_number;
} column;

static void table(const page *p, const char *caption, uint32_t derivation, const column *columns,
                  size_t column_count, const hf_cell *cells, size_t row_count)
{
    hf_str *names = HF_NEW_N(p->arena, hf_str, column_count);
    bool *is_number = HF_NEW_N(p->arena, bool, column_count);
    for (size_t i = 0; i < column_count; i++) {
        names[i] = word(p, columns[i].column);
        is_number[i] = columns[i].is_number;
    }
    add(p, (hf_block){.kind = HF_BLOCK_TABLE,
                      .text = word(p, caption),
                      .derivation = derivation,
                      .columns = names,
                      .is_number_column = is_number,
                      .column_count = column_count,
                      .cells = cells,
                      .row_count = row_count});
}

static void in_figures(const page *p)
{
    const hf_national_data *d = p->data;
    const struct {
        const char *label;
        double value;
        const char *derivation;
        bool is_national;
    } rows[] = {
        {"report.fact.assets", (double)d->asset_count, "report.derive.count_assets", false},
        {"report.fact.dependencies", (double)d->dependency_count,
         "report.derive.count_dependencies", true},
        {"report.fact.services", (double)d->service_count, "report.derive.count_services", true},
        {"report.fact.organisations", (double)d->organisation_count,
         "report.derive.count_organisations", true},
        {"report.fact.soft_targets", (double)d->soft_target_count,
         "report.derive.count_soft_targets", true},
        {"report.fact.people", (double)d->people, "report.derive.people", false},
    };
    hf_fact *facts = HF_NEW_N(p->arena, hf_fact, HF_COUNT(rows));
    size_t count = 0;
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        if (!d->is_area || !rows[i].is_national)
            facts[count++] = (hf_fact){.label = word(p, rows[i].label),
                                       .value = number(rows[i].value),
                                       .derivation = derive(p, rows[i].derivation, rows[i].value)};
    heading(p, "report.heading.figures");
    add(p, (hf_block){.kind = HF_BLOCK_FACTS,
                      .text = word(p, "report.caption.figures"),
                      .facts = facts,
                      .fact_count = count});
    size_t plain = 0; // a ranked site has a dot of each kind
    for (size_t i = 0; i < d->dot_count; i++)
        plain += d->dots[i].rank == 0;
    if (d->dot_count > 0)
        add(p, (hf_block){.kind = HF_BLOCK_MAP,
                          .text = word(p, "report.caption.map"),
                          .derivation = derive(p, "report.derive.map", (double)plain),
                          .dots = d->dots,
                          .dot_count = d->dot_count,
                          .outlines = d->outlines,
                          .outline_count = d->outline_count});
}

static void groups(const page *p, const char *caption, const char *first_column,
                   const char *derivation, const hf_report_group *list, size_t count)
{
    const column columns[] = {
        {first_column, false}, {"report.column.sites", true}, {"report.column.people", true}};
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, count * HF_COUNT(columns));
    double most_sites = 0;
    double most_people = 0;
    for (size_t i = 0; i < count; i++) {
        most_sites = fmax(most_sites, (double)list[i].count);
        most_people = fmax(most_people, (double)list[i].people);
    }
    for (size_t i = 0; i < count; i++) {
        cells[i * 3] = text(list[i].label);
        cells[i * 3 + 1] = share((double)list[i].count, most_sites);
        cells[i * 3 + 2] = share((double)list[i].people, most_people);
    }
    table(p, caption, derive(p, derivation, (double)p->data->asset_count), columns,
          HF_COUNT(columns), cells, count);
}

static void worst_sites(const page *p)
{
    const hf_national_data *d = p->data;
    const column columns[] = {
        {"report.column.rank", true},       {"report.column.site", false},
        {"report.column.kind", false},      {"report.column.people", true},
        {"report.column.sites_lost", true}, {"report.column.takes_down", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->site_count * WIDTH);
    double most = d->site_count > 0 ? (double)d->sites[0].people : 0;
    for (size_t i = 0; i < d->site_count; i++) {
        const hf_report_site *site = &d->sites[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = number((double)(i + 1));
        row[1] = text(
            hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(site->name), HF_STR_ARG(site->key)));
        row[2] = text(site->kind);
        row[3] = share((double)site->people, most);
        row[4] = number(site->failed_count);
        row[5] = text(site->takes_down);
    }
    hf_message_value means[] = {
        {.name = "sites", .is_number = true, .number = floor(d->mean_failed * 10 + 0.5) / 10},
        {.name = "people", .is_number = true, .number = floor(d->mean_people + 0.5)}};
    heading(p, "report.heading.critical");
    add(p, (hf_block){.kind = HF_BLOCK_PARAGRAPH,
                      .text = phrase(p, "report.text.critical", means, HF_COUNT(means))});
    table(p, "report.caption.critical",
          derive(p, d->is_area ? "report.derive.rank_area" : "report.derive.rank",
                 (double)d->asset_count),
          columns, WIDTH, cells, d->site_count);
}

static void services(const page *p)
{
    const hf_national_data *d = p->data;
    const column columns[] = {
        {"report.column.service", false},      {"report.column.sites", true},
        {"report.column.people_served", true}, {"report.column.people_at_risk", true},
        {"report.column.worst_site", false},   {"report.column.max_outage", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->service_rows * WIDTH);
    for (size_t i = 0; i < d->service_rows; i++) {
        const hf_report_service *service = &d->services[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = text(service->name);
        row[1] = number((double)service->site_count);
        row[2] = number((double)service->people);
        row[3] = share((double)service->worst_people, (double)service->people);
        row[4] = code(service->worst_site);
        row[5] = isnan(service->max_outage_h) ? text(HF_STR("–")) : number(service->max_outage_h);
    }
    heading(p, "report.heading.services");
    add(p, (hf_block){.kind = HF_BLOCK_PARAGRAPH, .text = word(p, "report.text.services")});
    table(p, "report.caption.services", derive(p, "report.derive.services", (double)d->site_count),
          columns, WIDTH, cells, d->service_rows);
}

static void single_points(const page *p)
{
    const hf_national_data *d = p->data;
    const column columns[] = {{"report.column.site", false},
                              {"report.column.kind", false},
                              {"report.column.region", false},
                              {"report.column.others_lost", true},
                              {"report.column.people", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->single_point_rows * WIDTH);
    double most = d->single_point_rows > 0 ? (double)d->single_points[0].failed_count - 1 : 0;
    for (size_t i = 0; i < d->single_point_rows; i++) {
        const hf_report_site *site = &d->single_points[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = text(
            hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(site->name), HF_STR_ARG(site->key)));
        row[1] = text(site->kind);
        row[2] = text(site->region);
        row[3] = share((double)site->failed_count - 1, most);
        row[4] = number((double)site->people);
    }
    hf_message_value values[] = {
        {.name = "n", .is_number = true, .number = (double)d->single_point_count},
        {.name = "all", .is_number = true, .number = (double)d->asset_count}};
    heading(p, "report.heading.single_points");
    add(p, (hf_block){.kind = HF_BLOCK_PARAGRAPH,
                      .text = phrase(p, "report.text.single_points", values, HF_COUNT(values))});
    table(p, "report.caption.single_points",
          derive(p, "report.derive.single_points", (double)d->asset_count), columns, WIDTH, cells,
          d->single_point_rows);
}

static void quality(const page *p)
{
    const hf_national_data *d = p->data;
    const column columns[] = {{"report.column.finding", false},
                              {"report.column.severity", false},
                              {"report.column.records", true}};
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->fault_count * HF_COUNT(columns));
    for (size_t i = 0; i < d->fault_count; i++) {
        cells[i * 3] = text(d->faults[i].label);
        cells[i * 3 + 1] =
            text(word(p, d->faults[i].is_error ? "report.severity.error" : "report.severity.hint"));
        cells[i * 3 + 2] = number((double)d->faults[i].count);
    }
    heading(p, "report.heading.quality");
    if (d->fault_count == 0) {
        add(p, (hf_block){.kind = HF_BLOCK_PARAGRAPH, .text = word(p, "report.text.no_faults")});
        return;
    }
    table(p, "report.caption.quality", derive(p, "report.derive.quality", (double)d->asset_count),
          columns, HF_COUNT(columns), cells, d->fault_count);
}

void hf_report_national(const hf_national_data *data, hf_arena *arena, hf_doc *out)
{
    page p = {.doc = out, .data = data, .arena = arena};
    *out = (hf_doc){.marking = data->marking,
                    .data_date = data->data_date,
                    .snapshot = data->snapshot,
                    .lang = data->lang,
                    .arena = arena};
    out->title = word(&p, data->is_area ? "report.area.title" : "report.national.title");
    out->subtitle = word(&p, data->is_area ? "report.area.subtitle" : "report.national.subtitle");
    if (data->is_demo)
        out->banner = word(&p, "report.demo");
    in_figures(&p);
    groups(&p, "report.caption.sectors", "report.column.sector", "report.derive.sectors",
           data->sectors, data->sector_count);
    if (data->region_row_count > 0)
        groups(&p, "report.caption.regions", "report.column.region", "report.derive.regions",
               data->regions, data->region_row_count);
    worst_sites(&p);
    if (data->service_rows > 0)
        services(&p);
    single_points(&p);
    if (!data->is_area)
        quality(&p);
    heading(&p, "report.heading.method");
    add(&p, (hf_block){.kind = HF_BLOCK_PARAGRAPH, .text = word(&p, "report.text.method")});
}
