// SPDX-License-Identifier: Apache-2.0
//
// Numbers from and to text: against published spellings, against libc, and against themselves.
#include "check.h"

#include <math.h>
#include <stdio.h>

static uint64_t next_random(uint64_t *seed)
{
    *seed += 0x9E3779B97F4A7C15u;
    uint64_t x = *seed;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static uint64_t bits_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double of_bits(uint64_t bits)
{
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void reads_whole_numbers(void **state)
{
    (void)state;
    int64_t i = 0;
    uint64_t u = 0;
    assert_true(hf_parse_i64(HF_STR("-9223372036854775808"), &i));
    assert_true(i == INT64_MIN);
    assert_true(hf_parse_i64(HF_STR("+9223372036854775807"), &i));
    assert_true(i == INT64_MAX);
    assert_true(hf_parse_u64(HF_STR("18446744073709551615"), &u));
    assert_true(u == UINT64_MAX);
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "--1",
                                      "９",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "1e3"};
    for (size_t k = 0; k < HF_COUNT(bad); k++)
        assert_false(hf_parse_i64(hf_str_of(bad[k]), &i));
    assert_false(hf_parse_u64(HF_STR("18446744073709551616"), &u));
    assert_false(hf_parse_u64(HF_STR("-1"), &u));
    assert_false(hf_parse_u64(HF_STR_EMPTY, &u));
}

static void reads_counts_of_the_command_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t want;
    } good[] = {{"0", 0},         {"10000", 10000},
                {"10k", 10000},   {"1M", 1000000},
                {"1m", 1000000},  {"2G", 2000000000},
                {"1e6", 1000000}, {"1.5k", 1500},
                {"2.5e3", 2500},  {"18446744073709551615", UINT64_MAX}};
    uint64_t got = 0;
    for (size_t i = 0; i < HF_COUNT(good); i++) {
        assert_true(hf_parse_count(hf_str_of(good[i].text), &got));
        assert_true(got == good[i].want);
    }
    static const char *const bad[] = {
        "", "k", "-1", "1.5", "0.1", "1e300", "18446744073709551615k", "1kk", "x"};
    for (size_t i = 0; i < HF_COUNT(bad); i++)
        assert_false(hf_parse_count(hf_str_of(bad[i]), &got));
}

static void refuses_what_is_no_decimal_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     ".",   "-",     "e5",    "1e",     "1e+", "1e-",
                                      "0x10", "inf", "nan",   "1,5",   "1.2.3",  " 1",  "1 ",
                                      "1_0",  "--1", "1e1.5", "1e400", "-1e400", "1d5"};
    double value = 0;
    for (size_t i = 0; i < HF_COUNT(bad); i++)
        assert_false(hf_parse_double(hf_str_of(bad[i]), &value));
    assert_true(hf_parse_double(HF_STR("-.5"), &value));
    assert_true(value == -0.5);
    assert_true(hf_parse_double(HF_STR("5."), &value));
    assert_true(value == 5);
    assert_true(hf_parse_double(HF_STR("1e-99999999999999999999"), &value));
    assert_true(value == 0);
    assert_true(hf_parse_double(HF_STR("0e99999999999999999999"), &value));
    assert_true(value == 0);
}

// RFC 8785, appendix B, and the edges of the spelling rules of ECMA-262.
static void writes_the_published_spellings(void **state)
{
    (void)state;
    static const struct {
        uint64_t bits;
        const char *want;
    } cases[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
        {0x0010000000000000, "2.2250738585072014e-308"},
        {0x000fffffffffffff, "2.225073858507201e-308"},
        {0x3ff8000000000000, "1.5"},
        {0x4024000000000000, "10"},
        {0x408f400000000000, "1000"},
        {0x3fb999999999999a, "0.1"},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        char text[32];
        size_t len = hf_format_double(of_bits(cases[i].bits), text);
        assert_string_equal(text, cases[i].want);
        assert_int_equal(len, strlen(cases[i].want));
    }
    char text[32];
    hf_format_double(NAN, text);
    assert_string_equal(text, "NaN");
    hf_format_double(-INFINITY, text);
    assert_string_equal(text, "-Infinity");
}

// libc reads correctly, so it is the oracle; its own shortest form is found by trying.
static double read_by_libc(const char *text)
{
    double value = 0;
    assert_int_equal(sscanf(text, "%lf", &value), 1);
    return value;
}

