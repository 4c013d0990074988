// SPDX-License-Identifier: Apache-2.0
//
// Chain questions checked and laid out, the growth of impact over time, and where to protect first.
#include "engine/chain_graph.h"

#include <math.h>
#include <stdlib.h>

#define BETWEENNESS_WORK_MAX 2000000000ull

double hf_chain_impact(const hf_chain_link *link, double minutes, bool is_ordinal)
{
    if (minutes == INFINITY)
        return link->impact;
    double impact = link->impact;
    if (minutes < link->full_min) {
        double share = minutes / link->full_min;
        switch (link->growth) {
        case HF_CHAIN_FAST:
            impact = minutes <= 1 ? 0 : link->impact * log(minutes) / log(link->full_min);
            break;
        case HF_CHAIN_LINEAR:
            impact = link->impact * share;
            break;
        case HF_CHAIN_SLOW:
            impact = pow(link->impact, share);
            break;
        }
    }
    if (!is_ordinal)
        return impact;
    impact = floor(impact + 0.5);
    return impact < 1 ? 1 : impact;
}

const double hf_chain_slot_min[HF_CHAIN_SLOTS] = {15,   60,    180,   720,   1440,
                                                  2880, 10080, 20160, 40320, 60480};

// Of a disturbance that arrives over the link, when some nodes are hardened.
static double likelihood_of(const hf_chain_question *question, const hf_chain_link *link)
{
    bool is_lower = question->is_hardened != NULL && question->is_hardened[link->to] != 0 &&
                    question->hardened < link->likelihood;
    return is_lower ? question->hardened : link->likelihood;
}

void hf_chain_profile(const hf_chain_question *question, const hf_chain_list *list, uint32_t chain,
                      double risks[HF_CHAIN_SLOTS])
{
    const hf_chain *of = &list->chains[chain];
    for (uint32_t slot = 0; slot < HF_CHAIN_SLOTS; slot++) {
        double arrives = 1;
        risks[slot] = 0;
        for (uint32_t i = 0; i < of->link_count; i++) {
            const hf_chain_link *link = &question->links[list->path[of->first_link + i]];
            arrives *= likelihood_of(question, link);
            risks[slot] +=
                arrives * hf_chain_impact(link, hf_chain_slot_min[slot], question->is_ordinal);
        }
    }
}

static bool check_link(const hf_chain_question *question, uint32_t i, hf_error *err)
{
    const hf_chain_link *link = &question->links[i];
    bool is_right = link->from < question->node_count && link->to < question->node_count &&
                    link->from != link->to && link->likelihood > 0 && link->likelihood <= 1 &&
                    link->impact >= 0 && link->impact <= 1e12 && link->full_min >= 0 &&
                    isfinite(link->full_min);
    if (is_right)
        return true;
    return hf_fail(err, HF_ERR_INPUT, "chains.link",
                   "dependency %u is outside its range: likelihood %g (above 0, at most 1), impact "
                   "%g (0 to 1e12), minutes %g, and it must join two different assets",
                   (unsigned)i + 1, link->likelihood, link->impact, link->full_min);
}

static bool check(const hf_chain_question *question, hf_error *err)
{
    if (question->max_links == 0 || question->max_links > HF_CHAIN_LENGTH_MAX)
        return hf_fail(err, HF_ERR_INPUT, "chains.length",
                       "%u dependencies in a chain; give 1 to %u", (unsigned)question->max_links,
                       (unsigned)HF_CHAIN_LENGTH_MAX);
    if (!(question->hardened >= 0 && question->hardened <= 1))
        return hf_fail(err, HF_ERR_INPUT, "chains.hardened", "a likelihood of %g; give 0 to 1",
                       question->hardened);
    if (!(question->minutes >= 0))
        return hf_fail(err, HF_ERR_INPUT, "chains.minutes", "%g minutes; give 0 or more",
                       question->minutes);
    for (uint32_t i = 0; i < question->start_count && question->starts != NULL; i++)
        if (question->starts[i] >= question->node_count)
            return hf_fail(err, HF_ERR_INPUT, "chains.start", "there is no asset number %u",
                           (unsigned)question->starts[i]);
    for (uint32_t i = 0; i < question->link_count; i++)
        if (!check_link(question, i, err))
            return false;
    return true;
}

static void lay_out(const hf_chain_question *question, hf_arena *arena, hf_chain_graph *graph)
{
    uint32_t n = question->node_count;
    graph->node_count = n;
    graph->first = HF_NEW_N(arena, uint32_t, (size_t)n + 2);
    graph->arcs = HF_NEW_N(arena, hf_chain_arc, question->link_count);
    for (uint32_t i = 0; i < question->link_count; i++)
        graph->first[question->links[i].from + 2]++;
    for (uint32_t v = 0; v < n; v++)
        graph->first[v + 2] += graph->first[v + 1];
    for (uint32_t i = 0; i < question->link_count; i++) {
        const hf_chain_link *link = &question->links[i];
        hf_chain_arc arc = {link->to, i, likelihood_of(question, link),
                            hf_chain_impact(link, question->minutes, question->is_ordinal)};
        graph->arcs[graph->first[link->from + 1]++] = arc;
    }
}

static void compute_bounds(hf_chain_graph *graph, uint32_t max_links, hf_arena *arena)
{
    size_t n = graph->node_count;
    graph->bound = HF_NEW_N(arena, double, n *max_links);
    for (uint32_t rest = 1; rest < max_links; rest++) {
        const double *shorter = &graph->bound[(rest - 1) * n];
        double *bound = &graph->bound[rest * n];
        for (size_t v = 0; v < n; v++)
            for (uint32_t i = graph->first[v]; i < graph->first[v + 1]; i++) {
                const hf_chain_arc *arc = &graph->arcs[i];
                double most = arc->likelihood * (arc->impact + shorter[arc->to]);
                bound[v] = most > bound[v] ? most : bound[v];
            }
    }
}

