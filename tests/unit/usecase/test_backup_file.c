// SPDX-License-Identifier: Apache-2.0
//
// The file of a backup: what goes in comes out; a bit that is flipped anywhere, a cut anywhere, another key or form is
// told and never taken for a whole one.
#include "usecase/backup_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { STORE_BYTES_MAX = 1 << 20, FILE_BYTES_MAX = 2 << 20 };

typedef struct {
    uint8_t file[FILE_BYTES_MAX];
    size_t bytes, at; // at: how far it is read
    uint8_t store[STORE_BYTES_MAX];
    uint64_t put_bytes;
    hf_box_key keys[3];
    hf_box_secret secrets[3];
    hf_arena arena;
} fixture;

static int open_fixture(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    hf_error err = {0};
    *state = f;
    if (!hf_crypto_init(&err))
        return 1;
    for (size_t i = 0; i < HF_COUNT(f->keys); i++)
        hf_box_make(&f->keys[i], &f->secrets[i]);
    return 0;
}

static int close_fixture(void **state)
{
    fixture *f = *state;
    hf_arena_done(&f->arena);
    free(f);
    return 0;
}

static bool write_on(void *context, hf_str bytes, hf_error *err)
{
    fixture *f = context;
    (void)err;
    assert_true(f->bytes + bytes.len <= sizeof(f->file));
    memcpy(f->file + f->bytes, bytes.ptr, bytes.len);
    f->bytes += bytes.len;
    return true;
}

// Never more than a few bytes at once: a reader must ask again.
static bool read_on(void *context, void *target, size_t room, size_t *count, hf_error *err)
{
    fixture *f = context;
    size_t left = f->bytes - f->at;
    (void)err;
    *count = left < room ? left : room;
    if (*count > 5000)
        *count = 5000;
    memcpy(target, f->file + f->at, *count);
    f->at += *count;
    return true;
}

static bool put(void *context, uint64_t offset, hf_str bytes, hf_error *err)
{
    fixture *f = context;
    (void)err;
    assert_true(offset + bytes.len <= sizeof(f->store));
    memcpy(f->store + offset, bytes.ptr, bytes.len);
    f->put_bytes += bytes.len;
    return true;
}

static uint8_t byte_at(size_t at)
{
    return (uint8_t)(at * 7 + at / 251);
}

static hf_backup_facts facts_of(uint32_t key_count)
{
    hf_backup_facts facts = {.made_ms = 1700000000000,
                             .schema = 4,
                             .event_last = 77,
                             .program = "1.2.3",
                             .key_count = key_count};
    memset(facts.instance.bytes, 1, sizeof(facts.instance.bytes));
    memset(facts.snapshot.bytes, 2, sizeof(facts.snapshot.bytes));
    memset(facts.event_hash.bytes, 3, sizeof(facts.event_hash.bytes));
    return facts;
}

// A store of so many bytes in runs of so many, the last run first.
static hf_backup_facts write_of(fixture *f, hf_backup_facts facts, size_t bytes, size_t run)
{
    const hf_output to = {f, write_on};
    HF_CLEANUP(hf_backup_write_done) hf_backup_writer *writer = NULL;
    hf_cipher_key key;
    hf_error err = {0};
    uint8_t *store = hf_arena_take(&f->arena, bytes + 1);
    for (size_t i = 0; i < bytes; i++)
        store[i] = byte_at(i);
    f->bytes = 0;
    assert_true(hf_backup_write_head(&facts, f->keys, &to, &f->arena, &key, &writer, &err));
    hf_pieces pieces = hf_backup_write_pieces(writer);
    size_t first = bytes > 0 ? (bytes - 1) / run * run : 0;
    for (size_t at = first; bytes > 0; at -= run) {
        size_t count = bytes - at < run ? bytes - at : run;
        assert_true(
            pieces.put(pieces.context, at, (hf_str){(const char *)store + at, count}, &err));
        if (at == 0)
            break;
    }
    assert_true(hf_backup_write_end(writer, &facts, &err));
    return facts;
}

static hf_backup_facts write_file(fixture *f, size_t bytes, size_t run, uint32_t key_count)
{
    return write_of(f, facts_of(key_count), bytes, run);
}

