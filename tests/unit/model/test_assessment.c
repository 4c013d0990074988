// SPDX-License-Identifier: Apache-2.0
//
// Scores against the published figures of the method, clocks over month ends and leap years, and the rules of
// assessments, answers and recommendations.
#include "check.h"

#include <math.h>

#include "base/clock.h"
#include "model/ageing.h"
#include "model/scores.h"

static int64_t at(const char *text)
{
    int64_t ms = 0;
    assert_true(hf_time_parse(hf_str_of(text), &ms));
    return ms;
}

static void assert_day(int64_t ms, const char *wanted)
{
    char text[32];
    hf_time_format(ms, text);
    text[10] = '\0';
    assert_string_equal(text, wanted);
}

// --- scores

// Answers 4, 2, not applicable, 0: the provision scores 0.5, and one of three that apply is satisfied.
static void a_provision_scores_the_mean_of_what_applies(void **state)
{
    (void)state;
    static const uint32_t provision_of[] = {0, 0, 0, 0};
    static const int8_t rating[] = {4, 2, HF_SCORE_NA, 0};
    static const bool has_evidence[] = {true, false, false, true};
    static const double weight[] = {1};
    const hf_score_input input = {4, 1, provision_of, rating, has_evidence, weight, NULL, NULL};
    hf_score score[1];
    hf_score_provisions(&input, score);
    assert_float_equal(score[0].implementation, 0.5, 0);
    assert_float_equal(hf_score_effective(&score[0]) * 100, 33.333333333, 1e-9);
    assert_int_equal(score[0].asked, 4);
    assert_int_equal(score[0].answered, 4);
    assert_int_equal(score[0].applicable, 3);
    // Of the two answers that claim something one is evidenced; the evidence of a 0 counts for nothing.
    assert_float_equal(hf_score_evidence_cover(&score[0]), 0.5, 0);
}

// The same answers, the first question three times as heavy: (3 × 4 + 2 + 0) / (5 × 4). What counts heads stays. With
// weight 1 each the bits are those without weights; a question of weight 0 is asked and counts in no mean.
static void a_question_may_weigh_more_in_its_provision(void **state)
{
    (void)state;
    static const uint32_t provision_of[] = {0, 0, 0, 0};
    static const int8_t rating[] = {4, 2, HF_SCORE_NA, 0};
    static const bool has_evidence[] = {true, false, false, true};
    static const double weight[] = {1}, even[] = {1, 1, 1, 1}, heavy[] = {3, 1, 9, 1};
    static const double none[] = {0, 0, 0, 0}, first[] = {1, 0, 0, 0};
    hf_score_input input = {.question_count = 4,
                            .provision_count = 1,
                            .provision_of = provision_of,
                            .rating = rating,
                            .has_evidence = has_evidence,
                            .weight = weight,
                            .question_weight = heavy};
    hf_score score[1];
    hf_score_provisions(&input, score);
    assert_float_equal(score[0].implementation, 0.7, 1e-15);
    assert_int_equal(score[0].weighted, 2);
    assert_float_equal(hf_score_effective(&score[0]) * 100, 33.333333333, 1e-9);
    assert_float_equal(hf_score_evidence_cover(&score[0]), 0.5, 0);
    input.question_weight = even;
    hf_score_provisions(&input, score);
    assert_float_equal(score[0].implementation, 0.5, 0);
    assert_int_equal(score[0].weighted, 0);
    input.question_weight = first;
    hf_score_provisions(&input, score);
    assert_float_equal(score[0].implementation, 1, 0);
    assert_int_equal(score[0].applicable, 3);
    input.question_weight = none;
    hf_score_provisions(&input, score);
    assert_true(isnan(score[0].implementation));
    assert_true(isnan(hf_score_group(&input, score, NULL, 0).implementation));
}

