// SPDX-License-Identifier: Apache-2.0
//
// Names of assets in sentences about results.
#include "usecase/names.h"

#include "base/limits.h"
#include "model/asset.h"

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
