// SPDX-License-Identifier: Apache-2.0
//
// holdfast man: the manual pages holdfast(1) and holdfast-COMMAND(1) in roff, from the commands' own tables; with
// --json those tables themselves, which docs/reference is made from.
#include <string.h>

#include "base/environment.h"
#include "cli/cli.h"
#include "usecase/settings.h"

// --- roff ------------------------------------------------------------------------------------------------

// Text for any place in a line. Only ASCII comes out, whatever the reader's locale.
static void add_text(hf_cli *cli, hf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte == '\\')
            hf_buf_add_z(&cli->out, "\\e");
        else if (byte == '-')
            hf_buf_add_z(&cli->out, "\\-");
        else if (byte == '\'')
            hf_buf_add_z(&cli->out, "\\(aq");
        else if (byte == '"')
            hf_buf_add_z(&cli->out, "\\(dq");
        else if (byte < 0x80)
            hf_buf_add_byte(&cli->out, (char)byte);
        else { // the tables are UTF-8: one character of two to four bytes
            int more = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
            unsigned code = byte & (0x3fu >> more);
            for (; more > 0 && i + 1 < text.len; more--)
                code = code << 6 | ((unsigned char)text.ptr[++i] & 0x3fu);
            hf_buf_add_format(&cli->out, "\\[u%04X]", code);
        }
    }
}

static void add_line(hf_cli *cli, const char *macro, const char *text)
{
    hf_buf_add_z(&cli->out, macro);
    add_text(cli, hf_str_of(text));
    hf_buf_add_byte(&cli->out, '\n');
}

static void add_head(hf_cli *cli, const char *command, const char *about)
{
    const char *dash = command != NULL ? "\\-" : "";
    const char *name = command != NULL ? command : "";
    hf_buf_add_format(
        &cli->out,
        ".\\\" Written by: holdfast man\n.TH HOLDFAST%s%s 1 \"\" \"Holdfast " HF_VERSION
        "\" \"Holdfast\"\n.SH NAME\nholdfast%s%s \\- ",
        dash, name, dash, name);
    add_line(cli, "", about);
}

// A summary as the line after the name: no full stop.
static const char *without_stop(hf_cli *cli, const char *summary)
{
    hf_str text = hf_str_of(summary);
    return hf_str_z(&cli->arena, hf_str_slice(text, 0, text.len - hf_str_ends(text, ".")));
}

static void add_options(hf_cli *cli, const hf_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hf_buf_add_z(&cli->out, ".TP\n\\fB");
        add_text(cli, hf_str_of(options[i].name));
        hf_buf_add_z(&cli->out, "\\fR");
        if (options[i].value != NULL) {
            hf_buf_add_z(&cli->out, " \\fI");
            add_text(cli, hf_str_of(options[i].value));
            hf_buf_add_z(&cli->out, "\\fR");
        }
        add_line(cli, "\n", options[i].help);
    }
}

static void write_program_page(hf_cli *cli)
{
    add_head(cli, NULL, HF_CLI_ABOUT);
    add_line(cli, ".SH SYNOPSIS\n\\fBholdfast\\fR ", HF_GLOBAL_USAGE);
    hf_buf_add_z(&cli->out, ".SH COMMANDS\n");
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        hf_buf_add_format(&cli->out, ".TP\n\\fBholdfast\\-%s\\fR(1)\n", hf_commands[i]->name);
        add_line(cli, "", hf_commands[i]->summary);
    }
    hf_buf_add_z(&cli->out, ".SH OPTIONS\nThey stand before or after the command.\n");
    add_options(cli, hf_global_options, hf_global_option_count);
    hf_buf_add_z(&cli->out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < HF_ENV_COUNT; i++) {
        add_line(cli, ".TP\n.B ", hf_env_table[i].name);
        hf_buf_add_format(&cli->out, "%s; without it: ", hf_env_table[i].help);
        add_line(cli, "", hf_env_table[i].fallback);
    }
    hf_buf_add_z(&cli->out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < hf_exit_count; i++) {
        hf_buf_add_format(&cli->out, ".TP\n.B %d\n", hf_exits[i].status);
        add_line(cli, "", hf_exits[i].meaning);
    }
    hf_buf_add_z(&cli->out, ".SH EXAMPLES\n.nf\n");
    for (size_t i = 0; hf_commands[i] != NULL; i++)
        add_line(cli, "", hf_commands[i]->example);
    hf_buf_add_z(&cli->out, ".fi\n");
}

