// SPDX-License-Identifier: Apache-2.0
//
// From the word `within` of a question to rings of coordinates.
#include "usecase/area.h"

#include "model/region.h"

bool hf_find_area(const hf_session *session, hf_str within, hf_arena *arena, hf_str *text,
                  hf_area *area, hf_error *err)
{
    static const char prefix[] = "region:";
    void *record = NULL;
    *text = within;
    if (!hf_str_starts(within, prefix))
        return hf_area_parse(*text, arena, area, err);
    hf_str key = hf_str_slice(within, sizeof(prefix) - 1, within.len);
    if (!hf_get_record(session, &hf_noun_region, key, arena, &record, err))
        return false;
    *text = ((const hf_region *)record)->boundary;
    if (text->len == 0)
        return hf_fail(err, HF_ERR_USAGE, "area.no_boundary",
                       "the region '%.*s' has no boundary; give it one, or name another area",
                       HF_STR_ARG(key));
    return hf_area_parse(*text, arena, area, err);
}

bool hf_list_within(const hf_session *session, hf_str within, hf_arena *arena, hf_query *query,
                    hf_error *err)
{
    hf_area area;
    if (within.len == 0)
        return true;
    if (query->has_box)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "name a box or an area, not both");
    if (!hf_find_area(session, within, arena, &query->area, &area, err))
        return false;
    query->has_box = true;
    query->west = area.west;
    query->south = area.south;
    query->east = area.east;
    query->north = area.north;
    return true;
}
