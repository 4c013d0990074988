// SPDX-License-Identifier: Apache-2.0
//
// What joins an assessment, its answers and its recommendations, and other records that name each other, whichever door a
// change comes through.
#include "usecase/assessment.h"

#include "model/alpha.h"
#include "model/evidence.h"
#include "model/judgement.h"
#include "model/meeting.h"
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

static bool is_adopted_now(const hf_assessment *before, const hf_assessment *record)
{
    return before != NULL && before->stage != HF_STAGE_ADOPTED && record->stage == HF_STAGE_ADOPTED;
}

// Is somebody to rate blind, or has somebody?
static bool is_rated_blind(hf_read *read, const hf_assessment *assessment, bool *out, hf_error *err)
{
    const hf_filter filter = {hf_noun_field(&hf_noun_judgement, HF_STR("assessment"), NULL), HF_IS,
                              assessment->head.key};
    const hf_query query = {.noun = &hf_noun_judgement, .filters = &filter, .filter_count = 1};
    uint64_t count = 0;
    *out = false;
    if (assessment->ratings_open)
        return true;
    if (assessment->assessors.len == 0 && !hf_store_count(read, &query, &count, err))
        return false;
    *out = assessment->assessors.len > 0 || count > 0;
    return true;
}

// What was seen cannot be made unseen; and who may open is asked of the assessment as it was, or whoever names oneself
// its lead would open it.
static bool check_opening(const hf_session *session, hf_read *read, const hf_assessment *before,
                          const hf_assessment *record, hf_error *err)
{
    bool was_open = before != NULL && before->ratings_open, is_blind = false;
    bool may_open = hf_may_open_ratings(&session->actor, before != NULL ? before : record);
    if (was_open && !record->ratings_open)
        return fail_at(err, HF_ERR_INPUT, "ratings_open", "assessment.stays_open",
                       "the ratings are open and stay so: they were seen");
    if (!was_open && record->ratings_open && !may_open)
        return fail_at(err, HF_ERR_PERMISSION, "ratings_open", "assessment.only_lead",
                       "the ratings are opened by who leads the assessment");
    if (may_open || before == NULL || hf_str_equal(before->lead, record->lead))
        return true;
    return is_rated_blind(read, before, &is_blind, err) &&
           (!is_blind || fail_at(err, HF_ERR_PERMISSION, "lead", "assessment.keeps_lead",
                                 "assessors rate blind, and the lead opens their ratings; another "
                                 "lead is named by the lead, or by who keeps the profile"));
}

static bool fail_not_judge(hf_error *err)
{
    return hf_fail(err, HF_ERR_PERMISSION, "evidence.not_yours",
                   "evidence is accepted or refused by who leads the assessment, not by who "
                   "answers for a section");
}

static bool fail_unknown(const hf_noun *noun, hf_str key, const char *column, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no %s '%.*s'", noun->name,
            HF_STR_ARG(key));
    return hf_fail_at(err, NULL, 0, column);
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

// How far apart the assessors are about a question; *count: how many rated it.
static bool read_spread(hf_read *read, hf_str assessment, hf_str question, size_t *count,
                        hf_spread *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_judgement, HF_STR("assessment"), NULL), HF_IS, assessment},
        {hf_noun_field(&hf_noun_judgement, HF_STR("question"), NULL), HF_IS, question}};
    hf_query query = {
        .noun = &hf_noun_judgement, .filters = filters, .filter_count = HF_COUNT(filters)};
    int8_t values[HF_RATERS_MAX];
    hf_page page = {0};
    if (!hf_list_all(read, &query, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count && i < HF_RATERS_MAX; i++)
        values[i] = hf_judgement_value(page.records[i], true);
    *count = page.count;
    *out = hf_spread_of(values, page.count < HF_RATERS_MAX ? page.count : HF_RATERS_MAX);
    return true;
}

static bool is_talked_over(const hf_answer *answer, const hf_spread *spread)
{
    return answer->rating == HF_WORD_NONE || answer->discussion.len > 0 ||
           !(spread->spread > HF_SPREAD_TO_TALK_OVER);
}

static bool fail_not_discussed(hf_error *err)
{
    return fail_at(err, HF_ERR_INPUT, "discussion", "answer.discussion",
                   "the assessors are more than one step apart; write down what was said about it");
}

