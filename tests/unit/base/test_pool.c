// SPDX-License-Identifier: Apache-2.0
//
// The pool: each piece once, whatever the number of threads.
#include "check.h"

#include <stdatomic.h>

#include "base/pool.h"

enum { PIECES = 10000 };

typedef struct {
    _Atomic uint32_t done[PIECES];
    uint32_t thread_count;
    _Atomic uint32_t wrong_worker;
    _Atomic uint64_t sum;
} tally;

static void count_piece(void *context, uint64_t piece, uint32_t worker)
{
    tally *t = context;
    atomic_fetch_add(&t->done[piece], 1);
    atomic_fetch_add(&t->sum, piece);
    if (worker >= t->thread_count)
        atomic_fetch_add(&t->wrong_worker, 1);
}

static void does_every_piece_exactly_once(void **state)
{
    (void)state;
    static tally t;
    for (uint32_t threads = 1; threads <= 8; threads++) {
        hf_pool *pool = hf_pool_open(threads);
        t = (tally){.thread_count = hf_pool_thread_count(pool)};
        assert_int_equal(t.thread_count, threads);
        hf_pool_run(pool, PIECES, count_piece, &t);
        for (size_t i = 0; i < PIECES; i++)
            assert_int_equal(atomic_load(&t.done[i]), 1);
        assert_int_equal(atomic_load(&t.wrong_worker), 0);
        hf_pool_close(&pool);
        assert_null(pool);
    }
}

static void runs_many_small_rounds_one_after_the_other(void **state)
{
    (void)state;
    static tally t;
    hf_pool *pool = hf_pool_open(4);
    t = (tally){.thread_count = 4};
    for (int round = 0; round < 2000; round++)
        hf_pool_run(pool, (uint64_t)(round % 7), count_piece, &t);
    uint64_t want = 0;
    for (int round = 0; round < 2000; round++) {
        for (int piece = 0; piece < round % 7; piece++)
            want += (uint64_t)piece;
    }
    assert_true(atomic_load(&t.sum) == want);
    hf_pool_close(&pool);
    hf_pool_close(&pool); // closing nothing does nothing
}

typedef struct {
    hf_pool *pool;
    tally *t;
} caller;

static void run_rounds(void *context)
{
    caller *self = context;
    for (int round = 0; round < 50; round++)
        hf_pool_run(self->pool, 100, count_piece, self->t);
}

static void two_callers_take_turns(void **state)
{
    (void)state;
    static tally t;
    t = (tally){.thread_count = 3};
    hf_pool *pool = hf_pool_open(3);
    caller both = {pool, &t};
    hf_thread *first = hf_thread_start(run_rounds, &both);
    hf_thread *second = hf_thread_start(run_rounds, &both);
    hf_thread_join(&first);
    hf_thread_join(&second);
    hf_thread_join(&second);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(atomic_load(&t.done[i]), 100);
    hf_pool_close(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_every_piece_exactly_once),
        cmocka_unit_test(runs_many_small_rounds_one_after_the_other),
        cmocka_unit_test(two_callers_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
