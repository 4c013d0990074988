// SPDX-License-Identifier: Apache-2.0
//
// Breadth-first walks over the rows of dependencies. An asset that the actor may not know of is not entered, and no
// edge to it is told.
#include "usecase/graph.h"

#include "base/map.h"
#include "base/vec.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "store/store_bulk.h"

#define DEGREE_MAX       2000u   // edges of one asset that are followed in one direction
#define PATH_VISITED_MAX 200000u // assets that the search for a path may touch
#define GROUPS_MAX       1024u   // sectors × regions that are told

typedef struct {
    int64_t row;
    uint32_t hop;
    const hf_asset *asset;
    uint32_t suppliers, consumers;
    bool is_single_point;
} graph_node;

typedef struct {
    int64_t row;
    uint32_t supplier, consumer; // nodes
    hf_plan_dependency link;
} graph_edge;

// What an asset needs, kept because its suppliers all ask for it.
typedef struct {
    hf_plan_dependency *list;
    size_t count;
} supply;

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_map seen;   // row of an asset → node
    hf_map drawn;  // row of a dependency → edge
    hf_map known;  // row of an asset → fed
    hf_map judged; // row of a dependency → may it be known?
    HF_VEC(supply) fed;
    HF_VEC(graph_node) nodes;
    HF_VEC(graph_edge) edges;
    uint32_t limit;
    bool is_truncated;
} walk;

// The node of a row; *index is HF_NO_NODE when it is hidden, gone, or over the limit.
#define HF_NO_NODE UINT32_MAX
static bool enter(walk *w, int64_t row, uint32_t hop, uint32_t *index, hf_error *err)
{
    void *record = NULL;
    if (hf_map_get_u64(&w->seen, (uint64_t)row, index))
        return true;
    *index = HF_NO_NODE;
    if (w->nodes.count >= w->limit) {
        w->is_truncated = true;
        return true;
    }
    if (!hf_store_get_row(w->read, &hf_noun_asset, row, w->arena, &record, err))
        return false;
    const hf_asset *asset = record;
    if (asset == NULL || !hf_may(&w->session->actor, HF_CAN_READ, &hf_noun_asset, asset))
        return true;
    graph_node node = {.row = row, .hop = hop, .asset = asset};
    *index = (uint32_t)w->nodes.count;
    HF_VEC_ADD(w->arena, &w->nodes, node);
    return hf_map_add_u64(&w->seen, (uint64_t)row, *index, NULL);
}

static void draw(walk *w, const hf_plan_dependency *link, uint32_t supplier, uint32_t consumer)
{
    graph_edge edge = {link->row, supplier, consumer, *link};
    if (!hf_map_add_u64(&w->drawn, (uint64_t)link->row, (uint32_t)w->edges.count, NULL))
        return;
    edge.link.input = hf_str_copy(w->arena, link->input);
    edge.link.need = hf_str_copy(w->arena, link->need);
    HF_VEC_ADD(w->arena, &w->edges, edge);
}

// What needs whom is as secret as both; and both may be known, and yet not that one needs the other. A walk comes to the
// same dependency from both its ends, and asks the store once.
static bool may_know(walk *w, int64_t row, bool *out, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t judged = 0;
    void *record = NULL;
    *out = false;
    if (hf_map_get_u64(&w->judged, (uint64_t)row, &judged)) {
        *out = judged != 0;
        return true;
    }
    if (!hf_store_get_row(w->read, &hf_noun_dependency, row, &scratch, &record, err))
        return false;
    if (record != NULL && !hf_may_record(&w->session->actor, HF_CAN_READ, w->read,
                                         &hf_noun_dependency, record, out, err))
        return false;
    (void)hf_map_add_u64(&w->judged, (uint64_t)row, *out, NULL);
    return true;
}

static bool neighbours(walk *w, int64_t row, bool down, hf_plan_dependency **list, size_t *count,
                       hf_error *err)
{
    size_t kept = 0;
    if (!hf_store_neighbours(w->read, row, down, DEGREE_MAX, w->arena, list, count, err))
        return false;
    w->is_truncated |= *count == DEGREE_MAX;
    if (w->session->actor.is_local)
        return true;
    for (size_t i = 0; i < *count; i++) {
        bool is_known = false;
        if (!may_know(w, (*list)[i].row, &is_known, err))
            return false;
        if (is_known)
            (*list)[kept++] = (*list)[i];
    }
    *count = kept;
    return true;
}