// Where assessors were far apart, what was said about it is written down before the assessment is adopted; an answer may
// have been saved before their ratings were opened.
static bool check_discussed(hf_read *read, const hf_assessment *assessment, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_filter filter = {hf_noun_field(&hf_noun_answer, HF_STR("assessment"), NULL), HF_IS,
                              assessment->head.key};
    hf_query query = {.noun = &hf_noun_answer, .filters = &filter, .filter_count = 1};
    hf_page page = {0};
    if (hf_read_count(read, &hf_noun_judgement) == 0)
        return true;
    if (!hf_list_all(read, &query, &scratch, &page, err))
        return false;
    for (size_t i = 0; i < page.count; i++) {
        const hf_answer *answer = page.records[i];
        hf_spread spread;
        size_t count = 0;
        if (!read_spread(read, assessment->head.key, answer->question, &count, &spread, err))
            return false;
        if (!is_talked_over(answer, &spread)) {
            hf_fail(err, HF_ERR_INPUT, "assessment.not_discussed",
                    "the assessors are more than one step apart about %.*s; write down at its "
                    "answer what was said about it",
                    HF_STR_ARG(answer->question));
            return hf_fail_at(err, NULL, 0, "stage");
        }
    }
    return true;
}

// How far the assessors were from one another stays with the answer that they came to. Before their ratings are opened
// an answer says nothing of them.
static bool keep_disagreement(hf_read *read, const hf_assessment *assessment,
                              const hf_answer *before, hf_answer *answer, hf_error *err)
{
    hf_spread spread;
    size_t count = 0;
    answer->rater_count = before != NULL ? before->rater_count : HF_INTEGER_NONE;
    answer->rated_median = before != NULL ? before->rated_median : (double)NAN;
    answer->rated_spread = before != NULL ? before->rated_spread : (double)NAN;
    if (!assessment->ratings_open)
        return true;
    if (!read_spread(read, assessment->head.key, answer->question, &count, &spread, err))
        return false;
    answer->rater_count = count > 0 ? (int64_t)count : HF_INTEGER_NONE;
    answer->rated_median = spread.median;
    answer->rated_spread = spread.spread;
    return is_talked_over(answer, &spread) || fail_not_discussed(err);
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

// As it was first given, also if it was taken away and given anew: who has rated sees the others' ratings.
static bool first_rating(hf_read *read, const hf_judgement *before, const hf_judgement *judgement,
                         int32_t *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_version *versions = NULL;
    size_t count = 0;
    if (before == NULL && !hf_store_history(read, &hf_noun_judgement, judgement->part.head.key,
                                            &scratch, &versions, &count, err))
        return false;
    if (count > 0)
        before = versions[count - 1].after;
    *out = before != NULL && before->first_rating != HF_WORD_NONE ? before->first_rating
           : before != NULL                                       ? before->rating
                                                                  : judgement->rating;
    return true;
}

// One rating by one assessor, who is among those that the assessment names if it names any.
static bool prepare_judgement(const hf_session *session, hf_read *read,
                              const hf_assessment *assessment, const hf_judgement *before,
                              hf_judgement *judgement, hf_error *err)
{
    static const char *const said[] = {"rating", "comment"};
    if (before != NULL && !hf_str_equal(before->assessor, judgement->assessor))
        return fail_at(err, HF_ERR_INPUT, "assessor", "assessment.part_moved",
                       "it stays with its assessor; write another one");
    if (!hf_is_assessor(assessment, judgement->assessor))
        return fail_at(err, HF_ERR_INPUT, "assessor", "judgement.not_assessor",
                       "the assessment names other assessors; its lead can add this one");
    bool is_same_words =
        before != NULL && is_same(said, HF_COUNT(said), &hf_noun_judgement, before, judgement);
    judgement->rated_at = is_same_words ? before->rated_at : session->now_ms;
    return first_rating(read, before, judgement, &judgement->first_rating, err);
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
    // Who saves an old answer as it stands has looked at it again.
    bool is_said_anew = before == NULL ||
                        !is_same(said, HF_COUNT(said), &hf_noun_answer, before, answer) ||
                        hf_answer_is_old(before, hf_answer_months(assessment), session->now_ms);
    if (is_said_anew) {
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

static const char *const item_shown[] = {"attachment", "link", "record"};
static const char *const item_judged[] = {"state", "reason", "expires_at"};

static bool is_same_item(const char *const fields[3], const hf_evidence *before,
                         const hf_evidence *evidence)
{
    return is_same(fields, 3, &hf_noun_evidence, before, evidence);
}

// Given by one, judged by whoever may judge the assessment. What is changed once it was judged is offered anew.
static bool prepare_evidence(const hf_session *session, hf_read *read, const hf_evidence *before,
                             hf_evidence *evidence, bool may_judge, hf_error *err)
{
    bool is_new = before == NULL;
    bool is_shown = !is_new && is_same_item(item_shown, before, evidence);
    bool is_judged = is_new || !is_same_item(item_judged, before, evidence);
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
        return fail_not_judge(err);
    if (is_offered) {
        evidence->judged_by = HF_STR_EMPTY;
        evidence->judged_at = HF_INTEGER_NONE;
    } else {
        evidence->judged_by = is_judged ? session->actor.name : before->judged_by;
        evidence->judged_at = is_judged ? session->now_ms : before->judged_at;
    }
    return true;
}

// One answer to a question, and one rating of it by each assessor: more under keys of their own would count more than
// once. before NULL: it is new.
static bool check_key(const hf_noun *noun, const void *before, const void *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str (*key_of)(const void *, hf_arena *) = noun == &hf_noun_answer      ? hf_answer_key
                                                 : noun == &hf_noun_judgement ? hf_judgement_key
                                                                              : NULL;
    if (key_of == NULL)
        return true;
    hf_str wanted = key_of(record, &scratch);
    hf_str key = ((const hf_head *)record)->key;
    bool is_kept = before != NULL && hf_str_equal(((const hf_head *)before)->key, key) &&
                   hf_str_equal(key_of(before, &scratch), wanted); // of an older program
    return is_kept || hf_str_equal(key, wanted) ||
           fail_at(err, HF_ERR_INPUT, "key", "assessment.part_key",
                   "its key is made of what it belongs to; leave the key out");
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
    if (has_question && !hf_section_of(read, part->assessment, hf_question_of_part(noun, part),
                                       arena, &section, err))
        return false;
    if (has_question && section.len == 0)
        return fail_unknown(&hf_noun_question, hf_question_of_part(noun, part), "question", err);
    hf_take_place(noun, assessment, section, part);
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

// Is the evidence of an answer what was accepted before?
static bool is_same_evidence(const hf_answer *before, const hf_answer *answer)
{
    static const char *const shown[] = {"evidence", "evidence_link", "evidence_record",
                                        "evidence_expires_at"};
    return before != NULL && before->evidence_accepted &&
           is_same(shown, HF_COUNT(shown), &hf_noun_answer, before, answer);
}

// A section's own people say what there is, not that it is enough; and what they exchange is offered anew.
static bool prepare_acceptance(const hf_answer *before, hf_answer *answer, bool may_judge,
                               hf_error *err)
{
    bool was_accepted = before != NULL && before->evidence_accepted;
    if (may_judge || !answer->evidence_accepted || is_same_evidence(before, answer))
        return true;
    answer->evidence_accepted = false;
    return was_accepted || fail_not_judge(err);
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

// What an assessment found is at least as secret as it is; it may be more.
static bool prepare_finding(const hf_session *session, hf_read *read, const hf_finding *before,
                            hf_finding *finding, hf_arena *arena, hf_error *err)
{
    void *assessment = NULL;
    bool is_same_round = before != NULL && hf_str_equal(before->assessment, finding->assessment);
    bool is_same_time = before != NULL && before->found_at == finding->found_at &&
                        before->verified_at == finding->verified_at;
    if (!is_same_time && !hf_finding_check_dates(finding, err))
        return false;
    if (finding->assessment.len == 0)
        return true;
    if (!hf_get_known(&session->actor, read, &hf_noun_assessment, finding->assessment, arena,
                      &assessment, err))
        return false;
    if (assessment == NULL)
        return is_same_round ||
               fail_unknown(&hf_noun_assessment, finding->assessment, "assessment", err);
    hf_protect(&finding->head, &((const hf_assessment *)assessment)->head, arena);
    return true;
}

bool hf_assessment_prepare(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                           const void *before, void *record, hf_arena *arena, hf_error *err)
{
    hf_read *read = hf_tx_read(tx);
    if (noun == &hf_noun_practice)
        return hf_share_keep(session, before, record, err);
    if (noun == &hf_noun_bulletin)
        return hf_bulletin_prepare(session, before, record, err);
    if (noun == &hf_noun_finding)
        return prepare_finding(session, read, before, record, arena, err);
    if (noun == &hf_noun_assessment)
        return prepare_stage(session, before, record, err) &&
               (!is_adopted_now(before, record) || check_discussed(read, before, err)) &&
               check_opening(session, read, before, record, err) &&
               hf_check_previous(session, read, before, record, err);
    if (!hf_is_assessment_part(noun))
        return true;
    bool may_judge = false;
    const hf_assessment *of = NULL;
    return prepare_part(session, read, noun, before, record, &may_judge, &of, arena, err) &&
           (noun != &hf_noun_answer || (prepare_acceptance(before, record, may_judge, err) &&
                                        prepare_answer(session, read, of, before, record, err))) &&
           (noun != &hf_noun_meeting || prepare_meeting(read, record, err)) &&
           (noun != &hf_noun_judgement ||
            prepare_judgement(session, read, of, before, record, err)) &&
           (noun != &hf_noun_evidence ||
            prepare_evidence(session, read, before, record, may_judge, err)) &&
           (noun != &hf_noun_project || prepare_project(session, read, before, record, err)) &&
           check_key(noun, before, record, err);
}

// A rating is given by its assessor, blind, and not by a file; the local command line takes in whole rounds.
static bool check_imported_judgement(const hf_session *session, hf_error *err)
{
    return session->actor.is_local ||
           hf_fail(err, HF_ERR_PERMISSION, "judgement.not_yours",
                   "a rating is given and changed by its own assessor, and not by a file");
}

static bool check_bulletin(const hf_session *session, const hf_bulletin *before,
                           const hf_bulletin *record, hf_error *err)
{
    hf_bulletin copy = *record;
    return hf_bulletin_prepare(session, before, &copy, err);
}

bool hf_assessment_check_named(const hf_session *session, hf_read *read, const hf_noun *noun,
                               const void *before, const void *record, hf_error *err)
{
    if (noun == &hf_noun_bulletin)
        return check_bulletin(session, before, record, err);
    if (noun == &hf_noun_assessment)
        return check_opening(session, read, before, record, err) &&
               hf_check_previous(session, read, before, record, err);
    return check_key(noun, before, record, err) &&
           (noun != &hf_noun_judgement || check_imported_judgement(session, err)) &&
           (noun != &hf_noun_project || prepare_project(session, read, before, record, err));
}

// May the actor change the assessment that the part is of, and so judge its evidence?
static bool may_judge_part(const hf_session *session, hf_read *read, const hf_assessment_part *part,
                           bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *assessment = NULL;
    *out = session->actor.is_local; // also where its assessment is gone
    return hf_store_get(read, &hf_noun_assessment, part->assessment, &scratch, &assessment, err) &&
           (assessment == NULL || hf_may_record(&session->actor, HF_CAN_EDIT, read,
                                                &hf_noun_assessment, assessment, out, err));
}

// Taking back may lead over several stages at once; what is asked of who adopts is asked then, too.
static bool check_undone_assessment(const hf_session *session, hf_read *read,
                                    const hf_assessment *before, const hf_assessment *record,
                                    hf_error *err)
{
    bool was_adopted = before != NULL && before->stage >= (int32_t)HF_STAGE_ADOPTED;
    bool is_adopted_again = !was_adopted && record->stage >= (int32_t)HF_STAGE_ADOPTED;
    // One that was removed had nobody's rating any more.
    return (before == NULL || check_opening(session, read, before, record, err)) &&
           (!is_adopted_again || check_discussed(read, record, err)) &&
           hf_check_previous(session, read, before, record, err);
}

// What was adopted was talked over, and nobody will be asked again.
static bool check_still_discussed(hf_read *read, const hf_answer *answer, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *assessment = NULL;
    hf_spread spread;
    size_t count = 0;
    if (!hf_store_get(read, &hf_noun_assessment, answer->part.assessment, &scratch, &assessment,
                      err))
        return false;
    if (assessment == NULL ||
        ((const hf_assessment *)assessment)->stage < (int32_t)HF_STAGE_ADOPTED)
        return true;
    return read_spread(read, answer->part.assessment, answer->question, &count, &spread, err) &&
           (is_talked_over(answer, &spread) || fail_not_discussed(err));
}

bool hf_assessment_check_undo(const hf_session *session, hf_read *read, const hf_noun *noun,
                              const void *before, const void *record, hf_error *err)
{
    bool may_judge = false;
    if (record == NULL)
        return true;
    if (!hf_check_named_again(read, noun, before, record, err) ||
        (noun == &hf_noun_answer && !check_still_discussed(read, record, err)))
        return false;
    if (noun == &hf_noun_assessment)
        return check_undone_assessment(session, read, before, record, err);
    if (noun == &hf_noun_bulletin)
        return check_bulletin(session, before, record, err);
    if (noun != &hf_noun_answer && noun != &hf_noun_evidence)
        return true;
    if (!may_judge_part(session, read, record, &may_judge, err))
        return false;
    if (may_judge)
        return true;
    if (noun == &hf_noun_answer)
        return !((const hf_answer *)record)->evidence_accepted ||
               is_same_evidence(before, record) || fail_not_judge(err);
    bool is_as_judged = before != NULL && is_same_item(item_shown, before, record) &&
                        is_same_item(item_judged, before, record);
    return ((const hf_evidence *)record)->state == HF_EVIDENCE_OFFERED || is_as_judged ||
           fail_not_judge(err);
}
