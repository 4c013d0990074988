// SPDX-License-Identifier: Apache-2.0
//
// The lists in the report of an assessment: what is advised, which help is needed, how far assessors agree, what must be
// looked at again, every answer, and what was
// written beside it. One shape: a heading, at most a sentence, a table.
#include <math.h>

#include "report/assessment_page.h"

typedef hf_assessment_page page;

enum { COLUMNS_MAX = 8 };

typedef struct {
    const char *heading, *text;          // text NULL: none
    hf_page_column columns[COLUMNS_MAX]; // those that are used have a name
    void (*fill)(const page *p, size_t index, hf_cell *row);
} listing;

static void add(const page *p, const listing *list, size_t count)
{
    size_t width = 0;
    while (width < COLUMNS_MAX && list->columns[width].column != NULL)
        width++;
    if (count == 0)
        return;
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, count * width);
    for (size_t i = 0; i < count; i++)
        list->fill(p, i, cells + i * width);
    hf_page_heading(&p->page, list->heading);
    if (list->text != NULL)
        hf_page_paragraph(&p->page, list->text);
    hf_page_table(&p->page, list->heading, 0, list->columns, width, cells, count);
}

// A line of its own under the first, where there is something to say.
static hf_str beneath(const page *p, hf_str first, hf_str second)
{
    return second.len == 0
               ? first
               : hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(first), HF_STR_ARG(second));
}

static hf_cell two_lines(const page *p, hf_str first, hf_str second)
{
    return hf_cell_text(beneath(p, first, second));
}

// --- recommendations

static void fill_advice(const page *p, size_t index, hf_cell *row)
{
    const hf_report_advice *one = &p->data->advice[index];
    row[0] = hf_cell_text(one->title);
    row[1] = hf_cell_code(one->provision);
    row[2] = hf_cell_text(one->owner);
    row[3] = hf_cell_text(one->priority);
    row[4] = hf_cell_text(one->due);
    row[5] = hf_cell_text(one->status);
}

void hf_page_advice(const hf_assessment_page *p)
{
    static const listing list = {.heading = "report.assessment.recommendations",
                                 .columns = {{"report.assessment.advice", false},
                                             {"report.assessment.provision", false},
                                             {"report.assessment.owner", false},
                                             {"report.assessment.priority", false},
                                             {"report.assessment.due", false},
                                             {"report.assessment.status", false}},
                                 .fill = fill_advice};
    add(p, &list, p->data->advice_count);
}

// --- assistance

static void fill_need(const page *p, size_t index, hf_cell *row)
{
    const hf_report_need *need = &p->data->needs[index];
    bool has_offer = need->offer.len > 0;
    row[0] = hf_cell_text(need->title);
    row[1] = hf_cell_text(need->kind);
    row[2] = hf_cell_text(need->urgency);
    row[3] = hf_cell_text(need->status);
    row[4] = hf_cell_text(need->wanted_by);
    row[5] = hf_cell_text(has_offer ? need->offer : HF_STR("–"));
    row[6] = has_offer ? hf_cell_number(need->met) : hf_cell_text(HF_STR("–"));
    row[7] = hf_cell_text(need->not_met);
}

void hf_page_needs(const hf_assessment_page *p)
{
    static const listing list = {.heading = "report.assessment.needs",
                                 .text = "report.assessment.needs_text",
                                 .columns = {{"report.assessment.need", false},
                                             {"report.assessment.kind", false},
                                             {"report.assessment.urgency", false},
                                             {"report.assessment.status", false},
                                             {"report.assessment.wanted_by", false},
                                             {"report.assessment.best_offer", false},
                                             {"report.assessment.factors_met", true},
                                             {"report.assessment.factors_not_met", false}},
                                 .fill = fill_need};
    add(p, &list, p->data->need_count);
}

static hf_cell figure(double value)
{
    return isnan(value) ? hf_cell_text(HF_STR("–")) : hf_cell_decimal(value, -1);
}

static void fill_project(const page *p, size_t index, hf_cell *row)
{
    const hf_report_project *project = &p->data->projects[index];
    row[0] = hf_cell_text(project->title);
    row[1] = hf_cell_text(project->status);
    row[2] = hf_cell_text(project->indicator);
    row[3] = figure(project->before);
    row[4] = figure(project->target);
    row[5] = figure(project->after);
    row[6] = hf_cell_percent(project->score_before);
    row[7] = hf_cell_percent(project->score_after);
}

