// SPDX-License-Identifier: Apache-2.0
//
// holdfast export: records of one kind, or the whole register, into a file.
#include <string.h>

#include "base/file.h"
#include "cli/query.h"

static const hf_option options[] = {
    {"--as", "csv|xlsx|geojson|gpkg|graphml|dump", "how to write it (default: by the file's name)"},
    {"--noun", "NOUN", "only records of this kind; needed for csv (default: assets)"},
    {"--filter", "FIELD=VALUE,…", "only records whose fields have these values"},
    {"--text", "WORDS", "only records that full-text search finds"},
    {"--dump", NULL, "the whole register, to be taken in by another instance"},
    {"-o", "FILE", "where to write; - or nothing is standard output"},
};

static bool write_file(void *context, hf_str bytes, hf_error *err)
{
    return hf_file_out_add(context, bytes, err);
}

// "assets.xlsx" → "xlsx".
static const char *format_by_name(const char *path)
{
    const char *dot = path != NULL ? strrchr(path, '.') : NULL;
    return dot != NULL ? dot + 1 : "csv";
}

static bool run(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_file_out_close) hf_file_out *file = NULL;
    const char *path = hf_cli_option(cli, "-o");
    const char *format = hf_cli_option(cli, "--as");
    const char *noun = hf_cli_option(cli, "--noun");
    uint64_t count = 0;
    hf_bar bar = hf_bar_begin(cli);
    hf_export_request request = {.progress = {&bar, hf_bar_tell}};
    if (hf_cli_has(cli, "--dump"))
        format = "dump";
    request.format = hf_str_of(format != NULL ? format : format_by_name(path));
    if (noun == NULL && hf_str_equal_z(request.format, "csv"))
        noun = "assets";
    if (noun != NULL && !hf_cli_noun(hf_str_of(noun), &request.noun, err))
        return false;
    hf_query query = {.noun = request.noun};
    if (hf_cli_has(cli, "--filter") || hf_cli_has(cli, "--text")) {
        if (request.noun == NULL)
            return hf_fail(err, HF_ERR_USAGE, "usage.words", "say with --noun which records");
        if (!hf_cli_read_query(cli, &query, err))
            return false;
        request.query = &query;
    }
    if (!hf_file_out_open(path != NULL ? path : "-", &file, err))
        return false;
    request.output = (hf_output){file, write_file};
    bool ok = hf_export(&cli->session, &request, &cli->arena, &count, err);
    hf_bar_end(&bar);
    if (!ok || !hf_file_out_commit(file, err))
        return false;
    if (cli->is_json && path != NULL && strcmp(path, "-") != 0) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "file");
        hf_json_add_z(&out, path);
        hf_json_name(&out, "records");
        hf_json_add_u64(&out, count);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
    }
    return true;
}

const hf_command hf_command_export = {
    .name = "export",
    .usage =
        "[--as FORMAT] [--noun NOUN [--filter FIELD=VALUE,…] [--text WORDS]] [--dump] [-o FILE]",
    .summary = "Write records into a file: table, map, graph, or the whole register.",
    .example = "holdfast export --as geojson -o assets.geojson",
    .options = options,
    .option_count = HF_COUNT(options),
    .store = HF_STORE_PRESENT,
    .run = run,
};
