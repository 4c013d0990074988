// SPDX-License-Identifier: Apache-2.0
//
// JSON documents with many objects, one object at a time: an array, the array in one member of an object
// ("features"), a sequence of lines, or one object. And the columns that such objects make, which are known
// only as they come. Private to format/.
#ifndef HF_FORMAT_JSON_ROWS_H
#define HF_FORMAT_JSON_ROWS_H

#include "base/map.h"
#include "format/input.h"

typedef struct {
    hf_input *input;
    const char *file;   // zero-ended name for errors
    const char *member; // the array to walk when the document is an object; NULL = none
    uint64_t line;      // of the front of the window
    size_t checked;     // bytes of the window known to be text
    hf_str head;        // for a walk over a member: the document up to it, in the arena
    bool in_array, is_sequence, is_done, needs_comma;
    bool in_member;
} hf_json_stream;

// Skips a byte order mark and finds where the objects begin. Errors: HF_ERR_INPUT "json.*"
bool hf_json_stream_open(hf_json_stream *stream, hf_input *input, const char *member,
                         hf_arena *arena, hf_error *err) HF_CHECKED;
// The next object as text, a view valid until the next call; ptr NULL at the end. Errors as above, with line.
bool hf_json_stream_next(hf_json_stream *stream, hf_str *object, uint64_t *line,
                         hf_error *err) HF_CHECKED;

typedef struct {
    hf_arena *arena; // names
    hf_map index;
    hf_str *names;
    hf_str *cells;
    size_t count;
    hf_str layer;
    bool is_announced; // the sink knows all columns
} hf_columns;

void hf_columns_init(hf_columns *columns, hf_arena *arena);
void hf_columns_clear(hf_columns *columns); // all cells "not given"
// Sets the cell of a column, adding the column when it is new. False when there are too many columns.
bool hf_columns_set(hf_columns *columns, hf_str name, hf_str value);
// Sets the members of a JSON object: texts as they are, numbers as spelt, null as empty, the rest as JSON.
bool hf_columns_set_members(hf_columns *columns, const hf_json *object, hf_arena *scratch);
// Announces the table when needed, then the row.
bool hf_columns_deliver(hf_columns *columns, hf_row_sink *sink, hf_row *row,
                        hf_error *err) HF_CHECKED;

#endif
