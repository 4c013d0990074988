// SPDX-License-Identifier: Apache-2.0
#include "random_register.h"

#include <math.h>
#include <string.h>

// splitmix64 (Steele, Lea, Flood 2014)
uint64_t hf_test_next(hf_test_random *random)
{
    uint64_t z = (random->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t hf_test_below(hf_test_random *random, uint32_t count)
{
    return (uint32_t)(hf_test_next(random) >> 32) % count;
}

bool hf_test_chance(hf_test_random *random, uint32_t per_cent)
{
    return hf_test_below(random, 100) < per_cent;
}

static double pick(hf_test_random *random, const double *from, uint32_t count)
{
    return from[hf_test_below(random, count)];
}

static const double buffers[] = {0, 0, 0, 0, 1, 2, 0.1, 0.2, 0.3, 2.5, 4, 8};
static const double repairs[] = {NAN, NAN, 0, 1, 2.5, 5, 12, 20};

static const double short_buffers[] = {0, 0, 1, 2, 3, 4, 6};
static const double short_repairs[] = {NAN, 1, 2, 3, 5, 7};

static double pick_buffer(hf_test_random *random, hf_test_features features)
{
    return features.is_restless ? pick(random, short_buffers, HF_COUNT(short_buffers))
                                : pick(random, buffers, HF_COUNT(buffers));
}

static const double chances[] = {1,         1,    0,   1e-10, 1e-3,        0.0078,
                                 0.0078125, 0.05, 0.3, 0.7,   0.9999999999};

// Any number that is fixed for the row.
uint64_t hf_test_id(uint64_t table, uint64_t row)
{
    hf_test_random hash = {table << 32 | row};
    return hf_test_next(&hash);
}

static void make_assets(hf_test_random *random, hf_test_features features, hf_engine_input *in,
                        hf_engine_asset *assets)
{
    for (uint32_t i = 0; i < in->asset_count; i++) {
        assets[i].people = hf_test_chance(random, 20) ? 0 : hf_test_below(random, 100000);
        assets[i].sector = hf_test_below(random, in->sector_count);
        assets[i].kind = hf_test_below(random, in->kind_count);
        assets[i].repair_h = features.is_restless
                                 ? pick(random, short_repairs, HF_COUNT(short_repairs))
                                 : pick(random, repairs, HF_COUNT(repairs));
        if (hf_test_chance(random, features.is_restless ? 50 : 15))
            assets[i].black_start_h = 1 + hf_test_below(random, 4);
        if (features.has_levels && hf_test_chance(random, 30))
            assets[i].levels = (uint8_t)(2 + hf_test_below(random, 4));
        assets[i].is_virtual = features.has_gates && hf_test_chance(random, 10);
        assets[i].id = hf_test_id(1, i);
        if (features.has_chances)
            assets[i].repair_law = (hf_repair_law)hf_test_below(random, 4);
    }
}

static uint32_t levels_of(const hf_engine_input *in, uint32_t asset)
{
    return in->assets[asset].levels == 0 ? 2 : in->assets[asset].levels;
}

static void make_group(hf_test_random *random, hf_test_features features, hf_engine_input *in,
                       hf_engine_group *g, hf_engine_member *members)
{
    g->consumer = hf_test_below(random, in->asset_count);
    g->first_member = in->member_count;
    g->recharge = hf_test_chance(random, 30) ? HF_RECHARGE_GRADUAL : HF_RECHARGE_INSTANT;
    g->buffer_h = pick_buffer(random, features);
    if (hf_test_chance(random, 50))
        g->pushes_below = (uint8_t)hf_test_below(random, levels_of(in, g->consumer));
    uint32_t count = 1 + hf_test_below(random, 4);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t supplier = hf_test_below(random, in->asset_count);
        if (supplier == g->consumer)
            continue;
        hf_engine_member *m = &members[in->member_count++];
        m->supplier = supplier;
        m->capacity = 1000 * (1 + (int64_t)hf_test_below(random, 3));
        if (features.has_wide_capacities && hf_test_chance(random, 30))
            m->capacity *= 3000000017;
        m->id = hf_test_id(2, in->member_count);
        m->strength = features.has_chances         ? pick(random, chances, HF_COUNT(chances))
                      : hf_test_chance(random, 4)  ? 0
                      : hf_test_chance(random, 20) ? 0.25
                                                   : 1;
        if (hf_test_chance(random, 50))
            m->required_level = (uint8_t)hf_test_below(random, levels_of(in, supplier));
        sum += m->capacity;
        g->member_count++;
    }
    uint32_t rule = hf_test_below(random, 10);
    g->need = rule < 4   ? sum
              : rule < 8 ? 1
                         : 1 + (int64_t)(hf_test_next(random) % (uint64_t)(sum + 1));
    if (hf_test_chance(random, 1) || g->need < 1)
        g->need = sum + 1; // never met
    if (g->member_count == 0 && !hf_test_chance(random, 5)) {
        in->group_count--; // keep few groups without members
    }
}

static void make_layer(hf_test_random *random, hf_test_features features, hf_engine_input *in,
                       hf_engine_layer *layer, hf_engine_layer_member *members,
                       hf_engine_link *links, hf_arena *arena)
{
    bool *is_member = hf_arena_take_n(arena, in->asset_count, sizeof(bool));
    layer->first_member = in->layer_member_count;
    layer->first_link = in->link_count;
    uint32_t source_chance = 10 + hf_test_below(random, 30);
    for (uint32_t a = 0; a < in->asset_count; a++) {
        if (!hf_test_chance(random, 60))
            continue;
        hf_engine_layer_member *m = &members[in->layer_member_count++];
        m->asset = a;
        m->is_source = hf_test_chance(random, source_chance);
        m->buffer_h = hf_test_chance(random, 30) ? pick_buffer(random, features) : 0;
        is_member[a] = true;
        layer->member_count++;
    }
    uint32_t tries = layer->member_count * (1 + hf_test_below(random, 3));
    for (uint32_t i = 0; i < tries && layer->member_count > 1; i++) {
        uint32_t near =
            1 + hf_test_below(random, hf_test_chance(random, 70) ? 4 : layer->member_count);
        uint32_t from = hf_test_below(random, layer->member_count);
        uint32_t to = (from + near) % layer->member_count;
        if (from == to)
            continue;
        hf_engine_link *link = &links[in->link_count++];
        link->from = members[layer->first_member + from].asset;
        link->to = members[layer->first_member + to].asset;
        link->is_two_way = hf_test_chance(random, 70);
        link->id = hf_test_id(3, in->link_count);
        if (features.has_chances && hf_test_chance(random, 60))
            link->strength = pick(random, chances, HF_COUNT(chances));
        layer->link_count++;
    }
}

hf_engine_input *hf_test_register(hf_test_random *random, hf_test_features features,
                                  hf_arena *arena)
{
    hf_engine_input *in = HF_NEW(arena, hf_engine_input);
    uint32_t n = 1 + hf_test_below(random, features.asset_count_max);
    uint32_t groups_wanted = n * hf_test_below(random, 25) / 10;
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, n);
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, groups_wanted + 1);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, 4 * groups_wanted + 4);
    in->asset_count = n;
    in->sector_count = 3;
    in->kind_count = 5;
    in->assets = assets;
    in->groups = groups;
    in->members = members;
    make_assets(random, features, in, assets);
    for (uint32_t i = 0; i < groups_wanted; i++) {
        hf_engine_group *g = &groups[in->group_count++];
        *g = (hf_engine_group){0};
        make_group(random, features, in, g, members);
    }
    if (!features.has_layers)
        return in;
    hf_engine_layer *layers = HF_NEW_N(arena, hf_engine_layer, 3);
    hf_engine_layer_member *layer_members = HF_NEW_N(arena, hf_engine_layer_member, 3 * n);
    hf_engine_link *links = HF_NEW_N(arena, hf_engine_link, 9 * n);
    in->layers = layers;
    in->layer_members = layer_members;
    in->links = links;
    in->layer_count = hf_test_below(random, 3) + (hf_test_chance(random, 50) ? 1u : 0u);
    for (uint32_t l = 0; l < in->layer_count; l++)
        make_layer(random, features, in, &layers[l], layer_members, links, arena);
    return in;
}

