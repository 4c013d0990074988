// SPDX-License-Identifier: Apache-2.0
//
// Does an offer fit a need, and why: named factors, each met, not met or unknown. No store and no clock. The kind of
// assistance must fit; all else decides the order only, since a person may know what no record says.
#ifndef HF_MODEL_MATCH_H
#define HF_MODEL_MATCH_H

#include "model/project.h"

typedef enum {
    HF_FACTOR_KIND,
    HF_FACTOR_THEME,
    HF_FACTOR_SECTOR,
    HF_FACTOR_LANGUAGE,
    HF_FACTOR_REGION,
    HF_FACTOR_TIME,
    HF_FACTOR_CAPACITY,
    HF_FACTOR_COUNT
} hf_factor;
extern const char *const hf_factor_words[]; // "kind" … "capacity", NULL-ended

// The better verdict is the greater one.
typedef enum { HF_VERDICT_NOT_MET, HF_VERDICT_UNKNOWN, HF_VERDICT_MET } hf_verdict;
extern const char *const hf_verdict_words[]; // "not_met" "unknown" "met", NULL-ended

typedef struct {
    hf_verdict factors[HF_FACTOR_COUNT];
    uint32_t met, not_met;
} hf_match;

typedef struct {
    const hf_assistance_need *need;
    const hf_offer *offer;
    hf_str regions; // words: the need's region and all around it; empty: the need names none
    uint32_t used;  // open projects of the offer
    int64_t now_ms;
} hf_match_input;

hf_match hf_match_of(const hf_match_input *input);
// Kinds of assistance that the offer can be asked for, as bits; none where it cannot be asked for at all.
uint32_t hf_offer_kinds(const hf_offer *offer);
// Does its kind fit? Most offers are of another kind: asked before the factors. kinds: of the offer
bool hf_match_fits(const hf_assistance_need *need, uint32_t kinds);
// What comes first has the smaller one: more met first, then fewer not met; so an offer that meets more never ranks lower.
// Those of one rank come by their keys.
#define HF_MATCH_RANK_COUNT ((HF_FACTOR_COUNT + 1) * (HF_FACTOR_COUNT + 1))
uint32_t hf_match_rank(const hf_match *match);

#endif
