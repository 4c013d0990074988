// SPDX-License-Identifier: Apache-2.0
//
// Files over POSIX calls, with errors that say what a person can do.
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

enum { READ_BYTES = 1 << 16, WRITE_BYTES = 1 << 16, PATH_BYTES = 4096 };

struct hf_file_in {
    int fd;
    uint64_t size;
    char path[256]; // for messages
};

struct hf_file_out {
    int fd;
    char target[PATH_BYTES];
    char temporary[PATH_BYTES + 16]; // empty for standard output
    hf_buf pending;
};

static bool fail_read(hf_error *err, const char *path, int number)
{
    if (number == ENOENT || number == ENOTDIR)
        hf_fail(err, HF_ERR_NOT_FOUND, "file.missing",
                "there is no file %s; check the name and the folder", path);
    else if (number == EACCES || number == EPERM)
        hf_fail(err, HF_ERR_PERMISSION, "file.forbidden",
                "%s may not be read by this user; change its permissions", path);
    else
        hf_fail(err, HF_ERR_INPUT, "file.unreadable",
                "cannot read %s: %s; check that it is whole and its disk is there", path,
                strerror(number));
    return hf_fail_at(err, path, 0, NULL);
}

// No room: on the disk, in the user's share of it, or under a limit of file size.
static bool is_room_missing(int number)
{
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

bool hf_file_fail_write(hf_error *err, const char *path, int number)
{
    if (is_room_missing(number))
        hf_fail(err, HF_ERR_WRITE, "file.disk_full", "no room to write %s; free some and try again",
                path);
    else
        hf_fail(err, HF_ERR_WRITE, "file.unwritable",
                "cannot write %s: %s; check the folder and its permissions", path,
                strerror(number));
    return hf_fail_at(err, path, 0, NULL);
}

static bool fail_size(hf_error *err, const char *path, uint64_t max_bytes)
{
    hf_fail(err, HF_ERR_TOO_LARGE, "file.too_large", "%s is larger than %llu bytes; split it", path,
            (unsigned long long)max_bytes);
    return hf_fail_at(err, path, 0, NULL);
}

void hf_fd_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

bool hf_fd_write_all(int fd, hf_str bytes, hf_error *err)
{
    while (bytes.len > 0) {
        ssize_t count = write(fd, bytes.ptr, bytes.len);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            bool is_full = is_room_missing(errno);
            return hf_fail(err, HF_ERR_WRITE, is_full ? "file.disk_full" : "file.unwritable",
                           "cannot write: %s; check the folder and its permissions",
                           strerror(errno));
        }
        bytes = hf_str_slice(bytes, (size_t)count, bytes.len);
    }
    return true;
}

// ---- reading ----

bool hf_file_in_open(const char *path, hf_file_in **out, hf_error *err)
{
    HF_CLEANUP(hf_fd_close) int fd = -1;
    bool is_standard = strcmp(path, "-") == 0;
    fd = is_standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_read(err, path, errno);
    struct stat facts;
    if (fstat(fd, &facts) != 0)
        return fail_read(err, path, errno);
    if (S_ISDIR(facts.st_mode))
        return fail_read(err, path, EISDIR);
    hf_file_in *in = calloc(1, sizeof *in);
    HF_ASSERT(in != NULL);
    in->fd = fd;
    in->size = S_ISREG(facts.st_mode) && facts.st_size > 0 ? (uint64_t)facts.st_size : 0;
    (void)snprintf(in->path, sizeof in->path, "%s", path);
    fd = -1;
    *out = in;
    return true;
}

