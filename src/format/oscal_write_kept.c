// SPDX-License-Identifier: Apache-2.0
//
// An instrument that came out of an OSCAL catalogue goes out as that catalogue: with all that is kept of it, and with
// what the State has changed since in its place.
#include <stdlib.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "format/oscal_write.h"

typedef struct {
    int64_t at; // in the back matter
    hf_json *value;
} resource;

typedef struct {
    const hf_oscal_book *book;
    hf_arena *arena;
    hf_map by_id;          // id of a control → provision
    hf_map resource_index; // places of the back matter that are there
    HF_VEC(resource) resources;
    hf_json **controls; // of each provision, as it was kept; NULL: it did not come in so
    bool *is_placed;
    bool is_changed; // something differs from what came in
    hf_error *err;
} rebuilding;

// resources: those that stayed with the record, NULL when there are none; may be NULL
static bool read_kept(const hf_head *head, hf_arena *arena, hf_json **out, hf_json **resources,
                      hf_error *err)
{
    hf_json *attributes = NULL;
    *out = NULL;
    if (resources != NULL)
        *resources = NULL;
    if (head->attributes.len == 0 ||
        hf_str_find(head->attributes, HF_STR("\"oscal\":{")) == head->attributes.len)
        return true;
    if (!hf_json_parse(head->attributes, arena, &attributes, err))
        return false;
    hf_json *kept = hf_oscal_get(attributes, "oscal");
    *out = kept != NULL && kept->type == HF_JSON_OBJECT ? kept : NULL;
    if (resources != NULL)
        *resources = hf_oscal_get(attributes, "oscal_resources");
    return true;
}

bool hf_oscal_is_kept(const hf_oscal_book *book)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_json *kept = NULL;
    hf_error unused;
    hf_error_clear(&unused);
    return book->instrument_count == 1 &&
           read_kept(&book->instruments[0]->head, &arena, &kept, NULL, &unused) && kept != NULL;
}

hf_str hf_oscal_kept_id(const hf_oscal_book *book, size_t p)
{
    hf_str key = book->provisions[p]->head.key;
    hf_str instrument = book->instruments[0]->head.key;
    bool is_its = key.len > instrument.len + 1 &&
                  hf_str_equal(hf_str_slice(key, 0, instrument.len), instrument) &&
                  key.ptr[instrument.len] == ':';
    return is_its ? hf_str_slice(key, instrument.len + 1, key.len) : HF_STR_EMPTY;
}

// --- putting it together -----------------------------------------------------------------------------------

static void add_resources(rebuilding *b, hf_json *list)
{
    for (hf_json *item = list != NULL ? list->child : NULL; item != NULL; item = item->next) {
        const hf_json *at = hf_json_get(item, "at");
        hf_json *value = hf_oscal_get(item, "resource");
        if (at == NULL || at->type != HF_JSON_INT || value == NULL ||
            !hf_map_add_u64(&b->resource_index, (uint64_t)at->integer, 0, NULL))
            continue;
        HF_VEC_ADD(b->arena, &b->resources, ((resource){at->integer, value}));
    }
}

static int by_place(const void *a, const void *b)
{
    const resource *one = a, *two = b;
    return one->at < two->at ? -1 : one->at > two->at;
}

// The back matter out of what stayed with instrument and controls, in its order.
static void add_back_matter(rebuilding *b, hf_json *catalog)
{
    if (b->resources.count == 0)
        return;
    hf_json *back = hf_oscal_new(HF_JSON_OBJECT, "back-matter", b->arena);
    hf_json *list = hf_oscal_list(back, "resources", b->arena);
    hf_json **last = &list->child;
    qsort(b->resources.items, b->resources.count, sizeof(resource), by_place);
    for (size_t i = 0; i < b->resources.count; i++) {
        *last = b->resources.items[i].value;
        (*last)->next = NULL;
        last = &(*last)->next;
        list->child_count++;
    }
    hf_oscal_append(catalog, back);
}

