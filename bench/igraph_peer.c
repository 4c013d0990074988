// SPDX-License-Identifier: Apache-2.0
//
// The C library igraph as a peer on an exported register of engine_bench, in two forms: "create", as one
// would write W1 (the active dependencies as a new graph in each scenario, then what the damaged can
// reach), and "worklist" (its incidence list built once, then a worklist with a counter by group).
// Draws are those of a splitmix generator; the time to draw is measured too, as the engine's is.
//
//     igraph_peer REGISTER W1|W2|W4 create|worklist SECONDS
//
// Prints "scenarios seconds failed": as many scenarios as fit into the seconds (W4: sources in order).
#include <igraph/igraph.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    uint32_t asset_count, group_count, member_count;
    double *damage_p;
    uint32_t *consumer, *group, *supplier; // consumer and slack by group, the rest by member
    int32_t *slack;
    double *strength;
    igraph_t graph; // member = edge from its supplier to asset_count + group
    igraph_inclist_t out;
    // Of the scenario at hand
    int32_t *left;
    uint8_t *is_down;
    uint32_t *queue, *touched;
    uint64_t random;
} peer;

static double uniform(peer *p)
{
    uint64_t z = (p->random += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double seconds_now(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec
               : 0;
}

static void *room(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (memory == NULL)
        exit(70);
    return memory;
}

static void need(int is_right)
{
    if (is_right)
        return;
    (void)fprintf(stderr, "igraph_peer: cannot read the register or the seconds\n");
    exit(65);
}

static void read_register(peer *p, const char *path)
{
    FILE *file = fopen(path, "r");
    need(file != NULL &&
         fscanf(file, "%u %u %u", &p->asset_count, &p->group_count, &p->member_count) == 3);
    p->damage_p = room(p->asset_count, sizeof(double));
    p->consumer = room(p->group_count, sizeof(uint32_t));
    p->slack = room(p->group_count, sizeof(int32_t));
    p->left = room(p->group_count, sizeof(int32_t));
    p->group = room(p->member_count, sizeof(uint32_t));
    p->supplier = room(p->member_count, sizeof(uint32_t));
    p->strength = room(p->member_count, sizeof(double));
    p->is_down = room(p->asset_count + 1, 1);
    p->queue = room(p->asset_count, sizeof(uint32_t));
    p->touched = room(p->member_count, sizeof(uint32_t));
    for (uint32_t a = 0; a < p->asset_count; a++)
        need(fscanf(file, "%lf", &p->damage_p[a]) == 1);
    uint32_t at = 0;
    for (uint32_t g = 0; g < p->group_count; g++) {
        int32_t needed;
        uint32_t count;
        need(fscanf(file, "%u %d %u", &p->consumer[g], &needed, &count) == 3);
        p->slack[g] = p->left[g] = (int32_t)count - needed;
        for (uint32_t i = 0; i < count; i++, at++) {
            p->group[at] = g;
            need(fscanf(file, "%u %lf", &p->supplier[at], &p->strength[at]) == 2);
        }
    }
    (void)fclose(file);
}

static void build_graph(peer *p)
{
    igraph_vector_int_t edges;
    igraph_vector_int_init(&edges, 2 * (igraph_integer_t)p->member_count);
    for (uint32_t m = 0; m < p->member_count; m++) {
        VECTOR(edges)[2 * m] = p->supplier[m];
        VECTOR(edges)[2 * m + 1] = p->asset_count + p->group[m];
    }
    igraph_create(&p->graph, &edges, (igraph_integer_t)(p->asset_count + p->group_count),
                  IGRAPH_DIRECTED);
    igraph_inclist_init(&p->graph, &p->out, IGRAPH_OUT, IGRAPH_LOOPS_ONCE);
    igraph_vector_int_destroy(&edges);
}

// The damaged assets of a scenario, at the front of the queue; W4: the one source.
static uint32_t draw_damage(peer *p, const char *work, uint64_t scenario)
{
    uint32_t count = 0;
    if (strcmp(work, "W4") == 0) {
        p->queue[0] = (uint32_t)scenario;
        return 1;
    }
    for (uint32_t a = 0; a < p->asset_count; a++)
        if (uniform(p) < p->damage_p[a])
            p->queue[count++] = a;
    return count;
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
            if (p->strength[m] < 1 && uniform(p) >= p->strength[m])
                continue;
            uint32_t g = p->group[m], consumer = p->consumer[g];
            p->touched[touched++] = g;
            if (--p->left[g] < 0 && !p->is_down[consumer]) {
                p->is_down[consumer] = 1;
                p->queue[count++] = consumer;
            }
        }
    }
    for (uint32_t i = 0; i < touched; i++)
        p->left[p->touched[i]] = p->slack[p->touched[i]];
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
    for (uint32_t m = 0; m < p->member_count; m++) {
        if (p->strength[m] < 1 && uniform(p) >= p->strength[m])
            continue;
        igraph_vector_int_push_back(&edges, p->supplier[m]);
        igraph_vector_int_push_back(&edges, p->consumer[p->group[m]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        igraph_vector_int_push_back(&edges, p->asset_count);
        igraph_vector_int_push_back(&edges, p->queue[i]);
    }
    igraph_create(&graph, &edges, (igraph_integer_t)p->asset_count + 1, IGRAPH_DIRECTED);
    igraph_subcomponent(&graph, &reached, p->asset_count, IGRAPH_OUT);
    uint64_t failed = (uint64_t)igraph_vector_int_size(&reached) - 1;
    igraph_destroy(&graph);
    igraph_vector_int_destroy(&reached);
    igraph_vector_int_destroy(&edges);
    return failed;
}

int main(int argc, char **argv)
{
    static peer p;
    if (argc != 5) {
        (void)fprintf(stderr, "usage: igraph_peer REGISTER W1|W2|W4 create|worklist SECONDS\n");
        return 64;
    }
    read_register(&p, argv[1]);
    build_graph(&p);
    int creates = strcmp(argv[3], "create") == 0;
    double limit = 0;
    need(sscanf(argv[4], "%lf", &limit) == 1);
    double start = seconds_now(), spent = 0;
    uint64_t scenarios = 0, failed = 0;
    uint64_t most = strcmp(argv[2], "W4") == 0 ? p.asset_count : 1000000;
    while (scenarios < most && spent < limit) {
        uint32_t count = draw_damage(&p, argv[2], scenarios++);
        failed += creates ? run_create(&p, count) : run_worklist(&p, count);
        if (creates || scenarios % 16 == 0 || scenarios == most)
            spent = seconds_now() - start;
    }
    printf("%llu %.6f %llu\n", (unsigned long long)scenarios, spent, (unsigned long long)failed);
    return 0;
}
