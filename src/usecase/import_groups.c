// SPDX-License-Identifier: Apache-2.0
//
// After an import: do the rows of each touched group agree, can its need be met, does each link fit a layer
// (import_links.c)? Rows of the import that break a rule are named by file and line; what stood in the register
// before is taken as given.
#include <stdlib.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "usecase/import.h"

typedef struct {
    const hf_group_row *row;
    const hf_touched *touched; // NULL = it was there before
} member;

static int compare_touched(const void *a, const void *b)
{
    const hf_touched *left = a, *right = b;
    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    return 0;
}

const hf_touched *hf_import_touched(const hf_touched_rows *rows, int64_t row)
{
    const hf_touched wanted = {.row = row};
    return rows->count == 0
               ? NULL
               : bsearch(&wanted, rows->items, rows->count, sizeof(wanted), compare_touched);
}

// New rows come in the order of their numbers.
static bool is_sorted(const hf_touched_rows *rows)
{
    for (size_t i = 1; i < rows->count; i++)
        if (rows->items[i - 1].row > rows->items[i].row)
            return false;
    return true;
}

static void sort_touched(hf_touched_rows *rows)
{
    if (!is_sorted(rows))
        qsort(rows->items, rows->count, sizeof(rows->items[0]), compare_touched);
}

// What was there before first, then by place in the files.
static int compare_members(const void *a, const void *b)
{
    const hf_touched *left = ((const member *)a)->touched, *right = ((const member *)b)->touched;
    if (left == NULL || right == NULL)
        return (left != NULL) - (right != NULL);
    if (left->file != right->file)
        return left->file < right->file ? -1 : 1;
    return (left->line > right->line) - (left->line < right->line);
}

void hf_import_exclude(hf_import_state *state, const hf_noun *noun, const hf_touched *touched,
                       const char *column, const hf_error *fault)
{
    uint32_t unused = 0;
    if (!hf_map_add_u64(&state->excluded, hf_import_place(touched->file, touched->line), 0,
                        &unused))
        return;
    HF_VEC_ADD(&state->work, &state->excluded_nouns, noun);
    hf_problems_add(&state->excluded_problems, HF_REFUSED,
                    hf_import_file_name(state, touched->file), touched->line, hf_str_of(column),
                    fault->code, "%s", fault->message);
}

static bool exclude(hf_import_state *state, const member *one, hf_group_verdict verdict,
                    hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *record = NULL;
    if (!hf_store_get_row(hf_tx_read(state->tx), &hf_noun_dependency, one->touched->row, &scratch,
                          &record, err))
        return false;
    const hf_dependency *dependency = record;
    hf_error fault = {0};
    hf_group_fail(verdict, dependency != NULL ? dependency->consumer : HF_STR_EMPTY,
                  dependency != NULL ? dependency->input : HF_STR_EMPTY, &fault);
    hf_import_exclude(state, &hf_noun_dependency, one->touched, "need", &fault);
    return true;
}

static bool judge(hf_import_state *state, member *members, size_t count, hf_error *err)
{
    hf_group_row said = {.need = HF_GROUP_NEED_NONE, .buffer_h = NAN};
    int64_t capacity = 0;
    bool has_conflict = false;
    qsort(members, count, sizeof(members[0]), compare_members);
    for (size_t i = 0; i < count; i++) {
        const hf_group_row *row = members[i].row;
        if (members[i].touched != NULL && hf_group_disagrees(&said, row)) {
            has_conflict = true;
            if (!exclude(state, &members[i], HF_GROUP_CONFLICT, err))
                return false;
            continue;
        }
        if (said.need == HF_GROUP_NEED_NONE)
            said.need = row->need;
        if (isnan(said.buffer_h))
            said.buffer_h = row->buffer_h;
        capacity += row->capacity;
    }
    if (has_conflict || said.need <= capacity)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (members[i].touched != NULL && !exclude(state, &members[i], HF_GROUP_EXCEEDS, err))
            return false;
    }
    return true;
}

static void add_row(hf_import_state *state, hf_link_judging *links,
                    const hf_plan_dependency *dependency, hf_group_rows *rows)
{
    hf_group_row row;
    hf_import_links_see(links, dependency);
    if (hf_group_row_of(dependency, &row))
        HF_VEC_ADD(&state->work, rows, row);
}

