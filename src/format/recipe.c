// SPDX-License-Identifier: Apache-2.0
//
// Parses recipes, strictly: an unknown word is an error, so that a slip of the pen cannot lose data silently.
// Every fault names its place as a JSON pointer.
#include "format/recipe.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

typedef struct {
    hf_arena *arena;
    hf_import_recipe *recipe;
    char where[200]; // JSON pointer
} parser;

static bool fail(const parser *p, const char *code, const char *what, hf_str word, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s: '%.*s'", what, HF_STR_ARG(hf_str_slice(word, 0, 80)));
    return hf_fail_at(err, p->where, 0, NULL);
}

// Moves the place to a member for the time of a call; returns the old length.
static size_t enter(parser *p, hf_str name)
{
    size_t old = strlen(p->where);
    (void)snprintf(p->where + old, sizeof p->where - old, "/%.*s",
                   HF_STR_ARG(hf_str_slice(name, 0, 60)));
    return old;
}

static bool text_of(parser *p, const hf_json *json, hf_str *out, hf_error *err)
{
    if (json->type != HF_JSON_TEXT)
        return fail(p, "recipe.wrong_type", "a text is expected here", json->name, err);
    *out = json->text;
    return true;
}

// A text or a list of texts.
static bool texts_of(parser *p, const hf_json *json, hf_strs *out, hf_error *err)
{
    hf_str text;
    if (json->type == HF_JSON_TEXT) {
        HF_VEC_ADD(p->arena, out, json->text);
        return true;
    }
    if (json->type != HF_JSON_ARRAY || json->child_count > HF_RECIPE_ITEMS_MAX)
        return fail(p, "recipe.wrong_type", "a text or a list of texts is expected here",
                    json->name, err);
    for (const hf_json *item = json->child; item != NULL; item = item->next) {
        if (!text_of(p, item, &text, err))
            return false;
        HF_VEC_ADD(p->arena, out, text);
    }
    return true;
}

static bool number_of(parser *p, const hf_json *json, double *out, hf_error *err)
{
    if (json->type != HF_JSON_INT && json->type != HF_JSON_DOUBLE)
        return fail(p, "recipe.wrong_type", "a number is expected here", json->name, err);
    *out = json->number;
    return true;
}

static bool bool_of(parser *p, const hf_json *json, bool *out, hf_error *err)
{
    if (json->type != HF_JSON_BOOL)
        return fail(p, "recipe.wrong_type", "true or false is expected here", json->name, err);
    *out = json->boolean;
    return true;
}

static size_t slot_of(parser *p, hf_str name)
{
    hf_strs *slots = &p->recipe->slots;
    for (size_t i = 0; i < slots->count; i++)
        if (hf_str_equal_ascii_case(slots->items[i], name))
            return i;
    HF_VEC_ADD(p->arena, slots, name);
    return slots->count - 1;
}

static bool parameter_of(parser *p, hf_str name, size_t *index, hf_error *err)
{
    for (*index = 0; *index < p->recipe->parameters.count; (*index)++)
        if (hf_str_equal(p->recipe->parameters.items[*index].name, name))
            return true;
    return fail(p, "recipe.parameter_unknown", "no such parameter in \"parameters\"", name, err);
}

static bool table_of(parser *p, hf_str name, size_t *index, hf_error *err)
{
    for (*index = 0; *index < p->recipe->tables.count; (*index)++)
        if (hf_str_equal(p->recipe->tables.items[*index].name, name))
            return true;
    return fail(p, "recipe.table_unknown", "no such table in \"tables\"", name, err);
}

// --- values ----------------------------------------------------------------------------------------------

