// SPDX-License-Identifier: Apache-2.0
//
// The words of SQLite and of PostgreSQL, side by side, and how a template is filled with them.
#include "store/dialect.h"

#include <string.h>

void hf_sql_fill(const hf_dialect *words, const char *template, const hf_sql_blanks *blanks,
                 hf_buf *out)
{
    for (const char *at = template; *at != '\0'; at++) {
        if (*at != '$') {
            hf_buf_add_byte(out, *at);
            continue;
        }
        switch (*++at) {
        case 'n':
            hf_buf_add_z(out, blanks->noun);
            break;
        case 'x':
            hf_buf_add_z(out, blanks->lon);
            break;
        case 'y':
            hf_buf_add_z(out, blanks->lat);
            break;
        case 'p':
            hf_buf_add_i64(out, blanks->position);
            break;
        case 't':
            hf_buf_add_z(out, words->text);
            break;
        case 'i':
            hf_buf_add_z(out, words->integer);
            break;
        case 'r':
            hf_buf_add_z(out, words->real);
            break;
        case 'b':
            hf_buf_add_z(out, words->bytes);
            break;
        case 'a':
            hf_buf_add_z(out, words->any);
            break;
        case 'k':
            hf_buf_add_z(out, words->counted_key);
            break;
        case 'w':
            hf_buf_add_z(out, words->own_index);
            break;
        default:
            HF_ASSERT(false);
        }
    }
}

// --- SQLite ----------------------------------------------------------------------------------------------
// What stands in `create` texts is part of the signature of a store (schema.c): a change asks for all indexes anew.

#define SEARCH_SETTING(name, value)                                                                \
    "INSERT INTO \"$n_search\"(\"$n_search\", rank) VALUES ('" name "', " value ")"

static const char *const sqlite_forget[] = {"VACUUM", NULL};

const hf_dialect hf_dialect_sqlite = {
    .text = "TEXT",
    .integer = "INTEGER",
    .real = "REAL",
    .bytes = "BLOB",
    .any = "",
    .counted_key = "INTEGER PRIMARY KEY",
    .own_index = " WITHOUT ROWID",
    .prelude = "PRAGMA application_id = 1213156420", // HF_APPLICATION_ID
    .get_schema = "PRAGMA user_version",
    .set_schema = "PRAGMA user_version = ",
    .columns = "SELECT name FROM pragma_table_info('$n')",
    .bytes_all = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    .check = "PRAGMA quick_check(1)",
    .fold = "PRAGMA wal_checkpoint(TRUNCATE)",
    .forget = sqlite_forget,
    .is_one_file = true,
    .has_hints = true,
    .plus = "+",
    .text_value = "?$p",
    .drops_indexes = true,
    .job_is_left = "TRUE",
    .job_is_ours = "TRUE",
    .job_is_free = "state = 0",
    // Contentless: the words are in the table already; taking out needs the old words (search.c).
    .search_create = "CREATE VIRTUAL TABLE IF NOT EXISTS \"$n_search\" USING fts5(t, content='', "
                     "tokenize='unicode61 remove_diacritics 0', prefix='2 3')",
    .search_add = "INSERT INTO \"$n_search\"(rowid, t) VALUES (?1, ?2)",
    .search_drop = "INSERT INTO \"$n_search\"(\"$n_search\", rowid, t) VALUES ('delete', ?1, ?2)",
    .search_clear = "INSERT INTO \"$n_search\"(\"$n_search\") VALUES ('delete-all')",
    // A rebuild gathers 32 MiB of words before it writes a segment, and merges nothing until the end.
    .search_tune = SEARCH_SETTING("hashsize", "33554432") ";" SEARCH_SETTING("automerge", "0"),
    .search_untune = SEARCH_SETTING("hashsize", "1048576") ";" SEARCH_SETTING(
        "automerge", "4") ";INSERT INTO \"$n_search\"(\"$n_search\") VALUES ('optimize')",
    .search_row = "rowid",
    .search_match = "\"$n_search\" MATCH ?$p",
    .search_rank = "hf_rank(\"$n_search\")",
    .place_create =
        "CREATE VIRTUAL TABLE IF NOT EXISTS \"$n_place\" USING rtree(row, west, east, south, "
        "north)",
    .has_tree = true,
};

// --- PostgreSQL ------------------------------------------------------------------------------------------

// A lexeme may have 2,046 bytes, a position at most 16,383. What is longer is cut in the same way in questions.
enum { LEXEME_BYTES_MAX = 2000, POSITION_MAX = 16383 };

static void add_lexeme(hf_str word, hf_buf *out)
{
    size_t len = word.len;
    if (len > LEXEME_BYTES_MAX)
        for (len = LEXEME_BYTES_MAX; ((unsigned char)word.ptr[len] & 0xc0) == 0x80; len--)
            ;
    hf_buf_add_byte(out, '\'');
    hf_buf_add(out, word.ptr, len); // letters and digits: nothing to escape
    hf_buf_add_byte(out, '\'');
}

