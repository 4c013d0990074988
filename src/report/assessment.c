// SPDX-License-Identifier: Apache-2.0
//
// The report of an assessment: the two figures, themes and instruments, gaps by rank with their factors, what is
// advised, what another round said, which help is needed, and every answer, so that each figure can be computed again by
// hand.
#include <math.h>

#include "report/assessment_page.h"
#include "report/template.h"

typedef hf_assessment_page page;

static void paragraph(const page *p, const char *key)
{
    hf_page_paragraph(&p->page, key);
}

static void counted(const page *p, const char *key, double count)
{
    const hf_message_value value = {"count", HF_STR_EMPTY, true, count};
    hf_page_add(&p->page, (hf_block){.kind = HF_BLOCK_PARAGRAPH,
                                     .text = hf_page_phrase(&p->page, key, &value, 1)});
}

static void facts(const page *p)
{
    const hf_assessment_data *d = p->data;
    const hf_report_page *out = &p->page;
    const struct {
        const char *label;
        hf_cell value;
        const char *derivation; // NULL: it is what was written down
    } rows[] = {
        {"report.assessment.subject", hf_cell_text(d->subject), NULL},
        {"report.assessment.stage", hf_cell_text(d->stage), NULL},
        {"report.assessment.due", hf_cell_text(d->due), NULL},
        {"report.assessment.lead", hf_cell_text(d->lead), NULL},
        {"report.assessment.implementation", hf_cell_percent(d->overall.implementation),
         "report.assessment.derive.implementation"},
        {"report.assessment.evidence", hf_cell_percent(d->overall.evidence_cover),
         "report.assessment.derive.evidence"},
        {"report.assessment.effective", hf_cell_percent(d->overall.effective),
         "report.assessment.derive.effective"},
        {"report.assessment.asked", hf_cell_number(d->overall.asked), NULL},
        {"report.assessment.answered", hf_cell_number(d->overall.answered), NULL},
        {"report.assessment.ageing", hf_cell_number(d->overall.ageing),
         "report.assessment.derive.ageing"},
    };
    hf_fact *list = HF_NEW_N(p->arena, hf_fact, HF_COUNT(rows));
    size_t count = 0;
    for (size_t i = 0; i < HF_COUNT(rows); i++)
        if (rows[i].value.is_number || rows[i].value.text.len > 0)
            list[count++] = (hf_fact){
                .label = hf_page_word(out, rows[i].label),
                .value = rows[i].value,
                .derivation = rows[i].derivation == NULL
                                  ? 0
                                  : hf_page_derive(out, rows[i].derivation, d->overall.answered)};
    hf_page_heading(out, "report.heading.figures");
    hf_page_add(out, (hf_block){.kind = HF_BLOCK_FACTS,
                                .text = hf_page_word(out, "report.caption.figures"),
                                .facts = list,
                                .fact_count = count});
}

