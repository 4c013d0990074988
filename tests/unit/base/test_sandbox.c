// SPDX-License-Identifier: Apache-2.0
//
// The sandbox, tried out in children: what they could do before, they cannot do inside.
#define _GNU_SOURCE // unshare
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"

static char dir[64];
static char allowed[96];
static char forbidden[96];
static char room[96];

static int make_files(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/hf_test_sandbox_XXXXXX");
    if (mkdtemp(dir) == NULL)
        return 1;
    (void)snprintf(allowed, sizeof allowed, "%s/allowed", dir);
    (void)snprintf(forbidden, sizeof forbidden, "%s/forbidden", dir);
    (void)snprintf(room, sizeof room, "%s/room", dir);
    int a = open(allowed, O_CREAT | O_WRONLY, 0600);
    int b = open(forbidden, O_CREAT | O_WRONLY, 0600);
    if (a < 0 || b < 0 || mkdir(room, 0700) != 0)
        return 1;
    return close(a) + close(b);
}

static int remove_files(void **state)
{
    (void)state;
    char made[128];
    (void)snprintf(made, sizeof made, "%s/made", room);
    (void)unlink(made);
    (void)unlink(allowed);
    (void)unlink(forbidden);
    (void)rmdir(room);
    return rmdir(dir);
}

// Runs `act` inside a sandbox in a child. Answers of the child: 0 as wanted, 77 the kernel lacks it.
static int inside_of(const hf_sandbox *rules, int (*act)(const hf_sandbox_state *state))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        hf_sandbox_state state = {0};
        hf_error err = {0};
        if (!hf_sandbox_enter(rules, &state, &err)) {
            (void)fprintf(stderr, "%s\n", err.message);
            _exit(99);
        }
        _exit(act(&state));
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

// The sandbox of a reader.
static int inside(int (*act)(const hf_sandbox_state *state))
{
    const char *const read_paths[] = {allowed, "/no/such/path", NULL};
    const char *const write_dirs[] = {room, NULL};
    const hf_sandbox rules = {.read_paths = read_paths,
                              .write_dirs = write_dirs,
                              .cpu_seconds_max = 1,
                              .file_bytes_max = 1000};
    return inside_of(&rules, act);
}

// That of a server: it speaks and starts programs.
static int inside_a_server(int (*act)(const hf_sandbox_state *state))
{
    const char *const read_paths[] = {allowed, "/etc/ld.so.cache", NULL};
    const char *const run_paths[] = {"/usr", "/lib", "/lib64", NULL};
    const char *const devices[] = {"/dev/null", NULL};
    const char *const write_dirs[] = {room, NULL};
    const hf_sandbox rules = {.read_paths = read_paths,
                              .run_paths = run_paths,
                              .devices = devices,
                              .write_dirs = write_dirs,
                              .may_serve = true};
    return inside_of(&rules, act);
}

static void check_done_or_unavailable(int answer)
{
    assert_true(answer == 0 || answer == 77);
    if (answer == 77)
        print_message("# this kernel lacks the mechanism\n");
}

static int read_files(const hf_sandbox_state *state)
{
    if (!state->has_landlock)
        return 77;
    if (open(allowed, O_RDONLY) < 0)
        return 1;
    if (open(allowed, O_WRONLY) >= 0)
        return 2;
    if (open(forbidden, O_RDONLY) >= 0 || errno != EACCES)
        return 3;
    if (open("/etc/passwd", O_RDONLY) >= 0)
        return 4;
    return unlink(allowed) == 0 ? 5 : 0;
}

static int write_files(const hf_sandbox_state *state)
{
    char made[128];
    (void)snprintf(made, sizeof made, "%s/made", room);
    int fd = open(made, O_CREAT | O_RDWR, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1)
        return 1;
    if (!state->has_landlock)
        return 77;
    (void)snprintf(made, sizeof made, "%s/made", dir);
    return open(made, O_CREAT | O_RDWR, 0600) >= 0 ? 2 : 0;
}

static int use_the_network(const hf_sandbox_state *state)
{
    if (!state->has_seccomp)
        return 77;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
        return 1;
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 2 : 0;
}

static int start_a_program(const hf_sandbox_state *state)
{
    if (!state->has_seccomp)
        return 77;
    static char *const words[] = {NULL};
    (void)execve("/bin/true", words, words);
    return errno == EPERM ? 0 : 1;
}

