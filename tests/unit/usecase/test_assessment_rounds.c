// SPDX-License-Identifier: Apache-2.0
//
// Rounds: which came before, how the next one begins, what a comparison finds in real records, and who may see it.
#include "fixture.h"

#include <math.h>
#include <time.h>

#include "base/pool.h"
#include "usecase/assessment.h"

// One letter a question, in the order of their numbers: 0 to 4, N; a point leaves it open.
static void answer(fixture *f, const char *assessment, const char *provision, const char *ratings)
{
    for (size_t q = 0; ratings[q] != '\0'; q++) {
        char json[300];
        if (ratings[q] == '.')
            continue;
        snprintf(json, sizeof(json),
                 "{\"assessment\":\"%s\",\"question\":\"%s.q%zu\",\"rating\":\"%c%s\"}", assessment,
                 provision, q + 1, ratings[q], ratings[q] == 'N' ? "A" : "");
        must_write(f, "answer", NULL, json);
    }
}

// Three rounds of the nation; the last one runs.
static void three_rounds(fixture *f)
{
    (void)fixture_init(f);
    must_write(f, "assessment", NULL,
               "{\"key\":\"N1\",\"title\":\"First\",\"instruments\":[\"sr2341\"],"
               "\"starts_at\":\"2020-01-01\",\"ends_at\":\"2020-12-01\"}");
    must_write(f, "assessment", NULL,
               "{\"key\":\"N2\",\"title\":\"Second\",\"instruments\":[\"sr2341\"],\"previous\":"
               "\"N1\",\"starts_at\":\"2022-01-01\",\"ends_at\":\"2022-12-01\"}");
    must_write(f, "assessment", NULL,
               "{\"key\":\"N3\",\"title\":\"Third\",\"instruments\":[\"sr2341\"],"
               "\"theme_weights\":{\"strategy\":5},\"previous\":\"N2\"}");
    answer(f, "N1", "2341-OP1", "300");
    answer(f, "N2", "2341-OP1", "444");
    answer(f, "N2", "2341-OP2", "42N0");
    answer(f, "N2", "2341-OP3", "443");
    answer(f, "N2", "2341-OP4", "441");
    answer(f, "N3", "2341-OP1", "442");
    answer(f, "N3", "2341-OP2", "2430");
    answer(f, "N3", "2341-OP3", "444");
    answer(f, "N3", "2341-OP4", "44.");
    answer(f, "N3", "2341-OP5", "0..");
    must_write(f, "recommendation", NULL,
               "{\"key\":\"OLD\",\"assessment\":\"N1\",\"provision\":\"2341-OP2\",\"title\":"
               "\"Still open\",\"due\":\"2021-01-01\"}");
    must_write(f, "recommendation", NULL,
               "{\"key\":\"DONE\",\"assessment\":\"N2\",\"provision\":\"2341-OP3\",\"title\":"
               "\"Done\",\"status\":\"done\",\"due\":\"2021-01-01\"}");
}

static const hf_compared_provision *provision_of(const hf_round_comparison *c, const char *key)
{
    for (size_t i = 0; i < c->provision_count; i++)
        if (hf_str_equal_z(c->provisions[i].provision->head.key, key))
            return &c->provisions[i];
    fail_msg("%s is not compared", key);
    return NULL;
}

static hf_round_comparison compare(fixture *f, const char *one, const char *other)
{
    hf_session session = local_session(f);
    hf_round_comparison c;
    hf_error err = {0};
    if (!hf_compare_rounds(&session, hf_str_of(one), hf_str_of(other), &f->memory, &c, &err))
        fail_msg("%s: %s", err.code, err.message);
    return c;
}

static const char *refused(fixture *f, const hf_session *session, const char *one,
                           const char *other)
{
    hf_round_comparison c;
    hf_error err = {0};
    assert_false(
        hf_compare_rounds(session, hf_str_of(one), hf_str_of(other), &f->memory, &c, &err));
    return hf_str_z(&f->memory, hf_str_of(err.code));
}

