// SPDX-License-Identifier: Apache-2.0
//
// Offers written down twice; and a gap as the need that would close it.
#include <stdlib.h>

#include "base/limits.h"
#include "usecase/assistance.h"

// --- likeness --------------------------------------------------------------------------------------------

static int by_likeness(const void *a, const void *b)
{
    const hf_offer_pair *one = a, *two = b;
    if (one->likeness.is_url != two->likeness.is_url)
        return one->likeness.is_url ? -1 : 1;
    if (one->likeness.title < two->likeness.title || one->likeness.title > two->likeness.title)
        return one->likeness.title > two->likeness.title ? -1 : 1;
    int order = hf_str_compare_natural(one->a->head.key, two->a->head.key);
    return order != 0 ? order : hf_str_compare_natural(one->b->head.key, two->b->head.key);
}

// Sorts what was found so far, and lets go of what is least alike.
static size_t keep_best(hf_offer_pair *pairs, size_t count)
{
    if (count > 0)
        qsort(pairs, count, sizeof *pairs, by_likeness);
    return count < HF_OFFER_PAIRS_MAX ? count : HF_OFFER_PAIRS_MAX;
}

bool hf_offer_pairs(const hf_session *session, hf_arena *arena, hf_offer_pair **out, size_t *count,
                    hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_query query = {.noun = &hf_noun_offer};
    hf_page page = {0};
    size_t kept = 0;
    hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_offer, NULL, err) ||
        !hf_read_begin(session->store, &read, err) || !hf_list_all(read, &query, arena, &page, err))
        return false;
    if (page.count > HF_OFFERS_COMPARED_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "assistance.too_many",
                       "%zu offers are more than the %u that are compared; remove old ones",
                       page.count, HF_OFFERS_COMPARED_MAX);
    hf_title_pairs *titles = HF_NEW_N(arena, hf_title_pairs, page.count + 1);
    hf_offer_pair *pairs = HF_NEW_N(arena, hf_offer_pair, 2 * HF_OFFER_PAIRS_MAX);
    for (size_t i = 0; i < page.count; i++)
        titles[i] = hf_title_pairs_of(((const hf_offer *)page.records[i])->title, arena);
    for (size_t i = 0; i < page.count; i++)
        for (size_t k = i + 1; k < page.count; k++) {
            hf_offer_pair pair = {.a = page.records[i], .b = page.records[k]};
            if (!hf_offers_alike(pair.a, &titles[i], pair.b, &titles[k], &pair.likeness))
                continue;
            if (kept == (size_t)2 * HF_OFFER_PAIRS_MAX)
                kept = keep_best(pairs, kept);
            pairs[kept++] = pair;
        }
    *out = pairs;
    *count = keep_best(pairs, kept);
    return true;
}

// --- from a gap to a need ----------------------------------------------------------------------------------

// Behind the last number of needs about this provision, also where one between was removed.
static hf_str next_key(const hf_assessment_results *results, hf_str provision, hf_arena *arena)
{
    uint64_t last = 0, number = 0;
    hf_str before = hf_str_format(arena, "%.*s/%.*s/N", HF_STR_ARG(results->assessment->head.key),
                                  HF_STR_ARG(provision));
    for (size_t i = 0; i < results->need_count; i++) {
        hf_str key = results->needs[i]->part.head.key;
        if (hf_str_equal(hf_str_slice(key, 0, before.len), before) &&
            hf_parse_u64(hf_str_slice(key, before.len, key.len), &number) && number > last)
            last = number;
    }
    return hf_str_format(arena, "%.*s%llu", HF_STR_ARG(before), (unsigned long long)last + 1);
}

const hf_assistance_need *hf_need_for_gap(const hf_assessment_results *results, size_t gap,
                                          hf_arena *arena)
{
    const hf_provision *provision = results->book.provisions[results->gaps[gap].provision];
    hf_assistance_need *need = hf_noun_new(&hf_noun_need, arena);
    need->part.head.key = next_key(results, provision->head.key, arena);
    need->part.assessment = results->assessment->head.key;
    need->title = hf_provision_title(&results->book.texts, provision);
    need->provisions = provision->head.key;
    need->theme = provision->theme;
    need->sectors = results->assessment->sector;
    need->owner = results->assessment->organisation;
    need->urgency = (int32_t)hf_urgency_of_gap(results->gaps[gap].value);
    return need;
}

bool hf_confirm_needs(const hf_session *session, const hf_assistance_need *const *proposals,
                      size_t count, int32_t kind, hf_arena *arena, hf_error *err)
{
    hf_assistance_need *needs = HF_NEW_N(arena, hf_assistance_need, count + 1);
    hf_patch *patches = HF_NEW_N(arena, hf_patch, count + 1);
    void **stored = HF_NEW_N(arena, void *, count + 1);
    for (size_t i = 0; i < count; i++) {
        needs[i] = *proposals[i];
        needs[i].kind = kind;
        patches[i] = (hf_patch){.noun = &hf_noun_need,
                                .record = &needs[i],
                                .present = (1ull << hf_noun_need.field_count) - 1};
    }
    return hf_add_records(session, patches, count, arena, stored, err);
}
