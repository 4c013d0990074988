// SPDX-License-Identifier: Apache-2.0
//
// holdfast completion: what bash, zsh and fish need to complete the commands, from the commands' own tables. The
// part of bash's script that knows no command is content/completion.bash.
#include <string.h>

#include "cli/cli.h"

extern const unsigned char hf_completion_bash[];
extern const size_t hf_completion_bash_bytes;

typedef enum { EXPECT_ANYTHING, EXPECT_FILE, EXPECT_FOLDER, EXPECT_WORDS } expectation;

static bool has_capital(const char *text)
{
    while (*text != '\0' && (*text < 'A' || *text > 'Z'))
        text++;
    return *text != '\0';
}

static void add_word(hf_buf *list, const char *word)
{
    hf_buf_add_format(list, "%s%s", list->len > 0 ? " " : "", word);
}

// What a placeholder of the tables ("FILE", "a|b") promises; *words is set with EXPECT_WORDS, parted by spaces.
static expectation expect(hf_cli *cli, const char *placeholder, hf_str *words)
{
    HF_CLEANUP(hf_buf_done) hf_buf list = hf_buf_of(2000);
    hf_str rest = hf_str_of(placeholder), part;
    if (strstr(placeholder, "FILE") != NULL || strcmp(placeholder, "URL") == 0)
        return EXPECT_FILE;
    if (strcmp(placeholder, "DIR") == 0)
        return EXPECT_FOLDER;
    if (strcmp(placeholder, "NOUN") == 0)
        for (size_t i = 0; hf_nouns[i] != NULL; i++)
            add_word(&list, hf_nouns[i]->plural);
    else if (strstr(placeholder, "COMMAND") != NULL)
        for (size_t i = 0; hf_commands[i] != NULL; i++)
            add_word(&list, hf_commands[i]->name);
    else if (strcmp(placeholder, "xx") == 0)
        for (int i = 0; i < HF_LANG_COUNT; i++)
            add_word(&list, hf_lang_code((hf_lang)i));
    else if (has_capital(placeholder))
        return EXPECT_ANYTHING;
    else
        while (hf_str_split(&rest, '|', &part))
            add_word(&list, hf_str_z(&cli->arena, part));
    *words = hf_buf_copy(&cli->arena, &list);
    return EXPECT_WORDS;
}

// Text between single quotes; `quote` stands for a quote inside, `escaped` get a backslash before them.
static void add_quoted(hf_cli *cli, const char *text, const char *quote, const char *escaped)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            hf_buf_add_z(&cli->out, quote);
        else {
            if (strchr(escaped, *text) != NULL)
                hf_buf_add_byte(&cli->out, '\\');
            hf_buf_add_byte(&cli->out, *text);
        }
    }
}

// --- bash ------------------------------------------------------------------------------------------------

static void bash_echo(hf_cli *cli, const char *placeholder)
{
    static const char *const marks[] = {"@any", "@file", "@folder"};
    hf_str words = HF_STR_EMPTY;
    expectation what = expect(cli, placeholder, &words);
    if (what == EXPECT_WORDS)
        hf_buf_add_format(&cli->out, "echo %.*s ;;\n", HF_STR_ARG(words));
    else
        hf_buf_add_format(&cli->out, "echo %s ;;\n", marks[what]);
}

static void bash_values(hf_cli *cli, const char *command, const hf_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (options[i].value == NULL)
            continue;
        hf_buf_add_format(&cli->out, "        %s:%s) ", command, options[i].name);
        bash_echo(cli, options[i].value);
    }
}

static void bash_options(hf_cli *cli, const hf_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(&cli->out, " %s", options[i].name);
}

