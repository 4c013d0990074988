// SPDX-License-Identifier: Apache-2.0
//
// CBOR against the published examples (RFC 8949, appendix A) as far as they are taken, and what is refused.
#include "check.h"

#include "base/cbor.h"
#include "base/crypto.h"

static hf_str bytes_of(hf_arena *arena, const char *hex)
{
    size_t len = strlen(hex) / 2;
    char *bytes = hf_arena_take(arena, len);
    assert_true(hf_hex_parse(hf_str_of(hex), (uint8_t *)bytes, len));
    return (hf_str){bytes, len};
}

static hf_cbor *read_whole(hf_arena *arena, const char *hex)
{
    hf_error err = {0};
    hf_cbor *item = NULL;
    size_t used = 0;
    hf_str bytes = bytes_of(arena, hex);
    if (!hf_cbor_read(bytes, arena, &item, &used, &err))
        fail_msg("%s: %s", hex, err.message);
    assert_int_equal(used, bytes.len);
    return item;
}

static void numbers_read_as_published(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const struct {
        const char *hex;
        int64_t want;
    } rows[] = {{"00", 0},
                {"17", 23},
                {"1818", 24},
                {"1903e8", 1000},
                {"1a000f4240", 1000000},
                {"1b000000e8d4a51000", 1000000000000},
                {"20", -1},
                {"3903e7", -1000}};
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        hf_cbor *item = read_whole(&arena, rows[i].hex);
        assert_int_equal(item->type, HF_CBOR_INTEGER);
        assert_true(item->integer == rows[i].want);
    }
}

static void texts_and_bytes_are_views_of_the_input(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    CHECK_STR(read_whole(&arena, "6449455446")->text, "IETF");
    CHECK_STR(read_whole(&arena, "62c3bc")->text, "\u00fc");
    CHECK_STR(read_whole(&arena, "60")->text, "");
    hf_cbor *bytes = read_whole(&arena, "4401020304");
    assert_int_equal(bytes->type, HF_CBOR_BYTES);
    assert_memory_equal(bytes->text.ptr, "\1\2\3\4", 4);
}

static void members_are_found_by_name_and_number(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_cbor *map = read_whole(&arena, "a26161016162820203");
    assert_int_equal(hf_cbor_get(map, "a")->integer, 1);
    const hf_cbor *list = hf_cbor_get(map, "b");
    assert_int_equal(list->type, HF_CBOR_ARRAY);
    assert_int_equal(list->child->next->integer, 3);
    assert_null(hf_cbor_get(map, "c"));
    assert_null(hf_cbor_at(map, 1)); // a value, no name
    assert_null(hf_cbor_get(list, "a"));
    assert_null(hf_cbor_get(NULL, "a"));
    map = read_whole(&arena, "a201020304");
    assert_int_equal(hf_cbor_at(map, 3)->integer, 4);
    assert_null(hf_cbor_at(map, 2));
    assert_int_equal(read_whole(&arena, "f5")->integer, 1);
}

static void what_stands_behind_is_left(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_cbor *item = NULL;
    size_t used = 0;
    assert_true(hf_cbor_read(bytes_of(&arena, "8101ff00"), &arena, &item, &used, &err));
    assert_int_equal(used, 2);
}

static void what_no_authenticator_writes_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", // nothing
        "18",
        "1903",
        "62c3",
        "8201", // cut off
        "a101", // a name without a value
        "1817",
        "190017",
        "1a0000ffff",         // longer than needed
        "1b00000000ffffffff", //
        "1bffffffffffffffff", // outside of 64 bits
        "3bffffffffffffffff", //
        "9f01ff",
        "bf616101ff",
        "5f4101ff", // of no definite length
        "c074",
        "f93c00",
        "fb3ff199999999999a",
        "f7",
        "ff",             // tags, fractions, undefined, break
        "a201010102",     // a name twice
        "a2616101616102", //
        "a1800101",
        "a1f501",
        "a1410101", // names that are none
        "62c328",
        "7f", // no UTF-8
        "9affffffff",
        "bb7fffffffffffffff",
        "5bffffffffffffffff",       // more than there can be
        "818181818181818181818100", // too deep
    };
    for (size_t i = 0; i < HF_COUNT(bad); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_error err = {0};
        hf_cbor *item = NULL;
        size_t used = 0;
        if (hf_cbor_read(bytes_of(&arena, bad[i]), &arena, &item, &used, &err))
            fail_msg("%s was taken", bad[i]);
        assert_string_equal(err.code, "passkey.unreadable");
    }
}

// One at the bound and one above it.
static void depth_and_number_are_bounded(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_cbor *item = NULL;
    size_t used = 0;
    (void)read_whole(&arena, "818181818181818100");
    char many[3 + HF_CBOR_ITEMS_MAX] = "\x99";
    for (size_t over = 0; over < 2; over++) {
        size_t count = HF_CBOR_ITEMS_MAX - 1 + over;
        many[1] = (char)(count >> 8);
        many[2] = (char)(count & 0xFF);
        assert_int_equal(hf_cbor_read((hf_str){many, 3 + count}, &arena, &item, &used, &err),
                         over == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_as_published),
        cmocka_unit_test(texts_and_bytes_are_views_of_the_input),
        cmocka_unit_test(members_are_found_by_name_and_number),
        cmocka_unit_test(what_stands_behind_is_left),
        cmocka_unit_test(what_no_authenticator_writes_is_refused),
        cmocka_unit_test(depth_and_number_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
