// SPDX-License-Identifier: Apache-2.0
//
// The growing buffer: its maximum holds, and going over it is seen once at the end.
#include "check.h"

#include "base/buf.h"

static void collects_pieces(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(1000);
    hf_buf_add_z(&buf, "a");
    hf_buf_add_byte(&buf, 'b');
    hf_buf_add_i64(&buf, INT64_MIN);
    hf_buf_add_byte(&buf, ' ');
    hf_buf_add_u64(&buf, UINT64_MAX);
    hf_buf_add_byte(&buf, ' ');
    hf_buf_add_double(&buf, -0.5);
    hf_buf_add_format(&buf, " %s-%d", "x", 7);
    hf_buf_add_str(&buf, HF_STR(" end"));
    hf_buf_add_str(&buf, HF_STR_EMPTY);
    CHECK_STR(hf_buf_str(&buf), "ab-9223372036854775808 18446744073709551615 -0.5 x-7 end");
    assert_false(buf.overflow);
}

static void takes_exactly_its_maximum(void **state)
{
    (void)state;
    for (size_t max = 1; max < 300; max += 37) {
        HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(max);
        for (size_t i = 0; i < max; i++)
            hf_buf_add_byte(&buf, 'x');
        assert_false(buf.overflow);
        assert_int_equal(buf.len, max);
        assert_true(buf.capacity <= max);
        hf_buf_add_byte(&buf, 'y');
        assert_true(buf.overflow);
        assert_int_equal(buf.len, max);
    }
}

static void drops_everything_after_an_overflow(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(4);
    hf_buf_add_z(&buf, "abc");
    hf_buf_add_z(&buf, "de");
    hf_buf_add_z(&buf, "f"); // would fit, but then a gap would be hidden
    CHECK_STR(hf_buf_str(&buf), "abc");
    assert_true(buf.overflow);
    hf_buf_clear(&buf);
    assert_false(buf.overflow);
    hf_buf_add_z(&buf, "full");
    CHECK_STR(hf_buf_str(&buf), "full");
}

static void reserve_gives_room_to_write(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(10);
    char *room = hf_buf_reserve(&buf, 10);
    assert_non_null(room);
    memset(room, 'z', 10);
    buf.len += 10;
    assert_null(hf_buf_reserve(&buf, 1));
    assert_true(buf.overflow);
}

static void formats_texts_longer_than_its_scratch_space(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(5000);
    hf_buf_add_format(&buf, "%0*d", 255, 1);
    assert_int_equal(buf.len, 255);
    hf_buf_add_format(&buf, "%0*d", 256, 1);
    assert_int_equal(buf.len, 511);
    hf_buf_add_format(&buf, "%0*d", 4000, 1);
    assert_int_equal(buf.len, 4511);
    assert_int_equal(buf.ptr[4510], '1');
}

static void a_copy_lives_in_the_arena(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_buf buf = hf_buf_of(100);
    hf_buf_add_z(&buf, "kept");
    hf_str copy = hf_buf_copy(&arena, &buf);
    hf_buf_done(&buf);
    assert_null(buf.ptr);
    CHECK_STR(copy, "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collects_pieces),
        cmocka_unit_test(takes_exactly_its_maximum),
        cmocka_unit_test(drops_everything_after_an_overflow),
        cmocka_unit_test(reserve_gives_room_to_write),
        cmocka_unit_test(formats_texts_longer_than_its_scratch_space),
        cmocka_unit_test(a_copy_lives_in_the_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
