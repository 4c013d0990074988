// SPDX-License-Identifier: Apache-2.0
//
// A second model beside the cascade: outages in continuous time, where what fell comes back after
// its inputs did and a time of its own. For operators' data of the form "we hold 8 h of diesel and
// need 4 h to start again". Part of the engine's public header.
#ifndef HF_ENGINE_OUTAGE_H
#define HF_ENGINE_OUTAGE_H

#include "engine/engine.h"

#define HF_OUTAGE_MODEL "outage/1"

typedef struct {
    const uint32_t *fail; // damaged at hour 0, each for its repair_h (NaN = for good)
    uint32_t fail_count;
    double hours; // 0 = until nothing changes any more; else what begins later is left out
    const double *restore_h; // by asset, ≥ 0: from the return of its inputs to its own; NULL = 0
} hf_outage_question;

// An asset goes down when an input was missing for the whole of its buffer, and comes up again when
// all inputs are there and its time of restoration has passed without a new loss. Buffers fill at
// once; restorations run while others do. Time only moves forward, so circles need no rule of their
// own: assets that wait for each other stay down.
//
// result  out: lives in `arena`; step_h and step_count are 0, losses have people_hours when the
//         question has hours. No answer of hf_explain.
// Errors  HF_ERR_INPUT "engine.hours", "engine.asset_unknown", "outage.restore" a time that is
//         negative or no number
// Cost    O(outages · dependencies of what fell · log), and for each moment in which a member of a
//         network changes O(links)
// Source  the method of buffer times, docs/guide/engine-model.md ("Outages")
bool hf_outage_run(const hf_plan *plan, const hf_outage_question *question, hf_arena *arena,
                   hf_cascade *result, hf_error *err) HF_CHECKED;

#endif
