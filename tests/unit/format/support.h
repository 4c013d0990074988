// SPDX-License-Identifier: Apache-2.0
//
// For the tests of format/: reads bytes as the import does and keeps what came out as plain text, one line a
// patch ("asset {canonical JSON}" with only the fields that the file gave) and one line a problem
// ("3 lat place.out_of_range").
#ifndef HF_TEST_FORMAT_SUPPORT_H
#define HF_TEST_FORMAT_SUPPORT_H

// cmocka wants these before itself
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/crypto.h"
#include "format/format.h"

typedef struct {
    hf_arena arena;
    hf_buf patches;
    hf_buf problem_text;
    hf_problems problems;
    hf_read_result result;
    hf_error err;
    bool ok;
    uint64_t patch_count;
} outcome;

static inline bool keep_patch(void *context, const hf_patch *patch, uint64_t line, hf_error *err)
{
    outcome *o = context;
    hf_json_writer w = {.out = &o->patches};
    const hf_head *head = patch->record;
    (void)line;
    (void)err;
    o->patch_count++;
    hf_buf_add_z(&o->patches, patch->noun->name);
    hf_buf_add_byte(&o->patches, ' ');
    hf_json_begin_object(&w);
    for (size_t i = 0; i < patch->noun->field_count; i++)
        if ((patch->present >> i & 1) != 0) {
            hf_json_name(&w, patch->noun->fields[i].name);
            hf_field_write_json(&patch->noun->fields[i], patch->record, &w);
        }
    if (patch->has_attributes) {
        hf_json_name(&w, "attributes");
        hf_json_add_raw(&w, head->attributes);
    }
    hf_json_end_object(&w);
    hf_buf_add_byte(&o->patches, '\n');
    return true;
}

static inline void note_problems(outcome *o)
{
    for (size_t i = 0; i < o->problems.list.count; i++) {
        const hf_problem *p = &o->problems.list.items[i];
        hf_buf_add_format(&o->problem_text, "%s%llu %.*s %s\n",
                          p->severity == HF_WARNING ? "warning " : "", (unsigned long long)p->line,
                          HF_STR_ARG(p->column), p->code);
    }
}

static inline void read_input(outcome *o, hf_input *input, const char *noun,
                              const hf_import_recipe *recipe, const hf_recipes *recipes,
                              hf_str parameters)
{
    hf_error ready = {0};
    hf_str ignored;
    hf_parameters list = {0};
    *o = (outcome){.patches = hf_buf_of(64u << 20), .problem_text = hf_buf_of(1u << 20)};
    assert_true(hf_crypto_init(&ready));
    o->problems = hf_problems_of(&o->arena);
    assert_true(hf_recipe_split_name(parameters, &o->arena, &ignored, &list, &ready));
    hf_read_request request = {.input = input,
                               .noun = noun != NULL ? hf_noun_find(hf_str_of(noun)) : NULL,
                               .recipe = recipe,
                               .recipes = recipes,
                               .parameters = list.items,
                               .parameter_count = list.count,
                               .problems = &o->problems,
                               .context = o,
                               .take = keep_patch};
    o->ok = hf_read_records(&request, &o->result, &o->err);
    note_problems(o);
}

static inline void read_bytes(outcome *o, const char *name, hf_str bytes, const char *noun)
{
    hf_error ready = {0};
    assert_true(hf_crypto_init(&ready));
    hf_input *input = hf_input_of_bytes(hf_str_of(name), bytes);
    read_input(o, input, noun, NULL, NULL, HF_STR_EMPTY);
    hf_input_close(&input);
}

static inline void read_text(outcome *o, const char *name, const char *text, const char *noun)
{
    read_bytes(o, name, hf_str_of(text), noun);
}

static inline void outcome_done(outcome *o)
{
    hf_buf_done(&o->patches);
    hf_buf_done(&o->problem_text);
    hf_arena_done(&o->arena);
}

static inline const char *text_of_buf(hf_buf *buf)
{
    hf_buf_add_byte(buf, '\0');
    buf->len--;
    return buf->ptr;
}

#define assert_patches(o, want)  assert_string_equal(text_of_buf(&(o)->patches), want)
#define assert_problems(o, want) assert_string_equal(text_of_buf(&(o)->problem_text), want)

// The file as a whole was refused, with this code, line and column.
static inline void assert_refused(const outcome *o, const char *code, uint64_t line,
                                  const char *column)
{
    assert_false(o->ok);
    assert_string_equal(o->err.code, code);
    assert_int_equal(o->err.line, line);
    assert_string_equal(o->err.column, column);
}

#endif
