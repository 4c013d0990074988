// SPDX-License-Identifier: Apache-2.0
//
// Opens what is read: a file, standard input, or bytes in memory; unpacks gzip on the way, counts and hashes.
#include "format/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/deflate.h"
#include "base/limits.h"
#include "base/text.h"

enum { BLOCK_BYTES = 1 << 20, PACKED_BLOCK_BYTES = 1 << 18 };

struct hf_input {
    hf_arena arena;
    hf_str name;
    char *z_name; // the same, zero-ended
    char *path;   // NULL for memory
    char *directory;
    int fd; // -1 for memory
    uint64_t max_bytes;
    uint64_t done_bytes;  // of the file as it lies on disk
    uint64_t total_bytes; // 0 = unknown
    hf_sha256_stream *hash;
    char hex[65];
    bool file_at_end;
    // The window is [start, len) of buf, or of `memory`.
    hf_buf buf;
    hf_str memory;
    size_t start;
    char *western; // room for a block that is to be turned into UTF-8; NULL = it is UTF-8
    // gzip
    hf_inflater *inflater;
    bool stream_ended;
    char *packed;
    size_t packed_start, packed_len;
};

static bool read_block(hf_input *input, char *to, size_t room, size_t *got, hf_error *err)
{
    ssize_t count = 0;
    *got = 0;
    if (input->file_at_end)
        return true;
    do
        count = read(input->fd, to, room);
    while (count < 0 && errno == EINTR);
    if (count < 0) {
        hf_fail(err, HF_ERR_INPUT, "file.unreadable",
                "cannot read: %s; check that the file is whole and its disk is there",
                strerror(errno));
        return hf_fail_at(err, input->z_name, 0, NULL);
    }
    *got = (size_t)count;
    input->done_bytes += (uint64_t)count;
    if (count > 0)
        hf_sha256_add(input->hash, to, (size_t)count);
    else {
        hf_sha256 sum = hf_sha256_close(input->hash);
        hf_hex(sum.bytes, sizeof sum.bytes, input->hex);
        input->file_at_end = true;
    }
    if (input->done_bytes > input->max_bytes) {
        hf_fail(err, HF_ERR_TOO_LARGE, "file.too_large",
                "the file is larger than %llu bytes; split it",
                (unsigned long long)input->max_bytes);
        return hf_fail_at(err, input->z_name, 0, NULL);
    }
    return true;
}

// Unpacks into `to`; *got 0 only at the end.
static bool unpack_block(hf_input *input, char *to, size_t room, size_t *got, hf_error *err)
{
    *got = 0;
    while (*got == 0) {
        if (input->packed_start == input->packed_len && !input->file_at_end) {
            input->packed_start = 0;
            if (!read_block(input, input->packed, PACKED_BLOCK_BYTES, &input->packed_len, err))
                return false;
        }
        hf_str packed = {input->packed + input->packed_start,
                         input->packed_len - input->packed_start};
        size_t before = packed.len;
        if (input->file_at_end && before == 0 && input->stream_ended)
            return true;
        if (!hf_inflater_take(input->inflater, &packed, to, room, got, &input->stream_ended, err))
            return hf_fail_at(err, input->z_name, 0, NULL);
        input->packed_start += before - packed.len;
        if (*got == 0 && input->file_at_end && packed.len == 0 && !input->stream_ended) {
            hf_fail(err, HF_ERR_INPUT, "file.gzip_truncated",
                    "the packed file ends early; get it again");
            return hf_fail_at(err, input->z_name, 0, NULL);
        }
        if (*got == 0 && packed.len == before && before > 0 && input->stream_ended)
            return true; // what follows the packed stream is padding
    }
    return true;
}

// The 32 places where Windows-1252 differs from Latin-1; those that mean nothing become U+FFFD.
static const uint16_t western_signs[32] = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};

