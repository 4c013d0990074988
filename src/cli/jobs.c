// SPDX-License-Identifier: Apache-2.0
//
// holdfast jobs: long work of the server, newest first.
#include "cli/query.h"
#include "model/job.h"

static bool run(hf_cli *cli, hf_error *err)
{
    hf_query query = {.noun = &hf_noun_job};
    return hf_cli_write_records(cli, &query, HF_CLI_LIST_LIMIT, err);
}

const hf_command hf_command_jobs = {
    .name = "jobs",
    .usage = "",
    .summary = "Show imports, rankings and other long work of the server.",
    .example = "holdfast jobs --json",
    .store = HF_STORE_PRESENT,
    .run = run,
};
