// SPDX-License-Identifier: Apache-2.0
//
// Whether a password may be taken: long enough, not made of what everybody tries first, and not among those that were
// stolen elsewhere. Who keeps passwords is account.c.
#ifndef HF_USECASE_PASSWORD_H
#define HF_USECASE_PASSWORD_H

#include "base/crypto.h"

#define HF_PASSWORD_CHARACTERS_MIN 12u
#define HF_PASSWORD_CHARACTERS_MAX 128u // longer ones only cost time
#define HF_PASSWORD_BYTES_MAX      512u // four bytes a character

// Is it fit to be somebody's password?
//
// words, count  what is known of the account and is therefore no secret: its name, its institution; may be empty texts
// Errors        HF_ERR_INPUT "account.password_short", "account.password_long", "account.password_text" (not UTF-8, or
//               a control character), "account.password_weak" (too little beside words and rows of keys),
//               "account.password_breached" (on the list that $HOLDFAST_BREACH_LIST names), each at "/password";
//               HF_ERR_UNREACHABLE "account.breach_list" the list cannot be read: then nothing is taken
bool hf_password_check(hf_str password, const hf_str *words, size_t count,
                       hf_error *err) HF_CHECKED;

// How much there is to guess, in characters: a word that everybody tries, a row of neighbours (1234, qwer, aaaa), a year
// and a repetition count as one each.
// password  valid UTF-8 of at most HF_PASSWORD_BYTES_MAX bytes
size_t hf_password_weight(hf_str password, const hf_str *words, size_t count);

// Looks in a list of SHA-1 hashes, one line each in the order of the hashes, 40 hex digits and perhaps a colon and how
// often it was seen: as "Have I Been Pwned" gives its list, ordered by hash.
//
// found   out: is the hash among the lines?
// Cost    a look at about 2·log2(lines) lines
// False   a line that was looked at is none of such a list
bool hf_breach_list_find(hf_str list, const hf_sha1 *hash, bool *found) HF_CHECKED;

#endif
