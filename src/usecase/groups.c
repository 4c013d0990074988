// SPDX-License-Identifier: Apache-2.0
//
// Requirement groups judged as they stand in the store. See groups.h.
#include "usecase/groups.h"

#include <stdlib.h>

#include "model/asset.h"
#include "model/dependency.h"

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * 0x9e3779b97f4a7c15u ^ b;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return x;
}

bool hf_group_row_of(const hf_plan_dependency *dependency, hf_group_row *out)
{
    hf_dependency record = {.need = dependency->need, .type = dependency->type};
    hf_need need = HF_NEED_NO_OPINION;
    int64_t thousandths = 0;
    hf_error unused;
    hf_error_clear(&unused);
    if (dependency->state != HF_STATE_ACCEPTED || hf_dependency_is_link(&record) ||
        !hf_dependency_need(&record, &need, &thousandths, &unused))
        return false;
    *out = (hf_group_row){.row = dependency->row,
                          .need = HF_GROUP_NEED_NONE,
                          .capacity = (int64_t)floor(dependency->capacity * 1000.0 + 0.5),
                          .buffer_h = dependency->buffer_h};
    switch (need) {
    case HF_NEED_NO_OPINION:
        break;
    case HF_NEED_ALL:
        out->need = HF_GROUP_NEED_ALL;
        break;
    case HF_NEED_ANY:
        out->need = HF_GROUP_NEED_ANY;
        break;
    case HF_NEED_AMOUNT:
        out->need = thousandths;
        break;
    }
    // A row without an input is a group of its own.
    out->group = dependency->input.len > 0
                     ? mix((uint64_t)dependency->consumer, hf_str_hash(dependency->input))
                     : mix((uint64_t)dependency->row, 0x51ed270b);
    return true;
}

static int compare_rows(const void *a, const void *b)
{
    const hf_group_row *left = a, *right = b;
    if (left->group != right->group)
        return left->group < right->group ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

void hf_group_rows_sort(hf_group_row *rows, size_t count)
{
    if (count > 1)
        qsort(rows, count, sizeof(rows[0]), compare_rows);
}

bool hf_group_disagrees(const hf_group_row *a, const hf_group_row *b)
{
    if (a->need != HF_GROUP_NEED_NONE && b->need != HF_GROUP_NEED_NONE && a->need != b->need)
        return true;
    return !isnan(a->buffer_h) && !isnan(b->buffer_h) &&
           (a->buffer_h < b->buffer_h || a->buffer_h > b->buffer_h);
}

hf_group_verdict hf_group_judge(const hf_group_row *rows, size_t count, size_t *blamed)
{
    // What the group says so far: the first opinion on each matter.
    hf_group_row said = {.need = HF_GROUP_NEED_NONE, .buffer_h = NAN};
    int64_t capacity = 0;
    size_t needs = 0;
    for (size_t i = 0; i < count; i++) {
        if (hf_group_disagrees(&said, &rows[i])) {
            *blamed = i;
            return HF_GROUP_CONFLICT;
        }
        if (said.need == HF_GROUP_NEED_NONE && rows[i].need != HF_GROUP_NEED_NONE) {
            said.need = rows[i].need;
            needs = i;
        }
        if (isnan(said.buffer_h))
            said.buffer_h = rows[i].buffer_h;
        capacity += rows[i].capacity;
    }
    if (said.need > capacity) {
        *blamed = needs;
        return HF_GROUP_EXCEEDS;
    }
    return HF_GROUP_FINE;
}

bool hf_group_fail(hf_group_verdict verdict, hf_str consumer, hf_str input, hf_error *err)
{
    if (verdict == HF_GROUP_CONFLICT)
        return hf_fail(err, HF_ERR_INPUT, "group.conflict",
                       "rows of '%.*s' with input '%.*s' disagree in need or buffer_h; write the "
                       "same in all of them, or leave it empty",
                       HF_STR_ARG(consumer), HF_STR_ARG(input));
    return hf_fail(err, HF_ERR_INPUT, "group.need_exceeds_capacity",
                   "'%.*s' needs more of input '%.*s' than all its suppliers give together; lower "
                   "need or add capacity",
                   HF_STR_ARG(consumer), HF_STR_ARG(input));
}

bool hf_groups_check_consumer(hf_read *read, hf_str consumer_key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_plan_dependency *list = NULL;
    size_t count = 0, kept = 0;
    void *asset = NULL;
    if (!hf_store_get(read, &hf_noun_asset, consumer_key, &scratch, &asset, err))
        return false;
    if (asset == NULL)
        return true;
    int64_t row = ((const hf_asset *)asset)->head.row;
    if (!hf_store_neighbours(read, row, false, HF_GROUP_NEIGHBOURS_MAX, &scratch, &list, &count,
                             err))
        return false;
    hf_group_row *rows = HF_NEW_N(&scratch, hf_group_row, count);
    for (size_t i = 0; i < count; i++)
        kept += hf_group_row_of(&list[i], &rows[kept]) ? 1u : 0u;
    hf_group_rows_sort(rows, kept);
    for (size_t from = 0, to = 0; from < kept; from = to) {
        while (to < kept && rows[to].group == rows[from].group)
            to++;
        size_t blamed = 0;
        hf_group_verdict verdict = hf_group_judge(rows + from, to - from, &blamed);
        if (verdict == HF_GROUP_FINE)
            continue;
        for (size_t i = 0; i < count; i++) {
            if (list[i].row == rows[from + blamed].row) {
                hf_group_fail(verdict, consumer_key, list[i].input, err);
                return hf_fail_at(err, NULL, 0, "need");
            }
        }
    }
    return true;
}
