// SPDX-License-Identifier: Apache-2.0
//
// Reachability in the network layers while members fall. See network.h for the idea. The forest that
// results depends on the order of work; the set of slots that are fed does not.
#include "engine/network.h"

#include <string.h>

#define SUSPECT (UINT32_MAX - 1)

static bool is_fed(uint32_t feeder)
{
    return feeder < SUSPECT;
}

void hf_network_feed_all(const hf_plan *plan, uint32_t *feeder)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t *queue = HF_NEW_N(&scratch, uint32_t, plan->slot_count);
    uint32_t head = 0, tail = 0;
    for (uint32_t s = 0; s < plan->slot_count; s++) {
        feeder[s] = plan->is_source[s] ? s : HF_NOT_FED;
        if (plan->is_source[s])
            queue[tail++] = s;
    }
    while (head < tail) {
        uint32_t s = queue[head++];
        for (uint32_t i = plan->first_out[s]; i < plan->first_out[s + 1]; i++) {
            uint32_t next = plan->link_out[i];
            if (feeder[next] == HF_NOT_FED) {
                feeder[next] = s;
                queue[tail++] = next;
            }
        }
    }
}

hf_network hf_network_new(const hf_plan *plan, hf_arena *arena)
{
    hf_network network = {.plan = plan};
    if (plan->slot_count == 0)
        return network;
    network.feeder = HF_NEW_N(arena, uint32_t, plan->slot_count);
    network.is_touched = HF_NEW_N(arena, uint8_t, plan->slot_count);
    network.touched = HF_NEW_N(arena, uint32_t, plan->slot_count);
    network.lost = HF_NEW_N(arena, uint32_t, plan->slot_count);
    network.suspect = HF_NEW_N(arena, uint32_t, plan->slot_count);
    network.cut = HF_NEW_N(arena, uint32_t, plan->slot_count);
    if (plan->chance_link_count > 0) {
        network.is_dead = HF_NEW_N(arena, uint8_t, plan->chance_link_count);
        network.dead = HF_NEW_N(arena, uint32_t, plan->chance_link_count);
    }
    memcpy(network.feeder, plan->feeder, plan->slot_count * sizeof(uint32_t));
    return network;
}

void hf_network_lose(hf_network *network, uint32_t slot)
{
    network->lost[network->lost_count++] = slot;
}

void hf_network_kill(hf_network *network, uint32_t chance_link)
{
    network->is_dead[chance_link] = 1;
    network->dead[network->dead_count++] = chance_link;
    network->has_dead_news = true;
}

void hf_network_revive(hf_network *network)
{
    for (uint32_t i = 0; i < network->dead_count; i++)
        network->is_dead[network->dead[i]] = 0;
    network->dead_count = 0;
    network->has_dead_news = false;
}

// of_place: out_chance or in_chance of the plan.
static bool works(const hf_network *network, const uint32_t *of_place, uint32_t place)
{
    return network->dead_count == 0 || of_place[place] == HF_NO_INDEX ||
           !network->is_dead[of_place[place]];
}

static void set_feeder(hf_network *network, uint32_t slot, uint32_t feeder)
{
    if (!network->is_touched[slot]) {
        network->is_touched[slot] = 1;
        network->touched[network->touched_count++] = slot;
    }
    network->feeder[slot] = feeder;
}

// Everything that hangs directly below `slot` becomes suspect. Returns the new number of suspects.
static uint32_t suspect_below(hf_network *network, uint32_t slot, uint32_t count)
{
    const hf_plan *plan = network->plan;
    for (uint32_t i = plan->first_out[slot]; i < plan->first_out[slot + 1]; i++) {
        uint32_t below = plan->link_out[i];
        if (network->feeder[below] == slot && below != slot) {
            set_feeder(network, below, SUSPECT);
            network->suspect[count++] = below;
        }
    }
    return count;
}

