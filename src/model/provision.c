// SPDX-License-Identifier: Apache-2.0
//
// The table of `provision` and the rules between its fields.
#include "model/provision.h"

#include <math.h>
#include <stddef.h>

#include "model/translation.h"

static const char *const level_words[] = {"text", "partial_text", "summary", "recalled", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "requirement",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision, requirement),
     .flags = HF_FIELD_SEARCH},
    {.name = "instrument",
     .type = HF_LINK,
     .offset = offsetof(hf_provision, instrument),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "instrument"},
    {.name = "paragraph",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision, paragraph),
     .max_bytes = 200},
    {.name = "theme",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision, theme),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .max_bytes = 60},
    {.name = "force",
     .type = HF_WORD,
     .offset = offsetof(hf_provision, force),
     .flags = HF_FIELD_FILTER,
     .words = hf_legal_force_words},
    {.name = "weight",
     .type = HF_NUMBER,
     .offset = offsetof(hf_provision, weight),
     .min = 0,
     .max = 100,
     .fallback = "1"},
    {.name = "crosswalk",
     .type = HF_LIST,
     .offset = offsetof(hf_provision, crosswalk),
     .max_bytes = 4000},
    {.name = "document",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision, document),
     .max_bytes = 400},
    {.name = "cites", .type = HF_JSON, .offset = offsetof(hf_provision, cites), .max_bytes = 4000},
    {.name = "evidence_level",
     .type = HF_WORD,
     .offset = offsetof(hf_provision, evidence_level),
     .flags = HF_FIELD_FILTER,
     .words = level_words,
     .fallback = "recalled"},
    {.name = "basis", .type = HF_TEXT, .offset = offsetof(hf_provision, basis), .max_bytes = 200},
    {.name = "position",
     .type = HF_INTEGER,
     .offset = offsetof(hf_provision, position),
     .flags = HF_FIELD_FILTER,
     .min = 0,
     .max = 1e6},
    {.name = "edition",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision, edition),
     .max_bytes = 40},
    {.name = "phases",
     .type = HF_LIST,
     .offset = offsetof(hf_provision, phases),
     .max_bytes = 100,
     .words = hf_phase_words},
    {.name = "translations",
     .type = HF_JSON,
     .offset = offsetof(hf_provision, translations),
     .max_bytes = HF_TRANSLATIONS_BYTES_MAX},
};

const char *const hf_provision_texts_of[] = {"title", "requirement", NULL};

// A provision that leads to itself would offer its own answer for reuse.
static bool check(const void *record, hf_error *err)
{
    const hf_provision *provision = record;
    if (!hf_str_has_word(provision->crosswalk, provision->head.key))
        return hf_translations_check(provision->translations, hf_provision_texts_of, err);
    hf_fail(err, HF_ERR_INPUT, "provision.crosswalk_self",
            "a provision does not lead to itself; leave its own key out of the crosswalk");
    return hf_fail_at(err, NULL, 0, "crosswalk");
}

const hf_noun hf_noun_provision = {
    .name = "provision",
    .plural = "provisions",
    .group = HF_GROUP_PROFILE,
    .struct_bytes = sizeof(hf_provision),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};

double hf_provision_weight(const hf_provision *provision)
{
    return isnan(provision->weight) ? 1 : provision->weight;
}
