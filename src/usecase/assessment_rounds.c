// SPDX-License-Identifier: Apache-2.0
//
// One round after another: which rounds went before, and how the next one begins.
#include "usecase/assessment.h"

#include "base/clock.h"

#define YEAR_BYTES   4u
#define KEYS_TRIED   99u
#define YEAR_DEFAULT "2000" // digits are replaced by those of the clock

bool hf_is_same_subject(const hf_assessment *one, const hf_assessment *other)
{
    return one->subject == other->subject && hf_str_equal(one->sector, other->sector) &&
           hf_str_equal(one->organisation, other->organisation);
}

static bool is_listed(const hf_assessment *const *list, size_t count, hf_str key)
{
    for (size_t i = 0; i < count; i++)
        if (hf_str_equal(list[i]->head.key, key))
            return true;
    return false;
}

// A chain that comes back to itself ends where it does: an import can make records name each other.
bool hf_rounds_before(const hf_session *session, hf_read *read, const hf_assessment *assessment,
                      hf_arena *arena, const hf_assessment **out, size_t *count, hf_error *err)
{
    const hf_assessment *at = assessment;
    *count = 0;
    while (at->previous.len > 0 && *count < HF_ROUNDS_MAX &&
           !hf_str_equal(at->previous, assessment->head.key) &&
           !is_listed(out, *count, at->previous)) {
        void *record = NULL;
        if (!hf_get_known(&session->actor, read, &hf_noun_assessment, at->previous, arena, &record,
                          err))
            return false;
        if (record == NULL || !hf_is_same_subject(record, assessment))
            return true;
        at = out[(*count)++] = record;
    }
    return true;
}

bool hf_round_after(const hf_session *session, hf_read *read, hf_str key, hf_str but,
                    hf_arena *arena, const hf_assessment **out, hf_error *err)
{
    hf_query query = {.noun = &hf_noun_assessment};
    hf_page all = {0};
    *out = NULL;
    hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    if (!hf_list_all(read, &query, arena, &all, err))
        return false;
    for (size_t i = 0; i < all.count && *out == NULL; i++) {
        const hf_assessment *other = all.records[i];
        if (hf_str_equal(other->previous, key) && !hf_str_equal(other->head.key, but))
            *out = other;
    }
    return true;
}

// --- what may be named as the round before --------------------------------------------------------------

static bool check_has_no_next(const hf_session *session, hf_read *read, const hf_assessment *record,
                              hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_assessment *other = NULL;
    // An import has put the record there before it is looked at.
    if (!hf_round_after(session, read, record->previous, record->head.key, &scratch, &other, err))
        return false;
    return other == NULL ||
           hf_fail(err, HF_ERR_CONFLICT, "assessment.has_next",
                   "the round after '%.*s' has begun already: '%.*s'; go on with that one",
                   HF_STR_ARG(record->previous), HF_STR_ARG(other->head.key));
}

// former: the round that the record names. A chain that comes back to itself without the record was imported.
static bool check_no_circle(const hf_session *session, hf_read *read, const hf_assessment *former,
                            const hf_assessment *record, hf_arena *scratch, hf_error *err)
{
    const hf_assessment *at = former;
    for (uint64_t left = hf_read_count(read, &hf_noun_assessment); at != NULL && left > 0; left--) {
        void *before = NULL;
        if (hf_str_equal(at->previous, record->head.key)) {
            hf_fail(err, HF_ERR_INPUT, "assessment.previous",
                    "'%.*s' came after this round; name the one before it",
                    HF_STR_ARG(former->head.key));
            return hf_fail_at(err, NULL, 0, "previous");
        }
        if (at->previous.len > 0 && !hf_get_known(&session->actor, read, &hf_noun_assessment,
                                                  at->previous, scratch, &before, err))
            return false;
        at = before;
    }
    return true;
}

bool hf_check_previous(const hf_session *session, hf_read *read, const hf_assessment *before,
                       const hf_assessment *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *former = NULL;
    if (record->previous.len == 0 ||
        (before != NULL && hf_str_equal(before->previous, record->previous)))
        return true;
    if (!hf_get_known(&session->actor, read, &hf_noun_assessment, record->previous, &scratch,
                      &former, err))
        return false;
    if (former == NULL) {
        hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no assessment '%.*s'",
                HF_STR_ARG(record->previous));
        return hf_fail_at(err, NULL, 0, "previous");
    }
    if (!hf_is_same_subject(former, record)) {
        hf_fail(err, HF_ERR_INPUT, "assessment.other_subject",
                "'%.*s' is of another subject; name a round of the same State, sector or "
                "organisation",
                HF_STR_ARG(record->previous));
        return hf_fail_at(err, NULL, 0, "previous");
    }
    return check_no_circle(session, read, former, record, &scratch, err) &&
           check_has_no_next(session, read, record, err);
}

