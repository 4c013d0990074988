// SPDX-License-Identifier: Apache-2.0
//
// Makes ready in the background what the first question, list, map and overview of a data version need: the plan, the
// ends of the links, the places, the tiles of the low zooms, the overview. One thread of low priority; it waits until the register has been
// still for a while and then rests several times as long as it worked, so that a day of edits costs little. Whoever
// asks earlier gets an answer all the same, only later.
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "api/resource.h"
#include "base/clock.h"
#include "base/log.h"

#define STILL_MS   2000 // without a change
#define REST_TIMES 5u   // as long as the last time took
#define NICENESS   5
#define ZOOM_MAX   3u

struct hf_warm {
    hf_arena own; // holds this very struct
    hf_api *api;
    hf_session session; // the program itself
    hf_thread *thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    int64_t wanted_version;
    int64_t changed_ms; // when that came
    int64_t warm_version;
    _Atomic bool stop;
};

// Those for whom most caches are kept: cleared for all, and as accounts are made unless told otherwise.
static hf_actor somebody(hf_marking clearance)
{
    return (hf_actor){.name = HF_STR("server"),
                      .role = HF_ROLE_ADMINISTRATOR,
                      .clearance = (int32_t)clearance,
                      .is_signed_in = true};
}

static bool warm_plan(hf_warm *warm, hf_error *err)
{
    const hf_register_plan *plan = NULL;
    if (!hf_plan_take(&warm->session, &plan, err))
        return false;
    hf_plan_release(&warm->session, &plan);
    return true;
}

static bool warm_for(hf_warm *warm, hf_marking clearance, hf_error *err)
{
    hf_session session = warm->session;
    session.actor = somebody(clearance);
    session.now_ms = hf_clock_now_ms();
    return hf_tiles_warm(warm->api, &session, ZOOM_MAX, &warm->stop, err) &&
           (atomic_load(&warm->stop) || hf_overviews_warm(warm->api, &session, err));
}

// For whoever may read only part of it.
static bool warm_store(hf_warm *warm, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    return hf_read_begin(warm->session.store, &read, err) && hf_store_warm(read, err);
}

// A register that gives no plan (a link without its layer) still has a map and an overview.
static void warm_all(hf_warm *warm)
{
    hf_error err = {0};
    if (!warm_plan(warm, &err) && err.kind != HF_ERR_STOPPED)
        hf_log(HF_LOG_DEBUG, "warm.no_plan", "%s", err.code);
    err = (hf_error){0};
    bool is_done = atomic_load(&warm->stop) ||
                   (warm_store(warm, &err) && warm_for(warm, HF_TLP_RED, &err) &&
                    (atomic_load(&warm->stop) || warm_for(warm, HF_TLP_AMBER, &err)));
    if (!is_done && err.kind != HF_ERR_STOPPED)
        hf_log(HF_LOG_WARN, "warm.failed", "%s", err.code);
}

// Under the lock: sleeps until there is news or the time is over.
static void wait_ms(hf_warm *warm, int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_cond_timedwait(&warm->news, &warm->lock, &until);
}

static int64_t monotonic_ms(void)
{
    return (int64_t)(hf_clock_monotonic_ns() / 1000000u);
}

// Under the lock: waits for a change, then for quiet. False: it is time to end.
static bool wait_for_work(hf_warm *warm, int64_t not_before_ms)
{
    while (!atomic_load(&warm->stop)) {
        int64_t now = monotonic_ms();
        int64_t due = warm->changed_ms + (warm->warm_version > 0 ? STILL_MS : 0);
        due = due > not_before_ms ? due : not_before_ms;
        if (warm->wanted_version == warm->warm_version)
            (void)pthread_cond_wait(&warm->news, &warm->lock);
        else if (due > now)
            wait_ms(warm, due - now);
        else
            return true;
    }
    return false;
}

static void work(void *context)
{
    hf_warm *warm = context;
    int64_t not_before_ms = 0;
    hf_thread_be_nice(NICENESS);
    (void)pthread_mutex_lock(&warm->lock);
    while (wait_for_work(warm, not_before_ms)) {
        int64_t version = warm->wanted_version;
        int64_t began_ms = monotonic_ms();
        (void)pthread_mutex_unlock(&warm->lock);
        warm_all(warm);
        int64_t took_ms = monotonic_ms() - began_ms;
        not_before_ms = began_ms + took_ms + REST_TIMES * took_ms;
        (void)pthread_mutex_lock(&warm->lock);
        warm->warm_version = version;
    }
    (void)pthread_mutex_unlock(&warm->lock);
}

hf_warm *hf_warm_open(hf_api *api, const hf_session *session, int64_t data_version)
{
    hf_arena own = {0};
    hf_warm *warm = HF_NEW(&own, hf_warm);
    warm->own = own;
    warm->api = api;
    warm->session = *session;
    warm->wanted_version = data_version;
    (void)pthread_mutex_init(&warm->lock, NULL);
    (void)pthread_cond_init(&warm->news, NULL);
    return warm;
}

void hf_warm_start(hf_warm *warm)
{
    warm->thread = hf_thread_start(work, warm);
}

void hf_warm_note(hf_warm *warm, int64_t data_version)
{
    (void)pthread_mutex_lock(&warm->lock);
    if (data_version != warm->wanted_version) {
        warm->wanted_version = data_version;
        warm->changed_ms = monotonic_ms();
        (void)pthread_cond_signal(&warm->news);
    }
    (void)pthread_mutex_unlock(&warm->lock);
}

bool hf_warm_is_done(hf_warm *warm)
{
    (void)pthread_mutex_lock(&warm->lock);
    bool is_done = warm->wanted_version == warm->warm_version;
    (void)pthread_mutex_unlock(&warm->lock);
    return is_done;
}

void hf_warm_stop(hf_warm *warm)
{
    (void)pthread_mutex_lock(&warm->lock);
    atomic_store(&warm->stop, true);
    (void)pthread_cond_signal(&warm->news);
    (void)pthread_mutex_unlock(&warm->lock);
}

void hf_warm_close(hf_warm **slot)
{
    hf_warm *warm = *slot;
    if (warm == NULL)
        return;
    hf_warm_stop(warm);
    hf_thread_join(&warm->thread);
    (void)pthread_cond_destroy(&warm->news);
    (void)pthread_mutex_destroy(&warm->lock);
    hf_arena own = warm->own;
    hf_arena_done(&own);
    *slot = NULL;
}
