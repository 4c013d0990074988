// SPDX-License-Identifier: Apache-2.0
//
// OSCAL catalogues and profiles, read: what becomes of controls, objectives and parameters, and what is refused, with
// its place.
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

#define META(version)                                                                              \
    "\"uuid\":\"74c8ba1e-5cd4-4ad1-bbfd-d888e2f6c724\",\"metadata\":{\"title\":\"Our Law, "        \
    "2026\",\"version\":\"7\",\"oscal-version\":\"" version "\"}"
#define CATALOG(groups) "{\"catalog\":{" META("1.1.2") ",\n\"groups\":[" groups "]}}"
#define GROUP(controls) "\n{\"id\":\"g1\",\"title\":\"Access\",\"controls\":[" controls "]}"
#define PLAIN(id)       "\n{\"id\":\"" id "\",\"title\":\"Title of " id "\"}"

static const char *problem_text(const outcome *o, size_t at)
{
    assert_true(at < o->problems.list.count);
    return o->problems.list.items[at].message.ptr;
}

static void
a_catalogue_is_an_instrument_its_controls_provisions_its_objectives_questions(void **state)
{
    outcome o;
    (void)state;
    read_text(
        &o, "law.json",
        CATALOG(GROUP("\n{\"id\":\"a-1\",\"title\":\"Doors\",\"params\":[{\"id\":\"p1\",\"label\":"
                      "\"a time\"},{\"id\":\"p2\",\"values\":[\"an hour\"]},{\"id\":\"p3\","
                      "\"select\":{\"choice\":[\"within {{ insert: param, p2 }}\",\"at once\"]}}],"
                      "\"links\":[{\"href\":\"#a-2\",\"rel\":\"related\"},{\"href\":\"#gone\"}],"
                      "\"parts\":[{\"id\":\"a-1_smt\",\"name\":\"statement\",\"prose\":\"Doors:\","
                      "\"parts\":[{\"id\":\"a-1_smt.a\",\"name\":\"item\",\"props\":[{\"name\":"
                      "\"label\",\"value\":\"a.\"}],\"prose\":\"close {{ insert: param, p3 }};\"}]"
                      "},{\"id\":\"a-1_obj\",\"name\":\"assessment-objective\",\"parts\":[{\"id\":"
                      "\"a-1_obj.1\",\"name\":\"assessment-objective\",\"prose\":\"doors close "
                      "within {{ insert: param, p1 }}\"}]},{\"name\":\"assessment-method\","
                      "\"props\":[{\"name\":\"method\",\"ns\":\"http://csrc.nist.gov/ns/rmf\","
                      "\"value\":\"EXAMINE\"}],\"parts\":[{\"name\":\"assessment-objects\","
                      "\"prose\":\"door plan\\n\\nrecords\"}]}]}," PLAIN("a-2"))),
        NULL);
    assert_true(o.ok);
    assert_int_equal(o.patch_count, 5);
    const char *text = text_of_buf(&o.patches);
    static const char *const wanted[] = {
        "instrument {\"key\":\"our-law-2026\",",
        "\"name\":\"Our Law, 2026\"",
        "provision {\"key\":\"our-law-2026:a-1\",",
        "\"title\":\"Doors\"",
        "\"requirement\":\"Doors:\\na. close [within an hour; at once];\"",
        "\"theme\":\"Access\"",
        "\"crosswalk\":[\"our-law-2026:a-2\"]",
        "question {\"key\":\"our-law-2026:a-1_obj.1\",",
        "\"text\":\"doors close within [a time]\",\"wanted\":\"door plan; records\"",
        "question {\"key\":\"our-law-2026:a-2.q1\",",
        "\"text\":\"Title of a-2\"",
    };
    for (size_t i = 0; i < HF_COUNT(wanted); i++)
        if (strstr(text, wanted[i]) == NULL)
            fail_msg("%s is not in %s", wanted[i], text);
    assert_problems(&o, "warning 4  oscal.stray_links\n");
    outcome_done(&o);
}

