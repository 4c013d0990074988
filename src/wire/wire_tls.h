// SPDX-License-Identifier: Apache-2.0
//
// TLS as a client: a stream of bytes to another machine whose certificate was checked. A door of wire/ of its own.
#ifndef HF_WIRE_WIRE_TLS_H
#define HF_WIRE_WIRE_TLS_H

#include "base/error.h"
#include "base/str.h"

typedef struct {
    const char *address; // "logs.example:6514", "[::1]:6514"
    const char
        *ca_file; // PEM: who may have signed its certificate; NULL = whom this machine trusts
    uint32_t seconds_max; // without progress; 0 = 10
} hf_tls_options;

typedef struct hf_tls hf_tls;

// Connects by TLS 1.2 or later; the certificate must be valid, trusted and for this host.
// Errors: HF_ERR_USAGE "http.listen"; HF_ERR_UNREACHABLE "tls.unreachable", "tls.untrusted"; HF_ERR_NOT_FOUND
//         "file.missing"; HF_ERR_INPUT "tls.ca"
bool hf_tls_open(const hf_tls_options *options, hf_tls **out, hf_error *err) HF_CHECKED;
// All of it. Errors: HF_ERR_UNREACHABLE "tls.broken_off"
bool hf_tls_send(hf_tls *tls, hf_str bytes, hf_error *err) HF_CHECKED;
// Says that nothing more comes and waits until the other side has closed: then it has taken all that was sent.
// Errors: HF_ERR_UNREACHABLE "tls.broken_off"
bool hf_tls_finish(hf_tls *tls, hf_error *err) HF_CHECKED;
void hf_tls_close(hf_tls **tls); // for HF_CLEANUP

#endif
