// SPDX-License-Identifier: Apache-2.0
//
// Every use case that writes, over a store whose driver fails call 1, 2, 3 … until none fails: a use case that says
// that it failed has left register, history, event log, accounts and jobs as they were.
#include <stdio.h>
#include <unistd.h>

#include "model/rule.h"
#include "store_kit.h"
#include "usecase/demo.h"
#include "usecase/usecase.h"

#define FULL_ROUNDS 400 // one of them takes up to a second

static hf_session session_of(hf_store *store)
{
    return (hf_session){.store = store,
                        .actor = {.name = HF_STR("ana"),
                                  .role = HF_ROLE_ADMINISTRATOR,
                                  .clearance = HF_TLP_RED,
                                  .is_local = true,
                                  .is_signed_in = true},
                        .lang = HF_LANG_EN,
                        .now_ms = KIT_NOW};
}

static hf_patch patch_of(const hf_noun *noun, const char *json, hf_arena *arena)
{
    hf_error err = {0};
    hf_json *tree = NULL;
    hf_patch patch = {0};
    if (!hf_json_parse(hf_str_of(json), arena, &tree, &err) ||
        !hf_patch_from_json(noun, tree, arena, &patch, &err))
        fail_msg("%s", err.message);
    return patch;
}

// --- records -----------------------------------------------------------------------------------------------

static bool add(hf_store *store, const hf_noun *noun, const char *json, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(noun, json, &arena);
    void *record = NULL;
    return hf_add_record(&session, &patch, &arena, &record, err);
}

static bool add_an_asset(hf_store *store, hf_error *err)
{
    return add(store, &hf_noun_asset, "{\"key\":\"N\",\"name\":\"New\",\"lon\":9,\"lat\":45}", err);
}

static bool add_a_dependency(hf_store *store, hf_error *err)
{
    return add(store, &hf_noun_dependency,
               "{\"supplier\":\"B\",\"consumer\":\"A\",\"input\":\"gas\"}", err);
}

static bool edit_an_asset(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(&hf_noun_asset, "{\"name\":\"Other\",\"lon\":8,\"lat\":44}", &arena);
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

static bool undo_a_change(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    void *record = NULL;
    return hf_undo_record(&session, &hf_noun_asset, HF_STR("B"), &arena, &record, err);
}

static int64_t import_event; // of the set-up

static bool undo_an_import(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_undo_counts counts;
    return hf_undo_event(&session, import_event, &counts, err);
}

static void changes_of_records_are_whole_or_not_at_all(void **state)
{
    static const kit_use_case cases[] = {add_an_asset,    add_a_dependency, edit_an_asset,
                                         remove_an_asset, undo_a_change,    undo_an_import};
    for (size_t i = 0; i < HF_COUNT(cases); i++)
        kit_survives(*state, cases[i], HF_ERR_WRITE, true, FULL_ROUNDS);
}

// --- files and inference -------------------------------------------------------------------------------------

static char file_path[128]; // of the table that is imported

static bool import(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_import_file file = {file_path, "assets.csv"};
    hf_import_request request = {.files = &file, .file_count = 1};
    hf_import_result result = {0};
    if (!hf_import(&session, &request, &arena, &result, err))
        return false;
    import_event = result.event;
    assert_true(result.is_stored);
    return true;
}

static bool import_as_a_job(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf result = hf_buf_of(1u << 20);
    hf_session session = session_of(store);
    hf_json *request = NULL;
    hf_progress progress = {0};
    hf_str text =
        hf_str_format(&arena, "{\"files\":[{\"path\":\"%s\",\"name\":\"assets.csv\"}]}", file_path);
    return hf_json_parse(text, &arena, &request, err) &&
           hf_job_kind_import.run(&session, request, &progress, &arena, &result, err);
}

static bool infer(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_str rule = HF_STR("near");
    hf_infer_request request = {.rules = &rule, .rule_count = 1, .accept = true};
    hf_infer_result result = {0};
    if (!hf_infer(&session, &request, &arena, &result, err))
        return false;
    assert_int_equal(result.proposed, 1);
    return true;
}

static void imports_and_inferences_are_whole_or_not_at_all(void **state)
{
    static const kit_use_case cases[] = {import, import_as_a_job, infer};
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        kit_survives(*state, cases[i], HF_ERR_WRITE, true, FULL_ROUNDS);
        kit_survives(*state, cases[i], HF_ERR_INPUT, false, FULL_ROUNDS);
    }
}

