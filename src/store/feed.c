// SPDX-License-Identifier: Apache-2.0
//
// New rows of a large load, written by a thread of their own: who reads and judges them hands each over and goes on.
// A ring of batches; whoever else wants the connection waits until all that was handed over is written.
#include <pthread.h>

#include "base/pool.h"
#include "store/internal.h"

// A batch is a few hundred kilobytes; as many as keep both sides busy over one that takes longer.
enum { BATCH_ROWS = 512, BATCH_COUNT = 4 };

typedef struct {
    const hf_noun_sql *sql;
    void *record;
    hf_extra extra;
} feed_row;

typedef struct {
    hf_arena arena;
    size_t count;
    feed_row rows[BATCH_ROWS];
} feed_batch;

struct hf_feed {
    hf_conn *conn;
    hf_arena own; // holds this very struct
    hf_stmt *inserts[HF_NOUN_COUNT_MAX];
    feed_batch batches[BATCH_COUNT]; // number n lies at n % BATCH_COUNT
    // Of the caller's thread alone: the batch that it fills, once there is room for it.
    bool has_room;
    pthread_mutex_t lock; // the rest
    pthread_cond_t moved;
    uint64_t given, written; // batches so far
    bool is_closing;
    bool has_failed;
    hf_error fault; // of the first row that could not be written
    hf_thread *thread;
};

static bool write_row(hf_feed *feed, const feed_row *row, hf_error *err)
{
    hf_stmt *insert = feed->inserts[row->sql->index];
    hf_record_bind(row->sql, insert, row->record, &row->extra);
    return hf_stmt_run(insert, err);
}

static void write_batches(void *context)
{
    hf_feed *feed = context;
    hf_error fault = {0};
    (void)pthread_mutex_lock(&feed->lock);
    for (;;) {
        while (feed->written == feed->given && !feed->is_closing)
            (void)pthread_cond_wait(&feed->moved, &feed->lock);
        if (feed->is_closing)
            break;
        feed_batch *batch = &feed->batches[feed->written % BATCH_COUNT];
        bool is_sound = !feed->has_failed;
        (void)pthread_mutex_unlock(&feed->lock);
        for (size_t i = 0; i < batch->count && is_sound; i++)
            is_sound = write_row(feed, &batch->rows[i], &fault);
        batch->count = 0;
        hf_arena_reset(&batch->arena);
        (void)pthread_mutex_lock(&feed->lock);
        if (!is_sound && !feed->has_failed) {
            feed->has_failed = true;
            feed->fault = fault;
        }
        feed->written++;
        (void)pthread_cond_signal(&feed->moved);
    }
    (void)pthread_mutex_unlock(&feed->lock);
}

hf_feed *hf_feed_open(hf_conn *conn)
{
    hf_arena arena = {0};
    hf_feed *feed = HF_NEW(&arena, hf_feed);
    HF_ASSERT(conn->feed == NULL);
    *feed = (hf_feed){.conn = conn, .own = arena, .has_room = true};
    HF_ASSERT(pthread_mutex_init(&feed->lock, NULL) == 0);
    HF_ASSERT(pthread_cond_init(&feed->moved, NULL) == 0);
    feed->thread = hf_thread_start(write_batches, feed);
    conn->feed = feed;
    return feed;
}

void hf_feed_close(hf_feed **feed)
{
    hf_feed *closed = *feed;
    *feed = NULL;
    if (closed == NULL)
        return;
    (void)pthread_mutex_lock(&closed->lock);
    closed->is_closing = true;
    (void)pthread_cond_signal(&closed->moved);
    (void)pthread_mutex_unlock(&closed->lock);
    hf_thread_join(&closed->thread);
    closed->conn->feed = NULL;
    for (size_t i = 0; i < HF_NOUN_COUNT_MAX; i++)
        hf_stmt_give(&closed->inserts[i]);
    for (size_t i = 0; i < BATCH_COUNT; i++)
        hf_arena_done(&closed->batches[i].arena);
    (void)pthread_cond_destroy(&closed->moved);
    (void)pthread_mutex_destroy(&closed->lock);
    hf_arena own = closed->own;
    hf_arena_done(&own);
}

// With the lock: waits until no more than this many batches are on their way.
static bool wait_until(hf_feed *feed, uint64_t on_their_way, hf_error *err)
{
    while (feed->given - feed->written > on_their_way)
        (void)pthread_cond_wait(&feed->moved, &feed->lock);
    if (feed->has_failed)
        *err = feed->fault;
    return !feed->has_failed;
}

static void give(hf_feed *feed)
{
    feed->given++;
    feed->has_room = false;
    (void)pthread_cond_signal(&feed->moved);
}

static bool make_room(hf_feed *feed, hf_error *err)
{
    if (feed->has_room)
        return true;
    (void)pthread_mutex_lock(&feed->lock);
    feed->has_room = wait_until(feed, BATCH_COUNT - 1, err);
    (void)pthread_mutex_unlock(&feed->lock);
    return feed->has_room;
}

bool hf_feed_drain(hf_feed *feed, hf_error *err)
{
    (void)pthread_mutex_lock(&feed->lock);
    if (feed->has_room && feed->batches[feed->given % BATCH_COUNT].count > 0)
        give(feed);
    bool is_done = wait_until(feed, 0, err);
    feed->has_room |= is_done;
    (void)pthread_mutex_unlock(&feed->lock);
    return is_done;
}

bool hf_feed_add(hf_feed *feed, const hf_noun_sql *sql, const void *record, const hf_extra *extra,
                 hf_error *err)
{
    hf_stmt **insert = &feed->inserts[sql->index];
    if (*insert == NULL && !hf_stmt_take(feed->conn, sql->insert, insert, err))
        return false;
    if (!make_room(feed, err))
        return false;
    feed_batch *batch = &feed->batches[feed->given % BATCH_COUNT];
    batch->rows[batch->count++] =
        (feed_row){sql, hf_noun_copy(sql->noun, record, &batch->arena), *extra};
    if (batch->count == BATCH_ROWS) {
        (void)pthread_mutex_lock(&feed->lock);
        give(feed);
        (void)pthread_mutex_unlock(&feed->lock);
    }
    return true;
}
