// SPDX-License-Identifier: Apache-2.0
//
// What falls when a power plant fails, when, and why. A plant feeds two substations; a hospital needs one
// of the two and has a generator for 8 hours; a water works needs the first one and has none.
//
//   cc cascade.c $(pkg-config --cflags --libs libholdfast-engine) -o cascade && ./cascade
#include <holdfast-engine.h>
#include <math.h>
#include <stdio.h>

enum { PLANT, NORTH, SOUTH, HOSPITAL, WATER, ASSET_COUNT };
static const char *const names[] = {"plant", "substation north", "substation south", "hospital",
                                    "water works"};

static const hf_engine_asset assets[ASSET_COUNT] = {
    [PLANT] = {.repair_h = 24},
    [NORTH] = {.repair_h = NAN}, // NAN: not repaired within the question
    [SOUTH] = {.repair_h = NAN},
    [HOSPITAL] = {.people = 20000, .repair_h = NAN},
    [WATER] = {.people = 90000, .repair_h = NAN},
};

// Capacities and needs are thousandths. "Any" of the members: need 1; all of them: their sum.
static const hf_engine_group groups[] = {
    {.consumer = NORTH, .need = 1000, .first_member = 0, .member_count = 1},
    {.consumer = SOUTH, .need = 1000, .first_member = 1, .member_count = 1},
    {.consumer = HOSPITAL, .need = 1, .buffer_h = 8, .first_member = 2, .member_count = 2},
    {.consumer = WATER, .need = 1000, .first_member = 4, .member_count = 1},
};

static const hf_engine_member members[] = {
    {.supplier = PLANT, .capacity = 1000, .strength = 1},
    {.supplier = PLANT, .capacity = 1000, .strength = 1},
    {.supplier = NORTH, .capacity = 1000, .strength = 1},
    {.supplier = SOUTH, .capacity = 1000, .strength = 1},
    {.supplier = NORTH, .capacity = 1000, .strength = 1},
};

static void print_fall(const hf_plan *plan, const hf_cascade *result, const hf_fall *fall,
                       hf_arena *arena)
{
    printf("hour %2.0f to %2.0f  %s", fall->at_h, fall->until_h, names[fall->asset]);
    const hf_step *steps;
    uint32_t step_count;
    hf_explain(plan, result, fall->asset, arena, &steps, &step_count);
    for (uint32_t i = 1; i < step_count; i++)
        printf(" <- %s", names[steps[i].asset]);
    printf("\n");
}

int main(void)
{
    hf_arena arena = {0};
    hf_error err = {0};
    hf_plan *plan;
    hf_engine_input input = {
        .assets = assets,
        .asset_count = ASSET_COUNT,
        .groups = groups,
        .group_count = HF_COUNT(groups),
        .members = members,
        .member_count = HF_COUNT(members),
        .sector_count = 1,
        .kind_count = 1,
    };
    uint32_t fail[] = {PLANT};
    hf_question question = {.fail = fail, .fail_count = 1, .hours = 72, .step_h = 1};
    hf_cascade result;
    if (!hf_plan_build(&input, &arena, &plan, &err) ||
        !hf_cascade_run(plan, &question, hf_engine_state_new(plan, &arena), &arena, &result,
                        &err)) {
        fprintf(stderr, "%s: %s\n", err.code, err.message);
        hf_arena_done(&arena);
        return 1;
    }
    for (uint32_t i = 0; i < result.fall_count; i++)
        print_fall(plan, &result, &result.falls[i], &arena);
    printf("%lld people, %.0f person-hours\n", (long long)result.loss.people,
           result.loss.people_hours);
    hf_arena_done(&arena);
    return 0;
}
