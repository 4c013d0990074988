// SPDX-License-Identifier: Apache-2.0
//
// Random registers, accounts and grants; every door is held against a slow reference that knows nothing of the
// program's rule: what an account may not know of is in no list, count, search, tile, graph, overview, check, export or
// history, and what it may know of is in all of them. The seed is printed; $HOLDFAST_SEED repeats it, $HOLDFAST_FULL=1
// makes many more.
#include "../full.h"
#include "fixture.h"

#include "model/grant.h"
#include "model/layer.h"
#include "model/measure.h"
#include "model/organisation.h"
#include "model/receipt.h"
#include "model/region.h"
#include "model/scenario.h"
#include "model/service.h"
#include "usecase/grants.h"
#include "usecase/readers.h"
#include "usecase/usecase.h"

enum { REGIONS = 9, ORGS = 5, SITES = 36, LINKS = 60, LAYERS = 12, SERVICES = 6, MEASURES = 6 };
enum { SCENARIOS = 4, PEOPLE = 4, RECORDS_MAX = 200, GRANTS_TRIED = 4 };
#define NOW INT64_C(1700000000000)

// --- the world, as plain data ----------------------------------------------------------------------------

typedef struct {
    const hf_noun *noun;
    char key[24], name[24];
    int marking;
    char compartments[24];
    int sector, region, org; // -1: none
    int author;              // of PEOPLE
    int ends[2];             // records, -1: none
    bool was_other;          // marked or placed otherwise before: its history may be more secret
} thing;

typedef struct {
    int role, scope, of;
    bool is_in_force;
} promise;

typedef struct {
    int role; // -1: none
    int clearance;
    bool in_dams, in_grid;
    int self; // of PEOPLE
    promise grants[GRANTS_TRIED];
    int grant_count;
} person;

typedef struct {
    fixture *f;
    uint64_t random;
    thing things[RECORDS_MAX];
    int count;
    int parents[REGIONS];
    hf_place_book *book;
    uint64_t looked;
} world;

static const char *const sectors[] = {"EN", "EN01", "EN02", "HE", "WA"};
static const char *const people[] = {"p0", "p1", "p2", "p3"};

static int below(world *w, int bound)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return (int)(w->random % (uint64_t)bound);
}

// --- the reference ---------------------------------------------------------------------------------------

static bool lies_in(const world *w, int region, int root)
{
    for (int at = region; at >= 0; at = w->parents[at])
        if (at == root)
            return true;
    return false;
}

static bool has_verb(int role, const char *verb)
{
    bool edits = role == HF_ROLE_ADMINISTRATOR || role == HF_ROLE_AUTHORITY ||
                 role == HF_ROLE_ANALYST || role == HF_ROLE_OPERATOR;
    bool exports = role == HF_ROLE_ADMINISTRATOR || role == HF_ROLE_AUTHORITY ||
                   role == HF_ROLE_ANALYST || role == HF_ROLE_ASSESSOR || role == HF_ROLE_SERVICE;
    if (role < 0)
        return false;
    return strcmp(verb, "read") == 0 || (strcmp(verb, "edit") == 0 ? edits : exports);
}

static bool is_in_scope(const world *w, const thing *t, const promise *g, int self)
{
    switch (g->scope) {
    case HF_SCOPE_NATION:
        return true;
    case HF_SCOPE_SECTOR:
        return t->sector >= 0 &&
               strncmp(sectors[t->sector], sectors[g->of], strlen(sectors[g->of])) == 0;
    case HF_SCOPE_REGION:
        return t->region >= 0 && t->noun != &hf_noun_region && lies_in(w, t->region, g->of);
    case HF_SCOPE_ORGANISATION:
        return t->org >= 0 && t->org == g->of;
    default:
        return t->author == self;
    }
}

static bool reference(const world *w, const person *p, const char *verb, const thing *t)
{
    bool dams = strstr(t->compartments, "dams") != NULL;
    bool grid = strstr(t->compartments, "grid") != NULL;
    if (t->marking > p->clearance || (dams && !p->in_dams) || (grid && !p->in_grid))
        return false;
    for (int i = 0; i < 2 && t->ends[i] >= 0; i++)
        if (!reference(w, p, verb, &w->things[t->ends[i]]))
            return false;
    bool joins = t->ends[0] >= 0;
    bool is_map = t->noun == &hf_noun_region;
    bool is_anywhere = joins || (is_map && strcmp(verb, "read") == 0);
    if (has_verb(p->role, verb))
        return true;
    for (int i = 0; i < p->grant_count; i++) {
        const promise *g = &p->grants[i];
        if (g->is_in_force && has_verb(g->role, verb) &&
            (is_anywhere || (is_map ? g->scope == HF_SCOPE_NATION : is_in_scope(w, t, g, p->self))))
            return true;
    }
    return false;
}

// Who edits also reads, everywhere that the edit reaches: both must hold.
static bool knows(const world *w, const person *p, const thing *t)
{
    return reference(w, p, "read", t);
}

static bool reads_at_all(const person *p)
{
    bool is_it = p->role >= 0;
    for (int i = 0; i < p->grant_count; i++)
        is_it |= p->grants[i].is_in_force;
    return is_it;
}

// --- making it -------------------------------------------------------------------------------------------

