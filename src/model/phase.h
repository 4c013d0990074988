// SPDX-License-Identifier: Apache-2.0
//
// The six phases of protection, as resolution 2396 names them for soft targets; resolution 2341 names the same but
// for the investigation. Nouns keep them as words of a list.
#ifndef HF_MODEL_PHASE_H
#define HF_MODEL_PHASE_H

#include "model/noun.h"

typedef enum {
    HF_PHASE_PREVENT,
    HF_PHASE_PROTECT,
    HF_PHASE_MITIGATE,
    HF_PHASE_INVESTIGATE,
    HF_PHASE_RESPOND,
    HF_PHASE_RECOVER,
    HF_PHASE_COUNT
} hf_phase;
extern const char *const hf_phase_words[]; // "prevent" … "recover", NULL-ended

// Is the phase among the words of a list?
bool hf_has_phase(hf_str phases, hf_phase phase);

#endif