static void write_command_page(hf_cli *cli, const hf_command *command)
{
    hf_str rest = hf_str_of(command->usage), way;
    add_head(cli, command->name, without_stop(cli, command->summary));
    hf_buf_add_z(&cli->out, ".SH SYNOPSIS\n");
    for (bool is_first = true; hf_usage_way(&rest, &way) || is_first; is_first = false) {
        hf_buf_add_format(&cli->out, "%s\\fBholdfast %s\\fR ", is_first ? "" : ".br\n",
                          command->name);
        add_text(cli, way);
        hf_buf_add_byte(&cli->out, '\n');
    }
    hf_buf_add_z(&cli->out, ".SH OPTIONS\n");
    add_options(cli, command->options, command->option_count);
    add_options(cli, hf_global_options, hf_global_option_count);
    add_line(cli, ".SH EXAMPLE\n.nf\n", command->example);
    hf_buf_add_z(&cli->out, ".fi\n.SH SEE ALSO\n.BR holdfast (1)\n");
}

// --- the tables as JSON ----------------------------------------------------------------------------------

static void add_member(hf_json_writer *out, const char *name, const char *text)
{
    hf_json_name(out, name);
    hf_json_add_z(out, text); // NULL = null
}

static void add_option_array(hf_json_writer *out, const hf_option *options, size_t count)
{
    hf_json_name(out, "options");
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        add_member(out, "name", options[i].name);
        add_member(out, "value", options[i].value);
        add_member(out, "help", options[i].help);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void add_command(hf_json_writer *out, const hf_command *command)
{
    hf_json_begin_object(out);
    add_member(out, "name", command->name);
    add_member(out, "usage", command->usage);
    add_member(out, "summary", command->summary);
    add_member(out, "example", command->example);
    add_option_array(out, command->options, command->option_count);
    hf_json_end_object(out);
}

static void add_tables(hf_json_writer *out)
{
    hf_json_begin_object(out);
    add_option_array(out, hf_global_options, hf_global_option_count);
    hf_json_name(out, "commands");
    hf_json_begin_array(out);
    for (size_t i = 0; hf_commands[i] != NULL; i++)
        add_command(out, hf_commands[i]);
    hf_json_end_array(out);
    hf_json_name(out, "environment");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_ENV_COUNT; i++) {
        hf_json_begin_object(out);
        add_member(out, "name", hf_env_table[i].name);
        add_member(out, "fallback", hf_env_table[i].fallback);
        add_member(out, "help", hf_env_table[i].help);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "settings");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_INSTANCE_SETTING_COUNT; i++) {
        hf_json_begin_object(out);
        hf_write_setting(&hf_instance_settings[i], out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

// --- the command -----------------------------------------------------------------------------------------

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_command *command = NULL;
    if (cli->word_count > 0) {
        command = hf_command_find(hf_str_of(cli->words[0]));
        if (command == NULL)
            return hf_fail(err, HF_ERR_USAGE, "usage.command",
                           "there is no command '%s'; see: holdfast --help", cli->words[0]);
    }
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        if (command != NULL)
            add_command(&out, command);
        else
            add_tables(&out);
        hf_cli_end_json(cli);
    } else if (command != NULL) {
        write_command_page(cli, command);
    } else {
        write_program_page(cli);
    }
    return true;
}

const hf_command hf_command_man = {
    .name = "man",
    .usage = "[COMMAND]",
    .summary = "Print the manual page of the program or of a command.",
    .example = "holdfast man cascade | man -l -",
    .max_words = 1,
    .words = "COMMAND",
    .run = run,
};
