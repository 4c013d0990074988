// SPDX-License-Identifier: Apache-2.0
//
// holdfast version: which program this is.
#include "cli/cli.h"

static bool run(hf_cli *cli, hf_error *err)
{
    (void)err;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "version");
        hf_json_add_z(&out, HF_VERSION);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
    } else {
        hf_buf_add_z(&cli->out, "holdfast " HF_VERSION "\n");
    }
    return true;
}

const hf_command hf_command_version = {
    .name = "version",
    .usage = "",
    .summary = "Say which program this is.",
    .example = "holdfast version",
    .run = run,
};
