// SPDX-License-Identifier: Apache-2.0
//
// holdfast library: good practices found by words, phase, sector and provision; adopted as a measure or an action; asked to
// be shared with more readers.
#include <string.h>

#include "cli/cli.h"

static const hf_option options[] = {
    {"--form", "practice|case_study|instrument|tool|training|workshop", "only of this form (find)"},
    {"--phase", "prevent|protect|mitigate|investigate|respond|recover",
     "only what serves this phase (find)"},
    {"--sector", "CODE", "only what reaches this sector; EN holds EN01 (find)"},
    {"--provision", "KEY", "only what serves this provision (find)"},
    {"--objective", "KEY", "make an action of this objective, not a measure (adopt)"},
    {"--title", "TEXT", "of the measure or action; default: the practice's (adopt)"},
    {"--marking", "TLP:CLEAR|TLP:GREEN|TLP:AMBER|TLP:AMBER+STRICT",
     "the lower marking that is asked for (share)"},
    {"--reason", "TEXT", "why, for the second person who decides (share)"},
};

static bool read_word(hf_cli *cli, const char *option, const hf_field *field, int32_t *out,
                      hf_error *err)
{
    const char *word = hf_cli_option(cli, option);
    *out = HF_WORD_NONE;
    if (word == NULL)
        return true;
    for (int32_t i = 0; field->words[i] != NULL; i++)
        if (strcmp(word, field->words[i]) == 0)
            *out = i;
    return *out != HF_WORD_NONE ||
           hf_fail(err, HF_ERR_USAGE, "usage.value",
                   "%s: '%s' is not a word of this list; see help", option, word);
}

static hf_str word_of(hf_cli *cli, const char *family, const char *word)
{
    hf_str key = hf_str_format(&cli->arena, "%s.%s", family, word);
    return hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena);
}

static hf_str phases_of(hf_cli *cli, hf_str phases)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2000);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        if (hf_has_phase(phases, (hf_phase)i))
            hf_buf_add_format(&text, "%s%.*s", text.len > 0 ? ", " : "",
                              HF_STR_ARG(word_of(cli, "word.practice.phases", hf_phase_words[i])));
    return text.len == 0 ? HF_STR("–") : hf_buf_copy(&cli->arena, &text);
}

static void write_items(hf_cli *cli, const hf_library *library)
{
    static const hf_column columns[] = {{"field.practice.key", false, false},
                                        {"field.practice.title", false, true},
                                        {"field.practice.form", false, true},
                                        {"field.practice.phases", false, true},
                                        {"cli.library.adopted", true, false}};
    const hf_field *form = hf_noun_field(&hf_noun_practice, HF_STR("form"), NULL);
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < library->count; i++) {
        const hf_practice *practice = library->items[i].practice;
        hf_table_add(cli, &table, practice->head.key);
        hf_table_add(cli, &table, practice->title);
        hf_table_add(cli, &table, word_of(cli, "word.practice.form", form->words[practice->form]));
        hf_table_add(cli, &table, phases_of(cli, practice->phases));
        hf_table_add_count(cli, &table,
                           (int64_t)library->items[i].measures + library->items[i].actions);
    }
    if (library->count > 0)
        hf_table_write(cli, &table);
    else
        hf_cli_say(cli, "cli.library.none", NULL, 0);
}

// All six, with their zeros.
static void write_phases(hf_cli *cli, const hf_library *library)
{
    static const hf_column columns[] = {{"field.practice.phases", false, false},
                                        {"noun.practice.plural", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        hf_table_add(cli, &table, word_of(cli, "word.practice.phases", hf_phase_words[i]));
        hf_table_add_count(cli, &table, library->by_phase[i]);
    }
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
}

static bool find(hf_cli *cli, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(20000);
    hf_library library;
    hf_library_request request = {.sector = hf_str_of(hf_cli_option(cli, "--sector")),
                                  .provision = hf_str_of(hf_cli_option(cli, "--provision"))};
    for (size_t i = 1; i < cli->word_count; i++)
        hf_buf_add_format(&text, "%s%s", i > 1 ? " " : "", cli->words[i]);
    request.text = hf_buf_copy(&cli->arena, &text);
    if (!read_word(cli, "--form", hf_noun_field(&hf_noun_practice, HF_STR("form"), NULL),
                   &request.form, err) ||
        !read_word(cli, "--phase", hf_noun_field(&hf_noun_practice, HF_STR("phases"), NULL),
                   &request.phase, err) ||
        !hf_library_read(&cli->session, &request, &cli->arena, &library, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_library(&cli->session, &library, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_items(cli, &library);
    write_phases(cli, &library);
    return true;
}

static void answer(hf_cli *cli, const hf_noun *noun, const void *record, const char *message)
{
    const hf_message_value values[] = {{.name = "key", .text = ((const hf_head *)record)->key}};
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_record(&cli->session, noun, record, &out);
        hf_cli_end_json(cli);
        return;
    }
    hf_cli_say(cli, message, values, HF_COUNT(values));
}

static bool adopt(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    void *record = NULL;
    const hf_adoption wanted = {.practice = hf_str_of(cli->words[1]),
                                .objective = hf_str_of(hf_cli_option(cli, "--objective")),
                                .title = hf_str_of(hf_cli_option(cli, "--title"))};
    if (!hf_adopt_practice(&cli->session, &wanted, &cli->arena, &noun, &record, err))
        return false;
    answer(cli, noun, record,
           noun == &hf_noun_measure ? "cli.library.measure_made" : "cli.library.action_made");
    return true;
}

static bool share(hf_cli *cli, hf_error *err)
{
    hf_marking marking = HF_TLP_RED;
    hf_release *release = NULL;
    hf_share_wish wish = {.practice = hf_str_of(cli->words[1]),
                          .reason = hf_str_of(hf_cli_option(cli, "--reason"))};
    if (!hf_marking_parse(hf_str_of(hf_cli_option(cli, "--marking")), &marking))
        return hf_fail(err, HF_ERR_USAGE, "usage.option",
                       "share needs --marking: how far the practice is to travel");
    wish.marking = (int32_t)marking;
    if (!hf_ask_share(&cli->session, &wish, &cli->arena, &release, err))
        return false;
    answer(cli, &hf_noun_release, release, "cli.library.share_asked");
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const char *what = cli->words[0];
    if (strcmp(what, "find") == 0)
        return find(cli, err);
    if (strcmp(what, "adopt") != 0 && strcmp(what, "share") != 0)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "'%s' is not find, adopt or share", what);
    if (cli->word_count != 2)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "say which practice: %s KEY", what);
    return strcmp(what, "adopt") == 0 ? adopt(cli, err) : share(cli, err);
}

const hf_command hf_command_library = {
    .name = "library",
    .usage = "find [WORD…] [--form WORD] [--phase WORD] [--sector CODE] [--provision KEY] | "
             "adopt PRACTICE [--objective KEY] [--title TEXT] | "
             "share PRACTICE --marking TLP --reason TEXT",
    .summary = "Good practice: found, adopted as a measure or action, shared.",
    .example = "holdfast library find exercise --phase recover",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = SIZE_MAX,
    .words = "find|adopt|share",
    .store = HF_STORE_PRESENT,
    .run = run,
};