static void add_western(hf_buf *out, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        unsigned sign = byte >= 0x80 && byte < 0xa0 ? western_signs[byte - 0x80] : byte;
        if (sign >= 0x800)
            hf_buf_add_byte(out, (char)(0xe0 | sign >> 12));
        if (sign >= 0x80)
            hf_buf_add_byte(out,
                            (char)(sign >= 0x800 ? 0x80 | (sign >> 6 & 0x3f) : 0xc0 | sign >> 6));
        hf_buf_add_byte(out, (char)(sign >= 0x80 ? 0x80 | (sign & 0x3f) : sign));
    }
}

void hf_input_set_western(hf_input *input)
{
    hf_buf turned = hf_buf_of(SIZE_MAX / 4);
    if (input->western != NULL)
        return;
    if (input->fd < 0) {
        hf_str rest = hf_str_slice(input->memory, input->start, input->memory.len);
        add_western(&turned, rest.ptr, rest.len);
        input->memory = hf_buf_copy(&input->arena, &turned);
        hf_buf_done(&turned);
    } else {
        add_western(&turned, input->buf.ptr + input->start, input->buf.len - input->start);
        hf_buf_done(&input->buf);
        input->buf = turned;
    }
    input->start = 0;
    input->western = hf_arena_take(&input->arena, BLOCK_BYTES);
}

static bool more(hf_input *input, size_t want, size_t *got, hf_error *err)
{
    hf_buf *buf = &input->buf;
    if (input->start > 0) {
        memmove(buf->ptr, buf->ptr + input->start, buf->len - input->start);
        buf->len -= input->start;
        input->start = 0;
    }
    if (input->western != NULL) {
        bool is_read = input->inflater != NULL
                           ? unpack_block(input, input->western, BLOCK_BYTES, got, err)
                           : read_block(input, input->western, BLOCK_BYTES, got, err);
        if (is_read)
            add_western(buf, input->western, *got);
        return is_read;
    }
    size_t room = want > buf->len ? want - buf->len : 0;
    if (room < BLOCK_BYTES)
        room = BLOCK_BYTES;
    char *to = hf_buf_reserve(buf, room);
    HF_ASSERT(to != NULL);
    bool ok = input->inflater != NULL ? unpack_block(input, to, room, got, err)
                                      : read_block(input, to, room, got, err);
    if (ok)
        buf->len += *got;
    return ok;
}

static hf_str window_of(const hf_input *input)
{
    if (input->fd < 0)
        return hf_str_slice(input->memory, input->start, input->memory.len);
    return (hf_str){input->buf.ptr + input->start, input->buf.len - input->start};
}

bool hf_input_window(hf_input *input, size_t want, size_t max, hf_str *window, bool *at_end,
                     hf_error *err)
{
    if (want > max) {
        hf_fail(err, HF_ERR_TOO_LARGE, "file.record_too_long",
                "one record is longer than %zu bytes; is a quote or bracket never closed?", max);
        return hf_fail_at(err, input->z_name, 0, NULL);
    }
    bool ended = input->fd < 0;
    while (!ended && input->buf.len - input->start < want) {
        size_t got = 0;
        if (!more(input, want, &got, err))
            return false;
        ended = got == 0;
    }
    *window = window_of(input);
    *at_end = ended;
    return true;
}

void hf_input_take(hf_input *input, size_t count)
{
    HF_ASSERT(count <= window_of(input).len);
    input->start += count;
}

bool hf_input_rest(hf_input *input, size_t max, hf_str *out, hf_error *err)
{
    bool at_end = false;
    size_t want = BLOCK_BYTES;
    if (!hf_input_window(input, want, SIZE_MAX, out, &at_end, err))
        return false;
    while (!at_end) {
        if (out->len > max) {
            hf_fail(err, HF_ERR_TOO_LARGE, "file.too_large",
                    "a file of this format may have at most %zu bytes; split it", max);
            return hf_fail_at(err, input->z_name, 0, NULL);
        }
        want = out->len + BLOCK_BYTES;
        if (!hf_input_window(input, want, SIZE_MAX, out, &at_end, err))
            return false;
    }
    return true;
}

