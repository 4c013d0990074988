// SPDX-License-Identifier: Apache-2.0
//
// The file of a backup: a whole store, encrypted for one or more keys, in pieces that are checked one by one. All
// numbers are little-endian.
//
//   8  "HFBACKUP"
//   4  version of this form, 1
//   4  for how many keys, 0 to HF_BACKUP_KEYS_MAX; 0: for anybody who has the file
//   80 for each key: the key of the content in a box for it (hf_box_shut); for 0 keys: 32, the key of the content itself
//   32 SHA-256 of all before: finds damage, and is bound to the first piece below
//   24 head of the stream (hf_cipher_write), then its pieces, each of HF_BACKUP_PIECE_BYTES + 17 but the last
//
// In the stream:
//
//   152 facts: 8 time in ms since 1970, 8 schema, 8 last event, 32 program, 32 key of the log, 32 snapshot of the
//       register, 32 hash of the last event
//   for each run of bytes of the store's file: 8 offset, 4 count (1 to HF_BACKUP_PIECE_BYTES), the bytes
//   8 all ones, 8 size of the store's file, 32 SHA-256 of all before this last entry
#ifndef HF_USECASE_BACKUP_FILE_H
#define HF_USECASE_BACKUP_FILE_H

#include "base/crypto.h"
#include "base/new_file.h"
#include "format/format.h"

#define HF_BACKUP_KEYS_MAX    64u
#define HF_BACKUP_PIECE_BYTES (128u << 10)

typedef struct {
    int64_t made_ms, schema, event_last;
    char program[33];   // version of Holdfast
    hf_sha256 instance; // public key of the store's log
    hf_sha256 snapshot;
    hf_sha256 event_hash; // zero when there is no event
    uint32_t key_count;   // for how many keys it was written
    // Known when all was written or read.
    uint64_t store_bytes;
    hf_sha256 content; // of all that the store's file is, and of the facts before
} hf_backup_facts;

// --- writing. The writer lives in the arena and hands on what is encrypted as it goes.

typedef struct hf_backup_writer hf_backup_writer;
// keys     key_count of them; none: anybody can read it
// content  out: opens what is written, to read it back; wipe it after use
// Errors   HF_ERR_USAGE "backup.recipient" (a key for which nothing can be kept secret); those of `to`
bool hf_backup_write_head(const hf_backup_facts *facts, const hf_box_key *keys, const hf_output *to,
                          hf_arena *arena, hf_cipher_key *content, hf_backup_writer **out,
                          hf_error *err) HF_CHECKED;
hf_pieces hf_backup_write_pieces(hf_backup_writer *writer);
bool hf_backup_write_end(hf_backup_writer *writer, hf_backup_facts *facts,
                         hf_error *err) HF_CHECKED;
// Wipes what it held, also after a failure. For HF_CLEANUP, before that of the arena.
void hf_backup_write_done(hf_backup_writer **writer);

// --- reading

typedef struct {
    void *context;
    // *count = 0 at the end
    bool (*read)(void *context, void *target, size_t room, size_t *count, hf_error *err);
} hf_backup_source;

typedef struct {
    const hf_box_secret *secret;  // of one of the keys; NULL: none
    const hf_cipher_key *content; // of the writer itself; NULL: not known
    // Asked as soon as the facts are known, before the first piece; NULL: nothing to ask. false stops with err.
    bool (*may_go_on)(void *context, const hf_backup_facts *facts, hf_error *err);
    void *context;          // of may_go_on
    const hf_pieces *store; // where the store's file goes; NULL: it is only checked
} hf_backup_reader;

// Reads all of it. What has gone to `store` is good only when this returns true.
// Errors  HF_ERR_INPUT "backup.none" (another kind of file), "backup.newer", "backup.damaged" (cut off or altered, the
//         message says where), "backup.wrong_key"; HF_ERR_USAGE "backup.key_missing"; those of source, may_go_on, store
bool hf_backup_read(const hf_backup_source *source, const hf_backup_reader *reader,
                    hf_backup_facts *facts, hf_error *err) HF_CHECKED;

#endif
