// SPDX-License-Identifier: Apache-2.0
//
// Simulations and their runs: the same bytes whoever computes and watches, what is kept, repeated and compared, and
// who may see it.
#include "base/limits.h"
#include "fixture.h"
#include <stdatomic.h>
#include <unistd.h>

#include "usecase/simulate_trial.h"

static void given_register(fixture *f)
{
    (void)import_texts(
        f, (hf_import_request){0},
        (const char *const[]){
            "assets.csv",
            "key,people_served,damage_p,repair_h,repair_law,sector\nA,1,0.2,4,weibull,EN\n"
            "B,10,0.1,2,,HE\nC,100,,,,HE\nD,1000,0.05,6,exponential,WA\n",
            "dependencies.csv",
            "supplier,consumer,input,strength,buffer_h\nA,B,p,0.5,1\nB,C,q,,0\nA,D,p,0.75,2\n",
            NULL});
}

static hf_simulate_request asked(int64_t trials)
{
    hf_simulate_request request = hf_simulate_plain();
    request.scenario.trials = trials;
    request.scenario.seed = 7;
    request.scenario.hours = 24;
    return request;
}

static hf_str document_of(fixture *f, const hf_session *session, const hf_simulate_request *request)
{
    hf_simulate_answer answer;
    hf_error err = {0};
    if (!hf_simulate(session, request, &f->memory, &answer, &err))
        fail_msg("%s: %s", err.code, err.message);
    hf_str document = hf_buf_copy(&f->memory, &answer.document);
    hf_simulate_done(session, &answer);
    return document;
}

static void threads_and_kernels_change_no_byte(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(5000);
    given_register(f);
    hf_str alone = document_of(f, &session, &request);
    for (uint32_t threads = 2; threads <= 3; threads++) {
        session.pool = hf_pool_open(threads);
        for (hf_kernel kernel = HF_KERNEL_AUTO; kernel <= HF_KERNEL_DENSE; kernel++) {
            request.kernel = kernel;
            assert_true(hf_str_equal(alone, document_of(f, &session, &request)));
        }
        hf_pool_close(&session.pool);
    }
}

static uint32_t preview_count;

static void note_preview(const void *context, hf_str json, const hf_head *protection)
{
    hf_arena scratch = {0};
    hf_error err = {0};
    hf_json *tree = NULL;
    assert_null(context);
    assert_true(hf_json_parse(json, &scratch, &tree, &err));
    assert_non_null(hf_json_get(tree, "loss"));
    assert_int_equal(protection->marking, HF_TLP_AMBER);
    preview_count++;
    hf_arena_done(&scratch);
}

// Also where a rule stops early: the looks are the same.
static void who_watches_changes_no_byte(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(100000);
    given_register(f);
    for (int rule = 0; rule < 3; rule++) {
        request.half_width = rule == 0 ? 0 : rule == 1 ? 0.03 : 1e-6;
        request.preview = NULL;
        hf_str alone = document_of(f, &session, &request);
        request.preview = note_preview;
        preview_count = 0;
        assert_true(hf_str_equal(alone, document_of(f, &session, &request)));
        if (rule != 1)
            assert_true(preview_count >= 4);
        assert_true((hf_str_find(alone, HF_STR("{\"trials\":100000,")) == 0) == (rule != 1));
    }
}

static void a_question_that_needs_more_memory_than_there_is_is_refused(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(5000);
    hf_simulate_answer answer;
    hf_error err = {0};
    given_register(f);
    request.memory_bytes = 10000;
    assert_false(hf_simulate(&session, &request, &f->memory, &answer, &err));
    assert_string_equal(err.code, "simulate.memory");
    hf_simulate_done(&session, &answer);
    request.memory_bytes = 100u << 20;
    (void)document_of(f, &session, &request);
}

static char cut[200];
static hf_watch cut_watch;

// Stops the question after its first look, with a preview; the file is left behind.
static void stop_soon(const void *context, hf_str json, const hf_head *protection)
{
    (void)context, (void)json, (void)protection;
    atomic_store(&cut_watch.stop, true);
}