static void scores(const page *p, const char *caption, const char *first,
                   const hf_report_score *list, size_t count)
{
    const hf_page_column columns[] = {{first, false},
                                      {"report.assessment.implementation", true},
                                      {"report.assessment.evidence", true},
                                      {"report.assessment.effective", true},
                                      {"report.assessment.answered", true},
                                      {"report.assessment.asked", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, count * WIDTH + 1);
    for (size_t i = 0; i < count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(list[i].name);
        row[1] = hf_cell_percent(list[i].implementation);
        row[2] = hf_cell_percent(list[i].evidence_cover);
        row[3] = hf_cell_percent(list[i].effective);
        row[4] = hf_cell_number(list[i].answered);
        row[5] = hf_cell_number(list[i].asked);
    }
    hf_page_table(
        &p->page, caption,
        hf_page_derive(&p->page, "report.assessment.derive.group", p->data->overall.answered),
        columns, WIDTH, cells, count);
}

// Zeros are told: a phase that nothing is asked about is covered by nothing.
static void phases(const page *p)
{
    const hf_assessment_data *d = p->data;
    const hf_page_column columns[] = {{"report.phase", false},
                                      {"report.assessment.provisions", true},
                                      {"report.assessment.implementation", true},
                                      {"report.assessment.evidence", true},
                                      {"report.assessment.answered", true},
                                      {"report.assessment.asked", true},
                                      {"report.assessment.gaps_open", true},
                                      {"report.assessment.advice_open", true},
                                      {"report.assessment.needs_open", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->phase_count * WIDTH + 1);
    for (size_t i = 0; i < d->phase_count; i++) {
        const hf_report_phase *phase = &d->phases[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(phase->score.name);
        row[1] = hf_cell_number(phase->provisions);
        row[2] = hf_cell_percent(phase->score.implementation);
        row[3] = hf_cell_percent(phase->score.evidence_cover);
        row[4] = hf_cell_number(phase->score.answered);
        row[5] = hf_cell_number(phase->score.asked);
        row[6] = hf_cell_number(phase->gaps);
        row[7] = hf_cell_number(phase->recommendations);
        row[8] = hf_cell_number(phase->needs);
    }
    hf_page_heading(&p->page, "report.assessment.by_phase");
    counted(p, "report.assessment.by_phase_text", d->without_phase);
    hf_page_table(&p->page, "report.assessment.by_phase",
                  hf_page_derive(&p->page, "report.assessment.derive.group", d->overall.answered),
                  columns, WIDTH, cells, d->phase_count);
}

static void audits(const page *p, const char *caption, const hf_report_audit *list, size_t count)
{
    const hf_page_column columns[] = {{caption, false},
                                      {"report.assessment.effective", true},
                                      {"report.assessment.satisfied", true},
                                      {"report.assessment.applicable", true},
                                      {"report.assessment.asked", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, count * WIDTH + 1);
    for (size_t i = 0; i < count; i++) {
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_text(list[i].name);
        row[1] = hf_cell_percent(list[i].effective);
        row[2] = hf_cell_number(list[i].satisfied);
        row[3] = hf_cell_number(list[i].applicable);
        row[4] = hf_cell_number(list[i].asked);
    }
    hf_page_table(
        &p->page, caption,
        hf_page_derive(&p->page, "report.assessment.derive.effective", p->data->overall.answered),
        columns, WIDTH, cells, count);
}

static void aviation(const page *p)
{
    const hf_assessment_data *d = p->data;
    if (d->audit_areas == NULL)
        return;
    hf_page_heading(&p->page, "report.assessment.aviation");
    audits(p, "report.assessment.audit_area", d->audit_areas, d->audit_area_count);
    audits(p, "report.assessment.critical_element", d->critical_elements,
           d->critical_element_count);
}

static void gaps(const page *p)
{
    const hf_assessment_data *d = p->data;
    const hf_page_column columns[] = {{"report.column.rank", true},
                                      {"report.assessment.provision", false},
                                      {"report.assessment.instrument", false},
                                      {"report.assessment.implementation", true},
                                      {"report.assessment.theme_weight", true},
                                      {"report.assessment.force", true},
                                      {"report.assessment.gap_value", true}};
    enum { WIDTH = HF_COUNT(columns) };
    hf_cell *cells = HF_NEW_N(p->arena, hf_cell, d->gap_count * WIDTH + 1);
    hf_page_heading(&p->page, "report.assessment.gaps");
    if (d->gap_count == 0) {
        paragraph(p, "report.assessment.no_gaps");
        return;
    }
    paragraph(p, "report.assessment.gaps_text");
    for (size_t i = 0; i < d->gap_count; i++) {
        const hf_report_gap *gap = &d->gaps[i];
        hf_cell *row = cells + i * WIDTH;
        row[0] = hf_cell_number((double)(i + 1));
        row[1] = hf_cell_text(
            hf_str_format(p->arena, "%.*s\n%.*s", HF_STR_ARG(gap->title), HF_STR_ARG(gap->key)));
        row[2] = hf_cell_text(gap->instrument);
        row[3] = hf_cell_percent(gap->score);
        row[4] = hf_cell_decimal(gap->theme_weight, -1);
        row[5] = hf_cell_decimal(gap->force, 1);
        row[6] = hf_cell_decimal(gap->value, 2);
    }
    hf_page_table(&p->page, "report.assessment.gaps",
                  hf_page_derive(&p->page, "report.assessment.derive.gaps", d->overall.answered),
                  columns, WIDTH, cells, d->gap_count);
}

static void themes(const page *p)
{
    scores(p, "report.assessment.by_theme", "report.assessment.theme", p->data->themes,
           p->data->theme_count);
}

static void instruments(const page *p)
{
    scores(p, "report.assessment.by_instrument", "report.assessment.instrument",
           p->data->instruments, p->data->instrument_count);
}

static void rounds(const page *p)
{
    if (p->data->rounds != NULL)
        hf_page_rounds(&p->page, p->data->rounds);
}

static void method(const page *p)
{
    hf_page_heading(&p->page, "report.heading.method");
    paragraph(p, "report.assessment.method");
    if (p->data->overall.weighted > 0)
        counted(p, "report.assessment.weighted", p->data->overall.weighted);
}

// --- templates -------------------------------------------------------------------------------------------

// The chapters, in the usual order; a template may take others, in another one.
static void (*const chapters[])(const page *p) = {facts,
                                                  themes,
                                                  instruments,
                                                  phases,
                                                  aviation,
                                                  gaps,
                                                  rounds,
                                                  hf_page_advice,
                                                  hf_page_needs,
                                                  hf_page_projects,
                                                  hf_page_agreement,
                                                  hf_page_reviews,
                                                  hf_page_answers,
                                                  hf_page_comments,
                                                  method};

static const char *const chapter_names[] = {
    "figures", "themes",          "instruments", "phases",   "aviation",  "gaps",
    "rounds",  "recommendations", "needs",       "projects", "agreement", "reviews",
    "answers", "comments",        "method",      NULL};
_Static_assert(HF_COUNT(chapter_names) == HF_COUNT(chapters) + 1, "each chapter has a name");

enum {
    FIELD_TITLE,
    FIELD_SUBJECT,
    FIELD_STAGE,
    FIELD_DUE,
    FIELD_LEAD,
    FIELD_IMPLEMENTATION,
    FIELD_EVIDENCE,
    FIELD_EFFECTIVE,
    FIELD_ASKED,
    FIELD_ANSWERED,
    FIELD_GAPS,
    FIELD_RECOMMENDATIONS,
    FIELD_DATE,
    FIELD_SNAPSHOT,
    FIELD_MARKING,
    FIELD_COUNT
};
static const char *const field_names[FIELD_COUNT + 1] = {
    "title",    "subject",   "stage",   "due",      "lead", "implementation",
    "evidence", "effective", "asked",   "answered", "gaps", "recommendations",
    "date",     "snapshot",  "marking", NULL};

static const hf_template_words words = {chapter_names, field_names};

bool hf_assessment_template(hf_str text, const char *source, hf_arena *arena,
                            const hf_template **out, hf_error *err)
{
    hf_template *made = HF_NEW(arena, hf_template);
    if (!hf_template_read(text, source, &words, arena, made, err))
        return false;
    *out = made;
    return true;
}

static hf_str number_text(const page *p, double value, int decimals)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(100);
    if (isnan(value))
        return HF_STR("–");
    hf_message_number(p->page.lang, value, decimals, &text);
    return hf_buf_copy(p->arena, &text);
}

static hf_str percent_text(const page *p, double share)
{
    return number_text(p, floor(share * 1000 + 0.5) / 10, 1);
}

static hf_str filled(const page *p, hf_str text)
{
    const hf_assessment_data *d = p->data;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1u << 20);
    const hf_str values[FIELD_COUNT] = {
        [FIELD_TITLE] = d->title,
        [FIELD_SUBJECT] = d->subject,
        [FIELD_STAGE] = d->stage,
        [FIELD_DUE] = d->due,
        [FIELD_LEAD] = d->lead,
        [FIELD_IMPLEMENTATION] = percent_text(p, d->overall.implementation),
        [FIELD_EVIDENCE] = percent_text(p, d->overall.evidence_cover),
        [FIELD_EFFECTIVE] = percent_text(p, d->overall.effective),
        [FIELD_ASKED] = number_text(p, d->overall.asked, 0),
        [FIELD_ANSWERED] = number_text(p, d->overall.answered, 0),
        [FIELD_GAPS] = number_text(p, (double)d->gap_count, 0),
        [FIELD_RECOMMENDATIONS] = number_text(p, (double)d->advice_count, 0),
        [FIELD_DATE] = d->head.date,
        [FIELD_SNAPSHOT] = d->head.snapshot,
        [FIELD_MARKING] = d->head.marking,
    };
    hf_template_fill(text, &words, values, &out);
    return hf_buf_copy(p->arena, &out);
}

static void add_chapter(const page *p, uint32_t index, bool *is_told)
{
    chapters[index](p);
    if (p->data->is_translated && !*is_told)
        paragraph(p, "report.assessment.unreviewed");
    *is_told = true;
}

static void add_part(const page *p, const hf_part *part, hf_doc *out, bool *is_told)
{
    if (part->lang != HF_LANG_COUNT && part->lang != p->page.lang)
        return;
    switch (part->kind) {
    case HF_PART_TITLE:
        out->title = filled(p, part->text);
        break;
    case HF_PART_SUBTITLE:
        out->subtitle = filled(p, part->text);
        break;
    case HF_PART_CHAPTER:
        add_chapter(p, part->chapter, is_told);
        break;
    case HF_PART_HEADING:
        hf_page_add(
            &p->page,
            (hf_block){.kind = HF_BLOCK_HEADING, .level = 2, .text = filled(p, part->text)});
        break;
    case HF_PART_TEXT:
        hf_page_add(&p->page,
                    (hf_block){.kind = HF_BLOCK_PARAGRAPH, .text = filled(p, part->text)});
        break;
    }
}

void hf_report_assessment(const hf_assessment_data *data, const hf_template *template,
                          hf_arena *arena, hf_doc *out)
{
    page p = {.page = hf_page_begin(&data->head, NULL, "report.assessment.subtitle", arena, out),
              .data = data,
              .arena = arena};
    bool is_told = false; // that words are translated
    out->title = data->title;
    if (template == NULL)
        for (uint32_t i = 0; i < HF_COUNT(chapters); i++)
            add_chapter(&p, i, &is_told);
    else
        for (size_t i = 0; i < template->part_count; i++)
            add_part(&p, &template->parts[i], out, &is_told);
}
