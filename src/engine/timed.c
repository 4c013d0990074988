// SPDX-License-Identifier: Apache-2.0
//
// Memory of timed questions, and the queue of coming events: a binary heap. The order among events of
// one moment does not matter, because the least solution of a moment does not depend on it.
#include "engine/timed.h"

#include <string.h>

hf_timed *hf_timed_new(const hf_plan *plan, hf_arena *arena)
{
    size_t reason_count = (size_t)plan->group_count + plan->slot_count;
    hf_timed *timed = HF_NEW(arena, hf_timed);
    timed->at = HF_NEW_N(arena, int64_t, plan->node_count);
    timed->round = HF_NEW_N(arena, uint32_t, plan->node_count);
    timed->draft_of = HF_NEW_N(arena, uint32_t, plan->node_count);
    timed->mark = HF_NEW_N(arena, uint32_t, plan->node_count);
    timed->damage_to = HF_NEW_N(arena, int64_t, plan->node_count);
    timed->before = HF_NEW_N(arena, uint32_t, plan->node_count);
    timed->lost_at = HF_NEW_N(arena, int64_t, reason_count);
    timed->tip_round = HF_NEW_N(arena, uint32_t, reason_count);
    timed->count_before = HF_NEW_N(arena, int32_t, reason_count);
    timed->is_lost = HF_NEW_N(arena, uint8_t, reason_count);
    timed->is_watched = HF_NEW_N(arena, uint8_t, reason_count);
    timed->watched = HF_NEW_N(arena, uint32_t, reason_count);
    for (uint32_t v = 0; v < plan->node_count; v++)
        timed->draft_of[v] = HF_NO_INDEX;
    for (uint32_t s = 0; s < plan->slot_count; s++)
        timed->lost_at[plan->group_count + s] = HF_NEVER;
    timed->mark_count = HF_MARK_FIRST;
    return timed;
}

void hf_timed_clear(hf_timed *timed)
{
    for (size_t i = 0; i < timed->drafts.count; i++)
        timed->draft_of[timed->drafts.items[i].node] = HF_NO_INDEX;
    timed->drafts.count = 0;
    timed->outages.count = 0;
    timed->lost.count = 0;
    timed->events.count = 0;
    timed->damage.count = 0;
}

uint32_t hf_timed_next_mark(hf_timed *timed, const hf_plan *plan)
{
    if (timed->mark_count == UINT32_MAX) {
        memset(timed->mark, 0, plan->node_count * sizeof(timed->mark[0]));
        timed->mark_count = HF_MARK_FIRST;
    }
    return ++timed->mark_count;
}

void hf_events_add(hf_arena *arena, hf_events *events, hf_event event)
{
    HF_VEC_ADD(arena, events, event);
    size_t at = events->count - 1;
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (events->items[parent].at <= event.at)
            break;
        events->items[at] = events->items[parent];
        at = parent;
    }
    events->items[at] = event;
}

hf_event hf_events_take(hf_events *events)
{
    HF_ASSERT(events->count > 0);
    hf_event *items = events->items;
    hf_event first = items[0];
    hf_event last = items[--events->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= events->count)
            break;
        if (child + 1 < events->count && items[child + 1].at < items[child].at)
            child++;
        if (items[child].at >= last.at)
            break;
        items[at] = items[child];
        at = child;
    }
    items[at] = last;
    return first;
}
