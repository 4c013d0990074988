// SPDX-License-Identifier: Apache-2.0
//
// What changes, told to browsers as it happens: jobs, the data version, the log. The server's clock looks four times
// a second (another program may change the store too), and each client gets what its account may see.
#include <string.h>

#include "api/resource.h"
#include "base/clock.h"
#include "base/log.h"

#define CATCH_UP_MAX      1000u // log lines that a returning client gets
#define FOLLOW_MAX        500u  // log lines a look
#define RECHECK_MS        15000 // is the client still signed in?
#define MESSAGE_BYTES_MAX (8u << 20)
#define KEY_COUNT_MAX     64u

// The client of one stream. Lives in its own arena.
typedef struct {
    hf_arena own; // holds this very struct
    hf_credential_kind kind;
    hf_str secret;
    hf_str *chain; // of who came by a certificate: what was shown
    size_t chain_count;
    hf_str name;    // of the account
    unsigned verbs; // that it has, bit by bit
    bool is_limited;
    int64_t checked_ms;
} client;

struct hf_events {
    hf_arena own; // holds this very struct
    int64_t last_event;
    int64_t data_version;
    uint64_t job_changes;
    size_t
        open_count; // jobs that had not ended when they were told: how they end is told once more
    char open[KEY_COUNT_MAX][64];
};

bool hf_events_open(hf_api *api, hf_events **out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_read_begin(api->store, &read, err))
        return false;
    hf_arena own = {0};
    hf_events *events = HF_NEW(&own, hf_events);
    events->own = own;
    events->last_event = hf_event_last(read);
    events->data_version = hf_read_data_version(read);
    *out = events;
    return true;
}

void hf_events_close(hf_events **events)
{
    if (*events == NULL)
        return;
    hf_arena own = (*events)->own;
    hf_arena_done(&own);
    *events = NULL;
}

// --- messages ----------------------------------------------------------------------------------------

// A message is sent to those who may see it.
typedef struct {
    hf_str bytes;
    hf_verb verb;   // needed
    hf_str owner;   // of a job: sees it too, whatever the verb
    hf_str shorter; // what others than the owner, and limited tokens, get of it; empty = the same
} message;

static void tell_one(void *context, hf_stream *stream, void *owner)
{
    const message *news = context;
    const client *who = owner;
    bool is_own = news->owner.len > 0 && hf_str_equal(news->owner, who->name);
    bool is_short = news->shorter.len > 0 && (!is_own || who->is_limited);
    if (is_own || (who->verbs >> news->verb & 1u) != 0)
        hf_stream_send(stream, is_short ? news->shorter : news->bytes);
}

static void begin_message(hf_buf *out, const char *event, int64_t id)
{
    hf_buf_add_format(out, "event: %s\n", event);
    if (id > 0)
        hf_buf_add_format(out, "id: %lld\n", (long long)id);
    hf_buf_add_z(out, "data: ");
}

static void write_log_message(const hf_event *event, hf_buf *out)
{
    begin_message(out, "log", event->sequence);
    hf_json_writer w = {.out = out};
    hf_write_event(event, &w);
    hf_buf_add_z(out, "\n\n");
}

static void write_data_message(int64_t data_version, hf_buf *out)
{
    begin_message(out, "data", 0);
    hf_buf_add_format(out, "{\"data_version\":%lld}\n\n", (long long)data_version);
}

static void write_job_message(hf_api *api, const hf_job *job, int64_t now_ms, hf_buf *out)
{
    begin_message(out, "job", 0);
    hf_json_writer w = {.out = out};
    hf_write_job(api->jobs, job, now_ms, &w);
    hf_buf_add_z(out, "\n\n");
}

// --- looking -----------------------------------------------------------------------------------------

// It may begin and end before the next look.
static void keep_open(hf_events *events, hf_str key)
{
    for (size_t i = 0; i < events->open_count; i++)
        if (hf_str_equal_z(key, events->open[i]))
            return;
    if (events->open_count == KEY_COUNT_MAX || key.len >= sizeof events->open[0])
        return;
    memcpy(events->open[events->open_count], key.ptr, key.len);
    events->open[events->open_count++][key.len] = '\0';
}

