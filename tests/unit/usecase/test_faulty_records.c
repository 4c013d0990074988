// SPDX-License-Identifier: Apache-2.0
//
// Records, views, settings and files of records, over a store whose driver fails call 1, 2, 3 … until none fails: a use
// case that says that it failed has left everything as it was.
#include "faults.h"

static bool add_an_asset(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch =
        patch_of(&hf_noun_asset, "{\"key\":\"N\",\"name\":\"New\",\"lon\":9,\"lat\":45}", &arena);
    void *record = NULL;
    return hf_add_record(&session, &patch, &arena, &record, err);
}

static bool add_a_dependency(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(&hf_noun_dependency,
                              "{\"supplier\":\"B\",\"consumer\":\"A\",\"input\":\"gas\"}", &arena);
    void *record = NULL;
    return hf_add_record(&session, &patch, &arena, &record, err);
}

static bool add_a_grant(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(
        hf_noun_find(HF_STR("grant")),
        "{\"key\":\"g\",\"user\":\"eva\",\"role\":\"analyst\",\"scope\":\"nation\"}", &arena);
    void *record = NULL;
    return hf_add_record(&session, &patch, &arena, &record, err);
}

static bool add_a_strategy(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_patch patches[] = {patch_of(hf_noun_find(HF_STR("strategy")),
                                         "{\"key\":\"S\",\"title\":\"National\"}", &arena),
                                patch_of(hf_noun_find(HF_STR("objective")),
                                         "{\"key\":\"O\",\"strategy\":\"S\",\"title\":\"Ready\"}",
                                         &arena)};
    void *records[2] = {0};
    return hf_add_records(&session, patches, 2, &arena, records, err);
}

static bool edit_an_asset(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(&hf_noun_asset, "{\"name\":\"Other\",\"lon\":8,\"lat\":44}", &arena);
    void *record = NULL;
    return hf_edit_record(&session, &patch, HF_STR("A"), HF_VERSION_ANY, &arena, &record, err);
}

// Its file becomes as secret as it.
static bool raise_an_asset(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(&hf_noun_asset, "{\"marking\":\"TLP:RED\"}", &arena);
    void *record = NULL;
    return hf_edit_record(&session, &patch, HF_STR("A"), HF_VERSION_ANY, &arena, &record, err);
}

static bool remove_an_asset(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    uint64_t count = 0;
    return hf_remove_record(&session, &hf_noun_asset, HF_STR("A"), HF_VERSION_ANY, true, &count,
                            err);
}

// With its sessions, tokens, views and grants.
static bool remove_an_account(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    uint64_t count = 0;
    return hf_remove_record(&session, &hf_noun_user, HF_STR("eva"), HF_VERSION_ANY, true, &count,
                            err);
}

static bool undo_a_change(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    void *record = NULL;
    return hf_undo_record(&session, &hf_noun_asset, HF_STR("B"), &arena, &record, err);
}

static bool edit_all_assets(hf_store *store, const char *json, bool *stored, int64_t *event,
                            hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_patch patch = patch_of(&hf_noun_asset, json, &arena);
    const hf_edit_request request = {
        .query = {.noun = &hf_noun_asset}, .patch = &patch, .expected_count = -1};
    hf_edit_result result = {0};
    if (!hf_edit_records(&session, &request, &arena, &result, err))
        return false;
    *stored = result.is_stored;
    *event = result.event;
    return true;
}

static bool edit_many(hf_store *store, hf_error *err)
{
    bool is_stored = false;
    int64_t event = 0;
    if (!edit_all_assets(store, "{\"operator\":\"OP9\"}", &is_stored, &event, err))
        return false;
    assert_true(is_stored);
    return true;
}

static int64_t edit_event; // of the set-up

static bool undo_a_change_of_many(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_undo_counts counts;
    return hf_undo_event(&session, edit_event, &counts, err);
}

static void changes_of_records_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_add_record, add_an_asset),
        FAULT_CASE(hf_add_record, add_a_dependency),
        FAULT_CASE(hf_add_record, add_a_grant),
        FAULT_CASE(hf_add_records, add_a_strategy),
        FAULT_CASE(hf_edit_record, edit_an_asset),
        FAULT_CASE(hf_edit_record, raise_an_asset),
        FAULT_CASE(hf_remove_record, remove_an_asset),
        FAULT_CASE(hf_remove_record, remove_an_account),
        FAULT_CASE(hf_undo_record, undo_a_change),
        FAULT_CASE(hf_edit_records, edit_many),
        FAULT_CASE(hf_undo_event, undo_a_change_of_many),
    };
    SURVIVE(state, cases);
}

