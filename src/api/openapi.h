// SPDX-License-Identifier: Apache-2.0
//
// Inside api/: what the two files share that write the OpenAPI document. openapi_answers.c says what a route can answer.
#ifndef HF_API_OPENAPI_H
#define HF_API_OPENAPI_H

#include "api/resource.h"

// A member with a text.
void hf_openapi_text(hf_json_writer *w, const char *name, const char *text);
// A reference to a schema; "{noun}Page" with the noun's name.
void hf_openapi_schema(const char *pattern, const hf_noun *noun, hf_json_writer *w,
                       hf_arena *arena);
// Does the route's own list name this status?
bool hf_openapi_has_status(const hf_route *route, const char *status);
// The member "responses" of an operation.
void hf_openapi_answers(const hf_route *route, const hf_noun *noun, hf_json_writer *w,
                        hf_arena *arena);
// The member "responses" of the components: a problem of each status.
void hf_openapi_problems(hf_json_writer *w);

#endif
