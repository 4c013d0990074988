// SPDX-License-Identifier: Apache-2.0
//
// Text for people: catalogues in content/messages/<lang>.json, the same files that the web uses, packed into the
// program. A message is a code plus named values; nothing else glues text together.
// Syntax: {x}, {n, plural, one {…} other {…}}, {g, select, a {…} other {…}}, # inside plural (CLDR categories, or =0).
#ifndef HF_BASE_MESSAGE_H
#define HF_BASE_MESSAGE_H

#include "base/buf.h"

typedef enum {
    HF_LANG_AR,
    HF_LANG_ZH,
    HF_LANG_EN,
    HF_LANG_FR,
    HF_LANG_RU,
    HF_LANG_ES,
    HF_LANG_COUNT
} hf_lang;

typedef struct {
    const char *name;
    hf_str text; // used when is_number is false
    bool is_number;
    double number;
} hf_message_value;

bool hf_lang_parse(hf_str code, hf_lang *out) HF_CHECKED; // "ar" … "es", also "fr-CA"
const char *hf_lang_code(hf_lang lang);
extern const char *const hf_lang_codes[]; // by hf_lang, NULL-ended
bool hf_lang_is_rtl(hf_lang lang);
// Appends the message. A missing key appends the key itself, so that a gap is seen, and returns false.
bool hf_message(hf_lang lang, const char *key, const hf_message_value *values, size_t value_count,
                hf_buf *out);
// The same with a pattern at hand.
void hf_message_fill(hf_lang lang, hf_str pattern, const hf_message_value *values,
                     size_t value_count, hf_buf *out);
bool hf_message_exists(const char *key);
// The text of a message without values; the key itself when it is missing.
hf_str hf_message_text(hf_lang lang, const char *key, hf_arena *arena);
// Appends a number with the language's group and decimal marks; decimals -1 = as needed, at most three.
void hf_message_number(hf_lang lang, double value, int decimals, hf_buf *out);

#endif