static void bash_tables(hf_cli *cli)
{
    hf_buf_add_z(&cli->out, "# COMMAND OPTION: what its value is; nothing for a switch\n"
                            "_holdfast_value()\n{\n    case $1:$2 in\n");
    bash_values(cli, "*", hf_global_options, hf_global_option_count);
    for (size_t i = 0; hf_commands[i] != NULL; i++)
        bash_values(cli, hf_commands[i]->name, hf_commands[i]->options,
                    hf_commands[i]->option_count);
    hf_buf_add_z(&cli->out, "    esac\n}\n_holdfast_commands()\n{\n    echo");
    for (size_t i = 0; hf_commands[i] != NULL; i++)
        hf_buf_add_format(&cli->out, " %s", hf_commands[i]->name);
    hf_buf_add_z(&cli->out, "\n}\n# COMMAND\n_holdfast_options()\n{\n    echo");
    bash_options(cli, hf_global_options, hf_global_option_count);
    hf_buf_add_z(&cli->out, "\n    case $1 in\n");
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        if (hf_commands[i]->option_count == 0)
            continue;
        hf_buf_add_format(&cli->out, "        %s) echo", hf_commands[i]->name);
        bash_options(cli, hf_commands[i]->options, hf_commands[i]->option_count);
        hf_buf_add_z(&cli->out, " ;;\n");
    }
    hf_buf_add_z(&cli->out, "    esac\n}\n# COMMAND N: what word N (from 0) is\n"
                            "_holdfast_words()\n{\n    case $1:$2 in\n");
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        const char *words = hf_commands[i]->words;
        if (words == NULL)
            continue;
        hf_buf_add_format(&cli->out, "        %s:%s) ", hf_commands[i]->name,
                          strstr(words, "…") != NULL ? "*" : "0");
        bash_echo(cli, words);
    }
    hf_buf_add_z(&cli->out, "        *) echo @any ;;\n    esac\n}\n");
}

static void write_bash(hf_cli *cli)
{
    hf_buf_add_z(&cli->out, "# bash completion for holdfast " HF_VERSION
                            ", written by: holdfast completion bash\n\n");
    bash_tables(cli);
    hf_buf_add(&cli->out, hf_completion_bash, hf_completion_bash_bytes);
}

// --- zsh -------------------------------------------------------------------------------------------------

// ":what:action" of _arguments.
static void zsh_action(hf_cli *cli, const char *placeholder)
{
    hf_str words = HF_STR_EMPTY;
    hf_buf_add_byte(&cli->out, ':');
    switch (expect(cli, placeholder, &words)) {
    case EXPECT_ANYTHING:
        add_quoted(cli, placeholder, "'\\''", ":\\");
        hf_buf_add_z(&cli->out, ": ");
        break;
    case EXPECT_FILE:
        hf_buf_add_z(&cli->out, "file:_files");
        break;
    case EXPECT_FOLDER:
        hf_buf_add_z(&cli->out, "folder:_files -/");
        break;
    case EXPECT_WORDS:
        hf_buf_add_format(&cli->out, "word:(%.*s)", HF_STR_ARG(words));
        break;
    }
}

static void zsh_options(hf_cli *cli, const char *indent, const hf_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hf_buf_add_format(&cli->out, "%s'%s%s[", indent, options[i].name,
                          options[i].value == NULL       ? ""
                          : strlen(options[i].name) == 2 ? "+"
                                                         : "=");
        add_quoted(cli, options[i].help, "'\\''", "[]:\\");
        hf_buf_add_byte(&cli->out, ']');
        if (options[i].value != NULL)
            zsh_action(cli, options[i].value);
        hf_buf_add_byte(&cli->out, '\'');
    }
}

static void write_zsh(hf_cli *cli)
{
    hf_buf_add_z(&cli->out, "#compdef holdfast\n# zsh completion for holdfast " HF_VERSION
                            ", written by: holdfast completion zsh\n\n_holdfast()\n{\n"
                            "    local curcontext=$curcontext state line\n"
                            "    typeset -A opt_args\n    local -a everywhere commands\n"
                            "    everywhere=(");
    zsh_options(cli, "\n        ", hf_global_options, hf_global_option_count);
    hf_buf_add_z(&cli->out, "\n    )\n    commands=(");
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        hf_buf_add_format(&cli->out, "\n        '%s:", hf_commands[i]->name);
        add_quoted(cli, hf_commands[i]->summary, "'\\''", ":\\");
        hf_buf_add_byte(&cli->out, '\'');
    }
    hf_buf_add_z(&cli->out, "\n    )\n    _arguments -C -S $everywhere '1:command:->command' "
                            "'*::argument:->argument'\n    case $state in\n"
                            "        command) _describe command commands ;;\n"
                            "        argument)\n            case $words[1] in\n");
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        const hf_command *command = hf_commands[i];
        hf_buf_add_format(&cli->out, "                %s) _arguments -S $everywhere",
                          command->name);
        zsh_options(cli, " ", command->options, command->option_count);
        if (command->words != NULL) {
            hf_buf_add_format(&cli->out, " '%s", strstr(command->words, "…") != NULL ? "*" : "1");
            zsh_action(cli, command->words);
            hf_buf_add_byte(&cli->out, '\'');
        }
        hf_buf_add_z(&cli->out, " ;;\n");
    }
    hf_buf_add_z(&cli->out, "            esac ;;\n    esac\n}\n\n"
                            "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
                            "    _holdfast \"$@\"\nelse\n    compdef _holdfast holdfast\nfi\n");
}

