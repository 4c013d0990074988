// SPDX-License-Identifier: Apache-2.0
//
// Imports: merging by key, net counts, references, dry run, large loads with indexes built at the end.
#include <stdio.h>

#include "store_kit.h"

typedef struct {
    hf_kit *kit;
    hf_tx *tx;
    hf_bulk *bulk;
    hf_arena scratch;
    hf_error fault;
} load;

static load begin(hf_kit *kit, bool is_dry_run)
{
    load made = {.kit = kit};
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &made.tx, &kit->err));
    MUST(kit, hf_bulk_open(made.tx, is_dry_run, &made.bulk, &kit->err));
    return made;
}

static void finish(load *job)
{
    MUST(job->kit, hf_bulk_finish(job->bulk, &job->kit->err));
    hf_bulk_close(&job->bulk);
    kit_commit(job->kit, &job->tx, "import.done");
    hf_arena_done(&job->scratch);
}

static void roll_back(load *job)
{
    hf_bulk_close(&job->bulk);
    hf_tx_end(&job->tx);
    hf_arena_done(&job->scratch);
}

static hf_bulk_outcome put(load *job, const hf_noun *noun, void *record, uint64_t present,
                           const char *attributes)
{
    hf_bulk_outcome outcome = HF_BULK_REFUSED;
    hf_patch patch = {
        .noun = noun, .record = record, .present = present, .has_attributes = attributes != NULL};
    ((hf_head *)record)->attributes = hf_str_of(attributes);
    MUST(job->kit,
         hf_bulk_put(job->bulk, &patch, &job->scratch, &outcome, &job->fault, &job->kit->err));
    return outcome;
}

static uint64_t bit(const hf_noun *noun, const char *name)
{
    size_t index = 0;
    assert_non_null(hf_noun_field(noun, hf_str_of(name), &index));
    return 1ull << index;
}

static hf_bulk_outcome put_asset(load *job, const char *key, const char *name)
{
    return put(job, &hf_noun_asset, kit_asset(job->kit, key, name, "substation"),
               bit(&hf_noun_asset, "key") | bit(&hf_noun_asset, "name") |
                   bit(&hf_noun_asset, "kind"),
               NULL);
}

static hf_bulk_outcome put_link(load *job, const char *supplier, const char *consumer,
                                const char *input)
{
    hf_dependency *link = hf_noun_new(&hf_noun_dependency, &job->kit->arena);
    link->supplier = hf_str_of(supplier);
    link->consumer = hf_str_of(consumer);
    link->input = hf_str_copy(&job->kit->arena, hf_str_of(input));
    return put(job, &hf_noun_dependency, link,
               bit(&hf_noun_dependency, "supplier") | bit(&hf_noun_dependency, "consumer") |
                   bit(&hf_noun_dependency, "input"),
               NULL);
}

static void check_counts(const load *job, uint64_t added, uint64_t changed, uint64_t unchanged,
                         uint64_t refused)
{
    hf_bulk_counts counts = hf_bulk_counts_of(job->bulk, NULL);
    assert_int_equal(counts.added, added);
    assert_int_equal(counts.changed, changed);
    assert_int_equal(counts.unchanged, unchanged);
    assert_int_equal(counts.refused, refused);
}

static void the_same_import_twice_changes_nothing(void **state)
{
    hf_kit *kit = *state;
    char before[65];
    char after[65];
    for (int round = 0; round < 2; round++) {
        load job = begin(kit, false);
        hf_bulk_outcome wanted = round == 0 ? HF_BULK_ADDED : HF_BULK_UNCHANGED;
        assert_int_equal(put_asset(&job, "A", "first"), wanted);
        assert_int_equal(put_asset(&job, "B", "second"), wanted);
        assert_int_equal(put_link(&job, "A", "B", "power"), wanted);
        check_counts(&job, round == 0 ? 3 : 0, 0, round == 0 ? 0 : 3, 0);
        if (round == 1) {
            roll_back(&job);
            break;
        }
        finish(&job);
        kit_fingerprint(kit, before);
    }
    kit_fingerprint(kit, after);
    assert_string_equal(before, after);
}

