// SPDX-License-Identifier: Apache-2.0
//
// holdfast runs: simulations that were kept, newest first; or the document of one.
#include "base/file.h"
#include "cli/query.h"

static const hf_option options[] = {
    {"--result", "ID", "the document of this run, byte by byte"},
    {"-o", "FILE", "write the document there"},
};

static bool write_result(hf_cli *cli, const char *key, hf_error *err)
{
    hf_run *run = NULL;
    hf_str document;
    const char *path = hf_cli_option(cli, "-o");
    if (!hf_read_run(&cli->session, hf_str_of(key), &cli->arena, &run, &document, err))
        return false;
    if (path != NULL)
        return hf_file_write(path, document, err);
    hf_buf_add_str(&cli->out, document);
    return true;
}

static void write_runs(hf_cli *cli, const hf_page *page)
{
    static const hf_column columns[] = {{"field.run.key", false, false},
                                        {"field.run.title", false, true},
                                        {"field.run.trials", true, false},
                                        {"field.run.seed", true, false},
                                        {"field.run.mean_loss", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < page->count; i++) {
        const hf_run *one = page->records[i];
        hf_table_add(cli, &table, one->head.key);
        hf_table_add(cli, &table, one->title);
        hf_table_add_count(cli, &table, one->trials);
        hf_table_add_count(cli, &table, one->seed);
        hf_table_add_number(cli, &table, one->mean_loss, 0);
    }
    if (page->count > 0)
        hf_table_write(cli, &table);
}

static bool run(hf_cli *cli, hf_error *err)
{
    const char *key = hf_cli_option(cli, "--result");
    // Keys are made of the time: the newest come last in their order.
    hf_query query = {.noun = &hf_noun_run,
                      .sort = hf_noun_field(&hf_noun_run, HF_STR("key"), NULL),
                      .descending = true,
                      .limit = HF_CLI_LIST_LIMIT};
    hf_page page = {0};
    if (key != NULL)
        return write_result(cli, key, err);
    if (hf_cli_has(cli, "-o"))
        return hf_fail(err, HF_ERR_USAGE, "usage.value_missing", "-o needs --result ID");
    if (cli->is_json)
        return hf_cli_write_records(cli, &query, HF_CLI_LIST_LIMIT, err);
    if (!hf_list_records(&cli->session, &query, &cli->arena, &page, err))
        return false;
    write_runs(cli, &page);
    return true;
}

const hf_command hf_command_runs = {
    .name = "runs",
    .usage = "[--result ID [-o FILE]]",
    .summary = "Show the simulations that were kept, or the document of one.",
    .example = "holdfast runs",
    .options = options,
    .option_count = HF_COUNT(options),
    .store = HF_STORE_PRESENT,
    .run = run,
};
