// SPDX-License-Identifier: Apache-2.0
//
// holdfast remove: one record; an asset with what hangs on it only on request.
#include "cli/cli.h"

static const hf_option options[] = {
    {"--with-links", NULL, "also the dependencies and layer rows that name the asset"},
};

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    uint64_t count = 0;
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err) ||
        !hf_remove_record(&cli->session, noun, hf_str_of(cli->words[1]), HF_VERSION_ANY,
                          hf_cli_has(cli, "--with-links"), &count, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_json_name(&out, "removed");
        hf_json_add_u64(&out, count);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
    }
    return true;
}

const hf_command hf_command_remove = {
    .name = "remove",
    .usage = "NOUN KEY [--with-links]",
    .summary = "Remove one record; its history stays.",
    .example = "holdfast remove asset H2 --with-links",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 2,
    .max_words = 2,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
