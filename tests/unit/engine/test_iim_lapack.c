// SPDX-License-Identifier: Apache-2.0
//
// Our LU against LAPACK's, on random matrices. Built only where liblapacke is installed.
#include <lapacke.h>
#include <math.h>

#include "check.h"
#include "engine/iim.h"

static uint64_t seed = 20261128;

static double uniform(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static void same_as_lapack(uint32_t n)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    double *a = HF_NEW_N(&arena, double, (size_t)n *n), *m = HF_NEW_N(&arena, double, (size_t)n *n);
    double *shock = HF_NEW_N(&arena, double, n), *x = HF_NEW_N(&arena, double, n);
    lapack_int *pivot = HF_NEW_N(&arena, lapack_int, n);
    for (uint32_t i = 0; i < n; i++) {
        shock[i] = x[i] = uniform() / 20;
        for (uint32_t j = 0; j < n; j++) {
            a[(size_t)i * n + j] = uniform() * 0.9 / n; // rows sum to less than 0.9
            m[(size_t)i * n + j] = (i == j) - a[(size_t)i * n + j];
        }
    }
    hf_iim question = {.sector_count = n, .a = a, .shock = shock};
    hf_iim_result result;
    hf_error err = {0};
    assert_true(hf_iim_solve(&question, &arena, &result, &err));
    assert_false(result.is_capped);
    assert_int_equal(
        LAPACKE_dgesv(LAPACK_ROW_MAJOR, (lapack_int)n, 1, m, (lapack_int)n, pivot, x, 1), 0);
    for (uint32_t i = 0; i < n; i++)
        assert_true(fabs(result.q[i] - x[i]) <= 1e-12 * fabs(x[i]));
}

static void solves_like_lapack(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 40; n++)
        same_as_lapack(n);
    same_as_lapack(300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(solves_like_lapack)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
