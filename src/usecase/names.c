// SPDX-License-Identifier: Apache-2.0
//
// Looks names of assets and labels of codes up, and which regions lie inside one.
#include "usecase/names.h"

#include <stdlib.h>

#include "base/limits.h"
#include "model/asset.h"
#include "model/region.h"
#include "model/taxonomy.h"

static hf_str name_in(const hf_taxonomy *entry, hf_lang lang, hf_arena *arena)
{
    hf_json *names = NULL;
    hf_error unreadable = {0};
    hf_str plain = entry->name.len > 0 ? entry->name : entry->head.key;
    if (entry->names.len == 0 || !hf_json_parse(entry->names, arena, &names, &unreadable))
        return plain;
    hf_str translated = hf_json_text(names, hf_lang_code(lang));
    return translated.len > 0 ? translated : plain;
}

void hf_taxonomy_say(hf_lang lang, hf_page *page, hf_arena *arena)
{
    for (size_t i = 0; i < page->count; i++) {
        hf_taxonomy *entry = page->records[i];
        entry->name = name_in(entry, lang, arena);
    }
}

bool hf_label_of(hf_read *read, hf_lang lang, hf_str code, hf_arena *arena, hf_str *out,
                 hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get(read, &hf_noun_taxonomy, code, arena, &record, err))
        return false;
    *out = record != NULL ? name_in(record, lang, arena) : code;
    return true;
}

bool hf_name_assets(const hf_session *session, const hf_register_plan *plan, const uint32_t *assets,
                    size_t count, hf_arena *arena, hf_named **out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str *labels = HF_NEW_N(arena, hf_str, plan->kind_count);
    hf_named *named = HF_NEW_N(arena, hf_named, count);
    if (!hf_read_begin(session->store, &read, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t asset = assets[i];
        uint32_t kind = plan->kind[asset];
        void *record = NULL;
        hf_arena_reset(&scratch);
        if (!hf_store_get_row(read, &hf_noun_asset, plan->rows[asset], &scratch, &record, err))
            return false;
        hf_str name = record != NULL ? ((const hf_asset *)record)->name : HF_STR_EMPTY;
        // Copies: the plan may go before the names do.
        named[i].name = hf_str_copy(arena, name.len > 0 ? name : plan->keys[asset]);
        if (labels[kind].len == 0 && plan->kinds[kind].len > 0 &&
            !hf_label_of(read, session->lang, hf_str_copy(arena, plan->kinds[kind]), arena,
                         &labels[kind], err))
            return false;
        named[i].kind = labels[kind];
    }
    *out = named;
    return true;
}

// In a right-to-left sentence a name of another script stands between isolates (UAX #9), else the words
// around it would change places.
static void add_name(hf_lang lang, hf_str name, hf_buf *out)
{
    if (hf_lang_is_rtl(lang))
        hf_buf_add_z(out, "\xe2\x81\xa8");
    hf_buf_add_str(out, name);
    if (hf_lang_is_rtl(lang))
        hf_buf_add_z(out, "\xe2\x81\xa9");
}

bool hf_name_of(const hf_namer *namer, uint32_t asset, hf_str *name, hf_str *kind, hf_error *err)
{
    void *record = NULL;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_TEXT_BYTES_MAX);
    if (!hf_store_get_row(namer->read, &hf_noun_asset, namer->plan->rows[asset], namer->arena,
                          &record, err))
        return false;
    const hf_asset *found = record;
    hf_str plain = found != NULL && found->name.len > 0 ? found->name : namer->plan->keys[asset];
    add_name(namer->lang, plain, &text);
    *name = hf_buf_copy(namer->arena, &text);
    if (kind != NULL)
        *kind = found != NULL ? found->kind : HF_STR_EMPTY;
    return true;
}

// --- regions ---------------------------------------------------------------------------------------------

bool hf_known_regions_inside(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                             const hf_str **out, size_t *count, hf_error *err)
{
    void *region = NULL;
    if (key.len == 0)
        return true;
    if (!hf_get_known(&session->actor, read, &hf_noun_region, key, arena, &region, err))
        return false;
    if (region == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no region '%.*s'",
                       HF_STR_ARG(key));
    return hf_store_regions_inside(read, key, arena, out, count, err);
}

static int by_bytes(const void *a, const void *b)
{
    return hf_str_compare(*(const hf_str *)a, *(const hf_str *)b);
}

bool hf_is_region_of(const hf_str *regions, size_t count, hf_str region)
{
    return count > 0 && bsearch(&region, regions, count, sizeof region, by_bytes) != NULL;
}
