// SPDX-License-Identifier: Apache-2.0
//
// What the demonstration nation is asked about and could do: a few scenarios and measures, as the fields of their
// records. Invented, like all of it; the figures have no source.
#include "usecase/demo_plans.h"

#include "model/measure.h"
#include "model/scenario.h"

static const hf_demo_value scenarios[][HF_DEMO_VALUES_MAX] = {
    {{"key", HF_DEMO_PREFIX "SCENARIO-STORM"},
     {"title", "DEMO winter storm"},
     {"about",
      "Wind and ice for three days: masts and lines first, and the second night hits again."},
     {"hours", "72"},
     {"classes", "[{\"name\":\"moderate\",\"p\":0.8},{\"name\":\"severe\",\"p\":0.2}]"},
     {"hazards", "[{\"p\":0.02,\"class\":\"moderate\",\"kind\":[\"cell_tower\",\"transformer\"]},"
                 "{\"p\":0.12,\"class\":\"severe\",\"kind\":[\"cell_tower\",\"transformer\"]},"
                 "{\"p\":0.08,\"class\":\"severe\",\"kind\":\"substation\"},"
                 "{\"p\":0.05,\"class\":\"severe\",\"kind\":\"transformer\",\"at_h\":30}]"},
     {"rate_per_year", "0.5"},
     {"tolerance", "[[100000,0.2],[1000000,0.05],[10000000,0.005]]"},
     {"trials", "2000"}},
    {{"key", HF_DEMO_PREFIX "SCENARIO-FLOOD"},
     {"title", "DEMO river flood"},
     {"about", "Water stands in one province for a week; what lies at the river is out."},
     {"hours", "168"},
     {"step_h", "2"},
     {"hazards", "[{\"p\":0.35,\"region\":\"" HF_DEMO_PREFIX "REGION-01\","
                 "\"kind\":[\"pumping_station\",\"waste_water_plant\",\"water_works\"]},"
                 "{\"p\":0.2,\"region\":\"" HF_DEMO_PREFIX "REGION-01\","
                 "\"kind\":[\"transformer\",\"substation\"],\"at_h\":6}]"},
     {"rate_per_year", "0.1"},
     {"tolerance", "[[100000,0.1],[1000000,0.02]]"},
     {"trials", "2000"}},
    {{"key", HF_DEMO_PREFIX "SCENARIO-CONTROL"},
     {"title", "DEMO attack on control centres"},
     {"about",
      "Someone tries to switch off the control of grid and railways. Nothing is repaired."},
     {"own_damage", "false"},
     {"hazards", "[{\"p\":0.6,\"kind\":\"power_control_centre\"},"
                 "{\"p\":0.3,\"kind\":\"rail_control_centre\"}]"},
     {"trials", "5000"}},
};

static const hf_demo_value measures[][HF_DEMO_VALUES_MAX] = {
    {{"key", HF_DEMO_PREFIX "MEASURE-DIESEL"},
     {"title", "DEMO diesel for hospitals, five days"},
     {"cost", "9000000"},
     {"changes", "[{\"kind\":\"hospital\",\"input\":\"power\",\"buffer_h\":120}]"}},
    {{"key", HF_DEMO_PREFIX "MEASURE-BATTERIES"},
     {"title", "DEMO batteries for mobile masts, half a day"},
     {"cost", "14000000"},
     {"changes", "[{\"kind\":\"cell_tower\",\"input\":\"power\",\"buffer_h\":12}]"}},
    {{"key", HF_DEMO_PREFIX "MEASURE-CABLES"},
     {"title", "DEMO lines underground at transformer stations"},
     {"cost", "60000000"},
     {"changes", "[{\"kind\":\"transformer\",\"damage_factor\":0.4}]"}},
    {{"key", HF_DEMO_PREFIX "MEASURE-CREWS"},
     {"title", "DEMO more repair crews for the grid"},
     {"cost", "6000000"},
     {"changes", "[{\"kind\":[\"transformer\",\"substation\"],\"repair_factor\":0.5}]"}},
    {{"key", HF_DEMO_PREFIX "MEASURE-TANKS"},
     {"title", "DEMO water tanks for hospitals and clinics, two days"},
     {"cost", "5000000"},
     {"changes", "[{\"kind\":[\"hospital\",\"clinic\"],\"input\":\"water\",\"buffer_h\":48}]"}},
    {{"key", HF_DEMO_PREFIX "MEASURE-DAMS"},
     {"title", "DEMO flood walls in the first province"},
     {"cost", "25000000"},
     {"changes", "[{\"region\":\"" HF_DEMO_PREFIX "REGION-01\",\"sector\":[\"WA\",\"EN\"],"
                 "\"damage_factor\":0.3}]"}},
};

bool hf_demo_put_values(const hf_noun *noun, const hf_demo_value (*records)[HF_DEMO_VALUES_MAX],
                        size_t count, const hf_demo_sink *sink, hf_error *err)
{
    for (size_t i = 0; i < count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        void *record = hf_noun_new(noun, &scratch);
        for (const hf_demo_value *v = records[i]; v->name != NULL; v++) {
            const hf_field *field = hf_noun_field(noun, hf_str_of(v->name), NULL);
            HF_ASSERT(field != NULL);
            if (!hf_field_set_text(field, record, hf_str_of(v->text), false, &scratch, err))
                return false;
        }
        ((hf_head *)record)->source = HF_STR("DEMO");
        if (!sink->put(sink->context, noun, record, err))
            return false;
    }
    return true;
}

bool hf_demo_put_plans(const hf_demo_sink *sink, hf_error *err)
{
    return hf_demo_put_values(&hf_noun_scenario, scenarios, HF_COUNT(scenarios), sink, err) &&
           hf_demo_put_values(&hf_noun_measure, measures, HF_COUNT(measures), sink, err);
}
