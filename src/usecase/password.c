// SPDX-License-Identifier: Apache-2.0
//
// Rules for passwords. The words here are our own few; the list of stolen ones is a file that the operator fetches.
#include "usecase/password.h"

#include <string.h>

#include "base/environment.h"
#include "base/file.h"
#include "base/text.h"

#define WEIGHT_MIN     6u  // less is guessed in a few thousand tries
#define ROW_MIN        3u  // neighbours that make a row
#define WORD_MIN       3u  // a shorter name is in every second word
#define LINE_BYTES_MAX 64u // 40 digits, a colon, a count, CR LF
#define LIST_BYTES_MAX (1ull << 40)

typedef struct {
    uint32_t at[HF_PASSWORD_BYTES_MAX];
    size_t count;
} characters;

// Tried first by everybody, in the languages of the program.
static const char *const tried_first[] = {
    "password", "passwort", "passwd",    "admin",      "administrator", "holdfast", "letmein",
    "welcome",  "changeme", "default",   "secret",     "contraseña",    "clave",    "bienvenido",
    "azerty",   "bonjour",  "bienvenue", "motdepasse", "пароль",        "привет",   "админ",
    "密码",     "管理员",   "مرحبا",     "كلمةالمرور", "iloveyou",      "monkey",   "dragon",
};

// Rows of keyboards, from left to right.
static const char *const key_rows[] = {
    "qwertyuiop", "asdfghjkl", "zxcvbnm",      "azertyuiop",  "qwertzuiop", "qsdfghjklm",
    "wxcvbn",     "yxcvbnm",   "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю",  "1q2w3e4r5t6y7u8i9o0p"};

static uint32_t next_character(hf_str text, size_t *index)
{
    unsigned char first = (unsigned char)text.ptr[*index];
    size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t value = more == 0 ? first : first & (0x3Fu >> more);
    (*index)++;
    for (; more > 0 && *index < text.len; more--)
        value = value << 6 | ((unsigned char)text.ptr[(*index)++] & 0x3Fu);
    return value;
}

// Digits and signs that stand for letters do not make a word another one.
static uint32_t plain(uint32_t c)
{
    static const char signs[] = "@$!";
    static const char letters[] = "asi";
    const char *sign = c < 0x80 && c != 0 ? strchr(signs, (int)c) : NULL;
    if (sign != NULL)
        return (uint32_t)letters[sign - signs];
    if (c >= 'A' && c <= 'Z')
        return c + ('a' - 'A');
    return c >= 0x410 && c <= 0x42F ? c + 0x20 : c; // Cyrillic
}

static uint32_t letter_of_digit(uint32_t c)
{
    static const char letters[] = "oizeasbtbg";
    return c >= '0' && c <= '9' ? (uint32_t)letters[c - '0'] : c;
}

static void read_characters(hf_str text, characters *out)
{
    size_t index = 0;
    out->count = 0;
    while (index < text.len && out->count < HF_COUNT(out->at))
        out->at[out->count++] = plain(next_character(text, &index));
}

// Length of the word if it stands at `from`, else 0.
static size_t word_at(const characters *text, size_t from, const characters *word)
{
    if (word->count < 2 || text->count - from < word->count)
        return 0;
    for (size_t i = 0; i < word->count; i++)
        if (text->at[from + i] != word->at[i] && letter_of_digit(text->at[from + i]) != word->at[i])
            return 0;
    return word->count;
}

// Known of the account: each of the words that blanks separate.
static size_t known_word_at(const characters *text, size_t from, hf_str words)
{
    size_t best = 0;
    hf_str part;
    characters word;
    while (hf_str_split(&words, ' ', &part)) {
        if (part.len > HF_PASSWORD_BYTES_MAX)
            continue;
        read_characters(part, &word);
        size_t length = word.count >= WORD_MIN ? word_at(text, from, &word) : 0;
        best = length > best ? length : best;
    }
    return best;
}

static size_t common_word_at(const characters *text, size_t from)
{
    size_t best = 0;
    characters word;
    for (size_t i = 0; i < HF_COUNT(tried_first); i++) {
        read_characters(hf_str_of(tried_first[i]), &word);
        size_t length = word_at(text, from, &word);
        best = length > best ? length : best;
    }
    return best;
}

// Characters that go up by one, down by one, or stay.
static size_t steps_at(const characters *text, size_t from)
{
    size_t best = 1;
    for (int step = -1; step <= 1; step++) {
        size_t count = 1;
        while (from + count < text->count &&
               (int64_t)text->at[from + count] == (int64_t)text->at[from + count - 1] + step)
            count++;
        best = count > best ? count : best;
    }
    return best;
}

// Neighbours in a row of keys, one way or the other.
static size_t keys_at(const characters *text, size_t from)
{
    size_t best = 1;
    for (size_t i = 0; i < HF_COUNT(key_rows); i++) {
        characters row;
        read_characters(hf_str_of(key_rows[i]), &row);
        for (size_t start = 0; start < row.count; start++) {
            size_t up = 0;
            size_t down = 0;
            while (from + up < text->count && start + up < row.count &&
                   text->at[from + up] == row.at[start + up])
                up++;
            while (from + down < text->count && down <= start &&
                   text->at[from + down] == row.at[start - down])
                down++;
            best = up > best ? up : best;
            best = down > best ? down : best;
        }
    }
    return best;
}

