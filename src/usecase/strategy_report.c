// SPDX-License-Identifier: Apache-2.0
//
// Gathers what the report of the strategy shows, in the session's language.
#include "usecase/strategy.h"

#include <stdio.h>

#include "report/report.h"
#include "usecase/digest.h"
#include "usecase/library.h"
#include "usecase/report.h"
#include "usecase/simulate.h"

#define NOTE_BYTES_MAX 20000u

typedef struct {
    const hf_session *session;
    hf_arena *arena;
    hf_national_frame frame;
    hf_library library;
    hf_strategy_data data;
} gathering;

static hf_str word(const gathering *g, const hf_noun *noun, const char *field, int32_t value)
{
    if (value == HF_WORD_NONE)
        return HF_STR_EMPTY;
    hf_str family = hf_str_format(g->arena, "word.%s.%s", noun->name, field);
    return hf_frame_word(g->session, hf_str_z(g->arena, family),
                         hf_noun_field(noun, hf_str_of(field), NULL)->words[value], g->arena);
}

// Between isolates (UAX #9): behind an Arabic word the parts of a date would change places.
static hf_str day(const gathering *g, int64_t ms)
{
    char text[32];
    if (ms == HF_INTEGER_NONE)
        return HF_STR_EMPTY;
    hf_time_format(ms, text);
    return hf_str_format(g->arena, "\xe2\x81\xa6%.10s\xe2\x81\xa9", text);
}

static void join(hf_buf *out, hf_str part)
{
    hf_buf_add_format(out, "%s%.*s", out->len > 0 ? " · " : "", HF_STR_ARG(part));
}

static hf_str phases_of(const gathering *g, hf_str phases)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(NOTE_BYTES_MAX);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        if (hf_has_phase(phases, (hf_phase)i))
            join(&text, word(g, &hf_noun_mandate, "phase", (int32_t)i));
    return hf_buf_copy(g->arena, &text);
}

// --- strategies ------------------------------------------------------------------------------------------

static hf_str objective_title(const hf_known_strategy *known, hf_str key)
{
    for (size_t i = 0; i < known->objective_count; i++)
        if (hf_str_equal(known->objectives[i]->head.key, key))
            return known->objectives[i]->title;
    return key;
}

static const hf_report_action *actions_of(const gathering *g, const hf_known_strategy *known)
{
    hf_report_action *list = HF_NEW_N(g->arena, hf_report_action, known->action_count + 1);
    for (size_t i = 0; i < known->action_count; i++) {
        const hf_action *action = known->actions[i];
        list[i] = (hf_report_action){.objective = objective_title(known, action->objective),
                                     .title = action->title,
                                     .owner = action->owner,
                                     .due = day(g, action->due),
                                     .status = word(g, &hf_noun_action, "status", action->status),
                                     .phases = phases_of(g, action->phases),
                                     .cost = action->cost,
                                     .funded = action->funded};
    }
    return list;
}

static const hf_report_missing *missing_of(const gathering *g, const hf_known_strategy *known)
{
    hf_report_missing *list = HF_NEW_N(g->arena, hf_report_missing, known->missing_count + 1);
    for (size_t i = 0; i < known->missing_count; i++) {
        const hf_missing *missing = &known->missing[i];
        list[i] = (hf_report_missing){
            .rule = hf_frame_word(g->session, "strategy.rule",
                                  hf_strategy_rules[missing->rule].word, g->arena),
            .subject = hf_missing_name(g->session, known, missing, g->arena),
            .provisions = hf_str_of(hf_strategy_rules[missing->rule].provisions)};
    }
    return list;
}

static void gather_strategies(gathering *g)
{
    const hf_national_frame *frame = &g->frame;
    hf_report_strategy *list = HF_NEW_N(g->arena, hf_report_strategy, frame->strategy_count + 1);
    for (size_t i = 0; i < frame->strategy_count; i++) {
        const hf_known_strategy *known = &frame->strategies[i];
        list[i] = (hf_report_strategy){.title = known->strategy->title,
                                       .owner = known->strategy->owner,
                                       .adopted = day(g, known->strategy->adopted_at),
                                       .review_due = day(g, known->review_due),
                                       .met = known->rules_met,
                                       .rules = HF_RULE_COUNT,
                                       .cost = known->cost,
                                       .funded = known->funded,
                                       .missing = missing_of(g, known),
                                       .missing_count = known->missing_count,
                                       .actions = actions_of(g, known),
                                       .action_count = known->action_count};
    }
    g->data.strategies = list;
    g->data.strategy_count = frame->strategy_count;
}

// --- the rest --------------------------------------------------------------------------------------------