static void two_titles_are_never_one_key(void **state)
{
    static const char *const titles[][2] = {
        {"A long title that goes on and on for more than sixty bytes, one", "a-long-title-that"},
        {"A long title that goes on and on for more than sixty bytes, two", "a-long-title-that"},
        {"\u0417\u0430\u043a\u043e\u043d 2026", "2026-"},
        {"\u041f\u0440\u0438\u043a\u0430\u0437 2026", "2026-"},
        {"\u51b3\u8bae", "catalog-"},
        {"!?", "catalog-"}};
    char keys[HF_COUNT(titles)][100];
    (void)state;
    for (size_t i = 0; i < HF_COUNT(titles); i++) {
        outcome o;
        char text[400];
        (void)snprintf(text, sizeof text,
                       "{\"catalog\":{\"uuid\":\"x\",\"metadata\":{\"title\":\"%s\",\"oscal-"
                       "version\":\"1.1.2\"}}}",
                       titles[i][0]);
        read_text(&o, "law.json", text, NULL);
        assert_true(o.ok);
        const char *key = strstr(text_of_buf(&o.patches), "\"key\":\"") + 7;
        (void)snprintf(keys[i], sizeof keys[i], "%.*s", (int)strcspn(key, "\""), key);
        assert_int_equal(strncmp(keys[i], titles[i][1], strlen(titles[i][1])), 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(keys[i], keys[k]);
        outcome_done(&o);
    }
}

static void refuses_what_is_no_catalogue_with_its_place(void **state)
{
    static const struct {
        const char *text, *code;
        uint64_t line;
    } cases[] = {
        {"{\"catalog\":{" META("2.0.0") "}}", "oscal.version", 1},
        {"{\"catalog\":{" META("1.3.0") "}}", "oscal.version", 1},
        {"{\"catalog\":{\n\"uuid\":\"x\"}}", "oscal.version", 1},
        {"{\"system-security-plan\":{" META("1.1.2") "}}", "oscal.kind", 1},
        {"{\"catalog\":{\"uuid\":\"x\",\n\"metadata\":{\"oscal-version\":\"1.1.2\"}}}",
         "oscal.no_title", 1},
        {"{\"catalog\":{\"uuid\":\"x\",}}", "json.syntax", 1},
        {"{\"profile\":{" META("1.1.2") "}}", "oscal.import_missing", 1},
        {"{\"profile\":{" META("1.1.2") ",\n\"imports\":[\n{\"href\":\"#none\"}]}}",
         "oscal.import_dangling", 3},
        {"{\"profile\":{" META("1.1.2") ",\n\"imports\":[\n{\"href\":\"../other.json\"}]}}",
         "oscal.import_missing", 3},
        {"{\"profile\":{" META("1.1.2") ",\n\"imports\":[\n{\"href\":\"law.json\"}]}}",
         "oscal.import_missing", 3},
    };
    (void)state;
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        outcome o;
        read_text(&o, "law.json", cases[i].text, NULL);
        if (o.ok)
            fail_msg("case %zu was read", i);
        assert_string_equal(o.err.code, cases[i].code);
        assert_int_equal(o.err.line, cases[i].line);
        outcome_done(&o);
    }
}

static void refuses_single_controls_and_says_where_they_stand(void **state)
{
    static const struct {
        const char *text, *code, *place;
    } cases[] = {
        {CATALOG(GROUP(PLAIN("a") "," PLAIN("a"))), "oscal.repeated",
         "/catalog/groups/0/controls/1: "},
        {CATALOG(GROUP(PLAIN("b") ",\n{\"title\":\"no id\"}")), "oscal.untitled",
         "/catalog/groups/0/controls/1: "},
        {CATALOG(GROUP(PLAIN("b") ",\n{\"id\":\"c\"}")), "oscal.untitled",
         "/catalog/groups/0/controls/1: "},
        {CATALOG(GROUP(PLAIN("b") ",\n{\"id\":\"c\",\"title\":\"{{ insert: param, no }}\"}")),
         "oscal.param_unknown", "/catalog/groups/0/controls/1: "},
        {CATALOG(GROUP(PLAIN("b") ",\n{\"id\":\"c\",\"title\":\"{{ insert: param, p "
                                  "}}\",\"params\":[{\"id\":\"p\"}]}")),
         "oscal.param_empty", "/catalog/groups/0/controls/1: "},
        {CATALOG(GROUP(PLAIN("b") ",\n{\"id\":\"c\",\"title\":\"{{ p }}\",\"params\":[{\"id\":"
                                  "\"p\",\"values\":[\"{{ p }}\"]}]}")),
         "oscal.param_loop", "/catalog/groups/0/controls/1: "},
    };
    (void)state;
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        outcome o;
        read_text(&o, "law.json", cases[i].text, NULL);
        assert_true(o.ok);
        assert_int_equal(o.result.refused_count, 1);
        assert_string_equal(o.problems.list.items[0].code, cases[i].code);
        assert_int_equal(o.problems.list.items[0].line, 5);
        if (strncmp(problem_text(&o, 0), cases[i].place, strlen(cases[i].place)) != 0)
            fail_msg("%s", problem_text(&o, 0));
        assert_int_equal(o.patch_count, 3); // the instrument, the other control, its question
        outcome_done(&o);
    }
}

