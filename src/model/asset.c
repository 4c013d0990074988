// SPDX-License-Identifier: Apache-2.0
//
// The table of `asset` and the rules between its fields.
#include "model/asset.h"

#include <stddef.h>

static const char *const repair_law_words[] = {"fixed", "exponential", "lognormal", "weibull",
                                               NULL};
static const char *const access_words[] = {"open", "ticketed", "controlled", "staff", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "name",
     .type = HF_TEXT,
     .offset = offsetof(hf_asset, name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 400},
    {.name = "kind",
     .type = HF_TEXT,
     .offset = offsetof(hf_asset, kind),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 100},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_asset, sector),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 20},
    {.name = "lon",
     .type = HF_NUMBER,
     .offset = offsetof(hf_asset, lon),
     .flags = HF_FIELD_LON,
     .min = -180,
     .max = 180,
     .unit = "deg"},
    {.name = "lat",
     .type = HF_NUMBER,
     .offset = offsetof(hf_asset, lat),
     .flags = HF_FIELD_LAT,
     .min = -90,
     .max = 90,
     .unit = "deg"},
    {.name = "operator",
     .type = HF_LINK,
     .offset = offsetof(hf_asset, operator_key),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "region",
     .type = HF_LINK,
     .offset = offsetof(hf_asset, region),
     .flags = HF_FIELD_FILTER,
     .refers = "region"},
    {.name = "site",
     .type = HF_TEXT,
     .offset = offsetof(hf_asset, site),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 200},
    {.name = "service",
     .type = HF_LINK,
     .offset = offsetof(hf_asset, service),
     .flags = HF_FIELD_FILTER,
     .refers = "service"},
    {.name = "people_served",
     .type = HF_INTEGER,
     .offset = offsetof(hf_asset, people_served),
     .flags = HF_FIELD_FILTER,
     .min = 0,
     .max = 1e10,
     .unit = "persons",
     .fallback = "0"},
    {.name = "capacity",
     .type = HF_NUMBER,
     .offset = offsetof(hf_asset, capacity),
     .min = 0,
     .max = 1e15},
    {.name = "capacity_unit",
     .type = HF_TEXT,
     .offset = offsetof(hf_asset, capacity_unit),
     .max_bytes = 40},
    {.name = "damage_p",
     .type = HF_NUMBER,
     .offset = offsetof(hf_asset, damage_p),
     .min = 0,
     .max = 1,
     .fallback = "0"},
    {.name = "repair_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_asset, repair_h),
     .min = 0,
     .max = 1e6,
     .unit = "h"},
    {.name = "repair_law",
     .type = HF_WORD,
     .offset = offsetof(hf_asset, repair_law),
     .words = repair_law_words,
     .fallback = "fixed"},
    {.name = "black_start_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_asset, black_start_h),
     .min = 0,
     .max = 1e6,
     .unit = "h",
     .fallback = "0"},
    {.name = "restore_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_asset, restore_h),
     .min = 0,
     .max = 1e6,
     .unit = "h"},
    {.name = "levels",
     .type = HF_INTEGER,
     .offset = offsetof(hf_asset, levels),
     .min = 2,
     .max = 8,
     .fallback = "2"},
    {.name = "soft_target",
     .type = HF_TEXT,
     .offset = offsetof(hf_asset, soft_target),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 20},
    {.name = "crowd_mean",
     .type = HF_INTEGER,
     .offset = offsetof(hf_asset, crowd_mean),
     .min = 0,
     .max = 1e9,
     .unit = "persons"},
    {.name = "crowd_peak",
     .type = HF_INTEGER,
     .offset = offsetof(hf_asset, crowd_peak),
     .min = 0,
     .max = 1e9,
     .unit = "persons"},
    {.name = "crowd_by_hour",
     .type = HF_JSON,
     .offset = offsetof(hf_asset, crowd_by_hour),
     .max_bytes = 1000},
    {.name = "access",
     .type = HF_WORD,
     .offset = offsetof(hf_asset, access),
     .words = access_words},
    {.name = "season", .type = HF_LIST, .offset = offsetof(hf_asset, season), .max_bytes = 100},
};

static void complete(void *record, hf_arena *arena)
{
    hf_asset *asset = record;
    asset->sector = hf_code_with_case(asset->sector, true, arena);
    asset->soft_target = hf_code_with_case(asset->soft_target, true, arena);
    asset->kind = hf_code_with_case(asset->kind, false, arena);
}

static bool check(const void *record, hf_error *err)
{
    const hf_asset *asset = record;
    if (isnan(asset->lon) != isnan(asset->lat)) {
        hf_fail(err, HF_ERR_INPUT, "asset.half_a_place",
                "only one of lon and lat is given; give both or neither");
        return hf_fail_at(err, NULL, 0, isnan(asset->lon) ? "lon" : "lat");
    }
    if (asset->crowd_mean != HF_INTEGER_NONE && asset->crowd_peak != HF_INTEGER_NONE &&
        asset->crowd_mean > asset->crowd_peak) {
        hf_fail(err, HF_ERR_INPUT, "asset.crowd_mean_above_peak",
                "the mean crowd is larger than the peak; mend one of them");
        return hf_fail_at(err, NULL, 0, "crowd_mean");
    }
    return true;
}

const hf_noun hf_noun_asset = {
    .name = "asset",
    .plural = "assets",
    .group = HF_GROUP_REGISTER,
    .struct_bytes = sizeof(hf_asset),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
    .check = check,
};
