// SPDX-License-Identifier: Apache-2.0
//
// Lowering of markings: who may do it alone, and how two do it together. What lowers is a lower marking, or a compartment
// that is taken away; whoever changes records asks hf_may_lower.
#include <string.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "base/vec.h"
#include "model/assessment.h"
#include "model/practice.h"
#include "usecase/assessment.h"
#include "usecase/attachment.h"
#include "usecase/release_parts.h"
#include "usecase/settings.h"
#include "usecase/simulate.h"

static bool lowers(const hf_head *before, const hf_head *after)
{
    hf_str rest = before->compartments, word;
    if (after->marking < before->marking)
        return true;
    while (hf_str_split(&rest, ' ', &word))
        if (word.len > 0 && !hf_str_has_word(after->compartments, word))
            return true;
    return false;
}

bool hf_may_lower(const hf_session *session, hf_read *read, const hf_noun *noun, const void *before,
                  const void *after, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str how;
    if (session->actor.is_local || noun->group == HF_GROUP_PLATFORM || before == NULL ||
        after == NULL || !lowers(before, after))
        return true;
    if (!hf_setting_now(read, HF_INSTANCE_LOWERING, &scratch, &how, err))
        return false;
    if (hf_str_equal_z(how, "one_person"))
        return true;
    const hf_head *head = before;
    hf_fail(err, HF_ERR_PERMISSION, "marking.two_persons",
            "lowering the marking of '%.*s', or taking a compartment away, needs a second person; "
            "ask for a release",
            HF_STR_ARG(head->key));
    return hf_fail_at(err,
                      after != NULL && ((const hf_head *)after)->marking < head->marking
                          ? "/marking"
                          : "/compartments",
                      0, NULL);
}

// --- asking ------------------------------------------------------------------------------------------------

typedef struct {
    const hf_session *session;
    const hf_patch *patch;
    hf_read *read;
    hf_arena *arena;
    hf_release *release;
    hf_json_writer *out; // the list of records
    hf_sha256_stream *hash;
    uint64_t count;
} asking;

static void write_protection(const hf_head *head, hf_json_writer *w)
{
    hf_json_put_str(w, "marking", hf_str_of(hf_marking_words[head->marking]));
    hf_json_name(w, "compartments");
    hf_json_begin_array(w);
    hf_str rest = head->compartments, word;
    while (hf_str_split(&rest, ' ', &word))
        if (word.len > 0)
            hf_json_add_str(w, word);
    hf_json_end_array(w);
}

static void add_to_hash(hf_sha256_stream *hash, const hf_noun *noun, const hf_head *head)
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(4096);
    hf_buf_add_format(&line, "%s\n%.*s\n%lld\n", noun->name, HF_STR_ARG(head->key),
                      (long long)head->version);
    hf_sha256_add(hash, line.ptr, line.len);
}

static bool add_record(asking *a, const hf_noun *noun, const void *record, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_head *head = record;
    void *after = hf_arena_take(&scratch, noun->struct_bytes);
    memcpy(after, record, noun->struct_bytes);
    if (!hf_can_record(&a->session->actor, HF_CAN_EDIT, a->read, noun, record, err) ||
        !hf_patch_apply(a->patch, after, &scratch, err))
        return false;
    if (!lowers(head, after))
        return true;
    if (a->count++ == HF_LOWERING_RECORDS_MAX)
        return hf_fail(err, HF_ERR_TOO_LARGE, "edit.too_many",
                       "more than %u records fit; narrow the filter", HF_LOWERING_RECORDS_MAX);
    hf_json_begin_object(a->out);
    hf_json_put_str(a->out, "key", head->key);
    hf_json_put_u64(a->out, "version", (uint64_t)head->version);
    write_protection(head, a->out);
    hf_json_end_object(a->out);
    add_to_hash(a->hash, noun, head);
    hf_protect(&a->release->head, head, a->arena);
    return true;
}