// OP1 12/12 → 10/12, OP2 6/12 → 6/12 without the question that newly applies, OP3 11/12 → 1, OP4 1 → 1 by the two
// that were rated again. Means: (1 + 1/2 + 11/12 + 1)/4 = 41/48 and (10/12 + 1/2 + 1 + 1)/4 = 40/48.
static void what_both_rated_is_compared(void **state)
{
    fixture *f = *state;
    three_rounds(f);
    hf_round_comparison c = compare(f, "N2", "N3");
    assert_true(hf_str_equal_z(c.earlier.assessment->head.key, "N2"));
    assert_float_equal(c.overall.earlier.implementation, 41.0 / 48, 1e-12);
    assert_float_equal(c.overall.later.implementation, 40.0 / 48, 1e-12);
    assert_float_equal(provision_of(&c, "2341-OP2")->later.implementation, 0.5, 0);
    assert_float_equal(provision_of(&c, "2341-OP4")->earlier.implementation, 1, 0);
    assert_true(isnan(provision_of(&c, "2341-OP5")->later.implementation));
    assert_int_equal(c.overall.changes.up, 2);
    assert_int_equal(c.overall.changes.down, 2);
    assert_int_equal(c.overall.changes.same, 7);
    assert_int_equal(c.overall.changes.scope, 1);
    assert_int_equal(c.overall.changes.only_earlier, 1);
    assert_int_equal(c.overall.changes.only_later, 1);
    // What fell furthest first, equal ones in the order of the catalogue.
    assert_true(hf_str_equal_z(c.questions[0].question->head.key, "2341-OP1.q3"));
    assert_true(hf_str_equal_z(c.questions[1].question->head.key, "2341-OP2.q1"));
    assert_int_equal(c.questions[2].change, HF_CHANGE_SAME);
    assert_int_equal(c.question_count, 14);
}

static void gaps_close_stay_and_open_again(void **state)
{
    fixture *f = *state;
    three_rounds(f);
    hf_round_comparison c = compare(f, "N2", "N3");
    assert_int_equal(provision_of(&c, "2341-OP1")->gap, HF_GAP_REOPENED); // N1 had it
    assert_int_equal(provision_of(&c, "2341-OP2")->gap, HF_GAP_REMAINING);
    assert_int_equal(provision_of(&c, "2341-OP3")->gap, HF_GAP_CLOSED);
    assert_int_equal(provision_of(&c, "2341-OP4")->gap, HF_GAP_INCOMPARABLE);
    assert_int_equal(provision_of(&c, "2341-OP5")->gap, HF_GAP_INCOMPARABLE);
    assert_int_equal(c.gap_counts[HF_GAP_REOPENED], 1);
    assert_int_equal(c.gap_counts[HF_GAP_NEW], 0);
    // OP2 is of the theme that weighs 5 in the later round: (1 − 9/16) × 5 × 0.7.
    assert_float_equal(provision_of(&c, "2341-OP2")->gap_value, 7.0 / 16 * 5 * 0.7, 1e-12);
    // One whose worst question was found not to apply is not closed, whatever else went up.
    answer(f, "N2", "2341-OP6", "03");
    answer(f, "N3", "2341-OP6", "N4");
    c = compare(f, "N2", "N3");
    assert_int_equal(provision_of(&c, "2341-OP6")->gap, HF_GAP_INCOMPARABLE);
    assert_int_equal(provision_of(&c, "2341-OP6")->changes.dropped, 1);
    assert_int_equal(provision_of(&c, "2341-OP2")->changes.dropped, 0); // newly applies
    // Without the round that had the gap before, the same gap is new.
    must_write(f, "assessment", "N2", "{\"previous\":null}");
    c = compare(f, "N2", "N3");
    assert_int_equal(provision_of(&c, "2341-OP1")->gap, HF_GAP_NEW);
}

