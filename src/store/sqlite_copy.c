// SPDX-License-Identifier: Apache-2.0
//
// SQLite's online backup into a file system of our own, which keeps nothing: what the library writes to its "file" is
// handed on, piece by piece. So a copy needs no second file in the clear, and no memory but a few pages.
//
// It works because a backup into an empty database only ever writes: each page once, in about their order, the first
// one last, without a journal. What would be read back is nothing yet.
#include "store/sqlite_copy.h"

#include <stdio.h>
#include <string.h>

enum { SECTOR_BYTES = 4096, PATH_BYTES_MAX = 64 };

typedef struct {
    const hf_pieces *to;
    hf_error *told;
} sink_target;

typedef struct {
    sqlite3_file base;
    const sink_target *target;
    sqlite3_int64 bytes;
} sink_file;

static int close_file(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int read_file(sqlite3_file *file, void *target, int count, sqlite3_int64 offset)
{
    if (offset < ((sink_file *)file)->bytes)
        return SQLITE_IOERR_READ; // it is gone: a copy that is not like the one described above
    memset(target, 0, (size_t)count);
    return SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset)
{
    sink_file *file = (sink_file *)base;
    const sink_target *target = file->target;
    if (!target->to->put(target->to->context, (uint64_t)offset, (hf_str){bytes, (size_t)count},
                         target->told))
        return SQLITE_IOERR_WRITE;
    if (offset + count > file->bytes)
        file->bytes = offset + count;
    return SQLITE_OK;
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 bytes)
{
    return bytes >= ((sink_file *)file)->bytes ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

static int sync_file(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return SQLITE_OK;
}

static int size_of_file(sqlite3_file *file, sqlite3_int64 *bytes)
{
    *bytes = ((sink_file *)file)->bytes;
    return SQLITE_OK;
}

static int lock_file(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int is_locked(sqlite3_file *file, int *out)
{
    (void)file;
    *out = 0;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *file, int what, void *value)
{
    (void)file;
    (void)what;
    (void)value;
    return SQLITE_NOTFOUND;
}

static int sector_bytes(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

static int no_traits(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static const sqlite3_io_methods methods = {.iVersion = 1,
                                           .xClose = close_file,
                                           .xRead = read_file,
                                           .xWrite = write_file,
                                           .xTruncate = truncate_file,
                                           .xSync = sync_file,
                                           .xFileSize = size_of_file,
                                           .xLock = lock_file,
                                           .xUnlock = lock_file,
                                           .xCheckReservedLock = is_locked,
                                           .xFileControl = control_file,
                                           .xSectorSize = sector_bytes,
                                           .xDeviceCharacteristics = no_traits};

// Only the one database: a journal or a file for sorting would be written in the clear.
static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                     int *out_flags)
{
    (void)name;
    file->pMethods = NULL;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
        return SQLITE_CANTOPEN;
    sink_file *opened = (sink_file *)file;
    *opened = (sink_file){.base = {&methods}, .target = vfs->pAppData};
    if (out_flags != NULL)
        *out_flags = flags;
    return SQLITE_OK;
}

static int remove_file(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_OK;
}

static int has_file(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *out = 0;
    return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int room, char *out)
{
    (void)vfs;
    (void)snprintf(out, (size_t)room, "%s", name);
    return SQLITE_OK;
}

static int copy_all(sqlite3 *source, sqlite3 *target)
{
    // Few pages at a time are held; a larger cache would only keep them longer.
    int result = sqlite3_exec(
        target, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=64", NULL, NULL,
        NULL);
    if (result != SQLITE_OK)
        return result;
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", source, "main");
    if (backup == NULL)
        return sqlite3_errcode(target);
    // All in one step: it sees one state, however much is written meanwhile.
    result = sqlite3_backup_step(backup, -1);
    int end = sqlite3_backup_finish(backup);
    return result == SQLITE_DONE ? end : result;
}

int hf_sqlite_copy(sqlite3 *source, const hf_pieces *to, hf_error *told)
{
    sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
    sink_target where = {to, told};
    sqlite3 *target = NULL;
    char name[PATH_BYTES_MAX];
    if (usual == NULL)
        return SQLITE_ERROR;
    // One for each copy, by its address: several may run at once.
    (void)snprintf(name, sizeof(name), "hf-copy-%p", (void *)&where);
    sqlite3_vfs vfs = {.iVersion = 1,
                       .szOsFile = sizeof(sink_file),
                       .mxPathname = PATH_BYTES_MAX,
                       .zName = name,
                       .pAppData = &where,
                       .xOpen = open_file,
                       .xDelete = remove_file,
                       .xAccess = has_file,
                       .xFullPathname = full_name,
                       .xRandomness = usual->xRandomness,
                       .xSleep = usual->xSleep,
                       .xCurrentTime = usual->xCurrentTime};
    int result = sqlite3_vfs_register(&vfs, 0);
    if (result != SQLITE_OK)
        return result;
    result = sqlite3_open_v2("copy", &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, name);
    if (result == SQLITE_OK)
        result = copy_all(source, target);
    (void)sqlite3_close(target);
    (void)sqlite3_vfs_unregister(&vfs);
    return result;
}