static bool add_records(asking *a, const hf_query *wanted, hf_error *err)
{
    hf_query query = *wanted;
    HF_CLEANUP(hf_arena_done) hf_arena cursors = {0};
    query.limit = HF_LIST_LIMIT_MAX;
    query.offset = 0;
    query.cursor = HF_STR_EMPTY;
    query.want_count = false;
    query.sort = hf_noun_field(query.noun, HF_STR("key"), NULL);
    query.descending = false;
    hf_can_narrow(&a->session->actor, HF_CAN_EDIT, &query, &cursors);
    do {
        HF_CLEANUP(hf_arena_done) hf_arena rows = {0};
        hf_page page = {0};
        if (!hf_store_list(a->read, &query, &rows, &page, err))
            return false;
        for (size_t i = 0; i < page.count; i++)
            if (!add_record(a, query.noun, page.records[i], err))
                return false;
        query.cursor = hf_str_copy(&cursors, page.next);
    } while (query.cursor.len > 0);
    return true;
}

static bool is_present(const hf_patch *patch, const char *name)
{
    size_t index = 0;
    return hf_noun_field(patch->noun, hf_str_of(name), &index) != NULL &&
           (patch->present >> index & 1u) != 0;
}

static bool check_patch(const hf_patch *patch, hf_error *err)
{
    uint64_t others = patch->present;
    for (size_t i = 0; i < patch->noun->field_count; i++)
        if (strcmp(patch->noun->fields[i].name, "marking") == 0 ||
            strcmp(patch->noun->fields[i].name, "compartments") == 0)
            others &= ~(UINT64_C(1) << i);
    if (patch->noun->group == HF_GROUP_PLATFORM)
        return hf_fail(err, HF_ERR_USAGE, "edit.one_by_one", "%s are changed one by one",
                       patch->noun->plural);
    if (hf_is_assessment_part(patch->noun))
        return hf_fail(err, HF_ERR_USAGE, "edit.one_by_one",
                       "%s are as secret as their assessment; ask for that one",
                       patch->noun->plural);
    if (patch->noun == &hf_noun_practice && is_present(patch, "marking"))
        return hf_fail(err, HF_ERR_PERMISSION, "share.second_person",
                       "what a practice would give away is looked at first; ask to share it "
                       "instead");
    return (others == 0 && !patch->has_attributes) ||
           hf_release_fail(err, "", "release.only_marking",
                           "this changes marking and compartments only; change the rest by itself");
}

static void write_question(const hf_patch *patch, hf_json_writer *w)
{
    const hf_head *wanted = patch->record;
    hf_json_put_str(w, "noun", hf_str_of(patch->noun->plural));
    hf_json_name(w, "marking");
    if (is_present(patch, "marking"))
        hf_json_add_z(w, hf_marking_words[wanted->marking]);
    else
        hf_json_add_null(w);
    hf_json_name(w, "compartments");
    if (is_present(patch, "compartments"))
        hf_json_add_str(w, wanted->compartments);
    else
        hf_json_add_null(w);
}

bool hf_ask_lowering(const hf_session *session, const hf_query *query, const hf_patch *patch,
                     hf_str reason, hf_arena *arena, hf_release **out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4u << 20);
    hf_json_writer w = {.out = &text};
    hf_release *release = hf_noun_new(&hf_noun_release, arena);
    asking a = {.session = session,
                .patch = patch,
                .arena = arena,
                .release = release,
                .out = &w,
                .hash = hf_sha256_open(&scratch)};
    if (!hf_can(&session->actor, HF_CAN_EDIT, query->noun, NULL, err) ||
        !hf_is_whole(session, err) || !hf_release_check_reason(reason, err) ||
        !check_patch(patch, err) || !hf_read_begin(session->store, &read, err))
        return false;
    a.read = read;
    release->head.marking = HF_TLP_CLEAR;
    hf_json_begin_object(&w);
    write_question(patch, &w);
    hf_json_name(&w, "records");
    hf_json_begin_array(&w);
    if (!add_records(&a, query, err))
        return false;
    hf_json_end_array(&w);
    hf_json_end_object(&w);
    if (a.count == 0)
        return hf_fail(err, HF_ERR_CONFLICT, "release.nothing",
                       "this would lower no marking and take no compartment away; change it "
                       "without a release");
    if (text.overflow)
        return hf_release_fail(err, "/question", "release.too_large", "the question is too large");
    char digest[65];
    hf_hex(hf_sha256_close(a.hash).bytes, 32, digest);
    release->kind = HF_STR("lowering");
    release->question = hf_buf_copy(arena, &text);
    release->digest = hf_str_copy(arena, hf_str_of(digest));
    release->records = (int64_t)a.count;
    hf_read_end(&read);
    return hf_release_keep(session, release, reason, arena, out, err);
}