// --- the next round --------------------------------------------------------------------------------------

static bool ends_in_year(hf_str text)
{
    if (text.len < YEAR_BYTES)
        return false;
    for (size_t i = text.len - YEAR_BYTES; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len == YEAR_BYTES || text.ptr[text.len - YEAR_BYTES - 1] < '0' ||
           text.ptr[text.len - YEAR_BYTES - 1] > '9';
}

// "NATION-2026" and "Nation, round of 2026" become those of the year in which the round begins; what ends otherwise
// stays.
static hf_str with_year(hf_str text, int64_t starts_at, hf_arena *arena)
{
    char time[32] = YEAR_DEFAULT;
    hf_time_format(starts_at, time);
    if (!ends_in_year(text))
        return text;
    return hf_str_format(arena, "%.*s%.4s",
                         HF_STR_ARG(hf_str_slice(text, 0, text.len - YEAR_BYTES)), time);
}

// A key that is free, hidden records counted: the former one with the year, else with a number behind it.
static bool find_key(hf_read *read, const hf_assessment *former, int64_t starts_at, hf_arena *arena,
                     hf_str *out, hf_error *err)
{
    hf_str stem = with_year(former->head.key, starts_at, arena);
    *out = stem;
    for (unsigned number = 2; number <= KEYS_TRIED; number++) {
        void *there = NULL;
        if (!hf_store_get(read, &hf_noun_assessment, *out, arena, &there, err))
            return false;
        if (there == NULL)
            return true;
        *out = hf_str_format(arena, "%.*s-%u", HF_STR_ARG(stem), number);
    }
    return true; // adding it says that it is taken
}

// What the next round has from the former one, as a patch of a new record.
static hf_patch patch_of(const hf_assessment *former, const hf_next_round *wanted, hf_str key,
                         int64_t starts_at, hf_arena *arena)
{
    static const char *const given[] = {
        "key",          "title",         "starts_at",    "previous",     "marking",
        "compartments", "sector",        "organisation", "cycle_months", "review_months",
        "instruments",  "theme_weights", "subject",      "lead"};
    hf_assessment *next = hf_noun_new(&hf_noun_assessment, arena);
    hf_patch patch = {.noun = &hf_noun_assessment, .record = next};
    *next = *former;
    next->head.key = key;
    next->title =
        wanted->title.len > 0 ? wanted->title : with_year(former->title, starts_at, arena);
    next->starts_at = starts_at;
    next->previous = former->head.key;
    for (size_t i = 0; i < HF_COUNT(given); i++) {
        size_t index = 0;
        (void)hf_noun_field(&hf_noun_assessment, hf_str_of(given[i]), &index);
        patch.present |= 1ull << index;
    }
    return patch;
}

bool hf_begin_next_round(const hf_session *session, const hf_next_round *wanted, hf_arena *arena,
                         const hf_assessment **out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    hf_str key = wanted->key;
    if (!hf_can(&session->actor, HF_CAN_EDIT, &hf_noun_assessment, NULL, err) ||
        !hf_read_begin(session->store, &read, err) ||
        !hf_get_known(&session->actor, read, &hf_noun_assessment, wanted->former, arena, &record,
                      err))
        return false;
    if (record == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no assessment '%.*s'",
                       HF_STR_ARG(wanted->former));
    const hf_assessment *former = record;
    int64_t starts_at =
        wanted->starts_at != HF_INTEGER_NONE ? wanted->starts_at : hf_day_of(session->now_ms);
    if (!hf_can_record(&session->actor, HF_CAN_EDIT, read, &hf_noun_assessment, former, err))
        return false;
    if (former->stage < (int32_t)HF_STAGE_ADOPTED)
        return hf_fail(err, HF_ERR_CONFLICT, "assessment.not_adopted",
                       "'%.*s' is not adopted yet; the next round begins when it is",
                       HF_STR_ARG(former->head.key));
    if (key.len == 0 && !find_key(read, former, starts_at, arena, &key, err))
        return false;
    hf_patch patch = patch_of(former, wanted, key, starts_at, arena);
    hf_read_end(&read);
    if (!hf_add_record(session, &patch, arena, &record, err))
        return false;
    *out = record;
    return true;
}
