// SPDX-License-Identifier: Apache-2.0
//
// The driver for SQLite (3.40 and newer): with sqlite_copy.c all that knows its library. One connection per thread, WAL,
// synchronous=FULL: what is committed survives a power cut.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/area.h"
#include "base/file.h"
#include "store/db.h"
#include "store/sqlite_copy.h"

typedef struct {
    hf_db base;
    sqlite3 *handle;
    int wait_ms;
    hf_arena arena; // holds this struct
} sqlite_db;

typedef struct {
    hf_db_statement base;
    sqlite3_stmt *handle;
    sqlite_db *db;
    int bind_result; // first fault of a bind, told by step
    // Of the first 64 values, those that are NULL, as all are at first and as most fields of most records stay.
    uint64_t nulls;
} sqlite_statement;

enum { PAGE_BYTES = 8192, READER_CACHE_KB = 16384, WRITER_CACHE_KB = 131072, SORTER_RUN_KB = 4096 };

static bool fail(sqlite3 *handle, int result, hf_error *err)
{
    const char *text = handle != NULL ? sqlite3_errmsg(handle) : sqlite3_errstr(result);
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return hf_fail(err, HF_ERR_BUSY, "store.busy",
                       "another program is writing to this store; try again when it is done");
    case SQLITE_FULL:
        return hf_fail(err, HF_ERR_WRITE, "store.full",
                       "the disk is full; nothing of this change was stored, free some space");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return hf_fail(err, HF_ERR_WRITE, "store.cannot_write",
                       "cannot read or write the store (%s); check disk and permissions", text);
    case SQLITE_CORRUPT:
        return hf_fail(err, HF_ERR_INPUT, "store.damaged",
                       "the store is damaged (%s); restore a backup", text);
    case SQLITE_NOTADB:
        return hf_fail(err, HF_ERR_INPUT, "store.not_a_store",
                       "this file is not a store of holdfast; name another file");
    case SQLITE_INTERRUPT:
        return hf_fail(err, HF_ERR_STOPPED, "store.stopped", "the query was stopped");
    case SQLITE_TOOBIG:
        return hf_fail(err, HF_ERR_TOO_LARGE, "store.too_large", "a value is too large to be kept");
    default:
        return hf_fail(err, HF_ERR_INTERNAL, "store.sql", "%s (%d)", text, result);
    }
}

static bool run(hf_db *base, const char *sql, hf_error *err)
{
    sqlite_db *db = (sqlite_db *)base;
    int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return result == SQLITE_OK || fail(db->handle, result, err);
}

static void close_db(hf_db *base)
{
    sqlite_db *db = (sqlite_db *)base;
    HF_ASSERT(sqlite3_close(db->handle) == SQLITE_OK);
    hf_arena arena = db->arena;
    hf_arena_done(&arena);
}

// WAL is a property of the file; the others belong to the connection.
static bool set_up(sqlite_db *db, const hf_db_options *options, hf_error *err)
{
    char cache[64];
    sqlite3_snprintf(sizeof(cache), cache, "PRAGMA cache_size=-%d",
                     options->is_writer ? WRITER_CACHE_KB : READER_CACHE_KB);
    if (!run(&db->base, cache, err) || !run(&db->base, "PRAGMA synchronous=FULL", err) ||
        !run(&db->base, "PRAGMA foreign_keys=OFF", err) ||
        !run(&db->base, "PRAGMA journal_size_limit=67108864", err))
        return false;
    if (!options->is_writer)
        return true;
    if (options->create) {
        char page[48];
        sqlite3_snprintf(sizeof(page), page, "PRAGMA page_size=%d", PAGE_BYTES);
        if (!run(&db->base, page, err))
            return false;
    }
    // The sorter of CREATE INDEX may use one helper thread of SQLite's own.
    return run(&db->base, "PRAGMA threads=1", err) &&
           run(&db->base, "PRAGMA journal_mode=WAL", err);
}

// --- rank ------------------------------------------------------------------------------------------------
// BM25 (Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75) as SQLite's own bm25(), which walks all records that hold
// a word to know how rare it is: 20 ms for a common one in a million. Here the walk ends after COUNTED_MAX of them,
// and the rest is estimated from how far it came. The smaller, the better.

