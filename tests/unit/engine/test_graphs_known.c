// SPDX-License-Identifier: Apache-2.0
//
// Thresholds and sizes that are known for random graphs and lattices (V7 to V11): giant and mutually
// connected components through network layers, threshold cascades through k-of-n groups, directed
// percolation through dependencies that are felt by chance. Seeds are fixed. Sizes and tolerances are those
// of the engine model in a release build (HF_TEST_IS_FAST); with sanitizers smaller ones, with honest
// tolerances. What takes minutes is whole with HOLDFAST_FULL=1 only: more seeds, and V11.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../full.h"
#include "check.h"

static bool is_whole(void)
{
    return HF_TEST_IS_FAST != 0 || is_full();
}

#define MEAN_DEGREE 4.0

// ---- Random graphs and their components ----

typedef struct {
    uint32_t node_count, link_count;
    hf_engine_link *links;
} graph;

static graph draw_graph(hf_test_random *random, uint32_t node_count, double mean_degree,
                        hf_arena *arena)
{
    graph g = {node_count, (uint32_t)(node_count * mean_degree / 2), NULL};
    g.links = HF_NEW_N(arena, hf_engine_link, g.link_count);
    for (uint32_t i = 0; i < g.link_count; i++) {
        uint32_t from = hf_test_below(random, node_count);
        uint32_t to = hf_test_below(random, node_count - 1);
        g.links[i] = (hf_engine_link){.from = from, .to = to + (to >= from), .is_two_way = true};
    }
    return g;
}

// All but a share of the nodes; returns how many are damaged.
static uint32_t draw_damage(hf_test_random *random, uint32_t node_count, double p_up, bool *is_up,
                            uint32_t *damaged)
{
    uint32_t count = 0;
    uint32_t limit = (uint32_t)(p_up * 4294967295.0);
    for (uint32_t v = 0; v < node_count; v++) {
        is_up[v] = (uint32_t)(hf_test_next(random) >> 32) <= limit;
        if (!is_up[v])
            damaged[count++] = v;
    }
    return count;
}

static uint32_t root_of(uint32_t *parent, uint32_t v)
{
    while (parent[v] != v)
        v = parent[v] = parent[parent[v]];
    return v;
}

// Leaves only the largest component of what is up. Returns whether anything went.
static bool keep_largest(const graph *g, bool *is_up, uint32_t *parent, uint32_t *size)
{
    uint32_t largest = 0;
    bool has_changed = false;
    for (uint32_t v = 0; v < g->node_count; v++) {
        parent[v] = v;
        size[v] = is_up[v];
    }
    for (uint32_t i = 0; i < g->link_count; i++) {
        uint32_t from = g->links[i].from, to = g->links[i].to;
        if (!is_up[from] || !is_up[to])
            continue;
        uint32_t a = root_of(parent, from), b = root_of(parent, to);
        if (a == b)
            continue;
        parent[size[a] < size[b] ? a : b] = size[a] < size[b] ? b : a;
        size[size[a] < size[b] ? b : a] = size[a] + size[b];
    }
    for (uint32_t v = 0; v < g->node_count; v++)
        largest = parent[v] == v && size[v] > size[largest] ? v : largest;
    largest = root_of(parent, largest);
    for (uint32_t v = 0; v < g->node_count; v++) {
        if (!is_up[v] || root_of(parent, v) == largest)
            continue;
        is_up[v] = false;
        has_changed = true;
    }
    return has_changed;
}

// Leaves the largest set that hangs together in every graph (Buldyrev et al. 2010: giant component
// of the first, of the second inside it, and so on until nothing changes). Returns its size.
static uint32_t keep_mutual(const graph *graphs, uint32_t graph_count, bool *is_up, hf_arena *arena)
{
    uint32_t n = graphs[0].node_count, left = 0;
    uint32_t *parent = HF_NEW_N(arena, uint32_t, n), *size = HF_NEW_N(arena, uint32_t, n);
    for (uint32_t quiet = 0, i = 0; quiet < graph_count; i = (i + 1) % graph_count)
        quiet = keep_largest(&graphs[i], is_up, parent, size) ? 0 : quiet + 1;
    for (uint32_t v = 0; v < n; v++)
        left += is_up[v];
    return left;
}

