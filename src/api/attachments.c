// SPDX-License-Identifier: Apache-2.0
//
// Files of records: in by an upload, out as a download that no browser opens by itself. What is told about a file is a
// record like any other (records.c).
#include "api/resource.h"
#include "base/file.h"
#include "base/limits.h"

// Nothing of it runs, wherever somebody makes a browser show it.
#define FILE_POLICY                                                                                \
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

static hf_str form_text(const hf_request *request, const char *name)
{
    for (size_t i = 0; i < request->form.count; i++)
        if (hf_str_equal_z(request->form.items[i].name, name))
            return request->form.items[i].value;
    return hf_request_query(request, name);
}

static bool read_wish(const hf_call *call, hf_attach_request *out, hf_error *err)
{
    hf_marking marking = HF_TLP_CLEAR;
    hf_str word = form_text(call->request, "marking");
    *out = (hf_attach_request){.noun = call->noun,
                               .record = call->params[0],
                               .title = form_text(call->request, "title"),
                               .marking = HF_WORD_NONE};
    if (call->request->uploads.count != 1)
        return hf_fail(err, HF_ERR_INPUT, "attachment.one_file",
                       "send one file at a time, as the part 'file' of a form");
    if (word.len > 0 && !hf_marking_parse(word, &marking))
        return hf_fail(err, HF_ERR_USAGE, "query.value", "'%.*s' is no marking", HF_STR_ARG(word));
    if (word.len > 0)
        out->marking = (int32_t)marking;
    const hf_http_upload *upload = &call->request->uploads.items[0];
    hf_str name = form_text(call->request, "name");
    out->file_name = name.len > 0 ? name : upload->file_name;
    out->media_type = upload->media_type;
    return true;
}

static bool post_file(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
    const hf_attachment *file = NULL;
    hf_attach_request wanted;
    if (!read_wish(call, &wanted, err))
        return false;
    const hf_http_upload *upload = &call->request->uploads.items[0];
    if (upload->bytes > 0 &&
        !hf_file_map_open(hf_str_z(call->arena, upload->path), HF_HTTP_UPLOAD_BYTES_MAX, &map, err))
        return false;
    wanted.bytes = map.bytes;
    if (!hf_attach(&call->session, &wanted, call->arena, &file, err))
        return false;
    hf_answer_header(
        call, "Location",
        hf_str_format(call->arena, "/api/v1/attachments/%.*s", HF_STR_ARG(file->head.key)));
    hf_answer_etag(call, file->head.version);
    hf_answer_marking(call, file->head.marking);
    hf_json_writer w = hf_answer_json(call);
    hf_write_record(&call->session, &hf_noun_attachment, file, &w);
    return true;
}

static bool get_files(hf_call *call, hf_error *err)
{
    hf_page page = {0};
    if (!hf_list_attachments(&call->session, call->noun, call->params[0], call->arena, &page, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_begin_page(&w);
    for (size_t i = 0; i < page.count; i++) {
        hf_answer_marking(call, ((const hf_head *)page.records[i])->marking);
        hf_write_record(&call->session, &hf_noun_attachment, page.records[i], &w);
    }
    page.total = page.count;
    page.is_total_exact = true;
    hf_end_page(&page, true, &w);
    return true;
}

// RFC 6266: a name in ASCII for whoever knows no better, and the real one in UTF-8.
static hf_str disposition_of(hf_call *call, hf_str name)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(4 * HF_ATTACHMENT_NAME_BYTES_MAX + 200);
    hf_buf_add_z(&out, "attachment; filename=\"");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.ptr[i];
        bool is_plain = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' && byte != '%';
        hf_buf_add_byte(&out, is_plain ? (char)byte : '_');
    }
    hf_buf_add_z(&out, "\"; filename*=UTF-8''");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.ptr[i];
        bool is_plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                        (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_';
        if (is_plain)
            hf_buf_add_byte(&out, (char)byte);
        else
            hf_buf_add_format(&out, "%%%02X", byte);
    }
    return hf_buf_copy(call->arena, &out);
}

static bool get_content(hf_call *call, hf_error *err)
{
    const hf_attachment *file = NULL;
    hf_str bytes = HF_STR_EMPTY;
    if (!hf_read_attachment(&call->session, call->params[0], call->arena, &file, &bytes, err))
        return false;
    hf_answer_marking(call, file->head.marking);
    hf_answer_header(call, "Content-Disposition", disposition_of(call, file->file_name));
    call->reply->media_type = hf_str_z(call->arena, file->media_type);
    call->reply->policy = FILE_POLICY;
    call->reply->body = bytes;
    return true;
}

static const hf_param file_params[] = {
    {.name = "filename", .about = "the file's name, where the body is the file itself"},
    {.name = "name", .about = "a name in place of the one that the file has"},
    {.name = "title", .about = "what it is"},
    {.name = "marking", .about = "more secret than the record: TLP:AMBER, TLP:RED …"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/attachments/{key}/content",
     .id = "attachmentContent",
     .about = "The bytes of a file, as a download; noted in the log",
     .gives_type = "*/*",
     .status = 200,
     .problems = "404",
     .answer = get_content},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/{plural}/{key}/files",
     .id = "files",
     .about = "The files of a record",
     .gives = "AttachmentPage",
     .status = 200,
     .problems = "404",
     .answer = get_files},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/{plural}/{key}/files",
     .id = "attach",
     .about =
         "Keep a file with a record: one part 'file' of a form, or the body itself. Documents, "
         "pictures, tables and archives of them; no programs, no macros",
     .flags = HF_ROUTE_UPLOAD | HF_ROUTE_FILE,
     .params = file_params,
     .gives = "Attachment",
     .status = 201,
     .problems = "400 404 409 413",
     .answer = post_file},
};

const hf_resource hf_resource_attachments = {"attachments", routes, HF_COUNT(routes), NULL, NULL};
