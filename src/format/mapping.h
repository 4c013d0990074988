// SPDX-License-Identifier: Apache-2.0
//
// From rows to patches: either by the nouns' own column names (mapping_plain.c) or by a recipe
// (mapping_recipe.c). What both share is here. Private to format/.
#ifndef HF_FORMAT_MAPPING_H
#define HF_FORMAT_MAPPING_H

#include "format/key_set.h"
#include "format/recipe.h"

// A noun as the target of rows: its blank record and the fields that need care.
typedef struct {
    const hf_noun *noun;
    void *blank; // a record with every default
    const hf_field *lon, *lat, *boundary, *supplier, *consumer;
    size_t lon_index, lat_index, boundary_index;
    bool makes_key; // its key follows from other fields
} hf_target;

typedef struct {
    const hf_field *field;
    size_t index;  // of the field
    size_t column; // of the table
} hf_bound_field;
typedef struct {
    hf_str name;
    hf_str quoted; // "name": as JSON
    size_t column;
} hf_bound_attribute;

// How the columns of the current table go into one noun, without a recipe.
typedef struct {
    const hf_target *target;
    hf_bound_field *fields;
    size_t field_count;
    hf_bound_attribute *attributes;
    size_t attribute_count;
    bool has_place_columns;
} hf_plain_plan;

typedef struct {
    const hf_read_request *request;
    hf_read_result *result;
    hf_arena *arena;      // of the file
    hf_arena table_arena; // of the current table
    hf_arena scratch;     // of the row
    hf_row_sink sink;
    uint64_t refused_told; // rows that the format refused and that were counted for their noun
    hf_str file;
    const char *z_file;
    hf_table table; // as announced, with the recipe's names
    bool decimal_comma;
    hf_key_set keys;
    hf_target *targets; // one per noun of hf_nouns, made when first used
    size_t noun_count;
    hf_buf attributes; // of the records of the current row, one after the other
    // without a recipe
    hf_plain_plan *plans; // one per noun, for the current table
    bool *has_plan;
    const hf_noun *noun; // of all rows of the current table; NULL = column `noun` says
    size_t noun_column;
    // with one
    const hf_import_recipe *recipe;
    hf_recipe_run run;
    hf_recipe_attributes mode;
    hf_bound_attribute **others; // per record of the recipe: the columns it takes as attributes
    size_t *other_count;
    hf_bound_field **same_names; // per record: the columns that it takes by their names
    size_t *same_name_count;
} hf_mapping;

const hf_target *hf_mapping_target(hf_mapping *m, const hf_noun *noun);
// Sets a field from a cell and turns a refusal into a problem. `column` names it to the user.
bool hf_mapping_set(hf_mapping *m, const hf_field *field, void *record, hf_str cell, uint64_t line,
                    hf_str column, hf_severity severity);
// Sets lon and lat from the row's geometry. False when it lies outside the Earth (a problem then).
bool hf_mapping_set_place(hf_mapping *m, const hf_target *target, hf_patch *patch,
                          const hf_row *row, hf_severity severity);
// Completes the key, looks whether it is new in this file and whether the record feeds itself.
typedef enum { HF_KEY_NEW, HF_KEY_REPEATED, HF_KEY_REFUSED } hf_key_verdict;
hf_key_verdict hf_mapping_finish_key(hf_mapping *m, const hf_target *target, hf_patch *patch,
                                     uint64_t line, hf_recipe_repeat repeat, hf_severity severity);
// Counts a row that is not delivered because of a problem. noun NULL: the row does not say what it is.
void hf_mapping_refuse(hf_mapping *m, const hf_noun *noun);
bool hf_mapping_deliver(hf_mapping *m, const hf_patch *patch, uint64_t line, hf_error *err);
hf_bound_attribute hf_mapping_attribute(hf_mapping *m, hf_str name, size_t column);
void hf_mapping_sort_attributes(hf_bound_attribute *attributes, size_t count);

// mapping_plain.c
bool hf_mapping_plain_table(hf_mapping *m, hf_error *err);
bool hf_mapping_plain_row(hf_mapping *m, const hf_row *row, hf_error *err);
// The noun that a file or sheet is named after ("assets.csv", "assets-2026.csv"); NULL = none.
const hf_noun *hf_noun_by_file(hf_str stem);
// mapping_recipe.c
bool hf_mapping_recipe_table(hf_mapping *m, hf_error *err);
bool hf_mapping_recipe_row(hf_mapping *m, const hf_row *row, hf_error *err);

#endif
