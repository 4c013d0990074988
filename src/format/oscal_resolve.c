// SPDX-License-Identifier: Apache-2.0
//
// OSCAL profiles: which controls they choose from which catalogues, and what they change in them. What a profile draws on
// is looked for among the files of the same import and beside it; nothing is ever fetched.
#include "base/limits.h"
#include "base/vec.h"
#include "format/input.h"
#include "format/oscal.h"

typedef struct {
    const hf_oscal_resolving *given;
    hf_arena *arena;
    hf_str chain[HF_OSCAL_IMPORTS_MAX]; // files that draw on one another, the first one first
    size_t depth;
    uint64_t work; // steps of changes: each may look through a whole control
    hf_error *err;
} resolver;

enum { PATTERNS_MAX = 64, WORK_MAX = 20000000 };

static bool fail_spent(resolver *r, const hf_json *node)
{
    hf_fail(r->err, HF_ERR_TOO_LARGE, "oscal.too_many",
            "the profile chooses or changes more than can be looked through; split it");
    return hf_fail_at(r->err, NULL, node->line, NULL);
}

static void refuse(resolver *r, const hf_json *node, const char *code, const char *what, hf_str id)
{
    hf_error why;
    hf_error_clear(&why);
    hf_fail(&why, HF_ERR_INPUT, code, "'%.*s' %s", HF_STR_ARG(id), what);
    r->given->refuse(r->given->context, node, &why);
}

static hf_json *items(hf_json *object, const char *name)
{
    hf_json *list = hf_oscal_get(object, name);
    return list != NULL && list->type == HF_JSON_ARRAY ? list->child : NULL;
}

// --- files -------------------------------------------------------------------------------------------------

static bool fail_import(const resolver *r, const hf_json *node, const char *code, hf_str what,
                        const char *mend)
{
    hf_fail(r->err, HF_ERR_INPUT, code, "/profile/imports: the profile draws on '%.*s', %s",
            HF_STR_ARG(what), mend);
    return hf_fail_at(r->err, NULL, node->line, NULL);
}

static bool load(resolver *r, const char *path, hf_str name, hf_oscal_document *out)
{
    HF_CLEANUP(hf_input_close) hf_input *input = NULL;
    hf_input_options options = {
        .path = path, .name = hf_str_z(r->arena, name), .max_bytes = HF_OSCAL_BYTES_MAX};
    hf_str text;
    return hf_input_open(&options, &input, r->err) &&
           hf_input_rest(input, HF_OSCAL_BYTES_MAX, &text, r->err) &&
           hf_oscal_parse(text, name, r->arena, out, r->err);
}

// A file of the same import, then one beside the profile, by its name without folders.
static bool find_file(resolver *r, hf_str name, const char **path)
{
    const hf_read_request *request = r->given->request;
    const char *directory = hf_input_directory(request->input);
    *path = NULL;
    for (size_t i = 0; i < request->companion_count; i++)
        if (hf_str_equal(hf_file_base(hf_str_of(request->companions[i].name)), name))
            *path = request->companions[i].path;
    if (*path != NULL || directory == NULL || hf_str_starts(name, "."))
        return *path != NULL;
    const char *beside = hf_str_format(r->arena, "%s/%.*s%c", directory, HF_STR_ARG(name), 0).ptr;
    HF_CLEANUP(hf_input_close) hf_input *input = NULL;
    hf_error unused;
    hf_error_clear(&unused);
    hf_input_options options = {.path = beside, .max_bytes = HF_OSCAL_BYTES_MAX};
    if (hf_input_open(&options, &input, &unused))
        *path = beside;
    return *path != NULL;
}

