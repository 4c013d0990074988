// SPDX-License-Identifier: Apache-2.0
//
// Private to sqlite.c: a copy of a database that leaves in pieces and is never a file of SQLite's.
#ifndef HF_STORE_SQLITE_COPY_H
#define HF_STORE_SQLITE_COPY_H

#include <sqlite3.h>

#include "base/new_file.h"

// As the source sees it now, in its open transaction if there is one; others go on writing. A result of SQLite; `told`
// is filled when a piece could not be put.
int hf_sqlite_copy(sqlite3 *source, const hf_pieces *to, hf_error *told);

#endif
