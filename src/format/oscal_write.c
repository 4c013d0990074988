// SPDX-License-Identifier: Apache-2.0
//
// The catalogue, or a choice of it, as OSCAL: instruments are groups, provisions controls, questions the objectives of
// their assessment; a choice is a profile.
#include "format/oscal_write.h"

#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"

// --- words of OSCAL ----------------------------------------------------------------------------------------

// Eight digits of a hash: hf_str_hash is never written down.
static void add_mark(hf_buf *out, hf_str key)
{
    char hex[9];
    hf_sha1 hash = hf_sha1_of(key);
    hf_hex(hash.bytes, 4, hex);
    hf_buf_add_format(out, "_%s", hex);
}

hf_str hf_oscal_token(hf_str key, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(HF_KEY_BYTES_MAX + 20);
    bool is_changed = false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool is_other = (c >= '0' && c <= '9') || c == '.' || c == '-';
        if (i == 0 && !is_letter)
            hf_buf_add_byte(&out, '_');
        hf_buf_add_byte(&out, is_letter || is_other ? c : '_');
        is_changed |= !is_letter && !is_other;
    }
    if (is_changed || key.len == 0)
        add_mark(&out, key);
    return hf_buf_copy(arena, &out);
}

static void add_line(hf_buf *out, hf_str text)
{
    bool is_gap = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            is_gap = out->len > 0;
            continue;
        }
        if (is_gap)
            hf_buf_add_byte(out, ' ');
        is_gap = false;
        hf_buf_add_byte(out, c);
    }
}

void hf_oscal_put_line(hf_json_writer *w, const char *name, hf_str text)
{
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(text.len + 1);
    add_line(&line, text);
    hf_json_put_str(w, name, hf_buf_str(&line));
}

void hf_oscal_put_prop(hf_json_writer *w, const char *ns, const char *name, hf_str value)
{
    if (hf_str_trim(value).len == 0)
        return;
    hf_json_begin_object(w);
    hf_json_put_str(w, "name", hf_str_of(name));
    if (ns != NULL)
        hf_json_put_str(w, "ns", hf_str_of(ns));
    hf_oscal_put_line(w, "value", value);
    hf_json_end_object(w);
}

void hf_oscal_put_field(hf_json_writer *w, const hf_noun *noun, const void *record,
                        const char *name, const char *prop)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_TEXT_BYTES_MAX * 2);
    const hf_field *field = hf_noun_field(noun, hf_str_of(name), NULL);
    HF_ASSERT(field != NULL);
    if (hf_field_is_empty(field, record))
        return;
    hf_field_write_text(field, record, &text);
    hf_oscal_put_prop(w, HF_OSCAL_NS, prop, hf_buf_str(&text));
}

void hf_oscal_put_time(hf_json_writer *w, const char *name, int64_t ms)
{
    char text[32];
    hf_time_format(ms == HF_INTEGER_NONE ? 0 : ms, text);
    hf_json_put_str(w, name, hf_str_of(text));
}

void hf_oscal_put_uuid(hf_json_writer *w, const char *name, hf_str space, const char *kind,
                       hf_str key)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_KEY_BYTES_MAX * 4);
    char uuid[37];
    hf_buf_add_format(&text, "%s/%.*s", kind, HF_STR_ARG(key));
    hf_uuid5(space, hf_buf_str(&text), uuid);
    hf_json_put_str(w, name, hf_str_of(uuid));
}

// --- documents ---------------------------------------------------------------------------------------------

static void put_metadata(hf_json_writer *w, const hf_oscal_head *head, hf_str made_for)
{
    hf_json_name(w, "metadata");
    hf_json_begin_object(w);
    hf_oscal_put_line(w, "title", head->title);
    hf_oscal_put_time(w, "last-modified", head->modified_ms);
    hf_oscal_put_line(w, "version", head->version.len > 0 ? head->version : HF_STR("1"));
    hf_json_put_str(w, "oscal-version", HF_STR(HF_OSCAL_VERSION));
    hf_json_name(w, "props");
    hf_json_begin_array(w);
    hf_oscal_put_prop(w, NULL, "marking", hf_str_of(hf_marking_words[head->marking]));
    hf_oscal_put_prop(w, HF_OSCAL_NS, "compartments", head->compartments);
    hf_oscal_put_prop(w, HF_OSCAL_NS, "made-by", HF_STR("holdfast"));
    hf_oscal_put_prop(w, HF_OSCAL_NS, "made-for", made_for);
    hf_json_end_array(w);
    hf_json_end_object(w);
}

#define METADATA_BYTES_MAX (8u * HF_TEXT_BYTES_MAX)