static size_t year_at(const characters *text, size_t from)
{
    if (text->count - from < 4)
        return 0;
    const uint32_t *at = &text->at[from];
    bool is_century = (at[0] == '1' && at[1] == '9') || (at[0] == '2' && at[1] == '0');
    bool is_year = is_century && at[2] >= '0' && at[2] <= '9' && at[3] >= '0' && at[3] <= '9';
    return is_year ? 4 : 0;
}

// How many characters from here on are one thing to guess.
static size_t piece_at(const characters *text, size_t from, const hf_str *words, size_t count)
{
    size_t best = common_word_at(text, from);
    for (size_t i = 0; i < count; i++) {
        size_t known = known_word_at(text, from, words[i]);
        best = known > best ? known : best;
    }
    size_t row = steps_at(text, from);
    size_t keys = keys_at(text, from);
    size_t year = year_at(text, from);
    row = keys > row ? keys : row;
    best = row >= ROW_MIN && row > best ? row : best;
    best = year > best ? year : best;
    return best > 1 ? best : 1;
}

// Without what only repeats the beginning: "abcabcabc" is "abc" and one more.
static void cut_repetition(characters *text, size_t *weight)
{
    for (size_t period = 1; period <= text->count / 2; period++) {
        size_t i = period;
        while (i < text->count && text->at[i] == text->at[i - period])
            i++;
        if (i < text->count)
            continue;
        text->count = period;
        *weight += 1;
        return;
    }
}

size_t hf_password_weight(hf_str password, const hf_str *words, size_t count)
{
    characters text;
    size_t weight = 0;
    read_characters(password, &text);
    cut_repetition(&text, &weight);
    for (size_t i = 0; i < text.count; weight++)
        i += piece_at(&text, i, words, count);
    hf_wipe(&text, sizeof text);
    return weight;
}

// --- the list of stolen ones ---------------------------------------------------------------------

// The line that begins at `from`: its hash, and where the next one begins.
static bool read_line(hf_str list, size_t from, hf_sha1 *hash, size_t *next)
{
    size_t end = from;
    while (end < list.len && end - from <= LINE_BYTES_MAX && list.ptr[end] != '\n')
        end++;
    if (end - from > LINE_BYTES_MAX)
        return false;
    hf_str line = hf_str_trim(hf_str_slice(list, from, end));
    *next = end < list.len ? end + 1 : end;
    return (line.len == 40 || (line.len > 40 && line.ptr[40] == ':')) &&
           hf_hex_parse(hf_str_slice(line, 0, 40), hash->bytes, sizeof hash->bytes);
}

bool hf_breach_list_find(hf_str list, const hf_sha1 *hash, bool *found)
{
    size_t low = 0; // a line begins here; those before it are smaller
    size_t high = list.len;
    *found = false;
    while (low < high) {
        size_t from = low + (high - low) / 2;
        size_t next = 0;
        hf_sha1 there;
        while (from > low && list.ptr[from - 1] != '\n') {
            if (low + (high - low) / 2 - from > LINE_BYTES_MAX)
                return false;
            from--;
        }
        if (!read_line(list, from, &there, &next))
            return false;
        int order = memcmp(there.bytes, hash->bytes, sizeof there.bytes);
        *found = order == 0;
        if (*found)
            return true;
        low = order < 0 ? next : low;
        high = order < 0 ? high : from;
    }
    return true;
}

static bool bad_list(const char *path, hf_error *err)
{
    return hf_fail(err, HF_ERR_UNREACHABLE, "account.breach_list",
                   "the list of stolen passwords '%s' cannot be used; it must have SHA-1 hashes "
                   "in order, one a line",
                   path);
}

static bool is_breached(hf_str password, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
    const char *path = hf_env_value(HF_ENV_BREACH_LIST);
    hf_error unread = {0};
    *out = false;
    if (path == NULL)
        return true;
    hf_sha1 hash = hf_sha1_of(password);
    return (hf_file_map_open(path, LIST_BYTES_MAX, &map, &unread) &&
            hf_breach_list_find(map.bytes, &hash, out)) ||
           bad_list(path, err);
}

// --- all of it -----------------------------------------------------------------------------------

static bool refuse(const char *code, const char *why, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", why);
    return hf_fail_at(err, "/password", 0, "password");
}

static bool is_writable(hf_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return false;
    return hf_utf8_valid(text, NULL);
}

bool hf_password_check(hf_str password, const hf_str *words, size_t count, hf_error *err)
{
    characters text;
    bool breached = false;
    if (password.len > HF_PASSWORD_BYTES_MAX)
        return refuse("account.password_long", "the password is longer than 128 characters", err);
    if (!is_writable(password))
        return refuse("account.password_text",
                      "the password has a character that no keyboard gives", err);
    read_characters(password, &text);
    hf_wipe(text.at, sizeof text.at);
    if (text.count < HF_PASSWORD_CHARACTERS_MIN)
        return refuse("account.password_short", "the password has less than 12 characters", err);
    if (text.count > HF_PASSWORD_CHARACTERS_MAX)
        return refuse("account.password_long", "the password is longer than 128 characters", err);
    if (hf_password_weight(password, words, count) < WEIGHT_MIN)
        return refuse("account.password_weak",
                      "the password is among the first that are tried: names, known words, rows of "
                      "keys; take a few words that nothing joins",
                      err);
    if (!is_breached(password, &breached, err))
        return false;
    return !breached || refuse("account.password_breached",
                               "this password was stolen elsewhere and is tried by many; take "
                               "another one, and change it where you used it",
                               err);
}
