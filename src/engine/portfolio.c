// SPDX-License-Identifier: Apache-2.0
//
// hf_portfolio_find. Every set that is computed is remembered, so that no search asks twice and the
// front takes in all that was learnt.
#include "engine/portfolio.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/vec.h"
#include "engine/knapsack.h"

#define EVALUATIONS_DEFAULT 1000000u
#define GROUP_MEASURES_MAX  16u // of which every choice is computed

typedef struct {
    const hf_portfolio_question *question;
    hf_arena *arena; // scratch
    uint64_t excludes[HF_PORTFOLIO_MEASURES_MAX];
    HF_VEC(hf_portfolio_point) known;
    hf_map index; // set → place in known
    uint64_t limit;
    bool met_limit;
    bool may_end; // the single measures are known
    hf_portfolio_point best;
    uint32_t order[HF_PORTFOLIO_MEASURES_MAX]; // of branching: best gain for cost first
    uint32_t free_count;                       // measures that are locked neither in nor out
    hf_error *err;
    bool has_failed;
} search;

static hf_measure_set bit(uint32_t measure)
{
    return (hf_measure_set)1 << measure;
}

static bool has(hf_measure_set set, uint32_t measure)
{
    return (set & bit(measure)) != 0;
}

static int64_t cost_of(const search *s, hf_measure_set set)
{
    int64_t cost = 0;
    for (uint32_t m = 0; m < s->question->measure_count; m++)
        cost += has(set, m) ? s->question->cost[m] : 0;
    return cost;
}

static bool is_allowed(const search *s, hf_measure_set set)
{
    for (uint32_t m = 0; m < s->question->measure_count; m++)
        if (has(set, m) && (set & s->excludes[m]) != 0)
            return false;
    return true;
}

// Smaller loss, then smaller cost, then the smaller number: the same answer whatever the order of search.
static bool is_better(const hf_portfolio_point *a, const hf_portfolio_point *b)
{
    if (a->loss != b->loss)
        return a->loss < b->loss;
    if (a->cost != b->cost)
        return a->cost < b->cost;
    return a->set < b->set;
}

static bool is_spent(const hf_portfolio_question *question)
{
    return question->is_spent != NULL && *question->is_spent;
}

// The loss of a set; false when the asker failed or the limit is met.
static bool evaluate(search *s, hf_measure_set set, uint64_t *loss)
{
    uint32_t place = 0;
    if (hf_map_get_u64(&s->index, set, &place)) {
        *loss = s->known.items[place].loss;
        return true;
    }
    if (s->known.count >= s->limit || (s->may_end && is_spent(s->question))) {
        s->met_limit = true;
        return false;
    }
    hf_portfolio_point point = {set, cost_of(s, set), 0};
    if (!s->question->loss(s->question->context, set, &point.loss, s->err)) {
        s->has_failed = true;
        return false;
    }
    (void)hf_map_add_u64(&s->index, set, (uint32_t)s->known.count, NULL);
    HF_VEC_ADD(s->arena, &s->known, point);
    if (point.cost <= s->question->budget && is_allowed(s, set) && is_better(&point, &s->best))
        s->best = point;
    *loss = point.loss;
    return true;
}

static bool fits(const search *s, hf_measure_set set, uint32_t measure)
{
    return !has(set, measure) && !has(s->question->locked_out, measure) &&
           (set & s->excludes[measure]) == 0 &&
           cost_of(s, set) + s->question->cost[measure] <= s->question->budget;
}

// Gain for cost, compared without division: a free measure with a gain comes first.
static bool is_steeper(uint64_t gain, int64_t cost, uint64_t other_gain, int64_t other_cost)
{
    HF_U128 mine = (HF_U128)gain * (HF_U128)other_cost, other = (HF_U128)other_gain * (HF_U128)cost;
    return mine != other ? mine > other : gain > other_gain;
}

