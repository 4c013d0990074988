// SPDX-License-Identifier: Apache-2.0
//
// Protective measures: their changes (model/measure_lines.h), made into changes of numbers for the engine.
#ifndef HF_USECASE_MEASURE_H
#define HF_USECASE_MEASURE_H

#include "engine/engine.h"
#include "model/measure_lines.h"
#include "usecase/question.h"

#define HF_MEASURES_KEPT_BYTES_MAX                                                                 \
    (2u << 20) // of the measures of one scenario; run.question has 4 MB for all

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
