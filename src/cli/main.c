// SPDX-License-Identifier: Apache-2.0
//
// Picks the command and runs it: words → options, store, session; result → exit status.
#include <errno.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/key_file.h"
#include "cli/cli.h"

#define OUTPUT_BYTES_MAX (2ull << 30) // one result; a ranking of a million assets has 200 MB

// In the order of the table.
enum { GLOBAL_DB, GLOBAL_KEY_FILE, GLOBAL_LANG, GLOBAL_JSON, GLOBAL_QUIET, GLOBAL_HELP };

const hf_option hf_global_options[] = {
    {"--db", "URL", "the store: a file or postgresql://… ($HOLDFAST_DB, else holdfast.db)"},
    {"--key-file", "FILE",
     "the key that seals the secrets of the store ($HOLDFAST_KEY_FILE, else none)"},
    {"--lang", "xx", "language of texts: ar, zh, en, fr, ru, es"},
    {"--json", NULL, "one JSON document on standard output, nothing else"},
    {"--quiet", NULL, "no progress and no closing remarks"},
    {"--help", NULL, "this help"},
};
const size_t hf_global_option_count = HF_COUNT(hf_global_options);

// What was asked for before the command is known to be sound.
typedef struct {
    const char *globals[HF_COUNT(hf_global_options)];
    const char **rest; // words and options of the command, in order
    size_t rest_count;
} split_words;

static bool is_option(const char *word)
{
    if (word[0] != '-' || word[1] == '\0')
        return false;
    // "--name", or one letter as in "-o"; "-5" is a value.
    return word[1] == '-' ? word[2] != '\0' : word[2] == '\0' && (word[1] < '0' || word[1] > '9');
}

// The value of "--name=value", or NULL; *bytes is the length of the name.
static const char *inline_value(const char *word, size_t *bytes)
{
    const char *equals = strchr(word, '=');
    *bytes = equals != NULL ? (size_t)(equals - word) : strlen(word);
    return equals != NULL ? equals + 1 : NULL;
}

static const hf_option *find_option(const hf_option *options, size_t count, const char *word)
{
    size_t bytes = 0;
    (void)inline_value(word, &bytes);
    for (size_t i = 0; i < count; i++) {
        if (strlen(options[i].name) == bytes && memcmp(options[i].name, word, bytes) == 0)
            return &options[i];
    }
    return NULL;
}

// Reads one option at words[*at]; *value is "" for a switch.
static bool read_option(const hf_option *option, const char *const *words, size_t count, size_t *at,
                        const char **value, hf_error *err)
{
    size_t unused = 0;
    const char *given = inline_value(words[*at], &unused);
    if (option->value == NULL) {
        if (given != NULL)
            return hf_fail(err, HF_ERR_USAGE, "usage.no_value", "%s takes no value; leave it out",
                           option->name);
        *value = "";
        return true;
    }
    if (given == NULL && *at + 1 < count)
        given = words[++*at];
    if (given == NULL)
        return hf_fail(err, HF_ERR_USAGE, "usage.value_missing", "%s needs a value: %s",
                       option->name, option->value);
    *value = given;
    return true;
}

// Global options stand before or after the command.
static bool split(hf_arena *arena, const char *const *words, size_t count, split_words *out,
                  hf_error *err)
{
    bool is_literal = false;
    out->rest = HF_NEW_N(arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const hf_option *option =
            is_literal || !is_option(words[i])
                ? NULL
                : find_option(hf_global_options, hf_global_option_count, words[i]);
        is_literal = is_literal || strcmp(words[i], "--") == 0;
        if (option == NULL && strcmp(words[i], "-h") == 0 && !is_literal)
            out->globals[GLOBAL_HELP] = "";
        else if (option == NULL)
            out->rest[out->rest_count++] = words[i];
        else if (!read_option(option, words, count, &i, &out->globals[option - hf_global_options],
                              err))
            return false;
    }
    return true;
}

