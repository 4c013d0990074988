// SPDX-License-Identifier: Apache-2.0
//
// holdfast check: the X-ray of register and installation. Exit status 1 when it found faults.
#include "cli/cli.h"

static bool run(hf_cli *cli, hf_error *err)
{
    hf_check_result result = {0};
    uint64_t faults = 0;
    if (!hf_check_register(&cli->session, &cli->arena, &result, err))
        return false;
    for (size_t i = 0; i < result.total_count; i++)
        faults += result.totals[i].is_error ? result.totals[i].count : 0;
    cli->status = faults > 0 ? 1 : 0;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_check(&result, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < result.total_count; i++)
        hf_buf_add_format(&cli->out, "%-32s %llu\n", result.totals[i].code,
                          (unsigned long long)result.totals[i].count);
    for (size_t i = 0; i < result.count && i < 20; i++)
        hf_buf_add_format(&cli->out, "%.*s %.*s: %.*s\n", HF_STR_ARG(result.list[i].noun),
                          HF_STR_ARG(result.list[i].key), HF_STR_ARG(result.list[i].message));
    return true;
}

const hf_command hf_command_check = {
    .name = "check",
    .usage = "",
    .summary = "Look for faults in register and installation.",
    .example = "holdfast check --json",
    .store = HF_STORE_PRESENT,
    .run = run,
};