static bool template_of(parser *p, hf_str text, hf_recipe_value *value, hf_error *err)
{
    hf_recipe_part part;
    for (size_t i = 0; i < text.len;) {
        size_t open = hf_str_find_byte(text, '{', i);
        if (open > i) {
            part = (hf_recipe_part){.text = hf_str_slice(text, i, open)};
            HF_VEC_ADD(p->arena, &value->parts, part);
        }
        if (open >= text.len)
            break;
        if (open + 1 < text.len && text.ptr[open + 1] == '{') {
            part = (hf_recipe_part){.text = HF_STR("{")};
            HF_VEC_ADD(p->arena, &value->parts, part);
            i = open + 2;
            continue;
        }
        size_t close = hf_str_find_byte(text, '}', open);
        hf_str name = hf_str_slice(text, open + 1, close);
        if (close >= text.len || name.len == 0)
            return fail(p, "recipe.template", "a { without its name and }; write {{ for a plain {",
                        text, err);
        part = (hf_recipe_part){.kind = HF_PART_SLOT, .text = name};
        if (name.ptr[0] == '$') {
            part.kind = HF_PART_PARAMETER;
            if (!parameter_of(p, hf_str_slice(name, 1, name.len), &part.index, err))
                return false;
        } else {
            part.index = slot_of(p, name);
        }
        HF_VEC_ADD(p->arena, &value->parts, part);
        i = close + 1;
    }
    if (text.len == 0) {
        part = (hf_recipe_part){.text = HF_STR("")};
        HF_VEC_ADD(p->arena, &value->parts, part);
    }
    return true;
}

static bool value_of(parser *p, const hf_json *json, const hf_recipe_value **out, hf_error *err);

// A table written in place: {"a": "b"}.
static bool inline_table(parser *p, const hf_json *json, size_t *index, hf_error *err)
{
    hf_recipe_table table = {.words = hf_map_of(p->arena, json->child_count)};
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        if (m->type != HF_JSON_TEXT)
            return fail(p, "recipe.wrong_type", "a table maps texts to texts", m->name, err);
        hf_map_set(&table.words, m->name, (uint32_t)table.values.count);
        HF_VEC_ADD(p->arena, &table.values, m->text);
    }
    *index = p->recipe->tables.count;
    HF_VEC_ADD(p->arena, &p->recipe->tables, table);
    return true;
}

static bool map_step(parser *p, const hf_json *m, hf_recipe_step *step, hf_error *err)
{
    step->kind = HF_STEP_MAP;
    if (m->type == HF_JSON_OBJECT)
        return inline_table(p, m, &step->table, err);
    hf_str name;
    return text_of(p, m, &name, err) && table_of(p, name, &step->table, err);
}

static const struct {
    const char *name;
    hf_recipe_step_kind kind;
} flag_steps[] = {{"round", HF_STEP_ROUND},
                  {"lower", HF_STEP_LOWER},
                  {"upper", HF_STEP_UPPER},
                  {"slug", HF_STEP_SLUG}};

// One member of a value object that changes what came before. *is_step false: it is none.
static bool step_of(parser *p, const hf_json *m, hf_recipe_step *step, bool *is_step, hf_error *err)
{
    *is_step = true;
    *step = (hf_recipe_step){0};
    for (size_t i = 0; i < HF_COUNT(flag_steps); i++)
        if (hf_str_equal_z(m->name, flag_steps[i].name)) {
            step->kind = flag_steps[i].kind;
            return bool_of(p, m, is_step, err);
        }
    if (hf_str_equal_z(m->name, "map"))
        return map_step(p, m, step, err);
    if (hf_str_equal_z(m->name, "tag")) {
        step->kind = HF_STEP_TAG;
        return text_of(p, m, &step->text, err);
    }
    if (hf_str_equal_z(m->name, "scale")) {
        step->kind = HF_STEP_SCALE;
        return number_of(p, m, &step->number, err);
    }
    if (hf_str_equal_z(m->name, "missing")) {
        step->kind = HF_STEP_MISSING;
        return texts_of(p, m, &step->words, err);
    }
    if (hf_str_equal_z(m->name, "else")) {
        step->kind = HF_STEP_ELSE;
        return value_of(p, m, &step->value, err);
    }
    if (hf_str_equal_z(m->name, "before") || hf_str_equal_z(m->name, "after")) {
        step->kind = m->name.ptr[0] == 'b' ? HF_STEP_BEFORE : HF_STEP_AFTER;
        return text_of(p, m, &step->text, err);
    }
    if (hf_str_equal_z(m->name, "wkt")) {
        step->kind = hf_str_equal_z(m->text, "lon") ? HF_STEP_WKT_LON : HF_STEP_WKT_LAT;
        if (m->type == HF_JSON_TEXT &&
            (hf_str_equal_z(m->text, "lon") || hf_str_equal_z(m->text, "lat")))
            return true;
        return fail(p, "recipe.wrong_type", "wkt is \"lon\" or \"lat\"", m->name, err);
    }
    *is_step = false;
    return true;
}