enum { PHRASES_MAX = 64, COUNTED_MAX = 10000 };

typedef struct {
    sqlite3_int64 total; // rows with any text
    double average;      // words a row
    double weight[PHRASES_MAX];
} rank_data;

typedef struct {
    sqlite3_int64 count, last_row;
} phrase_walk;

static int count_row(const Fts5ExtensionApi *api, Fts5Context *context, void *walk_of)
{
    phrase_walk *walk = walk_of;
    walk->last_row = api->xRowid(context);
    return ++walk->count < COUNTED_MAX ? SQLITE_OK : SQLITE_DONE;
}

static int weigh_phrases(const Fts5ExtensionApi *api, Fts5Context *context, rank_data *data)
{
    sqlite3_int64 words = 0;
    int result = api->xRowCount(context, &data->total);
    if (result == SQLITE_OK)
        result = api->xColumnTotalSize(context, -1, &words);
    data->average = data->total > 0 ? (double)words / (double)data->total : 1;
    for (int i = 0; result == SQLITE_OK && i < api->xPhraseCount(context) && i < PHRASES_MAX; i++) {
        phrase_walk walk = {0};
        result = api->xQueryPhrase(context, i, &walk, count_row);
        double count = (double)walk.count;
        double total = (double)data->total;
        if (walk.count >= COUNTED_MAX && walk.last_row > 0 && (double)walk.last_row < total)
            count *= total / (double)walk.last_row;
        double weight = log((total - count + 0.5) / (count + 0.5));
        data->weight[i] = weight > 0 ? weight : 1e-6;
    }
    return result;
}

static int rank_data_of(const Fts5ExtensionApi *api, Fts5Context *context, rank_data **out)
{
    *out = api->xGetAuxdata(context, 0);
    if (*out != NULL)
        return SQLITE_OK;
    rank_data *data = sqlite3_malloc64(sizeof(*data));
    if (data == NULL)
        return SQLITE_NOMEM;
    memset(data, 0, sizeof(*data));
    *out = data;
    int result = weigh_phrases(api, context, data);
    if (result != SQLITE_OK) {
        sqlite3_free(data);
        return result;
    }
    return api->xSetAuxdata(context, data, sqlite3_free); // frees it when it fails
}

static void rank(const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *answer,
                 int value_count, sqlite3_value **values)
{
    rank_data *data = NULL;
    double frequency[PHRASES_MAX] = {0};
    double score = 0;
    int count = 0, words = 0;
    (void)value_count;
    (void)values;
    int result = rank_data_of(api, context, &data);
    if (result == SQLITE_OK)
        result = api->xInstCount(context, &count);
    if (result == SQLITE_OK)
        result = api->xColumnSize(context, -1, &words);
    for (int i = 0; result == SQLITE_OK && i < count; i++) {
        int phrase = 0, column = 0, offset = 0;
        result = api->xInst(context, i, &phrase, &column, &offset);
        if (phrase < PHRASES_MAX)
            frequency[phrase]++;
    }
    if (result != SQLITE_OK) {
        sqlite3_result_error_code(answer, result);
        return;
    }
    double length = 1.2 * (1 - 0.75 + 0.75 * words / data->average);
    for (int i = 0; i < PHRASES_MAX; i++)
        score += data->weight[i] * (frequency[i] * (1.2 + 1)) / (frequency[i] + length);
    sqlite3_result_double(answer, -score);
}

