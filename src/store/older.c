// SPDX-License-Identifier: Apache-2.0
//
// An older store is kept as it was before it is brought up to date: a copy beside it, which stays until a person takes it
// away. Called by schema.c under the write lock, so that nothing is missing in the copy.
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/internal.h"

enum { NAMES_TRIED_MAX = 100, TIME_CHARS = 19 }; // "2026-11-29T10:15:00"

// NAME.schema-3.2026-11-29T101500Z
static bool name_copy(hf_store *store, int64_t version, hf_error *err)
{
    char time[32], plain[32];
    size_t len = 0;
    hf_time_format(hf_clock_now_ms(), time);
    for (size_t i = 0; i < TIME_CHARS && time[i] != 0; i++)
        if (time[i] != ':')
            plain[len++] = time[i];
    plain[len] = 0;
    for (int i = 1; i < NAMES_TRIED_MAX; i++) {
        hf_str path =
            hf_str_format(&store->arena, i == 1 ? "%s.schema-%d.%sZ" : "%s.schema-%d.%sZ-%d",
                          store->url, (int)version, plain, i);
        store->older = hf_str_z(&store->arena, path);
        if (!hf_file_exists(store->older))
            return true;
    }
    return hf_fail(err, HF_ERR_WRITE, "store.cannot_write",
                   "cannot name a copy of '%s' before it is brought up to date; take old ones away",
                   store->url);
}

// What a kill in the middle of an earlier copy left: all of the store in the clear, under a name with that moment in it,
// which nobody takes again. Under the write lock nobody else is making one.
static void remove_stale(const hf_store *store)
{
    hf_str dir = hf_str_of(store->url);
    hf_str name = hf_path_name(dir);
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    dir = hf_str_slice(dir, 0, dir.len - name.len);
    const char *folder = dir.len > 0 ? hf_str_z(&scratch, dir) : "./";
    const char *begin =
        hf_str_z(&scratch, hf_str_format(&scratch, "%s.schema-", hf_str_z(&scratch, name)));
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return;
    for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        hf_str found = hf_str_of(entry->d_name);
        if (hf_str_starts(found, begin) && hf_str_ends(found, ".part"))
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
    }
    (void)closedir(entries);
}

// The copy, and what the change itself will write.
static bool has_room(hf_store *store, hf_conn *conn, hf_error *err)
{
    int64_t bytes = 0;
    struct statvfs disk;
    char folder[4096];
    (void)snprintf(folder, sizeof(folder), "%s", store->url);
    char *slash = strrchr(folder, '/');
    (void)snprintf(slash != NULL ? slash + 1 : folder, 2, ".");
    if (!hf_conn_number(conn, conn->driver->words->bytes_all, &bytes, err))
        return false;
    uint64_t wanted = (uint64_t)bytes;
    wanted += wanted / 2;
    if (statvfs(folder, &disk) != 0)
        return true; // the writing itself will tell
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    return free_bytes >= wanted ||
           hf_fail(err, HF_ERR_WRITE, "store.no_room_to_keep",
                   "'%s' is of an older version and is copied before it is brought up to date: "
                   "that needs %llu MB, %llu are free; free some, nothing has changed",
                   store->url, (unsigned long long)(wanted >> 20) + 1,
                   (unsigned long long)free_bytes >> 20);
}

bool hf_older_keep(hf_store *store, int64_t version, hf_error *err)
{
    hf_conn *conn = NULL;
    if (!store->driver->words->is_one_file)
        return hf_fail(
            err, HF_ERR_CONFLICT, "store.older",
            "'%s' is of an older version (schema %d); keep it as it is with pg_dump, then "
            "bring it up to date with: holdfast migrate --update",
            store->url, (int)version);
    remove_stale(store);
    HF_CLEANUP(hf_new_file_close) hf_new_file file = {.fd = -1};
    // The connection that holds the write lock cannot be copied from.
    const hf_db_options options = {
        .path = store->url, .wait_ms = store->wait_ms, .driver_state = store->driver_state};
    if (!hf_conn_open(store->driver, &options, &conn, err))
        return false;
    bool is_kept = has_room(store, conn, err) && name_copy(store, version, err) &&
                   hf_new_file_open(store->older, &file, err);
    if (is_kept) {
        hf_pieces pieces = hf_new_file_pieces(&file);
        is_kept = conn->driver->copy(conn->db, &pieces, err) && hf_new_file_commit(&file, err);
    }
    hf_conn_close(&conn);
    store->older_schema = version;
    if (!is_kept)
        store->older = NULL;
    return is_kept;
}

void hf_older_drop(hf_store *store)
{
    if (store->older != NULL)
        (void)unlink(store->older);
    store->older = NULL;
}

const char *hf_store_older(const hf_store *store, int *schema)
{
    *schema = (int)store->older_schema;
    return store->older;
}
