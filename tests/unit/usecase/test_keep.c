// SPDX-License-Identifier: Apache-2.0
//
// What is kept for long enough goes: jobs with their results, files whose job is over, and nothing that is still of use.
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "usecase/jobs.h"
#include "usecase/keep.h"
#include "usecase/settings.h"

#define DAY_MS INT64_C(86400000)

static hf_str add_job(fixture *f, const char *request)
{
    hf_session local = local_session(f);
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_error err = {0};
    hf_job *job = hf_noun_new(&hf_noun_job, &f->memory);
    job->owner = HF_STR("ana");
    job->kind = HF_STR("import");
    job->request = hf_str_of(request);
    assert_true(hf_tx_begin(f->store, local.now_ms, &tx, &err));
    assert_true(hf_job_add(tx, job, &f->memory, &err));
    assert_true(hf_tx_commit(&tx, &err));
    return job->head.key;
}

static void cancel(fixture *f, hf_str key, int64_t now_ms)
{
    hf_error err = {0};
    bool found = false, is_over = false;
    assert_true(hf_job_cancel(f->store, now_ms, key, true, &found, &is_over, &err));
    assert_true(is_over);
}

static bool is_there(fixture *f, hf_str key)
{
    hf_session local = local_session(f);
    hf_job *job = NULL;
    hf_error err = {0};
    return hf_read_job(&local, key, &f->memory, &job, &err);
}

static void tidy(fixture *f, int64_t now_ms, const char *folder)
{
    hf_session local = local_session(f);
    hf_error err = {0};
    local.now_ms = now_ms;
    if (!hf_keep_tidy(&local, hf_str_of(folder), &err))
        fail_msg("%s", err.message);
}

static void jobs_go_a_year_after_their_end_or_when_it_is_set(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    int64_t now_ms = local.now_ms;
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_error err = {0};
    hf_str old = add_job(f, "{}"), waits = add_job(f, "{}");
    cancel(f, old, now_ms);
    int64_t before = last_event(f);
    tidy(f, now_ms + 365 * DAY_MS, "");
    assert_true(is_there(f, old));
    assert_int_equal(last_event(f), before); // nothing was done
    tidy(f, now_ms + 366 * DAY_MS, "");
    assert_false(is_there(f, old));
    assert_true(is_there(f, waits)); // however old
    assert_int_equal(last_event(f), before + 1);
    cancel(f, waits, now_ms);
    values[HF_INSTANCE_KEEP_JOBS] = HF_STR("0");
    assert_true(hf_change_settings(&local, values, &err));
    tidy(f, now_ms + 10000 * DAY_MS, "");
    assert_true(is_there(f, waits)); // for ever
    values[HF_INSTANCE_KEEP_JOBS] = HF_STR("1");
    assert_true(hf_change_settings(&local, values, &err));
    tidy(f, now_ms + 2 * DAY_MS, "");
    assert_false(is_there(f, waits));
}

static const char *leave_file(fixture *f, const char *folder, const char *name)
{
    hf_error err = {0};
    const char *path = hf_str_z(&f->memory, hf_str_format(&f->memory, "%s/%s", folder, name));
    assert_true(hf_file_write(path, HF_STR("key\nA\n"), &err));
    return path;
}

// A program that was killed after its job was cancelled left them.
static void files_of_jobs_that_are_over_go_and_others_stay(void **state)
{
    fixture *f = *state;
    int64_t now_ms = hf_clock_now_ms();
    const char *folder = fixture_path(f, "uploads");
    assert_int_equal(mkdir(folder, 0700), 0);
    hf_str over = add_job(f, "{\"files\":[{\"path\":\"x/import-1\"}]}");
    hf_str waits = add_job(f, "{\"files\":[{\"path\":\"x/import-2\"}]}");
    cancel(f, over, now_ms);
    const char *left[] = {
        leave_file(f, folder, "import-1"),
        leave_file(f, folder,
                   hf_str_z(&f->memory, hf_str_format(&f->memory, "job-%.*s", HF_STR_ARG(over))))};
    const char *stays[] = {
        leave_file(f, folder, "import-2"), leave_file(f, folder, "of-somebody-else"),
        leave_file(f, folder,
                   hf_str_z(&f->memory, hf_str_format(&f->memory, "job-%.*s", HF_STR_ARG(waits))))};
    tidy(f, now_ms, folder); // they are young: a job may be just about to be queued for them
    for (size_t i = 0; i < HF_COUNT(left); i++)
        assert_true(hf_file_exists(left[i]));
    tidy(f, now_ms + 660000, folder);
    for (size_t i = 0; i < HF_COUNT(left); i++)
        assert_false(hf_file_exists(left[i]));
    for (size_t i = 0; i < HF_COUNT(stays); i++)
        assert_true(hf_file_exists(stays[i]));
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(jobs_go_a_year_after_their_end_or_when_it_is_set),
        STORE_TEST(files_of_jobs_that_are_over_go_and_others_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
