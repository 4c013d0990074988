// SPDX-License-Identifier: Apache-2.0
//
// Provisions whose questions bear an audit area or a critical element, chapter by chapter: what was answered, what is open, and
// which programmes carry them. See aviation.h.
#include "usecase/aviation.h"

#include "base/vec.h"

typedef struct {
    hf_arena *arena;
    hf_aviation *out;
    const hf_provision_book *book; // of the whole catalogue
    const hf_assessment_results *figures;
    HF_VEC(hf_aviation_chapter) chapters;
    HF_VEC(hf_aviation_section) sections; // of all chapters, as they were taken
    HF_VEC(size_t) chapter_of;            // of each section
} working;

static int8_t rating_of(const hf_assessment_results *figures, hf_str question, bool *is_asked)
{
    uint32_t at = 0;
    *is_asked = figures != NULL && hf_map_get(&figures->book.question_index, question, &at);
    return *is_asked ? hf_answer_score(figures->answers[at]) : HF_SCORE_OPEN;
}

bool hf_is_of_aviation(const hf_provision_book *book, size_t provision)
{
    for (size_t q = book->first_question[provision]; q < book->first_question[provision + 1]; q++) {
        int32_t area = HF_WORD_NONE, element = HF_WORD_NONE;
        hf_question_audit(&book->texts, book->questions[q], &area, &element);
        if (area != HF_WORD_NONE || element != HF_WORD_NONE)
            return true;
    }
    return false;
}

// false: none of its questions is about aviation.
static bool count_questions(working *w, size_t provision, hf_aviation_section *out)
{
    const hf_provision_book *book = w->book;
    for (size_t q = book->first_question[provision]; q < book->first_question[provision + 1]; q++) {
        int32_t area = HF_WORD_NONE, element = HF_WORD_NONE;
        bool is_asked = false;
        hf_question_audit(&book->texts, book->questions[q], &area, &element);
        if (area == HF_WORD_NONE && element == HF_WORD_NONE)
            continue;
        if (area != HF_WORD_NONE)
            out->areas |= 1u << area;
        if (element != HF_WORD_NONE)
            out->elements |= 1u << element;
        int8_t rating = rating_of(w->figures, book->questions[q]->head.key, &is_asked);
        if (!is_asked)
            continue;
        hf_audit_count(&out->score, rating);
        if (area != HF_WORD_NONE && element != HF_WORD_NONE)
            hf_audit_count(&w->out->cells[area][element], rating);
    }
    return (out->areas | out->elements) != 0;
}

static void count_programmes(const working *w, hf_aviation_section *section)
{
    for (size_t i = 0; i < w->out->programme_count; i++) {
        const hf_known_programme *known = &w->out->programmes[i];
        const hf_programme *programme = known->programme;
        if (programme->status == HF_PROGRAMME_WITHDRAWN ||
            !hf_str_has_word(programme->provisions, section->key))
            continue;
        hf_carried_by *by = &section->programmes[programme->level];
        if (programme->status != HF_PROGRAMME_APPROVED)
            by->draft++;
        else if (known->is_overdue)
            by->late++;
        else
            by->in_force++;
    }
}

// By itself or by one that was merged into it.
static bool names_section(const hf_merged_finding *finding, hf_str section)
{
    bool is_named = hf_str_has_word(finding->finding->provisions, section);
    for (size_t i = 0; i < finding->merged_count; i++)
        is_named |= hf_str_has_word(finding->merged[i]->provisions, section);
    return is_named;
}

static void count_findings(const working *w, hf_aviation_section *section)
{
    for (size_t i = 0; i < w->out->finding_count; i++)
        section->open_findings +=
            w->out->findings[i].is_open && names_section(&w->out->findings[i], section->key);
}

// "chapter 4" of "chapter 4.2".
static hf_str chapter_of(hf_str paragraph)
{
    return hf_str_slice(paragraph, 0, hf_str_find_byte(paragraph, '.', 0));
}

static hf_aviation_chapter *chapter_for(working *w, size_t provision)
{
    const hf_provision *record = w->book->provisions[provision];
    hf_str paragraph =
        hf_paragraph_text(&w->book->texts, chapter_of(record->paragraph)); // in words: compared
    for (size_t i = 0; i < w->chapters.count; i++) {
        hf_aviation_chapter *known = &w->chapters.items[i];
        if (hf_str_equal(known->instrument, record->instrument) &&
            hf_str_equal(known->paragraph, paragraph))
            return known;
    }
    uint32_t instrument = w->book->instrument_of[provision];
    hf_aviation_chapter fresh = {.instrument = record->instrument, .paragraph = paragraph};
    fresh.name = instrument == HF_NO_INSTRUMENT
                     ? record->instrument
                     : hf_instrument_name(&w->book->texts, w->book->instruments[instrument]);
    HF_VEC_ADD(w->arena, &w->chapters, fresh);
    return &w->chapters.items[w->chapters.count - 1];
}

