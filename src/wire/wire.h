// SPDX-License-Identifier: Apache-2.0
//
// The door of wire/: an HTTP/1.1 server that knows nothing of the register. It reads requests within the
// bounds of base/limits.h, hands each to one of its worker threads, and sends the reply. Bodies of imports
// go to temporary files while they arrive; server-sent events wait without holding a thread.
// libmicrohttpd and GnuTLS are used in this folder only.
#ifndef HF_WIRE_WIRE_H
#define HF_WIRE_WIRE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/vec.h"

typedef enum {
    HF_HTTP_GET, // HEAD too: the body is left out on the way
    HF_HTTP_POST,
    HF_HTTP_PUT,
    HF_HTTP_PATCH,
    HF_HTTP_DELETE,
    HF_HTTP_OTHER
} hf_http_method;
const char *hf_http_method_name(hf_http_method method);

typedef struct {
    hf_str name;
    hf_str value;
} hf_http_pair;
typedef HF_VEC(hf_http_pair) hf_http_pairs;

// One uploaded file: a part of a form, or the whole body.
typedef struct {
    hf_str name;       // of the form's field; "file" for a whole body
    hf_str file_name;  // as the client calls it, last path element only; empty = not given
    hf_str media_type; // as the client calls it; empty = not given
    hf_str path;       // temporary file; removed after the reply unless the handler moves it away
    uint64_t bytes;
} hf_http_upload;

typedef struct {
    hf_arena *arena; // dies with the request
    hf_http_method method;
    hf_str path;         // raw, as it came: split at '/' before decoding
    hf_http_pairs query; // decoded
    hf_http_pairs headers;
    hf_str body; // in memory; empty for uploads
    HF_VEC(hf_http_upload) uploads;
    hf_http_pairs form; // fields of a multipart form that are no files
    bool is_head;
    bool is_loopback; // the peer is this machine (never true behind a proxy)
    hf_str peer; // address as text; behind a proxy the one that it tells, empty when it tells none
    // The certificate that the client showed over TLS and holds the key of: "sha256:" and 64 hex digits; empty = none.
    hf_str certificate;
    const char *certificate_fault; // why it is not taken: "certificate.expired"; NULL = it is good
    HF_VEC(hf_str) certificate_names; // of a good one: "dns:…", "email:…", "uri:…"
    HF_VEC(hf_str) certificate_chain; // as it was shown (DER), the client's own first
} hf_request;

// First value by that name; empty when there is none. Header names compare without case.
hf_str hf_request_header(const hf_request *request, const char *name);
hf_str hf_request_query(const hf_request *request, const char *name);
bool hf_request_has_query(const hf_request *request, const char *name);
hf_str hf_request_cookie(const hf_request *request, const char *name);

typedef struct hf_stream hf_stream;

typedef struct {
    int status;
    const char *media_type; // static; NULL = none
    hf_buf buffer;          // the body when `body` is empty; freed by the server
    hf_str body;            // a view that outlives the request (its arena, or read-only data)
    hf_str file_path;       // the body is this file from file_offset, file_bytes long
    uint64_t file_offset;
    uint64_t file_bytes;
    bool file_is_temporary; // remove it once it is sent
    hf_stream *stream;      // the body is a stream of events
    const char *policy;     // Content-Security-Policy instead of the usual one
    hf_http_pairs headers;  // in the request's arena
} hf_reply;

// Status of a fault: the table of error kinds, and what only HTTP has (408, 414, 416, 429, 431).
int hf_http_status_of(const hf_error *err);
void hf_reply_header(const hf_request *request, hf_reply *reply, const char *name, hf_str value);

// Where the body of a request goes; decided when only its head is known.
typedef enum { HF_BODY_MEMORY, HF_BODY_UPLOAD, HF_BODY_REFUSED } hf_body_plan;

typedef struct {
    void *context;
    // Called on a network thread before the body of a request that has one is read; must be quick.
    // HF_BODY_REFUSED: *err says why, the body is never read.
    hf_body_plan (*plan)(void *context, const hf_request *request, hf_error *err);
    // Called on a network thread when a request has come whole; must be quick. Does its answer cost a processor much,
    // for anybody who asks? Such requests wait for one another. May be NULL: none does.
    bool (*is_costly)(void *context, const hf_request *request);
    // Answers one request on worker thread `worker` (0 … worker_count-1).
    void (*answer)(void *context, uint32_t worker, const hf_request *request, hf_reply *reply);
    // Writes the document for a fault found in here (too large, too slow, disk full).
    void (*problem)(const hf_error *err, hf_buf *out);
    // Called about four times a second while the server runs, by a thread of its own. May be NULL.
    void (*tick)(void *context);
} hf_server_calls;

