// SPDX-License-Identifier: Apache-2.0
//
// Asking, deciding, and the run that follows. See release.h.
#include "usecase/release_parts.h"

#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "usecase/account.h"
#include "usecase/general.h"
#include "usecase/grants.h"
#include "usecase/library.h"
#include "usecase/measure.h"
#include "usecase/run.h"

#define MIN_ASSETS_LEAST 5
#define MIN_ASSETS_MOST  1000000

bool hf_release_note(hf_tx *tx, const hf_session *session, const char *action,
                     const hf_release *release, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(16384);
    hf_json_writer out = {.out = &detail};
    hf_json_begin_object(&out);
    hf_json_put_str(&out, "asked_by", release->owner);
    hf_json_name(&out, "decided_by");
    if (release->decided_by.len > 0)
        hf_json_add_str(&out, release->decided_by);
    else
        hf_json_add_null(&out);
    hf_json_put_str(&out, "kind", release->kind);
    if (release->records != HF_INTEGER_NONE)
        hf_json_put_u64(&out, "records", (uint64_t)release->records);
    hf_json_put_str(&out, "reason", release->reason);
    if (release->note.len > 0)
        hf_json_put_str(&out, "note", release->note);
    hf_json_end_object(&out);
    return hf_note(tx, session, action, &hf_noun_release, release->head.key, HF_STR_EMPTY,
                   detail.overflow ? HF_STR_EMPTY : hf_buf_str(&detail), err);
}

// --- one of them -------------------------------------------------------------------------------------------

static bool is_cleared(const hf_session *session, const hf_release *release)
{
    return hf_may_read_marked(&session->actor, release->head.marking, release->head.compartments);
}

static bool find(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                 hf_release **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) ||
        !hf_store_get(read, &hf_noun_release, key, arena, &record, err))
        return false;
    *out = record;
    if (record == NULL || !is_cleared(session, record) ||
        (!hf_str_equal((*out)->owner, session->actor.name) &&
         !hf_may(&session->actor, HF_CAN_RELEASE, NULL, NULL)))
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no release '%.*s'",
                       HF_STR_ARG(key));
    return true;
}

// As it is told. Whoever changes it reads it back before the commit: what was done must not be told as having failed.
static bool read_release(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                         hf_release **out, hf_error *err)
{
    if (!find(session, read, key, arena, out, err))
        return false;
    if (session->is_limited) // it holds what the account may read, not what the token may
        (*out)->question = HF_STR_EMPTY;
    return true;
}

// --- asking ------------------------------------------------------------------------------------------------

bool hf_release_fail(hf_error *err, const char *pointer, const char *code, const char *what)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, pointer, 0, NULL);
}

// As it is now: what it names may be edited before it is decided, and the approver lets run what the approver read.
static bool freeze(const hf_session *session, const hf_json *question, hf_arena *arena,
                   hf_release *out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4u << 20);
    hf_json_writer writer = {.out = &text};
    hf_simulate_request request;
    if (!hf_simulate_from_json(session, question, arena, &request, err))
        return false;
    if (request.worth_count > 0)
        return hf_release_fail(err, "/question/worth", "release.worth",
                               "'worth' is told of single assets; leave it out");
    if (request.has_both_restarts)
        return hf_release_fail(err, "/question/both_restarts", "release.both_restarts",
                               "what is told in general does not hold the other restart rule; "
                               "leave 'both_restarts' out");
    request.ask = HF_ASK_WHOLE;
    request.form = 1; // what is told in general has no course over time
    if (request.measures.len == 0 && !hf_measures_keep(session, request.scenario.measures, arena,
                                                       &request.measures, &out->head, err))
        return false;
    // It holds their contents, and its title and reason speak of them. Whoever asks may read all of that.
    hf_protect(&out->head, &request.scenario.head, arena);
    if (out->head.marking > session->actor.clearance)
        out->head.marking = session->actor.clearance;
    hf_simulate_write_question(&request, &writer);
    if (text.overflow)
        return hf_release_fail(err, "/question", "release.too_large", "the question is too large");
    out->question = hf_buf_copy(arena, &text);
    out->title = request.title;
    return true;
}

static bool count_waiting(hf_read *read, hf_str owner, uint64_t *out, hf_error *err)
{
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_release, HF_STR("owner"), NULL), HF_IS, owner},
        {hf_noun_field(&hf_noun_release, HF_STR("state"), NULL), HF_IS, HF_STR("waiting")}};
    const hf_query query = {
        .noun = &hf_noun_release, .filters = filters, .filter_count = HF_COUNT(filters)};
    return hf_store_count(read, &query, out, err);
}

