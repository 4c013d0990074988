// SPDX-License-Identifier: Apache-2.0
//
// Delimited tables: what is accepted, and what is refused with which line.
#include "support.h"

#include "base/limits.h"
#include "format/csv.h"

#define KEY_A "asset {\"key\":\"A\",\"name\":\"one\"}\n"
#define KEY_B "asset {\"key\":\"B\",\"name\":\"two\"}\n"

static void check_text(const char *text, const char *patches, const char *problems)
{
    outcome o;
    read_text(&o, "assets.csv", text, NULL);
    if (!o.ok)
        print_message("%s %s\n", o.err.code, o.err.message);
    assert_true(o.ok);
    assert_patches(&o, patches);
    assert_problems(&o, problems);
    outcome_done(&o);
}

static void refuse_bytes(hf_str bytes, const char *code, uint64_t line, const char *column)
{
    outcome o;
    read_bytes(&o, "assets.csv", bytes, NULL);
    assert_refused(&o, code, line, column);
    assert_string_equal(o.err.source, "assets.csv");
    outcome_done(&o);
}

static void refuse_text(const char *text, const char *code, uint64_t line, const char *column)
{
    refuse_bytes(hf_str_of(text), code, line, column);
}

static void reads_commas_semicolons_tabs_and_bars(void **state)
{
    (void)state;
    check_text("key,name\nA,one\nB,two\n", KEY_A KEY_B, "");
    check_text("key;name\nA;one\nB;two\n", KEY_A KEY_B, "");
    check_text("key\tname\nA\tone\nB\ttwo\n", KEY_A KEY_B, "");
    check_text("key|name\nA|one\nB|two\n", KEY_A KEY_B, "");
}

static void takes_a_byte_order_mark_crlf_and_no_last_line_end(void **state)
{
    (void)state;
    check_text("\xef\xbb\xbfkey,name\r\nA,one\r\nB,two", KEY_A KEY_B, "");
    check_text("key,name\r\n\r\nA,one\r\n\r\nB,two\r\n\r\n", KEY_A KEY_B, "");
}

static void header_names_are_trimmed_and_their_case_is_ignored(void **state)
{
    (void)state;
    check_text(" KEY , Name \nA,one\n", KEY_A, "");
}

static void quoted_cells_hold_delimiters_quotes_and_line_ends(void **state)
{
    (void)state;
    check_text("key,name\n\"A\",\"x, \"\"y\"\"\nz\"\nB,two\n",
               "asset {\"key\":\"A\",\"name\":\"x, \\\"y\\\"\\nz\"}\n" KEY_B, "");
    check_text("key,name\n\"A\",\"one\"  \n\"B\",two\n", KEY_A KEY_B, "");
}

static void a_quote_inside_a_plain_cell_is_a_quote(void **state)
{
    (void)state;
    check_text("key,name\nA,5\" pipe\n", "asset {\"key\":\"A\",\"name\":\"5\\\" pipe\"}\n", "");
}

static void lines_are_counted_physically(void **state)
{
    (void)state;
    check_text("key,name,lat\nA,\"a\nb\nc\",1\nB,two,91x\n",
               "asset {\"key\":\"A\",\"name\":\"a\\nb\\nc\",\"lat\":1}\n",
               "5 lat field.not_a_number\n");
}

static void a_wrong_number_of_cells_refuses_the_row(void **state)
{
    (void)state;
    check_text("key,name\nA\nB,two\nC,three,four\n", KEY_B,
               "2  csv.cell_count\n4  csv.cell_count\n");
    // Spreadsheets like to leave empty cells behind.
    check_text("key,name\nA,one,,\n", KEY_A, "");
}

static void text_behind_a_closing_quote_refuses_the_row(void **state)
{
    (void)state;
    check_text("key,name\n\"A\"x,one\nB,two\n", KEY_B, "2  csv.text_after_quote\n");
}

static void an_open_quote_is_named_by_the_line_where_it_opens(void **state)
{
    (void)state;
    refuse_text("key,name\nA,one\nB,\"two\nC,three\n", "csv.open_quote", 3, "");
    refuse_text("key,name\nA,\"x\ny\",\nB,\"a\nb\",\"\n", "csv.open_quote", 5, "");
}

