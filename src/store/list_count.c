// SPDX-License-Identifier: Apache-2.0
//
// Statements of lists, and their counts: the same lists come again and again, and their counts are the dearest part, so
// they are kept until the data change.
#include <string.h>

#include "store/list_job.h"

void hf_list_bind_value(hf_stmt *stmt, int position, const hf_value *value)
{
    stmt->conn->driver->bind(stmt->raw, position, value);
}

int hf_list_bind(const hf_list_job *job, const hf_sql_list_shape *shape, hf_stmt *stmt)
{
    int position = 0;
    if (shape->has_text)
        for (size_t i = hf_sql_text_count(job->sql, shape->is_ranked); i > 0; i--)
            hf_stmt_text(stmt, ++position, job->match);
    for (size_t i = 0; i < job->value_count && shape->filter_count > 0; i++)
        hf_list_bind_value(stmt, ++position, &job->values[i]);
    if (shape->has_scope || shape->has_ends || shape->has_rows)
        for (size_t i = 0; i < job->sight_value_count; i++)
            hf_list_bind_value(stmt, ++position, &job->sight_values[i]);
    if (shape->has_box) {
        hf_stmt_double(stmt, ++position, job->query->west);
        hf_stmt_double(stmt, ++position, job->query->south);
        hf_stmt_double(stmt, ++position, job->query->east);
        hf_stmt_double(stmt, ++position, job->query->north);
    }
    if (shape->has_area)
        hf_stmt_text(stmt, ++position, job->area);
    if (shape->has_cursor) {
        if (shape->sort != NULL && shape->part != HF_SQL_EMPTY_ONLY)
            hf_list_bind_value(stmt, ++position, &job->sort_value);
        hf_list_bind_value(stmt, ++position, &job->tie);
    }
    return position;
}

bool hf_list_prepare(const hf_list_job *job, const hf_sql_list_shape *shape, hf_stmt **out,
                     hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(TEXT_BYTES_MAX);
    hf_sql_list(job->sql, shape, &text);
    hf_buf_add_byte(&text, '\0');
    HF_ASSERT(!text.overflow);
    return hf_stmt_once(job->read->conn, text.ptr, out, err);
}

// --- counts ----------------------------------------------------------------------------------------------
// The same lists come again and again, and their counts are the dearest part: kept until the data change.

void hf_list_add_question(const hf_value *value, hf_buf *out)
{
    hf_buf_add_format(out, "\n%d ", (int)value->type);
    switch (value->type) {
    case HF_VALUE_NULL:
        break;
    case HF_VALUE_INTEGER:
        hf_buf_add_i64(out, value->integer);
        break;
    case HF_VALUE_DOUBLE:
        hf_buf_add_double(out, value->number);
        break;
    case HF_VALUE_TEXT:
    case HF_VALUE_BLOB:
        hf_buf_add_format(out, "%zu ", value->text.len);
        hf_buf_add_str(out, value->text);
        break;
    }
}

static hf_value text_value(hf_str text)
{
    return (hf_value){.type = HF_VALUE_TEXT, .text = text};
}

// In place of the set of rows, which follows from it.
static void add_question_sight(const hf_list_job *job, hf_buf *out)
{
    hf_sha256 hash = hf_sets_question(job->sql->noun, job->query->sight);
    const hf_value value = text_value((hf_str){(const char *)hash.bytes, sizeof hash.bytes});
    hf_list_add_question(&value, out);
}

static hf_sha256 question_of(const hf_list_job *job, const hf_sql_list_shape *shape, int64_t limit)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 22);
    const double box[] = {job->query->west, job->query->south, job->query->east, job->query->north};
    const hf_value last = {.type = HF_VALUE_INTEGER, .integer = limit};
    const hf_value match = text_value(job->match), area = text_value(job->query->area);
    hf_sql_list(job->sql, shape, &text);
    hf_list_add_question(&match, &text);
    for (size_t i = 0; i < job->value_count && shape->filter_count > 0; i++)
        hf_list_add_question(&job->values[i], &text);
    for (size_t i = 0; i < job->sight_value_count && !shape->has_rows; i++)
        hf_list_add_question(&job->sight_values[i], &text);
    if (shape->has_rows)
        add_question_sight(job, &text);
    for (size_t i = 0; i < HF_COUNT(box) && shape->has_box; i++)
        hf_list_add_question(&(hf_value){.type = HF_VALUE_DOUBLE, .number = box[i]}, &text);
    hf_list_add_question(&area, &text);
    hf_list_add_question(&last, &text);
    HF_ASSERT(!text.overflow);
    return hf_sha256_of(hf_buf_str(&text));
}