static void take_provision(working *w, size_t provision)
{
    const hf_provision *record = w->book->provisions[provision];
    hf_aviation_section section = {.key = record->head.key};
    if (!count_questions(w, provision, &section))
        return;
    section.title = hf_provision_title(&w->book->texts, record);
    section.paragraph = hf_paragraph_text(&w->book->texts, record->paragraph);
    section.is_read =
        record->evidence_level == HF_SEEN_TEXT || record->evidence_level == HF_SEEN_PARTIAL_TEXT;
    count_programmes(w, &section);
    count_findings(w, &section);
    if (record->head.marking > w->out->marking)
        w->out->marking = record->head.marking;
    hf_aviation_chapter *chapter = chapter_for(w, provision);
    chapter->score.asked += section.score.asked;
    chapter->score.applicable += section.score.applicable;
    chapter->score.satisfied += section.score.satisfied;
    chapter->section_count++;
    HF_VEC_ADD(w->arena, &w->sections, section);
    HF_VEC_ADD(w->arena, &w->chapter_of, (size_t)(chapter - w->chapters.items));
}

// Provisions that bind and others of one chapter stand together, in the order in which they were taken.
static void order_sections(working *w)
{
    hf_aviation_section *all = HF_NEW_N(w->arena, hf_aviation_section, w->sections.count + 1);
    size_t at = 0;
    for (size_t i = 0; i < w->chapters.count; i++) {
        w->chapters.items[i].sections = all + at;
        for (size_t k = 0; k < w->sections.count; k++)
            if (w->chapter_of.items[k] == i)
                all[at++] = w->sections.items[k];
    }
}

void hf_find_aviation_chapters(const hf_provision_book *book, const hf_assessment_results *figures,
                               hf_arena *arena, hf_aviation *out)
{
    working w = {.arena = arena, .out = out, .book = book, .figures = figures};
    for (int force = 0; force < HF_FORCE_COUNT; force++)
        for (size_t p = 0; p < book->provision_count; p++)
            if ((int)hf_provision_force(book, p) == force)
                take_provision(&w, p);
    order_sections(&w);
    out->chapters = w.chapters.items;
    out->chapter_count = w.chapters.count;
}

// --- JSON ------------------------------------------------------------------------------------------------

static void write_bits(hf_json_writer *out, const char *name, const char *const *words,
                       uint32_t bits)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; words[i] != NULL; i++)
        if ((bits >> i & 1u) != 0)
            hf_json_add_z(out, words[i]);
    hf_json_end_array(out);
}

static void write_section(const hf_aviation_section *section, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_put_str(out, "key", section->key);
    hf_json_put_str(out, "paragraph", section->paragraph);
    hf_json_put_str(out, "title", section->title);
    hf_json_put_bool(out, "is_read", section->is_read);
    hf_write_audit_score(&section->score, out);
    write_bits(out, "areas", hf_audit_area_words, section->areas);
    write_bits(out, "elements", hf_critical_element_words, section->elements);
    hf_json_put_u64(out, "open_findings", section->open_findings);
    hf_json_name(out, "programmes");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_PROGRAMME_LEVEL_COUNT; i++) {
        const hf_carried_by *by = &section->programmes[i];
        if (by->in_force + by->late + by->draft == 0)
            continue;
        hf_json_begin_object(out);
        hf_json_put_str(out, "level", hf_str_of(hf_programme_level_words[i]));
        hf_json_put_u64(out, "in_force", by->in_force);
        hf_json_put_u64(out, "late", by->late);
        hf_json_put_u64(out, "draft", by->draft);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_end_object(out);
}

static void write_cells(const hf_aviation *a, hf_json_writer *out)
{
    hf_json_name(out, "cells");
    hf_json_begin_array(out);
    for (size_t i = 0; i < HF_AUDIT_AREA_COUNT; i++)
        for (size_t k = 0; k < HF_CRITICAL_ELEMENT_COUNT; k++) {
            if (a->cells[i][k].asked == 0)
                continue;
            hf_json_begin_object(out);
            hf_json_put_str(out, "area", hf_str_of(hf_audit_area_words[i]));
            hf_json_put_str(out, "element", hf_str_of(hf_critical_element_words[k]));
            hf_write_audit_score(&a->cells[i][k], out);
            hf_json_end_object(out);
        }
    hf_json_end_array(out);
}

void hf_write_aviation_chapters(const hf_aviation *a, hf_json_writer *out)
{
    write_cells(a, out);
    hf_json_name(out, "chapters");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->chapter_count; i++) {
        const hf_aviation_chapter *chapter = &a->chapters[i];
        hf_json_begin_object(out);
        hf_json_put_str(out, "instrument", chapter->instrument);
        hf_json_put_str(out, "name", chapter->name);
        hf_json_put_str(out, "paragraph", chapter->paragraph);
        hf_write_audit_score(&chapter->score, out);
        hf_json_name(out, "sections");
        hf_json_begin_array(out);
        for (size_t k = 0; k < chapter->section_count; k++)
            write_section(&chapter->sections[k], out);
        hf_json_end_array(out);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}