static void gather_phases(gathering *g)
{
    hf_report_cover *list = HF_NEW_N(g->arena, hf_report_cover, HF_PHASE_COUNT);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        const hf_phase_cover *cover = &g->frame.phases[i];
        list[i] = (hf_report_cover){.name = word(g, &hf_noun_mandate, "phase", (int32_t)i),
                                    .actions = cover->actions,
                                    .done = cover->done,
                                    .leads = cover->leads,
                                    .supports = cover->supports,
                                    .agreements = cover->agreements,
                                    .practices = cover->practices};
    }
    g->data.phases = list;
    g->data.phase_count = HF_PHASE_COUNT;
}

static void gather_law(gathering *g)
{
    hf_str *conducts = HF_NEW_N(g->arena, hf_str, HF_CONDUCT_COUNT);
    hf_str *forms = HF_NEW_N(g->arena, hf_str, HF_OFFENCE_COUNT);
    uint32_t *cells = HF_NEW_N(g->arena, uint32_t, HF_CONDUCT_COUNT * HF_OFFENCE_COUNT);
    bool *is_asked = HF_NEW_N(g->arena, bool, HF_CONDUCT_COUNT *HF_OFFENCE_COUNT);
    for (size_t f = 0; f < HF_OFFENCE_COUNT; f++)
        forms[f] = word(g, &hf_noun_law, "form", (int32_t)f);
    for (size_t c = 0; c < HF_CONDUCT_COUNT; c++) {
        conducts[c] = word(g, &hf_noun_law, "conduct", (int32_t)c);
        for (size_t f = 0; f < HF_OFFENCE_COUNT; f++) {
            cells[c * HF_OFFENCE_COUNT + f] = g->frame.cells[c][f];
            is_asked[c * HF_OFFENCE_COUNT + f] = hf_law_asked_by(c, f) != NULL;
        }
    }
    g->data.conducts = conducts;
    g->data.forms = forms;
    g->data.conduct_count = HF_CONDUCT_COUNT;
    g->data.form_count = HF_OFFENCE_COUNT;
    g->data.cells = cells;
    g->data.is_asked = is_asked;
}

static hf_str role_in(const gathering *g, const hf_role_row *row, size_t phase)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(NOTE_BYTES_MAX);
    for (size_t i = 0; i < row->mandate_count; i++) {
        const hf_mandate *mandate = row->mandates[i];
        if (mandate->phase != (int32_t)phase)
            continue;
        hf_str part = word(g, &hf_noun_mandate, "part", mandate->part);
        join(&text, mandate->sector.len == 0
                        ? part
                        : hf_str_format(g->arena, "%.*s (%.*s)", HF_STR_ARG(part),
                                        HF_STR_ARG(mandate->sector)));
    }
    return text.len > 0 ? hf_buf_copy(g->arena, &text) : HF_STR("–");
}

static void gather_roles(gathering *g)
{
    hf_report_role *list = HF_NEW_N(g->arena, hf_report_role, g->frame.role_count + 1);
    for (size_t i = 0; i < g->frame.role_count; i++) {
        hf_str *cells = HF_NEW_N(g->arena, hf_str, HF_PHASE_COUNT);
        for (size_t p = 0; p < HF_PHASE_COUNT; p++)
            cells[p] = role_in(g, &g->frame.roles[i], p);
        list[i] = (hf_report_role){g->frame.roles[i].name, cells};
    }
    g->data.roles = list;
    g->data.role_count = g->frame.role_count;
}

static void gather_reach(gathering *g)
{
    hf_report_reach *list = HF_NEW_N(g->arena, hf_report_reach, g->frame.reach_count + 1);
    for (size_t i = 0; i < g->frame.reach_count; i++)
        list[i] = (hf_report_reach){g->frame.reach[i].name, g->frame.reach[i].in_force,
                                    g->frame.reach[i].exercised, g->frame.reach[i].public_private};
    g->data.reach = list;
    g->data.reach_count = g->frame.reach_count;
}

static void gather_safeguards(gathering *g)
{
    hf_report_safeguard *list =
        HF_NEW_N(g->arena, hf_report_safeguard, g->frame.safeguard_count + 1);
    for (size_t i = 0; i < g->frame.safeguard_count; i++) {
        const hf_known_safeguard *known = &g->frame.safeguards[i];
        HF_CLEANUP(hf_buf_done) hf_buf lacks = hf_buf_of(NOTE_BYTES_MAX);
        for (unsigned k = 0; k < HF_LACK_COUNT; k++)
            if ((known->lacks >> k & 1u) != 0)
                join(&lacks, hf_frame_word(g->session, "strategy.lack", hf_safeguard_lack_words[k],
                                           g->arena));
        list[i] = (hf_report_safeguard){
            .title = known->safeguard->title,
            .organisation = known->safeguard->organisation,
            .status = word(g, &hf_noun_safeguard, "status", known->safeguard->status),
            .lacks = lacks.len > 0 ? hf_buf_copy(g->arena, &lacks) : HF_STR("–"),
            .review_due = day(g, known->review_due)};
    }
    g->data.safeguards = list;
    g->data.safeguard_count = g->frame.safeguard_count;
}

