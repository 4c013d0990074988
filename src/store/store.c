// SPDX-License-Identifier: Apache-2.0
//
// Opening a store, its connections, reads and transactions from begin to end, and the numbers that every
// read knows from its start. One connection writes; readers take theirs from a small pool.
#include "store/internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/store_system.h"

enum {
    WAIT_MS_DEFAULT = 2000,
    TURN_SECONDS_MAX = 30, // a writer of this program waits so long for its turn
    READERS_KEPT_MAX = 16,
    READERS_OPEN_MAX = 512 // more at once is a leak or an attack
};

// --- connections -----------------------------------------------------------------------------------------

static bool open_conn(hf_store *store, bool create, bool is_writer, hf_conn **out, hf_error *err)
{
    hf_db_options options = {.path = store->place,
                             .create = create,
                             .is_writer = is_writer,
                             .wait_ms = store->wait_ms,
                             .driver_state = store->driver_state};
    return hf_conn_open(store->driver, &options, out, err);
}

static bool take_reader(hf_store *store, hf_conn **out, hf_error *err)
{
    (void)pthread_mutex_lock(&store->pool_lock);
    hf_conn *conn = store->free_readers;
    bool is_crowded = conn == NULL && store->open_readers >= READERS_OPEN_MAX;
    if (conn != NULL)
        store->free_readers = conn->next;
    else if (!is_crowded)
        store->open_readers++;
    (void)pthread_mutex_unlock(&store->pool_lock);
    if (is_crowded)
        return hf_fail(err, HF_ERR_BUSY, "store.too_many_reads",
                       "too many reads at once; try again");
    if (conn == NULL && !open_conn(store, false, false, &conn, err)) {
        (void)pthread_mutex_lock(&store->pool_lock);
        store->open_readers--;
        (void)pthread_mutex_unlock(&store->pool_lock);
        return false;
    }
    conn->next = NULL;
    *out = conn;
    return true;
}

static void give_reader(hf_store *store, hf_conn *conn)
{
    uint32_t free_count = 0;
    (void)pthread_mutex_lock(&store->pool_lock);
    for (const hf_conn *item = store->free_readers; item != NULL; item = item->next)
        free_count++;
    bool is_kept = free_count < READERS_KEPT_MAX;
    if (is_kept) {
        conn->next = store->free_readers;
        store->free_readers = conn;
    } else {
        store->open_readers--;
    }
    (void)pthread_mutex_unlock(&store->pool_lock);
    if (!is_kept)
        hf_conn_close(&conn);
}

// All that are free, and tells whether none is left.
static bool close_readers(hf_store *store)
{
    (void)pthread_mutex_lock(&store->pool_lock);
    while (store->free_readers != NULL) {
        hf_conn *conn = store->free_readers;
        store->free_readers = conn->next;
        store->open_readers--;
        hf_conn_close(&conn);
    }
    bool is_none_left = store->open_readers == 0;
    (void)pthread_mutex_unlock(&store->pool_lock);
    return is_none_left;
}

// --- opening ---------------------------------------------------------------------------------------------

static const hf_db_driver *driver_of(const char *url)
{
    const hf_db_driver *of_files = NULL;
    for (size_t i = 0; hf_db_drivers[i] != NULL; i++) {
        const hf_db_driver *driver = hf_db_drivers[i];
        if (driver->schemes == NULL)
            of_files = driver;
        for (size_t k = 0; driver->schemes != NULL && driver->schemes[k] != NULL; k++)
            if (strncmp(url, driver->schemes[k], strlen(driver->schemes[k])) == 0)
                return driver;
    }
    return hf_store_is_file(url) ? of_files : NULL;
}

bool hf_store_is_file(const char *url)
{
    return strncmp(url, "postgresql://", 13) != 0 && strncmp(url, "postgres://", 11) != 0;
}

