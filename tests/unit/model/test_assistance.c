// SPDX-License-Identifier: Apache-2.0
//
// Matches of needs and offers against vectors made by hand, their laws over many random pairs, and likeness of offers.
#include "check.h"

#include <math.h>

#include "model/alike.h"
#include "model/match.h"

#define NOW INT64_C(1788000000000)
#define DAY INT64_C(86400000)

typedef struct {
    hf_arena arena;
    hf_assistance_need *need;
    hf_offer *offer;
} fixture;

static void set(const hf_noun *noun, void *record, const char *name, const char *text,
                hf_arena *arena)
{
    hf_error err = {0};
    const hf_field *field = hf_noun_field(noun, hf_str_of(name), NULL);
    assert_non_null(field);
    assert_true(hf_field_set_text(field, record, hf_str_of(text), false, arena, &err));
}

// A need and an offer that fit in everything.
static fixture open_fixture(void)
{
    fixture f = {0};
    f.need = hf_noun_new(&hf_noun_need, &f.arena);
    f.offer = hf_noun_new(&hf_noun_offer, &f.arena);
    set(&hf_noun_need, f.need, "kind", "training", &f.arena);
    set(&hf_noun_need, f.need, "theme", "soft-targets", &f.arena);
    set(&hf_noun_need, f.need, "sectors", "EN01 TR", &f.arena);
    set(&hf_noun_need, f.need, "languages", "fr ar", &f.arena);
    f.need->wanted_by = NOW + 100 * DAY;
    set(&hf_noun_offer, f.offer, "kinds", "Training exercise", &f.arena);
    set(&hf_noun_offer, f.offer, "themes", "cyber soft-targets", &f.arena);
    set(&hf_noun_offer, f.offer, "sectors", "EN tr", &f.arena);
    set(&hf_noun_offer, f.offer, "languages", "en FR", &f.arena);
    set(&hf_noun_offer, f.offer, "regions", "NORTH", &f.arena);
    f.offer->starts_at = NOW;
    f.offer->ends_at = NOW + 365 * DAY;
    f.offer->capacity = 2;
    return f;
}

static hf_match match(const fixture *f, const char *regions, uint32_t used)
{
    hf_match_input in = {f->need, f->offer, hf_str_of(regions), used, NOW};
    return hf_match_of(&in);
}

static void what_fits_in_all_meets_all_factors(void **state)
{
    (void)state;
    fixture f = open_fixture();
    hf_match got = match(&f, "NORTH-1 NORTH", 1);
    for (size_t i = 0; i < HF_FACTOR_COUNT; i++)
        assert_int_equal(got.factors[i], HF_VERDICT_MET);
    assert_int_equal(got.met, HF_FACTOR_COUNT);
    assert_int_equal(got.not_met, 0);
    hf_arena_done(&f.arena);
}

