// SPDX-License-Identifier: Apache-2.0
//
// holdfast list: records of one kind, filtered and sorted, as a table or as JSON.
#include "cli/cli.h"
#include "cli/query.h"
#include "usecase/area.h"

static const hf_option options[] = {
    {"--filter", "FIELD=VALUE,…", "only records whose fields have these values"},
    {"--sort", "FIELD", "the key or an indexed field; -FIELD for descending"},
    {"--within", "AREA", "only those in an area: region:KEY, or lon,lat lon,lat lon,lat"},
    {"--text", "WORDS", "full-text search"},
    {"--limit", "N", "at most N records (100)"},
    {"--all", NULL, "all of them"},
};

static bool add_sort(hf_cli *cli, hf_query *query, hf_error *err)
{
    const char *text = hf_cli_option(cli, "--sort");
    if (text == NULL)
        return true;
    query->descending = text[0] == '-';
    query->sort = hf_noun_field(query->noun, hf_str_of(text + query->descending), NULL);
    return query->sort != NULL || hf_fail(err, HF_ERR_USAGE, "query.field",
                                          "%s have no field '%s'; the data dictionary lists them",
                                          query->noun->plural, text);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_query query = {0};
    uint64_t limit = HF_CLI_LIST_LIMIT;
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &query.noun, err) ||
        !hf_cli_read_query(cli, &query, err) || !add_sort(cli, &query, err) ||
        !hf_list_within(&cli->session, hf_str_of(hf_cli_option(cli, "--within")), &cli->arena,
                        &query, err) ||
        !hf_cli_count(cli, "--limit", &limit, err))
        return false;
    if (hf_cli_has(cli, "--all"))
        limit = UINT64_MAX;
    return hf_cli_write_records(cli, &query, limit, err);
}

const hf_command hf_command_list = {
    .name = "list",
    .usage = "NOUN [--filter FIELD=VALUE,…] [--within AREA] [--sort FIELD] [--text WORDS] [--limit "
             "N | --all]",
    .summary = "Show records of one kind.",
    .example = "holdfast list assets --filter kind=hospital --sort -people_served",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
