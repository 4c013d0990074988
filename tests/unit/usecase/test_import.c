// SPDX-License-Identifier: Apache-2.0
//
// Import over a real store: all or nothing, the rules of groups, what is told and what is noted.
#include "fixture.h"
#include "store/faulty.h"
#include "store/internal.h"

#include "model/layer.h"
#include "model/taxonomy.h"

#define IMPORT(f, ...)                                                                             \
    import_texts((f), (hf_import_request){0}, (const char *const[]){__VA_ARGS__, NULL})

static void stores_several_files_in_one_transaction_whatever_their_order(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "layers.csv", "layer,asset,role\ngrid,A,source\ngrid,B,\n", "dependencies.csv",
               "supplier,consumer,input\nA,B,power\nB,C,water\n", "assets.csv", ASSETS);
    assert_true(result.is_stored);
    assert_int_equal(result.total.added, 7);
    assert_int_equal(result.total.refused, 0);
    assert_int_equal(count_of(f, &hf_noun_asset), 3);
    assert_int_equal(count_of(f, &hf_noun_dependency), 2);
    assert_int_equal(count_of(f, &hf_noun_layer), 2);
    assert_int_equal(last_event(f), 1);
    assert_int_equal(result.event, 1);
}

static void changes_nothing_the_second_time(void **state)
{
    fixture *f = *state;
    (void)IMPORT(f, "assets.csv", ASSETS);
    hf_import_result result = IMPORT(f, "assets.csv", ASSETS);
    assert_true(result.is_stored);
    assert_int_equal(result.total.added, 0);
    assert_int_equal(result.total.changed, 0);
    assert_int_equal(result.total.unchanged, 3);
}

static void clears_an_empty_cell_and_leaves_an_absent_column_alone(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_error err = {0};
    void *out = NULL;
    (void)IMPORT(f, "assets.csv", "key,name,kind,people_served\nA,Plant,power_plant,5\n");
    hf_import_result result = IMPORT(f, "assets.csv", "key,name\nA,\n");
    assert_int_equal(result.total.changed, 1);
    assert_true(hf_get_record(&session, &hf_noun_asset, HF_STR("A"), &f->memory, &out, &err));
    const hf_asset *asset = out;
    assert_int_equal(asset->name.len, 0);
    assert_true(hf_str_equal_z(asset->kind, "power_plant"));
    assert_int_equal(asset->people_served, 5);
}

static void stores_nothing_when_one_row_is_refused(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "assets.csv", "key,name,lat,lon\nA,Plant,1,2\nB,Pump,91,2\n");
    assert_false(result.is_stored);
    assert_int_equal(result.total.refused, 1);
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
    assert_int_equal(last_event(f), 0);
    const hf_problem *problem = &result.problems.list.items[0];
    assert_int_equal(problem->line, 3);
    assert_true(hf_str_equal_z(problem->column, "lat"));
    assert_true(hf_str_equal_z(problem->file, "assets.csv"));
    assert_int_equal(problem->severity, HF_REFUSED);
}

static void stores_the_rest_when_told_to_skip(void **state)
{
    fixture *f = *state;
    hf_import_result result = import_texts(
        f, (hf_import_request){.skip_refused = true},
        (const char *const[]){"assets.csv", "key,lat,lon\nA,1,2\nB,91,2\nC,3,4\n", NULL});
    assert_true(result.is_stored);
    assert_int_equal(result.total.added, 2);
    assert_int_equal(result.total.refused, 1);
    assert_int_equal(count_of(f, &hf_noun_asset), 2);
}

static void tells_in_a_dry_run_what_would_be_and_stores_nothing(void **state)
{
    fixture *f = *state;
    hf_import_result result = import_texts(f, (hf_import_request){.is_dry_run = true},
                                           (const char *const[]){"assets.csv", ASSETS, NULL});
    assert_false(result.is_stored);
    assert_int_equal(result.total.added, 3);
    assert_int_equal(result.event, 0);
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
    assert_int_equal(last_event(f), 0);
}

static void refuses_the_second_of_two_rows_with_one_key(void **state)
{
    fixture *f = *state;
    hf_import_result result = IMPORT(f, "assets.csv", "key,name\nA,one\nA,two\n");
    assert_false(result.is_stored);
    assert_int_equal(result.total.refused, 1);
    assert_int_equal(result.problems.list.items[0].line, 3);
}

