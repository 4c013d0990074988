// SPDX-License-Identifier: Apache-2.0
//
// Use cases through the failing driver: see kit_survives in store_kit.h.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../full.h"
#include "base/file.h"
#include "store_kit.h"

enum {
    PARTS_MAX = 160,   // tables, files beside the store, and the actions of the log
    SPREAD_ROUNDS = 2, // of a short campaign, beside the last call of each kind
};

// --- all that there is ---------------------------------------------------------------------------------------

typedef struct {
    char name[64];
    uint64_t count;
    hf_sha256 content;
    bool is_steady; // two runs without a fault make the same bytes
} part;

// Each table and each file beside the store, with the number of its rows and a digest of them.
typedef struct {
    part list[PARTS_MAX];
    size_t count;
} everything;

static part *add_part(everything *all, const char *kind, hf_str name)
{
    assert_true(all->count < PARTS_MAX);
    part *made = &all->list[all->count++];
    (void)snprintf(made->name, sizeof(made->name), "%s %.*s", kind, HF_STR_ARG(name));
    made->count = 0;
    made->is_steady = false;
    return made;
}

static void read_rows(hf_kit *kit, hf_read *read, const char *sql, part *out)
{
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_sha256_stream *stream = hf_sha256_open(&arena);
    bool has_row = true;
    MUST(kit, hf_stmt_once(read->conn, sql, &stmt, &kit->err));
    for (out->count = 0;; out->count++) {
        MUST(kit, hf_stmt_step(stmt, &has_row, &kit->err));
        if (!has_row)
            break;
        hf_str text = hf_stmt_get_str(stmt, 0);
        hf_sha256_add(stream, text.ptr != NULL ? text.ptr : "", text.len);
        hf_sha256_add(stream, "\n", 1);
    }
    out->content = hf_sha256_close(stream);
}

// Of each table its name, and the question for all of its rows as texts. The digest that state keeps is a cache. The
// tables behind the indexes of words and places are looked at by kit_check_whole.
#define TABLES_OF_A_FILE                                                                           \
    "SELECT t.name, 'SELECT ' || (SELECT group_concat('quote(\"' || c.name || '\")', "             \
    "' || '','' || ') FROM pragma_table_info(t.name) c) || ' FROM \"' || t.name || '\"' || "       \
    "CASE t.name WHEN 'state' THEN ' WHERE name <> ''digest''' ELSE '' END || ' ORDER BY 1' "      \
    "FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE "   \
    "'sqlite_%' ORDER BY t.name"
#define TABLES_OF_A_DATABASE                                                                       \
    "SELECT table_name, 'SELECT t::text FROM \"' || table_name || '\" t' || CASE table_name WHEN " \
    "'state' THEN ' WHERE name <> ''digest''' ELSE '' END || ' ORDER BY 1' FROM "                  \
    "information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE "      \
    "TABLE' ORDER BY table_name"

static void read_tables(hf_kit *kit, hf_read *read, everything *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
    const char *questions[PARTS_MAX];
    bool has_row = true;
    MUST(kit, hf_stmt_once(read->conn, kit_is_file(kit) ? TABLES_OF_A_FILE : TABLES_OF_A_DATABASE,
                           &stmt, &kit->err));
    for (;;) {
        MUST(kit, hf_stmt_step(stmt, &has_row, &kit->err));
        if (!has_row)
            break;
        (void)add_part(out, "table", hf_stmt_get_str(stmt, 0));
        questions[out->count - 1] = hf_str_z(&arena, hf_stmt_get_str(stmt, 1));
    }
    assert_true(out->count > 20);
    for (size_t i = 0; i < out->count; i++)
        read_rows(kit, read, questions[i], &out->list[i]);
}

static bool is_of_the_store(const char *name)
{
    static const char *const names[] = {"t.db", "t.db-wal", "t.db-shm", "t.db-journal",
                                        "origin.db"};
    for (size_t i = 0; i < HF_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return name[0] == '.';
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const part *)a)->name, ((const part *)b)->name);
}

