// SPDX-License-Identifier: Apache-2.0
//
// Longitude and latitude that stand in each other's column are sound numbers over most of the Earth. A State's
// sites lie near each other, though: a file whose places are far from all of them, and would be near them
// the other way round, gets a warning.
#include <math.h>

#include "usecase/import.h"

enum { ENOUGH = 5 }; // fewer places say nothing
#define NEAR_KM 300.0

static bool has_neighbour(hf_read *read, double lon, double lat, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_near *near = NULL;
    size_t count = 0;
    *out = false;
    if (fabs(lon) > 180 || fabs(lat) > 90)
        return true;
    if (!hf_store_nearest(read, lon, lat, NEAR_KM, 1, HF_STR_EMPTY, 0, &scratch, &near, &count,
                          err))
        return false;
    *out = count > 0;
    return true;
}

// All of them far, and near when swapped?
static bool look_swapped(hf_read *read, const hf_import_state_file *file, bool *out, hf_error *err)
{
    *out = false;
    if (file->seen_count < ENOUGH)
        return true;
    for (size_t i = 0; i < file->seen_count; i++) {
        const hf_import_seen *seen = &file->seen[i];
        bool is_near = false, is_near_swapped = false;
        if (!has_neighbour(read, seen->lon, seen->lat, &is_near, err))
            return false;
        if (is_near)
            return true;
        if (!has_neighbour(read, seen->lat, seen->lon, &is_near_swapped, err))
            return false;
        if (!is_near_swapped)
            return true;
    }
    *out = true;
    return true;
}

bool hf_import_judge_places(hf_import_state *state, hf_error *err)
{
    for (uint32_t i = 0; state->before != NULL && i < state->request->file_count; i++) {
        bool is_swapped = false;
        if (!look_swapped(state->before, &state->files[i], &is_swapped, err))
            return false;
        if (is_swapped)
            hf_problems_add(&state->result->problems, HF_WARNING, hf_import_file_name(state, i),
                            state->files[i].seen[0].line, HF_STR("lat"), "place.perhaps_swapped",
                            "the places of this file lie far from all others of the register, and "
                            "near them the other way round; are longitude and latitude swapped?");
    }
    return true;
}
