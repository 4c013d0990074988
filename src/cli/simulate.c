// SPDX-License-Identifier: Apache-2.0
//
// holdfast simulate: many trials of a scenario, as a table or as the document that is kept.
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/question.h"

#define ASSETS_SHOWN 20u

static const hf_option options[] = {
    HF_CLI_TRIAL_OPTIONS,
    {"--threads", "T", "threads; the answer does not depend on it (one for each processor)"},
    HF_CLI_QUESTION_OPTIONS,
    {"--kernel", "auto|sparse|dense",
     "how it is computed; the answer does not depend on it (auto)"},
    {"--half-width", "SHARE", "stop when the mean is known within this share of itself"},
    {"--worth", "K",
     "what is saved if they cannot be damaged, for the K assets that matter most (0)"},
    {"--both-restarts", NULL,
     "also with the other restart rule: what organised black start is worth"},
    {"--checkpoint", "FILE",
     "keep the sums so far there, and go on from it: after Ctrl-C or a crash give the same "
     "command"},
    {"--checkpoint-every", "TIME", "how often, about: 30s, 5m, 1h (60s)"},
    {"--memory", "BYTES",
     "refuse to start if it takes more than this beside the register: 500M, 2G "
     "(what is free)"},
    {"--plan", "memory|disk",
     "where the register lies meanwhile (memory, or disk beside the store when that is too small)"},
    {"--title", "TEXT", "what the run is called in lists"},
    {"-o", "FILE", "write the document there"},
};

// "90", "90s", "5m", "2h"
static bool read_time(const hf_cli *cli, const char *name, double *seconds, hf_error *err)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"s", 1}, {"m", 60}, {"h", 3600}};
    const char *text = hf_cli_option(cli, name);
    hf_str digits = hf_str_of(text);
    double scale = 1;
    if (text == NULL)
        return true;
    for (size_t i = 0; i < HF_COUNT(units); i++)
        if (hf_str_ends(hf_str_of(text), units[i].unit)) {
            scale = units[i].seconds;
            digits.len--;
        }
    if (!hf_parse_double(digits, seconds) || !(*seconds > 0 && *seconds <= 86400))
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "%s is a time such as 30s, 5m or 1h, at most a day, not '%s'", name, text);
    *seconds *= scale;
    return true;
}

// How it is kept and bounded, none of which changes the answer.
static bool read_limits(hf_cli *cli, hf_simulate_request *request, hf_error *err)
{
    static const char *const places[] = {"memory", "disk", NULL};
    int place = -1;
    if (!hf_cli_word(cli, "--plan", places, &place, err))
        return false;
    if (place >= 0)
        cli->session.plan_place = place == 0 ? HF_PLAN_IN_MEMORY : HF_PLAN_ON_DISK;
    request->checkpoint = hf_cli_option(cli, "--checkpoint");
    if (request->checkpoint == NULL && hf_cli_has(cli, "--checkpoint-every"))
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "--checkpoint-every says how often --checkpoint FILE is written; name the "
                       "file, too");
    return read_time(cli, "--checkpoint-every", &request->checkpoint_s, err) &&
           hf_cli_count(cli, "--memory", &request->memory_bytes, err);
}

static bool read_request(hf_cli *cli, hf_simulate_request *request, hf_error *err)
{
    static const char *const kernels[] = {"auto", "sparse", "dense", NULL};
    int kernel = 0;
    int64_t worth_count = 0;
    const char *scenario = cli->word_count > 0 ? cli->words[0] : NULL;
    if (!hf_cli_read_trials(cli, scenario, request, err) ||
        !hf_cli_number(cli, "--half-width", &request->half_width, err) ||
        !hf_cli_whole(cli, "--worth", 0, HF_WORTH_COUNT_MAX, &worth_count, err) ||
        !hf_cli_word(cli, "--kernel", kernels, &kernel, err) || !read_limits(cli, request, err))
        return false;
    hf_str title = hf_str_of(hf_cli_option(cli, "--title"));
    if (title.len > 0) // else that of the scenario
        request->title = title;
    request->kernel = (hf_kernel)kernel;
    request->worth_count = (uint32_t)worth_count;
    request->has_both_restarts = hf_cli_has(cli, "--both-restarts");
    return true;
}

// --- for people

