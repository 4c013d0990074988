// SPDX-License-Identifier: Apache-2.0
//
// What joins an assessment, its answers and its recommendations, and other records that name each other, whichever door a
// change comes through.
#include "usecase/assessment.h"

#include "model/alpha.h"
#include "model/evidence.h"
#include "model/judgement.h"
#include "model/meeting.h"
#include "model/objective.h"
#include "model/strategy.h"
#include "usecase/agreement.h"
#include "usecase/attachment.h"
#include "usecase/awareness.h"
#include "usecase/library.h"

static bool fail_at(hf_error *err, hf_error_kind kind, const char *column, const char *code,
                    const char *message)
{
    hf_fail(err, kind, code, "%s", message);
    return hf_fail_at(err, NULL, 0, column);
}

// --- before a change -------------------------------------------------------------------------------------

static bool prepare_stage(const hf_session *session, const hf_assessment *before,
                          hf_assessment *record, hf_error *err)
{
    bool is_new = before == NULL;
    if (!is_new && !hf_stage_may_follow((hf_stage)before->stage, (hf_stage)record->stage))
        return fail_at(err, HF_ERR_INPUT, "stage", "assessment.stage",
                       "stages follow one another; go to the next one, or back");
    if (is_new ? record->stage_since == HF_INTEGER_NONE : before->stage != record->stage)
        record->stage_since = session->now_ms;
    return true;
}

// What was seen cannot be made unseen.
static bool prepare_opening(const hf_session *session, const hf_assessment *before,
                            const hf_assessment *record, hf_error *err)
{
    bool was_open = before != NULL && before->ratings_open;
    if (was_open && !record->ratings_open)
        return fail_at(err, HF_ERR_INPUT, "ratings_open", "assessment.stays_open",
                       "the ratings are open and stay so: they were seen");
    return was_open || !record->ratings_open || hf_may_open_ratings(&session->actor, record) ||
           fail_at(err, HF_ERR_PERMISSION, "ratings_open", "assessment.only_lead",
                   "the ratings are opened by who leads the assessment");
}

static bool fail_unknown(const hf_noun *noun, hf_str key, const char *column, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no %s '%.*s'", noun->name,
            HF_STR_ARG(key));
    return hf_fail_at(err, NULL, 0, column);
}

// The section of a question in an assessment: its theme there. *out empty: there is no such question.
static bool section_of(hf_read *read, hf_str assessment, hf_str question, hf_arena *arena,
                       hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *asked = NULL, *provision = NULL;
    *out = HF_STR_EMPTY;
    if (!hf_store_get(read, &hf_noun_question, question, &scratch, &asked, err) ||
        (asked != NULL &&
         !hf_store_get(read, &hf_noun_provision, ((hf_provision_question *)asked)->provision,
                       &scratch, &provision, err)))
        return false;
    if (asked != NULL)
        *out = hf_str_format(arena, "%.*s/%.*s", HF_STR_ARG(assessment),
                             HF_STR_ARG(provision != NULL ? ((const hf_provision *)provision)->theme
                                                          : HF_STR_EMPTY));
    return true;
}

// Does the crosswalk lead from one provision to the other, in either direction?
static bool are_alike(hf_read *read, hf_str one, hf_str other, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *a = NULL, *b = NULL;
    if (!hf_store_get(read, &hf_noun_provision, one, &scratch, &a, err) ||
        !hf_store_get(read, &hf_noun_provision, other, &scratch, &b, err))
        return false;
    *out = hf_str_equal(one, other) ||
           (a != NULL && hf_str_has_word(((const hf_provision *)a)->crosswalk, other)) ||
           (b != NULL && hf_str_has_word(((const hf_provision *)b)->crosswalk, one));
    return true;
}

// An answer is taken over from one that its writer may read, to a question that asks for much the same.
static bool check_reuse(const hf_session *session, hf_read *read, const hf_answer *answer,
                        hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *from = NULL, *mine = NULL, *theirs = NULL;
    bool is_alike = false;
    if (!hf_get_known(&session->actor, read, &hf_noun_answer, answer->reused_from, &scratch, &from,
                      err))
        return false;
    if (from == NULL)
        return fail_unknown(&hf_noun_answer, answer->reused_from, "reused_from", err);
    if (!hf_store_get(read, &hf_noun_question, answer->question, &scratch, &mine, err) ||
        !hf_store_get(read, &hf_noun_question, ((const hf_answer *)from)->question, &scratch,
                      &theirs, err))
        return false;
    if (mine != NULL && theirs != NULL &&
        !are_alike(read, ((const hf_provision_question *)mine)->provision,
                   ((const hf_provision_question *)theirs)->provision, &is_alike, err))
        return false;
    return is_alike || fail_at(err, HF_ERR_INPUT, "reused_from", "answer.reuse",
                               "the crosswalk does not lead from that answer to this question");
}

