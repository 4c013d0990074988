// SPDX-License-Identifier: Apache-2.0
//
// Marks of readers: in words in each format, and in the order of rows; what survives copying, and what does not.
#include "fixture.h"

#include "usecase/account.h"
#include "usecase/watermark.h"

enum { ROWS = 400 };

static void fill(fixture *f)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    hf_buf_add_z(&text, "key,name,lon,lat\n");
    for (int i = 0; i < ROWS; i++)
        hf_buf_add_format(&text, "S%04d,Site %d,12.5,41.%03d\n", i, i, i);
    const char *const pairs[] = {"assets.csv", hf_str_z(&f->memory, hf_buf_str(&text)), NULL};
    hf_import_result made = import_texts(f, (hf_import_request){0}, pairs);
    assert_int_equal(made.total.added, ROWS);
}

static bool collect(void *context, hf_str bytes, hf_error *err)
{
    hf_buf_add_str(context, bytes);
    (void)err;
    return true;
}

static hf_session reader(const fixture *f, const char *name)
{
    hf_session session = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    session.actor.name = hf_str_of(name);
    return session;
}

static hf_str export_for(fixture *f, const char *name, const char *format, const hf_query *query)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(4u << 20);
    hf_session session = reader(f, name);
    bool is_dump = strcmp(format, "dump") == 0;
    hf_export_request request = {.format = hf_str_of(format),
                                 .noun = is_dump ? NULL : &hf_noun_asset,
                                 .query = query,
                                 .output = {&out, collect}};
    uint64_t count = 0;
    hf_error err = {0};
    if (!hf_export(&session, &request, &f->memory, &count, &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_int_equal(count, ROWS);
    return hf_buf_copy(&f->memory, &out);
}

static hf_mark_report look(fixture *f, const char *name, hf_str bytes)
{
    hf_session session = local_session(f);
    hf_mark_report report;
    hf_error err = {0};
    const char *path = fixture_path(f, name);
    assert_true(hf_file_write(path, bytes, &err));
    if (!hf_find_marks(&session, path, &hf_noun_asset, &f->memory, &report, &err))
        fail_msg("%s: %s", err.code, err.message);
    return report;
}

static void each_format_names_its_reader(void **state)
{
    fixture *f = *state;
    static const char *const formats[] = {"csv", "geojson", "graphml", "xlsx", "dump"};
    fill(f);
    for (size_t i = 0; i < HF_COUNT(formats); i++) {
        // The limit of the day is 1,000 records.
        const char *name = (const char *[]){"nora", "omar", "rita", "adam", "eva"}[i];
        hf_mark_report report = look(f, "a.csv", export_for(f, name, formats[i], NULL));
        assert_int_equal(report.mark_count, 1);
        assert_true(report.marks[0].is_known);
        assert_true(hf_str_equal_z(report.marks[0].actor, name));
        assert_true(hf_str_equal_z(report.marks[0].action, "export.done"));
        assert_true(report.marks[0].event > 0);
    }
}

// Without its last column, which holds the words.
static hf_str without_words(fixture *f, hf_str csv)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(4u << 20);
    hf_str line;
    while (csv.len > 0 && hf_str_split(&csv, '\n', &line)) {
        size_t cut = line.len;
        while (cut > 0 && line.ptr[cut - 1] != ',')
            cut--;
        hf_buf_add_str(&out, hf_str_slice(line, 0, cut > 0 ? cut - 1 : 0));
        hf_buf_add_byte(&out, '\n');
    }
    return hf_buf_copy(&f->memory, &out);
}

static int by_bytes(const void *a, const void *b)
{
    return hf_str_compare(*(const hf_str *)a, *(const hf_str *)b);
}

// The header, then every step-th row from `first`; sorted or as they stand.
static hf_str some_rows(fixture *f, hf_str csv, size_t first, size_t step, bool is_sorted)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(4u << 20);
    hf_str rows[ROWS + 2], line;
    size_t count = 0;
    while (csv.len > 0 && hf_str_split(&csv, '\n', &line))
        if (line.len > 0)
            rows[count++] = line;
    if (is_sorted)
        qsort(rows + 1, count - 1, sizeof *rows, by_bytes);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && (i < first || (i - first) % step != 0))
            continue;
        hf_buf_add_str(&out, rows[i]);
        hf_buf_add_byte(&out, '\n');
    }
    return hf_buf_copy(&f->memory, &out);
}

