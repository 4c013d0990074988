// SPDX-License-Identifier: Apache-2.0
//
// Inference over a real store: who is nearest, within reach, by site; what a person decided stays.
#include "fixture.h"

#include "model/rule.h"

// Two plants one degree east and west of the town, one far away; T2 is out of everybody's reach.
#define PLACES                                                                                     \
    "key,kind,lon,lat,site\nP10,plant,11,0,\nP9,plant,9,0,\nFAR,plant,14,0,\nT,town,10,0,\n"       \
    "T2,town,60,0,\n"

static void add_rule(fixture *f, const char *json)
{
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_rule, json);
    hf_error err = {0};
    void *out = NULL;
    if (!hf_add_record(&session, &patch, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static hf_infer_result infer(fixture *f, const char *rule, bool accept)
{
    hf_session session = local_session(f);
    hf_str key = hf_str_of(rule);
    hf_infer_request request = {.rules = &key, .rule_count = 1, .accept = accept};
    hf_infer_result result = {0};
    hf_error err = {0};
    if (!hf_infer(&session, &request, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static const hf_dependency *only_dependency_of(fixture *f, const char *consumer)
{
    hf_session session = local_session(f);
    const hf_filter filter = {hf_noun_field(&hf_noun_dependency, HF_STR("consumer"), NULL), HF_IS,
                              hf_str_of(consumer)};
    hf_query query = {.noun = &hf_noun_dependency, .filters = &filter, .filter_count = 1};
    hf_page page = {0};
    hf_error err = {0};
    assert_true(hf_list_records(&session, &query, &f->memory, &page, &err));
    assert_int_equal(page.count, 1);
    return page.records[0];
}

static void takes_the_nearest_and_among_equals_the_naturally_smallest_key(void **state)
{
    fixture *f = *state;
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", PLACES, NULL});
    add_rule(f, "{\"key\":\"r\",\"consumer_kind\":[\"town\"],\"supplier_kind\":[\"plant\"],"
                "\"k\":1,\"max_km\":200,\"input\":\"power\"}");
    hf_infer_result result = infer(f, "r", false);
    assert_int_equal(result.proposed, 1);
    assert_int_equal(result.by_rule[0].without, 1); // T2
    const hf_dependency *found = only_dependency_of(f, "T");
    assert_true(hf_str_equal_z(found->supplier, "P9"));
    assert_int_equal(found->state, HF_STATE_PROPOSED);
    assert_true(hf_str_equal_z(found->rule, "r"));
    // One degree of the equator with R = 6371.0088 km.
    assert_true(fabs(found->distance_km - 111.195) < 0.01);
    assert_true(found->confidence > 0 && found->confidence <= 1);
}

static void takes_k_suppliers_within_reach_and_accepts_them_when_told(void **state)
{
    fixture *f = *state;
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", PLACES, NULL});
    add_rule(f, "{\"key\":\"r\",\"consumer_kind\":[\"town\"],\"supplier_kind\":[\"plant\"],"
                "\"k\":3,\"max_km\":120,\"input\":\"power\"}");
    assert_int_equal(infer(f, "r", true).proposed, 2);
    assert_int_equal(count_of(f, &hf_noun_dependency), 2);
    hf_infer_result again = infer(f, "r", true);
    assert_int_equal(again.proposed, 0);
    assert_int_equal(again.by_rule[0].unchanged, 2);
}

static void leaves_alone_what_a_person_rejected(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv", PLACES, NULL});
    add_rule(f, "{\"key\":\"r\",\"consumer_kind\":[\"town\"],\"supplier_kind\":[\"plant\"],"
                "\"k\":1,\"max_km\":200,\"input\":\"power\"}");
    (void)infer(f, "r", false);
    hf_str key = only_dependency_of(f, "T")->head.key;
    hf_patch patch = patch_of(f, &hf_noun_dependency, "{\"state\":\"rejected\"}");
    assert_true(hf_edit_record(&session, &patch, key, 0, &f->memory, &out, &err));
    (void)infer(f, "r", true);
    assert_int_equal(only_dependency_of(f, "T")->state, HF_STATE_REJECTED);
}

static void counts_distinct_sites_when_the_rule_goes_by_site(void **state)
{
    fixture *f = *state;
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv",
                                             "key,kind,lon,lat,site\nS1,station,,,\nS2,station,,,\n"
                                             "B1,bus,10.1,0,S1\nB2,bus,10.2,0,S1\n"
                                             "B3,bus,10.3,0,S2\nT,town,10,0,\n",
                                             NULL});
    add_rule(f, "{\"key\":\"r\",\"consumer_kind\":[\"town\"],\"supplier_kind\":[\"bus\"],\"k\":2,"
                "\"max_km\":100,\"input\":\"power\",\"by_site\":true}");
    assert_int_equal(infer(f, "r", true).proposed, 2);
    hf_session session = local_session(f);
    hf_query query = {.noun = &hf_noun_dependency};
    hf_page page = {0};
    hf_error err = {0};
    assert_true(hf_list_records(&session, &query, &f->memory, &page, &err));
    assert_int_equal(page.count, 2);
    const hf_dependency *first = page.records[0], *second = page.records[1];
    assert_true(hf_str_equal_z(first->supplier, "S1"));
    assert_true(fabs(first->distance_km - 11.1195) < 0.01);
    assert_true(hf_str_equal_z(second->supplier, "S2"));
    assert_true(fabs(second->distance_km - 33.3585) < 0.01);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(takes_the_nearest_and_among_equals_the_naturally_smallest_key),
        TEST(takes_k_suppliers_within_reach_and_accepts_them_when_told),
        TEST(leaves_alone_what_a_person_rejected),
        TEST(counts_distinct_sites_when_the_rule_goes_by_site),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
