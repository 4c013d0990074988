// SPDX-License-Identifier: Apache-2.0
//
// What the engine's tests share: cmocka, and a plan with its state that goes away by itself.
#ifndef HF_TEST_ENGINE_CHECK_H
#define HF_TEST_ENGINE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka wants the four above first
#include <cmocka.h>

#include "random_register.h"

typedef struct {
    hf_arena arena;
    hf_plan *plan;
    hf_engine_state *state;
} hf_bench;

static inline void bench_open(hf_bench *bench, const hf_engine_input *input)
{
    hf_error err = {0};
    *bench = (hf_bench){0};
    if (!hf_plan_build(input, &bench->arena, &bench->plan, &err))
        fail_msg("%s: %s", err.code, err.message);
    bench->state = hf_engine_state_new(bench->plan, &bench->arena);
}

static inline void bench_done(hf_bench *bench)
{
    hf_arena_done(&bench->arena);
}

static inline hf_cascade bench_ask(hf_bench *bench, const hf_question *question)
{
    hf_error err = {0};
    hf_cascade result = {0};
    if (!hf_cascade_run(bench->plan, question, bench->state, &bench->arena, &result, &err))
        fail_msg("%s: %s", err.code, err.message);
    return result;
}

static inline const hf_fall *fall_of(const hf_cascade *result, uint32_t asset)
{
    for (uint32_t i = 0; i < result->fall_count; i++)
        if (result->falls[i].asset == asset)
            return &result->falls[i];
    return NULL;
}

#endif
