// SPDX-License-Identifier: Apache-2.0
//
// A noun is described once, as a table of fields over a C struct. From the table come checking,
// JSON both ways, CSV columns, SQL columns, the OpenAPI schema, forms and the data dictionary.
// Rules between fields stay plain C in the noun's own file (`check` below).
#ifndef HF_MODEL_NOUN_H
#define HF_MODEL_NOUN_H

#include <math.h>

#include "base/error.h"
#include "base/json.h"
#include "base/str.h"

typedef enum {
    HF_TEXT,    // hf_str; one line or prose
    HF_KEY,     // hf_str; this record's own key
    HF_REF,     // hf_str; key of a record that must exist (`refers`)
    HF_LINK,    // hf_str; key of a record that may come later (`refers`)
    HF_WORD,    // int32_t; index into `words`, HF_WORD_NONE = empty
    HF_INTEGER, // int64_t; HF_INTEGER_NONE = empty
    HF_NUMBER,  // double; NaN = empty
    HF_BOOL,    // bool
    HF_TIME,    // int64_t milliseconds since 1970 UTC; HF_INTEGER_NONE = empty
    HF_LIST, // hf_str; words separated by a single space, sorted, no repeats; those of `words`, or any
    HF_JSON // hf_str; canonical JSON
} hf_field_type;

#define HF_INTEGER_NONE INT64_MIN
#define HF_WORD_NONE    (-1)

enum {
    HF_FIELD_REQUIRED = 1u << 0,  // may not be empty
    HF_FIELD_FILTER = 1u << 1,    // indexed; the API filters and sorts by it
    HF_FIELD_READ_ONLY = 1u << 2, // set by the program
    HF_FIELD_SECRET = 1u << 3,    // never leaves the program (password hashes)
    HF_FIELD_SEARCH = 1u << 4,    // goes into the full-text index
    HF_FIELD_NO_DIGEST = 1u << 5, // not part of the row hash (source, times)
    HF_FIELD_LON = 1u << 6,       // with HF_FIELD_LAT: the record's place
    HF_FIELD_LAT = 1u << 7,
    HF_FIELD_EXACT = 1u << 8, // a text compared exactly: spaces at its ends stay
    HF_FIELD_AMOUNT = 1u << 9 // a text that may be a number, which is kept in its shortest spelling
};

typedef struct {
    const char *name; // column, JSON member, API filter
    hf_field_type type;
    size_t offset;            // in the noun's struct
    unsigned flags;           // HF_FIELD_*
    double min, max;          // of numbers; equal = no bound
    size_t max_bytes;         // of texts; 0 = HF_TEXT_BYTES_MAX (keys: HF_KEY_BYTES_MAX)
    const char *unit;         // "h", "MW", "persons"; NULL = none
    const char *const *words; // of HF_WORD and of HF_LIST, NULL-ended
    const char *refers;       // noun of HF_REF and HF_LINK
    const char *fallback; // default as text, read by the same parser; NULL = empty (BOOL: false)
} hf_field;

// The first member of every noun's struct. `row` is the store's own number, 0 for a record not
// stored yet.
typedef struct {
    hf_str key;
    char id
        [37]; // UUIDv7, filled in by the store, in the record itself, so that it lives as long; "": not stored
    int64_t row;
    int64_t version; // 1 at first; 0 = not stored
    int32_t marking; // hf_marking
    hf_str compartments;
    hf_str source;     // where it came from: file, recipe, person
    hf_str attributes; // columns the noun does not know, one canonical JSON object; empty = none
    int64_t created_ms, updated_ms;
    int64_t added_event; // sequence of the event that added it
} hf_head;

typedef enum {
    HF_TLP_CLEAR,
    HF_TLP_GREEN,
    HF_TLP_AMBER,
    HF_TLP_AMBER_STRICT,
    HF_TLP_RED,
    HF_TLP_COUNT
} hf_marking;
extern const char *const hf_marking_words[]; // "TLP:CLEAR" … "TLP:RED", NULL-ended
// Accepts "TLP:AMBER", "amber", "AMBER+STRICT", "white" (old name of clear), any case.
bool hf_marking_parse(hf_str text, hf_marking *out) HF_CHECKED;

typedef enum {
    HF_GROUP_REGISTER, // what exists: in the snapshot digest, in dumps
    HF_GROUP_PROFILE,  // a State's own choices: in dumps only
    HF_GROUP_ANALYSIS, // what is asked and weighed: scenarios, measures: in dumps only
    HF_GROUP_PLATFORM  // users, jobs, runs, events: in neither
} hf_noun_group;

typedef struct hf_noun hf_noun;
struct hf_noun {
    const char *name;   // "asset"
    const char *plural; // "assets": URL, file stem
    hf_noun_group group;
    size_t struct_bytes;
    const hf_field *fields; // the head's fields (key, marking, compartments, source) first
    size_t field_count;     // ≤ HF_FIELD_COUNT_MAX
    // Fills what follows from other fields (a default key) and puts texts in their one form. May be
    // NULL.
    void (*complete)(void *record, hf_arena *arena);
    // Rules between fields; single fields are already checked. May be NULL.
    bool (*check)(const void *record, hf_error *err);
};

// All nouns, NULL-ended, in the order in which an import stores them (references first).
extern const hf_noun *const hf_nouns[];
enum { HF_NOUN_COUNT_MAX = 64 }; // for what is kept for each of them; a store asserts it
const hf_noun *hf_noun_find(hf_str name_or_plural); // NULL when unknown
const hf_field *hf_noun_field(const hf_noun *noun, hf_str name,
                              size_t *index); // NULL when unknown; case-insensitive

// Which of these words, NULL-ended, the text is, by its letters exactly; HF_WORD_NONE: none of them.
int32_t hf_word_at(const char *const *words, hf_str text);

