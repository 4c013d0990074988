// SPDX-License-Identifier: Apache-2.0
//
// What is kept for long enough goes: jobs with their results, files whose job is over, and nothing that is still of use.
#include "fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/store_system.h"
#include "usecase/jobs.h"
#include "usecase/keep.h"
#include "usecase/settings.h"

#define DAY_MS  INT64_C(86400000)
#define KEPT_MS INT64_C(1800000000000)

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

static void jobs_stay_for_ever_or_as_long_as_is_set(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    int64_t now_ms = local.now_ms;
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_error err = {0};
    hf_str old = add_job(f, "{}"), waits = add_job(f, "{}");
    cancel(f, old, now_ms);
    int64_t before = last_event(f);
    tidy(f, now_ms + 10000 * DAY_MS, "");
    assert_true(is_there(f, old));
    assert_int_equal(last_event(f), before); // nothing was done
    values[HF_INSTANCE_KEEP_JOBS] = HF_STR("365");
    assert_true(hf_change_settings(&local, values, &err));
    before = last_event(f);
    tidy(f, now_ms + 365 * DAY_MS, "");
    assert_true(is_there(f, old));
    tidy(f, now_ms + 366 * DAY_MS, "");
    assert_false(is_there(f, old));
    assert_true(is_there(f, waits)); // however old
    assert_int_equal(last_event(f), before + 1);
    cancel(f, waits, now_ms);
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

static void put_credential(fixture *f, hf_credential_kind kind, const char *text,
                           int64_t expires_ms)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_error err = {0};
    const hf_credential credential = {.kind = kind,
                                      .secret = hf_sha256_of(hf_str_of(text)),
                                      .user_key = HF_STR("ana"),
                                      .expires_ms = expires_ms};
    assert_true(hf_tx_begin(f->store, KEPT_MS, &tx, &err));
    assert_true(hf_credential_add(tx, &credential, &err));
    assert_true(hf_tx_commit(&tx, &err));
}

static size_t credentials_of(fixture *f, hf_credential_kind kind)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_credential *list = NULL;
    size_t count = 0;
    hf_error err = {0};
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_credential_list(read, kind, HF_STR("ana"), &f->memory, &list, &count, &err));
    return count;
}

// What ends by itself goes when its time is over. A token that ran out stays in its list, so that its owner sees it, and
// what has no end of its own stays in any case.
static void credentials_go_when_their_time_is_over(void **state)
{
    fixture *f = *state;
    static const hf_credential_kind ends[] = {HF_CREDENTIAL_SESSION, HF_CREDENTIAL_DEVICE,
                                              HF_CREDENTIAL_ENDED, HF_CREDENTIAL_USED};
    char text[32];
    for (size_t i = 0; i < HF_COUNT(ends); i++) {
        (void)snprintf(text, sizeof(text), "over %zu", i);
        put_credential(f, ends[i], text, KEPT_MS - 1);
        (void)snprintf(text, sizeof(text), "lasts %zu", i);
        put_credential(f, ends[i], text, KEPT_MS + 1000);
    }
    put_credential(f, HF_CREDENTIAL_TOKEN, "token", KEPT_MS - 1);
    put_credential(f, HF_CREDENTIAL_CERTIFICATE, "certificate", KEPT_MS - 1);
    tidy(f, KEPT_MS, "");
    for (size_t i = 0; i < HF_COUNT(ends); i++)
        assert_int_equal(credentials_of(f, ends[i]), 1);
    assert_int_equal(credentials_of(f, HF_CREDENTIAL_TOKEN), 1);
    assert_int_equal(credentials_of(f, HF_CREDENTIAL_CERTIFICATE), 1);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(jobs_stay_for_ever_or_as_long_as_is_set),
        STORE_TEST(files_of_jobs_that_are_over_go_and_others_stay),
        STORE_TEST(credentials_go_when_their_time_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
