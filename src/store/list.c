// SPDX-License-Identifier: Apache-2.0
//
// Lists: declared filters and sorts, a box, search, keyset pages, counts that are exact to 10,000.
// Records without a value of the sort field come last in both directions: a page is made of a full part and,
// behind it, an empty part. How a list is answered is decided in list_plan.c.
#include "store/list_job.h"

static bool fetch(const hf_list_job *job, const hf_sql_list_shape *shape, uint64_t limit,
                  uint64_t offset, hf_page *page, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!hf_list_prepare(job, shape, &stmt, err))
        return false;
    int position = hf_list_bind(job, shape, stmt);
    hf_stmt_i64(stmt, position + 1, (int64_t)limit);
    hf_stmt_i64(stmt, position + 2, (int64_t)offset);
    while (hf_stmt_step(stmt, &has_row, err)) {
        if (!has_row)
            return true;
        void *record = hf_arena_take(job->arena, job->sql->noun->struct_bytes);
        hf_record_read(job->sql, stmt, job->arena, record, NULL);
        page->records[page->count++] = record;
    }
    return false;
}

// One more than the page holds tells whether there is a next one.
static bool fetch_ranked(hf_list_job *job, uint64_t limit, hf_page *page, hf_error *err)
{
    uint64_t offset = job->ranked_offset + job->query->offset;
    if (!fetch(job, &job->shape, limit + 1, offset, page, err))
        return false;
    if (page->count > limit) {
        page->count = (size_t)limit;
        page->next = hf_list_ranked_cursor(job, offset + limit);
    }
    return true;
}

// Is the page read off the order that is kept of what is known? Where a walk along the index could pass much that is
// hidden, and nothing else is asked.
static bool is_ordered(const hf_list_job *job)
{
    const hf_sql_list_shape *shape = &job->shape;
    uint64_t live = (uint64_t)job->read->state.live[job->sql->index];
    // A change of what no digest holds may leave no history, by which an order is kept up.
    bool has_order = shape->sort == NULL || (hf_sql_has_index(job->sql, shape->sort) &&
                                             (shape->sort->flags & HF_FIELD_NO_DIGEST) == 0 &&
                                             hf_sql_left_out(job->sql, shape->sort) < 0);
    return shape->has_rows && !job->sql->is_link && has_order && job->filter_count == 0 &&
           !shape->has_text && !shape->has_box && job->rows->count < live - live / 8;
}

// The part of the page that has a value of the sort field.
static bool fetch_ordered(const hf_list_job *job, uint64_t limit, uint64_t offset, hf_page *page,
                          bool *is_done, hf_error *err)
{
    const hf_sql_list_shape *shape = &job->shape;
    hf_kept_order *order = NULL;
    bool down = shape->is_descending;
    size_t at = 0;
    if (!hf_orders_take(job->read, job->sql, job->query->sight, job->rows, shape->sort, &order,
                        err))
        return false;
    *is_done = order != NULL;
    if (order == NULL)
        return true;
    bool is_good =
        !shape->has_cursor || hf_order_find(job->read, job->sql, shape->sort, order,
                                            &job->sort_value, &job->tie, !down, &at, err);
    size_t left = !shape->has_cursor ? order->count : down ? at : order->count - at;
    for (uint64_t i = offset; is_good && i < left && page->count < limit; i++) {
        uint32_t row = order->rows[down ? left - 1 - i : order->count - left + i];
        void *record = NULL;
        is_good = hf_record_get(job->read, job->sql, row, job->arena, &record, NULL, err);
        HF_ASSERT(!is_good || record != NULL);
        page->records[page->count++] = record;
    }
    hf_orders_give(job->read->store->orders, &order);
    return is_good;
}

static bool fetch_full(const hf_list_job *job, const hf_sql_list_shape *full, uint64_t limit,
                       hf_page *page, hf_error *err)
{
    bool is_done = false;
    if (is_ordered(job) && !fetch_ordered(job, limit, job->query->offset, page, &is_done, err))
        return false;
    return is_done || fetch(job, full, limit, job->query->offset, page, err);
}

