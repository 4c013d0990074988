// SPDX-License-Identifier: Apache-2.0
//
// Views of text.
#include "check.h"

static void compares_by_bytes(void **state)
{
    (void)state;
    assert_true(hf_str_equal(HF_STR("ab"), HF_STR("ab")));
    assert_true(hf_str_equal(HF_STR_EMPTY, HF_STR("")));
    assert_false(hf_str_equal(HF_STR("ab"), HF_STR("abc")));
    assert_true(hf_str_equal_ascii_case(HF_STR("CSV"), HF_STR("csv")));
    assert_false(hf_str_equal_ascii_case(HF_STR("É"), HF_STR("é")));
    assert_int_equal(hf_str_compare(HF_STR("a"), HF_STR("ab")), -1);
    assert_int_equal(hf_str_compare(HF_STR("b"), HF_STR("ab")), 1);
    assert_int_equal(hf_str_compare(HF_STR("\x7F"), HF_STR("\x80")), -1);
    assert_int_equal(hf_str_compare(HF_STR_EMPTY, HF_STR_EMPTY), 0);
}

static void runs_of_digits_compare_as_numbers(void **state)
{
    (void)state;
    static const char *const order[] = {"",     "A",   "A1",   "A2",     "A9",      "A009", "A10",
                                        "A10B", "A11", "A100", "A100-2", "A100-10", "AB",   "B1"};
    // "A9" and "A009" are equal as numbers, so bytes decide: "A009" < "A9".
    for (size_t i = 0; i < HF_COUNT(order); i++) {
        for (size_t j = 0; j < HF_COUNT(order); j++) {
            int got = hf_str_compare_natural(hf_str_of(order[i]), hf_str_of(order[j]));
            bool is_swapped_pair = (i == 4 && j == 5) || (i == 5 && j == 4);
            int want = i < j ? -1 : i > j ? 1 : 0;
            assert_int_equal(got, is_swapped_pair ? -want : want);
        }
    }
    // More digits than any integer type holds.
    assert_int_equal(hf_str_compare_natural(HF_STR("x99999999999999999999999999999"),
                                            HF_STR("x100000000000000000000000000000")),
                     -1);
}

static void natural_order_is_a_total_order(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",   "00", "1",  "01", "a0", "a00b",
                                        "a0b", "a",  "10", "9",  "09a"};
    size_t count = HF_COUNT(texts);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            hf_str a = hf_str_of(texts[i]);
            hf_str b = hf_str_of(texts[j]);
            int order = hf_str_compare_natural(a, b);
            assert_int_equal(order, -hf_str_compare_natural(b, a));
            assert_true((order == 0) == hf_str_equal(a, b));
            for (size_t k = 0; k < count; k++) {
                hf_str c = hf_str_of(texts[k]);
                if (order < 0 && hf_str_compare_natural(b, c) < 0)
                    assert_int_equal(hf_str_compare_natural(a, c), -1);
            }
        }
    }
}

static void cuts_and_searches(void **state)
{
    (void)state;
    hf_str text = HF_STR("one,two,,three");
    CHECK_STR(hf_str_slice(text, 4, 7), "two");
    assert_int_equal(hf_str_slice(text, 10, 5).len, 0);
    assert_int_equal(hf_str_slice(text, 0, 1000).len, text.len);
    assert_int_equal(hf_str_find_byte(text, ',', 4), 7);
    assert_int_equal(hf_str_find_byte(text, 'x', 0), text.len);
    assert_int_equal(hf_str_find(text, HF_STR("three")), 9);
    assert_int_equal(hf_str_find(text, HF_STR("threes")), text.len);
    assert_int_equal(hf_str_find(text, HF_STR("")), 0);
    assert_true(hf_str_starts(text, "one"));
    assert_false(hf_str_starts(text, "one,two,,three,"));
    assert_true(hf_str_ends(text, "three"));
    CHECK_STR(hf_str_trim(HF_STR(" \t\r\n x y \v\f")), "x y");
    assert_int_equal(hf_str_trim(HF_STR("  ")).len, 0);
}

static void splits_at_a_byte(void **state)
{
    (void)state;
    hf_str rest = HF_STR("a,,b,");
    hf_str part = HF_STR_EMPTY;
    static const char *const parts[] = {"a", "", "b", ""};
    for (size_t i = 0; i < HF_COUNT(parts); i++) {
        assert_true(hf_str_split(&rest, ',', &part));
        CHECK_STR(part, parts[i]);
    }
    assert_false(hf_str_split(&rest, ',', &part));
    hf_str nothing = HF_STR_EMPTY;
    assert_false(hf_str_split(&nothing, ',', &part));
    hf_str empty = HF_STR("");
    assert_true(hf_str_split(&empty, ',', &part));
    assert_false(hf_str_split(&empty, ',', &part));
}

static void copies_live_on(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    char source[] = "text";
    hf_str copy = hf_str_copy(&arena, hf_str_of(source));
    char *zero_ended = hf_str_z(&arena, hf_str_of(source));
    source[0] = 'X';
    CHECK_STR(copy, "text");
    assert_string_equal(zero_ended, "text");
    CHECK_STR(hf_str_format(&arena, "%d-%s", 5, "x"), "5-x");
    assert_string_equal(hf_str_z(&arena, HF_STR_EMPTY), "");
    assert_null(hf_str_of(NULL).ptr);
}

static void the_hash_spreads_near_keys(void **state)
{
    (void)state;
    // Keys that differ in one place fill 4096 buckets evenly: 16 expected, far from empty or crowded.
    static uint32_t buckets[4096];
    for (int i = 0; i < 65536; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_str key = hf_str_format(&arena, "ASSET-%08d", i);
        buckets[hf_str_hash(key) >> 52]++;
    }
    for (size_t i = 0; i < HF_COUNT(buckets); i++) {
        assert_true(buckets[i] > 0);
        assert_true(buckets[i] < 48);
    }
    // Every length has its own hash, down to nothing.
    char zeros[64] = {0};
    for (size_t a = 0; a < sizeof zeros; a++) {
        for (size_t b = 0; b < a; b++)
            assert_true(hf_str_hash((hf_str){zeros, a}) != hf_str_hash((hf_str){zeros, b}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_by_bytes),
        cmocka_unit_test(runs_of_digits_compare_as_numbers),
        cmocka_unit_test(natural_order_is_a_total_order),
        cmocka_unit_test(cuts_and_searches),
        cmocka_unit_test(splits_at_a_byte),
        cmocka_unit_test(copies_live_on),
        cmocka_unit_test(the_hash_spreads_near_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
