// SPDX-License-Identifier: Apache-2.0
//
// holdfast measures: which protective measures to take for a budget.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const hf_option options[] = {
    {"--scenario", "KEY|FILE", "what may happen; without: each asset's own damage_p"},
    {"--budget", "B", "what the measures may cost together"},
    {"--among", "KEY,…", "weigh only these; without: all that are proposed or planned"},
    {"--lock", "KEY,…", "these must be taken"},
    {"--without", "KEY,…", "these must not"},
    {"--objective", "mean|p95|p99", "lower the mean loss, or that of the worst 5 or 1 % (mean)"},
    {"--trials", "N", "trials of each simulation (those of the scenario)"},
    {"--seed", "S", "seed (that of the scenario)"},
    {"--simulations", "N", "end the search after so many simulations (2000)"},
    {"--front", NULL, "what other budgets would buy"},
};

static void read_keys(hf_cli *cli, const char *option, hf_texts *out)
{
    hf_str *list = NULL;
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, option)), &list, &out->count);
    out->items = list;
}

static bool read_objective(const hf_cli *cli, hf_objective *out, hf_error *err)
{
    const char *word = hf_cli_option(cli, "--objective");
    for (int i = 0; word != NULL; i++) {
        if (hf_objective_words[i] == NULL)
            return hf_fail(err, HF_ERR_USAGE, "usage.value",
                           "--objective is mean, p95 or p99, not '%s'", word);
        *out = (hf_objective)i;
        if (strcmp(word, hf_objective_words[i]) == 0)
            break;
    }
    return true;
}

static bool read_request(hf_cli *cli, hf_portfolio_request *out, hf_error *err)
{
    const char *scenario_name = hf_cli_option(cli, "--scenario");
    hf_scenario scenario;
    uint64_t trials = 0, seed = 0;
    *out = hf_portfolio_plain();
    if (scenario_name != NULL) {
        bool is_file = false;
        if (!hf_scenario_find(&cli->session, scenario_name, &cli->arena, &scenario, &is_file, err))
            return false;
        hf_simulate_use(&out->question, &scenario);
        out->question.file = is_file ? scenario_name : NULL;
    }
    if (!hf_cli_number(cli, "--budget", &out->budget, err) ||
        !hf_cli_count(cli, "--trials", &trials, err) || !hf_cli_count(cli, "--seed", &seed, err) ||
        !hf_cli_count(cli, "--simulations", &out->run_limit, err) ||
        !read_objective(cli, &out->objective, err))
        return false;
    if (hf_cli_has(cli, "--trials"))
        out->question.scenario.trials = trials < INT64_MAX ? (int64_t)trials : INT64_MAX;
    if (hf_cli_has(cli, "--seed"))
        out->question.scenario.seed = seed < INT64_MAX ? (int64_t)seed : INT64_MAX;
    out->wants_front = hf_cli_has(cli, "--front");
    read_keys(cli, "--among", &out->among);
    read_keys(cli, "--lock", &out->lock);
    read_keys(cli, "--without", &out->without);
    return true;
}

// --- tables ------------------------------------------------------------------------------------------------

static hf_message_value number_value(const char *name, double number)
{
    return (hf_message_value){name, HF_STR_EMPTY, true, number};
}

static double rounded(double number, int decimals)
{
    double scale = decimals == 0 ? 1 : decimals == 2 ? 100 : 10000;
    return round(number * scale) / scale;
}

// Costs have decimals only where they need them.
static void add_money(hf_cli *cli, hf_table_text *table, int64_t hundredths)
{
    hf_table_add_number(cli, table, (double)hundredths / HF_MONEY_PARTS, hundredths % 100 ? 2 : 0);
}

// Enough to tell figures apart, no more.
static int decimals_of(double largest)
{
    return largest >= 100 ? 0 : largest >= 1 ? 2 : 4;
}

static double best_for_cost(const hf_portfolio_answer *answer)
{
    double best = 0;
    for (uint32_t m = 0; m < answer->measure_count; m++)
        if (answer->cost[m] > 0)
            best = fmax(best, answer->single_gain[m] * HF_MONEY_PARTS / (double)answer->cost[m]);
    return best;
}

static hf_str keys_of(hf_cli *cli, const hf_portfolio_answer *answer, hf_measure_set set)
{
    HF_CLEANUP(hf_buf_done) hf_buf keys = hf_buf_of(1u << 16);
    for (uint32_t m = 0; m < answer->measure_count; m++) {
        if ((set >> m & 1) == 0)
            continue;
        if (keys.len > 0)
            hf_buf_add_byte(&keys, ' ');
        hf_buf_add_str(&keys, answer->measures[m]->head.key);
    }
    return keys.len > 0 ? hf_buf_copy(&cli->arena, &keys) : HF_STR("–");
}