// The register: each graph a network layer with all assets, fed at one of them.
static hf_engine_input *register_of(const graph *graphs, uint32_t graph_count, uint32_t source,
                                    hf_arena *arena)
{
    uint32_t n = graphs[0].node_count, link_count = 0;
    for (uint32_t i = 0; i < graph_count; i++)
        link_count += graphs[i].link_count;
    hf_engine_input *in = HF_NEW(arena, hf_engine_input);
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, n);
    hf_engine_layer *layers = HF_NEW_N(arena, hf_engine_layer, graph_count);
    hf_engine_layer_member *members =
        HF_NEW_N(arena, hf_engine_layer_member, (size_t)graph_count * n);
    hf_engine_link *links = HF_NEW_N(arena, hf_engine_link, link_count);
    *in = (hf_engine_input){.assets = assets,
                            .asset_count = n,
                            .layers = layers,
                            .layer_count = graph_count,
                            .layer_members = members,
                            .layer_member_count = graph_count * n,
                            .links = links,
                            .link_count = link_count,
                            .sector_count = 1,
                            .kind_count = 1};
    for (uint32_t v = 0; v < n; v++)
        assets[v] = (hf_engine_asset){.id = v, .people = 1, .repair_h = NAN};
    uint32_t at = 0;
    for (uint32_t i = 0; i < graph_count; i++) {
        layers[i] = (hf_engine_layer){i * n, n, at, graphs[i].link_count};
        for (uint32_t v = 0; v < n; v++)
            members[i * n + v] = (hf_engine_layer_member){.asset = v, .is_source = v == source};
        memcpy(&links[at], graphs[i].links, graphs[i].link_count * sizeof(links[0]));
        at += graphs[i].link_count;
    }
    return in;
}

// The engine fed inside the set must leave up just that set.
static void compare_with_engine(const graph *graphs, uint32_t graph_count, const bool *is_up,
                                uint32_t left, const uint32_t *damaged, uint32_t damaged_count)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_bench bench;
    uint32_t source = 0;
    while (!is_up[source])
        source++;
    bench_open(&bench, register_of(graphs, graph_count, source, &arena));
    hf_question question = {.fail = damaged, .fail_count = damaged_count};
    hf_cascade result = bench_ask(&bench, &question);
    uint32_t at_start = hf_plan_facts_of(bench.plan).down_at_start_count;
    assert_int_equal(result.fall_count + at_start, graphs[0].node_count - left);
    for (uint32_t i = 0; i < result.fall_count; i++)
        assert_false(is_up[result.falls[i].asset]);
    bench_done(&bench);
}

// Share of the assets in the mutual component of so many graphs of mean degree `degree` when the
// share p is not damaged.
static double mutual_share(uint32_t graph_count, uint32_t n, double degree, double p, uint64_t seed)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_test_random random = {seed};
    graph graphs[5];
    bool *is_up = HF_NEW_N(&arena, bool, n);
    uint32_t *damaged = HF_NEW_N(&arena, uint32_t, n);
    for (uint32_t i = 0; i < graph_count; i++)
        graphs[i] = draw_graph(&random, n, degree, &arena);
    uint32_t damaged_count = draw_damage(&random, n, p, is_up, damaged);
    uint32_t left = keep_mutual(graphs, graph_count, is_up, &arena);
    compare_with_engine(graphs, graph_count, is_up, left, damaged, damaged_count);
    return (double)left / n;
}

// Share of the assets left in the limit of large registers: the largest root of
// u = p <k> (1 - e^-u)^n, over <k>.
static double expected_share(uint32_t graph_count, double p_degree)
{
    double u = p_degree;
    for (uint32_t i = 0; i < 10000; i++)
        u = p_degree * pow(1 - exp(-u), graph_count);
    return u / MEAN_DEGREE;
}

// In how many of the seeds more than a hundredth is left; *mean is the share left in those.
static uint32_t count_whole(uint32_t graph_count, double p_degree, uint64_t first_seed,
                            uint32_t seeds, double *mean)
{
    uint32_t n = 100000, whole = 0;
    double sum = 0;
    for (uint32_t i = 0; i < seeds; i++) {
        double share =
            mutual_share(graph_count, n, MEAN_DEGREE, p_degree / MEAN_DEGREE, first_seed + i);
        whole += share > 0.01;
        sum += share > 0.01 ? share : 0;
    }
    *mean = whole > 0 ? sum / whole : 0;
    return whole;
}

// ---- V7, V8 ----

static void compare_with_threshold(uint32_t networks, double below, double above, uint32_t seeds)
{
    double mean;
    uint32_t whole = count_whole(networks, below, 700, seeds, &mean);
    if (whole > seeds / 2)
        fail_msg("%u networks at p<k> = %.3f: %u of %u whole", networks, below, whole, seeds);
    whole = count_whole(networks, above, 800, seeds, &mean);
    if (whole <= seeds / 2)
        fail_msg("%u networks at p<k> = %.3f: %u of %u whole", networks, above, whole, seeds);
    if (!(fabs(mean - expected_share(networks, above)) <= 0.03))
        fail_msg("%u networks: mutual component %.4f, want %.4f", networks, mean,
                 expected_share(networks, above));
}