static thing *add_thing(world *w, const hf_noun *noun, const char *prefix)
{
    static const char *const compartments[] = {"", "", "", "dams", "grid", "dams grid"};
    thing *t = &w->things[w->count];
    *t = (thing){.noun = noun, .sector = -1, .region = -1, .org = -1, .ends = {-1, -1}};
    (void)snprintf(t->key, sizeof t->key, "%s%03dq", prefix, w->count);
    (void)snprintf(t->name, sizeof t->name, "zqn%s%03dx", prefix, w->count);
    t->marking = below(w, 3) > 0 ? HF_TLP_GREEN : below(w, HF_TLP_COUNT);
    (void)snprintf(t->compartments, sizeof t->compartments, "%s",
                   compartments[below(w, below(w, 2) == 0 ? 1 : 6)]);
    t->author = below(w, PEOPLE);
    w->count++;
    return t;
}

static void write_place(const world *w, const thing *t, char *out, size_t room)
{
    char sector[40] = "", region[60] = "", org[60] = "";
    const char *org_field = t->noun == &hf_noun_measure ? "owner" : "operator";
    bool has_sector = t->sector >= 0;
    bool has_region = t->region >= 0 && t->noun != &hf_noun_region;
    if (has_sector)
        (void)snprintf(sector, sizeof sector, ",\"sector\":\"%s\"", sectors[t->sector]);
    if (has_region)
        (void)snprintf(region, sizeof region, ",\"region\":\"%s\"", w->things[t->region].key);
    if (t->org >= 0 && t->noun != &hf_noun_organisation)
        (void)snprintf(org, sizeof org, ",\"%s\":\"%s\"", org_field,
                       w->things[REGIONS + t->org].key);
    (void)snprintf(out, room, "%s%s%s", sector, region, org);
}

static void write_more(world *w, const thing *t, char *out, size_t room)
{
    if (t->noun == &hf_noun_asset)
        (void)snprintf(out, room, ",\"name\":\"%s\",\"kind\":\"plant\",\"lon\":%d,\"lat\":%d",
                       t->name, below(w, 100), below(w, 60));
    else if (t->noun == &hf_noun_dependency)
        (void)snprintf(out, room, ",\"supplier\":\"%s\",\"consumer\":\"%s\",\"input\":\"i%s\"",
                       w->things[t->ends[0]].key, w->things[t->ends[1]].key, t->key);
    else if (t->noun == &hf_noun_layer)
        (void)snprintf(out, room, ",\"layer\":\"net\",\"asset\":\"%s\",\"role\":\"node\"",
                       w->things[t->ends[0]].key);
    else if (t->noun == &hf_noun_region && w->parents[t->region] >= 0)
        (void)snprintf(out, room, ",\"name\":\"%s\",\"parent\":\"%s\"", t->name,
                       w->things[w->parents[t->region]].key);
    else if (t->noun == &hf_noun_measure || t->noun == &hf_noun_scenario)
        (void)snprintf(out, room, ",\"title\":\"%s\"", t->name);
    else
        (void)snprintf(out, room, ",\"name\":\"%s\"", t->name);
}

static void store_thing(world *w, const thing *t)
{
    char place[200] = "", more[300] = "", json[900];
    hf_error err = {0};
    void *out = NULL;
    hf_session session = local_session(w->f);
    session.actor.name = hf_str_of(people[t->author]);
    write_place(w, t, place, sizeof place);
    write_more(w, t, more, sizeof more);
    (void)snprintf(json, sizeof json,
                   "{\"key\":\"%s\",\"marking\":\"%s\",\"compartments\":\"%s\"%s%s}", t->key,
                   hf_marking_words[t->marking], t->compartments, place, more);
    hf_patch patch = patch_of(w->f, t->noun, json);
    if (!hf_add_record(&session, &patch, &w->f->memory, &out, &err))
        fail_msg("%s: %s in %s", err.code, err.message, json);
}

static void make_links(world *w, int first)
{
    for (int i = 0; i < LINKS; i++) {
        thing *t = add_thing(w, &hf_noun_dependency, "dp");
        t->ends[0] = first + below(w, SITES);
        do
            t->ends[1] = first + below(w, SITES);
        while (t->ends[1] == t->ends[0]);
    }
    for (int i = 0; i < LAYERS; i++)
        add_thing(w, &hf_noun_layer, "ly")->ends[0] = first + i * (SITES / LAYERS);
}

static void make_world(world *w)
{
    for (int i = 0; i < REGIONS; i++) {
        thing *t = add_thing(w, &hf_noun_region, "rg");
        t->region = i;
        w->parents[i] = i == 0 ? -1 : below(w, 4) == 0 ? -1 : below(w, i);
    }
    for (int i = 0; i < ORGS; i++) {
        thing *t = add_thing(w, &hf_noun_organisation, "og");
        t->org = i;
        t->sector = below(w, 6) - 1;
    }
    int first = w->count;
    for (int i = 0; i < SITES + SERVICES; i++) {
        bool is_asset = i < SITES;
        thing *t =
            add_thing(w, is_asset ? &hf_noun_asset : &hf_noun_service, is_asset ? "as" : "sv");
        t->sector = below(w, 6) - 1;
        t->region = below(w, REGIONS + 1) - 1;
        t->org = is_asset ? below(w, ORGS + 1) - 1 : -1;
    }
    make_links(w, first);
    for (int i = 0; i < MEASURES; i++)
        add_thing(w, &hf_noun_measure, "ms")->org = below(w, ORGS + 1) - 1;
    for (int i = 0; i < SCENARIOS; i++)
        (void)add_thing(w, &hf_noun_scenario, "sc");
    for (int i = 0; i < w->count; i++)
        store_thing(w, &w->things[i]);
}