static void what_is_ageing_is_counted_and_lowers_nothing(void **state)
{
    (void)state;
    static const uint32_t provision_of[] = {0, 0, 0};
    static const int8_t rating[] = {4, 2, HF_SCORE_OPEN};
    static const bool has_evidence[] = {true, true, false}, is_ageing[] = {true, false, true};
    static const double weight[] = {1};
    hf_score_input input = {3, 1, provision_of, rating, has_evidence, weight, NULL, NULL};
    hf_score fresh[1], old[1];
    hf_score_provisions(&input, fresh);
    input.is_ageing = is_ageing;
    hf_score_provisions(&input, old);
    assert_int_equal(old[0].ageing, 1); // what is not answered does not grow old
    assert_int_equal(fresh[0].ageing, 0);
    assert_float_equal(old[0].implementation, fresh[0].implementation, 0);
    assert_int_equal(old[0].evidenced, fresh[0].evidenced);
    assert_int_equal(hf_score_group(&input, old, NULL, 0).ageing, 1);
}

static void what_is_open_lowers_no_score_and_is_counted(void **state)
{
    (void)state;
    static const uint32_t provision_of[] = {0, 0, 1, 2};
    static const int8_t rating[] = {4, HF_SCORE_OPEN, HF_SCORE_OPEN, HF_SCORE_NA};
    static const bool has_evidence[] = {false, false, false, false};
    static const double weight[] = {1, 1, 1};
    const hf_score_input input = {4, 3, provision_of, rating, has_evidence, weight, NULL, NULL};
    hf_score scores[3];
    hf_score_provisions(&input, scores);
    assert_float_equal(scores[0].implementation, 1, 0);
    assert_true(isnan(scores[1].implementation));
    assert_true(isnan(scores[2].implementation));
    hf_score all = hf_score_group(&input, scores, NULL, 0);
    assert_float_equal(all.implementation, 1, 0);
    assert_int_equal(all.provisions, 1);
    assert_int_equal(all.asked, 4);
    assert_int_equal(all.answered, 2);
    assert_float_equal(hf_score_evidence_cover(&all), 0, 0);
}

// Implementation is the mean over provisions, not over questions: a provision with many questions is no heavier.
static void a_group_is_the_weighted_mean_of_its_provisions(void **state)
{
    (void)state;
    static const uint32_t provision_of[] = {0, 1, 1, 1, 2};
    static const int8_t rating[] = {4, 0, 0, 0, 2};
    static const bool has_evidence[] = {true, true, true, true, true};
    static const double even[] = {1, 1, 1}, heavy[] = {1, 3, 1};
    static const uint32_t group_of[] = {7, 7, 9};
    hf_score_input input = {5, 3, provision_of, rating, has_evidence, even, NULL, NULL};
    hf_score scores[3];
    hf_score_provisions(&input, scores);
    assert_float_equal(hf_score_group(&input, scores, NULL, 0).implementation, 0.5, 1e-15);
    assert_float_equal(hf_score_group(&input, scores, group_of, 7).implementation, 0.5, 0);
    assert_float_equal(hf_score_group(&input, scores, group_of, 9).implementation, 0.5, 0);
    assert_true(isnan(hf_score_group(&input, scores, group_of, 8).implementation));
    input.weight = heavy;
    assert_float_equal(hf_score_group(&input, scores, group_of, 7).implementation, 0.25, 0);
}

static void gaps_rank_by_what_is_missing_times_risk_times_force(void **state)
{
    (void)state;
    const double values[] = {hf_gap_value(0.5, 5, 0.7),       hf_gap_value(0, 3, 0.5),
                             hf_gap_value(0.25, 4, 1),        hf_gap_value(1, 5, 1),
                             hf_gap_value((double)NAN, 5, 1), hf_gap_value(0, 3, 0.5)};
    uint32_t order[6];
    assert_float_equal(values[0], 1.75, 1e-15);
    assert_float_equal(values[2], 3, 0);
    assert_float_equal(values[4], 0, 0);
    hf_gap_rank(values, 6, order);
    static const uint32_t wanted[] = {2, 0, 1, 5, 3, 4};
    assert_memory_equal(order, wanted, sizeof wanted);
}

// --- two rounds

