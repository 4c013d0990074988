// SPDX-License-Identifier: Apache-2.0
//
// Folding for search: valid UTF-8 gives valid UTF-8, and a query never leaves its quotes.
#include "base/text.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hf_str text = {(const char *)data, size};
    if (size > 1 << 16 || !hf_utf8_valid(text, NULL))
        return 0;
    HF_CLEANUP(hf_buf_done) hf_buf folded = hf_buf_of(1 << 22);
    HF_CLEANUP(hf_buf_done) hf_buf query = hf_buf_of(1 << 22);
    hf_search_text(text, &folded);
    hf_search_query(text, &query);
    HF_ASSERT(hf_utf8_valid(hf_buf_str(&folded), NULL));
    HF_ASSERT(hf_utf8_valid(hf_buf_str(&query), NULL));
    size_t quotes = 0;
    for (size_t i = 0; i < query.len; i++)
        quotes += query.ptr[i] == '"';
    HF_ASSERT(quotes % 2 == 0);
    (void)hf_text_columns(text);
    return 0;
}
