// SPDX-License-Identifier: Apache-2.0
//
// holdfast user: accounts and tokens from the command line, for the first hour and for emergencies.
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/query.h"

static const hf_option options[] = {
    {"--role", "administrator|analyst|observer", "what the account may do (add)"},
    {"--password-stdin", NULL, "read the password from standard input (add, password)"},
    {"--label", "TEXT", "what the token is for (token)"},
    {"--days", "N", "the token ends after N days (token; default: never)"},
};

static bool read_password(hf_cli *cli, hf_str *out, hf_error *err)
{
    *out = HF_STR_EMPTY;
    if (!hf_cli_has(cli, "--password-stdin"))
        return true;
    if (!hf_file_read("-", HF_PASSWORD_BYTES_MAX + 2, &cli->arena, out, err))
        return false;
    while (out->len > 0 && (out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == '\r'))
        out->len--;
    return true;
}

static bool add_user(hf_cli *cli, hf_str name, hf_error *err)
{
    hf_user *user = NULL;
    hf_str password;
    const char *role = hf_cli_option(cli, "--role");
    hf_patch patch = {.noun = &hf_noun_user, .record = hf_noun_new(&hf_noun_user, &cli->arena)};
    const char *names[] = {"key", "role"};
    hf_str values[] = {name, hf_str_of(role)};
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        size_t index = 0;
        const hf_field *field = hf_noun_field(&hf_noun_user, hf_str_of(names[i]), &index);
        if (values[i].len == 0)
            continue;
        if (!hf_field_set_text(field, patch.record, values[i], false, &cli->arena, err))
            return false;
        patch.present |= 1ull << index;
    }
    if (!read_password(cli, &password, err) ||
        !hf_add_user(&cli->session, &patch, password, &cli->arena, &user, err))
        return false;
    hf_cli_write_record(cli, &hf_noun_user, user);
    return true;
}

static bool add_token(hf_cli *cli, hf_str name, hf_error *err)
{
    const char *label = hf_cli_option(cli, "--label");
    uint64_t days = 0;
    hf_str token;
    if (!hf_cli_count(cli, "--days", &days, err) ||
        !hf_add_token(&cli->session, name, hf_str_of(label != NULL ? label : "cli"), (int64_t)days,
                      &cli->arena, &token, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "token");
        hf_json_add_str(&out, token);
        hf_json_end_object(&out);
    } else {
        hf_buf_add_str(&cli->out, token);
    }
    hf_buf_add_byte(&cli->out, '\n');
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_str name = hf_str_of(cli->words[1]), password;
    if (strcmp(cli->words[0], "add") == 0)
        return add_user(cli, name, err);
    if (strcmp(cli->words[0], "token") == 0)
        return add_token(cli, name, err);
    if (strcmp(cli->words[0], "password") == 0)
        return read_password(cli, &password, err) &&
               hf_set_password(&cli->session, name, HF_STR_EMPTY, password, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "'%s' is nothing to do with an account; give add, token or password",
                   cli->words[0]);
}

const hf_command hf_command_user = {
    .name = "user",
    .usage = "add NAME --role ROLE --password-stdin | token NAME | password NAME --password-stdin",
    .summary = "Make accounts and tokens.",
    .example = "holdfast user add maria --role analyst --password-stdin < password.txt",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 2,
    .max_words = 2,
    .words = "add|token|password",
    .store = HF_STORE_PRESENT,
    .run = run,
};