static bool named_value(parser *p, const hf_json *m, hf_recipe_value *value, hf_error *err)
{
    hf_str name;
    if (!text_of(p, m, &name, err))
        return false;
    for (size_t i = 0; i < p->recipe->values.count; i++)
        if (hf_str_equal(p->recipe->values.items[i].name, name)) {
            HF_VEC_ADD(p->arena, &value->options, p->recipe->values.items[i].value);
            return true;
        }
    return fail(p, "recipe.value_unknown", "no such value in \"values\" so far", name, err);
}

// One member that says where a value comes from. *is_source false: it is none.
static bool source_of(parser *p, const hf_json *m, hf_recipe_value *value, bool *is_source,
                      hf_error *err)
{
    hf_str text;
    hf_recipe_part part = {.kind = HF_PART_SLOT};
    *is_source = true;
    if (hf_str_equal_z(m->name, "position")) {
        if (m->type != HF_JSON_INT || m->integer < 1 || m->integer > HF_COLUMN_COUNT_MAX)
            return fail(p, "recipe.wrong_type", "position is a number from 1", m->name, err);
        part.text = hf_str_format(p->arena, "#%lld", (long long)m->integer);
        part.index = slot_of(p, part.text);
        HF_VEC_ADD(p->arena, &value->parts, part);
        return true;
    }
    if (hf_str_equal_z(m->name, "value"))
        return named_value(p, m, value, err);
    if (hf_str_equal_z(m->name, "first")) {
        if (m->type != HF_JSON_ARRAY || m->child_count > HF_RECIPE_ITEMS_MAX)
            return fail(p, "recipe.wrong_type", "first is a list of values", m->name, err);
        for (const hf_json *item = m->child; item != NULL; item = item->next) {
            const hf_recipe_value *option = NULL;
            if (!value_of(p, item, &option, err))
                return false;
            HF_VEC_ADD(p->arena, &value->options, option);
        }
        return true;
    }
    bool is_column = hf_str_equal_z(m->name, "column");
    bool is_parameter = hf_str_equal_z(m->name, "parameter");
    bool is_constant = hf_str_equal_z(m->name, "constant");
    *is_source = is_column || is_parameter || is_constant || hf_str_equal_z(m->name, "template");
    if (!*is_source)
        return true;
    if (!text_of(p, m, &text, err))
        return false;
    if (!is_column && !is_parameter && !is_constant)
        return template_of(p, text, value, err);
    part.text = text;
    part.kind = is_column ? HF_PART_SLOT : is_parameter ? HF_PART_PARAMETER : HF_PART_TEXT;
    if (is_column)
        part.index = slot_of(p, text);
    if (is_parameter && !parameter_of(p, text, &part.index, err))
        return false;
    HF_VEC_ADD(p->arena, &value->parts, part);
    return true;
}

// A text (template), number, or object. Members named in `tests` are left to the caller.
static bool value_with(parser *p, const hf_json *json, bool with_tests, const hf_recipe_value **out,
                       hf_error *err);

static bool is_test_word(hf_str name)
{
    static const char *const words[] = {"is",    "in",    "not",      "not_in",       "starts",
                                        "given", "above", "in_table", "not_in_table", "below"};
    for (size_t i = 0; i < HF_COUNT(words); i++)
        if (hf_str_equal_z(name, words[i]))
            return true;
    return false;
}

static bool value_object(parser *p, const hf_json *json, bool with_tests, hf_recipe_value *value,
                         hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_known = false;
        hf_recipe_step step;
        if (with_tests && is_test_word(m->name))
            continue;
        size_t old = enter(p, m->name);
        if (!source_of(p, m, value, &is_known, err))
            return false;
        if (!is_known) {
            if (!step_of(p, m, &step, &is_known, err))
                return false;
            if (is_known)
                HF_VEC_ADD(p->arena, &value->steps, step);
            else if (m->type != HF_JSON_BOOL)
                return fail(p, "recipe.unknown_word", "a value knows no such word", m->name, err);
        }
        p->where[old] = '\0';
    }
    if (value->parts.count == 0 && value->options.count == 0)
        return fail(p, "recipe.no_source",
                    "a value needs column, position, constant, template, parameter, value or first",
                    json->name, err);
    return true;
}

