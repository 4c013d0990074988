// SPDX-License-Identifier: Apache-2.0
//
// Reads the lists of scenarios, strictly. See scenario_lists.h for their form.
#include "model/scenario_lists.h"

#include <stdio.h>

#include "base/limits.h"

#define CLASS_SUM_SLACK      1e-9 // as the engine allows
#define TOLERANCE_POINTS_MAX 1000u

static const hf_json_codes codes = {.not_a_list = "scenario.not_a_list",
                                    .too_long = "scenario.too_long",
                                    .not_an_object = "scenario.not_an_object",
                                    .member = "scenario.member",
                                    .type = "scenario.type",
                                    .number = "scenario.number",
                                    .empty = "scenario.nothing_named",
                                    .guide = "see the guide to simulations"};

#define POINTER_BYTES 100u

// The place of one entry of a list; `pointer` holds its text.
static hf_json_place entry_of(const char *list, size_t index, char pointer[POINTER_BYTES],
                              hf_error *err)
{
    (void)snprintf(pointer, POINTER_BYTES, "/%s/%zu", list, index);
    return (hf_json_place){.codes = &codes, .pointer = pointer, .prefix = "", .err = err};
}

static bool parse_list(hf_str json, const char *pointer, size_t max, hf_arena *arena, hf_json **out,
                       hf_error *err)
{
    const hf_json_place at = {.codes = &codes, .pointer = pointer, .prefix = "", .err = err};
    return hf_json_read_list(&at, json, max, arena, out);
}

// --- classes -----------------------------------------------------------------------------------------------

// What is said of the classes, in their order.
typedef struct {
    bool has_chances; // else it is a list of events
    hf_str *names;
    double *p;
    uint32_t *times;
    uint64_t event_count;
} class_list;

static bool read_class(const hf_json_place *at, const hf_json *object, size_t index,
                       class_list *classes)
{
    static const char *const members[] = {"name", "p", "times", NULL};
    bool has_p = false, has_times = false;
    double times = 1;
    if (!hf_json_read_only(at, object, members) ||
        !hf_json_read_number(at, object, "p", 0, 1, &has_p, &classes->p[index]) ||
        !hf_json_read_number(at, object, "times", 1, HF_SCENARIO_EVENTS_MAX, &has_times, &times))
        return false;
    hf_str name = hf_json_text(object, "name");
    if (name.len == 0)
        return hf_json_wrong(at, "name", "scenario.type", "'name' must be a text");
    for (size_t i = 0; i < index; i++)
        if (hf_str_equal(classes->names[i], name))
            return hf_json_wrong(at, "name", "scenario.class_twice",
                                 "the class '%.*s' is there twice", HF_STR_ARG(name));
    if (index == 0)
        classes->has_chances = has_p;
    if (has_p != classes->has_chances || (has_p && has_times))
        return hf_json_wrong(
            at, has_times ? "times" : "p", "scenario.class_mixed",
            "either all classes have a 'p' or none; only those without have 'times'");
    if (times != floor(times))
        return hf_json_wrong(at, "times", "scenario.number", "'times' must be a whole number");
    classes->names[index] = name;
    classes->times[index] = (uint32_t)times;
    classes->event_count += (uint64_t)times;
    return true;
}

static bool check_sum(const class_list *classes, size_t count, hf_error *err)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += classes->p[i];
    if (fabs(sum - 1) <= CLASS_SUM_SLACK)
        return true;
    (void)hf_fail(err, HF_ERR_INPUT, "scenario.class_sum",
                  "the probabilities of the classes add up to %.10g; they must add up to 1", sum);
    return hf_fail_at(err, "/classes", 0, NULL);
}

static bool list_events(const class_list *classes, size_t count, hf_arena *arena,
                        hf_scenario_lists *out, hf_error *err)
{
    if (classes->event_count > HF_SCENARIO_EVENTS_MAX) {
        (void)hf_fail(err, HF_ERR_INPUT, "scenario.too_long",
                      "the list of events may have at most %u entries with their 'times'",
                      HF_SCENARIO_EVENTS_MAX);
        return hf_fail_at(err, "/classes", 0, NULL);
    }
    uint8_t *events = HF_NEW_N(arena, uint8_t, classes->event_count);
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < classes->times[i]; k++)
            events[out->event_count++] = (uint8_t)i;
    out->class_of_event = events;
    return true;
}

