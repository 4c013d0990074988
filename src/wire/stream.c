// SPDX-License-Identifier: Apache-2.0
//
// Server-sent events: an open answer per client that holds no thread. The connection sleeps (suspended) while
// its queue is empty; hf_stream_send wakes it. A vanished client shows only when a heartbeat cannot be sent.
#include <string.h>

#include "wire/private.h"

#define STREAM_BYTES_MAX (1u << 20) // waiting for one client; a reader this far behind is gone
#define STREAM_COUNT_MAX 2000u      // open at once; each holds a connection

struct hf_stream {
    hf_server *server;
    hf_stream *next, *previous;
    void *owner;
    void (*done)(void *owner);
    struct MHD_Connection *connection; // set once the answer is under way
    pthread_mutex_t lock;
    hf_buf waiting;
    size_t sent_bytes; // of `waiting`
    bool is_asleep;
    bool is_closing;
    hf_arena own; // holds this very struct
};

hf_stream *hf_stream_open(hf_server *server, void *owner, void (*done)(void *owner))
{
    hf_arena own = {0};
    hf_stream *stream = HF_NEW(&own, hf_stream);
    stream->own = own;
    stream->server = server;
    stream->owner = owner;
    stream->done = done;
    stream->waiting = hf_buf_of(STREAM_BYTES_MAX);
    (void)pthread_mutex_init(&stream->lock, NULL);
    (void)pthread_mutex_lock(&server->stream_lock);
    stream->is_closing = server->streams_are_closed || server->stream_count >= STREAM_COUNT_MAX;
    stream->next = server->streams;
    if (stream->next != NULL)
        stream->next->previous = stream;
    server->streams = stream;
    server->stream_count++;
    (void)pthread_mutex_unlock(&server->stream_lock);
    return stream;
}

static void free_stream(void *context)
{
    hf_stream *stream = context;
    hf_server *server = stream->server;
    (void)pthread_mutex_lock(&server->stream_lock);
    if (stream->previous != NULL)
        stream->previous->next = stream->next;
    else
        server->streams = stream->next;
    if (stream->next != NULL)
        stream->next->previous = stream->previous;
    server->stream_count--;
    (void)pthread_mutex_unlock(&server->stream_lock);
    if (stream->done != NULL)
        stream->done(stream->owner);
    hf_buf_done(&stream->waiting);
    (void)pthread_mutex_destroy(&stream->lock);
    hf_arena own = stream->own;
    hf_arena_done(&own);
}

void hf_stream_abandon(hf_stream *stream)
{
    free_stream(stream);
}

static void wake(hf_stream *stream)
{
    if (stream->is_asleep) {
        stream->is_asleep = false;
        MHD_resume_connection(stream->connection);
    }
}

void hf_stream_send(hf_stream *stream, hf_str bytes)
{
    (void)pthread_mutex_lock(&stream->lock);
    hf_buf_add_str(&stream->waiting, bytes);
    if (stream->waiting.overflow)
        stream->is_closing = true;
    wake(stream);
    (void)pthread_mutex_unlock(&stream->lock);
}

// With the lock held.
static void visit_all(hf_server *server,
                      void (*visit)(void *context, hf_stream *stream, void *owner), void *context)
{
    for (hf_stream *stream = server->streams; stream != NULL; stream = stream->next)
        visit(context, stream, stream->owner);
}

void hf_stream_each(hf_server *server, void (*visit)(void *context, hf_stream *stream, void *owner),
                    void *context)
{
    (void)pthread_mutex_lock(&server->stream_lock);
    visit_all(server, visit, context);
    (void)pthread_mutex_unlock(&server->stream_lock);
}

size_t hf_stream_count(hf_server *server)
{
    (void)pthread_mutex_lock(&server->stream_lock);
    size_t count = server->stream_count;
    (void)pthread_mutex_unlock(&server->stream_lock);
    return count;
}

static void beat(void *context, hf_stream *stream, void *owner)
{
    (void)context;
    (void)owner;
    hf_stream_send(stream, HF_STR(": beat\n\n"));
}

void hf_stream_heartbeat(hf_server *server)
{
    // A visit may wait for the database, and this thread awaits SIGTERM: then the beat is left out.
    if (pthread_mutex_trylock(&server->stream_lock) != 0)
        return;
    visit_all(server, beat, NULL);
    (void)pthread_mutex_unlock(&server->stream_lock);
}

void hf_stream_end(hf_stream *stream)
{
    (void)pthread_mutex_lock(&stream->lock);
    stream->is_closing = true;
    wake(stream);
    (void)pthread_mutex_unlock(&stream->lock);
}

static void close_one(void *context, hf_stream *stream, void *owner)
{
    (void)context;
    (void)owner;
    hf_stream_end(stream);
}

void hf_stream_close_all(hf_server *server)
{
    (void)pthread_mutex_lock(&server->stream_lock);
    server->streams_are_closed = true;
    (void)pthread_mutex_unlock(&server->stream_lock);
    hf_stream_each(server, close_one, NULL);
}

// libmicrohttpd asks for more. Called on a network thread.
static ssize_t read_more(void *context, uint64_t position, char *out, size_t room)
{
    (void)position;
    hf_stream *stream = context;
    ssize_t count = 0;
    (void)pthread_mutex_lock(&stream->lock);
    size_t left = stream->waiting.len - stream->sent_bytes;
    if (stream->is_closing) {
        count = MHD_CONTENT_READER_END_OF_STREAM;
    } else if (left > 0) {
        size_t taken = left < room ? left : room;
        memcpy(out, stream->waiting.ptr + stream->sent_bytes, taken);
        stream->sent_bytes += taken;
        if (taken == left) {
            hf_buf_clear(&stream->waiting);
            stream->sent_bytes = 0;
        }
        count = (ssize_t)taken;
    } else {
        stream->is_asleep = true;
        MHD_suspend_connection(stream->connection);
    }
    (void)pthread_mutex_unlock(&stream->lock);
    return count;
}

struct MHD_Response *hf_stream_response(hf_stream *stream, struct MHD_Connection *connection)
{
    stream->connection = connection;
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_more, stream,
                                             free_stream);
}
