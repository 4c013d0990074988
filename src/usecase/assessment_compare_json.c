// SPDX-License-Identifier: Apache-2.0
//
// The comparison of two rounds as one JSON object, for the command line and the API.
#include "usecase/assessment.h"

#include <math.h>

static void write_one_score(const char *name, const hf_score *score, hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_object(out);
    hf_write_score(score, out);
    hf_json_end_object(out);
}

// What a group, a provision and the whole have in common.
static void write_pair(const hf_score *earlier, const hf_score *later,
                       const hf_change_counts *changes, hf_json_writer *out)
{
    write_one_score("earlier", earlier, out);
    write_one_score("later", later, out);
    hf_json_put_double(out, "difference", hf_score_difference(earlier, later));
    hf_json_put_double(out, "evidence_difference",
                       hf_score_evidence_cover(later) - hf_score_evidence_cover(earlier));
    hf_json_put_u64(out, "compared", earlier->applicable);
    hf_json_put_u64(out, "up", changes->up);
    hf_json_put_u64(out, "down", changes->down);
    hf_json_put_u64(out, "same", changes->same);
    hf_json_put_u64(out, "only_earlier", changes->only_earlier);
    hf_json_put_u64(out, "only_later", changes->only_later);
    hf_json_put_u64(out, "scope_changed", changes->scope);
}

// A round as it stands by itself: the figures of its own results, over all that it answered.
static void write_round(const hf_session *session, const char *name,
                        const hf_assessment_results *round, hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_object(out);
    hf_json_name(out, "assessment");
    hf_write_record(session, &hf_noun_assessment, round->assessment, out);
    write_one_score("overall", &round->overall, out);
    hf_json_put_u64(out, "gaps", round->gap_count);
    hf_json_put_u64(out, "not_asked", round->unasked_count);
    hf_json_end_object(out);
}

static void write_groups(const char *name, const hf_compared_group *groups, size_t group_count,
                         hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < group_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", groups[i].code);
        hf_json_put_str(out, "name", groups[i].name);
        write_pair(&groups[i].earlier, &groups[i].later, &groups[i].changes, out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_provisions(const hf_round_comparison *c, hf_json_writer *out)
{
    hf_json_name(out, "provisions");
    hf_json_begin_array(out);
    for (size_t i = 0; i < c->provision_count; i++) {
        const hf_compared_provision *one = &c->provisions[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "key", one->provision->head.key);
        hf_json_put_str(out, "title", one->title);
        hf_json_put_str(out, "theme", one->provision->theme);
        hf_json_put_str(out, "instrument", one->provision->instrument);
        write_pair(&one->earlier, &one->later, &one->changes, out);
        hf_json_put_str(out, "gap", hf_str_of(hf_gap_change_words[one->gap]));
        hf_json_put_double(out, "gap_value", one->gap_value);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

// "3", "NA", or null where it was not answered: as an answer's own field.
static void write_rating(const char *name, int8_t rating, hf_json_writer *out)
{
    char digit = (char)('0' + rating);
    hf_json_name(out, name);
    if (rating == HF_SCORE_OPEN)
        hf_json_add_null(out);
    else if (rating == HF_SCORE_NA)
        hf_json_add_str(out, HF_STR("NA"));
    else
        hf_json_add_str(out, (hf_str){&digit, 1});
}

static void write_questions(const hf_round_comparison *c, hf_json_writer *out)
{
    hf_json_name(out, "questions");
    hf_json_begin_array(out);
    for (size_t i = 0; i < c->question_count; i++) {
        const hf_compared_question *one = &c->questions[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "question", one->question->head.key);
        hf_json_put_str(out, "provision", c->provisions[one->provision].provision->head.key);
        write_rating("earlier", one->earlier, out);
        write_rating("later", one->later, out);
        hf_json_put_str(out, "change", hf_str_of(hf_rating_change_words[one->change]));
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_advice(const hf_session *session, const hf_round_comparison *c,
                         hf_json_writer *out)
{
    hf_json_name(out, "recommendations");
    hf_json_begin_array(out);
    for (size_t i = 0; i < c->advice_count; i++) {
        const hf_compared_advice *one = &c->advice[i];
        bool is_compared = one->provision != SIZE_MAX;
        hf_json_begin_object(out);
        hf_json_name(out, "recommendation");
        hf_write_record(session, &hf_noun_recommendation, one->recommendation, out);
        hf_json_put_bool(out, "is_open", one->is_open);
        hf_json_put_bool(out, "is_overdue", one->is_overdue);
        hf_json_put_double(out, "earlier",
                           is_compared ? c->provisions[one->provision].earlier.implementation
                                       : (double)NAN);
        hf_json_put_double(out, "later",
                           is_compared ? c->provisions[one->provision].later.implementation
                                       : (double)NAN);
        hf_json_name(out, "gap");
        if (is_compared)
            hf_json_add_str(out, hf_str_of(hf_gap_change_words[c->provisions[one->provision].gap]));
        else
            hf_json_add_null(out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_round_comparison(const hf_session *session, const hf_round_comparison *c,
                               hf_json_writer *out)
{
    hf_json_begin_object(out);
    write_round(session, "earlier", &c->earlier, out);
    write_round(session, "later", &c->later, out);
    hf_json_name(out, "overall");
    hf_json_begin_object(out);
    write_pair(&c->overall.earlier, &c->overall.later, &c->overall.changes, out);
    hf_json_end_object(out);
    hf_json_name(out, "gaps");
    hf_json_begin_object(out);
    for (size_t i = HF_GAP_CLOSED; i < HF_GAP_CHANGE_COUNT; i++)
        hf_json_put_u64(out, hf_gap_change_words[i], c->gap_counts[i]);
    hf_json_end_object(out);
    write_groups("themes", c->themes, c->theme_count, out);
    write_groups("instruments", c->instruments, c->instrument_count, out);
    write_provisions(c, out);
    write_questions(c, out);
    write_advice(session, c, out);
    hf_json_end_object(out);
}
