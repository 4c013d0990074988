// SPDX-License-Identifier: Apache-2.0
//
// holdfast show: one record with all its fields, or its history.
#include "cli/query.h"

static const hf_option options[] = {
    {"--history", NULL, "who changed what and when, newest first"},
    {"--readers", NULL, "which accounts can see it, and why; what the others lack"},
};

static void write_versions(hf_cli *cli, const hf_version *versions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char at[32];
        hf_time_format(versions[i].at_ms, at);
        hf_buf_add_format(&cli->out, "%s  %lld  %s  %.*s  %.*s\n", at,
                          (long long)versions[i].version,
                          hf_history_action_words[versions[i].action],
                          HF_STR_ARG(versions[i].actor), HF_STR_ARG(versions[i].source));
    }
}

static bool show_history(hf_cli *cli, const hf_noun *noun, hf_str key, hf_error *err)
{
    hf_version *versions = NULL;
    size_t count = 0;
    if (!hf_record_history(&cli->session, noun, key, &cli->arena, &versions, &count, err))
        return false;
    if (!cli->is_json) {
        write_versions(cli, versions, count);
        return true;
    }
    hf_json_writer out = hf_cli_json(cli);
    hf_write_history(noun, versions, count, &out);
    hf_cli_end_json(cli);
    return true;
}

static void write_lacks(const hf_json *lacks, hf_buf *out)
{
    for (const hf_json *item = lacks->child; item != NULL; item = item->next)
        hf_buf_add_format(out, "  %.*s", HF_STR_ARG(item->text));
}

static void write_because(const hf_json *because, hf_buf *out)
{
    for (const hf_json *item = because->child; item != NULL; item = item->next) {
        hf_str of = hf_json_text(item, "of");
        hf_buf_add_format(out, "  %.*s (%.*s%s%.*s)", HF_STR_ARG(hf_json_text(item, "role")),
                          HF_STR_ARG(hf_json_text(item, "scope")), of.len > 0 ? " " : "",
                          HF_STR_ARG(of));
    }
}

// A line for each account: what lets it see the record, or what it lacks.
static bool show_readers(hf_cli *cli, const hf_noun *noun, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 26);
    hf_json_writer out = {.out = &text};
    hf_json *tree = NULL;
    if (!hf_write_readers(&cli->session, noun, key, &out, err))
        return false;
    if (cli->is_json) {
        hf_buf_add_str(&cli->out, hf_buf_str(&text));
        hf_cli_end_json(cli);
        return true;
    }
    if (!hf_json_parse(hf_buf_str(&text), &cli->arena, &tree, err))
        return false;
    for (const hf_json *item = hf_json_get(tree, "items")->child; item != NULL; item = item->next) {
        const hf_json *reads = hf_json_get(item, "reads");
        hf_buf_add_format(&cli->out, "%.*s  %s", HF_STR_ARG(hf_json_text(item, "user")),
                          reads->boolean ? "sees it:" : "does not; lacks:");
        if (reads->boolean)
            write_because(hf_json_get(item, "because"), &cli->out);
        else
            write_lacks(hf_json_get(item, "lacks"), &cli->out);
        hf_buf_add_byte(&cli->out, '\n');
    }
    return true;
}

static void say_field(hf_cli *cli, const char *field, hf_str text)
{
    hf_str label = hf_str_format(&cli->arena, "field.%s", field);
    if (text.len == 0)
        return;
    hf_buf_add_str(&cli->out,
                   hf_message_text(cli->session.lang, hf_str_z(&cli->arena, label), &cli->arena));
    hf_buf_add_format(&cli->out, ": %.*s\n", HF_STR_ARG(text));
}

static void say_coded(hf_cli *cli, const hf_provision_book *book, const char *field,
                      const char *family, hf_str code)
{
    say_field(cli, field, code.len > 0 ? hf_text_of(&book->texts, hf_str_of(family), code) : code);
}

static void write_provision(hf_cli *cli, const hf_provision_book *book, size_t index)
{
    const hf_provision *p = book->provisions[index];
    hf_said how = HF_SAID_OWN;
    hf_str level = hf_str_format(&cli->arena, "word.provision.evidence_level.%s",
                                 hf_noun_field(&hf_noun_provision, HF_STR("evidence_level"), NULL)
                                     ->words[p->evidence_level]);
    say_field(cli, "provision.key", p->head.key);
    say_field(cli, "provision.title",
              hf_text_for(&book->texts, p->head.key, HF_STR("title"), p->title, &how));
    say_field(cli, "provision.requirement",
              hf_text_for(&book->texts, p->head.key, HF_STR("requirement"), p->requirement, NULL));
    say_coded(cli, book, "provision.instrument", "instrument", p->instrument);
    say_coded(cli, book, "provision.paragraph", "paragraph", p->paragraph);
    say_coded(cli, book, "provision.theme", "theme", p->theme);
    say_field(cli, "provision.document", p->document);
    say_field(cli, "provision.crosswalk", p->crosswalk);
    say_field(cli, "provision.evidence_level",
              hf_message_text(cli->session.lang, hf_str_z(&cli->arena, level), &cli->arena));
    say_coded(cli, book, "provision.basis", "basis", p->basis);
    for (size_t i = book->first_question[index]; i < book->first_question[index + 1]; i++) {
        const hf_provision_question *q = book->questions[i];
        hf_buf_add_format(&cli->out, "\n%.*s  ", HF_STR_ARG(q->head.key));
        hf_buf_add_str(&cli->out,
                       hf_text_for(&book->texts, q->head.key, HF_STR_EMPTY, q->text, NULL));
        hf_buf_add_byte(&cli->out, '\n');
        say_field(cli, "question.wanted",
                  hf_text_for(&book->texts, q->head.key, HF_STR("evidence"), q->wanted, NULL));
    }
    if (how == HF_SAID_UNREVIEWED || how == HF_SAID_OWN) {
        hf_buf_add_byte(&cli->out, '\n');
        hf_cli_say(cli, how == HF_SAID_OWN ? "cli.provision.own" : "cli.provision.unreviewed", NULL,
                   0);
    }
}

// A provision with its words in the language of --lang, and the questions by which it is judged.
static bool show_provision(hf_cli *cli, hf_str key, hf_error *err)
{
    hf_provision_book book;
    uint32_t index = 0;
    if (!hf_provision_book_read(&cli->session, NULL, &cli->arena, &book, err))
        return false;
    if (!hf_map_get(&book.provision_index, key, &index))
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no provision '%.*s'",
                       HF_STR_ARG(key));
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_provision(&book, index, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_provision(cli, &book, index);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    void *record = NULL;
    hf_str key = hf_str_of(cli->words[1]);
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err))
        return false;
    if (hf_cli_has(cli, "--history"))
        return show_history(cli, noun, key, err);
    if (hf_cli_has(cli, "--readers"))
        return show_readers(cli, noun, key, err);
    if (noun == &hf_noun_provision)
        return show_provision(cli, key, err);
    if (!hf_get_record(&cli->session, noun, key, &cli->arena, &record, err))
        return false;
    hf_cli_write_record(cli, noun, record);
    return true;
}

const hf_command hf_command_show = {
    .name = "show",
    .usage = "NOUN KEY [--history | --readers]",
    .summary = "Show one record with all its fields.",
    .example = "holdfast show asset P1",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 2,
    .max_words = 2,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
