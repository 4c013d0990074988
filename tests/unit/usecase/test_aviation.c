// SPDX-License-Identifier: Apache-2.0
//
// The aviation pack: effective implementation by area and element from the answers of a round, clocks of programmes and
// equipment, findings of three audits merged, and the sheet of a trial.
#include "fixture.h"

#include <math.h>

#include "usecase/usecase.h"

static void answer(fixture *f, const char *question, const char *rating)
{
    char json[200];
    snprintf(json, sizeof(json), "{\"assessment\":\"A\",\"question\":\"%s\",\"rating\":\"%s\"}",
             question, rating);
    must_write(f, "answer", NULL, json);
}

static hf_aviation read_all(fixture *f, const hf_session *session, const char *assessment)
{
    hf_aviation out;
    hf_error err = {0};
    if (!hf_aviation_read(session, hf_str_of(assessment), &f->memory, &out, &err))
        fail_msg("%s: %s", err.code, err.message);
    return out;
}

static int32_t area_of(const char *word)
{
    for (int32_t i = 0; hf_audit_area_words[i] != NULL; i++)
        if (strcmp(hf_audit_area_words[i], word) == 0)
            return i;
    return HF_WORD_NONE;
}

static void implementation_is_satisfied_over_applicable_of_each_area_and_element(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    assert_null(hf_audit_area_words[HF_AUDIT_AREA_COUNT]);
    assert_null(hf_critical_element_words[HF_CRITICAL_ELEMENT_COUNT]);
    assert_null(read_all(f, &session, "").assessment);
    must_write(f, "assessment", NULL,
               "{\"key\":\"W\",\"title\":\"Weapons\",\"instruments\":[\"sr2370\"],"
               "\"starts_at\":\"2023-05-01\"}");
    must_write(f, "assessment", NULL,
               "{\"key\":\"A\",\"title\":\"Air\",\"instruments\":[\"icao-annex-17\"],"
               "\"starts_at\":\"2023-01-01\"}");
    // The newer one asks nothing about aviation.
    hf_aviation a = read_all(f, &session, "");
    assert_true(hf_str_equal_z(a.assessment->head.key, "A"));
    assert_true(isnan(hf_audit_effective(&a.areas[0])));
    // A17-4.6: cargo, elements 6 and 2; A17-3.4: quality control 7 and 8, training 4.
    answer(f, "A17-4.6.q1", "4");
    answer(f, "A17-4.6.q2", "2");
    answer(f, "A17-3.4.q1", "3");
    answer(f, "A17-3.4.q2", "NA");
    a = read_all(f, &session, "");
    const hf_audit_score *cargo = &a.areas[area_of("cgo")], *quality = &a.areas[area_of("qcf")];
    assert_int_equal(cargo->asked, 2);
    assert_int_equal(cargo->applicable, 2);
    assert_int_equal(cargo->satisfied, 1);
    assert_true(fabs(hf_audit_effective(cargo) - 0.5) < 1e-12);
    assert_int_equal(quality->applicable, 1);
    assert_true(fabs(hf_audit_effective(quality) - 1) < 1e-12);
    assert_int_equal(a.elements[5].satisfied, 1); // CE-6
    assert_int_equal(a.elements[7].applicable, 0);
    // A State's own choice stands before what ships.
    must_write(f, "question", "A17-4.6.q2", "{\"audit_area\":\"qcf\"}");
    a = read_all(f, &session, "A");
    assert_int_equal(a.areas[area_of("cgo")].asked, 1);
    assert_int_equal(a.areas[area_of("qcf")].applicable, 2);
    assert_int_equal(read_all(f, &session, "W").areas[0].asked, 0);
}

static const hf_aviation_section *section_of(const hf_aviation *a, const char *key)
{
    for (size_t i = 0; i < a->chapter_count; i++)
        for (size_t k = 0; k < a->chapters[i].section_count; k++)
            if (hf_str_equal_z(a->chapters[i].sections[k].key, key))
                return &a->chapters[i].sections[k];
    fail_msg("no section %s", key);
    return NULL;
}

