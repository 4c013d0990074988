// SPDX-License-Identifier: Apache-2.0
//
// Guessing is slow: after a few failures a name, a browser and an address must wait, each time twice as long. A name waits
// at most a minute, so that nobody can lock another's account for good; a browser that signed the account in before does
// not wait for the guesses of others at all, from whatever address (the "device cookies" of OWASP). The failures of an address
// count half as much after every quarter of an hour, since many may sit behind it. Kept in memory in a table of fixed size; a
// restart forgets, which helps nobody who guesses.
#include <pthread.h>

#include "api/resource.h"

#define SLOT_COUNT 4096u
#define FORGET_MS  INT64_C(3600000) // without a failure
#define HALVE_MS   INT64_C(900000)

typedef struct {
    uint32_t free;       // failures before it waits
    int64_t wait_max_ms; // the wait doubles from a second up to here
    bool is_halved;      // every HALVE_MS; else all count until FORGET_MS without one
} brake;

typedef enum { OF_NAME, OF_DEVICE, OF_PEER, BRAKE_COUNT } brake_kind;

static const brake brakes[BRAKE_COUNT] = {
    [OF_NAME] = {5, INT64_C(60000), false},    // 60 tries an hour at most (ASVS 2.2.1 allows 100)
    [OF_DEVICE] = {5, INT64_C(900000), false}, // one that is known to sign this account in
    [OF_PEER] = {30, INT64_C(900000), true},   // many people may sit behind one address
};

typedef struct {
    int64_t last_ms;
    int64_t halved_ms;
    uint32_t count;
} slot; // found by a hash; two that collide share their failures

struct hf_attempts {
    hf_arena own; // holds this very struct
    pthread_mutex_t lock;
    slot slots[SLOT_COUNT];
};

hf_attempts *hf_attempts_open(void)
{
    hf_arena own = {0};
    hf_attempts *attempts = HF_NEW(&own, hf_attempts);
    attempts->own = own;
    (void)pthread_mutex_init(&attempts->lock, NULL);
    return attempts;
}

void hf_attempts_close(hf_attempts **attempts)
{
    if (*attempts == NULL)
        return;
    (void)pthread_mutex_destroy(&(*attempts)->lock);
    hf_arena own = (*attempts)->own;
    hf_arena_done(&own);
    *attempts = NULL;
}

static slot *slot_of(hf_attempts *attempts, brake_kind kind, hf_str text)
{
    return &attempts->slots[(hf_str_hash(text) * BRAKE_COUNT + kind) % SLOT_COUNT];
}

static brake_kind kind_of_account(const hf_attempt *attempt)
{
    return attempt->device.len > 0 ? OF_DEVICE : OF_NAME;
}

static slot *slot_of_account(hf_attempts *attempts, const hf_attempt *attempt)
{
    brake_kind kind = kind_of_account(attempt);
    return slot_of(attempts, kind, kind == OF_DEVICE ? attempt->device : attempt->name);
}

static void forget(slot *entry, brake_kind kind, int64_t now_ms)
{
    int64_t halvings = (now_ms - entry->halved_ms) / HALVE_MS;
    if (now_ms - entry->last_ms >= FORGET_MS)
        entry->count = 0;
    if (entry->count == 0)
        entry->halved_ms = now_ms;
    if (entry->count == 0 || !brakes[kind].is_halved || halvings <= 0)
        return;
    entry->count = halvings < 32 ? entry->count >> halvings : 0;
    entry->halved_ms += halvings * HALVE_MS;
}

static int64_t wait_ms(slot *entry, brake_kind kind, int64_t now_ms)
{
    const brake *rule = &brakes[kind];
    forget(entry, kind, now_ms);
    if (entry->count < rule->free)
        return 0;
    uint32_t doublings = entry->count - rule->free;
    int64_t pause = doublings >= 20 ? rule->wait_max_ms : INT64_C(1000) << doublings;
    pause = pause < rule->wait_max_ms ? pause : rule->wait_max_ms;
    int64_t left = entry->last_ms + pause - now_ms;
    return left > 0 ? left : 0;
}

