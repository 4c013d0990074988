// SPDX-License-Identifier: Apache-2.0
//
// The door of the store: opening it, snapshots to read from, the write transaction, records of any
// noun by their tables, lists, search, history and undo. Bulk loads and fast scans: store_bulk.h.
// Events, jobs, accounts, settings, blobs: store_system.h. A store may be shared by all threads. A
// read or a transaction belongs to one thread at a time. Readers never wait; writers of one program
// take turns; a writer in another program makes us wait `wait_ms`, then HF_ERR_BUSY "store.busy".
// Any call may fail with HF_ERR_WRITE "store.full" or "store.cannot_write", HF_ERR_INPUT
// "store.damaged", HF_ERR_BUSY, HF_ERR_UNREACHABLE "store.unreachable"; the store is then as before the transaction. Only
// after "store.commit_unknown" nobody knows.
#ifndef HF_STORE_STORE_H
#define HF_STORE_STORE_H

#include "base/crypto.h"
#include "base/new_file.h"
#include "model/sight.h"

typedef struct hf_store hf_store;
typedef struct hf_read hf_read; // one frozen view of everything
typedef struct hf_tx hf_tx;     // the only writer; sees its own changes

typedef struct {
    const char *url;  // path of a file, or "postgresql://…"
    bool create;      // make it when it is missing
    uint32_t wait_ms; // for another program's write; 0 = 2000
    bool is_copy;     // there is another one: it is brought up to date without keeping it as it was
    const hf_seal_key *seal; // that secrets are sealed with; copied; NULL: none is at hand
    bool needs_secrets; // one whose secrets cannot be read is refused now, not when one is needed
} hf_store_options;

// Opens a store; an older one is copied to URL.schema-N.TIME and then brought up to date. One that is no file cannot be
// copied: then it is refused, unless is_copy says that somebody has kept it.
// Errors  HF_ERR_NOT_FOUND "store.missing"; HF_ERR_INPUT "store.not_a_store", "store.newer",
//         "store.damaged"; HF_ERR_CONFLICT "store.older"; HF_ERR_WRITE, also "store.no_room_to_keep"; HF_ERR_BUSY;
//         HF_ERR_UNREACHABLE "store.not_built_in", "store.unreachable"; HF_ERR_INPUT also "store.no_schema",
//         "store.encoding", "store.server_old"; HF_ERR_UNREACHABLE "seal.other_key", and "seal.no_key" with needs_secrets
bool hf_store_open(const hf_store_options *options, hf_store **out, hf_error *err) HF_CHECKED;
void hf_store_close(hf_store **store); // all reads and transactions must have ended
bool hf_store_exists(const char *url);
bool hf_store_is_file(const char *url); // else the address of a server
// Files that opening this store reads beside it (certificates, passwords), NULL-ended, in `arena`; some may not be there.
const char *const *hf_store_files(const char *url, hf_arena *arena);
hf_str hf_store_shown(const char *url,
                      hf_arena *arena); // as it may be told to people: without user and password
// All that lies in the log beside the file goes into the file: for one that is to be given another name. Only while
// nothing is read. Errors: HF_ERR_BUSY "store.busy" (something is); those of the disk
bool hf_store_fold(hf_store *store, hf_error *err) HF_CHECKED;
// What rows of secrets held before goes from the database's free space, too. Not inside a transaction.
// Cost: the database is written anew. Errors: as hf_store_fold
bool hf_store_forget(hf_store *store, hf_error *err) HF_CHECKED;
const char *hf_store_url(const hf_store *store); // as hf_store_shown
// Where this call of open kept the store as it was before, and of which schema it was; NULL: it was up to date.
const char *hf_store_older(const hf_store *store, int *schema);
int hf_schema_known(void); // the schema that this program writes

// --- reading and writing
// ---------------------------------------------------------------------------------