static void annex_17_is_told_chapter_by_chapter_with_findings_and_programmes(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f); // 2023-11-14
    hf_aviation a = read_all(f, &session, "");
    // Without any answer the chapters stand there, and nothing is counted. What binds comes first.
    assert_true(hf_str_equal_z(a.chapters[0].instrument, "icao-annex-17"));
    assert_true(hf_str_equal_z(a.chapters[0].paragraph, "chapter 2"));
    assert_true(hf_str_equal_z(a.chapters[3].paragraph, "chapter 5"));
    assert_int_equal(a.chapters[2].section_count, 9); // 4.1 to 4.9
    assert_int_equal(a.chapters[2].score.asked, 0);
    assert_true(hf_str_equal_z(a.chapters[4].instrument, "sr2309"));
    must_write(f, "assessment", NULL,
               "{\"key\":\"A\",\"title\":\"Air\",\"instruments\":[\"icao-annex-17\"]}");
    answer(f, "A17-4.6.q1", "4"); // cargo, element 6
    answer(f, "A17-4.6.q2", "2"); // cargo, element 2
    answer(f, "A17-4.2.q1", "3");
    must_write(
        f, "finding", NULL,
        "{\"key\":\"F1\",\"title\":\"Seals\",\"origin\":\"icao\",\"provisions\":[\"A17-4.6\"]}");
    must_write(f, "finding", NULL,
               "{\"key\":\"F2\",\"title\":\"Mail\",\"origin\":\"icao\",\"status\":\"verified\","
               "\"provisions\":[\"A17-4.6\"]}");
    // Of an assessment, named by a section alone; and of another section, merged into one that does not name it.
    must_write(f, "finding", NULL,
               "{\"key\":\"F3\",\"title\":\"Lanes\",\"origin\":\"assessment\","
               "\"provisions\":[\"A17-4.2\"]}");
    must_write(f, "finding", NULL,
               "{\"key\":\"F4\",\"title\":\"Bags\",\"origin\":\"self\",\"same_as\":\"F1\","
               "\"provisions\":[\"A17-4.2\",\"A17-4.6\"]}");
    must_write(f, "finding", NULL,
               "{\"key\":\"F5\",\"title\":\"Elsewhere\",\"origin\":\"assessment\","
               "\"provisions\":[\"2341-OP2\"]}");
    must_write(
        f, "programme", NULL,
        "{\"key\":\"P1\",\"title\":\"Nation\",\"level\":\"national\",\"status\":\"approved\","
        "\"approved_at\":\"2023-06-01\",\"provisions\":[\"A17-4.6\",\"A17-4.2\"]}");
    must_write(
        f, "programme", NULL,
        "{\"key\":\"P2\",\"title\":\"Airport\",\"level\":\"airport\",\"status\":\"approved\","
        "\"approved_at\":\"2021-06-01\",\"provisions\":[\"A17-4.6\"]}");
    must_write(f, "programme", NULL,
               "{\"key\":\"P3\",\"title\":\"Airline\",\"level\":\"operator\",\"provisions\":[\"A17-"
               "4.6\"]}");
    must_write(f, "programme", NULL,
               "{\"key\":\"P4\",\"title\":\"Gone\",\"level\":\"cargo\",\"status\":\"withdrawn\","
               "\"provisions\":[\"A17-4.6\"]}");
    a = read_all(f, &session, "A");
    const hf_aviation_section *cargo = section_of(&a, "A17-4.6");
    assert_int_equal(cargo->score.asked, 2);
    assert_int_equal(cargo->score.applicable, 2);
    assert_int_equal(cargo->score.satisfied, 1);
    assert_int_equal(cargo->areas, 1u << area_of("cgo"));
    assert_int_equal(cargo->elements, 1u << 5 | 1u << 1);
    assert_int_equal(cargo->open_findings, 1);
    assert_int_equal(section_of(&a, "A17-4.2")->open_findings, 2);
    assert_int_equal(a.finding_count, 3); // F1 with F4, F2, F3
    for (size_t i = 0; i < a.chapter_count; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(hf_str_equal(a.chapters[i].instrument, a.chapters[k].instrument) &&
                         hf_str_equal(a.chapters[i].paragraph, a.chapters[k].paragraph));
    assert_false(cargo->is_read);
    assert_int_equal(cargo->programmes[0].in_force, 1);
    assert_int_equal(cargo->programmes[1].late, 1);
    assert_int_equal(cargo->programmes[2].draft, 1);
    assert_int_equal(
        cargo->programmes[3].in_force + cargo->programmes[3].late + cargo->programmes[3].draft, 0);
    assert_int_equal(section_of(&a, "A17-4.2")->programmes[0].in_force, 1);
    assert_int_equal(a.chapters[2].score.satisfied, 2);
    assert_int_equal(a.cells[area_of("cgo")][5].satisfied, 1);
    assert_int_equal(a.cells[area_of("cgo")][1].applicable, 1);
    assert_int_equal(a.cells[area_of("cgo")][1].satisfied, 0);
    assert_int_equal(a.cells[area_of("fal")][0].asked, 0);
}

