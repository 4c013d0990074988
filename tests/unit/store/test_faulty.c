// SPDX-License-Identifier: Apache-2.0
//
// Every use of the store through a driver that fails call 1, 2, 3 … until none fails: each failure is told, and
// the store is then as before, or, where the call succeeded, as after. Nothing in between.
#include <stdio.h>

#include "store_kit.h"

static bool commit(hf_tx **tx, hf_error *err)
{
    hf_event event = {.actor = HF_STR("tester"), .action = HF_STR("test.done")};
    return hf_event_add(*tx, &event, err) && hf_tx_commit(tx, err);
}

static hf_asset make_asset(const char *key)
{
    hf_asset asset;
    hf_noun_init(&hf_noun_asset, &asset);
    asset.head.key = hf_str_of(key);
    asset.name = HF_STR("Made by a test");
    asset.kind = HF_STR("substation");
    asset.lon = 1;
    asset.lat = 2;
    return asset;
}

static bool put_one(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_asset asset = make_asset("NEW");
    hf_put_outcome outcome;
    return hf_tx_begin(store, KIT_NOW, &tx, err) &&
           hf_store_put(tx, &hf_noun_asset, &asset, HF_VERSION_ANY, &outcome, err) &&
           commit(&tx, err);
}

static bool change_one(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    void *record = NULL;
    hf_put_outcome outcome;
    if (!hf_tx_begin(store, KIT_NOW, &tx, err) ||
        !hf_store_get(hf_tx_read(tx), &hf_noun_asset, HF_STR("A"), &arena, &record, err))
        return false;
    ((hf_asset *)record)->name = HF_STR("Changed");
    ((hf_asset *)record)->lon = 7;
    ((hf_asset *)record)->lat = 8;
    return hf_store_put(tx, &hf_noun_asset, record, HF_VERSION_ANY, &outcome, err) &&
           commit(&tx, err);
}

static bool remove_with_links(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    void *record = NULL;
    uint64_t count = 0;
    return hf_tx_begin(store, KIT_NOW, &tx, err) &&
           hf_store_get(hf_tx_read(tx), &hf_noun_asset, HF_STR("A"), &arena, &record, err) &&
           hf_store_remove(tx, &hf_noun_asset, ((hf_head *)record)->row, 0, true, &count, err) &&
           commit(&tx, err);
}

static bool undo_one(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    return hf_tx_begin(store, KIT_NOW, &tx, err) &&
           hf_store_undo(tx, &hf_noun_asset, HF_STR("B"), err) && commit(&tx, err);
}

static bool undo_event(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_undo_counts counts;
    return hf_tx_begin(store, KIT_NOW, &tx, err) && hf_store_undo_event(tx, 3, &counts, err) &&
           commit(&tx, err);
}

static bool load(hf_store *store, bool is_first, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_bulk_close) hf_bulk *job = NULL;
    bool is_alone = false;
    if (!(is_first ? hf_tx_begin_first(store, KIT_NOW, &tx, &is_alone, err)
                   : hf_tx_begin(store, KIT_NOW, &tx, err)) ||
        !hf_bulk_open(tx, false, &job, err))
        return false;
    for (int i = 0; i < 6; i++) {
        char key[8];
        (void)snprintf(key, sizeof(key), "%c", 'A' + i);
        hf_asset asset = make_asset(key);
        hf_patch patch = {.noun = &hf_noun_asset, .record = &asset, .present = 0x3f};
        hf_bulk_outcome outcome;
        hf_error fault;
        if (!hf_bulk_put(job, &patch, &scratch, &outcome, &fault, err))
            return false;
    }
    if (!hf_bulk_finish(job, err))
        return false;
    hf_bulk_close(&job);
    return commit(&tx, err);
}

static bool bulk(hf_store *store, hf_error *err)
{
    return load(store, false, err);
}

static bool first_load(hf_store *store, hf_error *err)
{
    return load(store, true, err);
}

static bool work_on_a_job(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_job job;
    hf_noun_init(&hf_noun_job, &job);
    job.kind = HF_STR("import");
    return hf_tx_begin(store, KIT_NOW, &tx, err) && hf_job_add(tx, &job, &arena, err) &&
           commit(&tx, err);
}

static hf_str running, waiting; // keys of two jobs

static bool take_a_job(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_job *job = NULL;
    return hf_job_take(store, KIT_NOW, &arena, &job, err);
}

static bool finish_a_job(hf_store *store, hf_error *err)
{
    return hf_job_finish(store, KIT_NOW, running, HF_JOB_DONE, HF_STR("{}"), HF_STR_EMPTY, err);
}

static bool cancel_a_job(hf_store *store, hf_error *err)
{
    bool is_found = false, is_over = false;
    return hf_job_cancel(store, KIT_NOW, waiting, true, &is_found, &is_over, err);
}

static bool stop_a_job(hf_store *store, hf_error *err)
{
    bool is_found = false, is_over = false;
    return hf_job_cancel(store, KIT_NOW, running, true, &is_found, &is_over, err);
}

static bool hold_a_job_again(hf_store *store, hf_error *err)
{
    hf_job_standing standing;
    bool is_cancel_wanted = false;
    return hf_job_hold_again(store, KIT_NOW, running, KIT_NOW, &standing, &is_cancel_wanted, err);
}

static bool queue_jobs_again(hf_store *store, hf_error *err)
{
    uint64_t count = 0;
    return hf_job_requeue(store, KIT_NOW, &count, err);
}

