// SPDX-License-Identifier: Apache-2.0
//
// A person or program that signs in. Key = the sign-in name.
#ifndef HF_MODEL_USER_H
#define HF_MODEL_USER_H

#include "model/noun.h"

// Before the name of an account that is gone, where its name stands for what it computed. No account's name begins so.
#define HF_USER_GONE "gone:"

// Stored as numbers: new ones go to the end.
typedef enum {
    HF_ROLE_ADMINISTRATOR, // all of it, accounts too
    HF_ROLE_ANALYST,       // keeps the register, asks questions, writes reports
    HF_ROLE_OBSERVER,      // reads, asks questions
    HF_ROLE_AUTHORITY,     // as an analyst, and the profile; releases what needs a second person
    HF_ROLE_OPERATOR,      // keeps what it operates up to date
    HF_ROLE_ASSESSOR,      // reads, assesses, takes reports
    HF_ROLE_RESPONDER,     // reads, asks what falls
    HF_ROLE_AUDITOR,       // reads, and the log
    HF_ROLE_SERVICE,       // a program: reads, takes files in and out
    HF_ROLE_COUNT
} hf_user_role;
extern const char *const hf_role_words[]; // "administrator" … "service", NULL-ended

typedef struct {
    hf_head head;
    hf_str display_name;
    int32_t role;      // hf_user_role, in the whole nation; HF_WORD_NONE: grants alone count
    int32_t clearance; // highest marking to be read
    hf_str organisation;
    hf_str language;
    bool is_disabled;
    bool must_change_password; // may do nothing else first: somebody else chose it
    bool is_paused;            // takes nothing out and reads no long lists: it read unusually much
    hf_str password_hash;      // Argon2id
    int64_t last_seen_at;
} hf_user;

extern const hf_noun hf_noun_user;

#endif