// What hung on a dead link becomes suspect; another link between the two may feed it again.
static uint32_t suspect_behind_dead(hf_network *network, uint32_t count)
{
    const hf_plan *plan = network->plan;
    for (uint32_t i = 0; i < network->dead_count; i++) {
        const uint32_t *ends = plan->chance_link_ends + 2 * (size_t)network->dead[i];
        uint32_t ways = plan->chance_link_two_way[network->dead[i]] ? 2 : 1;
        for (uint32_t way = 0; way < ways; way++) {
            if (network->feeder[ends[1 - way]] == ends[way]) {
                set_feeder(network, ends[1 - way], SUSPECT);
                network->suspect[count++] = ends[1 - way];
            }
        }
    }
    network->has_dead_news = false;
    return count;
}

// A suspect with a fed neighbour is fed again, and then so are the suspects that it leads to.
// Room: a slot is queued when it stops being suspect, so at most once; `cut` serves as the queue.
static void feed_again(hf_network *network, uint32_t suspect_count)
{
    const hf_plan *plan = network->plan;
    uint32_t *queue = network->cut;
    uint32_t head = 0, tail = 0;
    for (uint32_t k = 0; k < suspect_count; k++) {
        uint32_t slot = network->suspect[k];
        if (network->feeder[slot] != SUSPECT)
            continue;
        for (uint32_t i = plan->first_in[slot]; i < plan->first_in[slot + 1]; i++) {
            if (is_fed(network->feeder[plan->link_in[i]]) && works(network, plan->in_chance, i)) {
                network->feeder[slot] = plan->link_in[i];
                queue[tail++] = slot;
                break;
            }
        }
    }
    while (head < tail) {
        uint32_t slot = queue[head++];
        for (uint32_t i = plan->first_out[slot]; i < plan->first_out[slot + 1]; i++) {
            uint32_t next = plan->link_out[i];
            if (network->feeder[next] == SUSPECT && works(network, plan->out_chance, i)) {
                network->feeder[next] = slot;
                queue[tail++] = next;
            }
        }
    }
}

void hf_network_settle(hf_network *network)
{
    uint32_t lost_count = 0; // those that carried something
    for (uint32_t i = 0; i < network->lost_count; i++) {
        uint32_t slot = network->lost[i];
        if (network->feeder[slot] == HF_NOT_FED)
            continue;
        set_feeder(network, slot, HF_NOT_FED);
        network->lost[lost_count++] = slot;
    }
    uint32_t suspect_count = 0;
    for (uint32_t i = 0; i < lost_count; i++)
        suspect_count = suspect_below(network, network->lost[i], suspect_count);
    if (network->has_dead_news)
        suspect_count = suspect_behind_dead(network, suspect_count);
    for (uint32_t k = 0; k < suspect_count; k++)
        suspect_count = suspect_below(network, network->suspect[k], suspect_count);
    feed_again(network, suspect_count);
    network->lost_count = 0;
    network->cut_count = 0;
    for (uint32_t k = 0; k < suspect_count; k++) {
        uint32_t slot = network->suspect[k];
        if (network->feeder[slot] == SUSPECT) {
            network->feeder[slot] = HF_NOT_FED;
            network->cut[network->cut_count++] = slot;
        }
    }
}

void hf_network_restore(hf_network *network)
{
    for (uint32_t i = 0; i < network->touched_count; i++) {
        uint32_t slot = network->touched[i];
        network->feeder[slot] = network->plan->feeder[slot];
        network->is_touched[slot] = 0;
    }
    network->touched_count = 0;
    network->lost_count = 0;
    network->cut_count = 0;
    network->has_dead_news = network->dead_count > 0;
}

bool hf_network_is_cut(const hf_network *network, uint32_t slot)
{
    const hf_plan *plan = network->plan;
    if (plan->is_source[slot])
        return false;
    for (uint32_t i = plan->first_in[slot]; i < plan->first_in[slot + 1]; i++)
        if (is_fed(network->feeder[plan->link_in[i]]) && works(network, plan->in_chance, i))
            return false;
    return true;
}