static void an_absent_column_stays_and_an_empty_cell_clears(void **state)
{
    hf_kit *kit = *state;
    load job = begin(kit, false);
    hf_asset *asset = kit_asset(kit, "A", "first", "port");
    asset->region = HF_STR("R1");
    (void)put(&job, &hf_noun_asset, asset, ~0ull >> (64 - hf_noun_asset.field_count),
              "{\"colour\":\"red\",\"n\":1}");
    finish(&job);
    job = begin(kit, false);
    hf_asset *change = kit_asset(kit, "A", "", "ignored");
    assert_int_equal(put(&job, &hf_noun_asset, change,
                         bit(&hf_noun_asset, "key") | bit(&hf_noun_asset, "name"),
                         "{\"colour\":null,\"size\":2}"),
                     HF_BULK_CHANGED);
    finish(&job);
    hf_asset *read = kit_get(kit, &hf_noun_asset, "A");
    assert_int_equal(read->name.len, 0);
    assert_true(hf_str_equal_z(read->kind, "port"));
    assert_true(hf_str_equal_z(read->region, "R1"));
    assert_true(hf_str_equal_z(read->head.attributes, "{\"n\":1,\"size\":2}"));
    assert_int_equal(read->head.version, 2);
}

static void unknown_assets_are_refused_by_name_and_the_rest_goes_on(void **state)
{
    hf_kit *kit = *state;
    load job = begin(kit, false);
    (void)put_asset(&job, "A", "first");
    assert_int_equal(put_link(&job, "A", "nowhere", "power"), HF_BULK_REFUSED);
    assert_string_equal(job.fault.code, "reference.unknown");
    assert_string_equal(job.fault.column, "consumer");
    assert_int_equal(put_link(&job, "A", "A", "power"), HF_BULK_REFUSED);
    assert_string_equal(job.fault.code, "dependency.self");
    check_counts(&job, 1, 0, 0, 2);
    finish(&job);
    assert_int_equal(kit_count(kit, &hf_noun_dependency), 0);
}

static void a_record_that_comes_twice_counts_by_its_net_change(void **state)
{
    hf_kit *kit = *state;
    char before[65];
    char after[65];
    load job = begin(kit, false);
    (void)put_asset(&job, "A", "node");
    assert_int_equal(put_asset(&job, "A", "source"), HF_BULK_CHANGED);
    check_counts(&job, 1, 0, 0, 0);
    finish(&job);
    kit_fingerprint(kit, before);
    job = begin(kit, false);
    assert_int_equal(put_asset(&job, "A", "node"), HF_BULK_CHANGED);
    check_counts(&job, 0, 1, 0, 0);
    assert_int_equal(put_asset(&job, "A", "source"), HF_BULK_UNCHANGED);
    check_counts(&job, 0, 0, 1, 0);
    hf_asset *row = kit_get(kit, &hf_noun_asset, "A");
    assert_int_equal(hf_bulk_last_row(job.bulk), row->head.row);
    roll_back(&job);
    kit_fingerprint(kit, after);
    assert_string_equal(before, after);
    assert_int_equal(row->head.version, 1);
}

static void a_dry_run_counts_and_stores_nothing(void **state)
{
    hf_kit *kit = *state;
    char before[65];
    char after[65];
    kit_fingerprint(kit, before);
    load job = begin(kit, true);
    (void)put_asset(&job, "A", "first");
    MUST(kit, hf_bulk_finish(job.bulk, &kit->err));
    check_counts(&job, 1, 0, 0, 0);
    roll_back(&job);
    kit_fingerprint(kit, after);
    assert_string_equal(before, after);
}

