// SPDX-License-Identifier: Apache-2.0
//
// The JSON lists inside a scenario, read strictly.
//
// classes    [{"name","p"} …]  threat classes; each trial belongs to one, drawn with these chances; the p give 1
//            [{"name","times"?} …]  without any p a list of events: trials take them in turn, each as many times one
//            after the other as it says (once), and then from the beginning
// hazards    [{"p", "class"?, "at_h"?, "level"?, selectors} …]
//   p        0 to 1: chance that each asset that the hazard names is damaged by it, on its own
//   class    only in trials of this threat class; without: in all
//   at_h     hour of the shock, 0 = at the start (later ones need hours)
//   level    damaged below this level, 1 = it is down
//   selectors, all of which must fit: "assets": keys; "kind", "sector", "region" (with all that lie in it),
//            "operator": a text or a list of texts, any of which; "near": {"lon","lat","km"}; "all": true
// tolerance  [[loss, probability per year] …]: loss ascending, probability not rising
#ifndef HF_MODEL_SCENARIO_LISTS_H
#define HF_MODEL_SCENARIO_LISTS_H

#include "base/json_read.h"
#include "model/scenario.h"

#define HF_SCENARIO_HAZARDS_MAX 10000u     // lines of one scenario
#define HF_SCENARIO_EVENTS_MAX  1000000u   // one after the other, with their times
#define HF_SCENARIO_CLASSES_MAX 64u        // as the engine has them
#define HF_SCENARIO_ALL_CLASSES UINT32_MAX // no class of its own

typedef struct {
    double p, at_h;
    uint32_t threat_class; // HF_SCENARIO_ALL_CLASSES = all
    uint8_t level;
    bool is_all;
    bool has_near;
    double lon, lat, km;
    hf_texts assets, kinds, sectors, regions, operators; // count 0 = not asked for
} hf_scenario_hazard;

// The lists of a scenario, checked in themselves.
typedef struct {
    uint32_t class_count; // 0 = one class without a name
    const hf_str *class_names;
    const double *class_p;         // NULL = events
    const uint8_t *class_of_event; // NULL = chances
    size_t event_count;
    const hf_scenario_hazard *hazards;
    size_t hazard_count;
    const double (*tolerance)[2];
    size_t tolerance_count;
} hf_scenario_lists;

// Errors  HF_ERR_INPUT "scenario.not_a_list", "scenario.not_an_object", "scenario.member", "scenario.type",
//         "scenario.number", "scenario.class_unknown", "scenario.class_twice", "scenario.class_sum",
//         "scenario.class_mixed",
//         "scenario.nothing_named", "scenario.hour", "scenario.too_long", "scenario.tolerance"; source = JSON
//         pointer "/hazards/3/p"
bool hf_scenario_read_lists(const hf_scenario *scenario, hf_arena *arena, hf_scenario_lists *out,
                            hf_error *err) HF_CHECKED;

// What an object selects, for whatever it is to do with it: assets, kind, sector, region, operator, near, all.
//
// object  its other members are not looked at
// out     the selectors are filled, the rest is left alone
// Errors  those of at->codes; `empty` when nothing is selected
bool hf_selectors_read(const hf_json_place *at, const hf_json *object, hf_arena *arena,
                       hf_scenario_hazard *out) HF_CHECKED;
extern const char *const hf_selector_names[]; // NULL-ended

#endif
