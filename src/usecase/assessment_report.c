// SPDX-License-Identifier: Apache-2.0
//
// Gathers what the report of an assessment shows, in the session's language.
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "usecase/agreement.h"
#include "usecase/assistance.h"
#include "usecase/digest.h"
#include "usecase/report.h"
#include "usecase/simulate.h"

typedef struct {
    const hf_session *session;
    hf_arena *arena;
    hf_assessment_results results;
    hf_rater_agreement agreement;
    hf_assistance assistance;
    hf_assessment_data data;
} gathering;

static hf_str word(const gathering *g, const char *family, const hf_noun *noun, const char *field,
                   int32_t value)
{
    if (value == HF_WORD_NONE)
        return HF_STR_EMPTY;
    const char *name = hf_noun_field(noun, hf_str_of(field), NULL)->words[value];
    hf_str key = hf_str_format(g->arena, "%s.%s.%s.%s", family, noun->name, field, name);
    return hf_message_text(g->session->lang, hf_str_z(g->arena, key), g->arena);
}

// A day, between isolates (UAX #9): behind an Arabic word the parts of a date would change places.
static hf_str day(const gathering *g, int64_t ms)
{
    char text[32];
    if (ms == HF_INTEGER_NONE)
        return HF_STR_EMPTY;
    hf_time_format(ms, text);
    return hf_str_format(g->arena, "\xe2\x81\xa6%.10s\xe2\x81\xa9", text);
}

// Over the assessment, what it asks and how much that weighs, its answers and their evidence, as they are stored, in the
// order of the questions: the figures follow from these alone.
static hf_str digest_of(const gathering *g)
{
    const hf_assessment_results *r = &g->results;
    hf_canonical assessment = hf_canonical_of(&hf_noun_assessment, g->arena);
    hf_canonical answer = hf_canonical_of(&hf_noun_answer, g->arena);
    hf_canonical evidence = hf_canonical_of(&hf_noun_evidence, g->arena);
    hf_canonical provision = hf_canonical_of(&hf_noun_provision, g->arena);
    hf_canonical question = hf_canonical_of(&hf_noun_question, g->arena);
    hf_records_digest digest = hf_records_digest_open(g->arena);
    hf_records_digest_add(&digest, &assessment, r->assessment);
    for (size_t i = 0; i < r->book.provision_count; i++)
        hf_records_digest_add(&digest, &provision, r->book.provisions[i]);
    for (size_t i = 0; i < r->book.question_count; i++)
        hf_records_digest_add(&digest, &question, r->book.questions[i]);
    for (size_t i = 0; i < r->book.question_count; i++)
        if (r->answers[i] != NULL)
            hf_records_digest_add(&digest, &answer, r->answers[i]);
    for (size_t i = 0; i < r->first_evidence[r->book.question_count]; i++)
        hf_records_digest_add(&digest, &evidence, r->evidence[i]);
    return hf_records_digest_close(&digest);
}

static hf_report_score score_of(const hf_score *score, hf_str code, hf_str name)
{
    return (hf_report_score){.name = name,
                             .code = code,
                             .implementation = score->implementation,
                             .evidence_cover = hf_score_evidence_cover(score),
                             .effective = hf_score_effective(score),
                             .asked = score->asked,
                             .answered = score->answered,
                             .ageing = score->ageing,
                             .weighted = score->weighted};
}

static const hf_report_score *scores_of(const gathering *g, const hf_assessed_group *groups,
                                        size_t count)
{
    hf_report_score *list = HF_NEW_N(g->arena, hf_report_score, count + 1);
    for (size_t i = 0; i < count; i++)
        list[i] = score_of(&groups[i].score, groups[i].code, groups[i].name);
    return list;
}

static void gather_phases(gathering *g)
{
    hf_report_phase *list = HF_NEW_N(g->arena, hf_report_phase, HF_PHASE_COUNT);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        const hf_assessed_phase *phase = &g->results.phases[i];
        hf_str name = word(g, "word", &hf_noun_provision, "phases", (int32_t)i);
        list[i] = (hf_report_phase){.score = score_of(&phase->score, HF_STR_EMPTY, name),
                                    .provisions = phase->provisions,
                                    .gaps = phase->gaps,
                                    .recommendations = phase->recommendations,
                                    .needs = phase->needs};
    }
    g->data.phases = list;
    g->data.phase_count = HF_PHASE_COUNT;
    g->data.without_phase = g->results.without_phase;
}