// "SELECT fts5(?)" hands out FTS5's own functions, through which hf_rank(TABLE) is made known.
static bool add_rank(sqlite_db *db, hf_error *err)
{
    sqlite3_stmt *ask = NULL;
    fts5_api *api = NULL;
    int result = sqlite3_prepare_v2(db->handle, "SELECT fts5(?1)", -1, &ask, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_bind_pointer(ask, 1, (void *)&api, "fts5_api_ptr", NULL);
    if (result == SQLITE_OK)
        (void)sqlite3_step(ask);
    (void)sqlite3_finalize(ask);
    if (result == SQLITE_OK)
        result =
            api == NULL ? SQLITE_ERROR : api->xCreateFunction(api, "hf_rank", NULL, rank, NULL);
    return result == SQLITE_OK || fail(db->handle, result, err);
}

// --- areas -------------------------------------------------------------------------------------------

typedef struct {
    hf_arena arena; // holds this struct
    hf_area area;
} kept_area;

static void drop_area(void *item)
{
    hf_arena arena = ((kept_area *)item)->arena;
    hf_arena_done(&arena);
}

static kept_area *read_area(sqlite3_value *value)
{
    hf_arena arena = {0};
    hf_error ignored = {0};
    kept_area *item = HF_NEW(&arena, kept_area);
    hf_str text = {(const char *)sqlite3_value_text(value), (size_t)sqlite3_value_bytes(value)};
    if (!hf_area_parse(text, &arena, &item->area, &ignored)) {
        hf_arena_done(&arena);
        return NULL;
    }
    item->arena = arena;
    return item;
}

// hf_in_area(lon, lat, text): the text is bound once a statement, so it is read once and kept beside it.
static void in_area(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    kept_area *item = sqlite3_get_auxdata(context, 2);
    bool is_kept = item != NULL;
    if (sqlite3_value_type(values[0]) == SQLITE_NULL ||
        sqlite3_value_type(values[1]) == SQLITE_NULL)
        sqlite3_result_int(context, 0);
    else if (!is_kept && (item = read_area(values[2])) == NULL)
        sqlite3_result_error(context, "hf_in_area: this is no area", -1);
    else
        sqlite3_result_int(context, hf_area_has(&item->area, sqlite3_value_double(values[0]),
                                                sqlite3_value_double(values[1])));
    if (item != NULL && !is_kept)
        sqlite3_set_auxdata(context, 2, item, drop_area);
}

// --- sets of rows ----------------------------------------------------------------------------------------
// A blob of bits is asked for one row (hf_has_bit), or gone through in the order of its rows (hf_bits, a table without
// storage). The blob is bound by address and never copied.

// hf_has_bit(blob, row)
static void has_bit(sqlite3_context *context, int count, sqlite3_value **values)
{
    const uint8_t *bits = sqlite3_value_blob(values[0]);
    sqlite3_int64 bytes = sqlite3_value_bytes(values[0]);
    sqlite3_int64 row = sqlite3_value_int64(values[1]);
    (void)count;
    bool is_in = row > 0 && row / 8 < bytes && (bits[row / 8] >> (row % 8) & 1) != 0;
    sqlite3_result_int(context, is_in ? 1 : 0);
}

enum { COLUMN_ROW, COLUMN_BITS };
enum { PLAN_ABOVE = 1, PLAN_BELOW = 2, PLAN_DESCENDING = 4 };

typedef struct {
    sqlite3_vtab_cursor base;
    const uint8_t *bits; // of the statement's value
    sqlite3_int64 bytes;
    sqlite3_int64 row, last; // -1: at the end; last: where it ends, inclusive
    int step;
} bits_cursor;

static int connect_bits(sqlite3 *handle, void *context, int count, const char *const *words,
                        sqlite3_vtab **out, char **message)
{
    (void)context;
    (void)count;
    (void)words;
    (void)message;
    int result = sqlite3_declare_vtab(handle, "CREATE TABLE bits(row INTEGER, bits HIDDEN)");
    if (result != SQLITE_OK)
        return result;
    *out = sqlite3_malloc64(sizeof(**out));
    if (*out == NULL)
        return SQLITE_NOMEM;
    memset(*out, 0, sizeof(**out));
    return SQLITE_OK;
}

static int disconnect_bits(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int plan_of_bound(unsigned char op)
{
    return op == SQLITE_INDEX_CONSTRAINT_GT   ? PLAN_ABOVE
           : op == SQLITE_INDEX_CONSTRAINT_LT ? PLAN_BELOW
                                              : 0;
}

// The set is a must; one bound on either side is taken, and the order of the rows.
static int best_bits(sqlite3_vtab *table, sqlite3_index_info *info)
{
    int set = -1, above = -1, below = -1, next = 1;
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].usable == 0)
            continue;
        bool is_row = info->aConstraint[i].iColumn <= COLUMN_ROW;
        int bound = plan_of_bound(info->aConstraint[i].op);
        if (!is_row && info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ)
            set = i;
        else if (is_row && bound == PLAN_ABOVE)
            above = i;
        else if (is_row && bound == PLAN_BELOW)
            below = i;
    }
    if (set < 0)
        return SQLITE_CONSTRAINT;
    info->aConstraintUsage[set].argvIndex = next++;
    info->aConstraintUsage[set].omit = 1;
    if (above >= 0) {
        info->aConstraintUsage[above].argvIndex = next++;
        info->idxNum |= PLAN_ABOVE;
    }
    if (below >= 0) {
        info->aConstraintUsage[below].argvIndex = next++;
        info->idxNum |= PLAN_BELOW;
    }
    if (info->nOrderBy == 1 && info->aOrderBy[0].iColumn <= COLUMN_ROW) {
        info->orderByConsumed = 1;
        info->idxNum |= info->aOrderBy[0].desc != 0 ? PLAN_DESCENDING : 0;
    }
    info->estimatedCost = 1000;
    info->estimatedRows = 1000;
    return SQLITE_OK;
}

