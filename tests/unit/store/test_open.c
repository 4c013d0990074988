// SPDX-License-Identifier: Apache-2.0
//
// Files as they come: missing, foreign, newer, older, cut off; another program that writes; a kill in the
// middle of an import.
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../full.h"
#include "store_kit.h"

static bool reopen(hf_kit *kit, bool create)
{
    hf_store_options options = {.url = kit->path, .create = create, .wait_ms = 50};
    hf_store_close(&kit->store);
    return hf_store_open(&options, &kit->store, &kit->err);
}

static void a_missing_store_is_told_and_made_only_when_wanted(void **state)
{
    hf_kit *kit = *state;
    hf_store *store = NULL;
    hf_store_options options = {.url = "/tmp/hf-there-is-no-such-store.db"};
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err), "store.missing");
    assert_int_equal(hf_error_exit_status(kit->err.kind), 66);
    assert_false(hf_store_exists(options.url));
    assert_true(hf_store_exists(kit->path));
}

static void a_server_that_is_not_there_is_told_in_clear_words(void **state)
{
    hf_kit *kit = *state;
    hf_store *store = NULL;
    bool is_built_in = false;
    for (size_t i = 0; hf_db_drivers[i] != NULL; i++)
        is_built_in |= hf_db_drivers[i]->schemes != NULL;
    hf_store_options options = {
        .url = "postgresql://me:hush-hush@/x?host=/nowhere&password=hush-hush", .create = true};
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err),
              is_built_in ? "store.unreachable" : "store.not_built_in");
    assert_int_equal(kit->err.kind, HF_ERR_UNREACHABLE);
    assert_null(strstr(kit->err.message, "hush"));
}

static void an_address_is_shown_without_user_and_password(void **state)
{
    hf_kit *kit = *state;
    static const char *const pairs[][2] = {
        {"nation.db", "nation.db"},
        {"postgresql://db.example/nation", "postgresql://db.example/nation"},
        {"postgres://me:p@ss@db.example:5433/nation", "postgresql://db.example:5433/nation"},
        {"postgresql://me@/nation?host=/run/pg&password=hush", "postgresql:///nation"},
    };
    for (size_t i = 0; i < HF_COUNT(pairs); i++)
        assert_true(hf_str_equal_z(hf_store_shown(pairs[i][0], &kit->arena), pairs[i][1]));
}

static void write_file(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    (void)fclose(file);
}

static void a_file_that_is_no_database_is_refused_and_left_alone(void **state)
{
    hf_kit *kit = *state;
    char back[12] = "";
    hf_store_close(&kit->store);
    write_file(kit->path, "hello, world", 12);
    MUST_FAIL(kit, reopen(kit, true), "store.not_a_store");
    FILE *file = fopen(kit->path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(back, 1, 12, file), 12);
    (void)fclose(file);
    assert_memory_equal(back, "hello, world", 12);
}

static void run_sql(hf_kit *kit, const char *sql)
{
    hf_store_close(&kit->store);
    hf_conn *conn = NULL;
    hf_db_options options = {.path = kit->path, .create = true, .wait_ms = 100};
    MUST(kit, hf_conn_open(&hf_db_sqlite, &options, &conn, &kit->err));
    MUST(kit, hf_conn_run(conn, sql, &kit->err));
    hf_conn_close(&conn);
}

static void a_database_of_another_program_is_refused(void **state)
{
    hf_kit *kit = *state;
    run_sql(kit, "PRAGMA application_id = 7");
    MUST_FAIL(kit, reopen(kit, true), "store.not_a_store");
}

static void a_newer_store_is_refused(void **state)
{
    hf_kit *kit = *state;
    run_sql(kit, "PRAGMA user_version = 999");
    MUST_FAIL(kit, reopen(kit, true), "store.newer");
    assert_int_equal(hf_error_exit_status(kit->err.kind), 65);
}