// The fields that every noun begins with; at_first: the marking of a record that is given none.
#define HF_HEAD_FIELDS_MARKED(at_first)                                                            \
    {.name = "key",                                                                                \
     .type = HF_KEY,                                                                               \
     .offset = offsetof(hf_head, key),                                                             \
     .flags = HF_FIELD_REQUIRED | HF_FIELD_SEARCH},                                                \
        {.name = "marking",                                                                        \
         .type = HF_WORD,                                                                          \
         .offset = offsetof(hf_head, marking),                                                     \
         .flags = HF_FIELD_FILTER,                                                                 \
         .words = hf_marking_words,                                                                \
         .fallback = (at_first)},                                                                  \
        {.name = "compartments",                                                                   \
         .type = HF_LIST,                                                                          \
         .offset = offsetof(hf_head, compartments),                                                \
         .max_bytes = 1000},                                                                       \
    {                                                                                              \
        .name = "source", .type = HF_TEXT, .offset = offsetof(hf_head, source),                    \
        .flags = HF_FIELD_FILTER | HF_FIELD_NO_DIGEST, .max_bytes = 400                            \
    }
#define HF_HEAD_FIELDS      HF_HEAD_FIELDS_MARKED("TLP:AMBER")
#define HF_HEAD_FIELD_COUNT 4u

// A change to one record: a record and which of its fields (by index) are meant. Attributes are
// merged by name; a JSON null among them removes one.
typedef struct {
    const hf_noun *noun;
    void *record;
    uint64_t present; // bit i: field i is given (its value may be "empty")
    bool has_attributes;
} hf_patch;

// --- fields, generically
// ---------------------------------------------------------------------------------

static inline void *hf_field_at(const hf_field *field, void *record)
{
    return (char *)record + field->offset;
}
static inline const void *hf_field_of(const hf_field *field, const void *record)
{
    return (const char *)record + field->offset;
}

// Every record has a marking: an empty one, in a cell or as null, says nothing, neither of a new record nor of one that is
// there.
static inline bool hf_field_is_unsaid(const hf_field *field, bool is_empty)
{
    return is_empty && field->words == hf_marking_words &&
           field->offset == offsetof(hf_head, marking);
}

// Sets every field to its default. The struct must have noun->struct_bytes bytes.
void hf_noun_init(const hf_noun *noun, void *record);
void *hf_noun_new(const hf_noun *noun, hf_arena *arena);
// The record with all its texts, in the arena.
void *hf_noun_copy(const hf_noun *noun, const void *record, hf_arena *arena);
// Sets one field from text as found in a table cell (empty text clears it to its default or to
// empty). decimal_comma: read "1,5" as 1.5. Checks range, words, length; texts are copied into the
// arena (NULL: borrowed). Errors: HF_ERR_INPUT "field.*" with the column set.
bool hf_field_set_text(const hf_field *field, void *record, hf_str text, bool decimal_comma,
                       hf_arena *arena, hf_error *err) HF_CHECKED;
bool hf_field_set_json(const hf_field *field, void *record, const hf_json *value, hf_arena *arena,
                       hf_error *err) HF_CHECKED;
// How long its text may be, in bytes.
size_t hf_field_max_bytes(const hf_field *field);
bool hf_field_is_empty(const hf_field *field, const void *record);
bool hf_field_equal(const hf_field *field, const void *a, const void *b);
// The value as a table cell (empty text for empty) and as a JSON value.
void hf_field_write_text(const hf_field *field, const void *record, hf_buf *out);
void hf_field_write_json(const hf_field *field, const void *record, hf_json_writer *out);

// Codes have one spelling: sectors and soft-target types in capitals, kinds in small letters. ASCII only;
// the text itself where it is so already, else a copy in the arena.
hf_str hf_code_with_case(hf_str text, bool upper, hf_arena *arena);

// Completes, then checks one record: required fields, then the noun's own rules.
bool hf_noun_check(const hf_noun *noun, void *record, hf_arena *arena, hf_error *err) HF_CHECKED;
// Reads a JSON object into a patch. Unknown members become attributes; "key", "id", "version",
// "created_at", "updated_at", "can", "attributes" are understood. The error's source is a JSON
// pointer.
bool hf_patch_from_json(const hf_noun *noun, const hf_json *object, hf_arena *arena, hf_patch *out,
                        hf_error *err) HF_CHECKED;
// All that is wrong with the members of an object that hf_patch_from_json refused, in their order.
void hf_patch_faults(const hf_noun *noun, const hf_json *object, hf_arena *arena, hf_error **list,
                     size_t *count);
// Lays a patch over a record of the same noun: present fields and attributes.
bool hf_patch_apply(const hf_patch *patch, void *record, hf_arena *arena, hf_error *err) HF_CHECKED;
// A member that is an instant, milliseconds UTC; HF_INTEGER_NONE: null.
void hf_noun_write_time(hf_json_writer *out, const char *name, int64_t ms);
// Members of the record's JSON object (without the braces, so that a door can add its own).
void hf_noun_write_json(const hf_noun *noun, const void *record, hf_json_writer *out);
// What of a noun the row hash covers, in the order of RFC 8785, with its names as they are written. Made once.
typedef struct {
    const hf_noun *noun;
    size_t count, attributes_at; // members; the attributes stand before the member with that number
    const struct hf_canonical_member {
        const hf_field *field;
        hf_str name;
    } * members;
} hf_canonical;
hf_canonical hf_canonical_of(const hf_noun *noun, hf_arena *arena);
// RFC 8785 JSON of what the row hash covers: digest fields and attributes, names sorted, empty ones
// left out.
void hf_noun_write_canonical(const hf_canonical *form, const void *record, hf_buf *out);

#endif
