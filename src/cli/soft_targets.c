// SPDX-License-Identifier: Apache-2.0
//
// holdfast soft-targets: open places by type and how they are prepared, people by hour, places that lack something.
#include <string.h>

#include "cli/assess.h"
#include "usecase/soft_targets.h"

static const hf_option options[] = {
    {"--region", "KEY", "places of this region and all inside"},
    {"--type", "CODE", "places of this type of soft target only, such as ST05"},
    {"--month", "1…12", "people by hour of the places whose season it is"},
};

static hf_str text_of(hf_cli *cli, const char *family, const char *word)
{
    hf_str key = hf_str_format(&cli->arena, "%s.%s", family, word);
    return hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena);
}

static void add_type(hf_cli *cli, hf_table_text *table, hf_str name, const hf_soft_type *type)
{
    hf_table_add(cli, table, name);
    hf_table_add_count(cli, table, type->places);
    hf_table_add_count(cli, table, type->lacking);
    hf_table_add_count(cli, table, type->with_hours);
    hf_table_add_count(cli, table, type->people_mean);
    hf_table_add_count(cli, table, type->people_peak);
}

static void write_kinds(hf_cli *cli, const hf_soft_type *all)
{
    static const hf_column columns[] = {{"field.preparation.kind", false, true},
                                        {"cli.soft.current", true, false},
                                        {"cli.soft.overdue", true, false},
                                        {"cli.soft.never", true, false},
                                        {"cli.soft.asked_by", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t kind = 0; kind < HF_PREPARATION_KIND_COUNT; kind++) {
        hf_table_add(cli, &table,
                     text_of(cli, "word.preparation.kind", hf_preparation_kind_words[kind]));
        hf_table_add_count(cli, &table, all->prepared[kind][HF_PREPARED_CURRENT]);
        hf_table_add_count(cli, &table, all->prepared[kind][HF_PREPARED_OVERDUE]);
        hf_table_add_count(cli, &table, all->prepared[kind][HF_PREPARED_NEVER]);
        hf_table_add(cli, &table, hf_str_of(hf_preparation_asked_by[kind]));
    }
    hf_table_write(cli, &table);
}

static void overview(hf_cli *cli, const hf_soft_targets *targets)
{
    static const hf_column columns[] = {
        {"field.asset.soft_target", false, true}, {"cli.soft.places", true, false},
        {"cli.soft.lacking", true, false},        {"cli.soft.with_hours", true, false},
        {"cli.soft.mean", true, false},           {"cli.soft.peak", true, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < targets->type_count; i++)
        if (targets->types[i].places > 0)
            add_type(cli, &table, targets->types[i].name, &targets->types[i]);
    add_type(cli, &table, hf_message_text(cli->session.lang, "cli.soft.all", &cli->arena),
             &targets->all);
    hf_table_write(cli, &table);
    hf_buf_add_byte(&cli->out, '\n');
    write_kinds(cli, &targets->all);
    const hf_message_value values[] = {
        {"count", HF_STR_EMPTY, true, (double)targets->all.to_mend},
        {"overdue", HF_STR_EMPTY, true, (double)targets->all.mend_overdue}};
    hf_cli_say(cli, "cli.soft.to_mend", values, HF_COUNT(values));
}

static void hours(hf_cli *cli, const hf_soft_targets *targets)
{
    static const hf_column columns[] = {{"cli.soft.hour", false, false},
                                        {"cli.soft.people", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_HOURS_OF_DAY; i++) {
        hf_table_add(cli, &table, hf_str_format(&cli->arena, "%02zu:00", i));
        hf_table_add_number(cli, &table, targets->hours[i], 0);
    }
    hf_table_write(cli, &table);
    uint32_t unknown = targets->all.places - targets->all.with_hours;
    const hf_message_value values[] = {
        {"count", HF_STR_EMPTY, true, (double)targets->hour_places},
        {"unknown", HF_STR_EMPTY, true, (double)unknown},
        {"other", HF_STR_EMPTY, true, (double)targets->out_of_season}};
    hf_cli_say(cli, "cli.soft.hours_of", values, HF_COUNT(values));
}

static int64_t count_state(const hf_soft_targets *targets, const hf_open_place *place,
                           hf_prepared state)
{
    int64_t count = 0;
    for (size_t kind = 0; kind < HF_PREPARATION_KIND_COUNT; kind++)
        count += hf_prepared_of(targets, place, kind) == state;
    return count;
}

static void missing(hf_cli *cli, const hf_soft_targets *targets)
{
    static const hf_column columns[] = {
        {"field.asset.key", false, false},         {"field.asset.name", false, true},
        {"field.asset.soft_target", false, false}, {"cli.soft.peak", true, false},
        {"cli.soft.overdue", true, false},         {"cli.soft.never", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < targets->lacking_count && i < HF_UNPREPARED_MAX; i++) {
        const hf_open_place *place = &targets->lacking[i];
        hf_table_add(cli, &table, place->key);
        hf_table_add(cli, &table, place->name);
        hf_table_add(cli, &table, targets->types[place->type].code);
        if (place->peak == HF_INTEGER_NONE)
            hf_table_add(cli, &table, HF_STR("–"));
        else
            hf_table_add_count(cli, &table, place->peak);
        hf_table_add_count(cli, &table, count_state(targets, place, HF_PREPARED_OVERDUE));
        hf_table_add_count(cli, &table, count_state(targets, place, HF_PREPARED_NEVER));
    }
    if (targets->lacking_count > 0)
        hf_table_write(cli, &table);
    const hf_message_value values[] = {
        {"count", HF_STR_EMPTY, true, (double)targets->lacking_count},
        {"places", HF_STR_EMPTY, true, (double)targets->all.places}};
    hf_cli_say(cli, "cli.soft.lacking_of", values, HF_COUNT(values));
}

static const struct {
    const char *word;
    void (*write)(hf_cli *cli, const hf_soft_targets *targets);
} parts[] = {{"overview", overview}, {"hours", hours}, {"missing", missing}};

static hf_str option_of(const hf_cli *cli, const char *name)
{
    const char *text = hf_cli_option(cli, name);
    return text == NULL ? HF_STR_EMPTY : hf_str_of(text);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_soft_targets targets;
    uint64_t month = 0;
    size_t part = 0;
    while (part < HF_COUNT(parts) && strcmp(cli->words[0], parts[part].word) != 0)
        part++;
    if (part == HF_COUNT(parts))
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "'%s' is not overview, hours or missing",
                       cli->words[0]);
    if (!hf_cli_count(cli, "--month", &month, err))
        return false;
    if (hf_cli_has(cli, "--month") && month == 0)
        month = 13; // no month; refused like the others
    hf_soft_wanted wanted = {.region = option_of(cli, "--region"),
                             .type = option_of(cli, "--type"),
                             .month = (uint32_t)(month < 13 ? month : 13)};
    if (!hf_soft_targets_read(&cli->session, &wanted, &cli->arena, &targets, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_soft_targets(&targets, &out);
        hf_cli_end_json(cli);
        return true;
    }
    parts[part].write(cli, &targets);
    return true;
}

const hf_command hf_command_soft_targets = {
    .name = "soft-targets",
    .usage = "overview | hours | missing [--region KEY] [--type CODE] [--month N]",
    .summary = "Open places: how prepared, how many people and when, what is missing.",
    .example = "holdfast soft-targets missing --region CAPITAL --type ST10",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .words = "overview|hours|missing",
    .store = HF_STORE_PRESENT,
    .run = run,
};