static void an_open_quote_does_not_eat_a_long_file(void **state)
{
    (void)state;
    hf_buf text = hf_buf_of(16u << 20);
    hf_buf_add_z(&text, "key,name\nA,\"open\n");
    while (text.len < 3u << 20)
        hf_buf_add_z(&text, "B,two\n");
    refuse_bytes(hf_buf_str(&text), "csv.open_quote", 2, "");
    hf_buf_done(&text);
}

static void a_cell_at_the_limit_passes_and_one_above_does_not(void **state)
{
    (void)state;
    for (int over = 0; over <= 1; over++) {
        hf_buf text = hf_buf_of(8u << 20);
        hf_buf_add_z(&text, "key,note\nA,\"");
        for (size_t i = 0; i < HF_CSV_FIELD_BYTES_MAX + (size_t)over; i++)
            hf_buf_add_byte(&text, 'x');
        hf_buf_add_z(&text, "\"\n");
        outcome o;
        read_bytes(&o, "assets.csv", hf_buf_str(&text), NULL);
        // At the limit the file is read; the cell is too much for a record's attributes.
        assert_int_equal(o.ok, over == 0);
        if (over == 0)
            assert_problems(&o, "2  record.attributes_too_large\n");
        else
            assert_refused(&o, "csv.open_quote", 2, "");
        outcome_done(&o);
        hf_buf_done(&text);
    }
}

static void a_line_without_end_is_refused(void **state)
{
    (void)state;
    hf_buf text = hf_buf_of(16u << 20);
    hf_buf_add_z(&text, "key,name\nA,");
    while (text.len < 9u << 20)
        hf_buf_add_z(&text, "xxxxxxxxxxxxxxxx");
    outcome o;
    read_bytes(&o, "assets.csv", hf_buf_str(&text), NULL);
    // In memory the line ends with the file: the field is too long. From a pipe the window would end first.
    assert_problems(&o, "2 name field.too_long\n");
    outcome_done(&o);
    hf_buf_done(&text);
}

static void broken_utf8_and_zero_bytes_refuse_the_file(void **state)
{
    (void)state;
    refuse_text("key,name\nA,one\nB,\xff\n", "file.not_utf8", 3, "");
    refuse_text("key,name\nA,one\nB,\xc3\n", "file.not_utf8", 3, "");
    refuse_text("key,name\nA,\xed\xa0\x80\n", "file.not_utf8", 2, "");
    refuse_bytes(HF_STR("key,name\nA,o\0ne\n"), "file.nul_byte", 2, "");
    refuse_bytes(HF_STR("\xff\xfek\0e\0y\0"), "file.not_utf8", 1, "");
}

static void an_empty_file_and_a_repeated_column_are_refused(void **state)
{
    (void)state;
    refuse_text("", "csv.empty", 1, "");
    refuse_text("\n\n", "csv.empty", 1, "");
    refuse_text("key,name,Name\nA,one,two\n", "csv.header_repeated", 1, "Name");
}

static void lines_that_end_with_a_return_alone_are_refused(void **state)
{
    (void)state;
    refuse_text("key,name\rA,one\rB,two\r", "csv.line_ends", 1, "");
    refuse_text("key,name\rA,one", "csv.line_ends", 1, "");
}

static void more_columns_than_the_limit_are_refused(void **state)
{
    (void)state;
    for (int over = 0; over <= 1; over++) {
        hf_buf text = hf_buf_of(1u << 20);
        hf_buf_add_z(&text, "key");
        for (unsigned i = 1; i < HF_COLUMN_COUNT_MAX + (unsigned)over; i++)
            hf_buf_add_format(&text, ",c%u", i);
        hf_buf_add_z(&text, "\n");
        outcome o;
        read_bytes(&o, "assets.csv", hf_buf_str(&text), NULL);
        if (over == 0)
            assert_true(o.ok);
        else
            assert_refused(&o, "csv.too_many_columns", 1, "");
        outcome_done(&o);
        hf_buf_done(&text);
    }
}

static void a_decimal_comma_is_read_where_semicolons_part_the_cells(void **state)
{
    (void)state;
    check_text("key;lon;lat;capacity\nA;8,5;47,25;1.5\n",
               "asset {\"key\":\"A\",\"lon\":8.5,\"lat\":47.25,\"capacity\":1.5}\n", "");
    check_text("key,lon,lat\nA,\"8,5\",47\n", "", "2 lon field.not_a_number\n");
}

