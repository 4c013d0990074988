// SPDX-License-Identifier: Apache-2.0
//
// Reads what is of the nation and holds it against the rules of model/completeness.h. See strategy.h.
#include "usecase/strategy.h"

#include <math.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "model/organisation.h"
#include "model/taxonomy.h"
#include "usecase/names.h"
#include "usecase/simulate.h"

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_national_frame *out;
    hf_page strategies, objectives, actions, laws, mandates, agreements, safeguards, practices;
} working;

static bool list_known(working *w, const hf_noun *noun, hf_page *out, hf_error *err)
{
    hf_query query = {.noun = noun};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    if (!hf_list_all(w->read, &query, w->arena, out, err))
        return false;
    for (size_t i = 0; i < out->count; i++)
        hf_protect(&w->out->protection, out->records[i], w->arena);
    return true;
}

static bool read_all(working *w, hf_error *err)
{
    return list_known(w, &hf_noun_strategy, &w->strategies, err) &&
           list_known(w, &hf_noun_objective, &w->objectives, err) &&
           list_known(w, &hf_noun_action, &w->actions, err) &&
           list_known(w, &hf_noun_law, &w->laws, err) &&
           list_known(w, &hf_noun_mandate, &w->mandates, err) &&
           list_known(w, &hf_noun_agreement, &w->agreements, err) &&
           list_known(w, &hf_noun_safeguard, &w->safeguards, err) &&
           list_known(w, &hf_noun_practice, &w->practices, err);
}

// --- strategies ------------------------------------------------------------------------------------------

static int by_position(const void *a, const void *b)
{
    const hf_strategy_objective *one = *(const hf_strategy_objective *const *)a,
                                *two = *(const hf_strategy_objective *const *)b;
    if (one->position !=
        two->position) // HF_INTEGER_NONE is the smallest: those without one stand first
        return one->position < two->position ? -1 : 1;
    return hf_str_compare_natural(one->head.key, two->head.key);
}

static void take_objectives(working *w, hf_known_strategy *known)
{
    known->objectives = HF_NEW_N(w->arena, const hf_strategy_objective *, w->objectives.count + 1);
    for (size_t i = 0; i < w->objectives.count; i++) {
        const hf_strategy_objective *objective = w->objectives.records[i];
        if (hf_str_equal(objective->strategy, known->strategy->head.key))
            known->objectives[known->objective_count++] = objective;
    }
    if (known->objective_count > 0)
        qsort(known->objectives, known->objective_count, sizeof(void *), by_position);
}

static void take_actions(working *w, hf_known_strategy *known)
{
    known->actions = HF_NEW_N(w->arena, const hf_action *, w->actions.count + 1);
    for (size_t o = 0; o < known->objective_count; o++)
        for (size_t i = 0; i < w->actions.count; i++) {
            const hf_action *action = w->actions.records[i];
            if (!hf_str_equal(action->objective, known->objectives[o]->head.key))
                continue;
            known->actions[known->action_count++] = action;
            if (action->status == HF_ACTION_STOPPED)
                continue;
            known->cost += isnan(action->cost) ? 0 : action->cost;
            known->funded += isnan(action->funded) ? 0 : action->funded;
        }
}

static void judge(working *w, hf_known_strategy *known)
{
    const hf_strategy *strategy = known->strategy;
    bool is_lacking[HF_RULE_COUNT] = {false};
    hf_missing *missing = NULL;
    const hf_strategy_input input = {.strategy = strategy,
                                     .objectives = known->objectives,
                                     .objective_count = known->objective_count,
                                     .actions = known->actions,
                                     .action_count = known->action_count,
                                     .mandates = (const hf_mandate *const *)w->mandates.records,
                                     .mandate_count = w->mandates.count,
                                     .laws = w->out->laws,
                                     .law_count = w->out->law_count,
                                     .agreements = w->out->agreements,
                                     .agreement_count = w->out->agreement_count,
                                     .now_ms = w->session->now_ms};
    known->missing_count = hf_strategy_lacks(&input, w->arena, &missing);
    known->missing = missing;
    for (size_t i = 0; i < known->missing_count; i++)
        is_lacking[missing[i].rule] = true;
    for (size_t i = 0; i < HF_RULE_COUNT; i++)
        known->rules_met += !is_lacking[i];
    known->review_due = hf_review_due(
        strategy->reviewed_at != HF_INTEGER_NONE ? strategy->reviewed_at : strategy->adopted_at,
        strategy->review_months);
    known->is_overdue =
        known->review_due != HF_INTEGER_NONE && known->review_due < w->session->now_ms;
}

