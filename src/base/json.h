// SPDX-License-Identifier: Apache-2.0
//
// JSON in and out. Reading: our strict scanner (grammar, UTF-8, depth, duplicate keys, NUL, lone surrogates,
// integers outside 64 bits, NaN: refused with their offset), then a tree in the arena. Writing: straight into
// a buffer by a small state machine, so that big answers need no tree. Canonical form: RFC 8785.
#ifndef HF_BASE_JSON_H
#define HF_BASE_JSON_H

#include "base/buf.h"
#include "base/error.h"

typedef enum {
    HF_JSON_NULL,
    HF_JSON_BOOL,
    HF_JSON_INT,
    HF_JSON_DOUBLE,
    HF_JSON_TEXT,
    HF_JSON_ARRAY,
    HF_JSON_OBJECT
} hf_json_type;

typedef struct hf_json hf_json;
struct hf_json {
    hf_json_type type;
    uint32_t line; // of the text it was read from, 1-based; 0 of what was made
    bool boolean;
    int64_t integer; // HF_JSON_INT
    double number;   // HF_JSON_DOUBLE and HF_JSON_INT
    hf_str text;     // HF_JSON_TEXT; for numbers their spelling
    hf_json *child;  // first member or element
    hf_json *next;   // next sibling
    hf_str name;     // of an object's member
    size_t child_count;
};

// Parses one whole document. Everything lives in the arena. Errors: HF_ERR_INPUT "json.*" with the line and the
// byte offset in the message.
bool hf_json_parse(hf_str text, hf_arena *arena, hf_json **out, hf_error *err) HF_CHECKED;
// Checks without building: for lines that are passed on as they are.
bool hf_json_check(hf_str text, hf_error *err) HF_CHECKED;
const hf_json *hf_json_get(const hf_json *object,
                           const char *name);                 // NULL when absent or no object
hf_str hf_json_text(const hf_json *object, const char *name); // empty when absent or no text
// Appends the RFC 8785 form of a tree. Whole numbers keep all their digits, beyond 2^53 too.
void hf_json_canonical(const hf_json *value, hf_buf *out);

// Writer. Zero-initialise with the target: hf_json_writer w = {.out = &buf}; compact; nesting at most 127.
typedef struct {
    hf_buf *out;
    uint32_t depth;
    uint64_t has_items[2]; // a bit per depth
    bool after_name;
} hf_json_writer;
void hf_json_begin_object(hf_json_writer *w);
void hf_json_end_object(hf_json_writer *w);
void hf_json_begin_array(hf_json_writer *w);
void hf_json_end_array(hf_json_writer *w);
void hf_json_name(hf_json_writer *w, const char *name);
// A name that is quoted already, with its colon.
void hf_json_name_raw(hf_json_writer *w, hf_str quoted);
void hf_json_name_str(hf_json_writer *w, hf_str name);
void hf_json_add_str(hf_json_writer *w, hf_str text);
void hf_json_add_z(hf_json_writer *w, const char *text); // NULL writes null
void hf_json_add_i64(hf_json_writer *w, int64_t value);
void hf_json_add_u64(hf_json_writer *w, uint64_t value);
void hf_json_add_double(hf_json_writer *w, double value); // NaN and infinities write null
void hf_json_add_bool(hf_json_writer *w, bool value);
// A member of an object: its name and what it holds.
void hf_json_put_str(hf_json_writer *w, const char *name, hf_str text);
void hf_json_put_double(hf_json_writer *w, const char *name, double value);
void hf_json_put_u64(hf_json_writer *w, const char *name, uint64_t value);
void hf_json_put_bool(hf_json_writer *w, const char *name, bool value);
void hf_json_add_null(hf_json_writer *w);
void hf_json_add_raw(hf_json_writer *w, hf_str json); // already valid JSON
// A tree as it stands: members in their order, numbers as they were spelled.
void hf_json_add_value(hf_json_writer *w, const hf_json *value);
// Appends a text as a JSON string with quotes and escapes, nothing else.
void hf_json_quote(hf_buf *out, hf_str text);

#endif
