// SPDX-License-Identifier: Apache-2.0
//
// holdfast explain: why one asset fell, back to the initial damage, in words; in a what-if, or in one trial of a
// simulation.
#include "cli/question.h"

static const hf_option options[] = {
    {"--fail", "KEY,…", "the assets that are damaged at hour 0"},
    {"--fail-file", "FILE", "their keys, one a line"},
    {"--trial", "N", "in this trial of a simulation, counted from 0; in place of --fail"},
    {"--run", "ID", "of this run; without: of the scenario that follows the key, as simulate does"},
    HF_CLI_TRIAL_OPTIONS,
    HF_CLI_QUESTION_OPTIONS,
};

static bool say_reasons(hf_cli *cli, const hf_reasons *reasons)
{
    if (reasons->count == 0)
        hf_cli_write_words(cli, reasons->text, 0, 0);
    for (size_t i = 0; i < reasons->count; i++)
        hf_cli_write_numbered(cli, i + 1, reasons->steps[i].sentence);
    return true;
}

static bool write_reasons(hf_cli *cli, const hf_cascade_answer *answer, hf_error *err)
{
    hf_reasons reasons = {0};
    hf_str key = hf_str_of(cli->words[0]);
    if (!hf_explain_fall(&cli->session, answer, key, &cli->arena, &reasons, err))
        return false;
    if (!cli->is_json)
        return say_reasons(cli, &reasons);
    hf_json_writer out = hf_cli_json(cli);
    hf_write_reasons(answer, key, &reasons, &out);
    hf_cli_end_json(cli);
    return true;
}

static bool explain_what_if(hf_cli *cli, hf_error *err)
{
    hf_cascade_request request;
    hf_cascade_answer answer = {0};
    if (cli->word_count != 1)
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "name the one asset that is to be explained, and with --fail what is lost");
    if (!hf_cli_read_question(cli, &request, err) ||
        !hf_ask_cascade(&cli->session, &request, &cli->arena, &answer, err))
        return false;
    bool ok = write_reasons(cli, &answer, err);
    hf_plan_release(&cli->session, &answer.plan);
    return ok;
}

// --- one trial ---------------------------------------------------------------------------------------------

static bool write_damage(hf_cli *cli, const hf_trial_answer *answer, hf_error *err)
{
    static const hf_column columns[] = {{"cli.damaged_at_h", true, false},
                                        {"field.asset.key", false, false},
                                        {"field.asset.name", false, true},
                                        {"cli.repaired_at_h", true, false}};
    hf_table_text table = {.columns = columns,
                           .column_count = HF_COUNT(columns) - !answer->cascade.has_hours};
    const hf_trial_story *story = &answer->story;
    uint32_t *assets = HF_NEW_N(&cli->arena, uint32_t, story->damage_count);
    hf_named *named = NULL;
    for (uint32_t i = 0; i < story->damage_count; i++)
        assets[i] = story->damage[i].asset;
    if (story->damage_count == 0)
        return true;
    if (!hf_name_assets(&cli->session, answer->asked.plan, assets, story->damage_count, &cli->arena,
                        &named, err))
        return false;
    for (uint32_t i = 0; i < story->damage_count; i++) {
        hf_table_add_number(cli, &table, story->damage[i].at_h, 1);
        hf_table_add(cli, &table, answer->asked.plan->keys[assets[i]]);
        hf_table_add(cli, &table, named[i].name);
        if (answer->cascade.has_hours && isinf(story->damage[i].to_h))
            hf_table_add(cli, &table, HF_STR("–"));
        else if (answer->cascade.has_hours)
            hf_table_add_number(cli, &table, story->damage[i].to_h, 1);
    }
    hf_table_write(cli, &table);
    hf_buf_add_byte(&cli->out, '\n');
    return true;
}

