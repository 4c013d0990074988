// SPDX-License-Identifier: Apache-2.0
//
// What the JSON of translations and of levels may hold.
#include "model/translation.h"

#include "base/message.h"

static bool wrong(hf_error *err, const char *code, const char *message, const char *column)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", message);
    return hf_fail_at(err, NULL, 0, column);
}

static bool is_language(hf_str name)
{
    for (size_t i = 0; hf_lang_codes[i] != NULL; i++)
        if (hf_str_equal_z(name, hf_lang_codes[i]))
            return true;
    return false;
}

static bool is_levels(const hf_json *list)
{
    if (list->type != HF_JSON_ARRAY || list->child_count > HF_LEVEL_COUNT)
        return false;
    for (const hf_json *each = list->child; each != NULL; each = each->next)
        if (each->type != HF_JSON_TEXT || each->text.len > HF_LEVEL_BYTES_MAX)
            return false;
    return true;
}

static bool is_member(const hf_json *member, const char *const *names)
{
    if (hf_str_equal_z(member->name, "reviewed"))
        return member->type == HF_JSON_BOOL;
    for (size_t i = 0; names[i] != NULL; i++)
        if (hf_str_equal_z(member->name, names[i]))
            return hf_str_equal_z(member->name, "levels")
                       ? is_levels(member)
                       : member->type == HF_JSON_TEXT && member->text.len <= HF_TEXT_BYTES_MAX;
    return false;
}

bool hf_translations_check(hf_str json, const char *const *names, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *all = NULL;
    if (json.len == 0)
        return true;
    if (!hf_json_parse(json, &scratch, &all, err))
        return hf_fail_at(err, NULL, 0, "translations");
    if (all->type != HF_JSON_OBJECT)
        return wrong(err, "translation.language", "write an object of languages", "translations");
    for (const hf_json *words = all->child; words != NULL; words = words->next) {
        if (!is_language(words->name) || words->type != HF_JSON_OBJECT)
            return wrong(
                err, "translation.language",
                "the languages are ar, zh, en, fr, ru and es, each with an object of texts",
                "translations");
        for (const hf_json *member = words->child; member != NULL; member = member->next)
            if (!is_member(member, names))
                return wrong(err, "translation.member",
                             "a translation holds the texts of its record and \"reviewed\"",
                             "translations");
    }
    return true;
}

bool hf_levels_check(hf_str json, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json *list = NULL;
    if (json.len == 0)
        return true;
    if (!hf_json_parse(json, &scratch, &list, err))
        return hf_fail_at(err, NULL, 0, "levels");
    return is_levels(list) ||
           wrong(err, "question.levels",
                 "write a list of at most five texts, for the ratings 0 to 4", "levels");
}
