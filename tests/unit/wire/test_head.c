// SPDX-License-Identifier: Apache-2.0
//
// Escapes, queries, cookies, entity tags, ranges and qualities of a request's head.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/wire.h"

#define assert_text(text, expected)                                                                \
    do {                                                                                           \
        hf_str got_ = (text);                                                                      \
        assert_int_equal(got_.len, strlen(expected));                                              \
        assert_memory_equal(got_.len > 0 ? got_.ptr : "", expected, got_.len);                     \
    } while (0)

static void decodes_escapes_and_keeps_a_plus_in_a_path(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str out = {0};
    assert_true(hf_url_decode(HF_STR("a%2Fb+c%C3%A9"), false, &arena, &out));
    assert_text(out, "a/b+c\xc3\xa9");
    assert_true(hf_url_decode(HF_STR("a+b%2B"), true, &arena, &out));
    assert_text(out, "a b+");
}

static void refuses_bad_escapes_nul_and_broken_utf8(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str out = {0};
    assert_false(hf_url_decode(HF_STR("%"), false, &arena, &out));
    assert_false(hf_url_decode(HF_STR("%4"), false, &arena, &out));
    assert_false(hf_url_decode(HF_STR("%zz"), false, &arena, &out));
    assert_false(hf_url_decode(HF_STR("a%00b"), false, &arena, &out));
    assert_false(hf_url_decode(HF_STR("%ff"), false, &arena, &out));
    assert_false(hf_url_decode(HF_STR("%c0%af"), false, &arena, &out));
}

static void reads_a_query_into_pairs(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_http_pairs pairs = {0};
    assert_true(hf_query_parse(HF_STR("q=dam+3&empty=&flag&&x=%3D%26"), &arena, &pairs, &err));
    assert_int_equal(pairs.count, 4);
    assert_text(pairs.items[0].value, "dam 3");
    assert_text(pairs.items[1].value, "");
    assert_text(pairs.items[2].name, "flag");
    assert_text(pairs.items[3].value, "=&");
}

static void takes_200_query_parameters_and_refuses_201(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(10000);
    hf_error err = {0};
    hf_http_pairs pairs = {0};
    for (int i = 0; i < 200; i++)
        hf_buf_add_z(&text, "a=1&");
    assert_true(hf_query_parse(hf_buf_str(&text), &arena, &pairs, &err));
    assert_int_equal(pairs.count, 200);
    hf_buf_add_z(&text, "a=1");
    assert_false(hf_query_parse(hf_buf_str(&text), &arena, &pairs, &err));
    assert_string_equal(err.code, "http.too_many_parameters");
}

static void finds_one_cookie_among_many(void **state)
{
    (void)state;
    hf_str header = HF_STR("a=1; hf_session=abc=def ;b=2");
    assert_text(hf_cookie_value(header, "hf_session"), "abc=def");
    assert_text(hf_cookie_value(header, "b"), "2");
    assert_text(hf_cookie_value(header, "session"), "");
    assert_text(hf_cookie_value(HF_STR_EMPTY, "a"), "");
}

static void weighs_encodings(void **state)
{
    (void)state;
    assert_int_equal(hf_encoding_quality(HF_STR("gzip, br;q=0.5"), "gzip"), 1000);
    assert_int_equal(hf_encoding_quality(HF_STR("gzip, br;q=0.5"), "br"), 500);
    assert_int_equal(hf_encoding_quality(HF_STR("gzip;q=0, *;q=0.2"), "gzip"), 0);
    assert_int_equal(hf_encoding_quality(HF_STR("gzip;q=0, *;q=0.2"), "br"), 200);
    assert_int_equal(hf_encoding_quality(HF_STR(""), "br"), 0);
    assert_int_equal(hf_encoding_quality(HF_STR("identity;q=7"), "identity"), 1000);
}

static void compares_entity_tags_weakly(void **state)
{
    (void)state;
    assert_true(hf_etag_matches(HF_STR("\"3\""), HF_STR("\"3\"")));
    assert_true(hf_etag_matches(HF_STR("\"1\", W/\"3\""), HF_STR("\"3\"")));
    assert_true(hf_etag_matches(HF_STR("*"), HF_STR("\"3\"")));
    assert_false(hf_etag_matches(HF_STR("\"33\""), HF_STR("\"3\"")));
    assert_false(hf_etag_matches(HF_STR("3"), HF_STR("\"3\"")));
}