// 'dam':1 'north':2
static void write_lexemes(hf_str words, hf_buf *out)
{
    hf_str word;
    int position = 0;
    while (hf_str_split(&words, ' ', &word)) {
        if (word.len == 0)
            continue;
        position += position < POSITION_MAX;
        add_lexeme(word, out);
        hf_buf_add_format(out, ":%d ", position);
    }
}

// "供水 水厂" "dam"* becomes 'ab' <-> 'bc' & 'dam':*
static void write_query(hf_str question, hf_buf *out)
{
    hf_str phrase, word;
    bool is_first = true;
    while (hf_str_split(&question, '"', &word) && hf_str_split(&question, '"', &phrase)) {
        bool is_start = question.len > 0 && question.ptr[0] == '*';
        hf_buf_add_z(out, is_first ? "" : " & ");
        is_first = false;
        for (bool is_next = false; hf_str_split(&phrase, ' ', &word); is_next = true) {
            hf_buf_add_z(out, is_next ? " <-> " : "");
            add_lexeme(word, out);
        }
        hf_buf_add_z(out, is_start ? ":*" : "");
    }
}

// All edges, four numbers each: a point lies inside when a ray from it crosses an odd number of them.
static void write_edges(const hf_area *area, hf_buf *out)
{
    bool is_first = true;
    hf_buf_add_byte(out, '{');
    for (size_t i = 0; i < area->ring_count; i++) {
        const hf_area_ring *ring = &area->rings[i];
        for (size_t k = 0, before = ring->count - 1; k < ring->count; before = k++) {
            const double edge[] = {ring->points[2 * k], ring->points[2 * k + 1],
                                   ring->points[2 * before], ring->points[2 * before + 1]};
            for (size_t m = 0; m < 4; m++) {
                hf_buf_add_z(out, is_first ? "" : ",");
                hf_buf_add_double(out, edge[m]);
                is_first = false;
            }
        }
    }
    hf_buf_add_byte(out, '}');
}

// hf_has_bit, hf_bits: bit r % 8 of byte r / 8, as get_bit() counts. hf_bits passes empty stretches of 256 bytes at once.
// hf_in_area: base/area.c in SQL, to the same last bit; what lies outside the box is dropped by the statement already.
// hf_job_key, hf_job_holder, hf_job_is_left, hf_job_is_ours: a lock that belongs to a connection, so that it goes when its program does.
static const char functions[] =
    "CREATE OR REPLACE FUNCTION hf_has_bit(bits BYTEA, r BIGINT) RETURNS BOOLEAN LANGUAGE sql "
    "IMMUTABLE PARALLEL SAFE AS 'SELECT CASE WHEN r > 0 AND r < length(bits)::bigint * 8 "
    "THEN get_bit(bits, r) = 1 ELSE FALSE END';"
    "CREATE OR REPLACE FUNCTION hf_bits(bits BYTEA) RETURNS TABLE(\"row\" BIGINT) LANGUAGE sql "
    "IMMUTABLE PARALLEL SAFE AS 'SELECT b.n * 8 + k.n FROM (SELECT s.n FROM generate_series(0, "
    "length(bits)::bigint - 1, 256) AS s(n) WHERE substring(bits FROM s.n::int + 1 FOR 256) <> "
    "substring(decode(repeat(''00'', 256), ''hex'') FROM 1 FOR least(256, length(bits) - "
    "s.n::int))) AS part CROSS JOIN LATERAL generate_series(part.n, least(part.n + 256, "
    "length(bits)::bigint) - 1) AS b(n) CROSS JOIN LATERAL generate_series(0::bigint, 7) AS k(n) "
    "WHERE get_byte(bits, b.n::int) <> 0 AND get_bit(bits, b.n * 8 + k.n) = 1';"
    "CREATE OR REPLACE FUNCTION hf_in_area(lon DOUBLE PRECISION, lat DOUBLE PRECISION, e DOUBLE "
    "PRECISION[]) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT lon IS NOT NULL "
    "AND lat IS NOT NULL AND count(*) % 2 = 1 FROM generate_series(1, array_length(e, 1), 4) AS i "
    "WHERE (e[i + 1] > lat) <> (e[i + 3] > lat) AND lon < (e[i + 2] - e[i]) * (lat - e[i + 1]) / "
    "(e[i + 3] - e[i + 1]) + e[i]';"
    "CREATE OR REPLACE FUNCTION hf_job_key(job BIGINT) RETURNS BIGINT LANGUAGE sql STABLE AS "
    "'SELECT hashtextextended(current_schema() || '':'' || job, 1246708307)';"
    "CREATE OR REPLACE FUNCTION hf_job_holder(job BIGINT) RETURNS INT LANGUAGE sql VOLATILE "
    "AS 'SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
    "WHERE d.datname = current_database() AND l.locktype = ''advisory'' AND l.objsubid = 1 AND "
    "l.granted AND l.classid::bigint << 32 | l.objid::bigint = hf_job_key(job)';"
    "CREATE OR REPLACE FUNCTION hf_job_is_left(job BIGINT) RETURNS BOOLEAN LANGUAGE sql VOLATILE "
    "AS 'SELECT hf_job_holder(job) IS NULL';"
    "CREATE OR REPLACE FUNCTION hf_job_is_ours(job BIGINT) RETURNS BOOLEAN LANGUAGE sql VOLATILE "
    "AS 'SELECT coalesce(hf_job_holder(job), pg_backend_pid()) = pg_backend_pid()';"
    // Under the lock of writing the largest number is what was given last: no gap after a rollback.
    "CREATE OR REPLACE FUNCTION hf_history_next() RETURNS BIGINT LANGUAGE plpgsql AS 'BEGIN RETURN "
    "(SELECT coalesce(max(seq), 0) + 1 FROM history); END'";

