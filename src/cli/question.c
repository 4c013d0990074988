// SPDX-License-Identifier: Apache-2.0
//
// Reads what is to fail and for how long it is looked at.
#include "cli/question.h"

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
