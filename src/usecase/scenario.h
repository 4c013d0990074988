// SPDX-License-Identifier: Apache-2.0
//
// Scenarios: what may happen, as people write it, made into chances of damage for the engine.
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
//
// Hazards that meet in one asset, hour and class are independent: their chances are joined as 1 − Π(1 − p), and
// damage below a level is damage below all higher levels too. With own_damage each asset's damage_p is one more.
#ifndef HF_USECASE_SCENARIO_H
#define HF_USECASE_SCENARIO_H

#include "model/scenario.h"
#include "usecase/question.h"

#define HF_SCENARIO_HAZARDS_MAX 10000u    // lines of one scenario
#define HF_SCENARIO_EVENTS_MAX  1000000u  // one after the other, with their times
#define HF_SCENARIO_HITS_MAX    100000000 // chances that they make: 3 GB

typedef struct {
    const hf_str *items;
    size_t count;
} hf_texts;

typedef struct {
    double p, at_h;
    uint32_t threat_class; // HF_NO_INDEX = all
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
// A scenario from a JSON object with the members of the record. Errors: those of hf_patch_from_json,
// "scenario.member" for a member that is none.
bool hf_scenario_from_json(const hf_json *object, hf_arena *arena, hf_scenario *out,
                           hf_error *err) HF_CHECKED;
// A scenario by its key, or else from a JSON file of this name (the command line only). The lists are not looked at
// yet: hours may still come from elsewhere.
//
// is_file  out: faults found later should name the file, by hf_scenario_fail_in
// Errors   HF_ERR_NOT_FOUND "scenario.unknown"; as above, with source = file and column = JSON pointer
bool hf_scenario_find(const hf_session *session, const char *key_or_file, hf_arena *arena,
                      hf_scenario *out, bool *is_file, hf_error *err) HF_CHECKED;
// Moves the JSON pointer aside for the file's name. Returns false.
bool hf_scenario_fail_in(const char *file, hf_error *err);
// The members that decide what happens, as a JSON object that hf_scenario_from_json reads back the same.
void hf_scenario_write(const hf_scenario *scenario, hf_json_writer *out);

// Chances for the engine, in its order.
//
// plan    of hf_plan_take_chances
// Errors  HF_ERR_INPUT "asset.unknown", "kind.unknown", "sector.unknown", "region.unknown",
//         "operator.unknown", "scenario.hits_nothing", "scenario.level", "scenario.too_many_hits"; HF_ERR_BUSY "question.moved_on"; source = JSON pointer
bool hf_scenario_resolve(const hf_session *session, const hf_register_plan *plan,
                         const hf_scenario_lists *lists, bool own_damage, hf_arena *arena,
                         hf_hazard **out, size_t *count, hf_error *err) HF_CHECKED;

#endif
