// SPDX-License-Identifier: Apache-2.0
//
// Single records through the door: put, get, remove, versions, references.
#include <stdio.h>
#include <string.h>

#include "store_kit.h"

static void keeps_every_field_of_an_asset(void **state)
{
    hf_kit *kit = *state;
    hf_asset *asset = kit_asset(kit, "PP-1", "Power plant", "power_plant");
    asset->sector = HF_STR("EN01");
    asset->lon = -9.5;
    asset->lat = 38.25;
    asset->people_served = 1234567890123;
    asset->capacity = 0.1;
    asset->repair_law = HF_ASSET_REPAIR_WEIBULL;
    asset->season = HF_STR("06 07");
    asset->crowd_by_hour = HF_STR("[1,2]");
    asset->head.attributes = HF_STR("{\"colour\":\"red\"}");
    assert_int_equal(kit_put(kit, &hf_noun_asset, asset), HF_PUT_ADDED);
    hf_asset *read = kit_get(kit, &hf_noun_asset, "PP-1");
    assert_non_null(read);
    for (size_t i = 0; i < hf_noun_asset.field_count; i++)
        assert_true(hf_field_equal(&hf_noun_asset.fields[i], asset, read));
    assert_true(hf_str_equal(asset->head.attributes, read->head.attributes));
    assert_int_equal(read->head.version, 1);
    assert_int_equal(read->head.created_ms, KIT_NOW);
    assert_int_equal(read->head.added_event, 1);
    assert_int_equal(strlen(read->head.id), 36);
}

static void finds_a_record_by_its_id(void **state)
{
    hf_kit *kit = *state;
    hf_asset *asset = kit_asset(kit, "A", "a", "x");
    (void)kit_put(kit, &hf_noun_asset, asset);
    asset = kit_get(kit, &hf_noun_asset, "A");
    hf_asset *found = kit_get(kit, &hf_noun_asset, asset->head.id);
    assert_non_null(found);
    assert_true(hf_str_equal_z(found->head.key, "A"));
    char other[37];
    hf_uuid7(KIT_NOW, other);
    assert_null(kit_get(kit, &hf_noun_asset, other));
}

static void refuses_a_second_record_with_the_same_key(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST_FAIL(
        kit,
        hf_store_put(tx, &hf_noun_asset, kit_asset(kit, "A", "b", "x"), 0, &outcome, &kit->err),
        "record.exists");
    assert_int_equal(kit->err.kind, HF_ERR_CONFLICT);
}

static void counts_versions_and_refuses_a_stale_one(void **state)
{
    hf_kit *kit = *state;
    hf_put_outcome outcome;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "A");
    asset->name = HF_STR("b");
    assert_int_equal(kit_put(kit, &hf_noun_asset, asset), HF_PUT_CHANGED);
    assert_int_equal(asset->head.version, 2);
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    asset->name = HF_STR("c");
    MUST_FAIL(kit, hf_store_put(tx, &hf_noun_asset, asset, 1, &outcome, &kit->err), "record.stale");
    assert_int_equal(kit->err.kind, HF_ERR_STALE);
    MUST(kit, hf_store_put(tx, &hf_noun_asset, asset, 2, &outcome, &kit->err));
}

static void an_equal_put_changes_nothing(void **state)
{
    hf_kit *kit = *state;
    char before[65];
    char after[65];
    hf_put_outcome outcome;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    kit_fingerprint(kit, before);
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "A");
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW + 1, &tx, &kit->err));
    MUST(kit, hf_store_put(tx, &hf_noun_asset, asset, 0, &outcome, &kit->err));
    assert_int_equal(outcome, HF_PUT_UNCHANGED);
    MUST(kit, hf_tx_commit(&tx, &kit->err)); // needs no event
    kit_fingerprint(kit, after);
    assert_string_equal(before, after);
}

