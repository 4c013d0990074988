// SPDX-License-Identifier: Apache-2.0
//
// Measures the store: loading assets and dependencies, asking for pages, search and scans. Prints figures,
// judges nothing. store_bench FILE [ASSETS [DEPENDENCIES-PER-ASSET]]; FILE must not exist.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "store/store_bulk.h"
#include "store/store_system.h"

static hf_error err;

static void must(bool is_done, const char *what)
{
    if (is_done)
        return;
    (void)fprintf(stderr, "%s: %s: %s\n", what, err.code, err.message);
    exit(70);
}

static double seconds(void)
{
    return (double)hf_clock_monotonic_ns() / 1e9;
}

static double say(const char *what, double since, uint64_t count)
{
    struct rusage usage;
    double now = seconds();
    (void)getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    (void)printf("%-34s %8.2f s  %9.0f/s  processor so far %7.2f s  peak %5ld MB\n", what,
                 now - since, count > 0 ? (double)count / (now - since) : 0.0, cpu,
                 usage.ru_maxrss / 1024);
    (void)fflush(stdout);
    return now;
}

static uint64_t random_state = 88172645463325252u;
static uint64_t random_below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

static const char *const kinds[] = {"power_plant", "substation", "hospital", "water_works",
                                    "cell_site",   "pump",       "airport",  "port",
                                    "bank",        "school"};
static const char *const sectors[] = {"EN01", "EN01", "HE01", "WA01", "IC01",
                                      "WA02", "TR01", "TR02", "FI01", "ED01"};

static uint64_t present_of(const hf_noun *noun, const char *const *names, size_t count)
{
    uint64_t present = 0;
    for (size_t i = 0; i < count; i++) {
        size_t index = 0;
        if (hf_noun_field(noun, hf_str_of(names[i]), &index) != NULL)
            present |= 1ull << index;
    }
    return present;
}

static void put(hf_bulk *bulk, const hf_patch *patch, hf_arena *scratch, uint64_t *outcomes)
{
    hf_bulk_outcome outcome = HF_BULK_REFUSED;
    hf_error fault;
    must(hf_bulk_put(bulk, patch, scratch, &outcome, &fault, &err), "put");
    outcomes[outcome]++;
    if (outcome == HF_BULK_REFUSED && outcomes[outcome] < 3)
        (void)fprintf(stderr, "refused: %s\n", fault.message);
    hf_arena_reset(scratch);
}

static void put_assets(hf_bulk *bulk, uint64_t count, uint64_t *outcomes)
{
    static const char *const names[] = {"key",           "name",     "kind",   "sector",
                                        "lon",           "lat",      "region", "operator",
                                        "people_served", "repair_h", "source"};
    uint64_t present = present_of(&hf_noun_asset, names, HF_COUNT(names));
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_asset asset;
    hf_noun_init(&hf_noun_asset, &asset);
    for (uint64_t i = 0; i < count; i++) {
        char key[32], name[64], region[16], owner[16];
        uint64_t kind = random_below(HF_COUNT(kinds));
        (void)snprintf(key, sizeof(key), "A-%07" PRIu64, i);
        (void)snprintf(name, sizeof(name), "Site %" PRIu64 " of %s", i, kinds[kind]);
        (void)snprintf(region, sizeof(region), "R%02" PRIu64, random_below(40));
        (void)snprintf(owner, sizeof(owner), "ORG-%03" PRIu64, random_below(500));
        asset.head.key = hf_str_of(key);
        asset.head.source = HF_STR("assets.csv");
        asset.name = hf_str_of(name);
        asset.kind = hf_str_of(kinds[kind]);
        asset.sector = hf_str_of(sectors[kind]);
        asset.lon = -20.0 + (double)random_below(1000000) / 50000.0;
        asset.lat = 10.0 + (double)random_below(1000000) / 50000.0;
        asset.region = hf_str_of(region);
        asset.operator_key = hf_str_of(owner);
        asset.people_served = (int64_t)random_below(100000);
        asset.repair_h = 24;
        hf_patch patch = {.noun = &hf_noun_asset, .record = &asset, .present = present};
        put(bulk, &patch, &scratch, outcomes);
    }
}

