// SPDX-License-Identifier: Apache-2.0
//
// What the two halves of the recipe parser share: recipe.c (the outer words) and recipe_value.c (values and
// conditions). Private to format/.
#ifndef HF_FORMAT_RECIPE_PARSE_H
#define HF_FORMAT_RECIPE_PARSE_H

#include "format/recipe.h"

typedef struct {
    hf_arena *arena;
    hf_import_recipe *recipe;
    char where[200]; // JSON pointer
} hf_recipe_parser;

// Fails at the current place; `word` is quoted behind `what`.
bool hf_parse_fail(const hf_recipe_parser *p, const char *code, const char *what, hf_str word,
                   hf_error *err);
// Moves the place to a member; returns the old length, to which the caller cuts it back.
size_t hf_parse_enter(hf_recipe_parser *p, hf_str name);
bool hf_parse_text(hf_recipe_parser *p, const hf_json *json, hf_str *out, hf_error *err) HF_CHECKED;
// A text or a list of texts.
bool hf_parse_texts(hf_recipe_parser *p, const hf_json *json, hf_strs *out,
                    hf_error *err) HF_CHECKED;
bool hf_parse_number(hf_recipe_parser *p, const hf_json *json, double *out,
                     hf_error *err) HF_CHECKED;
bool hf_parse_bool(hf_recipe_parser *p, const hf_json *json, bool *out, hf_error *err) HF_CHECKED;
// The number of a column name among those that the recipe reads.
size_t hf_parse_slot(hf_recipe_parser *p, hf_str name);
bool hf_parse_value(hf_recipe_parser *p, const hf_json *json, const hf_recipe_value **out,
                    hf_error *err) HF_CHECKED;
bool hf_parse_template(hf_recipe_parser *p, hf_str text, hf_recipe_value *value,
                       hf_error *err) HF_CHECKED;
// A table written in the recipe: {"a": "b"}.
bool hf_parse_words(hf_recipe_parser *p, const hf_json *json, size_t *index,
                    hf_error *err) HF_CHECKED;
// A condition or a list of them.
bool hf_parse_tests(hf_recipe_parser *p, const hf_json *json, hf_recipe_tests *out,
                    hf_error *err) HF_CHECKED;

#endif
