// SPDX-License-Identifier: Apache-2.0
//
// The reply on its way out, with the headers that stand on every answer (a browser that meets this server
// shall load nothing from elsewhere, guess no type, and tell no other site about it).
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "wire/private.h"

#define USUAL_POLICY                                                                               \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "        \
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "                \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "                                \
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html default"

static const struct {
    const char *name;
    const char *value;
} usual_headers[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "geolocation=(), camera=(), microphone=(), payment=(), usb=()"},
};
#define HSTS "max-age=31536000; includeSubDomains"

// Behind a proxy it is the proxy that speaks TLS, and the browser that must be told.
static bool is_reached_by_tls(const hf_server *server)
{
    return server->is_secure || server->is_behind_proxy;
}

// Faults of this floor whose status the error kinds do not have.
static const struct {
    const char *code;
    int status;
} own_statuses[] = {
    {"http.timeout", 408},        {"http.url_too_long", 414}, {"http.range", 416},
    {"http.head_too_large", 431}, {"http.too_many", 429},     {"limit.requests", 429},
    {"limit.bytes", 429},
};

int hf_http_status_of(const hf_error *err)
{
    for (size_t i = 0; i < HF_COUNT(own_statuses); i++)
        if (err->code != NULL && strcmp(err->code, own_statuses[i].code) == 0)
            return own_statuses[i].status;
    return hf_error_http_status(err->kind);
}

void hf_reply_header(const hf_request *request, hf_reply *reply, const char *name, hf_str value)
{
    hf_http_pair pair = {hf_str_of(name), hf_str_copy(request->arena, value)};
    HF_VEC_ADD(request->arena, &reply->headers, pair);
}

void hf_reply_problem(const hf_server *server, hf_reply *reply, const hf_error *err)
{
    if (reply->stream != NULL)
        hf_stream_abandon(reply->stream);
    reply->stream = NULL;
    reply->status = hf_http_status_of(err);
    reply->media_type = "application/problem+json";
    reply->file_path = reply->body = HF_STR_EMPTY;
    hf_buf_done(&reply->buffer);
    reply->buffer = hf_buf_of(65536);
    server->calls.problem(err, &reply->buffer);
}

void hf_reply_raw(const hf_server *server, const hf_error *err, hf_buf *out)
{
    HF_CLEANUP(hf_buf_done) hf_buf body = hf_buf_of(32768);
    server->calls.problem(err, &body);
    int status = hf_http_status_of(err);
    hf_buf_add_format(out, "HTTP/1.1 %d %s\r\n", status,
                      MHD_get_reason_phrase_for((unsigned)status));
    for (size_t i = 0; i < HF_COUNT(usual_headers); i++)
        hf_buf_add_format(out, "%s: %s\r\n", usual_headers[i].name, usual_headers[i].value);
    hf_buf_add_format(out,
                      "Content-Security-Policy: " USUAL_POLICY "\r\nCache-Control: no-store\r\n"
                      "%sContent-Type: application/problem+json\r\nContent-Length: %zu\r\n"
                      "Connection: close\r\n\r\n",
                      is_reached_by_tls(server) ? "Strict-Transport-Security: " HSTS "\r\n" : "",
                      body.len);
    hf_buf_add_str(out, hf_buf_str(&body));
}

static bool has_header(const hf_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->headers.count; i++)
        if (hf_str_equal_ascii_case(reply->headers.items[i].name, hf_str_of(name)))
            return true;
    return false;
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    // False only for a control character in the value; such a header is better left out.
    (void)MHD_add_response_header(response, name, value);
}

static void add_headers(exchange *item, struct MHD_Response *response)
{
    const hf_reply *reply = &item->reply;
    for (size_t i = 0; i < HF_COUNT(usual_headers); i++)
        if (!has_header(reply, usual_headers[i].name))
            add(response, usual_headers[i].name, usual_headers[i].value);
    add(response, "Content-Security-Policy", reply->policy != NULL ? reply->policy : USUAL_POLICY);
    if (is_reached_by_tls(item->server))
        add(response, "Strict-Transport-Security", HSTS);
    if (!has_header(reply, "Cache-Control"))
        add(response, "Cache-Control", "no-store");
    if (reply->media_type != NULL)
        add(response, "Content-Type", reply->media_type);
    if (reply->status == 401) // also of what is refused before its body is read
        add(response, "WWW-Authenticate", "Bearer realm=\"holdfast\"");
    for (size_t i = 0; i < reply->headers.count; i++)
        add(response, hf_str_z(&item->arena, reply->headers.items[i].name),
            hf_str_z(&item->arena, reply->headers.items[i].value));
}

static struct MHD_Response *of_file(exchange *item)
{
    const char *path = hf_str_z(&item->arena, item->reply.file_path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && item->reply.file_is_temporary)
        (void)unlink(path);
    if (fd < 0) {
        hf_error err = {0};
        hf_fail(&err, HF_ERR_INTERNAL, "http.file_gone", "the file of the answer is gone: %s",
                strerror(errno));
        hf_reply_problem(item->server, &item->reply, &err);
        return NULL;
    }
    return MHD_create_response_from_fd_at_offset64(item->reply.file_bytes, fd,
                                                   item->reply.file_offset);
}

static struct MHD_Response *of_bytes(exchange *item)
{
    hf_str body = item->reply.body.ptr != NULL ? item->reply.body : hf_buf_str(&item->reply.buffer);
    // The library takes a void pointer but only reads: the body is in the arena or in read-only data.
    union {
        const char *in;
        void *out;
    } view = {.in = body.ptr};
    return MHD_create_response_from_buffer(body.len, view.out, MHD_RESPMEM_PERSISTENT);
}

enum MHD_Result hf_reply_send(exchange *item)
{
    if (item->reply.buffer.overflow) {
        hf_error err = {0};
        hf_fail(&err, HF_ERR_TOO_LARGE, "http.answer_too_large",
                "the answer is too large; ask for less or narrow the filter");
        hf_reply_problem(item->server, &item->reply, &err);
    }
    struct MHD_Response *response = NULL;
    if (item->reply.stream != NULL) {
        response = hf_stream_response(item->reply.stream, item->connection);
        item->reply.stream = NULL; // the response frees it from now on
    } else if (item->reply.file_path.len > 0) {
        response = of_file(item);
    }
    if (response == NULL)
        response = of_bytes(item);
    if (response == NULL)
        return MHD_NO;
    add_headers(item, response);
    enum MHD_Result result =
        MHD_queue_response(item->connection, (unsigned)item->reply.status, response);
    MHD_destroy_response(response);
    return result;
}
