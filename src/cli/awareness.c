// SPDX-License-Identifier: Apache-2.0
//
// holdfast awareness: bulletins, how many have read them, by organisation, and one's own receipt.
#include <string.h>

#include "cli/cli.h"

static hf_str day_of(hf_cli *cli, int64_t ms)
{
    char text[32];
    if (ms == HF_INTEGER_NONE)
        return HF_STR("–");
    hf_time_format(ms, text);
    return hf_str_format(&cli->arena, "%.10s", text);
}

static bool read_awareness(hf_cli *cli, hf_awareness *out, hf_error *err)
{
    hf_str key = cli->word_count > 1 ? hf_str_of(cli->words[1]) : HF_STR_EMPTY;
    return hf_awareness_read(&cli->session, key, &cli->arena, out, err);
}

static void write_list(hf_cli *cli, const hf_awareness *awareness)
{
    static const hf_column columns[] = {
        {"field.bulletin.key", false, false},    {"field.bulletin.title", false, true},
        {"field.bulletin.status", false, false}, {"field.bulletin.read_by", false, false},
        {"cli.awareness.read", true, false},     {"cli.awareness.mine", false, true}};
    const hf_field *status = hf_noun_field(&hf_noun_bulletin, HF_STR("status"), NULL);
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < awareness->count; i++) {
        const hf_known_bulletin *known = &awareness->bulletins[i];
        hf_str key = hf_str_format(&cli->arena, "word.bulletin.status.%s",
                                   status->words[known->bulletin->status]);
        hf_table_add(cli, &table, known->bulletin->head.key);
        hf_table_add(cli, &table, known->bulletin->title);
        hf_table_add(cli, &table,
                     hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena));
        hf_table_add(cli, &table, day_of(cli, known->bulletin->read_by));
        hf_table_add(cli, &table,
                     hf_str_format(&cli->arena, "%u/%u", known->read, known->accounts));
        hf_table_add(cli, &table, day_of(cli, known->read_at));
    }
    if (awareness->count > 0)
        hf_table_write(cli, &table);
    else
        hf_cli_say(cli, "cli.awareness.none", NULL, 0);
}

static void write_coverage(hf_cli *cli, const hf_known_bulletin *known)
{
    static const hf_column columns[] = {{"noun.organisation", false, true},
                                        {"cli.awareness.accounts", true, false},
                                        {"cli.awareness.read", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < known->group_count; i++) {
        const hf_awareness_group *group = &known->groups[i];
        hf_table_add(cli, &table, group->name.len > 0 ? group->name : HF_STR("–"));
        hf_table_add_count(cli, &table, group->accounts);
        hf_table_add_count(cli, &table, group->read);
    }
    if (known->group_count > 0)
        hf_table_write(cli, &table);
}

static bool show(hf_cli *cli, hf_error *err)
{
    hf_awareness awareness;
    if (!read_awareness(cli, &awareness, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_awareness(&cli->session, &awareness, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_list(cli, &awareness);
    if (cli->word_count > 1)
        write_coverage(cli, &awareness.bulletins[0]);
    return true;
}

static bool confirm(hf_cli *cli, hf_error *err)
{
    hf_receipt *receipt = NULL;
    if (cli->word_count != 2)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "say which bulletin: read KEY");
    if (!hf_confirm_bulletin(&cli->session, hf_str_of(cli->words[1]), &cli->arena, &receipt, err))
        return false;
    const hf_message_value values[] = {{.name = "day", .text = day_of(cli, receipt->read_at)}};
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_record(&cli->session, &hf_noun_receipt, receipt, &out);
        hf_cli_end_json(cli);
    } else {
        hf_cli_say(cli, "cli.awareness.confirmed", values, HF_COUNT(values));
    }
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    if (strcmp(cli->words[0], "show") == 0)
        return show(cli, err);
    if (strcmp(cli->words[0], "read") == 0)
        return confirm(cli, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words", "'%s' is not show or read", cli->words[0]);
}

const hf_command hf_command_awareness = {
    .name = "awareness",
    .usage = "show [BULLETIN] | read BULLETIN",
    .summary = "Awareness bulletins, who has read them, and one's own receipt.",
    .example = "holdfast awareness show BULLETIN-3",
    .min_words = 1,
    .max_words = 2,
    .words = "show|read",
    .store = HF_STORE_PRESENT,
    .run = run,
};
