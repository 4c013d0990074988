// SPDX-License-Identifier: Apache-2.0
//
// Evaluates the small expressions of a recipe over one row, and reads the look-up files that lie beside the
// imported file. Absence runs through everything as a view without pointer.
#include "format/recipe.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "format/geometry.h"
#include "format/input.h"

#define ABSENT HF_STR_EMPTY

static bool is_absent(hf_str text)
{
    return text.ptr == NULL;
}

bool hf_glob(hf_str pattern, hf_str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < text.len) {
        bool is_star = p < pattern.len && pattern.ptr[p] == '*';
        if (is_star) {
            star = p++;
            mark = t;
        } else if (p < pattern.len && (pattern.ptr[p] == '?' ||
                                       hf_str_equal_ascii_case(hf_str_slice(pattern, p, p + 1),
                                                               hf_str_slice(text, t, t + 1)))) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

// --- look-up files -------------------------------------------------------------------------------------------

typedef struct {
    const hf_recipe_table *table;
    hf_arena *arena;
    hf_map *map;
    hf_strs *values;
    const char *file;
    size_t keys[16];
    size_t key_count, value;
} filler;

static bool column_of(const hf_table *table, hf_str name, size_t *index)
{
    uint64_t position = 0;
    if (name.len > 1 && name.ptr[0] == '#' &&
        hf_parse_u64(hf_str_slice(name, 1, name.len), &position)) {
        *index = (size_t)position - 1;
        return position > 0 && position <= table->count;
    }
    for (*index = 0; *index < table->count; (*index)++)
        if (hf_str_equal_ascii_case(hf_str_trim(table->names[*index]), name))
            return true;
    return false;
}

static bool no_column(const char *file, hf_str name, hf_error *err)
{
    hf_arena scratch = {0};
    hf_fail(err, HF_ERR_INPUT, "recipe.column_missing",
            "the column '%.*s' that the recipe reads is not there; add it or choose another recipe",
            HF_STR_ARG(name));
    hf_fail_at(err, file, 1, hf_str_z(&scratch, name));
    hf_arena_done(&scratch);
    return false;
}

static bool filler_table(void *context, const hf_table *table, hf_error *err)
{
    filler *f = context;
    f->key_count = 0;
    for (size_t i = 0; i < f->table->keys.count && i < HF_COUNT(f->keys); i++)
        if (!column_of(table, f->table->keys.items[i], &f->keys[f->key_count++]))
            return no_column(f->file, f->table->keys.items[i], err);
    f->value = SIZE_MAX;
    if (f->table->value.len > 0 && !column_of(table, f->table->value, &f->value))
        return no_column(f->file, f->table->value, err);
    return true;
}

static bool filler_row(void *context, const hf_row *row, hf_error *err)
{
    filler *f = context;
    (void)err;
    hf_str value = f->value == SIZE_MAX ? HF_STR("1") : hf_str_trim(row->cells[f->value]);
    for (size_t i = 0; i < f->key_count; i++) {
        hf_str key = hf_str_trim(row->cells[f->keys[i]]);
        uint32_t at = 0;
        if (key.len == 0 || hf_map_get(f->map, key, &at))
            continue;
        hf_map_set(f->map, hf_str_copy(f->arena, key), (uint32_t)f->values->count);
        HF_VEC_ADD(f->arena, f->values, hf_str_copy(f->arena, value));
    }
    return true;
}

static bool open_beside(hf_recipe_run *run, hf_input *input, hf_str name, hf_input **out,
                        hf_error *err)
{
    const char *directory = hf_input_directory(input);
    bool is_plain = name.len > 0 && name.ptr[0] != '.' &&
                    hf_str_find_byte(name, '/', 0) == name.len &&
                    hf_str_find_byte(name, '\\', 0) == name.len;
    *out = NULL;
    if (directory == NULL || !is_plain)
        return hf_fail(err, HF_ERR_NOT_FOUND, "file.missing", "no such file; check the name");
    char *path = hf_path_join(run->arena, directory, hf_str_z(run->arena, name));
    hf_input_options options = {.path = path, .max_bytes = HF_NETWORK_FILE_BYTES_MAX};
    if (hf_input_open(&options, out, err))
        return true;
    if (err->kind != HF_ERR_NOT_FOUND)
        return false;
    *err = (hf_error){0};
    options.path = hf_str_z(run->arena, hf_str_format(run->arena, "%s.gz", path));
    return hf_input_open(&options, out, err);
}

static bool fill_table(hf_recipe_run *run, size_t index, hf_input *input, hf_error *err)
{
    const hf_recipe_table *table = &run->recipe->tables.items[index];
    hf_str name = hf_recipe_evaluate(run, table->file_value);
    HF_CLEANUP(hf_input_close) hf_input *file = NULL;
    hf_error missing = {0};
    run->tables[index] = hf_map_of(run->arena, 64);
    if (!open_beside(run, input, name, &file, &missing)) {
        run->is_table_absent[index] = table->is_optional && missing.kind == HF_ERR_NOT_FOUND;
        if (run->is_table_absent[index])
            return true;
        hf_fail(err, HF_ERR_INPUT, "recipe.table_missing",
                "the recipe '%.*s' also needs the file '%.*s' beside this one: %s; put it there",
                HF_STR_ARG(run->recipe->name), HF_STR_ARG(name), missing.message);
        return hf_fail_at(err, hf_str_z(run->arena, run->file), 0, NULL);
    }
    filler f = {.table = table,
                .arena = run->arena,
                .map = &run->tables[index],
                .values = &run->table_values[index],
                .file = hf_str_z(run->arena, name)};
    hf_problems ignored = hf_problems_of(run->arena);
    hf_row_sink sink = {
        .context = &f, .table = filler_table, .row = filler_row, .problems = &ignored};
    const hf_format *csv = hf_format_find(HF_STR("csv"));
    HF_ASSERT(csv != NULL);
    return csv->read(file, &table->read, &sink, err);
}

static bool set_parameters(hf_recipe_run *run, const hf_parameter *given, size_t count,
                           hf_error *err)
{
    size_t known = run->recipe->parameters.count;
    run->parameters = HF_NEW_N(run->arena, hf_str, known);
    for (size_t i = 0; i < known; i++)
        run->parameters[i] = run->recipe->parameters.items[i].value;
    for (size_t g = 0; g < count; g++) {
        bool is_found = false;
        for (size_t i = 0; i < known; i++)
            if (hf_str_equal(run->recipe->parameters.items[i].name, given[g].name)) {
                run->parameters[i] = given[g].value.ptr != NULL ? given[g].value : HF_STR("");
                is_found = true;
            }
        if (!is_found)
            return hf_fail(
                err, HF_ERR_USAGE, "recipe.parameter_unknown",
                "the recipe '%.*s' has no parameter '%.*s'; mend its name or leave it out",
                HF_STR_ARG(run->recipe->name), HF_STR_ARG(given[g].name));
    }
    return true;
}

bool hf_recipe_run_open(hf_recipe_run *run, const hf_import_recipe *recipe, hf_input *input,
                        const hf_parameter *parameters, size_t parameter_count, hf_arena *arena,
                        hf_arena *scratch, hf_error *err)
{
    size_t count = recipe->tables.count;
    *run = (hf_recipe_run){.recipe = recipe, .arena = arena, .scratch = scratch};
    run->file = hf_file_base(hf_input_name(input));
    run->stem = hf_file_stem(hf_input_name(input));
    run->tables = HF_NEW_N(arena, hf_map, count);
    run->table_values = HF_NEW_N(arena, hf_strs, count);
    run->is_table_absent = HF_NEW_N(arena, bool, count);
    run->slot_columns = HF_NEW_N(arena, int32_t, recipe->slots.count);
    if (!set_parameters(run, parameters, parameter_count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (recipe->tables.items[i].file.len == 0) {
            run->tables[i] = recipe->tables.items[i].words;
            run->table_values[i] = recipe->tables.items[i].values;
        } else if (!fill_table(run, i, input, err)) {
            return false;
        }
    }
    return true;
}

// --- columns ---------------------------------------------------------------------------------------------

static int32_t special_slot(hf_str name)
{
    static const struct {
        const char *name;
        int32_t slot;
    } specials[] = {{"#line", HF_SLOT_LINE},        {"#file", HF_SLOT_FILE},
                    {"#stem", HF_SLOT_STEM},        {"#layer", HF_SLOT_LAYER},
                    {"#lon", HF_SLOT_LON},          {"#lat", HF_SLOT_LAT},
                    {"#geometry", HF_SLOT_GEOMETRY}};
    for (size_t i = 0; i < HF_COUNT(specials); i++)
        if (hf_str_equal_z(name, specials[i].name))
            return specials[i].slot;
    return HF_SLOT_ABSENT;
}

bool hf_recipe_run_table(hf_recipe_run *run, const hf_table *table, hf_error *err)
{
    const hf_import_recipe *recipe = run->recipe;
    run->table = table;
    for (size_t i = 0; i < recipe->slots.count; i++) {
        size_t column = 0;
        run->slot_columns[i] = special_slot(recipe->slots.items[i]);
        if (run->slot_columns[i] == HF_SLOT_ABSENT &&
            column_of(table, recipe->slots.items[i], &column))
            run->slot_columns[i] = (int32_t)column;
    }
    // Columns that the recipe is recognised by must be there even when it was named by hand.
    for (size_t i = 0; i < recipe->match.columns.count; i++) {
        size_t column = 0;
        if (!column_of(table, recipe->match.columns.items[i], &column))
            return no_column(hf_str_z(run->arena, run->file), recipe->match.columns.items[i], err);
    }
    if (recipe->names.count > 0 && table->count < recipe->names.count) {
        hf_fail(err, HF_ERR_INPUT, "recipe.column_count",
                "%zu columns where the recipe '%.*s' needs %zu; choose the recipe of this file",
                table->count, HF_STR_ARG(recipe->name), recipe->names.count);
        return hf_fail_at(err, hf_str_z(run->arena, run->file), 1, NULL);
    }
    return true;
}

int hf_recipe_score(const hf_import_recipe *recipe, const hf_format *format, hf_str file,
                    const hf_table *table)
{
    int score = 0;
    bool fits = recipe->match.is_there;
    const hf_strs *lists[] = {&recipe->match.formats, &recipe->match.files, &recipe->match.layers};
    hf_str values[] = {hf_str_of(format->name), hf_file_base(file), table->layer};
    for (size_t k = 0; k < HF_COUNT(lists); k++) {
        bool is_one = lists[k]->count == 0;
        for (size_t i = 0; i < lists[k]->count; i++)
            is_one |= hf_glob(lists[k]->items[i], values[k]);
        fits &= is_one;
        score += lists[k]->count > 0 ? 10 : 0;
    }
    for (size_t i = 0; i < recipe->match.columns.count; i++) {
        size_t column = 0;
        fits &= column_of(table, recipe->match.columns.items[i], &column);
        score += 3;
    }
    if (recipe->match.column_count > 0) {
        fits &= table->count == recipe->match.column_count;
        score += 5;
    }
    return fits ? score : 0;
}

// --- values ----------------------------------------------------------------------------------------------

hf_str hf_recipe_cell(const hf_recipe_run *run, size_t column)
{
    hf_str cell = run->row->cells[column];
    if (cell.ptr == NULL)
        return ABSENT;
    cell = hf_str_trim(cell);
    if (cell.len == 0)
        return ABSENT;
    for (size_t i = 0; i < run->recipe->missing.count; i++)
        if (hf_str_equal(cell, run->recipe->missing.items[i]))
            return ABSENT;
    return cell;
}

static hf_str number_text(hf_arena *arena, double value)
{
    char text[32];
    size_t len = hf_format_double(value, text);
    return hf_str_copy(arena, (hf_str){text, len});
}

static hf_str slot_value(hf_recipe_run *run, size_t slot)
{
    int32_t column = run->slot_columns[slot];
    const hf_row *row = run->row;
    if (row == NULL)
        return ABSENT;
    if (column >= 0)
        return hf_recipe_cell(run, (size_t)column);
    switch (column) {
    case HF_SLOT_LINE:
        return hf_str_format(run->scratch, "%llu", (unsigned long long)row->line);
    case HF_SLOT_FILE:
        return run->file;
    case HF_SLOT_STEM:
        return run->stem;
    case HF_SLOT_LAYER:
        return run->table->layer.len > 0 ? run->table->layer : ABSENT;
    case HF_SLOT_LON:
        return row->has_place ? number_text(run->scratch, row->lon) : ABSENT;
    case HF_SLOT_LAT:
        return row->has_place ? number_text(run->scratch, row->lat) : ABSENT;
    case HF_SLOT_GEOMETRY:
        return row->geometry.len > 0 ? row->geometry : ABSENT;
    default:
        return ABSENT;
    }
}

static hf_str join_parts(hf_recipe_run *run, const hf_recipe_value *value)
{
    hf_str pieces[32];
    size_t count = value->parts.count < HF_COUNT(pieces) ? value->parts.count : HF_COUNT(pieces);
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        const hf_recipe_part *part = &value->parts.items[i];
        pieces[i] = part->kind == HF_PART_TEXT   ? part->text
                    : part->kind == HF_PART_SLOT ? slot_value(run, part->index)
                                                 : run->parameters[part->index];
        if (is_absent(pieces[i]))
            return ABSENT;
        bytes += pieces[i].len;
    }
    if (count == 1)
        return pieces[0];
    char *joined = hf_arena_take(run->scratch, bytes);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(joined + at, pieces[i].ptr, pieces[i].len);
        at += pieces[i].len;
    }
    return (hf_str){joined, bytes};
}