// --- people ----------------------------------------------------------------------------------------------

static promise make_promise(world *w)
{
    promise g = {.role = below(w, HF_ROLE_COUNT), .scope = below(w, HF_SCOPE_OWN + 1), .of = -1};
    bool is_national_only = g.role == HF_ROLE_ADMINISTRATOR || g.role == HF_ROLE_AUDITOR;
    g.scope = is_national_only || (g.scope == HF_SCOPE_NATION && below(w, 2) == 0) ? HF_SCOPE_NATION
              : g.scope == HF_SCOPE_NATION                                         ? HF_SCOPE_REGION
                                                                                   : g.scope;
    if (g.scope == HF_SCOPE_SECTOR)
        g.of = below(w, 5);
    if (g.scope == HF_SCOPE_REGION)
        g.of = below(w, REGIONS);
    if (g.scope == HF_SCOPE_ORGANISATION)
        g.of = below(w, ORGS);
    return g;
}

static const char *of_promise(const world *w, const promise *g)
{
    return g->scope == HF_SCOPE_SECTOR   ? sectors[g->of]
           : g->scope == HF_SCOPE_REGION ? w->things[g->of].key
                                         : w->things[REGIONS + g->of].key;
}

static void store_promise(world *w, const person *p, promise *g, int number)
{
    static const char *const scopes[] = {"nation", "sector", "region", "organisation", "own"};
    static const struct {
        const char *json;
        bool is_in_force;
    } times[] = {
        {"", true},
        {",\"starts_at\":\"2023-11-14T22:13:20Z\"", true}, // this very millisecond
        {",\"ends_at\":\"2023-11-14T22:13:20Z\"", false},
        {",\"starts_at\":\"2023-11-14T22:13:21Z\"", false},
        {",\"starts_at\":\"2020-01-01T00:00:00Z\",\"ends_at\":\"2030-01-01T00:00:00Z\"", true}};
    char of[80] = "", json[500];
    hf_error err = {0};
    void *out = NULL;
    hf_session session = local_session(w->f);
    int when = below(w, 2) == 0 ? 0 : below(w, (int)HF_COUNT(times));
    g->is_in_force = times[when].is_in_force;
    if (g->of >= 0)
        (void)snprintf(of, sizeof of, ",\"%s\":\"%s\"", scopes[g->scope], of_promise(w, g));
    (void)snprintf(json, sizeof json,
                   "{\"key\":\"%s.%d\",\"user\":\"%s\",\"role\":\"%s\",\"scope\":\"%s\"%s%s}",
                   people[p->self], number, people[p->self], hf_role_words[g->role],
                   scopes[g->scope], of, times[when].json);
    hf_patch patch = patch_of(w->f, &hf_noun_grant, json);
    if (!hf_add_record(&session, &patch, &w->f->memory, &out, &err))
        fail_msg("%s: %s in %s", err.code, err.message, json);
}

static person make_person(world *w)
{
    person p = {.role = below(w, 3) > 0 ? -1 : below(w, HF_ROLE_COUNT),
                .clearance = below(w, HF_TLP_COUNT),
                .in_dams = below(w, 2) == 0,
                .in_grid = below(w, 2) == 0,
                .self = below(w, PEOPLE)};
    p.grant_count = below(w, GRANTS_TRIED + 1);
    for (int i = 0; i < p.grant_count; i++)
        p.grants[i] = make_promise(w);
    return p;
}

// Gives the account in the store these rights, and signs in as it.
static hf_session sign_in_as(world *w, person *p)
{
    char json[300];
    hf_error err = {0};
    hf_session session = local_session(w->f);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    (void)snprintf(json, sizeof json,
                   "{\"key\":\"%s\",\"clearance\":\"%s\",\"compartments\":\"%s %s\"}",
                   people[p->self], hf_marking_words[p->clearance], p->in_dams ? "dams" : "air",
                   p->in_grid ? "grid" : "air");
    hf_patch patch = patch_of(w->f, &hf_noun_user, json);
    hf_user *user = patch.record;
    user->role = p->role;
    void *old = NULL;
    if (!hf_tx_begin(w->f->store, NOW, &tx, &err) ||
        !hf_store_get(hf_tx_read(tx), &hf_noun_user, user->head.key, &w->f->memory, &old, &err))
        fail_msg("%s", err.message);
    if (old != NULL)
        user->head = (hf_head){.key = user->head.key,
                               .row = ((hf_head *)old)->row,
                               .version = ((hf_head *)old)->version,
                               .compartments = user->head.compartments};
    if (old != NULL)
        memcpy(user->head.id, ((hf_head *)old)->id, sizeof user->head.id);
    if (!hf_store_put(tx, &hf_noun_user, user, HF_VERSION_ANY, &outcome, &err) ||
        !hf_forget_grants(tx, user->head.key, &err) ||
        !hf_note(tx, &session, "user.changed", &hf_noun_user, user->head.key, HF_STR_EMPTY,
                 HF_STR_EMPTY, &err) ||
        !hf_tx_commit(&tx, &err))
        fail_msg("%s", err.message);
    for (int i = 0; i < p->grant_count; i++)
        store_promise(w, p, &p->grants[i], i);
    if (!hf_read_begin(w->f->store, &read, &err) ||
        !hf_actor_of(read, user, NOW, &w->f->memory, &session.actor, &err))
        fail_msg("%s", err.message);
    session.now_ms = NOW;
    return session;
}

