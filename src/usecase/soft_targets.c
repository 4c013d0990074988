// SPDX-License-Identifier: Apache-2.0
//
// Counts open places, the people at them and what was done to prepare them. See soft_targets.h.
#include "usecase/soft_targets.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"
#include "model/taxonomy.h"
#include "usecase/names.h"

const char *const hf_prepared_words[] = {"never", "overdue", "current", NULL};

typedef struct {
    const hf_session *session;
    const hf_soft_wanted *wanted;
    hf_read *read;
    hf_arena *arena;
    hf_soft_targets *out;
    const hf_str *regions; // in byte order; NULL: everywhere
    size_t region_count;
    hf_map type_of_code;
    HF_VEC(hf_soft_type) types;
    hf_map place_of_key;
    HF_VEC(hf_open_place) places;
} working;

// --- what is asked ---------------------------------------------------------------------------------------

static bool may_read(const hf_session *session, hf_error *err)
{
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_asset, NULL, err) ||
        !hf_can(&session->actor, HF_CAN_READ, &hf_noun_preparation, NULL, err))
        return false;
    return hf_may_read_marked(&session->actor, HF_SOFT_MARKING_MIN, HF_STR_EMPTY) ||
           hf_fail(err, HF_ERR_PERMISSION, "soft_targets.clearance",
                   "what open places lack is told to those who are cleared for %s; ask an "
                   "administrator",
                   hf_marking_words[HF_SOFT_MARKING_MIN]);
}

// --- types -----------------------------------------------------------------------------------------------

static int by_position(const void *a, const void *b)
{
    const hf_taxonomy *one = *(const hf_taxonomy *const *)a, *two = *(const hf_taxonomy *const *)b;
    return (one->position > two->position) - (one->position < two->position);
}

// The code must live as long as the arena.
static bool type_at(working *w, hf_str code, uint32_t *out, hf_error *err)
{
    hf_soft_type fresh = {.code = code};
    *out = (uint32_t)w->types.count;
    if (!hf_map_add(&w->type_of_code, code, *out, out))
        return true;
    if (!hf_label_of(w->read, w->session->lang, code, w->arena, &fresh.name, err))
        return false;
    HF_VEC_ADD(w->arena, &w->types, fresh);
    return true;
}

static bool take_types(working *w, hf_error *err)
{
    const hf_filter filter = {hf_noun_field(&hf_noun_taxonomy, HF_STR("axis"), NULL), HF_IS,
                              HF_STR("soft_target")};
    hf_query query = {.noun = &hf_noun_taxonomy, .filters = &filter, .filter_count = 1};
    hf_page known = {0};
    uint32_t unused = 0;
    hf_str wanted = hf_code_with_case(w->wanted->type, true, w->arena);
    if (!hf_list_all(w->read, &query, w->arena, &known, err))
        return false;
    if (known.count > 0)
        qsort(known.records, known.count, sizeof(void *), by_position);
    w->type_of_code = hf_map_of(w->arena, known.count);
    for (size_t i = 0; i < known.count; i++) {
        const hf_taxonomy *type = known.records[i];
        if (type->is_active && (wanted.len == 0 || hf_str_equal(type->head.key, wanted)) &&
            !type_at(w, type->head.key, &unused, err))
            return false;
    }
    return wanted.len == 0 || type_at(w, wanted, &unused, err);
}

// --- people by hour --------------------------------------------------------------------------------------

// 24 numbers, none negative; anything else says nothing.
static bool read_hours(hf_str text, double hours[HF_HOURS_OF_DAY])
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *list = NULL;
    hf_error unreadable = {0};
    size_t count = 0;
    if (text.len == 0 || !hf_json_parse(text, &scratch, &list, &unreadable) ||
        list->type != HF_JSON_ARRAY)
        return false;
    for (const hf_json *each = list->child; each != NULL; each = each->next) {
        bool is_number = each->type == HF_JSON_INT || each->type == HF_JSON_DOUBLE;
        if (!is_number || each->number < 0 || count == HF_HOURS_OF_DAY)
            return false;
        hours[count++] = each->number;
    }
    return count == HF_HOURS_OF_DAY;
}

static bool is_in_season(hf_str season, uint32_t month)
{
    hf_str word;
    if (season.len == 0 || month == 0)
        return true;
    while (hf_str_split(&season, ' ', &word)) {
        uint32_t number = 0;
        for (size_t i = 0; i < word.len; i++)
            number = number * 10 + (uint32_t)(word.ptr[i] - '0');
        if (number == month)
            return true;
    }
    return false;
}

