// SPDX-License-Identifier: Apache-2.0
//
// hf_ask_portfolio: which measures are weighed, what they cost and exclude, and the engine's search over them.
#include "usecase/portfolio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "usecase/portfolio_choose.h"

static const double worst_shares[] = {0, 0.05, 0.01};
const char *const hf_objective_words[] = {"mean", "p95", "p99", NULL};

typedef struct {
    const hf_session *session;
    const hf_portfolio_request *request;
    hf_portfolio_answer *out;
    hf_arena *arena;
    hf_exposure base;
    hf_simulation simulation;
    hf_effect effects[HF_PORTFOLIO_MEASURES_MAX];
    uint64_t excludes[HF_PORTFOLIO_MEASURES_MAX];
    hf_measure_set locked_in, locked_out;
    hf_effects_flaw_kind flaw; // what keeps a search from being exact
    hf_error *err;
} weighing;

static hf_measure_set bit(uint32_t measure)
{
    return (hf_measure_set)1 << measure;
}

static hf_str key_of(const weighing *w, uint32_t measure)
{
    return w->out->measures[measure]->head.key;
}

// --- costs and rules ---------------------------------------------------------------------------------------

static bool read_costs(weighing *w)
{
    hf_portfolio_answer *out = w->out;
    int64_t *cost = HF_NEW_N(w->arena, int64_t, out->measure_count);
    double most = floor((double)(INT64_MAX / 4) / HF_PORTFOLIO_MEASURES_MAX);
    for (uint32_t m = 0; m < out->measure_count; m++) {
        double hundredths = ceil(out->measures[m]->cost * HF_MONEY_PARTS - 1e-6);
        if (!(hundredths <= most))
            return hf_fail(w->err, HF_ERR_INPUT, "portfolio.cost",
                           "measure '%.*s' costs %g, more than can be added up; use a larger unit "
                           "of money",
                           HF_STR_ARG(key_of(w, m)), out->measures[m]->cost);
        cost[m] = (int64_t)hundredths;
    }
    out->cost = cost;
    // A budget beyond all costs together buys everything.
    out->budget =
        (int64_t)fmin(floor(w->request->budget * HF_MONEY_PARTS + 1e-6), (double)(INT64_MAX / 4));
    return true;
}

static uint32_t find_measure(const weighing *w, hf_str key)
{
    for (uint32_t m = 0; m < w->out->measure_count; m++)
        if (hf_str_equal(key_of(w, m), key))
            return m;
    return HF_NO_INDEX;
}

static hf_measure_set set_of(const weighing *w, const hf_texts *keys)
{
    hf_measure_set set = 0;
    for (size_t i = 0; i < keys->count; i++) {
        uint32_t m = find_measure(w, keys->items[i]);
        set |= m != HF_NO_INDEX ? bit(m) : 0;
    }
    return set;
}

static void read_excludes(weighing *w)
{
    for (uint32_t m = 0; m < w->out->measure_count; m++) {
        hf_str rest = w->out->measures[m]->excludes, word;
        while (hf_str_split(&rest, ' ', &word)) {
            uint32_t other = find_measure(w, word);
            if (other == HF_NO_INDEX || other == m)
                continue;
            w->excludes[m] |= bit(other);
            w->excludes[other] |= bit(m);
        }
    }
}

static bool check_locks(const weighing *w)
{
    const hf_portfolio_answer *out = w->out;
    int64_t sum = 0, cheapest = INT64_MAX;
    uint32_t cheapest_one = 0, free_count = 0;
    for (uint32_t m = 0; m < out->measure_count; m++) {
        bool is_in = (w->locked_in & bit(m)) != 0, is_out = (w->locked_out & bit(m)) != 0;
        if (is_in && is_out)
            return hf_fail(w->err, HF_ERR_INPUT, "portfolio.locked",
                           "measure '%.*s' is to be taken and not to be taken",
                           HF_STR_ARG(key_of(w, m)));
        for (uint32_t k = 0; k < m && is_in; k++)
            if ((w->locked_in & w->excludes[m] & bit(k)) != 0)
                return hf_fail(w->err, HF_ERR_INPUT, "portfolio.excluded",
                               "the measures '%.*s' and '%.*s' are both to be taken, but exclude "
                               "each other",
                               HF_STR_ARG(key_of(w, k)), HF_STR_ARG(key_of(w, m)));
        sum += is_in ? out->cost[m] : 0;
        if (is_in || is_out)
            continue;
        free_count++;
        if (out->cost[m] < cheapest) {
            cheapest = out->cost[m];
            cheapest_one = m;
        }
    }
    if (sum > out->budget)
        return hf_fail(w->err, HF_ERR_INPUT, "portfolio.budget",
                       "the measures that must be taken cost %.2f, more than the budget of %.2f",
                       (double)sum / HF_MONEY_PARTS, (double)out->budget / HF_MONEY_PARTS);
    if (w->locked_in == 0 && free_count > 0 && cheapest > out->budget)
        return hf_fail(w->err, HF_ERR_INPUT, "portfolio.nothing_fits",
                       "nothing fits the budget of %.2f: the cheapest measure, '%.*s', costs %.2f",
                       (double)out->budget / HF_MONEY_PARTS, HF_STR_ARG(key_of(w, cheapest_one)),
                       (double)cheapest / HF_MONEY_PARTS);
    return true;
}

