// SPDX-License-Identifier: Apache-2.0
//
// The demonstration nation as its generator makes it, without a store: what every record must keep, that
// nothing refers to something that is not there, and that the same seed gives the same nation.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/map.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "model/region.h"
#include "usecase/demo.h"

typedef struct {
    hf_arena arena;
    hf_map assets;
    hf_map provinces;            // key → place in province_people
    int64_t province_people[64]; // less those of their towns
    uint64_t province_count, town_count;
    uint64_t regions_in[4], named_in[4]; // of regions and of assets, by script
    hf_map members;
    hf_sha256_stream *hash;
    uint64_t asset_count, dependency_count, source_count, link_count, wrong;
    int64_t people;
    double west, east, south, north;
} census;

enum { LATIN, ARABIC, HAN, CYRILLIC };

// The script of the first letter.
static int script_of(hf_str name)
{
    unsigned char lead = name.len > 0 ? (unsigned char)name.ptr[0] : 0;
    return lead < 0x80 ? LATIN : lead >= 0xe4 ? HAN : lead >= 0xd8 ? ARABIC : CYRILLIC;
}

// Provinces come first; the people of a province are those of its towns.
static void count_region(census *c, const hf_region *region)
{
    uint32_t at = (uint32_t)c->province_count;
    bool is_town = hf_str_equal_z(region->level, "town");
    c->regions_in[script_of(region->name)]++;
    c->wrong += isnan(region->lon) || region->people <= 0;
    if (!is_town) {
        hf_map_set(&c->provinces, hf_str_copy(&c->arena, region->head.key), at);
        c->province_people[c->province_count++] = region->people;
        return;
    }
    c->town_count++;
    if (hf_map_get(&c->provinces, region->parent, &at))
        c->province_people[at] -= region->people;
    else
        c->wrong++;
}

static void count_dependency(census *c, const hf_dependency *d)
{
    uint32_t index = 0;
    c->dependency_count++;
    c->wrong += !hf_map_get(&c->assets, d->supplier, &index);
    c->wrong += !hf_map_get(&c->assets, d->consumer, &index);
    if (!hf_dependency_is_link(d))
        return;
    c->link_count++;
    c->wrong += !hf_map_get(&c->members, d->supplier, &index) ||
                !hf_map_get(&c->members, d->consumer, &index);
}

static bool take(void *context, const hf_noun *noun, const void *record, hf_error *err)
{
    census *c = context;
    HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(1u << 20);
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_head *head = record;
    void *copy = hf_arena_take(&scratch, noun->struct_bytes);
    for (size_t i = 0; i < noun->struct_bytes; i++)
        ((char *)copy)[i] = ((const char *)record)[i];
    c->wrong += !hf_noun_check(noun, copy, &scratch, err);
    c->wrong += !hf_str_equal_z(head->source, "DEMO");
    if (noun == &hf_noun_asset) {
        const hf_asset *asset = record;
        c->wrong += !hf_map_add(&c->assets, hf_str_copy(&c->arena, head->key), 0, NULL);
        c->asset_count++;
        c->people += asset->people_served;
        c->named_in[script_of(asset->name)]++;
        c->wrong +=
            asset->name.len == 0 || !hf_map_get(&c->provinces, asset->region, &(uint32_t){0});
        c->west = fmin(c->west, asset->lon);
        c->east = fmax(c->east, asset->lon);
        c->south = fmin(c->south, asset->lat);
        c->north = fmax(c->north, asset->lat);
    } else if (noun == &hf_noun_layer) {
        const hf_layer *member = record;
        hf_map_add(&c->members, hf_str_copy(&c->arena, member->asset), 0, NULL);
        c->source_count += member->role == HF_LAYER_SOURCE;
    } else if (noun == &hf_noun_region) {
        count_region(c, record);
    } else if (noun == &hf_noun_dependency) {
        count_dependency(c, record);
    }
    if (noun != &hf_noun_dependency && noun != &hf_noun_layer)
        c->wrong += !hf_str_starts(head->key, HF_DEMO_PREFIX);
    hf_canonical form = hf_canonical_of(noun, &scratch);
    hf_noun_write_canonical(&form, record, &line);
    hf_sha256_add(c->hash, line.ptr, line.len);
    return true;
}