static void gather_library(gathering *g)
{
    hf_report_practice *list = HF_NEW_N(g->arena, hf_report_practice, g->library.count + 1);
    for (size_t i = 0; i < g->library.count; i++) {
        const hf_practice *practice = g->library.items[i].practice;
        list[i] = (hf_report_practice){.title = practice->title,
                                       .form = word(g, &hf_noun_practice, "form", practice->form),
                                       .phases = phases_of(g, practice->phases),
                                       .result = practice->result};
    }
    g->data.practices = list;
    g->data.practice_count = g->library.count;
}

// Over the strategies with their parts as they are stored, in the order in which they are shown.
static hf_str digest_of(const gathering *g)
{
    hf_canonical strategy = hf_canonical_of(&hf_noun_strategy, g->arena);
    hf_canonical objective = hf_canonical_of(&hf_noun_objective, g->arena);
    hf_canonical action = hf_canonical_of(&hf_noun_action, g->arena);
    hf_canonical law = hf_canonical_of(&hf_noun_law, g->arena);
    hf_canonical safeguard = hf_canonical_of(&hf_noun_safeguard, g->arena);
    hf_records_digest digest = hf_records_digest_open(g->arena);
    for (size_t i = 0; i < g->frame.strategy_count; i++) {
        const hf_known_strategy *known = &g->frame.strategies[i];
        hf_records_digest_add(&digest, &strategy, known->strategy);
        for (size_t k = 0; k < known->objective_count; k++)
            hf_records_digest_add(&digest, &objective, known->objectives[k]);
        for (size_t k = 0; k < known->action_count; k++)
            hf_records_digest_add(&digest, &action, known->actions[k]);
    }
    for (size_t i = 0; i < g->frame.law_count; i++)
        hf_records_digest_add(&digest, &law, g->frame.laws[i]);
    for (size_t i = 0; i < g->frame.safeguard_count; i++)
        hf_records_digest_add(&digest, &safeguard, g->frame.safeguards[i].safeguard);
    return hf_records_digest_close(&digest);
}

static void gather(gathering *g)
{
    HF_CLEANUP(hf_buf_done) hf_buf date = hf_buf_of(500);
    char now[32];
    hf_message_value values[] = {{.name = "date", .text = day(g, g->session->now_ms)}};
    hf_head all = {.marking = HF_TLP_CLEAR};
    hf_protect(&all, &g->frame.protection, g->arena);
    hf_protect(&all, &g->library.protection, g->arena);
    hf_message(g->session->lang, "report.data_date", values, 1, &date);
    g->data.head.lang = g->session->lang;
    g->data.head.marking = hf_str_of(hf_marking_words[all.marking]);
    g->data.head.compartments = all.compartments;
    g->data.head.data_date = hf_buf_copy(g->arena, &date);
    hf_time_format(g->session->now_ms, now);
    g->data.head.date = hf_str_copy(g->arena, hf_str_slice(hf_str_of(now), 0, 10));
    g->data.head.snapshot = digest_of(g);
    gather_strategies(g);
    gather_phases(g);
    gather_law(g);
    gather_roles(g);
    gather_reach(g);
    gather_safeguards(g);
    gather_library(g);
}

bool hf_make_strategy_report(const hf_session *session, const hf_report_request *request,
                             hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    gathering g = {.session = session, .arena = &arena};
    const hf_library_request all = {.form = HF_WORD_NONE, .phase = HF_WORD_NONE};
    hf_doc doc;
    hf_mark mark;
    if (!hf_can(&session->actor, HF_CAN_EXPORT, NULL, NULL, err) ||
        !hf_national_frame_read(session, HF_STR_EMPTY, &arena, &g.frame, err) ||
        !hf_library_read(session, &all, &arena, &g.library, err) ||
        !hf_mark_make(session, &arena, &mark, err))
        return false;
    gather(&g);
    hf_report_strategies(&g.data, &arena, &doc);
    doc.made_for = mark.words;
    return hf_write_report(&doc, request, out, err) &&
           hf_note_report(session, request, NULL, HF_STR_EMPTY, &mark, err);
}
