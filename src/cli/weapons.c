// SPDX-License-Identifier: Apache-2.0
//
// holdfast weapons: how often each means occurred, with intervals and whether the newest period differs; traces; counter-measures.
#include <math.h>
#include <string.h>

#include "cli/assess.h"
#include "usecase/weapons.h"

static const hf_option options[] = {
    {"--period", "year|quarter|month", "what is counted by (year)"},
    {"--periods", "N", "how many whole ones: 2 to 40 (5 years, 8 quarters, 12 months)"},
    {"--kind", "WORD", "occurrences of this kind only: seizure, diversion, loss …"},
    {"--region", "REGION", "occurrences of it and all inside"},
};

static hf_str means_of(hf_cli *cli, size_t i)
{
    hf_str key = hf_str_format(&cli->arena, "word.occurrence.means.%s", hf_means_words[i]);
    return hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena);
}

static hf_str number_of(hf_cli *cli, double value, int decimals)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
    hf_message_number(cli->session.lang, value, decimals, &text);
    return hf_buf_copy(&cli->arena, &text);
}

static hf_str interval_of(hf_cli *cli, hf_rate_interval interval, int decimals)
{
    if (isnan(interval.low))
        return HF_STR("–");
    hf_str low = number_of(cli, interval.low, decimals);
    hf_str high = isinf(interval.high) ? HF_STR_EMPTY : number_of(cli, interval.high, decimals);
    return high.len == 0
               ? hf_str_format(&cli->arena, "> %.*s", HF_STR_ARG(low))
               : hf_str_format(&cli->arena, "%.*s–%.*s", HF_STR_ARG(low), HF_STR_ARG(high));
}

static hf_str trend_of(hf_cli *cli, hf_trend trend)
{
    static const char *const keys[] = {[HF_TREND_NOTHING] = "cli.weapons.nothing",
                                       [HF_TREND_NOT_SHOWN] = "cli.weapons.not_shown",
                                       [HF_TREND_UP] = "cli.weapons.up",
                                       [HF_TREND_DOWN] = "cli.weapons.down"};
    return hf_message_text(cli->session.lang, keys[trend], &cli->arena);
}

