// SPDX-License-Identifier: Apache-2.0
//
// holdfast restore: a new store out of a backup, or only a look whether the backup is whole.
#include "cli/cli.h"

static const hf_option options[] = {
    {"--key", "FILE", "the secret key that opens the backup"},
    {"--despite-log", NULL, "also when the log of the store does not fit; that is told and noted"},
    {"--instance", "KEY|FILE", "the log of the store must be signed with this key (audit key)"},
    {"--verify", NULL, "only read all of it and say what it is; store nothing"},
};

static void add_facts(hf_cli *cli, const hf_backup_facts *facts, const hf_restore_result *restored)
{
    hf_json_writer out = hf_cli_json(cli);
    hf_json_begin_object(&out);
    if (restored != NULL) {
        hf_json_name(&out, "store");
        hf_json_add_z(&out, cli->db);
        hf_json_name(&out, "events");
        hf_json_add_u64(&out, restored->event_count);
        hf_json_name(&out, "sessions_ended");
        hf_json_add_u64(&out, restored->settled.sessions);
        hf_json_name(&out, "tokens");
        hf_json_add_u64(&out, restored->settled.tokens);
        hf_json_name(&out, "imports_cancelled");
        hf_json_add_u64(&out, restored->settled.imports);
        hf_json_name(&out, "seal_key");
        if (restored->seal_key[0] != '\0')
            hf_json_add_z(&out, restored->seal_key);
        else
            hf_json_add_null(&out);
    }
    hf_backup_write_facts(facts, &out);
    if (restored != NULL)
        hf_backup_write_fault("log_fault", &restored->log_fault, &out);
    hf_json_end_object(&out);
    hf_cli_end_json(cli);
}

static void tell(hf_cli *cli, const hf_backup_facts *facts, const hf_restore_result *restored)
{
    char hex[65], key[65], time[32];
    if (cli->is_json) {
        add_facts(cli, facts, restored);
        return;
    }
    hf_hex(facts->snapshot.bytes, sizeof(facts->snapshot.bytes), hex);
    hf_hex(facts->instance.bytes, sizeof(facts->instance.bytes), key);
    hf_time_format(facts->made_ms, time);
    const hf_message_value values[] = {
        {.name = "store", .text = hf_str_of(cli->db)},
        {.name = "time", .text = hf_str_of(time)},
        {.name = "program", .text = hf_str_of(facts->program)},
        {.name = "count", .is_number = true, .number = (double)facts->event_last},
        {.name = "key", .text = hf_str_of(key)},
        {.name = "snapshot", .text = hf_str_of(hex)},
        {.name = "tokens",
         .is_number = true,
         .number = restored != NULL ? (double)restored->settled.tokens : 0}};
    hf_cli_say(cli, restored != NULL ? "cli.restore.done" : "cli.restore.verified", values,
               HF_COUNT(values));
    hf_cli_say(cli, "cli.restore.origin", values, HF_COUNT(values));
    if (restored != NULL)
        hf_cli_say(cli, "cli.restore.again", values, HF_COUNT(values));
    if (restored != NULL && restored->seal_key[0] != '\0') {
        const hf_message_value seal[] = {{.name = "key", .text = hf_str_of(restored->seal_key)}};
        hf_cli_say(cli, "cli.restore.sealed", seal, HF_COUNT(seal));
    }
}

static bool run(hf_cli *cli, hf_error *err)
{
    const char *key_file = hf_cli_option(cli, "--key");
    hf_box_secret secret;
    hf_restore_result done;
    hf_backup_facts facts;
    hf_sign_key instance;
    const hf_seal_key *seal = NULL;
    bool has_instance = hf_cli_has(cli, "--instance");
    if (!hf_cli_seal_key(cli, &seal, err) ||
        (has_instance && !hf_cli_read_sign_key(cli, "--instance", &instance, err)) ||
        (key_file != NULL && !hf_backup_read_key(key_file, &secret, err)))
        return false;
    hf_bar bar = hf_bar_begin(cli);
    const hf_box_secret *used = key_file != NULL ? &secret : NULL;
    const hf_restore_request request = {.path = cli->words[0],
                                        .secret = used,
                                        .db = cli->db,
                                        .instance = has_instance ? &instance : NULL,
                                        .seal = seal,
                                        .is_despite_log = hf_cli_has(cli, "--despite-log"),
                                        .progress = {&bar, hf_bar_tell}};
    bool is_verify = hf_cli_has(cli, "--verify");
    bool is_done = is_verify ? hf_backup_verify(&request, &facts, err)
                             : hf_restore(&cli->session, &request, &done, err);
    hf_wipe(&secret, sizeof(secret));
    hf_bar_end(&bar);
    if (is_done)
        tell(cli, is_verify ? &facts : &done.facts, is_verify ? NULL : &done);
    if (is_done && !is_verify && seal != NULL && done.seal_key[0] == '\0')
        hf_cli_warn(cli, "cli.restore.not_sealed", HF_STR_EMPTY);
    if (is_done && !is_verify && done.log_fault.kind != HF_ERR_NONE) {
        hf_cli_warn(cli, "cli.restore.log_broken", hf_str_of(cli->db));
        hf_cli_say_error(&done.log_fault);
    }
    return is_done;
}

const hf_command hf_command_restore = {
    .name = "restore",
    .usage = "FILE [--key KEYFILE] [--instance KEY|FILE] [--verify | --despite-log]",
    .summary = "Make a new store out of a backup, or look whether the backup is whole.",
    .example = "holdfast --db new.db restore nation.hfbackup --key backup.key",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .words = "FILE",
    .run = run,
};
