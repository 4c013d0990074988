// SPDX-License-Identifier: Apache-2.0
//
// The full dump: a first line with format, version and digest, then one record a line as the API writes it, and
// a last line with the count. What goes out comes in again with the same snapshot digest. The bytes of files stand in
// pieces before the first record that names them: {"content": SHA-256, "at", "of", "bytes": base64url}.
#include <string.h>

#include "base/crypto.h"
#include "base/limits.h"
#include "base/map.h"
#include "format/input.h"
#include "format/key_set.h"
#include "format/write.h"
#include "model/attachment.h"

enum { DUMP_VERSION = 1, WINDOW_BYTES = 1 << 20, PIECE_BYTES = 3 << 18 };

// --- writing ---------------------------------------------------------------------------------------------

static void write_head(hf_buf *out, const hf_write_request *request)
{
    hf_json_writer w = {.out = out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "format");
    hf_json_add_z(&w, "holdfast-dump");
    hf_json_name(&w, "version");
    hf_json_add_i64(&w, DUMP_VERSION);
    hf_json_name(&w, "digest");
    hf_json_add_str(&w, request->digest);
    hf_json_name(&w, "created");
    hf_json_add_str(&w, request->created);
    hf_json_name(&w, "title");
    hf_json_add_str(&w, request->title);
    if (request->made_for.len > 0)
        hf_json_put_str(&w, "made_for", request->made_for);
    hf_json_end_object(&w);
    hf_buf_add_byte(out, '\n');
}

// Only what is not empty; the record's own times and numbers stay behind: they belong to the instance.
static void write_record(hf_buf *out, const hf_noun *noun, const void *record)
{
    const hf_head *head = record;
    hf_json_writer w = {.out = out};
    hf_json_begin_object(&w);
    hf_json_name(&w, "noun");
    hf_json_add_z(&w, noun->name);
    hf_json_name(&w, "record");
    hf_json_begin_object(&w);
    for (size_t i = 0; i < noun->field_count; i++) {
        const hf_field *field = &noun->fields[i];
        if (!hf_field_is_public(field) || (field->flags & HF_FIELD_READ_ONLY) != 0)
            continue;
        // An emptied field with a default must stay empty: it is written as null.
        if (hf_field_is_empty(field, record) && field->fallback == NULL)
            continue;
        hf_json_name(&w, field->name);
        hf_field_write_json(field, record, &w);
    }
    if (head->attributes.len > 0) {
        hf_json_name(&w, "attributes");
        hf_json_add_raw(&w, head->attributes);
    }
    hf_json_end_object(&w);
    hf_json_end_object(&w);
    hf_buf_add_byte(out, '\n');
}

static bool write_content(const hf_write_request *request, hf_buf *out, hf_str sha256, hf_str bytes,
                          hf_error *err)
{
    for (size_t at = 0; at < bytes.len; at += PIECE_BYTES) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_json_writer w = {.out = out};
        hf_json_begin_object(&w);
        hf_json_put_str(&w, "content", sha256);
        hf_json_put_u64(&w, "at", at);
        hf_json_put_u64(&w, "of", bytes.len);
        hf_json_put_str(&w, "bytes",
                        hf_base64url(&scratch, hf_str_slice(bytes, at, at + PIECE_BYTES)));
        hf_json_end_object(&w);
        hf_buf_add_byte(out, '\n');
        if (!hf_write_flush(request, out, 1 << 16, err))
            return false;
    }
    return true;
}

// Once for each content, whatever the number of records that name it.
static bool write_file(const hf_write_request *request, hf_buf *out, const hf_attachment *file,
                       hf_map *written, hf_arena *names, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str bytes = HF_STR_EMPTY;
    if (request->content == NULL || !hf_map_add(written, hf_str_copy(names, file->sha256), 0, NULL))
        return true;
    return request->content(request->content_context, file->sha256, &scratch, &bytes, err) &&
           write_content(request, out, file->sha256, bytes, err);
}

static bool write_dump(const hf_write_request *request, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf buf = hf_buf_of(HF_JSON_BYTES_MAX);
    HF_CLEANUP(hf_arena_done) hf_arena names = {0};
    hf_map written = hf_map_of(&names, 64);
    uint64_t count = 0;
    write_head(&buf, request);
    for (;;) {
        const hf_noun *noun = NULL;
        const void *record = NULL;
        if (!request->records.next(request->records.context, &noun, &record, err))
            return false;
        if (record == NULL)
            break;
        if (noun->group == HF_GROUP_PLATFORM)
            continue;
        if (noun == &hf_noun_attachment &&
            !write_file(request, &buf, record, &written, &names, err))
            return false;
        write_record(&buf, noun, record);
        count++;
        if (!hf_write_flush(request, &buf, 1 << 16, err))
            return false;
    }
    hf_buf_add_format(&buf, "{\"end\":%llu}\n", (unsigned long long)count);
    return hf_write_flush(request, &buf, 0, err);
}

