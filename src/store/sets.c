// SPDX-License-Identifier: Apache-2.0
//
// The rows of a noun that somebody may know of, one bit each, kept per sight until the data change: then lists, searches
// and counts ask a bit instead of the record (hf_has_bit), and what little is known is gone through at once (hf_bits).
// The sets are made by the SQL of sql_sight.c and by its indexes. After a change only the records that the history names
// are asked again. Of links the ends are kept too, so that a set of links follows from the set of the assets.
// list.c asks; inside a transaction, and in a state older than the one kept, it asks each record by SQL.
#include <string.h>

#include "model/asset.h"
#include "model/region.h"
#include "store/internal.h"

enum { ITEMS_MAX = 256, CHANGED_MAX = 5000, HISTORY_MAX = 50000, SQL_BYTES_MAX = 1 << 20 };
#define BYTES_MAX ((size_t)64 << 20) // of all sets together

typedef struct {
    hf_sha256 question; // noun and sight
    int64_t data_version, event, row_max;
    hf_kept_rows *rows;   // NULL: free place
    hf_kept_rows *assets; // of links: those that it was made of
    uint64_t ends_stamp;
    uint64_t used_at;
} set_item;

// The assets that each link joins.
typedef struct {
    hf_arena own;
    int64_t data_version, event, row_max;
    size_t capacity;
    uint32_t *ends[HF_LINKS_MAX]; // by row; 0: no such link
    uint64_t stamp;               // 0: not made yet, or half done; goes up with each change
    uint64_t last_stamp;          // never goes back: a stamp names one state for good
} end_list;

struct hf_sets {
    hf_arena own;              // holds this very struct
    pthread_mutex_t lock;      // items, use counts
    pthread_mutex_t make_lock; // one makes, the others wait and find; ends
    set_item items[ITEMS_MAX];
    size_t bytes;
    uint64_t clock, lineage;
    end_list ends[HF_NOUN_COUNT_MAX];
};

hf_sets *hf_sets_open(void)
{
    hf_arena own = {0};
    hf_sets *sets = HF_NEW(&own, hf_sets);
    (void)pthread_mutex_init(&sets->lock, NULL);
    (void)pthread_mutex_init(&sets->make_lock, NULL);
    sets->own = own;
    return sets;
}

// --- sets of rows ----------------------------------------------------------------------------------------

static hf_kept_rows *make_rows(int64_t row_max)
{
    hf_arena own = {0};
    hf_kept_rows *rows = HF_NEW(&own, hf_kept_rows);
    rows->bytes = (size_t)row_max / 8 + 1;
    rows->bits = HF_NEW_N(&own, uint8_t, rows->bytes);
    rows->use_count = 1;
    rows->own = own;
    return rows;
}

static void drop_rows(hf_kept_rows **rows)
{
    if (*rows != NULL && --(*rows)->use_count == 0) {
        hf_arena own = (*rows)->own;
        hf_arena_done(&own);
    }
    *rows = NULL;
}

static void put_bit(hf_kept_rows *rows, int64_t row, bool is_in)
{
    size_t at = (size_t)row / 8;
    uint8_t bit = (uint8_t)(1u << (row % 8));
    HF_ASSERT(row > 0 && at < rows->bytes);
    rows->bits[at] = (uint8_t)(is_in ? rows->bits[at] | bit : rows->bits[at] & ~bit);
}

static void count_rows(hf_kept_rows *rows)
{
    rows->count = 0;
    for (size_t i = 0; i < rows->bytes; i++)
        rows->count += (uint64_t)__builtin_popcount(rows->bits[i]);
}

static void drop_item(hf_sets *sets, set_item *item)
{
    sets->bytes -= item->rows != NULL ? item->rows->bytes : 0;
    drop_rows(&item->rows);
    drop_rows(&item->assets);
}

