// SPDX-License-Identifier: Apache-2.0
//
// holdfast readings: how much each account reads, beside what is usual for it.
#include "base/limits.h"
#include "cli/cli.h"

static void add_counts(hf_cli *cli, hf_table_text *table, const hf_json *item, const char *name)
{
    const hf_json *counts = hf_json_get(item, name);
    const hf_json *records = hf_json_get(counts, "records");
    hf_table_add_count(cli, table, records != NULL ? records->integer : 0);
}

static void write_table(hf_cli *cli, const hf_json *items)
{
    static const hf_column columns[] = {{"field.user.key", false, false},
                                        {"cli.readings.hour", true, false},
                                        {"cli.readings.today", true, false},
                                        {"cli.readings.usual", true, false},
                                        {"field.user.is_paused", false, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (const hf_json *item = items != NULL ? items->child : NULL; item != NULL;
         item = item->next) {
        const hf_json *paused = hf_json_get(item, "paused");
        hf_table_add(cli, &table, hf_json_text(item, "user"));
        add_counts(cli, &table, item, "hour");
        add_counts(cli, &table, item, "today");
        add_counts(cli, &table, item, "usual");
        hf_table_add(cli, &table, HF_STR(""));
        if (paused != NULL && paused->boolean)
            table.cells.items[table.cells.count - 1] = HF_STR("\xe2\x9c\x93");
    }
    if (table.cells.count > 0)
        hf_table_write(cli, &table);
}

static bool run(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_json_writer w = {.out = &text};
    hf_json *json = NULL;
    if (!hf_write_readings(&cli->session, &w, err))
        return false;
    if (cli->is_json) {
        hf_buf_add_str(&cli->out, hf_buf_str(&text));
        hf_cli_end_json(cli);
        return true;
    }
    if (!hf_json_parse(hf_buf_str(&text), &cli->arena, &json, err))
        return false;
    write_table(cli, hf_json_get(json, "items"));
    return true;
}

const hf_command hf_command_readings = {
    .name = "readings",
    .usage = "",
    .summary = "Show how many records each account reads, and what is usual for it.",
    .example = "holdfast readings",
    .store = HF_STORE_PRESENT,
    .run = run,
};
