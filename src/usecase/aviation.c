// SPDX-License-Identifier: Apache-2.0
//
// Reads what is of aviation, runs the clocks, merges findings. See aviation.h.
#include "usecase/aviation.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/vec.h"
#include "model/alike.h"
#include "model/completeness.h"

#define MERGE_DEPTH_MAX 32u // of same_as, followed

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_aviation *out;
    hf_page findings;
    hf_provision_book *book;              // of the whole catalogue
    hf_map sections;                      // keys of its provisions that are about aviation
    const hf_assessment_results *figures; // NULL: none asks about aviation
} working;

static void see_marking(working *w, const void *record)
{
    const hf_head *head = record;
    if (head->marking > w->out->marking)
        w->out->marking = head->marking;
}

static bool list_known(working *w, const hf_noun *noun, hf_page *out, hf_error *err)
{
    hf_query query = {.noun = noun};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    if (!hf_list_all(w->read, &query, w->arena, out, err))
        return false;
    for (size_t i = 0; i < out->count; i++)
        if (noun != &hf_noun_assessment && noun != &hf_noun_finding)
            see_marking(w, out->records[i]);
    return true;
}

// --- effective implementation ----------------------------------------------------------------------------

static bool asks_any(const hf_assessment_results *results)
{
    for (size_t i = 0; i < HF_AUDIT_AREA_COUNT; i++)
        if (results->audit_areas[i].asked > 0)
            return true;
    return false;
}

static int newest_first(const void *a, const void *b)
{
    const hf_assessment *one = *(const hf_assessment *const *)a;
    const hf_assessment *two = *(const hf_assessment *const *)b;
    if (one->starts_at != two->starts_at)
        return one->starts_at > two->starts_at ? -1 : 1;
    return hf_str_compare_natural(one->head.key, two->head.key);
}

static bool take_figures(working *w, hf_str key, bool is_wanted, bool *out, hf_error *err)
{
    hf_assessment_results *results = HF_NEW(w->arena, hf_assessment_results);
    *out = false;
    if (!hf_assessment_results_read(w->session, w->read, key, w->arena, results, err))
        return false;
    if (!is_wanted && !asks_any(results))
        return true;
    *out = true;
    w->figures = results;
    w->out->assessment = results->assessment;
    for (size_t i = 0; i < HF_AUDIT_AREA_COUNT; i++)
        w->out->areas[i] = results->audit_areas[i];
    for (size_t i = 0; i < HF_CRITICAL_ELEMENT_COUNT; i++)
        w->out->elements[i] = results->critical_elements[i];
    if (results->assessment->head.marking > w->out->marking)
        w->out->marking = results->assessment->head.marking;
    return true;
}

static bool find_figures(working *w, hf_str wanted, hf_error *err)
{
    hf_page rounds = {0};
    bool is_taken = false;
    if (wanted.len > 0)
        return take_figures(w, wanted, true, &is_taken, err);
    if (!list_known(w, &hf_noun_assessment, &rounds, err))
        return false;
    if (rounds.count > 0)
        qsort(rounds.records, rounds.count, sizeof(void *), newest_first);
    for (size_t i = 0; i < rounds.count && !is_taken; i++)
        if (!take_figures(w, ((const hf_head *)rounds.records[i])->key, false, &is_taken, err))
            return false;
    return true;
}

// --- clocks ----------------------------------------------------------------------------------------------

static bool is_before(int64_t due, int64_t now_ms)
{
    return due != HF_INTEGER_NONE && due < now_ms;
}