void hf_sets_close(hf_sets **slot)
{
    hf_sets *sets = *slot;
    *slot = NULL;
    if (sets == NULL)
        return;
    for (size_t i = 0; i < ITEMS_MAX; i++)
        drop_item(sets, &sets->items[i]);
    for (size_t i = 0; i < HF_NOUN_COUNT_MAX; i++)
        hf_arena_done(&sets->ends[i].own);
    (void)pthread_mutex_destroy(&sets->lock);
    (void)pthread_mutex_destroy(&sets->make_lock);
    hf_arena own = sets->own;
    hf_arena_done(&own);
}

// --- what is kept ----------------------------------------------------------------------------------------

hf_sha256 hf_sets_question(const hf_noun *noun, const hf_sight *sight)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 20);
    hf_buf_add_format(&text, "%s ", noun->name);
    hf_sight_write(sight, &text);
    HF_ASSERT(!text.overflow);
    return hf_sha256_of(hf_buf_str(&text));
}

static set_item *find_item(hf_sets *sets, const hf_sha256 *question)
{
    for (size_t i = 0; i < ITEMS_MAX; i++)
        if (sets->items[i].rows != NULL &&
            memcmp(sets->items[i].question.bytes, question->bytes, sizeof question->bytes) == 0)
            return &sets->items[i];
    return NULL;
}

static set_item *free_place(hf_sets *sets, size_t bytes)
{
    set_item *place = NULL;
    do {
        set_item *oldest = NULL;
        for (size_t i = 0; i < ITEMS_MAX; i++) {
            set_item *item = &sets->items[i];
            if (item->rows == NULL)
                place = item;
            else if (oldest == NULL || item->used_at < oldest->used_at)
                oldest = item;
        }
        if (oldest == NULL || (place != NULL && sets->bytes + bytes <= BYTES_MAX))
            return place;
        drop_item(sets, oldest);
        place = oldest;
    } while (true);
}

// What is kept for this very state. *is_newer: something is kept for a later one.
static hf_kept_rows *find_rows(hf_sets *sets, const hf_sha256 *question, const hf_read *read,
                               bool *is_newer)
{
    hf_kept_rows *rows = NULL;
    (void)pthread_mutex_lock(&sets->lock);
    set_item *item = find_item(sets, question);
    *is_newer = item != NULL && item->data_version > read->state.data_version;
    if (item != NULL && item->data_version == read->state.data_version) {
        item->used_at = ++sets->clock;
        rows = item->rows;
        rows->use_count++;
    }
    (void)pthread_mutex_unlock(&sets->lock);
    return rows;
}

// Takes over made->rows and made->assets.
static void keep_item(hf_sets *sets, const set_item *made)
{
    (void)pthread_mutex_lock(&sets->lock);
    set_item *item = find_item(sets, &made->question);
    if (item != NULL)
        drop_item(sets, item);
    item = free_place(sets, made->rows->bytes);
    *item = *made;
    item->used_at = ++sets->clock;
    sets->bytes += made->rows->bytes;
    (void)pthread_mutex_unlock(&sets->lock);
}

static hf_kept_rows *share(hf_sets *sets, hf_kept_rows *rows)
{
    (void)pthread_mutex_lock(&sets->lock);
    rows->use_count++;
    (void)pthread_mutex_unlock(&sets->lock);
    return rows;
}

static void give(hf_sets *sets, hf_kept_rows **rows)
{
    (void)pthread_mutex_lock(&sets->lock);
    drop_rows(rows);
    (void)pthread_mutex_unlock(&sets->lock);
}

void hf_sets_give(hf_sets *sets, hf_kept_rows **rows)
{
    if (*rows != NULL)
        give(sets, rows);
}

// --- what has changed since ------------------------------------------------------------------------------

static bool read_rows(hf_stmt *stmt, hf_arena *arena, hf_row_list *rows, hf_error *err)
{
    bool has_row = true;
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            return true;
        int64_t row = hf_stmt_get_i64(stmt, 0);
        HF_VEC_ADD(arena, rows, row);
    }
}

