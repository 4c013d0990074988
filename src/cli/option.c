// SPDX-License-Identifier: Apache-2.0
//
// What commands read from their words: options by name, numbers, lists, nouns.
#include <string.h>

#include "cli/cli.h"

#define THREAD_COUNT_MAX 1024u

const hf_command *hf_command_find(hf_str name)
{
    for (size_t i = 0; hf_commands[i] != NULL; i++) {
        if (hf_str_equal_z(name, hf_commands[i]->name))
            return hf_commands[i];
    }
    return NULL;
}

const char *hf_cli_option(const hf_cli *cli, const char *name)
{
    size_t i = 0;
    while (i < cli->command->option_count && strcmp(cli->command->options[i].name, name) != 0)
        i++;
    HF_ASSERT(i < cli->command->option_count); // the command's own table has it
    return cli->values[i];
}

bool hf_cli_has(const hf_cli *cli, const char *name)
{
    return hf_cli_option(cli, name) != NULL;
}

bool hf_cli_number(const hf_cli *cli, const char *name, double *value, hf_error *err)
{
    const char *text = hf_cli_option(cli, name);
    if (text == NULL)
        return true;
    uint64_t whole = 0; // "10k"
    bool is_whole = hf_parse_count(hf_str_of(text), &whole);
    if (is_whole)
        *value = (double)whole;
    if ((!is_whole && !hf_parse_double(hf_str_of(text), value)) || !(*value > 0))
        return hf_fail(err, HF_ERR_USAGE, "usage.value", "%s needs a number above 0, not '%s'",
                       name, text);
    return true;
}

bool hf_cli_count(const hf_cli *cli, const char *name, uint64_t *value, hf_error *err)
{
    const char *text = hf_cli_option(cli, name);
    if (text == NULL)
        return true;
    if (!hf_parse_count(hf_str_of(text), value))
        return hf_fail(err, HF_ERR_USAGE, "usage.value",
                       "%s needs a whole number such as 10, 10k or 1e6, not '%s'", name, text);
    return true;
}

void hf_cli_list(hf_arena *arena, hf_str text, hf_str **list, size_t *count)
{
    HF_VEC(hf_str) parts = {0};
    hf_str part;
    while (hf_str_split(&text, ',', &part)) {
        part = hf_str_trim(part);
        if (part.len > 0)
            HF_VEC_ADD(arena, &parts, part);
    }
    *list = parts.items;
    *count = parts.count;
}

bool hf_cli_noun(hf_str name, const hf_noun **noun, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf names = hf_buf_of(400);
    *noun = hf_noun_find(name);
    if (*noun != NULL)
        return true;
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        hf_buf_add_format(&names, "%s%s", i > 0 ? ", " : "", hf_nouns[i]->plural);
    return hf_fail(err, HF_ERR_USAGE, "noun.unknown", "'%.*s' is no kind of record; choose %.*s",
                   HF_STR_ARG(name), HF_STR_ARG(hf_buf_str(&names)));
}

bool hf_cli_restart(const hf_cli *cli, hf_restart *restart, hf_error *err)
{
    const char *text = hf_cli_option(cli, "--restart");
    *restart = HF_RESTART_FREE;
    if (text == NULL || strcmp(text, "free") == 0)
        return true;
    *restart = HF_RESTART_SEQUENTIAL;
    return strcmp(text, "sequential") == 0 ||
           hf_fail(err, HF_ERR_USAGE, "usage.value", "--restart is free or sequential, not '%s'",
                   text);
}

void hf_cli_use_threads(hf_cli *cli)
{
    if (cli->pool == NULL)
        cli->pool = hf_pool_open(0);
    cli->session.pool = cli->pool;
}

bool hf_cli_threads(hf_cli *cli, hf_error *err)
{
    uint64_t threads = 0;
    if (!hf_cli_count(cli, "--threads", &threads, err))
        return false;
    if (hf_cli_has(cli, "--threads") && (threads < 1 || threads > THREAD_COUNT_MAX))
        return hf_fail(err, HF_ERR_USAGE, "usage.value", "--threads is a number from 1 to %u",
                       THREAD_COUNT_MAX);
    cli->pool = hf_pool_open((uint32_t)threads);
    hf_cli_use_threads(cli);
    return true;
}
