// SPDX-License-Identifier: Apache-2.0
//
// The order of the plan: breadth-first relabelling for locality, then Tarjan's strongly connected
// components along the edges from consumer to supplier, which come out suppliers first. Layers are
// vertices behind the nodes, joined both ways to their members, so that a layer is one component.
#include "engine/plan.h"

#include "base/arena_file.h"

#define UNSEEN UINT32_MAX

typedef struct {
    const hf_draft_graph *graph;
    uint32_t vertex_count;      // nodes, then layers
    uint32_t *first_membership; // of a node, in membership: layers it belongs to
    uint32_t *membership;
    uint32_t *index; // discovery number, or UNSEEN
    uint32_t *low;
    uint32_t *cursor;    // next neighbour to look at
    uint32_t *path;      // vertices being explored
    uint32_t *open;      // vertices whose component is not known yet
    uint32_t *component; // UNSEEN while open
    uint32_t *finished;  // nodes in finishing order
    uint32_t path_count, open_count, index_count, component_count, finished_count;
} search;

static void list_memberships(const hf_draft_graph *graph, search *s, hf_arena *arena)
{
    uint32_t slot_count = graph->layer_count == 0 ? 0 : graph->first_slot[graph->layer_count];
    s->first_membership = HF_NEW_N(arena, uint32_t, (size_t)graph->node_count + 2);
    s->membership = HF_NEW_N(arena, uint32_t, slot_count);
    uint32_t *first = s->first_membership;
    for (uint32_t i = 0; i < slot_count; i++)
        first[graph->slot_node[i] + 2]++;
    for (uint32_t v = 0; v < graph->node_count; v++)
        first[v + 2] += first[v + 1];
    for (uint32_t layer = 0; layer < graph->layer_count; layer++)
        for (uint32_t i = graph->first_slot[layer]; i < graph->first_slot[layer + 1]; i++)
            s->membership[first[graph->slot_node[i] + 1]++] = layer;
}

// The k-th neighbour (supplier or layer, or member of a layer); UNSEEN behind the last.
static inline uint32_t neighbour(const search *s, uint32_t vertex, uint32_t k)
{
    const hf_draft_graph *graph = s->graph;
    if (vertex >= graph->node_count) {
        uint32_t at = graph->first_slot[vertex - graph->node_count] + k;
        return at < graph->first_slot[vertex - graph->node_count + 1] ? graph->slot_node[at]
                                                                      : UNSEEN;
    }
    uint32_t at = graph->first_supplier[vertex] + k;
    if (at < graph->first_supplier[vertex + 1])
        return graph->supplier[at];
    at = s->first_membership[vertex] + (at - graph->first_supplier[vertex + 1]);
    return at < s->first_membership[vertex + 1] ? graph->node_count + s->membership[at] : UNSEEN;
}

static void discover(search *s, uint32_t vertex)
{
    s->index[vertex] = s->low[vertex] = s->index_count++;
    s->path[s->path_count++] = vertex;
    s->open[s->open_count++] = vertex;
}

static void finish(search *s, uint32_t vertex)
{
    if (vertex < s->graph->node_count)
        s->finished[s->finished_count++] = vertex;
    if (s->low[vertex] == s->index[vertex]) {
        uint32_t member = UNSEEN;
        do {
            member = s->open[--s->open_count];
            s->component[member] = s->component_count;
        } while (member != vertex);
        s->component_count++;
    }
    s->path_count--;
    if (s->path_count > 0) {
        uint32_t parent = s->path[s->path_count - 1];
        if (s->low[vertex] < s->low[parent])
            s->low[parent] = s->low[vertex];
    }
}

static void explore(search *s, uint32_t root)
{
    discover(s, root);
    while (s->path_count > 0) {
        uint32_t vertex = s->path[s->path_count - 1];
        uint32_t next = neighbour(s, vertex, s->cursor[vertex]++);
        if (next == UNSEEN)
            finish(s, vertex);
        else if (s->index[next] == UNSEEN)
            discover(s, next);
        else if (s->component[next] == UNSEEN && s->index[next] < s->low[vertex])
            s->low[vertex] = s->index[next];
    }
}

