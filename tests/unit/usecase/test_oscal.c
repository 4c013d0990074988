// SPDX-License-Identifier: Apache-2.0
//
// OSCAL through a store: what comes in goes out without a difference, a State's changes go out in its place, and an
// assessment leaves only with who may take it out.
#include "fixture.h"

#include "usecase/oscal.h"

#define LAW                                                                                        \
    "{\"catalog\":{\"uuid\":\"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724\",\"metadata\":{\"title\":"     \
    "\"Our law\",\"last-modified\":\"2026-01-01T00:00:00Z\",\"version\":\"7\",\"oscal-version\":"  \
    "\"1.1.2\",\"remarks\":\"kept\"},\"back-matter\":{\"resources\":[{\"uuid\":\"5a2b3c4d-0000-"   \
    "4000-8000-000000000001\",\"title\":\"The gazette\"}]},\"groups\":[{\"controls\":[{\"controls" \
    "\":[{\"id\":\"a-1.1\",\"title\":\"Inner\"}],\"id\":\"a-1\",\"links\":[{\"href\":\"#5a2b3c4d-" \
    "0000-4000-8000-000000000001\",\"rel\":\"reference\"}],\"parts\":[{\"id\":\"a-1_smt\","        \
    "\"name\":\"statement\",\"prose\":\"Close doors.\"},{\"id\":\"a-1_obj\",\"name\":"             \
    "\"assessment-objective\",\"prose\":\"doors are closed\"}],\"props\":[{\"name\":\"priority\"," \
    "\"ns\":\"urn:x\",\"value\":\"P1\"}],\"title\":\"Doors\"}],\"id\":\"g\",\"title\":\"Access\"," \
    "\"x-unknown\":[1,2.50]}]}}\n"

static hf_str export_of(fixture *f, const hf_session *session, hf_oscal_request request)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(64u << 20);
    hf_error err = {0};
    int32_t marking = 0;
    if (!hf_oscal_export(session, &request, &out, &marking, &err))
        return hf_str_format(&f->memory, "refused: %s", err.code);
    return hf_buf_copy(&f->memory, &out);
}

static hf_str law_of(fixture *f)
{
    hf_session session = local_session(f);
    return export_of(
        f, &session,
        (hf_oscal_request){.kind = HF_OSCAL_CATALOG, .instruments = HF_STR("our-law")});
}

static void import_law(fixture *f, const char *text, uint64_t added, uint64_t changed)
{
    const char *pairs[] = {"a.csv", text, NULL};
    hf_import_result result =
        import_texts(f, (hf_import_request){.format = HF_STR("oscal")}, pairs);
    assert_true(result.is_stored);
    assert_int_equal(result.total.added, added);
    assert_int_equal(result.total.changed, changed);
}

static hf_str canonical(fixture *f, hf_str text)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(64u << 20);
    hf_json *tree = NULL;
    hf_error err = {0};
    if (!hf_json_parse(text, &f->memory, &tree, &err))
        fail_msg("%.*s", HF_STR_ARG(text));
    hf_json_canonical(tree, &out);
    return hf_buf_copy(&f->memory, &out);
}

static bool has(hf_str text, const char *what)
{
    return hf_str_find(text, hf_str_of(what)) < text.len;
}

static void a_foreign_catalogue_goes_out_as_it_came_in(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    import_law(f, LAW, 5, 0);
    hf_str first = law_of(f);
    assert_true(hf_str_equal(canonical(f, first), canonical(f, hf_str_of(LAW))));
    assert_true(hf_str_equal(first, law_of(f)));
    import_law(f, hf_str_z(&f->memory, first), 0, 0);
}

// Its back matter stays with the controls that refer to it, and what none refers to with the instrument.
static void a_back_matter_too_long_for_one_record_is_not_lost(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf law = hf_buf_of(1u << 20);
    (void)fixture_init(f);
    hf_buf_add_z(&law, "{\"catalog\":{\"uuid\":\"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724\","
                       "\"metadata\":{\"title\":\"Our law\",\"version\":\"7\","
                       "\"oscal-version\":\"1.1.2\"},\"back-matter\":{\"resources\":[");
    for (unsigned i = 0; i < 200; i++)
        hf_buf_add_format(&law,
                          "%s{\"uuid\":\"5a2b3c4d-0000-4000-8000-%012u\",\"title\":\"Gazette %u\","
                          "\"description\":\"%0400u\"}",
                          i > 0 ? "," : "", i, i, i);
    hf_buf_add_z(&law, "]},\"controls\":[");
    for (unsigned i = 0; i < 190; i++) // each refers to one of its own and to the first
        hf_buf_add_format(
            &law,
            "%s{\"id\":\"c%u\",\"title\":\"C\",\"parts\":[{\"name\":\"x\",\"links\":[{"
            "\"href\":\"#5a2b3c4d-0000-4000-8000-%012u\"},{\"href\":\"#5a2b3c4d-0000-"
            "4000-8000-000000000000\"}]}]}",
            i > 0 ? "," : "", i, 189 - i);
    hf_buf_add_z(&law, "]}}");
    const char *text = hf_str_z(&f->memory, hf_buf_str(&law));
    import_law(f, text, 1 + 2 * 190, 0);
    assert_true(hf_str_equal(canonical(f, law_of(f)), canonical(f, hf_str_of(text))));
}