static hf_str metadata_of(const hf_oscal_head *head, hf_str made_for, hf_buf *out)
{
    hf_json_writer m = {.out = out};
    hf_json_begin_object(&m);
    put_metadata(&m, head, made_for);
    hf_json_end_object(&m);
    return hf_buf_str(out);
}

bool hf_oscal_put_document(const char *model, const hf_oscal_head *head, const hf_buf *body,
                           hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf signed_part = hf_buf_of(METADATA_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf metadata = hf_buf_of(METADATA_BYTES_MAX);
    hf_str about = metadata_of(head, HF_STR_EMPTY, &signed_part);
    hf_sha256_stream *hash = hf_sha256_open(&arena);
    hf_sha256_add(hash, about.ptr, about.len);
    hf_sha256_add(hash, body->ptr, body->len);
    hf_sha256 digest = hf_sha256_close(hash);
    char hex[65], uuid[37];
    hf_hex(digest.bytes, sizeof digest.bytes, hex);
    hf_uuid5(HF_STR_EMPTY, hf_str_of(hex), uuid);
    about = metadata_of(head, head->made_for, &metadata);
    hf_buf_add_format(out, "{\"%s\":{\"uuid\":\"%s\",%.*s", model, uuid, (int)about.len - 2,
                      about.ptr + 1);
    if (body->len > 0)
        hf_buf_add_byte(out, ',');
    hf_buf_add_str(out, hf_buf_str(body));
    hf_buf_add_z(out, "}}\n");
    if (out->overflow || body->overflow)
        return hf_fail(err, HF_ERR_TOO_LARGE, "oscal.out_too_large",
                       "the document is longer than %u bytes; choose fewer instruments or themes",
                       HF_OSCAL_OUT_BYTES_MAX);
    return true;
}

static void see_record(hf_oscal_head *head, const hf_head *record)
{
    if (record->updated_ms > head->modified_ms)
        head->modified_ms = record->updated_ms;
    if (record->marking > head->marking)
        head->marking = record->marking;
}

hf_oscal_head hf_oscal_head_of(const hf_oscal_book *book)
{
    hf_oscal_head head = {
        .title = HF_STR("Holdfast"), .marking = HF_TLP_CLEAR, .made_for = book->made_for};
    for (size_t i = 0; i < book->instrument_count; i++) {
        see_record(&head, &book->instruments[i]->head);
        if (head.version.len == 0)
            head.version = book->instruments[i]->edition;
    }
    if (book->instrument_count == 1 && hf_str_trim(book->instruments[0]->name).len > 0)
        head.title = book->instruments[0]->name;
    for (size_t p = 0; p < book->provision_count; p++) {
        see_record(&head, &book->provisions[p]->head);
        for (size_t q = book->first_question[p]; q < book->first_question[p + 1]; q++)
            see_record(&head, &book->questions[q]->head);
    }
    return head;
}

// --- the catalogue -----------------------------------------------------------------------------------------

typedef struct {
    const char *field, *prop;
} named_field;

// Whoever takes the document in clears what is empty here, and keeps what this edition knows nothing of.
static void put_empty(hf_json_writer *w, const hf_noun *noun, const void *record,
                      const named_field *fields, size_t count)
{
    HF_CLEANUP(hf_buf_done) hf_buf names = hf_buf_of(HF_TEXT_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        if (hf_field_is_empty(hf_noun_field(noun, hf_str_of(fields[i].field), NULL), record))
            hf_buf_add_format(&names, "%s%s", names.len > 0 ? " " : "", fields[i].prop);
    hf_oscal_put_prop(w, HF_OSCAL_NS, HF_OSCAL_EMPTY, hf_buf_str(&names));
}

static void put_props(hf_json_writer *w, const hf_noun *noun, const void *record,
                      const named_field *fields, size_t count)
{
    const hf_head *head = record;
    hf_json_name(w, "props");
    hf_json_begin_array(w);
    hf_oscal_put_prop(w, NULL, "label", head->key);
    hf_oscal_put_prop(w, HF_OSCAL_NS, "key", head->key);
    for (size_t i = 0; i < count; i++)
        hf_oscal_put_field(w, noun, record, fields[i].field, fields[i].prop);
    put_empty(w, noun, record, fields, count);
    if (head->marking != HF_TLP_CLEAR)
        hf_oscal_put_prop(w, HF_OSCAL_NS, "marking", hf_str_of(hf_marking_words[head->marking]));
    hf_json_end_array(w);
}

static void put_question(hf_json_writer *w, const hf_provision_question *question, hf_arena *arena)
{
    static const named_field fields[] = {
        {"position", "position"},     {"edition", "edition"},
        {"source", "source"},         {"applies", "applies"},
        {"levels", "levels"},         {"translations", "translations"},
        {"audit_area", "audit-area"}, {"critical_element", "critical-element"},
        {"weight", "weight"}};
    hf_json_begin_object(w);
    hf_json_put_str(w, "id", hf_oscal_token(question->head.key, arena));
    hf_json_put_str(w, "name", HF_STR("assessment-objective"));
    put_props(w, &hf_noun_question, question, fields, HF_COUNT(fields));
    hf_json_put_str(w, "prose", question->text);
    if (question->wanted.len > 0) {
        hf_json_name(w, "parts");
        hf_json_begin_array(w);
        hf_json_begin_object(w);
        hf_json_put_str(w, "name", HF_STR("evidence"));
        hf_json_put_str(w, "ns", HF_STR(HF_OSCAL_NS));
        hf_json_put_str(w, "prose", question->wanted);
        hf_json_end_object(w);
        hf_json_end_array(w);
    }
    hf_json_end_object(w);
}

static void put_links(hf_json_writer *w, const hf_provision *provision, const hf_map *known,
                      hf_arena *arena)
{
    hf_str words = provision->crosswalk, key;
    bool has_one = false;
    uint32_t unused = 0;
    while (hf_str_split(&words, ' ', &key)) {
        if (!hf_map_get(known, key, &unused))
            continue;
        if (!has_one) {
            hf_json_name(w, "links");
            hf_json_begin_array(w);
        }
        has_one = true;
        hf_json_begin_object(w);
        hf_str token = hf_oscal_token(key, arena);
        hf_json_put_str(w, "href", hf_str_format(arena, "#%.*s", HF_STR_ARG(token)));
        hf_json_put_str(w, "rel", HF_STR("related"));
        hf_json_end_object(w);
    }
    if (has_one)
        hf_json_end_array(w);
}

static void put_parts(hf_json_writer *w, const hf_oscal_book *book, size_t p, hf_arena *arena)
{
    const hf_provision *provision = book->provisions[p];
    size_t from = book->first_question[p], to = book->first_question[p + 1];
    if (provision->requirement.len == 0 && from == to)
        return;
    hf_json_name(w, "parts");
    hf_json_begin_array(w);
    if (provision->requirement.len > 0) {
        hf_str token = hf_oscal_token(provision->head.key, arena);
        hf_json_begin_object(w);
        hf_json_put_str(w, "id", hf_str_format(arena, "%.*s_smt", HF_STR_ARG(token)));
        hf_json_put_str(w, "name", HF_STR("statement"));
        hf_json_put_str(w, "prose", provision->requirement);
        hf_json_end_object(w);
    }
    for (size_t q = from; q < to; q++)
        put_question(w, book->questions[q], arena);
    hf_json_end_array(w);
}

void hf_oscal_put_control(hf_json_writer *w, const hf_oscal_book *book, size_t p,
                          const hf_map *known, hf_arena *arena)
{
    static const named_field fields[] = {
        {"theme", "theme"},       {"paragraph", "paragraph"},
        {"force", "force"},       {"weight", "weight"},
        {"document", "document"}, {"evidence_level", "evidence-level"},
        {"basis", "basis"},       {"position", "position"},
        {"edition", "edition"},   {"source", "source"},
        {"cites", "cites"},       {"crosswalk", "crosswalk"},
        {"phases", "phases"},     {"translations", "translations"}};
    const hf_provision *provision = book->provisions[p];
    hf_json_begin_object(w);
    hf_json_put_str(w, "id", hf_oscal_token(provision->head.key, arena));
    hf_json_put_str(w, "class", HF_STR("provision"));
    hf_oscal_put_line(w, "title",
                      provision->title.len > 0 ? provision->title : provision->head.key);
    put_props(w, &hf_noun_provision, provision, fields, HF_COUNT(fields));
    put_links(w, provision, known, arena);
    put_parts(w, book, p, arena);
    hf_json_end_object(w);
}

static void put_group(hf_json_writer *w, const hf_oscal_book *book, size_t i, const hf_map *known,
                      hf_arena *arena)
{
    static const named_field fields[] = {{"force", "force"},
                                         {"position", "position"},
                                         {"is_active", "is-active"},
                                         {"edition", "edition"},
                                         {"source", "source"},
                                         {"language", "language"},
                                         {"translations", "translations"}};
    const hf_instrument *instrument = book->instruments[i];
    bool has_one = false;
    hf_json_begin_object(w);
    hf_json_put_str(w, "id", hf_oscal_token(instrument->head.key, arena));
    hf_json_put_str(w, "class", HF_STR("instrument"));
    hf_oscal_put_line(w, "title",
                      instrument->name.len > 0 ? instrument->name : instrument->head.key);
    put_props(w, &hf_noun_instrument, instrument, fields, HF_COUNT(fields));
    for (size_t p = 0; p < book->provision_count; p++) {
        if (book->instrument_of[p] != i)
            continue;
        if (!has_one) {
            hf_json_name(w, "controls");
            hf_json_begin_array(w);
        }
        has_one = true;
        hf_oscal_put_control(w, book, p, known, arena);
    }
    if (has_one)
        hf_json_end_array(w);
    hf_json_end_object(w);
}

bool hf_oscal_write_catalog(const hf_oscal_book *book, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf body = hf_buf_of(HF_OSCAL_OUT_BYTES_MAX);
    hf_json_writer w = {.out = &body};
    hf_oscal_head head = hf_oscal_head_of(book);
    if (hf_oscal_is_kept(book))
        return hf_oscal_write_kept(book, out, err);
    hf_map known = hf_map_of(&arena, book->provision_count);
    for (size_t p = 0; p < book->provision_count; p++)
        (void)hf_map_add(&known, book->provisions[p]->head.key, 0, NULL);
    hf_buf_add_z(&body, "\"groups\":");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < book->instrument_count; i++)
        put_group(&w, book, i, &known, &arena);
    hf_json_end_array(&w);
    if (book->instrument_count == 0)
        hf_buf_clear(&body);
    return hf_oscal_put_document("catalog", &head, &body, out, err);
}

// --- the profile -------------------------------------------------------------------------------------------

// As the control is called in the catalogue that the profile draws on.
static hf_str control_id(const hf_oscal_book *book, size_t p, bool is_kept, hf_arena *arena)
{
    hf_str id = is_kept ? hf_oscal_kept_id(book, p) : HF_STR_EMPTY;
    return id.len > 0 ? id : hf_oscal_token(book->provisions[p]->head.key, arena);
}

// A choice of an instrument is an instrument of its own where it comes in: its title names the themes.
static hf_str title_of_choice(const hf_oscal_book *chosen, hf_str title, hf_arena *arena)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(400);
    hf_map seen = hf_map_of(arena, 16);
    hf_buf_add_str(&text, title);
    for (size_t p = 0; p < chosen->provision_count; p++) {
        hf_str theme = chosen->provisions[p]->theme;
        if (text.len + theme.len + 2 < 190 && hf_map_add(&seen, theme, 0, NULL))
            hf_buf_add_format(&text, "%s%.*s", seen.count == 1 ? ": " : ", ", HF_STR_ARG(theme));
    }
    return hf_buf_copy(arena, &text);
}

