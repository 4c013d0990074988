// SPDX-License-Identifier: Apache-2.0
//
// One request by libcurl, bounded in time, bytes and where it may go.
#include "wire/wire_fetch.h"

#include <curl/curl.h>

static void close_handle(CURL **handle)
{
    curl_easy_cleanup(*handle);
}

static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    hf_buf *body = context;
    hf_buf_add(body, bytes, size * count);
    return body->overflow ? 0 : size * count;
}

static bool is_loopback_url(hf_str url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    for (size_t i = 0; i < HF_COUNT(hosts); i++) {
        hf_str rest = hf_str_slice(url, hf_str_of(hosts[i]).len, url.len);
        if (hf_str_starts(url, hosts[i]) &&
            (rest.len == 0 || rest.ptr[0] == ':' || rest.ptr[0] == '/'))
            return true;
    }
    return false;
}

static bool check_address(const hf_fetch *fetch, hf_error *err)
{
    if (hf_str_starts(fetch->url, "https://") ||
        (fetch->may_be_plain && is_loopback_url(fetch->url)))
        return true;
    return hf_fail(err, HF_ERR_USAGE, "fetch.address",
                   "'%.*s' is no https address; nothing is asked there", HF_STR_ARG(fetch->url));
}

static bool set(CURL *handle, const hf_fetch *fetch, hf_buf *body, hf_arena *arena)
{
    CURLcode fault = curl_easy_setopt(handle, CURLOPT_URL, hf_str_z(arena, fetch->url));
    const char *protocols = hf_str_starts(fetch->url, "https://") ? "https" : "http";
    fault |= curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, protocols);
    fault |= curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    fault |= curl_easy_setopt(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    fault |= curl_easy_setopt(handle, CURLOPT_PROXY, "");
    fault |= curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    fault |= curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    fault |= curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    fault |= curl_easy_setopt(handle, CURLOPT_TIMEOUT, (long)HF_FETCH_SECONDS);
    fault |= curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, (long)HF_FETCH_SECONDS / 2);
    fault |= curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    fault |= curl_easy_setopt(handle, CURLOPT_MAXFILESIZE, (long)HF_FETCH_BYTES_MAX);
    fault |= curl_easy_setopt(handle, CURLOPT_USERAGENT, "holdfast/" HF_VERSION);
    fault |= curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
    fault |= curl_easy_setopt(handle, CURLOPT_WRITEDATA, body);
    if (fetch->form.ptr != NULL) {
        fault |= curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)fetch->form.len);
        fault |= curl_easy_setopt(handle, CURLOPT_POSTFIELDS, hf_str_z(arena, fetch->form));
    }
    if (fetch->name.len > 0) {
        fault |= curl_easy_setopt(handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        fault |= curl_easy_setopt(handle, CURLOPT_USERNAME, hf_str_z(arena, fetch->name));
        fault |= curl_easy_setopt(handle, CURLOPT_PASSWORD, hf_str_z(arena, fetch->password));
    }
    return fault == CURLE_OK;
}

bool hf_fetch_run(const hf_fetch *fetch, hf_arena *arena, int *status, hf_str *body, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf taken = hf_buf_of(HF_FETCH_BYTES_MAX);
    HF_CLEANUP(close_handle) CURL *handle = NULL;
    long code = 0;
    if (!check_address(fetch, err))
        return false;
    handle = curl_easy_init(); // sets the library up the first time; from 7.84 on for threads too
    if (handle == NULL || !set(handle, fetch, &taken, arena))
        return hf_fail(err, HF_ERR_INTERNAL, "fetch.unavailable", "libcurl cannot be set up");
    CURLcode fault = curl_easy_perform(handle);
    if (taken.overflow || fault == CURLE_FILESIZE_EXCEEDED)
        return hf_fail(err, HF_ERR_TOO_LARGE, "fetch.too_large",
                       "the answer of %.*s is longer than %u bytes", HF_STR_ARG(fetch->url),
                       HF_FETCH_BYTES_MAX);
    if (fault != CURLE_OK)
        return hf_fail(err, HF_ERR_UNREACHABLE, "fetch.unreachable", "%.*s: %s",
                       HF_STR_ARG(fetch->url), curl_easy_strerror(fault));
    (void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    if (code >= 300 && code < 400)
        return hf_fail(err, HF_ERR_UNREACHABLE, "fetch.unreachable",
                       "%.*s: it sends elsewhere, and nobody goes there", HF_STR_ARG(fetch->url));
    *status = (int)code;
    *body = hf_buf_copy(arena, &taken);
    return true;
}

void hf_url_escape(hf_buf *out, hf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (is_plain)
            hf_buf_add_byte(out, (char)c);
        else
            hf_buf_add_format(out, "%%%02X", c);
    }
}

void hf_form_add(hf_buf *out, const char *name, hf_str value)
{
    hf_buf_add_z(out, out->len > 0 ? "&" : "");
    hf_url_escape(out, hf_str_of(name));
    hf_buf_add_byte(out, '=');
    hf_url_escape(out, value);
}
