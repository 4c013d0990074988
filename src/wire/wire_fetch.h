// SPDX-License-Identifier: Apache-2.0
//
// HTTP as a client, for the few places that the operator has named: one request, one answer in memory. TLS with a trusted
// certificate for the name; no redirect is followed, no proxy asked, no address with a name and password in it taken.
#ifndef HF_WIRE_WIRE_FETCH_H
#define HF_WIRE_WIRE_FETCH_H

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#define HF_FETCH_SECONDS   10u
#define HF_FETCH_BYTES_MAX (1u << 20)

typedef struct {
    hf_str url;            // https; http only to this machine itself, and only with may_be_plain
    hf_str form;           // body of a POST, as application/x-www-form-urlencoded; ptr NULL: a GET
    hf_str name, password; // of HTTP Basic; empty = none
    bool may_be_plain;
} hf_fetch;

// status, body  out: whatever the answer is; the body in the arena
// Errors  HF_ERR_USAGE "fetch.address"; HF_ERR_UNREACHABLE "fetch.unreachable" no answer, not in time, not trusted, a
//         redirect; HF_ERR_TOO_LARGE "fetch.too_large"
bool hf_fetch_run(const hf_fetch *fetch, hf_arena *arena, int *status, hf_str *body,
                  hf_error *err) HF_CHECKED;

// Writes a member of a form: name=value, escaped, with an '&' before all but the first.
void hf_form_add(hf_buf *out, const char *name, hf_str value);
// RFC 3986: only letters, digits and "-._~" as they are.
void hf_url_escape(hf_buf *out, hf_str text);

#endif
