// SPDX-License-Identifier: Apache-2.0
//
// The clocks of connections. libmicrohttpd drops a silent client without a word, and lets one that drips a
// byte now and then stay for ever; here the first is told why (408), and the second has to keep a pace.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "base/clock.h"
#include "wire/private.h"

#define HEAD_SECONDS_MAX     20u   // a complete head, from its first line
#define BODY_GRACE_SECONDS   60u   // before the pace of a body counts
#define BODY_BYTES_PER_S_MIN 1024u // slower than any modem in use
#define NS_PER_S             1000000000ull

static void describe(peer *who, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL)
        return;
    const struct sockaddr *address = info->client_addr;
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in4;
        memcpy(&in4, address, sizeof in4);
        who->is_loopback = (ntohl(in4.sin_addr.s_addr) >> 24) == 127;
        (void)inet_ntop(AF_INET, &in4.sin_addr, who->text, sizeof who->text);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        who->is_loopback = IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) != 0;
        (void)inet_ntop(AF_INET6, &in6.sin6_addr, who->text, sizeof who->text);
    }
}

static void begin(hf_server *server, struct MHD_Connection *connection, void **slot)
{
    // Bounded by the connection limit; lives as long as the connection, so no arena of ours fits.
    hf_arena own = {0};
    peer *who = HF_NEW(&own, peer);
    who->own = own;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    who->fd = info != NULL ? info->connect_fd : -1;
    // Else the end of an answer waits for the client's delayed acknowledgement, 40 ms on Linux.
    int on = 1;
    (void)setsockopt(who->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    who->since_ns = who->phase_ns = hf_clock_monotonic_ns();
    describe(who, connection);
    (void)pthread_mutex_lock(&server->peer_lock);
    who->next = server->peers;
    if (who->next != NULL)
        who->next->previous = who;
    server->peers = who;
    (void)pthread_mutex_unlock(&server->peer_lock);
    *slot = who;
}

static void end(hf_server *server, peer *who)
{
    (void)pthread_mutex_lock(&server->peer_lock);
    if (who->previous != NULL)
        who->previous->next = who->next;
    else
        server->peers = who->next;
    if (who->next != NULL)
        who->next->previous = who->previous;
    (void)pthread_mutex_unlock(&server->peer_lock);
    hf_arena own = who->own; // the peer itself lives in it
    hf_arena_done(&own);
}

void hf_peer_notify(void *context, struct MHD_Connection *connection, void **slot,
                    enum MHD_ConnectionNotificationCode code)
{
    hf_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        begin(server, connection, slot);
    } else if (*slot != NULL) {
        end(server, *slot);
        *slot = NULL;
    }
}

peer *hf_peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

bool hf_peer_enter(hf_server *server, peer *who, peer_phase phase)
{
    (void)pthread_mutex_lock(&server->peer_lock);
    bool is_alive = who->phase != PEER_DEAD;
    if (is_alive) {
        who->phase = phase;
        who->since_ns = who->phase_ns = hf_clock_monotonic_ns();
        who->phase_bytes = 0;
    }
    (void)pthread_mutex_unlock(&server->peer_lock);
    return is_alive;
}

void hf_peer_progress(hf_server *server, peer *who, size_t bytes)
{
    (void)pthread_mutex_lock(&server->peer_lock);
    who->since_ns = hf_clock_monotonic_ns();
    who->phase_bytes += bytes;
    (void)pthread_mutex_unlock(&server->peer_lock);
}

static bool is_too_late(const hf_server *server, const peer *who, uint64_t now_ns)
{
    uint64_t silent_ns = now_ns - who->since_ns;
    uint64_t phase_s = (now_ns - who->phase_ns) / NS_PER_S;
    switch (who->phase) {
    case PEER_IDLE:
        return silent_ns > server->silent_ns_max;
    case PEER_HEAD:
        return silent_ns > server->silent_ns_max || phase_s > HEAD_SECONDS_MAX;
    case PEER_BODY:
        return silent_ns > server->silent_ns_max ||
               (phase_s > BODY_GRACE_SECONDS && who->phase_bytes / phase_s < BODY_BYTES_PER_S_MIN);
    case PEER_WORKING:
    case PEER_SENDING:
    case PEER_DEAD:
        return false;
    }
    return false;
}

// Nothing of an answer has been sent in these phases, so the bytes can go out behind the library's back.
static void say_timeout(hf_server *server, const peer *who)
{
    hf_error err = {0};
    hf_fail(&err, HF_ERR_USAGE, "http.timeout",
            "the request did not come to its end in time; send the whole body, or its true "
            "Content-Length");
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1u << 16);
    hf_reply_raw(server, &err, &out);
    (void)send(who->fd, out.ptr, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void hf_peer_check_clocks(hf_server *server)
{
    (void)pthread_mutex_lock(&server->peer_lock);
    // Read with the lock: a sign of life that came while we waited for it would lie ahead of an earlier reading.
    uint64_t now_ns = hf_clock_monotonic_ns();
    for (peer *who = server->peers; who != NULL; who = who->next) {
        if (who->fd < 0 || !is_too_late(server, who, now_ns))
            continue;
        if (!server->is_secure && who->phase != PEER_IDLE)
            say_timeout(server, who);
        who->phase = PEER_DEAD;
        (void)shutdown(who->fd, SHUT_RDWR);
    }
    (void)pthread_mutex_unlock(&server->peer_lock);
}
