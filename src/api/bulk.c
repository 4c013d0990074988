// SPDX-License-Identifier: Apache-2.0
//
// Many records in one request: one JSON object a line, each added or refused by itself, an answer for each line.
#include "api/resource.h"

#define LINE_COUNT_MAX 10000u // more is an import

typedef struct {
    uint64_t added, refused;
} totals;

static bool add_line(hf_call *call, hf_str line, hf_arena *arena, hf_str *key, hf_error *err)
{
    hf_json *object = NULL;
    hf_patch patch = {0};
    void *record = NULL;
    if (!hf_json_parse(line, arena, &object, err) ||
        !hf_patch_from_json(call->noun, object, arena, &patch, err) ||
        !hf_add_record(&call->session, &patch, arena, &record, err))
        return false;
    *key = ((const hf_head *)record)->key;
    return true;
}

static void write_line(uint64_t number, bool is_added, hf_str key, const hf_error *fault,
                       hf_json_writer *w)
{
    hf_json_begin_object(w);
    hf_json_name(w, "line");
    hf_json_add_u64(w, number);
    if (is_added) {
        hf_json_name(w, "key");
        hf_json_add_str(w, key);
    } else {
        hf_json_name(w, "code");
        hf_json_add_z(w, fault->code);
        hf_json_name(w, "message");
        hf_json_add_z(w, fault->message);
    }
    hf_json_end_object(w);
}

static bool add_lines(hf_call *call, hf_json_writer *w, totals *sum, hf_error *err)
{
    hf_str rest = call->request->body;
    hf_str line;
    uint64_t number = 0;
    while (rest.len > 0 && hf_str_split(&rest, '\n', &line)) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_error fault = {0};
        hf_str key = HF_STR_EMPTY;
        number++;
        if (hf_str_trim(line).len == 0)
            continue;
        bool is_added = add_line(call, line, &scratch, &key, &fault);
        // What is wrong with the program, the store or the person concerns all lines.
        bool is_fatal = fault.kind == HF_ERR_PERMISSION || fault.kind == HF_ERR_SIGN_IN ||
                        fault.kind == HF_ERR_WRITE || fault.kind == HF_ERR_INTERNAL ||
                        fault.kind == HF_ERR_BUSY;
        if (!is_added && is_fatal) {
            *err = fault;
            return false;
        }
        sum->added += is_added ? 1 : 0;
        sum->refused += is_added ? 0 : 1;
        write_line(number, is_added, key, &fault, w);
    }
    return true;
}

static bool check_line_count(hf_str body, hf_error *err)
{
    uint64_t count = 0;
    for (size_t i = 0; i < body.len; i++)
        count += body.ptr[i] == '\n' ? 1 : 0;
    return count <= LINE_COUNT_MAX ||
           hf_fail(err, HF_ERR_TOO_LARGE, "bulk.too_many_lines",
                   "more than %u lines in one request; use POST /api/v1/imports", LINE_COUNT_MAX);
}

bool hf_bulk_records(hf_call *call, hf_error *err)
{
    totals sum = {0};
    if (call->noun == &hf_noun_user)
        return hf_fail(err, HF_ERR_MEDIA_TYPE, "http.media_type",
                       "accounts are added one by one, as application/json");
    if (!check_line_count(call->request->body, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "items");
    hf_json_begin_array(&w);
    if (!add_lines(call, &w, &sum, err))
        return false;
    hf_json_end_array(&w);
    hf_json_name(&w, "added");
    hf_json_add_u64(&w, sum.added);
    hf_json_name(&w, "refused");
    hf_json_add_u64(&w, sum.refused);
    hf_json_end_object(&w);
    call->reply->status = 200;
    return true;
}
