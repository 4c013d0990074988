// SPDX-License-Identifier: Apache-2.0
//
// The question of a portfolio from JSON, and its answer as JSON.
#include <math.h>
#include <stdio.h>

#include "usecase/portfolio.h"

#define BUDGET_MAX 1e18 // beyond all costs together

// --- the question ------------------------------------------------------------------------------------------

hf_portfolio_request hf_portfolio_plain(void)
{
    hf_portfolio_request plain = {
        .question = hf_simulate_plain(), .budget = (double)NAN, .run_limit = HF_PORTFOLIO_RUNS};
    plain.question.form = 1; // of a simulation's document, which this is not
    return plain;
}

static const hf_json_codes codes = {.type = "portfolio.value", .number = "portfolio.value"};

static bool read_own(const hf_json *object, hf_arena *arena, hf_portfolio_request *out,
                     hf_error *err)
{
    const hf_json_place at = {&codes, "", "", err};
    bool has = false;
    int64_t runs = (int64_t)out->run_limit;
    int32_t objective = (int32_t)out->objective;
    if (!hf_json_read_number(&at, object, "budget", 0, BUDGET_MAX, &has, &out->budget) ||
        !hf_json_read_whole(&at, object, "simulations", 1, INT64_MAX, &runs) ||
        !hf_json_read_choice(&at, object, "objective", hf_objective_words, &objective))
        return false;
    out->run_limit = (uint64_t)runs;
    out->objective = (hf_objective)objective;
    const hf_json *front = hf_json_member(object, "front");
    if (front != NULL && front->type != HF_JSON_BOOL)
        return hf_json_wrong(&at, "front", codes.type, "'front' must be true or false");
    out->wants_front = front != NULL && front->boolean;
    return hf_json_read_texts(&at, object, "among", true, arena, &out->among) &&
           hf_json_read_texts(&at, object, "lock", true, arena, &out->lock) &&
           hf_json_read_texts(&at, object, "without", true, arena, &out->without);
}

bool hf_portfolio_from_json(const hf_session *session, const hf_json *object, hf_arena *arena,
                            hf_portfolio_request *out, hf_error *err)
{
    static const char *const own[] = {"budget", "simulations", "objective", "front",
                                      "among",  "lock",        "without",   NULL};
    *out = hf_portfolio_plain();
    if (object->type != HF_JSON_OBJECT)
        return hf_fail(err, HF_ERR_INPUT, "portfolio.value", "the question must be a JSON object");
    // What is left is the question of a simulation.
    hf_json rest = {.type = HF_JSON_OBJECT};
    hf_json **end = &rest.child;
    for (const hf_json *item = object->child; item != NULL; item = item->next) {
        if (hf_json_is_one_of(item->name, own))
            continue;
        *end = HF_NEW(arena, hf_json);
        **end = *item;
        (*end)->next = NULL;
        end = &(*end)->next;
        rest.child_count++;
    }
    return read_own(object, arena, out, err) &&
           hf_simulate_from_kept(session, &rest, arena, &out->question, err);
}

// --- the answer --------------------------------------------------------------------------------------------

static void write_set(const hf_portfolio_answer *answer, const char *name, hf_measure_set set,
                      hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (uint32_t m = 0; m < answer->measure_count; m++)
        if ((set >> m & 1) != 0)
            hf_json_add_str(out, answer->measures[m]->head.key);
    hf_json_end_array(out);
}

static void write_money(const char *name, int64_t hundredths, hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_add_double(out, (double)hundredths / HF_MONEY_PARTS);
}

static void write_number(const char *name, double value, hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_add_double(out, value); // NaN is written as null
}

static void write_estimate(const char *name, hf_estimate estimate, hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_object(out);
    write_number("value", estimate.value, out);
    write_number("low", estimate.low, out);
    write_number("high", estimate.high, out);
    hf_json_end_object(out);
}