static void read_files(hf_kit *kit, everything *out)
{
    size_t first = out->count;
    DIR *dir = opendir(kit->folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        hf_str bytes = HF_STR_EMPTY;
        if (is_of_the_store(entry->d_name))
            continue;
        part *file = add_part(out, "file", hf_str_of(entry->d_name));
        MUST(kit, hf_file_read(hf_path_join(&arena, kit->folder, entry->d_name), (uint64_t)1 << 26,
                               &arena, &bytes, &kit->err));
        file->content = hf_sha256_of(bytes);
    }
    (void)closedir(dir);
    qsort(out->list + first, out->count - first, sizeof(part), by_name);
}

// What came beside the store goes.
static void clear_files(hf_kit *kit, const everything *before)
{
    everything now = {0};
    read_files(kit, &now);
    for (size_t i = 0; i < now.count; i++) {
        char path[192];
        bool was_there = false;
        for (size_t j = 0; j < before->count; j++)
            was_there |= strcmp(before->list[j].name, now.list[i].name) == 0;
        (void)snprintf(path, sizeof(path), "%s/%s", kit->folder,
                       now.list[i].name + strlen("file "));
        if (!was_there)
            assert_int_equal(unlink(path), 0);
    }
}

static void read_everything(hf_kit *kit, everything *out)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    out->count = 0;
    read_tables(kit, read, out);
    read_rows(kit, read, "SELECT action FROM event ORDER BY row",
              add_part(out, "actions of", HF_STR("event")));
    read_files(kit, out);
}

static bool is_the_same(const part *one, const part *other)
{
    return one->count == other->count &&
           memcmp(&one->content, &other->content, sizeof(one->content)) == 0;
}

// Where keys and secrets are drawn two runs differ: there only the numbers of rows are compared.
static bool is_alike(const part *one, const part *other)
{
    return one->is_steady ? is_the_same(one, other) : one->count == other->count;
}

static bool differs(const everything *one, const everything *other)
{
    bool is_equal = one->count == other->count;
    for (size_t i = 0; is_equal && i < one->count; i++)
        is_equal = strcmp(one->list[i].name, other->list[i].name) == 0 &&
                   is_the_same(&one->list[i], &other->list[i]);
    return !is_equal;
}

static void compare(const everything *wanted, const everything *now, bool of_another_run,
                    uint64_t call, const char *what)
{
    for (size_t i = 0; i < wanted->count && i < now->count; i++) {
        const part *one = &wanted->list[i], *other = &now->list[i];
        if (strcmp(one->name, other->name) != 0)
            fail_msg("fault at call %llu: %s: there is %s, not %s", (unsigned long long)call, what,
                     other->name, one->name);
        if (!(of_another_run ? is_alike : is_the_same)(one, other))
            fail_msg("fault at call %llu: %s: %s differs: %llu rows, not %llu",
                     (unsigned long long)call, what, one->name, (unsigned long long)other->count,
                     (unsigned long long)one->count);
    }
    if (wanted->count != now->count)
        fail_msg("fault at call %llu: %s: %s", (unsigned long long)call, what,
                 wanted->count > now->count ? wanted->list[now->count].name
                                            : now->list[wanted->count].name);
}

// --- stores that are put back --------------------------------------------------------------------------------

