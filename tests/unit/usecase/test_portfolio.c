// SPDX-License-Identifier: Apache-2.0
//
// Measures for a budget, from records to the answer: small registers worked out on paper, every set asked for by
// itself (V18), who may see what, and what is refused.
#include <math.h>

#include "fixture.h"
#include "usecase/portfolio.h"

// The plant is lost in every trial, so all figures are whole and certain.
static const char *const assets =
    "key,name,kind,people_served,repair_h\n"
    "P,Plant,power_plant,100,24\nQ,Second plant,power_plant,0,24\nW,Works,water_works,3000,4\n"
    "H,Hospital,hospital,4000,\nS,School,school,500,10\n";
static const char *const dependencies = "supplier,consumer,input,need,buffer_h\n"
                                        "P,W,power,,0\nP,H,power,,2\nW,H,water,,12\n";
static const char *const measures =
    "key,title,cost,changes,excludes,marking\n"
    "LINE,Second line,30,\"[{\"\"consumer\"\":\"\"W\"\",\"\"input\"\":\"\"power\"\","
    "\"\"supplier\"\":\"\"Q\"\"}]\",,clear\n"
    "FEED,Feed of the hospital,20,\"[{\"\"consumer\"\":\"\"H\"\",\"\"input\"\":\"\"power\"\","
    "\"\"supplier\"\":\"\"Q\"\"}]\",,clear\n"
    "WALL,Wall,70,\"[{\"\"assets\"\":[\"\"P\"\"],\"\"damage_factor\"\":0}]\",,red\n"
    "ROOF,Roof,10,\"[{\"\"assets\"\":[\"\"S\"\"],\"\"damage_factor\"\":0}]\",,clear\n"
    "IDEA,Idea,,,,clear\n";
static const char *const lost = "[{\"p\":1,\"assets\":[\"P\",\"S\"]}]";

typedef struct {
    fixture *f;
    hf_session session;
    hf_portfolio_request request;
} world;

static world open_world(void **state)
{
    world w = {.f = *state, .session = local_session(*state), .request = hf_portfolio_plain()};
    (void)import_texts(
        w.f, (hf_import_request){0},
        (const char *const[]){"assets.csv", assets, "dependencies.csv", dependencies, NULL});
    (void)import_texts(w.f, (hf_import_request){.as = &hf_noun_measure},
                       (const char *const[]){"a.csv", measures, NULL});
    w.request.question.scenario.hazards = hf_str_of(lost);
    w.request.question.scenario.trials = 10;
    w.request.budget = 50;
    return w;
}

static hf_portfolio_answer ask(world *w)
{
    hf_portfolio_answer answer;
    hf_error err = {0};
    if (!hf_ask_portfolio(&w->session, &w->request, &w->f->memory, &answer, &err))
        fail_msg("%s: %s", err.code, err.message);
    return answer;
}

static void assert_refused(world *w, const char *code)
{
    hf_portfolio_answer answer;
    hf_error err = {0};
    bool is_taken = hf_ask_portfolio(&w->session, &w->request, &w->f->memory, &answer, &err);
    hf_portfolio_done(&w->session, &answer);
    if (is_taken || strcmp(err.code, code) != 0)
        fail_msg("want %s, got %s: %s", code, is_taken ? "an answer" : err.code, err.message);
}

static bool is_set(const hf_portfolio_answer *answer, hf_measure_set set, const char *keys)
{
    HF_CLEANUP(hf_buf_done) hf_buf all = hf_buf_of(1000);
    for (uint32_t m = 0; m < answer->measure_count; m++)
        if ((set >> m & 1) != 0) {
            if (all.len > 0)
                hf_buf_add_byte(&all, ' ');
            hf_buf_add_str(&all, answer->measures[m]->head.key);
        }
    return hf_str_equal_z(hf_buf_str(&all), keys);
}

static void assert_number(double got, double want)
{
    if (!(fabs(got - want) < 1e-9))
        fail_msg("got %.10g, want %.10g", got, want);
}

