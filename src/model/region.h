// SPDX-License-Identifier: Apache-2.0
//
// An area of the State: province, district, municipality.
#ifndef HF_MODEL_REGION_H
#define HF_MODEL_REGION_H

#include "model/noun.h"

typedef struct {
    hf_head head;
    hf_str name;
    hf_str parent;
    hf_str level; // "province", "district"
    int64_t people;
    double lon; // a point inside
    double lat;
    hf_str boundary; // GeoJSON Polygon or MultiPolygon
} hf_region;

extern const hf_noun hf_noun_region;

#endif