// p_c <k> = min over u of u / (1 - e^-u)^2 = 2.455407, at u = 1.256431 (Buldyrev et al. 2010).
static void two_networks_collapse_where_known(void **unused)
{
    (void)unused;
    compare_with_threshold(2, 2.42, 2.47, is_whole() ? 20 : 4);
}

// The same with n networks: min over u of u / (1 - e^-u)^n (Gao et al. 2011).
static void more_networks_collapse_where_known(void **unused)
{
    (void)unused;
    uint32_t seeds = is_full() ? 9 : 1;
    compare_with_threshold(3, 0.99 * 3.089119, 1.01 * 3.089119, seeds);
    compare_with_threshold(5, 0.99 * 3.822487, 1.01 * 3.822487, seeds);
}

// ---- V9 ----

// Everybody falls when 0.18 of the neighbours have fallen, as a k-of-n group over the neighbours.
static hf_engine_input *threshold_register(uint32_t n, double mean_degree, uint64_t seed,
                                           hf_arena *arena)
{
    hf_test_random random = {seed};
    graph g = draw_graph(&random, n, mean_degree, arena);
    hf_engine_input *in = HF_NEW(arena, hf_engine_input);
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, n);
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, n);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, 2 * (size_t)g.link_count);
    uint32_t *degree = HF_NEW_N(arena, uint32_t, n), *first = HF_NEW_N(arena, uint32_t, n + 1);
    *in = (hf_engine_input){.assets = assets,
                            .asset_count = n,
                            .groups = groups,
                            .members = members,
                            .member_count = 2 * g.link_count,
                            .sector_count = 1,
                            .kind_count = 1};
    for (uint32_t i = 0; i < g.link_count; i++) {
        degree[g.links[i].from]++;
        degree[g.links[i].to]++;
    }
    for (uint32_t v = 0; v < n; v++) {
        assets[v] = (hf_engine_asset){.id = v, .people = 1, .repair_h = NAN};
        first[v + 1] = first[v] + degree[v];
        uint32_t enough = (degree[v] * 18 + 99) / 100; // that many fallen ones
        if (degree[v] > 0)
            groups[in->group_count++] = (hf_engine_group){.consumer = v,
                                                          .need = degree[v] - enough + 1,
                                                          .first_member = first[v],
                                                          .member_count = degree[v]};
    }
    for (uint32_t i = 0; i < g.link_count; i++) {
        uint32_t from = g.links[i].from, to = g.links[i].to;
        members[first[from]++] = (hf_engine_member){.supplier = to, .capacity = 1, .strength = 1};
        members[first[to]++] = (hf_engine_member){.supplier = from, .capacity = 1, .strength = 1};
    }
    return in;
}

// Largest cascade of single random seeds, as a share; ends with the first global one.
static double largest_cascade(double mean_degree, uint32_t seeds)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint32_t n = is_whole() ? 100000 : 20000, most = 0;
    hf_bench bench;
    hf_test_random random = {9};
    bench_open(&bench, threshold_register(n, mean_degree, 90, &arena));
    for (uint32_t i = 0; i < seeds && most < n / 10; i++) {
        uint32_t seed = hf_test_below(&random, n);
        hf_question question = {.fail = &seed, .fail_count = 1};
        hf_cascade result = bench_ask(&bench, &question);
        most = result.fall_count > most ? result.fall_count : most;
    }
    bench_done(&bench);
    return (double)most / n;
}

// Watts 2002: global cascades for 1.0207 < z < 5.7647.
static void threshold_cascades_are_global_in_the_known_window(void **unused)
{
    (void)unused;
    assert_true(largest_cascade(0.9, 2000) < 0.02);
    for (uint32_t z = 2; z <= 5; z++)
        assert_true(largest_cascade(z, 2000) > 0.5);
    assert_true(largest_cascade(7, 2000) < 0.02);
}

// ---- V10 ----

static void the_giant_component_has_the_known_size(void **unused)
{
    (void)unused;
    uint32_t n = is_whole() ? 1000000 : 50000;
    static const double shares[] = {0.2, 0.35, 0.5, 0.8}; // of nodes up; the threshold is 1/4
    for (size_t i = 0; i < HF_COUNT(shares); i++) {
        double p = shares[i], want = p;
        for (uint32_t k = 0; k < 1000; k++)
            want = p * (1 - exp(-MEAN_DEGREE * want));
        double got = mutual_share(1, n, MEAN_DEGREE, p, 1000 + i);
        if (!(fabs(got - want) <= (is_whole() ? 0.005 : 0.015)))
            fail_msg("giant component at p = %.2f: %.5f, want %.5f", p, got, want);
    }
}

// ---- V11 ----

