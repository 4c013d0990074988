// SPDX-License-Identifier: Apache-2.0
//
// What the national report says is what the register and the engine say; who may not ask gets none. How it looks is
// held by the golden suite.
#include "fixture.h"

#include "usecase/names.h"
#include "usecase/report.h"

#define CHAIN_ASSETS                                                                               \
    "key,name,kind,people_served,marking\nG,Plant,power_plant,0,green\n"                           \
    "S,Station,substation,100,green\nH,Ward,hospital,7,green\n"
#define CHAIN_LINKS "supplier,consumer,input,marking\nG,S,power,green\nS,H,power,clear\n"

static void make_register(fixture *f)
{
    hf_session session = local_session(f);
    hf_init_result made = {0};
    hf_error err = {0};
    assert_true(hf_init_store(&session, &f->memory, &made, &err));
    import_texts(
        f, (hf_import_request){0},
        (const char *const[]){"assets.csv", CHAIN_ASSETS, "dependencies.csv", CHAIN_LINKS, NULL});
}

static bool make_kind(const hf_session *session, const char *kind, hf_buf *out, hf_error *err)
{
    const hf_report_request request = {.kind = hf_str_of(kind)};
    return hf_make_report(session, &request, out, err);
}

static hf_str make(fixture *f, hf_session session)
{
    HF_CLEANUP(hf_buf_done) hf_buf html = hf_buf_of(HF_REPORT_BYTES_MAX);
    hf_error err = {0};
    if (!make_kind(&session, "national", &html, &err))
        fail_msg("%s: %s", err.code, err.message);
    return hf_buf_copy(&f->memory, &html);
}

static bool has(hf_str text, const char *part)
{
    return hf_str_find(text, hf_str_of(part)) < text.len;
}

static void the_worst_site_takes_down_what_hangs_on_it(void **state)
{
    fixture *f = *state;
    make_register(f);
    hf_str html = make(f, local_session(f));
    size_t plant = hf_str_find(html, HF_STR("<bdi>Plant</bdi>"));
    size_t ward = hf_str_find(html, HF_STR("<bdi>Ward</bdi>"));
    assert_true(plant < ward);
    assert_true(ward < html.len);
    assert_true(has(html, "Substation\xc2\xa0×\xc2\xa0"
                          "1, Hospital\xc2\xa0×\xc2\xa0"
                          "1"));
    assert_true(has(html, ">107<")); // people, summed over the chain
}

// The row of a service, from its name to the end of the row.
static hf_str service_row(hf_str html, const char *name)
{
    size_t begin = hf_str_find(html, HF_STR("Services and the worst single loss"));
    hf_str table = hf_str_slice(html, begin, html.len);
    hf_str row = hf_str_slice(table, hf_str_find(table, hf_str_of(name)), table.len);
    return hf_str_slice(row, 0, hf_str_find(row, HF_STR("</tr>")));
}

// More plants than the list of the worst sites is long, each with more people than the whole of the other services: the
// worst loss of those is of a site that no list of the worst sites names.
static void the_worst_loss_of_a_service_is_sought_among_all_sites(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf assets = hf_buf_of(1u << 16);
    make_register(f);
    hf_buf_add_z(&assets, "key,people_served,service\n");
    for (int i = 0; i < 25; i++)
        hf_buf_add_format(&assets, "P%d,100000,LIGHT\n", i);
    hf_buf_add_z(&assets, "CC,0,RAIL\nST,50000,RAIL\nHALT,30,RAIL\nTAP,60,WATER\n");
    import_texts(f, (hf_import_request){0},
                 (const char *const[]){
                     "services.csv", "key,name\nLIGHT,Light\nRAIL,Rail\nWATER,Water\nDUMB,Dumb\n",
                     "assets.csv", hf_str_z(&f->memory, hf_buf_str(&assets)), "dependencies.csv",
                     "supplier,consumer,input\nCC,ST,control\nCC,HALT,control\nST,TAP,power\n",
                     NULL});
    hf_str html = make(f, local_session(f));
    assert_true(has(service_row(html, "<bdi>Light</bdi>"), ">100,000<"));
    hf_str rail = service_row(html, "<bdi>Rail</bdi>");
    assert_false(has(rail, ">0<"));
    assert_true(has(rail, ">CC<"));
    assert_true(has(rail, "rect height=\"6\" x=\"0\" width=\"100\""));
    // Two services fall with the centre: each counts its own people, and the worst site is that which is worst in all.
    hf_str water = service_row(html, "<bdi>Water</bdi>");
    assert_true(has(water, ">60<"));
    assert_true(has(water, ">CC<"));
}

