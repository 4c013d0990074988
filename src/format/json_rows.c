// SPDX-License-Identifier: Apache-2.0
//
// Cuts big JSON documents into their objects without building a tree of the whole, and gathers columns.
// The cutter only counts brackets and skips strings; each object is then parsed strictly by base/json.c.
#include "format/json_rows.h"

#include <string.h>

#include "base/limits.h"

enum { WINDOW_BYTES = 1 << 20 };

static bool fail(const hf_json_stream *stream, const char *code, const char *what, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, stream->file, stream->line, NULL);
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static bool window(hf_json_stream *stream, size_t want, hf_str *view, bool *at_end, hf_error *err)
{
    bool is_nul = false;
    if (!hf_input_window(stream->input, want, HF_JSON_BYTES_MAX, view, at_end, err))
        return hf_fail_at(err, stream->file, stream->line, NULL);
    hf_str fresh = hf_str_slice(*view, stream->checked, view->len);
    if (hf_text_bad_byte(fresh, !*at_end, &is_nul) < fresh.len)
        return hf_input_check_text(stream->input, *view, stream->line, err);
    stream->checked = *at_end || view->len < 3 ? view->len : view->len - 3;
    while (stream->checked > 0 && stream->checked < view->len &&
           ((unsigned char)view->ptr[stream->checked] & 0xc0) == 0x80)
        stream->checked--;
    return true;
}

static void take(hf_json_stream *stream, hf_str view, size_t count)
{
    for (const char *p = view.ptr; (p = memchr(p, '\n', (size_t)(view.ptr + count - p))); p++)
        stream->line++;
    hf_input_take(stream->input, count);
    stream->checked -= count < stream->checked ? count : stream->checked;
}

// The first byte that is no white space; moves the window there. 0 at the end.
static bool peek(hf_json_stream *stream, char *byte, hf_error *err)
{
    hf_str view;
    bool at_end = false;
    for (;;) {
        if (!window(stream, 1, &view, &at_end, err))
            return false;
        size_t i = 0;
        while (i < view.len && is_space(view.ptr[i]))
            i++;
        *byte = i < view.len ? view.ptr[i] : '\0';
        bool is_found = i < view.len;
        take(stream, view, i);
        if (is_found || at_end)
            return true;
    }
}

// Behind the string that begins at `at`; text.len when it does not end.
static size_t skip_string(hf_str text, size_t at)
{
    for (size_t i = at + 1; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == '"')
            return i + 1;
    }
    return text.len + 1;
}

// Behind the value that begins at 0 with '{' or '['; 0 when it is not all there.
static size_t value_end(hf_str text)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.len;) {
        char byte = text.ptr[i];
        if (byte == '"') {
            i = skip_string(text, i);
            continue;
        }
        i++;
        if (byte == '{' || byte == '[')
            depth++;
        else if ((byte == '}' || byte == ']') && --depth == 0)
            return i;
    }
    return 0;
}

// In an object that begins at 0: behind the '[' of its member `name`. 0 = not found; *is_cut: maybe later.
static size_t find_member(hf_str text, hf_str name, bool *is_cut)
{
    size_t depth = 0;
    *is_cut = true;
    for (size_t i = 0; i < text.len;) {
        char byte = text.ptr[i];
        if (byte != '"') {
            i++;
            if (byte == '{' || byte == '[')
                depth++;
            else if ((byte == '}' || byte == ']') && --depth == 0) {
                *is_cut = false;
                return 0;
            }
            continue;
        }
        size_t end = skip_string(text, i);
        if (end > text.len)
            return 0;
        bool is_name = depth == 1 && hf_str_equal(hf_str_slice(text, i + 1, end - 1), name);
        for (i = end; i < text.len && is_space(text.ptr[i]); i++)
            ;
        if (!is_name || i >= text.len || text.ptr[i] != ':')
            continue;
        for (i++; i < text.len && is_space(text.ptr[i]); i++)
            ;
        if (i < text.len && text.ptr[i] == '[')
            return i + 1;
    }
    return 0;
}

// Lets `find` look at ever larger windows. *found 0 = the document has no such member.
static bool look_for_member(hf_json_stream *stream, size_t *found, hf_str *view, hf_error *err)
{
    size_t want = WINDOW_BYTES;
    bool at_end = false, is_cut = true;
    for (;;) {
        if (!window(stream, want, view, &at_end, err))
            return false;
        *found = find_member(*view, hf_str_of(stream->member), &is_cut);
        if (*found > 0 || !is_cut || at_end || want >= HF_JSON_BYTES_MAX / 4)
            return true;
        want = view->len * 2;
    }
}