static void count_failure(slot *entry, brake_kind kind, int64_t now_ms, int64_t *before_ms)
{
    forget(entry, kind, now_ms);
    *before_ms = entry->last_ms;
    entry->last_ms = now_ms;
    entry->count += entry->count < UINT32_MAX;
}

static void count_both(hf_attempts *attempts, hf_attempt *attempt, int64_t now_ms)
{
    attempt->counted_ms = now_ms;
    if (attempt->name.len > 0)
        count_failure(slot_of_account(attempts, attempt), kind_of_account(attempt), now_ms,
                      &attempt->before_ms);
    count_failure(slot_of(attempts, OF_PEER, attempt->peer), OF_PEER, now_ms,
                  &attempt->peer_before_ms);
}

bool hf_attempts_allow(hf_attempts *attempts, hf_attempt *attempt, int64_t now_ms, uint32_t *wait_s,
                       hf_error *err)
{
    brake_kind kind = kind_of_account(attempt);
    (void)pthread_mutex_lock(&attempts->lock);
    int64_t own =
        attempt->name.len > 0 ? wait_ms(slot_of_account(attempts, attempt), kind, now_ms) : 0;
    bool is_braked = kind != OF_DEVICE && attempt->peer.len > 0;
    int64_t peer =
        is_braked ? wait_ms(slot_of(attempts, OF_PEER, attempt->peer), OF_PEER, now_ms) : 0;
    int64_t longest = own > peer ? own : peer;
    if (longest == 0) // before it is looked at: else many at once are all let in
        count_both(attempts, attempt, now_ms);
    (void)pthread_mutex_unlock(&attempts->lock);
    *wait_s = (uint32_t)((longest + 999) / 1000);
    return longest == 0 || hf_fail(err, HF_ERR_BUSY, "http.too_many",
                                   "too many failed sign-ins; wait %u seconds", *wait_s);
}

// Of a flood only the first and then ever fewer.
static bool is_told(hf_attempts *attempts, const hf_attempt *attempt)
{
    uint32_t count = slot_of(attempts, OF_PEER, attempt->peer)->count;
    return count <= brakes[OF_PEER].free || (count & (count - 1)) == 0;
}

bool hf_attempts_is_told(hf_attempts *attempts, const hf_attempt *attempt)
{
    (void)pthread_mutex_lock(&attempts->lock);
    bool is_so = is_told(attempts, attempt);
    (void)pthread_mutex_unlock(&attempts->lock);
    return is_so;
}

bool hf_attempts_failed(hf_attempts *attempts, hf_attempt *attempt, int64_t now_ms)
{
    (void)pthread_mutex_lock(&attempts->lock);
    count_both(attempts, attempt, now_ms);
    bool is_so = is_told(attempts, attempt);
    (void)pthread_mutex_unlock(&attempts->lock);
    return is_so;
}

static void take_back(slot *entry, int64_t counted_ms, int64_t before_ms)
{
    entry->count -= entry->count > 0;
    if (entry->last_ms == counted_ms) // else another one came since
        entry->last_ms = before_ms;
}

void hf_attempts_take_back(hf_attempts *attempts, const hf_attempt *attempt)
{
    (void)pthread_mutex_lock(&attempts->lock);
    if (attempt->name.len > 0)
        take_back(slot_of_account(attempts, attempt), attempt->counted_ms, attempt->before_ms);
    take_back(slot_of(attempts, OF_PEER, attempt->peer), attempt->counted_ms,
              attempt->peer_before_ms);
    (void)pthread_mutex_unlock(&attempts->lock);
}

void hf_attempts_succeeded(hf_attempts *attempts, const hf_attempt *attempt)
{
    // Other failures of the address stand: one own account must not pay for guesses at others.
    hf_attempts_take_back(attempts, attempt);
    (void)pthread_mutex_lock(&attempts->lock);
    if (attempt->name.len > 0)
        *slot_of_account(attempts, attempt) = (slot){0};
    (void)pthread_mutex_unlock(&attempts->lock);
}
