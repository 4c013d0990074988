// SPDX-License-Identifier: Apache-2.0
//
// JSON: the strict reader, the writer and the canonical form.
#include "check.h"

#include <math.h>

#include "base/json.h"
#include "base/limits.h"

static hf_json *parse(hf_arena *arena, const char *text)
{
    hf_json *value = NULL;
    hf_error err = {0};
    if (!hf_json_parse(hf_str_of(text), arena, &value, &err))
        fail_msg("%s: %s", text, err.message);
    return value;
}

static void reads_every_type(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_json *v =
        parse(&arena, " {\"n\":null,\"t\":true,\"f\":false,\"i\":-12,\"d\":1.50,\"s\":\"x\",\r\n"
                      "\t\"a\":[1,[],{}],\"\":0 } ");
    assert_int_equal(v->type, HF_JSON_OBJECT);
    assert_int_equal(v->child_count, 8);
    assert_int_equal(hf_json_get(v, "n")->type, HF_JSON_NULL);
    assert_true(hf_json_get(v, "t")->boolean);
    assert_false(hf_json_get(v, "f")->boolean);
    assert_int_equal(hf_json_get(v, "i")->integer, -12);
    assert_true(hf_json_get(v, "i")->number == -12.0);
    assert_int_equal(hf_json_get(v, "d")->type, HF_JSON_DOUBLE);
    CHECK_STR(hf_json_get(v, "d")->text, "1.50");
    CHECK_STR(hf_json_text(v, "s"), "x");
    assert_int_equal(hf_json_text(v, "i").len, 0);
    assert_null(hf_json_get(v, "absent"));
    assert_null(hf_json_get(hf_json_get(v, "a"), "x"));
    assert_int_equal(hf_json_get(v, "a")->child_count, 3);
    assert_non_null(hf_json_get(v, ""));
}

static void every_value_knows_its_line(void **state)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    (void)state;
    const hf_json *v = parse(&arena, "\n{\"a\\nb\":\n[1,\r\n\n2],\"c\":\n\"d\\n\"}");
    assert_int_equal(v->line, 2);
    assert_int_equal(v->child->line, 3);
    assert_int_equal(v->child->child->line, 3);
    assert_int_equal(v->child->child->next->line, 5);
    assert_int_equal(v->child->next->line, 6);
}

static void keeps_all_of_64_bits(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_json *v = parse(&arena, "[9223372036854775807,-9223372036854775808,0,-0]");
    assert_true(v->child->integer == INT64_MAX);
    assert_true(v->child->next->integer == INT64_MIN);
}

// A double such as 1e20 is written without an exponent; what was written must read back.
static void reads_large_doubles_as_it_writes_them(void **state)
{
    (void)state;
    static const char *const texts[] = {"444333333333333400000", "100000000000000000000",
                                        "-295147905179352830000", "1e+21", "9223372036854776000"};
    for (size_t i = 0; i < HF_COUNT(texts); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(100);
        const hf_json *value = parse(&arena, texts[i]);
        assert_int_equal(value->type, HF_JSON_DOUBLE);
        hf_json_canonical(value, &out);
        CHECK_STR(hf_buf_str(&out), texts[i]);
    }
    hf_error err = {0};
    assert_false(hf_json_check(HF_STR("444333333333333400001"), &err));
    assert_false(hf_json_check(HF_STR("18446744073709551615"), &err));
}

static void decodes_escapes(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_json *v =
        parse(&arena,
              "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u0041\\u00e9\\u6c34\\ud83d\\ude00!\",\"水é\"]");
    CHECK_STR(v->child->text, "\"\\/\b\f\n\r\t");
    CHECK_STR(v->child->next->text, "Aé水😀!");
    CHECK_STR(v->child->next->next->text, "水é");
}

