// SPDX-License-Identifier: Apache-2.0
//
// A whole instance into another database. See migrate.h; the rows themselves go in store/migrate.c.
#include "usecase/migrate.h"

#include <string.h>

static bool pass_on(void *context, uint64_t done, uint64_t total)
{
    const hf_progress *progress = context;
    return progress->tell(progress->context, done, total, "records");
}

static bool verify(hf_read *read, uint64_t *count, hf_error *err)
{
    int64_t broken = 0;
    if (!hf_event_verify(read, &broken, count, err))
        return false;
    return broken == 0 ||
           hf_fail(err, HF_ERR_INPUT, "migrate.log_broken",
                   "the log does not fit its hashes from event %lld on; nothing was moved, look at "
                   "it with: holdfast audit verify",
                   (long long)broken);
}

static bool note(hf_tx *tx, const hf_session *session, hf_str from, const hf_migrate_result *out,
                 hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(4096);
    hf_json_writer json = {.out = &detail};
    hf_json_begin_object(&json);
    hf_json_name(&json, "from");
    hf_json_add_str(&json, from);
    hf_json_name(&json, "snapshot");
    hf_json_add_z(&json, out->snapshot);
    hf_json_end_object(&json);
    return hf_note(tx, session, "store.migrated", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                   hf_buf_str(&detail), err);
}

static bool move(const hf_session *session, const hf_migrate_request *request, hf_store *from,
                 hf_store *to, hf_migrate_result *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_progress progress = request->progress;
    const hf_watcher watcher = {&progress, progress.tell != NULL ? pass_on : NULL};
    char before[65];
    if (!hf_read_begin(from, &read, err) || !verify(read, &out->event_count, err) ||
        !hf_read_digest_known(read, NULL, before, err) ||
        (request->seal != NULL && !hf_seal_try(read, err)) ||
        !hf_tx_begin(to, session->now_ms, &tx, err) ||
        !hf_store_take_over(tx, read, &watcher, err) ||
        !hf_read_digest_known(hf_tx_read(tx), NULL, out->snapshot, err) ||
        !verify(hf_tx_read(tx), &out->event_count, err))
        return false;
    if (strcmp(before, out->snapshot) != 0)
        return hf_fail(err, HF_ERR_INPUT, "migrate.unlike",
                       "what arrived is not what left (snapshot %s became %s); nothing was kept",
                       before, out->snapshot);
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        out->record_count += hf_read_count(read, hf_nouns[i]);
    return note(tx, session, hf_str_of(hf_store_url(from)), out, err) && hf_tx_commit(&tx, err);
}

bool hf_migrate(const hf_session *session, const hf_migrate_request *request, hf_arena *arena,
                hf_migrate_result *out, hf_error *err)
{
    const hf_store_options source = {.url = request->from, .seal = request->seal};
    const hf_store_options target = {.url = request->to, .create = true};
    hf_store *from = NULL, *to = NULL;
    *out = (hf_migrate_result){.to = hf_store_shown(request->to, arena)};
    if (!hf_may_take_all(session, err))
        return false;
    if (strcmp(request->from, request->to) == 0)
        return hf_fail(err, HF_ERR_USAGE, "migrate.same",
                       "--from and --to name the same store; name another one to move into");
    bool is_done = hf_store_open(&source, &from, err) && hf_store_open(&target, &to, err) &&
                   move(session, request, from, to, out, err);
    hf_store_close(&from);
    hf_store_close(&to);
    return is_done;
}

bool hf_migrate_update(const hf_session *session, const char *url, hf_error *err)
{
    const hf_store_options options = {.url = url, .is_copy = true};
    hf_store *store = NULL;
    if (!hf_may_take_all(session, err) || !hf_store_open(&options, &store, err))
        return false;
    hf_store_close(&store);
    return true;
}