// Three provisions in two groups. The first: 4→2, 2→4, NA→3, 0→0: over what both rated 0.5 and 0.5, though the later
// round by itself has 9/16. The second: 4→4, 4→3, and one that is new: 1 and 0.875. The third was answered only once.
static void two_rounds_are_compared_by_what_both_rated(void **state)
{
    (void)state;
    static const uint32_t provision_of[] = {0, 0, 0, 0, 1, 1, 1, 2};
    static const int8_t then[] = {4, 2, HF_SCORE_NA, 0, 4, 4, HF_SCORE_OPEN, 1};
    static const int8_t now[] = {2, 4, 3, 0, 4, 3, 0, HF_SCORE_OPEN};
    static const bool shown_then[] = {true, false, false, false, true, true, false, false};
    static const bool shown_now[] = {false, true, true, false, true, true, true, false};
    static const double weight[] = {1, 1, 1};
    static const uint32_t group_of[] = {0, 0, 1};
    const hf_score_input earlier_input = {8, 3, provision_of, then, shown_then, weight, NULL, NULL};
    const hf_score_input later_input = {8, 3, provision_of, now, shown_now, weight, NULL, NULL};
    hf_score earlier[3], later[3];
    hf_change_counts changes[3];
    hf_score_common(&earlier_input, &later_input, earlier, later, changes);
    assert_float_equal(earlier[0].implementation, 0.5, 0);
    assert_float_equal(later[0].implementation, 0.5, 0);
    assert_float_equal(earlier[1].implementation, 1, 0);
    assert_float_equal(later[1].implementation, 0.875, 0);
    assert_true(isnan(earlier[2].implementation) && isnan(later[2].implementation));
    assert_int_equal(later[0].applicable, 3);
    // Then 4 and 2 claimed something and one was evidenced; now 2 and 4, and one is.
    assert_float_equal(hf_score_evidence_cover(&earlier[0]), 0.5, 0);
    assert_float_equal(hf_score_evidence_cover(&later[0]), 0.5, 0);
    hf_score group_then = hf_score_group(&earlier_input, earlier, group_of, 0);
    hf_score group_now = hf_score_group(&later_input, later, group_of, 0);
    assert_float_equal(group_then.implementation, 0.75, 0);
    assert_float_equal(group_now.implementation, 0.6875, 0);
    hf_change_counts all = hf_change_group(changes, 3, NULL, 0);
    assert_int_equal(all.up, 1);
    assert_int_equal(all.down, 2);
    assert_int_equal(all.same, 2);
    assert_int_equal(all.scope, 1);
    assert_int_equal(all.only_later, 1);
    assert_int_equal(all.only_earlier, 1);
    all = hf_change_group(changes, 3, group_of, 1);
    assert_int_equal(all.only_earlier, 1);
    assert_int_equal(all.same + all.up + all.down + all.scope + all.only_later, 0);
}

static void a_rating_changes_in_one_of_seven_ways(void **state)
{
    (void)state;
    static const struct {
        int8_t earlier, later;
        hf_rating_change change;
    } rows[] = {{HF_SCORE_OPEN, HF_SCORE_OPEN, HF_CHANGE_UNANSWERED},
                {3, HF_SCORE_OPEN, HF_CHANGE_ONLY_EARLIER},
                {HF_SCORE_NA, HF_SCORE_OPEN, HF_CHANGE_ONLY_EARLIER},
                {HF_SCORE_OPEN, 0, HF_CHANGE_ONLY_LATER},
                {HF_SCORE_NA, 0, HF_CHANGE_SCOPE},
                {0, HF_SCORE_NA, HF_CHANGE_SCOPE},
                {HF_SCORE_NA, HF_SCORE_NA, HF_CHANGE_SAME},
                {2, 2, HF_CHANGE_SAME},
                {2, 1, HF_CHANGE_DOWN},
                {0, 4, HF_CHANGE_UP}};
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        assert_int_equal(hf_rating_compare(rows[i].earlier, rows[i].later), rows[i].change);
}

