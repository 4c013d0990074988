// SPDX-License-Identifier: Apache-2.0
//
// Accounts while something else happens: a sign-in beside a change of the password, a refusal beside a long write.
#include "fixture.h"

#include <time.h>

#include "base/pool.h"
#include "model/run.h"
#include "usecase/jobs.h"

#define OLD "lantern walks the kitchen 7"
#define NEW "seven boats under the plum tree"

static void add_user(fixture *f, const char *json)
{
    hf_session session = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_user, json);
    hf_user *user = NULL;
    hf_error err = {0};
    if (!hf_add_user(&session, &patch, HF_STR(OLD), &f->memory, &user, &err))
        fail_msg("%s", err.message);
}

typedef struct {
    hf_session session;
    hf_arena arena;
    hf_sign_in_request request;
    hf_signed_in made;
    hf_error err;
    bool is_in;
} sign_in;

static void do_sign_in(void *context)
{
    sign_in *it = context;
    it->is_in = hf_sign_in(&it->session, &it->request, &it->arena, &it->made, &it->err);
}

// The thread compares the old password and waits for the writer's turn, which is ours until the password has changed.
// Should it come later, it finds the new one: wrong in any case.
static void who_knew_the_password_before_is_not_let_in_after_its_change(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    sign_in try = {.session = session,
                   .request = {.name = HF_STR("mara"), .password = HF_STR(OLD)}};
    hf_error err = {0};
    hf_tx *tx = NULL;
    void *record = NULL;
    hf_put_outcome outcome;
    char hash[128];
    add_user(f, "{\"key\":\"mara\",\"role\":\"analyst\"}");
    assert_true(hf_password_hash(HF_STR(NEW), hash, &err));
    assert_true(hf_tx_begin(f->store, session.now_ms, &tx, &err));
    hf_thread *thread = hf_thread_start(do_sign_in, &try);
    (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    assert_true(
        hf_store_get(hf_tx_read(tx), &hf_noun_user, HF_STR("mara"), &f->memory, &record, &err));
    hf_user *user = record;
    user->password_hash = hf_str_of(hash);
    assert_true(hf_store_put(tx, &hf_noun_user, user, user->head.version, &outcome, &err));
    assert_true(hf_note(tx, &session, "user.password_set", &hf_noun_user, user->head.key,
                        HF_STR_EMPTY, HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
    hf_thread_join(&thread);
    assert_false(try.is_in);
    assert_string_equal(try.err.code, "account.wrong");
    try.request.password = HF_STR(NEW);
    do_sign_in(&try);
    assert_true(try.is_in);
    hf_arena_done(&try.arena);
}

// While an import holds the writer's turn, here or in another program, who is at the door is answered at once.
static void a_refusal_does_not_wait_to_be_noted(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f), other = session;
    hf_store_options options = {.url = fixture_path(f, "test.db"), .wait_ms = 20000};
    hf_error err = {0};
    hf_tx *tx = NULL;
    struct timespec began, ended;
    assert_true(hf_store_open(&options, &other.store, &err));
    int64_t before = last_event(f);
    assert_true(hf_tx_begin(f->store, session.now_ms, &tx, &err));
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
    hf_note_refusal(&session, "session.refused", "account.wrong", HF_STR("mara"), HF_STR("::1"));
    hf_note_refusal(&other, "session.refused", "account.wrong", HF_STR("mara"), HF_STR("::1"));
    (void)clock_gettime(CLOCK_MONOTONIC, &ended);
    hf_tx_end(&tx);
    assert_true(ended.tv_sec - began.tv_sec < 10);
    assert_int_equal(last_event(f), before);
    hf_note_refusal(&other, "session.refused", "account.wrong", HF_STR("mara"), HF_STR("::1"));
    hf_note_refusal(&session, "session.refused", "account.wrong", HF_STR("mara"), HF_STR("::1"));
    assert_int_equal(last_event(f), before + 2);
    hf_store_close(&other.store);
}

static void names_that_the_log_uses_itself_are_no_accounts(void **state)
{
    static const char *const names[] = {"cli:root", "server", "provider", "nobody"};
    fixture *f = *state;
    hf_session session = local_session(f);
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        hf_str json = hf_str_format(&f->memory, "{\"key\":\"%s\"}", names[i]);
        assert_string_equal(write_record(f, &session, "user", NULL, hf_str_z(&f->memory, json)),
                            "user.reserved");
    }
    assert_string_equal(write_record(f, &session, "user", NULL, "{\"key\":\"servers\"}"),
                        "user.last_administrator");
}

// Results bear no name but the owner's: another account of that name is another person.
static void what_an_account_computed_is_not_the_next_ones_of_its_name(void **state)
{
    fixture *f = *state;
    hf_tx *tx = NULL;
    hf_error err = {0};
    hf_put_outcome outcome;
    uint64_t removed = 0;
    hf_job *job = hf_noun_new(&hf_noun_job, &f->memory);
    hf_run *run = hf_noun_new(&hf_noun_run, &f->memory);
    hf_session local = local_session(f);
    add_account(f, "{\"key\":\"boss\",\"role\":\"administrator\"}");
    add_account(f, "{\"key\":\"ana\",\"role\":\"analyst\"}");
    job->owner = run->owner = HF_STR("ana");
    job->kind = HF_STR("rank");
    run->head.key = HF_STR("R");
    run->sight = HF_RUN_GENERAL;
    assert_true(hf_tx_begin(f->store, local.now_ms, &tx, &err));
    assert_true(hf_job_add(tx, job, &f->memory, &err));
    hf_str key = hf_str_copy(&f->memory, job->head.key);
    assert_true(hf_store_put(tx, &hf_noun_run, run, HF_VERSION_ANY, &outcome, &err));
    assert_true(hf_tx_commit(&tx, &err));
    hf_session ana = account_session(f, "ana");
    void *found = NULL;
    hf_job *seen = NULL;
    assert_true(hf_read_job(&ana, key, &f->memory, &seen, &err));
    assert_true(hf_get_record(&ana, &hf_noun_run, HF_STR("R"), &f->memory, &found, &err));
    assert_true(hf_remove_record(&local, &hf_noun_user, HF_STR("ana"), 0, false, &removed, &err));
    add_account(f, "{\"key\":\"ana\",\"role\":\"analyst\"}");
    ana = account_session(f, "ana");
    assert_false(hf_read_job(&ana, key, &f->memory, &seen, &err));
    assert_string_equal(err.code, "record.unknown");
    assert_false(hf_get_record(&ana, &hf_noun_run, HF_STR("R"), &f->memory, &found, &err));
    assert_string_equal(err.code, "record.unknown");
    // Who administers still sees whose it was.
    assert_true(hf_read_job(&local, key, &f->memory, &seen, &err));
    assert_true(hf_str_equal_z(seen->owner, "gone:ana"));
    assert_string_equal(write_record(f, &local, "user", NULL, "{\"key\":\"gone:ana\"}"),
                        "user.reserved");
}

// Of the same password, at the cost of years ago.
#define DATED                                                                                      \
    "$argon2id$v=19$m=8192,t=1,p=1$y4Vas3+wC0nfN1Sy+FsytQ$"                                        \
    "W1i3zXeSCy/cxjQq3UGPzYXl45YLkMJ76/uRSTNRrPk"
#define DATED_PASSWORD "kitchen lantern walks north"

static hf_user *find_user(fixture *f, const char *name)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_user *user = NULL;
    hf_error err = {0};
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_find_user(read, hf_str_of(name), &f->memory, &user, &err));
    return user;
}

