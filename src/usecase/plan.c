// SPDX-License-Identifier: Apache-2.0
//
// Keeping plans: a server builds the plan of a data version once and lends it to all requests; a command
// builds it for itself. Reading the register into numbers is in plan_read.c.
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/arena_file.h"
#include "base/file.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "usecase/memory.h"
#include "usecase/plan_read.h"

// What reading the register and building its plan take at most at a time, about: 100 MB for 103,083 assets and 224,702
// dependencies. In a file all of it that was ever taken counts: 140 MB.
#define ASSET_BYTES      450u
#define DEPENDENCY_BYTES 250u
#define FIXED_BYTES      (8u << 20) // threads, pages of the store
#define QUESTION_BYTES                                                                             \
    1500u // for each asset, of what is computed with it: a simulation with one thread

// More questions than this at once on one plan only cost a little more time.
#define STATE_COUNT_MAX 64u

// Of what single askers may know of, few at a time: each is a plan of its own.
#define VISIBLE_COUNT_MAX 4u

const char *const hf_ask_words[] = {"whole", "visible", NULL};

// A plan with its memory and its borrowers. The register plan comes first: callers see only that.
typedef struct {
    hf_register_plan plan;
    hf_arena arena;
    uint64_t access_class;                  // of a plan of what is visible
    hf_plans *home;                         // NULL: belongs to one command
    uint32_t use_count;                     // borrowers, and one for being the newest
    hf_engine_state *free[STATE_COUNT_MAX]; // states that nobody uses now
    uint32_t free_count;
    const hf_loop *loops; // once they were asked for
    uint32_t loop_count;
    bool has_loops;
    pthread_mutex_t lock; // of the states and the loops
} kept_plan;

struct hf_plans {
    hf_arena arena; // holds this very struct
    pthread_mutex_t lock;
    kept_plan *newest;
    kept_plan *visible[VISIBLE_COUNT_MAX]; // lent last first; NULL = none
    _Atomic bool is_closing;               // a plan that is being read is given up
};

hf_plans *hf_plans_open(void)
{
    hf_arena arena = {0};
    hf_plans *plans = HF_NEW(&arena, hf_plans);
    plans->arena = arena;
    HF_ASSERT(pthread_mutex_init(&plans->lock, NULL) == 0);
    return plans;
}

void hf_plans_stop(hf_plans *plans)
{
    atomic_store(&plans->is_closing, true);
}

static void drop(kept_plan *kept)
{
    hf_arena arena = kept->arena;
    pthread_mutex_destroy(&kept->lock);
    hf_arena_done(&arena);
}

static void close_kept(kept_plan *kept)
{
    HF_ASSERT(kept == NULL || kept->use_count == 1);
    if (kept != NULL)
        drop(kept);
}

void hf_plans_close(hf_plans **plans)
{
    if (*plans == NULL)
        return;
    close_kept((*plans)->newest);
    for (size_t i = 0; i < VISIBLE_COUNT_MAX; i++)
        close_kept((*plans)->visible[i]);
    pthread_mutex_destroy(&(*plans)->lock);
    hf_arena arena = (*plans)->arena;
    hf_arena_done(&arena);
    *plans = NULL;
}

// The folder of the store's file; where the program was started, when there is none.
static char *folder_of(const hf_read *read, hf_arena *arena)
{
    const char *place = hf_store_url(hf_read_store(read));
    hf_str url = hf_str_of(hf_store_is_file(place) ? place : "");
    size_t count = url.len - hf_path_name(url).len;
    return hf_str_z(arena, count > 0 ? hf_str_slice(url, 0, count) : HF_STR("."));
}

static bool has_disk(const char *folder, uint64_t needed, hf_error *err)
{
    struct statvfs facts;
    if (statvfs(folder, &facts) != 0 || (uint64_t)facts.f_bavail * facts.f_frsize >= needed)
        return true; // who cannot be asked may still have room
    return hf_fail(err, HF_ERR_WRITE, "plan.disk",
                   "the register takes about %.2f GB while it is computed; neither memory nor the "
                   "disk of the store has that much room",
                   (double)needed / 1e9);
}

