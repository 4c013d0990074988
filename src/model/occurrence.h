// SPDX-License-Identifier: Apache-2.0
//
// An occurrence with weapons or means of attack: a seizure, a find, a diversion, a loss, a surrender, a suspicious purchase, a
// use. When, where, which means, how much, whether it could be traced. How a means is made or used has no field.
#ifndef HF_MODEL_OCCURRENCE_H
#define HF_MODEL_OCCURRENCE_H

#include "model/noun.h"

#define HF_MEANS_COUNT 12u
extern const char *const hf_means_words[];           // "small_arms" … "other", NULL-ended
extern const char *const hf_occurrence_kind_words[]; // "seizure" … "use", NULL-ended

typedef enum {
    HF_OCCURRENCE_REPORTED,
    HF_OCCURRENCE_CONFIRMED,
    HF_OCCURRENCE_DISMISSED
} hf_occurrence_status;

// Traced and untraced are both answers.
typedef enum {
    HF_TRACE_NOT_POSSIBLE, // nothing to trace: no mark, or a means that bears none
    HF_TRACE_NOT_REQUESTED,
    HF_TRACE_REQUESTED,
    HF_TRACE_TRACED,
    HF_TRACE_UNTRACED
} hf_trace;

typedef struct {
    hf_head head;
    hf_str title;
    int32_t kind;
    int32_t means; // hf_means_words
    int64_t occurred_at;
    hf_str region;       // region
    hf_str organisation; // who reported it
    int32_t status;      // hf_occurrence_status
    double quantity;
    int32_t quantity_unit;
    int32_t trace; // hf_trace
    int64_t trace_requested_at;
    int64_t trace_answered_at;
    hf_str trace_result;
    hf_str network; // the State's own name of a procurement network
    hf_str remarks;
} hf_occurrence;

extern const hf_noun hf_noun_occurrence;

#endif
