// SPDX-License-Identifier: Apache-2.0
//
// Measures the engine on REG(N, seed), a made-up register: four tiers with local
// dependencies, k-of-n groups, one strong component of about a third. Prints, never fails on time.
//
//     engine_bench [--assets N] [--seed S] [--threads T] [--export FILE] [--only PART]
//
// PART is cascades, lanes (W1 to W3), all (W1 to W5), W1 … W5, threads, whole or tenth; left out: cascades and lanes.
//
// --export writes the register of PART (W1: all-of-n, felt by chance; else k-of-n) as text for the peers
// and ends: a line "assets groups members", for each asset its chance of damage, for each group
// "consumer need count supplier strength supplier strength …", all suppliers of capacity 1.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/str.h"
#include "bench_lanes.h"
#include "bench_register.h"

static double seconds_since(uint64_t start_ns)
{
    return (double)(hf_clock_monotonic_ns() - start_ns) * 1e-9;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static void bench_cascades(const hf_plan *plan, double hours, uint64_t seed)
{
    enum { COUNT = 2001 };
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    static double times[COUNT];
    generator g = {seed};
    hf_engine_state *state = hf_engine_state_new(plan, &arena);
    hf_error err = {0};
    uint64_t fallen = 0, most = 0;
    double slowest = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        uint32_t source = bench_below(&g, hf_plan_facts_of(plan).asset_count);
        hf_question question = {.fail = &source, .fail_count = 1, .hours = hours};
        hf_cascade result;
        if (i == 0) // warm: the state's memory for time is made by the first question
            bench_must(hf_cascade_run(plan, &question, state, &scratch, &result, &err), &err);
        uint64_t start = hf_clock_monotonic_ns();
        bench_must(hf_cascade_run(plan, &question, state, &scratch, &result, &err), &err);
        times[i] = seconds_since(start) * 1e6;
        fallen += result.fall_count;
        most = result.fall_count > most ? result.fall_count : most;
        slowest = times[i] > slowest ? times[i] : slowest;
    }
    qsort(times, COUNT, sizeof(times[0]), by_value);
    printf("cascade, %s, %d random sources: median %.1f us, p99 %.1f us, slowest %.1f us; "
           "fallen mean %.1f, most %" PRIu64 "\n",
           hours > 0 ? "grid of 72 h" : "static", COUNT, times[COUNT / 2], times[COUNT * 99 / 100],
           slowest, (double)fallen / COUNT, most);
}

static uint64_t digest_of(const hf_ranking *ranking)
{
    uint64_t digest = 1469598103934665603u; // FNV-1a over the rows
    for (uint32_t i = 0; i < ranking->row_count; i++) {
        uint64_t words[] = {ranking->rows[i].asset, ranking->rows[i].failed_count,
                            (uint64_t)ranking->rows[i].people,
                            (uint64_t)ranking->rows[i].time.person_steps};
        for (size_t k = 0; k < HF_COUNT(words); k++)
            digest = (digest ^ words[k]) * 1099511628211u;
    }
    return digest;
}

static void bench_rank(const hf_plan *plan, double hours, uint32_t threads, uint64_t *digest)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_pool_close) hf_pool *pool = hf_pool_open(threads);
    hf_rank_question question = {.hours = hours, .by = HF_RANK_PEOPLE};
    hf_ranking ranking;
    hf_error err = {0};
    uint64_t start = hf_clock_monotonic_ns();
    bench_must(hf_rank_run(plan, &question, pool, NULL, &arena, &ranking, &err), &err);
    double seconds = seconds_since(start);
    uint64_t got = digest_of(&ranking);
    printf("rank, N-1 of all, %s, %u thread%s: %.3f s, %.3f us/source, mean failed %.2f, digest "
           "%016" PRIx64 "%s\n",
           hours > 0 ? "grid of 72 h" : "static", threads, threads == 1 ? "" : "s", seconds,
           seconds * 1e6 / ranking.row_count, ranking.mean_failed, got,
           *digest == 0     ? ""
           : *digest == got ? " (equal)"
                            : " DIFFERENT");
    *digest = got;
}

// A grid of 9,000 members in which 3,000 stations are ranked: random neighbours on a plane of cells.
static void bench_network(uint64_t seed)
{
    enum { SIDE = 95, COUNT = SIDE * SIDE, STATIONS = 3000 };
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    generator g = {seed};
    hf_engine_asset *assets = HF_NEW_N(&arena, hf_engine_asset, COUNT);
    hf_engine_layer_member *members = HF_NEW_N(&arena, hf_engine_layer_member, COUNT);
    hf_engine_link *links = HF_NEW_N(&arena, hf_engine_link, 2 * COUNT);
    uint32_t *among = HF_NEW_N(&arena, uint32_t, STATIONS);
    uint32_t link_count = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        assets[i] = (hf_engine_asset){.people = bench_below(&g, 1000), .repair_h = NAN};
        members[i] = (hf_engine_layer_member){.asset = i, .is_source = bench_below(&g, 100) < 2};
        if (i % SIDE + 1 < SIDE && bench_below(&g, 100) < 65)
            links[link_count++] = (hf_engine_link){.from = i, .to = i + 1, .is_two_way = true};
        if (i + SIDE < COUNT && bench_below(&g, 100) < 65)
            links[link_count++] = (hf_engine_link){.from = i, .to = i + SIDE, .is_two_way = true};
    }
    for (uint32_t i = 0; i < STATIONS; i++)
        among[i] = i * (COUNT / STATIONS);
    hf_engine_layer layer = {.member_count = COUNT, .link_count = link_count};
    hf_engine_input in = {.assets = assets,
                          .asset_count = COUNT,
                          .layers = &layer,
                          .layer_count = 1,
                          .layer_members = members,
                          .layer_member_count = COUNT,
                          .links = links,
                          .link_count = link_count,
                          .sector_count = 1,
                          .kind_count = 1};
    hf_plan *plan = NULL;
    hf_error err = {0};
    bench_must(hf_plan_build(&in, &arena, &plan, &err), &err);
    hf_rank_question question = {.among = among, .among_count = STATIONS, .by = HF_RANK_PEOPLE};
    hf_ranking ranking;
    uint64_t start = hf_clock_monotonic_ns();
    bench_must(hf_rank_run(plan, &question, NULL, NULL, &arena, &ranking, &err), &err);
    double seconds = seconds_since(start);
    printf("network layer, %u members, %u links: rank of %u stations %.4f s, %.2f us/source, mean "
           "failed %.2f\n",
           (unsigned)COUNT, link_count, ranking.row_count, seconds,
           seconds * 1e6 / ranking.row_count, ranking.mean_failed);
}

