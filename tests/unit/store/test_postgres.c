// SPDX-License-Identifier: Apache-2.0
//
// What is PostgreSQL's own: a connection that is lost, a lock that another holds, a database that is not ours, and the
// same digest as SQLite's. Runs under tools/with-postgres.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_kit.h"

// Ends the connections of all others to the kit's database, as a server that is stopped does.
static void cut_off(hf_kit *kit)
{
    char sql[200];
    (void)snprintf(sql, sizeof(sql),
                   "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'",
                   kit->place);
    kit_administer(kit, sql);
}

static hf_store *open_again(hf_kit *kit, uint32_t wait_ms)
{
    hf_store *store = NULL;
    const hf_store_options options = {.url = kit->path, .wait_ms = wait_ms};
    MUST(kit, hf_store_open(&options, &store, &kit->err));
    return store;
}

static void a_connection_lost_in_mid_transaction_leaves_nothing_behind(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "Dam", "dam"));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_put(tx, &hf_noun_asset, kit_asset(kit, "B", "Lock", "lock"), HF_VERSION_ANY,
                           &outcome, &kit->err));
    cut_off(kit);
    hf_event event = {.actor = HF_STR("tester"), .action = HF_STR("record.put")};
    hf_error err = {0};
    assert_false(hf_event_add(tx, &event, &err) && hf_tx_commit(&tx, &err));
    assert_int_equal(err.kind, HF_ERR_UNREACHABLE);
    assert_string_equal(err.code, "store.unreachable");
    hf_tx_end(&tx);
    // The next change finds a connection again, and so do readers.
    assert_int_equal(kit_put(kit, &hf_noun_asset, kit_asset(kit, "C", "Gate", "gate")),
                     HF_PUT_ADDED);
    assert_null(kit_get(kit, &hf_noun_asset, "B"));
    assert_non_null(kit_get(kit, &hf_noun_asset, "A"));
    assert_int_equal(kit_count(kit, &hf_noun_asset), 2);
    kit_check_whole(kit);
}

static void a_read_that_loses_its_connection_is_told(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    hf_error err = {0};
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    cut_off(kit);
    assert_false(hf_store_get(read, &hf_noun_asset, HF_STR("A"), &kit->arena, &record, &err));
    assert_string_equal(err.code, "store.unreachable");
    hf_read_end(&read);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_get(read, &hf_noun_asset, HF_STR("A"), &kit->arena, &record, &kit->err));
}

static int64_t patience_of(hf_kit *kit, hf_store *store)
{
    int64_t wait_ms = 0;
    MUST(kit, hf_conn_number(store->writer,
                             "SELECT CAST(setting AS BIGINT) FROM pg_settings WHERE name = "
                             "'lock_timeout'",
                             &wait_ms, &kit->err));
    return wait_ms;
}

static void two_programs_take_turns_at_writing(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL, *other = NULL;
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 100);
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST_FAIL(kit, hf_tx_begin(store, KIT_NOW, &other, &kit->err), "store.busy");
    MUST_FAIL(kit, hf_tx_begin_now(store, KIT_NOW, &other, &kit->err), "store.busy");
    assert_int_equal(patience_of(kit, store), 100); // who did not want to wait leaves nothing of it
    hf_tx_end(&tx);
    hf_error_clear(&kit->err);
    MUST(kit, hf_tx_begin_now(store, KIT_NOW, &other, &kit->err));
    hf_tx_end(&other);
    assert_int_equal(patience_of(kit, store), 100);
    MUST(kit, hf_tx_begin(store, KIT_NOW, &other, &kit->err));
    hf_tx_end(&other);
}

static void who_does_not_wait_comes_back_after_a_loss_too(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    cut_off(kit);
    MUST(kit, hf_tx_begin_now(kit->store, KIT_NOW, &tx, &kit->err));
    hf_tx_end(&tx);
    assert_int_equal(patience_of(kit, kit->store), 2000);
}

static void a_digest_that_cannot_be_kept_disturbs_no_later_write(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 100);
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL, *other = NULL;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    char hex[65];
    MUST(kit, hf_read_begin(store, &read, &kit->err));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    read->state.live[0] = 1000000; // a register that is worth it
    MUST(kit, hf_read_digest(read, hex, &kit->err));
    hf_tx_end(&tx);
    MUST(kit, hf_tx_begin(store, KIT_NOW, &other, &kit->err));
}

// --- jobs -------------------------------------------------------------------------------------------------

