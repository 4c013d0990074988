// SPDX-License-Identifier: Apache-2.0
//
// Locks the calling program in. Files: Landlock, through its system calls, because Debian 12 has no library
// for it. Calls: seccomp, a list of what is refused: the reader's libraries need too many to list what is allowed,
// and the danger lies in a few. Memory and time: resource limits.
#define _GNU_SOURCE // O_PATH
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"

// Bits of later kernels, which the header of Debian 12 may not name.
enum {
    READ_FILE = LANDLOCK_ACCESS_FS_READ_FILE,
    READ_DIR = LANDLOCK_ACCESS_FS_READ_DIR,
    VERSION_1_BITS = (1 << 13) - 1,
    REFER_BIT = 1 << 13,   // version 2
    TRUNCATE_BIT = 1 << 14 // version 3
};

static bool refused(hf_error *err, const char *what, int number)
{
    return hf_fail(err, HF_ERR_INTERNAL, "sandbox.refused", "the system refuses %s: %s", what,
                   strerror(number));
}

static bool set_limit(__rlimit_resource_t resource, uint64_t value, const char *what, hf_error *err)
{
    if (value == 0)
        return true;
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return refused(err, what, errno);
    // A limit that is lower already stays.
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value)
        value = limit.rlim_max;
    limit = (struct rlimit){.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &limit) == 0 || refused(err, what, errno);
}

static bool set_limits(const hf_sandbox *rules, hf_error *err)
{
    // No core file: it would hold what was read. setrlimit takes 0 only straight.
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return refused(err, "to switch off core files", errno);
    return set_limit(RLIMIT_AS, rules->memory_bytes_max, "a limit of memory", err) &&
           set_limit(RLIMIT_CPU, rules->cpu_seconds_max, "a limit of time", err) &&
           set_limit(RLIMIT_FSIZE, rules->file_bytes_max, "a limit of file size", err);
}

// ---- files ----

static bool allow_path(int ruleset, const char *path, uint64_t access, hf_error *err)
{
    HF_CLEANUP(hf_fd_close) int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES || refused(err, path, errno);
    struct stat facts;
    if (fstat(fd, &facts) != 0)
        return refused(err, path, errno);
    // Rights of directories may not be asked for a file.
    if (!S_ISDIR(facts.st_mode))
        access &=
            READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE | TRUNCATE_BIT;
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        return refused(err, path, errno);
    return true;
}

static bool allow_all(int ruleset, const char *const *paths, uint64_t access, hf_error *err)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        if (!allow_path(ruleset, *paths, access, err))
            return false;
    }
    return true;
}

static bool lock_files(const hf_sandbox *rules, bool *is_locked, hf_error *err)
{
    *is_locked = false;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return true; // a kernel without it, or started without it
    uint64_t handled = VERSION_1_BITS;
    if (version >= 2)
        handled |= REFER_BIT;
    if (version >= 3)
        handled |= TRUNCATE_BIT;
    struct landlock_ruleset_attr attributes = {.handled_access_fs = handled};
    HF_CLEANUP(hf_fd_close)
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0)
        return refused(err, "Landlock", errno);
    uint64_t read_access = READ_FILE | READ_DIR;
    uint64_t write_access =
        read_access |
        (handled & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE & ~(uint64_t)LANDLOCK_ACCESS_FS_MAKE_CHAR &
         ~(uint64_t)LANDLOCK_ACCESS_FS_MAKE_BLOCK & ~(uint64_t)LANDLOCK_ACCESS_FS_MAKE_SOCK);
    if (!allow_all(ruleset, rules->read_paths, read_access, err) ||
        !allow_all(ruleset, rules->run_paths, read_access | LANDLOCK_ACCESS_FS_EXECUTE, err) ||
        !allow_all(ruleset, rules->devices, READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE, err) ||
        !allow_all(ruleset, rules->write_dirs, write_access, err))
        return false;
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        return refused(err, "Landlock", errno);
    *is_locked = true;
    return true;
}

// ---- calls ----

static void release_filter(scmp_filter_ctx *filter)
{
    if (*filter != NULL)
        seccomp_release(*filter);
}

// Refusal, not death: a library that tries the network in vain then goes on without it.
static bool refuse_calls(scmp_filter_ctx filter, const int *calls, size_t count, hf_error *err)
{
    for (size_t i = 0; i < count; i++) {
        int status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
        if (status != 0 && status != -EDOM && status != -EINVAL)
            return refused(err, "a filter of system calls", -status);
    }
    return true;
}

static bool lock_calls(bool may_serve, bool *is_locked, hf_error *err)
{
    // What a server needs, and a reader of files does not.
    static const int of_servers[] = {
        SCMP_SYS(socket),       SCMP_SYS(socketpair), SCMP_SYS(connect),  SCMP_SYS(bind),
        SCMP_SYS(listen),       SCMP_SYS(accept),     SCMP_SYS(accept4),  SCMP_SYS(sendto),
        SCMP_SYS(sendmsg),      SCMP_SYS(execve),     SCMP_SYS(execveat), SCMP_SYS(fork),
        SCMP_SYS(vfork),        SCMP_SYS(kill),       SCMP_SYS(tkill),    SCMP_SYS(setsid),
        SCMP_SYS(memfd_create),
    };
    static const int of_nobody[] = {
#ifndef __SANITIZE_ADDRESS__ // in such a build, the search for leaks at the end traces its own threads
        SCMP_SYS(ptrace),
#endif
        SCMP_SYS(process_vm_readv),
        SCMP_SYS(process_vm_writev),
        SCMP_SYS(mount),
        SCMP_SYS(umount2),
        SCMP_SYS(pivot_root),
        SCMP_SYS(chroot),
        SCMP_SYS(unshare),
        SCMP_SYS(setns),
        SCMP_SYS(bpf),
        SCMP_SYS(perf_event_open),
        SCMP_SYS(keyctl),
        SCMP_SYS(add_key),
        SCMP_SYS(request_key),
        SCMP_SYS(userfaultfd),
        SCMP_SYS(io_uring_setup),
        SCMP_SYS(init_module),
        SCMP_SYS(finit_module),
        SCMP_SYS(kexec_load),
        SCMP_SYS(reboot),
        SCMP_SYS(swapon),
        SCMP_SYS(setuid),
        SCMP_SYS(setgid),
        SCMP_SYS(open_by_handle_at),
        SCMP_SYS(personality),
    };
    *is_locked = false;
    HF_CLEANUP(release_filter) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL)
        return refused(err, "a filter of system calls", ENOMEM);
    if (!refuse_calls(filter, of_nobody, HF_COUNT(of_nobody), err) ||
        (!may_serve && !refuse_calls(filter, of_servers, HF_COUNT(of_servers), err)))
        return false;
    int status = seccomp_load(filter);
    if (status == -EINVAL || status == -ENOSYS)
        return true; // a kernel built without it
    if (status != 0)
        return refused(err, "a filter of system calls", -status);
    *is_locked = true;
    return true;
}

bool hf_sandbox_enter(const hf_sandbox *rules, hf_sandbox_state *state, hf_error *err)
{
    *state = (hf_sandbox_state){false, false};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return refused(err, "to give up new privileges", errno);
    return set_limits(rules, err) && lock_files(rules, &state->has_landlock, err) &&
           lock_calls(rules->may_serve, &state->has_seccomp, err);
}
