// SPDX-License-Identifier: Apache-2.0
//
// Files out: exports and reports; and the demonstration nation, which comes and goes as a whole.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/resource.h"
#include "base/file.h"
#include "usecase/demo.h"
#include "usecase/report.h"

// --- exports -------------------------------------------------------------------------------------------

static bool write_piece(void *context, hf_str bytes, hf_error *err)
{
    const int *fd = context;
    return hf_fd_write_all(*fd, bytes, err);
}

// Into a file first: so a fault on the way is a problem document, not half a file.
static bool make_file(hf_call *call, hf_make_file make, void *context, const char *path,
                      hf_error *err)
{
    HF_CLEANUP(hf_fd_close) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct stat info = {0};
    if (fd < 0)
        return hf_fail(err, HF_ERR_WRITE, "file.unwritable", "no room for the file to be made");
    if (!make(call, context, (hf_output){&fd, write_piece}, err))
        return false;
    if (fstat(fd, &info) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "file.unreadable", "the made file cannot be read");
    call->reply->file_bytes = (uint64_t)info.st_size;
    return true;
}

bool hf_answer_file(hf_call *call, hf_make_file make, void *context, const char *media_type,
                    hf_str name, hf_error *err)
{
    char id[37];
    hf_uuid7(call->session.now_ms, id);
    hf_str path =
        hf_str_format(call->arena, "%.*s/export-%s", HF_STR_ARG(call->api->upload_dir), id);
    const char *path_z = hf_str_z(call->arena, path);
    if (!make_file(call, make, context, path_z, err)) {
        (void)unlink(path_z);
        return false;
    }
    call->reply->media_type = media_type;
    call->reply->file_path = path;
    call->reply->file_is_temporary = true;
    hf_answer_header(call, "Content-Disposition",
                     hf_str_format(call->arena, "attachment; filename=\"%.*s\"", HF_STR_ARG(name)));
    return true;
}

static bool make_export(hf_call *call, void *context, hf_output output, hf_error *err)
{
    hf_export_request *wanted = context;
    uint64_t count = 0;
    wanted->output = output;
    if (!hf_export(&call->session, wanted, call->arena, &count, err))
        return false;
    call->told_records += count;
    call->is_taken_out = true;
    return true;
}

// What the address asks for; *query lives as long as the request.
static bool read_wish(hf_call *call, hf_export_request *wanted, hf_query *query, hf_error *err)
{
    hf_str plural = hf_request_query(call->request, "noun");
    *wanted = (hf_export_request){.format = hf_request_query(call->request, "as"),
                                  .noun = hf_noun_find(plural)};
    if (plural.len > 0 && wanted->noun == NULL)
        return hf_fail(err, HF_ERR_USAGE, "query.value", "there is no kind of record '%.*s'",
                       HF_STR_ARG(plural));
    if (wanted->noun != NULL && !hf_call_query(call, wanted->noun, query, err))
        return false;
    if (query->filter_count > 0 || query->text.len > 0 || query->has_box || query->sort != NULL)
        wanted->query = query;
    return true;
}

static bool get_export(hf_call *call, hf_error *err)
{
    hf_export_request wanted;
    hf_query query = {0};
    if (!read_wish(call, &wanted, &query, err))
        return false;
    const hf_format *format = hf_format_find(wanted.format);
    const char *stem = wanted.noun != NULL ? wanted.noun->plural : "holdfast";
    const char *extension = format != NULL ? format->extension : "zip";
    return hf_answer_file(call, make_export, &wanted,
                          format != NULL ? format->media_type : "application/octet-stream",
                          hf_str_format(call->arena, "%s.%s", stem, extension), err);
}

// The same address as for the file itself, so that exactly this is asked for.
static bool post_export(hf_call *call, hf_error *err)
{
    hf_export_request wanted;
    hf_query query = {0};
    hf_release *release = NULL;
    hf_str reason = HF_STR_EMPTY;
    if (!hf_call_text(call, "reason", &reason, err) || !read_wish(call, &wanted, &query, err) ||
        !hf_ask_export(&call->session, &wanted, reason, call->arena, &release, err))
        return false;
    hf_answer_asked(call, release);
    return true;
}

// --- reports, demonstration ------------------------------------------------------------------------------

const char *const hf_report_formats[] = {"html", "pdf", "docx", "odt", NULL};

bool hf_answer_report(hf_call *call, hf_report_request *wanted, hf_error *err)
{
    hf_str format = hf_request_query(call->request, "format");
    if (!hf_find_writer(format, HF_STR_EMPTY, &wanted->writer, err))
        return false;
    call->reply->buffer = hf_buf_of(HF_REPORT_BYTES_MAX);
    if (!hf_make_report(&call->session, wanted, &call->reply->buffer, err))
        return false;
    call->is_taken_out = true;
    bool is_page = wanted->writer == NULL || hf_str_equal_z(format, "html");
    call->reply->media_type = is_page ? "text/html; charset=utf-8" : wanted->writer->media_type;
    if (is_page)
        call->reply->policy = HF_REPORT_POLICY;
    else
        hf_answer_header(
            call, "Content-Disposition",
            hf_str_format(call->arena, "attachment; filename=\"%.*s\"",
                          HF_STR_ARG(hf_report_file_name(&call->session, wanted, call->arena))));
    return true;
}

