// SPDX-License-Identifier: Apache-2.0
//
// What an audit found wanting: by ICAO, the nation or the audited body itself; what is done about it, and whether that was
// verified. `same_as` names the finding that it is merged into.
#ifndef HF_MODEL_FINDING_H
#define HF_MODEL_FINDING_H

#include "model/aviation.h"

typedef enum { HF_ORIGIN_ICAO, HF_ORIGIN_NATIONAL, HF_ORIGIN_SELF } hf_finding_origin;

typedef enum {
    HF_FINDING_OPEN,
    HF_FINDING_CORRECTED,
    HF_FINDING_VERIFIED,
    HF_FINDING_WITHDRAWN
} hf_finding_status;

typedef struct {
    hf_head head;
    hf_str title;
    hf_str about;
    int32_t origin;      // hf_finding_origin
    hf_str organisation; // organisation
    hf_str site;         // asset
    int32_t audit_area;
    int32_t critical_element;
    hf_str provisions;
    int32_t severity;
    int64_t found_at;
    hf_str correction;
    hf_str owner; // organisation
    int64_t due;
    int32_t status; // hf_finding_status
    int64_t verified_at;
    hf_str same_as; // finding
} hf_finding;

extern const hf_noun hf_noun_finding;

#endif
