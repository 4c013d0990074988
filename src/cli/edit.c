// SPDX-License-Identifier: Apache-2.0
//
// holdfast edit: changes fields of one record, or of all that a filter finds.
#include "cli/query.h"

static const hf_option options[] = {
    {"--filter", "FIELD=VALUE,…", "change all records whose fields have these values, or none"},
    {"--text", "WORDS", "change all records that full-text search finds"},
    {"--all", NULL, "change every record of the kind"},
    {"--dry-run", NULL, "say what would change, store nothing; for many records"},
};

static bool edit_one(hf_cli *cli, const hf_noun *noun, void **record, hf_error *err)
{
    hf_patch patch;
    hf_str key = hf_str_of(cli->words[1]);
    if (hf_cli_has(cli, "--dry-run"))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "--dry-run goes with --filter or --text; give one of them");
    if (cli->word_count < 3)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "nothing to change; give FIELD=VALUE");
    return hf_cli_read_patch(cli, noun, 2, &patch, err) &&
           hf_edit_record(&cli->session, &patch, key, HF_VERSION_ANY, &cli->arena, record, err);
}

// One line per refused record, then what was or would have been done.
static void say_result(hf_cli *cli, const hf_edit_result *result)
{
    for (size_t i = 0; i < result->problem_count; i++) {
        hf_error fault = result->problems[i].fault;
        hf_str key = result->problems[i].key;
        (void)hf_fail_at(&fault, hf_str_z(&cli->arena, key), 0, NULL);
        hf_cli_say_error(&fault);
    }
    hf_message_value values[] = {
        {.name = "changed", .is_number = true, .number = (double)result->changed},
        {.name = "unchanged", .is_number = true, .number = (double)result->unchanged},
        {.name = "refused", .is_number = true, .number = (double)result->refused},
        {.name = "event", .is_number = true, .number = (double)result->event}};
    hf_cli_say(cli,
               result->is_stored     ? "cli.edit.stored"
               : result->refused > 0 ? "cli.edit.refused"
                                     : "cli.edit.would",
               values, HF_COUNT(values));
}

static bool edit_many(hf_cli *cli, const hf_noun *noun, hf_error *err)
{
    hf_patch patch;
    hf_edit_result result = {0};
    hf_edit_request request = {.query = {.noun = noun},
                               .patch = &patch,
                               .expected_count = -1,
                               .is_dry_run = hf_cli_has(cli, "--dry-run")};
    if (!hf_cli_read_query(cli, &request.query, err) ||
        !hf_cli_read_patch(cli, noun, 1, &patch, err) ||
        !hf_edit_records(&cli->session, &request, &cli->arena, &result, err))
        return false;
    if (result.refused > 0)
        cli->status = hf_error_exit_status(HF_ERR_INPUT);
    if (!cli->is_json) {
        say_result(cli, &result);
        return true;
    }
    hf_json_writer out = hf_cli_json(cli);
    hf_write_edit(noun, &result, &out);
    hf_cli_end_json(cli);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    void *record = NULL;
    bool is_many =
        hf_cli_has(cli, "--filter") || hf_cli_has(cli, "--text") || hf_cli_has(cli, "--all");
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err))
        return false;
    if (is_many)
        return edit_many(cli, noun, err);
    if (!edit_one(cli, noun, &record, err))
        return false;
    if (record != NULL)
        hf_cli_write_record(cli, noun, record);
    return true;
}

const hf_command hf_command_edit = {
    .name = "edit",
    .usage = "NOUN KEY FIELD=VALUE … | NOUN --filter FIELD=VALUE,… FIELD=VALUE … "
             "[--dry-run]",
    .summary = "Change one record, or all that a filter finds; an empty value clears a field.",
    .example = "holdfast edit assets --filter kind=hospital,region=R1 operator=MOH --dry-run",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 2,
    .max_words = SIZE_MAX,
    .store = HF_STORE_PRESENT,
    .run = run,
};
