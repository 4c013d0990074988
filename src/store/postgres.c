// SPDX-License-Identifier: Apache-2.0
//
// The driver for PostgreSQL (15 and newer): all that knows libpq. What is asked for comes row by row, so that a long
// list is never in memory as a whole; what is only written goes out in a row without waiting for each answer, and a
// fault of it shows at the next question or at the commit. One writes at a time, as everywhere in the store: under a lock
// of the database, which all programs on it share.
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "store/db.h"
#include "store/postgres_value.h"

enum {
    CONNECT_SECONDS_MAX = 10,
    VERSION_MIN = 150000,
    QUEUE_MAX = 500, // statements on their way
    SQL_BYTES_MAX = 1 << 22,
    CODE_CHARS = 6
};
typedef struct pg_statement pg_statement;

typedef struct {
    hf_db base;
    PGconn *handle;
    uint32_t wait_ms;
    uint64_t session;        // goes up when the connection is made anew: what was prepared is gone
    uint64_t statement_last; // number of the last name given
    pg_statement *running;   // its rows are still on their way
    uint32_t queued;         // statements whose answers are
    bool is_writing;
    hf_error fault; // the first of this transaction: all later statements fail because of it
    hf_arena arena; // holds this struct
} pg_db;

struct pg_statement {
    hf_db_statement base;
    pg_db *db;
    hf_arena own; // holds this struct
    const char *sql;
    char name[24];
    uint64_t session; // in which it was prepared; 0 = in none
    bool has_rows;    // it gives some, perhaps none
    int value_count;
    uint32_t *value_types;
    hf_value *values;
    hf_pg_sent sent;
    // What comes back.
    bool is_asked, is_over;
    PGresult *row;               // the present one
    int column_count;            // of the gathered
    uint32_t *types;             // of the gathered
    HF_VEC(hf_pg_cell) gathered; // rows that came while another statement wanted the connection
    size_t next;                 // index of the first cell of the next one
    const hf_pg_cell *present;   // one of them; NULL: `row`
    hf_error fault;              // behind the gathered
    hf_arena gathered_arena;
};

// --- faults ----------------------------------------------------------------------------------------------

static bool is_lost(const pg_db *db)
{
    return PQstatus(db->handle) != CONNECTION_OK;
}

static bool fail_lost(hf_error *err)
{
    return hf_fail(err, HF_ERR_UNREACHABLE, "store.unreachable",
                   "the connection to the database was lost; nothing of this change was stored, "
                   "look whether the server runs and try again");
}

// The first line of what the library says, which never holds a password.
static hf_str line_of(const char *text)
{
    hf_str line = hf_str_of(text != NULL ? text : "");
    return hf_str_trim(hf_str_slice(line, 0, hf_str_find_byte(line, '\n', 0)));
}

typedef struct {
    const char *state; // an SQLSTATE or its beginning
    hf_error_kind kind;
    const char *code, *message;
} known_fault;

static const known_fault known_faults[] = {
    {"08", HF_ERR_UNREACHABLE, "store.unreachable", "the connection to the database was lost"},
    {"57P", HF_ERR_UNREACHABLE, "store.unreachable",
     "the database is being stopped; nothing of this change was stored, try again later"},
    {"55P03", HF_ERR_BUSY, "store.busy",
     "another program is writing to this store; try again when it is done"},
    {"40", HF_ERR_BUSY, "store.busy", "another program was writing the same; try again"},
    {"53300", HF_ERR_BUSY, "store.too_many_reads",
     "the database takes no more connections; raise max_connections or try again"},
    {"531", HF_ERR_WRITE, "store.full",
     "the disk of the database is full; nothing of this change was stored, free some space"},
    {"57014", HF_ERR_STOPPED, "store.stopped", "the query was stopped"},
    {"25006", HF_ERR_WRITE, "store.read_only",
     "this database can only be read (a replica?); name the primary one"},
    {"42501", HF_ERR_WRITE, "store.cannot_write",
     "the database refuses this to the user that signs in; give it the rights of the owner"},
    {"22P02", HF_ERR_USAGE, "query.value", "a value of the query has another type than its field"},
    {"22003", HF_ERR_USAGE, "query.value", "a number of the query is out of range"},
    {"XX001", HF_ERR_INPUT, "store.damaged", "the database is damaged; restore a backup"},
    {"XX002", HF_ERR_INPUT, "store.damaged", "an index of the database is damaged; REINDEX it"},
    {"54", HF_ERR_TOO_LARGE, "store.too_large", "a value is too large to be kept"},
};

