// SPDX-License-Identifier: Apache-2.0
//
// The order of a ranking: by keys of whole numbers, least important first, in passes that keep the
// order of the pass before. Comparing a million rows costs more than many of their cascades.
#include <string.h>

#include "engine/cascade.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

typedef struct {
    uint64_t key;
    uint32_t row;
} item;

typedef struct {
    const hf_rank_row *rows;
    item *items, *other; // other: room for as many
    uint32_t count;
} sorter;

// Ascending by `bits` bits of the keys, whose items stay in order where they are equal.
static void sort_digit(sorter *s, uint32_t shift)
{
    uint32_t first[DIGITS + 1] = {0};
    for (uint32_t i = 0; i < s->count; i++)
        first[(s->items[i].key >> shift) % DIGITS + 1]++;
    for (uint32_t d = 0; d < DIGITS; d++)
        first[d + 1] += first[d];
    for (uint32_t i = 0; i < s->count; i++)
        s->other[first[(s->items[i].key >> shift) % DIGITS]++] = s->items[i];
    item *swap = s->items;
    s->items = s->other;
    s->other = swap;
}

// Digits in which no two keys differ are passed by.
static void sort_keys(sorter *s)
{
    uint64_t varies = 0;
    for (uint32_t i = 1; i < s->count; i++)
        varies |= s->items[i].key ^ s->items[0].key;
    for (uint32_t shift = 0; shift < 64; shift += DIGIT_BITS)
        if ((varies >> shift) % DIGITS != 0)
            sort_digit(s, shift);
}

static void sort_by_asset(sorter *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        s->items[i].key = s->rows[s->items[i].row].asset;
    sort_keys(s);
}

static void sort_by_failed(sorter *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        s->items[i].key = ~(uint64_t)s->rows[s->items[i].row].failed_count;
    sort_keys(s);
}

static void sort_by_people(sorter *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        s->items[i].key = ~(uint64_t)s->rows[s->items[i].row].people;
    sort_keys(s);
}

// Numbers that are not negative have the order of their bits.
static uint64_t descending(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return ~bits;
}

static void sort_by_people_hours(sorter *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        s->items[i].key = descending(s->rows[s->items[i].row].people_hours);
    sort_keys(s);
}

void hf_order_descending(const double *values, uint32_t count, uint32_t *order)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    sorter s = {.items = HF_NEW_N(&scratch, item, count),
                .other = HF_NEW_N(&scratch, item, count),
                .count = count};
    for (uint32_t i = 0; i < count; i++)
        s.items[i] = (item){descending(values[i]), i};
    sort_keys(&s);
    for (uint32_t i = 0; i < count; i++)
        order[i] = s.items[i].row;
}

void hf_rank_order(hf_rank_row *rows, uint32_t count, hf_rank_by by)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    sorter s = {.rows = rows,
                .items = HF_NEW_N(&scratch, item, count),
                .other = HF_NEW_N(&scratch, item, count),
                .count = count};
    for (uint32_t i = 0; i < count; i++)
        s.items[i].row = i;
    sort_by_asset(&s);
    sort_by_failed(&s);
    sort_by_people(&s);
    if (by == HF_RANK_FAILED)
        sort_by_failed(&s);
    else if (by == HF_RANK_PEOPLE_HOURS)
        sort_by_people_hours(&s);
    hf_rank_row *sorted = HF_NEW_N(&scratch, hf_rank_row, count);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = rows[s.items[i].row];
    memcpy(rows, sorted, count * sizeof(rows[0]));
}
