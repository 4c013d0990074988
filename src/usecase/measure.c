// SPDX-License-Identifier: Apache-2.0
//
// Finds what measures touch, and keeps their contents with a question. See measure.h.
#include "usecase/measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "usecase/simulate.h"

// The scenario's reader says "/hazards/0/kind"; here it is "/changes/3/kind".
static bool move_place(const hf_json_place *at)
{
    static const char theirs[] = "/hazards/0";
    char rest[sizeof(at->err->source)], pointer[sizeof(at->err->source)];
    if (strcmp(at->err->code, "scenario.hits_nothing") == 0) {
        *at->err = (hf_error){0};
        return hf_json_wrong(at, NULL, "measure.subject",
                             "names no asset; its selectors must all fit one");
    }
    if (strncmp(at->err->source, theirs, sizeof(theirs) - 1) != 0)
        return false;
    (void)snprintf(rest, sizeof(rest), "%s", at->err->source + sizeof(theirs) - 1);
    (void)snprintf(pointer, sizeof(pointer), "%.50s%.200s", at->pointer, rest);
    at->err->source[0] = '\0';
    return hf_fail_at(at->err, pointer, 0, NULL);
}

static bool add_place(const hf_json_place *at, const char *member)
{
    char pointer[100];
    (void)snprintf(pointer, sizeof(pointer), "%.50s/%s", at->pointer, member);
    return hf_fail_at(at->err, pointer, 0, NULL);
}

// The assets that the line names, each once, ascending.
static bool find_subject(const hf_session *session, const hf_register_plan *plan,
                         const hf_json_place *at, const hf_measure_line *line, hf_arena *arena,
                         uint32_t **assets, uint32_t *count)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_scenario_lists lists = {.hazards = &line->subject, .hazard_count = 1};
    hf_hazard *hits = NULL;
    size_t hit_count = 0;
    if (line->consumer.len > 0) {
        *count = 1;
        return hf_plan_find_all(plan, &line->consumer, 1, arena, assets, at->err) ||
               add_place(at, "consumer");
    }
    if (!hf_scenario_resolve(session, plan, &lists, false, &scratch, &hits, &hit_count, at->err))
        return move_place(at);
    *assets = HF_NEW_N(arena, uint32_t, hit_count);
    *count = 0;
    for (size_t i = 0; i < hit_count; i++)
        (*assets)[(*count)++] = hits[i].asset;
    return true;
}

// Where the assets are named one by one, a limit above what is registered is a mistake.
static bool check_limits(const hf_register_plan *plan, const hf_json_place *at,
                         const hf_measure_line *line, const hf_change *change)
{
    bool names_assets = line->subject.assets.count > 0;
    for (uint32_t i = 0; i < change->asset_count && names_assets; i++) {
        uint32_t asset = change->assets[i];
        double damage = plan->damage_p[asset], repair = plan->input->assets[asset].repair_h;
        if (damage > 0 && line->damage_p > damage)
            return hf_json_wrong(at, "damage_p", "measure.raises",
                                 "'%.*s' has damage_p %g in the register; %g would be worse",
                                 HF_STR_ARG(plan->keys[asset]), damage, line->damage_p);
        if (line->repair_h > repair)
            return hf_json_wrong(at, "repair_h", "measure.raises",
                                 "'%.*s' has repair_h %g in the register; %g would be worse",
                                 HF_STR_ARG(plan->keys[asset]), repair, line->repair_h);
    }
    return true;
}

static bool is_wanted_input(const hf_measure_line *line, hf_str input)
{
    return !line->has_input || hf_str_equal(line->input, input);
}