// In a transaction the first fault is the reason of all that follow.
static bool note(pg_db *db, hf_error *err)
{
    if (db->fault.kind == HF_ERR_NONE)
        db->fault = *err;
    return false;
}

static bool fail(pg_db *db, const PGresult *result, hf_error *err)
{
    const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *text = result != NULL ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (is_lost(db)) {
        (void)fail_lost(err);
        return note(db, err);
    }
    if (db->fault.kind != HF_ERR_NONE) {
        *err = db->fault;
        return false;
    }
    for (size_t i = 0; state != NULL && i < HF_COUNT(known_faults); i++)
        if (hf_str_starts(hf_str_of(state), known_faults[i].state)) {
            (void)hf_fail(err, known_faults[i].kind, known_faults[i].code, "%s",
                          known_faults[i].message);
            return note(db, err);
        }
    hf_str line = line_of(text != NULL ? text : PQerrorMessage(db->handle));
    (void)hf_fail(err, HF_ERR_INTERNAL, "store.sql", "%.*s (%s)", HF_STR_ARG(line),
                  state != NULL ? state : "?");
    return note(db, err);
}

// --- what is on its way -------------------------------------------------------------------------------------

static void keep_row(pg_statement *statement, const PGresult *row)
{
    if (statement->types == NULL) {
        statement->column_count = PQnfields(row);
        statement->types =
            HF_NEW_N(&statement->gathered_arena, uint32_t, (size_t)statement->column_count);
        for (int i = 0; i < statement->column_count; i++)
            statement->types[i] = PQftype(row, i);
    }
    for (int i = 0; i < statement->column_count; i++) {
        hf_pg_cell cell = {.len = PQgetisnull(row, 0, i) ? -1 : PQgetlength(row, 0, i),
                           .ptr = PQgetvalue(row, 0, i)};
        cell.ptr = hf_str_copy(&statement->gathered_arena, hf_pg_cell_text(&cell)).ptr;
        HF_VEC_ADD(&statement->gathered_arena, &statement->gathered, cell);
    }
}

// Takes what is left of the running statement: into its own memory, or nowhere.
static void end_running(pg_db *db, bool is_kept)
{
    pg_statement *statement = db->running;
    if (statement == NULL)
        return;
    for (PGresult *row = PQgetResult(db->handle); row != NULL; row = PQgetResult(db->handle)) {
        ExecStatusType status = PQresultStatus(row);
        if (status == PGRES_SINGLE_TUPLE && is_kept)
            keep_row(statement, row);
        else if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK &&
                 status != PGRES_COMMAND_OK)
            (void)fail(db, row, &statement->fault);
        PQclear(row);
    }
    if (is_lost(db) && statement->fault.kind == HF_ERR_NONE)
        (void)fail(db, NULL, &statement->fault);
    db->running = NULL;
}

// Waits for the answers to all that was only written.
static bool settle(pg_db *db, hf_error *err)
{
    bool is_done = true, is_over = false;
    if (db->queued == 0)
        return true;
    if (PQpipelineSync(db->handle) != 1)
        return fail(db, NULL, err);
    while (!is_over && !is_lost(db)) {
        PGresult *result = PQgetResult(db->handle); // NULL: the answer to one statement is complete
        ExecStatusType status = PQresultStatus(result);
        is_over = result != NULL && status == PGRES_PIPELINE_SYNC;
        if (result != NULL && !is_over && status != PGRES_COMMAND_OK &&
            status != PGRES_PIPELINE_ABORTED && is_done)
            is_done = fail(db, result, err);
        PQclear(result);
    }
    db->queued = 0;
    if (is_lost(db))
        return fail(db, NULL, err);
    return (PQexitPipelineMode(db->handle) == 1 || fail(db, NULL, err)) && is_done;
}

