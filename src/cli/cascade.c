// SPDX-License-Identifier: Apache-2.0
//
// holdfast cascade: one what-if. What falls, when, and why.
#include <math.h>
#include <string.h>

#include "cli/question.h"

static const hf_option options[] = {
    {"--fail", "KEY,…", "the assets that are damaged at hour 0"},
    {"--fail-file", "FILE", "their keys, one a line"},
    HF_CLI_QUESTION_OPTIONS,
    {"--both-restarts", NULL,
     "also with the other restart rule: what organised black start is worth; needs --hours"},
    {"--model", "cascade|outage", "outage: what fell comes back after its inputs (cascade)"},
};

bool hf_cli_write_falls(hf_cli *cli, const hf_cascade_answer *answer, hf_error *err)
{
    static const hf_column columns[] = {
        {"cli.at_h", true, false},         {"field.asset.key", false, false},
        {"field.asset.name", false, true}, {"field.asset.kind", false, true},
        {"cli.people", true, false},       {"cli.cause", false, false},
        {"cli.until_h", true, false}};
    static const char *const causes[] = {"cli.cause.damage", "cli.cause.dependency",
                                         "cli.cause.network"};
    hf_table_text table = {.columns = columns,
                           .column_count = HF_COUNT(columns) - !answer->has_returns};
    const hf_register_plan *plan = answer->plan;
    uint32_t *fallen = HF_NEW_N(&cli->arena, uint32_t, answer->cascade.fall_count);
    hf_named *named = NULL;
    for (uint32_t i = 0; i < answer->cascade.fall_count; i++)
        fallen[i] = answer->cascade.falls[i].asset;
    if (!hf_name_assets(&cli->session, plan, fallen, answer->cascade.fall_count, &cli->arena,
                        &named, err))
        return false;
    for (uint32_t i = 0; i < answer->cascade.fall_count; i++) {
        const hf_fall *fall = &answer->cascade.falls[i];
        hf_table_add_number(cli, &table, fall->at_h, 1);
        hf_table_add(cli, &table, plan->keys[fall->asset]);
        hf_table_add(cli, &table, named[i].name);
        hf_table_add(cli, &table, named[i].kind);
        hf_table_add_count(cli, &table, plan->people[fall->asset]);
        hf_table_add(cli, &table,
                     hf_message_text(cli->session.lang, causes[fall->cause], &cli->arena));
        if (answer->has_returns && isinf(fall->until_h))
            hf_table_add(cli, &table, HF_STR("–"));
        else if (answer->has_returns)
            hf_table_add_number(cli, &table, fall->until_h, 1);
    }
    if (answer->cascade.fall_count > 0)
        hf_table_write(cli, &table);
    return true;
}

static void say_restarts(hf_cli *cli, const hf_cascade_answer *answer)
{
    bool is_free = answer->restart == HF_RESTART_FREE;
    double own = answer->cascade.loss.people_hours, other = answer->other->loss.people_hours;
    const hf_message_value values[] = {
        {"free", HF_STR_EMPTY, true, is_free ? own : other},
        {"sequential", HF_STR_EMPTY, true, is_free ? other : own},
        {"more", HF_STR_EMPTY, true, is_free ? other - own : own - other}};
    hf_cli_say(cli, "cli.cascade.restarts", values, HF_COUNT(values));
}

static bool write_table(hf_cli *cli, const hf_cascade_answer *answer, hf_error *err)
{
    if (!hf_cli_write_falls(cli, answer, err))
        return false;
    const hf_message_value values[] = {
        {"count", HF_STR_EMPTY, true, (double)answer->cascade.fall_count},
        {"people", HF_STR_EMPTY, true, (double)answer->cascade.loss.people}};
    hf_cli_say(cli, "cli.cascade.sum", values, HF_COUNT(values));
    if (answer->other != NULL)
        say_restarts(cli, answer);
    hf_cli_say_loops(cli, answer->plan);
    return true;
}

static bool read_model(hf_cli *cli, hf_cascade_request *request, hf_error *err)
{
    const char *model = hf_cli_option(cli, "--model");
    request->has_both_restarts = hf_cli_has(cli, "--both-restarts");
    request->is_outage = model != NULL && strcmp(model, "outage") == 0;
    if (model == NULL || request->is_outage || strcmp(model, "cascade") == 0)
        return true;
    return hf_fail(err, HF_ERR_USAGE, "usage.value",
                   "--model does not know '%s'; give cascade or outage", model);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_cascade_request request;
    hf_cascade_answer answer = {0};
    if (!hf_cli_read_question(cli, &request, err) || !read_model(cli, &request, err) ||
        !hf_ask_cascade(&cli->session, &request, &cli->arena, &answer, err))
        return false;
    bool ok = true;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_cascade(&answer, &out);
        hf_cli_end_json(cli);
    } else {
        ok = write_table(cli, &answer, err);
    }
    hf_plan_release(&cli->session, &answer.plan);
    return ok;
}

const hf_command hf_command_cascade = {
    .name = "cascade",
    .usage = "--fail KEY,… [--hours H] [--step-h S] [--restart free|sequential] [--both-restarts] "
             "[--model outage]",
    .summary = "What falls if these assets are lost, when, and why.",
    .example = "holdfast cascade --fail P1,P2",
    .options = options,
    .option_count = HF_COUNT(options),
    .store = HF_STORE_PRESENT,
    .run = run,
};
