// SPDX-License-Identifier: Apache-2.0
//
// Rules over the records of a strategy and its surroundings. See completeness.h.
#include "model/completeness.h"

#include <string.h>

#include "base/clock.h"
#include "base/vec.h"

const hf_strategy_rule_facts hf_strategy_rules[HF_RULE_COUNT] = {
    [HF_RULE_OWNER] = {"owner", "2341-OP2 COMP18-2B"},
    [HF_RULE_ADOPTED] = {"adopted", "2341-OP2 COMP18-2"},
    [HF_RULE_SCOPE] = {"scope", "2341-PP-STATE COMP18-2A"},
    [HF_RULE_SECTORS] = {"sectors", "MGP50-B COMP18-2C"},
    [HF_RULE_RISK_BASIS] = {"risk_basis", "2341-OP2 MGP50-A COMP18-2D"},
    [HF_RULE_AWARENESS] = {"awareness", "2341-OP1 2341-OP2"},
    [HF_RULE_OBJECTIVES] = {"objectives", "2341-OP2 COMP18-2"},
    [HF_RULE_INDICATOR] = {"indicator", "COMP18-2G"},
    [HF_RULE_ACTIONS] = {"actions", "MGP50-C"},
    [HF_RULE_ACTION_OWNER] = {"action_owner", "2341-PP-STREAMS COMP18-2B"},
    [HF_RULE_ACTION_MONEY] = {"action_money", "2341-PP-STREAMS"},
    [HF_RULE_ACTION_DUE] = {"action_due", "MGP50-C"},
    [HF_RULE_PHASES] = {"phases", "2341-PP-CYCLE 2341-OP4 2396-ST2"},
    [HF_RULE_SECTOR_ACTIONS] = {"sector_actions", "2341-PP-CYCLE MGP50-C"},
    [HF_RULE_LEAD] = {"lead", "2341-OP6 COMP18-2B COMP18-5"},
    [HF_RULE_INTEROPERABILITY] = {"interoperability", "2341-OP2 MGP50-D"},
    [HF_RULE_PARTNERSHIP] = {"partnership", "2341-OP5 MGP51-B COMP18-2E"},
    [HF_RULE_CROSS_BORDER] = {"cross_border", "2341-OP8 COMP18-6"},
    [HF_RULE_SOFT_TARGETS] = {"soft_targets", "2396-ST1 COMP22-7"},
    [HF_RULE_RIGHTS] = {"rights", "HR-LAW COMP18-2F"},
    [HF_RULE_LAW] = {"law", "2341-OP3 COMP18-3"},
    [HF_RULE_EXERCISE] = {"exercise", "MGP50-C MGP51-A COMP18-2D"},
    [HF_RULE_REVIEW] = {"review", "MGP50-C COMP18-2G"},
};

const char *const hf_missing_about_words[] = {"strategy", "objective", "action", "phase",
                                              "sector",   "offence",   NULL};
const char *const hf_safeguard_lack_words[] = {"legal_basis",     "aim",       "necessity",
                                               "proportionality", "oversight", "remedy",
                                               "review",          "outcome",   NULL};

int64_t hf_review_due(int64_t last_ms, int64_t months)
{
    return last_ms == HF_INTEGER_NONE || months == HF_INTEGER_NONE
               ? HF_INTEGER_NONE
               : hf_time_add_months(last_ms, months);
}

// --- sectors ---------------------------------------------------------------------------------------------

static bool begins(hf_str text, hf_str with)
{
    return text.len >= with.len && hf_str_equal_ascii_case(hf_str_slice(text, 0, with.len), with);
}

bool hf_reaches_sector(hf_str sectors, hf_str sector)
{
    hf_str word;
    while (hf_str_split(&sectors, ' ', &word))
        if (word.len > 0 && (hf_str_equal_ascii_case(word, HF_STR("any")) || begins(word, sector) ||
                             begins(sector, word)))
            return true;
    return false;
}

// --- strategies ------------------------------------------------------------------------------------------

typedef struct {
    const hf_strategy_input *in;
    hf_arena *arena;
    HF_VEC(hf_missing) list;
} working;

static void lack(working *w, hf_strategy_rule rule, hf_missing_about about, hf_str subject)
{
    hf_missing missing = {rule, about, subject};
    HF_VEC_ADD(w->arena, &w->list, missing);
}

static void want_text(working *w, hf_strategy_rule rule, hf_str text)
{
    if (hf_str_trim(text).len == 0)
        lack(w, rule, HF_ABOUT_STRATEGY, HF_STR_EMPTY);
}

static void want_time(working *w, hf_strategy_rule rule, int64_t ms)
{
    if (ms == HF_INTEGER_NONE)
        lack(w, rule, HF_ABOUT_STRATEGY, HF_STR_EMPTY);
}

static bool counts(const hf_action *action)
{
    return action->status != HF_ACTION_STOPPED;
}

static bool has_action(const hf_strategy_input *in, hf_str objective)
{
    for (size_t i = 0; i < in->action_count; i++)
        if (counts(in->actions[i]) && hf_str_equal(in->actions[i]->objective, objective))
            return true;
    return false;
}

