// SPDX-License-Identifier: Apache-2.0
//
// hf_trial_run: one trial of a simulation by itself. Chance is that of the sparse kernel (hf_sparse_draw); what falls
// is found as for a what-if, with reasons.
#include <math.h>
#include <string.h>

#include "engine/block.h"

static void tell_damage(const hf_prepared *p, const hf_drawn *drawn, hf_arena *arena,
                        hf_trial_story *out)
{
    hf_trial_damage *list = HF_NEW_N(arena, hf_trial_damage, drawn->count);
    for (size_t i = 0; i < drawn->count; i++) {
        const hf_drawn_damage *part = &drawn->items[i];
        bool is_repaired = part->to < p->clock.step_count; // never in a static run
        list[i] = (hf_trial_damage){part->asset, part->level, (double)part->from * p->clock.step_h,
                                    is_repaired ? (double)part->to * p->clock.step_h : INFINITY};
    }
    out->damage = list;
    out->damage_count = (uint32_t)drawn->count;
}

// What hf_explain has to know of chance: of the groups that it may pass, and of all links.
static void note_chance(const hf_engine_state *state, hf_arena *arena, hf_cascade *cascade)
{
    const hf_plan *plan = state->plan;
    if (state->felt != NULL) {
        uint8_t *unfelt = HF_NEW_N(arena, uint8_t, plan->first_member[plan->group_count]);
        for (size_t i = 0; i < state->timed->drafts.count; i++) {
            uint32_t why = state->timed->drafts.items[i].why;
            if (why == HF_NO_INDEX || hf_reason_is_slot(plan, why))
                continue;
            for (uint32_t m = plan->first_member[why]; m < plan->first_member[why + 1]; m++)
                unfelt[m] = !hf_is_member_felt(state, m);
        }
        cascade->unfelt = unfelt;
    }
    if (state->network.dead_count > 0) {
        uint8_t *broken = HF_NEW_N(arena, uint8_t, plan->chance_link_count);
        memcpy(broken, state->network.is_dead, plan->chance_link_count);
        cascade->broken_links = broken;
    }
}

static double loss_of(const hf_prepared *p, const hf_loss *loss)
{
    uint64_t units = p->clock.step_count == 0
                         ? (uint64_t)loss->people
                         : (uint64_t)loss->time.person_steps * p->full_length +
                               (uint64_t)loss->time.person_last * p->last_length;
    return (double)units * p->loss_unit;
}

// Of a shock: its hit, by lane too, and what is told of it. Of a node: a state, what it is damaged by, its fall as a
// draft and as a result, and events. Of a member: its stamp and mark, and its place among what was lost. Of a slot and a
// link: the network. Each with the room that lists leave behind when they grow; tests/unit/engine/test_memory.c looks.
enum { SHOCK_BYTES = 200, NODE_BYTES = 900, MEMBER_BYTES = 40, NETWORK_BYTES = 100 };

bool hf_trial_memory(const hf_plan *plan, const hf_simulation *simulation, uint64_t *bytes,
                     hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_prepared p;
    hf_simulation bare = *simulation;
    bare.wants_assets = bare.wants_criticality = bare.wants_series = false;
    if (!hf_prepare(plan, &bare, &scratch, &p, err))
        return false;
    *bytes = hf_arena_held_bytes(&scratch) + (uint64_t)p.shock_count * SHOCK_BYTES +
             (uint64_t)plan->node_count * NODE_BYTES +
             (uint64_t)plan->first_member[plan->group_count] * MEMBER_BYTES +
             ((uint64_t)plan->slot_count + plan->chance_link_count) * NETWORK_BYTES;
    return true;
}

bool hf_trial_run(const hf_plan *plan, const hf_simulation *simulation, uint64_t trial,
                  hf_arena *arena, hf_trial_story *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_prepared p;
    hf_drawn drawn = {0};
    hf_simulation bare = *simulation; // nothing is counted
    bare.wants_assets = bare.wants_criticality = bare.wants_series = false;
    if (!hf_prepare(plan, &bare, &scratch, &p, err))
        return false;
    if (trial >= simulation->trial_count)
        return hf_fail(err, HF_ERR_INPUT, "engine.trial",
                       "there is no trial %llu; the last one of %llu is %llu",
                       (unsigned long long)trial, (unsigned long long)simulation->trial_count,
                       (unsigned long long)simulation->trial_count - 1);
    *out = (hf_trial_story){.threat_class = hf_trial_class(&p, trial)};
    out->cascade = (hf_cascade){.hours = p.clock.hours,
                                .step_h = p.clock.step_h,
                                .last_step_h = p.clock.last_step_h,
                                .step_count = (uint32_t)p.clock.step_count};
    hf_engine_state *state = hf_sparse_draw(&p, trial, &scratch, &drawn);
    hf_grid_options options = {p.clock.step_h, p.clock.step_count, simulation->restart, true};
    if (p.clock.step_count == 0)
        hf_static_run(state);
    else
        hf_grid_run(state, &options);
    hf_write_drafts(plan, state->timed, &p.clock, arena, &out->cascade);
    note_chance(state, arena, &out->cascade);
    tell_damage(&p, &drawn, arena, out);
    out->broken_link_count = state->network.dead_count;
    out->loss = loss_of(&p, &out->cascade.loss);
    return true;
}
