// SPDX-License-Identifier: Apache-2.0
//
// What the files of store/ share: connections with their kept statements, the open store, reads and
// transactions from inside, and what is prepared per noun. Private to store/ and its tests.
#ifndef HF_STORE_INTERNAL_H
#define HF_STORE_INTERNAL_H

#include <pthread.h>

#include "base/crypto.h"
#include "base/map.h"
#include "base/vec.h"
#include "store/db.h"
#include "store/sql_gen.h"
#include "store/store.h"

// --- connections and statements (connection.c) -----------------------------------------------------------

typedef struct hf_conn hf_conn;
typedef struct hf_feed hf_feed;

// A prepared statement, kept by its connection for the next use of the same SQL text.
typedef struct {
    hf_conn *conn;
    const char *sql; // compared by address: literals and texts of sql_gen live as long as the store
    hf_db_statement *raw;
    bool is_used;
    bool is_kept;
    hf_buf text;      // of one that is made for the occasion: its own copy of the SQL
    uint64_t used_at; // count of the connection when it was last taken
} hf_stmt;

struct hf_conn {
    const hf_db_driver *driver;
    hf_db *db;
    hf_arena arena;
    HF_VEC(hf_stmt *) kept;
    hf_map by_sql;
    uint64_t taken_count;
    hf_feed *feed; // NULL: nobody else writes through it
    hf_conn *next; // in the store's list of free ones
};

bool hf_conn_open(const hf_db_driver *driver, const hf_db_options *options, hf_conn **out,
                  hf_error *err) HF_CHECKED;
void hf_conn_close(hf_conn **conn);
// Finishes the kept statements: before the schema changes.
void hf_conn_forget(hf_conn *conn);
bool hf_conn_run(hf_conn *conn, const char *sql, hf_error *err) HF_CHECKED;

// Ready for binding. sql must live as long as the connection, or use once: text made for the occasion, of which the
// connection keeps the last 48 prepared, since the same lists come again and again.
bool hf_stmt_take(hf_conn *conn, const char *sql, hf_stmt **out, hf_error *err) HF_CHECKED;
bool hf_stmt_once(hf_conn *conn, const char *sql, hf_stmt **out, hf_error *err) HF_CHECKED;
void hf_stmt_give(hf_stmt **stmt); // for HF_CLEANUP
void hf_stmt_null(hf_stmt *stmt, int position);
void hf_stmt_i64(hf_stmt *stmt, int position, int64_t value);   // HF_INTEGER_NONE binds NULL
void hf_stmt_double(hf_stmt *stmt, int position, double value); // NaN binds NULL
void hf_stmt_str(hf_stmt *stmt, int position, hf_str text);     // empty binds NULL
void hf_stmt_text(hf_stmt *stmt, int position, hf_str text);    // empty stays empty
void hf_stmt_blob(hf_stmt *stmt, int position, const void *bytes, size_t count);
bool hf_stmt_step(hf_stmt *stmt, bool *has_row, hf_error *err) HF_CHECKED;
bool hf_stmt_run(hf_stmt *stmt, hf_error *err) HF_CHECKED; // steps to the end and resets
void hf_stmt_reset(hf_stmt *stmt);
bool hf_stmt_is_null(hf_stmt *stmt, int column);
int64_t hf_stmt_get_i64(hf_stmt *stmt, int column);   // NULL gives HF_INTEGER_NONE
double hf_stmt_get_double(hf_stmt *stmt, int column); // NULL gives NaN
hf_str hf_stmt_get_str(hf_stmt *stmt, int column);    // text or blob; NULL gives empty
// One integer of a statement without values; 0 when there is no row.
bool hf_conn_number(hf_conn *conn, const char *sql, int64_t *out, hf_error *err) HF_CHECKED;

// --- the open store (store.c) ----------------------------------------------------------------------------

// Numbers that every read knows from its start; kept in table "state".
typedef struct {
    int64_t row_max[HF_NOUN_COUNT_MAX];
    int64_t live[HF_NOUN_COUNT_MAX];
    int64_t data_version;
    int64_t event_last;
} hf_state;

// Counts of one data version, by their question: the SQL with all its values, so also with what the asker may know of.
typedef struct {
    int64_t data_version; // 0: empty
    hf_sha256 question;
    uint64_t count;
} hf_kept_count;
#define HF_KEPT_COUNTS 512u

