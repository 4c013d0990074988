// SPDX-License-Identifier: Apache-2.0
//
// holdfast attach: files of a record, in, listed and out.
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--title", "TEXT", "what the file is"},
    {"--marking", "TLP", "more secret than the record: amber, red …"},
    {"-o", "FILE", "write the file there (get; default: standard output)"},
};

static void write_file_record(hf_cli *cli, const hf_attachment *file)
{
    hf_json_writer out = hf_cli_json(cli);
    hf_write_record(&cli->session, &hf_noun_attachment, file, &out);
    hf_cli_end_json(cli);
}

static void say_kept(hf_cli *cli, const hf_attachment *file)
{
    const hf_message_value values[] = {{.name = "file", .text = file->file_name},
                                       {.name = "key", .text = file->head.key}};
    if (cli->is_json)
        write_file_record(cli, file);
    else if (!cli->is_quiet)
        hf_cli_say(cli, "cli.attach.kept", values, HF_COUNT(values));
}

static bool attach_one(hf_cli *cli, hf_attach_request *wanted, const char *path, hf_error *err)
{
    HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
    const hf_attachment *file = NULL;
    if (!hf_file_map_open(path, HF_HTTP_UPLOAD_BYTES_MAX, &map, err))
        return false;
    wanted->file_name = hf_path_name(hf_str_of(path));
    wanted->bytes = map.bytes;
    if (!hf_attach(&cli->session, wanted, &cli->arena, &file, err))
        return false;
    say_kept(cli, file);
    return true;
}

static bool attach(hf_cli *cli, hf_error *err)
{
    hf_attach_request wanted = {.record = hf_str_of(cli->words[1]),
                                .title = hf_str_of(hf_cli_option(cli, "--title")),
                                .marking = HF_WORD_NONE};
    const char *word = hf_cli_option(cli, "--marking");
    hf_marking marking = HF_TLP_CLEAR;
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &wanted.noun, err))
        return false;
    if (word != NULL && !hf_marking_parse(hf_str_of(word), &marking))
        return hf_fail(err, HF_ERR_USAGE, "usage.value", "'%s' is no marking", word);
    if (word != NULL)
        wanted.marking = (int32_t)marking;
    for (size_t i = 2; i < cli->word_count; i++)
        if (!attach_one(cli, &wanted, cli->words[i], err))
            return false;
    return true;
}

static bool list(hf_cli *cli, hf_error *err)
{
    static const hf_column columns[] = {{"field.attachment.key", false, false},
                                        {"field.attachment.file_name", false, true},
                                        {"field.attachment.bytes", true, false},
                                        {"field.attachment.marking", false, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    const hf_noun *noun = NULL;
    hf_page page = {0};
    if (!hf_cli_noun(hf_str_of(cli->words[1]), &noun, err) ||
        !hf_list_attachments(&cli->session, noun, hf_str_of(cli->words[2]), &cli->arena, &page,
                             err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_begin_page(&out);
        for (size_t i = 0; i < page.count; i++)
            hf_write_record(&cli->session, &hf_noun_attachment, page.records[i], &out);
        hf_end_page(&page, false, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < page.count; i++) {
        const hf_attachment *file = page.records[i];
        hf_table_add(cli, &table, file->head.key);
        hf_table_add(cli, &table, file->file_name);
        hf_table_add_count(cli, &table, file->bytes);
        hf_table_add(cli, &table, hf_str_of(hf_marking_words[file->head.marking]));
    }
    hf_table_write(cli, &table);
    return true;
}

static bool get(hf_cli *cli, hf_error *err)
{
    const hf_attachment *file = NULL;
    hf_str bytes = HF_STR_EMPTY;
    const char *path = hf_cli_option(cli, "-o");
    if (!hf_read_attachment(&cli->session, hf_str_of(cli->words[1]), &cli->arena, &file, &bytes,
                            err))
        return false;
    if (path != NULL)
        return hf_file_write(path, bytes, err);
    hf_buf_add_str(&cli->out, bytes);
    return true;
}

static bool drop(hf_cli *cli, hf_error *err)
{
    uint64_t removed = 0;
    return hf_remove_record(&cli->session, &hf_noun_attachment, hf_str_of(cli->words[1]),
                            HF_VERSION_ANY, false, &removed, err);
}

// The number of words tells a kind of record from what is to be done.
static bool run(hf_cli *cli, hf_error *err)
{
    if (cli->word_count == 3 && strcmp(cli->words[0], "list") == 0)
        return list(cli, err);
    if (cli->word_count == 2 && strcmp(cli->words[0], "get") == 0)
        return get(cli, err);
    if (cli->word_count == 2 && strcmp(cli->words[0], "remove") == 0)
        return drop(cli, err);
    if (cli->word_count >= 3)
        return attach(cli, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "give kind and key of a record and files, or 'list' with kind and key, or 'get' "
                   "or 'remove' with the key of a file");
}

const hf_command hf_command_attach = {
    .name = "attach",
    .usage = "NOUN KEY FILE… [--title TEXT] [--marking TLP] | list NOUN KEY | get FILE-KEY [-o "
             "FILE] | remove FILE-KEY",
    .summary = "Keep files with a record; list them, get them out.",
    .example =
        "holdfast attach answer N-2026/2341-OP2.q1 strategy.pdf --title \"Strategy of 2025\"",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 2,
    .max_words = SIZE_MAX,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
