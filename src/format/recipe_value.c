// SPDX-License-Identifier: Apache-2.0
//
// Parses the small expressions of a recipe: where a value comes from, what is done to it, and conditions. Strict:
// an unknown word is an error, so that a slip of the pen cannot lose data silently.
#include "format/recipe_parse.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

bool hf_parse_fail(const hf_recipe_parser *p, const char *code, const char *what, hf_str word,
                   hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s: '%.*s'", what, HF_STR_ARG(hf_str_slice(word, 0, 80)));
    return hf_fail_at(err, p->where, 0, NULL);
}

// Moves the place to a member for the time of a call; returns the old length.
size_t hf_parse_enter(hf_recipe_parser *p, hf_str name)
{
    size_t old = strlen(p->where);
    (void)snprintf(p->where + old, sizeof p->where - old, "/%.*s",
                   HF_STR_ARG(hf_str_slice(name, 0, 60)));
    return old;
}

bool hf_parse_text(hf_recipe_parser *p, const hf_json *json, hf_str *out, hf_error *err)
{
    if (json->type != HF_JSON_TEXT)
        return hf_parse_fail(p, "recipe.wrong_type", "a text is expected here; write it in quotes",
                             json->name, err);
    *out = json->text;
    return true;
}

// A text or a list of texts.
bool hf_parse_texts(hf_recipe_parser *p, const hf_json *json, hf_strs *out, hf_error *err)
{
    hf_str text;
    if (json->type == HF_JSON_TEXT) {
        HF_VEC_ADD(p->arena, out, json->text);
        return true;
    }
    if (json->type != HF_JSON_ARRAY || json->child_count > HF_RECIPE_ITEMS_MAX)
        return hf_parse_fail(p, "recipe.wrong_type",
                             "a text or a list of texts is expected here; write them in quotes",
                             json->name, err);
    for (const hf_json *item = json->child; item != NULL; item = item->next) {
        if (!hf_parse_text(p, item, &text, err))
            return false;
        HF_VEC_ADD(p->arena, out, text);
    }
    return true;
}

bool hf_parse_number(hf_recipe_parser *p, const hf_json *json, double *out, hf_error *err)
{
    if (json->type != HF_JSON_INT && json->type != HF_JSON_DOUBLE)
        return hf_parse_fail(p, "recipe.wrong_type",
                             "a number is expected here; write it without quotes", json->name, err);
    *out = json->number;
    return true;
}

bool hf_parse_bool(hf_recipe_parser *p, const hf_json *json, bool *out, hf_error *err)
{
    if (json->type != HF_JSON_BOOL)
        return hf_parse_fail(p, "recipe.wrong_type",
                             "true or false is expected here; write one without quotes", json->name,
                             err);
    *out = json->boolean;
    return true;
}

size_t hf_parse_slot(hf_recipe_parser *p, hf_str name)
{
    hf_strs *slots = &p->recipe->slots;
    for (size_t i = 0; i < slots->count; i++)
        if (hf_str_equal_ascii_case(slots->items[i], name))
            return i;
    HF_VEC_ADD(p->arena, slots, name);
    return slots->count - 1;
}

static bool parameter_of(hf_recipe_parser *p, hf_str name, size_t *index, hf_error *err)
{
    for (*index = 0; *index < p->recipe->parameters.count; (*index)++)
        if (hf_str_equal(p->recipe->parameters.items[*index].name, name))
            return true;
    return hf_parse_fail(p, "recipe.parameter_unknown",
                         "no such parameter in \"parameters\"; add it there or mend its name", name,
                         err);
}

static bool table_of(hf_recipe_parser *p, hf_str name, size_t *index, hf_error *err)
{
    for (*index = 0; *index < p->recipe->tables.count; (*index)++)
        if (hf_str_equal(p->recipe->tables.items[*index].name, name))
            return true;
    return hf_parse_fail(p, "recipe.table_unknown",
                         "no such table in \"tables\"; add it there or mend its name", name, err);
}

// --- values ----------------------------------------------------------------------------------------------

