// SPDX-License-Identifier: Apache-2.0
//
// The log against someone who can write into the database, and who may prove it.
#include "fixture.h"

#include "store/internal.h"
#include "usecase/audit.h"
#include "usecase/audit_key.h"
#include "usecase/seal.h"

static void add_events(const fixture *f, int count)
{
    hf_session session = local_session(f);
    hf_error err = {0};
    for (int i = 0; i < count; i++) {
        HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
        hf_event event = {.actor = session.actor.name, .action = HF_STR("test.done")};
        assert_true(hf_tx_begin(session.store, session.now_ms, &tx, &err));
        assert_true(hf_event_add(tx, &event, &err));
        assert_true(hf_tx_commit(&tx, &err));
    }
}

static hf_log_check check(const fixture *f)
{
    hf_session session = local_session(f);
    hf_log_check out;
    hf_error err = {0};
    assert_true(hf_check_log(&session, &out, &err));
    return out;
}

static void run_sql(const fixture *f, const char *sql)
{
    hf_error err = {0};
    assert_true(hf_conn_run(f->store->writer, sql, &err));
}

// Changes an actor and mends every hash from there on: the chain alone shows nothing.
static void rewrite_from(const fixture *f, int64_t first, const char *actor)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_event *events = NULL;
    size_t count = 0;
    hf_error err = {0};
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_event_follow(read, 0, 1000, &arena, &events, &count, &err));
    hf_read_end(&read);
    for (size_t i = (size_t)first - 1; i < count; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf line = hf_buf_of(1 << 20);
        HF_CLEANUP(hf_stmt_give) hf_stmt *stmt = NULL;
        char *hex = hf_arena_take(&arena, 65);
        events[i].actor = hf_str_of(actor);
        hf_event_write_line(&events[i], i > 0 ? events[i - 1].hash : HF_STR_EMPTY, false, &line);
        hf_sha256 hash = hf_sha256_of(hf_buf_str(&line));
        hf_hex(hash.bytes, 32, hex);
        events[i].hash = hf_str_of(hex);
        assert_true(hf_stmt_take(f->store->writer,
                                 "UPDATE event SET actor = ?3, hash = ?1 WHERE row = ?2", &stmt,
                                 &err));
        hf_stmt_text(stmt, 1, events[i].hash);
        hf_stmt_i64(stmt, 2, events[i].sequence);
        hf_stmt_text(stmt, 3, events[i].actor);
        assert_true(hf_stmt_run(stmt, &err));
    }
}

static hf_audit_checkpoint sign(const fixture *f, bool keep)
{
    hf_session session = local_session(f);
    hf_audit_checkpoint out;
    hf_error err = {0};
    assert_true(hf_sign_log(&session, keep, &out, &err));
    return out;
}

static void a_chain_that_was_mended_after_a_change_meets_what_was_signed(void **state)
{
    const fixture *f = *state;
    add_events(f, 5);
    rewrite_from(f, 2, "eve");
    assert_int_equal(check(f).fault.kind, HF_ERR_NONE); // nobody had signed anything yet
    (void)sign(f, true);
    add_events(f, 3);
    assert_int_equal(check(f).fault.kind, HF_ERR_NONE);
    assert_int_equal(check(f).checkpoint_count, 1);
    rewrite_from(f, 4, "mallory");
    hf_log_check found = check(f);
    assert_string_equal(found.fault.code, "audit.other_past");
    assert_int_equal(found.fault.line, 5);
    // And nothing of it is signed any more.
    hf_session session = local_session(f);
    hf_audit_checkpoint unused;
    hf_error err = {0};
    assert_false(hf_sign_log(&session, false, &unused, &err));
    assert_string_equal(err.code, "audit.other_past");
}

static void a_changed_line_is_named(void **state)
{
    const fixture *f = *state;
    add_events(f, 5);
    run_sql(f, "UPDATE event SET actor = 'eve' WHERE row = 3");
    hf_log_check found = check(f);
    assert_string_equal(found.fault.code, "audit.hash");
    assert_int_equal(found.fault.line, 3);
}

static void a_log_that_was_cut_meets_what_was_signed(void **state)
{
    const fixture *f = *state;
    add_events(f, 5);
    (void)sign(f, true);
    run_sql(
        f, "DELETE FROM event WHERE row > 3; UPDATE state SET value = 3 WHERE name = 'event_last'");
    assert_string_equal(check(f).fault.code, "audit.other_past");
}

static void a_kept_checkpoint_of_another_key_is_told(void **state)
{
    const fixture *f = *state;
    add_events(f, 2);
    (void)sign(f, true);
    run_sql(f, "UPDATE audit_key SET public = zeroblob(32)");
    assert_string_equal(check(f).fault.code, "audit.key");
    run_sql(f, "DELETE FROM audit_key");
    hf_session session = local_session(f);
    hf_log_check unused;
    hf_error err = {0};
    assert_false(hf_check_log(&session, &unused, &err));
    assert_string_equal(err.code, "audit.no_key");
}

