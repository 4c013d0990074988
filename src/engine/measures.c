// SPDX-License-Identifier: Apache-2.0
//
// hf_effects_apply and hf_effects_flaw. First what multiplies, then what limits, so that the order of
// measures means nothing.
#include "engine/measures.h"

#include <math.h>
#include <string.h>

hf_change hf_change_none(void)
{
    return (hf_change){.damage_factor = 1,
                       .damage_most = 1,
                       .repair_factor = 1,
                       .repair_most = INFINITY,
                       .supplier = HF_NO_INDEX};
}

typedef struct {
    const hf_exposure *base;
    const hf_effect *effects;
    uint32_t effect_count;
    hf_measure_set set;
    hf_arena *arena;
    hf_engine_asset *assets; // copies; NULL until one is needed
    hf_hazard *hazards;
    hf_engine_group *groups;
    hf_engine_member *members;
    hf_engine_layer_member *layer_members;
    uint32_t member_count;
} change_run;

static void *copy(hf_arena *arena, const void *from, size_t count, size_t size)
{
    void *to = hf_arena_take_n(arena, count, size);
    if (count > 0)
        memcpy(to, from, count * size);
    return to;
}

// The first hazard of an asset, or of the next one that has any.
static size_t find_hazard(const hf_exposure *base, uint32_t asset)
{
    size_t low = 0, high = base->hazard_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (base->hazards[middle].asset < asset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool changes_damage(const hf_change *change)
{
    return change->damage_factor < 1 || change->damage_most < 1;
}

static bool changes_repair(const hf_change *change)
{
    return change->repair_factor < 1 || !isinf(change->repair_most);
}

static void change_hazards(change_run *r, const hf_change *change, bool is_limit)
{
    if (!changes_damage(change))
        return;
    if (r->hazards == NULL)
        r->hazards = copy(r->arena, r->base->hazards, r->base->hazard_count, sizeof(r->hazards[0]));
    for (uint32_t i = 0; i < change->asset_count; i++)
        for (size_t k = find_hazard(r->base, change->assets[i]);
             k < r->base->hazard_count && r->hazards[k].asset == change->assets[i]; k++)
            r->hazards[k].p = is_limit ? fmin(r->hazards[k].p, change->damage_most)
                                       : r->hazards[k].p * change->damage_factor;
}

static void change_assets(change_run *r, const hf_change *change, bool is_limit)
{
    if (!changes_repair(change) && !(change->black_start_least > 0))
        return;
    if (r->assets == NULL)
        r->assets =
            copy(r->arena, r->base->input.assets, r->base->input.asset_count, sizeof(r->assets[0]));
    for (uint32_t i = 0; i < change->asset_count; i++) {
        hf_engine_asset *asset = &r->assets[change->assets[i]];
        if (!is_limit) {
            asset->repair_h *= change->repair_factor;
            continue;
        }
        if (!isinf(change->repair_most)) // fmin takes the number where repair_h is none
            asset->repair_h = fmin(asset->repair_h, change->repair_most);
        asset->black_start_h = fmax(asset->black_start_h, change->black_start_least);
    }
}

static void change_buffers(change_run *r, const hf_change *change)
{
    if (!(change->buffer_least > 0))
        return;
    if (r->layer_members == NULL && change->layer_member_count > 0)
        r->layer_members = copy(r->arena, r->base->input.layer_members,
                                r->base->input.layer_member_count, sizeof(r->layer_members[0]));
    for (uint32_t i = 0; i < change->group_count; i++) {
        hf_engine_group *group = &r->groups[change->groups[i]];
        group->buffer_h = fmax(group->buffer_h, change->buffer_least);
    }
    for (uint32_t i = 0; i < change->layer_member_count; i++) {
        hf_engine_layer_member *member = &r->layer_members[change->layer_members[i]];
        member->buffer_h = fmax(member->buffer_h, change->buffer_least);
    }
}

// The group's members move to the end of the list, where one more fits.
static void add_supplier(change_run *r, const hf_change *change)
{
    if (change->supplier == HF_NO_INDEX)
        return;
    for (uint32_t i = 0; i < change->group_count; i++) {
        hf_engine_group *group = &r->groups[change->groups[i]];
        uint32_t first = r->member_count;
        memcpy(r->members + first, r->members + group->first_member,
               group->member_count * sizeof(r->members[0]));
        r->members[first + group->member_count] = (hf_engine_member){
            .supplier = change->supplier, .capacity = change->capacity, .strength = 1};
        group->first_member = first;
        group->member_count++;
        r->member_count += group->member_count;
    }
}

static const hf_change *next_change(const change_run *r, uint32_t *effect, uint32_t *index)
{
    for (; *effect < r->effect_count; (*effect)++, *index = 0)
        if ((r->set >> *effect & 1) != 0 && *index < r->effects[*effect].change_count)
            return &r->effects[*effect].changes[(*index)++];
    return NULL;
}

// Room for the groups that will move: each time one moves it has one member more than before.
static void make_room(change_run *r)
{
    const hf_change *change;
    const hf_engine_input *input = &r->base->input;
    uint64_t moved = 0, joining = 0;
    bool touches_groups = false;
    for (uint32_t e = 0, i = 0; (change = next_change(r, &e, &i)) != NULL;) {
        touches_groups |= change->group_count > 0;
        for (uint32_t k = 0; k < change->group_count && change->supplier != HF_NO_INDEX; k++) {
            joining++;
            moved += input->groups[change->groups[k]].member_count + joining;
        }
    }
    r->member_count = input->member_count;
    if (touches_groups)
        r->groups = copy(r->arena, input->groups, input->group_count, sizeof(r->groups[0]));
    if (joining == 0)
        return;
    r->members = HF_NEW_N(r->arena, hf_engine_member, input->member_count + moved);
    memcpy(r->members, input->members, input->member_count * sizeof(r->members[0]));
}

void hf_effects_apply(const hf_exposure *base, const hf_effect *effects, uint32_t effect_count,
                      hf_measure_set set, hf_arena *arena, hf_exposure *out)
{
    change_run r = {
        .base = base, .effects = effects, .effect_count = effect_count, .set = set, .arena = arena};
    const hf_change *change;
    make_room(&r);
    for (uint32_t e = 0, i = 0; (change = next_change(&r, &e, &i)) != NULL;) {
        change_hazards(&r, change, false);
        change_assets(&r, change, false);
        change_buffers(&r, change);
        add_supplier(&r, change);
    }
    for (uint32_t e = 0, i = 0; (change = next_change(&r, &e, &i)) != NULL;) {
        change_hazards(&r, change, true);
        change_assets(&r, change, true);
    }
    *out = *base;
    out->hazards = r.hazards != NULL ? r.hazards : base->hazards;
    out->input.assets = r.assets != NULL ? r.assets : base->input.assets;
    out->input.groups = r.groups != NULL ? r.groups : base->input.groups;
    out->input.layer_members =
        r.layer_members != NULL ? r.layer_members : base->input.layer_members;
    if (r.members != NULL) {
        out->input.members = r.members;
        out->input.member_count = r.member_count;
    }
}

// ---- What may not help ----

static bool has_several_shocks(const hf_exposure *base, uint32_t asset)
{
    size_t first = find_hazard(base, asset);
    for (size_t k = first; k < base->hazard_count && base->hazards[k].asset == asset; k++)
        if (base->hazards[k].at_h > base->hazards[first].at_h)
            return true;
    return false;
}

// out     by asset: can start without supply, with all measures
static void mark_starters(const hf_exposure *base, const hf_effect *effects, uint32_t effect_count,
                          uint8_t *can_start)
{
    for (uint32_t a = 0; a < base->input.asset_count; a++)
        can_start[a] = base->input.assets[a].black_start_h > 0;
    for (uint32_t e = 0; e < effect_count; e++)
        for (uint32_t i = 0; i < effects[e].change_count; i++) {
            const hf_change *change = &effects[e].changes[i];
            for (uint32_t k = 0; k < change->asset_count && change->black_start_least > 0; k++)
                can_start[change->assets[k]] = 1;
        }
}

static hf_effects_flaw_kind flaw_of_change(const hf_exposure *base, const hf_change *change,
                                           const uint8_t *can_start)
{
    hf_effects_flaw_kind flaw = HF_FLAW_NONE;
    if (!changes_damage(change) && !changes_repair(change))
        return flaw;
    for (uint32_t k = 0; k < change->asset_count; k++) {
        uint32_t asset = change->assets[k];
        if (can_start[asset])
            return HF_FLAW_BLACK_START;
        if (changes_damage(change) && base->input.assets[asset].repair_law == HF_REPAIR_LOGNORMAL &&
            has_several_shocks(base, asset))
            flaw = HF_FLAW_REPAIR_LAW;
    }
    return flaw;
}

hf_effects_flaw_kind hf_effects_flaw(const hf_exposure *base, const hf_effect *effects,
                                     uint32_t effect_count, double hours)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_effects_flaw_kind worst = HF_FLAW_NONE;
    if (!(hours > 0))
        return HF_FLAW_NONE;
    uint8_t *can_start = HF_NEW_N(&scratch, uint8_t, base->input.asset_count);
    mark_starters(base, effects, effect_count, can_start);
    for (uint32_t e = 0; e < effect_count; e++)
        for (uint32_t i = 0; i < effects[e].change_count; i++) {
            hf_effects_flaw_kind flaw = flaw_of_change(base, &effects[e].changes[i], can_start);
            if (flaw == HF_FLAW_BLACK_START)
                return flaw;
            worst = flaw != HF_FLAW_NONE ? flaw : worst;
        }
    return worst;
}
