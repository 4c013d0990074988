// SPDX-License-Identifier: Apache-2.0
//
// Records that leave in bulk: what is asked for as JSON, and back. The weighing itself is export.c.
#include <string.h>

#include "usecase/account.h"
#include "usecase/release_parts.h"

static const char *const operator_words[] = {
    [HF_IS] = "is",          [HF_AT_LEAST] = "at_least",   [HF_AT_MOST] = "at_most",
    [HF_IS_EMPTY] = "empty", [HF_NOT_EMPTY] = "not_empty", [HF_BEGINS] = "begins",
    [HF_WITHIN] = "within"};

// --- the question as JSON ------------------------------------------------------------------------------------

static void write_query(const hf_query *query, hf_json_writer *w)
{
    hf_json_name(w, "filters");
    hf_json_begin_array(w);
    for (size_t i = 0; i < query->filter_count; i++) {
        hf_json_begin_object(w);
        hf_json_put_str(w, "field", hf_str_of(query->filters[i].field->name));
        hf_json_put_str(w, "how", hf_str_of(operator_words[query->filters[i].how]));
        hf_json_put_str(w, "value", query->filters[i].value);
        hf_json_end_object(w);
    }
    hf_json_end_array(w);
    if (query->text.len > 0)
        hf_json_put_str(w, "text", query->text);
    if (query->sort != NULL) {
        hf_json_put_str(w, "sort", hf_str_of(query->sort->name));
        hf_json_put_bool(w, "descending", query->descending);
    }
    if (query->has_box) {
        const double sides[] = {query->west, query->south, query->east, query->north};
        hf_json_name(w, "box");
        hf_json_begin_array(w);
        for (size_t i = 0; i < HF_COUNT(sides); i++)
            hf_json_add_double(w, sides[i]);
        hf_json_end_array(w);
    }
    if (query->area.len > 0)
        hf_json_put_str(w, "area", query->area);
}

// What it would give, for whoever decides.
static void write_weight(const hf_export_weight *weight, hf_json_writer *w)
{
    hf_json_name(w, "gives");
    hf_json_begin_object(w);
    hf_json_put_u64(w, "records", weight->records);
    hf_json_name(w, "nouns");
    hf_json_begin_object(w);
    for (size_t i = 0; i < weight->noun_count; i++)
        if (weight->by_noun[i].records > 0)
            hf_json_put_u64(w, weight->by_noun[i].noun->plural, weight->by_noun[i].records);
    hf_json_end_object(w);
    hf_json_name(w, "markings");
    hf_json_begin_object(w);
    for (size_t i = 0; i < HF_TLP_COUNT; i++)
        if (weight->by_marking[i] > 0)
            hf_json_put_u64(w, hf_marking_words[i], weight->by_marking[i]);
    hf_json_end_object(w);
    hf_json_end_object(w);
}

static bool write_question(const hf_export_request *request, const hf_export_weight *weight,
                           hf_arena *arena, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4u << 20);
    hf_json_writer w = {.out = &text};
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "as", request->format);
    hf_json_name(&w, "noun");
    hf_json_add_z(&w, request->noun != NULL ? request->noun->plural : NULL);
    if (request->query != NULL) {
        hf_json_name(&w, "query");
        hf_json_begin_object(&w);
        write_query(request->query, &w);
        hf_json_end_object(&w);
    }
    write_weight(weight, &w);
    hf_json_end_object(&w);
    if (text.overflow)
        return hf_release_fail(err, "/question", "release.too_large", "the question is too large");
    *out = hf_buf_copy(arena, &text);
    return true;
}

bool hf_ask_export(const hf_session *session, const hf_export_request *request, hf_str reason,
                   hf_arena *arena, hf_release **out, hf_error *err)
{
    hf_export_weight weight = {0};
    hf_release *release = hf_noun_new(&hf_noun_release, arena);
    if (!hf_can(&session->actor, HF_CAN_EXPORT, NULL, NULL, err) || !hf_is_whole(session, err) ||
        !hf_release_check_reason(reason, err) ||
        !hf_weigh_export(session, request, arena, &weight, err) ||
        !write_question(request, &weight, arena, &release->question, err))
        return false;
    release->kind = HF_STR("export");
    release->digest = hf_str_copy(arena, hf_str_of(weight.digest));
    release->records = (int64_t)weight.records;
    release->head.marking = weight.protection.marking;
    release->head.compartments = weight.protection.compartments;
    return hf_release_keep(session, release, reason, arena, out, err);
}

// --- and back ------------------------------------------------------------------------------------------------

static bool unreadable(hf_error *err)
{
    return hf_fail(err, HF_ERR_CONFLICT, "release.changed",
                   "what was asked can no longer be read by this version; ask again");
}

static bool read_filter(const hf_noun *noun, const hf_json *json, hf_filter *out, hf_error *err)
{
    hf_str how = hf_json_text(json, "how");
    *out = (hf_filter){.field = hf_noun_field(noun, hf_json_text(json, "field"), NULL),
                       .value = hf_json_text(json, "value")};
    for (size_t i = 0; i < HF_COUNT(operator_words); i++)
        if (hf_str_equal_z(how, operator_words[i]))
            out->how = (hf_filter_operator)i;
    return out->field != NULL || unreadable(err);
}

