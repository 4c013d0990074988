// SPDX-License-Identifier: Apache-2.0
//
// Inside the dense kernel: own damage of a node at one moment, and a component brought to rest, its
// network layers included.
#ifndef HF_ENGINE_KERNEL_DAMAGE_H
#define HF_ENGINE_KERNEL_DAMAGE_H

#include "engine/kernel/sweep.h"

// ---- Damage ----

// stream   of the moment of the shock
INLINE line draw_moment(const part *p, const draw_stream *stream, uint64_t id,
                        const hf_lane_shock *shock, uint32_t first, uint32_t count)
{
    const hf_lane_question *q = p->question;
    if (q->prepared->class_count > 1)
        return draw_classes(stream, id, &q->chances[first], count, p->class_of);
    return p->live & draw_chance(stream, id, q->chances[first].p, shock->rare);
}

INLINE line draw_own(const part *p, const draw_stream *stream, uint64_t id,
                     const hf_lane_shock *shock)
{
    if (shock->own_count == 0)
        return line_none();
    return draw_moment(p, stream, id, shock, shock->first_own, shock->own_count);
}

INLINE line draw_any(const part *p, const draw_stream *stream, uint64_t id,
                     const hf_lane_shock *shock, line own)
{
    if (shock->first_any == shock->first_own && shock->any_count == shock->own_count)
        return own;
    return draw_moment(p, stream, id, shock, shock->first_any, shock->any_count);
}

INLINE void pin_range(const part *p, const hf_lane_range *range)
{
    for (uint32_t i = range->first_pinned; i < range[1].first_pinned; i++)
        p->down[p->lanes->pinned[i]] = line_of(UINT64_MAX);
}

// ---- Network layers ----

static void draw_layer_links(const part *p)
{
    const hf_plan *plan = p->lanes->plan;
    line *links = p->worker->layer_links;
    draw_stream stream = stream_of(&p->question->prepared->layer_link_random, &p->place);
    for (uint32_t i = 0; i < plan->chance_link_count; i++)
        links[i] =
            ~p->live | draw_chance(&stream, plan->chance_link_id[i], p->question->layer_link_p[i],
                                   p->question->layer_link_rare[i]);
}

// Lanes in which a neighbour that leads to the slot is fed.
INLINE line fed_from_outside(const part *p, uint32_t slot)
{
    const hf_plan *plan = p->lanes->plan;
    const line *fed = p->worker->fed, *works = p->worker->layer_links;
    line any = line_none();
    for (uint32_t k = plan->first_in[slot]; k < plan->first_in[slot + 1]; k++) {
        line from = fed[plan->link_in[k]];
        if (plan->in_chance != NULL && plan->in_chance[k] != HF_NO_INDEX)
            from &= works[plan->in_chance[k]];
        any |= from;
    }
    return any;
}

// The least set that is fed: sweeps up and down the layer from its sources until nothing changes.
static void feed_layer(const part *p, const hf_lane_layer *layer)
{
    const hf_plan *plan = p->lanes->plan;
    const uint32_t *slots = p->lanes->slots + layer->first_slot;
    line *fed = p->worker->fed, *cut = p->worker->cut;
    for (uint32_t i = 0; i < layer->slot_count; i++)
        fed[slots[i]] =
            plan->is_source[slots[i]] ? ~p->down[plan->slot_node[slots[i]]] : line_none();
    for (uint32_t sweep = 0;; sweep++) {
        line fresh = line_none();
        for (uint32_t i = 0; i < layer->slot_count; i++) {
            uint32_t s = slots[sweep % 2 == 0 ? i : layer->slot_count - 1 - i];
            line more = fed_from_outside(p, s) & ~p->down[plan->slot_node[s]] & ~fed[s];
            fed[s] |= more;
            fresh |= more;
        }
        if (line_is_none(fresh))
            break;
    }
    for (uint32_t i = 0; i < layer->slot_count; i++)
        cut[slots[i]] = plan->is_source[slots[i]] ? line_none() : ~fed_from_outside(p, slots[i]);
}

INLINE piece slot_gate(const part *p, uint32_t slot, uint32_t k)
{
    return p->question->slot_gate == NULL ? piece_of(UINT64_MAX)
                                          : piece_in(p->gates, p->question->slot_gate[slot], k);
}

// Takes down what is cut off. Returns whether something fell.
static bool cut_layer(const part *p, const hf_lane_layer *layer)
{
    const hf_lanes *lanes = p->lanes;
    const line *cut = p->worker->cut;
    bool fell = false;
    for (uint32_t i = 0; i < layer->slot_count; i++) {
        uint32_t s = lanes->slots[layer->first_slot + i], v = lanes->plan->slot_node[s];
        piece any = piece_none();
        EACH_PIECE (k)
            take_down(p->down, v, k, piece_in(cut, s, k) & slot_gate(p, s, k), &any);
        if (piece_is_none(any))
            continue;
        fell = true;
        const hf_lane_range *range = &lanes->ranges[lanes->range_of[v]];
        for (uint32_t k = range->first_dependent; k < range[1].first_dependent; k++)
            p->worker->is_due[lanes->dependents[k]] = 1;
    }
    return fell;
}

// Groups and layers of one stretch in turn until neither takes anything down. Ranges that are due
// outside of it stay due.
static void settle_cycle(const part *p, const hf_lane_stretch *stretch)
{
    sweep_cycle(p, stretch);
    for (bool fell = stretch->layer_count > 0; fell;) {
        fell = false;
        for (uint32_t i = 0; i < stretch->layer_count; i++) {
            const hf_lane_layer *layer = &p->lanes->layers[stretch->first_layer + i];
            feed_layer(p, layer);
            fell |= cut_layer(p, layer);
        }
        sweep_cycle(p, stretch);
    }
}

#endif
