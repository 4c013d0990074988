// SPDX-License-Identifier: Apache-2.0
//
// Threads: the pool hands out pieces by one atomic counter; the caller works too.
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct {
    hf_pool *pool;
    uint32_t index;
    pthread_t thread;
} worker;

struct hf_pool {
    uint32_t thread_count;
    pthread_mutex_t turn; // one hf_pool_run at a time
    pthread_mutex_t lock; // guards round, busy_count, is_closing
    pthread_cond_t start;
    pthread_cond_t finish;
    uint64_t round;
    uint32_t busy_count;
    bool is_closing;
    hf_pool_work work;
    void *context;
    uint64_t piece_count;
    _Atomic uint64_t next_piece;
    worker *workers; // thread_count - 1: the caller is worker 0
};

struct hf_thread {
    pthread_t thread;
    void (*work)(void *context);
    void *context;
};

static void do_pieces(hf_pool *pool, uint32_t index)
{
    for (;;) {
        uint64_t piece = atomic_fetch_add_explicit(&pool->next_piece, 1, memory_order_relaxed);
        if (piece >= pool->piece_count)
            return;
        pool->work(pool->context, piece, index);
    }
}

static void *worker_main(void *argument)
{
    worker *self = argument;
    hf_pool *pool = self->pool;
    uint64_t seen_round = 0;
    for (;;) {
        (void)pthread_mutex_lock(&pool->lock);
        while (pool->round == seen_round && !pool->is_closing)
            (void)pthread_cond_wait(&pool->start, &pool->lock);
        bool is_closing = pool->is_closing;
        seen_round = pool->round;
        (void)pthread_mutex_unlock(&pool->lock);
        if (is_closing)
            return NULL;
        do_pieces(pool, self->index);
        (void)pthread_mutex_lock(&pool->lock);
        if (--pool->busy_count == 0)
            (void)pthread_cond_signal(&pool->finish);
        (void)pthread_mutex_unlock(&pool->lock);
    }
}

static uint32_t processor_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > 1024 ? 1024 : (uint32_t)count;
}

hf_pool *hf_pool_open(uint32_t thread_count)
{
    if (thread_count == 0)
        thread_count = processor_count();
    hf_pool *pool = calloc(1, sizeof *pool);
    HF_ASSERT(pool != NULL);
    pool->workers = calloc(thread_count, sizeof *pool->workers);
    HF_ASSERT(pool->workers != NULL);
    (void)pthread_mutex_init(&pool->turn, NULL);
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->start, NULL);
    (void)pthread_cond_init(&pool->finish, NULL);
    pool->thread_count = 1;
    for (uint32_t i = 1; i < thread_count; i++) {
        worker *self = &pool->workers[i - 1];
        *self = (worker){.pool = pool, .index = i};
        // A system that gives fewer threads makes the work slower, not wrong.
        if (pthread_create(&self->thread, NULL, worker_main, self) != 0)
            break;
        pool->thread_count++;
    }
    return pool;
}

void hf_pool_close(hf_pool **pool_at)
{
    hf_pool *pool = *pool_at;
    if (pool == NULL)
        return;
    (void)pthread_mutex_lock(&pool->lock);
    pool->is_closing = true;
    (void)pthread_cond_broadcast(&pool->start);
    (void)pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i + 1 < pool->thread_count; i++)
        (void)pthread_join(pool->workers[i].thread, NULL);
    (void)pthread_cond_destroy(&pool->finish);
    (void)pthread_cond_destroy(&pool->start);
    (void)pthread_mutex_destroy(&pool->lock);
    (void)pthread_mutex_destroy(&pool->turn);
    free(pool->workers);
    free(pool);
    *pool_at = NULL;
}

uint32_t hf_pool_thread_count(const hf_pool *pool)
{
    return pool->thread_count;
}

void hf_pool_run(hf_pool *pool, uint64_t piece_count, hf_pool_work work, void *context)
{
    (void)pthread_mutex_lock(&pool->turn);
    pool->work = work;
    pool->context = context;
    pool->piece_count = piece_count;
    atomic_store_explicit(&pool->next_piece, 0, memory_order_relaxed);
    bool is_shared = pool->thread_count > 1 && piece_count > 1;
    if (is_shared) {
        (void)pthread_mutex_lock(&pool->lock);
        pool->busy_count = pool->thread_count - 1;
        pool->round++;
        (void)pthread_cond_broadcast(&pool->start);
        (void)pthread_mutex_unlock(&pool->lock);
    }
    do_pieces(pool, 0);
    if (is_shared) {
        (void)pthread_mutex_lock(&pool->lock);
        while (pool->busy_count > 0)
            (void)pthread_cond_wait(&pool->finish, &pool->lock);
        (void)pthread_mutex_unlock(&pool->lock);
    }
    (void)pthread_mutex_unlock(&pool->turn);
}

static void *thread_main(void *argument)
{
    hf_thread *thread = argument;
    thread->work(thread->context);
    return NULL;
}

hf_thread *hf_thread_start(void (*work)(void *context), void *context)
{
    hf_thread *thread = calloc(1, sizeof *thread);
    HF_ASSERT(thread != NULL);
    thread->work = work;
    thread->context = context;
    HF_ASSERT(pthread_create(&thread->thread, NULL, thread_main, thread) == 0);
    return thread;
}

void hf_thread_be_nice(int niceness)
{
    // On Linux this is a matter of the single thread. Refused or not, the work gets done.
    (void)setpriority(PRIO_PROCESS, 0, niceness);
}

void hf_thread_join(hf_thread **thread)
{
    if (*thread == NULL)
        return;
    (void)pthread_join((*thread)->thread, NULL);
    free(*thread);
    *thread = NULL;
}