// --- the engine --------------------------------------------------------------------------------------------

// The register as it is with the measures of the scenario in place.
static bool read_base(weighing *w)
{
    const hf_portfolio_request *q = w->request;
    hf_scenario_lists lists;
    hf_hazard *hazards = NULL;
    size_t count = 0;
    if (!hf_simulate_check(&q->question, w->arena, &lists, w->err) ||
        !hf_plan_take_chances(w->session, &w->out->plan, w->err) ||
        !hf_scenario_resolve(w->session, w->out->plan, &lists, q->question.scenario.own_damage,
                             w->arena, &hazards, &count, w->err))
        return false;
    w->simulation = hf_simulate_question(&q->question, &lists);
    w->out->has_hours = w->simulation.hours > 0;
    hf_portfolio_protect(q, w->arena, w->out);
    w->base = (hf_exposure){*w->out->plan->input, hazards, count};
    hf_str contents = q->question.measures;
    return (contents.len > 0 ||
            hf_measures_keep(w->session, q->question.scenario.measures, w->arena, &contents,
                             &w->out->protection, w->err)) &&
           hf_measures_put_in_place(w->session, w->out->plan, contents, w->arena, &w->base, w->err);
}

static bool read_effects(weighing *w)
{
    for (uint32_t m = 0; m < w->out->measure_count; m++)
        if (!hf_measure_resolve(w->session, w->out->plan, w->out->measures[m], w->arena,
                                &w->effects[m], w->err))
            return false;
    w->flaw = hf_effects_flaw(&w->base, w->effects, w->out->measure_count, w->simulation.hours);
    return true;
}

static const char *why_not_exact(const weighing *w, const hf_measure_book *book)
{
    hf_measure_set undecided = ~(w->locked_in | w->locked_out);
    uint32_t free_count = 0;
    for (uint32_t m = 0; m < w->out->measure_count; m++)
        free_count += (undecided & bit(m)) != 0;
    if (w->out->found.is_exact)
        return NULL;
    if (w->flaw != HF_FLAW_NONE)
        return w->flaw == HF_FLAW_BLACK_START ? "black_start" : "repair_law";
    return free_count > HF_PORTFOLIO_EXACT_MAX && !*hf_book_is_spent(book) ? "measures" : "limit";
}

static void note_parts(weighing *w, const hf_measure_book *book)
{
    hf_measure_set *parts = HF_NEW_N(w->arena, hf_measure_set, hf_book_part_count(book));
    for (uint32_t p = 0; p < hf_book_part_count(book); p++)
        parts[p] = hf_book_part(book, p);
    w->out->parts = parts;
    w->out->part_count = hf_book_part_count(book);
}

static void note_figures(weighing *w, const hf_measure_book *book)
{
    hf_portfolio_answer *out = w->out;
    double *gain = HF_NEW_N(w->arena, double, out->measure_count);
    for (uint32_t m = 0; m < out->measure_count; m++)
        gain[m] = hf_book_mean(book, out->found.single_gain[m]);
    out->single_gain = gain;
    out->greedy = hf_book_mean(book, out->found.greedy_loss);
    out->why_not_exact = why_not_exact(w, book);
    // All measures together may be worse than some: then they bound nothing.
    out->bound = w->flaw == HF_FLAW_NONE ? hf_book_mean(book, out->found.loss_bound) : (double)NAN;
}

// --- other budgets -----------------------------------------------------------------------------------------

#define FRONT_BUDGETS 12u // between nothing and everything

typedef HF_VEC(hf_front_point) front_list;

static void add_front(const weighing *w, const hf_measure_book *book, const hf_portfolio *found,
                      front_list *front)
{
    for (uint32_t i = 0; i < found->front_count; i++) {
        hf_front_point point = {found->front[i], hf_book_mean(book, found->front[i].loss),
                                found->is_exact && found->front[i].set == found->best.set};
        HF_VEC_ADD(w->arena, front, point);
    }
}

// Where two searches found the same, the one that knows more comes first.
static int by_cost(const void *left, const void *right)
{
    const hf_front_point *a = left, *b = right;
    if (a->point.cost != b->point.cost)
        return a->point.cost < b->point.cost ? -1 : 1;
    if (a->point.loss != b->point.loss)
        return a->point.loss < b->point.loss ? -1 : 1;
    if (a->is_exact != b->is_exact)
        return a->is_exact ? -1 : 1;
    return a->point.set < b->point.set ? -1 : a->point.set > b->point.set;
}

