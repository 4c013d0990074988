// SPDX-License-Identifier: Apache-2.0
//
// The slow reference of simulations: every trial by itself, every draw written out bit by bit from the
// definition, the state of every step from oracle_cascade.c. No plan, no lanes, no shared draws.
#ifndef HF_TEST_ORACLE_SIMULATE_H
#define HF_TEST_ORACLE_SIMULATE_H

#include "oracle_cascade.h"

// Fills a tally of hf_tally_init with all trials of the question.
void hf_oracle_simulate(const hf_engine_input *input, const hf_simulation *simulation,
                        hf_tally *tally);

#endif