static bool expand(walk *w, uint32_t index, bool down, hf_error *err)
{
    hf_plan_dependency *list = NULL;
    size_t count = 0;
    if (!neighbours(w, w->nodes.items[index].row, down, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t other = HF_NO_NODE;
        int64_t row = down ? list[i].consumer : list[i].supplier;
        if (list[i].state == HF_STATE_REJECTED)
            continue;
        if (!enter(w, row, w->nodes.items[index].hop + 1, &other, err))
            return false;
        if (other != HF_NO_NODE)
            draw(w, &list[i], down ? index : other, down ? other : index);
    }
    return true;
}

static bool supply_of(walk *w, int64_t row, supply *out, hf_error *err)
{
    uint32_t index = 0;
    if (hf_map_get_u64(&w->known, (uint64_t)row, &index)) {
        *out = w->fed.items[index];
        return true;
    }
    if (!neighbours(w, row, false, &out->list, &out->count, err))
        return false;
    for (size_t i = 0; i < out->count; i++)
        out->list[i].input = hf_str_copy(w->arena, out->list[i].input);
    (void)hf_map_add_u64(&w->known, (uint64_t)row, (uint32_t)w->fed.count, NULL);
    HF_VEC_ADD(w->arena, &w->fed, *out);
    return true;
}

// How many it needs and feeds; single point: some consumer has nobody else for that input.
static bool count_degrees(walk *w, graph_node *node, hf_error *err)
{
    hf_plan_dependency *list = NULL;
    size_t count = 0;
    supply own = {0};
    if (!supply_of(w, node->row, &own, err))
        return false;
    node->suppliers = (uint32_t)own.count;
    if (!neighbours(w, node->row, true, &list, &count, err))
        return false;
    node->consumers = (uint32_t)count;
    for (size_t i = 0; i < count && i < 50 && !node->is_single_point; i++) {
        supply others = {0};
        size_t same_input = 0;
        if (list[i].state != HF_STATE_ACCEPTED || list[i].type >= HF_DEPENDENCY_LINK)
            continue;
        hf_str input = hf_str_copy(w->arena, list[i].input);
        if (!supply_of(w, list[i].consumer, &others, err))
            return false;
        for (size_t j = 0; j < others.count; j++)
            same_input += others.list[j].state == HF_STATE_ACCEPTED &&
                          others.list[j].type < HF_DEPENDENCY_LINK &&
                          hf_str_equal(others.list[j].input, input);
        node->is_single_point = same_input == 1 || input.len == 0;
    }
    return true;
}

static bool find_start(const hf_session *session, hf_read *read, hf_str key, hf_arena *arena,
                       const hf_asset **out, hf_error *err)
{
    void *record = NULL;
    if (!hf_can(&session->actor, HF_CAN_READ, NULL, NULL, err) ||
        !hf_store_get(read, &hf_noun_asset, key, arena, &record, err))
        return false;
    const hf_asset *asset = record;
    if (asset == NULL)
        return hf_fail(err, HF_ERR_NOT_FOUND, "record.unknown", "there is no asset '%.*s'",
                       HF_STR_ARG(key));
    *out = asset;
    return hf_can(&session->actor, HF_CAN_READ, &hf_noun_asset, asset, err);
}

// --- telling ---------------------------------------------------------------------------------------

static void name_text(hf_json_writer *out, const char *name, hf_str text)
{
    hf_json_name(out, name);
    if (text.len > 0)
        hf_json_add_str(out, text);
    else
        hf_json_add_null(out);
}

static void write_node(const graph_node *node, hf_json_writer *out)
{
    const hf_asset *asset = node->asset;
    hf_json_begin_object(out);
    name_text(out, "key", asset->head.key);
    name_text(out, "name", asset->name);
    name_text(out, "kind", asset->kind);
    name_text(out, "sector", asset->sector);
    name_text(out, "region", asset->region);
    hf_json_name(out, "hop");
    hf_json_add_u64(out, node->hop);
    hf_json_name(out, "people_served");
    hf_json_add_i64(out, asset->people_served == HF_INTEGER_NONE ? 0 : asset->people_served);
    hf_json_name(out, "suppliers");
    hf_json_add_u64(out, node->suppliers);
    hf_json_name(out, "consumers");
    hf_json_add_u64(out, node->consumers);
    hf_json_name(out, "single_point");
    hf_json_add_bool(out, node->is_single_point);
    hf_json_end_object(out);
}

static const char *word_of(const char *field, int32_t value)
{
    const hf_field *found = hf_noun_field(&hf_noun_dependency, hf_str_of(field), NULL);
    return value >= 0 ? found->words[value] : NULL;
}

static bool write_edge(walk *w, const graph_edge *edge, hf_json_writer *out, hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get_row(w->read, &hf_noun_dependency, edge->row, w->arena, &record, err))
        return false;
    const hf_head *head = record;
    hf_json_begin_object(out);
    name_text(out, "key", head != NULL ? head->key : HF_STR_EMPTY);
    name_text(out, "supplier", w->nodes.items[edge->supplier].asset->head.key);
    name_text(out, "consumer", w->nodes.items[edge->consumer].asset->head.key);
    name_text(out, "input", edge->link.input);
    name_text(out, "need", edge->link.need);
    hf_json_name(out, "buffer_h");
    hf_json_add_double(out, edge->link.buffer_h);
    hf_json_name(out, "type");
    hf_json_add_z(out, word_of("type", edge->link.type));
    hf_json_name(out, "state");
    hf_json_add_z(out, word_of("state", edge->link.state));
    hf_json_end_object(out);
    return true;
}