static const hf_report_audit *audits_of(const gathering *g, const char *field,
                                        const hf_audit_score *scores, size_t count)
{
    hf_report_audit *list = HF_NEW_N(g->arena, hf_report_audit, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (hf_report_audit){.name = word(g, "word", &hf_noun_question, field, (int32_t)i),
                                    .asked = scores[i].asked,
                                    .applicable = scores[i].applicable,
                                    .satisfied = scores[i].satisfied,
                                    .effective = hf_audit_effective(&scores[i])};
    return list;
}

// Only where questions bear an area: a round about something else has no such chapter.
static void gather_audits(gathering *g)
{
    const hf_assessment_results *r = &g->results;
    uint32_t asked = 0;
    for (size_t i = 0; i < HF_AUDIT_AREA_COUNT; i++)
        asked += r->audit_areas[i].asked;
    if (asked == 0)
        return;
    g->data.audit_areas = audits_of(g, "audit_area", r->audit_areas, HF_AUDIT_AREA_COUNT);
    g->data.audit_area_count = HF_AUDIT_AREA_COUNT;
    g->data.critical_elements =
        audits_of(g, "critical_element", r->critical_elements, HF_CRITICAL_ELEMENT_COUNT);
    g->data.critical_element_count = HF_CRITICAL_ELEMENT_COUNT;
}

static hf_str said(gathering *g, hf_str key, const char *part, hf_str own)
{
    hf_said how = HF_SAID_OWN;
    hf_str text = hf_text_for(&g->results.book.texts, key, hf_str_of(part), own, &how);
    g->data.is_translated |= how == HF_SAID_UNREVIEWED;
    return text;
}

static void gather_gaps(gathering *g)
{
    const hf_assessment_results *r = &g->results;
    hf_report_gap *gaps = HF_NEW_N(g->arena, hf_report_gap, r->gap_count + 1);
    for (size_t i = 0; i < r->gap_count; i++) {
        const hf_provision *provision = r->book.provisions[r->gaps[i].provision];
        uint32_t instrument = r->book.instrument_of[r->gaps[i].provision];
        gaps[i] = (hf_report_gap){.key = provision->head.key,
                                  .title = said(g, provision->head.key, "title", provision->title),
                                  .value = r->gaps[i].value,
                                  .score = r->scores[r->gaps[i].provision].implementation,
                                  .theme_weight = r->gaps[i].theme_weight,
                                  .force = r->gaps[i].force};
        if (instrument != HF_NO_INSTRUMENT)
            gaps[i].instrument =
                hf_instrument_name(&r->book.texts, r->book.instruments[instrument]);
    }
    g->data.gaps = gaps;
    g->data.gap_count = r->gap_count;
}

static void add_shown(const gathering *g, hf_str shown, const char *state, hf_buf *out)
{
    hf_str word = hf_message_text(g->session->lang, state, g->arena);
    if (shown.len > 0)
        hf_buf_add_format(out, "%s%.*s\n%.*s", out->len > 0 ? "\n" : "", HF_STR_ARG(shown),
                          HF_STR_ARG(word));
}

static hf_str evidence_of(const gathering *g, size_t question)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 20);
    const hf_assessment_results *r = &g->results;
    const hf_answer *answer = r->answers[question];
    int64_t now = g->session->now_ms;
    add_shown(g,
              answer->evidence.len > 0        ? answer->evidence
              : answer->evidence_link.len > 0 ? answer->evidence_link
                                              : answer->evidence_record,
              hf_answer_has_evidence(answer, now) ? "report.assessment.evidence_accepted"
                                                  : "report.assessment.evidence_open",
              &text);
    for (uint32_t i = r->first_evidence[question]; i < r->first_evidence[question + 1]; i++) {
        const hf_evidence *item = r->evidence[i];
        add_shown(g, hf_evidence_name(item),
                  hf_evidence_counts(item, now)        ? "report.assessment.evidence_accepted"
                  : item->state == HF_EVIDENCE_REFUSED ? "word.evidence.state.refused"
                                                       : "report.assessment.evidence_open",
                  &text);
    }
    return text.len > 0 && !text.overflow ? hf_buf_copy(g->arena, &text) : HF_STR("–");
}

static hf_str rating_of(const gathering *g, int32_t rating)
{
    const char *code = rating == HF_WORD_NONE
                           ? NULL
                           : hf_noun_field(&hf_noun_answer, HF_STR("rating"), NULL)->words[rating];
    if (code == NULL)
        return HF_STR("–");
    hf_str name = hf_text_of(&g->results.book.texts, HF_STR("scale"), hf_str_of(code));
    return hf_str_format(g->arena, "%s – %.*s", code, HF_STR_ARG(name));
}

