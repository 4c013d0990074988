// SPDX-License-Identifier: Apache-2.0
//
// What joins an assessment, its answers and its recommendations, and other records that name each other, whichever door a
// change comes through.
#include "usecase/assessment.h"

#include "model/objective.h"
#include "model/strategy.h"
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

static bool fail_unknown(const hf_noun *noun, hf_str key, const char *column, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no %s '%.*s'", noun->name,
            HF_STR_ARG(key));
    return hf_fail_at(err, NULL, 0, column);
}

static bool question_exists(hf_read *read, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *record = NULL;
    return hf_store_get(read, &hf_noun_question, key, &scratch, &record, err) &&
           (record != NULL || fail_unknown(&hf_noun_question, key, "question", err));
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

static bool differs(const hf_answer *before, const hf_answer *after)
{
    static const char *const said[] = {
        "rating",          "comment",           "evidence",    "evidence_link",
        "evidence_record", "evidence_accepted", "reused_from", "evidence_expires_at"};
    for (size_t i = 0; i < HF_COUNT(said); i++)
        if (!hf_field_equal(hf_noun_field(&hf_noun_answer, hf_str_of(said[i]), NULL), before,
                            after))
            return true;
    return false;
}

static bool prepare_answer(const hf_session *session, hf_read *read, const hf_answer *before,
                           hf_answer *answer, hf_error *err)
{
    if (before != NULL && !hf_str_equal(before->question, answer->question))
        return fail_at(err, HF_ERR_INPUT, "question", "assessment.part_moved",
                       "an answer stays with its question; write another one");
    if (!question_exists(read, answer->question, err))
        return false;
    bool is_reused = answer->reused_from.len > 0 &&
                     (before == NULL || !hf_str_equal(before->reused_from, answer->reused_from));
    if (is_reused && !check_reuse(session, read, answer, err))
        return false;
    if (before == NULL || differs(before, answer)) {
        answer->answered_by = session->actor.name;
        answer->answered_at = session->now_ms;
    } else {
        answer->answered_by = before->answered_by;
        answer->answered_at = before->answered_at;
    }
    return true;
}

static void take_place(const hf_assessment *assessment, hf_assessment_part *part)
{
    part->head.marking = assessment->head.marking;
    part->head.compartments = assessment->head.compartments;
    part->sector = assessment->sector;
    part->organisation = assessment->organisation;
}

static bool prepare_part(const hf_session *session, hf_read *read, const hf_assessment_part *before,
                         hf_assessment_part *part, hf_arena *arena, hf_error *err)
{
    void *assessment = NULL;
    if (before != NULL && !hf_str_equal(before->assessment, part->assessment))
        return fail_at(err, HF_ERR_INPUT, "assessment", "assessment.part_moved",
                       "it stays with its assessment; write another one there");
    if (!hf_get_known(&session->actor, read, &hf_noun_assessment, part->assessment, arena,
                      &assessment, err))
        return false;
    if (assessment == NULL)
        return fail_unknown(&hf_noun_assessment, part->assessment, "assessment", err);
    take_place(assessment, part);
    return hf_can_record(&session->actor, HF_CAN_EDIT, read, &hf_noun_assessment, assessment, err);
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
               hf_check_previous(session, read, before, record, err);
    if (!hf_is_assessment_part(noun))
        return true;
    return prepare_part(session, read, before, record, arena, err) &&
           (noun != &hf_noun_answer || prepare_answer(session, read, before, record, err)) &&
           (noun != &hf_noun_project || prepare_project(session, read, before, record, err));
}

// --- after a change --------------------------------------------------------------------------------------

static bool is_in_place(const hf_assessment *assessment, const hf_assessment_part *part)
{
    return part->head.marking == assessment->head.marking &&
           hf_str_equal(part->head.compartments, assessment->head.compartments) &&
           hf_str_equal(part->sector, assessment->sector) &&
           hf_str_equal(part->organisation, assessment->organisation);
}

static bool put_in_place(hf_tx *tx, const hf_noun *noun, const hf_assessment *assessment,
                         hf_assessment_part *part, hf_error *err)
{
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    if (is_in_place(assessment, part))
        return true;
    take_place(assessment, part);
    return hf_store_put(tx, noun, part, HF_VERSION_ANY, &outcome, err);
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