static bool is_same(const char *const *fields, size_t count, const hf_noun *noun,
                    const void *before, const void *after)
{
    for (size_t i = 0; i < count; i++)
        if (!hf_field_equal(hf_noun_field(noun, hf_str_of(fields[i]), NULL), before, after))
            return false;
    return true;
}

// How far the assessors were from one another stays with the answer that they came to. Before their ratings are opened
// an answer says nothing of them.
static bool keep_disagreement(hf_read *read, const hf_assessment *assessment,
                              const hf_answer *before, hf_answer *answer, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_judgement, HF_STR("assessment"), NULL), HF_IS,
         assessment->head.key},
        {hf_noun_field(&hf_noun_judgement, HF_STR("question"), NULL), HF_IS, answer->question}};
    hf_query query = {
        .noun = &hf_noun_judgement, .filters = filters, .filter_count = HF_COUNT(filters)};
    int8_t values[HF_RATERS_MAX];
    hf_page page = {0};
    answer->rater_count = before != NULL ? before->rater_count : HF_INTEGER_NONE;
    answer->rated_median = before != NULL ? before->rated_median : (double)NAN;
    answer->rated_spread = before != NULL ? before->rated_spread : (double)NAN;
    if (!assessment->ratings_open)
        return true;
    if (!hf_list_all(read, &query, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count && i < HF_RATERS_MAX; i++)
        values[i] = hf_judgement_value(page.records[i], true);
    hf_spread spread =
        hf_spread_of(values, page.count < HF_RATERS_MAX ? page.count : HF_RATERS_MAX);
    answer->rater_count = page.count > 0 ? (int64_t)page.count : HF_INTEGER_NONE;
    answer->rated_median = spread.median;
    answer->rated_spread = spread.spread;
    return answer->rating == HF_WORD_NONE || answer->discussion.len > 0 ||
           !(spread.spread > HF_SPREAD_TO_TALK_OVER) ||
           fail_at(err, HF_ERR_INPUT, "discussion", "answer.discussion",
                   "the assessors are more than one step apart; write down what was said about it");
}

// What is to be asked is in the catalogue.
static bool prepare_meeting(hf_read *read, const hf_meeting *meeting, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str rest = meeting->questions, key;
    while (hf_str_split(&rest, ' ', &key)) {
        void *question = NULL;
        if (key.len > 0 && !hf_store_get(read, &hf_noun_question, key, &scratch, &question, err))
            return false;
        if (key.len > 0 && question == NULL)
            return fail_unknown(&hf_noun_question, key, "questions", err);
    }
    return true;
}

// One rating by one assessor, who is among those that the assessment names if it names any.
static bool prepare_judgement(const hf_session *session, const hf_assessment *assessment,
                              const hf_judgement *before, hf_judgement *judgement, hf_error *err)
{
    static const char *const said[] = {"rating", "comment"};
    if (before != NULL && !hf_str_equal(before->assessor, judgement->assessor))
        return fail_at(err, HF_ERR_INPUT, "assessor", "assessment.part_moved",
                       "it stays with its assessor; write another one");
    if (assessment->assessors.len > 0 &&
        !hf_str_has_word(assessment->assessors, judgement->assessor))
        return fail_at(err, HF_ERR_INPUT, "assessor", "judgement.not_assessor",
                       "the assessment names other assessors; its lead can add this one");
    bool is_same_words =
        before != NULL && is_same(said, HF_COUNT(said), &hf_noun_judgement, before, judgement);
    judgement->rated_at = is_same_words ? before->rated_at : session->now_ms;
    judgement->first_rating = before != NULL ? before->first_rating : judgement->rating;
    return true;
}

