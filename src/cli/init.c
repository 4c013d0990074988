// SPDX-License-Identifier: Apache-2.0
//
// holdfast init: a new store with taxonomy and rules, and the link to set the server up.
#include "cli/cli.h"

#define SETUP_ADDRESS "http://127.0.0.1:2341/setup?token="

static bool run(hf_cli *cli, hf_error *err)
{
    // A store that is in use stays as it is; `serve` offers the link again while nobody has used it.
    hf_str token = cli->setup_token;
    (void)err;
    hf_str link = token.len > 0
                      ? hf_str_format(&cli->arena, SETUP_ADDRESS "%.*s", HF_STR_ARG(token))
                      : HF_STR_EMPTY;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "store");
        hf_json_add_z(&out, hf_store_url(cli->store));
        hf_json_name(&out, "setup_link");
        if (link.len > 0)
            hf_json_add_str(&out, link);
        else
            hf_json_add_null(&out);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
        return true;
    }
    hf_buf_add_format(&cli->out, "%s\n", hf_store_url(cli->store));
    if (link.len > 0)
        hf_buf_add_format(&cli->out, "%.*s\n", HF_STR_ARG(link));
    return true;
}

const hf_command hf_command_init = {
    .name = "init",
    .usage = "",
    .summary = "Make a new store; an existing one stays as it is.",
    .example = "holdfast --db nation.db init",
    .store = HF_STORE_MADE,
    .run = run,
};
