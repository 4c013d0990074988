// SPDX-License-Identifier: Apache-2.0
//
// Files out: all records of a noun, or of the whole register, in a format; and the full dump. What the actor
// may not read stays inside. One event says who took what out.
#include <string.h>

#include "base/limits.h"
#include "usecase/exchange.h"

// The nouns to be written, one scan after the other, as the formats' source of records.
typedef struct {
    const hf_session *session;
    const hf_export_request *request;
    hf_read *read;
    const hf_noun *nouns[64]; // every one that leaves the store
    size_t noun_count;
    size_t at; // of nouns
    hf_scan *scan;
    hf_query query; // with request->query: the page that comes next
    hf_page page;   // the records of the page at hand
    size_t page_at;
    hf_arena pages;
    bool has_page;
    uint64_t pass_count;   // records handed out in this pass
    uint64_t record_count; // of the last whole pass
    uint64_t total;
    bool has_hidden;
    hf_known known; // of the noun at hand
    bool has_known;
} exporter;

static void end_exporter(exporter *e)
{
    hf_scan_close(&e->scan);
    hf_arena_done(&e->pages);
    hf_read_end(&e->read);
}

// Only the places of a map: records of other nouns would be features without a place.
static bool has_place(const hf_noun *noun)
{
    for (size_t i = 0; i < noun->field_count; i++)
        if (noun->fields[i].flags & HF_FIELD_LON)
            return true;
    return false;
}

static bool is_wanted(const exporter *e, const hf_noun *noun)
{
    hf_str format = e->request->format;
    if (e->request->noun != NULL)
        return noun == e->request->noun;
    if (hf_str_equal_z(format, "dump"))
        return noun->group != HF_GROUP_PLATFORM;
    if (noun->group != HF_GROUP_REGISTER)
        return false;
    if (hf_str_equal_z(format, "geojson"))
        return has_place(noun);
    return true;
}

// The next record of the noun at hand, NULL at its end: by a scan, or page by page of a list.
static bool next_of_noun(exporter *e, const void **record, hf_error *err)
{
    if (e->request->query == NULL)
        return (e->scan != NULL || hf_scan_open(e->read, e->nouns[e->at], true, &e->scan, err)) &&
               hf_scan_next(e->scan, record, err);
    *record = NULL;
    if (e->page_at == e->page.count && (!e->has_page || e->query.cursor.len > 0)) {
        hf_arena old = e->pages; // holds the cursor until it is used
        e->pages = (hf_arena){0};
        bool is_listed = hf_store_list(e->read, &e->query, &e->pages, &e->page, err);
        hf_arena_done(&old);
        if (!is_listed)
            return false;
        e->has_page = true;
        e->page_at = 0;
        e->query.cursor = e->page.next;
    }
    if (e->page_at < e->page.count)
        *record = e->page.records[e->page_at++];
    return true;
}

// What of the noun at hand may leave; a query asks the store for nothing else.
static bool know_noun(exporter *e, hf_error *err)
{
    if (!e->has_known)
        e->has_known = hf_know(&e->session->actor, HF_CAN_EXPORT, e->read, e->nouns[e->at],
                               &e->pages, &e->known, err);
    return e->has_known;
}

static bool next_record(void *context, const hf_noun **noun, const void **record, hf_error *err)
{
    exporter *e = context;
    const hf_progress *progress = &e->request->progress;
    for (;;) {
        if (e->at == e->noun_count) {
            *record = NULL;
            e->record_count = e->pass_count;
            return true;
        }
        if ((e->request->query == NULL && !know_noun(e, err)) || !next_of_noun(e, record, err))
            return false;
        if (*record == NULL) {
            hf_scan_close(&e->scan);
            e->has_known = false;
            e->at++;
            continue;
        }
        *noun = e->nouns[e->at];
        if (e->request->query == NULL && !hf_is_known(&e->known, *record)) {
            e->has_hidden = true;
            continue;
        }
        if (++e->pass_count % 1024 == 0 && progress->tell != NULL &&
            !progress->tell(progress->context, e->pass_count, e->total, "records"))
            return hf_fail(err, HF_ERR_STOPPED, "export.stopped", "stopped; the file is not whole");
        return true;
    }
}

static bool rewind_records(void *context, hf_error *err)
{
    exporter *e = context;
    (void)err;
    hf_scan_close(&e->scan);
    e->has_known = false;
    e->at = 0;
    e->pass_count = 0;
    e->has_page = false;
    e->page.count = e->page_at = 0;
    e->query.cursor = HF_STR_EMPTY;
    return true;
}