// The connection is free for a question.
static bool make_free(pg_db *db, hf_error *err)
{
    end_running(db, true);
    if (db->fault.kind != HF_ERR_NONE) {
        hf_error ignored = {0};
        (void)settle(db, &ignored);
        *err = db->fault;
        return false;
    }
    return settle(db, err);
}

// --- connections -----------------------------------------------------------------------------------------

static void hear_nothing(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

// One answer to texts without values; NULL on failure. PQclear it.
static PGresult *ask(pg_db *db, const char *sql, hf_error *err)
{
    PGresult *result = PQexec(db->handle, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
        return result;
    (void)fail(db, result, err);
    PQclear(result);
    return NULL;
}

static bool run_free(pg_db *db, const char *sql, hf_error *err)
{
    PGresult *result = ask(db, sql, err);
    PQclear(result);
    return result != NULL;
}

static bool set_up(pg_db *db, hf_error *err)
{
    char text[600];
    db->session++;
    db->queued = 0; // what was on its way went with the connection before
    db->fault = (hf_error){.kind = HF_ERR_NONE};
    (void)PQsetNoticeReceiver(db->handle, hear_nothing, NULL);
    if (PQserverVersion(db->handle) < VERSION_MIN)
        return hf_fail(err, HF_ERR_INPUT, "store.server_old",
                       "the server is PostgreSQL %d; holdfast needs 15 or newer",
                       PQserverVersion(db->handle) / 10000);
    const char *encoding = PQparameterStatus(db->handle, "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        return hf_fail(err, HF_ERR_INPUT, "store.encoding",
                       "the database keeps texts as %s; make one with ENCODING 'UTF8'",
                       encoding != NULL ? encoding : "?");
    (void)snprintf(
        text, sizeof(text),
        "SET client_min_messages = error; SET lock_timeout = %u; SET jit = off; "
        "SET statement_timeout = 0; SET standard_conforming_strings = on; "
        "SET idle_in_transaction_session_timeout = 0; "
        // The other way round: a machine of ours that vanished holds its locks no longer than a minute.
        "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; "
        "SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000",
        db->wait_ms > 0 ? db->wait_ms : 1);
    return run_free(db, text, err);
}

static void close_db(hf_db *base)
{
    pg_db *db = (pg_db *)base;
    PQfinish(db->handle);
    hf_arena arena = db->arena;
    hf_arena_done(&arena);
}

static bool open_handle(const hf_db_options *options, pg_db **out, hf_error *err)
{
    char seconds[12];
    (void)snprintf(seconds, sizeof(seconds), "%d", CONNECT_SECONDS_MAX);
    // What stands behind the address overrides it, what stands before is a default. A server whose machine or network has
    // vanished says nothing any more: after a minute of silence, or 30 seconds without a receipt, it is lost.
    const char *const names[] = {"connect_timeout",
                                 "fallback_application_name",
                                 "keepalives_idle",
                                 "keepalives_interval",
                                 "keepalives_count",
                                 "tcp_user_timeout",
                                 "dbname",
                                 "client_encoding",
                                 NULL};
    const char *const values[] = {seconds, "holdfast",    "30",   "10", "3",
                                  "30000", options->path, "UTF8", NULL};
    hf_arena arena = {0};
    pg_db *db = HF_NEW(&arena, pg_db);
    db->base.driver = &hf_db_postgres;
    db->wait_ms = options->wait_ms;
    db->arena = arena;
    db->handle = PQconnectdbParams(names, values, 1);
    HF_ASSERT(db->handle != NULL);
    bool is_open = !is_lost(db) || hf_fail(err, HF_ERR_UNREACHABLE, "store.unreachable",
                                           "cannot reach the database: %.*s",
                                           HF_STR_ARG(line_of(PQerrorMessage(db->handle))));
    if (!is_open || !set_up(db, err)) {
        close_db(&db->base);
        return false;
    }
    *out = db;
    return true;
}

// The words of an address that name files. What it leaves out may stand in the environment or in the file of services.
static const char *const file_words[] = {"passfile", "sslrootcert", "sslcert",
                                         "sslkey",   "sslcrl",      "sslcrldir"};

typedef HF_VEC(const char *) file_list;

// NULL: the address is broken, which opening it tells.
static void add_files(PQconninfoOption *words, hf_arena *arena, file_list *files)
{
    for (const PQconninfoOption *word = words; word != NULL && word->keyword != NULL; word++)
        for (size_t i = 0; i < HF_COUNT(file_words); i++)
            if (strcmp(word->keyword, file_words[i]) == 0 && word->val != NULL)
                HF_VEC_ADD(arena, files, hf_str_z(arena, hf_str_of(word->val)));
    PQconninfoFree(words);
}

static const char *const *files_of(const char *path, hf_arena *arena)
{
    file_list files = {0};
    add_files(PQconninfoParse(path, NULL), arena, &files);
    add_files(PQconndefaults(), arena, &files);
    HF_VEC_ADD(arena, &files, NULL);
    return files.items;
}

static const char lock_for_writing[] =
    "SELECT pg_advisory_xact_lock(1213156420, " // "HOLD"
    "coalesce(CAST(CAST(current_schema() AS regnamespace) AS oid), 0)::int)";

// The table that says what the others are stands there from the first moment on.
static bool make_first_table(pg_db *db, hf_error *err)
{
    return run_free(db, "BEGIN", err) && run_free(db, lock_for_writing, err) &&
           run_free(db,
                    "CREATE TABLE IF NOT EXISTS holdfast(schema BIGINT NOT NULL);"
                    "INSERT INTO holdfast SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM holdfast)",
                    err) &&
           run_free(db, "COMMIT", err);
}

static bool open_db(const hf_db_options *options, hf_db **out, hf_error *err)
{
    pg_db *db = NULL;
    if (!open_handle(options, &db, err))
        return false;
    if (options->create && options->is_writer && !make_first_table(db, err)) {
        close_db(&db->base);
        return false;
    }
    *out = &db->base;
    return true;
}

// A number from the first row, 0 when there is none.
static bool number(pg_db *db, const char *sql, int64_t *out, hf_error *err)
{
    PGresult *result = ask(db, sql, err);
    *out = 0;
    if (result == NULL)
        return false;
    if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0) &&
        !hf_parse_i64(hf_str_of(PQgetvalue(result, 0, 0)), out))
        *out = 0;
    PQclear(result);
    return true;
}

