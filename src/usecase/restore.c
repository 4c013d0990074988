// SPDX-License-Identifier: Apache-2.0
//
// A backup into a new store, or only looked at; and the keys that open it. See backup.h.
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/key_file.h"
#include "usecase/audit.h"
#include "usecase/backup.h"

// --- keys --------------------------------------------------------------------------------------------------

bool hf_backup_make_key(const char *path, int64_t now_ms, hf_box_key *key, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
    hf_box_secret secret;
    char time[32], secret_text[HF_BOX_TEXT_BYTES], key_text[HF_BOX_TEXT_BYTES];
    hf_box_make(key, &secret);
    hf_time_format(now_ms, time);
    hf_box_secret_text(&secret, secret_text);
    hf_box_key_text(key, key_text);
    hf_buf_add_format(&text,
                      "# Opens backups of holdfast, made %s. Keep it apart from them.\n# %s\n%s\n",
                      time, key_text, secret_text);
    hf_wipe(&secret, sizeof(secret));
    hf_wipe(secret_text, sizeof(secret_text));
    return hf_key_file_write(path, &text, err);
}

static uint64_t line_number(hf_str text, hf_str line)
{
    uint64_t number = 1;
    for (const char *at = text.ptr; at < line.ptr; at++)
        number += *at == '\n';
    return number;
}

// What the file says is not repeated in a message: it may be a secret.
bool hf_backup_read_key(const char *path, hf_box_secret *secret, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str text, line;
    if (!hf_file_read(path, HF_KEY_FILE_BYTES_MAX, &scratch, &text, err))
        return false;
    hf_str rest = text;
    bool is_key = hf_key_line(&rest, &line) && hf_box_secret_parse(line, secret);
    if (text.len > 0)
        hf_wipe((void *)(uintptr_t)text.ptr, text.len);
    return is_key ||
           hf_fail(
               err, HF_ERR_INPUT, "backup.key",
               "'%s' holds no whole secret key; name the file that holdfast backup keygen wrote",
               path);
}

// Also one with a slip in it, or in capitals.
static bool is_like_a_secret(hf_str text)
{
    return text.len >= 6 && strncasecmp(text.ptr, "hfkey-", 6) == 0;
}

// What is no key is not repeated: it may be a secret, or a line of any other file.
static bool add_key(hf_str text, hf_arena *arena, hf_box_key_list *keys, hf_error *err)
{
    hf_box_key key;
    if (is_like_a_secret(text))
        return hf_fail(err, HF_ERR_USAGE, "backup.recipient",
                       "this is the secret half of a key; a backup is written for the public half, "
                       "which begins with hfpub-");
    if (!hf_box_key_parse(text, &key))
        return hf_fail(err, HF_ERR_USAGE, "backup.recipient",
                       "this is no public key, or there is a slip in it; copy the line that begins "
                       "with hfpub- again");
    if (keys->count >= HF_BACKUP_KEYS_MAX)
        return hf_fail(err, HF_ERR_USAGE, "backup.recipients",
                       "a backup can be written for %u keys; name fewer", HF_BACKUP_KEYS_MAX);
    HF_VEC_ADD(arena, keys, key);
    return true;
}

bool hf_backup_read_recipients(hf_str key_or_file, hf_arena *arena, hf_box_key_list *keys,
                               hf_error *err)
{
    hf_str text, line;
    const char *path = hf_str_z(arena, key_or_file);
    if (hf_str_starts(key_or_file, "hfpub-") || is_like_a_secret(key_or_file))
        return add_key(key_or_file, arena, keys, err);
    if (!hf_file_read(path, HF_KEY_FILE_BYTES_MAX, arena, &text, err))
        return false;
    size_t before = keys->count;
    hf_str rest = text;
    while (hf_key_line(&rest, &line))
        if (!add_key(line, arena, keys, err))
            return hf_fail_at(err, path, line_number(text, line), NULL);
    return keys->count > before ||
           hf_fail(err, HF_ERR_USAGE, "backup.recipient", "'%s' holds no public key", path);
}