static void each_factor_can_be_missed_alone(void **state)
{
    (void)state;
    static const struct {
        hf_factor factor;
        bool is_need;
        const char *field, *text;
        const char *regions;
        uint32_t used;
        hf_verdict wanted;
    } rows[] = {
        {HF_FACTOR_KIND, false, "kinds", "equipment", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_THEME, true, "theme", "aviation", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_THEME, true, "theme", "", "NORTH", 0, HF_VERDICT_UNKNOWN},
        {HF_FACTOR_THEME, false, "themes", "", "NORTH", 0, HF_VERDICT_UNKNOWN},
        {HF_FACTOR_SECTOR, false, "sectors", "EN", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_SECTOR, true, "sectors", "E", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_SECTOR, true, "sectors", "", "NORTH", 0, HF_VERDICT_UNKNOWN},
        {HF_FACTOR_LANGUAGE, false, "languages", "en", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_LANGUAGE, false, "languages", "", "NORTH", 0, HF_VERDICT_UNKNOWN},
        {HF_FACTOR_REGION, false, "regions", "SOUTH", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_REGION, false, "regions", "NORTH", "", 0, HF_VERDICT_UNKNOWN},
        {HF_FACTOR_TIME, false, "ends_at", "2020-01-01", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_TIME, false, "starts_at", "2029-01-01", "NORTH", 0, HF_VERDICT_NOT_MET},
        {HF_FACTOR_TIME, true, "wanted_by", "", "NORTH", 0, HF_VERDICT_UNKNOWN},
        {HF_FACTOR_CAPACITY, false, "capacity", "1", "NORTH", 1, HF_VERDICT_NOT_MET},
        {HF_FACTOR_CAPACITY, false, "capacity", "", "NORTH", 9, HF_VERDICT_UNKNOWN},
    };
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        fixture f = open_fixture();
        const hf_noun *noun = rows[i].is_need ? &hf_noun_need : &hf_noun_offer;
        set(noun, rows[i].is_need ? (void *)f.need : (void *)f.offer, rows[i].field, rows[i].text,
            &f.arena);
        hf_match got = match(&f, rows[i].regions, rows[i].used);
        for (size_t k = 0; k < HF_FACTOR_COUNT; k++)
            assert_int_equal(got.factors[k], k == rows[i].factor ? rows[i].wanted : HF_VERDICT_MET);
        assert_int_equal(got.met, HF_FACTOR_COUNT - 1);
        assert_int_equal(got.not_met, rows[i].wanted == HF_VERDICT_NOT_MET);
        hf_arena_done(&f.arena);
    }
}

static void any_meets_what_nobody_said(void **state)
{
    (void)state;
    fixture f = open_fixture();
    set(&hf_noun_need, f.need, "theme", "", &f.arena);
    set(&hf_noun_need, f.need, "sectors", "", &f.arena);
    set(&hf_noun_offer, f.offer, "themes", "any", &f.arena);
    set(&hf_noun_offer, f.offer, "sectors", "ANY", &f.arena);
    set(&hf_noun_offer, f.offer, "languages", "any", &f.arena);
    set(&hf_noun_offer, f.offer, "regions", "any", &f.arena);
    hf_match got = match(&f, "", 0);
    assert_int_equal(got.met, HF_FACTOR_COUNT);
    hf_arena_done(&f.arena);
}

// What was wanted yesterday is still wanted: an offer that begins today is in time, one of next year is not.
static void a_day_that_has_passed_counts_as_today(void **state)
{
    (void)state;
    fixture f = open_fixture();
    f.need->wanted_by = NOW - 30 * DAY;
    assert_int_equal(match(&f, "NORTH", 0).factors[HF_FACTOR_TIME], HF_VERDICT_MET);
    f.offer->starts_at = NOW + DAY;
    assert_int_equal(match(&f, "NORTH", 0).factors[HF_FACTOR_TIME], HF_VERDICT_NOT_MET);
    // Over is over, whenever it was wanted.
    f.need->wanted_by = HF_INTEGER_NONE;
    f.offer->starts_at = HF_INTEGER_NONE;
    f.offer->ends_at = NOW - 1;
    assert_int_equal(match(&f, "NORTH", 0).factors[HF_FACTOR_TIME], HF_VERDICT_NOT_MET);
    hf_arena_done(&f.arena);
}

static void an_offer_is_there_until_its_last_day_is_over(void **state)
{
    (void)state;
    const int64_t today = NOW - NOW % DAY;
    const struct {
        int64_t ends_at, now_ms;
        hf_verdict verdict;
    } rows[] = {{today, today, HF_VERDICT_MET},
                {today, NOW, HF_VERDICT_MET},
                {today, today + DAY - 1, HF_VERDICT_MET},
                {today, today + DAY, HF_VERDICT_NOT_MET},
                {today + 1, NOW, HF_VERDICT_NOT_MET}, // a time of day is that time
                {NOW, NOW, HF_VERDICT_MET}};
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        fixture f = open_fixture();
        f.offer->starts_at = today;
        f.offer->ends_at = rows[i].ends_at;
        const hf_match_input in = {f.need, f.offer, HF_STR("NORTH"), 0, rows[i].now_ms};
        assert_int_equal(hf_match_of(&in).factors[HF_FACTOR_TIME], rows[i].verdict);
        hf_arena_done(&f.arena);
    }
}

