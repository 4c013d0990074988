// SPDX-License-Identifier: Apache-2.0
//
// holdfast oscal: the catalogue, a choice of it, or an assessment as an OSCAL document. The way in is holdfast import.
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--instruments", "KEY,…", "only these instruments (catalog, profile)"},
    {"--themes", "NAME,…", "only provisions of these themes (catalog, profile)"},
    {"-o", "FILE", "where to write; - or nothing is standard output"},
};

static bool read_request(hf_cli *cli, hf_oscal_request *out, hf_error *err)
{
    *out = (hf_oscal_request){.kind = HF_OSCAL_COUNT,
                              .instruments = hf_str_of(hf_cli_option(cli, "--instruments")),
                              .themes = hf_str_of(hf_cli_option(cli, "--themes"))};
    for (int i = 0; i < HF_OSCAL_COUNT; i++)
        if (strcmp(cli->words[0], hf_oscal_document_words[i]) == 0)
            out->kind = (hf_oscal_document_kind)i;
    if (out->kind == HF_OSCAL_COUNT)
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "'%s' is no document; choose catalog, profile, plan, results or poam",
                       cli->words[0]);
    bool is_catalogue = out->kind == HF_OSCAL_CATALOG || out->kind == HF_OSCAL_PROFILE;
    if (is_catalogue && cli->word_count > 1)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "'%s' is of no assessment; leave '%s' out",
                       cli->words[0], cli->words[1]);
    if (!is_catalogue && (out->instruments.len > 0 || out->themes.len > 0))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "an assessment goes out whole; leave --instruments and --themes out");
    if (cli->word_count > 1)
        out->assessment = hf_str_of(cli->words[1]);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_file_out_close) hf_file_out *file = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_oscal_request request;
    int32_t unused = 0;
    const char *path = hf_cli_option(cli, "-o");
    return read_request(cli, &request, err) &&
           hf_oscal_export(&cli->session, &request, &text, &unused, err) &&
           hf_file_out_open(path != NULL ? path : "-", &file, err) &&
           hf_file_out_add(file, hf_buf_str(&text), err) && hf_file_out_commit(file, err);
}

const hf_command hf_command_oscal = {
    .name = "oscal",
    .usage = "catalog|profile|plan|results|poam [ASSESSMENT] [--instruments KEY,…] [--themes "
             "NAME,…] [-o FILE]",
    .summary = "Write the catalogue or an assessment as an OSCAL document.",
    .example = "holdfast oscal results N-2026 -o results.json",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 2,
    .words = "catalog|profile|plan|results|poam",
    .store = HF_STORE_PRESENT,
    .run = run,
};