static bool take_programmes(working *w, hf_error *err)
{
    hf_page page = {0};
    if (!list_known(w, &hf_noun_programme, &page, err))
        return false;
    w->out->programmes = HF_NEW_N(w->arena, hf_known_programme, page.count + 1);
    w->out->programme_count = page.count;
    for (size_t i = 0; i < page.count; i++) {
        const hf_programme *programme = page.records[i];
        int64_t last = programme->reviewed_at != HF_INTEGER_NONE ? programme->reviewed_at
                                                                 : programme->approved_at;
        hf_known_programme *known = &w->out->programmes[i];
        known->programme = programme;
        known->review_due = hf_review_due(last, programme->review_months);
        known->is_overdue = programme->status == HF_PROGRAMME_APPROVED &&
                            is_before(known->review_due, w->session->now_ms);
    }
    return true;
}

static int troubled_first(const void *a, const void *b)
{
    const hf_known_device *one = a, *two = b;
    int troubles =
        (int)two->is_test_overdue + two->is_past_life - one->is_test_overdue - one->is_past_life;
    return troubles != 0 ? troubles
                         : hf_str_compare_natural(one->device->head.key, two->device->head.key);
}

static bool take_devices(working *w, hf_error *err)
{
    hf_page page = {0};
    if (!list_known(w, &hf_noun_device, &page, err))
        return false;
    w->out->devices = HF_NEW_N(w->arena, hf_known_device, page.count + 1);
    w->out->device_count = page.count;
    for (size_t i = 0; i < page.count; i++) {
        const hf_device *device = page.records[i];
        hf_known_device *known = &w->out->devices[i];
        bool is_in_use = device->status == HF_DEVICE_IN_USE;
        known->device = device;
        known->test_due = hf_review_due(device->tested_at, device->test_months);
        known->is_test_overdue = is_in_use && (device->tested_at == HF_INTEGER_NONE ||
                                               is_before(known->test_due, w->session->now_ms));
        known->is_past_life = is_in_use && is_before(device->ends_at, w->session->now_ms);
    }
    if (page.count > 0)
        qsort(w->out->devices, page.count, sizeof *w->out->devices, troubled_first);
    return true;
}

static bool take_trials(working *w, hf_error *err)
{
    hf_page page = {0};
    if (!list_known(w, &hf_noun_trial, &page, err))
        return false;
    w->out->trials = HF_NEW_N(w->arena, const hf_trial *, page.count + 1);
    w->out->trial_count = page.count;
    for (size_t i = 0; i < page.count; i++)
        w->out->trials[i] = page.records[i];
    return true;
}

// --- findings --------------------------------------------------------------------------------------------

// The one that stands for it; itself where the chain ends at what is not there, or goes round.
static const hf_finding *kept_of(const working *w, const hf_map *index, const hf_finding *finding)
{
    uint32_t at = 0;
    const hf_finding *kept = finding;
    for (unsigned depth = 0; kept->same_as.len > 0; depth++) {
        if (depth == MERGE_DEPTH_MAX)
            return finding;
        if (!hf_map_get(index, kept->same_as, &at))
            return kept;
        kept = w->findings.records[at];
    }
    return kept;
}

static bool take_sections(working *w, hf_error *err)
{
    w->book = HF_NEW(w->arena, hf_provision_book);
    if (!hf_provision_book_read(w->session, w->read, w->arena, w->book, err))
        return false;
    w->sections = hf_map_of(w->arena, 64);
    for (size_t p = 0; p < w->book->provision_count; p++)
        if (hf_is_of_aviation(w->book, p))
            hf_map_set(&w->sections, w->book->provisions[p]->head.key, (uint32_t)p);
    return true;
}

static bool names_section(const working *w, const hf_finding *finding)
{
    hf_str rest = finding->provisions, word;
    uint32_t at = 0;
    while (hf_str_split(&rest, ' ', &word))
        if (word.len > 0 && hf_map_get(&w->sections, word, &at))
            return true;
    return false;
}

// Findings of other assessments and what went well stand elsewhere.
static bool is_of_aviation(const working *w, const hf_finding *finding)
{
    return finding->kind != HF_FINDING_GOOD_PRACTICE &&
           (finding->origin != HF_ORIGIN_ASSESSMENT || finding->audit_area != HF_WORD_NONE ||
            finding->critical_element != HF_WORD_NONE || names_section(w, finding));
}

