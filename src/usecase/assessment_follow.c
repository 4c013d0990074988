// SPDX-License-Identifier: Apache-2.0
//
// What follows a change once it stands: parts take the place of their assessment, receipts that of their bulletin, and
// what others name stays. What is asked before a change: assessment.c.
#include "model/judgement.h"
#include "model/objective.h"
#include "model/strategy.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"
#include "usecase/awareness.h"
#include "usecase/library.h"

// --- places ----------------------------------------------------------------------------------------------

bool hf_section_of(hf_read *read, hf_str assessment, hf_str question, hf_arena *arena, hf_str *out,
                   hf_error *err)
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

static hf_str seen_by(const hf_assessment *assessment, const hf_judgement *judgement)
{
    return assessment->ratings_open ? HF_STR(HF_SEEN_BY_ALL) : judgement->assessor;
}

void hf_take_place(const hf_noun *noun, const hf_assessment *assessment, hf_str section,
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
        !hf_section_of(hf_tx_read(tx), part->assessment, hf_question_of_part(noun, part), &scratch,
                       &section, err))
        return false;
    if (is_in_place(noun, assessment, section, part))
        return true;
    hf_take_place(noun, assessment, section, part);
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

// Never less secret than its assessment. What made it more secret stays, and so does the rest when the assessment is
// lowered: a finding is lowered by itself.
static bool protect_finding(hf_tx *tx, hf_finding *finding, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_head before = finding->head;
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    void *assessment = NULL;
    if (finding->assessment.len == 0)
        return true;
    if (!hf_store_get(hf_tx_read(tx), &hf_noun_assessment, finding->assessment, &scratch,
                      &assessment, err))
        return false;
    if (assessment == NULL)
        return true;
    hf_protect(&finding->head, &((const hf_assessment *)assessment)->head, &scratch);
    if (finding->head.marking == before.marking &&
        hf_str_equal(finding->head.compartments, before.compartments))
        return true;
    bool is_done = hf_store_put(tx, &hf_noun_finding, finding, HF_VERSION_ANY, &outcome, err) &&
                   hf_attachments_follow(tx, &hf_noun_finding, finding, err);
    finding->head.compartments = before.compartments; // the other text ends here
    return is_done;
}

// Those of one assessment; key empty: all.
static bool protect_findings(hf_tx *tx, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_page findings = {0};
    if (hf_read_count(hf_tx_read(tx), &hf_noun_finding) == 0)
        return true;
    if (!list_parts(hf_tx_read(tx), &hf_noun_finding, key, &scratch, &findings, err))
        return false;
    for (size_t i = 0; i < findings.count; i++)
        if (!protect_finding(tx, findings.records[i], err))
            return false;
    return true;
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
    return protect_findings(tx, key, err);
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
    {&hf_noun_assessment, &hf_noun_finding, "assessment", "assessment.has_parts",
     "findings still belong to it; remove them first"},
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

// The other way round: what a record names again once a change is taken back must not have been removed since.
static bool check_is_there(hf_read *read, const hf_noun *noun, const hf_noun *by, const char *name,
                           const void *before, const void *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_field *field = hf_noun_field(by, hf_str_of(name), NULL);
    hf_str key = *(const hf_str *)hf_field_of(field, record);
    void *there = NULL;
    if (key.len == 0 || (before != NULL && hf_field_equal(field, before, record)))
        return true;
    if (!hf_store_get(read, noun, key, &scratch, &there, err))
        return false;
    return there != NULL ||
           hf_fail(err, HF_ERR_CONFLICT, "undo.reference_gone",
                   "the %s '%.*s' that it names was removed since", noun->name, HF_STR_ARG(key));
}

bool hf_check_named_again(hf_read *read, const hf_noun *noun, const void *before,
                          const void *record, hf_error *err)
{
    if (hf_is_assessment_part(noun) &&
        !check_is_there(read, &hf_noun_assessment, noun, "assessment", before, record, err))
        return false;
    for (size_t i = 0; i < HF_COUNT(named); i++)
        if (named[i].by == noun &&
            !check_is_there(read, named[i].noun, noun, named[i].field, before, record, err))
            return false;
    return noun != &hf_noun_answer ||
           check_is_there(read, noun, noun, "reused_from", before, record, err);
}

bool hf_assessment_follow(hf_tx *tx, const hf_noun *noun, const void *record, hf_error *err)
{
    const hf_head *head = record;
    if (noun == &hf_noun_assessment)
        return check_not_named(tx, noun, head->key, err) && follow_assessment(tx, head->key, err);
    if (noun == &hf_noun_finding) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        void *finding = NULL;
        return hf_store_get(hf_tx_read(tx), noun, head->key, &scratch, &finding, err) &&
               (finding == NULL || protect_finding(tx, finding, err));
    }
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
    return protect_findings(tx, HF_STR_EMPTY, err);
}
