// SPDX-License-Identifier: Apache-2.0
//
// Proof of what happened: checks, signs, exports and proves the log.
#include "usecase/audit.h"
#include "usecase/audit_key.h"

#include <stdio.h>
#include <string.h>

enum { PIECE_EVENTS = 500, PIECE_BYTES = 256 << 10, CHECKPOINT_BYTES_MAX = 4096 };

static bool begin(const hf_session *session, hf_read **read, hf_error *err)
{
    return hf_can(&session->actor, HF_CAN_READ, &hf_noun_event, NULL, err) &&
           hf_read_begin(session->store, read, err);
}

// --- searching -------------------------------------------------------------------------------------------

enum { LOG_FILTERS_MAX = 7 };

static void narrow(hf_query *query, hf_filter *filters, const char *field, hf_filter_operator how,
                   hf_str value)
{
    if (value.len == 0)
        return;
    HF_ASSERT(query->filter_count < LOG_FILTERS_MAX);
    filters[query->filter_count++] = (hf_filter){
        .field = hf_noun_field(&hf_noun_event, hf_str_of(field), NULL), .how = how, .value = value};
}

bool hf_find_log(const hf_session *session, const hf_log_query *query, hf_arena *arena,
                 hf_page *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_filter *filters = HF_NEW_N(arena, hf_filter, LOG_FILTERS_MAX);
    hf_query list = {.noun = &hf_noun_event,
                     .filters = filters,
                     .sort = hf_noun_field(&hf_noun_event, HF_STR("sequence"), NULL),
                     .descending = true,
                     .limit = query->limit,
                     .want_count = true};
    hf_str action = query->action;
    bool is_group = action.len > 0 && action.ptr[action.len - 1] == '.';
    narrow(&list, filters, "actor", HF_IS, query->actor);
    narrow(&list, filters, "action", is_group ? HF_BEGINS : HF_IS, action);
    narrow(&list, filters, "noun", HF_IS, query->noun);
    narrow(&list, filters, "record", HF_IS, query->key);
    narrow(&list, filters, "at", HF_AT_LEAST, query->from);
    narrow(&list, filters, "at", HF_AT_MOST, query->until);
    if (query->before > 0)
        narrow(&list, filters, "sequence", HF_AT_MOST,
               hf_str_format(arena, "%lld", (long long)query->before - 1));
    return begin(session, &read, err) && hf_store_list(read, &list, arena, out, err);
}

// --- the tree --------------------------------------------------------------------------------------------

// Reads the hashes in order and meets the kept checkpoints on the way.
typedef struct {
    hf_merkle tree;
    hf_sha256 last_hash;
    hf_sha256 *leaves;              // room for all, when proofs are wanted; else NULL
    const hf_audit_checkpoint *met; // what was signed before, by size
    size_t met_count, met_next;
    const hf_audit_checkpoint *misfit; // the first that tells another past
} growing;

static void add_hash(void *context, const hf_sha256 *hash)
{
    growing *g = context;
    hf_sha256 leaf = hf_merkle_leaf((hf_str){(const char *)hash->bytes, sizeof(hash->bytes)});
    if (g->leaves != NULL)
        g->leaves[g->tree.size] = leaf;
    hf_merkle_add(&g->tree, &leaf);
    g->last_hash = *hash;
    while (g->met_next < g->met_count && (uint64_t)g->met[g->met_next].size == g->tree.size) {
        const hf_audit_checkpoint *met = &g->met[g->met_next++];
        hf_sha256 root = hf_merkle_root(&g->tree);
        if (g->misfit == NULL && (memcmp(&root, &met->root, sizeof(root)) != 0 ||
                                  memcmp(hash, &met->previous, sizeof(root)) != 0))
            g->misfit = met;
    }
}

static bool fail_other_past(const hf_audit_checkpoint *known, hf_error *err)
{
    (void)hf_fail(err, HF_ERR_INPUT, "audit.other_past",
                  "the log is not the one whose first %lld events were signed before; it was "
                  "rewritten",
                  (long long)known->size);
    err->line = (uint64_t)known->size;
    return false;
}

