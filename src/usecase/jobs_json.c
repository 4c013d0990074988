// SPDX-License-Identifier: Apache-2.0
//
// A job as JSON: its row, and how far it is; and its result with less than all in it.
#include "base/clock.h"
#include "usecase/jobs.h"
#include "usecase/jobs_inside.h"

static void add_text(hf_json_writer *out, const char *name, hf_str text)
{
    hf_json_name(out, name);
    if (text.len == 0)
        hf_json_add_null(out);
    else
        hf_json_add_str(out, text);
}

static void add_raw(hf_json_writer *out, const char *name, hf_str json)
{
    hf_json_name(out, name);
    if (json.len == 0)
        hf_json_add_null(out);
    else
        hf_json_add_raw(out, json);
}

static void write_progress(const hf_job_figures *now, int64_t now_ms, hf_json_writer *out)
{
    double seconds =
        now->started_ms == HF_INTEGER_NONE ? 0 : (double)(now_ms - now->started_ms) / 1000;
    bool is_running = now->state == HF_JOB_RUNNING;
    double rate = is_running && seconds > 0 ? now->done / seconds : NAN;
    double share = now->state == HF_JOB_DONE         ? 1
                   : now->total > 0 && now->done > 0 ? now->done / now->total
                                                     : 0;
    hf_json_name(out, "progress");
    hf_json_add_double(out, share > 1 ? 1 : share);
    hf_json_name(out, "done");
    hf_json_add_double(out, now->done);
    hf_json_name(out, "total");
    hf_json_add_double(out, now->total > 0 ? now->total : NAN);
    add_text(out, "unit", now->unit);
    hf_json_name(out, "rate_per_s");
    hf_json_add_double(out, rate);
    hf_json_name(out, "eta_s");
    hf_json_add_double(out,
                       rate > 0 && now->total >= now->done ? (now->total - now->done) / rate : NAN);
}

void hf_write_job(hf_jobs *jobs, const hf_job *job, int64_t now_ms, hf_json_writer *out)
{
    hf_job_figures now = hf_job_figures_of(jobs, job);
    const hf_field *state = hf_noun_field(&hf_noun_job, HF_STR("state"), NULL);
    hf_json_begin_object(out);
    add_text(out, "id", job->head.key);
    add_text(out, "kind", job->kind);
    add_text(out, "state", hf_str_of(state->words[now.state]));
    write_progress(&now, now_ms, out);
    add_text(out, "owner", job->owner);
    hf_noun_write_time(out, "created_at", job->head.created_ms);
    hf_noun_write_time(out, "started_at", now.started_ms);
    hf_noun_write_time(out, "ended_at", job->ended_at);
    hf_json_name(out, "preview_count");
    hf_json_add_u64(out, now.preview_count);
    add_raw(out, "result", job->result);
    add_raw(out, "error", job->error);
    hf_json_end_object(out);
}

// --- what a result tells of single records -----------------------------------------------------------------

// NULL: nothing.
static const hf_json *telling_result(const hf_job *job, hf_arena *arena)
{
    hf_json *result = NULL;
    hf_error unreadable = {0};
    if (!hf_str_equal_z(job->kind, hf_job_kind_import.name) || job->result.len == 0 ||
        !hf_json_parse(job->result, arena, &result, &unreadable))
        return NULL;
    const hf_json *changes = hf_json_get(result, "changes");
    return changes != NULL && changes->child != NULL ? result : NULL;
}

bool hf_job_told(const hf_job *job, hf_head *protection, hf_arena *arena, uint64_t *told)
{
    const hf_json *result = telling_result(job, arena);
    *told = 0;
    *protection = (hf_head){.marking = HF_TLP_CLEAR};
    if (result == NULL)
        return true;
    for (const hf_json *one = hf_json_get(result, "changes")->child; one != NULL; one = one->next) {
        hf_marking its = HF_TLP_CLEAR;
        const hf_json *compartments = hf_json_get(one, "compartments");
        hf_head one_of = {.compartments = compartments != NULL ? compartments->text : HF_STR_EMPTY};
        if (!hf_str_equal_z(hf_json_text(one, "action"),
                            hf_history_action_words[HF_HISTORY_CHANGED]))
            continue; // what would be added stood in the file
        if (compartments == NULL)
            return false; // of a program that did not keep them
        if (hf_marking_parse(hf_json_text(one, "marking"), &its))
            one_of.marking = (int32_t)its;
        hf_protect(protection, &one_of, arena);
        (*told)++;
    }
    return true;
}

void hf_job_keep_counts(hf_job *job, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(job->result.len + 1);
    const hf_json *result = telling_result(job, arena);
    hf_json_writer out = {.out = &text};
    if (result == NULL)
        return;
    hf_json_begin_object(&out);
    for (const hf_json *member = result->child; member != NULL; member = member->next) {
        if (hf_str_equal_z(member->name, "changes"))
            continue;
        hf_json_name_str(&out, member->name);
        hf_json_add_value(&out, member);
    }
    hf_json_end_object(&out);
    job->result = hf_buf_copy(arena, &text);
}
