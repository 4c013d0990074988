// SPDX-License-Identifier: Apache-2.0
//
// What the platform itself keeps: the event log, jobs, sessions and tokens, settings, blobs.
// Part of the store's door; see store.h for threads and errors. Users, jobs, events and attachments
// are nouns too: lists and single records of them come from store.h.
#ifndef HF_STORE_STORE_SYSTEM_H
#define HF_STORE_STORE_SYSTEM_H

#include "base/crypto.h"
#include "model/attachment.h"
#include "model/event.h"
#include "model/job.h"
#include "store/store.h"

// --- event log
// -------------------------------------------------------------------------------------------

// Appends one line: sequence without gaps, chained by SHA-256. Fill actor, action, noun_name,
// record_key, head.source, detail (JSON object or empty); sequence, at and hash are filled in. All
// records that this transaction changed since its last event belong to this one.
bool hf_event_add(hf_tx *tx, hf_event *event, hf_error *err) HF_CHECKED;
int64_t hf_event_next(const hf_tx *tx); // sequence that the next event will get
int64_t hf_event_last(hf_read *read);   // 0 = none yet
// Events after a sequence, oldest first, at most `limit`.
bool hf_event_follow(hf_read *read, int64_t after, size_t limit, hf_arena *arena, hf_event **events,
                     size_t *event_count, hf_error *err) HF_CHECKED;
// Walks the chain. *broken = sequence of the first line that does not fit, 0 = all well.
bool hf_event_verify(hf_read *read, int64_t *broken, uint64_t *checked_count,
                     hf_error *err) HF_CHECKED;

// --- proof of the log (audit.c)
// ----------------------------------------------------------------------------------

// The key that signs checkpoints, made with the store or when an older one was brought up to date.
// secret  NULL = only the public half is wanted; else wipe it after use (hf_wipe)
// Errors: HF_ERR_INPUT "audit.no_key"; with secret also "seal.damaged", HF_ERR_UNREACHABLE "seal.no_key", "seal.other_key"
bool hf_audit_key(hf_read *read, hf_sign_key *key, hf_sign_secret *secret,
                  hf_error *err) HF_CHECKED;
// Another key in its place. Nobody else than who asks notes it.
bool hf_audit_key_change(hf_tx *tx, const hf_sign_key *key, const hf_sign_secret *secret,
                         hf_error *err) HF_CHECKED;
// The hashes of the events first to last as they are stored, in their order.
// Errors: HF_ERR_INPUT "audit.gap" when one is missing
bool hf_audit_hashes(hf_read *read, int64_t first, int64_t last, void *context,
                     void (*each)(void *context, const hf_sha256 *hash), hf_error *err) HF_CHECKED;
// Keeps a signed checkpoint; one of the same size is there already: it stays.
bool hf_audit_keep(hf_tx *tx, int64_t size, hf_str line, hf_error *err) HF_CHECKED;
// All that were kept, by size.
bool hf_audit_kept(hf_read *read, hf_arena *arena, hf_str **lines, size_t *count,
                   hf_error *err) HF_CHECKED;

// --- jobs
// ------------------------------------------------------------------------------------------------
// Progress of a running job is best kept in memory: a long import holds the only write transaction.
// These calls are one short transaction each, except those that take a tx.

// State queued; key (in `arena`) and id are filled in.
bool hf_job_add(hf_tx *tx, hf_job *job, hf_arena *arena, hf_error *err) HF_CHECKED;
// Takes the oldest queued job and marks it running; *out NULL when there is none. Where several programs share the
// database, also one that another has left running, which may be this one before its connection was lost; and what was
// to be cancelled there is ended.
bool hf_job_take(hf_store *store, int64_t now_ms, hf_arena *arena, hf_job **out,
                 hf_error *err) HF_CHECKED;