// Kept checkpoints, each checked by itself: signed with the key that was the store's then.
static bool read_kept(hf_read *read, hf_arena *arena, growing *out, hf_error *err)
{
    hf_str *lines = NULL;
    hf_log_keys keys;
    if (!hf_log_keys_read(read, arena, &keys, err) ||
        !hf_audit_kept(read, arena, &lines, &out->met_count, err))
        return false;
    hf_audit_checkpoint *met = HF_NEW_N(arena, hf_audit_checkpoint, out->met_count);
    for (size_t i = 0; i < out->met_count; i++) {
        if (!hf_audit_read_checkpoint(lines[i], &met[i], err))
            return false;
        if (memcmp(&met[i].key, hf_log_key_at(&keys, met[i].size), sizeof(met[i].key)) != 0)
            return hf_fail(err, HF_ERR_INPUT, "audit.key",
                           "a kept checkpoint is signed with another key than the store's");
        if (met[i].size > hf_event_last(read))
            return fail_other_past(&met[i], err);
    }
    out->met = met;
    return true;
}

// The tree of the first `size` events, which fits all that was signed of it before.
static bool grow(hf_read *read, int64_t size, hf_arena *arena, growing *out, hf_error *err)
{
    if (!read_kept(read, arena, out, err) || !hf_audit_hashes(read, 1, size, out, add_hash, err))
        return false;
    return out->misfit == NULL || fail_other_past(out->misfit, err);
}

static bool sign_tree(hf_read *read, int64_t now_ms, const growing *g, int64_t first,
                      hf_audit_checkpoint *out, hf_error *err)
{
    hf_sign_secret secret;
    *out = (hf_audit_checkpoint){.at = now_ms,
                                 .first = first,
                                 .size = (int64_t)g->tree.size,
                                 .previous = g->last_hash,
                                 .root = hf_merkle_root(&g->tree)};
    if (!hf_audit_key(read, &out->key, &secret, err))
        return false;
    hf_audit_sign(out, &secret);
    hf_wipe(&secret, sizeof(secret));
    return true;
}

// first 0: the checkpoint stands alone.
static bool sign_head(hf_read *read, int64_t now_ms, int64_t first, int64_t size,
                      hf_audit_checkpoint *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    growing g = {0};
    return grow(read, size, &arena, &g, err) &&
           sign_tree(read, now_ms, &g, first > 0 ? first : size + 1, out, err);
}

// --- keeping and noting -----------------------------------------------------------------------------------

static bool keep_checkpoint(hf_tx *tx, const hf_audit_checkpoint *checkpoint, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(CHECKPOINT_BYTES_MAX);
    hf_audit_write_checkpoint(checkpoint, &line);
    return hf_audit_keep(tx, checkpoint->size, hf_buf_str(&line), err);
}

// checkpoint NULL: nothing to keep.
static bool note(const hf_session *session, const char *action,
                 const hf_audit_checkpoint *checkpoint, hf_str detail, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           (checkpoint == NULL || keep_checkpoint(tx, checkpoint, err)) &&
           hf_note(tx, session, action, NULL, HF_STR_EMPTY, HF_STR_EMPTY, detail, err) &&
           hf_tx_commit(&tx, err);
}

static void add_number(hf_json_writer *json, const char *name, int64_t value)
{
    hf_json_name(json, name);
    hf_json_add_i64(json, value);
}

static void add_hex(hf_json_writer *json, const char *name, const uint8_t *bytes, size_t count)
{
    char hex[65];
    HF_ASSERT(2 * count < sizeof(hex));
    hf_hex(bytes, count, hex);
    hf_json_name(json, name);
    hf_json_add_z(json, hex);
}

// --- export ----------------------------------------------------------------------------------------------

static bool find_range(hf_read *read, const hf_log_export *request, hf_log_exported *out,
                       hf_error *err)
{
    int64_t last = hf_event_last(read);
    out->first = request->first > 0 ? request->first : 1;
    out->last = request->last > 0 ? request->last : last;
    if (out->first > out->last || out->last > last)
        return hf_fail(err, HF_ERR_USAGE, "audit.range", "the log has the events 1 to %lld",
                       (long long)last);
    return true;
}