static void look_at_objectives(working *w)
{
    const hf_strategy_input *in = w->in;
    if (in->objective_count == 0)
        lack(w, HF_RULE_OBJECTIVES, HF_ABOUT_STRATEGY, HF_STR_EMPTY);
    for (size_t i = 0; i < in->objective_count; i++)
        if (hf_str_trim(in->objectives[i]->indicator).len == 0)
            lack(w, HF_RULE_INDICATOR, HF_ABOUT_OBJECTIVE, in->objectives[i]->head.key);
    for (size_t i = 0; i < in->objective_count; i++)
        if (!has_action(in, in->objectives[i]->head.key))
            lack(w, HF_RULE_ACTIONS, HF_ABOUT_OBJECTIVE, in->objectives[i]->head.key);
}

// Not said, or said and not there: NaN compares false both ways.
static bool has_money(const hf_action *action)
{
    return action->cost <= 0 || action->funded >= action->cost;
}

static void look_at_actions(working *w)
{
    const hf_strategy_input *in = w->in;
    for (size_t i = 0; i < in->action_count; i++)
        if (counts(in->actions[i]) && in->actions[i]->owner.len == 0)
            lack(w, HF_RULE_ACTION_OWNER, HF_ABOUT_ACTION, in->actions[i]->head.key);
    for (size_t i = 0; i < in->action_count; i++)
        if (counts(in->actions[i]) && !has_money(in->actions[i]))
            lack(w, HF_RULE_ACTION_MONEY, HF_ABOUT_ACTION, in->actions[i]->head.key);
    for (size_t i = 0; i < in->action_count; i++)
        if (counts(in->actions[i]) && in->actions[i]->due == HF_INTEGER_NONE)
            lack(w, HF_RULE_ACTION_DUE, HF_ABOUT_ACTION, in->actions[i]->head.key);
}

static bool has_phase(const hf_strategy_input *in, hf_phase phase)
{
    for (size_t i = 0; i < in->action_count; i++)
        if (counts(in->actions[i]) && hf_has_phase(in->actions[i]->phases, phase))
            return true;
    return false;
}

static bool has_sector(const hf_strategy_input *in, hf_str sector)
{
    for (size_t i = 0; i < in->action_count; i++)
        if (counts(in->actions[i]) && hf_reaches_sector(in->actions[i]->sectors, sector))
            return true;
    return false;
}

static void look_at_cover(working *w)
{
    hf_str rest = w->in->strategy->sectors, sector;
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        if (!has_phase(w->in, (hf_phase)i))
            lack(w, HF_RULE_PHASES, HF_ABOUT_PHASE, hf_str_of(hf_phase_words[i]));
    while (hf_str_split(&rest, ' ', &sector))
        if (sector.len > 0 && !hf_str_equal_ascii_case(sector, HF_STR("any")) &&
            !has_sector(w->in, sector))
            lack(w, HF_RULE_SECTOR_ACTIONS, HF_ABOUT_SECTOR, sector);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        if (hf_phase_leads(w->in->mandates, w->in->mandate_count, (hf_phase)i) != 1)
            lack(w, HF_RULE_LEAD, HF_ABOUT_PHASE, hf_str_of(hf_phase_words[i]));
}

// A partnership is there when the strategy says how, or when one is in force.
static bool has_partnership(const hf_strategy_input *in)
{
    for (size_t i = 0; i < in->agreement_count; i++)
        if (in->agreements[i]->kind == HF_AGREEMENT_PUBLIC_PRIVATE &&
            hf_agreement_is_in_force(in->agreements[i], in->now_ms))
            return true;
    return hf_str_trim(in->strategy->partnership).len > 0;
}

static void look_at_law(working *w)
{
    uint32_t cells[HF_CONDUCT_COUNT][HF_OFFENCE_COUNT];
    hf_law_map_of(w->in->laws, w->in->law_count, cells);
    for (size_t c = 0; c < HF_CONDUCT_COUNT; c++)
        for (size_t f = 0; f < HF_OFFENCE_COUNT; f++)
            if (cells[c][f] == 0 && hf_law_asked_by(c, f) != NULL)
                lack(w, HF_RULE_LAW, HF_ABOUT_OFFENCE,
                     hf_str_format(w->arena, "%s.%s", hf_conduct_words[c], hf_offence_words[f]));
}

static void look_at_clocks(working *w)
{
    const hf_strategy *s = w->in->strategy;
    int64_t last = s->reviewed_at != HF_INTEGER_NONE ? s->reviewed_at : s->adopted_at;
    int64_t exercise = hf_review_due(s->exercised_at, s->review_months);
    int64_t review = hf_review_due(last, s->review_months);
    if (exercise == HF_INTEGER_NONE || exercise < w->in->now_ms)
        lack(w, HF_RULE_EXERCISE, HF_ABOUT_STRATEGY, HF_STR_EMPTY);
    if (review == HF_INTEGER_NONE || review < w->in->now_ms)
        lack(w, HF_RULE_REVIEW, HF_ABOUT_STRATEGY, HF_STR_EMPTY);
}

