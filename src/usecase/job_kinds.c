// SPDX-License-Identifier: Apache-2.0
//
// What jobs do: import, inference, ranking, simulation. Each reads its request's JSON, calls the use case, writes the JSON
// that the command line would print.
#include <string.h>
#include <unistd.h>

#include "usecase/demo.h"
#include "usecase/jobs.h"
#include "usecase/run.h"

#define FILE_COUNT_MAX 64u
#define CHECKPOINT_S   5 // what a simulation loses at most when the program is killed, about

static bool flag(const hf_json *request, const char *name)
{
    const hf_json *value = hf_json_get(request, name);
    return value != NULL && value->type == HF_JSON_BOOL && value->boolean;
}

static double number(const hf_json *request, const char *name)
{
    const hf_json *value = hf_json_get(request, name);
    bool is_number = value != NULL && (value->type == HF_JSON_DOUBLE || value->type == HF_JSON_INT);
    return is_number ? value->number : 0;
}

// A list of texts; absent is empty.
static size_t texts(const hf_json *request, const char *name, hf_arena *arena, hf_str **out)
{
    const hf_json *list = hf_json_get(request, name);
    size_t count = 0;
    if (list == NULL || list->type != HF_JSON_ARRAY || list->child_count == 0)
        return 0;
    *out = HF_NEW_N(arena, hf_str, list->child_count);
    for (const hf_json *item = list->child; item != NULL; item = item->next)
        (*out)[count++] = item->text;
    return count;
}

static size_t files_of(const hf_json *request, hf_arena *arena,
                       hf_import_file files[FILE_COUNT_MAX])
{
    const hf_json *list = hf_json_get(request, "files");
    size_t count = 0;
    for (const hf_json *item = list != NULL ? list->child : NULL;
         item != NULL && count < FILE_COUNT_MAX; item = item->next)
        files[count++] = (hf_import_file){hf_str_z(arena, hf_json_text(item, "path")),
                                          hf_str_z(arena, hf_json_text(item, "name"))};
    return count;
}

static bool run_import(const hf_session *session, const hf_json *request,
                       const hf_progress *progress, hf_arena *arena, hf_buf *result, hf_error *err)
{
    hf_import_file files[FILE_COUNT_MAX];
    const hf_import_request wanted = {
        .files = files,
        .file_count = files_of(request, arena, files),
        .as = hf_noun_find(hf_json_text(request, "as")),
        .format = hf_json_text(request, "format"),
        .recipe = hf_json_text(request, "recipe"),
        .is_dry_run = flag(request, "dry_run"),
        .skip_refused = flag(request, "skip_refused"),
        .progress = *progress,
    };
    hf_import_result done = {0};
    if (!hf_import(session, &wanted, arena, &done, err))
        return false;
    hf_json_writer out = {.out = result};
    hf_write_import(&done, &out);
    return true;
}

// The uploaded files have served.
static void end_import(const hf_json *request)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_import_file files[FILE_COUNT_MAX];
    size_t count = files_of(request, &scratch, files);
    for (size_t i = 0; i < count; i++)
        (void)unlink(files[i].path);
}

const hf_job_kind hf_job_kind_import = {
    .name = "import", .needs = HF_CAN_IMPORT, .run = run_import, .ended = end_import};

static bool run_inference(const hf_session *session, const hf_json *request,
                          const hf_progress *progress, hf_arena *arena, hf_buf *result,
                          hf_error *err)
{
    hf_str *rules = NULL;
    hf_infer_request wanted = {.rule_count = texts(request, "rules", arena, &rules),
                               .accept = flag(request, "accept"),
                               .progress = *progress};
    wanted.rules = rules;
    hf_infer_result done = {0};
    if (!hf_infer(session, &wanted, arena, &done, err))
        return false;
    hf_json_writer out = {.out = result};
    hf_write_infer(&done, &out);
    return true;
}

const hf_job_kind hf_job_kind_inference = {
    .name = "inference", .needs = HF_CAN_EDIT, .run = run_inference};

static bool count_assets(const hf_session *session, uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    *out = hf_read_count(read, hf_noun_find(HF_STR("asset")));
    return true;
}