static bool take_strategies(working *w, hf_str wanted, hf_error *err)
{
    hf_national_frame *out = w->out;
    out->strategies = HF_NEW_N(w->arena, hf_known_strategy, w->strategies.count + 1);
    for (size_t i = 0; i < w->strategies.count; i++) {
        const hf_strategy *strategy = w->strategies.records[i];
        if (wanted.len > 0 && !hf_str_equal(strategy->head.key, wanted))
            continue;
        hf_known_strategy *known = &out->strategies[out->strategy_count++];
        *known = (hf_known_strategy){.strategy = strategy};
        take_objectives(w, known);
        take_actions(w, known);
        judge(w, known);
    }
    return wanted.len == 0 || out->strategy_count > 0 ||
           hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no strategy '%.*s'",
                   HF_STR_ARG(wanted));
}

// --- law -------------------------------------------------------------------------------------------------

static void take_laws(working *w)
{
    hf_national_frame *out = w->out;
    out->laws = HF_NEW_N(w->arena, const hf_law *, w->laws.count + 1);
    out->law_count = w->laws.count;
    for (size_t i = 0; i < w->laws.count; i++)
        out->laws[i] = w->laws.records[i];
    hf_law_map_of(out->laws, out->law_count, out->cells);
    for (size_t c = 0; c < HF_CONDUCT_COUNT; c++)
        for (size_t f = 0; f < HF_OFFENCE_COUNT; f++) {
            bool is_asked = hf_law_asked_by(c, f) != NULL;
            out->empty_cells += out->cells[c][f] == 0;
            out->asked_cells += is_asked;
            out->empty_asked_cells += is_asked && out->cells[c][f] == 0;
        }
}

// --- roles -----------------------------------------------------------------------------------------------

static bool name_of(working *w, hf_str organisation, hf_str *out, hf_error *err)
{
    void *record = NULL;
    *out = organisation;
    if (!hf_get_known(&w->session->actor, w->read, &hf_noun_organisation, organisation, w->arena,
                      &record, err))
        return false;
    if (record != NULL && ((const hf_organisation *)record)->name.len > 0)
        *out = ((const hf_organisation *)record)->name;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const hf_role_row *one = a, *two = b;
    int order = hf_str_compare_natural(one->name, two->name);
    return order != 0 ? order : hf_str_compare(one->organisation, two->organisation);
}

static bool take_roles(working *w, hf_error *err)
{
    hf_national_frame *out = w->out;
    hf_map index = hf_map_of(w->arena, w->mandates.count);
    uint32_t *row_of = HF_NEW_N(w->arena, uint32_t, w->mandates.count + 1);
    const hf_mandate **all = HF_NEW_N(w->arena, const hf_mandate *, w->mandates.count + 1);
    out->roles = HF_NEW_N(w->arena, hf_role_row, w->mandates.count + 1);
    for (size_t i = 0; i < w->mandates.count; i++) {
        const hf_mandate *mandate = w->mandates.records[i];
        uint32_t at = (uint32_t)out->role_count;
        if (hf_map_add(&index, mandate->organisation, at, &at)) {
            hf_role_row *row = &out->roles[out->role_count++];
            row->organisation = mandate->organisation;
            if (!name_of(w, mandate->organisation, &row->name, err))
                return false;
        }
        out->roles[at].mandate_count++;
        row_of[i] = at;
    }
    for (size_t i = 0, from = 0; i < out->role_count; i++) {
        out->roles[i].mandates = all + from;
        from += out->roles[i].mandate_count;
        out->roles[i].mandate_count = 0;
    }
    for (size_t i = 0; i < w->mandates.count; i++) {
        hf_role_row *row = &out->roles[row_of[i]];
        row->mandates[row->mandate_count++] = w->mandates.records[i];
    }
    if (out->role_count > 0)
        qsort(out->roles, out->role_count, sizeof *out->roles, by_name);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        out->leads[i] = hf_phase_leads((const hf_mandate *const *)w->mandates.records,
                                       w->mandates.count, (hf_phase)i);
    return true;
}