// As many services as no list is long: those with the most people at risk are the ones that are told.
static void the_services_at_most_risk_are_told_first(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf assets = hf_buf_of(1u << 16);
    HF_CLEANUP(hf_buf_done) hf_buf services = hf_buf_of(1u << 16);
    make_register(f);
    hf_buf_add_z(&assets, "key,people_served,service\n");
    hf_buf_add_z(&services, "key,name\n");
    for (int i = 0; i < 70; i++) {
        hf_buf_add_format(&services, "S%02d,Service %02d\n", i, i);
        hf_buf_add_format(&assets, "A%02d,%d,S%02d\n", i, 1000 + i, i);
    }
    import_texts(f, (hf_import_request){0},
                 (const char *const[]){"services.csv", hf_str_z(&f->memory, hf_buf_str(&services)),
                                       "assets.csv", hf_str_z(&f->memory, hf_buf_str(&assets)),
                                       NULL});
    hf_str html = make(f, local_session(f));
    size_t last = hf_str_find(html, HF_STR("<bdi>Service 69</bdi>"));
    size_t before = hf_str_find(html, HF_STR("<bdi>Service 68</bdi>"));
    assert_true(last < before);
    assert_true(before < html.len);
    assert_false(has(html, "<bdi>Service 00</bdi>"));
    assert_true(has(html, "7 others"));
}

// Nothing of a table that is read on paper is left out without a word.
static void the_rest_of_very_many_regions_is_one_row(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf rows = hf_buf_of(20000);
    make_register(f);
    hf_buf_add_z(&rows, "key,region,people_served\n");
    for (int i = 0; i < 70; i++)
        hf_buf_add_format(&rows, "S%02d,R%02d,%d\n", i, i, 1000 - i);
    import_texts(
        f, (hf_import_request){0},
        (const char *const[]){"assets.csv", hf_str_z(&f->memory, hf_buf_str(&rows)), NULL});
    hf_str html = make(f, local_session(f));
    assert_true(has(html, "<bdi>R62</bdi>"));
    assert_false(
        has(html, "<bdi>R63</bdi>")); // 63 are told: 7 regions, and those in none, are the rest
    assert_true(has(html, "<bdi>8 others</bdi>"));
    assert_true(has(html, ">6,645<")); // their people
}

static void it_bears_the_highest_marking_and_the_snapshot(void **state)
{
    fixture *f = *state;
    const hf_register_plan *plan = NULL;
    hf_session session = local_session(f);
    hf_error err = {0};
    make_register(f);
    hf_str html = make(f, session);
    assert_true(has(html, "TLP:GREEN"));
    assert_true(hf_plan_take(&session, &plan, &err));
    assert_true(has(html, plan->digest));
    hf_plan_release(&session, &plan);
}

static void its_date_is_that_of_the_session(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    make_register(f);
    session.now_ms = 0;
    assert_true(has(make(f, session), "1970-01-01"));
}

static void only_demonstration_data_bear_the_banner(void **state)
{
    fixture *f = *state;
    make_register(f);
    assert_false(has(make(f, local_session(f)), "class=\"banner\""));
    import_texts(f, (hf_import_request){0},
                 (const char *const[]){"assets.csv", "key,name\nDEMO-1,Nowhere\n", NULL});
    assert_true(has(make(f, local_session(f)), "class=\"banner\""));
}

static void an_unknown_kind_is_not_found(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf html = hf_buf_of(1000);
    hf_session session = local_session(f);
    hf_error err = {0};
    assert_false(make_kind(&session, "regional", &html, &err));
    assert_int_equal(err.kind, HF_ERR_NOT_FOUND);
    assert_string_equal(err.code, "report.unknown");
}

static void who_may_not_read_all_gets_no_report(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf html = hf_buf_of(HF_REPORT_BYTES_MAX);
    hf_session session = user_session(f, HF_ROLE_ANALYST, HF_TLP_CLEAR);
    hf_error err = {0};
    make_register(f);
    assert_false(make_kind(&session, "national", &html, &err));
    assert_int_equal(err.kind, HF_ERR_PERMISSION);
    assert_int_equal(html.len, 0);
}

// In each form: the same question is asked before a byte is written, and the same event tells of it.
static void each_form_asks_first_and_is_told(void **state)
{
    static const char *const forms[] = {"html", "pdf", "docx", "odt"};
    fixture *f = *state;
    hf_session session = local_session(f);
    hf_session reader = user_session(f, HF_ROLE_ANALYST, HF_TLP_CLEAR);
    make_register(f);
    for (size_t i = 0; i < HF_COUNT(forms); i++) {
        HF_CLEANUP(hf_buf_done) hf_buf made = hf_buf_of(HF_REPORT_BYTES_MAX);
        hf_report_request request = {.kind = HF_STR("national")};
        hf_error err = {0};
        hf_event *events = NULL;
        size_t count = 0;
        assert_true(hf_find_writer(hf_str_of(forms[i]), HF_STR_EMPTY, &request.writer, &err));
        assert_false(hf_make_report(&reader, &request, &made, &err));
        assert_int_equal(err.kind, HF_ERR_PERMISSION);
        assert_int_equal(made.len, 0);
        if (!hf_make_report(&session, &request, &made, &err))
            fail_msg("%s: %s", forms[i], err.message);
        assert_true(made.len > 1000);
        assert_true(hf_read_log(&session, 0, 1, &f->memory, &events, &count, &err));
        assert_true(has(events[0].detail, forms[i]));
    }
}

