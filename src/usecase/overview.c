// SPDX-License-Identifier: Apache-2.0
//
// Reads the register for the first page: a few fields of each asset, straight through.
#include "usecase/overview.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "model/asset.h"
#include "model/region.h"

#define POINT_COUNT_MAX   3000u
#define TOP_COUNT         10u
#define RANKED_ASSETS_MAX 50000u
#define GROUP_COUNT_MAX   200u

// --- counts ----------------------------------------------------------------------------------------

static bool write_counts(const hf_session *session, hf_read *read, hf_json_writer *w, hf_error *err)
{
    static const struct {
        const char *name, *noun;
    } counted[] = {{"assets", "asset"},     {"dependencies", "dependency"},
                   {"services", "service"}, {"organisations", "organisation"},
                   {"regions", "region"},   {"layers", "layer"}};
    hf_json_name(w, "counts");
    hf_json_begin_object(w);
    for (size_t i = 0; i < HF_COUNT(counted); i++) {
        uint64_t count = 0;
        if (!hf_count_known(&session->actor, read, hf_noun_find(hf_str_of(counted[i].noun)), &count,
                            err))
            return false;
        hf_json_name(w, counted[i].name);
        hf_json_add_u64(w, count);
    }
    hf_json_end_object(w);
    return true;
}

typedef struct {
    hf_group *list;
    size_t count;
} group_list;

typedef struct {
    hf_arena *arena;
    hf_map map;
    HF_VEC(hf_group) list;
    uint32_t last; // records that follow one another are often alike
} tally;

static void count_in(tally *into, hf_str value, int64_t people)
{
    uint32_t at = into->last;
    if (at >= into->list.count || !hf_str_equal(into->list.items[at].value, value)) {
        at = (uint32_t)into->list.count;
        if (!hf_map_get(&into->map, value, &at)) {
            hf_group fresh = {.value = hf_str_copy(into->arena, value)};
            hf_map_set(&into->map, fresh.value, at);
            HF_VEC_ADD(into->arena, &into->list, fresh);
        }
        into->last = at;
    }
    into->list.items[at].count++;
    into->list.items[at].sum += people == HF_INTEGER_NONE ? 0 : people;
}

static int most_first(const void *a, const void *b)
{
    const hf_group *left = a;
    const hf_group *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return hf_str_compare(left->value, right->value);
}

