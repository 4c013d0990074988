// SPDX-License-Identifier: Apache-2.0
//
// The table of `dependency` and the rules between its fields.
#include "model/dependency.h"

#include <stddef.h>
#include <string.h>

static const char *const recharge_words[] = {"instant", "gradual", NULL};
static const char *const growth_words[] = {"fast", "linear", "slow", NULL};
static const char *const type_words[] = {"physical", "cyber",       "geographic", "logical",
                                         "link",     "link_oneway", NULL};
static const char *const state_words[] = {"accepted", "proposed", "rejected", NULL};

static const hf_field fields[] = {
    HF_HEAD_FIELDS,
    {.name = "supplier",
     .type = HF_REF,
     .offset = offsetof(hf_dependency, supplier),
     .flags = HF_FIELD_REQUIRED | HF_FIELD_FILTER,
     .refers = "asset"},
    {.name = "consumer",
     .type = HF_REF,
     .offset = offsetof(hf_dependency, consumer),
     .flags = HF_FIELD_REQUIRED | HF_FIELD_FILTER,
     .refers = "asset"},
    {.name = "input",
     .type = HF_TEXT,
     .offset = offsetof(hf_dependency, input),
     .flags = HF_FIELD_EXACT,
     .max_bytes = 200},
    {.name = "need",
     .type = HF_TEXT,
     .offset = offsetof(hf_dependency, need),
     .flags = HF_FIELD_AMOUNT,
     .max_bytes = 40},
    {.name = "capacity",
     .type = HF_NUMBER,
     .offset = offsetof(hf_dependency, capacity),
     .min = 0,
     .max = 1e12,
     .fallback = "1"},
    {.name = "buffer_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_dependency, buffer_h),
     .min = 0,
     .max = 1e6,
     .unit = "h"},
    {.name = "strength",
     .type = HF_NUMBER,
     .offset = offsetof(hf_dependency, strength),
     .min = 0,
     .max = 1,
     .fallback = "1"},
    {.name = "required_level",
     .type = HF_INTEGER,
     .offset = offsetof(hf_dependency, required_level),
     .min = 1,
     .max = 7},
    {.name = "recharge",
     .type = HF_WORD,
     .offset = offsetof(hf_dependency, recharge),
     .words = recharge_words,
     .fallback = "instant"},
    {.name = "impact",
     .type = HF_INTEGER,
     .offset = offsetof(hf_dependency, impact),
     .min = 1,
     .max = 9},
    {.name = "growth",
     .type = HF_WORD,
     .offset = offsetof(hf_dependency, growth),
     .words = growth_words},
    {.name = "full_h",
     .type = HF_NUMBER,
     .offset = offsetof(hf_dependency, full_h),
     .min = 0,
     .max = 1e6,
     .unit = "h"},
    {.name = "type",
     .type = HF_WORD,
     .offset = offsetof(hf_dependency, type),
     .flags = HF_FIELD_FILTER,
     .words = type_words,
     .fallback = "physical"},
    {.name = "state",
     .type = HF_WORD,
     .offset = offsetof(hf_dependency, state),
     .flags = HF_FIELD_FILTER,
     .words = state_words,
     .fallback = "accepted"},
    {.name = "rule",
     .type = HF_LINK,
     .offset = offsetof(hf_dependency, rule),
     .flags = HF_FIELD_FILTER,
     .refers = "rule"},
    {.name = "distance_km",
     .type = HF_NUMBER,
     .offset = offsetof(hf_dependency, distance_km),
     .min = 0,
     .max = 21000,
     .unit = "km"},
    {.name = "confidence",
     .type = HF_NUMBER,
     .offset = offsetof(hf_dependency, confidence),
     .min = 0,
     .max = 1},
};