bool hf_oscal_write_profile(const hf_oscal_book *whole, const hf_oscal_book *chosen, hf_buf *out,
                            hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf body = hf_buf_of(HF_OSCAL_OUT_BYTES_MAX);
    hf_oscal_head head = hf_oscal_head_of(chosen), from = hf_oscal_head_of(whole);
    bool is_kept = hf_oscal_is_kept(whole);
    char source[37];
    hf_uuid5(HF_STR_EMPTY, from.title, source);
    hf_buf_add_format(&body, "\"imports\":[{\"href\":\"#%s\",", source);
    if (chosen->provision_count == whole->provision_count) {
        hf_buf_add_z(&body, "\"include-all\":{}");
    } else {
        hf_json_writer w = {.out = &body};
        if (is_kept)
            head.title = title_of_choice(chosen, head.title, &arena);
        hf_buf_add_z(&body, "\"include-controls\":[{\"with-ids\":");
        hf_json_begin_array(&w);
        for (size_t p = 0; p < chosen->provision_count; p++)
            hf_json_add_str(&w, control_id(chosen, p, is_kept, &arena));
        hf_json_end_array(&w);
        hf_buf_add_z(&body, "}]");
    }
    hf_buf_add_format(&body,
                      "}],\"merge\":{\"as-is\":true},\"back-matter\":{\"resources\":[{\"uuid\":"
                      "\"%s\",\"rlinks\":[{\"href\":\"holdfast-catalog.json\",\"media-type\":"
                      "\"application/oscal.catalog+json\"}]}]}",
                      source);
    if (chosen->provision_count == 0)
        return hf_fail(err, HF_ERR_NOT_FOUND, "oscal.nothing_chosen",
                       "no provision is chosen; choose other instruments or themes");
    return hf_oscal_put_document("profile", &head, &body, out, err);
}
