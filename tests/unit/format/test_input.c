// SPDX-License-Identifier: Apache-2.0
//
// Where bytes come from: files, pipes, gzip; and what happens to a file that is not there or too large.
#include "support.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/deflate.h"
#include "base/file.h"
#include "base/limits.h"
#include "format/csv.h"
#include "format/input.h"

static char folder[] = "/tmp/hf-input-XXXXXX";

static int make_folder(void **state)
{
    hf_error err = {0};
    (void)state;
    return mkdtemp(folder) == NULL || !hf_crypto_init(&err);
}

static const char *put(hf_arena *arena, const char *name, hf_str bytes)
{
    hf_error err = {0};
    const char *path = hf_path_join(arena, folder, name);
    assert_true(hf_file_write(path, bytes, &err));
    return path;
}

static hf_input *open_path(const char *path, uint64_t max_bytes)
{
    hf_error err = {0};
    hf_input *input = NULL;
    hf_input_options options = {.path = path, .max_bytes = max_bytes};
    if (!hf_input_open(&options, &input, &err))
        fail_msg("%s %s", err.code, err.message);
    return input;
}

static void a_file_and_its_gzip_read_alike_and_digest_as_they_lie(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_buf packed = hf_buf_of(1u << 20);
    hf_error err = {0};
    hf_str text = HF_STR("key,name\nA,one\n");
    assert_true(hf_deflate(HF_DEFLATE_GZIP, text, 6, &packed, &err));
    const char *paths[] = {put(&arena, "assets.csv", text),
                           put(&arena, "assets.csv.gz", hf_buf_str(&packed))};
    for (size_t i = 0; i < 2; i++) {
        outcome o;
        char hex[65], want[65];
        hf_input *input = open_path(paths[i], 0);
        read_input(&o, input, NULL, NULL, NULL, HF_STR_EMPTY);
        assert_true(o.ok);
        assert_patches(&o, "asset {\"key\":\"A\",\"name\":\"one\"}\n");
        hf_sha256 sum = hf_sha256_of(i == 0 ? text : hf_buf_str(&packed));
        hf_hex(sum.bytes, 32, want);
        assert_true(hf_input_digest(input, hex));
        assert_string_equal(hex, want);
        outcome_done(&o);
        hf_input_close(&input);
        assert_null(input);
    }
    hf_buf_done(&packed);
    hf_arena_done(&arena);
}

static void a_gzip_that_ends_early_is_refused(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_buf packed = hf_buf_of(1u << 20);
    hf_error err = {0};
    assert_true(hf_deflate(HF_DEFLATE_GZIP, HF_STR("key,name\nA,one\nB,two\n"), 6, &packed, &err));
    packed.len -= 9;
    hf_input *input = open_path(put(&arena, "assets.csv.gz", hf_buf_str(&packed)), 0);
    outcome o;
    read_input(&o, input, NULL, NULL, NULL, HF_STR_EMPTY);
    assert_false(o.ok);
    assert_string_equal(o.err.code, "file.gzip_truncated");
    outcome_done(&o);
    hf_input_close(&input);
    hf_buf_done(&packed);
    hf_arena_done(&arena);
}

