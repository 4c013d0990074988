// SPDX-License-Identifier: Apache-2.0
//
// Reads needs, offers and projects, and holds them against each other. What fits and why is model/match.c.
#include "usecase/assistance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "usecase/region_tree.h"
#include "usecase/simulate.h"

// What an assessment comes to for the provisions that its needs and projects are about, read once however many they are.
typedef struct {
    hf_str assessment;
    hf_assessment_results results;
} known_round;

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_assistance *out;
    HF_VEC(const known_round *) rounds;
    hf_map round_index;     // by assessment; the round is NULL where the reader may not know of it
    hf_map wanted_index;    // by assessment: index into wanted
    HF_VEC(hf_str) wanted;  // words: provisions of which the score is told
    hf_provision_book book; // of all of them
    bool is_book_read;
    hf_map offer_index; // by key
    hf_map need_index;  // by key, over all needs
    hf_page needs;
    hf_region_tree regions;
    const hf_known_offer **by_key; // the offers
    hf_matched_offer *matched;     // room for all of them
} working;

static bool list_known(working *w, const hf_noun *noun, hf_page *out, hf_error *err)
{
    hf_query query = {.noun = noun};
    hf_can_narrow(&w->session->actor, HF_CAN_READ, &query, w->arena);
    return hf_list_all(w->read, &query, w->arena, out, err);
}

static void want(working *w, hf_str assessment, hf_str provisions)
{
    uint32_t at = (uint32_t)w->wanted.count;
    if (hf_map_add(&w->wanted_index, assessment, at, &at))
        HF_VEC_ADD(w->arena, &w->wanted, provisions);
    else
        w->wanted.items[at] = hf_str_format(w->arena, "%.*s %.*s", HF_STR_ARG(w->wanted.items[at]),
                                            HF_STR_ARG(provisions));
}

// Before any round is read: which provisions of it will be asked for.
static void want_all(working *w, const hf_page *projects)
{
    uint32_t at = 0;
    for (size_t i = 0; i < w->out->need_count; i++)
        want(w, w->out->needs[i].need->part.assessment, w->out->needs[i].need->provisions);
    for (size_t i = 0; i < projects->count; i++) {
        const hf_project *project = projects->records[i];
        if (!hf_map_get(&w->need_index, project->need, &at))
            continue;
        const hf_assistance_need *need = w->needs.records[at];
        want(w, project->part.assessment, need->provisions);
        want(w, project->measured_in, need->provisions);
    }
}

static bool read_round(working *w, hf_str assessment, const known_round **out, hf_error *err)
{
    hf_error why = {0};
    uint32_t at = 0;
    known_round *round = HF_NEW(w->arena, known_round);
    round->assessment = assessment;
    if (!w->is_book_read && !hf_provision_book_read(w->session, w->read, w->arena, &w->book, err))
        return false;
    w->is_book_read = true;
    hf_str provisions =
        hf_map_get(&w->wanted_index, assessment, &at) ? w->wanted.items[at] : HF_STR_EMPTY;
    if (hf_assessment_scores_read(w->session, w->read, assessment, &w->book, provisions, w->arena,
                                  &round->results, &why))
        *out = round;
    else if (why.kind != HF_ERR_NOT_FOUND) { // a link to what is not there, or not for this reader
        *err = why;
        return false;
    }
    return true;
}

// *out NULL: there is none that the reader may know of.
static bool round_of(working *w, hf_str assessment, const known_round **out, hf_error *err)
{
    uint32_t at = 0;
    *out = NULL;
    if (assessment.len == 0)
        return true;
    if (hf_map_get(&w->round_index, assessment, &at)) {
        *out = w->rounds.items[at];
        return true;
    }
    if (!read_round(w, assessment, out, err))
        return false;
    (void)hf_map_add(&w->round_index, assessment, (uint32_t)w->rounds.count, NULL);
    HF_VEC_ADD(w->arena, &w->rounds, *out);
    return true;
}

// --- needs -----------------------------------------------------------------------------------------------

static int by_urgency(const void *a, const void *b)
{
    const hf_assistance_need *one = ((const hf_matched_need *)a)->need;
    const hf_assistance_need *two = ((const hf_matched_need *)b)->need;
    bool is_one = hf_assistance_need_is_open(one), is_two = hf_assistance_need_is_open(two);
    if (is_one != is_two)
        return is_one ? -1 : 1;
    if (one->urgency != two->urgency)
        return one->urgency < two->urgency ? -1 : 1;
    // without a day: last
    int64_t day_one = one->wanted_by == HF_INTEGER_NONE ? INT64_MAX : one->wanted_by;
    int64_t day_two = two->wanted_by == HF_INTEGER_NONE ? INT64_MAX : two->wanted_by;
    if (day_one != day_two)
        return day_one < day_two ? -1 : 1;
    return hf_str_compare_natural(one->part.head.key, two->part.head.key);
}

static bool is_asked_for(const hf_assistance_request *request, const hf_assistance_need *need)
{
    if (request->need.len > 0)
        return hf_str_equal(need->part.head.key, request->need);
    return request->assessment.len > 0 ? hf_str_equal(need->part.assessment, request->assessment)
                                       : hf_assistance_need_is_open(need);
}