static void trend(hf_cli *cli, const hf_weapons *weapons)
{
    static const hf_column columns[] = {
        {"field.occurrence.means", false, true}, {"cli.weapons.newest", true, false},
        {"cli.weapons.interval", true, false},   {"cli.weapons.earlier", true, false},
        {"cli.weapons.ratio", true, false},      {"cli.weapons.interval", true, false},
        {"cli.weapons.trend", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    uint32_t newest = weapons->period_count - 1;
    char from[32], to[32];
    hf_time_format(weapons->starts[newest], from);
    hf_time_format(weapons->starts[newest + 1] - 1, to);
    const hf_message_value values[] = {
        {.name = "from", .text = hf_str_format(&cli->arena, "%.10s", from)},
        {.name = "to", .text = hf_str_format(&cli->arena, "%.10s", to)},
        {"count", HF_STR_EMPTY, true, (double)newest}};
    for (size_t i = 0; i < HF_MEANS_COUNT; i++) {
        const hf_means_trend *of = &weapons->means[i];
        hf_table_add(cli, &table, means_of(cli, i));
        hf_table_add_count(cli, &table, of->counts[newest]);
        hf_table_add(cli, &table, interval_of(cli, of->intervals[newest], 1));
        hf_table_add_count(cli, &table, of->earlier);
        hf_table_add(cli, &table,
                     isfinite(of->change.ratio) ? number_of(cli, of->change.ratio, 2)
                                                : HF_STR("–"));
        hf_table_add(cli, &table, interval_of(cli, of->change.interval, 2));
        hf_table_add(cli, &table, trend_of(cli, of->trend));
    }
    hf_cli_say(cli, "cli.weapons.of", values, HF_COUNT(values));
    hf_table_write(cli, &table);
}

static void traces(hf_cli *cli, const hf_weapons *weapons)
{
    static const hf_column columns[] = {
        {"field.occurrence.means", false, true}, {"cli.weapons.traceable", true, false},
        {"cli.weapons.asked", true, false},      {"cli.weapons.answered", true, false},
        {"cli.weapons.traced", true, false},     {"cli.weapons.median_days", true, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_MEANS_COUNT; i++) {
        const hf_means_trend *of = &weapons->means[i];
        hf_table_add(cli, &table, means_of(cli, i));
        hf_table_add_count(cli, &table, of->traceable);
        hf_table_add_count(cli, &table, of->asked);
        hf_table_add_count(cli, &table, of->answered);
        hf_table_add_count(cli, &table, of->traced);
        hf_table_add_number(cli, &table, of->median_days, 1);
    }
    char from[32];
    hf_time_format(weapons->starts[0], from);
    const hf_message_value since = {.name = "from",
                                    .text = hf_str_format(&cli->arena, "%.10s", from)};
    hf_cli_say(cli, "weapons.traces_of", &since, 1);
    hf_table_write(cli, &table);
    for (size_t i = 0; i < weapons->open_trace_count && i < HF_OPEN_TRACES_MAX; i++) {
        const hf_message_value values[] = {
            {.name = "key", .text = weapons->open_traces[i]->head.key},
            {.name = "title", .text = weapons->open_traces[i]->title}};
        hf_cli_say(cli, "cli.weapons.open", values, HF_COUNT(values));
    }
    if (weapons->open_trace_count > HF_OPEN_TRACES_MAX) {
        const hf_message_value values[] = {
            {"count", HF_STR_EMPTY, true,
             (double)(weapons->open_trace_count - HF_OPEN_TRACES_MAX)}};
        hf_cli_say(cli, "cli.weapons.more", values, HF_COUNT(values));
    }
}

static void counters(hf_cli *cli, const hf_weapons *weapons)
{
    static const hf_column columns[] = {
        {"field.occurrence.means", false, true}, {"cli.weapons.newest", true, false},
        {"cli.weapons.trend", false, true},      {"cli.weapons.in_place", true, false},
        {"cli.weapons.coming", true, false},     {"cli.weapons.known", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_MEANS_COUNT; i++) {
        const hf_means_trend *of = &weapons->means[i];
        hf_table_add(cli, &table, means_of(cli, i));
        hf_table_add_count(cli, &table, of->counts[weapons->period_count - 1]);
        hf_table_add(cli, &table, trend_of(cli, of->trend));
        for (size_t k = 0; k < HF_COUNTER_STATE_COUNT; k++)
            hf_table_add_count(cli, &table, of->counters[k]);
    }
    hf_table_write(cli, &table);
}

static hf_str option_of(const hf_cli *cli, const char *name)
{
    const char *text = hf_cli_option(cli, name);
    return text == NULL ? HF_STR_EMPTY : hf_str_of(text);
}

static const struct {
    const char *word;
    void (*write)(hf_cli *cli, const hf_weapons *weapons);
} parts[] = {{"trend", trend}, {"traces", traces}, {"counters", counters}};

static bool run(hf_cli *cli, hf_error *err)
{
    hf_weapons weapons;
    uint64_t periods = 0;
    size_t part = 0;
    while (part < HF_COUNT(parts) && strcmp(cli->words[0], parts[part].word) != 0)
        part++;
    if (part == HF_COUNT(parts))
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "'%s' is not trend, traces or counters",
                       cli->words[0]);
    if (!hf_cli_count(cli, "--periods", &periods, err))
        return false;
    hf_weapons_wanted wanted = {.period = option_of(cli, "--period"),
                                .periods = (uint32_t)(periods < 1000 ? periods : 1000),
                                .kind = option_of(cli, "--kind"),
                                .region = option_of(cli, "--region"),
                                .with_counters = cli->is_json};
    if (!hf_weapons_read(&cli->session, &wanted, &cli->arena, &weapons, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_weapons(&cli->session, &weapons, &out);
        hf_cli_end_json(cli);
        return true;
    }
    parts[part].write(cli, &weapons);
    return true;
}

const hf_command hf_command_weapons = {
    .name = "weapons",
    .usage =
        "trend [--period WORD] [--periods N] [--kind WORD] [--region REGION] | traces | counters",
    .summary = "Weapons and means: how often, traces, what is done against each.",
    .example = "holdfast weapons trend --period quarter --kind seizure",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .words = "trend|traces|counters",
    .store = HF_STORE_PRESENT,
    .run = run,
};