// What stands in the catalogue as "chapter 4.2" has words in each language.
static void chapters_are_told_in_the_language_of_the_reader(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    session.lang = HF_LANG_FR;
    hf_aviation a = read_all(f, &session, "");
    assert_true(hf_str_equal_z(a.chapters[0].paragraph, "chapitre 2"));
    assert_true(hf_str_equal_z(a.chapters[0].sections[0].paragraph, "chapitre 2.1"));
}

static void clocks_tell_what_is_late(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f); // 2023-11-14
    must_write(f, "programme", NULL,
               "{\"key\":\"P1\",\"title\":\"Old\",\"level\":\"airport\",\"status\":\"approved\","
               "\"approved_at\":\"2022-11-13\"}");
    must_write(
        f, "programme", NULL,
        "{\"key\":\"P2\",\"title\":\"Looked at\",\"level\":\"airport\",\"status\":\"approved\","
        "\"approved_at\":\"2020-01-01\",\"reviewed_at\":\"2022-11-15\"}");
    must_write(
        f, "device", NULL,
        "{\"key\":\"D1\",\"title\":\"Fine\",\"kind\":\"cabin\",\"tested_at\":\"2023-10-01\"}");
    must_write(
        f, "device", NULL,
        "{\"key\":\"D2\",\"title\":\"Untested\",\"kind\":\"cabin\",\"ends_at\":\"2023-01-01\"}");
    must_write(f, "device", NULL,
               "{\"key\":\"D3\",\"title\":\"In store\",\"kind\":\"cabin\",\"status\":\"standby\"}");
    hf_aviation a = read_all(f, &session, "");
    assert_true(a.programmes[0].is_overdue);
    assert_false(a.programmes[1].is_overdue);
    assert_true(hf_str_equal_z(a.devices[0].device->head.key, "D2"));
    assert_true(a.devices[0].is_test_overdue && a.devices[0].is_past_life);
    assert_false(a.devices[1].is_test_overdue || a.devices[1].is_past_life);
    assert_false(a.devices[2].is_test_overdue);
    assert_string_equal(
        write_record(f, &session, "device", "D1",
                     "{\"installed_at\":\"2024-01-01\",\"ends_at\":\"2023-01-01\"}"),
        "aviation.ends_first");
}