static bool write_walk(walk *w, hf_json_writer *out, hf_error *err)
{
    hf_json_begin_object(out);
    hf_json_name(out, "nodes");
    hf_json_begin_array(out);
    for (size_t i = 0; i < w->nodes.count; i++) {
        if (!count_degrees(w, &w->nodes.items[i], err))
            return false;
        write_node(&w->nodes.items[i], out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "edges");
    hf_json_begin_array(out);
    for (size_t i = 0; i < w->edges.count; i++)
        if (!write_edge(w, &w->edges.items[i], out, err))
            return false;
    hf_json_end_array(out);
    hf_json_name(out, "truncated");
    hf_json_add_bool(out, w->is_truncated);
    hf_json_end_object(out);
    return true;
}

// --- in groups ---------------------------------------------------------------------------------------

typedef struct {
    hf_str sector, region;
    uint64_t count;
    int64_t people;
    uint32_t hop; // of the nearest
} group;

static hf_str sector_of(hf_str code)
{
    return code.len == 4 ? hf_str_slice(code, 0, 2) : code; // sub-sectors belong to their sector
}

// The group of each node; groups are numbered by first appearance, so the start's is the first.
static uint32_t *gather_groups(walk *w, group *groups, size_t *count)
{
    hf_map index = hf_map_of(w->arena, 64);
    uint32_t *of_node = HF_NEW_N(w->arena, uint32_t, w->nodes.count);
    *count = 0;
    for (size_t i = 0; i < w->nodes.count; i++) {
        const hf_asset *asset = w->nodes.items[i].asset;
        hf_str sector = sector_of(asset->sector);
        hf_str name =
            hf_str_format(w->arena, "%.*s\n%.*s", HF_STR_ARG(sector), HF_STR_ARG(asset->region));
        uint32_t at = (uint32_t)*count;
        if (!hf_map_get(&index, name, &at) && *count == GROUPS_MAX)
            at = GROUPS_MAX - 1; // the rest is told with the last
        else if (at == *count) {
            hf_map_set(&index, name, at);
            groups[(*count)++] =
                (group){.sector = sector, .region = asset->region, .hop = w->nodes.items[i].hop};
        }
        of_node[i] = at;
        groups[at].count++;
        groups[at].people += asset->people_served == HF_INTEGER_NONE ? 0 : asset->people_served;
    }
    return of_node;
}

static void write_links(walk *w, const uint32_t *of_node, size_t group_count, hf_json_writer *out)
{
    uint32_t *counts = HF_NEW_N(w->arena, uint32_t, group_count * group_count);
    for (size_t i = 0; i < w->edges.count; i++)
        counts[of_node[w->edges.items[i].supplier] * group_count +
               of_node[w->edges.items[i].consumer]]++;
    hf_json_begin_array(out);
    for (size_t i = 0; i < group_count * group_count; i++) {
        if (counts[i] == 0)
            continue;
        hf_json_begin_object(out);
        hf_json_name(out, "from");
        hf_json_add_u64(out, i / group_count);
        hf_json_name(out, "to");
        hf_json_add_u64(out, i % group_count);
        hf_json_name(out, "count");
        hf_json_add_u64(out, counts[i]);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_groups(walk *w, hf_json_writer *out)
{
    size_t count = 0;
    group *groups = HF_NEW_N(w->arena, group, w->nodes.count);
    const uint32_t *of_node = gather_groups(w, groups, &count);
    hf_json_begin_object(out);
    hf_json_name(out, "groups");
    hf_json_begin_array(out);
    for (size_t i = 0; i < count; i++) {
        hf_json_begin_object(out);
        name_text(out, "sector", groups[i].sector);
        name_text(out, "region", groups[i].region);
        hf_json_name(out, "count");
        hf_json_add_u64(out, groups[i].count);
        hf_json_name(out, "people_served");
        hf_json_add_i64(out, groups[i].people);
        hf_json_name(out, "hop");
        hf_json_add_u64(out, groups[i].hop);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "links");
    write_links(w, of_node, count, out);
    hf_json_name(out, "node_count");
    hf_json_add_u64(out, w->nodes.count);
    hf_json_name(out, "truncated");
    hf_json_add_bool(out, w->is_truncated);
    hf_json_end_object(out);
}

bool hf_write_graph(const hf_session *session, const hf_graph_request *request, hf_json_writer *out,
                    uint64_t *told, hf_error *err)
{
    *told = 0;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    const hf_asset *start = NULL;
    uint32_t first = HF_NO_NODE;
    if (!hf_read_begin(session->store, &read, err) ||
        !find_start(session, read, request->key, &scratch, &start, err))
        return false;
    walk w = {.session = session,
              .read = read,
              .arena = &scratch,
              .seen = hf_map_of(&scratch, 256),
              .drawn = hf_map_of(&scratch, 256),
              .known = hf_map_of(&scratch, 256),
              .judged = hf_map_of(&scratch, 256),
              .limit = request->limit};
    if (!enter(&w, start->head.row, 0, &first, err))
        return false;
    for (uint32_t i = 0; i < w.nodes.count && w.nodes.items[i].hop < request->hops; i++) {
        bool up = request->direction != HF_GRAPH_DOWN;
        bool down = request->direction != HF_GRAPH_UP;
        if ((up && !expand(&w, i, false, err)) || (down && !expand(&w, i, true, err)))
            return false;
    }
    if (request->group_at > 0 && w.nodes.count >= request->group_at) {
        write_groups(&w, out);
        return true;
    }
    *told = w.nodes.count;
    return write_walk(&w, out, err);
}

// --- paths -----------------------------------------------------------------------------------------

typedef struct {
    uint32_t from; // index of the step before, HF_NO_NODE at the start
    hf_str input;
    uint32_t next; // another way into the same asset with the same length
} path_link;

typedef struct {
    int64_t row;
    uint32_t hop;
    uint32_t first_link; // into links
} path_node;

typedef struct {
    walk base;
    HF_VEC(path_node) nodes;
    HF_VEC(path_link) links;
    uint64_t told; // steps
} path_search;

static bool path_step(path_search *s, uint32_t from, hf_error *err)
{
    hf_plan_dependency *list = NULL;
    size_t count = 0;
    hf_arena *arena = s->base.arena;
    if (!neighbours(&s->base, s->nodes.items[from].row, true, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t to = (uint32_t)s->nodes.count;
        uint32_t hop = s->nodes.items[from].hop + 1;
        if (list[i].state != HF_STATE_ACCEPTED)
            continue;
        if (hf_map_add_u64(&s->base.seen, (uint64_t)list[i].consumer, to, &to)) {
            path_node node = {list[i].consumer, hop, HF_NO_NODE};
            HF_VEC_ADD(arena, &s->nodes, node);
        }
        if (s->nodes.items[to].hop != hop)
            continue; // reached by a shorter way
        path_link link = {from, hf_str_copy(arena, list[i].input), s->nodes.items[to].first_link};
        s->nodes.items[to].first_link = (uint32_t)s->links.count;
        HF_VEC_ADD(arena, &s->links, link);
    }
    return true;
}

static bool write_step(path_search *s, uint32_t node, hf_str input, hf_json_writer *out,
                       hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get_row(s->base.read, &hf_noun_asset, s->nodes.items[node].row, s->base.arena,
                          &record, err))
        return false;
    const hf_asset *asset = record;
    bool is_visible =
        asset != NULL && hf_may(&s->base.session->actor, HF_CAN_READ, &hf_noun_asset, asset);
    hf_json_begin_object(out);
    name_text(out, "key", is_visible ? asset->head.key : HF_STR_EMPTY);
    name_text(out, "name", is_visible ? asset->name : HF_STR_EMPTY);
    name_text(out, "input", input);
    hf_json_end_object(out);
    s->told++;
    return true;
}

// Does any step of this way lie behind a marking that hides it?
static bool is_told(path_search *s, const uint32_t *nodes, uint32_t count, bool *out, hf_error *err)
{
    *out = true;
    for (uint32_t i = 0; i < count && *out; i++) {
        void *record = NULL;
        if (!hf_store_get_row(s->base.read, &hf_noun_asset, s->nodes.items[nodes[i]].row,
                              s->base.arena, &record, err))
            return false;
        *out =
            record != NULL && hf_may(&s->base.session->actor, HF_CAN_READ, &hf_noun_asset, record);
    }
    return true;
}

// Ways are told apart by which link into each asset they take; `choice` counts through them, last step first.
static bool write_ways(path_search *s, uint32_t goal, hf_json_writer *out, hf_error *err)
{
    uint32_t length = s->nodes.items[goal].hop;
    uint32_t *way = HF_NEW_N(s->base.arena, uint32_t, length + 1);
    uint32_t *nodes = HF_NEW_N(s->base.arena, uint32_t, length + 1);
    uint32_t told = 0;
    uint32_t depth = 0;
    nodes[0] = goal;
    way[0] = s->nodes.items[goal].first_link;
    for (uint32_t tried = 0; told < HF_PATH_COUNT_MAX && tried < 10000; tried++) {
        while (depth + 1 < length && way[depth] != HF_NO_NODE) {
            nodes[depth + 1] = s->links.items[way[depth]].from;
            way[depth + 1] = s->nodes.items[nodes[depth + 1]].first_link;
            depth++;
        }
        if (way[depth] != HF_NO_NODE) {
            bool is_open = false;
            nodes[length] = s->links.items[way[depth]].from;
            if (!is_told(s, nodes, length + 1, &is_open, err))
                return false;
            if (is_open) {
                hf_json_begin_array(out);
                for (uint32_t i = length + 1; i-- > 0;)
                    if (!write_step(s, nodes[i],
                                    i < length ? s->links.items[way[i]].input : HF_STR_EMPTY, out,
                                    err))
                        return false;
                hf_json_end_array(out);
                told++;
            }
            way[depth] = s->links.items[way[depth]].next;
            continue;
        }
        if (depth == 0)
            break;
        depth--;
        way[depth] = s->links.items[way[depth]].next;
    }
    return true;
}

bool hf_write_paths(const hf_session *session, hf_str from, hf_str to, hf_json_writer *out,
                    uint64_t *told, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    const hf_asset *start = NULL;
    const hf_asset *goal = NULL;
    uint32_t found = HF_NO_NODE;
    if (!hf_read_begin(session->store, &read, err) ||
        !find_start(session, read, from, &scratch, &start, err) ||
        !find_start(session, read, to, &scratch, &goal, err))
        return false;
    path_search s = {.base = {.session = session,
                              .read = read,
                              .arena = &scratch,
                              .seen = hf_map_of(&scratch, 1024),
                              .judged = hf_map_of(&scratch, 1024)}};
    path_node first = {start->head.row, 0, HF_NO_NODE};
    HF_VEC_ADD(&scratch, &s.nodes, first);
    (void)hf_map_add_u64(&s.base.seen, (uint64_t)first.row, 0, NULL);
    uint32_t last_hop = UINT32_MAX;
    for (uint32_t i = 0; i < s.nodes.count && s.nodes.count < PATH_VISITED_MAX; i++) {
        if (s.nodes.items[i].hop >= last_hop)
            break;
        if (!path_step(&s, i, err))
            return false;
        if (last_hop == UINT32_MAX &&
            hf_map_get_u64(&s.base.seen, (uint64_t)goal->head.row, &found))
            last_hop = s.nodes.items[found].hop;
    }
    hf_json_begin_object(out);
    hf_json_name(out, "paths");
    hf_json_begin_array(out);
    if (found != HF_NO_NODE && found != 0 && !write_ways(&s, found, out, err))
        return false;
    hf_json_end_array(out);
    hf_json_end_object(out);
    *told = s.told;
    return true;
}