static bool look_at(pg_db *db, hf_db_found *out, hf_error *err)
{
    int64_t has_place = 0, is_ours = 0, tables = 0;
    if (!number(db, "SELECT count(current_schema())", &has_place, err))
        return false;
    if (has_place == 0)
        return hf_fail(err, HF_ERR_INPUT, "store.no_schema",
                       "the search_path of the address names no schema that is there; make it with "
                       "CREATE SCHEMA");
    // Tables of extensions are nobody's.
    if (!number(db, "SELECT count(to_regclass(quote_ident(current_schema()) || '.holdfast'))",
                &is_ours, err) ||
        (is_ours > 0 && !number(db, "SELECT max(schema) FROM holdfast", &out->schema, err)) ||
        (is_ours == 0 &&
         !number(db,
                 "SELECT count(*) FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = "
                 "CAST(current_schema() AS regnamespace) AND NOT EXISTS (SELECT 1 FROM pg_depend "
                 "d WHERE d.objid = c.oid AND d.deptype = 'e')",
                 &tables, err)))
        return false;
    out->is_there = true;
    out->is_foreign = is_ours == 0 && tables > 0;
    return true;
}

static bool look(const hf_db_options *options, hf_db_found *out, hf_error *err)
{
    pg_db *db = NULL;
    *out = (hf_db_found){.schema = 0};
    if (!open_handle(options, &db, err))
        return false;
    bool is_done = look_at(db, out, err);
    close_db(&db->base);
    return is_done;
}

// --- transactions ----------------------------------------------------------------------------------------

