// SPDX-License-Identifier: Apache-2.0
//
// Arenas: zeroed, aligned, never overlapping, growing in place where they can.
#include "check.h"

#include "base/arena_file.h"
#include "base/vec.h"

static bool is_zero(const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++) {
        if (at[i] != 0)
            return false;
    }
    return true;
}

static void gives_zeroed_aligned_pieces_that_do_not_overlap(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    char *pieces[2000];
    for (size_t i = 0; i < HF_COUNT(pieces); i++) {
        size_t bytes = i * 7 % 300;
        pieces[i] = hf_arena_take(&arena, bytes);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        assert_true(is_zero(pieces[i], bytes));
        memset(pieces[i], (int)(i & 0xFF) | 1, bytes);
    }
    for (size_t i = 0; i < HF_COUNT(pieces); i++) {
        size_t bytes = i * 7 % 300;
        for (size_t j = 0; j < bytes; j++)
            assert_int_equal((unsigned char)pieces[i][j], (i & 0xFF) | 1);
    }
}

static void takes_large_and_small_pieces_in_any_order(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const size_t sizes[] = {10, 1 << 20,       1 << 17, 3 << 20,
                                   40, (1 << 18) - 1, 1 << 18, 65536};
    for (size_t i = 0; i < HF_COUNT(sizes); i++) {
        char *piece = hf_arena_take(&arena, sizes[i]);
        assert_true(is_zero(piece, sizes[i]));
        memset(piece, 0xAA, sizes[i]);
    }
    assert_true(arena.used_bytes >= (size_t)(4 << 20));
}

static void aligns_as_asked(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
        char *piece = hf_arena_take_aligned(&arena, 100, alignment);
        assert_int_equal((uintptr_t)piece % alignment, 0);
        memset(piece, 1, 100);
    }
}

static void grows_the_last_piece_in_place(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    char *first = hf_arena_take(&arena, 20);
    memset(first, 'x', 20);
    char *grown = hf_arena_grow(&arena, first, 20, 400);
    assert_ptr_equal(grown, first);
    assert_int_equal(grown[19], 'x');
    assert_true(is_zero(grown + 20, 380));
    (void)hf_arena_take(&arena, 1);
    char *moved = hf_arena_grow(&arena, grown, 400, 800);
    assert_ptr_not_equal(moved, grown);
    assert_int_equal(moved[19], 'x');
    assert_true(is_zero(moved + 400, 400));
    assert_non_null(hf_arena_grow(&arena, NULL, 0, 5));
}

static void grows_large_pieces_and_keeps_their_bytes(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    size_t bytes = 1 << 18;
    char *piece = hf_arena_take(&arena, bytes);
    memset(piece, 'a', bytes);
    for (int i = 0; i < 6; i++) {
        char *next = hf_arena_grow(&arena, piece, bytes, bytes * 2);
        assert_int_equal(next[0], 'a');
        assert_int_equal(next[bytes - 1], 'a');
        assert_true(is_zero(next + bytes, bytes));
        memset(next, 'a', bytes * 2);
        piece = next;
        bytes *= 2;
    }
    hf_arena_give_back(&arena, piece, bytes);
    assert_null(arena.large);
}

static void is_empty_and_usable_after_done_and_reset(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_arena_reset(&arena);
    hf_arena_done(&arena);
    for (int round = 0; round < 5; round++) {
        char *piece = hf_arena_take(&arena, 50000);
        assert_true(is_zero(piece, 50000));
        memset(piece, 0xFF, 50000);
        char *large = hf_arena_take(&arena, 1 << 20);
        assert_true(is_zero(large, 1 << 20));
        hf_arena_reset(&arena);
        assert_int_equal(arena.used_bytes, 0);
    }
}

static void tells_what_it_holds(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    assert_int_equal(hf_arena_held_bytes(&arena), 0);
    (void)hf_arena_take(&arena, 1);
    size_t small = hf_arena_held_bytes(&arena);
    (void)hf_arena_take(&arena, 100);
    assert_int_equal(hf_arena_held_bytes(&arena), small); // out of the same block
    (void)hf_arena_take(&arena, 1 << 20);
    assert_in_range(hf_arena_held_bytes(&arena), small + (1 << 20), small + (1 << 20) + 4096);
    hf_arena_done(&arena);
    assert_int_equal(hf_arena_held_bytes(&arena), 0);
}

static void vectors_keep_their_items_while_growing(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_VEC(uint64_t) numbers = {0};
    for (uint64_t i = 0; i < 300000; i++) {
        HF_VEC_ADD(&arena, &numbers, i * i);
        if (i % 1000 == 0)
            (void)hf_arena_take(&arena, 3); // something stands behind it
    }
    assert_int_equal(numbers.count, 300000);
    for (uint64_t i = 0; i < 300000; i++)
        assert_true(numbers.items[i] == i * i);
}

// The same calls, with memory that lies in a file.
static void lives_in_a_file(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_file_close) hf_arena_file *file = NULL;
    hf_error err = {0};
    assert_true(hf_arena_file_open("/tmp", &file, &err));
    hf_arena arena = hf_arena_in_file(file), other = hf_arena_beside(&arena);
    uint8_t *small = hf_arena_take(&arena, 100), *large = hf_arena_take(&arena, 1 << 20);
    uint8_t *theirs = hf_arena_take(&other, 3 << 20);
    for (size_t i = 0; i < 1 << 20; i++) {
        assert_int_equal(large[i], 0);
        large[i] = (uint8_t)(i * 7);
        theirs[i] = 9;
    }
    uint64_t before = hf_arena_file_bytes(file);
    assert_true(before >= 4u << 20);
    uint8_t *grown = hf_arena_grow(&arena, large, 1 << 20, 5 << 20);
    for (size_t i = 0; i < (size_t)5 << 20; i++)
        assert_int_equal(grown[i], i < 1 << 20 ? (uint8_t)(i * 7) : 0);
    assert_true(hf_arena_file_bytes(file) >= before + (5u << 20));
    hf_arena_done(&other);
    hf_arena_reset(&arena);
    assert_int_equal(((uint8_t *)hf_arena_take(&arena, 100))[0], 0);
    small = hf_arena_take(&arena, 300000);
    memset(small, 3, 300000);
    before = hf_arena_file_bytes(file);
    hf_arena_leave_file(&arena);
    hf_arena_file_close(&file);
    assert_null(file);
    memset(hf_arena_take(&arena, 1 << 20), 4, 1 << 20); // in memory again
    assert_int_equal(small[299999], 3);
    hf_arena_done(&arena);
}

static void a_file_that_cannot_be_made_is_told(void **state)
{
    (void)state;
    hf_arena_file *file = NULL;
    hf_error err = {0};
    assert_false(hf_arena_file_open("/nowhere/at/all", &file, &err));
    assert_string_equal(err.code, "file.unwritable");
    assert_int_equal(err.kind, HF_ERR_WRITE);
    assert_null(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_zeroed_aligned_pieces_that_do_not_overlap),
        cmocka_unit_test(takes_large_and_small_pieces_in_any_order),
        cmocka_unit_test(aligns_as_asked),
        cmocka_unit_test(grows_the_last_piece_in_place),
        cmocka_unit_test(grows_large_pieces_and_keeps_their_bytes),
        cmocka_unit_test(is_empty_and_usable_after_done_and_reset),
        cmocka_unit_test(tells_what_it_holds),
        cmocka_unit_test(vectors_keep_their_items_while_growing),
        cmocka_unit_test(lives_in_a_file),
        cmocka_unit_test(a_file_that_cannot_be_made_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