static void set_hash(fixture *f, const char *hash)
{
    hf_session session = local_session(f);
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_error err = {0};
    hf_put_outcome outcome;
    hf_user *user = find_user(f, "mara");
    user->password_hash = hf_str_of(hash);
    assert_true(hf_tx_begin(f->store, session.now_ms, &tx, &err));
    assert_true(hf_store_put(tx, &hf_noun_user, user, HF_VERSION_ANY, &outcome, &err));
    assert_true(hf_note(tx, &session, "user.password_set", &hf_noun_user, user->head.key,
                        HF_STR_EMPTY, HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
}

static void a_hash_of_an_older_cost_is_renewed_when_its_password_is_shown(void **state)
{
    fixture *f = *state;
    sign_in try = {.session = local_session(f),
                   .request = {.name = HF_STR("mara"), .password = HF_STR("not this one")}};
    add_user(f, "{\"key\":\"mara\",\"role\":\"analyst\"}");
    hf_str fresh = find_user(f, "mara")->password_hash;
    set_hash(f, DATED);
    do_sign_in(&try);
    assert_false(try.is_in);
    assert_string_equal(hf_str_z(&f->memory, find_user(f, "mara")->password_hash), DATED);
    try.request.password = HF_STR(DATED_PASSWORD);
    do_sign_in(&try);
    assert_true(try.is_in);
    hf_str renewed = find_user(f, "mara")->password_hash;
    size_t cost = hf_str_find(fresh, HF_STR("p=1$")); // what stands before the salt
    assert_true(cost < fresh.len);
    assert_memory_equal(renewed.ptr, fresh.ptr, cost);
    do_sign_in(&try);
    assert_true(try.is_in);
    assert_true(hf_str_equal(find_user(f, "mara")->password_hash, renewed)); // once
    hf_arena_done(&try.arena);
}

// It comes in by a card, say: what it can show again is that it has just signed in.
static void an_account_without_a_password_ends_sessions_only_just_after_it_signed_in(void **state)
{
    fixture *f = *state;
    hf_session own = local_session(f);
    hf_session program = own;
    hf_signed_in made[2];
    memset(made, 0, sizeof made);
    hf_visit visit = {.peer = HF_STR("::1")};
    hf_tx *tx = NULL;
    hf_error err = {0};
    uint64_t ended = 0;
    add_account(f, "{\"key\":\"boss\",\"role\":\"administrator\"}");
    add_account(f, "{\"key\":\"ana\",\"role\":\"analyst\"}");
    hf_user *user = find_user(f, "ana");
    assert_true(hf_tx_begin(f->store, own.now_ms, &tx, &err));
    for (size_t i = 0; i < HF_COUNT(made); i++)
        assert_true(hf_open_session(tx, user, &visit, own.now_ms, &f->memory, &made[i], &err));
    assert_true(hf_tx_commit(&tx, &err));
    own.actor = program.actor = made[0].actor;
    own.token = made[0].token;
    own.now_ms += 601000;
    assert_false(hf_end_sessions(&own, HF_STR("ana"), HF_STR_EMPTY, HF_STR_EMPTY, &ended, &err));
    assert_string_equal(err.code, "account.sign_in_again");
    assert_false(
        hf_end_sessions(&program, HF_STR("ana"), HF_STR_EMPTY, HF_STR_EMPTY, &ended, &err));
    assert_string_equal(err.code, "account.sign_in_again"); // no session that began just now
    own.now_ms -= 2000;
    assert_true(hf_end_sessions(&own, HF_STR("ana"), HF_STR_EMPTY, HF_STR_EMPTY, &ended, &err));
    assert_int_equal(ended, 1);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(who_knew_the_password_before_is_not_let_in_after_its_change),
        STORE_TEST(a_refusal_does_not_wait_to_be_noted),
        STORE_TEST(names_that_the_log_uses_itself_are_no_accounts),
        STORE_TEST(what_an_account_computed_is_not_the_next_ones_of_its_name),
        STORE_TEST(a_hash_of_an_older_cost_is_renewed_when_its_password_is_shown),
        STORE_TEST(an_account_without_a_password_ends_sessions_only_just_after_it_signed_in),
    };
    return cmocka_run_group_tests_name("usecase/account", tests, NULL, NULL);
}
