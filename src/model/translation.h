// SPDX-License-Identifier: Apache-2.0
//
// The words of a record in other languages than its own, kept with the record as JSON:
// {"fr": {"title": "…", "reviewed": true}}; and the help that a question gives to each rating.
#ifndef HF_MODEL_TRANSLATION_H
#define HF_MODEL_TRANSLATION_H

#include "base/limits.h"
#include "model/noun.h"

#define HF_TRANSLATIONS_BYTES_MAX                                                                  \
    24000u // five languages of the longest question, in scripts of two or three bytes
#define HF_LEVEL_COUNT     5u    // ratings 0 to 4
#define HF_LEVEL_BYTES_MAX 1000u // one sentence or two for each

// Languages are those of the program; members are the names of texts, "levels" where it is among them, and whether a
// native speaker has read the whole. names: NULL-ended.
// Errors  HF_ERR_INPUT "translation.language", "translation.member"
bool hf_translations_check(hf_str json, const char *const *names, hf_error *err) HF_CHECKED;
// A list of at most five texts, for the ratings from 0 on. Errors: HF_ERR_INPUT "question.levels"
bool hf_levels_check(hf_str json, hf_error *err) HF_CHECKED;

#endif