static hf_str since(const gathering *g, int64_t ms)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(400);
    hf_message_value value = {.name = "date", .text = day(g, ms)};
    (void)hf_message(g->session->lang, "report.assessment.ageing_since", &value, 1, &text);
    return hf_buf_copy(g->arena, &text);
}

// What is due, and what falls due soon; the screen has the whole list.
static void gather_reviews(gathering *g)
{
    enum { MONTHS_AHEAD = 6 };
    const hf_assessment_results *r = &g->results;
    int64_t soon = hf_time_add_months(g->session->now_ms, MONTHS_AHEAD);
    hf_report_review *list = HF_NEW_N(g->arena, hf_report_review, r->review_count + 1);
    size_t count = 0;
    for (; count < r->review_count && r->reviews[count].by <= soon; count++) {
        const hf_assessed_review *one = &r->reviews[count];
        const hf_provision_question *question = r->book.questions[one->question];
        const char *why = one->why == HF_AGEING_AGE ? "assess.why_age" : "assess.why_evidence";
        list[count] = (hf_report_review){.by = day(g, one->by),
                                         .question = question->head.key,
                                         .text = said(g, question->head.key, "", question->text),
                                         .rating = rating_of(g, r->answers[one->question]->rating),
                                         .why = hf_message_text(g->session->lang, why, g->arena)};
    }
    g->data.reviews = list;
    g->data.review_count = count;
}

static hf_str weight_of(const gathering *g, const hf_provision_question *question)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(200);
    if (hf_question_weight(question) == 1)
        return HF_STR_EMPTY;
    hf_buf_add_str(&text, hf_message_text(g->session->lang, "field.question.weight", g->arena));
    hf_buf_add_z(&text, ": ");
    hf_message_number(g->session->lang, hf_question_weight(question), -1, &text);
    return hf_buf_copy(g->arena, &text);
}

static void gather_answers(gathering *g)
{
    const hf_provision_book *book = &g->results.book;
    hf_str *ageing = HF_NEW_N(g->arena, hf_str, book->question_count + 1);
    for (size_t i = 0; i < g->results.review_count && g->results.reviews[i].is_due; i++)
        ageing[g->results.reviews[i].question] = since(g, g->results.reviews[i].by);
    hf_report_answer *list = HF_NEW_N(g->arena, hf_report_answer, book->question_count + 1);
    size_t count = 0;
    for (size_t q = 0; q < book->question_count; q++) {
        const hf_answer *answer = g->results.answers[q];
        if (answer == NULL)
            continue;
        list[count++] = (hf_report_answer){
            .question = book->questions[q]->head.key,
            .text = said(g, book->questions[q]->head.key, "", book->questions[q]->text),
            .rating = rating_of(g, answer->rating),
            .weight = weight_of(g, book->questions[q]),
            .ageing = ageing[q],
            .evidence = evidence_of(g, q),
            .comment = answer->comment,
            .by = answer->answered_by,
            .at = day(g, answer->answered_at),
            .version = answer->part.head.version};
    }
    g->data.answers = list;
    g->data.answer_count = count;
}

static void gather_advice(gathering *g)
{
    const hf_assessment_results *r = &g->results;
    hf_report_advice *list = HF_NEW_N(g->arena, hf_report_advice, r->recommendation_count + 1);
    for (size_t i = 0; i < r->recommendation_count; i++) {
        const hf_recommendation *one = r->recommendations[i];
        list[i] = (hf_report_advice){
            .title = one->title,
            .provision = one->provision,
            .owner = one->owner,
            .priority = word(g, "word", &hf_noun_recommendation, "priority", one->priority),
            .due = day(g, one->due),
            .status = word(g, "word", &hf_noun_recommendation, "status", one->status)};
    }
    g->data.advice = list;
    g->data.advice_count = r->recommendation_count;
}

// --- the chapter of another round

static hf_report_change change_of(hf_str name, const hf_score *earlier, const hf_score *later)
{
    return (hf_report_change){.name = name,
                              .earlier = earlier->implementation,
                              .later = later->implementation,
                              .evidence_earlier = hf_score_evidence_cover(earlier),
                              .evidence_later = hf_score_evidence_cover(later),
                              .compared = earlier->applicable};
}

