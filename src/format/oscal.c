// SPDX-License-Identifier: Apache-2.0
//
// OSCAL catalogues and profiles in (NIST's Open Security Controls Assessment Language, JSON): each becomes an instrument,
// its controls provisions, the objectives of their assessment questions. A catalogue that this program wrote gives back
// the records that it was made of. What our fields do not hold is kept beside them as it came (docs/adr/0033-oscal.md).
#include "format/oscal.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "format/input.h"
#include "format/key_set.h"

enum { THEME_MAX = 60, NAME_MAX = 200, SLUG_MAX = 60, DOCUMENT_MAX = 400, CITES_MAX = 3900 };

typedef struct {
    const hf_read_request *request;
    hf_read_result *result;
    hf_arena arena;   // of the document
    hf_arena scratch; // of one record
    hf_buf path;      // where the walk stands, as a JSON pointer
    hf_str file;
    hf_oscal_index index;
    hf_key_set keys;
    const hf_json *metadata;
    bool is_spread;    // resources stay with the controls that refer to them
    hf_str instrument; // key of the one at hand
    hf_str document;   // what provisions cite
    hf_str version;
    hf_str theme;
    int64_t position;
    uint64_t cut_count, unkept_count, stray_count; // warned of once, with the first place
    uint64_t cut_line, unkept_line, stray_line;
} reader;

// --- places and problems -----------------------------------------------------------------------------------

static size_t go_in(reader *r, const char *name, size_t number)
{
    size_t before = r->path.len;
    hf_buf_add_format(&r->path, "/%s/%zu", name, number);
    return before;
}

static void go_out(reader *r, size_t before)
{
    r->path.len = before;
    r->path.overflow = false;
}

static void warn(reader *r, uint64_t line, const char *code, const char *what, uint64_t count)
{
    if (count > 0)
        hf_problems_add(r->request->problems, HF_WARNING, r->file, line, HF_STR_EMPTY, code,
                        "%llu %s", (unsigned long long)count, what);
}

static void refuse(reader *r, const hf_noun *noun, const hf_json *node, const hf_error *why)
{
    hf_problems_add(r->request->problems, HF_REFUSED, r->file, node->line, hf_str_of(why->column),
                    why->code, "%.*s: %s", HF_STR_ARG(hf_buf_str(&r->path)), why->message);
    r->result->refused_count++;
    if (r->request->refused != NULL)
        r->request->refused(r->request->context, noun);
}

static void note_first(uint64_t *count, uint64_t *line, const hf_json *node)
{
    if (++*count == 1)
        *line = node->line;
}

// --- one record --------------------------------------------------------------------------------------------

typedef struct {
    hf_patch patch;
    const hf_json *node;
    hf_error why; // code not NULL: refused
} record;

static void begin_record(reader *r, const hf_noun *noun, hf_str key, const hf_json *node,
                         record *out)
{
    hf_arena_reset(&r->scratch);
    *out = (record){.node = node};
    hf_error_clear(&out->why);
    out->patch = (hf_patch){.noun = noun, .record = hf_noun_new(noun, &r->scratch), .present = 1};
    ((hf_head *)out->patch.record)->key = key;
    r->result->row_count++;
}

static void set(reader *r, record *to, const char *name, hf_str text)
{
    size_t at = 0;
    const hf_field *field = hf_noun_field(to->patch.noun, hf_str_of(name), &at);
    HF_ASSERT(field != NULL);
    if (to->why.code == NULL &&
        hf_field_set_text(field, to->patch.record, text, false, &r->scratch, &to->why))
        to->patch.present |= (uint64_t)1 << at;
}

// Written by this program, of a record that has a key of its own.
static bool is_own(const hf_json *node)
{
    return hf_oscal_prop(node, "key", HF_OSCAL_NS).len > 0;
}

