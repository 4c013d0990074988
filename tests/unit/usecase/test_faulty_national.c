// SPDX-License-Identifier: Apache-2.0
//
// Assessments, questionnaires, good practice and bulletins, over a store whose driver fails call 1, 2, 3 … until none
// fails: a use case that says that it failed has left everything as it was.
#include "faults.h"
#include "model/practice.h"

#define DOCUMENT(name, question)                                                                   \
    "{\"format\":\"holdfast-questionnaire/"                                                        \
    "1\",\"key\":\"q\",\"language\":\"en\",\"version\":\"1\","                                     \
    "\"words\":{\"en\":{\"name\":\"" name "\"}},\"sections\":[{\"key\":\"q:s\",\"theme\":"         \
    "\"strategy\",\"words\":{\"en\":{\"title\":\"Doors\"}},\"questions\":[{\"key\":\"" question    \
    "\",\"words\":{\"en\":{\"text\":\"Are they closed?\"}}}]}]}"

static const hf_assistance_need *need; // of the set-up

static bool put(hf_store *store, const char *text, const char *expected, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_questionnaire_request request = {.document = json_of(text, &arena),
                                              .expected = hf_str_of(expected)};
    hf_questionnaire_result result;
    if (!hf_put_questionnaire(&session, &request, &arena, &result, err))
        return false;
    if (!result.is_stored)
        fail_msg("%s: %s", result.faults[0].source, result.faults[0].message);
    return true;
}

static bool put_a_questionnaire(hf_store *store, hf_error *err)
{
    return put(store, DOCUMENT("Q, changed", "q:s.2"), "*", err);
}

static bool remove_a_questionnaire(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_remove_questionnaire(&session, HF_STR("q"), HF_STR("*"), err);
}

static bool write_a_questionnaire(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(16u << 20);
    hf_session session = session_of(store);
    return hf_export_questionnaire(&session, HF_STR("q"), &out, err);
}

static bool answer_a_question(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_patch patch =
        patch_of(&hf_noun_answer,
                 "{\"assessment\":\"E\",\"question\":\"law.1.q2\",\"rating\":\"2\"}", &arena);
    void *record = NULL;
    return hf_add_record(&session, &patch, &arena, &record, err);
}

static bool begin_the_next_round(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_next_round wanted = {.former = HF_STR("OLD"), .starts_at = HF_INTEGER_NONE};
    const hf_assessment *next = NULL;
    return hf_begin_next_round(&session, &wanted, &arena, &next, err);
}

static bool confirm_a_need(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    return hf_confirm_needs(&session, &need, 1, 0, &arena, err);
}

static void assessments_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_put_questionnaire, put_a_questionnaire),
        FAULT_CASE(hf_remove_questionnaire, remove_a_questionnaire),
        FAULT_CASE(hf_export_questionnaire, write_a_questionnaire),
        FAULT_CASE(hf_add_record, answer_a_question),
        FAULT_CASE(hf_begin_next_round, begin_the_next_round),
        FAULT_CASE(hf_confirm_needs, confirm_a_need),
    };
    SURVIVE(state, cases);
}

// --- practice and bulletins ------------------------------------------------------------------------------------

static bool adopt(hf_store *store, const char *objective, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_adoption wanted = {.practice = HF_STR("P1"), .objective = hf_str_of(objective)};
    const hf_noun *noun = NULL;
    void *record = NULL;
    return hf_adopt_practice(&session, &wanted, &arena, &noun, &record, err);
}

static bool adopt_as_a_measure(hf_store *store, hf_error *err)
{
    return adopt(store, "", err);
}

static bool adopt_as_an_action(hf_store *store, hf_error *err)
{
    return adopt(store, "O", err);
}

static bool ask_to_share(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_share_wish wish = {HF_STR("P1"), HF_TLP_GREEN, HF_STR("Others ask for it")};
    hf_release *release = NULL;
    return hf_ask_share(&session, &wish, &arena, &release, err);
}

static bool confirm_a_bulletin(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_receipt *receipt = NULL;
    return hf_confirm_bulletin(&session, HF_STR("B"), &arena, &receipt, err);
}

static void practice_and_bulletins_are_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_adopt_practice, adopt_as_a_measure),
        FAULT_CASE(hf_adopt_practice, adopt_as_an_action),
        FAULT_CASE(hf_ask_share, ask_to_share),
        FAULT_CASE(hf_confirm_bulletin, confirm_a_bulletin),
    };
    SURVIVE(state, cases);
}

// --- set-up --------------------------------------------------------------------------------------------------

static void fill_assessments(hf_kit *kit)
{
    hf_session session = session_of(kit->store);
    static hf_assessment_results results;
    MUST(kit, put(kit->store, DOCUMENT("Q", "q:s.1"), "", &kit->err));
    must_add(kit, "instrument", "{\"key\":\"law\",\"name\":\"Law\"}");
    must_add(
        kit, "provision",
        "{\"key\":\"law.1\",\"instrument\":\"law\",\"theme\":\"strategy\",\"title\":\"Doors\"}");
    must_add(kit, "question",
             "{\"key\":\"law.1.q1\",\"provision\":\"law.1\",\"text\":\"Are they closed?\"}");
    must_add(kit, "question",
             "{\"key\":\"law.1.q2\",\"provision\":\"law.1\",\"text\":\"By whom?\"}");
    must_add(kit, "assessment",
             "{\"key\":\"OLD\",\"title\":\"Old\",\"instruments\":[\"law\"],\"starts_at\":"
             "\"2020-01-01\",\"ends_at\":\"2020-12-01\",\"stage\":\"adopted\"}");
    must_add(kit, "assessment", "{\"key\":\"E\",\"title\":\"Energy\",\"instruments\":[\"law\"]}");
    must_add(kit, "answer", "{\"assessment\":\"E\",\"question\":\"law.1.q1\",\"rating\":\"0\"}");
    MUST(kit,
         hf_assessment_results_read(&session, NULL, HF_STR("E"), &kit->arena, &results, &kit->err));
    assert_int_equal(results.gap_count, 1);
    need = hf_need_for_gap(&results, 0, &kit->arena);
}

static void fill_library(hf_kit *kit)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(kit->store);
    void *record = NULL;
    must_add_user(kit, "{\"key\":\"ana\",\"role\":\"administrator\"}");
    must_add(kit, "practice",
             "{\"key\":\"P1\",\"title\":\"Exercise\",\"done\":\"Once a year.\",\"marking\":"
             "\"TLP:AMBER\"}");
    must_add(kit, "strategy", "{\"key\":\"S\",\"title\":\"National\"}");
    must_add(kit, "objective", "{\"key\":\"O\",\"strategy\":\"S\",\"title\":\"Ready\"}");
    must_add(kit, "bulletin", "{\"key\":\"B\",\"title\":\"Doors\",\"body\":\"Close them.\"}");
    hf_patch issued = patch_of(hf_noun_find(HF_STR("bulletin")), "{\"status\":\"issued\"}", &arena);
    MUST(kit, hf_edit_record(&session, &issued, HF_STR("B"), HF_VERSION_ANY, &arena, &record,
                             &kit->err));
}

static int open_filled(void **state)
{
    if (kit_open(state) != 0)
        return 1;
    fill_assessments(*state);
    fill_library(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(assessments_are_whole_or_not_at_all, open_filled,
                                        kit_close),
        cmocka_unit_test_setup_teardown(practice_and_bulletins_are_whole_or_not_at_all, open_filled,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("usecase faulty national", tests, NULL, NULL);
}
