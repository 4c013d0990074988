// SPDX-License-Identifier: Apache-2.0
//
// How many records have each value of a field: for figures over the whole register, without regard to who asks.
#include "base/limits.h"
#include "store/internal.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

typedef HF_VEC(hf_group) group_list;

static hf_str group_text(const hf_field *field, hf_stmt *stmt, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_TEXT_BYTES_MAX);
    if (hf_stmt_is_null(stmt, 0))
        return HF_STR_EMPTY;
    if (field->type == HF_WORD)
        return hf_str_of(field->words[hf_stmt_get_i64(stmt, 0)]);
    if (field->type == HF_BOOL)
        return hf_stmt_get_i64(stmt, 0) > 0 ? HF_STR("true") : HF_STR("false");
    if (field->type == HF_INTEGER || field->type == HF_TIME) {
        hf_buf_add_i64(&text, hf_stmt_get_i64(stmt, 0));
        return hf_buf_copy(arena, &text);
    }
    if (field->type == HF_NUMBER) {
        hf_buf_add_double(&text, hf_stmt_get_double(stmt, 0));
        return hf_buf_copy(arena, &text);
    }
    return hf_str_copy(arena, hf_stmt_get_str(stmt, 0));
}

bool hf_store_group(hf_read *read, const hf_noun *noun, const hf_field *field,
                    const hf_field *sum_field, size_t limit, hf_arena *arena, hf_group **groups,
                    size_t *group_count, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(TEXT_BYTES_MAX);
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    group_list list = {0};
    bool has_row = true;
    hf_sql_group(hf_noun_sql_of(read->store, noun), field, sum_field, &text);
    hf_buf_add_byte(&text, '\0');
    if (!hf_stmt_once(read->conn, text.ptr, &stmt, err))
        return false;
    hf_stmt_i64(stmt, 1, (int64_t)limit);
    while (has_row) {
        if (!hf_stmt_step(stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        int64_t sum = hf_stmt_get_i64(stmt, 2);
        hf_group group = {.value = group_text(field, stmt, arena),
                          .count = (uint64_t)hf_stmt_get_i64(stmt, 1),
                          .sum = sum == HF_INTEGER_NONE ? 0 : sum};
        HF_VEC_ADD(arena, &list, group);
    }
    *groups = list.items;
    *group_count = list.count;
    return true;
}
