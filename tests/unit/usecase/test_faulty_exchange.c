// SPDX-License-Identifier: Apache-2.0
//
// What comes in and what goes out, over a store whose driver fails call 1, 2, 3 … until none fails: imports, inference,
// exports, reports, documents. Nothing leaves that the log does not know.
#include "faults.h"
#include "usecase/report.h"

static char file_path[128];  // of the table that is imported
static int64_t import_event; // of the set-up

static bool import_table(hf_store *store, int64_t *event, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_import_file file = {file_path, "assets.csv"};
    hf_import_request request = {.files = &file, .file_count = 1};
    hf_import_result result = {0};
    if (!hf_import(&session, &request, &arena, &result, err))
        return false;
    *event = result.event;
    assert_true(result.is_stored);
    return true;
}

static bool import(hf_store *store, hf_error *err)
{
    int64_t unused = 0;
    return import_table(store, &unused, err);
}

static bool run_job(hf_store *store, const hf_job_kind *kind, const char *request, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    HF_CLEANUP(hf_buf_done) hf_buf result = hf_buf_of(1u << 20);
    hf_session session = session_of(store);
    hf_progress progress = {0};
    return kind->run(&session, json_of(request, &arena), &progress, &arena, &result, err);
}

static bool import_as_a_job(hf_store *store, hf_error *err)
{
    char request[256];
    (void)snprintf(request, sizeof(request),
                   "{\"files\":[{\"path\":\"%s\",\"name\":\"assets.csv\"}]}", file_path);
    return run_job(store, &hf_job_kind_import, request, err);
}

static bool import_a_catalogue(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    char path[160];
    (void)snprintf(path, sizeof(path), "%s.json", file_path);
    hf_import_file file = {path, "law.json"};
    hf_import_request request = {.files = &file, .file_count = 1, .format = HF_STR("oscal")};
    hf_import_result result = {0};
    if (!hf_import(&session, &request, &arena, &result, err))
        return false;
    assert_true(result.is_stored);
    return true;
}

static bool undo_an_import(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    hf_undo_counts counts;
    return hf_undo_event(&session, import_event, &counts, err);
}

static bool infer(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_str rule = HF_STR("near");
    hf_infer_request request = {.rules = &rule, .rule_count = 1, .accept = true};
    hf_infer_result result = {0};
    if (!hf_infer(&session, &request, &arena, &result, err))
        return false;
    assert_int_equal(result.proposed, 1);
    return true;
}

static bool infer_as_a_job(hf_store *store, hf_error *err)
{
    return run_job(store, &hf_job_kind_inference, "{\"rules\":[\"near\"]}", err);
}

static void what_comes_in_is_whole_or_not_at_all(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_import, import),
        FAULT_CASE(hf_import, import_a_catalogue),
        FAULT_CASE(hf_job_kind_import, import_as_a_job),
        FAULT_CASE(hf_undo_event, undo_an_import),
        FAULT_CASE(hf_infer, infer),
        FAULT_CASE(hf_job_kind_inference, infer_as_a_job),
    };
    SURVIVE(state, cases);
}

// --- out -------------------------------------------------------------------------------------------------------

static bool export_assets(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    const hf_export_request request = {
        .format = HF_STR("csv"), .noun = &hf_noun_asset, .output = nowhere};
    uint64_t count = 0;
    return hf_export(&session, &request, &arena, &count, err);
}

static bool note_an_export(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    return hf_note_export(&session, HF_STR("svg"), &hf_noun_asset, HF_STR("A"), 1, NULL, err);
}

static bool make_a_report(hf_store *store, const char *kind, const char *of, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(HF_REPORT_BYTES_MAX);
    hf_session session = session_of(store);
    const hf_report_request request = {.kind = hf_str_of(kind), .of = hf_str_of(of)};
    return hf_make_report(&session, &request, &out, err);
}

static bool report_on_the_nation(hf_store *store, hf_error *err)
{
    return make_a_report(store, "national", "", err);
}

static bool report_on_an_assessment(hf_store *store, hf_error *err)
{
    return make_a_report(store, "assessment", "E", err);
}

static bool report_on_the_strategy(hf_store *store, hf_error *err)
{
    return make_a_report(store, "strategy", "", err);
}

static bool note_a_report(hf_store *store, hf_error *err)
{
    hf_session session = session_of(store);
    const hf_report_request request = {.kind = HF_STR("national")};
    const hf_mark mark = {.code = "HFM-TEST"};
    return hf_note_report(&session, &request, NULL, HF_STR_EMPTY, &mark, err);
}

