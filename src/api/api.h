// SPDX-License-Identifier: Apache-2.0
//
// The door of api/: one call that serves a store over HTTP until it is told to stop.
#ifndef HF_API_API_H
#define HF_API_API_H

#include "base/crypto.h"
#include "base/error.h"
#include "base/str.h"

typedef struct {
    const char *db;          // store, as in --db
    const hf_seal_key *seal; // of the store's secrets; NULL = none is named
    const char *listen;      // NULL = "127.0.0.1:2341"
    const char *tls_cert;    // PEM files, both or neither; NULL = none
    const char *tls_key;
    const char *client_ca;  // PEM: authorities of clients' certificates; NULL = none are asked for
    const char *client_crl; // PEM: those that were taken back; NULL = none
    const char *web_dir;    // serve the web application from here; NULL = the pack in the program
    const char *metrics_token; // for /metrics from elsewhere; NULL = loopback only
    uint32_t thread_count;     // for requests; 0 = by the processors
    bool is_behind_proxy;
    bool is_quiet;       // no lines for people on standard output
    bool has_no_sandbox; // it may open every file that its user may, and make every call
} hf_serve_options;

// Opens the store (makes it when missing), runs the server, the job workers and the event streams, and returns
// after SIGTERM or SIGINT. Prints the address, and at first start the set-up link, on standard output.
// Errors: those of hf_server_open, hf_store_open, hf_init_store.
bool hf_serve(const hf_serve_options *options, hf_error *err) HF_CHECKED;

#endif
