// SPDX-License-Identifier: Apache-2.0
//
// Files of records: judged, kept by their content, read, and moved with their record.
#include "usecase/attachment.h"

#include "base/file_kind.h"
#include "base/limits.h"
#include "model/evidence.h"
#include "usecase/simulate.h"

static bool unknown(const hf_noun *noun, hf_str key, hf_error *err)
{
    return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no %s '%.*s'", noun->name,
                   HF_STR_ARG(key));
}

static hf_str text_of(const hf_field *field, const void *record)
{
    return field != NULL ? *(const hf_str *)hf_field_of(field, record) : HF_STR_EMPTY;
}

// --- where it belongs ------------------------------------------------------------------------------------

// Marking and compartments only grow: a file may be more secret than its record.
static void take_place(const hf_noun *noun, const void *record, hf_attachment *file,
                       hf_arena *arena)
{
    hf_noun_place place = hf_noun_place_of(noun);
    const hf_field *list = hf_noun_field(&hf_noun_attachment, HF_STR("compartments"), NULL);
    hf_error unused = {0};
    if (place.how != HF_BELONGS_TO_ALL)
        hf_protect(&file->head, record, arena);
    (void)!hf_field_set_text(list, file, file->head.compartments, false, arena,
                             &unused); // in order
    file->sector = text_of(place.sector, record);
    file->region = text_of(place.region, record);
    file->organisation = text_of(place.organisation, record);
    file->section = text_of(place.section, record);
}

static bool is_same_place(const hf_attachment *a, const hf_attachment *b)
{
    return a->head.marking == b->head.marking &&
           hf_str_equal(a->head.compartments, b->head.compartments) &&
           hf_str_equal(a->sector, b->sector) && hf_str_equal(a->region, b->region) &&
           hf_str_equal(a->organisation, b->organisation) && hf_str_equal(a->section, b->section);
}

// Of the record that it belongs to; that one gone: it goes too.
static bool follow_home(hf_tx *tx, hf_attachment *file, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_noun *noun = hf_noun_find(file->noun_name);
    hf_put_outcome outcome = HF_PUT_UNCHANGED;
    uint64_t removed = 0;
    void *record = NULL;
    if (noun != NULL &&
        !hf_store_get(hf_tx_read(tx), noun, file->record_key, &scratch, &record, err))
        return false;
    if (record == NULL)
        return hf_store_remove(tx, &hf_noun_attachment, file->head.row, HF_VERSION_ANY, false,
                               &removed, err);
    hf_attachment moved = *file;
    take_place(noun, record, &moved, &scratch);
    return is_same_place(&moved, file) ||
           hf_store_put(tx, &hf_noun_attachment, &moved, HF_VERSION_ANY, &outcome, err);
}

static hf_filter filter_of(const char *field, hf_str value)
{
    return (hf_filter){hf_noun_field(&hf_noun_attachment, hf_str_of(field), NULL), HF_IS, value};
}

// noun NULL: of all records.
static bool list_files(hf_read *read, const hf_noun *noun, hf_str key, hf_arena *arena,
                       hf_page *out, hf_error *err)
{
    const hf_filter filters[] = {
        filter_of("record", key),
        filter_of("noun", noun != NULL ? hf_str_of(noun->name) : HF_STR_EMPTY)};
    hf_query query = {.noun = &hf_noun_attachment,
                      .filters = filters,
                      .filter_count = noun != NULL ? HF_COUNT(filters) : 0};
    *out = (hf_page){0};
    return hf_read_count(read, &hf_noun_attachment) == 0 ||
           hf_list_all(read, &query, arena, out, err);
}

static bool follow_all(hf_tx *tx, const hf_noun *noun, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_page files;
    if (!list_files(hf_tx_read(tx), noun, key, &scratch, &files, err))
        return false;
    for (size_t i = 0; i < files.count; i++)
        if (!follow_home(tx, files.records[i], err))
            return false;
    return true;
}

static bool check_not_named(hf_tx *tx, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_filter filter = {hf_noun_field(&hf_noun_evidence, HF_STR("attachment"), NULL), HF_IS,
                              key};
    const hf_query query = {.noun = &hf_noun_evidence, .filters = &filter, .filter_count = 1};
    void *record = NULL;
    uint64_t count = 0;
    if (!hf_store_get(hf_tx_read(tx), &hf_noun_attachment, key, &scratch, &record, err) ||
        (record == NULL && !hf_store_count(hf_tx_read(tx), &query, &count, err)))
        return false;
    return count == 0 || hf_fail(err, HF_ERR_CONFLICT, "attachment.in_use",
                                 "the file is evidence of an answer; remove that evidence first");
}