typedef struct hf_sets hf_sets;
typedef struct hf_orders hf_orders;

struct hf_store {
    const hf_db_driver *driver;
    void *driver_state;
    hf_arena arena;
    const char *url;   // as it may be told: without a password
    const char *place; // as it is opened
    uint32_t wait_ms;
    bool is_copy;
    bool has_seal;
    hf_seal_key seal;
    const char *older;    // where it is kept as it was before; NULL: it was up to date
    int64_t older_schema; // of that
    hf_noun_sql *sql;     // per noun, in the order of hf_nouns
    size_t noun_count;
    pthread_mutex_t pool_lock; // free_readers, digest, counts
    hf_conn *free_readers;
    uint32_t open_readers;
    pthread_mutex_t writer_lock; // held by the transaction
    hf_conn *writer;
    int64_t digest_version; // 0 = none known
    char digest[65];
    hf_kept_count counts[HF_KEPT_COUNTS]; // by the first bytes of the question
    hf_sets *sets;
    hf_orders *orders;
};

struct hf_read {
    hf_store *store;
    hf_conn *conn;
    hf_state state;
    hf_tx *tx; // NULL unless it is a transaction's
    hf_arena arena;
};

struct hf_tx {
    hf_read read;
    int64_t now_ms;
    int64_t salt;         // of the ids made in it
    hf_state before;      // as stored
    bool is_data_changed; // register or profile
    bool needs_event;     // records changed since the last event
    bool is_failed;       // a write failed in the middle: commit refuses
    bool has_bulk;
    bool is_straight; // its pages go straight into the file
    bool has_digest;  // of what is in it now
    char digest[65];
    uint8_t removed_known[HF_NOUN_COUNT_MAX]; // 0 not asked, 1 none was ever removed, 2 some were
    hf_arena scratch;                         // of one change, reset each time
};

bool hf_store_open_with(const hf_db_driver *driver, void *driver_state,
                        const hf_store_options *options, hf_store **out, hf_error *err) HF_CHECKED;
const hf_noun_sql *hf_noun_sql_of(const hf_store *store, const hf_noun *noun);
bool hf_state_load(hf_conn *conn, const hf_store *store, hf_state *out, hf_error *err) HF_CHECKED;
bool hf_state_save(hf_tx *tx, hf_error *err) HF_CHECKED;

// --- schema (schema.c) -----------------------------------------------------------------------------------

enum { HF_SCHEMA_VERSION = 4 };
// Brings the database to `version` (tests: an older one), inside one write transaction of its own.
bool hf_schema_update(hf_store *store, hf_conn *conn, int version, hf_error *err) HF_CHECKED;

// older.c: keeps a copy of the store as it is, and takes it away again when the store stayed so after all.
bool hf_older_keep(hf_store *store, int64_t version, hf_error *err) HF_CHECKED;
void hf_older_drop(hf_store *store);

// audit.c: makes the key that signs checkpoints, once in the life of a store.
bool hf_audit_key_make(hf_conn *conn, hf_error *err) HF_CHECKED;

// --- sealed secrets (seal.c) ------------------------------------------------------------------------------

// Is the key at hand that the secrets are sealed with? needs_secrets: else only whether it is another one.
bool hf_seal_check(const hf_store *store, hf_conn *conn, bool needs_secrets,
                   hf_error *err) HF_CHECKED;
// The detail of a credential as it is to be stored.
struct hf_credential; // store_system.h
bool hf_seal_detail(hf_tx *tx, const struct hf_credential *credential, hf_arena *arena, hf_str *out,
                    hf_error *err) HF_CHECKED;
// The secret half of the key that signs the log, from what is stored; and as it is to be stored.
bool hf_seal_hidden(hf_tx *tx, const hf_sign_key *key, const hf_sign_secret *secret,
                    hf_arena *arena, hf_str *out, hf_error *err) HF_CHECKED;
bool hf_seal_signer(hf_read *read, hf_str public_half, hf_str hidden, hf_sign_secret *secret,
                    hf_error *err) HF_CHECKED;

// --- records (record.c) ----------------------------------------------------------------------------------

enum { HF_LINKS_MAX = 2 }; // HF_REF fields of one noun, all to assets

typedef struct {
    hf_sha256 hash;
    int64_t salt;
    int64_t links[HF_LINKS_MAX]; // rows of the assets that the HF_REF fields name
} hf_extra;

