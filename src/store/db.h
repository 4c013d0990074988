// SPDX-License-Identifier: Apache-2.0
//
// What a database must be able to do for the store: a thin SQL driver, sixteen calls, and the words in which its SQL
// differs. Behind it stand sqlite.c, postgres.c and, in tests, faulty.c over another driver. Private to store/.
#ifndef HF_STORE_DB_H
#define HF_STORE_DB_H

#include "base/new_file.h"
#include "store/dialect.h"

typedef struct hf_db_driver hf_db_driver;
// A driver's own structs begin with these.
typedef struct {
    const hf_db_driver *driver;
} hf_db; // one connection, one thread at a time
typedef struct {
    const hf_db_driver *driver;
} hf_db_statement;

typedef enum {
    HF_VALUE_NULL,
    HF_VALUE_INTEGER,
    HF_VALUE_DOUBLE,
    HF_VALUE_TEXT,
    HF_VALUE_BLOB
} hf_value_type;
typedef struct {
    hf_value_type type;
    int64_t integer;
    double number;
    hf_str text; // of texts and blobs
} hf_value;

typedef struct {
    const char *path;   // a file, or an address with all that is secret in it
    bool create;        // make it when it is missing
    bool is_writer;     // gets the large page cache
    uint32_t wait_ms;   // for another program's lock
    void *driver_state; // of a wrapping driver
} hf_db_options;

enum { HF_APPLICATION_ID = 0x484f4c44 }; // "HOLD"

// What a place holds, before anything in it is touched.
typedef struct {
    bool is_there;   // false: nothing, and with options->create one can be made
    bool is_foreign; // a database of another program
    int64_t schema;  // 0: it holds nothing yet
} hf_db_found;

typedef enum {
    HF_DB_READS,
    HF_DB_WRITES,
    HF_DB_WRITES_NOW, // and waits for no other program's write
} hf_db_begin;

struct hf_db_driver {
    const char *name;
    const char *const
        *schemes; // beginnings of the addresses that are its own; NULL: paths of files
    const hf_dialect *words;
    // Errors: HF_ERR_NOT_FOUND "store.missing", HF_ERR_INPUT "store.not_a_store" …
    bool (*look)(const hf_db_options *options, hf_db_found *out, hf_error *err);
    bool (*open)(const hf_db_options *options, hf_db **out, hf_error *err);
    // Files that opening an address reads, wherever they lie, NULL-ended; NULL: nothing but the path itself.
    const char *const *(*files)(const char *path, hf_arena *arena);
    void (*close)(hf_db *db); // all statements are finished before
    // SQL may call hf_in_area(lon, lat, text of an hf_area): 1 inside, 0 outside or without a place.
    // hf_has_bit(blob, row): is that bit of the blob set? And the table hf_bits(blob): its column row, the number of each
    // bit that is set, ascending or descending as the order asks, from a bound on row.
    // Statements without values and results: schema, pragmas.
    bool (*run)(hf_db *db, const char *sql, hf_error *err);
    // Errors: HF_ERR_BUSY "store.busy" when another program writes, behind options->wait_ms or at once.
    bool (*begin)(hf_db *db, hf_db_begin kind, hf_error *err);
    bool (*commit)(hf_db *db, hf_error *err); // on failure the transaction is still open
    void (*rollback)(hf_db *db);              // never fails; without a transaction it does nothing
    bool (*prepare)(hf_db *db, const char *sql, hf_db_statement **out, hf_error *err);
    // Binds $position (from 1). Texts are borrowed until the next reset. A fault shows at the next step.
    void (*bind)(hf_db_statement *statement, int position, const hf_value *value);
    bool (*step)(hf_db_statement *statement, bool *has_row, hf_error *err);
    // Column from 0 of the present row. Texts are valid until the next step or reset.
    void (*column)(hf_db_statement *statement, int column, hf_value *out);
    void (*reset)(hf_db_statement *statement); // keeps the values bound
    void (*finish)(hf_db_statement *statement);
    // Outside a transaction: from now on a transaction writes its pages straight into the file and keeps what it
    // overwrites in a journal beside it (true), or into the log as always (false). Either is safe against a crash.
    // True fails with HF_ERR_BUSY when anybody else has the file open, or there is no file; then nothing has changed.
    bool (*write_straight)(hf_db *db, bool is_straight, hf_error *err);
    // While indexes are built over many rows (true) and afterwards (false): only a matter of speed.
    void (*sort_rows)(hf_db *db, bool is_sorting);
    // A consistent copy of the whole database, as this connection sees it in its transaction if one is open: the pieces
    // of a file that is one, each once, in any order.
    bool (*copy)(hf_db *db, const hf_pieces *to, hf_error *err);
};

extern const hf_db_driver hf_db_sqlite;
extern const hf_db_driver hf_db_postgres; // where it is built in
// All that are built in (meson.build): the one whose scheme fits, else the one for files. NULL: none fits.
extern const hf_db_driver *const hf_db_drivers[];

#endif