static void reads_one_range(void **state)
{
    (void)state;
    uint64_t from = 0, count = 0;
    assert_int_equal(hf_range_parse(HF_STR("bytes=0-9"), 100, &from, &count), 206);
    assert_int_equal(from, 0);
    assert_int_equal(count, 10);
    assert_int_equal(hf_range_parse(HF_STR("bytes=90-"), 100, &from, &count), 206);
    assert_int_equal(from, 90);
    assert_int_equal(count, 10);
    assert_int_equal(hf_range_parse(HF_STR("bytes=-30"), 100, &from, &count), 206);
    assert_int_equal(from, 70);
    assert_int_equal(hf_range_parse(HF_STR("bytes=-300"), 100, &from, &count), 206);
    assert_int_equal(from, 0);
    assert_int_equal(count, 100);
    assert_int_equal(hf_range_parse(HF_STR("bytes=50-500"), 100, &from, &count), 206);
    assert_int_equal(count, 50);
}

static void refuses_ranges_outside_and_leaves_odd_ones(void **state)
{
    (void)state;
    uint64_t from = 0, count = 0;
    assert_int_equal(hf_range_parse(HF_STR("bytes=100-"), 100, &from, &count), 416);
    assert_int_equal(hf_range_parse(HF_STR("bytes=-0"), 100, &from, &count), 416);
    assert_int_equal(hf_range_parse(HF_STR("bytes=9-3"), 100, &from, &count), 0);
    assert_int_equal(hf_range_parse(HF_STR("bytes=0-1,5-6"), 100, &from, &count), 0);
    assert_int_equal(hf_range_parse(HF_STR("items=0-1"), 100, &from, &count), 0);
    assert_int_equal(hf_range_parse(HF_STR("bytes=99999999999999999999-"), 100, &from, &count), 0);
}

static void splits_addresses_to_listen_on(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    char *host = NULL;
    char *port = NULL;
    assert_true(hf_listen_parse(HF_STR("127.0.0.1:2341"), &arena, &host, &port, &err));
    assert_string_equal(host, "127.0.0.1");
    assert_string_equal(port, "2341");
    assert_true(hf_listen_parse(HF_STR("[::1]:0"), &arena, &host, &port, &err));
    assert_string_equal(host, "::1");
    const char *bad[] = {
        "", "2341", ":2341", "host:", "host:70000", "host:-1", "::1:80", "host:8a"};
    for (size_t i = 0; i < HF_COUNT(bad); i++) {
        assert_false(hf_listen_parse(hf_str_of(bad[i]), &arena, &host, &port, &err));
        assert_string_equal(err.code, "http.listen");
    }
}

static void the_last_hop_of_a_proxy_is_the_peer(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static const struct {
        const char *header, *want;
    } rows[] = {{"192.0.2.7", "192.0.2.7"},
                {"10.0.0.1, 203.0.113.9 ", "203.0.113.9"},
                {"evil,2001:DB8:0::1", "2001:db8::1"},
                {"192.0.2.7, unknown", ""},
                {"192.0.2.7:80", ""},
                {"192.0.2.7,", ""},
                {"0123456789012345678901234567890123456789012345678901234567890", ""},
                {"", ""}};
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        hf_http_pair list[] = {{HF_STR("x-forwarded-for"), HF_STR("198.51.100.1")},
                               {HF_STR("X-Forwarded-For"), hf_str_of(rows[i].header)}};
        const hf_http_pairs pairs = {.items = list, .count = 2};
        assert_text(hf_forwarded_peer(&pairs, &arena), rows[i].want);
    }
    const hf_http_pairs none = {0};
    assert_text(hf_forwarded_peer(&none, &arena), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_escapes_and_keeps_a_plus_in_a_path),
        cmocka_unit_test(refuses_bad_escapes_nul_and_broken_utf8),
        cmocka_unit_test(reads_a_query_into_pairs),
        cmocka_unit_test(takes_200_query_parameters_and_refuses_201),
        cmocka_unit_test(finds_one_cookie_among_many),
        cmocka_unit_test(weighs_encodings),
        cmocka_unit_test(compares_entity_tags_weakly),
        cmocka_unit_test(reads_one_range),
        cmocka_unit_test(refuses_ranges_outside_and_leaves_odd_ones),
        cmocka_unit_test(splits_addresses_to_listen_on),
        cmocka_unit_test(the_last_hop_of_a_proxy_is_the_peer),
    };
    return cmocka_run_group_tests_name("wire/head", tests, NULL, NULL);
}
