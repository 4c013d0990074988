// SPDX-License-Identifier: Apache-2.0
//
// The national report of a small register, in six languages, byte by byte: golden_report FOLDER [--accept]. With
// --accept the files are written anew, and a reader of the change looks at them.
#include "../unit/usecase/fixture.h"

#include "usecase/report.h"

static struct {
    const char *folder;
    bool accepts;
} run_of; // what main was called with; cmocka hands no words on

static const char *golden_path(fixture *f, const char *name)
{
    return hf_path_join(&f->memory, run_of.folder, name);
}

static void import_register(fixture *f)
{
    static const char *const names[] = {"regions", "services", "organisations", "assets",
                                        "dependencies"};
    hf_import_file files[HF_COUNT(names)];
    hf_import_result result = {0};
    hf_init_result made = {0};
    hf_error err = {0};
    hf_session session = local_session(f);
    if (!hf_init_store(&session, &f->memory, &made, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        hf_str name = hf_str_format(&f->memory, "register/%s.csv", names[i]);
        files[i].path = golden_path(f, hf_str_z(&f->memory, name));
        files[i].name = files[i].path;
    }
    hf_import_request request = {.files = files, .file_count = HF_COUNT(names)};
    if (!hf_import(&session, &request, &f->memory, &result, &err))
        fail_msg("%s", err.message);
    if (!result.is_stored)
        fail_msg("%.*s", HF_STR_ARG(result.problems.list.items[0].message));
}

static size_t line_of(hf_str text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at && i < text.len; i++)
        line += text.ptr[i] == '\n';
    return line;
}

// Each report has a code of its own: the golden ones have noughts in its place.
static void level_codes(hf_buf *html)
{
    static const char *const starts[] = {"HFM-", "HFM\\2d "}; // in the page, in its style
    enum { DIGITS = 20 };
    for (size_t at = 0; at < html->len; at++)
        for (size_t i = 0; i < HF_COUNT(starts); i++) {
            size_t begin = at + strlen(starts[i]);
            if (begin + DIGITS <= html->len &&
                memcmp(html->ptr + at, starts[i], strlen(starts[i])) == 0)
                memset(html->ptr + begin, '0', DIGITS);
        }
}

static void compare(fixture *f, hf_lang lang)
{
    HF_CLEANUP(hf_buf_done) hf_buf html = hf_buf_of(HF_REPORT_BYTES_MAX);
    hf_session session = local_session(f);
    hf_error err = {0};
    hf_str wanted = HF_STR_EMPTY;
    hf_str name = hf_str_format(&f->memory, "national.%s.html", hf_lang_code(lang));
    const char *path = golden_path(f, hf_str_z(&f->memory, name));
    session.lang = lang;
    const hf_report_request request = {.kind = HF_STR("national")};
    if (!hf_make_report(&session, &request, &html, &err))
        fail_msg("%s", err.message);
    level_codes(&html);
    hf_str is = hf_buf_str(&html);
    if (run_of.accepts) {
        assert_true(hf_file_write(path, is, &err));
        return;
    }
    if (!hf_file_read(path, HF_REPORT_BYTES_MAX, &f->memory, &wanted, &err))
        fail_msg("%s; make it with --test-args=--accept", err.message);
    size_t at = 0;
    while (at < is.len && at < wanted.len && is.ptr[at] == wanted.ptr[at])
        at++;
    if (at < is.len || at < wanted.len)
        fail_msg(
            "%s:%zu: differs; if that is meant: meson test --suite golden --test-args=--accept",
            path, line_of(wanted, at));
}

static void report_in(void **state, hf_lang lang)
{
    fixture *f = *state;
    import_register(f);
    compare(f, lang);
}

static void national_report_in_arabic(void **state)
{
    report_in(state, HF_LANG_AR);
}

static void national_report_in_chinese(void **state)
{
    report_in(state, HF_LANG_ZH);
}

static void national_report_in_english(void **state)
{
    report_in(state, HF_LANG_EN);
}

static void national_report_in_french(void **state)
{
    report_in(state, HF_LANG_FR);
}

static void national_report_in_russian(void **state)
{
    report_in(state, HF_LANG_RU);
}

static void national_report_in_spanish(void **state)
{
    report_in(state, HF_LANG_ES);
}

#define GOLDEN(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        GOLDEN(national_report_in_arabic),  GOLDEN(national_report_in_chinese),
        GOLDEN(national_report_in_english), GOLDEN(national_report_in_french),
        GOLDEN(national_report_in_russian), GOLDEN(national_report_in_spanish),
    };
    if (argc < 2)
        return 64;
    run_of.folder = argv[1];
    run_of.accepts = argc > 2 && strcmp(argv[2], "--accept") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
