// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: who is reached in the network layers, kept up to date while members
// fall. All layers together are one forest of slots: a slot is fed by itself (a source that is up),
// by a neighbour, or not at all. When members fall only what hung below them is looked at again, so
// a loss costs the size of its branches, on a breadth-first forest as much as the mean depth.
#ifndef HF_ENGINE_NETWORK_H
#define HF_ENGINE_NETWORK_H

#include "engine/plan.h"

#define HF_NOT_FED UINT32_MAX

typedef struct {
    const hf_plan *plan;
    uint32_t *feeder; // slot that feeds it, itself, or HF_NOT_FED
    uint8_t *is_touched;
    uint32_t *touched; // slots whose feeder may differ from the plan's
    uint32_t touched_count;
    uint32_t *lost; // slots of fallen members, not worked in yet
    uint32_t lost_count;
    uint32_t *suspect; // scratch
    uint32_t *cut;     // slots that the last hf_network_settle cut off
    uint32_t cut_count;
    // Links that do not work in the trial at hand (simulations only).
    uint8_t *is_dead; // by chance link of the plan; NULL without any
    uint32_t *dead;
    uint32_t dead_count;
    bool has_dead_news; // their loss is not worked in yet
} hf_network;

// The forest with nothing down: breadth first from all sources. feeder has room for all slots.
void hf_network_feed_all(const hf_plan *plan, uint32_t *feeder);

hf_network hf_network_new(const hf_plan *plan, hf_arena *arena);
// Notes that the member of a slot is down; at most once between two restores.
void hf_network_lose(hf_network *network, uint32_t slot);
// Works the noted losses in. `cut` then lists the slots that lost their feed and did not fall
// themselves.
void hf_network_settle(hf_network *network);
// Takes a link that may fail out of the trial, both ways, until hf_network_revive.
void hf_network_kill(hf_network *network, uint32_t chance_link);
void hf_network_revive(hf_network *network);
static inline bool hf_network_has_news(const hf_network *network)
{
    return network->lost_count > 0 || network->has_dead_news;
}
// Back to the plan's forest; dead links are news again.
void hf_network_restore(hf_network *network);

// No neighbour that is fed itself leads to the slot. For a slot whose member is up this is the same
// as not being fed; a fallen member can thus be asked too. Never true of a source.
bool hf_network_is_cut(const hf_network *network, uint32_t slot);

#endif