static void what_the_state_changed_goes_out_in_its_place_under_a_new_uuid(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    import_law(f, LAW, 5, 0);
    must_write(f, "provision", "our-law:a-1", "{\"title\":\"Our doors\"}");
    must_write(f, "question", "our-law:a-1_obj", "{\"text\":\"all doors are closed\"}");
    must_write(f, "question", NULL,
               "{\"key\":\"OUR.q2\",\"provision\":\"our-law:a-1\",\"text\":\"and locked\"}");
    hf_str text = law_of(f);
    assert_true(has(text, "\"title\":\"Our doors\""));
    assert_true(has(text, "\"prose\":\"all doors are closed\""));
    assert_true(has(text, "\"prose\":\"and locked\""));
    assert_true(has(text, "\"x-unknown\":[1,2.5]") || has(text, "\"x-unknown\":[1,2.50]"));
    assert_false(has(text, "74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724"));
    // Taken in again where it came from, nothing differs but what is kept of it.
    const char *pairs[] = {"a.csv", hf_str_z(&f->memory, text), NULL};
    hf_import_result result =
        import_texts(f, (hf_import_request){.format = HF_STR("oscal"), .is_dry_run = true}, pairs);
    assert_int_equal(result.total.added, 0);
    assert_int_equal(result.total.refused, 0);
    assert_true(hf_str_equal(text, law_of(f)));
}

static void a_question_without_an_id_is_found_again(void **state)
{
    fixture *f = *state;
    static const char law[] =
        "{\"catalog\":{\"uuid\":\"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724\",\"metadata\":{"
        "\"title\":\"Our law\",\"version\":\"7\",\"oscal-version\":\"1.1.2\"},\"controls\":[{"
        "\"id\":\"a\",\"title\":\"A\",\"parts\":[{\"name\":\"statement\",\"prose\":\"s\"},"
        "{\"name\":\"objective\",\"prose\":\"one\"},{\"name\":\"objective\",\"prose\":"
        "\"two\"}]}]}}";
    (void)fixture_init(f);
    import_law(f, law, 4, 0);
    assert_true(hf_str_equal(canonical(f, law_of(f)), canonical(f, hf_str_of(law))));
    must_write(f, "question", "our-law:a.q2", "{\"text\":\"three\"}");
    hf_str text = law_of(f);
    assert_true(has(text, "\"prose\":\"one\"") && has(text, "\"prose\":\"three\""));
    assert_true(has(text, "\"prose\":\"s\"") && !has(text, "\"prose\":\"two\""));
}

static void a_provision_that_is_gone_leaves_what_lay_in_it(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    uint64_t removed = 0;
    (void)fixture_init(f);
    import_law(f, LAW, 5, 0);
    assert_true(hf_remove_record(&session, &hf_noun_provision, HF_STR("our-law:a-1"),
                                 HF_VERSION_ANY, false, &removed, &err));
    hf_str text = law_of(f);
    assert_false(has(text, "\"id\":\"a-1\""));
    assert_true(has(text, "\"id\":\"a-1.1\""));
}

static void the_shipped_catalogue_comes_back_without_a_change(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    (void)fixture_init(f);
    hf_str text = export_of(f, &session, (hf_oscal_request){.kind = HF_OSCAL_CATALOG});
    const char *pairs[] = {"a.csv", hf_str_z(&f->memory, text), NULL};
    hf_import_result result =
        import_texts(f, (hf_import_request){.format = HF_STR("oscal"), .is_dry_run = true}, pairs);
    assert_int_equal(result.total.unchanged, 16 + 128 + 280);
    assert_int_equal(result.total.added + result.total.changed + result.total.refused, 0);
}

static void a_choice_that_names_nothing_is_refused(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    (void)fixture_init(f);
    assert_true(hf_str_equal_z(
        export_of(f, &session,
                  (hf_oscal_request){.kind = HF_OSCAL_PROFILE, .themes = HF_STR("aviaton")}),
        "refused: oscal.unknown_choice"));
    assert_true(hf_str_equal_z(
        export_of(f, &session,
                  (hf_oscal_request){.kind = HF_OSCAL_CATALOG, .instruments = HF_STR("sr9")}),
        "refused: oscal.unknown_choice"));
    assert_true(has(export_of(f, &session,
                              (hf_oscal_request){.kind = HF_OSCAL_PROFILE,
                                                 .instruments = HF_STR("sr2341"),
                                                 .themes = HF_STR("strategy")}),
                    "\"_2341-OP2\""));
}