bool hf_release_check_reason(hf_str reason, hf_error *err)
{
    return hf_str_trim(reason).len > 0 ||
           hf_release_fail(err, "/reason", "release.reason",
                           "say what the answer is for; whoever decides reads it");
}

bool hf_release_keep(const hf_session *session, hf_release *release, hf_str reason, hf_arena *arena,
                     hf_release **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome = HF_PUT_ADDED;
    char id[37];
    uint64_t waiting = 0;
    hf_uuid7(session->now_ms, id);
    release->head.key = hf_str_copy(arena, hf_str_of(id));
    release->reason = hf_str_trim(reason);
    release->owner = session->actor.name;
    release->expires_at = session->now_ms + HF_RELEASE_DAYS * HF_DAY_MS;
    if (!hf_noun_check(&hf_noun_release, release, arena, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !count_waiting(hf_tx_read(tx), release->owner, &waiting, err))
        return false;
    if (waiting >= HF_RELEASE_WAITING_MAX)
        return hf_fail(err, HF_ERR_CONFLICT, "release.too_many",
                       "%u questions of yours wait already; wait until they are decided",
                       HF_RELEASE_WAITING_MAX);
    return hf_store_put(tx, &hf_noun_release, release, HF_VERSION_ANY, &outcome, err) &&
           hf_release_note(tx, session, "release.asked", release, err) &&
           read_release(session, hf_tx_read(tx), hf_str_of(id), arena, out, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_ask_release(const hf_session *session, const hf_json *question, hf_str reason,
                    hf_arena *arena, hf_release **out, hf_error *err)
{
    hf_release *release = hf_noun_new(&hf_noun_release, arena);
    // It would run as its account, with all that this one may.
    if (!hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err) || !hf_is_whole(session, err) ||
        !hf_release_check_reason(reason, err) || !freeze(session, question, arena, release, err))
        return false;
    release->kind = HF_STR("simulation");
    return hf_release_keep(session, release, reason, arena, out, err);
}

// --- reading -----------------------------------------------------------------------------------------------

bool hf_read_release(const hf_session *session, hf_str key, hf_arena *arena, hf_release **out,
                     hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_read_begin(session->store, &read, err) &&
           read_release(session, read, key, arena, out, err);
}

bool hf_list_releases(const hf_session *session, hf_query *query, hf_arena *arena, hf_page *out,
                      hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err))
        return false;
    if (!hf_may(&session->actor, HF_CAN_RELEASE, NULL, NULL)) {
        hf_filter *filters = HF_NEW_N(arena, hf_filter, query->filter_count + 1);
        if (query->filter_count > 0)
            memcpy(filters, query->filters, query->filter_count * sizeof *filters);
        filters[query->filter_count] = (hf_filter){
            hf_noun_field(&hf_noun_release, HF_STR("owner"), NULL), HF_IS, session->actor.name};
        query->filters = filters;
        query->filter_count++;
    } else {
        query->want_count = false; // it would count what the actor is not cleared for
    }
    if (!hf_read_begin(session->store, &read, err) || !hf_store_list(read, query, arena, out, err))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        hf_release *release = out->records[i];
        if (session->is_limited)
            release->question = HF_STR_EMPTY;
        if (is_cleared(session, release))
            out->records[kept++] = release;
    }
    out->count = kept;
    return true;
}

// --- deciding ----------------------------------------------------------------------------------------------

// Whoever cannot see what is asked of cannot judge what its answer tells.
static bool may_see_all(const hf_session *session, hf_error *err)
{
    const hf_register_plan *plan = NULL;
    hf_session asking = *session;
    asking.ask = HF_ASK_WHOLE;
    if (!hf_plan_take(&asking, &plan, err))
        return false;
    hf_plan_release(&asking, &plan);
    return true;
}

static bool is_open(const hf_session *session, const hf_release *release, hf_error *err)
{
    if (hf_str_equal(release->owner, session->actor.name))
        return hf_fail(err, HF_ERR_PERMISSION, "release.own",
                       "this takes a second person; nobody releases for oneself");
    if (release->state != HF_RELEASE_WAITING)
        return hf_fail(err, HF_ERR_CONFLICT, "release.decided", "this is decided already, by %.*s",
                       HF_STR_ARG(release->decided_by));
    return release->expires_at > session->now_ms ||
           hf_fail(err, HF_ERR_CONFLICT, "release.expired",
                   "this has waited for more than %u days and is over; it can be asked again",
                   HF_RELEASE_DAYS);
}