static bool read_command_words(hf_cli *cli, const char *const *rest, size_t count, hf_error *err)
{
    const hf_command *command = cli->command;
    bool is_literal = false;
    cli->words = HF_NEW_N(&cli->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (!is_literal && strcmp(rest[i], "--") == 0) {
            is_literal = true;
            continue;
        }
        if (is_literal || !is_option(rest[i])) {
            cli->words[cli->word_count++] = rest[i];
            continue;
        }
        const hf_option *option = find_option(command->options, command->option_count, rest[i]);
        if (option == NULL)
            return hf_fail(err, HF_ERR_USAGE, "usage.option",
                           "'%s' has no option %s; see: holdfast %s --help", command->name, rest[i],
                           command->name);
        const char **value = &cli->values[option - command->options];
        if (option->value != NULL && *value != NULL)
            return hf_fail(err, HF_ERR_USAGE, "usage.option_twice",
                           "%s is given twice; give it once: %s %s", option->name, option->name,
                           option->value);
        if (!read_option(option, rest, count, &i, value, err))
            return false;
    }
    if (cli->word_count < command->min_words || cli->word_count > command->max_words)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "%s words; usage: holdfast %s %s",
                       cli->word_count < command->min_words ? "too few" : "too many", command->name,
                       command->usage);
    return true;
}

// --- language and user

static hf_lang language_of_system(void)
{
    for (hf_env i = HF_ENV_LC_ALL; i <= HF_ENV_LANG; i++) {
        const char *value = hf_env_value(i);
        hf_lang lang = HF_LANG_EN;
        if (value == NULL)
            continue;
        if (!hf_lang_parse(hf_str_slice(hf_str_of(value), 0, 2), &lang))
            lang = HF_LANG_EN;
        return lang;
    }
    return HF_LANG_EN;
}

static void fill_actor(hf_cli *cli)
{
    const struct passwd *entry = getpwuid(getuid());
    cli->session.actor = (hf_actor){
        .name = entry != NULL ? hf_str_format(&cli->arena, "cli:%s", entry->pw_name)
                              : hf_str_format(&cli->arena, "cli:%lu", (unsigned long)getuid()),
        .role = HF_ROLE_ADMINISTRATOR,
        .clearance = HF_TLP_RED,
        .is_local = true,
        .is_signed_in = true};
}

static bool read_globals(hf_cli *cli, const split_words *split_, hf_error *err)
{
    const char *lang = split_->globals[GLOBAL_LANG];
    cli->key_file = split_->globals[GLOBAL_KEY_FILE] != NULL ? split_->globals[GLOBAL_KEY_FILE]
                                                             : hf_env_value(HF_ENV_KEY_FILE);
    const char *from_system = hf_env_value(HF_ENV_DB);
    cli->db = split_->globals[GLOBAL_DB] != NULL ? split_->globals[GLOBAL_DB]
              : from_system != NULL              ? from_system
                                                 : hf_env_table[HF_ENV_DB].fallback;
    cli->is_json = split_->globals[GLOBAL_JSON] != NULL;
    cli->is_quiet = split_->globals[GLOBAL_QUIET] != NULL;
    cli->session.lang = language_of_system();
    if (lang != NULL && !hf_lang_parse(hf_str_of(lang), &cli->session.lang))
        return hf_fail(err, HF_ERR_USAGE, "usage.language",
                       "'%s' is no language; choose ar, zh, en, fr, ru or es", lang);
    return true;
}

// --- the run

bool hf_cli_seal_key(hf_cli *cli, const hf_seal_key **out, hf_error *err)
{
    *out = NULL;
    if (cli->key_file == NULL)
        return true;
    if (!cli->has_seal && !hf_seal_file_read(cli->key_file, &cli->seal, err))
        return false;
    cli->has_seal = true;
    *out = &cli->seal;
    return true;
}

