// SPDX-License-Identifier: Apache-2.0
//
// The protocol-buffer side of a vector tile: tags, varints and lengths, nothing else.
#include "api/mvt.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };

static void add_varint(hf_buf *out, uint64_t value)
{
    char bytes[10];
    size_t count = 0;
    do {
        bytes[count] = (char)(uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
        count++;
    } while (value > 0);
    hf_buf_add(out, bytes, count);
}

static size_t varint_bytes(uint64_t value)
{
    size_t count = 1;
    for (; value > 0x7f; value >>= 7)
        count++;
    return count;
}

static void add_field(hf_buf *out, uint32_t number, uint32_t wire)
{
    add_varint(out, number << 3 | wire);
}

static void add_bytes(hf_buf *out, uint32_t number, hf_str bytes)
{
    add_field(out, number, WIRE_BYTES);
    add_varint(out, bytes.len);
    hf_buf_add_str(out, bytes);
}

hf_mvt hf_mvt_begin(hf_arena *arena, hf_buf *features, hf_buf *values, hf_buf *tags)
{
    return (hf_mvt){.arena = arena,
                    .features = features,
                    .values = values,
                    .tags = tags,
                    .numbers = hf_map_of(arena, 1024)};
}

static void add_tag(hf_mvt *tile, uint32_t name_index, uint32_t value_index)
{
    add_varint(tile->tags, name_index);
    add_varint(tile->tags, value_index);
}

void hf_mvt_tag_number(hf_mvt *tile, uint32_t name_index, uint64_t value)
{
    uint32_t index = 0;
    if (hf_map_add_u64(&tile->numbers, value, tile->value_count, &index)) {
        tile->value_count++;
        add_field(tile->values, 4, WIRE_BYTES); // Layer.values
        add_varint(tile->values, 1 + varint_bytes(value));
        add_field(tile->values, 5, WIRE_VARINT); // Value.uint_value
        add_varint(tile->values, value);
    }
    add_tag(tile, name_index, index);
}

// Keys are unique, so texts are not looked up among the earlier ones.
void hf_mvt_tag_text(hf_mvt *tile, uint32_t name_index, hf_str value)
{
    add_field(tile->values, 4, WIRE_BYTES);
    add_varint(tile->values, 1 + varint_bytes(value.len) + value.len);
    add_bytes(tile->values, 1, value); // Value.string_value
    add_tag(tile, name_index, tile->value_count++);
}

void hf_mvt_point(hf_mvt *tile, uint64_t id, uint32_t x, uint32_t y)
{
    // MoveTo once: command integer 1 | 1 << 3; then x and y in zigzag form, from the tile's corner.
    uint64_t zig_x = (uint64_t)x << 1;
    uint64_t zig_y = (uint64_t)y << 1;
    size_t geometry = 1 + varint_bytes(zig_x) + varint_bytes(zig_y);
    size_t tags = tile->tags->len;
    size_t bytes = 1 + varint_bytes(id) + 1 + varint_bytes(tags) + tags + 2 + 1 +
                   varint_bytes(geometry) + geometry;
    hf_buf *out = tile->features;
    add_field(out, 2, WIRE_BYTES); // Layer.features
    add_varint(out, bytes);
    add_field(out, 1, WIRE_VARINT); // Feature.id
    add_varint(out, id);
    add_bytes(out, 2, hf_buf_str(tile->tags)); // Feature.tags
    add_field(out, 3, WIRE_VARINT);            // Feature.type = POINT
    add_varint(out, 1);
    add_field(out, 4, WIRE_BYTES); // Feature.geometry
    add_varint(out, geometry);
    add_varint(out, 9);
    add_varint(out, zig_x);
    add_varint(out, zig_y);
    hf_buf_clear(tile->tags);
}

void hf_mvt_end(hf_mvt *tile, const char *layer, const char *const *names, size_t name_count,
                hf_buf *out)
{
    size_t bytes = 1 + varint_bytes(strlen(layer)) + strlen(layer) + tile->features->len;
    for (size_t i = 0; i < name_count; i++)
        bytes += 1 + varint_bytes(strlen(names[i])) + strlen(names[i]);
    bytes += tile->values->len + 1 + varint_bytes(HF_MVT_EXTENT) + 2;
    add_field(out, 3, WIRE_BYTES); // Tile.layers
    add_varint(out, bytes);
    add_bytes(out, 1, hf_str_of(layer)); // Layer.name
    hf_buf_add_str(out, hf_buf_str(tile->features));
    for (size_t i = 0; i < name_count; i++)
        add_bytes(out, 3, hf_str_of(names[i])); // Layer.keys
    hf_buf_add_str(out, hf_buf_str(tile->values));
    add_field(out, 5, WIRE_VARINT); // Layer.extent
    add_varint(out, HF_MVT_EXTENT);
    add_field(out, 15, WIRE_VARINT); // Layer.version
    add_varint(out, 2);
}
