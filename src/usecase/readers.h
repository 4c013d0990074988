// SPDX-License-Identifier: Apache-2.0
//
// Who can see a record, and why; who cannot, and what is lacking. For those who answer for that: the right to the log,
// which administrators, the authority and auditors have. They are told only of records that they see themselves.
#ifndef HF_USECASE_READERS_H
#define HF_USECASE_READERS_H

#include "usecase/record.h"

// Writes {"items":[{"user","display_name","reads","edits","because":[{"grant","role","scope","ends_at","of"}],"lacks":[…],
// "tokens":[{"label","limited","reads"}]}]}, a line for each account, by key. because: what lets it read, "grant" null for
// its own role: each right that does it alone, else some that do it together (of a link, one for each end); lacks: of
// "account" (switched off), "role", "clearance", "compartments", "scope", "ends" (an asset that the record joins); tokens: those that are not over. The rule itself is asked, account by account, token by token.
// Errors  HF_ERR_PERMISSION (this needs the right to the log); HF_ERR_NOT_FOUND "record.unknown".
// Cost    about 20 µs an account, grant and token
bool hf_write_readers(const hf_session *session, const hf_noun *noun, hf_str key,
                      hf_json_writer *out, hf_error *err) HF_CHECKED;

#endif