static void say_trial(hf_cli *cli, const hf_trial_answer *answer)
{
    const hf_trial_story *story = &answer->story;
    const hf_message_value values[] = {
        {"trial", HF_STR_EMPTY, true, (double)answer->trial},
        {"count", HF_STR_EMPTY, true, (double)story->cascade.fall_count},
        {"loss", HF_STR_EMPTY, true, story->loss},
        {"class", answer->threat_class, false, 0},
        {"links", HF_STR_EMPTY, true, (double)story->broken_link_count}};
    hf_cli_say(cli, answer->cascade.has_hours ? "cli.trial.person_hours" : "cli.trial.people",
               values, HF_COUNT(values));
    if (answer->threat_class.len > 0)
        hf_cli_say(cli, "cli.trial.class", values, HF_COUNT(values));
    if (story->broken_link_count > 0)
        hf_cli_say(cli, "cli.trial.links", values, HF_COUNT(values));
}

// What the trial drew; then why the asset fell, or without one all that fell.
static bool write_trial(hf_cli *cli, const hf_trial_answer *answer, hf_error *err)
{
    hf_reasons reasons = {0};
    hf_str key = cli->word_count > 0 ? hf_str_of(cli->words[0]) : HF_STR_EMPTY;
    if (key.len > 0 &&
        !hf_explain_fall(&cli->session, &answer->cascade, key, &cli->arena, &reasons, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_trial(answer, key, key.len > 0 ? &reasons : NULL, &out);
        hf_cli_end_json(cli);
        return true;
    }
    say_trial(cli, answer);
    if (!write_damage(cli, answer, err))
        return false;
    return key.len > 0 ? say_reasons(cli, &reasons)
                       : hf_cli_write_falls(cli, &answer->cascade, err);
}

static bool ask_trial(hf_cli *cli, uint64_t trial, hf_trial_answer *answer, hf_error *err)
{
    const char *run = hf_cli_option(cli, "--run");
    hf_simulate_request request;
    if (run == NULL)
        return hf_cli_read_trials(cli, cli->word_count > 1 ? cli->words[1] : NULL, &request, err) &&
               hf_ask_trial(&cli->session, &request, trial, &cli->arena, answer, err);
    static const char *const others[] = {"--trials",          "--seed",    "--hours",
                                         "--step-h",          "--restart", "--generator",
                                         "--strength-digits", NULL};
    for (size_t i = 0; others[i] != NULL; i++)
        if (hf_cli_has(cli, others[i]))
            return hf_fail(err, HF_ERR_USAGE, "usage.value",
                           "%s stands in the run already; leave it out", others[i]);
    if (cli->word_count > 1)
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "the scenario stands in the run already; leave it out");
    return hf_ask_trial_of_run(&cli->session, hf_str_of(run), trial, &cli->arena, answer, err);
}

static bool explain_trial(hf_cli *cli, hf_error *err)
{
    uint64_t trial = 0;
    hf_trial_answer answer = {0};
    if (hf_cli_has(cli, "--fail") || hf_cli_has(cli, "--fail-file"))
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "a trial has its damage from chance; give --fail or --trial, not both");
    if (!hf_cli_has(cli, "--trial"))
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "--run needs --trial N: the trial that is to be explained");
    if (!hf_cli_count(cli, "--trial", &trial, err))
        return false;
    bool ok = ask_trial(cli, trial, &answer, err) && write_trial(cli, &answer, err);
    hf_trial_done(&cli->session, &answer);
    return ok;
}

static bool run(hf_cli *cli, hf_error *err)
{
    return hf_cli_has(cli, "--trial") || hf_cli_has(cli, "--run") ? explain_trial(cli, err)
                                                                  : explain_what_if(cli, err);
}

const hf_command hf_command_explain = {
    .name = "explain",
    .usage = "KEY --fail KEY,… [--hours H] [--step-h S] [--restart free|sequential] | "
             "[KEY] --run ID --trial N | KEY [SCENARIO|FILE] --trial N [--trials N] [--seed S] "
             "[--hours H] [--step-h S] [--restart free|sequential] [--generator ars|philox] "
             "[--strength-digits 8|32]",
    .summary = "Why an asset falls, step by step back to the damage.",
    .example = "holdfast explain H1 --fail P1",
    .options = options,
    .option_count = HF_COUNT(options),
    .max_words = 2,
    .store = HF_STORE_PRESENT,
    .run = run,
};
