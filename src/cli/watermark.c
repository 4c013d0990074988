// SPDX-License-Identifier: Apache-2.0
//
// holdfast watermark: for whom a file was made that somebody found.
#include "cli/cli.h"

static const hf_option options[] = {
    {"--as", "NOUN", "what the rows of the file are (default: by its name and columns)"},
};

static void say_mark(hf_cli *cli, const hf_mark_report *report, size_t at)
{
    char time[32] = "";
    if (report->marks[at].is_known)
        hf_time_format(report->marks[at].at_ms, time);
    const hf_message_value values[] = {
        {.name = "code", .text = report->marks[at].code},
        {.name = "name", .text = report->marks[at].actor},
        {.name = "time", .text = hf_str_of(time)},
        {.name = "event", .is_number = true, .number = (double)report->marks[at].event}};
    hf_cli_say(cli, report->marks[at].is_known ? "cli.watermark.known" : "cli.watermark.foreign",
               values, HF_COUNT(values));
}

static void say(hf_cli *cli, const hf_mark_report *report)
{
    const hf_message_value values[] = {
        {.name = "name", .text = report->order_of},
        {.name = "count", .is_number = true, .number = (double)report->pairs},
        {.name = "agreeing", .is_number = true, .number = (double)report->agreeing}};
    for (size_t i = 0; i < report->mark_count; i++)
        say_mark(cli, report, i);
    if (report->order_of.len > 0)
        hf_cli_say(cli, "cli.watermark.order", values, HF_COUNT(values));
    if (cli->status != 0)
        hf_cli_say(cli, "cli.watermark.none", NULL, 0);
}

static bool run(hf_cli *cli, hf_error *err)
{
    const char *as = hf_cli_option(cli, "--as");
    const hf_noun *noun = NULL;
    hf_mark_report *report = HF_NEW(&cli->arena, hf_mark_report);
    bool is_found = false;
    if ((as != NULL && !hf_cli_noun(hf_str_of(as), &noun, err)) ||
        !hf_find_marks(&cli->session, cli->words[0], noun, &cli->arena, report, err))
        return false;
    for (size_t i = 0; i < report->mark_count; i++)
        is_found |= report->marks[i].is_known;
    cli->status = is_found || report->order_of.len > 0 ? 0 : 1;
    if (!cli->is_json) {
        say(cli, report);
        return true;
    }
    hf_json_writer out = hf_cli_json(cli);
    hf_write_marks(report, &out);
    hf_cli_end_json(cli);
    return true;
}

const hf_command hf_command_watermark = {
    .name = "watermark",
    .usage = "FILE|CODE [--as NOUN]",
    .summary = "Tell for whom an export or report was made, by words or order of rows.",
    .example = "holdfast watermark found.csv --as assets",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .words = "FILE",
    .store = HF_STORE_PRESENT,
    .run = run,
};
