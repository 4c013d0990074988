// SPDX-License-Identifier: Apache-2.0
//
// A whole instance from one database into another: from a file into PostgreSQL, or back.
#ifndef HF_USECASE_MIGRATE_H
#define HF_USECASE_MIGRATE_H

#include "usecase/backup.h"

typedef struct {
    const char *from; // stays as it is
    const char *to;   // made when it is missing; must be empty
    const hf_seal_key
        *seal; // must open the secrets of the store that is moved; NULL: they are not looked at
    hf_progress progress;
} hf_migrate_request;

typedef struct {
    char snapshot[65];    // of the register, on both sides
    uint64_t event_count; // of the log, that fit their hashes
    uint64_t record_count;
    hf_str to; // as it may be told
} hf_migrate_result;

// Moves everything, compares the snapshots, verifies the log, and commits only then. One event "store.migrated" in the new
// store. Nobody should write to the old one meanwhile: what comes later stays behind. session->store is not looked at.
// Errors  HF_ERR_PERMISSION (as for hf_backup); HF_ERR_CONFLICT "migrate.not_empty"; HF_ERR_USAGE "migrate.same";
//         HF_ERR_INPUT "migrate.unlike" (what arrived is not what left; nothing is kept), "migrate.log_broken" (the log of
//         the old store does not fit its hashes); those of both stores
bool hf_migrate(const hf_session *session, const hf_migrate_request *request, hf_arena *arena,
                hf_migrate_result *out, hf_error *err) HF_CHECKED;
// Brings a store up to date without keeping it as it was: whoever asks has kept it.
bool hf_migrate_update(const hf_session *session, const char *url, hf_error *err) HF_CHECKED;

#endif
