// SPDX-License-Identifier: Apache-2.0
//
// Who may write and read an assessment and what belongs to it: roles, places, clearances, on each way that a change can
// take.
#include "fixture.h"

#include "base/clock.h"
#include "usecase/assessment.h"
#include "usecase/questionnaire.h"
#include "usecase/usecase.h"

static size_t seen(fixture *f, const hf_session *session, const char *noun)
{
    hf_query query = {.noun = hf_noun_find(hf_str_of(noun)), .limit = 100};
    hf_page page = {0};
    hf_error err = {0};
    if (!hf_list_records(session, &query, &f->memory, &page, &err))
        fail_msg("%s: %s", err.code, err.message);
    return page.count;
}

static const hf_answer *answer_of(fixture *f, const char *key)
{
    hf_session session = local_session(f);
    void *out = NULL;
    hf_error err = {0};
    if (!hf_get_record(&session, &hf_noun_answer, hf_str_of(key), &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static void two_sectors(fixture *f)
{
    (void)fixture_init(f);
    must_write(f, "assessment", NULL,
               "{\"key\":\"E\",\"title\":\"Energy\",\"subject\":\"sector\",\"sector\":\"EN\"}");
    must_write(f, "assessment", NULL,
               "{\"key\":\"W\",\"title\":\"Water\",\"subject\":\"sector\",\"sector\":\"WA\"}");
    must_write(f, "answer", NULL,
               "{\"assessment\":\"E\",\"question\":\"2341-OP2.q1\",\"rating\":\"2\"}");
    must_write(f, "answer", NULL,
               "{\"assessment\":\"W\",\"question\":\"2341-OP2.q1\",\"rating\":\"1\"}");
}

// Assessors write assessments and nothing else; operators write everything else.
static void assessing_is_a_right_of_its_own(void **state)
{
    fixture *f = *state;
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_RED);
    hf_session operator_ = user_session(f, HF_ROLE_OPERATOR, HF_TLP_RED);
    (void)fixture_init(f);
    assert_string_equal(
        write_record(f, &operator_, "assessment", NULL, "{\"key\":\"A\",\"title\":\"T\"}"),
        "access.denied");
    assert_string_equal(
        write_record(f, &assessor, "assessment", NULL, "{\"key\":\"A\",\"title\":\"T\"}"), "");
    const char *answer = "{\"assessment\":\"A\",\"question\":\"2341-OP2.q1\",\"rating\":\"2\"}";
    const char *advice = "{\"key\":\"R\",\"assessment\":\"A\",\"title\":\"Do it\"}";
    assert_string_equal(write_record(f, &operator_, "answer", NULL, answer), "access.denied");
    assert_string_equal(write_record(f, &operator_, "recommendation", NULL, advice),
                        "access.denied");
    assert_string_equal(write_record(f, &assessor, "answer", NULL, answer), "");
    assert_string_equal(write_record(f, &assessor, "recommendation", NULL, advice), "");
    assert_true(hf_str_equal_z(answer_of(f, "A/2341-OP2.q1")->answered_by, "somebody"));
    assert_string_equal(
        write_record(f, &assessor, "asset", NULL, "{\"key\":\"P1\",\"name\":\"Plant\"}"),
        "access.denied");
    assert_string_equal(
        write_record(f, &assessor, "provision", "2341-OP2", "{\"title\":\"Something else\"}"),
        "access.denied");
}

static void a_grant_of_a_sector_reaches_its_assessments_and_no_others(void **state)
{
    fixture *f = *state;
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_RED);
    const hf_role_grant grant = {HF_ROLE_ASSESSOR, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}};
    hf_assessment_results results;
    hf_error err = {0};
    two_sectors(f);
    assessor.actor.role = HF_WORD_NONE;
    assessor.actor.grants = &grant;
    assessor.actor.grant_count = 1;
    assert_int_equal(seen(f, &assessor, "assessments"), 1);
    assert_int_equal(seen(f, &assessor, "answers"), 1);
    assert_true(
        hf_assessment_results_read(&assessor, NULL, HF_STR("E"), &f->memory, &results, &err));
    assert_int_equal(results.overall.answered, 1);
    assert_false(
        hf_assessment_results_read(&assessor, NULL, HF_STR("W"), &f->memory, &results, &err));
    assert_string_equal(err.code, "record.unknown");
    assert_string_equal(write_record(f, &assessor, "answer", "E/2341-OP2.q1", "{\"rating\":\"3\"}"),
                        "");
    assert_string_equal(write_record(f, &assessor, "answer", "W/2341-OP2.q1", "{\"rating\":\"3\"}"),
                        "record.unknown");
    // Neither into another's assessment nor out of one's own place.
    assert_string_equal(
        write_record(f, &assessor, "answer", NULL,
                     "{\"assessment\":\"W\",\"question\":\"2341-OP2.q2\",\"rating\":\"3\"}"),
        "reference.unknown");
    assert_string_equal(
        write_record(f, &assessor, "answer", "E/2341-OP2.q1", "{\"assessment\":\"W\"}"),
        "assessment.part_moved");
    assert_string_equal(write_record(f, &assessor, "assessment", "E", "{\"sector\":\"WA\"}"),
                        "access.scope");
}