static void a_file_that_nobody_named_is_gone_on_from_or_passed_over(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(100000);
    hf_simulate_answer answer;
    hf_error err = {0};
    given_register(f);
    hf_str whole = document_of(f, &session, &request);
    (void)snprintf(cut, sizeof(cut), "%s", fixture_path(f, "job"));
    request.checkpoint = cut;
    request.is_own_file = true;
    request.preview = stop_soon;
    request.watch = &cut_watch;
    assert_false(hf_simulate(&session, &request, &f->memory, &answer, &err));
    assert_int_equal(err.kind, HF_ERR_STOPPED);
    hf_simulate_done(&session, &answer);
    cut_watch = (hf_watch){0};
    request.preview = NULL;
    err = (hf_error){0};
    assert_true(hf_simulate(&session, &request, &f->memory, &answer, &err));
    assert_in_range(answer.trials_before, 512, 99999);
    assert_true(hf_str_equal(whole, hf_buf_str(&answer.document)));
    assert_int_equal(atomic_load(&cut_watch.done), 100000);
    hf_simulate_done(&session, &answer);
    // Of another question: nobody has named it, so nobody is told.
    request.scenario.seed++;
    assert_true(hf_simulate(&session, &request, &f->memory, &answer, &err));
    assert_int_equal(answer.trials_before, 0);
    assert_int_equal(answer.tally.done_trials, 100000);
    hf_simulate_done(&session, &answer);
    request.is_own_file = false;
    request.scenario.seed++;
    assert_false(hf_simulate(&session, &request, &f->memory, &answer, &err));
    assert_string_equal(err.code, "checkpoint.other_question");
    hf_simulate_done(&session, &answer);
    (void)unlink(cut);
}

static void the_question_reads_back_the_same(void **state)
{
    fixture *f = *state;
    hf_buf text = hf_buf_of(1u << 16);
    hf_json_writer writer = {.out = &text};
    hf_session session = local_session(f);
    hf_simulate_request request = asked(600), again;
    hf_error err = {0};
    hf_json *tree = NULL;
    given_register(f);
    request.generator = HF_GENERATOR_PHILOX;
    request.strength_digits = 8;
    request.scenario.restart = HF_SCENARIO_SEQUENTIAL;
    hf_simulate_write_question(&request, &writer);
    assert_true(hf_json_parse(hf_buf_str(&text), &f->memory, &tree, &err));
    assert_true(hf_simulate_from_json(&session, tree, &f->memory, &again, &err));
    assert_true(hf_str_equal(document_of(f, &session, &request), document_of(f, &session, &again)));
    hf_buf_done(&text);
}

static hf_run *kept(fixture *f, const hf_session *session, const hf_simulate_request *request)
{
    hf_simulate_answer answer;
    hf_run *run = NULL;
    hf_error err = {0};
    if (!hf_simulate(session, request, &f->memory, &answer, &err) ||
        !hf_keep_run(session, request, &answer, &f->memory, &run, &err))
        fail_msg("%s: %s", err.code, err.message);
    hf_simulate_done(session, &answer);
    return run;
}

static void a_run_is_kept_with_one_event(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(700);
    hf_error err = {0};
    hf_run *found = NULL;
    hf_str document;
    given_register(f);
    int64_t before = last_event(f);
    hf_run *run = kept(f, &session, &request);
    assert_int_equal(last_event(f), before + 1);
    assert_true(hf_read_run(&session, run->head.key, &f->memory, &found, &document, &err));
    assert_true(hf_str_equal(document, document_of(f, &session, &request)));
    assert_int_equal(found->bytes, document.len);
    assert_int_equal(found->trials, 700);
    assert_int_equal(found->head.marking, HF_TLP_AMBER);
}

static void a_run_repeats_until_the_register_moves_on(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(700);
    hf_rerun_answer again;
    hf_error err = {0};
    given_register(f);
    hf_run *run = kept(f, &session, &request);
    int64_t before = last_event(f);
    assert_true(hf_rerun(&session, run->head.key, NULL, &f->memory, &again, &err));
    assert_true(again.is_equal && !again.has_moved_on);
    assert_int_equal(last_event(f), before + 1);
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", "key,damage_p\nA,0.3\n", NULL});
    assert_true(hf_rerun(&session, run->head.key, NULL, &f->memory, &again, &err));
    assert_true(!again.is_equal && again.has_moved_on);
}