static void refuses_what_json_is_not(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *code;
    } cases[] = {
        {"", "json.truncated"},
        {"  ", "json.truncated"},
        {"{", "json.truncated"},
        {"[1", "json.truncated"},
        {"[1,", "json.truncated"},
        {"\"abc", "json.truncated"},
        {"\"abc\\", "json.truncated"},
        {"\"\\u12", "json.truncated"},
        {"{\"a\"", "json.truncated"},
        {"{\"a\":", "json.truncated"},
        {"[1,]", "json.syntax"},
        {"{\"a\":1,}", "json.syntax"},
        {"{a:1}", "json.syntax"},
        {"{'a':1}", "json.syntax"},
        {"{\"a\" 1}", "json.syntax"},
        {"{\"a\":1 \"b\":2}", "json.syntax"},
        {"[1 2]", "json.syntax"},
        {"1 2", "json.syntax"},
        {"tru", "json.syntax"},
        {"True", "json.syntax"},
        {"NaN", "json.syntax"},
        {"-Infinity", "json.syntax"},
        {"01", "json.syntax"},
        {"-", "json.truncated"},
        {"1.", "json.truncated"},
        {".5", "json.syntax"},
        {"1e", "json.truncated"},
        {"+1", "json.syntax"},
        {"0x1", "json.syntax"},
        {"\"\\x\"", "json.syntax"},
        {"\"\\u12g4\"", "json.syntax"},
        {"[1]//c", "json.syntax"},
        {"\"a\nb\"", "json.control"},
        {"\"\t\"", "json.control"},
        {"\"\\u0000\"", "json.nul"},
        {"\"\\ud800\"", "json.surrogate"},
        {"\"\\udc00\"", "json.surrogate"},
        {"\"\\ud800\\u0041\"", "json.surrogate"},
        {"\"\\ud800x\"", "json.surrogate"},
        {"\"\\udc00\\ud800\"", "json.surrogate"},
        {"9223372036854775808", "json.number_range"},
        {"-9223372036854775809", "json.number_range"},
        {"1e400", "json.number_range"},
        {"{\"a\":1,\"a\":2}", "json.duplicate_name"},
        {"{\"a\":1,\"\\u0061\":2}", "json.duplicate_name"},
        {"\"\xC0\x80\"", "json.encoding"},
        {"\"\xED\xA0\x80\"", "json.encoding"},
        {"\xEF\xBB\xBF[]", "json.syntax"},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        hf_error err = {0};
        assert_false(hf_json_check(hf_str_of(cases[i].text), &err));
        assert_string_equal(err.code, cases[i].code);
        assert_int_equal(err.kind, HF_ERR_INPUT);
        assert_int_equal(err.line, 1);
    }
}

static void says_line_and_offset(void **state)
{
    (void)state;
    hf_error err = {0};
    assert_false(hf_json_check(HF_STR("{\n \"a\\n\": 1,\n \"b\": x}"), &err));
    assert_int_equal(err.line, 3);
    assert_non_null(strstr(err.message, "byte 19"));
    // A NUL byte inside the text is no end.
    assert_false(hf_json_check((hf_str){"[]\0[]", 5}, &err));
    assert_string_equal(err.code, "json.syntax");
}

static void finds_duplicates_among_many_names(void **state)
{
    (void)state;
    for (int twice = 0; twice < 2; twice++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1 << 20);
        hf_buf_add_byte(&text, '{');
        for (int i = 0; i < 1000; i++)
            hf_buf_add_format(&text, "\"name%d\":%d,", i, i);
        hf_buf_add_format(&text, "\"name%d\":0}", twice != 0 ? 500 : 1000);
        hf_error err = {0};
        assert_true(hf_json_check(hf_buf_str(&text), &err) == (twice == 0));
    }
}

static void bounds_the_depth(void **state)
{
    (void)state;
    for (uint32_t depth = HF_JSON_DEPTH_MAX; depth <= HF_JSON_DEPTH_MAX + 1; depth++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1 << 16);
        for (uint32_t i = 0; i < depth; i++)
            hf_buf_add_z(&text, i % 2 == 0 ? "[" : "{\"a\":");
        hf_buf_add_byte(&text, '1');
        for (uint32_t i = depth; i > 0; i--)
            hf_buf_add_z(&text, i % 2 == 1 ? "]" : "}");
        hf_error err = {0};
        assert_true(hf_json_check(hf_buf_str(&text), &err) == (depth <= HF_JSON_DEPTH_MAX));
        if (depth > HF_JSON_DEPTH_MAX)
            assert_string_equal(err.code, "json.depth");
    }
}

static void bounds_the_size(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    size_t bytes = (size_t)HF_JSON_BYTES_MAX + 1;
    char *text = hf_arena_take(&arena, bytes);
    memset(text, ' ', bytes);
    text[0] = '1';
    hf_error err = {0};
    assert_true(hf_json_check((hf_str){text, bytes - 1}, &err));
    assert_false(hf_json_check((hf_str){text, bytes}, &err));
    assert_int_equal(err.kind, HF_ERR_TOO_LARGE);
}

static void the_tree_does_not_need_its_source(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    char text[] = "{\"name\":\"value\",\"n\":12}";
    const hf_json *v = parse(&arena, text);
    memset(text, '#', sizeof text - 1);
    CHECK_STR(hf_json_text(v, "name"), "value");
    CHECK_STR(hf_json_get(v, "n")->text, "12");
}

static void writes_commas_where_they_belong(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
    hf_json_writer w = {.out = &out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "a");
    hf_json_begin_array(&w);
    hf_json_add_i64(&w, -1);
    hf_json_add_u64(&w, UINT64_MAX);
    hf_json_add_double(&w, 0.1);
    hf_json_add_double(&w, NAN);
    hf_json_add_bool(&w, true);
    hf_json_add_null(&w);
    hf_json_add_z(&w, NULL);
    hf_json_add_z(&w, "z");
    hf_json_add_raw(&w, HF_STR("{\"r\":1}"));
    hf_json_begin_object(&w);
    hf_json_end_object(&w);
    hf_json_end_array(&w);
    hf_json_name_str(&w, HF_STR("b"));
    hf_json_add_str(&w, HF_STR("x"));
    hf_json_name(&w, "c");
    hf_json_begin_array(&w);
    hf_json_end_array(&w);
    hf_json_end_object(&w);
    CHECK_STR(hf_buf_str(&out),
              "{\"a\":[-1,18446744073709551615,0.1,null,true,null,null,\"z\",{\"r\":1},{}],"
              "\"b\":\"x\",\"c\":[]}");
    assert_int_equal(w.depth, 0);
}

