// SPDX-License-Identifier: Apache-2.0
//
// Lists, pages, filters, sorts, boxes, counts, search in all scripts, groups, nearest.
#include <stdio.h>
#include <string.h>

#include "store_kit.h"

enum { COUNT = 250 };

static const hf_field *field(const char *name)
{
    const hf_field *found = hf_noun_field(&hf_noun_asset, hf_str_of(name), NULL);
    assert_non_null(found);
    return found;
}

// K000 … K249: kind port or pump, people 0 … 24 and empty for every tenth, on a line of longitudes.
static void fill(hf_kit *kit)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    for (int i = 0; i < COUNT; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "K%03d", (i * 77) % COUNT);
        hf_asset *asset = kit_asset(kit, key, i % 5 == 0 ? "Harbour north" : "Water pump",
                                    i % 5 == 0 ? "port" : "pump");
        asset->crowd_mean = i;
        asset->site = i % 10 == 0 ? HF_STR_EMPTY : hf_str_format(&kit->arena, "S%02d", i % 25);
        asset->lon = (i * 77) % COUNT * 0.1;
        asset->lat = 10;
        MUST(kit, hf_store_put(tx, &hf_noun_asset, asset, 0, &outcome, &kit->err));
    }
    kit_commit(kit, &tx, "import.done");
}

static hf_page list(hf_kit *kit, const hf_query *query)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_page page = {0};
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_list(read, query, &kit->arena, &page, &kit->err));
    return page;
}

static const hf_asset *at(const hf_page *page, size_t index)
{
    assert_true(index < page->count);
    return page->records[index];
}

// Walks all pages and checks that each record comes once; returns how many.
static size_t walk(hf_kit *kit, hf_query query, bool check_order)
{
    bool seen[COUNT] = {false};
    hf_str last = HF_STR_EMPTY;
    bool last_is_empty = false;
    size_t count = 0;
    for (int pages = 0; pages < 300; pages++) {
        hf_page page = list(kit, &query);
        for (size_t i = 0; i < page.count; i++) {
            const hf_asset *asset = at(&page, i);
            int number = (asset->head.key.ptr[1] - '0') * 100 +
                         (asset->head.key.ptr[2] - '0') * 10 + (asset->head.key.ptr[3] - '0');
            assert_false(seen[number]);
            seen[number] = true;
            count++;
            if (!check_order)
                continue;
            assert_false(last_is_empty && asset->site.len > 0); // empty ones come last
            if (!last_is_empty && asset->site.len > 0 && last.len > 0) {
                int order = hf_str_compare(last, asset->site);
                assert_true(query.descending ? order >= 0 : order <= 0);
            }
            last = asset->site;
            last_is_empty = asset->site.len == 0;
        }
        if (page.next.len == 0)
            break;
        query.cursor = page.next;
    }
    return count;
}

static void pages_give_every_record_once_in_key_order(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    hf_query query = {.noun = &hf_noun_asset, .limit = 7, .want_count = true};
    hf_page page = list(kit, &query);
    assert_int_equal(page.count, 7);
    assert_int_equal(page.total, COUNT);
    assert_true(page.is_total_exact);
    assert_true(hf_str_equal_z(at(&page, 0)->head.key, "K000"));
    assert_true(hf_str_equal_z(at(&page, 6)->head.key, "K006"));
    assert_int_equal(walk(kit, query, false), COUNT);
    query.descending = true;
    page = list(kit, &query);
    assert_true(hf_str_equal_z(at(&page, 0)->head.key, "K249"));
    assert_int_equal(walk(kit, query, false), COUNT);
}

static void a_sorted_list_has_empty_values_last_in_both_directions(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    for (uint32_t limit = 1; limit < 60; limit += 13) {
        hf_query query = {.noun = &hf_noun_asset, .limit = limit, .sort = field("site")};
        assert_int_equal(walk(kit, query, true), COUNT);
        query.descending = true;
        assert_int_equal(walk(kit, query, true), COUNT);
    }
}

