// SPDX-License-Identifier: Apache-2.0
//
// What the pieces of OSCAL share: documents and their ids, the words of a control, trees that are changed. Private to
// format/; the writers' door is format_oscal.h.
#ifndef HF_FORMAT_OSCAL_H
#define HF_FORMAT_OSCAL_H

#include "base/map.h"
#include "format/format_oscal.h"

#define HF_OSCAL_NS      "urn:holdfast:oscal" // of our own properties
#define HF_OSCAL_EMPTY   "empty"              // the property that names those that say nothing
#define HF_OSCAL_VERSION "1.1.3"              // that is written

// --- documents (oscal_tree.c) ------------------------------------------------------------------------------

typedef struct {
    hf_json *root; // what stands under the name of the model
    hf_str kind;   // "catalog", "profile"
    hf_str name;   // of the file
} hf_oscal_document;

// Parses a document and looks whether it is a catalogue or a profile of a version that is known.
// Errors  HF_ERR_INPUT "json.*", "oscal.not_oscal", "oscal.kind", "oscal.version"; HF_ERR_TOO_LARGE
bool hf_oscal_parse(hf_str text, hf_str name, hf_arena *arena, hf_oscal_document *out,
                    hf_error *err) HF_CHECKED;
// The name of a model of OSCAL that the first bytes of a file show; empty: none.
hf_str hf_oscal_kind_of(hf_str head);

// Trees that may be changed. A member that is not there: NULL.
hf_json *hf_oscal_get(hf_json *object, const char *name);
hf_json *hf_oscal_new(hf_json_type type, const char *name, hf_arena *arena);
// Puts a value under a name: in the place of what was there, else at the end.
void hf_oscal_set(hf_json *object, const char *name, hf_json *value);
void hf_oscal_drop(hf_json *object, const char *name);
void hf_oscal_append(hf_json *list, hf_json *item);
hf_json *hf_oscal_text(const char *name, hf_str text, hf_arena *arena);
// The node itself without its siblings; its children are shared.
hf_json *hf_oscal_copy(const hf_json *value, hf_arena *arena);
// A list that is made when it is not there.
hf_json *hf_oscal_list(hf_json *object, const char *name, hf_arena *arena);

// The value of a property of ours; empty: none. With ns NULL: of any property of this name that has no namespace.
hf_str hf_oscal_prop(const hf_json *node, const char *name, const char *ns);

// --- ids (oscal_index.c) -----------------------------------------------------------------------------------

typedef struct {
    hf_arena *arena;
    hf_map controls, params, others; // id → index of nodes; others: groups and parts
    hf_map resources;                // uuid → index of nodes
    HF_VEC(const hf_json *) nodes;
    size_t count; // of groups, controls, parts and parameters
} hf_oscal_index;

// Told of each id that stands twice: the second place.
typedef void hf_oscal_repeated(void *context, const hf_json *node, hf_str id);
// Walks the whole catalogue. repeated may be NULL. Errors: HF_ERR_TOO_LARGE "oscal.too_many"
bool hf_oscal_index_of(const hf_json *catalog, hf_arena *arena, hf_oscal_repeated *repeated,
                       void *context, hf_oscal_index *out, hf_error *err) HF_CHECKED;
const hf_json *hf_oscal_find(const hf_oscal_index *index, const hf_map *map, hf_str id);
// Is the node the first of its id?
bool hf_oscal_is_first(const hf_oscal_index *index, const hf_map *map, const hf_json *node);

// --- words (oscal_words.c) ---------------------------------------------------------------------------------

typedef struct {
    const hf_json *part; // NULL: made of the control's statement, since it has no objectives
    hf_str text, wanted;
} hf_oscal_question;

typedef struct {
    hf_str title, requirement;
    hf_oscal_question *questions;
    size_t question_count;
    size_t cut_count; // texts that are longer than their fields, and were cut
} hf_oscal_words;

// What a control says in our fields, parameters put in.
// Errors  HF_ERR_INPUT "oscal.param_unknown", "oscal.param_empty", "oscal.param_loop", "oscal.untitled"
bool hf_oscal_words_of(const hf_oscal_index *index, const hf_json *control, hf_arena *arena,
                       hf_oscal_words *out, hf_error *err) HF_CHECKED;
// At most this many bytes, cut between characters. *cut_count grows when it was longer.
hf_str hf_oscal_fit(hf_str text, size_t max, hf_arena *arena, size_t *cut_count);
bool hf_oscal_is_objective(const hf_json *part);

// --- profiles (oscal_resolve.c) ----------------------------------------------------------------------------

typedef struct {
    const hf_read_request *request;
    hf_arena *arena;
    void *context;
    // Told of what cannot be done as the profile asks.
    void (*refuse)(void *context, const hf_json *node, const hf_error *why);
} hf_oscal_resolving;

// Makes one catalogue of a profile and what it draws on: files of the same import, or files beside it.
// Errors  HF_ERR_INPUT "oscal.import_missing", "oscal.import_loop", and those of hf_oscal_parse
bool hf_oscal_resolve(const hf_oscal_resolving *resolving, const hf_oscal_document *profile,
                      hf_json **catalog, hf_error *err) HF_CHECKED;

#endif
