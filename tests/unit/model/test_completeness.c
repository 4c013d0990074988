// SPDX-License-Identifier: Apache-2.0
//
// What a strategy lacks, rule by rule: one that lacks nothing, and each rule red by the one change that breaks it; the legal
// map, leads of phases, reach of sectors, the review of intrusive measures, clocks over month ends.
#include "check.h"

#include <string.h>

#include "base/clock.h"
#include "model/completeness.h"

#define NOW INT64_C(1788000000000) // 2026-08-29
#define DAY INT64_C(86400000)

typedef struct {
    hf_arena arena;
    hf_strategy strategy;
    hf_strategy_objective objective;
    hf_action action;
    hf_mandate mandates[HF_PHASE_COUNT];
    hf_law laws[6];
    const hf_strategy_objective *objectives[1];
    const hf_action *actions[1];
    const hf_mandate *mandate_list[HF_PHASE_COUNT + 1];
    const hf_law *law_list[6];
    hf_strategy_input in;
} fixture;

static int32_t index_of(const char *const *words, const char *word)
{
    for (int32_t i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    fail_msg("no word %s", word);
    return 0;
}

static hf_law law_of(const char *conduct, const char *form)
{
    hf_law law;
    hf_noun_init(&hf_noun_law, &law);
    law.conduct = index_of(hf_conduct_words, conduct);
    law.form = index_of(hf_offence_words, form);
    return law;
}

// One that lacks nothing.
static void open_fixture(fixture *f)
{
    static const char *const forms[] = {"commission", "planning", "training", "financing",
                                        "support"};
    memset(f, 0, sizeof *f);
    hf_noun_init(&hf_noun_strategy, &f->strategy);
    hf_noun_init(&hf_noun_objective, &f->objective);
    hf_noun_init(&hf_noun_action, &f->action);
    f->strategy.owner = HF_STR("GOV");
    f->strategy.adopted_at = NOW - 400 * DAY;
    f->strategy.scope = f->strategy.risk_basis = f->strategy.awareness = HF_STR("x");
    f->strategy.interoperability = f->strategy.partnership = HF_STR("x");
    f->strategy.cross_border = f->strategy.soft_targets = f->strategy.rights = HF_STR("x");
    f->strategy.sectors = HF_STR("EN TR01");
    f->strategy.exercised_at = NOW - 100 * DAY;
    f->objective.head.key = HF_STR("O");
    f->objective.indicator = HF_STR("sites");
    f->action.head.key = HF_STR("A");
    f->action.objective = HF_STR("O");
    f->action.owner = HF_STR("GOV");
    f->action.cost = f->action.funded = 5;
    f->action.due = NOW + DAY;
    f->action.phases = HF_STR("investigate mitigate prevent protect recover respond");
    f->action.sectors = HF_STR("EN01 TR");
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        hf_noun_init(&hf_noun_mandate, &f->mandates[i]);
        f->mandates[i].phase = (int32_t)i;
        f->mandates[i].part = HF_PART_LEADS;
        f->mandate_list[i] = &f->mandates[i];
    }
    for (size_t i = 0; i < HF_COUNT(forms); i++)
        f->laws[i] = law_of("infrastructure", forms[i]);
    f->laws[5] = law_of("weapons", "commission");
    for (size_t i = 0; i < HF_COUNT(f->laws); i++)
        f->law_list[i] = &f->laws[i];
    f->objectives[0] = &f->objective;
    f->actions[0] = &f->action;
    f->in = (hf_strategy_input){.strategy = &f->strategy,
                                .objectives = f->objectives,
                                .objective_count = 1,
                                .actions = f->actions,
                                .action_count = 1,
                                .mandates = f->mandate_list,
                                .mandate_count = HF_PHASE_COUNT,
                                .laws = f->law_list,
                                .law_count = HF_COUNT(f->laws),
                                .now_ms = NOW};
}

static void expect(fixture *f, hf_strategy_rule rule, const char *subject)
{
    hf_missing *list = NULL;
    size_t count = hf_strategy_lacks(&f->in, &f->arena, &list);
    if (count != 1 || list[0].rule != rule || !hf_str_equal_z(list[0].subject, subject))
        fail_msg("%zu missing, first %s '%.*s'; want %s '%s'", count,
                 count > 0 ? hf_strategy_rules[list[0].rule].word : "nothing",
                 HF_STR_ARG(count > 0 ? list[0].subject : HF_STR_EMPTY),
                 hf_strategy_rules[rule].word, subject);
    hf_arena_done(&f->arena);
}

static void what_is_whole_lacks_nothing_and_every_rule_says_what_it_follows_from(void **state)
{
    (void)state;
    fixture f;
    hf_missing *list = NULL;
    open_fixture(&f);
    assert_int_equal(hf_strategy_lacks(&f.in, &f.arena, &list), 0);
    hf_arena_done(&f.arena);
    for (size_t i = 0; i < HF_RULE_COUNT; i++) {
        assert_non_null(hf_strategy_rules[i].word);
        assert_true(strlen(hf_strategy_rules[i].provisions) > 0);
    }
}

