// SPDX-License-Identifier: Apache-2.0
//
// hf_measure_split. Measures that reach the same asset are joined; then each lot takes along whatever
// its assets need.
#include "engine/measure_parts.h"

#include <string.h>

#include "base/vec.h"

#define NOBODY 255u

// Lists of numbers by row: those of row i stand from first[i] to first[i + 1].
typedef struct {
    uint32_t *first, *item;
} table;

typedef struct {
    const hf_exposure *base;
    const hf_effect *effects;
    uint32_t effect_count;
    hf_arena *scratch;
    table consumers, suppliers; // of each asset, with those that measures add
    table layers;               // of each asset
    uint8_t *owner;             // of each asset: the first measure that reaches it
    uint8_t *layer_is_seen;
    uint8_t parent[HF_PORTFOLIO_MEASURES_MAX];
    uint32_t *stack;
    uint32_t stack_count;
} splitting;

// ---- The graph ----

typedef struct {
    uint32_t row, item;
} pair;
typedef HF_VEC(pair) pair_list;

static table table_of(const pair_list *pairs, uint32_t rows, hf_arena *arena)
{
    table t = {HF_NEW_N(arena, uint32_t, (size_t)rows + 2),
               HF_NEW_N(arena, uint32_t, pairs->count)};
    for (size_t i = 0; i < pairs->count; i++)
        t.first[pairs->items[i].row + 2]++;
    for (uint32_t r = 2; r < rows + 2; r++)
        t.first[r] += t.first[r - 1];
    for (size_t i = 0; i < pairs->count; i++)
        t.item[t.first[pairs->items[i].row + 1]++] = pairs->items[i].item;
    return t;
}

static void gather_supplies(const splitting *s, pair_list *supplies)
{
    const hf_engine_input *input = &s->base->input;
    for (uint32_t g = 0; g < input->group_count; g++)
        for (uint32_t m = 0; m < input->groups[g].member_count; m++) {
            pair supply = {input->members[input->groups[g].first_member + m].supplier,
                           input->groups[g].consumer};
            HF_VEC_ADD(s->scratch, supplies, supply);
        }
    for (uint32_t e = 0; e < s->effect_count; e++)
        for (uint32_t i = 0; i < s->effects[e].change_count; i++) {
            const hf_change *change = &s->effects[e].changes[i];
            for (uint32_t k = 0; k < change->group_count && change->supplier != HF_NO_INDEX; k++) {
                pair supply = {change->supplier, input->groups[change->groups[k]].consumer};
                HF_VEC_ADD(s->scratch, supplies, supply);
            }
        }
}

static void build_graph(splitting *s)
{
    const hf_engine_input *input = &s->base->input;
    pair_list pairs = {0}, layers = {0};
    gather_supplies(s, &pairs);
    s->consumers = table_of(&pairs, input->asset_count, s->scratch);
    for (size_t i = 0; i < pairs.count; i++)
        pairs.items[i] = (pair){pairs.items[i].item, pairs.items[i].row};
    s->suppliers = table_of(&pairs, input->asset_count, s->scratch);
    for (uint32_t l = 0; l < input->layer_count; l++)
        for (uint32_t m = 0; m < input->layers[l].member_count; m++) {
            pair member = {input->layer_members[input->layers[l].first_member + m].asset, l};
            HF_VEC_ADD(s->scratch, &layers, member);
        }
    s->layers = table_of(&layers, input->asset_count, s->scratch);
}

// ---- Who reaches what ----

static uint8_t root_of(splitting *s, uint8_t measure)
{
    while (s->parent[measure] != measure)
        measure = s->parent[measure] = s->parent[s->parent[measure]];
    return measure;
}

// The smaller number becomes the root.
static void join(splitting *s, uint8_t a, uint8_t b)
{
    uint8_t left = root_of(s, a), right = root_of(s, b);
    s->parent[left > right ? left : right] = left < right ? left : right;
}

static void reach(splitting *s, uint8_t measure, uint32_t asset)
{
    if (s->owner[asset] != NOBODY) {
        join(s, measure, s->owner[asset]); // what lies behind it is reached already
        return;
    }
    s->owner[asset] = measure;
    s->stack[s->stack_count++] = asset;
}

static void reach_layer(splitting *s, uint8_t measure, uint32_t layer)
{
    const hf_engine_layer *l = &s->base->input.layers[layer];
    if (s->layer_is_seen[layer])
        return;
    s->layer_is_seen[layer] = 1;
    for (uint32_t m = 0; m < l->member_count; m++)
        reach(s, measure, s->base->input.layer_members[l->first_member + m].asset);
}

