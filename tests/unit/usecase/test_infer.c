// SPDX-License-Identifier: Apache-2.0
//
// Inference over a real store: each method with what it proposes, how far and how sure, and what it must not
// propose; what a person decided stays.
#include "fixture.h"

#include "model/region.h"
#include "model/rule.h"

// Two plants one degree east and west of the town, one far away; T2 is out of everybody's reach.
#define PLACES                                                                                     \
    "key,kind,lon,lat,site\nP10,plant,11,0,\nP9,plant,9,0,\nFAR,plant,14,0,\nT,town,10,0,\n"       \
    "T2,town,60,0,\n"

static void add_one(fixture *f, const hf_noun *noun, const char *json)
{
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, noun, json);
    hf_error err = {0};
    void *out = NULL;
    if (!hf_add_record(&session, &patch, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static void add_rule(fixture *f, const char *json)
{
    add_one(f, &hf_noun_rule, json);
}

static hf_infer_result infer_as(fixture *f, hf_session session, const char *rule, bool accept)
{
    hf_str key = hf_str_of(rule);
    hf_infer_request request = {.rules = &key, .rule_count = 1, .accept = accept};
    hf_infer_result result = {0};
    hf_error err = {0};
    if (!hf_infer(&session, &request, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static hf_infer_result infer(fixture *f, const char *rule, bool accept)
{
    return infer_as(f, local_session(f), rule, accept);
}

// The suppliers that were found for a consumer, as words in the order in which they were imported.
static const char *suppliers_of(fixture *f, const char *consumer)
{
    hf_session session = local_session(f);
    const hf_filter filter = {hf_noun_field(&hf_noun_dependency, HF_STR("consumer"), NULL), HF_IS,
                              hf_str_of(consumer)};
    hf_query query = {.noun = &hf_noun_dependency,
                      .filters = &filter,
                      .filter_count = 1,
                      .sort = hf_noun_field(&hf_noun_dependency, HF_STR("supplier"), NULL)};
    hf_page page = {0};
    hf_error err = {0};
    hf_str words = HF_STR_EMPTY;
    assert_true(hf_list_records(&session, &query, &f->memory, &page, &err));
    for (size_t i = 0; i < page.count; i++)
        words = hf_str_format(&f->memory, "%.*s%s%.*s", HF_STR_ARG(words), i > 0 ? " " : "",
                              HF_STR_ARG(((const hf_dependency *)page.records[i])->supplier));
    return hf_str_z(&f->memory, words);
}

static const hf_dependency *dependency_on(fixture *f, const char *consumer, const char *supplier)
{
    hf_session session = local_session(f);
    const hf_filter filters[] = {
        {hf_noun_field(&hf_noun_dependency, HF_STR("consumer"), NULL), HF_IS, hf_str_of(consumer)},
        {hf_noun_field(&hf_noun_dependency, HF_STR("supplier"), NULL), HF_IS, hf_str_of(supplier)}};
    hf_query query = {.noun = &hf_noun_dependency, .filters = filters, .filter_count = 2};
    hf_page page = {0};
    hf_error err = {0};
    assert_true(hf_list_records(&session, &query, &f->memory, &page, &err));
    assert_int_equal(page.count, 1);
    return page.records[0];
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

// However many suppliers the rule would like: the cell of a town belongs to the nearest one alone.
static void a_service_area_belongs_to_the_nearest_supplier_alone(void **state)
{
    fixture *f = *state;
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv",
                                             "key,kind,lon,lat\nEAST,plant,12,0\nWEST,plant,9,0\n"
                                             "T,town,10,0\nU,town,11.5,0\nOUT,town,60,0\n",
                                             NULL});
    add_rule(f, "{\"key\":\"r\",\"method\":\"service_area\",\"consumer_kind\":[\"town\"],"
                "\"supplier_kind\":[\"plant\"],\"k\":3,\"max_km\":400,\"input\":\"power\"}");
    hf_infer_result result = infer(f, "r", false);
    assert_int_equal(result.proposed, 2);
    assert_int_equal(result.by_rule[0].without, 1);
    assert_string_equal(suppliers_of(f, "T"), "WEST");
    assert_string_equal(suppliers_of(f, "U"), "EAST");
    assert_string_equal(suppliers_of(f, "OUT"), "");
    const hf_dependency *near = dependency_on(f, "U", "EAST");
    assert_true(fabs(near->distance_km - 55.5975) < 0.001); // half a degree of the equator
    assert_true(fabs(near->confidence - 0.84) < 1e-9);      // 0.9 - 0.4 · 55.6 / 400
    assert_true(fabs(dependency_on(f, "T", "WEST")->confidence - 0.79) < 1e-9);
}

// Two provinces of a nation, one with a boundary and a district; two regions that name each other as parents.
static void add_regions(fixture *f)
{
    static const char *const regions[] = {
        "{\"key\":\"N\"}",
        "{\"key\":\"A\",\"parent\":\"N\",\"boundary\":{\"type\":\"Polygon\",\"coordinates\":"
        "[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}}",
        "{\"key\":\"A1\",\"parent\":\"A\",\"boundary\":{\"type\":\"Polygon\",\"coordinates\":"
        "[[[0,0],[0.5,0],[0.5,0.5],[0,0.5],[0,0]]]}}",
        "{\"key\":\"B\",\"parent\":\"N\"}",
        "{\"key\":\"C1\",\"parent\":\"C2\"}",
        "{\"key\":\"C2\",\"parent\":\"C1\"}",
    };
    for (size_t i = 0; i < HF_COUNT(regions); i++)
        add_one(f, &hf_noun_region, regions[i]);
}

#define BLOOD_BANKS                                                                                \
    "OWN,bank,1,1,A\nCHILD,bank,,,A1\nPOINT,bank,1.5,1,\nDEEP,bank,0.2,0.2,\n"                     \
    "OTHER,bank,1,1.001,B\nOUTSIDE,bank,2.1,1,\nNOWHERE,bank,,,\nCIRCLE,bank,,,C2\n"

static void add_region_rule(fixture *f)
{
    add_rule(f, "{\"key\":\"r\",\"method\":\"inside_region\",\"consumer_kind\":[\"hospital\"],"
                "\"supplier_kind\":[\"bank\"],\"k\":9,\"max_km\":1000,\"input\":\"blood\"}");
}

static void inside_a_region_lie_its_parts_and_what_its_boundary_holds(void **state)
{
    fixture *f = *state;
    add_regions(f);
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv",
                                             "key,kind,lon,lat,region\n" BLOOD_BANKS
                                             "H,hospital,1,0.9,A\nHPOINT,hospital,1,0.9,\n"
                                             "HDEEP,hospital,0.3,0.3,\nHCHILD,hospital,,,A1\n"
                                             "HCIRCLE,hospital,,,C1\nHNOWHERE,hospital,50,50,\n",
                                             NULL});
    add_region_rule(f);
    hf_infer_result result = infer(f, "r", false);
    assert_int_equal(result.by_rule[0].without, 1); // HNOWHERE
    assert_string_equal(suppliers_of(f, "H"), "OWN CHILD POINT DEEP");
    assert_string_equal(suppliers_of(f, "HPOINT"), "OWN CHILD POINT DEEP");
    // Who lies in the district has the district, not the province around it.
    assert_string_equal(suppliers_of(f, "HDEEP"), "CHILD DEEP");
    assert_string_equal(suppliers_of(f, "HCHILD"), "CHILD DEEP");
    assert_string_equal(suppliers_of(f, "HCIRCLE"), "CIRCLE");
    assert_string_equal(suppliers_of(f, "HNOWHERE"), "");
    const hf_dependency *own = dependency_on(f, "H", "OWN");
    assert_true(fabs(own->distance_km - 11.1195) < 0.001);
    assert_true(fabs(own->confidence - 0.5) < 1e-9);
    const hf_dependency *child = dependency_on(f, "H", "CHILD"); // without a place
    assert_true(isnan(child->distance_km));
    assert_true(fabs(child->confidence - 0.5) < 1e-9);
}

static void inside_a_region_reach_and_number_count_too(void **state)
{
    fixture *f = *state;
    add_regions(f);
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv",
                                             "key,kind,lon,lat,region\nNEAR,bank,1,1,A\n"
                                             "NEXT,bank,1.2,1,A\nTHIRD,bank,1.3,1,A\n"
                                             "FAR,bank,1,9,A\nH,hospital,1,0.9,A\n"
                                             "FARH,hospital,1,20,A\n",
                                             NULL});
    add_rule(f, "{\"key\":\"r\",\"method\":\"inside_region\",\"consumer_kind\":[\"hospital\"],"
                "\"supplier_kind\":[\"bank\"],\"k\":2,\"max_km\":50,\"input\":\"blood\"}");
    assert_int_equal(infer(f, "r", false).by_rule[0].without, 1); // FARH
    assert_string_equal(suppliers_of(f, "H"), "NEAR NEXT");
}