// --- reading -----------------------------------------------------------------------------------------------

typedef struct {
    hf_file_in *in;
    const hf_progress *progress;
    uint64_t done;
} reading;

static void end_reading(reading *r)
{
    hf_file_in_close(&r->in);
}

static bool read_on(void *context, void *target, size_t room, size_t *count, hf_error *err)
{
    reading *r = context;
    if (!hf_file_in_read(r->in, target, room, count, err))
        return false;
    r->done += *count;
    return r->progress->tell == NULL ||
           r->progress->tell(r->progress->context, r->done, hf_file_in_size(r->in), "bytes") ||
           hf_fail(err, HF_ERR_STOPPED, "backup.stopped", "stopped; nothing was restored");
}

static bool fail_other_instance(hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "backup.other_instance",
                   "the backup is of another instance: the key of its log is not the one that was "
                   "named; nothing was restored");
}

// Before the first page is written. A newer program may keep things of which this one does not know how to look after
// them.
static bool is_wanted(void *context, const hf_backup_facts *facts, hf_error *err)
{
    const hf_restore_request *request = context;
    if (request->instance != NULL &&
        memcmp(request->instance->bytes, facts->instance.bytes, sizeof(facts->instance)) != 0)
        return fail_other_instance(err);
    return facts->schema <= hf_schema_known() ||
           hf_fail(err, HF_ERR_INPUT, "backup.newer",
                   "the backup is of a store of holdfast %s (schema %lld, this program knows %d); "
                   "use that program",
                   facts->program, (long long)facts->schema, hf_schema_known());
}

static bool read_backup(const hf_restore_request *request, const hf_pieces *store,
                        hf_backup_facts *out, hf_error *err)
{
    HF_CLEANUP(end_reading) reading r = {.progress = &request->progress};
    const hf_backup_source source = {&r, read_on};
    hf_restore_request wanted = *request;
    const hf_backup_reader reader = {
        .secret = request->secret, .may_go_on = is_wanted, .context = &wanted, .store = store};
    return hf_file_in_open(request->path, &r.in, err) &&
           (hf_backup_read(&source, &reader, out, err) || hf_fail_at(err, request->path, 0, NULL));
}

bool hf_backup_verify(const hf_restore_request *request, hf_backup_facts *out, hf_error *err)
{
    return read_backup(request, NULL, out, err);
}

// --- restoring ---------------------------------------------------------------------------------------------

// What a store leaves beside its file would be read into the new one.
static bool has_place(const char *db, hf_error *err)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    char path[4096];
    for (size_t i = 0; i < HF_COUNT(ends); i++) {
        int length = snprintf(path, sizeof(path), "%s%s", db, ends[i]);
        if (length > 0 && (size_t)length < sizeof(path) && hf_file_exists(path))
            return hf_fail(
                err, HF_ERR_CONFLICT, "file.exists",
                "'%s' is there, left by another store; take it away or name another file", path);
    }
    return true;
}

static void remove_beside(const char *db)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal"};
    char path[4200];
    for (size_t i = 0; i < HF_COUNT(ends); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", db, ends[i]);
        (void)unlink(path);
    }
}

// What is still in a log would be lost with it.
static bool has_no_log(const char *db, hf_error *err)
{
    char path[4200];
    struct stat facts;
    (void)snprintf(path, sizeof(path), "%s-wal", db);
    return stat(path, &facts) != 0 || facts.st_size == 0 ||
           hf_fail(err, HF_ERR_WRITE, "store.cannot_write",
                   "not all of the store could be written to '%s'; check disk and permissions", db);
}

static bool unlike(const char *what, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "backup.unlike",
                   "what came out of the backup is not what it says: %s; take another one", what);
}

// Anybody can write a public key into a store of theirs: whose it is can sign with it.
static bool can_sign(hf_read *read, hf_error *err)
{
    hf_sign_key key;
    hf_sign_secret secret;
    hf_str message = HF_STR("holdfast: whose store is this?");
    if (!hf_audit_key(read, &key, &secret, err))
        return false;
    hf_signature signature = hf_sign(message, &secret);
    hf_wipe(&secret, sizeof(secret));
    return hf_sign_is_good(message, &key, &signature) || fail_other_instance(err);
}