static void export_register(const hf_engine_input *in, uint64_t seed, const char *path)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_hazard *hazards = bench_hazards(in->asset_count, seed, &arena);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        (void)fprintf(stderr, "engine_bench: cannot write %s\n", path);
        exit(73);
    }
    (void)fprintf(file, "%u %u %u\n", in->asset_count, in->group_count, in->member_count);
    for (uint32_t a = 0; a < in->asset_count; a++)
        (void)fprintf(file, "%.9g\n", hazards[a].p);
    for (uint32_t i = 0; i < in->group_count; i++) {
        const hf_engine_group *group = &in->groups[i];
        (void)fprintf(file, "%u %" PRId64 " %u", group->consumer, group->need / 1000,
                      group->member_count);
        for (uint32_t m = 0; m < group->member_count; m++)
            (void)fprintf(file, " %u %.9g", in->members[group->first_member + m].supplier,
                          in->members[group->first_member + m].strength);
        (void)fputc('\n', file);
    }
    (void)fclose(file);
}

typedef struct {
    uint64_t assets, seed, threads;
    const char *export_path;
    const char *only; // "lanes", "cascades"; empty = both
} options;

static bool read_options(int argc, char **argv, options *o)
{
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            return false;
        hf_str value = hf_str_of(argv[i + 1]);
        if (strcmp(argv[i], "--export") == 0)
            o->export_path = argv[i + 1];
        else if (strcmp(argv[i], "--only") == 0)
            o->only = argv[i + 1];
        else if (strcmp(argv[i], "--assets") == 0    ? !hf_parse_count(value, &o->assets)
                 : strcmp(argv[i], "--seed") == 0    ? !hf_parse_count(value, &o->seed)
                 : strcmp(argv[i], "--threads") == 0 ? !hf_parse_count(value, &o->threads)
                                                     : true)
            return false;
    }
    return o->assets >= 1000 && o->assets <= 100000000;
}

static void export_assets(const options *o, bench_features features)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_engine_input in;
    bench_register((uint32_t)o->assets, o->seed, features, &in, &arena);
    export_register(&in, o->seed, o->export_path);
}

int main(int argc, char **argv)
{
    options o = {.only = "", .assets = 1000000, .seed = 1, .threads = 2};
    if (!read_options(argc, argv, &o)) {
        (void)fprintf(stderr,
                      "usage: engine_bench [--assets N] [--seed S] [--threads T] [--export FILE] "
                      "[--only PART]\n");
        return 64;
    }
    if (o.export_path != NULL) {
        bool is_first = strcmp(o.only, "W1") == 0;
        export_assets(&o, (bench_features){.needs_all = is_first, .has_chance = is_first});
        return 0;
    }
    if (strcmp(o.only, "cascades") != 0)
        bench_lanes((uint32_t)o.assets, o.seed, o.only[0] == '\0' ? "lanes" : o.only);
    if (o.only[0] != '\0' && strcmp(o.only, "cascades") != 0)
        return 0;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_arena_done) hf_arena input_arena = {0};
    hf_engine_input in;
    bench_register((uint32_t)o.assets, o.seed,
                   (bench_features){.has_buffers = true, .has_chance = true}, &in, &input_arena);
    hf_plan *plan = NULL;
    hf_error err = {0};
    uint64_t start = hf_clock_monotonic_ns();
    bench_must(hf_plan_build(&in, &arena, &plan, &err), &err);
    double seconds = seconds_since(start);
    hf_plan_facts facts = hf_plan_facts_of(plan);
    printf("REG(%u, %" PRIu64 "): %u dependencies, %u groups, largest component %.0f %%, down at "
           "start %u\n",
           facts.asset_count, o.seed, facts.member_count, facts.group_count,
           100.0 * facts.largest_component / facts.asset_count, facts.down_at_start_count);
    printf("plan: %.3f s, %.1f M dependencies/s, %.0f bytes/asset\n", seconds,
           facts.member_count / seconds * 1e-6, (double)arena.used_bytes / facts.asset_count);
    hf_arena_done(&input_arena);
    bench_cascades(plan, 0, o.seed);
    bench_cascades(plan, 72, o.seed);
    uint64_t digest = 0, digest_grid = 0;
    bench_rank(plan, 0, 1, &digest);
    bench_rank(plan, 0, (uint32_t)o.threads, &digest);
    if (facts.asset_count <= 100000)
        bench_rank(plan, 72, (uint32_t)o.threads, &digest_grid);
    bench_network(o.seed);
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        printf("peak memory: %.0f MB\n", (double)usage.ru_maxrss / 1024);
    return 0;
}