// --- doors -----------------------------------------------------------------------------------------------

static const thing *thing_of(const world *w, const hf_noun *noun, hf_str key)
{
    for (int i = 0; i < w->count; i++)
        if (w->things[i].noun == noun && hf_str_equal_z(key, w->things[i].key))
            return &w->things[i];
    fail_msg("%s '%.*s' was never made", noun->name, HF_STR_ARG(key));
    return NULL;
}

static uint64_t known_count(const world *w, const person *p, const hf_noun *noun)
{
    uint64_t count = 0;
    for (int i = 0; i < w->count; i++)
        count += w->things[i].noun == noun && knows(w, p, &w->things[i]);
    return count;
}

// No name, and no key that is no link of another record, of what is not known stands in this text.
static void tells_nothing(const world *w, const person *p, const char *door, const char *text)
{
    for (int i = 0; i < w->count; i++) {
        const thing *t = &w->things[i];
        bool is_linked = t->noun == &hf_noun_region || t->noun == &hf_noun_organisation;
        if (knows(w, p, t))
            continue;
        if (strstr(text, t->name) != NULL || (!is_linked && strstr(text, t->key) != NULL))
            fail_msg("%s tells of %s '%s'", door, t->noun->name, t->key);
    }
}

static void single_records(world *w, const hf_session *session, const person *p)
{
    for (int i = 0; i < w->count; i++) {
        const thing *t = &w->things[i];
        hf_error err = {0};
        void *out = NULL;
        bool is_got = hf_get_record(session, t->noun, hf_str_of(t->key), &w->f->memory, &out, &err);
        if (is_got != knows(w, p, t))
            fail_msg("get of %s '%s' says %d", t->noun->name, t->key, (int)is_got);
        if (!is_got && reads_at_all(p))
            assert_string_equal(err.code, "record.unknown");
        hf_version *versions = NULL;
        size_t count = 0;
        is_got = hf_record_history(session, t->noun, hf_str_of(t->key), &w->f->memory, &versions,
                                   &count, &err);
        if (t->was_other ? is_got && !knows(w, p, t) : is_got != knows(w, p, t))
            fail_msg("history of %s '%s' says %d", t->noun->name, t->key, (int)is_got);
        w->looked += 2;
    }
}

static void edits(world *w, const hf_session *session, const person *p)
{
    for (int tried = 0; tried < 12; tried++) {
        const thing *t = &w->things[below(w, w->count)];
        bool may = knows(w, p, t) && reference(w, p, "edit", t);
        hf_error err = {0};
        void *out = NULL;
        hf_patch patch = patch_of(w->f, t->noun, "{\"touched\":\"yes\"}");
        bool is_done = hf_edit_record(session, &patch, hf_str_of(t->key), HF_VERSION_ANY,
                                      &w->f->memory, &out, &err);
        if (is_done != may)
            fail_msg("edit of %s '%s' says %d: %s", t->noun->name, t->key, (int)is_done, err.code);
        w->looked++;
    }
}

static size_t list_pages(world *w, const hf_session *session, const person *p, hf_query wanted,
                         const char *door)
{
    size_t seen = 0;
    uint64_t total = 0;
    do {
        hf_query query = wanted;
        hf_page page = {0};
        hf_error err = {0};
        if (!hf_list_records(session, &query, &w->f->memory, &page, &err))
            fail_msg("%s: %s", door, err.message);
        for (size_t i = 0; i < page.count; i++) {
            const thing *t = thing_of(w, wanted.noun, ((const hf_head *)page.records[i])->key);
            if (!knows(w, p, t))
                fail_msg("%s tells of %s '%s'", door, t->noun->name, t->key);
        }
        seen += page.count;
        total = page.total;
        wanted.cursor = page.next;
    } while (wanted.cursor.len > 0);
    if (total != seen)
        fail_msg("%s counts %llu but lists %zu %s", door, (unsigned long long)total, seen,
                 wanted.noun->plural);
    w->looked++;
    return seen;
}

