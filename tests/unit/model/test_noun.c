// SPDX-License-Identifier: Apache-2.0
//
// Nouns as tables: what every table must keep, JSON and the form that the row hash covers.
#include "check.h"

#include <string.h>

#include "base/limits.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"

static void every_table_keeps_the_rules_of_tables(void **state)
{
    (void)state;
    for (size_t i = 0; hf_nouns[i] != NULL; i++) {
        const hf_noun *noun = hf_nouns[i];
        assert_true(noun->field_count <= HF_FIELD_COUNT_MAX);
        assert_true(noun->field_count >= HF_HEAD_FIELD_COUNT);
        assert_string_equal(noun->fields[0].name, "key");
        for (size_t j = 0; j < noun->field_count; j++) {
            const hf_field *field = &noun->fields[j];
            size_t index = 0;
            assert_true(field->offset < noun->struct_bytes);
            assert_ptr_equal(hf_noun_field(noun, hf_str_of(field->name), &index), field);
            assert_int_equal(index, j); // no name stands twice
            assert_true(field->type != HF_WORD || field->words != NULL);
            assert_true(field->words == NULL || field->type == HF_WORD || field->type == HF_LIST);
            if (field->type == HF_REF || field->type == HF_LINK)
                assert_non_null(hf_noun_find(hf_str_of(field->refers)));
        }
    }
}

static void a_noun_is_found_by_name_and_plural(void **state)
{
    (void)state;
    assert_ptr_equal(hf_noun_find(HF_STR("asset")), &hf_noun_asset);
    assert_ptr_equal(hf_noun_find(HF_STR("Dependencies")), &hf_noun_dependency);
    assert_null(hf_noun_find(HF_STR("unicorn")));
}

static void a_fresh_record_has_the_documented_defaults(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &arena);
    hf_dependency *dependency = hf_noun_new(&hf_noun_dependency, &arena);
    assert_int_equal(asset->people_served, 0);
    assert_true(isnan(asset->repair_h));
    assert_true(isnan(asset->lon));
    assert_int_equal(asset->levels, 2);
    assert_int_equal(asset->head.marking, HF_TLP_AMBER);
    assert_int_equal(asset->access, HF_WORD_NONE);
    assert_true(dependency->capacity >= 1 && dependency->capacity <= 1);
    assert_true(dependency->strength >= 1 && dependency->strength <= 1);
    assert_true(isnan(dependency->buffer_h));
    assert_int_equal(dependency->state, HF_STATE_ACCEPTED);
}

static void a_record_without_key_is_refused(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &arena);
    assert_false(hf_noun_check(&hf_noun_asset, asset, &arena, &err));
    assert_string_equal(err.code, "field.required");
    assert_string_equal(err.column, "key");
}

static void half_a_place_is_refused(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &arena);
    asset->head.key = HF_STR("a");
    asset->lon = 7;
    assert_false(hf_noun_check(&hf_noun_asset, asset, &arena, &err));
    assert_string_equal(err.code, "asset.half_a_place");
    assert_string_equal(err.column, "lat");
}

static void codes_get_one_spelling(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &arena);
    asset->head.key = HF_STR("a");
    asset->sector = HF_STR("en01");
    asset->kind = HF_STR("Hospital");
    assert_true(hf_noun_check(&hf_noun_asset, asset, &arena, &err));
    assert_str_is(asset->sector, "EN01");
    assert_str_is(asset->kind, "hospital");
}

static void markings_are_read_in_every_usual_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        hf_marking want;
    } cases[] = {{"TLP:AMBER", HF_TLP_AMBER},   {"amber", HF_TLP_AMBER},
                 {"tlp:red", HF_TLP_RED},       {"AMBER+STRICT", HF_TLP_AMBER_STRICT},
                 {" TLP:CLEAR ", HF_TLP_CLEAR}, {"white", HF_TLP_CLEAR},
                 {"TLP:WHITE", HF_TLP_CLEAR}};
    hf_marking got = HF_TLP_RED;
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        assert_true(hf_marking_parse(hf_str_of(cases[i].text), &got));
        assert_int_equal(got, cases[i].want);
    }
    assert_false(hf_marking_parse(HF_STR("purple"), &got));
    assert_false(hf_marking_parse(HF_STR(""), &got));
}

