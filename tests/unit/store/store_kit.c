// SPDX-License-Identifier: Apache-2.0
//
// The store's test kit: see store_kit.h.
#include "store_kit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FEW_ROUNDS = 24 }; // of a campaign of faults, unless all is wanted

int kit_open(void **state)
{
    hf_kit *made = calloc(1, sizeof(*made));
    assert_non_null(made);
    (void)snprintf(made->folder, sizeof(made->folder), "/tmp/hf-store-XXXXXX");
    assert_non_null(mkdtemp(made->folder));
    (void)snprintf(made->path, sizeof(made->path), "%s/t.db", made->folder);
    hf_store_options options = {.url = made->path, .create = true};
    MUST(made, hf_store_open(&options, &made->store, &made->err));
    *state = made;
    return 0;
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

int kit_close(void **state)
{
    hf_kit *closed = *state;
    hf_store_close(&closed->store);
    hf_arena_done(&closed->arena);
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
        "SELECT noun || record || version || event || action || key || ifnull(image, '') FROM "
        "history ORDER BY seq",
        stream);
    add_query(kit, read, "SELECT hash FROM event ORDER BY row", stream);
    add_query(kit, read, "SELECT name || value FROM setting ORDER BY name", stream);
    add_query(kit, read, "SELECT name || value FROM state WHERE name <> 'digest' ORDER BY name",
              stream);
    add_query(kit, read,
              "SELECT row || key || _version || ifnull(name, '') || ifnull(lon, '') FROM asset "
              "ORDER BY row",
              stream);
    add_query(kit, read, "SELECT row || key || state || done || _version FROM job ORDER BY row",
              stream);
    add_query(kit, read,
              "SELECT key || role || ifnull(password_hash, '') || ifnull(last_seen_at, '') FROM "
              "user ORDER BY row",
              stream);
    add_query(kit, read,
              "SELECT hex(secret) || user_key || ifnull(last_seen, '') FROM credential ORDER BY 1",
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

void kit_check_whole(hf_kit *kit)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    bool has_row = false;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_stmt_once(read->conn, "PRAGMA integrity_check", &stmt, &kit->err));
    MUST(kit, hf_stmt_step(stmt, &has_row, &kit->err));
    hf_str verdict = hf_stmt_get_str(stmt, 0);
    if (!hf_str_equal_z(verdict, "ok"))
        fail_msg("integrity: %.*s", HF_STR_ARG(verdict));
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
    hf_stmt_give(&stmt);
    MUST(kit, hf_stmt_once(read->conn, "SELECT rtreecheck('asset_place')", &stmt, &kit->err));
    MUST(kit, hf_stmt_step(stmt, &has_row, &kit->err));
    verdict = hf_stmt_get_str(stmt, 0);
    if (!hf_str_equal_z(verdict, "ok"))
        fail_msg("places: %.*s", HF_STR_ARG(verdict));
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

static void copy_over(hf_kit *kit, const char *from)
{
    hf_store_close(&kit->store);
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
    bool is_done =
        hf_store_open_with(&hf_db_faulty, plan, &options, &store, &err) && run(store, &err);
    hf_store_close(&store);
    if (!is_done)
        assert_true(err.kind != HF_ERR_NONE && err.code != NULL);
    return is_done;
}

static bool is_full(void)
{
    const char *wish = getenv("HOLDFAST_FULL");
    return wish != NULL && wish[0] != '\0' && strcmp(wish, "0") != 0;
}

// Every how manieth call fails, so that there are at most as many rounds as wanted.
static uint64_t stride_of(hf_kit *kit, kit_use_case run, uint64_t most)
{
    hf_fault_plan plan = {.driver = &hf_db_sqlite};
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
    (void)snprintf(origin, sizeof(origin), "%s/origin.db", kit->folder);
    (void)unlink(origin);
    MUST(kit, kit_copy(kit, origin));
    kit_fingerprint(kit, before);
    copy_over(kit, origin);
    uint64_t stride = stride_of(kit, run, most);
    for (uint64_t round = 0; !is_clean; round++) {
        hf_fault_plan plan = {.driver = &hf_db_sqlite,
                              .fail_at = 1 + round * stride,
                              .kind = kind,
                              .fails_on = fails_on};
        copy_over(kit, origin);
        bool is_done = run_once(kit, run, &plan);
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
}