// --- files of records, views, settings -----------------------------------------------------------------------

static char file_key[64]; // of the set-up

static bool attach(hf_store *store, const char *text, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_attachment *file = NULL;
    const hf_attach_request wanted = {.noun = &hf_noun_asset,
                                      .record = HF_STR("A"),
                                      .file_name = HF_STR("plan.pdf"),
                                      .marking = HF_WORD_NONE,
                                      .bytes = hf_str_of(text)};
    if (!hf_attach(&session, &wanted, &arena, &file, err))
        return false;
    (void)snprintf(file_key, sizeof(file_key), "%.*s", HF_STR_ARG(file->head.key));
    return true;
}

static bool attach_a_file(hf_store *store, hf_error *err)
{
    char kept[sizeof(file_key)];
    memcpy(kept, file_key, sizeof(kept));
    bool is_done = attach(store, "%PDF-1.7\nanother\n", err);
    memcpy(file_key, kept, sizeof(kept));
    return is_done;
}

static bool read_a_file(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_attachment *file = NULL;
    hf_str bytes = HF_STR_EMPTY;
    return hf_read_attachment(&session, hf_str_of(file_key), &arena, &file, &bytes, err);
}

static bool put_a_view(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    const hf_view view = {HF_STR("Dams"), HF_STR("/register/assets?kind=dam")};
    return hf_put_view(&session, &view, err);
}

static bool remove_a_view(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_remove_view(&session, HF_STR("Pumps"), err);
}

static bool change_settings(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    values[HF_INSTANCE_NAME] = HF_STR("Ministry");
    values[HF_INSTANCE_LANGUAGE] = HF_STR("fr");
    values[HF_INSTANCE_OIDC_SECRET] = HF_STR("between two");
    return hf_change_settings(&session, values, err);
}

static void files_views_and_settings_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_attach, attach_a_file),
        FAULT_CASE(hf_read_attachment, read_a_file),
        FAULT_CASE(hf_put_view, put_a_view),
        FAULT_CASE(hf_remove_view, remove_a_view),
        FAULT_CASE(hf_change_settings, change_settings),
    };
    SURVIVE(state, cases);
}

// --- set-up --------------------------------------------------------------------------------------------------

// Two assets with a dependency and a file, a change of one, a change of both; an account with a token, and a view.
static int open_filled(void **state)
{
    if (kit_open(state) != 0)
        return 1;
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    const hf_view view = {HF_STR("Pumps"), HF_STR("/register/assets?kind=pump")};
    const hf_token_request wanted = {.user_key = HF_STR("eva"),
                                     .label = HF_STR("feed"),
                                     .role = HF_WORD_NONE,
                                     .clearance = HF_WORD_NONE};
    hf_str token = HF_STR_EMPTY;
    bool is_stored = false;
    must_add_user(kit, "{\"key\":\"ana\",\"role\":\"administrator\"}");
    must_add_user(kit, "{\"key\":\"eva\",\"role\":\"observer\"}");
    MUST(kit, hf_add_token(&session, &wanted, &kit->arena, &token, &kit->err));
    must_add(kit, "asset", "{\"key\":\"A\",\"name\":\"Plant\",\"lon\":9,\"lat\":45}");
    must_add(kit, "asset", "{\"key\":\"B\",\"name\":\"Pump\",\"lon\":9.1,\"lat\":45}");
    must_add(kit, "dependency", "{\"supplier\":\"A\",\"consumer\":\"B\",\"input\":\"power\"}");
    MUST(kit, attach(kit->store, "%PDF-1.7\nplan\n", &kit->err));
    MUST(kit,
         edit_all_assets(kit->store, "{\"operator\":\"OP1\"}", &is_stored, &edit_event, &kit->err));
    MUST(kit, hf_put_view(&session, &view, &kit->err));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(changes_of_records_are_whole_or_not_at_all, open_filled,
                                        kit_close),
        cmocka_unit_test_setup_teardown(files_views_and_settings_are_whole_or_not_at_all,
                                        open_filled, kit_close),
    };
    return cmocka_run_group_tests_name("usecase faulty records", tests, NULL, NULL);
}
