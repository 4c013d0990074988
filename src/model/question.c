// SPDX-License-Identifier: Apache-2.0
//
// The table of `question`.
#include "model/question.h"

#include <math.h>
#include <stddef.h>

#include "model/translation.h"

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "provision",
     .type = HF_LINK,
     .offset = offsetof(hf_provision_question, provision),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "provision"},
    {.name = "text",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision_question, text),
     .flags = HF_FIELD_REQUIRED | HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "wanted",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision_question, wanted),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "position",
     .type = HF_INTEGER,
     .offset = offsetof(hf_provision_question, position),
     .min = 0,
     .max = 1e6},
    {.name = "edition",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision_question, edition),
     .max_bytes = 40},
    {.name = "audit_area",
     .type = HF_WORD,
     .offset = offsetof(hf_provision_question, audit_area),
     .flags = HF_FIELD_FILTER,
     .words = hf_audit_area_words},
    {.name = "critical_element",
     .type = HF_WORD,
     .offset = offsetof(hf_provision_question, critical_element),
     .flags = HF_FIELD_FILTER,
     .words = hf_critical_element_words},
    {.name = "applies",
     .type = HF_TEXT,
     .offset = offsetof(hf_provision_question, applies),
     .max_bytes = 1000},
    {.name = "levels",
     .type = HF_JSON,
     .offset = offsetof(hf_provision_question, levels),
     .max_bytes = HF_LEVEL_COUNT * HF_LEVEL_BYTES_MAX},
    {.name = "weight",
     .type = HF_NUMBER,
     .offset = offsetof(hf_provision_question, weight),
     .min = 0,
     .max = 100},
    {.name = "translations",
     .type = HF_JSON,
     .offset = offsetof(hf_provision_question, translations),
     .max_bytes = HF_TRANSLATIONS_BYTES_MAX},
};

const char *const hf_question_texts[] = {"text", "wanted", "applies", "levels", NULL};

static bool check(const void *record, hf_error *err)
{
    const hf_provision_question *question = record;
    return hf_levels_check(question->levels, err) &&
           hf_translations_check(question->translations, hf_question_texts, err);
}

const hf_noun hf_noun_question = {
    .name = "question",
    .plural = "questions",
    .group = HF_GROUP_PROFILE,
    .struct_bytes = sizeof(hf_provision_question),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};

double hf_question_weight(const hf_provision_question *question)
{
    return isnan(question->weight) ? 1 : question->weight;
}
