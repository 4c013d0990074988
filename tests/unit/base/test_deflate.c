// SPDX-License-Identifier: Apache-2.0
//
// Packing both ways, in one go and in small pieces; damage, bombs and early ends refused.
#include "check.h"

#include "base/deflate.h"
#include "base/limits.h"

// Text that packs, but not to nothing.
static hf_str sample(hf_arena *arena, size_t bytes)
{
    char *text = hf_arena_take(arena, bytes);
    uint32_t seed = 1;
    for (size_t i = 0; i < bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        text[i] = (char)('a' + (seed >> 24) % 16);
    }
    return (hf_str){text, bytes};
}

static void unpacks_what_it_packed(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const size_t sizes[] = {0, 1, 100, 65536, 300000};
    for (int form = HF_DEFLATE_GZIP; form <= HF_DEFLATE_RAW; form++) {
        for (size_t i = 0; i < HF_COUNT(sizes); i++) {
            HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of(1 << 20);
            HF_CLEANUP(hf_buf_done) hf_buf back = hf_buf_of(1 << 20);
            hf_error err = {0};
            hf_str text = sample(&arena, sizes[i]);
            assert_true(hf_deflate((hf_deflate_form)form, text, 6, &packed, &err));
            assert_true(sizes[i] < 1000 || packed.len < text.len);
            assert_true(hf_is_gzip(hf_buf_str(&packed)) == (form == HF_DEFLATE_GZIP));
            assert_true(hf_inflate((hf_deflate_form)form, hf_buf_str(&packed), &back, &err));
            assert_true(hf_str_equal(hf_buf_str(&back), text));
        }
    }
}

static void packs_the_same_bytes_each_time(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf first = hf_buf_of(1000);
    HF_CLEANUP(hf_buf_done) hf_buf second = hf_buf_of(1000);
    hf_error err = {0};
    assert_true(hf_deflate(HF_DEFLATE_GZIP, HF_STR("the same"), 9, &first, &err));
    assert_true(hf_deflate(HF_DEFLATE_GZIP, HF_STR("the same"), 9, &second, &err));
    assert_true(hf_str_equal(hf_buf_str(&first), hf_buf_str(&second)));
    static const char no_time[4] = {0};
    assert_memory_equal(first.ptr + 4, no_time, 4);
}

static void reads_gzip_members_one_behind_the_other(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of(1000);
    HF_CLEANUP(hf_buf_done) hf_buf back = hf_buf_of(1000);
    hf_error err = {0};
    assert_true(hf_deflate(HF_DEFLATE_GZIP, HF_STR("one "), 6, &packed, &err));
    assert_true(hf_deflate(HF_DEFLATE_GZIP, HF_STR("two"), 6, &packed, &err));
    assert_true(hf_inflate(HF_DEFLATE_GZIP, hf_buf_str(&packed), &back, &err));
    CHECK_STR(hf_buf_str(&back), "one two");
    hf_buf_add_z(&packed, "junk");
    assert_false(hf_inflate(HF_DEFLATE_GZIP, hf_buf_str(&packed), &back, &err));
    assert_string_equal(err.code, "deflate.broken");
}

static void works_piece_by_piece(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of(1 << 20);
    HF_CLEANUP(hf_buf_done) hf_buf back = hf_buf_of(1 << 20);
    HF_CLEANUP(hf_deflater_close) hf_deflater *deflater = hf_deflater_open(HF_DEFLATE_RAW, 1);
    hf_error err = {0};
    hf_str text = sample(&arena, 200000);
    for (size_t at = 0; at < text.len; at += 777)
        assert_true(hf_deflater_add(deflater, hf_str_slice(text, at, at + 777), &packed, &err));
    assert_true(hf_deflater_finish(deflater, &packed, &err));

    HF_CLEANUP(hf_inflater_close) hf_inflater *inflater = hf_inflater_open(HF_DEFLATE_RAW, 1 << 20);
    bool is_end = false;
    for (size_t at = 0; at < packed.len; at += 13) {
        hf_str bytes = hf_str_slice(hf_buf_str(&packed), at, at + 13);
        size_t count = 1;
        while (bytes.len > 0 || (count > 0 && !is_end)) {
            char room[100];
            assert_true(
                hf_inflater_take(inflater, &bytes, room, sizeof room, &count, &is_end, &err));
            hf_buf_add(&back, room, count);
            if (count == 0 && bytes.len == 0)
                break;
        }
    }
    assert_true(is_end);
    assert_true(hf_str_equal(hf_buf_str(&back), text));
}

