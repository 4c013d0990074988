// SPDX-License-Identifier: Apache-2.0
//
// The session that every use case takes first; single records, the log, the installation. Each function
// has the same order: may you → is it right → do it → note it → commit. The command line and the API
// translate into these calls and pass on the JSON that the writers here make.
#ifndef HF_USECASE_RECORD_H
#define HF_USECASE_RECORD_H

#include "base/clock.h"
#include "base/json.h"
#include "base/pool.h"
#include "store/store_bulk.h"
#include "store/store_system.h"
#include "usecase/access.h"

typedef struct hf_plans hf_plans; // plans kept per data version (question.h)

// Where the register lies while questions are asked: on disk beside the store when memory does not suffice, or as
// somebody wants it.
typedef enum { HF_PLAN_ANYWHERE, HF_PLAN_IN_MEMORY, HF_PLAN_ON_DISK } hf_plan_place;
// What a question is asked of: all of the register, which needs the right to all of it, or what the asker may know of.
typedef enum { HF_ASK_WHOLE, HF_ASK_VISIBLE } hf_ask;
extern const char *const hf_ask_words[]; // "whole", "visible"; NULL-ended

// One caller's standing: made by the door for each command or request, borrowed by the use cases.
typedef struct {
    hf_store *store;
    hf_actor actor;
    hf_lang lang;
    hf_pool *pool;   // for questions; NULL = one thread
    hf_plans *plans; // shared by all requests of a server; NULL = a plan is built and dropped
    int64_t now_ms;
    hf_plan_place plan_place;
    bool is_limited; // by a token that is not for all that its account may (account.h)
    hf_str token;    // secret of the browser's session that asks; empty: something else does
    hf_ask ask;      // what questions are asked of
    // Of long work, whose result is worth waiting for a store that is busy or away: true after a while, with err cleared;
    // false: err says why it does not wait. NULL: nothing waits longer than the store itself does.
    bool (*wait_for_store)(void *context, hf_error *err);
    void *wait_context;
} hf_session;

// --- records ---------------------------------------------------------------------------------------------

// Errors: HF_ERR_NOT_FOUND "record.unknown" also for what the actor may not know of.
bool hf_get_record(const hf_session *session, const hf_noun *noun, hf_str key_or_id,
                   hf_arena *arena, void **out, hf_error *err) HF_CHECKED;
// May the session be told of so many records in one answer? Who is paused reads no long lists.
// Errors: HF_ERR_PERMISSION "access.paused"
bool hf_may_list(const hf_session *session, uint64_t count, hf_error *err) HF_CHECKED;
// query is narrowed by the actor's rights.
bool hf_list_records(const hf_session *session, hf_query *query, hf_arena *arena, hf_page *out,
                     hf_error *err) HF_CHECKED;
// All pages of a list as one; query->limit and its cursor are set here, its total is not counted. Not narrowed: the
// program's own questions are not, those of an actor are by hf_can_narrow before.
bool hf_list_all(hf_read *read, hf_query *query, hf_arena *arena, hf_page *out,
                 hf_error *err) HF_CHECKED;
bool hf_find_records(const hf_session *session, hf_str text, size_t limit, hf_arena *arena,
                     hf_hit **hits, size_t *count, hf_error *err) HF_CHECKED;
// Adds what the patch says. Errors: HF_ERR_CONFLICT "record.exists"; HF_ERR_NOT_FOUND "record.unknown" the key is that
// of a record that is hidden from the actor; HF_ERR_INPUT "field.*" and the noun's rules.
bool hf_add_record(const hf_session *session, const hf_patch *patch, hf_arena *arena, void **out,
                   hf_error *err) HF_CHECKED;
// Several, all or none of them; each is an event of its own. out: `count` of them. Errors: those of hf_add_record.
bool hf_add_records(const hf_session *session, const hf_patch *patches, size_t count,
                    hf_arena *arena, void **out, hf_error *err) HF_CHECKED;
// expected_version HF_VERSION_ANY: whatever is there. Errors: HF_ERR_STALE, HF_ERR_NOT_FOUND, HF_ERR_INPUT.
bool hf_edit_record(const hf_session *session, const hf_patch *patch, hf_str key_or_id,
                    int64_t expected_version, hf_arena *arena, void **out,
                    hf_error *err) HF_CHECKED;
// with_links: also the dependencies and layer rows that name the asset.
bool hf_remove_record(const hf_session *session, const hf_noun *noun, hf_str key_or_id,
                      int64_t expected_version, bool with_links, uint64_t *removed_count,
                      hf_error *err) HF_CHECKED;
// In any field or attribute?
bool hf_record_differs(const hf_noun *noun, const void *one, const void *other);
// Takes back the newest change. *out NULL: the record is gone now.
// Errors  HF_ERR_CONFLICT "undo.follows": what was changed last follows from another record, and would follow again;
//         those of hf_store_undo, hf_may_lower and hf_assessment_check_undo, and the noun's rules
bool hf_undo_record(const hf_session *session, const hf_noun *noun, hf_str key, hf_arena *arena,
                    void **out, hf_error *err) HF_CHECKED;
