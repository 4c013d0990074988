// SPDX-License-Identifier: Apache-2.0
//
// Unicode: validity, and the folding that makes search find Arabic with and without vowel signs, Cyrillic with
// and without ё, and Chinese inside a run. What goes into an index and what is asked pass the same function.
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

enum {
    FOLDED_MAX = 32,         // code points that one character folds to: 18 at most in Unicode 15
    QUERY_WORDS_MAX = 16,    // of one query; a longer one is a paste
    WORD_BYTES_MAX = 1 << 16 // of one word: longer runs are cut into words of this size
};

typedef enum { SPACE, LETTER, HAN } char_class;

// ---- validity ----

// Length of the character at `at`, 0 when it is not UTF-8 (RFC 3629: shortest form, no surrogates).
static size_t char_length(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (left < length)
        return 0;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

bool hf_utf8_valid(hf_str text, size_t *bad_offset)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t at = 0;
    while (at < text.len) {
        uint64_t word = 0;
        if (text.len - at >= 8) {
            memcpy(&word, bytes + at, 8);
            if ((word & 0x8080808080808080u) == 0) {
                at += 8;
                continue;
            }
        }
        size_t length = char_length(bytes + at, text.len - at);
        if (length == 0) {
            if (bad_offset != NULL)
                *bad_offset = at;
            return false;
        }
        at += length;
    }
    return true;
}

// ---- folding ----

static bool is_han_or_kana(int32_t code)
{
    return (code >= 0x3041 && code <= 0x30FF && code != 0x30FB) ||
           (code >= 0x31F0 && code <= 0x31FF) || (code >= 0x3400 && code <= 0x4DBF) ||
           (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0x20000 && code <= 0x3FFFF) || code == 0x3005 || code == 0x3007;
}

// Letters that look or sound alike to a searching person and that Unicode keeps apart.
static int32_t merge_letter(int32_t code)
{
    if (code >= 0x0660 && code <= 0x0669) // Arabic-Indic digits
        return code - 0x0660 + '0';
    if (code >= 0x06F0 && code <= 0x06F9) // Persian and Urdu digits
        return code - 0x06F0 + '0';
    switch (code) {
    case 0x0671: // alef wasla
        return 0x0627;
    case 0x0649: // alef maksura
    case 0x06CC: // Farsi yeh
        return 0x064A;
    case 0x0629: // teh marbuta
        return 0x0647;
    case 0x06A9: // keheh
        return 0x0643;
    case 0x00F8: // ø
        return 'o';
    case 0x0111: // đ
        return 'd';
    case 0x0142: // ł
        return 'l';
    case 0x0131: // dotless i
        return 'i';
    default:
        return code;
    }
}

static char_class class_of(int32_t code)
{
    if (is_han_or_kana(code))
        return HAN;
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return LETTER;
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
        return SPACE;
    }
    return SPACE;
}

// Words of a text, folded, one after the other. A run of Han or kana is one word here.
typedef struct {
    hf_str text;
    size_t at;
    int32_t folded[FOLDED_MAX]; // of the character before `at`, not yet used
    int folded_count;
    int folded_at;
} word_reader;

static void fold_next_char(word_reader *reader)
{
    int32_t code = 0;
    const uint8_t *bytes = (const uint8_t *)reader->text.ptr + reader->at;
    size_t left = reader->text.len - reader->at;
    reader->folded_at = 0;
    reader->folded_count = 1;
    if (bytes[0] < 0x80) {
        reader->folded[0] = bytes[0] >= 'A' && bytes[0] <= 'Z' ? bytes[0] + 32 : bytes[0];
        reader->at++;
        return;
    }
    utf8proc_ssize_t length = utf8proc_iterate(bytes, left > 4 ? 4 : (utf8proc_ssize_t)left, &code);
    if (length <= 0) {
        reader->folded[0] = ' ';
        reader->at++;
        return;
    }
    reader->at += (size_t)length;
    int boundary = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char(code, reader->folded, FOLDED_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                &boundary);
    reader->folded_count = count < 0 || count > FOLDED_MAX ? 0 : (int)count;
    for (int i = 0; i < reader->folded_count; i++)
        reader->folded[i] = merge_letter(reader->folded[i]);
}

// The next folded code point without taking it; -1 at the end.
static int32_t peek(word_reader *reader)
{
    while (reader->folded_at >= reader->folded_count) {
        if (reader->at >= reader->text.len)
            return -1;
        fold_next_char(reader);
        // The tatweel only stretches a word.
        if (reader->folded_count == 1 && reader->folded[0] == 0x0640)
            reader->folded_count = 0;
    }
    return reader->folded[reader->folded_at];
}

