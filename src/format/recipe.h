// SPDX-License-Identifier: Apache-2.0
//
// A parsed import recipe (docs/guide/recipes.md): values are small expressions over a row. recipe.c parses,
// recipe_run.c evaluates, mapping.c makes records of it. Private to format/.
#ifndef HF_FORMAT_RECIPE_H
#define HF_FORMAT_RECIPE_H

#include "base/map.h"
#include "base/vec.h"
#include "format/format.h"

typedef HF_VEC(hf_str) hf_strs;

typedef struct hf_recipe_value hf_recipe_value;
typedef struct hf_recipe_test hf_recipe_test;

typedef enum {
    HF_STEP_TAG,    // one value of an hstore text
    HF_STEP_MAP,    // through a table; absent when not found
    HF_STEP_ELSE,   // when absent so far
    HF_STEP_SCALE,  // times a number
    HF_STEP_ROUND,  // to a whole number
    HF_STEP_BEFORE, // the part before a text; all when it is not there
    HF_STEP_AFTER,  // the part behind a text; absent when it is not there
    HF_STEP_LOWER,
    HF_STEP_UPPER,
    HF_STEP_SLUG,    // small ASCII letters, digits and _
    HF_STEP_MISSING, // these words mean absent
    HF_STEP_WKT_LON,
    HF_STEP_WKT_LAT
} hf_recipe_step_kind;

typedef struct {
    hf_recipe_step_kind kind;
    hf_str text;
    double number;
    size_t table; // index into recipe->tables
    hf_strs words;
    const hf_recipe_value *value;
} hf_recipe_step;

// One piece of a template.
typedef enum { HF_PART_TEXT, HF_PART_SLOT, HF_PART_PARAMETER } hf_recipe_part_kind;
typedef struct {
    hf_recipe_part_kind kind;
    hf_str text;
    size_t index; // of the slot or parameter
} hf_recipe_part;

struct hf_recipe_value {
    HF_VEC(hf_recipe_part) parts;            // joined; absent when a slot among them is absent
    HF_VEC(const hf_recipe_value *) options; // "first": the first that is not absent
    HF_VEC(hf_recipe_step) steps;            // in the order written
};

typedef enum {
    HF_TEST_IN, // one of words (templates)
    HF_TEST_STARTS,
    HF_TEST_GIVEN,
    HF_TEST_ABOVE,
    HF_TEST_BELOW,
    HF_TEST_IN_TABLE,
    HF_TEST_ANY, // of `tests`
    HF_TEST_ALL
} hf_recipe_test_kind;

typedef HF_VEC(hf_recipe_test) hf_recipe_tests;
struct hf_recipe_test {
    hf_recipe_test_kind kind;
    bool is_negated;
    const hf_recipe_value *value;
    HF_VEC(const hf_recipe_value *) words;
    double number;
    size_t table;
    hf_recipe_tests tests;
};

typedef struct {
    hf_str name;
    hf_str file; // a file beside the imported one (a template of parameters), or empty
    const hf_recipe_value *file_value;
    hf_strs keys; // its key columns: each of them gives a key
    hf_str value; // its value column; empty = the table is only a set
    hf_read_options read;
    bool is_optional;
    hf_map words; // of a table written in the recipe: key → index into values
    hf_strs values;
} hf_recipe_table;

typedef struct {
    const hf_field *field; // NULL for an attribute
    size_t field_index;
    hf_str name;
    const hf_recipe_value *value;
} hf_recipe_field;

typedef enum {
    HF_ATTRIBUTES_NONE,
    HF_ATTRIBUTES_OTHERS,
    HF_ATTRIBUTES_LISTED
} hf_recipe_attributes;

// What becomes of a key that stood in the file before.
typedef enum {
    HF_REPEAT_REFUSE,
    HF_REPEAT_FIRST, // the first record stands, the others are left out
    HF_REPEAT_NUMBER // the others get "-2", "-3" … behind the key
} hf_recipe_repeat;

typedef struct {
    const hf_noun *noun;
    hf_strs layers; // only rows of these layers; empty = all
    hf_recipe_tests when;
    HF_VEC(hf_recipe_field) fields;
    bool takes_same_names; // columns that bear a field's name fill it, unless `fields` does
    hf_recipe_attributes attribute_mode;
    HF_VEC(hf_recipe_field) attributes;
    hf_strs except; // columns that HF_ATTRIBUTES_OTHERS leaves out

    hf_recipe_tests expect; // as `when`, but a row that fails is a problem
    hf_recipe_repeat repeat;
    bool skips_on_problem; // "on_problem": "skip"
} hf_recipe_record;

struct hf_import_recipe {
    hf_str name, title, json;
    struct {
        hf_strs formats, files, columns, layers;
        size_t column_count;
        bool is_there;
    } match;
    hf_str format; // read with this format; empty = guessed
    hf_read_options read;
    hf_strs names; // of the columns of a file without header
    hf_strs missing;
    HF_VEC(hf_parameter) parameters; // with their defaults
    HF_VEC(hf_recipe_table) tables;
    HF_VEC(hf_recipe_field) values; // values with a name, for use in several places
    hf_strs slots;                  // the column names that values use; "#line" and the like too
    HF_VEC(hf_recipe_record) records;
};

// --- running one over a file (recipe_run.c) --------------------------------------------------------------

typedef struct {
    const hf_import_recipe *recipe;
    hf_arena *arena;   // of the file: tables
    hf_arena *scratch; // of the row
    hf_str *parameters;
    hf_map *tables; // per table: key → index into table_values
    hf_strs *table_values;
    bool *is_table_absent;
    hf_str file, stem;
    // of the current table
    const hf_table *table;
    int32_t *slot_columns; // slot → column, or one of HF_SLOT_*
    const hf_row *row;
} hf_recipe_run;

enum {
    HF_SLOT_ABSENT = -1,
    HF_SLOT_LINE = -2,
    HF_SLOT_FILE = -3,
    HF_SLOT_STEM = -4,
    HF_SLOT_LAYER = -5,
    HF_SLOT_LON = -6,
    HF_SLOT_LAT = -7,
    HF_SLOT_GEOMETRY = -8
};

// Reads the look-up files. Errors: HF_ERR_INPUT "recipe.table_missing", "recipe.parameter_unknown", csv.*
bool hf_recipe_run_open(hf_recipe_run *run, const hf_import_recipe *recipe, hf_input *input,
                        const hf_parameter *parameters, size_t parameter_count, hf_arena *arena,
                        hf_arena *scratch, hf_error *err) HF_CHECKED;
// Says where the columns of a table stand. Errors: HF_ERR_INPUT "recipe.column_missing"
bool hf_recipe_run_table(hf_recipe_run *run, const hf_table *table, hf_error *err) HF_CHECKED;
hf_str hf_recipe_evaluate(hf_recipe_run *run, const hf_recipe_value *value); // ptr NULL = absent
bool hf_recipe_passes(hf_recipe_run *run, const hf_recipe_tests *tests);
// A cell under the recipe's missing words: trimmed; ptr NULL = absent.
hf_str hf_recipe_cell(const hf_recipe_run *run, size_t column);
// How well a recipe fits, 0 = not at all. names NULL: the columns are not known yet.
int hf_recipe_score(const hf_import_recipe *recipe, const hf_format *format, hf_str file,
                    const hf_table *table);
bool hf_glob(hf_str pattern, hf_str text); // '*' and '?', ASCII case ignored

#endif