static bool run_rank(const hf_session *session, const hf_json *request, const hf_progress *progress,
                     hf_arena *arena, hf_buf *result, hf_error *err)
{
    hf_str *among = NULL;
    hf_rank_request wanted = {
        .by = (hf_rank_by)number(request, "by"),
        .among_count = texts(request, "among", arena, &among),
        .within = hf_json_text(request, "within"),
        .hours = number(request, "hours"),
        .step_h = number(request, "step_h"),
        .restart = (hf_restart)number(request, "restart"),
        .top = (size_t)number(request, "top"),
    };
    wanted.among = among;
    hf_watch watch = {0};
    wanted.watch = &watch;
    const hf_json *weights = hf_json_get(request, "weights");
    if (weights != NULL && !hf_rank_weights_of_json(weights, "/weights", &wanted, err))
        return false;
    hf_rank_answer done = {0};
    uint64_t total = 0;
    if (!count_assets(session, &total, err))
        return false;
    hf_job_watch(progress, &watch, total, "assets");
    bool is_done = hf_ask_rank(session, &wanted, arena, &done, err);
    hf_job_watch(progress, NULL, total, "assets");
    if (!is_done)
        return false;
    hf_json_writer out = {.out = result};
    hf_write_rank(&done, &out);
    hf_plan_release(session, &done.plan);
    return true;
}

const hf_job_kind hf_job_kind_rank = {.name = "rank", .needs = HF_CAN_RUN, .run = run_rank};

static bool run_demo(const hf_session *session, const hf_json *request, const hf_progress *progress,
                     hf_arena *arena, hf_buf *result, hf_error *err)
{
    hf_demo_request wanted = {.seed = (uint64_t)number(request, "seed"), .progress = *progress};
    hf_str size = hf_json_text(request, "size");
    if (size.len > 0 && !hf_parse_count(size, &wanted.size))
        return hf_fail(err, HF_ERR_USAGE, "demo.size", "'%.*s' is no size; write 1k, 10k, 100k, 1m",
                       HF_STR_ARG(size));
    hf_demo_result done = {0};
    if (!hf_load_demo(session, &wanted, arena, &done, err))
        return false;
    hf_json_writer out = {.out = result};
    hf_write_demo(&done, &out);
    return true;
}

const hf_job_kind hf_job_kind_demo = {.name = "demo", .needs = HF_CAN_CONFIGURE, .run = run_demo};

// --- simulations -------------------------------------------------------------------------------------------

static void preview(const void *context, hf_str json, const hf_head *protection)
{
    hf_job_preview(context, json, protection);
}

static bool run_simulation(const hf_session *session, const hf_json *request,
                           const hf_progress *progress, hf_arena *arena, hf_buf *result,
                           hf_error *err)
{
    hf_simulate_request wanted;
    hf_simulate_answer answer;
    hf_watch watch = {0};
    hf_run *kept = NULL;
    hf_json_writer out = {.out = result};
    if (!hf_simulate_from_json(session, request, arena, &wanted, err))
        return false;
    wanted.watch = &watch;
    wanted.preview = preview;
    wanted.context = progress;
    wanted.checkpoint = hf_job_file(progress, arena);
    wanted.checkpoint_s = CHECKPOINT_S;
    wanted.is_own_file = true;
    uint64_t total =
        (uint64_t)wanted.scenario.trials * (1 + wanted.worth_count + wanted.has_both_restarts);
    hf_job_watch(progress, &watch, total, "trials");
    bool ok = hf_simulate(session, &wanted, arena, &answer, err);
    hf_job_watch(progress, NULL, total, "trials");
    ok = ok && hf_keep_run(session, &wanted, &answer, arena, &kept, err);
    if (ok)
        hf_write_kept(kept, &out);
    hf_simulate_done(session, &answer);
    return ok;
}

const hf_job_kind hf_job_kind_simulation = {
    .name = "simulation", .needs = HF_CAN_RUN, .run = run_simulation};

static bool run_again(const hf_session *session, const hf_json *request,
                      const hf_progress *progress, hf_arena *arena, hf_buf *result, hf_error *err)
{
    hf_rerun_answer answer;
    hf_run *run = NULL;
    hf_watch watch = {0};
    hf_json_writer out = {.out = result};
    hf_str key = hf_json_text(request, "run");
    if (!hf_read_run(session, key, arena, &run, NULL, err))
        return false;
    hf_job_watch(progress, &watch, (uint64_t)run->trials, "trials");
    bool ok = hf_rerun(session, key, &watch, arena, &answer, err);
    hf_job_watch(progress, NULL, (uint64_t)run->trials, "trials");
    if (ok)
        hf_write_rerun(&answer, &out);
    return ok;
}

const hf_job_kind hf_job_kind_rerun = {.name = "rerun", .needs = HF_CAN_RUN, .run = run_again};