static void a_document_has_as_many_parts_as_the_limit_says_and_no_more(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        outcome o;
        hf_buf text = hf_buf_of(64u << 20);
        // One group, one control; the rest are parts.
        hf_buf_add_z(&text, "{\"catalog\":{" META("1.1.2") ",\"groups\":[{\"id\":\"g\",\"controls\""
                                                           ":[{\"id\":\"c\",\"title\":\"t\","
                                                           "\"parts\":[");
        for (size_t i = 0; i < HF_OSCAL_PARTS_MAX - 2 + more; i++)
            hf_buf_add_z(&text, i == 0 ? "{\"name\":\"item\"}" : ",{\"name\":\"item\"}");
        hf_buf_add_z(&text, "]}]}]}}");
        read_bytes(&o, "many.json", hf_buf_str(&text), NULL);
        assert_int_equal(o.ok, more == 0);
        if (more > 0)
            assert_refused(&o, "oscal.too_many", 1, "");
        outcome_done(&o);
        hf_buf_done(&text);
    }
}

static void a_title_of_the_limit_stays_whole_and_one_above_is_cut(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        outcome o;
        hf_buf text = hf_buf_of(1u << 20);
        hf_buf_add_z(&text,
                     "{\"catalog\":{" META("1.1.2") ",\"controls\":[{\"id\":\"c\",\"title\":\"");
        for (size_t i = 0; i < 200 + more; i++)
            hf_buf_add_byte(&text, 'x');
        hf_buf_add_z(&text, "\"}]}}");
        read_bytes(&o, "long.json", hf_buf_str(&text), NULL);
        assert_true(o.ok);
        assert_int_equal(strstr(text_of_buf(&o.patches), "x\xe2\x80\xa6\"") != NULL, more);
        assert_problems(&o, more == 0 ? "" : "warning 1  oscal.cut\n");
        outcome_done(&o);
        hf_buf_done(&text);
    }
}

// --- profiles ----------------------------------------------------------------------------------------------

typedef struct {
    char folder[40];
    hf_arena memory;
} folder;

static int folder_open(void **state)
{
    folder *f = calloc(1, sizeof *f);
    *state = f;
    strncpy(f->folder, "/tmp/hf-oscal-XXXXXX", sizeof f->folder - 1);
    return mkdtemp(f->folder) != NULL ? 0 : 1;
}

static int folder_close(void **state)
{
    static const char *const names[] = {"law.json", "p1.json", "p2.json"};
    folder *f = *state;
    for (size_t i = 0; i < HF_COUNT(names); i++)
        (void)unlink(hf_path_join(&f->memory, f->folder, names[i]));
    (void)rmdir(f->folder);
    hf_arena_done(&f->memory);
    free(f);
    return 0;
}

static void put(folder *f, const char *name, const char *text)
{
    hf_error err = {0};
    assert_true(hf_file_write(hf_path_join(&f->memory, f->folder, name), hf_str_of(text), &err));
}

