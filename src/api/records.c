// SPDX-License-Identifier: Apache-2.0
//
// Records of any noun: lists with filters, one record, change, removal, history, undo. What differs by noun comes
// from its table; what a person may do comes from the use cases.
#include <string.h>

#include "api/resource.h"
#include "base/limits.h"

static const char *const count_words[] = {"0", "1", "false", "true", "exact", NULL};
static const hf_param list_params[] = {
    {.name = "limit",
     .type = HF_PARAM_INTEGER,
     .min = 1,
     .max = HF_LIST_LIMIT_MAX,
     .about = "records on a page; 100 unless given"},
    {.name = "cursor", .about = "`next` of the page before"},
    {.name = "offset",
     .type = HF_PARAM_INTEGER,
     .min = 0,
     .max = 1e9,
     .about = "records to skip, for jumps; pages in a row use the cursor"},
    {.name = "sort", .about = "the key or an indexed field, with '-' before it for descending"},
    {.name = "q", .about = "words to search for"},
    {.name = "fields", .about = "names of the fields wanted, separated by commas"},
    {.name = "bbox", .about = "west,south,east,north in degrees"},
    {.name = "within",
     .about = "an area: lon,lat lon,lat lon,lat (rings separated by ';') or region:KEY"},
    {.name = "count",
     .type = HF_PARAM_WORD,
     .words = count_words,
     .about = "0: do not count; exact: count all, however many; else exact up to 10,000"},
    HF_NO_PARAMS,
};

// --- lists -------------------------------------------------------------------------------------------

static hf_str chosen_fields(hf_call *call)
{
    return hf_request_query(call->request, "fields");
}

// What came with a record beside its fields.
static bool is_attributes(hf_str part)
{
    return hf_str_equal_z(hf_str_trim(part), "attributes");
}

static bool check_fields(hf_call *call, hf_error *err)
{
    hf_str rest = chosen_fields(call);
    hf_str part;
    while (rest.len > 0 && hf_str_split(&rest, ',', &part)) {
        if (is_attributes(part))
            continue;
        const hf_field *field = hf_noun_field(call->noun, hf_str_trim(part), NULL);
        if (field == NULL || (field->flags & HF_FIELD_SECRET) != 0)
            return hf_fail(err, HF_ERR_USAGE, "query.field", "%s have no field '%.*s'",
                           call->noun->plural, HF_STR_ARG(part));
    }
    return true;
}

static void write_chosen(hf_call *call, const void *record, hf_json_writer *w)
{
    const hf_head *head = record;
    hf_str rest = chosen_fields(call);
    hf_str part;
    hf_json_begin_object(w);
    hf_json_name(w, "key");
    hf_json_add_str(w, head->key);
    while (rest.len > 0 && hf_str_split(&rest, ',', &part)) {
        if (is_attributes(part)) {
            hf_json_name(w, "attributes");
            hf_json_add_raw(w, head->attributes.len > 0 ? head->attributes : HF_STR("{}"));
            continue;
        }
        const hf_field *field = hf_noun_field(call->noun, hf_str_trim(part), NULL);
        if (field->type == HF_KEY)
            continue;
        hf_json_name(w, field->name);
        hf_field_write_json(field, record, w);
    }
    hf_json_end_object(w);
}

static void write_chosen_page(hf_call *call, const hf_query *query, const hf_page *page,
                              hf_json_writer *w)
{
    hf_begin_page(w);
    for (size_t i = 0; i < page->count; i++)
        write_chosen(call, page->records[i], w);
    hf_end_page(page, query->want_count, w);
}

// What is read of the register; the profile is open to all and loaded with every page.
static bool is_counted(const hf_noun *noun)
{
    return noun->group == HF_GROUP_REGISTER || noun->group == HF_GROUP_ANALYSIS;
}

