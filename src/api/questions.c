// SPDX-License-Identifier: Apache-2.0
//
// Questions to the engine: what falls (cascade), why (explain), what matters most (rank).
#include <string.h>

#include "api/resource.h"
#include "base/json_read.h"
#include "base/limits.h"

#define FAIL_COUNT_MAX 100000u // assets damaged at once in one question
#define PLAYBACK_TYPE  "application/vnd.holdfast.playback"

bool hf_call_sight(hf_call *call, const hf_json *body, hf_error *err)
{
    hf_str word = hf_str_of(hf_ask_words[HF_ASK_WHOLE]);
    if (!hf_json_want_text(body, "sight", &word, err))
        return false;
    for (int i = 0; hf_ask_words[i] != NULL; i++)
        if (hf_str_equal_z(word, hf_ask_words[i])) {
            call->session.ask = (hf_ask)i;
            return true;
        }
    hf_fail(err, HF_ERR_INPUT, "field.word", "sight must be 'whole' or 'visible'");
    return hf_fail_at(err, "/sight", 0, "sight");
}

static bool restart_of(hf_json *body, hf_restart *out, hf_error *err)
{
    hf_str word = HF_STR_EMPTY;
    if (!hf_json_want_text(body, "restart", &word, err))
        return false;
    if (word.len == 0 || hf_str_equal_z(word, "free"))
        *out = HF_RESTART_FREE;
    else if (hf_str_equal_z(word, "sequential"))
        *out = HF_RESTART_SEQUENTIAL;
    else {
        hf_fail(err, HF_ERR_INPUT, "field.word", "restart must be 'free' or 'sequential'");
        return hf_fail_at(err, "/restart", 0, "restart");
    }
    return true;
}

static bool cascade_of(hf_call *call, hf_json *body, hf_cascade_request *out, hf_error *err)
{
    hf_str *fail = NULL;
    if (!hf_json_want_texts(body, "fail", FAIL_COUNT_MAX, call->arena, &fail, &out->fail_count,
                            err) ||
        !hf_json_want_number(body, "hours", 0, HF_HOURS_MAX, &out->hours, err) ||
        !hf_json_want_number(body, "step_h", 0, HF_HOURS_MAX, &out->step_h, err) ||
        !restart_of(body, &out->restart, err) || !hf_call_sight(call, body, err))
        return false;
    out->fail = fail;
    return true;
}

static bool model_of(hf_json *body, bool *is_outage, hf_error *err)
{
    hf_str word = HF_STR("cascade");
    if (!hf_json_want_text(body, "model", &word, err))
        return false;
    *is_outage = hf_str_equal_z(word, "outage");
    if (*is_outage || hf_str_equal_z(word, "cascade"))
        return true;
    hf_fail(err, HF_ERR_INPUT, "field.word", "model must be 'cascade' or 'outage'");
    return hf_fail_at(err, "/model", 0, "model");
}

static bool post_cascade(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"fail",  "hours", "step_h",        "restart",
                                          "model", "sight", "both_restarts", NULL};
    hf_json *body = NULL;
    hf_cascade_request wanted = {0};
    hf_cascade_answer answer = {0};
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !cascade_of(call, body, &wanted, err) || !model_of(body, &wanted.is_outage, err) ||
        !hf_json_want_bool(body, "both_restarts", &wanted.has_both_restarts, err) ||
        !hf_ask_cascade(&call->session, &wanted, call->arena, &answer, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_answer_header(call, "Vary", HF_STR("Accept"));
    if (hf_accepts_exactly(hf_request_header(call->request, "Accept"), PLAYBACK_TYPE)) {
        call->reply->media_type = PLAYBACK_TYPE;
        hf_write_playback(&answer, &call->reply->buffer);
    } else {
        hf_write_cascade(&answer, &w);
    }
    call->told_places += answer.cascade.fall_count + answer.cascade.reduction_count;
    hf_plan_release(&call->session, &answer.plan);
    return true;
}