// What the actor may not read is left out by the query itself, so it is not counted either.
static void set_query(exporter *e, hf_arena *arena)
{
    e->query = *e->request->query;
    e->query.limit = HF_LIST_LIMIT_MAX;
    e->query.cursor = HF_STR_EMPTY;
    e->query.want_count = false;
    if (e->query.sort == NULL) // not by rank, whose list has an end
        e->query.sort = hf_noun_field(e->query.noun, HF_STR("key"), NULL);
    hf_can_narrow(&e->session->actor, HF_CAN_EXPORT, &e->query, arena);
}

static bool find_format(const hf_export_request *request, const hf_format **out, hf_error *err)
{
    *out = hf_format_find(request->format);
    if (*out == NULL || (*out)->write == NULL)
        return hf_fail(err, HF_ERR_USAGE, "format.unknown",
                       "'%.*s' is no format to write; choose csv, xlsx, geojson, gpkg, graphml or "
                       "dump",
                       HF_STR_ARG(request->format));
    if (request->noun != NULL && request->noun->group == HF_GROUP_PLATFORM)
        return hf_fail(err, HF_ERR_USAGE, "noun.no_export",
                       "%s are not exported; choose another kind", request->noun->plural);
    if ((*out)->one_noun && request->noun == NULL)
        return hf_fail(err, HF_ERR_USAGE, "write.one_noun",
                       "a %s file holds records of one kind; say which one", (*out)->name);
    if (hf_str_equal_z(request->format, "dump") && request->noun != NULL)
        return hf_fail(err, HF_ERR_USAGE, "export.dump_is_whole",
                       "a dump holds the whole register; leave the kind of record out");
    return true;
}

static bool note_export(const hf_session *session, const hf_export_request *request,
                        uint64_t record_count, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1000);
    hf_json_writer out = {.out = &detail};
    hf_json_begin_object(&out);
    hf_json_name(&out, "format");
    hf_json_add_str(&out, request->format);
    hf_json_name(&out, "records");
    hf_json_add_u64(&out, record_count);
    hf_json_end_object(&out);
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_note(tx, session, "export.done", request->noun, HF_STR_EMPTY, HF_STR_EMPTY,
                   hf_buf_str(&detail), err) &&
           hf_tx_commit(&tx, err);
}

// The digest belongs to the whole register: who does not see all of it gets none.
static bool add_digest(exporter *e, hf_write_request *write, char digest[65], hf_error *err)
{
    if (!hf_str_equal_z(e->request->format, "dump"))
        return true;
    const hf_noun *noun = NULL;
    const void *record = NULL;
    do
        if (!next_record(e, &noun, &record, err))
            return false;
    while (record != NULL);
    if (!rewind_records(e, err))
        return false;
    if (e->has_hidden)
        return true;
    if (!hf_read_digest(e->read, digest, err))
        return false;
    write->digest = hf_str_of(digest);
    return true;
}

bool hf_export(const hf_session *session, const hf_export_request *request, hf_arena *arena,
               uint64_t *record_count, hf_error *err)
{
    HF_CLEANUP(end_exporter) exporter e = {.session = session, .request = request};
    const hf_format *format = NULL;
    char digest[65] = "", created[32] = "";
    HF_ASSERT(request->query == NULL || request->query->noun == request->noun);
    if (!hf_can(&session->actor, HF_CAN_EXPORT, request->noun, NULL, err) ||
        !find_format(request, &format, err) || !hf_read_begin(session->store, &e.read, err))
        return false;
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        if (is_wanted(&e, hf_nouns[i])) {
            HF_ASSERT(e.noun_count < HF_COUNT(e.nouns));
            e.nouns[e.noun_count++] = hf_nouns[i];
            e.total += hf_read_count(e.read, hf_nouns[i]);
        }
    if (request->query != NULL)
        set_query(&e, arena);
    hf_time_format(session->now_ms, created);
    hf_write_request write = {.records = {&e, next_record, rewind_records},
                              .output = request->output,
                              .title = HF_STR("Holdfast"),
                              .created = hf_str_of(created),
                              .noun = request->noun};
    if (!add_digest(&e, &write, digest, err) || !format->write(&write, err))
        return false;
    *record_count = e.record_count;
    end_exporter(&e);
    return note_export(session, request, *record_count, err);
}