// state done, failed or cancelled; result and error are JSON or empty.
// Said again with the same now_ms, after a commit whose end was not known, it is done.
// Errors: HF_ERR_NOT_FOUND "record.gone" it is not running, or another program has taken it over
bool hf_job_finish(hf_store *store, int64_t now_ms, hf_str key, hf_job_state state, hf_str result,
                   hf_str error, hf_error *err) HF_CHECKED;
// A queued job is cancelled at once (*is_over), a running one gets the wish. *found false: no such job, or it
// has ended. waits: for its turn to write.
bool hf_job_cancel(hf_store *store, int64_t now_ms, hf_str key, bool waits, bool *found,
                   bool *is_over, hf_error *err) HF_CHECKED;
// What has become of a running job that this program took at started_ms (its started_at): where several share the
// database, another may have taken it over, ended or cancelled it while the database was away from here.
typedef enum {
    HF_JOB_IS_OURS,
    HF_JOB_IS_ELSEWHERE, // taken by another program, or in the queue
    HF_JOB_IS_OVER
} hf_job_standing;
// is_cancel_wanted: of one that runs, wherever.
bool hf_job_look(hf_store *store, hf_str key, int64_t started_ms, hf_job_standing *out,
                 bool *is_cancel_wanted, hf_error *err) HF_CHECKED;
// As it, after a loss of the connection, which lets go of jobs: one that is ours and wanted is held anew.
bool hf_job_hold_again(hf_store *store, int64_t now_ms, hf_str key, int64_t started_ms,
                       hf_job_standing *out, bool *is_cancel_wanted, hf_error *err) HF_CHECKED;
// After a restart: jobs that were running are queued again.
bool hf_job_requeue(hf_store *store, int64_t now_ms, uint64_t *count, hf_error *err) HF_CHECKED;

// --- who is there
// ---------------------------------------------------------------------------------------- Users
// are records of the noun `user`. Secrets are kept as SHA-256 of the random token.

// Stored as numbers: new ones go to the end.
typedef enum {
    HF_CREDENTIAL_SESSION, // of a browser
    HF_CREDENTIAL_TOKEN,   // of a program
    HF_CREDENTIAL_SETUP,   // the one-time link
    HF_CREDENTIAL_DEVICE,  // a browser that has signed this account in before
    HF_CREDENTIAL_TOTP, // the shared secret of one-time codes, in `detail`; expires while it is not confirmed
    HF_CREDENTIAL_RECOVERY, // one code, to be used once
    HF_CREDENTIAL_ENDED,    // a token that was taken back: who shows it again is known
    HF_CREDENTIAL_USED,     // a ticket that counts once (usecase/ticket.c), until its end
    HF_CREDENTIAL_PASSKEY, // by the hash of its id; its public key in `detail`, its name in `label`
    HF_CREDENTIAL_LINK, // by the hash of issuer and subject at a provider; the subject in `label`
    HF_CREDENTIAL_KEPT, // a secret of the instance by the hash of its name, in `detail`: no account's
    HF_CREDENTIAL_CERTIFICATE // by the hash of its fingerprint or of a name in it, which stands in `label`
} hf_credential_kind;
typedef struct hf_credential {
    hf_credential_kind kind;
    hf_sha256 secret; // of the token
    hf_str user_key;  // empty for HF_CREDENTIAL_SETUP
    hf_str label;     // of a token; the CSRF token of a session
    int64_t created_ms;
    int64_t expires_ms;   // HF_INTEGER_NONE = never
    int64_t last_seen_ms; // HF_INTEGER_NONE = never
    hf_str detail;        // JSON or empty
} hf_credential;
bool hf_credential_add(hf_tx *tx, const hf_credential *credential, hf_error *err) HF_CHECKED;
// *out NULL: unknown or expired at now_ms.
bool hf_credential_find(hf_read *read, hf_credential_kind kind, const hf_sha256 *secret,
                        int64_t now_ms, hf_arena *arena, hf_credential **out,
                        hf_error *err) HF_CHECKED;
