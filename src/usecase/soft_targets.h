// SPDX-License-Identifier: Apache-2.0
//
// The soft-target pack: how many people are at open places and when, what was done to prepare each place and whether it still
// stands, which places lack something. Everything is told of what the reader may know of. What lacks something is a list that
// others must not have: the whole is marked TLP:AMBER+STRICT at least, and told to nobody who is not cleared for that.
#ifndef HF_USECASE_SOFT_TARGETS_H
#define HF_USECASE_SOFT_TARGETS_H

#include "base/json.h"
#include "model/asset.h"
#include "model/preparation.h"
#include "usecase/record.h"

#define HF_HOURS_OF_DAY     24u
#define HF_UNPREPARED_MAX   100u // places told of in full; all of them are counted
#define HF_SOFT_MARKING_MIN HF_TLP_AMBER_STRICT

typedef struct {
    hf_str region; // it and all inside; empty: everywhere
    hf_str type;   // "ST05"; empty: every type
    uint32_t
        month; // 1 to 12: people by hour of places whose season it is; 0: of all, each in its season
} hf_soft_wanted;

typedef enum { HF_PREPARED_NEVER, HF_PREPARED_OVERDUE, HF_PREPARED_CURRENT } hf_prepared;
extern const char *const hf_prepared_words[]; // "never" "overdue" "current", NULL-ended

typedef struct {
    hf_str code, name; // of the taxonomy, in the session's language; both empty for the sum of all
    uint32_t places;
    uint32_t with_hours, with_mean, with_peak; // places of which these are known
    int64_t people_mean, people_peak;          // of those
    uint32_t prepared[HF_PREPARATION_KIND_COUNT][HF_PREPARED_CURRENT + 1]; // places, by hf_prepared
    uint32_t lacking;               // places with a kind that was never done or is overdue
    uint32_t to_mend, mend_overdue; // preparations of which something is still to mend
} hf_soft_type;

typedef struct {
    hf_str key, name, region;
    uint32_t type;      // in hf_soft_targets.types
    int64_t mean, peak; // HF_INTEGER_NONE: not known
    struct {
        int64_t done, due; // HF_INTEGER_NONE: never; the last whole day through which it stands
    } last[HF_PREPARATION_KIND_COUNT];
} hf_open_place;

typedef struct {
    hf_soft_type *types; // those of the taxonomy in its order, then what the register has beside
    size_t type_count;
    hf_soft_type all;
    double hours[HF_HOURS_OF_DAY];
    uint32_t hour_places;   // that are in these sums
    uint32_t out_of_season; // whose profile is of other months: in none
    uint32_t month;         // as asked
    hf_open_place *lacking; // largest peak first; those without a known peak last
    size_t lacking_count;
    int64_t today;      // midnight UTC: what clocks are held against
    hf_head protection; // of all that is counted: at least HF_SOFT_MARKING_MIN
} hf_soft_targets;

// Errors  HF_ERR_PERMISSION, also "soft_targets.clearance"; HF_ERR_USAGE "soft_targets.asked"; HF_ERR_NOT_FOUND
//         "record.unknown" (the region)
// Cost    a pass over the assets with a type of soft target and over the preparations
bool hf_soft_targets_read(const hf_session *session, const hf_soft_wanted *wanted, hf_arena *arena,
                          hf_soft_targets *out, hf_error *err) HF_CHECKED;
// How a kind stands at a place.
hf_prepared hf_prepared_of(const hf_soft_targets *targets, const hf_open_place *place, size_t kind);
void hf_write_soft_targets(const hf_soft_targets *targets, hf_json_writer *out);

// Is the place that it names an open one? Asked where a preparation is new or comes to another place, so that what was done
// stays as it was where a place no longer counts as one. before NULL: new; other nouns pass.
// Errors  HF_ERR_INPUT "preparation.no_soft_target"
bool hf_preparation_check_place(hf_read *read, const hf_noun *noun, const void *before,
                                const void *record, hf_error *err) HF_CHECKED;

#endif
