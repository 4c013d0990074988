// SPDX-License-Identifier: Apache-2.0
//
// The JSON of measure.changes, read strictly.
//
// changes    [{subject, effects} …], each line with one subject and what happens to it:
//   subject  either the selectors of a scenario's hazards ("assets": keys, "kind", "sector", "region", "operator",
//            "near", "all"; scenario_lists.h), or "consumer": one key
//   damage_factor   0 to 1: every chance of own damage times this
//   damage_p        0 to 1: and at most this
//   repair_factor   0 to 1: repair_h times this; what is never repaired stays so
//   repair_h        at most so many hours; also where it was never
//   black_start_h   at least so many hours
//   buffer_h        the subject holds out at least so many hours without "input" (without: without any input).
//                   An input may be the name of a network layer that the subject is a member of
//   supplier        key: joins the consumer's group "input" with "capacity" (1). What the group needs stays: with
//                   need "any" or an amount it is one more to choose from; with "all" it stands in for others of
//                   together that capacity. Its loss is always felt. For a "consumer" only, and with "input"
// All of these help or do nothing; what could only raise a number is refused.
#ifndef HF_MODEL_MEASURE_LINES_H
#define HF_MODEL_MEASURE_LINES_H

#include "model/measure.h"
#include "model/scenario_lists.h"

#define HF_MEASURE_LINES_MAX 1000u // lines of one measure

typedef struct {
    hf_scenario_hazard subject; // its selectors; what it says of damage means nothing
    hf_str consumer, input;     // consumer empty = the subject
    bool has_input;
    double damage_factor, damage_p, repair_factor, repair_h; // NaN = not given
    double black_start_h, buffer_h;
    hf_str supplier;
    int64_t capacity; // thousandths
} hf_measure_line;

// Errors  HF_ERR_INPUT "measure.not_a_list", "measure.not_an_object", "measure.member", "measure.type",
//         "measure.number", "measure.subject", "measure.does_nothing", "measure.raises", "measure.supplier",
//         "measure.too_long", "measure.empty", "json.*"; source = JSON pointer "/changes/3/damage_p"
bool hf_measure_read(const hf_measure *measure, hf_arena *arena, hf_measure_line **lines,
                     size_t *count, hf_error *err) HF_CHECKED;

// Whether the line changes damage, repair or start; else inputs only.
bool hf_measure_changes_assets(const hf_measure_line *line);

// The texts of a place in the changes of a measure.
typedef struct {
    char pointer[100], prefix[400];
} hf_measure_place_texts;
// Where line `index` of a measure stands, for faults that are found later. Borrows the texts.
hf_json_place hf_measure_place(hf_str key, size_t index, hf_measure_place_texts *texts,
                               hf_error *err);

#endif
