// SPDX-License-Identifier: Apache-2.0
//
// What the demonstration nation consists of, as two tables: kinds of assets, and what they need. The tables
// are in demo_tables.c, the work in demo_nation.c. Only demo_*.c include it.
#ifndef HF_USECASE_DEMO_NATION_H
#define HF_USECASE_DEMO_NATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    HF_CROWD_NONE,
    HF_CROWD_DAY,
    HF_CROWD_EVENING,
    HF_CROWD_WORSHIP,
    HF_CROWD_ALWAYS
} hf_demo_crowd;

typedef struct {
    const char *code;     // of the key: DEMO-HOS-00001
    const char *kind;     // taxonomy
    const char *sector;   // sub-sector
    const char *title;    // English, behind the town's name
    uint32_t per_10k;     // how many among 10,000 assets
    uint32_t least;       // in the whole nation
    bool each_town;       // at least one a town
    double serves;        // share of the town that all of its kind serve together
    double nation_serves; // share of the nation that all of its kind serve together
    double capacity;
    const char *capacity_unit;
    double repair_h;
    double damage_p;
    const char *service;     // of hf_demo_services, or NULL
    const char *soft_target; // or NULL
    hf_demo_crowd crowd;
    int32_t crowd_peak;
    int32_t access; // hf_asset_access, -1 = empty
} hf_demo_kind;
extern const hf_demo_kind hf_demo_kinds[];
extern const size_t hf_demo_kind_count;

typedef struct {
    const char *consumer; // code
    const char *input;
    const char *supplier; // code
    uint32_t count;       // suppliers of the group
    uint32_t percent;     // of the consumers that have this group
    const char *need;     // "any", "all" or an amount
    double buffer_h[3];   // one of the three is drawn
    bool is_nationwide;   // any of the nation's, else of the town or the nearest town that has one
    bool is_cyber;
} hf_demo_need;
extern const hf_demo_need hf_demo_needs[];
extern const size_t hf_demo_need_count;

typedef struct {
    const char *key, *name, *sector;
    double max_outage_h;
} hf_demo_service;
extern const hf_demo_service hf_demo_services[];
extern const size_t hf_demo_service_count;

#endif