// Hash of the event before the first that is written; empty for the first of all.
static bool hash_before(hf_read *read, int64_t first, hf_arena *arena, hf_str *out, hf_error *err)
{
    hf_event *event = NULL;
    size_t count = 0;
    *out = HF_STR_EMPTY;
    if (first == 1)
        return true;
    if (!hf_event_follow(read, first - 2, 1, arena, &event, &count, err))
        return false;
    *out = count > 0 ? event->hash : HF_STR_EMPTY;
    return true;
}

static bool write_events(hf_read *read, const hf_log_export *request, hf_log_exported *out,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done)
    hf_buf piece = hf_buf_of((size_t)PIECE_EVENTS * HF_EVENT_LINE_BYTES_MAX);
    char previous[65] = "";
    hf_str before;
    if (!hash_before(read, out->first, &arena, &before, err))
        return false;
    (void)snprintf(previous, sizeof(previous), "%.*s", HF_STR_ARG(before));
    for (int64_t after = out->first - 1; after < out->last;) {
        hf_event *events = NULL;
        size_t count = 0, wanted = (size_t)(out->last - after);
        hf_arena_reset(&arena);
        if (!hf_event_follow(read, after, wanted < PIECE_EVENTS ? wanted : PIECE_EVENTS, &arena,
                             &events, &count, err))
            return false;
        if (count == 0)
            break; // lines are missing: the checkpoint will say so
        for (size_t i = 0; i < count; i++) {
            hf_audit_write_event(request->as, &events[i], hf_str_of(previous), request->host,
                                 &piece);
            hf_buf_add_byte(&piece, '\n');
            (void)snprintf(previous, sizeof(previous), "%.*s", HF_STR_ARG(events[i].hash));
            if (piece.len >= PIECE_BYTES || i + 1 == count) {
                if (!request->output.write(request->output.context, hf_buf_str(&piece), err))
                    return false;
                hf_buf_clear(&piece);
            }
        }
        after = events[count - 1].sequence;
        out->event_count += count;
    }
    return true;
}

static bool write_end(const hf_log_export *request, const hf_audit_checkpoint *checkpoint,
                      hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(CHECKPOINT_BYTES_MAX);
    hf_audit_write_checkpoint(checkpoint, &line);
    hf_buf_add_byte(&line, '\n');
    return request->output.write(request->output.context, hf_buf_str(&line), err);
}

static bool write_log(const hf_session *session, const hf_log_export *request, hf_log_exported *out,
                      hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!begin(session, &read, err) || !find_range(read, request, out, err))
        return false;
    if (request->as != HF_AUDIT_AS_JSONL)
        return write_events(read, request, out, err);
    // Signed first: what does not fit earlier checkpoints is refused before a byte is written.
    return sign_head(read, session->now_ms, out->first, out->last, &out->checkpoint, err) &&
           write_events(read, request, out, err) && write_end(request, &out->checkpoint, err);
}

// to  address of the collector; NULL = a file
static bool note_export(const hf_session *session, hf_audit_as as, const char *to,
                        const hf_log_exported *exported, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(4000);
    hf_json_writer json = {.out = &detail};
    hf_json_begin_object(&json);
    add_number(&json, "events", (int64_t)exported->event_count);
    add_number(&json, "first", exported->first);
    hf_json_name(&json, "format");
    hf_json_add_z(&json, hf_audit_as_words[as]);
    add_number(&json, "last", exported->last);
    if (to != NULL) {
        hf_json_name(&json, "to");
        hf_json_add_z(&json, to);
    }
    hf_json_end_object(&json);
    return note(session, "log.exported", as == HF_AUDIT_AS_JSONL ? &exported->checkpoint : NULL,
                hf_buf_str(&detail), err);
}