static void questions_that_come_and_go_count_in_neither_round(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    uint64_t removed = 0;
    three_rounds(f);
    hf_round_comparison before = compare(f, "N2", "N3");
    must_write(f, "question", NULL,
               "{\"key\":\"2341-OP1.q9\",\"provision\":\"2341-OP1\",\"text\":\"New one?\","
               "\"position\":9}");
    answer(f, "N3", "2341-OP1", "........0");
    hf_round_comparison after = compare(f, "N2", "N3");
    assert_float_equal(after.overall.later.implementation, before.overall.later.implementation, 0);
    assert_int_equal(after.overall.changes.only_later, before.overall.changes.only_later + 1);
    // The one that fell is asked no more: its fall is gone from both, and it is said that it was answered.
    if (!hf_remove_record(&session, &hf_noun_question, HF_STR("2341-OP1.q3"), HF_VERSION_ANY, false,
                          &removed, &err))
        fail_msg("%s: %s", err.code, err.message);
    after = compare(f, "N2", "N3");
    assert_float_equal(provision_of(&after, "2341-OP1")->later.implementation, 1, 0);
    assert_int_equal(after.overall.changes.down, 1);
    assert_int_equal(after.earlier.unasked_count, 1);
    assert_int_equal(after.later.unasked_count, 1);
}

static void what_was_advised_is_followed(void **state)
{
    fixture *f = *state;
    three_rounds(f);
    hf_round_comparison c = compare(f, "N2", "N3");
    assert_int_equal(c.advice_count, 2);
    assert_true(hf_str_equal_z(c.advice[0].recommendation->part.head.key, "DONE"));
    assert_false(c.advice[0].is_open);
    assert_false(c.advice[0].is_overdue); // it is done, however late
    assert_true(c.advice[1].is_open && c.advice[1].is_overdue);
    assert_int_equal(c.later.carried_count, 1);
}

// Evidence that ran out between the rounds was there in the first: else its loss would read as progress of the second.
static void evidence_counts_as_it_did_when_a_round_ended(void **state)
{
    fixture *f = *state;
    three_rounds(f);
    must_write(f, "answer", "N2/2341-OP3.q1",
               "{\"evidence\":\"Law\",\"evidence_accepted\":true,\"evidence_expires_at\":"
               "\"2023-01-01\"}");
    hf_round_comparison c = compare(f, "N2", "N3");
    assert_int_equal(provision_of(&c, "2341-OP3")->earlier.evidenced, 1);
    must_write(f, "answer", "N2/2341-OP3.q1", "{\"evidence_expires_at\":\"2022-11-30\"}");
    c = compare(f, "N2", "N3");
    assert_int_equal(provision_of(&c, "2341-OP3")->earlier.evidenced, 0);
}

static void rounds_stand_in_the_order_in_which_they_began(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    three_rounds(f);
    hf_round_comparison c = compare(f, "N3", "N2"); // N3 names N2 as its round before
    assert_true(hf_str_equal_z(c.earlier.assessment->head.key, "N2"));
    must_write(f, "assessment", "N2", "{\"previous\":null}");
    c = compare(f, "N2", "N1"); // by their start
    assert_true(hf_str_equal_z(c.earlier.assessment->head.key, "N1"));
    must_write(f, "assessment", NULL, "{\"key\":\"X\",\"title\":\"No start\"}");
    c = compare(f, "X", "N1"); // as they are named
    assert_true(hf_str_equal_z(c.earlier.assessment->head.key, "X"));
    must_write(f, "assessment", NULL,
               "{\"key\":\"E\",\"title\":\"Energy\",\"subject\":\"sector\",\"sector\":\"EN\"}");
    assert_string_equal(refused(f, &session, "N1", "E"), "assessment.other_subject");
    assert_string_equal(refused(f, &session, "N1", "N1"), "assessment.same_round");
    assert_string_equal(refused(f, &session, "N1", "NOPE"), "record.unknown");
}