// Sites (t, i), i = 0..t, each wet when one of the two above it is wet and the bond between is open:
// a dependency that is felt with chance p. An observer of each row is down when any site of it is.
static hf_engine_input *lattice(uint32_t rows, double p, uint32_t **series_of, hf_arena *arena)
{
    uint32_t sites = rows * (rows + 1) / 2;
    hf_engine_input *in = HF_NEW(arena, hf_engine_input);
    hf_engine_asset *assets = HF_NEW_N(arena, hf_engine_asset, sites + rows);
    hf_engine_group *groups = HF_NEW_N(arena, hf_engine_group, sites + rows);
    hf_engine_member *members = HF_NEW_N(arena, hf_engine_member, 3 * (size_t)sites);
    *series_of = HF_NEW_N(arena, uint32_t, sites + rows);
    *in = (hf_engine_input){.assets = assets,
                            .asset_count = sites + rows,
                            .groups = groups,
                            .members = members,
                            .sector_count = 1,
                            .kind_count = 1};
    for (uint32_t a = 0; a < in->asset_count; a++)
        assets[a] = (hf_engine_asset){.id = hf_test_id(1, a), .people = 1, .repair_h = NAN};
    for (uint32_t t = 0; t < rows; t++) {
        uint32_t row = t * (t + 1) / 2, above = row - t;
        for (uint32_t i = 0; i <= t; i++) {
            (*series_of)[row + i] = t;
            hf_engine_group *g = &groups[in->group_count];
            *g = (hf_engine_group){.consumer = row + i, .first_member = in->member_count};
            for (uint32_t k = i > 0 ? i - 1 : 0; k <= i && k < t; k++, g->member_count++)
                members[in->member_count++] =
                    (hf_engine_member){.id = hf_test_id(2, in->member_count),
                                       .supplier = above + k,
                                       .capacity = 1,
                                       .strength = p};
            g->need = g->member_count;
            in->group_count += g->member_count > 0;
        }
        (*series_of)[sites + t] = rows + t;
        groups[in->group_count++] = (hf_engine_group){.consumer = sites + t,
                                                      .need = t + 1,
                                                      .first_member = in->member_count,
                                                      .member_count = t + 1};
        for (uint32_t i = 0; i <= t; i++)
            members[in->member_count++] =
                (hf_engine_member){.supplier = row + i, .capacity = 1, .strength = 1};
    }
    return in;
}

// Slope of ln value over ln t by least squares, at points a factor 1.2 apart.
static double slope(const double *value, uint32_t from, uint32_t to)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (double t = from; t <= to; t *= 1.2) {
        double lx = log((double)(uint32_t)t), ly = log(value[(uint32_t)t]);
        n++;
        x += lx;
        y += ly;
        xx += lx * lx;
        xy += lx * ly;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

// At p_c = 0.644700 the chance to live goes with t^-0.1595 and the mean count with t^0.3137 (Jensen).
static void directed_percolation_has_the_known_exponents(void **unused)
{
    (void)unused;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    uint32_t rows = is_full() ? 3001 : 151; // whole: a register of 4.5 million assets, 2 GB
    uint32_t *series_of;
    hf_bench bench;
    hf_error err = {0};
    hf_tally tally;
    hf_summary summary;
    bench_open(&bench, lattice(rows, 0.644700, &series_of, &arena));
    hf_hazard hazard = {.asset = 0, .level = 1, .p = 1};
    hf_simulation s = {.hazards = &hazard,
                       .hazard_count = 1,
                       .trial_count = is_full() ? 20000 : 10000,
                       .seed = 11,
                       .series_of = series_of,
                       .series_count = 2 * rows,
                       .wants_series = true};
    if (!hf_tally_init(bench.plan, &s, &bench.arena, &tally, &err) ||
        !hf_simulate_run(bench.plan, &s, NULL, NULL, &tally, &err) ||
        !hf_tally_summary(bench.plan, &s, &tally, &bench.arena, &summary, &err))
        fail_msg("%s", err.message);
    uint32_t from = is_full() ? 100 : 15;
    double count = slope(summary.series, from, rows - 1);
    double alive = slope(summary.series + rows, from, rows - 1);
    double apart = is_full() ? 0.01 : 0.03;
    print_message("# exponents %.4f and %.4f\n", count, alive);
    if (!(fabs(count - 0.3137) <= apart && fabs(alive + 0.1595) <= apart))
        fail_msg("exponents %.4f and %.4f", count, alive);
    bench_done(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_networks_collapse_where_known),
        cmocka_unit_test(more_networks_collapse_where_known),
        cmocka_unit_test(threshold_cascades_are_global_in_the_known_window),
        cmocka_unit_test(the_giant_component_has_the_known_size),
        cmocka_unit_test(directed_percolation_has_the_known_exponents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