static bool looks_like_lines(hf_str view)
{
    hf_error ignored = {0};
    size_t end = hf_str_find_byte(view, '\n', 0);
    size_t next = end;
    while (next < view.len && (is_space(view.ptr[next]) || view.ptr[next] == '\x1e'))
        next++;
    return next < view.len && view.ptr[next] == '{' &&
           hf_json_check(hf_str_trim(hf_str_slice(view, 0, end)), &ignored);
}

bool hf_json_stream_open(hf_json_stream *stream, hf_input *input, const char *member,
                         hf_arena *arena, hf_error *err)
{
    hf_str view;
    bool at_end = false;
    char first = '\0';
    *stream = (hf_json_stream){.input = input, .member = member, .line = 1};
    stream->file = hf_str_z(arena, hf_input_name(input));
    if (!hf_input_window(input, WINDOW_BYTES, HF_JSON_BYTES_MAX, &view, &at_end, err))
        return hf_fail_at(err, stream->file, 0, NULL);
    if (hf_str_starts(view, "\xef\xbb\xbf"))
        hf_input_take(input, 3);
    else if (hf_str_starts(view, "\x1e"))
        hf_input_take(input, 1);
    if (!peek(stream, &first, err))
        return false;
    if (first == '[') {
        hf_input_take(input, 1);
        stream->checked -= stream->checked > 0;
        stream->in_array = true;
        return true;
    }
    if (first != '{')
        return fail(stream, "json.not_json",
                    "this is not a JSON array or object; export a list of objects, or CSV", err);
    if (!window(stream, WINDOW_BYTES, &view, &at_end, err))
        return false;
    stream->is_sequence = looks_like_lines(view);
    if (stream->is_sequence || member == NULL)
        return true;
    size_t found = 0;
    if (!look_for_member(stream, &found, &view, err))
        return false;
    if (found > 0) {
        stream->head = hf_str_copy(arena, hf_str_slice(view, 0, found));
        take(stream, view, found);
        stream->in_array = stream->in_member = true;
    }
    return true;
}

// The document without the objects of its array: what stands before and behind them must be sound JSON, too.
static bool check_frame(hf_json_stream *stream, hf_str rest, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf frame = hf_buf_of((size_t)HF_JSON_BYTES_MAX * 2);
    hf_error why = {0};
    hf_buf_add_str(&frame, stream->head);
    hf_buf_add_byte(&frame, ']');
    hf_buf_add_str(&frame, rest);
    if (!frame.overflow && hf_json_check(hf_buf_str(&frame), &why))
        return true;
    if (frame.overflow || why.code == NULL || hf_str_equal_z(hf_str_of(why.code), "json.truncated"))
        return fail(stream, "json.truncated", "the document ends early; get it again", err);
    hf_fail(err, HF_ERR_INPUT, why.code, "around its array of objects: %s", why.message);
    return hf_fail_at(err, stream->file, stream->line, NULL);
}

// Behind the array: the rest of the document must close what is open, and nothing may follow.
static bool finish(hf_json_stream *stream, hf_error *err)
{
    char byte = '\0';
    hf_str view;
    bool at_end = false;
    stream->is_done = true;
    for (size_t want = WINDOW_BYTES; stream->in_member; want = view.len * 2) {
        if (!window(stream, want, &view, &at_end, err))
            return false;
        if (at_end)
            return check_frame(stream, view, err);
    }
    if (!peek(stream, &byte, err))
        return false;
    if (byte != '\0')
        return fail(stream, "json.trailing", "something follows the end of the document; remove it",
                    err);
    return true;
}

static bool before_object(hf_json_stream *stream, char *byte, hf_error *err)
{
    if (!peek(stream, byte, err))
        return false;
    if (stream->in_array && stream->needs_comma && *byte == ',') {
        hf_input_take(stream->input, 1);
        stream->checked -= stream->checked > 0;
        if (!peek(stream, byte, err))
            return false;
        if (*byte == ']')
            return fail(stream, "json.comma", "a comma before the end of the array; remove it",
                        err);
        stream->needs_comma = false;
    }
    while (stream->is_sequence && *byte == '\x1e') {
        hf_input_take(stream->input, 1);
        if (!peek(stream, byte, err))
            return false;
    }
    return true;
}