static bool count_hours(working *w, const hf_asset *asset)
{
    double hours[HF_HOURS_OF_DAY];
    if (!read_hours(asset->crowd_by_hour, hours))
        return false;
    if (!is_in_season(asset->season, w->wanted->month)) {
        w->out->out_of_season++;
        return true;
    }
    w->out->hour_places++;
    for (size_t i = 0; i < HF_HOURS_OF_DAY; i++)
        w->out->hours[i] += hours[i];
    return true;
}

// --- places ----------------------------------------------------------------------------------------------

static void count_people(hf_soft_type *type, const hf_open_place *place, bool has_hours)
{
    type->places++;
    type->with_hours += has_hours;
    type->with_mean += place->mean != HF_INTEGER_NONE;
    type->with_peak += place->peak != HF_INTEGER_NONE;
    type->people_mean += place->mean != HF_INTEGER_NONE ? place->mean : 0;
    type->people_peak += place->peak != HF_INTEGER_NONE ? place->peak : 0;
}

static bool take_place(working *w, const hf_asset *asset, hf_error *err)
{
    hf_open_place place = {.mean = asset->crowd_mean, .peak = asset->crowd_peak};
    if (w->wanted->region.len > 0 && !hf_is_region_of(w->regions, w->region_count, asset->region))
        return true;
    place.key = hf_str_copy(w->arena, asset->head.key);
    place.name = hf_str_copy(w->arena, asset->name.len > 0 ? asset->name : asset->head.key);
    place.region = hf_str_copy(w->arena, asset->region);
    for (size_t i = 0; i < HF_PREPARATION_KIND_COUNT; i++)
        place.last[i].done = place.last[i].due = HF_INTEGER_NONE;
    uint32_t known = 0;
    bool is_known = hf_map_get(&w->type_of_code, asset->soft_target, &known);
    hf_str code = is_known ? asset->soft_target : hf_str_copy(w->arena, asset->soft_target);
    if (!type_at(w, code, &place.type, err))
        return false;
    bool has_hours = count_hours(w, asset);
    count_people(&w->types.items[place.type], &place, has_hours);
    count_people(&w->out->all, &place, has_hours);
    hf_protect(&w->out->protection, &asset->head, w->arena);
    hf_map_set(&w->place_of_key, place.key, (uint32_t)w->places.count);
    HF_VEC_ADD(w->arena, &w->places, place);
    return true;
}