static void refuses_to_commit_changes_without_an_event(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit,
         hf_store_put(tx, &hf_noun_asset, kit_asset(kit, "A", "a", "x"), 0, &outcome, &kit->err));
    MUST_FAIL(kit, hf_tx_commit(&tx, &kit->err), "store.event_missing");
    assert_null(tx);
    assert_null(kit_get(kit, &hf_noun_asset, "A"));
}

static void a_dependency_keeps_its_assets_by_row_and_gives_their_keys(void **state)
{
    hf_kit *kit = *state;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "S", "s", "x"));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "C", "c", "x"));
    hf_dependency *given = kit_dependency(kit, "S", "C", "power");
    (void)kit_put(kit, &hf_noun_dependency, given);
    hf_dependency *read = kit_get(kit, &hf_noun_dependency, "C/power/S/physical");
    assert_non_null(read);
    assert_true(hf_str_equal_z(read->supplier, "S"));
    assert_true(hf_str_equal_z(read->consumer, "C"));
}

static void refuses_a_dependency_on_an_unknown_asset(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "S", "s", "x"));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST_FAIL(kit,
              hf_store_put(tx, &hf_noun_dependency, kit_dependency(kit, "S", "nowhere", ""), 0,
                           &outcome, &kit->err),
              "reference.unknown");
    assert_string_equal(kit->err.column, "consumer");
}

static void an_asset_in_use_is_removed_only_with_its_links(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    uint64_t count = 0;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "S", "s", "x"));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "C", "c", "x"));
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "S", "C", "power"));
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "S");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST_FAIL(kit,
              hf_store_remove(tx, &hf_noun_asset, asset->head.row, 0, false, &count, &kit->err),
              "record.in_use");
    MUST(kit, hf_store_remove(tx, &hf_noun_asset, asset->head.row, 0, true, &count, &kit->err));
    assert_int_equal(count, 2);
    kit_commit(kit, &tx, "asset.removed");
    assert_null(kit_get(kit, &hf_noun_asset, "S"));
    assert_int_equal(kit_count(kit, &hf_noun_dependency), 0);
    kit_check_whole(kit);
}

static void removes_all_records_whose_keys_begin_alike(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    uint64_t count = 0;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "DEMO-1", "s", "x"));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "DEMO-2", "s", "x"));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "DEMP", "c", "x"));
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "DEMO-1", "DEMO-2", "power"));
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "DEMO-1", "DEMP", "power"));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_remove_prefix(tx, HF_STR("DEMO-"), &count, &kit->err));
    kit_commit(kit, &tx, "demo.removed");
    assert_int_equal(count, 4);
    assert_int_equal(kit_count(kit, &hf_noun_asset), 1);
    assert_int_equal(kit_count(kit, &hf_noun_dependency), 0);
}

static void read_only_fields_alone_make_no_version(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    hf_user *user = hf_noun_new(&hf_noun_user, &kit->arena);
    user->head.key = HF_STR("ana");
    user->password_hash = HF_STR("$argon2id$1");
    (void)kit_put(kit, &hf_noun_user, user);
    user->password_hash = HF_STR("$argon2id$2");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_put(tx, &hf_noun_user, user, 1, &outcome, &kit->err));
    MUST(kit, hf_tx_commit(&tx, &kit->err));
    hf_user *read = kit_get(kit, &hf_noun_user, "ana");
    assert_true(hf_str_equal_z(read->password_hash, "$argon2id$2"));
    assert_int_equal(read->head.version, 1);
}

static void a_record_that_comes_back_has_its_id_and_the_next_version(void **state)
{
    hf_kit *kit = *state;
    uint64_t count = 0;
    hf_asset *asset = kit_asset(kit, "A", "a", "x");
    (void)kit_put(kit, &hf_noun_asset, asset);
    asset = kit_get(kit, &hf_noun_asset, "A");
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW + 5, &tx, &kit->err));
    MUST(kit, hf_store_remove(tx, &hf_noun_asset, asset->head.row, 1, false, &count, &kit->err));
    kit_commit(kit, &tx, "asset.removed");
    hf_asset *again = kit_asset(kit, "A", "new", "x");
    (void)kit_put(kit, &hf_noun_asset, again);
    again = kit_get(kit, &hf_noun_asset, "A");
    assert_int_equal(again->head.version, 3);
    assert_string_equal(again->head.id, asset->head.id);
    assert_int_equal(again->head.row, asset->head.row);
}