static bool cut_object(hf_json_stream *stream, hf_str *object, hf_error *err)
{
    size_t want = WINDOW_BYTES / 2;
    hf_str view;
    bool at_end = false;
    for (;;) {
        if (!window(stream, want, &view, &at_end, err))
            return false;
        size_t end = value_end(view);
        if (end > 0) {
            *object = hf_str_slice(view, 0, end);
            return true;
        }
        if (at_end)
            return fail(stream, "json.truncated",
                        "the document ends inside this object; fetch it again", err);
        want = view.len * 2 < HF_JSON_BYTES_MAX || view.len >= HF_JSON_BYTES_MAX
                   ? view.len * 2
                   : HF_JSON_BYTES_MAX;
    }
}

bool hf_json_stream_next(hf_json_stream *stream, hf_str *object, uint64_t *line, hf_error *err)
{
    char byte = '\0';
    *object = HF_STR_EMPTY;
    if (stream->is_done)
        return true;
    if (!before_object(stream, &byte, err))
        return false;
    if (stream->in_array && byte == ']') {
        hf_input_take(stream->input, 1);
        stream->checked -= stream->checked > 0;
        return finish(stream, err);
    }
    if (byte == '\0') {
        stream->is_done = true;
        return stream->in_array
                   ? fail(stream, "json.truncated", "the document ends early; get it again", err)
                   : true;
    }
    if (byte != '{' || stream->needs_comma)
        return fail(stream, "json.no_object",
                    "here an object {…} is expected; write it in curly brackets", err);
    *line = stream->line;
    if (!cut_object(stream, object, err))
        return false;
    // The view stays valid: taking only moves the front.
    take(stream, *object, object->len);
    stream->needs_comma = stream->in_array;
    return true;
}

// --- columns ---------------------------------------------------------------------------------------------

void hf_columns_init(hf_columns *columns, hf_arena *arena)
{
    *columns = (hf_columns){.arena = arena};
    columns->index = hf_map_of(arena, 64);
    columns->names = HF_NEW_N(arena, hf_str, HF_COLUMN_COUNT_MAX);
    columns->cells = HF_NEW_N(arena, hf_str, HF_COLUMN_COUNT_MAX);
}

void hf_columns_clear(hf_columns *columns)
{
    memset(columns->cells, 0, columns->count * sizeof columns->cells[0]);
}

bool hf_columns_set(hf_columns *columns, hf_str name, hf_str value)
{
    uint32_t at = 0;
    if (value.ptr == NULL)
        value.ptr = "";
    if (!hf_map_get(&columns->index, name, &at)) {
        if (columns->count >= HF_COLUMN_COUNT_MAX)
            return false;
        at = (uint32_t)columns->count++;
        columns->names[at] = hf_str_copy(columns->arena, name);
        hf_map_add(&columns->index, columns->names[at], at, NULL);
        columns->is_announced = false;
    }
    columns->cells[at] = value;
    return true;
}

static hf_str cell_of(const hf_json *value, hf_arena *scratch)
{
    switch (value->type) {
    case HF_JSON_NULL:
        return HF_STR("");
    case HF_JSON_BOOL:
        return value->boolean ? HF_STR("true") : HF_STR("false");
    case HF_JSON_INT:
    case HF_JSON_DOUBLE:
    case HF_JSON_TEXT:
        return value->text;
    case HF_JSON_ARRAY:
    case HF_JSON_OBJECT:
        break;
    }
    hf_buf buf = hf_buf_of(HF_JSON_BYTES_MAX);
    hf_json_canonical(value, &buf);
    hf_str copy = hf_buf_copy(scratch, &buf);
    hf_buf_done(&buf);
    return copy;
}

bool hf_columns_set_members(hf_columns *columns, const hf_json *object, hf_arena *scratch)
{
    for (const hf_json *member = object->child; member != NULL; member = member->next)
        if (!hf_columns_set(columns, member->name, cell_of(member, scratch)))
            return false;
    return true;
}

bool hf_columns_deliver(hf_columns *columns, hf_row_sink *sink, hf_row *row, hf_error *err)
{
    if (!columns->is_announced) {
        hf_table table = {.layer = columns->layer,
                          .names = columns->names,
                          .count = columns->count,
                          .has_header = true};
        if (!sink->table(sink->context, &table, err))
            return false;
        columns->is_announced = true;
    }
    row->cells = columns->cells;
    return sink->row(sink->context, row, err);
}