// A terminal would obey what a foreign file says there.
static void a_version_that_is_no_text_is_refused(void **state)
{
    fixture *f = *state;
    static const char *const versions[] = {"1.2\033[2J", "1\n2", "1\177", "\303\244"};
    for (size_t i = 0; i < HF_COUNT(versions); i++) {
        hf_backup_facts facts = facts_of(0), found;
        hf_error err = {0};
        const hf_backup_source source = {f, read_on};
        const hf_backup_reader reader = {0};
        (void)strncpy(facts.program, versions[i], sizeof(facts.program) - 1);
        f->bytes = f->at = 0;
        (void)write_of(f, facts, 1000, 500);
        assert_false(hf_backup_read(&source, &reader, &found, &err));
        assert_string_equal(err.code, "backup.damaged");
    }
}

static bool read_with(fixture *f, const hf_box_secret *secret, hf_backup_facts *facts,
                      hf_error *err)
{
    const hf_backup_source source = {f, read_on};
    const hf_pieces pieces = {f, put};
    const hf_backup_reader reader = {.secret = secret, .store = &pieces};
    f->at = 0;
    f->put_bytes = 0;
    *err = (hf_error){0};
    return hf_backup_read(&source, &reader, facts, err);
}

static void what_goes_in_comes_out(void **state)
{
    static const size_t sizes[] = {
        1, 8192, HF_BACKUP_PIECE_BYTES - 300, HF_BACKUP_PIECE_BYTES - 164, 131072, 262144, 600000};
    static const size_t runs[] = {8192, 4096, 1 << 17, 300000};
    fixture *f = *state;
    for (size_t i = 0; i < HF_COUNT(sizes); i++)
        for (size_t k = 0; k < HF_COUNT(runs); k++)
            for (uint32_t keys = 0; keys <= 3; keys++) {
                hf_error err;
                hf_backup_facts found, written = write_file(f, sizes[i], runs[k], keys);
                memset(f->store, 0xee, sizeof(f->store));
                if (!read_with(f, keys > 0 ? &f->secrets[keys - 1] : NULL, &found, &err))
                    fail_msg("%zu bytes in runs of %zu: %s", sizes[i], runs[k], err.message);
                assert_memory_equal(&found.content, &written.content, sizeof(found.content));
                assert_memory_equal(&found.snapshot, &written.snapshot, sizeof(found.snapshot));
                assert_int_equal(found.event_last, 77);
                assert_int_equal(found.schema, 4);
                assert_int_equal(found.made_ms, written.made_ms);
                assert_string_equal(found.program, "1.2.3");
                assert_int_equal(found.key_count, keys);
                assert_int_equal(found.store_bytes, sizes[i]);
                assert_int_equal(f->put_bytes, sizes[i]);
                for (size_t at = 0; at < sizes[i]; at++)
                    if (f->store[at] != byte_at(at))
                        fail_msg("byte %zu of %zu is another one", at, sizes[i]);
            }
}

// Every length near the edge of a piece, where the end falls into one piece or two.
static void the_end_may_fall_anywhere_in_a_piece(void **state)
{
    fixture *f = *state;
    for (size_t less = 0; less < 260; less++) {
        hf_error err;
        hf_backup_facts found;
        (void)write_file(f, HF_BACKUP_PIECE_BYTES - less, 1 << 17, 1);
        if (!read_with(f, &f->secrets[0], &found, &err))
            fail_msg("%zu less than a piece: %s", less, err.message);
        assert_int_equal(found.store_bytes, HF_BACKUP_PIECE_BYTES - less);
    }
}

static void check_flip(fixture *f, size_t at, unsigned bit)
{
    hf_error err;
    hf_backup_facts found;
    f->file[at] ^= (uint8_t)(1u << bit);
    bool is_read = read_with(f, &f->secrets[0], &found, &err);
    f->file[at] ^= (uint8_t)(1u << bit);
    if (is_read)
        fail_msg("bit %u of byte %zu of %zu is flipped and nobody sees it", bit, at, f->bytes);
    bool is_kind = at < 8, is_version = at >= 8 && at < 12;
    assert_string_equal(err.code, is_kind      ? "backup.none"
                                  : is_version ? "backup.newer"
                                               : "backup.damaged");
}

static void a_flipped_bit_anywhere_is_seen(void **state)
{
    fixture *f = *state;
    for (uint32_t keys = 0; keys <= 2; keys++) {
        (void)write_file(f, 900, 100, keys);
        for (size_t at = 0; at < f->bytes; at++)
            for (unsigned bit = 0; bit < 8; bit++)
                check_flip(f, at, bit);
    }
    (void)write_file(f, 600000, 8192, 2); // five pieces
    for (size_t at = 0; at < f->bytes; at += 997)
        check_flip(f, at, (unsigned)at % 8);
}

