// SPDX-License-Identifier: Apache-2.0
//
// Technical assistance: needs with the offers that fit and why, projects as measured, offers written down twice. Needs,
// offers and projects themselves are records like any others (records.c).
#include "api/resource.h"
#include "api/schema_words.h"
#include "base/limits.h"

#define MATCHES_TOLD 10u

// An answer is as secret as the most secret record of it.
static void mark_as(hf_call *call, const void *record)
{
    hf_answer_marking(call, ((const hf_head *)record)->marking);
}

static bool get_assistance(hf_call *call, hf_error *err)
{
    hf_assistance assistance;
    hf_assistance_request request = {.need = hf_request_query(call->request, "need"),
                                     .assessment = hf_request_query(call->request, "assessment")};
    if (!hf_assistance_read(&call->session, &request, call->arena, &assistance, err) ||
        !hf_call_tells(
            call, assistance.need_count + assistance.offer_count + assistance.project_count, err))
        return false;
    for (size_t i = 0; i < assistance.need_count; i++)
        mark_as(call, assistance.needs[i].need);
    for (size_t i = 0; i < assistance.offer_count; i++)
        mark_as(call, assistance.offers[i].offer);
    for (size_t i = 0; i < assistance.project_count; i++)
        hf_answer_marking(call, assistance.projects[i].protection.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_assistance(&call->session, &assistance,
                        (size_t)hf_call_count(call, "top", MATCHES_TOLD), &w);
    return true;
}

static bool get_duplicates(hf_call *call, hf_error *err)
{
    hf_offer_pair *pairs = NULL;
    size_t count = 0;
    if (!hf_offer_pairs(&call->session, call->arena, &pairs, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        mark_as(call, pairs[i].a);
        mark_as(call, pairs[i].b);
    }
    hf_json_writer w = hf_answer_json(call);
    hf_write_offer_pairs(pairs, count, &w);
    return true;
}

static const hf_param assistance_params[] = {
    {.name = "need", .about = "only this one, open or not"},
    {.name = "assessment", .about = "only the needs of this one, open or not"},
    {.name = "top",
     .type = HF_PARAM_INTEGER,
     .min = 0,
     .max = HF_LIST_LIMIT_MAX,
     .about = "matches told of each need; 10 unless given"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/assistance",
     .id = "assistance",
     .about = "Needs with the offers that fit, each with its factors; projects as measured; needs "
              "without any offer and offers that nobody needs",
     .params = assistance_params,
     .gives = "Assistance",
     .status = 200,
     .problems = "404",
     .answer = get_assistance},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/assistance/duplicates",
     .id = "assistanceDuplicates",
     .about = "Pairs of offers that are likely one, with what makes them alike",
     .gives = "OfferPairs",
     .status = 200,
     .problems = "413",
     .answer = get_duplicates},
};

#define VERDICT "{\"enum\":[\"met\",\"not_met\",\"unknown\"]}"
#define GAP                                                                                        \
    OBJECT("\"provision\":" TEXT ",\"title\":" TEXT ",\"score\":" MAYBE_NUMBER                     \
           ",\"value\":" MAYBE_NUMBER)
#define FACTORS                                                                                    \
    OBJECT("\"kind\":" VERDICT ",\"theme\":" VERDICT ",\"sector\":" VERDICT                        \
           ",\"language\":" VERDICT ",\"region\":" VERDICT ",\"time\":" VERDICT                    \
           ",\"capacity\":" VERDICT)
#define MATCH                                                                                      \
    OBJECT("\"offer\":" TEXT ",\"met\":" COUNT ",\"not_met\":" COUNT ",\"factors\":" FACTORS)
#define NEED                                                                                       \
    OBJECT("\"need\":" REF("Need") ",\"gaps\":" LIST(GAP) ",\"matches\":" LIST(                    \
        MATCH) ",\"match_count\":" COUNT)
#define OFFER OBJECT("\"offer\":" REF("Offer") ",\"used\":" COUNT ",\"needs\":" COUNT)
#define PROJECT                                                                                    \
    OBJECT("\"project\":" REF("Project") ",\"progress\":" MAYBE_NUMBER                             \
                                         ",\"score_before\":" MAYBE_NUMBER                         \
                                         ",\"score_after\":" MAYBE_NUMBER)
#define PAIR                                                                                       \
    OBJECT("\"a\":" TEXT ",\"title_a\":" TEXT ",\"b\":" TEXT ",\"title_b\":" TEXT                  \
           ",\"title_likeness\":" MAYBE_NUMBER ",\"same_provider\":" FLAG                          \
           ",\"kind_in_common\":" FLAG ",\"same_url\":" FLAG)
#define NEEDS    LIST(NEED)
#define OFFERS   LIST(OFFER)
#define PROJECTS LIST(PROJECT)
#define PAIRS    LIST(PAIR)

static const char schemas[] =
    "\"Assistance\":{\"type\":\"object\",\"required\":[\"needs\",\"offers\",\"projects\","
    "\"without_offer\",\"unneeded\"],\"properties\":{\"needs\":" NEEDS ",\"offers\":" OFFERS
    ",\"projects\":" PROJECTS ",\"without_offer\":" TEXTS ",\"unneeded\":" TEXTS "}},"
    "\"OfferPairs\":{\"type\":\"object\",\"required\":[\"pairs\"],\"properties\":{\"pairs\":" PAIRS
    "}}";

const hf_resource hf_resource_assistance = {"assistance", routes, HF_COUNT(routes), schemas, NULL};