static void each_text_of_the_strategy_is_one_element(void **state)
{
    (void)state;
    fixture f;
    const struct {
        size_t offset;
        hf_strategy_rule rule;
    } texts[] = {{offsetof(hf_strategy, owner), HF_RULE_OWNER},
                 {offsetof(hf_strategy, scope), HF_RULE_SCOPE},
                 {offsetof(hf_strategy, sectors), HF_RULE_SECTORS},
                 {offsetof(hf_strategy, risk_basis), HF_RULE_RISK_BASIS},
                 {offsetof(hf_strategy, awareness), HF_RULE_AWARENESS},
                 {offsetof(hf_strategy, interoperability), HF_RULE_INTEROPERABILITY},
                 {offsetof(hf_strategy, partnership), HF_RULE_PARTNERSHIP},
                 {offsetof(hf_strategy, cross_border), HF_RULE_CROSS_BORDER},
                 {offsetof(hf_strategy, soft_targets), HF_RULE_SOFT_TARGETS},
                 {offsetof(hf_strategy, rights), HF_RULE_RIGHTS}};
    for (size_t i = 0; i < HF_COUNT(texts); i++) {
        open_fixture(&f);
        *(hf_str *)((char *)&f.strategy + texts[i].offset) = HF_STR("  ");
        expect(&f, texts[i].rule, "");
    }
}

static void an_action_lacks_owner_money_and_day_by_name(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    f.action.owner = HF_STR_EMPTY;
    expect(&f, HF_RULE_ACTION_OWNER, "A");
    open_fixture(&f);
    f.action.funded = 4.99;
    expect(&f, HF_RULE_ACTION_MONEY, "A");
    open_fixture(&f);
    f.action.cost = (double)NAN; // nobody said it
    expect(&f, HF_RULE_ACTION_MONEY, "A");
    open_fixture(&f);
    f.action.due = HF_INTEGER_NONE;
    expect(&f, HF_RULE_ACTION_DUE, "A");
    open_fixture(&f);
    f.action.cost = 0; // needs none
    f.action.funded = (double)NAN;
    hf_missing *list = NULL;
    assert_int_equal(hf_strategy_lacks(&f.in, &f.arena, &list), 0);
    hf_arena_done(&f.arena);
}

static void phases_sectors_and_leads_are_named_where_they_are_empty(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    f.action.phases = HF_STR("mitigate prevent protect recover respond");
    expect(&f, HF_RULE_PHASES, "investigate");
    open_fixture(&f);
    f.action.sectors = HF_STR("EN01"); // inside EN, and nothing of TR
    expect(&f, HF_RULE_SECTOR_ACTIONS, "TR01");
    open_fixture(&f);
    f.mandates[HF_PHASE_RESPOND].part = HF_PART_SUPPORTS;
    expect(&f, HF_RULE_LEAD, "respond");
    open_fixture(&f);
    f.mandates[HF_PHASE_RESPOND].sector = HF_STR("EN"); // leads one sector only
    expect(&f, HF_RULE_LEAD, "respond");
    open_fixture(&f);
    f.mandate_list[HF_PHASE_COUNT] = &f.mandates[HF_PHASE_RECOVER]; // a second one
    f.in.mandate_count++;
    expect(&f, HF_RULE_LEAD, "recover");
    open_fixture(&f);
    f.objective.indicator = HF_STR_EMPTY;
    expect(&f, HF_RULE_INDICATOR, "O");
}

static void an_action_that_was_stopped_is_none(void **state)
{
    (void)state;
    fixture f;
    hf_missing *list = NULL;
    open_fixture(&f);
    f.action.status = HF_ACTION_STOPPED;
    size_t count = hf_strategy_lacks(&f.in, &f.arena, &list);
    assert_int_equal(count, 1 + HF_PHASE_COUNT + 2); // the objective, the phases, the sectors
    assert_int_equal(list[0].rule, HF_RULE_ACTIONS);
    hf_arena_done(&f.arena);
}

static void a_law_in_force_is_wanted_for_what_a_resolution_asks(void **state)
{
    (void)state;
    fixture f;
    uint32_t cells[HF_CONDUCT_COUNT][HF_OFFENCE_COUNT];
    size_t asked = 0;
    open_fixture(&f);
    f.laws[3].status = HF_LAW_DRAFT;
    expect(&f, HF_RULE_LAW, "infrastructure.financing");
    hf_law_map_of(f.law_list, HF_COUNT(f.laws), cells);
    assert_int_equal(cells[0][index_of(hf_offence_words, "financing")], 0);
    assert_int_equal(cells[0][0], 1);
    for (size_t c = 0; c < HF_CONDUCT_COUNT; c++)
        for (size_t o = 0; o < HF_OFFENCE_COUNT; o++)
            asked += hf_law_asked_by(c, o) != NULL;
    assert_int_equal(asked, 6);
    assert_null(hf_conduct_words[HF_CONDUCT_COUNT]);
    assert_null(hf_offence_words[HF_OFFENCE_COUNT]);
}

