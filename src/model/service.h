// SPDX-License-Identifier: Apache-2.0
//
// An essential service: vital for society, economy, health, safety or environment. Assets name the
// service that they deliver.
#ifndef HF_MODEL_SERVICE_H
#define HF_MODEL_SERVICE_H

#include "model/noun.h"

typedef struct {
    hf_head head;
    hf_str name;
    hf_str sector;
    hf_str region;
    int64_t users;
    double minimum_level; // share of normal that must be kept
    double max_outage_h;  // maximum tolerable outage
    hf_str alternatives;
} hf_service;

extern const hf_noun hf_noun_service;

#endif
