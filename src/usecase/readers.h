// SPDX-License-Identifier: Apache-2.0
//
// Who can see a record, and why; who cannot, and what is lacking. For those who give out the rights.
#ifndef HF_USECASE_READERS_H
#define HF_USECASE_READERS_H

#include "usecase/record.h"

// Writes {"items":[{"user","display_name","reads","edits","because":[{"grant","role","scope","ends_at","of"}],"lacks":[…]}]}, a
// line for each account, by key. because: what lets it read, "grant" null for its own role; lacks: of "account"
// (switched off), "role", "clearance", "compartments", "scope". The rule itself is asked, account by account.
// Errors  HF_ERR_PERMISSION (this needs the right to accounts); HF_ERR_NOT_FOUND "record.unknown".
// Cost    about 20 µs an account and grant
bool hf_write_readers(const hf_session *session, const hf_noun *noun, hf_str key,
                      hf_json_writer *out, hf_error *err) HF_CHECKED;

#endif
