// SPDX-License-Identifier: Apache-2.0
//
// The ids of an OSCAL catalogue: one walk over groups, controls, parts and parameters, bounded before anything else is
// made of them.
#include "base/limits.h"
#include "format/oscal.h"

typedef struct {
    hf_oscal_index *out;
    hf_oscal_repeated *repeated;
    void *context;
    hf_error *err;
} walking;

static bool see(walking *w, hf_map *map, const hf_json *node, const char *member)
{
    hf_str id = hf_json_text(node, member);
    if (++w->out->count > HF_OSCAL_PARTS_MAX) {
        hf_fail(w->err, HF_ERR_TOO_LARGE, "oscal.too_many",
                "the document has more than %u groups, controls, parts and parameters; split it, "
                "or choose what is needed with a profile",
                HF_OSCAL_PARTS_MAX);
        return hf_fail_at(w->err, NULL, node->line, NULL);
    }
    if (id.len == 0)
        return true;
    if (hf_map_add(map, id, (uint32_t)w->out->nodes.count, NULL))
        HF_VEC_ADD(w->out->arena, &w->out->nodes, node);
    else if (w->repeated != NULL)
        w->repeated(w->context, node, id);
    return true;
}

static const hf_json *first_of(const hf_json *node, const char *name)
{
    const hf_json *list = hf_json_get(node, name);
    return list != NULL && list->type == HF_JSON_ARRAY ? list->child : NULL;
}

// Recursion is bounded by HF_JSON_DEPTH_MAX, here and below.
static bool walk_parts(walking *w, const hf_json *node)
{
    for (const hf_json *part = first_of(node, "parts"); part != NULL; part = part->next)
        if (!see(w, &w->out->others, part, "id") || !walk_parts(w, part))
            return false;
    return true;
}

static bool walk_params(walking *w, const hf_json *node)
{
    for (const hf_json *param = first_of(node, "params"); param != NULL; param = param->next)
        if (!see(w, &w->out->params, param, "id"))
            return false;
    return true;
}

static bool walk_controls(walking *w, const hf_json *node)
{
    for (const hf_json *control = first_of(node, "controls"); control != NULL;
         control = control->next)
        if (!see(w, &w->out->controls, control, "id") || !walk_params(w, control) ||
            !walk_parts(w, control) || !walk_controls(w, control))
            return false;
    return true;
}

static bool walk_groups(walking *w, const hf_json *node)
{
    for (const hf_json *group = first_of(node, "groups"); group != NULL; group = group->next)
        if (!see(w, &w->out->others, group, "id") || !walk_params(w, group) ||
            !walk_parts(w, group) || !walk_controls(w, group) || !walk_groups(w, group))
            return false;
    return true;
}

bool hf_oscal_index_of(const hf_json *catalog, hf_arena *arena, hf_oscal_repeated *repeated,
                       void *context, hf_oscal_index *out, hf_error *err)
{
    walking w = {.out = out, .repeated = repeated, .context = context, .err = err};
    *out = (hf_oscal_index){.arena = arena,
                            .controls = hf_map_of(arena, 64),
                            .params = hf_map_of(arena, 64),
                            .others = hf_map_of(arena, 64),
                            .resources = hf_map_of(arena, 16)};
    const hf_json *resources = first_of(hf_json_get(catalog, "back-matter"), "resources");
    for (const hf_json *each = resources; each != NULL; each = each->next)
        if (!see(&w, &out->resources, each, "uuid"))
            return false;
    return walk_params(&w, catalog) && walk_controls(&w, catalog) && walk_groups(&w, catalog);
}

const hf_json *hf_oscal_find(const hf_oscal_index *index, const hf_map *map, hf_str id)
{
    uint32_t at = 0;
    return hf_map_get(map, id, &at) ? index->nodes.items[at] : NULL;
}

bool hf_oscal_is_first(const hf_oscal_index *index, const hf_map *map, const hf_json *node)
{
    hf_str id = hf_json_text(node, "id");
    return id.len == 0 || hf_oscal_find(index, map, id) == node;
}
