// SPDX-License-Identifier: Apache-2.0
//
// Two persons: what leaves in bulk, and markings that are lowered, by every way there is.
#include "fixture.h"

#include "usecase/release.h"
#include "usecase/settings.h"

#define DAY_MS INT64_C(86400000)

// Three assets; ana analyses, rita and adam may release, boss is an administrator.
static void fill(fixture *f)
{
    add_account(f, "{\"key\":\"boss\",\"role\":\"administrator\",\"clearance\":\"red\"}");
    add_account(f, "{\"key\":\"ana\",\"role\":\"analyst\",\"clearance\":\"red\"}");
    add_account(f, "{\"key\":\"rita\",\"role\":\"authority\",\"clearance\":\"red\"}");
    add_account(f, "{\"key\":\"adam\",\"role\":\"authority\",\"clearance\":\"amber\"}");
    must_write(f, "asset", NULL, "{\"key\":\"A\",\"name\":\"Plant\",\"marking\":\"red\"}");
    must_write(f, "asset", NULL, "{\"key\":\"B\",\"name\":\"Pump\",\"marking\":\"amber\"}");
    must_write(f, "asset", NULL, "{\"key\":\"C\",\"name\":\"Dam\",\"marking\":\"green\"}");
    set_instance(f, HF_INSTANCE_BULK_RECORDS, "2");
}

static bool drop(void *context, hf_str bytes, hf_error *err)
{
    (void)context;
    (void)bytes;
    (void)err;
    return true;
}

static const hf_output nowhere = {NULL, drop};