static void finds_what_complements_each_other(void **state)
{
    world w = open_world(state);
    hf_portfolio_answer answer = ask(&w);
    // Nothing: P, W, H and S are lost. A line to the works alone keeps W; the hospital needs line and feed.
    assert_number(answer.none.value, 7600);
    assert_true(is_set(&answer, answer.found.best.set, "FEED LINE"));
    assert_number(answer.best.value, 600);
    assert_number(answer.gain.value, 7000);
    assert_number(answer.gain.high, 7000); // no trial differs from another
    assert_number(answer.bound, 0);
    assert_null(answer.why_not_exact);
    assert_int_equal(answer.measure_count, 4);
    assert_number(answer.single_gain[0], 0);    // FEED alone: the water is still lost
    assert_number(answer.single_gain[1], 3000); // LINE
    assert_number(answer.single_gain[2], 500);  // ROOF
    assert_number(answer.single_gain[3], 7100); // WALL
    assert_false(answer.found.is_additive);
    assert_int_equal(answer.part_count, 2); // the school hangs on nothing
    assert_int_equal(answer.left_out_count, 1);
    assert_string_equal(answer.left_out[0].why, "no_changes");
    hf_portfolio_done(&w.session, &answer);

    w.request.budget = 80.5;
    answer = ask(&w);
    assert_true(is_set(&answer, answer.found.best.set, "ROOF WALL"));
    assert_number(answer.best.value, 0);
    hf_portfolio_done(&w.session, &answer);
}

static void locks_and_excludes_are_kept(void **state)
{
    world w = open_world(state);
    const hf_str line = HF_STR("LINE"), roof = HF_STR("ROOF");
    w.request.budget = 40;
    w.request.lock = (hf_texts){&line, 1};
    w.request.without = (hf_texts){&roof, 1};
    hf_portfolio_answer answer = ask(&w);
    assert_true(is_set(&answer, answer.found.none.set, "LINE"));
    assert_true(is_set(&answer, answer.found.best.set, "LINE"));
    hf_portfolio_done(&w.session, &answer);
    w.request.without = (hf_texts){&line, 1};
    assert_refused(&w, "portfolio.locked");
    w.request.without = (hf_texts){0};
    w.request.budget = 29;
    assert_refused(&w, "portfolio.budget");
}

static void measures_of_the_scenario_are_in_place(void **state)
{
    world w = open_world(state);
    hf_error err = {0};
    hf_simulate_answer simulated;
    w.request.question.scenario.measures = HF_STR("LINE");
    hf_portfolio_answer answer = ask(&w);
    assert_number(answer.none.value, 4600);
    assert_true(is_set(&answer, answer.found.best.set, "FEED ROOF"));
    assert_int_equal(answer.left_out_count, 2);
    hf_portfolio_done(&w.session, &answer);
    // And a simulation of the same scenario loses the same.
    assert_true(hf_simulate(&w.session, &w.request.question, &w.f->memory, &simulated, &err));
    assert_number(simulated.summary.mean, 4600);
    hf_simulate_done(&w.session, &simulated);
    w.request.question.scenario.measures = HF_STR("NONE");
    assert_refused(&w, "measure.unknown");
}

// V18: the same trials, every one of the sets asked for by itself.
static void the_best_set_is_the_best_of_all_sets(void **state)
{
    world w = open_world(state);
    hf_str keys[4] = {HF_STR("FEED"), HF_STR("LINE"), HF_STR("ROOF"), HF_STR("WALL")};
    const double cost[4] = {20, 30, 10, 70};
    w.request.question.scenario.hazards =
        HF_STR("[{\"p\":0.3,\"kind\":[\"power_plant\",\"water_works\"]},{\"p\":0.2,\"all\":true}]");
    w.request.question.scenario.trials = 700;
    for (int objective = 0; objective < 3; objective++) {
        double best = INFINITY, losses[16];
        w.request.objective = (hf_objective)objective;
        for (uint32_t set = 0; set < 16; set++) {
            hf_str in[4], out[4];
            size_t in_count = 0, out_count = 0;
            double price = 0;
            for (uint32_t m = 0; m < 4; m++) {
                if ((set >> m & 1) != 0) {
                    in[in_count++] = keys[m];
                    price += cost[m];
                } else {
                    out[out_count++] = keys[m];
                }
            }
            w.request.lock = (hf_texts){in, in_count};
            w.request.without = (hf_texts){out, out_count};
            w.request.budget = 1000;
            hf_portfolio_answer answer = ask(&w);
            losses[set] = answer.none.value;
            for (uint32_t m = 0; m < 4; m++) // monotone
                if ((set >> m & 1) != 0 && losses[set] > losses[set & ~(1u << m)] + 1e-9)
                    fail_msg("objective %d: set %u loses more with measure %u", objective, set, m);
            if (price <= 60)
                best = fmin(best, answer.none.value);
            hf_portfolio_done(&w.session, &answer);
        }
        w.request.lock = w.request.without = (hf_texts){0};
        w.request.budget = 60;
        hf_portfolio_answer answer = ask(&w);
        assert_number(answer.best.value, best);
        assert_null(answer.why_not_exact);
        hf_portfolio_done(&w.session, &answer);
    }
}

