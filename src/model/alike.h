// SPDX-License-Identifier: Apache-2.0
//
// Are two offers one and the same, written down twice? Names and marks of likeness only; a person decides.
#ifndef HF_MODEL_ALIKE_H
#define HF_MODEL_ALIKE_H

#include "model/offer.h"

// From this share of common pairs of letters on two titles are alike.
#define HF_TITLES_ALIKE 0.6

// A title as pairs of letters, folded as search folds them, so that case, accents and marks do not matter and every
// script is compared the same way.
typedef struct {
    const uint64_t *pairs; // ascending, with repeats
    size_t count;
} hf_title_pairs;
hf_title_pairs hf_title_pairs_of(hf_str title, hf_arena *arena);
// Share of the pairs that are common, 0 to 1 (Dice 1945: twice the common ones over all); 0 without any.
double hf_titles_alike(const hf_title_pairs *a, const hf_title_pairs *b);

typedef struct {
    double title; // share
    bool is_provider, is_kind, is_url;
} hf_likeness;
// Likely the same: one address; or titles alike and one provider; or titles alike and a kind of assistance in common.
bool hf_offers_alike(const hf_offer *a, const hf_title_pairs *title_a, const hf_offer *b,
                     const hf_title_pairs *title_b, hf_likeness *out);

#endif