static const char *const postgres_forget[] = {"VACUUM FULL credential", "VACUUM FULL audit_key",
                                              NULL};

const hf_dialect hf_dialect_postgres = {
    .forget = postgres_forget,
    // A table that was written anew keeps what a transaction, a replica or a prepared transaction may still see, and is
    // frozen up to there. Whose they are need not be known, which would take rights that we may not have.
    .forget_mark = "SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)",
    .forget_left = "SELECT count(*) FROM pg_class WHERE oid IN (to_regclass('credential'), "
                   "to_regclass('audit_key')) AND age(relfrozenxid) > "
                   "age(CAST(CAST(CAST(?1 AS BIGINT) % 4294967296 AS TEXT) AS XID))",
    .text = "TEXT COLLATE \"C\"",
    .integer = "BIGINT",
    .real = "DOUBLE PRECISION",
    .bytes = "BYTEA",
    .any = "TEXT",
    .counted_key = "BIGINT PRIMARY KEY DEFAULT hf_history_next()",
    .own_index = "",
    .functions = functions,
    .get_schema = "SELECT schema FROM holdfast", // the table that the driver makes first
    .set_schema = "UPDATE holdfast SET schema = ",
    .columns = "SELECT CAST(attname AS TEXT) FROM pg_attribute WHERE attrelid = "
               "to_regclass('\"$n\"') AND attnum > 0 AND NOT attisdropped",
    .bytes_all = "SELECT pg_database_size(current_database())",
    .plus = "",
    .text_value = "CAST(?$p AS TEXT) COLLATE \"C\"",
    .loaded = "ANALYZE \"$n\"",
    .job_hold = "SELECT pg_advisory_lock(hf_job_key(?1))",
    .job_release = "SELECT pg_advisory_unlock(hf_job_key(?1))",
    .job_is_left = "hf_job_is_left(row)",
    .job_is_ours = "hf_job_is_ours(row)",
    .job_end_left =
        "UPDATE job SET state = 4, ended_at = ?1, _updated = ?1, _version = _version + 1 WHERE "
        "state = 1 AND cancel_wanted = 1 AND hf_job_is_left(row) RETURNING row",
    .job_is_free =
        "(state = 0 OR (state = 1 AND coalesce(cancel_wanted, 0) = 0 AND hf_job_is_left(row)))",
    .search_create =
        "CREATE TABLE IF NOT EXISTS \"$n_search\"(row BIGINT PRIMARY KEY, t TSVECTOR NOT NULL);"
        "CREATE INDEX IF NOT EXISTS \"$n_search_words\" ON \"$n_search\" USING gin(t)",
    .search_add = "INSERT INTO \"$n_search\"(row, t) VALUES (?1, CAST(?2 AS TSVECTOR))",
    .search_drop = "DELETE FROM \"$n_search\" WHERE row = ?1",
    .search_clear = "DELETE FROM \"$n_search\"",
    .search_untune = "ANALYZE \"$n_search\"",
    .search_row = "row",
    .search_match = "\"$n_search\".t @@ CAST(?$p AS TSQUERY)",
    .search_rank = "-ts_rank(\"$n_search\".t, CAST(?$p AS TSQUERY), 1)",
    .write_words = write_lexemes,
    .write_question = write_query,
    // The index of the noun itself: points need no tree of boxes.
    .place_create =
        "CREATE INDEX IF NOT EXISTS \"$n_where\" ON \"$n\"(\"$y\", \"$x\") WHERE \"$x\" IS NOT "
        "NULL AND \"$y\" IS NOT NULL;"
        "CREATE OR REPLACE VIEW \"$n_place\" AS SELECT row, \"$x\" AS west, \"$x\" AS east, \"$y\" "
        "AS south, \"$y\" AS north FROM \"$n\" WHERE \"$x\" IS NOT NULL AND \"$y\" IS NOT NULL",
    .write_area = write_edges,
};
