// SPDX-License-Identifier: Apache-2.0
//
// Questionnaires of one's own: listed, read and put as one document, taken out as a file.
#include "api/resource.h"
#include "base/limits.h"

static bool get_list(hf_call *call, hf_error *err)
{
    hf_questionnaires all;
    if (!hf_questionnaires_read(&call->session, call->arena, &all, err))
        return false;
    if (all.marking >= 0)
        hf_answer_marking(call, all.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_questionnaires(&call->session, &all, &w);
    return true;
}

static void answer_mark(hf_call *call, hf_str mark)
{
    hf_answer_header(call, "ETag", hf_str_format(call->arena, "\"%.*s\"", HF_STR_ARG(mark)));
}

static bool get_one(hf_call *call, hf_error *err)
{
    hf_questionnaires all;
    hf_provision_texts *shipped = NULL;
    size_t at = 0;
    if (!hf_questionnaires_read(&call->session, call->arena, &all, err) ||
        !hf_find_questionnaire(&all.book, call->params[0], &at, err) ||
        !hf_shipped_words(all.book.instruments[at], call->arena, &shipped, err))
        return false;
    hf_answer_marking(call, hf_questionnaire_marking(&all.book, at));
    answer_mark(call, hf_questionnaire_mark(&all.book, at, call->arena));
    hf_json_writer w = hf_answer_json(call);
    hf_write_questionnaire(&call->session, &all, at, shipped, &w);
    return true;
}

// If-Match without its quotes.
static hf_str expected_of(const hf_call *call)
{
    hf_str tag = hf_str_trim(hf_request_header(call->request, "If-Match"));
    bool is_quoted = tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"';
    return is_quoted ? hf_str_slice(tag, 1, tag.len - 1) : tag;
}

static bool put_one(hf_call *call, hf_error *err)
{
    hf_json *body = NULL;
    hf_questionnaire_result result;
    hf_questionnaire_request request = {.key = call->params[0],
                                        .expected = expected_of(call),
                                        .is_dry_run = hf_call_flag(call, "dry_run")};
    if (!hf_call_json(call, &body, err))
        return false;
    request.document = body;
    if (!hf_put_questionnaire(&call->session, &request, call->arena, &result, err))
        return false;
    if (result.fault_count > 0 && !request.is_dry_run) {
        call->faults = result.faults;
        call->fault_count = result.fault_count;
        *err = result.faults[0];
        return false;
    }
    if (result.is_stored)
        answer_mark(call, result.mark);
    hf_json_writer w = hf_answer_json(call);
    hf_write_questionnaire_result(&result, &w);
    return true;
}

static bool remove_one(hf_call *call, hf_error *err)
{
    if (!hf_remove_questionnaire(&call->session, call->params[0], expected_of(call), err))
        return false;
    hf_answer_empty(call);
    return true;
}

static bool get_file(hf_call *call, hf_error *err)
{
    call->reply->buffer = hf_buf_of(HF_JSON_BYTES_MAX);
    if (!hf_export_questionnaire(&call->session, call->params[0], &call->reply->buffer, err))
        return false;
    call->reply->media_type = "application/json";
    hf_answer_header(call, "Content-Disposition",
                     HF_STR("attachment; filename=\"questionnaire.json\""));
    return true;
}

static const hf_param list_params[] = {HF_PARAM_LANG, HF_NO_PARAMS};
static const hf_param put_params[] = {
    {.name = "dry_run",
     .type = HF_PARAM_BOOL,
     .about = "true: say what would be done and what is wrong, store nothing"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/questionnaires",
     .id = "questionnaires",
     .about = "All instruments as questionnaires, with their counts and what each language lacks",
     .params = list_params,
     .gives = "QuestionnaireList",
     .status = 200,
     .answer = get_list},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/questionnaires/{key}",
     .id = "questionnaire",
     .about =
         "One as a document, its answers by question, and questions that left and have answers",
     .gives = "QuestionnaireRead",
     .status = 200,
     .problems = "404",
     .answer = get_one},
    {.method = HF_HTTP_PUT,
     .path = "/api/v1/questionnaires/{key}",
     .id = "putQuestionnaire",
     .about = "Store a questionnaire as the document says: what is left out leaves it, answers are "
              "kept. If-Match names the ETag that was seen, without one it is a new one; all or "
              "nothing, and errors[] has everything that is wrong",
     .params = put_params,
     .takes = "Questionnaire",
     .gives = "QuestionnaireStored",
     .status = 200,
     .problems = "400 404 409 412 413 415 428",
     .answer = put_one},
    {.method = HF_HTTP_DELETE,
     .path = "/api/v1/questionnaires/{key}",
     .id = "removeQuestionnaire",
     .about =
         "Remove a questionnaire that nobody answered and no assessment asks, with its sections "
         "and questions; undo brings it back. If-Match names the ETag that was seen",
     .status = 204,
     .problems = "404 409 412 428",
     .answer = remove_one},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/questionnaires/{key}/file",
     .id = "questionnaireFile",
     .about = "The document as a file; noted in the log",
     .gives = "Questionnaire",
     .status = 200,
     .problems = "404 413",
     .answer = get_file},
};

