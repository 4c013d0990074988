// SPDX-License-Identifier: Apache-2.0
//
// The list of formats: finding one by name or by looking at the bytes; and the recipes that ship.
#include "format/format.h"

#include <string.h>

#include "format/input.h"
#include "format/shipped_recipes.h"

enum { HEAD_BYTES = 4096 };

const hf_format *hf_format_find(hf_str name)
{
    for (size_t i = 0; hf_formats[i] != NULL; i++)
        if (hf_str_equal_z(name, hf_formats[i]->name))
            return hf_formats[i];
    return NULL;
}

bool hf_format_guess(hf_input *input, const hf_format **out, hf_error *err)
{
    hf_str head;
    bool at_end = false;
    int best = 0;
    if (!hf_input_window(input, HEAD_BYTES, HEAD_BYTES, &head, &at_end, err))
        return false;
    head = hf_str_slice(head, 0, HEAD_BYTES);
    if (hf_str_starts(head, "\xef\xbb\xbf"))
        head = hf_str_slice(head, 3, head.len);
    for (size_t i = 0; hf_formats[i] != NULL; i++) {
        int sure = hf_formats[i]->looks_like == NULL
                       ? 0
                       : hf_formats[i]->looks_like(hf_input_name(input), head);
        if (sure > best) {
            best = sure;
            *out = hf_formats[i];
        }
    }
    if (best > 0)
        return true;
    return hf_fail(err, HF_ERR_INPUT, "format.unknown",
                   head.len == 0 ? "the file is empty"
                                 : "no format that this program knows; export it as CSV");
}

bool hf_recipes_load(hf_arena *arena, hf_recipes *out, hf_error *err)
{
    *out = (hf_recipes){.arena = arena};
    for (size_t i = 0; hf_shipped_recipes[i].name != NULL; i++) {
        const hf_import_recipe *recipe = NULL;
        hf_str json = {hf_shipped_recipes[i].ptr, hf_shipped_recipes[i].bytes};
        if (!hf_recipe_parse(json, arena, &recipe, err))
            return hf_fail_at(err, hf_shipped_recipes[i].name, 0, NULL);
        hf_recipes_add(out, recipe);
    }
    return true;
}