// A property of ours goes into the field that it is called after; its name in OSCAL has hyphens. One that is neither
// there nor said to be empty was not known to the edition that wrote the document: the field stays as it is.
static void set_prop(reader *r, record *to, const char *name, const char *prop)
{
    hf_str value = hf_oscal_prop(to->node, prop, HF_OSCAL_NS);
    hf_str empty = hf_oscal_prop(to->node, HF_OSCAL_EMPTY, HF_OSCAL_NS);
    if (value.len > 0 || hf_str_has_word(empty, hf_str_of(prop)))
        set(r, to, name, value);
}

static bool deliver(reader *r, record *one, hf_error *err)
{
    const hf_noun *noun = one->patch.noun;
    hf_head *head = one->patch.record;
    if (one->why.code == NULL && head->key.len == 0)
        hf_fail(&one->why, HF_ERR_INPUT, "oscal.untitled",
                "a control needs an id and a title; give it both");
    if (one->why.code == NULL &&
        hf_field_set_text(&noun->fields[0], head, head->key, false, &r->scratch, &one->why) &&
        !hf_key_set_add(&r->keys, hf_str_hash(hf_str_of(noun->name)), head->key))
        hf_fail(&one->why, HF_ERR_INPUT, "oscal.repeated",
                "the id '%.*s' stands twice in the document; ids are unique, mend one of them",
                HF_STR_ARG(head->key));
    if (one->why.code != NULL) {
        refuse(r, noun, one->node, &one->why);
        return true;
    }
    r->result->patch_count++;
    return r->request->take(r->request->context, &one->patch, one->node->line, err);
}

static const hf_json *list_of(const hf_json *node, const char *name)
{
    const hf_json *list = hf_json_get(node, name);
    return list != NULL && list->type == HF_JSON_ARRAY ? list->child : NULL;
}

// --- what is kept as it came -------------------------------------------------------------------------------

typedef HF_VEC(uint32_t) places; // of resources in the back matter

// Resources that stay with who refers to them, each with its place in the back matter.
static void put_resources(reader *r, const places *list, hf_buf *out)
{
    if (list->count == 0)
        return;
    hf_buf_add_z(out, ",\"oscal_resources\":[");
    for (size_t i = 0; i < list->count; i++) {
        hf_buf_add_format(out, "%s{\"at\":%u,\"resource\":", i > 0 ? "," : "", list->items[i]);
        hf_json_canonical(r->index.nodes.items[list->items[i]], out);
        hf_buf_add_byte(out, '}');
    }
    hf_buf_add_byte(out, ']');
}

static bool keep(reader *r, record *to, const hf_json *value, const places *resources)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(HF_OSCAL_KEPT_BYTES_MAX);
    hf_buf_add_z(&text, "{\"oscal\":");
    hf_json_canonical(value, &text);
    put_resources(r, resources, &text);
    hf_buf_add_byte(&text, '}');
    if (text.overflow)
        return false;
    ((hf_head *)to->patch.record)->attributes = hf_buf_copy(&r->scratch, &text);
    to->patch.has_attributes = true;
    return true;
}

// What a control, its parts and all in them refer to. Recursion is bounded by HF_JSON_DEPTH_MAX.
static void find_resources(reader *r, const hf_json *node, hf_map *seen, places *out)
{
    static const char *const inner[] = {"parts", "params"};
    for (const hf_json *link = list_of(node, "links"); link != NULL; link = link->next) {
        hf_str href = hf_json_text(link, "href");
        uint32_t at = 0;
        if (hf_str_starts(href, "#") &&
            hf_map_get(&r->index.resources, hf_str_slice(href, 1, href.len), &at) &&
            hf_map_add_u64(seen, at, 0, NULL))
            HF_VEC_ADD(&r->scratch, out, at);
    }
    for (size_t i = 0; i < HF_COUNT(inner); i++)
        for (const hf_json *item = list_of(node, inner[i]); item != NULL; item = item->next)
            find_resources(r, item, seen, out);
}

static void find_in_controls(reader *r, const hf_json *node, hf_map *seen, places *out)
{
    static const char *const inner[] = {"groups", "controls"};
    for (size_t i = 0; i < HF_COUNT(inner); i++)
        for (const hf_json *item = list_of(node, inner[i]); item != NULL; item = item->next) {
            if (i == 1)
                find_resources(r, item, seen, out);
            find_in_controls(r, item, seen, out);
        }
}

