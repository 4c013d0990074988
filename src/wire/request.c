// SPDX-License-Identifier: Apache-2.0
//
// From libmicrohttpd's view of a request to ours, within the bounds of base/limits.h.
#include <arpa/inet.h>
#include <string.h>

#include "wire/private.h"

#define HEADER_COUNT_MAX 200u // lines; browsers send about twenty

static const char *const method_names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "OTHER"};

const char *hf_http_method_name(hf_http_method method)
{
    return method_names[method];
}

static hf_str find_pair(const hf_http_pairs *pairs, const char *name, bool any_case)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (any_case ? hf_str_equal_ascii_case(pairs->items[i].name, hf_str_of(name))
                     : hf_str_equal_z(pairs->items[i].name, name))
            return pairs->items[i].value;
    return HF_STR_EMPTY;
}

hf_str hf_request_header(const hf_request *request, const char *name)
{
    return find_pair(&request->headers, name, true);
}

hf_str hf_request_query(const hf_request *request, const char *name)
{
    return find_pair(&request->query, name, false);
}

bool hf_request_has_query(const hf_request *request, const char *name)
{
    return hf_request_query(request, name).ptr != NULL;
}

hf_str hf_request_cookie(const hf_request *request, const char *name)
{
    return hf_cookie_value(hf_request_header(request, "Cookie"), name);
}

typedef struct {
    hf_request *request;
    size_t bytes;
    bool is_too_much;
} header_walk;

// Bounded here, not by libmicrohttpd, so that the client is told which bound it was.
static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    header_walk *walk = context;
    hf_http_pair pair = {hf_str_of(name), hf_str_of(value)};
    walk->bytes += pair.name.len + pair.value.len + 4;
    if (walk->bytes > HF_HTTP_HEADER_BYTES_MAX ||
        walk->request->headers.count == HEADER_COUNT_MAX) {
        walk->is_too_much = true;
        return MHD_NO;
    }
    hf_arena *arena = walk->request->arena;
    pair.name = hf_str_copy(arena, pair.name);
    pair.value = hf_str_copy(arena, pair.value);
    HF_VEC_ADD(arena, &walk->request->headers, pair);
    return MHD_YES;
}

static void set_method(hf_request *request, const char *method)
{
    request->method = HF_HTTP_OTHER;
    request->is_head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (request->is_head)
        request->method = HF_HTTP_GET;
    for (hf_http_method i = HF_HTTP_GET; i < HF_HTTP_OTHER; i++)
        if (strcmp(method, method_names[i]) == 0)
            request->method = i;
}

hf_str hf_forwarded_peer(const hf_http_pairs *headers, hf_arena *arena)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char bytes[sizeof(struct in6_addr)];
    hf_str list = HF_STR_EMPTY, hop = HF_STR_EMPTY;
    for (size_t i = 0; i < headers->count; i++)
        if (hf_str_equal_ascii_case(headers->items[i].name, HF_STR("X-Forwarded-For")))
            list = headers->items[i].value;
    while (hf_str_split(&list, ',', &hop))
        continue;
    hop = hf_str_trim(hop);
    if (hop.len == 0 || hop.len >= sizeof text)
        return HF_STR_EMPTY;
    memcpy(text, hop.ptr, hop.len);
    text[hop.len] = '\0';
    int family = hf_str_find_byte(hop, ':', 0) < hop.len ? AF_INET6 : AF_INET;
    if (inet_pton(family, text, bytes) != 1 ||
        inet_ntop(family, bytes, text, sizeof text) == NULL) // one text for one address
        return HF_STR_EMPTY;
    return hf_str_copy(arena, hf_str_of(text));
}

bool hf_request_fill(exchange *item, const char *url, const char *method, hf_error *err)
{
    hf_request *request = &item->request;
    set_method(request, method);
    request->is_loopback = item->peer->is_loopback && !item->server->is_behind_proxy;
    request->peer = hf_str_of(item->peer->text);
    hf_client_certificate(item->server->client_trust, item->connection, request);
    if (item->raw_uri.len > HF_HTTP_URL_BYTES_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "http.url_too_long",
                       "the address is longer than %u bytes", HF_HTTP_URL_BYTES_MAX);
    request->path = hf_str_copy(request->arena, hf_str_of(url));
    header_walk walk = {.request = request};
    (void)MHD_get_connection_values(item->connection, MHD_HEADER_KIND, add_header, &walk);
    if (walk.is_too_much)
        return hf_fail(err, HF_ERR_TOO_LARGE, "http.head_too_large",
                       "the header lines are more than %u bytes or %u lines",
                       HF_HTTP_HEADER_BYTES_MAX, HEADER_COUNT_MAX);
    if (item->server->is_behind_proxy)
        request->peer = hf_forwarded_peer(&request->headers, request->arena);
    size_t mark = hf_str_find_byte(item->raw_uri, '?', 0);
    hf_str query = hf_str_slice(item->raw_uri, mark + 1, item->raw_uri.len);
    return hf_query_parse(query, request->arena, &request->query, err);
}

uint64_t hf_request_body_bytes(const hf_request *request)
{
    if (hf_request_header(request, "Transfer-Encoding").len > 0)
        return UINT64_MAX;
    uint64_t bytes = 0;
    hf_str length = hf_request_header(request, "Content-Length");
    return length.len > 0 && hf_parse_u64(length, &bytes) ? bytes : 0;
}