static void lists(world *w, const hf_session *session, const person *p)
{
    static const char *const sorts[] = {"key", "marking", "sector", "region", "supplier", "title"};
    for (size_t i = 0; hf_nouns[i] != NULL; i++) {
        const hf_noun *noun = hf_nouns[i];
        if ((noun->group != HF_GROUP_REGISTER && noun->group != HF_GROUP_ANALYSIS) ||
            noun == &hf_noun_receipt) // a right of its own
            continue;
        hf_query query = {.noun = noun, .limit = 1 + (uint32_t)below(w, 40), .want_count = true};
        const hf_field *sort = hf_noun_field(noun, hf_str_of(sorts[below(w, 6)]), NULL);
        bool may_sort = sort != NULL && (sort->type == HF_KEY || (sort->flags & HF_FIELD_FILTER));
        query.sort = may_sort ? sort : NULL;
        query.descending = below(w, 2) == 0;
        query.want_exact_count = below(w, 2) == 0;
        size_t seen = list_pages(w, session, p, query, "list");
        if (seen != known_count(w, p, noun))
            fail_msg("list has %zu of %llu known %s", seen,
                     (unsigned long long)known_count(w, p, noun), noun->plural);
    }
    hf_filter filter = {hf_noun_field(&hf_noun_asset, HF_STR("sector"), NULL), HF_BEGINS,
                        HF_STR("EN")};
    hf_query query = {
        .noun = &hf_noun_asset, .filters = &filter, .filter_count = 1, .want_count = true};
    (void)list_pages(w, session, p, query, "filtered list");
    query =
        (hf_query){.noun = &hf_noun_asset, .text = HF_STR("plant"), .limit = 7, .want_count = true};
    size_t found = list_pages(w, session, p, query, "ranked list");
    if (found != known_count(w, p, &hf_noun_asset))
        fail_msg("ranked list has %zu", found);
    query = (hf_query){.noun = &hf_noun_asset,
                       .has_box = true,
                       .west = 20,
                       .east = 70,
                       .south = 10,
                       .north = 50,
                       .want_count = true};
    (void)list_pages(w, session, p, query, "box");
}

static void searches(world *w, const hf_session *session, const person *p)
{
    for (int tried = 0; tried < 8; tried++) {
        const thing *t = &w->things[below(w, w->count)];
        hf_hit *hits = NULL;
        size_t count = 0;
        hf_error err = {0};
        bool is_named = t->ends[0] < 0 && (below(w, 2) == 0);
        hf_str words = tried == 0 ? HF_STR("plant") : hf_str_of(is_named ? t->name : t->key);
        if (!hf_find_records(session, words, 100, &w->f->memory, &hits, &count, &err))
            fail_msg("search: %s", err.message);
        for (size_t i = 0; i < count; i++)
            if (!knows(w, p, thing_of(w, hits[i].noun, hits[i].key)))
                fail_msg("search tells of '%.*s'", HF_STR_ARG(hits[i].key));
        bool is_searched = t->ends[0] < 0;
        if (tried > 0 && is_searched && (count > 0) != knows(w, p, t))
            fail_msg("search for '%.*s' has %zu hits", HF_STR_ARG(words), count);
        w->looked++;
    }
}

static void counts(world *w, const hf_session *session, const person *p)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_error err = {0};
    assert_true(hf_read_begin(w->f->store, &read, &err));
    for (size_t i = 0; hf_nouns[i] != NULL; i++) {
        const hf_noun *noun = hf_nouns[i];
        uint64_t count = 0;
        hf_known known;
        if (noun->group != HF_GROUP_REGISTER && noun->group != HF_GROUP_ANALYSIS)
            continue;
        if (!hf_count_known(&session->actor, read, noun, &count, &err) ||
            !hf_know(&session->actor, HF_CAN_READ, read, noun, &w->f->memory, &known, &err))
            fail_msg("%s", err.message);
        if (count != known_count(w, p, noun))
            fail_msg("%llu %s are counted", (unsigned long long)count, noun->plural);
        for (int j = 0; j < w->count; j++) {
            void *record = NULL;
            const thing *t = &w->things[j];
            if (t->noun != noun)
                continue;
            assert_true(hf_store_get(read, noun, hf_str_of(t->key), &w->f->memory, &record, &err));
            if (hf_is_known(&known, record) != knows(w, p, t))
                fail_msg("the walk over %s errs on '%s'", noun->plural, t->key);
        }
        w->looked++;
    }
}

static void the_map(world *w, const hf_session *session, const person *p)
{
    const hf_places *places = NULL;
    const hf_places_view *view = NULL;
    hf_error err = {0};
    size_t count = 0;
    if (!hf_places_take(session, w->book, &places, &err) ||
        !hf_places_view_of(session, w->book, places, &w->f->memory, &view, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < places->count; i++) {
        const thing *t = thing_of(w, &hf_noun_asset, hf_place_key(places, &places->list[i]));
        if (hf_place_is_known(view, &places->list[i]) != knows(w, p, t))
            fail_msg("the map errs on '%s'", t->key);
        count += hf_place_is_known(view, &places->list[i]);
    }
    assert_int_equal(count, known_count(w, p, &hf_noun_asset));
    for (size_t i = 0; i < view->sector_count; i++) {
        bool is_known = false;
        for (int j = 0; j < w->count; j++)
            is_known |=
                w->things[j].noun == &hf_noun_asset && knows(w, p, &w->things[j]) &&
                hf_str_equal(view->sectors[i],
                             w->things[j].sector < 0
                                 ? HF_STR("")
                                 : hf_str_slice(hf_str_of(sectors[w->things[j].sector]), 0, 2));
        if (!is_known)
            fail_msg("the map tells of the sector '%.*s'", HF_STR_ARG(view->sectors[i]));
    }
    hf_places_release(w->book, &places);
    w->looked++;
}

static void written(world *w, const hf_session *session, const person *p)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 22);
    hf_json_writer json = {.out = &text};
    hf_error err = {0};
    hf_json_begin_object(&json);
    if (!hf_write_overview(session, w->book, &json, &err))
        fail_msg("%s: %s", err.code, err.message);
    hf_json_end_object(&json);
    hf_buf_add_byte(&text, '\0');
    tells_nothing(w, p, "overview", text.ptr);
    hf_buf_clear(&text);
    json = (hf_json_writer){.out = &text};
    hf_check_result check = {0};
    if (!hf_check_register(session, &w->f->memory, &check, &err))
        fail_msg("%s: %s", err.code, err.message);
    hf_write_check(&check, &json);
    hf_buf_add_byte(&text, '\0');
    tells_nothing(w, p, "check", text.ptr);
    w->looked += 2;
}

