// SPDX-License-Identifier: Apache-2.0
//
// Inside the engine: of each class of assets (the service that they give, say) the single loss that takes most people
// of it. A book belongs to one thread; what all of them found is put together at the end.
#ifndef HF_ENGINE_CLASS_LOSS_H
#define HF_ENGINE_CLASS_LOSS_H

#include "engine/abreast.h"

typedef struct hf_class_book hf_class_book;

// Cost       44 bytes a class, and up to 2 KiB for each that is lost at once with others in the cascades between two
//            calls of hf_class_close; in `arena`
hf_class_book *hf_class_book_open(uint32_t class_count, hf_arena *arena);

// So many people of the class are lost in the cascades of `lanes`, one bit each. Cost: O(lanes)
void hf_class_add(hf_class_book *book, uint32_t class, uint64_t lanes, int64_t people);
// These cascades are known whole: rows[lane] says what else each counts. Cost: what was added.
void hf_class_close(hf_class_book *book, hf_rank_row *const rows[]);

// The worst of `from` among those of `into`, as if one book had seen all.
void hf_class_merge(hf_class_book *into, const hf_class_book *from);
// In `arena`.
const hf_class_loss *hf_class_losses(const hf_class_book *book, hf_arena *arena);

#endif