// Only what the actor may know of is counted.
static bool count_all(const hf_session *session, hf_read *read, hf_arena *arena, group_list out[3],
                      hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    hf_known known;
    tally tallies[3];
    for (size_t i = 0; i < 3; i++)
        tallies[i] = (tally){.arena = arena, .map = hf_map_of(arena, 64)};
    static const char *const counted[] = {"key",    "marking", "compartments", "sector",
                                          "region", "kind",    "people_served"};
    if (!hf_know(&session->actor, HF_CAN_READ, read, &hf_noun_asset, arena, &known, err) ||
        !hf_scan_open_fields(read, &hf_noun_asset, counted, HF_COUNT(counted), &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            break;
        const hf_asset *asset = record;
        if (!hf_is_known(&known, asset))
            continue;
        count_in(&tallies[0], asset->sector, asset->people_served);
        count_in(&tallies[1], asset->region, asset->people_served);
        count_in(&tallies[2], asset->kind, asset->people_served);
    }
    for (size_t i = 0; i < 3; i++) {
        out[i] = (group_list){tallies[i].list.items, tallies[i].list.count};
        if (out[i].count > 0)
            qsort(out[i].list, out[i].count, sizeof *out[i].list, most_first);
    }
    return true;
}

// "EN01" and "EN02" count as "EN".
static group_list merged_sectors(const group_list *codes, hf_arena *arena)
{
    tally into = {.arena = arena, .map = hf_map_of(arena, 64)};
    for (size_t i = 0; i < codes->count; i++) {
        const hf_group *from = &codes->list[i];
        hf_str sector = hf_str_slice(from->value, 0, 2);
        uint32_t at = (uint32_t)into.list.count;
        if (!hf_map_get(&into.map, sector, &at)) {
            hf_group fresh = {.value = sector};
            hf_map_set(&into.map, sector, at);
            HF_VEC_ADD(arena, &into.list, fresh);
        }
        into.list.items[at].count += from->count;
        into.list.items[at].sum += from->sum;
    }
    if (into.list.count > 0)
        qsort(into.list.items, into.list.count, sizeof into.list.items[0], most_first);
    return (group_list){into.list.items, into.list.count};
}

static void write_groups(const char *name, const char *member, const group_list *groups,
                         hf_json_writer *w)
{
    hf_json_name(w, name);
    hf_json_begin_array(w);
    for (size_t i = 0; i < groups->count && i < GROUP_COUNT_MAX; i++) {
        hf_json_begin_object(w);
        hf_json_name(w, member);
        hf_json_add_str(w, groups->list[i].value.len > 0 ? groups->list[i].value : HF_STR(""));
        hf_json_name(w, "count");
        hf_json_add_u64(w, groups->list[i].count);
        hf_json_name(w, "people");
        hf_json_add_i64(w, groups->list[i].sum);
        hf_json_end_object(w);
    }
    hf_json_end_array(w);
}

static bool write_regions(const hf_session *session, hf_read *read, const group_list *groups,
                          hf_json_writer *w, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json_name(w, "by_region");
    hf_json_begin_array(w);
    for (size_t i = 0; i < groups->count && i < GROUP_COUNT_MAX; i++) {
        void *record = NULL;
        hf_str key = groups->list[i].value;
        if (key.len > 0 &&
            !hf_get_known(&session->actor, read, &hf_noun_region, key, &scratch, &record, err))
            return false;
        const hf_region *region = record;
        hf_json_begin_object(w);
        hf_json_name(w, "region");
        hf_json_add_str(w, key.len > 0 ? key : HF_STR(""));
        hf_json_name(w, "name");
        hf_json_add_str(w, region != NULL && region->name.len > 0 ? region->name : key);
        hf_json_name(w, "count");
        hf_json_add_u64(w, groups->list[i].count);
        hf_json_name(w, "people");
        hf_json_add_i64(w, groups->list[i].sum);
        hf_json_end_object(w);
    }
    hf_json_end_array(w);
    return true;
}

static bool write_all_groups(const hf_session *session, hf_read *read, hf_json_writer *w,
                             hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    group_list groups[3] = {{0}};
    if (!count_all(session, read, &scratch, groups, err))
        return false;
    groups[0] = merged_sectors(&groups[0], &scratch);
    write_groups("by_sector", "sector", &groups[0], w);
    write_groups("by_kind", "kind", &groups[2], w);
    return write_regions(session, read, &groups[1], w, err);
}

// --- quality, places, the worst ------------------------------------------------------------------------

static void write_quality(const hf_check_result *result, hf_json_writer *w)
{
    hf_json_name(w, "quality");
    hf_json_begin_array(w);
    for (size_t i = 0; i < result->total_count; i++) {
        hf_str noun = HF_STR_EMPTY;
        for (size_t j = 0; j < result->count && noun.len == 0; j++)
            if (strcmp(result->list[j].code, result->totals[i].code) == 0)
                noun = result->list[j].noun;
        hf_json_begin_object(w);
        hf_json_name(w, "code");
        hf_json_add_z(w, result->totals[i].code);
        hf_json_name(w, "count");
        hf_json_add_u64(w, result->totals[i].count);
        hf_json_name(w, "noun");
        if (noun.len > 0)
            hf_json_add_str(w, noun);
        else
            hf_json_add_null(w);
        hf_json_end_object(w);
    }
    hf_json_end_array(w);
}

// Every n-th place in Mercator order: a fair sample of where things are.
static void write_points(const hf_places *places, const hf_places_view *view, hf_json_writer *w)
{
    size_t known = 0, seen = 0;
    for (size_t i = 0; i < places->count; i++)
        known += hf_place_is_known(view, &places->list[i]) ? 1u : 0u;
    size_t step = known / POINT_COUNT_MAX + 1;
    hf_json_name(w, "points");
    hf_json_begin_array(w);
    for (size_t i = 0; i < places->count; i++) {
        const hf_place *place = &places->list[i];
        uint32_t x, y;
        if (!hf_place_is_known(view, place) || seen++ % step != 0)
            continue;
        hf_morton_split(place->morton, &x, &y);
        hf_json_begin_array(w);
        hf_json_add_double(w, round(hf_mercator_lon(x) * 1e5) / 1e5);
        hf_json_add_double(w, round(hf_mercator_lat(y) * 1e5) / 1e5);
        hf_json_add_u64(w, view->sector[place->sector]);
        hf_json_end_array(w);
    }
    hf_json_end_array(w);
}

static bool write_top_row(hf_read *read, const hf_register_plan *plan, const hf_rank_row *row,
                          hf_json_writer *w, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *record = NULL;
    if (!hf_store_get(read, &hf_noun_asset, plan->keys[row->asset], &scratch, &record, err))
        return false;
    const hf_asset *asset = record;
    hf_json_begin_object(w);
    hf_json_name(w, "key");
    hf_json_add_str(w, plan->keys[row->asset]);
    hf_json_name(w, "name");
    hf_json_add_str(w, asset != NULL && asset->name.len > 0 ? asset->name : plan->keys[row->asset]);
    hf_json_name(w, "kind");
    hf_json_add_str(w, plan->kinds[plan->kind[row->asset]]);
    hf_json_name(w, "sector");
    hf_json_add_str(w, plan->sectors[plan->sector[row->asset]]);
    hf_json_name(w, "failed_count");
    hf_json_add_u64(w, row->failed_count);
    hf_json_name(w, "people");
    hf_json_add_i64(w, row->people);
    hf_json_name(w, "people_hours");
    hf_json_add_null(w);
    hf_json_end_object(w);
    return true;
}

static bool write_top(const hf_session *session, hf_read *read, hf_json_writer *w, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_rank_request wanted = {.by = HF_RANK_PEOPLE, .top = TOP_COUNT};
    hf_rank_answer answer = {0};
    hf_error fault = {0};
    hf_json_name(w, "top");
    // Too large to rank in passing, or an actor who may not ask: the ranking's own page says why.
    bool is_asked = hf_read_count(read, &hf_noun_asset) <= RANKED_ASSETS_MAX &&
                    hf_ask_rank(session, &wanted, &scratch, &answer, &fault);
    if (!is_asked) {
        hf_json_add_null(w);
        return true;
    }
    bool is_written = true;
    hf_json_begin_array(w);
    for (uint32_t i = 0; i < answer.ranking.row_count && i < TOP_COUNT && is_written; i++)
        is_written = write_top_row(read, answer.plan, &answer.ranking.rows[i], w, err);
    hf_json_end_array(w);
    hf_plan_release(session, &answer.plan);
    return is_written;
}

// The digest is the whole register's: it would tell of changes to what is hidden.
static bool write_snapshot(const hf_session *session, hf_read *read, const hf_places_view *view,
                           hf_json_writer *w, hf_error *err)
{
    uint64_t links = 0;
    char digest[65];
    if (!hf_count_known(&session->actor, read, hf_noun_find(HF_STR("dependency")), &links, err))
        return false;
    hf_json_name(w, "snapshot");
    if (!view->is_all || links < hf_read_count(read, hf_noun_find(HF_STR("dependency")))) {
        hf_json_add_null(w);
        return true;
    }
    if (!hf_read_digest(read, digest, err))
        return false;
    hf_json_add_z(w, digest);
    return true;
}

static bool write_members(const hf_session *session, hf_read *read, const hf_places *places,
                          const hf_places_view *view, hf_json_writer *w, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_check_result quality = {0};
    if (!hf_check_totals(session, &scratch, &quality, err))
        return false;
    if (!write_counts(session, read, w, err))
        return false;
    write_quality(&quality, w);
    hf_write_bounds(places, view, w);
    write_points(places, view, w);
    return write_snapshot(session, read, view, w, err) && write_all_groups(session, read, w, err) &&
           write_top(session, read, w, err);
}

bool hf_write_overview(const hf_session *session, hf_place_book *book, hf_json_writer *out,
                       hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    const hf_places *places = NULL;
    const hf_places_view *view = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) ||
        !hf_read_begin(session->store, &read, err) || !hf_places_take(session, book, &places, err))
        return false;
    bool is_written = hf_places_view_of(session, book, places, &scratch, &view, err) &&
                      write_members(session, read, places, view, out, err);
    hf_places_release(book, &places);
    return is_written;
}