hf_question hf_test_question(hf_test_random *random, const hf_engine_input *input, bool with_hours,
                             hf_arena *arena)
{
    static const double hours[] = {1, 5, 12, 24.5, 40};
    static const double step_hours[] = {0, 1, 0.5, 2, 0.1};
    hf_question question = {.fail_count = 1 + hf_test_below(random, 3)};
    uint32_t *fail = HF_NEW_N(arena, uint32_t, question.fail_count);
    for (uint32_t i = 0; i < question.fail_count; i++)
        fail[i] = hf_test_below(random, input->asset_count);
    question.fail = fail;
    if (with_hours) {
        question.hours = pick(random, hours, HF_COUNT(hours));
        question.step_h = pick(random, step_hours, HF_COUNT(step_hours));
        if (question.step_h > 0 && question.step_h < 0.5 && question.hours > 12)
            question.step_h = 0.5;
        question.restart = hf_test_chance(random, 50) ? HF_RESTART_SEQUENTIAL : HF_RESTART_FREE;
    }
    return question;
}

hf_engine_input *hf_test_shuffled(const hf_engine_input *in, uint32_t *old_group, hf_arena *arena)
{
    hf_engine_input *out = HF_NEW(arena, hf_engine_input);
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, in->group_count);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, in->member_count);
    hf_engine_link *links = HF_NEW_N(arena, hf_engine_link, in->link_count);
    *out = *in;
    out->groups = groups;
    out->members = members;
    out->links = links;
    uint32_t group_count = 0, member_count = 0;
    for (uint32_t consumer = in->asset_count; consumer-- > 0;) {
        for (uint32_t g = 0; g < in->group_count; g++) {
            if (in->groups[g].consumer != consumer)
                continue;
            old_group[group_count] = g;
            hf_engine_group *group = &groups[group_count++];
            *group = in->groups[g];
            group->first_member = member_count;
            for (uint32_t m = group->member_count; m-- > 0;)
                members[member_count++] = in->members[in->groups[g].first_member + m];
        }
    }
    for (uint32_t l = 0; l < in->layer_count; l++) {
        const hf_engine_layer *layer = &in->layers[l];
        for (uint32_t i = 0; i < layer->link_count; i++) {
            hf_engine_link link = in->links[layer->first_link + layer->link_count - 1 - i];
            if (link.is_two_way)
                link = (hf_engine_link){.id = link.id,
                                        .from = link.to,
                                        .to = link.from,
                                        .is_two_way = true,
                                        .strength = link.strength};
            links[layer->first_link + i] = link;
        }
    }
    return out;
}

