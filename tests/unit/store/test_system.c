// SPDX-License-Identifier: Apache-2.0
//
// The platform's own things: event log, jobs, credentials, settings, blobs.
#include "store_kit.h"

static void add_event(hf_kit *kit, const char *action, const char *detail)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_event event = {
        .actor = HF_STR("ana"), .action = hf_str_of(action), .detail = hf_str_of(detail)};
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_event_add(tx, &event, &kit->err));
    MUST(kit, hf_tx_commit(&tx, &kit->err));
}

static int64_t broken_at(hf_kit *kit, uint64_t *checked)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    int64_t broken = -1;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_event_verify(read, &broken, checked, &kit->err));
    return broken;
}

static void run_sql(hf_kit *kit, const char *sql)
{
    MUST(kit, hf_conn_run(kit->store->writer, sql, &kit->err));
}

static void the_log_is_numbered_without_gaps_and_its_chain_holds(void **state)
{
    hf_kit *kit = *state;
    uint64_t checked = 0;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    add_event(kit, "one", "{\"b\":1,\"a\":[2]}");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    assert_int_equal(hf_event_next(tx), 2);
    hf_event lost = {.action = HF_STR("rolled.back")};
    MUST(kit, hf_event_add(tx, &lost, &kit->err));
    hf_tx_end(&tx);
    add_event(kit, "two", NULL);
    add_event(kit, "three", NULL);
    assert_int_equal(broken_at(kit, &checked), 0);
    assert_int_equal(checked, 3);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_event *events = NULL;
    size_t count = 0;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_event_follow(read, 1, 10, &kit->arena, &events, &count, &kit->err));
    assert_int_equal(count, 2);
    assert_int_equal(events[0].sequence, 2);
    assert_true(hf_str_equal_z(events[0].action, "two"));
    assert_int_equal(events[0].at, KIT_NOW);
}

static void a_changed_or_missing_line_of_the_log_shows(void **state)
{
    hf_kit *kit = *state;
    uint64_t checked = 0;
    add_event(kit, "one", NULL);
    add_event(kit, "two", NULL);
    add_event(kit, "three", NULL);
    run_sql(kit, "UPDATE event SET actor = 'eve' WHERE row = 2");
    assert_int_equal(broken_at(kit, &checked), 2);
    run_sql(kit, "UPDATE event SET actor = 'ana' WHERE row = 2");
    assert_int_equal(broken_at(kit, &checked), 0);
    run_sql(kit, "DELETE FROM event WHERE row = 2");
    assert_int_equal(broken_at(kit, &checked), 2);
}

static void a_clock_that_is_set_back_breaks_nothing(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_put_outcome outcome;
    uint64_t checked = 0;
    hf_version *versions = NULL;
    size_t count = 0;
    const int64_t before = KIT_NOW - 86400000;
    (void)kit_put(kit, &hf_noun_asset, kit_asset(kit, "A", "first", "x"));
    hf_asset *asset = kit_get(kit, &hf_noun_asset, "A");
    asset->name = HF_STR("second");
    MUST(kit, hf_tx_begin(kit->store, before, &tx, &kit->err));
    MUST(kit, hf_store_put(tx, &hf_noun_asset, asset, asset->head.version, &outcome, &kit->err));
    kit_commit(kit, &tx, "asset.changed");
    MUST(kit, hf_tx_begin(kit->store, before, &tx, &kit->err));
    MUST(kit, hf_store_put(tx, &hf_noun_asset, kit_asset(kit, "B", "b", "x"), HF_VERSION_ANY,
                           &outcome, &kit->err));
    kit_commit(kit, &tx, "asset.added");
    assert_int_equal(broken_at(kit, &checked), 0);
    assert_int_equal(checked, 3);
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_store_history(read, &hf_noun_asset, HF_STR("A"), &kit->arena, &versions, &count,
                               &kit->err));
    assert_int_equal(count, 2); // in the order of what happened, not of the clock
    assert_true(hf_str_equal_z(((const hf_asset *)versions[0].after)->name, "second"));
    assert_int_equal(versions[0].at_ms, before);
    hf_read_end(&read);
    asset = kit_get(kit, &hf_noun_asset, "A");
    assert_int_equal(asset->head.version, 2);
    assert_int_equal(asset->head.created_ms, KIT_NOW);
    assert_ptr_not_equal(kit_get(kit, &hf_noun_asset, asset->head.id), NULL);
    const hf_asset *other = kit_get(kit, &hf_noun_asset, "B");
    assert_string_not_equal(other->head.id, asset->head.id);
    MUST(kit, hf_tx_begin(kit->store, before, &tx, &kit->err));
    MUST(kit, hf_store_undo(tx, &hf_noun_asset, HF_STR("A"), &kit->err));
    kit_commit(kit, &tx, "asset.undone");
    assert_true(hf_str_equal_z(((hf_asset *)kit_get(kit, &hf_noun_asset, "A"))->name, "first"));
    kit_check_whole(kit);
}

