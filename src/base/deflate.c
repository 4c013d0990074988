// SPDX-License-Identifier: Apache-2.0
//
// gzip and raw deflate over zlib. Unpacking is bounded by a maximum and by a ratio, so that a small hostile
// file cannot fill the memory or the disk.
#include "base/deflate.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/limits.h"

enum {
    WINDOW_BITS = 15,
    GZIP_FLAG = 16,
    STEP_BYTES = 1 << 16,
    RATIO_FREE_BYTES = 1 << 20 // small files may pack well
};

struct hf_deflater {
    z_stream stream;
};

struct hf_inflater {
    z_stream stream;
    hf_deflate_form form;
    uint64_t max_bytes;
    uint64_t in_bytes;
    uint64_t out_bytes;
    bool is_between_members; // gzip: a member ended, another may follow
};

// zlib's input is not const in its header unless ZLIB_CONST is set; Meson sets it for this file's build.
static uInt set_input(z_stream *stream, hf_str bytes)
{
    stream->next_in = (z_const Bytef *)bytes.ptr;
    stream->avail_in = bytes.len > (1u << 30) ? 1u << 30 : (uInt)bytes.len;
    return stream->avail_in;
}

static int window_bits(hf_deflate_form form)
{
    return form == HF_DEFLATE_GZIP ? WINDOW_BITS + GZIP_FLAG : -WINDOW_BITS;
}

hf_deflater *hf_deflater_open(hf_deflate_form form, int level)
{
    hf_deflater *deflater = calloc(1, sizeof *deflater);
    HF_ASSERT(deflater != NULL && level >= 1 && level <= 9);
    HF_ASSERT(deflateInit2(&deflater->stream, level, Z_DEFLATED, window_bits(form), 8,
                           Z_DEFAULT_STRATEGY) == Z_OK);
    return deflater;
}

static bool pump(hf_deflater *deflater, int flush, hf_buf *out, hf_error *err)
{
    for (;;) {
        char *room = hf_buf_reserve(out, STEP_BYTES);
        size_t count = STEP_BYTES;
        if (room == NULL) {
            // Near its maximum a buffer may have less room than a step.
            count = out->max_bytes - out->len;
            out->overflow = false;
            room = count == 0 ? NULL : hf_buf_reserve(out, count);
            if (room == NULL)
                return hf_fail(err, HF_ERR_TOO_LARGE, "deflate.too_large",
                               "the packed data are larger than %zu bytes; split them",
                               out->max_bytes);
        }
        deflater->stream.next_out = (Bytef *)room;
        deflater->stream.avail_out = (uInt)count;
        int status = deflate(&deflater->stream, flush);
        HF_ASSERT(status != Z_STREAM_ERROR);
        out->len += count - deflater->stream.avail_out;
        if (status == Z_STREAM_END || (flush == Z_NO_FLUSH && deflater->stream.avail_out > 0))
            return true;
    }
}

bool hf_deflater_add(hf_deflater *deflater, hf_str bytes, hf_buf *out, hf_error *err)
{
    while (bytes.len > 0) {
        uInt taken = set_input(&deflater->stream, bytes);
        if (!pump(deflater, Z_NO_FLUSH, out, err))
            return false;
        bytes = hf_str_slice(bytes, taken, bytes.len);
    }
    return true;
}

bool hf_deflater_finish(hf_deflater *deflater, hf_buf *out, hf_error *err)
{
    deflater->stream.avail_in = 0;
    return pump(deflater, Z_FINISH, out, err);
}

void hf_deflater_close(hf_deflater **deflater)
{
    if (*deflater == NULL)
        return;
    (void)deflateEnd(&(*deflater)->stream);
    free(*deflater);
    *deflater = NULL;
}

bool hf_deflate(hf_deflate_form form, hf_str bytes, int level, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_deflater_close) hf_deflater *deflater = hf_deflater_open(form, level);
    return hf_deflater_add(deflater, bytes, out, err) && hf_deflater_finish(deflater, out, err);
}

hf_inflater *hf_inflater_open(hf_deflate_form form, uint64_t max_bytes)
{
    hf_inflater *inflater = calloc(1, sizeof *inflater);
    HF_ASSERT(inflater != NULL);
    inflater->form = form;
    inflater->max_bytes = max_bytes;
    HF_ASSERT(inflateInit2(&inflater->stream, window_bits(form)) == Z_OK);
    return inflater;
}

