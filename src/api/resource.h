// SPDX-License-Identifier: Apache-2.0
//
// What the files of api/ share: how a resource is described, and the call that a route answers. A resource is one
// file with one constant `hf_resource_<name>`; its table of routes feeds the router, the checks of parameters
// and the OpenAPI document, so that none of them can say something else.
#ifndef HF_API_RESOURCE_H
#define HF_API_RESOURCE_H

#include "api/api.h"
#include "usecase/report.h"
#include "usecase/usecase.h"
#include "wire/wire.h"

typedef struct hf_api hf_api;
typedef struct hf_call hf_call;

typedef enum {
    HF_PARAM_TEXT,
    HF_PARAM_INTEGER,
    HF_PARAM_NUMBER,
    HF_PARAM_BOOL,
    HF_PARAM_WORD
} hf_param_type;

typedef struct {
    const char *name;
    hf_param_type type;
    bool is_required;
    double min, max;          // of numbers; equal = no bound
    const char *const *words; // of HF_PARAM_WORD, NULL-ended
    const char *about;
} hf_param;

enum {
    HF_ROUTE_OPEN = 1u << 0,    // without sign-in
    HF_ROUTE_NO_CSRF = 1u << 1, // a write that starts a session
    HF_ROUTE_UPLOAD = 1u << 2,  // its body goes to temporary files
    HF_ROUTE_LINES = 1u << 3,   // its body may be NDJSON
    HF_ROUTE_LIST = 1u << 4,    // takes filters by the noun's fields
    HF_ROUTE_QUICK = 1u << 5,   // not told in the log even when slow: waits by design
    HF_ROUTE_NO_BODY = 1u << 6, // a POST without a body
    HF_ROUTE_OWN = 1u << 7,     // also for an account that is held, of its own {key}
    HF_ROUTE_FILE = 1u << 8,    // its upload is a file of a record, not an import
    HF_ROUTE_COSTLY = 1u << 9   // compares a password, for anybody
};

typedef struct {
    hf_http_method method;
    const char *path; // "/api/v1/{plural}/{key}"; `{plural}` stands for each noun in turn
    const char *id;   // operationId
    const char *about;
    unsigned flags;
    const hf_param *params; // of the query; ended by a NULL name
    const char *takes;      // name of the schema of the JSON body; NULL = none
    const char *gives;      // name of the schema of the answer; NULL = none
    const char *gives_type; // media type of the answer; NULL = application/json
    int status;             // when all is well
    const char *
        problems; // further statuses, "304 404 409"; what each route of its kind can answer is added
    bool (*answer)(hf_call *call, hf_error *err);
} hf_route;

typedef struct {
    const char *name;
    const hf_route *routes;
    size_t route_count;
    const char *schemas; // members of components/schemas as JSON, without the braces; NULL = none
    const hf_noun *noun; // whose records it answers with, where records.c does not; NULL = none
} hf_resource;

extern const hf_resource *const hf_resources[]; // NULL-ended, made from the list in meson.build

#define HF_PATH_PARAMS_MAX 4u

struct hf_call {
    hf_api *api;
    const hf_request *request;
    hf_reply *reply;
    hf_arena *arena;
    hf_session session; // store, actor, language, time
    hf_signed_in who;   // its csrf is set for browsers
    const hf_route *route;
    const hf_noun *noun;               // of {plural}
    hf_str params[HF_PATH_PARAMS_MAX]; // decoded, in order, without {plural}
    int32_t marking;                   // highest in the answer so far; -1 = none
    hf_error *faults; // all that is wrong with the body, when more is known than one
    size_t fault_count;
    uint32_t retry_s; // when to try again, of a refusal for now; 0 = soon
    // What the account is told of, for the counts of reading.h.
    uint64_t told_records, told_places;
    bool is_search, is_taken_out;
};