// Before anything is written into it.
static bool is_as_told(const hf_session *session, const hf_restore_request *request,
                       hf_restore_result *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_backup_facts found = {0};
    hf_log_check log;
    uint64_t secrets = 0;
    if (!hf_read_begin(session->store, &read, err) || !hf_read_check(read, err) ||
        !hf_backup_facts_of(read, &found, err))
        return false;
    if (memcmp(&found.snapshot, &out->facts.snapshot, sizeof(found.snapshot)) != 0)
        return unlike("the snapshot is another one", err);
    if (found.event_last != out->facts.event_last ||
        memcmp(&found.event_hash, &out->facts.event_hash, sizeof(found.event_hash)) != 0)
        return unlike("the log ends elsewhere", err);
    if (memcmp(&found.instance, &out->facts.instance, sizeof(found.instance)) != 0)
        return unlike("the key of the log is another one", err);
    if ((request->instance != NULL && !can_sign(read, err)) ||
        !hf_seal_read(read, out->seal_key, &secrets, err) ||
        (request->seal != NULL && !hf_seal_try(read, err)) || !hf_check_log_of(read, &log, err))
        return false;
    out->event_count = log.event_count;
    out->log_fault = log.fault;
    return log.fault.kind == HF_ERR_NONE || request->is_despite_log ||
           hf_fail(err, HF_ERR_INPUT, "backup.log_broken",
                   "the backup is whole, but in the log of its store %s; take an older backup, or "
                   "restore this one with --despite-log",
                   log.fault.message);
}

static bool settle(const hf_session *session, hf_restore_result *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1000);
    hf_json_writer w = {.out = &detail};
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !hf_restored_settle(tx, &out->settled, err))
        return false;
    hf_json_begin_object(&w);
    hf_backup_write_facts(&out->facts, &w);
    hf_backup_write_fault("log_fault", &out->log_fault, &w);
    hf_json_end_object(&w);
    return hf_note(tx, session, "backup.restored", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                   hf_buf_str(&detail), err) &&
           hf_tx_commit(&tx, err);
}

// With the file still under the name that nobody knows.
static bool open_and_settle(const hf_session *session, const hf_restore_request *request,
                            const char *part, hf_restore_result *out, hf_error *err)
{
    hf_session inside = *session;
    const hf_store_options options = {.url = part, .is_copy = true, .seal = request->seal};
    if (!hf_store_open(&options, &inside.store, err))
        return false;
    bool is_done = is_as_told(&inside, request, out, err) && settle(&inside, out, err);
    is_done = is_done && hf_store_fold(inside.store, err);
    hf_store_close(&inside.store);
    return is_done && has_no_log(part, err);
}

bool hf_restore(const hf_session *session, const hf_restore_request *request,
                hf_restore_result *out, hf_error *err)
{
    HF_CLEANUP(hf_new_file_close) hf_new_file file = {.fd = -1};
    *out = (hf_restore_result){0};
    if (!hf_can(&session->actor, HF_CAN_CONFIGURE, NULL, NULL, err) ||
        !hf_can(&session->actor, HF_CAN_USERS, NULL, NULL, err))
        return false;
    if (!hf_store_is_file(request->db))
        return hf_fail(
            err, HF_ERR_USAGE, "store.no_file",
            "a backup becomes a store in a file; restore it into one and move that with: "
            "holdfast migrate --from FILE --to URL");
    if (!hf_new_file_open(request->db, &file, err) || !has_place(request->db, err))
        return false;
    remove_beside(file.part); // of a restoration that was killed
    hf_pieces into = hf_new_file_pieces(&file);
    bool is_done = read_backup(request, &into, &out->facts, err) && hf_new_file_sync(&file, err) &&
                   open_and_settle(session, request, file.part, out, err);
    remove_beside(file.part);
    return is_done && hf_new_file_commit(&file, err);
}
