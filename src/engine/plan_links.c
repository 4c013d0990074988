// SPDX-License-Identifier: Apache-2.0
//
// The links of the network layers, as the plan keeps them: one entry for each way, by slot.
#include "base/arena_file.h"
#include "engine/input.h"
#include "engine/plan_parts.h"

// One way of a link, from slot to slot. chance: number of the link among those that may fail.
typedef struct {
    uint32_t from, to, chance;
} link_end;

static bool may_fail(const hf_engine_link *link)
{
    return link->strength > 0 && link->strength < 1;
}

static uint32_t write_chance_link(hf_plan *plan, const hf_engine_link *link, uint32_t from,
                                  uint32_t to)
{
    uint32_t i = plan->chance_link_count++;
    plan->chance_link_strength[i] = hf_strength_of(link->strength);
    plan->chance_link_id[i] = link->id;
    plan->chance_link_ends[2 * i] = from;
    plan->chance_link_ends[2 * i + 1] = to;
    plan->chance_link_two_way[i] = link->is_two_way;
    return i;
}

// Links between slots, one for each way. Returns how many.
static uint32_t list_links(hf_plan *plan, const hf_engine_input *input, uint32_t *slot_of,
                           link_end *ends)
{
    uint32_t count = 0;
    for (uint32_t layer = 0; layer < input->layer_count; layer++) {
        const hf_engine_layer *l = &input->layers[layer];
        for (uint32_t s = l->first_member; s < l->first_member + l->member_count; s++)
            slot_of[input->layer_members[s].asset] = s;
        for (uint32_t i = l->first_link; i < l->first_link + l->link_count; i++) {
            const hf_engine_link *link = &input->links[i];
            uint32_t from = slot_of[link->from], to = slot_of[link->to];
            uint32_t chance =
                may_fail(link) ? write_chance_link(plan, link, from, to) : HF_NO_INDEX;
            ends[count++] = (link_end){from, to, chance};
            if (link->is_two_way)
                ends[count++] = (link_end){to, from, chance};
        }
    }
    return count;
}

static void take_chance_links(hf_plan *plan, const hf_engine_input *input, hf_arena *arena)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < input->link_count; i++)
        count += may_fail(&input->links[i]);
    plan->chance_link_strength = HF_NEW_N(arena, uint32_t, count);
    plan->chance_link_id = HF_NEW_N(arena, uint64_t, count);
    plan->chance_link_ends = HF_NEW_N(arena, uint32_t, 2 * (size_t)count);
    plan->chance_link_two_way = HF_NEW_N(arena, uint8_t, count);
}

// Links as two lists: where a slot leads, and where it is fed from.
void hf_plan_write_links(hf_plan *plan, const hf_engine_input *input, hf_arena *arena)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = hf_arena_beside(arena);
    if (plan->slot_count == 0)
        return;
    uint32_t *slot_of = HF_NEW_N(&scratch, uint32_t, input->asset_count); // in the layer at hand
    link_end *ends = HF_NEW_N(&scratch, link_end, 2 * (size_t)input->link_count);
    take_chance_links(plan, input, arena);
    uint32_t count = list_links(plan, input, slot_of, ends);
    plan->first_out = HF_NEW_N(arena, uint32_t, (size_t)plan->slot_count + 2);
    plan->first_in = HF_NEW_N(arena, uint32_t, (size_t)plan->slot_count + 2);
    plan->link_out = HF_NEW_N(arena, uint32_t, count);
    plan->link_in = HF_NEW_N(arena, uint32_t, count);
    if (plan->chance_link_count > 0) {
        plan->out_chance = HF_NEW_N(arena, uint32_t, count);
        plan->in_chance = HF_NEW_N(arena, uint32_t, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        plan->first_out[ends[i].from + 2]++;
        plan->first_in[ends[i].to + 2]++;
    }
    for (uint32_t s = 0; s < plan->slot_count; s++) {
        plan->first_out[s + 2] += plan->first_out[s + 1];
        plan->first_in[s + 2] += plan->first_in[s + 1];
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t out = plan->first_out[ends[i].from + 1]++, in = plan->first_in[ends[i].to + 1]++;
        plan->link_out[out] = ends[i].to;
        plan->link_in[in] = ends[i].from;
        if (plan->chance_link_count > 0) {
            plan->out_chance[out] = ends[i].chance;
            plan->in_chance[in] = ends[i].chance;
        }
    }
}
