// SPDX-License-Identifier: Apache-2.0
//
// An import recipe: how a foreign table becomes records (docs/guide/recipes.md).
#ifndef HF_MODEL_RECIPE_H
#define HF_MODEL_RECIPE_H

#include "model/noun.h"

typedef struct {
    hf_head head;
    hf_str title;
    hf_str body;
    bool is_shipped;
} hf_recipe;

extern const hf_noun hf_noun_recipe;

#endif
