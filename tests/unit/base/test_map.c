// SPDX-License-Identifier: Apache-2.0
//
// The hash map: nothing lost, nothing invented, at any size.
#include "check.h"

#include "base/map.h"

static void finds_what_was_added_and_nothing_else(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_map map = hf_map_of(&arena, 0);
    uint32_t value = 0;
    assert_false(hf_map_get(&map, HF_STR("x"), &value));
    for (uint32_t i = 0; i < 200000; i++)
        assert_true(hf_map_add(&map, hf_str_format(&arena, "k%u", i), i * 3, NULL));
    assert_int_equal(map.count, 200000);
    for (uint32_t i = 0; i < 200000; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        assert_true(hf_map_get(&map, hf_str_format(&scratch, "k%u", i), &value));
        assert_int_equal(value, i * 3);
        assert_false(hf_map_get(&map, hf_str_format(&scratch, "x%u", i), &value));
    }
}

static void keeps_the_first_value_unless_set(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_map map = {.arena = &arena};
    uint32_t value = 0;
    assert_true(hf_map_add(&map, HF_STR("a"), 1, &value));
    assert_int_equal(value, 1);
    assert_false(hf_map_add(&map, HF_STR("a"), 2, &value));
    assert_int_equal(value, 1);
    hf_map_set(&map, HF_STR("a"), 3);
    assert_true(hf_map_get(&map, HF_STR("a"), &value));
    assert_int_equal(value, 3);
    hf_map_set(&map, HF_STR(""), 9);
    assert_true(hf_map_get(&map, HF_STR_EMPTY, &value));
    assert_int_equal(value, 9);
    assert_int_equal(map.count, 2);
}

static void holds_numbers_too(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_map map = hf_map_of(&arena, 100000);
    size_t capacity = map.capacity;
    uint32_t value = 0;
    for (uint64_t i = 0; i < 100000; i++)
        assert_true(hf_map_add_u64(&map, i << 32, (uint32_t)i, NULL));
    assert_int_equal(map.capacity, capacity); // the expected count was enough
    for (uint64_t i = 0; i < 100000; i++) {
        assert_true(hf_map_get_u64(&map, i << 32, &value));
        assert_int_equal(value, i);
        assert_false(hf_map_get_u64(&map, (i << 32) + 1, &value));
    }
    assert_false(hf_map_add_u64(&map, 0, 5, &value));
    assert_int_equal(value, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_added_and_nothing_else),
        cmocka_unit_test(keeps_the_first_value_unless_set),
        cmocka_unit_test(holds_numbers_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