static bool run(hf_db *base, const char *sql, hf_error *err)
{
    pg_db *db = (pg_db *)base;
    return make_free(db, err) && run_free(db, sql, err);
}

// Who reads sees one moment. Who writes is the only one, and each of its statements must see what was committed before
// it had the lock. That it does not wait is said of this transaction alone, so that no fault can leave it behind.
static bool begin_once(pg_db *db, hf_db_begin kind, hf_error *err)
{
    if (kind == HF_DB_READS)
        return run_free(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
    return run_free(db,
                    kind == HF_DB_WRITES_NOW
                        ? "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 1"
                        : "BEGIN ISOLATION LEVEL READ COMMITTED",
                    err) &&
           run_free(db, lock_for_writing, err);
}

// A connection may have been lost since it was last used: then it is made once more, and nothing is lost with it.
static bool begin(hf_db *base, hf_db_begin kind, hf_error *err)
{
    pg_db *db = (pg_db *)base;
    db->fault = (hf_error){.kind = HF_ERR_NONE};
    db->is_writing = kind != HF_DB_READS;
    bool is_begun = !is_lost(db) && begin_once(db, kind, err);
    if (is_begun || !is_lost(db))
        return is_begun;
    PQreset(db->handle);
    if (is_lost(db))
        return hf_fail(err, HF_ERR_UNREACHABLE, "store.unreachable",
                       "cannot reach the database: %.*s",
                       HF_STR_ARG(line_of(PQerrorMessage(db->handle))));
    return set_up(db, err) && begin_once(db, kind, err);
}

static bool commit(hf_db *base, hf_error *err)
{
    pg_db *db = (pg_db *)base;
    if (!make_free(db, err))
        return false;
    PGresult *result = PQexec(db->handle, "COMMIT");
    bool is_done =
        PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (!is_done && is_lost(db))
        (void)hf_fail(err, HF_ERR_UNREACHABLE, "store.commit_unknown",
                      "the connection to the database was lost at the very end of a change; look "
                      "whether it was stored before you try again");
    else if (!is_done)
        (void)fail(db, result, err);
    PQclear(result);
    db->is_writing = db->is_writing && !is_done;
    return is_done;
}

static void rollback(hf_db *base)
{
    pg_db *db = (pg_db *)base;
    hf_error ignored = {0};
    end_running(db, false);
    (void)settle(db, &ignored);
    if (!is_lost(db) && PQtransactionStatus(db->handle) != PQTRANS_IDLE)
        PQclear(PQexec(db->handle, "ROLLBACK"));
    db->fault = (hf_error){.kind = HF_ERR_NONE};
    db->is_writing = false;
}

// There is no file into which one could write straight.
static bool write_straight(hf_db *base, bool is_straight, hf_error *err)
{
    (void)base;
    return !is_straight || hf_fail(err, HF_ERR_BUSY, "store.no_file", "the store is no file");
}

static void sort_rows(hf_db *base, bool is_sorting)
{
    (void)base;
    (void)is_sorting;
}

static bool copy(hf_db *base, const hf_pieces *to, hf_error *err)
{
    (void)base;
    (void)to;
    return hf_fail(err, HF_ERR_USAGE, "store.no_file",
                   "a store in PostgreSQL is no file that could be copied; keep it with pg_dump or "
                   "with the archive of its log (guide: PostgreSQL)");
}

// --- statements ------------------------------------------------------------------------------------------

// ?1 becomes $1, but not in texts and names.
static const char *numbered(const char *sql, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(SQL_BYTES_MAX);
    char quote = '\0';
    for (const char *at = sql; *at != '\0'; at++) {
        if (quote == '\0' && (*at == '\'' || *at == '"'))
            quote = *at;
        else if (*at == quote)
            quote = '\0';
        hf_buf_add_byte(&out, quote == '\0' && *at == '?' ? '$' : *at);
    }
    HF_ASSERT(!out.overflow);
    return hf_str_z(arena, hf_buf_str(&out));
}

// What the server makes of it: the types of its values.
static bool describe(pg_statement *statement, hf_error *err)
{
    pg_db *db = statement->db;
    PGresult *facts = PQdescribePrepared(db->handle, statement->name);
    bool is_done = PQresultStatus(facts) == PGRES_COMMAND_OK;
    if (!is_done)
        (void)fail(db, facts, err);
    if (is_done && statement->values == NULL) {
        size_t count = (size_t)PQnparams(facts);
        statement->value_count = (int)count;
        statement->value_types = HF_NEW_N(&statement->own, uint32_t, count + 1);
        statement->values = HF_NEW_N(&statement->own, hf_value, count + 1);
        statement->sent = hf_pg_sent_of(count, &statement->own);
    }
    for (int i = 0; is_done && i < statement->value_count; i++)
        statement->value_types[i] = PQparamtype(facts, i);
    statement->has_rows = is_done && PQnfields(facts) > 0;
    PQclear(facts);
    return is_done;
}

static bool prepare_here(pg_statement *statement, hf_error *err)
{
    pg_db *db = statement->db;
    PGresult *result = PQprepare(db->handle, statement->name, statement->sql, 0, NULL);
    bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!is_done)
        (void)fail(db, result, err);
    PQclear(result);
    if (!is_done || !describe(statement, err))
        return false;
    statement->session = db->session;
    return true;
}