// The value of "name"=>"value" in an hstore text; quotes and backslashes inside are escaped by a backslash.
static hf_str tag_value(hf_arena *scratch, hf_str text, hf_str name)
{
    hf_str wanted = hf_str_format(scratch, "\"%.*s\"=>", HF_STR_ARG(name));
    size_t at = hf_str_find(text, wanted) + wanted.len;
    if (at >= text.len || text.ptr[at] != '"')
        return ABSENT;
    char *copy = hf_arena_take(scratch, text.len - at);
    size_t len = 0;
    for (at++; at < text.len && text.ptr[at] != '"'; at++) {
        if (text.ptr[at] == '\\' && at + 1 < text.len)
            at++;
        copy[len++] = text.ptr[at];
    }
    hf_str value = hf_str_trim((hf_str){copy, len});
    return value.len > 0 ? value : ABSENT;
}

static hf_str change_case(hf_arena *scratch, hf_str text, hf_recipe_step_kind kind)
{
    char *copy = hf_arena_take(scratch, text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        bool is_lower = byte >= 'a' && byte <= 'z', is_upper = byte >= 'A' && byte <= 'Z';
        if (kind == HF_STEP_UPPER && is_lower)
            byte = (char)(byte - 32);
        if (kind != HF_STEP_UPPER && is_upper)
            byte = (char)(byte + 32);
        if (kind == HF_STEP_SLUG && !is_lower && !is_upper && !(byte >= '0' && byte <= '9')) {
            if (len == 0 || copy[len - 1] == '_')
                continue;
            byte = '_';
        }
        copy[len++] = byte;
    }
    while (kind == HF_STEP_SLUG && len > 0 && copy[len - 1] == '_')
        len--;
    return len > 0 ? (hf_str){copy, len} : ABSENT;
}