static void the_delimiter_is_the_one_that_splits_evenly(void **state)
{
    (void)state;
    assert_int_equal(hf_csv_sniff_delimiter(HF_STR("a;b;c\n1,5;2;3\n4;5,5;6\n"), '"'), ';');
    assert_int_equal(hf_csv_sniff_delimiter(HF_STR("a,\"b;c;d\",e\n1,2,3\n"), '"'), ',');
    assert_int_equal(hf_csv_sniff_delimiter(HF_STR("one\ntwo\n"), '"'), ',');
    assert_int_equal(hf_csv_sniff_delimiter(HF_STR(""), '"'), ',');
}

static void cells_are_written_so_that_they_read_back(void **state)
{
    (void)state;
    hf_buf out = hf_buf_of(1000);
    hf_csv_write_cell(&out, HF_STR("plain"));
    hf_buf_add_byte(&out, '|');
    hf_csv_write_cell(&out, HF_STR("a,\"b\"\nc"));
    hf_buf_add_byte(&out, '|');
    hf_csv_write_cell(&out, HF_STR(" edge"));
    assert_string_equal(text_of_buf(&out), "plain|\"a,\"\"b\"\"\nc\"|\" edge\"");
    hf_buf_done(&out);
}

// A spreadsheet runs what begins like a formula. Written and read back by the reader itself.
static void formulas_are_made_harmless_and_come_back(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written;
    } cells[] = {
        {"=1+1", "'=1+1"},     {"+SUM(A1)", "'+SUM(A1)"}, {"-cmd", "'-cmd"}, {"@here", "'@here"},
        {"\t=x", "'\t=x"},     {"'=x", "''=x"},           {"''-x", "'''-x"}, {"-5.25", "-5.25"},
        {"+7", "+7"},          {"'quoted", "'quoted"},    {"a=b", "a=b"},    {"'-5", "''-5"},
        {"=a,b", "\"'=a,b\""},
    };
    for (size_t i = 0; i < HF_COUNT(cells); i++) {
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1000);
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_str *back = NULL;
        size_t count = 0;
        const hf_read_options plain = {.no_header = true};
        hf_csv_write_text(&out, hf_str_of(cells[i].text));
        assert_string_equal(text_of_buf(&out), cells[i].written);
        hf_buf_add_z(&out, ",end\n");
        assert_true(hf_csv_first_record(hf_buf_str(&out), &plain, &arena, &back, &count));
        assert_int_equal(count, 2);
        assert_true(hf_str_equal_z(back[0], cells[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_are_made_harmless_and_come_back),
        cmocka_unit_test(reads_commas_semicolons_tabs_and_bars),
        cmocka_unit_test(takes_a_byte_order_mark_crlf_and_no_last_line_end),
        cmocka_unit_test(header_names_are_trimmed_and_their_case_is_ignored),
        cmocka_unit_test(quoted_cells_hold_delimiters_quotes_and_line_ends),
        cmocka_unit_test(a_quote_inside_a_plain_cell_is_a_quote),
        cmocka_unit_test(lines_are_counted_physically),
        cmocka_unit_test(a_wrong_number_of_cells_refuses_the_row),
        cmocka_unit_test(text_behind_a_closing_quote_refuses_the_row),
        cmocka_unit_test(an_open_quote_is_named_by_the_line_where_it_opens),
        cmocka_unit_test(an_open_quote_does_not_eat_a_long_file),
        cmocka_unit_test(a_cell_at_the_limit_passes_and_one_above_does_not),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(broken_utf8_and_zero_bytes_refuse_the_file),
        cmocka_unit_test(an_empty_file_and_a_repeated_column_are_refused),
        cmocka_unit_test(lines_that_end_with_a_return_alone_are_refused),
        cmocka_unit_test(more_columns_than_the_limit_are_refused),
        cmocka_unit_test(a_decimal_comma_is_read_where_semicolons_part_the_cells),
        cmocka_unit_test(the_delimiter_is_the_one_that_splits_evenly),
        cmocka_unit_test(cells_are_written_so_that_they_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
