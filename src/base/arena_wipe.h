// SPDX-License-Identifier: Apache-2.0
//
// Arenas in which passwords may have lain.
#ifndef HF_BASE_ARENA_WIPE_H
#define HF_BASE_ARENA_WIPE_H

#include "base/arena.h"

// Overwrites all that the arena has, so that nothing of it stays in the program's memory once it is given back. To be
// followed by hf_arena_done: its pieces are gone.
void hf_arena_wipe(hf_arena *arena);

#endif
