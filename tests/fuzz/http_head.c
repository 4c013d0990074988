// SPDX-License-Identifier: Apache-2.0
//
// What stands in a request's head, as any stranger may send it: escapes, queries, cookies, qualities, entity tags,
// ranges, addresses. Lines of the input are the header's value, and what it is compared with.
#include "base/text.h"
#include "wire/wire.h"

#include "fuzz.h"

static void check_query(hf_str text, hf_arena *arena)
{
    hf_http_pairs pairs = {0};
    hf_str decoded = HF_STR_EMPTY;
    hf_error err = {0};
    if (hf_url_decode(text, false, arena, &decoded))
        HF_ASSERT(decoded.len <= text.len && hf_utf8_valid(decoded, NULL));
    if (!hf_query_parse(text, arena, &pairs, &err))
        HF_ASSERT(err.code != NULL);
    for (size_t i = 0; i < pairs.count; i++)
        HF_ASSERT(hf_utf8_valid(pairs.items[i].name, NULL) &&
                  hf_utf8_valid(pairs.items[i].value, NULL));
}

static void check_range(hf_str text, uint64_t total)
{
    uint64_t from = 0, count = 0;
    int status = hf_range_parse(text, total, &from, &count);
    HF_ASSERT(status == 0 || status == 206 || status == 416);
    if (status == 206)
        HF_ASSERT(count > 0 && from < total && count <= total - from);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_str rest = {(const char *)data, size};
    hf_str text = HF_STR_EMPTY;
    hf_error err = {0};
    char *host = NULL, *port = NULL;
    (void)hf_str_split(&rest, '\n', &text);
    check_query(text, &arena);
    check_range(text, 0);
    check_range(text, 1);
    check_range(text, 1000);
    check_range(text, UINT64_MAX);
    HF_ASSERT(hf_encoding_quality(text, "gzip") <= 1000);
    (void)hf_accepts_exactly(text, "application/x-ndjson");
    HF_ASSERT(hf_cookie_value(text, "hf_session").len <= text.len);
    if (hf_etag_matches(text, rest))
        HF_ASSERT(text.len > 0);
    if (hf_str_find_byte(text, '\0', 0) == text.len && // the command line has none
        hf_listen_parse(text, &arena, &host, &port, &err))
        HF_ASSERT(host[0] != '\0' && port[0] != '\0');
    return 0;
}