static void names_the_line_of_a_dependency_on_an_unknown_asset(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "assets.csv", ASSETS, "dependencies.csv", "supplier,consumer\nA,B\nNOBODY,C\n");
    assert_false(result.is_stored);
    const hf_problem *problem = problem_with(&result, "reference.unknown");
    assert_int_equal(problem->line, 3);
    assert_true(hf_str_equal_z(problem->column, "supplier"));
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
}

static void refuses_an_asset_that_supplies_itself(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "assets.csv", ASSETS, "dependencies.csv", "supplier,consumer\nA,A\n");
    assert_false(result.is_stored);
    assert_int_equal(problem_with(&result, "dependency.self")->line, 2);
}

static void refuses_the_row_that_disagrees_with_its_group(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "assets.csv", ASSETS, "dependencies.csv",
               "supplier,consumer,input,need\nA,C,power,any\nB,C,power,all\n");
    assert_false(result.is_stored);
    assert_int_equal(result.total.refused, 1);
    assert_int_equal(problem_with(&result, "group.conflict")->line, 3);
    assert_int_equal(count_of(f, &hf_noun_dependency), 0);
}

static void lets_a_row_without_opinion_follow_its_group(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "assets.csv", ASSETS, "dependencies.csv",
               "supplier,consumer,input,need,buffer_h\nA,C,power,any,\nB,C,power,,4\n");
    assert_true(result.is_stored);
}

static void skips_only_the_row_that_disagrees(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        import_texts(f, (hf_import_request){.skip_refused = true},
                     (const char *const[]){
                         "assets.csv", ASSETS, "dependencies.csv",
                         "supplier,consumer,input,buffer_h\nA,C,power,4\nB,C,power,5\n", NULL});
    assert_true(result.is_stored);
    assert_int_equal(result.total.refused, 1);
    assert_int_equal(result.total.added, 4);
    assert_int_equal(count_of(f, &hf_noun_dependency), 1);
}

static void refuses_a_need_above_the_capacity_of_the_group(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "assets.csv", ASSETS, "dependencies.csv",
               "supplier,consumer,input,need\nA,C,power,2.5\nB,C,power,2.5\n");
    assert_false(result.is_stored);
    assert_int_equal(problem_with(&result, "group.need_exceeds_capacity")->line, 2);
}

static void accepts_a_need_equal_to_the_capacity_of_the_group(void **state)
{
    fixture *f = *state;
    hf_import_result result =
        IMPORT(f, "assets.csv", ASSETS, "dependencies.csv",
               "supplier,consumer,input,need,capacity\nA,C,power,2.5,1.5\nB,C,power,2.5,1\n");
    assert_true(result.is_stored);
}

static void judges_a_group_as_it_stands_after_the_import(void **state)
{
    fixture *f = *state;
    (void)IMPORT(f, "assets.csv", ASSETS, "dependencies.csv",
                 "supplier,consumer,input,need\nA,C,power,all\nB,C,power,all\n");
    // Both rows change their mind together: no conflict with what stood there before.
    hf_import_result both = IMPORT(f, "dependencies.csv",
                                   "supplier,consumer,input,need\nA,C,power,any\nB,C,power,any\n");
    assert_true(both.is_stored);
    assert_int_equal(both.total.changed, 2);
    // One alone is in conflict with the other, which stays.
    hf_import_result one =
        IMPORT(f, "dependencies.csv", "supplier,consumer,input,need\nB,C,power,all\n");
    assert_false(one.is_stored);
    assert_int_equal(problem_with(&one, "group.conflict")->line, 2);
}

// Calls of the driver that an import of one row makes in a register of so many dependencies.
static uint64_t calls_for_one_row(fixture *f, int count)
{
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    hf_fault_plan counter = {.driver = &hf_db_sqlite};
    hf_error err = {0};
    hf_store_options options = {.url = fixture_path(f, "test.db"), .create = true};
    hf_buf_add_z(&text, "supplier,consumer,input,need\n");
    for (int i = 0; i < count; i++)
        hf_buf_add_format(&text, "A%d,A%d,power,any\n", i, i + 1);
    HF_CLEANUP(hf_buf_done) hf_buf assets = hf_buf_of(1u << 20);
    hf_buf_add_z(&assets, "key\n");
    for (int i = 0; i <= count; i++)
        hf_buf_add_format(&assets, "A%d\n", i);
    hf_import_result all = IMPORT(f, "assets.csv", hf_str_z(&f->memory, hf_buf_str(&assets)),
                                  "dependencies.csv", hf_str_z(&f->memory, hf_buf_str(&text)));
    assert_true(all.is_stored);
    hf_store_close(&f->store);
    assert_true(hf_store_open_with(&hf_db_faulty, &counter, &options, &f->store, &err));
    counter.call_count = 0;
    hf_import_result one =
        IMPORT(f, "dependencies.csv", "supplier,consumer,input,need\nA5,A1,power,all\n");
    assert_int_equal(problem_with(&one, "group.conflict")->line, 2);
    uint64_t calls = counter.call_count;
    one = IMPORT(f, "dependencies.csv", "supplier,consumer,input,need\nA5,A1,power,any\n");
    assert_true(one.is_stored);
    hf_store_close(&f->store);
    assert_true(hf_store_open(&options, &f->store, &err));
    return calls;
}

