// SPDX-License-Identifier: Apache-2.0
//
// Occurrences of the demonstration nation: small arms that stay as they were, unmanned aircraft that rise, rare ones that say
// little, traces without an answer. Invented, like all of it.
#include "usecase/demo_plans.h"

#include "usecase/weapons.h"

// How many in 2021 to 2026, and of which kind. Every third small arm was traced, every fifth request waits.
static const struct {
    const char *means, *kind, *title;
    uint32_t by_year[6];
} lines[] = {
    {"small_arms", "seizure", "DEMO pistols in a parcel", {9, 7, 11, 8, 9, 6}},
    {"small_arms", "loss", "DEMO service weapon missing from a store", {2, 1, 0, 2, 1, 0}},
    {"ammunition", "find", "DEMO cartridges in a cellar", {6, 4, 5, 7, 3, 4}},
    {"explosives", "diversion", "DEMO explosives missing from a quarry", {1, 0, 2, 0, 1, 0}},
    {"ied_components",
     "suspicious_purchase",
     "DEMO purchase reported by a shop",
     {3, 5, 4, 6, 7, 5}},
    {"unmanned_aircraft", "use", "DEMO unmanned aircraft over a site", {1, 2, 3, 4, 14, 12}},
    {"vehicle", "use", "DEMO vehicle driven into a barrier", {0, 1, 0, 0, 0, 0}},
    {"bladed", "use", "DEMO attack with a knife in a station", {1, 1, 2, 0, 1, 1}},
    {"cyber", "use", "DEMO control system reached from outside", {2, 3, 3, 5, 4, 3}},
};

static bool put_one(const hf_demo_sink *sink, size_t line, uint32_t year, uint32_t nth,
                    uint32_t number, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    // Days within the first ten months, for the year that has not ended.
    uint32_t month = 1 + (nth * 7 + (uint32_t)line * 3) % 10, day = 1 + (number * 11) % 28;
    bool is_weapon = line < 2, is_asked = is_weapon && number % 3 != 0;
    const char *trace = !is_weapon        ? (line < 4 ? "not_requested" : "not_possible")
                        : !is_asked       ? "not_requested"
                        : number % 5 == 0 ? "requested"
                        : number % 2 == 0 ? "traced"
                                          : "untraced";
    const char *at = hf_str_z(&scratch, hf_str_format(&scratch, "%u-%02u-%02u", year, month, day));
    const char *later =
        hf_str_z(&scratch, hf_str_format(&scratch, "%u-%02u-%02u", year, month + 1, day));
    const char *region =
        hf_str_z(&scratch, hf_str_format(&scratch, HF_DEMO_PREFIX "REGION-%02u", 1 + number % 5));
    bool is_answered = is_asked && number % 5 != 0;
    hf_demo_value record[1][HF_DEMO_VALUES_MAX] = {
        {{"key",
          hf_str_z(&scratch, hf_str_format(&scratch, HF_DEMO_PREFIX "OCCURRENCE-%u", number))},
         {"title", lines[line].title},
         {"kind", lines[line].kind},
         {"means", lines[line].means},
         {"occurred_at", at},
         {"organisation", HF_DEMO_BODY "1"},
         {"status", number % 4 == 0 ? "reported" : "confirmed"},
         {"quantity", hf_str_z(&scratch, hf_str_format(&scratch, "%u", 1 + number % 4))},
         {"trace", trace}}};
    // The first without a name ends the list: what not every one has is put at its end.
    const hf_demo_value some[] = {{number % 7 != 0 ? "region" : NULL, region},
                                  {is_asked ? "trace_requested_at" : NULL, at},
                                  {is_answered ? "trace_answered_at" : NULL, later}};
    size_t end = 0;
    while (record[0][end].name != NULL)
        end++;
    for (size_t i = 0; i < HF_COUNT(some); i++)
        if (some[i].name != NULL)
            record[0][end++] = some[i];
    return hf_demo_put_values(&hf_noun_occurrence,
                              (const hf_demo_value(*)[HF_DEMO_VALUES_MAX])record, 1, sink, err);
}

bool hf_demo_put_weapons(const hf_demo_sink *sink, hf_error *err)
{
    uint32_t number = 1;
    for (size_t line = 0; line < HF_COUNT(lines); line++)
        for (uint32_t year = 0; year < HF_COUNT(lines[line].by_year); year++)
            for (uint32_t nth = 0; nth < lines[line].by_year[year]; nth++)
                if (!put_one(sink, line, 2021 + year, nth, number++, err))
                    return false;
    return true;
}
