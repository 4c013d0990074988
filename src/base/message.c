// SPDX-License-Identifier: Apache-2.0
//
// Messages: finds a text in the packed catalogue of a language and fills in its values. The patterns were
// checked when the program was built (tools/pack_messages.py); the web reads the same syntax.
#include "base/message.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/catalogue.h"

enum { NESTING_MAX = 6 };

const char *const hf_lang_codes[] = {
    [HF_LANG_AR] = "ar", [HF_LANG_ZH] = "zh", [HF_LANG_EN] = "en",    [HF_LANG_FR] = "fr",
    [HF_LANG_RU] = "ru", [HF_LANG_ES] = "es", [HF_LANG_COUNT] = NULL,
};

static const struct {
    const char *group;   // between groups of three digits
    const char *decimal; // before the fraction
    int first_group;     // digits from which groups are set apart (CLDR minimum grouping digits)
} languages[HF_LANG_COUNT] = {
    [HF_LANG_AR] = {",", ".", 4},      [HF_LANG_ZH] = {",", ".", 4},
    [HF_LANG_EN] = {",", ".", 4},      [HF_LANG_FR] = {"\u202F", ",", 4},
    [HF_LANG_RU] = {"\u00A0", ",", 4}, [HF_LANG_ES] = {".", ",", 5},
};

bool hf_lang_parse(hf_str code, hf_lang *out)
{
    hf_str base = hf_str_slice(code, 0, 2);
    if (code.len > 2 && code.ptr[2] != '-' && code.ptr[2] != '_')
        return false;
    for (int i = 0; i < HF_LANG_COUNT; i++) {
        if (hf_str_equal_ascii_case(base, hf_str_of(hf_lang_codes[i]))) {
            *out = (hf_lang)i;
            return true;
        }
    }
    return false;
}

const char *hf_lang_code(hf_lang lang)
{
    HF_ASSERT(lang < HF_LANG_COUNT);
    return hf_lang_codes[lang];
}

bool hf_lang_is_rtl(hf_lang lang)
{
    return lang == HF_LANG_AR;
}

// ---- numbers ----

// Up to this many decimals are shown when a message does not say how many, as Intl.NumberFormat does.
enum { DECIMALS_AS_NEEDED = 3 };

static void add_grouped(hf_lang lang, hf_str digits, hf_buf *out)
{
    bool has_groups = digits.len >= (size_t)languages[lang].first_group;
    for (size_t i = 0; i < digits.len; i++) {
        if (has_groups && i > 0 && (digits.len - i) % 3 == 0)
            hf_buf_add_z(out, languages[lang].group);
        hf_buf_add_byte(out, digits.ptr[i]);
    }
}

void hf_message_number(hf_lang lang, double value, int decimals, hf_buf *out)
{
    HF_ASSERT(lang < HF_LANG_COUNT && decimals <= 20);
    if (!isfinite(value)) {
        hf_buf_add_z(out, isnan(value) ? "–" : value < 0 ? "−∞" : "∞");
        return;
    }
    char text[400]; // DBL_MAX has 309 digits
    int places = decimals < 0 ? DECIMALS_AS_NEEDED : decimals;
    int len = snprintf(text, sizeof text, "%.*f", places, fabs(value));
    size_t whole = (size_t)len - (places > 0 ? (size_t)places + 1 : 0);
    size_t end = (size_t)len;
    if (decimals < 0) {
        while (end > whole && (text[end - 1] == '0' || end - 1 == whole))
            end--;
    }
    bool is_zero = strspn(text, "0.,") == (size_t)len;
    if (value < 0 && !is_zero)
        hf_buf_add_byte(out, '-');
    add_grouped(lang, (hf_str){text, whole}, out);
    if (end > whole) {
        hf_buf_add_z(out, languages[lang].decimal);
        hf_buf_add(out, text + whole + 1, end - whole - 1);
    }
}

static const char *russian_plural(double n)
{
    double tens = fmod(n, 100);
    double ones = fmod(n, 10);
    if (ones == 1 && tens != 11)
        return "one";
    if (ones >= 2 && ones <= 4 && (tens < 12 || tens > 14))
        return "few";
    return "many";
}

static const char *arabic_plural(double n)
{
    double tens = fmod(n, 100);
    if (n == 0)
        return "zero";
    if (n == 1)
        return "one";
    if (n == 2)
        return "two";
    if (tens >= 3 && tens <= 10)
        return "few";
    if (tens >= 11)
        return "many";
    return "other";
}

// Plural category (Unicode CLDR 42, cardinal rules). Only whole numbers have others than "other", but for French.
static const char *plural_category(hf_lang lang, double value)
{
    double n = fabs(value);
    bool is_whole = n == floor(n);
    switch (lang) {
    case HF_LANG_AR:
        return is_whole ? arabic_plural(n) : "other";
    case HF_LANG_RU:
        return is_whole ? russian_plural(n) : "other";
    case HF_LANG_FR:
        return n < 2 ? "one" : "other";
    case HF_LANG_EN:
    case HF_LANG_ES:
        return n == 1 ? "one" : "other";
    case HF_LANG_ZH:
    case HF_LANG_COUNT:
        return "other";
    }
    return "other";
}

// ---- patterns ----

typedef struct {
    hf_lang lang;
    const hf_message_value *values;
    size_t value_count;
    hf_buf *out;
} filling;

static const hf_message_value *find_value(const filling *f, hf_str name)
{
    for (size_t i = 0; i < f->value_count; i++) {
        if (hf_str_equal_z(name, f->values[i].name))
            return &f->values[i];
    }
    return NULL;
}

