// SPDX-License-Identifier: Apache-2.0
//
// holdfast infer: proposes dependencies by rule.
#include "cli/cli.h"

static const hf_option options[] = {
    {"--accept", NULL, "accept them at once instead of proposing them"},
};

static bool run(hf_cli *cli, hf_error *err)
{
    static const hf_column columns[] = {{"noun.rule", false, true},
                                        {"cli.proposed", true, false},
                                        {"cli.unchanged", true, false},
                                        {"cli.without", true, false}};
    hf_str *rules = HF_NEW_N(&cli->arena, hf_str, cli->word_count);
    hf_infer_result result = {0};
    hf_bar bar = hf_bar_begin(cli);
    for (size_t i = 0; i < cli->word_count; i++)
        rules[i] = hf_str_of(cli->words[i]);
    hf_infer_request request = {.rules = rules,
                                .rule_count = cli->word_count,
                                .accept = hf_cli_has(cli, "--accept"),
                                .progress = {&bar, hf_bar_tell}};
    bool ok = hf_infer(&cli->session, &request, &cli->arena, &result, err);
    hf_bar_end(&bar);
    if (!ok)
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_infer(&result, &out);
        hf_cli_end_json(cli);
        return true;
    }
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < result.rule_count; i++) {
        hf_table_add(cli, &table, result.by_rule[i].rule);
        hf_table_add_count(cli, &table, (int64_t)result.by_rule[i].proposed);
        hf_table_add_count(cli, &table, (int64_t)result.by_rule[i].unchanged);
        hf_table_add_count(cli, &table, (int64_t)result.by_rule[i].without);
    }
    if (result.rule_count > 0)
        hf_table_write(cli, &table);
    return true;
}

const hf_command hf_command_infer = {
    .name = "infer",
    .usage = "[RULE…] [--accept]",
    .summary = "Propose dependencies that nobody wrote down, by rule.",
    .example = "holdfast infer --accept",
    .options = options,
    .option_count = HF_COUNT(options),
    .max_words = SIZE_MAX,
    .store = HF_STORE_PRESENT,
    .run = run,
};
