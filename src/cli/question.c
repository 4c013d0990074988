// SPDX-License-Identifier: Apache-2.0
//
// Reads what is to fail and for how long it is looked at.
#include "cli/question.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"

typedef HF_VEC(hf_str) keys;

static void add_keys(hf_cli *cli, keys *all, hf_str text)
{
    hf_str *list = NULL;
    size_t count = 0;
    hf_cli_list(&cli->arena, text, &list, &count);
    for (size_t i = 0; i < count; i++)
        HF_VEC_ADD(&cli->arena, all, list[i]);
}

bool hf_cli_read_question(hf_cli *cli, hf_cascade_request *request, hf_error *err)
{
    keys all = {0};
    const char *given = hf_cli_option(cli, "--fail");
    const char *path = hf_cli_option(cli, "--fail-file");
    hf_str text, line;
    *request = (hf_cascade_request){0};
    if (given != NULL)
        add_keys(cli, &all, hf_str_of(given));
    if (path != NULL) {
        if (!hf_file_read(path, HF_JSON_BYTES_MAX, &cli->arena, &text, err))
            return false;
        while (hf_str_split(&text, '\n', &line)) // one key a line; keys may hold commas there
            if (hf_str_trim(line).len > 0)
                HF_VEC_ADD(&cli->arena, &all, hf_str_trim(line));
    }
    request->fail = all.items;
    request->fail_count = all.count;
    return hf_cli_number(cli, "--hours", &request->hours, err) &&
           hf_cli_number(cli, "--step-h", &request->step_h, err) &&
           hf_cli_restart(cli, &request->restart, err);
}

bool hf_cli_word(const hf_cli *cli, const char *name, const char *const *words, int *out,
                 hf_error *err)
{
    const char *text = hf_cli_option(cli, name);
    if (text == NULL)
        return true;
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(text, words[i]) == 0) {
            *out = i;
            return true;
        }
    return hf_fail(err, HF_ERR_USAGE, "usage.value",
                   "%s does not know '%s'; see: holdfast %s --help", name, text,
                   cli->command->name);
}

bool hf_cli_whole(const hf_cli *cli, const char *name, uint64_t min, uint64_t max, int64_t *out,
                  hf_error *err)
{
    uint64_t value = (uint64_t)*out;
    if (!hf_cli_count(cli, name, &value, err))
        return false;
    if (value < min || value > max)
        return hf_fail(err, HF_ERR_USAGE, "usage.value", "%s must lie between %llu and %llu", name,
                       (unsigned long long)min, (unsigned long long)max);
    *out = (int64_t)value;
    return true;
}

static bool read_choices(const hf_cli *cli, hf_simulate_request *request, hf_error *err)
{
    static const char *const generators[] = {"ars", "philox", NULL};
    static const char *const digits[] = {"8", "32", NULL};
    int generator = (int)request->generator, digit = 1;
    if (!hf_cli_word(cli, "--generator", generators, &generator, err) ||
        !hf_cli_word(cli, "--strength-digits", digits, &digit, err))
        return false;
    request->generator = (hf_generator)generator;
    request->strength_digits = digit == 0 ? 8 : 32;
    return true;
}

bool hf_cli_read_trials(hf_cli *cli, const char *scenario_word, hf_simulate_request *request,
                        hf_error *err)
{
    hf_scenario scenario;
    hf_restart restart = HF_RESTART_FREE;
    *request = hf_simulate_plain();
    if (scenario_word != NULL) {
        bool is_file = false;
        if (!hf_scenario_find(&cli->session, scenario_word, &cli->arena, &scenario, &is_file, err))
            return false;
        hf_simulate_use(request, &scenario);
        request->file = is_file ? scenario_word : NULL;
    }
    hf_scenario *asked = &request->scenario;
    if (!hf_cli_whole(cli, "--trials", 1, HF_TRIAL_COUNT_MAX, &asked->trials, err) ||
        !hf_cli_whole(cli, "--seed", 0, HF_SIMULATE_SEED_MAX, &asked->seed, err) ||
        !hf_cli_number(cli, "--hours", &asked->hours, err) ||
        !hf_cli_number(cli, "--step-h", &asked->step_h, err) ||
        !hf_cli_restart(cli, &restart, err) || !read_choices(cli, request, err))
        return false;
    if (hf_cli_has(cli, "--restart"))
        asked->restart =
            restart == HF_RESTART_SEQUENTIAL ? HF_SCENARIO_SEQUENTIAL : HF_SCENARIO_FREE;
    return true;
}

void hf_cli_say_loops(hf_cli *cli, const hf_register_plan *plan)
{
    uint32_t count = 0;
    const hf_loop *loops = hf_plan_loops(plan, &count);
    if (count == 0)
        return;
    const hf_message_value values[] = {
        {.name = "count", .is_number = true, .number = (double)count},
        {.name = "keys", .text = hf_loop_keys(&cli->session, plan, &loops[0], &cli->arena)}};
    hf_cli_say(cli, "run.loops", values, HF_COUNT(values));
}
