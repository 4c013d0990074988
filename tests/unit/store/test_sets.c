// SPDX-License-Identifier: Apache-2.0
//
// The sets and orders of what somebody may know of: that they follow every change, also after a read that failed,
// after many changes at once, and however many are asked for.
#include <stdio.h>
#include <string.h>

#include "model/region.h"
#include "store_kit.h"

static const hf_scope energy = {.kind = HF_SCOPE_SECTOR, .of = {"EN", 2}};
static const hf_sight of_energy = {.clearance = HF_TLP_RED, .scopes = &energy, .scope_count = 1};

static void put_asset(hf_kit *kit, const char *key, const char *sector, const char *source)
{
    hf_asset *asset = kit_asset(kit, key, key, "substation");
    asset->sector = hf_str_of(sector);
    asset->head.source = hf_str_of(source);
    (void)kit_put(kit, &hf_noun_asset, asset);
}

// Opens the same store through the failing driver.
static hf_store *open_faulty(hf_kit *kit, hf_fault_plan *plan)
{
    static hf_db_driver faulty;
    hf_store *store = NULL;
    const hf_store_options options = {.url = kit->path};
    faulty = hf_db_faulty;
    faulty.words = kit->driver->words;
    MUST(kit, hf_store_open_with(&faulty, plan, &options, &store, &kit->err));
    return store;
}

static bool count_known(hf_store *store, const hf_noun *noun, uint64_t *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    const hf_query query = {.noun = noun, .sight = &of_energy};
    return hf_read_begin(store, &read, err) && hf_store_count(read, &query, out, err);
}

static void a_failed_read_leaves_no_old_links_behind(void **state)
{
    hf_kit *kit = *state;
    hf_fault_plan plan = {.driver = kit->driver, .kind = HF_ERR_INPUT};
    uint64_t count = 0, failures = 0;
    put_asset(kit, "A", "EN", "x");
    put_asset(kit, "B", "EN", "x");
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "A", "B", "i0"));
    for (uint64_t call = 1; call <= 40; call++) {
        char input[8];
        hf_error err = {0};
        hf_store *store = open_faulty(kit, &plan); // anew: it is the first set that may be mistaken
        MUST(kit, count_known(store, &hf_noun_dependency, &count, &kit->err));
        assert_int_equal(count, call);
        (void)snprintf(input, sizeof(input), "i%d", (int)call);
        (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "A", "B", input));
        plan.fail_at = plan.call_count + call;
        failures += !count_known(store, &hf_noun_dependency, &count, &err);
        plan.fail_at = 0;
        MUST(kit, count_known(store, &hf_noun_dependency, &count, &kit->err));
        assert_int_equal(count, call + 1);
        hf_store_close(&store);
    }
    assert_true(failures > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_failed_read_leaves_no_old_links_behind, kit_open,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("store sets", tests, NULL, NULL);
}
