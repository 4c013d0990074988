// SPDX-License-Identifier: Apache-2.0
//
// Protective measures: the JSON of measure.changes, made into changes of numbers for the engine.
//
// changes    [{subject, effects} …], each line with one subject and what happens to it:
//   subject  either the selectors of a scenario's hazards ("assets": keys, "kind", "sector", "region", "operator",
//            "near", "all"; usecase/scenario.h), or "consumer": one key
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
#ifndef HF_USECASE_MEASURE_H
#define HF_USECASE_MEASURE_H

#include "engine/engine.h"
#include "model/measure.h"
#include "usecase/question.h"

#define HF_MEASURE_LINES_MAX 1000u // lines of one measure
#define HF_MEASURES_KEPT_BYTES_MAX                                                                 \
    (2u << 20) // of the measures of one scenario; run.question has 4 MB for all

typedef struct {
    hf_str selectors;  // a scenario's list of hazards with this one; empty = consumer
    bool names_assets; // by "assets": the author knows what is registered
    hf_str consumer, input;
    bool has_input;
    double damage_factor, damage_p, repair_factor, repair_h; // NaN = not given
    double black_start_h, buffer_h;
    hf_str supplier;
    int64_t capacity; // thousandths
} hf_measure_line;

// Errors  HF_ERR_INPUT "measure.not_a_list", "measure.not_an_object", "measure.member", "measure.type",
//         "measure.number", "measure.subject", "measure.does_nothing", "measure.raises", "measure.supplier",
//         "measure.too_long", "json.*"; source = JSON pointer "/changes/3/damage_p"
bool hf_measure_read(const hf_measure *measure, hf_arena *arena, hf_measure_line **lines,
                     size_t *count, hf_error *err) HF_CHECKED;

// The measure in the numbers of a plan.
//
// plan    of hf_plan_take_chances
// Errors  as hf_measure_read; "measure.raises" where a named asset has less already; "measure.input" the consumer
//         needs no such input; HF_ERR_NOT_FOUND "asset.unknown", "kind.unknown" …
bool hf_measure_resolve(const hf_session *session, const hf_register_plan *plan,
                        const hf_measure *measure, hf_arena *arena, hf_effect *out,
                        hf_error *err) HF_CHECKED;
// Errors  HF_ERR_NOT_FOUND "measure.unknown", also for what the actor may not know of
bool hf_measure_get(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                    const hf_measure **out, hf_error *err) HF_CHECKED;

// The contents of measures, as a question keeps them: a canonical JSON list [{"changes","key"} …] in the order of the
// keys. A run that holds it comes out the same after the records were edited or removed.
//
// keys        words, as in scenario.measures
// protection  what is told of; the measures are added to it
// Errors      HF_ERR_NOT_FOUND "measure.unknown"; HF_ERR_TOO_LARGE "measure.too_large" together above
//             HF_MEASURES_KEPT_BYTES_MAX
bool hf_measures_keep(const hf_session *session, hf_str keys, hf_arena *arena, hf_str *contents,
                      hf_head *protection, hf_error *err) HF_CHECKED;
// The same from a question that holds them already; `keys` must be those of the list.
// Errors      HF_ERR_INPUT "measure.contents", source = JSON pointer "/measures/0"
bool hf_measures_read_kept(const hf_json *list, hf_str keys, hf_arena *arena, hf_str *contents,
                           hf_error *err) HF_CHECKED;
// Changes a register and its hazards by measures, all of them at once.
//
// contents  of hf_measures_keep or hf_measures_read_kept; empty = none
// exposure  in the numbers of the plan
// Errors    those of hf_measure_resolve
bool hf_measures_put_in_place(const hf_session *session, const hf_register_plan *plan,
                              hf_str contents, hf_arena *arena, hf_exposure *exposure,
                              hf_error *err) HF_CHECKED;

#endif