// Above the bounds from which a map is kept and indexes are built at the end.
enum { MANY = 30000 };

static void fill_many(load *job, int from, int to)
{
    for (int i = from; i < to; i++) {
        char key[32];
        char name[32];
        hf_asset asset;
        hf_noun_init(&hf_noun_asset, &asset);
        (void)snprintf(key, sizeof(key), "K%05d", (i * 7919) % MANY); // not in order
        (void)snprintf(name, sizeof(name), "Number %d", i);
        asset.head.key = hf_str_of(key);
        asset.name = hf_str_of(name);
        asset.kind = i % 2 == 0 ? HF_STR("pump") : HF_STR("port");
        asset.lon = (i % 360) - 180;
        asset.lat = (i % 180) - 90;
        assert_int_equal(put(job, &hf_noun_asset, &asset, bit(&hf_noun_asset, "name"), NULL),
                         HF_BULK_ADDED);
        hf_arena_reset(&job->scratch);
    }
}

static void link_many(load *job)
{
    for (int i = 0; i + 1 < MANY; i++) {
        char supplier[32];
        char consumer[32];
        hf_dependency link;
        hf_noun_init(&hf_noun_dependency, &link);
        (void)snprintf(supplier, sizeof(supplier), "K%05d", i);
        (void)snprintf(consumer, sizeof(consumer), "K%05d", i + 1);
        link.supplier = hf_str_of(supplier);
        link.consumer = hf_str_of(consumer);
        assert_int_equal(put(job, &hf_noun_dependency, &link, 0, NULL), HF_BULK_ADDED);
        hf_arena_reset(&job->scratch);
    }
}

static void a_large_load_has_all_its_indexes_and_the_digest_of_a_small_one(void **state)
{
    hf_kit *kit = *state;
    char kept[65];
    char computed[65];
    int64_t index_count = 0;
    load job = begin(kit, false);
    fill_many(&job, 0, MANY);
    link_many(&job);
    check_counts(&job, MANY * 2 - 1, 0, 0, 0);
    finish(&job);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_read_digest(read, kept, &kit->err));
    MUST(kit, hf_digest_compute(read, computed, &kit->err));
    assert_string_equal(kept, computed);
    const hf_noun_sql *sql = hf_noun_sql_of(kit->store, &hf_noun_asset);
    // In PostgreSQL there are two more, over the rows and over the places.
    MUST(kit, hf_conn_number(read->conn,
                             kit_is_file(kit)
                                 ? "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND "
                                   "tbl_name = 'asset'"
                                 : "SELECT count(*) - 2 FROM pg_indexes WHERE tablename = 'asset'",
                             &index_count, &kit->err));
    assert_int_equal(index_count, sql->index_count + 1);
    hf_read_end(&read);
    kit_check_whole(kit);
}

static int64_t root_of_index(hf_kit *kit, const char *column)
{
    char text[128];
    int64_t page = 0;
    (void)snprintf(text, sizeof(text), "SELECT rootpage FROM sqlite_schema WHERE name = 'asset_%s'",
                   column);
    MUST(kit, hf_conn_number(kit->store->writer, text, &page, &kit->err));
    return page;
}

// An index over a column that the first rows leave empty is not built anew, and yet holds what comes later.
static void an_index_over_nothing_stays_and_is_kept(void **state)
{
    hf_kit *kit = *state;
    if (!kit_is_file(kit)) // there, no index is taken away
        return;
    int64_t operator_page = root_of_index(kit, "operator");
    int64_t kind_page = root_of_index(kit, "kind");
    int64_t count = 0;
    load job = begin(kit, false);
    fill_many(&job, 0, MANY - 1);
    hf_asset *last = kit_asset(kit, "LAST", "x", "pump");
    last->operator_key = HF_STR("O");
    assert_int_equal(put(&job, &hf_noun_asset, last, 0, NULL), HF_BULK_ADDED);
    finish(&job);
    assert_int_equal(root_of_index(kit, "operator"), operator_page);
    assert_int_not_equal(root_of_index(kit, "kind"), kind_page);
    MUST(kit, hf_conn_number(kit->store->writer,
                             "SELECT count(*) FROM asset INDEXED BY asset_operator "
                             "WHERE operator IS NOT NULL",
                             &count, &kit->err));
    assert_int_equal(count, 1);
    kit_check_whole(kit);
}