static hf_job *add_job(hf_kit *kit)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_job *job = hf_noun_new(&hf_noun_job, &kit->arena);
    job->kind = HF_STR("rank");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_job_add(tx, job, &kit->arena, &kit->err));
    kit_commit(kit, &tx, "job.queued");
    return job;
}

// The server notices a moment later that a connection has gone, and until then what it held is held.
static void wait_until_left(hf_kit *kit, const hf_job *job)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    char sql[64];
    int64_t is_left = 0;
    (void)snprintf(sql, sizeof(sql), "SELECT CAST(hf_job_is_left(%lld) AS INT)",
                   (long long)job->head.row);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    for (int i = 0; i < 10000 && is_left == 0; i++) {
        MUST(kit, hf_conn_number(read->conn, sql, &is_left, &kit->err));
        (void)usleep(1000);
    }
    assert_int_equal(is_left, 1);
}

static hf_job *take_from(hf_kit *kit, hf_store *store)
{
    hf_job *job = NULL;
    MUST(kit, hf_job_take(store, KIT_NOW + 1, &kit->arena, &job, &kit->err));
    return job;
}

static void a_job_has_the_end_that_was_told_first(void **state)
{
    hf_kit *kit = *state;
    const hf_job *added = add_job(kit);
    hf_str key = added->head.key;
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 1000);
    assert_non_null(take_from(kit, kit->store));
    assert_null(take_from(kit, store));
    cut_off(kit); // and with the connection goes what holds the job
    wait_until_left(kit, added);
    assert_non_null(take_from(kit, store));
    MUST_FAIL(kit,
              hf_job_finish(kit->store, KIT_NOW + 2, key, HF_JOB_FAILED, HF_STR_EMPTY, HF_STR("0"),
                            &kit->err),
              "record.gone"); // it is the other's now, although it runs
    hf_error_clear(&kit->err);
    MUST(kit,
         hf_job_finish(store, KIT_NOW + 2, key, HF_JOB_DONE, HF_STR("1"), HF_STR_EMPTY, &kit->err));
    MUST_FAIL(kit,
              hf_job_finish(kit->store, KIT_NOW + 3, key, HF_JOB_FAILED, HF_STR_EMPTY, HF_STR("2"),
                            &kit->err),
              "record.gone");
    const hf_job *job = kit_get(kit, &hf_noun_job, hf_str_z(&kit->arena, key));
    assert_int_equal(job->state, HF_JOB_DONE);
    assert_true(hf_str_equal_z(job->result, "1"));
}

static hf_job_standing hold_again(hf_kit *kit, hf_str key)
{
    hf_job_standing standing = HF_JOB_IS_OURS;
    bool is_wanted = false;
    MUST(kit, hf_job_hold_again(kit->store, KIT_NOW + 2, key, KIT_NOW + 1, &standing, &is_wanted,
                                &kit->err));
    return standing;
}

static void a_job_is_held_again_after_a_loss_unless_another_has_it(void **state)
{
    hf_kit *kit = *state;
    const hf_job *added = add_job(kit);
    hf_str key = added->head.key;
    hf_job *taken = NULL;
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 1000);
    assert_non_null(take_from(kit, kit->store));
    assert_int_equal(hold_again(kit, key), HF_JOB_IS_OURS); // once is enough
    cut_off(kit);
    wait_until_left(kit, added);
    assert_int_equal(hold_again(kit, key), HF_JOB_IS_OURS);
    assert_null(take_from(kit, store));
    cut_off(kit);
    wait_until_left(kit, added);
    MUST(kit, hf_job_take(store, KIT_NOW + 9, &kit->arena, &taken, &kit->err));
    assert_non_null(taken);
    assert_int_equal(hold_again(kit, key), HF_JOB_IS_ELSEWHERE);
    MUST(kit,
         hf_job_finish(store, KIT_NOW + 9, key, HF_JOB_DONE, HF_STR("1"), HF_STR_EMPTY, &kit->err));
    assert_int_equal(hold_again(kit, key), HF_JOB_IS_OVER);
}

static void a_job_that_was_to_be_cancelled_ends_with_its_program(void **state)
{
    hf_kit *kit = *state;
    const hf_job *added = add_job(kit);
    hf_str key = added->head.key;
    bool is_found = false, is_over = false;
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 1000);
    assert_non_null(take_from(kit, store));
    MUST(kit, hf_job_cancel(kit->store, KIT_NOW, key, true, &is_found, &is_over, &kit->err));
    assert_false(is_over);
    assert_null(take_from(kit, kit->store));
    const char *name = hf_str_z(&kit->arena, key);
    assert_int_equal(((hf_job *)kit_get(kit, &hf_noun_job, name))->state, HF_JOB_RUNNING);
    hf_store_close(&store);
    wait_until_left(kit, added);
    assert_null(take_from(kit, kit->store));
    assert_int_equal(((hf_job *)kit_get(kit, &hf_noun_job, name))->state, HF_JOB_CANCELLED);
}