// is_news: also while it has not ended.
static void tell_job(hf_api *api, hf_read *read, hf_str key, bool is_news, int64_t now_ms)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(MESSAGE_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf shorter = hf_buf_of(MESSAGE_BYTES_MAX);
    hf_error unused = {0};
    void *record = NULL;
    if (!hf_store_get(read, &hf_noun_job, key, &scratch, &record, &unused)) {
        keep_open(api->events, key); // asked again at the next look
        return;
    }
    if (record == NULL)
        return;
    hf_job *job = record;
    if (job->ended_at == HF_INTEGER_NONE)
        keep_open(api->events, key);
    if (!is_news && job->ended_at == HF_INTEGER_NONE)
        return;
    if (job->result.len > MESSAGE_BYTES_MAX / 2)
        job->result = HF_STR_EMPTY; // too long for a message; GET /jobs/{id} has it
    hf_job_keep_counts(job, &scratch);
    write_job_message(api, job, now_ms, &out);
    hf_job_shorten(job);
    write_job_message(api, job, now_ms, &shorter);
    message news = {hf_buf_str(&out), HF_CAN_USERS, job->owner, hf_buf_str(&shorter)};
    hf_stream_each(api->server, tell_one, &news);
}

static void look_at_jobs(hf_api *api, hf_read *read, int64_t now_ms)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_events *events = api->events;
    uint64_t changes = hf_jobs_change_count(api->jobs);
    bool is_changed = changes != events->job_changes;
    if (!is_changed && events->open_count == 0)
        return;
    events->job_changes = changes;
    hf_str *running = NULL, before[KEY_COUNT_MAX];
    size_t count = hf_jobs_running(api->jobs, &scratch, &running);
    size_t before_count = events->open_count;
    for (size_t i = 0; i < before_count; i++)
        before[i] = hf_str_copy(&scratch, hf_str_of(events->open[i]));
    events->open_count = 0;
    for (size_t i = 0; i < count; i++)
        tell_job(api, read, running[i], is_changed, now_ms);
    for (size_t i = 0; i < before_count; i++) {
        bool is_running = false;
        for (size_t j = 0; j < count; j++)
            is_running |= hf_str_equal(before[i], running[j]);
        if (!is_running)
            tell_job(api, read, before[i], false, now_ms);
    }
}

static void look_at_log(hf_api *api, hf_read *read, int64_t now_ms)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_events *events = api->events;
    hf_error unused = {0};
    hf_event *lines = NULL;
    size_t count = 0;
    if (hf_event_last(read) <= events->last_event ||
        !hf_event_follow(read, events->last_event, FOLLOW_MAX, &scratch, &lines, &count, &unused))
        return;
    for (size_t i = 0; i < count; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(MESSAGE_BYTES_MAX);
        write_log_message(&lines[i], &out);
        message news = {hf_buf_str(&out), HF_CAN_AUDIT, HF_STR_EMPTY, HF_STR_EMPTY};
        hf_stream_each(api->server, tell_one, &news);
        events->last_event = lines[i].sequence;
        if (hf_str_equal_z(lines[i].noun_name, "job"))
            tell_job(api, read, lines[i].record_key, true, now_ms);
    }
}

static void look_at_data(hf_api *api, hf_read *read)
{
    hf_events *events = api->events;
    if (hf_read_data_version(read) == events->data_version)
        return;
    events->data_version = hf_read_data_version(read);
    hf_warm_note(api->warm, events->data_version);
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1024);
    write_data_message(events->data_version, &out);
    message news = {hf_buf_str(&out), HF_CAN_READ, HF_STR_EMPTY, HF_STR_EMPTY};
    hf_stream_each(api->server, tell_one, &news);
}

typedef struct {
    hf_api *api;
    int64_t now_ms;
} recheck;

// An authority takes a certificate back without our hearing of it, and one runs out by itself.
static bool is_certificate_good(const hf_api *api, const client *who)
{
    return who->kind != HF_CREDENTIAL_CERTIFICATE ||
           hf_server_certificate_fault(api->server, who->chain, who->chain_count) == NULL;
}

