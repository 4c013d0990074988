// SPDX-License-Identifier: Apache-2.0
//
// Guessing passwords is slow: after a few failures in a quarter of an hour a name, and an address, must wait. Kept in
// memory in a table of fixed size; a restart forgets, which helps nobody who guesses.
#include <pthread.h>

#include "api/resource.h"

#define SLOT_COUNT     4096u
#define NAME_TRIES_MAX 10u
#define PEER_TRIES_MAX 50u // many people may sit behind one address
#define WINDOW_MS      INT64_C(900000)

typedef struct {
    uint64_t who; // hash; two that collide share their failures
    int64_t since_ms;
    uint32_t count;
} slot;

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

static slot *slot_of(hf_attempts *attempts, hf_str text, uint64_t salt)
{
    return &attempts->slots[(hf_str_hash(text) * 2 + salt) % SLOT_COUNT];
}

static bool is_over(const slot *entry, uint32_t most, int64_t now_ms)
{
    return entry->count >= most && now_ms - entry->since_ms < WINDOW_MS;
}

bool hf_attempts_allow(hf_attempts *attempts, hf_str name, hf_str peer, int64_t now_ms,
                       hf_error *err)
{
    (void)pthread_mutex_lock(&attempts->lock);
    bool is_refused = is_over(slot_of(attempts, name, 0), NAME_TRIES_MAX, now_ms) ||
                      is_over(slot_of(attempts, peer, 1), PEER_TRIES_MAX, now_ms);
    (void)pthread_mutex_unlock(&attempts->lock);
    return !is_refused || hf_fail(err, HF_ERR_BUSY, "http.too_many",
                                  "too many failed sign-ins; wait a quarter of an hour");
}

static void count_failure(slot *entry, int64_t now_ms)
{
    if (now_ms - entry->since_ms >= WINDOW_MS)
        *entry = (slot){.since_ms = now_ms};
    entry->count++;
}

void hf_attempts_failed(hf_attempts *attempts, hf_str name, hf_str peer, int64_t now_ms)
{
    (void)pthread_mutex_lock(&attempts->lock);
    count_failure(slot_of(attempts, name, 0), now_ms);
    count_failure(slot_of(attempts, peer, 1), now_ms);
    (void)pthread_mutex_unlock(&attempts->lock);
}

void hf_attempts_succeeded(hf_attempts *attempts, hf_str name, hf_str peer)
{
    (void)peer; // its other failures stand: one own account must not pay for guesses at others
    (void)pthread_mutex_lock(&attempts->lock);
    *slot_of(attempts, name, 0) = (slot){0};
    (void)pthread_mutex_unlock(&attempts->lock);
}
