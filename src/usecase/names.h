// SPDX-License-Identifier: Apache-2.0
//
// What people call the assets of an answer: names and kinds in words, for tables and reports.
#ifndef HF_USECASE_NAMES_H
#define HF_USECASE_NAMES_H

#include "usecase/question.h"

// The name of a taxonomy entry in a language (English stands in where a translation is missing); the code itself
// when it is not in the taxonomy.
bool hf_label_of(hf_read *read, hf_lang lang, hf_str code, hf_arena *arena, hf_str *out,
                 hf_error *err) HF_CHECKED;

// The region and all inside, in byte order; none (NULL) where the key is empty: everywhere.
// Errors  HF_ERR_NOT_FOUND "record.unknown": there is none that the actor may know of
bool hf_known_regions_inside(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                             const hf_str **out, size_t *count, hf_error *err) HF_CHECKED;
// Is it one of these?
bool hf_is_region_of(const hf_str *regions, size_t count, hf_str region);

// Puts the names of listed entries of the taxonomy into a language, in place.
void hf_taxonomy_say(hf_lang lang, hf_page *page, hf_arena *arena);

typedef struct {
    hf_str name; // the key when the asset has none
    hf_str kind; // in the session's language
} hf_named;
// assets  count indices of the plan
// out     count entries, in the same order; they live in `arena`
// Cost    one look-up an asset, one a kind
bool hf_name_assets(const hf_session *session, const hf_register_plan *plan, const uint32_t *assets,
                    size_t count, hf_arena *arena, hf_named **out, hf_error *err) HF_CHECKED;

// Names in sentences about results.
typedef struct {
    hf_read *read;
    hf_lang lang;
    const hf_register_plan *plan;
    hf_arena *arena; // texts live here
} hf_namer;

// The asset's name, or its key when it has none, ready to stand in a sentence of the language.
//
// asset  of the plan
// kind   out: its kind, empty when the record is gone; may be NULL
bool hf_name_of(const hf_namer *namer, uint32_t asset, hf_str *name, hf_str *kind,
                hf_error *err) HF_CHECKED;

#endif