static void filters_join_and_several_values_mean_one_of(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    hf_filter filters[] = {{field("kind"), HF_IS, HF_STR("port")},
                           {field("site"), HF_IS, HF_STR("S05")},
                           {field("site"), HF_IS, HF_STR("S15")}};
    hf_query query = {
        .noun = &hf_noun_asset, .filters = filters, .filter_count = 1, .want_count = true};
    assert_int_equal(list(kit, &query).total, 50);
    query.filter_count = 3;
    hf_page page = list(kit, &query);
    assert_int_equal(page.total, page.count);
    assert_true(page.count > 0);
    for (size_t i = 0; i < page.count; i++)
        assert_true(hf_str_equal_z(at(&page, i)->site, "S05") ||
                    hf_str_equal_z(at(&page, i)->site, "S15"));
    hf_filter empty[] = {{field("site"), HF_IS_EMPTY, HF_STR_EMPTY}};
    query =
        (hf_query){.noun = &hf_noun_asset, .filters = empty, .filter_count = 1, .want_count = true};
    assert_int_equal(list(kit, &query).total, 25);
    hf_filter begins[] = {{field("key"), HF_BEGINS, HF_STR("K01")}};
    query.filters = begins;
    assert_int_equal(list(kit, &query).total, 10);
}

static void markings_filter_by_word_and_by_the_default(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    hf_asset *red = kit_asset(kit, "RED", "r", "x");
    red->head.marking = HF_TLP_RED;
    (void)kit_put(kit, &hf_noun_asset, red);
    hf_filter filters[] = {{field("marking"), HF_IS, HF_STR("TLP:RED")}};
    hf_query query = {
        .noun = &hf_noun_asset, .filters = filters, .filter_count = 1, .want_count = true};
    assert_int_equal(list(kit, &query).total, 1);
    filters[0].value = HF_STR("amber");
    assert_int_equal(list(kit, &query).total, COUNT);
    filters[0] = (hf_filter){field("marking"), HF_AT_MOST, HF_STR("TLP:AMBER")};
    assert_int_equal(list(kit, &query).total, COUNT);
}

static void undeclared_fields_and_foreign_cursors_are_refused(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_page page;
    hf_filter filters[] = {{field("capacity"), HF_IS, HF_STR("1")}};
    hf_query query = {.noun = &hf_noun_asset, .filters = filters, .filter_count = 1};
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST_FAIL(kit, hf_store_list(read, &query, &kit->arena, &page, &kit->err), "query.field");
    filters[0] = (hf_filter){field("people_served"), HF_IS, HF_STR("many")};
    MUST_FAIL(kit, hf_store_list(read, &query, &kit->arena, &page, &kit->err), "query.value");
    query = (hf_query){.noun = &hf_noun_asset, .limit = 5, .sort = field("kind")};
    MUST(kit, hf_store_list(read, &query, &kit->arena, &page, &kit->err));
    query.cursor = page.next;
    query.sort = field("site");
    MUST_FAIL(kit, hf_store_list(read, &query, &kit->arena, &page, &kit->err), "query.cursor");
    query.cursor = HF_STR("!!");
    MUST_FAIL(kit, hf_store_list(read, &query, &kit->arena, &page, &kit->err), "query.cursor");
}

static void a_box_finds_what_lies_in_it_also_over_the_antimeridian(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    hf_query query = {.noun = &hf_noun_asset,
                      .has_box = true,
                      .west = 1.95,
                      .south = 9,
                      .east = 4.05,
                      .north = 11,
                      .want_count = true};
    assert_int_equal(list(kit, &query).total, 21);
    hf_asset *far_east = kit_asset(kit, "E", "e", "x");
    far_east->lon = 179.5;
    far_east->lat = 10;
    (void)kit_put(kit, &hf_noun_asset, far_east);
    query.west = 179;
    query.east = 0.25;
    hf_page page = list(kit, &query);
    assert_int_equal(page.total, 4); // E, K000, K001, K002
    query.south = 10.5;
    assert_int_equal(list(kit, &query).total, 0);
}

static void an_offset_jumps_and_passes_from_full_to_empty(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    hf_query query = {.noun = &hf_noun_asset, .offset = 100, .limit = 3};
    hf_page page = list(kit, &query);
    assert_true(hf_str_equal_z(at(&page, 0)->head.key, "K100"));
    query.sort = field("site");
    query.offset = 224;
    page = list(kit, &query);
    assert_true(at(&page, 0)->site.len > 0);
    assert_int_equal(at(&page, 1)->site.len, 0);
    query.offset = 248;
    assert_int_equal(list(kit, &query).count, 2);
}

