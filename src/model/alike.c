// SPDX-License-Identifier: Apache-2.0
//
// Likeness of offers by pairs of letters.
#include "model/alike.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

static int by_value(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, two = *(const uint64_t *)b;
    return (one > two) - (one < two);
}

// The next letter of folded, valid UTF-8, as its bytes in a number: two differ if and only if the letters do.
static uint64_t next_letter(hf_str text, size_t *at)
{
    uint64_t letter = (unsigned char)text.ptr[(*at)++];
    while (*at < text.len && ((unsigned char)text.ptr[*at] & 0xc0u) == 0x80u)
        letter = letter << 8 | (unsigned char)text.ptr[(*at)++];
    return letter;
}

hf_title_pairs hf_title_pairs_of(hf_str title, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf folded = hf_buf_of(HF_TEXT_BYTES_MAX);
    hf_search_text(title, &folded);
    hf_str text = hf_buf_str(&folded);
    uint64_t *pairs = HF_NEW_N(arena, uint64_t, text.len + 1);
    size_t count = 0;
    uint64_t before = 0;
    for (size_t at = 0; at < text.len;) {
        uint64_t letter = next_letter(text, &at);
        if (letter == ' ')
            letter = 0; // pairs do not reach over words
        if (before != 0 && letter != 0)
            pairs[count++] = before << 32 | letter;
        before = letter;
    }
    if (count > 0)
        qsort(pairs, count, sizeof *pairs, by_value);
    return (hf_title_pairs){pairs, count};
}

double hf_titles_alike(const hf_title_pairs *a, const hf_title_pairs *b)
{
    size_t common = 0;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        common += a->pairs[i] == b->pairs[k];
        bool is_less = a->pairs[i] <= b->pairs[k];
        bool is_more = a->pairs[i] >= b->pairs[k];
        i += is_less;
        k += is_more;
    }
    size_t all = a->count + b->count;
    return all == 0 ? 0 : 2.0 * (double)common / (double)all;
}

// An address without its scheme, "www." and a bar at its end.
static hf_str plain_url(hf_str url)
{
    static const char *const before[] = {"https://", "http://", "www."};
    url = hf_str_trim(url);
    for (size_t i = 0; i < HF_COUNT(before); i++) {
        hf_str begin = hf_str_of(before[i]);
        if (hf_str_equal_ascii_case(hf_str_slice(url, 0, begin.len), begin))
            url = hf_str_slice(url, begin.len, url.len);
    }
    while (hf_str_ends(url, "/"))
        url = hf_str_slice(url, 0, url.len - 1);
    return url;
}

static bool have_kind_in_common(hf_str a, hf_str b)
{
    hf_str kind;
    while (hf_str_split(&a, ' ', &kind))
        if (kind.len > 0 && hf_str_has_word(b, kind))
            return true;
    return false;
}

bool hf_offers_alike(const hf_offer *a, const hf_title_pairs *title_a, const hf_offer *b,
                     const hf_title_pairs *title_b, hf_likeness *out)
{
    hf_str url = plain_url(a->url);
    *out = (hf_likeness){.title = hf_titles_alike(title_a, title_b),
                         .is_provider = hf_str_equal(a->provider, b->provider),
                         .is_kind = have_kind_in_common(a->kinds, b->kinds),
                         .is_url = url.len > 0 && hf_str_equal_ascii_case(url, plain_url(b->url))};
    return out->is_url || (out->title >= HF_TITLES_ALIKE && (out->is_provider || out->is_kind));
}
