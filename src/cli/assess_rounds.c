// SPDX-License-Identifier: Apache-2.0
//
// What `holdfast assess` says about one round after another: the comparison of two, and the beginning of the next.
#include <math.h>

#include "cli/assess.h"

// In points of a hundred, with its sign: +12.5.
static void add_difference(hf_cli *cli, hf_table_text *table, double difference)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
    double points = floor(difference * 1000 + 0.5) / 10;
    if (isnan(points)) {
        hf_table_add(cli, table, HF_STR("–"));
        return;
    }
    if (points > 0)
        hf_buf_add_byte(&text, '+');
    hf_message_number(cli->session.lang, points, 1, &text);
    hf_table_add(cli, table, hf_buf_copy(&cli->arena, &text));
}

static void add_group(hf_cli *cli, hf_table_text *table, hf_str name,
                      const hf_compared_group *group)
{
    hf_table_add(cli, table, name);
    hf_cli_add_percent(cli, table, group->earlier.implementation);
    hf_cli_add_percent(cli, table, group->later.implementation);
    add_difference(cli, table, hf_score_difference(&group->earlier, &group->later));
    hf_cli_add_percent(cli, table, hf_score_evidence_cover(&group->earlier));
    hf_cli_add_percent(cli, table, hf_score_evidence_cover(&group->later));
    hf_table_add_count(cli, table, group->earlier.applicable);
}

