// SPDX-License-Identifier: Apache-2.0
//
// A recipe and the table that it is run over, parted by a zero byte: evaluation must hold for every recipe that
// the parser lets through and every table.
#include <string.h>

#include "base/crypto.h"
#include "format/format.h"
#include "fuzz.h"

static bool take(void *context, const hf_patch *patch, uint64_t line, hf_error *err)
{
    const hf_head *head = patch->record;
    (void)context;
    (void)line;
    (void)err;
    HF_ASSERT(head->key.len > 0 && (patch->present & 1) != 0);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_error err = {0};
    const hf_import_recipe *recipe = NULL;
    const uint8_t *gap = memchr(data, 0, size);
    HF_ASSERT(hf_crypto_init(&err));
    if (gap == NULL)
        return 0;
    size_t recipe_bytes = (size_t)(gap - data);
    hf_str table = {(const char *)gap + 1, size - recipe_bytes - 1};
    if (!hf_recipe_parse((hf_str){(const char *)data, recipe_bytes}, &arena, &recipe, &err))
        return 0;
    hf_problems problems = hf_problems_of(&arena);
    HF_CLEANUP(hf_input_close) hf_input *input = hf_input_of_bytes(HF_STR("in.csv"), table);
    hf_read_request request = {.input = input,
                               .format = hf_format_find(HF_STR("csv")),
                               .recipe = recipe,
                               .problems = &problems,
                               .take = take};
    hf_read_result result = {0};
    if (!hf_read_records(&request, &result, &err))
        HF_ASSERT(err.code != NULL && err.message[0] != '\0');
    else // no row is lost without a word
        HF_ASSERT(result.patch_count + result.refused_count + result.skipped_count >=
                  result.row_count);
    HF_ASSERT(result.refused_count + result.skipped_count <= result.row_count);
    return 0;
}