static hf_json *control_skeleton(reader *r, const hf_json *control)
{
    hf_json *stub = hf_oscal_new(HF_JSON_OBJECT, "", &r->arena);
    hf_oscal_append(stub, hf_oscal_text("id", hf_json_text(control, "id"), &r->arena));
    return stub;
}

// The catalogue with nothing left of its controls but their ids: how they are grouped and in which order.
static hf_json *skeleton(reader *r, const hf_json *node, bool is_control)
{
    hf_json *copy = is_control ? control_skeleton(r, node) : hf_oscal_copy(node, &r->arena);
    static const char *const lists[] = {"groups", "controls"};
    for (size_t i = 0; i < HF_COUNT(lists); i++) {
        const hf_json *list = hf_json_get(node, lists[i]);
        if (list == NULL || list->type != HF_JSON_ARRAY)
            continue;
        hf_json *shown = hf_oscal_new(HF_JSON_ARRAY, lists[i], &r->arena);
        hf_json **last = &shown->child;
        for (const hf_json *item = list->child; item != NULL; item = item->next) {
            *last = skeleton(r, item, i == 1);
            (*last)->next = NULL;
            last = &(*last)->next;
            shown->child_count++;
        }
        hf_oscal_set(copy, lists[i], shown);
    }
    return copy;
}

// Those that no control refers to; the others stay with the controls.
static places other_resources(reader *r, const hf_json *catalog)
{
    places all = {0}, out = {0};
    hf_map seen = hf_map_of(&r->scratch, 64);
    uint32_t unused = 0;
    find_in_controls(r, catalog, &seen, &all);
    for (uint32_t i = 0; i < r->index.resources.count; i++)
        if (!hf_map_get_u64(&seen, i, &unused))
            HF_VEC_ADD(&r->scratch, &out, i);
    return out;
}

// Whole where it fits; else its back matter goes to the controls that refer to it.
static void keep_catalog(reader *r, record *to, const hf_json *catalog)
{
    hf_json *whole = skeleton(r, catalog, false);
    const places none = {0};
    if (keep(r, to, whole, &none))
        return;
    hf_oscal_drop(whole, "back-matter");
    r->is_spread = true;
    places others = other_resources(r, catalog);
    if (keep(r, to, whole, &others))
        return;
    warn(r, catalog->line, "oscal.resources_lost",
         "catalogue is too long to be kept with all of its back matter; what no control refers to "
         "is left out",
         1);
    if (!keep(r, to, whole, &none))
        note_first(&r->unkept_count, &r->unkept_line, catalog);
}

static void keep_control(reader *r, record *to, const hf_json *control)
{
    hf_json *alone = hf_oscal_copy(control, &r->arena);
    hf_map seen = hf_map_of(&r->scratch, 16);
    places resources = {0};
    hf_oscal_drop(alone, "controls");
    if (r->is_spread)
        find_resources(r, control, &seen, &resources);
    if (!keep(r, to, alone, &resources))
        note_first(&r->unkept_count, &r->unkept_line, control);
}

// --- provisions and questions ------------------------------------------------------------------------------

static hf_str key_of(reader *r, const hf_json *node)
{
    hf_str own = hf_oscal_prop(node, "key", HF_OSCAL_NS);
    hf_str id = hf_json_text(node, "id");
    if (own.len > 0)
        return own;
    return id.len == 0
               ? id
               : hf_str_format(&r->arena, "%.*s:%.*s", HF_STR_ARG(r->instrument), HF_STR_ARG(id));
}