static bool list_records(hf_call *call, hf_error *err)
{
    hf_page page = {0};
    hf_str count = hf_request_query(call->request, "count");
    hf_query query = {
        .cursor = hf_request_query(call->request, "cursor"),
        .offset = hf_call_count(call, "offset", 0),
        .limit = (uint32_t)hf_call_count(call, "limit", HF_LIST_LIMIT_DEFAULT),
        .want_exact_count = hf_str_equal_z(count, "exact"),
        .want_count = !hf_str_equal_z(count, "0") && !hf_str_equal_z(count, "false"),
    };
    bool is_long = query.cursor.len > 0 || query.offset > 0 || query.limit > HF_LIST_LIMIT_DEFAULT;
    if (is_long && is_counted(call->noun) &&
        !hf_reading_may_go_on(call->api->readings, call->session.actor.name, call->session.now_ms,
                              err))
        return false;
    if (!hf_call_query(call, call->noun, &query, err) || !check_fields(call, err) ||
        !hf_list_records(&call->session, &query, call->arena, &page, err))
        return false;
    call->told_records += is_counted(call->noun) ? page.count : 0;
    call->is_search = query.text.len > 0;
    for (size_t i = 0; i < page.count; i++)
        hf_answer_marking(call, ((const hf_head *)page.records[i])->marking);
    hf_json_writer w = hf_answer_json(call);
    if (chosen_fields(call).len > 0)
        write_chosen_page(call, &query, &page, &w);
    else
        hf_write_page(&call->session, &query, &page, &w);
    return true;
}

// --- one record ----------------------------------------------------------------------------------------

static void answer_record(hf_call *call, const void *record)
{
    const hf_head *head = record;
    call->told_records += is_counted(call->noun) ? 1 : 0;
    hf_answer_etag(call, head->version);
    hf_answer_marking(call, head->marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_record(&call->session, call->noun, record, &w);
}

static bool get_record(hf_call *call, hf_error *err)
{
    void *record = NULL;
    if (!hf_get_record(&call->session, call->noun, call->params[0], call->arena, &record, err))
        return false;
    const hf_head *head = record;
    hf_str etag = hf_str_format(call->arena, "\"%lld\"", (long long)head->version);
    if (hf_etag_matches(hf_request_header(call->request, "If-None-Match"), etag)) {
        hf_answer_etag(call, head->version);
        call->reply->status = 304;
        return true;
    }
    answer_record(call, record);
    return true;
}

static hf_str url_of(hf_call *call, hf_str key)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(4096);
    hf_buf_add_format(&out, "/api/v1/%s/", call->noun->plural);
    for (size_t i = 0; i < key.len; i++) {
        unsigned char byte = (unsigned char)key.ptr[i];
        bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                        (byte >= '0' && byte <= '9') || strchr("-._~", byte) != NULL;
        if (is_plain && byte != '\0')
            hf_buf_add_byte(&out, (char)byte);
        else
            hf_buf_add_format(&out, "%%%02X", byte);
    }
    return hf_buf_copy(call->arena, &out);
}

// Takes a text out of a body that is no field of the noun: a password, a reason. The rest is a patch.
static bool take_text(hf_json *body, const char *name, hf_str *out, hf_error *err)
{
    hf_json **link = &body->child;
    for (; *link != NULL; link = &(*link)->next) {
        if (!hf_str_equal_z((*link)->name, name))
            continue;
        if (!hf_json_want_text(body, name, out, err))
            return false;
        *link = (*link)->next;
        body->child_count--;
        return true;
    }
    return true;
}

// The first fault is the problem; all of them are told.
static bool read_patch(hf_call *call, const hf_json *body, hf_patch *out, hf_error *err)
{
    if (hf_patch_from_json(call->noun, body, call->arena, out, err))
        return true;
    if (body->type == HF_JSON_OBJECT)
        hf_patch_faults(call->noun, body, call->arena, &call->faults, &call->fault_count);
    return false;
}

static bool add_record(hf_call *call, hf_json *body, void **out, hf_error *err)
{
    hf_patch patch = {0};
    hf_str password = HF_STR_EMPTY;
    bool is_user = call->noun == &hf_noun_user;
    if (is_user && !take_text(body, "password", &password, err))
        return false;
    if (!read_patch(call, body, &patch, err))
        return false;
    if (!is_user)
        return hf_add_record(&call->session, &patch, call->arena, out, err);
    hf_user *user = NULL;
    if (!hf_add_user(&call->session, &patch, password, call->arena, &user, err))
        return false;
    *out = user;
    return true;
}

