// SPDX-License-Identifier: Apache-2.0
//
// Sectors that live from each other: the inoperability input–output model (IIM) and its dynamic form
// (DIIM). An inoperability is a share of normal output that is missing: 0 = normal, 1 = stopped. Part
// of the engine's public header. Matrices are row by row: a[i * n + j] is what sector i loses for
// each full loss of sector j.
#ifndef HF_ENGINE_IIM_H
#define HF_ENGINE_IIM_H

#include "base/arena.h"
#include "base/error.h"

#define HF_IIM_SECTORS_MAX 2000u

// A* from a table of transactions: a[i][j] = z[i][j] / x[i].
//
// flows    n × n, ≥ 0: what sector i delivers to sector j
// output   n, > 0: as-planned output of each sector, in the unit of `flows`
// a        out: n × n, written by the call
// Errors   HF_ERR_INPUT "iim.flows", "iim.output" a number that is negative or no number
// Source   Santos and Haimes 2004, eq. 28: A* = diag(x)^-1 A diag(x), with A[i][j] = z[i][j] / x[j]
bool hf_iim_from_flows(const double *flows, const double *output, uint32_t n, double *a,
                       hf_error *err) HF_CHECKED;

typedef struct {
    uint32_t sector_count;
    const double *a;      // n × n, ≥ 0
    const double *shock;  // n, 0 to 1: c*, what each sector loses of itself
    const double *output; // n, ≥ 0: as-planned output per hour; NULL = no economic loss asked for
} hf_iim;

// Every array has one entry per sector.
typedef struct {
    double *q;              // inoperability, at most 1
    double *loss;           // output · q, per hour; NULL without outputs
    double total_loss;      // their sum
    double spectral_radius; // of a; < 1
    bool is_capped;         // some sector stops altogether
    // Mean of the row (dependency) or column (influence) without the diagonal; the overall ones take
    // (I - A*)^-1 in place of A*.
    double *dependency, *influence, *overall_dependency, *overall_influence;
} hf_iim_result;

// The equilibrium after a lasting shock: q = A* q + c*, no entry above 1.
//
// result   out: lives in `arena`
// Errors   HF_ERR_INPUT "iim.matrix", "iim.shock", "iim.output" a number outside its range;
//          "iim.sectors" none or more than HF_IIM_SECTORS_MAX; "iim.unstable" a spectral radius of 1
//          or more: each loss would bring about a larger one
// Cost     O(n³) time, 3 n² numbers
// Source   Haimes and Jiang 2001, eq. 1; the least fixed point of min(1, A* q + c*) where the plain
//          solution passes 1; indices: Setola, De Porcellinis and Sforna 2009, eq. 4 to 7
bool hf_iim_solve(const hf_iim *question, hf_arena *arena, hf_iim_result *result,
                  hf_error *err) HF_CHECKED;

// The n-th power of A*: what a full loss of j costs i over chains of exactly `order` steps.
//
// power    out: n × n, lives in `arena`
// Source   Haimes and Jiang 2001, section "n-order interdependency"
bool hf_iim_power(const double *a, uint32_t n, uint32_t order, hf_arena *arena,
                  const double **power, hf_error *err) HF_CHECKED;

typedef struct {
    hf_iim model;         // model.shock is not used
    const double *rate;   // n, 0 to below 1: K, how fast a sector closes its gap, per step
    const double *start;  // n, 0 to 1: q(0); NULL = all 0
    const double *shocks; // step_count × n, c*(t) at steps 0, 1 …; NULL = none
    uint32_t step_count;  // points in time after the first
    bool is_continuous;   // the differential equation, exact for a shock that is constant in a step
} hf_diim;

typedef struct {
    double *q;        // (step_count + 1) × n, at most 1
    double *duration; // n: ∫ q dt in steps, by the trapezoid rule
    double *loss;     // n: output · duration; NULL without outputs
    double total_loss;
} hf_diim_result;

// Inoperability over time.
//
// Errors   as hf_iim_solve; "iim.rate", "iim.start", "iim.steps"
// Cost     O(steps · n²)
// Source   Haimes et al. 2005, eq. 51: q(t+1) = q(t) + K (A* q(t) + c*(t) - q(t)); continuous: q' =
//          K (A* q + c* - q), Lian and Haimes 2006, eq. 21, by uniformisation (Jensen 1953): all
//          terms of the series are positive, so nothing cancels
bool hf_diim_run(const hf_diim *question, hf_arena *arena, hf_diim_result *result,
                 hf_error *err) HF_CHECKED;

// The rate of a sector that has recovered to `rest_share` of its first inoperability after `steps`.
//
// rest_share  above 0, below 1; 0.01 is usual
// steps       > 0
// own         a[i][i], 0 to below 1
// Returns     at most 0.9999
// Source      Haimes et al. 2005, eq. 41: k = ln(1 / λ) / (τ (1 - a[i][i]))
double hf_diim_rate(double rest_share, double steps, double own);

#endif
