// SPDX-License-Identifier: Apache-2.0
//
// The first page in one answer. What depends on the register is kept per data version and access class; the log's
// newest lines are added each time, for those who may read it.
#include <pthread.h>

#include "api/resource.h"

#define KEPT_COUNT         8u
#define RECENT_COUNT       20u
#define OVERVIEW_BYTES_MAX (8u << 20)

typedef struct {
    int64_t data_version;
    uint64_t access_class;
    hf_buf members;
} kept_overview;

typedef struct {
    int64_t data_version;
    uint64_t access_class;
    hf_known_counts counts;
    bool is_set;
} kept_counts;

struct hf_overviews {
    hf_arena own; // holds this very struct
    pthread_mutex_t lock;
    kept_overview kept[KEPT_COUNT];
    kept_counts counts[KEPT_COUNT];
    size_t next;
    size_t next_counts;
};

hf_overviews *hf_overviews_open(void)
{
    hf_arena own = {0};
    hf_overviews *all = HF_NEW(&own, hf_overviews);
    all->own = own;
    (void)pthread_mutex_init(&all->lock, NULL);
    return all;
}

void hf_overviews_close(hf_overviews **slot)
{
    if (*slot == NULL)
        return;
    for (size_t i = 0; i < KEPT_COUNT; i++)
        hf_buf_done(&(*slot)->kept[i].members);
    (void)pthread_mutex_destroy(&(*slot)->lock);
    hf_arena own = (*slot)->own;
    hf_arena_done(&own);
    *slot = NULL;
}

static bool find_kept(hf_overviews *all, int64_t version, uint64_t access_class, hf_arena *arena,
                      hf_str *out)
{
    bool is_there = false;
    (void)pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < KEPT_COUNT && !is_there; i++) {
        const kept_overview *kept = &all->kept[i];
        is_there = kept->members.len > 0 && kept->data_version == version &&
                   kept->access_class == access_class;
        if (is_there)
            *out = hf_buf_copy(arena, &kept->members);
    }
    (void)pthread_mutex_unlock(&all->lock);
    return is_there;
}

static void keep(hf_overviews *all, int64_t version, uint64_t access_class, hf_str members)
{
    (void)pthread_mutex_lock(&all->lock);
    kept_overview *slot = &all->kept[all->next];
    all->next = (all->next + 1) % KEPT_COUNT;
    hf_buf_done(&slot->members);
    *slot = (kept_overview){version, access_class, hf_buf_of(OVERVIEW_BYTES_MAX)};
    hf_buf_add_str(&slot->members, members);
    (void)pthread_mutex_unlock(&all->lock);
}

static bool find_counts(hf_overviews *all, int64_t version, uint64_t access_class,
                        hf_known_counts *out)
{
    bool is_there = false;
    (void)pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < KEPT_COUNT && !is_there; i++) {
        const kept_counts *kept = &all->counts[i];
        is_there =
            kept->is_set && kept->data_version == version && kept->access_class == access_class;
        if (is_there)
            *out = kept->counts;
    }
    (void)pthread_mutex_unlock(&all->lock);
    return is_there;
}

bool hf_overviews_counts(hf_call *call, hf_known_counts *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_overviews *all = call->api->overviews;
    const hf_actor *actor = &call->session.actor;
    uint64_t access_class = hf_access_class(actor);
    *out = (hf_known_counts){0};
    if (!hf_may(actor, HF_CAN_READ, NULL, NULL))
        return true;
    if (!hf_read_begin(call->api->store, &read, err))
        return false;
    int64_t version = hf_read_data_version(read);
    if (find_counts(all, version, access_class, out))
        return true;
    hf_known_counts fresh = {0};
    if (!hf_count_known(actor, read, hf_noun_find(HF_STR("asset")), &fresh.assets, err) ||
        !hf_count_known(actor, read, hf_noun_find(HF_STR("dependency")), &fresh.dependencies, err))
        return false;
    (void)pthread_mutex_lock(&all->lock);
    all->counts[all->next_counts] = (kept_counts){version, access_class, fresh, true};
    all->next_counts = (all->next_counts + 1) % KEPT_COUNT;
    (void)pthread_mutex_unlock(&all->lock);
    *out = fresh;
    return true;
}

// As a whole object: its members are taken over without the braces.
static bool members_of(hf_api *api, const hf_session *session, hf_arena *arena, hf_str *out,
                       hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_overviews *all = api->overviews;
    uint64_t access_class = hf_access_class(&session->actor);
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) ||
        !hf_read_begin(api->store, &read, err))
        return false;
    int64_t version = hf_read_data_version(read);
    hf_read_end(&read);
    if (find_kept(all, version, access_class, arena, out))
        return true;
    HF_CLEANUP(hf_buf_done) hf_buf fresh = hf_buf_of(OVERVIEW_BYTES_MAX);
    hf_json_writer w = {.out = &fresh};
    hf_json_begin_object(&w);
    if (!hf_write_overview(session, api->places, &w, err))
        return false;
    hf_str members = hf_buf_str(&fresh);
    *out = hf_str_copy(arena, hf_str_slice(members, 1, members.len));
    keep(all, version, access_class, *out);
    return true;
}

bool hf_overviews_warm(hf_api *api, const hf_session *session, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str unused = HF_STR_EMPTY;
    return members_of(api, session, &scratch, &unused, err);
}

static bool get_overview(hf_call *call, hf_error *err)
{
    hf_event *events = NULL;
    size_t count = 0;
    hf_str members = HF_STR_EMPTY;
    if (!members_of(call->api, &call->session, call->arena, &members, err))
        return false;
    bool may_read_log = hf_may(&call->session.actor, HF_CAN_AUDIT, NULL, NULL);
    if (may_read_log &&
        !hf_read_log(&call->session, 0, RECENT_COUNT, call->arena, &events, &count, err))
        return false;
    hf_json_writer w = hf_answer_json(call);
    hf_json_begin_object(&w);
    hf_json_name(&w, "recent");
    hf_json_begin_array(&w);
    for (size_t i = 0; i < count; i++)
        hf_write_event(&events[i], &w);
    hf_json_end_array(&w);
    hf_buf_add_byte(w.out, ',');
    hf_buf_add_str(w.out, members);
    hf_json_end_object(&w);
    return true;
}

static const hf_route routes[] = {
    {.method = HF_HTTP_GET,
     .path = "/api/v1/overview",
     .id = "overview",
     .about = "The register at a glance",
     .gives = "Overview",
     .status = 200,
     .answer = get_overview},
};

static const char schemas[] =
    "\"Overview\":{\"type\":\"object\",\"required\":[\"counts\",\"by_sector\",\"by_region\","
    "\"by_kind\",\"quality\",\"recent\",\"bounds\",\"points\",\"top\",\"snapshot\"],"
    "\"properties\":{\"counts\":{\"type\":\"object\"},\"by_sector\":{\"type\":\"array\"},"
    "\"by_region\":{\"type\":\"array\"},\"by_kind\":{\"type\":\"array\"},"
    "\"quality\":{\"type\":\"array\"},\"recent\":{\"type\":\"array\"},"
    "\"bounds\":{\"type\":[\"array\",\"null\"]},\"points\":{\"type\":\"array\"},"
    "\"top\":{\"type\":[\"array\",\"null\"]},\"snapshot\":{\"type\":[\"string\",\"null\"]}}}";

const hf_resource hf_resource_overview = {"overview", routes, HF_COUNT(routes), schemas, NULL};
