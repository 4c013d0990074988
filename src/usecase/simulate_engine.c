// SPDX-License-Identifier: Apache-2.0
//
// How a simulation is run: only when it fits into memory, from where a checkpoint says it stood, shared with the other
// ranks, and with a look at what is known so far when somebody watches. Called by simulate.c. See simulate.h.
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/log.h"
#include "usecase/checkpoint.h"
#include "usecase/memory.h"
#include "usecase/simulate.h"

#define NS_PER_S     1e9
#define CHECKPOINT_S 60.0 // unless said otherwise

// --- who shares it -----------------------------------------------------------------------------------------

bool hf_simulate_join(hf_simulate_request *request, hf_error *err)
{
    request->team = NULL;
    request->place = (hf_team_place){.count = 1};
    if (hf_env_value(HF_ENV_MPI_SIZE) == NULL)
        return true; // MPI takes its time to start, and alone there is nothing to share
    if (!hf_team_here->join(&request->place, err))
        return false;
    request->team = hf_team_here;
    return true;
}

static const hf_team *team_of(const hf_simulate_request *request)
{
    return request->team != NULL ? request->team : &hf_team_alone;
}

bool hf_simulate_settle(const hf_simulate_request *request, bool is_well, hf_error *err)
{
    return team_of(request)->settle(is_well, err);
}

void hf_simulate_leave(const hf_simulate_request *request)
{
    team_of(request)->leave();
}

// --- what it is of -----------------------------------------------------------------------------------------

static void add_number(hf_sha256_stream *stream, uint64_t value)
{
    char bytes[8];
    for (uint32_t i = 0; i < 8; i++)
        bytes[i] = (char)(uint8_t)(value >> (8 * i));
    hf_sha256_add(stream, bytes, sizeof(bytes));
}

static void add_double(hf_sha256_stream *stream, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    add_number(stream, bits);
}

// What measures change: repairs and black starts of assets; buffers and members of groups; buffers of layers.
void hf_simulate_subject(const char *snapshot, const hf_engine_input *input, char hex[65])
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_sha256_stream *stream = hf_sha256_open(&scratch);
    hf_sha256_add(stream, snapshot, strlen(snapshot));
    for (uint32_t i = 0; i < input->asset_count; i++) {
        add_double(stream, input->assets[i].repair_h);
        add_double(stream, input->assets[i].black_start_h);
    }
    for (uint32_t i = 0; i < input->group_count; i++) {
        const hf_engine_group *group = &input->groups[i];
        add_number(stream, group->consumer);
        add_number(stream, (uint64_t)group->need);
        add_double(stream, group->buffer_h);
        add_number(stream, group->member_count);
    }
    for (uint32_t i = 0; i < input->member_count; i++) {
        const hf_engine_member *member = &input->members[i];
        add_number(stream, member->id);
        add_number(stream, member->supplier);
        add_number(stream, (uint64_t)member->capacity);
        add_double(stream, member->strength);
    }
    for (uint32_t i = 0; i < input->layer_member_count; i++)
        add_double(stream, input->layer_members[i].buffer_h);
    hf_sha256 hash = hf_sha256_close(stream);
    hf_hex(hash.bytes, sizeof(hash.bytes), hex);
}

// --- looks -------------------------------------------------------------------------------------------------

typedef struct {
    const hf_simulate_request *request;
    hf_simulate_answer *answer;
    uint64_t next_trials; // tell when so many are done
} watcher;

// At 1 % of the trials, and whenever they have doubled since.
static bool tell_preview(void *context, const hf_tally *tally, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf json = hf_buf_of(1u << 20);
    watcher *w = context;
    hf_simulate_answer *answer = w->answer;
    hf_json_writer out = {.out = &json};
    if (tally->done_trials < w->next_trials || tally->done_trials == 0 ||
        hf_simulate_is_done(&answer->simulation, tally))
        return true;
    w->next_trials = 2 * tally->done_trials;
    if (!hf_tally_summary(answer->engine, &answer->simulation, tally, &scratch, &answer->summary,
                          err))
        return false;
    hf_write_preview(answer, &out);
    w->request->preview(w->request->context, hf_buf_str(&json), &answer->protection);
    return true;
}

// --- running -----------------------------------------------------------------------------------------------