static bool post_explain(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"fail", "hours", "step_h", "restart",
                                          "key",  "lang",  "sight",  NULL};
    hf_json *body = NULL;
    hf_cascade_request wanted = {0};
    hf_cascade_answer answer = {0};
    hf_reasons reasons = {0};
    hf_str key = HF_STR_EMPTY;
    hf_str lang = HF_STR_EMPTY;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !cascade_of(call, body, &wanted, err) || !hf_json_want_text(body, "key", &key, err) ||
        !hf_json_want_text(body, "lang", &lang, err))
        return false;
    if (lang.len > 0 && !hf_lang_parse(lang, &call->session.lang))
        return hf_fail(err, HF_ERR_INPUT, "account.language", "'%.*s' is none of ar es en fr ru zh",
                       HF_STR_ARG(lang));
    if (!hf_ask_cascade(&call->session, &wanted, call->arena, &answer, err))
        return false;
    bool is_explained = hf_explain_fall(&call->session, &answer, key, call->arena, &reasons, err);
    if (is_explained) {
        hf_json_writer w = hf_answer_json(call);
        hf_write_reasons(&answer, key, &reasons, &w);
        call->told_records += reasons.count;
    }
    hf_plan_release(&call->session, &answer.plan);
    return is_explained;
}

// --- rank ------------------------------------------------------------------------------------------------

bool hf_call_rank_by(const hf_json *body, hf_rank_by *out, hf_error *err)
{
    static const struct {
        const char *word;
        hf_rank_by by;
    } words[] = {{"people", HF_RANK_PEOPLE},
                 {"failed", HF_RANK_FAILED},
                 {"people_hours", HF_RANK_PEOPLE_HOURS}};
    hf_str word = HF_STR("people");
    if (!hf_json_want_text(body, "by", &word, err))
        return false;
    for (size_t i = 0; i < HF_COUNT(words); i++)
        if (hf_str_equal_z(word, words[i].word)) {
            *out = words[i].by;
            return true;
        }
    hf_fail(err, HF_ERR_INPUT, "field.word", "by must be people, failed or people_hours");
    return hf_fail_at(err, "/by", 0, "by");
}

bool hf_call_wants_job(const hf_call *call)
{
    return hf_str_starts(hf_request_header(call->request, "Prefer"), "respond-async");
}

static bool rank_as_job(hf_call *call, const hf_rank_request *wanted, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf request = hf_buf_of(1u << 20);
    hf_json_writer w = {.out = &request};
    hf_json_begin_object(&w);
    hf_json_name(&w, "by");
    hf_json_add_i64(&w, (int64_t)wanted->by);
    hf_json_name(&w, "among");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < wanted->among_count; i++)
        hf_json_add_str(&w, wanted->among[i]);
    hf_json_end_array(&w);
    hf_json_name(&w, "within");
    hf_json_add_str(&w, wanted->within);
    hf_json_name(&w, "hours");
    hf_json_add_double(&w, wanted->hours);
    hf_json_name(&w, "step_h");
    hf_json_add_double(&w, wanted->step_h);
    hf_json_name(&w, "restart");
    hf_json_add_i64(&w, (int64_t)wanted->restart);
    if (wanted->is_weighted) {
        hf_json_name(&w, "weights");
        hf_rank_write_weights(wanted->weights, &w);
    }
    hf_json_name(&w, "sight");
    hf_json_add_z(&w, hf_ask_words[call->session.ask]);
    hf_json_name(&w, "top");
    hf_json_add_u64(&w, wanted->top > 0 ? wanted->top : 1000);
    hf_json_end_object(&w);
    return hf_answer_job(call, &hf_job_kind_rank, hf_buf_str(&request), err);
}

static bool weights_of(const hf_json *body, hf_rank_request *out, hf_error *err)
{
    const hf_json *weights = hf_json_member(body, "weights");
    if (weights == NULL)
        return true;
    if (hf_json_member(body, "by") == NULL)
        return hf_rank_weights_of_json(weights, "/weights", out, err);
    hf_fail(err, HF_ERR_INPUT, "rank.weights", "give 'by' or 'weights', not both");
    return hf_fail_at(err, "/weights", 0, "weights");
}