static void gather_falls(gathering *g, const hf_round_comparison *c, hf_report_rounds *out)
{
    hf_report_fall *list = HF_NEW_N(g->arena, hf_report_fall, c->question_count + 1);
    for (size_t i = 0; i < c->question_count && c->questions[i].change == HF_CHANGE_DOWN; i++) {
        const hf_provision_question *question = c->questions[i].question;
        list[out->fall_count++] =
            (hf_report_fall){.question = question->head.key,
                             .text = said(g, question->head.key, "", question->text),
                             .earlier = rating_of(g, c->questions[i].earlier),
                             .later = rating_of(g, c->questions[i].later)};
    }
    out->falls = list;
}

// What stayed open or cannot be compared stands among the gaps by rank.
static void gather_gap_changes(gathering *g, const hf_round_comparison *c, hf_report_rounds *out)
{
    static const hf_gap_change told[] = {HF_GAP_REOPENED, HF_GAP_NEW, HF_GAP_CLOSED};
    hf_report_change *list = HF_NEW_N(g->arena, hf_report_change, c->provision_count + 1);
    for (size_t k = 0; k < HF_COUNT(told); k++) {
        hf_str key = hf_str_format(g->arena, "assess.gap_%s", hf_gap_change_words[told[k]]);
        hf_str name = hf_message_text(g->session->lang, hf_str_z(g->arena, key), g->arena);
        for (size_t p = 0; p < c->provision_count; p++) {
            const hf_compared_provision *one = &c->provisions[p];
            if (one->gap != told[k])
                continue;
            list[out->gap_count] = change_of(one->title, &one->earlier, &one->later);
            list[out->gap_count].key = one->provision->head.key;
            list[out->gap_count++].word = name;
        }
    }
    out->gaps = list;
}

static void gather_advice_then(gathering *g, const hf_round_comparison *c, hf_report_rounds *out)
{
    hf_report_change *list = HF_NEW_N(g->arena, hf_report_change, c->advice_count + 1);
    for (size_t i = 0; i < c->advice_count; i++) {
        const hf_compared_advice *one = &c->advice[i];
        const hf_recommendation *advice = one->recommendation;
        list[i] = (hf_report_change){.name = advice->title,
                                     .key = advice->provision,
                                     .earlier = (double)NAN,
                                     .later = (double)NAN};
        if (one->provision != SIZE_MAX) {
            list[i].earlier = c->provisions[one->provision].earlier.implementation;
            list[i].later = c->provisions[one->provision].later.implementation;
        }
        list[i].word = word(g, "word", &hf_noun_recommendation, "status", advice->status);
        if (one->is_overdue) {
            HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(400);
            hf_message_value value = {.name = "date", .text = day(g, advice->due)};
            (void)hf_message(g->session->lang, "assess.overdue", &value, 1, &text);
            list[i].word = hf_str_format(g->arena, "%.*s\n%.*s", HF_STR_ARG(list[i].word),
                                         HF_STR_ARG(hf_buf_str(&text)));
        }
    }
    out->advice = list;
    out->advice_count = c->advice_count;
}

static void gather_rounds(gathering *g, const hf_round_comparison *c)
{
    hf_report_rounds *out = HF_NEW_N(g->arena, hf_report_rounds, 1);
    hf_report_change *themes = HF_NEW_N(g->arena, hf_report_change, c->theme_count + 1);
    *out = (hf_report_rounds){
        .earlier = c->earlier.assessment->title,
        .later = c->later.assessment->title,
        .overall = change_of(hf_message_text(g->session->lang, "cli.assess.all", g->arena),
                             &c->overall.earlier, &c->overall.later),
        .themes = themes,
        .theme_count = c->theme_count,
        .only_earlier = c->overall.changes.only_earlier,
        .only_later = c->overall.changes.only_later,
        .scope_changed = c->overall.changes.scope,
        .not_asked = c->earlier.unasked_count + c->later.unasked_count};
    for (size_t i = 0; i < c->theme_count; i++)
        themes[i] = change_of(c->themes[i].name, &c->themes[i].earlier, &c->themes[i].later);
    gather_falls(g, c, out);
    gather_gap_changes(g, c, out);
    gather_advice_then(g, c, out);
    g->data.rounds = out;
}

// --- several assessors

static hf_report_agreement agreed(hf_str name, const hf_agreement_score *score)
{
    return (hf_report_agreement){.name = name,
                                 .ordinal = score->ordinal,
                                 .nominal = score->nominal,
                                 .questions = score->questions,
                                 .disputed = score->disputed};
}

