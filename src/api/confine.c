// SPDX-License-Identifier: Apache-2.0
//
// The server locks itself in before it starts a thread: of files it reaches the folder of its store, the folder for
// temporary files, and what it and the reader of foreign files need to run. Called by serve.c.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/resource.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sandbox.h"
#include "base/vec.h"

static const char *folder_of(const char *path, hf_arena *arena)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return ".";
    return slash == path
               ? "/"
               : hf_str_z(arena, hf_str_slice(hf_str_of(path), 0, (size_t)(slash - path)));
}

// Where this program lies, with the reader beside it; empty: not known.
static const char *own_folder(hf_arena *arena)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0)
        return "";
    self[len] = '\0';
    return folder_of(self, arena);
}

typedef HF_VEC(const char *) path_list;

static void add_path(path_list *list, const char *path, hf_arena *arena)
{
    if (path != NULL)
        HF_VEC_ADD(arena, list, path);
}

static const char *const *ended(path_list *list, hf_arena *arena)
{
    HF_VEC_ADD(arena, list, NULL);
    return list->items;
}

static const char *const *writable(const hf_serve_options *options, const char *room,
                                   const char *upload_dir, hf_arena *arena)
{
    char real[PATH_MAX];
    path_list list = {0};
    add_path(&list, room, arena);
    if (hf_store_is_file(options->db)) {
        add_path(&list, folder_of(options->db, arena), arena);
        if (realpath(options->db, real) != NULL) // a link may lead to it
            add_path(&list, folder_of(real, arena), arena);
    } else {
        add_path(&list, upload_dir, arena);
    }
    return ended(&list, arena);
}

// What of the system is read, on the systems that we know; the folders of what is renewed by another file that takes its
// place, since a rule holds for a file, not for its name.
static const char *const system_paths[] = {"/etc/ld.so.cache",
                                           "/etc/ssl",
                                           "/etc/pki",
                                           "/var/lib/ca-certificates",
                                           "/etc/localtime",
                                           "/etc/resolv.conf",
                                           "/run/systemd/resolve",
                                           "/run/NetworkManager",
                                           "/run/resolvconf",
                                           "/etc/hosts",
                                           "/etc/nsswitch.conf",
                                           "/etc/gai.conf",
                                           "/etc/fonts", // for PDF
                                           "/var/cache/fontconfig",
                                           "/proc",
                                           "/sys/fs/cgroup",
                                           "/sys/devices/system/cpu",
                                           "/dev/urandom"};

// Where the library of PostgreSQL looks by itself.
static void add_postgres(path_list *list, const char *db, hf_arena *arena)
{
    static const char *const of_home[] = {".pgpass", ".postgresql", ".pg_service.conf"};
    const char *home = hf_env_value(HF_ENV_HOME);
    add_path(list, "/etc/passwd", arena); // an address without a user means the one of the system
    add_path(list, "/etc/postgresql-common", arena);
    for (size_t i = 0; home != NULL && i < HF_COUNT(of_home); i++)
        add_path(list, hf_path_join(arena, home, of_home[i]), arena);
    add_path(list, hf_env_value(HF_ENV_PGSERVICEFILE), arena);
    add_path(list, hf_env_value(HF_ENV_PGSYSCONFDIR), arena);
    for (const char *const *file = hf_store_files(db, arena); *file != NULL; file++)
        add_path(list, *file, arena);
}

static const char *const *readable(const hf_serve_options *options, hf_arena *arena)
{
    const char *breach_list = hf_env_value(HF_ENV_BREACH_LIST);
    path_list list = {0};
    for (size_t i = 0; i < HF_COUNT(system_paths); i++)
        add_path(&list, system_paths[i], arena);
    if (!hf_store_is_file(options->db))
        add_postgres(&list, options->db, arena);
    // Both are read again when another one has taken their place; a link may lead out of the folder.
    add_path(&list, breach_list, arena);
    add_path(&list, options->client_crl, arena);
    if (breach_list != NULL)
        add_path(&list, folder_of(breach_list, arena), arena);
    if (options->client_crl != NULL)
        add_path(&list, folder_of(options->client_crl, arena), arena);
    add_path(&list, options->tls_cert, arena);
    add_path(&list, options->tls_key, arena);
    add_path(&list, options->client_ca, arena);
    add_path(&list, options->web_dir, arena);
    return ended(&list, arena);
}

bool hf_confine(const hf_serve_options *options, const char *upload_dir, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const char *temporary = hf_env_value(HF_ENV_TMPDIR);
    const char *libexec = hf_env_value(HF_ENV_LIBEXEC);
    const char *own = own_folder(&arena);
    const char *const room = temporary != NULL ? temporary : "/tmp";
    // Libraries, the list of them, and the reader of foreign files with its tables of coordinate systems.
    const char *const run_paths[] = {"/usr",
                                     "/lib",
                                     "/lib64",
                                     libexec != NULL ? libexec : "",
                                     own,
                                     hf_path_join(&arena, own, "../reader"),
                                     hf_path_join(&arena, own, "../libexec/holdfast"),
                                     NULL};
    const char *const devices[] = {"/dev/null", NULL};
    const hf_sandbox rules = {.read_paths = readable(options, &arena),
                              .write_dirs = writable(options, room, upload_dir, &arena),
                              .run_paths = run_paths,
                              .devices = devices,
                              .may_serve = true};
    hf_sandbox_state state;
    if (options->has_no_sandbox) {
        hf_log(HF_LOG_WARN, "serve.no_sandbox",
               "the server is not locked in: it can open every file that its user can");
        return true;
    }
    if (!hf_sandbox_enter(&rules, &state, err))
        return false;
    if (!state.has_landlock || !state.has_seccomp)
        hf_log(HF_LOG_WARN, "serve.no_sandbox",
               "this kernel has no %s: the server is not locked in as it should be",
               state.has_landlock ? "seccomp" : "Landlock");
    return true;
}
