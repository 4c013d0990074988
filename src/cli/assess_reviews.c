// SPDX-License-Identifier: Apache-2.0
//
// What `holdfast assess` says about ratings that must be looked at again.
#include "base/clock.h"
#include "cli/assess.h"

void hf_cli_say_ageing(hf_cli *cli, const hf_score *score)
{
    const hf_message_value ageing[] = {{"count", HF_STR_EMPTY, true, score->ageing},
                                       {"answered", HF_STR_EMPTY, true, score->answered}};
    const hf_message_value weighted = {"count", HF_STR_EMPTY, true, score->weighted};
    if (score->ageing > 0)
        hf_cli_say(cli, "cli.assess.ageing", ageing, HF_COUNT(ageing));
    if (score->weighted > 0)
        hf_cli_say(cli, "cli.assess.weighted", &weighted, 1);
}

bool hf_cli_write_reviews(hf_cli *cli, hf_str key, size_t top, hf_error *err)
{
    static const hf_column columns[] = {{"cli.assess.review_by", false, false},
                                        {"noun.question", false, false},
                                        {"cli.assess.rating", true, false},
                                        {"cli.assess.review_why", false, true}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_assessment_results r;
    if (!hf_assessment_results_read(&cli->session, NULL, key, &cli->arena, &r, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_json_begin_object(&out);
        hf_write_reviews(&r, &out);
        hf_json_end_object(&out);
        hf_cli_end_json(cli);
        return true;
    }
    hf_cli_say_ageing(cli, &r.overall);
    for (size_t i = 0; i < r.review_count && i < top; i++) {
        const hf_assessed_review *one = &r.reviews[i];
        const char *why = one->why == HF_AGEING_AGE ? "assess.why_age" : "assess.why_evidence";
        char day[32];
        hf_time_format(one->by, day);
        hf_table_add(cli, &table, hf_str_format(&cli->arena, "%.10s", day));
        hf_table_add(cli, &table, r.book.questions[one->question]->head.key);
        hf_table_add(cli, &table, hf_str_of(hf_rating_words[r.answers[one->question]->rating]));
        hf_table_add(cli, &table, hf_message_text(cli->session.lang, why, &cli->arena));
    }
    hf_table_write(cli, &table);
    return true;
}

bool hf_cli_write_own_reviews(hf_cli *cli, size_t top, hf_error *err)
{
    static const hf_column columns[] = {
        {"noun.assessment", false, false},      {"field.assessment.title", false, true},
        {"cli.assess.review_by", false, false}, {"cli.assess.old", true, false},
        {"cli.assess.lapsed", true, false},     {"cli.assess.ending", true, false}};
    hf_table_text table = {.columns = columns, .column_count = HF_COUNT(columns)};
    hf_own_reviews reviews;
    if (!hf_find_own_reviews(&cli->session, &cli->arena, &reviews, err))
        return false;
    if (cli->is_json) {
        hf_json_writer out = hf_cli_json(cli);
        hf_write_own_reviews(&reviews, &out);
        hf_cli_end_json(cli);
        return true;
    }
    for (size_t i = 0; i < reviews.count && i < top; i++) {
        const hf_waiting_reviews *one = &reviews.list[i];
        char day[32];
        hf_time_format(one->by, day);
        hf_table_add(cli, &table, one->key);
        hf_table_add(cli, &table, one->title);
        hf_table_add(cli, &table, hf_str_format(&cli->arena, "%.10s", day));
        hf_table_add_count(cli, &table, one->old);
        hf_table_add_count(cli, &table, one->lapsed);
        hf_table_add_count(cli, &table, one->ending);
    }
    if (reviews.count > 0)
        hf_table_write(cli, &table);
    else
        hf_cli_say(cli, "cli.assess.nothing_waits", NULL, 0);
    return true;
}
