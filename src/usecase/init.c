// SPDX-License-Identifier: Apache-2.0
//
// Making a new store usable: the taxonomy, rules, recipes and catalogue of provisions that ship with the program become
// records that the State may change, and a one-time token lets the first administrator in.
#include "format/format.h"
#include "model/recipe.h"
#include "model/rule.h"
#include "model/taxonomy.h"
#include "usecase/account.h"
#include "usecase/profile.h"
#include "usecase/provisions.h"
#include "usecase/usecase.h"

// Puts all entries of one shipped file: {"edition", "entries": [ record, … ]}.
static bool put_entries(hf_tx *tx, const hf_noun *noun, const char *file, hf_arena *arena,
                        hf_error *err)
{
    hf_json *document = NULL;
    const hf_embedded_file *shipped = hf_shipped_profile;
    while (shipped->name != NULL && !hf_str_equal_z(hf_str_of(shipped->name), file))
        shipped++;
    HF_ASSERT(shipped->name != NULL);
    if (!hf_json_parse((hf_str){shipped->ptr, shipped->bytes}, arena, &document, err))
        return false;
    const hf_json *entries = hf_json_get(document, "entries");
    hf_str edition = hf_json_text(document, "edition");
    HF_ASSERT(entries != NULL);
    for (const hf_json *entry = entries->child; entry != NULL; entry = entry->next) {
        hf_patch patch = {0};
        hf_put_outcome outcome = HF_PUT_ADDED;
        if (!hf_patch_from_json(noun, entry, arena, &patch, err))
            return false;
        if (noun == &hf_noun_taxonomy)
            ((hf_taxonomy *)patch.record)->edition = edition;
        ((hf_head *)patch.record)->marking = HF_TLP_CLEAR;
        ((hf_head *)patch.record)->source = HF_STR("shipped");
        if (!hf_noun_check(noun, patch.record, arena, err) ||
            !hf_store_put(tx, noun, patch.record, HF_VERSION_ANY, &outcome, err))
            return false;
    }
    return true;
}

static bool put_recipes(hf_tx *tx, hf_arena *arena, hf_error *err)
{
    hf_recipes recipes = {0};
    if (!hf_recipes_load(arena, &recipes, err))
        return false;
    for (size_t i = 0; i < recipes.list.count; i++) {
        hf_put_outcome outcome = HF_PUT_ADDED;
        hf_json *body = NULL;
        hf_recipe *record = hf_noun_new(&hf_noun_recipe, arena);
        const hf_field *field = hf_noun_field(&hf_noun_recipe, HF_STR("body"), NULL);
        if (!hf_json_parse(hf_recipe_json(recipes.list.items[i]), arena, &body, err) ||
            !hf_field_set_json(field, record, body, arena, err))
            return false;
        record->head.key = hf_recipe_name(recipes.list.items[i]);
        record->head.marking = HF_TLP_CLEAR;
        record->head.source = HF_STR("shipped");
        record->title = hf_recipe_title(recipes.list.items[i]);
        record->is_shipped = true;
        if (!hf_noun_check(&hf_noun_recipe, record, arena, err) ||
            !hf_store_put(tx, &hf_noun_recipe, record, HF_VERSION_ANY, &outcome, err))
            return false;
    }
    return true;
}

// A store without taxonomy is new. One whose State removed every entry is not meant to exist.
static bool put_profile(hf_tx *tx, const hf_session *session, hf_arena *arena, hf_error *err)
{
    return put_entries(tx, &hf_noun_taxonomy, "taxonomy.json", arena, err) &&
           put_entries(tx, &hf_noun_rule, "rules.json", arena, err) &&
           put_recipes(tx, arena, err) && hf_put_provisions(tx, arena, err) &&
           hf_note(tx, session, "store.made", NULL, HF_STR_EMPTY, HF_STR("shipped"), HF_STR_EMPTY,
                   err);
}

// A store of an older program has no catalogue of provisions yet.
static bool lacks_provisions(hf_read *read)
{
    return hf_read_count(read, &hf_noun_instrument) + hf_read_count(read, &hf_noun_provision) == 0;
}

static bool add_provisions(const hf_session *session, hf_tx **tx, hf_arena *arena, hf_error *err)
{
    return !lacks_provisions(hf_tx_read(*tx)) ||
           (hf_put_provisions(*tx, arena, err) &&
            hf_note(*tx, session, "store.grown", NULL, HF_STR_EMPTY, HF_STR("shipped"),
                    HF_STR_EMPTY, err) &&
            hf_tx_commit(tx, err));
}

// Without the write lock: a store that is made already is no reason to wait for another writer.
static bool is_made(const hf_session *session, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    *out = hf_read_count(read, &hf_noun_taxonomy) > 0 && !lacks_provisions(read);
    return true;
}

bool hf_init_store(const hf_session *session, hf_arena *arena, hf_init_result *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    bool has_profile = false;
    *out = (hf_init_result){0};
    if (!hf_can(&session->actor, HF_CAN_CONFIGURE, NULL, NULL, err) ||
        !is_made(session, &has_profile, err))
        return false;
    if (has_profile)
        return true;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err))
        return false;
    out->is_new = hf_read_count(hf_tx_read(tx), &hf_noun_taxonomy) == 0;
    if (!out->is_new)
        return add_provisions(session, &tx, arena, err);
    if (!put_profile(tx, session, arena, err) ||
        !hf_setup_token_add(tx, session->now_ms, arena, &out->setup_token, err))
        return false;
    return hf_tx_commit(&tx, err);
}
