// SPDX-License-Identifier: Apache-2.0
//
// Cells of tables: a text that a field takes is written as one that it takes again, as the same value. The first byte
// chooses the noun, the second its field.
#include "base/limits.h"
#include "base/text.h"
#include "fuzz.h"
#include "model/noun.h"

static const hf_noun *noun_of(uint8_t byte)
{
    size_t count = 0;
    while (hf_nouns[count] != NULL)
        count++;
    return hf_nouns[byte % count];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_error err = {0};
    if (size < 2)
        return 0;
    const hf_noun *noun = noun_of(data[0]);
    const hf_field *field = &noun->fields[data[1] / 2 % noun->field_count];
    void *first = hf_noun_new(noun, &arena), *second = hf_noun_new(noun, &arena);
    hf_str cell = {(const char *)data + 2, size - 2};
    if (!hf_utf8_valid(cell, NULL)) // readers look at that before
        return 0;
    if (!hf_field_set_text(field, first, cell, (data[1] & 1) != 0, &arena, &err)) {
        HF_ASSERT(err.code != NULL && err.column[0] != '\0');
        return 0;
    }
    hf_field_write_text(field, first, &text);
    HF_ASSERT(!text.overflow);
    HF_ASSERT(hf_field_set_text(field, second, hf_buf_str(&text), false, &arena, &err));
    HF_ASSERT(hf_field_equal(field, first, second));
    return 0;
}
