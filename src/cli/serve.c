// SPDX-License-Identifier: Apache-2.0
//
// holdfast serve: the server with its web application, until it is told to stop.
#include "api/api.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--listen", "ADDRESS", "where to listen (127.0.0.1:2341)"},
    {"--tls-cert", "FILE", "certificate chain, PEM"},
    {"--tls-key", "FILE", "its private key, PEM"},
    {"--client-ca", "FILE",
     "authorities whose certificates sign clients in, PEM (with --tls-cert)"},
    {"--client-crl", "FILE", "certificates of theirs that were revoked, PEM"},
    {"--behind-proxy", NULL, "a proxy in front does TLS and says who is calling"},
    {"--threads", "N", "threads for requests (by the processors)"},
    {"--metrics-token", "TEXT", "lets others than this machine read /metrics"},
    {"--no-sandbox", NULL, "do not lock the server in: it could open every file of its user"},
    {"--web-dir", "DIR", "serve the web application from here (for its developers)"},
};

static bool run(hf_cli *cli, hf_error *err)
{
    uint64_t threads = 0;
    const hf_seal_key *seal = NULL;
    if (!hf_cli_count(cli, "--threads", &threads, err) || !hf_cli_seal_key(cli, &seal, err))
        return false;
    hf_serve_options serve = {.db = cli->db,
                              .seal = seal,
                              .listen = hf_cli_option(cli, "--listen"),
                              .tls_cert = hf_cli_option(cli, "--tls-cert"),
                              .tls_key = hf_cli_option(cli, "--tls-key"),
                              .client_ca = hf_cli_option(cli, "--client-ca"),
                              .client_crl = hf_cli_option(cli, "--client-crl"),
                              .web_dir = hf_cli_option(cli, "--web-dir"),
                              .metrics_token = hf_cli_option(cli, "--metrics-token"),
                              .thread_count = threads > 256 ? 256 : (uint32_t)threads,
                              .is_behind_proxy = hf_cli_has(cli, "--behind-proxy"),
                              .has_no_sandbox = hf_cli_has(cli, "--no-sandbox"),
                              .is_quiet = cli->is_quiet};
    return hf_serve(&serve, err);
}

const hf_command hf_command_serve = {
    .name = "serve",
    .usage = "[--listen ADDRESS] [--tls-cert FILE --tls-key FILE] [--behind-proxy] [--no-sandbox]",
    .summary = "Run the server with its web application.",
    .example = "holdfast --db nation.db serve --listen 127.0.0.1:2341",
    .options = options,
    .option_count = HF_COUNT(options),
    .run = run,
};