static void an_older_checkpoint_of_another_past_gets_no_proof(void **state)
{
    const fixture *f = *state;
    hf_session session = local_session(f);
    HF_CLEANUP(hf_buf_done) hf_buf proof = hf_buf_of(1 << 20);
    hf_audit_report report;
    hf_audit_trust trust = {0};
    hf_error err = {0};
    add_events(f, 6);
    hf_audit_checkpoint older = sign(f, false);
    add_events(f, 4);
    assert_true(hf_prove_growth(&session, &older, &proof, &err));
    hf_audit_verify(hf_buf_str(&proof), &trust, &report);
    assert_int_equal(report.fault.kind, HF_ERR_NONE);
    assert_int_equal(report.kind, HF_AUDIT_GROWTH);
    rewrite_from(f, 6, "eve");
    assert_false(hf_prove_growth(&session, &older, &proof, &err));
    assert_string_equal(err.code, "audit.other_past");
    older.size = 11;
    assert_false(hf_prove_growth(&session, &older, &proof, &err));
    assert_string_equal(err.code, "audit.not_covered");
}

static void every_event_is_proved(void **state)
{
    const fixture *f = *state;
    hf_session session = local_session(f);
    hf_audit_trust trust = {0};
    hf_error err = {0};
    add_events(f, 7);
    for (int64_t i = 1; i <= 7; i++) {
        HF_CLEANUP(hf_buf_done) hf_buf proof = hf_buf_of(1 << 20);
        hf_audit_report report;
        assert_true(hf_prove_event(&session, i, &proof, &err));
        hf_audit_verify(hf_buf_str(&proof), &trust, &report);
        assert_int_equal(report.fault.kind, HF_ERR_NONE);
        assert_int_equal(report.first, i);
    }
}

static bool drop(void *context, hf_str bytes, hf_error *err)
{
    (void)context;
    (void)bytes;
    (void)err;
    return true;
}

static void who_may_not_read_the_log_gets_no_proof_of_it(void **state)
{
    const fixture *f = *state;
    hf_session session = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_log_export request = {.output = {NULL, drop}};
    hf_log_exported exported;
    hf_log_check found;
    hf_audit_checkpoint head = {.size = 1};
    hf_sign_key key;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 20);
    hf_error err = {0};
    add_events(f, 2);
    assert_false(hf_export_log(&session, &request, &exported, &err));
    assert_int_equal(err.kind, HF_ERR_PERMISSION);
    assert_false(hf_check_log(&session, &found, &err));
    assert_false(hf_sign_log(&session, true, &head, &err));
    assert_false(hf_prove_event(&session, 1, &out, &err));
    assert_false(hf_prove_growth(&session, &head, &out, &err));
    assert_false(hf_log_key(&session, &key, &err));
    assert_int_equal(out.len, 0);
    session = user_session(f, HF_ROLE_ADMINISTRATOR, HF_TLP_CLEAR);
    assert_true(hf_check_log(&session, &found, &err));
}

static void a_new_key_goes_on_where_the_old_one_signed(void **state)
{
    const fixture *f = *state;
    hf_session session = local_session(f);
    hf_audit_checkpoint before, after;
    hf_audit_renewal first, second;
    hf_error left;
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(1 << 20);
    hf_error err = {0};
    add_events(f, 3);
    assert_true(hf_sign_log(&session, true, &before, &err));
    assert_true(hf_renew_log_key(&session, &first, &left, &err));
    assert_int_equal(left.kind, HF_ERR_NONE);
    assert_memory_equal(&first.old_key, &before.key, sizeof(before.key));
    add_events(f, 2);
    assert_true(hf_renew_log_key(&session, &second, &left, &err));
    assert_memory_equal(&second.old_key, &first.new_key, sizeof(first.new_key));
    assert_true(hf_sign_log(&session, true, &after, &err));
    assert_memory_equal(&after.key, &second.new_key, sizeof(after.key));
    hf_log_check found = check(f);
    assert_int_equal(found.fault.kind, HF_ERR_NONE);
    assert_int_equal(found.checkpoint_count, 4); // two by hand, one before each change
    assert_false(hf_prove_growth(&session, &before, &out, &err));
    assert_string_equal(err.code, "audit.key");
    assert_true(hf_prove_growth(&session, &after, &out, &err));
}

static void who_does_not_manage_profile_and_accounts_changes_no_key(void **state)
{
    const fixture *f = *state;
    static const hf_user_role roles[] = {HF_ROLE_ANALYST, HF_ROLE_AUDITOR, HF_ROLE_AUTHORITY,
                                         HF_ROLE_OBSERVER};
    hf_audit_renewal unused;
    hf_error left;
    hf_seal_facts facts;
    hf_seal_key key = {{1}};
    add_events(f, 1);
    for (size_t i = 0; i < HF_COUNT(roles); i++) {
        hf_session session = user_session(f, roles[i], HF_TLP_RED);
        hf_error err = {0};
        assert_false(hf_renew_log_key(&session, &unused, &left, &err));
        assert_int_equal(err.kind, HF_ERR_PERMISSION);
        err = (hf_error){0};
        assert_false(hf_change_seal(&session, &key, &facts, &err));
        assert_int_equal(err.kind, HF_ERR_PERMISSION);
    }
    hf_session local = local_session(f);
    hf_error err = {0};
    assert_true(hf_read_seal(&local, &facts, &err));
    assert_int_equal(strlen(facts.key), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_chain_that_was_mended_after_a_change_meets_what_was_signed, fixture_open,
            fixture_close),
        cmocka_unit_test_setup_teardown(a_changed_line_is_named, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(a_log_that_was_cut_meets_what_was_signed, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(a_kept_checkpoint_of_another_key_is_told, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(an_older_checkpoint_of_another_past_gets_no_proof,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(a_new_key_goes_on_where_the_old_one_signed, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(who_does_not_manage_profile_and_accounts_changes_no_key,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(every_event_is_proved, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(who_may_not_read_the_log_gets_no_proof_of_it, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
