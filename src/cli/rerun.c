// SPDX-License-Identifier: Apache-2.0
//
// holdfast rerun: repeats a run and says whether its result comes out byte by byte as it was.
#include "cli/cli.h"

static const hf_option options[] = {
    {"--threads", "T", "threads; the answer does not depend on it (one for each processor)"},
};
enum { DIFFERS = 1 };

static bool run(hf_cli *cli, hf_error *err)
{
    hf_rerun_answer answer;
    hf_watch watch = {0};
    hf_run *before = NULL;
    hf_str key = hf_str_of(cli->words[0]);
    if (!hf_cli_threads(cli, err) ||
        !hf_read_run(&cli->session, key, &cli->arena, &before, NULL, err))
        return false;
    hf_bar_watch *bar = hf_bar_watch_begin(cli, &watch, (uint64_t)before->trials, "trials");
    bool ok = hf_rerun(&cli->session, key, &watch, &cli->arena, &answer, err);
    hf_bar_watch_end(&bar);
    if (!ok)
        return false;
    cli->status = answer.is_equal ? 0 : DIFFERS;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_rerun(&answer, &out);
        hf_cli_end_json(cli);
    } else {
        hf_cli_say(cli,
                   answer.is_equal       ? "cli.rerun.equal"
                   : answer.has_moved_on ? "cli.rerun.moved_on"
                                         : "cli.rerun.differs",
                   NULL, 0);
    }
    return true;
}

const hf_command hf_command_rerun = {
    .name = "rerun",
    .usage = "ID [--threads T]",
    .summary = "Repeat a run and prove that its result comes out the same, byte by byte.",
    .example = "holdfast rerun 018bcfe5-6800-7000-8000-000000000000",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .store = HF_STORE_PRESENT,
    .run = run,
};