// A database is copied whole by its server, while nobody is in it.
static void copy_database(hf_kit *kit, const char *from, const char *to)
{
    char sql[320];
    kit_drop_place(kit, to);
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

// --- a campaign ----------------------------------------------------------------------------------------------

typedef struct {
    hf_kit *kit;
    kit_use_case run;
    char origin[128];
    hf_db_driver driver; // as the store knows it
    hf_fault_plan plan;
    hf_fault_plan ran; // the plan as the use case left it, before anything was looked at
    bool is_done;
    uint64_t opened;          // calls of the opening
    everything before, after; // after: of a run without a fault
} campaign;

// Opens through the failing driver and runs. What is there then is read through the same store, which does not fail any
// more: what is not committed, other connections do not see.
static void run_once(campaign *c, uint64_t fail_at, const kit_fault *fault)
{
    hf_error err = {0};
    hf_store *store = NULL;
    hf_store_options options = {.url = c->kit->path};
    hf_store_close(&c->kit->store);
    c->driver = hf_db_faulty;
    c->driver.words = c->kit->driver->words;
    c->plan = (hf_fault_plan){.driver = c->kit->driver,
                              .fail_at = fail_at,
                              .kind = fault->kind,
                              .fails_on = fault->fails_on};
    c->is_done = hf_store_open_with(&c->driver, &c->plan, &options, &store, &err);
    c->opened = c->plan.call_count;
    c->is_done = c->is_done && c->run(store, &err);
    if (!c->is_done)
        assert_true(err.kind != HF_ERR_NONE && err.code != NULL);
    if (!c->is_done && !c->plan.has_failed)
        fail_msg("without a fault: %s: %s", err.code, err.message);
    c->ran = c->plan;
    c->plan.fail_at = 0;
    c->kit->store = store;
    if (store == NULL)
        kit_reopen(c->kit);
}

// Closed, for the next run opens it.
static void put_back(campaign *c)
{
    clear_files(c->kit, &c->before);
    copy_over(c->kit, c->origin);
}

static void try_call(campaign *c, uint64_t call, const kit_fault *fault)
{
    static everything now;
    run_once(c, call, fault);
    read_everything(c->kit, &now);
    if (!c->is_done) {
        compare(&c->before, &now, false, call, "what failed is not as it was before");
        return;
    }
    compare(&c->after, &now, true, call, "what succeeded is not as it is after a success");
    kit_check_whole(c->kit);
    put_back(c);
}

// The last call of each kind, which is where what was done is lost or kept, and a few others: each kind of fault in turn.
static void try_few(campaign *c, const kit_fault *faults, size_t count)
{
    uint64_t points[SPREAD_ROUNDS + HF_FAULT_CALL_COUNT];
    size_t point_count = 0;
    uint64_t opened = c->opened, calls = c->ran.call_count - c->opened;
    for (size_t i = 0; i < HF_FAULT_CALL_COUNT; i++)
        if (c->ran.last[i] > opened)
            points[point_count++] = c->ran.last[i];
    for (uint64_t i = 0; i < SPREAD_ROUNDS; i++)
        points[point_count++] = opened + 1 + i * calls / SPREAD_ROUNDS;
    for (size_t i = 0; i < point_count; i++)
        try_call(c, points[i], &faults[i % count]);
}

static void try_case(campaign *c, const kit_case *one, const kit_fault *faults, size_t count)
{
    static everything again;
    c->run = one->run;
    run_once(c, 0, &faults[0]);
    read_everything(c->kit, &c->after);
    if (!one->changes_nothing && !differs(&c->before, &c->after))
        fail_msg("%s changes nothing: no fault could be told from a success", one->name);
    put_back(c);
    run_once(c, 0, &faults[0]);
    read_everything(c->kit, &again);
    for (size_t i = 0; i < c->after.count && i < again.count; i++)
        c->after.list[i].is_steady =
            !one->notes_by_the_way && is_the_same(&c->after.list[i], &again.list[i]);
    kit_check_whole(c->kit);
    put_back(c);
    if (!is_full())
        try_few(c, faults, count);
    for (size_t i = 0; is_full() && i < count; i++) {
        c->ran.has_failed = true;
        for (uint64_t call = 1; c->ran.has_failed; call += one->stride > 0 ? one->stride : 1)
            try_call(c, call, &faults[i]);
    }
}

void kit_survives(hf_kit *kit, const kit_case *cases, size_t case_count, const kit_fault *faults,
                  size_t count)
{
    static campaign c; // too large for a stack
    c = (campaign){.kit = kit};
    keep_origin(kit, c.origin, sizeof(c.origin));
    read_everything(kit, &c.before);
    for (size_t i = 0; i < case_count; i++) {
        print_message("# %s\n", cases[i].name); // so that a failure tells which
        try_case(&c, &cases[i], faults, count);
    }
    // What failed was seen to have left all as it was.
    hf_store_close(&kit->store);
    kit_reopen(kit);
    if (kit_is_file(kit))
        (void)unlink(c.origin);
    else
        kit_drop_place(kit, c.origin);
}