static bool read_query(const hf_noun *noun, const hf_json *json, hf_arena *arena, hf_query *out,
                       hf_error *err)
{
    const hf_json *filters = hf_json_get(json, "filters");
    const hf_json *box = hf_json_get(json, "box");
    const hf_json *descending = hf_json_get(json, "descending");
    hf_str sort = hf_json_text(json, "sort");
    size_t count = filters != NULL ? filters->child_count : 0;
    hf_filter *list = HF_NEW_N(arena, hf_filter, count + 1);
    *out = (hf_query){.noun = noun,
                      .filters = list,
                      .text = hf_json_text(json, "text"),
                      .area = hf_json_text(json, "area"),
                      .descending = descending != NULL && descending->boolean};
    for (const hf_json *item = count > 0 ? filters->child : NULL; item != NULL; item = item->next)
        if (!read_filter(noun, item, &list[out->filter_count++], err))
            return false;
    if (sort.len > 0) {
        out->sort = hf_noun_field(noun, sort, NULL);
        if (out->sort == NULL)
            return unreadable(err);
    }
    if (box != NULL && box->child_count == 4) {
        double *sides[] = {&out->west, &out->south, &out->east, &out->north};
        const hf_json *side = box->child;
        for (size_t i = 0; i < HF_COUNT(sides); i++, side = side->next)
            *sides[i] = side->number;
        out->has_box = true;
    }
    return true;
}

static bool read_question(const hf_release *release, hf_arena *arena, hf_export_request *out,
                          hf_error *err)
{
    hf_json *json = NULL;
    if (!hf_json_parse(release->question, arena, &json, err))
        return false;
    hf_str noun = hf_json_text(json, "noun");
    const hf_json *query = hf_json_get(json, "query");
    *out = (hf_export_request){.format = hf_json_text(json, "as"), .release = release};
    if (noun.len > 0) {
        out->noun = hf_noun_find(noun);
        if (out->noun == NULL)
            return unreadable(err);
    }
    if (query != NULL) {
        hf_query *wanted = HF_NEW(arena, hf_query);
        if (out->noun == NULL || !read_query(out->noun, query, arena, wanted, err))
            return false;
        out->query = wanted;
    }
    return true;
}

bool hf_take_export(const hf_session *session, hf_str key, hf_arena *arena, hf_export_request *out,
                    hf_error *err)
{
    hf_release *release = NULL;
    if (!hf_is_whole(session, err) || !hf_read_release(session, key, arena, &release, err))
        return false;
    if (!hf_str_equal(release->owner, session->actor.name))
        return hf_fail(err, HF_ERR_PERMISSION, "release.not_yours",
                       "somebody else asked for this; only that account fetches it");
    if (release->state == HF_RELEASE_USED)
        return hf_fail(err, HF_ERR_CONFLICT, "release.used",
                       "this was fetched already; what is released is released once");
    if (release->state != HF_RELEASE_APPROVED || !hf_str_equal_z(release->kind, "export"))
        return hf_fail(err, HF_ERR_CONFLICT, "release.not_approved", "nobody released this");
    if (release->expires_at <= session->now_ms)
        return hf_fail(err, HF_ERR_CONFLICT, "release.expired",
                       "this was not fetched in %u days and is over; it can be asked again",
                       HF_RELEASE_USE_DAYS);
    return read_question(release, arena, out, err);
}

bool hf_release_is_ready(const hf_session *session, const hf_release *release)
{
    return hf_str_equal(release->owner, session->actor.name) && !session->is_limited &&
           hf_str_equal_z(release->kind, "export") && release->state == HF_RELEASE_APPROVED &&
           release->expires_at > session->now_ms;
}

bool hf_release_use(hf_tx *tx, const hf_session *session, const hf_release *taken, hf_arena *arena,
                    hf_error *err)
{
    void *record = NULL;
    hf_put_outcome outcome = HF_PUT_CHANGED;
    if (!hf_store_get(hf_tx_read(tx), &hf_noun_release, taken->head.key, arena, &record, err))
        return false;
    hf_release *release = record;
    if (release == NULL || release->state != HF_RELEASE_APPROVED) // somebody was faster
        return hf_fail(err, HF_ERR_CONFLICT, "release.used",
                       "this was fetched already; what is released is released once");
    release->state = HF_RELEASE_USED;
    release->used_at = session->now_ms;
    return hf_store_put(tx, &hf_noun_release, release, release->head.version, &outcome, err) &&
           hf_release_note(tx, session, "release.used", release, err);
}

// Whoever asked fetches it, within days.
static bool approve(hf_tx *tx, const hf_session *session, hf_release *release, hf_arena *arena,
                    hf_error *err)
{
    (void)tx;
    (void)arena;
    (void)err;
    release->expires_at = session->now_ms + HF_RELEASE_USE_DAYS * HF_DAY_MS;
    return true;
}

const hf_release_kind hf_release_kind_export = {.name = "export", .approve = approve};