// Whoever may see one of the two sees no comparison, in either order, and no older round tells anything.
static void both_rounds_must_be_known(void **state)
{
    fixture *f = *state;
    hf_session reader = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    hf_round_comparison c;
    hf_error err = {0};
    three_rounds(f);
    must_write(f, "assessment", "N1", "{\"marking\":\"TLP:RED\"}");
    assert_string_equal(refused(f, &reader, "N1", "N3"), "record.unknown");
    assert_string_equal(refused(f, &reader, "N3", "N1"), "record.unknown");
    if (!hf_compare_rounds(&reader, HF_STR("N2"), HF_STR("N3"), &f->memory, &c, &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_int_equal(c.earlier.before_count, 0);
    assert_int_equal(provision_of(&c, "2341-OP1")->gap, HF_GAP_NEW);
    assert_int_equal(c.advice_count, 1);
    assert_int_equal(c.later.carried_count, 0);
}

// --- the next round

static const hf_assessment *begin_next(fixture *f, const hf_session *session,
                                       const hf_next_round *wanted, const char *code)
{
    const hf_assessment *out = NULL;
    hf_error err = {0};
    bool is_done = hf_begin_next_round(session, wanted, &f->memory, &out, &err);
    assert_string_equal(is_done ? "" : err.code, code);
    return is_done ? out : NULL;
}

static void the_next_round_has_what_the_former_one_was_of(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_next_round wanted = {.former = HF_STR("S-2021"), .starts_at = HF_INTEGER_NONE};
    (void)fixture_init(f);
    must_write(f, "assessment", NULL,
               "{\"key\":\"S-2021\",\"title\":\"Energy, 2021\",\"subject\":\"sector\",\"sector\":"
               "\"EN\",\"marking\":\"TLP:RED\",\"compartments\":[\"team\"],\"lead\":\"Ann\","
               "\"cycle_months\":36,\"instruments\":[\"sr2341\"],\"theme_weights\":{\"cyber\":5},"
               "\"about\":\"What was done in 2021\",\"stage\":\"state_remarks\"}");
    answer(f, "S-2021", "2341-OP2", "42");
    (void)begin_next(f, &session, &wanted, "assessment.not_adopted");
    must_write(f, "assessment", "S-2021", "{\"stage\":\"adopted\"}");
    const hf_assessment *next = begin_next(f, &session, &wanted, "");
    assert_true(hf_str_equal_z(next->head.key, "S-2023")); // the clock of the session
    assert_true(hf_str_equal_z(next->title, "Energy, 2023"));
    assert_true(hf_str_equal_z(next->previous, "S-2021"));
    assert_true(hf_str_equal_z(next->sector, "EN"));
    assert_true(hf_str_equal_z(next->instruments, "sr2341"));
    assert_true(hf_str_equal_z(next->theme_weights, "{\"cyber\":5}"));
    assert_true(hf_str_equal_z(next->head.compartments, "team"));
    assert_int_equal(next->head.marking, HF_TLP_RED);
    assert_int_equal(next->cycle_months, 36);
    assert_int_equal(next->stage, HF_STAGE_DESK_REVIEW);
    assert_int_equal(next->about.len, 0);
    assert_true(next->ends_at == HF_INTEGER_NONE);
    // Nothing is answered by that: each answer waits for somebody who confirms it.
    hf_assessment_results results;
    hf_error err = {0};
    assert_true(
        hf_assessment_results_read(&session, NULL, next->head.key, &f->memory, &results, &err));
    assert_int_equal(results.overall.answered, 0);
    must_write(f, "answer", NULL,
               "{\"assessment\":\"S-2023\",\"question\":\"2341-OP2.q1\",\"rating\":\"4\","
               "\"reused_from\":\"S-2021/2341-OP2.q1\"}");
    (void)begin_next(f, &session, &wanted, "assessment.has_next");
}

static void a_key_that_is_taken_gets_a_number(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_next_round wanted = {.former = HF_STR("N"), .starts_at = HF_INTEGER_NONE};
    (void)fixture_init(f);
    must_write(f, "assessment", NULL,
               "{\"key\":\"N\",\"title\":\"Nation\",\"stage\":\"follow_up\"}");
    must_write(f, "assessment", NULL, "{\"key\":\"N-2\",\"title\":\"Another\"}");
    const hf_assessment *next = begin_next(f, &session, &wanted, "");
    assert_true(hf_str_equal_z(next->head.key, "N-3"));
    assert_true(hf_str_equal_z(next->title, "Nation"));
}

static void beginning_a_round_is_assessing(void **state)
{
    fixture *f = *state;
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_AMBER);
    hf_next_round wanted = {.former = HF_STR("N1"), .starts_at = HF_INTEGER_NONE};
    (void)fixture_init(f);
    must_write(
        f, "assessment", NULL,
        "{\"key\":\"N1\",\"title\":\"First\",\"stage\":\"adopted\",\"marking\":\"TLP:RED\"}");
    (void)begin_next(f, &observer, &wanted, "access.denied");
    (void)begin_next(f, &assessor, &wanted, "record.unknown");
    must_write(f, "assessment", "N1", "{\"marking\":\"TLP:AMBER\"}");
    assert_non_null(begin_next(f, &assessor, &wanted, ""));
}

// As an import does: past the rules of who writes one record.
static void put_previous(const fixture *f, const char *key, const char *previous)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_session session = local_session(f);
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    void *record = NULL;
    hf_error err = {0};
    assert_true(hf_tx_begin(session.store, session.now_ms, &tx, &err));
    assert_true(
        hf_store_get(hf_tx_read(tx), &hf_noun_assessment, hf_str_of(key), &scratch, &record, &err));
    ((hf_assessment *)record)->previous = hf_str_of(previous);
    assert_true(hf_store_put(tx, &hf_noun_assessment, record, HF_VERSION_ANY, &outcome, &err));
    assert_true(
        hf_note(tx, &session, "test", NULL, HF_STR_EMPTY, HF_STR_EMPTY, HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
}

static void a_chain_that_bites_its_tail_ends(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_assessment_results results;
    hf_error err = {0};
    three_rounds(f);
    put_previous(f, "N1", "N3");
    assert_true(
        hf_assessment_results_read(&session, NULL, HF_STR("N3"), &f->memory, &results, &err));
    assert_int_equal(results.before_count, 2);
    put_previous(f, "N1", "N2");
    assert_true(
        hf_assessment_results_read(&session, NULL, HF_STR("N3"), &f->memory, &results, &err));
    assert_int_equal(results.before_count, 2);
    // A new one may not follow either: both have a next one. And looking for a circle comes to an end.
    assert_string_equal(write_record(f, &session, "assessment", NULL,
                                     "{\"key\":\"N4\",\"title\":\"T\",\"previous\":\"N2\"}"),
                        "assessment.has_next");
    assert_string_equal(write_record(f, &session, "assessment", NULL,
                                     "{\"key\":\"N4\",\"title\":\"T\",\"previous\":\"N3\"}"),
                        "");
}

// Whichever door it comes through: the rule holds in the change itself.
static void a_round_follows_one_of_its_subject_that_no_other_follows(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    three_rounds(f);
    must_write(f, "assessment", NULL,
               "{\"key\":\"E\",\"title\":\"Energy\",\"subject\":\"sector\",\"sector\":\"EN\"}");
    must_write(f, "assessment", NULL, "{\"key\":\"X\",\"title\":\"Alone\"}");
    const struct {
        const char *key, *previous, *code;
    } rows[] = {{"X", "N1", "assessment.has_next"},
                {"X", "NOPE", "reference.unknown"},
                {"X", "E", "assessment.other_subject"},
                {"N1", "N2", "assessment.previous"},
                {"N1", "N3", "assessment.previous"},
                {"N2", "N1", ""}, // as it was
                {"X", "N3", ""},
                {"N1", "X", "assessment.previous"}};
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        char json[100];
        snprintf(json, sizeof(json), "{\"previous\":\"%s\"}", rows[i].previous);
        assert_string_equal(write_record(f, &session, "assessment", rows[i].key, json),
                            rows[i].code);
    }
    assert_string_equal(write_record(f, &session, "assessment", NULL,
                                     "{\"key\":\"Y\",\"title\":\"T\",\"previous\":\"N3\"}"),
                        "assessment.has_next");
    // Of a hidden one nothing is told.
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_AMBER);
    must_write(f, "assessment", "X", "{\"marking\":\"TLP:RED\"}");
    assert_string_equal(write_record(f, &assessor, "assessment", NULL,
                                     "{\"key\":\"Y\",\"title\":\"T\",\"previous\":\"X\"}"),
                        "reference.unknown");
    assert_string_equal(write_record(f, &assessor, "assessment", NULL,
                                     "{\"key\":\"Y\",\"title\":\"T\",\"previous\":\"N3\"}"),
                        "");
}