static bool take_findings(working *w, hf_error *err)
{
    hf_page all = {0};
    if (!list_known(w, &hf_noun_finding, &all, err))
        return false;
    w->findings.records = all.records;
    for (size_t i = 0; i < all.count; i++)
        if (is_of_aviation(w, all.records[i])) {
            w->findings.records[w->findings.count++] = all.records[i];
            see_marking(w, all.records[i]);
        }
    return true;
}

static int open_first(const void *a, const void *b)
{
    const hf_merged_finding *one = a, *two = b;
    if (one->is_open != two->is_open)
        return one->is_open ? -1 : 1;
    int64_t due_one = one->finding->due == HF_INTEGER_NONE ? INT64_MAX : one->finding->due;
    int64_t due_two = two->finding->due == HF_INTEGER_NONE ? INT64_MAX : two->finding->due;
    if (due_one != due_two)
        return due_one < due_two ? -1 : 1;
    return hf_str_compare_natural(one->finding->head.key, two->finding->head.key);
}

static void count_open(working *w, const hf_merged_finding *merged)
{
    if (!merged->is_open)
        return;
    if (merged->finding->audit_area != HF_WORD_NONE)
        w->out->open_by_area[merged->finding->audit_area]++;
    if (merged->finding->critical_element != HF_WORD_NONE)
        w->out->open_by_element[merged->finding->critical_element]++;
}

// Puts each group's merged findings side by side, once it is known how many there are.
static void list_merged(working *w, const uint32_t *group_of)
{
    hf_aviation *out = w->out;
    const hf_finding **all = HF_NEW_N(w->arena, const hf_finding *, w->findings.count + 1);
    for (size_t i = 0, from = 0; i < out->finding_count; i++) {
        out->findings[i].merged = all + from;
        from += out->findings[i].merged_count;
        out->findings[i].merged_count = 0;
    }
    for (size_t i = 0; i < w->findings.count; i++) {
        hf_merged_finding *group = &out->findings[group_of[i]];
        if (w->findings.records[i] != group->finding)
            group->merged[group->merged_count++] = w->findings.records[i];
    }
}

static void merge(working *w)
{
    hf_aviation *out = w->out;
    uint32_t *group_of = HF_NEW_N(w->arena, uint32_t, w->findings.count + 1);
    hf_map index = hf_map_of(w->arena, w->findings.count);
    hf_map groups = hf_map_of(w->arena, w->findings.count);
    for (size_t i = 0; i < w->findings.count; i++)
        (void)hf_map_add(&index, ((const hf_head *)w->findings.records[i])->key, (uint32_t)i, NULL);
    out->findings = HF_NEW_N(w->arena, hf_merged_finding, w->findings.count + 1);
    for (size_t i = 0; i < w->findings.count; i++) {
        const hf_finding *finding = w->findings.records[i];
        const hf_finding *kept = kept_of(w, &index, finding);
        uint32_t at = (uint32_t)out->finding_count;
        if (hf_map_add(&groups, kept->head.key, at, &at)) {
            hf_merged_finding *group = &out->findings[out->finding_count++];
            group->finding = kept;
            group->is_open = hf_finding_is_open(kept);
            group->is_overdue = group->is_open && is_before(kept->due, w->session->now_ms);
        }
        out->findings[at].origins |= 1u << finding->origin;
        out->findings[at].merged_count += finding != kept;
        group_of[i] = at;
    }
    list_merged(w, group_of);
    for (size_t i = 0; i < out->finding_count; i++)
        count_open(w, &out->findings[i]);
    if (out->finding_count > 0)
        qsort(out->findings, out->finding_count, sizeof *out->findings, open_first);
}

