// SPDX-License-Identifier: Apache-2.0
//
// Single records over a real store: add, edit, remove, history, undo, and the log that tells of them.
#include "fixture.h"

static void *add(fixture *f, const hf_noun *noun, const char *json)
{
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, noun, json);
    hf_error err = {0};
    void *out = NULL;
    if (!hf_add_record(&session, &patch, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static void adds_a_record_and_notes_it(void **state)
{
    fixture *f = *state;
    const hf_asset *asset = add(f, &hf_noun_asset, "{\"key\":\"A\",\"name\":\"Dam 3\"}");
    assert_int_equal(asset->head.version, 1);
    assert_int_equal(strlen(asset->head.id), 36);
    hf_session session = local_session(f);
    hf_event *events = NULL;
    size_t count = 0;
    hf_error err = {0};
    assert_true(hf_read_log(&session, 0, 10, &f->memory, &events, &count, &err));
    assert_int_equal(count, 1);
    assert_true(hf_str_equal_z(events[0].action, "asset.added"));
    assert_true(hf_str_equal_z(events[0].record_key, "A"));
    assert_true(hf_str_equal_z(events[0].actor, "cli:test"));
}

static void refuses_a_key_that_is_there(void **state)
{
    fixture *f = *state;
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\"}");
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"key\":\"A\"}");
    hf_error err = {0};
    void *out = NULL;
    assert_false(hf_add_record(&session, &patch, &f->memory, &out, &err));
    assert_int_equal(err.kind, HF_ERR_CONFLICT);
    assert_int_equal(last_event(f), 1);
}

static void edits_only_what_the_patch_names(void **state)
{
    fixture *f = *state;
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\",\"name\":\"Dam\",\"people_served\":7}");
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"name\":\"Dam 3\"}");
    hf_error err = {0};
    void *out = NULL;
    if (!hf_edit_record(&session, &patch, HF_STR("A"), 1, &f->memory, &out, &err))
        fail_msg("%s", err.message);
    const hf_asset *asset = out;
    assert_int_equal(asset->head.version, 2);
    assert_true(hf_str_equal_z(asset->name, "Dam 3"));
    assert_int_equal(asset->people_served, 7);
}

static void refuses_an_edit_of_an_older_version(void **state)
{
    fixture *f = *state;
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\"}");
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"name\":\"late\"}");
    hf_error err = {0};
    void *out = NULL;
    assert_false(hf_edit_record(&session, &patch, HF_STR("A"), 4, &f->memory, &out, &err));
    assert_int_equal(err.kind, HF_ERR_STALE);
}

static void notes_nothing_when_an_edit_changes_nothing(void **state)
{
    fixture *f = *state;
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\",\"name\":\"Dam\"}");
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"name\":\"Dam\"}");
    hf_error err = {0};
    void *out = NULL;
    assert_true(hf_edit_record(&session, &patch, HF_STR("A"), 0, &f->memory, &out, &err));
    assert_int_equal(((const hf_asset *)out)->head.version, 1);
    assert_int_equal(last_event(f), 1);
}

static void refuses_an_edit_that_breaks_the_group(void **state)
{
    fixture *f = *state;
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\"}");
    (void)add(f, &hf_noun_asset, "{\"key\":\"B\"}");
    (void)add(f, &hf_noun_asset, "{\"key\":\"C\"}");
    (void)add(f, &hf_noun_dependency,
              "{\"supplier\":\"A\",\"consumer\":\"C\",\"input\":\"power\",\"need\":\"any\"}");
    hf_session session = local_session(f);
    hf_patch patch =
        patch_of(f, &hf_noun_dependency,
                 "{\"supplier\":\"B\",\"consumer\":\"C\",\"input\":\"power\",\"need\":\"all\"}");
    hf_error err = {0};
    void *out = NULL;
    assert_false(hf_add_record(&session, &patch, &f->memory, &out, &err));
    assert_string_equal(err.code, "group.conflict");
    assert_int_equal(count_of(f, &hf_noun_dependency), 1);
}