// Hazards of one asset at one hour in one class, by level.
static uint32_t make_hazards(hf_test_random *random, hf_hazard first, uint32_t levels,
                             hf_hazard *to)
{
    uint32_t count = 0;
    double p = pick(random, chances, HF_COUNT(chances)) * pick(random, chances, HF_COUNT(chances));
    for (uint32_t q = 1; q < levels; q++) {
        if (hf_test_chance(random, levels == 2 ? 90 : 60)) {
            to[count] = first;
            to[count].level = (uint8_t)q;
            to[count++].p = p;
        }
        p += (1 - p) * hf_test_below(random, 100) / 100.0;
    }
    return count;
}

static void make_classes(hf_test_random *random, hf_simulation *s, hf_arena *arena)
{
    s->class_count = hf_test_chance(random, 50) ? 1 : 2 + hf_test_below(random, 4);
    if (s->class_count == 1)
        return;
    if (hf_test_chance(random, 40)) {
        s->event_count = 1 + hf_test_below(random, 200);
        uint8_t *events = hf_arena_take_n(arena, s->event_count, 1);
        for (uint64_t i = 0; i < s->event_count; i++)
            events[i] = (uint8_t)hf_test_below(random, s->class_count);
        s->class_of_event = events;
        return;
    }
    double *p = HF_NEW_N(arena, double, s->class_count);
    double rest = 1;
    for (uint32_t h = 0; h + 1 < s->class_count; h++) {
        p[h] = rest * hf_test_below(random, 100) / 100.0;
        rest -= p[h];
    }
    p[s->class_count - 1] = rest;
    s->class_p = p;
}

