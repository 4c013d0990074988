// SPDX-License-Identifier: Apache-2.0
//
// holdfast user: accounts, grants and tokens from the command line, for the first hour and for emergencies.
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/query.h"
#include "model/grant.h"

static const hf_option options[] = {
    {"--role", "ROLE",
     "administrator, authority, analyst, operator, observer, assessor, responder, auditor or "
     "service: in the whole nation (add), within a scope (grant), or all that the token is for "
     "(token)"},
    {"--clearance", "MARKING",
     "highest marking that it may read (add; default: TLP:AMBER; token, with --role)"},
    {"--sector", "CODE", "within this sector and those below it (grant)"},
    {"--region", "KEY", "within this region and those inside it (grant)"},
    {"--organisation", "KEY", "with what this organisation operates (grant)"},
    {"--section", "ASSESSMENT/THEME", "to answer this section of an assessment (grant)"},
    {"--own", NULL, "with what the account itself added (grant)"},
    {"--from", "TIME", "from this moment on, 2027-01-31T08:00:00Z (grant; default: now)"},
    {"--until", "TIME", "until this moment (grant; default: without an end)"},
    {"--password-stdin", NULL, "read the password from standard input (add, password)"},
    {"--must-change", NULL, "the password is for the first sign-in only (add, password)"},
    {"--label", "TEXT", "what the token is for (token)"},
    {"--mark", "MARK",
     "SHA-256 of the certificate in hexadecimal, or a name in it: dns:NAME, email:ADDRESS, "
     "uri:ADDRESS (certificate; without it they are listed)"},
    {"--remove", NULL, "take that certificate back (certificate)"},
    {"--identified", "TEXT", "how you made sure who asks for it; kept in the log (reset-factor)"},
    {"--days", "N",
     "the token ends after N days (token; default: as late as identity.token_days allows)"},
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

// A field of the patch from a word of the command; an empty one is left alone.
static bool set(hf_cli *cli, hf_patch *patch, const char *name, hf_str value, hf_error *err)
{
    size_t index = 0;
    const hf_field *field = hf_noun_field(patch->noun, hf_str_of(name), &index);
    if (value.len == 0)
        return true;
    if (!hf_field_set_text(field, patch->record, value, false, &cli->arena, err))
        return false;
    patch->present |= 1ull << index;
    return true;
}

static bool set_option(hf_cli *cli, hf_patch *patch, const char *name, const char *option,
                       hf_error *err)
{
    return set(cli, patch, name, hf_str_of(hf_cli_option(cli, option)), err);
}

static bool add_user(hf_cli *cli, hf_str name, hf_error *err)
{
    hf_user *user = NULL;
    hf_str password;
    hf_patch patch = {.noun = &hf_noun_user, .record = hf_noun_new(&hf_noun_user, &cli->arena)};
    if (!set(cli, &patch, "key", name, err) || !set_option(cli, &patch, "role", "--role", err) ||
        !set_option(cli, &patch, "clearance", "--clearance", err))
        return false;
    if (hf_cli_has(cli, "--must-change") &&
        !set(cli, &patch, "must_change_password", HF_STR("true"), err))
        return false;
    if (!read_password(cli, &password, err) ||
        !hf_add_user(&cli->session, &patch, password, &cli->arena, &user, err))
        return false;
    hf_cli_write_record(cli, &hf_noun_user, user);
    return true;
}

// The scope that the options name: one of them, or the whole nation.
static bool scope_of(hf_cli *cli, const char **out, hf_error *err)
{
    static const char *const options_of[] = {"--sector", "--region", "--organisation", "--section",
                                             "--own"};
    int named = 0;
    *out = "nation";
    for (size_t i = 0; i < HF_COUNT(options_of); i++) {
        if (!hf_cli_has(cli, options_of[i]))
            continue;
        *out = options_of[i] + 2;
        named++;
    }
    return named <= 1 || hf_fail(err, HF_ERR_USAGE, "usage.options",
                                 "a grant has one scope; give one of --sector, --region, "
                                 "--organisation, --section and --own");
}

static bool grant(hf_cli *cli, hf_str name, hf_error *err)
{
    void *made = NULL;
    const char *scope = NULL;
    hf_patch patch = {.noun = &hf_noun_grant, .record = hf_noun_new(&hf_noun_grant, &cli->arena)};
    if (!scope_of(cli, &scope, err) || !set(cli, &patch, "user", name, err) ||
        !set(cli, &patch, "scope", hf_str_of(scope), err) ||
        !set_option(cli, &patch, "role", "--role", err) ||
        !set_option(cli, &patch, "sector", "--sector", err) ||
        !set_option(cli, &patch, "region", "--region", err) ||
        !set_option(cli, &patch, "organisation", "--organisation", err) ||
        !set_option(cli, &patch, "section", "--section", err) ||
        !set_option(cli, &patch, "starts_at", "--from", err) ||
        !set_option(cli, &patch, "ends_at", "--until", err) ||
        !hf_add_record(&cli->session, &patch, &cli->arena, &made, err))
        return false;
    hf_cli_write_record(cli, &hf_noun_grant, made);
    return true;
}

static bool list_grants(hf_cli *cli, hf_str name, hf_error *err)
{
    const hf_filter of_user = {hf_noun_field(&hf_noun_grant, HF_STR("user"), NULL), HF_IS, name};
    hf_query query = {.noun = &hf_noun_grant, .filters = &of_user, .filter_count = 1};
    return hf_cli_write_records(cli, &query, UINT64_MAX, err);
}

// The number of the word that an option gives for a field of accounts; without it none.
static bool word_option(hf_cli *cli, const char *name, const char *option, int32_t *out,
                        hf_error *err)
{
    const hf_field *field = hf_noun_field(&hf_noun_user, hf_str_of(name), NULL);
    hf_patch patch = {.noun = &hf_noun_user, .record = hf_noun_new(&hf_noun_user, &cli->arena)};
    *out = HF_WORD_NONE;
    if (!hf_cli_has(cli, option))
        return true;
    if (!set_option(cli, &patch, name, option, err))
        return false;
    *out = *(const int32_t *)hf_field_at(field, patch.record);
    return true;
}

static bool add_token(hf_cli *cli, hf_str name, hf_error *err)
{
    const char *label = hf_cli_option(cli, "--label");
    hf_token_request wanted = {.user_key = name, .label = hf_str_of(label != NULL ? label : "cli")};
    uint64_t days = 0;
    hf_str token;
    if (!hf_cli_count(cli, "--days", &days, err) ||
        !word_option(cli, "role", "--role", &wanted.role, err) ||
        !word_option(cli, "clearance", "--clearance", &wanted.clearance, err))
        return false;
    wanted.days = days > 3650 ? -1 : (int64_t)days;
    if (!hf_add_token(&cli->session, &wanted, &cli->arena, &token, err))
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

static bool set_password(hf_cli *cli, hf_str name, hf_error *err)
{
    hf_password_request wanted = {.user_key = name,
                                  .must_change = hf_cli_has(cli, "--must-change")};
    hf_signed_in none = {0};
    return read_password(cli, &wanted.password, err) &&
           hf_set_password(&cli->session, &wanted, &cli->arena, &none, err);
}

static bool reset_factor(hf_cli *cli, hf_str name, hf_error *err)
{
    if (hf_cli_option(cli, "--identified") == NULL)
        return hf_fail(
            err, HF_ERR_USAGE, "usage.option",
            "say how you made sure who asks for it; add --identified TEXT, which the log keeps");
    const hf_proof proof = {.identified = hf_str_of(hf_cli_option(cli, "--identified"))};
    return hf_second_factor_remove(&cli->session, name, &proof, err);
}

// Registers one, takes one back, or lists them.
static bool certificate(hf_cli *cli, hf_str name, hf_error *err)
{
    hf_str mark = hf_str_of(hf_cli_option(cli, "--mark"));
    hf_credential *list = NULL;
    size_t count = 0;
    if (mark.len > 0 && hf_cli_has(cli, "--remove"))
        return hf_certificate_remove(&cli->session, name, mark, err);
    if (mark.len > 0)
        return hf_certificate_add(&cli->session, name, mark, err);
    if (!hf_certificate_list(&cli->session, name, &cli->arena, &list, &count, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_write_credentials(list, count, HF_STR_EMPTY, &out);
        hf_json_end_object(&out);
        hf_buf_add_byte(&cli->out, '\n');
        return true;
    }
    for (size_t i = 0; i < count; i++)
        hf_buf_add_format(&cli->out, "%.*s\n", HF_STR_ARG(list[i].label));
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_str name = hf_str_of(cli->words[1]);
    if (strcmp(cli->words[0], "add") == 0)
        return add_user(cli, name, err);
    if (strcmp(cli->words[0], "token") == 0)
        return add_token(cli, name, err);
    if (strcmp(cli->words[0], "password") == 0)
        return set_password(cli, name, err);
    if (strcmp(cli->words[0], "reset-factor") == 0)
        return reset_factor(cli, name, err);
    if (strcmp(cli->words[0], "certificate") == 0)
        return certificate(cli, name, err);
    if (strcmp(cli->words[0], "grant") == 0)
        return grant(cli, name, err);
    if (strcmp(cli->words[0], "grants") == 0)
        return list_grants(cli, name, err);
    if (strcmp(cli->words[0], "revoke") == 0) {
        uint64_t removed = 0;
        return hf_remove_record(&cli->session, &hf_noun_grant, name, HF_VERSION_ANY, false,
                                &removed, err);
    }
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "'%s' is nothing to do with an account; give add, grant, grants, revoke, token, "
                   "certificate, password or reset-factor",
                   cli->words[0]);
}

const hf_command hf_command_user = {
    .name = "user",
    .usage = "add NAME --role ROLE --password-stdin | grant NAME --role ROLE [--region KEY …] | "
             "grants NAME | revoke GRANT | token NAME | certificate NAME [--mark MARK [--remove]] "
             "| password NAME --password-stdin | "
             "reset-factor NAME --identified TEXT",
    .summary = "Make accounts, grants, tokens and certificates.",
    .example = "holdfast user add maria --role analyst --password-stdin < password.txt",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 2,
    .max_words = 2,
    .words = "add|grant|grants|revoke|token|certificate|password|reset-factor",
    .store = HF_STORE_PRESENT,
    .run = run,
};