static int serve_and_start(const hf_sandbox_state *state)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || write(null, "x", 1) != 1 || open("/dev/null", O_RDWR | O_CREAT, 0600) < 0)
        return 1;
    if (socket(AF_INET, SOCK_STREAM, 0) < 0)
        return 2;
    pid_t child = fork();
    if (child == 0) {
        char *const words[] = {(char[]){"true"}, NULL};
        (void)execve("/bin/true", words, words + 1);
        _exit(9);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0)
        return 3;
    return state->has_landlock ? 0 : 77;
}

static int look_into_others(const hf_sandbox_state *state)
{
    if (!state->has_seccomp)
        return 77;
    errno = 0;
    if (unshare(CLONE_NEWUTS) == 0 || errno != EPERM)
        return 1;
    errno = 0;
    if (process_vm_readv(getpid(), NULL, 0, NULL, 0, 0) == 0 || errno != EPERM)
        return 2;
#ifndef __SANITIZE_ADDRESS__ // there the search for leaks needs it
    errno = 0;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 || errno != EPERM)
        return 3;
#endif
    return 0;
}

// A program that is started cannot do more either.
static int start_a_reader_of_secrets(const hf_sandbox_state *state)
{
    if (!state->has_landlock)
        return 77;
    pid_t child = fork();
    if (child == 0) {
        char *const words[] = {(char[]){"cat"}, forbidden, NULL};
        char *const none[] = {NULL};
        (void)close(STDERR_FILENO);
        (void)execve("/bin/cat", words, none);
        _exit(9);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return 1;
    return WEXITSTATUS(status) == 1 ? 0 : 2;
}

static int write_too_much(const hf_sandbox_state *state)
{
    (void)state;
    char made[128];
    char bytes[2000] = {0};
    (void)snprintf(made, sizeof made, "%s/made", room);
    (void)signal(SIGXFSZ, SIG_IGN);
    int fd = open(made, O_CREAT | O_TRUNC | O_RDWR, 0600);
    if (fd < 0 || write(fd, bytes, sizeof bytes) != 1000)
        return 1;
    return write(fd, bytes, 1) < 0 && errno == EFBIG ? 0 : 2;
}

static int compute_without_end(const hf_sandbox_state *state)
{
    (void)state;
    volatile uint64_t i = 0;
    do {
        i = i + 1;
    } while (i != 0);
    return 1;
}

static void reads_only_what_was_named(void **state)
{
    (void)state;
    check_done_or_unavailable(inside(read_files));
}

static void writes_only_where_it_may(void **state)
{
    (void)state;
    check_done_or_unavailable(inside(write_files));
}

static void has_no_network(void **state)
{
    (void)state;
    check_done_or_unavailable(inside(use_the_network));
}

static void starts_no_program(void **state)
{
    (void)state;
    check_done_or_unavailable(inside(start_a_program));
}

static void a_server_opens_only_what_was_named(void **state)
{
    (void)state;
    check_done_or_unavailable(inside_a_server(read_files));
    check_done_or_unavailable(inside_a_server(write_files));
    check_done_or_unavailable(inside_a_server(start_a_reader_of_secrets));
}

static void a_server_serves_and_starts_programs_and_no_more(void **state)
{
    (void)state;
    check_done_or_unavailable(inside_a_server(serve_and_start));
    check_done_or_unavailable(inside_a_server(look_into_others));
}

static void writes_no_file_beyond_its_limit(void **state)
{
    (void)state;
    assert_int_equal(inside(write_too_much), 0);
}

static void is_stopped_when_it_computes_too_long(void **state)
{
    (void)state;
    int answer = inside(compute_without_end);
    assert_true(answer == 1000 + SIGXCPU || answer == 1000 + SIGKILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_only_what_was_named),
        cmocka_unit_test(writes_only_where_it_may),
        cmocka_unit_test(has_no_network),
        cmocka_unit_test(starts_no_program),
        cmocka_unit_test(a_server_opens_only_what_was_named),
        cmocka_unit_test(a_server_serves_and_starts_programs_and_no_more),
        cmocka_unit_test(writes_no_file_beyond_its_limit),
        cmocka_unit_test(is_stopped_when_it_computes_too_long),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
