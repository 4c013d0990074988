// SPDX-License-Identifier: Apache-2.0
//
// holdfast report: a printable document in the language of --lang.
#include "usecase/report.h"
#include "base/file.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--within", "AREA", "of the report 'area': region:KEY, or lon,lat lon,lat lon,lat"},
    {"--against", "ROUND", "of 'assessment': compare with this round in a chapter of its own"},
    {"-o", "FILE", "where to write; - or nothing is standard output"},
};

static bool run(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf html = hf_buf_of(HF_REPORT_BYTES_MAX);
    const char *path = hf_cli_option(cli, "-o");
    hf_cli_use_threads(cli);
    bool is_assessment = hf_str_equal_z(hf_str_of(cli->words[0]), "assessment");
    if (is_assessment != (cli->word_count == 2))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "'report assessment' needs the key of one, and only that report takes one");
    if (!is_assessment && hf_cli_has(cli, "--against"))
        return hf_fail(err, HF_ERR_USAGE, "usage.options",
                       "--against is of 'report assessment'; leave it out");
    if (is_assessment &&
        !hf_make_assessment_report(&cli->session, hf_str_of(cli->words[1]),
                                   hf_str_of(hf_cli_option(cli, "--against")), &html, err))
        return false;
    bool is_strategy = hf_str_equal_z(hf_str_of(cli->words[0]), "strategy");
    if (is_strategy && hf_cli_has(cli, "--within"))
        return hf_fail(err, HF_ERR_USAGE, "usage.options",
                       "--within is of 'report area'; leave it out");
    if (is_strategy && !hf_make_strategy_report(&cli->session, &html, err))
        return false;
    if (!is_assessment && !is_strategy &&
        !hf_make_report(&cli->session, hf_str_of(cli->words[0]),
                        hf_str_of(hf_cli_option(cli, "--within")), &html, err))
        return false;
    if (path == NULL) {
        hf_buf_add_str(&cli->out, hf_buf_str(&html));
        return true;
    }
    return hf_file_write(path, hf_buf_str(&html), err);
}

const hf_command hf_command_report = {
    .name = "report",
    .usage = "KIND [ASSESSMENT] [--within AREA] [--against ROUND] [-o FILE]",
    .summary = "Write a report; kinds: national, area, assessment, strategy.",
    .example = "holdfast --lang fr report national -o rapport.html",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 2,
    .words = "national|area|assessment|strategy",
    .store = HF_STORE_PRESENT,
    .run = run,
};