static void gather_agreement(gathering *g, const hf_rater_agreement *a)
{
    hf_report_agreement *list = HF_NEW_N(g->arena, hf_report_agreement, a->results.theme_count + 2);
    size_t count = 0;
    if (a->overall.questions == 0)
        return;
    for (size_t i = 0; i < a->results.theme_count; i++)
        if (a->sections[i].questions > 0)
            list[count++] = agreed(a->results.themes[i].name, &a->sections[i]);
    list[count++] =
        agreed(hf_message_text(g->session->lang, "cli.assess.all", g->arena), &a->overall);
    g->data.agreement = list;
    g->data.agreement_count = count;
}

// --- assistance

static hf_str factors_not_met(const gathering *g, const hf_match *match)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2000);
    for (size_t i = 0; i < HF_FACTOR_COUNT; i++) {
        if (match->factors[i] != HF_VERDICT_NOT_MET)
            continue;
        hf_str key = hf_str_format(g->arena, "assist.factor.%s", hf_factor_words[i]);
        hf_str name = hf_message_text(g->session->lang, hf_str_z(g->arena, key), g->arena);
        hf_buf_add_format(&text, "%s%.*s", text.len > 0 ? " · " : "", HF_STR_ARG(name));
    }
    return hf_buf_copy(g->arena, &text);
}

static void gather_needs(gathering *g)
{
    const hf_assistance *a = &g->assistance;
    hf_report_need *list = HF_NEW_N(g->arena, hf_report_need, a->need_count + 1);
    for (size_t i = 0; i < a->need_count; i++) {
        const hf_assistance_need *need = a->needs[i].need;
        list[i] =
            (hf_report_need){.title = need->title,
                             .kind = word(g, "word", &hf_noun_need, "kind", need->kind),
                             .urgency = word(g, "word", &hf_noun_need, "urgency", need->urgency),
                             .status = word(g, "word", &hf_noun_need, "status", need->status),
                             .wanted_by = day(g, need->wanted_by)};
        if (a->needs[i].offer_count == 0)
            continue;
        const hf_matched_offer *best = &a->needs[i].offers[0];
        list[i].offer = best->known->offer->title;
        list[i].met = best->match.met;
        list[i].not_met = factors_not_met(g, &best->match);
    }
    g->data.needs = list;
    g->data.need_count = a->need_count;
}

static void gather_projects(gathering *g)
{
    const hf_assistance *a = &g->assistance;
    hf_report_project *list = HF_NEW_N(g->arena, hf_report_project, a->project_count + 1);
    for (size_t i = 0; i < a->project_count; i++) {
        const hf_project *project = a->projects[i].project;
        list[i] = (hf_report_project){
            .title = project->title,
            .status = word(g, "word", &hf_noun_project, "status", project->status),
            .indicator = project->unit.len == 0 ? project->indicator
                                                : hf_str_format(g->arena, "%.*s (%.*s)",
                                                                HF_STR_ARG(project->indicator),
                                                                HF_STR_ARG(project->unit)),
            .before = project->value_before,
            .target = project->target,
            .after = project->value_after,
            .score_before = a->projects[i].before,
            .score_after = a->projects[i].after};
    }
    g->data.projects = list;
    g->data.project_count = a->project_count;
}

static hf_str subject_of(const gathering *g)
{
    const hf_assessment *a = g->results.assessment;
    hf_str name = word(g, "word", &hf_noun_assessment, "subject", a->subject);
    hf_str which = a->sector.len > 0 ? a->sector : a->organisation;
    return which.len == 0
               ? name
               : hf_str_format(g->arena, "%.*s: %.*s", HF_STR_ARG(name), HF_STR_ARG(which));
}

static void protect_by_round(hf_head *all, const hf_assessment_results *round, hf_arena *arena)
{
    hf_protect(all, &round->assessment->head, arena);
    for (size_t i = 0; i < round->before_count; i++)
        hf_protect(all, &round->before[i]->head, arena);
}

