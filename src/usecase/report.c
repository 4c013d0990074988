// SPDX-License-Identifier: Apache-2.0
//
// Gathers the reports, of the State or of an area: counts and groups from the register, the ranking and the
// worst loss of each service from the engine, faults from the check. report/national.c lays it out.
#include "usecase/report.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/sort.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/organisation.h"
#include "model/region.h"
#include "model/service.h"
#include "model/taxonomy.h"
#include "usecase/area.h"
#include "usecase/demo.h"
#include "usecase/names.h"

#define SITES_SHOWN  20u
#define ROWS_MAX     64u
#define DOTS_MAX     3000u
#define OUTLINES_MAX 500u
#define KINDS_TOLD   3u // in "takes down"

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    const hf_register_plan *plan;
    hf_str within; // empty = everywhere
    hf_area area;
    hf_rank_answer by_people, by_failed;
    hf_check_result check;
    hf_national_data data;
} gathering;

static hf_str word(const gathering *g, const char *key)
{
    return hf_message_text(g->session->lang, key, g->arena);
}

// The label of a taxonomy entry; a word for "unknown" without a code.
static bool label_of(const gathering *g, hf_str code, hf_str *out, hf_error *err)
{
    *out = word(g, "report.unknown");
    return code.len == 0 || hf_label_of(g->read, g->session->lang, code, g->arena, out, err);
}

static bool group_by(const gathering *g, const char *field, hf_group **groups, size_t *count,
                     hf_error *err)
{
    const hf_field *sum = hf_noun_field(&hf_noun_asset, HF_STR("people_served"), NULL);
    return hf_store_group(g->read, &hf_noun_asset,
                          hf_noun_field(&hf_noun_asset, hf_str_of(field), NULL), sum, 10000,
                          g->arena, groups, count, err);
}

static int by_people(const void *a, const void *b, const void *context)
{
    (void)context;
    const hf_report_group *left = a, *right = b;
    return (left->people < right->people) - (left->people > right->people);
}

static void sort_by_people(const gathering *g, hf_report_group *list, size_t count)
{
    const void **order = HF_NEW_N(g->arena, const void *, count);
    hf_report_group *sorted = HF_NEW_N(g->arena, hf_report_group, count);
    for (size_t i = 0; i < count; i++)
        order[i] = &list[i];
    hf_sort(order, HF_NEW_N(g->arena, const void *, count), count, by_people, NULL);
    for (size_t i = 0; i < count; i++)
        sorted[i] = *(const hf_report_group *)order[i];
    for (size_t i = 0; i < count; i++)
        list[i] = sorted[i];
}

static hf_str others(const gathering *g, size_t count)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(400);
    hf_message_value values[] = {{.name = "n", .is_number = true, .number = (double)count}};
    hf_message(g->session->lang, "report.others", values, HF_COUNT(values), &text);
    return hf_buf_copy(g->arena, &text);
}

// Rows of a table that is read on paper: the last of very many stands for all that have fewer people. Returns how many.
static size_t fold_rest(const gathering *g, hf_report_group *list, size_t count)
{
    if (count <= ROWS_MAX)
        return count;
    sort_by_people(g, list, count);
    hf_report_group *rest = &list[ROWS_MAX - 1];
    for (size_t i = ROWS_MAX; i < count; i++) {
        rest->count += list[i].count;
        rest->people += list[i].people;
    }
    rest->label = others(g, count - ROWS_MAX + 1);
    return ROWS_MAX;
}

static bool is_inside(const gathering *g, uint32_t asset)
{
    return g->within.len == 0 ||
           hf_area_has(&g->area, (double)g->plan->lon[asset], (double)g->plan->lat[asset]);
}

// Assets and people of the area, in all and by sector.
static bool gather_area(gathering *g, hf_error *err)
{
    const hf_register_plan *plan = g->plan;
    hf_report_group *all = HF_NEW_N(g->arena, hf_report_group, plan->sector_count);
    size_t used = 0;
    for (uint32_t i = 0; i < plan->asset_count; i++) {
        if (!is_inside(g, i))
            continue;
        all[plan->sector[i]].count++;
        all[plan->sector[i]].people += plan->people[i];
        g->data.asset_count++;
        g->data.people += plan->people[i];
    }
    for (uint32_t i = 0; i < plan->sector_count; i++) {
        if (all[i].count == 0)
            continue;
        if (!label_of(g, plan->sectors[i], &all[i].label, err))
            return false;
        all[used++] = all[i];
    }
    sort_by_people(g, all, used);
    g->data.sectors = all;
    g->data.sector_count = fold_rest(g, all, used);
    g->data.is_area = true;
    return hf_has_demo(g->read, &g->data.head.is_demo, err);
}