static hf_str scaled(hf_recipe_run *run, hf_str text, const hf_recipe_step *step)
{
    double number = 0;
    if (!hf_parse_double(text, &number))
        return text; // the field will say that it is no number
    number = step->kind == HF_STEP_SCALE ? number * step->number : floor(number + 0.5);
    return number_text(run->scratch, number);
}

static hf_str mapped(const hf_recipe_run *run, hf_str text, size_t table)
{
    uint32_t at = 0;
    if (!hf_map_get(&run->tables[table], text, &at))
        return ABSENT;
    return run->table_values[table].items[at];
}

static hf_str cut(hf_str text, const hf_recipe_step *step)
{
    size_t at = hf_str_find(text, step->text);
    if (step->kind == HF_STEP_BEFORE)
        return hf_str_trim(hf_str_slice(text, 0, at));
    return at < text.len ? hf_str_trim(hf_str_slice(text, at + step->text.len, text.len)) : ABSENT;
}

static hf_str wkt_number(hf_recipe_run *run, hf_str text, hf_recipe_step_kind kind)
{
    double lon = 0, lat = 0;
    if (!hf_wkt_point(text, &lon, &lat))
        return ABSENT;
    return number_text(run->scratch, kind == HF_STEP_WKT_LON ? lon : lat);
}

