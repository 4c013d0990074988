// SPDX-License-Identifier: Apache-2.0
//
// Help of the program and of each command, from the commands' own tables.
#include <string.h>

#include "cli/cli.h"

static void write_option(hf_cli *cli, const hf_option *option)
{
    size_t columns = strlen(option->name);
    hf_buf_add_format(&cli->out, "  %s", option->name);
    if (option->value != NULL) {
        hf_buf_add_format(&cli->out, " %s", option->value);
        columns += 1 + strlen(option->value);
    }
    if (columns < 22)
        hf_buf_add_format(&cli->out, "%*s", (int)(22 - columns), "");
    else
        hf_buf_add_format(&cli->out, "\n%*s", 24, "");
    hf_buf_add_format(&cli->out, " %s\n", option->help);
}

void hf_help_overview(hf_cli *cli)
{
    hf_buf_add_z(&cli->out,
                 "Holdfast " HF_VERSION
                 ": which loss a country cannot absorb, and what to do about it.\n\n"
                 "usage: holdfast [--db URL] [--lang xx] [--json] [--quiet] COMMAND …\n\n"
                 "Commands:\n");
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        if (!hf_commands[i]->is_hidden)
            hf_buf_add_format(&cli->out, "  %-11s %s\n", hf_commands[i]->name,
                              hf_commands[i]->summary);
    }
    hf_buf_add_z(&cli->out, "\nEverywhere:\n");
    for (size_t i = 0; i < hf_global_option_count; i++)
        write_option(cli, &hf_global_options[i]);
    hf_buf_add_z(
        &cli->out,
        "\nExit status: 0 done, 1 the answer is no, 64 usage, 65 bad input, 66 no such file or\n"
        "record, 69 a service is unreachable, 70 our fault, 73 cannot write, 75 try again,\n"
        "77 not permitted. More on a command: holdfast COMMAND --help\n");
}

void hf_help_command(hf_cli *cli, const hf_command *command)
{
    hf_buf_add_format(&cli->out, "%s\n\nusage: holdfast %s %s\n", command->summary, command->name,
                      command->usage);
    if (command->option_count > 0)
        hf_buf_add_z(&cli->out, "\nOptions:\n");
    for (size_t i = 0; i < command->option_count; i++)
        write_option(cli, &command->options[i]);
    hf_buf_add_z(&cli->out, "\nEverywhere:\n");
    for (size_t i = 0; i < hf_global_option_count; i++)
        write_option(cli, &hf_global_options[i]);
    hf_buf_add_format(&cli->out, "\nExample:\n  %s\n", command->example);
}
