// SPDX-License-Identifier: Apache-2.0
//
// Settings of the instance: who may change which, what is a value of one, the way back to what holds without it; and
// what a token of an account can be limited to.
#include "fixture.h"

#include "base/json.h"
#include "usecase/settings.h"

static hf_json *settings_as(fixture *f, const hf_session *session)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(65536);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_json_writer w = {.out = &text};
    hf_json *made = NULL;
    hf_error err = {0};
    if (!hf_read_settings(session, &f->memory, values, &err))
        fail_msg("%s", err.message);
    hf_write_settings(session, values, &(hf_seal_facts){.secrets = 1}, &w);
    assert_true(hf_json_parse(hf_buf_copy(&f->memory, &text), &f->memory, &made, &err));
    return hf_json_get(made, "items")->child;
}

static const hf_json *item_of(const hf_json *items, const char *name)
{
    for (const hf_json *item = items; item != NULL; item = item->next)
        if (hf_str_equal_z(hf_json_text(item, "name"), name))
            return item;
    fail_msg("no setting %s", name);
    return NULL;
}

static bool change(const hf_session *session, hf_instance_key key, const char *value, hf_error *err)
{
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    values[key] = hf_str_of(value);
    return hf_change_settings(session, values, err);
}

static hf_str name_of_the_instance(fixture *f)
{
    hf_instance instance = {0};
    hf_error err = {0};
    assert_true(hf_read_instance(f->store, &f->memory, &instance, &err));
    return instance.name;
}

static void an_empty_value_is_the_way_back_to_what_holds_without_it(void **state)
{
    fixture *f = *state;
    hf_session local = local_session(f);
    hf_error err = {0};
    assert_true(change(&local, HF_INSTANCE_NAME, "Authority of N", &err));
    assert_true(hf_str_equal_z(name_of_the_instance(f), "Authority of N"));
    assert_true(change(&local, HF_INSTANCE_NAME, "", &err));
    assert_true(hf_str_equal_z(name_of_the_instance(f), "Holdfast"));
    const hf_json *item = item_of(settings_as(f, &local), "instance.name");
    assert_true(hf_str_equal_z(hf_json_text(item, "value"), ""));
    assert_true(hf_str_equal_z(hf_json_text(item, "default"), "Holdfast"));
    assert_true(change(&local, HF_INSTANCE_LANGUAGE, "fr", &err));
    assert_true(change(&local, HF_INSTANCE_LANGUAGE, "", &err));
}

static void what_is_no_value_is_refused_at_its_place_and_changes_nothing(void **state)
{
    fixture *f = *state;
    static const struct {
        hf_instance_key key;
        const char *value, *name;
    } rows[] = {{HF_INSTANCE_LANGUAGE, "fr-CA", "instance.language"},
                {HF_INSTANCE_LANGUAGE, "de", "instance.language"},
                {HF_INSTANCE_NAME, "bad \xff byte", "instance.name"},
                {HF_INSTANCE_SECOND_FACTOR, "auditor emperor", "identity.second_factor"},
                {HF_INSTANCE_SECOND_FACTOR, "auditor  analyst", "identity.second_factor"}};
    hf_session local = local_session(f);
    int64_t before = last_event(f);
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        hf_error err = {0};
        assert_false(change(&local, rows[i].key, rows[i].value, &err));
        assert_string_equal(err.code, "setting.value");
        assert_string_equal(err.column, rows[i].name);
    }
    assert_int_equal(last_event(f), before);
}

// An authority has the profile, not the accounts; whom a second factor is asked of is a matter of accounts.
static void each_setting_says_whether_this_reader_changes_it(void **state)
{
    fixture *f = *state;
    hf_session authority = user_session(f, HF_ROLE_AUTHORITY, HF_TLP_RED);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_str values[HF_INSTANCE_SETTING_COUNT] = {0};
    hf_error err = {0};
    const hf_json *items = settings_as(f, &authority);
    assert_true(hf_json_get(item_of(items, "instance.name"), "can_change")->boolean);
    assert_false(hf_json_get(item_of(items, "identity.second_factor"), "can_change")->boolean);
    assert_false(change(&authority, HF_INSTANCE_SECOND_FACTOR, "auditor", &err));
    assert_string_equal(err.code, "access.denied");
    int64_t before = last_event(f);
    assert_true(change(&authority, HF_INSTANCE_NAME, "Authority of N", &err));
    assert_int_equal(last_event(f), before + 1);
    assert_false(hf_read_settings(&analyst, &f->memory, values, &err));
}

// What is offered for an account, which must be what is taken for it, and nothing else.
static hf_token_limits limits_of(fixture *f, const char *key, const char *json)
{
    hf_session local = local_session(f);
    hf_patch patch = patch_of(f, &hf_noun_user, json);
    hf_user *user = NULL;
    hf_token_limits limits = {0};
    hf_str token = HF_STR_EMPTY;
    hf_error err = {0};
    assert_true(hf_add_user(&local, &patch, HF_STR_EMPTY, &f->memory, &user, &err));
    assert_true(hf_find_token_limits(&local, hf_str_of(key), &f->memory, &limits, &err));
    for (int32_t role = 0; role < HF_ROLE_COUNT; role++)
        for (int32_t clearance = HF_TLP_CLEAR; clearance <= HF_TLP_RED; clearance++) {
            const hf_token_request wanted = {
                .user_key = hf_str_of(key), .role = role, .clearance = clearance};
            assert_int_equal(hf_add_token(&local, &wanted, &f->memory, &token, &err),
                             (limits.roles >> role & 1) != 0 && clearance <= limits.clearance);
        }
    return limits;
}

static void an_account_limits_a_token_to_what_it_has_itself(void **state)
{
    fixture *f = *state;
    hf_session other = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    hf_error err = {0};
    hf_token_limits limits =
        limits_of(f, "ida", "{\"key\":\"ida\",\"role\":\"observer\",\"clearance\":\"green\"}");
    assert_int_equal(limits.roles, 1u << HF_ROLE_OBSERVER | 1u << HF_ROLE_RESPONDER);
    assert_int_equal(limits.clearance, HF_TLP_GREEN);
    limits = limits_of(f, "eva", "{\"key\":\"eva\",\"role\":\"administrator\"}");
    assert_int_equal(limits.roles, ((1u << HF_ROLE_COUNT) - 1) & ~(1u << HF_ROLE_ADMINISTRATOR));
    assert_int_equal(limits_of(f, "uma", "{\"key\":\"uma\"}").roles, 0);
    assert_false(hf_find_token_limits(&other, HF_STR("ida"), &f->memory, &limits, &err));
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(an_empty_value_is_the_way_back_to_what_holds_without_it),
        STORE_TEST(what_is_no_value_is_refused_at_its_place_and_changes_nothing),
        STORE_TEST(each_setting_says_whether_this_reader_changes_it),
        STORE_TEST(an_account_limits_a_token_to_what_it_has_itself),
    };
    return cmocka_run_group_tests_name("usecase/settings", tests, NULL, NULL);
}