// A file that came back, or whose former state did, lies where its record lies now.
static bool follow_file(hf_tx *tx, hf_str key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    void *file = NULL, *again = NULL;
    if (!hf_store_get(hf_tx_read(tx), &hf_noun_attachment, key, &scratch, &file, err))
        return false;
    if (file == NULL)
        return check_not_named(tx, key, err);
    if (!follow_home(tx, file, err) ||
        !hf_store_get(hf_tx_read(tx), &hf_noun_attachment, key, &scratch, &again, err))
        return false;
    return again != NULL || hf_fail(err, HF_ERR_CONFLICT, "undo.reference_gone",
                                    "the record of this file is gone; bring it back first");
}

bool hf_attachments_follow(hf_tx *tx, const hf_noun *noun, const void *record, hf_error *err)
{
    const hf_head *head = record;
    if (noun == &hf_noun_attachment)
        return follow_file(tx, head->key, err);
    return !hf_noun_has_files(noun) || follow_all(tx, noun, head->key, err);
}

bool hf_attachments_settle(hf_tx *tx, hf_error *err)
{
    return follow_all(tx, NULL, HF_STR_EMPTY, err);
}

// --- what a person may change ----------------------------------------------------------------------------

static bool less_secret(hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, "attachment.less_secret",
            "a file is at least as secret as its record; choose its marking or a higher one");
    return hf_fail_at(err, NULL, 0, "marking");
}

static bool is_same_file(const hf_attachment *a, const hf_attachment *b)
{
    return hf_str_equal(a->noun_name, b->noun_name) && hf_str_equal(a->record_key, b->record_key) &&
           hf_str_equal(a->file_name, b->file_name) && hf_str_equal(a->media_type, b->media_type) &&
           a->bytes == b->bytes && hf_str_equal(a->sha256, b->sha256);
}

bool hf_attachment_prepare(hf_tx *tx, const hf_noun *noun, const void *before, void *record,
                           hf_arena *arena, hf_error *err)
{
    hf_attachment *file = record;
    void *home = NULL;
    if (noun != &hf_noun_attachment)
        return true;
    if (before == NULL)
        return hf_fail(err, HF_ERR_INPUT, "attachment.needs_file",
                       "a file comes with its bytes: send it to /api/v1/KIND/KEY/files, or use: "
                       "holdfast attach");
    if (!is_same_file(before, file))
        return hf_fail(err, HF_ERR_INPUT, "attachment.fixed",
                       "only title and marking of a file can be changed; attach another file "
                       "instead");
    const hf_noun *of = hf_noun_find(file->noun_name);
    hf_attachment placed = *file;
    if (of != NULL && !hf_store_get(hf_tx_read(tx), of, file->record_key, arena, &home, err))
        return false;
    if (home != NULL)
        take_place(of, home, &placed, arena);
    if (placed.head.marking != file->head.marking)
        return less_secret(err);
    *file = placed;
    return true;
}

// --- in --------------------------------------------------------------------------------------------------

static bool find_home(const hf_session *session, hf_read *read, hf_verb verb, const hf_noun *noun,
                      hf_str key, hf_arena *arena, void **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get(read, noun, key, arena, &record, err))
        return false;
    if (record == NULL)
        return unknown(noun, key, err);
    *out = record;
    return hf_can_record(&session->actor, HF_CAN_READ, read, noun, record, err) &&
           hf_can_record(&session->actor, verb, read, noun, record, err);
}

static bool check_others(hf_read *read, const hf_noun *noun, const hf_attachment *file,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_page files;
    if (!list_files(read, noun, file->record_key, &scratch, &files, err))
        return false;
    if (files.count >= HF_ATTACHMENTS_MAX)
        return hf_fail(err, HF_ERR_CONFLICT, "attachment.too_many",
                       "a record has at most %u files; remove one first", HF_ATTACHMENTS_MAX);
    for (size_t i = 0; i < files.count; i++)
        if (hf_str_equal(((const hf_attachment *)files.records[i])->sha256, file->sha256))
            return hf_fail(err, HF_ERR_CONFLICT, "attachment.there",
                           "the record has this very file already, as '%.*s'",
                           HF_STR_ARG(((const hf_attachment *)files.records[i])->file_name));
    return true;
}

static bool check_marking(const hf_session *session, const hf_attach_request *request,
                          hf_attachment *file, hf_error *err)
{
    if (request->marking == HF_WORD_NONE)
        return true;
    if (request->marking < file->head.marking)
        return less_secret(err);
    file->head.marking = request->marking;
    return hf_may_read_marked(&session->actor, request->marking, file->head.compartments) ||
           hf_fail(err, HF_ERR_PERMISSION, "access.denied",
                   "you could not read it yourself; choose a marking up to your clearance");
}