static void write_choice(const hf_portfolio_answer *answer, const char *name,
                         const hf_portfolio_point *point, hf_estimate loss, hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_object(out);
    write_set(answer, "measures", point->set, out);
    write_money("cost", point->cost, out);
    write_estimate("loss", loss, out);
    if (point == &answer->found.best)
        write_estimate("gain", answer->gain, out);
    hf_json_end_object(out);
}

static void write_measures(const hf_portfolio_answer *answer, hf_json_writer *out)
{
    hf_json_name(out, "measures");
    hf_json_begin_array(out);
    for (uint32_t m = 0; m < answer->measure_count; m++) {
        double cost = (double)answer->cost[m] / HF_MONEY_PARTS;
        hf_json_begin_object(out);
        hf_json_name(out, "key");
        hf_json_add_str(out, answer->measures[m]->head.key);
        hf_json_name(out, "title");
        hf_json_add_str(out, answer->measures[m]->title);
        write_money("cost", answer->cost[m], out);
        write_number("gain", answer->single_gain[m], out);
        write_number("gain_for_cost", cost > 0 ? answer->single_gain[m] / cost : (double)NAN, out);
        hf_json_name(out, "is_taken");
        hf_json_add_bool(out, (answer->found.best.set >> m & 1) != 0);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_front(const hf_portfolio_answer *answer, hf_json_writer *out)
{
    hf_json_name(out, "front");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < answer->front_count; i++) {
        const hf_front_point *front = &answer->front[i];
        hf_json_begin_object(out);
        write_money("cost", front->point.cost, out);
        write_number("loss", front->loss, out);
        write_set(answer, "measures", front->point.set, out);
        hf_json_name(out, "is_exact");
        hf_json_add_bool(out, front->is_exact);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_lots(const hf_portfolio_answer *answer, hf_json_writer *out)
{
    hf_json_name(out, "left_out");
    hf_json_begin_array(out);
    for (size_t i = 0; i < answer->left_out_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "key");
        hf_json_add_str(out, answer->left_out[i].key);
        hf_json_name(out, "why");
        hf_json_add_z(out, answer->left_out[i].why);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "parts");
    hf_json_begin_array(out);
    for (uint32_t p = 0; p < answer->part_count; p++) {
        hf_json_begin_array(out);
        for (uint32_t m = 0; m < answer->measure_count; m++)
            if ((answer->parts[p] >> m & 1) != 0)
                hf_json_add_str(out, answer->measures[m]->head.key);
        hf_json_end_array(out);
    }
    hf_json_end_array(out);
}

void hf_write_portfolio(const hf_portfolio_answer *answer, hf_json_writer *out)
{
    const hf_portfolio *found = &answer->found;
    hf_json_begin_object(out);
    hf_json_name(out, "objective");
    hf_json_add_z(out, hf_objective_words[answer->request->objective]);
    hf_json_name(out, "unit");
    hf_json_add_z(out, answer->has_hours ? "person_hours" : "people");
    write_money("budget", answer->budget, out);
    write_choice(answer, "best", &found->best, answer->best, out);
    write_choice(answer, "none", &found->none, answer->none, out);
    write_number("bound", answer->bound, out);
    write_number("greedy_gap", answer->greedy - answer->best.value, out);
    hf_json_name(out, "is_exact");
    hf_json_add_bool(out, answer->why_not_exact == NULL);
    hf_json_name(out, "why_not_exact");
    hf_json_add_z(out, answer->why_not_exact);
    hf_json_name(out, "is_additive");
    hf_json_add_bool(out, found->is_additive);
    write_measures(answer, out);
    write_front(answer, out);
    write_lots(answer, out);
    hf_json_name(out, "sets");
    hf_json_add_u64(out, found->evaluations);
    hf_json_name(out, "simulations");
    hf_json_add_u64(out, answer->runs);
    hf_json_name(out, "question");
    hf_simulate_write_question(&answer->request->question, out);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, answer->plan->digest);
    hf_json_name(out, "model");
    hf_json_add_z(out, HF_ENGINE_MODEL);
    hf_write_sight(answer->plan, out);
    hf_json_end_object(out);
}