static bool value_with(parser *p, const hf_json *json, bool with_tests, const hf_recipe_value **out,
                       hf_error *err)
{
    hf_recipe_value *value = HF_NEW(p->arena, hf_recipe_value);
    *out = value;
    if (json->type == HF_JSON_OBJECT)
        return value_object(p, json, with_tests, value, err);
    if (json->type == HF_JSON_TEXT || json->type == HF_JSON_INT || json->type == HF_JSON_DOUBLE)
        return template_of(p, json->text, value, err);
    return fail(p, "recipe.wrong_type", "a value is a text, a number or an object", json->name,
                err);
}

static bool value_of(parser *p, const hf_json *json, const hf_recipe_value **out, hf_error *err)
{
    return value_with(p, json, false, out, err);
}

// --- tests -----------------------------------------------------------------------------------------------

static bool tests_of(parser *p, const hf_json *json, hf_recipe_tests *out, hf_error *err);

static bool test_words(parser *p, const hf_json *m, hf_recipe_test *test, hf_error *err)
{
    const hf_recipe_value *word = NULL;
    if (m->type != HF_JSON_ARRAY) {
        if (!value_of(p, m, &word, err))
            return false;
        HF_VEC_ADD(p->arena, &test->words, word);
        return true;
    }
    for (const hf_json *item = m->child; item != NULL; item = item->next) {
        if (!value_of(p, item, &word, err))
            return false;
        HF_VEC_ADD(p->arena, &test->words, word);
    }
    return true;
}

// The test word of a condition. *is_test false: the member is none.
static bool test_member(parser *p, const hf_json *m, hf_recipe_test *test, bool *is_test,
                        hf_error *err)
{
    hf_str name;
    *is_test = is_test_word(m->name);
    if (!*is_test)
        return true;
    test->is_negated = hf_str_starts(m->name, "not");
    if (hf_str_ends(m->name, "in_table")) {
        test->kind = HF_TEST_IN_TABLE;
        return text_of(p, m, &name, err) && table_of(p, name, &test->table, err);
    }
    if (hf_str_equal_z(m->name, "given")) {
        bool is_given = true;
        test->kind = HF_TEST_GIVEN;
        if (!bool_of(p, m, &is_given, err))
            return false;
        test->is_negated = !is_given;
        return true;
    }
    if (hf_str_equal_z(m->name, "above") || hf_str_equal_z(m->name, "below")) {
        test->kind = m->name.ptr[0] == 'a' ? HF_TEST_ABOVE : HF_TEST_BELOW;
        return number_of(p, m, &test->number, err);
    }
    test->kind = hf_str_equal_z(m->name, "starts") ? HF_TEST_STARTS : HF_TEST_IN;
    return test_words(p, m, test, err);
}

static bool group_test(parser *p, const hf_json *json, hf_recipe_test *test, bool *is_group,
                       hf_error *err)
{
    const hf_json *any = hf_json_get(json, "any");
    const hf_json *all = hf_json_get(json, "all");
    const hf_json *none = hf_json_get(json, "none");
    const hf_json *list = any != NULL ? any : all != NULL ? all : none;
    *is_group = list != NULL;
    if (!*is_group)
        return true;
    test->kind = all != NULL && any == NULL ? HF_TEST_ALL : HF_TEST_ANY;
    test->is_negated = any == NULL && all == NULL;
    if (json->child_count != 1)
        return fail(p, "recipe.unknown_word", "any, all or none stand alone", json->name, err);
    return tests_of(p, list, &test->tests, err);
}