bool hf_record_history(const hf_session *session, const hf_noun *noun, hf_str key, hf_arena *arena,
                       hf_version **versions, size_t *count, hf_error *err) HF_CHECKED;
// Takes back all that an event did: an import, or a change to many.
bool hf_undo_event(const hf_session *session, int64_t event, hf_undo_counts *counts,
                   hf_error *err) HF_CHECKED;
// The log, newest first; before 0 = from the end.
bool hf_read_log(const hf_session *session, int64_t before, size_t limit, hf_arena *arena,
                 hf_event **events, size_t *count, hf_error *err) HF_CHECKED;

// --- one change to many records (edit_many.c)

#define HF_EDIT_SAMPLES_MAX 20u // changes and problems that a result shows

typedef struct {
    hf_query query;         // which: noun, filters, words, box; order and paging do not matter
    const hf_patch *patch;  // what each of them gets; never the key
    int64_t expected_count; // as many as the caller saw, else nothing is done; -1 = not asked
    bool is_dry_run;
} hf_edit_request;
typedef struct {
    hf_str key;
    hf_error fault;
} hf_edit_problem;
typedef struct {
    uint64_t matched, changed, unchanged, refused; // refused: problems
    hf_version *samples;                           // before and after of the first that change
    size_t sample_count;
    hf_edit_problem *problems; // the first
    size_t problem_count;
    bool is_stored;
    int64_t event; // to be undone by; 0 unless stored
} hf_edit_result;
// All or nothing: when one record refuses the change, nothing is stored and the call still returns true; the
// caller looks at is_stored and refused. In a dry run the counts say what would be done.
// Errors  HF_ERR_USAGE "edit.nothing", "edit.key", "edit.one_by_one", "query.*"; HF_ERR_STALE "edit.stale";
//         HF_ERR_TOO_LARGE "edit.too_many"; HF_ERR_PERMISSION; of the store
bool hf_edit_records(const hf_session *session, const hf_edit_request *request, hf_arena *arena,
                     hf_edit_result *out, hf_error *err) HF_CHECKED;
void hf_write_edit(const hf_noun *noun, const hf_edit_result *result, hf_json_writer *out);

// Fills a record's JSON object: all fields, attributes, and "can" for this actor.
void hf_write_record(const hf_session *session, const hf_noun *noun, const void *record,
                     hf_json_writer *out);
// What every list is: an object with items, the next cursor or null, and the count or null. The caller adds the items
// between the two.
void hf_begin_page(hf_json_writer *out);
void hf_end_page(const hf_page *page, bool is_counted, hf_json_writer *out);
void hf_write_page(const hf_session *session, const hf_query *query, const hf_page *page,
                   hf_json_writer *out);
void hf_write_hits(const hf_hit *hits, size_t count, hf_json_writer *out);
// The fields in which two states of a record differ, as a list of {"field", "before", "after"} with the values of the
// record's JSON; secrets are left out. before or after NULL: there was or will be none.
void hf_write_changes(const hf_noun *noun, const hf_version *version, hf_json_writer *out);
void hf_write_history(const hf_noun *noun, const hf_version *versions, size_t count,
                      hf_json_writer *out);
void hf_write_event(const hf_event *event, hf_json_writer *out);
// The noun tables as data: forms, help and the data dictionary are made from it.
void hf_write_schema(hf_json_writer *out);

// --- the installation ------------------------------------------------------------------------------------

typedef struct {
    hf_str setup_token; // empty when the store was there before or has an administrator
    bool is_new;
} hf_init_result;
// Makes a store usable: taxonomy, shipped rules, one-time set-up token. Does nothing to one that is in use.
bool hf_init_store(const hf_session *session, hf_arena *arena, hf_init_result *out,
                   hf_error *err) HF_CHECKED;

// The X-ray of register and installation.
typedef struct {
    const char *code; // "check.down_at_start", translated by `error.<code>`
    bool is_error;    // else a hint
    hf_str noun, key;
    hf_str message; // English
    hf_str detail;  // what the fault names: a key, a count; may be empty
} hf_fault;
typedef struct {
    const char *code;
    uint64_t count;
    bool is_error;
} hf_check_total;
typedef struct {
    hf_fault *list; // at most 1,000 per code
    size_t count;
    hf_check_total totals[32];
    size_t total_count;
} hf_check_result;
bool hf_check_register(const hf_session *session, hf_arena *arena, hf_check_result *out,
                       hf_error *err) HF_CHECKED;
// The same totals for a fraction of the time; the list holds only one fault of each code.
bool hf_check_totals(const hf_session *session, hf_arena *arena, hf_check_result *out,
                     hf_error *err) HF_CHECKED;
void hf_write_check(const hf_check_result *result, hf_json_writer *out);

// Notes in one place how events are written: action "asset.added", source NULL = the actor's door.
bool hf_note(hf_tx *tx, const hf_session *session, const char *action, const hf_noun *noun,
             hf_str key, hf_str source, hf_str detail_json, hf_error *err) HF_CHECKED;

#endif