// Of all that the report tells of: the assessment, what it asks, the other round and what that one carried on, the offers that it
// names, and what measures a project again. Whoever reads it may read each of them.
static hf_head protection_of(const gathering *g, const hf_round_comparison *rounds)
{
    hf_head all = {.marking = HF_TLP_CLEAR};
    hf_protect(&all, &g->results.assessment->head, g->arena);
    hf_protect_by_provisions(&all, &g->results.book, g->arena);
    if (rounds != NULL) {
        protect_by_round(&all, &rounds->earlier, g->arena);
        protect_by_round(&all, &rounds->later, g->arena);
    }
    for (size_t i = 0; i < g->assistance.need_count; i++) {
        const hf_matched_need *need = &g->assistance.needs[i];
        if (need->offer_count > 0)
            hf_protect(&all, &need->offers[0].known->offer->head, g->arena);
    }
    for (size_t i = 0; i < g->assistance.project_count; i++)
        hf_protect(&all, &g->assistance.projects[i].protection, g->arena);
    return all;
}

static void gather(gathering *g, const hf_round_comparison *rounds)
{
    const hf_assessment_results *r = &g->results;
    HF_CLEANUP(hf_buf_done) hf_buf date = hf_buf_of(500);
    char now[32];
    hf_time_format(g->session->now_ms, now);
    hf_head protection = protection_of(g, rounds);
    hf_message_value values[] = {{.name = "date", .text = day(g, g->session->now_ms)}};
    hf_message(g->session->lang, "report.data_date", values, 1, &date);
    g->data = (hf_assessment_data){
        .head = {.lang = g->session->lang,
                 .marking = hf_str_of(hf_marking_words[protection.marking]),
                 .compartments = protection.compartments,
                 .data_date = hf_buf_copy(g->arena, &date),
                 .date = hf_str_copy(g->arena, hf_str_slice(hf_str_of(now), 0, 10)),
                 .snapshot = digest_of(g)},
        .title = r->assessment->title,
        .subject = subject_of(g),
        .stage = word(g, "word", &hf_noun_assessment, "stage", r->assessment->stage),
        .due = day(g, r->due),
        .lead = r->assessment->lead,
        .overall = score_of(&r->overall, HF_STR_EMPTY, HF_STR_EMPTY),
        .themes = scores_of(g, r->themes, r->theme_count),
        .theme_count = r->theme_count,
        .instruments = scores_of(g, r->instruments, r->instrument_count),
        .instrument_count = r->instrument_count};
    gather_phases(g);
    gather_audits(g);
    gather_gaps(g);
    gather_reviews(g);
    gather_answers(g);
    gather_advice(g);
    gather_agreement(g, &g->agreement);
    gather_needs(g);
    gather_projects(g);
    if (rounds != NULL)
        gather_rounds(g, rounds);
}

// The whole of an assessment is taken out by who may take it out, and not by who answers for a section of it.
static bool may_take_out(const hf_session *session, const hf_assessment_results *results,
                         hf_error *err)
{
    return hf_can(&session->actor, HF_CAN_EXPORT, &hf_noun_assessment, results->assessment, err);
}

static bool compare(const hf_session *session, const hf_report_request *request, hf_arena *arena,
                    hf_round_comparison *out, hf_error *err)
{
    return hf_compare_rounds(session, request->against, request->of, arena, out, err) &&
           may_take_out(session, &out->earlier, err) && may_take_out(session, &out->later, err);
}

bool hf_make_assessment_report(const hf_session *session, const hf_report_request *request,
                               hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    gathering g = {.session = session, .arena = &arena};
    const hf_assistance_request assistance = {.assessment = request->of};
    bool compares = request->against.len > 0;
    const hf_template *template = NULL;
    hf_round_comparison comparison;
    hf_doc doc;
    hf_mark mark;
    if (!hf_can(&session->actor, HF_CAN_EXPORT, NULL, NULL, err) ||
        (request->template_source != NULL &&
         !hf_assessment_template(request->template, request->template_source, &arena, &template,
                                 err)) ||
        !hf_assessment_results_read(session, NULL, request->of, &arena, &g.results, err) ||
        !may_take_out(session, &g.results, err) ||
        !hf_agreement_read(session, request->of, &arena, &g.agreement, err) ||
        !hf_assistance_read(session, &assistance, &arena, &g.assistance, err) ||
        (compares && !compare(session, request, &arena, &comparison, err)) ||
        !hf_mark_make(session, &arena, &mark, err))
        return false;
    gather(&g, compares ? &comparison : NULL);
    hf_report_assessment(&g.data, template, &arena, &doc);
    doc.made_for = mark.words;
    return hf_write_report(&doc, request, out, err) &&
           hf_note_report(session, request, &hf_noun_assessment, g.results.assessment->head.key,
                          &mark, err);
}