typedef struct {
    const hf_session *session;
    hf_arena *memory;
    hf_error err;
    bool has_begun;
} beginning;

static void do_begin(void *arg)
{
    beginning *b = arg;
    const hf_next_round wanted = {.former = HF_STR("N1"), .starts_at = HF_INTEGER_NONE};
    const hf_assessment *out = NULL;
    b->has_begun = hf_begin_next_round(b->session, &wanted, b->memory, &out, &b->err);
}

// While one person's change runs, another one's waits, and then sees what was changed.
static void the_next_round_begins_once_however_many_begin_it(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena memory = {0};
    hf_session session = local_session(f);
    beginning other = {.session = &session, .memory = &memory};
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    hf_error err = {0};
    (void)fixture_init(f);
    must_write(f, "assessment", NULL, "{\"key\":\"N1\",\"title\":\"First\",\"stage\":\"adopted\"}");
    hf_assessment *next = hf_noun_new(&hf_noun_assessment, &f->memory);
    next->head.key = HF_STR("MINE");
    next->title = HF_STR("Second");
    next->previous = HF_STR("N1");
    assert_true(hf_tx_begin(f->store, session.now_ms, &tx, &err));
    hf_thread *thread = hf_thread_start(do_begin, &other);
    (void)nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    assert_true(hf_store_put(tx, &hf_noun_assessment, next, HF_VERSION_ANY, &outcome, &err));
    assert_true(
        hf_note(tx, &session, "test", NULL, HF_STR_EMPTY, HF_STR_EMPTY, HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
    hf_thread_join(&thread);
    assert_false(other.has_begun);
    assert_string_equal(other.err.code, "assessment.has_next");
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(what_both_rated_is_compared),
        WITH_STORE(gaps_close_stay_and_open_again),
        WITH_STORE(questions_that_come_and_go_count_in_neither_round),
        WITH_STORE(what_was_advised_is_followed),
        WITH_STORE(evidence_counts_as_it_did_when_a_round_ended),
        WITH_STORE(rounds_stand_in_the_order_in_which_they_began),
        WITH_STORE(both_rounds_must_be_known),
        WITH_STORE(the_next_round_has_what_the_former_one_was_of),
        WITH_STORE(a_key_that_is_taken_gets_a_number),
        WITH_STORE(beginning_a_round_is_assessing),
        WITH_STORE(a_chain_that_bites_its_tail_ends),
        WITH_STORE(a_round_follows_one_of_its_subject_that_no_other_follows),
        WITH_STORE(the_next_round_begins_once_however_many_begin_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
