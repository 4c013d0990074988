// SPDX-License-Identifier: Apache-2.0
//
// From a practice to a measure or an action that refers back to it.
#include "model/objective.h"
#include "usecase/library.h"
#include "usecase/simulate.h"

#define ADOPTED_MAX 1000u // of one practice and kind

// The first number that is free: PRACTICE/M1, PRACTICE/A1.
static bool next_key(hf_read *read, const hf_noun *noun, hf_str practice, char letter,
                     hf_arena *arena, hf_str *out, hf_error *err)
{
    for (unsigned i = 1; i <= ADOPTED_MAX; i++) {
        void *record = NULL;
        *out = hf_str_format(arena, "%.*s/%c%u", HF_STR_ARG(practice), letter, i);
        if (!hf_store_get(read, noun, *out, arena, &record, err))
            return false;
        if (record == NULL)
            return true;
    }
    return hf_fail(err, HF_ERR_CONFLICT, "library.too_many",
                   "'%.*s' was adopted %u times already; write the record by hand",
                   HF_STR_ARG(practice), ADOPTED_MAX);
}

static void fill_measure(const hf_practice *practice, hf_str title, hf_measure *out)
{
    out->title = title;
    out->about = practice->done.len > 0 ? practice->done : practice->about;
    out->about = hf_str_slice(out->about, 0, out->about.len > 4000 ? 0 : out->about.len);
    out->practice = practice->head.key;
}

static void fill_action(const hf_practice *practice, hf_str title, hf_str objective, hf_action *out)
{
    out->objective = objective;
    out->title = title;
    out->about = practice->done.len > 0 ? practice->done : practice->about;
    out->phases = practice->phases;
    out->sectors = practice->sectors;
    out->provisions = practice->provisions;
    out->practice = practice->head.key;
}

// As secret as what is copied into it: the practice, and of an action the objective that it names.
static bool prepare(const hf_session *session, const hf_adoption *wanted, hf_arena *arena,
                    const hf_noun *noun, void *record, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *found = NULL, *objective = NULL;
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_get_known(&session->actor, read, &hf_noun_practice, wanted->practice, arena, &found,
                      err))
        return false;
    if (found == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no practice '%.*s'",
                       HF_STR_ARG(wanted->practice));
    const hf_practice *practice = found;
    hf_head *head = record;
    hf_str title = wanted->title.len > 0 ? wanted->title : practice->title;
    head->marking = practice->head.marking;
    head->compartments = practice->head.compartments;
    if (noun == &hf_noun_measure) {
        fill_measure(practice, title, record);
    } else {
        fill_action(practice, title, wanted->objective, record);
        if (!hf_get_known(&session->actor, read, &hf_noun_objective, wanted->objective, arena,
                          &objective, err))
            return false;
        if (objective == NULL) {
            hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no objective '%.*s'",
                    HF_STR_ARG(wanted->objective));
            return hf_fail_at(err, "/objective", 0, NULL);
        }
        hf_protect(head, objective, arena);
    }
    return next_key(read, noun, practice->head.key, noun == &hf_noun_measure ? 'M' : 'A', arena,
                    &head->key, err);
}

bool hf_adopt_practice(const hf_session *session, const hf_adoption *wanted, hf_arena *arena,
                       const hf_noun **noun, void **out, hf_error *err)
{
    *noun = wanted->objective.len > 0 ? &hf_noun_action : &hf_noun_measure;
    void *record = hf_noun_new(*noun, arena);
    if (!hf_can(&session->actor, HF_CAN_EDIT, *noun, NULL, err) ||
        !prepare(session, wanted, arena, *noun, record, err))
        return false;
    const hf_patch patch = {
        .noun = *noun, .record = record, .present = (1ull << (*noun)->field_count) - 1};
    return hf_add_record(session, &patch, arena, out, err);
}
