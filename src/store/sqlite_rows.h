// SPDX-License-Identifier: Apache-2.0
//
// Sets of rows inside SQL, for sqlite.c: hf_has_bit and hf_bits (db.h).
#ifndef HF_STORE_SQLITE_ROWS_H
#define HF_STORE_SQLITE_ROWS_H

#include <sqlite3.h>

// Makes both known to a connection. Out of memory stops the program.
void hf_sqlite_add_rows(sqlite3 *handle);

#endif
