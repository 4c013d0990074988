// SPDX-License-Identifier: Apache-2.0
//
// One change to many records, and named views, over a real store.
#include "fixture.h"

#include "base/limits.h"
#include "usecase/views.h"

static void add(fixture *f, const hf_noun *noun, const char *json)
{
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, noun, json);
    hf_error err = {0};
    void *out = NULL;
    if (!hf_add_record(&session, &patch, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static const hf_asset *asset_of(fixture *f, const char *key)
{
    hf_session session = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    if (!hf_get_record(&session, &hf_noun_asset, hf_str_of(key), &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static void fill(fixture *f)
{
    add(f, &hf_noun_asset, "{\"key\":\"A\",\"kind\":\"hospital\",\"operator\":\"OP1\"}");
    add(f, &hf_noun_asset, "{\"key\":\"B\",\"kind\":\"hospital\",\"operator\":\"OP2\"}");
    add(f, &hf_noun_asset, "{\"key\":\"C\",\"kind\":\"dam\",\"operator\":\"OP2\"}");
}

// Lays the JSON over all hospitals.
static hf_edit_result edit(fixture *f, const hf_session *session, const char *json,
                           hf_edit_request request)
{
    static hf_filter filter;
    static hf_patch patch;
    hf_edit_result result = {0};
    hf_error err = {0};
    filter =
        (hf_filter){hf_noun_field(&hf_noun_asset, HF_STR("kind"), NULL), HF_IS, HF_STR("hospital")};
    patch = patch_of(f, &hf_noun_asset, json);
    request.query = (hf_query){.noun = &hf_noun_asset, .filters = &filter, .filter_count = 1};
    request.patch = &patch;
    if (!hf_edit_records(session, &request, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static void changes_what_the_query_finds_with_one_event(void **state)
{
    fixture *f = *state;
    fill(f);
    int64_t before = last_event(f);
    hf_session session = local_session(f);
    hf_edit_result result =
        edit(f, &session, "{\"operator\":\"OP2\"}", (hf_edit_request){.expected_count = 2});
    assert_true(result.is_stored);
    assert_int_equal(result.matched, 2);
    assert_int_equal(result.changed, 1);
    assert_int_equal(result.unchanged, 1);
    assert_int_equal(result.event, before + 1);
    assert_int_equal(last_event(f), before + 1);
    assert_int_equal(result.sample_count, 1);
    assert_true(hf_str_equal_z(((const hf_asset *)result.samples[0].before)->operator_key, "OP1"));
    assert_true(hf_str_equal_z(((const hf_asset *)result.samples[0].after)->operator_key, "OP2"));
    assert_true(hf_str_equal_z(asset_of(f, "A")->operator_key, "OP2"));
    assert_int_equal(asset_of(f, "B")->head.version, 1);
    assert_int_equal(asset_of(f, "C")->head.version, 1);
}

static void is_undone_as_a_whole(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session session = local_session(f);
    hf_undo_counts counts = {0};
    hf_error err = {0};
    hf_edit_result result =
        edit(f, &session, "{\"operator\":\"OP3\"}", (hf_edit_request){.expected_count = -1});
    assert_int_equal(result.changed, 2);
    if (!hf_undo_event(&session, result.event, &counts, &err))
        fail_msg("%s", err.message);
    assert_int_equal(counts.restored, 2);
    assert_true(hf_str_equal_z(asset_of(f, "A")->operator_key, "OP1"));
    assert_true(hf_str_equal_z(asset_of(f, "B")->operator_key, "OP2"));
}

static void a_dry_run_says_the_same_and_stores_nothing(void **state)
{
    fixture *f = *state;
    fill(f);
    int64_t before = last_event(f);
    hf_session session = local_session(f);
    hf_edit_result result = edit(f, &session, "{\"operator\":\"OP3\"}",
                                 (hf_edit_request){.expected_count = -1, .is_dry_run = true});
    assert_false(result.is_stored);
    assert_int_equal(result.changed, 2);
    assert_int_equal(result.sample_count, 2);
    assert_int_equal(last_event(f), before);
    assert_int_equal(asset_of(f, "A")->head.version, 1);
}

static void one_refusal_stores_nothing(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session session = local_session(f);
    // A capacity may stand alone; a place needs both halves, and only B has the other one.
    hf_patch place = patch_of(f, &hf_noun_asset, "{\"lat\":1,\"lon\":1}");
    hf_error err = {0};
    void *out = NULL;
    assert_true(hf_edit_record(&session, &place, HF_STR("B"), 0, &f->memory, &out, &err));
    hf_edit_result result =
        edit(f, &session, "{\"lon\":2}", (hf_edit_request){.expected_count = -1});
    assert_false(result.is_stored);
    assert_int_equal(result.refused, 1);
    assert_int_equal(result.problem_count, 1);
    assert_true(hf_str_equal_z(result.problems[0].key, "A"));
    assert_int_equal(asset_of(f, "B")->head.version, 2);
}

static void groups_are_checked_over_all_changes(void **state)
{
    fixture *f = *state;
    fill(f);
    add(f, &hf_noun_dependency,
        "{\"key\":\"D1\",\"supplier\":\"A\",\"consumer\":\"C\",\"input\":\"power\",\"need\":"
        "\"any\"}");
    add(f, &hf_noun_dependency,
        "{\"key\":\"D2\",\"supplier\":\"B\",\"consumer\":\"C\",\"input\":\"power\",\"need\":"
        "\"any\"}");
    hf_session session = local_session(f);
    hf_filter one = {hf_noun_field(&hf_noun_dependency, HF_STR("key"), NULL), HF_IS, HF_STR("D1")};
    hf_patch patch = patch_of(f, &hf_noun_dependency, "{\"need\":\"all\"}");
    hf_edit_request request = {
        .query = {.noun = &hf_noun_dependency, .filters = &one, .filter_count = 1},
        .patch = &patch,
        .expected_count = -1};
    hf_edit_result result = {0};
    hf_error err = {0};
    assert_true(hf_edit_records(&session, &request, &f->memory, &result, &err));
    assert_false(result.is_stored);
    assert_string_equal(result.problems[0].fault.code, "group.conflict");
    request.query.filter_count = 0; // both together agree
    assert_true(hf_edit_records(&session, &request, &f->memory, &result, &err));
    assert_true(result.is_stored);
    assert_int_equal(result.changed, 2);
}

static void hidden_records_are_neither_changed_nor_counted(void **state)
{
    fixture *f = *state;
    fill(f);
    add(f, &hf_noun_asset, "{\"key\":\"S\",\"kind\":\"hospital\",\"marking\":\"TLP:RED\"}");
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    hf_edit_result result =
        edit(f, &analyst, "{\"operator\":\"OP3\"}", (hf_edit_request){.expected_count = -1});
    assert_int_equal(result.matched, 2);
    assert_int_equal(asset_of(f, "S")->head.version, 1);
}

static void refuses_what_no_many_may_get(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session session = local_session(f);
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
    hf_edit_result result = {0};
    hf_error err = {0};
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"operator\":\"OP3\"}");
    hf_edit_request request = {
        .query = {.noun = &hf_noun_asset}, .patch = &patch, .expected_count = 7};
    assert_false(hf_edit_records(&session, &request, &f->memory, &result, &err));
    assert_string_equal(err.code, "edit.stale");
    request.expected_count = -1;
    assert_false(hf_edit_records(&observer, &request, &f->memory, &result, &err));
    assert_int_equal(err.kind, HF_ERR_PERMISSION);
    patch = patch_of(f, &hf_noun_asset, "{\"key\":\"X\"}");
    assert_false(hf_edit_records(&session, &request, &f->memory, &result, &err));
    assert_string_equal(err.code, "edit.key");
    patch = patch_of(f, &hf_noun_asset, "{}");
    assert_false(hf_edit_records(&session, &request, &f->memory, &result, &err));
    assert_string_equal(err.code, "edit.nothing");
}

static void keeps_views_up_to_the_limit(void **state)
{
    fixture *f = *state;
    hf_session session = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    hf_error err = {0};
    hf_view *views = NULL;
    size_t count = 0;
    for (unsigned i = 0; i < HF_VIEW_COUNT_MAX; i++) {
        hf_view view = {hf_str_format(&f->memory, "view %u", i), HF_STR("/register/assets")};
        if (!hf_put_view(&session, &view, &err))
            fail_msg("%s", err.message);
    }
    hf_view more = {HF_STR("one more"), HF_STR("/")};
    assert_false(hf_put_view(&session, &more, &err));
    assert_string_equal(err.code, "view.too_many");
    hf_view again = {HF_STR("view 7"), HF_STR("/map?x=\"\\u0001")};
    assert_true(hf_put_view(&session, &again, &err));
    assert_true(hf_list_views(&session, &f->memory, &views, &count, &err));
    assert_int_equal(count, HF_VIEW_COUNT_MAX);
    assert_true(hf_str_equal(views[7].address, again.address));
    assert_true(hf_remove_view(&session, HF_STR("view 0"), &err));
    assert_true(hf_list_views(&session, &f->memory, &views, &count, &err));
    assert_int_equal(count, HF_VIEW_COUNT_MAX - 1);
    assert_true(hf_str_equal_z(views[0].name, "view 1"));
}

static void a_removed_account_leaves_no_views_and_no_token(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    hf_session ana = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    hf_error err = {0};
    hf_view *views = NULL;
    size_t count = 0;
    uint64_t removed = 0;
    hf_str token = HF_STR_EMPTY;
    hf_signed_in who = {0};
    ana.actor.name = HF_STR("ana");
    add_account(f, "{\"key\":\"root1\",\"role\":\"administrator\"}");
    add_account(f, "{\"key\":\"ana\",\"role\":\"analyst\"}");
    hf_view view = {HF_STR("mine"), HF_STR("/register/assets")};
    assert_true(hf_put_view(&ana, &view, &err));
    const hf_token_request wanted = {.user_key = ana.actor.name,
                                     .label = HF_STR("t"),
                                     .role = HF_WORD_NONE,
                                     .clearance = HF_WORD_NONE};
    assert_true(hf_add_token(&local, &wanted, &f->memory, &token, &err));
    assert_true(
        hf_find_actor(f->store, HF_CREDENTIAL_TOKEN, token, local.now_ms, &f->memory, &who, &err));
    assert_true(who.actor.is_signed_in);

    assert_true(hf_remove_record(&local, &hf_noun_user, ana.actor.name, HF_VERSION_ANY, false,
                                 &removed, &err));
    add_account(f, "{\"key\":\"ana\",\"role\":\"analyst\"}");
    assert_true(hf_list_views(&ana, &f->memory, &views, &count, &err));
    assert_int_equal(count, 0);
    assert_true(
        hf_find_actor(f->store, HF_CREDENTIAL_TOKEN, token, local.now_ms, &f->memory, &who, &err));
    assert_false(who.actor.is_signed_in);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(changes_what_the_query_finds_with_one_event),
        TEST(is_undone_as_a_whole),
        TEST(a_dry_run_says_the_same_and_stores_nothing),
        TEST(one_refusal_stores_nothing),
        TEST(groups_are_checked_over_all_changes),
        TEST(hidden_records_are_neither_changed_nor_counted),
        TEST(refuses_what_no_many_may_get),
        TEST(keeps_views_up_to_the_limit),
        TEST(a_removed_account_leaves_no_views_and_no_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