static void an_offer_that_is_closed_or_of_another_kind_fits_nothing(void **state)
{
    (void)state;
    fixture f = open_fixture();
    assert_true(hf_match_fits(f.need, hf_offer_kinds(f.offer)));
    f.offer->status = HF_OFFER_CLOSED;
    assert_false(hf_match_fits(f.need, hf_offer_kinds(f.offer)));
    f.offer->status = HF_OFFER_ANNOUNCED;
    assert_true(hf_match_fits(f.need, hf_offer_kinds(f.offer)));
    set(&hf_noun_offer, f.offer, "kinds", "funding", &f.arena);
    assert_false(hf_match_fits(f.need, hf_offer_kinds(f.offer)));
    hf_arena_done(&f.arena);
}

enum { ALL_MATCHES = 2187 }; // three verdicts of seven factors

static hf_match match_of_number(int number)
{
    hf_match made = {0};
    for (size_t i = 0; i < HF_FACTOR_COUNT; i++, number /= 3) {
        made.factors[i] = (hf_verdict)(number % 3);
        made.met += made.factors[i] == HF_VERDICT_MET;
        made.not_met += made.factors[i] == HF_VERDICT_NOT_MET;
    }
    return made;
}

// Laws of the order, over all there are: a rank has its place, and one rank is as much met and as much not.
static void matches_have_one_order(void **state)
{
    (void)state;
    for (int i = 0; i < ALL_MATCHES; i++)
        for (int k = 0; k < ALL_MATCHES; k++) {
            hf_match a = match_of_number(i), b = match_of_number(k);
            bool is_alike = a.met == b.met && a.not_met == b.not_met;
            assert_true(hf_match_rank(&a) < HF_MATCH_RANK_COUNT);
            assert_int_equal(hf_match_rank(&a) == hf_match_rank(&b), is_alike);
            if (a.met > b.met)
                assert_true(hf_match_rank(&a) < hf_match_rank(&b));
        }
}

// Whatever gets better in one factor never falls behind anything that it was not behind before.
static void what_meets_more_never_ranks_lower(void **state)
{
    (void)state;
    int power = 1;
    for (size_t factor = 0; factor < HF_FACTOR_COUNT; factor++, power *= 3)
        for (int i = 0; i < ALL_MATCHES; i++) {
            hf_match a = match_of_number(i);
            if (a.factors[factor] == HF_VERDICT_MET)
                continue;
            hf_match better = match_of_number(i + power);
            assert_true(hf_match_rank(&better) < hf_match_rank(&a));
        }
}

// --- offers written down twice

static hf_likeness alike(const char *one, const char *two, const char *provider, const char *url,
                         bool *is_same)
{
    hf_arena arena = {0};
    hf_offer *a = hf_noun_new(&hf_noun_offer, &arena), *b = hf_noun_new(&hf_noun_offer, &arena);
    a->title = hf_str_of(one);
    b->title = hf_str_of(two);
    a->provider = HF_STR("UN-1");
    b->provider = hf_str_of(provider);
    a->kinds = HF_STR("exercise training");
    b->kinds = HF_STR("training");
    a->url = HF_STR("https://www.example.org/course/");
    b->url = hf_str_of(url);
    hf_title_pairs pa = hf_title_pairs_of(a->title, &arena);
    hf_title_pairs pb = hf_title_pairs_of(b->title, &arena);
    hf_likeness out, back;
    *is_same = hf_offers_alike(a, &pa, b, &pb, &out);
    assert_true(hf_offers_alike(b, &pb, a, &pa, &back) == *is_same);
    assert_float_equal(out.title, back.title, 0);
    hf_arena_done(&arena);
    return out;
}