// The program's parts, made by serve.c, the same for all calls.
struct hf_api {
    hf_store *store;
    hf_pool *pool;
    hf_plans *plans;
    hf_jobs *jobs;
    hf_server *server;
    struct hf_web *web;       // web_pack.c
    struct hf_tiles *tiles;   // tiles.c
    struct hf_events *events; // events.c
    hf_place_book *places;
    struct hf_overviews *overviews; // overview.c
    struct hf_attempts *attempts;   // attempts.c: failed sign-ins
    struct hf_attempts *refusals;   // attempts.c: tokens that are none
    hf_readings *readings;          // what each account reads
    int64_t settled_ms;             // of the readings, the last time
    hf_str own_dir;       // upload_dir, where no other store can have files in it; else empty
    int64_t tidied_ms;    // what was kept for long enough, the last time
    struct hf_warm *warm; // warm.c
    hf_provider_cache *providers; // what the provider of identities said of itself
    hf_str upload_dir;
    hf_str metrics_token;
    hf_str openapi; // made once
    hf_str openapi_etag;
    int64_t started_ms;
    bool is_secure;
};

// --- answering (answer.c) --------------------------------------------------------------------------

// A JSON writer into the reply's body, whose media type it sets.
hf_json_writer hf_answer_json(hf_call *call);
// One small value instead of an open writer.
void hf_answer_empty(hf_call *call); // 204
void hf_answer_header(hf_call *call, const char *name, hf_str value);
// Names of the cookies: with a prefix that keeps others from setting them, where browsers reach us by TLS.
const char *hf_session_cookie(const hf_api *api);
const char *hf_device_cookie(const hf_api *api);
// The cookies of a session that was just opened; the call goes on as its actor.
void hf_answer_session(hf_call *call, const hf_signed_in *made);
// session.c: who is signed in now, as the answer. job: of the demonstration; empty = none.
bool hf_write_session(hf_call *call, hf_str job, hf_error *err) HF_CHECKED;
// identity.c: the member "recovery" of an object.
void hf_write_codes(const hf_str *codes, size_t count, hf_json_writer *w);
// Where this request comes from.
hf_visit hf_call_visit(const hf_call *call);
void hf_answer_etag(hf_call *call, int64_t version);
void hf_answer_marking(hf_call *call, int32_t marking);
// An answer without pages tells of so many records: they count as read, and are as many as a list may tell at once.
// Errors: HF_ERR_PERMISSION "access.paused", "release.needed"
bool hf_call_tells(hf_call *call, uint64_t count, hf_error *err) HF_CHECKED;
// The request's body as a JSON object. Errors: HF_ERR_MEDIA_TYPE, HF_ERR_INPUT "json.*".
bool hf_call_json(hf_call *call, hf_json **out, hf_error *err) HF_CHECKED;
// Of a body that has this one text and nothing else; left alone when it is absent.
bool hf_call_text(hf_call *call, const char *name, hf_str *out, hf_error *err) HF_CHECKED;
// A member of it by type; absent or null leaves *out alone. Errors: HF_ERR_INPUT "field.type" with its pointer.
bool hf_json_want_text(const hf_json *object, const char *name, hf_str *out,
                       hf_error *err) HF_CHECKED;
bool hf_json_want_bool(const hf_json *object, const char *name, bool *out,
                       hf_error *err) HF_CHECKED;
bool hf_json_want_number(const hf_json *object, const char *name, double min, double max,
                         double *out, hf_error *err) HF_CHECKED;
bool hf_json_want_texts(const hf_json *object, const char *name, size_t max_count, hf_arena *arena,
                        hf_str **out, size_t *count, hf_error *err) HF_CHECKED;
// Refuses members that the route does not know. names is NULL-ended.
bool hf_json_want_only(const hf_json *object, const char *const *names, hf_error *err) HF_CHECKED;
// The member `by`: people (when absent), failed or people_hours.
bool hf_call_rank_by(const hf_json *body, hf_rank_by *out, hf_error *err) HF_CHECKED;
// The header Prefer: respond-async.
bool hf_call_wants_job(const hf_call *call);
// The member "sight" of a question: the session asks of that from now on. Errors: HF_ERR_INPUT "field.word".
bool hf_call_sight(hf_call *call, const hf_json *body, hf_error *err) HF_CHECKED;
// Of what keeps itself up, where there is any (hf_write_loops).
#define HF_LOOPS_SCHEMA                                                                            \
    "\"self_sustaining_loops\":{\"type\":\"array\"},\"self_sustaining_loop_count\":{\"type\":"     \
    "\"integer\"}"