static bool write_oscal(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(64u << 20);
    hf_session session = session_of(store);
    const hf_oscal_request request = {.kind = HF_OSCAL_RESULTS, .assessment = HF_STR("E")};
    int32_t marking = 0;
    return hf_oscal_export(&session, &request, &out, &marking, err);
}

static bool mark_a_file(hf_store *store, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_session session = session_of(store);
    hf_mark mark;
    return hf_mark_make(&session, &arena, &mark, err);
}

static void what_goes_out_is_noted_or_does_not_go_out(void **state)
{
    static const kit_case cases[] = {
        FAULT_CASE(hf_export, export_assets),
        FAULT_CASE(hf_note_export, note_an_export),
        FAULT_CASE(hf_make_report, report_on_the_nation),
        FAULT_CASE(hf_make_report, report_on_an_assessment),
        FAULT_CASE(hf_make_report, report_on_the_strategy),
        FAULT_CASE(hf_note_report, note_a_report),
        FAULT_CASE(hf_oscal_export, write_oscal),
    };
    static const kit_case first[] = {FAULT_CASE(hf_mark_make, mark_a_file)};
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_kit *kit = *state;
    hf_mark mark;
    SURVIVE(state, first);
    // The instance's key is there from now on: a report that fails has made no second one.
    hf_session session = session_of(kit->store);
    MUST(kit, hf_mark_make(&session, &arena, &mark, &kit->err));
    SURVIVE(state, cases);
}

// --- set-up --------------------------------------------------------------------------------------------------

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

#define CATALOGUE                                                                                  \
    "{\"catalog\":{\"uuid\":\"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724\",\"metadata\":{\"title\":"     \
    "\"Our law\",\"last-modified\":\"2026-01-01T00:00:00Z\",\"version\":\"7\",\"oscal-version\":"  \
    "\"1.1.2\"},\"groups\":[{\"id\":\"g\",\"title\":\"Access\",\"controls\":[{\"id\":\"a-1\","     \
    "\"title\":\"Doors\",\"parts\":[{\"id\":\"a-1_smt\",\"name\":\"statement\",\"prose\":"         \
    "\"Close doors.\"}]}]}]}}\n"

// An import of two assets and one to be undone, a rule, and the table of the import that is tried, which changes and adds.
static int open_filled(void **state)
{
    if (kit_open(state) != 0)
        return 1;
    hf_kit *kit = *state;
    char path[160];
    int64_t unused = 0;
    (void)snprintf(file_path, sizeof(file_path), "%s/assets.csv", kit->folder);
    (void)snprintf(path, sizeof(path), "%s.json", file_path);
    write_text(path, CATALOGUE);
    write_text(file_path, "key,name,kind,lon,lat\nA,Plant,power_plant,9,45\nB,Pump,pump,9.1,45\n");
    MUST(kit, import_table(kit->store, &unused, &kit->err));
    must_add(kit, "dependency", "{\"supplier\":\"A\",\"consumer\":\"B\",\"input\":\"power\"}");
    must_add(kit, "rule",
             "{\"key\":\"near\",\"title\":\"Near\",\"consumer_kind\":\"pump\",\"supplier_kind\":"
             "\"power_plant\",\"method\":\"nearest\",\"max_km\":100,\"input\":\"heat\"}");
    must_add(kit, "instrument", "{\"key\":\"law\",\"name\":\"Law\"}");
    must_add(
        kit, "provision",
        "{\"key\":\"law.1\",\"instrument\":\"law\",\"theme\":\"strategy\",\"title\":\"Doors\"}");
    must_add(kit, "question",
             "{\"key\":\"law.1.q1\",\"provision\":\"law.1\",\"text\":\"Are they closed?\"}");
    must_add(kit, "assessment", "{\"key\":\"E\",\"title\":\"Energy\",\"instruments\":[\"law\"]}");
    write_text(file_path, "key,name,kind,lon,lat\nD,Depot,depot,9.3,45\nE,,depot,9.4,45\n");
    MUST(kit, import_table(kit->store, &import_event, &kit->err));
    write_text(file_path,
               "key,name,kind,lon,lat\nA,Power plant,power_plant,9,45\nC,Clinic,clinic,9.2,45\n");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_comes_in_is_whole_or_not_at_all, open_filled,
                                        kit_close),
        cmocka_unit_test_setup_teardown(what_goes_out_is_noted_or_does_not_go_out, open_filled,
                                        kit_close),
    };
    return cmocka_run_group_tests_name("usecase faulty exchange", tests, NULL, NULL);
}
