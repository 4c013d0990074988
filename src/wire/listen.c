// SPDX-License-Identifier: Apache-2.0
//
// The listening socket, opened by ourselves so that each way to fail has its own clear message, and the rule
// that a server does not speak plain HTTP to the network.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "wire/private.h"

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in4;
        memcpy(&in4, address, sizeof in4);
        return (ntohl(in4.sin_addr.s_addr) >> 24) == 127;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) != 0;
    }
    return false;
}

static bool bind_failed(hf_str listen_text, int fault, hf_error *err)
{
    if (fault == EADDRINUSE)
        return hf_fail(err, HF_ERR_UNREACHABLE, "http.port_in_use",
                       "%.*s is in use by another program; stop it or choose another port with "
                       "--listen",
                       HF_STR_ARG(listen_text));
    if (fault == EACCES)
        return hf_fail(err, HF_ERR_PERMISSION, "http.port_forbidden",
                       "this user may not listen on %.*s; choose a port above 1023",
                       HF_STR_ARG(listen_text));
    return hf_fail(err, HF_ERR_UNREACHABLE, "http.cannot_listen", "cannot listen on %.*s: %s",
                   HF_STR_ARG(listen_text), strerror(fault));
}

// The URL with the port that the system gave (the asked one may be 0).
static hf_str url_of(int fd, const char *host, bool is_secure, hf_arena *arena)
{
    struct sockaddr_storage bound = {0};
    socklen_t bytes = sizeof bound;
    unsigned port = 0;
    if (getsockname(fd, (struct sockaddr *)&bound, &bytes) == 0) {
        if (bound.ss_family == AF_INET6) {
            struct sockaddr_in6 in6;
            memcpy(&in6, &bound, sizeof in6);
            port = ntohs(in6.sin6_port);
        } else {
            struct sockaddr_in in4;
            memcpy(&in4, &bound, sizeof in4);
            port = ntohs(in4.sin_port);
        }
    }
    bool is_numeric_6 = strchr(host, ':') != NULL;
    return hf_str_format(arena, "%s://%s%s%s:%u", is_secure ? "https" : "http",
                         is_numeric_6 ? "[" : "", host, is_numeric_6 ? "]" : "", port);
}

static bool open_one(const struct addrinfo *address, hf_str listen_text, int *out, hf_error *err)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return bind_failed(listen_text, errno, err);
    int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, 1024) != 0) {
        int fault = errno;
        (void)close(fd);
        return bind_failed(listen_text, fault, err);
    }
    *out = fd;
    return true;
}

bool hf_listen_open(const hf_server_options *options, hf_arena *arena, int *fd, hf_str *url,
                    hf_error *err)
{
    char *host = NULL;
    char *port = NULL;
    if (!hf_listen_parse(options->listen, arena, &host, &port, err))
        return false;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int fault = getaddrinfo(host, port, &hints, &found);
    if (fault != 0)
        return hf_fail(err, HF_ERR_USAGE, "http.listen", "no such address as '%s': %s", host,
                       gai_strerror(fault));
    bool is_secure = options->cert_file.len > 0;
    bool done = false;
    if (!is_loopback(found->ai_addr) && !is_secure && !options->is_behind_proxy)
        hf_fail(err, HF_ERR_USAGE, "http.needs_tls",
                "%.*s can be reached from other machines and the connection would be open to read; "
                "give --tls-cert and --tls-key, or --behind-proxy when a proxy adds TLS",
                HF_STR_ARG(options->listen));
    else
        done = open_one(found, options->listen, fd, err);
    freeaddrinfo(found);
    if (done)
        *url = url_of(*fd, host, is_secure, arena);
    return done;
}