bool hf_parse_template(hf_recipe_parser *p, hf_str text, hf_recipe_value *value, hf_error *err)
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
            return hf_parse_fail(p, "recipe.template",
                                 "a { without its name and }; write {{ for a plain {", text, err);
        part = (hf_recipe_part){.kind = HF_PART_SLOT, .text = name};
        if (name.ptr[0] == '$') {
            part.kind = HF_PART_PARAMETER;
            if (!parameter_of(p, hf_str_slice(name, 1, name.len), &part.index, err))
                return false;
        } else {
            part.index = hf_parse_slot(p, name);
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

// A table written in place: {"a": "b"}.
bool hf_parse_words(hf_recipe_parser *p, const hf_json *json, size_t *index, hf_error *err)
{
    hf_recipe_table table = {.words = hf_map_of(p->arena, json->child_count)};
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        if (m->type != HF_JSON_TEXT)
            return hf_parse_fail(p, "recipe.wrong_type",
                                 "a table maps texts to texts; write both in quotes", m->name, err);
        hf_map_set(&table.words, m->name, (uint32_t)table.values.count);
        HF_VEC_ADD(p->arena, &table.values, m->text);
    }
    *index = p->recipe->tables.count;
    HF_VEC_ADD(p->arena, &p->recipe->tables, table);
    return true;
}

static bool map_step(hf_recipe_parser *p, const hf_json *m, hf_recipe_step *step, hf_error *err)
{
    step->kind = HF_STEP_MAP;
    if (m->type == HF_JSON_OBJECT)
        return hf_parse_words(p, m, &step->table, err);
    hf_str name;
    return hf_parse_text(p, m, &name, err) && table_of(p, name, &step->table, err);
}

static const struct {
    const char *name;
    hf_recipe_step_kind kind;
} flag_steps[] = {{"round", HF_STEP_ROUND},
                  {"lower", HF_STEP_LOWER},
                  {"upper", HF_STEP_UPPER},
                  {"slug", HF_STEP_SLUG}};

// One member of a value object that changes what came before. *is_step false: it is none.
static bool step_of(hf_recipe_parser *p, const hf_json *m, hf_recipe_step *step, bool *is_step,
                    hf_error *err)
{
    *is_step = true;
    *step = (hf_recipe_step){0};
    for (size_t i = 0; i < HF_COUNT(flag_steps); i++)
        if (hf_str_equal_z(m->name, flag_steps[i].name)) {
            step->kind = flag_steps[i].kind;
            return hf_parse_bool(p, m, is_step, err);
        }
    if (hf_str_equal_z(m->name, "map"))
        return map_step(p, m, step, err);
    if (hf_str_equal_z(m->name, "tag")) {
        step->kind = HF_STEP_TAG;
        return hf_parse_text(p, m, &step->text, err);
    }
    if (hf_str_equal_z(m->name, "scale")) {
        step->kind = HF_STEP_SCALE;
        return hf_parse_number(p, m, &step->number, err);
    }
    if (hf_str_equal_z(m->name, "missing")) {
        step->kind = HF_STEP_MISSING;
        return hf_parse_texts(p, m, &step->words, err);
    }
    if (hf_str_equal_z(m->name, "else")) {
        step->kind = HF_STEP_ELSE;
        return hf_parse_value(p, m, &step->value, err);
    }
    if (hf_str_equal_z(m->name, "before") || hf_str_equal_z(m->name, "after")) {
        step->kind = m->name.ptr[0] == 'b' ? HF_STEP_BEFORE : HF_STEP_AFTER;
        return hf_parse_text(p, m, &step->text, err);
    }
    if (hf_str_equal_z(m->name, "wkt")) {
        step->kind = hf_str_equal_z(m->text, "lon") ? HF_STEP_WKT_LON : HF_STEP_WKT_LAT;
        if (m->type == HF_JSON_TEXT &&
            (hf_str_equal_z(m->text, "lon") || hf_str_equal_z(m->text, "lat")))
            return true;
        return hf_parse_fail(p, "recipe.wrong_type",
                             "wkt knows no such word; write \"lon\" or \"lat\"", m->name, err);
    }
    *is_step = false;
    return true;
}

static bool named_value(hf_recipe_parser *p, const hf_json *m, hf_recipe_value *value,
                        hf_error *err)
{
    hf_str name;
    if (!hf_parse_text(p, m, &name, err))
        return false;
    for (size_t i = 0; i < p->recipe->values.count; i++)
        if (hf_str_equal(p->recipe->values.items[i].name, name)) {
            HF_VEC_ADD(p->arena, &value->options, p->recipe->values.items[i].value);
            return true;
        }
    return hf_parse_fail(p, "recipe.value_unknown",
                         "no such value in \"values\" so far; define it before, or mend its name",
                         name, err);
}