static bool queue_run(hf_tx *tx, const hf_session *session, hf_release *release, hf_arena *arena,
                      hf_error *err)
{
    hf_job *job = hf_noun_new(&hf_noun_job, arena);
    job->kind = hf_str_of(hf_job_kind_general.name);
    job->owner = release->owner;
    job->request = hf_str_format(arena, "{\"release\":\"%.*s\"}", HF_STR_ARG(release->head.key));
    if (!hf_job_add(tx, job, arena, err) ||
        !hf_note(tx, session, "job.queued", &hf_noun_job, job->head.key, HF_STR_EMPTY, HF_STR_EMPTY,
                 err))
        return false;
    release->job = job->head.key;
    return true;
}

static const hf_release_kind of_simulation = {
    .name = "simulation", .may_approve = may_see_all, .approve = queue_run};
static const hf_release_kind *const kinds[] = {
    &of_simulation, &hf_release_kind_export, &hf_release_kind_lowering, &hf_release_kind_practice};

static const hf_release_kind *kind_of(const hf_release *release)
{
    for (size_t i = 0; i < HF_COUNT(kinds); i++)
        if (hf_str_equal_z(release->kind, kinds[i]->name))
            return kinds[i];
    return &of_simulation; // nothing else is ever stored
}

hf_release_rights hf_release_rights_of(const hf_session *session, const hf_release *release)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_error why = {0};
    const hf_release_kind *kind = kind_of(release);
    hf_release_rights rights = {0};
    rights.may_decline =
        hf_may(&session->actor, HF_CAN_RELEASE, NULL, NULL) && is_open(session, release, &why);
    rights.may_approve = rights.may_decline && !session->is_limited &&
                         hf_read_begin(session->store, &read, &why) &&
                         hf_release_check_given(session, read, release, &why) &&
                         (kind->may_approve == NULL || kind->may_approve(session, &why));
    return rights;
}

static bool check_decision(const hf_session *session, const hf_release_kind *kind,
                           const hf_release_decision *decision, hf_error *err)
{
    if (!hf_can(&session->actor, HF_CAN_RELEASE, NULL, NULL, err))
        return false;
    if (decision->min_assets != 0 &&
        (decision->min_assets < MIN_ASSETS_LEAST || decision->min_assets > MIN_ASSETS_MOST))
        return hf_release_fail(err, "/min_assets", "field.range",
                               "min_assets must be 5 to 1000000");
    if (!decision->is_approved)
        return true;
    // It does not read all that the account may, and so not all that it would let out.
    return hf_is_whole(session, err) &&
           (kind->may_approve == NULL || kind->may_approve(session, err));
}

bool hf_decide_release(const hf_session *session, hf_jobs *jobs, hf_str key,
                       const hf_release_decision *decision, hf_arena *arena, hf_release **out,
                       hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome = HF_PUT_CHANGED;
    hf_release *release = NULL;
    if (!hf_read_release(session, key, arena, &release, err) ||
        !check_decision(session, kind_of(release), decision, err) ||
        !hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !find(session, hf_tx_read(tx), key, arena, &release, err) ||
        !is_open(session, release, err) ||
        (decision->is_approved && !hf_release_check_given(session, hf_tx_read(tx), release, err)))
        return false;
    release->state = decision->is_approved ? HF_RELEASE_APPROVED : HF_RELEASE_DECLINED;
    release->decided_by = session->actor.name;
    release->decided_at = session->now_ms;
    release->note = hf_str_trim(decision->note);
    if (decision->is_approved && kind_of(release) == &of_simulation)
        release->min_assets =
            decision->min_assets != 0 ? decision->min_assets : HF_RELEASE_MIN_ASSETS;
    if ((decision->is_approved && !kind_of(release)->approve(tx, session, release, arena, err)) ||
        !hf_noun_check(&hf_noun_release, release, arena, err) ||
        !hf_store_put(tx, &hf_noun_release, release, release->head.version, &outcome, err) ||
        !hf_release_note(tx, session,
                         decision->is_approved ? "release.approved" : "release.declined", release,
                         err) ||
        !read_release(session, hf_tx_read(tx), key, arena, out, err) || !hf_tx_commit(&tx, err))
        return false;
    if (jobs != NULL)
        hf_jobs_ring(jobs);
    return true;
}