// Links to other controls of this document. Those that lead elsewhere are kept, but lead to no provision.
static void set_crosswalk(reader *r, record *to)
{
    HF_CLEANUP(hf_buf_done) hf_buf keys = hf_buf_of(4000);
    const hf_json *links = hf_json_get(to->node, "links");
    hf_str own = ((const hf_head *)to->patch.record)->key;
    size_t count = 0; // more than the field holds need not be looked at
    for (const hf_json *link = links != NULL ? links->child : NULL; link != NULL && count < 1000;
         link = link->next, count++) {
        hf_str href = hf_json_text(link, "href");
        hf_str outside = hf_oscal_prop(link, "key", HF_OSCAL_NS);
        if (!hf_str_starts(href, "#") && outside.len == 0)
            continue;
        hf_str id = hf_str_slice(href, 1, href.len);
        const hf_json *control = hf_oscal_find(&r->index, &r->index.controls, id);
        bool is_known = control != NULL ||
                        hf_oscal_find(&r->index, &r->index.resources, id) != NULL ||
                        hf_oscal_find(&r->index, &r->index.others, id) != NULL ||
                        hf_oscal_find(&r->index, &r->index.params, id) != NULL;
        if (!is_known)
            note_first(&r->stray_count, &r->stray_line, link);
        if (control == NULL)
            continue;
        hf_str key = key_of(r, control);
        if (hf_str_find_byte(key, ' ', 0) < key.len || hf_str_equal(key, own))
            continue;
        hf_buf_add_format(&keys, "%s%.*s", keys.len > 0 ? " " : "", HF_STR_ARG(key));
    }
    // Of our own documents the whole list stands in a property: it may lead to what was not chosen.
    hf_str all = hf_oscal_prop(to->node, "crosswalk", HF_OSCAL_NS);
    set(r, to, "crosswalk", all.len > 0 ? all : hf_buf_str(&keys));
}

static hf_str title_of_resource(const hf_json *resource)
{
    hf_str title = hf_json_text(resource, "title");
    return title.len > 0 ? title : hf_json_text(hf_json_get(resource, "citation"), "text");
}

static void set_cites(reader *r, record *to)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(CITES_MAX);
    hf_json_writer w = {.out = &text};
    const hf_json *links = hf_json_get(to->node, "links");
    size_t count = 0;
    hf_json_begin_array(&w);
    for (const hf_json *link = links != NULL ? links->child : NULL; link != NULL;
         link = link->next) {
        hf_str href = hf_json_text(link, "href");
        const hf_json *resource =
            hf_oscal_find(&r->index, &r->index.resources, hf_str_slice(href, 1, href.len));
        hf_str title = resource != NULL ? title_of_resource(resource) : HF_STR_EMPTY;
        if (title.len == 0 || text.len + 2 * title.len + 10 > CITES_MAX)
            continue;
        hf_json_add_str(&w, title);
        count++;
    }
    hf_json_end_array(&w);
    set(r, to, "cites", count > 0 && !text.overflow ? hf_buf_str(&text) : HF_STR_EMPTY);
}

static bool read_question(reader *r, hf_str provision, const hf_oscal_question *question,
                          const hf_json *control, size_t number, hf_error *err)
{
    record one;
    const hf_json *node = question->part != NULL ? question->part : control;
    hf_str key = question->part != NULL
                     ? key_of(r, node)
                     : hf_str_format(&r->arena, "%.*s.q1", HF_STR_ARG(provision));
    if (key.len == 0)
        key = hf_str_format(&r->arena, "%.*s.q%zu", HF_STR_ARG(provision), number);
    begin_record(r, &hf_noun_question, key, node, &one);
    set(r, &one, "provision", provision);
    set(r, &one, "text", question->text);
    set(r, &one, "wanted", question->wanted);
    set(r, &one, "position", hf_str_format(&r->scratch, "%zu", number));
    if (is_own(node)) {
        set_prop(r, &one, "position", "position");
        set_prop(r, &one, "edition", "edition");
        set_prop(r, &one, "source", "source");
        set_prop(r, &one, "applies", "applies");
        set_prop(r, &one, "levels", "levels");
        set_prop(r, &one, "translations", "translations");
        set_prop(r, &one, "audit_area", "audit-area");
        set_prop(r, &one, "critical_element", "critical-element");
        set_prop(r, &one, "weight", "weight");
    } else {
        set(r, &one, "edition", r->version);
        set(r, &one, "source", r->document);
    }
    set(r, &one, "marking", hf_str_of(hf_marking_words[HF_TLP_CLEAR]));
    set_prop(r, &one, "marking", "marking");
    return deliver(r, &one, err);
}

