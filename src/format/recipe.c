// SPDX-License-Identifier: Apache-2.0
//
// Parses recipes from their outer words inwards, as strictly as recipe_value.c. Every fault names its place as a
// JSON pointer.
#include "format/recipe_parse.h"

#include <string.h>

#include "base/limits.h"

// --- the parts of a recipe -------------------------------------------------------------------------------

static bool byte_of(hf_recipe_parser *p, const hf_json *m, char *out, hf_error *err)
{
    hf_str text;
    if (!hf_parse_text(p, m, &text, err))
        return false;
    if (text.len != 1)
        return hf_parse_fail(p, "recipe.wrong_type",
                             "one character is expected here; write it in quotes", text, err);
    *out = text.ptr[0];
    return true;
}

static bool encoding_of(hf_recipe_parser *p, const hf_json *m, bool *is_western, hf_error *err)
{
    hf_str name;
    if (!hf_parse_text(p, m, &name, err))
        return false;
    *is_western = hf_str_equal_ascii_case(name, HF_STR("windows-1252")) ||
                  hf_str_equal_ascii_case(name, HF_STR("latin1")) ||
                  hf_str_equal_ascii_case(name, HF_STR("iso-8859-1"));
    if (*is_western || hf_str_equal_ascii_case(name, HF_STR("utf-8")))
        return true;
    return hf_parse_fail(p, "recipe.wrong_type",
                         "this encoding is not known; write utf-8, windows-1252 or latin1", name,
                         err);
}

// One member of "read". *is_known false: the caller knows it, or nobody.
static bool read_member(hf_recipe_parser *p, const hf_json *m, hf_read_options *read,
                        bool *is_known, hf_error *err)
{
    bool flag = false;
    *is_known = true;
    if (hf_str_equal_z(m->name, "delimiter"))
        return byte_of(p, m, &read->delimiter, err);
    if (hf_str_equal_z(m->name, "quote"))
        return byte_of(p, m, &read->quote, err);
    if (hf_str_equal_z(m->name, "decimal_comma"))
        return hf_parse_bool(p, m, &read->decimal_comma, err);
    if (hf_str_equal_z(m->name, "crs"))
        return hf_parse_text(p, m, &read->crs, err);
    if (hf_str_equal_z(m->name, "layer"))
        return hf_parse_text(p, m, &read->layer, err);
    if (hf_str_equal_z(m->name, "encoding"))
        return encoding_of(p, m, &read->is_western, err);
    if (hf_str_equal_z(m->name, "x"))
        return hf_parse_text(p, m, &read->x, err);
    if (hf_str_equal_z(m->name, "y"))
        return hf_parse_text(p, m, &read->y, err);
    if (hf_str_equal_z(m->name, "header")) {
        if (!hf_parse_bool(p, m, &flag, err))
            return false;
        read->no_header = !flag;
        return true;
    }
    if (hf_str_equal_z(m->name, "skip_lines")) {
        if (m->type != HF_JSON_INT || m->integer < 0 || m->integer > 1000)
            return hf_parse_fail(p, "recipe.wrong_type",
                                 "skip_lines is out of range; write 0 to 1000", m->name, err);
        read->skip_lines = (uint64_t)m->integer;
        return true;
    }
    *is_known = false;
    return true;
}

