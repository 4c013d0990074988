// SPDX-License-Identifier: Apache-2.0
//
// ZIP archives (APPNOTE 6.3.3): local headers with a data descriptor behind each packed member, then the directory.
#include "base/zip.h"

#define PACKED_BYTES_MAX (64u << 20)

static void add_u16(hf_buf *out, unsigned value)
{
    hf_buf_add_byte(out, (char)(value & 0xff));
    hf_buf_add_byte(out, (char)(value >> 8 & 0xff));
}

static void add_u32(hf_buf *out, uint64_t value)
{
    add_u16(out, (unsigned)(value & 0xffff));
    add_u16(out, (unsigned)(value >> 16 & 0xffff));
}

static bool hand_over(hf_zip *zip, hf_error *err)
{
    zip->offset += zip->packed.len;
    bool ok = zip->packed.len == 0 || zip->take(zip->context, hf_buf_str(&zip->packed), err);
    hf_buf_clear(&zip->packed);
    return ok;
}

// What local header and directory share. Names are UTF-8 (bit 11); sizes of packed members follow the data (bit 3).
static void add_common(hf_buf *out, const hf_zip_member *m, bool with_sizes)
{
    add_u16(out, m->is_stored ? 10 : 20);
    add_u16(out, (m->is_stored ? 0 : 1u << 3) | 1u << 11);
    add_u16(out, m->is_stored ? 0 : 8); // 8: deflate
    add_u16(out, 0);                    // no time: equal members give equal files
    add_u16(out, 0x0021);               // 1980-01-01
    add_u32(out, with_sizes ? m->crc : 0);
    add_u32(out, with_sizes ? m->packed_bytes : 0);
    add_u32(out, with_sizes ? m->plain_bytes : 0);
    add_u16(out, (unsigned)m->name.len);
}

hf_zip hf_zip_of(void *context, bool (*take)(void *context, hf_str bytes, hf_error *err))
{
    return (hf_zip){.context = context, .take = take, .packed = hf_buf_of(PACKED_BYTES_MAX)};
}

static hf_zip_member *add_member(hf_zip *zip, hf_zip_member m)
{
    m.offset = zip->offset;
    m.name = hf_str_copy(&zip->arena, m.name);
    add_u32(&zip->packed, 0x04034b50);
    add_common(&zip->packed, &m, m.is_stored);
    add_u16(&zip->packed, 0);
    hf_buf_add_str(&zip->packed, m.name);
    HF_VEC_ADD(&zip->arena, &zip->members, m);
    return &zip->members.items[zip->members.count - 1];
}

static bool check_size(const hf_zip *zip, const hf_zip_member *m, hf_error *err)
{
    if (m->plain_bytes > UINT32_MAX || zip->offset > UINT32_MAX - (1u << 24))
        return hf_fail(
            err, HF_ERR_TOO_LARGE, "zip.too_large",
            "a file of more than 4 GB of this kind cannot be read by anyone; write it in "
            "another format or take a part of it");
    return true;
}

bool hf_zip_open(hf_zip *zip, hf_str name, hf_error *err)
{
    (void)add_member(zip, (hf_zip_member){.name = name});
    zip->deflater = hf_deflater_open(HF_DEFLATE_RAW, 6);
    return hand_over(zip, err);
}

bool hf_zip_add(hf_zip *zip, hf_str bytes, hf_error *err)
{
    hf_zip_member *m = &zip->members.items[zip->members.count - 1];
    if (bytes.len == 0)
        return true;
    m->crc = hf_crc32(m->crc, bytes);
    m->plain_bytes += bytes.len;
    if (!hf_deflater_add(zip->deflater, bytes, &zip->packed, err))
        return false;
    m->packed_bytes += zip->packed.len;
    return hand_over(zip, err);
}

bool hf_zip_close(hf_zip *zip, hf_error *err)
{
    hf_zip_member *m = &zip->members.items[zip->members.count - 1];
    if (!hf_deflater_finish(zip->deflater, &zip->packed, err))
        return false;
    m->packed_bytes += zip->packed.len;
    hf_deflater_close(&zip->deflater);
    if (!check_size(zip, m, err))
        return false;
    add_u32(&zip->packed, 0x08074b50);
    add_u32(&zip->packed, m->crc);
    add_u32(&zip->packed, m->packed_bytes);
    add_u32(&zip->packed, m->plain_bytes);
    return hand_over(zip, err);
}

bool hf_zip_store(hf_zip *zip, hf_str name, hf_str bytes, hf_error *err)
{
    const hf_zip_member *m = add_member(zip, (hf_zip_member){.name = name,
                                                             .is_stored = true,
                                                             .crc = hf_crc32(0, bytes),
                                                             .packed_bytes = bytes.len,
                                                             .plain_bytes = bytes.len});
    if (!check_size(zip, m, err) || !hand_over(zip, err))
        return false;
    zip->offset += bytes.len;
    return bytes.len == 0 || zip->take(zip->context, bytes, err);
}

bool hf_zip_finish(hf_zip *zip, hf_error *err)
{
    uint64_t begin = zip->offset;
    for (size_t i = 0; i < zip->members.count; i++) {
        const hf_zip_member *m = &zip->members.items[i];
        add_u32(&zip->packed, 0x02014b50);
        add_u16(&zip->packed, 20);
        add_common(&zip->packed, m, true);
        add_u16(&zip->packed, 0);
        add_u16(&zip->packed, 0);
        add_u16(&zip->packed, 0);
        add_u16(&zip->packed, 0);
        add_u32(&zip->packed, 0);
        add_u32(&zip->packed, m->offset);
        hf_buf_add_str(&zip->packed, m->name);
    }
    uint64_t bytes = zip->packed.len;
    add_u32(&zip->packed, 0x06054b50);
    add_u32(&zip->packed, 0);
    add_u16(&zip->packed, (unsigned)zip->members.count);
    add_u16(&zip->packed, (unsigned)zip->members.count);
    add_u32(&zip->packed, bytes);
    add_u32(&zip->packed, begin);
    add_u16(&zip->packed, 0);
    return hand_over(zip, err);
}

void hf_zip_done(hf_zip *zip)
{
    hf_deflater_close(&zip->deflater);
    hf_buf_done(&zip->packed);
    hf_arena_done(&zip->arena);
}
