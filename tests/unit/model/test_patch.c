// SPDX-License-Identifier: Apache-2.0
//
// Changes to records: from JSON, laid over what is there, attributes merged by name.
#include "check.h"

#include "model/asset.h"

static bool patch_of(const char *json, hf_arena *arena, hf_patch *out, hf_error *err)
{
    hf_json *tree = NULL;
    assert_true(hf_json_parse(hf_str_of(json), arena, &tree, err));
    return hf_patch_from_json(&hf_noun_asset, tree, arena, out, err);
}

static void only_given_fields_change(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_patch patch = {0};
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &arena);
    asset->name = HF_STR("Old");
    asset->people_served = 9;
    assert_true(patch_of("{\"name\": \"New\", \"repair_h\": null}", &arena, &patch, &err));
    assert_true(hf_patch_apply(&patch, asset, &arena, &err));
    assert_str_is(asset->name, "New");
    assert_int_equal(asset->people_served, 9);
    assert_true(isnan(asset->repair_h));
}

static void unknown_members_become_attributes_and_null_removes_one(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_patch patch = {0};
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &arena);
    asset->head.attributes = HF_STR("{\"colour\":\"red\",\"owner\":\"x\"}");
    assert_true(
        patch_of("{\"colour\": null, \"attributes\": {\"beds\": 12}}", &arena, &patch, &err));
    assert_true(hf_patch_apply(&patch, asset, &arena, &err));
    assert_str_is(asset->head.attributes, "{\"beds\":12,\"owner\":\"x\"}");
    assert_true(patch_of("{\"beds\": null, \"owner\": null}", &arena, &patch, &err));
    assert_true(hf_patch_apply(&patch, asset, &arena, &err));
    assert_int_equal(asset->head.attributes.len, 0);
}

static void a_fault_points_at_its_member(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_patch patch = {0};
    assert_false(patch_of("{\"lat\": 91}", &arena, &patch, &err));
    assert_string_equal(err.source, "/lat");
    assert_string_equal(err.code, "field.coordinate_range");
}

static void what_the_program_sets_is_passed_over(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_patch patch = {0};
    assert_true(patch_of("{\"id\": \"x\", \"version\": 3, \"can\": [], \"created_at\": null}",
                         &arena, &patch, &err));
    assert_true(patch.present == 0);
    assert_false(patch.has_attributes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_given_fields_change),
        cmocka_unit_test(unknown_members_become_attributes_and_null_removes_one),
        cmocka_unit_test(a_fault_points_at_its_member),
        cmocka_unit_test(what_the_program_sets_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
