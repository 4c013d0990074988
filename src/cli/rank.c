// SPDX-License-Identifier: Apache-2.0
//
// holdfast rank: the consequence of losing each asset alone.
#include <string.h>

#include "cli/question.h"

static const hf_option options[] = {
    {"--by", "people|failed|people_hours", "what counts most (people)"},
    {"--weights", "NAME=WEIGHT,…", "what counts how much: people, failed, sectors, people_hours"},
    {"--among", "KIND,…", "only assets of these kinds are lost"},
    {"--within", "AREA", "only assets in this area: region:KEY, or lon,lat lon,lat lon,lat"},
    {"--top", "K", "only the first K"},
    {"--pairs", NULL, "pairs whose joint loss takes down more than both apart"},
    HF_CLI_QUESTION_OPTIONS,
};

static bool read_weight(hf_str text, hf_rank_request *request, hf_error *err)
{
    hf_str name = HF_STR_EMPTY, rest = text;
    double weight = 0;
    if (hf_str_split(&rest, '=', &name) && hf_parse_double(rest, &weight) && weight >= 0 &&
        weight <= HF_RANK_WEIGHT_MAX)
        for (int c = 0; hf_rank_criteria[c] != NULL; c++)
            if (hf_str_equal_z(name, hf_rank_criteria[c])) {
                request->weights[c] = weight;
                return true;
            }
    return hf_fail(err, HF_ERR_USAGE, "rank.weights",
                   "--weights cannot read '%.*s'; give people=3, failed=1, sectors=1 or "
                   "people_hours=2, each 0 to %.0f",
                   HF_STR_ARG(text), HF_RANK_WEIGHT_MAX);
}

static bool read_weights(hf_cli *cli, hf_rank_request *request, hf_error *err)
{
    hf_str *weights = NULL;
    size_t count = 0;
    request->is_weighted = hf_cli_has(cli, "--weights");
    if (request->is_weighted && (hf_cli_has(cli, "--by") || hf_cli_has(cli, "--pairs")))
        return hf_fail(err, HF_ERR_USAGE, "rank.weights",
                       "--weights takes the place of --by, and does not weigh --pairs");
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, "--weights")), &weights, &count);
    for (size_t i = 0; i < count; i++)
        if (!read_weight(weights[i], request, err))
            return false;
    return true;
}

static bool read_request(hf_cli *cli, hf_rank_request *request, hf_error *err)
{
    const char *by = hf_cli_option(cli, "--by");
    hf_str *kinds = NULL;
    uint64_t top = 0;
    *request = (hf_rank_request){.by = HF_RANK_PEOPLE};
    if (by != NULL && strcmp(by, "failed") == 0)
        request->by = HF_RANK_FAILED;
    else if (by != NULL && strcmp(by, "people_hours") == 0)
        request->by = HF_RANK_PEOPLE_HOURS;
    else if (by != NULL && strcmp(by, "people") != 0)
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "--by does not know '%s'; give people, failed or people_hours", by);
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, "--among")), &kinds,
                &request->among_count);
    request->among = kinds;
    request->within = hf_str_of(hf_cli_option(cli, "--within"));
    if (!read_weights(cli, request, err) || !hf_cli_count(cli, "--top", &top, err) ||
        !hf_cli_number(cli, "--hours", &request->hours, err) ||
        !hf_cli_number(cli, "--step-h", &request->step_h, err) ||
        !hf_cli_restart(cli, &request->restart, err))
        return false;
    request->top = (size_t)top;
    return true;
}

static void add_score(hf_cli *cli, hf_table_text *table, const hf_rank_answer *answer,
                      uint32_t index)
{
    const hf_scores *scores = &answer->scores;
    hf_table_add_count(cli, table, answer->ranking.rows[index].sector_count);
    hf_table_add_number(cli, table, scores->score[index], 3);
    hf_table_add(cli, table,
                 hf_str_format(&cli->arena, "%u–%u", scores->best[index], scores->worst[index]));
}

