// SPDX-License-Identifier: Apache-2.0
//
// Finds practices: words through the full-text index, the rest by looking at each.
#include "usecase/library.h"

#include "base/map.h"
#include "base/vec.h"
#include "model/completeness.h"
#include "usecase/simulate.h"

static bool list_known(const hf_session *session, hf_read *read, const hf_noun *noun, hf_str text,
                       hf_arena *arena, hf_page *out, hf_error *err)
{
    hf_query query = {.noun = noun, .text = text};
    hf_can_narrow(&session->actor, HF_CAN_READ, &query, arena);
    return hf_list_all(read, &query, arena, out, err);
}

// All that is asked for but the phase.
static bool fits(const hf_library_request *request, const hf_practice *practice)
{
    return practice->status != HF_PRACTICE_RETIRED &&
           (request->form == HF_WORD_NONE || practice->form == request->form) &&
           (request->sector.len == 0 || hf_reaches_sector(practice->sectors, request->sector)) &&
           (request->provision.len == 0 ||
            hf_str_has_word(practice->provisions, request->provision));
}

static bool is_overdue(const hf_practice *practice, int64_t now_ms)
{
    return practice->follow_up_due != HF_INTEGER_NONE && practice->follow_up_due < now_ms &&
           practice->followed_up_at == HF_INTEGER_NONE;
}

static void take(hf_library *out, const hf_library_request *request, const hf_practice *practice,
                 int64_t now_ms, hf_arena *arena)
{
    if (!fits(request, practice))
        return;
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        out->by_phase[i] += hf_has_phase(practice->phases, (hf_phase)i);
    out->without_phase += practice->phases.len == 0;
    hf_protect(&out->protection, &practice->head, arena);
    if (request->phase == HF_WORD_NONE || hf_has_phase(practice->phases, (hf_phase)request->phase))
        out->items[out->count++] = (hf_library_item){
            .practice = practice, .is_follow_up_overdue = is_overdue(practice, now_ms)};
}

bool hf_library_read(const hf_session *session, const hf_library_request *request, hf_arena *arena,
                     hf_library *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_page practices = {0}, measures = {0}, actions = {0};
    uint32_t at = 0;
    *out = (hf_library){.protection = {.marking = -1}};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_practice, NULL, err) ||
        !hf_read_begin(session->store, &read, err) ||
        !list_known(session, read, &hf_noun_practice, request->text, arena, &practices, err) ||
        !list_known(session, read, &hf_noun_measure, HF_STR_EMPTY, arena, &measures, err) ||
        !list_known(session, read, &hf_noun_action, HF_STR_EMPTY, arena, &actions, err))
        return false;
    out->items = HF_NEW_N(arena, hf_library_item, practices.count + 1);
    for (size_t i = 0; i < practices.count; i++)
        take(out, request, practices.records[i], session->now_ms, arena);
    hf_map index = hf_map_of(arena, out->count);
    for (size_t i = 0; i < out->count; i++)
        (void)hf_map_add(&index, out->items[i].practice->head.key, (uint32_t)i, NULL);
    for (size_t i = 0; i < measures.count; i++)
        if (hf_map_get(&index, ((const hf_measure *)measures.records[i])->practice, &at))
            out->items[at].measures++;
    for (size_t i = 0; i < actions.count; i++)
        if (hf_map_get(&index, ((const hf_action *)actions.records[i])->practice, &at))
            out->items[at].actions++;
    return true;
}

void hf_write_library(const hf_session *session, const hf_library *library, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "items");
    hf_json_begin_array(out);
    for (size_t i = 0; i < library->count; i++) {
        const hf_library_item *item = &library->items[i];
        hf_json_begin_object(out);
        hf_json_name(out, "practice");
        hf_write_record(session, &hf_noun_practice, item->practice, out);
        hf_json_put_u64(out, "measures", item->measures);
        hf_json_put_u64(out, "actions", item->actions);
        hf_json_put_bool(out, "is_follow_up_overdue", item->is_follow_up_overdue);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "phases");
    hf_json_begin_object(out);
    for (size_t i = 0; i < HF_PHASE_COUNT; i++)
        hf_json_put_u64(out, hf_phase_words[i], library->by_phase[i]);
    hf_json_end_object(out);
    hf_json_put_u64(out, "without_phase", library->without_phase);
    hf_json_end_object(out);
}