static bool prepare_answer(const hf_session *session, hf_read *read,
                           const hf_assessment *assessment, const hf_answer *before,
                           hf_answer *answer, hf_error *err)
{
    static const char *const said[] = {
        "rating",          "comment",           "evidence",    "evidence_link",
        "evidence_record", "evidence_accepted", "reused_from", "evidence_expires_at",
        "discussion"};
    bool is_reused = answer->reused_from.len > 0 &&
                     (before == NULL || !hf_str_equal(before->reused_from, answer->reused_from));
    if (is_reused && !check_reuse(session, read, answer, err))
        return false;
    if (before == NULL || !is_same(said, HF_COUNT(said), &hf_noun_answer, before, answer)) {
        answer->answered_by = session->actor.name;
        answer->answered_at = session->now_ms;
    } else {
        answer->answered_by = before->answered_by;
        answer->answered_at = before->answered_at;
    }
    return keep_disagreement(read, assessment, before, answer, err);
}

// What refers to something that is not there, or that its writer may not know of, is no evidence.
static bool check_shown(const hf_session *session, hf_read *read, const hf_evidence *evidence,
                        hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *shown = NULL;
    hf_str record = evidence->record;
    size_t stroke = hf_str_find_byte(record, '/', 0);
    const hf_noun *noun = evidence->attachment.len > 0
                              ? &hf_noun_attachment
                              : hf_noun_find(hf_str_slice(record, 0, stroke));
    hf_str key = evidence->attachment.len > 0 ? evidence->attachment
                                              : hf_str_slice(record, stroke + 1, record.len);
    if (evidence->link.len > 0 || noun == NULL)
        return true;
    return hf_get_known(&session->actor, read, noun, key, &scratch, &shown, err) &&
           (shown != NULL ||
            fail_unknown(noun, key, evidence->attachment.len > 0 ? "attachment" : "record", err));
}

// Given by one, judged by whoever may judge the assessment. What is changed once it was judged is offered anew.
static bool prepare_evidence(const hf_session *session, hf_read *read, const hf_evidence *before,
                             hf_evidence *evidence, bool may_judge, hf_error *err)
{
    static const char *const shown[] = {"attachment", "link", "record"};
    static const char *const judged[] = {"state", "reason", "expires_at"};
    bool is_new = before == NULL;
    bool is_shown = !is_new && is_same(shown, HF_COUNT(shown), &hf_noun_evidence, before, evidence);
    bool is_judged =
        is_new || !is_same(judged, HF_COUNT(judged), &hf_noun_evidence, before, evidence);
    if (!is_shown && !check_shown(session, read, evidence, err))
        return false;
    evidence->given_by = is_shown ? before->given_by : session->actor.name;
    evidence->given_at = is_shown ? before->given_at : session->now_ms;
    if (!is_new && !is_shown && evidence->state == before->state) {
        evidence->state = HF_EVIDENCE_OFFERED;
        evidence->reason = HF_STR_EMPTY;
    }
    bool is_offered = evidence->state == HF_EVIDENCE_OFFERED;
    if (is_judged && !is_offered && !may_judge)
        return hf_fail(err, HF_ERR_PERMISSION, "evidence.not_yours",
                       "evidence is accepted or refused by who leads the assessment, not by who "
                       "answers for a section");
    if (is_offered) {
        evidence->judged_by = HF_STR_EMPTY;
        evidence->judged_at = HF_INTEGER_NONE;
    } else {
        evidence->judged_by = is_judged ? session->actor.name : before->judged_by;
        evidence->judged_at = is_judged ? session->now_ms : before->judged_at;
    }
    return true;
}

static hf_str seen_by(const hf_assessment *assessment, const hf_judgement *judgement)
{
    return assessment->ratings_open ? HF_STR(HF_SEEN_BY_ALL) : judgement->assessor;
}

static void take_place(const hf_noun *noun, const hf_assessment *assessment, hf_str section,
                       hf_assessment_part *part)
{
    if (noun == &hf_noun_judgement)
        ((hf_judgement *)part)->seen_by = seen_by(assessment, (hf_judgement *)part);
    part->head.marking = assessment->head.marking;
    part->head.compartments = assessment->head.compartments;
    part->sector = assessment->sector;
    part->organisation = assessment->organisation;
    part->section = section;
}

