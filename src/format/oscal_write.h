// SPDX-License-Identifier: Apache-2.0
//
// What the writers of OSCAL documents share. Private to format/.
#ifndef HF_FORMAT_OSCAL_WRITE_H
#define HF_FORMAT_OSCAL_WRITE_H

#include "format/oscal.h"

#define HF_OSCAL_OUT_BYTES_MAX HF_JSON_BYTES_MAX

// An id as OSCAL wants it: the key with other characters turned into '_', and a mark of the key when that loses
// something. Ids begin with a letter or '_'.
hf_str hf_oscal_token(hf_str key, hf_arena *arena);
// A property of ours, on one line; empty values are left out. marking and label are OSCAL's own: ns NULL.
void hf_oscal_put_prop(hf_json_writer *w, const char *ns, const char *name, hf_str value);
// The field of a record as a property, unless it is empty.
void hf_oscal_put_field(hf_json_writer *w, const hf_noun *noun, const void *record,
                        const char *field, const char *prop);
void hf_oscal_put_time(hf_json_writer *w, const char *name, int64_t ms);
// A text on one line.
void hf_oscal_put_line(hf_json_writer *w, const char *name, hf_str text);
// The id of a thing in a space, under "uuid" or another name.
void hf_oscal_put_uuid(hf_json_writer *w, const char *name, hf_str space, const char *kind,
                       hf_str key);
typedef struct {
    hf_str title, version;
    int64_t modified_ms;
    int32_t marking;
    hf_str compartments, made_for;
} hf_oscal_head;
// The whole document: the model's name, its uuid (of all that stands in it but for whom it is made), metadata, then `body`, which is its other
// members. Errors: HF_ERR_TOO_LARGE "oscal.out_too_large"
bool hf_oscal_put_document(const char *model, const hf_oscal_head *head, const hf_buf *body,
                           hf_buf *out, hf_error *err) HF_CHECKED;
hf_oscal_head hf_oscal_head_of(const hf_oscal_book *book);
// One provision with its questions as a control. known: keys of all that the document holds; links lead to them only.
void hf_oscal_put_control(hf_json_writer *w, const hf_oscal_book *book, size_t provision,
                          const hf_map *known, hf_arena *arena);

// oscal_write_kept.c: the id that the control had in the catalogue that is kept; empty: it was not in it.
hf_str hf_oscal_kept_id(const hf_oscal_book *book, size_t provision);
bool hf_oscal_write_kept(const hf_oscal_book *book, hf_buf *out, hf_error *err) HF_CHECKED;

#endif