bool hf_store_exists(const char *url)
{
    struct stat info;
    hf_db_found found;
    hf_error ignored = {0};
    const hf_db_driver *driver = driver_of(url);
    const hf_db_options options = {.path = url, .wait_ms = WAIT_MS_DEFAULT};
    if (hf_store_is_file(url))
        return stat(url, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
    return driver != NULL && driver->look(&options, &found, &ignored) && found.schema > 0;
}

const char *const *hf_store_files(const char *url, hf_arena *arena)
{
    static const char *const none[] = {NULL};
    const hf_db_driver *driver = driver_of(url);
    return driver != NULL && driver->files != NULL ? driver->files(url, arena) : none;
}

// Neither the user nor the password, nor what stands behind '?', which may be one, too.
hf_str hf_store_shown(const char *url, hf_arena *arena)
{
    hf_str rest = hf_str_of(url), part = HF_STR_EMPTY;
    if (hf_store_is_file(url))
        return hf_str_copy(arena, rest);
    size_t start = hf_str_find(rest, HF_STR("://")) + 3;
    rest = hf_str_slice(rest, start, hf_str_find_byte(rest, '?', 0));
    while (hf_str_find_byte(rest, '@', 0) < rest.len)
        (void)hf_str_split(&rest, '@', &part);
    return hf_str_format(arena, "postgresql://%.*s", HF_STR_ARG(rest));
}

static bool check_found(const hf_store *store, const hf_store_options *options,
                        const hf_db_found *found, hf_error *err)
{
    if (!found->is_there)
        return true;
    if (found->is_foreign)
        return hf_fail(err, HF_ERR_INPUT, "store.not_a_store",
                       "'%s' is a database of another program; name another one", store->url);
    if (found->schema > HF_SCHEMA_VERSION)
        return hf_fail(err, HF_ERR_INPUT, "store.newer",
                       "'%s' was written by a newer holdfast (schema %d, this program knows %d); "
                       "use that program",
                       store->url, (int)found->schema, HF_SCHEMA_VERSION);
    return found->schema > 0 || options->create ||
           hf_fail(err, HF_ERR_NOT_FOUND, "store.missing",
                   "there is no store in '%s' yet; make one with: holdfast init", store->url);
}

static bool open_database(hf_store *store, const hf_store_options *options, hf_error *err)
{
    const hf_db_options wanted = {.path = store->place,
                                  .create = options->create,
                                  .wait_ms = store->wait_ms,
                                  .driver_state = store->driver_state};
    hf_db_found found;
    return store->driver->look(&wanted, &found, err) && check_found(store, options, &found, err) &&
           open_conn(store, options->create, true, &store->writer, err) &&
           // Before anything is changed; and a new store is not sealed.
           (found.schema == 0 ||
            hf_seal_check(store, store->writer, options->needs_secrets, err)) &&
           hf_schema_update(store, store->writer, HF_SCHEMA_VERSION, err);
}

bool hf_store_open_with(const hf_db_driver *driver, void *driver_state,
                        const hf_store_options *options, hf_store **out, hf_error *err)
{
    if (!hf_crypto_init(err))
        return false;
    hf_arena arena = {0};
    hf_store *store = HF_NEW(&arena, hf_store);
    store->driver = driver;
    store->driver_state = driver_state;
    store->url = hf_str_z(&arena, hf_store_shown(options->url, &arena));
    store->place = hf_str_z(&arena, hf_str_of(options->url));
    store->wait_ms = options->wait_ms > 0 ? options->wait_ms : WAIT_MS_DEFAULT;
    store->is_copy = options->is_copy;
    store->has_seal = options->seal != NULL;
    if (store->has_seal)
        store->seal = *options->seal;
    while (hf_nouns[store->noun_count] != NULL)
        store->noun_count++;
    HF_ASSERT(store->noun_count <= HF_NOUN_COUNT_MAX);
    store->sql = HF_NEW_N(&arena, hf_noun_sql, store->noun_count);
    for (size_t i = 0; i < store->noun_count; i++)
        hf_sql_make(driver->words, hf_nouns[i], (uint32_t)i, &arena, &store->sql[i]);
    (void)pthread_mutex_init(&store->pool_lock, NULL);
    (void)pthread_mutex_init(&store->writer_lock, NULL);
    store->sets = hf_sets_open();
    store->orders = hf_orders_open();
    store->arena = arena;
    if (!open_database(store, options, err)) {
        hf_store_close(&store);
        return false;
    }
    *out = store;
    return true;
}

bool hf_store_open(const hf_store_options *options, hf_store **out, hf_error *err)
{
    const hf_db_driver *driver = driver_of(options->url);
    if (driver == NULL)
        return hf_fail(err, HF_ERR_UNREACHABLE, "store.not_built_in",
                       "this program was built without PostgreSQL; give the path of a file");
    return hf_store_open_with(driver, NULL, options, out, err);
}

void hf_store_close(hf_store **store)
{
    hf_store *closed = *store;
    *store = NULL;
    if (closed == NULL)
        return;
    HF_ASSERT(close_readers(closed));
    hf_conn_close(&closed->writer);
    hf_sets_close(&closed->sets);
    hf_orders_close(&closed->orders);
    (void)pthread_mutex_destroy(&closed->pool_lock);
    (void)pthread_mutex_destroy(&closed->writer_lock);
    hf_wipe(&closed->seal, sizeof(closed->seal));
    hf_arena arena = closed->arena;
    hf_arena_done(&arena);
}

// SQLite folds the log at the close of the last connection too, but tells nobody when the disk lets it not.
bool hf_store_fold(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    const char *fold = store->driver->words->fold;
    if (fold == NULL)
        return true;
    // (was it hindered, pages in the log, pages in the file): after it both counts are of an empty log.
    if (!hf_stmt_once(store->writer, fold, &stmt, err) || !hf_stmt_step(stmt, &has_row, err))
        return false;
    return (has_row && hf_stmt_get_i64(stmt, 0) == 0 &&
            hf_stmt_get_i64(stmt, 1) == hf_stmt_get_i64(stmt, 2)) ||
           hf_fail(err, HF_ERR_BUSY, "store.busy",
                   "something still reads '%s', so not all of it is in its file; try again",
                   store->url);
}

const char *hf_store_url(const hf_store *store)
{
    return store->url;
}

const hf_noun_sql *hf_noun_sql_of(const hf_store *store, const hf_noun *noun)
{
    for (size_t i = 0; i < store->noun_count; i++)
        if (store->sql[i].noun == noun)
            return &store->sql[i];
    HF_ASSERT(noun == NULL);
    return NULL;
}

// --- the state -------------------------------------------------------------------------------------------

static int64_t *state_number(const hf_store *store, hf_state *state, hf_str name)
{
    if (hf_str_equal_z(name, "data_version"))
        return &state->data_version;
    if (hf_str_equal_z(name, "event_last"))
        return &state->event_last;
    hf_str noun = name;
    hf_str what = HF_STR_EMPTY;
    if (!hf_str_split(&noun, '.', &what))
        return NULL;
    for (size_t i = 0; i < store->noun_count; i++) {
        if (!hf_str_equal_z(noun, store->sql[i].noun->name))
            continue;
        if (hf_str_equal_z(what, "row_max"))
            return &state->row_max[i];
        return hf_str_equal_z(what, "live") ? &state->live[i] : NULL;
    }
    return NULL;
}

// Some databases keep numbers and texts in one column, some keep both as text.
static int64_t number_at(hf_stmt *stmt, int column)
{
    int64_t number = hf_stmt_get_i64(stmt, column);
    hf_str text = hf_stmt_get_str(stmt, column);
    return text.len > 0 && !hf_parse_i64(text, &number) ? HF_INTEGER_NONE : number;
}

bool hf_state_load(hf_conn *conn, const hf_store *store, hf_state *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    *out = (hf_state){.data_version = 1};
    if (!hf_stmt_take(conn, "SELECT name, value FROM state", &stmt, err))
        return false;
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        int64_t *number = state_number(store, out, hf_stmt_get_str(stmt, 0));
        if (number != NULL)
            *number = number_at(stmt, 1);
    }
    return false;
}

