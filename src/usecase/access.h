// SPDX-License-Identifier: Apache-2.0
//
// Who may do what. One function answers for every door: hf_can. Lists and counts are narrowed by the same
// rule through hf_can_narrow, so that what a person may not know of is not counted either.
#ifndef HF_USECASE_ACCESS_H
#define HF_USECASE_ACCESS_H

#include "base/message.h"
#include "model/user.h"
#include "store/store.h"

typedef enum {
    HF_CAN_READ,      // see records and results
    HF_CAN_EDIT,      // add, change, remove, undo records; accept proposals
    HF_CAN_IMPORT,    // take files in
    HF_CAN_EXPORT,    // take files out, reports
    HF_CAN_RUN,       // ask questions of the engine
    HF_CAN_CONFIGURE, // profile: taxonomy, recipes, rules, settings; demonstration data
    HF_CAN_USERS,     // accounts and tokens, the log
    HF_CAN_COUNT
} hf_verb;
extern const char
    *const hf_verb_words[]; // "read" "edit" "import" "export" "run" "configure" "users", NULL-ended

typedef struct {
    hf_str name; // key of the user; "cli:" and the system's user for the local command line
    hf_str display_name;
    int32_t role;        // hf_user_role
    int32_t clearance;   // hf_marking
    hf_str compartments; // words, separated by spaces
    bool is_local;       // the command line: an administrator who is in all compartments
    bool is_signed_in;   // false: nobody; every verb is refused with HF_ERR_SIGN_IN
} hf_actor;

// May the actor do this? noun NULL: the verb in general. head NULL: with records of this noun in general.
// Errors  HF_ERR_SIGN_IN "access.sign_in"; HF_ERR_PERMISSION "access.denied" (the role lacks the verb);
//         HF_ERR_NOT_FOUND "record.unknown" (the marking or a compartment hides this record)
bool hf_can(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const hf_head *head,
            hf_error *err) HF_CHECKED;
// The same as a question without an error.
bool hf_may(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const hf_head *head);
// Adds to the query what hides records from this actor. The query's filters move into the arena.
void hf_can_narrow(const hf_actor *actor, hf_query *query, hf_arena *arena);
// How many records of a noun the actor may know of. Cost: one pass over the noun, unless the actor is in everything.
bool hf_count_known(const hf_actor *actor, hf_read *read, const hf_noun *noun, uint64_t *out,
                    hf_error *err) HF_CHECKED;
// A record by its key; *out NULL: there is none that the actor may know of.
bool hf_get_known(const hf_actor *actor, hf_read *read, const hf_noun *noun, hf_str key,
                  hf_arena *arena, void **out, hf_error *err) HF_CHECKED;
// The access class: actors of one class see the same records, so caches may be shared among them.
uint64_t hf_access_class(const hf_actor *actor);

#endif
