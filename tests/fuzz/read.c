// SPDX-License-Identifier: Apache-2.0
//
// A reader of files, from bytes to patches, as an import uses it. HF_FUZZ_FORMAT names the format. The first byte
// of the input chooses the noun, so that one corpus reaches the checks of all of them; from 128 on the shipped
// recipes are tried.
#include "base/crypto.h"
#include "format/format.h"
#include "fuzz.h"

static bool take(void *context, const hf_patch *patch, uint64_t line, hf_error *err)
{
    (void)context;
    (void)line;
    (void)err;
    HF_ASSERT(patch->noun != NULL);
    return true;
}

static const hf_noun *noun_of(uint8_t byte)
{
    static const char *const names[] = {"asset", "dependency", "layer", "region"};
    return hf_noun_find(hf_str_of(names[byte % HF_COUNT(names)]));
}

static const hf_recipes *shipped(void)
{
    static hf_arena kept; // for all inputs
    static hf_recipes recipes;
    hf_error err = {0};
    HF_ASSERT(recipes.arena != NULL || hf_recipes_load(&kept, &recipes, &err));
    return &recipes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    HF_ASSERT(hf_crypto_init(&err));
    if (size < 1)
        return 0;
    hf_problems problems = hf_problems_of(&arena);
    hf_str bytes = {(const char *)data + 1, size - 1};
    HF_CLEANUP(hf_input_close) hf_input *input = hf_input_of_bytes(HF_STR("input"), bytes);
    hf_read_request request = {
        .input = input,
        .format = hf_format_find(HF_STR(HF_FUZZ_FORMAT)),
        .noun = data[0] < 128 ? noun_of(data[0]) : NULL,
        .recipes = data[0] < 128 ? NULL : shipped(),
        .problems = &problems,
        .take = take,
    };
    hf_read_result result = {0};
    HF_ASSERT(request.format != NULL);
    if (!hf_read_records(&request, &result, &err))
        HF_ASSERT(err.code != NULL && err.message[0] != '\0');
    else // no row is lost without a word
        HF_ASSERT(result.patch_count + result.refused_count + result.skipped_count >=
                  result.row_count);
    return 0;
}
