// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: what a question with hours keeps beside the bare spread. Moments are ticks for
// the static question and steps for the grid.
#ifndef HF_ENGINE_TIMED_H
#define HF_ENGINE_TIMED_H

#include "base/vec.h"
#include "engine/plan.h"

#define HF_NEVER INT64_MAX

typedef enum {
    HF_EVENT_EXHAUSTED,
    HF_EVENT_REPAIR,
    HF_EVENT_WINDOW_END,
    HF_EVENT_FOLLOW,
    HF_EVENT_DAMAGE // target: in hf_timed.damage
} hf_event_kind;

typedef struct {
    int64_t at;
    uint32_t target; // reason or node
    hf_event_kind kind;
} hf_event;

typedef struct {
    hf_event *items; // binary heap, earliest first
    size_t count;
    size_t capacity;
} hf_events;

// Own damage of a node from step `from` to the one before `to`. Those of one node neither meet nor
// overlap.
typedef struct {
    uint32_t node;
    int64_t from, to;
} hf_damage;

// One node's first fall, before it is turned into a result.
typedef struct {
    uint32_t node;
    uint32_t round;
    int64_t at;
    hf_cause cause;
    uint32_t via; // reason named by the contract; HF_NO_INDEX for damage
    int64_t via_lost_at;
    uint32_t why; // reason that leads back to a damage
    int64_t why_lost_at;
    uint32_t first_lost, lost_count; // in hf_timed.lost, as nodes
    uint32_t last_outage;            // in hf_timed.outages
    uint32_t outage_count;
} hf_fall_draft;

typedef struct {
    int64_t from, to;  // to HF_NEVER = still down at the end
    uint32_t previous; // of the same node, or HF_NO_INDEX
    // As the draft has them of the first outage. Grid with reasons only.
    uint32_t round;
    uint32_t why;
    int64_t why_lost_at;
} hf_outage_draft;

typedef struct hf_timed {
    // By node
    int64_t *at;        // when it fell (first, on the grid)
    uint32_t *round;    // of that moment's spread
    uint32_t *draft_of; // in drafts, or HF_NO_INDEX
    uint32_t *mark;     // scratch
    uint32_t mark_count;
    int64_t *damage_to; // grid: of the damage that began last
    // By reason
    int64_t *lost_at;    // static: when it was lost. Grid: when the present spell began
    uint32_t *tip_round; // of the spread that lost it
    // Grid only, by reason
    int32_t *count_before; // counter n in the step before the present spell
    uint8_t *is_lost;
    uint8_t *is_watched;
    uint32_t *watched; // reasons that were ever lost in this question
    uint32_t watched_count;
    uint32_t *before; // nodes that were down in the step before
    uint32_t before_count;

    hf_events events;
    HF_VEC(hf_event) due;         // of the step at hand
    HF_VEC(hf_fall_draft) drafts; // in order of falls
    HF_VEC(hf_outage_draft) outages;
    HF_VEC(uint32_t) lost;
    HF_VEC(hf_damage) damage; // the question, for the grid
} hf_timed;

hf_timed *hf_timed_new(const hf_plan *plan, hf_arena *arena);
// Forgets drafts, outages and events of the last question. Cost: what had fallen.
void hf_timed_clear(hf_timed *timed);

// A number that no entry of `mark` holds yet. Below HF_MARK_FIRST a kernel may write what it likes.
#define HF_MARK_FIRST 16u
uint32_t hf_timed_next_mark(hf_timed *timed, const hf_plan *plan);

void hf_events_add(hf_arena *arena, hf_events *events, hf_event event);
hf_event hf_events_take(hf_events *events); // the earliest; there must be one

static inline int64_t hf_ticks_add(int64_t a, int64_t b)
{
    return a + b < HF_TICKS_MAX ? a + b : HF_TICKS_MAX; // both are at most the maximum
}

#endif
