// SPDX-License-Identifier: Apache-2.0
//
// What an import owes to rules that reach beyond one row: files come with their bytes and belong to a record that is
// there; a preparation is of an open place; a round follows one of the same subject; a project belongs to the assessment of its need; what was opened,
// rated or issued stays so.
#include "base/file.h"
#include "base/file_kind.h"
#include "model/attachment.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"
#include "usecase/awareness.h"
#include "usecase/import.h"
#include "usecase/soft_targets.h"

// --- files -----------------------------------------------------------------------------------------------

bool hf_import_take_content(void *context, hf_str sha256, hf_str bytes, hf_error *err)
{
    hf_import_state *state = context;
    if (state->content_file == NULL) {
        hf_str url = hf_str_of(hf_store_url(state->session->store));
        size_t count = url.len - hf_path_name(url).len;
        const char *folder =
            hf_str_z(&state->work, count > 0 ? hf_str_slice(url, 0, count) : HF_STR("."));
        if (!hf_arena_file_open(folder, &state->content_file, err))
            return false;
        state->content = hf_arena_in_file(state->content_file);
        state->content_index = hf_map_of(&state->work, 64);
    }
    if (hf_map_add(&state->content_index, hf_str_copy(&state->work, sha256),
                   (uint32_t)state->contents.count, NULL)) {
        hf_import_content content = {.bytes = hf_str_copy(&state->content, bytes)};
        HF_VEC_ADD(&state->work, &state->contents, content);
    }
    return true;
}

// Is it the very file that the store has under this key?
static bool is_kept(hf_import_state *state, const hf_attachment *file, bool *out, hf_error *err)
{
    void *record = NULL;
    *out = false;
    if (state->before == NULL)
        return true;
    if (!hf_store_get(state->before, &hf_noun_attachment, file->head.key, &state->scratch, &record,
                      err))
        return false;
    const hf_attachment *kept = record;
    *out = kept != NULL && hf_str_equal(kept->sha256, file->sha256) &&
           hf_str_equal(kept->file_name, file->file_name);
    return true;
}

bool hf_import_judge_file(hf_import_state *state, const hf_attachment *file, bool *is_refused,
                          hf_error *fault, hf_error *err)
{
    uint32_t at = 0;
    bool is_there = false;
    const char *media_type = NULL;
    *is_refused = false;
    if (!is_kept(state, file, &is_there, err))
        return false;
    if (is_there)
        return true;
    if (state->content_index.arena == NULL ||
        !hf_map_get(&state->content_index, file->sha256, &at)) {
        *is_refused = true;
        hf_fail(fault, HF_ERR_INPUT, "attachment.bytes_missing",
                "the bytes of '%.*s' are not in the file; files come by a dump, or one by one",
                HF_STR_ARG(file->file_name));
        return true;
    }
    hf_import_content *content = &state->contents.items[at];
    *is_refused =
        !hf_file_kind_of(file->file_name, file->media_type, content->bytes, &media_type, fault);
    if (!*is_refused && file->bytes != (int64_t)content->bytes.len) {
        *is_refused = true;
        hf_fail(fault, HF_ERR_INPUT, "attachment.mislabelled",
                "the file is not what its size says; give it its right name, or save it again");
    }
    content->is_wanted |= !*is_refused;
    return true;
}

bool hf_import_keep_files(hf_import_state *state, hf_error *err)
{
    char hex[65];
    for (size_t i = 0; i < state->contents.count; i++)
        if (state->contents.items[i].is_wanted &&
            !hf_blob_put(state->tx, state->contents.items[i].bytes, hex, err))
            return false;
    return hf_attachments_settle(state->tx, err);
}

void hf_import_forget_files(hf_import_state *state)
{
    state->contents.count = 0;
    state->content_index = (hf_map){0};
    hf_arena_done(&state->content);
    hf_arena_file_close(&state->content_file);
}

// --- rows that name other records ------------------------------------------------------------------------

void hf_import_note_named(hf_import_state *state, const hf_noun *noun, const hf_touched *touched)
{
    if (noun != &hf_noun_attachment && noun != &hf_noun_assessment && noun != &hf_noun_bulletin &&
        noun != &hf_noun_preparation && !hf_is_assessment_part(noun))
        return;
    hf_import_row named = {noun, *touched};
    HF_VEC_ADD(&state->work, &state->named, named);
}

static bool check_home(hf_read *read, const hf_attachment *file, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_noun *noun = hf_noun_find(file->noun_name);
    void *home = NULL;
    if (noun != NULL && !hf_store_get(read, noun, file->record_key, &scratch, &home, err))
        return false;
    if (home != NULL)
        return true;
    hf_fail(err, HF_ERR_INPUT, "reference.unknown", "there is no %.*s '%.*s'",
            HF_STR_ARG(file->noun_name), HF_STR_ARG(file->record_key));
    return hf_fail_at(err, NULL, 0, "record");
}

static bool check_named(hf_import_state *state, hf_read *read, const hf_noun *noun,
                        const void *before, const void *record, hf_error *fault)
{
    if (noun == &hf_noun_attachment)
        return check_home(read, record, fault);
    if (noun == &hf_noun_preparation)
        return hf_preparation_check_place(read, noun, before, record, fault);
    return hf_assessment_check_named(state->session, read, noun, before, record, fault);
}

bool hf_import_judge_named(hf_import_state *state, hf_error *err)
{
    hf_read *read = hf_tx_read(state->tx);
    for (size_t i = 0; i < state->named.count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        const hf_import_row *one = &state->named.items[i];
        void *before = NULL, *record = NULL;
        hf_error fault = {0};
        if (!hf_store_get_row(read, one->noun, one->touched.row, &scratch, &record, err) ||
            (state->before != NULL &&
             !hf_store_get_row(state->before, one->noun, one->touched.row, &scratch, &before, err)))
            return false;
        if (record == NULL || check_named(state, read, one->noun, before, record, &fault))
            continue;
        if (fault.kind != HF_ERR_INPUT && fault.kind != HF_ERR_CONFLICT &&
            fault.kind != HF_ERR_PERMISSION && fault.kind != HF_ERR_NOT_FOUND) {
            *err = fault;
            return false;
        }
        hf_import_exclude(state, one->noun, &one->touched,
                          hf_str_z(state->arena, hf_str_of(fault.column)), &fault);
    }
    return true;
}

bool hf_import_settle_named(hf_import_state *state, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena row = {0};
    if (!hf_assessments_settle(state->tx, err))
        return false;
    for (size_t i = 0; i < state->named.count; i++) {
        const hf_import_row *one = &state->named.items[i];
        void *record = NULL;
        hf_arena_reset(&row);
        if (one->noun != &hf_noun_bulletin)
            continue;
        if (!hf_store_get_row(hf_tx_read(state->tx), one->noun, one->touched.row, &row, &record,
                              err) ||
            (record != NULL && !hf_assessment_follow(state->tx, one->noun, record, err)))
            return false;
    }
    return true;
}
