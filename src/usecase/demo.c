// SPDX-License-Identifier: Apache-2.0
//
// Loading and removing the demonstration nation: the generator's records go through the same bulk door as
// an import, in one transaction with one event.
#include "usecase/demo.h"

#include <string.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"

typedef struct {
    hf_bulk *bulk;
    hf_arena scratch;
    const hf_progress *progress;
    uint64_t count, expected;
    uint64_t assets, dependencies;
} loading;

static void done_loading(loading *l)
{
    hf_arena_done(&l->scratch);
    hf_bulk_close(&l->bulk);
}

static bool tell(loading *l, hf_error *err)
{
    if (l->progress->tell == NULL || l->count % 4096 != 0 ||
        l->progress->tell(l->progress->context, l->count, l->expected, "records"))
        return true;
    return hf_fail(err, HF_ERR_STOPPED, "job.stopped", "stopped on request; nothing was stored");
}

static bool take(void *context, const hf_noun *noun, const void *record, hf_error *err)
{
    loading *l = context;
    hf_bulk_outcome outcome = HF_BULK_ADDED;
    hf_error fault = {0};
    // A patch borrows its record; all fields are meant, attributes too.
    union {
        const void *view;
        void *record;
    } borrowed = {.view = record};
    hf_patch patch = {.noun = noun,
                      .record = borrowed.record,
                      .present =
                          noun->field_count == 64 ? UINT64_MAX : (1ull << noun->field_count) - 1,
                      .has_attributes = ((const hf_head *)record)->attributes.len > 0};
    if (!hf_bulk_put(l->bulk, &patch, &l->scratch, &outcome, &fault, err))
        return false;
    hf_arena_reset(&l->scratch);
    if (outcome == HF_BULK_REFUSED) {
        *err = fault; // the generator made a record that the rules refuse: our fault
        err->kind = HF_ERR_INTERNAL;
        return false;
    }
    l->count++;
    l->assets += noun == &hf_noun_asset;
    l->dependencies += noun == &hf_noun_dependency;
    return tell(l, err);
}

bool hf_has_demo(hf_read *read, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_field *key = hf_noun_field(&hf_noun_asset, HF_STR("key"), NULL);
    hf_filter filter = {.field = key, .how = HF_BEGINS, .value = HF_STR(HF_DEMO_PREFIX)};
    hf_query query = {.noun = &hf_noun_asset, .filters = &filter, .filter_count = 1, .limit = 1};
    hf_page page = {0};
    if (!hf_store_list(read, &query, &scratch, &page, err))
        return false;
    *out = page.count > 0;
    return true;
}

// A nation of its own may not be mixed with the demonstration: who would know which sites are real?
static bool may_load(hf_read *read, hf_error *err)
{
    bool has_demo = false;
    if (!hf_has_demo(read, &has_demo, err))
        return false;
    if (has_demo || hf_read_count(read, &hf_noun_asset) == 0)
        return true;
    return hf_fail(
        err, HF_ERR_CONFLICT, "demo.register_in_use",
        "this store holds a register of its own; load the demonstration into another one "
        "(--db demo.db)");
}

static bool note(hf_tx *tx, const hf_session *session, const char *action, uint64_t size,
                 uint64_t seed, uint64_t records, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(200);
    hf_json_writer json = {.out = &detail};
    hf_json_begin_object(&json);
    hf_json_name(&json, "records");
    hf_json_add_u64(&json, records);
    hf_json_name(&json, "seed");
    hf_json_add_u64(&json, seed);
    hf_json_name(&json, "size");
    hf_json_add_u64(&json, size);
    hf_json_end_object(&json);
    return hf_note(tx, session, action, NULL, HF_STR_EMPTY, HF_STR("DEMO"), hf_buf_str(&detail),
                   err);
}

static bool load(const hf_session *session, hf_tx *tx, const hf_demo_request *request,
                 hf_demo_result *out, hf_error *err)
{
    HF_CLEANUP(done_loading)
    loading l = {.progress = &request->progress, .expected = request->size * 4};
    hf_demo_sink sink = {.context = &l, .put = take};
    if (!hf_bulk_open(tx, false, &l.bulk, err) ||
        !hf_demo_generate(request->size, request->seed, &sink, err) || !hf_bulk_finish(l.bulk, err))
        return false;
    hf_bulk_counts counts = hf_bulk_counts_of(l.bulk, NULL);
    out->total = (hf_import_counts){
        .added = counts.added, .changed = counts.changed, .unchanged = counts.unchanged};
    out->assets = l.assets;
    out->dependencies = l.dependencies;
    hf_bulk_close(&l.bulk);
    out->event = hf_event_next(tx);
    return hf_assessments_settle(tx, err) &&
           note(tx, session, "demo.loaded", request->size, request->seed, l.count, err);
}

// A command has the store to itself; a server has readers, who would wait.
static bool begin(const hf_session *session, hf_tx **tx, hf_error *err)
{
    bool is_alone = false;
    return session->actor.is_local
               ? hf_tx_begin_first(session->store, session->now_ms, tx, &is_alone, err)
               : hf_tx_begin(session->store, session->now_ms, tx, err);
}

bool hf_load_demo(const hf_session *session, const hf_demo_request *request, hf_arena *arena,
                  hf_demo_result *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_demo_request whole = *request;
    uint64_t removed = 0;
    (void)arena;
    whole.size = whole.size == 0 ? HF_DEMO_SIZE : whole.size;
    whole.seed = whole.seed == 0 ? 1 : whole.seed;
    *out = (hf_demo_result){0};
    if (!hf_can(&session->actor, HF_CAN_CONFIGURE, NULL, NULL, err) || !begin(session, &tx, err) ||
        !may_load(hf_tx_read(tx), err) ||
        !hf_store_remove_prefix(tx, HF_STR(HF_DEMO_PREFIX), &removed, err) ||
        !hf_attachments_settle(tx, err))
        return false;
    if (removed > 0 && !note(tx, session, "demo.removed", 0, 0, removed, err))
        return false;
    // The digest before the commit: behind it nothing may fail any more.
    return load(session, tx, &whole, out, err) &&
           hf_read_digest(hf_tx_read(tx), out->digest, err) && hf_tx_commit(&tx, err);
}

bool hf_remove_demo(const hf_session *session, uint64_t *removed_count, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    *removed_count = 0;
    if (!hf_can(&session->actor, HF_CAN_CONFIGURE, NULL, NULL, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_store_remove_prefix(tx, HF_STR(HF_DEMO_PREFIX), removed_count, err) ||
        !hf_attachments_settle(tx, err))
        return false;
    if (*removed_count == 0)
        return true; // nothing was there: no event
    return note(tx, session, "demo.removed", 0, 0, *removed_count, err) && hf_tx_commit(&tx, err);
}

void hf_write_demo(const hf_demo_result *result, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "added");
    hf_json_add_u64(out, result->total.added);
    hf_json_name(out, "assets");
    hf_json_add_u64(out, result->assets);
    hf_json_name(out, "dependencies");
    hf_json_add_u64(out, result->dependencies);
    hf_json_name(out, "event");
    hf_json_add_i64(out, result->event);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, result->digest);
    hf_json_end_object(out);
}
