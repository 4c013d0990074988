// SPDX-License-Identifier: Apache-2.0
//
// One request and its reply. libmicrohttpd calls hf_exchange_handle again and again on a network thread: with the
// head, with pieces of the body, at its end, and once more when a worker has the answer. While the worker is
// busy the connection sleeps, so a slow question never holds up the network.
#include <gnutls/gnutls.h>
#include <string.h>

#include "base/arena_wipe.h"
#include "wire/private.h"

#define THROWN_BYTES_MAX                                                                           \
    (64u << 20) // read and dropped after a refusal, so that the client sees the answer

static enum MHD_Result send_now(exchange *item)
{
    item->state = EXCHANGE_ANSWERED;
    (void)hf_peer_enter(item->server, item->peer, PEER_SENDING);
    return hf_reply_send(item);
}

static enum MHD_Result refuse(exchange *item, const hf_error *err)
{
    hf_reply_problem(item->server, &item->reply, err);
    return send_now(item);
}

// In the middle of a body the library takes no answer, so it is written by hand; what still comes is dropped.
static enum MHD_Result refuse_in_body(exchange *item, const hf_error *err)
{
    item->state = EXCHANGE_REFUSED;
    const union MHD_ConnectionInfo *info =
        item->server->is_secure
            ? MHD_get_connection_info(item->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
            : NULL;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1u << 16);
    hf_reply_raw(item->server, err, &out);
    if (info == NULL && item->peer->fd >= 0) {
        (void)send(item->peer->fd, out.ptr, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        (void)shutdown(item->peer->fd, SHUT_WR);
    } else if (info != NULL) {
        (void)gnutls_record_send(info->tls_session, out.ptr, out.len);
    }
    return MHD_YES;
}

static bool body_too_large(const exchange *item, uint64_t bytes, hf_error *err)
{
    uint64_t most = item->plan == HF_BODY_UPLOAD ? item->server->upload_bytes_max
                                                 : item->server->body_bytes_max;
    if (bytes == UINT64_MAX || bytes <= most)
        return false;
    hf_fail(err, HF_ERR_TOO_LARGE, "http.body_too_large", "the body is larger than %llu bytes",
            (unsigned long long)most);
    return true;
}

// The head is complete.
static enum MHD_Result begin(exchange *item, const char *url, const char *method)
{
    hf_error err = {0};
    if (!hf_request_fill(item, url, method, &err))
        return refuse(item, &err);
    uint64_t bytes = hf_request_body_bytes(&item->request);
    item->has_body = bytes > 0;
    item->upload_fd = -1;
    item->plan = HF_BODY_MEMORY;
    const hf_server_calls *calls = &item->server->calls;
    if (item->has_body)
        item->plan = calls->plan(calls->context, &item->request, &err);
    if (item->plan == HF_BODY_REFUSED || body_too_large(item, bytes, &err))
        return refuse(item, &err);
    if (item->has_body)
        hf_upload_begin(item);
    item->state = EXCHANGE_BODY;
    return hf_peer_enter(item->server, item->peer, PEER_BODY) ? MHD_YES : MHD_NO;
}

static enum MHD_Result take_body(exchange *item, const char *bytes, size_t *count)
{
    hf_error err = {0};
    hf_peer_progress(item->server, item->peer, *count);
    item->body_bytes += *count;
    if (item->state == EXCHANGE_REFUSED) {
        item->thrown_bytes += *count;
        *count = 0;
        return item->thrown_bytes > THROWN_BYTES_MAX ? MHD_NO : MHD_YES;
    }
    if (body_too_large(item, item->body_bytes, &err)) {
        *count = 0;
        return refuse_in_body(item, &err);
    }
    hf_upload_add(item, bytes, *count);
    // They lie in the library's own buffer, which it keeps for the next request of this connection.
    if (item->plan == HF_BODY_MEMORY)
        explicit_bzero((void *)(uintptr_t)bytes, *count);
    *count = 0;
    return MHD_YES;
}

static enum MHD_Result end_of_body(exchange *item)
{
    hf_error err = {0};
    if (item->state == EXCHANGE_REFUSED)
        return MHD_NO;
    if (item->has_body)
        hf_upload_end(item);
    if (item->body_err.kind != HF_ERR_NONE)
        return refuse(item, &item->body_err);
    (void)hf_peer_enter(item->server, item->peer, PEER_WORKING);
    if (hf_queue_put(item))
        return MHD_YES;
    hf_fail(&err, HF_ERR_BUSY, "http.busy", "%s; try again in a moment",
            atomic_load(&item->server->is_stopping) ? "the server is ending"
                                                    : "too many requests are waiting");
    return refuse(item, &err);
}

enum MHD_Result hf_exchange_handle(void *context, struct MHD_Connection *connection,
                                   const char *url, const char *method, const char *version,
                                   const char *upload_data, size_t *upload_bytes, void **slot)
{
    (void)version;
    (void)context;
    exchange *item = *slot;
    if (item == NULL || item->peer == NULL)
        return MHD_NO;
    HF_ASSERT(item->connection == connection);
    switch (item->state) {
    case EXCHANGE_NEW:
        return begin(item, url, method);
    case EXCHANGE_BODY:
    case EXCHANGE_REFUSED:
        return *upload_bytes > 0 ? take_body(item, upload_data, upload_bytes) : end_of_body(item);
    case EXCHANGE_QUEUED:
        return send_now(item);
    case EXCHANGE_ANSWERED:
        return MHD_YES;
    }
    return MHD_NO;
}

void *hf_exchange_begin(void *context, const char *uri, struct MHD_Connection *connection)
{
    hf_arena own = {0};
    exchange *item = HF_NEW(&own, exchange);
    item->server = context;
    item->connection = connection;
    item->arena = own;
    item->request.arena = &item->arena;
    item->raw_uri = hf_str_copy(&item->arena, hf_str_of(uri));
    item->upload_fd = -1;
    item->reply.status = MHD_HTTP_OK;
    item->peer = hf_peer_of(connection);
    if (item->peer != NULL)
        (void)hf_peer_enter(item->server, item->peer, PEER_HEAD);
    return item;
}

static void wipe(hf_buf *buf)
{
    if (buf->ptr != NULL)
        explicit_bzero(buf->ptr, buf->capacity);
    hf_buf_done(buf);
}

// A body may hold a password, and the answer to one a new secret.
static void forget(exchange *item)
{
    bool is_secret = item->has_body && item->plan == HF_BODY_MEMORY;
    hf_arena own = item->arena;
    hf_buf body = item->body, answer = item->reply.buffer;
    if (is_secret)
        hf_arena_wipe(&own);
    hf_arena_done(&own); // with the exchange in it
    (is_secret ? wipe : hf_buf_done)(&body);
    (is_secret ? wipe : hf_buf_done)(&answer);
}

void hf_exchange_done(void *context, struct MHD_Connection *connection, void **slot,
                      enum MHD_RequestTerminationCode why)
{
    (void)connection;
    (void)why;
    hf_server *server = context;
    exchange *item = *slot;
    *slot = NULL;
    if (item == NULL)
        return;
    if (item->peer != NULL)
        (void)hf_peer_enter(server, item->peer, PEER_IDLE);
    hf_upload_remove(item);
    if (item->reply.stream != NULL)
        hf_stream_abandon(item->reply.stream);
    bool was_queued = item->was_queued;
    forget(item);
    if (was_queued)
        hf_queue_sent(server);
}

void hf_exchange_answer(exchange *item, uint32_t worker)
{
    const hf_server_calls *calls = &item->server->calls;
    calls->answer(calls->context, worker, &item->request, &item->reply);
    MHD_resume_connection(item->connection);
}