// --- agreements ------------------------------------------------------------------------------------------

static void count_reach(const working *w, hf_reach_row *row)
{
    for (size_t i = 0; i < w->out->agreement_count; i++) {
        const hf_agreement *agreement = w->out->agreements[i];
        if (!hf_agreement_is_in_force(agreement, w->session->now_ms) ||
            !hf_reaches_sector(agreement->sectors, row->code))
            continue;
        row->in_force++;
        row->exercised += agreement->exercised_at != HF_INTEGER_NONE;
        row->public_private += agreement->kind == HF_AGREEMENT_PUBLIC_PRIVATE;
    }
}

static int by_place(const void *a, const void *b)
{
    const hf_taxonomy *one = *(const hf_taxonomy *const *)a, *two = *(const hf_taxonomy *const *)b;
    return one->position < two->position ? -1 : one->position > two->position ? 1 : 0;
}

static bool take_agreements(working *w, hf_error *err)
{
    hf_national_frame *out = w->out;
    const hf_filter filter = {hf_noun_field(&hf_noun_taxonomy, HF_STR("axis"), NULL), HF_IS,
                              HF_STR("sector")};
    hf_query query = {.noun = &hf_noun_taxonomy, .filters = &filter, .filter_count = 1};
    hf_page sectors = {0};
    out->agreements = HF_NEW_N(w->arena, const hf_agreement *, w->agreements.count + 1);
    out->agreement_count = w->agreements.count;
    for (size_t i = 0; i < w->agreements.count; i++)
        out->agreements[i] = w->agreements.records[i];
    if (!hf_list_all(w->read, &query, w->arena, &sectors, err))
        return false;
    if (sectors.count > 0)
        qsort(sectors.records, sectors.count, sizeof(void *), by_place);
    out->reach = HF_NEW_N(w->arena, hf_reach_row, sectors.count + 1);
    for (size_t i = 0; i < sectors.count; i++) {
        const hf_taxonomy *sector = sectors.records[i];
        if (!sector->is_active)
            continue;
        hf_reach_row *row = &out->reach[out->reach_count++];
        row->code = sector->head.key;
        count_reach(w, row);
        if (!hf_label_of(w->read, w->session->lang, row->code, w->arena, &row->name, err))
            return false;
    }
    return true;
}

// --- intrusive measures ----------------------------------------------------------------------------------

static int lacks_of(unsigned bits)
{
    int count = 0;
    for (unsigned i = 0; i < HF_LACK_COUNT; i++)
        count += (int)(bits >> i & 1u);
    return count;
}

static int by_lacks(const void *a, const void *b)
{
    const hf_known_safeguard *one = a, *two = b;
    int order = lacks_of(two->lacks) - lacks_of(one->lacks);
    return order != 0 ? order
                      : hf_str_compare_natural(one->safeguard->head.key, two->safeguard->head.key);
}

static void take_safeguards(working *w)
{
    hf_national_frame *out = w->out;
    out->safeguards = HF_NEW_N(w->arena, hf_known_safeguard, w->safeguards.count + 1);
    out->safeguard_count = w->safeguards.count;
    for (size_t i = 0; i < w->safeguards.count; i++) {
        const hf_safeguard *safeguard = w->safeguards.records[i];
        hf_known_safeguard *known = &out->safeguards[i];
        known->safeguard = safeguard;
        known->lacks = hf_safeguard_lacks(safeguard, w->session->now_ms);
        known->review_due = hf_review_due(safeguard->reviewed_at, safeguard->review_months);
        known->is_overdue = (known->lacks >> HF_LACK_REVIEW & 1u) != 0;
    }
    if (out->safeguard_count > 0)
        qsort(out->safeguards, out->safeguard_count, sizeof *out->safeguards, by_lacks);
}

// --- phases ----------------------------------------------------------------------------------------------

