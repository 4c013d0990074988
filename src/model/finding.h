// SPDX-License-Identifier: Apache-2.0
//
// What an audit or an assessment found: a gap, a good practice, or a vulnerability, which is restricted; by ICAO, the nation, the
// audited body itself or the team of an assessment; what is done about it, and whether that was
// verified. `same_as` names the finding that it is merged into.
#ifndef HF_MODEL_FINDING_H
#define HF_MODEL_FINDING_H

#include "model/aviation.h"

typedef enum {
    HF_ORIGIN_ICAO,
    HF_ORIGIN_NATIONAL,
    HF_ORIGIN_SELF,
    HF_ORIGIN_ASSESSMENT,
    HF_ORIGIN_COUNT
} hf_finding_origin;

typedef enum {
    HF_FINDING_GAP,
    HF_FINDING_GOOD_PRACTICE,
    HF_FINDING_VULNERABILITY,
    HF_FINDING_KIND_COUNT
} hf_finding_kind;
extern const char *const hf_finding_kind_words[]; // NULL-ended
#define HF_VULNERABILITY_MARKING_MIN HF_TLP_AMBER_STRICT

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
    int32_t kind;        // hf_finding_kind
    int32_t origin;      // hf_finding_origin
    hf_str assessment;   // assessment
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

// By days: a finding may be verified on the day on which it was found. Asked where a date changes; what an older program
// took in stays as it is.
// Errors  HF_ERR_INPUT "finding.verified_first"
bool hf_finding_check_dates(const hf_finding *finding, hf_error *err) HF_CHECKED;
// Corrected is still open; verified and withdrawn are not.
bool hf_finding_is_open(const hf_finding *finding);

#endif