#define HF_SIGHT_SCHEMA "\"sight\":{\"enum\":[\"whole\",\"visible\",null]}"
// A query parameter that the router has checked already.
uint64_t hf_call_count(const hf_call *call, const char *name, uint64_t fallback);
double hf_call_number(const hf_call *call, const char *name, double fallback);
bool hf_call_flag(const hf_call *call, const char *name);

// A problem document (RFC 9457).
void hf_problem_write(const hf_error *err, hf_buf *out);
// The same with all that is wrong, where more is known than err: errors[].
void hf_problem_write_all(const hf_error *err, const hf_error *faults, size_t fault_count,
                          hf_buf *out);

// files.c: answers with a file that `make` writes to `output`. name and media_type live as long as the call.
// Errors: of make; HF_ERR_WRITE "file.unwritable"
typedef bool (*hf_make_file)(hf_call *call, void *context, hf_output output, hf_error *err);
bool hf_answer_file(hf_call *call, hf_make_file make, void *context, const char *media_type,
                    hf_str name, hf_error *err) HF_CHECKED;
// Answers with the report in the form of the request's `format`: a page of its own, or a file to be saved.
// Errors: of hf_make_report
bool hf_answer_report(hf_call *call, hf_report_request *wanted, hf_error *err) HF_CHECKED;
extern const char *const hf_report_formats[]; // NULL-ended

// releases.c: 201 with what was just asked to be released.
void hf_answer_asked(hf_call *call, const hf_release *release);

// filters.c: words, filters, order and box of the request's address, into the query of this noun.
// Errors: HF_ERR_USAGE "query.field", "query.value".
bool hf_call_query(hf_call *call, const hf_noun *noun, hf_query *query, hf_error *err) HF_CHECKED;
// jobs.c: submits a job and answers 202 with its address.
bool hf_answer_job(hf_call *call, const hf_job_kind *kind, hf_str request,
                   hf_error *err) HF_CHECKED;
// bulk.c: the body of a POST as lines of JSON.
bool hf_bulk_records(hf_call *call, hf_error *err) HF_CHECKED;

// A report is one page with its styles inside, and runs no script.
#define HF_REPORT_POLICY                                                                           \
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "               \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"

// --- the router (router.c) ---------------------------------------------------------------------------

// Finds the route. *path_known: some route has this path, with another method. params and noun are filled.
const hf_route *hf_router_find(hf_call *call, bool *path_known);
// Does `{plural}` stand for this noun?
bool hf_router_has_routes(const hf_noun *noun);
// "GET, POST" of a path, for 405.
hf_str hf_router_allowed(hf_call *call);
// Checks the query against the route's table. Errors: HF_ERR_USAGE "query.value", "query.required".
bool hf_router_check(const hf_call *call, hf_error *err) HF_CHECKED;
// Writes the OpenAPI 3.1 document of all resources and nouns.
void hf_openapi_write(hf_buf *out);

// --- the parts ---------------------------------------------------------------------------------------

// calls.c: keeps what was counted of readings, and raises alarms. Also when it starts, for the limits that are set.
void hf_settle_readings(hf_api *api, int64_t now_ms);
// calls.c: what the server calls.
hf_server_calls hf_api_calls(hf_api *api);

// confine.c: locks the program in, as far as the kernel can. Before the first thread starts.
// upload_dir  of uploads; where it lies beside no store it must be there already
// Errors: HF_ERR_INTERNAL "sandbox.refused"
bool hf_confine(const hf_serve_options *options, const char *upload_dir, hf_error *err) HF_CHECKED;

// web_pack.c: the shell and its files. dir NULL = the pack in the program.
typedef struct hf_web hf_web;
bool hf_web_open(const char *dir, hf_arena *arena, hf_web **out, hf_error *err) HF_CHECKED;
bool hf_web_answer(hf_call *call, hf_error *err) HF_CHECKED;

// tiles.c
typedef struct hf_tiles hf_tiles;
hf_tiles *hf_tiles_open(void);
void hf_tiles_close(hf_tiles **tiles);
// Makes and keeps the tiles of zooms 0 to zoom_max for the session's actor, until *stop.
bool hf_tiles_warm(hf_api *api, const hf_session *session, uint32_t zoom_max,
                   const _Atomic bool *stop, hf_error *err) HF_CHECKED;