static int open_bits(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
    (void)table;
    bits_cursor *cursor = sqlite3_malloc64(sizeof(*cursor));
    if (cursor == NULL)
        return SQLITE_NOMEM;
    memset(cursor, 0, sizeof(*cursor));
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_bits(sqlite3_vtab_cursor *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

// From cursor->row on, itself too, to the next bit that is set. Empty bytes are passed at once.
static void find_bit(bits_cursor *cursor)
{
    sqlite3_int64 row = cursor->row;
    while (cursor->step > 0 ? row <= cursor->last : row >= cursor->last) {
        uint8_t byte = cursor->bits[row / 8];
        if ((byte >> (row % 8) & 1) != 0) {
            cursor->row = row;
            return;
        }
        if (byte == 0)
            row = cursor->step > 0 ? (row / 8 + 1) * 8 : row / 8 * 8 - 1;
        else
            row += cursor->step;
    }
    cursor->row = -1;
}

static int filter_bits(sqlite3_vtab_cursor *base, int plan, const char *name, int count,
                       sqlite3_value **values)
{
    bits_cursor *cursor = (bits_cursor *)base;
    int next = 1;
    (void)name;
    (void)count;
    cursor->bits = sqlite3_value_blob(values[0]);
    cursor->bytes = sqlite3_value_bytes(values[0]);
    sqlite3_int64 low = 0, high = cursor->bytes * 8 - 1;
    if ((plan & PLAN_ABOVE) != 0) {
        sqlite3_int64 above = sqlite3_value_int64(values[next++]);
        low = above >= high ? high + 1 : above >= 0 ? above + 1 : 0;
    }
    if ((plan & PLAN_BELOW) != 0) {
        sqlite3_int64 below = sqlite3_value_int64(values[next++]);
        high = below <= 0 ? -1 : below <= high ? below - 1 : high;
    }
    cursor->step = (plan & PLAN_DESCENDING) != 0 ? -1 : 1;
    cursor->row = cursor->step > 0 ? low : high;
    cursor->last = cursor->step > 0 ? high : low;
    if (cursor->bits == NULL || low > high)
        cursor->row = -1;
    else
        find_bit(cursor);
    return SQLITE_OK;
}

static int next_bit(sqlite3_vtab_cursor *base)
{
    bits_cursor *cursor = (bits_cursor *)base;
    cursor->row += cursor->step;
    find_bit(cursor);
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    return ((const bits_cursor *)base)->row < 0;
}

static int column_bits(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    if (column == COLUMN_ROW)
        sqlite3_result_int64(context, ((const bits_cursor *)base)->row);
    return SQLITE_OK;
}

static int rowid_bits(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((const bits_cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module bits_module = {.xConnect = connect_bits,
                                           .xBestIndex = best_bits,
                                           .xDisconnect = disconnect_bits,
                                           .xOpen = open_bits,
                                           .xClose = close_bits,
                                           .xFilter = filter_bits,
                                           .xNext = next_bit,
                                           .xEof = is_at_end,
                                           .xColumn = column_bits,
                                           .xRowid = rowid_bits};

static void add_rows(sqlite3 *handle)
{
    HF_ASSERT(sqlite3_create_function(handle, "hf_has_bit", 2,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                      has_bit, NULL, NULL) == SQLITE_OK);
    HF_ASSERT(sqlite3_create_module(handle, "hf_bits", &bits_module, NULL) == SQLITE_OK);
}

// --- connections -----------------------------------------------------------------------------------------

// Debian's SQLite takes every small piece of memory from malloc, and counts it under one lock of all connections.
// Nobody reads that count.
static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

// What lies in a store is for its owner alone, whatever the umask. SQLite gives the files beside it the same rights. A file
// that is there keeps those that it has; what else goes wrong is told when SQLite opens it.
static void make_private(const char *path)
{
    HF_CLEANUP(hf_fd_close) int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    (void)fd;
}

// Temporary files lie beside the first store that is opened to write, where the disk is as well guarded: VACUUM writes all
// of a store into one, and SQLite would take /var/tmp without looking whether it may.
static void keep_beside(const char *path)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    (void)pthread_mutex_lock(&lock);
    char real[PATH_MAX];
    char *slash =
        sqlite3_temp_directory == NULL && realpath(path, real) != NULL ? strrchr(real, '/') : NULL;
    if (slash != NULL) {
        slash[slash == real] = '\0';
        sqlite3_temp_directory = sqlite3_mprintf("%s", real);
    }
    (void)pthread_mutex_unlock(&lock);
}

static bool open_db(const hf_db_options *options, hf_db **out, hf_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, count_no_memory);
    hf_arena arena = {0};
    sqlite_db *db = HF_NEW(&arena, sqlite_db);
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (options->create ? SQLITE_OPEN_CREATE : 0);
    if (options->create)
        make_private(options->path);
    int result = sqlite3_open_v2(options->path, &db->handle, flags, NULL);
    if (result == SQLITE_OK && options->is_writer)
        keep_beside(options->path);
    db->base.driver = &hf_db_sqlite;
    db->wait_ms = (int)options->wait_ms;
    db->arena = arena;
    if (result != SQLITE_OK) {
        (void)fail(db->handle, result, err);
        close_db(&db->base);
        return false;
    }
    (void)sqlite3_extended_result_codes(db->handle, 1);
    (void)sqlite3_busy_timeout(db->handle, db->wait_ms);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    HF_ASSERT(sqlite3_create_function(db->handle, "hf_in_area", 3,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                      in_area, NULL, NULL) == SQLITE_OK);
    add_rows(db->handle);
    if (!set_up(db, options, err) || !add_rank(db, err)) {
        close_db(&db->base);
        return false;
    }
    *out = &db->base;
    return true;
}

// --- what a file holds -------------------------------------------------------------------------------------

static bool check_file(const hf_db_options *options, bool *is_there, hf_error *err)
{
    struct stat info;
    char magic[16] = "";
    *is_there = false;
    if (stat(options->path, &info) != 0) {
        if (options->create && errno == ENOENT)
            return true;
        return hf_fail(err, HF_ERR_NOT_FOUND, "store.missing",
                       "there is no store '%s'; make one with init, demo, import or serve",
                       options->path);
    }
    if (!S_ISREG(info.st_mode))
        return hf_fail(err, HF_ERR_INPUT, "store.not_a_store", "'%s' is not a file; name a file",
                       options->path);
    if (info.st_size == 0)
        return options->create ||
               hf_fail(err, HF_ERR_NOT_FOUND, "store.missing",
                       "the store '%s' is empty; make one with init", options->path);
    HF_CLEANUP(hf_fd_close) int fd = open(options->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return hf_fail(err, HF_ERR_WRITE, "store.cannot_write",
                       "cannot open '%s'; check permissions", options->path);
    if (read(fd, magic, sizeof(magic)) != (ssize_t)sizeof(magic) ||
        memcmp(magic, "SQLite format 3", 16) != 0)
        return hf_fail(err, HF_ERR_INPUT, "store.not_a_store",
                       "'%s' is not a store of holdfast; name another file", options->path);
    *is_there = true;
    return true;
}

static bool number(sqlite_db *db, const char *sql, int64_t *out, hf_error *err)
{
    sqlite3_stmt *ask = NULL;
    int result = sqlite3_prepare_v2(db->handle, sql, -1, &ask, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(ask);
    if (result == SQLITE_ROW)
        *out = sqlite3_column_int64(ask, 0);
    else
        (void)fail(db->handle, result, err);
    (void)sqlite3_finalize(ask);
    return result == SQLITE_ROW;
}

static bool look(const hf_db_options *options, hf_db_found *out, hf_error *err)
{
    const hf_db_options reader = {.path = options->path, .wait_ms = options->wait_ms};
    int64_t application = 0, tables = 0;
    hf_db *base = NULL;
    *out = (hf_db_found){.schema = 0};
    if (!check_file(options, &out->is_there, err))
        return false;
    if (!out->is_there)
        return true;
    if (!open_db(&reader, &base, err))
        return false;
    sqlite_db *db = (sqlite_db *)base;
    bool is_read = number(db, "PRAGMA application_id", &application, err) &&
                   number(db, "PRAGMA user_version", &out->schema, err) &&
                   number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
    close_db(base);
    out->is_foreign = (tables != 0 || application != 0) && application != HF_APPLICATION_ID;
    return is_read;
}

static bool begin(hf_db *base, hf_db_begin kind, hf_error *err)
{
    sqlite_db *db = (sqlite_db *)base;
    if (kind != HF_DB_WRITES_NOW)
        return run(base, kind == HF_DB_READS ? "BEGIN" : "BEGIN IMMEDIATE", err);
    (void)sqlite3_busy_timeout(db->handle, 0);
    bool is_begun = run(base, "BEGIN IMMEDIATE", err);
    (void)sqlite3_busy_timeout(db->handle, db->wait_ms);
    return is_begun;
}

static bool commit(hf_db *base, hf_error *err)
{
    return run(base, "COMMIT", err);
}

static void rollback(hf_db *base)
{
    sqlite_db *db = (sqlite_db *)base;
    if (sqlite3_get_autocommit(db->handle) == 0)
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

// The answer to PRAGMA journal_mode is the mode that is in force, which need not be the one asked for. Straight, a
// commit is the removal of the journal: only with EXTRA the folder is synced too, and it outlasts a loss of power.
static bool write_straight(hf_db *base, bool is_straight, hf_error *err)
{
    sqlite_db *db = (sqlite_db *)base;
    const char *wanted = is_straight ? "delete" : "wal";
    sqlite3_stmt *ask = NULL;
    bool is_so = false;
    if (is_straight && !run(base, "PRAGMA synchronous=EXTRA", err))
        return false;
    int result = sqlite3_prepare_v2(
        db->handle, is_straight ? "PRAGMA journal_mode=DELETE" : "PRAGMA journal_mode=WAL", -1,
        &ask, NULL);
    if (result == SQLITE_OK && sqlite3_step(ask) == SQLITE_ROW)
        is_so = strcmp((const char *)sqlite3_column_text(ask, 0), wanted) == 0;
    result = result == SQLITE_OK ? sqlite3_finalize(ask) : result;
    if (result != SQLITE_OK)
        return fail(db->handle, result, err);
    if (is_straight != is_so && !run(base, "PRAGMA synchronous=FULL", err)) // there is a log
        return false;
    return is_so || fail(db->handle, SQLITE_BUSY, err);
}

// The sorter of CREATE INDEX fills as much memory as the page cache may take, sorts that, and merges such runs from a
// file. Runs that the processor's own caches hold are sorted in half the time of the few large ones, and merging
// more of them costs next to nothing.
static void sort_rows(hf_db *base, bool is_sorting)
{
    sqlite_db *db = (sqlite_db *)base;
    char text[48];
    sqlite3_snprintf(sizeof(text), text, "PRAGMA cache_size=-%d",
                     is_sorting ? SORTER_RUN_KB : WRITER_CACHE_KB);
    (void)sqlite3_exec(db->handle, text, NULL, NULL, NULL);
}

static bool prepare(hf_db *base, const char *sql, hf_db_statement **out, hf_error *err)
{
    sqlite_db *db = (sqlite_db *)base;
    sqlite3_stmt *handle = NULL;
    int result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
    if (result != SQLITE_OK)
        return fail(db->handle, result, err);
    // Statements live and die in any order, which an arena cannot do: SQLite's own allocator keeps them.
    sqlite_statement *statement = sqlite3_malloc64(sizeof(*statement));
    HF_ASSERT(statement != NULL);
    *statement = (sqlite_statement){
        .base = {&hf_db_sqlite}, .handle = handle, .db = db, .nulls = UINT64_MAX};
    *out = &statement->base;
    return true;
}

static void bind(hf_db_statement *base, int position, const hf_value *value)
{
    sqlite_statement *statement = (sqlite_statement *)base;
    uint64_t bit = position <= 64 ? 1ull << (position - 1) : 0;
    int result = SQLITE_OK;
    if (value->type == HF_VALUE_NULL && (statement->nulls & bit) != 0)
        return;
    statement->nulls =
        value->type == HF_VALUE_NULL ? statement->nulls | bit : statement->nulls & ~bit;
    switch (value->type) {
    case HF_VALUE_NULL:
        result = sqlite3_bind_null(statement->handle, position);
        break;
    case HF_VALUE_INTEGER:
        result = sqlite3_bind_int64(statement->handle, position, value->integer);
        break;
    case HF_VALUE_DOUBLE:
        result = sqlite3_bind_double(statement->handle, position, value->number);
        break;
    case HF_VALUE_TEXT:
        result = sqlite3_bind_text64(statement->handle, position,
                                     value->text.ptr != NULL ? value->text.ptr : "",
                                     value->text.len, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case HF_VALUE_BLOB:
        result = sqlite3_bind_blob64(statement->handle, position,
                                     value->text.ptr != NULL ? value->text.ptr : "",
                                     value->text.len, SQLITE_STATIC);
        break;
    }
    if (statement->bind_result == SQLITE_OK)
        statement->bind_result = result;
}

static bool step(hf_db_statement *base, bool *has_row, hf_error *err)
{
    sqlite_statement *statement = (sqlite_statement *)base;
    int result = statement->bind_result;
    if (result == SQLITE_OK)
        result = sqlite3_step(statement->handle);
    statement->bind_result = SQLITE_OK;
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return fail(statement->db->handle, result, err);
    *has_row = result == SQLITE_ROW;
    return true;
}

// By way of the value, which SQLite looks up once; it is safe, since a connection belongs to one thread.
static void column(hf_db_statement *base, int index, hf_value *out)
{
    sqlite3_value *value = sqlite3_column_value(((sqlite_statement *)base)->handle, index);
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        out->type = HF_VALUE_INTEGER;
        out->integer = sqlite3_value_int64(value);
        break;
    case SQLITE_FLOAT:
        out->type = HF_VALUE_DOUBLE;
        out->number = sqlite3_value_double(value);
        break;
    case SQLITE_TEXT:
        out->type = HF_VALUE_TEXT;
        out->text.ptr = (const char *)sqlite3_value_text(value);
        out->text.len = (size_t)sqlite3_value_bytes(value);
        break;
    case SQLITE_BLOB:
        out->type = HF_VALUE_BLOB;
        out->text.ptr = sqlite3_value_blob(value);
        out->text.len = (size_t)sqlite3_value_bytes(value);
        break;
    default:
        out->type = HF_VALUE_NULL;
        break;
    }
}

static void reset(hf_db_statement *base)
{
    (void)sqlite3_reset(((sqlite_statement *)base)->handle);
}

static void finish(hf_db_statement *base)
{
    (void)sqlite3_finalize(((sqlite_statement *)base)->handle);
    sqlite3_free(base);
}

static bool copy(hf_db *base, const hf_pieces *to, hf_error *err)
{
    hf_error told = {0};
    int result = hf_sqlite_copy(((sqlite_db *)base)->handle, to, &told);
    if (told.kind != HF_ERR_NONE)
        *err = told;
    return result == SQLITE_OK || (told.kind == HF_ERR_NONE && fail(NULL, result, err));
}

const hf_db_driver hf_db_sqlite = {
    .name = "sqlite",
    .words = &hf_dialect_sqlite,
    .look = look,
    .open = open_db,
    .close = close_db,
    .run = run,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .write_straight = write_straight,
    .sort_rows = sort_rows,
    .prepare = prepare,
    .bind = bind,
    .step = step,
    .column = column,
    .reset = reset,
    .finish = finish,
    .copy = copy,
};