static void a_job_whose_taking_fails_can_be_taken_by_others(void **state)
{
    hf_kit *kit = *state;
    hf_job *job = NULL;
    hf_db *db = NULL;
    hf_error err = {0};
    const hf_db_options direct = {.path = kit->path};
    (void)add_job(kit);
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 100);
    MUST(kit, kit->driver->open(&direct, &db, &kit->err));
    MUST(kit, kit->driver->run(
                  db,
                  "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE "
                  "EXCEPTION ''no''; END'; CREATE CONSTRAINT TRIGGER no AFTER UPDATE ON job "
                  "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no()",
                  &kit->err));
    assert_false(hf_job_take(kit->store, KIT_NOW, &kit->arena, &job, &err));
    MUST(kit, kit->driver->run(db, "DROP TRIGGER no ON job", &kit->err));
    kit->driver->close(db);
    assert_non_null(take_from(kit, store));
}

static void what_one_program_commits_the_other_builds_upon(void **state)
{
    hf_kit *kit = *state;
    int64_t broken = -1;
    uint64_t checked = 0;
    hf_store *mine = kit->store;
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 2000);
    for (int i = 0; i < 20; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "K%d", i);
        kit->store = i % 2 == 0 ? mine : store;
        (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, key, key, "pump"));
    }
    kit->store = mine;
    assert_int_equal(kit_count(kit, &hf_noun_asset), 20);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(mine, &read, &kit->err));
    MUST(kit, hf_event_verify(read, &broken, &checked, &kit->err));
    assert_int_equal(broken, 0);
    assert_int_equal(checked, 20);
}

// An address with another name of the database, or a search_path, in it.
static void address_of(const hf_kit *kit, const char *place, char *out, size_t room)
{
    const char *query = strchr(kit->path, '?');
    const char *slash = query;
    while (*slash != '/')
        slash--;
    (void)snprintf(out, room, "%.*s%s%s", (int)(slash + 1 - kit->path), kit->path, place, query);
}

static void a_database_of_another_program_is_left_alone(void **state)
{
    hf_kit *kit = *state;
    char address[300];
    hf_store *store = NULL;
    hf_db *db = NULL;
    address_of(kit, kit->place, address, sizeof(address));
    (void)strncat(address, "&options=-csearch_path%3Dother", sizeof(address) - strlen(address) - 1);
    const hf_db_options direct = {.path = kit->path};
    const hf_store_options options = {.url = address, .create = true};
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err), "store.no_schema");
    MUST(kit, kit->driver->open(&direct, &db, &kit->err));
    MUST(kit, kit->driver->run(db, "CREATE SCHEMA other; CREATE TABLE other.invoices(n INT)",
                               &kit->err));
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err), "store.not_a_store");
    // A schema of its own in the same database is as good as a database.
    MUST(kit, kit->driver->run(db, "DROP TABLE other.invoices", &kit->err));
    MUST(kit, hf_store_open(&options, &store, &kit->err));
    hf_store_close(&store);
    MUST(kit, kit->driver->run(db, "UPDATE other.holdfast SET schema = 99", &kit->err));
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err), "store.newer");
    MUST(kit, kit->driver->run(db, "UPDATE other.holdfast SET schema = 3", &kit->err));
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err), "store.older");
    const hf_store_options kept = {.url = address, .is_copy = true};
    MUST(kit, hf_store_open(&kept, &store, &kit->err));
    hf_store_close(&store);
    MUST(kit, hf_store_open(&options, &store, &kit->err));
    hf_store_close(&store);
    kit->driver->close(db);
}

static void a_database_that_is_missing_or_not_in_utf8_is_refused(void **state)
{
    hf_kit *kit = *state;
    char address[300], sql[200], other[64];
    hf_store *store = NULL;
    address_of(kit, "nowhere", address, sizeof(address));
    const hf_store_options options = {.url = address, .create = true};
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err), "store.unreachable");
    assert_non_null(strstr(kit->err.message, "nowhere"));
    (void)snprintf(other, sizeof(other), "%s_latin", kit->place);
    (void)snprintf(sql, sizeof(sql),
                   "CREATE DATABASE %s TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' "
                   "LOCALE_PROVIDER libc",
                   other);
    kit_administer(kit, sql);
    address_of(kit, other, address, sizeof(address));
    MUST_FAIL(kit, hf_store_open(&options, &store, &kit->err), "store.encoding");
    (void)snprintf(sql, sizeof(sql), "DROP DATABASE %s", other);
    kit_administer(kit, sql);
}

