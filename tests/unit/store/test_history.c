// SPDX-License-Identifier: Apache-2.0
//
// What a record was, and going back: one change, a removal, a whole import.
#include <stdio.h>

#include "store_kit.h"

static void rename_asset(hf_kit *kit, const char *key, const char *name)
{
    hf_asset *asset = kit_get(kit, &hf_noun_asset, key);
    asset->name = hf_str_of(name);
    (void)kit_put(kit, &hf_noun_asset, asset);
}

static void undo(hf_kit *kit, const hf_noun *noun, const char *key)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_undo(tx, noun, hf_str_of(key), &kit->err));
    kit_commit(kit, &tx, "record.undone");
}

static void remove_asset(hf_kit *kit, const char *key)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    uint64_t count = 0;
    hf_asset *asset = kit_get(kit, &hf_noun_asset, key);
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_remove(tx, &hf_noun_asset, asset->head.row, 0, true, &count, &kit->err));
    kit_commit(kit, &tx, "asset.removed");
}

static void lists_versions_newest_first_with_who_and_what(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_version *versions = NULL;
    size_t count = 0;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "one", "x"));
    rename_asset(kit, "A", "two");
    remove_asset(kit, "A");
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "three", "x"));
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_history(read, &hf_noun_asset, HF_STR("A"), &kit->arena, &versions, &count,
                               &kit->err));
    assert_int_equal(count, 4);
    static const hf_history_action actions[] = {HF_HISTORY_ADDED, HF_HISTORY_REMOVED,
                                                HF_HISTORY_CHANGED, HF_HISTORY_ADDED};
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(versions[i].action, actions[i]);
        assert_int_equal(versions[i].version, 4 - i);
        assert_int_equal(versions[i].event, 4 - i);
        assert_int_equal(versions[i].at_ms, KIT_NOW);
        assert_true(hf_str_equal_z(versions[i].actor, "tester"));
        assert_true(hf_str_equal_z(versions[i].source, "test.csv"));
    }
    assert_null(versions[0].before);
    assert_null(versions[1].after);
    assert_true(hf_str_equal_z(((const hf_asset *)versions[2].before)->name, "one"));
    assert_true(hf_str_equal_z(((const hf_asset *)versions[2].after)->name, "two"));
    assert_true(hf_str_equal_z(((const hf_asset *)versions[3].after)->name, "one"));
}

static void undo_of_a_change_brings_the_state_before_as_a_new_version(void **state)
{
    hf_kit *kit = *state;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "one", "x"));
    rename_asset(kit, "A", "two");
    undo(kit, &hf_noun_asset, "A");
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "A");
    assert_true(hf_str_equal_z(asset->name, "one"));
    assert_int_equal(asset->head.version, 3);
    kit_check_whole(kit);
}

static void undo_of_an_addition_removes_and_of_a_removal_brings_back(void **state)
{
    hf_kit *kit = *state;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "one", "x"));
    hf_asset *first = kit_get(kit, &hf_noun_asset, "A");
    undo(kit, &hf_noun_asset, "A");
    assert_null(kit_get(kit, &hf_noun_asset, "A"));
    undo(kit, &hf_noun_asset, "A");
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "A");
    assert_non_null(asset);
    assert_string_equal(asset->head.id, first->head.id);
    assert_int_equal(asset->head.version, 3);
    kit_check_whole(kit);
}

static void undo_of_a_removal_with_links_brings_all_back(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_undo_counts counts;
    char before[65];
    char after[65];
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "S", "s", "x"));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "C", "c", "x"));
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "S", "C", "power"));
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_read_digest(read, before, &kit->err));
    hf_read_end(&read);
    remove_asset(kit, "S");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_undo_event(tx, 4, &counts, &kit->err));
    assert_int_equal(counts.restored, 2);
    kit_commit(kit, &tx, "event.undone");
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_read_digest(read, after, &kit->err));
    hf_read_end(&read);
    assert_string_equal(before, after);
    kit_check_whole(kit);
}

static void import_two(hf_kit *kit, const char *first, const char *second)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit,
         hf_store_put(tx, &hf_noun_asset, kit_asset(kit, first, "i", "x"), 0, &outcome, &kit->err));
    MUST(kit, hf_store_put(tx, &hf_noun_asset, kit_asset(kit, second, "i", "x"), 0, &outcome,
                           &kit->err));
    MUST(kit, hf_store_put(tx, &hf_noun_dependency, kit_dependency(kit, first, second, "p"), 0,
                           &outcome, &kit->err));
    kit_commit(kit, &tx, "import.done");
}

static void undo_of_an_import_removes_what_it_added(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_undo_counts counts;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "one", "x"));
    import_two(kit, "B", "C");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_store_undo_event(tx, 2, &counts, &kit->err));
    assert_int_equal(counts.removed, 3);
    kit_commit(kit, &tx, "event.undone");
    assert_int_equal(kit_count(kit, &hf_noun_asset), 1);
    assert_int_equal(kit_count(kit, &hf_noun_dependency), 0);
    kit_check_whole(kit);
}

static void undo_of_an_import_is_refused_when_a_record_changed_since(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_undo_counts counts;
    import_two(kit, "B", "C");
    rename_asset(kit, "C", "later");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST_FAIL(kit, hf_store_undo_event(tx, 1, &counts, &kit->err), "undo.changed_since");
    assert_int_equal(kit->err.kind, HF_ERR_CONFLICT);
    MUST_FAIL(kit, hf_store_undo_event(tx, 77, &counts, &kit->err), "event.none");
}

static void undo_of_an_import_is_refused_when_its_assets_are_in_use(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_undo_counts counts;
    import_two(kit, "B", "C");
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "C", "B", "water"));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST_FAIL(kit, hf_store_undo_event(tx, 1, &counts, &kit->err), "record.in_use");
}

static void undo_keeps_the_secret_of_a_user(void **state)
{
    hf_kit *kit = *state;
    hf_user *user = hf_noun_new(&hf_noun_user, &kit->arena);
    user->head.key = HF_STR("ana");
    user->password_hash = HF_STR("$argon2id$1");
    user->role = HF_ROLE_OBSERVER;
    (void)kit_put(kit, &hf_noun_user, user);
    user = kit_get(kit, &hf_noun_user, "ana");
    user->role = HF_ROLE_ANALYST;
    (void)kit_put(kit, &hf_noun_user, user);
    undo(kit, &hf_noun_user, "ana");
    user = kit_get(kit, &hf_noun_user, "ana");
    assert_int_equal(user->role, HF_ROLE_OBSERVER);
    assert_true(hf_str_equal_z(user->password_hash, "$argon2id$1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists_versions_newest_first_with_who_and_what, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(undo_of_a_change_brings_the_state_before_as_a_new_version,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(undo_of_an_addition_removes_and_of_a_removal_brings_back,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(undo_of_a_removal_with_links_brings_all_back, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(undo_of_an_import_removes_what_it_added, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(undo_of_an_import_is_refused_when_a_record_changed_since,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(undo_of_an_import_is_refused_when_its_assets_are_in_use,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(undo_keeps_the_secret_of_a_user, kit_open, kit_close),
    };
    return cmocka_run_group_tests_name("store history", tests, NULL, NULL);
}