static bool prepare(hf_db *base, const char *sql, hf_db_statement **out, hf_error *err)
{
    pg_db *db = (pg_db *)base;
    if (!make_free(db, err))
        return false;
    hf_arena own = {0};
    pg_statement *statement = HF_NEW(&own, pg_statement);
    statement->base.driver = &hf_db_postgres;
    statement->db = db;
    statement->sql = numbered(sql, &own);
    statement->own = own;
    (void)snprintf(statement->name, sizeof(statement->name), "s%llu",
                   (unsigned long long)++db->statement_last);
    if (!prepare_here(statement, err)) {
        own = statement->own;
        hf_arena_done(&own);
        return false;
    }
    *out = &statement->base;
    return true;
}

// A statement may be given more values than its words in this database use.
static void bind(hf_db_statement *base, int position, const hf_value *value)
{
    pg_statement *statement = (pg_statement *)base;
    if (position <= statement->value_count)
        statement->values[position - 1] = *value;
}

static bool set_values(pg_statement *statement, hf_error *err)
{
    hf_arena_reset(&statement->sent.copies);
    for (int i = 0; i < statement->value_count; i++)
        if (!hf_pg_set_value(&statement->sent, i, statement->value_types[i], &statement->values[i]))
            return hf_fail(err, HF_ERR_USAGE, "query.value",
                           "a value of the query has another type than its field");
    return true;
}

static bool send(pg_statement *statement, hf_error *err)
{
    pg_db *db = statement->db;
    return PQsendQueryPrepared(db->handle, statement->name, statement->value_count,
                               statement->sent.pointers, statement->sent.lengths,
                               statement->sent.formats, 1) == 1 ||
           fail(db, NULL, err);
}

// What gives no rows is sent off, and its answer is looked at later.
static bool queue(pg_statement *statement, hf_error *err)
{
    pg_db *db = statement->db;
    if (db->queued == 0 && PQenterPipelineMode(db->handle) != 1)
        return fail(db, NULL, err);
    db->queued++; // also when it fails: the connection is in that state now
    statement->is_over = true;
    return send(statement, err) && (db->queued < QUEUE_MAX || settle(db, err));
}

static bool start(pg_statement *statement, hf_error *err)
{
    pg_db *db = statement->db;
    bool is_queued = db->is_writing && !statement->has_rows && statement->session == db->session;
    bool is_free = is_queued && db->queued > 0 ? db->fault.kind == HF_ERR_NONE : make_free(db, err);
    if (!is_free) {
        *err = db->fault;
        return false;
    }
    if (statement->session != db->session && !prepare_here(statement, err))
        return false;
    if (!set_values(statement, err))
        return false;
    statement->is_asked = true;
    statement->is_over = false;
    if (is_queued)
        return queue(statement, err);
    if (!send(statement, err))
        return false;
    HF_ASSERT(PQsetSingleRowMode(db->handle) == 1);
    db->running = statement;
    return true;
}

