// SPDX-License-Identifier: Apache-2.0
//
// holdfast show: one record with all its fields, or its history.
#include "cli/query.h"

static const hf_option options[] = {
    {"--history", NULL, "who changed what and when, newest first"},
};

static void write_versions(hf_cli *cli, const hf_version *versions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char at[32];
        hf_time_format(versions[i].at_ms, at);
        hf_buf_add_format(&cli->out, "%s  %lld  %s  %.*s  %.*s\n", at,
                          (long long)versions[i].version,
                          hf_history_action_words[versions[i].action],
                          HF_STR_ARG(versions[i].actor), HF_STR_ARG(versions[i].source));
    }
}

static bool show_history(hf_cli *cli, const hf_noun *noun, hf_str key, hf_error *err)
{
    hf_version *versions = NULL;
    size_t count = 0;
    if (!hf_record_history(&cli->session, noun, key, &cli->arena, &versions, &count, err))
        return false;
    if (!cli->is_json) {
        write_versions(cli, versions, count);
        return true;
    }
    hf_json_writer out = hf_cli_json(cli);
    hf_write_history(noun, versions, count, &out);
    hf_cli_end_json(cli);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    void *record = NULL;
    hf_str key = hf_str_of(cli->words[1]);
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err))
        return false;
    if (hf_cli_has(cli, "--history"))
        return show_history(cli, noun, key, err);
    if (!hf_get_record(&cli->session, noun, key, &cli->arena, &record, err))
        return false;
    hf_cli_write_record(cli, noun, record);
    return true;
}

const hf_command hf_command_show = {
    .name = "show",
    .usage = "NOUN KEY [--history]",
    .summary = "Show one record with all its fields.",
    .example = "holdfast show asset P1",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 2,
    .max_words = 2,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