bool hf_export_log(const hf_session *session, const hf_log_export *request, hf_log_exported *out,
                   hf_error *err)
{
    *out = (hf_log_exported){0};
    return write_log(session, request, out, err) &&
           note_export(session, request->as, NULL, out, err);
}

static bool send_piece(void *context, hf_str bytes, hf_error *err)
{
    return hf_syslog_send(context, bytes, err);
}

// The end of the connection belongs to the export: what could not be said to the end is not noted as done.
static bool send_all(const hf_session *session, hf_log_export *request, hf_tls *tls,
                     hf_log_exported *out, hf_error *err)
{
    request->output = (hf_output){tls, send_piece};
    return write_log(session, request, out, err) && hf_tls_finish(tls, err);
}

bool hf_send_log(const hf_session *session, const hf_log_export *request,
                 const hf_tls_options *collector, hf_log_exported *out, hf_error *err)
{
    HF_CLEANUP(hf_tls_close) hf_tls *tls = NULL;
    hf_log_export sent = *request;
    HF_ASSERT(request->as == HF_AUDIT_AS_SYSLOG);
    *out = (hf_log_exported){0};
    return hf_can(&session->actor, HF_CAN_READ, &hf_noun_event, NULL, err) &&
           hf_tls_open(collector, &tls, err) && send_all(session, &sent, tls, out, err) &&
           note_export(session, request->as, collector->address, out, err);
}

// --- checking --------------------------------------------------------------------------------------------

static bool find_broken(hf_read *read, hf_log_check *out, hf_error *err)
{
    int64_t broken = 0;
    if (!hf_event_verify(read, &broken, &out->event_count, err))
        return false;
    if (broken == 0)
        return true;
    (void)hf_fail(&out->fault, HF_ERR_INPUT, "audit.hash",
                  "event %lld is missing or does not fit its hash; someone changed the log from "
                  "outside",
                  (long long)broken);
    out->fault.line = (uint64_t)broken;
    return true;
}

bool hf_check_log_of(hf_read *read, hf_log_check *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    growing g = {0};
    *out = (hf_log_check){0};
    out->last = hf_event_last(read);
    if (!hf_audit_key(read, &out->key, NULL, err) || !find_broken(read, out, err))
        return false;
    if (out->fault.kind != HF_ERR_NONE)
        return true;
    hf_error fault = {0};
    if (!grow(read, out->last, &arena, &g, &fault)) {
        if (strncmp(fault.code, "audit.", 6) != 0) {
            *err = fault;
            return false;
        }
        out->fault = fault;
        return true;
    }
    out->checkpoint_count = g.met_count;
    out->root = hf_merkle_root(&g.tree);
    return true;
}

bool hf_check_log(const hf_session *session, hf_log_check *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return begin(session, &read, err) && hf_check_log_of(read, out, err);
}

void hf_write_log_check(const hf_log_check *check, hf_json_writer *out)
{
    bool is_valid = check->fault.kind == HF_ERR_NONE;
    hf_json_begin_object(out);
    hf_json_name(out, "valid");
    hf_json_add_bool(out, is_valid);
    hf_json_name(out, "events");
    hf_json_add_u64(out, check->event_count);
    hf_json_name(out, "checkpoints");
    hf_json_add_u64(out, check->checkpoint_count);
    add_hex(out, "key", check->key.bytes, sizeof(check->key.bytes));
    if (is_valid) {
        add_hex(out, "root", check->root.bytes, sizeof(check->root.bytes));
    } else {
        hf_json_name(out, "root");
        hf_json_add_null(out);
    }
    hf_json_name(out, "broken");
    if (is_valid) {
        hf_json_add_null(out);
    } else {
        hf_json_begin_object(out);
        add_number(out, "sequence", (int64_t)check->fault.line);
        hf_json_name(out, "code");
        hf_json_add_z(out, check->fault.code);
        hf_json_name(out, "message");
        hf_json_add_z(out, check->fault.message);
        hf_json_end_object(out);
    }
    hf_json_end_object(out);
}

// --- signing and proving ---------------------------------------------------------------------------------

