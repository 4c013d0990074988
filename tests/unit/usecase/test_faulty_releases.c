// SPDX-License-Identifier: Apache-2.0
//
// Releases, runs and jobs, over a store whose driver fails call 1, 2, 3 … until none fails: what a second person let out is
// let out once, a run is kept with its event, a job is in the queue or is not.
#include "faults.h"
#include "usecase/general.h"

// Of the set-up.
static char asked_export[64], approved_export[64], asked_lowering[64], asked_run[64];
static char asked_share[64];
static char run_key[64], waiting_job[64];
static char question[4096];
static hf_simulate_request simulated;
static hf_simulate_answer answer;

static const hf_export_request all_assets = {.format = {"csv", 3}, .noun = &hf_noun_asset};

static bool ask_export(hf_store *store, char key[64], hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_as(store, "eva", &arena);
    hf_release *release = NULL;
    if (!hf_ask_export(&session, &all_assets, HF_STR("For the ministry"), &arena, &release, err))
        return false;
    (void)snprintf(key, 64, "%.*s", HF_STR_ARG(release->head.key));
    return true;
}

static bool ask_for_an_export(hf_store *store, hf_error *err)
{
    char unused[64];
    return ask_export(store, unused, err);
}

static bool ask_lowering(hf_store *store, char key[64], hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_as(store, "eva", &arena);
    hf_patch patch = patch_of(&hf_noun_asset, "{\"marking\":\"TLP:GREEN\"}", &arena);
    const hf_query query = {.noun = &hf_noun_asset};
    hf_release *release = NULL;
    if (!hf_ask_lowering(&session, &query, &patch, HF_STR("It is known"), &arena, &release, err))
        return false;
    (void)snprintf(key, 64, "%.*s", HF_STR_ARG(release->head.key));
    return true;
}

static bool ask_for_a_lowering(hf_store *store, hf_error *err)
{
    char unused[64];
    return ask_lowering(store, unused, err);
}

static bool ask_run(hf_store *store, char key[64], hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_as(store, "gus", &arena);
    hf_release *release = NULL;
    if (!hf_ask_release(&session, json_of(question, &arena), HF_STR("For the plan"), &arena,
                        &release, err))
        return false;
    (void)snprintf(key, 64, "%.*s", HF_STR_ARG(release->head.key));
    return true;
}

static bool ask_for_a_run(hf_store *store, hf_error *err)
{
    char unused[64];
    return ask_run(store, unused, err);
}

static bool decide(hf_store *store, const char *key, bool is_approved, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_as(store, "rita", &arena);
    const hf_release_decision decision = {.is_approved = is_approved};
    hf_release *release = NULL;
    return hf_decide_release(&session, NULL, hf_str_of(key), &decision, &arena, &release, err);
}

static bool let_an_export_out(hf_store *store, hf_error *err)
{
    return decide(store, asked_export, true, err);
}

static bool refuse_an_export(hf_store *store, hf_error *err)
{
    return decide(store, asked_export, false, err);
}

static bool let_markings_be_lowered(hf_store *store, hf_error *err)
{
    return decide(store, asked_lowering, true, err);
}

static bool let_a_run_begin(hf_store *store, hf_error *err)
{
    return decide(store, asked_run, true, err);
}

static bool let_a_practice_be_shared(hf_store *store, hf_error *err)
{
    return decide(store, asked_share, true, err);
}

static bool fetch_an_export(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_as(store, "eva", &arena);
    hf_export_request wanted;
    uint64_t count = 0;
    if (!hf_take_export(&session, hf_str_of(approved_export), &arena, &wanted, err))
        return false;
    wanted.output = nowhere;
    return hf_export(&session, &wanted, &arena, &count, err);
}

static void releases_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_ask_export, ask_for_an_export),
        FAULT_CASE(hf_ask_lowering, ask_for_a_lowering),
        FAULT_CASE(hf_ask_release, ask_for_a_run),
        FAULT_CASE(hf_decide_release, let_an_export_out),
        FAULT_CASE(hf_decide_release, refuse_an_export),
        FAULT_CASE(hf_decide_release, let_markings_be_lowered),
        FAULT_CASE(hf_decide_release, let_a_run_begin),
        FAULT_CASE(hf_decide_release, let_a_practice_be_shared),
        FAULT_CASE(hf_export, fetch_an_export),
    };
    SURVIVE(state, cases);
}