static const char *export_code(fixture *f, const hf_session *session, hf_export_request wanted)
{
    uint64_t count = 0;
    hf_error err = {0};
    wanted.output = nowhere;
    return hf_export(session, &wanted, &f->memory, &count, &err)
               ? ""
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static const hf_export_request all_assets = {.format = {"csv", 3}, .noun = &hf_noun_asset};

static hf_release *ask(fixture *f, const hf_session *session)
{
    hf_release *release = NULL;
    hf_error err = {0};
    if (!hf_ask_export(session, &all_assets, HF_STR("For the ministry"), &f->memory, &release,
                       &err))
        fail_msg("%s: %s", err.code, err.message);
    return release;
}

static const char *decide(fixture *f, const hf_session *session, hf_str key, bool is_approved)
{
    const hf_release_decision decision = {.is_approved = is_approved};
    hf_release *release = NULL;
    hf_error err = {0};
    return hf_decide_release(session, NULL, key, &decision, &f->memory, &release, &err)
               ? ""
               : hf_str_z(&f->memory, hf_str_of(err.code));
}

static const char *fetch(fixture *f, const hf_session *session, hf_str key)
{
    hf_export_request wanted;
    hf_error err = {0};
    if (!hf_take_export(session, key, &f->memory, &wanted, &err))
        return hf_str_z(&f->memory, hf_str_of(err.code));
    return export_code(f, session, wanted);
}

static void bulk_leaves_once_and_by_a_second_person_only(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session ana = account_session(f, "ana"), rita = account_session(f, "rita");
    hf_session adam = account_session(f, "adam");
    assert_string_equal(export_code(f, &ana, all_assets), "release.needed");
    hf_release *asked = ask(f, &ana);
    hf_str key = asked->head.key;
    assert_int_equal(asked->records, 3);
    assert_int_equal(asked->head.marking, HF_TLP_RED);
    assert_string_equal(fetch(f, &ana, key), "release.not_approved");
    assert_string_equal(decide(f, &ana, key, true), "access.denied");
    assert_string_equal(decide(f, &adam, key, true), "record.unknown"); // not cleared for all of it
    assert_string_equal(decide(f, &rita, key, true), "");
    assert_string_equal(fetch(f, &rita, key), "release.not_yours");
    assert_string_equal(fetch(f, &ana, key), "");
    assert_string_equal(fetch(f, &ana, key), "release.used");
    // What was released does not count; nor did it open the door.
    assert_string_equal(export_code(f, &ana, all_assets), "release.needed");
}

static void nobody_releases_for_oneself_or_for_who_gave_the_right(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session boss = account_session(f, "boss");
    assert_string_equal(decide(f, &boss, ask(f, &boss)->head.key, true), "release.own");
    add_account_as(f, &boss, "{\"key\":\"puppet\",\"role\":\"authority\",\"clearance\":\"red\"}");
    hf_str key = ask(f, &boss)->head.key;
    hf_session puppet = account_session(f, "puppet");
    assert_string_equal(decide(f, &puppet, key, true), "release.given");
    // A right that is given to an account which was there before, after it was asked.
    add_account(f, "{\"key\":\"clerk\",\"role\":\"observer\",\"clearance\":\"red\"}");
    assert_string_equal(write_record(f, &boss, "grant", NULL,
                                     "{\"user\":\"clerk\",\"role\":\"authority\",\"scope\":"
                                     "\"nation\"}"),
                        "");
    hf_session clerk = account_session(f, "clerk");
    assert_string_equal(decide(f, &clerk, key, true), "release.given");
    assert_string_equal(decide(f, &clerk, key, false), ""); // a refusal needs no trust
    // Long ago it was for no such purpose.
    hf_session later = boss;
    later.now_ms += 31 * DAY_MS;
    key = ask(f, &later)->head.key;
    puppet.now_ms = later.now_ms;
    assert_string_equal(decide(f, &puppet, key, true), "");
}

static void what_changed_since_is_told_and_asked_again(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session ana = account_session(f, "ana"), rita = account_session(f, "rita");
    hf_str key = ask(f, &ana)->head.key;
    assert_string_equal(decide(f, &rita, key, true), "");
    must_write(f, "asset", "C", "{\"name\":\"High dam\"}");
    assert_string_equal(fetch(f, &ana, key), "release.changed");
    must_write(f, "asset", "C", "{\"name\":\"Dam\"}"); // as it was, and yet another version
    assert_string_equal(fetch(f, &ana, key), "release.changed");
    key = ask(f, &ana)->head.key;
    assert_string_equal(decide(f, &rita, key, true), "");
    assert_string_equal(fetch(f, &ana, key), "");
}

static void a_release_waits_and_holds_for_days_only(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session ana = account_session(f, "ana"), rita = account_session(f, "rita");
    hf_str late = ask(f, &ana)->head.key, key = ask(f, &ana)->head.key;
    assert_string_equal(decide(f, &rita, key, true), "");
    ana.now_ms += (int64_t)HF_RELEASE_USE_DAYS * DAY_MS;
    assert_string_equal(fetch(f, &ana, key), "release.expired");
    rita.now_ms += (int64_t)HF_RELEASE_DAYS * DAY_MS;
    assert_string_equal(decide(f, &rita, late, true), "release.expired");
}

static void small_pieces_add_up_within_a_day(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session ana = account_session(f, "ana");
    const hf_filter red = {hf_noun_field(&hf_noun_asset, HF_STR("marking"), NULL), HF_IS,
                           HF_STR("TLP:RED")};
    const hf_query query = {.noun = &hf_noun_asset, .filters = &red, .filter_count = 1};
    hf_export_request one = all_assets;
    one.query = &query;
    assert_string_equal(export_code(f, &ana, one), "");
    assert_string_equal(export_code(f, &ana, one), "");
    assert_string_equal(export_code(f, &ana, one), "release.needed");
    ana.now_ms += DAY_MS + 1;
    assert_string_equal(export_code(f, &ana, one), "");
    set_instance(f, HF_INSTANCE_BULK_RECORDS, "0");
    assert_string_equal(export_code(f, &ana, all_assets), "");
    // The command line can read the file itself.
    hf_session local = local_session(f);
    set_instance(f, HF_INSTANCE_BULK_RECORDS, "1");
    assert_string_equal(export_code(f, &local, all_assets), "");
}

static void what_was_released_does_not_outlive_its_account(void **state)
{
    fixture *f = *state;
    uint64_t removed = 0;
    hf_error err = {0};
    fill(f);
    hf_session ana = account_session(f, "ana"), rita = account_session(f, "rita");
    hf_session local = local_session(f);
    hf_str approved = ask(f, &ana)->head.key, waiting = ask(f, &ana)->head.key;
    assert_string_equal(decide(f, &rita, approved, true), "");
    assert_true(hf_remove_record(&local, &hf_noun_user, HF_STR("ana"), 0, false, &removed, &err));
    add_account(f, "{\"key\":\"ana\",\"role\":\"analyst\",\"clearance\":\"red\"}");
    ana = account_session(f, "ana");
    assert_string_equal(fetch(f, &ana, approved), "release.not_approved");
    assert_string_equal(decide(f, &rita, waiting, true), "release.decided");
}

static void a_limited_token_lets_nothing_out(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session ana = account_session(f, "ana"), rita = account_session(f, "rita");
    hf_release *asked = ask(f, &ana);
    rita.is_limited = true;
    assert_false(hf_release_rights_of(&rita, asked).may_approve);
    assert_string_equal(decide(f, &rita, asked->head.key, true), "account.token_limited");
    assert_string_equal(decide(f, &rita, asked->head.key, false), ""); // that needs no look
}

// --- who is a second person --------------------------------------------------------------------------------

static void add_token(fixture *f, const hf_session *session, const char *name)
{
    const hf_token_request wanted = {.user_key = hf_str_of(name),
                                     .label = HF_STR("t"),
                                     .role = HF_WORD_NONE,
                                     .clearance = HF_WORD_NONE};
    hf_str token;
    hf_error err = {0};
    if (!hf_add_token(session, &wanted, &f->memory, &token, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static void whoever_holds_the_asker_is_no_second_person(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session boss = account_session(f, "boss"), rita = account_session(f, "rita");
    add_account_as(f, &boss, "{\"key\":\"mask\",\"role\":\"analyst\",\"clearance\":\"red\"}");
    hf_session mask = account_session(f, "mask"), ana = account_session(f, "ana");
    hf_str asked = ask(f, &mask)->head.key;
    assert_string_equal(decide(f, &boss, asked, true), "release.given");
    assert_string_equal(decide(f, &rita, asked, true), "");
    hf_str before = ask(f, &ana)->head.key, after = ask(f, &ana)->head.key;
    assert_string_equal(decide(f, &boss, before, true), "");
    add_token(f, &boss, "ana"); // and could ask with it
    assert_string_equal(decide(f, &boss, after, true), "release.given");
}

// A grant may have any key, and be given to another account later.
static void a_grant_is_known_by_its_account_not_by_its_key(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session boss = account_session(f, "boss");
    add_account(f, "{\"key\":\"clerk\",\"clearance\":\"red\"}");
    add_account(f, "{\"key\":\"other\",\"clearance\":\"red\"}");
    must_write(f, "grant", NULL,
               "{\"key\":\"g2\",\"user\":\"adam\",\"role\":\"authority\",\"scope\":\"nation\"}");
    assert_string_equal(write_record(f, &boss, "grant", NULL,
                                     "{\"key\":\"g1\",\"user\":\"clerk\",\"role\":"
                                     "\"authority\",\"scope\":\"nation\"}"),
                        "");
    assert_string_equal(write_record(f, &boss, "grant", "g2", "{\"user\":\"other\"}"), "");
    hf_session clerk = account_session(f, "clerk"), other = account_session(f, "other");
    hf_str asked = ask(f, &boss)->head.key;
    assert_string_equal(decide(f, &clerk, asked, true), "release.given");
    assert_string_equal(decide(f, &other, asked, true), "release.given");
    hf_session rita = account_session(f, "rita");
    assert_string_equal(decide(f, &rita, asked, true), "");
}

static void an_account_made_by_an_account_that_was_made_is_no_second_person(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session boss = account_session(f, "boss");
    add_account_as(f, &boss, "{\"key\":\"c1\",\"role\":\"administrator\",\"clearance\":\"red\"}");
    hf_session first = account_session(f, "c1");
    add_account_as(f, &first, "{\"key\":\"c2\",\"role\":\"authority\",\"clearance\":\"red\"}");
    hf_session second = account_session(f, "c2");
    assert_string_equal(decide(f, &second, ask(f, &boss)->head.key, true), "release.given");
    assert_string_equal(decide(f, &boss, ask(f, &second)->head.key, true), "release.given");
    // What an account did before it was touched was its own.
    add_account(f, "{\"key\":\"head\",\"role\":\"administrator\",\"clearance\":\"red\"}");
    hf_session head = account_session(f, "head");
    add_account_as(f, &head, "{\"key\":\"c3\",\"role\":\"authority\",\"clearance\":\"red\"}");
    assert_string_equal(write_record(f, &boss, "user", "head", "{\"language\":\"fr\"}"), "");
    hf_session third = account_session(f, "c3");
    assert_string_equal(decide(f, &third, ask(f, &boss)->head.key, true), "");
}

static void add_link(fixture *f, const char *name)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_error err = {0};
    const hf_credential link = {.kind = HF_CREDENTIAL_LINK,
                                .secret = hf_sha256_of(hf_str_of(name)),
                                .user_key = hf_str_of(name),
                                .created_ms = 1,
                                .expires_ms = INT64_MAX,
                                .last_seen_ms = HF_INTEGER_NONE};
    assert_true(hf_tx_begin(f->store, 1700000000000, &tx, &err));
    assert_true(hf_credential_add(tx, &link, &err));
    assert_true(hf_tx_commit(&tx, &err));
}

// Who says where identities come from can be anybody who comes from there.
static void whoever_changes_the_provider_holds_who_signs_in_by_it(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session boss = account_session(f, "boss"), adam = account_session(f, "adam");
    hf_session rita = account_session(f, "rita");
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_error err = {0};
    must_write(f, "user", "adam", "{\"clearance\":\"red\"}");
    adam = account_session(f, "adam");
    add_link(f, "adam");
    hf_str asked = ask(f, &boss)->head.key;
    values[HF_INSTANCE_NAME] = HF_STR("Ministry");
    assert_true(hf_change_settings(&boss, values, &err));
    hf_str mine = ask(f, &adam)->head.key;
    assert_string_equal(decide(f, &boss, mine, true), ""); // a name is nothing
    values[HF_INSTANCE_OIDC_LABEL] = HF_STR("State");
    assert_true(hf_change_settings(&boss, values, &err));
    assert_string_equal(decide(f, &adam, asked, true), "release.given");
    assert_string_equal(decide(f, &boss, ask(f, &adam)->head.key, true), "release.given");
    assert_string_equal(decide(f, &rita, asked, true), "");
}

static void a_grant_that_is_put_back_is_given(void **state)
{
    fixture *f = *state;
    uint64_t removed = 0;
    void *out = NULL;
    hf_undo_counts counts = {0};
    hf_error err = {0};
    fill(f);
    hf_session boss = account_session(f, "boss"), local = local_session(f);
    add_account(f, "{\"key\":\"clerk\",\"clearance\":\"red\"}");
    must_write(f, "grant", NULL,
               "{\"key\":\"g\",\"user\":\"clerk\",\"role\":\"authority\",\"scope\":\"nation\"}");
    const hf_noun *grant = hf_noun_find(HF_STR("grant"));
    assert_true(hf_remove_record(&local, grant, HF_STR("g"), 0, false, &removed, &err));
    assert_false(hf_undo_event(&boss, last_event(f), &counts, &err)); // it would name no account
    assert_string_equal(err.code, "edit.one_by_one");
    err = (hf_error){0};
    if (!hf_undo_record(&boss, grant, HF_STR("g"), &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    hf_session clerk = account_session(f, "clerk");
    assert_string_equal(decide(f, &clerk, ask(f, &boss)->head.key, true), "release.given");
}

// --- lowering ----------------------------------------------------------------------------------------------

static const hf_asset *asset_of(fixture *f, const char *key)
{
    hf_session session = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    assert_true(hf_get_record(&session, &hf_noun_asset, hf_str_of(key), &f->memory, &out, &err));
    return out;
}

static hf_import_result import_as(fixture *f, const hf_session *session, const char *text)
{
    hf_import_file file = {write_file(f, "assets.csv", text), "assets.csv"};
    const hf_import_request request = {.files = &file, .file_count = 1};
    hf_import_result result = {0};
    hf_error err = {0};
    if (!hf_import(session, &request, &f->memory, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static void one_person_lowers_no_marking_by_any_way(void **state)
{
    fixture *f = *state;
    fill(f);
    hf_session ana = account_session(f, "ana");
    hf_error err = {0};
    must_write(f, "asset", "B", "{\"compartments\":[\"east\",\"west\"]}");
    hf_session both = ana;
    both.actor.compartments = HF_STR("east west");
    // One by one.
    assert_string_equal(write_record(f, &ana, "asset", "A", "{\"marking\":\"amber\"}"),
                        "marking.two_persons");
    assert_string_equal(write_record(f, &both, "asset", "B", "{\"compartments\":[\"east\"]}"),
                        "marking.two_persons");
    assert_string_equal(
        write_record(f, &both, "asset", "B", "{\"compartments\":[\"north\",\"east\",\"west\"]}"),
        "");
    assert_string_equal(write_record(f, &ana, "asset", "C", "{\"marking\":\"red\"}"), "");
    // By undo of one change, and of an import.
    void *out = NULL;
    assert_false(hf_undo_record(&ana, &hf_noun_asset, HF_STR("C"), &f->memory, &out, &err));
    assert_string_equal(err.code, "marking.two_persons");
    hf_import_result raised = import_as(f, &ana, "key,name,marking\nA,Works,red\nD,New,red\n");
    assert_true(raised.is_stored);
    hf_undo_counts counts;
    err = (hf_error){0};
    assert_true(hf_undo_event(&ana, raised.event, &counts, &err)); // it lowers nothing
    must_write(f, "asset", "A", "{\"marking\":\"amber\"}");
    raised = import_as(f, &ana, "key,marking\nA,red\n");
    assert_true(raised.is_stored);
    assert_false(hf_undo_event(&ana, raised.event, &counts, &err));
    assert_string_equal(err.code, "marking.two_persons");
    // By an import.
    hf_import_result lowered = import_as(f, &ana, "key,marking\nA,green\n");
    assert_false(lowered.is_stored);
    assert_int_equal(problem_with(&lowered, "marking.two_persons")->line, 2);
    // By a change of many.
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"marking\":\"green\"}");
    const hf_edit_request many = {
        .query = {.noun = &hf_noun_asset}, .patch = &patch, .expected_count = -1};
    hf_edit_result edited = {0};
    err = (hf_error){0};
    assert_true(hf_edit_records(&ana, &many, &f->memory, &edited, &err));
    assert_false(edited.is_stored);
    assert_string_equal(edited.problems[0].fault.code, "marking.two_persons");
    assert_int_equal(asset_of(f, "A")->head.marking, HF_TLP_RED);
    // A small instance can do without.
    set_instance(f, HF_INSTANCE_LOWERING, "one_person");
    assert_string_equal(write_record(f, &ana, "asset", "A", "{\"marking\":\"green\"}"), "");
}

static hf_release *ask_lowering(fixture *f, const hf_session *session, const char *json,
                                const char **code)
{
    hf_patch patch = patch_of(f, &hf_noun_asset, json);
    const hf_query query = {.noun = &hf_noun_asset};
    hf_release *release = NULL;
    hf_error err = {0};
    *code = "";
    if (!hf_ask_lowering(session, &query, &patch, HF_STR("It is known"), &f->memory, &release,
                         &err))
        *code = hf_str_z(&f->memory, hf_str_of(err.code));
    return release;
}

static void two_persons_lower_exactly_what_was_asked(void **state)
{
    fixture *f = *state;
    const char *code = NULL;
    fill(f);
    hf_session ana = account_session(f, "ana"), rita = account_session(f, "rita");
    assert_null(ask_lowering(f, &ana, "{\"marking\":\"red\"}", &code));
    assert_string_equal(code, "release.nothing");
    assert_null(ask_lowering(f, &ana, "{\"marking\":\"green\",\"name\":\"x\"}", &code));
    assert_string_equal(code, "release.only_marking");
    hf_release *asked = ask_lowering(f, &ana, "{\"marking\":\"green\"}", &code);
    assert_string_equal(code, "");
    assert_int_equal(asked->records, 2); // C is green already
    assert_int_equal(asset_of(f, "A")->head.marking, HF_TLP_RED);
    must_write(f, "asset", "B", "{\"name\":\"Big pump\"}");
    assert_string_equal(decide(f, &rita, asked->head.key, true), "release.changed");
    assert_int_equal(asset_of(f, "A")->head.marking, HF_TLP_RED);
    asked = ask_lowering(f, &ana, "{\"marking\":\"green\"}", &code);
    assert_string_equal(decide(f, &rita, asked->head.key, true), "");
    assert_int_equal(asset_of(f, "A")->head.marking, HF_TLP_GREEN);
    assert_int_equal(asset_of(f, "B")->head.marking, HF_TLP_GREEN);
    assert_string_equal(decide(f, &rita, asked->head.key, true), "release.decided");
}

static void what_the_asker_may_no_longer_change_is_not_lowered(void **state)
{
    fixture *f = *state;
    const char *code = NULL;
    fill(f);
    hf_session ana = account_session(f, "ana"), rita = account_session(f, "rita");
    hf_release *asked = ask_lowering(f, &ana, "{\"marking\":\"green\"}", &code);
    hf_session local = local_session(f);
    assert_string_equal(write_record(f, &local, "user", "ana", "{\"role\":\"observer\"}"), "");
    assert_string_equal(decide(f, &rita, asked->head.key, true), "access.denied");
    assert_int_equal(asset_of(f, "A")->head.marking, HF_TLP_RED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bulk_leaves_once_and_by_a_second_person_only),
        TEST(nobody_releases_for_oneself_or_for_who_gave_the_right),
        TEST(what_was_released_does_not_outlive_its_account),
        TEST(a_limited_token_lets_nothing_out),
        TEST(whoever_holds_the_asker_is_no_second_person),
        TEST(a_grant_is_known_by_its_account_not_by_its_key),
        TEST(an_account_made_by_an_account_that_was_made_is_no_second_person),
        TEST(whoever_changes_the_provider_holds_who_signs_in_by_it),
        TEST(a_grant_that_is_put_back_is_given),
        TEST(what_changed_since_is_told_and_asked_again),
        TEST(a_release_waits_and_holds_for_days_only),
        TEST(small_pieces_add_up_within_a_day),
        TEST(one_person_lowers_no_marking_by_any_way),
        TEST(two_persons_lower_exactly_what_was_asked),
        TEST(what_the_asker_may_no_longer_change_is_not_lowered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