// The names under which the source of an import may lie: its address, or those of the resource that it names.
static bool open_source(resolver *r, hf_json *profile, hf_json *import, hf_oscal_document *out)
{
    hf_str href = hf_json_text(import, "href");
    const char *path = NULL;
    hf_str name = hf_file_base(href);
    bool is_found = false;
    if (hf_str_starts(href, "#")) {
        hf_json *resource = items(hf_oscal_get(profile, "back-matter"), "resources");
        while (resource != NULL &&
               !hf_str_equal(hf_json_text(resource, "uuid"), hf_str_slice(href, 1, href.len)))
            resource = resource->next;
        if (resource == NULL)
            return fail_import(r, import, "oscal.import_dangling", href,
                               "but its back matter has no such resource; mend the reference");
        name = hf_json_text(resource, "title");
        for (hf_json *link = items(resource, "rlinks"); !is_found && link != NULL;
             link = link->next) {
            hf_str file = hf_file_base(hf_json_text(link, "href"));
            if (!hf_name_ends(file, ".json"))
                continue;
            name = file;
            is_found = find_file(r, name, &path);
        }
    } else {
        is_found = name.len > 0 && find_file(r, name, &path);
    }
    if (!is_found)
        return fail_import(r, import, "oscal.import_missing", name,
                           "which is not there; import both files at once, or put it beside the "
                           "profile");
    for (size_t i = 0; i < r->depth; i++)
        if (hf_str_equal(r->chain[i], name))
            return fail_import(r, import, "oscal.import_loop", name,
                               "which draws on it again; profiles must not go round in a circle");
    if (r->depth == HF_OSCAL_IMPORTS_MAX)
        return fail_import(r, import, "oscal.import_loop", name,
                           "and that on others, too deep; resolve some of them first");
    r->chain[r->depth] = name;
    return load(r, path, name, out);
}

// --- which controls ----------------------------------------------------------------------------------------

