// SPDX-License-Identifier: Apache-2.0
//
// Who changed a record, when, what, and from which file; newest first.
#include "base/clock.h"
#include "cli/cli.h"

static void write_change(hf_cli *cli, const hf_field *field, const hf_version *version)
{
    hf_buf *out = &cli->out;
    hf_buf_add_format(out, "    %s: ", field->name);
    if (version->before != NULL)
        hf_field_write_text(field, version->before, out);
    hf_buf_add_z(out, " → ");
    if (version->after != NULL)
        hf_field_write_text(field, version->after, out);
    hf_buf_add_byte(out, '\n');
}

// Only what was changed: an addition or removal would repeat the whole record.
static void write_changes(hf_cli *cli, const hf_noun *noun, const hf_version *version)
{
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if ((field->flags & HF_FIELD_SECRET) == 0 &&
            !hf_field_equal(field, version->before, version->after))
            write_change(cli, field, version);
    }
}

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    hf_version *versions = NULL;
    size_t count = 0;
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err) ||
        !hf_record_history(&cli->session, noun, hf_str_of(cli->words[1]), &cli->arena, &versions,
                           &count, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_history(noun, versions, count, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const hf_version *version = &versions[i];
        char at[32];
        hf_time_format(version->at_ms, at);
        hf_buf_add_format(&cli->out, "%lld  %s  %s  %.*s  %.*s\n", (long long)version->version, at,
                          hf_history_action_words[version->action], HF_STR_ARG(version->actor),
                          HF_STR_ARG(version->source));
        if (version->before != NULL && version->after != NULL)
            write_changes(cli, noun, version);
    }
    return true;
}

const hf_command hf_command_history = {
    .name = "history",
    .usage = "NOUN KEY",
    .summary = "Show who changed a record, when, what, and from which file.",
    .example = "holdfast history asset DEMO-1",
    .min_words = 2,
    .max_words = 2,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
