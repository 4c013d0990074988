// SPDX-License-Identifier: Apache-2.0
//
// Who may what: roles, markings, compartments; what is hidden is not there, in single records, lists,
// searches and histories alike.
#include "fixture.h"

static hf_actor actor_of(hf_user_role role, hf_marking clearance, const char *compartments)
{
    return (hf_actor){.name = HF_STR("somebody"),
                      .role = (int32_t)role,
                      .clearance = (int32_t)clearance,
                      .compartments = hf_str_of(compartments),
                      .is_signed_in = true};
}

static void refuses_everything_to_nobody(void **state)
{
    (void)state;
    hf_actor nobody = {.role = HF_ROLE_ADMINISTRATOR, .clearance = HF_TLP_RED};
    for (int verb = 0; verb < HF_CAN_COUNT; verb++) {
        hf_error err = {0};
        assert_false(hf_can(&nobody, (hf_verb)verb, &hf_noun_asset, NULL, &err));
        assert_int_equal(err.kind, HF_ERR_SIGN_IN);
    }
}

static void gives_each_role_its_verbs_and_no_more(void **state)
{
    static const struct {
        hf_user_role role;
        const char *verbs; // one letter per hf_verb, in its order, "read" first
    } rows[HF_ROLE_COUNT] = {
        {HF_ROLE_ADMINISTRATOR, "yyyyyyyyyy"}, {HF_ROLE_AUTHORITY, "yyyyyynyyy"},
        {HF_ROLE_ANALYST, "yyyyynnnny"},       {HF_ROLE_OPERATOR, "yyynynnnnn"},
        {HF_ROLE_OBSERVER, "ynnnynnnnn"},      {HF_ROLE_ASSESSOR, "ynnynnnnny"},
        {HF_ROLE_RESPONDER, "ynnnynnnnn"},     {HF_ROLE_AUDITOR, "ynnnnnnynn"},
        {HF_ROLE_SERVICE, "ynyynnnnnn"}};
    (void)state;
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        hf_actor actor = actor_of(rows[i].role, HF_TLP_RED, "");
        for (int verb = 0; verb < HF_CAN_COUNT; verb++)
            assert_int_equal(hf_may(&actor, (hf_verb)verb, NULL, NULL), rows[i].verbs[verb] == 'y');
    }
}

static void lets_only_administrators_edit_profile_and_accounts(void **state)
{
    (void)state;
    hf_actor analyst = actor_of(HF_ROLE_ANALYST, HF_TLP_RED, "");
    const hf_noun *taxonomy = hf_noun_find(HF_STR("taxonomy"));
    assert_true(hf_may(&analyst, HF_CAN_READ, taxonomy, NULL));
    assert_false(hf_may(&analyst, HF_CAN_EDIT, taxonomy, NULL));
    assert_false(hf_may(&analyst, HF_CAN_READ, &hf_noun_user, NULL));
    const hf_head own = {.key = HF_STR("somebody")}, other = {.key = HF_STR("other")};
    assert_true(hf_may(&analyst, HF_CAN_READ, &hf_noun_user, &own));
    assert_false(hf_may(&analyst, HF_CAN_READ, &hf_noun_user, &other));
}

static void hides_what_is_marked_above_the_clearance(void **state)
{
    (void)state;
    hf_actor analyst = actor_of(HF_ROLE_ANALYST, HF_TLP_AMBER, "");
    for (int32_t marking = HF_TLP_CLEAR; marking < HF_TLP_COUNT; marking++) {
        const hf_head head = {.key = HF_STR("A"), .marking = marking};
        hf_error err = {0};
        bool may = hf_can(&analyst, HF_CAN_READ, &hf_noun_asset, &head, &err);
        assert_int_equal(may, marking <= HF_TLP_AMBER);
        if (!may)
            assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
    }
}

static void hides_what_is_in_a_compartment_of_others(void **state)
{
    (void)state;
    const hf_head head = {.key = HF_STR("A"), .compartments = HF_STR("dams grid")};
    hf_actor none = actor_of(HF_ROLE_ANALYST, HF_TLP_RED, "");
    hf_actor one = actor_of(HF_ROLE_ANALYST, HF_TLP_RED, "grid");
    hf_actor both = actor_of(HF_ROLE_ANALYST, HF_TLP_RED, "air dams grid");
    assert_false(hf_may(&none, HF_CAN_READ, &hf_noun_asset, &head));
    assert_false(hf_may(&one, HF_CAN_READ, &hf_noun_asset, &head));
    assert_true(hf_may(&both, HF_CAN_READ, &hf_noun_asset, &head));
}

static int fixture_with_secrets(void **state)
{
    if (fixture_open(state) != 0)
        return 1;
    hf_import_result result = import_texts(
        *state, (hf_import_request){0},
        (const char *const[]){"assets.csv",
                              "key,name,marking,compartments\nOPEN,harbour one,green,\n"
                              "RED,harbour two,red,\nDAM,harbour three,green,dams\n",
                              NULL});
    return result.is_stored ? 0 : 1;
}

