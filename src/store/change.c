// SPDX-License-Identifier: Apache-2.0
//
// The only writers of noun tables: add, update, remove one record, with its version, the state before (for
// history and undo), the search index and the place index, so that none of them can be forgotten.
// The state before is kept once per record and event; a change that goes back to it leaves no trace.
#include <string.h>

#include "store/internal.h"

enum { IMAGE_BYTES_MAX = 80 << 20, DOCUMENT_BYTES_MAX = 1 << 20 };

static int64_t event_of(const hf_tx *tx)
{
    return tx->read.state.event_last + 1;
}

static void note_change(hf_tx *tx, const hf_noun_sql *sql)
{
    tx->needs_event |= sql->has_history;
    tx->is_data_changed |= sql->is_data;
    tx->has_digest = tx->has_digest && !sql->is_digested;
}

// A statement failed between two others: the caller may not commit what is half there.
static bool poison(hf_tx *tx)
{
    tx->is_failed = true;
    return false;
}

// --- history ---------------------------------------------------------------------------------------------

static bool add_history(hf_tx *tx, const hf_noun_sql *sql, const hf_head *head, int64_t version,
                        hf_history_action action, const void *old, const hf_extra *old_extra,
                        hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf image = hf_buf_of(IMAGE_BYTES_MAX);
    if (!hf_stmt_take(tx->read.conn,
                      "INSERT INTO history(noun, record, version, event, action, key, hash, image) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(sql->noun->name));
    hf_stmt_i64(stmt, 2, head->row);
    hf_stmt_i64(stmt, 3, version);
    hf_stmt_i64(stmt, 4, event_of(tx));
    hf_stmt_i64(stmt, 5, (int64_t)action);
    hf_stmt_text(stmt, 6, head->key);
    hf_stmt_null(stmt, 7);
    hf_stmt_null(stmt, 8);
    if (old != NULL) {
        hf_image_write(sql->noun, old, old_extra->salt, &image);
        hf_stmt_blob(stmt, 7, old_extra->hash.bytes, sizeof(old_extra->hash.bytes));
        hf_stmt_text(stmt, 8, hf_buf_str(&image));
    }
    return hf_stmt_run(stmt, err);
}

typedef struct {
    int64_t seq; // 0 = none
    bool has_image;
    hf_sha256 hash;
    hf_history_action action;
} history_entry;

// What the present event has already noted about a record.
static bool find_own_entry(hf_tx *tx, const hf_noun_sql *sql, int64_t row, history_entry *out,
                           hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    *out = (history_entry){0};
    if (!hf_stmt_take(
            tx->read.conn,
            "SELECT seq, hash, action FROM history WHERE noun = ?1 AND record = ?2 AND event = ?3 "
            "ORDER BY seq DESC LIMIT 1",
            &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(sql->noun->name));
    hf_stmt_i64(stmt, 2, row);
    hf_stmt_i64(stmt, 3, event_of(tx));
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    if (!has_row)
        return true;
    hf_str hash = hf_stmt_get_str(stmt, 1);
    out->seq = hf_stmt_get_i64(stmt, 0);
    out->has_image = hash.len == sizeof(out->hash.bytes);
    if (out->has_image)
        memcpy(out->hash.bytes, hash.ptr, hash.len);
    out->action = (hf_history_action)hf_stmt_get_i64(stmt, 2);
    return true;
}

static bool drop_entry(hf_tx *tx, int64_t seq, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(tx->read.conn, "DELETE FROM history WHERE seq = ?1", &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, seq);
    return hf_stmt_run(stmt, err);
}

// Asked once per transaction and noun, so that a load into a register without removals pays nothing.
static bool were_any_removed(hf_tx *tx, const hf_noun_sql *sql, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    uint8_t *known = &tx->removed_known[sql->index];
    if (*known == 0) {
        bool has_row = false;
        if (!hf_stmt_take(tx->read.conn,
                          "SELECT 1 FROM history WHERE noun = ?1 AND action = 2 LIMIT 1", &stmt,
                          err))
            return false;
        hf_stmt_text(stmt, 1, hf_str_of(sql->noun->name));
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        *known = has_row ? 2 : 1;
    }
    *out = *known == 2;
    return true;
}

// Was a record with this key removed before? Then its row and the version after its removal, and its salt and
// time of creation, so that the id is the same again.
static bool find_removed(hf_tx *tx, const hf_noun_sql *sql, void *record, hf_extra *extra,
                         bool *found, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_head *head = record;
    bool has_row = false;
    *found = false;
    if (!sql->has_history)
        return true;
    if (!were_any_removed(tx, sql, &has_row, err))
        return false;
    if (!has_row)
        return true;
    if (!hf_stmt_take(tx->read.conn,
                      "SELECT record, version, image FROM history WHERE noun = ?1 AND action = 2 "
                      "AND key = ?2 "
                      "ORDER BY seq DESC LIMIT 1",
                      &stmt, err))
        return false;
    hf_stmt_text(stmt, 1, hf_str_of(sql->noun->name));
    hf_stmt_text(stmt, 2, head->key);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    if (!has_row)
        return true;
    void *before = hf_arena_take(&scratch, sql->noun->struct_bytes);
    if (!hf_image_read(sql->noun, hf_stmt_get_str(stmt, 2), &scratch, before, &extra->salt, err))
        return false;
    head->row = hf_stmt_get_i64(stmt, 0);
    head->version = hf_stmt_get_i64(stmt, 1) + 1;
    head->created_ms = ((const hf_head *)before)->created_ms;
    *found = true;
    return true;
}

// --- the indexes beside the table ------------------------------------------------------------------------

static bool update_search(hf_tx *tx, const hf_noun_sql *sql, int64_t row, const void *old,
                          const void *record, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf before = hf_buf_of(DOCUMENT_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf after = hf_buf_of(DOCUMENT_BYTES_MAX);
    if (!sql->has_search)
        return true;
    if (old != NULL)
        hf_search_document(sql->noun, old, &before);
    if (record != NULL)
        hf_search_document(sql->noun, record, &after);
    if (old != NULL && record != NULL && hf_str_equal(hf_buf_str(&before), hf_buf_str(&after)))
        return true;
    return (old == NULL || hf_search_drop(tx->read.conn, sql, row, hf_buf_str(&before), err)) &&
           (record == NULL || hf_search_add(tx->read.conn, sql, row, hf_buf_str(&after), err));
}

static bool update_place(hf_tx *tx, const hf_noun_sql *sql, int64_t row, const void *old,
                         const void *record, hf_error *err)
{
    double old_lon = 0;
    double old_lat = 0;
    double lon = 0;
    double lat = 0;
    bool had = old != NULL && hf_place_of(sql, old, &old_lon, &old_lat);
    bool has = record != NULL && hf_place_of(sql, record, &lon, &lat);
    if (had && has && old_lon == lon && old_lat == lat)
        return true;
    return (!had || hf_place_drop(tx->read.conn, sql, row, err)) &&
           (!has || hf_place_add(tx->read.conn, sql, row, lon, lat, err));
}

static bool update_indexes(hf_tx *tx, const hf_noun_sql *sql, int64_t row, const void *old,
                           const void *record, const hf_change_options *options, hf_error *err)
{
    if (options != NULL && options->skip_indexes)
        return true;
    return update_search(tx, sql, row, old, record, err) &&
           update_place(tx, sql, row, old, record, err);
}

// --- the three changes -----------------------------------------------------------------------------------

static bool write_row(hf_tx *tx, const hf_noun_sql *sql, const char *text, const void *record,
                      const hf_extra *extra, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    if (!hf_stmt_take(tx->read.conn, text, &stmt, err))
        return false;
    hf_record_bind(sql, stmt, record, extra);
    return hf_stmt_run(stmt, err);
}

bool hf_change_add(hf_tx *tx, const hf_noun_sql *sql, void *record, hf_extra *extra,
                   bool is_restored, const hf_change_options *options, hf_error *err)
{
    hf_head *head = record;
    hf_state *state = &tx->read.state;
    bool is_again = false;
    head->version = 1;
    head->created_ms = tx->now_ms;
    extra->salt = tx->salt;
    if (!find_removed(tx, sql, record, extra, &is_again, err))
        return false;
    head->updated_ms = tx->now_ms;
    head->added_event = sql->has_history ? event_of(tx) : 0;
    if (!is_again)
        head->row = state->row_max[sql->index] + 1;
    bool is_fed = options != NULL && options->feed != NULL;
    HF_ASSERT(!is_fed || !is_again);
    if (!(is_fed ? hf_feed_add(options->feed, sql, record, extra, err)
                 : write_row(tx, sql, sql->insert, record, extra, err)) ||
        (is_again &&
         !add_history(tx, sql, head, head->version,
                      is_restored ? HF_HISTORY_RESTORED : HF_HISTORY_ADDED, NULL, NULL, err)) ||
        !update_indexes(tx, sql, head->row, NULL, record, options, err))
        return poison(tx);
    if (head->row > state->row_max[sql->index])
        state->row_max[sql->index] = head->row;
    state->live[sql->index]++;
    note_change(tx, sql);
    return true;
}

// Version and history of a change. *is_back: the record is again as the event found it.
static bool note_update(hf_tx *tx, const hf_noun_sql *sql, const void *old,
                        const hf_extra *old_extra, hf_head *head, const hf_extra *extra,
                        bool is_restored, bool is_touched, bool *is_back, hf_error *err)
{
    const hf_head *before = old;
    history_entry own = {0};
    *is_back = false;
    head->version = before->version;
    if (!sql->has_history) {
        head->version++;
        return true;
    }
    bool is_new = before->added_event == event_of(tx);
    if (is_touched && !find_own_entry(tx, sql, head->row, &own, err))
        return false;
    if (own.seq == 0 && is_new)
        return true;
    if (own.seq == 0) {
        head->version++;
        return add_history(tx, sql, head, head->version,
                           is_restored ? HF_HISTORY_RESTORED : HF_HISTORY_CHANGED, old, old_extra,
                           err);
    }
    if (own.has_image && !is_new && memcmp(&own.hash, &extra->hash, sizeof(own.hash)) == 0) {
        *is_back = true;
        head->version--;
        return drop_entry(tx, own.seq, err);
    }
    return true;
}

bool hf_change_update(hf_tx *tx, const hf_noun_sql *sql, const void *old, const hf_extra *old_extra,
                      void *record, hf_extra *extra, bool is_restored,
                      const hf_change_options *options, hf_put_outcome *outcome, hf_error *err)
{
    const hf_head *before = old;
    hf_head *head = record;
    bool is_back = false;
    head->row = before->row;
    head->created_ms = before->created_ms;
    head->added_event = before->added_event;
    head->updated_ms = tx->now_ms;
    extra->salt = old_extra->salt;
    bool is_touched = options == NULL || options->is_touched;
    if (!note_update(tx, sql, old, old_extra, head, extra, is_restored, is_touched, &is_back,
                     err) ||
        !write_row(tx, sql, sql->update, record, extra, err) ||
        !update_indexes(tx, sql, head->row, old, record, options, err))
        return poison(tx);
    note_change(tx, sql);
    *outcome = is_back ? HF_PUT_UNCHANGED : HF_PUT_CHANGED;
    return true;
}

bool hf_change_remove(hf_tx *tx, const hf_noun_sql *sql, const void *old, const hf_extra *old_extra,
                      hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const hf_head *head = old;
    bool leaves_trace =
        sql->has_history && (head->added_event != event_of(tx) || head->version > 1);
    if (!hf_stmt_take(tx->read.conn, sql->remove, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, head->row);
    if (!hf_stmt_run(stmt, err) ||
        (leaves_trace &&
         !add_history(tx, sql, head, head->version + 1, HF_HISTORY_REMOVED, old, old_extra, err)) ||
        !update_indexes(tx, sql, head->row, old, NULL, NULL, err))
        return poison(tx);
    if (leaves_trace)
        tx->removed_known[sql->index] = 2;
    tx->read.state.live[sql->index]--;
    note_change(tx, sql);
    return true;
}
