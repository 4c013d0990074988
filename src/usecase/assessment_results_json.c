// SPDX-License-Identifier: Apache-2.0
//
// What an assessment comes to, as JSON for every door; of how much that tells, and how secret it is.
#include "usecase/assessment.h"

uint64_t hf_results_told(const hf_assessment_results *r)
{
    uint64_t count = r->recommendation_count + r->carried_count + r->need_count + r->unasked_count;
    for (size_t i = 0; i < r->book.question_count; i++)
        count += r->answers[i] != NULL;
    return count + r->first_evidence[r->book.question_count];
}

int32_t hf_results_marking(const hf_assessment_results *results)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_head all = {.marking = results->assessment->head.marking};
    for (size_t i = 0; i < results->before_count; i++)
        hf_protect(&all, &results->before[i]->head, &scratch);
    hf_protect_by_provisions(&all, &results->book, &scratch);
    if (results->findings_marking > all.marking)
        return results->findings_marking;
    return all.marking;
}

void hf_write_score(const hf_score *score, hf_json_writer *out)
{
    hf_json_put_double(out, "implementation", score->implementation);
    hf_json_put_double(out, "evidence_cover", hf_score_evidence_cover(score));
    hf_json_put_double(out, "effective", hf_score_effective(score));
    hf_json_put_u64(out, "asked", score->asked);
    hf_json_put_u64(out, "answered", score->answered);
    hf_json_put_u64(out, "applicable", score->applicable);
    hf_json_put_u64(out, "satisfied", score->satisfied);
    hf_json_put_u64(out, "claimed", score->claimed);
    hf_json_put_u64(out, "evidenced", score->evidenced);
    hf_json_put_u64(out, "ageing", score->ageing);
    hf_json_put_u64(out, "weighted", score->weighted);
}

static void write_groups(const hf_session *session, const hf_assessment *assessment,
                         hf_json_writer *out, const char *name, const hf_assessed_group *groups,
                         size_t group_count, bool has_weight)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < group_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", groups[i].code);
        hf_json_put_str(out, "name", groups[i].name);
        if (has_weight) {
            hf_json_put_double(out, "weight", groups[i].weight);
            hf_json_name(out, "is_weight_set");
            hf_json_add_bool(out, groups[i].is_weight_set);
            hf_json_name(out, "may_answer");
            hf_json_add_bool(out, hf_may_section(session, HF_CAN_EDIT, assessment, groups[i].code));
        }
        hf_write_score(&groups[i].score, out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

// All of them: a phase that nothing is asked about is the one to see.
static void write_phases(const hf_assessment_results *r, hf_json_writer *out)
{
    hf_json_name(out, "phases");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "phase", hf_str_of(hf_phase_words[i]));
        hf_json_put_u64(out, "provisions", r->phases[i].provisions);
        hf_json_put_u64(out, "gaps", r->phases[i].gaps);
        hf_json_put_u64(out, "recommendations", r->phases[i].recommendations);
        hf_json_put_u64(out, "needs", r->phases[i].needs);
        hf_write_score(&r->phases[i].score, out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_put_u64(out, "without_phase", r->without_phase);
}

void hf_write_audit_score(const hf_audit_score *score, hf_json_writer *out)
{
    hf_json_put_u64(out, "asked", score->asked);
    hf_json_put_u64(out, "applicable", score->applicable);
    hf_json_put_u64(out, "satisfied", score->satisfied);
    hf_json_put_double(out, "effective", hf_audit_effective(score));
}

static void write_audits(hf_json_writer *out, const char *name, const char *const *words,
                         const hf_audit_score *scores, size_t count)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", hf_str_of(words[i]));
        hf_write_audit_score(&scores[i], out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_gaps(const hf_assessment_results *r, hf_json_writer *out)
{
    hf_json_name(out, "gaps");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->gap_count; i++) {
        const hf_assessed_gap *gap = &r->gaps[i];
        const hf_provision *provision = r->book.provisions[gap->provision];
        hf_json_begin_object(out);
        hf_json_put_str(out, "provision", provision->head.key);
        hf_json_put_double(out, "value", gap->value);
        hf_json_put_double(out, "score", r->scores[gap->provision].implementation);
        hf_json_put_double(out, "theme_weight", gap->theme_weight);
        hf_json_put_double(out, "force_factor", gap->force);
        hf_json_put_u64(out, "recommendations", gap->recommendations);
        hf_json_put_u64(out, "needs", gap->needs);
        hf_json_put_str(out, "proposed_urgency", hf_urgency_word(hf_urgency_of_gap(gap->value)));
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_provisions(const hf_assessment_results *r, hf_json_writer *out)
{
    hf_json_name(out, "provisions");
    hf_json_begin_array(out);
    for (size_t p = 0; p < r->book.provision_count; p++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "key", r->book.provisions[p]->head.key);
        hf_write_score(&r->scores[p], out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

// The rounds before, the newest first, and what is still open of what they advised.
static void write_rounds(const hf_session *session, const hf_assessment_results *r,
                         hf_json_writer *out)
{
    hf_json_name(out, "rounds_before");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->before_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "key", r->before[i]->head.key);
        hf_json_put_str(out, "title", r->before[i]->title);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "carried");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->carried_count; i++)
        hf_write_record(session, &hf_noun_recommendation, r->carried[i], out);
    hf_json_end_array(out);
}

void hf_write_assessment_results(const hf_session *session, const hf_assessment_results *r,
                                 hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "assessment");
    hf_write_record(session, &hf_noun_assessment, r->assessment, out);
    hf_noun_write_time(out, "due_at", r->due);
    hf_json_name(out, "is_overdue");
    hf_json_add_bool(out, r->is_overdue);
    hf_json_name(out, "overall");
    hf_json_begin_object(out);
    hf_write_score(&r->overall, out);
    hf_json_end_object(out);
    write_groups(session, r->assessment, out, "themes", r->themes, r->theme_count, true);
    write_groups(session, r->assessment, out, "instruments", r->instruments, r->instrument_count,
                 false);
    write_phases(r, out);
    write_audits(out, "audit_areas", hf_audit_area_words, r->audit_areas, HF_AUDIT_AREA_COUNT);
    write_audits(out, "critical_elements", hf_critical_element_words, r->critical_elements,
                 HF_CRITICAL_ELEMENT_COUNT);
    write_provisions(r, out);
    write_gaps(r, out);
    hf_write_reviews(r, out);
    write_rounds(session, r, out);
    hf_json_name(out, "findings");
    hf_json_begin_object(out);
    for (size_t i = 0; i < HF_FINDING_KIND_COUNT; i++)
        hf_json_put_u64(out, hf_finding_kind_words[i], r->findings[i]);
    hf_json_end_object(out);
    hf_json_name(out, "unasked");
    hf_json_begin_array(out);
    for (size_t i = 0; i < r->unasked_count; i++)
        hf_write_record(session, &hf_noun_answer, r->unasked[i], out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}
