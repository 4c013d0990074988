// SPDX-License-Identifier: Apache-2.0
//
// holdfast compare: two runs side by side.
#include "cli/cli.h"

#define ASSETS_SHOWN 20u

static void add_row(hf_cli *cli, hf_table_text *table, hf_str label, const hf_compared *one,
                    int decimals)
{
    const double values[] = {one->a, one->b, one->b - one->a};
    hf_table_add(cli, table, label);
    for (size_t i = 0; i < HF_COUNT(values); i++) {
        if (isnan(values[i]))
            hf_table_add(cli, table, HF_STR_EMPTY);
        else
            hf_table_add_number(cli, table, values[i], decimals);
    }
}

static void write_loss(hf_cli *cli, const hf_comparison *comparison)
{
    static const struct {
        const char *name, *label;
    } rows[] = {{"mean", "cli.mean"}, {"p05", "cli.p05"}, {"p25", "cli.p25"}, {"p50", "cli.p50"},
                {"p75", "cli.p75"},   {"p95", "cli.p95"}, {"p99", "cli.p99"}};
    bool has_hours = hf_str_equal_z(comparison->a->unit, "person_hours");
    const hf_column columns[] = {{has_hours ? "cli.loss_hours" : "cli.loss_people", false, false},
                                 {"cli.first", true, false},
                                 {"cli.second", true, false},
                                 {"cli.difference", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        for (size_t k = 0; k < comparison->loss_count; k++)
            if (hf_str_equal_z(comparison->loss[k].name, rows[i].name))
                add_row(cli, &table, hf_message_text(cli->session.lang, rows[i].label, &cli->arena),
                        &comparison->loss[k], 0);
    hf_table_write(cli, &table);
}

static void write_assets(hf_cli *cli, const hf_comparison *comparison)
{
    static const hf_column columns[] = {{"cli.p_down", false, true},
                                        {"cli.first", true, false},
                                        {"cli.second", true, false},
                                        {"cli.difference", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < comparison->asset_count && i < ASSETS_SHOWN; i++) {
        const hf_compared *one = &comparison->assets[i];
        if (one->a < one->b || one->a > one->b || isnan(one->a) || isnan(one->b))
            add_row(cli, &table, one->name, one, 4);
    }
    if (table.cells.count == 0)
        return;
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_comparison comparison;
    if (!hf_compare_runs(&cli->session, hf_str_of(cli->words[0]), hf_str_of(cli->words[1]),
                         &cli->arena, &comparison, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_comparison(&comparison, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_loss(cli, &comparison);
    write_assets(cli, &comparison);
    if (!hf_str_equal(comparison.a->snapshot, comparison.b->snapshot))
        hf_cli_say(cli, "cli.compare.registers", NULL, 0);
    return true;
}

const hf_command hf_command_compare = {
    .name = "compare",
    .usage = "RUN RUN",
    .summary = "Two runs side by side: what is lost, and which assets are down more often.",
    .example = "holdfast compare 018bcfe5-6800-7000-8000-000000000000 "
               "018bcfe5-6c00-7000-8000-000000000000",
    .min_words = 2,
    .max_words = 2,
    .store = HF_STORE_PRESENT,
    .run = run,
};
