// SPDX-License-Identifier: Apache-2.0
//
// holdfast questionnaire: questionnaires of one's own, taken in, checked and taken out as one document.
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--dry-run", NULL, "import: say what would be done and what is wrong, store nothing"},
    {"-o", "FILE", "export: where to write; - or nothing is standard output"},
};

static bool list(hf_cli *cli, hf_error *err)
{
    static const hf_column columns[] = {{"field.instrument.key", false, false},
                                        {"field.instrument.name", false, true},
                                        {"cli.questionnaire.version", false, false},
                                        {"cli.questionnaire.questions", true, false},
                                        {"cli.questionnaire.languages", false, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_questionnaires all;
    if (!hf_questionnaires_read(&cli->session, &cli->arena, &all, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_questionnaires(&cli->session, &all, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < all.book.instrument_count; i++) {
        const hf_instrument *one = all.book.instruments[i];
        int64_t questions = 0;
        if (!hf_is_own_questionnaire(one))
            continue;
        for (size_t p = 0; p < all.book.provision_count; p++)
            if (all.book.instrument_of[p] == i)
                questions += all.book.first_question[p + 1] - all.book.first_question[p];
        hf_table_add(cli, &table, one->head.key);
        hf_table_add(cli, &table, hf_instrument_name(&all.book.texts, one));
        hf_table_add(cli, &table, one->edition);
        hf_table_add_count(cli, &table, questions);
        hf_table_add(cli, &table, hf_str_of(hf_lang_code((hf_lang)one->language)));
    }
    hf_table_write(cli, &table);
    return true;
}

static void say_faults(hf_cli *cli, const hf_questionnaire_result *result)
{
    for (size_t i = 0; i < result->fault_count; i++)
        hf_cli_say_error(&result->faults[i]);
    for (size_t i = 0; i < result->hint_count; i++)
        hf_cli_say_error(&result->hints[i]);
    const hf_message_value values[] = {
        {.name = "key", .text = result->key},
        {.name = "added", .is_number = true, .number = (double)result->added},
        {.name = "changed", .is_number = true, .number = (double)result->changed},
        {.name = "removed", .is_number = true, .number = (double)result->removed},
        {.name = "kept", .is_number = true, .number = (double)result->kept_answers}};
    hf_cli_say(cli, result->is_stored ? "cli.questionnaire.stored" : "cli.questionnaire.not_stored",
               values, HF_COUNT(values));
}

static bool import(hf_cli *cli, hf_error *err)
{
    hf_str text = HF_STR_EMPTY;
    hf_json *document = NULL;
    hf_questionnaire_result result;
    hf_questionnaire_request request = {.expected = HF_STR("*"),
                                        .is_dry_run = hf_cli_has(cli, "--dry-run")};
    if (!hf_file_read(cli->words[1], HF_JSON_BYTES_MAX, &cli->arena, &text, err))
        return false;
    if (!hf_json_parse(text, &cli->arena, &document, err))
        return hf_fail_at(err, cli->words[1], 0, NULL);
    request.document = document;
    if (!hf_put_questionnaire(&cli->session, &request, &cli->arena, &result, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_questionnaire_result(&result, &out);
        hf_cli_end_json(cli);
    } else {
        say_faults(cli, &result);
    }
    if (result.fault_count > 0)
        cli->status = 65;
    return true;
}

static bool export(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_file_out_close) hf_file_out *file = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    const char *path = hf_cli_option(cli, "-o");
    return hf_export_questionnaire(&cli->session, hf_str_of(cli->words[1]), &text, err) &&
           hf_file_out_open(path != NULL ? path : "-", &file, err) &&
           hf_file_out_add(file, hf_buf_str(&text), err) && hf_file_out_commit(file, err);
}

static bool remove_one(hf_cli *cli, hf_error *err)
{
    const hf_message_value key = {.name = "key", .text = hf_str_of(cli->words[1])};
    if (!hf_remove_questionnaire(&cli->session, key.text, HF_STR("*"), err))
        return false;
    hf_cli_say(cli, "cli.questionnaire.removed", &key, 1);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    bool has_word = cli->word_count == 2;
    if (strcmp(cli->words[0], "list") == 0 && !has_word)
        return list(cli, err);
    if (strcmp(cli->words[0], "import") == 0 && has_word)
        return import(cli, err);
    if (strcmp(cli->words[0], "export") == 0 && has_word)
        return export(cli, err);
    if (strcmp(cli->words[0], "remove") == 0 && has_word)
        return remove_one(cli, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "give 'list', or 'import' and a file, or 'export' or 'remove' and the key of a "
                   "questionnaire");
}

const hf_command hf_command_questionnaire = {
    .name = "questionnaire",
    .usage = "list | import FILE [--dry-run] | export KEY [-o FILE] | remove KEY",
    .summary = "Questionnaires of one's own: list, take in as one document, take out, remove.",
    .example = "holdfast questionnaire import ports.json --dry-run",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 2,
    .words = "list|import|export|remove",
    .store = HF_STORE_PRESENT,
    .run = run,
};
