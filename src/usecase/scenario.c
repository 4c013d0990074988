// SPDX-License-Identifier: Apache-2.0
//
// Reads scenarios: records, files, and the JSON lists inside them, strictly. See scenario.h for their form; what
// they hit is found in scenario_hits.c.
#include "usecase/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"

#define CLASS_SUM_SLACK 1e-9 // as the engine allows

// Where in the scenario the reader stands: "hazards", 3, "/near"; a member follows.
typedef struct {
    const char *list;
    size_t index;
    const char *inner; // NULL = the entry itself
    hf_error *err;
} place;

static bool wrong(const place *at, const char *member, const char *code, const char *format, ...)
    HF_PRINTF(4, 5);

static bool wrong(const place *at, const char *member, const char *code, const char *format, ...)
{
    char text[400], pointer[200];
    va_list values;
    va_start(values, format);
    (void)vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    (void)snprintf(pointer, sizeof(pointer), "/%s/%zu%s%s%s", at->list, at->index,
                   at->inner != NULL ? at->inner : "", member != NULL ? "/" : "",
                   member != NULL ? member : "");
    (void)hf_fail(at->err, HF_ERR_INPUT, code, "%s", text);
    return hf_fail_at(at->err, pointer, 0, NULL);
}

static bool only(const place *at, const hf_json *object, const char *const *names)
{
    if (object->type != HF_JSON_OBJECT)
        return wrong(at, NULL, "scenario.not_an_object", "must be an object in braces");
    for (const hf_json *member = object->child; member != NULL; member = member->next) {
        size_t i = 0;
        while (names[i] != NULL && !hf_str_equal_z(member->name, names[i]))
            i++;
        if (names[i] == NULL)
            return wrong(at, NULL, "scenario.member",
                         "has no member '%.*s'; see the guide to simulations",
                         HF_STR_ARG(member->name));
    }
    return true;
}

// *has (may be NULL: it is required) says whether the member is there.
static bool number(const place *at, const hf_json *object, const char *name, double min, double max,
                   bool *has, double *out)
{
    const hf_json *value = hf_json_get(object, name);
    bool is_there = value != NULL && value->type != HF_JSON_NULL;
    if (has != NULL)
        *has = is_there;
    if (!is_there)
        return has != NULL || wrong(at, name, "scenario.number", "'%s' is missing", name);
    if (value->type != HF_JSON_INT && value->type != HF_JSON_DOUBLE)
        return wrong(at, name, "scenario.type", "'%s' must be a number", name);
    if (!(value->number >= min && value->number <= max))
        return wrong(at, name, "scenario.number", "'%s' must lie between %g and %g, not %.*s", name,
                     min, max, HF_STR_ARG(value->text));
    *out = value->number;
    return true;
}

// A text or a list of texts.
static bool texts(const place *at, const hf_json *object, const char *name, bool must_be_list,
                  hf_arena *arena, hf_texts *out)
{
    const hf_json *value = hf_json_get(object, name);
    if (value == NULL || value->type == HF_JSON_NULL)
        return true;
    bool is_list = value->type == HF_JSON_ARRAY;
    if (!is_list && (must_be_list || value->type != HF_JSON_TEXT))
        return wrong(at, name, "scenario.type",
                     must_be_list ? "'%s' must be a list of keys"
                                  : "'%s' must be a text or a list of texts",
                     name);
    hf_str *items = HF_NEW_N(arena, hf_str, is_list ? value->child_count : 1);
    for (const hf_json *item = is_list ? value->child : value; item != NULL;
         item = is_list ? item->next : NULL) {
        if (item->type != HF_JSON_TEXT || item->text.len == 0)
            return wrong(at, name, "scenario.type", "'%s' holds something else than texts", name);
        items[out->count++] = hf_str_copy(arena, item->text);
    }
    out->items = items;
    return out->count > 0 || wrong(at, name, "scenario.nothing_named", "'%s' is empty", name);
}