// consumer/input/supplier/type. By hand: an import makes millions of them.
static hf_str join_key(const hf_dependency *d, hf_arena *arena)
{
    const hf_str parts[] = {d->consumer, d->input, d->supplier, hf_str_of(type_words[d->type])};
    size_t bytes = HF_COUNT(parts) - 1, at = 0;
    for (size_t i = 0; i < HF_COUNT(parts); i++)
        bytes += parts[i].len;
    char *key = hf_arena_take(arena, bytes);
    for (size_t i = 0; i < HF_COUNT(parts); i++) {
        if (i > 0)
            key[at++] = '/';
        if (parts[i].len > 0)
            memcpy(key + at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    return (hf_str){key, bytes};
}

static void complete(void *record, hf_arena *arena)
{
    hf_dependency *d = record;
    if (d->head.key.len == 0 && d->supplier.len > 0 && d->consumer.len > 0)
        d->head.key = join_key(d, arena);
    if (hf_str_equal_ascii_case(d->need, HF_STR("all")))
        d->need = HF_STR("all");
    else if (hf_str_equal_ascii_case(d->need, HF_STR("any")))
        d->need = HF_STR("any");
}

// A number with at most three decimals as thousandths; false otherwise.
static bool thousandths_of(double value, int64_t *out)
{
    double scaled = value * 1000.0;
    double whole = floor(scaled + 0.5);
    if (!(value >= 0) || value > 1e12 || fabs(scaled - whole) > 1e-6 * (1.0 + fabs(scaled) * 1e-9))
        return false;
    *out = (int64_t)whole;
    return true;
}

bool hf_dependency_need(const hf_dependency *dependency, hf_need *need, int64_t *thousandths,
                        hf_error *err)
{
    double amount = 0;
    *thousandths = 0;
    if (dependency->need.len == 0) {
        *need = HF_NEED_NO_OPINION;
        return true;
    }
    if (hf_str_equal_z(dependency->need, "all") || hf_str_equal_z(dependency->need, "any")) {
        *need = dependency->need.ptr[1] == 'l' ? HF_NEED_ALL : HF_NEED_ANY;
        return true;
    }
    if (!hf_parse_double(dependency->need, &amount) || amount <= 0 ||
        !thousandths_of(amount, thousandths)) {
        hf_fail(err, HF_ERR_INPUT, "dependency.need",
                "need is '%.*s'; write all, any, or a number above 0 with at most 3 decimals",
                HF_STR_ARG(dependency->need));
        return hf_fail_at(err, NULL, 0, "need");
    }
    *need = HF_NEED_AMOUNT;
    return true;
}

static bool check(const void *record, hf_error *err)
{
    const hf_dependency *d = record;
    hf_need need = HF_NEED_NO_OPINION;
    int64_t thousandths = 0;
    if (hf_str_equal(d->supplier, d->consumer)) {
        hf_fail(err, HF_ERR_INPUT, "dependency.self",
                "'%.*s' is its own supplier; name another supplier or drop the row",
                HF_STR_ARG(d->supplier));
        return hf_fail_at(err, NULL, 0, "supplier");
    }
    if (!hf_dependency_need(d, &need, &thousandths, err))
        return false;
    if (isnan(d->capacity) || d->capacity <= 0 || !thousandths_of(d->capacity, &thousandths)) {
        hf_fail(
            err, HF_ERR_INPUT, "dependency.capacity",
            "capacity is not above 0 with at most 3 decimals; write such a number, 1 if unsure");
        return hf_fail_at(err, NULL, 0, "capacity");
    }
    if (isnan(d->strength)) {
        hf_fail(err, HF_ERR_INPUT, "field.required", "strength is empty; give 0 to 1");
        return hf_fail_at(err, NULL, 0, "strength");
    }
    return true;
}

const hf_noun hf_noun_dependency = {
    .name = "dependency",
    .plural = "dependencies",
    .group = HF_GROUP_REGISTER,
    .struct_bytes = sizeof(hf_dependency),
    .fields = fields,
    .field_count = HF_COUNT(fields),
    .complete = complete,
    .check = check,
};
