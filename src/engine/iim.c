// SPDX-License-Identifier: Apache-2.0
//
// hf_iim_solve and its relatives: linear algebra of a few hundred sectors. An LU of our own, because
// the kernels of BLAS libraries differ between processors and results must have the same bits
// everywhere; the tests compare it with LAPACK's.
#include "engine/iim.h"

#include <math.h>
#include <string.h>

#define ITERATIONS_MAX 100000

static bool in_range(double value, double least, double most)
{
    return value >= least && value <= most; // false for NaN
}

static bool check_numbers(const double *values, size_t count, double most, const char *code,
                          const char *what, hf_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!in_range(values[i], 0, most))
            return hf_fail(err, HF_ERR_INPUT, code, "number %zu of the %s is %g; give 0 to %g",
                           i + 1, what, values[i], most);
    return true;
}

static bool check_size(uint32_t n, hf_error *err)
{
    if (n >= 1 && n <= HF_IIM_SECTORS_MAX)
        return true;
    return hf_fail(err, HF_ERR_INPUT, "iim.sectors", "%u sectors; give 1 to %u", (unsigned)n,
                   (unsigned)HF_IIM_SECTORS_MAX);
}

bool hf_iim_from_flows(const double *flows, const double *output, uint32_t n, double *a,
                       hf_error *err)
{
    if (!check_size(n, err) ||
        !check_numbers(flows, (size_t)n * n, 1e300, "iim.flows", "table of flows", err))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!(output[i] > 0) || !isfinite(output[i]))
            return hf_fail(err, HF_ERR_INPUT, "iim.output",
                           "sector %u has an output of %g; it must be above 0", (unsigned)i + 1,
                           output[i]);
        for (uint32_t j = 0; j < n; j++)
            a[(size_t)i * n + j] = flows[(size_t)i * n + j] / output[i];
    }
    return true;
}

// out = a · v
static void multiply(const double *a, const double *v, uint32_t n, double *out)
{
    for (uint32_t i = 0; i < n; i++) {
        double sum = 0;
        for (uint32_t j = 0; j < n; j++)
            sum += a[(size_t)i * n + j] * v[j];
        out[i] = sum;
    }
}

// I - A*, in memory of its own.
static double *identity_less(const double *a, uint32_t n, hf_arena *arena)
{
    double *m = HF_NEW_N(arena, double, (size_t)n *n);
    for (size_t i = 0; i < (size_t)n * n; i++)
        m[i] = -a[i];
    for (uint32_t i = 0; i < n; i++)
        m[(size_t)i * n + i] += 1;
    return m;
}

// Is the spectral radius below 1? For A* ≥ 0 that is so exactly when elimination on I - A* without
// exchanges meets positive pivots only (nonsingular M-matrix: Berman and Plemmons 1994, theorem 6.2.3,
// condition A1), however slowly the power iteration of `radius_of` may settle.
static bool is_stable(const double *a, uint32_t n)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    double *m = identity_less(a, n, &scratch);
    for (uint32_t k = 0; k < n; k++) {
        double pivot = m[(size_t)k * n + k];
        if (!(pivot > 0))
            return false;
        for (uint32_t i = k + 1; i < n; i++) {
            double factor = m[(size_t)i * n + k] / pivot;
            for (uint32_t j = k + 1; factor != 0 && j < n; j++)
                m[(size_t)i * n + j] -= factor * m[(size_t)k * n + j];
        }
    }
    return true;
}

// Power iteration on A* + I, whose largest eigenvalue is the spectral radius plus 1 and has no
// rival of equal size, which A* itself may have.
static double radius_of(const double *a, uint32_t n)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    double *v = HF_NEW_N(&scratch, double, n), *next = HF_NEW_N(&scratch, double, n);
    for (uint32_t i = 0; i < n; i++)
        v[i] = 1;
    double radius = 0;
    for (int round = 0; round < ITERATIONS_MAX; round++) {
        multiply(a, v, n, next);
        double largest = 0;
        for (uint32_t i = 0; i < n; i++) {
            next[i] += v[i];
            largest = next[i] > largest ? next[i] : largest;
        }
        for (uint32_t i = 0; i < n; i++)
            v[i] = next[i] / largest;
        bool is_settled = fabs(largest - 1 - radius) <= 1e-14 * largest;
        radius = largest - 1;
        if (is_settled && round > 0)
            break;
    }
    return radius > 0 ? radius : 0;
}

typedef struct {
    uint32_t n;
    double *lu;    // L below the diagonal, U on and above it
    uint32_t *row; // the row that stands at each place
} factors;