// --- fish ------------------------------------------------------------------------------------------------

static void fish_expect(hf_cli *cli, const char *placeholder)
{
    hf_str words = HF_STR_EMPTY;
    switch (expect(cli, placeholder, &words)) {
    case EXPECT_ANYTHING:
        hf_buf_add_z(&cli->out, " -f");
        break;
    case EXPECT_FILE:
        hf_buf_add_z(&cli->out, " -F");
        break;
    case EXPECT_FOLDER:
        hf_buf_add_z(&cli->out, " -f -a '(__fish_complete_directories)'");
        break;
    case EXPECT_WORDS:
        hf_buf_add_format(&cli->out, " -f -a '%.*s'", HF_STR_ARG(words));
        break;
    }
}

static void fish_options(hf_cli *cli, const char *command, const hf_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_long = options[i].name[1] == '-';
        hf_buf_add_z(&cli->out, "complete -c holdfast");
        if (command != NULL)
            hf_buf_add_format(&cli->out, " -n '__fish_seen_subcommand_from %s'", command);
        hf_buf_add_format(&cli->out, " -%c %s", is_long ? 'l' : 's',
                          options[i].name + (is_long ? 2 : 1));
        if (options[i].value != NULL) {
            hf_buf_add_z(&cli->out, " -r"); // it has a value; "-f": no files besides what follows
            fish_expect(cli, options[i].value);
        }
        hf_buf_add_z(&cli->out, " -d '");
        add_quoted(cli, options[i].help, "\\'", "\\");
        hf_buf_add_z(&cli->out, "'\n");
    }
}

static void fish_words(hf_cli *cli, const hf_command *command)
{
    hf_str words = HF_STR_EMPTY;
    expectation what = expect(cli, command->words, &words);
    hf_buf_add_format(&cli->out, "complete -c holdfast -n '__fish_seen_subcommand_from %s",
                      command->name);
    if (what == EXPECT_WORDS) // the first word only: once it is there, no more
        hf_buf_add_format(&cli->out, "; and not __fish_seen_subcommand_from %.*s",
                          HF_STR_ARG(words));
    hf_buf_add_byte(&cli->out, '\'');
    fish_expect(cli, command->words);
    hf_buf_add_byte(&cli->out, '\n');
}

static void write_fish(hf_cli *cli)
{
    hf_buf_add_z(&cli->out, "# fish completion for holdfast " HF_VERSION
                            ", written by: holdfast completion fish\n\ncomplete -c holdfast -f\n");
    fish_options(cli, NULL, hf_global_options, hf_global_option_count);
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        const hf_command *command = hf_commands[i];
        hf_buf_add_format(&cli->out, "complete -c holdfast -n __fish_use_subcommand -a %s -d '",
                          command->name);
        add_quoted(cli, command->summary, "\\'", "\\");
        hf_buf_add_z(&cli->out, "'\n");
        fish_options(cli, command->name, command->options, command->option_count);
        if (command->words != NULL)
            fish_words(cli, command);
    }
}

// --- the command -----------------------------------------------------------------------------------------

static bool run(hf_cli *cli, hf_error *err)
{
    static const struct {
        const char *name;
        void (*write)(hf_cli *cli);
    } shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    for (size_t i = 0; i < HF_COUNT(shells); i++) {
        if (strcmp(cli->words[0], shells[i].name) != 0)
            continue;
        shells[i].write(cli);
        return true;
    }
    return hf_fail(err, HF_ERR_USAGE, "usage.value",
                   "'%s' is no shell that is known; give bash, zsh or fish", cli->words[0]);
}

const hf_command hf_command_completion = {
    .name = "completion",
    .usage = "bash|zsh|fish",
    .summary = "Print what a shell needs to complete commands and options.",
    .example = "source <(holdfast completion bash)",
    .min_words = 1,
    .max_words = 1,
    .words = "bash|zsh|fish",
    .run = run,
};
