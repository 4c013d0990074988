// SPDX-License-Identifier: Apache-2.0
//
// The server locks itself in before it starts a thread: of files it reaches the folder of its store, the folder for
// temporary files, and what it and the reader of foreign files need to run. Called by serve.c.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/resource.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/log.h"
#include "base/sandbox.h"

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

bool hf_confine(const hf_serve_options *options, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const char *temporary = hf_env_value(HF_ENV_TMPDIR);
    const char *libexec = hf_env_value(HF_ENV_LIBEXEC);
    const char *breach_list = hf_env_value(HF_ENV_BREACH_LIST);
    const char *home = hf_env_value(HF_ENV_HOME);
    const char *own = own_folder(&arena);
    const char *const room = temporary != NULL ? temporary : "/tmp";
    bool is_file = hf_store_is_file(options->db);
    const char *const write_dirs[] = {room, is_file ? folder_of(options->db, &arena) : room, NULL};
    // It is read again when another one has taken its place.
    const char *revoked = options->client_crl != NULL ? folder_of(options->client_crl, &arena) : "";
    // Libraries, the list of them, and the reader of foreign files with its tables of coordinate systems.
    const char *const run_paths[] = {"/usr",
                                     "/lib",
                                     "/lib64",
                                     libexec != NULL ? libexec : "",
                                     own,
                                     hf_path_join(&arena, own, "../reader"),
                                     hf_path_join(&arena, own, "../libexec/holdfast"),
                                     NULL};
    const char *const read_paths[] = {"/etc/ld.so.cache",
                                      "/etc/ssl",
                                      "/etc/localtime",
                                      "/etc/resolv.conf",
                                      "/etc/hosts",
                                      "/etc/nsswitch.conf",
                                      "/etc/gai.conf",
                                      "/etc/fonts", // for PDF
                                      "/var/cache/fontconfig",
                                      "/proc",
                                      "/sys/fs/cgroup",
                                      "/sys/devices/system/cpu",
                                      "/dev/urandom",
                                      breach_list != NULL ? breach_list : "",
                                      options->tls_cert != NULL ? options->tls_cert : "",
                                      options->tls_key != NULL ? options->tls_key : "",
                                      options->client_ca != NULL ? options->client_ca : "",
                                      revoked,
                                      home != NULL ? hf_path_join(&arena, home, ".pgpass") : "",
                                      home != NULL ? hf_path_join(&arena, home, ".postgresql") : "",
                                      options->web_dir != NULL ? options->web_dir : "",
                                      NULL};
    const char *const devices[] = {"/dev/null", NULL};
    const hf_sandbox rules = {.read_paths = read_paths,
                              .write_dirs = write_dirs,
                              .run_paths = run_paths,
                              .devices = devices,
                              .may_serve = true};
    hf_sandbox_state state;
    // SQLite would take /var/tmp when it is there, and not look whether it may.
    if (setenv("SQLITE_TMPDIR", room, 1) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "sandbox.refused", "no room for the environment");
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