static bool has_common_word(hf_str one, hf_str other)
{
    hf_str word;
    while (hf_str_split(&one, ' ', &word))
        if (word.len > 0 && hf_str_has_word(other, word))
            return true;
    return false;
}

static bool may_be_one(const hf_finding *a, const hf_finding *b)
{
    bool is_place = a->audit_area != HF_WORD_NONE && a->audit_area == b->audit_area &&
                    a->critical_element == b->critical_element;
    return a->origin != b->origin && hf_str_equal(a->organisation, b->organisation) &&
           (is_place || has_common_word(a->provisions, b->provisions));
}

static void find_pairs(working *w)
{
    hf_aviation *out = w->out;
    HF_VEC(hf_finding_pair) pairs = {0};
    out->pairs_left_out = out->finding_count > HF_FINDINGS_COMPARED_MAX;
    if (out->pairs_left_out)
        return;
    hf_title_pairs *titles = HF_NEW_N(w->arena, hf_title_pairs, out->finding_count + 1);
    for (size_t i = 0; i < out->finding_count; i++)
        titles[i] = hf_title_pairs_of(out->findings[i].finding->title, w->arena);
    for (size_t i = 0; i < out->finding_count; i++)
        for (size_t k = i + 1; k < out->finding_count; k++) {
            const hf_finding *a = out->findings[i].finding, *b = out->findings[k].finding;
            double alike = may_be_one(a, b) ? hf_titles_alike(&titles[i], &titles[k]) : 0;
            if (alike < HF_TITLES_ALIKE)
                continue;
            bool is_first = hf_str_compare_natural(a->head.key, b->head.key) < 0;
            hf_finding_pair pair = {is_first ? a : b, is_first ? b : a, alike};
            HF_VEC_ADD(w->arena, &pairs, pair);
        }
    out->pairs = pairs.items;
    out->pair_count = pairs.count;
}

bool hf_aviation_read(const hf_session *session, hf_str assessment, hf_arena *arena,
                      hf_aviation *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    *out = (hf_aviation){.marking = -1};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_finding, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    w.read = read;
    if (!find_figures(&w, assessment, err) || !take_programmes(&w, err) || !take_devices(&w, err) ||
        !take_trials(&w, err) || !take_sections(&w, err) || !take_findings(&w, err))
        return false;
    merge(&w);
    find_pairs(&w);
    hf_find_aviation_chapters(w.book, w.figures, arena, out);
    return true;
}

// --- sheets ----------------------------------------------------------------------------------------------

bool hf_trial_sheet(const hf_session *session, hf_str trial, hf_arena *arena, const hf_trial **out,
                    hf_error *err)
{
    void *record = NULL;
    if (!hf_get_record(session, &hf_noun_trial, trial, arena, &record, err))
        return false;
    *out = record;
    return hf_str_trim((*out)->sheet).len > 0 ||
           hf_fail(err, HF_ERR_CONFLICT, "trial.no_sheet",
                   "'%.*s' says nothing that may be told; write its sheet first",
                   HF_STR_ARG((*out)->head.key));
}

void hf_write_trial_sheet(const hf_trial *trial, hf_json_writer *out)
{
    char day[32];
    const hf_field *kind = hf_noun_field(&hf_noun_trial, HF_STR("kind"), NULL);
    hf_json_begin_object(out);
    hf_json_name(out, "kind");
    hf_field_write_json(kind, trial, out);
    hf_json_name(out, "year");
    if (trial->ends_at != HF_INTEGER_NONE) {
        hf_time_format(trial->ends_at, day);
        hf_json_add_str(out, (hf_str){day, 4});
    } else {
        hf_json_add_null(out);
    }
    hf_json_put_str(out, "sheet", trial->sheet);
    hf_json_put_str(out, "contact", trial->contact);
    hf_json_end_object(out);
}

// --- JSON ------------------------------------------------------------------------------------------------

