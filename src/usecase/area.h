// SPDX-License-Identifier: Apache-2.0
//
// Which part of the country a question is about.
#ifndef HF_USECASE_AREA_H
#define HF_USECASE_AREA_H

#include "base/area.h"
#include "usecase/record.h"

// What `within` names: rings or GeoJSON as in base/area.h, or "region:KEY" for the boundary of a region.
// *text is the area as text, *area the same to ask points of; both live in the arena.
// Errors  HF_ERR_USAGE "area.text", "area.no_boundary"; HF_ERR_NOT_FOUND "record.unknown"; HF_ERR_PERMISSION
bool hf_find_area(const hf_session *session, hf_str within, hf_arena *arena, hf_str *text,
                  hf_area *area, hf_error *err) HF_CHECKED;
// The same as a condition of a list; an empty `within` sets none.
bool hf_list_within(const hf_session *session, hf_str within, hf_arena *arena, hf_query *query,
                    hf_error *err) HF_CHECKED;

#endif
