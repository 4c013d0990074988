// SPDX-License-Identifier: Apache-2.0
//
// What somebody may know of, in the order of a field: the rows of a set (sets.c) as a list. An index over all records
// holds what is known anywhere, and a walk along it could pass all that is hidden first; here a page is where it is
// looked for. Made by one such walk, kept until the data change; then the records that the history names move.
#include <string.h>

#include "store/internal.h"

enum { ORDERS_MAX = 128, MOVED_MAX = 100, SQL_BYTES_MAX = 1 << 16 };
#define BYTES_MAX ((size_t)64 << 20) // of all orders together

typedef struct {
    hf_sha256 question; // noun, sight, field
    int64_t data_version, event, row_max;
    uint64_t lineage;     // of the set
    hf_kept_order *order; // NULL: free place
    uint64_t used_at;
} order_item;

struct hf_orders {
    hf_arena own;              // holds this very struct
    pthread_mutex_t lock;      // items, use counts
    pthread_mutex_t make_lock; // one makes, the others wait and find
    order_item items[ORDERS_MAX];
    size_t bytes;
    uint64_t clock;
};

hf_orders *hf_orders_open(void)
{
    hf_arena own = {0};
    hf_orders *orders = HF_NEW(&own, hf_orders);
    (void)pthread_mutex_init(&orders->lock, NULL);
    (void)pthread_mutex_init(&orders->make_lock, NULL);
    orders->own = own;
    return orders;
}

static hf_kept_order *make_order(size_t capacity)
{
    hf_arena own = {0};
    hf_kept_order *order = HF_NEW(&own, hf_kept_order);
    order->rows = HF_NEW_N(&own, uint32_t, capacity + 1);
    order->bytes = (capacity + 1) * sizeof(order->rows[0]);
    order->use_count = 1;
    order->own = own;
    return order;
}

static void drop_order(hf_kept_order **order)
{
    if (*order != NULL && --(*order)->use_count == 0) {
        hf_arena own = (*order)->own;
        hf_arena_done(&own);
    }
    *order = NULL;
}

static void drop_item(hf_orders *orders, order_item *item)
{
    orders->bytes -= item->order != NULL ? item->order->bytes : 0;
    drop_order(&item->order);
}

void hf_orders_close(hf_orders **slot)
{
    hf_orders *orders = *slot;
    *slot = NULL;
    if (orders == NULL)
        return;
    for (size_t i = 0; i < ORDERS_MAX; i++)
        drop_item(orders, &orders->items[i]);
    (void)pthread_mutex_destroy(&orders->lock);
    (void)pthread_mutex_destroy(&orders->make_lock);
    hf_arena own = orders->own;
    hf_arena_done(&own);
}

void hf_orders_give(hf_orders *orders, hf_kept_order **order)
{
    if (*order == NULL)
        return;
    (void)pthread_mutex_lock(&orders->lock);
    drop_order(order);
    (void)pthread_mutex_unlock(&orders->lock);
}

// --- what is kept ----------------------------------------------------------------------------------------

static order_item *find_item(hf_orders *orders, const hf_sha256 *question)
{
    for (size_t i = 0; i < ORDERS_MAX; i++)
        if (orders->items[i].order != NULL &&
            memcmp(orders->items[i].question.bytes, question->bytes, sizeof question->bytes) == 0)
            return &orders->items[i];
    return NULL;
}

// Room for one more: the longest unused goes.
static order_item *free_place(hf_orders *orders, size_t bytes)
{
    for (;;) {
        order_item *place = NULL, *oldest = NULL;
        for (size_t i = 0; i < ORDERS_MAX; i++) {
            order_item *item = &orders->items[i];
            if (item->order == NULL)
                place = item;
            else if (oldest == NULL || item->used_at < oldest->used_at)
                oldest = item;
        }
        if (oldest == NULL || (place != NULL && orders->bytes + bytes <= BYTES_MAX))
            return place;
        drop_item(orders, oldest);
    }
}

static hf_kept_order *find_order(hf_orders *orders, const hf_sha256 *question, const hf_read *read,
                                 bool *is_newer)
{
    hf_kept_order *order = NULL;
    (void)pthread_mutex_lock(&orders->lock);
    order_item *item = find_item(orders, question);
    *is_newer = item != NULL && item->data_version > read->state.data_version;
    if (item != NULL && item->data_version == read->state.data_version) {
        item->used_at = ++orders->clock;
        order = item->order;
        order->use_count++;
    }
    (void)pthread_mutex_unlock(&orders->lock);
    return order;
}

// Takes over one use of the order and gives the caller another.
static void keep_item(hf_orders *orders, const order_item *made)
{
    (void)pthread_mutex_lock(&orders->lock);
    order_item *item = find_item(orders, &made->question);
    if (item != NULL)
        drop_item(orders, item);
    item = free_place(orders, made->order->bytes);
    *item = *made;
    item->used_at = ++orders->clock;
    item->order->use_count++;
    orders->bytes += item->order->bytes;
    (void)pthread_mutex_unlock(&orders->lock);
}

// --- where something stands ------------------------------------------------------------------------------

static void bind_value(hf_stmt *stmt, int position, const hf_value *value)
{
    stmt->conn->driver->bind(stmt->raw, position, value);
}

