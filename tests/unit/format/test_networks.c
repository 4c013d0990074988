// SPDX-License-Identifier: Apache-2.0
//
// The three network formats through their shipped recipes: GraphML (plain and of yEd), MATPOWER, EPANET.
#include "support.h"

static hf_arena recipe_arena;
static hf_recipes recipes;

static int load_recipes(void **state)
{
    hf_error err = {0};
    (void)state;
    return !hf_crypto_init(&err) || !hf_recipes_load(&recipe_arena, &recipes, &err);
}

static int drop_recipes(void **state)
{
    (void)state;
    hf_arena_done(&recipe_arena);
    return 0;
}

static void read_network(outcome *o, const char *name, const char *text)
{
    hf_input *input = hf_input_of_bytes(hf_str_of(name), hf_str_of(text));
    read_input(o, input, NULL, NULL, &recipes, HF_STR_EMPTY);
    hf_input_close(&input);
}

static void check(const char *name, const char *text, const char *patches, const char *problems)
{
    outcome o;
    read_network(&o, name, text);
    if (!o.ok)
        print_message("%s %s\n", o.err.code, o.err.message);
    assert_true(o.ok);
    assert_patches(&o, patches);
    assert_problems(&o, problems);
    outcome_done(&o);
}

static void refuse(const char *name, const char *text, const char *code, uint64_t line)
{
    outcome o;
    read_network(&o, name, text);
    assert_refused(&o, code, line, "");
    outcome_done(&o);
}

#define NODE(key, label, rest)                                                                     \
    "asset {\"key\":\"net-" key "\",\"name\":\"" label                                             \
    "\",\"kind\":\"network_node\",\"sector\":\"IC01\",\"lon\":null,\"lat\":null" rest "}\n"        \
    "layer {\"key\":\"net/net-" key "\",\"layer\":\"net\",\"asset\":\"net-" key                    \
    "\",\"role\":\"source\"}\n"
#define EDGE(key, from, to, rest)                                                                  \
    "dependency {\"key\":\"net-" key "\",\"supplier\":\"net-" from "\",\"consumer\":\"net-" to     \
    "\",\"input\":\"net\",\"type\":\"link\"" rest "}\n"

static void graphml_nodes_and_edges_carry_their_keys(void **state)
{
    (void)state;
    check("net.graphml",
          "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
          "<key id=\"d0\" for=\"node\" attr.name=\"type\" attr.type=\"string\"/>\n"
          "<graph edgedefault=\"undirected\">\n"
          "<node id=\"0\"><data key=\"d0\">tx &amp; rx</data></node>\n"
          "<node id=\"1\"/>\n"
          "<edge source=\"0\" target=\"1\"/>\n"
          "<edge id=\"x\" source=\"1\" target=\"0\"/>\n"
          "</graph></graphml>",
          NODE("0", "0", ",\"attributes\":{\"type\":\"tx & rx\"}") NODE("1", "1", "")
              EDGE("e1", "0", "1", "") EDGE("x", "1", "0", ""),
          "");
}

static void yed_hides_names_in_labels(void **state)
{
    (void)state;
    check("net.graphml",
          "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" "
          "xmlns:y=\"http://www.yworks.com/xml/graphml\">\n"
          "<key for=\"node\" id=\"d7\" yfiles.type=\"nodegraphics\"/>\n"
          "<graph><node id=\"n0\"><data key=\"d7\"><y:ShapeNode><y:Geometry x=\"7.5\" y=\"4\"/>\n"
          "<y:NodeLabel> Seattle "
          "</y:NodeLabel><y:NodeLabel>second</y:NodeLabel></y:ShapeNode></data></node>\n"
          "</graph></graphml>",
          NODE("n0", "Seattle", ",\"attributes\":{\"x\":\"7.5\",\"y\":\"4\"}"), "");
}

static void a_graphml_edge_onto_itself_is_left_out_with_a_warning(void **state)
{
    (void)state;
    check("net.graphml",
          "<graphml><graph><node id=\"a\"/>\n<edge source=\"a\" target=\"a\"/></graph></graphml>",
          NODE("a", "a", ""), "warning 2 supplier dependency.self\n");
}

static void damaged_graphml_is_refused(void **state)
{
    (void)state;
    refuse("a.graphml", "<graphml>\n<graph>\n<node/>\n</graph></graphml>", "graphml.node_id", 3);
    refuse("a.graphml", "<graphml>\n<graph>\n<edge source=\"a\"/>\n</graph></graphml>",
           "graphml.edge_ends", 3);
    refuse("a.graphml", "<graphml></graphml>", "graphml.no_graph", 1);
    outcome o;
    read_network(&o, "a.graphml", "<graphml><graph><node id=\"a\"/>");
    assert_false(o.ok);
    assert_string_equal(o.err.code, "xml.broken");
    outcome_done(&o);
}

#define CASE_HEAD "function mpc = c\nmpc.version = '2';\nmpc.baseMVA = 100;\n"
#define BUS(n)    "\t" n "\t1\t50\t10\t0\t0\t1\t1\t0\t135\t1\t1.05\t0.95;\n"