static hf_str add_job(hf_kit *kit, const char *kind)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_job *job = hf_noun_new(&hf_noun_job, &kit->arena);
    job->kind = hf_str_of(kind);
    job->request = HF_STR("{\"x\":1}");
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_job_add(tx, job, &kit->arena, &kit->err));
    MUST(kit, hf_tx_commit(&tx, &kit->err));
    return job->head.key;
}

static hf_job *take(hf_kit *kit)
{
    hf_job *job = NULL;
    MUST(kit, hf_job_take(kit->store, KIT_NOW + 1, &kit->arena, &job, &kit->err));
    return job;
}

static hf_job *job_of(hf_kit *kit, hf_str key)
{
    return kit_get(kit, &hf_noun_job, hf_str_z(&kit->arena, key));
}

static void jobs_are_taken_in_order_and_finished(void **state)
{
    hf_kit *kit = *state;
    hf_str first = add_job(kit, "import");
    hf_str second = add_job(kit, "rank");
    hf_job *job = take(kit);
    assert_true(hf_str_equal(job->head.key, first));
    assert_int_equal(job->state, HF_JOB_RUNNING);
    assert_int_equal(job->started_at, KIT_NOW + 1);
    assert_true(hf_str_equal(take(kit)->head.key, second));
    assert_null(take(kit));
    MUST(kit, hf_job_finish(kit->store, KIT_NOW + 3, first, HF_JOB_DONE, HF_STR("{\"added\":1}"),
                            HF_STR_EMPTY, &kit->err));
    assert_int_equal(job_of(kit, first)->state, HF_JOB_DONE);
    assert_true(hf_str_equal_z(job_of(kit, first)->result, "{\"added\":1}"));
    // Who did not hear that it was stored says it again.
    MUST(kit, hf_job_finish(kit->store, KIT_NOW + 3, first, HF_JOB_DONE, HF_STR("{\"added\":1}"),
                            HF_STR_EMPTY, &kit->err));
    MUST_FAIL(kit,
              hf_job_finish(kit->store, KIT_NOW + 3, first, HF_JOB_FAILED, HF_STR_EMPTY,
                            HF_STR_EMPTY, &kit->err),
              "record.gone");
    hf_error_clear(&kit->err);
    MUST_FAIL(kit,
              hf_job_finish(kit->store, 1, HF_STR("no"), HF_JOB_DONE, HF_STR_EMPTY, HF_STR_EMPTY,
                            &kit->err),
              "record.gone");
}

static void a_restart_queues_running_jobs_again_unless_they_shall_be_cancelled(void **state)
{
    hf_kit *kit = *state;
    uint64_t count = 0;
    bool is_wanted = false;
    hf_job_standing standing = HF_JOB_IS_OVER;
    bool is_found = false, is_over = false;
    hf_str first = add_job(kit, "import");
    hf_str second = add_job(kit, "rank");
    hf_str third = add_job(kit, "demo");
    (void)take(kit);
    (void)take(kit);
    MUST(kit, hf_job_cancel(kit->store, KIT_NOW, second, true, &is_found, &is_over, &kit->err));
    assert_true(is_found);
    assert_false(is_over); // its worker has what belongs to it
    MUST(kit, hf_job_look(kit->store, second, KIT_NOW + 1, &standing, &is_wanted, &kit->err));
    assert_true(is_wanted && standing == HF_JOB_IS_OURS);
    MUST(kit, hf_job_look(kit->store, first, KIT_NOW + 1, &standing, &is_wanted, &kit->err));
    assert_false(is_wanted);
    MUST(kit, hf_job_look(kit->store, first, KIT_NOW, &standing, &is_wanted, &kit->err));
    assert_int_equal(standing, HF_JOB_IS_ELSEWHERE); // who has it took it at another time
    MUST(kit, hf_job_cancel(kit->store, KIT_NOW, third, true, &is_found, &is_over, &kit->err));
    assert_true(is_over); // queued: at once
    assert_int_equal(job_of(kit, third)->state, HF_JOB_CANCELLED);
    MUST(kit, hf_job_cancel(kit->store, KIT_NOW, third, true, &is_found, &is_over, &kit->err));
    assert_false(is_found);
    kit_reopen(kit);
    MUST(kit, hf_job_requeue(kit->store, KIT_NOW, &count, &kit->err));
    assert_int_equal(count, 1);
    assert_int_equal(job_of(kit, second)->state, HF_JOB_CANCELLED);
    assert_int_equal(job_of(kit, second)->ended_at, KIT_NOW);
    assert_true(hf_str_equal(take(kit)->head.key, first));
}