static void looks_only_at_the_groups_that_it_touches(void **state)
{
    fixture *f = *state;
    uint64_t few = calls_for_one_row(f, 200);
    uint64_t many = calls_for_one_row(f, 2000);
    assert_true(few > 0 && many < few + 20);
}

static void does_not_count_rows_without_input_as_one_group(void **state)
{
    fixture *f = *state;
    hf_import_result result = IMPORT(f, "assets.csv", ASSETS, "dependencies.csv",
                                     "supplier,consumer,need\nA,C,any\nB,C,all\n");
    assert_true(result.is_stored);
}

static void warns_of_codes_that_the_taxonomy_does_not_know_and_keeps_them(void **state)
{
    fixture *f = *state;
    hf_import_result result = IMPORT(f, "assets.csv", "key,kind\nA,unheard_of\n");
    assert_true(result.is_stored);
    const hf_problem *problem = problem_with(&result, "taxonomy.unknown_code");
    assert_int_equal(problem->severity, HF_WARNING);
    assert_int_equal(problem->line, 2);
    assert_true(hf_str_equal_z(problem->column, "kind"));
}

static void refuses_a_file_with_an_open_quote_as_a_whole(void **state)
{
    fixture *f = *state;
    hf_import_result result = import_texts(
        f, (hf_import_request){.skip_refused = true},
        (const char *const[]){"assets.csv", "key,name\nA,one\nB,\"two\nC,three\n", NULL});
    assert_false(result.is_stored);
    assert_int_not_equal(result.fault.kind, HF_ERR_NONE);
    assert_int_equal(result.problems.list.items[result.problems.list.count - 1].line, 3);
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
}

static void refuses_a_file_that_is_not_there(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_import_file file = {fixture_path(f, "absent.csv"), "absent.csv"};
    hf_import_request request = {.files = &file, .file_count = 1};
    hf_import_result result = {0};
    hf_error err = {0};
    assert_false(hf_import(&session, &request, &f->memory, &result, &err));
    assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
    assert_string_equal(err.source, "absent.csv");
}

static void takes_back_a_whole_import(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_undo_counts counts = {0};
    hf_error err = {0};
    (void)IMPORT(f, "assets.csv", "key,name\nA,before\n");
    hf_import_result second = IMPORT(f, "assets.csv", "key,name\nA,after\nB,new\n");
    if (!hf_undo_event(&session, second.event, &counts, &err))
        fail_msg("%s", err.message);
    assert_int_equal(counts.removed, 1);
    assert_int_equal(counts.restored, 1);
    void *out = NULL;
    assert_true(hf_get_record(&session, &hf_noun_asset, HF_STR("A"), &f->memory, &out, &err));
    assert_true(hf_str_equal_z(((const hf_asset *)out)->name, "before"));
    assert_int_equal(count_of(f, &hf_noun_asset), 1);
}

static bool stop_at_once(void *context, uint64_t done, uint64_t total, const char *unit)
{
    (void)context, (void)done, (void)total, (void)unit;
    return false;
}

static void leaves_the_store_as_before_when_it_is_stopped(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(4u << 20);
    hf_buf_add_z(&text, "key,name\n");
    for (int i = 0; i < 60000; i++)
        hf_buf_add_format(&text, "K%d,name\n", i);
    hf_buf_add_byte(&text, '\0');
    hf_session session = local_session(f);
    hf_import_file file = {write_file(f, "assets.csv", text.ptr), "assets.csv"};
    hf_import_request request = {
        .files = &file, .file_count = 1, .progress = {.tell = stop_at_once}};
    hf_import_result result = {0};
    hf_error err = {0};
    assert_false(hf_import(&session, &request, &f->memory, &result, &err));
    assert_int_equal(err.kind, HF_ERR_STOPPED);
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
}