bool hf_read_begin(hf_store *store, hf_read **out, hf_error *err) HF_CHECKED;
void hf_read_end(hf_read **read); // for HF_CLEANUP; its scans must be closed before
// now_ms  stamps created and updated times. Waits for its turn.
bool hf_tx_begin(hf_store *store, int64_t now_ms, hf_tx **out, hf_error *err) HF_CHECKED;
// The same for what can be left out: HF_ERR_BUSY "store.busy" at once when anybody else is writing.
bool hf_tx_begin_now(hf_store *store, int64_t now_ms, hf_tx **out, hf_error *err) HF_CHECKED;
// For the first load of a register: when it is empty and nobody else has the store open, the transaction writes its
// rows once, into the file itself, instead of into the log and from there. *is_alone tells so; then no other
// read of this store may be begun until the transaction has ended, and other programs find the store busy.
// Otherwise the same as hf_tx_begin.
bool hf_tx_begin_first(hf_store *store, int64_t now_ms, hf_tx **out, bool *is_alone,
                       hf_error *err) HF_CHECKED;
// Ends *tx in any case (also on failure, then rolled back). Changes without an event are refused:
// HF_ERR_INTERNAL.
bool hf_tx_commit(hf_tx **tx, hf_error *err) HF_CHECKED;
void hf_tx_end(hf_tx **tx); // rolls back unless committed; for HF_CLEANUP
// The transaction as a read, for the calls below. Do not end it.
hf_read *hf_tx_read(hf_tx *tx);

hf_store *hf_read_store(const hf_read *read); // for a second view beside this one
// The whole store as this read sees it, while others go on writing: the pieces of a file that is a store, each once, in
// any order. Errors: also those of to->put
bool hf_read_copy(hf_read *read, const hf_pieces *to, hf_error *err) HF_CHECKED;
bool hf_read_bytes(hf_read *read, uint64_t *out, hf_error *err) HF_CHECKED; // of that file
// Does the database fit together? Errors: HF_ERR_INPUT "store.damaged". Cost: a look at every page
bool hf_read_check(hf_read *read, hf_error *err) HF_CHECKED;
// Grows with every commit that changes register or profile; the key of all caches.
int64_t hf_read_data_version(const hf_read *read);
// Snapshot digest, lower-case hex (architecture.md, section 5). Kept per data version.
// Cost    first time about 0.5 µs a record
bool hf_read_digest(hf_read *read, char hex[65], hf_error *err) HF_CHECKED;
// The same of what a sight lets be known, which tells nothing of the rest; NULL: everything. Not kept.
bool hf_read_digest_known(hf_read *read, const hf_sight *sight, char hex[65],
                          hf_error *err) HF_CHECKED;
uint64_t hf_read_count(const hf_read *read, const hf_noun *noun); // exact, O(1)

// --- records
// ---------------------------------------------------------------------------------------------
// Records are the noun's struct, in the arena, texts too. *out NULL: there is none.

bool hf_store_get(hf_read *read, const hf_noun *noun, hf_str key_or_id, hf_arena *arena, void **out,
                  hf_error *err) HF_CHECKED;
bool hf_store_get_row(hf_read *read, const hf_noun *noun, int64_t row, hf_arena *arena, void **out,
                      hf_error *err) HF_CHECKED;

// The dependencies and layer rows that name an asset.
typedef struct {
    const hf_noun *noun;
    int64_t row;
} hf_record_ref;
bool hf_store_naming(hf_read *read, int64_t asset, hf_arena *arena, hf_record_ref **list,
                     size_t *count, hf_error *err) HF_CHECKED;

typedef enum { HF_PUT_ADDED, HF_PUT_CHANGED, HF_PUT_UNCHANGED } hf_put_outcome;
#define HF_VERSION_ANY 0
// Stores a whole, checked record. head.row 0 adds (id, version, times, row are filled in); else it
// changes the record with that row, which a get gave. Equal content changes nothing. Read-only
// fields alone (last_seen_at, password_hash) are stored without a new version. A key of a removed
// record gets its row, id and next version. Errors  HF_ERR_CONFLICT "record.exists"; HF_ERR_STALE
// "record.stale" (another version than expected);
//         HF_ERR_NOT_FOUND "record.gone"; HF_ERR_INPUT "reference.unknown" (column = field)
bool hf_store_put(hf_tx *tx, const hf_noun *noun, void *record, int64_t expected_version,
                  hf_put_outcome *outcome, hf_error *err) HF_CHECKED;
