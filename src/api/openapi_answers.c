// SPDX-License-Identifier: Apache-2.0
//
// What an operation can answer. Most refusals come before the route's own code (calls.c, wire/): they follow from what the
// route is. What its own code adds stands in its table.
#include <string.h>

#include "api/openapi.h"

enum {
    WHEN_LISTED = 0,          // in the route's table only
    WHEN_ANY = 1u << 0,       // the server reads the request and works
    WHEN_SIGNED_IN = 1u << 1, // not open
    WHEN_BROWSER = 1u << 2,   // a write of a session
    WHEN_WRITE = 1u << 3,     // a body that is taken as it is
    WHEN_SLOT = 1u << 4,      // names something in its path
};

static const struct {
    const char *status;
    unsigned when;
    const char *about;
    const char *header; // that comes with it
} problems[] = {
    {"400", WHEN_ANY, "The address, a parameter or the body is wrong", NULL},
    {"401", WHEN_SIGNED_IN, "Nobody is signed in", "WWW-Authenticate"},
    {"403", WHEN_SIGNED_IN | WHEN_BROWSER, "The account may not do this", NULL},
    {"404", WHEN_SLOT, "There is no such thing, or the account may not know of it", NULL},
    {"408", WHEN_ANY, "The request did not come to its end in time", NULL},
    {"409", WHEN_LISTED, "It does not go with what is there", NULL},
    {"412", WHEN_LISTED, "It has changed since the version that was seen", NULL},
    {"413", WHEN_ANY, "It is larger than a limit", NULL},
    {"414", WHEN_ANY, "The address is too long", NULL},
    {"415", WHEN_WRITE, "A body of another type than this takes", NULL},
    {"428", WHEN_LISTED, "It must be said what was seen", NULL},
    {"429", WHEN_SIGNED_IN, "Too many requests; try again later", "Retry-After"},
    {"431", WHEN_ANY, "The header lines are too long", NULL},
    {"500", WHEN_ANY, "A fault of the program", NULL},
    {"503", WHEN_ANY, "It cannot be done now; try again", NULL},
    {"507", WHEN_ANY, "The disk is full, or the store cannot be written", NULL},
};

static unsigned kind_of(const hf_route *route)
{
    bool is_open = (route->flags & HF_ROUTE_OPEN) != 0;
    bool is_write = route->method != HF_HTTP_GET;
    bool has_slot = false;
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{'))
        has_slot = has_slot || strncmp(at, "{plural}", 8) != 0;
    return WHEN_ANY | (is_open ? 0 : WHEN_SIGNED_IN) |
           (is_write && (route->flags & HF_ROUTE_NO_CSRF) == 0 ? WHEN_BROWSER : 0) |
           (is_write && (route->flags & HF_ROUTE_UPLOAD) == 0 ? WHEN_WRITE : 0) |
           (has_slot ? WHEN_SLOT : 0);
}

bool hf_openapi_has_status(const hf_route *route, const char *status)
{
    hf_str rest = hf_str_of(route->problems);
    hf_str word;
    while (rest.len > 0 && hf_str_split(&rest, ' ', &word))
        if (hf_str_equal_z(word, status))
            return true;
    return false;
}

static void begin_answer(hf_str status, const char *about, hf_json_writer *w)
{
    hf_json_name_str(w, status);
    hf_json_begin_object(w);
    hf_openapi_text(w, "description", about);
}

static void write_content(const hf_route *route, const hf_noun *noun, hf_json_writer *w,
                          hf_arena *arena)
{
    if (route->gives == NULL && route->gives_type == NULL)
        return;
    hf_json_name(w, "content");
    hf_json_begin_object(w);
    hf_json_name(w, route->gives_type != NULL ? route->gives_type : "application/json");
    hf_json_begin_object(w);
    hf_json_name(w, "schema");
    if (route->gives != NULL)
        hf_openapi_schema(route->gives, noun, w, arena);
    else if (hf_str_ends(hf_str_of(route->gives_type), "+json"))
        hf_json_add_raw(w, HF_STR("{\"type\":\"object\"}"));
    else
        hf_json_add_raw(w, HF_STR("{\"type\":\"string\"}"));
    hf_json_end_object(w);
    hf_json_end_object(w);
}

// Further answers that are no problems.
static void write_others(const hf_route *route, hf_json_writer *w)
{
    if (hf_openapi_has_status(route, "202")) {
        begin_answer(HF_STR("202"), "A job was started", w);
        hf_json_name(w, "content");
        hf_json_add_raw(w, HF_STR("{\"application/json\":{\"schema\":{"
                                  "\"$ref\":\"#/components/schemas/JobStarted\"}}}"));
        hf_json_end_object(w);
    }
    if (hf_openapi_has_status(route, "204")) {
        begin_answer(HF_STR("204"), "Done, and nothing is left to show", w);
        hf_json_end_object(w);
    }
    if (hf_openapi_has_status(route, "304")) {
        begin_answer(HF_STR("304"), "Still as If-None-Match says", w);
        hf_json_end_object(w);
    }
    if ((route->flags & HF_ROUTE_LINES) != 0) {
        begin_answer(HF_STR("200"), "An answer for each line", w);
        hf_json_name(w, "content");
        hf_json_add_raw(w, HF_STR("{\"application/json\":{\"schema\":{"
                                  "\"$ref\":\"#/components/schemas/LinesAdded\"}}}"));
        hf_json_end_object(w);
    }
}

void hf_openapi_answers(const hf_route *route, const hf_noun *noun, hf_json_writer *w,
                        hf_arena *arena)
{
    unsigned kind = kind_of(route);
    hf_json_name(w, "responses");
    hf_json_begin_object(w);
    begin_answer(hf_str_format(arena, "%d", route->status), route->about, w);
    write_content(route, noun, w, arena);
    hf_json_end_object(w);
    write_others(route, w);
    for (size_t i = 0; i < HF_COUNT(problems); i++) {
        if ((problems[i].when & kind) == 0 && !hf_openapi_has_status(route, problems[i].status))
            continue;
        hf_json_name(w, problems[i].status);
        hf_json_begin_object(w);
        hf_json_name(w, "$ref");
        hf_json_add_str(w, hf_str_format(arena, "#/components/responses/%s", problems[i].status));
        hf_json_end_object(w);
    }
    hf_json_end_object(w);
}

void hf_openapi_problems(hf_json_writer *w)
{
    hf_json_name(w, "responses");
    hf_json_begin_object(w);
    for (size_t i = 0; i < HF_COUNT(problems); i++) {
        begin_answer(hf_str_of(problems[i].status), problems[i].about, w);
        if (problems[i].header != NULL) {
            hf_json_name(w, "headers");
            hf_json_begin_object(w);
            hf_json_name(w, problems[i].header);
            hf_json_add_raw(w, HF_STR("{\"required\":true,\"schema\":{\"type\":\"string\"}}"));
            hf_json_end_object(w);
        }
        hf_json_name(w, "content");
        hf_json_add_raw(w, HF_STR("{\"application/problem+json\":{\"schema\":{"
                                  "\"$ref\":\"#/components/schemas/Problem\"}}}"));
        hf_json_end_object(w);
    }
    hf_json_end_object(w);
}