static void who_may_only_read_is_told_so(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    hf_db *db = NULL;
    const hf_db_options direct = {.path = kit->path};
    MUST(kit, kit->driver->open(&direct, &db, &kit->err));
    MUST(kit, kit->driver->run(db, "ALTER ROLE holdfast SET default_transaction_read_only = on",
                               &kit->err));
    HF_CLEANUP(hf_store_close) hf_store *store = open_again(kit, 1000);
    hf_error err = {0};
    bool is_stored =
        hf_tx_begin(store, KIT_NOW, &tx, &err) &&
        hf_store_put(tx, &hf_noun_asset, kit_asset(kit, "A", "x", "pump"), HF_VERSION_ANY, &outcome,
                     &err) &&
        hf_event_add(tx, &(hf_event){.actor = HF_STR("t"), .action = HF_STR("x")}, &err) &&
        hf_tx_commit(&tx, &err);
    hf_tx_end(&tx);
    MUST(kit, kit->driver->run(db, "SET default_transaction_read_only = off", &kit->err));
    MUST(kit, kit->driver->run(db, "ALTER ROLE holdfast RESET default_transaction_read_only",
                               &kit->err));
    kit->driver->close(db);
    assert_false(is_stored);
    assert_string_equal(err.code, "store.read_only");
}

// --- statements that are open at the same time -------------------------------------------------------------

static void one_list_goes_on_while_others_are_asked(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *numbers = NULL;
    bool has_row = true;
    int64_t count = 0, sum = 0;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_stmt_once(read->conn,
                           "SELECT CAST(n AS BIGINT), 'text ' || n, NULLIF(n % 3, 0) FROM "
                           "generate_series(1, ?1) AS n ORDER BY n",
                           &numbers, &kit->err));
    hf_stmt_i64(numbers, 1, 5000);
    for (;; count++) {
        int64_t other = 0;
        char text[32];
        MUST(kit, hf_stmt_step(numbers, &has_row, &kit->err));
        if (!has_row)
            break;
        if (count % 7 == 0)
            MUST(kit, hf_conn_number(read->conn, "SELECT count(*) FROM asset", &other, &kit->err));
        (void)snprintf(text, sizeof(text), "text %d", (int)count + 1);
        assert_true(hf_str_equal_z(hf_stmt_get_str(numbers, 1), text));
        assert_int_equal(hf_stmt_is_null(numbers, 2), (count + 1) % 3 == 0);
        sum += hf_stmt_get_i64(numbers, 0);
    }
    assert_int_equal(count, 5000);
    assert_int_equal(sum, 5000LL * 5001 / 2);
    // Behind its end it begins anew, with the values that it has.
    MUST(kit, hf_stmt_step(numbers, &has_row, &kit->err));
    assert_true(has_row);
    assert_int_equal(hf_stmt_get_i64(numbers, 0), 1);
}

static void a_fault_of_what_was_only_written_shows_at_the_commit(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    hf_error err = {0};
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_stmt_once(hf_tx_read(tx)->conn,
                           "INSERT INTO setting(name, value) VALUES (?1, 'x')", &stmt, &kit->err));
    bool is_done = true;
    for (int i = 0; i < 2000 && is_done; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "s%d", i == 700 ? 3 : i);
        hf_stmt_text(stmt, 1, hf_str_of(name));
        is_done = hf_stmt_run(stmt, &err);
    }
    hf_stmt_give(&stmt);
    is_done = is_done && hf_tx_commit(&tx, &err);
    assert_false(is_done);
    assert_string_equal(err.code, "store.sql");
    assert_non_null(strstr(err.message, "23505"));
    hf_tx_end(&tx);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_str value;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_setting_get(read, "s0", &kit->arena, &value, &kit->err));
    assert_null(value.ptr);
}

// --- the same as in a file -----------------------------------------------------------------------------------

static void fill(hf_kit *kit)
{
    static const char *const names[] = {"Réseau électrique", "中国供水厂", "محطة الكهرباء", "Ёлка",
                                        "Dam 3"};
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "Ä%c-%zu", (char)('Z' - (int)i), i);
        hf_asset *asset = kit_asset(kit, key, names[i], "substation");
        asset->lon = 0.1 * (double)i;
        asset->lat = 1.0 / 3.0 * (double)i;
        asset->people_served = (int64_t)1 << (10 * i);
        (void)kit_put(kit, &hf_noun_asset, asset);
        asset = kit_get(kit, &hf_noun_asset, key);
        asset->repair_h = 1e-7 + (double)i;
        (void)kit_put(kit, &hf_noun_asset, asset);
    }
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "ÄZ-0", "ÄY-1", "power"));
}