static void a_gap_closes_only_where_everything_was_judged_again(void **state)
{
    (void)state;
    const double none = (double)NAN;
    const struct {
        hf_gap_pair pair;
        hf_gap_change change;
    } rows[] = {
        {{0.5, 1, 0.5, 1, 0, 0, false}, HF_GAP_CLOSED},
        {{0.5, 1, 0.5, 1, 1, 0, false}, HF_GAP_INCOMPARABLE}, // a question waits to be judged again
        {{0.375, 1, 0.5, 1, 0, 1, false},
         HF_GAP_INCOMPARABLE},                              // what was missing does not apply now
        {{0.5, 1, 1, 1, 1, 0, false}, HF_GAP_INCOMPARABLE}, // what was missing was not asked again
        {{0.5, none, none, none, 2, 0, false}, HF_GAP_INCOMPARABLE},
        {{0.5, 0.75, 0.5, 0.75, 0, 0, false}, HF_GAP_REMAINING},
        {{0.5, 0.75, 0.5, 1, 0, 0, false}, HF_GAP_REMAINING},
        {{1, 0.5, 1, 0.5, 0, 0, false}, HF_GAP_NEW},
        {{1, 0.5, 1, 0.5, 0, 0, true}, HF_GAP_REOPENED},
        {{1, 0.5, 1, 1, 0, 0, true}, HF_GAP_INCOMPARABLE}, // a question that was not asked before
        {{none, 0.5, none, none, 0, 0, false}, HF_GAP_INCOMPARABLE},
        {{1, 1, 1, 1, 0, 0, true}, HF_GAP_NONE},
        {{none, none, none, none, 0, 0, false}, HF_GAP_NONE},
        {{none, 1, none, none, 0, 0, false}, HF_GAP_NONE}};
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        assert_int_equal(hf_gap_compare(&rows[i].pair), rows[i].change);
}

// --- clocks

static void months_end_on_the_last_day_of_a_shorter_month(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int64_t months;
        const char *to;
    } rows[] = {{"2026-08-31", 6, "2027-02-28"},  {"2027-08-31", 6, "2028-02-29"},
                {"2027-08-29", 6, "2028-02-29"},  {"2026-08-29", 6, "2027-02-28"},
                {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"},
                {"2096-02-29", 48, "2100-02-28"}, {"2026-03-31", 1, "2026-04-30"},
                {"2026-07-15", 6, "2027-01-15"},  {"2026-12-31", 2, "2027-02-28"},
                {"2026-03-31", -1, "2026-02-28"}, {"2026-01-31", -13, "2024-12-31"},
                {"1969-12-31", 2, "1970-02-28"},  {"2026-05-05", 0, "2026-05-05"}};
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        assert_day(hf_time_add_months(at(rows[i].from), rows[i].months), rows[i].to);
    assert_int_equal(hf_time_add_months(at("2026-08-31T23:59:59.999Z"), 6),
                     at("2027-02-28T23:59:59.999Z"));
    assert_int_equal(hf_time_add_months(at("1969-08-31T12:00:00Z"), 6), at("1970-02-28T12:00:00Z"));
}

static void stages_that_have_a_clock_say_when_they_end(void **state)
{
    (void)state;
    int64_t since = at("2024-08-31T10:00:00Z");
    assert_day(hf_stage_due(HF_STAGE_STATE_REMARKS, at("2024-02-01"), 24), "2024-03-02");
    assert_day(hf_stage_due(HF_STAGE_STATE_REMARKS, at("2025-02-01"), 24), "2025-03-03");
    assert_day(hf_stage_due(HF_STAGE_FOLLOW_UP, since, 24), "2025-02-28");
    assert_day(hf_stage_due(HF_STAGE_NEXT_ROUND, since, 18), "2026-02-28");
    assert_true(hf_stage_due(HF_STAGE_VISIT, since, 24) == HF_INTEGER_NONE);
    assert_true(hf_stage_due(HF_STAGE_FOLLOW_UP, HF_INTEGER_NONE, 24) == HF_INTEGER_NONE);
}