// Turns what was read so far into the first packed block.
static void start_unpacking(hf_input *input)
{
    input->packed = hf_arena_take(&input->arena, PACKED_BLOCK_BYTES + BLOCK_BYTES);
    input->packed_len = input->buf.len;
    memcpy(input->packed, input->buf.ptr, input->buf.len);
    hf_buf_clear(&input->buf);
    input->inflater = hf_inflater_open(HF_DEFLATE_GZIP, HF_UNZIP_BYTES_MAX);
}

static bool open_file(hf_input *input, const hf_input_options *options, hf_error *err)
{
    struct stat status;
    if (strcmp(options->path, "-") == 0) {
        input->fd = STDIN_FILENO;
        return true;
    }
    input->fd = open(options->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (input->fd < 0) {
        int why = errno;
        bool absent = why == ENOENT || why == ENOTDIR;
        return hf_fail(err, absent ? HF_ERR_NOT_FOUND : HF_ERR_INPUT,
                       absent ? "file.missing" : "file.unreadable",
                       "cannot open: %s; check its name and permissions", strerror(why));
    }
    if (fstat(input->fd, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return hf_fail(err, HF_ERR_INPUT, "file.is_directory",
                           "this is a folder; name the files in it");
        if (S_ISREG(status.st_mode))
            input->total_bytes = (uint64_t)status.st_size;
    }
    return true;
}

bool hf_input_open(const hf_input_options *options, hf_input **out, hf_error *err)
{
    hf_arena arena = {0};
    HF_CLEANUP(hf_input_close) hf_input *input = HF_NEW(&arena, hf_input);
    const char *name = options->name != NULL ? options->name : options->path;
    hf_str window;
    bool at_end = false;
    input->arena = arena;
    input->fd = -1;
    input->z_name = hf_str_z(&input->arena, hf_str_of(name));
    input->name = hf_str_of(input->z_name);
    input->path = hf_str_z(&input->arena, hf_str_of(options->path));
    if (options->directory != NULL)
        input->directory = hf_str_z(&input->arena, hf_str_of(options->directory));
    input->max_bytes = options->max_bytes > 0 ? options->max_bytes : HF_IMPORT_BYTES_MAX;
    input->buf = hf_buf_of(SIZE_MAX / 4);
    input->hash = hf_sha256_open(&input->arena);
    if (!open_file(input, options, err) || !hf_input_window(input, 4, 4, &window, &at_end, err))
        return hf_fail_at(err, name, 0, NULL);
    if (hf_is_gzip(window))
        start_unpacking(input);
    *out = input;
    input = NULL;
    return true;
}

hf_input *hf_input_of_bytes(hf_str name, hf_str bytes)
{
    hf_arena arena = {0};
    hf_input *input = HF_NEW(&arena, hf_input);
    input->arena = arena;
    input->fd = -1;
    input->z_name = hf_str_z(&input->arena, name);
    input->name = hf_str_of(input->z_name);
    input->memory = bytes;
    input->done_bytes = input->total_bytes = bytes.len;
    input->file_at_end = true;
    hf_sha256 sum = hf_sha256_of(bytes);
    hf_hex(sum.bytes, sizeof sum.bytes, input->hex);
    return input;
}

void hf_input_close(hf_input **input)
{
    hf_input *gone = *input;
    if (gone == NULL)
        return;
    if (gone->fd > STDIN_FILENO)
        close(gone->fd);
    hf_buf_done(&gone->buf);
    hf_inflater_close(&gone->inflater);
    hf_arena arena = gone->arena;
    hf_arena_done(&arena);
    *input = NULL;
}

hf_str hf_input_name(const hf_input *input)
{
    return input->name;
}

void hf_input_progress(const hf_input *input, uint64_t *done_bytes, uint64_t *total_bytes)
{
    *done_bytes = input->done_bytes;
    *total_bytes = input->total_bytes;
}

bool hf_input_digest(const hf_input *input, char hex[65])
{
    if (!input->file_at_end || input->hex[0] == '\0')
        return false;
    memcpy(hex, input->hex, sizeof input->hex);
    return true;
}

const char *hf_input_path(const hf_input *input)
{
    return input->path;
}

const char *hf_input_directory(const hf_input *input)
{
    return input->directory;
}

bool hf_input_is_packed(const hf_input *input)
{
    return input->inflater != NULL;
}

void hf_input_read_elsewhere(hf_input *input)
{
    hf_error ignored = {0};
    char block[16384];
    size_t got = 1;
    while (input->fd >= 0 && !input->file_at_end && got > 0)
        if (!read_block(input, block, sizeof block, &got, &ignored))
            return;
}

// A sequence of 2 to 4 bytes that starts here: its length, 0 when it is wrong, and what is missing at the end.
static size_t sequence_bytes(const unsigned char *at, size_t left, bool *is_cut)
{
    size_t want = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < want; i++) {
        if (i >= left) {
            *is_cut = true;
            return left;
        }
        unsigned char low = 0x80, high = 0xbf;
        if (i == 1) {
            low = at[0] == 0xe0 ? 0xa0 : at[0] == 0xf0 ? 0x90 : 0x80;
            high = at[0] == 0xed ? 0x9f : at[0] == 0xf4 ? 0x8f : 0xbf;
        }
        if (at[i] < low || at[i] > high)
            return 0;
    }
    return want;
}

size_t hf_text_bad_byte(hf_str text, bool cut_is_fine, bool *is_nul)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    size_t at = 0;
    *is_nul = false;
    while (at < text.len) {
        uint64_t word;
        while (at + 8 <= text.len) { // eight plain bytes at once: high bit clear, none zero
            memcpy(&word, bytes + at, 8);
            if (((word | (word - 0x0101010101010101u)) & 0x8080808080808080u) != 0)
                break;
            at += 8;
        }
        if (at >= text.len)
            break;
        if (bytes[at] == 0) {
            *is_nul = true;
            return at;
        }
        if (bytes[at] < 0x80) {
            at++;
            continue;
        }
        bool is_cut = false;
        size_t count = sequence_bytes(bytes + at, text.len - at, &is_cut);
        if (count == 0 || (is_cut && !cut_is_fine))
            return at;
        at += count;
    }
    return text.len;
}

