// SPDX-License-Identifier: Apache-2.0
//
// The table of `occurrence` and the rules between its fields.
#include "model/occurrence.h"

#include <assert.h>
#include <stddef.h>

const char *const hf_means_words[] = {"small_arms", "light_weapons",  "ammunition",
                                      "explosives", "ied_components", "unmanned_aircraft",
                                      "vehicle",    "bladed",         "fire",
                                      "cbrn",       "cyber",          "other",
                                      NULL};
static_assert(HF_COUNT(hf_means_words) == HF_MEANS_COUNT + 1, "a word for each means");
const char *const hf_occurrence_kind_words[] = {
    "seizure", "find", "diversion", "loss", "surrender", "suspicious_purchase", "use", NULL};
static const char *const status_words[] = {"reported", "confirmed", "dismissed", NULL};
static const char *const unit_words[] = {"pieces", "kilograms", "litres", NULL};
static const char *const trace_words[] = {"not_possible", "not_requested", "requested",
                                          "traced",       "untraced",      NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_occurrence, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_occurrence, kind),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_occurrence_kind_words},
    {.name = "means",
     .type = HF_WORD,
     .offset = offsetof(hf_occurrence, means),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_means_words},
    {.name = "occurred_at",
     .type = HF_TIME,
     .offset = offsetof(hf_occurrence, occurred_at),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED},
    {.name = "region",
     .type = HF_LINK,
     .offset = offsetof(hf_occurrence, region),
     .flags = HF_FIELD_FILTER,
     .refers = "region"},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_occurrence, organisation),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_occurrence, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "reported"},
    {.name = "quantity",
     .type = HF_NUMBER,
     .offset = offsetof(hf_occurrence, quantity),
     .flags = HF_FIELD_FILTER,
     .min = 0,
     .max = 1e12},
    {.name = "quantity_unit",
     .type = HF_WORD,
     .offset = offsetof(hf_occurrence, quantity_unit),
     .words = unit_words,
     .fallback = "pieces"},
    {.name = "trace",
     .type = HF_WORD,
     .offset = offsetof(hf_occurrence, trace),
     .flags = HF_FIELD_FILTER,
     .words = trace_words,
     .fallback = "not_requested"},
    {.name = "trace_requested_at",
     .type = HF_TIME,
     .offset = offsetof(hf_occurrence, trace_requested_at),
     .flags = HF_FIELD_FILTER},
    {.name = "trace_answered_at",
     .type = HF_TIME,
     .offset = offsetof(hf_occurrence, trace_answered_at),
     .flags = HF_FIELD_FILTER},
    {.name = "trace_result",
     .type = HF_TEXT,
     .offset = offsetof(hf_occurrence, trace_result),
     .flags = HF_FIELD_SEARCH,
     .max_bytes = 1000},
    {.name = "network",
     .type = HF_TEXT,
     .offset = offsetof(hf_occurrence, network),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH,
     .max_bytes = 200},
    {.name = "remarks",
     .type = HF_TEXT,
     .offset = offsetof(hf_occurrence, remarks),
     .flags = HF_FIELD_SEARCH},
};

static bool check(const void *record, hf_error *err)
{
    const hf_occurrence *occurrence = record;
    if (occurrence->trace_answered_at == HF_INTEGER_NONE ||
        occurrence->trace_requested_at == HF_INTEGER_NONE ||
        occurrence->trace_answered_at >= occurrence->trace_requested_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "occurrence.answered_first", "answered before it was asked");
    return hf_fail_at(err, NULL, 0, "trace_answered_at");
}

const hf_noun hf_noun_occurrence = {
    .name = "occurrence",
    .plural = "occurrences",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_occurrence),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};
