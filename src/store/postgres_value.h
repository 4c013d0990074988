// SPDX-License-Identifier: Apache-2.0
//
// Private to postgres.c: values of the store as PostgreSQL sends and takes them, by the number of their type.
#ifndef HF_STORE_POSTGRES_VALUE_H
#define HF_STORE_POSTGRES_VALUE_H

#include "store/db.h"

enum { HF_PG_NUMBER_CHARS = 40 };

// What goes out with a statement: numbers and bytes in binary, types that are not known here as text.
typedef struct {
    const char **pointers;
    int *lengths, *formats;
    char (*numbers)[HF_PG_NUMBER_CHARS];
    hf_arena copies; // of texts that must be ended by a zero
} hf_pg_sent;

// A value that came in, in binary.
typedef struct {
    int len; // -1: NULL
    const char *ptr;
} hf_pg_cell;

hf_pg_sent hf_pg_sent_of(size_t count, hf_arena *arena);
// false: the value cannot be of this type.
bool hf_pg_set_value(hf_pg_sent *sent, int index, uint32_t type, const hf_value *value);
hf_str hf_pg_cell_text(const hf_pg_cell *cell);
void hf_pg_read_cell(uint32_t type, const hf_pg_cell *cell, hf_value *out);

#endif