static void matpower_matrices_become_buses_plants_and_links(void **state)
{
    (void)state;
    outcome o;
    read_network(&o, "c.m",
                 CASE_HEAD "%% bus data\nmpc.bus = [ % first\n" BUS("1")
                     BUS("2") "];\n"
                              "mpc.gen = [ 1 40 0 30 -30 1 100 1 80 0; 2 1 0 0 0 1 100 0 9 0 ];\n"
                              "mpc.branch = [\n1 2 .01 .02 0 0 0 0 0 0 1 -360 360;\n2 1 0 0 0 0 0 "
                              "0 0 0 0 -360 360;\n];\n"
                              "mpc.bus_name = {\n\t'North % 1';\n\t'South';\n};\n");
    assert_true(o.ok);
    assert_problems(&o, "");
    const char *text = text_of_buf(&o.patches);
    assert_non_null(
        strstr(text, "asset {\"key\":\"c-B1\",\"name\":\"North % 1\",\"kind\":\"bus\""));
    assert_non_null(strstr(text, "\"attributes\":{\"Pd\":\"50\",\"Qd\":\"10\""));
    assert_non_null(strstr(
        text, "layer {\"key\":\"c/c-B2\",\"layer\":\"c\",\"asset\":\"c-B2\",\"role\":\"node\"}"));
    // The generator that is out of service is known but no source.
    assert_non_null(strstr(text, "asset {\"key\":\"c-G2\""));
    assert_non_null(strstr(text, "\"asset\":\"c-G1\",\"role\":\"source\"}"));
    assert_null(strstr(text, "\"asset\":\"c-G2\""));
    assert_non_null(strstr(text, "dependency "
                                 "{\"key\":\"c-L1\",\"supplier\":\"c-B1\",\"consumer\":\"c-B2\","
                                 "\"input\":\"c\",\"type\":\"link\""));
    assert_null(strstr(text, "c-L2"));
    assert_int_equal(o.patch_count, 2 * 2 + 2 + 2 + 1);
    outcome_done(&o);
}

static void damaged_matpower_is_refused_with_its_line(void **state)
{
    (void)state;
    refuse("c.m", CASE_HEAD "mpc.bus = [\n1 1 x 0 0 0 1 1 0 1 1 1 1;\n];\n", "matpower.no_number",
           5);
    refuse("c.m", CASE_HEAD "mpc.bus = [\n1 1 2;\n];\n", "matpower.short_row", 5);
    refuse("c.m", CASE_HEAD "mpc.bus = [\n" BUS("1"), "matpower.open_matrix", 4);
    refuse("c.m", CASE_HEAD, "matpower.no_matrix", 0);
}

static void epanet_sections_become_nodes_sources_and_links(void **state)
{
    (void)state;
    outcome o;
    read_network(&o, "w.inp",
                 "[TITLE]\nText\n\n[JUNCTIONS]\n;ID Elev Demand\n J1 710 150 ;\n J2 700\n"
                 "[RESERVOIRS]\n R1 800\n[TANKS]\n T1 850 120 100 150 50.5 0\n"
                 "[PIPES]\n P1 R1 J1 100 12 100 0 Open ; main\n P2 J1 J1 1 1 1\n P3 J1\n"
                 "[PUMPS]\n U1 T1 J2 HEAD 1\n[VALVES]\n V1 J1 J2 12 PRV 120 0\n"
                 "[DEMANDS]\n J2 10\n J2 2.5 ;again\n[OPTIONS]\n Units LPS\n"
                 "[COORDINATES]\n J1 20.5 7000\n[END]\n");
    assert_true(o.ok);
    assert_problems(&o, "warning 14 supplier dependency.self\n15  epanet.short_row\n");
    const char *text = text_of_buf(&o.patches);
    // Coordinates of a drawing are never taken for degrees.
    assert_non_null(strstr(
        text,
        "asset {\"key\":\"w-J1\",\"name\":\"J1\",\"kind\":\"water_junction\",\"sector\":\"WA01\","
        "\"attributes\":{\"demand\":\"150\",\"elevation\":\"710\",\"units\":\"LPS\",\"x\":\"20.5\","
        "\"y\":\"7000\"}}"));
    assert_non_null(strstr(text, "\"key\":\"w-J2\""));
    assert_non_null(strstr(text, "\"demand\":\"12.5\""));
    assert_non_null(strstr(text, "\"asset\":\"w-R1\",\"role\":\"source\"}"));
    assert_non_null(strstr(text, "\"asset\":\"w-T1\",\"role\":\"source\"}"));
    assert_non_null(strstr(text, "\"asset\":\"w-J1\",\"role\":\"node\"}"));
    assert_non_null(strstr(
        text, "dependency {\"key\":\"w-pump-U1\",\"supplier\":\"w-T1\",\"consumer\":\"w-J2\""));
    assert_non_null(strstr(text, "dependency {\"key\":\"w-valve-V1\""));
    assert_int_equal(o.patch_count, 4 + 4 + 3);
    outcome_done(&o);
}

static void damaged_epanet_is_refused(void **state)
{
    (void)state;
    refuse("w.inp", "[TITLE]\n[JUNCTIONS]\n[END]\n", "epanet.no_network", 0);
    refuse("w.inp", "[JUNCTIONS]\n J1 1\n[COORDINATES]\n J1 a 2\n", "epanet.no_number", 4);
    refuse("w.inp", "[JUNCTIONS]\n J1 1\n[DEMANDS]\n J1 lots\n", "epanet.no_number", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(graphml_nodes_and_edges_carry_their_keys),
        cmocka_unit_test(yed_hides_names_in_labels),
        cmocka_unit_test(a_graphml_edge_onto_itself_is_left_out_with_a_warning),
        cmocka_unit_test(damaged_graphml_is_refused),
        cmocka_unit_test(matpower_matrices_become_buses_plants_and_links),
        cmocka_unit_test(damaged_matpower_is_refused_with_its_line),
        cmocka_unit_test(epanet_sections_become_nodes_sources_and_links),
        cmocka_unit_test(damaged_epanet_is_refused),
    };
    return cmocka_run_group_tests(tests, load_recipes, drop_recipes);
}