// Counted is what is the person's own: by place, and by the assessors that the assessment names.
static void what_waits_is_told_to_who_rates_there(void **state)
{
    fixture *f = *state;
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_RED); // on 2023-11-14
    const hf_role_grant grant = {HF_ROLE_ASSESSOR, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}};
    hf_own_reviews own;
    hf_error err = {0};
    two_sectors(f);
    assert_true(hf_find_own_reviews(&assessor, &f->memory, &own, &err));
    assert_int_equal(own.count, 0); // rated just now
    must_write(f, "assessment", "E", "{\"review_months\":12}");
    hf_session past = local_session(f); // when somebody answered is not written but known
    past.now_ms = assessor.now_ms - 365 * HF_DAY_MS;
    assert_string_equal(write_record(f, &past, "answer", "E/2341-OP2.q1", "{\"rating\":\"3\"}"),
                        "");
    past.now_ms = assessor.now_ms - 4 * 365 * HF_DAY_MS;
    assert_string_equal(write_record(f, &past, "answer", "W/2341-OP2.q1", "{\"rating\":\"3\"}"),
                        "");
    static const char *const days[] = {"2023-11-14", "2023-12-14", "2023-12-15"};
    for (int i = 0; i < 3; i++) {
        char json[300];
        snprintf(json, sizeof json,
                 "{\"assessment\":\"E\",\"question\":\"2341-OP2.q%d\",\"rating\":\"4\","
                 "\"evidence\":\"Plan\",\"evidence_accepted\":true,"
                 "\"evidence_expires_at\":\"%s\"}",
                 i + 2, days[i]);
        must_write(f, "answer", NULL, json);
    }
    assert_true(hf_find_own_reviews(&assessor, &f->memory, &own, &err));
    assert_int_equal(own.count, 2);
    assert_true(hf_str_equal_z(own.list[0].key, "W")); // due first
    assessor.actor.role = HF_WORD_NONE;
    assessor.actor.grants = &grant;
    assessor.actor.grant_count = 1;
    assert_true(hf_find_own_reviews(&assessor, &f->memory, &own, &err));
    assert_int_equal(own.count, 1);
    assert_int_equal(own.list[0].old, 1);
    assert_int_equal(own.list[0].lapsed, 1);
    assert_int_equal(own.list[0].ending, 1); // the third day is too far off
    must_write(f, "assessment", "E", "{\"assessors\":[\"another\"]}");
    assert_true(hf_find_own_reviews(&assessor, &f->memory, &own, &err));
    assert_int_equal(own.count, 0);
    must_write(f, "assessment", "E", "{\"assessors\":[\"another\",\"somebody\"]}");
    assert_true(hf_find_own_reviews(&assessor, &f->memory, &own, &err));
    assert_int_equal(own.count, 1);
}

static void answers_follow_their_assessment_to_another_sector(void **state)
{
    fixture *f = *state;
    two_sectors(f);
    assert_true(hf_str_equal_z(answer_of(f, "E/2341-OP2.q1")->part.sector, "EN"));
    must_write(f, "assessment", "E", "{\"sector\":\"TR\",\"marking\":\"TLP:RED\"}");
    assert_true(hf_str_equal_z(answer_of(f, "E/2341-OP2.q1")->part.sector, "TR"));
    assert_int_equal(answer_of(f, "E/2341-OP2.q1")->part.head.marking, HF_TLP_RED);
    assert_true(hf_str_equal_z(answer_of(f, "W/2341-OP2.q1")->part.sector, "WA"));
    // An answer does not choose its own marking.
    must_write(f, "answer", "E/2341-OP2.q1", "{\"marking\":\"TLP:CLEAR\",\"rating\":\"4\"}");
    assert_int_equal(answer_of(f, "E/2341-OP2.q1")->part.head.marking, HF_TLP_RED);
}

static void who_answered_changes_with_what_is_said_only(void **state)
{
    fixture *f = *state;
    hf_session other = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_RED);
    two_sectors(f);
    int64_t first = answer_of(f, "E/2341-OP2.q1")->answered_at;
    other.now_ms = first + 1000;
    assert_string_equal(write_record(f, &other, "answer", "E/2341-OP2.q1", "{\"rating\":\"2\"}"),
                        "");
    assert_int_equal(answer_of(f, "E/2341-OP2.q1")->answered_at, first);
    assert_string_equal(write_record(f, &other, "answer", "E/2341-OP2.q1",
                                     "{\"rating\":\"3\",\"answered_by\":\"someone else\"}"),
                        "");
    assert_int_equal(answer_of(f, "E/2341-OP2.q1")->answered_at, first + 1000);
    assert_true(hf_str_equal_z(answer_of(f, "E/2341-OP2.q1")->answered_by, "somebody"));
}