static bool post_record(hf_call *call, hf_error *err)
{
    hf_json *body = NULL;
    void *record = NULL;
    if (hf_str_starts(hf_request_header(call->request, "Content-Type"), "application/x-ndjson"))
        return hf_bulk_records(call, err);
    if (!hf_call_json(call, &body, err) || !add_record(call, body, &record, err))
        return false;
    hf_answer_header(call, "Location", url_of(call, ((const hf_head *)record)->key));
    answer_record(call, record);
    return true;
}

// If-Match is a version in quotes, or "*" for whatever is there.
static bool wanted_version(hf_call *call, int64_t *out, hf_error *err)
{
    hf_str tag = hf_str_trim(hf_request_header(call->request, "If-Match"));
    if (tag.len == 0)
        return hf_fail(err, HF_ERR_NEED_MATCH, "record.need_match",
                       "say with If-Match which version you saw; its ETag was in the answer");
    if (hf_str_equal_z(tag, "*")) {
        *out = HF_VERSION_ANY;
        return true;
    }
    bool is_quoted = tag.len > 2 && tag.ptr[0] == '"' && tag.ptr[tag.len - 1] == '"';
    int64_t version = 0;
    if (is_quoted && hf_parse_i64(hf_str_slice(tag, 1, tag.len - 1), &version) && version > 0) {
        *out = version;
        return true;
    }
    return hf_fail(err, HF_ERR_STALE, "record.stale", "If-Match names no version of this record");
}

static bool patch_record(hf_call *call, hf_error *err)
{
    hf_json *body = NULL;
    hf_patch patch = {0};
    void *record = NULL;
    int64_t version = 0;
    if (!wanted_version(call, &version, err) || !hf_call_json(call, &body, err) ||
        !read_patch(call, body, &patch, err) ||
        !hf_edit_record(&call->session, &patch, call->params[0], version, call->arena, &record,
                        err))
        return false;
    answer_record(call, record);
    return true;
}

