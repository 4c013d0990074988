// SPDX-License-Identifier: Apache-2.0
//
// Registers for the tests: random ones with every feature, and a builder for small ones by hand.
#ifndef HF_TEST_RANDOM_REGISTER_H
#define HF_TEST_RANDOM_REGISTER_H

#include "engine/engine.h"

typedef struct {
    uint64_t state; // any number
} hf_test_random;

uint64_t hf_test_next(hf_test_random *random);
uint32_t hf_test_below(hf_test_random *random, uint32_t count);
uint64_t hf_test_id(uint64_t table, uint64_t row); // a stable id
bool hf_test_chance(hf_test_random *random, uint32_t per_cent);

typedef struct {
    uint32_t asset_count_max;
    bool has_layers;
    bool has_levels;
    bool has_gates;
    bool has_wide_capacities; // beyond 32 bits
    bool has_chances; // for simulations: repair laws, strengths of all sizes, links that may fail
    bool is_restless; // short repairs, buffers and start windows: much comes back and falls again
} hf_test_features;

// A register with cycles, k-of-n weighted groups, buffers, repairs and what the features add. In `arena`.
hf_engine_input *hf_test_register(hf_test_random *random, hf_test_features features,
                                  hf_arena *arena);
// One to three assets to fail, and with_hours: a grid with one of several steps and either restart rule.
hf_question hf_test_question(hf_test_random *random, const hf_engine_input *input, bool with_hours,
                             hf_arena *arena);

// The same register with its rows in another order: consumers and links backwards, members turned round.
// Only the order of the groups of one consumer means something, and that is kept.
// old_group   out: the input's number of each group
hf_engine_input *hf_test_shuffled(const hf_engine_input *in, uint32_t *old_group, hf_arena *arena);
// A simulation of `trial_count` trials with some of all that a question can have. In `arena`.
hf_simulation *hf_test_simulation(hf_test_random *random, const hf_engine_input *input,
                                  bool with_hours, uint64_t trial_count, hf_arena *arena);

// By hand: fixed room, no growth.
enum { HF_TEST_ROOM = 160 };
typedef struct {
    hf_engine_asset assets[HF_TEST_ROOM];
    hf_engine_group groups[HF_TEST_ROOM];
    hf_engine_member members[HF_TEST_ROOM];
    hf_engine_layer layers[4];
    hf_engine_layer_member layer_members[HF_TEST_ROOM];
    hf_engine_link links[HF_TEST_ROOM];
    hf_engine_input input;
} hf_test_hand;

// `asset_count` assets of one person each, one sector, one kind, never repaired.
void hf_hand_begin(hf_test_hand *hand, uint32_t asset_count);
// need: in thousandths; 0 = all. Members are added behind it. Returns the group's index.
uint32_t hf_hand_group(hf_test_hand *hand, uint32_t consumer, int64_t need, double buffer_h);
void hf_hand_member(hf_test_hand *hand, uint32_t supplier, int64_t capacity);
// consumer needs this one supplier.
uint32_t hf_hand_needs(hf_test_hand *hand, uint32_t consumer, uint32_t supplier, double buffer_h);
void hf_hand_layer(hf_test_hand *hand);
void hf_hand_layer_member(hf_test_hand *hand, uint32_t asset, bool is_source, double buffer_h);
void hf_hand_link(hf_test_hand *hand, uint32_t from, uint32_t to, bool is_two_way);

#endif