static bool post_rank(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"by",     "weights", "among", "within", "hours",
                                          "step_h", "restart", "top",   "sight",  NULL};
    hf_json *body = NULL;
    hf_rank_request wanted = {0};
    hf_rank_answer answer = {0};
    hf_str *among = NULL;
    double top = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_call_rank_by(body, &wanted.by, err) || !weights_of(body, &wanted, err) ||
        !hf_json_want_texts(body, "among", 1000, call->arena, &among, &wanted.among_count, err) ||
        !hf_json_want_text(body, "within", &wanted.within, err) ||
        !hf_json_want_number(body, "hours", 0, HF_HOURS_MAX, &wanted.hours, err) ||
        !hf_json_want_number(body, "step_h", 0, HF_HOURS_MAX, &wanted.step_h, err) ||
        !restart_of(body, &wanted.restart, err) || !hf_call_sight(call, body, err) ||
        !hf_json_want_number(body, "top", 0, 1e9, &top, err))
        return false;
    wanted.among = among;
    wanted.top = (size_t)top;
    if (hf_call_wants_job(call))
        return rank_as_job(call, &wanted, err);
    if (!hf_ask_rank(&call->session, &wanted, call->arena, &answer, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_rank(&answer, &w);
    bool is_cut = wanted.top > 0 && wanted.top < answer.ranking.row_count;
    call->told_records += is_cut ? wanted.top : answer.ranking.row_count;
    hf_plan_release(&call->session, &answer.plan);
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_POST,
     .path = "/api/v1/cascade",
     .id = "cascade",
     .about = "One what-if: what falls, when, why, and whom it hits",
     .takes = "CascadeQuestion",
     .gives = "Cascade",
     .status = 200,
     .problems = "400 404 413 415",
     .answer = post_cascade},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/explain",
     .id = "explain",
     .about = "Why one asset falls, step by step, in words",
     .takes = "ExplainQuestion",
     .gives = "Reasons",
     .status = 200,
     .problems = "400 404 413 415",
     .answer = post_explain},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/rank",
     .id = "rank",
     .about =
         "The consequence of losing each asset alone; Prefer: respond-async makes it a job (202)",
     .takes = "RankQuestion",
     .gives = "Ranking",
     .status = 200,
     .problems = "202 400 404 413 415",
     .answer = post_rank},
};

#define QUESTION_MEMBERS                                                                           \
    "\"fail\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"                               \
    "\"hours\":{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":87600},"                  \
    "\"step_h\":{\"type\":[\"number\",\"null\"],\"minimum\":0},"                                   \
    "\"restart\":{\"enum\":[\"free\",\"sequential\",null]}," HF_SIGHT_SCHEMA

#define WEIGHT "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1000000}"
#define PARTS  "{\"$ref\":\"#/components/schemas/RankParts\"}"

// Of simulations.c, whose own text is long enough.
#define MAYBE "{\"type\":[\"number\",\"null\"]}"
#define SIMULATED                                                                                  \
    "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"key\",\"p_down\",\"low\"," \
    "\"high\",\"mean_down_h\"],\"properties\":{\"key\":{\"type\":\"string\"},\"p_down\":{"         \
    "\"type\":"                                                                                    \
    "\"number\"},\"low\":{\"type\":\"number\"},\"high\":{\"type\":\"number\"},\"mean_down_"        \
    "h\":" MAYBE ",\"p_damaged\":{\"type\":\"number\"},\"p_down_not_own\":{\"type\":\"number\"},"  \
    "\"loss_if_damaged\":" MAYBE ",\"loss_if_not_damaged\":" MAYBE ",\"criticality\":" MAYBE       \
    ",\"criticality_low\":" MAYBE ",\"criticality_high\":" MAYBE "}}}"

