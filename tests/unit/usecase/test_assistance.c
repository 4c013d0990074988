// SPDX-License-Identifier: Apache-2.0
//
// Who may know of needs, offers and projects: places, clearances; the order of needs; a need follows its assessment.
#include "fixture.h"

#include <math.h>

#include "usecase/usecase.h"

static void answer(fixture *f, const char *assessment, const char *question, const char *rating)
{
    char json[200];
    snprintf(json, sizeof(json), "{\"assessment\":\"%s\",\"question\":\"%s\",\"rating\":\"%s\"}",
             assessment, question, rating);
    must_write(f, "answer", NULL, json);
}

static hf_assistance read_all(fixture *f, const hf_session *session)
{
    const hf_assistance_request request = {0};
    hf_assistance out;
    hf_error err = {0};
    if (!hf_assistance_read(session, &request, &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

// Two rounds in two sectors, a need in each, one offer for both.
static void two_sectors(fixture *f)
{
    (void)fixture_init(f);
    must_write(f, "assessment", NULL,
               "{\"key\":\"E\",\"title\":\"Energy\",\"subject\":\"sector\",\"sector\":\"EN\"}");
    must_write(f, "assessment", NULL,
               "{\"key\":\"W\",\"title\":\"Water\",\"subject\":\"sector\",\"sector\":\"WA\"}");
    must_write(f, "need", NULL,
               "{\"key\":\"E/1\",\"assessment\":\"E\",\"title\":\"A\",\"kind\":\"training\","
               "\"sectors\":[\"EN\"]}");
    must_write(f, "need", NULL,
               "{\"key\":\"W/1\",\"assessment\":\"W\",\"title\":\"B\",\"kind\":\"training\"}");
    must_write(f, "offer", NULL,
               "{\"key\":\"O\",\"title\":\"Course\",\"provider\":\"UN\",\"kinds\":[\"training\"],"
               "\"capacity\":1}");
    must_write(f, "project", NULL,
               "{\"assessment\":\"W\",\"need\":\"W/1\",\"offer\":\"O\",\"title\":\"P\"}");
}

static hf_session sector_session(const fixture *f, const hf_role_grant *grant)
{
    hf_session session = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_AMBER);
    session.actor.role = HF_WORD_NONE;
    session.actor.grants = grant;
    session.actor.grant_count = 1;
    return session;
}

// A grant within a sector reaches the needs and projects of its assessments; offers are everybody's to know, and to
// change only for who assesses everywhere. What lies elsewhere moves no verdict, no count and no order.
static void a_grant_of_a_sector_reaches_its_needs_and_all_offers(void **state)
{
    fixture *f = *state;
    const hf_role_grant grant = {HF_ROLE_ASSESSOR, {.kind = HF_SCOPE_SECTOR, .of = HF_STR("EN")}};
    two_sectors(f);
    hf_session local = local_session(f), assessor = sector_session(f, &grant);
    hf_assistance all = read_all(f, &local), own = read_all(f, &assessor);
    assert_int_equal(all.need_count, 2);
    assert_int_equal(all.project_count, 1);
    assert_int_equal(all.offers[0].used, 1);
    assert_int_equal(all.offers[0].needs, 2);
    assert_int_equal(own.need_count, 1);
    assert_true(hf_str_equal_z(own.needs[0].need->part.head.key, "E/1"));
    assert_int_equal(own.project_count, 0);
    assert_int_equal(own.offer_count, 1);
    assert_int_equal(own.offers[0].used, 0);
    assert_int_equal(own.offers[0].needs, 1);
    assert_int_equal(all.needs[0].offers[0].match.factors[HF_FACTOR_CAPACITY], HF_VERDICT_NOT_MET);
    assert_int_equal(own.needs[0].offers[0].match.factors[HF_FACTOR_CAPACITY], HF_VERDICT_MET);
    assert_string_equal(write_record(f, &assessor, "need", "E/1", "{\"urgency\":\"urgent\"}"), "");
    assert_string_equal(write_record(f, &assessor, "need", "W/1", "{\"urgency\":\"urgent\"}"),
                        "record.unknown");
    assert_string_equal(write_record(f, &assessor, "offer", "O", "{\"title\":\"Mine\"}"),
                        "access.scope");
    assert_string_equal(
        write_record(f, &assessor, "project", NULL,
                     "{\"assessment\":\"E\",\"need\":\"W/1\",\"offer\":\"O\",\"title\":\"P\"}"),
        "reference.unknown");
    assert_string_equal(
        write_record(f, &assessor, "project", NULL,
                     "{\"assessment\":\"E\",\"need\":\"E/1\",\"offer\":\"O\",\"title\":\"P\"}"),
        "");
}

static void who_operates_writes_no_needs_and_who_assesses_does(void **state)
{
    fixture *f = *state;
    two_sectors(f);
    hf_session operator_ = user_session(f, HF_ROLE_OPERATOR, HF_TLP_RED);
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_RED);
    const char *made =
        "{\"key\":\"O2\",\"title\":\"T\",\"provider\":\"UN\",\"kinds\":[\"software\"]}";
    assert_string_equal(write_record(f, &operator_, "offer", NULL, made), "access.denied");
    assert_string_equal(write_record(f, &operator_, "need", "E/1", "{\"status\":\"met\"}"),
                        "access.denied");
    assert_string_equal(write_record(f, &assessor, "offer", NULL, made), "");
    assert_string_equal(write_record(f, &assessor, "need", "E/1", "{\"status\":\"met\"}"), "");
}

static void a_hidden_offer_fits_nothing_and_is_no_duplicate(void **state)
{
    fixture *f = *state;
    hf_offer_pair *pairs = NULL;
    size_t count = 0;
    hf_error err = {0};
    two_sectors(f);
    must_write(f, "offer", NULL,
               "{\"key\":\"O2\",\"title\":\"Course\",\"provider\":\"UN\",\"kinds\":[\"training\"],"
               "\"marking\":\"TLP:RED\"}");
    hf_session local = local_session(f);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    assert_int_equal(read_all(f, &local).needs[0].offer_count, 2);
    assert_int_equal(read_all(f, &analyst).needs[0].offer_count, 1);
    assert_true(hf_offer_pairs(&local, &f->memory, &pairs, &count, &err));
    assert_int_equal(count, 1);
    assert_true(hf_offer_pairs(&analyst, &f->memory, &pairs, &count, &err));
    assert_int_equal(count, 0);
}

static void the_most_urgent_need_stands_first_then_the_earliest(void **state)
{
    fixture *f = *state;
    static const char *const wanted[] = {"C", "B", "A", "W/1", "D"};
    two_sectors(f);
    must_write(f, "need", "E/1", "{\"status\":\"withdrawn\"}");
    must_write(f, "need", NULL,
               "{\"key\":\"A\",\"assessment\":\"E\",\"title\":\"T\",\"kind\":\"funding\","
               "\"urgency\":\"high\"}");
    must_write(f, "need", NULL,
               "{\"key\":\"B\",\"assessment\":\"E\",\"title\":\"T\",\"kind\":\"funding\","
               "\"urgency\":\"high\",\"wanted_by\":\"2030-01-01\"}");
    must_write(f, "need", NULL,
               "{\"key\":\"C\",\"assessment\":\"E\",\"title\":\"T\",\"kind\":\"funding\","
               "\"urgency\":\"urgent\"}");
    must_write(f, "need", NULL,
               "{\"key\":\"D\",\"assessment\":\"E\",\"title\":\"T\",\"kind\":\"funding\","
               "\"urgency\":\"low\"}");
    hf_session local = local_session(f);
    hf_assistance all = read_all(f, &local);
    assert_int_equal(all.need_count, HF_COUNT(wanted));
    for (size_t i = 0; i < HF_COUNT(wanted); i++)
        assert_true(hf_str_equal_z(all.needs[i].need->part.head.key, wanted[i]));
    assert_true(hf_need_is_uncovered(&all.needs[0]));
    assert_false(hf_need_is_uncovered(&all.needs[3]));
}

// The key of a proposal is never one that was given before, also where one between was removed.
static void a_proposal_takes_the_next_number(void **state)
{
    fixture *f = *state;
    hf_assessment_results results;
    hf_error err = {0};
    two_sectors(f);
    must_write(f, "answer", NULL,
               "{\"assessment\":\"E\",\"question\":\"2341-OP2.q1\",\"rating\":\"0\"}");
    must_write(f, "need", NULL,
               "{\"key\":\"E/2341-OP2/N7\",\"assessment\":\"E\",\"title\":\"T\","
               "\"kind\":\"funding\",\"provisions\":[\"2341-OP2\"]}");
    hf_session local = local_session(f);
    assert_true(hf_assessment_results_read(&local, NULL, HF_STR("E"), &f->memory, &results, &err));
    assert_int_equal(results.gap_count, 1);
    assert_int_equal(results.gaps[0].needs, 1);
    const hf_assistance_need *need = hf_need_for_gap(&results, 0, &f->memory);
    assert_true(hf_str_equal_z(need->part.head.key, "E/2341-OP2/N8"));
    assert_true(hf_str_equal_z(need->sectors, "EN"));
    assert_int_equal(need->kind, HF_WORD_NONE);
    assert_int_equal(need->urgency, HF_URGENCY_MEDIUM); // 1 × 3 × 0.7 = 2.1
    assert_false(hf_confirm_needs(&local, &need, 1, HF_WORD_NONE, &f->memory, &err));
    assert_string_equal(err.code, "field.required");
    err = (hf_error){0};
    assert_true(hf_confirm_needs(&local, &need, 1, 0, &f->memory, &err));
}

static void proposals_are_stored_all_or_none(void **state)
{
    fixture *f = *state;
    hf_assessment_results results;
    hf_error err = {0};
    two_sectors(f);
    answer(f, "E", "2341-OP1.q1", "0");
    answer(f, "E", "2341-OP2.q1", "0");
    hf_session local = local_session(f);
    assert_true(hf_assessment_results_read(&local, NULL, HF_STR("E"), &f->memory, &results, &err));
    assert_int_equal(results.gap_count, 2);
    const hf_assistance_need *needs[] = {hf_need_for_gap(&results, 0, &f->memory),
                                         hf_need_for_gap(&results, 1, &f->memory), NULL};
    needs[2] = needs[0];
    size_t before = read_all(f, &local).need_count;
    assert_false(hf_confirm_needs(&local, needs, 3, 0, &f->memory, &err));
    assert_string_equal(err.code, "record.exists");
    assert_int_equal(read_all(f, &local).need_count, before);
    err = (hf_error){0};
    assert_true(hf_confirm_needs(&local, needs, 2, 0, &f->memory, &err));
    assert_int_equal(read_all(f, &local).need_count, before + 2);
}

static const char *take_away(const fixture *f, const char *noun, const char *key)
{
    static hf_error err;
    hf_session session = local_session(f);
    uint64_t removed = 0;
    err = (hf_error){0};
    return hf_remove_record(&session, hf_noun_find(hf_str_of(noun)), hf_str_of(key), HF_VERSION_ANY,
                            false, &removed, &err)
               ? ""
               : err.code;
}

// Else the project is stuck without its need, and the next need gets the key that the project names.
static void what_a_project_names_stays(void **state)
{
    fixture *f = *state;
    two_sectors(f);
    assert_string_equal(take_away(f, "need", "W/1"), "assistance.has_projects");
    assert_string_equal(take_away(f, "offer", "O"), "assistance.has_projects");
    // Nor is it taken back with the event that added it.
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    hf_session local = local_session(f);
    hf_undo_counts counts;
    hf_error err = {0};
    must_write(f, "need", NULL,
               "{\"key\":\"W/9\",\"assessment\":\"W\",\"title\":\"T\",\"kind\":\"training\"}");
    assert_true(hf_read_begin(f->store, &read, &err));
    int64_t event = hf_event_last(read);
    hf_read_end(&read);
    must_write(f, "project", NULL, "{\"assessment\":\"W\",\"need\":\"W/9\",\"title\":\"P\"}");
    assert_false(hf_undo_event(&local, event, &counts, &err));
    assert_string_equal(err.code, "assistance.has_projects");
    assert_string_equal(take_away(f, "project", "W/9/P"), "");
    err = (hf_error){0};
    assert_true(hf_undo_event(&local, event, &counts, &err));
    must_write(f, "project", "W/1/O", "{\"status\":\"finished\"}");
    assert_string_equal(take_away(f, "need", "E/1"), "");
    assert_string_equal(take_away(f, "project", "W/1/O"), "");
    assert_string_equal(take_away(f, "need", "W/1"), "");
    assert_string_equal(take_away(f, "offer", "O"), "");
}

// As a program that is older than the rule for keys has stored it.
static void put_older_answer(fixture *f, const char *assessment, const char *question,
                             int32_t rating)
{
    HF_CLEANUP(hf_tx_end) hf_tx *tx = NULL;
    hf_session local = local_session(f);
    hf_put_outcome outcome;
    hf_error err = {0};
    hf_answer *record = hf_noun_new(&hf_noun_answer, &f->memory);
    record->part.head.key = HF_STR("chosen");
    record->part.assessment = hf_str_of(assessment);
    record->part.sector = HF_STR("EN");
    record->question = hf_str_of(question);
    record->rating = rating;
    assert_true(hf_tx_begin(f->store, local.now_ms, &tx, &err));
    assert_true(hf_store_put(tx, &hf_noun_answer, record, HF_VERSION_ANY, &outcome, &err));
    assert_true(hf_note(tx, &local, "store.add", &hf_noun_answer, record->part.head.key,
                        HF_STR_EMPTY, HF_STR_EMPTY, &err));
    assert_true(hf_tx_commit(&tx, &err));
}

// The gaps of a need are read from its own provisions alone, and are those of the whole results.
static void gaps_of_a_need_are_those_of_the_results(void **state)
{
    fixture *f = *state;
    two_sectors(f);
    hf_session local = local_session(f);
    hf_assessment_results results;
    hf_error err = {0};
    size_t told = 0;
    must_write(f, "assessment", "E", "{\"theme_weights\":{\"strategy\":5,\"law\":1}}");
    must_write(f, "need", "E/1",
               "{\"provisions\":[\"2341-OP1\",\"2341-OP2\",\"2341-OP5\",\"NOPE\"]}");
    must_write(f, "need", NULL,
               "{\"key\":\"E/2\",\"assessment\":\"E\",\"title\":\"C\",\"kind\":\"training\","
               "\"provisions\":[\"2341-OP3\",\"2341-OP4\"]}");
    must_write(f, "question", "2341-OP2.q2", "{\"weight\":7}");
    answer(f, "E", "2341-OP1.q1", "0");
    answer(f, "E", "2341-OP2.q1", "4");
    answer(f, "E", "2341-OP2.q2", "1");
    answer(f, "E", "2341-OP3.q1", "NA");
    put_older_answer(f, "E", "2341-OP4.q1", HF_RATED_1);
    assert_true(hf_assessment_results_read(&local, NULL, HF_STR("E"), &f->memory, &results, &err));
    hf_assistance all = read_all(f, &local);
    for (size_t i = 0; i < all.need_count; i++)
        for (size_t k = 0; k < all.needs[i].gap_count; k++, told++) {
            const hf_need_gap *gap = &all.needs[i].gaps[k];
            uint32_t at = 0;
            double value = 0;
            if (!hf_map_get(&results.book.provision_index, gap->provision, &at)) {
                assert_true(isnan(gap->score) && hf_str_equal_z(gap->title, "NOPE"));
                continue;
            }
            for (size_t g = 0; g < results.gap_count; g++)
                value += results.gaps[g].provision == at ? results.gaps[g].value : 0;
            double score = results.scores[at].implementation;
            assert_true(isnan(score) ? isnan(gap->score) : gap->score == score);
            assert_true(gap->value == value);
        }
    assert_int_equal(told, 6);
}

// A project of the first round that the second one measures; its need is of two provisions.
static void measured_again(fixture *f)
{
    two_sectors(f);
    must_write(f, "assessment", NULL,
               "{\"key\":\"E2\",\"title\":\"Again\",\"subject\":\"sector\",\"sector\":\"EN\"}");
    must_write(f, "need", "E/1", "{\"provisions\":[\"2341-OP1\",\"2341-OP2\"]}");
    must_write(f, "project", NULL,
               "{\"assessment\":\"E\",\"need\":\"E/1\",\"title\":\"Q\",\"measured_in\":\"E2\"}");
    answer(f, "E", "2341-OP1.q1", "0");
    answer(f, "E", "2341-OP2.q1", "4");
}

static const hf_measured_project *measured(fixture *f, const hf_session *session)
{
    hf_assistance all = read_all(f, session);
    for (size_t i = 0; i < all.project_count; i++)
        if (hf_str_equal_z(all.projects[i].project->title, "Q"))
            return &all.projects[i];
    fail_msg("the project is not told");
    return NULL;
}

// What waits to be rated again is no progress.
static void a_project_is_measured_by_what_both_rounds_rated(void **state)
{
    fixture *f = *state;
    measured_again(f);
    hf_session local = local_session(f);
    const hf_measured_project *got = measured(f, &local);
    assert_float_equal(got->before, 0.5, 1e-12); // alone
    assert_true(isnan(got->after));
    answer(f, "E2", "2341-OP2.q1", "4");
    got = measured(f, &local);
    assert_float_equal(got->before, 1, 1e-12);
    assert_float_equal(got->after, 1, 1e-12);
    answer(f, "E2", "2341-OP1.q1", "2");
    answer(f, "E2", "2341-OP1.q2", "4"); // was not rated then
    got = measured(f, &local);
    assert_float_equal(got->before, 0.5, 1e-12);
    assert_float_equal(got->after, 0.75, 1e-12);
}

static void provisions_weigh_in_a_project_as_in_every_comparison(void **state)
{
    fixture *f = *state;
    measured_again(f);
    must_write(f, "provision", "2341-OP2", "{\"weight\":3}");
    answer(f, "E2", "2341-OP1.q1", "4");
    answer(f, "E2", "2341-OP2.q1", "0");
    hf_session local = local_session(f);
    const hf_measured_project *got = measured(f, &local);
    assert_float_equal(got->before, 0.75, 1e-12);
    assert_float_equal(got->after, 0.25, 1e-12);
}

static void a_project_is_measured_by_a_round_of_its_subject(void **state)
{
    fixture *f = *state;
    measured_again(f);
    hf_session local = local_session(f);
    assert_string_equal(write_record(f, &local, "project", "E/1/P", "{\"measured_in\":\"W\"}"),
                        "assessment.other_subject");
    assert_string_equal(write_record(f, &local, "project", "E/1/P", "{\"measured_in\":\"NOPE\"}"),
                        "reference.unknown");
    // A round that is gone, or hidden from who writes, is no reason to refuse what else changes.
    must_write(f, "assessment", "E2", "{\"marking\":\"TLP:RED\"}");
    hf_session assessor = user_session(f, HF_ROLE_ASSESSOR, HF_TLP_AMBER);
    assert_string_equal(write_record(f, &assessor, "project", "E/1/P", "{\"status\":\"finished\"}"),
                        "");
    assert_string_equal(write_record(f, &assessor, "project", "W/1/O", "{\"measured_in\":\"E2\"}"),
                        "reference.unknown");
}

// Its figure is as secret as the round that it is read from, and told to nobody else.
static void a_project_is_as_secret_as_the_round_that_measures_it(void **state)
{
    fixture *f = *state;
    measured_again(f);
    answer(f, "E2", "2341-OP2.q1", "4");
    hf_session local = local_session(f);
    must_write(f, "assessment", "E", "{\"marking\":\"TLP:GREEN\"}");
    must_write(f, "assessment", "E2", "{\"marking\":\"TLP:RED\"}");
    assert_int_equal(measured(f, &local)->protection.marking, HF_TLP_RED);
    hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    assert_int_equal(measured(f, &analyst)->protection.marking, HF_TLP_GREEN);
    assert_true(isnan(measured(f, &analyst)->after));
    must_write(f, "assessment", "E2", "{\"marking\":\"TLP:CLEAR\"}");
    assert_int_equal(measured(f, &local)->protection.marking, HF_TLP_GREEN);
}

static void offers_take_no_more_than_their_share(void **state)
{
    enum { COUNT = 1000 };
    fixture *f = *state;
    hf_session session = local_session(f);
    const hf_assistance_request request = {0};
    HF_CLEANUP(hf_buf_done) hf_buf needs = hf_buf_of(1u << 20);
    HF_CLEANUP(hf_buf_done) hf_buf offers = hf_buf_of(1u << 20);
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_assistance a;
    hf_error err = {0};
    two_sectors(f);
    hf_buf_add_z(&needs, "key,assessment,title,kind\n");
    hf_buf_add_z(&offers, "key,title,provider,kinds\n");
    for (int i = 0; i < COUNT; i++) {
        hf_buf_add_format(&needs, "N%d,E,Need %d,training\n", i, i);
        hf_buf_add_format(&offers, "O%d,Offer %d,UN,equipment\n", i, i);
    }
    const char *one[] = {"needs.csv", hf_str_z(&f->memory, hf_buf_str(&needs)), NULL};
    const char *two[] = {"offers.csv", hf_str_z(&f->memory, hf_buf_str(&offers)), NULL};
    assert_true(import_texts(f, (hf_import_request){.as = &hf_noun_need}, one).is_stored);
    assert_true(import_texts(f, (hf_import_request){.as = &hf_noun_offer}, two).is_stored);
    assert_true(hf_assistance_read(&session, &request, &arena, &a, &err));
    assert_int_equal(a.need_count, COUNT + 2);
    assert_int_equal(a.needs[0].offer_count, 1);
    assert_true(arena.used_bytes < (size_t)COUNT * 2 * 8192);
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_grant_of_a_sector_reaches_its_needs_and_all_offers),
        WITH_STORE(who_operates_writes_no_needs_and_who_assesses_does),
        WITH_STORE(a_hidden_offer_fits_nothing_and_is_no_duplicate),
        WITH_STORE(the_most_urgent_need_stands_first_then_the_earliest),
        WITH_STORE(a_proposal_takes_the_next_number),
        WITH_STORE(proposals_are_stored_all_or_none),
        WITH_STORE(what_a_project_names_stays),
        WITH_STORE(gaps_of_a_need_are_those_of_the_results),
        WITH_STORE(a_project_is_measured_by_what_both_rounds_rated),
        WITH_STORE(provisions_weigh_in_a_project_as_in_every_comparison),
        WITH_STORE(a_project_is_measured_by_a_round_of_its_subject),
        WITH_STORE(a_project_is_as_secret_as_the_round_that_measures_it),
        WITH_STORE(offers_take_no_more_than_their_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
