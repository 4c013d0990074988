// SPDX-License-Identifier: Apache-2.0
//
// A whole store into one encrypted file, while others work with it, and out of it again; and what an upgrade of a store
// leaves behind. What a backup holds: backup_file.h.
#ifndef HF_USECASE_BACKUP_H
#define HF_USECASE_BACKUP_H

#include "usecase/backup_file.h"
#include "usecase/exchange.h"

typedef struct {
    const char *path;       // must not be there
    const hf_box_key *keys; // who can open it
    uint32_t key_count;     // 0: anybody who has the file; at most HF_BACKUP_KEYS_MAX
    hf_progress progress;
} hf_backup_request;

typedef struct {
    hf_backup_facts facts;
    hf_error fault; // of the store itself; HF_ERR_NONE: it fits together, and so does its log
} hf_backup_result;

// One state of the store, whatever is written meanwhile. The file is read back and decrypted before it gets its name,
// and nothing of it is ever on a disk in the clear. One event "backup.made": for how many keys, which state.
// Database and log are checked as hf_restore checks them. A store with a fault is written all the same, since no better
// one may be had, and the fault is told: with "store.damaged" it is never restored, with "audit.…" only if is_despite_log.
// Errors  HF_ERR_PERMISSION (it holds everything, so the actor must know of everything, and manage settings and
//         accounts); HF_ERR_CONFLICT "file.exists"; HF_ERR_INPUT "backup.damaged" (what was written is not what is
//         read); those of base/new_file.h and of the store
bool hf_backup(const hf_session *session, const hf_backup_request *request, hf_backup_result *out,
               hf_error *err) HF_CHECKED;

// May this session carry away everything? Errors: HF_ERR_PERMISSION
bool hf_may_take_all(const hf_session *session, hf_error *err) HF_CHECKED;
// What a read sees, all but made_ms, key_count and what is known at the end.
bool hf_backup_facts_of(hf_read *read, hf_backup_facts *facts, hf_error *err) HF_CHECKED;
// As members of a JSON object: "made","program","schema","keys","bytes","sequence","event_hash","instance","snapshot",
// "content".
void hf_backup_write_facts(const hf_backup_facts *facts, hf_json_writer *out);
// One more: NAME: null|{"code","message"}
void hf_backup_write_fault(const char *name, const hf_error *fault, hf_json_writer *out);

typedef struct {
    const char *path;
    const hf_box_secret *secret; // NULL: for one that anybody can read
    const char *db;              // must not be there
    const hf_sign_key *instance; // whose store it must be; NULL: anybody's
    bool is_despite_log;         // a log that does not fit is told, noted, and taken as it is
    const hf_seal_key *seal;     // must open its sealed secrets; NULL: they are not looked at
    hf_progress progress;
} hf_restore_request;

// Reads all of a backup and stores nothing; db is not looked at. The instance is compared with what the backup says of
// itself; only hf_restore finds out whether its store has the key.
// Errors: HF_ERR_INPUT "backup.other_instance"; those of hf_backup_read and of base/file.h
bool hf_backup_verify(const hf_restore_request *request, hf_backup_facts *out,
                      hf_error *err) HF_CHECKED;

typedef struct {
    hf_backup_facts facts;
    hf_restored settled;
    uint64_t event_count; // of the log, that fit their hashes
    hf_error log_fault;   // only with is_despite_log; else HF_ERR_NONE
    char seal_key
        [HF_SEAL_NAME_BYTES]; // by whose name its secrets are sealed; empty: they are readable
} hf_restore_result;

// Makes a store out of a backup. It gets its name only when all fits: every piece, the database, the log and its
// signatures, the snapshot and the last event that the backup names. Nobody is signed in in it. One event
// "backup.restored" in the new store. session->store is not looked at.
// Errors  HF_ERR_CONFLICT "file.exists"; HF_ERR_INPUT "backup.newer" (of a newer holdfast), "backup.unlike" (what came
//         out is not what the backup says), "backup.log_broken" (it is, but the log of the store does not fit); those of hf_backup_verify, base/new_file.h and the store
bool hf_restore(const hf_session *session, const hf_restore_request *request,
                hf_restore_result *out, hf_error *err) HF_CHECKED;

// A key pair for backups: the secret half goes into a file for its owner alone, which must not be there.
bool hf_backup_make_key(const char *path, int64_t now_ms, hf_box_key *key,
                        hf_error *err) HF_CHECKED;
// The secret half from such a file. Errors: HF_ERR_INPUT "backup.key"; those of base/file.h
bool hf_backup_read_key(const char *path, hf_box_secret *secret, hf_error *err) HF_CHECKED;
// A public half, or those of a file, one a line; they are appended.
// Errors  HF_ERR_USAGE "backup.recipient" (no public key, or one with a slip in it), "backup.recipients" (too many);
//         those of base/file.h
typedef HF_VEC(hf_box_key) hf_box_key_list;
bool hf_backup_read_recipients(hf_str key_or_file, hf_arena *arena, hf_box_key_list *keys,
                               hf_error *err) HF_CHECKED;

// If opening the session's store has brought it up to date: one event "store.upgraded", and *kept is where it lies as it
// was before, also when that could not be noted, for it is to be told all the same; else *kept is NULL.
bool hf_note_upgrade(const hf_session *session, const char **kept, hf_error *err) HF_CHECKED;

#endif
