// SPDX-License-Identifier: Apache-2.0
//
// holdfast explain: why one asset fell, back to the initial damage, in words.
#include "cli/question.h"

static const hf_option options[] = {
    {"--fail", "KEY,…", "the assets that are damaged at hour 0"},
    {"--fail-file", "FILE", "their keys, one a line"},
    HF_CLI_QUESTION_OPTIONS,
};

static bool write_reasons(hf_cli *cli, const hf_cascade_answer *answer, hf_error *err)
{
    hf_reasons reasons = {0};
    hf_str key = hf_str_of(cli->words[0]);
    if (!hf_explain_fall(&cli->session, answer, key, &cli->arena, &reasons, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_reasons(answer, key, &reasons, &out);
        hf_cli_end_json(cli);
        return true;
    }
    if (reasons.count == 0)
        hf_cli_write_words(cli, reasons.text, 0, 0);
    for (size_t i = 0; i < reasons.count; i++)
        hf_cli_write_numbered(cli, i + 1, reasons.steps[i].sentence);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_cascade_request request;
    hf_cascade_answer answer = {0};
    if (!hf_cli_read_question(cli, &request, err) ||
        !hf_ask_cascade(&cli->session, &request, &cli->arena, &answer, err))
        return false;
    bool ok = write_reasons(cli, &answer, err);
    hf_plan_release(&cli->session, &answer.plan);
    return ok;
}

const hf_command hf_command_explain = {
    .name = "explain",
    .usage = "KEY --fail KEY,… [--hours H] [--step-h S] [--restart free|sequential]",
    .summary = "Why an asset falls, step by step back to the damage.",
    .example = "holdfast explain H1 --fail P1",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .store = HF_STORE_PRESENT,
    .run = run,
};
