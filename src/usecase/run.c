// SPDX-License-Identifier: Apache-2.0
//
// Keeps runs, gives them back, repeats them. See run.h.
#include "usecase/run.h"

#include <string.h>

#include "base/limits.h"
#include "usecase/general.h"

static hf_str question_text(const hf_simulate_request *request, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done)
    hf_buf text = hf_buf_of(8u << 20); // the scenario's lists have 1 MB, its measures 2
    hf_json_writer out = {.out = &text};
    hf_simulate_write_question(request, &out);
    HF_ASSERT(!text.overflow);
    return hf_buf_copy(arena, &text);
}

static void sha256_hex(hf_str bytes, char hex[65])
{
    hf_sha256 digest = hf_sha256_of(bytes);
    hf_hex(digest.bytes, sizeof(digest.bytes), hex);
}

static hf_run *make_run(const hf_session *session, const hf_simulate_request *request,
                        const hf_simulate_answer *answer, hf_arena *arena)
{
    char id[37], hex[65];
    hf_run *run = hf_noun_new(&hf_noun_run, arena);
    hf_uuid7(session->now_ms, id);
    sha256_hex(hf_buf_str(&answer->document), hex);
    run->head.key = hf_str_copy(arena, hf_str_of(id));
    run->head.marking = answer->protection.marking;
    run->head.compartments = hf_str_copy(arena, answer->protection.compartments);
    run->kind = HF_STR(HF_SIMULATE_KIND);
    run->title = request->title;
    run->scenario = request->scenario_key;
    run->question = question_text(&answer->asked, arena);
    run->snapshot = hf_str_copy(arena, hf_str_of(answer->plan->digest));
    run->model = HF_STR(HF_ENGINE_MODEL);
    run->generator = hf_str_of(answer->summary.generator);
    run->seed = request->scenario.seed;
    run->trials = (int64_t)answer->summary.trials;
    run->owner = session->actor.name;
    run->sight = request->ask == HF_ASK_VISIBLE ? HF_RUN_VISIBLE : HF_RUN_WHOLE;
    if (run->sight == HF_RUN_VISIBLE)
        run->places = hf_places_of(&session->actor, HF_CAN_RUN, arena);
    run->sha256 = hf_str_copy(arena, hf_str_of(hex));
    run->bytes = (int64_t)answer->document.len;
    run->mean_loss = answer->summary.mean;
    run->unit = answer->simulation.hours > 0 ? HF_STR("person_hours") : HF_STR("people");
    return run;
}

static bool note(hf_tx *tx, const hf_session *session, const char *action, const hf_run *run,
                 const char *snapshot, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str detail = hf_str_format(&scratch, "{\"seed\":%lld,\"snapshot\":\"%s\",\"trials\":%lld}",
                                  (long long)run->seed, snapshot, (long long)run->trials);
    return hf_note(tx, session, action, &hf_noun_run, run->head.key, HF_STR_EMPTY, detail, err);
}

// All but the commit: after that nobody knows whether it holds. A run that is there already has no document.
static bool put(hf_tx **tx, const hf_session *session, hf_run *run, hf_str document,
                const char *action, const char *snapshot, hf_error *err)
{
    char hex[65];
    hf_put_outcome outcome = HF_PUT_ADDED;
    return hf_tx_begin(session->store, session->now_ms, tx, err) &&
           (document.ptr == NULL ||
            (hf_blob_put(*tx, document, hex, err) &&
             hf_store_put(*tx, &hf_noun_run, run, HF_VERSION_ANY, &outcome, err))) &&
           note(*tx, session, action, run, snapshot, err);
}

// Minutes of work are not thrown away because another program writes just now, or the database was lost on the way.
// snapshot  of all that went in; events are read by those who may know
static bool keep(const hf_session *session, hf_run *run, hf_str document, const char *action,
                 const char *snapshot, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    const hf_head as_made = run->head;
    while (!put(&tx, session, run, document, action, snapshot, err)) {
        hf_tx_end(&tx);
        run->head = as_made;
        if (session->wait_for_store == NULL || !session->wait_for_store(session->wait_context, err))
            return false;
    }
    return hf_tx_commit(&tx, err);
}

static bool keep_new(const hf_session *session, hf_run *run, hf_str document, const char *snapshot,
                     hf_arena *arena, hf_run **out, hf_error *err)
{
    *out = run;
    return hf_noun_check(&hf_noun_run, run, arena, err) &&
           keep(session, run, document, "run.added", snapshot, err);
}

bool hf_keep_run(const hf_session *session, const hf_simulate_request *request,
                 const hf_simulate_answer *answer, hf_arena *arena, hf_run **out, hf_error *err)
{
    return hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err) &&
           keep_new(session, make_run(session, request, answer, arena),
                    hf_buf_str(&answer->document), answer->plan->digest, arena, out, err);
}

static hf_str words_in_both(hf_str words, hf_str other, hf_arena *arena)
{
    hf_head both = {0};
    hf_str word;
    while (hf_str_split(&words, ' ', &word)) {
        const hf_head part = {.compartments = word};
        if (word.len > 0 && hf_str_has_word(other, word))
            hf_protect(&both, &part, arena);
    }
    return both.compartments;
}