static void add_value(const filling *f, const hf_message_value *value)
{
    if (value->is_number)
        hf_message_number(f->lang, value->number, -1, f->out);
    else
        hf_buf_add_str(f->out, value->text);
}

// Index of the brace that closes the one at `open`; text.len when there is none.
static size_t closing_brace(hf_str text, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < text.len; i++) {
        if (text.ptr[i] == '{')
            depth++;
        else if (text.ptr[i] == '}' && --depth == 0)
            return i;
    }
    return text.len;
}

// Takes "category {pattern}" off the front of the cases.
static bool next_case(hf_str *cases, hf_str *category, hf_str *pattern)
{
    size_t open = hf_str_find_byte(*cases, '{', 0);
    size_t close = closing_brace(*cases, open);
    if (open == cases->len || close == cases->len)
        return false;
    *category = hf_str_trim(hf_str_slice(*cases, 0, open));
    *pattern = hf_str_slice(*cases, open + 1, close);
    *cases = hf_str_slice(*cases, close + 1, cases->len);
    return true;
}

static bool is_exact_case(hf_str category, double number)
{
    double wanted = 0;
    return hf_str_starts(category, "=") &&
           hf_parse_double(hf_str_slice(category, 1, category.len), &wanted) && wanted == number;
}

// The pattern of the case that fits: an exact "=n" before the category, "other" when none fits.
static hf_str choose(const filling *f, hf_str cases, const hf_message_value *value, bool is_plural)
{
    hf_str wanted = HF_STR("other");
    if (value != NULL && is_plural)
        wanted = hf_str_of(plural_category(f->lang, value->number));
    else if (value != NULL)
        wanted = value->text;
    hf_str category = HF_STR_EMPTY;
    hf_str pattern = HF_STR_EMPTY;
    hf_str best = HF_STR_EMPTY;
    hf_str other = HF_STR_EMPTY;
    while (next_case(&cases, &category, &pattern)) {
        if (is_plural && value != NULL && is_exact_case(category, value->number))
            return pattern;
        if (hf_str_equal(category, wanted))
            best = pattern;
        if (hf_str_equal_z(category, "other"))
            other = pattern;
    }
    return best.ptr != NULL ? best : other;
}

static void fill(const filling *f, hf_str pattern, const hf_message_value *counted, int nesting);

// `inside` is what stands between the braces of an argument.
static void fill_argument(const filling *f, hf_str inside, int nesting)
{
    hf_str rest = inside;
    hf_str name = HF_STR_EMPTY;
    hf_str kind = HF_STR_EMPTY;
    (void)hf_str_split(&rest, ',', &name);
    const hf_message_value *value = find_value(f, hf_str_trim(name));
    if (!hf_str_split(&rest, ',', &kind)) {
        if (value != NULL) {
            add_value(f, value);
            return;
        }
        // A forgotten value shows its name, so that the gap is seen.
        hf_buf_add_byte(f->out, '{');
        hf_buf_add_str(f->out, inside);
        hf_buf_add_byte(f->out, '}');
        return;
    }
    bool is_plural = hf_str_equal_z(hf_str_trim(kind), "plural");
    hf_str pattern = choose(f, rest, value, is_plural);
    fill(f, pattern, is_plural ? value : NULL, nesting + 1);
}

// Recursion is bounded by NESTING_MAX.
static void fill(const filling *f, hf_str pattern, const hf_message_value *counted, int nesting)
{
    if (nesting > NESTING_MAX)
        return;
    for (size_t at = 0; at < pattern.len;) {
        char c = pattern.ptr[at];
        if (c == '#' && counted != NULL) {
            add_value(f, counted);
            at++;
            continue;
        }
        size_t close = c == '{' ? closing_brace(pattern, at) : pattern.len;
        if (close == pattern.len) {
            hf_buf_add_byte(f->out, c);
            at++;
            continue;
        }
        fill_argument(f, hf_str_slice(pattern, at + 1, close), nesting);
        at = close + 1;
    }
}

void hf_message_fill(hf_lang lang, hf_str pattern, const hf_message_value *values,
                     size_t value_count, hf_buf *out)
{
    HF_ASSERT(lang < HF_LANG_COUNT);
    fill(&(filling){lang, values, value_count, out}, pattern, NULL, 0);
}

// ---- catalogues ----

// NULL when the language has no such key. Keys are sorted by bytes.
static const char *find_text(hf_lang lang, const char *key)
{
    HF_ASSERT(lang < HF_LANG_COUNT);
    const hf_catalogue *catalogue = &hf_catalogues[lang];
    size_t from = 0;
    size_t to = catalogue->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(key, catalogue->keys[middle]);
        if (order == 0)
            return catalogue->texts[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

bool hf_message(hf_lang lang, const char *key, const hf_message_value *values, size_t value_count,
                hf_buf *out)
{
    const char *text = find_text(lang, key);
    if (text == NULL) {
        hf_buf_add_z(out, key);
        return false;
    }
    hf_message_fill(lang, hf_str_of(text), values, value_count, out);
    return true;
}

bool hf_message_exists(const char *key)
{
    return find_text(HF_LANG_EN, key) != NULL;
}

hf_str hf_message_text(hf_lang lang, const char *key, hf_arena *arena)
{
    const char *text = find_text(lang, key);
    return text != NULL ? hf_str_of(text) : hf_str_copy(arena, hf_str_of(key));
}
