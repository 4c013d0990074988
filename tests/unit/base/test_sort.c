// SPDX-License-Identifier: Apache-2.0
//
// The sort: like a slow one, stable, at every size up to a few hundred.
#include "check.h"

#include "base/sort.h"

enum { MOST = 300 };

typedef struct {
    uint32_t rank, place;
} item;

static int by_rank(const void *a, const void *b, const void *context)
{
    const item *left = a, *right = b;
    const int *sign = context;
    return left->rank == right->rank ? 0 : (left->rank < right->rank ? -1 : 1) * *sign;
}

static void fill(item *items, const void **order, uint32_t count, uint32_t ranks)
{
    uint32_t seed = 12345 + count;
    for (uint32_t i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        items[i] = (item){.rank = (seed >> 16) % ranks, .place = i};
        order[i] = &items[i];
    }
}

static void check_order(const void *const *order, uint32_t count, int sign)
{
    for (uint32_t i = 1; i < count; i++) {
        const item *before = order[i - 1], *after = order[i];
        assert_true(by_rank(before, after, &sign) <= 0);
        if (before->rank == after->rank)
            assert_true(before->place < after->place);
    }
}

static void sorts_and_keeps_the_order_of_equal_items(void **state)
{
    static item items[MOST];
    const void *order[MOST], *spare[MOST];
    (void)state;
    for (uint32_t count = 0; count <= MOST; count++) {
        const int up = 1, down = -1;
        fill(items, order, count, 1 + count / 3);
        hf_sort(order, spare, count, by_rank, &up);
        check_order(order, count, up);
        fill(items, order, count, 1 + count / 3);
        hf_sort(order, spare, count, by_rank, &down);
        check_order(order, count, down);
    }
}

static void needs_no_room_for_one_item(void **state)
{
    item one = {1, 0};
    const void *order[] = {&one};
    (void)state;
    hf_sort(order, NULL, 1, by_rank, NULL);
    hf_sort(NULL, NULL, 0, by_rank, NULL);
    assert_ptr_equal(order[0], &one);
}

typedef struct {
    int sign;
    size_t *calls;
} counting;

static int counted(const void *a, const void *b, const void *context)
{
    const counting *c = context;
    ++*c->calls;
    return by_rank(a, b, &c->sign);
}

static void compares_sorted_items_once_each(void **state)
{
    static item items[MOST];
    const void *order[MOST], *spare[MOST];
    size_t calls = 0;
    const counting context = {1, &calls};
    (void)state;
    for (uint32_t i = 0; i < MOST; i++) {
        items[i] = (item){.rank = i, .place = i};
        order[i] = &items[i];
    }
    hf_sort(order, spare, MOST, counted, &context);
    assert_int_equal(calls, MOST - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_and_keeps_the_order_of_equal_items),
        cmocka_unit_test(needs_no_room_for_one_item),
        cmocka_unit_test(compares_sorted_items_once_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