static void a_stage_follows_the_one_before_it_or_goes_back(void **state)
{
    (void)state;
    assert_true(hf_stage_may_follow(HF_STAGE_DESK_REVIEW, HF_STAGE_STATE_ANSWERS));
    assert_true(hf_stage_may_follow(HF_STAGE_VISIT, HF_STAGE_VISIT));
    assert_true(hf_stage_may_follow(HF_STAGE_ADOPTED, HF_STAGE_STATE_REMARKS));
    assert_false(hf_stage_may_follow(HF_STAGE_DESK_REVIEW, HF_STAGE_VISIT));
    assert_false(hf_stage_may_follow(HF_STAGE_STATE_REMARKS, HF_STAGE_FOLLOW_UP));
}

// --- rules

static void assert_refused(const char *noun_name, const char *json, const char *code)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_noun *noun = hf_noun_find(hf_str_of(noun_name));
    hf_json *body = NULL;
    hf_patch patch = {0};
    hf_error err = {0};
    assert_true(hf_json_parse(hf_str_of(json), &arena, &body, &err));
    bool is_right = hf_patch_from_json(noun, body, &arena, &patch, &err) &&
                    hf_noun_check(noun, patch.record, &arena, &err);
    if (code == NULL && !is_right)
        fail_msg("%s: %s", err.code, err.message);
    if (code != NULL && is_right)
        fail_msg("%s is taken", json);
    if (code != NULL)
        assert_string_equal(err.code, code);
}

static void an_assessment_names_its_subject_and_nothing_else(void **state)
{
    (void)state;
    assert_refused("assessment", "{\"key\":\"A\",\"title\":\"T\"}", NULL);
    assert_refused("assessment", "{\"key\":\"A\"}", "field.required");
    assert_refused("assessment", "{\"key\":\"A\",\"title\":\"T\",\"subject\":\"sector\"}",
                   "assessment.subject");
    assert_refused("assessment", "{\"key\":\"A\",\"title\":\"T\",\"sector\":\"EN\"}",
                   "assessment.subject");
    assert_refused("assessment",
                   "{\"key\":\"A\",\"title\":\"T\",\"subject\":\"sector\",\"sector\":\"en\"}",
                   NULL);
    assert_refused("assessment",
                   "{\"key\":\"A\",\"title\":\"T\",\"starts_at\":\"2026-02-01\",\"ends_at\":"
                   "\"2026-01-01\"}",
                   "assessment.ends_first");
    assert_refused("assessment", "{\"key\":\"A\",\"title\":\"T\",\"previous\":\"A\"}",
                   "assessment.previous");
    assert_refused("assessment", "{\"key\":\"A\",\"title\":\"T\",\"theme_weights\":{\"cyber\":5}}",
                   NULL);
    assert_refused("assessment", "{\"key\":\"A\",\"title\":\"T\",\"theme_weights\":{\"cyber\":6}}",
                   "assessment.theme_weights");
    assert_refused("assessment", "{\"key\":\"A\",\"title\":\"T\",\"theme_weights\":[5]}",
                   "assessment.theme_weights");
}

static void evidence_is_there_before_it_is_accepted(void **state)
{
    (void)state;
    assert_refused("answer", "{\"assessment\":\"A\",\"question\":\"Q\",\"rating\":\"4\"}", NULL);
    assert_refused("answer", "{\"assessment\":\"A\",\"question\":\"Q\",\"rating\":\"5\"}",
                   "field.unknown_word");
    assert_refused("answer", "{\"assessment\":\"A\",\"question\":\"Q\",\"evidence_accepted\":true}",
                   "answer.evidence_missing");
    assert_refused("answer",
                   "{\"assessment\":\"A\",\"question\":\"Q\",\"evidence_link\":\"javascript:x\"}",
                   "answer.evidence_link");
    assert_refused("answer",
                   "{\"assessment\":\"A\",\"question\":\"Q\",\"evidence_record\":\"thing/1\"}",
                   "answer.evidence_record");
    assert_refused("answer",
                   "{\"assessment\":\"A\",\"question\":\"Q\",\"evidence_record\":\"asset/P1\","
                   "\"evidence_accepted\":true}",
                   NULL);
}

