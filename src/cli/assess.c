// SPDX-License-Identifier: Apache-2.0
//
// holdfast assess: what an assessment comes to, by theme and by gap; one round beside another (assess_rounds.c).
#include <math.h>
#include <string.h>

#include "cli/assess.h"

#define ROWS_SHOWN 20u

static const hf_option options[] = {
    {"--top", "N",
     "show the N largest gaps, the N answers that went down most, or the first N to look at again "
     "(20)"},
    {"--key", "KEY", "of the round that begins (next; default: the former one's with the year)"},
    {"--title", "TEXT", "of the round that begins (next; default: the former one's)"},
};

void hf_cli_add_percent(hf_cli *cli, hf_table_text *table, double share)
{
    if (isnan(share))
        hf_table_add(cli, table, HF_STR("–"));
    else
        hf_table_add_number(cli, table, floor(share * 1000 + 0.5) / 10, 1);
}

static void write_group(hf_cli *cli, hf_table_text *table, hf_str name, const hf_score *score)
{
    hf_table_add(cli, table, name);
    hf_cli_add_percent(cli, table, score->implementation);
    hf_cli_add_percent(cli, table, hf_score_evidence_cover(score));
    hf_cli_add_percent(cli, table, hf_score_effective(score));
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

// All six, also what nothing is asked about.
static void write_phases(hf_cli *cli, const hf_assessment_results *r)
{
    static const hf_column columns[] = {
        {"field.provision.phases", false, false},   {"noun.provision.plural", true, true},
        {"cli.assess.implementation", true, false}, {"cli.assess.evidence", true, true},
        {"cli.assess.answered", true, false},       {"cli.assess.gaps", true, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        const hf_assessed_phase *phase = &r->phases[i];
        hf_str key = hf_str_format(&cli->arena, "word.provision.phases.%s", hf_phase_words[i]);
        hf_table_add(cli, &table,
                     hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena));
        hf_table_add_count(cli, &table, phase->provisions);
        hf_cli_add_percent(cli, &table, phase->score.implementation);
        hf_cli_add_percent(cli, &table, hf_score_evidence_cover(&phase->score));
        hf_table_add(
            cli, &table,
            hf_str_format(&cli->arena, "%u/%u", phase->score.answered, phase->score.asked));
        hf_table_add_count(cli, &table, phase->gaps);
    }
    hf_buf_add_byte(&cli->out, '\n');
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
        hf_cli_add_percent(cli, &table, r->scores[r->gaps[i].provision].implementation);
        hf_table_add_number(cli, &table, r->gaps[i].theme_weight, 1);
        hf_table_add_number(cli, &table, r->gaps[i].force, 1);
        hf_table_add_number(cli, &table, r->gaps[i].value, 2);
    }
    if (r->gap_count > 0) {
        hf_buf_add_byte(&cli->out, '\n');
        hf_table_write(cli, &table);
    }
}

static bool write_results(hf_cli *cli, hf_str key, size_t top, hf_error *err)
{
    hf_assessment_results results;
    if (!hf_assessment_results_read(&cli->session, NULL, key, &cli->arena, &results, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_assessment_results(&cli->session, &results, &out);
        hf_cli_end_json(cli);
        return true;
    }
    write_themes(cli, &results);
    hf_cli_say_ageing(cli, &results.overall);
    write_phases(cli, &results);
    write_gaps(cli, &results, top);
    return true;
}

static void add_alpha(hf_cli *cli, hf_table_text *table, double alpha)
{
    if (isnan(alpha))
        hf_table_add(cli, table, HF_STR("–"));
    else
        hf_table_add_number(cli, table, alpha, 3);
}

static void write_agreed(hf_cli *cli, hf_table_text *table, hf_str name,
                         const hf_agreement_score *score)
{
    hf_table_add(cli, table, name);
    add_alpha(cli, table, score->ordinal);
    add_alpha(cli, table, score->nominal);
    hf_table_add_count(cli, table, score->questions);
    hf_table_add_count(cli, table, score->disputed);
}

static bool write_agreement(hf_cli *cli, hf_str key, hf_error *err)
{
    static const hf_column columns[] = {{"field.provision.theme", false, true},
                                        {"cli.assess.alpha_ordinal", true, false},
                                        {"cli.assess.alpha_nominal", true, false},
                                        {"cli.assess.rated_twice", true, false},
                                        {"cli.assess.disputed", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_rater_agreement agreement;
    if (!hf_agreement_read(&cli->session, key, &cli->arena, &agreement, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_agreement(&cli->session, &agreement, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < agreement.results.theme_count; i++)
        if (agreement.sections[i].ratings > 0)
            write_agreed(cli, &table, agreement.results.themes[i].name, &agreement.sections[i]);
    write_agreed(cli, &table, hf_message_text(cli->session.lang, "cli.assess.all", &cli->arena),
                 &agreement.overall);
    hf_table_write(cli, &table);
    return true;
}

// The number of words tells a key from what is to be done, so that a key may be any word.
static bool run(hf_cli *cli, hf_error *err)
{
    uint64_t top = ROWS_SHOWN;
    if (!hf_cli_count(cli, "--top", &top, err))
        return false;
    if (cli->word_count == 0)
        return hf_cli_write_own_reviews(cli, (size_t)top, err);
    if (cli->word_count == 1)
        return write_results(cli, hf_str_of(cli->words[0]), (size_t)top, err);
    if (cli->word_count == 2 && strcmp(cli->words[0], "next") == 0)
        return hf_cli_begin_next_round(cli, hf_str_of(cli->words[1]), err);
    if (cli->word_count == 2 && strcmp(cli->words[0], "agreement") == 0)
        return write_agreement(cli, hf_str_of(cli->words[1]), err);
    if (cli->word_count == 2 && strcmp(cli->words[0], "reviews") == 0)
        return hf_cli_write_reviews(cli, hf_str_of(cli->words[1]), (size_t)top, err);
    if (cli->word_count == 3 && strcmp(cli->words[0], "compare") == 0)
        return hf_cli_compare_rounds(cli, hf_str_of(cli->words[1]), hf_str_of(cli->words[2]),
                                     (size_t)top, err);
    return hf_fail(err, HF_ERR_USAGE, "usage.words",
                   "give the key of an assessment, or 'next', 'agreement' or 'reviews' and one "
                   "key, or 'compare' and two, or nothing");
}

const hf_command hf_command_assess = {
    .name = "assess",
    .usage =
        "[ASSESSMENT] [--top N] | agreement ASSESSMENT | compare EARLIER LATER [--top N] | next "
        "ASSESSMENT [--key KEY] "
        "[--title TEXT] | reviews ASSESSMENT [--top N]",
    .summary = "What an assessment comes to, also beside another; next round; what waits.",
    .example = "holdfast assess compare NATION-2026 NATION-2028",
    .options = options,
    .option_count = HF_COUNT(options),
    .min_words = 0,
    .max_words = 3,
    .words = "agreement|compare|next|reviews",
    .store = HF_STORE_PRESENT,
    .run = run,
};
