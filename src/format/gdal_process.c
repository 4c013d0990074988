// SPDX-License-Identifier: Apache-2.0
//
// Finds, starts and ends holdfast-gdal, and keeps its temporary folder.
#define _GNU_SOURCE // pipe2
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/file.h"
#include "format/gdal.h"

extern char **environ;

#define PROGRAM "holdfast-gdal"

static const char *beside(hf_arena *arena, const char *dir, const char *way)
{
    const char *path = hf_path_join(arena, dir, way);
    return access(path, X_OK) == 0 ? path : NULL;
}

const char *hf_gdal_program(hf_arena *arena)
{
    static const char *const ways[] = {"../libexec/holdfast/" PROGRAM, "../reader/" PROGRAM,
                                       "../src/reader/" PROGRAM, PROGRAM};
    char self[4096];
    const char *given = hf_env_value(HF_ENV_LIBEXEC);
    const char *found = given != NULL ? beside(arena, given, PROGRAM) : NULL;
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (found != NULL || len <= 0)
        return found;
    self[len] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    for (size_t i = 0; i < HF_COUNT(ways) && found == NULL; i++)
        found = beside(arena, self, ways[i]);
    return found;
}

bool hf_gdal_prepare(hf_gdal_process *process, hf_error *err)
{
    const char *base = hf_env_value(HF_ENV_TMPDIR);
    *process = (hf_gdal_process){.fd = -1};
    char *dir = hf_path_join(&process->arena, base != NULL ? base : "/tmp", "holdfast-XXXXXX");
    if (mkdtemp(dir) == NULL)
        return hf_fail(err, HF_ERR_WRITE, "file.unwritable",
                       "cannot make a temporary folder %s: %s; set TMPDIR", dir, strerror(errno));
    process->work_dir = dir;
    return true;
}

static bool spawn(hf_gdal_process *process, const char *program, char **words, int pipe_end,
                  int target, hf_error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    pid_t pid = 0;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_adddup2(&actions, pipe_end, target);
    if (target == STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    else
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int status = posix_spawn(&pid, program, &actions, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (status != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "gdal.no_reader",
                       "cannot start %s: %s; install it, or export the file as CSV or GeoJSON",
                       program, strerror(status));
    process->pid = pid;
    return true;
}

bool hf_gdal_start(hf_gdal_process *process, const char *const *words, bool takes_input,
                   hf_error *err)
{
    const char *program = hf_gdal_program(&process->arena);
    char *list[24] = {0};
    int ends[2];
    if (program == NULL)
        return hf_fail(err, HF_ERR_INTERNAL, "gdal.no_reader",
                       "the reader of foreign formats (" PROGRAM
                       ") is not installed; install it, or export the file as CSV or GeoJSON");
    list[0] = hf_str_z(&process->arena, hf_str_of(program));
    for (size_t i = 0; words[i] != NULL && i + 2 < HF_COUNT(list); i++)
        list[i + 1] = hf_str_z(&process->arena, hf_str_of(words[i]));
    if (pipe2(ends, O_CLOEXEC) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "gdal.pipe",
                       "no pipe: %s; end other programs and try again", strerror(errno));
    int ours = takes_input ? ends[1] : ends[0], theirs = takes_input ? ends[0] : ends[1];
    bool ok =
        spawn(process, program, list, theirs, takes_input ? STDIN_FILENO : STDOUT_FILENO, err);
    close(theirs);
    process->fd = ours;
    return ok;
}

int hf_gdal_wait(hf_gdal_process *process)
{
    int status = 0;
    hf_fd_close(&process->fd);
    process->fd = -1;
    if (process->pid == 0)
        return 0;
    while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
        ;
    process->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The reader makes files and one level of folders at most.
static void remove_tree(const char *path, int depth)
{
    DIR *dir = opendir(path);
    hf_arena scratch = {0};
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *inner = hf_path_join(&scratch, path, entry->d_name);
        if (unlink(inner) != 0 && depth < 3)
            remove_tree(inner, depth + 1);
    }
    if (dir != NULL)
        closedir(dir);
    (void)rmdir(path);
    hf_arena_done(&scratch);
}

void hf_gdal_done(hf_gdal_process *process)
{
    if (process->pid != 0)
        (void)kill(process->pid, SIGKILL);
    (void)hf_gdal_wait(process);
    if (process->work_dir != NULL)
        remove_tree(process->work_dir, 0);
    process->work_dir = NULL;
    hf_arena_done(&process->arena);
}
