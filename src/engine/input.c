// SPDX-License-Identifier: Apache-2.0
//
// Checks the numbers that a plan is built from. The use case that fills them has checked the records;
// what fails here is a fault of the caller or of a program that uses the library.
#include "engine/input.h"

#include <math.h>

#include "base/limits.h"

static bool bad(hf_error *err, const char *what, uint32_t index)
{
    return hf_fail(err, HF_ERR_INPUT, "engine.input", "%s at index %u", what, (unsigned)index);
}

static bool is_hours(double hours)
{
    return isfinite(hours) && hours >= 0;
}

static uint8_t levels_of(const hf_engine_asset *asset)
{
    return asset->levels == 0 ? 2 : asset->levels;
}

static bool check_assets(const hf_engine_input *input, hf_error *err)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < input->asset_count; i++) {
        const hf_engine_asset *asset = &input->assets[i];
        if (asset->people < 0)
            return bad(err, "people below zero, asset", i);
        if (__builtin_add_overflow(sum, asset->people, &sum) || sum > INT64_MAX / 2)
            return hf_fail(err, HF_ERR_INPUT, "engine.weights_too_large",
                           "the people of all assets do not fit in 62 bits");
        if (asset->sector >= input->sector_count || asset->kind >= input->kind_count)
            return bad(err, "sector or kind out of range, asset", i);
        if (!(isnan(asset->repair_h) || is_hours(asset->repair_h)) ||
            !is_hours(asset->black_start_h))
            return bad(err, "hours out of range, asset", i);
        if (asset->repair_law < HF_REPAIR_FIXED || asset->repair_law > HF_REPAIR_WEIBULL)
            return bad(err, "repair law unknown, asset", i);
        if (levels_of(asset) < 2 || levels_of(asset) > HF_LEVEL_COUNT_MAX)
            return bad(err, "levels out of range, asset", i);
    }
    return true;
}

static bool check_members(const hf_engine_input *input, hf_error *err)
{
    for (uint32_t i = 0; i < input->member_count; i++) {
        const hf_engine_member *member = &input->members[i];
        if (member->supplier >= input->asset_count)
            return bad(err, "supplier out of range, member", i);
        if (member->capacity < 1 || !(member->strength >= 0 && member->strength <= 1))
            return bad(err, "capacity or strength out of range, member", i);
    }
    return true;
}

static bool check_groups(const hf_engine_input *input, hf_error *err)
{
    uint64_t member_count = 0;
    for (uint32_t i = 0; i < input->group_count; i++) {
        const hf_engine_group *group = &input->groups[i];
        if (group->consumer >= input->asset_count)
            return bad(err, "consumer out of range, group", i);
        if (group->need < 1 || !is_hours(group->buffer_h))
            return bad(err, "need or buffer out of range, group", i);
        if (group->pushes_below >= levels_of(&input->assets[group->consumer]))
            return bad(err, "level above the consumer's levels, group", i);
        if (group->first_member > input->member_count ||
            group->member_count > input->member_count - group->first_member)
            return bad(err, "members out of range, group", i);
        member_count += group->member_count;
        int64_t sum = 0;
        for (uint32_t m = 0; m < group->member_count; m++) {
            const hf_engine_member *member = &input->members[group->first_member + m];
            if (__builtin_add_overflow(sum, member->capacity, &sum) || sum > INT64_MAX / 2)
                return bad(err, "capacities too large, group", i);
            if (member->supplier == group->consumer)
                return bad(err, "consumer supplies itself, group", i);
        }
    }
    return member_count <= input->member_count ? true : bad(err, "members shared by groups", 0);
}

// member_of   by asset: 1 + the layer that it was last seen in
static bool check_layer(const hf_engine_input *input, uint32_t layer_index, uint32_t *member_of,
                        hf_error *err)
{
    const hf_engine_layer *layer = &input->layers[layer_index];
    for (uint32_t i = 0; i < layer->member_count; i++) {
        uint32_t at = layer->first_member + i;
        const hf_engine_layer_member *member = &input->layer_members[at];
        if (member->asset >= input->asset_count || !is_hours(member->buffer_h))
            return bad(err, "asset or buffer out of range, layer member", at);
        if (member_of[member->asset] == layer_index + 1)
            return bad(err, "twice in one layer, layer member", at);
        member_of[member->asset] = layer_index + 1;
    }
    for (uint32_t i = 0; i < layer->link_count; i++) {
        uint32_t at = layer->first_link + i;
        const hf_engine_link *link = &input->links[at];
        if (link->from >= input->asset_count || link->to >= input->asset_count ||
            link->from == link->to || member_of[link->from] != layer_index + 1 ||
            member_of[link->to] != layer_index + 1)
            return bad(err, "ends are not two members of the layer, link", at);
        if (!(link->strength >= 0 && link->strength <= 1))
            return bad(err, "strength out of range, link", at);
    }
    return true;
}

static bool check_layers(const hf_engine_input *input, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    if (input->layer_count == 0)
        return input->layer_member_count == 0 && input->link_count == 0
                   ? true
                   : bad(err, "members or links without a layer", 0);
    uint32_t *member_of = HF_NEW_N(&scratch, uint32_t, input->asset_count);
    uint32_t member_count = 0, link_count = 0;
    for (uint32_t i = 0; i < input->layer_count; i++) {
        const hf_engine_layer *layer = &input->layers[i];
        if (layer->first_member != member_count || layer->first_link != link_count ||
            layer->member_count > input->layer_member_count - member_count ||
            layer->link_count > input->link_count - link_count)
            return bad(err, "members or links out of range, layer", i);
        member_count += layer->member_count;
        link_count += layer->link_count;
        if (!check_layer(input, i, member_of, err))
            return false;
    }
    return member_count == input->layer_member_count && link_count == input->link_count
               ? true
               : bad(err, "members or links outside the layers", input->layer_count);
}

bool hf_engine_input_check(const hf_engine_input *input, hf_error *err)
{
    if (input->asset_count > HF_ASSET_COUNT_MAX || input->group_count > HF_ASSET_COUNT_MAX ||
        input->member_count > HF_ASSET_COUNT_MAX ||
        input->layer_member_count > HF_ASSET_COUNT_MAX || input->link_count > HF_ASSET_COUNT_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "engine.too_large",
                       "more than %u assets, groups, members or links",
                       (unsigned)HF_ASSET_COUNT_MAX);
    return check_assets(input, err) && check_members(input, err) && check_groups(input, err) &&
           check_layers(input, err);
}
