// SPDX-License-Identifier: Apache-2.0
//
// GeoJSON and plain JSON: features and objects as rows, places of every geometry, damaged documents.
#include "support.h"

#include <math.h>

#include "base/limits.h"
#include "format/geometry.h"

#define F(props, geometry)                                                                         \
    "{\"type\":\"Feature\",\"properties\":" props ",\"geometry\":" geometry "}"
#define POINT(x, y) "{\"type\":\"Point\",\"coordinates\":[" x "," y "]}"

static void check(const char *name, const char *text, const char *patches, const char *problems)
{
    outcome o;
    read_text(&o, name, text, NULL);
    if (!o.ok)
        print_message("%s %s\n", o.err.code, o.err.message);
    assert_true(o.ok);
    assert_patches(&o, patches);
    assert_problems(&o, problems);
    outcome_done(&o);
}

static void refuse(const char *name, const char *text, const char *code, uint64_t line)
{
    outcome o;
    read_text(&o, name, text, "asset");
    assert_refused(&o, code, line, "");
    outcome_done(&o);
}

static void features_become_rows_and_points_places(void **state)
{
    (void)state;
    check(
        "assets.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[\n" F(
            "{\"key\":\"A\",\"name\":\"Ä\",\"floors\":3}",
            POINT("8.5", "47")) ",\n" F("{\"key\":\"B\",\"up\":null}", "null") "]}",
        "asset "
        "{\"key\":\"A\",\"name\":\"Ä\",\"lon\":8.5,\"lat\":47,\"attributes\":{\"floors\":\"3\"}}\n"
        "asset {\"key\":\"B\",\"attributes\":{\"up\":null}}\n",
        "");
}

static void sequences_of_lines_and_single_features_are_read(void **state)
{
    (void)state;
    check("assets.geojsonl",
          F("{\"key\":\"A\"}", POINT("1", "2")) "\n" F("{\"key\":\"B\"}", POINT("3", "4")) "\n",
          "asset {\"key\":\"A\",\"lon\":1,\"lat\":2}\nasset {\"key\":\"B\",\"lon\":3,\"lat\":4}\n",
          "");
    check("assets.geojsonl",
          "\x1e" F("{\"key\":\"A\"}", "null") "\n\x1e" F("{\"key\":\"B\"}", "null"),
          "asset {\"key\":\"A\"}\nasset {\"key\":\"B\"}\n", "");
    check("assets.geojson", F("{\"key\":\"A\"}", "null"), "asset {\"key\":\"A\"}\n", "");
}

static void the_features_may_stand_behind_other_members(void **state)
{
    (void)state;
    check("assets.geojson",
          "{\"name\":\"features\",\"x\":{\"features\":[1]},\"type\":\"FeatureCollection\","
          "\"features\" : [" F("{\"key\":\"A\"}", "null") "],\"bbox\":[1,2,3,4]}",
          "asset {\"key\":\"A\"}\n", "");
    check("assets.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}", "", "");
}

static void rows_are_numbered_by_feature(void **state)
{
    (void)state;
    check("assets.geojson",
          "{\"type\":\"FeatureCollection\",\"features\":[" F(
              "{\"key\":\"A\"}", POINT("200", "1")) ","
                                                    "{\"type\":\"Point\"}," F(
                                                        "{\"key\":\"A\"}", POINT("35", "139")) "]}",
          "", "1 geometry place.out_of_range\n2  geojson.no_feature\n3 geometry place.swapped\n");
}

static void areas_become_boundaries_of_regions(void **state)
{
    (void)state;
    check("regions.geojson",
          F("{\"key\":\"R\",\"name\":\"N\"}",
            "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"),
          "region {\"key\":\"R\",\"name\":\"N\",\"lon\":1,\"lat\":1,\"boundary\":{\"coordinates\":"
          "[[[0,0],[2,0],[2,2],[0,2],[0,0]]],\"type\":\"Polygon\"}}\n",
          "");
}

static void damaged_documents_are_refused(void **state)
{
    (void)state;
    refuse(
        "a.geojson",
        "{\"type\":\"FeatureCollection\",\"features\":[\n" F("{\"key\":\"A\"}", "null") ",\n{\"ty",
        "json.truncated", 3);
    refuse("a.geojson",
           "{\"type\":\"FeatureCollection\",\"features\":[\n" F("{\"key\":\"A\"}", "null"),
           "json.truncated", 2);
    refuse("a.geojson",
           "{\"type\":\"FeatureCollection\",\"features\":[" F("{\"key\":\"A\"}", "null") "]",
           "json.truncated", 1);
    refuse("a.geojson",
           "{\"type\":\"FeatureCollection\",\"features\":[" F("{\"key\":\"A\"}", "null") ",]}",
           "json.comma", 1);
    refuse("a.json", "[{\"key\":\"A\"},3]", "json.no_object", 1);
    refuse("a.json", "[{\"key\":\"A\"}]x", "json.trailing", 1);
    refuse("a.json", "[\n{\"key\":\"\xff\"}]", "file.not_utf8", 2);
}

