// SPDX-License-Identifier: Apache-2.0
//
// Who may do what. One function answers for every door: hf_can. Roles give verbs, each within the places that it was
// granted for; marking and compartments hide single records. Lists, counts and searches are narrowed by the same rule
// through hf_can_narrow, so that what a person may not know of is not counted either.
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
    HF_CAN_USERS,     // accounts, grants and tokens
    HF_CAN_AUDIT,     // the log
    HF_CAN_RELEASE,   // let out what needs a second person
    HF_CAN_ASSESS,    // write assessments, answers and recommendations
    HF_CAN_COUNT
} hf_verb;
extern const char *const hf_verb_words[]; // "read" "edit" "import" "export" "run" "configure"
                                          // "users" "audit" "release" "assess", NULL-ended

#define HF_GRANTS_MAX 64u // of one account

// A grant that is in force now.
typedef struct {
    int32_t role; // hf_user_role
    hf_scope scope;
} hf_role_grant;

typedef struct {
    hf_str name; // key of the user; "cli:" and the system's user for the local command line
    hf_str display_name;
    int32_t role;        // hf_user_role, in the whole nation; HF_WORD_NONE = by grants alone
    int32_t clearance;   // hf_marking
    hf_str compartments; // words, separated by spaces
    const hf_role_grant *grants;
    size_t grant_count;
    bool is_local;     // the command line: an administrator who is in all compartments
    bool is_paused;    // takes nothing out and reads no long lists, whatever it may else
    bool is_signed_in; // false: nobody; every verb is refused with HF_ERR_SIGN_IN
} hf_actor;

// The actor that an account is now, with the grants that are in force (grants.c). Texts are the user's own, or live in
// the arena.
bool hf_actor_of(hf_read *read, const hf_user *user, int64_t now_ms, hf_arena *arena, hf_actor *out,
                 hf_error *err) HF_CHECKED;

// May the actor do this? noun NULL: the verb in general. record NULL: with records of this noun in general.
// record  the noun's whole struct. What joins assets must be asked of hf_can_record: it is as secret as they are.
// Errors  HF_ERR_SIGN_IN "access.sign_in"; HF_ERR_PERMISSION "access.denied" (no role has the verb),
//         "access.scope" (none has it here), "access.paused" (the account takes nothing out for now);
//         HF_ERR_NOT_FOUND "record.unknown" (the marking, a compartment or the place hides this record)
bool hf_can(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const void *record,
            hf_error *err) HF_CHECKED;
// The same as a question without an error.
bool hf_may(const hf_actor *actor, hf_verb verb, const hf_noun *noun, const void *record);
// hf_can, and the assets that a dependency or layer row joins, or the record that a file belongs to. Cost: a look-up
// for each of them.
bool hf_can_record(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
                   const void *record, hf_error *err) HF_CHECKED;
// *out: the answer; false only if the store failed.
bool hf_may_record(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
                   const void *record, bool *out, hf_error *err) HF_CHECKED;
// What an actor leaves behind must lie where the actor may leave things, and join nothing that the actor may not know
// of: that is refused as if it were not there. The marking is the actor's own choice. record: as it would be.
// Errors  HF_ERR_PERMISSION "access.scope"; HF_ERR_INPUT "reference.unknown"
bool hf_can_leave(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
                  const void *record, hf_error *err) HF_CHECKED;
// May the actor read what bears this marking and these compartments, wherever it is?
bool hf_may_read_marked(const hf_actor *actor, int32_t marking, hf_str compartments);
// The verbs that the actor has somewhere, bit by bit; 0 for nobody.
unsigned hf_verbs_of(const hf_actor *actor);
// Does the actor read, or do something else, everywhere? Marking and compartments still hide.
bool hf_may_everywhere(const hf_actor *actor, hf_verb verb);

// May the actor add records of this noun somewhere? Says what a screen offers; hf_can_leave decides of each record.
bool hf_may_add(const hf_actor *actor, const hf_noun *noun);

// Does the actor do this with what it added itself, wherever that lies?
bool hf_may_own(const hf_actor *actor, hf_verb verb);

// Adds to the query what hides records from this actor; with another verb than HF_CAN_READ also those that are no
// matter of the actor's. The sight lives in the arena.
void hf_can_narrow(const hf_actor *actor, hf_verb verb, hf_query *query, hf_arena *arena);
// What the actor may know of; NULL: everything. In the arena.
const hf_sight *hf_sight_of(const hf_actor *actor, hf_verb verb, hf_arena *arena);
// The places where the actor may do this, as a run of what was visible keeps them: a JSON list of "sector/EN" and the
// like, or "nation". In the arena.
hf_str hf_places_of(const hf_actor *actor, hf_verb verb, hf_arena *arena);
// What is known of a noun, for walks over all of it: one pass before, then no look-up a record.
typedef struct {
    const hf_actor *actor;
    const hf_noun *noun;
    bool has_rows;   // else the record itself tells
    hf_row_set rows; // in the arena
} hf_known;
bool hf_know(const hf_actor *actor, hf_verb verb, hf_read *read, const hf_noun *noun,
             hf_arena *arena, hf_known *out, hf_error *err) HF_CHECKED;
// record  read by the same view of the store; key, marking, compartments and row are looked at
bool hf_is_known(const hf_known *known, const void *record);
// How many records of a noun the actor may know of. Cost: one pass over the noun, unless the actor is in everything.
bool hf_count_known(const hf_actor *actor, hf_read *read, const hf_noun *noun, uint64_t *out,
                    hf_error *err) HF_CHECKED;
// A record by its key; *out NULL: there is none that the actor may know of.
bool hf_get_known(const hf_actor *actor, hf_read *read, const hf_noun *noun, hf_str key,
                  hf_arena *arena, void **out, hf_error *err) HF_CHECKED;
// What tells of several records is as secret as the most secret of them, and needs all their compartments: adds one.
void hf_protect(hf_head *all, const hf_head *part, hf_arena *arena);
// The access class: actors of one class see the same records of one state of the store and may all ask questions or
// none of them, so caches may be shared among them. It changes when a grant starts or ends.
uint64_t hf_access_class(const hf_actor *actor);
// The same for those who may know of the same records and do this with them.
uint64_t hf_access_class_for(const hf_actor *actor, hf_verb verb);

#endif