// Consumers of each node, for the breadth-first pass.
static void list_consumers(const hf_draft_graph *graph, hf_arena *arena, uint32_t **first_out,
                           uint32_t **consumer_out)
{
    uint32_t n = graph->node_count;
    uint32_t edge_count = graph->first_supplier[n];
    uint32_t *first = HF_NEW_N(arena, uint32_t, (size_t)n + 2);
    uint32_t *consumer = HF_NEW_N(arena, uint32_t, edge_count);
    for (uint32_t i = 0; i < edge_count; i++)
        first[graph->supplier[i] + 2]++;
    for (uint32_t v = 0; v < n; v++)
        first[v + 2] += first[v + 1];
    for (uint32_t v = 0; v < n; v++)
        for (uint32_t i = graph->first_supplier[v]; i < graph->first_supplier[v + 1]; i++)
            consumer[first[graph->supplier[i] + 1]++] = v;
    *first_out = first;
    *consumer_out = consumer;
}

// All nodes, breadth first from those without suppliers, then from whatever is left, in input order.
static uint32_t *breadth_first(const hf_draft_graph *graph, hf_arena *arena)
{
    uint32_t n = graph->node_count;
    uint32_t *first = NULL, *consumer = NULL;
    list_consumers(graph, arena, &first, &consumer);
    uint32_t *queue = HF_NEW_N(arena, uint32_t, n);
    uint8_t *seen = HF_NEW_N(arena, uint8_t, n);
    uint32_t head = 0, tail = 0;
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t root = 0; root < n; root++) {
            bool is_root =
                pass == 1 || graph->first_supplier[root] == graph->first_supplier[root + 1];
            if (seen[root] || !is_root)
                continue;
            seen[root] = 1;
            queue[tail++] = root;
            while (head < tail) {
                uint32_t v = queue[head++];
                for (uint32_t i = first[v]; i < first[v + 1]; i++) {
                    if (!seen[consumer[i]]) {
                        seen[consumer[i]] = 1;
                        queue[tail++] = consumer[i];
                    }
                }
            }
        }
    }
    return queue;
}

// Nodes by component, inside it in finishing order: a counting sort that keeps equal ones in order.
static void place_nodes(const search *s, uint32_t *place, uint32_t *component, hf_arena *arena)
{
    uint32_t n = s->graph->node_count;
    uint32_t *next = HF_NEW_N(arena, uint32_t, (size_t)s->component_count + 1);
    for (uint32_t v = 0; v < n; v++)
        next[s->component[v] + 1]++;
    for (uint32_t c = 0; c < s->component_count; c++)
        next[c + 1] += next[c];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t v = s->finished[i];
        place[v] = next[s->component[v]]++;
        component[v] = s->component[v];
    }
}

void hf_plan_order(const hf_draft_graph *graph, const hf_arena *arena, uint32_t *place,
                   uint32_t *component, uint32_t *component_count)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = hf_arena_beside(arena);
    uint32_t vertex_count = graph->node_count + graph->layer_count;
    search s = {.graph = graph, .vertex_count = vertex_count};
    list_memberships(graph, &s, &scratch);
    uint32_t *start = breadth_first(graph, &scratch);
    s.index = HF_NEW_N(&scratch, uint32_t, vertex_count);
    s.low = HF_NEW_N(&scratch, uint32_t, vertex_count);
    s.cursor = HF_NEW_N(&scratch, uint32_t, vertex_count);
    s.path = HF_NEW_N(&scratch, uint32_t, vertex_count);
    s.open = HF_NEW_N(&scratch, uint32_t, vertex_count);
    s.component = HF_NEW_N(&scratch, uint32_t, vertex_count);
    s.finished = HF_NEW_N(&scratch, uint32_t, graph->node_count);
    for (uint32_t v = 0; v < vertex_count; v++)
        s.index[v] = s.component[v] = UNSEEN;
    for (uint32_t i = 0; i < graph->node_count; i++)
        if (s.index[start[i]] == UNSEEN)
            explore(&s, start[i]);
    place_nodes(&s, place, component, &scratch);
    *component_count = s.component_count;
}
