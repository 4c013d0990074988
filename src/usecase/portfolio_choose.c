// SPDX-License-Identifier: Apache-2.0
//
// Which measures are weighed: those that are named, or all that are proposed or planned, the actor may see, and that
// say what they change and cost.
#include "usecase/portfolio_choose.h"

#include <math.h>
#include <stdlib.h>

typedef HF_VEC(hf_str) key_list;
typedef HF_VEC(hf_left_out) left_list;

typedef struct {
    const hf_session *session;
    const hf_portfolio_request *request;
    hf_read *read;
    hf_arena *arena;
    key_list keys;
    left_list left_out;
    hf_error *err;
} choosing;

static bool has_key(const hf_str *keys, size_t count, hf_str key)
{
    for (size_t i = 0; i < count; i++)
        if (hf_str_equal(keys[i], key))
            return true;
    return false;
}

// Why a measure cannot be weighed; NULL when it can.
static const char *flaw_of(const choosing *c, const hf_measure *measure)
{
    if (hf_str_has_word(c->request->question.scenario.measures, measure->head.key))
        return "in_scenario";
    if (measure->changes.len == 0)
        return "no_changes";
    return isnan(measure->cost) ? "no_cost" : NULL;
}

static bool add_all(choosing *c)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    if (!hf_scan_open(c->read, &hf_noun_measure, true, &scan, c->err))
        return false;
    for (;;) {
        if (!hf_scan_next(scan, &record, c->err))
            return false;
        if (record == NULL)
            return true;
        const hf_measure *measure = record;
        bool is_open =
            measure->state == HF_MEASURE_PROPOSED || measure->state == HF_MEASURE_PLANNED;
        if (!is_open || !hf_may(&c->session->actor, HF_CAN_READ, &hf_noun_measure, measure))
            continue;
        hf_str key = hf_str_copy(c->arena, measure->head.key);
        const char *why = flaw_of(c, measure);
        if (why == NULL) {
            HF_VEC_ADD(c->arena, &c->keys, key);
        } else if (!has_key(c->request->lock.items, c->request->lock.count, key)) {
            hf_left_out left = {key, why};
            HF_VEC_ADD(c->arena, &c->left_out, left);
        }
    }
}

static void add_named(choosing *c, const hf_texts *named)
{
    for (size_t i = 0; i < named->count; i++)
        if (!has_key(c->keys.items, c->keys.count, named->items[i]))
            HF_VEC_ADD(c->arena, &c->keys, named->items[i]);
}

// A measure that was named must be fit to be weighed.
static bool load(const choosing *c, hf_str key, const hf_measure **out)
{
    if (!hf_measure_get(c->session, c->read, key, c->arena, out, c->err))
        return false;
    if ((*out)->changes.len == 0)
        return hf_fail(c->err, HF_ERR_INPUT, "portfolio.no_changes",
                       "measure '%.*s' does not say what it changes; fill its field changes",
                       HF_STR_ARG(key));
    return !isnan((*out)->cost) ||
           hf_fail(c->err, HF_ERR_INPUT, "portfolio.no_cost",
                   "measure '%.*s' has no cost; fill its field cost, 0 if it is free",
                   HF_STR_ARG(key));
}

static int by_key(const void *left, const void *right)
{
    return hf_str_compare_natural(*(const hf_str *)left, *(const hf_str *)right);
}

static bool load_all(choosing *c, hf_portfolio_answer *out)
{
    size_t count = c->keys.count;
    if (count == 0)
        return hf_fail(c->err, HF_ERR_INPUT, "portfolio.no_measures",
                       "there is no measure to weigh: none is proposed or planned with a cost and "
                       "with what it changes");
    if (count > HF_PORTFOLIO_MEASURES_MAX)
        return hf_fail(c->err, HF_ERR_INPUT, "portfolio.too_many",
                       "%zu measures; at most %u can be weighed at once, name them with --among",
                       count, (unsigned)HF_PORTFOLIO_MEASURES_MAX);
    qsort(c->keys.items, count, sizeof(hf_str), by_key);
    out->measures = HF_NEW_N(c->arena, const hf_measure *, count);
    for (size_t i = 0; i < count; i++)
        if (!load(c, c->keys.items[i], &out->measures[i]))
            return false;
    out->measure_count = (uint32_t)count;
    return true;
}

// A key that excludes nothing because it is mistyped would be a nasty surprise.
static bool check_without(const choosing *c)
{
    const hf_texts *without = &c->request->without;
    const hf_measure *unused = NULL;
    for (size_t i = 0; i < without->count; i++)
        if (!hf_measure_get(c->session, c->read, without->items[i], c->arena, &unused, c->err))
            return false;
    return true;
}

bool hf_portfolio_choose(const hf_session *session, const hf_portfolio_request *request,
                         hf_arena *arena, hf_portfolio_answer *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    choosing c = {.session = session, .request = request, .read = read, .arena = arena, .err = err};
    if (request->among.count == 0 && !add_all(&c))
        return false;
    add_named(&c, &request->among);
    add_named(&c, &request->lock);
    if (!check_without(&c) || !load_all(&c, out))
        return false;
    out->left_out = c.left_out.items;
    out->left_out_count = c.left_out.count;
    return true;
}

void hf_portfolio_protect(const hf_portfolio_request *request, hf_arena *arena,
                          hf_portfolio_answer *out)
{
    out->protection = hf_simulate_protection(out->plan, &request->question.scenario, arena);
    for (uint32_t m = 0; m < out->measure_count; m++)
        hf_protect(&out->protection, &out->measures[m]->head, arena);
}