static void leaves_hidden_records_out_of_lists_and_counts(void **state)
{
    fixture *f = *state;
    hf_session session = user_session(f, HF_ROLE_OBSERVER, HF_TLP_GREEN);
    hf_query query = {.noun = &hf_noun_asset, .want_count = true};
    hf_page page = {0};
    hf_error err = {0};
    if (!hf_list_records(&session, &query, &f->memory, &page, &err))
        fail_msg("%s", err.message);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.total, 1);
    assert_true(hf_str_equal_z(((const hf_asset *)page.records[0])->head.key, "OPEN"));
}

static void lists_what_lies_wholly_in_the_actors_own_compartments(void **state)
{
    static const struct {
        const char *own;
        uint64_t count;
    } rows[] = {{"", 0},     {"dam", 0},       {"dams", 1},
                {"grid", 0}, {"dams grid", 2}, {"air dams grid", 2}};
    fixture *f = *state;
    hf_import_result result =
        import_texts(f, (hf_import_request){0},
                     (const char *const[]){"a.csv",
                                           "key,name,kind,compartments\nX,x,probe,dams\n"
                                           "Y,y,probe,dams grid\n",
                                           NULL});
    assert_true(result.is_stored);
    for (size_t i = 0; i < HF_COUNT(rows); i++) {
        hf_session session = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
        session.actor.compartments = hf_str_of(rows[i].own);
        const hf_filter kind = {hf_noun_field(&hf_noun_asset, HF_STR("kind"), NULL), HF_IS,
                                HF_STR("probe")};
        hf_query query = {
            .noun = &hf_noun_asset, .filters = &kind, .filter_count = 1, .want_count = true};
        hf_page page = {0};
        hf_error err = {0};
        if (!hf_list_records(&session, &query, &f->memory, &page, &err))
            fail_msg("%s", err.message);
        assert_int_equal(page.count, rows[i].count);
        assert_int_equal(page.total, rows[i].count);
    }
}

static void leaves_hidden_records_out_of_searches(void **state)
{
    fixture *f = *state;
    hf_session session = user_session(f, HF_ROLE_OBSERVER, HF_TLP_GREEN);
    hf_hit *hits = NULL;
    size_t count = 0;
    hf_error err = {0};
    if (!hf_find_records(&session, HF_STR("harbour"), 10, &f->memory, &hits, &count, &err))
        fail_msg("%s", err.message);
    assert_int_equal(count, 1);
    assert_true(hf_str_equal_z(hits[0].key, "OPEN"));
}

static void answers_as_if_a_hidden_record_did_not_exist(void **state)
{
    static const char *const keys[] = {"RED", "DAM"};
    fixture *f = *state;
    hf_session session = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    hf_patch patch = patch_of(f, &hf_noun_asset, "{\"name\":\"mine\"}");
    for (size_t i = 0; i < HF_COUNT(keys); i++) {
        hf_str key = hf_str_of(keys[i]);
        hf_error err = {0};
        void *out = NULL;
        hf_version *versions = NULL;
        size_t count = 0;
        uint64_t removed = 0;
        assert_false(hf_get_record(&session, &hf_noun_asset, key, &f->memory, &out, &err));
        assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
        assert_false(hf_edit_record(&session, &patch, key, 0, &f->memory, &out, &err));
        assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
        assert_false(hf_remove_record(&session, &hf_noun_asset, key, 0, false, &removed, &err));
        assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
        assert_false(
            hf_record_history(&session, &hf_noun_asset, key, &f->memory, &versions, &count, &err));
        assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
    }
    assert_int_equal(count_of(f, &hf_noun_asset), 3);
}

static void separates_caches_of_actors_who_see_different_things(void **state)
{
    (void)state;
    hf_actor green = actor_of(HF_ROLE_ANALYST, HF_TLP_GREEN, "");
    hf_actor red = actor_of(HF_ROLE_ANALYST, HF_TLP_RED, "");
    hf_actor dams = actor_of(HF_ROLE_ANALYST, HF_TLP_RED, "dams");
    hf_actor observer = actor_of(HF_ROLE_OBSERVER, HF_TLP_RED, "");
    assert_true(hf_access_class(&green) != hf_access_class(&red));
    assert_true(hf_access_class(&dams) != hf_access_class(&red));
    assert_true(hf_access_class(&observer) == hf_access_class(&red));
}

#define SECRET(name) cmocka_unit_test_setup_teardown(name, fixture_with_secrets, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_everything_to_nobody),
        cmocka_unit_test(gives_each_role_its_verbs_and_no_more),
        cmocka_unit_test(lets_only_administrators_edit_profile_and_accounts),
        cmocka_unit_test(hides_what_is_marked_above_the_clearance),
        cmocka_unit_test(hides_what_is_in_a_compartment_of_others),
        SECRET(leaves_hidden_records_out_of_lists_and_counts),
        SECRET(lists_what_lies_wholly_in_the_actors_own_compartments),
        SECRET(leaves_hidden_records_out_of_searches),
        SECRET(answers_as_if_a_hidden_record_did_not_exist),
        cmocka_unit_test(separates_caches_of_actors_who_see_different_things),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