static bool read_controls(rebuilding *b)
{
    for (size_t p = 0; p < b->book->provision_count; p++) {
        hf_json *resources = NULL;
        if (!read_kept(&b->book->provisions[p]->head, b->arena, &b->controls[p], &resources,
                       b->err))
            return false;
        add_resources(b, resources);
        if (b->controls[p] != NULL)
            (void)hf_map_add(&b->by_id, hf_json_text(b->controls[p], "id"), (uint32_t)p, NULL);
    }
    return true;
}

// Puts the controls in the place of their ids; those whose provision is gone go, and what lay in them moves up.
// Recursion is bounded by HF_JSON_DEPTH_MAX.
static void fill(rebuilding *b, hf_json *node)
{
    hf_json *groups = hf_oscal_get(node, "groups");
    for (hf_json *group = groups != NULL ? groups->child : NULL; group != NULL; group = group->next)
        fill(b, group);
    hf_json *list = hf_oscal_get(node, "controls");
    if (list == NULL)
        return;
    hf_json *item = list->child;
    hf_json **last = &list->child;
    *last = NULL;
    list->child_count = 0;
    while (item != NULL) {
        hf_json *next = item->next;
        hf_json *inner = hf_oscal_get(item, "controls");
        uint32_t p = 0;
        fill(b, item);
        hf_json *put = inner != NULL ? inner->child : NULL;
        if (hf_map_get(&b->by_id, hf_json_text(item, "id"), &p) && !b->is_placed[p]) {
            put = b->controls[p];
            b->is_placed[p] = true;
            if (inner != NULL && inner->child != NULL)
                hf_oscal_set(put, "controls", inner);
            put->next = NULL;
        } else {
            b->is_changed = true;
        }
        for (*last = put; *last != NULL; last = &(*last)->next)
            list->child_count++;
        item = next;
    }
    if (list->child == NULL)
        hf_oscal_drop(node, "controls");
}

// Provisions that the State wrote, or that were not kept, behind the others.
static bool add_others(rebuilding *b, hf_json *catalog)
{
    hf_map known = hf_map_of(b->arena, b->book->provision_count);
    for (size_t p = 0; p < b->book->provision_count; p++)
        (void)hf_map_add(&known, b->book->provisions[p]->head.key, 0, NULL);
    for (size_t p = 0; p < b->book->provision_count; p++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_OSCAL_OUT_BYTES_MAX);
        hf_json_writer w = {.out = &text};
        hf_json *control = NULL;
        if (b->is_placed[p])
            continue;
        if (b->controls[p] != NULL) {
            hf_oscal_append(hf_oscal_list(catalog, "controls", b->arena), b->controls[p]);
            continue;
        }
        b->is_changed = true;
        hf_oscal_put_control(&w, b->book, p, &known, b->arena);
        if (!hf_json_parse(hf_buf_str(&text), b->arena, &control, b->err))
            return false;
        hf_oscal_append(hf_oscal_list(catalog, "controls", b->arena), control);
    }
    return true;
}

// --- what the State changed --------------------------------------------------------------------------------

static hf_json *part_named(hf_json *control, const char *name)
{
    hf_json *list = hf_oscal_get(control, "parts");
    for (hf_json *part = list != NULL ? list->child : NULL; part != NULL; part = part->next)
        if (hf_str_equal_z(hf_json_text(part, "name"), name))
            return part;
    return NULL;
}