static void says_why_it_may_not_be_the_best(void **state)
{
    world w = open_world(state);
    (void)import_texts(w.f, (hf_import_request){.as = &hf_noun_measure},
                       (const char *const[]){
                           "a.csv",
                           "key,cost,changes\n"
                           "START,5,\"[{\"\"assets\"\":[\"\"P\"\"],\"\"black_start_h\"\":6}]\"\n",
                           NULL});
    w.request.question.scenario.hours = 48;
    w.request.run_limit = 20; // five measures have 32 sets
    hf_portfolio_answer answer = ask(&w);
    assert_string_equal(answer.why_not_exact, "black_start");
    assert_true(isnan(answer.bound));
    assert_true(answer.has_hours);
    hf_portfolio_done(&w.session, &answer);
    w.request.question.scenario.hours = (double)NAN;
    w.request.run_limit = 1;
    w.request.budget = 75;
    answer = ask(&w);
    assert_string_equal(answer.why_not_exact, "limit");
    hf_portfolio_done(&w.session, &answer);
}

// Measures that can shift an outage: the best of all sets is told as such when all of them were looked at.
static void is_exact_with_black_start_when_all_sets_are_looked_at(void **state)
{
    world w = open_world(state);
    (void)import_texts(
        w.f, (hf_import_request){.as = &hf_noun_measure},
        (const char *const[]){
            "a.csv",
            "key,cost,changes\n"
            "START,5,\"[{\"\"assets\"\":[\"\"P\"\"],\"\"black_start_h\"\":6}]\"\n"
            "HALF,9,\"[{\"\"assets\"\":[\"\"P\"\",\"\"Q\"\"],\"\"damage_factor\"\":0.5}]\"\n"
            "QUICK,7,\"[{\"\"assets\"\":[\"\"P\"\"],\"\"repair_h\"\":2}]\"\n",
            NULL});
    w.request.question.scenario.hours = 48;
    w.request.question.scenario.hazards = HF_STR("[{\"p\":0.6,\"assets\":[\"P\",\"S\",\"Q\"]}]");
    w.request.question.scenario.trials = 600;
    hf_portfolio_answer answer = ask(&w);
    uint32_t n = answer.measure_count;
    assert_null(answer.why_not_exact);
    assert_true(answer.found.is_exact && n == 7);
    hf_str keys[7];
    for (uint32_t m = 0; m < n; m++)
        keys[m] = answer.measures[m]->head.key;
    double found = answer.best.value, best = INFINITY;
    hf_portfolio_done(&w.session, &answer);
    for (uint32_t set = 0; set < 1u << n; set++) { // each set locked in, and nothing else
        hf_str in[7], out[7];
        size_t in_count = 0, out_count = 0;
        for (uint32_t m = 0; m < n; m++)
            *((set >> m & 1) != 0 ? &in[in_count++] : &out[out_count++]) = keys[m];
        w.request.lock = (hf_texts){in, in_count};
        w.request.without = (hf_texts){out, out_count};
        w.request.budget = 1000;
        answer = ask(&w);
        if ((double)answer.found.none.cost <= 50 * HF_MONEY_PARTS)
            best = fmin(best, answer.none.value);
        hf_portfolio_done(&w.session, &answer);
    }
    assert_number(found, best);
}

static void hidden_measures_are_not_weighed(void **state)
{
    world w = open_world(state);
    const hf_str wall = HF_STR("WALL");
    w.session = user_session(w.f, HF_ROLE_ANALYST, HF_TLP_AMBER);
    w.request.budget = 80.5;
    hf_portfolio_answer answer = ask(&w);
    assert_int_equal(answer.measure_count, 3);
    assert_true(is_set(&answer, answer.found.best.set, "FEED LINE ROOF"));
    hf_portfolio_done(&w.session, &answer);
    w.request.among = (hf_texts){&wall, 1};
    assert_refused(&w, "measure.unknown");
    w.session.actor.is_signed_in = false;
    w.request.among = (hf_texts){0};
    assert_refused(&w, "access.sign_in");
}

