// SPDX-License-Identifier: Apache-2.0
//
// What is done with a store as a whole, over a driver that fails call 1, 2, 3 … until none fails, and on a disk that is
// full: making it, its demonstration, its log and keys, backups, and what is made of it elsewhere. A file has its final
// name only when it is whole.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "faults.h"
#include "usecase/demo.h"
#include "usecase/migrate.h"

// --- the log and its keys ----------------------------------------------------------------------------------------

static bool sign_the_log(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_audit_checkpoint checkpoint;
    return hf_sign_log(&session, true, &checkpoint, err);
}

static bool write_the_log(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    const hf_log_export request = {.output = nowhere};
    hf_log_exported made;
    return hf_export_log(&session, &request, &made, err);
}

static bool renew_the_key(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_audit_renewal renewal;
    hf_error left;
    return hf_renew_log_key(&session, &renewal, &left, err);
}

static bool seal_the_secrets(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    const hf_seal_key key = {{1, 2, 3}};
    hf_seal_facts facts;
    return hf_change_seal(&session, &key, &facts, err);
}

static void the_log_and_its_keys_are_whole_or_as_before(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_sign_log, sign_the_log),
        FAULT_CASE(hf_export_log, write_the_log),
        FAULT_CASE(hf_renew_log_key, renew_the_key),
        FAULT_CASE(hf_change_seal, seal_the_secrets),
    };
    SURVIVE(state, cases);
}

// --- making one ---------------------------------------------------------------------------------------------------

static char setup_token[128]; // of the set-up

static bool make_the_profile(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_init_result result = {0};
    return hf_init_store(&session, &arena, &result, err);
}

static bool offer_setup(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_str token = HF_STR_EMPTY;
    return hf_offer_setup(&session, &arena, &token, err);
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
    // The profile is thousands of records.
    static const kit_case making[] = {FAULT_CASE_STRIDE(hf_init_store, make_the_profile, 7)};
    static const kit_case setting_up[] = {FAULT_CASE(hf_offer_setup, offer_setup),
                                          FAULT_CASE(hf_set_up, set_up)};
    hf_kit *kit = *state;
    hf_session session = session_of(kit->store);
    hf_str token = HF_STR_EMPTY;
    MUST(kit, hf_offer_setup(&session, &kit->arena, &token, &kit->err));
    (void)snprintf(setup_token, sizeof(setup_token), "%.*s", HF_STR_ARG(token));
    SURVIVE(state, setting_up);
    kit_close(state);
    kit_open(state);
    SURVIVE(state, making);
}

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

static void the_demonstration_is_whole_or_not_at_all(void **state)
{
    static const kit_case loading[] = {FAULT_CASE_STRIDE(hf_load_demo, load_the_demonstration, 97)};
    static const kit_case removing[] = {
        FAULT_CASE_STRIDE(hf_remove_demo, remove_the_demonstration, 97)};
    hf_kit *kit = *state;
    SURVIVE(state, loading);
    MUST(kit, load_the_demonstration(kit->store, &kit->err));
    SURVIVE(state, removing);
}

// --- files that are made of it ------------------------------------------------------------------------------------

static char backup_path[128], restored_path[128], moved_path[128];

// One that failed leaves no file, not even one under another name: the campaign looks at all that is beside the store.
static bool back_up(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_backup_result made;
    const hf_backup_request request = {.path = backup_path};
    (void)unlink(backup_path);
    return hf_backup(&session, &request, &made, err);
}

static void backups_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {FAULT_CASE(hf_backup, back_up)};
    SURVIVE(state, cases);
}