static void put_dependencies(hf_bulk *bulk, uint64_t assets, uint64_t each, uint64_t *outcomes)
{
    static const char *const inputs[] = {"power", "water", "telecom", "fuel"};
    static const char *const names[] = {"key",  "supplier", "consumer", "input",
                                        "need", "buffer_h", "source"};
    uint64_t present = present_of(&hf_noun_dependency, names, HF_COUNT(names));
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_dependency link;
    hf_noun_init(&hf_noun_dependency, &link);
    for (uint64_t i = 0; i < assets; i++)
        for (uint64_t k = 0; k < each; k++) {
            char supplier[32], consumer[32];
            (void)snprintf(consumer, sizeof(consumer), "A-%07" PRIu64, i);
            (void)snprintf(supplier, sizeof(supplier), "A-%07" PRIu64,
                           (i + 1 + random_below(assets - 1)) % assets);
            link.head.key = HF_STR_EMPTY;
            link.head.source = HF_STR("dependencies.csv");
            link.supplier = hf_str_of(supplier);
            link.consumer = hf_str_of(consumer);
            link.input = hf_str_of(inputs[k % HF_COUNT(inputs)]);
            link.need = HF_STR("any");
            link.buffer_h = 4;
            hf_patch patch = {.noun = &hf_noun_dependency, .record = &link, .present = present};
            put(bulk, &patch, &scratch, outcomes);
        }
}

static void load(hf_store *store, uint64_t assets, uint64_t each)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_bulk_close) hf_bulk *bulk = NULL;
    hf_event event = {.actor = HF_STR("bench"), .action = HF_STR("import.done")};
    uint64_t outcomes[4] = {0};
    double start = seconds();
    random_state = 88172645463325252u;
    must(hf_tx_begin(store, 1, &tx, &err) && hf_bulk_open(tx, false, &bulk, &err), "begin");
    put_assets(bulk, assets, outcomes);
    double now = say("  assets put", start, assets);
    put_dependencies(bulk, assets, each, outcomes);
    now = say("  dependencies put", now, assets * each);
    must(hf_bulk_finish(bulk, &err), "finish");
    hf_bulk_close(&bulk);
    now = say("  indexes, search, places, digest", now, 0);
    must(hf_event_add(tx, &event, &err) && hf_tx_commit(&tx, &err), "commit");
    (void)say("  commit", now, 0);
    (void)say("import in all", start, assets * (each + 1));
    (void)printf("  added %" PRIu64 " changed %" PRIu64 " unchanged %" PRIu64 " refused %" PRIu64
                 "\n",
                 outcomes[0], outcomes[1], outcomes[2], outcomes[3]);
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void ask(hf_store *store, const char *what, hf_query *query, const char *const *words,
                size_t word_count)
{
    enum { ROUNDS = 60 };
    double took[ROUNDS];
    size_t found = 0;
    for (int i = 0; i < ROUNDS; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
        HF_CLEANUP(hf_read_end) hf_read *read = NULL;
        hf_page page = {0};
        double start = seconds();
        if (word_count > 0)
            query->text = hf_str_of(words[(size_t)i % word_count]);
        must(hf_read_begin(store, &read, &err) && hf_store_list(read, query, &arena, &page, &err),
             what);
        took[i] = (seconds() - start) * 1000.0;
        found = page.count;
    }
    qsort(took, ROUNDS, sizeof(took[0]), by_value);
    (void)printf("%-44s p50 %7.2f ms  p99 %7.2f ms  (%zu rows)\n", what, took[ROUNDS / 2],
                 took[ROUNDS - 1], found);
    (void)fflush(stdout);
}