static hf_kept_count *place_of(hf_store *store, const hf_sha256 *question)
{
    size_t at = (size_t)question->bytes[0] << 8 | question->bytes[1];
    return &store->counts[at % HF_KEPT_COUNTS];
}

bool hf_list_find_count(const hf_list_job *job, const hf_sha256 *question, uint64_t *out)
{
    hf_store *store = job->read->store;
    (void)pthread_mutex_lock(&store->pool_lock);
    const hf_kept_count *kept = place_of(store, question);
    bool is_there = kept->data_version == hf_read_data_version(job->read) &&
                    memcmp(kept->question.bytes, question->bytes, sizeof question->bytes) == 0;
    if (is_there)
        *out = kept->count;
    (void)pthread_mutex_unlock(&store->pool_lock);
    return is_there;
}

void hf_list_keep_count(const hf_list_job *job, const hf_sha256 *question, uint64_t count)
{
    hf_store *store = job->read->store;
    (void)pthread_mutex_lock(&store->pool_lock);
    *place_of(store, question) = (hf_kept_count){hf_read_data_version(job->read), *question, count};
    (void)pthread_mutex_unlock(&store->pool_lock);
}

bool hf_list_is_kept(const hf_list_job *job, bool has_cursor)
{
    return !has_cursor && job->sql->is_data && job->read->tx == NULL &&
           hf_read_data_version(job->read) > 0;
}

bool hf_list_count_up_to(const hf_list_job *job, const hf_sql_list_shape *given, int64_t limit,
                         uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_sql_list_shape shape = *given;
    hf_sha256 question = {0};
    bool has_row = false;
    shape.what = HF_SQL_COUNT;
    if (hf_list_is_kept(job, shape.has_cursor)) {
        question = question_of(job, &shape, limit);
        if (hf_list_find_count(job, &question, out))
            return true;
    }
    if (!hf_list_prepare(job, &shape, &stmt, err))
        return false;
    int position = hf_list_bind(job, &shape, stmt);
    hf_stmt_i64(stmt, position + 1, limit);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = has_row ? (uint64_t)hf_stmt_get_i64(stmt, 0) : 0;
    if (hf_list_is_kept(job, shape.has_cursor))
        hf_list_keep_count(job, &question, *out);
    return true;
}

bool hf_list_count_filter(const hf_list_job *job, size_t index, uint64_t *out, hf_error *err)
{
    hf_list_job one = *job;
    size_t first = 0;
    one.sight_value_count = 0; // else the question of a filter alone would hold all bits of the set
    for (size_t i = 0; i < index; i++)
        first += job->filters[i].value_count;
    one.value_count = job->filters[index].value_count;
    memcpy(one.values, job->values + first, one.value_count * sizeof(one.values[0]));
    hf_sql_list_shape shape = {.filters = &job->filters[index], .filter_count = 1};
    return hf_list_count_up_to(&one, &shape, HF_COUNT_EXACT_MAX + 1, out, err);
}

bool hf_list_hides_some(const hf_list_job *job, const hf_noun_sql *sql, const hf_sql_filter *filter,
                        const hf_value *value, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(TEXT_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    int32_t left_out = hf_sql_left_out(sql, filter->field);
    bool is_marking = filter->how == HF_AT_MOST && left_out >= 0 && value->integer >= left_out;
    *out = true;
    if ((filter->how != HF_WITHIN && !is_marking) || !hf_sql_has_index(sql, filter->field))
        return true;
    hf_sql_hidden(sql, filter->field, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(job->read->conn, text.ptr, &stmt, err))
        return false;
    if (is_marking)
        hf_list_bind_value(stmt, 1, value);
    return hf_stmt_step(stmt, out, err);
}

bool hf_list_drop_idle_filters(hf_list_job *job, hf_error *err)
{
    size_t kept = 0, from = 0, to = 0, own_kept = 0;
    for (size_t i = 0; i < job->filter_count; i++) {
        hf_sql_filter filter = job->filters[i];
        size_t count = filter.value_count;
        bool is_needed = true;
        if (!hf_list_hides_some(job, job->sql, &filter, &job->values[from], &is_needed, err))
            return false;
        if (is_needed) {
            memmove(&job->values[to], &job->values[from], count * sizeof(job->values[0]));
            job->filters[kept++] = filter;
            own_kept += i < job->own_filter_count;
            to += count;
        }
        from += count;
    }
    job->filter_count = kept;
    job->value_count = to;
    job->own_filter_count = own_kept;
    return true;
}