static void reads_see_what_was_there_when_they_began(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    MUST(kit, hf_store_get(read, &hf_noun_asset, HF_STR("A"), &kit->arena, &record, &kit->err));
    assert_null(record);
    assert_int_equal(hf_read_count(read, &hf_noun_asset), 0);
    assert_non_null(kit_get(kit, &hf_noun_asset, "A"));
}

static void the_data_version_grows_with_register_changes_only(void **state)
{
    hf_kit *kit = *state;
    int64_t seen[3];
    hf_user *user = hf_noun_new(&hf_noun_user, &kit->arena);
    user->head.key = HF_STR("ana");
    for (int i = 0; i < 3; i++) {
        HF_CLEANUP(hf_read_end) hf_read *read = NULL;
        MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
        seen[i] = hf_read_data_version(read);
        hf_read_end(&read);
        if (i == 0)
            (void)kit_put(kit, &hf_noun_user, user);
        if (i == 1)
            (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "a", "x"));
    }
    assert_int_equal(seen[0], seen[1]);
    assert_int_equal(seen[2], seen[1] + 1);
}

// A choice that came later: what was there before has the one that a new record has, in its row and its hash alike.
static void a_choice_that_a_store_gains_is_made_for_what_is_in_it(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    char before[65], after[65];
    int64_t count = 0;
    for (int i = 0; i < 3; i++) {
        char key[16];
        (void)snprintf(key, sizeof(key), "A%d", i);
        (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, key, "Dam", "dam"));
    }
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_read_digest(read, before, &kit->err));
    hf_read_end(&read);
    MUST(kit, hf_conn_run(kit->store->writer,
                          "ALTER TABLE asset DROP COLUMN repair_law; UPDATE asset SET _hash = NULL;"
                          "UPDATE state SET value = 'old' WHERE name IN ('nouns', 'digest')",
                          &kit->err));
    // As a copy: an older database is brought up to date only by who says that one is kept.
    const hf_store_options options = {.url = kit->path, .is_copy = true};
    hf_store_close(&kit->store);
    MUST(kit, hf_store_open(&options, &kit->store, &kit->err));
    MUST(kit,
         hf_conn_number(kit->store->writer, "SELECT count(*) FROM asset WHERE repair_law IS NULL",
                        &count, &kit->err));
    assert_int_equal(count, 0);
    const hf_asset *asset = kit_get(kit, &hf_noun_asset, "A1");
    assert_int_equal(asset->repair_law, kit_asset(kit, "B", "Lock", "lock")->repair_law);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_read_digest(read, after, &kit->err));
    assert_string_equal(after, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_choice_that_a_store_gains_is_made_for_what_is_in_it,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(keeps_every_field_of_an_asset, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(finds_a_record_by_its_id, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(refuses_a_second_record_with_the_same_key, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(counts_versions_and_refuses_a_stale_one, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(an_equal_put_changes_nothing, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(refuses_to_commit_changes_without_an_event, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_dependency_keeps_its_assets_by_row_and_gives_their_keys,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(refuses_a_dependency_on_an_unknown_asset, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(an_asset_in_use_is_removed_only_with_its_links, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(removes_all_records_whose_keys_begin_alike, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(read_only_fields_alone_make_no_version, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_record_that_comes_back_has_its_id_and_the_next_version,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(reads_see_what_was_there_when_they_began, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(the_data_version_grows_with_register_changes_only, kit_open,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("store put", tests, NULL, NULL);
}
