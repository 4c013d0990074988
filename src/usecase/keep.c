// SPDX-License-Identifier: Apache-2.0
//
// Tidies up what was kept for long enough, again and again while a server runs.
#include "usecase/keep.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/job.h"
#include "store/store_keep.h"
#include "usecase/settings.h"

#define DAY_MS INT64_C(86400000)
#define YOUNG_S                                                                                    \
    600 // a file whose job is being queued, perhaps by another server in the same folder
#define JOB_PREFIX   "job-"
#define PLACE_PREFIX "import-"

// Jobs that wait or run: their keys and what they were asked, one after the other.
static bool read_open_jobs(hf_read *read, hf_arena *arena, hf_buf *out, hf_error *err)
{
    const hf_field *state = hf_noun_field(&hf_noun_job, HF_STR("state"), NULL);
    const hf_filter filters[] = {{state, HF_IS, HF_STR("queued")},
                                 {state, HF_IS, HF_STR("running")}};
    hf_query query = {.noun = &hf_noun_job, .filters = filters, .filter_count = HF_COUNT(filters)};
    hf_page page = {0};
    if (!hf_list_all(read, &query, arena, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        const hf_job *job = page.records[i];
        hf_buf_add_str(out, job->head.key);
        hf_buf_add_byte(out, ' ');
        hf_buf_add_str(out, job->request);
        hf_buf_add_byte(out, '\n');
    }
    return true;
}

// A file of a job that neither waits nor runs. Its name is that of an import's file, or has the key of its job in it.
static bool is_left(int folder, const char *name, hf_str open_jobs, int64_t now_s)
{
    struct stat facts;
    hf_str text = hf_str_of(name);
    bool is_jobs = hf_str_starts(text, JOB_PREFIX);
    if (!is_jobs && !hf_str_starts(text, PLACE_PREFIX))
        return false;
    hf_str wanted = is_jobs ? hf_str_slice(text, sizeof JOB_PREFIX - 1, text.len) : text;
    return hf_str_find(open_jobs, wanted) >= open_jobs.len &&
           fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(facts.st_mode) &&
           facts.st_mtime + YOUNG_S < now_s;
}

static uint64_t remove_files(const char *folder, hf_str open_jobs, int64_t now_s)
{
    uint64_t count = 0;
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return 0;
    for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        if (is_left(dirfd(entries), entry->d_name, open_jobs, now_s))
            count += unlinkat(dirfd(entries), entry->d_name, 0) == 0;
    (void)closedir(entries);
    return count;
}

// What is queued while this looks has a young file.
static bool tidy_files(const hf_session *session, hf_str folder, uint64_t *count, hf_error *err)
{
    enum { OPEN_JOBS_BYTES = 64 << 20 };
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf open_jobs = hf_buf_of(OPEN_JOBS_BYTES);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    *count = 0;
    if (folder.len == 0)
        return true;
    if (!hf_read_begin(session->store, &read, err) ||
        !read_open_jobs(read, &scratch, &open_jobs, err))
        return false;
    if (!open_jobs.overflow)
        *count = remove_files(hf_str_z(&scratch, folder), hf_buf_str(&open_jobs),
                              session->now_ms / 1000);
    return true;
}

static bool tidy_rows(hf_tx *tx, int64_t now_ms, uint64_t *jobs, uint64_t *credentials,
                      hf_error *err)
{
    uint64_t days = 0;
    *jobs = 0;
    if (!hf_setting_count(hf_tx_read(tx), HF_INSTANCE_KEEP_JOBS, &days, err) ||
        !hf_forget_credentials(tx, now_ms, credentials, err))
        return false;
    return days == 0 || hf_forget_jobs(tx, now_ms - (int64_t)days * DAY_MS, jobs, err);
}

bool hf_keep_tidy(const hf_session *session, hf_str folder, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    uint64_t files = 0, jobs = 0, credentials = 0;
    if (!hf_tx_begin_now(session->store, session->now_ms, &tx, err) ||
        !tidy_files(session, folder, &files, err) ||
        !tidy_rows(tx, session->now_ms, &jobs, &credentials, err))
        return false;
    if (files == 0 && jobs == 0)
        return credentials == 0 || hf_tx_commit(&tx, err); // these had ended by themselves
    hf_str detail = hf_str_format(&scratch, "{\"jobs\":%llu,\"files\":%llu}",
                                  (unsigned long long)jobs, (unsigned long long)files);
    return hf_note(tx, session, "keep.tidied", NULL, HF_STR_EMPTY, HF_STR_EMPTY, detail, err) &&
           hf_tx_commit(&tx, err);
}
