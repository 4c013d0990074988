// SPDX-License-Identifier: Apache-2.0
//
// Scenarios: what may happen, as people write it (model/scenario_lists.h), made into chances of damage for the engine.
//
// Hazards that meet in one asset, hour and class are independent: their chances are joined as 1 − Π(1 − p), and
// damage below a level is damage below all higher levels too. With own_damage each asset's damage_p is one more.
#ifndef HF_USECASE_SCENARIO_H
#define HF_USECASE_SCENARIO_H

#include "model/scenario_lists.h"
#include "usecase/question.h"

#define HF_SCENARIO_HITS_MAX 100000000 // chances that its lines make: 3 GB

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