// Nothing is written down twice for a look at what has not changed, until it has grown old: then the look is what counts.
static void to_save_an_old_answer_confirms_it(void **state)
{
    fixture *f = *state;
    hf_session other = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_RED);
    two_sectors(f);
    int64_t first = answer_of(f, "E/2341-OP2.q1")->answered_at;
    other.now_ms = hf_time_add_months(first, 24) - 1;
    assert_string_equal(write_record(f, &other, "answer", "E/2341-OP2.q1", "{\"rating\":\"2\"}"),
                        "");
    assert_int_equal(answer_of(f, "E/2341-OP2.q1")->answered_at, first);
    other.now_ms += 1;
    assert_string_equal(write_record(f, &other, "answer", "E/2341-OP2.q1", "{\"rating\":\"2\"}"),
                        "");
    assert_int_equal(answer_of(f, "E/2341-OP2.q1")->answered_at, other.now_ms);
    assert_true(hf_str_equal_z(answer_of(f, "E/2341-OP2.q1")->answered_by, "somebody"));
}

static uint64_t kept_without_its_question(fixture *f, const hf_session *session)
{
    static const char *const empty =
        "{\"format\":\"holdfast-questionnaire/1\",\"key\":\"q\",\"language\":\"en\","
        "\"version\":\"2\",\"words\":{\"en\":{\"name\":\"Q\"}},\"sections\":[]}";
    hf_questionnaire_request request = {.expected = HF_STR("*"), .is_dry_run = true};
    hf_questionnaire_result result;
    hf_json *document = NULL;
    hf_error err = {0};
    if (!hf_json_parse(hf_str_of(empty), &f->memory, &document, &err))
        fail_msg("%s: %s", err.code, err.message);
    request.document = document;
    if (!hf_put_questionnaire(session, &request, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_int_equal(result.removed, 2);
    return result.kept_answers;
}

// How many answers a question leaves behind is told of those that one may read; the rule about versions asks for all.
static void answers_that_stay_are_told_to_who_may_read_them(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    hf_session editor = user_session(f, HF_ROLE_ADMINISTRATOR, HF_TLP_GREEN);
    (void)fixture_init(f);
    must_write(f, "instrument", NULL,
               "{\"key\":\"q\",\"name\":\"Q\",\"language\":\"en\",\"edition\":\"1\","
               "\"marking\":\"TLP:CLEAR\"}");
    must_write(f, "provision", NULL,
               "{\"key\":\"q:a\",\"title\":\"A\",\"instrument\":\"q\",\"theme\":\"cyber\","
               "\"marking\":\"TLP:CLEAR\"}");
    must_write(f, "question", NULL,
               "{\"key\":\"q:b\",\"text\":\"B?\",\"provision\":\"q:a\",\"marking\":\"TLP:CLEAR\"}");
    must_write(
        f, "assessment", NULL,
        "{\"key\":\"S\",\"title\":\"Secret\",\"marking\":\"TLP:RED\",\"instruments\":[\"q\"]}");
    must_write(f, "answer", NULL, "{\"assessment\":\"S\",\"question\":\"q:b\",\"rating\":\"1\"}");
    assert_int_equal(kept_without_its_question(f, &local), 1);
    assert_int_equal(kept_without_its_question(f, &editor), 0);
}

// A file tells no place, so who may not assess everywhere takes none in.
static void files_of_answers_need_the_right_everywhere(void **state)
{
    fixture *f = *state;
    const hf_role_grant grant = {HF_ROLE_ANALYST, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}};
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_error err = {0};
    assert_true(hf_can(&analyst.actor, HF_CAN_IMPORT, &hf_noun_answer, NULL, &err));
    analyst.actor.role = HF_WORD_NONE;
    analyst.actor.grants = &grant;
    analyst.actor.grant_count = 1;
    assert_false(hf_can(&analyst.actor, HF_CAN_IMPORT, &hf_noun_answer, NULL, &err));
    assert_string_equal(err.code, "access.denied");
    assert_true(hf_can(&analyst.actor, HF_CAN_EDIT, &hf_noun_answer, NULL, &err));
}

static void many_are_not_changed_at_once(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_json *body = NULL;
    hf_patch patch = {0};
    hf_edit_result result = {0};
    hf_error err = {0};
    two_sectors(f);
    assert_true(hf_json_parse(HF_STR("{\"rating\":\"4\"}"), &f->memory, &body, &err));
    assert_true(hf_patch_from_json(&hf_noun_answer, body, &f->memory, &patch, &err));
    const hf_edit_request request = {
        .query = {.noun = &hf_noun_answer}, .patch = &patch, .expected_count = -1};
    assert_false(hf_edit_records(&session, &request, &f->memory, &result, &err));
    assert_string_equal(err.code, "edit.one_by_one");
}

static const hf_finding *finding_of(fixture *f, const char *key)
{
    hf_session session = local_session(f);
    void *out = NULL;
    hf_error err = {0};
    if (!hf_get_record(&session, &hf_noun_finding, hf_str_of(key), &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

#define FINDING(key, more) "{\"key\":\"" key "\",\"title\":\"T\",\"origin\":\"assessment\"" more "}"

// What a round found is no less secret than the round, through whichever door it came, and stays more secret if it was.
static void a_finding_is_at_least_as_secret_as_its_assessment(void **state)
{
    fixture *f = *state;
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    (void)fixture_init(f);
    must_write(
        f, "assessment", NULL,
        "{\"key\":\"S\",\"title\":\"Secret\",\"marking\":\"TLP:RED\",\"compartments\":[\"K\"]}");
    must_write(f, "assessment", NULL, "{\"key\":\"A\",\"title\":\"Air\"}");
    must_write(f, "finding", NULL, FINDING("F1", ",\"assessment\":\"S\""));
    must_write(f, "finding", NULL, FINDING("F2", ",\"assessment\":\"A\""));
    must_write(f, "finding", NULL, FINDING("F3", ",\"assessment\":\"A\",\"compartments\":[\"L\"]"));
    must_write(f, "finding", "F1", "{\"marking\":\"TLP:GREEN\",\"compartments\":[]}");
    assert_int_equal(finding_of(f, "F1")->head.marking, HF_TLP_RED);
    assert_true(hf_str_equal_z(finding_of(f, "F1")->head.compartments, "K"));
    assert_int_equal(seen(f, &observer, "finding"), 1);
    const char *pairs[] = {"a.csv", "key,title,origin,assessment\nF4,T,assessment,S\n", NULL};
    assert_true(import_texts(f, (hf_import_request){.as = &hf_noun_finding}, pairs).is_stored);
    assert_int_equal(finding_of(f, "F4")->head.marking, HF_TLP_RED);
    assert_int_equal(seen(f, &observer, "finding"), 1);
    must_write(f, "assessment", "A", "{\"marking\":\"TLP:RED\",\"compartments\":[\"K\"]}");
    assert_int_equal(seen(f, &observer, "finding"), 0);
    assert_true(hf_str_has_word(finding_of(f, "F3")->head.compartments, HF_STR("K")));
    assert_true(hf_str_has_word(finding_of(f, "F3")->head.compartments, HF_STR("L")));
    must_write(f, "assessment", "A", "{\"marking\":\"TLP:AMBER\",\"compartments\":[]}");
    assert_int_equal(finding_of(f, "F2")->head.marking, HF_TLP_RED);
    hf_session local = local_session(f);
    assert_string_equal(
        write_record(f, &local, "finding", NULL, FINDING("F5", ",\"assessment\":\"NOPE\"")),
        "reference.unknown");
}

static void an_assessment_stays_while_it_has_findings(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    hf_error err = {0};
    uint64_t removed = 0;
    (void)fixture_init(f);
    must_write(f, "assessment", NULL, "{\"key\":\"A\",\"title\":\"Air\"}");
    must_write(f, "finding", NULL, FINDING("F1", ",\"assessment\":\"A\""));
    assert_false(hf_remove_record(&local, &hf_noun_assessment, HF_STR("A"), HF_VERSION_ANY, false,
                                  &removed, &err));
    assert_string_equal(err.code, "assessment.has_parts");
    must_write(f, "finding", "F1", "{\"assessment\":null}");
    assert_true(hf_remove_record(&local, &hf_noun_assessment, HF_STR("A"), HF_VERSION_ANY, false,
                                 &removed, &err));
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_finding_is_at_least_as_secret_as_its_assessment),
        WITH_STORE(an_assessment_stays_while_it_has_findings),
        WITH_STORE(assessing_is_a_right_of_its_own),
        WITH_STORE(a_grant_of_a_sector_reaches_its_assessments_and_no_others),
        WITH_STORE(what_waits_is_told_to_who_rates_there),
        WITH_STORE(answers_follow_their_assessment_to_another_sector),
        WITH_STORE(answers_that_stay_are_told_to_who_may_read_them),
        WITH_STORE(to_save_an_old_answer_confirms_it),
        WITH_STORE(who_answered_changes_with_what_is_said_only),
        WITH_STORE(files_of_answers_need_the_right_everywhere),
        WITH_STORE(many_are_not_changed_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