static bool parse_read(hf_recipe_parser *p, const hf_json *json, hf_error *err)
{
    hf_import_recipe *recipe = p->recipe;
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_known = false;
        size_t old = hf_parse_enter(p, m->name);
        if (!read_member(p, m, &recipe->read, &is_known, err))
            return false;
        if (!is_known) {
            if (hf_str_equal_z(m->name, "names")     ? !hf_parse_texts(p, m, &recipe->names, err)
                : hf_str_equal_z(m->name, "missing") ? !hf_parse_texts(p, m, &recipe->missing, err)
                : hf_str_equal_z(m->name, "format")
                    ? !hf_parse_text(p, m, &recipe->format, err)
                    : !hf_parse_fail(p, "recipe.unknown_word",
                                     "\"read\" knows no such word; mend its spelling or remove it",
                                     m->name, err))
                return false;
        }
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_match(hf_recipe_parser *p, const hf_json *json, hf_error *err)
{
    hf_import_recipe *recipe = p->recipe;
    recipe->match.is_there = true;
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_strs *list = hf_str_equal_z(m->name, "format")    ? &recipe->match.formats
                        : hf_str_equal_z(m->name, "file")    ? &recipe->match.files
                        : hf_str_equal_z(m->name, "columns") ? &recipe->match.columns
                        : hf_str_equal_z(m->name, "layer")   ? &recipe->match.layers
                                                             : NULL;
        size_t old = hf_parse_enter(p, m->name);
        if (list != NULL) {
            if (!hf_parse_texts(p, m, list, err))
                return false;
        } else if (hf_str_equal_z(m->name, "column_count") && m->type == HF_JSON_INT &&
                   m->integer > 0) {
            recipe->match.column_count = (size_t)m->integer;
        } else {
            return hf_parse_fail(p, "recipe.unknown_word",
                                 "\"match\" knows no such word; mend its spelling or remove it",
                                 m->name, err);
        }
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_parameters(hf_recipe_parser *p, const hf_json *json, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_parameter parameter = {.name = m->name};
        size_t old = hf_parse_enter(p, m->name);
        if (!hf_parse_text(p, m, &parameter.value, err))
            return false;
        HF_VEC_ADD(p->arena, &p->recipe->parameters, parameter);
        p->where[old] = '\0';
    }
    return true;
}

static bool file_table(hf_recipe_parser *p, const hf_json *json, hf_recipe_table *table,
                       hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        bool is_known = false;
        size_t old = hf_parse_enter(p, m->name);
        bool ok = read_member(p, m, &table->read, &is_known, err);
        if (ok && !is_known)
            ok = hf_str_equal_z(m->name, "file")    ? hf_parse_text(p, m, &table->file, err)
                 : hf_str_equal_z(m->name, "key")   ? hf_parse_texts(p, m, &table->keys, err)
                 : hf_str_equal_z(m->name, "value") ? hf_parse_text(p, m, &table->value, err)
                 : hf_str_equal_z(m->name, "optional")
                     ? hf_parse_bool(p, m, &table->is_optional, err)
                     : hf_parse_fail(p, "recipe.unknown_word",
                                     "a table knows no such word; mend its spelling or remove it",
                                     m->name, err);
        if (!ok)
            return false;
        p->where[old] = '\0';
    }
    if (table->file.len == 0 || table->keys.count == 0)
        return hf_parse_fail(p, "recipe.table_incomplete",
                             "a table lacks its source; give it file and key, or words",
                             table->name, err);
    hf_recipe_value *value = HF_NEW(p->arena, hf_recipe_value);
    table->file_value = value;
    return hf_parse_template(p, table->file, value, err);
}

