// SPDX-License-Identifier: Apache-2.0
//
// TLS as a client, by GnuTLS over a socket that gives up when nothing moves.
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "wire/private.h"
#include "wire/wire_tls.h"

#define SECONDS_DEFAULT 10u
#define CA_BYTES_MAX    (4u << 20)

struct hf_tls {
    hf_arena arena; // holds this very struct
    char *host;
    char *port;
    uint32_t seconds; // of patience
    int fd;
    gnutls_certificate_credentials_t trusted;
    gnutls_session_t session;
};

static bool fail_at(const hf_tls *tls, const char *code, const char *why, hf_error *err)
{
    return hf_fail(err, HF_ERR_UNREACHABLE, code, "%s:%s: %s", tls->host, tls->port, why);
}

static bool connect_one(hf_tls *tls, const struct addrinfo *to)
{
    const struct timeval patience = {.tv_sec = (time_t)tls->seconds};
    tls->fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
    if (tls->fd < 0)
        return false;
    if (setsockopt(tls->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) == 0 &&
        setsockopt(tls->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0 &&
        connect(tls->fd, to->ai_addr, to->ai_addrlen) == 0)
        return true;
    int fault = errno;
    hf_fd_close(&tls->fd);
    tls->fd = -1;
    errno = fault;
    return false;
}

static bool connect_any(hf_tls *tls, hf_error *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int fault = getaddrinfo(tls->host, tls->port, &hints, &found);
    if (fault != 0)
        return fail_at(tls, "tls.unreachable", gai_strerror(fault), err);
    bool is_connected = false;
    for (const struct addrinfo *to = found; to != NULL && !is_connected; to = to->ai_next)
        is_connected = connect_one(tls, to);
    fault = errno;
    freeaddrinfo(found);
    return is_connected || fail_at(tls, "tls.unreachable", strerror(fault), err);
}

static bool load_trust(hf_tls *tls, const char *ca_file, hf_error *err)
{
    hf_str pem;
    if (gnutls_certificate_allocate_credentials(&tls->trusted) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "tls.unavailable", "TLS cannot be set up");
    if (ca_file == NULL) {
        (void)gnutls_certificate_set_x509_system_trust(tls->trusted);
        return true;
    }
    if (!hf_file_read(ca_file, CA_BYTES_MAX, &tls->arena, &pem, err))
        return false;
    char *copy = hf_str_z(&tls->arena, pem);
    const gnutls_datum_t datum = {(unsigned char *)copy, (unsigned)pem.len};
    if (gnutls_certificate_set_x509_trust_mem(tls->trusted, &datum, GNUTLS_X509_FMT_PEM) > 0)
        return true;
    (void)hf_fail(err, HF_ERR_INPUT, "tls.ca", "this holds no certificate in PEM");
    return hf_fail_at(err, ca_file, 0, NULL);
}

// Why the certificate is not taken, in GnuTLS's words.
static bool fail_untrusted(const hf_tls *tls, hf_error *err)
{
    gnutls_datum_t why = {0};
    unsigned status = gnutls_session_get_verify_cert_status(tls->session);
    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &why, 0) != 0)
        return fail_at(tls, "tls.untrusted", "its certificate is not trusted", err);
    (void)fail_at(tls, "tls.untrusted", (const char *)why.data, err);
    gnutls_free(why.data);
    return false;
}

static bool is_number(const char *host)
{
    struct in6_addr unused;
    return inet_pton(AF_INET, host, &unused) == 1 || inet_pton(AF_INET6, host, &unused) == 1;
}