// Binds a record to insert or update: $1 row, then the fields, then the head.
void hf_record_bind(const hf_noun_sql *sql, hf_stmt *stmt, const void *record,
                    const hf_extra *extra);
// Reads a row of a `select` of sql_gen. arena NULL: texts are borrowed from the statement, the id is empty.
void hf_record_read(const hf_noun_sql *sql, hf_stmt *stmt, hf_arena *arena, void *record,
                    hf_extra *extra);
// One field from a column; arena NULL: a text is borrowed from the statement.
void hf_record_read_field(const hf_field *field, hf_stmt *stmt, int column, hf_arena *arena,
                          void *record);
// By row; *out NULL when there is none. extra may be NULL.
bool hf_record_get(hf_read *read, const hf_noun_sql *sql, int64_t row, hf_arena *arena, void **out,
                   hf_extra *extra, hf_error *err) HF_CHECKED;
bool hf_record_row_of_key(hf_read *read, const hf_noun_sql *sql, hf_str key, int64_t *row,
                          hf_error *err) HF_CHECKED; // *row 0: none
void hf_record_id(int64_t created_ms, int64_t salt, int64_t row, char text[37]);
hf_sha256 hf_record_hash(const hf_noun_sql *sql, const void *record, hf_buf *scratch);
typedef enum { HF_SAME, HF_SAME_BUT_UNCOUNTED, HF_DIFFERENT } hf_difference;
// HF_SAME_BUT_UNCOUNTED: only read-only fields differ. with_source: the source counts too.
hf_difference hf_record_compare(const hf_noun *noun, const void *a, const void *b,
                                bool with_source);
// Puts in the rows of the assets that the HF_REF fields name. Errors: HF_ERR_INPUT "reference.unknown"
bool hf_record_links(hf_read *read, const hf_noun_sql *sql, const void *record, hf_extra *extra,
                     hf_error *err) HF_CHECKED;

// --- changes (change.c): the only writers of noun tables, with history, search and places ------------------

typedef struct {
    bool skip_indexes; // a fresh load builds search and places at its end
    hf_feed *feed;     // new rows go this way; NULL: straight into the table
    bool is_touched;   // this transaction's event may have changed the record already
    hf_buf *scratch;   // for canonical JSON
} hf_change_options;

// record and *extra are complete but for row, version, times; these are filled in.
bool hf_change_add(hf_tx *tx, const hf_noun_sql *sql, void *record, hf_extra *extra,
                   bool is_restored, const hf_change_options *options, hf_error *err) HF_CHECKED;
// old is as stored. outcome UNCHANGED: the change went back to what the event found.
bool hf_change_update(hf_tx *tx, const hf_noun_sql *sql, const void *old, const hf_extra *old_extra,
                      void *record, hf_extra *extra, bool is_restored,
                      const hf_change_options *options, hf_put_outcome *outcome,
                      hf_error *err) HF_CHECKED;
bool hf_change_remove(hf_tx *tx, const hf_noun_sql *sql, const void *old, const hf_extra *old_extra,
                      hf_error *err) HF_CHECKED;

// --- new rows of a large load, written by a thread of their own (feed.c) ---------------------------------------

// Between open and close the connection belongs to the feed. Whoever takes a statement of it, or runs one, waits until
// all is written that was handed over, and is told when that failed; no scan may be open while rows are added.
// One thread adds, drains and takes statements.
hf_feed *hf_feed_open(hf_conn *conn);
// Copies the record. false: an earlier row could not be written.
bool hf_feed_add(hf_feed *feed, const hf_noun_sql *sql, const void *record, const hf_extra *extra,
                 hf_error *err) HF_CHECKED;
bool hf_feed_drain(hf_feed *feed, hf_error *err) HF_CHECKED; // waits until all is written
void hf_feed_close(hf_feed **feed); // what is still on its way is dropped: drain before

// --- what somebody may know of, as sets (sets.c) ------------------------------------------------------------

// Bit r % 8 of byte r / 8 tells of row r, as hf_has_bit and hf_bits of the driver read it.
typedef struct {
    hf_arena own; // holds this very struct
    uint32_t use_count;
    uint64_t lineage; // the same: they differ in nothing but what the history names
    uint64_t count;
    size_t bytes;
    uint8_t *bits;
} hf_kept_rows;

static inline bool hf_rows_have(const hf_kept_rows *rows, uint64_t row)
{
    return row / 8 < rows->bytes && ((unsigned)rows->bits[row / 8] >> (row % 8) & 1u) != 0;
}