// *may_judge: may the actor change the assessment itself, and not only answer for a section of it?
static bool prepare_part(const hf_session *session, hf_read *read, const hf_noun *noun,
                         const hf_assessment_part *before, hf_assessment_part *part,
                         bool *may_judge, const hf_assessment **of, hf_arena *arena, hf_error *err)
{
    void *assessment = NULL;
    hf_str section = HF_STR_EMPTY;
    bool has_question = hf_is_question_part(noun);
    if (before != NULL && !hf_str_equal(before->assessment, part->assessment))
        return fail_at(err, HF_ERR_INPUT, "assessment", "assessment.part_moved",
                       "it stays with its assessment; write another one there");
    if (!hf_get_known(&session->actor, read, &hf_noun_assessment, part->assessment, arena,
                      &assessment, err))
        return false;
    if (assessment == NULL)
        return fail_unknown(&hf_noun_assessment, part->assessment, "assessment", err);
    if (has_question && before != NULL &&
        !hf_str_equal(hf_question_of_part(noun, before), hf_question_of_part(noun, part)))
        return fail_at(err, HF_ERR_INPUT, "question", "assessment.part_moved",
                       "it stays with its question; write another one");
    if (has_question &&
        !section_of(read, part->assessment, hf_question_of_part(noun, part), arena, &section, err))
        return false;
    if (has_question && section.len == 0)
        return fail_unknown(&hf_noun_question, hf_question_of_part(noun, part), "question", err);
    take_place(noun, assessment, section, part);
    *of = assessment;
    if (!hf_may_record(&session->actor, HF_CAN_EDIT, read, &hf_noun_assessment, assessment,
                       may_judge, err))
        return false;
    if (*may_judge || !has_question)
        return hf_can_record(&session->actor, HF_CAN_EDIT, read, &hf_noun_assessment, assessment,
                             err);
    return hf_may(&session->actor, HF_CAN_EDIT, noun, part) ||
           hf_fail(err, HF_ERR_PERMISSION, "access.section",
                   "the question belongs to a section that is not yours to answer");
}

// A section's own people say what there is, not that it is enough.
static bool check_acceptance(const hf_answer *before, const hf_answer *answer, bool may_judge,
                             hf_error *err)
{
    bool was_accepted = before != NULL && before->evidence_accepted;
    return may_judge || !answer->evidence_accepted || was_accepted ||
           hf_fail(err, HF_ERR_PERMISSION, "evidence.not_yours",
                   "evidence is accepted or refused by who leads the assessment, not by who "
                   "answers for a section");
}

static bool fail_other_subject(hf_error *err, const char *column)
{
    return fail_at(err, HF_ERR_INPUT, column, "assessment.other_subject",
                   "it is of another subject; name a round of the same State, sector or "
                   "organisation");
}

// What measures the end of a project is a round of the same subject.
static bool check_measured_in(const hf_session *session, hf_read *read, const hf_project *project,
                              hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *first = NULL, *again = NULL;
    if (!hf_get_known(&session->actor, read, &hf_noun_assessment, project->part.assessment,
                      &scratch, &first, err) ||
        !hf_get_known(&session->actor, read, &hf_noun_assessment, project->measured_in, &scratch,
                      &again, err))
        return false;
    if (again == NULL)
        return fail_unknown(&hf_noun_assessment, project->measured_in, "measured_in", err);
    return first == NULL || hf_is_same_subject(first, again) ||
           fail_other_subject(err, "measured_in");
}

// A project is of the assessment that found its need.
static bool prepare_project(const hf_session *session, hf_read *read, const hf_project *before,
                            const hf_project *project, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *need = NULL;
    if (!hf_get_known(&session->actor, read, &hf_noun_need, project->need, &scratch, &need, err))
        return false;
    if (need == NULL)
        return fail_unknown(&hf_noun_need, project->need, "need", err);
    if (!hf_str_equal(((const hf_assistance_need *)need)->part.assessment,
                      project->part.assessment))
        return fail_at(err, HF_ERR_INPUT, "need", "project.need_elsewhere",
                       "the need belongs to another assessment; begin the project there");
    return project->measured_in.len == 0 ||
           (before != NULL && hf_str_equal(before->measured_in, project->measured_in)) ||
           check_measured_in(session, read, project, err);
}