static void keep_front(hf_portfolio_answer *out, front_list *front)
{
    uint32_t kept = 0;
    qsort(front->items, front->count, sizeof(front->items[0]), by_cost);
    for (size_t i = 0; i < front->count; i++)
        if (kept == 0 || front->items[i].point.loss < front->items[kept - 1].point.loss)
            front->items[kept++] = front->items[i];
    out->front = front->items;
    out->front_count = kept;
}

// The search again for other budgets; what was simulated before is remembered.
static bool find_front(weighing *w, const hf_measure_book *book, hf_portfolio_question question)
{
    front_list front = {0};
    int64_t least = w->out->found.none.cost, most = 0;
    add_front(w, book, &w->out->found, &front);
    for (uint32_t m = 0; m < w->out->measure_count; m++)
        most += (w->locked_out & bit(m)) != 0 ? 0 : w->out->cost[m];
    for (uint32_t i = 1; i <= FRONT_BUDGETS && w->request->wants_front; i++) {
        hf_portfolio found;
        question.budget = least + (most - least) / FRONT_BUDGETS * i;
        if (i == FRONT_BUDGETS)
            question.budget = most;
        if (!hf_portfolio_find(&question, w->arena, &found, w->err))
            return false;
        add_front(w, book, &found, &front);
    }
    keep_front(w->out, &front);
    return true;
}

static bool search(weighing *w, hf_measure_book *book)
{
    hf_portfolio_answer *out = w->out;
    note_parts(w, book);
    // The mean of a sum is the sum of means; the worst trials of a whole are not those of its parts.
    bool adds_up = w->request->objective == HF_OBJECTIVE_MEAN;
    const hf_portfolio_question question = {.parts = adds_up ? out->parts : NULL,
                                            .part_count = adds_up ? out->part_count : 0,
                                            .measure_count = out->measure_count,
                                            .cost = out->cost,
                                            .excludes = w->excludes,
                                            .locked_in = w->locked_in,
                                            .locked_out = w->locked_out,
                                            .budget = out->budget,
                                            .may_rise = w->flaw != HF_FLAW_NONE,
                                            .every_set_max = w->request->run_limit,
                                            .is_spent = hf_book_is_spent(book),
                                            .loss = hf_book_loss,
                                            .context = book};
    if (!hf_portfolio_find(&question, w->arena, &out->found, w->err))
        return false;
    note_figures(w, book);
    if (!find_front(w, book, question) ||
        !hf_book_estimate(book, out->found.none.set, &out->none, w->err) ||
        !hf_book_estimate(book, out->found.best.set, &out->best, w->err) ||
        !hf_book_gain(book, out->found.none.set, out->found.best.set, &out->gain, w->err))
        return false;
    out->runs = hf_book_runs(book);
    return true;
}

static bool weigh(weighing *w)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_book_close) hf_measure_book *book = NULL;
    const hf_book_question question = {.base = &w->base,
                                       .simulation = &w->simulation,
                                       .effects = w->effects,
                                       .effect_count = w->out->measure_count,
                                       .worst_share = worst_shares[w->request->objective],
                                       .run_limit = w->request->run_limit,
                                       .pool = w->session->pool,
                                       .watch = w->request->watch};
    return hf_book_open(&question, &scratch, &book, w->err) && search(w, book);
}

bool hf_ask_portfolio(const hf_session *session, const hf_portfolio_request *request,
                      hf_arena *arena, hf_portfolio_answer *out, hf_error *err)
{
    hf_session asking = *session;
    asking.ask = request->question.ask;
    weighing w = {.session = &asking, .request = request, .out = out, .arena = arena, .err = err};
    *out = (hf_portfolio_answer){.request = request};
    if (!hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err))
        return false;
    if (!(request->budget >= 0))
        return hf_fail(err, HF_ERR_USAGE, "portfolio.no_budget",
                       "the budget is missing; give what the measures may cost together");
    if (!hf_portfolio_choose(session, request, arena, out, err) || !read_costs(&w))
        return false;
    read_excludes(&w);
    w.locked_in = set_of(&w, &request->lock);
    w.locked_out = set_of(&w, &request->without);
    return (check_locks(&w) && read_base(&w) && read_effects(&w) && weigh(&w)) ||
           (request->question.file != NULL && err->source[0] == '/' &&
            strcmp(err->source, "/changes") != 0 && strncmp(err->source, "/changes/", 9) != 0 &&
            hf_scenario_fail_in(request->question.file, err));
}

void hf_portfolio_done(const hf_session *session, hf_portfolio_answer *answer)
{
    hf_plan_release(session, &answer->plan);
}