static bool fetch_parts(hf_list_job *job, uint64_t limit, hf_page *page, hf_error *err)
{
    hf_sql_list_shape full = job->shape;
    hf_sql_list_shape empty = job->shape;
    bool has_parts = full.sort != NULL && full.sort->type != HF_KEY;
    uint64_t offset = job->query->offset;
    size_t full_count = 0;
    full.part = has_parts ? HF_SQL_FULL_ONLY : HF_SQL_ALL;
    full.driver = hf_list_driver_of_order(job);
    empty.part = HF_SQL_EMPTY_ONLY;
    empty.has_cursor = job->part == HF_SQL_EMPTY_ONLY;
    if (job->part != HF_SQL_EMPTY_ONLY) {
        if (!fetch_full(job, &full, limit + 1, page, err))
            return false;
        full_count = page->count;
        uint64_t passed = 0;
        if (has_parts && full_count == 0 && offset > 0 &&
            !hf_list_count_up_to(job, &full, INT64_MAX, &passed, err))
            return false;
        offset = full_count > 0 ? 0 : offset - (passed < offset ? passed : offset);
    }
    if (has_parts && page->count <= limit &&
        !fetch(job, &empty, limit + 1 - page->count, offset, page, err))
        return false;
    if (page->count > limit) {
        page->count = (size_t)limit;
        bool is_full = limit <= full_count && limit > 0 && page->count <= full_count;
        page->next = hf_list_cursor_after(job, is_full ? full.part : HF_SQL_EMPTY_ONLY,
                                          page->records[limit - 1]);
    }
    return true;
}

static bool is_whole_noun(const hf_list_job *job)
{
    return job->filter_count == 0 && !job->shape.has_text && !job->shape.has_box &&
           !job->shape.has_scope && !job->shape.has_ends;
}

// All records of a noun, or all that are known: how many is kept.
static uint64_t whole_count(const hf_list_job *job)
{
    return job->shape.has_rows ? job->rows->count
                               : (uint64_t)job->read->state.live[job->sql->index];
}

// Where no order is asked for, the places are gone through by their indexes, unless a filter that leaves little leads.
static void let_scope_lead(const hf_list_job *job, hf_sql_list_shape *shape)
{
    shape->scope_leads = (shape->has_scope || shape->has_ends) && !shape->sight->is_national &&
                         !shape->has_text && !shape->box_by_index && shape->driver == NULL &&
                         job->has_scope_indexes;
    shape->scope_by_index &= !shape->scope_leads;
}

static bool count_page(const hf_list_job *job, hf_page *page, hf_error *err)
{
    hf_sql_list_shape shape = job->shape;
    bool has_sight = shape.has_scope || shape.has_ends || shape.has_rows;
    shape.has_cursor = false;
    shape.sort = NULL;
    let_scope_lead(job, &shape);
    page->is_total_exact = true;
    if (is_whole_noun(job)) {
        page->total = whole_count(job);
        return true;
    }
    if (job->query->want_exact_count && !shape.is_ranked)
        return hf_list_count_up_to(job, &shape, INT64_MAX, &page->total, err);
    int64_t limit = shape.is_ranked ? HF_SEARCH_RANKED_MAX : HF_COUNT_EXACT_MAX + 1;
    bool is_counted =
        job->counted_alone > 0 && job->filter_count == 1 && !shape.has_box && !has_sight;
    if (is_counted)
        page->total = job->counted_alone;
    else if (!hf_list_count_up_to(job, &shape, limit, &page->total, err))
        return false;
    page->is_total_exact = page->total < (uint64_t)limit;
    if (page->total > HF_COUNT_EXACT_MAX)
        page->total = HF_COUNT_EXACT_MAX;
    return true;
}

static hf_list_job *new_job(hf_read *read, const hf_query *query, hf_arena *arena)
{
    hf_list_job *job = HF_NEW(arena, hf_list_job);
    job->read = read;
    job->query = query;
    job->arena = arena;
    job->sql = hf_noun_sql_of(read->store, query->noun);
    return job;
}

static bool list_page(hf_list_job *job, hf_page *out, hf_error *err)
{
    const hf_query *query = job->query;
    hf_arena *arena = job->arena;
    hf_page page = {.is_total_exact = true};
    uint64_t limit = query->limit == 0 ? HF_LIST_LIMIT_DEFAULT : query->limit;
    if (limit > HF_LIST_LIMIT_MAX)
        limit = HF_LIST_LIMIT_MAX;
    if (!hf_list_plan(job, err))
        return false;
    page.records = HF_NEW_N(arena, void *, limit + 2);
    // Counts are kept: where one says that nothing is left, nobody walks an index for it again.
    bool counts_first = query->want_count && !job->shape.is_ranked && query->cursor.len == 0;
    if (!job->is_nothing && counts_first) {
        if (!count_page(job, &page, err))
            return false;
        job->is_nothing = page.total == 0;
    }
    if (!job->is_nothing) {
        if (!(job->shape.is_ranked ? fetch_ranked(job, limit, &page, err)
                                   : fetch_parts(job, limit, &page, err)))
            return false;
        if (query->want_count && !counts_first && !count_page(job, &page, err))
            return false;
    }
    *out = page;
    return true;
}