static void evidence_counts_until_it_expires(void **state)
{
    (void)state;
    hf_answer answer;
    hf_noun_init(&hf_noun_answer, &answer);
    answer.evidence = HF_STR("Strategy, adopted 2025");
    assert_false(hf_answer_has_evidence(&answer, at("2026-01-01")));
    answer.evidence_accepted = true;
    assert_true(hf_answer_has_evidence(&answer, at("2026-01-01")));
    answer.evidence_expires_at = at("2026-01-01");
    assert_true(hf_answer_has_evidence(&answer, at("2025-12-31")));
    assert_false(hf_answer_has_evidence(&answer, at("2026-01-01")));
}

static void a_theme_weighs_three_unless_the_assessment_says_otherwise(void **state)
{
    (void)state;
    hf_assessment assessment;
    bool is_set = true;
    hf_noun_init(&hf_noun_assessment, &assessment);
    assert_float_equal(hf_theme_weight(&assessment, HF_STR("cyber"), &is_set), 3, 0);
    assert_false(is_set);
    assessment.theme_weights = HF_STR("{\"aviation\":2,\"cyber\":4.5}");
    assert_float_equal(hf_theme_weight(&assessment, HF_STR("cyber"), &is_set), 4.5, 0);
    assert_true(is_set);
    assert_float_equal(hf_theme_weight(&assessment, HF_STR("ppp"), &is_set), 3, 0);
    assert_false(is_set);
}

// A round that is said to end on a day is over when that day is.
static void the_last_day_of_a_round_belongs_to_it(void **state)
{
    (void)state;
    hf_assessment round = {.ends_at = HF_INTEGER_NONE};
    assert_int_equal(hf_assessment_over_at(&round), HF_INTEGER_NONE);
    round.ends_at = 1735603200000; // 2024-12-31
    assert_int_equal(hf_assessment_over_at(&round), 1735689600000);
    round.ends_at += 1000; // with an hour it is meant as it stands
    assert_int_equal(hf_assessment_over_at(&round), round.ends_at);
}

// --- ageing

typedef struct {
    const char *answered,
        *until;           // of the evidence in the answer's own words; NULL: none, "": without end
    const char *items[2]; // of accepted items; NULL: none, "": without end
    const char *wanted;
    hf_ageing_reason why;
} ageing_case;

static int64_t end_of(const char *text)
{
    return text == NULL || text[0] == 0 ? HF_INTEGER_NONE : at(text);
}

// 24 months after it was said or, if that is earlier, when the last of what was accepted runs out.
static void a_rating_stands_until_it_is_old_or_its_evidence_ends(void **state)
{
    (void)state;
    static const ageing_case cases[] = {
        {"2024-03-10", NULL, {NULL}, "2026-03-10", HF_AGEING_AGE},
        {"2024-03-10", "2025-01-01", {NULL}, "2025-01-01", HF_AGEING_EVIDENCE},
        {"2024-03-10", "", {NULL}, "2026-03-10", HF_AGEING_AGE},
        {"2024-03-10", "2025-01-01", {"2025-06-01", NULL}, "2025-06-01", HF_AGEING_EVIDENCE},
        {"2024-03-10", "2025-01-01", {"", "2025-06-01"}, "2026-03-10", HF_AGEING_AGE},
        {"2024-03-10", NULL, {"2030-01-01", "2025-06-01"}, "2026-03-10", HF_AGEING_AGE},
        {"2024-02-29", NULL, {"2025-06-01", "2025-07-01"}, "2025-07-01", HF_AGEING_EVIDENCE},
        {"2024-02-29", NULL, {NULL}, "2026-02-28", HF_AGEING_AGE},
    };
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        hf_answer answer;
        hf_evidence items[3];
        const hf_evidence *list[3] = {&items[0], &items[1], &items[2]};
        hf_ageing_reason why = HF_AGEING_AGE;
        size_t count = 0;
        hf_noun_init(&hf_noun_answer, &answer);
        answer.rating = HF_RATED_3;
        answer.answered_at = at(cases[i].answered);
        answer.evidence_accepted = cases[i].until != NULL;
        answer.evidence_expires_at = end_of(cases[i].until);
        for (size_t k = 0; k < HF_COUNT(cases[i].items) && cases[i].items[k] != NULL; k++) {
            hf_noun_init(&hf_noun_evidence, &items[count]);
            items[count].state = HF_EVIDENCE_ACCEPTED;
            items[count++].expires_at = end_of(cases[i].items[k]);
        }
        hf_noun_init(&hf_noun_evidence, &items[count]); // what was refused says nothing
        items[count].state = HF_EVIDENCE_REFUSED;
        items[count++].expires_at = at("2020-01-01");
        assert_day(hf_answer_stands_until(&answer, list, count, 24, &why), cases[i].wanted);
        assert_int_equal(why, cases[i].why);
    }
}