static void search_finds_words_in_all_scripts(void **state)
{
    hf_kit *kit = *state;
    static const char *const names[][2] = {{"北京热电厂", "热电"},
                                           {"مُسْتَشْفَى الأمل", "مستشفي الامل"},
                                           {"Ёлкинская подстанция", "елкинская"},
                                           {"Hôpital Général", "hopital gen"},
                                           {"Estación Señal", "senal"}};
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        char key[8];
        (void)snprintf(key, sizeof(key), "N%zu", i);
        (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, key, names[i][0], "x"));
    }
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        hf_query query = {
            .noun = &hf_noun_asset, .text = hf_str_of(names[i][1]), .want_count = true};
        hf_page page = list(kit, &query);
        assert_int_equal(page.total, 1);
        assert_true(hf_str_equal_z(at(&page, 0)->name, names[i][0]));
    }
    hf_query nothing = {.noun = &hf_noun_asset, .text = HF_STR("\"*("), .want_count = true};
    assert_int_equal(list(kit, &nothing).count, 0);
}

static void search_follows_a_changed_name_and_joins_filters(void **state)
{
    hf_kit *kit = *state;
    fill(kit);
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "K000");
    asset->name = HF_STR("Lighthouse");
    (void)kit_put(kit, &hf_noun_asset, asset);
    hf_filter filters[] = {{field("kind"), HF_IS, HF_STR("port")}};
    hf_query query = {.noun = &hf_noun_asset, .text = HF_STR("lighth"), .want_count = true};
    assert_int_equal(list(kit, &query).total, 1);
    query.text = HF_STR("harbour");
    assert_int_equal(list(kit, &query).total, 49);
    query.filters = filters;
    query.filter_count = 1;
    query.sort = field("site");
    assert_int_equal(list(kit, &query).total, 49);
    query.text = HF_STR("pump");
    assert_int_equal(list(kit, &query).total, 0);
}

static void search_over_all_nouns_puts_the_exact_key_first(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_hit *hits = NULL;
    size_t count = 0;
    fill(kit);
    hf_organisation *owner = hf_noun_new(&hf_noun_organisation, &kit->arena);
    owner->head.key = HF_STR("ORG");
    owner->name = HF_STR("Harbour board");
    (void)kit_put(kit, &hf_noun_organisation, owner);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit,
         hf_store_search(read, HF_STR("K007"), NULL, 10, &kit->arena, &hits, &count, &kit->err));
    assert_int_equal(count, 1);
    assert_true(hf_str_equal_z(hits[0].key, "K007"));
    MUST(kit, hf_store_search(read, HF_STR("harbour"), NULL, 100, &kit->arena, &hits, &count,
                              &kit->err));
    assert_int_equal(count, 51);
    assert_ptr_equal(hits[50].noun, &hf_noun_organisation);
}

static void dependencies_are_found_by_their_assets(void **state)
{
    hf_kit *kit = *state;
    const hf_field *supplier = hf_noun_field(&hf_noun_dependency, HF_STR("supplier"), NULL);
    fill(kit);
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "K000", "K001", "power"));
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "K002", "K003", "power"));
    hf_filter filters[] = {{supplier, HF_IS, HF_STR("K002")}};
    hf_query query = {
        .noun = &hf_noun_dependency, .filters = filters, .filter_count = 1, .want_count = true};
    assert_int_equal(list(kit, &query).total, 1);
    query = (hf_query){.noun = &hf_noun_dependency, .text = HF_STR("K001"), .want_count = true};
    assert_int_equal(list(kit, &query).total, 1);
    filters[0].value = HF_STR("nobody");
    query = (hf_query){
        .noun = &hf_noun_dependency, .filters = filters, .filter_count = 1, .want_count = true};
    assert_int_equal(list(kit, &query).total, 0);
}

