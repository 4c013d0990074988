// SPDX-License-Identifier: Apache-2.0
//
// The table of `need` and the words of assistance.
#include "model/need.h"

#include <stddef.h>

const char *const hf_assistance_words[] = {"legislation",
                                           "institutions",
                                           "planning",
                                           "training",
                                           "expertise",
                                           "equipment",
                                           "software",
                                           "funding",
                                           "exercise",
                                           "study_tour",
                                           "information_exchange",
                                           NULL};
static const char *const urgency_words[] = {"urgent", "high", "medium", "low", NULL};
static const char *const status_words[] = {"identified", "agreed", "requested", "offered",
                                           "under_way",  "met",    "withdrawn", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "assessment",
     .type = HF_LINK,
     .offset = offsetof(hf_assistance_need, part.assessment),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "assessment"},
    {.name = "sector",
     .type = HF_TEXT,
     .offset = offsetof(hf_assistance_need, part.sector),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .max_bytes = 40},
    {.name = "organisation",
     .type = HF_LINK,
     .offset = offsetof(hf_assistance_need, part.organisation),
     .flags = HF_FIELD_FILTER | HF_FIELD_READ_ONLY,
     .refers = "organisation"},
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_assistance_need, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_assistance_need, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "provisions",
     .type = HF_LIST,
     .offset = offsetof(hf_assistance_need, provisions),
     .max_bytes = 1000},
    {.name = "recommendation",
     .type = HF_LINK,
     .offset = offsetof(hf_assistance_need, recommendation),
     .flags = HF_FIELD_FILTER,
     .refers = "recommendation"},
    {.name = "kind",
     .type = HF_WORD,
     .offset = offsetof(hf_assistance_need, kind),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .words = hf_assistance_words},
    {.name = "theme",
     .type = HF_TEXT,
     .offset = offsetof(hf_assistance_need, theme),
     .flags = HF_FIELD_FILTER,
     .max_bytes = 60},
    {.name = "sectors",
     .type = HF_LIST,
     .offset = offsetof(hf_assistance_need, sectors),
     .max_bytes = 400},
    {.name = "region",
     .type = HF_LINK,
     .offset = offsetof(hf_assistance_need, region),
     .flags = HF_FIELD_FILTER,
     .refers = "region"},
    {.name = "languages",
     .type = HF_LIST,
     .offset = offsetof(hf_assistance_need, languages),
     .max_bytes = 200},
    {.name = "urgency",
     .type = HF_WORD,
     .offset = offsetof(hf_assistance_need, urgency),
     .flags = HF_FIELD_FILTER,
     .words = urgency_words,
     .fallback = "medium"},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_assistance_need, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "identified"},
    {.name = "owner",
     .type = HF_LINK,
     .offset = offsetof(hf_assistance_need, owner),
     .flags = HF_FIELD_FILTER,
     .refers = "organisation"},
    {.name = "wanted_by",
     .type = HF_TIME,
     .offset = offsetof(hf_assistance_need, wanted_by),
     .flags = HF_FIELD_FILTER},
    {.name = "remarks", .type = HF_TEXT, .offset = offsetof(hf_assistance_need, remarks)},
};

const hf_noun hf_noun_need = {
    .name = "need",
    .plural = "needs",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_assistance_need),
    .fields = fields,
    .field_count = HF_COUNT(fields),
};

bool hf_assistance_need_is_open(const hf_assistance_need *need)
{
    return need->status != HF_NEED_MET && need->status != HF_NEED_WITHDRAWN;
}

hf_urgency hf_urgency_of_gap(double value)
{
    if (value >= HF_THEME_WEIGHT_MAX / 2)
        return HF_URGENCY_HIGH;
    return value >= HF_THEME_WEIGHT_MAX / 5 ? HF_URGENCY_MEDIUM : HF_URGENCY_LOW;
}

hf_str hf_urgency_word(hf_urgency urgency)
{
    return hf_str_of(urgency_words[urgency]);
}
