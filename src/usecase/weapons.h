// SPDX-License-Identifier: Apache-2.0
//
// The weapons pack: how often each means occurred in whole periods of the calendar, with exact intervals; whether the newest
// period differs from the earlier ones; which traces were asked for and answered; what is done against each means. Everything is told of what the reader may know of.
#ifndef HF_USECASE_WEAPONS_H
#define HF_USECASE_WEAPONS_H

#include "base/json.h"
#include "model/occurrence.h"
#include "model/rate.h"
#include "usecase/record.h"

extern const char *const hf_weapons_period_words[]; // "year" "quarter" "month", NULL-ended
#define HF_WEAPONS_PERIODS_MAX 40u
#define HF_OPEN_TRACES_MAX     50u  // told in full; all of them are counted
#define HF_COUNTERS_MAX        500u // likewise, where they are asked for

typedef struct {
    hf_str period; // of hf_weapons_period_words; empty: year
    uint32_t
        periods; // whole ones that ended, 2 to HF_WEAPONS_PERIODS_MAX; 0: 5 years, 8 quarters, 12 months
    hf_str kind; // of hf_occurrence_kind_words; empty: of every kind
    hf_str
        region; // occurrences of it and all inside; empty: of everywhere, and of those that say no region
    bool with_counters; // what is done against each means is listed, too; it is counted in any case
} hf_weapons_wanted;

typedef enum { HF_TREND_NOTHING, HF_TREND_NOT_SHOWN, HF_TREND_UP, HF_TREND_DOWN } hf_trend;

// What is done against means: actions of a strategy and measures at sites, or a practice that could be adopted.
typedef enum {
    HF_COUNTER_IN_PLACE, // an action that is done, a measure in place
    HF_COUNTER_COMING,
    HF_COUNTER_KNOWN, // a practice
    HF_COUNTER_STATE_COUNT
} hf_counter_state;
extern const char *const hf_counter_state_words[]; // "in_place" "coming" "known", NULL-ended

typedef struct {
    const hf_noun *noun; // action, measure, practice
    hf_str key, title;
    hf_counter_state state;
    uint32_t means; // bits; a measure has those of its practice, an action these too
} hf_counter;

// Of one means. What was dismissed counts nowhere.
typedef struct {
    uint32_t counts[HF_WEAPONS_PERIODS_MAX];
    hf_rate_interval intervals[HF_WEAPONS_PERIODS_MAX];
    uint32_t running; // in the period that has not ended: compared with nothing
    uint32_t earlier; // in all periods but the newest
    hf_rate_change change;
    hf_trend trend;
    // Of the same occurrences, those of the running period too.
    uint32_t traceable, asked, answered, traced;
    uint32_t counters[HF_COUNTER_STATE_COUNT];
    double median_days; // from request to answer, where both days are known; NaN: nowhere
} hf_means_trend;

typedef struct {
    int32_t period, kind; // kind HF_WORD_NONE: every one
    uint32_t period_count;
    int64_t starts[HF_WEAPONS_PERIODS_MAX + 1]; // the last is where the running period begins
    hf_means_trend means[HF_MEANS_COUNT];
    const hf_occurrence **open_traces; // asked and not answered, of any time; the oldest first
    size_t open_trace_count;
    const hf_str *regions; // of all occurrences, whatever was asked; each once, by key
    size_t region_count;
    hf_counter *counters; // the first of them: in place first, then by title; NULL: not asked for
    size_t listed_counters;
    uint64_t counter_count; // of all
    int32_t marking;        // of the most secret record that is counted; -1: none is
} hf_weapons;

// Errors  HF_ERR_PERMISSION; HF_ERR_USAGE "weapons.asked"; HF_ERR_NOT_FOUND "record.unknown" (the region)
bool hf_weapons_read(const hf_session *session, const hf_weapons_wanted *wanted, hf_arena *arena,
                     hf_weapons *out, hf_error *err) HF_CHECKED;
void hf_write_weapons(const hf_session *session, const hf_weapons *weapons, hf_json_writer *out);

// The part of it about counter-measures (weapons_counters.c).
// with_list  they are listed, too
bool hf_find_counters(const hf_session *session, hf_read *read, bool with_list, hf_arena *arena,
                      hf_weapons *out, hf_error *err) HF_CHECKED;
void hf_write_counters(const hf_weapons *weapons, hf_json_writer *out);

#endif