static void refuses_to_remove_an_asset_that_others_need(void **state)
{
    fixture *f = *state;
    uint64_t removed = 0;
    hf_error err = {0};
    hf_session session = local_session(f);
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\"}");
    (void)add(f, &hf_noun_asset, "{\"key\":\"B\"}");
    (void)add(f, &hf_noun_dependency, "{\"supplier\":\"A\",\"consumer\":\"B\"}");
    assert_false(hf_remove_record(&session, &hf_noun_asset, HF_STR("A"), 0, false, &removed, &err));
    assert_string_equal(err.code, "record.in_use");
    if (!hf_remove_record(&session, &hf_noun_asset, HF_STR("A"), 0, true, &removed, &err))
        fail_msg("%s", err.message);
    assert_int_equal(removed, 2);
    assert_int_equal(count_of(f, &hf_noun_dependency), 0);
}

static void tells_the_history_and_takes_back_the_last_change(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\",\"name\":\"one\"}");
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"name\":\"two\"}");
    assert_true(hf_edit_record(&session, &patch, HF_STR("A"), 0, &f->memory, &out, &err));
    if (!hf_undo_record(&session, &hf_noun_asset, HF_STR("A"), &f->memory, &out, &err))
        fail_msg("%s", err.message);
    assert_true(hf_str_equal_z(((const hf_asset *)out)->name, "one"));
    hf_version *versions = NULL;
    size_t count = 0;
    assert_true(hf_record_history(&session, &hf_noun_asset, HF_STR("A"), &f->memory, &versions,
                                  &count, &err));
    assert_int_equal(count, 3);
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    hf_json_writer writer = {.out = &text};
    hf_json *tree = NULL;
    hf_write_history(&hf_noun_asset, versions, count, &writer);
    assert_true(hf_json_parse(hf_buf_str(&text), &f->memory, &tree, &err));
    const hf_json *newest = hf_json_get(tree, "items")->child;
    const hf_json *change = hf_json_get(newest, "changes")->child;
    assert_true(hf_str_equal_z(hf_json_text(change, "field"), "name"));
    assert_true(hf_str_equal_z(hf_json_text(change, "before"), "two"));
    assert_true(hf_str_equal_z(hf_json_text(change, "after"), "one"));
    assert_null(change->next);
}

static void takes_back_an_addition_by_removing_it(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    (void)add(f, &hf_noun_asset, "{\"key\":\"A\"}");
    assert_true(hf_undo_record(&session, &hf_noun_asset, HF_STR("A"), &f->memory, &out, &err));
    assert_null(out);
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
}

static void says_that_a_record_is_not_there(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    assert_false(hf_get_record(&session, &hf_noun_asset, HF_STR("Z"), &f->memory, &out, &err));
    assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
    assert_string_equal(err.code, "record.unknown");
}

static void writes_events_and_jobs_by_the_program_only(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_event, "{\"key\":\"1\"}");
    hf_error err = {0};
    void *out = NULL;
    assert_false(hf_add_record(&session, &patch, &f->memory, &out, &err));
    assert_int_equal(err.kind, HF_ERR_PERMISSION);
}

static void keeps_the_last_administrator(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    uint64_t removed = 0;
    hf_error err = {0};
    void *out = NULL;
    (void)add(f, &hf_noun_user, "{\"key\":\"anna\",\"role\":\"administrator\"}");
    (void)add(f, &hf_noun_user, "{\"key\":\"otto\",\"role\":\"analyst\"}");
    assert_false(
        hf_remove_record(&session, &hf_noun_user, HF_STR("anna"), 0, false, &removed, &err));
    assert_string_equal(err.code, "user.last_administrator");
    hf_patch patch = patch_of(f, &hf_noun_user, "{\"is_disabled\":true}");
    assert_false(hf_edit_record(&session, &patch, HF_STR("anna"), 0, &f->memory, &out, &err));
    assert_string_equal(err.code, "user.last_administrator");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(adds_a_record_and_notes_it),
        TEST(refuses_a_key_that_is_there),
        TEST(edits_only_what_the_patch_names),
        TEST(refuses_an_edit_of_an_older_version),
        TEST(notes_nothing_when_an_edit_changes_nothing),
        TEST(refuses_an_edit_that_breaks_the_group),
        TEST(refuses_to_remove_an_asset_that_others_need),
        TEST(tells_the_history_and_takes_back_the_last_change),
        TEST(takes_back_an_addition_by_removing_it),
        TEST(says_that_a_record_is_not_there),
        TEST(writes_events_and_jobs_by_the_program_only),
        TEST(keeps_the_last_administrator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