static void reach_from(splitting *s, uint8_t measure)
{
    const hf_engine_input *input = &s->base->input;
    const hf_effect *effect = &s->effects[measure];
    for (uint32_t i = 0; i < effect->change_count; i++) {
        const hf_change *change = &effect->changes[i];
        for (uint32_t k = 0; k < change->asset_count; k++)
            reach(s, measure, change->assets[k]);
        for (uint32_t k = 0; k < change->group_count; k++)
            reach(s, measure, input->groups[change->groups[k]].consumer);
        for (uint32_t k = 0; k < change->layer_member_count; k++)
            reach(s, measure, input->layer_members[change->layer_members[k]].asset);
    }
    while (s->stack_count > 0) {
        uint32_t asset = s->stack[--s->stack_count];
        for (uint32_t i = s->consumers.first[asset]; i < s->consumers.first[asset + 1]; i++)
            reach(s, measure, s->consumers.item[i]);
        for (uint32_t i = s->layers.first[asset]; i < s->layers.first[asset + 1]; i++)
            reach_layer(s, measure, s->layers.item[i]);
    }
}

// ---- One part of the register ----

// Numbers of the whole register → numbers of the part; HF_NO_INDEX = not in it.
typedef struct {
    uint32_t *asset, *group, *layer_member;
} renumbering;

static void take(splitting *s, uint8_t *is_in, uint32_t asset)
{
    if (is_in[asset])
        return;
    is_in[asset] = 1;
    s->stack[s->stack_count++] = asset;
}

// The assets that the root's measures can change, and all that bears on them.
static uint8_t *mark_assets(splitting *s, uint8_t root, hf_arena *arena)
{
    const hf_engine_input *input = &s->base->input;
    uint8_t *is_in = HF_NEW_N(arena, uint8_t, input->asset_count);
    for (uint32_t a = 0; a < input->asset_count; a++)
        if (s->owner[a] != NOBODY && root_of(s, s->owner[a]) == root)
            take(s, is_in, a);
    while (s->stack_count > 0) {
        uint32_t asset = s->stack[--s->stack_count];
        for (uint32_t i = s->suppliers.first[asset]; i < s->suppliers.first[asset + 1]; i++)
            take(s, is_in, s->suppliers.item[i]);
        for (uint32_t i = s->layers.first[asset]; i < s->layers.first[asset + 1]; i++) {
            const hf_engine_layer *layer = &input->layers[s->layers.item[i]];
            for (uint32_t m = 0; m < layer->member_count; m++)
                take(s, is_in, input->layer_members[layer->first_member + m].asset);
        }
    }
    return is_in;
}

static uint32_t *number(const uint8_t *is_in, uint32_t count, uint32_t *used, hf_arena *arena)
{
    uint32_t *numbers = HF_NEW_N(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = is_in[i] ? (*used)++ : HF_NO_INDEX;
    return numbers;
}

static void copy_assets(splitting *s, uint8_t root, const renumbering *to, hf_arena *arena,
                        hf_exposure *out)
{
    const hf_exposure *base = s->base;
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, out->input.asset_count);
    hf_hazard *hazards = HF_NEW_N(arena, hf_hazard, base->hazard_count);
    for (uint32_t a = 0; a < base->input.asset_count; a++) {
        if (to->asset[a] == HF_NO_INDEX)
            continue;
        assets[to->asset[a]] = base->input.assets[a];
        if (s->owner[a] == NOBODY || root_of(s, s->owner[a]) != root)
            assets[to->asset[a]].people = 0;
    }
    out->hazard_count = 0;
    for (size_t i = 0; i < base->hazard_count; i++) {
        hf_hazard hazard = base->hazards[i];
        hazard.asset = to->asset[hazard.asset];
        if (hazard.asset != HF_NO_INDEX)
            hazards[out->hazard_count++] = hazard;
    }
    out->input.assets = assets;
    out->hazards = hazards;
}

static void copy_groups(const splitting *s, renumbering *to, hf_arena *scratch, hf_arena *arena,
                        hf_engine_input *out)
{
    const hf_engine_input *input = &s->base->input;
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, input->group_count);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, input->member_count);
    to->group = HF_NEW_N(scratch, uint32_t, input->group_count);
    out->group_count = out->member_count = 0;
    for (uint32_t g = 0; g < input->group_count; g++) {
        hf_engine_group group = input->groups[g];
        to->group[g] = HF_NO_INDEX;
        group.consumer = to->asset[group.consumer];
        if (group.consumer == HF_NO_INDEX)
            continue;
        group.first_member = out->member_count;
        for (uint32_t m = 0; m < group.member_count; m++) {
            hf_engine_member member = input->members[input->groups[g].first_member + m];
            member.supplier = to->asset[member.supplier];
            members[out->member_count++] = member;
        }
        to->group[g] = out->group_count;
        groups[out->group_count++] = group;
    }
    out->groups = groups;
    out->members = members;
}