static void write_themes(hf_cli *cli, const hf_round_comparison *c)
{
    static const hf_column columns[] = {{"field.provision.theme", false, true},
                                        {"cli.assess.earlier", true, false},
                                        {"cli.assess.later", true, false},
                                        {"cli.assess.change", true, false},
                                        {"cli.assess.evidence_earlier", true, false},
                                        {"cli.assess.evidence_later", true, false},
                                        {"cli.assess.compared", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < c->theme_count; i++)
        add_group(cli, &table, c->themes[i].name, &c->themes[i]);
    add_group(cli, &table, hf_message_text(cli->session.lang, "cli.assess.all", &cli->arena),
              &c->overall);
    hf_table_write(cli, &table);
}

static hf_str rating_text(hf_cli *cli, int8_t rating)
{
    return rating == HF_SCORE_NA ? HF_STR("NA") : hf_str_format(&cli->arena, "%d", rating);
}

static void write_regressions(hf_cli *cli, const hf_round_comparison *c, size_t top)
{
    static const hf_column columns[] = {{"cli.assess.went_down", false, false},
                                        {"field.provision.title", false, true},
                                        {"cli.assess.earlier", true, false},
                                        {"cli.assess.later", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < c->question_count && i < top; i++) {
        const hf_compared_question *one = &c->questions[i];
        if (one->change != HF_CHANGE_DOWN)
            break; // they stand first
        hf_table_add(cli, &table, one->question->head.key);
        hf_table_add(cli, &table, c->provisions[one->provision].title);
        hf_table_add(cli, &table, rating_text(cli, one->earlier));
        hf_table_add(cli, &table, rating_text(cli, one->later));
    }
    if (table.cells.count == 0)
        return;
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
}

static hf_str status_text(hf_cli *cli, const hf_compared_advice *one)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(400);
    hf_str key = hf_str_format(&cli->arena, "word.recommendation.status.%s",
                               hf_noun_field(&hf_noun_recommendation, HF_STR("status"), NULL)
                                   ->words[one->recommendation->status]);
    hf_str status = hf_message_text(cli->session.lang, hf_str_z(&cli->arena, key), &cli->arena);
    hf_message_value value = {.name = "status", .text = status};
    if (!one->is_overdue)
        return status;
    (void)hf_message(cli->session.lang, "cli.assess.overdue", &value, 1, &text);
    return hf_buf_copy(&cli->arena, &text);
}

static void write_advice(hf_cli *cli, const hf_round_comparison *c)
{
    static const hf_column columns[] = {{"noun.recommendation", false, true},
                                        {"noun.provision", false, false},
                                        {"field.recommendation.status", false, false},
                                        {"cli.assess.earlier", true, false},
                                        {"cli.assess.later", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    for (size_t i = 0; i < c->advice_count; i++) {
        const hf_compared_advice *one = &c->advice[i];
        const hf_compared_provision *about =
            one->provision == SIZE_MAX ? NULL : &c->provisions[one->provision];
        hf_table_add(cli, &table, one->recommendation->title);
        hf_table_add(cli, &table, one->recommendation->provision);
        hf_table_add(cli, &table, status_text(cli, one));
        hf_cli_add_percent(cli, &table,
                           about != NULL ? about->earlier.implementation : (double)NAN);
        hf_cli_add_percent(cli, &table, about != NULL ? about->later.implementation : (double)NAN);
    }
    if (table.cells.count == 0)
        return;
    hf_buf_add_byte(&cli->out, '\n');
    hf_table_write(cli, &table);
}

static hf_message_value count_value(const char *name, size_t count)
{
    return (hf_message_value){.name = name, .is_number = true, .number = (double)count};
}

static void write_counts(hf_cli *cli, const hf_round_comparison *c)
{
    const hf_message_value gaps[] = {
        count_value("closed", c->gap_counts[HF_GAP_CLOSED]),
        count_value("remaining", c->gap_counts[HF_GAP_REMAINING]),
        count_value("new", c->gap_counts[HF_GAP_NEW]),
        count_value("reopened", c->gap_counts[HF_GAP_REOPENED]),
        count_value("incomparable", c->gap_counts[HF_GAP_INCOMPARABLE])};
    const hf_message_value left_out[] = {
        count_value("earlier", c->overall.changes.only_earlier),
        count_value("later", c->overall.changes.only_later),
        count_value("scope", c->overall.changes.scope),
        count_value("gone", (size_t)c->earlier.unasked_count + c->later.unasked_count)};
    hf_buf_add_byte(&cli->out, '\n');
    hf_cli_say(cli, "cli.assess.gap_changes", gaps, HF_COUNT(gaps));
    hf_cli_say(cli, "cli.assess.left_out", left_out, HF_COUNT(left_out));
}

bool hf_cli_compare_rounds(hf_cli *cli, hf_str one, hf_str other, size_t top, hf_error *err)
{
    hf_round_comparison c;
    if (!hf_compare_rounds(&cli->session, one, other, &cli->arena, &c, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_round_comparison(&cli->session, &c, &out);
        hf_cli_end_json(cli);
        return true;
    }
    const hf_message_value names[] = {{.name = "earlier", .text = c.earlier.assessment->head.key},
                                      {.name = "later", .text = c.later.assessment->head.key}};
    hf_cli_say(cli, "cli.assess.rounds", names, HF_COUNT(names));
    write_themes(cli, &c);
    write_regressions(cli, &c, top);
    write_advice(cli, &c);
    write_counts(cli, &c);
    return true;
}

bool hf_cli_begin_next_round(hf_cli *cli, hf_str former, hf_error *err)
{
    const hf_next_round wanted = {.former = former,
                                  .key = hf_str_of(hf_cli_option(cli, "--key")),
                                  .title = hf_str_of(hf_cli_option(cli, "--title")),
                                  .starts_at = HF_INTEGER_NONE};
    const hf_assessment *next = NULL;
    hf_assessment_results before, begun;
    if (!hf_begin_next_round(&cli->session, &wanted, &cli->arena, &next, err))
        return false;
    if (cli->is_json) {
        hf_cli_write_record(cli, &hf_noun_assessment, next);
        return true;
    }
    if (!hf_assessment_results_read(&cli->session, NULL, former, &cli->arena, &before, err) ||
        !hf_assessment_results_read(&cli->session, NULL, next->head.key, &cli->arena, &begun, err))
        return false;
    const hf_message_value values[] = {{.name = "key", .text = next->head.key},
                                       {.name = "former", .text = former},
                                       count_value("count", before.overall.answered),
                                       count_value("open", begun.carried_count)};
    hf_cli_say(cli, "cli.assess.begun", values, HF_COUNT(values));
    return true;
}
