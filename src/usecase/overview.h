// SPDX-License-Identifier: Apache-2.0
//
// The register at a glance: counts by sector, region and kind, the quality of the data, where things lie, and
// what matters most.
#ifndef HF_USECASE_OVERVIEW_H
#define HF_USECASE_OVERVIEW_H

#include "usecase/places.h"
#include "usecase/question.h"

// Appends the members of the overview's JSON object that depend on the register only (all but the log), so that a
// door can keep them per data version and access class.
// Cost: about a second at a million assets once the plan is there; one check and, up to 50,000 assets, one ranking.
bool hf_write_overview(const hf_session *session, hf_place_book *book, hf_json_writer *out,
                       hf_error *err) HF_CHECKED;

#endif