static void refuses_damage_wherever_it_is(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of(100000);
    hf_error err = {0};
    hf_str text = sample(&arena, 3000);
    assert_true(hf_deflate(HF_DEFLATE_GZIP, text, 6, &packed, &err));
    // The checksum at the end catches what the codes do not. Bytes 4 to 9 (time, flags) carry no content.
    for (size_t i = 10; i < packed.len; i += 11) {
        HF_CLEANUP(hf_buf_done) hf_buf back = hf_buf_of(1 << 20);
        packed.ptr[i] ^= 0x40;
        err = (hf_error){0};
        // A bit that only fills up the last byte may change; nothing else may.
        if (hf_inflate(HF_DEFLATE_GZIP, hf_buf_str(&packed), &back, &err))
            assert_true(i == packed.len - 9 && hf_str_equal(hf_buf_str(&back), text));
        else
            assert_int_equal(err.kind, HF_ERR_INPUT);
        packed.ptr[i] ^= 0x40;
    }
    for (size_t len = 0; len < packed.len; len += 97) {
        HF_CLEANUP(hf_buf_done) hf_buf back = hf_buf_of(1 << 20);
        assert_false(hf_inflate(HF_DEFLATE_GZIP, (hf_str){packed.ptr, len}, &back, &err));
        assert_string_equal(err.code, "deflate.truncated");
    }
}

static void stops_at_the_maximum(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of(1 << 20);
    hf_error err = {0};
    hf_str text = sample(&arena, 100000);
    assert_true(hf_deflate(HF_DEFLATE_GZIP, text, 6, &packed, &err));
    HF_CLEANUP(hf_buf_done) hf_buf exact = hf_buf_of(100000);
    assert_true(hf_inflate(HF_DEFLATE_GZIP, hf_buf_str(&packed), &exact, &err));
    HF_CLEANUP(hf_buf_done) hf_buf small = hf_buf_of(99999);
    assert_false(hf_inflate(HF_DEFLATE_GZIP, hf_buf_str(&packed), &small, &err));
    assert_int_equal(err.kind, HF_ERR_TOO_LARGE);
    assert_string_equal(err.code, "deflate.too_large");
    HF_CLEANUP(hf_buf_done) hf_buf tiny = hf_buf_of(50);
    assert_false(hf_deflate(HF_DEFLATE_GZIP, text, 6, &tiny, &err));
    assert_int_equal(err.kind, HF_ERR_TOO_LARGE);
}

static void refuses_a_bomb_by_its_ratio(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf packed = hf_buf_of(1 << 20);
    HF_CLEANUP(hf_buf_done) hf_buf back = hf_buf_of(64 << 20);
    hf_error err = {0};
    size_t bytes = 32 << 20; // zeros pack about a thousand to one
    hf_str zeros = {hf_arena_take(&arena, bytes), bytes};
    assert_true(hf_deflate(HF_DEFLATE_GZIP, zeros, 9, &packed, &err));
    assert_true(packed.len * HF_UNZIP_RATIO_MAX < bytes);
    assert_false(hf_inflate(HF_DEFLATE_GZIP, hf_buf_str(&packed), &back, &err));
    assert_string_equal(err.code, "deflate.ratio");
    assert_true(back.len < (4 << 20));
    // Small ones may pack as well as they like.
    hf_buf_clear(&packed);
    hf_buf_clear(&back);
    zeros.len = 1 << 20;
    assert_true(hf_deflate(HF_DEFLATE_GZIP, zeros, 9, &packed, &err));
    assert_true(hf_inflate(HF_DEFLATE_GZIP, hf_buf_str(&packed), &back, &err));
}

static void crc32_gives_the_published_check(void **state)
{
    (void)state;
    assert_int_equal(hf_crc32(0, HF_STR("123456789")), 0xCBF43926u);
    assert_int_equal(hf_crc32(hf_crc32(0, HF_STR("1234")), HF_STR("56789")), 0xCBF43926u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unpacks_what_it_packed),
        cmocka_unit_test(packs_the_same_bytes_each_time),
        cmocka_unit_test(reads_gzip_members_one_behind_the_other),
        cmocka_unit_test(works_piece_by_piece),
        cmocka_unit_test(refuses_damage_wherever_it_is),
        cmocka_unit_test(stops_at_the_maximum),
        cmocka_unit_test(refuses_a_bomb_by_its_ratio),
        cmocka_unit_test(crc32_gives_the_published_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