void hf_inflater_close(hf_inflater **inflater)
{
    if (*inflater == NULL)
        return;
    (void)inflateEnd(&(*inflater)->stream);
    free(*inflater);
    *inflater = NULL;
}

static bool check_bounds(const hf_inflater *inflater, hf_error *err)
{
    if (inflater->out_bytes > inflater->max_bytes)
        return hf_fail(err, HF_ERR_TOO_LARGE, "deflate.too_large",
                       "the unpacked data are larger than %llu bytes; split them",
                       (unsigned long long)inflater->max_bytes);
    if (inflater->out_bytes > RATIO_FREE_BYTES &&
        inflater->out_bytes / HF_UNZIP_RATIO_MAX > inflater->in_bytes)
        return hf_fail(
            err, HF_ERR_TOO_LARGE, "deflate.ratio",
            "the data unpack to more than %u times their size; unpack them yourself and look",
            HF_UNZIP_RATIO_MAX);
    return true;
}

// One call of zlib. Sets *is_member_end.
static bool step(hf_inflater *inflater, hf_str *bytes, char *target, size_t room, size_t *count,
                 bool *is_member_end, hf_error *err)
{
    uInt offered = set_input(&inflater->stream, *bytes);
    uInt wanted = room > (1u << 30) ? 1u << 30 : (uInt)room;
    inflater->stream.next_out = (Bytef *)target;
    inflater->stream.avail_out = wanted;
    int status = inflate(&inflater->stream, Z_NO_FLUSH);
    size_t taken = offered - inflater->stream.avail_in;
    *count = wanted - inflater->stream.avail_out;
    *bytes = hf_str_slice(*bytes, taken, bytes->len);
    inflater->in_bytes += taken;
    inflater->out_bytes += *count;
    *is_member_end = status == Z_STREAM_END;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
        return hf_fail(err, HF_ERR_INPUT, "deflate.broken",
                       "the packed data are damaged (%s); fetch or pack the file again",
                       inflater->stream.msg != NULL ? inflater->stream.msg : "unknown reason");
    return check_bounds(inflater, err);
}

bool hf_inflater_take(hf_inflater *inflater, hf_str *bytes, void *target, size_t room,
                      size_t *count, bool *is_end, hf_error *err)
{
    char *to = target;
    *count = 0;
    *is_end = inflater->is_between_members && bytes->len == 0;
    while (room > 0 && bytes->len > 0) {
        if (inflater->is_between_members) {
            // Behind a raw stream nothing may follow; behind a gzip member only another one.
            if (inflater->form == HF_DEFLATE_RAW || inflateReset(&inflater->stream) != Z_OK)
                return hf_fail(
                    err, HF_ERR_INPUT, "deflate.broken",
                    "bytes follow the end of the packed data; fetch or pack the file again");
            inflater->is_between_members = false;
        }
        size_t got = 0;
        bool is_member_end = false;
        size_t before = bytes->len;
        if (!step(inflater, bytes, to, room, &got, &is_member_end, err))
            return false;
        to += got;
        room -= got;
        *count += got;
        inflater->is_between_members = is_member_end;
        *is_end = is_member_end && bytes->len == 0;
        if (got == 0 && bytes->len == before && !is_member_end)
            break;
    }
    return true;
}

bool hf_inflate(hf_deflate_form form, hf_str bytes, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_inflater_close)
    hf_inflater *inflater = hf_inflater_open(form, out->max_bytes - out->len);
    char step_bytes[STEP_BYTES];
    bool is_end = false;
    for (;;) {
        size_t count = 0;
        if (!hf_inflater_take(inflater, &bytes, step_bytes, sizeof step_bytes, &count, &is_end,
                              err))
            return false;
        hf_buf_add(out, step_bytes, count);
        if (is_end)
            return true;
        if (count == 0)
            return hf_fail(err, HF_ERR_INPUT, "deflate.truncated",
                           "the packed data end too early; fetch the file again");
    }
}

bool hf_is_gzip(hf_str bytes)
{
    return bytes.len >= 3 && (unsigned char)bytes.ptr[0] == 0x1F &&
           (unsigned char)bytes.ptr[1] == 0x8B && bytes.ptr[2] == 8;
}

uint32_t hf_crc32(uint32_t crc, hf_str bytes)
{
    return (uint32_t)crc32_z(crc, (const Bytef *)bytes.ptr, bytes.len);
}
