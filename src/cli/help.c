// SPDX-License-Identifier: Apache-2.0
//
// Help of the program and of each command, from the commands' own tables; the table of exit statuses.
#include "base/text.h"
#include "cli/cli.h"

#define COLUMNS        80u
#define OPTION_COLUMNS 24u // where the help of an option begins

const hf_exit hf_exits[] = {
    {0, "done"},           {1, "the answer is no"},        {64, "usage"},
    {65, "bad input"},     {66, "no such file or record"}, {69, "a service is unreachable"},
    {70, "our fault"},     {73, "cannot write"},           {75, "try again"},
    {77, "not permitted"},
};
const size_t hf_exit_count = HF_COUNT(hf_exits);

// The end of the part that begins at `from`: a space outside brackets.
static size_t part_end(hf_str text, size_t from)
{
    int depth = 0;
    size_t at = from;
    for (; at < text.len && (depth > 0 || text.ptr[at] != ' '); at++)
        depth += text.ptr[at] == '[' ? 1 : text.ptr[at] == ']' ? -1 : 0;
    return at;
}

bool hf_usage_part(hf_str *rest, hf_str *part)
{
    *rest = hf_str_trim(*rest);
    size_t end = part_end(*rest, 0);
    *part = hf_str_slice(*rest, 0, end);
    *rest = hf_str_slice(*rest, end, rest->len);
    return part->len > 0;
}

bool hf_usage_way(hf_str *rest, hf_str *way)
{
    hf_str left = *rest, part;
    const char *begin = left.ptr;
    while (hf_usage_part(&left, &part) && !hf_str_equal_z(part, "|"))
        continue;
    *way = hf_str_trim((hf_str){begin, part.len > 0 ? (size_t)(part.ptr - begin) : rest->len});
    *rest = left;
    return way->len > 0;
}

// One way to call: long ones go on in the next line, under the command.
static void write_way(hf_cli *cli, const char *name, hf_str way, bool is_first)
{
    hf_str head =
        hf_str_format(&cli->arena, "%s holdfast %s", is_first ? "usage:" : "      ", name);
    size_t column = head.len;
    hf_str part;
    hf_buf_add_str(&cli->out, head);
    while (hf_usage_part(&way, &part)) {
        size_t columns = hf_text_columns(part);
        if (column + 1 + columns > COLUMNS) {
            hf_buf_add_format(&cli->out, "\n%*s", (int)head.len, "");
            column = head.len;
        }
        hf_buf_add_format(&cli->out, " %.*s", HF_STR_ARG(part));
        column += 1 + columns;
    }
    hf_buf_add_byte(&cli->out, '\n');
}

static void write_option(hf_cli *cli, const hf_option *option)
{
    hf_str head =
        hf_str_format(&cli->arena, "  %s%s%s", option->name, option->value != NULL ? " " : "",
                      option->value != NULL ? option->value : "");
    size_t columns = hf_text_columns(head);
    hf_buf_add_str(&cli->out, head);
    if (columns >= OPTION_COLUMNS)
        hf_buf_add_byte(&cli->out, '\n');
    hf_buf_add_format(&cli->out, "%*s ",
                      (int)(OPTION_COLUMNS - (columns < OPTION_COLUMNS ? columns : 0)), "");
    hf_cli_write_words(cli, hf_str_of(option->help), OPTION_COLUMNS + 1, OPTION_COLUMNS + 1);
}

static void write_globals(hf_cli *cli)
{
    hf_buf_add_z(&cli->out, "\nEverywhere:\n");
    for (size_t i = 0; i < hf_global_option_count; i++)
        write_option(cli, &hf_global_options[i]);
}

void hf_help_overview(hf_cli *cli)
{
    hf_str exits = HF_STR("Exit status:");
    hf_buf_add_z(&cli->out, "Holdfast " HF_VERSION ": " HF_CLI_ABOUT
                            ".\n\nusage: holdfast " HF_GLOBAL_USAGE "\n\nCommands:\n");
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        hf_buf_add_format(&cli->out, "  %-11s ", hf_commands[i]->name);
        hf_cli_write_words(cli, hf_str_of(hf_commands[i]->summary), 14, 14);
    }
    write_globals(cli);
    for (size_t i = 0; i < hf_exit_count; i++)
        exits = hf_str_format(&cli->arena, "%.*s %d %s%s", HF_STR_ARG(exits), hf_exits[i].status,
                              hf_exits[i].meaning, i + 1 < hf_exit_count ? "," : ".");
    hf_buf_add_byte(&cli->out, '\n');
    hf_cli_write_words(cli, exits, 0, 0);
    hf_buf_add_z(&cli->out, "More on a command: holdfast help COMMAND\n");
}

void hf_help_command(hf_cli *cli, const hf_command *command)
{
    hf_str rest = hf_str_of(command->usage), way;
    hf_buf_add_format(&cli->out, "%s\n\n", command->summary);
    for (bool is_first = true; hf_usage_way(&rest, &way) || is_first; is_first = false)
        write_way(cli, command->name, way, is_first);
    if (command->option_count > 0)
        hf_buf_add_z(&cli->out, "\nOptions:\n");
    for (size_t i = 0; i < command->option_count; i++)
        write_option(cli, &command->options[i]);
    write_globals(cli);
    hf_buf_add_format(&cli->out, "\nExample:\n  %s\n", command->example);
}