static void graphs(world *w, const hf_session *session, const person *p)
{
    for (int tried = 0; tried < 4; tried++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 22);
        hf_json_writer json = {.out = &text};
        hf_error err = {0};
        const thing *from = &w->things[REGIONS + ORGS + below(w, SITES)];
        const thing *to = &w->things[REGIONS + ORGS + below(w, SITES)];
        hf_graph_request request = {hf_str_of(from->key), (hf_graph_direction)below(w, 3), 3, 1000,
                                    tried == 3 ? 1 : 0};
        uint64_t told = 0;
        bool is_told = hf_write_graph(session, &request, &json, &told, &err);
        if (is_told != knows(w, p, from))
            fail_msg("the graph of '%s' says %d", from->key, (int)is_told);
        hf_buf_add_byte(&text, '\0');
        tells_nothing(w, p, "graph", text.ptr);
        hf_buf_clear(&text);
        json = (hf_json_writer){.out = &text};
        is_told =
            hf_write_paths(session, hf_str_of(from->key), hf_str_of(to->key), &json, &told, &err);
        if (is_told != (knows(w, p, from) && knows(w, p, to)))
            fail_msg("paths say %d", (int)is_told);
        hf_buf_add_byte(&text, '\0');
        tells_nothing(w, p, "paths", text.ptr);
        w->looked += 2;
    }
}

static bool collect(void *context, hf_str bytes, hf_error *err)
{
    (void)err;
    hf_buf_add_str(context, bytes);
    return true;
}

static bool exports_at_all(const person *p)
{
    bool may = has_verb(p->role, "export");
    for (int i = 0; i < p->grant_count; i++)
        may |= p->grants[i].is_in_force && has_verb(p->grants[i].role, "export");
    return may;
}

static void exports(world *w, const hf_session *session, const person *p)
{
    static const struct {
        const char *format;
        const hf_noun *noun;
    } kinds[] = {{"csv", &hf_noun_asset}, {"csv", &hf_noun_dependency}, {"dump", NULL}};
    for (size_t i = 0; i < HF_COUNT(kinds); i++) {
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 24);
        uint64_t count = 0, expected = 0;
        hf_error err = {0};
        hf_query query = {.noun = kinds[i].noun};
        bool has_query = kinds[i].noun != NULL && below(w, 2) == 0;
        hf_export_request request = {.format = hf_str_of(kinds[i].format),
                                     .noun = kinds[i].noun,
                                     .query = has_query ? &query : NULL,
                                     .output = {&text, collect}};
        bool is_done = hf_export(session, &request, &w->f->memory, &count, &err);
        if (is_done != exports_at_all(p))
            fail_msg("export says %d: %s", (int)is_done, err.code);
        if (!is_done)
            continue;
        for (int j = 0; j < w->count; j++)
            expected += (kinds[i].noun == NULL || w->things[j].noun == kinds[i].noun) &&
                        knows(w, p, &w->things[j]) && reference(w, p, "export", &w->things[j]);
        if (kinds[i].noun != NULL)
            assert_int_equal(count, expected);
        hf_buf_add_byte(&text, '\0');
        tells_nothing(w, p, kinds[i].format, text.ptr);
        w->looked++;
    }
}

// Who can see a record, and why: the answer about this account is that of the rule itself.
static void readers(world *w, const person *p, const hf_actor *actor)
{
    for (int i = below(w, 3); i < w->count; i += 1 + below(w, 3)) {
        const thing *t = &w->things[i];
        HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of((size_t)1 << 20);
        HF_CLEANUP(hf_read_end) hf_read *read = NULL;
        hf_json_writer out = {.out = &text};
        hf_session session = local_session(w->f);
        hf_json *tree = NULL;
        hf_error err = {0};
        void *record = NULL;
        bool is_asked = false, may = false;
        session.now_ms = NOW;
        if (!hf_write_readers(&session, t->noun, hf_str_of(t->key), &out, &err) ||
            !hf_json_parse(hf_buf_str(&text), &w->f->memory, &tree, &err) ||
            !hf_read_begin(w->f->store, &read, &err) ||
            !hf_store_get(read, t->noun, hf_str_of(t->key), &w->f->memory, &record, &err) ||
            !hf_may_record(actor, HF_CAN_READ, read, t->noun, record, &may, &err))
            fail_msg("%s: %s", t->key, err.message);
        assert_int_equal(may, knows(w, p, t));
        for (const hf_json *item = hf_json_get(tree, "items")->child; item != NULL;
             item = item->next) {
            if (!hf_str_equal_z(hf_json_text(item, "user"), people[p->self]))
                continue;
            is_asked = true;
            bool has_cause = hf_json_get(item, "because")->child != NULL;
            bool lacks = hf_json_get(item, "lacks")->child != NULL;
            if (hf_json_get(item, "reads")->boolean != may || has_cause != may || lacks == may)
                fail_msg("%s of %s (%d): %.*s", people[p->self], t->key, (int)may,
                         HF_STR_ARG(hf_buf_str(&text)));
        }
        assert_true(is_asked);
        w->looked++;
    }
}

