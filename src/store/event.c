// SPDX-License-Identifier: Apache-2.0
//
// The event log: lines are only ever added, numbered without gaps, each carrying the SHA-256 over its own
// RFC 8785 JSON and the hash before it.
#include <string.h>

#include "store/internal.h"
#include "store/store_system.h"

static void hash_of(const hf_event *event, hf_str previous_hash, char hex[65])
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(HF_EVENT_LINE_BYTES_MAX);
    hf_event_write_line(event, previous_hash, false, &line);
    HF_ASSERT(!line.overflow);
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&line));
    hf_hex(hash.bytes, sizeof(hash.bytes), hex);
}

static bool last_hash(hf_read *read, hf_arena *arena, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    if (!hf_stmt_take(read->conn, "SELECT hash FROM event WHERE row = ?1", &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, read->state.event_last);
    if (!hf_stmt_step(stmt, &has_row, err))
        return false;
    *out = has_row ? hf_str_copy(arena, hf_stmt_get_str(stmt, 0)) : HF_STR_EMPTY;
    return true;
}

// The detail as it will be read back: canonical, or the line could not be checked later.
static bool set_detail(hf_event *event, hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf canonical = hf_buf_of(HF_EVENT_LINE_BYTES_MAX / 2);
    hf_json *tree = NULL;
    if (event->detail.len == 0)
        return true;
    if (!hf_json_parse(event->detail, arena, &tree, err))
        return false;
    hf_json_canonical(tree, &canonical);
    if (canonical.overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "event.too_large",
                       "the detail of an event is too long");
    event->detail = hf_buf_copy(arena, &canonical);
    return true;
}

bool hf_event_add(hf_tx *tx, hf_event *event, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(tx->read.store, &hf_noun_event);
    hf_arena *arena = &tx->read.arena;
    hf_extra extra = {0};
    hf_str previous = HF_STR_EMPTY;
    char hex[65];
    event->sequence = tx->read.state.event_last + 1;
    event->at = tx->now_ms;
    event->head.key = hf_str_format(arena, "%lld", (long long)event->sequence);
    event->head.row = 0;
    if (!set_detail(event, arena, err) || !last_hash(&tx->read, arena, &previous, err))
        return false;
    hash_of(event, previous, hex);
    event->hash = hf_str_copy(arena, hf_str_of(hex));
    if (tx->read.state.row_max[sql->index] < event->sequence - 1)
        tx->read.state.row_max[sql->index] = event->sequence - 1; // the row is the sequence
    if (!hf_change_add(tx, sql, event, &extra, false, NULL, err))
        return false;
    HF_ASSERT(event->head.row == event->sequence);
    tx->read.state.event_last = event->sequence;
    tx->needs_event = false;
    return true;
}

int64_t hf_event_next(const hf_tx *tx)
{
    return tx->read.state.event_last + 1;
}

int64_t hf_event_last(hf_read *read)
{
    return read->state.event_last;
}

typedef HF_VEC(hf_event) event_list;

bool hf_event_follow(hf_read *read, int64_t after, size_t limit, hf_arena *arena, hf_event **events,
                     size_t *event_count, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, &hf_noun_event);
    event_list list = {0};
    for (int64_t sequence = after + 1; sequence <= read->state.event_last && list.count < limit;
         sequence++) {
        void *event = NULL;
        if (!hf_record_get(read, sql, sequence, arena, &event, NULL, err))
            return false;
        if (event != NULL)
            HF_VEC_ADD(arena, &list, *(hf_event *)event);
    }
    *events = list.items;
    *event_count = list.count;
    return true;
}

bool hf_event_verify(hf_read *read, int64_t *broken, uint64_t *checked_count, hf_error *err)
{
    const hf_noun_sql *sql = hf_noun_sql_of(read->store, &hf_noun_event);
    char previous[65] = "";
    *broken = 0;
    *checked_count = 0;
    for (int64_t sequence = 1; sequence <= read->state.event_last; sequence++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        void *found = NULL;
        char hex[65] = "";
        if (!hf_record_get(read, sql, sequence, &arena, &found, NULL, err))
            return false;
        const hf_event *event = found;
        if (event != NULL)
            hash_of(event, hf_str_of(previous), hex);
        if (event == NULL || event->sequence != sequence || !hf_str_equal_z(event->hash, hex)) {
            *broken = sequence;
            return true;
        }
        memcpy(previous, hex, sizeof(previous));
        (*checked_count)++;
    }
    return true;
}