static void write_measures(hf_cli *cli, const hf_portfolio_answer *answer)
{
    static const hf_column columns[] = {
        {"field.measure.key", false, false},    {"field.measure.title", false, true},
        {"field.measure.cost", true, false},    {"cli.measures.gain", true, false},
        {"cli.measures.for_cost", true, false}, {"cli.measures.taken", false, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (uint32_t m = 0; m < answer->measure_count; m++) {
        double cost = (double)answer->cost[m] / HF_MONEY_PARTS;
        hf_table_add(cli, &table, answer->measures[m]->head.key);
        hf_table_add(cli, &table, answer->measures[m]->title);
        add_money(cli, &table, answer->cost[m]);
        hf_table_add_number(cli, &table, answer->single_gain[m], decimals_of(answer->none.value));
        if (cost > 0)
            hf_table_add_number(cli, &table, answer->single_gain[m] / cost,
                                decimals_of(best_for_cost(answer)));
        else
            hf_table_add(cli, &table, HF_STR("–"));
        bool is_taken = (answer->found.best.set >> m & 1) != 0;
        hf_table_add(cli, &table, is_taken ? HF_STR("✓") : HF_STR_EMPTY);
    }
    hf_table_write(cli, &table);
}

static void write_front(hf_cli *cli, const hf_portfolio_answer *answer)
{
    static const hf_column columns[] = {{"field.measure.cost", true, false},
                                        {"cli.measures.loss", true, false},
                                        {"cli.measures.is_exact", false, false},
                                        {"noun.measure.plural", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (uint32_t i = 0; i < answer->front_count; i++) {
        const hf_front_point *front = &answer->front[i];
        add_money(cli, &table, front->point.cost);
        hf_table_add_number(cli, &table, front->loss, decimals_of(answer->none.value));
        hf_table_add(cli, &table, front->is_exact ? HF_STR("✓") : HF_STR_EMPTY);
        hf_table_add(cli, &table, keys_of(cli, answer, front->point.set));
    }
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
}

static void say_estimate(hf_cli *cli, const char *key, hf_estimate estimate, int decimals)
{
    const hf_message_value values[] = {number_value("value", rounded(estimate.value, decimals)),
                                       number_value("low", rounded(estimate.low, decimals)),
                                       number_value("high", rounded(estimate.high, decimals))};
    hf_cli_say(cli, key, values, HF_COUNT(values));
}

static void say_exactness(hf_cli *cli, const hf_portfolio_answer *answer)
{
    char key[64];
    int decimals = decimals_of(answer->none.value);
    if (answer->why_not_exact == NULL) {
        double gap = rounded(answer->greedy - answer->best.value, decimals);
        const hf_message_value values[] = {
            number_value("gap", gap), {.name = "loses", .text = hf_str_of(gap > 0 ? "yes" : "no")}};
        hf_cli_say(cli, "cli.measures.exact", values, HF_COUNT(values));
        return;
    }
    (void)snprintf(key, sizeof(key), "cli.measures.not_exact.%s", answer->why_not_exact);
    hf_cli_say(cli, key, NULL, 0);
}

static void write_text(hf_cli *cli, const hf_portfolio_answer *answer)
{
    const hf_message_value chosen[] = {
        {.name = "keys", .text = keys_of(cli, answer, answer->found.best.set)},
        number_value("cost", (double)answer->found.best.cost / HF_MONEY_PARTS),
        number_value("budget", (double)answer->budget / HF_MONEY_PARTS)};
    int decimals = decimals_of(answer->none.value);
    write_measures(cli, answer);
    hf_buf_add_byte(&cli->out, '\n');
    hf_cli_say(cli, "cli.measures.best", chosen, HF_COUNT(chosen));
    say_estimate(cli, "cli.measures.none", answer->none, decimals);
    say_estimate(cli, "cli.measures.with", answer->best, decimals);
    say_estimate(cli, "cli.measures.saves", answer->gain, decimals);
    if (answer->bound >= 0) {
        const hf_message_value bound[] = {number_value("value", rounded(answer->bound, decimals))};
        hf_cli_say(cli, "cli.measures.bound", bound, HF_COUNT(bound));
    }
    say_exactness(cli, answer);
    if (answer->left_out_count > 0) {
        const hf_message_value left[] = {number_value("count", (double)answer->left_out_count)};
        hf_cli_say(cli, "cli.measures.left_out", left, HF_COUNT(left));
    }
    if (hf_cli_has(cli, "--front"))
        write_front(cli, answer);
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_portfolio_request request;
    hf_portfolio_answer answer;
    if (!read_request(cli, &request, err))
        return false;
    hf_cli_use_threads(cli);
    bool is_done = hf_ask_portfolio(&cli->session, &request, &cli->arena, &answer, err);
    if (is_done && cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_portfolio(&answer, &out);
        hf_cli_end_json(cli);
    } else if (is_done) {
        write_text(cli, &answer);
    }
    hf_portfolio_done(&cli->session, &answer);
    return is_done;
}

const hf_command hf_command_measures = {
    .name = "measures",
    .usage = "[--scenario KEY|FILE] --budget B [--among KEY,…] [--lock KEY,…] [--without KEY,…] "
             "[--front]",
    .summary = "Which protective measures to take for a budget.",
    .example = "holdfast measures --scenario flood --budget 5e6 --front",
    .options = options,
    .option_count = HF_COUNT(options),
    .store = HF_STORE_PRESENT,
    .run = run,
};