bool hf_store_list(hf_read *read, const hf_query *query, hf_arena *arena, hf_page *out,
                   hf_error *err)
{
    hf_list_job *job = new_job(read, query, arena);
    bool is_done = list_page(job, out, err);
    hf_sets_give(read->store->sets, &job->rows);
    return is_done;
}

static bool count_all(hf_list_job *job, uint64_t *out, hf_error *err)
{
    if (!hf_list_plan(job, err))
        return false;
    *out = 0;
    if (job->is_nothing)
        return true;
    if (is_whole_noun(job)) {
        *out = whole_count(job);
        return true;
    }
    job->shape.has_cursor = false;
    job->shape.sort = NULL;
    job->shape.is_ranked = false; // all hits, not the ranked ones only
    let_scope_lead(job, &job->shape);
    return hf_list_count_up_to(job, &job->shape, INT64_MAX, out, err);
}

bool hf_store_count(hf_read *read, const hf_query *query, uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_list_job *job = new_job(read, query, &arena);
    bool is_done = count_all(job, out, err);
    hf_sets_give(read->store->sets, &job->rows);
    return is_done;
}

static bool count_by(hf_list_job *job, const hf_field *field, hf_arena *arena, hf_group **groups,
                     size_t *group_count, hf_error *err)
{
    HF_VEC(hf_group) list = {0};
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    *groups = NULL;
    *group_count = 0;
    if (!hf_list_plan(job, err))
        return false;
    if (job->is_nothing)
        return true;
    hf_sql_list_shape shape = job->shape;
    shape.what = HF_SQL_GROUPS;
    shape.group = field;
    shape.has_cursor = false;
    shape.sort = NULL;
    shape.is_ranked = false;
    let_scope_lead(job, &shape);
    if (!hf_list_prepare(job, &shape, &stmt, err))
        return false;
    (void)hf_list_bind(job, &shape, stmt);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        hf_group group = {.value = hf_str_copy(arena, hf_stmt_get_str(stmt, 0)),
                          .count = (uint64_t)hf_stmt_get_i64(stmt, 1)};
        HF_VEC_ADD(arena, &list, group);
    }
    *groups = list.items;
    *group_count = list.count;
    return true;
}

bool hf_store_count_by(hf_read *read, const hf_query *query, const hf_field *field, hf_arena *arena,
                       hf_group **groups, size_t *group_count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_list_job *job = new_job(read, query, &scratch);
    bool is_done = count_by(job, field, arena, groups, group_count, err);
    hf_sets_give(read->store->sets, &job->rows);
    return is_done;
}

static void copy_rows(const hf_kept_rows *rows, uint64_t *bits)
{
    for (size_t i = 0; i < rows->bytes; i++)
        bits[i / 8] |= (uint64_t)rows->bits[i] << (i % 8 * 8);
}

static bool known_rows(hf_list_job *job, hf_arena *arena, hf_row_set *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    if (!hf_list_plan(job, err))
        return false;
    hf_sql_list_shape shape = job->shape;
    shape.what = HF_SQL_ROWS;
    let_scope_lead(job, &shape);
    int64_t row_max = job->read->state.row_max[job->sql->index];
    uint64_t *bits = HF_NEW_N(arena, uint64_t, (size_t)row_max / 64 + 1);
    *out = (hf_row_set){bits, row_max};
    if (job->rows != NULL) {
        copy_rows(job->rows, bits);
        return true;
    }
    if (!hf_list_prepare(job, &shape, &stmt, err))
        return false;
    (void)hf_list_bind(job, &shape, stmt);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            return true;
        int64_t row = hf_stmt_get_i64(stmt, 0);
        HF_ASSERT(row > 0 && row <= row_max);
        bits[row / 64] |= UINT64_C(1) << (row % 64);
    }
}

bool hf_store_known_rows(hf_read *read, const hf_noun *noun, const hf_sight *sight, hf_arena *arena,
                         hf_row_set *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_query query = {.noun = noun, .sight = sight};
    hf_list_job *job = new_job(read, &query, &scratch);
    bool is_done = known_rows(job, arena, out, err);
    hf_sets_give(read->store->sets, &job->rows);
    return is_done;
}