// The filters that the access rule adds drop nothing here, and are left out: what is found is the same.
static void a_filter_that_hides_nothing_changes_nothing(void **state)
{
    hf_kit *kit = *state;
    hf_filter hiding[] = {
        {.field = field("kind"), .how = HF_IS, .value = HF_STR("port")},
        {.field = field("compartments"), .how = HF_WITHIN, .value = HF_STR("south")},
        {.field = field("marking"), .how = HF_AT_MOST, .value = HF_STR("TLP:AMBER")}};
    hf_query query = {
        .noun = &hf_noun_asset, .filters = hiding, .filter_count = 3, .want_count = true};
    fill(kit);
    hf_page page = list(kit, &query);
    assert_int_equal(page.total, COUNT / 5);
    // K000 is a port: once it is marked or put into a compartment, it is hidden again.
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "K000");
    asset->head.compartments = HF_STR("north");
    (void)kit_put(kit, &hf_noun_asset, asset);
    page = list(kit, &query);
    assert_int_equal(page.total, COUNT / 5 - 1);
    assert_true(hf_str_equal_z(at(&page, 0)->head.key, "K005"));
    asset = kit_get(kit, &hf_noun_asset, "K005");
    asset->head.marking = HF_TLP_RED;
    (void)kit_put(kit, &hf_noun_asset, asset);
    page = list(kit, &query);
    assert_int_equal(page.total, COUNT / 5 - 2);
    query.text = HF_STR("harbour");
    page = list(kit, &query);
    assert_int_equal(page.total, COUNT / 5 - 2);
    assert_int_equal(page.count, COUNT / 5 - 2);
}

// More shapes of lists than statements are kept, twice over: each finds its own again.
static void many_kinds_of_lists_do_not_disturb_one_another(void **state)
{
    hf_kit *kit = *state;
    hf_filter ports[100];
    fill(kit);
    for (size_t i = 0; i < HF_COUNT(ports); i++)
        ports[i] = (hf_filter){.field = field("kind"), .how = HF_IS, .value = HF_STR("port")};
    for (int round = 0; round < 2; round++)
        for (size_t count = 1; count <= HF_COUNT(ports); count++) {
            hf_query query = {.noun = &hf_noun_asset,
                              .filters = ports,
                              .filter_count = count,
                              .limit = 100,
                              .want_count = true};
            ports[count - 1].value = count % 2 == 0 ? HF_STR("pump") : HF_STR("port");
            hf_page page = list(kit, &query);
            assert_int_equal(page.total, count == 1 ? COUNT / 5 : COUNT);
            assert_int_equal(page.count, page.total < 100 ? page.total : 100);
        }
}

// The word in a short text ranks above the one in a long text, and a rare word above a common one.
static void hits_are_ranked(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_hit *hits = NULL;
    size_t count = 0;
    fill(kit);
    (void)kit_put(
        kit, &hf_noun_asset,
        kit_asset(kit, "L1", "Water pump of the old lighthouse by the long pier", "pump"));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "L2", "Lighthouse", "pump"));
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_search(read, HF_STR("lighthouse"), NULL, 10, &kit->arena, &hits, &count,
                              &kit->err));
    assert_int_equal(count, 2);
    assert_true(hf_str_equal_z(hits[0].key, "L2"));
    assert_true(hf_str_equal_z(hits[1].key, "L1"));
    MUST(kit, hf_store_search(read, HF_STR("pump lighthouse"), NULL, 10, &kit->arena, &hits, &count,
                              &kit->err));
    assert_int_equal(count, 2); // the kind is searched too
    hf_query query = {.noun = &hf_noun_asset, .text = HF_STR("water"), .limit = 30, .offset = 0};
    hf_page first = list(kit, &query);
    assert_int_equal(first.count, 30);
    query.cursor = first.next;
    hf_page second = list(kit, &query);
    assert_true(at(&first, 29)->head.row < at(&second, 0)->head.row); // equal ranks: by row
}

static void groups_count_and_sum(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_group *groups = NULL;
    size_t count = 0;
    fill(kit);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_group(read, &hf_noun_asset, field("kind"), field("crowd_mean"), 10,
                             &kit->arena, &groups, &count, &kit->err));
    assert_int_equal(count, 2);
    assert_true(hf_str_equal_z(groups[0].value, "pump"));
    assert_int_equal(groups[0].count, 200);
    assert_int_equal(groups[0].sum + groups[1].sum, COUNT * (COUNT - 1) / 2);
    assert_int_equal(groups[1].sum, 6125);
}

