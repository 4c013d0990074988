// SPDX-License-Identifier: Apache-2.0
//
// Assessments: rules over several records, and results. Answers and recommendations belong to an assessment and are
// exactly as secret as it is: marking, compartments, sector and organisation are copied with every change.
#ifndef HF_USECASE_ASSESSMENT_H
#define HF_USECASE_ASSESSMENT_H

#include "model/ageing.h"
#include "model/answer.h"
#include "model/evidence.h"
#include "model/finding.h"
#include "model/project.h"
#include "model/recommendation.h"
#include "model/scores.h"
#include "usecase/provisions.h"

// --- rules (assessment.c) ----------------------------------------------------------------------------------

// Called before a record of any noun is put by a person: the stage of an assessment moves one step and notes when, and
// the round that it names as the one before is one (hf_check_previous); a part takes its place from its assessment, an answer says by whom and when. before NULL: it is new.
// Errors  HF_ERR_INPUT "reference.unknown", "assessment.stage", "assessment.part_moved", "assessment.part_key",
//         "answer.reuse", "project.need_elsewhere", "assessment.other_subject"; those of hf_check_previous;
//         HF_ERR_PERMISSION of the assessment
bool hf_assessment_prepare(const hf_session *session, hf_tx *tx, const hf_noun *noun,
                           const void *before, void *record, hf_arena *arena,
                           hf_error *err) HF_CHECKED;
// What of that is a rule for files, too, which bring whole rounds in any stage: a round follows one of its subject, a
// project is of the assessment of its need, opened ratings stay open and are opened by who may, answers and ratings have
// the key of what they belong to, and an issued bulletin keeps its words. Answers to questions that the catalogue has no
// more come in and are kept. Over the network nobody's rating comes from a file. before NULL: it is new.
// Errors: those of above that are about other records; HF_ERR_PERMISSION "judgement.not_yours"
bool hf_assessment_check_named(const hf_session *session, hf_read *read, const hf_noun *noun,
                               const void *before, const void *record, hf_error *err) HF_CHECKED;
// What of that is a rule for taking a change back, too: opened ratings stay open, a round has one round after it, what is
// adopted was talked over, an issued bulletin is no draft again, evidence is not accepted anew by who may not judge it,
// and what is named again is there. Asked before what follows the change.
// before, record  as it is and as it would be; NULL: not there
// Errors  HF_ERR_INPUT "assessment.stays_open", "assessment.not_discussed", "answer.discussion", those of
//         hf_check_previous; HF_ERR_CONFLICT "bulletin.issued", "undo.reference_gone"; HF_ERR_PERMISSION
//         "assessment.only_lead", "evidence.not_yours"
bool hf_assessment_check_undo(const hf_session *session, hf_read *read, const hf_noun *noun,
                              const void *before, const void *record, hf_error *err) HF_CHECKED;

// --- what follows (assessment_follow.c) --------------------------------------------------------------------

// The section of a question in an assessment: its theme there. *out empty: there is no such question.
bool hf_section_of(hf_read *read, hf_str assessment, hf_str question, hf_arena *arena, hf_str *out,
                   hf_error *err) HF_CHECKED;
// Copies from the assessment what its part is as secret as, and where it belongs. Texts are the assessment's own.
void hf_take_place(const hf_noun *noun, const hf_assessment *assessment, hf_str section,
                   hf_assessment_part *part);
// Called once a change of a record of any noun stands in the transaction: what belongs to an assessment follows it.
// Errors  HF_ERR_CONFLICT "assessment.has_parts": it is gone, but what belongs to it is not;
//         "assistance.has_projects", "library.adopted", "bulletin.has_receipts", "strategy.has_parts": it is gone, but
//         another record names it
bool hf_assessment_follow(hf_tx *tx, const hf_noun *noun, const void *record,
                          hf_error *err) HF_CHECKED;