// What only our own documents say, and what is said of any other.
static void set_origin(reader *r, record *to)
{
    static const char *const own[][2] = {
        {"theme", "theme"},   {"paragraph", "paragraph"}, {"force", "force"},
        {"weight", "weight"}, {"document", "document"},   {"evidence_level", "evidence-level"},
        {"basis", "basis"},   {"position", "position"},   {"edition", "edition"},
        {"source", "source"}, {"phases", "phases"}};
    set(r, to, "theme", r->theme);
    if (!is_own(to->node)) {
        set(r, to, "document", r->document);
        set(r, to, "paragraph",
            hf_oscal_fit(hf_json_text(to->node, "id"), NAME_MAX, &r->scratch, &(size_t){0}));
        set(r, to, "evidence_level", HF_STR("text"));
        set(r, to, "basis", HF_STR("OSCAL"));
        set(r, to, "edition", r->version);
        set(r, to, "source", r->document);
        set(r, to, "position", hf_str_format(&r->scratch, "%lld", (long long)++r->position));
        set_cites(r, to);
        return;
    }
    for (size_t i = 0; i < HF_COUNT(own); i++)
        set_prop(r, to, own[i][0], own[i][1]);
    set_prop(r, to, "cites", "cites");
    set_prop(r, to, "translations", "translations");
}

static bool read_control(reader *r, const hf_json *control, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena words_arena = {0};
    record one;
    hf_oscal_words words = {0};
    hf_str key = hf_str_copy(&words_arena, key_of(r, control));
    begin_record(r, &hf_noun_provision, key, control, &one);
    if (!hf_oscal_is_first(&r->index, &r->index.controls, control))
        hf_fail(&one.why, HF_ERR_INPUT, "oscal.repeated",
                "the id '%.*s' stands twice in the document; ids are unique, mend one of them",
                HF_STR_ARG(hf_json_text(control, "id")));
    else if (hf_oscal_words_of(&r->index, control, &words_arena, &words, &one.why)) {
        set(r, &one, "title", words.title);
        set(r, &one, "requirement", words.requirement);
        set(r, &one, "instrument", r->instrument);
        set(r, &one, "marking", hf_str_of(hf_marking_words[HF_TLP_CLEAR]));
        set_prop(r, &one, "marking", "marking");
        set_origin(r, &one);
        set_crosswalk(r, &one);
        if (!is_own(control))
            keep_control(r, &one, control);
    }
    if (words.cut_count > 0)
        note_first(&r->cut_count, &r->cut_line, control);
    if (!deliver(r, &one, err))
        return false;
    for (size_t i = 0; one.why.code == NULL && i < words.question_count; i++)
        if (!read_question(r, key, &words.questions[i], control, i + 1, err))
            return false;
    return true;
}

// --- instruments, groups -----------------------------------------------------------------------------------

