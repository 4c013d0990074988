// SPDX-License-Identifier: Apache-2.0
//
// hf_str is a view of UTF-8 bytes: never owned, not zero-ended. hf_str_z makes the zero-ended copies that
// the system and libraries want. Numbers are read and written here too, without any locale.
#ifndef HF_BASE_STR_H
#define HF_BASE_STR_H

#include "base/arena.h"

typedef struct {
    const char *ptr;
    size_t len;
} hf_str;

#define HF_STR(literal)  ((hf_str){"" literal, sizeof(literal) - 1})
#define HF_STR_EMPTY     ((hf_str){NULL, 0})
#define HF_STR_ARG(text) (int)(text).len, ((text).ptr != NULL ? (text).ptr : "") // for "%.*s"

hf_str hf_str_of(const char *zero_ended);         // NULL gives the empty view
char *hf_str_z(hf_arena *arena, hf_str text);     // zero-ended copy
hf_str hf_str_copy(hf_arena *arena, hf_str text); // copy that lives in the arena
hf_str hf_str_format(hf_arena *arena, const char *format, ...) HF_PRINTF(2, 3);
bool hf_str_equal(hf_str a, hf_str b);
bool hf_str_equal_z(hf_str a, const char *b);
bool hf_str_equal_ascii_case(hf_str a, hf_str b);
int hf_str_compare(hf_str a, hf_str b); // byte order
// Order of keys everywhere: runs of digits compare as numbers ("A9" < "A10"); ties fall back to bytes.
int hf_str_compare_natural(hf_str a, hf_str b);
bool hf_str_starts(hf_str text, const char *prefix);
bool hf_str_ends(hf_str text, const char *suffix);
hf_str hf_str_trim(hf_str text);                          // ASCII white space
hf_str hf_str_slice(hf_str text, size_t from, size_t to); // clamped
// Index of the first `byte` at or after `from`; text.len when there is none.
size_t hf_str_find_byte(hf_str text, char byte, size_t from);
size_t hf_str_find(hf_str text, hf_str needle); // text.len when there is none
// Cuts off the part before `byte` and moves *rest behind it. False when *rest was empty (NULL ptr).
bool hf_str_split(hf_str *rest, char byte, hf_str *part);
// Is the word one of those that single spaces separate?
bool hf_str_has_word(hf_str words, hf_str word);
uint64_t hf_str_hash(hf_str text); // for maps only, never stored

// Whole-text conversions: false when anything but the number is there, or it does not fit. No locale.
bool hf_parse_i64(hf_str text, int64_t *out) HF_CHECKED;
bool hf_parse_u64(hf_str text, uint64_t *out) HF_CHECKED;
bool hf_parse_double(hf_str text, double *out) HF_CHECKED; // finite only; "1e3" yes, hex and inf no
// Counts of the command line: "10000", "10k", "1e6", "1M". Whole numbers ≥ 0 only.
bool hf_parse_count(hf_str text, uint64_t *out) HF_CHECKED;
// Shortest text that reads back as the same double, as ECMAScript writes it (RFC 8785 section 3.2.2.3).
// text has room for 32 bytes. Returns its length.
size_t hf_format_double(double value, char text[32]);

#endif