// Who has signed out, was switched off or lost a right gets no more.
static void check_one(void *context, hf_stream *stream, void *owner)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const recheck *look = context;
    client *who = owner;
    hf_signed_in now = {0};
    hf_error unused = {0};
    if (look->now_ms - who->checked_ms < RECHECK_MS)
        return;
    who->checked_ms = look->now_ms;
    if (!is_certificate_good(look->api, who)) {
        hf_stream_end(stream);
        return;
    }
    if (!hf_find_actor(look->api->store, who->kind, who->secret, look->now_ms, &scratch, &now,
                       &unused))
        return;
    who->verbs = hf_verbs_of(&now.actor);
    who->is_limited = now.is_limited;
    if (!now.actor.is_signed_in)
        hf_stream_end(stream);
}

void hf_events_tick(hf_api *api)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_error fault = {0};
    recheck look = {api, hf_clock_now_ms()};
    if (!hf_read_begin(api->store, &read, &fault))
        return; // busy or broken: requests will tell
    look_at_log(api, read, look.now_ms);
    look_at_jobs(api, read, look.now_ms);
    look_at_data(api, read);
    hf_read_end(&read);
    hf_stream_each(api->server, check_one, &look);
}

// --- a client comes ------------------------------------------------------------------------------------

static void forget(void *owner)
{
    client *who = owner;
    hf_arena own = who->own;
    hf_arena_done(&own);
}

static client *client_of(const hf_call *call)
{
    hf_arena own = {0};
    client *who = HF_NEW(&own, client);
    who->kind = call->who.kind;
    who->secret = hf_str_copy(&own, call->who.secret);
    who->chain_count = call->request->certificate_chain.count;
    who->chain = HF_NEW_N(&own, hf_str, who->chain_count);
    for (size_t i = 0; i < who->chain_count; i++)
        who->chain[i] = hf_str_copy(&own, call->request->certificate_chain.items[i]);
    who->name = hf_str_copy(&own, call->session.actor.name);
    who->verbs = hf_verbs_of(&call->session.actor);
    who->is_limited = call->session.is_limited;
    who->checked_ms = call->session.now_ms;
    who->own = own;
    return who;
}

// What a returning client missed of the log, and how things stand.
static bool write_greeting(hf_call *call, hf_buf *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    int64_t last = 0;
    hf_event *lines = NULL;
    size_t count = 0;
    hf_str asked = hf_request_header(call->request, "Last-Event-ID");
    if (!hf_read_begin(call->api->store, &read, err))
        return false;
    bool may_read_log = hf_may(&call->session.actor, HF_CAN_AUDIT, NULL, NULL);
    if (may_read_log && hf_parse_i64(asked, &last) && last > 0 &&
        !hf_event_follow(read, last, CATCH_UP_MAX, call->arena, &lines, &count, err))
        return false;
    begin_message(out, "hello", hf_event_last(read));
    hf_buf_add_format(out, "{\"data_version\":%lld}\n\n", (long long)hf_read_data_version(read));
    for (size_t i = 0; i < count; i++)
        write_log_message(&lines[i], out);
    write_data_message(hf_read_data_version(read), out);
    return true;
}

static bool get_events(hf_call *call, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf greeting = hf_buf_of(MESSAGE_BYTES_MAX);
    if (!hf_can(&call->session.actor, HF_CAN_READ, NULL, NULL, err) ||
        !write_greeting(call, &greeting, err))
        return false;
    call->reply->media_type = "text/event-stream";
    hf_answer_header(call, "X-Accel-Buffering", HF_STR("no"));
    call->reply->stream = hf_stream_open(call->api->server, client_of(call), forget);
    hf_stream_send(call->reply->stream, hf_buf_str(&greeting));
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/events",
     .id = "events",
     .about = "Server-sent events: hello, data, job, log; Last-Event-ID catches up with the log",
     .flags = HF_ROUTE_QUICK,
     .gives_type = "text/event-stream",
     .status = 200,
     .answer = get_events},
};

const hf_resource hf_resource_events = {"events", routes, HF_COUNT(routes), NULL, NULL};