// Adds the steepest measure that fits until none gains. Every candidate is looked at anew: with gains
// that complement each other an old gain is no upper bound, so laziness only skips what cannot fit.
static bool climb(search *s, hf_measure_set *set)
{
    for (;;) {
        uint64_t now = 0, best_gain = 0;
        uint32_t best = UINT32_MAX;
        if (!evaluate(s, *set, &now))
            return false;
        for (uint32_t m = 0; m < s->question->measure_count; m++) {
            uint64_t loss = 0;
            if (!fits(s, *set, m))
                continue;
            if (!evaluate(s, *set | bit(m), &loss))
                return false;
            uint64_t gain = now > loss ? now - loss : 0;
            if (gain > 0 && (best == UINT32_MAX || is_steeper(gain, s->question->cost[m], best_gain,
                                                              s->question->cost[best]))) {
                best = m;
                best_gain = gain;
            }
        }
        if (best == UINT32_MAX)
            return true;
        *set |= bit(best);
    }
}

// Exchanges one measure for another, or for two, while that lowers the loss.
static bool swap(search *s)
{
    bool has_improved = true;
    while (has_improved) {
        has_improved = false;
        hf_measure_set from = s->best.set;
        for (uint32_t out = 0; out < s->question->measure_count && !has_improved; out++) {
            if (!has(from, out) || has(s->question->locked_in, out))
                continue;
            hf_measure_set rest = from & ~bit(out);
            for (uint32_t in = 0; in < s->question->measure_count && !has_improved; in++) {
                hf_portfolio_point before = s->best;
                hf_measure_set next = rest | bit(in);
                if (in == out || !fits(s, rest, in))
                    continue;
                if (!climb(s, &next))
                    return false;
                has_improved = is_better(&s->best, &before);
            }
        }
    }
    return true;
}

// Measures that may still come into a set, whatever they cost together.
static hf_measure_set reachable(const search *s, hf_measure_set taken, uint32_t depth)
{
    hf_measure_set set = taken;
    for (uint32_t i = depth; i < s->free_count; i++)
        if (fits(s, taken, s->order[i]))
            set |= bit(s->order[i]);
    return set;
}

// Decides order[depth], order[depth + 1] … Recursion ends at HF_PORTFOLIO_EXACT_MAX.
static bool branch(search *s, hf_measure_set taken, uint32_t depth)
{
    uint64_t loss = 0;
    if (!evaluate(s, taken, &loss))
        return false;
    hf_measure_set all = reachable(s, taken, depth);
    if (all == taken)
        return true;
    if (cost_of(s, all) > s->question->budget || !is_allowed(s, all)) {
        if (!evaluate(s, all, &loss))
            return false;
        if (loss > s->best.loss || (loss == s->best.loss && cost_of(s, taken) >= s->best.cost))
            return true;
    }
    while (!has(all, s->order[depth]))
        depth++;
    return branch(s, taken | bit(s->order[depth]), depth + 1) && branch(s, taken, depth + 1);
}

static bool may_try_all(const search *s)
{
    uint64_t most = s->question->every_set_max < s->limit ? s->question->every_set_max : s->limit;
    return s->free_count <= HF_PORTFOLIO_EXACT_MAX && (uint64_t)1 << s->free_count <= most;
}

// Every set that may be, within the budget; false when the search must end before.
static bool try_all(search *s)
{
    const hf_portfolio_question *q = s->question;
    hf_measure_set free_ones = 0, choice = 0;
    for (uint32_t i = 0; i < s->free_count; i++)
        free_ones |= bit(s->order[i]);
    do {
        uint64_t loss = 0;
        hf_measure_set set = q->locked_in | choice;
        if (is_allowed(s, set) && cost_of(s, set) <= q->budget && !evaluate(s, set, &loss))
            return false;
        choice = (choice - free_ones) & free_ones; // the next subset
    } while (choice != 0);
    return true;
}

// ---- Independent parts ----

// Free measures that bear on each other, or exclude each other.
static hf_measure_set group_of(const search *s, uint32_t measure, hf_measure_set free_ones)
{
    const hf_portfolio_question *q = s->question;
    hf_measure_set group = bit(measure), before = 0;
    while (group != before) {
        before = group;
        for (uint32_t p = 0; p < q->part_count; p++)
            group |= (group & q->parts[p]) != 0 ? q->parts[p] : 0;
        for (uint32_t m = 0; m < q->measure_count; m++)
            group |= has(group, m) && has(free_ones, m) ? s->excludes[m] : 0;
    }
    return group & free_ones;
}

