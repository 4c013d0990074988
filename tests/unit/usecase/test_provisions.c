// SPDX-License-Identifier: Apache-2.0
//
// The catalogue of provisions: what ships becomes records, its words follow the language, and a State's own words
// stay its own.
#include "fixture.h"

#include "usecase/provisions.h"
#include "usecase/usecase.h"

static hf_provision_book book_in(fixture *f, hf_lang lang)
{
    hf_session session = local_session(f);
    hf_provision_book book;
    hf_error err = {0};
    session.lang = lang;
    if (!hf_provision_book_read(&session, NULL, &f->memory, &book, &err))
        fail_msg("%s: %s", err.code, err.message);
    return book;
}

static size_t index_of(const hf_provision_book *book, const char *key)
{
    uint32_t at = 0;
    assert_true(hf_map_get(&book->provision_index, hf_str_of(key), &at));
    return at;
}

static hf_str title_of(const hf_provision_book *book, const char *key, hf_said *said)
{
    return hf_text_for(&book->texts, hf_str_of(key), HF_STR("title"),
                       book->provisions[index_of(book, key)]->title, said);
}

static void change(fixture *f, const char *noun_name, const char *key, const char *json)
{
    hf_session session = local_session(f);
    const hf_noun *noun = hf_noun_find(hf_str_of(noun_name));
    hf_json *body = NULL;
    hf_patch patch = {0};
    void *out = NULL;
    hf_error err = {0};
    if (!hf_json_parse(hf_str_of(json), &f->memory, &body, &err) ||
        !hf_patch_from_json(noun, body, &f->memory, &patch, &err) ||
        !hf_edit_record(&session, &patch, hf_str_of(key), HF_VERSION_ANY, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static void the_catalogue_stands_in_a_new_store_in_its_order(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_provision_book book = book_in(f, HF_LANG_EN);
    assert_int_equal(book.instrument_count, 16);
    assert_int_equal(book.provision_count, 128);
    assert_int_equal(book.question_count, 280);
    assert_true(hf_str_equal_z(book.instruments[0]->head.key, "sr2341"));
    assert_true(hf_str_equal_z(book.provisions[0]->head.key, "2341-PP-STATE"));
    for (size_t i = 0; i < book.question_count; i++)
        assert_true(hf_str_equal(book.questions[i]->provision,
                                 book.provisions[book.provision_of[i]]->head.key));
    size_t at = index_of(&book, "2341-OP2");
    assert_int_equal(book.first_question[at + 1] - book.first_question[at], 4);
    assert_true(
        hf_str_equal_z(book.questions[book.first_question[at] + 3]->head.key, "2341-OP2.q4"));
}

static void words_follow_the_language_and_say_that_nobody_reviewed_them(void **state)
{
    fixture *f = *state;
    hf_said said = HF_SAID_OWN;
    (void)fixture_init(f);
    hf_provision_book english = book_in(f, HF_LANG_EN), french = book_in(f, HF_LANG_FR);
    assert_true(hf_str_equal_z(title_of(&english, "2341-OP2", &said), "Risk-reduction strategy"));
    assert_int_equal(said, HF_SAID_ORIGINAL);
    assert_true(hf_str_find(title_of(&french, "2341-OP2", &said), HF_STR("risques")) > 0);
    assert_int_equal(said, HF_SAID_UNREVIEWED);
    assert_false(hf_str_equal_z(hf_text_of(&french.texts, HF_STR("theme"), HF_STR("aviation")),
                                "Aviation security"));
    assert_true(hf_str_equal_z(hf_text_of(&french.texts, HF_STR("theme"), HF_STR("of_our_own")),
                               "of_our_own"));
}

static void every_language_has_every_word(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    for (hf_lang lang = 0; lang < HF_LANG_COUNT; lang++) {
        if (lang == HF_LANG_EN)
            continue;
        hf_provision_book book = book_in(f, lang);
        if (book.texts.other.count != book.texts.english.count)
            fail_msg("%s has %zu of %zu words", hf_lang_code(lang), book.texts.other.count,
                     book.texts.english.count);
        for (size_t i = 0; i < book.provision_count; i++) {
            hf_said said = HF_SAID_ORIGINAL;
            const char *key = hf_str_z(&f->memory, book.provisions[i]->head.key);
            assert_true(title_of(&book, key, &said).len > 0 && said != HF_SAID_ORIGINAL);
        }
    }
}

// A translation translates what ships: of other words it is none.
static void changed_words_are_the_states_own_in_every_language(void **state)
{
    fixture *f = *state;
    hf_said said = HF_SAID_ORIGINAL;
    (void)fixture_init(f);
    change(f, "provision", "2341-OP2", "{\"title\":\"Our own strategy\"}");
    hf_provision_book french = book_in(f, HF_LANG_FR);
    assert_true(hf_str_equal_z(title_of(&french, "2341-OP2", &said), "Our own strategy"));
    assert_int_equal(said, HF_SAID_OWN);
}

static void a_provision_has_the_force_of_its_instrument_unless_it_says_otherwise(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_provision_book book = book_in(f, HF_LANG_EN);
    assert_int_equal(hf_provision_force(&book, index_of(&book, "2341-OP2")),
                     HF_FORCE_RECOMMENDATION);
    assert_int_equal(hf_provision_force(&book, index_of(&book, "CER-ART4")), HF_FORCE_BINDING);
    change(f, "provision", "2341-OP2", "{\"force\":\"council\"}");
    book = book_in(f, HF_LANG_EN);
    assert_int_equal(hf_provision_force(&book, index_of(&book, "2341-OP2")), HF_FORCE_COUNCIL);
}

static void a_provision_does_not_lead_to_itself(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_json *body = NULL;
    hf_patch patch = {0};
    void *out = NULL;
    hf_error err = {0};
    (void)fixture_init(f);
    assert_true(hf_json_parse(HF_STR("{\"crosswalk\":[\"2341-OP2\",\"2341-OP8\"]}"), &f->memory,
                              &body, &err));
    assert_true(hf_patch_from_json(&hf_noun_provision, body, &f->memory, &patch, &err));
    assert_false(hf_edit_record(&session, &patch, HF_STR("2341-OP2"), HF_VERSION_ANY, &f->memory,
                                &out, &err));
    assert_string_equal(err.code, "provision.crosswalk_self");
}

// As a store is that an older program has made.
static void a_store_without_the_catalogue_is_given_it_once(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_init_result made = {0};
    hf_error err = {0};
    static const char *const nouns[] = {"instrument", "provision", "question"};
    (void)fixture_init(f);
    hf_tx *tx = NULL;
    assert_true(hf_tx_begin(f->store, session.now_ms, &tx, &err));
    for (size_t i = 0; i < HF_COUNT(nouns); i++) {
        const hf_noun *noun = hf_noun_find(hf_str_of(nouns[i]));
        hf_query query = {.noun = noun, .limit = 1000};
        hf_page page = {0};
        uint64_t removed = 0;
        assert_true(hf_store_list(hf_tx_read(tx), &query, &f->memory, &page, &err));
        for (size_t k = 0; k < page.count; k++)
            assert_true(hf_store_remove(tx, noun, ((hf_head *)page.records[k])->row, HF_VERSION_ANY,
                                        false, &removed, &err));
    }
    assert_true(
        hf_note(tx, &session, "test", NULL, HF_STR_EMPTY, HF_STR_EMPTY, HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
    assert_int_equal(book_in(f, HF_LANG_EN).provision_count, 0);
    assert_true(hf_init_store(&session, &f->memory, &made, &err));
    assert_false(made.is_new);
    assert_int_equal(book_in(f, HF_LANG_EN).provision_count, 128);
    change(f, "provision", "2341-OP2", "{\"title\":\"Ours\"}");
    assert_true(hf_init_store(&session, &f->memory, &made, &err));
    hf_said said = HF_SAID_ORIGINAL;
    hf_provision_book book = book_in(f, HF_LANG_EN);
    assert_true(hf_str_equal_z(title_of(&book, "2341-OP2", &said), "Ours"));
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(the_catalogue_stands_in_a_new_store_in_its_order),
        WITH_STORE(words_follow_the_language_and_say_that_nobody_reviewed_them),
        WITH_STORE(every_language_has_every_word),
        WITH_STORE(changed_words_are_the_states_own_in_every_language),
        WITH_STORE(a_provision_has_the_force_of_its_instrument_unless_it_says_otherwise),
        WITH_STORE(a_provision_does_not_lead_to_itself),
        WITH_STORE(a_store_without_the_catalogue_is_given_it_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