// What waits, and what was let out and not fetched yet. What is done stays as it was.
static bool is_ending(const hf_release *release, int64_t now_ms)
{
    return release->state == HF_RELEASE_WAITING ||
           (release->state == HF_RELEASE_APPROVED && hf_str_equal_z(release->kind, "export") &&
            release->expires_at > now_ms);
}

bool hf_end_releases(hf_tx *tx, hf_str owner, int64_t now_ms, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_field *state = hf_noun_field(&hf_noun_release, HF_STR("state"), NULL);
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_release, HF_STR("owner"), NULL), HF_IS, owner},
        {state, HF_IS, HF_STR("waiting")},
        {state, HF_IS, HF_STR("approved")}};
    hf_query query = {
        .noun = &hf_noun_release, .filters = filters, .filter_count = HF_COUNT(filters)};
    hf_page page = {0};
    if (!hf_list_all(hf_tx_read(tx), &query, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        hf_release *release = page.records[i];
        hf_put_outcome outcome;
        if (!is_ending(release, now_ms))
            continue;
        release->state = HF_RELEASE_DECLINED;
        release->decided_at = now_ms;
        if (!hf_store_put(tx, &hf_noun_release, release, release->head.version, &outcome, err))
            return false;
    }
    return true;
}

// --- the run -----------------------------------------------------------------------------------------------

bool hf_release_actor(hf_read *read, hf_str account, int64_t now_ms, hf_arena *arena, hf_actor *out,
                      hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get(read, &hf_noun_user, account, arena, &record, err))
        return false;
    const hf_user *user = record;
    if (user == NULL || user->is_disabled)
        return hf_fail(err, HF_ERR_PERMISSION, "job.owner_gone",
                       "the account '%.*s' is gone or switched off", HF_STR_ARG(account));
    return hf_actor_of(read, user, now_ms, arena, out, err);
}

// Whoever approved, with the rights of now: taken back in between, nothing runs. The command line is no account and has
// all rights.
static bool approver_of(const hf_session *session, const hf_release *release, hf_arena *arena,
                        hf_session *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    *out = *session;
    out->ask = HF_ASK_WHOLE;
    if (hf_str_starts(release->decided_by, "cli:")) { // the name of no account (model/user.c)
        out->actor = (hf_actor){.name = release->decided_by,
                                .role = HF_ROLE_ADMINISTRATOR,
                                .clearance = HF_TLP_RED,
                                .is_local = true,
                                .is_signed_in = true};
        return true;
    }
    return hf_read_begin(session->store, &read, err) &&
           hf_release_actor(read, release->decided_by, session->now_ms, arena, &out->actor, err) &&
           hf_can(&out->actor, HF_CAN_RELEASE, NULL, NULL, err);
}

static bool read_approved(const hf_session *session, const hf_json *request, hf_arena *arena,
                          hf_release **out, hf_error *err)
{
    if (!hf_read_release(session, hf_json_text(request, "release"), arena, out, err))
        return false;
    return ((*out)->state == HF_RELEASE_APPROVED &&
            hf_str_equal((*out)->owner, session->actor.name)) ||
           hf_fail(err, HF_ERR_PERMISSION, "access.denied", "nobody released this");
}

static bool run_general(const hf_session *session, const hf_json *request,
                        const hf_progress *progress, hf_arena *arena, hf_buf *result, hf_error *err)
{
    hf_release *release = NULL;
    hf_session approver;
    hf_json *question = NULL;
    hf_simulate_request wanted;
    hf_simulate_answer answer;
    hf_watch watch = {0};
    hf_run *kept = NULL;
    hf_json_writer out = {.out = result};
    if (!read_approved(session, request, arena, &release, err) ||
        !approver_of(session, release, arena, &approver, err) ||
        !hf_json_parse(release->question, arena, &question, err) ||
        !hf_simulate_from_kept(&approver, question, arena, &wanted, err))
        return false;
    wanted.title = release->title;
    wanted.watch = &watch;
    hf_job_watch(progress, &watch, (uint64_t)wanted.scenario.trials, "trials");
    bool ok = hf_simulate(&approver, &wanted, arena, &answer, err);
    hf_job_watch(progress, NULL, (uint64_t)wanted.scenario.trials, "trials");
    ok = ok && hf_keep_general(session, &answer, release->min_assets, arena, &kept, err);
    if (ok)
        hf_write_kept(kept, &out);
    hf_simulate_done(&approver, &answer);
    return ok;
}

const hf_job_kind hf_job_kind_general = {
    .name = "general", .needs = HF_CAN_RUN, .run = run_general};