// The part itself, to be changed.
static hf_json *part_in(hf_json *node, const hf_json *wanted)
{
    hf_json *list = hf_oscal_get(node, "parts");
    for (hf_json *part = list != NULL ? list->child : NULL; part != NULL; part = part->next) {
        hf_json *found = part == wanted ? part : part_in(part, wanted);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static void set_prose(rebuilding *b, hf_json *part, hf_str text)
{
    hf_oscal_set(part, "prose", hf_oscal_text("prose", text, b->arena));
    hf_oscal_drop(part, "parts");
    b->is_changed = true;
}

static hf_json *new_part(rebuilding *b, hf_json *node, const char *name)
{
    hf_json *part = hf_oscal_new(HF_JSON_OBJECT, "", b->arena);
    hf_oscal_append(part, hf_oscal_text("name", hf_str_of(name), b->arena));
    hf_oscal_append(hf_oscal_list(node, "parts", b->arena), part);
    return part;
}

static void set_evidence(rebuilding *b, hf_json *part, hf_str wanted)
{
    hf_json *evidence = part_named(part, "evidence");
    if (evidence == NULL) {
        evidence = new_part(b, part, "evidence");
        hf_oscal_append(evidence, hf_oscal_text("ns", HF_STR(HF_OSCAL_NS), b->arena));
    }
    set_prose(b, evidence, wanted);
}

static void add_question(rebuilding *b, hf_json *control, const hf_provision_question *question)
{
    hf_json *part = new_part(b, control, "assessment-objective");
    hf_json *props = hf_oscal_list(part, "props", b->arena);
    hf_json *prop = hf_oscal_new(HF_JSON_OBJECT, "", b->arena);
    hf_oscal_append(part,
                    hf_oscal_text("id", hf_oscal_token(question->head.key, b->arena), b->arena));
    hf_oscal_append(prop, hf_oscal_text("name", HF_STR("key"), b->arena));
    hf_oscal_append(prop, hf_oscal_text("ns", HF_STR(HF_OSCAL_NS), b->arena));
    hf_oscal_append(prop, hf_oscal_text("value", question->head.key, b->arena));
    hf_oscal_append(props, prop);
    set_prose(b, part, question->text);
    if (question->wanted.len > 0)
        set_evidence(b, part, question->wanted);
}

// The question that a word of the control was read as; number: among those of the control, from 1.
static const hf_provision_question *question_of(const rebuilding *b, size_t p,
                                                const hf_oscal_question *word, size_t number)
{
    hf_str provision = b->book->provisions[p]->head.key;
    hf_str instrument = b->book->instruments[0]->head.key;
    hf_str own = hf_oscal_prop(word->part, "key", HF_OSCAL_NS);
    hf_str id = hf_json_text(word->part, "id");
    hf_str key = own.len > 0 ? own
                 : id.len > 0
                     ? hf_str_format(b->arena, "%.*s:%.*s", HF_STR_ARG(instrument), HF_STR_ARG(id))
                     : hf_str_format(b->arena, "%.*s.q%zu", HF_STR_ARG(provision), number);
    for (size_t q = b->book->first_question[p]; q < b->book->first_question[p + 1]; q++)
        if (hf_str_equal(b->book->questions[q]->head.key, key))
            return b->book->questions[q];
    return NULL;
}

// One question that has a part: its words may be other ones now, or it is gone.
static void change_question(rebuilding *b, hf_json *control, const hf_oscal_question *word,
                            const hf_provision_question *question)
{
    hf_json *part = part_in(control, word->part);
    if (part == NULL)
        return;
    if (question == NULL) {
        hf_oscal_drop(part, "prose");
        b->is_changed = true;
        return;
    }
    if (!hf_str_equal(question->text, word->text)) {
        hf_oscal_set(part, "prose", hf_oscal_text("prose", question->text, b->arena));
        b->is_changed = true;
    }
    if (!hf_str_equal(question->wanted, word->wanted))
        set_evidence(b, part, question->wanted);
}

static void change_questions(rebuilding *b, size_t p, const hf_oscal_words *words)
{
    hf_json *control = b->controls[p];
    hf_map known = hf_map_of(b->arena, words->question_count);
    uint32_t unused = 0;
    for (size_t i = 0; i < words->question_count; i++) {
        const hf_oscal_question *word = &words->questions[i];
        const hf_provision_question *question = question_of(b, p, word, i + 1);
        bool is_same = question != NULL && hf_str_equal(question->text, word->text) &&
                       hf_str_equal(question->wanted, word->wanted);
        if (question != NULL)
            (void)hf_map_add(&known, question->head.key, 0, NULL);
        if (word->part != NULL)
            change_question(b, control, word, question);
        else if (question != NULL && !is_same)
            add_question(b, control, question);
    }
    for (size_t q = b->book->first_question[p]; q < b->book->first_question[p + 1]; q++)
        if (!hf_map_get(&known, b->book->questions[q]->head.key, &unused))
            add_question(b, control, b->book->questions[q]);
}

static void change_control(rebuilding *b, const hf_oscal_index *index, size_t p)
{
    const hf_provision *provision = b->book->provisions[p];
    hf_json *control = b->controls[p];
    hf_oscal_words words;
    hf_error unused;
    hf_error_clear(&unused);
    // A parameter that stood with a control that is gone: what is kept goes out as it came.
    if (!hf_oscal_words_of(index, control, b->arena, &words, &unused))
        return;
    if (!hf_str_equal(provision->title, words.title)) {
        hf_oscal_set(control, "title", hf_oscal_text("title", provision->title, b->arena));
        b->is_changed = true;
    }
    change_questions(b, p, &words);
    if (hf_str_equal(provision->requirement, words.requirement))
        return;
    hf_json *statement = part_named(control, "statement");
    set_prose(b, statement != NULL ? statement : new_part(b, control, "statement"),
              provision->requirement);
}

// A changed document is another one: a new uuid of what it says now, and the time of the newest change.
static void sign_change(rebuilding *b, hf_json *catalog)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_OSCAL_OUT_BYTES_MAX);
    char uuid[37], modified[32], hex[65];
    hf_oscal_head head = hf_oscal_head_of(b->book);
    hf_json *metadata = hf_oscal_get(catalog, "metadata");
    hf_time_format(head.modified_ms, modified);
    hf_json_canonical(catalog, &text);
    hf_sha256 digest = hf_sha256_of(hf_buf_str(&text));
    hf_hex(digest.bytes, sizeof digest.bytes, hex);
    hf_uuid5(HF_STR_EMPTY, hf_str_of(hex), uuid);
    hf_oscal_set(catalog, "uuid",
                 hf_oscal_text("uuid", hf_str_copy(b->arena, hf_str_of(uuid)), b->arena));
    if (metadata != NULL)
        hf_oscal_set(
            metadata, "last-modified",
            hf_oscal_text("last-modified", hf_str_copy(b->arena, hf_str_of(modified)), b->arena));
}