static void another_coordinate_system_is_refused(void **state)
{
    (void)state;
    outcome o;
    read_text(&o, "assets.geojson",
              "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
              "\"urn:ogc:def:crs:EPSG::27700\"}},\"features\":[]}",
              NULL);
    assert_refused(&o, "geojson.crs", 1, "crs");
    outcome_done(&o);
    check("assets.geojson",
          "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
          "\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},\"features\":[]}",
          "", "");
}

static void json_objects_become_rows_with_numbers_in_texts(void **state)
{
    (void)state;
    check("assets.json",
          "[{\"key\":\"A\",\"lon\":\"8.5\",\"lat\":\"47\",\"tags\":{\"b\":1,\"a\":[true]}}]",
          "asset "
          "{\"key\":\"A\",\"lon\":8.5,\"lat\":47,\"attributes\":{\"tags\":\"{\\\"a\\\":[true],"
          "\\\"b\\\":1}\"}}\n",
          "");
    check("assets.ndjson", "{\"key\":\"A\"}\n{\"key\":\"B\",\"name\":\"b\"}\n{\"key\":\"C\"}\n",
          "asset {\"key\":\"A\"}\nasset {\"key\":\"B\",\"name\":\"b\"}\nasset {\"key\":\"C\"}\n",
          "");
    check("assets.json", "{\"items\":[{\"key\":\"A\"}],\"next\":null}", "asset {\"key\":\"A\"}\n",
          "");
}

static void check_point(const char *geometry, double lon, double lat)
{
    hf_arena arena = {0};
    hf_error err = {0};
    hf_json *json = NULL;
    double x = NAN, y = NAN;
    assert_true(hf_json_parse(hf_str_of(geometry), &arena, &json, &err));
    assert_true(hf_geometry_point(json, &x, &y));
    assert_true(fabs(x - lon) < 1e-9 && fabs(y - lat) < 1e-9);
    hf_arena_done(&arena);
}

static void a_point_stands_for_every_geometry(void **state)
{
    (void)state;
    check_point("{\"type\":\"Point\",\"coordinates\":[1,2,3]}", 1, 2);
    check_point("{\"type\":\"MultiPoint\",\"coordinates\":[[5,6],[7,8]]}", 5, 6);
    check_point("{\"type\":\"LineString\",\"coordinates\":[[0,0],[0,3],[1,3]]}", 0, 2);
    check_point("{\"type\":\"MultiLineString\",\"coordinates\":[[[0,0],[1,0]],[[0,5],[8,5]]]}", 4,
                5);
    check_point("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[6,0],[0,6],[0,0]]]}", 2, 2);
    // A hook: the centroid lies outside, the point does not.
    check_point("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],[10,1],[1,1],[1,9],[10,9],["
                "10,10],[0,10],[0,0]]]}",
                0.5, 5);
    check_point("{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[1,1],[0,1],[0,0]]],"
                "[[[10,10],[14,10],[14,14],[10,14],[10,10]]]]}",
                12, 12);
    check_point("{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\","
                "\"coordinates\":[3,4]}]}",
                3, 4);
}

static void well_known_text_is_read_too(void **state)
{
    (void)state;
    double x = 0, y = 0;
    assert_true(hf_wkt_point(HF_STR("POINT(8.5 47.25)"), &x, &y));
    assert_true(x == 8.5 && y == 47.25);
    assert_true(
        hf_wkt_point(HF_STR("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0),(1 1,2 1,2 2,1 1))"), &x, &y));
    assert_true(x == 2 && y == 2);
    assert_false(hf_wkt_point(HF_STR("POINT EMPTY"), &x, &y));
    assert_false(hf_wkt_point(HF_STR("POINT(a b)"), &x, &y));
    assert_false(hf_wkt_point(HF_STR("LINESTRING(0 0,1"), &x, &y));
}

static void columns_at_the_limit_pass_and_one_more_does_not(void **state)
{
    (void)state;
    for (unsigned over = 0; over <= 1; over++) {
        hf_buf text = hf_buf_of(1u << 20);
        outcome o;
        hf_buf_add_z(&text, "[{\"key\":\"A\"");
        for (unsigned i = 1; i < HF_COLUMN_COUNT_MAX + over; i++)
            hf_buf_add_format(&text, ",\"c%u\":null", i);
        hf_buf_add_z(&text, "}]");
        read_bytes(&o, "assets.json", hf_buf_str(&text), NULL);
        assert_int_equal(o.ok, over == 0);
        if (over > 0)
            assert_string_equal(o.err.code, "json.too_many_columns");
        outcome_done(&o);
        hf_buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(features_become_rows_and_points_places),
        cmocka_unit_test(sequences_of_lines_and_single_features_are_read),
        cmocka_unit_test(the_features_may_stand_behind_other_members),
        cmocka_unit_test(rows_are_numbered_by_feature),
        cmocka_unit_test(areas_become_boundaries_of_regions),
        cmocka_unit_test(damaged_documents_are_refused),
        cmocka_unit_test(another_coordinate_system_is_refused),
        cmocka_unit_test(json_objects_become_rows_with_numbers_in_texts),
        cmocka_unit_test(a_point_stands_for_every_geometry),
        cmocka_unit_test(columns_at_the_limit_pass_and_one_more_does_not),
        cmocka_unit_test(well_known_text_is_read_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