static void forget_rows(pg_statement *statement)
{
    PQclear(statement->row);
    statement->row = NULL;
    statement->present = NULL;
    statement->is_asked = statement->is_over = false;
    if (statement->types == NULL)
        return;
    statement->types = NULL;
    statement->next = 0;
    memset(&statement->gathered, 0, sizeof(statement->gathered));
    hf_arena_reset(&statement->gathered_arena);
}

static bool next_gathered(pg_statement *statement, bool *has_row, hf_error *err)
{
    *has_row = statement->next < statement->gathered.count;
    statement->present = *has_row ? &statement->gathered.items[statement->next] : NULL;
    statement->next += *has_row ? (size_t)statement->column_count : 0;
    statement->is_over = !*has_row;
    if (*has_row || statement->fault.kind == HF_ERR_NONE)
        return true;
    *err = statement->fault;
    statement->fault = (hf_error){.kind = HF_ERR_NONE};
    return false;
}

static bool next_row(pg_statement *statement, bool *has_row, hf_error *err)
{
    pg_db *db = statement->db;
    PGresult *row = PQgetResult(db->handle);
    if (row != NULL && PQresultStatus(row) == PGRES_SINGLE_TUPLE) {
        statement->row = row;
        *has_row = true;
        return true;
    }
    bool is_done = row != NULL && (PQresultStatus(row) == PGRES_TUPLES_OK ||
                                   PQresultStatus(row) == PGRES_COMMAND_OK);
    if (!is_done)
        (void)fail(db, row, err);
    PQclear(row);
    end_running(db, false);
    statement->is_over = true;
    *has_row = false;
    return is_done;
}

static bool step(hf_db_statement *base, bool *has_row, hf_error *err)
{
    pg_statement *statement = (pg_statement *)base;
    if (statement->is_over)
        forget_rows(statement); // behind the end it begins anew
    if (!statement->is_asked && !start(statement, err))
        return false;
    PQclear(statement->row);
    statement->row = NULL;
    *has_row = false;
    if (statement->is_over) // it was only sent off
        return true;
    return statement->db->running == statement ? next_row(statement, has_row, err)
                                               : next_gathered(statement, has_row, err);
}

static void column(hf_db_statement *base, int index, hf_value *out)
{
    const pg_statement *statement = (pg_statement *)base;
    if (statement->present != NULL) {
        hf_pg_read_cell(statement->types[index], &statement->present[index], out);
        return;
    }
    HF_ASSERT(statement->row != NULL);
    hf_pg_cell cell = {
        .len = PQgetisnull(statement->row, 0, index) ? -1 : PQgetlength(statement->row, 0, index),
        .ptr = PQgetvalue(statement->row, 0, index)};
    hf_pg_read_cell(PQftype(statement->row, index), &cell, out);
}

static void reset(hf_db_statement *base)
{
    pg_statement *statement = (pg_statement *)base;
    if (statement->db->running == statement)
        end_running(statement->db, false);
    statement->fault = (hf_error){.kind = HF_ERR_NONE};
    forget_rows(statement);
}

static void finish(hf_db_statement *base)
{
    pg_statement *statement = (pg_statement *)base;
    pg_db *db = statement->db;
    hf_error ignored = {0};
    char text[48];
    reset(base);
    (void)snprintf(text, sizeof(text), "DEALLOCATE %s", statement->name);
    // In a transaction that has failed it stays until the connection ends.
    if (statement->session == db->session && make_free(db, &ignored) &&
        PQtransactionStatus(db->handle) != PQTRANS_INERROR)
        PQclear(PQexec(db->handle, text));
    hf_arena_done(&statement->sent.copies);
    hf_arena_done(&statement->gathered_arena);
    hf_arena own = statement->own;
    hf_arena_done(&own);
}

static const char *const schemes[] = {"postgresql://", "postgres://", NULL};

const hf_db_driver hf_db_postgres = {
    .name = "postgres",
    .schemes = schemes,
    .words = &hf_dialect_postgres,
    .look = look,
    .open = open_db,
    .files = files_of,
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