// overview.c: finished overviews, kept
typedef struct hf_overviews hf_overviews;
hf_overviews *hf_overviews_open(void);
void hf_overviews_close(hf_overviews **overviews);
// How much the caller may know of; 0 for who is not signed in. Kept per data version and access class.
typedef struct {
    uint64_t assets, dependencies;
} hf_known_counts;
bool hf_overviews_counts(hf_call *call, hf_known_counts *out, hf_error *err) HF_CHECKED;
bool hf_overviews_warm(hf_api *api, const hf_session *session, hf_error *err) HF_CHECKED;

// events.c
typedef struct hf_events hf_events;
bool hf_events_open(hf_api *api, hf_events **out, hf_error *err) HF_CHECKED;
void hf_events_tick(hf_api *api); // called by the server's clock
void hf_events_close(hf_events **events);

// warm.c: makes ready in the background what the first questions of a data version need
typedef struct hf_warm hf_warm;
hf_warm *hf_warm_open(hf_api *api, const hf_session *session, int64_t data_version);
void hf_warm_start(hf_warm *warm); // when the server answers: the first requests come before it
void hf_warm_note(hf_warm *warm, int64_t data_version); // the register has changed
bool hf_warm_is_done(hf_warm *warm);
void hf_warm_stop(hf_warm *warm); // soon; close waits for it
void hf_warm_close(hf_warm **warm);

// attempts.c: slows down guessing of passwords.
typedef struct hf_attempts hf_attempts;
typedef struct {
    hf_str name;   // of the account; empty: only the address counts
    hf_str device; // of a browser that is known to sign this account in; empty = none
    hf_str peer;   // address; empty: not known, then none waits for it
    int64_t counted_ms, before_ms, peer_before_ms; // of attempts.c: to take it back
} hf_attempt;
hf_attempts *hf_attempts_open(void);
void hf_attempts_close(hf_attempts **attempts);
// Counts the try as failed, so that many at once are not all let in; what is known to be no failure is taken back, and a
// success forgets those of the account. False: too many failures of late; try again in *wait_s seconds, nothing is counted.
// Errors: HF_ERR_BUSY "http.too_many".
bool hf_attempts_allow(hf_attempts *attempts, hf_attempt *attempt, int64_t now_ms, uint32_t *wait_s,
                       hf_error *err) HF_CHECKED;
void hf_attempts_take_back(hf_attempts *attempts, const hf_attempt *attempt);
void hf_attempts_succeeded(hf_attempts *attempts, const hf_attempt *attempt);
// Is a failure worth a line in the log now? Of a flood from one address only the first and then ever fewer are.
bool hf_attempts_is_told(hf_attempts *attempts, const hf_attempt *attempt);
// Counts a failure that nobody allowed, and answers the same.
bool hf_attempts_failed(hf_attempts *attempts, hf_attempt *attempt, int64_t now_ms);
// Refuses what was tried too often; then `try` decides, and a failure by the password or a code is counted and noted.
// action  of the log's line
typedef bool (*hf_guarded)(hf_call *call, void *context, hf_error *err);
bool hf_guard(hf_call *call, hf_str name, hf_guarded try, void *context, hf_error *err) HF_CHECKED;
// identity.c: ends what the second part of the address names of the account that the first names, with what that asks for
// in the body (WayInEnd); guarded.
typedef bool (*hf_way_in_end)(const hf_session *session, hf_str user_key, hf_str short_id,
                              const hf_proof *proof, hf_error *err);
bool hf_call_end_way_in(hf_call *call, hf_way_in_end end, hf_error *err) HF_CHECKED;

#define HF_PARAM_LANG                                                                              \
    {                                                                                              \
        .name = "lang", .type = HF_PARAM_WORD, .words = hf_lang_codes, .about = "language"         \
    }
#define HF_PARAM_REPORT_FORMAT                                                                     \
    {                                                                                              \
        .name = "format", .type = HF_PARAM_WORD, .words = hf_report_formats,                       \
        .about = "html unless said"                                                                \
    }
#define HF_NO_PARAMS                                                                               \
    {                                                                                              \
        .name = NULL                                                                               \
    }

#endif
