// SPDX-License-Identifier: Apache-2.0
//
// One list on its way: shared by list.c, which fetches pages, and by list_plan.c, list_filter.c, list_cursor.c, list_count.c.
// Inside store/ only. All lies in the arena of the job, but the rows, which list.c gives back.
#ifndef HF_STORE_LIST_JOB_H
#define HF_STORE_LIST_JOB_H

#include "base/limits.h"
#include "store/internal.h"

enum { FILTERS_MAX = 32, VALUES_MAX = 200, TEXT_BYTES_MAX = 1 << 20 };

typedef struct {
    hf_read *read;
    const hf_noun_sql *sql;
    const hf_query *query;
    hf_arena *arena;
    hf_sql_filter filters[FILTERS_MAX];
    size_t filter_count;
    size_t own_filter_count; // those of the asker; behind them stand those of the access rule
    hf_value values[VALUES_MAX];
    size_t value_count;
    hf_str match;    // the search question
    hf_str area;     // as the database reads it
    bool is_nothing; // can have no hit: a search without a searchable word
    // What the last filter leaves by itself, up to one above the exact; 0: not counted.
    uint64_t counted_alone;
    hf_sql_list_shape shape;
    hf_value *sight_values;
    size_t sight_value_count;
    bool has_scope_indexes;
    uint64_t scope_rows; // in the places of the sight, up to one above what a page is read by
    hf_kept_rows *rows;  // in use; NULL: none
    // cursor
    hf_sql_part part;
    hf_value sort_value, tie;
    uint64_t ranked_offset;
} hf_list_job;

// --- list_filter.c ---
bool hf_list_fail_field(hf_str name, hf_error *err); // "query.field"; always false
// The value of a field of a record; its text lies in the record.
hf_value hf_list_value_of(const hf_field *field, const void *record);
bool hf_list_is_declared(const hf_field *field); // may be filtered and sorted by
bool hf_list_add_value(hf_list_job *job, hf_value value, hf_error *err) HF_CHECKED;
// Each word with the spaces around it, as sql_gen.c looks for it.
bool hf_list_add_words(hf_list_job *job, hf_sql_filter *filter, hf_str words,
                       hf_error *err) HF_CHECKED;
// The filter at this place of the question, with all others that it is taken together with.
bool hf_list_add_filter(hf_list_job *job, size_t index, hf_error *err) HF_CHECKED;

// --- list_cursor.c ---
hf_str hf_list_cursor_after(const hf_list_job *job, hf_sql_part part, const void *record);
hf_str hf_list_ranked_cursor(const hf_list_job *job, uint64_t offset);
// Takes the question's cursor. Errors: "query.cursor" when it belongs to another list.
bool hf_list_read_cursor(hf_list_job *job, hf_error *err) HF_CHECKED;

// --- list_count.c ---
void hf_list_bind_value(hf_stmt *stmt, int position, const hf_value *value);
// Binds all but limit and offset; returns the last position used.
int hf_list_bind(const hf_list_job *job, const hf_sql_list_shape *shape, hf_stmt *stmt);
bool hf_list_prepare(const hf_list_job *job, const hf_sql_list_shape *shape, hf_stmt **out,
                     hf_error *err) HF_CHECKED;
// Writes a value into the text by which a kept count is found again.
void hf_list_add_question(const hf_value *value, hf_buf *out);
// What changes without a new data version (users, jobs, runs …), what a transaction sees, and what is left behind a
// cursor is counted each time.
bool hf_list_is_kept(const hf_list_job *job, bool has_cursor);
bool hf_list_find_count(const hf_list_job *job, const hf_sha256 *question, uint64_t *out);
void hf_list_keep_count(const hf_list_job *job, const hf_sha256 *question, uint64_t count);
bool hf_list_count_up_to(const hf_list_job *job, const hf_sql_list_shape *given, int64_t limit,
                         uint64_t *out, hf_error *err) HF_CHECKED;
// How many records one filter alone would leave, up to one above what is counted exactly.
bool hf_list_count_filter(const hf_list_job *job, size_t index, uint64_t *out,
                          hf_error *err) HF_CHECKED;
// Does this filter of the access rule drop a record at all? Seen by an index that holds the exceptions only.
bool hf_list_hides_some(const hf_list_job *job, const hf_noun_sql *sql, const hf_sql_filter *filter,
                        const hf_value *value, bool *out, hf_error *err) HF_CHECKED;
// Leaves out the filters that drop nothing: most registers hide nothing, and then lists and counts need not look at
// each record.
bool hf_list_drop_idle_filters(hf_list_job *job, hf_error *err) HF_CHECKED;

// --- list_plan.c ---
// Fills the job's shape. The job may hold rows afterwards, also when it fails.
bool hf_list_plan(hf_list_job *job, hf_error *err) HF_CHECKED;
// Filters that leave much: the order leads, if its index holds all values.
const hf_field *hf_list_driver_of_order(const hf_list_job *job);

#endif