void hf_page_projects(const hf_assessment_page *p)
{
    static const listing list = {.heading = "report.assessment.projects",
                                 .columns = {{"report.assessment.project", false},
                                             {"report.assessment.status", false},
                                             {"report.assessment.indicator", false},
                                             {"report.assessment.before", true},
                                             {"report.assessment.target", true},
                                             {"report.assessment.after", true},
                                             {"report.assessment.score_before", true},
                                             {"report.assessment.score_after", true}},
                                 .fill = fill_project};
    add(p, &list, p->data->project_count);
}

// --- several assessors

// A figure between −1 and 1 with three decimals, as the literature writes it.
static hf_cell cell_alpha(const page *p, double alpha)
{
    return hf_cell_text(isnan(alpha) ? HF_STR("–") : hf_str_format(p->arena, "%.3f", alpha));
}

static void fill_agreement(const page *p, size_t index, hf_cell *row)
{
    const hf_report_agreement *one = &p->data->agreement[index];
    row[0] = hf_cell_text(one->name);
    row[1] = cell_alpha(p, one->ordinal);
    row[2] = cell_alpha(p, one->nominal);
    row[3] = hf_cell_number((double)one->questions);
    row[4] = hf_cell_number((double)one->disputed);
}

void hf_page_agreement(const hf_assessment_page *p)
{
    static const listing list = {.heading = "report.assessment.agreement",
                                 .columns = {{"report.assessment.theme", false},
                                             {"report.assessment.alpha_ordinal", true},
                                             {"report.assessment.alpha_nominal", true},
                                             {"report.assessment.rated_twice", true},
                                             {"report.assessment.disputed", true}},
                                 .fill = fill_agreement};
    add(p, &list, p->data->agreement_count);
}

// --- answers

static void fill_review(const page *p, size_t index, hf_cell *row)
{
    const hf_report_review *one = &p->data->reviews[index];
    row[0] = hf_cell_text(one->by);
    row[1] = two_lines(p, one->text, one->question);
    row[2] = hf_cell_text(one->rating);
    row[3] = hf_cell_text(one->why);
}

void hf_page_reviews(const hf_assessment_page *p)
{
    static const listing list = {.heading = "report.assessment.reviews",
                                 .text = "report.assessment.reviews_text",
                                 .columns = {{"report.assessment.review_by", false},
                                             {"report.assessment.question", false},
                                             {"report.assessment.rating", false},
                                             {"report.assessment.review_why", false}},
                                 .fill = fill_review};
    add(p, &list, p->data->review_count);
}

static void fill_answer(const page *p, size_t index, hf_cell *row)
{
    const hf_report_answer *answer = &p->data->answers[index];
    row[0] = two_lines(p, answer->text, answer->question);
    row[1] = hf_cell_text(beneath(p, beneath(p, answer->rating, answer->ageing), answer->weight));
    row[2] = hf_cell_text(answer->evidence);
    row[3] = two_lines(p, answer->by, answer->at);
    row[4] = hf_cell_number((double)answer->version);
}

void hf_page_answers(const hf_assessment_page *p)
{
    static const listing list = {.heading = "report.assessment.answers",
                                 .columns = {{"report.assessment.question", false},
                                             {"report.assessment.rating", false},
                                             {"report.assessment.evidence_column", false},
                                             {"report.assessment.answered_by", false},
                                             {"report.assessment.version", true}},
                                 .fill = fill_answer};
    add(p, &list, p->data->answer_count);
}

// --- comments

static void fill_comment(const page *p, size_t index, hf_cell *row)
{
    const hf_report_answer *answer = &p->data->answers[index];
    row[0] = two_lines(p, answer->text, answer->question);
    row[1] = hf_cell_text(answer->comment);
    row[2] = two_lines(p, answer->by, answer->at);
}

// What who answered wrote beside a rating. As secret as the answers: they, too, are of the assessment.
void hf_page_comments(const hf_assessment_page *p)
{
    static const listing list = {.heading = "report.assessment.comments",
                                 .text = "report.assessment.comments_text",
                                 .columns = {{"report.assessment.question", false},
                                             {"report.assessment.comment", false},
                                             {"report.assessment.answered_by", false}},
                                 .fill = fill_comment};
    hf_report_answer *commented = HF_NEW_N(p->arena, hf_report_answer, p->data->answer_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < p->data->answer_count; i++)
        if (p->data->answers[i].comment.len > 0)
            commented[count++] = p->data->answers[i];
    const hf_assessment_data only = {.answers = commented, .answer_count = count};
    page of = *p;
    of.data = &only;
    add(&of, &list, count);
}