static void refuses_what_cannot_be_answered(void **state)
{
    world w = open_world(state);
    const hf_str unknown = HF_STR("NONE"), idea = HF_STR("IDEA");
    w.request.budget = 9.99;
    assert_refused(&w, "portfolio.nothing_fits");
    w.request.budget = (double)NAN;
    assert_refused(&w, "portfolio.no_budget");
    w.request.budget = 50;
    w.request.among = (hf_texts){&unknown, 1};
    assert_refused(&w, "measure.unknown");
    w.request.among = (hf_texts){&idea, 1};
    assert_refused(&w, "portfolio.no_changes");
    w.request.among = (hf_texts){0};
    w.request.without = (hf_texts){&unknown, 1};
    assert_refused(&w, "measure.unknown");
    w.request.without = (hf_texts){0};
    w.request.question.scenario.trials = 1;
    assert_refused(&w, "portfolio.trials");
    w.request.question.scenario.trials = 10;

    HF_CLEANUP(hf_buf_done) hf_buf many = hf_buf_of(1u << 16);
    hf_buf_add_z(&many, "key,cost,changes,excludes\n");
    for (int i = 0; i < 61; i++)
        hf_buf_add_format(&many,
                          "X%d,1,\"[{\"\"assets\"\":[\"\"S\"\"],\"\"damage_factor\"\":0.5}]\",%s\n",
                          i, i == 0 ? "X1" : "");
    (void)import_texts(
        w.f, (hf_import_request){.as = &hf_noun_measure},
        (const char *const[]){"a.csv", hf_str_z(&w.f->memory, hf_buf_str(&many)), NULL});
    assert_refused(&w, "portfolio.too_many");
    const hf_str both[] = {HF_STR("X0"), HF_STR("X1")};
    w.request.among = w.request.lock = (hf_texts){both, 2};
    assert_refused(&w, "portfolio.excluded");
}

static void reads_its_question_from_json(void **state)
{
    static const struct {
        const char *json, *code, *place;
    } cases[] = {
        {"{\"budget\":-1}", "portfolio.value", "/budget"},
        {"{\"budget\":\"much\"}", "portfolio.value", "/budget"},
        {"{\"budget\":1,\"objective\":\"p90\"}", "portfolio.value", "/objective"},
        {"{\"budget\":1,\"among\":\"A\"}", "portfolio.value", "/among"},
        {"{\"budget\":1,\"lock\":[1]}", "portfolio.value", "/lock"},
        {"{\"budget\":1,\"simulations\":0}", "portfolio.value", "/simulations"},
        {"{\"budget\":1,\"colour\":1}", "simulate.member", ""},
        {"{\"budget\":1,\"trials\":0}", "simulate.value", "/trials"},
        {"{\"budget\":1,\"seed\":1.5}", "simulate.value", "/seed"},
        {"{\"budget\":1,\"hours\":-1}", "simulate.value", "/hours"},
        {"{\"budget\":1,\"restart\":\"later\"}", "simulate.value", "/restart"},
        {"{\"budget\":1,\"kernel\":3}", "simulate.value", "/kernel"},
        {"{\"budget\":1,\"strength_digits\":9}", "simulate.value", "/strength_digits"},
        {"{\"budget\":1,\"title\":[]}", "simulate.value", "/title"},
    };
    world w = open_world(state);
    hf_json *tree = NULL;
    hf_error err = {0};
    assert_true(hf_json_parse(HF_STR("{\"budget\":12.5,\"objective\":\"p99\",\"lock\":[\"LINE\"],"
                                     "\"trials\":200,\"simulations\":30}"),
                              &w.f->memory, &tree, &err));
    assert_true(hf_portfolio_from_json(&w.session, tree, &w.f->memory, &w.request, &err));
    assert_number(w.request.budget, 12.5);
    assert_int_equal(w.request.objective, HF_OBJECTIVE_P99);
    assert_int_equal(w.request.lock.count, 1);
    assert_int_equal(w.request.question.scenario.trials, 200);
    assert_int_equal(w.request.run_limit, 30);
    for (size_t i = 0; i < HF_COUNT(cases); i++) {
        err = (hf_error){0};
        assert_true(hf_json_parse(hf_str_of(cases[i].json), &w.f->memory, &tree, &err));
        if (hf_portfolio_from_json(&w.session, tree, &w.f->memory, &w.request, &err) ||
            strcmp(err.code, cases[i].code) != 0 || strcmp(err.source, cases[i].place) != 0)
            fail_msg("%s: got %s at %s", cases[i].json, err.code, err.source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_what_complements_each_other, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(locks_and_excludes_are_kept, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(measures_of_the_scenario_are_in_place, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(the_best_set_is_the_best_of_all_sets, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(is_exact_with_black_start_when_all_sets_are_looked_at,
                                        fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(says_why_it_may_not_be_the_best, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(hidden_measures_are_not_weighed, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(refuses_what_cannot_be_answered, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(reads_its_question_from_json, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
