// SPDX-License-Identifier: Apache-2.0
//
// What takes a second person: asked here, listed for whoever asked and whoever may release, decided.
#include "api/resource.h"
#include "base/limits.h"

// With what the actor may do with it: a button that would be refused is not to be offered.
static void write_release(const hf_call *call, const hf_release *release, hf_json_writer *w)
{
    hf_release_rights rights = hf_release_rights_of(&call->session, release);
    hf_json_begin_object(w);
    hf_noun_write_json(&hf_noun_release, release, w);
    hf_json_name(w, "can");
    hf_json_begin_array(w);
    if (rights.may_approve)
        hf_json_add_z(w, "approve");
    if (rights.may_decline)
        hf_json_add_z(w, "decline");
    if (hf_release_is_ready(&call->session, release))
        hf_json_add_z(w, "fetch");
    hf_json_end_array(w);
    hf_json_end_object(w);
}

static void answer_release(hf_call *call, const hf_release *release)
{
    hf_json_writer w = hf_answer_json(call);
    write_release(call, release, &w);
}

void hf_answer_asked(hf_call *call, const hf_release *release)
{
    call->reply->status = 201;
    hf_answer_header(
        call, "Location",
        hf_str_format(call->arena, "/api/v1/releases/%.*s", HF_STR_ARG(release->head.key)));
    hf_answer_etag(call, release->head.version);
    answer_release(call, release);
}

static bool post_release(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"question", "reason", NULL};
    hf_json *body = NULL;
    hf_release *release = NULL;
    hf_str reason = HF_STR_EMPTY;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "reason", &reason, err))
        return false;
    const hf_json none = {.type = HF_JSON_OBJECT};
    const hf_json *question = hf_json_get(body, "question");
    if (!hf_ask_release(&call->session, question != NULL ? question : &none, reason, call->arena,
                        &release, err))
        return false;
    hf_answer_asked(call, release);
    return true;
}

static bool list_releases(hf_call *call, hf_error *err)
{
    hf_page page = {0};
    hf_filter state = {hf_noun_field(&hf_noun_release, HF_STR("state"), NULL), HF_IS,
                       hf_request_query(call->request, "state")};
    hf_query query = {.noun = &hf_noun_release,
                      .filters = &state,
                      .filter_count = state.value.len > 0 ? 1 : 0,
                      .sort = hf_noun_field(&hf_noun_release, HF_STR("key"), NULL),
                      .descending = true, // keys are UUIDv7: newest first
                      .cursor = hf_request_query(call->request, "cursor"),
                      .limit = (uint32_t)hf_call_count(call, "limit", HF_LIST_LIMIT_DEFAULT),
                      .want_count = true};
    if (!hf_list_releases(&call->session, &query, call->arena, &page, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_begin_page(&w);
    for (size_t i = 0; i < page.count; i++)
        write_release(call, page.records[i], &w);
    hf_end_page(&page, query.want_count, &w);
    return true;
}

static bool get_release(hf_call *call, hf_error *err)
{
    hf_release *release = NULL;
    if (!hf_read_release(&call->session, call->params[0], call->arena, &release, err))
        return false;
    hf_answer_etag(call, release->head.version);
    answer_release(call, release);
    return true;
}

static bool decide(hf_call *call, bool is_approved, hf_error *err)
{
    static const char *const members[] = {"note", "min_assets", NULL};
    hf_json *body = NULL;
    hf_release *release = NULL;
    hf_release_decision decision = {.is_approved = is_approved};
    double min_assets = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "note", &decision.note, err) ||
        !hf_json_want_number(body, "min_assets", 0, 1e6, &min_assets, err))
        return false;
    decision.min_assets = (int64_t)min_assets;
    if (!hf_decide_release(&call->session, call->api->jobs, call->params[0], &decision, call->arena,
                           &release, err))
        return false;
    answer_release(call, release);
    return true;
}

static bool approve(hf_call *call, hf_error *err)
{
    return decide(call, true, err);
}