static void quotes_every_byte_so_that_it_reads_back(void **state)
{
    (void)state;
    for (size_t lead = 0; lead < 20; lead++) {
        for (int c = 1; c < 128; c++) {
            HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
            HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
            char text[64];
            memset(text, 'p', sizeof text);
            text[lead] = (char)c;
            hf_str source = {text, lead + 10};
            hf_json_quote(&out, source);
            hf_json *value = NULL;
            hf_error err = {0};
            assert_true(hf_json_parse(hf_buf_str(&out), &arena, &value, &err));
            assert_true(hf_str_equal(value->text, source));
        }
    }
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
    hf_json_quote(&out, HF_STR("\x01\x1f\b\t\n\f\r\"\\/\x7f é水"));
    CHECK_STR(hf_buf_str(&out), "\"\\u0001\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\x7f é水\"");
    hf_buf_clear(&out);
    hf_json_quote(&out, HF_STR_EMPTY);
    CHECK_STR(hf_buf_str(&out), "\"\"");
}

static void quoting_respects_the_maximum(void **state)
{
    (void)state;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(5);
    hf_json_quote(&out, HF_STR("abc"));
    assert_false(out.overflow);
    hf_buf_clear(&out);
    hf_json_quote(&out, HF_STR("abcd"));
    assert_true(out.overflow);
}

// RFC 8785, section 3.2.3 (order of names) and its first example.
static void canonical_form_is_that_of_the_rfc(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(10000);
    hf_json_canonical(parse(&arena, "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage "
                                    "Return\",\"\\ufb33\":\"Hebrew Letter Dalet With "
                                    "Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning "
                                    "Face\",\"\\u0080\":\"Control\","
                                    "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}"),
                      &out);
    CHECK_STR(hf_buf_str(&out),
              "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"ö\":\"Latin "
              "Small Letter O With "
              "Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning "
              "Face\",\"\xEF\xAC\xB3\":\"Hebrew Letter Dalet With Dagesh\"}");
    hf_buf_clear(&out);
    hf_json_canonical(
        parse(&arena,
              "{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
              "\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
              "\"literals\":[null,true,false]}"),
        &out);
    CHECK_STR(
        hf_buf_str(&out),
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
        "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

static void a_tree_is_written_as_it_stands(void **state)
{
    (void)state;
    static const char text[] = "{\"b\":[1.50,-0,1e2,null,{}],\"a\":{\"x\":\"\\n\",\"y\":[[]]}}";
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
    hf_json_writer w = {.out = &out};
    hf_json_add_value(&w, parse(&arena, text));
    CHECK_STR(hf_buf_str(&out), text);
}

static void the_deepest_tree_fits_into_an_answer(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1000);
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
    hf_error err = {0};
    for (uint32_t i = 0; i < HF_JSON_DEPTH_MAX; i++)
        hf_buf_add_z(&text, i + 1 < HF_JSON_DEPTH_MAX ? "[1," : "[");
    for (uint32_t i = 0; i < HF_JSON_DEPTH_MAX; i++)
        hf_buf_add_z(&text, i + 1 < HF_JSON_DEPTH_MAX ? "],2" : "]");
    hf_json *tree = NULL;
    assert_true(hf_json_parse(hf_buf_str(&text), &arena, &tree, &err));
    hf_json_writer w = {.out = &out};
    hf_json_begin_array(&w);
    hf_json_begin_object(&w);
    hf_json_name(&w, "attributes");
    hf_json_add_value(&w, tree);
    hf_json_end_object(&w);
    hf_json_end_array(&w);
    HF_CLEANUP(hf_buf_done) hf_buf wanted = hf_buf_of(1000);
    hf_buf_add_format(&wanted, "[{\"attributes\":%.*s}]", HF_STR_ARG(hf_buf_str(&text)));
    assert_true(hf_str_equal(hf_buf_str(&out), hf_buf_str(&wanted)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(every_value_knows_its_line),
        cmocka_unit_test(keeps_all_of_64_bits),
        cmocka_unit_test(reads_large_doubles_as_it_writes_them),
        cmocka_unit_test(decodes_escapes),
        cmocka_unit_test(refuses_what_json_is_not),
        cmocka_unit_test(says_line_and_offset),
        cmocka_unit_test(finds_duplicates_among_many_names),
        cmocka_unit_test(bounds_the_depth),
        cmocka_unit_test(bounds_the_size),
        cmocka_unit_test(the_tree_does_not_need_its_source),
        cmocka_unit_test(writes_commas_where_they_belong),
        cmocka_unit_test(quotes_every_byte_so_that_it_reads_back),
        cmocka_unit_test(quoting_respects_the_maximum),
        cmocka_unit_test(canonical_form_is_that_of_the_rfc),
        cmocka_unit_test(a_tree_is_written_as_it_stands),
        cmocka_unit_test(the_deepest_tree_fits_into_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
