// SPDX-License-Identifier: Apache-2.0
//
// One field at a time: from a table cell, from JSON, to a table cell, comparison. All bounds of the
// field tables are enforced here, so no other floor checks a single field again.
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "model/noun.h"

static bool fail_field(const hf_field *field, hf_error *err)
{
    return hf_fail_at(err, NULL, 0, field->name);
}

size_t hf_field_max_bytes(const hf_field *field)
{
    if (field->max_bytes > 0)
        return field->max_bytes;
    return field->type == HF_KEY || field->type == HF_REF || field->type == HF_LINK
               ? HF_KEY_BYTES_MAX
               : HF_TEXT_BYTES_MAX;
}

static bool has_control_bytes(hf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r')
            return true;
    }
    return false;
}

static bool is_printable_ascii(hf_str text)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < text.len; i++)
        wrong |= (unsigned char)text.ptr[i] - 0x20u > 0x5eu;
    return wrong == 0;
}

static bool set_text_value(const hf_field *field, void *record, hf_str text, hf_arena *arena,
                           hf_error *err)
{
    hf_str *at = hf_field_at(field, record);
    if (text.len > hf_field_max_bytes(field)) {
        hf_fail(err, HF_ERR_INPUT, "field.too_long",
                "%s has %zu bytes; at most %zu are kept, shorten it", field->name, text.len,
                hf_field_max_bytes(field));
        return fail_field(field, err);
    }
    if (!is_printable_ascii(text) && (has_control_bytes(text) || !hf_utf8_valid(text, NULL))) {
        hf_fail(err, HF_ERR_INPUT, "field.not_text",
                "%s holds bytes that are not UTF-8 text; save the source as UTF-8", field->name);
        return fail_field(field, err);
    }
    *at = arena != NULL ? hf_str_copy(arena, text) : text;
    return true;
}

static bool in_bounds(const hf_field *field, double value, hf_error *err)
{
    if (field->min == field->max || (value >= field->min && value <= field->max))
        return true;
    const char *code = (field->flags & (HF_FIELD_LON | HF_FIELD_LAT)) != 0
                           ? "field.coordinate_range"
                           : "field.out_of_range";
    hf_fail(err, HF_ERR_INPUT, code, "%s is %.15g; it must lie between %.15g and %.15g%s%s",
            field->name, value, field->min, field->max, field->unit != NULL ? " " : "",
            field->unit != NULL ? field->unit : "");
    return fail_field(field, err);
}

static bool set_number(const hf_field *field, void *record, double value, hf_error *err)
{
    if (!in_bounds(field, value, err))
        return false;
    *(double *)hf_field_at(field, record) = value;
    return true;
}

static bool set_integer(const hf_field *field, void *record, int64_t value, hf_error *err)
{
    if (!in_bounds(field, (double)value, err))
        return false;
    *(int64_t *)hf_field_at(field, record) = value;
    return true;
}

// A cell as a double; with a decimal comma "1.234,5" is 1234.5 and "1,5" is 1.5.
static bool read_number(hf_str text, bool decimal_comma, double *out)
{
    char plain[64];
    size_t length = 0;
    if (!decimal_comma)
        return hf_parse_double(text, out);
    if (text.len >= sizeof(plain))
        return false;
    bool has_comma = hf_str_find_byte(text, ',', 0) < text.len;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '.' && has_comma)
            continue; // group mark
        plain[length++] = text.ptr[i] == ',' ? '.' : text.ptr[i];
    }
    return hf_parse_double((hf_str){plain, length}, out);
}

static bool fail_not_a_number(const hf_field *field, hf_str text, const char *what, hf_error *err)
{
    hf_str shown = hf_str_slice(text, 0, 60);
    hf_fail(err, HF_ERR_INPUT, "field.not_a_number", "%s is '%.*s'; write %s", field->name,
            HF_STR_ARG(shown), what);
    return fail_field(field, err);
}

static bool read_integer(const hf_field *field, void *record, hf_str text, bool decimal_comma,
                         hf_error *err)
{
    int64_t value = 0;
    double number = 0;
    if (hf_parse_i64(text, &value))
        return set_integer(field, record, value, err);
    // "1200.0" and "1e6" are whole numbers too; spreadsheets write them so.
    if (read_number(text, decimal_comma, &number) && number == floor(number) && fabs(number) < 9e15)
        return set_integer(field, record, (int64_t)number, err);
    return fail_not_a_number(field, text, "a whole number", err);
}

