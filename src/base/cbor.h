// SPDX-License-Identifier: Apache-2.0
//
// CBOR (RFC 8949) as authenticators write it: definite lengths, shortest heads, no tags, no fractions, each name once.
// Everything else is refused. The tree lives in the arena, its texts and bytes are views of the input.
#ifndef HF_BASE_CBOR_H
#define HF_BASE_CBOR_H

#include "base/error.h"
#include "base/str.h"

typedef enum {
    HF_CBOR_INTEGER,
    HF_CBOR_BYTES,
    HF_CBOR_TEXT,
    HF_CBOR_ARRAY,
    HF_CBOR_MAP, // children: name, value, name, value …
    HF_CBOR_SIMPLE
} hf_cbor_type;

typedef struct hf_cbor hf_cbor;
struct hf_cbor {
    hf_cbor_type type;
    int64_t integer; // of HF_CBOR_SIMPLE: 0 false, 1 true, 2 null
    hf_str text;     // HF_CBOR_BYTES and HF_CBOR_TEXT
    hf_cbor *child;
    hf_cbor *next;
};

#define HF_CBOR_DEPTH_MAX 8u
#define HF_CBOR_ITEMS_MAX 1000u // of the whole tree

// Reads one item from the front. used out: its bytes; what follows is the caller's matter.
// Errors  HF_ERR_INPUT "passkey.unreadable" with the offset
bool hf_cbor_read(hf_str bytes, hf_arena *arena, hf_cbor **out, size_t *used,
                  hf_error *err) HF_CHECKED;
// A member of a map by its name; NULL: none, or no map.
const hf_cbor *hf_cbor_get(const hf_cbor *map, const char *name);
const hf_cbor *hf_cbor_at(const hf_cbor *map, int64_t name);

#endif
