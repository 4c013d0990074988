// SPDX-License-Identifier: Apache-2.0
//
// holdfast import: files into the register, after a look at what they would change.
#include "base/json.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--as", "NOUN", "what the rows are, when the file's name does not say it"},
    {"--format", "FORMAT", "how the files are read, when it cannot be guessed"},
    {"--recipe", "NAME|FILE", "the recipe for a foreign table; NAME:parameter=value,…"},
    {"--dry-run", NULL, "only say what would be added, changed and how, left alone, refused"},
    {"--skip-refused", NULL, "store the good rows although others are refused"},
};
enum { BAD_INPUT = 65, CHANGES_SHOWN = 10 };

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

static void write_table(hf_cli *cli, const hf_import_result *result)
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
}

// --- what would change -------------------------------------------------------------------------------------

// As in JSON, with line ends and the like escaped: a cell has one line.
static hf_str one_line(hf_cli *cli, hf_str value)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2 * HF_IMPORT_CHANGE_BYTES_MAX);
    hf_json_quote(&text, value);
    hf_str quoted = hf_buf_copy(&cli->arena, &text);
    return hf_str_slice(quoted, 1, quoted.len - 1);
}

static hf_str value_text(hf_cli *cli, const hf_json *value)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_IMPORT_CHANGE_BYTES_MAX);
    hf_json_writer out = {.out = &text};
    if (value == NULL || value->type == HF_JSON_NULL)
        return HF_STR("–");
    if (value->type == HF_JSON_TEXT)
        return one_line(cli, value->text);
    hf_json_add_value(&out, value);
    return hf_buf_copy(&cli->arena, &text);
}

// The record in its first row; empty cells below.
static void add_record(hf_cli *cli, hf_table_text *table, const hf_import_change *change,
                       bool is_first)
{
    hf_str noun = hf_str_format(&cli->arena, "noun.%s%c", change->noun->name, 0);
    const char *action = change->is_added ? "action.added" : "action.changed";
    hf_lang lang = cli->session.lang;
    hf_table_add(cli, table,
                 is_first ? hf_message_text(lang, noun.ptr, &cli->arena) : HF_STR_EMPTY);
    hf_table_add(cli, table, is_first ? change->key : HF_STR_EMPTY);
    hf_table_add(cli, table, is_first ? hf_message_text(lang, action, &cli->arena) : HF_STR_EMPTY);
}

static bool add_change(hf_cli *cli, hf_table_text *table, const hf_import_change *change,
                       hf_error *err)
{
    hf_json *fields = NULL;
    if (!hf_json_parse(change->fields, &cli->arena, &fields, err))
        return false;
    for (const hf_json *field = fields->child; field != NULL; field = field->next) {
        add_record(cli, table, change, field == fields->child);
        hf_table_add(cli, table, hf_json_text(field, "field"));
        hf_table_add(cli, table, value_text(cli, hf_json_get(field, "before")));
        hf_table_add(cli, table, value_text(cli, hf_json_get(field, "after")));
    }
    if (fields->child != NULL)
        return true;
    bool is_named = change->is_added && change->name.len > 0;
    add_record(cli, table, change, true);
    hf_table_add(cli, table,
                 change->is_too_long ? HF_STR("…")
                 : is_named          ? HF_STR("name")
                                     : HF_STR_EMPTY);
    hf_table_add(cli, table, is_named ? HF_STR("–") : HF_STR_EMPTY);
    hf_table_add(cli, table, is_named ? one_line(cli, change->name) : HF_STR_EMPTY);
    return true;
}

static bool write_changes(hf_cli *cli, const hf_import_result *result, hf_error *err)
{
    static const hf_column columns[] = {
        {"dictionary.noun", false, true}, {"field.asset.key", false, true},
        {"cli.change", false, false},     {"list.field", false, false},
        {"record.before", false, true},   {"record.after", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    size_t shown = result->changes.count < CHANGES_SHOWN ? result->changes.count : CHANGES_SHOWN;
    uint64_t all = result->total.changed + result->total.added;
    for (size_t i = 0; i < shown; i++)
        if (!add_change(cli, &table, &result->changes.items[i], err))
            return false;
    if (shown == 0)
        return true;
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
    const hf_message_value more = {"count", HF_STR_EMPTY, true, (double)(all - shown)};
    if (all > shown)
        hf_cli_say(cli, "cli.import.more", &more, 1);
    hf_buf_add_byte(&cli->out, '\n');
    return true;
}

static void say_outcome(hf_cli *cli, const hf_import_result *result, bool is_dry_run)
{
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
        write_table(cli, &result);
        if (!write_changes(cli, &result, err))
            return false;
        say_outcome(cli, &result, request.is_dry_run);
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
