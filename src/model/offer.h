// SPDX-License-Identifier: Apache-2.0
//
// What a provider holds ready: an offer of technical assistance, an initiative of an international or regional
// organisation, a tool, a course. Whoever is cleared for it may know of it, wherever they work.
#ifndef HF_MODEL_OFFER_H
#define HF_MODEL_OFFER_H

#include "model/need.h"

typedef enum {
    HF_OFFER_ANNOUNCED,
    HF_OFFER_OPEN,
    HF_OFFER_CLOSED,
    HF_OFFER_WITHDRAWN
} hf_offer_status;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str about;
    int32_t form;    // offer, initiative, tool, course
    hf_str provider; // organisation
    hf_str kinds;    // of hf_assistance_words
    // Lists; empty: nobody said; HF_OFFER_ANY among them: all.
    hf_str themes, sectors, languages, regions;
    int64_t starts_at, ends_at;
    int64_t capacity; // projects at the same time
    int32_t cost;     // by whom it is borne
    hf_str conditions, contact, url;
    int32_t status; // hf_offer_status
} hf_offer;

#define HF_OFFER_ANY HF_STR("any")

extern const hf_noun hf_noun_offer;

// Can it still be asked for?
bool hf_offer_is_open(const hf_offer *offer);

#endif
