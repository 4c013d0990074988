// SPDX-License-Identifier: Apache-2.0
//
// The server's life: network threads (libmicrohttpd's), workers (ours), and the thread that runs it, which waits
// for signals and looks at the clocks four times a second; the caller's tick, which may wait for a database, has a thread
// of its own, so that a signal is always heard. Besides base/pool.c the only file where threads start.
#include <errno.h>
#include <gnutls/gnutls.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "wire/private.h"

#define NETWORK_THREAD_COUNT 2u
#define CONNECTION_BYTES     (96u * 1024u) // head in and out of one connection; above our own bounds
#define TICK_NS              250000000l
#define HEARTBEAT_TICKS      60u // 15 s
#define PEM_BYTES_MAX        (1u << 20)
#define NS_PER_S             1000000000ull

void hf_server_hold_signals(void)
{
    sigset_t held;
    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGTERM);
    (void)sigaddset(&held, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &held, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

uint32_t hf_server_worker_count(uint32_t wanted)
{
    if (wanted > 0)
        return wanted < 256 ? wanted : 256;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 0 && processors <= 16 ? (uint32_t)processors * 4 : 64;
}

typedef struct {
    hf_server *server;
    uint32_t index;
} worker_start;

static void work(void *context)
{
    const worker_start *start = context;
    hf_server *server = start->server;
    for (exchange *item = hf_queue_take(server); item != NULL; item = hf_queue_take(server)) {
        bool is_costly = item->is_costly;
        hf_exchange_answer(item, start->index);
        hf_queue_done(server, is_costly);
    }
}

static void start_workers(hf_server *server)
{
    server->workers = HF_NEW_N(&server->arena, hf_thread *, server->worker_count);
    worker_start *starts = HF_NEW_N(&server->arena, worker_start, server->worker_count);
    for (uint32_t i = 0; i < server->worker_count; i++) {
        starts[i] = (worker_start){server, i};
        server->workers[i] = hf_thread_start(work, &starts[i]);
    }
}

static void log_fault(void *context, const char *format, va_list arguments)
{
    (void)context;
    (void)format;
    (void)arguments; // the library's words may quote what a client sent; only that it spoke is told
    hf_log(HF_LOG_DEBUG, "http.library", "libmicrohttpd reports a fault of a connection");
}

// Each connection is a file; the soft limit of many systems is 1,024.
static void raise_file_limit(void)
{
    struct rlimit limit = {0};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

// Fewer than the open files allow, so that the store and uploads still find one.
static unsigned connection_limit(void)
{
    struct rlimit limit = {0};
    unsigned most = HF_HTTP_CONNECTIONS_MAX;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        limit.rlim_cur < most + 512u)
        most = limit.rlim_cur > 640 ? (unsigned)limit.rlim_cur - 512u : 128u;
    return most;
}

static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text); // api/ splits at '/' first: a key may hold an escaped slash
}

static bool check_tls(hf_str certificate, hf_str key, hf_error *err)
{
    union {
        const char *in;
        unsigned char *out;
    } cert_view = {.in = certificate.ptr}, key_view = {.in = key.ptr};
    gnutls_datum_t cert_datum = {cert_view.out, (unsigned)certificate.len};
    gnutls_datum_t key_datum = {key_view.out, (unsigned)key.len};
    gnutls_certificate_credentials_t credentials = NULL;
    int fault = gnutls_certificate_allocate_credentials(&credentials);
    if (fault == 0)
        fault = gnutls_certificate_set_x509_key_mem(credentials, &cert_datum, &key_datum,
                                                    GNUTLS_X509_FMT_PEM);
    if (credentials != NULL)
        gnutls_certificate_free_credentials(credentials);
    return fault >= 0 ||
           hf_fail(err, HF_ERR_INPUT, "http.certificate",
                   "the certificate and its key cannot be used: %s", gnutls_strerror(fault));
}

static bool start_daemon(hf_server *server, int fd, const char *certificate, const char *key,
                         hf_error *err)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (certificate != NULL ? (unsigned)MHD_USE_TLS : 0u);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, NULL},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, NULL},
        {MHD_OPTION_END, 0, NULL}, // or the authorities of clients
        {MHD_OPTION_END, 0, NULL},
    };
    union {
        const char *in;
        void *out;
    } priorities = {.in = HF_TLS_PRIORITIES}, cert_view = {.in = certificate},
      key_view = {.in = key}, ca_view = {0};
    tls[0].ptr_value = priorities.out;
    tls[1].ptr_value = cert_view.out;
    tls[2].ptr_value = key_view.out;
    if (certificate == NULL)
        tls[0].option = MHD_OPTION_END;
    if (server->client_trust != NULL) { // whether they are good is looked at in client_cert.c
        ca_view.in = hf_client_trust_pem(server->client_trust);
        tls[3] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, ca_view.out};
    }
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, hf_exchange_handle, server,
        // first, so that nothing that follows is told to standard error
        MHD_OPTION_EXTERNAL_LOGGER, log_fault, NULL,       //
        MHD_OPTION_LISTEN_SOCKET, fd,                      //
        MHD_OPTION_THREAD_POOL_SIZE, NETWORK_THREAD_COUNT, //
        MHD_OPTION_CONNECTION_LIMIT, connection_limit(),   //
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        // ours in peer.c comes first and says why; this one is for what it does not see
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(server->silent_ns_max / NS_PER_S + 15),
        MHD_OPTION_NOTIFY_COMPLETED, hf_exchange_done, server,       //
        MHD_OPTION_NOTIFY_CONNECTION, hf_peer_notify, server,        //
        MHD_OPTION_URI_LOG_CALLBACK, hf_exchange_begin, server,      //
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,            //
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, tls, //
        MHD_OPTION_END);
    return server->daemon != NULL ||
           hf_fail(err, HF_ERR_INTERNAL, "http.not_started", "the HTTP library refused to start");
}

