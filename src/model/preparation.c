// SPDX-License-Identifier: Apache-2.0
//
// The table of `preparation`, the rules between its fields, and its clock.
#include "model/preparation.h"

#include <assert.h>
#include <stddef.h>

#include "base/clock.h"
#include "model/completeness.h"

const char *const hf_preparation_kind_words[] = {
    "risk_assessment", "contingency_plan", "response_plan", "design_review",    "exercise",
    "training",        "awareness",        "risk_exchange", "interoperability", NULL};
static_assert(HF_COUNT(hf_preparation_kind_words) == HF_PREPARATION_KIND_COUNT + 1,
              "a word for each kind");
const char *const hf_preparation_asked_by[HF_PREPARATION_KIND_COUNT] = {
    "2396-ST1 MGP50-A",        "2396-ST1 MGP50-C MGP51-A", "2396-ST1 MGP50-D",
    "COMP22-7 MGP50-E",        "MGP50-C MGP51-A",          "GCTF-ANT MGP51-A",
    "MGP50-A MGP51-D MGP51-E", "2396-ST2 MGP51-C",         "MGP50-D"};
static const char *const outcome_words[] = {"sufficient", "partly", "insufficient", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS_MARKED("TLP:AMBER+STRICT"), // what is not prepared is read out of these
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_preparation, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "asset",
     .type = HF_REF,
     .offset = offsetof(hf_preparation, asset),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "asset"},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_preparation, kind),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_preparation_kind_words},
    {.name = "done_at",
     .type = HF_TIME,
     .offset = offsetof(hf_preparation, done_at),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED},
    {.name = "review_months",
     .type = HF_INTEGER,
     .offset = offsetof(hf_preparation, review_months),
     .min = 1,
     .max = 60,
     .fallback = "12"},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_preparation, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "participants",
     .type = HF_TEXT,
     .offset = offsetof(hf_preparation, participants),
     .max_bytes = 1000},
    {.name = "outcome",
     .type = HF_WORD,
     .offset = offsetof(hf_preparation, outcome),
     .flags = HF_FIELD_FILTER,
     .words = outcome_words},
    {.name = "lessons", .type = HF_TEXT, .offset = offsetof(hf_preparation, lessons)},
    {.name = "mend_by",
     .type = HF_TIME,
     .offset = offsetof(hf_preparation, mend_by),
     .flags = HF_FIELD_FILTER},
    {.name = "mended_at",
     .type = HF_TIME,
     .offset = offsetof(hf_preparation, mended_at),
     .flags = HF_FIELD_FILTER},
    {.name = "remarks", .type = HF_TEXT, .offset = offsetof(hf_preparation, remarks)},
};

static bool check(const void *record, hf_error *err)
{
    const hf_preparation *preparation = record;
    if (preparation->mended_at != HF_INTEGER_NONE && preparation->done_at != HF_INTEGER_NONE &&
        preparation->mended_at < preparation->done_at) {
        hf_fail(err, HF_ERR_INPUT, "preparation.mended_first",
                "mended before it was found; correct one of the dates");
        return hf_fail_at(err, NULL, 0, "mended_at");
    }
    if (preparation->mend_by != HF_INTEGER_NONE && preparation->lessons.len == 0) {
        hf_fail(err, HF_ERR_INPUT, "preparation.nothing_to_mend",
                "there is a day until which to mend, and nothing to mend; say what is to mend");
        return hf_fail_at(err, NULL, 0, "lessons");
    }
    return true;
}

int64_t hf_preparation_due(const hf_preparation *preparation)
{
    int64_t done = preparation->done_at;
    return hf_review_due(done == HF_INTEGER_NONE ? done : hf_day_of(done),
                         preparation->review_months);
}

bool hf_preparation_is_to_mend(const hf_preparation *preparation)
{
    return preparation->mended_at == HF_INTEGER_NONE &&
           (preparation->mend_by != HF_INTEGER_NONE || preparation->outcome == HF_OUTCOME_PARTLY ||
            preparation->outcome == HF_OUTCOME_INSUFFICIENT);
}

const hf_noun hf_noun_preparation = {
    .name = "preparation",
    .plural = "preparations",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_preparation),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