static uint32_t count_of(hf_measure_set set)
{
    uint32_t count = 0;
    for (; set != 0; set &= set - 1)
        count++;
    return count;
}

// Every choice of the group's measures that may be, beside what is locked in.
static bool list_options(search *s, hf_measure_set group, hf_knapsack_group *out)
{
    hf_measure_set locked = s->question->locked_in, choice = 0;
    hf_knapsack_option *options =
        HF_NEW_N(s->arena, hf_knapsack_option, (size_t)1 << count_of(group));
    *out = (hf_knapsack_group){options, 0};
    do {
        uint64_t loss = 0;
        if (is_allowed(s, locked | choice)) {
            if (!evaluate(s, locked | choice, &loss))
                return false;
            options[out->option_count++] = (hf_knapsack_option){cost_of(s, choice), loss, choice};
        }
        choice = (choice - group) & group; // the next subset
    } while (choice != 0);
    return true;
}

// The best choice over all parts; false when there are too many choices. That the parts do not bear on
// each other is the asker's word; it is checked on all measures together and on the choice that is found.
static bool combine(search *s, uint64_t loss_of_all)
{
    const hf_portfolio_question *q = s->question;
    hf_knapsack_group groups[HF_PORTFOLIO_MEASURES_MAX];
    hf_knapsack_option best;
    uint32_t count = 0;
    uint64_t loss = 0;
    hf_measure_set free_ones = 0, rest;
    HF_U128 of_all = 0,
            base = 0; // each group's loss holds that without any of its measures: once is enough
    for (uint32_t i = 0; i < s->free_count; i++)
        free_ones |= bit(s->order[i]);
    for (rest = free_ones; rest != 0 && q->parts != NULL;) {
        uint32_t m = 0;
        while (!has(rest, m))
            m++;
        hf_measure_set group = group_of(s, m, free_ones);
        if (count_of(group) > GROUP_MEASURES_MAX || !list_options(s, group, &groups[count]) ||
            !evaluate(s, q->locked_in | group, &loss))
            return false;
        of_all += loss;
        base += count++ > 0 ? s->known.items[0].loss : 0;
        rest &= ~group;
    }
    return rest == 0 && of_all == loss_of_all + base &&
           hf_knapsack_best(groups, count, q->budget - cost_of(s, q->locked_in), &best) &&
           evaluate(s, q->locked_in | best.set, &loss) && best.loss == loss + base &&
           s->best.loss == loss;
}

// ---- Results ----

static int by_cost(const void *left, const void *right)
{
    const hf_portfolio_point *a = left, *b = right;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return is_better(a, b) ? -1 : is_better(b, a);
}

static void write_front(const search *s, hf_arena *arena, hf_portfolio *result)
{
    hf_portfolio_point *front = HF_NEW_N(arena, hf_portfolio_point, s->known.count);
    uint32_t count = 0, kept = 0;
    for (size_t i = 0; i < s->known.count; i++)
        if (is_allowed(s, s->known.items[i].set))
            front[count++] = s->known.items[i];
    qsort(front, count, sizeof(front[0]), by_cost);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || front[i].loss < front[kept - 1].loss)
            front[kept++] = front[i];
    result->front = front;
    result->front_count = kept;
}

static bool measure_singles(search *s, hf_arena *arena, hf_portfolio *result)
{
    uint64_t *gain = HF_NEW_N(arena, uint64_t, s->question->measure_count);
    for (uint32_t m = 0; m < s->question->measure_count; m++) {
        uint64_t loss = 0;
        if (has(s->question->locked_in | s->question->locked_out, m))
            continue;
        if (!evaluate(s, s->question->locked_in | bit(m), &loss))
            return false;
        gain[m] = result->none.loss > loss ? result->none.loss - loss : 0;
        s->order[s->free_count++] = m;
    }
    for (uint32_t i = 1; i < s->free_count;
         i++) { // few: an insertion sort keeps equal ones in order
        uint32_t moved = s->order[i], at = i;
        for (; at > 0 && is_steeper(gain[moved], s->question->cost[moved], gain[s->order[at - 1]],
                                    s->question->cost[s->order[at - 1]]);
             at--)
            s->order[at] = s->order[at - 1];
        s->order[at] = moved;
    }
    result->single_gain = gain;
    return true;
}

