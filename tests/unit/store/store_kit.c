// SPDX-License-Identifier: Apache-2.0
//
// The store's test kit: see store_kit.h.
#include "store_kit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../empty_store.h"
#include "../full.h"

enum { FEW_ROUNDS = 24 }; // of a campaign of faults, unless all is wanted

// --- where the store is --------------------------------------------------------------------------------------

static const char *server(void)
{
    return getenv("HOLDFAST_TEST_POSTGRES");
}

bool kit_is_file(const hf_kit *kit)
{
    return kit->place[0] == '\0';
}

static const hf_db_driver *driver_for(const char *name)
{
    for (size_t i = 0; hf_db_drivers[i] != NULL; i++)
        if (strcmp(hf_db_drivers[i]->name, name) == 0)
            return hf_db_drivers[i];
    fail_msg("there is no driver %s", name);
    return NULL;
}

void kit_administer(hf_kit *kit, const char *sql)
{
    hf_db *db = NULL;
    const hf_db_options options = {.path = server(), .wait_ms = 10000};
    MUST(kit, kit->driver->open(&options, &db, &kit->err));
    MUST(kit, kit->driver->run(db, sql, &kit->err));
    kit->driver->close(db);
}

// The address of one database of the server: its name takes the place of the one that stands before '?'.
static void set_address(hf_kit *kit)
{
    const char *whole = server();
    const char *query = strchr(whole, '?');
    int count = query != NULL ? (int)(query - whole) : (int)strlen(whole);
    while (whole[count - 1] != '/')
        count--;
    int needed = snprintf(kit->path, sizeof(kit->path), "%.*s%s%s", count, whole, kit->place,
                          query != NULL ? query : "");
    assert_true(needed > 0 && (size_t)needed < sizeof(kit->path));
}

static char model
    [32]; // a database with an empty store in it, of which all others of this program are copies

// Made once a program: to make tables takes longer than to copy them.
static void make_model(hf_kit *kit)
{
    char sql[320], place[32];
    hf_store *store = NULL;
    (void)snprintf(model, sizeof(model), "hf_%d_model", (int)getpid());
    (void)snprintf(sql, sizeof(sql), "CREATE DATABASE %s", model);
    kit_administer(kit, sql);
    memcpy(place, kit->place, sizeof(place));
    memcpy(kit->place, model, sizeof(model));
    set_address(kit);
    const hf_store_options options = {.url = kit->path, .create = true};
    MUST(kit, hf_store_open(&options, &store, &kit->err));
    hf_store_close(&store);
    memcpy(kit->place, place, sizeof(place));
}

static void make_place(hf_kit *kit)
{
    static int last;
    if (server() == NULL) {
        kit->driver = driver_for("sqlite");
        (void)snprintf(kit->path, sizeof(kit->path), "%s/t.db", kit->folder);
        return;
    }
    char sql[320];
    kit->driver = driver_for("postgres");
    (void)snprintf(kit->place, sizeof(kit->place), "hf_%d_%d", (int)getpid(), ++last);
    if (model[0] == '\0')
        make_model(kit);
    (void)snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s", kit->place, model);
    kit_administer(kit, sql);
    set_address(kit);
}

static void drop_place(hf_kit *kit, const char *name)
{
    char sql[320];
    (void)snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    kit_administer(kit, sql);
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[512];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            (void)unlink(path);
    }
    (void)closedir(dir);
    (void)rmdir(folder);
}

int kit_open(void **state)
{
    hf_kit *made = calloc(1, sizeof(*made));
    assert_non_null(made);
    (void)snprintf(made->folder, sizeof(made->folder), "/tmp/hf-store-XXXXXX");
    assert_non_null(mkdtemp(made->folder));
    make_place(made);
    if (kit_is_file(made))
        MUST(made, put_empty_store(made->path, &made->err));
    hf_store_options options = {.url = made->path};
    MUST(made, hf_store_open(&options, &made->store, &made->err));
    *state = made;
    return 0;
}