size_t hf_strategy_lacks(const hf_strategy_input *input, hf_arena *arena, hf_missing **out)
{
    working w = {.in = input, .arena = arena};
    const hf_strategy *s = input->strategy;
    want_text(&w, HF_RULE_OWNER, s->owner);
    want_time(&w, HF_RULE_ADOPTED, s->adopted_at);
    want_text(&w, HF_RULE_SCOPE, s->scope);
    want_text(&w, HF_RULE_SECTORS, s->sectors);
    want_text(&w, HF_RULE_RISK_BASIS, s->risk_basis);
    want_text(&w, HF_RULE_AWARENESS, s->awareness);
    look_at_objectives(&w);
    look_at_actions(&w);
    look_at_cover(&w);
    want_text(&w, HF_RULE_INTEROPERABILITY, s->interoperability);
    if (!has_partnership(input))
        lack(&w, HF_RULE_PARTNERSHIP, HF_ABOUT_STRATEGY, HF_STR_EMPTY);
    want_text(&w, HF_RULE_CROSS_BORDER, s->cross_border);
    want_text(&w, HF_RULE_SOFT_TARGETS, s->soft_targets);
    want_text(&w, HF_RULE_RIGHTS, s->rights);
    look_at_law(&w);
    look_at_clocks(&w);
    *out = w.list.items;
    return w.list.count;
}

// --- the legal map ---------------------------------------------------------------------------------------

// 2341-OP3 names the act, its planning, training, financing and logistic support; 2370-LEGAL who supplies weapons.
const char *hf_law_asked_by(size_t conduct, size_t form)
{
    static const char *const forms[] = {"commission", "planning", "training", "financing",
                                        "support"};
    if (strcmp(hf_conduct_words[conduct], "weapons") == 0)
        return strcmp(hf_offence_words[form], "commission") == 0 ? "2370-LEGAL" : NULL;
    if (strcmp(hf_conduct_words[conduct], "infrastructure") != 0)
        return NULL;
    for (size_t i = 0; i < HF_COUNT(forms); i++)
        if (strcmp(hf_offence_words[form], forms[i]) == 0)
            return "2341-OP3";
    return NULL;
}

void hf_law_map_of(const hf_law *const *laws, size_t count,
                   uint32_t cells[HF_CONDUCT_COUNT][HF_OFFENCE_COUNT])
{
    memset(cells, 0, sizeof(uint32_t) * HF_CONDUCT_COUNT * HF_OFFENCE_COUNT);
    for (size_t i = 0; i < count; i++) {
        const hf_law *law = laws[i];
        if (law->status == HF_LAW_IN_FORCE && law->conduct != HF_WORD_NONE &&
            law->form != HF_WORD_NONE && (size_t)law->conduct < HF_CONDUCT_COUNT &&
            (size_t)law->form < HF_OFFENCE_COUNT)
            cells[law->conduct][law->form]++;
    }
}

// --- roles, reach, safeguards ----------------------------------------------------------------------------

uint32_t hf_phase_leads(const hf_mandate *const *mandates, size_t count, hf_phase phase)
{
    uint32_t leads = 0;
    for (size_t i = 0; i < count; i++)
        leads += mandates[i]->phase == (int32_t)phase && mandates[i]->part == HF_PART_LEADS &&
                 mandates[i]->sector.len == 0;
    return leads;
}

bool hf_agreement_is_in_force(const hf_agreement *agreement, int64_t now_ms)
{
    return agreement->status == HF_AGREEMENT_IS_IN_FORCE &&
           (agreement->starts_at == HF_INTEGER_NONE || agreement->starts_at <= now_ms) &&
           (agreement->ends_at == HF_INTEGER_NONE || agreement->ends_at >= now_ms);
}

unsigned hf_safeguard_lacks(const hf_safeguard *safeguard, int64_t now_ms)
{
    const hf_str texts[] = {[HF_LACK_LEGAL_BASIS] = safeguard->legal_basis,
                            [HF_LACK_AIM] = safeguard->aim,
                            [HF_LACK_NECESSITY] = safeguard->necessity,
                            [HF_LACK_PROPORTIONALITY] = safeguard->proportionality,
                            [HF_LACK_OVERSIGHT] = safeguard->oversight,
                            [HF_LACK_REMEDY] = safeguard->remedy};
    int64_t due = hf_review_due(safeguard->reviewed_at, safeguard->review_months);
    bool is_in_use = safeguard->status == HF_SAFEGUARD_IN_USE;
    unsigned lacks = 0;
    if (safeguard->status == HF_SAFEGUARD_ENDED)
        return 0;
    for (size_t i = 0; i < HF_COUNT(texts); i++)
        if (hf_str_trim(texts[i]).len == 0)
            lacks |= 1u << i;
    if (is_in_use && (due == HF_INTEGER_NONE || due < now_ms))
        lacks |= 1u << HF_LACK_REVIEW;
    if (is_in_use && safeguard->outcome == HF_OUTCOME_TO_END)
        lacks |= 1u << HF_LACK_OUTCOME;
    return lacks;
}
