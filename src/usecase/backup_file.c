// SPDX-License-Identifier: Apache-2.0
//
// Writing and reading the file of a backup. See backup_file.h for its form.
#include "usecase/backup_file.h"

#include <string.h>

#define MAGIC   "HFBACKUP"
#define VERSION 1u

enum {
    MAGIC_BYTES = 8,
    AT_VERSION = MAGIC_BYTES,
    AT_COUNT = AT_VERSION + 4,
    HEAD_BYTES = AT_COUNT + 4,
    KEY_BYTES = sizeof(hf_cipher_key),
    HASH_BYTES = sizeof(hf_sha256),
    HEAD_BYTES_MAX = HEAD_BYTES + HF_BACKUP_KEYS_MAX * HF_BOX_BYTES + HASH_BYTES,
    PROGRAM_BYTES = 32,
    FACT_BYTES = 3 * 8 + PROGRAM_BYTES + 3 * HASH_BYTES,
    PIECE_BYTES = HF_BACKUP_PIECE_BYTES,
    SHUT_BYTES = HF_BACKUP_PIECE_BYTES + HF_CIPHER_MORE_BYTES,
    RUN_HEAD_BYTES = 8 + 4,
};

static void put_number(uint8_t *to, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t number_at(const uint8_t *from, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < bytes; i++)
        value |= (uint64_t)from[i] << (8 * i);
    return value;
}

static hf_str str_of(const void *bytes, size_t count)
{
    return (hf_str){bytes, count};
}

// ---- Facts ----

static void facts_write(const hf_backup_facts *facts, uint8_t to[FACT_BYTES])
{
    _Static_assert(sizeof(facts->program) == PROGRAM_BYTES + 1, "room of the program's version");
    uint8_t *at = to;
    const int64_t numbers[] = {facts->made_ms, facts->schema, facts->event_last};
    for (size_t i = 0; i < HF_COUNT(numbers); i++, at += 8)
        put_number(at, (uint64_t)numbers[i], 8);
    memcpy(at, facts->program, PROGRAM_BYTES);
    at += PROGRAM_BYTES;
    const hf_sha256 *hashes[] = {&facts->instance, &facts->snapshot, &facts->event_hash};
    for (size_t i = 0; i < HF_COUNT(hashes); i++, at += HASH_BYTES)
        memcpy(at, hashes[i]->bytes, HASH_BYTES);
}

// It goes to people's terminals, out of a file that may be anybody's.
static bool is_printable(const char program[PROGRAM_BYTES])
{
    size_t len = strnlen(program, PROGRAM_BYTES);
    for (size_t i = 0; i < PROGRAM_BYTES; i++)
        if (i < len ? program[i] < ' ' || program[i] > '~' : program[i] != 0)
            return false;
    return true;
}

static bool facts_read(const uint8_t from[FACT_BYTES], hf_backup_facts *facts)
{
    const uint8_t *at = from;
    int64_t *numbers[] = {&facts->made_ms, &facts->schema, &facts->event_last};
    for (size_t i = 0; i < HF_COUNT(numbers); i++, at += 8)
        *numbers[i] = (int64_t)number_at(at, 8);
    memcpy(facts->program, at, PROGRAM_BYTES);
    facts->program[PROGRAM_BYTES] = 0;
    at += PROGRAM_BYTES;
    hf_sha256 *hashes[] = {&facts->instance, &facts->snapshot, &facts->event_hash};
    for (size_t i = 0; i < HF_COUNT(hashes); i++, at += HASH_BYTES)
        memcpy(hashes[i]->bytes, at, HASH_BYTES);
    return is_printable(facts->program);
}

// ---- Writing ----

struct hf_backup_writer {
    const hf_output *to;
    hf_cipher *stream;
    hf_sha256_stream *content;
    hf_sha256 head; // beside the first piece
    bool is_begun;
    uint8_t *plain, *shut; // one piece
    size_t len;
    uint64_t store_bytes;
};

static bool flush_piece(hf_backup_writer *writer, bool is_last, hf_error *err)
{
    hf_str beside = writer->is_begun ? HF_STR_EMPTY : str_of(writer->head.bytes, HASH_BYTES);
    hf_cipher_shut(writer->stream, str_of(writer->plain, writer->len), beside, is_last,
                   writer->shut);
    hf_str shut = str_of(writer->shut, writer->len + HF_CIPHER_MORE_BYTES);
    writer->is_begun = true;
    writer->len = 0;
    return writer->to->write(writer->to->context, shut, err);
}