// "NIST SP 800-53, Rev. 5" → "nist-sp-800-53-rev-5". What is cut, or of another script, leaves a mark of the whole title:
// two titles are never one key.
static hf_str slug(reader *r, hf_str title)
{
    char text[SLUG_MAX], mark[9];
    size_t len = 0;
    bool is_whole = true;
    for (size_t i = 0; i < title.len; i++) {
        char c = title.ptr[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        is_whole &= ((unsigned char)c & 0x80) == 0 && len < SLUG_MAX;
        if (len == SLUG_MAX)
            break;
        if (is_plain)
            text[len++] = c;
        else if (len > 0 && text[len - 1] != '-')
            text[len++] = '-';
    }
    while (len > 0 && text[len - 1] == '-')
        len--;
    if (is_whole && len > 2)
        return hf_str_copy(&r->arena, (hf_str){text, len});
    hf_sha1 hash = hf_sha1_of(title);
    hf_hex(hash.bytes, 4, mark);
    return len == 0 ? hf_str_format(&r->arena, "catalog-%s", mark)
                    : hf_str_format(&r->arena, "%.*s-%s", (int)len, text, mark);
}

static bool read_instrument(reader *r, const hf_json *node, hf_str title, bool is_foreign,
                            hf_error *err)
{
    record one;
    size_t cut = 0;
    hf_str key = is_foreign ? slug(r, title) : hf_oscal_prop(node, "key", HF_OSCAL_NS);
    r->instrument = hf_str_copy(&r->arena, key);
    begin_record(r, &hf_noun_instrument, r->instrument, node, &one);
    set(r, &one, "name", hf_oscal_fit(title, NAME_MAX, &r->scratch, &cut));
    set(r, &one, "marking", hf_str_of(hf_marking_words[HF_TLP_CLEAR]));
    set_prop(r, &one, "marking", "marking");
    if (is_foreign) {
        set(r, &one, "edition", r->version);
        set(r, &one, "source", r->document);
        set(r, &one, "position", HF_STR("1000")); // behind what shipped
        keep_catalog(r, &one, node);
    } else {
        static const char *const own[][2] = {
            {"force", "force"},       {"position", "position"},         {"is_active", "is-active"},
            {"language", "language"}, {"translations", "translations"}, {"edition", "edition"},
            {"source", "source"}};
        for (size_t i = 0; i < HF_COUNT(own); i++)
            set_prop(r, &one, own[i][0], own[i][1]);
    }
    if (cut > 0)
        note_first(&r->cut_count, &r->cut_line, node);
    return deliver(r, &one, err);
}

static bool read_controls(reader *r, const hf_json *node, hf_error *err)
{
    size_t number = 0;
    for (const hf_json *control = list_of(node, "controls"); control != NULL;
         control = control->next) {
        size_t before = go_in(r, "controls", number++);
        if (r->request->progress != NULL && r->result->row_count % 1024 == 0 &&
            !r->request->progress(r->request->context, r->result->row_count))
            return hf_fail(err, HF_ERR_STOPPED, "import.stopped", "stopped");
        if (!read_control(r, control, err) || !read_controls(r, control, err))
            return false;
        go_out(r, before);
    }
    return true;
}

// A group of the outermost level is a theme; in documents of our own it is an instrument.
static bool read_groups(reader *r, const hf_json *node, bool is_outermost, hf_error *err)
{
    size_t number = 0;
    for (const hf_json *group = list_of(node, "groups"); group != NULL; group = group->next) {
        size_t before = go_in(r, "groups", number++);
        hf_str title = hf_json_text(group, "title");
        bool is_instrument = is_outermost && is_own(group);
        if (is_instrument && !read_instrument(r, group, title, false, err))
            return false;
        if (is_outermost)
            r->theme = hf_oscal_fit(title.len > 0 ? title : hf_json_text(group, "id"), THEME_MAX,
                                    &r->arena, &(size_t){0});
        if (!read_controls(r, group, err) || !read_groups(r, group, false, err))
            return false;
        go_out(r, before);
    }
    return true;
}

// --- the document ------------------------------------------------------------------------------------------

static void refuse_repeated(void *context, const hf_json *node, hf_str id)
{
    reader *r = context;
    hf_error why;
    hf_error_clear(&why);
    hf_fail(&why, HF_ERR_INPUT, "oscal.repeated",
            "the id '%.*s' stands twice in the document; ids are unique, mend one of them",
            HF_STR_ARG(id));
    // A control or an objective is refused when its record is made.
    if (hf_oscal_is_objective(node) || hf_oscal_find(&r->index, &r->index.controls, id) != NULL)
        return;
    r->result->row_count++;
    refuse(r, NULL, node, &why);
}

static void refuse_step(void *context, const hf_json *node, const hf_error *why)
{
    reader *r = context;
    r->result->row_count++;
    refuse(r, NULL, node, why);
}

// A document of this program whose groups are instruments; it also writes profiles of foreign catalogues.
static bool is_ours(const reader *r, const hf_json *catalog)
{
    bool is_made = hf_oscal_prop(r->metadata, "made-by", HF_OSCAL_NS).len > 0;
    for (const hf_json *group = list_of(catalog, "groups"); is_made && group != NULL;
         group = group->next)
        is_made = is_own(group);
    return is_made && list_of(catalog, "controls") == NULL;
}

static bool read_catalog(reader *r, const hf_json *catalog, hf_error *err)
{
    r->metadata = hf_json_get(catalog, "metadata");
    r->version = hf_oscal_fit(hf_json_text(r->metadata, "version"), 40, &r->arena, &(size_t){0});
    hf_str title = hf_str_trim(hf_json_text(r->metadata, "title"));
    if (title.len == 0) {
        hf_fail(err, HF_ERR_INPUT, "oscal.no_title",
                "/catalog/metadata/title is missing; a catalogue needs a title");
        return hf_fail_at(err, NULL, catalog->line, NULL);
    }
    r->document = hf_oscal_fit(title, DOCUMENT_MAX, &r->arena, &(size_t){0});
    r->theme = hf_oscal_fit(title, THEME_MAX, &r->arena, &(size_t){0});
    if (!hf_oscal_index_of(catalog, &r->arena, refuse_repeated, r, &r->index, err))
        return false;
    if (!is_ours(r, catalog) && !read_instrument(r, catalog, title, true, err))
        return false;
    return read_controls(r, catalog, err) && read_groups(r, catalog, true, err);
}

static void tell_warnings(reader *r)
{
    warn(r, r->cut_line, "oscal.cut",
         "controls have texts longer than their fields; they are cut there, the whole text is kept",
         r->cut_count);
    warn(r, r->unkept_line, "oscal.unkept",
         "controls are too long to be kept as they came; what the fields do not hold is lost",
         r->unkept_count);
    warn(r, r->stray_line, "oscal.stray_links",
         "links lead to ids that are not in the document; they are kept, but lead to no provision",
         r->stray_count);
}

static bool read_document(reader *r, hf_error *err)
{
    hf_str text;
    hf_oscal_document document;
    if (!hf_input_rest(r->request->input, HF_OSCAL_BYTES_MAX, &text, err) ||
        !hf_oscal_parse(text, r->file, &r->arena, &document, err))
        return false;
    hf_json *catalog = document.root;
    hf_buf_add_format(&r->path, "/%.*s", HF_STR_ARG(document.kind));
    const hf_oscal_resolving resolving = {
        .request = r->request, .arena = &r->arena, .context = r, .refuse = refuse_step};
    if (hf_str_equal_z(document.kind, "profile")) {
        if (!hf_oscal_resolve(&resolving, &document, &catalog, err))
            return false;
        r->path.len = 0;
        hf_buf_add_z(&r->path, "/catalog");
    }
    if (!read_catalog(r, catalog, err))
        return false;
    tell_warnings(r);
    return true;
}

static bool read_oscal(const hf_read_request *request, hf_read_result *out, hf_error *err)
{
    reader r = {.request = request,
                .result = out,
                .path = hf_buf_of(2000),
                .file = hf_input_name(request->input)};
    bool ok = read_document(&r, err);
    if (!ok)
        hf_fail_at(err, hf_str_z(&r.arena, r.file), 0, NULL);
    hf_key_set_done(&r.keys);
    hf_buf_done(&r.path);
    hf_arena_done(&r.scratch);
    hf_arena_done(&r.arena);
    return ok;
}

static int looks_like(hf_str name, hf_str head)
{
    (void)name;
    return hf_str_starts(hf_str_trim(head), "{") && hf_oscal_kind_of(head).len > 0 ? 90 : 0;
}

const hf_format hf_format_oscal = {
    .name = "oscal",
    .title = "OSCAL catalogue or profile",
    .media_type = "application/oscal+json",
    .extension = "json",
    .looks_like = looks_like,
    .read_patches = read_oscal,
};