static bool has_much_history(hf_read *read, int64_t event, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(read->conn, "SELECT 1 FROM history WHERE event > ?1 LIMIT 1 OFFSET ?2", &stmt,
                      err))
        return false;
    hf_stmt_i64(stmt, 1, event);
    hf_stmt_i64(stmt, 2, HISTORY_MAX);
    return hf_stmt_step(stmt, out, err);
}

bool hf_sets_changed(hf_read *read, const hf_noun_sql *sql, int64_t event, int64_t row_max,
                     hf_arena *arena, hf_row_list *rows, bool *is_all, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *changed = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *added = NULL;
    if (!has_much_history(read, event, is_all, err))
        return false;
    if (*is_all)
        return true;
    // Few are later than the event, many are of the noun: the index over nouns must not be taken.
    if (!hf_stmt_take(read->conn,
                      "SELECT record FROM history WHERE event > ?1 AND noun || '' = ?2 LIMIT ?3",
                      &changed, err))
        return false;
    hf_stmt_i64(changed, 1, event);
    hf_stmt_text(changed, 2, hf_str_of(sql->noun->name));
    hf_stmt_i64(changed, 3, CHANGED_MAX + 1);
    hf_sql_rows_above(sql, &text);
    hf_buf_add_byte(&text, '\0');
    if (!read_rows(changed, arena, rows, err) || !hf_stmt_once(read->conn, text.ptr, &added, err))
        return false;
    hf_stmt_i64(added, 1, row_max);
    hf_stmt_i64(added, 2, CHANGED_MAX + 1);
    if (!read_rows(added, arena, rows, err))
        return false;
    *is_all = rows->count > CHANGED_MAX;
    return true;
}

// --- making ----------------------------------------------------------------------------------------------

typedef struct {
    hf_read *read;
    const hf_noun_sql *sql;
    const hf_sight *sight;
    hf_arena *arena; // until the set is made
} maker;

// Puts the bits of all rows that a statement gives.
static bool put_rows(const maker *m, hf_buf *text, const hf_value *values, size_t count, bool is_in,
                     hf_kept_rows *rows, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    hf_buf_add_byte(text, '\0');
    HF_ASSERT(!text->overflow);
    if (!hf_stmt_once(m->read->conn, text->ptr, &stmt, err))
        return false;
    for (size_t i = 0; i < count; i++)
        stmt->conn->driver->bind(stmt->raw, (int)i + 1, &values[i]);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            return true;
        put_bit(rows, hf_stmt_get_i64(stmt, 0), is_in);
    }
}

// Takes out what the marking and the compartments hide.
static bool protect(const maker *m, hf_kept_rows *rows, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    hf_value *words = NULL;
    size_t count = hf_sql_sight_words(m->sight, m->arena, &words);
    hf_value clearance = {.type = HF_VALUE_INTEGER, .integer = m->sight->clearance};
    hf_sql_hidden_by_words(m->sql, count, &text);
    if (!put_rows(m, &text, words, count, false, rows, err))
        return false;
    hf_buf_clear(&text);
    if (!hf_sql_hidden_by_marking(m->sql, m->sight->clearance, &text))
        return put_rows(m, &text, &clearance, 1, false, rows, err);
    // Most are above the clearance: only those that stand in the index of the exceptions can be known.
    hf_kept_rows *marked = make_rows((int64_t)rows->bytes * 8 - 1);
    bool is_done = put_rows(m, &text, &clearance, 1, true, marked, err);
    for (size_t i = 0; i < rows->bytes; i++)
        rows->bits[i] &= marked->bits[i];
    drop_rows(&marked);
    return is_done;
}

