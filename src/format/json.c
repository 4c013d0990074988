// SPDX-License-Identifier: Apache-2.0
//
// JSON tables: an array of plain objects, or one object a line. Each object is a row, its members are the
// columns. The register's own JSON (from the API) comes in this way too.
#include "base/limits.h"
#include "format/json_rows.h"

static bool read_json(hf_input *input, const hf_read_options *options, hf_row_sink *sink,
                      hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_json_stream stream;
    hf_columns columns;
    hf_str text;
    uint64_t line = 0, number = 0;
    (void)options;
    hf_columns_init(&columns, &arena);
    if (!hf_json_stream_open(&stream, input, "items", &arena, err))
        return false;
    for (;;) {
        hf_json *object = NULL;
        hf_arena_reset(&scratch);
        if (!hf_json_stream_next(&stream, &text, &line, err))
            return false;
        if (text.ptr == NULL)
            return true;
        if (!hf_json_parse(text, &scratch, &object, err)) {
            err->line += err->line > 0 ? line - 1 : line;
            return hf_fail_at(err, stream.file, line, NULL);
        }
        hf_columns_clear(&columns);
        if (!hf_columns_set_members(&columns, object, &scratch)) {
            hf_fail(err, HF_ERR_TOO_LARGE, "json.too_many_columns",
                    "the objects have more than %u different members; leave out those that are not "
                    "needed",
                    HF_COLUMN_COUNT_MAX);
            return hf_fail_at(err, stream.file, line, NULL);
        }
        hf_row row = {.line = ++number};
        if (!hf_columns_deliver(&columns, sink, &row, err))
            return false;
    }
}

static int looks_like(hf_str name, hf_str head)
{
    hf_str text = hf_str_trim(head);
    bool is_json = text.len > 0 && (text.ptr[0] == '[' || text.ptr[0] == '{');
    if (!is_json)
        return 0;
    return hf_name_ends(name, ".json") || hf_name_ends(name, ".ndjson") ||
                   hf_name_ends(name, ".jsonl")
               ? 60
               : 40;
}

const hf_format hf_format_json = {
    .name = "json",
    .title = "JSON, one object per record",
    .media_type = "application/json",
    .extension = "json",
    .looks_like = looks_like,
    .read = read_json,
};