// --- reading ---------------------------------------------------------------------------------------------

typedef struct {
    const hf_read_request *request;
    hf_read_result *result;
    hf_key_set keys;
    hf_arena scratch;
    hf_str file;
    uint64_t line;
    uint64_t end; // count of the last line
    bool is_ended;
    hf_buf content; // that is being gathered
    char sha256[65];
    uint64_t content_bytes; // of all of it; 0: none is being gathered
} reader;

static bool fail(const reader *r, const char *code, const char *what, hf_error *err)
{
    hf_fail(err, HF_ERR_INPUT, code, "%s", what);
    return hf_fail_at(err, NULL, r->line, NULL);
}

// The next line without its end; ptr NULL at the end of the file.
static bool next_line(reader *r, hf_str *line, hf_error *err)
{
    size_t want = WINDOW_BYTES / 2;
    bool at_end = false, is_nul = false;
    hf_input *input = r->request->input;
    for (;;) {
        hf_str window;
        if (!hf_input_window(input, want, HF_JSON_BYTES_MAX, &window, &at_end, err))
            return hf_fail_at(err, NULL, r->line + 1, NULL);
        size_t end = hf_str_find_byte(window, '\n', 0);
        if (end == window.len && !at_end) {
            want = window.len * 2 < HF_JSON_BYTES_MAX ? window.len * 2 : window.len + 1;
            continue;
        }
        *line = window.len == 0 ? HF_STR_EMPTY : hf_str_slice(window, 0, end);
        if (window.len > 0 && end == window.len)
            return fail(r, "dump.truncated", "the dump ends inside a line; get it again", err);
        if (hf_text_bad_byte(*line, false, &is_nul) < line->len)
            return hf_input_check_text(input, *line, r->line + 1, err);
        hf_input_take(input, end < window.len ? end + 1 : end);
        r->line += window.len > 0;
        return true;
    }
}

static bool check_head(reader *r, hf_error *err)
{
    hf_str text;
    hf_json *head = NULL;
    if (!next_line(r, &text, err) || !hf_json_parse(text, &r->scratch, &head, err))
        return hf_fail_at(err, NULL, 1, NULL);
    const hf_json *version = hf_json_get(head, "version");
    if (!hf_str_equal_z(hf_json_text(head, "format"), "holdfast-dump"))
        return fail(
            r, "dump.not_a_dump",
            "this is no dump of a register; choose a file made by: holdfast export --format dump",
            err);
    if (version == NULL || version->integer > DUMP_VERSION)
        return fail(r, "dump.version",
                    "the dump comes from a newer version of the program; update this one", err);
    return true;
}

static void refuse(reader *r, const hf_noun *noun, const hf_error *why)
{
    hf_problems_add(r->request->problems, HF_REFUSED, r->file, r->line, hf_str_of(why->column),
                    why->code, "%s", why->message);
    r->result->refused_count++;
    if (r->request->refused != NULL)
        r->request->refused(r->request->context, noun);
}

static bool take_record(reader *r, const hf_json *line, hf_error *err)
{
    const hf_json *record = hf_json_get(line, "record");
    const hf_noun *noun = hf_noun_find(hf_json_text(line, "noun"));
    hf_patch patch;
    hf_error why = {0};
    r->result->row_count++;
    if (noun == NULL || noun->group == HF_GROUP_PLATFORM || record == NULL) {
        hf_fail(&why, HF_ERR_INPUT, "noun.unknown",
                "there is no noun '%.*s'; this program cannot keep it",
                HF_STR_ARG(hf_json_text(line, "noun")));
        refuse(r, NULL, &why);
        return true;
    }
    if (!hf_patch_from_json(noun, record, &r->scratch, &patch, &why)) {
        refuse(r, noun, &why);
        return true;
    }
    hf_head *head = patch.record;
    if (head->key.len == 0 && noun->complete != NULL)
        noun->complete(patch.record, &r->scratch);
    uint64_t space = hf_str_hash(hf_str_of(noun->name));
    if (head->key.len == 0)
        hf_fail(&why, HF_ERR_INPUT, "record.key_missing",
                "the record has no key; give each record its identifier");
    else if (!hf_key_set_add(&r->keys, space, head->key))
        hf_fail(&why, HF_ERR_INPUT, "record.key_repeated",
                "the %s '%.*s' stands twice in this file; keep one of the lines", noun->name,
                HF_STR_ARG(head->key));
    if (why.code != NULL) {
        refuse(r, noun, &why);
        return true;
    }
    patch.present |= 1;
    r->result->patch_count++;
    return r->request->take(r->request->context, &patch, r->line, err);
}

