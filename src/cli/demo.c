// SPDX-License-Identifier: Apache-2.0
//
// holdfast demo: loads the demonstration nation, or takes it out again.
#include "usecase/demo.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--size", "N", "about how many assets: 1k, 10k, 100k, 1m (10k)"},
    {"--seed", "N", "another number gives another nation (1)"},
    {"--remove", NULL, "take all demonstration records out"},
};

static bool remove_demo(hf_cli *cli, hf_error *err)
{
    uint64_t count = 0;
    if (!hf_remove_demo(&cli->session, &count, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "removed");
        hf_json_add_u64(&out, count);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
    }
    return true;
}

static bool read_request(hf_cli *cli, hf_demo_request *request, hf_error *err)
{
    *request = (hf_demo_request){0};
    return hf_cli_count(cli, "--size", &request->size, err) &&
           hf_cli_count(cli, "--seed", &request->seed, err);
}

static bool check(hf_cli *cli, hf_error *err)
{
    hf_demo_request request;
    return read_request(cli, &request, err);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_demo_request request;
    hf_demo_result result = {0};
    if (hf_cli_has(cli, "--remove"))
        return remove_demo(cli, err);
    if (!read_request(cli, &request, err))
        return false;
    hf_bar bar = hf_bar_begin(cli);
    request.progress = (hf_progress){&bar, hf_bar_tell};
    bool ok = hf_load_demo(&cli->session, &request, &cli->arena, &result, err);
    hf_bar_end(&bar);
    if (!ok)
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_demo(&result, &out);
        hf_cli_end_json(cli);
        return true;
    }
    const hf_message_value values[] = {
        {"assets", HF_STR_EMPTY, true, (double)result.assets},
        {"dependencies", HF_STR_EMPTY, true, (double)result.dependencies}};
    if (!cli->is_quiet)
        hf_cli_say(cli, "cli.demo.loaded", values, HF_COUNT(values));
    return true;
}

const hf_command hf_command_demo = {
    .name = "demo",
    .usage = "[--size N] [--seed N] [--remove]",
    .summary = "Load a fictitious nation to try everything on.",
    .example = "holdfast --db demo.db demo --size 10k",
    .options = options,
    .option_count = HF_COUNT(options),
    .store = HF_STORE_MADE,
    .check = check,
    .run = run,
};
