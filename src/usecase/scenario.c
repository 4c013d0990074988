// SPDX-License-Identifier: Apache-2.0
//
// Where scenarios come from, records and files, and how they are written. The lists inside them are read in
// model/scenario_lists.c; what they hit is found in scenario_hits.c.
#include "usecase/scenario.h"

#include <string.h>

#include "base/file.h"
#include "base/limits.h"

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