bool hf_cli_open_store(hf_cli *cli, bool create, hf_error *err)
{
    hf_store_options options = {.url = cli->db, .create = create};
    const char *kept = NULL;
    if (!create && hf_store_is_file(cli->db) && !hf_file_exists(cli->db))
        return hf_fail(err, HF_ERR_NOT_FOUND, "store.missing",
                       "there is no store at '%s'; make one with: holdfast init", cli->db);
    if (!hf_cli_seal_key(cli, &options.seal, err) || !hf_store_open(&options, &cli->store, err))
        return false;
    cli->session.store = cli->store;
    bool is_noted = hf_note_upgrade(&cli->session, &kept, err);
    if (kept != NULL)
        hf_cli_warn(cli, "cli.store_kept", hf_str_of(kept));
    if (!is_noted)
        return false;
    if (!create)
        return true;
    // Also a store that is there: who made it may have been killed half-way.
    hf_init_result made = {0};
    if (!hf_init_store(&cli->session, &cli->arena, &made, err))
        return false;
    cli->setup_token = made.setup_token;
    return true;
}

static bool pick_command(hf_cli *cli, const split_words *words, bool *is_done, hf_error *err)
{
    // `help` and `help COMMAND` are what many type first; both say what --help says.
    bool is_help = words->rest_count > 0 && strcmp(words->rest[0], "help") == 0;
    size_t first = is_help ? 1 : 0;
    bool wants_help = is_help || words->globals[GLOBAL_HELP] != NULL;
    *is_done = false;
    if (words->rest_count == first) {
        if (!wants_help)
            return hf_fail(err, HF_ERR_USAGE, "usage.command",
                           "no command is given; see: holdfast --help");
        hf_help_overview(cli);
        *is_done = true;
        return true;
    }
    const char *name = words->rest[first];
    if (strcmp(name, "--version") == 0)
        name = "version";
    cli->command = hf_command_find(hf_str_of(name));
    if (cli->command == NULL)
        return hf_fail(err, HF_ERR_USAGE, "usage.command",
                       "there is no command '%s'; see: holdfast --help", name);
    if (wants_help) {
        hf_help_command(cli, cli->command);
        *is_done = true;
        return true;
    }
    return read_command_words(cli, words->rest + 1, words->rest_count - 1, err);
}

static bool run(hf_cli *cli, const char *const *words, size_t count, hf_error *err)
{
    split_words split_ = {0};
    bool is_done = false;
    if (!split(&cli->arena, words, count, &split_, err) || !read_globals(cli, &split_, err) ||
        !pick_command(cli, &split_, &is_done, err))
        return false;
    if (is_done)
        return true;
    if (!hf_crypto_init(err))
        return false;
    fill_actor(cli);
    if (cli->command->check != NULL && !cli->command->check(cli, err))
        return false;
    if (cli->command->store != HF_STORE_NONE &&
        !hf_cli_open_store(cli, cli->command->store == HF_STORE_MADE, err))
        return false;
    return cli->command->run(cli, err);
}

// --json in front of a mistake in the options is heeded, too.
static bool wants_json(const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], "--json") == 0)
            return true;
        if (strcmp(words[i], "--") == 0)
            return false;
    }
    return false;
}

int main(int argc, char **argv)
{
    hf_cli cli = {.out = hf_buf_of(OUTPUT_BYTES_MAX)};
    hf_error err = {0};
    hf_error write_err = {0};
    const char *const *words = (const char *const *)(argv + 1);
    size_t count = argc > 1 ? (size_t)argc - 1 : 0;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a failed write, not the end
    cli.is_out_terminal = isatty(STDOUT_FILENO) == 1;
    cli.is_err_terminal = isatty(STDERR_FILENO) == 1;
    cli.session.now_ms = hf_clock_now_ms();
    cli.is_json = wants_json(words, count);
    if (!run(&cli, words, count, &err)) {
        cli.status = hf_error_exit_status(err.kind);
        hf_cli_say_error(&err);
        if (cli.is_json) {
            hf_buf_clear(&cli.out);
            hf_cli_write_error(&cli, &err);
        }
    }
    if (!hf_cli_flush(&cli, &write_err)) {
        cli.status = hf_error_exit_status(write_err.kind);
        hf_cli_say_error(&write_err);
    }
    hf_store_close(&cli.store);
    hf_pool_close(&cli.pool);
    hf_buf_done(&cli.out);
    hf_wipe(&cli.seal, sizeof(cli.seal));
    hf_arena_done(&cli.arena);
    return cli.status;
}
