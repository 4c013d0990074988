// SPDX-License-Identifier: Apache-2.0
//
// Proof of what happened: the log searched, checked, signed, exported and proved to outsiders. Who may read the log may do
// all of it. Files that came from here are checked without a store (format/format_audit.h).
#ifndef HF_USECASE_AUDIT_H
#define HF_USECASE_AUDIT_H

#include "channel/channel.h"
#include "format/format.h"
#include "format/format_audit.h"
#include "usecase/record.h"

// Which events; empty texts and 0 leave the question out.
typedef struct {
    int64_t before; // only those with a smaller sequence
    uint32_t limit; // 1 to HF_LIST_LIMIT_MAX
    hf_str actor, noun, key;
    hf_str action;      // "asset.added"; with a '.' at its end all that begin so
    hf_str from, until; // RFC 3339 time or date, both included; a date is its first moment
} hf_log_query;
// A page of hf_event, newest first, with the count of all that fit (exact up to HF_COUNT_EXACT_MAX).
// Errors: HF_ERR_USAGE "query.value" (a time that is none)
bool hf_find_log(const hf_session *session, const hf_log_query *query, hf_arena *arena,
                 hf_page *out, hf_error *err) HF_CHECKED;

typedef struct {
    hf_audit_as as;
    int64_t first, last; // sequences, both included; 0 = from the beginning, to the end
    hf_str host;         // name of this machine, for the forms that tell it
    hf_output output;
} hf_log_export;

typedef struct {
    int64_t first, last;
    uint64_t event_count;
    hf_audit_checkpoint checkpoint; // of JSON lines: what the file ends in
} hf_log_exported;

// Writes the lines. JSON lines end in a signed checkpoint, which is also kept. One event "log.exported".
// A log whose lines do not fit their hashes is written as it stands, so that a reader of the file sees it.
// Errors: HF_ERR_USAGE "audit.range"; HF_ERR_INPUT "audit.other_past" (the log does not fit what was signed before),
//         "audit.gap"; of the output
bool hf_export_log(const hf_session *session, const hf_log_export *request, hf_log_exported *out,
                   hf_error *err) HF_CHECKED;
// The same as syslog over TLS (RFC 5425) to a collector; request->as must be HF_AUDIT_AS_SYSLOG, its output is not
// used. Errors: also those of hf_tls_open and hf_tls_send
bool hf_send_log(const hf_session *session, const hf_log_export *request,
                 const hf_tls_options *collector, hf_log_exported *out, hf_error *err) HF_CHECKED;

typedef struct {
    hf_error
        fault; // kind HF_ERR_NONE: all is well; else `line` = sequence of the first broken event
    uint64_t event_count;      // that were read and fit
    uint64_t checkpoint_count; // kept ones whose signature and root fit
    int64_t last;              // newest event
    hf_sign_key key;
    hf_sha256 root; // of the whole log
} hf_log_check;

// Checks the store's own log: every line, and that it is what every kept checkpoint says.
bool hf_check_log(const hf_session *session, hf_log_check *out, hf_error *err) HF_CHECKED;
// The same of what a read sees, for a caller who has asked what the actor may.
bool hf_check_log_of(hf_read *read, hf_log_check *out, hf_error *err) HF_CHECKED;
// {"valid","events","checkpoints","key","root","broken":null|{"sequence","code","message"}}
void hf_write_log_check(const hf_log_check *check, hf_json_writer *out);

// Signs the log as it stands. The checkpoint stands alone: give it to another authority.
// keep  remember it and note an event "log.signed"
// Errors: HF_ERR_INPUT "audit.other_past", "audit.gap", "audit.no_key"
bool hf_sign_log(const hf_session *session, bool keep, hf_audit_checkpoint *out,
                 hf_error *err) HF_CHECKED;
// The same inside a transaction, of the log before it; kept, without an event of its own. The caller has asked what the
// actor may.
bool hf_sign_in_tx(const hf_session *session, hf_tx *tx, hf_audit_checkpoint *out,
                   hf_error *err) HF_CHECKED;
bool hf_log_key(const hf_session *session, hf_sign_key *out, hf_error *err) HF_CHECKED;
// Appends the proof that an event is in the log (as JSON). Errors: HF_ERR_NOT_FOUND "event.none"
bool hf_prove_event(const hf_session *session, int64_t sequence, hf_buf *out,
                    hf_error *err) HF_CHECKED;
// Appends the proof that the log goes on from an older checkpoint of it.
// Errors: HF_ERR_INPUT "audit.key", "audit.other_past" (it is not of this log), "audit.not_covered" (it is newer)
bool hf_prove_growth(const hf_session *session, const hf_audit_checkpoint *older, hf_buf *out,
                     hf_error *err) HF_CHECKED;

#endif
