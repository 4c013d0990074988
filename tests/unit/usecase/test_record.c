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

// --- undo asks what the change itself would ask ------------------------------------------------------------

static const char *undo(fixture *f, const hf_session *session, const char *noun, const char *key)
{
    hf_error err = {0};
    void *out = NULL;
    return hf_undo_record(session, hf_noun_find(hf_str_of(noun)), hf_str_of(key), &f->memory, &out,
                          &err)
               ? ""
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static const char *undo_event(fixture *f, const hf_session *session, int64_t event)
{
    hf_error err = {0};
    hf_undo_counts counts = {0};
    return hf_undo_event(session, event, &counts, &err) ? ""
                                                        : hf_str_z(&f->memory, hf_str_of(err.code));
}

// olga analyses what X operates, and reads what belongs to no place.
static hf_session analyst_of_x(fixture *f)
{
    must_write(f, "organisation", NULL, "{\"key\":\"X\",\"name\":\"X\"}");
    must_write(f, "organisation", NULL, "{\"key\":\"Y\",\"name\":\"Y\"}");
    add_account(f, "{\"key\":\"olga\",\"clearance\":\"red\"}");
    must_write(f, "grant", NULL,
               "{\"user\":\"olga\",\"role\":\"analyst\",\"scope\":\"organisation\","
               "\"organisation\":\"X\"}");
    return account_session(f, "olga");
}

static void an_addition_is_undone_only_by_who_may_remove_it(void **state)
{
    fixture *f = *state;
    hf_session olga = analyst_of_x(f);
    const hf_noun *law = hf_noun_find(HF_STR("law"));
    must_write(f, "law", NULL,
               "{\"key\":\"L\",\"act\":\"Law\",\"conduct\":\"cyber\",\"form\":\"attempt\"}");
    assert_true(hf_may(&olga.actor, HF_CAN_READ, law, NULL));
    assert_string_equal(undo(f, &olga, "law", "L"), "access.scope");
    assert_int_equal(count_of(f, law), 1);
    must_write(f, "asset", NULL, "{\"key\":\"A\",\"name\":\"Plant\",\"operator\":\"X\"}");
    assert_string_equal(undo(f, &olga, "asset", "A"), "");
}

static void what_was_moved_away_is_not_pulled_back(void **state)
{
    fixture *f = *state;
    hf_session olga = analyst_of_x(f);
    must_write(f, "grant", NULL,
               "{\"user\":\"olga\",\"role\":\"observer\",\"scope\":\"organisation\","
               "\"organisation\":\"Y\"}");
    olga = account_session(f, "olga");
    must_write(f, "asset", NULL, "{\"key\":\"A\",\"name\":\"Plant\",\"operator\":\"X\"}");
    must_write(f, "asset", "A", "{\"operator\":\"Y\"}");
    assert_string_equal(undo(f, &olga, "asset", "A"), "access.scope");
    hf_session local = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    assert_true(hf_get_record(&local, &hf_noun_asset, HF_STR("A"), &f->memory, &out, &err));
    const hf_asset *asset = out;
    assert_true(hf_str_equal_z(asset->operator_key, "Y"));
}

static void nobody_undoes_ones_own_pause(void **state)
{
    fixture *f = *state;
    add_account(f, "{\"key\":\"anna\",\"role\":\"administrator\"}");
    must_write(f, "user", "anna", "{\"is_paused\":true}");
    hf_session anna = account_session(f, "anna");
    assert_string_equal(undo(f, &anna, "user", "anna"), "access.paused");
    assert_true(account_session(f, "anna").actor.is_paused);
    assert_string_equal(undo_event(f, &anna, last_event(f)), "edit.one_by_one");
    assert_true(account_session(f, "anna").actor.is_paused);
}

// What was kept for the account would wait for the next one of its name.
static void an_account_whose_addition_is_undone_leaves_nothing(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    hf_str token;
    hf_credential *list = NULL;
    size_t count = 0;
    add_account(f, "{\"key\":\"anna\",\"role\":\"administrator\"}");
    add_account(f, "{\"key\":\"otto\"}");
    must_write(f, "grant", NULL, "{\"user\":\"otto\",\"role\":\"analyst\",\"scope\":\"nation\"}");
    hf_token_request wanted = {.user_key = HF_STR("otto"),
                               .label = HF_STR("t"),
                               .role = HF_WORD_NONE,
                               .clearance = HF_WORD_NONE};
    if (!hf_add_token(&session, &wanted, &f->memory, &token, &err))
        fail_msg("%s: %s", err.code, err.message);
    assert_string_equal(undo(f, &session, "user", "otto"), "");
    assert_int_equal(count_of(f, hf_noun_find(HF_STR("grant"))), 0);
    add_account(f, "{\"key\":\"otto\"}");
    assert_true(hf_list_credentials(&session, HF_CREDENTIAL_TOKEN, HF_STR("otto"), &f->memory,
                                    &list, &count, &err));
    assert_int_equal(count, 0);
}

// Others may have joined the group since.
static void an_event_is_not_undone_into_a_group_that_disagrees(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    must_write(f, "asset", NULL, "{\"key\":\"A\"}");
    must_write(f, "asset", NULL, "{\"key\":\"B\"}");
    must_write(f, "asset", NULL, "{\"key\":\"C\"}");
    must_write(f, "dependency", NULL,
               "{\"key\":\"D1\",\"supplier\":\"A\",\"consumer\":\"C\",\"input\":\"power\","
               "\"buffer_h\":1}");
    must_write(f, "dependency", "D1", "{\"buffer_h\":2}");
    int64_t event = last_event(f);
    must_write(f, "dependency", NULL,
               "{\"key\":\"D2\",\"supplier\":\"B\",\"consumer\":\"C\",\"input\":\"power\","
               "\"buffer_h\":2}");
    assert_string_equal(undo_event(f, &session, event), "group.conflict");
    must_write(f, "dependency", "D2", "{\"buffer_h\":null}");
    assert_string_equal(undo_event(f, &session, event), "");
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
        TEST(an_addition_is_undone_only_by_who_may_remove_it),
        TEST(what_was_moved_away_is_not_pulled_back),
        TEST(nobody_undoes_ones_own_pause),
        TEST(an_account_whose_addition_is_undone_leaves_nothing),
        TEST(an_event_is_not_undone_into_a_group_that_disagrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