static bool test_of(parser *p, const hf_json *json, hf_recipe_test *test, hf_error *err)
{
    bool is_group = false;
    size_t count = 0;
    *test = (hf_recipe_test){0};
    if (json->type != HF_JSON_OBJECT)
        return fail(p, "recipe.wrong_type", "a condition is an object", json->name, err);
    if (!group_test(p, json, test, &is_group, err) || is_group)
        return is_group;
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_test = false;
        size_t old = enter(p, m->name);
        if (!test_member(p, m, test, &is_test, err))
            return false;
        p->where[old] = '\0';
        count += is_test;
    }
    if (count != 1)
        return fail(p, "recipe.no_test",
                    "a condition needs one of is, in, not, not_in, starts, given, above, below, "
                    "in_table, not_in_table",
                    json->name, err);
    return value_with(p, json, true, &test->value, err);
}

static bool tests_of(parser *p, const hf_json *json, hf_recipe_tests *out, hf_error *err)
{
    hf_recipe_test test;
    const hf_json *first = json->type == HF_JSON_ARRAY ? json->child : json;
    if (json->type == HF_JSON_ARRAY && json->child_count > HF_RECIPE_ITEMS_MAX)
        return fail(p, "recipe.too_long", "too many conditions", json->name, err);
    for (const hf_json *item = first; item != NULL;
         item = json->type == HF_JSON_ARRAY ? item->next : NULL) {
        if (!test_of(p, item, &test, err))
            return false;
        HF_VEC_ADD(p->arena, out, test);
    }
    return true;
}

// --- the parts of a recipe -------------------------------------------------------------------------------

static bool byte_of(parser *p, const hf_json *m, char *out, hf_error *err)
{
    hf_str text;
    if (!text_of(p, m, &text, err))
        return false;
    if (text.len != 1)
        return fail(p, "recipe.wrong_type", "one character is expected here", text, err);
    *out = text.ptr[0];
    return true;
}

// One member of "read". *is_known false: the caller knows it, or nobody.
static bool read_member(parser *p, const hf_json *m, hf_read_options *read, bool *is_known,
                        hf_error *err)
{
    bool flag = false;
    *is_known = true;
    if (hf_str_equal_z(m->name, "delimiter"))
        return byte_of(p, m, &read->delimiter, err);
    if (hf_str_equal_z(m->name, "quote"))
        return byte_of(p, m, &read->quote, err);
    if (hf_str_equal_z(m->name, "decimal_comma"))
        return bool_of(p, m, &read->decimal_comma, err);
    if (hf_str_equal_z(m->name, "crs"))
        return text_of(p, m, &read->crs, err);
    if (hf_str_equal_z(m->name, "layer"))
        return text_of(p, m, &read->layer, err);
    if (hf_str_equal_z(m->name, "x"))
        return text_of(p, m, &read->x, err);
    if (hf_str_equal_z(m->name, "y"))
        return text_of(p, m, &read->y, err);
    if (hf_str_equal_z(m->name, "header")) {
        if (!bool_of(p, m, &flag, err))
            return false;
        read->no_header = !flag;
        return true;
    }
    if (hf_str_equal_z(m->name, "skip_lines")) {
        if (m->type != HF_JSON_INT || m->integer < 0 || m->integer > 1000)
            return fail(p, "recipe.wrong_type", "skip_lines is 0 to 1000", m->name, err);
        read->skip_lines = (uint64_t)m->integer;
        return true;
    }
    *is_known = false;
    return true;
}