static const char schemas[] =
    "\"CascadeQuestion\":{\"type\":\"object\",\"required\":[\"fail\"],\"properties\":"
    "{" QUESTION_MEMBERS ",\"model\":{\"enum\":[\"cascade\",\"outage\",null]},\"both_restarts\":{"
    "\"type\":[\"boolean\",\"null\"]}},"
    "\"additionalProperties\":false},"
    "\"Cascade\":{\"type\":\"object\",\"required\":[\"failed\",\"failed_count\",\"down_at_start\","
    "\"loss\",\"snapshot\",\"model\"],\"properties\":{\"failed\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"required\":[\"key\",\"at_h\",\"cause\"],\"properties\":{"
    "\"key\":{\"type\":\"string\"},\"at_h\":{\"type\":\"number\"},"
    "\"cause\":{\"enum\":[\"damage\",\"dependency\",\"network\"]}}}},"
    "\"failed_count\":{\"type\":\"integer\"},\"down_at_start\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"string\"}}," HF_LOOPS_SCHEMA
    ",\"loss\":{\"type\":\"object\"},\"restarts\":{\"type\":\"object\"},\"snapshot\":{\"type\":"
    "\"string\"},"
    "\"model\":{\"type\":\"string\"}}},"
    "\"ExplainQuestion\":{\"type\":\"object\",\"required\":[\"fail\",\"key\"],\"properties\":"
    "{" QUESTION_MEMBERS ",\"key\":{\"type\":\"string\"},\"lang\":{\"enum\":[\"ar\",\"zh\",\"en\","
    "\"fr\",\"ru\",\"es\"]}},"
    "\"additionalProperties\":false},"
    "\"Curve\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":"
    "\"number\"}}},\"Courses\":{\"type\":[\"object\",\"null\"],\"additionalProperties\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"number\"}}},"
    "\"SimulationAssets\":" SIMULATED ","
    "\"Reasons\":{\"type\":\"object\",\"required\":[\"key\",\"steps\",\"text\"]},"
    "\"RankQuestion\":{\"type\":\"object\",\"properties\":{"
    "\"by\":{\"enum\":[\"people\",\"failed\",\"people_hours\"]},"
    "\"weights\":{\"type\":[\"object\",\"null\"],\"properties\":{\"people\":" WEIGHT
    ",\"failed\":" WEIGHT ",\"sectors\":" WEIGHT ",\"people_hours\":" WEIGHT
    "},\"additionalProperties\":false},"
    "\"among\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
    "\"within\":{\"type\":[\"string\",\"null\"]},"
    "\"hours\":{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":87600},"
    "\"step_h\":{\"type\":[\"number\",\"null\"],\"minimum\":0},"
    "\"restart\":{\"enum\":[\"free\",\"sequential\",null]},"
    "\"top\":{\"type\":[\"integer\",\"null\"],\"minimum\":0}," HF_SIGHT_SCHEMA
    "},\"additionalProperties\":false},"
    "\"RankParts\":{\"type\":\"object\",\"properties\":{\"people\":{\"type\":\"number\"},"
    "\"failed\":{\"type\":\"number\"},\"sectors\":{\"type\":\"number\"},"
    "\"people_hours\":{\"type\":\"number\"}}},"
    "\"Ranking\":{\"type\":\"object\",\"required\":[\"ranking\",\"mean_failed\",\"mean_people\","
    "\"snapshot\"],\"properties\":{\"ranking\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"required\":[\"key\",\"failed_count\",\"people\"],\"properties\":{\"sector_count\":{"
    "\"type\":\"integer\"},\"score\":{\"type\":\"number\"},\"parts\":" PARTS
    ",\"best\":{\"type\":\"integer\"},\"worst\":{\"type\":\"integer\"}}}},"
    "\"weights\":" PARTS ",\"greatest\":" PARTS ",\"weight_change\":{\"type\":\"number\"},"
    "\"mean_failed\":{\"type\":\"number\"},\"mean_people\":{\"type\":\"number\"},\"snapshot\":{"
    "\"type\":\"string\"}}}";

const hf_resource hf_resource_questions = {"questions", routes, HF_COUNT(routes), schemas, NULL};