static void an_older_store_is_copied_and_brought_up_to_date(void **state)
{
    hf_kit *kit = *state;
    int64_t version = 0;
    int schema = 0;
    struct stat facts;
    assert_null(hf_store_older(kit->store, &schema));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    hf_user *user = hf_noun_new(&hf_noun_user, &kit->arena);
    user->head.key = HF_STR("ana");
    user->role = HF_ROLE_ANALYST;
    (void)kit_put(kit, &hf_noun_user, user);
    run_sql(kit, "DROP TABLE \"grant\"; DROP INDEX asset_added;"); // as before there were grants
    run_sql(kit, "DROP INDEX history_event; DROP INDEX history_removed; PRAGMA user_version = 1;"
                 "DROP TABLE audit_key; DROP TABLE audit_checkpoint;"
                 "UPDATE state SET value = 'old' WHERE name = 'nouns'; DROP INDEX asset_kind;"
                 "ALTER TABLE asset DROP COLUMN season");
    MUST(kit, reopen(kit, false));
    const char *copy = hf_store_older(kit->store, &schema);
    assert_int_equal(schema, 1);
    assert_non_null(copy);
    assert_non_null(strstr(copy, ".schema-1."));
    assert_int_equal(stat(copy, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    hf_conn *conn = NULL;
    hf_db_options options = {.path = copy, .wait_ms = 100};
    MUST(kit, hf_conn_open(&hf_db_sqlite, &options, &conn, &kit->err));
    MUST(kit, hf_conn_number(conn, "PRAGMA user_version", &version, &kit->err));
    hf_conn_close(&conn);
    assert_int_equal(version, 1);
    assert_int_equal(unlink(copy), 0);
    MUST(kit, hf_conn_number(kit->store->writer, "PRAGMA user_version", &version, &kit->err));
    assert_int_equal(version, HF_SCHEMA_VERSION);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_sign_key key, again;
    hf_sign_secret secret;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_audit_key(read, &key, &secret, &kit->err));
    hf_read_end(&read);
    hf_signature signature = hf_sign(HF_STR("a"), &secret);
    assert_true(hf_sign_is_good(HF_STR("a"), &key, &signature));
    // The key is made once: opened again, it is the same, and nothing is kept any more.
    MUST(kit, reopen(kit, false));
    assert_null(hf_store_older(kit->store, &schema));
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_audit_key(read, &again, NULL, &kit->err));
    hf_read_end(&read);
    assert_memory_equal(&key, &again, sizeof(key));
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "A");
    assert_non_null(asset);
    asset->season = HF_STR("07");
    assert_int_equal(kit_put(kit, &hf_noun_asset, asset), HF_PUT_CHANGED);
    // The one role of an account goes on to be its role in the whole nation; grants can be added.
    user = kit_get(kit, &hf_noun_user, "ana");
    assert_int_equal(user->role, HF_ROLE_ANALYST);
    hf_grant *grant = hf_noun_new(&hf_noun_grant, &kit->arena);
    grant->head.key = HF_STR("ana/operator/own");
    grant->user = HF_STR("ana");
    grant->role = HF_ROLE_OPERATOR;
    grant->scope = HF_SCOPE_OWN;
    assert_int_equal(kit_put(kit, &hf_noun_grant, grant), HF_PUT_ADDED);
    assert_non_null(kit_get(kit, &hf_noun_grant, "ana/operator/own"));
    kit_check_whole(kit);
}

static int kept_count(const hf_kit *kit)
{
    char pattern[160];
    glob_t found = {0};
    (void)snprintf(pattern, sizeof(pattern), "%s.schema-*", kit->path);
    (void)glob(pattern, 0, NULL, &found);
    int count = (int)found.gl_pathc;
    globfree(&found);
    return count;
}

// Whatever call fails on the way: the store is as old as before, and no copy lies about that nobody needs.
static void a_fault_at_any_call_of_an_upgrade_leaves_the_older_store(void **state)
{
    hf_kit *kit = *state;
    bool is_done = false;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    run_sql(kit, "DROP INDEX history_event; DROP INDEX history_removed; PRAGMA user_version = 1;"
                 "DROP TABLE audit_key; DROP TABLE audit_checkpoint;"
                 "UPDATE state SET value = 'old' WHERE name = 'nouns'; DROP INDEX asset_kind;"
                 "ALTER TABLE asset DROP COLUMN season");
    // Of the first calls, among which the copy is made, each; of the hundreds after them some, or all.
    uint64_t step = is_full() ? 1 : 71;
    for (uint64_t round = 1; !is_done; round += round < 24 ? 1 : step) {
        hf_fault_plan plan = {
            .driver = &hf_db_sqlite, .fail_at = round, .kind = HF_ERR_WRITE, .fails_on = true};
        const hf_store_options options = {.url = kit->path};
        hf_conn *conn = NULL;
        int64_t version = 0, columns = 0;
        hf_error err = {0};
        is_done = hf_store_open_with(&hf_db_faulty, &plan, &options, &kit->store, &err);
        hf_store_close(&kit->store);
        hf_db_options as_it_is = {.path = kit->path, .wait_ms = 100};
        MUST(kit, hf_conn_open(&hf_db_sqlite, &as_it_is, &conn, &kit->err));
        MUST(kit, hf_conn_number(conn, "PRAGMA user_version", &version, &kit->err));
        MUST(kit, hf_conn_number(conn,
                                 "SELECT count(*) FROM pragma_table_info('asset') WHERE "
                                 "name = 'season'",
                                 &columns, &kit->err));
        hf_conn_close(&conn);
        assert_int_equal(version, is_done ? HF_SCHEMA_VERSION : 1);
        assert_int_equal(columns, is_done ? 1 : 0);
        assert_int_equal(kept_count(kit), is_done ? 1 : 0);
        assert_true(round < 20000);
        if (is_done)
            assert_true(round > 60);
    }
    MUST(kit, reopen(kit, false));
    assert_non_null(kit_get(kit, &hf_noun_asset, "A"));
}

