// SPDX-License-Identifier: Apache-2.0
//
// The recipes of content/recipes, packed into the program by tools/embed_recipes.py. Private to format/.
#ifndef HF_FORMAT_SHIPPED_RECIPES_H
#define HF_FORMAT_SHIPPED_RECIPES_H

#include <stddef.h>

typedef struct {
    const char *file;
    const char *text;
    size_t bytes;
} hf_shipped_recipe;

extern const hf_shipped_recipe hf_shipped_recipes[];
extern const size_t hf_shipped_recipe_count;

#endif