static void write_scores(hf_json_writer *out, const char *name, const char *const *words,
                         const hf_audit_score *scores, const uint32_t *open, size_t count)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "code", hf_str_of(words[i]));
        hf_write_audit_score(&scores[i], out);
        hf_json_put_u64(out, "open_findings", open[i]);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_programmes(const hf_session *session, const hf_aviation *a, hf_json_writer *out)
{
    hf_json_name(out, "programmes");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->programme_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "programme");
        hf_write_record(session, &hf_noun_programme, a->programmes[i].programme, out);
        hf_noun_write_time(out, "review_due_at", a->programmes[i].review_due);
        hf_json_put_bool(out, "is_overdue", a->programmes[i].is_overdue);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_devices(const hf_session *session, const hf_aviation *a, hf_json_writer *out)
{
    hf_json_name(out, "devices");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->device_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "device");
        hf_write_record(session, &hf_noun_device, a->devices[i].device, out);
        hf_noun_write_time(out, "test_due_at", a->devices[i].test_due);
        hf_json_put_bool(out, "is_test_overdue", a->devices[i].is_test_overdue);
        hf_json_put_bool(out, "is_past_life", a->devices[i].is_past_life);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "trials");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->trial_count; i++)
        hf_write_record(session, &hf_noun_trial, a->trials[i], out);
    hf_json_end_array(out);
}

static void write_finding(const hf_session *session, const hf_merged_finding *merged,
                          hf_json_writer *out)
{
    const hf_field *origin = hf_noun_field(&hf_noun_finding, HF_STR("origin"), NULL);
    hf_json_begin_object(out);
    hf_json_name(out, "finding");
    hf_write_record(session, &hf_noun_finding, merged->finding, out);
    hf_json_name(out, "origins");
    hf_json_begin_array(out);
    for (size_t i = 0; origin->words[i] != NULL; i++)
        if ((merged->origins >> i & 1u) != 0)
            hf_json_add_z(out, origin->words[i]);
    hf_json_end_array(out);
    hf_json_name(out, "merged");
    hf_json_begin_array(out);
    for (size_t i = 0; i < merged->merged_count; i++)
        hf_json_add_str(out, merged->merged[i]->head.key);
    hf_json_end_array(out);
    hf_json_put_bool(out, "is_open", merged->is_open);
    hf_json_put_bool(out, "is_overdue", merged->is_overdue);
    hf_json_end_object(out);
}

void hf_write_aviation(const hf_session *session, const hf_aviation *a, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "assessment");
    if (a->assessment != NULL)
        hf_json_add_str(out, a->assessment->head.key);
    else
        hf_json_add_null(out);
    hf_json_name(out, "title");
    if (a->assessment != NULL)
        hf_json_add_str(out, a->assessment->title);
    else
        hf_json_add_null(out);
    write_scores(out, "areas", hf_audit_area_words, a->areas, a->open_by_area, HF_AUDIT_AREA_COUNT);
    write_scores(out, "elements", hf_critical_element_words, a->elements, a->open_by_element,
                 HF_CRITICAL_ELEMENT_COUNT);
    hf_write_aviation_chapters(a, out);
    write_programmes(session, a, out);
    write_devices(session, a, out);
    hf_json_name(out, "findings");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->finding_count; i++)
        write_finding(session, &a->findings[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "pairs");
    hf_json_begin_array(out);
    for (size_t i = 0; i < a->pair_count; i++) {
        hf_json_begin_object(out);
        hf_json_put_str(out, "a", a->pairs[i].a->head.key);
        hf_json_put_str(out, "title_a", a->pairs[i].a->title);
        hf_json_put_str(out, "b", a->pairs[i].b->head.key);
        hf_json_put_str(out, "title_b", a->pairs[i].b->title);
        hf_json_put_double(out, "title_likeness", a->pairs[i].title);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_put_bool(out, "pairs_left_out", a->pairs_left_out);
    hf_json_end_object(out);
}