// A run that its rule stopped early has fewer trials than were asked for; the others were never run.
static void only_trials_that_were_run_are_told(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(100000);
    hf_trial_answer answer;
    hf_error err = {0};
    given_register(f);
    request.half_width = 0.03;
    hf_run *run = kept(f, &session, &request);
    assert_in_range(run->trials, 4096, 99999);
    assert_true(hf_ask_trial_of_run(&session, run->head.key, (uint64_t)run->trials - 1, &f->memory,
                                    &answer, &err));
    hf_trial_done(&session, &answer);
    assert_false(hf_ask_trial_of_run(&session, run->head.key, (uint64_t)run->trials, &f->memory,
                                     &answer, &err));
    assert_string_equal(err.code, "engine.trial");
    hf_trial_done(&session, &answer);
}

// The clinic needs all of the dam, which is damaged in part: it is not told as lost.
static void a_loss_of_a_part_is_told_with_its_level(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(10);
    hf_trial_answer answer;
    hf_reasons reasons;
    hf_error err = {0};
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", "key,name,levels\nA,Dam,3\nB,Clinic,\n",
                                             "dependencies.csv", "supplier,consumer\nA,B\n", NULL});
    for (int hour = 0; hour <= 5; hour += 5) {
        request.scenario.hazards =
            hour == 0 ? HF_STR("[{\"p\":1,\"level\":2,\"assets\":[\"A\"]}]")
                      : HF_STR("[{\"p\":1,\"level\":2,\"at_h\":5,\"assets\":[\"A\"]}]");
        if (!hf_ask_trial(&session, &request, 3, &f->memory, &answer, &err) ||
            !hf_explain_fall(&session, &answer.cascade, HF_STR("B"), &f->memory, &reasons, &err))
            fail_msg("%s: %s", err.code, err.message);
        assert_int_equal(reasons.count, 2);
        hf_str told = reasons.steps[1].sentence;
        assert_true(hf_str_equal_z(
            told, hour == 0 ? "Dam is reduced below level 2 at the start."
                            : "Dam is damaged after 5 hours and reduced below level 2."));
        hf_trial_done(&session, &answer);
    }
}

static void who_is_not_cleared_for_all_sees_no_run(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_session low = user_session(f, HF_ROLE_ANALYST, HF_TLP_GREEN);
    hf_session outside = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_simulate_request request = asked(100);
    hf_simulate_answer answer;
    hf_comparison comparison;
    hf_rerun_answer again;
    hf_run *found = NULL;
    hf_str document;
    hf_error err = {0};
    given_register(f);
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", "key,compartments\nA,north\n", NULL});
    hf_run *run = kept(f, &session, &request);
    assert_true(hf_str_equal_z(run->head.compartments, "north"));
    const hf_session *const strangers[] = {&low, &outside};
    for (size_t i = 0; i < HF_COUNT(strangers); i++) {
        const hf_session *stranger = strangers[i];
        assert_false(hf_read_run(stranger, run->head.key, &f->memory, &found, &document, &err));
        assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
        assert_false(
            hf_compare_runs(stranger, run->head.key, run->head.key, &f->memory, &comparison, &err));
        assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
        assert_false(hf_rerun(stranger, run->head.key, NULL, &f->memory, &again, &err));
        assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
        assert_false(hf_simulate(stranger, &request, &f->memory, &answer, &err));
        assert_string_equal(err.code, "question.restricted");
        hf_simulate_done(stranger, &answer);
    }
}

// The scenario may be known to fewer than the register is.
static void a_scenario_raises_the_marking_of_its_run(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(100);
    given_register(f);
    request.scenario.head.marking = HF_TLP_RED;
    request.scenario.head.compartments = HF_STR("circle");
    hf_run *run = kept(f, &session, &request);
    assert_int_equal(run->head.marking, HF_TLP_RED);
    assert_true(hf_str_equal_z(run->head.compartments, "circle"));
}

