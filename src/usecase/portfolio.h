// SPDX-License-Identifier: Apache-2.0
//
// Which protective measures to take for a budget: the records of measures and a scenario become a question to the
// engine, its answer a document.
#ifndef HF_USECASE_PORTFOLIO_H
#define HF_USECASE_PORTFOLIO_H

#include "usecase/measure.h"
#include "usecase/simulate.h"

#define HF_PORTFOLIO_KIND "portfolio" // of the job
#define HF_MONEY_PARTS    100.0       // costs are added up in hundredths
#define HF_PORTFOLIO_RUNS 2000u       // simulations, unless said otherwise

typedef enum { HF_OBJECTIVE_MEAN, HF_OBJECTIVE_P95, HF_OBJECTIVE_P99 } hf_objective;
extern const char *const hf_objective_words[]; // "mean" "p95" "p99", NULL-ended

typedef struct {
    hf_simulate_request
        question;     // scenario, trials, seed; the measures of the scenario are in place
    double budget;    // NaN = not given, which is refused
    hf_texts among;   // keys; none = all that are proposed or planned, and those of `lock`
    hf_texts lock;    // must be taken
    hf_texts without; // must not
    hf_objective objective;
    bool wants_front;   // search for the best sets of other budgets, too
    uint64_t run_limit; // simulations; the search ends there with the best set found
    hf_watch *watch;    // may be NULL; `done` counts trials
} hf_portfolio_request;

// All of it empty but the defaults.
hf_portfolio_request hf_portfolio_plain(void);
// Reads {"budget", "among", "lock", "without", "objective", "simulations", "front"} and what hf_simulate_from_json takes.
// Errors  HF_ERR_INPUT "portfolio.value" with source = JSON pointer; those of hf_simulate_from_json
bool hf_portfolio_from_json(const hf_session *session, const hf_json *object, hf_arena *arena,
                            hf_portfolio_request *out, hf_error *err) HF_CHECKED;

// A measure that could not be weighed.
typedef struct {
    hf_str key;
    const char *why; // "no_changes", "no_cost", "in_scenario"
} hf_left_out;

// What a budget buys: no set that was found costs no more and loses less.
typedef struct {
    hf_portfolio_point point;
    double loss;
    bool is_exact; // and none that was not
} hf_front_point;

typedef struct {
    const hf_register_plan *plan; // released by hf_portfolio_done
    const hf_portfolio_request *request;
    const hf_measure **measures; // by key; bit m of a set is measures[m]
    uint32_t measure_count;
    const hf_left_out *left_out;
    size_t left_out_count;
    const int64_t *cost; // HF_MONEY_PARTS of the State's unit of money
    int64_t budget;
    hf_portfolio found;
    hf_estimate none, best, gain; // loss with what is locked in, with the best set; the difference
    double bound;                 // loss with all measures free of cost; NaN: there is no bound
    double greedy;                // loss of the quick search's set
    const double *single_gain;    // by measure
    const hf_front_point *front;  // by cost
    uint32_t front_count;
    const char *why_not_exact;   // NULL: exact; "measures", "limit", "black_start", "repair_law"
    const hf_measure_set *parts; // of measures that bear on each other
    uint32_t part_count;
    uint64_t runs; // simulations
    bool has_hours;
    hf_head protection; // marking and compartments of all that went in
} hf_portfolio_answer;

// The best set of measures within the budget. The answer must be ended by hf_portfolio_done, also after a failure;
// it borrows the request.
//
// Errors  HF_ERR_USAGE "portfolio.no_budget"; HF_ERR_NOT_FOUND "measure.unknown", "scenario.unknown";
//         HF_ERR_INPUT "portfolio.no_measures", "portfolio.too_many", "portfolio.no_changes", "portfolio.no_cost",
//         "portfolio.cost", "portfolio.locked", "portfolio.excluded", "portfolio.budget", "portfolio.nothing_fits",
//         "portfolio.trials"; those of measure.h, scenario.h and the engine
// Cost    at most run_limit simulations, and a few
bool hf_ask_portfolio(const hf_session *session, const hf_portfolio_request *request,
                      hf_arena *arena, hf_portfolio_answer *out, hf_error *err) HF_CHECKED;
void hf_portfolio_done(const hf_session *session, hf_portfolio_answer *answer);
void hf_write_portfolio(const hf_portfolio_answer *answer, hf_json_writer *out);

#endif