static bool write_table(hf_cli *cli, const hf_rank_answer *answer, hf_error *err)
{
    static const hf_column columns[] = {
        {"cli.rank", true, false},         {"field.asset.key", false, false},
        {"field.asset.name", false, true}, {"field.asset.kind", false, true},
        {"cli.people", true, false},       {"cli.failed", true, false},
        {"cli.sectors", true, false},      {"cli.score", true, false},
        {"cli.places", true, false}};
    enum { BY_ONE_MEASURE = 6 };
    hf_table_text table = {.columns = columns,
                           .column_count =
                               answer->is_weighted ? HF_COUNT(columns) : BY_ONE_MEASURE};
    uint32_t count = answer->ranking.row_count;
    size_t shown = answer->top > 0 && answer->top < count ? answer->top : count;
    if (answer->top == 0 && shown > 50 && cli->is_out_terminal)
        shown = 50; // --json and pipes get all
    uint32_t *assets = HF_NEW_N(&cli->arena, uint32_t, shown);
    hf_named *named = NULL;
    for (size_t i = 0; i < shown; i++)
        assets[i] = answer->ranking.rows[hf_rank_at(answer, (uint32_t)i)].asset;
    if (!hf_name_assets(&cli->session, answer->plan, assets, shown, &cli->arena, &named, err))
        return false;
    for (size_t i = 0; i < shown; i++) {
        uint32_t index = hf_rank_at(answer, (uint32_t)i);
        const hf_rank_row *row = &answer->ranking.rows[index];
        hf_table_add_count(cli, &table, (int64_t)i + 1);
        hf_table_add(cli, &table, answer->plan->keys[row->asset]);
        hf_table_add(cli, &table, named[i].name);
        hf_table_add(cli, &table, named[i].kind);
        hf_table_add_count(cli, &table, row->people);
        hf_table_add_count(cli, &table, row->failed_count);
        if (answer->is_weighted)
            add_score(cli, &table, answer, index);
    }
    if (shown > 0)
        hf_table_write(cli, &table);
    if (answer->top == 0 && shown < count && !cli->is_quiet)
        hf_cli_say(cli, "check.first",
                   &(hf_message_value){"count", HF_STR_EMPTY, true, (double)shown}, 1);
    return true;
}

static bool run_pairs(hf_cli *cli, const hf_rank_request *request, hf_error *err)
{
    static const hf_column columns[] = {
        {"cli.first", false, false},       {"cli.second", false, false},
        {"cli.people", true, false},       {"cli.failed", true, false},
        {"cli.extra_people", true, false}, {"cli.extra_failed", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_pairs_answer answer;
    if (!hf_ask_pairs(&cli->session, request, &cli->arena, &answer, err))
        return false;
    for (uint32_t i = 0; i < answer.list.pair_count && !cli->is_json; i++) {
        const hf_pair *pair = &answer.list.pairs[i];
        hf_table_add(cli, &table, answer.plan->keys[pair->first]);
        hf_table_add(cli, &table, answer.plan->keys[pair->second]);
        hf_table_add_count(cli, &table, pair->people);
        hf_table_add_count(cli, &table, pair->failed_count);
        hf_table_add_count(cli, &table, pair->extra_people);
        hf_table_add_count(cli, &table, pair->extra_failed);
    }
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_pairs(&answer, &out);
        hf_cli_end_json(cli);
    } else if (answer.list.pair_count == 0) {
        hf_cli_say(cli, "cli.pairs.none", NULL, 0);
    } else {
        hf_table_write(cli, &table);
        const hf_message_value values[] = {
            {"count", HF_STR_EMPTY, true, (double)answer.list.super_count},
            {"tried", HF_STR_EMPTY, true, (double)answer.list.tried}};
        hf_cli_say(cli, "cli.pairs.sum", values, HF_COUNT(values));
    }
    hf_plan_release(&cli->session, &answer.plan);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_rank_request request;
    hf_rank_answer answer = {0};
    if (!read_request(cli, &request, err))
        return false;
    hf_cli_use_threads(cli);
    if (hf_cli_has(cli, "--pairs"))
        return run_pairs(cli, &request, err);
    if (!hf_ask_rank(&cli->session, &request, &cli->arena, &answer, err))
        return false;
    bool ok = true;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_rank(&answer, &out);
        hf_cli_end_json(cli);
    } else {
        ok = write_table(cli, &answer, err);
    }
    hf_plan_release(&cli->session, &answer.plan);
    return ok;
}

const hf_command hf_command_rank = {
    .name = "rank",
    .usage = "[--by people|failed|people_hours | --weights NAME=WEIGHT,…] [--among KIND,…] "
             "[--within AREA] [--hours H] [--top K] "
             "[--pairs]",
    .summary = "Which single loss hurts most.",
    .example = "holdfast rank --among substation,power_plant --top 20",
    .options = options,
    .option_count = HF_COUNT(options),
    .store = HF_STORE_PRESENT,
    .run = run,
};