bool hf_assessment_prepare(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                           const void *before, void *record, hf_arena *arena, hf_error *err)
{
    hf_read *read = hf_tx_read(tx);
    if (noun == &hf_noun_practice)
        return hf_share_keep(session, before, record, err);
    if (noun == &hf_noun_bulletin)
        return hf_bulletin_prepare(session, before, record, err);
    if (noun == &hf_noun_assessment)
        return prepare_stage(session, before, record, err) &&
               prepare_opening(session, before, record, err) &&
               hf_check_previous(session, read, before, record, err);
    if (!hf_is_assessment_part(noun))
        return true;
    bool may_judge = false;
    const hf_assessment *of = NULL;
    return prepare_part(session, read, noun, before, record, &may_judge, &of, arena, err) &&
           (noun != &hf_noun_answer || (check_acceptance(before, record, may_judge, err) &&
                                        prepare_answer(session, read, of, before, record, err))) &&
           (noun != &hf_noun_meeting || prepare_meeting(read, record, err)) &&
           (noun != &hf_noun_judgement || prepare_judgement(session, of, before, record, err)) &&
           (noun != &hf_noun_evidence ||
            prepare_evidence(session, read, before, record, may_judge, err)) &&
           (noun != &hf_noun_project || prepare_project(session, read, before, record, err));
}

bool hf_assessment_check_named(const hf_session *session, hf_read *read, const hf_noun *noun,
                               const void *before, const void *record, hf_error *err)
{
    if (noun == &hf_noun_assessment)
        return hf_check_previous(session, read, before, record, err);
    return noun != &hf_noun_project || prepare_project(session, read, before, record, err);
}

// --- after a change --------------------------------------------------------------------------------------

static bool is_in_place(const hf_noun *noun, const hf_assessment *assessment, hf_str section,
                        const hf_assessment_part *part)
{
    if (noun == &hf_noun_judgement &&
        !hf_str_equal(((const hf_judgement *)part)->seen_by,
                      seen_by(assessment, (const hf_judgement *)part)))
        return false;
    return part->head.marking == assessment->head.marking &&
           hf_str_equal(part->head.compartments, assessment->head.compartments) &&
           hf_str_equal(part->sector, assessment->sector) &&
           hf_str_equal(part->organisation, assessment->organisation) &&
           hf_str_equal(part->section, section);
}

static bool put_in_place(hf_tx *tx, const hf_noun *noun, const hf_assessment *assessment,
                         hf_assessment_part *part, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    hf_str section = HF_STR_EMPTY;
    if (hf_is_question_part(noun) &&
        !section_of(hf_tx_read(tx), part->assessment, hf_question_of_part(noun, part), &scratch,
                    &section, err))
        return false;
    if (is_in_place(noun, assessment, section, part))
        return true;
    take_place(noun, assessment, section, part);
    return hf_store_put(tx, noun, part, HF_VERSION_ANY, &outcome, err) &&
           hf_attachments_follow(tx, noun, part, err);
}

// All records of a kind that belong to this assessment; key empty: to any.
static bool list_parts(hf_read *read, const hf_noun *noun, hf_str key, hf_arena *arena,
                       hf_page *out, hf_error *err)
{
    const hf_filter filter = {hf_noun_field(noun, HF_STR("assessment"), NULL), HF_IS, key};
    hf_query query = {.noun = noun, .filters = &filter, .filter_count = key.len > 0 ? 1 : 0};
    return hf_list_all(read, &query, arena, out, err);
}

static bool follow_assessment(hf_tx *tx, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *assessment = NULL;
    if (!hf_store_get(hf_tx_read(tx), &hf_noun_assessment, key, &scratch, &assessment, err))
        return false;
    for (size_t n = 0; hf_assessment_parts[n] != NULL; n++) {
        hf_page parts = {0};
        if (!list_parts(hf_tx_read(tx), hf_assessment_parts[n], key, &scratch, &parts, err))
            return false;
        if (assessment == NULL && parts.count > 0)
            return hf_fail(err, HF_ERR_CONFLICT, "assessment.has_parts",
                           "'%.*s' still has %zu %s; remove them first", HF_STR_ARG(key),
                           parts.count, hf_assessment_parts[n]->plural);
        for (size_t i = 0; i < parts.count; i++)
            if (!put_in_place(tx, hf_assessment_parts[n], assessment, parts.records[i], err))
                return false;
    }
    return true;
}

