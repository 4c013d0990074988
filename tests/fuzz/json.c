// SPDX-License-Identifier: Apache-2.0
//
// JSON: the scanner and the parser agree on what is JSON, and the canonical form of what was read reads back as itself.
#include "base/json.h"

#include "base/limits.h"
#include "fuzz.h"

static void round_trip(const hf_json *value, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf first = hf_buf_of(HF_JSON_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf second = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_error err = {0};
    hf_json *again;
    hf_json_canonical(value, &first);
    HF_ASSERT(hf_json_parse(hf_buf_str(&first), arena, &again, &err));
    hf_json_canonical(again, &second);
    HF_ASSERT(hf_str_equal(hf_buf_str(&first), hf_buf_str(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str text = {(const char *)data, size};
    hf_error err = {0};
    hf_json *value = NULL;
    bool is_json = hf_json_check(text, &err);
    err = (hf_error){0};
    HF_ASSERT(hf_json_parse(text, &arena, &value, &err) == is_json);
    if (is_json)
        round_trip(value, &arena);
    return 0;
}
