// SPDX-License-Identifier: Apache-2.0
//
// Puts the parts together and runs them: store, engine's threads, job workers, web application, HTTP server; and
// takes them apart in the opposite order.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "api/api.h"
#include "api/resource.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#define OPENAPI_BYTES_MAX (4u << 20)
#define JOB_WORKER_COUNT  2u
#define LEFT_SECONDS      3600 // no upload and no fetching of an export takes longer
#define END_SECONDS_MAX   30u  // of a server on a database that is elsewhere
#define DEFAULT_LISTEN    "127.0.0.1:2341"

// Of a start: is it over, and was it told to end?
typedef struct {
    const hf_serve_options *options;
    hf_thread *thread;
    atomic_bool is_over, is_told;
} start_watch;

typedef struct {
    hf_api api;
    hf_arena arena;
    hf_session local; // the program itself: set-up and the engine's warm start
    start_watch watch;
} house;

static hf_actor program_itself(void)
{
    return (hf_actor){.name = HF_STR("server"),
                      .role = HF_ROLE_ADMINISTRATOR,
                      .clearance = HF_TLP_RED,
                      .is_local = true};
}

static bool is_left(int folder, const char *name, int64_t now_s)
{
    struct stat facts;
    hf_str text = hf_str_of(name);
    return (hf_str_starts(text, "upload-") || hf_str_starts(text, "export-")) &&
           fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
           facts.st_mtime + LEFT_SECONDS < now_s;
}