static void check_round_trip(double value)
{
    char text[32];
    hf_format_double(value, text);
    double back = 0;
    assert_true(hf_parse_double(hf_str_of(text), &back));
    assert_true(bits_of(back) == bits_of(value) || value == 0);
    assert_true(bits_of(read_by_libc(text)) == bits_of(value) || value == 0);
    // One digit fewer, rounded right, no longer reads back unless the text has only one digit.
    int digits = 0;
    for (const char *at = text; *at != 0 && *at != 'e'; at++)
        digits += *at >= '0' && *at <= '9';
    for (int fewer = 1; fewer < 17; fewer++) {
        char shorter[64];
        (void)snprintf(shorter, sizeof shorter, "%.*e", fewer - 1, value);
        if (read_by_libc(shorter) == value) {
            assert_true(digits <= fewer || strchr(text, 'e') == NULL);
            break;
        }
    }
}

static void shortest_text_reads_back(void **state)
{
    (void)state;
    uint64_t seed = 20261123;
    for (int i = 0; i < 20000; i++) {
        double value = of_bits(next_random(&seed));
        if (isfinite(value))
            check_round_trip(value);
    }
    for (int i = 0; i < 20000; i++)
        check_round_trip((double)(next_random(&seed) % 360000000) / 1e6 - 180);
    for (int exponent = -1074; exponent < 1024; exponent++) {
        uint64_t bits = bits_of(ldexp(1, exponent));
        check_round_trip(of_bits(bits));
        check_round_trip(of_bits(bits + 1));
        if (bits > 1)
            check_round_trip(of_bits(bits - 1));
    }
}

static void reads_as_libc_does(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 40000; i++) {
        char text[64];
        size_t len = 0;
        size_t digits = 1 + next_random(&seed) % 38;
        size_t point = next_random(&seed) % (digits + 1);
        for (size_t d = 0; d < digits; d++) {
            if (d == point)
                text[len++] = '.';
            text[len++] = (char)('0' + next_random(&seed) % 10);
        }
        text[len] = 0;
        if (i % 3 != 0)
            (void)snprintf(text + len, sizeof text - len, "e%d",
                           (int)(next_random(&seed) % 680) - 350);
        double want = read_by_libc(text);
        double got = 0;
        bool is_read = hf_parse_double(hf_str_of(text), &got);
        assert_true(is_read == (isfinite(want) != 0));
        if (is_read)
            assert_true(bits_of(got) == bits_of(want));
    }
}

// Exactly between two doubles: rounding goes to the even one, and one digit far behind decides otherwise.
static void reads_ties_to_even(void **state)
{
    (void)state;
    uint64_t seed = 99;
    for (int i = 0; i < 2000; i++) {
        // A 54-bit odd number is halfway between two doubles; scaled by powers of two it stays so.
        uint64_t odd = (next_random(&seed) >> 11 | (uint64_t)1 << 52) * 2 + 1;
        char text[64];
        double got = 0;
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)odd);
        assert_true(hf_parse_double(hf_str_of(text), &got));
        assert_true(got == read_by_libc(text));
        assert_true(((bits_of(got)) & 1) == 0);
        (void)snprintf(text, sizeof text, "%llu.00000000000000000000000001",
                       (unsigned long long)odd);
        assert_true(hf_parse_double(hf_str_of(text), &got));
        assert_true(got == (double)(odd / 2 + 1) * 2);
    }
}

static void reads_very_long_numbers(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    char *text = hf_arena_take(&arena, 3000);
    // 1.000…0001 with 2,000 zeros is 1; halfway above 1 and a 1 two thousand digits later is the next double.
    memset(text, '0', 2500);
    memcpy(text, "1.", 2);
    text[2400] = '1';
    double got = 0;
    assert_true(hf_parse_double(hf_str_of(text), &got));
    assert_true(got == 1);
    const char *half = "1.00000000000000011102230246251565404236316680908203125";
    assert_true(hf_parse_double(hf_str_of(half), &got));
    assert_true(got == 1);
    memcpy(text, half, strlen(half));
    assert_true(hf_parse_double(hf_str_of(text), &got));
    assert_true(bits_of(got) == bits_of(1) + 1);
    memset(text, '9', 2500);
    text[2500] = 0;
    assert_false(hf_parse_double(hf_str_of(text), &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole_numbers),
        cmocka_unit_test(reads_counts_of_the_command_line),
        cmocka_unit_test(refuses_what_is_no_decimal_number),
        cmocka_unit_test(writes_the_published_spellings),
        cmocka_unit_test(shortest_text_reads_back),
        cmocka_unit_test(reads_as_libc_does),
        cmocka_unit_test(reads_ties_to_even),
        cmocka_unit_test(reads_very_long_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