static bool fill_by_fields(const maker *m, hf_kept_rows *rows, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    hf_value *places = NULL;
    size_t count = 0;
    if (m->sight->is_national || hf_noun_belongs(m->sql->noun) != HF_BELONGS_BY_FIELDS) {
        hf_sql_all_rows(m->sql, &text);
    } else {
        count = hf_sql_scope_values(m->sql->noun, m->sight, m->arena, &places);
        hf_sql_scope_rows(m->sql, m->sight, &text);
    }
    return put_rows(m, &text, places, count, true, rows, err) && protect(m, rows, err);
}

// Asks some rows one by one, by the same conditions as a list without a set.
static bool ask_again(const maker *m, const hf_row_list *changed, hf_kept_rows *rows, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_value *words = NULL, *places = NULL;
    size_t word_count = hf_sql_sight_words(m->sight, m->arena, &words), place_count = 0;
    if (hf_sql_known_row(m->sql, m->sight, word_count, &text))
        place_count = hf_sql_scope_values(m->sql->noun, m->sight, m->arena, &places);
    hf_buf_add_byte(&text, '\0');
    HF_ASSERT(!text.overflow);
    if (!hf_stmt_once(m->read->conn, text.ptr, &stmt, err))
        return false;
    for (size_t i = 0; i < changed->count; i++) {
        bool has_row = false;
        hf_stmt_reset(stmt);
        hf_stmt_i64(stmt, 1, changed->items[i]);
        hf_stmt_i64(stmt, 2, m->sight->clearance);
        for (size_t k = 0; k < word_count; k++)
            stmt->conn->driver->bind(stmt->raw, 3 + (int)k, &words[k]);
        for (size_t k = 0; k < place_count; k++)
            stmt->conn->driver->bind(stmt->raw, 3 + (int)(word_count + k), &places[k]);
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        put_bit(rows, changed->items[i], has_row);
    }
    return true;
}