bool hf_keep_general(const hf_session *session, const hf_simulate_answer *answer,
                     int64_t min_assets, hf_arena *arena, hf_run **out, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf document = hf_buf_of(HF_RESULT_BYTES_MAX);
    char hex[65];
    double mean = 0;
    if (!hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err) ||
        !hf_general_write(session, answer, min_assets, &document, &mean, err))
        return false;
    hf_run *run = make_run(session, &answer->asked, answer, arena);
    sha256_hex(hf_buf_str(&document), hex);
    run->sight = HF_RUN_GENERAL;
    run->snapshot = HF_STR_EMPTY; // a digest of few unknown facts lets them be guessed
    run->mean_loss = mean;
    run->sha256 = hf_str_copy(arena, hf_str_of(hex));
    run->bytes = (int64_t)document.len;
    if (run->head.marking > session->actor.clearance)
        run->head.marking = session->actor.clearance;
    run->head.compartments =
        words_in_both(run->head.compartments, session->actor.compartments, arena);
    return keep_new(session, run, hf_buf_str(&document), answer->plan->digest, arena, out, err);
}

void hf_write_kept(const hf_run *run, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "run");
    hf_json_add_str(out, run->head.key);
    hf_json_name(out, "trials");
    hf_json_add_i64(out, run->trials);
    hf_json_name(out, "sha256");
    hf_json_add_str(out, run->sha256);
    hf_json_end_object(out);
}

bool hf_read_run(const hf_session *session, hf_str key, hf_arena *arena, hf_run **out,
                 hf_str *document, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    if (!hf_get_record(session, &hf_noun_run, key, arena, &record, err))
        return false;
    *out = record;
    if (document == NULL)
        return true;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_blob_get(read, (*out)->sha256, arena, document, err))
        return false;
    return document->ptr != NULL || hf_fail(err, HF_ERR_NOT_FOUND, "run.no_result",
                                            "the result of run '%.*s' is gone", HF_STR_ARG(key));
}

bool hf_fail_general(const hf_run *run, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "run.general",
                   "run '%.*s' is told in general only: it cannot be repeated or compared; ask "
                   "again",
                   HF_STR_ARG(run->head.key));
}

// --- once more ---------------------------------------------------------------------------------------------

static bool ask_again(const hf_session *session, const hf_run *run, hf_simulate_request request,
                      hf_watch *watch, hf_arena *arena, hf_rerun_answer *out, hf_error *err)
{
    hf_simulate_answer answer = {0};
    request.watch = watch;
    bool is_done = hf_simulate(session, &request, arena, &answer, err);
    if (answer.plan != NULL)
        memcpy(out->snapshot, answer.plan->digest, sizeof(out->snapshot));
    out->has_moved_on = answer.plan != NULL && !hf_str_equal_z(run->snapshot, out->snapshot);
    if (is_done)
        sha256_hex(hf_buf_str(&answer.document), out->sha256);
    hf_simulate_done(session, &answer);
    // What the question names may be gone: then that is the answer, not a fault of the question.
    return is_done ||
           (out->has_moved_on && (err->kind == HF_ERR_INPUT || err->kind == HF_ERR_NOT_FOUND));
}

// Errors  those of hf_run_question
static bool check_asker(const hf_session *session, const hf_run *run, hf_error *err)
{
    if (run->sight == HF_RUN_GENERAL)
        return hf_fail_general(run, err);
    // Somebody else's eyes would give another register, and the answer "not the same".
    if (run->sight == HF_RUN_VISIBLE && !hf_str_equal(run->owner, session->actor.name))
        return hf_fail(err, HF_ERR_PERMISSION, "run.others_sight",
                       "run '%.*s' rests on what %.*s might see; only that account can repeat it",
                       HF_STR_ARG(run->head.key), HF_STR_ARG(run->owner));
    return hf_str_equal_z(run->kind, HF_SIMULATE_KIND) ||
           hf_fail(err, HF_ERR_INPUT, "run.kind", "a run of kind '%.*s' cannot be repeated",
                   HF_STR_ARG(run->kind));
}

bool hf_run_question(const hf_session *session, hf_str key, hf_arena *arena, hf_run **out,
                     hf_simulate_request *request, hf_error *err)
{
    hf_json *question = NULL;
    return hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err) &&
           hf_read_run(session, key, arena, out, NULL, err) && check_asker(session, *out, err) &&
           hf_json_parse((*out)->question, arena, &question, err) &&
           hf_simulate_from_kept(session, question, arena, request, err);
}

bool hf_rerun(const hf_session *session, hf_str key, hf_watch *watch, hf_arena *arena,
              hf_rerun_answer *out, hf_error *err)
{
    hf_run *run = NULL;
    hf_simulate_request request;
    *out = (hf_rerun_answer){0};
    if (!hf_run_question(session, key, arena, &run, &request, err))
        return false;
    out->run = run;
    if (!ask_again(session, run, request, watch, arena, out, err))
        return false;
    out->is_equal = hf_str_equal_z(run->sha256, out->sha256);
    return keep(session, run, HF_STR_EMPTY, "run.repeated", out->snapshot, err);
}

static void add_then_now(hf_json_writer *out, const char *name, hf_str then, const char *now)
{
    hf_json_name(out, name);
    hf_json_begin_object(out);
    hf_json_name(out, "then");
    hf_json_add_str(out, then);
    hf_json_name(out, "now");
    hf_json_add_z(out, now[0] != '\0' ? now : NULL);
    hf_json_end_object(out);
}

void hf_write_rerun(const hf_rerun_answer *answer, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "run");
    hf_json_add_str(out, answer->run->head.key);
    hf_json_name(out, "equal");
    hf_json_add_bool(out, answer->is_equal);
    hf_json_name(out, "moved_on");
    hf_json_add_bool(out, answer->has_moved_on);
    add_then_now(out, "sha256", answer->run->sha256, answer->sha256);
    add_then_now(out, "snapshot", answer->run->snapshot, answer->snapshot);
    add_then_now(out, "model", answer->run->model, HF_ENGINE_MODEL);
    hf_json_end_object(out);
}