static hf_credential *find(hf_kit *kit, const hf_sha256 *secret, int64_t now_ms)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_credential *found = NULL;
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_credential_find(read, HF_CREDENTIAL_SESSION, secret, now_ms, &kit->arena, &found,
                                 &kit->err));
    return found;
}

static void credentials_are_found_until_they_expire_or_are_removed(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_credential credential = {.secret = hf_sha256_of(HF_STR("s1")),
                                .user_key = HF_STR("ana"),
                                .label = HF_STR("csrf"),
                                .created_ms = KIT_NOW,
                                .expires_ms = KIT_NOW + 100,
                                .last_seen_ms = HF_INTEGER_NONE};
    hf_sha256 other = hf_sha256_of(HF_STR("s2"));
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_credential_add(tx, &credential, &kit->err));
    MUST(kit, hf_tx_commit(&tx, &kit->err));
    assert_non_null(find(kit, &credential.secret, KIT_NOW + 99));
    assert_null(find(kit, &credential.secret, KIT_NOW + 100));
    assert_null(find(kit, &other, KIT_NOW));
    MUST(kit, hf_credential_touch(kit->store, &credential.secret, KIT_NOW + 7, &kit->err));
    assert_int_equal(find(kit, &credential.secret, KIT_NOW)->last_seen_ms, KIT_NOW + 7);
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW + 200, &tx, &kit->err));
    MUST(kit, hf_credential_remove_all(tx, HF_CREDENTIAL_SESSION, HF_STR_EMPTY,
                                       &kit->err)); // expired ones
    MUST(kit, hf_tx_commit(&tx, &kit->err));
    assert_null(find(kit, &credential.secret, KIT_NOW));
}

static void settings_and_blobs_come_back(void **state)
{
    hf_kit *kit = *state;
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_str value = HF_STR_EMPTY;
    char hex[65];
    MUST(kit, hf_tx_begin(kit->store, KIT_NOW, &tx, &kit->err));
    MUST(kit, hf_setting_set(tx, "name", HF_STR("Atlantis"), &kit->err));
    MUST(kit, hf_blob_put(tx, (hf_str){"a\0b", 3}, hex, &kit->err));
    MUST(kit, hf_blob_put(tx, (hf_str){"a\0b", 3}, hex, &kit->err));
    MUST(kit, hf_tx_commit(&tx, &kit->err));
    MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
    MUST(kit, hf_setting_get(read, "name", &kit->arena, &value, &kit->err));
    assert_true(hf_str_equal_z(value, "Atlantis"));
    MUST(kit, hf_setting_get(read, "none", &kit->arena, &value, &kit->err));
    assert_null(value.ptr);
    MUST(kit, hf_blob_get(read, hf_str_of(hex), &kit->arena, &value, &kit->err));
    assert_int_equal(value.len, 3);
    assert_memory_equal(value.ptr, "a\0b", 3);
}

static void the_digest_depends_on_facts_only(void **state)
{
    hf_kit *kit = *state;
    char digests[3][65];
    static const char *const keys[][2] = {{"A", "B"}, {"B", "A"}};
    for (int round = 0; round < 3; round++) {
        HF_CLEANUP(hf_read_end) hf_read *read = NULL;
        if (round < 2)
            for (int i = 0; i < 2; i++)
                (void)kit_put(kit, &hf_noun_asset,
                              kit_asset(kit, keys[round][i], keys[round][i], "x"));
        else {
            hf_asset *asset = kit_get(kit, &hf_noun_asset, "A");
            asset->name = HF_STR("other");
            (void)kit_put(kit, &hf_noun_asset, asset);
        }
        MUST(kit, hf_read_begin(kit->store, &read, &kit->err));
        MUST(kit, hf_read_digest(read, digests[round], &kit->err));
        hf_read_end(&read);
        if (round == 0) { // a new store, filled in the other order
            void *made = NULL;
            (void)kit_close(state);
            assert_int_equal(kit_open(&made), 0);
            *state = made;
            kit = made;
        }
    }
    assert_string_equal(digests[0], digests[1]);
    assert_string_not_equal(digests[1], digests[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_log_is_numbered_without_gaps_and_its_chain_holds,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(a_changed_or_missing_line_of_the_log_shows, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(a_clock_that_is_set_back_breaks_nothing, kit_open,
                                        kit_close),
        cmocka_unit_test_setup_teardown(jobs_are_taken_in_order_and_finished, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(
            a_restart_queues_running_jobs_again_unless_they_shall_be_cancelled, kit_open,
            kit_close),
        cmocka_unit_test_setup_teardown(credentials_are_found_until_they_expire_or_are_removed,
                                        kit_open, kit_close),
        cmocka_unit_test_setup_teardown(settings_and_blobs_come_back, kit_open, kit_close),
        cmocka_unit_test_setup_teardown(the_digest_depends_on_facts_only, kit_open, kit_close),
    };
    return cmocka_run_group_tests_name("store system", tests, NULL, NULL);
}