static bool parse_read(parser *p, const hf_json *json, hf_error *err)
{
    hf_import_recipe *recipe = p->recipe;
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_known = false;
        size_t old = enter(p, m->name);
        if (!read_member(p, m, &recipe->read, &is_known, err))
            return false;
        if (!is_known) {
            if (hf_str_equal_z(m->name, "names")     ? !texts_of(p, m, &recipe->names, err)
                : hf_str_equal_z(m->name, "missing") ? !texts_of(p, m, &recipe->missing, err)
                : hf_str_equal_z(m->name, "format")
                    ? !text_of(p, m, &recipe->format, err)
                    : !fail(p, "recipe.unknown_word", "\"read\" knows no such word", m->name, err))
                return false;
        }
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_match(parser *p, const hf_json *json, hf_error *err)
{
    hf_import_recipe *recipe = p->recipe;
    recipe->match.is_there = true;
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_strs *list = hf_str_equal_z(m->name, "format")    ? &recipe->match.formats
                        : hf_str_equal_z(m->name, "file")    ? &recipe->match.files
                        : hf_str_equal_z(m->name, "columns") ? &recipe->match.columns
                        : hf_str_equal_z(m->name, "layer")   ? &recipe->match.layers
                                                             : NULL;
        size_t old = enter(p, m->name);
        if (list != NULL) {
            if (!texts_of(p, m, list, err))
                return false;
        } else if (hf_str_equal_z(m->name, "column_count") && m->type == HF_JSON_INT &&
                   m->integer > 0) {
            recipe->match.column_count = (size_t)m->integer;
        } else {
            return fail(p, "recipe.unknown_word", "\"match\" knows no such word", m->name, err);
        }
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_parameters(parser *p, const hf_json *json, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_parameter parameter = {.name = m->name};
        size_t old = enter(p, m->name);
        if (!text_of(p, m, &parameter.value, err))
            return false;
        HF_VEC_ADD(p->arena, &p->recipe->parameters, parameter);
        p->where[old] = '\0';
    }
    return true;
}

static bool file_table(parser *p, const hf_json *json, hf_recipe_table *table, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_known = false;
        size_t old = enter(p, m->name);
        bool ok = read_member(p, m, &table->read, &is_known, err);
        if (ok && !is_known)
            ok = hf_str_equal_z(m->name, "file")    ? text_of(p, m, &table->file, err)
                 : hf_str_equal_z(m->name, "key")   ? texts_of(p, m, &table->keys, err)
                 : hf_str_equal_z(m->name, "value") ? text_of(p, m, &table->value, err)
                 : hf_str_equal_z(m->name, "optional")
                     ? bool_of(p, m, &table->is_optional, err)
                     : fail(p, "recipe.unknown_word", "a table knows no such word", m->name, err);
        if (!ok)
            return false;
        p->where[old] = '\0';
    }
    if (table->file.len == 0 || table->keys.count == 0)
        return fail(p, "recipe.table_incomplete", "a table needs file and key, or words",
                    table->name, err);
    hf_recipe_value *value = HF_NEW(p->arena, hf_recipe_value);
    table->file_value = value;
    return template_of(p, table->file, value, err);
}

static bool parse_tables(parser *p, const hf_json *json, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        const hf_json *words = hf_json_get(m, "words");
        size_t old = enter(p, m->name), index = 0;
        hf_recipe_table table = {.name = m->name};
        if (words != NULL) {
            if (!inline_table(p, words, &index, err))
                return false;
            p->recipe->tables.items[index].name = m->name;
        } else {
            if (!file_table(p, m, &table, err))
                return false;
            HF_VEC_ADD(p->arena, &p->recipe->tables, table);
        }
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_values(parser *p, const hf_json *json, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_recipe_field named = {.name = m->name};
        size_t old = enter(p, m->name);
        if (!value_of(p, m, &named.value, err))
            return false;
        HF_VEC_ADD(p->arena, &p->recipe->values, named);
        p->where[old] = '\0';
    }
    return true;
}

// --- records ---------------------------------------------------------------------------------------------

static bool parse_fields(parser *p, const hf_json *json, hf_recipe_record *record, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_recipe_field field = {.name = m->name};
        size_t old = enter(p, m->name);
        field.field = hf_noun_field(record->noun, m->name, &field.field_index);
        if (field.field == NULL)
            return fail(p, "recipe.field_unknown", "the noun has no such field", m->name, err);
        if (!value_of(p, m, &field.value, err))
            return false;
        HF_VEC_ADD(p->arena, &record->fields, field);
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_attributes(parser *p, const hf_json *json, hf_recipe_record *record,
                             hf_error *err)
{
    if (json->type == HF_JSON_BOOL) {
        record->attribute_mode = json->boolean ? HF_ATTRIBUTES_OTHERS : HF_ATTRIBUTES_NONE;
        return true;
    }
    record->attribute_mode = HF_ATTRIBUTES_LISTED;
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_recipe_field field = {.name = json->type == HF_JSON_OBJECT ? m->name : m->text};
        if (json->type == HF_JSON_ARRAY) {
            hf_recipe_value *value = HF_NEW(p->arena, hf_recipe_value);
            hf_recipe_part part = {.kind = HF_PART_SLOT, .text = m->text};
            if (m->type != HF_JSON_TEXT)
                return fail(p, "recipe.wrong_type", "attributes lists column names", m->name, err);
            part.index = slot_of(p, m->text);
            HF_VEC_ADD(p->arena, &value->parts, part);
            field.value = value;
        } else if (!value_of(p, m, &field.value, err)) {
            return false;
        }
        HF_VEC_ADD(p->arena, &record->attributes, field);
    }
    if (json->type != HF_JSON_ARRAY && json->type != HF_JSON_OBJECT)
        return fail(p, "recipe.wrong_type", "attributes is true, a list or an object", json->name,
                    err);
    return true;
}

