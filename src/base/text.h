// SPDX-License-Identifier: Apache-2.0
//
// Unicode: validity, folding for search in all scripts, counts. The one door to libutf8proc.
#ifndef HF_BASE_TEXT_H
#define HF_BASE_TEXT_H

#include "base/buf.h"

bool hf_utf8_valid(hf_str text, size_t *bad_offset); // bad_offset may be NULL
// Text as it goes into the search index: NFKD, marks dropped, case folded, ё→е, أإآ→ا, ى→ي, ة→ه,
// words separated by one space, Han and kana as overlapping bigrams.
void hf_search_text(hf_str text, hf_buf *out);
// A user's query as an FTS5 expression (quoted tokens, the last one as a prefix, Han runs as phrases).
// Empty when nothing searchable is in it.
void hf_search_query(hf_str query, hf_buf *out);
size_t hf_text_columns(hf_str text); // columns on a terminal
// Does it read from right to left? Its first letter decides (UAX #9, P2); otherwise: it has none.
bool hf_text_is_rtl(hf_str text, bool otherwise);

#endif
