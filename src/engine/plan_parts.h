// SPDX-License-Identifier: Apache-2.0
//
// Inside hf_plan_build: the parts of a plan that stand in files of their own. What they write lies in `arena`.
#ifndef HF_ENGINE_PLAN_PARTS_H
#define HF_ENGINE_PLAN_PARTS_H

#include "engine/plan.h"

// Writes links as two lists: where a slot leads, and where it is fed from. The plan has its slots.
void hf_plan_write_links(hf_plan *plan, const hf_engine_input *input, hf_arena *arena);
// Pins what is down with nothing damaged, marks the assets that take somebody down alone, and lists what
// is down at the start. The plan has all its groups, edges and links.
void hf_plan_settle(hf_plan *plan, hf_arena *arena);

#endif