static void try_doors(world *w, const hf_session *session, const person *p)
{
    single_records(w, session, p);
    lists(w, session, p);
    searches(w, session, p);
    counts(w, session, p);
    the_map(w, session, p);
    written(w, session, p);
    graphs(w, session, p);
    exports(w, session, p);
    edits(w, session, p);
}

// --- what changes between two looks ------------------------------------------------------------------------

static void edit_thing(world *w, const thing *t, const char *json)
{
    hf_error err = {0};
    void *out = NULL;
    hf_session session = local_session(w->f);
    hf_patch patch = patch_of(w->f, t->noun, json);
    if (!hf_edit_record(&session, &patch, hf_str_of(t->key), HF_VERSION_ANY, &w->f->memory, &out,
                        &err))
        fail_msg("%s: %s in %s", err.code, err.message, json);
}

// A record moves to another sector, region and marking, or a region into another.
static void stir(world *w)
{
    char json[300], region[60] = "null", sector[20] = "null";
    thing *t = &w->things[below(w, 5) == 0 ? below(w, REGIONS) : below(w, w->count)];
    if (t->noun == &hf_noun_region && t->region > 0) {
        int parent = below(w, t->region);
        w->parents[t->region] = parent;
        (void)snprintf(json, sizeof json, "{\"parent\":\"%s\"}", w->things[parent].key);
        edit_thing(w, t, json);
        return;
    }
    t->was_other = true;
    t->marking = below(w, HF_TLP_COUNT);
    (void)snprintf(t->compartments, sizeof t->compartments, "%s", below(w, 4) > 0 ? "" : "dams");
    bool is_placed = t->noun == &hf_noun_asset || t->noun == &hf_noun_service;
    t->sector = is_placed ? below(w, 6) - 1 : t->sector;
    t->region = is_placed ? below(w, REGIONS + 1) - 1 : t->region;
    if (t->sector >= 0)
        (void)snprintf(sector, sizeof sector, "\"%s\"", sectors[t->sector]);
    if (t->region >= 0)
        (void)snprintf(region, sizeof region, "\"%s\"", w->things[t->region].key);
    (void)snprintf(json, sizeof json, "{\"marking\":\"%s\",\"compartments\":\"%s\"%s%s%s%s}",
                   hf_marking_words[t->marking], t->compartments, is_placed ? ",\"sector\":" : "",
                   is_placed ? sector : "", is_placed ? ",\"region\":" : "",
                   is_placed ? region : "");
    edit_thing(w, t, json);
}

// Whoever holds no role that is in force is told nothing at all.
static void closed_doors(world *w, const hf_session *session)
{
    hf_query query = {.noun = &hf_noun_asset, .want_count = true};
    hf_page page = {0};
    hf_error err = {0};
    uint64_t count = 1;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    assert_false(hf_list_records(session, &query, &w->f->memory, &page, &err));
    assert_int_equal(err.kind, HF_ERR_PERMISSION);
    assert_true(hf_read_begin(w->f->store, &read, &err));
    assert_true(hf_count_known(&session->actor, read, &hf_noun_asset, &count, &err));
    assert_int_equal(count, 0);
    w->looked += 2;
}

// What is kept for this very account must follow what is written.
static void try_again(world *w, hf_session *session, const person *p)
{
    for (int i = 0; i < 3 && reads_at_all(p); i++) {
        HF_CLEANUP(hf_read_end) hf_read *read = NULL;
        hf_error err = {0};
        void *user = NULL;
        for (int moved = below(w, 3); moved >= 0; moved--)
            stir(w);
        if (!hf_read_begin(w->f->store, &read, &err) ||
            !hf_store_get(read, &hf_noun_user, session->actor.name, &w->f->memory, &user, &err) ||
            !hf_actor_of(read, user, NOW, &w->f->memory, &session->actor, &err))
            fail_msg("%s", err.message);
        lists(w, session, p);
        counts(w, session, p);
        searches(w, session, p);
    }
}

static uint64_t seed_of_today(void)
{
    const char *wish = getenv("HOLDFAST_SEED");
    uint64_t seed = 0;
    if (wish == NULL || !hf_parse_u64(hf_str_of(wish), &seed))
        hf_random_bytes((uint8_t *)&seed, sizeof seed);
    return seed;
}

