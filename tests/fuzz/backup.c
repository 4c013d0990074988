// SPDX-License-Identifier: Apache-2.0
//
// Backups: any bytes are refused or read whole, and what is read stays within its bounds; also what is behind the
// encryption, which chance would never find: the bytes are shut in a stream of their own.
#include "usecase/backup_file.h"

#include <string.h>

#include "fuzz.h"

enum { HEAD = 8 + 4 + 4 };

typedef struct {
    hf_str bytes;
    uint64_t put_end, put_bytes;
} world;

static bool read_on(void *context, void *target, size_t room, size_t *count, hf_error *err)
{
    world *w = context;
    (void)err;
    *count = w->bytes.len < room ? w->bytes.len : room;
    if (*count > 0)
        memcpy(target, w->bytes.ptr, *count);
    w->bytes = hf_str_slice(w->bytes, *count, w->bytes.len);
    return true;
}

static bool put(void *context, uint64_t offset, hf_str bytes, hf_error *err)
{
    world *w = context;
    (void)err;
    HF_ASSERT(bytes.len > 0 && offset <= (uint64_t)INT64_MAX - bytes.len);
    if (offset + bytes.len > w->put_end)
        w->put_end = offset + bytes.len;
    w->put_bytes += bytes.len;
    return true;
}

static void ask(hf_str bytes, const hf_box_secret *secret)
{
    world w = {.bytes = bytes};
    const hf_backup_source source = {&w, read_on};
    const hf_pieces pieces = {&w, put};
    const hf_backup_reader reader = {.secret = secret, .store = &pieces};
    hf_backup_facts facts;
    hf_error err = {0};
    if (hf_backup_read(&source, &reader, &facts, &err))
        HF_ASSERT(facts.store_bytes == w.put_end && w.bytes.len == 0);
    else
        HF_ASSERT(err.code != NULL);
    HF_ASSERT(w.put_bytes <= bytes.len);
    HF_ASSERT(memchr(facts.program, 0, sizeof(facts.program)) != NULL);
}

// A head that anybody can open, and the bytes as what lies in it: whole pieces are of one size, so it is one.
static void ask_inside(hf_str inside)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint8_t head[HEAD + sizeof(hf_cipher_key) + sizeof(hf_sha256)] = "HFBACKUP\1";
    uint8_t stream_head[HF_CIPHER_HEAD_BYTES];
    hf_cipher_key key = {.bytes = {7}};
    if (inside.len > HF_BACKUP_PIECE_BYTES)
        return;
    memcpy(head + HEAD, key.bytes, sizeof(key.bytes));
    hf_sha256 hash = hf_sha256_of((hf_str){(const char *)head, HEAD + sizeof(key.bytes)});
    memcpy(head + HEAD + sizeof(key.bytes), hash.bytes, sizeof(hash.bytes));
    hf_cipher *cipher = hf_cipher_write(&arena, &key, stream_head);
    size_t bytes = sizeof(head) + sizeof(stream_head) + inside.len + HF_CIPHER_MORE_BYTES;
    char *file = hf_arena_take(&arena, bytes);
    memcpy(file, head, sizeof(head));
    memcpy(file + sizeof(head), stream_head, sizeof(stream_head));
    hf_cipher_shut(cipher, inside, (hf_str){(const char *)hash.bytes, sizeof(hash.bytes)}, true,
                   (uint8_t *)file + sizeof(head) + sizeof(stream_head));
    ask((hf_str){file, bytes}, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hf_box_secret secret = {.bytes = {9}};
    hf_error err = {0};
    bool is_ready = hf_crypto_init(&err);
    HF_ASSERT(is_ready);
    hf_str bytes = {(const char *)data, size};
    hf_box_key key;
    hf_box_secret half;
    ask(bytes, NULL);
    ask(bytes, &secret);
    ask_inside(bytes);
    (void)hf_box_key_parse(bytes, &key);
    (void)hf_box_secret_parse(bytes, &half);
    return 0;
}