static void add_code(hf_buf *word, int32_t code)
{
    uint8_t bytes[4];
    utf8proc_ssize_t count = utf8proc_encode_char(code, bytes);
    hf_buf_add(word, bytes, (size_t)count);
}

static bool next_word(word_reader *reader, hf_buf *word, char_class *kind)
{
    hf_buf_clear(word);
    int32_t code = peek(reader);
    while (code >= 0 && class_of(code) == SPACE) {
        reader->folded_at++;
        code = peek(reader);
    }
    if (code < 0)
        return false;
    *kind = class_of(code);
    while (code >= 0 && class_of(code) == *kind && word->len + 4 <= WORD_BYTES_MAX) {
        add_code(word, code);
        reader->folded_at++;
        code = peek(reader);
    }
    return true;
}

static size_t length_at(hf_str text, size_t at)
{
    return at >= text.len ? 0 : char_length((const unsigned char *)text.ptr + at, text.len - at);
}

// "供水厂" → "供水 水厂", and with has_tail also " 厂", so that one character is found at the end of a run, too.
static void add_bigrams(hf_str run, bool has_tail, hf_buf *out)
{
    size_t at = 0;
    size_t first = length_at(run, 0);
    for (;;) {
        size_t second = length_at(run, at + first);
        if (second == 0) {
            if (has_tail || at == 0) {
                if (at > 0)
                    hf_buf_add_byte(out, ' ');
                hf_buf_add(out, run.ptr + at, first);
            }
            return;
        }
        if (at > 0)
            hf_buf_add_byte(out, ' ');
        hf_buf_add(out, run.ptr + at, first + second);
        at += first;
        first = second;
    }
}

void hf_search_text(hf_str text, hf_buf *out)
{
    HF_CLEANUP(hf_buf_done) hf_buf word = hf_buf_of(WORD_BYTES_MAX);
    word_reader reader = {.text = text};
    char_class kind = SPACE;
    bool is_first = true;
    while (next_word(&reader, &word, &kind)) {
        if (!is_first)
            hf_buf_add_byte(out, ' ');
        is_first = false;
        if (kind == HAN)
            add_bigrams(hf_buf_str(&word), true, out);
        else
            hf_buf_add_str(out, hf_buf_str(&word));
    }
}

void hf_search_query(hf_str query, hf_buf *out)
{
    HF_CLEANUP(hf_buf_done) hf_buf word = hf_buf_of(WORD_BYTES_MAX);
    word_reader reader = {.text = query};
    char_class kind = SPACE;
    bool has_word = next_word(&reader, &word, &kind);
    for (int count = 0; has_word && count < QUERY_WORDS_MAX; count++) {
        if (count > 0)
            hf_buf_add_byte(out, ' ');
        bool is_one_han = kind == HAN && length_at(hf_buf_str(&word), 0) == word.len;
        char_class this_kind = kind;
        hf_buf_add_byte(out, '"');
        if (kind == HAN)
            add_bigrams(hf_buf_str(&word), false, out);
        else
            hf_buf_add_str(out, hf_buf_str(&word));
        hf_buf_add_byte(out, '"');
        has_word = next_word(&reader, &word, &kind);
        if (is_one_han || (!has_word && this_kind == LETTER))
            hf_buf_add_byte(out, '*');
    }
}

size_t hf_text_columns(hf_str text)
{
    size_t columns = 0;
    for (size_t at = 0; at < text.len;) {
        int32_t code = 0;
        size_t left = text.len - at > 4 ? 4 : text.len - at;
        utf8proc_ssize_t length =
            utf8proc_iterate((const uint8_t *)text.ptr + at, (utf8proc_ssize_t)left, &code);
        if (length <= 0) {
            at++;
            columns++;
            continue;
        }
        at += (size_t)length;
        columns += (size_t)utf8proc_charwidth(code);
    }
    return columns;
}

bool hf_text_is_rtl(hf_str text, bool otherwise)
{
    for (size_t at = 0; at < text.len;) {
        int32_t code = 0;
        size_t left = text.len - at > 4 ? 4 : text.len - at;
        utf8proc_ssize_t length =
            utf8proc_iterate((const uint8_t *)text.ptr + at, (utf8proc_ssize_t)left, &code);
        at += length > 0 ? (size_t)length : 1;
        int bidi = length > 0 ? utf8proc_get_property(code)->bidi_class : 0;
        if (bidi == UTF8PROC_BIDI_CLASS_R || bidi == UTF8PROC_BIDI_CLASS_AL)
            return true;
        if (bidi == UTF8PROC_BIDI_CLASS_L)
            return false;
    }
    return otherwise;
}