static bool open_client_trust(hf_server *server, const hf_server_options *options, hf_error *err)
{
    hf_arena *arena = &server->arena;
    bool has_crl = options->client_crl_file.len > 0;
    if (options->client_ca_file.len == 0)
        return !has_crl || hf_fail(err, HF_ERR_USAGE, "http.client_ca",
                                   "a list of revoked certificates needs their authority; give "
                                   "--client-ca too");
    if (options->cert_file.len == 0)
        return hf_fail(err, HF_ERR_USAGE, "http.client_ca",
                       "certificates of clients need TLS here; give --tls-cert and --tls-key");
    return hf_client_trust_open(hf_str_z(arena, options->client_ca_file),
                                has_crl ? hf_str_z(arena, options->client_crl_file) : NULL,
                                &server->client_trust, err);
}

static bool start(hf_server *server, const hf_server_options *options, hf_error *err)
{
    hf_str certificate = HF_STR_EMPTY;
    hf_str key = HF_STR_EMPTY;
    int fd = -1;
    hf_arena *arena = &server->arena;
    if ((options->cert_file.len > 0) != (options->key_file.len > 0))
        return hf_fail(err, HF_ERR_USAGE, "http.half_tls",
                       "TLS needs both a certificate and its key; give --tls-cert and --tls-key");
    if (options->cert_file.len > 0 &&
        (!hf_file_read(hf_str_z(arena, options->cert_file), PEM_BYTES_MAX, arena, &certificate,
                       err) ||
         !hf_file_read(hf_str_z(arena, options->key_file), PEM_BYTES_MAX, arena, &key, err) ||
         !check_tls(certificate, key, err)))
        return false;
    if (!open_client_trust(server, options, err) ||
        !hf_listen_open(options, &server->arena, &fd, &server->url, err))
        return false;
    raise_file_limit();
    if (!start_daemon(server, fd, certificate.len > 0 ? hf_str_z(arena, certificate) : NULL,
                      hf_str_z(arena, key), err)) {
        (void)close(fd);
        return false;
    }
    start_workers(server);
    return true;
}

bool hf_server_open(const hf_server_options *options, hf_server **out, hf_error *err)
{
    hf_arena own = {0};
    hf_server *server = HF_NEW(&own, hf_server);
    server->arena = own;
    server->calls = options->calls;
    server->upload_dir = hf_str_copy(&server->arena, options->upload_dir);
    server->is_secure = options->cert_file.len > 0;
    server->is_behind_proxy = options->is_behind_proxy;
    server->body_bytes_max =
        options->body_bytes_max > 0 ? options->body_bytes_max : HF_HTTP_BODY_BYTES_MAX;
    server->upload_bytes_max =
        options->upload_bytes_max > 0 ? options->upload_bytes_max : HF_HTTP_UPLOAD_BYTES_MAX;
    server->silent_ns_max =
        (options->seconds_max > 0 ? options->seconds_max : HF_HTTP_SECONDS_MAX) * NS_PER_S;
    server->worker_count = hf_server_worker_count(options->worker_count);
    (void)pthread_mutex_init(&server->peer_lock, NULL);
    hf_queue_open(server);
    (void)pthread_mutex_init(&server->stream_lock, NULL);
    if (!start(server, options, err)) {
        hf_server_close(&server);
        return false;
    }
    *out = server;
    return true;
}

hf_str hf_server_url(const hf_server *server)
{
    return server->url;
}

bool hf_server_is_secure(const hf_server *server)
{
    return server->is_secure;
}

void hf_server_stop(hf_server *server)
{
    atomic_store(&server->is_stopping, true);
}

static void run_ticks(void *context)
{
    hf_server *server = context;
    const struct timespec pause = {.tv_nsec = TICK_NS};
    while (!atomic_load(&server->is_stopping)) {
        server->calls.tick(server->calls.context);
        (void)nanosleep(&pause, NULL);
    }
}

void hf_server_run(hf_server *server)
{
    if (server->calls.tick != NULL)
        server->ticker = hf_thread_start(run_ticks, server);
    sigset_t awaited;
    (void)sigemptyset(&awaited);
    (void)sigaddset(&awaited, SIGTERM);
    (void)sigaddset(&awaited, SIGINT);
    struct timespec pause = {.tv_nsec = TICK_NS};
    for (uint32_t tick = 1; !atomic_load(&server->is_stopping); tick++) {
        if (sigtimedwait(&awaited, NULL, &pause) > 0)
            break;
        if (tick % 4 == 0)
            hf_peer_check_clocks(server);
        if (tick % HEARTBEAT_TICKS == 0)
            hf_stream_heartbeat(server);
    }
    hf_server_stop(server); // also the ticks
}

void hf_server_close(hf_server **slot)
{
    hf_server *server = *slot;
    if (server == NULL)
        return;
    if (server->daemon != NULL) {
        hf_thread_join(&server->ticker); // it sends to the streams
        hf_stream_close_all(server);
        // Requests in work get time to end; only then is no connection asleep, as the library demands. Whoever comes
        // meanwhile is told to try again: MHD_quiesce_daemon, which would turn them away, now and then ends the
        // program, because it and a thread of the library both take the socket out of the same set (0.9.75, epoll).
        hf_queue_end(server);
        hf_queue_wait_until_sent(server);
        MHD_stop_daemon(server->daemon);
    }
    hf_client_trust_close(&server->client_trust);
    (void)pthread_mutex_destroy(&server->peer_lock);
    hf_queue_free(server);
    (void)pthread_mutex_destroy(&server->stream_lock);
    hf_arena own = server->arena;
    hf_arena_done(&own);
    *slot = NULL;
}
