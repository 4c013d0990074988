// SPDX-License-Identifier: Apache-2.0
//
// Takes back the newest change of a record, or all that an import did.
#include "cli/cli.h"

static const hf_option options[] = {{"--event", "N", "take back all that event N did (an import)"}};

static bool undo_event(hf_cli *cli, hf_error *err)
{
    hf_undo_counts counts = {0};
    uint64_t event = 0;
    if (!hf_cli_count(cli, "--event", &event, err) ||
        !hf_undo_event(&cli->session, (int64_t)event, &counts, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "removed");
        hf_json_add_u64(&out, counts.removed);
        hf_json_name(&out, "restored");
        hf_json_add_u64(&out, counts.restored);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
    }
    hf_message_value values[] = {
        {.name = "removed", .is_number = true, .number = (double)counts.removed},
        {.name = "restored", .is_number = true, .number = (double)counts.restored}};
    hf_cli_say(cli, "cli.undo.event", values, HF_COUNT(values));
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    void *record = NULL;
    if (hf_cli_has(cli, "--event"))
        return undo_event(cli, err);
    if (cli->word_count != 2)
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "name a record (NOUN KEY) or an event (--event N)");
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err) ||
        !hf_undo_record(&cli->session, noun, hf_str_of(cli->words[1]), &cli->arena, &record, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        if (record != NULL)
            hf_write_record(&cli->session, noun, record, &out);
        else
            hf_json_add_null(&out);
        hf_cli_end_json(cli);
    }
    hf_message_value values[] = {{.name = "key", .text = hf_str_of(cli->words[1])}};
    hf_cli_say(cli, record != NULL ? "cli.undo.done" : "cli.undo.gone", values, 1);
    return true;
}

const hf_command hf_command_undo = {
    .name = "undo",
    .usage = "NOUN KEY | --event N",
    .summary = "Take back the newest change of a record, or a whole import.",
    .example = "holdfast undo --event 14",
    .options = options,
    .option_count = HF_COUNT(options),
    .max_words = 2,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