static void the_places_of_a_large_load_can_be_changed_afterwards(void **state)
{
    hf_kit *kit = *state;
    load job = begin(kit, false);
    fill_many(&job, 0, MANY);
    finish(&job);
    for (int i = 0; i < 300; i++) {
        char key[32];
        (void)snprintf(key, sizeof(key), "K%05d", i * 50);
        hf_asset *asset = kit_get(kit, &hf_noun_asset, key);
        asset->lon = i % 3 == 0 ? (double)NAN : asset->lon / 2 + 0.125;
        asset->lat = i % 3 == 0 ? (double)NAN : asset->lat / 2;
        (void)kit_put(kit, &hf_noun_asset, asset);
    }
    hf_asset *added = kit_asset(kit, "added", "a", "x");
    added->lon = 0.5;
    added->lat = 0.5;
    (void)kit_put(kit, &hf_noun_asset, added);
    kit_check_whole(kit);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_near *near = NULL;
    size_t count = 0;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_nearest(read, 0.5, 0.5, 1, 1, HF_STR_EMPTY, 0, &kit->arena, &near, &count,
                               &kit->err));
    assert_int_equal(count, 1);
    assert_true(hf_str_equal_z(near[0].key, "added"));
}

static void a_large_import_again_is_all_unchanged(void **state)
{
    hf_kit *kit = *state;
    load job = begin(kit, false);
    fill_many(&job, 0, MANY);
    link_many(&job);
    finish(&job);
    job = begin(kit, false);
    for (int i = 0; i < MANY; i++) {
        char key[32];
        hf_asset asset;
        hf_noun_init(&hf_noun_asset, &asset);
        (void)snprintf(key, sizeof(key), "K%05d", i);
        asset.head.key = hf_str_of(key);
        assert_int_equal(put(&job, &hf_noun_asset, &asset, 0, NULL), HF_BULK_UNCHANGED);
        hf_arena_reset(&job.scratch);
    }
    assert_int_equal(put_asset(&job, "new", "one"), HF_BULK_ADDED);
    check_counts(&job, 1, 0, MANY, 0);
    finish(&job);
    assert_int_equal(kit_count(kit, &hf_noun_asset), MANY + 1);
    assert_non_null(kit_get(kit, &hf_noun_asset, "new"));
}

// Rows of a large load are written while others are read: one that comes again must be found all the same.
static void a_record_that_comes_again_in_a_large_load_is_merged(void **state)
{
    hf_kit *kit = *state;
    load job = begin(kit, false);
    for (int i = 0; i < MANY; i++) {
        char key[32];
        (void)snprintf(key, sizeof(key), "K%05d", (i * 7919) % MANY);
        fill_many(&job, i, i + 1);
        if (i % 1000 == 999)
            assert_int_equal(put_asset(&job, key, "again"), HF_BULK_CHANGED);
    }
    check_counts(&job, MANY, 0, 0, 0);
    finish(&job);
    char last[32];
    (void)snprintf(last, sizeof(last), "K%05d", ((MANY - 1) * 7919) % MANY);
    const hf_asset *merged = kit_get(kit, &hf_noun_asset, last);
    assert_true(hf_str_equal_z(merged->name, "again"));
    assert_int_equal(kit_count(kit, &hf_noun_asset), MANY);
    kit_check_whole(kit);
}