// The requirement groups and memberships of the subject that the line's input names.
static void find_inputs(const hf_register_plan *plan, const hf_measure_line *line,
                        const uint32_t *assets, uint32_t asset_count, hf_arena *arena,
                        hf_change *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_engine_input *input = plan->input;
    bool *is_subject = HF_NEW_N(&scratch, bool, plan->asset_count);
    HF_VEC(uint32_t) groups = {0}, members = {0};
    for (uint32_t i = 0; i < asset_count; i++)
        is_subject[assets[i]] = true;
    for (uint32_t g = 0; g < input->group_count; g++)
        if (is_subject[input->groups[g].consumer] &&
            is_wanted_input(line, plan->inputs[plan->group_input[g]]))
            HF_VEC_ADD(arena, &groups, g);
    for (uint32_t l = 0; l < input->layer_count && line->supplier.len == 0; l++)
        for (uint32_t m = 0; m < input->layers[l].member_count; m++) {
            uint32_t at = input->layers[l].first_member + m;
            if (is_subject[input->layer_members[at].asset] &&
                is_wanted_input(line, plan->layers[l]))
                HF_VEC_ADD(arena, &members, at);
        }
    out->groups = groups.items;
    out->group_count = (uint32_t)groups.count;
    out->layer_members = members.items;
    out->layer_member_count = (uint32_t)members.count;
}

static bool resolve_inputs(const hf_register_plan *plan, const hf_json_place *at,
                           const hf_measure_line *line, const uint32_t *assets,
                           uint32_t asset_count, hf_arena *arena, hf_change *out)
{
    if (isnan(line->buffer_h) && line->supplier.len == 0)
        return true;
    find_inputs(plan, line, assets, asset_count, arena, out);
    if (out->group_count + out->layer_member_count == 0)
        return hf_json_wrong(at, line->has_input ? "input" : NULL, "measure.input",
                             line->has_input ? "nothing that it names needs the input '%.*s'"
                                             : "nothing that it names needs any input%.*s",
                             HF_STR_ARG(line->input));
    out->buffer_least = isnan(line->buffer_h) ? 0 : line->buffer_h;
    if (line->supplier.len == 0)
        return true;
    uint32_t *supplier = NULL;
    if (!hf_plan_find_all(plan, &line->supplier, 1, arena, &supplier, at->err))
        return add_place(at, "supplier");
    if (supplier[0] == assets[0])
        return hf_json_wrong(at, "supplier", "measure.supplier", "an asset cannot supply itself");
    out->supplier = supplier[0];
    out->capacity = line->capacity;
    return true;
}

static bool resolve_line(const hf_session *session, const hf_register_plan *plan,
                         const hf_json_place *at, const hf_measure_line *line, hf_arena *arena,
                         hf_change *out)
{
    uint32_t *assets = NULL, count = 0;
    *out = hf_change_none();
    if (!find_subject(session, plan, at, line, arena, &assets, &count))
        return false;
    if (hf_measure_changes_assets(line)) {
        out->assets = assets;
        out->asset_count = count;
        out->damage_factor = isnan(line->damage_factor) ? 1 : line->damage_factor;
        out->damage_most = isnan(line->damage_p) ? 1 : line->damage_p;
        out->repair_factor = isnan(line->repair_factor) ? 1 : line->repair_factor;
        out->repair_most = isnan(line->repair_h) ? out->repair_most : line->repair_h;
        out->black_start_least = isnan(line->black_start_h) ? 0 : line->black_start_h;
    }
    return check_limits(plan, at, line, out) &&
           resolve_inputs(plan, at, line, assets, count, arena, out);
}

bool hf_measure_resolve(const hf_session *session, const hf_register_plan *plan,
                        const hf_measure *measure, hf_arena *arena, hf_effect *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_measure_place_texts texts;
    hf_measure_line *lines = NULL;
    size_t count = 0;
    if (!hf_measure_read(measure, &scratch, &lines, &count, err))
        return false;
    hf_change *changes = HF_NEW_N(arena, hf_change, count);
    for (size_t i = 0; i < count; i++) {
        const hf_json_place at = hf_measure_place(measure->head.key, i, &texts, err);
        if (!resolve_line(session, plan, &at, &lines[i], arena, &changes[i]))
            return false;
    }
    *out = (hf_effect){changes, (uint32_t)count};
    return true;
}

bool hf_measure_get(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                    const hf_measure **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_get_known(&session->actor, read, &hf_noun_measure, key, arena, &record, err))
        return false;
    *out = record;
    return record != NULL ||
           hf_fail(err, HF_ERR_NOT_FOUND, "measure.unknown",
                   "no measure has the key '%.*s'; see them with: holdfast list measures",
                   HF_STR_ARG(key));
}

// --- kept with a question ----------------------------------------------------------------------------------