// No file of this process grows beyond it, as if the disk were full there.
static void let_files_grow_to(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static bool restore(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_restore_result done;
    const hf_restore_request request = {.path = backup_path, .db = restored_path};
    return hf_restore(&session, &request, &done, err);
}

static bool migrate(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_migrate_result done;
    const char *from = hf_str_z(&arena, hf_str_format(&arena, "%s.from", backup_path));
    const hf_migrate_request request = {.from = from, .to = moved_path};
    return hf_migrate(&session, &request, &arena, &done, err);
}

// Both open their stores themselves, so that no driver can be given to them.
static void a_store_that_does_not_fit_on_the_disk_gets_no_name(void **state)
{
    hf_kit *kit = *state;
    uint64_t failures = 0;
    MUST(kit, back_up(kit->store, &kit->err));
    for (rlim_t bytes = 1024; failures < 100; bytes *= 4) {
        hf_error err = {0};
        char part[160];
        let_files_grow_to(bytes);
        bool is_done = restore(kit->store, &err);
        let_files_grow_to(RLIM_INFINITY);
        (void)snprintf(part, sizeof(part), "%s.part", restored_path);
        assert_int_equal(access(part, F_OK), -1);
        assert_int_equal(access(restored_path, F_OK) == 0, is_done);
        if (is_done)
            break;
        assert_true(err.kind != HF_ERR_NONE);
        failures++;
    }
    assert_in_range(failures, 3, 20);
}

static void what_is_left_of_a_move_that_failed_can_be_moved_into(void **state)
{
    hf_kit *kit = *state;
    char from[160];
    uint64_t failures = 0;
    (void)snprintf(from, sizeof(from), "%s.from", backup_path);
    MUST(kit, kit_copy(kit, from));
    for (rlim_t bytes = 1024; failures < 100; bytes *= 4) {
        static const char *const ends[] = {"", "-wal", "-shm", "-journal", "-lock"};
        hf_error err = {0};
        let_files_grow_to(bytes);
        bool is_done = migrate(kit->store, &err);
        let_files_grow_to(RLIM_INFINITY);
        if (!is_done) {
            assert_true(err.kind != HF_ERR_NONE);
            failures++;
            MUST(kit, migrate(kit->store, &kit->err)); // as if nothing had been
        }
        for (size_t i = 0; i < HF_COUNT(ends); i++) {
            char path[160];
            (void)snprintf(path, sizeof(path), "%s%s", moved_path, ends[i]);
            (void)unlink(path);
        }
        if (is_done)
            break;
    }
    assert_in_range(failures, 3, 20);
}

// --- set-up --------------------------------------------------------------------------------------------------

static int open_filled(void **state)
{
    if (kit_open(state) != 0)
        return 1;
    hf_kit *kit = *state;
    (void)signal(SIGXFSZ, SIG_IGN); // a file that is too large is an error of the call
    (void)snprintf(backup_path, sizeof(backup_path), "%s/b.hfb", kit->folder);
    (void)snprintf(restored_path, sizeof(restored_path), "%s/restored.db", kit->folder);
    (void)snprintf(moved_path, sizeof(moved_path), "%s/moved.db", kit->folder);
    must_set(kit, HF_INSTANCE_OIDC_SECRET, "between two");
    must_add(kit, "asset", "{\"key\":\"A\",\"name\":\"Plant\",\"lon\":9,\"lat\":45}");
    must_add(kit, "asset", "{\"key\":\"B\",\"name\":\"Pump\",\"lon\":9.1,\"lat\":45}");
    MUST(kit, sign_the_log(kit->store, &kit->err));
    return 0;
}

#define FILLED(name) cmocka_unit_test_setup_teardown(name, open_filled, kit_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILLED(the_log_and_its_keys_are_whole_or_as_before),
        cmocka_unit_test_setup_teardown(the_making_of_a_store_is_whole_or_not_at_all, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(the_demonstration_is_whole_or_not_at_all, kit_open,
                                        kit_close),
        FILLED(backups_are_whole_or_not_at_all),
        FILLED(a_store_that_does_not_fit_on_the_disk_gets_no_name),
        FILLED(what_is_left_of_a_move_that_failed_can_be_moved_into),
    };
    return cmocka_run_group_tests_name("usecase faulty stores", tests, NULL, NULL);
}