bool hf_chain_graph_build(const hf_chain_question *question, hf_arena *arena, hf_chain_graph *graph,
                          hf_error *err)
{
    if (!check(question, err))
        return false;
    lay_out(question, arena, graph);
    compute_bounds(graph, question->max_links, arena);
    graph->starts = question->starts;
    graph->start_count = question->start_count;
    if (question->starts == NULL) {
        uint32_t *all = HF_NEW_N(arena, uint32_t, question->node_count);
        for (uint32_t v = 0; v < question->node_count; v++)
            all[v] = v;
        graph->starts = all;
        graph->start_count = question->node_count;
    }
    return true;
}

// ---- Where to protect first ----

typedef struct {
    uint32_t *queue, *distance;
    double *path_count, *share;
} brandes;

// Adds what the shortest paths from `source` contribute (Brandes 2001, algorithm 1, unweighted).
static void add_source(const hf_chain_graph *graph, brandes *b, uint32_t source,
                       double *betweenness)
{
    uint32_t head = 0, tail = 0;
    b->queue[tail++] = source;
    b->distance[source] = 0;
    b->path_count[source] = 1;
    while (head < tail) {
        uint32_t v = b->queue[head++];
        for (uint32_t i = graph->first[v]; i < graph->first[v + 1]; i++) {
            uint32_t w = graph->arcs[i].to;
            if (b->distance[w] == UINT32_MAX) {
                b->distance[w] = b->distance[v] + 1;
                b->queue[tail++] = w;
            }
            if (b->distance[w] == b->distance[v] + 1)
                b->path_count[w] += b->path_count[v];
        }
    }
    for (uint32_t at = tail; at-- > 0;) {
        uint32_t v = b->queue[at];
        for (uint32_t i = graph->first[v]; i < graph->first[v + 1]; i++) {
            uint32_t w = graph->arcs[i].to;
            if (b->distance[w] == b->distance[v] + 1)
                b->share[v] += b->path_count[v] / b->path_count[w] * (1 + b->share[w]);
        }
        if (v != source)
            betweenness[v] += b->share[v];
    }
    for (uint32_t at = 0; at < tail; at++) {
        uint32_t v = b->queue[at];
        b->distance[v] = UINT32_MAX;
        b->path_count[v] = b->share[v] = 0;
    }
}

// NULL when it would take too long.
static double *betweenness_of(const hf_chain_graph *graph, uint32_t link_count, hf_arena *arena)
{
    uint32_t n = graph->node_count;
    if ((uint64_t)n * ((uint64_t)n + link_count) > BETWEENNESS_WORK_MAX)
        return NULL;
    brandes b = {HF_NEW_N(arena, uint32_t, n), HF_NEW_N(arena, uint32_t, n),
                 HF_NEW_N(arena, double, n), HF_NEW_N(arena, double, n)};
    double *betweenness = HF_NEW_N(arena, double, n);
    for (uint32_t v = 0; v < n; v++)
        b.distance[v] = UINT32_MAX;
    for (uint32_t v = 0; v < n; v++)
        add_source(graph, &b, v, betweenness);
    return betweenness;
}

static int compare_nodes(const void *left, const void *right)
{
    const hf_chain_node *a = left, *b = right;
    if (a->chain_risk > b->chain_risk || a->chain_risk < b->chain_risk)
        return a->chain_risk > b->chain_risk ? -1 : 1;
    if (a->chain_count != b->chain_count)
        return a->chain_count > b->chain_count ? -1 : 1;
    return a->node < b->node ? -1 : a->node > b->node;
}

static void add_chain(const hf_chain_question *question, const hf_chain_list *list,
                      const hf_chain *chain, hf_chain_node *by_node)
{
    for (uint32_t i = 0; i <= chain->link_count; i++) {
        uint32_t at = chain->first_link + (i == 0 ? 0 : i - 1);
        const hf_chain_link *link = &question->links[list->path[at]];
        hf_chain_node *node = &by_node[i == 0 ? link->from : link->to];
        node->chain_count++;
        node->chain_risk += chain->risk;
    }
}

bool hf_chains_rank_nodes(const hf_chain_question *question, const hf_chain_list *list,
                          hf_arena *arena, const hf_chain_node **nodes, uint32_t *node_count,
                          hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_chain_graph graph = {0};
    if (!hf_chain_graph_build(question, &scratch, &graph, err))
        return false;
    uint32_t n = question->node_count;
    hf_chain_node *by_node = HF_NEW_N(&scratch, hf_chain_node, n);
    for (uint32_t i = 0; i < list->chain_count; i++)
        add_chain(question, list, &list->chains[i], by_node);
    const double *betweenness = betweenness_of(&graph, question->link_count, &scratch);
    uint32_t count = 0;
    for (uint32_t v = 0; v < n; v++) {
        if (by_node[v].chain_count == 0)
            continue;
        by_node[v].node = v;
        by_node[v].betweenness = betweenness == NULL ? NAN : betweenness[v];
        for (uint32_t i = graph.first[v]; i < graph.first[v + 1]; i++)
            by_node[v].influence += graph.arcs[i].likelihood * graph.arcs[i].impact;
        by_node[count++] = by_node[v];
    }
    qsort(by_node, count, sizeof(by_node[0]), compare_nodes);
    hf_chain_node *kept = HF_NEW_N(arena, hf_chain_node, count);
    for (uint32_t i = 0; i < count; i++)
        kept[i] = by_node[i];
    *nodes = kept;
    *node_count = count;
    return true;
}
