// SPDX-License-Identifier: Apache-2.0
//
// holdfast report: a printable document in the language of --lang.
#include "usecase/report.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--within", "AREA", "of the report 'area': region:KEY, or lon,lat lon,lat lon,lat"},
    {"--region", "REGION", "of 'soft-targets': places of it and all inside"},
    {"--against", "ROUND", "of 'assessment': compare with this round in a chapter of its own"},
    {"--template", "FILE",
     "of 'assessment': order, chapters and words of your own (docs/guide/reports.md)"},
    {"-o", "FILE", "where to write; - or nothing is standard output. Its end says the format"},
    {"--format", "html|pdf|docx|odt", "the format, whatever the file is called; html unless said"},
};

static bool read_template(hf_cli *cli, hf_report_request *wanted, hf_error *err)
{
    wanted->template_source = hf_cli_option(cli, "--template");
    return wanted->template_source == NULL ||
           hf_file_read(wanted->template_source, HF_TEMPLATE_BYTES_MAX + 1, &cli->arena,
                        &wanted->template, err);
}

static bool run(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf made = hf_buf_of(HF_REPORT_BYTES_MAX);
    const char *path = hf_cli_option(cli, "-o");
    hf_cli_use_threads(cli);
    bool is_assessment = hf_str_equal_z(hf_str_of(cli->words[0]), "assessment");
    if (is_assessment != (cli->word_count == 2))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "'report assessment' needs the key of one, and only that report takes one");
    if (!is_assessment && (hf_cli_has(cli, "--against") || hf_cli_has(cli, "--template")))
        return hf_fail(err, HF_ERR_USAGE, "usage.options",
                       "--against and --template are of 'report assessment'; leave them out");
    hf_report_request wanted = {.kind = hf_str_of(cli->words[0]),
                                .within = hf_str_of(hf_cli_option(cli, "--within")),
                                .region = hf_str_of(hf_cli_option(cli, "--region")),
                                .of = hf_str_of(is_assessment ? cli->words[1] : NULL),
                                .against = hf_str_of(hf_cli_option(cli, "--against"))};
    bool is_open = hf_str_equal_z(wanted.kind, "soft-targets");
    if ((is_open || hf_str_equal_z(wanted.kind, "strategy")) && hf_cli_has(cli, "--within"))
        return hf_fail(err, HF_ERR_USAGE, "usage.options",
                       "--within is of 'report area'; leave it out");
    if (!is_open && hf_cli_has(cli, "--region"))
        return hf_fail(err, HF_ERR_USAGE, "usage.options",
                       "--region is of 'report soft-targets'; leave it out");
    if (!read_template(cli, &wanted, err) ||
        !hf_find_writer(hf_str_of(hf_cli_option(cli, "--format")), hf_str_of(path), &wanted.writer,
                        err) ||
        !hf_make_report(&cli->session, &wanted, &made, err))
        return false;
    if (path == NULL) {
        hf_buf_add_str(&cli->out, hf_buf_str(&made));
        return true;
    }
    return hf_file_write(path, hf_buf_str(&made), err);
}

const hf_command hf_command_report = {
    .name = "report",
    .usage = "KIND [ASSESSMENT] [--within AREA] [--region REGION] [--against ROUND] [--template "
             "FILE] [--format "
             "FORMAT] [-o FILE]",
    .summary = "Write a report; kinds: national, area, assessment, strategy, soft-targets.",
    .example = "holdfast --lang fr report national -o rapport.pdf",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 2,
    .words = "national|area|assessment|strategy|soft-targets",
    .store = HF_STORE_PRESENT,
    .run = run,
};