static bool repeat_of(parser *p, const hf_json *m, hf_recipe_repeat *out, hf_error *err)
{
    static const char *const words[] = {"refuse", "first", "number"};
    for (size_t i = 0; m->type == HF_JSON_TEXT && i < HF_COUNT(words); i++)
        if (hf_str_equal_z(m->text, words[i])) {
            *out = (hf_recipe_repeat)i;
            return true;
        }
    return fail(p, "recipe.unknown_word", "repeat is refuse, first or number", m->text, err);
}

// A word out of two; sets *is_second.
static bool word_of(parser *p, const hf_json *m, const char *first, const char *second,
                    bool *is_second, hf_error *err)
{
    *is_second = m->type == HF_JSON_TEXT && hf_str_equal_z(m->text, second);
    if (*is_second || (m->type == HF_JSON_TEXT && hf_str_equal_z(m->text, first)))
        return true;
    return fail(p, "recipe.unknown_word", second, m->text, err);
}

static bool record_member(parser *p, const hf_json *m, hf_recipe_record *record, hf_error *err)
{
    if (hf_str_equal_z(m->name, "noun"))
        return true;
    if (hf_str_equal_z(m->name, "layer"))
        return texts_of(p, m, &record->layers, err);
    if (hf_str_equal_z(m->name, "when"))
        return tests_of(p, m, &record->when, err);
    if (hf_str_equal_z(m->name, "expect"))
        return tests_of(p, m, &record->expect, err);
    if (hf_str_equal_z(m->name, "fields"))
        return parse_fields(p, m, record, err);
    if (hf_str_equal_z(m->name, "attributes"))
        return parse_attributes(p, m, record, err);
    if (hf_str_equal_z(m->name, "except"))
        return texts_of(p, m, &record->except, err);
    if (hf_str_equal_z(m->name, "repeat"))
        return repeat_of(p, m, &record->repeat, err);
    if (hf_str_equal_z(m->name, "on_problem"))
        return word_of(p, m, "refuse", "skip", &record->skips_on_problem, err);
    return fail(p, "recipe.unknown_word", "a record knows no such word", m->name, err);
}