static bool sign_in(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_credential credential = {
        .user_key = HF_STR("ana"), .expires_ms = KIT_NOW + 1, .secret = {{1, 2}}};
    return hf_tx_begin(store, KIT_NOW, &tx, err) && hf_credential_add(tx, &credential, err) &&
           hf_setting_set(tx, "language", HF_STR("fr"), err) && hf_tx_commit(&tx, err);
}

static bool keep_a_blob(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    char hex[65];
    return hf_tx_begin(store, KIT_NOW, &tx, err) && hf_blob_put(tx, HF_STR("bytes"), hex, err) &&
           hf_tx_commit(&tx, err);
}

static bool read_things(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    hf_query query = {.noun = &hf_noun_asset, .text = HF_STR("test"), .want_count = true};
    hf_page page;
    hf_near *near = NULL;
    hf_version *versions = NULL;
    size_t count = 0;
    char hex[65];
    return hf_read_begin(store, &read, err) && hf_store_list(read, &query, &arena, &page, err) &&
           hf_store_nearest(read, 0, 0, 100, 3, HF_STR_EMPTY, 0, &arena, &near, &count, err) &&
           hf_store_history(read, &hf_noun_asset, HF_STR("B"), &arena, &versions, &count, err) &&
           hf_read_digest(read, hex, err) && hf_scan_open(read, &hf_noun_asset, true, &scan, err) &&
           hf_scan_next(scan, &record, err);
}

// A and B with a dependency; B changed once by event 4.
static void fill(hf_kit *kit)
{
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "First", "x"));
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "B", "Second", "x"));
    (void)kit_put(kit, &hf_noun_dependency, kit_dependency(kit, "A", "B", "power"));
    hf_asset *changed = kit_get(kit, &hf_noun_asset, "B");
    changed->name = HF_STR("Second, changed");
    (void)kit_put(kit, &hf_noun_asset, changed);
}

static void a_fault_at_any_call_leaves_the_store_as_before(void **state)
{
    static const kit_case cases[] = {
        {.name = "bulk", .run = bulk},
        {.name = "undo_event", .run = undo_event},
        {.name = "remove_with_links", .run = remove_with_links},
        {.name = "put_one", .run = put_one},
        {.name = "change_one", .run = change_one},
        {.name = "undo_one", .run = undo_one},
        {.name = "work_on_a_job", .run = work_on_a_job},
        {.name = "sign_in", .run = sign_in},
        {.name = "keep_a_blob", .run = keep_a_blob},
        {.name = "read_things", .run = read_things, .changes_nothing = true}};
    static const kit_fault faults[] = {{HF_ERR_WRITE, true}, {HF_ERR_INPUT, false}};
    fill(*state);
    kit_survives(*state, cases, HF_COUNT(cases), faults, HF_COUNT(faults));
}

static void a_fault_leaves_jobs_where_they_were(void **state)
{
    static const kit_case cases[] = {
        {.name = "take_a_job", .run = take_a_job},
        {.name = "finish_a_job", .run = finish_a_job},
        {.name = "cancel_a_job", .run = cancel_a_job},
        {.name = "stop_a_job", .run = stop_a_job},
        {.name = "hold_a_job_again", .run = hold_a_job_again, .changes_nothing = true},
        {.name = "queue_jobs_again", .run = queue_jobs_again}};
    static const kit_fault faults[] = {{HF_ERR_WRITE, true}, {HF_ERR_INPUT, false}};
    hf_kit *kit = *state;
    hf_str *const keys[] = {&running, &waiting};
    uint64_t count = 0;
    hf_job *job = NULL;
    if (!kit_is_file(kit))
        skip(); // there a job is held by the connection that took it
    for (size_t i = 0; i < 2; i++) {
        MUST(kit, work_on_a_job(kit->store, &kit->err));
        MUST(kit, hf_job_take(kit->store, KIT_NOW, &kit->arena, &job, &kit->err));
        *keys[i] = job->head.key;
    }
    MUST(kit, hf_job_requeue(kit->store, KIT_NOW, &count, &kit->err));
    MUST(kit, hf_job_take(kit->store, KIT_NOW, &kit->arena, &job, &kit->err));
    assert_true(hf_str_equal(job->head.key, running));
    kit_survives(kit, cases, HF_COUNT(cases), faults, HF_COUNT(faults));
}

static void a_busy_store_at_any_call_is_left_as_before(void **state)
{
    static const kit_case cases[] = {{.name = "bulk", .run = bulk},
                                     {.name = "undo_event", .run = undo_event},
                                     {.name = "remove_with_links", .run = remove_with_links}};
    static const kit_fault busy = {HF_ERR_BUSY, false};
    fill(*state);
    kit_survives(*state, cases, HF_COUNT(cases), &busy, 1);
}

static void a_fault_at_any_call_of_a_first_load_leaves_the_register_empty(void **state)
{
    static const kit_fault faults[] = {{HF_ERR_WRITE, true}, {HF_ERR_BUSY, false}};
    static const kit_case load_first = {.name = "first_load", .run = first_load};
    kit_survives(*state, &load_first, 1, faults, HF_COUNT(faults));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_fault_at_any_call_leaves_the_store_as_before, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(
            a_fault_at_any_call_of_a_first_load_leaves_the_register_empty, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_fault_leaves_jobs_where_they_were, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_busy_store_at_any_call_is_left_as_before, kit_open,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("store faulty", tests, NULL, NULL);
}
