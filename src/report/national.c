// SPDX-License-Identifier: Apache-2.0
//
// The national report, and the same of an area: the State in figures, its most critical sites, services by people at risk, single
// points of failure, data quality, and where every figure comes from.
#include <math.h>

#include "report/page.h"

typedef struct {
    hf_report_page page;
    const hf_national_data *data;
    hf_arena *arena;
} page;

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
            facts[count++] = (hf_fact){
                .label = hf_page_word(&p->page, rows[i].label),
                .value = hf_cell_number(rows[i].value),
                .derivation = hf_page_derive(&p->page, rows[i].derivation, rows[i].value)};
    hf_page_heading(&p->page, "report.heading.figures");
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_FACTS,
                                     .text = hf_page_word(&p->page, "report.caption.figures"),
                                     .facts = facts,
                                     .fact_count = count});
    size_t plain = 0; // a ranked site has a dot of each kind
    for (size_t i = 0; i < d->dot_count; i++)
        plain += d->dots[i].rank == 0;
    if (d->dot_count > 0)
        hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_MAP,
                                         .text = hf_page_word(&p->page, "report.caption.map"),
                                         .derivation = hf_page_derive(&p->page, "report.derive.map",
                                                                      (double)plain),
                                         .dots = d->dots,
                                         .dot_count = d->dot_count,
                                         .outlines = d->outlines,
                                         .outline_count = d->outline_count});
}

static void groups(const page *p, const char *caption, const char *first_column,
                   const char *derivation, const hf_report_group *list, size_t count)
{
    const hf_page_column columns[] = {
        {first_column, false}, {"report.column.sites", true}, {"report.column.people", true}};
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, count * HF_COUNT(columns));
    double most_sites = 0;
    double most_people = 0;
    for (size_t i = 0; i < count; i++) {
        most_sites = fmax(most_sites, (double)list[i].count);
        most_people = fmax(most_people, (double)list[i].people);
    }
    for (size_t i = 0; i < count; i++) {
        cells[i * 3] = hf_cell_text(list[i].label);
        cells[i * 3 + 1] = hf_cell_share((double)list[i].count, most_sites);
        cells[i * 3 + 2] = hf_cell_share((double)list[i].people, most_people);
    }
    hf_page_table(&p->page, caption,
                  hf_page_derive(&p->page, derivation, (double)p->data->asset_count), columns,
                  HF_COUNT(columns), cells, count);
}

static void worst_sites(const page *p)
{
    const hf_national_data *d = p->data;
    const hf_page_column columns[] = {
        {"report.column.rank", true},       {"report.column.site", false},
        {"report.column.kind", false},      {"report.column.people", true},
        {"report.column.sites_lost", true}, {"report.column.takes_down", false}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->site_count * WIDTH);
    double most = d->site_count > 0 ? (double)d->sites[0].people : 0;
    for (size_t i = 0; i < d->site_count; i++) {
        const hf_report_site *site = &d->sites[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_number((double)(i + 1));
        row[1] = hf_cell_text(
            hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(site->name), HF_STR_ARG(site->key)));
        row[2] = hf_cell_text(site->kind);
        row[3] = hf_cell_share((double)site->people, most);
        row[4] = hf_cell_number(site->failed_count);
        row[5] = hf_cell_text(site->takes_down);
    }
    hf_message_value means[] = {
        {.name = "sites", .is_number = true, .number = floor(d->mean_failed * 10 + 0.5) / 10},
        {.name = "people", .is_number = true, .number = floor(d->mean_people + 0.5)}};
    hf_page_heading(&p->page, "report.heading.critical");
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_PARAGRAPH,
                                     .text = hf_page_phrase(&p->page, "report.text.critical", means,
                                                            HF_COUNT(means)),
                                     .derivation = hf_page_derive(&p->page, "report.derive.means",
                                                                  (double)d->ranked_count)});
    hf_page_table(&p->page, "report.caption.critical",
                  hf_page_derive(&p->page,
                                 d->is_area ? "report.derive.rank_area" : "report.derive.rank",
                                 (double)d->ranked_count),
                  columns, WIDTH, cells, d->site_count);
}

