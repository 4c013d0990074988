// SPDX-License-Identifier: Apache-2.0
//
// holdfast import: files into the register, after a look at what they would change.
#include "cli/cli.h"

static const hf_option options[] = {
    {"--as", "NOUN", "what the rows are, when the file's name does not say it"},
    {"--format", "FORMAT", "how the files are read, when it cannot be guessed"},
    {"--recipe", "NAME|FILE", "the recipe for a foreign table; NAME:parameter=value,…"},
    {"--dry-run", NULL, "only say what would be added, changed, left alone, refused"},
    {"--skip-refused", NULL, "store the good rows although others are refused"},
};
enum { BAD_INPUT = 65 };

static bool read_request(hf_cli *cli, hf_import_request *request, hf_error *err)
{
    const char *noun = hf_cli_option(cli, "--as");
    hf_import_file *files = HF_NEW_N(&cli->arena, hf_import_file, cli->word_count);
    for (size_t i = 0; i < cli->word_count; i++)
        files[i] = (hf_import_file){.path = cli->words[i], .name = cli->words[i]};
    *request = (hf_import_request){.files = files,
                                   .file_count = cli->word_count,
                                   .format = hf_str_of(hf_cli_option(cli, "--format")),
                                   .recipe = hf_str_of(hf_cli_option(cli, "--recipe")),
                                   .may_open_files = true,
                                   .is_dry_run = hf_cli_has(cli, "--dry-run"),
                                   .skip_refused = hf_cli_has(cli, "--skip-refused")};
    return noun == NULL || hf_cli_noun(hf_str_of(noun), &request->as, err);
}

static bool check(hf_cli *cli, hf_error *err)
{
    hf_import_request request;
    return read_request(cli, &request, err) && hf_import_check_files(&request, err);
}

static void write_table(hf_cli *cli, const hf_import_result *result, bool is_dry_run)
{
    static const hf_column columns[] = {{"cli.noun", false, false},
                                        {"cli.added", true, false},
                                        {"cli.changed", true, false},
                                        {"cli.unchanged", true, false},
                                        {"cli.refused", true, false}};
    uint64_t unread = result->total.refused;
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < result->noun_count; i++) {
        const hf_import_counts *counts = &result->by_noun[i];
        hf_str key = hf_str_format(&cli->arena, "noun.%s.plural%c", counts->noun->name, 0);
        hf_table_add(cli, &table, hf_message_text(cli->session.lang, key.ptr, &cli->arena));
        hf_table_add_count(cli, &table, (int64_t)counts->added);
        hf_table_add_count(cli, &table, (int64_t)counts->changed);
        hf_table_add_count(cli, &table, (int64_t)counts->unchanged);
        hf_table_add_count(cli, &table, (int64_t)counts->refused);
        unread -= counts->refused < unread ? counts->refused : unread;
    }
    if (unread > 0) { // refused before anyone knew what kind of record they are
        hf_table_add(cli, &table, hf_message_text(cli->session.lang, "cli.unread", &cli->arena));
        for (size_t i = 0; i < 3; i++)
            hf_table_add(cli, &table, HF_STR_EMPTY);
        hf_table_add_count(cli, &table, (int64_t)unread);
    }
    if (table.cells.count > 0)
        hf_table_write(cli, &table);
    // What is wrong with a file as a whole cannot be left out.
    bool are_rows = result->total.refused > 0 && result->fault.kind == HF_ERR_NONE;
    const hf_message_value refused = {"count", HF_STR_EMPTY, true, (double)result->total.refused};
    if (!cli->is_quiet)
        hf_cli_say(cli,
                   result->is_stored ? "cli.import.stored"
                   : is_dry_run      ? "cli.import.dry_run"
                   : are_rows        ? "cli.import.refused"
                                     : "cli.import.not_stored",
                   &refused, 1);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_import_request request;
    hf_import_result result = {0};
    hf_bar bar = hf_bar_begin(cli);
    if (!read_request(cli, &request, err))
        return false;
    request.progress = (hf_progress){&bar, hf_bar_tell};
    bool ok = hf_import(&cli->session, &request, &cli->arena, &result, err);
    hf_bar_end(&bar);
    if (!ok)
        return false;
    bool is_bad =
        result.fault.kind != HF_ERR_NONE || (result.total.refused > 0 && !request.skip_refused);
    if (is_bad)
        cli->status = result.fault.kind == HF_ERR_NONE || result.fault.kind == HF_ERR_INPUT
                          ? BAD_INPUT
                          : hf_error_exit_status(result.fault.kind);
    hf_cli_say_problems(&result.problems);
    if (!cli->is_json) {
        write_table(cli, &result, request.is_dry_run);
        return true;
    }
    hf_json_writer out = hf_cli_json(cli);
    hf_write_import(&result, &out);
    hf_cli_end_json(cli);
    return true;
}

const hf_command hf_command_import = {
    .name = "import",
    .usage = "FILE… [--as NOUN] [--recipe NAME|FILE] [--dry-run] [--skip-refused]",
    .summary = "Take files in: tables, maps, networks, whatever the program knows.",
    .example = "holdfast import assets.csv dependencies.csv layers.csv --dry-run",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = SIZE_MAX,
    .words = "FILE…",
    .store = HF_STORE_MADE,
    .check = check,
    .run = run,
};