static bool shake_hands(hf_tls *tls, hf_error *err)
{
    gnutls_session_t session = NULL;
    if (gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "tls.unavailable", "TLS cannot be set up");
    tls->session = session;
    if (gnutls_priority_set_direct(session, HF_TLS_PRIORITIES, NULL) != 0 ||
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tls->trusted) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "tls.unavailable", "TLS cannot be set up");
    if (!is_number(tls->host)) // RFC 6066, section 3: names only
        (void)gnutls_server_name_set(session, GNUTLS_NAME_DNS, tls->host, strlen(tls->host));
    gnutls_session_set_verify_cert(session, tls->host, 0);
    gnutls_transport_set_int(session, tls->fd);
    gnutls_handshake_set_timeout(session, tls->seconds * 1000u);
    int fault = GNUTLS_E_INTERRUPTED;
    while (fault == GNUTLS_E_INTERRUPTED || fault == GNUTLS_E_WARNING_ALERT_RECEIVED)
        fault = gnutls_handshake(session);
    if (fault == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR)
        return fail_untrusted(tls, err);
    return fault == 0 || fail_at(tls, "tls.unreachable", gnutls_strerror(fault), err);
}

bool hf_tls_open(const hf_tls_options *options, hf_tls **out, hf_error *err)
{
    hf_arena arena = {0};
    HF_CLEANUP(hf_tls_close) hf_tls *tls = HF_NEW(&arena, hf_tls);
    *tls = (hf_tls){.arena = arena,
                    .fd = -1,
                    .seconds = options->seconds_max > 0 ? options->seconds_max : SECONDS_DEFAULT};
    if (!hf_listen_parse(hf_str_of(options->address), &tls->arena, &tls->host, &tls->port, err) ||
        !load_trust(tls, options->ca_file, err) || !connect_any(tls, err) || !shake_hands(tls, err))
        return false;
    *out = tls;
    tls = NULL;
    return true;
}

bool hf_tls_send(hf_tls *tls, hf_str bytes, hf_error *err)
{
    while (bytes.len > 0) {
        ssize_t sent = gnutls_record_send(tls->session, bytes.ptr, bytes.len);
        if (sent == GNUTLS_E_INTERRUPTED)
            continue;
        // GNUTLS_E_AGAIN: the socket's own patience has run out.
        if (sent < 0)
            return fail_at(tls, "tls.broken_off",
                           sent == GNUTLS_E_AGAIN ? "it takes nothing any more"
                                                  : gnutls_strerror((int)sent),
                           err);
        bytes = hf_str_slice(bytes, (size_t)sent, bytes.len);
    }
    return true;
}

// Closing while something of the other side lies unread (the tickets of TLS 1.3 do) would reset the connection, and
// what is still under way would be lost there: so its end is awaited.
static int wait_for_end(const hf_tls *tls)
{
    char unused[1024];
    ssize_t got = 1;
    uint64_t until_ns = hf_clock_monotonic_ns() + tls->seconds * 1000000000ull;
    // GNUTLS_E_AGAIN: a ticket came, or the socket's own patience has run out.
    while (got > 0 || got == GNUTLS_E_INTERRUPTED ||
           (got == GNUTLS_E_AGAIN && hf_clock_monotonic_ns() < until_ns))
        got = gnutls_record_recv(tls->session, unused, sizeof(unused));
    // Many close the connection without a word of TLS.
    return got == GNUTLS_E_PREMATURE_TERMINATION ? 0 : (int)got;
}

bool hf_tls_finish(hf_tls *tls, hf_error *err)
{
    int fault = GNUTLS_E_INTERRUPTED;
    while (fault == GNUTLS_E_INTERRUPTED)
        fault = gnutls_bye(tls->session, GNUTLS_SHUT_WR);
    if (fault == 0)
        fault = wait_for_end(tls);
    return fault == 0 ||
           fail_at(tls, "tls.broken_off",
                   fault == GNUTLS_E_AGAIN ? "it does not take leave" : gnutls_strerror(fault),
                   err);
}

void hf_tls_close(hf_tls **tls)
{
    hf_tls *closed = *tls;
    *tls = NULL;
    if (closed == NULL)
        return;
    if (closed->session != NULL)
        gnutls_deinit(closed->session);
    if (closed->trusted != NULL)
        gnutls_certificate_free_credentials(closed->trusted);
    hf_fd_close(&closed->fd);
    hf_arena arena = closed->arena;
    hf_arena_done(&arena);
}