// Is what a record names again, once a change is taken back, still there: its assessment, need, practice, the answer that
// it was taken over from …? before, record: as it is and as it would be; before NULL: it comes back.
// Errors: HF_ERR_CONFLICT "undo.reference_gone"
bool hf_check_named_again(hf_read *read, const hf_noun *noun, const void *before,
                          const void *record, hf_error *err) HF_CHECKED;
// May another record that names one of this noun keep it from being removed?
bool hf_is_named_by_others(const hf_noun *noun);
// The same for whatever changed: after an import, or after many changes were taken back. Cost: a pass over all answers.
bool hf_assessments_settle(hf_tx *tx, hf_error *err) HF_CHECKED;

// --- results (assessment_results.c) ------------------------------------------------------------------------

typedef struct {
    hf_str code, name; // of a theme or an instrument
    hf_score score;
    double weight; // of a theme
    bool is_weight_set;
} hf_assessed_group;

typedef struct {
    size_t provision; // of the book
    double value;     // by which gaps are ranked: (1 − score) × weight × force
    double theme_weight, force;
    uint32_t recommendations, needs;
} hf_assessed_gap;

// What is asked about one phase: a provision may serve several, and counts in each.
typedef struct {
    hf_score score;
    uint32_t provisions, gaps;
    uint32_t recommendations; // of this round, open ones
    uint32_t needs;           // for assistance, open ones
} hf_assessed_phase;

// A rated question, and when it must be looked at again.
typedef struct {
    size_t question; // of the book
    int64_t by;
    hf_ageing_reason why;
    bool is_due; // by now
} hf_assessed_review;

#define HF_ROUNDS_MAX 20u // rounds that are followed back

typedef struct {
    const hf_assessment *assessment;
    const hf_assessment *before[HF_ROUNDS_MAX]; // the rounds before it, the newest first
    size_t before_count;
    int64_t due; // of the stage; HF_INTEGER_NONE: no clock
    bool is_overdue;
    hf_provision_book book;       // what is asked, and no more
    const hf_answer **answers;    // of each question; NULL: none
    const hf_evidence **evidence; // by question, those of the first one first
    uint32_t *first_evidence;     // of each question, and one more for the end
    hf_score *scores;             // of each provision
    hf_score overall;
    hf_assessed_group *themes, *instruments;
    size_t theme_count, instrument_count;
    hf_assessed_phase phases[HF_PHASE_COUNT];        // all of them, also where nothing is asked
    uint32_t without_phase;                          // provisions that serve none
    hf_audit_score audit_areas[HF_AUDIT_AREA_COUNT]; // of the questions that bear them
    hf_audit_score critical_elements[HF_CRITICAL_ELEMENT_COUNT];
    hf_assessed_gap *gaps; // the largest first; provisions whose score is below 1
    size_t gap_count;
    hf_assessed_review *reviews; // of every rated question; the one that is due first comes first
    size_t review_count;
    const hf_recommendation **recommendations;
    size_t recommendation_count;
    const hf_recommendation **carried; // still open ones of the rounds before
    size_t carried_count;
    const hf_answer *
        *unasked; // rated answers to what is not asked, or not any more: kept and shown
    uint32_t unasked_count;
    uint32_t findings[HF_FINDING_KIND_COUNT]; // written by hand: open ones, and all good practice
    int32_t findings_marking;         // of the most secret of them; HF_TLP_CLEAR: there is none
    const hf_assistance_need **needs; // for technical assistance
    size_t need_count;
} hf_assessment_results;

// read NULL: of the session's store. Errors: HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_PERMISSION
bool hf_assessment_results_read(const hf_session *session, hf_read *read, hf_str key,
                                hf_arena *arena, hf_assessment_results *out,
                                hf_error *err) HF_CHECKED;
// The same for a few provisions, and of them only scores without evidence, and gaps: neither advice nor needs, reviews,
// phases or earlier rounds. What is answered is read by its key.
// book        read before, for it is the same for all assessments
// provisions  words; what the assessment does not ask is left out
// Cost        O(questions of the provisions), and a pass over the book
bool hf_assessment_scores_read(const hf_session *session, hf_read *read, hf_str key,
                               const hf_provision_book *book, hf_str provisions, hf_arena *arena,
                               hf_assessment_results *out, hf_error *err) HF_CHECKED;