static bool fail_unknown_word(const hf_field *field, hf_str text, hf_error *err)
{
    char known[200];
    size_t used = 0;
    for (size_t i = 0; field->words[i] != NULL; i++) {
        size_t length = strlen(field->words[i]);
        if (used + length + 3 >= sizeof(known))
            continue;
        memcpy(known + used, i > 0 ? ", " : "", i > 0 ? 2 : 0);
        used += i > 0 ? 2 : 0;
        memcpy(known + used, field->words[i], length);
        used += length;
    }
    hf_str shown = hf_str_slice(text, 0, 60);
    hf_fail(err, HF_ERR_INPUT, "field.unknown_word", "%s is '%.*s'; write one of %.*s", field->name,
            HF_STR_ARG(shown), (int)used, known);
    return fail_field(field, err);
}

int32_t hf_word_at(const char *const *words, hf_str text)
{
    for (int32_t i = 0; words[i] != NULL; i++)
        if (hf_str_equal_z(text, words[i]))
            return i;
    return HF_WORD_NONE;
}

static bool find_word(const hf_field *field, hf_str text, size_t *out, hf_error *err)
{
    for (size_t i = 0; field->words[i] != NULL; i++)
        if (hf_str_equal_ascii_case(text, hf_str_of(field->words[i]))) {
            *out = i;
            return true;
        }
    return fail_unknown_word(field, text, err);
}

static bool read_word(const hf_field *field, void *record, hf_str text, hf_error *err)
{
    size_t word = 0;
    hf_marking marking = HF_TLP_AMBER;
    if (field->words == hf_marking_words && hf_marking_parse(text, &marking)) {
        *(int32_t *)hf_field_at(field, record) = (int32_t)marking;
        return true;
    }
    if (!find_word(field, text, &word, err))
        return false;
    *(int32_t *)hf_field_at(field, record) = (int32_t)word;
    return true;
}

static bool read_bool(const hf_field *field, void *record, hf_str text, hf_error *err)
{
    static const char *const yes[] = {"true", "t", "yes", "y", "1"};
    static const char *const no[] = {"false", "f", "no", "n", "0"};
    bool *at = hf_field_at(field, record);
    for (size_t i = 0; i < HF_COUNT(yes); i++) {
        if (hf_str_equal_ascii_case(text, hf_str_of(yes[i])) ||
            hf_str_equal_ascii_case(text, hf_str_of(no[i]))) {
            *at = hf_str_equal_ascii_case(text, hf_str_of(yes[i]));
            return true;
        }
    }
    hf_str shown = hf_str_slice(text, 0, 60);
    hf_fail(err, HF_ERR_INPUT, "field.unknown_word", "%s is '%.*s'; write true or false",
            field->name, HF_STR_ARG(shown));
    return fail_field(field, err);
}

static bool parts_words(char byte)
{
    return byte == ' ' || byte == ',' || byte == ';' || byte == '|' || byte == '\t' ||
           byte == '\n' || byte == '\r';
}

// Words separated by white space, comma, semicolon or bar become sorted and unique, one space between.
static bool read_list(const hf_field *field, void *record, hf_str text, hf_arena *arena,
                      hf_error *err)
{
    hf_str words[256];
    size_t count = 0;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    for (size_t i = 0; i < text.len;) {
        size_t start = i;
        while (i < text.len && !parts_words(text.ptr[i]))
            i++;
        hf_str word = hf_str_slice(text, start, i++);
        size_t place = 0, known = 0;
        if (field->words != NULL && word.len > 0) {
            if (!find_word(field, word, &known, err))
                return false;
            word = hf_str_of(field->words[known]);
        }
        while (place < count && hf_str_compare(words[place], word) < 0)
            place++;
        if (word.len == 0 || (place < count && hf_str_equal(words[place], word)))
            continue;
        if (count == HF_COUNT(words)) {
            hf_fail(err, HF_ERR_INPUT, "field.too_long", "%s has more than 256 words; shorten it",
                    field->name);
            return fail_field(field, err);
        }
        memmove(&words[place + 1], &words[place], (count - place) * sizeof(words[0]));
        words[place] = word;
        count++;
    }
    char *joined = hf_arena_take(&scratch, text.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            joined[length++] = ' ';
        memcpy(joined + length, words[i].ptr, words[i].len);
        length += words[i].len;
    }
    HF_ASSERT(arena != NULL || length == 0);
    return set_text_value(field, record, (hf_str){joined, length}, arena, err);
}