// What was kept when the import put it in; sorted already.
static void kept_rows(hf_import_state *state, hf_link_judging *links, hf_group_rows *rows)
{
    *rows = state->group_rows;
    for (size_t i = 0; i < state->link_rows.count; i++)
        hf_import_links_see(links, &state->link_rows.items[i]);
}

static bool all_rows(hf_import_state *state, hf_link_judging *links, hf_group_rows *rows,
                     hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_dependency dependency;
    bool more = true;
    if (!hf_scan_open_plan(hf_tx_read(state->tx), &hf_noun_dependency, 1, INT64_MAX, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_dependency(scan, &dependency, &more, err))
            return false;
        if (!more)
            return true;
        add_row(state, links, &dependency, rows);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

// Rows of the consumers whose groups the import touched: a group lies wholly at one consumer, and so does a link
// of the import.
static bool touched_rows(hf_import_state *state, hf_link_judging *links, hf_group_rows *rows,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_arena_done) hf_arena one = {0};
    hf_read *read = hf_tx_read(state->tx);
    size_t count = state->touched.count;
    int64_t *consumers = HF_NEW_N(&scratch, int64_t, count);
    for (size_t i = 0; i < count; i++)
        consumers[i] = state->touched.items[i].row;
    if (!hf_store_consumers(read, consumers, count, err))
        return false;
    if (count > 1)
        qsort(consumers, count, sizeof(consumers[0]), compare_numbers);
    for (size_t i = 0; i < count; i++) {
        hf_plan_dependency *list = NULL;
        size_t row_count = 0;
        if (consumers[i] == 0 || (i > 0 && consumers[i] == consumers[i - 1]))
            continue;
        if (!hf_store_neighbours(read, consumers[i], false, HF_GROUP_NEIGHBOURS_MAX, &one, &list,
                                 &row_count, err))
            return false;
        for (size_t k = 0; k < row_count; k++)
            add_row(state, links, &list[k], rows);
        hf_arena_reset(&one);
    }
    return true;
}

// One straight read is cheaper than many look-ups once an eighth of all is touched; a dry run of a load that fills
// a store has no index to look up in; and a layer that changed may unsettle links of any row.
static bool wants_all_rows(const hf_import_state *state)
{
    return state->touched_layers.count > 0 ||
           state->touched.count >= hf_read_count(hf_tx_read(state->tx), &hf_noun_dependency) / 8;
}

// By group.
static bool read_rows(hf_import_state *state, hf_link_judging *links, hf_group_rows *rows,
                      hf_error *err)
{
    if (state->keeps_rows) {
        kept_rows(state, links, rows);
        return true;
    }
    if (!(wants_all_rows(state) ? all_rows(state, links, rows, err)
                                : touched_rows(state, links, rows, err)))
        return false;
    hf_group_rows_sort(rows->items, rows->count);
    return true;
}

static bool judge_groups(hf_import_state *state, const hf_group_row *rows, size_t count,
                         hf_error *err)
{
    for (size_t from = 0, to = 0; from < count; from = to) {
        while (to < count && rows[to].group == rows[from].group)
            to++;
        size_t unused = 0;
        if (hf_group_judge(rows + from, to - from, &unused) == HF_GROUP_FINE)
            continue;
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        member *members = HF_NEW_N(&scratch, member, to - from);
        bool is_ours = false;
        for (size_t i = from; i < to; i++) {
            members[i - from] = (member){&rows[i], hf_import_touched(&state->touched, rows[i].row)};
            is_ours |= members[i - from].touched != NULL;
        }
        if (is_ours && !judge(state, members, to - from, err))
            return false;
    }
    return true;
}

bool hf_import_judge(hf_import_state *state, uint64_t *count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_link_judging links;
    hf_group_rows rows = {0};
    size_t before = state->excluded.count;
    *count = 0;
    if (!hf_import_judge_named(state, err))
        return false;
    *count = state->excluded.count - before;
    if (state->touched.count == 0 && state->touched_layers.count == 0)
        return true;
    sort_touched(&state->touched);
    sort_touched(&state->touched_layers);
    if (!hf_import_links_begin(state, &scratch, &links, err) ||
        !read_rows(state, &links, &rows, err) ||
        !judge_groups(state, rows.items, rows.count, err) ||
        !hf_import_links_end(state, &links, err))
        return false;
    *count = state->excluded.count - before;
    return true;
}