// Sub-sectors are added to their sector; most people first.
static bool gather_sectors(gathering *g, hf_error *err)
{
    hf_group *groups = NULL;
    size_t count = 0;
    size_t used = 0;
    if (!group_by(g, "sector", &groups, &count, err))
        return false;
    hf_report_group *list = HF_NEW_N(g->arena, hf_report_group, count);
    hf_map numbers = hf_map_of(g->arena, count);
    for (size_t i = 0; i < count; i++) {
        hf_str code =
            groups[i].value.len == 4 ? hf_str_slice(groups[i].value, 0, 2) : groups[i].value;
        uint32_t at = (uint32_t)used;
        if (hf_map_add(&numbers, code, at, &at) && !label_of(g, code, &list[used++].label, err))
            return false;
        list[at].count += groups[i].count;
        list[at].people += groups[i].sum;
    }
    sort_by_people(g, list, used);
    g->data.sectors = list;
    g->data.sector_count = fold_rest(g, list, used);
    return true;
}

static bool region_name(const gathering *g, hf_str key, hf_str *out, hf_error *err)
{
    void *record = NULL;
    if (key.len == 0) {
        *out = word(g, "report.unknown");
        return true;
    }
    if (!hf_get_known(&g->session->actor, g->read, &hf_noun_region, key, g->arena, &record, err))
        return false;
    const hf_region *region = record;
    *out = region != NULL && region->name.len > 0 ? region->name : key;
    return true;
}

