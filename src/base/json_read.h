// SPDX-License-Identifier: Apache-2.0
//
// Strict reading of JSON that people write: members that must be there, that must be of a type and in a range. Each
// fault names the member, what is wrong and what would be right, with a JSON pointer to it.
#ifndef HF_BASE_JSON_READ_H
#define HF_BASE_JSON_READ_H

#include "base/json.h"

// The codes of faults, all of them static texts; those that a reader cannot meet may be NULL.
typedef struct {
    const char *not_a_list, *too_long, *not_an_object, *member;
    const char *type, *number,
        *empty;        // of a member: of another type, outside its range, an empty list
    const char *guide; // after an unknown member: "see the guide to …"
} hf_json_codes;

// Where the reader stands.
typedef struct {
    const hf_json_codes *codes;
    const char *pointer; // JSON pointer of the value that is read: "/hazards/3"; empty = the whole
    const char *prefix;  // of every message: "measure 'A', change 4: "; may be empty
    hf_error *err;
} hf_json_place;

typedef struct {
    const hf_str *items;
    size_t count;
} hf_texts;

// Fills at->err: HF_ERR_INPUT at the place, or at its member unless that is NULL. Returns false.
bool hf_json_wrong(const hf_json_place *at, const char *member, const char *code,
                   const char *format, ...) HF_PRINTF(4, 5);
// A member that is there and not null; else NULL.
const hf_json *hf_json_member(const hf_json *object, const char *name);
bool hf_json_is_one_of(hf_str name, const char *const *names); // NULL-ended

// An object with members of these names only. Errors: not_an_object, member
bool hf_json_read_only(const hf_json_place *at, const hf_json *object,
                       const char *const *names) HF_CHECKED;
// has  may be NULL: the member is required; else *out is left alone when it is not there. Errors: type, number
bool hf_json_read_number(const hf_json_place *at, const hf_json *object, const char *name,
                         double min, double max, bool *has, double *out) HF_CHECKED;
// *out is left alone when it is not there. Errors: type, number
bool hf_json_read_whole(const hf_json_place *at, const hf_json *object, const char *name,
                        int64_t min, int64_t max, int64_t *out) HF_CHECKED;
// *out is left alone when it is not there. Errors: type
bool hf_json_read_flag(const hf_json_place *at, const hf_json *object, const char *name,
                       bool *out) HF_CHECKED;
// One of the words, NULL-ended. out: its place among them, left alone when it is not there. Errors: type
bool hf_json_read_choice(const hf_json_place *at, const hf_json *object, const char *name,
                         const char *const *words, int32_t *out) HF_CHECKED;
// A text that is not empty; *out is left alone when it is not there. Errors: type
bool hf_json_read_text(const hf_json_place *at, const hf_json *object, const char *name,
                       hf_arena *arena, bool *has, hf_str *out) HF_CHECKED;
// A list of texts, or one text unless must_be_list; *out is left alone when it is not there. Errors: type, and empty
// unless that code is NULL
bool hf_json_read_texts(const hf_json_place *at, const hf_json *object, const char *name,
                        bool must_be_list, hf_arena *arena, hf_texts *out) HF_CHECKED;
// A field that holds a list. *out is NULL when the text is empty. Errors: not_a_list, too_long, "json.*"
bool hf_json_read_list(const hf_json_place *at, hf_str json, size_t max, hf_arena *arena,
                       hf_json **out) HF_CHECKED;

#endif