static bool parse_tables(hf_recipe_parser *p, const hf_json *json, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        const hf_json *words = hf_json_get(m, "words");
        size_t old = hf_parse_enter(p, m->name), index = 0;
        hf_recipe_table table = {.name = m->name};
        if (words != NULL) {
            if (!hf_parse_words(p, words, &index, err))
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

static bool parse_values(hf_recipe_parser *p, const hf_json *json, hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_recipe_field named = {.name = m->name};
        size_t old = hf_parse_enter(p, m->name);
        if (!hf_parse_value(p, m, &named.value, err))
            return false;
        HF_VEC_ADD(p->arena, &p->recipe->values, named);
        p->where[old] = '\0';
    }
    return true;
}

// --- records ---------------------------------------------------------------------------------------------

static bool parse_fields(hf_recipe_parser *p, const hf_json *json, hf_recipe_record *record,
                         hf_error *err)
{
    for (const hf_json *m = json->child; m != NULL; m = m->next) {
        hf_recipe_field field = {.name = m->name};
        size_t old = hf_parse_enter(p, m->name);
        field.field = hf_noun_field(record->noun, m->name, &field.field_index);
        if (field.field == NULL)
            return hf_parse_fail(p, "recipe.field_unknown",
                                 "the noun has no such field; the data dictionary lists them",
                                 m->name, err);
        if (!hf_parse_value(p, m, &field.value, err))
            return false;
        HF_VEC_ADD(p->arena, &record->fields, field);
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_attributes(hf_recipe_parser *p, const hf_json *json, hf_recipe_record *record,
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
                return hf_parse_fail(p, "recipe.wrong_type",
                                     "attributes holds no column names; list them as texts",
                                     m->name, err);
            part.index = hf_parse_slot(p, m->text);
            HF_VEC_ADD(p->arena, &value->parts, part);
            field.value = value;
        } else if (!hf_parse_value(p, m, &field.value, err)) {
            return false;
        }
        HF_VEC_ADD(p->arena, &record->attributes, field);
    }
    if (json->type != HF_JSON_ARRAY && json->type != HF_JSON_OBJECT)
        return hf_parse_fail(p, "recipe.wrong_type",
                             "attributes is of the wrong type; write true, a list or an object",
                             json->name, err);
    return true;
}

static bool repeat_of(hf_recipe_parser *p, const hf_json *m, hf_recipe_repeat *out, hf_error *err)
{
    static const char *const words[] = {"refuse", "first", "number"};
    for (size_t i = 0; m->type == HF_JSON_TEXT && i < HF_COUNT(words); i++)
        if (hf_str_equal_z(m->text, words[i])) {
            *out = (hf_recipe_repeat)i;
            return true;
        }
    return hf_parse_fail(p, "recipe.unknown_word",
                         "repeat knows no such word; write refuse, first or number", m->text, err);
}

// A word out of two; sets *is_second.
static bool word_of(hf_recipe_parser *p, const hf_json *m, const char *first, const char *second,
                    bool *is_second, hf_error *err)
{
    *is_second = m->type == HF_JSON_TEXT && hf_str_equal_z(m->text, second);
    if (*is_second || (m->type == HF_JSON_TEXT && hf_str_equal_z(m->text, first)))
        return true;
    return hf_parse_fail(p, "recipe.unknown_word", second, m->text, err);
}

static bool record_member(hf_recipe_parser *p, const hf_json *m, hf_recipe_record *record,
                          hf_error *err)
{
    if (hf_str_equal_z(m->name, "noun"))
        return true;
    if (hf_str_equal_z(m->name, "layer"))
        return hf_parse_texts(p, m, &record->layers, err);
    if (hf_str_equal_z(m->name, "when"))
        return hf_parse_tests(p, m, &record->when, err);
    if (hf_str_equal_z(m->name, "expect"))
        return hf_parse_tests(p, m, &record->expect, err);
    if (hf_str_equal_z(m->name, "fields"))
        return parse_fields(p, m, record, err);
    if (hf_str_equal_z(m->name, "same_names"))
        return hf_parse_bool(p, m, &record->takes_same_names, err);
    if (hf_str_equal_z(m->name, "attributes"))
        return parse_attributes(p, m, record, err);
    if (hf_str_equal_z(m->name, "except"))
        return hf_parse_texts(p, m, &record->except, err);
    if (hf_str_equal_z(m->name, "repeat"))
        return repeat_of(p, m, &record->repeat, err);
    if (hf_str_equal_z(m->name, "on_problem"))
        return word_of(p, m, "refuse", "skip", &record->skips_on_problem, err);
    return hf_parse_fail(p, "recipe.unknown_word",
                         "a record knows no such word; mend its spelling or remove it", m->name,
                         err);
}

static bool parse_records(hf_recipe_parser *p, const hf_json *json, hf_error *err)
{
    size_t number = 0;
    if (json->type != HF_JSON_ARRAY || json->child_count > HF_RECIPE_ITEMS_MAX)
        return hf_parse_fail(p, "recipe.wrong_type",
                             "records is no list; write it in square brackets", json->name, err);
    for (const hf_json *item = json->child; item != NULL; item = item->next) {
        hf_recipe_record record = {0};
        size_t old = hf_parse_enter(p, hf_str_format(p->arena, "%zu", number++));
        hf_str noun = hf_json_text(item, "noun");
        record.noun = hf_noun_find(noun);
        if (record.noun == NULL || record.noun->group == HF_GROUP_PLATFORM)
            return hf_parse_fail(p, "recipe.noun_unknown",
                                 "there is no such noun; the data dictionary lists them", noun,
                                 err);
        for (const hf_json *m = item->child; m != NULL; m = m->next) {
            size_t inner = hf_parse_enter(p, m->name);
            if (!record_member(p, m, &record, err))
                return false;
            p->where[inner] = '\0';
        }
        if (record.fields.count == 0 && !record.takes_same_names)
            return hf_parse_fail(
                p, "recipe.no_fields",
                "a record without fields; say under \"fields\" what each of them gets", noun, err);
        HF_VEC_ADD(p->arena, &p->recipe->records, record);
        p->where[old] = '\0';
    }
    return true;
}

static bool parse_members(hf_recipe_parser *p, const hf_json *root, hf_error *err)
{
    // What others refer to comes first, wherever it stands.
    static const struct {
        const char *name;
        bool (*parse)(hf_recipe_parser *, const hf_json *, hf_error *);
    } parts[] = {{"parameters", parse_parameters}, {"read", parse_read},
                 {"match", parse_match},           {"tables", parse_tables},
                 {"values", parse_values},         {"records", parse_records}};
    for (size_t i = 0; i < HF_COUNT(parts); i++) {
        const hf_json *m = hf_json_get(root, parts[i].name);
        size_t old = hf_parse_enter(p, hf_str_of(parts[i].name));
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
            return hf_parse_fail(p, "recipe.unknown_word",
                                 "a recipe knows no such word; mend its spelling or remove it",
                                 m->name, err);
    }
    return true;
}

bool hf_recipe_parse(hf_str json, hf_arena *arena, const hf_import_recipe **out, hf_error *err)
{
    hf_json *root = NULL;
    hf_recipe_parser p = {.arena = arena, .recipe = HF_NEW(arena, hf_import_recipe)};
    if (json.len > HF_RECIPE_BYTES_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "recipe.too_long",
                       "a recipe has at most 256 kB; split it");
    // The tree's texts may point into the bytes, so the recipe keeps a copy of its own.
    p.recipe->json = hf_str_copy(arena, json);
    if (!hf_json_parse(p.recipe->json, arena, &root, err))
        return false;
    p.recipe->name = hf_json_text(root, "name");
    p.recipe->title = hf_json_text(root, "title");
    if (root->type != HF_JSON_OBJECT || p.recipe->name.len == 0)
        return hf_parse_fail(&p, "recipe.no_name",
                             "this is no recipe; write an object with a \"name\"", HF_STR_EMPTY,
                             err);
    if (!parse_members(&p, root, err))
        return false;
    if (p.recipe->records.count == 0)
        return hf_parse_fail(&p, "recipe.no_records",
                             "a recipe without records; say under \"records\" what a row becomes",
                             p.recipe->name, err);
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
                           "these are no parameters; write NAME:parameter=value,parameter=value");
        hf_parameter parameter = {hf_str_slice(part, 0, equals),
                                  hf_str_slice(part, equals + 1, part.len)};
        HF_VEC_ADD(arena, parameters, parameter);
    }
    return true;
}