// LU with partial pivoting (Golub and Van Loan 2013, algorithm 3.4.1).
static factors factorise(const double *a, uint32_t n, hf_arena *arena)
{
    factors f = {n, identity_less(a, n, arena), HF_NEW_N(arena, uint32_t, n)};
    for (uint32_t i = 0; i < n; i++)
        f.row[i] = i;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = k;
        for (uint32_t i = k + 1; i < n; i++)
            if (fabs(f.lu[(size_t)i * n + k]) > fabs(f.lu[(size_t)best * n + k]))
                best = i;
        for (uint32_t j = 0; best != k && j < n; j++) {
            double held = f.lu[(size_t)k * n + j];
            f.lu[(size_t)k * n + j] = f.lu[(size_t)best * n + j];
            f.lu[(size_t)best * n + j] = held;
        }
        uint32_t held = f.row[k];
        f.row[k] = f.row[best];
        f.row[best] = held;
        for (uint32_t i = k + 1; i < n; i++) {
            double factor = f.lu[(size_t)i * n + k] /= f.lu[(size_t)k * n + k];
            for (uint32_t j = k + 1; factor != 0 && j < n; j++)
                f.lu[(size_t)i * n + j] -= factor * f.lu[(size_t)k * n + j];
        }
    }
    return f;
}

static void solve(const factors *f, const double *right, double *x)
{
    uint32_t n = f->n;
    for (uint32_t i = 0; i < n; i++) {
        x[i] = right[f->row[i]];
        for (uint32_t j = 0; j < i; j++)
            x[i] -= f->lu[(size_t)i * n + j] * x[j];
    }
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t j = i + 1; j < n; j++)
            x[i] -= f->lu[(size_t)i * n + j] * x[j];
        x[i] /= f->lu[(size_t)i * n + i];
    }
}

// Rises from 0 to the least fixed point of min(1, A* q + c*).
static void rise_capped(const hf_iim *question, double *q, double *next)
{
    uint32_t n = question->sector_count;
    memset(q, 0, n * sizeof(q[0]));
    for (int round = 0; round < ITERATIONS_MAX; round++) {
        double change = 0;
        multiply(question->a, q, n, next);
        for (uint32_t i = 0; i < n; i++) {
            double value = next[i] + question->shock[i];
            value = value > 1 ? 1 : value;
            change = fmax(change, fabs(value - q[i]));
            q[i] = value;
        }
        if (change <= 1e-15)
            return;
    }
}

// Means of rows and columns without the diagonal.
static void indices_of(const double *m, uint32_t n, double *by_row, double *by_column)
{
    for (uint32_t i = 0; i < n; i++)
        by_row[i] = by_column[i] = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            if (i != j) {
                by_row[i] += m[(size_t)i * n + j] / (n - 1);
                by_column[j] += m[(size_t)i * n + j] / (n - 1);
            }
}

static void write_indices(const hf_iim *question, const factors *f, hf_arena *arena,
                          hf_iim_result *result)
{
    uint32_t n = f->n;
    result->dependency = HF_NEW_N(arena, double, n);
    result->influence = HF_NEW_N(arena, double, n);
    result->overall_dependency = HF_NEW_N(arena, double, n);
    result->overall_influence = HF_NEW_N(arena, double, n);
    if (n == 1)
        return;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    double *overall = HF_NEW_N(&scratch, double, (size_t)n *n);
    double *unit = HF_NEW_N(&scratch, double, n), *column = HF_NEW_N(&scratch, double, n);
    for (uint32_t j = 0; j < n; j++) {
        unit[j] = 1;
        solve(f, unit, column);
        unit[j] = 0;
        for (uint32_t i = 0; i < n; i++)
            overall[(size_t)i * n + j] = column[i];
    }
    indices_of(question->a, n, result->dependency, result->influence);
    indices_of(overall, n, result->overall_dependency, result->overall_influence);
}

static double *losses_of(const hf_iim *model, const double *amount, hf_arena *arena, double *total)
{
    *total = 0;
    if (model->output == NULL)
        return NULL;
    double *loss = HF_NEW_N(arena, double, model->sector_count);
    for (uint32_t i = 0; i < model->sector_count; i++)
        *total += loss[i] = model->output[i] * amount[i];
    return loss;
}

static bool check_model(const hf_iim *model, hf_error *err)
{
    uint32_t n = model->sector_count;
    if (!check_size(n, err) ||
        !check_numbers(model->a, (size_t)n * n, 1e300, "iim.matrix", "matrix", err) ||
        (model->output != NULL &&
         !check_numbers(model->output, n, 1e300, "iim.output", "outputs", err)))
        return false;
    if (!is_stable(model->a, n))
        return hf_fail(err, HF_ERR_INPUT, "iim.unstable",
                       "the spectral radius of the matrix is %.6g: each loss would bring about a "
                       "larger one; it must be below 1, check the rows with the largest sums",
                       radius_of(model->a, n));
    return true;
}

bool hf_iim_solve(const hf_iim *question, hf_arena *arena, hf_iim_result *result, hf_error *err)
{
    uint32_t n = question->sector_count;
    if (!check_model(question, err) ||
        !check_numbers(question->shock, n, 1, "iim.shock", "shock", err))
        return false;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    factors f = factorise(question->a, n, &scratch);
    hf_iim_result r = {.q = HF_NEW_N(arena, double, n),
                       .spectral_radius = radius_of(question->a, n)};
    solve(&f, question->shock, r.q);
    for (uint32_t i = 0; i < n; i++)
        r.is_capped = r.is_capped || r.q[i] > 1;
    if (r.is_capped)
        rise_capped(question, r.q, HF_NEW_N(&scratch, double, n));
    r.loss = losses_of(question, r.q, arena, &r.total_loss);
    write_indices(question, &f, arena, &r);
    *result = r;
    return true;
}