static void a_cut_anywhere_is_seen(void **state)
{
    fixture *f = *state;
    hf_error err;
    hf_backup_facts found;
    (void)write_file(f, 900, 100, 1);
    size_t whole = f->bytes;
    for (f->bytes = 0; f->bytes < whole; f->bytes++) {
        assert_false(read_with(f, &f->secrets[0], &found, &err));
        assert_string_equal(err.code, f->bytes < 8 ? "backup.none" : "backup.damaged");
    }
    // Between two pieces, where each that is there is whole.
    (void)write_file(f, 600000, 8192, 1);
    size_t head = 16 + HF_BOX_BYTES + 32 + HF_CIPHER_HEAD_BYTES;
    for (size_t pieces = 0; pieces < 5; pieces++) {
        size_t kept = f->bytes;
        f->bytes = head + pieces * (HF_BACKUP_PIECE_BYTES + HF_CIPHER_MORE_BYTES);
        assert_true(f->bytes < kept);
        assert_false(read_with(f, &f->secrets[0], &found, &err));
        assert_string_equal(err.code, "backup.damaged");
        f->bytes = kept;
    }
}

static void pieces_moved_doubled_or_added_are_seen(void **state)
{
    fixture *f = *state;
    hf_error err;
    hf_backup_facts found;
    (void)write_file(f, 600000, 8192, 1);
    size_t head = 16 + HF_BOX_BYTES + 32 + HF_CIPHER_HEAD_BYTES;
    size_t piece = HF_BACKUP_PIECE_BYTES + HF_CIPHER_MORE_BYTES;
    uint8_t *kept = hf_arena_take(&f->arena, f->bytes);
    memcpy(kept, f->file, f->bytes);
    memcpy(f->file + head + piece, kept + head + 2 * piece, piece);
    memcpy(f->file + head + 2 * piece, kept + head + piece, piece);
    assert_false(read_with(f, &f->secrets[0], &found, &err));
    assert_string_equal(err.code, "backup.damaged");
    memcpy(f->file, kept, f->bytes);
    memcpy(f->file + head + piece, kept + head, piece);
    assert_false(read_with(f, &f->secrets[0], &found, &err));
    memcpy(f->file, kept, f->bytes);
    f->file[f->bytes++] = 0;
    assert_false(read_with(f, &f->secrets[0], &found, &err));
    assert_string_equal(err.code, "backup.damaged");
    f->bytes--;
    assert_true(read_with(f, &f->secrets[0], &found, &err));
}

static void another_key_or_none_opens_nothing(void **state)
{
    fixture *f = *state;
    hf_error err;
    hf_backup_facts found;
    (void)write_file(f, 20000, 8192, 2);
    assert_true(read_with(f, &f->secrets[0], &found, &err));
    assert_true(read_with(f, &f->secrets[1], &found, &err));
    assert_false(read_with(f, &f->secrets[2], &found, &err));
    assert_string_equal(err.code, "backup.wrong_key");
    assert_int_equal(f->put_bytes, 0);
    assert_false(read_with(f, NULL, &found, &err));
    assert_string_equal(err.code, "backup.key_missing");
    assert_int_equal(f->put_bytes, 0);
    // What is to be secret is not to be found in it.
    for (size_t at = 0; at + 16 < f->bytes; at++) {
        size_t k = 0;
        while (k < 16 && f->file[at + k] == byte_at(4096 + k))
            k++;
        assert_true(k < 16);
    }
}

static bool refuse(void *context, const hf_backup_facts *facts, hf_error *err)
{
    (void)context;
    return hf_fail(err, HF_ERR_INPUT, "test.refused", "%lld", (long long)facts->event_last);
}

static void who_asks_for_the_facts_can_stop_before_the_first_piece(void **state)
{
    fixture *f = *state;
    hf_error err = {0};
    hf_backup_facts found;
    const hf_backup_source source = {f, read_on};
    const hf_pieces pieces = {f, put};
    const hf_backup_reader reader = {
        .secret = &f->secrets[0], .may_go_on = refuse, .store = &pieces};
    (void)write_file(f, 20000, 8192, 1);
    f->at = 0;
    f->put_bytes = 0;
    assert_false(hf_backup_read(&source, &reader, &found, &err));
    assert_string_equal(err.code, "test.refused");
    assert_string_equal(err.message, "77");
    assert_int_equal(f->put_bytes, 0);
}

