// SPDX-License-Identifier: Apache-2.0
//
// Words of the phases.
#include "model/phase.h"

const char *const hf_phase_words[] = {"prevent", "protect", "mitigate", "investigate",
                                      "respond", "recover", NULL};

bool hf_has_phase(hf_str phases, hf_phase phase)
{
    return hf_str_has_word(phases, hf_str_of(hf_phase_words[phase]));
}