// What a killed server had half received, or half made to be fetched: nobody takes it any more. Files of jobs stay, and
// what is young, which a second server in the same folder may be at.
static void remove_left(const char *folder)
{
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return;
    int64_t now_s = hf_clock_now_ms() / 1000;
    for (const struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        if (is_left(dirfd(entries), entry->d_name, now_s))
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
    (void)closedir(entries);
}

// Uploads lie beside the file. A store that is none has nothing beside it: they lie where the server was started, and that
// folder is made before the server locks itself in, since it may make nothing there afterwards.
static bool lock_in(const hf_serve_options *options, house *home, hf_error *err)
{
    bool is_file = hf_store_is_file(options->db);
    hf_str dir = hf_str_format(&home->arena, "%s.uploads", is_file ? options->db : "holdfast");
    home->api.upload_dir = dir;
    home->api.own_dir = is_file ? dir : HF_STR_EMPTY;
    return (is_file || hf_dir_make(hf_str_z(&home->arena, dir), err)) &&
           hf_confine(options, hf_str_z(&home->arena, dir), err);
}

static bool open_store(const hf_serve_options *options, house *home, hf_error *err)
{
    const hf_store_options wanted = {
        .url = options->db, .create = true, .seal = options->seal, .needs_secrets = true};
    const char *dir = hf_str_z(&home->arena, home->api.upload_dir);
    if (!hf_store_open(&wanted, &home->api.store, err))
        return false;
    home->local = (hf_session){.store = home->api.store,
                               .actor = program_itself(),
                               .lang = HF_LANG_EN,
                               .now_ms = hf_clock_now_ms()};
    const char *kept = NULL;
    bool is_noted = hf_note_upgrade(&home->local, &kept, err);
    if (kept != NULL)
        hf_log(HF_LOG_INFO, "store.upgraded",
               "the store was brought up to date; as it was before it is kept in %s", kept);
    if (!is_noted || !hf_dir_make(dir, err))
        return false;
    remove_left(dir);
    return true;
}

static bool tell_of_seal(const hf_serve_options *options, house *home, hf_error *err)
{
    hf_seal_facts seal;
    bool has_key =
        options->seal != NULL; // one was named, so somebody believes that they are sealed
    if (!hf_read_seal(&home->local, &seal, err))
        return false;
    if (seal.key[0] == '\0' && has_key)
        hf_log(HF_LOG_WARN, "serve.not_sealed",
               "a key is named, but the secrets in the store are not sealed with it: who can read "
               "the database can read them; seal them with holdfast keys seal");
    else if (seal.key[0] == '\0')
        hf_log(HF_LOG_INFO, "serve.not_sealed",
               "the secrets in the store are not sealed: who can read the database can read them; "
               "see holdfast keys");
    return true;
}

static bool open_parts(const hf_serve_options *options, house *home, hf_error *err)
{
    hf_api *api = &home->api;
    api->pool = hf_pool_open(0);
    api->plans = hf_plans_open();
    home->local.pool = api->pool;
    home->local.plans = api->plans;
    api->tiles = hf_tiles_open();
    api->places = hf_place_book_open();
    api->overviews = hf_overviews_open();
    api->attempts = hf_attempts_open();
    api->refusals = hf_attempts_open();
    api->readings = hf_readings_open();
    hf_settle_readings(api, hf_clock_now_ms());
    api->providers = hf_provider_cache_open();
    api->started_ms = hf_clock_now_ms();
    api->is_secure = options->tls_cert != NULL || options->is_behind_proxy;
    if (options->metrics_token != NULL)
        api->metrics_token = hf_str_of(options->metrics_token);
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(OPENAPI_BYTES_MAX);
    hf_openapi_write(&text);
    HF_ASSERT(!text.overflow);
    api->openapi = hf_buf_copy(&home->arena, &text);
    char hash[33];
    hf_hex(hf_sha256_of(api->openapi).bytes, 16, hash);
    api->openapi_etag = hf_str_format(&home->arena, "\"%s\"", hash);
    return hf_web_open(options->web_dir, &home->arena, &api->web, err) &&
           hf_events_open(api, &api->events, err);
}

static bool open_server(const hf_serve_options *options, house *home, hf_error *err)
{
    const hf_server_options wanted = {
        .listen = hf_str_of(options->listen != NULL ? options->listen : DEFAULT_LISTEN),
        .cert_file = hf_str_of(options->tls_cert),
        .key_file = hf_str_of(options->tls_key),
        .client_ca_file = hf_str_of(options->client_ca),
        .client_crl_file = hf_str_of(options->client_crl),
        .is_behind_proxy = options->is_behind_proxy,
        .worker_count = options->thread_count,
        .upload_dir = home->api.upload_dir,
        .calls = hf_api_calls(&home->api),
    };
    return hf_server_open(&wanted, &home->api.server, err);
}

// On standard output, for people: where to look, and at first start the link that makes the first account.
static bool greet(const hf_serve_options *options, house *home, hf_error *err)
{
    hf_str token = HF_STR_EMPTY;
    hf_str url = hf_server_url(home->api.server);
    if (!hf_offer_setup(&home->local, &home->arena, &token, err))
        return false;
    if (!options->is_quiet || token.len > 0)
        (void)printf("Holdfast answers at %.*s\n", HF_STR_ARG(url));
    if (token.len > 0)
        (void)printf("Set it up with this link, once: %.*s/setup?token=%.*s\n", HF_STR_ARG(url),
                     HF_STR_ARG(token));
    (void)fflush(stdout);
    return true;
}

static bool open_warm(const hf_serve_options *options, house *home, hf_error *err)
{
    (void)options;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_read_begin(home->api.store, &read, err))
        return false;
    home->api.warm = hf_warm_open(&home->api, &home->local, hf_read_data_version(read));
    return true;
}

static void give_up(int number)
{
    static const char text[] =
        "not ended within 30 seconds; the server ends without waiting any longer\n";
    (void)number;
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(hf_error_exit_status(HF_ERR_UNREACHABLE));
}

// A machine that has vanished leaves whoever asks it waiting; it must not keep the server from ending. What was not
// committed there was not acknowledged to anybody.
static void end_in_time(const hf_serve_options *options)
{
    struct sigaction action = {.sa_handler = give_up};
    if (hf_store_is_file(options->db))
        return;
    (void)sigaction(SIGALRM, &action, NULL);
    (void)alarm(END_SECONDS_MAX);
}

