// SPDX-License-Identifier: Apache-2.0
//
// holdfast releases: what waits for a second person, and the decision. The command line is no account: it asks for
// nothing, since nothing is kept from it.
#include <string.h>

#include "cli/query.h"

static const hf_option options[] = {
    {"--state", "waiting|approved|declined|used", "only those (list)"},
    {"--note", "TEXT", "for whoever asked (approve, decline)"},
    {"--least", "N",
     "smallest group of assets that the answer of a run may tell of (approve; default: 10)"},
};

static void write_list(hf_cli *cli, const hf_page *page)
{
    static const hf_column columns[] = {
        {"field.release.key", false, false},    {"field.release.kind", false, false},
        {"field.release.state", false, false},  {"field.release.owner", false, false},
        {"field.release.records", true, false}, {"field.release.reason", false, true}};
    const hf_field *state = hf_noun_field(&hf_noun_release, HF_STR("state"), NULL);
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < page->count; i++) {
        const hf_release *one = page->records[i];
        hf_table_add(cli, &table, one->head.key);
        hf_table_add(cli, &table, one->kind);
        hf_table_add(cli, &table, hf_str_of(state->words[one->state]));
        hf_table_add(cli, &table, one->owner);
        hf_table_add_count(cli, &table, one->records);
        hf_table_add(cli, &table, one->reason);
    }
    if (page->count > 0)
        hf_table_write(cli, &table);
}

static void write_json(hf_cli *cli, const hf_page *page)
{
    hf_json_writer out = hf_cli_json(cli);
    hf_begin_page(&out);
    for (size_t i = 0; i < page->count; i++) {
        hf_json_begin_object(&out);
        hf_noun_write_json(&hf_noun_release, page->records[i], &out);
        hf_json_end_object(&out);
    }
    hf_end_page(page, false, &out);
    hf_cli_end_json(cli);
}

static bool list(hf_cli *cli, hf_error *err)
{
    const char *state = hf_cli_option(cli, "--state");
    hf_filter filter = {hf_noun_field(&hf_noun_release, HF_STR("state"), NULL), HF_IS,
                        hf_str_of(state)};
    hf_query query = {.noun = &hf_noun_release,
                      .filters = &filter,
                      .filter_count = state != NULL ? 1 : 0,
                      .sort = hf_noun_field(&hf_noun_release, HF_STR("key"), NULL),
                      .descending = true, // keys are UUIDv7: newest first
                      .limit = HF_CLI_LIST_LIMIT};
    hf_page page = {0};
    if (!hf_list_releases(&cli->session, &query, &cli->arena, &page, err))
        return false;
    if (cli->is_json)
        write_json(cli, &page);
    else
        write_list(cli, &page);
    return true;
}

static bool decide(hf_cli *cli, bool is_approved, hf_error *err)
{
    hf_release *release = NULL;
    uint64_t least = 0;
    hf_release_decision decision = {.is_approved = is_approved,
                                    .note = hf_str_of(hf_cli_option(cli, "--note"))};
    if (!hf_cli_count(cli, "--least", &least, err))
        return false;
    decision.min_assets = least > INT64_MAX ? INT64_MAX : (int64_t)least;
    if (!hf_decide_release(&cli->session, NULL, hf_str_of(cli->words[1]), &decision, &cli->arena,
                           &release, err))
        return false;
    hf_cli_write_record(cli, &hf_noun_release, release);
    return true;
}

static bool show(hf_cli *cli, hf_error *err)
{
    hf_release *release = NULL;
    if (!hf_read_release(&cli->session, hf_str_of(cli->words[1]), &cli->arena, &release, err))
        return false;
    hf_cli_write_record(cli, &hf_noun_release, release);
    return true;
}

static bool run(hf_cli *cli, hf_error *err)
{
    const char *what = cli->word_count > 0 ? cli->words[0] : "list";
    bool has_key = cli->word_count > 1;
    if (strcmp(what, "list") == 0 && !has_key)
        return list(cli, err);
    if (has_key && strcmp(what, "show") == 0)
        return show(cli, err);
    if (has_key && strcmp(what, "approve") == 0)
        return decide(cli, true, err);
    if (has_key && strcmp(what, "decline") == 0)
        return decide(cli, false, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "write list, or show, approve or decline with the key of a release");
}

const hf_command hf_command_releases = {
    .name = "releases",
    .usage = "[list] [--state STATE] | show KEY | approve KEY [--note TEXT] [--least N] | "
             "decline KEY [--note TEXT]",
    .summary = "Show what waits for a second person, and decide as one.",
    .example = "holdfast releases --state waiting",
    .options = options,
    .option_count = HF_COUNT(options),
    .max_words = 2,
    .words = "list|show|approve|decline",
    .store = HF_STORE_PRESENT,
    .run = run,
};