static void runs_are_compared_asset_by_asset_and_step_by_step(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request calm = asked(2000), bad = asked(2000), still = asked(2000);
    hf_comparison comparison;
    hf_error err = {0};
    given_register(f);
    bad.scenario.hazards = HF_STR("[{\"p\":1,\"assets\":[\"D\"]}]");
    still.scenario.hours = (double)NAN;
    hf_run *a = kept(f, &session, &calm), *b = kept(f, &session, &bad),
           *c = kept(f, &session, &still);
    assert_true(hf_compare_runs(&session, a->head.key, b->head.key, &f->memory, &comparison, &err));
    assert_true(hf_str_equal_z(comparison.loss[0].name, "mean"));
    assert_true(comparison.loss[0].a == a->mean_loss && comparison.loss[0].b == b->mean_loss);
    assert_int_equal(comparison.asset_count, 4);
    assert_true(hf_str_equal_z(comparison.assets[0].name, "D"));
    assert_true(comparison.assets[0].b == 1 && comparison.assets[0].a < 1);
    assert_true(comparison.assets[1].a == comparison.assets[1].b); // the same chances elsewhere
    assert_int_equal(comparison.step_count, 24);
    assert_int_equal(comparison.sectors.count, 4); // "", EN, HE, WA
    assert_false(comparison.is_same_question);
    assert_false(
        hf_compare_runs(&session, a->head.key, c->head.key, &f->memory, &comparison, &err));
    assert_string_equal(err.code, "run.units");
}

static const hf_json *series_of(fixture *f, hf_str document)
{
    hf_json *tree = NULL;
    hf_error err = {0};
    assert_true(hf_json_parse(document, &f->memory, &tree, &err));
    return hf_json_get(tree, "series");
}

static double at(const hf_json *course, uint32_t step)
{
    const hf_json *item = course->child;
    for (; step > 0; step--)
        item = item->next;
    return item->number;
}

// A and C stand in the north, B in the south, D nowhere; each sector is in both or one of them.
static void given_regions(fixture *f)
{
    (void)import_texts(f, (hf_import_request){.as = hf_noun_find(HF_STR("region"))},
                       (const char *const[]){"regions.csv", "key,name\nN,North\nS,South\n", NULL});
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", "key,region\nA,N\nC,N\nB,S\n", NULL});
}

static void the_course_is_told_by_region_as_by_sector(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(3000);
    given_register(f);
    given_regions(f);
    const hf_json *series = series_of(f, document_of(f, &session, &request));
    request.form = 1;
    const hf_json *before = series_of(f, document_of(f, &session, &request));
    const hf_json *sectors = hf_json_get(series, "sectors"),
                  *regions = hf_json_get(series, "regions");
    assert_null(hf_json_get(before, "regions"));
    assert_int_equal(regions->child_count, 3); // "", N, S
    double most = 0;
    for (uint32_t t = 0; t < 24; t++) {
        double by_sector = 0, by_region = 0;
        const hf_json *old = hf_json_get(before, "sectors")->child;
        for (const hf_json *item = sectors->child; item != NULL; item = item->next) {
            assert_true(at(item, t) == at(old, t)); // bit for bit as before there were regions
            old = old->next;
            by_sector += at(item, t);
        }
        for (const hf_json *item = regions->child; item != NULL; item = item->next)
            by_region += at(item, t);
        assert_true(fabs(by_sector - by_region) < 1e-9);
        // What no region has is D, the only one of its sector.
        assert_true(at(hf_json_get(regions, ""), t) == at(hf_json_get(sectors, "WA"), t));
        most = fmax(most, at(hf_json_get(regions, "N"), t));
    }
    assert_true(most > 0);
}

// A run of before there were regions: its question says nothing of a form, and it comes out as it was.
static void a_run_is_repeated_in_the_form_of_its_time(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_simulate_request request = asked(700);
    hf_rerun_answer again;
    hf_comparison comparison;
    hf_error err = {0};
    given_register(f);
    given_regions(f);
    hf_run *newer = kept(f, &session, &request);
    request.form = 1;
    hf_run *old = kept(f, &session, &request);
    assert_int_equal(hf_str_find(old->question, HF_STR("\"form\"")), old->question.len);
    assert_true(hf_rerun(&session, old->head.key, NULL, &f->memory, &again, &err));
    assert_true(again.is_equal);
    assert_true(hf_rerun(&session, newer->head.key, NULL, &f->memory, &again, &err));
    assert_true(again.is_equal);
    assert_true(
        hf_compare_runs(&session, old->head.key, newer->head.key, &f->memory, &comparison, &err));
    assert_int_equal(comparison.sectors.count, 4);
    assert_int_equal(comparison.regions.count, 0);
    assert_true(
        hf_compare_runs(&session, newer->head.key, newer->head.key, &f->memory, &comparison, &err));
    assert_int_equal(comparison.regions.count, 3);
}