static void add_loss_row(hf_cli *cli, hf_table_text *table, const char *label, double value,
                         double low, double high)
{
    hf_table_add(cli, table, hf_message_text(cli->session.lang, label, &cli->arena));
    hf_table_add_number(cli, table, value, 0);
    hf_table_add_number(cli, table, low, 0);
    hf_table_add_number(cli, table, high, 0);
}

static void write_loss(hf_cli *cli, const hf_simulate_answer *answer)
{
    static const char *const labels[] = {"cli.p05", "cli.p25", "cli.p50",
                                         "cli.p75", "cli.p95", "cli.p99"};
    const hf_summary *summary = &answer->summary;
    bool has_hours = answer->simulation.hours > 0;
    const hf_column columns[] = {{has_hours ? "cli.loss_hours" : "cli.loss_people", false, false},
                                 {"cli.value", true, false},
                                 {"cli.low", true, false},
                                 {"cli.high", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    add_loss_row(cli, &table, "cli.mean", summary->mean, summary->low, summary->high);
    for (size_t i = 0; i < HF_COUNT(labels); i++)
        add_loss_row(cli, &table, labels[i], summary->quantiles[i].loss, summary->quantiles[i].low,
                     summary->quantiles[i].high);
    hf_table_write(cli, &table);
}

static bool write_assets(hf_cli *cli, const hf_simulate_answer *answer, hf_error *err)
{
    static const hf_column columns[] = {
        {"field.asset.key", false, false}, {"field.asset.name", false, true},
        {"cli.p_down", true, false},       {"cli.low", true, false},
        {"cli.high", true, false},         {"cli.criticality", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    uint32_t count = 0;
    hf_named *named = NULL;
    const uint32_t *order = hf_simulate_order(answer, &cli->arena, &count);
    while (count > 0 && answer->tally.assets[order[count - 1]].down_ever == 0)
        count--; // never down: nothing to show
    count = count < ASSETS_SHOWN ? count : ASSETS_SHOWN;
    if (count == 0)
        return true;
    if (!hf_name_assets(&cli->session, answer->plan, order, count, &cli->arena, &named, err))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const hf_asset_summary *asset = &answer->summary.assets[order[i]];
        hf_table_add(cli, &table, answer->plan->keys[order[i]]);
        hf_table_add(cli, &table, named[i].name);
        hf_table_add_number(cli, &table, asset->p_down, 4);
        hf_table_add_number(cli, &table, asset->low, 4);
        hf_table_add_number(cli, &table, asset->high, 4);
        if (isnan(asset->criticality))
            hf_table_add(cli, &table, HF_STR_EMPTY);
        else
            hf_table_add_number(cli, &table, asset->criticality, 0);
    }
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
    return true;
}

static bool write_worths(hf_cli *cli, const hf_simulate_answer *answer, hf_error *err)
{
    static const hf_column columns[] = {{"field.asset.key", false, false},
                                        {"field.asset.name", false, true},
                                        {"cli.worth", true, false},
                                        {"cli.low", true, false},
                                        {"cli.high", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    uint32_t *assets = HF_NEW_N(&cli->arena, uint32_t, answer->worth_count);
    hf_named *named = NULL;
    for (uint32_t i = 0; i < answer->worth_count; i++)
        assets[i] = answer->worths[i].asset;
    if (answer->worth_count == 0)
        return true;
    if (!hf_name_assets(&cli->session, answer->plan, assets, answer->worth_count, &cli->arena,
                        &named, err))
        return false;
    for (uint32_t i = 0; i < answer->worth_count; i++) {
        const hf_saving *saving = &answer->worths[i].saving;
        hf_table_add(cli, &table, answer->plan->keys[assets[i]]);
        hf_table_add(cli, &table, named[i].name);
        hf_table_add_number(cli, &table, saving->value, 0);
        hf_table_add_number(cli, &table, saving->low, 0);
        hf_table_add_number(cli, &table, saving->high, 0);
    }
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
    return true;
}

static void say_restarts(hf_cli *cli, const hf_restarts *restarts)
{
    const hf_message_value values[] = {
        {"free", HF_STR_EMPTY, true, restarts->free_mean},
        {"sequential", HF_STR_EMPTY, true, restarts->sequential_mean},
        {"more", HF_STR_EMPTY, true, restarts->more.value},
        {"low", HF_STR_EMPTY, true, restarts->more.low},
        {"high", HF_STR_EMPTY, true, restarts->more.high}};
    hf_buf_add_byte(&cli->out, '\n');
    hf_cli_say(cli, "cli.simulate.restarts", values, HF_COUNT(values));
}

static bool write_answer(hf_cli *cli, const hf_simulate_answer *answer, const hf_run *run,
                         hf_error *err)
{
    if (cli->is_json) {
        hf_buf_add_str(&cli->out, hf_buf_str(&answer->document));
        return true;
    }
    const hf_message_value before[] = {
        {"trials", HF_STR_EMPTY, true, (double)answer->trials_before}};
    if (answer->trials_before > 0 && !cli->is_quiet)
        hf_cli_say(cli, "cli.simulate.resumed", before, HF_COUNT(before));
    write_loss(cli, answer);
    if (!write_assets(cli, answer, err) || !write_worths(cli, answer, err))
        return false;
    if (answer->asked.has_both_restarts)
        say_restarts(cli, &answer->restarts);
    const hf_message_value values[] = {
        {"run", run->head.key, false, 0},
        {"trials", HF_STR_EMPTY, true, (double)answer->summary.trials}};
    if (!cli->is_quiet)
        hf_cli_say(cli, "cli.simulate.kept", values, HF_COUNT(values));
    hf_cli_say_loops(cli, answer->plan);
    return true;
}

// The document where it was asked for, the run, and what people or programs read. Then the checkpoint has served.
static bool keep(hf_cli *cli, const hf_simulate_request *request, const hf_simulate_answer *answer,
                 hf_error *err)
{
    hf_run *kept = NULL;
    const char *path = hf_cli_option(cli, "-o");
    if ((path != NULL && !hf_file_write(path, hf_buf_str(&answer->document), err)) ||
        !hf_keep_run(&cli->session, request, answer, &cli->arena, &kept, err))
        return false;
    if (request->checkpoint != NULL)
        (void)unlink(request->checkpoint);
    return write_answer(cli, answer, kept, err);
}

static bool ask(hf_cli *cli, hf_simulate_request *request, hf_error *err)
{
    hf_simulate_answer answer;
    hf_watch watch = {0};
    request->watch = &watch;
    hf_interrupt *interrupt = hf_interrupt_begin(cli, &watch);
    bool has_threads = hf_cli_threads(cli, err);
    hf_bar_watch *bar =
        hf_bar_watch_begin(cli, &watch,
                           (uint64_t)request->scenario.trials *
                               (1 + request->worth_count + request->has_both_restarts),
                           "trials");
    bool ok = has_threads && hf_simulate(&cli->session, request, &cli->arena, &answer, err);
    hf_bar_watch_end(&bar);
    ok = ok && (request->place.rank != 0 || keep(cli, request, &answer, err));
    if (has_threads)
        hf_simulate_done(&cli->session, &answer);
    hf_interrupt_end(cli, &interrupt);
    return ok;
}

// Of several ranks only the first one speaks; all of them end with the same status.
static bool run(hf_cli *cli, hf_error *err)
{
    hf_simulate_request request, team = {0};
    if (!hf_simulate_join(&team, err))
        return false;
    cli->is_quiet = cli->is_quiet || team.place.rank != 0;
    bool ok = hf_simulate_settle(&team, read_request(cli, &request, err), err);
    request.team = team.team;
    request.place = team.place;
    ok = ok && ask(cli, &request, err);
    hf_simulate_leave(&team);
    if (ok || team.place.rank == 0)
        return ok;
    cli->status = hf_error_exit_status(err->kind);
    return true;
}

const hf_command hf_command_simulate = {
    .name = "simulate",
    .usage = "[SCENARIO|FILE] [--trials N] [--seed S] [--threads T] [--strength-digits 8|32] "
             "[--hours H] [--step-h S] [--restart free|sequential] [--generator ars|philox] "
             "[--kernel auto|sparse|dense] [--half-width SHARE] [--worth K] [--both-restarts] "
             "[--checkpoint FILE] "
             "[--checkpoint-every TIME] "
             "[--memory BYTES] [--plan memory|disk] [--title TEXT] [-o FILE]",
    .summary = "What is lost on average and at worst, over many trials.",
    .example = "holdfast simulate flood --trials 1e6 --seed 7 -o flood.json",
    .options = options,
    .option_count = HF_COUNT(options),
    .max_words = 1,
    .store = HF_STORE_PRESENT,
    .run = run,
};