// The same change for all that the query finds. How many that are must be said, as a version must be said for one.
static bool patch_records(hf_call *call, hf_error *err)
{
    hf_json *body = NULL;
    hf_patch patch = {0};
    hf_edit_result result = {0};
    hf_edit_request wanted = {
        .patch = &patch, .is_dry_run = hf_call_flag(call, "dry_run"), .expected_count = -1};
    if (hf_request_has_query(call->request, "expected"))
        wanted.expected_count = (int64_t)hf_call_count(call, "expected", 0);
    else if (!wanted.is_dry_run)
        return hf_fail(err, HF_ERR_NEED_MATCH, "edit.need_expected",
                       "say with expected=N how many records you saw; dry_run=1 tells");
    if (!hf_call_query(call, call->noun, &wanted.query, err) || !hf_call_json(call, &body, err) ||
        !hf_patch_from_json(call->noun, body, call->arena, &patch, err) ||
        !hf_edit_records(&call->session, &wanted, call->arena, &result, err))
        return false;
    for (size_t i = 0; i < result.sample_count; i++)
        hf_answer_marking(call, ((const hf_head *)result.samples[i].before)->marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_edit(call->noun, &result, &w);
    return true;
}

// All that the address finds, as for a change to many.
static bool post_lowering(hf_call *call, hf_error *err)
{
    hf_json *body = NULL;
    hf_patch patch = {0};
    hf_query query = {0};
    hf_str reason = HF_STR_EMPTY;
    hf_release *release = NULL;
    if (!hf_call_query(call, call->noun, &query, err) || !hf_call_json(call, &body, err) ||
        !take_text(body, "reason", &reason, err) || !read_patch(call, body, &patch, err) ||
        !hf_ask_lowering(&call->session, &query, &patch, reason, call->arena, &release, err))
        return false;
    hf_answer_asked(call, release);
    return true;
}

// Removal needs no version: what is gone can be brought back by undo.
static bool delete_record(hf_call *call, hf_error *err)
{
    int64_t version = HF_VERSION_ANY;
    uint64_t removed = 0;
    if (hf_request_header(call->request, "If-Match").len > 0 &&
        !wanted_version(call, &version, err))
        return false;
    if (!hf_remove_record(&call->session, call->noun, call->params[0], version,
                          hf_call_flag(call, "with_links"), &removed, err))
        return false;
    hf_answer_empty(call);
    return true;
}

static bool get_history(hf_call *call, hf_error *err)
{
    hf_version *versions = NULL;
    size_t count = 0;
    if (!hf_record_history(&call->session, call->noun, call->params[0], call->arena, &versions,
                           &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_write_history(call->noun, versions, count, &w);
    return true;
}

static bool get_readers(hf_call *call, hf_error *err)
{
    hf_json_writer w = hf_answer_json(call);
    return hf_write_readers(&call->session, call->noun, call->params[0], &w, err);
}

static bool post_undo(hf_call *call, hf_error *err)
{
    void *record = NULL;
    if (!hf_undo_record(&call->session, call->noun, call->params[0], call->arena, &record, err))
        return false;
    if (record == NULL)
        hf_answer_empty(call);
    else
        answer_record(call, record);
    return true;
}

static const hf_param remove_params[] = {
    {.name = "with_links",
     .type = HF_PARAM_BOOL,
     .about = "also remove the dependencies and layer rows that name this asset"},
    HF_NO_PARAMS,
};

static const hf_param lowering_params[] = {
    {.name = "q", .about = "words to search for"},
    {.name = "bbox", .about = "west,south,east,north in degrees"},
    HF_NO_PARAMS,
};

static const hf_param edit_params[] = {
    {.name = "dry_run", .type = HF_PARAM_BOOL, .about = "1: say what would happen, store nothing"},
    {.name = "expected",
     .type = HF_PARAM_INTEGER,
     .min = 0,
     .max = HF_EDIT_RECORDS_MAX,
     .about = "how many records were seen; needed unless dry_run"},
    {.name = "q", .about = "words to search for"},
    {.name = "bbox", .about = "west,south,east,north in degrees"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/{plural}",
     .id = "list",
     .about = "A page of records, narrowed by fields, words or a box",
     .flags = HF_ROUTE_LIST,
     .params = list_params,
     .gives = "{noun}Page",
     .status = 200,
     .problems = "400",
     .answer = list_records},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/{plural}",
     .id = "add",
     .about = "Add a record; or many, one JSON object a line (application/x-ndjson)",
     .flags = HF_ROUTE_LINES,
     .takes = "{noun}Patch",
     .gives = "{noun}",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_record},
    {.method = HF_HTTP_PATCH,
     .path = "/api/v1/{plural}",
     .id = "changeMany",
     .about = "Change all records that the filters find, or none; undone by its event",
     .flags = HF_ROUTE_LIST,
     .params = edit_params,
     .takes = "{noun}Patch",
     .gives = "EditResult",
     .status = 200,
     .problems = "400 412 413 415 428",
     .answer = patch_records},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/{plural}/lowering",
     .id = "askLowering",
     .about = "Ask that a second person lowers the marking, or takes compartments away, of all "
              "records that the filters find (key=KEY: of one)",
     .flags = HF_ROUTE_LIST,
     .params = lowering_params,
     .takes = "LoweringWish",
     .gives = "Release",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_lowering},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/{plural}/{key}",
     .id = "get",
     .about = "One record by its key or id",
     .gives = "{noun}",
     .status = 200,
     .problems = "304 404",
     .answer = get_record},
    {.method = HF_HTTP_PATCH,
     .path = "/api/v1/{plural}/{key}",
     .id = "change",
     .about = "Change a record by a merge patch (RFC 7396); If-Match must name the version seen",
     .takes = "{noun}Patch",
     .gives = "{noun}",
     .status = 200,
     .problems = "400 404 409 412 413 415 428",
     .answer = patch_record},
    {.method = HF_HTTP_DELETE,
     .path = "/api/v1/{plural}/{key}",
     .id = "remove",
     .about = "Remove a record; undo brings it back",
     .params = remove_params,
     .status = 204,
     .problems = "400 404 409 412",
     .answer = delete_record},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/{plural}/{key}/history",
     .id = "history",
     .about = "Every version of a record: who, when, what, from where",
     .gives = "History",
     .status = 200,
     .problems = "404",
     .answer = get_history},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/{plural}/{key}/readers",
     .id = "readers",
     .about = "Which accounts can see a record, and why; what the others lack",
     .gives = "Readers",
     .status = 200,
     .problems = "404",
     .answer = get_readers},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/{plural}/{key}/undo",
     .id = "undo",
     .about = "Take back the last change of a record; 204 when it is gone then",
     .flags = HF_ROUTE_NO_BODY,
     .gives = "{noun}",
     .status = 200,
     .problems = "204 404 409",
     .answer = post_undo},
};