// Enough for rows to go to the thread that writes them, and for a fault to be met there.
static bool load_thousands(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_bulk_close) hf_bulk *bulk = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    if (!hf_tx_begin(store, KIT_NOW, &tx, err) || !hf_bulk_open(tx, false, &bulk, err))
        return false;
    for (int i = 0; i < 6500; i++) {
        char key[32];
        hf_asset asset;
        hf_bulk_outcome outcome = HF_BULK_REFUSED;
        hf_error fault = {0};
        hf_patch patch = {.noun = &hf_noun_asset, .record = &asset};
        hf_noun_init(&hf_noun_asset, &asset);
        (void)snprintf(key, sizeof(key), "K%05d", i);
        asset.head.key = hf_str_of(key);
        asset.name = hf_str_of(key);
        asset.kind = HF_STR("pump");
        if (!hf_bulk_put(bulk, &patch, &scratch, &outcome, &fault, err))
            return false;
        assert_int_equal(outcome, HF_BULK_ADDED);
        hf_arena_reset(&scratch);
    }
    if (!hf_bulk_finish(bulk, err))
        return false;
    hf_bulk_close(&bulk);
    hf_event event = {.actor = HF_STR("tester"), .action = HF_STR("import.done")};
    return hf_event_add(tx, &event, err) && hf_tx_commit(&tx, err);
}

static void a_fault_at_any_call_of_a_large_load_leaves_the_store_as_before(void **state)
{
    static const kit_fault full = {HF_ERR_WRITE, true};
    static const kit_case thousands = {
        .name = "load_thousands", .run = load_thousands, .stride = 97};
    kit_survives(*state, &thousands, 1, &full, 1);
}

static void plan_scans_give_rows_and_references(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *assets = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *links = NULL;
    hf_plan_asset asset;
    hf_plan_dependency link;
    bool more = false;
    load job = begin(kit, false);
    (void)put_asset(&job, "A", "first");
    (void)put_asset(&job, "B", "second");
    (void)put_link(&job, "B", "A", "power");
    finish(&job);
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_scan_open_plan(read, &hf_noun_asset, 1, INT64_MAX, &assets, &kit->err));
    MUST(kit, hf_scan_next_asset(assets, &asset, &more, &kit->err));
    assert_true(more && hf_str_equal_z(asset.key, "A"));
    assert_int_equal(asset.levels, 2);
    assert_true(isnan(asset.repair_h) && isnan(asset.lon));
    int64_t row_a = asset.row;
    MUST(kit, hf_scan_next_asset(assets, &asset, &more, &kit->err));
    MUST(kit, hf_scan_open_plan(read, &hf_noun_dependency, 1, INT64_MAX, &links, &kit->err));
    MUST(kit, hf_scan_next_dependency(links, &link, &more, &kit->err));
    assert_true(more);
    assert_int_equal(link.supplier, asset.row);
    assert_int_equal(link.consumer, row_a);
    assert_true(hf_str_equal_z(link.input, "power") && link.capacity == 1.0 &&
                isnan(link.buffer_h));
    MUST(kit, hf_scan_next_dependency(links, &link, &more, &kit->err));
    assert_false(more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_import_twice_changes_nothing, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(an_absent_column_stays_and_an_empty_cell_clears, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(unknown_assets_are_refused_by_name_and_the_rest_goes_on,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_record_that_comes_twice_counts_by_its_net_change,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_dry_run_counts_and_stores_nothing, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(
            a_large_load_has_all_its_indexes_and_the_digest_of_a_small_one, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(an_index_over_nothing_stays_and_is_kept, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(the_places_of_a_large_load_can_be_changed_afterwards,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_large_import_again_is_all_unchanged, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_record_that_comes_again_in_a_large_load_is_merged,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(
            a_fault_at_any_call_of_a_large_load_leaves_the_store_as_before, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(plan_scans_give_rows_and_references, kit_open, kit_close),
    };
    return cmocka_run_group_tests_name("store bulk", tests, NULL, NULL);
}