static void write_assessment(fixture *f)
{
    must_write(f, "assessment", NULL,
               "{\"key\":\"N1\",\"title\":\"The nation\",\"instruments\":[\"sr2341\"],"
               "\"marking\":\"TLP:RED\"}");
    must_write(f, "answer", NULL,
               "{\"assessment\":\"N1\",\"question\":\"2341-OP2.q1\",\"rating\":\"4\","
               "\"evidence_link\":\"https://example.org/strategy\",\"evidence_accepted\":true}");
    must_write(f, "answer", NULL,
               "{\"assessment\":\"N1\",\"question\":\"2341-OP2.q2\",\"rating\":\"2\"}");
    must_write(f, "answer", NULL,
               "{\"assessment\":\"N1\",\"question\":\"2341-OP2.q3\",\"rating\":\"NA\"}");
}

// All but the words for whom a document is.
static hf_str unmarked(fixture *f, hf_str text)
{
    size_t from = hf_str_find(text, HF_STR(",{\"name\":\"made-for\""));
    size_t to = hf_str_find_byte(text, '}', from);
    assert_true(to < text.len);
    return hf_str_format(&f->memory, "%.*s%.*s", (int)from, text.ptr,
                         HF_STR_ARG(hf_str_slice(text, to + 1, text.len)));
}

static void answers_are_observations_and_findings_with_two_figures(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    (void)fixture_init(f);
    write_assessment(f);
    hf_oscal_request request = {.kind = HF_OSCAL_RESULTS, .assessment = HF_STR("N1")};
    hf_str text = export_of(f, &session, request);
    hf_json *tree = NULL;
    hf_error err = {0};
    assert_true(hf_json_parse(text, &f->memory, &tree, &err));
    const hf_json *result = hf_json_get(hf_json_get(tree, "assessment-results"), "results")->child;
    assert_int_equal(hf_json_get(result, "observations")->child_count, 3);
    assert_int_equal(hf_json_get(result, "findings")->child_count, 2);
    assert_true(
        has(text, "\"name\":\"implementation\",\"ns\":\"urn:holdfast:oscal\",\"value\":\"0.75\""));
    assert_true(
        has(text, "\"name\":\"evidence-cover\",\"ns\":\"urn:holdfast:oscal\",\"value\":\"0.5\""));
    assert_true(has(text, "\"name\":\"marking\",\"value\":\"TLP:RED\""));
    assert_true(has(text, "https://example.org/strategy"));
    assert_true(has(text, "\"state\":\"satisfied\""));
    assert_true(has(text, "\"state\":\"not-satisfied\""));
    text = unmarked(f, text);
    assert_false(has(text, "cli:test")); // who answered
    assert_true(hf_str_equal(text, unmarked(f, export_of(f, &session, request))));
}

static void a_plan_of_action_needs_advice(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    (void)fixture_init(f);
    write_assessment(f);
    hf_oscal_request request = {.kind = HF_OSCAL_POAM, .assessment = HF_STR("N1")};
    assert_true(hf_str_equal_z(export_of(f, &session, request), "refused: oscal.no_advice"));
    must_write(f, "recommendation", NULL,
               "{\"key\":\"R1\",\"assessment\":\"N1\",\"title\":\"Write it down\",\"status\":"
               "\"verified\",\"due\":\"2027-01-31T00:00:00Z\"}");
    hf_str text = export_of(f, &session, request);
    assert_true(has(text, "\"status\":\"closed\""));
    assert_true(has(text, "\"deadline\":\"2027-01-31T00:00:00"));
}

static void an_assessment_leaves_with_nobody_who_may_not_know_or_export_it(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    write_assessment(f);
    for (int kind = HF_OSCAL_PLAN; kind < HF_OSCAL_COUNT; kind++) {
        hf_oscal_request request = {.kind = (hf_oscal_document_kind)kind,
                                    .assessment = HF_STR("N1")};
        hf_session uncleared = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
        hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
        hf_session analyst = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
        assert_true(hf_str_equal_z(export_of(f, &uncleared, request), "refused: record.unknown"));
        assert_true(hf_str_equal_z(export_of(f, &observer, request), "refused: access.denied"));
        assert_true(hf_str_equal_z(export_of(f, &analyst, request), "refused: oscal.no_advice") ==
                    (kind == HF_OSCAL_POAM));
    }
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
    assert_true(
        hf_str_equal_z(export_of(f, &observer, (hf_oscal_request){.kind = HF_OSCAL_CATALOG}),
                       "refused: access.denied"));
}

#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_foreign_catalogue_goes_out_as_it_came_in),
        WITH_STORE(a_back_matter_too_long_for_one_record_is_not_lost),
        WITH_STORE(what_the_state_changed_goes_out_in_its_place_under_a_new_uuid),
        WITH_STORE(a_question_without_an_id_is_found_again),
        WITH_STORE(a_provision_that_is_gone_leaves_what_lay_in_it),
        WITH_STORE(the_shipped_catalogue_comes_back_without_a_change),
        WITH_STORE(a_choice_that_names_nothing_is_refused),
        WITH_STORE(answers_are_observations_and_findings_with_two_figures),
        WITH_STORE(a_plan_of_action_needs_advice),
        WITH_STORE(an_assessment_leaves_with_nobody_who_may_not_know_or_export_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
