// SPDX-License-Identifier: Apache-2.0
//
// A vector tile is decoded again by a small reader written apart from the writer, field by field.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/mvt.h"

typedef struct {
    const unsigned char *at, *end;
} reader;

static uint64_t varint(reader *in)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        assert_true(in->at < in->end && shift < 64);
        unsigned char byte = *in->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
}

static reader part(reader *in)
{
    uint64_t bytes = varint(in);
    assert_true(bytes <= (uint64_t)(in->end - in->at));
    reader out = {in->at, in->at + bytes};
    in->at += bytes;
    return out;
}

typedef struct {
    uint64_t id, x, y, tags[8], tag_count;
} feature;

typedef struct {
    char name[32], keys[4][16], texts[64][32];
    uint64_t numbers[64];
    size_t key_count, value_count, feature_count;
    feature features[64];
    uint64_t extent, version;
} layer;

static void copy_text(reader from, char *to, size_t room)
{
    size_t bytes = (size_t)(from.end - from.at);
    assert_true(bytes < room);
    memcpy(to, from.at, bytes);
    to[bytes] = '\0';
}

static void read_feature(reader in, feature *out)
{
    while (in.at < in.end) {
        uint64_t field = varint(&in);
        if (field == (1 << 3 | 0)) {
            out->id = varint(&in);
        } else if (field == (3 << 3 | 0)) {
            assert_int_equal(varint(&in), 1); // a point
        } else if (field == (2 << 3 | 2)) {
            reader tags = part(&in);
            while (tags.at < tags.end)
                out->tags[out->tag_count++] = varint(&tags);
        } else {
            assert_int_equal(field, 4 << 3 | 2);
            reader geometry = part(&in);
            assert_int_equal(varint(&geometry), 9); // MoveTo, once
            uint64_t x = varint(&geometry);
            uint64_t y = varint(&geometry);
            assert_int_equal(x & 1, 0); // not negative
            out->x = x >> 1;
            out->y = y >> 1;
            assert_true(geometry.at == geometry.end);
        }
    }
}

static void read_value(reader in, layer *out)
{
    uint64_t field = varint(&in);
    if (field == (1 << 3 | 2)) {
        copy_text(part(&in), out->texts[out->value_count], sizeof out->texts[0]);
    } else {
        assert_int_equal(field, 5 << 3 | 0);
        out->numbers[out->value_count] = varint(&in);
    }
    assert_true(in.at == in.end);
    out->value_count++;
}

static void read_layer(reader in, layer *out)
{
    while (in.at < in.end) {
        uint64_t field = varint(&in);
        if (field == (15 << 3 | 0))
            out->version = varint(&in);
        else if (field == (5 << 3 | 0))
            out->extent = varint(&in);
        else if (field == (1 << 3 | 2))
            copy_text(part(&in), out->name, sizeof out->name);
        else if (field == (2 << 3 | 2))
            read_feature(part(&in), &out->features[out->feature_count++]);
        else if (field == (3 << 3 | 2))
            copy_text(part(&in), out->keys[out->key_count++], sizeof out->keys[0]);
        else {
            assert_int_equal(field, 4 << 3 | 2);
            read_value(part(&in), out);
        }
    }
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    static const char *const names[] = {"k", "s", "n"};
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf features = hf_buf_of(100000);
    HF_CLEANUP(hf_buf_done) hf_buf values = hf_buf_of(100000);
    HF_CLEANUP(hf_buf_done) hf_buf tags = hf_buf_of(1000);
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(100000);
    hf_mvt tile = hf_mvt_begin(&arena, &features, &values, &tags);
    hf_mvt_tag_text(&tile, 0, HF_STR("DAM-3"));
    hf_mvt_tag_number(&tile, 1, 7);
    hf_mvt_tag_number(&tile, 2, 1);
    hf_mvt_point(&tile, 4000000000u, 4095, 0);
    hf_mvt_tag_number(&tile, 1, 7);
    hf_mvt_tag_number(&tile, 2, 300000);
    hf_mvt_point(&tile, 1, 0, 2048);
    hf_mvt_end(&tile, "assets", names, 3, &out);

    reader in = {(const unsigned char *)out.ptr, (const unsigned char *)out.ptr + out.len};
    assert_int_equal(varint(&in), 3 << 3 | 2);
    layer read = {0};
    read_layer(part(&in), &read);
    assert_true(in.at == in.end);
    assert_string_equal(read.name, "assets");
    assert_int_equal(read.version, 2);
    assert_int_equal(read.extent, 4096);
    assert_int_equal(read.key_count, 3);
    assert_string_equal(read.keys[2], "n");
    assert_int_equal(read.feature_count, 2);
    assert_int_equal(read.features[0].id, 4000000000u);
    assert_int_equal(read.features[0].x, 4095);
    assert_int_equal(read.features[0].y, 0);
    assert_int_equal(read.features[0].tag_count, 6);
    assert_string_equal(read.texts[read.features[0].tags[1]], "DAM-3");
    assert_int_equal(read.numbers[read.features[0].tags[3]], 7);
    assert_int_equal(read.features[1].y, 2048);
    assert_int_equal(read.features[1].tag_count, 4);
    assert_int_equal(read.numbers[read.features[1].tags[3]], 300000);
    // the sector of both is one value
    assert_int_equal(read.features[0].tags[3], read.features[1].tags[1]);
    assert_int_equal(read.value_count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_written_reads_back)};
    return cmocka_run_group_tests_name("api/mvt", tests, NULL, NULL);
}