static bool read_json_cell(const hf_field *field, void *record, hf_str text, hf_arena *arena,
                           hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *value = NULL;
    if (!hf_json_parse(text, &scratch, &value, err))
        return fail_field(field, err);
    return hf_field_set_json(field, record, value, arena, err);
}

// An empty cell: the field's default, or nothing.
static bool clear(const hf_field *field, void *record, hf_error *err)
{
    if (field->fallback != NULL)
        return hf_field_set_text(field, record, hf_str_of(field->fallback), false, NULL, err);
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        *(hf_str *)hf_field_at(field, record) = HF_STR_EMPTY;
        break;
    case HF_WORD:
        *(int32_t *)hf_field_at(field, record) = HF_WORD_NONE;
        break;
    case HF_INTEGER:
    case HF_TIME:
        *(int64_t *)hf_field_at(field, record) = HF_INTEGER_NONE;
        break;
    case HF_NUMBER:
        *(double *)hf_field_at(field, record) = (double)NAN;
        break;
    case HF_BOOL:
        *(bool *)hf_field_at(field, record) = false;
        break;
    }
    return true;
}

// An amount in its shortest spelling, so that 2, 2.0 and "2,0" under a decimal comma are the same fact. Other words,
// and what the caller only lends, stay as they are.
static bool set_amount(const hf_field *field, void *record, hf_str text, bool decimal_comma,
                       hf_arena *arena, hf_error *err)
{
    char plain[32];
    double number = 0;
    if (arena == NULL || !read_number(text, decimal_comma, &number))
        return set_text_value(field, record, text, arena, err);
    return set_text_value(field, record, (hf_str){plain, hf_format_double(number, plain)}, arena,
                          err);
}

bool hf_field_set_text(const hf_field *field, void *record, hf_str text, bool decimal_comma,
                       hf_arena *arena, hf_error *err)
{
    double number = 0;
    hf_str trimmed = hf_str_trim(text);
    if (trimmed.len == 0)
        return clear(field, record, err);
    switch (field->type) {
    case HF_TEXT:
        if ((field->flags & HF_FIELD_AMOUNT) != 0)
            return set_amount(field, record, trimmed, decimal_comma, arena, err);
        return set_text_value(field, record, (field->flags & HF_FIELD_EXACT) != 0 ? text : trimmed,
                              arena, err);
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
        return set_text_value(field, record, trimmed, arena, err);
    case HF_LIST:
        return read_list(field, record, trimmed, arena, err);
    case HF_JSON:
        return read_json_cell(field, record, trimmed, arena, err);
    case HF_WORD:
        return read_word(field, record, trimmed, err);
    case HF_BOOL:
        return read_bool(field, record, trimmed, err);
    case HF_INTEGER:
        return read_integer(field, record, trimmed, decimal_comma, err);
    case HF_NUMBER:
        if (!read_number(trimmed, decimal_comma, &number))
            return fail_not_a_number(field, trimmed, "a number", err);
        return set_number(field, record, number, err);
    case HF_TIME:
        if (!hf_time_parse(trimmed, hf_field_at(field, record)))
            return fail_not_a_number(field, trimmed, "a time such as 2026-11-23T10:00:00Z", err);
        return true;
    }
    return false;
}

static bool set_json_list(const hf_field *field, void *record, const hf_json *value,
                          hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf joined = hf_buf_of(HF_TEXT_BYTES_MAX * 4);
    for (const hf_json *item = value->child; item != NULL; item = item->next) {
        if (item->type != HF_JSON_TEXT) {
            hf_fail(err, HF_ERR_INPUT, "field.wrong_type",
                    "%s holds something else than texts; write a list of texts", field->name);
            return fail_field(field, err);
        }
        hf_buf_add_byte(&joined, ' ');
        hf_buf_add_str(&joined, item->text);
    }
    return hf_field_set_text(field, record, hf_buf_str(&joined), false, arena, err);
}

