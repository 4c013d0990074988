// SPDX-License-Identifier: Apache-2.0
//
// The reader of CBOR: one pass, bounded in depth and number before anything is taken from the arena.
#include "base/cbor.h"

#include "base/text.h"

typedef struct {
    const unsigned char *bytes;
    size_t len;
    size_t at;
    size_t item_count;
    hf_arena *arena;
    hf_error *err;
} reader;

static bool fail(reader *r, const char *what)
{
    return hf_fail(r->err, HF_ERR_INPUT, "passkey.unreadable", "CBOR at byte %zu: %s", r->at, what);
}

// The head of an item: its major type and the number that goes with it.
static bool read_head(reader *r, unsigned *major, uint64_t *value)
{
    if (r->at >= r->len)
        return fail(r, "it ends early");
    unsigned char first = r->bytes[r->at++];
    unsigned low = first & 31;
    *major = first >> 5;
    *value = low;
    if (low < 24)
        return true;
    if (low > 27)
        return fail(r, "only definite lengths are taken");
    size_t width = (size_t)1 << (low - 24);
    if (r->len - r->at < width)
        return fail(r, "it ends early");
    *value = 0;
    for (size_t i = 0; i < width; i++)
        *value = *value << 8 | r->bytes[r->at++];
    bool is_shortest = width == 1   ? *value >= 24
                       : width == 2 ? *value > UINT8_MAX
                       : width == 4 ? *value > UINT16_MAX
                                    : *value > UINT32_MAX;
    return *major == 7 || is_shortest || fail(r, "a number is longer than it needs to be");
}

static bool read_string(reader *r, hf_cbor *item, uint64_t length)
{
    if (length > r->len - r->at)
        return fail(r, "it ends early");
    item->text = (hf_str){(const char *)r->bytes + r->at, (size_t)length};
    if (item->type == HF_CBOR_TEXT && !hf_utf8_valid(item->text, NULL))
        return fail(r, "a text is not UTF-8");
    r->at += (size_t)length;
    return true;
}

static bool is_same_name(const hf_cbor *a, const hf_cbor *b)
{
    return a->type == b->type && a->integer == b->integer && hf_str_equal(a->text, b->text);
}

static bool is_new_name(const hf_cbor *map, const hf_cbor *name)
{
    if (name->type != HF_CBOR_INTEGER && name->type != HF_CBOR_TEXT)
        return false;
    for (const hf_cbor *each = map->child; each != NULL && each != name; each = each->next->next)
        if (is_same_name(each, name))
            return false;
    return true;
}

static bool read_item(reader *r, unsigned depth, hf_cbor **out); // a tree: it calls itself

static bool read_children(reader *r, hf_cbor *item, uint64_t count, unsigned depth)
{
    hf_cbor **place = &item->child;
    for (uint64_t i = 0; i < count; i++) {
        if (!read_item(r, depth + 1, place))
            return false;
        // An odd child of a map is a value: its name was looked at before.
        if (item->type == HF_CBOR_MAP && i % 2 == 0 && !is_new_name(item, *place))
            return fail(r, "a name stands twice, or is neither a number nor a text");
        place = &(*place)->next;
    }
    return true;
}

static bool fill(reader *r, hf_cbor *item, unsigned major, uint64_t value, unsigned depth)
{
    switch (major) {
    case 0:
    case 1:
        if (value > INT64_MAX)
            return fail(r, "a number does not fit");
        item->type = HF_CBOR_INTEGER;
        item->integer = major == 0 ? (int64_t)value : -1 - (int64_t)value;
        return true;
    case 2:
    case 3:
        item->type = major == 2 ? HF_CBOR_BYTES : HF_CBOR_TEXT;
        return read_string(r, item, value);
    case 4:
    case 5:
        item->type = major == 4 ? HF_CBOR_ARRAY : HF_CBOR_MAP;
        if (value > HF_CBOR_ITEMS_MAX)
            return fail(r, "too many items");
        return read_children(r, item, major == 4 ? value : 2 * value, depth);
    case 7:
        if (value < 20 || value > 22)
            return fail(r, "neither false, true nor null");
        item->type = HF_CBOR_SIMPLE;
        item->integer = (int64_t)value - 20;
        return true;
    default:
        return fail(r, "tags are not taken");
    }
}

static bool read_item(reader *r, unsigned depth, hf_cbor **out)
{
    unsigned major = 0;
    uint64_t value = 0;
    if (depth > HF_CBOR_DEPTH_MAX)
        return fail(r, "it is nested too deep");
    if (++r->item_count > HF_CBOR_ITEMS_MAX)
        return fail(r, "too many items");
    *out = HF_NEW(r->arena, hf_cbor);
    return read_head(r, &major, &value) && fill(r, *out, major, value, depth);
}

bool hf_cbor_read(hf_str bytes, hf_arena *arena, hf_cbor **out, size_t *used, hf_error *err)
{
    reader r = {
        .bytes = (const unsigned char *)bytes.ptr, .len = bytes.len, .arena = arena, .err = err};
    hf_cbor *item = NULL;
    if (!read_item(&r, 0, &item))
        return false;
    *out = item;
    *used = r.at;
    return true;
}

static const hf_cbor *find(const hf_cbor *map, const hf_cbor *name)
{
    if (map == NULL || map->type != HF_CBOR_MAP)
        return NULL;
    for (const hf_cbor *each = map->child; each != NULL; each = each->next->next)
        if (is_same_name(each, name))
            return each->next;
    return NULL;
}

const hf_cbor *hf_cbor_get(const hf_cbor *map, const char *name)
{
    const hf_cbor wanted = {.type = HF_CBOR_TEXT, .text = hf_str_of(name)};
    return find(map, &wanted);
}

const hf_cbor *hf_cbor_at(const hf_cbor *map, int64_t name)
{
    const hf_cbor wanted = {.type = HF_CBOR_INTEGER, .integer = name};
    return find(map, &wanted);
}
