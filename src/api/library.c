// SPDX-License-Identifier: Apache-2.0
//
// The library of good practice: found, adopted as a measure or an action, asked to be shared with more readers. Practices
// themselves are records like any others (records.c); who decides about sharing: releases.c.
#include "api/resource.h"
#include "api/schema_words.h"
#include "base/limits.h"

static bool get_library(hf_call *call, hf_error *err)
{
    const hf_request *r = call->request;
    const hf_field *form = hf_noun_field(&hf_noun_practice, HF_STR("form"), NULL);
    hf_library library;
    const hf_library_request request = {
        .text = hf_request_query(r, "q"),
        .form = hf_word_at(form->words, hf_request_query(r, "form")),
        .phase = hf_word_at(hf_phase_words, hf_request_query(r, "phase")),
        .sector = hf_request_query(r, "sector"),
        .provision = hf_request_query(r, "provision")};
    if (!hf_library_read(&call->session, &request, call->arena, &library, err) ||
        !hf_call_tells(call, library.count, err))
        return false;
    call->is_search = request.text.len > 0;
    hf_answer_marking(call, library.protection.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_library(&call->session, &library, &w);
    return true;
}

static bool post_adopt(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"objective", "title", NULL};
    hf_adoption wanted = {.practice = call->params[0]};
    const hf_noun *noun = NULL;
    hf_json *body = NULL;
    void *record = NULL;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "objective", &wanted.objective, err) ||
        !hf_json_want_text(body, "title", &wanted.title, err) ||
        !hf_adopt_practice(&call->session, &wanted, call->arena, &noun, &record, err))
        return false;
    call->reply->status = 201;
    hf_answer_marking(call, ((const hf_head *)record)->marking);
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_put_str(&w, "noun", hf_str_of(noun->name));
    hf_json_name(&w, "record");
    hf_write_record(&call->session, noun, record, &w);
    hf_json_end_object(&w);
    return true;
}

static bool post_share(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"marking", "reason", NULL};
    hf_share_wish wish = {.practice = call->params[0]};
    hf_marking marking = HF_TLP_RED;
    hf_release *release = NULL;
    hf_json *body = NULL;
    hf_str word = HF_STR_EMPTY;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "marking", &word, err) ||
        !hf_json_want_text(body, "reason", &wish.reason, err))
        return false;
    if (!hf_marking_parse(word, &marking)) {
        hf_fail(err, HF_ERR_INPUT, "field.unknown_word",
                "marking is none of TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED");
        return hf_fail_at(err, "/marking", 0, NULL);
    }
    wish.marking = (int32_t)marking;
    if (!hf_ask_share(&call->session, &wish, call->arena, &release, err))
        return false;
    call->reply->status = 201;
    hf_answer_header(
        call, "Location",
        hf_str_format(call->arena, "/api/v1/releases/%.*s", HF_STR_ARG(release->head.key)));
    hf_json_writer w = hf_answer_json(call);
    hf_write_record(&call->session, &hf_noun_release, release, &w);
    return true;
}

static const char *const form_words[] = {"practice", "case_study", "instrument", "tool",
                                         "training", "workshop",   NULL};
static const hf_param params[] = {
    {.name = "q", .about = "words, in any language and script"},
    {.name = "form", .type = HF_PARAM_WORD, .words = form_words, .about = "only of this form"},
    {.name = "phase",
     .type = HF_PARAM_WORD,
     .words = hf_phase_words,
     .about = "only what serves this phase"},
    {.name = "sector", .about = "only what reaches this sector; EN holds EN01"},
    {.name = "provision", .about = "only what serves this provision of the catalogue"},
    HF_PARAM_LANG,
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/library",
     .id = "library",
     .about = "Good practices, case studies, tools, trainings and workshops that fit, and how many "
              "there are in each phase",
     .params = params,
     .gives = "Library",
     .status = 200,
     .problems = "400",
     .answer = get_library},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/library/{key}/adopt",
     .id = "adoptPractice",
     .about = "Make a measure of a practice, or with an objective an action of its strategy; it "
              "refers back to the practice and is as secret",
     .takes = "Adoption",
     .gives = "Adopted",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_adopt},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/library/{key}/share",
     .id = "sharePractice",
     .about = "Ask a second person to lower the marking of a practice, after a check of what it "
              "would give away",
     .takes = "ShareWish",
     .gives = "Release",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_share},
};

static const char schemas[] =
    "\"Library\":{\"type\":\"object\",\"required\":[\"items\",\"phases\",\"without_phase\"],"
    "\"properties\":{\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"practice\":{\"$ref\":\"#/components/schemas/Practice\"},\"measures\":" COUNT
    ",\"actions\":" COUNT ",\"is_follow_up_overdue\":{\"type\":\"boolean\"}}}},"
    "\"phases\":{\"type\":\"object\",\"properties\":{\"prevent\":" COUNT ",\"protect\":" COUNT
    ",\"mitigate\":" COUNT ",\"investigate\":" COUNT ",\"respond\":" COUNT ",\"recover\":" COUNT
    "}},\"without_phase\":" COUNT "}},"
    "\"Adoption\":{\"type\":\"object\",\"properties\":{\"objective\":" MAYBE_TEXT
    ",\"title\":" MAYBE_TEXT "},\"additionalProperties\":false},"
    "\"Adopted\":{\"type\":\"object\",\"required\":[\"noun\",\"record\"],\"properties\":{\"noun\":"
    "{\"enum\":[\"measure\",\"action\"]},\"record\":{\"type\":\"object\"}}},"
    "\"ShareWish\":{\"type\":\"object\",\"required\":[\"marking\",\"reason\"],\"properties\":{"
    "\"marking\":" TEXT ",\"reason\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":2000}},"
    "\"additionalProperties\":false}";

const hf_resource hf_resource_library = {"library", routes, HF_COUNT(routes), schemas, NULL};
