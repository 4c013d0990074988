// SPDX-License-Identifier: Apache-2.0
//
// Records and merge patches as JSON: what is taken and checked is written as JSON that gives the same record (those of
// the platform show more than may be given). The first byte chooses the noun.
#include "base/limits.h"
#include "fuzz.h"
#include "model/noun.h"

static const hf_noun *noun_of(uint8_t byte)
{
    size_t count = 0;
    while (hf_nouns[count] != NULL)
        count++;
    return hf_nouns[byte % count];
}

static bool record_of(const hf_noun *noun, hf_str text, hf_arena *arena, void **out)
{
    hf_error err = {0};
    hf_json *tree = NULL;
    hf_patch patch = {0};
    *out = hf_noun_new(noun, arena);
    if (hf_json_parse(text, arena, &tree, &err) &&
        hf_patch_from_json(noun, tree, arena, &patch, &err) &&
        hf_patch_apply(&patch, *out, arena, &err) && hf_noun_check(noun, *out, arena, &err))
        return true;
    HF_ASSERT(err.code != NULL && err.message[0] != '\0');
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf before = hf_buf_of(HF_JSON_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf after = hf_buf_of(HF_JSON_BYTES_MAX);
    void *first = NULL, *second = NULL;
    if (size < 1)
        return 0;
    const hf_noun *noun = noun_of(data[0]);
    if (!record_of(noun, (hf_str){(const char *)data + 1, size - 1}, &arena, &first) ||
        noun->group == HF_GROUP_PLATFORM)
        return 0;
    hf_json_writer out = {.out = &text};
    hf_json_begin_object(&out);
    hf_noun_write_json(noun, first, &out);
    hf_json_end_object(&out);
    HF_ASSERT(record_of(noun, hf_buf_str(&text), &arena, &second));
    hf_canonical form = hf_canonical_of(noun, &arena);
    hf_noun_write_canonical(&form, first, &before);
    hf_noun_write_canonical(&form, second, &after);
    HF_ASSERT(hf_str_equal(hf_buf_str(&before), hf_buf_str(&after)));
    return 0;
}
