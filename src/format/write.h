// SPDX-License-Identifier: Apache-2.0
//
// What the writers of all formats share. Private to format/.
#ifndef HF_FORMAT_WRITE_H
#define HF_FORMAT_WRITE_H

#include "base/buf.h"
#include "format/format.h"

// Hands the buffer over when it holds at least `threshold` bytes (0 = always) and empties it.
// Errors: HF_ERR_TOO_LARGE "write.record_too_large"; what the output returned.
bool hf_write_flush(const hf_write_request *request, hf_buf *buf, size_t threshold,
                    hf_error *err) HF_CHECKED;
// The record's fields that are not empty and may leave the program, then its attributes, as flat members.
// An attribute that bears a field's name is left out (it cannot arise from an import).
void hf_write_members(hf_json_writer *w, const hf_noun *noun, const void *record);
// May this field be written into files?
bool hf_field_is_public(const hf_field *field);

// The columns of a table of one noun: its public fields, then the attributes of all records in byte order.
typedef struct {
    const hf_noun *noun;
    hf_str *attributes;
    size_t attribute_count;
    uint64_t row_count;
} hf_write_columns;

// One pass over the records: the columns of each noun that has any, in the order of the records.
bool hf_write_survey(const hf_write_request *request, hf_arena *arena, hf_write_columns **out,
                     size_t *count, hf_error *err) HF_CHECKED;
// The value of attribute i of a record as a cell; the attributes of the record were parsed into `tree`.
hf_str hf_write_attribute(const hf_json *tree, hf_str name, hf_arena *scratch);
// The parsed attributes, NULL when there are none.
bool hf_write_attribute_tree(const void *record, hf_arena *scratch, hf_json **tree,
                             hf_error *err) HF_CHECKED;

// One feature as text; geojson.c and the files that holdfast-gdal writes share it.
void hf_geojson_add_feature(hf_buf *out, const hf_noun *noun, const void *record);
// CSV of one noun (write.c).
bool hf_csv_write(const hf_write_request *request, hf_error *err);

#endif