static hf_sha256 count_nation(uint64_t size, uint64_t seed, census *c)
{
    hf_error err = {0};
    *c = (census){.west = 999, .east = -999, .south = 999, .north = -999};
    assert_true(hf_crypto_init(&err));
    c->assets = hf_map_of(&c->arena, size);
    c->members = hf_map_of(&c->arena, size / 10);
    c->provinces = hf_map_of(&c->arena, 64);
    c->hash = hf_sha256_open(&c->arena);
    hf_demo_sink sink = {.context = c, .put = take};
    assert_true(hf_demo_generate(size, seed, &sink, &err));
    return hf_sha256_close(c->hash);
}

static void every_record_keeps_the_rules_and_refers_to_what_is_there(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {HF_DEMO_SIZE_MIN, 1000, 10000};
    for (size_t i = 0; i < HF_COUNT(sizes); i++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            census c;
            count_nation(sizes[i], seed, &c);
            assert_int_equal(c.wrong, 0);
            assert_true(c.source_count >= 8);
            assert_true(c.link_count >= c.source_count);
            assert_true(c.dependency_count > c.asset_count);
            assert_true(c.people > 0);
            hf_arena_done(&c.arena);
        }
}

static void towns_lie_in_provinces_and_share_out_their_people(void **state)
{
    (void)state;
    census c;
    count_nation(1000, 2, &c);
    assert_int_equal(c.province_count, 8);
    assert_int_equal(c.town_count, 16);
    for (size_t i = 0; i < c.province_count; i++)
        assert_int_equal(c.province_people[i], 0);
    assert_int_equal(c.wrong, 0);
    hf_arena_done(&c.arena);
}

// The parts of the nation write differently: what people call their places is in the script of the place.
static void names_are_in_four_scripts(void **state)
{
    (void)state;
    census c;
    count_nation(1000, 1, &c);
    for (int script = LATIN; script <= CYRILLIC; script++) {
        assert_true(c.regions_in[script] >= 4); // a province and some of its towns
        assert_true(c.named_in[script] >= c.asset_count / 50);
    }
    assert_true(c.named_in[LATIN] > c.asset_count / 2);
    hf_arena_done(&c.arena);
}

static void the_size_is_about_what_was_asked_for(void **state)
{
    (void)state;
    census c;
    count_nation(10000, 1, &c);
    assert_in_range(c.asset_count, 9500, 11500);
    hf_arena_done(&c.arena);
}

static void the_island_lies_in_an_empty_part_of_the_ocean(void **state)
{
    (void)state;
    census c;
    count_nation(1000, 5, &c);
    assert_true(c.west > -132 && c.east < -124);
    assert_true(c.south > -47.5 && c.north < -41.5);
    hf_arena_done(&c.arena);
}

static void the_same_seed_gives_the_same_nation_and_another_another(void **state)
{
    (void)state;
    census a;
    census b;
    census other;
    hf_sha256 first = count_nation(1000, 7, &a);
    hf_sha256 again = count_nation(1000, 7, &b);
    hf_sha256 different = count_nation(1000, 8, &other);
    assert_memory_equal(&first, &again, sizeof(first));
    assert_memory_not_equal(&first, &different, sizeof(first));
    hf_arena_done(&a.arena);
    hf_arena_done(&b.arena);
    hf_arena_done(&other.arena);
}

static void sizes_beyond_the_bounds_are_refused(void **state)
{
    (void)state;
    hf_error err = {0};
    hf_demo_sink sink = {0};
    assert_false(hf_demo_generate(HF_DEMO_SIZE_MIN - 1, 1, &sink, &err));
    assert_string_equal(err.code, "demo.size");
    assert_false(hf_demo_generate(HF_DEMO_SIZE_MAX + 1, 1, &sink, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_keeps_the_rules_and_refers_to_what_is_there),
        cmocka_unit_test(towns_lie_in_provinces_and_share_out_their_people),
        cmocka_unit_test(names_are_in_four_scripts),
        cmocka_unit_test(the_size_is_about_what_was_asked_for),
        cmocka_unit_test(the_island_lies_in_an_empty_part_of_the_ocean),
        cmocka_unit_test(the_same_seed_gives_the_same_nation_and_another_another),
        cmocka_unit_test(sizes_beyond_the_bounds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