// Page by page, since an asset bears much that is not needed here.
static bool take_places(working *w, hf_error *err)
{
    const hf_field *field = hf_noun_field(&hf_noun_asset, HF_STR("soft_target"), NULL);
    hf_str type = hf_code_with_case(w->wanted->type, true, w->arena);
    hf_filter filter = {field, type.len > 0 ? HF_IS : HF_NOT_EMPTY, type};
    hf_query query = {
        .noun = &hf_noun_asset, .filters = &filter, .filter_count = 1, .limit = HF_LIST_LIMIT_MAX};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    w->place_of_key = hf_map_of(w->arena, 64);
    do {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_page page = {0};
        if (!hf_store_list(w->read, &query, &scratch, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            if (!take_place(w, page.records[i], err))
                return false;
        query.cursor = hf_str_copy(w->arena, page.next);
    } while (query.cursor.len > 0);
    return true;
}

// --- preparations ----------------------------------------------------------------------------------------

static void count_mending(const working *w, hf_soft_type *type, const hf_preparation *each)
{
    type->to_mend++;
    type->mend_overdue +=
        each->mend_by != HF_INTEGER_NONE && hf_day_of(each->mend_by) < w->out->today;
}

// The newest of a kind tells how long it stands; of two on one day the one that stands longer.
static void take_preparation(working *w, const hf_preparation *each)
{
    uint32_t at = 0;
    int64_t done = each->done_at == HF_INTEGER_NONE ? INT64_MAX : hf_day_of(each->done_at);
    if (done > w->out->today || !hf_map_get(&w->place_of_key, each->asset, &at))
        return; // planned, or of a place that is not asked for
    hf_open_place *place = &w->places.items[at];
    int64_t due = hf_preparation_due(each);
    hf_protect(&w->out->protection, &each->head, w->arena);
    if (hf_preparation_is_to_mend(each)) {
        count_mending(w, &w->types.items[place->type], each);
        count_mending(w, &w->out->all, each);
    }
    if (done > place->last[each->kind].done ||
        (done == place->last[each->kind].done && due > place->last[each->kind].due)) {
        place->last[each->kind].done = done;
        place->last[each->kind].due = due;
    }
}

static bool take_preparations(working *w, hf_error *err)
{
    hf_query query = {.noun = &hf_noun_preparation, .limit = HF_LIST_LIMIT_MAX};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    do {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_page page = {0};
        if (!hf_store_list(w->read, &query, &scratch, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            take_preparation(w, page.records[i]);
        query.cursor = hf_str_copy(w->arena, page.next);
    } while (query.cursor.len > 0);
    return true;
}

hf_prepared hf_prepared_of(const hf_soft_targets *targets, const hf_open_place *place, size_t kind)
{
    if (place->last[kind].done == HF_INTEGER_NONE)
        return HF_PREPARED_NEVER;
    return place->last[kind].due < targets->today ? HF_PREPARED_OVERDUE : HF_PREPARED_CURRENT;
}

static int largest_first(const void *a, const void *b)
{
    const hf_open_place *one = a, *two = b;
    if (one->peak != two->peak)
        return one->peak > two->peak ? -1 : 1; // HF_INTEGER_NONE is the least
    return hf_str_compare_natural(one->key, two->key);
}

static void count_prepared(working *w)
{
    hf_soft_targets *out = w->out;
    out->lacking = HF_NEW_N(w->arena, hf_open_place, w->places.count + 1);
    for (size_t i = 0; i < w->places.count; i++) {
        const hf_open_place *place = &w->places.items[i];
        bool is_lacking = false;
        for (size_t kind = 0; kind < HF_PREPARATION_KIND_COUNT; kind++) {
            hf_prepared state = hf_prepared_of(out, place, kind);
            w->types.items[place->type].prepared[kind][state]++;
            out->all.prepared[kind][state]++;
            is_lacking |= state != HF_PREPARED_CURRENT;
        }
        if (!is_lacking)
            continue;
        w->types.items[place->type].lacking++;
        out->all.lacking++;
        out->lacking[out->lacking_count++] = *place;
    }
    if (out->lacking_count > 0)
        qsort(out->lacking, out->lacking_count, sizeof *out->lacking, largest_first);
    out->types = w->types.items;
    out->type_count = w->types.count;
}

bool hf_soft_targets_read(const hf_session *session, const hf_soft_wanted *wanted, hf_arena *arena,
                          hf_soft_targets *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    *out = (hf_soft_targets){.protection.marking = HF_SOFT_MARKING_MIN,
                             .month = wanted->month,
                             .today = hf_day_of(session->now_ms)};
    if (!may_read(session, err))
        return false;
    if (wanted->month > 12)
        return hf_fail(err, HF_ERR_USAGE, "soft_targets.asked", "months are 1 to 12");
    if (!hf_read_begin(session->store, &read, err))
        return false;
    working w = {.session = session, .wanted = wanted, .read = read, .arena = arena, .out = out};
    if (!hf_known_regions_inside(session, read, wanted->region, arena, &w.regions, &w.region_count,
                                 err) ||
        !take_types(&w, err) || !take_places(&w, err) || !take_preparations(&w, err))
        return false;
    count_prepared(&w);
    return true;
}

// --- the rule of a preparation ---------------------------------------------------------------------------

bool hf_preparation_check_place(hf_read *read, const hf_noun *noun, const void *before,
                                const void *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_preparation *is = record, *was = before;
    void *asset = NULL;
    if (noun != &hf_noun_preparation || (was != NULL && hf_str_equal(was->asset, is->asset)))
        return true;
    if (!hf_store_get(read, &hf_noun_asset, is->asset, &scratch, &asset, err))
        return false;
    if (asset == NULL || ((const hf_asset *)asset)->soft_target.len > 0) // the store asks for it
        return true;
    hf_fail(err, HF_ERR_INPUT, "preparation.no_soft_target",
            "'%.*s' is no soft target; give it its type of open place first",
            HF_STR_ARG(is->asset));
    return hf_fail_at(err, NULL, 0, "asset");
}

// --- JSON ------------------------------------------------------------------------------------------------

static void write_type(const hf_soft_type *type, hf_json_writer *out)
{
    hf_json_put_str(out, "code", type->code);
    hf_json_put_str(out, "name", type->name);
    hf_json_put_u64(out, "places", type->places);
    hf_json_put_u64(out, "with_hours", type->with_hours);
    hf_json_put_u64(out, "with_mean", type->with_mean);
    hf_json_put_u64(out, "with_peak", type->with_peak);
    hf_json_put_u64(out, "people_mean", (uint64_t)type->people_mean);
    hf_json_put_u64(out, "people_peak", (uint64_t)type->people_peak);
    hf_json_put_u64(out, "lacking", type->lacking);
    hf_json_put_u64(out, "to_mend", type->to_mend);
    hf_json_put_u64(out, "mend_overdue", type->mend_overdue);
    hf_json_name(out, "kinds");
    hf_json_begin_array(out);
    for (size_t kind = 0; kind < HF_PREPARATION_KIND_COUNT; kind++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "kind", hf_str_of(hf_preparation_kind_words[kind]));
        for (size_t state = 0; hf_prepared_words[state] != NULL; state++)
            hf_json_put_u64(out, hf_prepared_words[state], type->prepared[kind][state]);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_hours(const hf_soft_targets *targets, hf_json_writer *out)
{
    hf_json_name(out, "hours");
    hf_json_begin_object(out);
    hf_json_name(out, "month");
    if (targets->month > 0)
        hf_json_add_u64(out, targets->month);
    else
        hf_json_add_null(out);
    hf_json_put_u64(out, "places", targets->hour_places);
    hf_json_put_u64(out, "out_of_season", targets->out_of_season);
    hf_json_put_u64(out, "unknown", targets->all.places - targets->all.with_hours);
    hf_json_name(out, "people");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_HOURS_OF_DAY; i++)
        hf_json_add_double(out, targets->hours[i]);
    hf_json_end_array(out);
    hf_json_end_object(out);
}

static void write_count(hf_json_writer *out, const char *name, int64_t count)
{
    hf_json_name(out, name);
    if (count == HF_INTEGER_NONE)
        hf_json_add_null(out);
    else
        hf_json_add_i64(out, count);
}

static void write_place(const hf_soft_targets *targets, const hf_open_place *place,
                        hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_str(out, "key", place->key);
    hf_json_put_str(out, "name", place->name);
    hf_json_put_str(out, "region", place->region);
    hf_json_put_str(out, "type", targets->types[place->type].code);
    write_count(out, "people_mean", place->mean);
    write_count(out, "people_peak", place->peak);
    hf_json_name(out, "lacks");
    hf_json_begin_array(out);
    for (size_t kind = 0; kind < HF_PREPARATION_KIND_COUNT; kind++) {
        hf_prepared state = hf_prepared_of(targets, place, kind);
        if (state == HF_PREPARED_CURRENT)
            continue;
        hf_json_begin_object(out);
        hf_json_put_str(out, "kind", hf_str_of(hf_preparation_kind_words[kind]));
        hf_json_put_str(out, "state", hf_str_of(hf_prepared_words[state]));
        hf_noun_write_time(out, "due_at", place->last[kind].due);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

static void write_kinds(hf_json_writer *out)
{
    hf_json_name(out, "kinds");
    hf_json_begin_array(out);
    for (size_t kind = 0; kind < HF_PREPARATION_KIND_COUNT; kind++) {
        hf_str codes = hf_str_of(hf_preparation_asked_by[kind]), code;
        hf_json_begin_object(out);
        hf_json_put_str(out, "kind", hf_str_of(hf_preparation_kind_words[kind]));
        hf_json_name(out, "provisions");
        hf_json_begin_array(out);
        while (hf_str_split(&codes, ' ', &code))
            hf_json_add_str(out, code);
        hf_json_end_array(out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_soft_targets(const hf_soft_targets *targets, hf_json_writer *out)
{
    hf_json_begin_object(out);
    write_kinds(out);
    hf_json_name(out, "all");
    hf_json_begin_object(out);
    write_type(&targets->all, out);
    hf_json_end_object(out);
    hf_json_name(out, "types");
    hf_json_begin_array(out);
    for (size_t i = 0; i < targets->type_count; i++) {
        hf_json_begin_object(out);
        write_type(&targets->types[i], out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    write_hours(targets, out);
    hf_json_put_u64(out, "lacking_count", targets->lacking_count);
    hf_json_name(out, "lacking");
    hf_json_begin_array(out);
    for (size_t i = 0; i < targets->lacking_count && i < HF_UNPREPARED_MAX; i++)
        write_place(targets, &targets->lacking[i], out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}