// --- runs ------------------------------------------------------------------------------------------------------

static bool keep_a_run(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_run *run = NULL;
    return hf_keep_run(&session, &simulated, &answer, &arena, &run, err);
}

static bool keep_a_run_in_general(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_as(store, "gus", &arena);
    hf_run *run = NULL;
    return hf_keep_general(&session, &answer, 5, &arena, &run, err);
}

static bool repeat_a_run(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_rerun_answer again;
    return hf_rerun(&session, hf_str_of(run_key), NULL, &arena, &again, err);
}

static void runs_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_keep_run, keep_a_run),
        FAULT_CASE(hf_keep_general, keep_a_run_in_general),
        FAULT_CASE(hf_rerun, repeat_a_run),
    };
    SURVIVE(state, cases);
}

// --- jobs ------------------------------------------------------------------------------------------------------

static bool submit_a_job(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_jobs_close) hf_jobs *jobs = NULL;
    hf_session session = session_of(store);
    hf_str key = HF_STR_EMPTY;
    return hf_jobs_open(&session, 0, HF_STR_EMPTY, &jobs, err) &&
           hf_submit_job(&session, jobs, &hf_job_kind_rank, HF_STR("{}"), &arena, &key, err);
}

static bool cancel_a_job(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_jobs_close) hf_jobs *jobs = NULL;
    hf_session session = session_of(store);
    return hf_jobs_open(&session, 0, HF_STR_EMPTY, &jobs, err) &&
           hf_cancel_job(&session, jobs, hf_str_of(waiting_job), err);
}

// One was running when the program ended.
static bool open_the_jobs(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_jobs_close) hf_jobs *jobs = NULL;
    hf_session session = session_of(store);
    return hf_jobs_open(&session, 0, HF_STR_EMPTY, &jobs, err);
}

static void jobs_are_whole_or_not_at_all(void **state)
{
    static const kit_case waiting[] = {FAULT_CASE(hf_submit_job, submit_a_job),
                                       FAULT_CASE(hf_cancel_job, cancel_a_job)};
    static const kit_case left[] = {FAULT_CASE(hf_jobs_open, open_the_jobs)};
    hf_kit *kit = *state;
    hf_job *job = NULL;
    SURVIVE(state, waiting);
    MUST(kit, hf_job_take(kit->store, KIT_NOW, &kit->arena, &job, &kit->err));
    assert_non_null(job);
    SURVIVE(state, left);
}

// --- set-up --------------------------------------------------------------------------------------------------

static int open_filled(void **state)
{
    if (kit_open(state) != 0)
        return 1;
    hf_kit *kit = *state;
    must_add_user(kit, "{\"key\":\"ana\",\"role\":\"administrator\",\"clearance\":\"TLP:RED\"}");
    must_add_user(kit, "{\"key\":\"eva\",\"role\":\"analyst\",\"clearance\":\"TLP:RED\"}");
    must_add_user(kit, "{\"key\":\"gus\",\"role\":\"analyst\",\"clearance\":\"TLP:CLEAR\"}");
    must_add_user(kit, "{\"key\":\"rita\",\"role\":\"authority\",\"clearance\":\"TLP:RED\"}");
    must_add(kit, "asset",
             "{\"key\":\"A\",\"name\":\"Plant\",\"marking\":\"TLP:RED\",\"people_served\":10,"
             "\"damage_p\":0.5,\"repair_h\":4}");
    must_add(kit, "asset", "{\"key\":\"B\",\"name\":\"Pump\",\"marking\":\"TLP:AMBER\"}");
    must_add(kit, "asset", "{\"key\":\"C\",\"name\":\"Dam\",\"marking\":\"TLP:GREEN\"}");
    must_add(kit, "dependency", "{\"supplier\":\"A\",\"consumer\":\"B\",\"input\":\"power\"}");
    for (int i = 0; i < 12; i++) { // of fewer that gus may not see nothing is told
        char json[160];
        (void)snprintf(json, sizeof(json),
                       "{\"key\":\"D%d\",\"marking\":\"TLP:RED\",\"damage_p\":0.9,\"people_"
                       "served\":10,\"sector\":\"EN\",\"region\":\"R\"}",
                       i);
        must_add(kit, "asset", json);
    }
    simulated = hf_simulate_plain();
    simulated.scenario.trials = 200;
    simulated.scenario.seed = 7;
    simulated.scenario.hours = 24;
    hf_buf text = hf_buf_of(sizeof(question));
    hf_json_writer writer = {.out = &text};
    hf_simulate_write_question(&simulated, &writer);
    (void)snprintf(question, sizeof(question), "%.*s", HF_STR_ARG(hf_buf_str(&text)));
    hf_buf_done(&text);
    return 0;
}