static bool read_classes(const hf_json *list, hf_arena *arena, hf_scenario_lists *out,
                         hf_error *err)
{
    char pointer[POINTER_BYTES];
    size_t index = 0;
    if (list == NULL || list->child_count == 0)
        return true;
    size_t count = list->child_count;
    class_list classes = {.names = HF_NEW_N(arena, hf_str, count),
                          .p = HF_NEW_N(arena, double, count),
                          .times = HF_NEW_N(arena, uint32_t, count)};
    for (const hf_json *item = list->child; item != NULL; item = item->next, index++) {
        const hf_json_place at = entry_of("classes", index, pointer, err);
        if (!read_class(&at, item, index, &classes))
            return false;
        classes.names[index] = hf_str_copy(arena, classes.names[index]);
    }
    out->class_names = classes.names;
    out->class_count = (uint32_t)count;
    if (!classes.has_chances)
        return list_events(&classes, count, arena, out, err);
    out->class_p = classes.p;
    return check_sum(&classes, count, err);
}

// --- hazards -----------------------------------------------------------------------------------------------

static bool read_near(const hf_json_place *at, const hf_json *object, hf_scenario_hazard *out)
{
    static const char *const members[] = {"lon", "lat", "km", NULL};
    char pointer[POINTER_BYTES];
    const hf_json *near = hf_json_member(object, "near");
    if (near == NULL)
        return true;
    out->has_near = true;
    (void)snprintf(pointer, sizeof(pointer), "%s/near", at->pointer);
    const hf_json_place inside = {at->codes, pointer, at->prefix, at->err};
    return hf_json_read_only(&inside, near, members) &&
           hf_json_read_number(&inside, near, "lon", -180, 180, NULL, &out->lon) &&
           hf_json_read_number(&inside, near, "lat", -90, 90, NULL, &out->lat) &&
           hf_json_read_number(&inside, near, "km", 0, 21000, NULL, &out->km);
}

const char *const hf_selector_names[] = {"assets",   "kind", "sector", "region",
                                         "operator", "near", "all",    NULL};

bool hf_selectors_read(const hf_json_place *at, const hf_json *object, hf_arena *arena,
                       hf_scenario_hazard *out)
{
    const hf_json *all = hf_json_get(object, "all");
    if (!hf_json_read_texts(at, object, "assets", true, arena, &out->assets) ||
        !hf_json_read_texts(at, object, "kind", false, arena, &out->kinds) ||
        !hf_json_read_texts(at, object, "sector", false, arena, &out->sectors) ||
        !hf_json_read_texts(at, object, "region", false, arena, &out->regions) ||
        !hf_json_read_texts(at, object, "operator", false, arena, &out->operators) ||
        !read_near(at, object, out))
        return false;
    if (all != NULL && all->type != HF_JSON_BOOL && all->type != HF_JSON_NULL)
        return hf_json_wrong(at, "all", at->codes->type, "'all' must be true or false");
    out->is_all = all != NULL && all->boolean;
    return out->is_all || out->has_near || out->assets.count > 0 || out->kinds.count > 0 ||
           out->sectors.count > 0 || out->regions.count > 0 || out->operators.count > 0 ||
           hf_json_wrong(
               at, NULL, at->codes->empty,
               "names no asset; give assets, kind, sector, region, operator, near or \"all\":true");
}

static bool read_class_of(const hf_json_place *at, const hf_json *object,
                          const hf_scenario_lists *lists, uint32_t *out)
{
    const hf_json *value = hf_json_get(object, "class");
    *out = HF_SCENARIO_ALL_CLASSES;
    if (value == NULL || value->type == HF_JSON_NULL)
        return true;
    if (value->type != HF_JSON_TEXT)
        return hf_json_wrong(at, "class", "scenario.type", "'class' must be the name of a class");
    for (uint32_t h = 0; h < lists->class_count; h++)
        if (hf_str_equal(lists->class_names[h], value->text)) {
            *out = h;
            return true;
        }
    return hf_json_wrong(at, "class", "scenario.class_unknown",
                         "'%.*s' is none of the scenario's classes", HF_STR_ARG(value->text));
}