static void findings_of_several_audits_become_one_when_somebody_says_so(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    must_write(f, "finding", NULL,
               "{\"key\":\"F1\",\"title\":\"Passes not withdrawn in time\",\"origin\":\"icao\","
               "\"audit_area\":\"ops\",\"critical_element\":\"ce_6\",\"due\":\"2023-01-01\"}");
    must_write(f, "finding", NULL,
               "{\"key\":\"F2\",\"title\":\"passes are not withdrawn in time\",\"origin\":\"self\","
               "\"audit_area\":\"ops\",\"critical_element\":\"ce_6\"}");
    must_write(f, "finding", NULL,
               "{\"key\":\"F3\",\"title\":\"Passes not withdrawn in time\",\"origin\":\"icao\","
               "\"audit_area\":\"ops\",\"critical_element\":\"ce_6\",\"status\":\"verified\"}");
    hf_aviation a = read_all(f, &session, "");
    assert_int_equal(a.finding_count, 3);
    assert_int_equal(a.open_by_area[area_of("ops")], 2);
    assert_true(a.findings[0].is_overdue);
    assert_true(hf_str_equal_z(a.findings[2].finding->head.key, "F3"));
    assert_false(a.pairs_left_out);
    assert_int_equal(a.pair_count, 2); // of one origin they are two findings
    assert_true(hf_str_equal_z(a.pairs[0].a->head.key, "F1"));
    must_write(f, "finding", "F2", "{\"same_as\":\"F1\"}");
    a = read_all(f, &session, "");
    assert_int_equal(a.finding_count, 2);
    assert_int_equal(a.findings[0].merged_count, 1);
    assert_int_equal(a.findings[0].origins, 1u << HF_ORIGIN_ICAO | 1u << HF_ORIGIN_SELF);
    assert_int_equal(a.open_by_area[area_of("ops")], 1);
    assert_int_equal(a.pair_count, 0);
    assert_string_equal(write_record(f, &session, "finding", "F1", "{\"same_as\":\"F1\"}"),
                        "finding.same_as");
    must_write(f, "finding", "F1",
               "{\"same_as\":\"F2\"}"); // round and round: each stands for itself
    assert_int_equal(read_all(f, &session, "").finding_count, 3);
    must_write(f, "finding", "F1", "{\"marking\":\"TLP:RED\",\"same_as\":null}");
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    a = read_all(f, &observer, "");
    assert_int_equal(a.finding_count, 2); // and of F1 nothing is told
    assert_int_equal(a.marking, HF_TLP_AMBER);
}

// What helps an attacker is marked so, at every door, and good practice is no finding of an audit.
static void a_vulnerability_is_restricted(void **state)
{
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    hf_assessment_results results;
    hf_error err = {0};
    must_write(f, "assessment", NULL, "{\"key\":\"A\",\"title\":\"Round\"}");
#define FOUND(key, kind, more)                                                                     \
    "{\"key\":\"" key                                                                              \
    "\",\"title\":\"T\",\"origin\":\"assessment\",\"assessment\":\"A\",\"kind\":\"" kind "\"" more \
    "}"
    assert_string_equal(write_record(f, &session, "finding", NULL, FOUND("V", "vulnerability", "")),
                        "finding.vulnerability_open");
    must_write(f, "finding", NULL,
               FOUND("V", "vulnerability", ",\"marking\":\"TLP:AMBER+STRICT\""));
    assert_string_equal(write_record(f, &session, "finding", "V", "{\"marking\":\"TLP:GREEN\"}"),
                        "finding.vulnerability_open");
    assert_string_equal(
        write_record(
            f, &session, "finding", NULL,
            FOUND("D", "gap", ",\"found_at\":\"2023-05-02\",\"verified_at\":\"2023-05-01\"")),
        "finding.verified_first");
    must_write(f, "finding", NULL,
               FOUND("D", "gap",
                     ",\"status\":\"verified\",\"found_at\":\"2023-05-02T10:00:00Z\",\"verified_"
                     "at\":\"2023-05-02\""));
    must_write(f, "finding", NULL, FOUND("G", "gap", ""));
    must_write(f, "finding", NULL, FOUND("G2", "gap", ",\"status\":\"verified\""));
    must_write(f, "finding", NULL, FOUND("P", "good_practice", ",\"audit_area\":\"ops\""));
    must_write(f, "finding", NULL, FOUND("P2", "good_practice", ",\"status\":\"withdrawn\""));
    assert_true(
        hf_assessment_results_read(&session, NULL, HF_STR("A"), &f->memory, &results, &err));
    assert_int_equal(results.findings[HF_FINDING_VULNERABILITY], 1);
    assert_int_equal(results.findings[HF_FINDING_GAP], 1);
    assert_int_equal(results.findings[HF_FINDING_GOOD_PRACTICE], 1);
    assert_int_equal(hf_results_marking(&results), HF_TLP_AMBER_STRICT);
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    assert_true(
        hf_assessment_results_read(&observer, NULL, HF_STR("A"), &f->memory, &results, &err));
    assert_int_equal(results.findings[HF_FINDING_VULNERABILITY], 0);
    assert_int_equal(results.findings[HF_FINDING_GAP], 1);
    assert_int_equal(hf_results_marking(&results), HF_TLP_AMBER);
    assert_int_equal(read_all(f, &session, "").finding_count, 0); // none is of aviation
}

