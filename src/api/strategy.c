// SPDX-License-Identifier: Apache-2.0
//
// What a nation has decided, in one answer and as one printable page: strategies with what they lack, the legal map, roles,
// agreements, intrusive measures, phases. The records themselves are like any others (records.c).
#include "api/resource.h"
#include "api/schema_words.h"
#include "usecase/report.h"

static bool get_strategy(hf_call *call, hf_error *err)
{
    hf_national_frame frame;
    if (!hf_national_frame_read(&call->session, hf_request_query(call->request, "strategy"),
                                call->arena, &frame, err) ||
        !hf_call_tells(call, hf_frame_records(&frame), err))
        return false;
    hf_answer_marking(call, frame.protection.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_national_frame(&call->session, &frame, call->arena, &w);
    return true;
}

static bool get_report(hf_call *call, hf_error *err)
{
    hf_report_request wanted = {.kind = HF_STR("strategy")};
    return hf_answer_report(call, &wanted, err);
}

static const hf_param params[] = {
    {.name = "strategy", .about = "only this one; all else stays"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};
static const hf_param report_params[] = {
    HF_PARAM_LANG,
    HF_PARAM_REPORT_FORMAT,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/strategy",
     .id = "strategy",
     .about =
         "Strategies with their objectives, actions and what they lack; the legal map with its "
         "empty cells; roles by phase; agreements and the sectors that they reach; intrusive "
         "measures with what their review lacks; what all of it comes to by phase",
     .params = params,
     .gives = "NationalFrame",
     .status = 200,
     .problems = "404",
     .answer = get_strategy},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/strategy/report",
     .id = "strategyReport",
     .about = "All of it as one printable page, or as the file of another format, with the library "
              "of good practice",
     .params = report_params,
     .gives_type = "*/*",
     .status = 200,
     .answer = get_report},
};

#define MISSING OBJECT("\"rule\":" TEXT ",\"about\":" TEXT ",\"subject\":" TEXT ",\"name\":" TEXT)
#define STRATEGY                                                                                         \
    OBJECT("\"strategy\":" REF("Strategy") ",\"objectives\":" LIST(REF(                                  \
        "Objective")) ",\"actions\":" LIST(REF("Action")) ",\"missing\":" LIST(MISSING) ",\"rules"       \
                                                                                        "_met\""         \
                                                                                        ":" COUNT        \
                                                                                        ",\"revie"       \
                                                                                        "w_due_"         \
                                                                                        "at\""           \
                                                                                        ":" MAYBE_TEXT   \
                                                                                        ",\"is_"         \
                                                                                        "overdue"        \
                                                                                        "\":" FLAG       \
                                                                                        ",\"cost"        \
                                                                                        "\""             \
                                                                                        ":" MAYBE_NUMBER \
                                                                                        ",\"funde"       \
                                                                                        "d\""            \
                                                                                        ":" MAYBE_NUMBER)
#define CELL                                                                                       \
    OBJECT("\"conduct\":" TEXT ",\"form\":" TEXT ",\"in_force\":" COUNT ",\"asked_"                \
           "by\":" MAYBE_TEXT)
#define LAW                                                                                        \
    OBJECT("\"cells\":" LIST(CELL) ",\"empty\":" COUNT ",\"asked\":" COUNT                         \
                                   ",\"empty_asked\":" COUNT ",\"laws\":" LIST(REF("Law")))
#define ROLE                                                                                       \
    OBJECT("\"organisation\":" TEXT ",\"name\":" TEXT ",\"mandates\":" LIST(REF("Mandate")))
#define REACH                                                                                      \
    OBJECT("\"sector\":" TEXT ",\"name\":" TEXT ",\"in_force\":" COUNT ",\"exercised\":" COUNT     \
           ",\"public_private\":" COUNT)
#define SAFEGUARD                                                                                  \
    OBJECT("\"safeguard\":" REF("Safeguard") ",\"lacks\":" TEXTS ",\"review_due_at\":" MAYBE_TEXT  \
                                             ",\"is_overdue\":" FLAG)
#define PHASE                                                                                      \
    OBJECT("\"phase\":" TEXT ",\"actions\":" COUNT ",\"done\":" COUNT ",\"leads\":" COUNT          \
           ",\"supports\":" COUNT ",\"agreements\":" COUNT ",\"practices\":" COUNT                 \
           ",\"leads_all_sectors\":" COUNT)

#define COUNTED                                                                                    \
    OBJECT("\"phase\":" TEXT ",\"provisions\":" COUNT ",\"gaps\":" COUNT                           \
           ",\"recommendations\":" COUNT ",\"needs\":" COUNT)
#define SCORE      REF("AssessmentScore")
#define RULE       OBJECT("\"rule\":" TEXT ",\"provisions\":" TEXTS)
#define STRATEGIES LIST(STRATEGY)
#define RULES      LIST(RULE)
#define ROLES      LIST(ROLE)
#define AGREEMENTS LIST(REF("Agreement"))
#define REACHED    LIST(REACH)
#define SAFEGUARDS LIST(SAFEGUARD)
#define PHASES     LIST(PHASE)

static const char schemas[] =
    "\"AssessmentPhase\":{\"allOf\":[" SCORE "," COUNTED "]},"
    "\"NationalFrame\":{\"type\":\"object\",\"required\":[\"strategies\",\"rules\",\"law\","
    "\"roles\",\"agreements\",\"reach\",\"safeguards\",\"phases\"],\"properties\":{"
    "\"strategies\":" STRATEGIES ",\"rules\":" RULES ",\"law\":" LAW ",\"roles\":" ROLES
    ",\"agreements\":" AGREEMENTS ",\"reach\":" REACHED ",\"safeguards\":" SAFEGUARDS
    ",\"phases\":" PHASES "}}";

const hf_resource hf_resource_strategy = {"strategy", routes, HF_COUNT(routes), schemas, NULL};