bool hf_log_key(const hf_session *session, hf_sign_key *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return begin(session, &read, err) && hf_audit_key(read, out, NULL, err);
}

static bool sign_now(const hf_session *session, hf_audit_checkpoint *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return begin(session, &read, err) &&
           sign_head(read, session->now_ms, 0, hf_event_last(read), out, err);
}

bool hf_sign_in_tx(const hf_session *session, hf_tx *tx, hf_audit_checkpoint *out, hf_error *err)
{
    hf_read *read = hf_tx_read(tx);
    return sign_head(read, session->now_ms, 0, hf_event_last(read), out, err) &&
           keep_checkpoint(tx, out, err);
}

bool hf_sign_log(const hf_session *session, bool keep, hf_audit_checkpoint *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(1000);
    hf_json_writer json = {.out = &detail};
    if (!sign_now(session, out, err))
        return false;
    if (!keep)
        return true;
    hf_json_begin_object(&json);
    add_hex(&json, "root", out->root.bytes, sizeof(out->root.bytes));
    add_number(&json, "size", out->size);
    hf_json_end_object(&json);
    return note(session, "log.signed", out, hf_buf_str(&detail), err);
}

// Everything that a proof is made of: the leaves, and a checkpoint of now.
static bool begin_proof(const hf_session *session, hf_read *read, hf_arena *arena, growing *g,
                        hf_audit_checkpoint *out, hf_error *err)
{
    int64_t size = hf_event_last(read);
    g->leaves = HF_NEW_N(arena, hf_sha256, (size_t)size);
    return grow(read, size, arena, g, err) &&
           sign_tree(read, session->now_ms, g, size + 1, out, err);
}

bool hf_prove_event(const hf_session *session, int64_t sequence, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(HF_EVENT_LINE_BYTES_MAX);
    hf_audit_checkpoint checkpoint;
    hf_merkle_path path;
    growing g = {0};
    hf_event *event = NULL;
    hf_str before;
    size_t count = 0;
    if (!begin(session, &read, err))
        return false;
    if (sequence < 1 || sequence > hf_event_last(read))
        return hf_fail(err, HF_ERR_NOT_FOUND, "event.none", "there is no event %lld",
                       (long long)sequence);
    if (!begin_proof(session, read, &arena, &g, &checkpoint, err) ||
        !hash_before(read, sequence, &arena, &before, err) ||
        !hf_event_follow(read, sequence - 1, 1, &arena, &event, &count, err))
        return false;
    HF_ASSERT(count == 1); // its hash was read a moment ago, in the same read
    hf_merkle_prove(g.leaves, g.tree.size, (uint64_t)sequence - 1, &path);
    hf_event_write_line(event, before, true, &line);
    hf_audit_write_inclusion(hf_buf_str(&line), &path, &checkpoint, out);
    return true;
}

bool hf_prove_growth(const hf_session *session, const hf_audit_checkpoint *older, hf_buf *out,
                     hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_audit_checkpoint checkpoint;
    hf_merkle_path path;
    growing g = {0};
    if (!begin(session, &read, err) || !begin_proof(session, read, &arena, &g, &checkpoint, err))
        return false;
    if (memcmp(&older->key, &checkpoint.key, sizeof(older->key)) != 0)
        return hf_fail(err, HF_ERR_INPUT, "audit.key",
                       "the older checkpoint is signed with another key than this log's now; if "
                       "the key was changed since, an export of the log shows it");
    if (older->size > checkpoint.size)
        return hf_fail(err, HF_ERR_INPUT, "audit.not_covered",
                       "the checkpoint covers %lld events, the log has %lld",
                       (long long)older->size, (long long)checkpoint.size);
    hf_merkle_prove_growth(g.leaves, g.tree.size, (uint64_t)older->size, &path);
    // Our own proof is checked like a stranger's: it holds only if the older one is of this log.
    if (!hf_merkle_grew((uint64_t)older->size, &older->root, g.tree.size, &checkpoint.root, &path))
        return fail_other_past(older, err);
    hf_audit_write_growth(older, &path, &checkpoint, out);
    return true;
}