// Signals are held back from every thread; until the server runs, this one awaits them. A database that has fallen silent
// in the middle of a start must not keep the program either.
static void await_end(void *context)
{
    start_watch *watch = context;
    const struct timespec pause = {.tv_nsec = 20000000};
    sigset_t awaited;
    (void)sigemptyset(&awaited);
    (void)sigaddset(&awaited, SIGTERM);
    (void)sigaddset(&awaited, SIGINT);
    while (!atomic_load(&watch->is_over)) {
        if (sigtimedwait(&awaited, NULL, &pause) <= 0)
            continue;
        atomic_store(&watch->is_told, true);
        end_in_time(watch->options);
        return;
    }
}

static bool open_jobs(const hf_serve_options *options, house *home, hf_error *err)
{
    (void)options;
    return hf_jobs_open(&home->local, JOB_WORKER_COUNT, home->api.upload_dir, &home->api.jobs, err);
}

static bool init_store(const hf_serve_options *options, house *home, hf_error *err)
{
    hf_init_result made = {0};
    (void)options;
    return hf_init_store(&home->local, &home->arena, &made, err);
}

// True also when it was told to end on the way.
static bool start(const hf_serve_options *options, house *home, hf_error *err)
{
    static bool (*const steps[])(const hf_serve_options *, house *, hf_error *) = {
        open_store, init_store, open_parts, open_warm, open_jobs, open_server, tell_of_seal, greet};
    for (size_t i = 0; i < HF_COUNT(steps) && !atomic_load(&home->watch.is_told); i++)
        if (!steps[i](options, home, err))
            return false;
    return true;
}

static bool run(const hf_serve_options *options, house *home, hf_error *err)
{
    if (!hf_crypto_init(err) || !lock_in(options, home, err))
        return false;
    home->watch.options = options;
    home->watch.thread = hf_thread_start(await_end, &home->watch);
    bool is_started = start(options, home, err);
    atomic_store(&home->watch.is_over, true);
    hf_thread_join(&home->watch.thread);
    if (!is_started)
        return false;
    if (!atomic_load(&home->watch.is_told)) {
        // Nothing here asks the store once it is said where to look: who was told may send a signal at once while the
        // database has fallen silent.
        hf_log(HF_LOG_INFO, "serve.started", "answering at %.*s",
               HF_STR_ARG(hf_server_url(home->api.server)));
        hf_warm_start(home->api.warm);
        hf_server_run(home->api.server);
        end_in_time(options);
    }
    hf_log(HF_LOG_INFO, "serve.stopping", "ending streams, requests and jobs");
    return true;
}

static void close_all(house *home)
{
    hf_api *api = &home->api;
    if (api->warm != NULL)
        hf_warm_stop(api->warm);
    if (api->plans != NULL)
        hf_plans_stop(api->plans);
    hf_server_close(&api->server);
    hf_warm_close(&api->warm);
    hf_jobs_close(&api->jobs);
    hf_events_close(&api->events);
    hf_attempts_close(&api->attempts);
    hf_attempts_close(&api->refusals);
    if (api->readings != NULL)
        hf_settle_readings(api, hf_clock_now_ms());
    hf_readings_close(&api->readings);
    hf_provider_cache_close(&api->providers);
    hf_overviews_close(&api->overviews);
    hf_place_book_close(&api->places);
    hf_tiles_close(&api->tiles);
    hf_plans_close(&api->plans);
    hf_pool_close(&api->pool);
    hf_store_close(&api->store);
    hf_arena_done(&home->arena);
}

bool hf_serve(const hf_serve_options *options, hf_error *err)
{
    house home = {0};
    hf_server_hold_signals();
    hf_log_setup(HF_LOG_INFO, true);
    bool is_done = run(options, &home, err);
    close_all(&home);
    (void)alarm(0);
    return is_done;
}