static void write_kept(hf_json_writer *out, hf_str key, hf_str changes)
{
    hf_json_begin_object(out);
    hf_json_name(out, "changes");
    hf_json_add_raw(out, changes.len > 0 ? changes : HF_STR("[]"));
    hf_json_name(out, "key");
    hf_json_add_str(out, key);
    hf_json_end_object(out);
}

static bool end_kept(hf_buf *text, hf_json_writer *out, hf_arena *arena, hf_str *contents,
                     hf_error *err)
{
    hf_json_end_array(out);
    if (text->overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "measure.too_large",
                       "the measures of the scenario are together larger than %u MB; select by "
                       "kind, sector or region instead of keys",
                       HF_MEASURES_KEPT_BYTES_MAX >> 20);
    *contents = hf_buf_copy(arena, text);
    return true;
}

bool hf_measures_keep(const hf_session *session, hf_str keys, hf_arena *arena, hf_str *contents,
                      hf_head *protection, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_MEASURES_KEPT_BYTES_MAX);
    hf_json_writer out = {.out = &text};
    hf_str word;
    *contents = HF_STR_EMPTY;
    if (keys.len == 0)
        return true;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    hf_json_begin_array(&out);
    while (hf_str_split(&keys, ' ', &word)) {
        const hf_measure *measure = NULL;
        if (!hf_measure_get(session, read, word, &scratch, &measure, err))
            return false;
        hf_protect(protection, &measure->head, arena);
        write_kept(&out, measure->head.key, measure->changes);
    }
    return end_kept(&text, &out, arena, contents, err);
}

static bool wrong_kept(size_t index, hf_error *err)
{
    char pointer[64];
    (void)snprintf(pointer, sizeof(pointer), "/measures/%zu", index);
    (void)hf_fail(
        err, HF_ERR_INPUT, "measure.contents",
        "the contents of the measures must be {\"changes\": list, \"key\": text} for each "
        "measure of the scenario, in its order");
    return hf_fail_at(err, pointer, 0, NULL);
}

bool hf_measures_read_kept(const hf_json *list, hf_str keys, hf_arena *arena, hf_str *contents,
                           hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_MEASURES_KEPT_BYTES_MAX);
    hf_json_writer out = {.out = &text};
    size_t index = 0;
    hf_str word;
    const hf_json *item = list->child;
    if (list->type != HF_JSON_ARRAY)
        return wrong_kept(0, err);
    hf_json_begin_array(&out);
    for (; hf_str_split(&keys, ' ', &word); item = item->next, index++) {
        HF_CLEANUP(hf_buf_done) hf_buf changes = hf_buf_of(HF_MEASURES_KEPT_BYTES_MAX);
        const hf_json *given = item != NULL ? hf_json_get(item, "changes") : NULL;
        if (given == NULL || given->type != HF_JSON_ARRAY || item->child_count != 2 ||
            !hf_str_equal(hf_json_text(item, "key"), word))
            return wrong_kept(index, err);
        hf_json_canonical(given, &changes);
        write_kept(&out, word, hf_buf_str(&changes));
    }
    return item == NULL ? end_kept(&text, &out, arena, contents, err) : wrong_kept(index, err);
}

bool hf_measures_put_in_place(const hf_session *session, const hf_register_plan *plan,
                              hf_str contents, hf_arena *arena, hf_exposure *exposure,
                              hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_VEC(hf_change) changes = {0};
    hf_json *list = NULL;
    if (contents.len == 0)
        return true;
    if (!hf_json_parse(contents, &scratch, &list, err))
        return false;
    for (const hf_json *item = list->child; item != NULL; item = item->next) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_MEASURES_KEPT_BYTES_MAX);
        hf_json_canonical(hf_json_get(item, "changes"), &text);
        const hf_measure measure = {.head.key = hf_json_text(item, "key"),
                                    .changes = hf_buf_str(&text)};
        hf_effect effect;
        if (!hf_measure_resolve(session, plan, &measure, arena, &effect, err))
            return false;
        for (uint32_t i = 0; i < effect.change_count; i++)
            HF_VEC_ADD(arena, &changes, effect.changes[i]);
    }
    const hf_effect all = {changes.items, (uint32_t)changes.count};
    const hf_exposure before = *exposure;
    hf_effects_apply(&before, &all, 1, 1, arena, exposure);
    return true;
}
