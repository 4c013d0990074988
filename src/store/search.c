// SPDX-License-Identifier: Apache-2.0
//
// Full-text search: the folded words of a record go into an index without content; a question passes the same
// folding (base/text.h). Search over all nouns stands here too.
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "store/internal.h"

enum { DOCUMENT_BYTES_MAX = 1 << 20, WORDS_BYTES_MAX = 4 << 20, REBUILT_AT_ONCE = 10000 };

void hf_search_document(const hf_noun *noun, const void *record, hf_buf *out)
{
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if ((field->flags & HF_FIELD_SEARCH) == 0 || hf_field_is_empty(field, record))
            continue;
        if (out->len > 0)
            hf_buf_add_byte(out, ' ');
        hf_search_text(*(const hf_str *)hf_field_of(field, record), out);
    }
}

static bool write_words(hf_stmt *stmt, const hf_noun_sql *sql, int64_t row, hf_str document,
                        hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf words = hf_buf_of(WORDS_BYTES_MAX);
    if (sql->words->write_words != NULL) {
        sql->words->write_words(document, &words);
        document = hf_buf_str(&words);
    }
    hf_stmt_i64(stmt, 1, row);
    hf_stmt_text(stmt, 2, document);
    return hf_stmt_run(stmt, err);
}

static bool write(hf_conn *conn, const hf_noun_sql *sql, const char *text, int64_t row,
                  hf_str document, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    return hf_stmt_take(conn, text, &stmt, err) && write_words(stmt, sql, row, document, err);
}

bool hf_search_add(hf_conn *conn, const hf_noun_sql *sql, int64_t row, hf_str document,
                   hf_error *err)
{
    return write(conn, sql, sql->search_add, row, document, err);
}

bool hf_search_drop(hf_conn *conn, const hf_noun_sql *sql, int64_t row, hf_str document,
                    hf_error *err)
{
    return write(conn, sql, sql->search_drop, row, document, err);
}

static bool run_if_any(hf_conn *conn, const char *text, hf_error *err)
{
    return text == NULL || hf_conn_run(conn, text, err);
}

// The words of so many rows above *row, which moves to the last of them; *more: there may be others.
static bool rebuild_some(hf_conn *conn, const hf_noun_sql *sql, int64_t *row, bool *more,
                         hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *read = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *add = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf document = hf_buf_of(DOCUMENT_BYTES_MAX);
    int count = 0;
    if (!hf_stmt_take(conn, sql->search_texts, &read, err) ||
        !hf_stmt_take(conn, sql->search_add, &add, err))
        return false;
    hf_stmt_i64(read, 1, *row);
    hf_stmt_i64(read, 2, REBUILT_AT_ONCE);
    for (;; count++) {
        if (!hf_stmt_step(read, more, err))
            return false;
        if (!*more)
            break;
        hf_buf_clear(&document);
        for (int i = 1; i <= (int)sql->search_field_count; i++) {
            hf_str text = hf_stmt_get_str(read, i);
            if (text.len > 0 && document.len > 0)
                hf_buf_add_byte(&document, ' ');
            if (text.len > 0)
                hf_search_text(text, &document);
        }
        *row = hf_stmt_get_i64(read, 0);
        if (!write_words(add, sql, *row, hf_buf_str(&document), err))
            return false;
    }
    *more = count == REBUILT_AT_ONCE;
    return true;
}

bool hf_search_rebuild(hf_conn *conn, const hf_noun_sql *sql, hf_error *err)
{
    int64_t row = 0;
    bool more = true;
    if (!hf_conn_run(conn, sql->search_clear, err) || !run_if_any(conn, sql->search_tune, err))
        return false;
    while (more)
        if (!rebuild_some(conn, sql, &row, &more, err))
            return false;
    return run_if_any(conn, sql->search_untune, err);
}

// --- search over all nouns -------------------------------------------------------------------------------

static hf_str field_text(const hf_noun *noun, const char *name, const void *record, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_TEXT_BYTES_MAX);
    const hf_field *field = hf_noun_field(noun, hf_str_of(name), NULL);
    if (field == NULL)
        return HF_STR_EMPTY;
    hf_field_write_text(field, record, &text);
    return text.len > 0 ? hf_buf_copy(arena, &text) : HF_STR_EMPTY;
}

typedef HF_VEC(hf_hit) hit_list;

static bool is_listed(const hit_list *hits, const hf_noun *noun, int64_t row)
{
    for (size_t i = 0; i < hits->count; i++)
        if (hits->items[i].noun == noun && hits->items[i].row == row)
            return true;
    return false;
}

static void add_hit(hit_list *hits, const hf_noun *noun, const void *record, hf_arena *arena)
{
    const hf_head *head = record;
    if (is_listed(hits, noun, head->row))
        return;
    hf_hit hit = {.noun = noun,
                  .row = head->row,
                  .key = hf_str_copy(arena, head->key),
                  .name = field_text(noun, "name", record, arena),
                  .kind = field_text(noun, "kind", record, arena),
                  .sector = field_text(noun, "sector", record, arena),
                  .region = field_text(noun, "region", record, arena)};
    if (hit.name.len == 0)
        hit.name = field_text(noun, "title", record, arena);
    HF_VEC_ADD(arena, hits, hit);
}

static bool is_searched(const hf_noun_sql *sql)
{
    return sql->has_search && strcmp(sql->noun->name, "user") != 0 &&
           strcmp(sql->noun->name, "attachment") != 0;
}

static bool search_noun(hf_read *read, const hf_query *wanted, hf_arena *arena, hit_list *hits,
                        hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_page page = {0};
    if (!hf_store_list(read, wanted, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count && hits->count < wanted->limit; i++)
        add_hit(hits, wanted->noun, page.records[i], arena);
    return true;
}

bool hf_store_search(hf_read *read, hf_str text, const hf_sight *sight, size_t limit,
                     hf_arena *arena, hf_hit **out, size_t *hit_count, hf_error *err)
{
    hf_store *store = read->store;
    hit_list hits = {0};
    size_t bound = limit < HF_LIST_LIMIT_MAX ? limit : HF_LIST_LIMIT_MAX;
    hf_str key = hf_str_trim(text);
    for (size_t i = 0; i < store->noun_count && key.len > 0; i++) {
        const hf_noun *noun = store->sql[i].noun;
        void *record = NULL;
        if (!is_searched(&store->sql[i]) || read->state.live[i] == 0)
            continue;
        if (!hf_store_get(read, noun, key, arena, &record, err))
            return false;
        hf_filter is_it = {hf_noun_field(noun, HF_STR("key"), NULL), HF_IS, HF_STR_EMPTY};
        hf_query query = {.noun = noun,
                          .filters = &is_it,
                          .filter_count = 1,
                          .limit = (uint32_t)bound,
                          .sight = sight};
        if (record == NULL)
            continue;
        is_it.value = ((const hf_head *)record)->key;
        if (!search_noun(read, &query, arena, &hits, err))
            return false;
    }
    // Assets first: they are what people look for.
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < store->noun_count && hits.count < bound; i++) {
            bool is_asset = strcmp(store->sql[i].noun->name, "asset") == 0;
            hf_query query = {
                .noun = store->sql[i].noun, .text = text, .limit = (uint32_t)bound, .sight = sight};
            if (is_searched(&store->sql[i]) && read->state.live[i] > 0 && is_asset == (pass == 0) &&
                !search_noun(read, &query, arena, &hits, err))
                return false;
        }
    *out = hits.items;
    *hit_count = hits.count;
    return true;
}