// The same for answers, evidence and reviews alone: no scores, neither advice nor needs, findings or earlier rounds.
// book  read before, for it is the same for all assessments
bool hf_assessment_reviews_read(const hf_session *session, hf_read *read, hf_str key,
                                const hf_provision_book *book, hf_arena *arena,
                                hf_assessment_results *out, hf_error *err) HF_CHECKED;
// May the actor do this in a section of an assessment? theme: of the section
bool hf_may_section(const hf_session *session, hf_verb verb, const hf_assessment *assessment,
                    hf_str theme);
// Was evidence for the answer accepted that counts at this time: said in the answer itself, or an item of its own?
bool hf_results_have_evidence(const hf_assessment_results *results, size_t question, int64_t at_ms);
// Fills `reviews` (assessment_ageing.c) from answers and evidence: none where a later round has taken over.
bool hf_find_reviews(const hf_session *session, hf_read *read, hf_assessment_results *results,
                     hf_arena *arena, hf_error *err) HF_CHECKED;
// Their members of the results' JSON object.
void hf_write_reviews(const hf_assessment_results *results, hf_json_writer *out);

#define HF_EVIDENCE_ENDS_DAYS 30 // before evidence runs out, who rates is told
#define HF_OWN_ASSESSMENTS_MAX                                                                     \
    100u // that are looked through for it, the ones that began last first

// What waits in one assessment for somebody who rates in it: questions of the sections that are this person's, each in
// one of the three counts.
typedef struct {
    hf_str key, title;
    int32_t marking;
    uint32_t old;    // rated too long ago
    uint32_t lapsed; // what was accepted for it has run out
    uint32_t ending; // and here it does so within HF_EVIDENCE_ENDS_DAYS
    int64_t by;      // the first of them all
} hf_waiting_reviews;
typedef struct {
    hf_waiting_reviews *list; // only where something waits; what is due first comes first
    size_t count;
    bool is_cut; // there are more assessments than are looked through
} hf_own_reviews;
// Of all assessments in which the session rates: it may write answers there, and is among the assessors if any are named;
// the command line, which is nobody's, in all of them. Who may write no answer has none.
// Cost: the answers of up to HF_OWN_ASSESSMENTS_MAX assessments
bool hf_find_own_reviews(const hf_session *session, hf_arena *arena, hf_own_reviews *out,
                         hf_error *err) HF_CHECKED;
void hf_write_own_reviews(const hf_own_reviews *reviews, hf_json_writer *out);
// What whoever tells of the results tells of: the assessment, what it asks, and the rounds before it, of which open
// advice is carried on.
int32_t hf_results_marking(const hf_assessment_results *results);
// How many records they tell of: answers with their evidence, advice and needs; what is asked is open to all who read.
uint64_t hf_results_told(const hf_assessment_results *results);
// Members of the JSON object of a score, and of one by an audit area or critical element.
void hf_write_score(const hf_score *score, hf_json_writer *out);
void hf_write_audit_score(const hf_audit_score *score, hf_json_writer *out);
void hf_write_assessment_results(const hf_session *session, const hf_assessment_results *results,
                                 hf_json_writer *out);

// --- rounds (assessment_rounds.c) --------------------------------------------------------------------------

// The rounds that went before an assessment, the newest first, as far as the actor may know of them and they are of the
// same subject. out: HF_ROUNDS_MAX of them.
bool hf_rounds_before(const hf_session *session, hf_read *read, const hf_assessment *assessment,
                      hf_arena *arena, const hf_assessment **out, size_t *count,
                      hf_error *err) HF_CHECKED;
// A round, but the one that is left out, that names this one as the one before it; NULL: none that the actor may know of.
bool hf_round_after(const hf_session *session, hf_read *read, hf_str key, hf_str but,
                    hf_arena *arena, const hf_assessment **out, hf_error *err) HF_CHECKED;