static bool take_needs(working *w, const hf_assistance_request *request, hf_error *err)
{
    w->out->needs = HF_NEW_N(w->arena, hf_matched_need, w->needs.count + 1);
    for (size_t i = 0; i < w->needs.count; i++)
        if (is_asked_for(request, w->needs.records[i]))
            w->out->needs[w->out->need_count++].need = w->needs.records[i];
    if (request->need.len > 0 && w->out->need_count == 0)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no need '%.*s'",
                       HF_STR_ARG(request->need));
    if (w->out->need_count > 0)
        qsort(w->out->needs, w->out->need_count, sizeof *w->out->needs, by_urgency);
    return true;
}

static double gap_value(const hf_assessment_results *results, size_t provision)
{
    for (size_t i = 0; i < results->gap_count; i++)
        if (results->gaps[i].provision == provision)
            return results->gaps[i].value;
    return 0;
}

static bool find_gaps(working *w, hf_matched_need *need, hf_error *err)
{
    const known_round *round = NULL;
    hf_str rest = need->need->provisions, key;
    if (!round_of(w, need->need->part.assessment, &round, err))
        return false;
    need->gaps = HF_NEW_N(w->arena, hf_need_gap, rest.len / 2 + 1);
    while (hf_str_split(&rest, ' ', &key)) {
        uint32_t at = 0;
        if (key.len == 0)
            continue;
        hf_need_gap *gap = &need->gaps[need->gap_count++];
        *gap = (hf_need_gap){.provision = key, .title = key, .score = (double)NAN};
        if (round == NULL || !hf_map_get(&round->results.book.provision_index, key, &at))
            continue;
        const hf_provision_book *book = &round->results.book;
        gap->title = hf_provision_title(&book->texts, book->provisions[at]);
        gap->score = round->results.scores[at].implementation;
        gap->value = gap_value(&round->results, at);
    }
    return true;
}

// The region of a need and all around it, as words.
static hf_str regions_of(working *w, hf_str region)
{
    uint32_t path[HF_REGION_DEPTH_MAX];
    uint32_t count = region.len > 0
                         ? hf_region_path(&w->regions, hf_region_number(&w->regions, region), path)
                         : 0;
    hf_str words = region;
    for (uint32_t i = 1; i < count; i++)
        words = hf_str_format(w->arena, "%.*s %.*s", HF_STR_ARG(words),
                              HF_STR_ARG(w->regions.keys.texts.items[path[i]]));
    return words;
}

static int by_offer_key(const void *a, const void *b)
{
    const hf_known_offer *one = *(const hf_known_offer *const *)a;
    const hf_known_offer *two = *(const hf_known_offer *const *)b;
    return hf_str_compare_natural(one->offer->head.key, two->offer->head.key);
}

// They are gone through by key, and put behind one another rank by rank: a thousand needs sort no offers.
static void match_offers(working *w, hf_matched_need *out)
{
    const hf_match_input need = {.need = out->need,
                                 .regions = regions_of(w, out->need->region),
                                 .now_ms = w->session->now_ms};
    size_t first[HF_MATCH_RANK_COUNT + 1] = {0};
    for (size_t i = 0; i < w->out->offer_count; i++) {
        hf_match_input in = need;
        if (!hf_match_fits(in.need, w->by_key[i]->kinds))
            continue;
        in.offer = w->by_key[i]->offer;
        in.used = w->by_key[i]->used;
        hf_matched_offer *one = &w->matched[out->offer_count++];
        *one = (hf_matched_offer){w->by_key[i], hf_match_of(&in)};
        first[hf_match_rank(&one->match) + 1]++;
    }
    for (size_t rank = 0; rank < HF_MATCH_RANK_COUNT; rank++)
        first[rank + 1] += first[rank];
    out->offers = HF_NEW_N(w->arena, hf_matched_offer, out->offer_count + 1);
    for (size_t i = 0; i < out->offer_count; i++)
        out->offers[first[hf_match_rank(&w->matched[i].match)]++] = w->matched[i];
}

// How many need each offer: over all needs, whichever are asked for.
static void count_needs(working *w)
{
    for (size_t i = 0; i < w->needs.count; i++) {
        const hf_assistance_need *need = w->needs.records[i];
        (void)hf_map_add(&w->need_index, need->part.head.key, (uint32_t)i, NULL);
        if (!hf_assistance_need_is_open(need))
            continue;
        for (size_t k = 0; k < w->out->offer_count; k++)
            w->out->offers[k].needs += hf_match_fits(need, w->out->offers[k].kinds);
    }
}

// --- offers and projects -----------------------------------------------------------------------------------

