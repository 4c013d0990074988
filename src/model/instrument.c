// SPDX-License-Identifier: Apache-2.0
//
// The table of `instrument`.
#include "model/instrument.h"

#include <stddef.h>

#include "base/message.h"
#include "model/translation.h"

const char *const hf_legal_force_words[] = {"binding", "council", "recommendation", "good_practice",
                                            NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "name",
     .type = HF_TEXT,
     .offset = offsetof(hf_instrument, name),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "force",
     .type = HF_WORD,
     .offset = offsetof(hf_instrument, force),
     .flags = HF_FIELD_FILTER,
     .words = hf_legal_force_words,
     .fallback = "recommendation"},
    {.name = "position",
     .type = HF_INTEGER,
     .offset = offsetof(hf_instrument, position),
     .min = 0,
     .max = 1e6},
    {.name = "is_active",
     .type = HF_BOOL,
     .offset = offsetof(hf_instrument, is_active),
     .fallback = "true"},
    {.name = "edition",
     .type = HF_TEXT,
     .offset = offsetof(hf_instrument, edition),
     .max_bytes = 40},
    {.name = "language",
     .type = HF_WORD,
     .offset = offsetof(hf_instrument, language),
     .flags = HF_FIELD_FILTER,
     .words = hf_lang_codes},
    {.name = "translations",
     .type = HF_JSON,
     .offset = offsetof(hf_instrument, translations),
     .max_bytes = HF_TRANSLATIONS_BYTES_MAX},
};

const char *const hf_instrument_texts[] = {"name", NULL};

static bool check(const void *record, hf_error *err)
{
    return hf_translations_check(((const hf_instrument *)record)->translations, hf_instrument_texts,
                                 err);
}

const hf_noun hf_noun_instrument = {
    .name = "instrument",
    .plural = "instruments",
    .group = HF_GROUP_PROFILE,
    .struct_bytes = sizeof(hf_instrument),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};

double hf_force_factor(hf_legal_force force)
{
    switch (force) {
    case HF_FORCE_BINDING:
    case HF_FORCE_COUNCIL:
        return 1;
    case HF_FORCE_RECOMMENDATION:
        return 0.7;
    case HF_FORCE_GOOD_PRACTICE:
    case HF_FORCE_COUNT:
        break;
    }
    return 0.5;
}