bool hf_file_in_read(hf_file_in *in, void *target, size_t room, size_t *count, hf_error *err)
{
    ssize_t got = 0;
    do {
        got = read(in->fd, target, room);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail_read(err, in->path, errno);
    *count = (size_t)got;
    return true;
}

uint64_t hf_file_in_size(const hf_file_in *in)
{
    return in->size;
}

void hf_file_in_close(hf_file_in **in)
{
    if (*in == NULL)
        return;
    hf_fd_close(&(*in)->fd);
    free(*in);
    *in = NULL;
}

bool hf_file_read(const char *path, uint64_t max_bytes, hf_arena *arena, hf_str *out, hf_error *err)
{
    HF_CLEANUP(hf_file_in_close) hf_file_in *in = NULL;
    if (!hf_file_in_open(path, &in, err))
        return false;
    if (in->size > max_bytes)
        return fail_size(err, path, max_bytes);
    // The size is only a hint: pipes have none, and a file may grow while it is read.
    size_t capacity = in->size > 0 ? (size_t)in->size + 1 : READ_BYTES;
    char *bytes = hf_arena_take(arena, capacity);
    size_t len = 0;
    for (;;) {
        size_t count = 0;
        if (len == capacity) {
            bytes = hf_arena_grow(arena, bytes, capacity, capacity * 2);
            capacity *= 2;
        }
        if (!hf_file_in_read(in, bytes + len, capacity - len, &count, err))
            return false;
        if (count == 0)
            break;
        len += count;
        if (len > max_bytes)
            return fail_size(err, path, max_bytes);
    }
    *out = (hf_str){bytes, len};
    return true;
}

bool hf_file_map_open(const char *path, uint64_t max_bytes, hf_file_map *out, hf_error *err)
{
    HF_CLEANUP(hf_file_in_close) hf_file_in *in = NULL;
    if (!hf_file_in_open(path, &in, err))
        return false;
    if (in->size > max_bytes)
        return fail_size(err, path, max_bytes);
    if (in->size == 0) {
        *out = (hf_file_map){.bytes = HF_STR_EMPTY};
        return true;
    }
    void *bytes = mmap(NULL, (size_t)in->size, PROT_READ, MAP_PRIVATE, in->fd, 0);
    if (bytes == MAP_FAILED)
        return fail_read(err, path, errno);
    (void)madvise(bytes, (size_t)in->size, MADV_SEQUENTIAL);
    *out = (hf_file_map){.bytes = {bytes, (size_t)in->size}};
    return true;
}

void hf_file_map_close(hf_file_map *map)
{
    if (map->bytes.len > 0)
        (void)munmap((void *)(uintptr_t)map->bytes.ptr, map->bytes.len);
    map->bytes = HF_STR_EMPTY;
}

// ---- writing ----

// The file that a symbolic link names is replaced, not the link.
static bool resolve_target(const char *path, char target[PATH_BYTES])
{
    char *real = realpath(path, NULL);
    int len = snprintf(target, PATH_BYTES, "%s", real != NULL ? real : path);
    free(real);
    return len > 0 && len < PATH_BYTES;
}

// What is no regular file (a pipe, a device) is written straight: a rename would replace it.
static bool is_written_straight(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

// A new name beside the target. The kernel applies the umask; an old file's mode is kept.
static bool open_temporary(hf_file_out *out, const char *path, hf_error *err)
{
    if (!resolve_target(path, out->target))
        return hf_file_fail_write(err, path, ENAMETOOLONG);
    if (hf_file_is_dir(out->target))
        return hf_file_fail_write(err, path, EISDIR);
    for (int attempt = 0; out->fd < 0 && attempt < 100; attempt++) {
        uint64_t salt = hf_clock_monotonic_ns() ^ (uint64_t)getpid() << 40;
        (void)snprintf(out->temporary, sizeof out->temporary, "%s.%06x.part", out->target,
                       (unsigned)(salt >> 4 & 0xFFFFFF));
        out->fd = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (out->fd < 0 && errno != EEXIST)
            break;
    }
    if (out->fd < 0) {
        out->temporary[0] = 0;
        return hf_file_fail_write(err, path, errno);
    }
    struct stat facts;
    if (stat(out->target, &facts) == 0 && fchmod(out->fd, facts.st_mode & 07777) != 0)
        return hf_file_fail_write(err, path, errno);
    return true;
}

bool hf_file_out_open(const char *path, hf_file_out **result, hf_error *err)
{
    hf_file_out *out = calloc(1, sizeof *out);
    HF_ASSERT(out != NULL);
    out->fd = -1;
    out->pending = hf_buf_of(WRITE_BYTES);
    bool is_open = false;
    if (strcmp(path, "-") == 0 || is_written_straight(path)) {
        out->fd = strcmp(path, "-") == 0 ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                                         : open(path, O_WRONLY | O_CLOEXEC);
        (void)snprintf(out->target, PATH_BYTES, "%s", path);
        is_open = out->fd >= 0 || hf_file_fail_write(err, path, errno);
    } else {
        is_open = open_temporary(out, path, err);
    }
    if (!is_open) {
        hf_file_out_close(&out);
        return false;
    }
    *result = out;
    return true;
}

static bool flush_pending(hf_file_out *out, hf_error *err)
{
    bool is_written = hf_fd_write_all(out->fd, hf_buf_str(&out->pending), err);
    hf_buf_clear(&out->pending);
    return is_written || hf_fail_at(err, out->target, 0, NULL);
}

bool hf_file_out_add(hf_file_out *out, hf_str bytes, hf_error *err)
{
    if (bytes.len > WRITE_BYTES - out->pending.len && !flush_pending(out, err))
        return false;
    if (bytes.len >= WRITE_BYTES)
        return hf_fd_write_all(out->fd, bytes, err) || hf_fail_at(err, out->target, 0, NULL);
    hf_buf_add_str(&out->pending, bytes);
    return true;
}

void hf_file_sync_folder(const char *path)
{
    char dir[PATH_BYTES];
    (void)snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash == NULL)
        (void)snprintf(dir, sizeof dir, ".");
    else
        slash[slash == dir ? 1 : 0] = 0;
    HF_CLEANUP(hf_fd_close) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        (void)fsync(fd);
}

bool hf_file_out_commit(hf_file_out *out, hf_error *err)
{
    if (!flush_pending(out, err))
        return false;
    if (out->temporary[0] == 0)
        return true;
    if (fsync(out->fd) != 0)
        return hf_file_fail_write(err, out->target, errno);
    int fd = out->fd;
    out->fd = -1;
    if (close(fd) != 0)
        return hf_file_fail_write(err, out->target, errno);
    if (rename(out->temporary, out->target) != 0)
        return hf_file_fail_write(err, out->target, errno);
    out->temporary[0] = 0;
    hf_file_sync_folder(out->target);
    return true;
}

void hf_file_out_close(hf_file_out **out_at)
{
    hf_file_out *out = *out_at;
    if (out == NULL)
        return;
    hf_fd_close(&out->fd);
    if (out->temporary[0] != 0)
        (void)unlink(out->temporary);
    hf_buf_done(&out->pending);
    free(out);
    *out_at = NULL;
}

bool hf_file_write(const char *path, hf_str bytes, hf_error *err)
{
    HF_CLEANUP(hf_file_out_close) hf_file_out *out = NULL;
    return hf_file_out_open(path, &out, err) && hf_file_out_add(out, bytes, err) &&
           hf_file_out_commit(out, err);
}

// ---- directories and paths ----

bool hf_dir_make(const char *path, hf_error *err)
{
    char part[PATH_BYTES];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof part)
        return hf_file_fail_write(err, path, len == 0 ? ENOENT : ENAMETOOLONG);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != 0)
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0700) != 0 && errno != EEXIST && !hf_file_is_dir(part))
            return hf_file_fail_write(err, path, errno);
    }
    return hf_file_is_dir(path) || hf_file_fail_write(err, path, ENOTDIR);
}

bool hf_file_exists(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0;
}

bool hf_file_is_dir(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

hf_str hf_path_name(hf_str path)
{
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/')
        start--;
    return hf_str_slice(path, start, path.len);
}

hf_str hf_path_extension(hf_arena *arena, hf_str path)
{
    hf_str name = hf_path_name(path);
    size_t dot = name.len;
    while (dot > 0 && name.ptr[dot - 1] != '.')
        dot--;
    if (dot <= 1) // none, or a hidden file such as ".profile"
        return HF_STR_EMPTY;
    hf_str extension = hf_str_slice(name, dot, name.len);
    char *lower = hf_str_z(arena, extension);
    for (size_t i = 0; i < extension.len; i++) {
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] + 32);
    }
    return (hf_str){lower, extension.len};
}

char *hf_path_join(hf_arena *arena, const char *dir, const char *name)
{
    size_t len = strlen(dir);
    bool needs_slash = len > 0 && dir[len - 1] != '/';
    hf_str path = hf_str_format(arena, "%s%s%s", dir, needs_slash ? "/" : "", name);
    return hf_str_z(arena, path);
}