// One member that says where a value comes from. *is_source false: it is none.
static bool source_of(hf_recipe_parser *p, const hf_json *m, hf_recipe_value *value,
                      bool *is_source, hf_error *err)
{
    hf_str text;
    hf_recipe_part part = {.kind = HF_PART_SLOT};
    *is_source = true;
    if (hf_str_equal_z(m->name, "position")) {
        if (m->type != HF_JSON_INT || m->integer < 1 || m->integer > HF_COLUMN_COUNT_MAX)
            return hf_parse_fail(p, "recipe.wrong_type",
                                 "position is out of range; write a number from 1", m->name, err);
        part.text = hf_str_format(p->arena, "#%lld", (long long)m->integer);
        part.index = hf_parse_slot(p, part.text);
        HF_VEC_ADD(p->arena, &value->parts, part);
        return true;
    }
    if (hf_str_equal_z(m->name, "value"))
        return named_value(p, m, value, err);
    if (hf_str_equal_z(m->name, "first")) {
        if (m->type != HF_JSON_ARRAY || m->child_count > HF_RECIPE_ITEMS_MAX)
            return hf_parse_fail(p, "recipe.wrong_type",
                                 "first is no list; write values in square brackets", m->name, err);
        for (const hf_json *item = m->child; item != NULL; item = item->next) {
            const hf_recipe_value *option = NULL;
            if (!hf_parse_value(p, item, &option, err))
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
    if (!hf_parse_text(p, m, &text, err))
        return false;
    if (!is_column && !is_parameter && !is_constant)
        return hf_parse_template(p, text, value, err);
    part.text = text;
    part.kind = is_column ? HF_PART_SLOT : is_parameter ? HF_PART_PARAMETER : HF_PART_TEXT;
    if (is_column)
        part.index = hf_parse_slot(p, text);
    if (is_parameter && !parameter_of(p, text, &part.index, err))
        return false;
    HF_VEC_ADD(p->arena, &value->parts, part);
    return true;
}

// A text (template), number, or object. Members named in `tests` are left to the caller.
static bool value_with(hf_recipe_parser *p, const hf_json *json, bool with_tests,
                       const hf_recipe_value **out, hf_error *err);

static bool is_test_word(hf_str name)
{
    static const char *const words[] = {"is",    "in",    "not",      "not_in",       "starts",
                                        "given", "above", "in_table", "not_in_table", "below"};
    for (size_t i = 0; i < HF_COUNT(words); i++)
        if (hf_str_equal_z(name, words[i]))
            return true;
    return false;
}

static bool value_object(hf_recipe_parser *p, const hf_json *json, bool with_tests,
                         hf_recipe_value *value, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_known = false;
        hf_recipe_step step;
        if (with_tests && is_test_word(m->name))
            continue;
        size_t old = hf_parse_enter(p, m->name);
        if (!source_of(p, m, value, &is_known, err))
            return false;
        if (!is_known) {
            if (!step_of(p, m, &step, &is_known, err))
                return false;
            if (is_known)
                HF_VEC_ADD(p->arena, &value->steps, step);
            else if (m->type != HF_JSON_BOOL)
                return hf_parse_fail(p, "recipe.unknown_word",
                                     "a value knows no such word; mend its spelling or remove it",
                                     m->name, err);
        }
        p->where[old] = '\0';
    }
    if (value->parts.count == 0 && value->options.count == 0)
        return hf_parse_fail(p, "recipe.no_source",
                             "a value without a source; give it column, position, constant, "
                             "template, parameter, value or first",
                             json->name, err);
    return true;
}

static bool value_with(hf_recipe_parser *p, const hf_json *json, bool with_tests,
                       const hf_recipe_value **out, hf_error *err)
{
    hf_recipe_value *value = HF_NEW(p->arena, hf_recipe_value);
    *out = value;
    if (json->type == HF_JSON_OBJECT)
        return value_object(p, json, with_tests, value, err);
    if (json->type == HF_JSON_TEXT || json->type == HF_JSON_INT || json->type == HF_JSON_DOUBLE)
        return hf_parse_template(p, json->text, value, err);
    return hf_parse_fail(p, "recipe.wrong_type",
                         "this is no value; write a text, a number or an object", json->name, err);
}

bool hf_parse_value(hf_recipe_parser *p, const hf_json *json, const hf_recipe_value **out,
                    hf_error *err)
{
    return value_with(p, json, false, out, err);
}

// --- tests -----------------------------------------------------------------------------------------------

static bool test_words(hf_recipe_parser *p, const hf_json *m, hf_recipe_test *test, hf_error *err)
{
    const hf_recipe_value *word = NULL;
    if (m->type != HF_JSON_ARRAY) {
        if (!hf_parse_value(p, m, &word, err))
            return false;
        HF_VEC_ADD(p->arena, &test->words, word);
        return true;
    }
    for (const hf_json *item = m->child; item != NULL; item = item->next) {
        if (!hf_parse_value(p, item, &word, err))
            return false;
        HF_VEC_ADD(p->arena, &test->words, word);
    }
    return true;
}

// The test word of a condition. *is_test false: the member is none.
static bool test_member(hf_recipe_parser *p, const hf_json *m, hf_recipe_test *test, bool *is_test,
                        hf_error *err)
{
    hf_str name;
    *is_test = is_test_word(m->name);
    if (!*is_test)
        return true;
    test->is_negated = hf_str_starts(m->name, "not");
    if (hf_str_ends(m->name, "in_table")) {
        test->kind = HF_TEST_IN_TABLE;
        return hf_parse_text(p, m, &name, err) && table_of(p, name, &test->table, err);
    }
    if (hf_str_equal_z(m->name, "given")) {
        bool is_given = true;
        test->kind = HF_TEST_GIVEN;
        if (!hf_parse_bool(p, m, &is_given, err))
            return false;
        test->is_negated = !is_given;
        return true;
    }
    if (hf_str_equal_z(m->name, "above") || hf_str_equal_z(m->name, "below")) {
        test->kind = m->name.ptr[0] == 'a' ? HF_TEST_ABOVE : HF_TEST_BELOW;
        return hf_parse_number(p, m, &test->number, err);
    }
    test->kind = hf_str_equal_z(m->name, "starts") ? HF_TEST_STARTS : HF_TEST_IN;
    return test_words(p, m, test, err);
}

static bool group_test(hf_recipe_parser *p, const hf_json *json, hf_recipe_test *test,
                       bool *is_group, hf_error *err)
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
        return hf_parse_fail(p, "recipe.unknown_word",
                             "any, all or none stand alone; move the other tests into their list",
                             json->name, err);
    return hf_parse_tests(p, list, &test->tests, err);
}

