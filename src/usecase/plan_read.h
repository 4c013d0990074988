// SPDX-License-Identifier: Apache-2.0
//
// Between plan.c (keeping and sharing plans) and plan_read.c (register → numbers). Nobody else includes it.
#ifndef HF_USECASE_PLAN_READ_H
#define HF_USECASE_PLAN_READ_H

#include "usecase/question.h"

// Reads the register and builds the plan into *out; everything lives in `arena`.
// wants_input  keeps what the plan was built from, with all that simulations need
// sight   only what it lets be known; NULL = all of the register
// stop    set to true by another thread: HF_ERR_STOPPED "question.stopped" soon; NULL = never
bool hf_plan_read(hf_read *read, const hf_sight *sight, bool wants_input, const _Atomic bool *stop,
                  hf_arena *arena, hf_register_plan *out, hf_error *err) HF_CHECKED;

#endif