static bool fits_memory(const hf_session *session, const hf_simulate_request *request,
                        const hf_simulate_answer *answer, hf_error *err)
{
    uint32_t threads = session->pool == NULL ? 1 : hf_pool_thread_count(session->pool);
    uint64_t bytes = request->memory_bytes > 0 ? request->memory_bytes : hf_memory_free();
    return hf_check_simulation_memory(answer->engine, &answer->simulation, threads, bytes, err);
}

static hf_str subject_of(const hf_simulate_answer *answer)
{
    return (hf_str){answer->subject, HF_CHECKPOINT_DIGEST_BYTES};
}

static bool go_on_from(const hf_simulate_request *request, hf_simulate_answer *out, hf_error *err)
{
    if (!hf_checkpoint_read(request->checkpoint, subject_of(out), &out->tally, err)) {
        if (!request->is_own_file || err->kind != HF_ERR_INPUT)
            return false;
        hf_log(HF_LOG_INFO, err->code, "a simulation begins anew: %s", err->message);
        *err = (hf_error){0};
    }
    out->trials_before = out->tally.done_trials;
    if (request->watch != NULL)
        atomic_store(&request->watch->done, out->trials_before);
    return true;
}

// Rank 0 goes on from the file if there is one. Else it is written at once: a place where nothing can be written is
// told before hours are spent.
static bool take_up(const hf_simulate_request *request, hf_simulate_answer *out, hf_error *err)
{
    if (request->checkpoint == NULL || request->place.rank != 0)
        return true;
    if (hf_file_exists(request->checkpoint))
        return go_on_from(request, out, err);
    return hf_checkpoint_write(request->checkpoint, subject_of(out), &out->tally, err);
}

// How to go on, said where the stop is known to have been kept.
static bool tell_stop(const hf_simulate_request *request, const hf_tally *tally, hf_error *err)
{
    if (err->kind != HF_ERR_STOPPED || request->checkpoint == NULL || request->place.rank != 0)
        return false;
    return hf_fail(err, HF_ERR_STOPPED, "simulate.stopped",
                   "stopped after %llu of %llu trials, which are kept in %s; the same command goes "
                   "on from there",
                   (unsigned long long)tally->done_trials, (unsigned long long)tally->trial_count,
                   request->checkpoint);
}

static bool run(const hf_session *session, const hf_simulate_request *request,
                hf_simulate_answer *out, hf_error *err)
{
    const hf_team *team = team_of(request);
    double every_s = request->checkpoint_s > 0 ? request->checkpoint_s : CHECKPOINT_S;
    watcher look = {request, out, (out->simulation.trial_count + 99) / 100};
    hf_checkpoint checkpoint = {
        .path = request->checkpoint,
        .digest = subject_of(out),
        // without a file: ever longer from look to look
        .every_ns = request->checkpoint == NULL ? UINT64_MAX : (uint64_t)(every_s * NS_PER_S),
        .clock_ns = hf_clock_monotonic_ns,
        .team = team,
        .rank = request->place.rank,
        .look = request->preview != NULL ? tell_preview : NULL,
        .context = &look};
    if (request->preview == NULL && request->checkpoint == NULL)
        return team->same(out->subject, HF_CHECKPOINT_DIGEST_BYTES, err) &&
               team->run(out->engine, &out->simulation, session->pool, request->watch, &out->tally,
                         err);
    return hf_checkpoint_run(&checkpoint, out->engine, &out->simulation, session->pool,
                             request->watch, &out->tally, err) ||
           tell_stop(request, &out->tally, err);
}

bool hf_simulate_engine(const hf_session *session, const hf_simulate_request *request,
                        bool is_ready, hf_arena *arena, hf_simulate_answer *out, hf_error *err)
{
    bool is_well = is_ready && fits_memory(session, request, out, err) &&
                   hf_tally_init(out->engine, &out->simulation, arena, &out->tally, err) &&
                   take_up(request, out, err);
    if (!hf_simulate_settle(request, is_well, err) || !run(session, request, out, err) ||
        !hf_simulate_worths(session, request, arena, out, err) ||
        !hf_simulate_restarts(session, request, out, err))
        return false;
    return request->place.rank != 0 ||
           hf_tally_summary(out->engine, &out->simulation, &out->tally, arena, &out->summary, err);
}
