// SPDX-License-Identifier: Apache-2.0
//
// The walk over the blocks of an OpenStreetMap PBF file (wiki.openstreetmap.org/wiki/PBF_Format): four bytes with the
// size of the head, the head, the block. Only the sizes are looked at.
#include "reader/pbf.h"

#include <string.h>

enum { BLOCK_BYTES_MAX = 32 << 20 };

// A base-128 number of protocol buffers. False when it is cut off or longer than 64 bits.
static bool take_number(hf_str *rest, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < rest->len && i < 10; i++) {
        uint64_t byte = (unsigned char)rest->ptr[i];
        *out |= (byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *rest = hf_str_slice(*rest, i + 1, rest->len);
            return true;
        }
    }
    return false;
}

// Passes over one field's content, whose kind is the low three bits of its tag.
static bool skip_field(hf_str *rest, uint64_t kind)
{
    uint64_t count = 0;
    if (kind == 0)
        return take_number(rest, &count);
    if (kind == 1)
        count = 8;
    else if (kind == 5)
        count = 4;
    else if (kind != 2 || !take_number(rest, &count))
        return false;
    if (count > rest->len)
        return false;
    *rest = hf_str_slice(*rest, (size_t)count, rest->len);
    return true;
}

bool hf_pbf_block_bytes(hf_str head, uint64_t *bytes)
{
    bool has_size = false;
    uint64_t size = 0;
    while (head.len > 0) {
        uint64_t tag = 0;
        if (!take_number(&head, &tag))
            return false;
        bool is_size = tag == (3u << 3);
        if (is_size ? !take_number(&head, &size) : !skip_field(&head, tag & 7))
            return false;
        has_size |= is_size;
    }
    if (!has_size || size > BLOCK_BYTES_MAX)
        return false;
    *bytes = size;
    return true;
}

static uint32_t big_endian(const unsigned char bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool ends_early(uint64_t block_count, hf_error *err)
{
    return hf_fail(err, HF_ERR_INPUT, "gdal.damaged",
                   "the file is damaged or ends early, behind block %llu; get it again",
                   (unsigned long long)block_count);
}

bool hf_pbf_check(FILE *file, hf_error *err)
{
    char head[HF_PBF_HEAD_BYTES_MAX];
    for (uint64_t count = 0;; count++) {
        unsigned char size[4] = {0};
        uint64_t bytes = 0;
        size_t got = fread(size, 1, sizeof size, file);
        uint32_t head_bytes = big_endian(size);
        if (got == 0)
            return true;
        if (got < sizeof size || head_bytes > sizeof head)
            return count == 0 || ends_early(count, err);
        hf_str text = {head, fread(head, 1, head_bytes, file)};
        // Not of this kind: a small Shapefile, say, whose mark reads as a head that is longer than all of it.
        if (count == 0 && hf_str_find(text, HF_STR("OSMHeader")) == text.len)
            return true;
        if (text.len < head_bytes)
            return ends_early(count, err);
        if (!hf_pbf_block_bytes(text, &bytes))
            return ends_early(count, err);
        // The block's last byte must be there; a seek alone goes beyond the end without a word.
        if (bytes > 0 && (fseeko(file, (off_t)bytes - 1, SEEK_CUR) != 0 || fgetc(file) == EOF))
            return ends_early(count, err);
    }
}