// A file that anybody can open, of pieces made by hand: what a writer of ours would never write.
static const char *read_inside(fixture *f, hf_str inside, size_t first_piece)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint8_t head[16 + sizeof(hf_cipher_key)] = "HFBACKUP\1", stream_head[HF_CIPHER_HEAD_BYTES];
    uint8_t shut[2000];
    hf_backup_facts found;
    static hf_error err;
    err = (hf_error){0};
    const hf_cipher_key key = {.bytes = {7}};
    memcpy(head + 16, key.bytes, sizeof(key.bytes));
    hf_sha256 hash = hf_sha256_of((hf_str){(const char *)head, sizeof(head)});
    hf_cipher *cipher = hf_cipher_write(&arena, &key, stream_head);
    f->bytes = 0;
    assert_true(write_on(f, (hf_str){(const char *)head, sizeof(head)}, &err));
    assert_true(write_on(f, (hf_str){(const char *)hash.bytes, sizeof(hash.bytes)}, &err));
    assert_true(write_on(f, (hf_str){(const char *)stream_head, sizeof(stream_head)}, &err));
    hf_str beside = {(const char *)hash.bytes, sizeof(hash.bytes)};
    for (size_t at = 0; at < inside.len; beside = HF_STR_EMPTY) {
        size_t end = at == 0 && first_piece < inside.len ? first_piece : inside.len;
        hf_str piece = hf_str_slice(inside, at, end);
        hf_cipher_shut(cipher, piece, beside, end == inside.len, shut);
        assert_true(
            write_on(f, (hf_str){(const char *)shut, piece.len + HF_CIPHER_MORE_BYTES}, &err));
        at = end;
    }
    return read_with(f, NULL, &found, &err) ? "" : err.code;
}

static hf_str inside_of(uint8_t *to, uint64_t offset, uint32_t count, uint64_t bytes)
{
    enum { FACTS = 152 };
    memset(to, 'f', FACTS); // the version of the program is text
    for (uint32_t i = 0; i < 8; i++) {
        to[FACTS + i] = (uint8_t)(offset >> (8 * i));
        to[FACTS + 8 + i % 4] = (uint8_t)(count >> (8 * (i % 4)));
    }
    memset(to + FACTS + 12, 'x', 5);
    hf_sha256 hash = hf_sha256_of((hf_str){(const char *)to, FACTS + 17});
    memset(to + FACTS + 17, 0xff, 8);
    for (uint32_t i = 0; i < 8; i++)
        to[FACTS + 25 + i] = (uint8_t)(bytes >> (8 * i));
    memcpy(to + FACTS + 33, hash.bytes, sizeof(hash.bytes));
    return (hf_str){(const char *)to, FACTS + 65};
}

static void what_is_whole_outside_and_wrong_inside_is_refused(void **state)
{
    fixture *f = *state;
    uint8_t bytes[400] = {0};
    hf_str inside = inside_of(bytes, 3, 5, 8);
    assert_string_equal(read_inside(f, inside, 999), "");
    assert_string_equal(read_inside(f, inside, 100), "backup.damaged"); // a short piece before
    hf_str more = {inside.ptr, inside.len + 1};
    assert_string_equal(read_inside(f, more, 999), "backup.damaged");
    hf_str less = {inside.ptr, inside.len - 1};
    assert_string_equal(read_inside(f, less, 999), "backup.damaged");
    inside = inside_of(bytes, 3, 5, 9); // another size than its runs make
    assert_string_equal(read_inside(f, inside, 999), "backup.damaged");
    inside = inside_of(bytes, 3, 0, 8);
    assert_string_equal(read_inside(f, inside, 999), "backup.damaged");
    inside = inside_of(bytes, INT64_MAX - 2, 5, 8);
    assert_string_equal(read_inside(f, inside, 999), "backup.damaged");
    inside = inside_of(bytes, 3, HF_BACKUP_PIECE_BYTES + 1, 8);
    assert_string_equal(read_inside(f, inside, 999), "backup.damaged");
    inside = inside_of(bytes, 3, 5, 8);
    bytes[inside.len - 1] ^= 1; // its digest
    assert_string_equal(read_inside(f, inside, 999), "backup.damaged");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_that_is_no_text_is_refused),
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(the_end_may_fall_anywhere_in_a_piece),
        cmocka_unit_test(a_flipped_bit_anywhere_is_seen),
        cmocka_unit_test(a_cut_anywhere_is_seen),
        cmocka_unit_test(pieces_moved_doubled_or_added_are_seen),
        cmocka_unit_test(another_key_or_none_opens_nothing),
        cmocka_unit_test(what_is_whole_outside_and_wrong_inside_is_refused),
        cmocka_unit_test(who_asks_for_the_facts_can_stop_before_the_first_piece),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