#define TEXT  "{\"type\":\"string\"}"
#define COUNT "{\"type\":\"integer\",\"minimum\":0}"
#define FLAG  "{\"type\":\"boolean\"}"
#define WORDS                                                                                      \
    "{\"type\":\"object\",\"description\":\"texts by language; reviewed: a native speaker has "    \
    "read "                                                                                        \
    "the translation\",\"additionalProperties\":{\"type\":\"object\"}}"
#define COUNTS "{\"type\":\"object\",\"additionalProperties\":" COUNT "}"
#define FAULTS                                                                                     \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"code\",\"pointer\","       \
    "\"message\"]}}"

static const char schemas[] =
    "\"Questionnaire\":{\"type\":\"object\",\"required\":[\"format\",\"key\",\"language\","
    "\"version\","
    "\"words\",\"sections\"],\"properties\":{\"format\":{\"const\":\"holdfast-questionnaire/1\"},"
    "\"key\":" TEXT ",\"language\":" TEXT ",\"version\":" TEXT ",\"force\":" TEXT
    ",\"is_active\":" FLAG ",\"marking\":" TEXT ",\"words\":" WORDS
    ",\"sections\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\","
    "\"theme\","
    "\"words\",\"questions\"],\"properties\":{\"key\":" TEXT ",\"theme\":" TEXT
    ",\"weight\":{\"type\":\"number\"},\"words\":" WORDS
    ",\"questions\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\","
    "\"words\"],\"properties\":{\"key\":" TEXT ",\"weight\":{\"type\":\"number\"},\"words\":" WORDS
    "}}}}}}}},"
    "\"QuestionnaireRead\":{\"type\":\"object\",\"required\":[\"document\",\"answers\",\"retired\","
    "\"is_own\",\"can\"],\"properties\":{\"document\":{\"$ref\":\"#/components/schemas/"
    "Questionnaire\"},\"answers\":" COUNTS ",\"retired\":" COUNTS ",\"is_own\":" FLAG
    ",\"can\":{\"type\":\"array\",\"items\":{\"enum\":[\"edit\",\"export\"]}}}},"
    "\"QuestionnaireStored\":{\"type\":\"object\",\"required\":[\"key\",\"stored\",\"faults\","
    "\"hints\"],\"properties\":{\"key\":" TEXT ",\"added\":" COUNT ",\"changed\":" COUNT
    ",\"unchanged\":" COUNT ",\"removed\":" COUNT ",\"kept_answers\":" COUNT ",\"stored\":" FLAG
    ",\"faults\":" FAULTS ",\"hints\":" FAULTS "}},"
    "\"QuestionnaireList\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":"
    "{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\",\"name\",\"version\","
    "\"language\",\"is_active\",\"is_own\",\"sections\",\"questions\",\"answers\",\"languages\","
    "\"can\"]}}}}";

const hf_resource hf_resource_questionnaires = {"questionnaires", routes, HF_COUNT(routes), schemas,
                                                NULL};
