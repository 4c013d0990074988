// SPDX-License-Identifier: Apache-2.0
//
// Requests that wait for a worker, in two lines: those that cost a processor much for whoever asks (a password to compare)
// wait for one another, so that a crowd of them leaves workers for everybody else. Waiting for other servers is bounded
// where they are asked: such a wait must hold up no password either.
#include <time.h>

#include "wire/private.h"

#define SEND_SECONDS_MAX 5     // at the end; somebody who does not read must not keep the server
#define COUNT_MAX        4096u // waiting; beyond it the answer is "try again"
#define COSTLY_COUNT_MAX 256u  // half a minute of passwords on two processors
#define COSTLY_PART      4u    // of so many workers, one takes costly requests: one a processor

void hf_queue_open(hf_server *server)
{
    (void)pthread_mutex_init(&server->queue.lock, NULL);
    (void)pthread_cond_init(&server->queue.filled, NULL);
    (void)pthread_cond_init(&server->queue.sent, NULL);
}

void hf_queue_free(hf_server *server)
{
    (void)pthread_mutex_destroy(&server->queue.lock);
    (void)pthread_cond_destroy(&server->queue.filled);
    (void)pthread_cond_destroy(&server->queue.sent);
}

static void push(request_line *waiting, exchange *item)
{
    if (waiting->last != NULL)
        waiting->last->queue_next = item;
    else
        waiting->first = item;
    waiting->last = item;
    waiting->count++;
}

static exchange *pop(request_line *waiting)
{
    exchange *item = waiting->first;
    if (item == NULL)
        return NULL;
    waiting->first = item->queue_next;
    if (waiting->first == NULL)
        waiting->last = NULL;
    waiting->count--;
    waiting->running_count++;
    return item;
}

static request_line *line_of(hf_server *server, const exchange *item)
{
    return item->is_costly ? &server->queue.costly : &server->queue.usual;
}

bool hf_queue_put(exchange *item)
{
    hf_server *server = item->server;
    request_queue *queue = &server->queue;
    item->is_costly = server->calls.is_costly != NULL &&
                      server->calls.is_costly(server->calls.context, &item->request);
    (void)pthread_mutex_lock(&queue->lock);
    request_line *waiting = line_of(server, item);
    bool has_room =
        !queue->is_closed && waiting->count < (item->is_costly ? COSTLY_COUNT_MAX : COUNT_MAX);
    if (has_room) {
        item->state = EXCHANGE_QUEUED;
        item->was_queued = true;
        // Asleep before a worker can see it: it might be done, and wake it, at once.
        MHD_suspend_connection(item->connection);
        push(waiting, item);
        queue->unsent_count++;
        (void)pthread_cond_signal(&queue->filled);
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return has_room;
}

static exchange *next(hf_server *server)
{
    uint32_t costly_max = (server->worker_count + COSTLY_PART - 1) / COSTLY_PART;
    request_queue *queue = &server->queue;
    exchange *item = NULL;
    // One worker alone takes them in turn.
    bool is_turn = server->worker_count > 1 || !queue->was_costly || queue->usual.count == 0;
    if (is_turn && queue->costly.running_count < costly_max)
        item = pop(&queue->costly);
    queue->was_costly = item != NULL;
    return item != NULL ? item : pop(&queue->usual);
}

exchange *hf_queue_take(hf_server *server)
{
    request_queue *queue = &server->queue;
    (void)pthread_mutex_lock(&queue->lock);
    exchange *item = next(server);
    while (item == NULL && !queue->is_closed) {
        (void)pthread_cond_wait(&queue->filled, &queue->lock);
        item = next(server);
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return item;
}

void hf_queue_done(hf_server *server, bool is_costly)
{
    request_queue *queue = &server->queue;
    (void)pthread_mutex_lock(&queue->lock);
    (is_costly ? &queue->costly : &queue->usual)->running_count--;
    if (is_costly) // whoever waits for one to end
        (void)pthread_cond_signal(&queue->filled);
    (void)pthread_mutex_unlock(&queue->lock);
}

void hf_queue_end(hf_server *server)
{
    request_queue *queue = &server->queue;
    (void)pthread_mutex_lock(&queue->lock);
    queue->is_closed = true;
    (void)pthread_cond_broadcast(&queue->filled);
    (void)pthread_mutex_unlock(&queue->lock);
    for (uint32_t i = 0; i < server->worker_count; i++)
        hf_thread_join(&server->workers[i]);
}

void hf_queue_sent(hf_server *server)
{
    request_queue *queue = &server->queue;
    (void)pthread_mutex_lock(&queue->lock);
    queue->unsent_count--;
    (void)pthread_cond_signal(&queue->sent);
    (void)pthread_mutex_unlock(&queue->lock);
}

void hf_queue_wait_until_sent(hf_server *server)
{
    request_queue *queue = &server->queue;
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SEND_SECONDS_MAX;
    (void)pthread_mutex_lock(&queue->lock);
    while (queue->unsent_count > 0 &&
           pthread_cond_timedwait(&queue->sent, &queue->lock, &until) == 0)
        ;
    (void)pthread_mutex_unlock(&queue->lock);
}
