// SPDX-License-Identifier: Apache-2.0
//
// The web application: out of the pack inside the program (base/pack_format.h), or from a folder while it is being
// developed. Every path without an extension that nobody else answers gets the shell.
#include <string.h>

#include "api/resource.h"
#include "base/deflate.h"
#include "base/file.h"
#include "base/pack_format.h"

#define FILE_BYTES_MAX (64u << 20)

#ifdef HF_WEB_PACK_FILE
#include "web_pack_id.h"
// clang-format off
__asm__(".section .rodata\n"
        ".balign 4096\n"
        "hf_web_pack_first:\n"
        ".incbin \"" HF_WEB_PACK_FILE "\"\n"
        "hf_web_pack_last:\n"
        ".byte 0\n"
        ".previous\n");
// clang-format on
extern const char hf_web_pack_first[];
extern const char hf_web_pack_last[];
#define PACK_ID HF_WEB_PACK_ID // makes this object new when the pack is
static hf_str packed(void)
{
    return (hf_str){hf_web_pack_first, (size_t)(hf_web_pack_last - hf_web_pack_first)};
}
#else
#define PACK_ID ""
static hf_str packed(void)
{
    return HF_STR_EMPTY;
}
#endif

struct hf_web {
    hf_str dir; // empty = the pack
    hf_str bytes;
    const hf_pack_entry *entries;
    uint32_t entry_count;
};

static hf_str slice(const hf_web *web, uint32_t offset, uint32_t bytes)
{
    return hf_str_slice(web->bytes, offset, (size_t)offset + bytes);
}

bool hf_web_open(const char *dir, hf_arena *arena, hf_web **out, hf_error *err)
{
    hf_web *web = HF_NEW(arena, hf_web);
    if (dir != NULL) {
        if (!hf_file_is_dir(dir))
            return hf_fail(err, HF_ERR_NOT_FOUND, "file.missing", "there is no folder '%s'", dir);
        web->dir = hf_str_copy(arena, hf_str_of(dir));
    } else {
        hf_pack_header header = {0};
        hf_str bytes = packed();
        if (bytes.len >= sizeof header) {
            memcpy(&header, bytes.ptr, sizeof header);
            char id[33];
            hf_hex(header.hash, sizeof header.hash, id);
            HF_ASSERT(memcmp(header.magic, HF_PACK_MAGIC, sizeof header.magic) == 0);
            HF_ASSERT(strcmp(id, PACK_ID) == 0);
            web->bytes = bytes;
            web->entry_count = header.entry_count;
            web->entries = (const void *)(bytes.ptr + sizeof header);
        }
    }
    *out = web;
    return true;
}