// --- backups -------------------------------------------------------------------------------------------------

static char backup_path[128];

// One that failed leaves no file, not even one under another name.
static bool back_up(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_backup_result made;
    const hf_backup_request request = {.path = backup_path};
    (void)unlink(backup_path);
    bool is_done = hf_backup(&session, &request, &made, err);
    assert_int_equal(access(backup_path, F_OK) == 0, is_done);
    assert_int_equal(access(hf_str_z(&arena, hf_str_format(&arena, "%s.part", backup_path)), F_OK),
                     -1);
    return is_done;
}

static void backups_are_whole_or_not_at_all(void **state)
{
    hf_kit *kit = *state;
    (void)snprintf(backup_path, sizeof(backup_path), "%s/b.hfb", kit->folder);
    kit_survives(kit, back_up, HF_ERR_WRITE, true, FULL_ROUNDS);
    kit_survives(kit, back_up, HF_ERR_INPUT, false, FULL_ROUNDS);
}

// --- accounts ------------------------------------------------------------------------------------------------

#define PASSWORD "correct horse battery"

static bool add_an_account(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch = patch_of(&hf_noun_user, "{\"key\":\"eva\",\"role\":\"analyst\"}", &arena);
    hf_user *user = NULL;
    return hf_add_user(&session, &patch, HF_STR(PASSWORD), &arena, &user, err);
}

static bool sign_in(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_signed_in who = {0};
    const hf_sign_in_request request = {.name = HF_STR("ana"), .password = HF_STR(PASSWORD)};
    return hf_sign_in(&session, &request, &arena, &who, err);
}

static bool set_a_password(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_visit visit = {.peer = HF_STR("192.0.2.7")};
    const hf_password_request wanted = {.user_key = HF_STR("ana"),
                                        .current = HF_STR(PASSWORD),
                                        .password = HF_STR("another " PASSWORD),
                                        .visit = &visit};
    hf_signed_in made = {0};
    return hf_set_password(&session, &wanted, &arena, &made, err);
}

static bool add_a_token(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_str token = HF_STR_EMPTY;
    const hf_token_request wanted = {.user_key = HF_STR("ana"),
                                     .label = HF_STR("feed"),
                                     .days = 7,
                                     .role = HF_WORD_NONE,
                                     .clearance = HF_WORD_NONE};
    return hf_add_token(&session, &wanted, &arena, &token, err);
}

static char session_token[128]; // given out by the set-up
static char setup_token[128];

static bool sign_out(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_sign_out(&session, hf_str_of(session_token), err);
}

static bool be_recognised(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_signed_in who = {0};
    return hf_find_actor(store, HF_CREDENTIAL_SESSION, hf_str_of(session_token),
                         KIT_NOW + 3600 * 1000, &arena, &who, err);
}

static void accounts_and_sessions_are_whole_or_not_at_all(void **state)
{
    static const kit_use_case cases[] = {add_a_token,    sign_out, be_recognised,
                                         add_an_account, sign_in,  set_a_password};
    for (size_t i = 0; i < HF_COUNT(cases); i++)
        kit_survives(*state, cases[i], HF_ERR_WRITE, true, 100);
}

// --- jobs ----------------------------------------------------------------------------------------------------

static bool submit_a_job(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_jobs_close) hf_jobs *jobs = NULL;
    hf_session session = session_of(store);
    hf_str key = HF_STR_EMPTY;
    return hf_jobs_open(&session, 0, HF_STR_EMPTY, &jobs, err) &&
           hf_submit_job(&session, jobs, &hf_job_kind_rank, HF_STR("{}"), &arena, &key, err);
}

static void jobs_are_whole_or_not_at_all(void **state)
{
    kit_survives(*state, submit_a_job, HF_ERR_WRITE, true, FULL_ROUNDS);
}

// --- the store itself ----------------------------------------------------------------------------------------

static bool load_the_demonstration(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_demo_request request = {.size = HF_DEMO_SIZE_MIN, .seed = 3};
    hf_demo_result result = {0};
    return hf_load_demo(&session, &request, &arena, &result, err);
}

static bool remove_the_demonstration(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    uint64_t count = 0;
    return hf_remove_demo(&session, &count, err);
}

static bool make_the_profile(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_init_result result = {0};
    return hf_init_store(&session, &arena, &result, err);
}