static void the_nearest_are_found_over_the_antimeridian_and_at_a_pole(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    static const double places[][2] = {{179.9, 0}, {-179.9, 0}, {-179.0, 0},
                                       {0, 89.9},  {180, 89.9}, {20, 0}};
    hf_near *near = NULL;
    size_t count = 0;
    for (size_t i = 0; i < HF_COUNT(places); i++) {
        char key[8];
        (void)snprintf(key, sizeof(key), "P%zu", i);
        hf_asset *asset = kit_asset(kit, key, "p", i == 0 ? "port" : "pump");
        asset->lon = places[i][0];
        asset->lat = places[i][1];
        (void)kit_put(kit, &hf_noun_asset, asset);
    }
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_nearest(read, -179.95, 0, 200, 2, HF_STR_EMPTY, 0, &kit->arena, &near,
                               &count, &kit->err));
    assert_int_equal(count, 2);
    assert_true(hf_str_equal_z(near[0].key, "P1") && hf_str_equal_z(near[1].key, "P0"));
    assert_float_equal(near[0].distance_km, 5.5597, 0.001);
    MUST(kit, hf_store_nearest(read, -179.95, 0, 200, 2, HF_STR("port bank"), 0, &kit->arena, &near,
                               &count, &kit->err));
    assert_int_equal(count, 1);
    MUST(kit, hf_store_nearest(read, 90, 89.95, 50, 5, HF_STR_EMPTY, 0, &kit->arena, &near, &count,
                               &kit->err));
    assert_int_equal(count, 2);
    MUST(kit, hf_store_nearest(read, 20, 0, 1e9, 100, HF_STR_EMPTY, 6, &kit->arena, &near, &count,
                               &kit->err));
    assert_int_equal(count, 5);
    assert_float_equal(hf_haversine_km(0, 0, 180, 0), 20015.1145, 0.001);
}

// The same figures as a list of each value would give, under filters as well.
static void a_query_is_counted_by_the_values_of_a_field(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    const hf_filter ports = {field("kind"), HF_IS, HF_STR("port")};
    const hf_filter nothing = {field("kind"), HF_IS, HF_STR("dam")};
    hf_query query = {.noun = &hf_noun_asset, .filters = &ports, .filter_count = 1};
    hf_group *groups = NULL;
    size_t count = 0;
    uint64_t all = 0;
    fill(kit);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit,
         hf_store_count_by(read, &query, field("name"), &kit->arena, &groups, &count, &kit->err));
    assert_int_equal(count, 1);
    assert_true(hf_str_equal_z(groups[0].value, "Harbour north"));
    assert_int_equal(groups[0].count, COUNT / 5);
    query.filter_count = 0;
    MUST(kit,
         hf_store_count_by(read, &query, field("name"), &kit->arena, &groups, &count, &kit->err));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++)
        all += groups[i].count;
    assert_int_equal(all, COUNT);
    query = (hf_query){.noun = &hf_noun_asset, .filters = &nothing, .filter_count = 1};
    MUST(kit,
         hf_store_count_by(read, &query, field("name"), &kit->arena, &groups, &count, &kit->err));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_give_every_record_once_in_key_order, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_sorted_list_has_empty_values_last_in_both_directions,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(filters_join_and_several_values_mean_one_of, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(markings_filter_by_word_and_by_the_default, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(undeclared_fields_and_foreign_cursors_are_refused, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_box_finds_what_lies_in_it_also_over_the_antimeridian,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(an_offset_jumps_and_passes_from_full_to_empty, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(search_finds_words_in_all_scripts, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(search_follows_a_changed_name_and_joins_filters, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(search_over_all_nouns_puts_the_exact_key_first, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(dependencies_are_found_by_their_assets, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_filter_that_hides_nothing_changes_nothing, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(many_kinds_of_lists_do_not_disturb_one_another, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(hits_are_ranked, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_query_is_counted_by_the_values_of_a_field, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(groups_count_and_sum, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(the_nearest_are_found_over_the_antimeridian_and_at_a_pole,
                                        kit_open, kit_close),
    };
    return cmocka_run_group_tests_name("store list", tests, NULL, NULL);
}