static void ask_all(hf_store *store)
{
    static const char *const words[] = {"site 12345", "hospital 77", "pow",
                                        "si",         "A-0000042",   "0001"};
    const hf_noun *noun = &hf_noun_asset;
    const hf_field *kind = hf_noun_field(noun, HF_STR("kind"), NULL);
    const hf_field *region = hf_noun_field(noun, HF_STR("region"), NULL);
    const hf_field *owner = hf_noun_field(noun, HF_STR("operator"), NULL);
    const hf_field *people = hf_noun_field(noun, HF_STR("people_served"), NULL);
    hf_filter filters[] = {{kind, HF_IS, HF_STR("hospital")},
                           {region, HF_IS, HF_STR("R07")},
                           {owner, HF_IS, HF_STR("ORG-123")}};
    hf_query plain = {.noun = noun, .want_count = true};
    hf_query one = {.noun = noun, .filters = filters, .filter_count = 1, .want_count = true};
    hf_query three = {.noun = noun, .filters = filters, .filter_count = 3, .want_count = true};
    hf_query sorted = {.noun = noun, .sort = people, .descending = true, .want_count = true};
    hf_query both = {.noun = noun,
                     .filters = filters,
                     .filter_count = 2,
                     .sort = people,
                     .descending = true,
                     .want_count = true};
    hf_query box = {.noun = noun,
                    .has_box = true,
                    .west = -10,
                    .south = 20,
                    .east = -9.5,
                    .north = 20.5,
                    .want_count = true};
    hf_query deep = {.noun = noun, .offset = 500000};
    hf_query text = {.noun = noun, .want_count = true};
    hf_query links = {.noun = &hf_noun_dependency, .want_count = true};
    hf_filter of_one[] = {
        {hf_noun_field(&hf_noun_dependency, HF_STR("supplier"), NULL), HF_IS, HF_STR("A-0004711")}};
    hf_query of_asset = {
        .noun = &hf_noun_dependency, .filters = of_one, .filter_count = 1, .want_count = true};
    ask(store, "list", &plain, NULL, 0);
    ask(store, "list, one filter", &one, NULL, 0);
    ask(store, "list, three filters", &three, NULL, 0);
    ask(store, "list by people", &sorted, NULL, 0);
    ask(store, "list, two filters, by people", &both, NULL, 0);
    ask(store, "list in a box", &box, NULL, 0);
    ask(store, "list from the middle", &deep, NULL, 0);
    ask(store, "search", &text, words, HF_COUNT(words));
    ask(store, "dependencies", &links, NULL, 0);
    ask(store, "dependencies of one supplier", &of_asset, NULL, 0);
}

static void scan(hf_store *store)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *assets = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *links = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    char digest[65];
    hf_plan_asset asset;
    hf_plan_dependency link;
    hf_point *points = NULL;
    size_t point_count = 0;
    uint64_t count = 0;
    bool more = true;
    double now = seconds();
    must(hf_read_begin(store, &read, &err), "read");
    must(hf_scan_open_plan(read, &hf_noun_asset, 1, INT64_MAX, &assets, &err), "scan");
    for (; more; count++)
        must(hf_scan_next_asset(assets, &asset, &more, &err), "scan");
    now = say("plan scan of assets", now, count);
    must(hf_scan_open_plan(read, &hf_noun_dependency, 1, INT64_MAX, &links, &err), "scan");
    more = true;
    for (count = 0; more; count++)
        must(hf_scan_next_dependency(links, &link, &more, &err), "scan");
    now = say("plan scan of dependencies", now, count);
    must(hf_store_points(read, &arena, &points, &point_count, &err), "points");
    now = say("points of the map", now, point_count);
    must(hf_read_digest(read, digest, &err), "digest");
    (void)say("digest (kept)", now, 0);
}

int main(int argc, char **argv)
{
    HF_CLEANUP(hf_store_close) hf_store *store = NULL;
    uint64_t assets = 1000000;
    uint64_t each = 4;
    if (argc < 2 || (argc > 2 && !hf_parse_count(hf_str_of(argv[2]), &assets)) ||
        (argc > 3 && !hf_parse_count(hf_str_of(argv[3]), &each)) || assets < 2) {
        (void)fprintf(stderr, "store_bench FILE [ASSETS [DEPENDENCIES-PER-ASSET]]\n");
        return 64;
    }
    hf_store_options options = {.url = argv[1], .create = true};
    must(hf_store_open(&options, &store, &err), "open");
    load(store, assets, each);
    scan(store);
    ask_all(store);
    (void)printf("the same import again\n");
    load(store, assets, each);
    return 0;
}