static void the_end_of_a_name_says_the_form(void **state)
{
    const hf_writer *writer = NULL;
    hf_error err = {0};
    (void)state;
    assert_true(hf_find_writer(HF_STR_EMPTY, HF_STR("a.b/Report.PDF"), &writer, &err));
    assert_string_equal(writer->name, "pdf");
    assert_true(hf_find_writer(HF_STR_EMPTY, HF_STR("a.odt/report"), &writer, &err));
    assert_null(writer);
    assert_true(hf_find_writer(HF_STR("docx"), HF_STR("report.pdf"), &writer, &err));
    assert_string_equal(writer->name, "docx");
    assert_false(hf_find_writer(HF_STR("doc"), HF_STR_EMPTY, &writer, &err));
    assert_string_equal(err.code, "report.format");
}

static void every_report_is_an_event(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf html = hf_buf_of(HF_REPORT_BYTES_MAX);
    hf_session session = local_session(f);
    hf_error err = {0};
    hf_event *events = NULL;
    size_t count = 0;
    make_register(f);
    assert_true(make_kind(&session, "national", &html, &err));
    assert_true(hf_read_log(&session, 0, 1, &f->memory, &events, &count, &err));
    assert_true(hf_str_equal_z(events[0].action, "report.done"));
    assert_true(hf_str_equal(events[0].actor, session.actor.name));
    // With the code that stands on each of its pages, beside whom it was made for.
    hf_json *detail = NULL;
    assert_true(hf_json_parse(events[0].detail, &f->memory, &detail, &err));
    assert_true(hf_str_equal_z(hf_json_text(detail, "kind"), "national"));
    assert_true(hf_str_equal_z(hf_json_text(detail, "format"), "html"));
    hf_str code = hf_json_text(detail, "mark");
    assert_true(hf_is_mark(code));
    hf_str page = hf_buf_str(&html);
    size_t foot = hf_str_find(page, HF_STR("<footer"));
    assert_true(hf_str_find(hf_str_slice(page, foot, page.len), code) < page.len - foot);
    assert_true(hf_str_find(page, session.actor.name) < page.len);
}

// As secret as the most secret record, and for those only who are in all compartments.
static void it_bears_the_compartments_of_all_that_it_tells_of(void **state)
{
    fixture *f = *state;
    HF_CLEANUP(hf_buf_done) hf_buf html = hf_buf_of(HF_REPORT_BYTES_MAX);
    HF_CLEANUP(hf_buf_done) hf_buf none = hf_buf_of(HF_REPORT_BYTES_MAX);
    hf_session session = local_session(f);
    hf_error err = {0};
    make_register(f);
    must_write(f, "asset", "H", "{\"compartments\":[\"quarry\"]}");
    assert_true(make_kind(&session, "national", &html, &err));
    assert_true(hf_str_find(hf_buf_str(&html), HF_STR(">quarry</")) < html.len);
    hf_session outside = user_session(f, HF_ROLE_ANALYST, HF_TLP_RED);
    assert_false(make_kind(&outside, "national", &none, &err));
    assert_string_equal(err.code, "question.restricted");
}

static void assets_are_named_in_the_language_of_the_reader(void **state)
{
    fixture *f = *state;
    hf_session session = local_session(f);
    const hf_register_plan *plan = NULL;
    hf_named *named = NULL;
    hf_error err = {0};
    make_register(f);
    import_texts(f, (hf_import_request){0},
                 (const char *const[]){"assets.csv", "key,kind\nA,castle\n", NULL});
    session.lang = HF_LANG_FR;
    assert_true(hf_plan_take(&session, &plan, &err));
    const uint32_t assets[] = {hf_plan_find(plan, HF_STR("H")), hf_plan_find(plan, HF_STR("A"))};
    assert_true(hf_name_assets(&session, plan, assets, 2, &f->memory, &named, &err));
    hf_plan_release(&session, &plan);
    assert_true(hf_str_equal_z(named[0].name, "Ward"));
    assert_true(hf_str_equal_z(named[0].kind, "Hôpital"));
    assert_true(hf_str_equal_z(named[1].name, "A"));      // without a name: its key
    assert_true(hf_str_equal_z(named[1].kind, "castle")); // outside the taxonomy: the code
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(the_worst_site_takes_down_what_hangs_on_it),
        STORE_TEST(the_worst_loss_of_a_service_is_sought_among_all_sites),
        STORE_TEST(the_services_at_most_risk_are_told_first),
        STORE_TEST(the_rest_of_very_many_regions_is_one_row),
        STORE_TEST(it_bears_the_highest_marking_and_the_snapshot),
        STORE_TEST(its_date_is_that_of_the_session),
        STORE_TEST(only_demonstration_data_bear_the_banner),
        STORE_TEST(an_unknown_kind_is_not_found),
        STORE_TEST(who_may_not_read_all_gets_no_report),
        STORE_TEST(each_form_asks_first_and_is_told),
        cmocka_unit_test(the_end_of_a_name_says_the_form),
        STORE_TEST(every_report_is_an_event),
        STORE_TEST(it_bears_the_compartments_of_all_that_it_tells_of),
        STORE_TEST(assets_are_named_in_the_language_of_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
