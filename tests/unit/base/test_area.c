// SPDX-License-Identifier: Apache-2.0
//
// Areas: what is read, and which points lie inside.
#include "base/area.h"

#include <math.h>

#include "check.h"

static bool reads(const char *text, hf_area *area, hf_arena *arena)
{
    hf_error err = {0};
    bool is_read = hf_area_parse(hf_str_of(text), arena, area, &err);
    if (!is_read)
        assert_string_equal(err.code, "area.text");
    return is_read;
}

static void a_ring_holds_what_lies_inside(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_area area;
    assert_true(reads(" 0,0 10,0  10,10 0,10 ", &area, &arena));
    assert_true(hf_area_has(&area, 5, 5));
    assert_false(hf_area_has(&area, 15, 5));
    assert_false(hf_area_has(&area, 5, -1));
    assert_false(hf_area_has(&area, NAN, 5));
    assert_true(area.west == 0 && area.south == 0 && area.east == 10 && area.north == 10);
}

static void a_bay_is_outside_and_a_hole_too(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_area area;
    assert_true(reads("0,0 10,0 5,5 10,10 0,10", &area, &arena));
    assert_false(hf_area_has(&area, 8, 5));
    assert_true(hf_area_has(&area, 2, 5));
    assert_true(reads("0,0 10,0 10,10 0,10;4,4 6,4 6,6 4,6", &area, &arena));
    assert_false(hf_area_has(&area, 5, 5));
    assert_true(hf_area_has(&area, 3, 5));
}

static void geojson_says_the_same(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_area area;
    assert_true(reads("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],[10,10],[0,10],[0,0]],"
                      "[[4,4],[6,4],[6,6],[4,6],[4,4]]]}",
                      &area, &arena));
    assert_false(hf_area_has(&area, 5, 5));
    assert_true(hf_area_has(&area, 3, 5));
    assert_true(reads("{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1]]],"
                      "[[[20,20],[30,20],[30,30]]]]}",
                      &area, &arena));
    assert_true(hf_area_has(&area, 29, 25));
    assert_false(hf_area_has(&area, 10, 10));
}

static void what_is_no_area_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        ";",
        "0,0 1,1",
        "0,0 1,1 2",
        "0,0 1,1 x,2",
        "0,0 1,1 200,2",
        "0,0 1,1 2,95",
        "0,0 1,0 1,1;3,3",
        "{}",
        "{\"type\":\"Point\",\"coordinates\":[0,0]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1]]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[]}",
        "{"};
    for (size_t i = 0; i < HF_COUNT(texts); i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_area area;
        assert_false(reads(texts[i], &area, &arena));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_holds_what_lies_inside),
        cmocka_unit_test(a_bay_is_outside_and_a_hole_too),
        cmocka_unit_test(geojson_says_the_same),
        cmocka_unit_test(what_is_no_area_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
