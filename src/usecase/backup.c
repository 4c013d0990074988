// SPDX-License-Identifier: Apache-2.0
//
// A store into a backup. See backup.h; the way back is in restore.c.
#include "usecase/backup.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "usecase/audit.h"

enum { NOTE_WAIT_MS = 10 * 60 * 1000 };

// Accounts, secrets, all markings and compartments leave together.
bool hf_may_take_all(const hf_session *session, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_actor *actor = &session->actor;
    if (!hf_can(actor, HF_CAN_EXPORT, NULL, NULL, err) ||
        !hf_can(actor, HF_CAN_CONFIGURE, NULL, NULL, err) ||
        !hf_can(actor, HF_CAN_USERS, NULL, NULL, err))
        return false;
    return hf_sight_of(actor, HF_CAN_EXPORT, &scratch) == NULL ||
           hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                   "a backup holds everything, and this account may not see everything");
}

// --- what it is of -----------------------------------------------------------------------------------------

static bool last_event(hf_read *read, hf_backup_facts *facts, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_event *events = NULL;
    size_t count = 0;
    facts->event_last = hf_event_last(read);
    if (facts->event_last == 0)
        return true;
    if (!hf_event_follow(read, facts->event_last - 1, 1, &scratch, &events, &count, err))
        return false;
    return (count == 1 && hf_hex_parse(events[0].hash, facts->event_hash.bytes,
                                       sizeof(facts->event_hash.bytes))) ||
           hf_fail(err, HF_ERR_INPUT, "store.damaged",
                   "the store is damaged (its last event is missing); restore a backup");
}

bool hf_backup_facts_of(hf_read *read, hf_backup_facts *facts, hf_error *err)
{
    char digest[65];
    hf_sign_key key;
    // Computed: the digest that the store keeps travels with it, and would vouch for itself.
    if (!hf_read_digest_known(read, NULL, digest, err) || !hf_audit_key(read, &key, NULL, err) ||
        !last_event(read, facts, err))
        return false;
    HF_ASSERT(hf_hex_parse(hf_str_of(digest), facts->snapshot.bytes, sizeof(facts->snapshot)));
    memcpy(facts->instance.bytes, key.bytes, sizeof(key.bytes));
    facts->schema = hf_schema_known();
    (void)snprintf(facts->program, sizeof(facts->program), "%s", HF_VERSION);
    return true;
}

// What a restoration will ask, asked while there is still a store to mend.
static bool find_fault(hf_read *read, hf_error *fault, hf_error *err)
{
    hf_error met = {0};
    hf_log_check log = {0};
    if (hf_read_check(read, &met) && hf_check_log_of(read, &log, &met)) {
        *fault = log.fault;
        return true;
    }
    bool is_of_the_store = strcmp(met.code, "store.damaged") == 0;
    *(is_of_the_store ? fault : err) = met;
    return is_of_the_store;
}

// --- writing and reading back --------------------------------------------------------------------------------

typedef struct {
    hf_new_file file;
    uint64_t offset; // of the next byte to write, or to read back
    const hf_progress *progress;
    uint64_t done, total;
    const hf_pieces *to; // with progress before
} making;

static bool tell(making *m, uint64_t bytes, hf_error *err)
{
    m->done += bytes;
    return m->progress->tell == NULL ||
           m->progress->tell(m->progress->context, m->done < m->total ? m->done : m->total,
                             m->total, "bytes") ||
           hf_fail(err, HF_ERR_STOPPED, "backup.stopped", "stopped; no backup was written");
}

static bool write_on(void *context, hf_str bytes, hf_error *err)
{
    making *m = context;
    if (!hf_new_file_put(&m->file, m->offset, bytes, err))
        return false;
    m->offset += bytes.len;
    return true;
}

static bool read_on(void *context, void *target, size_t room, size_t *count, hf_error *err)
{
    making *m = context;
    return hf_new_file_read(&m->file, &m->offset, target, room, count, err) && tell(m, *count, err);
}

static bool put_told(void *context, uint64_t offset, hf_str bytes, hf_error *err)
{
    making *m = context;
    return tell(m, bytes.len, err) && m->to->put(m->to->context, offset, bytes, err);
}

static bool write_all(making *m, hf_read *read, const hf_backup_request *request,
                      hf_cipher_key *content, hf_backup_facts *facts, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_output output = {m, write_on};
    HF_CLEANUP(hf_backup_write_done) hf_backup_writer *writer = NULL;
    uint64_t bytes = 0;
    if (!hf_read_bytes(read, &bytes, err) ||
        !hf_backup_write_head(facts, request->keys, &output, &arena, content, &writer, err))
        return false;
    m->total = 2 * bytes; // once there, once back
    hf_pieces into = hf_backup_write_pieces(writer);
    m->to = &into;
    const hf_pieces told = {m, put_told};
    return hf_read_copy(read, &told, err) && hf_backup_write_end(writer, facts, err) &&
           hf_new_file_sync(&m->file, err);
}

