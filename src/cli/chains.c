// SPDX-License-Identifier: Apache-2.0
//
// holdfast chains: the worst chains of dependencies, as sentences.
#include "usecase/chains.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--from", "KEY,…", "only chains that begin at these assets"},
    {"--length", "N", "at most so many dependencies in a chain, 1 to 10 (5)"},
    {"--top", "K", "how many chains to list (20)"},
    {"--at-min", "M", "impact M minutes after the disturbance; without: when it is full"},
    {"--profile", NULL, "also the risk of each chain over time, 15 minutes to 6 weeks"},
    {"--least", "RISK", "leave out chains below this risk"},
    {"--harden", "KEY,…", "what if these assets were hardened"},
    {"--to", "P", "the likelihood to which what reaches a hardened asset falls (0)"},
};

static bool read_request(hf_cli *cli, hf_chains_request *request, hf_error *err)
{
    hf_str *from = NULL, *harden = NULL;
    uint64_t length = 0, top = 0;
    *request = (hf_chains_request){0};
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, "--from")), &from, &request->from_count);
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, "--harden")), &harden,
                &request->harden_count);
    request->from = from;
    request->harden = harden;
    if (!hf_cli_count(cli, "--length", &length, err) || !hf_cli_count(cli, "--top", &top, err) ||
        !hf_cli_number(cli, "--at-min", &request->at_min, err) ||
        !hf_cli_number(cli, "--least", &request->least_risk, err) ||
        !hf_cli_number(cli, "--to", &request->harden_to, err))
        return false;
    request->max_links = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
    request->top = top < UINT32_MAX ? (uint32_t)top : UINT32_MAX;
    return true;
}

static void write_sentences(hf_cli *cli, const hf_chains_answer *answer)
{
    for (uint32_t i = 0; i < answer->list.chain_count; i++)
        hf_cli_write_numbered(cli, i + 1, answer->sentences[i]);
    if (answer->list.chain_count == 0)
        hf_cli_say(cli, "cli.chains.none", NULL, 0);
}

static void write_profile(hf_cli *cli, const hf_chains_answer *answer)
{
    static const hf_column columns[] = {{"cli.chain", true, false},
                                        {"cli.after_min", true, false},
                                        {"cli.chain_risk", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (uint32_t i = 0; i < answer->list.chain_count; i++)
        for (uint32_t slot = 0; slot < HF_CHAIN_SLOTS; slot++) {
            hf_table_add_count(cli, &table, (int64_t)i + 1);
            hf_table_add_number(cli, &table, hf_chain_slot_min[slot], 0);
            hf_table_add_number(cli, &table, answer->profiles[i][slot], 2);
        }
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_chains_request request;
    hf_chains_answer answer;
    if (!read_request(cli, &request, err))
        return false;
    hf_cli_use_threads(cli);
    if (!hf_ask_chains(&cli->session, &request, &cli->arena, &answer, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_chains(&answer, &out);
        hf_cli_end_json(cli);
    } else {
        write_sentences(cli, &answer);
        if (hf_cli_has(cli, "--profile") && answer.list.chain_count > 0)
            write_profile(cli, &answer);
    }
    hf_plan_release(&cli->session, &answer.plan);
    return true;
}

const hf_command hf_command_chains = {
    .name = "chains",
    .usage =
        "[--from KEY,…] [--length N] [--top K] [--at-min M] [--profile] [--harden KEY,… --to P]",
    .summary = "The worst chains: who disturbs whom over several dependencies.",
    .example = "holdfast chains --from P1 --length 4 --top 10",
    .options = options,
    .option_count = HF_COUNT(options),
    .store = HF_STORE_PRESENT,
    .run = run,
};
