// SPDX-License-Identifier: Apache-2.0
//
// holdfast add: one new record from FIELD=VALUE words.
#include "cli/query.h"

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    hf_patch patch;
    void *record = NULL;
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err) ||
        !hf_cli_read_patch(cli, noun, 1, &patch, err) ||
        !hf_add_record(&cli->session, &patch, &cli->arena, &record, err))
        return false;
    hf_cli_write_record(cli, noun, record);
    return true;
}

const hf_command hf_command_add = {
    .name = "add",
    .usage = "NOUN FIELD=VALUE …",
    .summary = "Add one record.",
    .example = "holdfast add asset key=H2 name=\"Second hospital\" kind=hospital",
    .min_words = 2,
    .max_words = SIZE_MAX,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