static bool fail_content(const reader *r, hf_error *err)
{
    return fail(r, "dump.content",
                "the bytes of a file in the dump are not those that it promises; get it again",
                err);
}

static bool end_content(reader *r, hf_error *err)
{
    char hex[65];
    hf_sha256 hash = hf_sha256_of(hf_buf_str(&r->content));
    hf_hex(hash.bytes, sizeof hash.bytes, hex);
    r->content_bytes = 0;
    return (hf_str_equal_z(hf_str_of(hex), r->sha256) || fail_content(r, err)) &&
           (r->request->take_content == NULL ||
            r->request->take_content(r->request->context, hf_str_of(hex), hf_buf_str(&r->content),
                                     err));
}

// A piece of a file: the pieces come in their order, and nothing stands between them.
static bool take_piece(reader *r, const hf_json *line, hf_error *err)
{
    hf_str sha256 = hf_json_text(line, "content"), bytes = HF_STR_EMPTY;
    const hf_json *at = hf_json_get(line, "at"), *of = hf_json_get(line, "of");
    bool is_sound = sha256.len == 64 && at != NULL && of != NULL && at->type == HF_JSON_INT &&
                    of->type == HF_JSON_INT && of->integer > 0 &&
                    of->integer <= (int64_t)HF_ATTACHMENT_BYTES_MAX &&
                    hf_base64url_parse(hf_json_text(line, "bytes"), &r->scratch, &bytes) &&
                    bytes.len > 0;
    if (!is_sound)
        return fail_content(r, err);
    if (r->content_bytes == 0) {
        hf_buf_clear(&r->content);
        r->content_bytes = (uint64_t)of->integer;
        memcpy(r->sha256, sha256.ptr, sha256.len);
        r->sha256[64] = '\0';
    }
    if ((uint64_t)at->integer != r->content.len || (uint64_t)of->integer != r->content_bytes ||
        !hf_str_equal_z(sha256, r->sha256) || bytes.len > r->content_bytes - r->content.len)
        return fail_content(r, err);
    hf_buf_add_str(&r->content, bytes);
    return r->content.len < r->content_bytes || end_content(r, err);
}

static bool take_line(reader *r, hf_str text, hf_error *err)
{
    hf_json *line = NULL;
    hf_arena_reset(&r->scratch);
    if (!hf_json_parse(text, &r->scratch, &line, err)) {
        err->line = 0;
        return hf_fail_at(err, NULL, r->line, NULL);
    }
    const hf_json *end = hf_json_get(line, "end");
    if (r->is_ended)
        return fail(r, "dump.trailing",
                    "something follows the last line of the dump; fetch it again", err);
    if (hf_json_get(line, "content") != NULL)
        return take_piece(r, line, err);
    if (r->content_bytes > 0)
        return fail_content(r, err);
    if (end == NULL)
        return take_record(r, line, err);
    r->is_ended = true;
    r->end = end->integer > 0 ? (uint64_t)end->integer : 0;
    return true;
}

static bool read_lines(reader *r, hf_error *err)
{
    if (!check_head(r, err))
        return false;
    for (;;) {
        hf_str text;
        if (!next_line(r, &text, err))
            return false;
        if (text.ptr == NULL)
            break;
        if (text.len > 0 && !take_line(r, text, err))
            return false;
        if (r->line % 4096 == 0 && r->request->progress != NULL &&
            !r->request->progress(r->request->context, r->result->row_count))
            return hf_fail(err, HF_ERR_STOPPED, "import.stopped", "stopped");
    }
    if (!r->is_ended || r->end != r->result->row_count)
        return fail(r, "dump.truncated", "the dump is not whole; get it again", err);
    return true;
}

static bool read_dump(const hf_read_request *request, hf_read_result *out, hf_error *err)
{
    reader r = {.request = request,
                .result = out,
                .file = hf_input_name(request->input),
                .content = hf_buf_of(HF_ATTACHMENT_BYTES_MAX)};
    bool ok = read_lines(&r, err);
    hf_key_set_done(&r.keys);
    hf_buf_done(&r.content);
    if (!ok)
        hf_fail_at(err, hf_str_z(&r.scratch, r.file), 0, NULL);
    hf_arena_done(&r.scratch);
    return ok;
}

static int looks_like(hf_str name, hf_str head)
{
    (void)name;
    return hf_str_starts(head, "{\"format\":\"holdfast-dump\"") ? 100 : 0;
}

const hf_format hf_format_dump = {
    .name = "dump",
    .title = "Full dump of the register",
    .media_type = "application/x-ndjson",
    .extension = "dump",
    .looks_like = looks_like,
    .write = write_dump,
    .read_patches = read_dump,
};