bool hf_order_find(hf_read *read, const hf_noun_sql *sql, const hf_field *field,
                   const hf_kept_order *order, const hf_value *value, const hf_value *key,
                   bool is_behind, size_t *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    size_t low = 0, high = order->count;
    hf_sql_order_before(sql, field, is_behind, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(read->conn, text.ptr, &stmt, err))
        return false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool has_row = false;
        hf_stmt_reset(stmt);
        hf_stmt_i64(stmt, 1, order->rows[middle]);
        bind_value(stmt, 2, key);
        if (field != NULL)
            bind_value(stmt, 3, value);
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        bool is_before = has_row && hf_stmt_get_i64(stmt, 0) == 1;
        low = is_before ? middle + 1 : low;
        high = is_before ? high : middle;
    }
    *out = low;
    return true;
}

// --- making ----------------------------------------------------------------------------------------------

static bool walk(hf_read *read, const hf_noun_sql *sql, const hf_field *field,
                 const hf_kept_rows *rows, hf_kept_order *order, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const hf_value bits = {.type = HF_VALUE_BLOB, .text = {(const char *)rows->bits, rows->bytes}};
    bool has_row = true;
    hf_sql_order(sql, field, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(read->conn, text.ptr, &stmt, err))
        return false;
    bind_value(stmt, 1, &bits);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            return true;
        HF_ASSERT(order->count < rows->count);
        order->rows[order->count++] = (uint32_t)hf_stmt_get_i64(stmt, 0);
    }
}

// Puts a row to where it now belongs.
static bool insert(hf_read *read, const hf_noun_sql *sql, const hf_field *field, int64_t row,
                   hf_kept_order *order, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_value key = {.type = HF_VALUE_NULL}, value = key;
    bool has_row = false;
    size_t at = 0;
    hf_sql_order_value(sql, field, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(read->conn, text.ptr, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, row);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    if (!has_row || hf_stmt_is_null(stmt, 1))
        return true;
    stmt->conn->driver->column(stmt->raw, 0, &key);
    stmt->conn->driver->column(stmt->raw, 1, &value);
    if (!hf_order_find(read, sql, field, order, &value, &key, false, &at, err))
        return false;
    memmove(order->rows + at + 1, order->rows + at, (order->count - at) * sizeof(order->rows[0]));
    order->rows[at] = (uint32_t)row;
    order->count++;
    return true;
}

static bool has_moved(const hf_row_list *moved, uint32_t row)
{
    for (size_t i = 0; i < moved->count; i++)
        if (moved->items[i] == row)
            return true;
    return false;
}

// The old order without what has changed or is no longer known; what has changed finds its place again.
static bool move(hf_read *read, const hf_noun_sql *sql, const hf_field *field,
                 const hf_kept_rows *rows, const hf_kept_order *old, const hf_row_list *moved,
                 hf_kept_order *order, hf_error *err)
{
    for (size_t i = 0; i < old->count; i++)
        if (!has_moved(moved, old->rows[i]))
            order->rows[order->count++] = old->rows[i];
    for (size_t i = 0; i < moved->count; i++) {
        bool is_again = false; // named twice
        for (size_t k = 0; k < i; k++)
            is_again |= moved->items[k] == moved->items[i];
        if (!is_again && hf_rows_have(rows, (uint64_t)moved->items[i]) &&
            !insert(read, sql, field, moved->items[i], order, err))
            return false;
    }
    return true;
}

static bool make(hf_read *read, const hf_noun_sql *sql, const hf_field *field,
                 const hf_kept_rows *rows, order_item *made, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const order_item *old = find_item(read->store->orders, &made->question);
    hf_row_list moved = {0};
    bool is_all = false;
    if (old != NULL &&
        !hf_sets_changed(read, sql, old->event, old->row_max, &scratch, &moved, &is_all, err))
        return false;
    bool is_new = old == NULL || is_all || moved.count > MOVED_MAX || made->lineage != old->lineage;
    made->order = make_order(rows->count);
    bool is_done = is_new ? walk(read, sql, field, rows, made->order, err)
                          : move(read, sql, field, rows, old->order, &moved, made->order, err);
    if (!is_done)
        drop_order(&made->order);
    return is_done;
}

static hf_sha256 question_of(const hf_noun_sql *sql, const hf_sight *sight, const hf_field *field)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    hf_sha256 set = hf_sets_question(sql->noun, sight);
    hf_buf_add_str(&text, (hf_str){(const char *)set.bytes, sizeof set.bytes});
    hf_buf_add_z(&text, field != NULL ? field->name : "key");
    return hf_sha256_of(hf_buf_str(&text));
}

bool hf_orders_take(hf_read *read, const hf_noun_sql *sql, const hf_sight *sight,
                    const hf_kept_rows *rows, const hf_field *field, hf_kept_order **out,
                    hf_error *err)
{
    hf_orders *orders = read->store->orders;
    const hf_state *state = &read->state;
    bool is_newer = false, is_made = true;
    order_item made = {.question = question_of(sql, sight, field),
                       .data_version = state->data_version,
                       .event = state->event_last,
                       .row_max = state->row_max[sql->index],
                       .lineage = rows->lineage};
    *out = find_order(orders, &made.question, read, &is_newer);
    if (*out != NULL || is_newer)
        return true;
    (void)pthread_mutex_lock(&orders->make_lock);
    *out = find_order(orders, &made.question, read, &is_newer);
    if (*out == NULL && !is_newer) {
        is_made = make(read, sql, field, rows, &made, err);
        if (is_made)
            keep_item(orders, &made);
        *out = made.order;
    }
    (void)pthread_mutex_unlock(&orders->make_lock);
    return is_made;
}