static void offers_are_alike_in_every_script(void **state)
{
    (void)state;
    bool is_same = false;
    // "night" and "nacht": of {ni ig gh ht} and {na ac ch ht} one pair in four is common.
    assert_float_equal(alike("night", "nacht", "UN-1", "", &is_same).title, 0.25, 1e-15);
    assert_false(is_same);
    assert_float_equal(
        alike("Formation à la protection", "FORMATION A LA PROTECTION", "UN-1", "", &is_same).title,
        1, 0);
    assert_true(is_same);
    (void)alike("关键基础设施保护培训", "关键基础设施保护 培训课程", "UN-2", "", &is_same);
    assert_true(is_same);
    (void)alike("تدريب على حماية المرافق", "التدريب على حماية المرافق", "UN-2", "", &is_same);
    assert_true(is_same);
    (void)alike("关键基础设施保护培训", "航空安全审计", "UN-1", "", &is_same);
    assert_false(is_same);
    (void)alike("", "", "UN-1", "", &is_same);
    assert_false(is_same);
}

static void one_address_is_one_offer(void **state)
{
    (void)state;
    bool is_same = false;
    hf_likeness got = alike("Alpha", "Omega", "UN-2", "http://example.org/course", &is_same);
    assert_true(is_same && got.is_url && !got.is_provider && got.is_kind);
    got = alike("Alpha", "Omega", "UN-2", "http://example.org/course2", &is_same);
    assert_false(is_same || got.is_url);
}

// --- tables

static void a_list_takes_its_words_only(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    hf_offer *offer = hf_noun_new(&hf_noun_offer, &arena);
    const hf_field *kinds = hf_noun_field(&hf_noun_offer, HF_STR("kinds"), NULL);
    assert_true(
        hf_field_set_text(kinds, offer, HF_STR("Training; FUNDING,training"), false, &arena, &err));
    assert_true(hf_str_equal_z(offer->kinds, "funding training"));
    assert_false(hf_field_set_text(kinds, offer, HF_STR("training money"), false, &arena, &err));
    assert_string_equal(err.code, "field.unknown_word");
    assert_string_equal(err.column, "kinds");
    hf_arena_done(&arena);
}

static void a_project_says_how_far_it_came(void **state)
{
    (void)state;
    hf_arena arena = {0};
    hf_error err = {0};
    hf_project *project = hf_noun_new(&hf_noun_project, &arena);
    assert_true(isnan(hf_project_progress(project)));
    project->value_before = 20;
    project->target = 80;
    assert_true(isnan(hf_project_progress(project)));
    project->value_after = 65;
    assert_float_equal(hf_project_progress(project), 0.75, 1e-15);
    project->value_before = 80;
    project->target = 20; // fewer is better
    assert_float_equal(hf_project_progress(project), 0.25, 1e-15);
    project->target = 80;
    assert_true(isnan(hf_project_progress(project)));
    project->part.assessment = HF_STR("N1");
    project->need = HF_STR("N1/A");
    project->title = HF_STR("T");
    project->offer = HF_STR("O1");
    assert_true(hf_noun_check(&hf_noun_project, project, &arena, &err));
    assert_true(hf_str_equal_z(project->part.head.key, "N1/A/O1"));
    project->measured_in = HF_STR("N1");
    assert_false(hf_noun_check(&hf_noun_project, project, &arena, &err));
    assert_string_equal(err.code, "project.measured_in");
    hf_arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_in_all_meets_all_factors),
        cmocka_unit_test(each_factor_can_be_missed_alone),
        cmocka_unit_test(any_meets_what_nobody_said),
        cmocka_unit_test(a_day_that_has_passed_counts_as_today),
        cmocka_unit_test(an_offer_is_there_until_its_last_day_is_over),
        cmocka_unit_test(an_offer_that_is_closed_or_of_another_kind_fits_nothing),
        cmocka_unit_test(matches_have_one_order),
        cmocka_unit_test(what_meets_more_never_ranks_lower),
        cmocka_unit_test(offers_are_alike_in_every_script),
        cmocka_unit_test(one_address_is_one_offer),
        cmocka_unit_test(a_list_takes_its_words_only),
        cmocka_unit_test(a_project_says_how_far_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