// --- approving ---------------------------------------------------------------------------------------------

typedef struct {
    hf_tx *tx;
    hf_actor asker; // with the rights of now
    const hf_noun *noun;
    hf_str marking;              // empty: stays
    const hf_json *compartments; // no text: stay
    hf_sha256_stream *hash;
    uint64_t gone;
} approving;

static bool read_current(approving *a, const hf_json *item, hf_arena *arena, void **out,
                         hf_error *err)
{
    const hf_json *version = hf_json_get(item, "version");
    if (!hf_store_get(hf_tx_read(a->tx), a->noun, hf_json_text(item, "key"), arena, out, err))
        return false;
    const hf_head *head = *out;
    if (head == NULL || version == NULL || head->version != version->integer) {
        a->gone++;
        *out = NULL;
        return true;
    }
    add_to_hash(a->hash, a->noun, head);
    return true;
}

static bool lower_one(approving *a, void *record, hf_arena *arena, hf_error *err)
{
    hf_put_outcome outcome = HF_PUT_CHANGED;
    hf_head *head = record;
    const hf_field *compartments = hf_noun_field(a->noun, HF_STR("compartments"), NULL);
    hf_marking marking = HF_TLP_RED;
    if (!hf_can_record(&a->asker, HF_CAN_EDIT, hf_tx_read(a->tx), a->noun, record, err))
        return false;
    if (a->marking.len > 0 && hf_marking_parse(a->marking, &marking))
        head->marking = (int32_t)marking;
    if (a->compartments != NULL && a->compartments->type == HF_JSON_TEXT &&
        !hf_field_set_text(compartments, record, a->compartments->text, false, arena, err))
        return false;
    return hf_noun_check(a->noun, record, arena, err) &&
           hf_store_put(a->tx, a->noun, record, head->version, &outcome, err) &&
           hf_assessment_follow(a->tx, a->noun, record, err) &&
           hf_attachments_follow(a->tx, a->noun, record, err);
}

// All of them, as they were when it was asked; one that changed since, or is gone, and none is touched.
static bool approve(hf_tx *tx, const hf_session *session, hf_release *release, hf_arena *arena,
                    hf_error *err)
{
    hf_json *json = NULL;
    char digest[65];
    approving a = {.tx = tx, .hash = hf_sha256_open(arena)};
    if (!hf_json_parse(release->question, arena, &json, err) ||
        !hf_release_actor(hf_tx_read(tx), release->owner, session->now_ms, arena, &a.asker, err))
        return false;
    const hf_json *records = hf_json_get(json, "records");
    a.noun = hf_noun_find(hf_json_text(json, "noun"));
    a.marking = hf_json_text(json, "marking");
    a.compartments = hf_json_get(json, "compartments");
    HF_VEC(void *) found = {0};
    for (const hf_json *item = records != NULL ? records->child : NULL; item != NULL;
         item = item->next) {
        void *record = NULL;
        if (a.noun == NULL || !read_current(&a, item, arena, &record, err))
            return false;
        if (record != NULL)
            HF_VEC_ADD(arena, &found, record);
    }
    hf_hex(hf_sha256_close(a.hash).bytes, 32, digest);
    if (a.gone > 0 || !hf_str_equal_z(release->digest, digest))
        return hf_fail(err, HF_ERR_CONFLICT, "release.changed",
                       "%llu of the %lld records changed or went since this was asked; it must be "
                       "asked again",
                       (unsigned long long)a.gone, (long long)release->records);
    for (size_t i = 0; i < found.count; i++)
        if (!lower_one(&a, found.items[i], arena, err))
            return false;
    release->state = HF_RELEASE_USED;
    release->used_at = session->now_ms;
    return true;
}

const hf_release_kind hf_release_kind_lowering = {.name = "lowering", .approve = approve};