static void a_store_cut_off_in_the_middle_is_told(void **state)
{
    hf_kit *kit = *state;
    for (int i = 0; i < 50; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "A%d", i);
        (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, key, "name", "x"));
    }
    hf_store_close(&kit->store);
    assert_int_equal(truncate(kit->path, 5 * 8192 + 100), 0);
    assert_false(reopen(kit, false));
    assert_string_equal(kit->err.code, "store.damaged");
}

static void a_second_program_that_writes_makes_us_wait_and_then_give_up(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *first = NULL;
    hf_tx *second = NULL;
    hf_store *other = NULL;
    hf_store_options options = {.url = kit->path, .wait_ms = 50};
    MUST(kit, hf_store_open(&options, &other, &kit->err));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &first, &kit->err));
    MUST_FAIL(kit, hf_tx_begin(other, KIT_NOW, &second, &kit->err), "store.busy");
    assert_int_equal(hf_error_exit_status(kit->err.kind), 75);
    hf_tx_end(&first);
    MUST(kit, hf_tx_begin(other, KIT_NOW, &second, &kit->err));
    hf_tx_end(&second);
    hf_store_close(&other);
}

// The child imports without end and says on a pipe how far it is; it is killed there.
static void import_until_killed(const char *path, bool is_first, int say)
{
    hf_error err = {0};
    hf_arena scratch = {0};
    hf_store *store = NULL;
    hf_tx *tx = NULL;
    hf_bulk *bulk = NULL;
    hf_store_options options = {.url = path};
    bool is_alone = false;
    if (!hf_store_open(&options, &store, &err) ||
        !(is_first ? hf_tx_begin_first(store, KIT_NOW, &tx, &is_alone, &err)
                   : hf_tx_begin(store, KIT_NOW, &tx, &err)) ||
        is_alone != is_first || !hf_bulk_open(tx, false, &bulk, &err))
        _exit(1);
    // With a cache of this size its pages go to the file at once.
    if (is_first && !hf_conn_run(tx->read.conn, "PRAGMA cache_size=-512", &err))
        _exit(4);
    for (int i = 0;; i++) {
        char key[32];
        char name[600];
        hf_asset asset;
        hf_bulk_outcome outcome;
        hf_error fault;
        hf_noun_init(&hf_noun_asset, &asset);
        (void)snprintf(key, sizeof(key), "K%d", i);
        memset(name, 'n', sizeof(name));
        asset.head.key = hf_str_of(key);
        asset.name = (hf_str){name, 300};
        hf_patch patch = {.noun = &hf_noun_asset, .record = &asset, .present = 0x1f};
        if (!hf_bulk_put(bulk, &patch, &scratch, &outcome, &fault, &err))
            _exit(2);
        hf_arena_reset(&scratch);
        if (i % 10000 == 9999 && write(say, "x", 1) != 1)
            _exit(3);
    }
}

static off_t size_of(const char *path, const char *end)
{
    char whole[128];
    struct stat facts;
    (void)snprintf(whole, sizeof(whole), "%s%s", path, end);
    return stat(whole, &facts) == 0 ? facts.st_size : 0;
}