static bool gather_regions(gathering *g, hf_error *err)
{
    hf_group *groups = NULL;
    size_t count = 0;
    if (!group_by(g, "region", &groups, &count, err))
        return false;
    hf_report_group *list = HF_NEW_N(g->arena, hf_report_group, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (hf_report_group){
            .label = groups[i].value, .count = groups[i].count, .people = groups[i].sum};
    size_t rows = fold_rest(g, list, count);
    for (size_t i = 0; i < rows - (rows < count); i++)
        if (!region_name(g, list[i].label, &list[i].label, err))
            return false;
    g->data.regions = list;
    g->data.region_row_count = count == 1 && groups[0].value.len == 0 ? 0 : rows;
    return true;
}

// "transformer station × 12, hospital × 3 and 9 more": the most frequent kinds that fall with a site.
static bool takes_down(const gathering *g, const hf_rank_row *row, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf list = hf_buf_of(1u << 14);
    HF_CLEANUP(hf_buf_done) hf_buf whole = hf_buf_of(1u << 14);
    uint32_t shown[KINDS_TOLD];
    uint32_t shown_count = 0;
    uint32_t told = 1; // the site itself
    for (; shown_count < KINDS_TOLD; shown_count++) {
        uint32_t best = UINT32_MAX;
        for (uint32_t i = 0; i < row->by_kind_count; i++) {
            bool is_shown = false;
            for (uint32_t k = 0; k < shown_count; k++)
                is_shown |= shown[k] == i;
            if (!is_shown &&
                (best == UINT32_MAX || row->by_kind[i].count > row->by_kind[best].count))
                best = i;
        }
        if (best == UINT32_MAX)
            break;
        shown[shown_count] = best;
        uint32_t count =
            row->by_kind[best].count - (row->by_kind[best].kind == g->plan->kind[row->asset]);
        hf_str label = HF_STR_EMPTY;
        if (count == 0)
            continue;
        if (!label_of(g, g->plan->kinds[row->by_kind[best].kind], &label, err))
            return false;
        if (list.len > 0)
            hf_buf_add_str(&list, word(g, "result.list.comma"));
        hf_buf_add_str(&list, label);
        hf_buf_add_z(&list, "\xc2\xa0×\xc2\xa0"); // stays on one line
        hf_message_number(g->session->lang, count, 0, &list);
        told += count;
    }
    hf_message_value values[] = {
        {.name = "list", .text = hf_buf_str(&list)},
        {.name = "n", .is_number = true, .number = (double)(row->failed_count - told)}};
    if (list.len == 0)
        *out = word(g, "report.none");
    else if (row->failed_count > told) {
        hf_message(g->session->lang, "report.more", values, HF_COUNT(values), &whole);
        *out = hf_buf_copy(g->arena, &whole);
    } else
        *out = hf_buf_copy(g->arena, &list);
    return true;
}

static bool describe(const gathering *g, const hf_rank_row *row, hf_report_site *out, hf_error *err)
{
    void *record = NULL;
    *out = (hf_report_site){
        .key = g->plan->keys[row->asset], .failed_count = row->failed_count, .people = row->people};
    if (!hf_store_get_row(g->read, &hf_noun_asset, g->plan->rows[row->asset], g->arena, &record,
                          err))
        return false;
    const hf_asset *asset = record;
    out->name = asset != NULL && asset->name.len > 0 ? asset->name : out->key;
    return label_of(g, g->plan->kinds[g->plan->kind[row->asset]], &out->kind, err) &&
           region_name(g, asset != NULL ? asset->region : HF_STR_EMPTY, &out->region, err) &&
           takes_down(g, row, &out->takes_down, err);
}

static bool describe_all(const gathering *g, const hf_ranking *ranking, uint32_t least_failed,
                         const hf_report_site **out, size_t *out_count, hf_error *err)
{
    hf_report_site *sites = HF_NEW_N(g->arena, hf_report_site, SITES_SHOWN);
    size_t count = 0;
    for (uint32_t i = 0; i < ranking->row_count && count < SITES_SHOWN; i++)
        if (ranking->rows[i].failed_count >= least_failed &&
            !describe(g, &ranking->rows[i], &sites[count++], err))
            return false;
    *out = sites;
    *out_count = count;
    return true;
}

// --- services --------------------------------------------------------------------------------------------

static int by_worst_loss(const void *a, const void *b, const void *context)
{
    const hf_report_service *left = a, *right = b;
    (void)context;
    return (left->worst_people < right->worst_people) - (left->worst_people > right->worst_people);
}

// What the ranking found of each service. name: its key until it is known which ones are shown.
static hf_report_service *weigh_services(const gathering *g, const hf_group *groups, size_t count)
{
    const hf_register_plan *plan = g->plan;
    hf_report_service *services = HF_NEW_N(g->arena, hf_report_service, count);
    hf_map index = hf_map_of(g->arena, plan->service_count);
    for (uint32_t i = 0; i < plan->service_count; i++)
        hf_map_set(&index, plan->services[i], i);
    for (size_t i = 0; i < count; i++) {
        uint32_t at = 0;
        services[i] = (hf_report_service){
            .name = groups[i].value, .site_count = groups[i].count, .people = groups[i].sum};
        if (!hf_map_get(&index, groups[i].value, &at))
            continue; // came in after the plan was read
        const hf_class_loss *worst = &g->by_people.ranking.by_class[at];
        services[i].worst_people = worst->people;
        if (worst->asset != HF_NO_INDEX)
            services[i].worst_site = plan->keys[worst->asset];
    }
    return services;
}

static bool name_service(const gathering *g, hf_report_service *out, hf_error *err)
{
    void *record = NULL;
    if (!hf_get_known(&g->session->actor, g->read, &hf_noun_service, out->name, g->arena, &record,
                      err))
        return false;
    const hf_service *service = record;
    out->max_outage_h = service != NULL ? service->max_outage_h : (double)NAN;
    if (service != NULL && service->name.len > 0)
        out->name = service->name;
    return true;
}

static bool gather_services(gathering *g, hf_error *err)
{
    hf_group *groups = NULL;
    size_t count = 0;
    size_t given = 0;
    if (!group_by(g, "service", &groups, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) // assets without a service are left out
        if (groups[i].value.len > 0)
            groups[given++] = groups[i];
    hf_report_service *all = weigh_services(g, groups, given);
    const void **order = HF_NEW_N(g->arena, const void *, given);
    for (size_t i = 0; i < given; i++)
        order[i] = &all[i];
    hf_sort(order, HF_NEW_N(g->arena, const void *, given), given, by_worst_loss, NULL);
    size_t shown = given < ROWS_MAX ? given : ROWS_MAX, named = given > shown ? shown - 1 : shown;
    hf_report_service *services = HF_NEW_N(g->arena, hf_report_service, shown);
    for (size_t i = 0; i < shown; i++) {
        services[i] = *(const hf_report_service *)order[i];
        if (i < named && !name_service(g, &services[i], err))
            return false;
    }
    if (named < shown) { // with the worst loss of all that it stands for: they are in that order
        services[named].name = others(g, given - named);
        services[named].max_outage_h = (double)NAN;
        for (size_t i = shown; i < given; i++) {
            services[named].site_count += ((const hf_report_service *)order[i])->site_count;
            services[named].people += ((const hf_report_service *)order[i])->people;
        }
    }
    g->data.services = services;
    g->data.service_rows = shown;
    return true;
}

// --- the rest --------------------------------------------------------------------------------------------

static void gather_dots(gathering *g)
{
    const hf_ranking *ranking = &g->by_people.ranking;
    hf_dot *dots = HF_NEW_N(g->arena, hf_dot, DOTS_MAX + SITES_SHOWN + 1);
    size_t count = 0;
    uint32_t placed = 0;
    for (uint32_t i = 0; i < g->plan->asset_count; i++)
        placed += isnan(g->plan->lon[i]) || !is_inside(g, i) ? 0 : 1;
    uint32_t each = placed / DOTS_MAX + 1;
    for (uint32_t i = 0, seen = 0; i < g->plan->asset_count; i++)
        if (!isnan(g->plan->lon[i]) && is_inside(g, i) && seen++ % each == 0)
            dots[count++] = (hf_dot){g->plan->lon[i], g->plan->lat[i], 0};
    for (uint32_t i = 0; i < ranking->row_count && i < SITES_SHOWN; i++) {
        uint32_t asset = ranking->rows[i].asset;
        if (!isnan(g->plan->lon[asset]))
            dots[count++] = (hf_dot){g->plan->lon[asset], g->plan->lat[asset], i + 1};
    }
    g->data.dots = dots;
    g->data.dot_count = count;
}

// One ring of a GeoJSON polygon as an outline.
static void add_ring(gathering *g, const hf_json *ring, hf_outline *outlines, size_t *count)
{
    if (ring == NULL || ring->type != HF_JSON_ARRAY || *count == OUTLINES_MAX)
        return;
    hf_dot *points = HF_NEW_N(g->arena, hf_dot, ring->child_count);
    size_t used = 0;
    for (const hf_json *at = ring->child; at != NULL; at = at->next)
        if (at->type == HF_JSON_ARRAY && at->child_count >= 2)
            points[used++] = (hf_dot){(float)at->child->number, (float)at->child->next->number, 0};
    outlines[(*count)++] = (hf_outline){points, used};
}

// The outer ring of each region that has a boundary.
static bool gather_outlines(gathering *g, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    hf_outline *outlines = HF_NEW_N(g->arena, hf_outline, OUTLINES_MAX);
    size_t count = 0;
    if (!hf_scan_open(g->read, &hf_noun_region, true, &scan, err))
        return false;
    for (;;) {
        hf_json *boundary = NULL;
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            break;
        hf_str text = ((const hf_region *)record)->boundary;
        if (text.len == 0 || !hf_may(&g->session->actor, HF_CAN_READ, &hf_noun_region, record) ||
            !hf_json_parse(hf_str_copy(g->arena, text), g->arena, &boundary, err))
            continue; // not drawn; the check of the register names it
        const hf_json *parts = hf_json_get(boundary, "coordinates");
        bool is_multi = hf_str_equal_z(hf_json_text(boundary, "type"), "MultiPolygon");
        if (parts == NULL || parts->type != HF_JSON_ARRAY)
            continue;
        if (!is_multi)
            add_ring(g, parts->child, outlines, &count);
        for (const hf_json *part = is_multi ? parts->child : NULL; part != NULL; part = part->next)
            add_ring(g, part->child, outlines, &count);
    }
    g->data.outlines = outlines;
    g->data.outline_count = count;
    return true;
}

static bool gather_faults(gathering *g, hf_error *err)
{
    if (!hf_check_register(g->session, g->arena, &g->check, err))
        return false;
    hf_report_fault *faults = HF_NEW_N(g->arena, hf_report_fault, g->check.total_count);
    for (size_t i = 0; i < g->check.total_count; i++) {
        hf_str key = hf_str_format(g->arena, "error.%s", g->check.totals[i].code);
        faults[i] = (hf_report_fault){.label = word(g, hf_str_z(g->arena, key)),
                                      .count = g->check.totals[i].count,
                                      .is_error = g->check.totals[i].is_error};
    }
    g->data.faults = faults;
    g->data.fault_count = g->check.total_count;
    return true;
}

static bool gather_counts(gathering *g, hf_error *err)
{
    const hf_field *soft_target = hf_noun_field(&hf_noun_asset, HF_STR("soft_target"), NULL);
    hf_filter filter = {.field = soft_target, .how = HF_NOT_EMPTY};
    hf_query query = {.noun = &hf_noun_asset, .filters = &filter, .filter_count = 1};
    const struct {
        const hf_noun *noun;
        uint64_t *count;
    } counted[] = {{&hf_noun_asset, &g->data.asset_count},
                   {&hf_noun_dependency, &g->data.dependency_count},
                   {&hf_noun_service, &g->data.service_count},
                   {&hf_noun_organisation, &g->data.organisation_count},
                   {&hf_noun_region, &g->data.region_count}};
    for (size_t i = 0; i < HF_COUNT(counted); i++)
        if (!hf_count_known(&g->session->actor, g->read, counted[i].noun, counted[i].count, err))
            return false;
    g->data.people = g->plan->total_people;
    return hf_store_count(g->read, &query, &g->data.soft_target_count, err) &&
           hf_has_demo(g->read, &g->data.head.is_demo, err);
}

static bool gather_ranking(gathering *g, hf_error *err)
{
    hf_rank_request request = {
        .by = HF_RANK_PEOPLE, .within = g->within, .by_service = g->within.len == 0};
    if (!hf_ask_rank(g->session, &request, g->arena, &g->by_people, err))
        return false;
    g->plan = g->by_people.plan;
    request.by = HF_RANK_FAILED;
    request.by_service = false;
    if (!hf_ask_rank(g->session, &request, g->arena, &g->by_failed, err))
        return false;
    const hf_ranking *ranking = &g->by_failed.ranking;
    for (uint32_t i = 0; i < ranking->row_count && ranking->rows[i].failed_count > 1; i++)
        g->data.single_point_count++;
    g->data.ranked_count = ranking->row_count;
    g->data.mean_failed = ranking->mean_failed;
    g->data.mean_people = ranking->mean_people;
    g->data.head.snapshot = hf_str_of(g->plan->digest);
    g->data.head.marking = hf_str_of(hf_marking_words[g->plan->max_marking]);
    g->data.head.compartments = g->plan->compartments;
    return describe_all(g, &g->by_people.ranking, 1, &g->data.sites, &g->data.site_count, err) &&
           describe_all(g, ranking, 2, &g->data.single_points, &g->data.single_point_rows, err);
}

static void give_back(gathering *g)
{
    hf_plan_release(g->session, &g->by_people.plan);
    hf_plan_release(g->session, &g->by_failed.plan);
    hf_read_end(&g->read);
}

static bool gather_national(gathering *g, hf_error *err)
{
    return gather_counts(g, err) && gather_sectors(g, err) && gather_regions(g, err) &&
           gather_services(g, err) && gather_faults(g, err);
}

static bool find_kind(gathering *g, hf_str kind, hf_str within, hf_error *err)
{
    hf_str text;
    bool is_area = hf_str_equal_z(kind, "area");
    if (!is_area && !hf_str_equal_z(kind, "national"))
        return hf_fail(err, HF_ERR_NOT_FOUND, "report.unknown",
                       "there is no report '%.*s'; known: national, area, assessment, strategy, "
                       "soft-targets",
                       HF_STR_ARG(kind));
    if (is_area != (within.len > 0))
        return hf_fail(err, HF_ERR_USAGE, "report.area",
                       "the report 'area' needs an area, and only that report takes one");
    g->within = within;
    return !is_area || hf_find_area(g->session, within, g->arena, &text, &g->area, err);
}

// --- the file --------------------------------------------------------------------------------------------

bool hf_find_writer(hf_str name, hf_str path, const hf_writer **out, hf_error *err)
{
    *out = name.len > 0 ? hf_writer_find(name) : hf_writer_of_path(path);
    if (name.len > 0 && *out == NULL)
        return hf_fail(err, HF_ERR_USAGE, "report.format",
                       "there is no report in the form '%.*s'; write html, pdf, docx or odt",
                       HF_STR_ARG(name));
    return true;
}

hf_str hf_report_file_name(const hf_session *session, const hf_report_request *request,
                           hf_arena *arena)
{
    char now[32];
    hf_time_format(session->now_ms, now);
    return hf_str_format(arena, "%.*s-%.10s.%s", HF_STR_ARG(request->kind), now,
                         request->writer != NULL ? request->writer->name : "html");
}

bool hf_write_report(const hf_doc *doc, const hf_report_request *request, hf_buf *out,
                     hf_error *err)
{
    if (request->writer == NULL)
        hf_write_doc_html(doc, out);
    else if (!request->writer->write(doc, out, err))
        return false;
    if (out->overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "report.too_large",
                       "the report is longer than %u bytes", HF_REPORT_BYTES_MAX);
    return true;
}

static void note_word(hf_json_writer *out, const char *name, hf_str value)
{
    if (value.len == 0)
        return;
    hf_json_name(out, name);
    hf_json_add_str(out, hf_str_slice(value, 0, HF_TEXT_BYTES_MAX));
}

bool hf_note_report(const hf_session *session, const hf_report_request *request,
                    const hf_noun *noun, hf_str of, const hf_mark *mark, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(HF_TEXT_BYTES_MAX * 8);
    hf_json_writer out = {.out = &detail};
    char hex[65];
    hf_json_begin_object(&out);
    note_word(&out, "kind", request->kind);
    note_word(&out, "within", request->within);
    note_word(&out, "region", request->region);
    note_word(&out, "against", request->against);
    if (request->template_source != NULL) {
        hf_json_name(&out, "template"); // by what it was ordered and worded
        hf_sha256 hash = hf_sha256_of(request->template);
        hf_hex(hash.bytes, sizeof hash.bytes, hex);
        hf_json_add_z(&out, hex);
    }
    note_word(&out, "format", hf_str_of(request->writer != NULL ? request->writer->name : "html"));
    hf_json_put_str(&out, "mark", hf_str_of(mark->code));
    hf_json_end_object(&out);
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_note(tx, session, "report.done", noun, of, HF_STR_EMPTY, hf_buf_str(&detail), err) &&
           hf_tx_commit(&tx, err);
}

static bool make_register_report(const hf_session *session, const hf_report_request *request,
                                 hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(give_back) gathering g = {.session = session, .arena = &arena};
    char now[32];
    hf_doc doc;
    hf_mark mark;
    if (!hf_can(&session->actor, HF_CAN_EXPORT, NULL, NULL, err) ||
        !find_kind(&g, request->kind, request->within, err) ||
        !hf_mark_make(session, &arena, &mark, err) ||
        !hf_read_begin(session->store, &g.read, err) || !gather_ranking(&g, err) ||
        !(request->within.len > 0 ? gather_area(&g, err) : gather_national(&g, err)) ||
        !gather_outlines(&g, err))
        return false;
    gather_dots(&g);
    hf_time_format(session->now_ms, now);
    g.data.head.date = hf_str_slice(hf_str_of(now), 0, 10);
    // Between isolates (UAX #9): behind an Arabic word the parts of a date would change places.
    hf_str date = hf_str_format(&arena, "\xe2\x81\xa6%.10s\xe2\x81\xa9", now);
    hf_message_value values[] = {{.name = "date", .text = date}};
    HF_CLEANUP(hf_buf_done) hf_buf data_date = hf_buf_of(500);
    hf_message(session->lang, "report.data_date", values, 1, &data_date);
    g.data.head.data_date = hf_buf_str(&data_date);
    g.data.head.lang = session->lang;
    hf_report_national(&g.data, &arena, &doc);
    doc.made_for = mark.words;
    if (!hf_write_report(&doc, request, out, err))
        return false;
    hf_read_end(&g.read);
    return hf_note_report(session, request, NULL, HF_STR_EMPTY, &mark, err);
}

bool hf_make_report(const hf_session *session, const hf_report_request *request, hf_buf *out,
                    hf_error *err)
{
    if (request->of.len > 0 && hf_str_equal_z(request->kind, "assessment"))
        return hf_make_assessment_report(session, request, out, err);
    if (hf_str_equal_z(request->kind, "strategy"))
        return hf_make_strategy_report(session, request, out, err);
    if (hf_str_equal_z(request->kind, "soft-targets"))
        return hf_make_soft_targets_report(session, request, out, err);
    return make_register_report(session, request, out, err);
}
