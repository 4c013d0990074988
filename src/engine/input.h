// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: the checks before a plan is built.
#ifndef HF_ENGINE_INPUT_H
#define HF_ENGINE_INPUT_H

#include "engine/engine.h"

// Errors  HF_ERR_INPUT "engine.input", "engine.weights_too_large"; HF_ERR_TOO_LARGE
// Cost    O(assets + members + links)
bool hf_engine_input_check(const hf_engine_input *input, hf_error *err) HF_CHECKED;

#endif