static bool set_up(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_setup_request request = {.token = hf_str_of(setup_token),
                                .name = HF_STR("eva"),
                                .password = HF_STR(PASSWORD),
                                .organisation = HF_STR("Agency"),
                                .language = HF_STR("fr")};
    hf_signed_in who = {0};
    return hf_set_up(&session, &request, &arena, &who, err);
}

static void the_making_of_a_store_is_whole_or_not_at_all(void **state)
{
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    hf_init_result made = {0};
    kit_survives(kit, make_the_profile, HF_ERR_WRITE, true, 100);
    session.store = kit->store;
    MUST(kit, hf_init_store(&session, &kit->arena, &made, &kit->err));
    (void)snprintf(setup_token, sizeof(setup_token), "%.*s", HF_STR_ARG(made.setup_token));
    kit_survives(kit, set_up, HF_ERR_WRITE, true, 100);
}

static void the_demonstration_is_whole_or_not_at_all(void **state)
{
    hf_kit *kit = *state;
    kit_survives(kit, load_the_demonstration, HF_ERR_WRITE, true, 100);
    MUST(kit, load_the_demonstration(kit->store, &kit->err));
    kit_survives(kit, remove_the_demonstration, HF_ERR_WRITE, true, 100);
}

// --- set-up --------------------------------------------------------------------------------------------------

static void write_table(const char *rows)
{
    FILE *file = fopen(file_path, "w");
    assert_non_null(file);
    (void)fprintf(file, "key,name,kind,lon,lat\n%s", rows);
    (void)fclose(file);
}

// An import of two assets with a dependency, a change of one, an account with a session, a rule.
static int open_filled(void **state)
{
    if (kit_open(state) != 0)
        return 1;
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    hf_signed_in who = {0};
    (void)snprintf(file_path, sizeof(file_path), "%s/assets.csv", kit->folder);
    write_table("A,Plant,power_plant,9,45\nB,Pump,pump,9.1,45\n");
    MUST(kit, import(kit->store, &kit->err));
    MUST(kit, add(kit->store, &hf_noun_dependency,
                  "{\"supplier\":\"A\",\"consumer\":\"B\",\"input\":\"power\"}", &kit->err));
    MUST(kit,
         add(kit->store, &hf_noun_rule,
             "{\"key\":\"near\",\"title\":\"Near\",\"consumer_kind\":\"pump\",\"supplier_kind\":"
             "\"power_plant\",\"method\":\"nearest\",\"max_km\":100,\"input\":\"heat\"}",
             &kit->err));
    hf_patch patch = patch_of(&hf_noun_asset, "{\"name\":\"Pump, changed\"}", &kit->arena);
    void *record = NULL;
    MUST(kit, hf_edit_record(&session, &patch, HF_STR("B"), HF_VERSION_ANY, &kit->arena, &record,
                             &kit->err));
    hf_patch user =
        patch_of(&hf_noun_user, "{\"key\":\"ana\",\"role\":\"administrator\"}", &kit->arena);
    hf_user *made = NULL;
    MUST(kit, hf_add_user(&session, &user, HF_STR(PASSWORD), &kit->arena, &made, &kit->err));
    const hf_sign_in_request request = {.name = HF_STR("ana"), .password = HF_STR(PASSWORD)};
    MUST(kit, hf_sign_in(&session, &request, &kit->arena, &who, &kit->err));
    (void)snprintf(session_token, sizeof(session_token), "%.*s", HF_STR_ARG(who.token));
    // The import that is undone, and the table of the one that is tried, which changes and adds.
    write_table("D,Depot,depot,9.3,45\nE,,depot,9.4,45\n");
    MUST(kit, import(kit->store, &kit->err));
    write_table("A,Power plant,power_plant,9,45\nC,Clinic,clinic,9.2,45\n");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(changes_of_records_are_whole_or_not_at_all, open_filled,
                                        kit_close),
        cmocka_unit_test_setup_teardown(imports_and_inferences_are_whole_or_not_at_all, open_filled,
                                        kit_close),
        cmocka_unit_test_setup_teardown(backups_are_whole_or_not_at_all, open_filled, kit_close),
        cmocka_unit_test_setup_teardown(accounts_and_sessions_are_whole_or_not_at_all, open_filled,
                                        kit_close),
        cmocka_unit_test_setup_teardown(jobs_are_whole_or_not_at_all, open_filled, kit_close),
        cmocka_unit_test_setup_teardown(the_making_of_a_store_is_whole_or_not_at_all, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(the_demonstration_is_whole_or_not_at_all, kit_open,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("usecase faulty", tests, NULL, NULL);
}