static hf_str kept_text(fixture *f, const hf_session *session, const char *key, hf_str document)
{
    hf_tx *tx = NULL;
    hf_error err = {0};
    char hex[65];
    hf_put_outcome outcome;
    hf_run *run = hf_noun_new(&hf_noun_run, &f->memory);
    run->head.key = hf_str_of(key);
    run->unit = HF_STR("people");
    if (!hf_tx_begin(f->store, session->now_ms, &tx, &err) || !hf_blob_put(tx, document, hex, &err))
        fail_msg("%s", err.message);
    run->sha256 = hf_str_copy(&f->memory, hf_str_of(hex));
    if (!hf_store_put(tx, &hf_noun_run, run, HF_VERSION_ANY, &outcome, &err) ||
        !hf_tx_commit(&tx, &err))
        fail_msg("%s", err.message);
    return hf_str_of(key);
}

// More than one JSON document may have in memory, as with a million assets; and keys that look like JSON.
static void documents_of_any_size_are_compared(void **state)
{
    enum { BIG_ASSETS = 1100, BIG_KEY_BYTES = 65536 };
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_comparison comparison;
    hf_error err = {0};
    hf_str keys[2];
    char *filling = hf_arena_take(&f->memory, BIG_KEY_BYTES);
    memset(filling, 'x', BIG_KEY_BYTES);
    for (int which = 0; which < 2; which++) {
        hf_buf text = hf_buf_of(100u << 20);
        hf_buf_add_str(&text, HF_STR("{\"x\":{\"assets\":[1]},\"loss\":{\"mean\":3},\"assets\":["
                                     "{\"key\":\"a]\\\"},{[,\\\\\",\"p_down\":0.25}"));
        for (int i = 0; i < BIG_ASSETS; i++) {
            hf_buf_add_format(&text, ",{\"key\":\"%d", i + which); // all but one are in both
            hf_buf_add_str(&text, (hf_str){filling, BIG_KEY_BYTES});
            hf_buf_add_format(&text, "\",\"p_down\":0.%d}", which == 1 && i == 6 ? 9 : 5);
        }
        hf_buf_add_str(&text, HF_STR("],\"series\":{}}\n"));
        assert_true(text.len > HF_JSON_BYTES_MAX && !text.overflow);
        keys[which] = kept_text(f, &session, which == 0 ? "one" : "other", hf_buf_str(&text));
        hf_buf_done(&text);
    }
    if (!hf_compare_runs(&session, keys[0], keys[1], &f->memory, &comparison, &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_true(comparison.loss[0].a == 3 && comparison.loss[0].b == 3);
    assert_int_equal(comparison.asset_count, 1 + BIG_ASSETS + 1);
    assert_true(isnan(comparison.assets[0].b) && isnan(comparison.assets[1].a)); // in one only
    assert_true(comparison.assets[2].a == 0.5 && comparison.assets[2].b == 0.9);
    assert_true(hf_str_starts(comparison.assets[2].name, "7x"));
    size_t odd = 0;
    while (!hf_str_equal_z(comparison.assets[odd].name, "a]\"},{[,\\"))
        odd++;
    assert_true(comparison.assets[odd].a == 0.25 && comparison.assets[odd].b == 0.25);
    // Nonsense in the list is a fault, not an end.
    hf_str broken = kept_text(f, &session, "broken",
                              HF_STR("{\"loss\":{},\"assets\":[{\"key\":\"a\"},{\"key\"]}"));
    assert_false(hf_compare_runs(&session, keys[0], broken, &f->memory, &comparison, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads_and_kernels_change_no_byte, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(who_watches_changes_no_byte, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(a_question_that_needs_more_memory_than_there_is_is_refused,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(a_file_that_nobody_named_is_gone_on_from_or_passed_over,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(the_question_reads_back_the_same, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(a_run_is_kept_with_one_event, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(a_run_repeats_until_the_register_moves_on, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(only_trials_that_were_run_are_told, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(a_loss_of_a_part_is_told_with_its_level, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(who_is_not_cleared_for_all_sees_no_run, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(a_scenario_raises_the_marking_of_its_run, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(runs_are_compared_asset_by_asset_and_step_by_step,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(the_course_is_told_by_region_as_by_sector, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(a_run_is_repeated_in_the_form_of_its_time, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(documents_of_any_size_are_compared, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