// Errors  HF_ERR_STALE; HF_ERR_NOT_FOUND "record.gone"; HF_ERR_CONFLICT "record.in_use": dependencies,
//         layer rows or preparations name this asset and with_links is false. with_links removes them too.
bool hf_store_remove(hf_tx *tx, const hf_noun *noun, int64_t row, int64_t expected_version,
                     bool with_links, uint64_t *removed_count, hf_error *err) HF_CHECKED;
// Removes all records whose key starts with prefix (all nouns of register and profile), links
// first.
bool hf_store_remove_prefix(hf_tx *tx, hf_str prefix, uint64_t *removed_count,
                            hf_error *err) HF_CHECKED;

// --- lists and search
// ------------------------------------------------------------------------------------

typedef enum {
    HF_IS,
    HF_AT_LEAST,
    HF_AT_MOST,
    HF_IS_EMPTY,
    HF_NOT_EMPTY,
    HF_BEGINS,
    HF_WITHIN // of an HF_LIST field, declared or not: all its words are among those of `value`
} hf_filter_operator;
typedef struct {
    const hf_field *field; // with HF_FIELD_FILTER, or the key
    hf_filter_operator how;
    hf_str value; // as text, read by the field's parser; several filters on one field with HF_IS
                  // mean "one of"
} hf_filter;

typedef struct {
    const hf_noun *noun;
    const hf_filter *filters;
    size_t filter_count;
    const hf_field
        *sort; // the key or a field with HF_FIELD_FILTER; NULL = the noun's own order: by key in
    bool descending; // byte order, dependencies in order of storing; with `text` by rank
    hf_str
        text; // full-text query; of dependencies, layers and preparations: of the assets that they join
    bool has_box; // west > east crosses the antimeridian
    double west, south, east, north;
    hf_str area;     // text of an hf_area, empty = none; with it the box is the area's own
    hf_str cursor;   // `next` of the page before, for the same query
    uint64_t offset; // rows to skip after the cursor
    uint32_t limit;  // 0 = HF_LIST_LIMIT_DEFAULT; at most HF_LIST_LIMIT_MAX
    bool want_count;
    bool want_exact_count; // however large: costs a pass over all that fit
    const hf_sight *sight; // what the asker may know of; nothing else is listed, ranked or counted;
                           // NULL = everything
} hf_query;

typedef struct {
    void **records; // of the noun's struct
    size_t count;
    hf_str next;    // empty at the end
    uint64_t total; // 0 unless want_count; exact up to HF_COUNT_EXACT_MAX
    bool is_total_exact;
} hf_page;

// Errors  HF_ERR_USAGE "query.field" (not declared), "query.value", "query.cursor"
bool hf_store_list(hf_read *read, const hf_query *query, hf_arena *arena, hf_page *out,
                   hf_error *err) HF_CHECKED;
// The exact total of a query, however large.
bool hf_store_count(hf_read *read, const hf_query *query, uint64_t *out, hf_error *err) HF_CHECKED;

typedef struct {
    const hf_noun *noun;
    int64_t row;
    hf_str key, name, kind, sector, region; // empty where the noun has no such field
} hf_hit;
// Over all nouns with a full-text index except users; exact keys first, then by rank. sight NULL: everything.
bool hf_store_search(hf_read *read, hf_str text, const hf_sight *sight, size_t limit,
                     hf_arena *arena, hf_hit **hits, size_t *hit_count, hf_error *err) HF_CHECKED;

// Rows of a noun as a set.
typedef struct {
    const uint64_t *bits;
    int64_t row_max; // rows above it are not in it
} hf_row_set;
static inline bool hf_row_set_has(const hf_row_set *set, int64_t row)
{
    return row > 0 && row <= set->row_max && (set->bits[row / 64] >> (row % 64) & 1u) != 0;
}
// All rows of a noun that a sight lets be known. Cost: a copy of the set that is kept (sets.c); where none is, a pass over
// the noun, or over the places if they hold little.
bool hf_store_known_rows(hf_read *read, const hf_noun *noun, const hf_sight *sight, hf_arena *arena,
                         hf_row_set *out, hf_error *err) HF_CHECKED;

