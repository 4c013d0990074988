// SPDX-License-Identifier: Apache-2.0
//
// The recipes of content/recipes, packed into the program. Private to format/.
#ifndef HF_FORMAT_SHIPPED_RECIPES_H
#define HF_FORMAT_SHIPPED_RECIPES_H

#include "base/embedded.h"

extern const hf_embedded_file hf_shipped_recipes[]; // ends with name NULL

#endif