// From the disk, as far as the system lets us know: what cannot be read back is no backup.
static bool read_back(making *m, const hf_cipher_key *content, const hf_backup_facts *facts,
                      hf_error *err)
{
    const hf_backup_source source = {m, read_on};
    const hf_backup_reader reader = {.content = content};
    hf_backup_facts found;
    m->offset = 0;
    if (!hf_backup_read(&source, &reader, &found, err))
        return false;
    return memcmp(&found.content, &facts->content, sizeof(found.content)) == 0 ||
           hf_fail(err, HF_ERR_INPUT, "backup.damaged",
                   "what is read back from the disk is not what was written; use another disk");
}

// The work is done and is not to be lost for somebody's long change: that is waited for, and can be stopped.
static bool begin_noting(const hf_session *session, making *m, hf_tx **tx, hf_error *err)
{
    int64_t until_ms = hf_clock_now_ms() + NOTE_WAIT_MS;
    for (;;) {
        hf_error met = {0};
        if (hf_tx_begin(session->store, session->now_ms, tx, &met))
            return true;
        if (met.kind != HF_ERR_BUSY || hf_clock_now_ms() >= until_ms) {
            *err = met;
            return false;
        }
        if (!tell(m, 0, err))
            return false;
    }
}

static bool note_backup(const hf_session *session, making *m, const hf_backup_result *result,
                        hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1000);
    hf_json_writer out = {.out = &detail};
    hf_json_begin_object(&out);
    hf_backup_write_facts(&result->facts, &out);
    hf_backup_write_fault("fault", &result->fault, &out);
    hf_json_end_object(&out);
    return begin_noting(session, m, &tx, err) &&
           hf_note(tx, session, "backup.made", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                   hf_buf_str(&detail), err) &&
           hf_tx_commit(&tx, err);
}

static void end_making(making *m)
{
    hf_new_file_close(&m->file);
}

// The event comes before the name: no backup is to be had that the log does not know of.
bool hf_backup(const hf_session *session, const hf_backup_request *request, hf_backup_result *out,
               hf_error *err)
{
    HF_CLEANUP(end_making) making m = {.file = {.fd = -1}, .progress = &request->progress};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_cipher_key content;
    hf_backup_facts *facts = &out->facts;
    *out =
        (hf_backup_result){.facts = {.made_ms = session->now_ms, .key_count = request->key_count}};
    if (!hf_may_take_all(session, err) || !hf_new_file_open(request->path, &m.file, err) ||
        !hf_read_begin(session->store, &read, err) || !hf_backup_facts_of(read, facts, err) ||
        !find_fault(read, &out->fault, err))
        return false;
    bool is_written = write_all(&m, read, request, &content, facts, err);
    hf_read_end(&read);
    is_written = is_written && read_back(&m, &content, facts, err);
    hf_wipe(&content, sizeof(content));
    return is_written && note_backup(session, &m, out, err) && hf_new_file_commit(&m.file, err);
}

static void write_hash(hf_json_writer *out, const char *name, const hf_sha256 *hash)
{
    char hex[65];
    hf_hex(hash->bytes, sizeof(hash->bytes), hex);
    hf_json_name(out, name);
    hf_json_add_z(out, hex);
}

void hf_backup_write_facts(const hf_backup_facts *facts, hf_json_writer *out)
{
    char time[32];
    hf_time_format(facts->made_ms, time);
    hf_json_name(out, "made");
    hf_json_add_z(out, time);
    hf_json_name(out, "program");
    hf_json_add_z(out, facts->program);
    hf_json_name(out, "schema");
    hf_json_add_i64(out, facts->schema);
    hf_json_name(out, "keys");
    hf_json_add_u64(out, facts->key_count);
    hf_json_name(out, "bytes");
    hf_json_add_u64(out, facts->store_bytes);
    hf_json_name(out, "sequence");
    hf_json_add_i64(out, facts->event_last);
    write_hash(out, "event_hash", &facts->event_hash);
    write_hash(out, "instance", &facts->instance);
    write_hash(out, "snapshot", &facts->snapshot);
    write_hash(out, "content", &facts->content);
}

void hf_backup_write_fault(const char *name, const hf_error *fault, hf_json_writer *out)
{
    hf_json_name(out, name);
    if (fault->kind == HF_ERR_NONE) {
        hf_json_add_null(out);
        return;
    }
    hf_json_begin_object(out);
    hf_json_name(out, "code");
    hf_json_add_z(out, fault->code);
    hf_json_name(out, "message");
    hf_json_add_z(out, fault->message);
    hf_json_end_object(out);
}

bool hf_note_upgrade(const hf_session *session, const char **kept, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(200);
    hf_json_writer out = {.out = &detail};
    int schema = 0;
    *kept = hf_store_older(session->store, &schema);
    if (*kept == NULL)
        return true;
    hf_json_begin_object(&out);
    hf_json_name(&out, "from");
    hf_json_add_i64(&out, schema);
    hf_json_name(&out, "to");
    hf_json_add_i64(&out, hf_schema_known());
    hf_json_end_object(&out);
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_note(tx, session, "store.upgraded", NULL, HF_STR_EMPTY, HF_STR_EMPTY,
                   hf_buf_str(&detail), err) &&
           hf_tx_commit(&tx, err);
}
