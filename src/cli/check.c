// SPDX-License-Identifier: Apache-2.0
//
// holdfast check: the X-ray of register and installation. Exit status 1 when it found faults.
#include <string.h>

#include "cli/cli.h"

#define FAULTS_SHOWN 20u

static hf_str label_of(hf_cli *cli, const char *code)
{
    hf_str key = hf_str_format(&cli->arena, "error.%s", code);
    return hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena);
}

static void write_totals(hf_cli *cli, const hf_check_result *result)
{
    static const hf_column columns[] = {{"report.column.severity", false, false},
                                        {"report.column.finding", false, true},
                                        {"report.column.records", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < result->total_count; i++) {
        hf_table_add(
            cli, &table,
            hf_message_text(cli->session.lang,
                            result->totals[i].is_error ? "severity.error" : "severity.warning",
                            &cli->arena));
        hf_table_add(cli, &table, label_of(cli, result->totals[i].code));
        hf_table_add_count(cli, &table, (int64_t)result->totals[i].count);
    }
    hf_table_write(cli, &table);
}

// The first faults, record by record.
static void write_faults(hf_cli *cli, const hf_check_result *result)
{
    static const hf_column columns[] = {{"cli.noun", false, false},
                                        {"field.asset.key", false, false},
                                        {"report.column.finding", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    size_t shown = result->count < FAULTS_SHOWN ? result->count : FAULTS_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        const hf_fault *fault = &result->list[i];
        hf_str noun = hf_str_format(&cli->arena, "noun.%.*s", HF_STR_ARG(fault->noun));
        hf_str label = label_of(cli, fault->code);
        hf_table_add(cli, &table,
                     hf_message_text(cli->session.lang, hf_str_z(&cli->arena, noun), &cli->arena));
        hf_table_add(cli, &table, fault->key);
        hf_table_add(cli, &table,
                     fault->detail.len == 0
                         ? label
                         : hf_str_format(&cli->arena, "%.*s: %.*s", HF_STR_ARG(label),
                                         HF_STR_ARG(fault->detail)));
    }
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
    if (shown < result->count)
        hf_cli_say(cli, "check.first",
                   &(hf_message_value){"count", HF_STR_EMPTY, true, (double)shown}, 1);
}

// The sentences of findings that have one: a row of a table has no room for what mends it. One for each code, of the
// first record.
static void say_mends(hf_cli *cli, const hf_check_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        const hf_fault *fault = &result->list[i];
        hf_str told = hf_str_format(&cli->arena, "told.%s", fault->code);
        const char *key = hf_str_z(&cli->arena, told);
        bool is_first = i == 0 || strcmp(result->list[i - 1].code, fault->code) != 0;
        if (is_first && hf_message_exists(key))
            hf_cli_say(cli, key, &(hf_message_value){.name = "detail", .text = fault->detail}, 1);
    }
}

static void write_tables(hf_cli *cli, const hf_check_result *result)
{
    if (result->total_count == 0) {
        hf_cli_say(cli, "check.none", NULL, 0);
        return;
    }
    write_totals(cli, result);
    write_faults(cli, result);
    say_mends(cli, result);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_check_result result = {0};
    uint64_t faults = 0;
    if (!hf_check_register(&cli->session, &cli->arena, &result, err))
        return false;
    for (size_t i = 0; i < result.total_count; i++)
        faults += result.totals[i].is_error ? result.totals[i].count : 0;
    cli->status = faults > 0 ? 1 : 0;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_check(&result, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_tables(cli, &result);
    return true;
}

const hf_command hf_command_check = {
    .name = "check",
    .usage = "",
    .summary = "Look for faults in register and installation.",
    .example = "holdfast check --json",
    .store = HF_STORE_PRESENT,
    .run = run,
};