static bool read_hazard(const hf_json_place *at, const hf_json *object, double hours,
                        const hf_scenario_lists *lists, hf_arena *arena, hf_scenario_hazard *out)
{
    static const char *const members[] = {"p",      "class",  "at_h",     "level", "assets", "kind",
                                          "sector", "region", "operator", "near",  "all",    NULL};
    double level = 1;
    bool has = false;
    *out = (hf_scenario_hazard){0};
    if (!hf_json_read_only(at, object, members) ||
        !hf_json_read_number(at, object, "p", 0, 1, NULL, &out->p) ||
        !hf_json_read_number(at, object, "at_h", 0, HF_HOURS_MAX, &has, &out->at_h) ||
        !hf_json_read_number(at, object, "level", 1, HF_LEVEL_COUNT_MAX - 1, &has, &level) ||
        !read_class_of(at, object, lists, &out->threat_class) ||
        !hf_selectors_read(at, object, arena, out))
        return false;
    if (level < floor(level) || level > floor(level))
        return hf_json_wrong(at, "level", "scenario.number", "'level' must be a whole number");
    if (out->at_h > 0 && !(hours > 0))
        return hf_json_wrong(at, "at_h", "scenario.hour",
                             "a shock after the start needs 'hours', the time that is looked at");
    if (out->at_h > 0 && !(out->at_h < hours))
        return hf_json_wrong(at, "at_h", "scenario.hour",
                             "the shock comes after the %g hours that are looked at", hours);
    out->level = (uint8_t)level;
    return true;
}

// --- tolerance ---------------------------------------------------------------------------------------------

static bool read_tolerance(const hf_json *list, hf_arena *arena, hf_scenario_lists *out,
                           hf_error *err)
{
    char pointer[POINTER_BYTES];
    size_t index = 0;
    if (list == NULL || list->child_count == 0)
        return true;
    double(*points)[2] = hf_arena_take_n(arena, list->child_count, sizeof(double[2]));
    for (const hf_json *item = list->child; item != NULL; item = item->next, index++) {
        const hf_json_place at = entry_of("tolerance", index, pointer, err);
        double *point = points[index];
        const hf_json *second =
            item->type == HF_JSON_ARRAY && item->child_count == 2 ? item->child->next : NULL;
        if (second == NULL || item->child->text.len == 0 || second->text.len == 0 ||
            item->child->type == HF_JSON_TEXT || second->type == HF_JSON_TEXT)
            return hf_json_wrong(&at, NULL, "scenario.tolerance",
                                 "must be a pair [loss, probability]");
        point[0] = item->child->number;
        point[1] = second->number;
        if (!(point[0] >= 0) || !(point[1] >= 0))
            return hf_json_wrong(&at, NULL, "scenario.tolerance", "may not be below 0");
        if (index > 0 && (!(point[0] > point[-2]) || point[1] > point[-1]))
            return hf_json_wrong(&at, NULL, "scenario.tolerance",
                                 "losses must grow, and probabilities may not grow with them");
    }
    out->tolerance = (const double(*)[2])points;
    out->tolerance_count = list->child_count;
    return true;
}

bool hf_scenario_read_lists(const hf_scenario *scenario, hf_arena *arena, hf_scenario_lists *out,
                            hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *classes = NULL, *hazards = NULL, *tolerance = NULL;
    char pointer[POINTER_BYTES];
    size_t index = 0;
    *out = (hf_scenario_lists){0};
    if (!parse_list(scenario->classes, "/classes", HF_SCENARIO_CLASSES_MAX, &scratch, &classes,
                    err) ||
        !parse_list(scenario->hazards, "/hazards", HF_SCENARIO_HAZARDS_MAX, &scratch, &hazards,
                    err) ||
        !parse_list(scenario->tolerance, "/tolerance", TOLERANCE_POINTS_MAX, &scratch, &tolerance,
                    err) ||
        !read_classes(classes, arena, out, err) || !read_tolerance(tolerance, arena, out, err))
        return false;
    out->hazard_count = hazards != NULL ? hazards->child_count : 0;
    hf_scenario_hazard *list = HF_NEW_N(arena, hf_scenario_hazard, out->hazard_count);
    out->hazards = list;
    for (const hf_json *item = hazards != NULL ? hazards->child : NULL; item != NULL;
         item = item->next, index++) {
        const hf_json_place at = entry_of("hazards", index, pointer, err);
        if (!read_hazard(&at, item, scenario->hours, out, arena, &list[index]))
            return false;
    }
    return true;
}