static void what_is_not_rated_need_not_be_looked_at_again(void **state)
{
    (void)state;
    hf_answer answer;
    hf_assessment round = {.cycle_months = 36, .review_months = HF_INTEGER_NONE};
    hf_ageing_reason why;
    hf_noun_init(&hf_noun_answer, &answer);
    answer.answered_at = at("2024-03-10");
    assert_int_equal(hf_answer_stands_until(&answer, NULL, 0, 24, &why), HF_INTEGER_NONE);
    assert_int_equal(hf_answer_stands_until(NULL, NULL, 0, 24, &why), HF_INTEGER_NONE);
    answer.rating = HF_RATED_NA;
    assert_day(hf_answer_stands_until(&answer, NULL, 0, 24, &why), "2026-03-10");
    // What claims nothing does not fall with what showed an earlier rating.
    answer.evidence_accepted = true;
    answer.evidence_expires_at = at("2024-05-01");
    for (int rating = 0; rating < 3; rating++) {
        answer.rating = (int[]){HF_RATED_NA, HF_RATED_0, HF_RATED_1}[rating];
        assert_day(hf_answer_stands_until(&answer, NULL, 0, 24, &why), "2026-03-10");
    }
    answer.rating = HF_RATED_2;
    assert_day(hf_answer_stands_until(&answer, NULL, 0, 24, &why), "2024-05-01");
    answer.evidence_accepted = false;
    answer.rating = HF_RATED_NA;
    assert_true(hf_answer_is_old(&answer, 24, at("2026-03-10")));
    assert_false(hf_answer_is_old(&answer, 24, at("2026-03-09")));
    // A file may not say when; since then it is here.
    answer.answered_at = HF_INTEGER_NONE;
    answer.part.head.created_ms = at("2025-01-31");
    assert_day(hf_answer_stands_until(&answer, NULL, 0, 1, &why), "2025-02-28");
    assert_int_equal(hf_answer_months(&round), 36);
    round.review_months = 6;
    assert_int_equal(hf_answer_months(&round), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_day_of_a_round_belongs_to_it),
        cmocka_unit_test(a_provision_scores_the_mean_of_what_applies),
        cmocka_unit_test(a_question_may_weigh_more_in_its_provision),
        cmocka_unit_test(what_is_ageing_is_counted_and_lowers_nothing),
        cmocka_unit_test(a_rating_stands_until_it_is_old_or_its_evidence_ends),
        cmocka_unit_test(what_is_not_rated_need_not_be_looked_at_again),
        cmocka_unit_test(what_is_open_lowers_no_score_and_is_counted),
        cmocka_unit_test(a_group_is_the_weighted_mean_of_its_provisions),
        cmocka_unit_test(gaps_rank_by_what_is_missing_times_risk_times_force),
        cmocka_unit_test(two_rounds_are_compared_by_what_both_rated),
        cmocka_unit_test(a_rating_changes_in_one_of_seven_ways),
        cmocka_unit_test(a_gap_closes_only_where_everything_was_judged_again),
        cmocka_unit_test(months_end_on_the_last_day_of_a_shorter_month),
        cmocka_unit_test(stages_that_have_a_clock_say_when_they_end),
        cmocka_unit_test(a_stage_follows_the_one_before_it_or_goes_back),
        cmocka_unit_test(an_assessment_names_its_subject_and_nothing_else),
        cmocka_unit_test(evidence_is_there_before_it_is_accepted),
        cmocka_unit_test(evidence_counts_until_it_expires),
        cmocka_unit_test(a_theme_weighs_three_unless_the_assessment_says_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