static void read_profile(folder *f, const char *name, outcome *o)
{
    hf_error err = {0};
    hf_input *input = NULL;
    hf_input_options options = {
        .path = hf_path_join(&f->memory, f->folder, name), .name = name, .directory = f->folder};
    assert_true(hf_crypto_init(&err));
    assert_true(hf_input_open(&options, &input, &err));
    read_input(o, input, NULL, NULL, NULL, HF_STR_EMPTY);
    hf_input_close(&input);
}

#define PROFILE(rest) "{\"profile\":{" META("1.1.2") rest "}}"
#define LAW                                                                                        \
    CATALOG(GROUP(PLAIN("a-1") ",\n{\"id\":\"a-2\",\"title\":\"Two\",\"params\":[{\"id\":\"p\","   \
                               "\"label\":\"some time\"}],\"parts\":[{\"id\":\"a-2_smt\","         \
                               "\"name\":\"statement\",\"prose\":\"wait {{ insert: param, p "      \
                               "}}\"},{\"id\":\"a-2_gdn\",\"name\":\"guidance\",\"prose\":\"g\"}]" \
                               ",\"controls\":[" PLAIN("a-2.1") "]}," PLAIN("b-1")))

static size_t count_in(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        count++;
    return count;
}

static void a_profile_chooses_by_id_by_pattern_and_with_children(void **state)
{
    static const struct {
        const char *import;
        size_t count;
        const char *has;
    } cases[] = {
        {"\"include-all\":{}", 4, ":b-1\""},
        {"\"include-controls\":[{\"with-ids\":[\"a-1\"]}]", 1, ":a-1\""},
        {"\"include-controls\":[{\"with-ids\":[\"a-2\"]}]", 1, ":a-2\""},
        {"\"include-controls\":[{\"with-ids\":[\"a-2.1\"]}]", 1, ":a-2.1\""},
        {"\"include-controls\":[{\"with-child-controls\":\"yes\",\"with-ids\":[\"a-2\"]}]", 2,
         ":a-2.1\""},
        {"\"include-controls\":[{\"matching\":[{\"pattern\":\"a-*\"}]}]", 3, ":a-2.1\""},
        {"\"include-controls\":[{\"matching\":[{\"pattern\":\"?-1\"}]}]", 2, ":b-1\""},
        {"\"include-all\":{},\"exclude-controls\":[{\"with-ids\":[\"a-2\"]}]", 3, ":a-2.1\""},
    };
    folder *f = *state;
    put(f, "law.json", LAW);
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        outcome o;
        hf_str text =
            hf_str_format(&f->memory, PROFILE(",\"imports\":[{\"href\":\"law.json\",%s}]") "%c",
                          cases[i].import, 0);
        put(f, "p1.json", text.ptr);
        read_profile(f, "p1.json", &o);
        assert_true(o.ok);
        assert_int_equal(o.result.refused_count, 0);
        assert_int_equal(count_in(text_of_buf(&o.patches), "provision {"), cases[i].count);
        assert_non_null(strstr(text_of_buf(&o.patches), cases[i].has));
        outcome_done(&o);
    }
}

static void a_profile_sets_parameters_and_alters_controls(void **state)
{
    folder *f = *state;
    outcome o;
    put(f, "law.json", LAW);
    put(f, "p1.json",
        PROFILE(",\"imports\":[{\"href\":\"#5a2b3c4d-0000-4000-8000-000000000001\",\"include-all\":"
                "{}}],\"modify\":{\"set-parameters\":[{\"param-id\":\"p\",\"values\":[\"ten "
                "minutes\"]}],\"alters\":[{\"control-id\":\"a-2\",\"removes\":[{\"by-name\":"
                "\"guidance\"}],\"adds\":[{\"by-id\":\"a-2_smt\",\"position\":\"after\",\"parts\":"
                "[{\"id\":\"a-2_obj\",\"name\":\"assessment-objective\",\"prose\":\"it waits\"}]}]}"
                "]},\"back-matter\":{\"resources\":[{\"uuid\":\"5a2b3c4d-0000-4000-8000-"
                "000000000001\",\"rlinks\":[{\"href\":\"x/law.xml\"},{\"href\":\"../x/law.json\"}]}"
                "]}"));
    read_profile(f, "p1.json", &o);
    assert_true(o.ok);
    assert_problems(&o, "");
    assert_non_null(strstr(text_of_buf(&o.patches), "\"requirement\":\"wait ten minutes\""));
    assert_non_null(strstr(text_of_buf(&o.patches), "\"text\":\"it waits\""));
    assert_null(strstr(text_of_buf(&o.patches), "\"guidance\""));
    outcome_done(&o);
}

