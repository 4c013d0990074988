// SPDX-License-Identifier: Apache-2.0
//
// The layout of the national report: which parts there are, what stands in their cells, where each figure comes from.
#include <math.h>

#include "check.h"

static hf_national_data data_of(hf_arena *arena)
{
    hf_report_group *sectors = HF_NEW_N(arena, hf_report_group, 2);
    hf_report_site *sites = HF_NEW_N(arena, hf_report_site, 2);
    sectors[0] = (hf_report_group){HF_STR("Energy"), 2, 100};
    sectors[1] = (hf_report_group){HF_STR("Health"), 1, 7};
    sites[0] = (hf_report_site){.key = HF_STR("G"),
                                .name = HF_STR("Plant"),
                                .kind = HF_STR("Power plant"),
                                .failed_count = 3,
                                .people = 107};
    sites[1] = (hf_report_site){.key = HF_STR("H"),
                                .name = HF_STR("Ward"),
                                .kind = HF_STR("Hospital"),
                                .failed_count = 1,
                                .people = 7};
    return (hf_national_data){.head = {.lang = HF_LANG_EN,
                                       .marking = HF_STR("TLP:GREEN"),
                                       .data_date = HF_STR("today"),
                                       .snapshot = HF_STR("0123456789abcdef0123")},
                              .asset_count = 3,
                              .dependency_count = 2,
                              .people = 107,
                              .sectors = sectors,
                              .sector_count = 2,
                              .sites = sites,
                              .site_count = 2,
                              .single_points = sites,
                              .single_point_rows = 1,
                              .single_point_count = 1,
                              .mean_failed = 1.66,
                              .mean_people = 38.4};
}

static hf_doc make(hf_arena *arena, const hf_national_data *data)
{
    hf_doc doc;
    hf_report_national(data, arena, &doc);
    return doc;
}

static size_t count_of_kind(const hf_doc *doc, hf_block_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < doc->blocks.count; i++)
        count += doc->blocks.items[i].kind == kind;
    return count;
}

// The n-th table, from 0.
static const hf_block *table_of(const hf_doc *doc, size_t n)
{
    for (size_t i = 0; i < doc->blocks.count; i++)
        if (doc->blocks.items[i].kind == HF_BLOCK_TABLE && n-- == 0)
            return &doc->blocks.items[i];
    fail_msg("there is no such table");
    return NULL;
}

static void head_and_banner_follow_the_data(void **state)
{
    hf_national_data data = data_of(*state);
    hf_doc doc = make(*state, &data);
    assert_true(hf_str_equal_z(doc.marking, "TLP:GREEN"));
    assert_int_equal(doc.banner.len, 0);
    data.head.is_demo = true;
    assert_true(has(make(*state, &data).banner, "DEMO"));
}

static void parts_without_data_are_left_out(void **state)
{
    hf_national_data data = data_of(*state);
    hf_doc doc = make(*state, &data);
    assert_int_equal(count_of_kind(&doc, HF_BLOCK_MAP), 0);
    size_t tables = count_of_kind(&doc, HF_BLOCK_TABLE); // sectors, worst sites, single points
    assert_int_equal(tables, 3);
    const hf_dot dot = {1, 2, 0};
    const hf_report_service service = {.name = HF_STR("Light"), .people = 10, .worst_people = 5};
    const hf_report_fault fault = {HF_STR("Site without name"), 4, false};
    data.dots = &dot;
    data.dot_count = 1;
    data.services = &service;
    data.service_rows = 1;
    data.faults = &fault;
    data.fault_count = 1;
    data.regions = data.sectors;
    data.region_row_count = 2;
    doc = make(*state, &data);
    assert_int_equal(count_of_kind(&doc, HF_BLOCK_MAP), 1);
    assert_int_equal(count_of_kind(&doc, HF_BLOCK_TABLE), tables + 3);
}