int kit_close(void **state)
{
    hf_kit *closed = *state;
    hf_store_close(&closed->store);
    hf_arena_done(&closed->arena);
    if (!kit_is_file(closed))
        drop_place(closed, closed->place);
    remove_folder(closed->folder);
    free(closed);
    return 0;
}

void kit_reopen(hf_kit *kit)
{
    hf_store_options options = {.url = kit->path};
    hf_store_close(&kit->store);
    MUST(kit, hf_store_open(&options, &kit->store, &kit->err));
}

hf_asset *kit_asset(hf_kit *kit, const char *key, const char *name, const char *kind)
{
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &kit->arena);
    asset->head.key = hf_str_copy(&kit->arena, hf_str_of(key));
    asset->name = hf_str_copy(&kit->arena, hf_str_of(name));
    asset->kind = hf_str_copy(&kit->arena, hf_str_of(kind));
    return asset;
}

hf_dependency *kit_dependency(hf_kit *kit, const char *supplier, const char *consumer,
                              const char *input)
{
    hf_dependency *dependency = hf_noun_new(&hf_noun_dependency, &kit->arena);
    dependency->supplier = hf_str_copy(&kit->arena, hf_str_of(supplier));
    dependency->consumer = hf_str_copy(&kit->arena, hf_str_of(consumer));
    dependency->input = hf_str_copy(&kit->arena, hf_str_of(input));
    MUST(kit, hf_noun_check(&hf_noun_dependency, dependency, &kit->arena, &kit->err));
    return dependency;
}

void kit_commit(hf_kit *kit, hf_tx **tx, const char *action)
{
    hf_event event = {.actor = HF_STR("tester"), .action = hf_str_of(action)};
    event.head.source = HF_STR("test.csv");
    MUST(kit, hf_event_add(*tx, &event, &kit->err));
    MUST(kit, hf_tx_commit(tx, &kit->err));
}

hf_put_outcome kit_put(hf_kit *kit, const hf_noun *noun, void *record)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_put(tx, noun, record, HF_VERSION_ANY, &outcome, &kit->err));
    kit_commit(kit, &tx, "record.put");
    return outcome;
}

void *kit_get(hf_kit *kit, const hf_noun *noun, const char *key)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_get(read, noun, hf_str_of(key), &kit->arena, &record, &kit->err));
    return record;
}

uint64_t kit_count(hf_kit *kit, const hf_noun *noun)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    return hf_read_count(read, noun);
}

static void add_query(hf_kit *kit, hf_read *read, const char *sql, hf_sha256_stream *stream)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    MUST(kit, hf_stmt_once(read->conn, sql, &stmt, &kit->err));
    while (has_row) {
        MUST(kit, hf_stmt_step(stmt, &has_row, &kit->err));
        if (!has_row)
            break;
        hf_str text = hf_stmt_get_str(stmt, 0);
        hf_sha256_add(stream, text.ptr != NULL ? text.ptr : "", text.len);
        hf_sha256_add(stream, "\n", 1);
    }
}

void kit_fingerprint(hf_kit *kit, char hex[65])
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_sha256_stream *stream = hf_sha256_open(&arena);
    char digest[65];
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_digest_compute(read, digest, &kit->err));
    hf_sha256_add(stream, digest, 64);
    add_query(
        kit, read,
        "SELECT noun || record || version || event || action || key || coalesce(image, '') FROM "
        "history ORDER BY seq",
        stream);
    add_query(kit, read, "SELECT hash FROM event ORDER BY row", stream);
    add_query(kit, read, "SELECT name || value FROM setting ORDER BY name", stream);
    add_query(kit, read, "SELECT name || value FROM state WHERE name <> 'digest' ORDER BY name",
              stream);
    add_query(kit, read,
              "SELECT row || key || _version || coalesce(name, '') || coalesce(CAST(lon AS TEXT), "
              "'') FROM asset ORDER BY row",
              stream);
    add_query(kit, read, "SELECT row || key || state || done || _version FROM job ORDER BY row",
              stream);
    add_query(kit, read,
              "SELECT key || role || coalesce(password_hash, '') || coalesce(CAST(last_seen_at AS "
              "TEXT), '') FROM \"user\" ORDER BY row",
              stream);
    add_query(kit, read, "SELECT secret FROM credential ORDER BY secret", stream);
    add_query(kit, read,
              "SELECT user_key || coalesce(CAST(last_seen AS TEXT), '') FROM credential ORDER BY "
              "secret",
              stream);
    add_query(kit, read, "SELECT hash FROM blob ORDER BY hash", stream);
    hf_sha256 hash = hf_sha256_close(stream);
    hf_hex(hash.bytes, sizeof(hash.bytes), hex);
}