static int open_with_releases(void **state)
{
    if (open_filled(state) != 0)
        return 1;
    hf_kit *kit = *state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_as(kit->store, "eva", &arena);
    const hf_share_wish wish = {HF_STR("P1"), HF_TLP_GREEN, HF_STR("Others ask for it")};
    hf_release *release = NULL;
    hf_mark mark;
    MUST(kit, hf_mark_make(&session, &arena, &mark, &kit->err)); // the first one makes a key, too
    must_set(kit, HF_INSTANCE_BULK_RECORDS, "2");
    must_add(kit, "practice",
             "{\"key\":\"P1\",\"title\":\"Exercise\",\"done\":\"Once a year.\",\"marking\":"
             "\"TLP:AMBER\"}");
    MUST(kit, ask_export(kit->store, asked_export, &kit->err));
    MUST(kit, ask_export(kit->store, approved_export, &kit->err));
    MUST(kit, decide(kit->store, approved_export, true, &kit->err));
    MUST(kit, ask_lowering(kit->store, asked_lowering, &kit->err));
    MUST(kit, ask_run(kit->store, asked_run, &kit->err));
    MUST(kit, hf_ask_share(&session, &wish, &arena, &release, &kit->err));
    (void)snprintf(asked_share, sizeof(asked_share), "%.*s", HF_STR_ARG(release->head.key));
    return 0;
}

static int open_with_runs(void **state)
{
    if (open_filled(state) != 0)
        return 1;
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    hf_run *run = NULL;
    MUST(kit, hf_simulate(&session, &simulated, &kit->arena, &answer, &kit->err));
    MUST(kit, hf_keep_run(&session, &simulated, &answer, &kit->arena, &run, &kit->err));
    (void)snprintf(run_key, sizeof(run_key), "%.*s", HF_STR_ARG(run->head.key));
    return 0;
}

static int close_with_runs(void **state)
{
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    hf_simulate_done(&session, &answer);
    return kit_close(state);
}

static int open_with_a_job(void **state)
{
    if (open_filled(state) != 0)
        return 1;
    hf_kit *kit = *state;
    HF_CLEANUP(hf_jobs_close) hf_jobs *jobs = NULL;
    hf_session session = session_of(kit->store);
    hf_str key = HF_STR_EMPTY;
    MUST(kit, hf_jobs_open(&session, 0, HF_STR_EMPTY, &jobs, &kit->err));
    MUST(kit, hf_submit_job(&session, jobs, &hf_job_kind_rank, HF_STR("{}"), &kit->arena, &key,
                            &kit->err));
    (void)snprintf(waiting_job, sizeof(waiting_job), "%.*s", HF_STR_ARG(key));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(releases_are_whole_or_not_at_all, open_with_releases,
                                        kit_close),
        cmocka_unit_test_setup_teardown(runs_are_whole_or_not_at_all, open_with_runs,
                                        close_with_runs),
        cmocka_unit_test_setup_teardown(jobs_are_whole_or_not_at_all, open_with_a_job, kit_close),
    };
    return cmocka_run_group_tests_name("usecase faulty releases", tests, NULL, NULL);
}
