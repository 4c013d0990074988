// SPDX-License-Identifier: Apache-2.0
//
// holdfast search: full text over all kinds of records.
#include "cli/cli.h"

static const hf_option options[] = {
    {"--limit", "N", "at most N records (20)"},
};

static bool run(hf_cli *cli, hf_error *err)
{
    static const hf_column columns[] = {{"field.asset.key", false, false},
                                        {"field.asset.name", false, true},
                                        {"field.asset.kind", false, true},
                                        {"field.asset.region", false, true}};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 16);
    hf_hit *hits = NULL;
    size_t count = 0;
    uint64_t limit = 20;
    if (!hf_cli_count(cli, "--limit", &limit, err))
        return false;
    for (size_t i = 0; i < cli->word_count; i++) {
        hf_buf_add_z(&text, i > 0 ? " " : "");
        hf_buf_add_z(&text, cli->words[i]);
    }
    if (!hf_find_records(&cli->session, hf_buf_str(&text), (size_t)(limit > 1000 ? 1000 : limit),
                         &cli->arena, &hits, &count, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_hits(hits, count, &out);
        hf_cli_end_json(cli);
        return true;
    }
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < count; i++) {
        hf_table_add(cli, &table, hits[i].key);
        hf_table_add(cli, &table, hits[i].name);
        hf_table_add(cli, &table,
                     hits[i].kind.len > 0 ? hits[i].kind : hf_str_of(hits[i].noun->name));
        hf_table_add(cli, &table, hits[i].region);
    }
    if (count > 0) {
        hf_table_write(cli, &table);
        return true;
    }
    hf_cli_say(cli, "cli.search.none", NULL, 0);
    cli->status = 1;
    return true;
}

const hf_command hf_command_search = {
    .name = "search",
    .usage = "TEXT [--limit N]",
    .summary = "Find records by words in any script.",
    .example = "holdfast search central hospital",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = SIZE_MAX,
    .store = HF_STORE_PRESENT,
    .run = run,
};