static void clocks_run_by_the_calendar(void **state)
{
    (void)state;
    fixture f;
    int64_t january = 0, leap = 0, out = 0;
    assert_true(hf_time_parse(HF_STR("2023-08-31"), &january));
    assert_true(hf_time_parse(HF_STR("2024-02-29"), &leap));
    assert_int_equal(hf_review_due(january, 6), leap);
    assert_true(hf_time_parse(HF_STR("2025-02-28"), &out));
    assert_int_equal(hf_review_due(leap, 12), out);
    assert_int_equal(hf_review_due(HF_INTEGER_NONE, 12), HF_INTEGER_NONE);
    assert_int_equal(hf_review_due(leap, HF_INTEGER_NONE), HF_INTEGER_NONE);
    open_fixture(&f);
    f.strategy.adopted_at = hf_time_add_months(NOW, -24) - 1;
    expect(&f, HF_RULE_REVIEW, "");
    open_fixture(&f);
    f.strategy.adopted_at = hf_time_add_months(NOW, -24) - 1;
    f.strategy.reviewed_at = NOW - DAY;
    hf_missing *list = NULL;
    assert_int_equal(hf_strategy_lacks(&f.in, &f.arena, &list), 0);
    hf_arena_done(&f.arena);
    open_fixture(&f);
    f.strategy.exercised_at = HF_INTEGER_NONE;
    expect(&f, HF_RULE_EXERCISE, "");
}

static void a_partnership_in_force_stands_for_the_text(void **state)
{
    (void)state;
    fixture f;
    hf_agreement agreement;
    const hf_agreement *const list[] = {&agreement};
    hf_missing *missing = NULL;
    hf_noun_init(&hf_noun_agreement, &agreement);
    agreement.kind = HF_AGREEMENT_PUBLIC_PRIVATE;
    open_fixture(&f);
    f.strategy.partnership = HF_STR_EMPTY;
    f.in.agreements = list;
    f.in.agreement_count = 1;
    assert_int_equal(hf_strategy_lacks(&f.in, &f.arena, &missing), 0);
    agreement.ends_at = NOW - 1;
    expect(&f, HF_RULE_PARTNERSHIP, "");
    agreement.ends_at = HF_INTEGER_NONE;
    agreement.starts_at = NOW + 1;
    expect(&f, HF_RULE_PARTNERSHIP, "");
}

static void sectors_reach_up_and_down_but_not_across(void **state)
{
    (void)state;
    assert_true(hf_reaches_sector(HF_STR("EN"), HF_STR("EN01")));
    assert_true(hf_reaches_sector(HF_STR("en01"), HF_STR("EN")));
    assert_true(hf_reaches_sector(HF_STR("WA any"), HF_STR("EN")));
    assert_false(hf_reaches_sector(HF_STR("EN02"), HF_STR("EN01")));
    assert_false(hf_reaches_sector(HF_STR_EMPTY, HF_STR("EN")));
}

static void the_review_of_an_intrusive_measure_names_each_thing_it_lacks(void **state)
{
    (void)state;
    hf_safeguard s;
    hf_noun_init(&hf_noun_safeguard, &s);
    assert_int_equal(hf_safeguard_lacks(&s, NOW), 0x3f); // planned: texts only
    s.legal_basis = s.aim = s.necessity = s.proportionality = s.oversight = HF_STR("x");
    assert_int_equal(hf_safeguard_lacks(&s, NOW), 1u << HF_LACK_REMEDY);
    s.remedy = HF_STR("x");
    s.status = HF_SAFEGUARD_IN_USE;
    assert_int_equal(hf_safeguard_lacks(&s, NOW), 1u << HF_LACK_REVIEW);
    s.reviewed_at = NOW - DAY;
    assert_int_equal(hf_safeguard_lacks(&s, NOW), 0);
    s.outcome = HF_OUTCOME_TO_END;
    assert_int_equal(hf_safeguard_lacks(&s, NOW), 1u << HF_LACK_OUTCOME);
    s.status = HF_SAFEGUARD_ENDED;
    s.remedy = HF_STR_EMPTY;
    assert_int_equal(hf_safeguard_lacks(&s, NOW), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_whole_lacks_nothing_and_every_rule_says_what_it_follows_from),
        cmocka_unit_test(each_text_of_the_strategy_is_one_element),
        cmocka_unit_test(an_action_lacks_owner_money_and_day_by_name),
        cmocka_unit_test(phases_sectors_and_leads_are_named_where_they_are_empty),
        cmocka_unit_test(an_action_that_was_stopped_is_none),
        cmocka_unit_test(a_law_in_force_is_wanted_for_what_a_resolution_asks),
        cmocka_unit_test(clocks_run_by_the_calendar),
        cmocka_unit_test(a_partnership_in_force_stands_for_the_text),
        cmocka_unit_test(sectors_reach_up_and_down_but_not_across),
        cmocka_unit_test(the_review_of_an_intrusive_measure_names_each_thing_it_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