// A full piece waits for what comes after it: the last one is to be known as such.
static bool add(hf_backup_writer *writer, const void *bytes, size_t count, hf_error *err)
{
    const uint8_t *from = bytes;
    while (count > 0) {
        if (writer->len == PIECE_BYTES && !flush_piece(writer, false, err))
            return false;
        size_t room = PIECE_BYTES - writer->len;
        size_t taken = count < room ? count : room;
        memcpy(writer->plain + writer->len, from, taken);
        writer->len += taken;
        from += taken;
        count -= taken;
    }
    return true;
}

static bool add_counted(hf_backup_writer *writer, const void *bytes, size_t count, hf_error *err)
{
    hf_sha256_add(writer->content, bytes, count);
    return add(writer, bytes, count, err);
}

// The boxes, or for nobody in particular the key itself. Gives back how long the head is; 0: a key is of no use.
static size_t fill_head(uint8_t *head, const hf_box_key *keys, uint32_t count,
                        const hf_cipher_key *content)
{
    uint8_t *at = head + HEAD_BYTES;
    memcpy(head, MAGIC, MAGIC_BYTES);
    put_number(head + AT_VERSION, VERSION, 4);
    put_number(head + AT_COUNT, count, 4);
    for (uint32_t i = 0; i < count; i++, at += HF_BOX_BYTES)
        if (!hf_box_shut(content, &keys[i], at))
            return 0;
    if (count == 0) {
        memcpy(at, content->bytes, KEY_BYTES);
        at += KEY_BYTES;
    }
    hf_sha256 hash = hf_sha256_of(str_of(head, (size_t)(at - head)));
    memcpy(at, hash.bytes, HASH_BYTES);
    return (size_t)(at - head) + HASH_BYTES;
}

bool hf_backup_write_head(const hf_backup_facts *facts, const hf_box_key *keys, const hf_output *to,
                          hf_arena *arena, hf_cipher_key *content, hf_backup_writer **out,
                          hf_error *err)
{
    uint8_t head[HEAD_BYTES_MAX], stream_head[HF_CIPHER_HEAD_BYTES], first[FACT_BYTES];
    HF_ASSERT(facts->key_count <= HF_BACKUP_KEYS_MAX);
    hf_random_bytes(content->bytes, sizeof(content->bytes));
    size_t head_bytes = fill_head(head, keys, facts->key_count, content);
    if (head_bytes == 0)
        return hf_fail(err, HF_ERR_USAGE, "backup.recipient",
                       "one of the keys cannot keep anything secret; use one that "
                       "holdfast backup keygen made");
    hf_backup_writer *writer = HF_NEW(arena, hf_backup_writer);
    writer->to = to;
    writer->stream = hf_cipher_write(arena, content, stream_head);
    writer->content = hf_sha256_open(arena);
    writer->plain = hf_arena_take(arena, PIECE_BYTES);
    writer->shut = hf_arena_take(arena, SHUT_BYTES);
    memcpy(writer->head.bytes, head + head_bytes - HASH_BYTES, HASH_BYTES);
    facts_write(facts, first);
    *out = writer;
    return to->write(to->context, str_of(head, head_bytes), err) &&
           to->write(to->context, str_of(stream_head, sizeof(stream_head)), err) &&
           add_counted(writer, first, sizeof(first), err);
}

static bool put_piece(void *context, uint64_t offset, hf_str bytes, hf_error *err)
{
    hf_backup_writer *writer = context;
    while (bytes.len > 0) {
        uint8_t head[RUN_HEAD_BYTES];
        size_t count = bytes.len < PIECE_BYTES ? bytes.len : PIECE_BYTES;
        put_number(head, offset, 8);
        put_number(head + 8, count, 4);
        if (!add_counted(writer, head, sizeof(head), err) ||
            !add_counted(writer, bytes.ptr, count, err))
            return false;
        offset += count;
        bytes = hf_str_slice(bytes, count, bytes.len);
        if (offset > writer->store_bytes)
            writer->store_bytes = offset;
    }
    return true;
}

hf_pieces hf_backup_write_pieces(hf_backup_writer *writer)
{
    return (hf_pieces){writer, put_piece};
}

bool hf_backup_write_end(hf_backup_writer *writer, hf_backup_facts *facts, hf_error *err)
{
    uint8_t last[8 + 8 + HASH_BYTES];
    put_number(last, UINT64_MAX, 8);
    put_number(last + 8, writer->store_bytes, 8);
    facts->store_bytes = writer->store_bytes;
    facts->content = hf_sha256_close(writer->content);
    memcpy(last + 16, facts->content.bytes, HASH_BYTES);
    return add(writer, last, sizeof(last), err) && flush_piece(writer, true, err);
}

void hf_backup_write_done(hf_backup_writer **writer)
{
    hf_backup_writer *done = *writer;
    *writer = NULL;
    if (done == NULL)
        return;
    hf_cipher_done(&done->stream);
    hf_wipe(done->plain, PIECE_BYTES);
}