// *file stays NULL where memory suffices.
static bool choose_place(const hf_read *read, hf_plan_place place, hf_arena_file **file,
                         hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint64_t assets = hf_read_count(read, &hf_noun_asset);
    uint64_t dependencies = hf_read_count(read, &hf_noun_dependency);
    uint64_t needed = assets * ASSET_BYTES + dependencies * DEPENDENCY_BYTES + FIXED_BYTES;
    uint64_t beside = place == HF_PLAN_ANYWHERE ? assets * QUESTION_BYTES : 0;
    uint64_t free_bytes = place == HF_PLAN_ON_DISK ? 0 : hf_memory_free();
    if (needed + beside <= free_bytes)
        return true;
    if (place == HF_PLAN_IN_MEMORY)
        return hf_fail(err, HF_ERR_TOO_LARGE, "plan.memory",
                       "the register takes about %.2f GB while it is computed and %.2f GB of "
                       "memory are free; it can lie on disk: --plan disk",
                       (double)needed / 1e9, (double)free_bytes / 1e9);
    const char *folder = folder_of(read, &scratch);
    return has_disk(folder, needed / 2 * 3, err) && hf_arena_file_open(folder, file, err);
}

static bool build(hf_read *read, const hf_session *session, bool wants_input, kept_plan **out,
                  hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_arena_file_close) hf_arena_file *file = NULL;
    hf_plans *home = session->plans;
    if (!choose_place(read, session->plan_place, &file, err))
        return false;
    hf_arena arena = hf_arena_in_file(file);
    kept_plan *kept = HF_NEW(&arena, kept_plan);
    const hf_sight *sight =
        session->ask == HF_ASK_VISIBLE ? hf_sight_of(&session->actor, HF_CAN_RUN, &scratch) : NULL;
    if (!hf_plan_read(read, sight, wants_input, home != NULL ? &home->is_closing : NULL, &arena,
                      &kept->plan, err)) {
        hf_arena_done(&arena);
        return false;
    }
    hf_arena_leave_file(&arena);
    kept->plan.is_visible_only = session->ask == HF_ASK_VISIBLE;
    kept->access_class = hf_access_class_for(&session->actor, HF_CAN_RUN);
    kept->arena = arena;
    kept->home = home;
    kept->use_count = 1;
    HF_ASSERT(pthread_mutex_init(&kept->lock, NULL) == 0);
    *out = kept;
    return true;
}

static bool is_fresh(const kept_plan *kept, const hf_read *read, bool wants_input)
{
    return kept != NULL && kept->plan.data_version == hf_read_data_version(read) &&
           (!wants_input || kept->plan.input != NULL);
}

static void let_go(kept_plan *kept)
{
    if (kept != NULL && --kept->use_count == 0)
        drop(kept);
}

// Under the lock: the plan of what the asker may know of, shared by all who may know of the same.
static bool take_visible(const hf_session *session, hf_read *read, bool wants_input,
                         kept_plan **out, hf_error *err)
{
    hf_plans *plans = session->plans;
    uint64_t class = hf_access_class_for(&session->actor, HF_CAN_RUN);
    size_t at = 0;
    while (at < VISIBLE_COUNT_MAX - 1 && plans->visible[at] != NULL &&
           plans->visible[at]->access_class != class)
        at++;
    kept_plan *found = plans->visible[at];
    bool is_same = is_fresh(found, read, wants_input) && found->access_class == class;
    if (!is_same) {
        kept_plan *fresh = NULL;
        if (!build(read, session, wants_input, &fresh, err))
            return false;
        let_go(found);
        found = fresh;
    }
    memmove(plans->visible + 1, plans->visible, at * sizeof(plans->visible[0]));
    plans->visible[0] = found;
    found->use_count++;
    *out = found;
    return true;
}

// Under the lock: the newest plan, built again when the register has moved on, or when it lacks what is wanted.
// Whoever comes meanwhile waits: a second build of the same plan would only be slower.
static bool take_newest(const hf_session *session, hf_read *read, bool wants_input, kept_plan **out,
                        hf_error *err)
{
    hf_plans *plans = session->plans;
    kept_plan *old = plans->newest;
    if (!is_fresh(old, read, wants_input)) {
        kept_plan *fresh = NULL;
        if (!build(read, session, wants_input, &fresh, err))
            return false;
        let_go(old);
        plans->newest = fresh;
    }
    plans->newest->use_count++;
    *out = plans->newest;
    return true;
}

static bool may_ask(const hf_actor *actor, const hf_register_plan *plan, hf_error *err)
{
    if (!hf_can(actor, HF_CAN_RUN, NULL, NULL, err))
        return false;
    if (plan->is_visible_only)
        return true;
    if (hf_may_everywhere(actor, HF_CAN_RUN) &&
        hf_may_read_marked(actor, plan->max_marking, plan->compartments))
        return true;
    return hf_fail(
        err, HF_ERR_PERMISSION, "question.restricted",
        "the register holds records that you may not read, and an answer would tell of them; "
        "ask of what you may see (sight: visible), or someone who is cleared for all of it");
}