static bool get_report(hf_call *call, hf_error *err)
{
    hf_report_request wanted = {.kind = call->params[0],
                                .within = hf_request_query(call->request, "within")};
    return hf_answer_report(call, &wanted, err);
}

static bool post_demo(hf_call *call, hf_error *err)
{
    static const char *const members[] = {"size", "seed", NULL};
    hf_json *body = NULL;
    hf_str size = HF_STR("10k");
    double seed = 1;
    uint64_t count = 0;
    if (!hf_call_json(call, &body, err) || !hf_json_want_only(body, members, err) ||
        !hf_json_want_text(body, "size", &size, err) ||
        !hf_json_want_number(body, "seed", 0, 9007199254740991.0, &seed, err))
        return false;
    if (!hf_parse_count(size, &count) || count < HF_DEMO_SIZE_MIN || count > HF_DEMO_SIZE_MAX)
        return hf_fail(err, HF_ERR_USAGE, "demo.size", "'%.*s' is no size; write %u to %u",
                       HF_STR_ARG(size), HF_DEMO_SIZE_MIN, HF_DEMO_SIZE_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf request = hf_buf_of(10000);
    hf_json_writer w = {.out = &request};
    hf_json_begin_object(&w);
    hf_json_name(&w, "size");
    hf_json_add_str(&w, size);
    hf_json_name(&w, "seed");
    hf_json_add_u64(&w, (uint64_t)seed);
    hf_json_end_object(&w);
    return hf_answer_job(call, &hf_job_kind_demo, hf_buf_str(&request), err);
}

static bool delete_demo(hf_call *call, hf_error *err)
{
    uint64_t removed = 0;
    if (!hf_remove_demo(&call->session, &removed, err))
        return false;
    hf_answer_empty(call);
    return true;
}

static const char *const format_words[] = {"csv",     "xlsx", "geojson", "gpkg",
                                           "graphml", "dump", NULL};
static const hf_param export_params[] = {
    {.name = "as",
     .type = HF_PARAM_WORD,
     .is_required = true,
     .words = format_words,
     .about = "the format"},
    {.name = "noun", .about = "which records; csv needs it. With it, filters as in its list"},
    {.name = "q", .about = "words to search for"},
    {.name = "sort", .about = "the key or an indexed field, with '-' before it for descending"},
    {.name = "bbox", .about = "west,south,east,north in degrees"},
    HF_NO_PARAMS,
};
static const hf_param report_params[] = {
    HF_PARAM_LANG,
    HF_PARAM_REPORT_FORMAT,
    {.name = "within", .about = "of 'area': lon,lat lon,lat lon,lat or region:KEY"},
    HF_NO_PARAMS,
};

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/exports",
     .id = "export",
     .about = "The register, or one kind of record, as a file",
     .params = export_params,
     .gives_type = "*/*",
     .status = 200,
     .problems = "400 404",
     .answer = get_export},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/exports",
     .id = "askExport",
     .about = "Ask that a second person lets exactly these records leave, for what leaves in bulk; "
              "the address is that of the export",
     .params = export_params,
     .takes = "ExportWish",
     .gives = "Release",
     .status = 201,
     .problems = "400 404 409 413 415",
     .answer = post_export},
    {.method = HF_HTTP_GET,
     .path = "/api/v1/reports/{kind}",
     .id = "report",
     .about =
         "A report as one printable page, or as the file of another format; kinds: national, area",
     .params = report_params,
     .gives_type = "*/*",
     .status = 200,
     .problems = "400 404",
     .answer = get_report},
    {.method = HF_HTTP_POST,
     .path = "/api/v1/demo",
     .id = "loadDemo",
     .about = "Load the demonstration nation, as a job",
     .takes = "DemoWish",
     .gives = "JobStarted",
     .status = 202,
     .problems = "400 413 415",
     .answer = post_demo},
    {.method = HF_HTTP_DELETE,
     .path = "/api/v1/demo",
     .id = "removeDemo",
     .about = "Remove every record of the demonstration",
     .status = 204,
     .problems = "409",
     .answer = delete_demo},
};

static const char schemas[] =
    "\"ExportWish\":{\"type\":\"object\",\"required\":[\"reason\"],\"properties\":{"
    "\"reason\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":2000}},"
    "\"additionalProperties\":false},"
    "\"DemoWish\":{\"type\":\"object\",\"properties\":{\"size\":{\"type\":\"string\"},"
    "\"seed\":{\"type\":\"integer\",\"minimum\":0}},\"additionalProperties\":false}";

const hf_resource hf_resource_files = {"files", routes, HF_COUNT(routes), schemas, NULL};
