// SPDX-License-Identifier: Apache-2.0
//
// What the files of wire/ share: the server, its connections (peers), one exchange of request and reply,
// and the streams. Three kinds of threads meet here: libmicrohttpd's network threads, our workers, and the
// thread in hf_server_run, which also watches the clocks.
#ifndef HF_WIRE_PRIVATE_H
#define HF_WIRE_PRIVATE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/limits.h"
#include "base/pool.h"
#include "wire/wire.h"

// As server and as client: no version before 1.2, and in that one only what keeps a recorded talk closed when the key is
// lost later (no RSA key exchange) and is authenticated as it is encrypted (no CBC).
#define HF_TLS_PRIORITIES                                                                          \
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-SHA1:-AES-128-CBC:-AES-256-CBC"           \
    ":%SERVER_PRECEDENCE"

typedef struct hf_client_trust hf_client_trust;
typedef struct exchange exchange;
typedef struct peer peer;

typedef struct {
    exchange *first, *last;
    size_t count;         // waiting
    size_t running_count; // with a worker
} request_line;

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t filled, sent;
    request_line usual, costly;
    bool was_costly;     // the last one that was taken
    size_t unsent_count; // put in, and not yet with whoever asked or given up by them
    bool is_closed;
} request_queue;

// Where a connection stands, for the clocks.
typedef enum {
    PEER_IDLE,    // connected, nothing of a request seen
    PEER_HEAD,    // a request line came, its head is not complete
    PEER_BODY,    // the body is coming
    PEER_WORKING, // we are busy, not the client
    PEER_SENDING,
    PEER_DEAD // shut down by the clock
} peer_phase;

struct peer {
    peer *next, *previous;
    int fd;
    peer_phase phase;
    uint64_t since_ns; // of the last sign of life in this phase
    uint64_t phase_ns; // of the phase's beginning
    uint64_t phase_bytes;
    bool is_loopback;
    char text[64];
    hf_arena own; // holds this very struct
};

struct hf_server {
    hf_server_calls calls;
    struct MHD_Daemon *daemon;
    hf_arena arena; // of the process: options, url
    hf_str url;
    hf_str upload_dir;
    hf_client_trust *client_trust; // NULL: no certificates of clients are asked for
    bool is_secure;
    bool is_behind_proxy;
    uint64_t body_bytes_max;
    uint64_t upload_bytes_max;
    uint64_t silent_ns_max;
    atomic_bool is_stopping;
    hf_thread *ticker; // NULL: nothing to call, or not run

    pthread_mutex_t peer_lock;
    peer *peers;

    request_queue queue;

    uint32_t worker_count;
    hf_thread **workers;

    pthread_mutex_t stream_lock; // taken before the lock of any one stream
    hf_stream *streams;
    size_t stream_count;
    bool streams_are_closed;
};

typedef enum {
    EXCHANGE_NEW,
    EXCHANGE_BODY,    // reading
    EXCHANGE_REFUSED, // answered by hand, what still comes is thrown away
    EXCHANGE_QUEUED,
    EXCHANGE_ANSWERED
} exchange_state;

struct exchange {
    hf_server *server;
    struct MHD_Connection *connection;
    peer *peer;
    exchange *queue_next;
    bool is_costly, was_queued; // see queue.c
    hf_str raw_uri;             // with its query, as it came
    exchange_state state;
    hf_arena arena;
    hf_request request;
    hf_reply reply;
    hf_body_plan plan;
    bool has_body;
    hf_buf body;
    uint64_t body_bytes;
    uint64_t thrown_bytes;
    struct MHD_PostProcessor *form;
    int upload_fd;     // -1 = none open
    hf_error body_err; // first fault while reading the body; kind NONE = none
};

// queue.c: from the network's threads to the workers.
void hf_queue_open(hf_server *server);
void hf_queue_free(hf_server *server);
bool hf_queue_put(exchange *item);          // false: no room
exchange *hf_queue_take(hf_server *server); // waits; NULL: the queue is closed
// Says that one that was taken is answered; it may be gone already, so only its kind is given.
void hf_queue_done(hf_server *server, bool is_costly);
// Takes no more requests; returns when the workers have an answer to all that were taken, and have ended.
void hf_queue_end(hf_server *server);
// The connection of one that was put in is done with it.
void hf_queue_sent(hf_server *server);
// Returns when no answer is still on its way, or after a few seconds.
void hf_queue_wait_until_sent(hf_server *server);

// exchange.c: libmicrohttpd's callbacks for a request line, its head and body, and its end.
void *hf_exchange_begin(void *context, const char *uri, struct MHD_Connection *connection);
enum MHD_Result hf_exchange_handle(void *context, struct MHD_Connection *connection,
                                   const char *url, const char *method, const char *version,
                                   const char *upload_data, size_t *upload_bytes, void **slot);
void hf_exchange_done(void *context, struct MHD_Connection *connection, void **slot,
                      enum MHD_RequestTerminationCode why);
// A worker's life: takes exchanges from the queue until it closes.
void hf_exchange_answer(exchange *item, uint32_t worker);

// request.c: fills item->request from the connection. Errors: HF_ERR_USAGE, HF_ERR_TOO_LARGE.
bool hf_request_fill(exchange *item, const char *url, const char *method, hf_error *err) HF_CHECKED;
// Content-Length, or UINT64_MAX for a chunked body; 0 for none.
uint64_t hf_request_body_bytes(const hf_request *request);

// upload.c: the body as it comes. False leaves the first fault in item->body_err.
void hf_upload_begin(exchange *item);
void hf_upload_add(exchange *item, const char *bytes, size_t count);
void hf_upload_end(exchange *item);    // no more is coming
void hf_upload_remove(exchange *item); // temporary files that nobody moved away

// reply.c
enum MHD_Result hf_reply_send(exchange *item);
void hf_reply_problem(const hf_server *server, hf_reply *reply, const hf_error *err);
// A whole HTTP answer as bytes, for the moments when libmicrohttpd takes none.
void hf_reply_raw(const hf_server *server, const hf_error *err, hf_buf *out);

// peer.c
void hf_peer_notify(void *context, struct MHD_Connection *connection, void **slot,
                    enum MHD_ConnectionNotificationCode code);
// Marks the phase; false when the clock has shut the connection down.
bool hf_peer_enter(hf_server *server, peer *who, peer_phase phase);
void hf_peer_progress(hf_server *server, peer *who, size_t bytes);
void hf_peer_check_clocks(hf_server *server);
peer *hf_peer_of(struct MHD_Connection *connection);

// stream.c
struct MHD_Response *hf_stream_response(hf_stream *stream, struct MHD_Connection *connection);
void hf_stream_abandon(hf_stream *stream); // made by a handler but never sent
void hf_stream_heartbeat(hf_server *server);
void hf_stream_close_all(hf_server *server);

// client_cert.c: certificates of clients. crl_file NULL = none. Errors: HF_ERR_INPUT "http.client_ca", those of hf_file_read
bool hf_client_trust_open(const char *ca_file, const char *crl_file, hf_client_trust **out,
                          hf_error *err) HF_CHECKED;
void hf_client_trust_close(hf_client_trust **trust);
const char *hf_client_trust_pem(const hf_client_trust *trust);
// Fills in what the client of this connection has shown. trust may be NULL.
void hf_client_certificate(hf_client_trust *trust, struct MHD_Connection *connection,
                           hf_request *request);

// listen.c: a bound, listening socket. Errors: see hf_server_open.
bool hf_listen_open(const hf_server_options *options, hf_arena *arena, int *fd, hf_str *url,
                    hf_error *err) HF_CHECKED;

#endif
