// SPDX-License-Identifier: Apache-2.0
//
// The table of `offer` and the rules between its fields.
#include "model/offer.h"

#include <stddef.h>

static const char *const form_words[] = {"offer", "initiative", "tool", "course", NULL};
static const char *const cost_words[] = {"provider", "shared", "recipient", "third_party", NULL};
static const char *const status_words[] = {"announced", "open", "closed", "withdrawn", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "title",
     .type = HF_TEXT,
     .offset = offsetof(hf_offer, title),
     .flags = HF_FIELD_FILTER | HF_FIELD_SEARCH | HF_FIELD_REQUIRED,
     .max_bytes = 200},
    {.name = "about",
     .type = HF_TEXT,
     .offset = offsetof(hf_offer, about),
     .flags = HF_FIELD_SEARCH},
    {.name = "form",
     .type = HF_WORD,
     .offset = offsetof(hf_offer, form),
     .flags = HF_FIELD_FILTER,
     .words = form_words,
     .fallback = "offer"},
    {.name = "provider",
     .type = HF_LINK,
     .offset = offsetof(hf_offer, provider),
     .flags = HF_FIELD_FILTER | HF_FIELD_REQUIRED,
     .refers = "organisation"},
    {.name = "kinds",
     .type = HF_LIST,
     .offset = offsetof(hf_offer, kinds),
     .flags = HF_FIELD_REQUIRED,
     .max_bytes = 400,
     .words = hf_assistance_words},
    {.name = "themes", .type = HF_LIST, .offset = offsetof(hf_offer, themes), .max_bytes = 1000},
    {.name = "sectors", .type = HF_LIST, .offset = offsetof(hf_offer, sectors), .max_bytes = 400},
    {.name = "languages",
     .type = HF_LIST,
     .offset = offsetof(hf_offer, languages),
     .max_bytes = 200},
    {.name = "regions", .type = HF_LIST, .offset = offsetof(hf_offer, regions), .max_bytes = 2000},
    {.name = "starts_at",
     .type = HF_TIME,
     .offset = offsetof(hf_offer, starts_at),
     .flags = HF_FIELD_FILTER},
    {.name = "ends_at",
     .type = HF_TIME,
     .offset = offsetof(hf_offer, ends_at),
     .flags = HF_FIELD_FILTER},
    {.name = "capacity",
     .type = HF_INTEGER,
     .offset = offsetof(hf_offer, capacity),
     .min = 0,
     .max = 1e6},
    {.name = "cost",
     .type = HF_WORD,
     .offset = offsetof(hf_offer, cost),
     .flags = HF_FIELD_FILTER,
     .words = cost_words},
    {.name = "conditions", .type = HF_TEXT, .offset = offsetof(hf_offer, conditions)},
    {.name = "contact", .type = HF_TEXT, .offset = offsetof(hf_offer, contact), .max_bytes = 400},
    {.name = "url", .type = HF_TEXT, .offset = offsetof(hf_offer, url), .max_bytes = 500},
    {.name = "status",
     .type = HF_WORD,
     .offset = offsetof(hf_offer, status),
     .flags = HF_FIELD_FILTER,
     .words = status_words,
     .fallback = "open"},
};

static bool check(const void *record, hf_error *err)
{
    const hf_offer *offer = record;
    if (offer->starts_at == HF_INTEGER_NONE || offer->ends_at == HF_INTEGER_NONE ||
        offer->ends_at >= offer->starts_at)
        return true;
    hf_fail(err, HF_ERR_INPUT, "assistance.ends_first", "it would end before it starts");
    return hf_fail_at(err, NULL, 0, "ends_at");
}

const hf_noun hf_noun_offer = {
    .name = "offer",
    .plural = "offers",
    .group = HF_GROUP_ANALYSIS,
    .struct_bytes = sizeof(hf_offer),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .check = check,
};

bool hf_offer_is_open(const hf_offer *offer)
{
    return offer->status == HF_OFFER_ANNOUNCED || offer->status == HF_OFFER_OPEN;
}