static void needs_the_right_to_import(void **state)
{
    fixture *f = *state;
    hf_session session = user_session(f, HF_ROLE_OBSERVER, HF_TLP_RED);
    hf_import_file file = {write_file(f, "assets.csv", ASSETS), "assets.csv"};
    hf_import_request request = {.files = &file, .file_count = 1};
    hf_import_result result = {0};
    hf_error err = {0};
    assert_false(hf_import(&session, &request, &f->memory, &result, &err));
    assert_int_equal(err.kind, HF_ERR_PERMISSION);
    assert_int_equal(count_of(f, &hf_noun_asset), 0);
}

static void neither_changes_nor_tells_of_what_is_hidden(void **state)
{
    fixture *f = *state;
    (void)IMPORT(f, "assets.csv", "key,name,marking\nA,Bunker,red\nB,School,green\n");
    hf_session session = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    hf_import_file file = {
        write_file(f, "a.csv", "key,name,marking\nA,Mine now,clear\nB,College,green\n"), "a.csv"};
    hf_import_request request = {
        .files = &file, .file_count = 1, .as = &hf_noun_asset, .skip_refused = true};
    hf_import_result result = {0};
    hf_error err = {0};
    void *out = NULL;
    assert_true(hf_import(&session, &request, &f->memory, &result, &err));
    assert_int_equal(result.total.changed, 1);
    assert_int_equal(result.total.refused, 1);
    const hf_problem *problem = problem_with(&result, "record.unknown");
    assert_non_null(problem);
    assert_int_equal(problem->line, 2);
    hf_session local = local_session(f);
    assert_true(hf_get_record(&local, &hf_noun_asset, HF_STR("A"), &f->memory, &out, &err));
    assert_true(hf_str_equal_z(((const hf_asset *)out)->name, "Bunker"));
    assert_int_equal(((const hf_asset *)out)->head.marking, HF_TLP_RED);
}

static hf_import_result try_texts(fixture *f, const char *name, const char *text)
{
    return import_texts(f, (hf_import_request){.is_dry_run = true},
                        (const char *const[]){name, text, NULL});
}

static void a_dry_run_tells_each_field_that_would_change(void **state)
{
    fixture *f = *state;
    (void)IMPORT(f, "assets.csv", "key,name,lat,lon,colour\nA,Plant,1,2,red\nB,Pump,3,4,red\n");
    hf_import_result result = try_texts(
        f, "assets.csv", "key,name,lat,lon,colour\nC,New,,,\nA,Works,,,blue\nB,Pump,3,4,red\n");
    assert_int_equal(result.changes.count, 2); // what is left alone is not told
    const hf_import_change *changed = &result.changes.items[0], *added = &result.changes.items[1];
    assert_true(hf_str_equal_z(changed->key, "A"));
    assert_true(hf_str_equal_z(changed->name, "Plant"));
    assert_false(changed->is_added);
    assert_int_equal(changed->line, 3);
    assert_true(hf_str_equal_z(changed->fields,
                               "[{\"field\":\"name\",\"before\":\"Plant\",\"after\":\"Works\"},"
                               "{\"field\":\"lon\",\"before\":2,\"after\":null},{\"field\":\"lat\","
                               "\"before\":1,\"after\":null},"
                               "{\"field\":\"attributes\",\"before\":{\"colour\":\"red\"},"
                               "\"after\":{\"colour\":\"blue\"}}]"));
    assert_true(hf_str_equal_z(added->key, "C"));
    assert_true(added->is_added);
    assert_true(hf_str_equal_z(added->fields, "[]"));
    assert_int_equal(IMPORT(f, "assets.csv", "key,name\nA,Works\n").changes.count, 0);
}

static void a_dry_run_tells_of_a_record_what_comes_of_all_its_rows(void **state)
{
    fixture *f = *state;
    (void)IMPORT(f, "assets.csv", ASSETS);
    hf_import_result result =
        import_texts(f, (hf_import_request){.is_dry_run = true, .as = &hf_noun_asset},
                     (const char *const[]){"a.csv", "key,name\nA,One\nB,Other\nD,New\n", "b.csv",
                                           "key,name\nA,Two\nB,Pump\nD,Newer\n", NULL});
    assert_int_equal(result.total.changed, 1);
    assert_int_equal(result.changes.count, 2);
    assert_true(hf_str_equal_z(result.changes.items[0].fields,
                               "[{\"field\":\"name\",\"before\":\"Plant\",\"after\":\"Two\"}]"));
    assert_true(hf_str_equal_z(result.changes.items[1].name, "Newer"));
    assert_true(result.changes.items[1].is_added);
}

