// SPDX-License-Identifier: Apache-2.0
//
// The server on a free port of this machine, spoken to through plain sockets: bodies, limits, uploads, streams,
// silence, and an orderly end with everything still open.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/pool.h"
#include "wire/private.h"

typedef struct {
    hf_server *server;
    hf_thread *runner;
    char dir[64];
    uint16_t port;
    char last_upload[512]; // path of the last temporary file
    // Of the tick that waits: 0 not called yet, 1 it waits, 2 it may go on, 3 it has waited long enough.
    atomic_int tick_state;
    atomic_bool is_let_go; // what is costly ends
    atomic_int costly_count, costly_most;
} house;

static bool is_costly(void *context, const hf_request *request)
{
    (void)context;
    return hf_str_equal_z(request->path, "/costly");
}

// Holds its worker until the test lets it go.
static void answer_costly(house *home, hf_reply *reply)
{
    int count = atomic_fetch_add(&home->costly_count, 1) + 1;
    if (count > atomic_load(&home->costly_most))
        atomic_store(&home->costly_most, count);
    for (int i = 0; i < 2000 && !atomic_load(&home->is_let_go); i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    (void)atomic_fetch_sub(&home->costly_count, 1);
    reply->media_type = "text/plain";
    reply->body = HF_STR("done");
}

static hf_body_plan plan(void *context, const hf_request *request, hf_error *err)
{
    (void)context;
    if (hf_str_equal_z(request->path, "/forbidden")) {
        hf_fail(err, HF_ERR_SIGN_IN, "access.sign_in", "sign in first");
        return HF_BODY_REFUSED;
    }
    return hf_str_starts(request->path, "/upload") ? HF_BODY_UPLOAD : HF_BODY_MEMORY;
}

static void problem(const hf_error *err, hf_buf *out)
{
    hf_buf_add_format(out, "{\"code\":\"%s\"}", err->code);
}

static void answer_upload(house *home, const hf_request *request, hf_reply *reply)
{
    reply->media_type = "text/plain";
    reply->buffer = hf_buf_of(65536);
    for (size_t i = 0; i < request->uploads.count; i++) {
        const hf_http_upload *upload = &request->uploads.items[i];
        hf_buf_add_format(&reply->buffer, "[%.*s|%.*s|%llu]", HF_STR_ARG(upload->name),
                          HF_STR_ARG(upload->file_name), (unsigned long long)upload->bytes);
        (void)snprintf(home->last_upload, sizeof home->last_upload, "%.*s",
                       HF_STR_ARG(upload->path));
    }
    for (size_t i = 0; i < request->form.count; i++)
        hf_buf_add_format(&reply->buffer, "{%.*s=%.*s}", HF_STR_ARG(request->form.items[i].name),
                          HF_STR_ARG(request->form.items[i].value));
}

static void answer(void *context, uint32_t worker, const hf_request *request, hf_reply *reply)
{
    house *home = context;
    (void)worker;
    if (hf_str_starts(request->path, "/upload")) {
        answer_upload(home, request, reply);
    } else if (hf_str_equal_z(request->path, "/events")) {
        reply->media_type = "text/event-stream";
        reply->stream = hf_stream_open(home->server, NULL, NULL);
        hf_stream_send(reply->stream, HF_STR("event: hello\ndata: {}\n\n"));
    } else if (is_costly(home, request)) {
        answer_costly(home, reply);
    } else if (hf_str_equal_z(request->path, "/huge")) {
        reply->buffer = hf_buf_of(10);
        hf_buf_add_z(&reply->buffer, "more than ten bytes");
    } else {
        reply->media_type = "text/plain";
        reply->buffer = hf_buf_of(1u << 20);
        hf_buf_add_format(&reply->buffer, "%s %.*s q=%.*s body=%zu loopback=%d",
                          hf_http_method_name(request->method), HF_STR_ARG(request->path),
                          HF_STR_ARG(hf_request_query(request, "q")), request->body.len,
                          request->is_loopback);
    }
}

static void run(void *context)
{
    hf_server_run(context);
}

static hf_server_options options_of(house *home)
{
    return (hf_server_options){
        .listen = HF_STR("127.0.0.1:0"),
        .worker_count = 3,
        .upload_dir = hf_str_of(home->dir),
        .body_bytes_max = 1000,
        .upload_bytes_max = 100000,
        .seconds_max = 1,
        .calls = {.context = home,
                  .plan = plan,
                  .is_costly = is_costly,
                  .answer = answer,
                  .problem = problem},
    };
}

// As one that asks a database that does not answer.
static void waiting_tick(void *context)
{
    house *home = context;
    int was = 0;
    (void)atomic_compare_exchange_strong(&home->tick_state, &was, 1);
    for (int i = 0; i < 10000 && atomic_load(&home->tick_state) == 1; i++)
        (void)usleep(1000);
    was = 1;
    (void)atomic_compare_exchange_strong(&home->tick_state, &was, 3);
}

static int open_house_as(void **state, bool is_behind_proxy, void (*tick)(void *context))
{
    house *home = test_calloc(1, sizeof *home);
    (void)snprintf(home->dir, sizeof home->dir, "/tmp/hf-wire-XXXXXX");
    assert_non_null(mkdtemp(home->dir));
    hf_server_hold_signals();
    hf_server_options options = options_of(home);
    options.is_behind_proxy = is_behind_proxy;
    options.calls.tick = tick;
    hf_error err = {0};
    assert_true(hf_server_open(&options, &home->server, &err));
    hf_str url = hf_server_url(home->server);
    uint64_t port = 0;
    assert_true(hf_parse_u64(hf_str_slice(url, strlen("http://127.0.0.1:"), url.len), &port));
    home->port = (uint16_t)port;
    home->runner = hf_thread_start(run, home->server);
    *state = home;
    return 0;
}

static int open_house(void **state)
{
    return open_house_as(state, false, NULL);
}

static int open_house_behind_proxy(void **state)
{
    return open_house_as(state, true, NULL);
}

static int open_house_that_waits(void **state)
{
    return open_house_as(state, false, waiting_tick);
}

static int close_house(void **state)
{
    house *home = *state;
    if (home->server != NULL)
        hf_server_stop(home->server);
    hf_thread_join(&home->runner);
    hf_server_close(&home->server);
    assert_null(home->server);
    assert_int_equal(rmdir(home->dir), 0); // fails if an upload was left
    test_free(home);
    return 0;
}

static int dial(const house *home)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(home->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    struct timeval patience = {.tv_sec = 20};
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static void say(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

// Reads until the server closes or `until` has come.
static void hear(int fd, const char *until, char *text, size_t room)
{
    size_t count = 0;
    text[0] = '\0';
    while (count + 1 < room) {
        ssize_t got = recv(fd, text + count, room - count - 1, 0);
        if (got <= 0)
            break;
        count += (size_t)got;
        text[count] = '\0';
        if (until != NULL && strstr(text, until) != NULL)
            break;
    }
}

static void ask(const house *home, const char *request, char *text, size_t room)
{
    int fd = dial(home);
    say(fd, request, strlen(request));
    hear(fd, NULL, text, room);
    (void)close(fd);
}

static void answers_with_the_security_headers(void **state)
{
    char text[8192];
    ask(*state, "GET /a/b%2Fc?q=x+y HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", text,
        sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 200"));
    assert_non_null(strstr(text, "GET /a/b%2Fc q=x y body=0 loopback=1"));
    assert_non_null(strstr(text, "Content-Security-Policy: default-src 'none'; script-src 'self'"));
    assert_non_null(strstr(text, "X-Content-Type-Options: nosniff"));
    assert_non_null(strstr(text, "Referrer-Policy: no-referrer"));
    assert_non_null(strstr(text, "Permissions-Policy: geolocation=(), camera=()"));
    assert_non_null(strstr(text, "Cross-Origin-Opener-Policy: same-origin"));
    assert_non_null(strstr(text, "Cache-Control: no-store"));
    assert_null(strstr(text, "Strict-Transport-Security"));
}

// The proxy speaks TLS, and need not be told of this; also where the answer is written past the library.
static void behind_a_proxy_browsers_are_told_to_keep_to_tls(void **state)
{
    char text[8192];
    char request[2600] = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n";
    size_t head = strlen(request);
    ask(*state, "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 200"));
    assert_non_null(strstr(text, "Strict-Transport-Security: max-age=31536000"));
    memset(request + head, 'x', 2000);
    memcpy(request + head + 2000, "\r\n0\r\n\r\n", 8);
    ask(*state, request, text, sizeof text);
    assert_non_null(strstr(text, "http.body_too_large"));
    assert_non_null(strstr(text, "Strict-Transport-Security: max-age=31536000"));
}

static void answers_head_without_a_body(void **state)
{
    char text[8192];
    ask(*state, "HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 200"));
    assert_null(strstr(text, "GET /a"));
}

static void takes_a_body_at_its_limit_and_refuses_one_byte_more(void **state)
{
    char request[4096];
    char text[8192];
    int head = snprintf(
        request, sizeof request,
        "POST /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n");
    memset(request + head, 'x', 1000);
    request[head + 1000] = '\0';
    ask(*state, request, text, sizeof text);
    assert_non_null(strstr(text, "POST /b q= body=1000"));
    ask(*state, "POST /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1001\r\n\r\n",
        text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 413"));
    assert_non_null(strstr(text, "http.body_too_large"));
}

static void refuses_a_chunked_body_without_end(void **state)
{
    char chunk[600];
    char text[8192];
    int fd = dial(*state);
    const char *head = "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    say(fd, head, strlen(head));
    int count = snprintf(chunk, sizeof chunk, "%x\r\n%0256d\r\n", 256, 7);
    for (int i = 0; i < 40; i++)
        say(fd, chunk, (size_t)count);
    hear(fd, "http.body_too_large", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 413"));
    assert_non_null(strstr(text, "application/problem+json"));
    (void)close(fd);
}

static void refuses_an_upload_without_end(void **state)
{
    // close_house looks that the folder is empty
    char chunk[600];
    char text[8192];
    int fd = dial(*state);
    const char *head =
        "POST /upload?filename=a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    say(fd, head, strlen(head));
    int count = snprintf(chunk, sizeof chunk, "%x\r\n%0256d\r\n", 256, 7);
    for (int i = 0; i < 500; i++)
        say(fd, chunk, (size_t)count);
    hear(fd, "http.body_too_large", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 413"));
    (void)close(fd);
}

static void tells_a_client_whose_body_does_not_come(void **state)
{
    char text[8192];
    ask(*state, "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 408"));
    assert_non_null(strstr(text, "http.timeout"));
}

static void tells_a_client_whose_head_does_not_end(void **state)
{
    char text[8192];
    ask(*state, "GET /b HTTP/1.1\r\nHost: h\r\n", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 408"));
}

static void drops_a_silent_connection(void **state)
{
    char text[64];
    ask(*state, "", text, sizeof text);
    assert_string_equal(text, "");
}

static void refuses_long_addresses_and_heads(void **state)
{
    char *request = test_malloc(60000);
    char text[8192];
    int count = snprintf(request, 60000,
                         "GET /%08192d HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 0);
    assert_true(count > 0);
    ask(*state, request, text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 414"));
    assert_non_null(strstr(text, "http.url_too_long"));
    (void)snprintf(request, 60000,
                   "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Long: %033000d\r\n\r\n", 0);
    ask(*state, request, text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 431"));
    assert_non_null(strstr(text, "http.head_too_large"));
    test_free(request);
}

static void refuses_before_the_body_is_read(void **state)
{
    char text[8192];
    ask(*state,
        "POST /forbidden HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\nConnection: close\r\n\r\n",
        text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 401"));
}

static void keeps_files_of_a_form_until_the_answer(void **state)
{
    house *home = *state;
    char text[8192];
    const char *body =
        "------Bxyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi there\r\n"
        "------Bxyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\x\\a.csv\"\r\n"
        "\r\nkey\r\n1\r\n\r\n------Bxyz--\r\n";
    char request[2048];
    (void)snprintf(request, sizeof request,
                   "POST /upload HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: "
                   "multipart/form-data; boundary=----Bxyz\r\nContent-Length: %zu\r\n\r\n%s",
                   strlen(body), body);
    ask(home, request, text, sizeof text);
    assert_non_null(strstr(text, "[file|a.csv|8]{note=hi there}"));
    assert_int_not_equal(access(home->last_upload, F_OK), 0);
}

static void tells_of_a_form_that_ends_early(void **state)
{
    char text[8192];
    const char *body =
        "------Bxyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc";
    char request[2048];
    (void)snprintf(request, sizeof request,
                   "POST /upload HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: "
                   "multipart/form-data; boundary=----Bxyz\r\nContent-Length: %zu\r\n\r\n%s",
                   strlen(body), body);
    ask(*state, request, text, sizeof text);
    assert_non_null(strstr(text, "http.bad_form"));
}

static void takes_a_whole_body_as_a_file(void **state)
{
    char text[8192];
    ask(*state,
        "POST /upload?filename=dir%2Fassets.csv HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
        "Content-Length: 5\r\n\r\nabcde",
        text, sizeof text);
    assert_non_null(strstr(text, "[file|assets.csv|5]"));
}

static void a_client_that_leaves_mid_upload_leaves_no_file(void **state)
{
    // close_house looks that the folder is empty
    int fd = dial(*state);
    const char *head =
        "POST /upload?filename=a HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\nabc";
    say(fd, head, strlen(head));
    (void)close(fd);
}

static void says_so_when_an_answer_is_too_large(void **state)
{
    char text[8192];
    ask(*state, "GET /huge HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 413"));
    assert_non_null(strstr(text, "http.answer_too_large"));
}

static void send_news(void *context, hf_stream *stream, void *owner)
{
    (void)owner;
    hf_stream_send(stream, hf_str_of(context));
}

// The thread that beats also awaits SIGTERM: whoever is busy with the streams does not keep it.
static void beat_meanwhile(void *context, hf_stream *stream, void *owner)
{
    (void)stream;
    (void)owner;
    hf_stream_heartbeat(context);
}

static void streams_events_and_ends_them_at_the_stop(void **state)
{
    house *home = *state;
    char text[8192];
    int fd = dial(home);
    const char *head = "GET /events HTTP/1.1\r\nHost: h\r\n\r\n";
    say(fd, head, strlen(head));
    hear(fd, "event: hello", text, sizeof text);
    assert_non_null(strstr(text, "event: hello"));
    assert_int_equal(hf_stream_count(home->server), 1);
    char news[] = "event: news\ndata: 1\n\n";
    hf_stream_each(home->server, send_news, news);
    hf_stream_each(home->server, beat_meanwhile, home->server);
    hear(fd, "event: news", text, sizeof text);
    assert_non_null(strstr(text, "event: news"));
    (void)fd; // left open: close_house must end it
}

static void hears_that_it_shall_end_while_its_tick_waits(void **state)
{
    house *home = *state;
    for (int i = 0; i < 10000 && atomic_load(&home->tick_state) == 0; i++)
        (void)usleep(1000);
    hf_server_stop(home->server);
    hf_thread_join(&home->runner);
    assert_int_equal(atomic_load(&home->tick_state), 1);
    atomic_store(&home->tick_state, 2);
}

static void a_crowd_of_costly_requests_leaves_workers_for_others(void **state)
{
    house *home = *state;
    char text[8192];
    int crowd[8];
    for (size_t i = 0; i < HF_COUNT(crowd); i++) {
        const char *head = "GET /costly HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        crowd[i] = dial(home);
        say(crowd[i], head, strlen(head));
    }
    ask(home, "GET /usual HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", text, sizeof text);
    assert_non_null(strstr(text, "GET /usual"));
    assert_false(atomic_load(&home->is_let_go));
    atomic_store(&home->is_let_go, true);
    for (size_t i = 0; i < HF_COUNT(crowd); i++) {
        hear(crowd[i], "done", text, sizeof text);
        assert_non_null(strstr(text, "done"));
        (void)close(crowd[i]);
    }
    assert_int_equal(atomic_load(&home->costly_most), 1); // one of three workers
}

static void close_server(void *context)
{
    hf_server *server = context;
    hf_server_close(&server);
}

static void at_the_end_what_is_in_work_is_answered_and_what_comes_is_told(void **state)
{
    house *home = *state;
    char text[8192] = "";
    int crowd[3]; // one at work, two that wait
    for (size_t i = 0; i < HF_COUNT(crowd); i++) {
        const char *head = "GET /costly HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        crowd[i] = dial(home);
        say(crowd[i], head, strlen(head));
    }
    for (int i = 0; i < 10000 && atomic_load(&home->costly_count) == 0; i++)
        (void)usleep(1000);
    // Those that wait have come in before what is asked after them is answered.
    ask(home, "GET /usual HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", text, sizeof text);
    assert_non_null(strstr(text, "GET /usual"));
    hf_server_stop(home->server);
    hf_thread_join(&home->runner);
    hf_thread *closer = hf_thread_start(close_server, home->server);
    home->server = NULL;
    for (int i = 0; i < 1000 && strstr(text, " 503 ") == NULL; i++) {
        ask(home, "GET /usual HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", text, sizeof text);
        (void)usleep(1000);
    }
    assert_non_null(strstr(text, "http.busy"));
    assert_int_equal(atomic_load(&home->costly_count), 1);
    atomic_store(&home->is_let_go, true);
    for (size_t i = 0; i < HF_COUNT(crowd); i++) {
        hear(crowd[i], "done", text, sizeof text);
        assert_non_null(strstr(text, "done"));
        (void)close(crowd[i]);
    }
    hf_thread_join(&closer);
}

static void a_second_server_on_the_port_is_told(void **state)
{
    house *home = *state;
    char listen_text[64];
    (void)snprintf(listen_text, sizeof listen_text, "127.0.0.1:%u", home->port);
    hf_server_options options = options_of(home);
    options.listen = hf_str_of(listen_text);
    hf_server *other = NULL;
    hf_error err = {0};
    assert_false(hf_server_open(&options, &other, &err));
    assert_string_equal(err.code, "http.port_in_use");
    assert_int_equal(hf_error_exit_status(err.kind), 69);
}

static void an_open_address_needs_tls(void **state)
{
    hf_server_options options = options_of(*state);
    options.listen = HF_STR("0.0.0.0:0");
    hf_server *other = NULL;
    hf_error err = {0};
    assert_false(hf_server_open(&options, &other, &err));
    assert_string_equal(err.code, "http.needs_tls");
    assert_int_equal(err.kind, HF_ERR_USAGE);
    options.is_behind_proxy = true;
    assert_true(hf_server_open(&options, &other, &err));
    hf_server_close(&other);
    options.is_behind_proxy = false;
    options.cert_file = HF_STR("/nonexistent/cert.pem");
    assert_false(hf_server_open(&options, &other, &err));
    assert_string_equal(err.code, "http.half_tls");
    options.key_file = HF_STR("/nonexistent/key.pem");
    assert_false(hf_server_open(&options, &other, &err));
    assert_string_equal(err.code, "file.missing");
}

int main(void)
{
#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, open_house, close_house)
    const struct CMUnitTest tests[] = {
        IN_HOUSE(answers_with_the_security_headers),
        cmocka_unit_test_setup_teardown(behind_a_proxy_browsers_are_told_to_keep_to_tls,
                                        open_house_behind_proxy, close_house),
        cmocka_unit_test_setup_teardown(hears_that_it_shall_end_while_its_tick_waits,
                                        open_house_that_waits, close_house),
        IN_HOUSE(answers_head_without_a_body),
        IN_HOUSE(takes_a_body_at_its_limit_and_refuses_one_byte_more),
        IN_HOUSE(refuses_a_chunked_body_without_end),
        IN_HOUSE(refuses_an_upload_without_end),
        IN_HOUSE(tells_a_client_whose_body_does_not_come),
        IN_HOUSE(tells_a_client_whose_head_does_not_end),
        IN_HOUSE(drops_a_silent_connection),
        IN_HOUSE(refuses_long_addresses_and_heads),
        IN_HOUSE(refuses_before_the_body_is_read),
        IN_HOUSE(keeps_files_of_a_form_until_the_answer),
        IN_HOUSE(tells_of_a_form_that_ends_early),
        IN_HOUSE(takes_a_whole_body_as_a_file),
        IN_HOUSE(a_client_that_leaves_mid_upload_leaves_no_file),
        IN_HOUSE(says_so_when_an_answer_is_too_large),
        IN_HOUSE(streams_events_and_ends_them_at_the_stop),
        IN_HOUSE(a_crowd_of_costly_requests_leaves_workers_for_others),
        IN_HOUSE(at_the_end_what_is_in_work_is_answered_and_what_comes_is_told),
        IN_HOUSE(a_second_server_on_the_port_is_told),
        IN_HOUSE(an_open_address_needs_tls),
    };
    return cmocka_run_group_tests_name("wire/server", tests, NULL, NULL);
}
