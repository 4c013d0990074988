// SPDX-License-Identifier: Apache-2.0
//
// The packed catalogues that tools/pack_messages.py writes from content/messages/. For message.c only.
#ifndef HF_BASE_CATALOGUE_H
#define HF_BASE_CATALOGUE_H

#include "base/message.h"

typedef struct {
    const char *const *keys; // sorted by bytes; the same list for all languages
    const char *const *texts;
    size_t count;
} hf_catalogue;

extern const hf_catalogue hf_catalogues[HF_LANG_COUNT];

#endif