// What a set is an answer to: the noun and the sight.
hf_sha256 hf_sets_question(const hf_noun *noun, const hf_sight *sight);
hf_sets *hf_sets_open(void);
void hf_sets_close(hf_sets **sets);
// All rows of a noun that the sight lets be known in the state of this read; give it back. *out NULL: no set can be had
// (a transaction, a noun that is no data, a state older than the one kept), ask each record.
// Cost: nothing when it is kept; else a walk over the indexes of the places, or a look at each record that has changed.
bool hf_sets_take(hf_read *read, const hf_noun_sql *sql, const hf_sight *sight, hf_kept_rows **out,
                  hf_error *err) HF_CHECKED;
void hf_sets_give(hf_sets *sets, hf_kept_rows **rows);
// Rows that events after this one added, changed or removed, some perhaps twice. *is_all: more than 5,000 of them, or
// so much history of all nouns (an import of millions that was undone) that it is not looked through.
typedef HF_VEC(int64_t) hf_row_list;
bool hf_sets_changed(hf_read *read, const hf_noun_sql *sql, int64_t event, int64_t row_max,
                     hf_arena *arena, hf_row_list *rows, bool *is_all, hf_error *err) HF_CHECKED;

// --- and in the order of a field (orders.c) --------------------------------------------------------------

// The rows of a set by a field's value, then by key; without those that have no value.
typedef struct {
    hf_arena own; // holds this very struct
    uint32_t use_count;
    size_t count, bytes;
    uint32_t *rows;
} hf_kept_order;

hf_orders *hf_orders_open(void);
void hf_orders_close(hf_orders **orders);
// rows: of the sight in the state of this read, of a noun that is no link. field: with an index over all its values, or
// NULL: by key alone. Give it back. *out NULL: only one of a later state is kept. Cost: once a walk over the index.
bool hf_orders_take(hf_read *read, const hf_noun_sql *sql, const hf_sight *sight,
                    const hf_kept_rows *rows, const hf_field *field, hf_kept_order **out,
                    hf_error *err) HF_CHECKED;
void hf_orders_give(hf_orders *orders, hf_kept_order **order);
// How many stand before (value, key); is_behind: that one too.
bool hf_order_find(hf_read *read, const hf_noun_sql *sql, const hf_field *field,
                   const hf_kept_order *order, const hf_value *value, const hf_value *key,
                   bool is_behind, size_t *out, hf_error *err) HF_CHECKED;

// --- images (image.c) ------------------------------------------------------------------------------------

// A state before a change, as JSON; and back.
void hf_image_write(const hf_noun *noun, const void *record, int64_t salt, hf_buf *out);
bool hf_image_read(const hf_noun *noun, hf_str json, hf_arena *arena, void *record, int64_t *salt,
                   hf_error *err) HF_CHECKED;

// --- indexes that the database does not keep by itself (search.c, place.c) ---------------------------------------

void hf_search_document(const hf_noun *noun, const void *record, hf_buf *out);
bool hf_search_add(hf_conn *conn, const hf_noun_sql *sql, int64_t row, hf_str document,
                   hf_error *err) HF_CHECKED;
bool hf_search_drop(hf_conn *conn, const hf_noun_sql *sql, int64_t row, hf_str document,
                    hf_error *err) HF_CHECKED;
bool hf_search_rebuild(hf_conn *conn, const hf_noun_sql *sql, hf_error *err) HF_CHECKED;
bool hf_place_add(hf_conn *conn, const hf_noun_sql *sql, int64_t row, double lon, double lat,
                  hf_error *err) HF_CHECKED;
bool hf_place_drop(hf_conn *conn, const hf_noun_sql *sql, int64_t row, hf_error *err) HF_CHECKED;
bool hf_place_rebuild(hf_conn *conn, const hf_noun_sql *sql, hf_error *err) HF_CHECKED;
bool hf_place_of(const hf_noun_sql *sql, const void *record, double *lon, double *lat);

// Digest of the register as this read sees it, without any cache.
bool hf_digest_compute(hf_read *read, char hex[65], hf_error *err) HF_CHECKED;
// Notes the digest of a data version in the store, inside a transaction.
bool hf_digest_keep(hf_conn *conn, int64_t version, const char *hex, hf_error *err) HF_CHECKED;

#endif