static bool parse_list(hf_str json, const char *name, size_t max, hf_arena *arena, hf_json **out,
                       hf_error *err)
{
    char pointer[64];
    *out = NULL;
    if (json.len == 0)
        return true;
    (void)snprintf(pointer, sizeof(pointer), "/%s", name);
    if (!hf_json_parse(json, arena, out, err))
        return hf_fail_at(err, pointer, 0, NULL);
    if ((*out)->type != HF_JSON_ARRAY)
        (void)hf_fail(err, HF_ERR_INPUT, "scenario.not_a_list", "'%s' must be a list in brackets",
                      name);
    else if ((*out)->child_count > max)
        (void)hf_fail(err, HF_ERR_INPUT, "scenario.too_long", "'%s' may have at most %zu entries",
                      name, max);
    else
        return true;
    return hf_fail_at(err, pointer, 0, NULL);
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

static bool read_class(const place *at, const hf_json *object, class_list *classes)
{
    static const char *const members[] = {"name", "p", "times", NULL};
    bool has_p = false, has_times = false;
    double times = 1;
    hf_str name = hf_json_text(object, "name");
    if (!only(at, object, members) ||
        !number(at, object, "p", 0, 1, &has_p, &classes->p[at->index]) ||
        !number(at, object, "times", 1, HF_SCENARIO_EVENTS_MAX, &has_times, &times))
        return false;
    if (name.len == 0)
        return wrong(at, "name", "scenario.type", "'name' must be a text");
    for (size_t i = 0; i < at->index; i++)
        if (hf_str_equal(classes->names[i], name))
            return wrong(at, "name", "scenario.class_twice", "the class '%.*s' is there twice",
                         HF_STR_ARG(name));
    if (at->index == 0)
        classes->has_chances = has_p;
    if (has_p != classes->has_chances || (has_p && has_times))
        return wrong(at, has_times ? "times" : "p", "scenario.class_mixed",
                     "either all classes have a 'p' or none; only those without have 'times'");
    if (times != floor(times))
        return wrong(at, "times", "scenario.number", "'times' must be a whole number");
    classes->names[at->index] = name;
    classes->times[at->index] = (uint32_t)times;
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
    place at = {.list = "classes", .err = err};
    if (list == NULL || list->child_count == 0)
        return true;
    size_t count = list->child_count;
    class_list classes = {.names = HF_NEW_N(arena, hf_str, count),
                          .p = HF_NEW_N(arena, double, count),
                          .times = HF_NEW_N(arena, uint32_t, count)};
    for (const hf_json *item = list->child; item != NULL; item = item->next, at.index++) {
        if (!read_class(&at, item, &classes))
            return false;
        classes.names[at.index] = hf_str_copy(arena, classes.names[at.index]);
    }
    out->class_names = classes.names;
    out->class_count = (uint32_t)count;
    if (!classes.has_chances)
        return list_events(&classes, count, arena, out, err);
    out->class_p = classes.p;
    return check_sum(&classes, count, err);
}

// --- hazards -----------------------------------------------------------------------------------------------

static bool read_near(const place *at, const hf_json *object, hf_scenario_hazard *out)
{
    static const char *const members[] = {"lon", "lat", "km", NULL};
    const hf_json *near = hf_json_get(object, "near");
    if (near == NULL || near->type == HF_JSON_NULL)
        return true;
    out->has_near = true;
    const place inside = {at->list, at->index, "/near", at->err};
    return only(&inside, near, members) &&
           number(&inside, near, "lon", -180, 180, NULL, &out->lon) &&
           number(&inside, near, "lat", -90, 90, NULL, &out->lat) &&
           number(&inside, near, "km", 0, 21000, NULL, &out->km);
}

static bool read_selectors(const place *at, const hf_json *object, hf_arena *arena,
                           hf_scenario_hazard *out)
{
    const hf_json *all = hf_json_get(object, "all");
    if (!texts(at, object, "assets", true, arena, &out->assets) ||
        !texts(at, object, "kind", false, arena, &out->kinds) ||
        !texts(at, object, "sector", false, arena, &out->sectors) ||
        !texts(at, object, "region", false, arena, &out->regions) ||
        !texts(at, object, "operator", false, arena, &out->operators) ||
        !read_near(at, object, out))
        return false;
    if (all != NULL && all->type != HF_JSON_BOOL && all->type != HF_JSON_NULL)
        return wrong(at, "all", "scenario.type", "'all' must be true or false");
    out->is_all = all != NULL && all->boolean;
    return out->is_all || out->has_near || out->assets.count > 0 || out->kinds.count > 0 ||
           out->sectors.count > 0 || out->regions.count > 0 || out->operators.count > 0 ||
           wrong(
               at, NULL, "scenario.nothing_named",
               "names no asset; give assets, kind, sector, region, operator, near or \"all\":true");
}

static bool read_class_of(const place *at, const hf_json *object, const hf_scenario_lists *lists,
                          uint32_t *out)
{
    const hf_json *value = hf_json_get(object, "class");
    *out = HF_NO_INDEX;
    if (value == NULL || value->type == HF_JSON_NULL)
        return true;
    if (value->type != HF_JSON_TEXT)
        return wrong(at, "class", "scenario.type", "'class' must be the name of a class");
    for (uint32_t h = 0; h < lists->class_count; h++)
        if (hf_str_equal(lists->class_names[h], value->text)) {
            *out = h;
            return true;
        }
    return wrong(at, "class", "scenario.class_unknown", "'%.*s' is none of the scenario's classes",
                 HF_STR_ARG(value->text));
}

static bool read_hazard(const place *at, const hf_json *object, double hours,
                        const hf_scenario_lists *lists, hf_arena *arena, hf_scenario_hazard *out)
{
    static const char *const members[] = {"p",      "class",  "at_h",     "level", "assets", "kind",
                                          "sector", "region", "operator", "near",  "all",    NULL};
    double level = 1;
    bool has = false;
    *out = (hf_scenario_hazard){0};
    if (!only(at, object, members) || !number(at, object, "p", 0, 1, NULL, &out->p) ||
        !number(at, object, "at_h", 0, HF_HOURS_MAX, &has, &out->at_h) ||
        !number(at, object, "level", 1, HF_LEVEL_COUNT_MAX - 1, &has, &level) ||
        !read_class_of(at, object, lists, &out->threat_class) ||
        !read_selectors(at, object, arena, out))
        return false;
    if (level < floor(level) || level > floor(level))
        return wrong(at, "level", "scenario.number", "'level' must be a whole number");
    if (out->at_h > 0 && !(hours > 0))
        return wrong(at, "at_h", "scenario.hour",
                     "a shock after the start needs 'hours', the time that is looked at");
    if (out->at_h > 0 && !(out->at_h < hours))
        return wrong(at, "at_h", "scenario.hour",
                     "the shock comes after the %g hours that are looked at", hours);
    out->level = (uint8_t)level;
    return true;
}

// --- tolerance ---------------------------------------------------------------------------------------------

static bool read_tolerance(const hf_json *list, hf_arena *arena, hf_scenario_lists *out,
                           hf_error *err)
{
    place at = {.list = "tolerance", .err = err};
    if (list == NULL || list->child_count == 0)
        return true;
    double(*points)[2] = hf_arena_take_n(arena, list->child_count, sizeof(double[2]));
    for (const hf_json *item = list->child; item != NULL; item = item->next, at.index++) {
        double *point = points[at.index];
        const hf_json *second =
            item->type == HF_JSON_ARRAY && item->child_count == 2 ? item->child->next : NULL;
        if (second == NULL || item->child->text.len == 0 || second->text.len == 0 ||
            item->child->type == HF_JSON_TEXT || second->type == HF_JSON_TEXT)
            return wrong(&at, NULL, "scenario.tolerance", "must be a pair [loss, probability]");
        point[0] = item->child->number;
        point[1] = second->number;
        if (!(point[0] >= 0) || !(point[1] >= 0))
            return wrong(&at, NULL, "scenario.tolerance", "may not be below 0");
        if (at.index > 0 && (!(point[0] > point[-2]) || point[1] > point[-1]))
            return wrong(&at, NULL, "scenario.tolerance",
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
    place at = {.list = "hazards", .err = err};
    *out = (hf_scenario_lists){0};
    if (!parse_list(scenario->classes, "classes", HF_CLASS_COUNT_MAX, &scratch, &classes, err) ||
        !parse_list(scenario->hazards, "hazards", HF_SCENARIO_HAZARDS_MAX, &scratch, &hazards,
                    err) ||
        !parse_list(scenario->tolerance, "tolerance", 1000, &scratch, &tolerance, err) ||
        !read_classes(classes, arena, out, err) || !read_tolerance(tolerance, arena, out, err))
        return false;
    out->hazard_count = hazards != NULL ? hazards->child_count : 0;
    hf_scenario_hazard *list = HF_NEW_N(arena, hf_scenario_hazard, out->hazard_count);
    out->hazards = list;
    for (const hf_json *item = hazards != NULL ? hazards->child : NULL; item != NULL;
         item = item->next, at.index++)
        if (!read_hazard(&at, item, scenario->hours, out, arena, &list[at.index]))
            return false;
    return true;
}

// --- where scenarios come from -----------------------------------------------------------------------------

bool hf_scenario_from_json(const hf_json *object, hf_arena *arena, hf_scenario *out, hf_error *err)
{
    hf_patch patch = {0};
    if (object->type != HF_JSON_OBJECT)
        return hf_fail(err, HF_ERR_INPUT, "scenario.not_an_object",
                       "a scenario is a JSON object with hazards");
    hf_noun_init(&hf_noun_scenario, out);
    if (!hf_patch_from_json(&hf_noun_scenario, object, arena, &patch, err) ||
        !hf_patch_apply(&patch, out, arena, err))
        return false;
    if (out->head.attributes.len > 0)
        return hf_fail(err, HF_ERR_INPUT, "scenario.member", "a scenario has no members %.*s",
                       HF_STR_ARG(out->head.attributes));
    return true;
}

bool hf_scenario_fail_in(const char *file, hf_error *err)
{
    char pointer[sizeof(err->source)];
    memcpy(pointer, err->source, sizeof(pointer));
    if (pointer[0] != '/')
        pointer[0] = '\0';
    err->source[0] = '\0';
    return hf_fail_at(err, file, 0, pointer);
}

static bool read_file(const char *path, hf_arena *arena, hf_scenario *out, hf_error *err)
{
    hf_str text;
    hf_json *tree = NULL;
    return hf_file_read(path, HF_JSON_BYTES_MAX, arena, &text, err) &&
           ((hf_json_parse(text, arena, &tree, err) &&
             hf_scenario_from_json(tree, arena, out, err)) ||
            hf_scenario_fail_in(path, err));
}

bool hf_scenario_find(const hf_session *session, const char *key_or_file, hf_arena *arena,
                      hf_scenario *out, bool *is_file, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    *is_file = false;
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_scenario, NULL, err) ||
        !hf_read_begin(session->store, &read, err) ||
        !hf_get_known(&session->actor, read, &hf_noun_scenario, hf_str_of(key_or_file), arena,
                      &record, err))
        return false;
    if (record != NULL) {
        *out = *(const hf_scenario *)record;
        return true;
    }
    if (!session->actor.is_local || !hf_file_exists(key_or_file))
        return hf_fail(err, HF_ERR_NOT_FOUND, "scenario.unknown",
                       "there is no scenario '%s'; see them with: holdfast list scenarios",
                       key_or_file);
    *is_file = true;
    return read_file(key_or_file, arena, out, err);
}

static void add_json(hf_json_writer *out, const char *name, hf_str json)
{
    if (json.len == 0)
        return;
    hf_json_name(out, name);
    hf_json_add_raw(out, json);
}

static void add_number(hf_json_writer *out, const char *name, double value)
{
    if (isnan(value))
        return;
    hf_json_name(out, name);
    hf_json_add_double(out, value);
}

void hf_scenario_write(const hf_scenario *scenario, hf_json_writer *out)
{
    hf_json_begin_object(out);
    add_json(out, "classes", scenario->classes);
    add_json(out, "hazards", scenario->hazards);
    add_number(out, "hours", scenario->hours);
    hf_json_name(out, "measures");
    hf_field_write_json(hf_noun_field(&hf_noun_scenario, HF_STR("measures"), NULL), scenario, out);
    hf_json_name(out, "own_damage");
    hf_json_add_bool(out, scenario->own_damage);
    add_number(out, "rate_per_year", scenario->rate_per_year);
    hf_json_name(out, "restart");
    hf_json_add_z(out, scenario->restart == HF_SCENARIO_SEQUENTIAL ? "sequential" : "free");
    add_number(out, "step_h", scenario->step_h);
    add_json(out, "tolerance", scenario->tolerance);
    hf_json_end_object(out);
}