static void cover_phase(const working *w, hf_phase phase, hf_phase_cover *out)
{
    for (size_t s = 0; s < w->out->strategy_count; s++)
        for (size_t i = 0; i < w->out->strategies[s].action_count; i++) {
            const hf_action *action = w->out->strategies[s].actions[i];
            bool counts =
                action->status != HF_ACTION_STOPPED && hf_has_phase(action->phases, phase);
            out->actions += counts;
            out->done += counts && action->status == HF_ACTION_DONE;
        }
    for (size_t i = 0; i < w->mandates.count; i++) {
        const hf_mandate *mandate = w->mandates.records[i];
        out->leads += mandate->phase == (int32_t)phase && mandate->part == HF_PART_LEADS;
        out->supports += mandate->phase == (int32_t)phase && mandate->part == HF_PART_SUPPORTS;
    }
    for (size_t i = 0; i < w->out->agreement_count; i++)
        out->agreements += hf_agreement_is_in_force(w->out->agreements[i], w->session->now_ms) &&
                           hf_has_phase(w->out->agreements[i]->phases, phase);
    for (size_t i = 0; i < w->practices.count; i++) {
        const hf_practice *practice = w->practices.records[i];
        out->practices +=
            practice->status != HF_PRACTICE_RETIRED && hf_has_phase(practice->phases, phase);
    }
}

bool hf_national_frame_read(const hf_session *session, hf_str strategy, hf_arena *arena,
                            hf_national_frame *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    *out = (hf_national_frame){.protection = {.marking = -1}};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_strategy, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    w.read = read;
    if (!read_all(&w, err))
        return false;
    take_laws(&w);
    if (!take_agreements(&w, err) || !take_strategies(&w, strategy, err) || !take_roles(&w, err))
        return false;
    take_safeguards(&w);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        cover_phase(&w, (hf_phase)i, &out->phases[i]);
    return true;
}

uint64_t hf_frame_records(const hf_national_frame *frame)
{
    uint64_t count = frame->law_count + frame->agreement_count + frame->safeguard_count;
    for (size_t i = 0; i < frame->strategy_count; i++)
        count += 1 + frame->strategies[i].objective_count + frame->strategies[i].action_count;
    for (size_t i = 0; i < frame->role_count; i++)
        count += frame->roles[i].mandate_count;
    return count;
}

// --- words -----------------------------------------------------------------------------------------------

hf_str hf_frame_word(const hf_session *session, const char *family, const char *word,
                     hf_arena *arena)
{
    hf_str key = hf_str_format(arena, "%s.%s", family, word);
    return hf_message_text(session->lang, hf_str_z(arena, key), arena);
}

static hf_str offence_name(const hf_session *session, hf_str subject, hf_arena *arena)
{
    hf_str form = subject, conduct;
    (void)hf_str_split(&form, '.', &conduct);
    hf_str what = hf_frame_word(session, "word.law.conduct", hf_str_z(arena, conduct), arena);
    hf_str how = hf_frame_word(session, "word.law.form", hf_str_z(arena, form), arena);
    return hf_str_format(arena, "%.*s – %.*s", HF_STR_ARG(what), HF_STR_ARG(how));
}

hf_str hf_missing_name(const hf_session *session, const hf_known_strategy *known,
                       const hf_missing *missing, hf_arena *arena)
{
    switch (missing->about) {
    case HF_ABOUT_OBJECTIVE:
        for (size_t i = 0; i < known->objective_count; i++)
            if (hf_str_equal(known->objectives[i]->head.key, missing->subject))
                return known->objectives[i]->title;
        break;
    case HF_ABOUT_ACTION:
        for (size_t i = 0; i < known->action_count; i++)
            if (hf_str_equal(known->actions[i]->head.key, missing->subject))
                return known->actions[i]->title;
        break;
    case HF_ABOUT_PHASE:
        return hf_frame_word(session, "word.mandate.phase", hf_str_z(arena, missing->subject),
                             arena);
    case HF_ABOUT_OFFENCE:
        return offence_name(session, missing->subject, arena);
    case HF_ABOUT_SECTOR:
    case HF_ABOUT_STRATEGY:
        break;
    }
    return missing->subject;
}
