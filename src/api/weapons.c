// SPDX-License-Identifier: Apache-2.0
//
// The weapons pack in one answer. The records themselves are like any others (records.c).
#include "usecase/weapons.h"
#include "api/resource.h"
#include "api/schema_words.h"

static const char *const show_words[] = {"counters", NULL};

static bool get_weapons(hf_call *call, hf_error *err)
{
    hf_weapons weapons;
    hf_weapons_wanted wanted = {.period = hf_request_query(call->request, "period"),
                                .periods = (uint32_t)hf_call_count(call, "periods", 0),
                                .kind = hf_request_query(call->request, "kind"),
                                .region = hf_request_query(call->request, "region"),
                                .with_counters = hf_request_query(call->request, "show").len > 0};
    if (!hf_weapons_read(&call->session, &wanted, call->arena, &weapons, err))
        return false;
    size_t told = weapons.open_trace_count < HF_OPEN_TRACES_MAX ? weapons.open_trace_count
                                                                : HF_OPEN_TRACES_MAX;
    if (!hf_call_tells(call, told + weapons.listed_counters, err))
        return false;
    if (weapons.marking >= 0)
        hf_answer_marking(call, weapons.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_weapons(&call->session, &weapons, &w);
    return true;
}

static const hf_param params[] = {
    {.name = "period",
     .type = HF_PARAM_WORD,
     .words = hf_weapons_period_words,
     .about = "what is counted by; year unless said"},
    {.name = "periods",
     .type = HF_PARAM_INTEGER,
     .min = 2,
     .max = HF_WEAPONS_PERIODS_MAX,
     .about = "how many whole ones; 5 years, 8 quarters, 12 months unless said"},
    {.name = "kind",
     .type = HF_PARAM_WORD,
     .words = hf_occurrence_kind_words,
     .about = "occurrences of this kind only"},
    {.name = "region", .about = "occurrences of this region and all inside"},
    {.name = "show",
     .type = HF_PARAM_WORD,
     .words = show_words,
     .about = "counters: what is done against each means is listed, not only counted"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/weapons",
     .id = "weapons",
     .about = "How often each means occurred in whole periods, with exact intervals; whether the "
              "newest differs from the earlier ones; traces asked for and answered; what is done "
              "against each",
     .params = params,
     .gives = "Weapons",
     .status = 200,
     .problems = "400 404",
     .answer = get_weapons},
};

#define COUNTED OBJECT("\"count\":" COUNT ",\"low\":" MAYBE_NUMBER ",\"high\":" MAYBE_NUMBER)
#define CHANGE                                                                                     \
    OBJECT("\"trend\":" TEXT ",\"ratio\":" MAYBE_NUMBER ",\"low\":" MAYBE_NUMBER                   \
           ",\"high\":" MAYBE_NUMBER ",\"p\":" SHARE)
#define MEANS                                                                                      \
    OBJECT("\"means\":" TEXT ",\"counts\":" LIST(                                                  \
        COUNTED) ",\"running\":" COUNT ",\"earlier\":" COUNT ",\"change\":" CHANGE                 \
                 ",\"traceable\":" COUNT ",\"asked\":" COUNT ",\"answered\":" COUNT                \
                 ",\"traced\":" COUNT ",\"median_days\":" MAYBE_NUMBER ",\"in_place\":" COUNT      \
                 ",\"coming\":" COUNT ",\"known\":" COUNT)
#define COUNTER                                                                                    \
    OBJECT("\"noun\":" TEXT ",\"key\":" TEXT ",\"title\":" TEXT ",\"state\":" TEXT                 \
           ",\"means\":" TEXTS)
#define PERIOD OBJECT("\"starts_at\":" TEXT ",\"ends_at\":" TEXT)

static const char schemas[] =
    "\"Weapons\":{\"type\":\"object\",\"required\":[\"period\",\"periods\",\"means\","
    "\"open_traces\",\"counter_count\"],\"properties\":{\"period\":" TEXT ",\"kind\":" MAYBE_TEXT
    ",\"periods\":" LIST(PERIOD) ",\"means\":" LIST(
        MEANS) ",\"open_trace_count\":" COUNT
               ",\"open_traces\":" LIST(REF("Occurrence")) ",\"regions\":" TEXTS
                                                           ",\"counter_count\":" COUNT
                                                           ",\"counters\":" LIST(COUNTER) "}}";

const hf_resource hf_resource_weapons = {"weapons", routes, HF_COUNT(routes), schemas, NULL};