static const char schemas[] =
    "\"LinesAdded\":{\"type\":\"object\",\"required\":[\"items\",\"added\",\"refused\"],"
    "\"properties\":{"
    "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"line\"],"
    "\"properties\":{\"line\":{\"type\":\"integer\"}}}},"
    "\"added\":{\"type\":\"integer\"},\"refused\":{\"type\":\"integer\"}}},"
    "\"LoweringWish\":{\"type\":\"object\",\"required\":[\"reason\"],\"properties\":{"
    "\"reason\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":2000},"
    "\"marking\":{\"type\":[\"string\",\"null\"]},"
    "\"compartments\":{\"type\":[\"array\",\"string\",\"null\"],\"items\":{\"type\":\"string\"}}}},"
    "\"EditResult\":{\"type\":\"object\",\"required\":[\"matched\",\"changed\",\"unchanged\","
    "\"refused\",\"changes\",\"problems\",\"stored\",\"event\"],\"properties\":{"
    "\"matched\":{\"type\":\"integer\"},\"changed\":{\"type\":\"integer\"},"
    "\"unchanged\":{\"type\":\"integer\"},\"refused\":{\"type\":\"integer\"},"
    "\"stored\":{\"type\":\"boolean\"},\"event\":{\"type\":[\"integer\",\"null\"]},"
    "\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"key\":{\"type\":\"string\"},\"name\":{\"type\":[\"string\",\"null\"]},"
    "\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"field\":{\"type\":\"string\"},\"before\":{},\"after\":{}}}}}}},"
    "\"problems\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"key\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},"
    "\"column\":{\"type\":[\"string\",\"null\"]},\"message\":{\"type\":\"string\"}}}}}},"
    "\"Readers\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"user\",\"reads\",\"edits\","
    "\"because\",\"lacks\",\"tokens\"],\"properties\":{\"user\":{\"type\":\"string\"},"
    "\"display_name\":{\"type\":[\"string\",\"null\"]},\"reads\":{\"type\":\"boolean\"},"
    "\"edits\":{\"type\":\"boolean\"},\"because\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"properties\":{\"grant\":{\"type\":[\"string\",\"null\"]},"
    "\"role\":{\"type\":[\"string\",\"null\"]},\"scope\":{\"type\":\"string\"},"
    "\"ends_at\":{\"type\":[\"string\",\"null\"]},\"of\":{\"type\":[\"string\",\"null\"]}}}},"
    "\"lacks\":{\"type\":\"array\",\"items\":{\"enum\":[\"account\",\"role\",\"clearance\","
    "\"compartments\",\"scope\",\"ends\"]}},\"tokens\":{\"type\":\"array\",\"items\":{"
    "\"type\":\"object\",\"properties\":{\"label\":{\"type\":[\"string\",\"null\"]},"
    "\"limited\":{\"type\":\"boolean\"},\"reads\":{\"type\":\"boolean\"}}}}}}}}},"
    "\"History\":{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{\"items\":{"
    "\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"version\":{\"type\":\"integer\"},\"at\":{\"type\":[\"string\",\"null\"]},"
    "\"actor\":{\"type\":[\"string\",\"null\"]},"
    "\"action\":{\"enum\":[\"added\",\"changed\",\"removed\",\"restored\"]},"
    "\"event\":{\"type\":[\"integer\",\"null\"]},\"source\":{\"type\":[\"string\",\"null\"]},"
    "\"changes\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"field\":{\"type\":\"string\"},\"before\":{},\"after\":{}}}}}}}}}";

const hf_resource hf_resource_records = {"records", routes, HF_COUNT(routes), schemas, NULL};