static hf_str canonical(const hf_noun *noun, const void *record, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_canonical form = hf_canonical_of(noun, arena);
    hf_noun_write_canonical(&form, record, &text);
    return hf_buf_copy(arena, &text);
}

static void the_hashed_form_leaves_out_what_is_empty_and_where_it_came_from(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_layer *member = hf_noun_new(&hf_noun_layer, &arena);
    member->layer = HF_STR("grid");
    member->asset = HF_STR("a1");
    member->head.source = HF_STR("file.csv");
    member->head.version = 7;
    hf_noun_layer.complete(member, &arena);
    assert_str_is(canonical(&hf_noun_layer, member, &arena),
                  "{\"asset\":\"a1\",\"buffer_h\":0,\"key\":\"grid/a1\","
                  "\"layer\":\"grid\",\"marking\":\"TLP:AMBER\",\"role\":\"node\"}");
}

static void the_hashed_form_is_its_own_canonical_form(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf again = hf_buf_of(1u << 16);
    hf_error err = {0};
    hf_json *tree = NULL;
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &arena);
    asset->head.key = HF_STR("k\"1");
    asset->name = HF_STR("Ünïcode \xe6\xb0\xb4");
    asset->lon = -0.5;
    asset->lat = 1e-7;
    asset->capacity = 1234567.5;
    asset->head.attributes = HF_STR("{\"b\":1,\"owner\":\"x\"}");
    hf_str first = canonical(&hf_noun_asset, asset, &arena);
    assert_true(hf_json_parse(first, &arena, &tree, &err));
    hf_json_canonical(tree, &again);
    assert_true(hf_str_equal(first, hf_buf_str(&again)));
    assert_true(hf_str_find(first, HF_STR("\"attributes\":{\"b\":1,\"owner\":\"x\"}")) < first.len);
}

static void json_shows_empty_fields_as_null_and_hides_secrets(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_json_writer json = {.out = &text};
    hf_error err = {0};
    hf_json *tree = NULL;
    const hf_noun *user = hf_noun_find(HF_STR("user"));
    void *record = hf_noun_new(user, &arena);
    ((hf_head *)record)->key = HF_STR("ana");
    hf_json_begin_object(&json);
    hf_noun_write_json(user, record, &json);
    hf_json_end_object(&json);
    assert_true(hf_json_parse(hf_buf_str(&text), &arena, &tree, &err));
    assert_null(hf_json_get(tree, "password_hash"));
    assert_int_equal(hf_json_get(tree, "last_seen_at")->type, HF_JSON_NULL);
    assert_int_equal(hf_json_get(tree, "compartments")->type, HF_JSON_ARRAY);
    assert_str_is(hf_json_text(tree, "clearance"), "TLP:AMBER");
}

static void a_reserved_name_is_refused_to_a_new_account_only(void **state)
{
    (void)state;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    const hf_noun *user = hf_noun_find(HF_STR("user"));
    hf_head *record = hf_noun_new(user, &arena);
    record->key = HF_STR("provider");
    assert_false(hf_noun_check(user, record, &arena, &err));
    assert_string_equal(err.code, "user.reserved");
    record->row = 7; // it had the name before
    assert_true(hf_noun_check(user, record, &arena, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_keeps_the_rules_of_tables),
        cmocka_unit_test(a_noun_is_found_by_name_and_plural),
        cmocka_unit_test(a_fresh_record_has_the_documented_defaults),
        cmocka_unit_test(a_record_without_key_is_refused),
        cmocka_unit_test(half_a_place_is_refused),
        cmocka_unit_test(codes_get_one_spelling),
        cmocka_unit_test(a_reserved_name_is_refused_to_a_new_account_only),
        cmocka_unit_test(markings_are_read_in_every_usual_spelling),
        cmocka_unit_test(the_hashed_form_leaves_out_what_is_empty_and_where_it_came_from),
        cmocka_unit_test(the_hashed_form_is_its_own_canonical_form),
        cmocka_unit_test(json_shows_empty_fields_as_null_and_hides_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
