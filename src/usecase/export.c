// SPDX-License-Identifier: Apache-2.0
//
// Files out: all records of a noun, or of the whole register, in a format; and the full dump. What the actor
// may not read stays inside; what leaves in bulk takes a second person (release.h). One event says who took what out.
#include <string.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "usecase/exchange.h"
#include "usecase/release.h"
#include "usecase/settings.h"
#include "usecase/simulate.h"
#include "usecase/watermark.h"

// The nouns to be written, one scan after the other, as the formats' source of records.
typedef struct {
    const hf_session *session;
    const hf_export_request *request;
    hf_read *read;
    const hf_noun *nouns[HF_NOUN_COUNT_MAX]; // every one that leaves the store
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

static bool read_content(void *context, hf_str sha256, hf_arena *arena, hf_str *out, hf_error *err)
{
    const exporter *e = context;
    return hf_blob_get(e->read, sha256, arena, out, err);
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

// --- what leaves in bulk ---------------------------------------------------------------------------------------

static void add_protection(hf_export_weight *weight, const hf_head *head, hf_arena *arena)
{
    hf_head *all = &weight->protection;
    int32_t marking =
        head->marking >= 0 && head->marking < HF_TLP_COUNT ? head->marking : HF_TLP_COUNT - 1;
    weight->by_marking[marking]++;
    if (head->compartments.len > 0 && !hf_str_equal(head->compartments, all->compartments))
        hf_protect(all, head, arena);
    if (marking > all->marking)
        all->marking = marking;
}

// One pass. stop_after  records, when more need not be known
//           since_ms    of what changed
static bool weigh(exporter *e, uint64_t stop_after, int64_t since_ms, hf_arena *arena,
                  hf_export_weight *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(4096);
    hf_sha256_stream *hash = hf_sha256_open(&scratch);
    *out = (hf_export_weight){.protection = {.marking = HF_TLP_CLEAR}};
    while (out->records <= stop_after) {
        const hf_noun *noun = NULL;
        const void *record = NULL;
        if (!next_record(e, &noun, &record, err))
            return false;
        if (record == NULL)
            break;
        const hf_head *head = record;
        if (out->noun_count == 0 || out->by_noun[out->noun_count - 1].noun != noun) {
            HF_ASSERT(out->noun_count < HF_COUNT(out->by_noun));
            out->by_noun[out->noun_count++].noun = noun;
        }
        out->by_noun[out->noun_count - 1].records++;
        out->records++;
        out->changed += head->updated_ms > since_ms;
        out->added += head->created_ms > since_ms;
        add_protection(out, head, arena);
        hf_buf_clear(&line);
        hf_buf_add_format(&line, "%s\n%.*s\n%lld\n", noun->name, HF_STR_ARG(head->key),
                          (long long)head->version);
        hf_sha256_add(hash, line.ptr, line.len);
    }
    hf_hex(hf_sha256_close(hash).bytes, 32, out->digest);
    return rewind_records(e, err);
}

// What an account has taken out within the last day without a second person, as the log has it.
static bool taken_out(const hf_session *session, hf_read *read, uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    char since[32];
    hf_time_format(session->now_ms - HF_DAY_MS, since);
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_event, HF_STR("actor"), NULL), HF_IS, session->actor.name},
        {hf_noun_field(&hf_noun_event, HF_STR("action"), NULL), HF_IS, HF_STR("export.done")},
        {hf_noun_field(&hf_noun_event, HF_STR("at"), NULL), HF_AT_LEAST, hf_str_of(since)},
    };
    hf_query query = {
        .noun = &hf_noun_event, .filters = filters, .filter_count = HF_COUNT(filters)};
    hf_page page = {0};
    *out = 0;
    if (!hf_list_all(read, &query, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        hf_json *detail = NULL;
        if (!hf_json_parse(((const hf_event *)page.records[i])->detail, &scratch, &detail, err))
            return false;
        const hf_json *records = hf_json_get(detail, "records");
        if (hf_json_text(detail, "release").len == 0 && records != NULL && records->integer > 0)
            *out += (uint64_t)records->integer;
    }
    return true;
}

static bool is_as_released(exporter *e, hf_arena *arena, hf_error *err)
{
    const hf_release *release = e->request->release;
    hf_export_weight now;
    if (!weigh(e, UINT64_MAX, release->head.created_ms, arena, &now, err))
        return false;
    return hf_str_equal_z(release->digest, now.digest) ||
           hf_fail(err, HF_ERR_CONFLICT, "release.changed",
                   "%lld records were released; now there are %llu, of which %llu were added and "
                   "%llu changed since; ask again",
                   (long long)release->records, (unsigned long long)now.records,
                   (unsigned long long)now.added, (unsigned long long)(now.changed - now.added));
}

static bool fail_bulk(uint64_t limit, hf_error *err)
{
    return hf_fail(err, HF_ERR_PERMISSION, "release.needed",
                   "more than %llu records leave at once, or within a day, only when a second "
                   "person releases them; ask for a release",
                   (unsigned long long)limit);
}