static bool follow_part(hf_tx *tx, const hf_noun *noun, hf_assessment_part *part, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *assessment = NULL;
    return hf_store_get(hf_tx_read(tx), &hf_noun_assessment, part->assessment, &scratch,
                        &assessment, err) &&
           (assessment == NULL || put_in_place(tx, noun, assessment, part, err));
}

static bool follow_part_of_key(hf_tx *tx, const hf_noun *noun, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *part = NULL;
    return hf_store_get(hf_tx_read(tx), noun, key, &scratch, &part, err) &&
           (part == NULL || follow_part(tx, noun, part, err));
}

// What another record names stays while it does: that one could not be changed any more, and the key would come to mean
// another thing. How many there are, and which, is not told: whoever may remove an offer need not know of them.
static const struct {
    const hf_noun *noun, *by;
    const char *field, *code, *message;
} named[] = {
    {&hf_noun_need, &hf_noun_project, "need", "assistance.has_projects",
     "a project still names it; remove the project first, or close it instead"},
    {&hf_noun_offer, &hf_noun_project, "offer", "assistance.has_projects",
     "a project still names it; remove the project first, or close it instead"},
    {&hf_noun_practice, &hf_noun_measure, "practice", "library.adopted",
     "it was adopted as a measure; retire it instead"},
    {&hf_noun_practice, &hf_noun_action, "practice", "library.adopted",
     "it was adopted as an action; retire it instead"},
    {&hf_noun_bulletin, &hf_noun_receipt, "bulletin", "bulletin.has_receipts",
     "people have confirmed that they read it; withdraw it instead"},
    {&hf_noun_strategy, &hf_noun_objective, "strategy", "strategy.has_parts",
     "objectives still belong to it; remove them first"},
    {&hf_noun_objective, &hf_noun_action, "objective", "strategy.has_parts",
     "actions still belong to it; remove them first"},
};

bool hf_is_named_by_others(const hf_noun *noun)
{
    for (size_t i = 0; i < HF_COUNT(named); i++)
        if (named[i].noun == noun)
            return true;
    return false;
}

static bool check_not_named(hf_tx *tx, const hf_noun *noun, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *record = NULL;
    if (!hf_is_named_by_others(noun))
        return true;
    if (!hf_store_get(hf_tx_read(tx), noun, key, &scratch, &record, err))
        return false;
    for (size_t i = 0; record == NULL && i < HF_COUNT(named); i++) {
        const hf_filter filter = {hf_noun_field(named[i].by, hf_str_of(named[i].field), NULL),
                                  HF_IS, key};
        const hf_query query = {.noun = named[i].by, .filters = &filter, .filter_count = 1};
        uint64_t count = 0;
        if (named[i].noun != noun)
            continue;
        if (!hf_store_count(hf_tx_read(tx), &query, &count, err))
            return false;
        if (count > 0)
            return hf_fail(err, HF_ERR_CONFLICT, named[i].code, "%s '%.*s': %s", noun->name,
                           HF_STR_ARG(key), named[i].message);
    }
    return true;
}

bool hf_assessment_follow(hf_tx *tx, const hf_noun *noun, const void *record, hf_error *err)
{
    const hf_head *head = record;
    if (noun == &hf_noun_assessment)
        return follow_assessment(tx, head->key, err);
    if (noun == &hf_noun_provision || noun == &hf_noun_question) // the theme is the section
        return hf_assessments_settle(tx, err);
    if (!check_not_named(tx, noun, head->key, err) ||
        (noun == &hf_noun_bulletin && !hf_bulletin_follow(tx, head->key, err)))
        return false;
    return !hf_is_assessment_part(noun) || follow_part_of_key(tx, noun, head->key, err);
}

bool hf_assessments_settle(hf_tx *tx, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    for (size_t n = 0; hf_assessment_parts[n] != NULL; n++) {
        hf_page parts = {0};
        if (hf_read_count(hf_tx_read(tx), hf_assessment_parts[n]) == 0)
            continue;
        if (!list_parts(hf_tx_read(tx), hf_assessment_parts[n], HF_STR_EMPTY, &scratch, &parts,
                        err))
            return false;
        for (size_t i = 0; i < parts.count; i++)
            if (!follow_part(tx, hf_assessment_parts[n], parts.records[i], err))
                return false;
    }
    return true;
}
