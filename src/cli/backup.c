// SPDX-License-Identifier: Apache-2.0
//
// holdfast backup: the whole store into one encrypted file while others work with it; and keys for that.
#include <string.h>

#include "cli/cli.h"

static const hf_option options[] = {
    {"-o", "FILE", "where to write; it must not be there"},
    {"--to", "KEY|FILE,…", "who can open it: public keys, or files with one a line"},
    {"--plain", NULL, "without encryption: anybody who has the file can read everything"},
};

static bool is_keygen(const hf_cli *cli)
{
    return cli->word_count > 0;
}

static bool check(hf_cli *cli, hf_error *err)
{
    if (is_keygen(cli) && strcmp(cli->words[0], "keygen") != 0)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "'%s' is not known; usage: holdfast %s %s",
                       cli->words[0], cli->command->name, cli->command->usage);
    if (!hf_cli_has(cli, "-o"))
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "say where to write: -o FILE");
    if (is_keygen(cli))
        return true;
    if (hf_cli_has(cli, "--to") == hf_cli_has(cli, "--plain"))
        return hf_fail(
            err, HF_ERR_USAGE, "backup.no_recipient",
            "say who can open the backup: --to KEY (holdfast backup keygen makes one), or "
            "--plain for anybody");
    return true;
}

static bool make_key(hf_cli *cli, hf_error *err)
{
    const char *path = hf_cli_option(cli, "-o");
    hf_box_key key;
    char text[HF_BOX_TEXT_BYTES];
    if (!hf_backup_make_key(path, cli->session.now_ms, &key, err))
        return false;
    hf_box_key_text(&key, text);
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "file");
        hf_json_add_z(&out, path);
        hf_json_name(&out, "public");
        hf_json_add_z(&out, text);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
    } else {
        hf_buf_add_format(&cli->out, "%s\n", text);
    }
    return true;
}

static bool read_keys(hf_cli *cli, hf_box_key_list *keys, hf_error *err)
{
    hf_str *parts = NULL;
    size_t count = 0;
    if (hf_cli_has(cli, "--plain"))
        return true;
    hf_cli_list(&cli->arena, hf_str_of(hf_cli_option(cli, "--to")), &parts, &count);
    for (size_t i = 0; i < count; i++)
        if (!hf_backup_read_recipients(parts[i], &cli->arena, keys, err))
            return false;
    return keys->count > 0 ||
           hf_fail(err, HF_ERR_USAGE, "backup.no_recipient", "--to names no key");
}

static void tell(hf_cli *cli, const char *path, const hf_backup_result *made)
{
    const hf_backup_facts *facts = &made->facts;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "file");
        hf_json_add_z(&out, path);
        hf_backup_write_facts(facts, &out);
        hf_backup_write_fault("fault", &made->fault, &out);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
        return;
    }
    char hex[65];
    hf_hex(facts->snapshot.bytes, sizeof(facts->snapshot.bytes), hex);
    const hf_message_value values[] = {
        {.name = "file", .text = hf_str_of(path)},
        {.name = "count", .is_number = true, .number = (double)facts->key_count},
        {.name = "snapshot", .text = hf_str_of(hex)}};
    hf_cli_say(cli, facts->key_count > 0 ? "cli.backup.made" : "cli.backup.made_plain", values,
               HF_COUNT(values));
}

// Written all the same; but who only looks at the exit status is to learn of it tonight, not on the day of disaster.
static void tell_fault(hf_cli *cli, const char *path, const hf_error *fault)
{
    bool is_damaged = strcmp(fault->code, "store.damaged") == 0;
    hf_cli_warn(cli, is_damaged ? "cli.backup.store_damaged" : "cli.backup.log_broken",
                hf_str_of(path));
    hf_cli_say_error(fault);
    cli->status = 1;
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_box_key_list keys = {0};
    hf_backup_result made;
    if (is_keygen(cli))
        return make_key(cli, err);
    if (!read_keys(cli, &keys, err) || !hf_cli_open_store(cli, false, err))
        return false;
    hf_bar bar = hf_bar_begin(cli);
    const hf_backup_request request = {.path = hf_cli_option(cli, "-o"),
                                       .keys = keys.items,
                                       .key_count = (uint32_t)keys.count,
                                       .progress = {&bar, hf_bar_tell}};
    bool is_made = hf_backup(&cli->session, &request, &made, err);
    hf_bar_end(&bar);
    if (is_made)
        tell(cli, request.path, &made);
    if (is_made && made.fault.kind != HF_ERR_NONE)
        tell_fault(cli, request.path, &made.fault);
    return is_made;
}

const hf_command hf_command_backup = {
    .name = "backup",
    .usage = "-o FILE --to KEY,… | -o FILE --plain | keygen -o FILE",
    .summary = "Write the whole store into one encrypted file, while others work with it.",
    .example = "holdfast --db nation.db backup -o nation.hfbackup --to backup-keys.txt",
    .options = options,
    .option_count = HF_COUNT(options),
    .max_words = 1,
    .words = "keygen",
    .check = check,
    .run = run,
};