bool hf_is_same_subject(const hf_assessment *one, const hf_assessment *other);
// Where `previous` is set or changes: a round of the same subject that did not come after this one, and that no other
// one follows. before NULL: it is new.
// Errors  HF_ERR_INPUT "reference.unknown", "assessment.other_subject", "assessment.previous";
//         HF_ERR_CONFLICT "assessment.has_next"
bool hf_check_previous(const hf_session *session, hf_read *read, const hf_assessment *before,
                       const hf_assessment *record, hf_error *err) HF_CHECKED;

typedef struct {
    hf_str former;     // key of the round that is over
    hf_str key, title; // empty: made from the former ones
    int64_t starts_at; // HF_INTEGER_NONE: today
} hf_next_round;
// Begins the round that follows one: of the same subject, instruments and weights, and as secret. No answer is copied:
// what the former round answered is proposed question by question and counts once somebody saves it; what it advised
// stays in sight while it is open.
// Errors  HF_ERR_CONFLICT "assessment.not_adopted"; those of hf_add_record
bool hf_begin_next_round(const hf_session *session, const hf_next_round *wanted, hf_arena *arena,
                         const hf_assessment **out, hf_error *err) HF_CHECKED;

// --- comparison (assessment_compare.c) ---------------------------------------------------------------------

// Scores over what both rounds rated with a number; evidence counts as it did when each round ended, or now.
typedef struct {
    hf_str code, name;
    hf_score earlier, later;
    hf_change_counts changes;
} hf_compared_group;

typedef struct {
    const hf_provision *provision;
    hf_str title;
    hf_score earlier, later;
    hf_change_counts changes;
    hf_gap_change gap;
    double
        gap_value; // of the later round, or of the earlier one if it is closed: the factors are the later one's
} hf_compared_provision;

typedef struct {
    const hf_provision_question *question;
    size_t place;          // among all that are asked
    size_t provision;      // of the comparison
    int8_t earlier, later; // as scores.h counts
    hf_rating_change change;
} hf_compared_question;

typedef struct {
    const hf_recommendation *recommendation;
    size_t provision; // of the comparison; SIZE_MAX: of none that is compared
    bool is_open, is_overdue;
} hf_compared_advice;

typedef struct {
    hf_assessment_results earlier, later;
    hf_compared_group overall;
    hf_compared_group *themes, *instruments;
    size_t theme_count, instrument_count;
    hf_compared_provision *provisions; // of either round
    size_t provision_count;
    hf_compared_question *questions; // that either rated; what went down first, by how far
    size_t question_count;
    hf_compared_advice *advice; // of the earlier round, and what it had still open of those before
    size_t advice_count;
    size_t gap_counts[HF_GAP_CHANGE_COUNT];
} hf_round_comparison;

// The order is that in which the rounds began, whichever is named first: the one that names the other as a round before,
// else by their start; where neither says, as they are named.
// Errors  HF_ERR_NOT_FOUND "record.unknown" either one; HF_ERR_INPUT "assessment.same_round",
//         "assessment.other_subject"; HF_ERR_PERMISSION
bool hf_compare_rounds(const hf_session *session, hf_str one, hf_str other, hf_arena *arena,
                       hf_round_comparison *out, hf_error *err) HF_CHECKED;
// Some provisions of two rounds of one subject, as one group: what hf_compare_rounds would find over them alone. A round
// beside itself: what it has by itself. provisions: keys.
void hf_compare_provisions(const hf_session *session, const hf_assessment_results *earlier,
                           const hf_assessment_results *later, hf_str provisions, hf_arena *arena,
                           hf_compared_group *out);
// The difference of two shares; NaN where one is.
double hf_score_difference(const hf_score *earlier, const hf_score *later);
void hf_write_round_comparison(const hf_session *session, const hf_round_comparison *comparison,
                               hf_json_writer *out);

#endif
