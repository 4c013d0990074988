// SPDX-License-Identifier: Apache-2.0
//
// holdfast settings: what is set for the whole instance, shown or changed.
#include "base/file.h"
#include "base/limits.h"
#include "cli/query.h"

static bool find_setting(hf_str name, size_t *index, hf_error *err)
{
    for (*index = 0; *index < HF_INSTANCE_SETTING_COUNT; (*index)++)
        if (hf_str_equal_z(name, hf_instance_settings[*index].name))
            return true;
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "there is no setting '%.*s'; holdfast settings lists them", HF_STR_ARG(name));
}

static void write_plain(hf_cli *cli, const hf_str *values)
{
    for (size_t i = 0; i < HF_INSTANCE_SETTING_COUNT; i++)
        hf_buf_add_format(&cli->out, "%s = %.*s\n", hf_instance_settings[i].name,
                          HF_STR_ARG(values[i]));
}

// '-' reads lines and secrets from standard input; a secret in the words of a command would be everybody's on the machine.
static bool read_value(hf_cli *cli, const hf_instance_setting *setting, hf_str *out, hf_error *err)
{
    hf_str word = {cli->words[1], hf_str_of(cli->words[1]).len};
    bool is_secret = setting->kind == HF_SETTING_SECRET;
    *out = word;
    if (is_secret && word.len > 0 && !hf_str_equal_z(word, "-"))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "%s is a secret; give - and write it to standard input", setting->name);
    if ((!is_secret && setting->kind != HF_SETTING_RULES) || !hf_str_equal_z(word, "-"))
        return true;
    if (!hf_file_read("-", HF_TEXT_BYTES_MAX + 2, &cli->arena, out, err))
        return false;
    while (out->len > 0 && (out->ptr[out->len - 1] == '\n' || out->ptr[out->len - 1] == '\r'))
        out->len--;
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    size_t index = 0;
    if (cli->word_count == 1)
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "give a setting its value too; '' takes it away");
    if (cli->word_count == 2) {
        if (!find_setting(hf_str_of(cli->words[0]), &index, err))
            return false;
        if (!read_value(cli, &hf_instance_settings[index], &values[index], err) ||
            !hf_change_settings(&cli->session, values, err))
            return false;
    }
    if (!hf_read_settings(&cli->session, &cli->arena, values, err))
        return false;
    if (!cli->is_json) {
        write_plain(cli, values);
        return true;
    }
    hf_seal_facts seal;
    if (!hf_read_seal(&cli->session, &seal, err))
        return false;
    hf_json_writer out = hf_cli_json(cli);
    hf_write_settings(&cli->session, values, &seal, &out);
    hf_buf_add_byte(&cli->out, '\n');
    return true;
}

const hf_command hf_command_settings = {
    .name = "settings",
    .usage = "[NAME VALUE]",
    .summary = "Show or change what is set for the whole instance.",
    .example = "holdfast settings identity.second_factor 'administrator auditor'",
    .min_words = 0,
    .max_words = 2,
    .store = HF_STORE_PRESENT,
    .run = run,
};
