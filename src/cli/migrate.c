// SPDX-License-Identifier: Apache-2.0
//
// holdfast migrate: a whole instance from one database into another.
#include "usecase/migrate.h"
#include "cli/cli.h"

static const hf_option options[] = {
    {"--from", "URL", "the store that is moved; it stays as it is"},
    {"--to", "URL", "where to: an empty store, or one that is made"},
    {"--update", NULL, "bring the store of --db up to date that was kept with pg_dump"},
};

static void tell(hf_cli *cli, const hf_migrate_result *result)
{
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "store");
        hf_json_add_str(&out, result->to);
        hf_json_name(&out, "records");
        hf_json_add_u64(&out, result->record_count);
        hf_json_name(&out, "events");
        hf_json_add_u64(&out, result->event_count);
        hf_json_name(&out, "snapshot");
        hf_json_add_z(&out, result->snapshot);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
        return;
    }
    const hf_message_value values[] = {
        {.name = "store", .text = result->to},
        {.name = "records", .is_number = true, .number = (double)result->record_count},
        {.name = "events", .is_number = true, .number = (double)result->event_count},
        {.name = "snapshot", .text = hf_str_of(result->snapshot)}};
    hf_cli_say(cli, "cli.migrate.done", values, HF_COUNT(values));
}

static bool check(hf_cli *cli, hf_error *err)
{
    bool has_both = hf_cli_has(cli, "--from") && hf_cli_has(cli, "--to");
    bool has_any = hf_cli_has(cli, "--from") || hf_cli_has(cli, "--to");
    if (hf_cli_has(cli, "--update") ? !has_any : has_both)
        return true;
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "say --from and --to, or --update alone; see: holdfast migrate --help");
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_migrate_result result;
    if (hf_cli_has(cli, "--update"))
        return hf_migrate_update(&cli->session, cli->db, err);
    const hf_seal_key *seal = NULL;
    if (!hf_cli_seal_key(cli, &seal, err))
        return false;
    hf_bar bar = hf_bar_begin(cli);
    const hf_migrate_request request = {.from = hf_cli_option(cli, "--from"),
                                        .to = hf_cli_option(cli, "--to"),
                                        .seal = seal,
                                        .progress = {&bar, hf_bar_tell}};
    bool is_done = hf_migrate(&cli->session, &request, &cli->arena, &result, err);
    hf_bar_end(&bar);
    if (is_done)
        tell(cli, &result);
    return is_done;
}

const hf_command hf_command_migrate = {
    .name = "migrate",
    .usage = "--from URL --to URL | --update",
    .summary = "Move a whole instance into another database: a file or PostgreSQL.",
    .example = "holdfast migrate --from nation.db --to postgresql://db.example/nation",
    .options = options,
    .option_count = HF_COUNT(options),
    .check = check,
    .run = run,
};
