// SPDX-License-Identifier: Apache-2.0
//
// Several assessors: blind until one's own rating is given or the ratings are opened, at every door; the answer that
// they come to keeps how far apart they were.
#include "fixture.h"

#include <math.h>

#include "usecase/usecase.h"

static hf_session assessor_of(const fixture *f, const char *name)
{
    hf_session session = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_AMBER);
    session.actor.name = hf_str_of(name);
    return session;
}

static const char *rate(fixture *f, const char *name, const char *question, const char *rating)
{
    hf_session session = assessor_of(f, name);
    hf_str json = hf_str_format(&f->memory,
                                "{\"assessment\":\"N\",\"question\":\"%s\",\"assessor\":\"%s\","
                                "\"rating\":\"%s\",\"comment\":\"%s says %s\"}",
                                question, name, rating, name, rating);
    return write_record(f, &session, "judgement", NULL, hf_str_z(&f->memory, json));
}

static hf_rater_agreement agreement_of(fixture *f, const hf_session *session)
{
    hf_rater_agreement out;
    hf_error err = {0};
    if (!hf_agreement_read(session, HF_STR("N"), &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static size_t listed(fixture *f, const hf_session *session)
{
    hf_query query = {.noun = &hf_noun_judgement, .limit = 100};
    hf_page page = {0};
    hf_error err = {0};
    assert_true(hf_list_records(session, &query, &f->memory, &page, &err));
    return page.count;
}

// What somebody asks for does not widen what may be seen.
static size_t listed_as(fixture *f, const hf_session *session, const char *name)
{
    const hf_filter filter = {hf_noun_field(&hf_noun_judgement, HF_STR("seen_by"), NULL), HF_IS,
                              hf_str_of(name)};
    hf_query query = {
        .noun = &hf_noun_judgement, .filters = &filter, .filter_count = 1, .limit = 100};
    hf_page page = {0};
    hf_error err = {0};
    assert_true(hf_list_records(session, &query, &f->memory, &page, &err));
    return page.count;
}

static void a_round(fixture *f)
{
    (void)fixture_init(f);
    must_write(f, "assessment", NULL, "{\"key\":\"N\",\"title\":\"Nation\",\"lead\":\"ada\"}");
    assert_string_equal(rate(f, "ada", "2341-OP2.q1", "4"), "");
    assert_string_equal(rate(f, "bob", "2341-OP2.q1", "1"), "");
    assert_string_equal(rate(f, "bob", "2341-OP2.q2", "2"), "");
}

static void ratings_are_blind_until_ones_own_is_given(void **state)
{
    fixture *f = *state;
    hf_session ada = assessor_of(f, "ada"), cyd = assessor_of(f, "cyd");
    hf_session chief = user_session(f, HF_ROLE_ADMINISTRATOR, HF_TLP_RED);
    hf_version *versions = NULL;
    size_t count = 0;
    void *out = NULL;
    hf_error err = {0};
    a_round(f);
    assert_int_equal(listed(f, &ada), 1);
    assert_int_equal(listed(f, &cyd), 0);
    assert_int_equal(listed(f, &chief), 0);
    assert_int_equal(listed_as(f, &cyd, "bob"), 0);
    assert_false(hf_get_record(&chief, &hf_noun_judgement, HF_STR("N/2341-OP2.q1/bob"), &f->memory,
                               &out, &err));
    assert_string_equal(err.code, "record.unknown");
    assert_false(hf_record_history(&cyd, &hf_noun_judgement, HF_STR("N/2341-OP2.q1/bob"),
                                   &f->memory, &versions, &count, &err));
    // Who has rated a question sees the others' ratings of it, and of no other.
    hf_rater_agreement seen = agreement_of(f, &ada);
    assert_int_equal(seen.question_count, 2);
    assert_true(seen.questions[0].is_seen);
    assert_int_equal(seen.questions[0].seen_count, 2);
    assert_true(seen.questions[0].spread.median == 2.5);
    assert_false(seen.questions[1].is_seen);
    assert_int_equal(seen.questions[1].seen_count, 0);
    assert_int_equal(seen.questions[1].given_count, 1);
    seen = agreement_of(f, &cyd);
    assert_int_equal(seen.questions[0].seen_count, 0);
    assert_true(isnan(seen.questions[0].spread.median));
    assert_true(isnan(seen.overall.ordinal));
    assert_int_equal(seen.overall.ratings, 3);
    assert_string_equal(rate(f, "cyd", "2341-OP2.q1", "2"), "");
    assert_int_equal(agreement_of(f, &cyd).questions[0].seen_count, 3);
}

static void nobody_rates_for_another(void **state)
{
    fixture *f = *state;
    hf_session ada = assessor_of(f, "ada");
    uint64_t removed = 0;
    hf_error err = {0};
    a_round(f);
    assert_string_not_equal(write_record(f, &ada, "judgement", NULL,
                                         "{\"assessment\":\"N\",\"question\":\"2341-OP2.q2\","
                                         "\"assessor\":\"cyd\",\"rating\":\"4\"}"),
                            "");
    must_write(f, "assessment", "N", "{\"ratings_open\":true}");
    assert_string_equal(
        write_record(f, &ada, "judgement", "N/2341-OP2.q1/bob", "{\"rating\":\"4\"}"),
        "judgement.not_yours");
    assert_false(hf_remove_record(&ada, &hf_noun_judgement, HF_STR("N/2341-OP2.q1/bob"),
                                  HF_VERSION_ANY, false, &removed, &err));
    assert_string_equal(err.code, "judgement.not_yours");
    must_write(f, "assessment", "N", "{\"assessors\":[\"ada\",\"bob\"]}");
    assert_string_equal(rate(f, "cyd", "2341-OP2.q1", "2"), "judgement.not_assessor");
}

static void the_lead_opens_the_ratings_once(void **state)
{
    fixture *f = *state;
    hf_session ada = assessor_of(f, "ada"), cyd = assessor_of(f, "cyd");
    a_round(f);
    assert_string_equal(write_record(f, &cyd, "assessment", "N", "{\"ratings_open\":true}"),
                        "assessment.only_lead");
    assert_string_equal(write_record(f, &ada, "assessment", "N", "{\"ratings_open\":true}"), "");
    assert_string_equal(write_record(f, &ada, "assessment", "N", "{\"ratings_open\":false}"),
                        "assessment.stays_open");
    assert_int_equal(listed(f, &cyd), 3);
    hf_rater_agreement seen = agreement_of(f, &cyd);
    assert_true(seen.is_open);
    assert_int_equal(seen.questions[1].seen_count, 1);
    assert_int_equal(seen.overall.questions, 1);
    assert_int_equal(seen.overall.disputed, 1);
    assert_true(
        isnan(seen.overall.ordinal)); // of two raters it says little (Delphi: three or more)
    assert_string_equal(rate(f, "cyd", "2341-OP2.q1", "4"), "");
    assert_true(!isnan(agreement_of(f, &cyd).overall.ordinal));
    assert_true(!isnan(agreement_of(f, &cyd).overall.nominal));
    // Rated again: the first rating stays.
    assert_string_equal(
        write_record(f, &ada, "judgement", "N/2341-OP2.q1/ada", "{\"rating\":\"3\"}"), "");
    const hf_judgement *own = agreement_of(f, &ada).questions[0].seen[0];
    assert_true(own->rating == HF_RATED_3);
    assert_true(own->first_rating == HF_RATED_4);
}

static void the_answer_keeps_how_far_apart_they_were(void **state)
{
    fixture *f = *state;
    hf_session ada = assessor_of(f, "ada");
    void *out = NULL;
    hf_error err = {0};
    a_round(f);
    // An answer says nothing of ratings that are not open.
    assert_string_equal(write_record(f, &ada, "answer", NULL,
                                     "{\"assessment\":\"N\",\"question\":\"2341-OP2.q1\","
                                     "\"rating\":\"2\"}"),
                        "");
    must_write(f, "assessment", "N", "{\"ratings_open\":true}");
    assert_string_equal(write_record(f, &ada, "answer", "N/2341-OP2.q1", "{\"rating\":\"3\"}"),
                        "answer.discussion");
    assert_string_equal(
        write_record(f, &ada, "answer", "N/2341-OP2.q1",
                     "{\"rating\":\"3\",\"discussion\":\"Bob had not seen the law\","
                     "\"rater_count\":7}"),
        "");
    assert_true(
        hf_get_record(&ada, &hf_noun_answer, HF_STR("N/2341-OP2.q1"), &f->memory, &out, &err));
    const hf_answer *answer = out;
    assert_int_equal(answer->rater_count, 2);
    assert_true(answer->rated_median == 2.5);
    assert_true(answer->rated_spread == 1.5);
}

static void sections_agree_each_for_itself(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    static const int8_t values[] = {4, 1, 4, 3, 3, 3};
    uint32_t ratings = 0, questions = 0;
    a_round(f);
    assert_string_equal(rate(f, "ada", "2309-6A.q1", "3"), "");
    assert_string_equal(rate(f, "bob", "2309-6A.q1", "3"), "");
    assert_true(isnan(agreement_of(f, &session).overall.ordinal)); // of three raters and more
    assert_string_equal(rate(f, "cyd", "2341-OP2.q1", "4"), "");
    assert_string_equal(rate(f, "cyd", "2309-6A.q1", "3"), "");
    hf_rater_agreement all = agreement_of(f, &session);
    for (size_t i = 0; i < all.results.theme_count; i++) {
        ratings += all.sections[i].ratings;
        questions += all.sections[i].questions;
    }
    assert_int_equal(ratings, all.overall.ratings);
    assert_int_equal(questions, all.overall.questions);
    assert_true(fabs(all.overall.ordinal - hf_alpha(values, 2, 3, HF_ALPHA_ORDINAL)) < 1e-12);
}

// More than a step apart, and not talked over: what was answered before the ratings were opened is not adopted.
static void what_was_not_talked_over_is_not_adopted(void **state)
{
    fixture *f = *state;
    static const char *const stages[] = {"state_answers", "visit", "preliminary", "state_remarks"};
    hf_session session = local_session(f);
    a_round(f);
    must_write(f, "answer", NULL,
               "{\"assessment\":\"N\",\"question\":\"2341-OP2.q1\",\"rating\":\"3\"}");
    must_write(f, "answer", NULL,
               "{\"assessment\":\"N\",\"question\":\"2341-OP2.q2\",\"rating\":\"2\"}");
    must_write(f, "assessment", "N", "{\"ratings_open\":true}");
    for (size_t i = 0; i < HF_COUNT(stages); i++) {
        hf_str json = hf_str_format(&f->memory, "{\"stage\":\"%s\"}", stages[i]);
        must_write(f, "assessment", "N", hf_str_z(&f->memory, json));
    }
    assert_string_equal(write_record(f, &session, "assessment", "N", "{\"stage\":\"adopted\"}"),
                        "assessment.not_discussed");
    must_write(f, "answer", "N/2341-OP2.q1", "{\"discussion\":\"Bob had not seen the decree\"}");
    must_write(f, "assessment", "N", "{\"stage\":\"adopted\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
        TEST(ratings_are_blind_until_ones_own_is_given),
        TEST(nobody_rates_for_another),
        TEST(the_lead_opens_the_ratings_once),
        TEST(the_answer_keeps_how_far_apart_they_were),
        TEST(sections_agree_each_for_itself),
        TEST(what_was_not_talked_over_is_not_adopted),
    };
    return cmocka_run_group_tests_name("usecase/agreement", tests, NULL, NULL);
}