static int64_t number(hf_kit *kit, hf_read *read, const char *sql)
{
    int64_t value = 0;
    MUST(kit, hf_conn_number(read->conn, sql, &value, &kit->err));
    return value;
}

static void check_search(hf_kit *kit, hf_read *read)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = true;
    int64_t checked = 0;
    MUST(kit,
         hf_stmt_once(read->conn, "SELECT key FROM asset ORDER BY row LIMIT 50", &stmt, &kit->err));
    for (;; checked++) {
        hf_query query = {.noun = &hf_noun_asset, .limit = 1000};
        hf_page page = {0};
        bool is_found = false;
        MUST(kit, hf_stmt_step(stmt, &has_row, &kit->err));
        if (!has_row)
            break;
        query.text = hf_stmt_get_str(stmt, 0);
        MUST(kit, hf_store_list(read, &query, &kit->arena, &page, &kit->err));
        for (size_t i = 0; i < page.count; i++)
            is_found |= hf_str_equal(((const hf_asset *)page.records[i])->head.key, query.text);
        if (!is_found)
            fail_msg("search does not find '%.*s'", HF_STR_ARG(query.text));
    }
}

static void check_verdict(hf_kit *kit, hf_read *read, const char *sql)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    MUST(kit, hf_stmt_once(read->conn, sql, &stmt, &kit->err));
    MUST(kit, hf_stmt_step(stmt, &has_row, &kit->err));
    hf_str verdict = hf_stmt_get_str(stmt, 0);
    if (!hf_str_equal_z(verdict, "ok"))
        fail_msg("%s: %.*s", sql, HF_STR_ARG(verdict));
}

void kit_check_whole(hf_kit *kit)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    if (kit_is_file(kit)) {
        check_verdict(kit, read, "PRAGMA integrity_check");
        check_verdict(kit, read, "SELECT rtreecheck('asset_place')");
    }
    assert_int_equal(number(kit, read, "SELECT count(*) FROM asset"),
                     hf_read_count(read, &hf_noun_asset));
    assert_int_equal(number(kit, read, "SELECT count(*) FROM dependency"),
                     hf_read_count(read, &hf_noun_dependency));
    assert_int_equal(number(kit, read, "SELECT count(*) FROM asset_place"),
                     number(kit, read, "SELECT count(*) FROM asset WHERE lon IS NOT NULL"));
    assert_int_equal(
        number(kit, read,
               "SELECT count(*) FROM dependency WHERE supplier NOT IN (SELECT row FROM asset) "
               "OR consumer NOT IN (SELECT row FROM asset)"),
        0);
    assert_int_equal(number(kit, read, "SELECT count(*) FROM event"), hf_event_last(read));
    check_search(kit, read);
}

bool kit_copy(hf_kit *kit, const char *path)
{
    HF_CLEANUP(hf_new_file_close) hf_new_file file = {.fd = -1};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_pieces pieces = hf_new_file_pieces(&file);
    return hf_new_file_open(path, &file, &kit->err) &&
           hf_read_begin(kit->store, &read, &kit->err) && hf_read_copy(read, &pieces, &kit->err) &&
           hf_new_file_commit(&file, &kit->err);
}

// --- faults at every call ---------------------------------------------------------------------------------

// A database is copied whole by its server, while nobody is in it.
static void copy_database(hf_kit *kit, const char *from, const char *to)
{
    char sql[320];
    drop_place(kit, to);
    (void)snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s", to, from);
    kit_administer(kit, sql);
}