// "*" stands for any text, "?" for one character.
static bool matches(hf_str pattern, hf_str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, mark = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.len && (pattern.ptr[p] == '?' || pattern.ptr[p] == text.ptr[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*')
        p++;
    return p == pattern.len;
}

enum { NAMED = 1, WITH_CHILDREN = 2 };

// What the calls of an import say: ids, and patterns of ids.
typedef struct {
    hf_map ids; // → NAMED | WITH_CHILDREN
    hf_str patterns[PATTERNS_MAX];
    uint32_t pattern_flags[PATTERNS_MAX];
    size_t pattern_count;
} calls;

static bool read_calls(resolver *r, hf_json *import, const char *list, calls *out)
{
    *out = (calls){.ids = hf_map_of(r->arena, 64)};
    for (hf_json *each = items(import, list); each != NULL; each = each->next) {
        bool has_children = hf_str_equal_z(hf_json_text(each, "with-child-controls"), "yes");
        uint32_t flags = NAMED | (has_children ? WITH_CHILDREN : 0), known = 0;
        for (hf_json *with = items(each, "with-ids"); with != NULL; with = with->next) {
            known = 0;
            (void)hf_map_get(&out->ids, with->text, &known);
            hf_map_set(&out->ids, with->text, known | flags);
        }
        for (hf_json *match = items(each, "matching"); match != NULL; match = match->next) {
            if (out->pattern_count == PATTERNS_MAX)
                return fail_spent(r, each);
            out->patterns[out->pattern_count] = hf_json_text(match, "pattern");
            out->pattern_flags[out->pattern_count++] = flags;
        }
    }
    return true;
}

static uint32_t called(const calls *all, hf_str id)
{
    uint32_t flags = 0;
    (void)hf_map_get(&all->ids, id, &flags);
    for (size_t i = 0; i < all->pattern_count; i++)
        if (matches(all->patterns[i], id))
            flags |= all->pattern_flags[i];
    return flags;
}

typedef struct {
    calls in, out;
    bool is_all;
} choice;

// Leaves in a list of controls those that are chosen; the chosen children of others take their place. Recursion is
// bounded by HF_JSON_DEPTH_MAX.
static hf_json *choose_controls(resolver *r, const choice *how, hf_json *list, bool is_in,
                                bool is_out)
{
    hf_json *chosen = hf_oscal_new(HF_JSON_ARRAY, "controls", r->arena);
    hf_json **last = &chosen->child;
    for (hf_json *control = list != NULL ? list->child : NULL; control != NULL;) {
        hf_json *next = control->next;
        hf_str id = hf_json_text(control, "id");
        uint32_t in = called(&how->in, id), out = called(&how->out, id);
        bool is_chosen = (how->is_all || is_in || in != 0) && !is_out && out == 0;
        hf_json *inner = choose_controls(r, how, hf_oscal_get(control, "controls"),
                                         is_in || (in & WITH_CHILDREN) != 0,
                                         is_out || (out & WITH_CHILDREN) != 0);
        control->next = NULL;
        if (!is_chosen)
            control = inner->child;
        else if (inner->child != NULL)
            hf_oscal_set(control, "controls", inner);
        else
            hf_oscal_drop(control, "controls");
        for (*last = control; *last != NULL; last = &(*last)->next)
            chosen->child_count++;
        control = next;
    }
    return chosen;
}

// Groups of which nothing is chosen go.
static void choose_groups(resolver *r, const choice *how, hf_json *node)
{
    hf_json *controls = choose_controls(r, how, hf_oscal_get(node, "controls"), false, false);
    if (controls->child != NULL)
        hf_oscal_set(node, "controls", controls);
    else
        hf_oscal_drop(node, "controls");
    hf_json *groups = hf_oscal_get(node, "groups");
    if (groups == NULL || groups->type != HF_JSON_ARRAY)
        return;
    for (hf_json **at = &groups->child; *at != NULL;) {
        choose_groups(r, how, *at);
        if (hf_oscal_get(*at, "controls") != NULL || hf_oscal_get(*at, "groups") != NULL) {
            at = &(*at)->next;
            continue;
        }
        *at = (*at)->next;
        groups->child_count--;
    }
    if (groups->child == NULL)
        hf_oscal_drop(node, "groups");
}

static void refuse_unknown(resolver *r, hf_json *import, const char *list,
                           const hf_oscal_index *index)
{
    for (hf_json *each = items(import, list); each != NULL; each = each->next)
        for (hf_json *with = items(each, "with-ids"); with != NULL; with = with->next)
            if (hf_oscal_find(index, &index->controls, with->text) == NULL)
                refuse(r, with, "oscal.control_unknown",
                       "is chosen by the profile, but is not in its catalogue; mend the id",
                       with->text);
}

// --- merging -----------------------------------------------------------------------------------------------

// Appends what one source gives: groups of the same id become one.
static void merge(resolver *r, hf_json *into, hf_json *from)
{
    static const char *const lists[] = {"params", "controls", "groups"};
    for (size_t i = 0; i < HF_COUNT(lists); i++) {
        hf_json *added = items(from, lists[i]);
        if (added == NULL)
            continue;
        hf_json *list = hf_oscal_list(into, lists[i], r->arena);
        hf_json **last = &list->child;
        hf_map seen = hf_map_of(r->arena, 16);
        HF_VEC(hf_json *) groups = {0};
        for (; *last != NULL; last = &(*last)->next)
            if (hf_map_add(&seen, hf_json_text(*last, "id"), (uint32_t)groups.count, NULL))
                HF_VEC_ADD(r->arena, &groups, *last);
        for (hf_json *item = added; item != NULL;) {
            hf_json *next = item->next;
            hf_str id = hf_json_text(item, "id");
            uint32_t same = 0;
            if (i == 2 && id.len > 0 && hf_map_get(&seen, id, &same)) {
                merge(r, groups.items[same], item);
            } else {
                item->next = NULL;
                *last = item;
                last = &item->next;
                list->child_count++;
            }
            item = next;
        }
    }
}

static void merge_resources(resolver *r, hf_json *into, hf_json *from)
{
    hf_json *added = items(hf_oscal_get(from, "back-matter"), "resources");
    if (added == NULL)
        return;
    hf_json *back = hf_oscal_get(into, "back-matter");
    if (back == NULL) {
        back = hf_oscal_new(HF_JSON_OBJECT, "back-matter", r->arena);
        hf_oscal_append(into, back);
    }
    hf_json *list = hf_oscal_list(back, "resources", r->arena);
    hf_map seen = hf_map_of(r->arena, list->child_count);
    hf_json **last = &list->child;
    for (; *last != NULL; last = &(*last)->next)
        (void)hf_map_add(&seen, hf_json_text(*last, "uuid"), 0, NULL);
    for (hf_json *item = added; item != NULL;) {
        hf_json *next = item->next;
        item->next = NULL;
        if (hf_map_add(&seen, hf_json_text(item, "uuid"), 0, NULL)) {
            *last = item;
            last = &item->next;
            list->child_count++;
        }
        item = next;
    }
}

// --- changes -----------------------------------------------------------------------------------------------

static void set_parameter(resolver *r, hf_json *change, const hf_map *params, hf_json *const *nodes)
{
    static const char *const names[] = {"class",       "props",      "links",  "label", "usage",
                                        "constraints", "guidelines", "values", "select"};
    hf_str id = hf_json_text(change, "param-id");
    uint32_t at = 0;
    if (!hf_map_get(params, id, &at)) {
        refuse(r, change, "oscal.param_unknown",
               "is given a value by the profile, but no chosen control has this parameter; mend "
               "the id",
               id);
        return;
    }
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        hf_json *value = hf_oscal_get(change, names[i]);
        if (value != NULL)
            hf_oscal_set(nodes[at], names[i], hf_oscal_copy(value, r->arena));
    }
}

// Does what is to be removed mean this item of a list?
static bool is_meant(hf_json *removal, const hf_json *item, const char *list)
{
    hf_str name = hf_json_text(removal, "by-name"), kind = hf_json_text(removal, "by-class"),
           id = hf_json_text(removal, "by-id"), what = hf_json_text(removal, "by-item-name"),
           ns = hf_json_text(removal, "by-ns");
    size_t list_len = hf_str_of(list).len;
    if (name.len + kind.len + id.len + what.len + ns.len == 0)
        return false;
    return (name.len == 0 || hf_str_equal(name, hf_json_text(item, "name"))) &&
           (kind.len == 0 || hf_str_equal(kind, hf_json_text(item, "class"))) &&
           (id.len == 0 || hf_str_equal(id, hf_json_text(item, "id"))) &&
           (what.len == 0 || hf_str_equal(what, hf_str_slice(hf_str_of(list), 0, list_len - 1))) &&
           (ns.len == 0 || hf_str_equal(ns, hf_json_text(item, "ns")));
}

static const char *const changed_lists[] = {"params", "props", "links", "parts"};

static void remove_from(resolver *r, hf_json *node, hf_json *removal)
{
    for (size_t i = 0; i < HF_COUNT(changed_lists); i++) {
        hf_json *list = hf_oscal_get(node, changed_lists[i]);
        if (list == NULL || list->type != HF_JSON_ARRAY)
            continue;
        for (hf_json **at = &list->child; *at != NULL && ++r->work < WORK_MAX;) {
            if (is_meant(removal, *at, changed_lists[i])) {
                *at = (*at)->next;
                list->child_count--;
                continue;
            }
            remove_from(r, *at, removal);
            at = &(*at)->next;
        }
        if (list->child == NULL)
            hf_oscal_drop(node, changed_lists[i]);
    }
}

// The part or parameter of this id, and the list that it stands in.
static hf_json *find_within(resolver *r, hf_json *node, hf_str id, hf_json **list)
{
    static const char *const lists[] = {"parts", "params"};
    for (size_t i = 0; i < HF_COUNT(lists); i++)
        for (hf_json *item = items(node, lists[i]); item != NULL && ++r->work < WORK_MAX;
             item = item->next) {
            *list = hf_oscal_get(node, lists[i]);
            if (hf_str_equal(hf_json_text(item, "id"), id))
                return item;
            hf_json *found = find_within(r, item, id, list);
            if (found != NULL)
                return found;
        }
    return NULL;
}

// Puts items into a list before one of them; NULL: at the end.
static void insert(resolver *r, hf_json *list, hf_json *first, const hf_json *before)
{
    hf_json **at = &list->child;
    while (*at != before && *at != NULL && ++r->work < WORK_MAX)
        at = &(*at)->next;
    for (hf_json *item = first; item != NULL;) {
        hf_json *next = item->next;
        item->next = *at;
        *at = item;
        at = &item->next;
        list->child_count++;
        item = next;
    }
}

static void add_to(resolver *r, hf_json *control, hf_json *addition)
{
    hf_str id = hf_json_text(addition, "by-id");
    hf_str where = hf_json_text(addition, "position");
    bool is_first = hf_str_equal_z(where, "starting");
    hf_json *list = NULL, *target = control;
    if (id.len > 0 && !hf_str_equal(id, hf_json_text(control, "id")))
        target = find_within(r, control, id, &list);
    if (target == NULL) {
        refuse(r, addition, "oscal.part_unknown",
               "is a place where the profile adds something, but the control has no part of this "
               "id; mend it",
               id);
        return;
    }
    bool is_beside =
        list != NULL && (hf_str_equal_z(where, "before") || hf_str_equal_z(where, "after"));
    if (is_beside) {
        hf_json *added = hf_oscal_get(addition, "parts");
        if (added != NULL)
            insert(r, list, hf_oscal_copy(added, r->arena)->child,
                   hf_str_equal_z(where, "before") ? target : target->next);
        return;
    }
    hf_json *title = hf_oscal_get(addition, "title");
    if (title != NULL)
        hf_oscal_set(target, "title", hf_oscal_copy(title, r->arena));
    for (size_t i = 0; i < HF_COUNT(changed_lists); i++) {
        hf_json *added = hf_oscal_get(addition, changed_lists[i]);
        if (added == NULL)
            continue;
        hf_json *to = hf_oscal_list(target, changed_lists[i], r->arena);
        insert(r, to, hf_oscal_copy(added, r->arena)->child, is_first ? to->child : NULL);
    }
}

// All controls and parameters of a tree, to be changed.
typedef struct {
    hf_map controls, params;
    HF_VEC(hf_json *) nodes;
} targets;

static void gather(resolver *r, hf_json *node, targets *out)
{
    static const char *const lists[] = {"params", "controls", "groups"};
    for (size_t i = 0; i < HF_COUNT(lists); i++)
        for (hf_json *item = items(node, lists[i]); item != NULL; item = item->next) {
            if (i < 2 && hf_map_add(i == 0 ? &out->params : &out->controls,
                                    hf_json_text(item, "id"), (uint32_t)out->nodes.count, NULL))
                HF_VEC_ADD(r->arena, &out->nodes, item);
            if (i > 0)
                gather(r, item, out);
        }
}

static void modify(resolver *r, hf_json *profile, hf_json *catalog)
{
    targets all = {.controls = hf_map_of(r->arena, 64), .params = hf_map_of(r->arena, 64)};
    hf_json *changes = hf_oscal_get(profile, "modify");
    gather(r, catalog, &all);
    for (hf_json *each = items(changes, "set-parameters"); each != NULL; each = each->next)
        set_parameter(r, each, &all.params, all.nodes.items);
    for (hf_json *each = items(changes, "alters"); each != NULL; each = each->next) {
        uint32_t at = 0;
        if (!hf_map_get(&all.controls, hf_json_text(each, "control-id"), &at)) {
            refuse(r, each, "oscal.control_unknown",
                   "is changed by the profile, but not chosen by it; choose it, or leave the "
                   "change out",
                   hf_json_text(each, "control-id"));
            continue;
        }
        for (hf_json *removal = items(each, "removes"); removal != NULL; removal = removal->next)
            remove_from(r, all.nodes.items[at], removal);
        for (hf_json *addition = items(each, "adds"); addition != NULL; addition = addition->next)
            add_to(r, all.nodes.items[at], addition);
    }
}

// --- one profile -------------------------------------------------------------------------------------------

static bool resolve(resolver *r, const hf_oscal_document *document, hf_json **out)
{
    static const char *const own[] = {"uuid", "metadata"};
    hf_json *catalog = hf_oscal_new(HF_JSON_OBJECT, "catalog", r->arena);
    catalog->line = document->root->line;
    for (size_t i = 0; i < HF_COUNT(own); i++) {
        hf_json *member = hf_oscal_get(document->root, own[i]);
        if (member != NULL)
            hf_oscal_append(catalog, hf_oscal_copy(member, r->arena));
    }
    if (items(document->root, "imports") == NULL)
        return fail_import(r, document->root, "oscal.import_missing", HF_STR("nothing"),
                           "so it chooses nothing; give it an import");
    for (hf_json *import = items(document->root, "imports"); import != NULL;
         import = import->next) {
        hf_oscal_document source;
        hf_oscal_index index;
        if (!open_source(r, document->root, import, &source))
            return false;
        r->depth++;
        hf_json *from = source.root;
        if (hf_str_equal_z(source.kind, "profile") && !resolve(r, &source, &from))
            return false;
        r->depth--;
        if (!hf_oscal_index_of(from, r->arena, NULL, NULL, &index, r->err))
            return false;
        choice how = {.is_all = hf_oscal_get(import, "include-all") != NULL};
        if (!read_calls(r, import, "include-controls", &how.in) ||
            !read_calls(r, import, "exclude-controls", &how.out))
            return false;
        refuse_unknown(r, import, "include-controls", &index);
        refuse_unknown(r, import, "exclude-controls", &index);
        choose_groups(r, &how, from);
        merge(r, catalog, from);
        merge_resources(r, catalog, from);
    }
    modify(r, document->root, catalog);
    if (r->work >= WORK_MAX)
        return fail_spent(r, document->root);
    merge_resources(r, catalog, document->root);
    *out = catalog;
    return true;
}

bool hf_oscal_resolve(const hf_oscal_resolving *resolving, const hf_oscal_document *profile,
                      hf_json **catalog, hf_error *err)
{
    resolver r = {.given = resolving, .arena = resolving->arena, .err = err};
    r.chain[r.depth++] = hf_file_base(profile->name);
    return resolve(&r, profile, catalog);
}