static void kill_imports(hf_kit *kit, bool is_first)
{
    char before[65];
    char after[65];
    int pipes[2];
    off_t size = size_of(kit->path, "");
    kit_fingerprint(kit, before);
    for (int round = 1; round <= 3; round++) {
        char byte = 0;
        hf_store_close(&kit->store);
        assert_int_equal(pipe(pipes), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            import_until_killed(kit->path, is_first, pipes[1]);
        for (int i = 0; i < round * 2; i++)
            assert_int_equal(read(pipes[0], &byte, 1), 1);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        (void)close(pipes[0]);
        (void)close(pipes[1]);
        if (is_first) { // it is killed with its rows in the file and with a journal that takes them out again
            assert_true(size_of(kit->path, "") > size + 1000000);
            assert_true(size_of(kit->path, "-journal") > 0);
        }
        MUST(kit, reopen(kit, false));
        kit_fingerprint(kit, after);
        assert_string_equal(before, after);
        kit_check_whole(kit);
    }
}

static void a_kill_in_the_middle_of_an_import_leaves_the_store_as_before(void **state)
{
    hf_kit *kit = *state;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    kill_imports(kit, false);
}

static void a_kill_in_the_middle_of_the_first_load_leaves_an_empty_register(void **state)
{
    kill_imports(*state, true);
}

static void check_is_logged(hf_kit *kit)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    int64_t is_logged = 0;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_conn_number(read->conn, "SELECT journal_mode = 'wal' FROM pragma_journal_mode",
                             &is_logged, &kit->err));
    assert_int_equal(is_logged, 1);
}

static void check_is_synced(hf_kit *kit, int64_t wanted)
{
    int64_t level = 0;
    MUST(kit, hf_conn_number(kit->store->writer, "SELECT synchronous FROM pragma_synchronous",
                             &level, &kit->err));
    assert_int_equal(level, wanted);
}

static void only_who_is_alone_with_an_empty_register_writes_it_straight(void **state)
{
    hf_kit *kit = *state;
    hf_store *other = NULL;
    hf_tx *tx = NULL;
    bool is_alone = true;
    hf_store_options options = {.url = kit->path, .wait_ms = 50};
    hf_read *read = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err)); // a view of one's own is somebody too
    MUST(kit, hf_tx_begin_first(kit->store, KIT_NOW, &tx, &is_alone, &kit->err));
    assert_false(is_alone);
    hf_tx_end(&tx);
    hf_read_end(&read);
    MUST(kit, hf_store_open(&options, &other, &kit->err));
    MUST(kit, hf_tx_begin_first(kit->store, KIT_NOW, &tx, &is_alone, &kit->err));
    assert_false(is_alone);
    hf_tx_end(&tx);
    hf_store_close(&other);
    MUST(kit, hf_tx_begin_first(kit->store, KIT_NOW, &tx, &is_alone, &kit->err));
    assert_true(is_alone);
    check_is_synced(kit, 3); // EXTRA: the removal of the journal is the commit
    MUST_FAIL(kit, hf_store_open(&options, &other, &kit->err), "store.busy");
    hf_tx_end(&tx);
    check_is_logged(kit);
    check_is_synced(kit, 2);
    MUST(kit, hf_store_open(&options, &other, &kit->err));
    hf_store_close(&other);
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    MUST(kit, hf_tx_begin_first(kit->store, KIT_NOW, &tx, &is_alone, &kit->err));
    assert_false(is_alone); // not the first any more
    hf_tx_end(&tx);
}

// Another program that writes just when the look is over and the lock is not yet had.
static const char *path_of_another;
static bool write_straight_too_late(hf_db *db, bool is_straight, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_store *other = NULL;
    const hf_store_options options = {.url = path_of_another};
    if (!hf_db_sqlite.write_straight(db, is_straight, err))
        return false;
    if (!is_straight)
        return true;
    hf_asset asset;
    hf_event event = {.actor = HF_STR("other"), .action = HF_STR("asset.added")};
    hf_put_outcome outcome;
    hf_noun_init(&hf_noun_asset, &asset);
    asset.head.key = HF_STR("OTHER");
    asset.name = HF_STR("Of another program");
    asset.kind = HF_STR("substation");
    bool is_done = hf_store_open(&options, &other, err) && hf_tx_begin(other, KIT_NOW, &tx, err) &&
                   hf_store_put(tx, &hf_noun_asset, &asset, HF_VERSION_ANY, &outcome, err) &&
                   hf_event_add(tx, &event, err) && hf_tx_commit(&tx, err);
    if (!is_done)
        fail_msg("%s: %s", err->code, err->message);
    hf_tx_end(&tx);
    hf_store_close(&other);
    return is_done;
}