static hf_str apply(hf_recipe_run *run, hf_str text, const hf_recipe_step *step)
{
    if (step->kind == HF_STEP_ELSE)
        return is_absent(text) ? hf_recipe_evaluate(run, step->value) : text;
    if (is_absent(text))
        return text;
    switch (step->kind) {
    case HF_STEP_TAG:
        return tag_value(run->scratch, text, step->text);
    case HF_STEP_MAP:
        return mapped(run, text, step->table);
    case HF_STEP_SCALE:
    case HF_STEP_ROUND:
        return scaled(run, text, step);
    case HF_STEP_BEFORE:
    case HF_STEP_AFTER:
        return cut(text, step);
    case HF_STEP_LOWER:
    case HF_STEP_UPPER:
    case HF_STEP_SLUG:
        return change_case(run->scratch, text, step->kind);
    case HF_STEP_MISSING:
        for (size_t i = 0; i < step->words.count; i++)
            if (hf_str_equal(text, step->words.items[i]))
                return ABSENT;
        return text;
    case HF_STEP_WKT_LON:
    case HF_STEP_WKT_LAT:
        return wkt_number(run, text, step->kind);
    case HF_STEP_ELSE:
        break;
    }
    return text;
}

hf_str hf_recipe_evaluate(hf_recipe_run *run, const hf_recipe_value *value)
{
    hf_str text = ABSENT;
    if (value->parts.count > 0)
        text = join_parts(run, value);
    for (size_t i = 0; i < value->options.count && is_absent(text); i++)
        text = hf_recipe_evaluate(run, value->options.items[i]);
    for (size_t i = 0; i < value->steps.count; i++)
        text = apply(run, text, &value->steps.items[i]);
    return text;
}