// Else a proposal would tell whoever may not know of the region what its boundary holds.
static void a_region_that_is_hidden_holds_nothing(void **state)
{
    fixture *f = *state;
    add_one(f, &hf_noun_region,
            "{\"key\":\"SECRET\",\"marking\":\"TLP:RED\",\"boundary\":{\"type\":\"Polygon\","
            "\"coordinates\":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}}");
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv",
                                             "key,kind,lon,lat,marking\nS,bank,1,1,TLP:GREEN\n"
                                             "H,hospital,1,1,TLP:GREEN\n",
                                             NULL});
    add_region_rule(f);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    assert_int_equal(infer_as(f, analyst, "r", false).proposed, 0);
    assert_int_equal(infer(f, "r", false).proposed, 1);
}

// A site is a fact: neither reach nor a nearer neighbour counts against it.
static void on_the_same_site_means_no_other_however_near(void **state)
{
    fixture *f = *state;
    (void)import_texts(f, (hf_import_request){0},
                       (const char *const[]){"assets.csv",
                                             "key,kind,lon,lat,site\nS1,generator,10.1,0,YARD\n"
                                             "S2,generator,,,YARD\nNEXT,generator,10,0,GATE\n"
                                             "LOOSE,generator,10,0,\nP,pump,10,0,YARD\n"
                                             "Q,pump,10,0,\n",
                                             NULL});
    add_rule(f, "{\"key\":\"r\",\"method\":\"same_site\",\"consumer_kind\":[\"pump\"],"
                "\"supplier_kind\":[\"generator\"],\"k\":5,\"max_km\":1,\"input\":\"power\"}");
    hf_infer_result result = infer(f, "r", false);
    assert_int_equal(result.by_rule[0].without, 1); // Q stands on no site
    assert_string_equal(suppliers_of(f, "P"), "S1 S2");
    assert_string_equal(suppliers_of(f, "Q"), "");
    const hf_dependency *placed = dependency_on(f, "P", "S1");
    assert_true(fabs(placed->distance_km - 11.1195) < 0.001);
    assert_true(fabs(placed->confidence - 0.95) < 1e-9);
    assert_true(isnan(dependency_on(f, "P", "S2")->distance_km));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(takes_the_nearest_and_among_equals_the_naturally_smallest_key),
        TEST(takes_k_suppliers_within_reach_and_accepts_them_when_told),
        TEST(leaves_alone_what_a_person_rejected),
        TEST(counts_distinct_sites_when_the_rule_goes_by_site),
        TEST(a_service_area_belongs_to_the_nearest_supplier_alone),
        TEST(inside_a_region_lie_its_parts_and_what_its_boundary_holds),
        TEST(inside_a_region_reach_and_number_count_too),
        TEST(a_region_that_is_hidden_holds_nothing),
        TEST(on_the_same_site_means_no_other_however_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
