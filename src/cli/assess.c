// SPDX-License-Identifier: Apache-2.0
//
// holdfast assess: what an assessment comes to, by theme and by gap.
#include <math.h>

#include "cli/cli.h"

#define GAPS_SHOWN 20u

static const hf_option options[] = {
    {"--top", "N", "show the N largest gaps (20)"},
};

static void add_percent(hf_cli *cli, hf_table_text *table, double share)
{
    if (isnan(share))
        hf_table_add(cli, table, HF_STR("–"));
    else
        hf_table_add_number(cli, table, floor(share * 1000 + 0.5) / 10, 1);
}

static void write_group(hf_cli *cli, hf_table_text *table, hf_str name, const hf_score *score)
{
    hf_table_add(cli, table, name);
    add_percent(cli, table, score->implementation);
    add_percent(cli, table, hf_score_evidence_cover(score));
    add_percent(cli, table, hf_score_effective(score));
    hf_table_add(cli, table, hf_str_format(&cli->arena, "%u/%u", score->answered, score->asked));
}

static void write_themes(hf_cli *cli, const hf_assessment_results *r)
{
    static const hf_column columns[] = {{"field.provision.theme", false, false},
                                        {"cli.assess.implementation", true, false},
                                        {"cli.assess.evidence", true, false},
                                        {"cli.assess.effective", true, false},
                                        {"cli.assess.answered", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < r->theme_count; i++)
        write_group(cli, &table, r->themes[i].name, &r->themes[i].score);
    write_group(cli, &table, hf_message_text(cli->session.lang, "cli.assess.all", &cli->arena),
                &r->overall);
    hf_table_write(cli, &table);
}

static void write_gaps(hf_cli *cli, const hf_assessment_results *r, size_t top)
{
    static const hf_column columns[] = {
        {"noun.provision", false, false},           {"field.provision.title", false, true},
        {"cli.assess.implementation", true, false}, {"cli.assess.weight", true, false},
        {"cli.assess.force", true, false},          {"cli.assess.gap", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < r->gap_count && i < top; i++) {
        const hf_provision *provision = r->book.provisions[r->gaps[i].provision];
        hf_table_add(cli, &table, provision->head.key);
        hf_table_add(cli, &table, hf_provision_title(&r->book.texts, provision));
        add_percent(cli, &table, r->scores[r->gaps[i].provision].implementation);
        hf_table_add_number(cli, &table, r->gaps[i].theme_weight, 1);
        hf_table_add_number(cli, &table, r->gaps[i].force, 1);
        hf_table_add_number(cli, &table, r->gaps[i].value, 2);
    }
    if (r->gap_count > 0) {
        hf_buf_add_byte(&cli->out, '\n');
        hf_table_write(cli, &table);
    }
}

static bool run(hf_cli *cli, hf_error *err)
{
    hf_assessment_results results;
    uint64_t top = GAPS_SHOWN;
    if (!hf_cli_count(cli, "--top", &top, err) ||
        !hf_assessment_results_read(&cli->session, hf_str_of(cli->words[0]), &cli->arena, &results,
                                    err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_assessment_results(&cli->session, &results, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_themes(cli, &results);
    write_gaps(cli, &results, (size_t)top);
    return true;
}

const hf_command hf_command_assess = {
    .name = "assess",
    .usage = "ASSESSMENT [--top N]",
    .summary = "What an assessment comes to: scores by theme, gaps by rank with their factors.",
    .example = "holdfast assess NATION-2026 --top 10",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 1,
    .max_words = 1,
    .store = HF_STORE_PRESENT,
    .run = run,
};
