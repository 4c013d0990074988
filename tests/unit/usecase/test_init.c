// SPDX-License-Identifier: Apache-2.0
//
// A new store: what ships becomes records, the way in is a link, and a store in use stays as it is.
#include "fixture.h"

#include "base/limits.h"
#include "model/recipe.h"
#include "model/rule.h"
#include "model/taxonomy.h"
#include "usecase/account.h"

static void a_new_store_has_taxonomy_rules_and_recipes(void **state)
{
    fixture *f = *state;
    assert_true(fixture_init(f).is_new);
    assert_true(count_of(f, &hf_noun_taxonomy) > 50);
    assert_true(count_of(f, &hf_noun_rule) > 5);
    assert_true(count_of(f, &hf_noun_recipe) > 10);
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
}

static void what_ships_says_so_and_everybody_may_read_it(void **state)
{
    fixture *f = *state;
    hf_read *read = NULL;
    void *record = NULL;
    hf_error err = {0};
    (void)fixture_init(f);
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(
        hf_store_get(read, &hf_noun_taxonomy, HF_STR("hospital"), &f->memory, &record, &err));
    hf_read_end(&read);
    const hf_taxonomy *hospital = record;
    assert_non_null(hospital);
    assert_true(hf_str_equal_z(hospital->head.source, "shipped"));
    assert_int_equal(hospital->head.marking, HF_TLP_CLEAR);
    assert_true(hospital->edition.len > 0);
    assert_true(hf_str_find(hospital->names, HF_STR("\"ar\"")) < hospital->names.len);
}

static const void *entry_of(fixture *f, const char *key)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    void *record = NULL;
    hf_error err = {0};
    assert_true(hf_read_begin(f->store, &read, &err));
    assert_true(hf_store_get(read, &hf_noun_taxonomy, hf_str_of(key), &f->memory, &record, &err));
    return record;
}

// As an older program left it, with two sectors alone. The State has words of its own for one, and gave up the other.
static void a_store_of_before_gets_the_entries_that_are_new(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_init_result made = {0};
    hf_error err = {0};
    uint64_t removed = 0;
    must_write(f, "taxonomy", NULL,
               "{\"key\":\"ED\",\"axis\":\"sector\",\"name\":\"Learning\",\"edition\":\"1\"}");
    must_write(f, "taxonomy", NULL,
               "{\"key\":\"EN\",\"axis\":\"sector\",\"name\":\"Energy\",\"edition\":\"1\"}");
    assert_true(hf_remove_record(&session, &hf_noun_taxonomy, HF_STR("EN"), HF_VERSION_ANY, false,
                                 &removed, &err));
    assert_true(hf_init_store(&session, &f->memory, &made, &err));
    assert_false(made.is_new);
    assert_true(hf_str_equal_z(((const hf_taxonomy *)entry_of(f, "ED"))->name, "Learning"));
    assert_non_null(entry_of(f, "research_centre")); // below it
    assert_non_null(entry_of(f, "hospital"));        // below what is new itself
    assert_null(entry_of(f, "EN"));
    assert_null(entry_of(f, "substation"));
    int64_t grown = last_event(f);
    assert_true(hf_init_store(&session, &f->memory, &made, &err));
    assert_int_equal(last_event(f), grown); // once
}

static void the_link_lets_the_first_administrator_in_once(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_signed_in in = {0};
    hf_error err = {0};
    hf_init_result made = fixture_init(f);
    assert_true(made.setup_token.len > 20);
    hf_setup_request request = {.token = made.setup_token,
                                .name = HF_STR("mara"),
                                .password = HF_STR("a long enough password"),
                                .organisation = HF_STR("Nation"),
                                .language = HF_STR("fr")};
    request.wants_factor = true;
    assert_true(hf_set_up(&session, &request, &f->memory, &in, &err));
    assert_int_equal(in.held, HF_HELD_SECOND_FACTOR); // sets one up before anything else
    assert_false(hf_set_up(&session, &request, &f->memory, &in, &err));
}

// Without the token no password is looked at, and no long text is.
static void who_has_no_token_is_told_so_first(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_signed_in in = {0};
    hf_error err = {0};
    hf_init_result made = fixture_init(f);
    char text[HF_KEY_BYTES_MAX + 1];
    memset(text, 'x', sizeof(text));
    hf_str too_long = {text, sizeof(text)};
    hf_setup_request request = {
        .token = HF_STR("no such token"), .name = HF_STR("mara"), .password = HF_STR("short")};
    assert_false(hf_set_up(&session, &request, &f->memory, &in, &err));
    assert_string_equal(err.code, "setup.token");
    request.token = made.setup_token;
    assert_false(hf_set_up(&session, &request, &f->memory, &in, &err));
    assert_string_equal(err.code, "account.password_short");
    request.name = too_long;
    assert_false(hf_set_up(&session, &request, &f->memory, &in, &err));
    assert_string_equal(err.code, "field.too_long");
    request.name = HF_STR("mara");
    request.organisation = too_long;
    assert_false(hf_set_up(&session, &request, &f->memory, &in, &err));
    assert_string_equal(err.code, "field.too_long");
    request.organisation = HF_STR("Nation");
    request.password = HF_STR("a long enough password");
    assert_true(hf_set_up(&session, &request, &f->memory, &in, &err));
}

static void a_store_in_use_stays_as_it_is(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    import_texts(f, (hf_import_request){0}, (const char *const[]){"assets.csv", ASSETS, NULL});
    int64_t events = last_event(f);
    uint64_t entries = count_of(f, &hf_noun_taxonomy);
    hf_init_result again = fixture_init(f);
    assert_false(again.is_new);
    assert_int_equal(again.setup_token.len, 0);
    assert_int_equal(last_event(f), events);
    assert_int_equal(count_of(f, &hf_noun_taxonomy), entries);
    assert_int_equal(count_of(f, &hf_noun_asset), 3);
}

static void an_observer_makes_no_store(void **state)
{
    fixture *f = *state;
    hf_session session = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
    hf_init_result made = {0};
    hf_error err = {0};
    assert_false(hf_init_store(&session, &f->memory, &made, &err));
    assert_int_equal(err.kind, HF_ERR_PERMISSION);
    assert_int_equal(count_of(f, &hf_noun_taxonomy), 0);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_new_store_has_taxonomy_rules_and_recipes),
        STORE_TEST(what_ships_says_so_and_everybody_may_read_it),
        STORE_TEST(a_store_of_before_gets_the_entries_that_are_new),
        STORE_TEST(the_link_lets_the_first_administrator_in_once),
        STORE_TEST(who_has_no_token_is_told_so_first),
        STORE_TEST(a_store_in_use_stays_as_it_is),
        STORE_TEST(an_observer_makes_no_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
