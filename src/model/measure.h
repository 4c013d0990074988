// SPDX-License-Identifier: Apache-2.0
//
// A protective measure: what it changes in the register's numbers, what it costs, and what it excludes.
// The JSON of its changes is told in measure_lines.h.
#ifndef HF_MODEL_MEASURE_H
#define HF_MODEL_MEASURE_H

#include "model/noun.h"

typedef enum {
    HF_MEASURE_PROPOSED,
    HF_MEASURE_PLANNED,
    HF_MEASURE_IN_PLACE,
    HF_MEASURE_DROPPED
} hf_measure_state;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str about;
    double cost;     // in the State's own unit of money, for the whole life
    int32_t state;   // hf_measure_state
    hf_str owner;    // organisation
    int64_t due;     // when it is to be in place
    hf_str changes;  // JSON
    hf_str excludes; // keys of measures that cannot be taken with it
    hf_str practice; // that it was adopted from
} hf_measure;

extern const hf_noun hf_noun_measure;

#endif