static void who_came_second_is_not_the_first(void **state)
{
    hf_kit *kit = *state;
    hf_tx *tx = NULL;
    hf_read *read = NULL;
    bool is_alone = true;
    hf_db_driver late = hf_db_sqlite;
    const hf_store_options options = {.url = kit->path};
    late.write_straight = write_straight_too_late;
    path_of_another = kit->path;
    hf_store_close(&kit->store);
    MUST(kit, hf_store_open_with(&late, NULL, &options, &kit->store, &kit->err));
    MUST(kit, hf_tx_begin_first(kit->store, KIT_NOW, &tx, &is_alone, &kit->err));
    assert_false(is_alone);
    check_is_synced(kit, 2);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err)); // which is then allowed
    assert_int_equal(hf_read_count(read, &hf_noun_asset), 1);
    hf_read_end(&read);
    hf_tx_end(&tx);
    check_is_logged(kit);
    kit_reopen(kit);
}

static void a_backup_is_a_whole_store(void **state)
{
    hf_kit *kit = *state;
    char before[65];
    char after[65];
    char copy[128];
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    (void)snprintf(copy, sizeof(copy), "%s.copy", kit->path);
    MUST(kit, kit_copy(kit, copy));
    MUST_FAIL(kit, kit_copy(kit, copy), "file.exists");
    kit_fingerprint(kit, before);
    (void)snprintf(kit->path, sizeof(kit->path), "%.60s/t.db.copy", kit->folder);
    MUST(kit, reopen(kit, false));
    kit_fingerprint(kit, after);
    assert_string_equal(before, after);
}

static int64_t log_bytes(const hf_kit *kit)
{
    char path[160];
    struct stat facts;
    (void)snprintf(path, sizeof(path), "%s-wal", kit->path);
    return stat(path, &facts) == 0 ? (int64_t)facts.st_size : 0;
}

static void a_folded_store_is_all_in_its_file_or_it_is_told(void **state)
{
    hf_kit *kit = *state;
    hf_read *read = NULL;
    MUST(kit, reopen(kit, false)); // which waits only a moment
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    MUST_FAIL(kit, hf_store_fold(kit->store, &kit->err), "store.busy");
    assert_true(log_bytes(kit) > 0);
    hf_read_end(&read);
    MUST(kit, hf_store_fold(kit->store, &kit->err));
    assert_int_equal(log_bytes(kit), 0);
}

static void check_is_private(const char *path)
{
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0600);
}

static void a_store_and_its_copies_are_their_owners_alone(void **state)
{
    hf_kit *kit = *state;
    char beside[128];
    mode_t before = umask(0);
    hf_store_close(&kit->store);
    assert_int_equal(unlink(kit->path), 0);
    MUST(kit, reopen(kit, true));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    (void)snprintf(beside, sizeof(beside), "%s.copy", kit->path);
    MUST(kit, kit_copy(kit, beside));
    (void)umask(before);
    check_is_private(kit->path);
    check_is_private(beside);
    (void)snprintf(beside, sizeof(beside), "%s-wal", kit->path);
    check_is_private(beside);
    // What its owner has opened to others stays so.
    assert_int_equal(chmod(kit->path, 0640), 0);
    MUST(kit, reopen(kit, true));
    struct stat facts;
    assert_int_equal(stat(kit->path, &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0640);
}

int main(void)
{
    (void)unsetenv("HOLDFAST_TEST_POSTGRES"); // files are what it is about
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_missing_store_is_told_and_made_only_when_wanted, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_server_that_is_not_there_is_told_in_clear_words, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(an_address_is_shown_without_user_and_password, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_refused_and_left_alone,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_database_of_another_program_is_refused, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_newer_store_is_refused, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(an_older_store_is_copied_and_brought_up_to_date, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_fault_at_any_call_of_an_upgrade_leaves_the_older_store,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_store_cut_off_in_the_middle_is_told, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_second_program_that_writes_makes_us_wait_and_then_give_up,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(
            a_kill_in_the_middle_of_an_import_leaves_the_store_as_before, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(
            a_kill_in_the_middle_of_the_first_load_leaves_an_empty_register, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(only_who_is_alone_with_an_empty_register_writes_it_straight,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(who_came_second_is_not_the_first, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_backup_is_a_whole_store, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_folded_store_is_all_in_its_file_or_it_is_told, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_store_and_its_copies_are_their_owners_alone, kit_open,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("store open", tests, NULL, NULL);
}
