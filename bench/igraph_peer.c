// SPDX-License-Identifier: Apache-2.0
//
// The C library igraph as a peer on an exported register of engine_bench, in two forms: "create", as one
// would write W1 (the active dependencies as a new graph in each scenario, then what the damaged can
// reach), and "worklist" (its incidence list built once, then a worklist with a counter by group).
// The time to draw is measured too, as the engine's is.
//
//     igraph_peer REGISTER W1|W2|W4 create|worklist SECONDS
#include <igraph/igraph.h>
#include <stdio.h>
#include <string.h>

#include "peer_register.h"

typedef struct {
    peer_register in;
    igraph_t graph; // member = edge from its supplier to asset_count + group
    igraph_inclist_t out;
    bool creates;
    // Of the scenario at hand
    int32_t *left;
    uint8_t *is_down;
    uint32_t *queue, *touched;
} peer;

static void build_graph(peer *p)
{
    igraph_vector_int_t edges;
    igraph_vector_int_init(&edges, 2 * (igraph_integer_t)p->in.member_count);
    for (uint32_t m = 0; m < p->in.member_count; m++) {
        VECTOR(edges)[2 * m] = p->in.supplier[m];
        VECTOR(edges)[2 * m + 1] = p->in.asset_count + p->in.group[m];
    }
    igraph_create(&p->graph, &edges, (igraph_integer_t)(p->in.asset_count + p->in.group_count),
                  IGRAPH_DIRECTED);
    igraph_inclist_init(&p->graph, &p->out, IGRAPH_OUT, IGRAPH_LOOPS_ONCE);
    igraph_vector_int_destroy(&edges);
}

static uint64_t run_worklist(peer *p, uint32_t count)
{
    uint32_t touched = 0;
    for (uint32_t i = 0; i < count; i++)
        p->is_down[p->queue[i]] = 1;
    for (uint32_t i = 0; i < count; i++) {
        const igraph_vector_int_t *edges = igraph_inclist_get(&p->out, p->queue[i]);
        igraph_integer_t n = igraph_vector_int_size(edges);
        for (igraph_integer_t k = 0; k < n; k++) {
            igraph_integer_t m = VECTOR(*edges)[k];
            if (p->in.strength[m] < 1 && peer_uniform(&p->in) >= p->in.strength[m])
                continue;
            uint32_t g = p->in.group[m], consumer = p->in.consumer[g];
            p->touched[touched++] = g;
            if (--p->left[g] < 0 && !p->is_down[consumer]) {
                p->is_down[consumer] = 1;
                p->queue[count++] = consumer;
            }
        }
    }
    for (uint32_t i = 0; i < touched; i++)
        p->left[p->touched[i]] = p->in.slack[p->touched[i]];
    for (uint32_t i = 0; i < count; i++)
        p->is_down[p->queue[i]] = 0;
    return count;
}

// W1 only: all-of-n, so what fails is what the damaged reach over the active dependencies.
static uint64_t run_create(peer *p, uint32_t count)
{
    igraph_vector_int_t edges, reached;
    igraph_t graph;
    igraph_vector_int_init(&edges, 0);
    igraph_vector_int_init(&reached, 0);
    for (uint32_t m = 0; m < p->in.member_count; m++) {
        if (p->in.strength[m] < 1 && peer_uniform(&p->in) >= p->in.strength[m])
            continue;
        igraph_vector_int_push_back(&edges, p->in.supplier[m]);
        igraph_vector_int_push_back(&edges, p->in.consumer[p->in.group[m]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        igraph_vector_int_push_back(&edges, p->in.asset_count);
        igraph_vector_int_push_back(&edges, p->queue[i]);
    }
    igraph_create(&graph, &edges, (igraph_integer_t)p->in.asset_count + 1, IGRAPH_DIRECTED);
    igraph_subcomponent(&graph, &reached, p->in.asset_count, IGRAPH_OUT);
    uint64_t failed = (uint64_t)igraph_vector_int_size(&reached) - 1;
    igraph_destroy(&graph);
    igraph_vector_int_destroy(&reached);
    igraph_vector_int_destroy(&edges);
    return failed;
}

static uint64_t run_one(void *memory, const char *work, uint64_t scenario, uint32_t batch)
{
    peer *p = memory;
    (void)batch;
    uint32_t count = peer_damage(&p->in, work, scenario, p->queue);
    return p->creates ? run_create(p, count) : run_worklist(p, count);
}

int main(int argc, char **argv)
{
    static peer p;
    if (argc != 5) {
        (void)fprintf(stderr, "usage: igraph_peer REGISTER W1|W2|W4 create|worklist SECONDS\n");
        return 64;
    }
    peer_read(&p.in, argv[1]);
    p.left = peer_room(p.in.group_count, sizeof(int32_t));
    memcpy(p.left, p.in.slack, p.in.group_count * sizeof(int32_t));
    p.is_down = peer_room(p.in.asset_count, 1);
    p.queue = peer_room(p.in.asset_count, sizeof(uint32_t));
    p.touched = peer_room(p.in.member_count, sizeof(uint32_t));
    p.creates = strcmp(argv[3], "create") == 0;
    build_graph(&p);
    peer_measure(&p.in, &p, run_one, argv[2], 1, argv[4]);
    return 0;
}