typedef struct {
    hf_str listen;    // "127.0.0.1:2341", "[::1]:2341", "localhost:0" (a free port)
    hf_str cert_file; // PEM; both or neither
    hf_str key_file;
    hf_str client_ca_file; // PEM: clients may show certificates of these authorities; empty = none
    hf_str
        client_crl_file; // PEM: those that were taken back; read again when it changes; empty = none
    bool is_behind_proxy;
    uint32_t worker_count;     // 0 = four per processor
    hf_str upload_dir;         // must exist
    uint64_t body_bytes_max;   // 0 = HF_HTTP_BODY_BYTES_MAX
    uint64_t upload_bytes_max; // 0 = HF_HTTP_UPLOAD_BYTES_MAX
    uint32_t seconds_max;      // without a byte from the client; 0 = HF_HTTP_SECONDS_MAX
    hf_server_calls calls;
} hf_server_options;

typedef struct hf_server hf_server;

// Holds back SIGTERM and SIGINT in this thread and all that it starts from now on, and ignores SIGPIPE,
// so that hf_server_run can take them. Call it before anything starts a thread.
void hf_server_hold_signals(void);
// The number of workers that an option value stands for, so that a caller can prepare one state for each.
uint32_t hf_server_worker_count(uint32_t wanted);

// Binds and starts to answer. Errors: HF_ERR_USAGE "http.listen" malformed address, "http.needs_tls" a
// non-loopback address without TLS or proxy; HF_ERR_UNREACHABLE "http.port_in_use"; HF_ERR_PERMISSION
// "http.port_forbidden"; HF_ERR_INPUT "http.certificate", "http.client_ca"; HF_ERR_NOT_FOUND "file.missing".
bool hf_server_open(const hf_server_options *options, hf_server **out, hf_error *err) HF_CHECKED;
// "http://127.0.0.1:2341" with the real port.
hf_str hf_server_url(const hf_server *server);
bool hf_server_is_secure(const hf_server *server);
// Why the certificate that a client once showed (hf_request) is not taken any more; NULL = it is. From any thread.
const char *hf_server_certificate_fault(hf_server *server, const hf_str *chain, size_t count);
// Runs until SIGTERM, SIGINT or hf_server_stop. A tick that is in work then ends before hf_server_close returns.
void hf_server_run(hf_server *server);
void hf_server_stop(hf_server *server); // from any thread
// Takes no new connection, ends the streams, lets running requests finish, then frees all.
void hf_server_close(hf_server **server);

// --- server-sent events ------------------------------------------------------------------------
// Made by a handler that sets reply->stream; lives until the client goes or the server stops.
// owner   freed by nobody: the caller's `done` is called once with it when the stream ends
hf_stream *hf_stream_open(hf_server *server, void *owner, void (*done)(void *owner));
// Queues bytes for one client. A client that does not read loses the connection, not the server its memory.
void hf_stream_send(hf_stream *stream, hf_str bytes);
// Ends it: the client sees the end of the answer.
void hf_stream_end(hf_stream *stream);
// Calls `visit` for every open stream, one at a time, from the caller's thread.
void hf_stream_each(hf_server *server, void (*visit)(void *context, hf_stream *stream, void *owner),
                    void *context);
size_t hf_stream_count(hf_server *server);

// --- small parsers of header values, pure functions ----------------------------------------------
// Decodes %xx (and '+' as a space where the text is a query). False for a bad escape, NUL or bad UTF-8.
bool hf_url_decode(hf_str text, bool is_query, hf_arena *arena, hf_str *out) HF_CHECKED;
bool hf_query_parse(hf_str text, hf_arena *arena, hf_http_pairs *out, hf_error *err) HF_CHECKED;
hf_str hf_cookie_value(hf_str header, const char *name);
// The last hop of X-Forwarded-For, which is what the proxy next to us saw; what stands before it anybody may have sent.
// Empty: there is none, or it is no IP address. The text is in the arena.
hf_str hf_forwarded_peer(const hf_http_pairs *headers, hf_arena *arena);
// Quality ×1000 that an Accept-Encoding header gives to a coding; 0 = refused. "*" counts.
uint32_t hf_encoding_quality(hf_str header, const char *coding);
// Does an Accept header take this media type (without wildcards counting)?
bool hf_accepts_exactly(hf_str header, const char *media_type);
// Does If-None-Match / If-Match name this entity tag (weak comparison)?
bool hf_etag_matches(hf_str header, hf_str etag);
// One "bytes=a-b" range over a body of `total` bytes. 0: no usable range, send all; 206: *from and *count
// are set; 416: out of range.
int hf_range_parse(hf_str header, uint64_t total, uint64_t *from, uint64_t *count);
// Splits "host:port"; *host without brackets.
bool hf_listen_parse(hf_str text, hf_arena *arena, char **host, char **port,
                     hf_error *err) HF_CHECKED;

#endif