// What is taken for them grows as they do, and not as their square; and that no pairs were looked for is told.
static void findings_by_the_thousand_take_no_more_than_their_share(void **state)
{
    enum { COUNT = 5000 };
    fixture *f = *state;
    (void)fixture_init(f);
    hf_session session = local_session(f);
    HF_CLEANUP(hf_buf_done) hf_buf csv = hf_buf_of(1u << 20);
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_aviation a;
    hf_error err = {0};
    hf_buf_add_z(&csv, "key,title,origin,same_as\n");
    for (int i = 0; i < COUNT; i++)
        hf_buf_add_format(&csv, "F%d,Gate %d,self,%s\n", i, i, i == 1 ? "F0" : "");
    const char *pairs[] = {"findings.csv", hf_str_z(&f->memory, hf_buf_str(&csv)), NULL};
    assert_true(import_texts(f, (hf_import_request){.as = &hf_noun_finding}, pairs).is_stored);
    assert_true(hf_aviation_read(&session, HF_STR(""), &arena, &a, &err));
    assert_int_equal(a.finding_count, COUNT - 1);
    assert_true(a.pairs_left_out);
    assert_true(arena.used_bytes < (size_t)COUNT * 8192);
    size_t merged = 0;
    for (size_t i = 0; i < a.finding_count; i++)
        merged += a.findings[i].merged_count;
    assert_int_equal(merged, 1);
}

static void a_sheet_tells_what_may_be_told_and_no_more(void **state)
{
    fixture *f = *state;
    const hf_trial *trial = NULL;
    hf_error err = {0};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(2000);
    hf_json_writer out = {.out = &text};
    (void)fixture_init(f);
    hf_session session = local_session(f);
    must_write(f, "trial", NULL,
               "{\"key\":\"T\",\"title\":\"Hall B\",\"kind\":\"cabin\",\"findings\":\"secret\","
               "\"ends_at\":\"2023-06-30\"}");
    assert_false(hf_trial_sheet(&session, HF_STR("T"), &f->memory, &trial, &err));
    assert_string_equal(err.code, "trial.no_sheet");
    must_write(f, "trial", "T", "{\"sheet\":\"Trays return.\"}");
    assert_true(hf_trial_sheet(&session, HF_STR("T"), &f->memory, &trial, &err));
    hf_write_trial_sheet(trial, &out);
    assert_true(hf_str_equal_z(hf_buf_str(&text),
                               "{\"kind\":\"cabin\",\"year\":\"2023\",\"sheet\":\"Trays return.\","
                               "\"contact\":\"\"}"));
    must_write(f, "trial", "T", "{\"marking\":\"TLP:RED\"}");
    hf_session observer = user_session(f, HF_ROLE_OBSERVER, HF_TLP_AMBER);
    assert_false(hf_trial_sheet(&observer, HF_STR("T"), &f->memory, &trial, &err));
    assert_string_equal(err.code, "record.unknown");
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(implementation_is_satisfied_over_applicable_of_each_area_and_element),
        WITH_STORE(annex_17_is_told_chapter_by_chapter_with_findings_and_programmes),
        WITH_STORE(chapters_are_told_in_the_language_of_the_reader),
        WITH_STORE(clocks_tell_what_is_late),
        WITH_STORE(findings_of_several_audits_become_one_when_somebody_says_so),
        WITH_STORE(a_vulnerability_is_restricted),
        WITH_STORE(findings_by_the_thousand_take_no_more_than_their_share),
        WITH_STORE(a_sheet_tells_what_may_be_told_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