static void digest_of(hf_kit *kit, hf_store *store, char hex[65], int64_t *broken)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    uint64_t checked = 0;
    MUST(kit, hf_read_begin(store, &read, &kit->err));
    MUST(kit, hf_digest_compute(read, hex, &kit->err));
    MUST(kit, hf_event_verify(read, broken, &checked, &kit->err));
}

static void take_over(hf_kit *kit, hf_store *from, hf_store *to)
{
    const hf_watcher nobody = {NULL, NULL};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(from, &read, &kit->err));
    MUST(kit, hf_tx_begin(to, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_take_over(tx, read, &nobody, &kit->err));
    MUST(kit, hf_tx_commit(&tx, &kit->err));
    hf_tx_end(&tx);
    MUST(kit, hf_tx_begin(to, KIT_NOW, &tx, &kit->err));
    MUST_FAIL(kit, hf_store_take_over(tx, read, &nobody, &kit->err), "migrate.not_empty");
}

static void a_store_goes_into_a_file_and_back_without_a_change(void **state)
{
    hf_kit *kit = *state;
    char path[128], first[65], second[65], third[65], before[65], after[65], address[300];
    hf_store *file = NULL, *again = NULL;
    hf_store *mine = kit->store;
    hf_db *db = NULL;
    int64_t broken = -1;
    fill(kit);
    kit_fingerprint(kit, before);
    digest_of(kit, kit->store, first, &broken);
    assert_int_equal(broken, 0);
    (void)snprintf(path, sizeof(path), "%s/copy.db", kit->folder);
    const hf_store_options options = {.url = path, .create = true};
    MUST(kit, hf_store_open(&options, &file, &kit->err));
    take_over(kit, kit->store, file);
    digest_of(kit, file, second, &broken);
    assert_int_equal(broken, 0);
    assert_string_equal(first, second);
    const hf_db_options direct = {.path = kit->path};
    MUST(kit, kit->driver->open(&direct, &db, &kit->err));
    MUST(kit, kit->driver->run(db, "CREATE SCHEMA back", &kit->err));
    kit->driver->close(db);
    (void)snprintf(address, sizeof(address), "%s&options=-csearch_path%%3Dback", kit->path);
    const hf_store_options back = {.url = address, .create = true};
    MUST(kit, hf_store_open(&back, &again, &kit->err));
    take_over(kit, file, again);
    digest_of(kit, again, third, &broken);
    assert_int_equal(broken, 0);
    assert_string_equal(first, third);
    kit->store = again;
    kit_fingerprint(kit, after);
    assert_string_equal(before, after);
    kit_check_whole(kit);
    // Numbers go on where they were.
    assert_int_equal(kit_put(kit, &hf_noun_asset, kit_asset(kit, "NEW", "x", "pump")),
                     HF_PUT_ADDED);
    kit->store = mine;
    hf_store_close(&again);
    hf_store_close(&file);
}

static void a_copy_is_refused_with_what_to_do_instead(void **state)
{
    hf_kit *kit = *state;
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/copy.db", kit->folder);
    assert_false(kit_copy(kit, path));
    assert_string_equal(kit->err.code, "store.no_file");
    assert_non_null(strstr(kit->err.message, "pg_dump"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_connection_lost_in_mid_transaction_leaves_nothing_behind,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_read_that_loses_its_connection_is_told, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(two_programs_take_turns_at_writing, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(who_does_not_wait_comes_back_after_a_loss_too, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_digest_that_cannot_be_kept_disturbs_no_later_write,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_job_has_the_end_that_was_told_first, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_job_is_held_again_after_a_loss_unless_another_has_it,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_job_that_was_to_be_cancelled_ends_with_its_program,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_job_whose_taking_fails_can_be_taken_by_others, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(what_one_program_commits_the_other_builds_upon, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_database_of_another_program_is_left_alone, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_database_that_is_missing_or_not_in_utf8_is_refused,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(who_may_only_read_is_told_so, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(one_list_goes_on_while_others_are_asked, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_fault_of_what_was_only_written_shows_at_the_commit,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_store_goes_into_a_file_and_back_without_a_change,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_copy_is_refused_with_what_to_do_instead, kit_open,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("store postgres", tests, NULL, NULL);
}