static bool take(const hf_session *session, bool wants_input, const hf_register_plan **out,
                 hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    kept_plan *kept = NULL;
    bool is_there = false;
    if (!hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    if (session->plans == NULL) {
        is_there = build(read, session, wants_input, &kept, err);
    } else {
        pthread_mutex_lock(&session->plans->lock);
        is_there = (session->ask == HF_ASK_VISIBLE ? take_visible : take_newest)(
            session, read, wants_input, &kept, err);
        pthread_mutex_unlock(&session->plans->lock);
    }
    if (!is_there)
        return false;
    *out = &kept->plan;
    if (may_ask(&session->actor, *out, err))
        return true;
    hf_plan_release(session, out);
    return false;
}

bool hf_plan_take(const hf_session *session, const hf_register_plan **out, hf_error *err)
{
    return take(session, false, out, err);
}

bool hf_plan_take_chances(const hf_session *session, const hf_register_plan **out, hf_error *err)
{
    return take(session, true, out, err);
}

static kept_plan *kept_of(const hf_register_plan *plan)
{
    // The borrowed view is const; its keeper counts borrowers and lends states.
    union {
        const hf_register_plan *view;
        kept_plan *keeper;
    } same = {.view = plan};
    return same.keeper;
}

void hf_plan_release(const hf_session *session, const hf_register_plan **plan)
{
    (void)session;
    if (*plan == NULL)
        return;
    kept_plan *kept = kept_of(*plan);
    hf_plans *home = kept->home;
    *plan = NULL;
    if (home == NULL) {
        drop(kept);
        return;
    }
    pthread_mutex_lock(&home->lock);
    if (--kept->use_count == 0)
        drop(kept);
    pthread_mutex_unlock(&home->lock);
}

void hf_write_sight(const hf_register_plan *plan, hf_json_writer *out)
{
    if (plan->is_visible_only)
        hf_write_visible(out);
}

void hf_write_visible(hf_json_writer *out)
{
    hf_json_name(out, "sight");
    hf_json_add_z(out, hf_ask_words[HF_ASK_VISIBLE]);
}

uint32_t hf_plan_find(const hf_register_plan *plan, hf_str key)
{
    uint32_t low = 0;
    uint32_t high = plan->asset_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (hf_str_compare_natural(plan->keys[middle], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < plan->asset_count && hf_str_equal(plan->keys[low], key) ? low : HF_NO_INDEX;
}

bool hf_plan_find_all(const hf_register_plan *plan, const hf_str *keys, size_t count,
                      hf_arena *arena, uint32_t **out, hf_error *err)
{
    uint32_t *found = HF_NEW_N(arena, uint32_t, count);
    if (count == 0)
        return hf_fail(err, HF_ERR_USAGE, "cascade.nothing_to_fail",
                       "no asset is named; give the keys of what is lost");
    for (size_t i = 0; i < count; i++) {
        found[i] = hf_plan_find(plan, keys[i]);
        if (found[i] == HF_NO_INDEX)
            return hf_fail(err, HF_ERR_NOT_FOUND, "asset.unknown",
                           "no asset has the key '%.*s'; see them with: holdfast list assets",
                           HF_STR_ARG(keys[i]));
    }
    *out = found;
    return true;
}

const hf_loop *hf_plan_loops(const hf_register_plan *plan, uint32_t *count)
{
    kept_plan *kept = kept_of(plan);
    pthread_mutex_lock(&kept->lock);
    if (!kept->has_loops)
        hf_plan_find_loops(plan->plan, &kept->arena, &kept->loops, &kept->loop_count);
    kept->has_loops = true;
    *count = kept->loop_count;
    pthread_mutex_unlock(&kept->lock);
    return kept->loops;
}

hf_engine_state *hf_plan_state_take(const hf_register_plan *plan)
{
    kept_plan *kept = kept_of(plan);
    pthread_mutex_lock(&kept->lock);
    // A new one is made under the lock, since it grows the plan's arena; it is kept for the next question.
    hf_engine_state *state = kept->free_count > 0 ? kept->free[--kept->free_count]
                                                  : hf_engine_state_new(plan->plan, &kept->arena);
    pthread_mutex_unlock(&kept->lock);
    return state;
}

void hf_plan_state_release(const hf_register_plan *plan, hf_engine_state *state)
{
    kept_plan *kept = kept_of(plan);
    pthread_mutex_lock(&kept->lock);
    if (kept->free_count < STATE_COUNT_MAX)
        kept->free[kept->free_count++] = state;
    pthread_mutex_unlock(&kept->lock);
}
