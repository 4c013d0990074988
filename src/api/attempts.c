// SPDX-License-Identifier: Apache-2.0
//
// Guessing is slow: after a few failures a name, a browser and an address must wait, each time twice as long. A name waits
// at most a minute, so that nobody can lock another's account for good; a browser that signed the account in before does
// not wait for the guesses of others at all (the "device cookies" of OWASP). Kept in memory in a table of fixed size; a
// restart forgets, which helps nobody who guesses.
#include <pthread.h>

#include "api/resource.h"

#define SLOT_COUNT 4096u
#define FORGET_MS  INT64_C(3600000) // without a failure

typedef struct {
    uint32_t free;       // failures before it waits
    int64_t wait_max_ms; // the wait doubles from a second up to here
} brake;

typedef enum { OF_NAME, OF_DEVICE, OF_PEER, BRAKE_COUNT } brake_kind;

static const brake brakes[BRAKE_COUNT] = {
    [OF_NAME] = {5, INT64_C(60000)},    // 60 tries an hour at most (ASVS 2.2.1 allows 100)
    [OF_DEVICE] = {5, INT64_C(900000)}, // one that is known to sign this account in
    [OF_PEER] = {30, INT64_C(900000)},  // many people may sit behind one address
};

typedef struct {
    int64_t last_ms;
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

static slot *slot_of_account(hf_attempts *attempts, const hf_attempt *attempt)
{
    return attempt->device.len > 0 ? slot_of(attempts, OF_DEVICE, attempt->device)
                                   : slot_of(attempts, OF_NAME, attempt->name);
}

static int64_t wait_ms(const slot *entry, brake_kind kind, int64_t now_ms)
{
    const brake *rule = &brakes[kind];
    if (entry->count < rule->free || now_ms - entry->last_ms >= FORGET_MS)
        return 0;
    uint32_t doublings = entry->count - rule->free;
    int64_t pause = doublings >= 20 ? rule->wait_max_ms : INT64_C(1000) << doublings;
    pause = pause < rule->wait_max_ms ? pause : rule->wait_max_ms;
    int64_t left = entry->last_ms + pause - now_ms;
    return left > 0 ? left : 0;
}

bool hf_attempts_allow(hf_attempts *attempts, const hf_attempt *attempt, int64_t now_ms,
                       uint32_t *wait_s, hf_error *err)
{
    brake_kind kind = attempt->device.len > 0 ? OF_DEVICE : OF_NAME;
    (void)pthread_mutex_lock(&attempts->lock);
    int64_t own = wait_ms(slot_of_account(attempts, attempt), kind, now_ms);
    int64_t peer = wait_ms(slot_of(attempts, OF_PEER, attempt->peer), OF_PEER, now_ms);
    (void)pthread_mutex_unlock(&attempts->lock);
    int64_t longest = own > peer ? own : peer;
    *wait_s = (uint32_t)((longest + 999) / 1000);
    return longest == 0 || hf_fail(err, HF_ERR_BUSY, "http.too_many",
                                   "too many failed sign-ins; wait %u seconds", *wait_s);
}

static void count_failure(slot *entry, int64_t now_ms)
{
    if (now_ms - entry->last_ms >= FORGET_MS)
        entry->count = 0;
    entry->last_ms = now_ms;
    entry->count += entry->count < UINT32_MAX;
}

bool hf_attempts_failed(hf_attempts *attempts, const hf_attempt *attempt, int64_t now_ms)
{
    (void)pthread_mutex_lock(&attempts->lock);
    if (attempt->name.len > 0)
        count_failure(slot_of_account(attempts, attempt), now_ms);
    slot *peer = slot_of(attempts, OF_PEER, attempt->peer);
    count_failure(peer, now_ms);
    uint32_t count = peer->count;
    (void)pthread_mutex_unlock(&attempts->lock);
    return count <= brakes[OF_PEER].free || (count & (count - 1)) == 0;
}

void hf_attempts_succeeded(hf_attempts *attempts, const hf_attempt *attempt)
{
    // Other failures of the address stand: one own account must not pay for guesses at others.
    (void)pthread_mutex_lock(&attempts->lock);
    *slot_of_account(attempts, attempt) = (slot){0};
    (void)pthread_mutex_unlock(&attempts->lock);
}
