// SPDX-License-Identifier: Apache-2.0
//
// holdfast strategy: what the national strategy lacks, the legal map, who does what in which phase, which agreements reach
// which sector, intrusive measures and their review, and what all of it comes to by phase.
#include <math.h>
#include <string.h>

#include "cli/cli.h"

static hf_str word_of(hf_cli *cli, const char *family, const char *word)
{
    return hf_frame_word(&cli->session, family, word, &cli->arena);
}

static hf_str phase_of(hf_cli *cli, size_t phase)
{
    return word_of(cli, "word.mandate.phase", hf_phase_words[phase]);
}

// --- check -----------------------------------------------------------------------------------------------

static void check_one(hf_cli *cli, const hf_known_strategy *known)
{
    static const hf_column columns[] = {{"cli.strategy.missing", false, false},
                                        {"cli.strategy.subject", false, true},
                                        {"cli.strategy.follows_from", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    const hf_message_value values[] = {{.name = "title", .text = known->strategy->title},
                                       {"met", HF_STR_EMPTY, true, known->rules_met},
                                       {"of", HF_STR_EMPTY, true, (double)HF_RULE_COUNT}};
    hf_cli_say(cli, "cli.strategy.met", values, HF_COUNT(values));
    for (size_t i = 0; i < known->missing_count; i++) {
        const hf_missing *missing = &known->missing[i];
        hf_table_add(cli, &table,
                     word_of(cli, "strategy.rule", hf_strategy_rules[missing->rule].word));
        hf_table_add(cli, &table, hf_missing_name(&cli->session, known, missing, &cli->arena));
        hf_table_add(cli, &table, hf_str_of(hf_strategy_rules[missing->rule].provisions));
    }
    if (known->missing_count > 0)
        hf_table_write(cli, &table);
    hf_buf_add_byte(&cli->out, '\n');
}

static void check(hf_cli *cli, const hf_national_frame *frame)
{
    for (size_t i = 0; i < frame->strategy_count; i++)
        check_one(cli, &frame->strategies[i]);
    if (frame->strategy_count == 0)
        hf_cli_say(cli, "cli.strategy.none", NULL, 0);
}

// --- law -------------------------------------------------------------------------------------------------

// Row by row, since a table of seven columns and eight rows is wider than a terminal.
static void law(hf_cli *cli, const hf_national_frame *frame)
{
    static const hf_column columns[] = {{"field.law.conduct", false, true},
                                        {"field.law.form", false, true},
                                        {"cli.strategy.in_force", true, false},
                                        {"cli.strategy.asked_by", false, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    const hf_message_value values[] = {{"count", HF_STR_EMPTY, true, frame->empty_cells},
                                       {"asked", HF_STR_EMPTY, true, frame->empty_asked_cells}};
    for (size_t c = 0; c < HF_CONDUCT_COUNT; c++)
        for (size_t f = 0; f < HF_OFFENCE_COUNT; f++) {
            const char *asked = hf_law_asked_by(c, f);
            hf_table_add(cli, &table, word_of(cli, "word.law.conduct", hf_conduct_words[c]));
            hf_table_add(cli, &table, word_of(cli, "word.law.form", hf_offence_words[f]));
            hf_table_add_count(cli, &table, frame->cells[c][f]);
            hf_table_add(cli, &table, asked != NULL ? hf_str_of(asked) : HF_STR("–"));
        }
    hf_table_write(cli, &table);
    hf_cli_say(cli, "cli.strategy.gaps", values, HF_COUNT(values));
}

// --- roles, reach, safeguards, phases --------------------------------------------------------------------

static hf_str part_in(hf_cli *cli, const hf_role_row *row, size_t phase)
{
    static const hf_noun *const noun = &hf_noun_mandate;
    const hf_field *part = hf_noun_field(noun, HF_STR("part"), NULL);
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(20000);
    for (size_t i = 0; i < row->mandate_count; i++) {
        const hf_mandate *mandate = row->mandates[i];
        if (mandate->phase != (int32_t)phase)
            continue;
        hf_buf_add_format(
            &text, "%s%.*s", text.len > 0 ? ", " : "",
            HF_STR_ARG(word_of(cli, "word.mandate.part", part->words[mandate->part])));
        if (mandate->sector.len > 0)
            hf_buf_add_format(&text, " (%.*s)", HF_STR_ARG(mandate->sector));
    }
    return hf_buf_copy(&cli->arena, &text);
}

static void roles(hf_cli *cli, const hf_national_frame *frame)
{
    static const hf_column columns[] = {{"field.mandate.phase", false, false},
                                        {"noun.organisation", false, true},
                                        {"field.mandate.part", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        bool is_empty = true;
        for (size_t r = 0; r < frame->role_count; r++) {
            hf_str part = part_in(cli, &frame->roles[r], i);
            if (part.len == 0)
                continue;
            is_empty = false;
            hf_table_add(cli, &table, phase_of(cli, i));
            hf_table_add(cli, &table, frame->roles[r].name);
            hf_table_add(cli, &table, part);
        }
        if (!is_empty)
            continue;
        hf_table_add(cli, &table, phase_of(cli, i));
        hf_table_add(cli, &table, HF_STR("–"));
        hf_table_add(cli, &table, word_of(cli, "cli.strategy", "nobody"));
    }
    hf_table_write(cli, &table);
}

static void reach(hf_cli *cli, const hf_national_frame *frame)
{
    static const hf_column columns[] = {{"cli.strategy.sector", false, true},
                                        {"cli.strategy.in_force", true, false},
                                        {"cli.strategy.public_private", true, true},
                                        {"cli.strategy.exercised", true, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < frame->reach_count; i++) {
        hf_table_add(cli, &table, frame->reach[i].name);
        hf_table_add_count(cli, &table, frame->reach[i].in_force);
        hf_table_add_count(cli, &table, frame->reach[i].public_private);
        hf_table_add_count(cli, &table, frame->reach[i].exercised);
    }
    if (frame->reach_count > 0)
        hf_table_write(cli, &table);
}

static void safeguards(hf_cli *cli, const hf_national_frame *frame)
{
    static const hf_column columns[] = {{"noun.safeguard", false, true},
                                        {"field.safeguard.status", false, false},
                                        {"cli.strategy.lacks", false, true},
                                        {"cli.strategy.review_due", false, false}};
    const hf_field *status = hf_noun_field(&hf_noun_safeguard, HF_STR("status"), NULL);
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < frame->safeguard_count; i++) {
        const hf_known_safeguard *known = &frame->safeguards[i];
        HF_CLEANUP(hf_buf_done) hf_buf lacks = hf_buf_of(20000);
        char day[32] = "–";
        for (unsigned k = 0; k < HF_LACK_COUNT; k++)
            if ((known->lacks >> k & 1u) != 0)
                hf_buf_add_format(
                    &lacks, "%s%.*s", lacks.len > 0 ? ", " : "",
                    HF_STR_ARG(word_of(cli, "strategy.lack", hf_safeguard_lack_words[k])));
        if (known->review_due != HF_INTEGER_NONE)
            hf_time_format(known->review_due, day);
        hf_table_add(cli, &table, known->safeguard->title);
        hf_table_add(
            cli, &table,
            word_of(cli, "word.safeguard.status", status->words[known->safeguard->status]));
        hf_table_add(cli, &table, lacks.len > 0 ? hf_buf_copy(&cli->arena, &lacks) : HF_STR("–"));
        hf_table_add(cli, &table, hf_str_format(&cli->arena, "%.10s", day));
    }
    if (frame->safeguard_count > 0)
        hf_table_write(cli, &table);
    else
        hf_cli_say(cli, "cli.strategy.no_safeguards", NULL, 0);
}

static void phases(hf_cli *cli, const hf_national_frame *frame)
{
    static const hf_column columns[] = {
        {"field.mandate.phase", false, false}, {"noun.action.plural", true, true},
        {"cli.strategy.leads", true, true},    {"cli.strategy.supports", true, true},
        {"noun.agreement.plural", true, true}, {"noun.practice.plural", true, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < HF_PHASE_COUNT; i++) {
        const hf_phase_cover *cover = &frame->phases[i];
        hf_table_add(cli, &table, phase_of(cli, i));
        hf_table_add_count(cli, &table, cover->actions);
        hf_table_add_count(cli, &table, cover->leads);
        hf_table_add_count(cli, &table, cover->supports);
        hf_table_add_count(cli, &table, cover->agreements);
        hf_table_add_count(cli, &table, cover->practices);
    }
    hf_table_write(cli, &table);
}

static const struct {
    const char *word;
    void (*write)(hf_cli *cli, const hf_national_frame *frame);
} parts[] = {{"check", check},           {"law", law},      {"roles", roles}, {"reach", reach},
             {"safeguards", safeguards}, {"phases", phases}};

static bool run(hf_cli *cli, hf_error *err)
{
    hf_national_frame frame;
    size_t part = 0;
    while (part < HF_COUNT(parts) && strcmp(cli->words[0], parts[part].word) != 0)
        part++;
    if (part == HF_COUNT(parts))
        return hf_fail(err, HF_ERR_USAGE, "usage.words",
                       "'%s' is not check, law, roles, reach, safeguards or phases", cli->words[0]);
    if (cli->word_count == 2 && part != 0)
        return hf_fail(err, HF_ERR_USAGE, "usage.words", "strategy %s takes no further word",
                       cli->words[0]);
    hf_str key = cli->word_count == 2 ? hf_str_of(cli->words[1]) : HF_STR_EMPTY;
    if (!hf_national_frame_read(&cli->session, key, &cli->arena, &frame, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_national_frame(&cli->session, &frame, &cli->arena, &out);
        hf_cli_end_json(cli);
        return true;
    }
    parts[part].write(cli, &frame);
    return true;
}

const hf_command hf_command_strategy = {
    .name = "strategy",
    .usage = "check [STRATEGY] | law | roles | reach | safeguards | phases",
    .summary = "What the national strategy lacks; law, roles, agreements, intrusive measures.",
    .example = "holdfast strategy check NATION-2030",
    .min_words = 1,
    .max_words = 2,
    .words = "check|law|roles|reach|safeguards|phases",
    .store = HF_STORE_PRESENT,
    .run = run,
};
