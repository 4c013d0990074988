// SPDX-License-Identifier: Apache-2.0
//
// What places of the demonstration nation are called. Parts of it write Arabic, Chinese or Cyrillic: there the local
// name comes first and the Latin one stands beside, so that both can be read and found. Only demo_*.c include it.
#ifndef HF_USECASE_DEMO_NAMES_H
#define HF_USECASE_DEMO_NAMES_H

#include "usecase/demo_nation.h"
#include "usecase/demo_place.h"

// A name in one script. All texts here live in the arena.
hf_str hf_demo_name_in(hf_arena *arena, uint64_t name, hf_demo_script script);
// The name in the other scripts, as attributes name:ar, name:ru, name:zh.
hf_str hf_demo_names_of(hf_arena *arena, uint64_t name);
// Of a place in a region: "Kalomi", or "Каломи (Kalomi)".
hf_str hf_demo_local_name(hf_arena *arena, uint64_t name, uint32_t region);
// "Kalomi hospital 2", or "Больница Каломи 2 (Kalomi hospital 2)"; number 0: there is one alone.
hf_str hf_demo_asset_name(hf_arena *arena, const hf_demo_kind *table, const hf_demo_town *town,
                          uint32_t number);

#endif