static bool save_number(hf_conn *conn, const char *what, const char *noun, int64_t value,
                        hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    char name[128];
    (void)snprintf(name, sizeof(name), "%s%s%s", what, noun != NULL ? "." : "",
                   noun != NULL ? noun : "");
    if (!hf_stmt_take(conn,
                      "INSERT INTO state(name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE "
                      "SET value = excluded.value",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(name));
    hf_stmt_i64(stmt, 2, value);
    return hf_stmt_run(stmt, err);
}

bool hf_state_save(hf_tx *tx, hf_error *err)
{
    const hf_state *now = &tx->read.state;
    hf_conn *conn = tx->read.conn;
    for (size_t i = 0; i < tx->read.store->noun_count; i++) {
        const char *noun = tx->read.store->sql[i].noun->name;
        if (now->row_max[i] != tx->before.row_max[i] &&
            !save_number(conn, "row_max", noun, now->row_max[i], err))
            return false;
        if (now->live[i] != tx->before.live[i] &&
            !save_number(conn, "live", noun, now->live[i], err))
            return false;
    }
    if (now->data_version != tx->before.data_version &&
        !save_number(conn, "data_version", NULL, now->data_version, err))
        return false;
    return now->event_last == tx->before.event_last ||
           save_number(conn, "event_last", NULL, now->event_last, err);
}

// --- reads and transactions ------------------------------------------------------------------------------

bool hf_read_begin(hf_store *store, hf_read **out, hf_error *err)
{
    hf_conn *conn = NULL;
    hf_state state;
    if (!take_reader(store, &conn, err))
        return false;
    if (!conn->driver->begin(conn->db, HF_DB_READS, err) ||
        !hf_state_load(conn, store, &state, err)) {
        conn->driver->rollback(conn->db);
        give_reader(store, conn);
        return false;
    }
    hf_arena arena = {0};
    hf_read *read = HF_NEW(&arena, hf_read);
    *read = (hf_read){.store = store, .conn = conn, .state = state, .arena = arena};
    *out = read;
    return true;
}

void hf_read_end(hf_read **read)
{
    hf_read *ended = *read;
    *read = NULL;
    if (ended == NULL)
        return;
    HF_ASSERT(ended->tx == NULL);
    hf_arena arena = ended->arena;
    ended->conn->driver->rollback(ended->conn->db);
    give_reader(ended->store, ended->conn);
    hf_arena_done(&arena);
}

bool hf_read_copy(hf_read *read, const hf_pieces *to, hf_error *err)
{
    HF_ASSERT(read->tx == NULL);
    return read->conn->driver->copy(read->conn->db, to, err);
}

bool hf_read_bytes(hf_read *read, uint64_t *out, hf_error *err)
{
    int64_t bytes = 0;
    if (!hf_conn_number(read->conn, read->conn->driver->words->bytes_all, &bytes, err))
        return false;
    *out = (uint64_t)bytes;
    return true;
}

bool hf_read_check(hf_read *read, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    const char *check = read->conn->driver->words->check;
    if (check == NULL)
        return true;
    if (!hf_stmt_once(read->conn, check, &stmt, err) || !hf_stmt_step(stmt, &has_row, err))
        return false;
    return (has_row && hf_str_equal_z(hf_stmt_get_str(stmt, 0), "ok")) ||
           hf_fail(err, HF_ERR_INPUT, "store.damaged",
                   "the store is damaged (it does not fit together); restore a backup");
}

int hf_schema_known(void)
{
    return HF_SCHEMA_VERSION;
}

hf_store *hf_read_store(const hf_read *read)
{
    return read->store;
}

typedef enum { TURN_WAITS, TURN_IS_FIRST, TURN_IS_NOW } turn;

static bool take_turn(hf_store *store, turn kind, hf_error *err)
{
    struct timespec until;
    if (kind == TURN_IS_NOW && pthread_mutex_trylock(&store->writer_lock) == 0)
        return true;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += TURN_SECONDS_MAX;
    if (kind != TURN_IS_NOW && pthread_mutex_timedlock(&store->writer_lock, &until) == 0)
        return true;
    return hf_fail(err, HF_ERR_BUSY, "store.busy",
                   "a long change (an import?) is being written; try again when it is done");
}

static bool holds_nothing(const hf_store *store, const hf_state *state)
{
    for (size_t i = 0; i < store->noun_count; i++)
        if (store->sql[i].is_digested && state->live[i] > 0)
            return false;
    return true;
}

// It is only a faster way: whatever stands against it leaves the store as it is.
static bool go_straight(hf_store *store)
{
    hf_error ignored = {0};
    hf_state state;
    hf_conn *conn = store->writer;
    return hf_state_load(conn, store, &state, &ignored) && holds_nothing(store, &state) &&
           close_readers(store) && conn->driver->write_straight(conn->db, true, &ignored);
}

// A store that stays like this, should it fail, is whole; who opens it next to write sets it right.
static void come_back(hf_store *store)
{
    hf_error ignored = {0};
    (void)store->writer->driver->write_straight(store->writer->db, false, &ignored);
}

static bool begin_writing(hf_store *store, turn kind, hf_state *state, hf_error *err)
{
    hf_conn *conn = store->writer;
    hf_db_begin how = kind == TURN_IS_NOW ? HF_DB_WRITES_NOW : HF_DB_WRITES;
    if (conn->driver->begin(conn->db, how, err) && hf_state_load(conn, store, state, err))
        return true;
    conn->driver->rollback(conn->db);
    return false;
}

static bool begin_tx(hf_store *store, int64_t now_ms, turn kind, hf_tx **out, hf_error *err)
{
    hf_state state;
    hf_conn *conn = store->writer;
    uint64_t salt = 0;
    if (!take_turn(store, kind, err))
        return false;
    bool is_straight = kind == TURN_IS_FIRST && go_straight(store);
    bool has_begun = begin_writing(store, kind, &state, err);
    if (has_begun && is_straight && !holds_nothing(store, &state)) {
        // Another program was quicker between the look and the lock: then it is a change like any other.
        conn->driver->rollback(conn->db);
        come_back(store);
        is_straight = false;
        has_begun = begin_writing(store, kind, &state, err);
    }
    if (!has_begun) {
        if (is_straight)
            come_back(store);
        (void)pthread_mutex_unlock(&store->writer_lock);
        return false;
    }
    hf_random_bytes(&salt, sizeof(salt));
    hf_arena arena = {0};
    hf_tx *tx = HF_NEW(&arena, hf_tx);
    tx->read = (hf_read){.store = store, .conn = conn, .state = state, .tx = tx, .arena = arena};
    tx->now_ms = now_ms;
    tx->salt = (int64_t)(salt >> 30); // 34 bits
    tx->before = state;
    tx->is_straight = is_straight;
    *out = tx;
    return true;
}

bool hf_tx_begin(hf_store *store, int64_t now_ms, hf_tx **out, hf_error *err)
{
    return begin_tx(store, now_ms, TURN_WAITS, out, err);
}

bool hf_tx_begin_now(hf_store *store, int64_t now_ms, hf_tx **out, hf_error *err)
{
    return begin_tx(store, now_ms, TURN_IS_NOW, out, err);
}

bool hf_tx_begin_first(hf_store *store, int64_t now_ms, hf_tx **out, bool *is_alone, hf_error *err)
{
    if (!begin_tx(store, now_ms, TURN_IS_FIRST, out, err))
        return false;
    *is_alone = (*out)->is_straight;
    return true;
}

void hf_tx_end(hf_tx **tx)
{
    hf_tx *ended = *tx;
    *tx = NULL;
    if (ended == NULL)
        return;
    HF_ASSERT(!ended->has_bulk);
    hf_store *store = ended->read.store;
    hf_arena arena = ended->read.arena;
    hf_arena_done(&ended->scratch);
    bool is_straight = ended->is_straight;
    ended->read.conn->driver->rollback(ended->read.conn->db);
    hf_arena_done(&arena);
    if (is_straight)
        come_back(store);
    (void)pthread_mutex_unlock(&store->writer_lock);
}

static bool commit(hf_tx *tx, hf_error *err)
{
    if (tx->is_failed)
        return hf_fail(err, HF_ERR_INTERNAL, "store.half_done",
                       "a change failed half way; the transaction cannot be committed");
    if (tx->needs_event)
        return hf_fail(err, HF_ERR_INTERNAL, "store.event_missing",
                       "records were changed without an event; nothing was stored");
    if (tx->is_data_changed)
        tx->read.state.data_version++;
    if (tx->has_digest &&
        !hf_digest_keep(tx->read.conn, tx->read.state.data_version, tx->digest, err))
        return false;
    return hf_state_save(tx, err) && tx->read.conn->driver->commit(tx->read.conn->db, err);
}

bool hf_tx_commit(hf_tx **tx, hf_error *err)
{
    bool is_done = commit(*tx, err);
    hf_tx_end(tx); // without an open transaction it only lets go
    return is_done;
}

hf_read *hf_tx_read(hf_tx *tx)
{
    return &tx->read;
}

int64_t hf_read_data_version(const hf_read *read)
{
    return read->state.data_version;
}

uint64_t hf_read_count(const hf_read *read, const hf_noun *noun)
{
    return (uint64_t)read->state.live[hf_noun_sql_of(read->store, noun)->index];
}