static void a_dry_run_tells_of_so_many_and_of_changes_first(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    (void)IMPORT(f, "assets.csv", ASSETS);
    hf_buf_add_z(&text, "key,name\n");
    for (unsigned i = 0; i < HF_IMPORT_CHANGES_MAX + 1; i++)
        hf_buf_add_format(&text, "N%u,New\n", i);
    hf_buf_add_z(&text, "A,Works\n");
    hf_import_result result = try_texts(f, "assets.csv", hf_str_z(&f->memory, hf_buf_str(&text)));
    assert_int_equal(result.total.added, HF_IMPORT_CHANGES_MAX + 1);
    assert_int_equal(result.changes.count, HF_IMPORT_CHANGES_MAX);
    assert_true(hf_str_equal_z(result.changes.items[0].key, "A"));
    assert_true(hf_str_equal_z(result.changes.items[1].key, "N0"));
}

// Two files add what is new and touch it again: that crowds out no change of what is there.
static void a_dry_run_tells_no_less_when_files_touch_what_they_added(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf first = hf_buf_of(1u << 20);
    HF_CLEANUP(hf_buf_done) hf_buf second = hf_buf_of(1u << 20);
    (void)IMPORT(f, "assets.csv", ASSETS);
    hf_buf_add_z(&first, "key,name\n");
    hf_buf_add_z(&second, "key,name\n");
    for (unsigned i = 0; i < HF_IMPORT_CHANGES_MAX + 1; i++) {
        hf_buf_add_format(&first, "N%u,New\n", i);
        hf_buf_add_format(&second, "N%u,Newer\n", i);
    }
    hf_buf_add_z(&second, "A,Works\n");
    hf_import_result result = import_texts(
        f, (hf_import_request){.is_dry_run = true, .as = &hf_noun_asset},
        (const char *const[]){"a.csv", hf_str_z(&f->memory, hf_buf_str(&first)), "b.csv",
                              hf_str_z(&f->memory, hf_buf_str(&second)), NULL});
    assert_int_equal(result.changes.count, HF_IMPORT_CHANGES_MAX);
    assert_true(hf_str_equal_z(result.changes.items[0].key, "A"));
    assert_true(hf_str_equal_z(result.changes.items[1].name, "Newer"));
}

static void a_dry_run_leaves_out_what_is_too_long_to_tell(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    (void)IMPORT(f, "assets.csv", ASSETS);
    hf_buf_add_z(&text, "key,name,notes_of_ours\nA,Works,");
    for (size_t i = 0; i < HF_IMPORT_CHANGE_BYTES_MAX; i++)
        hf_buf_add_byte(&text, 'x');
    hf_buf_add_z(&text, "\nB,Other,\n");
    hf_import_result result = try_texts(f, "assets.csv", hf_str_z(&f->memory, hf_buf_str(&text)));
    assert_int_equal(result.changes.count, 2);
    assert_true(result.changes.items[0].is_too_long);
    assert_true(hf_str_equal_z(result.changes.items[0].fields, "[]"));
    assert_false(result.changes.items[1].is_too_long);
}