static const hf_pack_entry *find(const hf_web *web, hf_str path)
{
    uint32_t low = 0;
    uint32_t high = web->entry_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const hf_pack_entry *entry = &web->entries[middle];
        int order = hf_str_compare(slice(web, entry->path_offset, entry->path_bytes), path);
        if (order == 0)
            return entry;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const hf_pack_entry *find_shell(const hf_web *web)
{
    for (uint32_t i = 0; i < web->entry_count; i++)
        if ((web->entries[i].flags & HF_PACK_SHELL) != 0)
            return &web->entries[i];
    return NULL;
}

static bool has_extension(hf_str path)
{
    for (size_t i = path.len; i > 0 && path.ptr[i - 1] != '/'; i--)
        if (path.ptr[i - 1] == '.')
            return true;
    return false;
}

static const char *const form_names[HF_PACK_FORM_COUNT] = {"identity", "gzip", "br"};

// The form that the client likes best; identity is always taken, made from gzip when it is not there.
static int choose_form(const hf_pack_entry *entry, hf_str accepted)
{
    int best = HF_PACK_IDENTITY;
    uint32_t best_quality = 0;
    for (int form = HF_PACK_BROTLI; form > HF_PACK_IDENTITY; form--) {
        uint32_t quality = hf_encoding_quality(accepted, form_names[form]);
        if (entry->form[form].bytes > 0 && quality > best_quality) {
            best = form;
            best_quality = quality;
        }
    }
    return best;
}

static bool body_of(hf_call *call, const hf_pack_entry *entry, int form, hf_str *out, hf_error *err)
{
    const hf_web *web = call->api->web;
    hf_pack_form found = entry->form[form];
    if (found.bytes > 0 || form != HF_PACK_IDENTITY || entry->form[HF_PACK_GZIP].bytes == 0) {
        *out = slice(web, found.offset, found.bytes);
        return true;
    }
    call->reply->buffer = hf_buf_of(entry->identity_bytes);
    hf_pack_form packed_form = entry->form[HF_PACK_GZIP];
    if (!hf_inflate(HF_DEFLATE_GZIP, slice(web, packed_form.offset, packed_form.bytes),
                    &call->reply->buffer, err))
        return false;
    *out = hf_buf_str(&call->reply->buffer);
    return true;
}

// Cuts the body to a Range of it. False when the range lies outside.
static bool cut_range(hf_call *call, hf_str *body)
{
    uint64_t from = 0;
    uint64_t count = 0;
    int status =
        hf_range_parse(hf_request_header(call->request, "Range"), body->len, &from, &count);
    if (status == 416) {
        hf_answer_header(call, "Content-Range",
                         hf_str_format(call->arena, "bytes */%zu", body->len));
        return false;
    }
    if (status == 206) {
        hf_answer_header(call, "Content-Range",
                         hf_str_format(call->arena, "bytes %llu-%llu/%zu", (unsigned long long)from,
                                       (unsigned long long)(from + count - 1), body->len));
        *body = hf_str_slice(*body, (size_t)from, (size_t)(from + count));
        call->reply->status = 206;
    }
    return true;
}

static bool answer_entry(hf_call *call, const hf_pack_entry *entry, hf_error *err)
{
    const hf_web *web = call->api->web;
    hf_str body = HF_STR_EMPTY;
    char hash[33];
    int form = choose_form(entry, hf_request_header(call->request, "Accept-Encoding"));
    hf_hex(entry->hash, sizeof entry->hash, hash);
    hf_str etag = hf_str_format(call->arena, "\"%s-%s\"", hash, form_names[form]);
    hf_answer_header(call, "ETag", etag);
    hf_answer_header(call, "Vary", HF_STR("Accept-Encoding"));
    hf_answer_header(call, "Cache-Control",
                     (entry->flags & HF_PACK_IMMUTABLE) != 0
                         ? HF_STR("public, max-age=31536000, immutable")
                         : HF_STR("no-cache"));
    if (hf_etag_matches(hf_request_header(call->request, "If-None-Match"), etag)) {
        call->reply->status = 304;
        return true;
    }
    call->reply->media_type =
        hf_str_z(call->arena, slice(web, entry->type_offset, entry->type_bytes));
    if (form != HF_PACK_IDENTITY)
        hf_answer_header(call, "Content-Encoding", hf_str_of(form_names[form]));
    hf_answer_header(call, "Accept-Ranges", HF_STR("bytes"));
    if (!body_of(call, entry, form, &body, err))
        return false;
    if (!cut_range(call, &body))
        return hf_fail(err, HF_ERR_USAGE, "http.range", "the range lies outside of this file");
    call->reply->body = body.ptr != NULL ? body : HF_STR("");
    return true;
}

// --- from a folder -------------------------------------------------------------------------------------

static const struct {
    const char *extension, *type;
} media_types[] = {
    {"html", "text/html; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"json", "application/json"},
    {"webmanifest", "application/manifest+json"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"woff2", "font/woff2"},
    {"pbf", "application/x-protobuf"},
    {"txt", "text/plain; charset=utf-8"},
};

static const char *type_of(hf_arena *arena, hf_str path)
{
    hf_str extension = hf_path_extension(arena, path);
    for (size_t i = 0; i < HF_COUNT(media_types); i++)
        if (hf_str_equal_z(extension, media_types[i].extension))
            return media_types[i].type;
    return "application/octet-stream";
}

// No page of ours has such an address; who asks for it tries a door.
static bool is_safe(hf_str path)
{
    return hf_str_find(path, HF_STR("..")) == path.len &&
           hf_str_find_byte(path, '\\', 0) == path.len;
}

static bool answer_file(hf_call *call, hf_str path, hf_error *err)
{
    hf_str name =
        hf_str_format(call->arena, "%.*s%.*s", HF_STR_ARG(call->api->web->dir), HF_STR_ARG(path));
    hf_answer_header(call, "Cache-Control", HF_STR("no-cache"));
    call->reply->media_type = type_of(call->arena, path);
    return hf_file_read(hf_str_z(call->arena, name), FILE_BYTES_MAX, call->arena,
                        &call->reply->body, err);
}

// --- the door --------------------------------------------------------------------------------------------

static bool nothing(hf_error *err)
{
    return hf_fail(err, HF_ERR_NOT_FOUND, "http.no_such_path", "there is nothing at this path");
}

static bool answer_dir(hf_call *call, hf_str path, hf_error *err)
{
    hf_str name =
        hf_str_format(call->arena, "%.*s%.*s", HF_STR_ARG(call->api->web->dir), HF_STR_ARG(path));
    if (has_extension(path))
        return hf_file_exists(hf_str_z(call->arena, name)) ? answer_file(call, path, err)
                                                           : nothing(err);
    if (hf_str_starts(path, "/assets/"))
        return nothing(err);
    return answer_file(call, HF_STR("/index.html"), err);
}

bool hf_web_answer(hf_call *call, hf_error *err)
{
    const hf_web *web = call->api->web;
    hf_str path = HF_STR_EMPTY;
    if (call->request->method != HF_HTTP_GET) {
        hf_answer_header(call, "Allow", HF_STR("GET, HEAD"));
        return hf_fail(err, HF_ERR_METHOD, "http.method", "this path does not take that method");
    }
    if (!hf_url_decode(call->request->path, false, call->arena, &path))
        return hf_fail(err, HF_ERR_USAGE, "http.bad_escape", "the address holds a bad %%xx escape");
    if (!is_safe(path))
        return nothing(err);
    if (web->dir.len > 0)
        return answer_dir(call, path, err);
    const hf_pack_entry *entry = find(web, path);
    if (entry == NULL && !has_extension(path) && !hf_str_starts(path, "/assets/"))
        entry = find_shell(web);
    return entry != NULL ? answer_entry(call, entry, err) : nothing(err);
}