// ---- Reading ----

typedef struct {
    const hf_backup_source *source;
    uint64_t offset; // read so far, for messages
    hf_arena arena;
    hf_cipher *stream;
    hf_sha256_stream *content;
    hf_sha256 head;
    bool is_begun, is_at_last;
    uint8_t *shut, *plain;
    size_t len, at; // of plain
} reading;

static void end_reading(reading *in)
{
    hf_cipher_done(&in->stream);
    if (in->plain != NULL)
        hf_wipe(in->plain, PIECE_BYTES);
    hf_arena_done(&in->arena);
}

static bool damaged(const reading *in, const char *what, hf_error *err)
{
    return hf_fail(
        err, HF_ERR_INPUT, "backup.damaged",
        "the backup is damaged (%s, before byte %llu); nothing of it can be trusted, take "
        "another one",
        what, (unsigned long long)in->offset);
}

// As much as there is, up to count.
static bool read_up_to(reading *in, uint8_t *target, size_t count, size_t *got, hf_error *err)
{
    *got = 0;
    while (*got < count) {
        size_t piece = 0;
        if (!in->source->read(in->source->context, target + *got, count - *got, &piece, err))
            return false;
        if (piece == 0)
            break;
        *got += piece;
        in->offset += piece;
    }
    return true;
}

static bool read_head_bytes(reading *in, uint8_t *target, size_t count, hf_error *err)
{
    size_t got = 0;
    return read_up_to(in, target, count, &got, err) &&
           (got == count || damaged(in, "cut off", err));
}

static bool read_kind(reading *in, uint8_t *head, hf_error *err)
{
    size_t got = 0;
    if (!read_up_to(in, head, HEAD_BYTES, &got, err))
        return false;
    if (got < MAGIC_BYTES || memcmp(head, MAGIC, MAGIC_BYTES) != 0)
        return hf_fail(err, HF_ERR_INPUT, "backup.none",
                       "this is no backup of holdfast; name a file that holdfast backup wrote");
    if (got < HEAD_BYTES)
        return damaged(in, "cut off", err);
    if (number_at(head + AT_VERSION, 4) != VERSION)
        return hf_fail(err, HF_ERR_INPUT, "backup.newer",
                       "the backup is of form %llu, this program knows %u: it is of a newer "
                       "holdfast, or damaged",
                       (unsigned long long)number_at(head + AT_VERSION, 4), VERSION);
    return number_at(head + AT_COUNT, 4) <= HF_BACKUP_KEYS_MAX || damaged(in, "too many keys", err);
}

static bool find_key(const uint8_t *head, const hf_backup_reader *reader, uint32_t count,
                     hf_cipher_key *key, hf_error *err)
{
    const uint8_t *at = head + HEAD_BYTES;
    if (reader->content != NULL) {
        *key = *reader->content;
        return true;
    }
    if (count == 0) {
        memcpy(key->bytes, at, KEY_BYTES);
        return true;
    }
    if (reader->secret == NULL)
        return hf_fail(err, HF_ERR_USAGE, "backup.key_missing",
                       "the backup is encrypted; name the file with your key: --key KEYFILE");
    for (uint32_t i = 0; i < count; i++, at += HF_BOX_BYTES)
        if (hf_box_open(at, reader->secret, key))
            return true;
    return hf_fail(
        err, HF_ERR_INPUT, "backup.wrong_key",
        "this key opens none of the %u locks of the backup; take the key of one of those "
        "it was written for",
        count);
}

static bool open_stream(reading *in, const hf_backup_reader *reader, hf_backup_facts *facts,
                        hf_error *err)
{
    uint8_t head[HEAD_BYTES_MAX], stream_head[HF_CIPHER_HEAD_BYTES];
    hf_cipher_key key;
    if (!read_kind(in, head, err))
        return false;
    facts->key_count = (uint32_t)number_at(head + AT_COUNT, 4);
    size_t boxes = facts->key_count == 0 ? (size_t)KEY_BYTES : facts->key_count * HF_BOX_BYTES;
    if (!read_head_bytes(in, head + HEAD_BYTES, boxes + HASH_BYTES, err))
        return false;
    in->head = hf_sha256_of(str_of(head, HEAD_BYTES + boxes));
    if (memcmp(in->head.bytes, head + HEAD_BYTES + boxes, HASH_BYTES) != 0)
        return damaged(in, "its head does not fit its checksum", err);
    if (!read_head_bytes(in, stream_head, sizeof(stream_head), err) ||
        !find_key(head, reader, facts->key_count, &key, err))
        return false;
    in->stream = hf_cipher_read(&in->arena, &key, stream_head);
    in->content = hf_sha256_open(&in->arena);
    in->shut = hf_arena_take(&in->arena, SHUT_BYTES);
    in->plain = hf_arena_take(&in->arena, PIECE_BYTES);
    hf_wipe(&key, sizeof(key));
    return true;
}