static void services(const page *p)
{
    const hf_national_data *d = p->data;
    const hf_page_column columns[] = {
        {"report.column.service", false},      {"report.column.sites", true},
        {"report.column.people_served", true}, {"report.column.people_at_risk", true},
        {"report.column.worst_site", false},   {"report.column.max_outage", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->service_rows * WIDTH);
    for (size_t i = 0; i < d->service_rows; i++) {
        const hf_report_service *service = &d->services[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(service->name);
        row[1] = hf_cell_number((double)service->site_count);
        row[2] = hf_cell_number((double)service->people);
        row[3] = hf_cell_share((double)service->worst_people, (double)service->people);
        row[4] = hf_cell_code(service->worst_site);
        row[5] = isnan(service->max_outage_h) ? hf_cell_text(HF_STR("–"))
                                              : hf_cell_number(service->max_outage_h);
    }
    hf_page_heading(&p->page, "report.heading.services");
    hf_page_paragraph(&p->page, "report.text.services");
    hf_page_table(&p->page, "report.caption.services",
                  hf_page_derive(&p->page, "report.derive.services", (double)d->ranked_count),
                  columns, WIDTH, cells, d->service_rows);
}

static void single_points(const page *p)
{
    const hf_national_data *d = p->data;
    const hf_page_column columns[] = {{"report.column.site", false},
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
        row[0] = hf_cell_text(
            hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(site->name), HF_STR_ARG(site->key)));
        row[1] = hf_cell_text(site->kind);
        row[2] = hf_cell_text(site->region);
        row[3] = hf_cell_share((double)site->failed_count - 1, most);
        row[4] = hf_cell_number((double)site->people);
    }
    hf_message_value values[] = {
        {.name = "n", .is_number = true, .number = (double)d->single_point_count},
        {.name = "all", .is_number = true, .number = (double)d->asset_count}};
    hf_page_heading(&p->page, "report.heading.single_points");
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_PARAGRAPH,
                                     .text = hf_page_phrase(&p->page, "report.text.single_points",
                                                            values, HF_COUNT(values)),
                                     .derivation = hf_page_derive(
                                         &p->page, "report.derive.single_point_count",
                                         (double)d->ranked_count)});
    hf_page_table(&p->page, "report.caption.single_points",
                  hf_page_derive(&p->page, "report.derive.single_points", (double)d->ranked_count),
                  columns, WIDTH, cells, d->single_point_rows);
}

static void quality(const page *p)
{
    const hf_national_data *d = p->data;
    const hf_page_column columns[] = {{"report.column.finding", false},
                                      {"report.column.severity", false},
                                      {"report.column.records", true}};
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->fault_count * HF_COUNT(columns));
    for (size_t i = 0; i < d->fault_count; i++) {
        cells[i * 3] = hf_cell_text(d->faults[i].label);
        cells[i * 3 + 1] = hf_cell_text(hf_page_word(
            &p->page, d->faults[i].is_error ? "report.severity.error" : "report.severity.hint"));
        cells[i * 3 + 2] = hf_cell_number((double)d->faults[i].count);
    }
    hf_page_heading(&p->page, "report.heading.quality");
    if (d->fault_count == 0) {
        hf_page_paragraph(&p->page, "report.text.no_faults");
        return;
    }
    hf_page_table(&p->page, "report.caption.quality",
                  hf_page_derive(&p->page, "report.derive.quality", (double)d->asset_count),
                  columns, HF_COUNT(columns), cells, d->fault_count);
}

void hf_report_national(const hf_national_data *data, hf_arena *arena, hf_doc *out)
{
    page p = {.page = hf_page_begin(
                  &data->head, data->is_area ? "report.area.title" : "report.national.title",
                  data->is_area ? "report.area.subtitle" : "report.national.subtitle", arena, out),
              .data = data,
              .arena = arena};
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
    hf_page_heading(&p.page, "report.heading.method");
    hf_page_paragraph(&p.page, "report.text.method");
}
