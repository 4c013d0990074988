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

// One shipped file: {"edition", "entries": [ record, … ]}.
static bool read_shipped(const char *file, hf_arena *arena, hf_json **out, hf_error *err)
{
    const hf_embedded_file *shipped = hf_shipped_profile;
    while (shipped->name != NULL && !hf_str_equal_z(hf_str_of(shipped->name), file))
        shipped++;
    HF_ASSERT(shipped->name != NULL);
    return hf_json_parse((hf_str){shipped->ptr, shipped->bytes}, arena, out, err);
}

static bool put_entry(hf_tx *tx, const hf_noun *noun, const hf_json *entry, hf_str edition,
                      hf_arena *arena, hf_error *err)
{
    hf_patch patch = {0};
    hf_put_outcome outcome = HF_PUT_ADDED;
    if (!hf_patch_from_json(noun, entry, arena, &patch, err))
        return false;
    if (noun == &hf_noun_taxonomy)
        ((hf_taxonomy *)patch.record)->edition = edition;
    ((hf_head *)patch.record)->marking = HF_TLP_CLEAR;
    ((hf_head *)patch.record)->source = HF_STR("shipped");
    return hf_noun_check(noun, patch.record, arena, err) &&
           hf_store_put(tx, noun, patch.record, HF_VERSION_ANY, &outcome, err);
}

static bool put_entries(hf_tx *tx, const hf_noun *noun, const char *file, hf_arena *arena,
                        hf_error *err)
{
    hf_json *document = NULL;
    if (!read_shipped(file, arena, &document, err))
        return false;
    const hf_json *entries = hf_json_get(document, "entries");
    HF_ASSERT(entries != NULL);
    for (const hf_json *entry = entries->child; entry != NULL; entry = entry->next)
        if (!put_entry(tx, noun, entry, hf_json_text(document, "edition"), arena, err))
            return false;
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

// --- a store of an older program -----------------------------------------------------------------------------

// No catalogue of provisions yet?
static bool lacks_provisions(hf_read *read)
{
    return hf_read_count(read, &hf_noun_instrument) + hf_read_count(read, &hf_noun_provision) == 0;
}

static bool has_edition(hf_read *read, hf_str edition, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    static const char *const names[] = {"key", "edition"};
    const void *record = NULL;
    *out = false;
    if (!hf_scan_open_fields(read, &hf_noun_taxonomy, names, HF_COUNT(names), &scan, err))
        return false;
    while (!*out) {
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            break;
        *out = hf_str_equal(((const hf_taxonomy *)record)->edition, edition);
    }
    return true;
}

typedef HF_VEC(const hf_json *) entry_list;

// Is there a place below it: a record, or one that is about to be?
static bool has_parent(hf_read *read, const entry_list *added, hf_str parent, hf_arena *arena,
                       bool *out, hf_error *err)
{
    void *record = NULL;
    *out = parent.len == 0;
    for (size_t i = 0; i < added->count && !*out; i++)
        *out = hf_str_equal(hf_json_text(added->items[i], "key"), parent);
    if (*out)
        return true;
    bool is_read = hf_store_get(read, &hf_noun_taxonomy, parent, arena, &record, err);
    *out = record != NULL;
    return is_read;
}

// The entries of the taxonomy that this store never had. What a State removed stays away, what it changed stays as it is,
// and a kind whose sector it has given up has no place.
static bool find_new_entries(hf_read *read, const hf_json *taxonomy, hf_arena *arena,
                             entry_list *out, hf_error *err)
{
    bool is_known = false;
    *out = (entry_list){0};
    if (!has_edition(read, hf_json_text(taxonomy, "edition"), &is_known, err) || is_known)
        return is_known;
    for (const hf_json *entry = hf_json_get(taxonomy, "entries")->child; entry != NULL;
         entry = entry->next) {
        hf_version *versions = NULL;
        size_t count = 0;
        bool fits = false;
        if (!hf_store_history(read, &hf_noun_taxonomy, hf_json_text(entry, "key"), arena, &versions,
                              &count, err) ||
            !has_parent(read, out, hf_json_text(entry, "parent"), arena, &fits, err))
            return false;
        if (count == 0 && fits)
            HF_VEC_ADD(arena, out, entry);
    }
    return true;
}

// Brings what ships up to date in a store that an older program made.
static bool grow(const hf_session *session, hf_tx **tx, hf_arena *arena, hf_error *err)
{
    hf_json *taxonomy = NULL;
    entry_list entries = {0};
    bool lacks = lacks_provisions(hf_tx_read(*tx));
    if (!read_shipped("taxonomy.json", arena, &taxonomy, err) ||
        !find_new_entries(hf_tx_read(*tx), taxonomy, arena, &entries, err) ||
        (lacks && !hf_put_provisions(*tx, arena, err)))
        return false;
    for (size_t i = 0; i < entries.count; i++)
        if (!put_entry(*tx, &hf_noun_taxonomy, entries.items[i], hf_json_text(taxonomy, "edition"),
                       arena, err))
            return false;
    return (!lacks && entries.count == 0) ||
           (hf_note(*tx, session, "store.grown", NULL, HF_STR_EMPTY, HF_STR("shipped"),
                    HF_STR_EMPTY, err) &&
            hf_tx_commit(tx, err));
}

// Without the write lock: a store that is up to date is no reason to wait for another writer.
static bool is_made(const hf_session *session, hf_arena *arena, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_json *taxonomy = NULL;
    entry_list entries = {0};
    *out = false;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    if (hf_read_count(read, &hf_noun_taxonomy) == 0 || lacks_provisions(read))
        return true;
    if (!read_shipped("taxonomy.json", arena, &taxonomy, err) ||
        !find_new_entries(read, taxonomy, arena, &entries, err))
        return false;
    *out = entries.count == 0;
    return true;
}

bool hf_init_store(const hf_session *session, hf_arena *arena, hf_init_result *out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    bool has_profile = false;
    *out = (hf_init_result){0};
    if (!hf_can(&session->actor, HF_CAN_CONFIGURE, NULL, NULL, err) ||
        !is_made(session, arena, &has_profile, err))
        return false;
    if (has_profile)
        return true;
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err))
        return false;
    out->is_new = hf_read_count(hf_tx_read(tx), &hf_noun_taxonomy) == 0;
    if (!out->is_new)
        return grow(session, &tx, arena, err);
    if (!put_profile(tx, session, arena, err) ||
        !hf_setup_token_add(tx, session->now_ms, arena, &out->setup_token, err))
        return false;
    return hf_tx_commit(&tx, err);
}