// Reads the ends of all links, of which sets of known links are made: in the background, since a million take a second.
bool hf_store_warm(hf_read *read, hf_error *err) HF_CHECKED;

// What a sight is made of. A region and all inside it, in byte order; the key alone when nothing has that parent.
bool hf_store_regions_inside(hf_read *read, hf_str root, hf_arena *arena, const hf_str **keys,
                             size_t *count, hf_error *err) HF_CHECKED;
// The numbers of all events of an account, ascending.
bool hf_store_events_of(hf_read *read, hf_str actor, hf_arena *arena, const int64_t **events,
                        size_t *count, hf_error *err) HF_CHECKED;

typedef struct {
    hf_str value; // the field as text; empty = not given
    uint64_t count;
    int64_t sum; // of sum_field, 0 without one
} hf_group;
// Records per value of a field, most frequent first. sum_field: an HF_INTEGER field or NULL.
bool hf_store_group(hf_read *read, const hf_noun *noun, const hf_field *field,
                    const hf_field *sum_field, size_t limit, hf_arena *arena, hf_group **groups,
                    size_t *group_count, hf_error *err) HF_CHECKED;
// Records of a query per value of a text field, in no order; sums are 0. Errors: those of hf_store_list
bool hf_store_count_by(hf_read *read, const hf_query *query, const hf_field *field, hf_arena *arena,
                       hf_group **groups, size_t *group_count, hf_error *err) HF_CHECKED;

// --- history
// ---------------------------------------------------------------------------------------------

typedef enum {
    HF_HISTORY_ADDED,
    HF_HISTORY_CHANGED,
    HF_HISTORY_REMOVED,
    HF_HISTORY_RESTORED
} hf_history_action;
extern const char *const hf_history_action_words[]; // "added" "changed" "removed" "restored"

typedef struct {
    int64_t version;
    hf_history_action action;
    int64_t event; // sequence
    int64_t at_ms;
    hf_str actor;
    hf_str source;              // of the event: file, person
    const void *before, *after; // the noun's struct; NULL where there was none
} hf_version;
// All versions of the record with this key, newest first, also of a removed one. Field differences:
// compare before and after with hf_field_equal. version_count 0: never existed.
bool hf_store_history(hf_read *read, const hf_noun *noun, hf_str key, hf_arena *arena,
                      hf_version **versions, size_t *version_count, hf_error *err) HF_CHECKED;
// Takes back the newest change of a record: the state before it becomes a new version; what was
// added is removed, what was removed comes back. Errors: HF_ERR_NOT_FOUND; HF_ERR_CONFLICT
// "record.in_use", "undo.reference_gone" (an asset that it needs was removed since)
bool hf_store_undo(hf_tx *tx, const hf_noun *noun, hf_str key, hf_error *err) HF_CHECKED;
typedef struct {
    uint64_t removed, restored; // records
} hf_undo_counts;
// The records that an event added or changed, as far as undoing it would touch them.
bool hf_store_event_records(hf_read *read, int64_t event, hf_arena *arena, hf_record_ref **list,
                            size_t *count, hf_error *err) HF_CHECKED;
// All that a record is and was, the present state first if there is one.
bool hf_store_states(hf_read *read, const hf_noun *noun, int64_t row, hf_arena *arena,
                     const void ***states, size_t *count, hf_error *err) HF_CHECKED;
// Takes back all that an event did. Errors: HF_ERR_NOT_FOUND "event.none" (it changed no record);
// HF_ERR_CONFLICT "undo.changed_since" (message names the first record), "record.in_use"
bool hf_store_undo_event(hf_tx *tx, int64_t event, hf_undo_counts *counts,
                         hf_error *err) HF_CHECKED;

#endif