static void take_offers(working *w, const hf_page *offers, const hf_page *projects)
{
    uint32_t at = 0;
    w->offer_index = hf_map_of(w->arena, offers->count);
    w->out->offers = HF_NEW_N(w->arena, hf_known_offer, offers->count + 1);
    w->out->offer_count = offers->count;
    w->by_key = HF_NEW_N(w->arena, const hf_known_offer *, offers->count + 1);
    w->matched = HF_NEW_N(w->arena, hf_matched_offer, offers->count + 1);
    for (size_t i = 0; i < offers->count; i++) {
        w->out->offers[i].offer = offers->records[i];
        w->out->offers[i].kinds = hf_offer_kinds(offers->records[i]);
        w->by_key[i] = &w->out->offers[i];
        (void)hf_map_add(&w->offer_index, w->out->offers[i].offer->head.key, (uint32_t)i, NULL);
    }
    for (size_t i = 0; i < projects->count; i++) {
        const hf_project *project = projects->records[i];
        if (hf_project_is_open(project) && hf_map_get(&w->offer_index, project->offer, &at))
            w->out->offers[at].used++;
    }
    if (offers->count > 0)
        qsort(w->by_key, offers->count, sizeof *w->by_key, by_offer_key);
}

// Like with like: over what both rounds rated, weighted as every comparison of rounds. While nothing is rated again,
// what the first round says alone.
static void compare(const working *w, const known_round *first, const known_round *again,
                    hf_str provisions, hf_measured_project *out)
{
    hf_compared_group group;
    if (again != NULL) {
        hf_compare_provisions(w->session, &first->results, &again->results, provisions, w->arena,
                              &group);
        out->before = group.earlier.implementation;
        out->after = group.later.implementation;
    }
    if (!isnan(out->before))
        return;
    hf_compare_provisions(w->session, &first->results, &first->results, provisions, w->arena,
                          &group);
    out->before = group.earlier.implementation;
}

static bool measure(working *w, const hf_project *project, hf_measured_project *out, hf_error *err)
{
    const known_round *first = NULL, *again = NULL;
    uint32_t at = 0;
    *out = (hf_measured_project){.project = project,
                                 .progress = hf_project_progress(project),
                                 .before = (double)NAN,
                                 .after = (double)NAN,
                                 .protection = {.marking = HF_TLP_CLEAR}};
    hf_protect(&out->protection, &project->part.head, w->arena);
    if (!round_of(w, project->part.assessment, &first, err) ||
        !round_of(w, project->measured_in, &again, err))
        return false;
    // Also where it rated nothing in common: that, and its name, is told too.
    if (again != NULL)
        hf_protect(&out->protection, &again->results.assessment->head, w->arena);
    if (first == NULL || !hf_map_get(&w->need_index, project->need, &at))
        return true;
    // What was written before the rule, or imported, may name a round of another subject.
    if (again != NULL && !hf_is_same_subject(first->results.assessment, again->results.assessment))
        again = NULL;
    compare(w, first, again, ((const hf_assistance_need *)w->needs.records[at])->provisions, out);
    return true;
}

static bool take_projects(working *w, const hf_assistance_request *request, const hf_page *projects,
                          hf_error *err)
{
    w->out->projects = HF_NEW_N(w->arena, hf_measured_project, projects->count + 1);
    for (size_t i = 0; i < projects->count; i++) {
        const hf_project *project = projects->records[i];
        bool is_it = (request->need.len == 0 || hf_str_equal(project->need, request->need)) &&
                     (request->assessment.len == 0 ||
                      hf_str_equal(project->part.assessment, request->assessment));
        if (is_it && !measure(w, project, &w->out->projects[w->out->project_count++], err))
            return false;
    }
    return true;
}

static bool check_assessment(working *w, hf_str key, hf_error *err)
{
    void *record = NULL;
    if (key.len == 0)
        return true;
    if (!hf_get_known(&w->session->actor, w->read, &hf_noun_assessment, key, w->arena, &record,
                      err))
        return false;
    return record != NULL || hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown",
                                     "there is no assessment '%.*s'", HF_STR_ARG(key));
}

bool hf_assistance_read(const hf_session *session, const hf_assistance_request *request,
                        hf_arena *arena, hf_assistance *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    working w = {.session = session, .arena = arena, .out = out};
    hf_page offers = {0}, projects = {0};
    *out = (hf_assistance){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_need, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    w.read = read;
    if (!check_assessment(&w, request->assessment, err) ||
        !list_known(&w, &hf_noun_need, &w.needs, err) ||
        !list_known(&w, &hf_noun_offer, &offers, err) ||
        !list_known(&w, &hf_noun_project, &projects, err) || !take_needs(&w, request, err) ||
        !hf_region_tree_read(NULL, read, arena, &w.regions, err))
        return false;
    take_offers(&w, &offers, &projects);
    w.need_index = hf_map_of(arena, w.needs.count);
    w.round_index = w.wanted_index = (hf_map){.arena = arena};
    count_needs(&w);
    want_all(&w, &projects);
    for (size_t i = 0; i < out->need_count; i++) {
        match_offers(&w, &out->needs[i]);
        if (!find_gaps(&w, &out->needs[i], err))
            return false;
    }
    return take_projects(&w, request, &projects, err);
}

bool hf_need_is_uncovered(const hf_matched_need *need)
{
    return hf_assistance_need_is_open(need->need) && need->offer_count == 0;
}

bool hf_offer_is_unneeded(const hf_known_offer *offer)
{
    return hf_offer_is_open(offer->offer) && offer->needs == 0;
}
