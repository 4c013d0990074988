// SPDX-License-Identifier: Apache-2.0
//
// Reads files as the import does and prints what comes out: counts by noun on standard error, with --show the
// records as JSON lines. For trying recipes and for measuring; the tests over real data use the same calls.
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "format/format.h"

typedef struct {
    bool shows;
    uint64_t counts[64];
} taker;

static bool take(void *context, const hf_patch *patch, uint64_t line, hf_error *err)
{
    taker *t = context;
    (void)err;
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        t->counts[i] += hf_nouns[i] == patch->noun;
    if (!t->shows)
        return true;
    hf_buf buf = hf_buf_of(16u << 20);
    hf_json_writer w = {.out = &buf};
    hf_json_begin_object(&w);
    hf_noun_write_json(patch->noun, patch->record, &w);
    hf_json_end_object(&w);
    printf("%s %llu %.*s\n", patch->noun->name, (unsigned long long)line,
           HF_STR_ARG(hf_buf_str(&buf)));
    hf_buf_done(&buf);
    return true;
}

static bool read_one(const char *path, hf_str recipe_name, const hf_noun *noun,
                     const hf_recipes *recipes, taker *t, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_input_close) hf_input *input = NULL;
    hf_str name;
    hf_parameters parameters = {0};
    hf_problems problems = hf_problems_of(&arena);
    hf_read_result result;
    const char *slash = strrchr(path, '/');
    char directory[1024] = ".";
    if (slash != NULL)
        (void)snprintf(directory, sizeof directory, "%.*s", (int)(slash - path), path);
    hf_input_options options = {.path = path, .directory = directory};
    if (!hf_recipe_split_name(recipe_name, &arena, &name, &parameters, err) ||
        !hf_input_open(&options, &input, err))
        return false;
    hf_read_request request = {.input = input,
                               .noun = noun,
                               .recipe = hf_recipe_find(recipes, name),
                               .parameters = parameters.items,
                               .parameter_count = parameters.count,
                               .recipes = recipes,
                               .problems = &problems,
                               .context = t,
                               .take = take};
    if (name.len > 0 && request.recipe == NULL)
        return hf_fail(err, HF_ERR_USAGE, "recipe.unknown", "no such recipe");
    uint64_t start = hf_clock_monotonic_ns();
    bool ok = hf_read_records(&request, &result, err);
    double seconds = (double)(hf_clock_monotonic_ns() - start) / 1e9;
    for (size_t i = 0; i < problems.list.count && i < 5; i++) {
        const hf_problem *p = &problems.list.items[i];
        fprintf(stderr, "%.*s:%llu: [%s%s %.*s] %.*s\n", HF_STR_ARG(p->file),
                (unsigned long long)p->line, p->severity == HF_WARNING ? "warning " : "", p->code,
                HF_STR_ARG(p->column), HF_STR_ARG(p->message));
    }
    fprintf(stderr,
            "%s: format %s, recipe %.*s, rows %llu, refused %llu, skipped %llu, patches %llu, "
            "problems %llu, %.3f s, %.0f rows/s\n",
            path, result.format != NULL ? result.format->name : "-",
            HF_STR_ARG(result.recipe != NULL ? hf_recipe_name(result.recipe) : HF_STR("-")),
            (unsigned long long)result.row_count, (unsigned long long)result.refused_count,
            (unsigned long long)result.skipped_count, (unsigned long long)result.patch_count,
            (unsigned long long)(problems.error_count + problems.warning_count), seconds,
            (double)result.row_count / seconds);
    return ok;
}

int main(int argc, char **argv)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_recipes recipes;
    hf_error err = {0};
    hf_str recipe = HF_STR("");
    const hf_noun *noun = NULL;
    taker t = {0};
    int status = 0;
    if (!hf_crypto_init(&err) || !hf_recipes_load(&arena, &recipes, &err)) {
        fprintf(stderr, "%s %s: %s\n", err.source, err.code, err.message);
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--show") == 0)
            t.shows = true;
        else if (strcmp(argv[i], "--recipe") == 0 && i + 1 < argc)
            recipe = hf_str_of(argv[++i]);
        else if (strcmp(argv[i], "--as") == 0 && i + 1 < argc)
            noun = hf_noun_find(hf_str_of(argv[++i]));
        else if (!read_one(argv[i], recipe, noun, &recipes, &t, &err)) {
            fprintf(stderr, "%s:%llu: [%s %s] %s\n", err.source, (unsigned long long)err.line,
                    err.code, err.column, err.message);
            err = (hf_error){0};
            status = 1;
        }
    }
    for (size_t i = 0; hf_nouns[i] != NULL; i++)
        if (t.counts[i] > 0)
            fprintf(stderr, "%s %llu\n", hf_nouns[i]->plural, (unsigned long long)t.counts[i]);
    return status;
}