hf_simulation *hf_test_simulation(hf_test_random *random, const hf_engine_input *input,
                                  bool with_hours, uint64_t trial_count, hf_arena *arena)
{
    static const double shock_hours[] = {1, 3, 4.5, 9, 30};
    hf_simulation *s = HF_NEW(arena, hf_simulation);
    hf_question question = hf_test_question(random, input, with_hours, arena);
    *s = (hf_simulation){.trial_count = trial_count,
                         .seed = hf_test_next(random),
                         .generator = (hf_generator)hf_test_below(random, 2),
                         .strength_digits = hf_test_chance(random, 30) ? 8 : 32,
                         .hours = question.hours,
                         .step_h = question.step_h,
                         .restart = question.restart,
                         .is_nested = hf_test_chance(random, 30),
                         .wants_assets = true,
                         .wants_criticality = true,
                         .wants_series = true};
    make_classes(random, s, arena);
    uint32_t hours = with_hours ? 1 + (uint32_t)HF_COUNT(shock_hours) : 1;
    size_t room = (size_t)input->asset_count * hours * s->class_count * 7;
    hf_hazard *hazards = HF_NEW_N(arena, hf_hazard, room);
    for (uint32_t a = 0; a < input->asset_count; a++)
        for (uint32_t k = 0; k < hours; k++)
            for (uint32_t h = 0; h < s->class_count; h++) {
                hf_hazard first = {.asset = a,
                                   .threat_class = (uint8_t)h,
                                   .at_h = k == 0 ? 0 : shock_hours[k - 1]};
                if (hf_test_chance(random, k == 0 ? 60 : 10))
                    s->hazard_count +=
                        make_hazards(random, first, levels_of(input, a), hazards + s->hazard_count);
            }
    s->hazards = hazards;
    return s;
}

void hf_hand_begin(hf_test_hand *hand, uint32_t asset_count)
{
    memset(hand, 0, sizeof(*hand));
    for (uint32_t i = 0; i < asset_count; i++)
        hand->assets[i] = (hf_engine_asset){.id = hf_test_id(1, i), .people = 1, .repair_h = NAN};
    hand->input = (hf_engine_input){.assets = hand->assets,
                                    .asset_count = asset_count,
                                    .groups = hand->groups,
                                    .members = hand->members,
                                    .layers = hand->layers,
                                    .layer_members = hand->layer_members,
                                    .links = hand->links,
                                    .sector_count = 1,
                                    .kind_count = 1};
}

uint32_t hf_hand_group(hf_test_hand *hand, uint32_t consumer, int64_t need, double buffer_h)
{
    uint32_t index = hand->input.group_count++;
    HF_ASSERT(index < HF_TEST_ROOM);
    hand->groups[index] = (hf_engine_group){.consumer = consumer,
                                            .need = need,
                                            .buffer_h = buffer_h,
                                            .first_member = hand->input.member_count};
    return index;
}

void hf_hand_member(hf_test_hand *hand, uint32_t supplier, int64_t capacity)
{
    HF_ASSERT(hand->input.member_count < HF_TEST_ROOM && hand->input.group_count > 0);
    hand->members[hand->input.member_count++] =
        (hf_engine_member){.id = hf_test_id(2, hand->input.member_count),
                           .supplier = supplier,
                           .capacity = capacity,
                           .strength = 1};
    hand->groups[hand->input.group_count - 1].member_count++;
}

uint32_t hf_hand_needs(hf_test_hand *hand, uint32_t consumer, uint32_t supplier, double buffer_h)
{
    uint32_t index = hf_hand_group(hand, consumer, 1000, buffer_h);
    hf_hand_member(hand, supplier, 1000);
    return index;
}

void hf_hand_layer(hf_test_hand *hand)
{
    HF_ASSERT(hand->input.layer_count < 4);
    hand->layers[hand->input.layer_count++] = (hf_engine_layer){
        .first_member = hand->input.layer_member_count, .first_link = hand->input.link_count};
}

void hf_hand_layer_member(hf_test_hand *hand, uint32_t asset, bool is_source, double buffer_h)
{
    HF_ASSERT(hand->input.layer_member_count < HF_TEST_ROOM);
    hand->layer_members[hand->input.layer_member_count++] =
        (hf_engine_layer_member){asset, is_source, buffer_h};
    hand->layers[hand->input.layer_count - 1].member_count++;
}

void hf_hand_link(hf_test_hand *hand, uint32_t from, uint32_t to, bool is_two_way)
{
    HF_ASSERT(hand->input.link_count < HF_TEST_ROOM);
    hand->links[hand->input.link_count++] = (hf_engine_link){
        .id = hand->input.link_count + 1u, .from = from, .to = to, .is_two_way = is_two_way};
    hand->layers[hand->input.layer_count - 1].link_count++;
}
