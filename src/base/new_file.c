// SPDX-License-Identifier: Apache-2.0
//
// Files that are not there yet. See new_file.h.
#define _GNU_SOURCE // renameat2: a new name that replaces nothing
#include "base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_exists(const char *path, hf_error *err)
{
    hf_fail(err, HF_ERR_CONFLICT, "file.exists", "'%s' is there already; name another file", path);
    return hf_fail_at(err, path, 0, NULL);
}

// A link that leads nowhere is something, too.
static bool is_there(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0;
}

// A file of ours that nobody else is writing and that still has this name: else its owner could read along, or it
// would be the finished file of somebody who was faster.
static bool is_ours(const hf_new_file *file, hf_error *err)
{
    struct stat open_facts, named;
    if (flock(file->fd, LOCK_EX | LOCK_NB) != 0 || fstat(file->fd, &open_facts) != 0 ||
        lstat(file->part, &named) != 0 || open_facts.st_ino != named.st_ino ||
        open_facts.st_dev != named.st_dev)
        return hf_fail(err, HF_ERR_BUSY, "file.in_use",
                       "another process is writing '%s'; try again when it is done", file->part);
    if (!S_ISREG(open_facts.st_mode) || open_facts.st_uid != geteuid() || open_facts.st_nlink != 1)
        return hf_fail(err, HF_ERR_WRITE, "file.unwritable",
                       "'%s' is there and is not a file of this user alone; take it away",
                       file->part);
    return fchmod(file->fd, 0600) == 0 || hf_file_fail_write(err, file->part, errno);
}

bool hf_new_file_open(const char *path, hf_new_file *out, hf_error *err)
{
    *out = (hf_new_file){.fd = -1};
    int length = snprintf(out->path, sizeof(out->path), "%s", path);
    if (length <= 0 || (size_t)length >= sizeof(out->path))
        return hf_file_fail_write(err, path, length == 0 ? ENOENT : ENAMETOOLONG);
    (void)snprintf(out->part, sizeof(out->part), "%s.part", out->path);
    if (is_there(path))
        return fail_exists(path, err);
    // Emptied only when it is known to be ours.
    out->fd = open(out->part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (out->fd < 0)
        return hf_file_fail_write(err, path, errno);
    if (!is_ours(out, err)) {
        hf_fd_close(&out->fd);
        return false;
    }
    if (ftruncate(out->fd, 0) != 0) {
        (void)hf_file_fail_write(err, path, errno);
        hf_new_file_close(out);
        return false;
    }
    return true;
}

bool hf_new_file_put(hf_new_file *file, uint64_t offset, hf_str bytes, hf_error *err)
{
    while (bytes.len > 0) {
        ssize_t count = pwrite(file->fd, bytes.ptr, bytes.len, (off_t)offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return hf_file_fail_write(err, file->path, errno);
        bytes = hf_str_slice(bytes, (size_t)count, bytes.len);
        offset += (uint64_t)count;
    }
    return true;
}

static bool put_piece(void *file, uint64_t offset, hf_str bytes, hf_error *err)
{
    return hf_new_file_put(file, offset, bytes, err);
}

hf_pieces hf_new_file_pieces(hf_new_file *file)
{
    return (hf_pieces){file, put_piece};
}

bool hf_new_file_read(hf_new_file *file, uint64_t *offset, void *target, size_t room, size_t *count,
                      hf_error *err)
{
    ssize_t got = 0;
    do
        got = pread(file->fd, target, room, (off_t)*offset);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return hf_fail(err, HF_ERR_WRITE, "file.unwritable",
                       "cannot read back what was written to '%s': %s; use another disk",
                       file->path, strerror(errno));
    *count = (size_t)got;
    *offset += (uint64_t)got;
    return true;
}

bool hf_new_file_sync(hf_new_file *file, hf_error *err)
{
    return fsync(file->fd) == 0 || hf_file_fail_write(err, file->path, errno);
}

// Some file systems cannot rename without replacing: there a look before has to do.
static bool rename_new(const hf_new_file *file)
{
    if (renameat2(AT_FDCWD, file->part, AT_FDCWD, file->path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (is_there(file->path)) {
        errno = EEXIST;
        return false;
    }
    return rename(file->part, file->path) == 0;
}

bool hf_new_file_commit(hf_new_file *file, hf_error *err)
{
    if (!hf_new_file_sync(file, err))
        return false;
    if (!rename_new(file))
        return errno == EEXIST ? fail_exists(file->path, err)
                               : hf_file_fail_write(err, file->path, errno);
    hf_fd_close(&file->fd);
    hf_file_sync_folder(file->path);
    return true;
}

void hf_new_file_close(hf_new_file *file)
{
    if (file->fd < 0)
        return;
    (void)unlink(file->part); // before the lock goes: nobody else has this name yet
    hf_fd_close(&file->fd);
}
