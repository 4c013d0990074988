// SPDX-License-Identifier: Apache-2.0
//
// Proof of the log for outsiders: checkpoints, proofs, and the check of files that carry them. A door of
// format/ of its own, because none of it needs a store: `audit verify FILE` runs where Holdfast does not.
//
// An export is one JSON object a line: events in their order, then a checkpoint that closes the file. Each line
// carries its `sequence`, `previous` (the hash of the line before) and `hash`: SHA-256 over the RFC 8785 form of
// all its other fields. The checkpoint goes on in the same way and is signed (Ed25519) over the RFC 8785 form of
// its fields but `hash` and `signature`. Its `root` is that of the Merkle tree (RFC 6962) whose leaves are the
// hashes of the events 1 to `size`, 32 bytes each.
#ifndef HF_FORMAT_FORMAT_AUDIT_H
#define HF_FORMAT_FORMAT_AUDIT_H

#include "base/json.h"
#include "base/merkle.h"
#include "model/event.h"

typedef struct {
    int64_t at;         // when it was signed, ms since 1970 UTC
    int64_t first;      // sequence of the first line of its file; size + 1: it stands alone
    int64_t size;       // it covers the events 1 to size of the log; at least 1
    hf_sha256 previous; // hash of event `size`
    hf_sha256 root;
    hf_sign_key key; // of the signer
    hf_signature signature;
} hf_audit_checkpoint;

// Fills signature; key must be the public half of the secret.
void hf_audit_sign(hf_audit_checkpoint *checkpoint, const hf_sign_secret *secret);
// Appends it as canonical JSON, without an end of line.
void hf_audit_write_checkpoint(const hf_audit_checkpoint *checkpoint, hf_buf *out);
// From a line of its own, or the last line of an export. Its hash and signature are checked, not who the signer is.
// Errors: HF_ERR_INPUT "audit.form", "audit.hash", "audit.signature"
bool hf_audit_read_checkpoint(hf_str text, hf_audit_checkpoint *out, hf_error *err) HF_CHECKED;

// That one event is in the log of a checkpoint.
// event_line  as an export has it, with its hash
void hf_audit_write_inclusion(hf_str event_line, const hf_merkle_path *path,
                              const hf_audit_checkpoint *checkpoint, hf_buf *out);
// That the log of `older` is the beginning of the log of `checkpoint`.
void hf_audit_write_growth(const hf_audit_checkpoint *older, const hf_merkle_path *path,
                           const hf_audit_checkpoint *checkpoint, hf_buf *out);

// --- a new key (audit_key.c)

// What the old key says of the new one, in the event by which it follows.
typedef struct {
    hf_sign_key old_key, new_key;
    int64_t size;       // events before that one
    hf_sha256 previous; // hash of the last of them
    hf_signature signature;
} hf_audit_renewal;
void hf_audit_sign_renewal(hf_audit_renewal *renewal, const hf_sign_secret *old);
// Appends it as the detail of the event.
void hf_audit_write_renewal(const hf_audit_renewal *renewal, hf_buf *out);
// From the detail of the event that stands there. Errors: HF_ERR_INPUT "audit.key" the old key did not sign it for this place
bool hf_audit_read_renewal(const hf_json *detail, int64_t sequence, const hf_sha256 *previous,
                           hf_audit_renewal *out, hf_error *err) HF_CHECKED;

// --- lines for other systems (audit_lines.c)

typedef enum {
    HF_AUDIT_AS_JSONL,  // proof: ends in a checkpoint
    HF_AUDIT_AS_SYSLOG, // RFC 5424
    HF_AUDIT_AS_CEF,    // ArcSight Common Event Format, version 0
    HF_AUDIT_AS_ECS     // Elastic Common Schema 8, one JSON object a line
} hf_audit_as;
extern const char *const hf_audit_as_words[]; // "jsonl" "syslog" "cef" "ecs", NULL-ended

// Appends one event as a line of that form, without an end of line. The hash goes along, so that a line there can
// be proved here.
// host  name of this machine, for HOSTNAME and host.name; other characters than RFC 5424 allows become '-'
void hf_audit_write_event(hf_audit_as as, const hf_event *event, hf_str previous, hf_str host,
                          hf_buf *out);

// --- checking

// Whom and what the reader trusts already.
typedef struct {
    const hf_sign_key *
        key; // the signer must be this one, or one that follows it in the file; NULL = whoever signed
    const hf_audit_checkpoint
        *known; // an earlier word of the same log, checked when it was read; NULL = none
} hf_audit_trust;

typedef enum {
    HF_AUDIT_EXPORT,
    HF_AUDIT_CHECKPOINT,
    HF_AUDIT_INCLUSION,
    HF_AUDIT_GROWTH
} hf_audit_kind;
extern const char
    *const hf_audit_kind_words[]; // "export" "checkpoint" "inclusion" "growth", NULL-ended

typedef struct {
    hf_audit_kind kind;
    hf_error
        fault; // kind HF_ERR_NONE: all is well. Else code "audit.*" or "json.*" and `line`, the first broken one
    uint64_t event_count; // event lines that were read and fit
    int64_t first, last;  // sequences of them; 0 = none
    uint64_t key_count;   // changes of the key among them, each signed by the key before it
    bool has_checkpoint;  // one with a good signature was reached
    hf_audit_checkpoint checkpoint;
} hf_audit_report;

// Checks a file of any of the four kinds; the first line says which. Any bytes are a report, never an error.
// Cost: one pass, memory for one line
void hf_audit_verify(hf_str bytes, const hf_audit_trust *trust, hf_audit_report *out);

#endif