static void a_dry_run_tells_nothing_of_what_is_hidden(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    hf_json_writer out = {.out = &text};
    (void)IMPORT(f, "assets.csv", "key,name,marking\nA,Bunker,red\nB,School,green\n");
    hf_session session = user_session(f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    hf_import_file file = {write_file(f, "a.csv", "key,name\nA,Mine now\nB,College\n"), "a.csv"};
    hf_import_request request = {
        .files = &file, .file_count = 1, .as = &hf_noun_asset, .is_dry_run = true};
    hf_import_result result = {0};
    hf_error err = {0};
    assert_true(hf_import(&session, &request, &f->memory, &result, &err));
    hf_write_import(&result, &out);
    assert_int_equal(result.changes.count, 1);
    assert_true(hf_str_equal_z(result.changes.items[0].name, "School"));
    assert_int_equal(hf_str_find(hf_buf_str(&text), HF_STR("Bunker")), text.len);
}

static void writes_the_shape_that_other_programs_rely_on(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 20);
    hf_json_writer out = {.out = &text};
    hf_json *tree = NULL;
    hf_error err = {0};
    hf_import_result result = IMPORT(f, "assets.csv", "key,lat,lon\nA,1,2\nB,91,2\n");
    hf_write_import(&result, &out);
    assert_true(hf_json_parse(hf_buf_str(&text), &f->memory, &tree, &err));
    assert_int_equal(hf_json_get(tree, "refused")->integer, 1);
    assert_int_equal(
        hf_json_get(hf_json_get(hf_json_get(tree, "by_noun"), "asset"), "added")->integer, 1);
    const hf_json *problem = hf_json_get(tree, "problems")->child;
    assert_true(hf_str_equal_z(hf_json_text(problem, "file"), "assets.csv"));
    assert_int_equal(hf_json_get(problem, "line")->integer, 3);
    assert_true(hf_str_equal_z(hf_json_text(problem, "severity"), "error"));
    assert_int_equal(hf_json_get(problem, "column")->type, HF_JSON_TEXT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

static void says_that_a_loop_was_closed(void **state)
{
    fixture *f = *state;
    hf_import_result open =
        import_texts(f, (hf_import_request){0},
                     (const char *const[]){"assets.csv", "key\nS\nT\nU\n", "dependencies.csv",
                                           "supplier,consumer,input,need\nS,T,water,any\n", NULL});
    assert_int_equal(open.problems.warning_count, 0);
    hf_import_result closed =
        import_texts(f, (hf_import_request){0},
                     (const char *const[]){"dependencies.csv",
                                           "supplier,consumer,input,need\nT,S,power,any\n", NULL});
    assert_true(closed.is_stored);
    assert_int_equal(closed.problems.warning_count, 1);
    const hf_problem *problem = &closed.problems.list.items[0];
    assert_string_equal(problem->code, "import.self_sustaining_loop");
    assert_int_equal(problem->severity, HF_WARNING);
    assert_true(hf_str_find(problem->message, HF_STR("S, T")) < problem->message.len);
    assert_true(hf_str_find(problem->message, HF_STR("network layer")) < problem->message.len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stores_several_files_in_one_transaction_whatever_their_order),
        TEST(changes_nothing_the_second_time),
        TEST(clears_an_empty_cell_and_leaves_an_absent_column_alone),
        TEST(stores_nothing_when_one_row_is_refused),
        TEST(stores_the_rest_when_told_to_skip),
        TEST(tells_in_a_dry_run_what_would_be_and_stores_nothing),
        TEST(refuses_the_second_of_two_rows_with_one_key),
        TEST(names_the_line_of_a_dependency_on_an_unknown_asset),
        TEST(refuses_an_asset_that_supplies_itself),
        TEST(refuses_the_row_that_disagrees_with_its_group),
        TEST(lets_a_row_without_opinion_follow_its_group),
        TEST(skips_only_the_row_that_disagrees),
        TEST(refuses_a_need_above_the_capacity_of_the_group),
        TEST(accepts_a_need_equal_to_the_capacity_of_the_group),
        TEST(judges_a_group_as_it_stands_after_the_import),
        TEST(looks_only_at_the_groups_that_it_touches),
        TEST(does_not_count_rows_without_input_as_one_group),
        TEST(warns_of_codes_that_the_taxonomy_does_not_know_and_keeps_them),
        TEST(refuses_a_file_with_an_open_quote_as_a_whole),
        TEST(refuses_a_file_that_is_not_there),
        TEST(takes_back_a_whole_import),
        TEST(leaves_the_store_as_before_when_it_is_stopped),
        TEST(says_that_a_loop_was_closed),
        TEST(needs_the_right_to_import),
        TEST(neither_changes_nor_tells_of_what_is_hidden),
        TEST(a_dry_run_tells_each_field_that_would_change),
        TEST(a_dry_run_tells_of_a_record_what_comes_of_all_its_rows),
        TEST(a_dry_run_tells_of_so_many_and_of_changes_first),
        TEST(a_dry_run_tells_no_less_when_files_touch_what_they_added),
        TEST(a_dry_run_leaves_out_what_is_too_long_to_tell),
        TEST(a_dry_run_tells_nothing_of_what_is_hidden),
        TEST(writes_the_shape_that_other_programs_rely_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
