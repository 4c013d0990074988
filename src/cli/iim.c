// SPDX-License-Identifier: Apache-2.0
//
// holdfast iim: inoperability of sectors that live from each other.
#include "usecase/iim.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--flows", NULL, "the table holds flows between sectors instead of the matrix A*"},
    {"--fail", "KEY,…", "the loss of these assets is the shock, by its share of each sector"},
    {"--steps", "N", "also the course over N steps; needs the column rate"},
    {"--shock-steps", "N", "how many of them the shock lasts; without: all"},
    {"--continuous", NULL, "the course in continuous time"},
};

static bool read_request(hf_cli *cli, hf_iim_request *request, hf_error *err)
{
    hf_str *fail = NULL;
    uint64_t steps = 0, shock_steps = 0;
    if (!hf_iim_read_table(cli->words[0], &cli->arena, request, err) ||
        !hf_cli_count(cli, "--steps", &steps, err) ||
        !hf_cli_count(cli, "--shock-steps", &shock_steps, err))
        return false;
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, "--fail")), &fail, &request->fail_count);
    request->fail = fail;
    request->is_flows = hf_cli_has(cli, "--flows");
    request->is_continuous = hf_cli_has(cli, "--continuous");
    request->steps = steps < UINT32_MAX ? (uint32_t)steps : UINT32_MAX;
    request->shock_steps = shock_steps < UINT32_MAX ? (uint32_t)shock_steps : UINT32_MAX;
    return true;
}

static void write_table(hf_cli *cli, const hf_iim_answer *answer)
{
    static const hf_column columns[] = {
        {"cli.sector", false, true},           {"cli.shock", true, false},
        {"cli.inoperability", true, false},    {"cli.loss", true, false},
        {"cli.dependency_index", true, false}, {"cli.influence_index", true, false},
        {"cli.impact_duration", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    const hf_iim_result *result = &answer->result;
    for (uint32_t i = 0; i < answer->request.sector_count; i++) {
        hf_table_add(cli, &table, answer->request.sectors[i]);
        hf_table_add_number(cli, &table, answer->request.shock[i], 3);
        hf_table_add_number(cli, &table, result->q[i], 3);
        hf_table_add_number(cli, &table, result->loss == NULL ? 0 : result->loss[i], 3);
        hf_table_add_number(cli, &table, result->dependency[i], 3);
        hf_table_add_number(cli, &table, result->influence[i], 3);
        hf_table_add_number(cli, &table, answer->has_course ? answer->course.duration[i] : 0, 2);
    }
    hf_table_write(cli, &table);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_iim_request request;
    hf_iim_answer answer;
    if (!read_request(cli, &request, err) ||
        (request.fail_count > 0 && !hf_cli_open_store(cli, false, err)) ||
        !hf_ask_iim(&cli->session, &request, &cli->arena, &answer, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_iim(&answer, &out);
        hf_cli_end_json(cli);
    } else {
        write_table(cli, &answer);
    }
    return true;
}

const hf_command hf_command_iim = {
    .name = "iim",
    .usage = "TABLE.csv [--flows] [--fail KEY,…] [--steps N] [--shock-steps N] [--continuous]",
    .summary = "What a shock to some sectors costs all that live from each other.",
    .example = "holdfast iim sectors.csv --steps 30 --shock-steps 10",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .store = HF_STORE_NONE,
    .run = run,
};