static void the_largest_group_has_the_whole_bar(void **state)
{
    hf_national_data data = data_of(*state);
    hf_doc doc = make(*state, &data);
    const hf_block *sectors = table_of(&doc, 0);
    assert_int_equal(sectors->row_count, 2);
    assert_true(sectors->cells[1].bar == 1.0);
    assert_true(sectors->cells[4].bar == 0.5);
    assert_true(fabs(sectors->cells[5].bar - 0.07) < 1e-12);
}

static void the_worst_site_comes_first_with_its_key(void **state)
{
    hf_national_data data = data_of(*state);
    hf_doc doc = make(*state, &data);
    const hf_block *sites = table_of(&doc, 1);
    assert_true(sites->cells[0].number == 1);
    assert_true(hf_str_equal_z(sites->cells[1].text, "Plant\nG"));
    assert_true(sites->cells[3].number == 107);
    assert_true(sites->cells[4].number == 3);
}

static void a_single_point_counts_the_others_only(void **state)
{
    hf_national_data data = data_of(*state);
    hf_doc doc = make(*state, &data);
    assert_true(table_of(&doc, 2)->cells[3].number == 2);
}

static void a_missing_outage_is_a_dash(void **state)
{
    hf_national_data data = data_of(*state);
    const hf_report_service service = {
        .name = HF_STR("Light"), .people = 10, .worst_people = 5, .max_outage_h = (double)NAN};
    data.services = &service;
    data.service_rows = 1;
    hf_doc doc = make(*state, &data);
    const hf_block *services = table_of(&doc, 2);
    assert_true(services->cells[3].bar == 0.5);
    assert_false(services->cells[5].is_number);
    assert_true(hf_str_equal_z(services->cells[5].text, "–"));
}

// Of the method no figure is told; "N-1" and the like are none.
static bool has_figure(const hf_block *block)
{
    bool has_digit = false;
    for (size_t i = 0; i < block->text.len; i++)
        has_digit |= block->text.ptr[i] >= '0' && block->text.ptr[i] <= '9';
    return block->kind == HF_BLOCK_PARAGRAPH && has_digit;
}

static void every_table_and_figure_tells_where_it_comes_from(void **state)
{
    hf_national_data data = data_of(*state);
    hf_doc doc = make(*state, &data);
    for (size_t i = 0; i < doc.blocks.count; i++) {
        const hf_block *block = &doc.blocks.items[i];
        if (block->kind == HF_BLOCK_TABLE || has_figure(block))
            assert_in_range(block->derivation, 1, doc.derivations.count);
        for (size_t k = 0; k < block->fact_count; k++)
            assert_in_range(block->facts[k].derivation, 1, doc.derivations.count);
    }
    for (size_t i = 0; i < doc.derivations.count; i++) {
        assert_true(has(doc.derivations.items[i], "0123456789ab")); // the snapshot, shortened
        assert_false(has(doc.derivations.items[i], "0123456789abc"));
    }
}

static void the_note_of_the_map_counts_a_ranked_site_once(void **state)
{
    const hf_dot dots[] = {{1, 2, 0}, {3, 4, 0}, {1, 2, 1}};
    hf_national_data data = data_of(*state);
    data.dots = dots;
    data.dot_count = HF_COUNT(dots);
    hf_doc doc = make(*state, &data);
    for (size_t i = 0; i < doc.blocks.count; i++)
        if (doc.blocks.items[i].kind == HF_BLOCK_MAP)
            assert_true(
                has(doc.derivations.items[doc.blocks.items[i].derivation - 1], "of 2 assets"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(head_and_banner_follow_the_data),
        ARENA_TEST(parts_without_data_are_left_out),
        ARENA_TEST(the_largest_group_has_the_whole_bar),
        ARENA_TEST(the_worst_site_comes_first_with_its_key),
        ARENA_TEST(a_single_point_counts_the_others_only),
        ARENA_TEST(a_missing_outage_is_a_dash),
        ARENA_TEST(every_table_and_figure_tells_where_it_comes_from),
        ARENA_TEST(the_note_of_the_map_counts_a_ranked_site_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