static void copy_layers(const splitting *s, renumbering *to, hf_arena *scratch, hf_arena *arena,
                        hf_engine_input *out)
{
    const hf_engine_input *input = &s->base->input;
    hf_engine_layer *layers = HF_NEW_N(arena, hf_engine_layer, input->layer_count);
    hf_engine_layer_member *members =
        HF_NEW_N(arena, hf_engine_layer_member, input->layer_member_count);
    hf_engine_link *links = HF_NEW_N(arena, hf_engine_link, input->link_count);
    to->layer_member = HF_NEW_N(scratch, uint32_t, input->layer_member_count);
    out->layer_count = out->layer_member_count = out->link_count = 0;
    for (uint32_t l = 0; l < input->layer_count; l++) {
        hf_engine_layer layer = input->layers[l];
        // All members of a layer are in the part, or none.
        bool is_in = layer.member_count > 0 &&
                     to->asset[input->layer_members[layer.first_member].asset] != HF_NO_INDEX;
        if (!is_in)
            continue;
        for (uint32_t m = 0; m < layer.member_count; m++) {
            hf_engine_layer_member member = input->layer_members[layer.first_member + m];
            member.asset = to->asset[member.asset];
            to->layer_member[layer.first_member + m] = out->layer_member_count + m;
            members[out->layer_member_count + m] = member;
        }
        for (uint32_t k = 0; k < layer.link_count; k++) {
            hf_engine_link link = input->links[layer.first_link + k];
            link.from = to->asset[link.from];
            link.to = to->asset[link.to];
            links[out->link_count + k] = link;
        }
        layer.first_member = out->layer_member_count;
        layer.first_link = out->link_count;
        out->layer_member_count += layer.member_count;
        out->link_count += layer.link_count;
        layers[out->layer_count++] = layer;
    }
    out->layers = layers;
    out->layer_members = members;
    out->links = links;
}

static const uint32_t *renumber(const uint32_t *list, uint32_t count, const uint32_t *to,
                                hf_arena *arena)
{
    uint32_t *out = HF_NEW_N(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        out[i] = to[list[i]];
    return out;
}

static hf_effect renumber_effect(const hf_effect *effect, const renumbering *to, hf_arena *arena)
{
    hf_change *changes = HF_NEW_N(arena, hf_change, effect->change_count);
    for (uint32_t i = 0; i < effect->change_count; i++) {
        hf_change change = effect->changes[i];
        change.assets = renumber(change.assets, change.asset_count, to->asset, arena);
        change.groups = renumber(change.groups, change.group_count, to->group, arena);
        change.layer_members =
            renumber(change.layer_members, change.layer_member_count, to->layer_member, arena);
        if (change.supplier != HF_NO_INDEX)
            change.supplier = to->asset[change.supplier];
        changes[i] = change;
    }
    return (hf_effect){changes, effect->change_count};
}

static hf_measure_part build_part(splitting *s, uint8_t root, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_measure_part part = {.exposure.input = s->base->input};
    hf_effect *effects = HF_NEW_N(arena, hf_effect, s->effect_count);
    uint8_t *is_in = mark_assets(s, root, &scratch);
    part.exposure.input.asset_count = 0;
    renumbering to = {.asset = number(is_in, s->base->input.asset_count,
                                      &part.exposure.input.asset_count, &scratch)};
    copy_assets(s, root, &to, arena, &part.exposure);
    copy_groups(s, &to, &scratch, arena, &part.exposure.input);
    copy_layers(s, &to, &scratch, arena, &part.exposure.input);
    for (uint32_t e = 0; e < s->effect_count; e++) {
        if (root_of(s, (uint8_t)e) != root)
            continue;
        part.measures |= (hf_measure_set)1 << e;
        effects[e] = renumber_effect(&s->effects[e], &to, arena);
    }
    part.effects = effects;
    return part;
}

void hf_measure_split(const hf_exposure *base, const hf_effect *effects, uint32_t effect_count,
                      hf_arena *arena, hf_measure_part **parts, uint32_t *part_count)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_ASSERT(effect_count <= HF_PORTFOLIO_MEASURES_MAX);
    splitting s = {.base = base,
                   .effects = effects,
                   .effect_count = effect_count,
                   .scratch = &scratch,
                   .owner = HF_NEW_N(&scratch, uint8_t, base->input.asset_count),
                   .layer_is_seen = HF_NEW_N(&scratch, uint8_t, base->input.layer_count),
                   .stack = HF_NEW_N(&scratch, uint32_t, base->input.asset_count)};
    memset(s.owner, NOBODY, base->input.asset_count);
    build_graph(&s);
    for (uint32_t e = 0; e < effect_count; e++)
        s.parent[e] = (uint8_t)e;
    for (uint32_t e = 0; e < effect_count; e++)
        reach_from(&s, (uint8_t)e);
    *parts = HF_NEW_N(arena, hf_measure_part, effect_count);
    *part_count = 0;
    for (uint32_t e = 0; e < effect_count; e++)
        if (root_of(&s, (uint8_t)e) == e)
            (*parts)[(*part_count)++] = build_part(&s, (uint8_t)e, arena);
}