static bool test_of(hf_recipe_parser *p, const hf_json *json, hf_recipe_test *test, hf_error *err)
{
    bool is_group = false;
    size_t count = 0;
    *test = (hf_recipe_test){0};
    if (json->type != HF_JSON_OBJECT)
        return hf_parse_fail(p, "recipe.wrong_type",
                             "this is no condition; write an object in curly brackets", json->name,
                             err);
    if (!group_test(p, json, test, &is_group, err) || is_group)
        return is_group;
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_test = false;
        size_t old = hf_parse_enter(p, m->name);
        if (!test_member(p, m, test, &is_test, err))
            return false;
        p->where[old] = '\0';
        count += is_test;
    }
    if (count != 1)
        return hf_parse_fail(p, "recipe.no_test",
                             "a condition has exactly one test; write one of is, in, not, not_in, "
                             "starts, given, above, below, "
                             "in_table, not_in_table",
                             json->name, err);
    return value_with(p, json, true, &test->value, err);
}

bool hf_parse_tests(hf_recipe_parser *p, const hf_json *json, hf_recipe_tests *out, hf_error *err)
{
    hf_recipe_test test;
    const hf_json *first = json->type == HF_JSON_ARRAY ? json->child : json;
    if (json->type == HF_JSON_ARRAY && json->child_count > HF_RECIPE_ITEMS_MAX)
        return hf_parse_fail(p, "recipe.too_long", "too many conditions; split the recipe",
                             json->name, err);
    for (const hf_json *item = first; item != NULL;
         item = json->type == HF_JSON_ARRAY ? item->next : NULL) {
        if (!test_of(p, item, &test, err))
            return false;
        HF_VEC_ADD(p->arena, out, test);
    }
    return true;
}
