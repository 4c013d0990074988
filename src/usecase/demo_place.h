// SPDX-License-Identifier: Apache-2.0
//
// The ground of the demonstration nation: its coast, regions, towns and their names. Only demo_*.c include it.
#ifndef HF_USECASE_DEMO_PLACE_H
#define HF_USECASE_DEMO_PLACE_H

#include "base/buf.h"

#define HF_DEMO_REGIONS_MAX 16u
#define HF_DEMO_TOWNS_MAX   4000u

// A random number that is a pure function of where it is used: stream names the purpose, index the thing.
uint64_t hf_demo_random(uint64_t seed, uint64_t stream, uint64_t index);
double hf_demo_unit(uint64_t seed, uint64_t stream, uint64_t index); // [0, 1)

typedef struct {
    double lon, lat;
} hf_demo_point;

typedef struct {
    hf_demo_point at;
    uint32_t region;
    int64_t people;
    uint64_t name; // seed of its name
} hf_demo_town;

typedef struct {
    uint64_t seed;
    uint32_t region_count;            // region 0 lies in the middle
    double edge[HF_DEMO_REGIONS_MAX]; // angle at which the outer region i begins (1 … count-1)
    uint32_t town_count;              // the largest first
    hf_demo_town *towns;
} hf_demo_land;

void hf_demo_land_make(uint64_t seed, uint64_t size, hf_arena *arena, hf_demo_land *out);
// Moves a point towards the middle until it stands on land, rounded to 5 decimals (about 1 m).
hf_demo_point hf_demo_on_land(const hf_demo_land *land, double lon, double lat);
uint32_t hf_demo_region_of(const hf_demo_land *land, hf_demo_point point);
double hf_demo_km(hf_demo_point a, hf_demo_point b); // flat: good enough for choosing neighbours
void hf_demo_boundary(const hf_demo_land *land, uint32_t region, hf_buf *geojson);

typedef enum {
    HF_SCRIPT_LATIN,
    HF_SCRIPT_ARABIC,
    HF_SCRIPT_HAN,
    HF_SCRIPT_CYRILLIC
} hf_demo_script;
void hf_demo_name(uint64_t name, hf_demo_script script, hf_buf *out);
// What the people of a region write in. The middle one writes Latin, as does each fourth of the outer ones.
hf_demo_script hf_demo_script_of(uint32_t region);

#endif