static void a_profile_that_names_what_is_not_there_is_refused(void **state)
{
    folder *f = *state;
    outcome o;
    put(f, "law.json", LAW);
    put(f, "p1.json",
        PROFILE(
            ",\"imports\":[{\"href\":\"law.json\",\"include-controls\":[{\"with-ids\":[\"a-1\","
            "\n\"zz-9\"]}]}],\"modify\":{\n\"set-parameters\":[{\"param-id\":\"p\"}],\n"
            "\"alters\":[{\"control-id\":\"a-2\"},\n{\"control-id\":\"a-1\",\"adds\":[{\"by-id\""
            ":\"no\"}]}]}"));
    read_profile(f, "p1.json", &o);
    assert_true(o.ok);
    assert_problems(&o, "2  oscal.control_unknown\n3  oscal.param_unknown\n"
                        "4  oscal.control_unknown\n5  oscal.part_unknown\n");
    outcome_done(&o);
}

static void profiles_draw_on_profiles_but_not_in_a_circle(void **state)
{
    folder *f = *state;
    outcome o;
    put(f, "law.json", LAW);
    put(f, "p1.json",
        PROFILE(",\"imports\":[{\"href\":\"p2.json\",\"include-controls\":[{\"with-ids\":[\"a-1\"]}"
                "]}]"));
    put(f, "p2.json", PROFILE(",\"imports\":[{\"href\":\"law.json\",\"include-all\":{}}]"));
    read_profile(f, "p1.json", &o);
    assert_true(o.ok);
    assert_int_equal(count_in(text_of_buf(&o.patches), "provision {"), 1);
    outcome_done(&o);
    put(f, "p2.json", PROFILE(",\n\"imports\":[{\"href\":\"p1.json\",\"include-all\":{}}]"));
    read_profile(f, "p1.json", &o);
    assert_refused(&o, "oscal.import_loop", 2, "");
    outcome_done(&o);
}

// Nothing is fetched, and nothing is opened outside the folder.
static void a_profile_reads_files_beside_it_only_where_that_is_allowed(void **state)
{
    folder *f = *state;
    outcome o;
    hf_error err = {0};
    hf_input *input = NULL;
    put(f, "law.json", LAW);
    put(f, "p1.json", PROFILE(",\"imports\":[{\"href\":\"law.json\",\"include-all\":{}}]"));
    hf_input_options options = {.path = hf_path_join(&f->memory, f->folder, "p1.json"),
                                .name = "p1.json"};
    assert_true(hf_input_open(&options, &input, &err));
    read_input(&o, input, NULL, NULL, NULL, HF_STR_EMPTY);
    hf_input_close(&input);
    assert_refused(&o, "oscal.import_missing", 1, "");
    outcome_done(&o);
}

#define WITH_FOLDER(name) cmocka_unit_test_setup_teardown(name, folder_open, folder_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_catalogue_is_an_instrument_its_controls_provisions_its_objectives_questions),
        cmocka_unit_test(two_titles_are_never_one_key),
        cmocka_unit_test(refuses_what_is_no_catalogue_with_its_place),
        cmocka_unit_test(refuses_single_controls_and_says_where_they_stand),
        cmocka_unit_test(a_document_has_as_many_parts_as_the_limit_says_and_no_more),
        cmocka_unit_test(a_title_of_the_limit_stays_whole_and_one_above_is_cut),
        WITH_FOLDER(a_profile_chooses_by_id_by_pattern_and_with_children),
        WITH_FOLDER(a_profile_sets_parameters_and_alters_controls),
        WITH_FOLDER(a_profile_that_names_what_is_not_there_is_refused),
        WITH_FOLDER(profiles_draw_on_profiles_but_not_in_a_circle),
        WITH_FOLDER(a_profile_reads_files_beside_it_only_where_that_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
