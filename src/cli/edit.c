// SPDX-License-Identifier: Apache-2.0
//
// holdfast edit: changes fields of one record.
#include "cli/query.h"

static bool run(hf_cli *cli, hf_error *err)
{
    const hf_noun *noun = NULL;
    hf_patch patch;
    void *record = NULL;
    hf_str key = hf_str_of(cli->words[1]);
    if (!hf_cli_noun(hf_str_of(cli->words[0]), &noun, err) ||
        !hf_cli_read_patch(cli, noun, 2, &patch, err) ||
        !hf_edit_record(&cli->session, &patch, key, HF_VERSION_ANY, &cli->arena, &record, err))
        return false;
    if (record != NULL)
        hf_cli_write_record(cli, noun, record);
    return true;
}

const hf_command hf_command_edit = {
    .name = "edit",
    .usage = "NOUN KEY FIELD=VALUE …",
    .summary = "Change one record; an empty value clears a field.",
    .example = "holdfast edit asset H2 people_served=12000",
    .min_words = 3,
    .max_words = SIZE_MAX,
    .words = "NOUN",
    .store = HF_STORE_PRESENT,
    .run = run,
};