// --- tests -----------------------------------------------------------------------------------------------

static bool is_one_of(hf_recipe_run *run, hf_str text, const hf_recipe_test *test)
{
    hf_str given = is_absent(text) ? HF_STR("") : text;
    for (size_t i = 0; i < test->words.count; i++) {
        hf_str word = hf_recipe_evaluate(run, test->words.items[i]);
        if (test->kind == HF_TEST_STARTS
                ? given.len >= word.len && hf_str_equal(hf_str_slice(given, 0, word.len), word)
                : hf_str_equal(given, word))
            return true;
    }
    return false;
}

static bool compares(hf_str text, const hf_recipe_test *test)
{
    double number = 0;
    if (is_absent(text) || !hf_parse_double(text, &number))
        return false;
    return test->kind == HF_TEST_ABOVE ? number > test->number : number < test->number;
}

static bool passes(hf_recipe_run *run, const hf_recipe_test *test)
{
    hf_str text = test->value != NULL ? hf_recipe_evaluate(run, test->value) : ABSENT;
    uint32_t at = 0;
    switch (test->kind) {
    case HF_TEST_IN:
    case HF_TEST_STARTS:
        return is_one_of(run, text, test) != test->is_negated;
    case HF_TEST_GIVEN:
        return !is_absent(text) != test->is_negated;
    case HF_TEST_ABOVE:
    case HF_TEST_BELOW:
        return compares(text, test);
    case HF_TEST_IN_TABLE:
        // An optional table that is not there filters nothing.
        if (run->is_table_absent[test->table])
            return true;
        return (!is_absent(text) && hf_map_get(&run->tables[test->table], text, &at)) !=
               test->is_negated;
    case HF_TEST_ANY:
        for (size_t i = 0; i < test->tests.count; i++)
            if (passes(run, &test->tests.items[i]))
                return !test->is_negated;
        return test->is_negated;
    case HF_TEST_ALL:
        return hf_recipe_passes(run, &test->tests);
    }
    return false;
}

bool hf_recipe_passes(hf_recipe_run *run, const hf_recipe_tests *tests)
{
    for (size_t i = 0; i < tests->count; i++)
        if (!passes(run, &tests->items[i]))
            return false;
    return true;
}
