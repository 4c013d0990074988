// SPDX-License-Identifier: Apache-2.0
//
// Import recipes: a user's own file is parsed or refused, never half taken.
#include "base/crypto.h"
#include "format/format.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_import_recipe *recipe = NULL;
    hf_error err = {0};
    HF_ASSERT(hf_crypto_init(&err));
    hf_str name = HF_STR_EMPTY;
    hf_parameters parameters = {0};
    if (!hf_recipe_split_name((hf_str){(const char *)data, size}, &arena, &name, &parameters, &err))
        HF_ASSERT(err.code != NULL);
    err = (hf_error){0};
    if (hf_recipe_parse((hf_str){(const char *)data, size}, &arena, &recipe, &err))
        HF_ASSERT(hf_recipe_name(recipe).len > 0);
    else
        HF_ASSERT(err.code != NULL);
    return 0;
}