static bool set_json_document(const hf_field *field, void *record, const hf_json *value,
                              hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf canonical = hf_buf_of(hf_field_max_bytes(field));
    hf_json_canonical(value, &canonical);
    if (canonical.overflow) {
        hf_fail(err, HF_ERR_INPUT, "field.too_long",
                "%s is longer than %zu bytes as JSON; shorten it", field->name,
                hf_field_max_bytes(field));
        return fail_field(field, err);
    }
    *(hf_str *)hf_field_at(field, record) = hf_buf_copy(arena, &canonical);
    return true;
}

static bool fail_type(const hf_field *field, const char *wanted, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "field.wrong_type", "%s is of another type; write %s", field->name,
            wanted);
    return fail_field(field, err);
}

bool hf_field_set_json(const hf_field *field, void *record, const hf_json *value, hf_arena *arena,
                       hf_error *err)
{
    if (value->type == HF_JSON_NULL)
        return clear(field, record, err);
    switch (field->type) {
    case HF_JSON:
        return set_json_document(field, record, value, arena, err);
    case HF_LIST:
        if (value->type == HF_JSON_ARRAY)
            return set_json_list(field, record, value, arena, err);
        break;
    case HF_BOOL:
        if (value->type != HF_JSON_BOOL)
            return fail_type(field, "true or false", err);
        *(bool *)hf_field_at(field, record) = value->boolean;
        return true;
    case HF_NUMBER:
        if (value->type != HF_JSON_INT && value->type != HF_JSON_DOUBLE)
            return fail_type(field, "a number", err);
        return set_number(field, record, value->number, err);
    case HF_INTEGER:
        if (value->type != HF_JSON_INT && value->type != HF_JSON_DOUBLE)
            return fail_type(field, "a whole number", err);
        return read_integer(field, record, value->text, false, err);
    case HF_TEXT:
        if ((field->flags & HF_FIELD_AMOUNT) != 0 &&
            (value->type == HF_JSON_INT || value->type == HF_JSON_DOUBLE))
            return hf_field_set_text(field, record, value->text, false, arena, err);
        break;
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_WORD:
    case HF_TIME:
        break;
    }
    if (value->type != HF_JSON_TEXT)
        return fail_type(field, field->type == HF_LIST ? "a list of texts" : "a text", err);
    return hf_field_set_text(field, record, value->text, false, arena, err);
}

bool hf_field_is_empty(const hf_field *field, const void *record)
{
    const void *at = hf_field_of(field, record);
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        return ((const hf_str *)at)->len == 0;
    case HF_WORD:
        return *(const int32_t *)at < 0;
    case HF_INTEGER:
    case HF_TIME:
        return *(const int64_t *)at == HF_INTEGER_NONE;
    case HF_NUMBER:
        return isnan(*(const double *)at);
    case HF_BOOL:
        return false;
    }
    return true;
}

bool hf_field_equal(const hf_field *field, const void *a, const void *b)
{
    const void *left = hf_field_of(field, a);
    const void *right = hf_field_of(field, b);
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        return hf_str_equal(*(const hf_str *)left, *(const hf_str *)right);
    case HF_WORD:
        return *(const int32_t *)left == *(const int32_t *)right;
    case HF_INTEGER:
    case HF_TIME:
        return *(const int64_t *)left == *(const int64_t *)right;
    case HF_NUMBER: {
        double x = *(const double *)left;
        double y = *(const double *)right;
        return isnan(x) ? isnan(y) : (x >= y && x <= y);
    }
    case HF_BOOL:
        return *(const bool *)left == *(const bool *)right;
    }
    return false;
}

void hf_field_write_text(const hf_field *field, const void *record, hf_buf *out)
{
    const void *at = hf_field_of(field, record);
    if (hf_field_is_empty(field, record))
        return;
    switch (field->type) {
    case HF_TEXT:
    case HF_KEY:
    case HF_REF:
    case HF_LINK:
    case HF_LIST:
    case HF_JSON:
        hf_buf_add_str(out, *(const hf_str *)at);
        break;
    case HF_WORD:
        hf_buf_add_z(out, field->words[*(const int32_t *)at]);
        break;
    case HF_INTEGER:
        hf_buf_add_i64(out, *(const int64_t *)at);
        break;
    case HF_NUMBER:
        hf_buf_add_double(out, *(const double *)at);
        break;
    case HF_BOOL:
        hf_buf_add_z(out, *(const bool *)at ? "true" : "false");
        break;
    case HF_TIME: {
        char text[32];
        hf_time_format(*(const int64_t *)at, text);
        hf_buf_add_z(out, text);
        break;
    }
    }
}