static void keep_origin(hf_kit *kit, char *origin, size_t room)
{
    if (!kit_is_file(kit)) {
        (void)snprintf(origin, room, "%s_origin", kit->place);
        hf_store_close(&kit->store);
        copy_database(kit, kit->place, origin);
        kit_reopen(kit);
        return;
    }
    (void)snprintf(origin, room, "%s/origin.db", kit->folder);
    (void)unlink(origin);
    MUST(kit, kit_copy(kit, origin));
}

static void copy_over(hf_kit *kit, const char *from)
{
    hf_store_close(&kit->store);
    if (!kit_is_file(kit)) {
        copy_database(kit, from, kit->place);
        return;
    }
    static const char *const names[] = {"t.db", "t.db-wal", "t.db-shm", "t.db-journal"};
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        char path[128];
        (void)snprintf(path, sizeof(path), "%s/%s", kit->folder, names[i]);
        (void)unlink(path);
    }
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(kit->path, "wb");
    char bytes[65536];
    assert_non_null(in);
    assert_non_null(out);
    for (size_t n = fread(bytes, 1, sizeof(bytes), in); n > 0;
         n = fread(bytes, 1, sizeof(bytes), in))
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    (void)fclose(in);
    (void)fclose(out);
}

// Opens through the failing driver, runs, closes, and looks with the real one. Returns whether it succeeded.
static bool run_once(hf_kit *kit, kit_use_case run, hf_fault_plan *plan)
{
    hf_error err = {0};
    hf_store *store = NULL;
    hf_store_options options = {.url = kit->path};
    hf_db_driver faulty = hf_db_faulty;
    faulty.words = plan->driver->words;
    bool is_done = hf_store_open_with(&faulty, plan, &options, &store, &err) && run(store, &err);
    hf_store_close(&store);
    if (!is_done)
        assert_true(err.kind != HF_ERR_NONE && err.code != NULL);
    return is_done;
}

// Every how manieth call fails, so that there are at most as many rounds as wanted.
static uint64_t stride_of(hf_kit *kit, kit_use_case run, uint64_t most)
{
    hf_fault_plan plan = {.driver = kit->driver};
    uint64_t rounds = is_full() ? most : FEW_ROUNDS;
    if (rounds == 0)
        return 1;
    assert_true(run_once(kit, run, &plan)); // without a fault all goes well
    return plan.call_count / rounds + 1;
}

static void reopen_as_it_is(hf_kit *kit)
{
    hf_store_options options = {.url = kit->path};
    MUST(kit, hf_store_open(&options, &kit->store, &kit->err));
}

void kit_survives(hf_kit *kit, kit_use_case run, hf_error_kind kind, bool fails_on, uint64_t most)
{
    char origin[128];
    char before[65];
    char now[65];
    bool is_clean = false;
    keep_origin(kit, origin, sizeof(origin));
    kit_fingerprint(kit, before);
    copy_over(kit, origin);
    uint64_t stride = stride_of(kit, run, most);
    bool is_done = true;
    for (uint64_t round = 0; !is_clean; round++) {
        hf_fault_plan plan = {.driver = kit->driver,
                              .fail_at = 1 + round * stride,
                              .kind = kind,
                              .fails_on = fails_on};
        // A database is slow to copy, and after a fault it was just seen to be as before.
        if (kit_is_file(kit) || is_done)
            copy_over(kit, origin);
        hf_store_close(&kit->store);
        is_done = run_once(kit, run, &plan);
        is_clean = !plan.has_failed; // the last round: all went through
        assert_true(is_done || plan.has_failed);
        reopen_as_it_is(kit);
        kit_fingerprint(kit, now);
        if (!is_done)
            assert_string_equal(now, before);
        if (!is_done && round % 40 == 0)
            kit_check_whole(kit);
        assert_true(round < 20000);
    }
    kit_check_whole(kit);
    copy_over(kit, origin);
    reopen_as_it_is(kit);
    if (!kit_is_file(kit))
        drop_place(kit, origin);
}