// The bytes once, the record, one event.
static bool keep(const hf_session *session, hf_tx *tx, hf_str bytes, hf_attachment *file,
                 hf_arena *arena, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_put_outcome outcome = HF_PUT_ADDED;
    char hex[65];
    if (!hf_noun_check(&hf_noun_attachment, file, arena, err) ||
        !hf_blob_put(tx, bytes, hex, err) ||
        !hf_store_put(tx, &hf_noun_attachment, file, HF_VERSION_ANY, &outcome, err))
        return false;
    hf_str detail =
        hf_str_format(&scratch, "{\"bytes\":%lld,\"sha256\":\"%s\"}", (long long)file->bytes, hex);
    return hf_note(tx, session, "attachment.added", &hf_noun_attachment, file->head.key,
                   HF_STR_EMPTY, detail, err);
}

static hf_attachment *make_file(const hf_session *session, const hf_attach_request *request,
                                const char *media_type, const void *home, hf_arena *arena)
{
    hf_attachment *file = hf_noun_new(&hf_noun_attachment, arena);
    hf_sha256 hash = hf_sha256_of(request->bytes);
    char id[37], hex[65];
    hf_uuid7(session->now_ms, id);
    hf_hex(hash.bytes, sizeof hash.bytes, hex);
    file->head.key = hf_str_copy(arena, hf_str_of(id));
    file->noun_name = hf_str_of(request->noun->name);
    file->record_key = ((const hf_head *)home)->key;
    file->file_name = request->file_name;
    file->media_type = hf_str_of(media_type);
    file->bytes = (int64_t)request->bytes.len;
    file->sha256 = hf_str_copy(arena, hf_str_of(hex));
    file->title = request->title;
    file->head.marking = HF_TLP_CLEAR;
    take_place(request->noun, home, file, arena);
    return file;
}

bool hf_attach(const hf_session *session, const hf_attach_request *request, hf_arena *arena,
               const hf_attachment **out, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    const char *media_type = NULL;
    void *home = NULL;
    if (!hf_noun_has_files(request->noun))
        return hf_fail(err, HF_ERR_INPUT, "attachment.no_home",
                       "records of the kind '%s' have no files", request->noun->name);
    if (!hf_can(&session->actor, HF_CAN_EDIT, request->noun, NULL, err))
        return false;
    if (!hf_file_kind_of(request->file_name, request->media_type, request->bytes, &media_type, err))
        return hf_fail_at(err, hf_str_z(arena, request->file_name), 0, NULL);
    if (!hf_tx_begin(session->store, session->now_ms, &tx, err) ||
        !find_home(session, hf_tx_read(tx), HF_CAN_EDIT, request->noun, request->record, arena,
                   &home, err))
        return false;
    hf_attachment *file = make_file(session, request, media_type, home, arena);
    if (!check_marking(session, request, file, err) ||
        !check_others(hf_tx_read(tx), request->noun, file, err) ||
        !keep(session, tx, request->bytes, file, arena, err) || !hf_tx_commit(&tx, err))
        return false;
    *out = file;
    return true;
}

// --- out -------------------------------------------------------------------------------------------------

bool hf_list_attachments(const hf_session *session, const hf_noun *noun, hf_str record,
                         hf_arena *arena, hf_page *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *home = NULL;
    hf_page files;
    if (!hf_can(&session->actor, HF_CAN_READ, noun, NULL, err) ||
        !hf_read_begin(session->store, &read, err) ||
        !find_home(session, read, HF_CAN_READ, noun, record, arena, &home, err) ||
        !list_files(read, noun, ((const hf_head *)home)->key, arena, &files, err))
        return false;
    *out = (hf_page){.records = files.records};
    for (size_t i = 0; i < files.count; i++) // by key, which begins with the time
        if (hf_may(&session->actor, HF_CAN_READ, &hf_noun_attachment, files.records[i]))
            out->records[out->count++] = files.records[i];
    return true;
}

static bool note_reading(const hf_session *session, const hf_attachment *file, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    return hf_tx_begin(session->store, session->now_ms, &tx, err) &&
           hf_note(tx, session, "attachment.read", &hf_noun_attachment, file->head.key,
                   HF_STR_EMPTY, HF_STR_EMPTY, err) &&
           hf_tx_commit(&tx, err);
}

bool hf_read_attachment(const hf_session *session, hf_str key, hf_arena *arena,
                        const hf_attachment **out, hf_str *bytes, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    if (!hf_get_record(session, &hf_noun_attachment, key, arena, &record, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    *out = record;
    if (!hf_blob_get(read, (*out)->sha256, arena, bytes, err))
        return false;
    hf_read_end(&read);
    if (bytes->ptr == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "attachment.gone",
                       "the bytes of '%.*s' are gone; attach it again",
                       HF_STR_ARG((*out)->file_name));
    return note_reading(session, *out, err);
}