static bool parse_records(parser *p, const hf_json *json, hf_error *err)
{
    size_t number = 0;
    if (json->type != HF_JSON_ARRAY || json->child_count > HF_RECIPE_ITEMS_MAX)
        return fail(p, "recipe.wrong_type", "records is a list", json->name, err);
    for (const hf_json *item = json->child; item != NULL; item = item->next) {
        hf_recipe_record record = {0};
        size_t old = enter(p, hf_str_format(p->arena, "%zu", number++));
        hf_str noun = hf_json_text(item, "noun");
        record.noun = hf_noun_find(noun);
        if (record.noun == NULL || record.noun->group == HF_GROUP_PLATFORM)
            return fail(p, "recipe.noun_unknown", "there is no such noun", noun, err);
        for (const hf_json *m = item->child; m != NULL; m = m->next) {
            size_t inner = enter(p, m->name);
            if (!record_member(p, m, &record, err))
                return false;
            p->where[inner] = '\0';
        }
        if (record.fields.count == 0)
            return fail(p, "recipe.no_fields", "a record needs fields", noun, err);
        HF_VEC_ADD(p->arena, &p->recipe->records, record);
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_members(parser *p, const hf_json *root, hf_error *err)
{
    // What others refer to comes first, wherever it stands.
    static const struct {
        const char *name;
        bool (*parse)(parser *, const hf_json *, hf_error *);
    } parts[] = {{"parameters", parse_parameters}, {"read", parse_read},
                 {"match", parse_match},           {"tables", parse_tables},
                 {"values", parse_values},         {"records", parse_records}};
    for (size_t i = 0; i < HF_COUNT(parts); i++) {
        const hf_json *m = hf_json_get(root, parts[i].name);
        size_t old = enter(p, hf_str_of(parts[i].name));
        if (m != NULL && !parts[i].parse(p, m, err))
            return false;
        p->where[old] = '\0';
    }
    static const char *const known[] = {"name",  "title",  "about",  "parameters", "read",
                                        "match", "tables", "values", "records",    "licence"};
    for (const hf_json *m = root->child; m != NULL; m = m->next) {
        bool is_known = false;
        for (size_t i = 0; i < HF_COUNT(known); i++)
            is_known |= hf_str_equal_z(m->name, known[i]);
        if (!is_known)
            return fail(p, "recipe.unknown_word", "a recipe knows no such word", m->name, err);
    }
    return true;
}

bool hf_recipe_parse(hf_str json, hf_arena *arena, const hf_import_recipe **out, hf_error *err)
{
    hf_json *root = NULL;
    parser p = {.arena = arena, .recipe = HF_NEW(arena, hf_import_recipe)};
    if (json.len > HF_RECIPE_BYTES_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "recipe.too_long", "a recipe has at most 256 kB");
    // The tree's texts may point into the bytes, so the recipe keeps a copy of its own.
    p.recipe->json = hf_str_copy(arena, json);
    if (!hf_json_parse(p.recipe->json, arena, &root, err))
        return false;
    p.recipe->name = hf_json_text(root, "name");
    p.recipe->title = hf_json_text(root, "title");
    if (root->type != HF_JSON_OBJECT || p.recipe->name.len == 0)
        return fail(&p, "recipe.no_name", "a recipe is an object with a name", HF_STR_EMPTY, err);
    if (!parse_members(&p, root, err))
        return false;
    if (p.recipe->records.count == 0)
        return fail(&p, "recipe.no_records", "a recipe needs records", p.recipe->name, err);
    *out = p.recipe;
    return true;
}

hf_str hf_recipe_name(const hf_import_recipe *recipe)
{
    return recipe->name;
}

hf_str hf_recipe_title(const hf_import_recipe *recipe)
{
    return recipe->title.len > 0 ? recipe->title : recipe->name;
}

hf_str hf_recipe_json(const hf_import_recipe *recipe)
{
    return recipe->json;
}

const hf_import_recipe *hf_recipe_find(const hf_recipes *recipes, hf_str name)
{
    for (size_t i = 0; i < recipes->list.count; i++)
        if (hf_str_equal(recipes->list.items[i]->name, name))
            return recipes->list.items[i];
    return NULL;
}

void hf_recipes_add(hf_recipes *recipes, const hf_import_recipe *recipe)
{
    for (size_t i = 0; i < recipes->list.count; i++)
        if (hf_str_equal(recipes->list.items[i]->name, recipe->name)) {
            recipes->list.items[i] = recipe;
            return;
        }
    HF_VEC_ADD(recipes->arena, &recipes->list, recipe);
}

bool hf_recipe_split_name(hf_str text, hf_arena *arena, hf_str *name, hf_parameters *parameters,
                          hf_error *err)
{
    size_t colon = hf_str_find_byte(text, ':', 0);
    hf_str rest = colon < text.len ? hf_str_slice(text, colon + 1, text.len) : HF_STR_EMPTY, part;
    *name = hf_str_slice(text, 0, colon);
    while (hf_str_split(&rest, ',', &part)) {
        size_t equals = hf_str_find_byte(part, '=', 0);
        if (equals == 0 || equals == part.len)
            return hf_fail(err, HF_ERR_USAGE, "recipe.parameter_form",
                           "write parameters as NAME:parameter=value,parameter=value");
        hf_parameter parameter = {hf_str_slice(part, 0, equals),
                                  hf_str_slice(part, equals + 1, part.len)};
        HF_VEC_ADD(arena, parameters, parameter);
    }
    return true;
}