// How many records may still leave without a second person; *limit 0: any number. The command line is held back by the
// rights of the file: who reads that can read all of it.
static bool room_of(const hf_session *session, hf_read *read, uint64_t *limit, uint64_t *left,
                    hf_error *err)
{
    uint64_t before = 0;
    *limit = *left = 0;
    if (session->actor.is_local)
        return true;
    if (!hf_setting_count(read, HF_INSTANCE_BULK_RECORDS, limit, err))
        return false;
    if (*limit > 0 && !taken_out(session, read, &before, err))
        return false;
    *left = before < *limit ? *limit - before : 0;
    return true;
}

static bool may_leave(exporter *e, hf_arena *arena, hf_error *err)
{
    uint64_t limit = 0, left = 0;
    hf_export_weight weight;
    if (e->request->release != NULL)
        return is_as_released(e, arena, err);
    if (!room_of(e->session, e->read, &limit, &left, err))
        return false;
    if (limit == 0)
        return true;
    return weigh(e, left, INT64_MAX, arena, &weight, err) &&
           (weight.records <= left || fail_bulk(limit, err));
}

// Several at once would each find room before the others are noted: asked again where they take turns.
static bool still_may_leave(hf_tx *tx, const hf_session *session, const hf_export_request *request,
                            uint64_t record_count, hf_arena *arena, hf_error *err)
{
    uint64_t limit = 0, left = 0;
    if (request->release != NULL)
        return hf_release_use(tx, session, request->release, arena, err);
    return room_of(session, hf_tx_read(tx), &limit, &left, err) &&
           (limit == 0 || record_count <= left || fail_bulk(limit, err));
}

static bool note_export(const hf_session *session, const hf_export_request *request, hf_str key,
                        uint64_t record_count, const hf_mark *mark, hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1000);
    hf_json_writer out = {.out = &detail};
    hf_json_begin_object(&out);
    hf_json_put_str(&out, "format", request->format);
    hf_json_put_u64(&out, "records", record_count);
    if (mark != NULL)
        hf_json_put_str(&out, "mark", hf_str_of(mark->code));
    if (request->release != NULL)
        hf_json_put_str(&out, "release", request->release->head.key);
    hf_json_end_object(&out);
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           still_may_leave(tx, session, request, record_count, arena, err) &&
           hf_note(tx, session, "export.done", request->noun, key, HF_STR_EMPTY,
                   hf_buf_str(&detail), err) &&
           hf_tx_commit(&tx, err);
}

bool hf_note_export(const hf_session *session, hf_str format, const hf_noun *noun, hf_str key,
                    uint64_t record_count, const hf_mark *mark, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_export_request request = {.format = format, .noun = noun};
    return note_export(session, &request, key, record_count, mark, &arena, err);
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

// Who may, what is wanted, and a view of the store to take it from.
static bool begin_exporter(exporter *e, const hf_format **format, hf_arena *arena, hf_error *err)
{
    const hf_export_request *request = e->request;
    HF_ASSERT(request->query == NULL || request->query->noun == request->noun);
    if (!hf_can(&e->session->actor, HF_CAN_EXPORT, request->noun, NULL, err) ||
        !find_format(request, format, err) || !hf_read_begin(e->session->store, &e->read, err))
        return false;
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        if (is_wanted(e, hf_nouns[i])) {
            HF_ASSERT(e->noun_count < HF_COUNT(e->nouns));
            e->nouns[e->noun_count++] = hf_nouns[i];
            e->total += hf_read_count(e->read, hf_nouns[i]);
        }
    if (request->query != NULL)
        set_query(e, arena);
    return true;
}

bool hf_weigh_export(const hf_session *session, const hf_export_request *request, hf_arena *arena,
                     hf_export_weight *out, hf_error *err)
{
    HF_CLEANUP(end_exporter) exporter e = {.session = session, .request = request};
    const hf_format *unused = NULL;
    return begin_exporter(&e, &unused, arena, err) &&
           weigh(&e, UINT64_MAX, INT64_MAX, arena, out, err);
}

bool hf_export(const hf_session *session, const hf_export_request *request, hf_arena *arena,
               uint64_t *record_count, hf_error *err)
{
    HF_CLEANUP(end_exporter) exporter e = {.session = session, .request = request};
    HF_CLEANUP(hf_keyed_order_done) hf_keyed_order order = {0};
    const hf_format *format = NULL;
    hf_mark mark;
    char digest[65] = "", created[32] = "";
    if (!begin_exporter(&e, &format, arena, err) || !may_leave(&e, arena, err) ||
        !hf_mark_make(session, arena, &mark, err))
        return false;
    hf_time_format(session->now_ms, created);
    hf_write_request write = {.records = {&e, next_record, rewind_records},
                              .content = read_content,
                              .content_context = &e,
                              .output = request->output,
                              .title = HF_STR("Holdfast"),
                              .created = hf_str_of(created),
                              .made_for = mark.text,
                              .mark = mark.brief,
                              .noun = request->noun};
    // An order that somebody asked for is a fact of the file; any other is ours to choose.
    if (request->query == NULL || request->query->sort == NULL)
        write.records = hf_keyed_order_of(&order, &mark, session->actor.name, write.records);
    if (!add_digest(&e, &write, digest, err) || !format->write(&write, err))
        return false;
    *record_count = e.record_count;
    end_exporter(&e);
    return note_export(session, request, HF_STR_EMPTY, *record_count, &mark, arena, err);
}