static bool decline(hf_call *call, hf_error *err)
{
    return decide(call, false, err);
}

// The file of an approved export, once.
static bool make_file(hf_call *call, void *context, hf_output output, hf_error *err)
{
    hf_export_request *wanted = context;
    uint64_t count = 0;
    wanted->output = output;
    if (!hf_export(&call->session, wanted, call->arena, &count, err))
        return false;
    call->is_taken_out = true; // its records were released, and count as no reading of the day
    return true;
}

static bool post_file(hf_call *call, hf_error *err)
{
    hf_export_request wanted;
    if (!hf_take_export(&call->session, call->params[0], call->arena, &wanted, err))
        return false;
    const hf_format *format = hf_format_find(wanted.format);
    const char *stem = wanted.noun != NULL ? wanted.noun->plural : "holdfast";
    if (format == NULL)
        return hf_fail(err, HF_ERR_CONFLICT, "release.changed",
                       "this format is written no longer; ask again");
    return hf_answer_file(call, make_file, &wanted, format->media_type,
                          hf_str_format(call->arena, "%s.%s", stem, format->extension), err);
}

static const char *const state_words[] = {"waiting", "approved", "declined", "used", NULL};
static const hf_param list_params[] = {
    {.name = "state",
     .type = HF_PARAM_WORD,
     .words = state_words,
     .about = "only releases in this state"},
    {.name = "limit",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = HF_LIST_LIMIT_MAX,
     .about = "releases; 100 unless given"},
    {.name = "cursor", .about = "`next` of the page before"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/releases",
     .id = "askRelease",
     .about =
         "Ask for a simulation over all of the register, to be told in general, which a second "
         "person must release",
     .takes = "ReleaseWish",
     .gives = "Release",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_release},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/releases",
     .id = "listReleases",
     .about = "What one has asked to be released, newest first; whoever may release sees all",
     .params = list_params,
     .gives = "ReleasePage",
     .status = 200,
     .problems = "400",
     .answer = list_releases},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/releases/{id}",
     .id = "getRelease",
     .about = "What was asked, and what was decided; its job names the run",
     .gives = "Release",
     .status = 200,
     .problems = "404",
     .answer = get_release},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/releases/{id}/approve",
     .id = "approveRelease",
     .about = "Let it happen, as a second person: a run, which takes who may see all of the "
              "register; an export; a lowering of markings, which is done at once",
     .takes = "ReleaseDecision",
     .gives = "Release",
     .status = 200,
     .problems = "400 404 409 413 415",
     .answer = approve},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/releases/{id}/decline",
     .id = "declineRelease",
     .about = "Do not let it happen",
     .takes = "ReleaseDecision",
     .gives = "Release",
     .status = 200,
     .problems = "400 404 409 413 415",
     .answer = decline},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/releases/{id}/file",
     .id = "fetchRelease",
     .about = "The file of an approved export, for whoever asked, once: exactly the records that "
              "were asked for, or none",
     .flags = HF_ROUTE_NO_BODY,
     .gives_type = "*/*",
     .status = 200,
     .problems = "404 409",
     .answer = post_file},
};

static const char schemas[] =
    "\"ReleaseWish\":{\"type\":\"object\",\"required\":[\"reason\"],\"properties\":{"
    "\"question\":{\"$ref\":\"#/components/schemas/SimulationQuestion\"},"
    "\"reason\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":2000}},"
    "\"additionalProperties\":false},"
    "\"ReleaseDecision\":{\"type\":\"object\",\"properties\":{"
    "\"note\":{\"type\":[\"string\",\"null\"],\"maxLength\":2000},"
    "\"min_assets\":{\"type\":[\"integer\",\"null\"],\"minimum\":5,\"maximum\":1000000}},"
    "\"additionalProperties\":false}";

const hf_resource hf_resource_releases = {"releases", routes, HF_COUNT(routes), schemas,
                                          &hf_noun_release};
