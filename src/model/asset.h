// SPDX-License-Identifier: Apache-2.0
//
// A site, installation or soft target: the physical, cyber or human element whose loss would hurt a
// service. Columns of assets.csv.
#ifndef HF_MODEL_ASSET_H
#define HF_MODEL_ASSET_H

#include "model/noun.h"

typedef enum {
    HF_ASSET_REPAIR_FIXED,
    HF_ASSET_REPAIR_EXPONENTIAL,
    HF_ASSET_REPAIR_LOGNORMAL,
    HF_ASSET_REPAIR_WEIBULL
} hf_asset_repair_law;

typedef enum {
    HF_ACCESS_OPEN,
    HF_ACCESS_TICKETED,
    HF_ACCESS_CONTROLLED,
    HF_ACCESS_STAFF
} hf_asset_access;

typedef struct {
    hf_head head;
    hf_str name;
    hf_str kind;   // snake_case word of the taxonomy
    hf_str sector; // "EN" or "EN01", upper case
    double lon;    // degrees WGS 84
    double lat;
    hf_str operator_key; // organisation
    hf_str region;
    hf_str site;           // co-location: a common cause
    hf_str service;        // essential service that it delivers
    int64_t people_served; // who loses the service when it is down
    double capacity;
    hf_str capacity_unit;
    double damage_p;    // probability of own damage per trial
    double repair_h;    // empty = never
    int32_t repair_law; // hf_asset_repair_law
    double black_start_h;
    double restore_h; // from the return of its inputs to its own; empty = repair_h
    int64_t levels;
    hf_str soft_target; // "ST05"; empty = no soft target
    int64_t crowd_mean;
    int64_t crowd_peak;
    hf_str crowd_by_hour; // 24 numbers, persons present from hour 0 to 23 local time
    int32_t access;       // hf_asset_access
    hf_str season;        // months of high presence, "06 07 08"
} hf_asset;

extern const hf_noun hf_noun_asset;

#endif