bool hf_credential_remove(hf_tx *tx, const hf_sha256 *secret, hf_error *err) HF_CHECKED;
// All of one user and kind (sign out everywhere), or with an empty user_key all expired ones of a
// kind.
bool hf_credential_remove_all(hf_tx *tx, hf_credential_kind kind, hf_str user_key,
                              hf_error *err) HF_CHECKED;
bool hf_credential_list(hf_read *read, hf_credential_kind kind, hf_str user_key, hf_arena *arena,
                        hf_credential **list, size_t *count, hf_error *err) HF_CHECKED;
// The secret in `detail` of a TOTP or KEPT one, which is sealed where the store's secrets are: hf_credential_add seals it,
// the calls that read leave it as it is, so that only who needs it needs the key.
// Errors: HF_ERR_UNREACHABLE "seal.no_key", "seal.other_key"; HF_ERR_INPUT "seal.damaged"
bool hf_credential_reveal(hf_read *read, const hf_credential *credential, hf_arena *arena,
                          hf_str *out, hf_error *err) HF_CHECKED;
// Notes use of a credential and of its user, without version or event.
bool hf_credential_touch(hf_store *store, const hf_sha256 *secret, int64_t now_ms,
                         hf_error *err) HF_CHECKED;

// --- sealed secrets (seal.c)
// ----------------------------------------------------------------------------------

// name: of the key that seals them, empty: they are readable. *count: how many secrets there are.
bool hf_seal_read(hf_read *read, char name[HF_SEAL_NAME_BYTES], uint64_t *count,
                  hf_error *err) HF_CHECKED;
// Opens each of them. Errors: those of hf_credential_reveal and hf_audit_key
bool hf_seal_try(hf_read *read, hf_error *err) HF_CHECKED;
// All secrets from whatever they are sealed with to another key, or readable again (NULL). Who has the store open
// cannot read secrets any more after it. Errors: those of hf_seal_try; then the transaction cannot be committed
bool hf_seal_change(hf_tx *tx, const hf_seal_key *to, uint64_t *count, hf_error *err) HF_CHECKED;

// --- after a restoration (restored.c)
// ----------------------------------------------------------------------------------

typedef struct {
    uint64_t sessions; // that were ended, with what browsers were known by
    uint64_t tokens;   // of programs, that are good again
    uint64_t imports;  // that had not ended and were cancelled: their files stayed behind
} hf_restored;
// In the first transaction of a store that came out of a backup.
bool hf_restored_settle(hf_tx *tx, hf_restored *out, hf_error *err) HF_CHECKED;

// --- into another store (migrate.c)
// ---------------------------------------------------------------------------------------

typedef struct {
    void *context;
    bool (*tell)(void *context, uint64_t done, uint64_t total); // false: stop; NULL: nobody watches
} hf_watcher;
// Every row of every table into the transaction of an empty store. Commit it when it is as it shall be.
// Errors: HF_ERR_CONFLICT "migrate.not_empty"; HF_ERR_STOPPED "migrate.stopped"; those of both stores
bool hf_store_take_over(hf_tx *to, hf_read *from, const hf_watcher *watcher,
                        hf_error *err) HF_CHECKED;

// --- settings and blobs
// ----------------------------------------------------------------------------------

// *out empty with ptr NULL: not set.
bool hf_setting_get(hf_read *read, const char *name, hf_arena *arena, hf_str *out,
                    hf_error *err) HF_CHECKED;
bool hf_setting_set(hf_tx *tx, const char *name, hf_str value,
                    hf_error *err) HF_CHECKED; // ptr NULL removes

// Keeps bytes once per content hash; attachments and runs name them by sha256 (hex). They stay for good: history can bring
// back every record that names them.
bool hf_blob_put(hf_tx *tx, hf_str bytes, char hex[65], hf_error *err) HF_CHECKED;
bool hf_blob_get(hf_read *read, hf_str hex, hf_arena *arena, hf_str *out,
                 hf_error *err) HF_CHECKED; // ptr NULL: none

#endif