// Has the map of regions changed, on which a place may rest?
static bool has_new_regions(const maker *m, int64_t event, bool *out, hf_error *err)
{
    hf_row_list changed = {0};
    size_t index = hf_noun_sql_of(m->read->store, &hf_noun_region)->index;
    *out = false;
    for (size_t i = 0; i < m->sight->scope_count; i++)
        *out |= m->sight->scopes[i].kind == HF_SCOPE_REGION;
    if (!*out || m->sight->is_national)
        return true;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false, is_all = false;
    if (!hf_sets_changed(m->read, &m->read->store->sql[index], event, m->read->state.row_max[index],
                         m->arena, &changed, &is_all, err) ||
        !hf_stmt_take(m->read->conn, "SELECT 1 FROM region WHERE _event > ?1 LIMIT 1", &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, event);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = has_row || is_all || changed.count > 0;
    return true;
}

// Only who holds the lock of making puts items in or takes them out: an old one stays where it is.
static bool make_by_fields(const maker *m, set_item *made, hf_error *err)
{
    const set_item *old = find_item(m->read->store->sets, &made->question);
    hf_row_list changed = {0};
    bool is_new = old == NULL;
    int64_t row_max = m->read->state.row_max[m->sql->index];
    if (!is_new && !has_new_regions(m, old->event, &is_new, err))
        return false;
    if (!is_new && !hf_sets_changed(m->read, m->sql, old->event, old->row_max, m->arena, &changed,
                                    &is_new, err))
        return false;
    if (!is_new && changed.count == 0) {
        made->rows = share(m->read->store->sets, old->rows);
        return true;
    }
    made->rows = make_rows(row_max);
    made->rows->lineage = is_new ? ++m->read->store->sets->lineage : old->rows->lineage;
    if (!is_new)
        memcpy(made->rows->bits, old->rows->bits, old->rows->bytes);
    bool is_done =
        is_new ? fill_by_fields(m, made->rows, err) : ask_again(m, &changed, made->rows, err);
    count_rows(made->rows);
    if (!is_done)
        drop_rows(&made->rows);
    return is_done;
}

// --- links -----------------------------------------------------------------------------------------------

static void widen_ends(const hf_noun_sql *sql, end_list *ends, int64_t row_max)
{
    if ((size_t)row_max < ends->capacity)
        return;
    hf_arena own = {0};
    size_t capacity = (size_t)row_max + (size_t)row_max / 8 + 1024;
    for (size_t i = 0; i < sql->link_count; i++) {
        uint32_t *wider = HF_NEW_N(&own, uint32_t, capacity);
        if (ends->capacity > 0)
            memcpy(wider, ends->ends[i], ends->capacity * sizeof(wider[0]));
        ends->ends[i] = wider;
    }
    hf_arena_done(&ends->own);
    ends->own = own;
    ends->capacity = capacity;
}

static void put_ends(const hf_noun_sql *sql, end_list *ends, hf_stmt *stmt)
{
    int64_t row = hf_stmt_get_i64(stmt, 0);
    HF_ASSERT(row > 0 && (size_t)row < ends->capacity);
    for (size_t i = 0; i < sql->link_count; i++)
        ends->ends[i][row] = (uint32_t)hf_stmt_get_i64(stmt, 1 + (int)i);
}

static bool read_ends_from(const maker *m, end_list *ends, int64_t row_max, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    hf_sql_ends(m->sql, ">", &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(m->read->conn, text.ptr, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, row_max);
    for (;;) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            return true;
        put_ends(m->sql, ends, stmt);
    }
}

static bool read_ends_of(const maker *m, end_list *ends, const hf_row_list *changed, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(SQL_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_sql_ends(m->sql, "=", &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(m->read->conn, text.ptr, &stmt, err))
        return false;
    for (size_t i = 0; i < changed->count; i++) {
        bool has_row = false;
        hf_stmt_reset(stmt);
        hf_stmt_i64(stmt, 1, changed->items[i]);
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (has_row)
            put_ends(m->sql, ends, stmt);
        else
            ends->ends[0][changed->items[i]] = 0;
    }
    return true;
}

static bool update_ends(const maker *m, end_list *ends, hf_error *err)
{
    const hf_state *state = &m->read->state;
    int64_t row_max = state->row_max[m->sql->index];
    hf_row_list changed = {0};
    bool is_new = ends->stamp == 0;
    if (ends->stamp > 0 && ends->data_version == state->data_version)
        return true;
    if (ends->stamp > 0 && !hf_sets_changed(m->read, m->sql, ends->event, ends->row_max, m->arena,
                                            &changed, &is_new, err))
        return false;
    widen_ends(m->sql, ends, row_max);
    for (size_t i = 0; i < m->sql->link_count && is_new; i++)
        memset(ends->ends[i], 0, ends->capacity * sizeof(ends->ends[i][0]));
    uint64_t stamp = is_new || changed.count > 0 ? ++ends->last_stamp : ends->stamp;
    ends->stamp = 0; // half done counts as not made
    if (is_new ? !read_ends_from(m, ends, 0, err) : !read_ends_of(m, ends, &changed, err))
        return false;
    ends->stamp = stamp;
    ends->data_version = state->data_version;
    ends->event = state->event_last;
    ends->row_max = row_max;
    return true;
}

static void fill_by_ends(const hf_noun_sql *sql, const end_list *ends, const hf_kept_rows *assets,
                         hf_kept_rows *rows)
{
    const uint32_t *first = ends->ends[0], *last = ends->ends[sql->link_count - 1];
    for (int64_t row = 1; row <= ends->row_max; row++)
        if (hf_rows_have(assets, first[row]) && hf_rows_have(assets, last[row]))
            put_bit(rows, row, true);
}

static bool make_rows_of(const maker *m, set_item *made, hf_error *err);

static bool make_by_ends(const maker *m, set_item *made, hf_error *err)
{
    hf_sets *sets = m->read->store->sets;
    end_list *ends = &sets->ends[m->sql->index];
    maker assets = *m;
    set_item found = {.rows = NULL};
    bool is_later = ends->stamp > 0 && ends->data_version > m->read->state.data_version;
    assets.sql = hf_noun_sql_of(m->read->store, &hf_noun_asset);
    if (is_later)
        return true;
    if (!make_rows_of(&assets, &found, err))
        return false;
    if (found.rows == NULL)
        return true;
    made->assets = found.rows;
    if (!update_ends(m, ends, err)) {
        give(sets, &made->assets);
        return false;
    }
    made->ends_stamp = ends->stamp;
    const set_item *old =
        find_item(sets, &made->question); // now: the assets' may have taken a place
    if (old != NULL && old->assets == made->assets && old->ends_stamp == ends->stamp) {
        made->rows = share(sets, old->rows);
        return true;
    }
    made->rows = make_rows(ends->row_max);
    fill_by_ends(m->sql, ends, made->assets, made->rows);
    bool is_done = protect(m, made->rows, err);
    count_rows(made->rows);
    if (!is_done) {
        drop_rows(&made->rows);
        give(sets, &made->assets);
    }
    return is_done;
}

// --- taking ----------------------------------------------------------------------------------------------

// Under the lock of making. made->rows: one use for the caller; NULL: a later state is kept.
static bool make_rows_of(const maker *m, set_item *made, hf_error *err)
{
    hf_sets *sets = m->read->store->sets;
    const hf_state *state = &m->read->state;
    bool is_newer = false;
    *made = (set_item){.question = hf_sets_question(m->sql->noun, m->sight),
                       .data_version = state->data_version,
                       .event = state->event_last,
                       .row_max = state->row_max[m->sql->index]};
    hf_kept_rows *rows = find_rows(sets, &made->question, m->read, &is_newer);
    if (rows != NULL || is_newer) {
        made->rows = rows;
        return true;
    }
    bool is_done = m->sql->is_link ? make_by_ends(m, made, err) : make_by_fields(m, made, err);
    if (is_done && made->rows != NULL) {
        (void)share(sets, made->rows);
        keep_item(sets, made);
    }
    return is_done;
}

bool hf_sets_take(hf_read *read, const hf_noun_sql *sql, const hf_sight *sight, hf_kept_rows **out,
                  hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_sets *sets = read->store->sets;
    hf_belonging how = hf_noun_belongs(sql->noun);
    bool is_newer = false;
    const hf_noun_sql *placed = sql->is_link ? hf_noun_sql_of(read->store, &hf_noun_asset) : sql;
    *out = NULL;
    if (read->tx != NULL || !sql->is_data || how == HF_BELONGS_TO_ALL ||
        (how != HF_BELONGS_ANYWHERE && !sight->is_national &&
         !hf_sql_scope_has_indexes(placed, sight)))
        return true;
    hf_sha256 question = hf_sets_question(sql->noun, sight);
    *out = find_rows(sets, &question, read, &is_newer);
    if (*out != NULL || is_newer)
        return true;
    const maker m = {read, sql, sight, &scratch};
    set_item made;
    (void)pthread_mutex_lock(&sets->make_lock);
    bool is_made = make_rows_of(&m, &made, err);
    (void)pthread_mutex_unlock(&sets->make_lock);
    *out = is_made ? made.rows : NULL;
    return is_made;
}

bool hf_store_warm(hf_read *read, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_sets *sets = read->store->sets;
    bool is_done = true;
    (void)pthread_mutex_lock(&sets->make_lock);
    for (size_t i = 0; i < read->store->noun_count && is_done; i++) {
        const hf_noun_sql *sql = &read->store->sql[i];
        const maker m = {read, sql, NULL, &scratch};
        end_list *ends = &sets->ends[i];
        if (sql->is_link && ends->data_version <= read->state.data_version)
            is_done = update_ends(&m, ends, err);
    }
    (void)pthread_mutex_unlock(&sets->make_lock);
    return is_done;
}