bool hf_input_check_text(const hf_input *input, hf_str text, uint64_t first_line, hf_error *err)
{
    bool is_nul = false;
    size_t bad = hf_text_bad_byte(text, false, &is_nul);
    uint64_t line = first_line;
    if (bad == text.len)
        return true;
    for (size_t i = 0; i < bad; i++)
        line += text.ptr[i] == '\n';
    if (is_nul)
        hf_fail(err, HF_ERR_INPUT, "file.nul_byte",
                "a zero byte; this is no text file, or it is damaged");
    else
        hf_fail(err, HF_ERR_INPUT, "file.not_utf8",
                "byte 0x%02x is not valid UTF-8; save the file as UTF-8",
                (unsigned)(unsigned char)text.ptr[bad]);
    return hf_fail_at(err, input->z_name, line, NULL);
}

hf_str hf_file_base(hf_str name)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\')
            return hf_str_slice(name, i, name.len);
    return name;
}

static hf_str without_gz(hf_str name)
{
    hf_str end = hf_str_slice(name, name.len > 3 ? name.len - 3 : 0, name.len);
    return name.len > 3 && hf_str_equal_ascii_case(end, HF_STR(".gz"))
               ? hf_str_slice(name, 0, name.len - 3)
               : name;
}

hf_str hf_file_stem(hf_str name)
{
    hf_str base = without_gz(hf_file_base(name));
    for (size_t i = base.len; i > 1; i--)
        if (base.ptr[i - 1] == '.')
            return hf_str_slice(base, 0, i - 1);
    return base;
}

bool hf_name_ends(hf_str name, const char *ending)
{
    hf_str plain = without_gz(name);
    hf_str want = hf_str_of(ending);
    if (plain.len < want.len)
        return false;
    return hf_str_equal_ascii_case(hf_str_slice(plain, plain.len - want.len, plain.len), want);
}