// What says which document it is stands first.
static void write_in_order(hf_json *catalog, hf_buf *out)
{
    static const char *const first[] = {"uuid", "metadata"};
    hf_json_writer w = {.out = out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "catalog");
    hf_json_begin_object(&w);
    for (size_t i = 0; i < HF_COUNT(first); i++) {
        const hf_json *member = hf_oscal_get(catalog, first[i]);
        if (member == NULL)
            continue;
        hf_json_name(&w, first[i]);
        hf_json_add_value(&w, member);
        hf_oscal_drop(catalog, first[i]);
    }
    for (const hf_json *member = catalog->child; member != NULL; member = member->next) {
        hf_json_name_str(&w, member->name);
        hf_json_add_value(&w, member);
    }
    hf_json_end_object(&w);
    hf_json_end_object(&w);
    hf_buf_add_byte(out, '\n');
}

bool hf_oscal_write_kept(const hf_oscal_book *book, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    rebuilding b = {.book = book,
                    .arena = &arena,
                    .by_id = hf_map_of(&arena, book->provision_count),
                    .resource_index = hf_map_of(&arena, 64),
                    .controls = HF_NEW_N(&arena, hf_json *, book->provision_count + 1),
                    .is_placed = HF_NEW_N(&arena, bool, book->provision_count + 1),
                    .err = err};
    hf_json *catalog = NULL, *resources = NULL;
    hf_oscal_index index;
    if (!read_kept(&book->instruments[0]->head, &arena, &catalog, &resources, err))
        return false;
    HF_ASSERT(catalog != NULL);
    add_resources(&b, resources);
    if (!read_controls(&b))
        return false;
    add_back_matter(&b, catalog);
    fill(&b, catalog);
    if (!add_others(&b, catalog) || !hf_oscal_index_of(catalog, &arena, NULL, NULL, &index, err))
        return false;
    for (size_t p = 0; p < book->provision_count; p++)
        if (b.controls[p] != NULL)
            change_control(&b, &index, p);
    if (b.is_changed)
        sign_change(&b, catalog);
    write_in_order(catalog, out);
    return !out->overflow || hf_fail(err, HF_ERR_TOO_LARGE, "oscal.out_too_large",
                                     "the document is longer than %u bytes; choose fewer "
                                     "instruments or themes",
                                     HF_OSCAL_OUT_BYTES_MAX);
}
