// SPDX-License-Identifier: Apache-2.0
//
// Values of the store as PostgreSQL sends and takes them: see postgres_value.h.
#include "store/postgres_value.h"

#include <string.h>

// Types of values, from PostgreSQL's catalogue pg_type.
enum {
    TYPE_BOOL = 16,
    TYPE_BYTES = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_OID = 26,
    TYPE_FLOAT4 = 700,
    TYPE_FLOAT8 = 701,
    TYPE_VARCHAR = 1043
};

hf_pg_sent hf_pg_sent_of(size_t count, hf_arena *arena)
{
    return (hf_pg_sent){.pointers = HF_NEW_N(arena, const char *, count + 1),
                        .lengths = HF_NEW_N(arena, int, count + 1),
                        .formats = HF_NEW_N(arena, int, count + 1),
                        .numbers = hf_arena_take(arena, (count + 1) * HF_PG_NUMBER_CHARS)};
}

static void put_big_endian(char *at, uint64_t bits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        at[i] = (char)(uint8_t)(bits >> 8 * (count - 1 - i));
}

static bool is_whole(double number)
{
    return number >= -9e18 && number <= 9e18 && (double)(int64_t)number == number;
}

static bool set_integer(hf_pg_sent *sent, int i, uint32_t type, const hf_value *value)
{
    bool is_wide = type == TYPE_INT8;
    bool is_number = value->type == HF_VALUE_INTEGER ||
                     (value->type == HF_VALUE_DOUBLE && is_whole(value->number));
    int64_t number = value->type == HF_VALUE_DOUBLE ? (int64_t)value->number : value->integer;
    if (!is_number || (!is_wide && (number < INT32_MIN || number > INT32_MAX)))
        return false;
    sent->lengths[i] = is_wide ? 8 : 4;
    sent->formats[i] = 1;
    put_big_endian(sent->numbers[i], (uint64_t)number, (size_t)sent->lengths[i]);
    return true;
}

static bool set_double(hf_pg_sent *sent, int i, const hf_value *value)
{
    double number = value->type == HF_VALUE_INTEGER ? (double)value->integer : value->number;
    uint64_t bits = 0;
    if (value->type != HF_VALUE_INTEGER && value->type != HF_VALUE_DOUBLE)
        return false;
    memcpy(&bits, &number, sizeof(bits));
    sent->lengths[i] = 8;
    sent->formats[i] = 1;
    put_big_endian(sent->numbers[i], bits, 8);
    return true;
}

// Of the bytes that they are; or, for types that we do not know, as text, which must be ended by a zero.
static bool set_text(hf_pg_sent *sent, int i, uint32_t type, const hf_value *value)
{
    bool is_plain = type == TYPE_TEXT || type == TYPE_VARCHAR || type == TYPE_BYTES;
    hf_str text = value->text;
    if (value->type == HF_VALUE_INTEGER || value->type == HF_VALUE_DOUBLE) {
        hf_buf digits = hf_buf_of(HF_PG_NUMBER_CHARS);
        if (value->type == HF_VALUE_INTEGER)
            hf_buf_add_i64(&digits, value->integer);
        else
            hf_buf_add_double(&digits, value->number);
        text = hf_buf_copy(&sent->copies, &digits);
        hf_buf_done(&digits);
    }
    if (text.len > (size_t)1 << 30)
        return false;
    sent->formats[i] = is_plain;
    sent->lengths[i] = (int)text.len;
    sent->pointers[i] =
        is_plain ? (text.ptr != NULL ? text.ptr : "") : hf_str_z(&sent->copies, text);
    return true;
}

bool hf_pg_set_value(hf_pg_sent *sent, int i, uint32_t type, const hf_value *value)
{
    sent->pointers[i] = NULL;
    sent->lengths[i] = sent->formats[i] = 0;
    if (value->type == HF_VALUE_NULL)
        return true;
    sent->pointers[i] = sent->numbers[i];
    switch (type) {
    case TYPE_INT8:
    case TYPE_INT4:
        return set_integer(sent, i, type, value);
    case TYPE_FLOAT8:
        return set_double(sent, i, value);
    default:
        return set_text(sent, i, type, value);
    }
}

hf_str hf_pg_cell_text(const hf_pg_cell *cell)
{
    return (hf_str){cell->ptr, cell->len > 0 ? (size_t)cell->len : 0};
}

static int64_t big_endian(const char *at, size_t count)
{
    uint64_t bits = (at[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < count; i++)
        bits = bits << 8 | (uint8_t)at[i];
    return (int64_t)bits;
}

void hf_pg_read_cell(uint32_t type, const hf_pg_cell *cell, hf_value *out)
{
    int64_t bits = 0;
    float single = 0;
    uint32_t single_bits = 0;
    *out = (hf_value){.type = HF_VALUE_NULL};
    if (cell->len < 0)
        return;
    switch (type) {
    case TYPE_BOOL:
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
    case TYPE_OID:
        out->type = HF_VALUE_INTEGER;
        out->integer = big_endian(cell->ptr, (size_t)cell->len);
        break;
    case TYPE_FLOAT8:
        bits = big_endian(cell->ptr, 8);
        out->type = HF_VALUE_DOUBLE;
        memcpy(&out->number, &bits, sizeof(bits));
        break;
    case TYPE_FLOAT4:
        single_bits = (uint32_t)big_endian(cell->ptr, 4);
        memcpy(&single, &single_bits, sizeof(single));
        out->type = HF_VALUE_DOUBLE;
        out->number = (double)single;
        break;
    default:
        out->type = type == TYPE_BYTES ? HF_VALUE_BLOB : HF_VALUE_TEXT;
        out->text = hf_pg_cell_text(cell);
        break;
    }
}