static bool next_piece(reading *in, hf_error *err)
{
    size_t got = 0, more = 0;
    hf_str beside = in->is_begun ? HF_STR_EMPTY : str_of(in->head.bytes, HASH_BYTES);
    if (in->is_at_last)
        return damaged(in, "it ends too early", err);
    if (!read_up_to(in, in->shut, SHUT_BYTES, &got, err))
        return false;
    if (got == 0)
        return damaged(in, "cut off", err);
    if (!hf_cipher_open(in->stream, str_of(in->shut, got), beside, in->plain, &in->is_at_last))
        return damaged(in, got < SHUT_BYTES ? "cut off or altered" : "altered", err);
    in->is_begun = true;
    in->at = 0;
    in->len = got - HF_CIPHER_MORE_BYTES;
    if (!in->is_at_last)
        return got == SHUT_BYTES || damaged(in, "a piece is too short", err);
    uint8_t byte = 0;
    return read_up_to(in, &byte, 1, &more, err) && (more == 0 || damaged(in, "too long", err));
}

// The next bytes of the stream where they lie, at most wanted and at least one.
static bool take_some(reading *in, size_t wanted, hf_str *out, hf_error *err)
{
    while (in->at == in->len)
        if (!next_piece(in, err))
            return false;
    size_t left = in->len - in->at;
    size_t count = wanted < left ? wanted : left;
    *out = str_of(in->plain + in->at, count);
    in->at += count;
    return true;
}

static bool take(reading *in, uint8_t *target, size_t count, hf_error *err)
{
    while (count > 0) {
        hf_str some;
        if (!take_some(in, count, &some, err))
            return false;
        memcpy(target, some.ptr, some.len);
        target += some.len;
        count -= some.len;
    }
    return true;
}

static bool take_counted(reading *in, uint8_t *target, size_t count, hf_error *err)
{
    if (!take(in, target, count, err))
        return false;
    hf_sha256_add(in->content, target, count);
    return true;
}

static bool read_run(reading *in, uint64_t offset, const hf_pieces *store, hf_backup_facts *facts,
                     hf_error *err)
{
    uint8_t number[4];
    if (!take_counted(in, number, sizeof(number), err))
        return false;
    size_t count = (size_t)number_at(number, 4);
    if (count == 0 || count > PIECE_BYTES || offset > (uint64_t)INT64_MAX - count)
        return damaged(in, "a run of bytes is out of bounds", err);
    if (offset + count > facts->store_bytes)
        facts->store_bytes = offset + count;
    while (count > 0) {
        hf_str some;
        if (!take_some(in, count, &some, err))
            return false;
        hf_sha256_add(in->content, some.ptr, some.len);
        if (store != NULL && !store->put(store->context, offset, some, err))
            return false;
        offset += some.len;
        count -= some.len;
    }
    return true;
}

static bool read_end(reading *in, hf_backup_facts *facts, hf_error *err)
{
    uint8_t size[8];
    hf_sha256 stated;
    facts->content = hf_sha256_close(in->content);
    if (!take(in, size, sizeof(size), err) || !take(in, stated.bytes, HASH_BYTES, err))
        return false;
    if (number_at(size, 8) != facts->store_bytes ||
        memcmp(stated.bytes, facts->content.bytes, HASH_BYTES) != 0)
        return damaged(in, "its content does not fit its digest", err);
    return (in->is_at_last && in->at == in->len) ||
           damaged(in, "there is more behind its end", err);
}

static bool read_runs(reading *in, const hf_pieces *store, hf_backup_facts *facts, hf_error *err)
{
    for (;;) {
        uint8_t number[8];
        if (!take(in, number, sizeof(number), err))
            return false;
        uint64_t offset = number_at(number, 8);
        if (offset == UINT64_MAX)
            return read_end(in, facts, err);
        hf_sha256_add(in->content, number, sizeof(number));
        if (!read_run(in, offset, store, facts, err))
            return false;
    }
}

bool hf_backup_read(const hf_backup_source *source, const hf_backup_reader *reader,
                    hf_backup_facts *facts, hf_error *err)
{
    HF_CLEANUP(end_reading) reading in = {.source = source};
    uint8_t first[FACT_BYTES];
    *facts = (hf_backup_facts){0};
    if (!open_stream(&in, reader, facts, err) || !take_counted(&in, first, sizeof(first), err))
        return false;
    if (!facts_read(first, facts))
        return damaged(&in, "the version of its program is no text", err);
    return (reader->may_go_on == NULL || reader->may_go_on(reader->context, facts, err)) &&
           read_runs(&in, reader->store, facts, err);
}
