// SPDX-License-Identifier: Apache-2.0
//
// What places of the demonstration nation are called, in the script of their province.
#include "usecase/demo_names.h"

#include <string.h>

#include "base/macro.h"

// clang-format off
// What the people call the places that they go to, by script; "%" is the town. Kinds that are not here have English
// names everywhere.
static const struct {
    const char *code;
    const char *names[4]; // hf_demo_script
} locals[] = {
    {"HOS", {NULL, "مستشفى %", "%医院", "Больница %"}},
    {"CLI", {NULL, "عيادة %", "%诊所", "Поликлиника %"}},
    {"PHA", {NULL, "صيدلية %", "%药店", "Аптека %"}},
    {"MAR", {NULL, "سوق %", "%市场", "Рынок %"}},
    {"CTY", {NULL, "بلدية %", "%市政厅", "Ратуша %"}},
    {"STA", {NULL, "محطة قطار %", "%火车站", "Вокзал %"}},
    {"SCH", {NULL, "مدرسة %", "%学校", "Школа %"}},
    {"WOR", {NULL, "دار عبادة %", "%宗教场所", "Храм %"}},
    {"MUS", {NULL, "متحف %", "%博物馆", "Музей %"}},
    {"SQU", {NULL, "ساحة %", "%广场", "Площадь %"}},
};
// clang-format on

hf_str hf_demo_name_in(hf_arena *arena, uint64_t name, hf_demo_script script)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(200);
    hf_demo_name(name, script, &text);
    return hf_buf_copy(arena, &text);
}

hf_str hf_demo_names_of(hf_arena *arena, uint64_t name)
{
    return hf_str_format(arena, "{\"name:ar\":\"%.*s\",\"name:ru\":\"%.*s\",\"name:zh\":\"%.*s\"}",
                         HF_STR_ARG(hf_demo_name_in(arena, name, HF_SCRIPT_ARABIC)),
                         HF_STR_ARG(hf_demo_name_in(arena, name, HF_SCRIPT_CYRILLIC)),
                         HF_STR_ARG(hf_demo_name_in(arena, name, HF_SCRIPT_HAN)));
}

hf_str hf_demo_local_name(hf_arena *arena, uint64_t name, uint32_t region)
{
    hf_demo_script script = hf_demo_script_of(region);
    hf_str latin = hf_demo_name_in(arena, name, HF_SCRIPT_LATIN);
    return script == HF_SCRIPT_LATIN
               ? latin
               : hf_str_format(arena, "%.*s (%.*s)",
                               HF_STR_ARG(hf_demo_name_in(arena, name, script)), HF_STR_ARG(latin));
}

static const char *local_title(const char *code, hf_demo_script script)
{
    for (size_t i = 0; i < HF_COUNT(locals); i++)
        if (strcmp(locals[i].code, code) == 0)
            return locals[i].names[script];
    return NULL;
}

hf_str hf_demo_asset_name(hf_arena *arena, const hf_demo_kind *table, const hf_demo_town *town,
                          uint32_t number)
{
    hf_demo_script script = hf_demo_script_of(town->region);
    const char *title = local_title(table->code, script);
    hf_str count = number > 0 ? hf_str_format(arena, " %u", number) : HF_STR_EMPTY;
    hf_str plain = hf_str_format(arena, "%.*s %s%.*s",
                                 HF_STR_ARG(hf_demo_name_in(arena, town->name, HF_SCRIPT_LATIN)),
                                 table->title, HF_STR_ARG(count));
    if (title == NULL)
        return plain;
    size_t before = strcspn(title, "%");
    return hf_str_format(arena, "%.*s%.*s%s%.*s (%.*s)", (int)before, title,
                         HF_STR_ARG(hf_demo_name_in(arena, town->name, script)), title + before + 1,
                         HF_STR_ARG(count), HF_STR_ARG(plain));
}
