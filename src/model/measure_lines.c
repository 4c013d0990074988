// SPDX-License-Identifier: Apache-2.0
//
// Reads the changes of measures, strictly. See measure_lines.h for their form.
#include "model/measure_lines.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"

#define CAPACITY_MAX 1e9

static const hf_json_codes codes = {.not_a_list = "measure.not_a_list",
                                    .too_long = "measure.too_long",
                                    .not_an_object = "measure.not_an_object",
                                    .member = "measure.member",
                                    .type = "measure.type",
                                    .number = "measure.number",
                                    .empty = "measure.subject",
                                    .guide = "see the guide to measures"};

static const char *const member_names[] = {
    "assets",   "kind",          "sector",   "region",        "operator", "near",
    "all",      "consumer",      "input",    "damage_factor", "damage_p", "repair_factor",
    "repair_h", "black_start_h", "buffer_h", "supplier",      "capacity", NULL};

static bool factor(const hf_json_place *at, const hf_json *object, const char *name, double *out)
{
    bool has;
    if (!hf_json_read_number(at, object, name, 0, 1e9, &has, out))
        return false;
    return !(*out > 1) || hf_json_wrong(at, name, "measure.raises",
                                        "a '%s' above 1 would make it worse; give 0 to 1", name);
}

// --- one line ----------------------------------------------------------------------------------------------

static bool read_subject(const hf_json_place *at, const hf_json *object, hf_arena *arena,
                         hf_measure_line *out)
{
    bool has_consumer = false, has_selector = false;
    if (!hf_json_read_text(at, object, "consumer", arena, &has_consumer, &out->consumer))
        return false;
    for (const hf_json *member = object->child; member != NULL; member = member->next)
        has_selector |= hf_json_is_one_of(member->name, hf_selector_names);
    if (has_selector == has_consumer)
        return hf_json_wrong(at, NULL, "measure.subject",
                             has_consumer
                                 ? "names both a consumer and assets; give one of them"
                                 : "says nothing about what it changes; give assets, kind, "
                                   "sector, region, operator, near or consumer");
    return has_consumer || hf_selectors_read(at, object, arena, &out->subject);
}

static bool read_supplier(const hf_json_place *at, const hf_json *object, hf_arena *arena,
                          hf_measure_line *out)
{
    bool has = false, has_capacity = false;
    double capacity = 1;
    if (!hf_json_read_text(at, object, "supplier", arena, &has, &out->supplier) ||
        !hf_json_read_number(at, object, "capacity", 0, CAPACITY_MAX, &has_capacity, &capacity))
        return false;
    if (!has)
        return !has_capacity ||
               hf_json_wrong(at, "capacity", "measure.supplier",
                             "'capacity' is that of a supplier, and none is named");
    if (out->consumer.len == 0 || !out->has_input)
        return hf_json_wrong(
            at, "supplier", "measure.supplier",
            "a supplier needs the 'consumer' and the 'input' that it is to supply");
    out->capacity = (int64_t)llround(capacity * 1000);
    if (out->capacity < 1 || fabs(capacity * 1000 - (double)out->capacity) > 1e-6)
        return hf_json_wrong(at, "capacity", "measure.number",
                             "'capacity' must be above 0, with at most three decimals");
    return true;
}

bool hf_measure_changes_assets(const hf_measure_line *line)
{
    return !isnan(line->damage_factor) || !isnan(line->damage_p) || !isnan(line->repair_factor) ||
           !isnan(line->repair_h) || !isnan(line->black_start_h);
}

static bool read_line(const hf_json_place *at, const hf_json *object, hf_arena *arena,
                      hf_measure_line *out)
{
    bool has;
    *out =
        (hf_measure_line){.subject = {.p = 1, .level = 1, .threat_class = HF_SCENARIO_ALL_CLASSES},
                          .damage_factor = NAN,
                          .damage_p = NAN,
                          .repair_factor = NAN,
                          .repair_h = NAN,
                          .black_start_h = NAN,
                          .buffer_h = NAN};
    if (!hf_json_read_only(at, object, member_names))
        return false;
    if (!read_subject(at, object, arena, out) ||
        !factor(at, object, "damage_factor", &out->damage_factor) ||
        !hf_json_read_number(at, object, "damage_p", 0, 1, &has, &out->damage_p) ||
        !factor(at, object, "repair_factor", &out->repair_factor) ||
        !hf_json_read_number(at, object, "repair_h", 0, HF_HOURS_MAX, &has, &out->repair_h) ||
        !hf_json_read_number(at, object, "black_start_h", 0, HF_HOURS_MAX, &has,
                             &out->black_start_h) ||
        !hf_json_read_number(at, object, "buffer_h", 0, HF_HOURS_MAX, &has, &out->buffer_h) ||
        !hf_json_read_text(at, object, "input", arena, &out->has_input, &out->input) ||
        !read_supplier(at, object, arena, out))
        return false;
    if (out->consumer.len > 0 && hf_measure_changes_assets(out))
        return hf_json_wrong(
            at, NULL, "measure.subject",
            "damage, repair and black start are those of 'assets', not of a consumer");
    if (!hf_measure_changes_assets(out) && isnan(out->buffer_h) && out->supplier.len == 0)
        return hf_json_wrong(
            at, NULL, "measure.does_nothing",
            "changes nothing; give damage_factor, damage_p, repair_factor, repair_h, "
            "black_start_h, buffer_h or supplier");
    return true;
}

hf_json_place hf_measure_place(hf_str key, size_t index, hf_measure_place_texts *texts,
                               hf_error *err)
{
    (void)snprintf(texts->pointer, sizeof(texts->pointer), "/changes/%zu", index);
    (void)snprintf(texts->prefix, sizeof(texts->prefix),
                   "measure '%.*s', change %zu: ", HF_STR_ARG(key), index + 1);
    return (hf_json_place){&codes, texts->pointer, texts->prefix, err};
}

bool hf_measure_read(const hf_measure *measure, hf_arena *arena, hf_measure_line **lines,
                     size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_measure_place_texts texts;
    const hf_json_place whole = {&codes, "/changes", "", err};
    hf_json *list = NULL;
    *lines = NULL;
    *count = 0;
    if (!hf_json_read_list(&whole, measure->changes, HF_MEASURE_LINES_MAX, &scratch, &list))
        return false;
    *lines = HF_NEW_N(arena, hf_measure_line, list != NULL ? list->child_count : 0);
    for (const hf_json *item = list != NULL ? list->child : NULL; item != NULL; item = item->next) {
        const hf_json_place at = hf_measure_place(measure->head.key, *count, &texts, err);
        if (!read_line(&at, item, arena, &(*lines)[(*count)++]))
            return false;
    }
    return true;
}