static void no_door_tells_of_what_is_hidden(void **state)
{
    int world_count = is_full() ? 40 : 2, person_count = is_full() ? 50 : 40;
    uint64_t seed = seed_of_today(), looked = 0;
    (void)state;
    print_message("# HOLDFAST_SEED=%llu\n", (unsigned long long)seed);
    for (int i = 0; i < world_count; i++) {
        void *opened = NULL;
        assert_int_equal(fixture_open(&opened), 0);
        world *w = calloc(1, sizeof *w);
        w->f = opened;
        w->random = (seed + (uint64_t)i * 0x9e3779b97f4a7c15u) | 1u;
        w->book = hf_place_book_open();
        make_world(w);
        set_instance(w->f, HF_INSTANCE_BULK_RECORDS,
                     "0"); // what one may see is asked here, not how much
        for (int j = 0; j < person_count; j++) {
            person p = make_person(w);
            hf_session session = sign_in_as(w, &p);
            if (reads_at_all(&p))
                try_doors(w, &session, &p);
            else
                closed_doors(w, &session);
            readers(w, &p, &session.actor);
            try_again(w, &session, &p);
        }
        looked += w->looked;
        hf_place_book_close(&w->book);
        free(w);
        (void)fixture_close(&opened);
    }
    print_message("# %d accounts, %llu looks\n", world_count * person_count,
                  (unsigned long long)looked);
}

// --- the moment ------------------------------------------------------------------------------------------

// How many of the world's assets the account lists and counts at a moment; -1: nothing is told at all.
static int64_t told_at(world *w, const hf_user *user, int64_t now_ms)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_session session = local_session(w->f);
    hf_query query = {.noun = &hf_noun_asset, .limit = 500, .want_count = true};
    hf_page page = {0};
    hf_hit *hits = NULL;
    hf_error err = {0};
    uint64_t count = 0;
    size_t hit_count = 0;
    session.now_ms = now_ms;
    if (!hf_read_begin(w->f->store, &read, &err) ||
        !hf_actor_of(read, user, now_ms, &w->f->memory, &session.actor, &err))
        fail_msg("%s", err.message);
    if (!hf_list_records(&session, &query, &w->f->memory, &page, &err)) {
        assert_string_equal(err.code, "access.denied");
        assert_true(hf_count_known(&session.actor, read, &hf_noun_asset, &count, &err));
        assert_int_equal(count, 0);
        assert_false(hf_find_records(&session, HF_STR("plant"), 100, &w->f->memory, &hits,
                                     &hit_count, &err));
        return -1;
    }
    assert_true(hf_count_known(&session.actor, read, &hf_noun_asset, &count, &err));
    assert_true(
        hf_find_records(&session, HF_STR("plant"), 100, &w->f->memory, &hits, &hit_count, &err));
    assert_int_equal(page.total, page.count);
    assert_int_equal(count, page.count);
    assert_int_equal(hit_count, page.count);
    return (int64_t)page.count;
}

static void a_grant_counts_from_its_first_millisecond_to_its_last(void **state)
{
    void *opened = NULL, *out = NULL;
    hf_error err = {0};
    world *w = calloc(1, sizeof *w);
    (void)state;
    assert_int_equal(fixture_open(&opened), 0);
    w->f = opened;
    w->random = 77;
    w->book = hf_place_book_open();
    make_world(w);
    person p = {.role = -1, .clearance = HF_TLP_RED, .in_dams = true, .in_grid = true};
    hf_session session = sign_in_as(w, &p);
    session.actor = local_session(w->f).actor;
    static const char *const grants[] = {
        "{\"user\":\"p0\",\"role\":\"observer\",\"scope\":\"sector\",\"sector\":\"EN\","
        "\"starts_at\":\"2023-11-14T22:13:20Z\",\"ends_at\":\"2023-11-14T22:13:22Z\"}",
        "{\"user\":\"p0\",\"role\":\"observer\",\"scope\":\"sector\",\"sector\":\"HE\","
        "\"starts_at\":\"2023-11-14T22:13:21Z\",\"ends_at\":\"2023-11-14T22:13:23Z\"}"};
    for (size_t i = 0; i < HF_COUNT(grants); i++) {
        hf_patch patch = patch_of(w->f, &hf_noun_grant, grants[i]);
        if (!hf_add_record(&session, &patch, &w->f->memory, &out, &err))
            fail_msg("%s: %s", err.code, err.message);
    }
    int64_t energy = 0, health = 0;
    for (int i = 0; i < w->count; i++) {
        bool is_asset = w->things[i].noun == &hf_noun_asset && w->things[i].sector >= 0;
        energy += is_asset && w->things[i].sector < 3;
        health += is_asset && w->things[i].sector == 3;
    }
    assert_true(energy > 0 && health > 0);
    const hf_user user = {.head = {.key = HF_STR("p0"), .compartments = HF_STR("dams grid")},
                          .role = -1,
                          .clearance = HF_TLP_RED};
    const struct {
        int64_t at_ms, told;
    } moments[] = {{-1, -1},
                   {0, energy},
                   {999, energy},
                   {1000, energy + health},
                   {1999, energy + health},
                   {2000, health},
                   {2999, health},
                   {3000, -1},
                   {0, energy}};
    for (size_t i = 0; i < HF_COUNT(moments); i++)
        assert_int_equal(told_at(w, &user, NOW + moments[i].at_ms), moments[i].told);
    hf_place_book_close(&w->book);
    free(w);
    (void)fixture_close(&opened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grant_counts_from_its_first_millisecond_to_its_last),
        cmocka_unit_test(no_door_tells_of_what_is_hidden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
