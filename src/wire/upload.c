// SPDX-License-Identifier: Apache-2.0
//
// The body while it arrives: into memory up to a small bound, or, for imports, into temporary files, one for
// each file of a multipart form. A fault is kept and told when the body has ended; what follows it is dropped.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/private.h"

#define FORM_BUFFER_BYTES    65536u
#define SMALL_BODY_BYTES     65536u // what holds a password lies in no room that was outgrown
#define FORM_FIELD_BYTES_MAX 65536u // one field that is no file
#define FORM_PART_COUNT_MAX  64u    // files and fields of one form

static bool write_failed(exchange *item, int fault)
{
    return hf_fail(&item->body_err, HF_ERR_WRITE, "http.upload_not_stored",
                   "the upload cannot be stored: %s; free some space and send it again",
                   strerror(fault));
}

static void close_file(exchange *item)
{
    if (item->upload_fd >= 0 && close(item->upload_fd) != 0 && item->body_err.kind == HF_ERR_NONE)
        write_failed(item, errno);
    item->upload_fd = -1;
}

// The client's name of a file may hold a whole path of its own machine; only its end is of use.
static hf_str last_element(hf_str name)
{
    size_t from = 0;
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '/' || name.ptr[i] == '\\')
            from = i + 1;
    return hf_str_slice(name, from, name.len);
}

static bool open_file(exchange *item, hf_str name, hf_str file_name, hf_str media_type)
{
    close_file(item);
    hf_request *request = &item->request;
    if (request->uploads.count >= FORM_PART_COUNT_MAX)
        return hf_fail(&item->body_err, HF_ERR_TOO_LARGE, "http.too_many_parts",
                       "the form has more than %u parts", FORM_PART_COUNT_MAX);
    hf_str pattern =
        hf_str_format(&item->arena, "%.*s/upload-XXXXXX", HF_STR_ARG(item->server->upload_dir));
    char *path = hf_str_z(&item->arena, pattern);
    item->upload_fd = mkstemp(path);
    if (item->upload_fd < 0)
        return write_failed(item, errno);
    hf_http_upload upload = {
        .name = hf_str_copy(&item->arena, name),
        .file_name = hf_str_copy(&item->arena, last_element(file_name)),
        .media_type = hf_str_copy(&item->arena, media_type),
        .path = hf_str_of(path),
    };
    HF_VEC_ADD(&item->arena, &request->uploads, upload);
    return true;
}

static bool write_file(exchange *item, const char *bytes, size_t count)
{
    hf_request *request = &item->request;
    request->uploads.items[request->uploads.count - 1].bytes += count;
    while (count > 0) {
        ssize_t written = write(item->upload_fd, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return write_failed(item, errno);
        bytes += written;
        count -= (size_t)written;
    }
    return true;
}

static bool add_field(exchange *item, hf_str name, hf_str bytes, bool is_first)
{
    hf_http_pairs *form = &item->request.form;
    if (is_first) {
        if (form->count >= FORM_PART_COUNT_MAX)
            return hf_fail(&item->body_err, HF_ERR_TOO_LARGE, "http.too_many_parts",
                           "the form has more than %u parts", FORM_PART_COUNT_MAX);
        hf_http_pair pair = {hf_str_copy(&item->arena, name), HF_STR_EMPTY};
        HF_VEC_ADD(&item->arena, form, pair);
    }
    hf_http_pair *last = &form->items[form->count - 1];
    if (last->value.len + bytes.len > FORM_FIELD_BYTES_MAX)
        return hf_fail(&item->body_err, HF_ERR_TOO_LARGE, "http.field_too_large",
                       "one field of the form is longer than %u bytes", FORM_FIELD_BYTES_MAX);
    last->value =
        hf_str_format(&item->arena, "%.*s%.*s", HF_STR_ARG(last->value), HF_STR_ARG(bytes));
    return true;
}

static enum MHD_Result take_part(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *file_name, const char *content_type,
                                 const char *transfer_encoding, const char *bytes, uint64_t offset,
                                 size_t count)
{
    (void)kind;
    (void)transfer_encoding;
    exchange *item = context;
    bool done = item->body_err.kind == HF_ERR_NONE;
    if (done && file_name == NULL)
        done = add_field(item, hf_str_of(name), (hf_str){bytes, count}, offset == 0);
    else if (done)
        done = (offset > 0 ||
                open_file(item, hf_str_of(name), hf_str_of(file_name), hf_str_of(content_type))) &&
               write_file(item, bytes, count);
    return done ? MHD_YES : MHD_NO;
}

void hf_upload_begin(exchange *item)
{
    item->upload_fd = -1;
    if (item->plan != HF_BODY_UPLOAD) {
        size_t most = (size_t)item->server->body_bytes_max;
        item->body = hf_buf_of(most);
        (void)hf_buf_reserve(&item->body, most < SMALL_BODY_BYTES ? most : SMALL_BODY_BYTES);
        return;
    }
    hf_str type = hf_request_header(&item->request, "Content-Type");
    if (hf_str_starts(type, "multipart/form-data")) {
        item->form =
            MHD_create_post_processor(item->connection, FORM_BUFFER_BYTES, take_part, item);
        if (item->form == NULL)
            hf_fail(&item->body_err, HF_ERR_USAGE, "http.bad_form",
                    "the multipart form has no usable boundary");
        return;
    }
    (void)open_file(item, HF_STR("file"), hf_request_query(&item->request, "filename"), type);
}

static void add_to_form(exchange *item, const char *bytes, size_t count)
{
    if (MHD_post_process(item->form, bytes, count) != MHD_YES && item->body_err.kind == HF_ERR_NONE)
        hf_fail(&item->body_err, HF_ERR_USAGE, "http.bad_form",
                "the multipart form is broken; send it as RFC 7578 says");
}

void hf_upload_add(exchange *item, const char *bytes, size_t count)
{
    if (item->body_err.kind != HF_ERR_NONE)
        return;
    if (item->plan == HF_BODY_MEMORY)
        hf_buf_add(&item->body, bytes, count);
    else if (item->form != NULL)
        add_to_form(item, bytes, count);
    else
        (void)write_file(item, bytes, count);
}

void hf_upload_end(exchange *item)
{
    if (item->form != NULL && MHD_destroy_post_processor(item->form) != MHD_YES &&
        item->body_err.kind == HF_ERR_NONE)
        hf_fail(&item->body_err, HF_ERR_USAGE, "http.bad_form",
                "the multipart form ends early; its last boundary is missing");
    item->form = NULL;
    close_file(item);
    item->request.body = hf_buf_str(&item->body);
}

void hf_upload_remove(exchange *item)
{
    if (item->form != NULL)
        (void)MHD_destroy_post_processor(item->form);
    item->form = NULL;
    close_file(item);
    for (size_t i = 0; i < item->request.uploads.count; i++)
        (void)unlink(hf_str_z(&item->arena, item->request.uploads.items[i].path));
}