bool hf_iim_power(const double *a, uint32_t n, uint32_t order, hf_arena *arena,
                  const double **power, hf_error *err)
{
    if (!check_size(n, err) || !check_numbers(a, (size_t)n * n, 1e300, "iim.matrix", "matrix", err))
        return false;
    double *p = HF_NEW_N(arena, double, (size_t)n *n), *row = HF_NEW_N(arena, double, n);
    for (uint32_t i = 0; i < n; i++)
        p[(size_t)i * n + i] = 1;
    for (uint32_t round = 0; round < order; round++)
        for (uint32_t i = 0; i < n; i++) {
            memset(row, 0, n * sizeof(row[0]));
            for (uint32_t k = 0; k < n; k++)
                for (uint32_t j = 0; j < n; j++)
                    row[j] += p[(size_t)i * n + k] * a[(size_t)k * n + j];
            memcpy(&p[(size_t)i * n], row, n * sizeof(row[0]));
        }
    *power = p;
    return true;
}

double hf_diim_rate(double rest_share, double steps, double own)
{
    double rate = log(1 / rest_share) / (steps * (1 - own));
    return rate > 0.9999 ? 0.9999 : rate;
}

// One step of eq. 51.
static void step_discrete(const hf_diim *d, const double *shock, const double *q, double *next)
{
    uint32_t n = d->model.sector_count;
    multiply(d->model.a, q, n, next);
    for (uint32_t i = 0; i < n; i++) {
        double gap = next[i] + (shock == NULL ? 0 : shock[i]) - q[i];
        next[i] = q[i] + d->rate[i] * gap;
        next[i] = next[i] > 1 ? 1 : next[i];
    }
}

// One unit of time of q' = K (A* q + c* - q). With g = max k and P = I + (K A* - K) / g ≥ 0, the
// solution is the sum over m of e^-g g^m / m! y_m, y_0 = q, y_(m+1) = P y_m + K c* / g.
static void step_continuous(const hf_diim *d, const double *shock, const double *q, double *next,
                            double *term, double *image)
{
    uint32_t n = d->model.sector_count;
    double g = 0;
    for (uint32_t i = 0; i < n; i++)
        g = fmax(g, d->rate[i]);
    memcpy(term, q, n * sizeof(q[0]));
    double weight = exp(-g), left = 1;
    memset(next, 0, n * sizeof(next[0]));
    // g < 1: the weights fall faster than 1 / m!, so 64 terms pass any double.
    for (uint32_t m = 0; m < 64; m++) {
        for (uint32_t i = 0; i < n; i++)
            next[i] += weight * term[i];
        left -= weight;
        if (g == 0 || left <= 0)
            break;
        weight *= g / (m + 1);
        multiply(d->model.a, term, n, image);
        for (uint32_t i = 0; i < n; i++) {
            double gap = image[i] + (shock == NULL ? 0 : shock[i]) - term[i];
            term[i] += d->rate[i] / g * gap;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        next[i] = next[i] > 1 ? 1 : next[i];
}

static bool check_dynamic(const hf_diim *d, hf_error *err)
{
    uint32_t n = d->model.sector_count;
    if (!check_model(&d->model, err) ||
        !check_numbers(d->rate, n, 0.9999999999, "iim.rate", "recovery rates", err) ||
        (d->start != NULL && !check_numbers(d->start, n, 1, "iim.start", "start", err)) ||
        (d->shocks != NULL &&
         !check_numbers(d->shocks, (size_t)d->step_count * n, 1, "iim.shock", "shocks", err)))
        return false;
    if (d->step_count == 0 || d->step_count > 1000000)
        return hf_fail(err, HF_ERR_INPUT, "iim.steps", "%u steps; give 1 to 1000000",
                       (unsigned)d->step_count);
    return true;
}

bool hf_diim_run(const hf_diim *question, hf_arena *arena, hf_diim_result *result, hf_error *err)
{
    if (!check_dynamic(question, err))
        return false;
    uint32_t n = question->model.sector_count;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    double *term = HF_NEW_N(&scratch, double, n), *image = HF_NEW_N(&scratch, double, n);
    hf_diim_result r = {.q = HF_NEW_N(arena, double, ((size_t)question->step_count + 1) * n),
                        .duration = HF_NEW_N(arena, double, n)};
    if (question->start != NULL)
        memcpy(r.q, question->start, n * sizeof(r.q[0]));
    for (uint32_t t = 0; t < question->step_count; t++) {
        const double *shock = question->shocks == NULL ? NULL : &question->shocks[(size_t)t * n];
        double *now = &r.q[(size_t)t * n], *next = now + n;
        if (question->is_continuous)
            step_continuous(question, shock, now, next, term, image);
        else
            step_discrete(question, shock, now, next);
        for (uint32_t i = 0; i < n; i++)
            r.duration[i] += (now[i] + next[i]) / 2;
    }
    r.loss = losses_of(&question->model, r.duration, arena, &r.total_loss);
    *result = r;
    return true;
}