static bool gains_add_up(const search *s, const hf_portfolio *result)
{
    HF_U128 sum = 0;
    for (uint32_t i = 0; i < s->free_count; i++)
        if (has(s->best.set, s->order[i]))
            sum = sum + result->single_gain[s->order[i]];
    return sum == (HF_U128)(result->none.loss - s->best.loss);
}

static bool check(const hf_portfolio_question *question, search *s, hf_error *err)
{
    uint32_t n = question->measure_count;
    int64_t sum = 0;
    if (n == 0 || n > HF_PORTFOLIO_MEASURES_MAX)
        return hf_fail(err, HF_ERR_INPUT, "portfolio.measures", "%u measures; give 1 to %u",
                       (unsigned)n, (unsigned)HF_PORTFOLIO_MEASURES_MAX);
    for (uint32_t m = 0; m < n; m++) {
        if (question->cost[m] < 0 || question->cost[m] > INT64_MAX / 2 / n)
            return hf_fail(err, HF_ERR_INPUT, "portfolio.cost",
                           "measure %u has a cost outside its range", (unsigned)m + 1);
        sum += has(question->locked_in, m) ? question->cost[m] : 0;
        for (uint32_t k = 0; k < n && question->excludes != NULL; k++)
            if (has(question->excludes[m], k)) {
                s->excludes[m] |= bit(k);
                s->excludes[k] |= bit(m);
            }
        s->excludes[m] &= ~bit(m);
    }
    if ((question->locked_in & question->locked_out) != 0 || !is_allowed(s, question->locked_in))
        return hf_fail(err, HF_ERR_INPUT, "portfolio.locked",
                       "a measure is locked in and out at once, or two that exclude each other are "
                       "both locked in");
    if (sum > question->budget)
        return hf_fail(err, HF_ERR_INPUT, "portfolio.budget",
                       "what is locked in costs %lld, more than the budget of %lld", (long long)sum,
                       (long long)question->budget);
    return true;
}

static bool run(search *s, hf_arena *arena, hf_portfolio *result)
{
    const hf_portfolio_question *question = s->question;
    uint64_t loss = 0;
    s->best =
        (hf_portfolio_point){.set = ~(hf_measure_set)0, .cost = INT64_MAX, .loss = UINT64_MAX};
    hf_measure_set set = question->locked_in, all = 0;
    if (!evaluate(s, set, &loss))
        return false;
    result->none = s->known.items[0];
    for (uint32_t m = 0; m < question->measure_count; m++)
        all |= has(question->locked_out, m) ? 0 : bit(m);
    if (!evaluate(s, all, &result->loss_bound) || !measure_singles(s, arena, result))
        return false;
    s->may_end = true;
    if (!climb(s, &set))
        return false;
    result->greedy_loss = s->best.loss;
    if (!swap(s))
        return false;
    if (question->may_rise && may_try_all(s)) {
        result->is_exact = try_all(s);
        return !s->has_failed;
    }
    bool is_through = s->free_count <= HF_PORTFOLIO_EXACT_MAX ? branch(s, question->locked_in, 0)
                                                              : combine(s, result->loss_bound);
    result->is_exact = is_through && !question->may_rise;
    return !s->has_failed;
}

bool hf_portfolio_find(const hf_portfolio_question *question, hf_arena *arena, hf_portfolio *result,
                       hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    search s = {.question = question, .arena = &scratch, .err = err};
    hf_portfolio found = {0};
    if (!check(question, &s, err))
        return false;
    s.index = hf_map_of(&scratch, 1024);
    s.limit = question->evaluation_limit == 0 ? EVALUATIONS_DEFAULT : question->evaluation_limit;
    if (s.limit < 2 + (uint64_t)question->measure_count)
        s.limit = 2 + (uint64_t)question->measure_count;
    // Meeting the limit is no fault: what was found by then is told, and that it is not exact.
    if (!run(&s, arena, &found) && s.has_failed)
        return false;
    found.best = s.best;
    if (found.greedy_loss == 0 && s.met_limit)
        found.greedy_loss = s.best.loss;
    found.evaluations = s.known.count;
    found.is_additive = gains_add_up(&s, &found);
    write_front(&s, arena, &found);
    *result = found;
    return true;
}