static void rows_without_words_still_tell_whose_they_were(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_str nora = without_words(f, export_for(f, "nora", "csv", NULL));
    hf_str omar = without_words(f, export_for(f, "omar", "csv", NULL));
    assert_false(hf_str_equal(nora, omar));
    hf_mark_report report = look(f, "assets.csv", nora);
    assert_int_equal(report.mark_count, 0);
    assert_true(hf_str_equal_z(report.order_of, "nora"));
    assert_true(report.pairs > ROWS / 4);
    assert_int_equal(report.agreeing, report.pairs);
    report = look(f, "assets.csv", omar);
    assert_true(hf_str_equal_z(report.order_of, "omar"));
    // A part of it, and one with every second row gone.
    report = look(f, "assets.csv", some_rows(f, nora, 250, 1, false));
    assert_true(hf_str_equal_z(report.order_of, "nora"));
    report = look(f, "assets.csv", some_rows(f, nora, 1, 2, false));
    assert_true(hf_str_equal_z(report.order_of, "nora"));
    // Sorted it tells nothing, and names nobody.
    report = look(f, "assets.csv", some_rows(f, nora, 1, 1, true));
    assert_int_equal(report.order_of.len, 0);
    // Nor do rows in an order of chance, or too few.
    report = look(f, "assets.csv", some_rows(f, nora, 380, 1, false));
    assert_int_equal(report.order_of.len, 0);
}

static void an_order_that_was_asked_for_is_kept(void **state)
{
    fixture *f = *state;
    fill(f);
    const hf_query query = {.noun = &hf_noun_asset,
                            .sort = hf_noun_field(&hf_noun_asset, HF_STR("key"), NULL)};
    hf_str csv = without_words(f, export_for(f, "nora", "csv", &query));
    assert_true(hf_str_equal(csv, some_rows(f, csv, 1, 1, true)));
}

static void marked_files_come_back_unchanged(void **state)
{
    fixture *f = *state;
    static const char *const formats[] = {"csv", "dump", "geojson"};
    static const char *const names[] = {"assets.csv", "b.csv", "a.csv"};
    fill(f);
    for (size_t i = 0; i < HF_COUNT(formats); i++) {
        hf_error err = {0};
        hf_session local = local_session(f);
        hf_import_result result = {0};
        const char *path = fixture_path(f, names[i]);
        assert_true(hf_file_write(path,
                                  export_for(f,
                                             i == 0   ? "nora"
                                             : i == 1 ? "omar"
                                                      : "rita",
                                             formats[i], NULL),
                                  &err));
        hf_import_file file = {path, names[i]};
        const hf_import_request request = {.files = &file,
                                           .file_count = 1,
                                           .format = i == 1 ? HF_STR_EMPTY : hf_str_of(formats[i]),
                                           .as = i > 0 ? NULL : &hf_noun_asset};
        assert_true(hf_import(&local, &request, &f->memory, &result, &err));
        assert_int_equal(result.total.unchanged, ROWS);
        assert_int_equal(result.total.changed + result.total.added + result.total.refused, 0);
    }
}

static void a_foreign_code_and_who_may_not_ask(void **state)
{
    fixture *f = *state;
    hf_mark_report report = look(f, "a.csv", HF_STR("key\nHFM-0123456789ABCDEF0123\n"));
    assert_int_equal(report.mark_count, 1);
    assert_false(report.marks[0].is_known);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_error err = {0};
    assert_false(
        hf_find_marks(&analyst, "HFM-0123456789ABCDEF0123", NULL, &f->memory, &report, &err));
    assert_string_equal(err.code, "access.denied");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_format_names_its_reader),
        TEST(rows_without_words_still_tell_whose_they_were),
        TEST(an_order_that_was_asked_for_is_kept),
        TEST(marked_files_come_back_unchanged),
        TEST(a_foreign_code_and_who_may_not_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