static void a_gzip_bomb_is_stopped(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_buf packed = hf_buf_of(8u << 20);
    hf_error err = {0};
    hf_buf zeros = hf_buf_of(80u << 20);
    hf_buf_add_z(&zeros, "key,name\n");
    while (zeros.len < 64u << 20)
        hf_buf_add_z(&zeros, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
    assert_true(hf_deflate(HF_DEFLATE_GZIP, hf_buf_str(&zeros), 9, &packed, &err));
    hf_input *input = open_path(put(&arena, "assets.csv.gz", hf_buf_str(&packed)), 0);
    outcome o;
    read_input(&o, input, "asset", NULL, NULL, HF_STR_EMPTY);
    assert_false(o.ok);
    assert_int_equal(o.err.kind, HF_ERR_TOO_LARGE);
    outcome_done(&o);
    hf_input_close(&input);
    hf_buf_done(&zeros);
    hf_buf_done(&packed);
    hf_arena_done(&arena);
}

static void a_record_larger_than_the_window_is_read_whole(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_buf text = hf_buf_of(8u << 20);
    // Three cells of 900 kB: longer than one block, shorter than a line may be.
    hf_buf_add_z(&text, "1,2,3\n");
    for (int cell = 0; cell < 3; cell++) {
        hf_buf_add_z(&text, cell > 0 ? ",\"" : "\"");
        for (int i = 0; i < 900 * 1024; i++)
            hf_buf_add_byte(&text, (char)(i % 80 == 79 ? '\n' : 'a' + cell));
        hf_buf_add_byte(&text, '"');
    }
    hf_buf_add_z(&text, "\nlast,x\n");
    hf_input *input = open_path(put(&arena, "big.csv", hf_buf_str(&text)), 0);
    outcome o;
    read_input(&o, input, "asset", NULL, NULL, HF_STR_EMPTY);
    assert_false(o.ok); // the columns are no asset's
    assert_string_equal(o.err.code, "csv.column_missing");
    outcome_done(&o);
    hf_input_close(&input);
    hf_buf_done(&text);
    hf_arena_done(&arena);
}

static void a_line_longer_than_the_limit_is_refused_from_a_file(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_buf text = hf_buf_of(16u << 20);
    hf_buf_add_z(&text, "key,name\nA,one\n");
    while (text.len < HF_LINE_BYTES_MAX * 2 + (1u << 21))
        hf_buf_add_z(&text, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    hf_input *input = open_path(put(&arena, "assets.csv", hf_buf_str(&text)), 0);
    outcome o;
    read_input(&o, input, NULL, NULL, NULL, HF_STR_EMPTY);
    assert_refused(&o, "csv.line_too_long", 3, "");
    outcome_done(&o);
    hf_input_close(&input);
    hf_buf_done(&text);
    hf_arena_done(&arena);
}

static void a_missing_file_a_folder_and_a_large_file_are_refused(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    hf_input *input = NULL;
    hf_input_options options = {.path = hf_path_join(&arena, folder, "none.csv")};
    assert_false(hf_input_open(&options, &input, &err));
    assert_string_equal(err.code, "file.missing");
    assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
    err = (hf_error){0};
    options.path = folder;
    assert_false(hf_input_open(&options, &input, &err));
    assert_string_equal(err.code, "file.is_directory");
    err = (hf_error){0};
    options.path = put(&arena, "ten.csv", HF_STR("0123456789"));
    options.max_bytes = 10;
    assert_true(hf_input_open(&options, &input, &err));
    hf_input_close(&input);
    options.max_bytes = 9;
    assert_false(hf_input_open(&options, &input, &err));
    assert_string_equal(err.code, "file.too_large");
    hf_arena_done(&arena);
}

static void a_western_file_is_turned_over_several_blocks(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    hf_str window;
    bool at_end = false;
    hf_buf text = hf_buf_of(8u << 20);
    while (text.len < 3u << 20)
        hf_buf_add_z(&text, "\xfc\x93z\n");
    hf_input *input = open_path(put(&arena, "west.csv", hf_buf_str(&text)), 0);
    hf_input_set_western(input);
    assert_true(hf_input_rest(input, 32u << 20, &window, &err));
    assert_int_equal(window.len, text.len / 4 * HF_STR("ü“z\n").len);
    for (size_t i = 0; i < window.len; i += HF_STR("ü“z\n").len)
        assert_memory_equal(window.ptr + i, "ü“z\n", HF_STR("ü“z\n").len);
    assert_true(hf_input_window(input, 0, 0, &window, &at_end, &err));
    hf_input_close(&input);
    hf_buf_done(&text);
    hf_arena_done(&arena);
}

static void bad_text_is_found_at_every_offset(void **state)
{
    (void)state;
    bool is_nul = false;
    for (size_t at = 0; at < 40; at++) {
        char text[41] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        text[at] = '\xff';
        assert_int_equal(hf_text_bad_byte((hf_str){text, 40}, false, &is_nul), at);
        assert_false(is_nul);
        text[at] = '\0';
        assert_int_equal(hf_text_bad_byte((hf_str){text, 40}, false, &is_nul), at);
        assert_true(is_nul);
    }
    assert_int_equal(hf_text_bad_byte(HF_STR("Ärger 東京 😀"), false, &is_nul),
                     HF_STR("Ärger 東京 😀").len);
    assert_int_equal(hf_text_bad_byte(HF_STR("ab\xe6\x9d"), true, &is_nul), 4);
    assert_int_equal(hf_text_bad_byte(HF_STR("ab\xe6\x9d"), false, &is_nul), 2);
}

static void names_are_taken_apart(void **state)
{
    (void)state;
    assert_true(hf_str_equal_z(hf_file_stem(HF_STR("/x/case14.m")), "case14"));
    assert_true(hf_str_equal_z(hf_file_stem(HF_STR("assets.csv.gz")), "assets"));
    assert_true(hf_str_equal_z(hf_file_stem(HF_STR("plain")), "plain"));
    assert_true(hf_str_equal_z(hf_file_base(HF_STR("C:\\data\\a.csv")), "a.csv"));
    assert_true(hf_name_ends(HF_STR("A.CSV.GZ"), ".csv"));
    assert_false(hf_name_ends(HF_STR("csv"), ".csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_and_its_gzip_read_alike_and_digest_as_they_lie),
        cmocka_unit_test(a_gzip_that_ends_early_is_refused),
        cmocka_unit_test(a_gzip_bomb_is_stopped),
        cmocka_unit_test(a_record_larger_than_the_window_is_read_whole),
        cmocka_unit_test(a_line_longer_than_the_limit_is_refused_from_a_file),
        cmocka_unit_test(a_missing_file_a_folder_and_a_large_file_are_refused),
        cmocka_unit_test(a_western_file_is_turned_over_several_blocks),
        cmocka_unit_test(bad_text_is_found_at_every_offset),
        cmocka_unit_test(names_are_taken_apart),
    };
    return cmocka_run_group_tests(tests, make_folder, NULL);
}
