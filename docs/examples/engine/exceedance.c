// SPDX-License-Identifier: Apache-2.0
//
// How much is lost on average, and how likely more than that: a ring of towns in which each one needs its
// water works, and a works needs either of its two power lines; storms damage lines and works by chance.
//
//   cc exceedance.c $(pkg-config --cflags --libs libholdfast-engine) -o exceedance && ./exceedance 100000
#include <holdfast-engine.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOWNS = 50, ASSETS = 3 * TOWNS }; // lines first, then works, then towns

typedef struct {
    hf_engine_asset assets[ASSETS];
    hf_engine_group groups[2 * TOWNS];
    hf_engine_member members[3 * TOWNS];
    hf_hazard hazards[2 * TOWNS];
} country;

// Ids name what a chance belongs to: they must be different from each other and stay the same from one
// version of the data to the next, so that both meet the same storms.
static void found(country *c)
{
    for (uint32_t i = 0; i < TOWNS; i++) {
        uint32_t line = i, works = TOWNS + i, town = 2 * TOWNS + i;
        c->assets[line] = (hf_engine_asset){.id = line + 1, .repair_h = 48};
        c->assets[works] = (hf_engine_asset){.id = works + 1, .repair_h = 72};
        c->assets[town] =
            (hf_engine_asset){.id = town + 1, .people = 1000 * (1 + i % 7), .repair_h = NAN};
        c->groups[2 * i] = (hf_engine_group){
            .consumer = works, .need = 1, .buffer_h = 4, .first_member = 3 * i, .member_count = 2};
        c->groups[2 * i + 1] = (hf_engine_group){
            .consumer = town, .need = 1000, .first_member = 3 * i + 2, .member_count = 1};
        uint32_t suppliers[] = {line, (line + 1) % TOWNS, works};
        for (uint32_t m = 0; m < 3; m++)
            c->members[3 * i + m] = (hf_engine_member){
                .id = 3 * i + m + 1, .supplier = suppliers[m], .capacity = 1000, .strength = 0.9};
        c->hazards[line] = (hf_hazard){.asset = line, .level = 1, .p = 0.1};
        c->hazards[works] = (hf_hazard){.asset = works, .level = 1, .p = 0.01};
    }
}

static bool simulate(const country *c, uint64_t trials, hf_arena *arena, hf_summary *summary,
                     hf_error *err)
{
    hf_engine_input input = {.assets = c->assets,
                             .asset_count = ASSETS,
                             .groups = c->groups,
                             .group_count = HF_COUNT(c->groups),
                             .members = c->members,
                             .member_count = HF_COUNT(c->members),
                             .sector_count = 1,
                             .kind_count = 1};
    hf_simulation question = {.hazards = c->hazards,
                              .hazard_count = HF_COUNT(c->hazards),
                              .trial_count = trials,
                              .seed = 1,
                              .hours = 168,
                              .step_h = 1};
    hf_plan *plan;
    hf_tally tally;
    hf_pool *pool = hf_pool_open(0); // one thread for each processor; the answer is the same
    bool is_done = hf_plan_build(&input, arena, &plan, err) &&
                   hf_tally_init(plan, &question, arena, &tally, err) &&
                   hf_simulate_run(plan, &question, pool, NULL, &tally, err) &&
                   hf_tally_summary(plan, &question, &tally, arena, summary, err);
    hf_pool_close(&pool);
    return is_done;
}

int main(int argc, char **argv)
{
    static country nation;
    hf_arena arena = {0};
    hf_error err = {0};
    hf_summary summary;
    uint64_t trials = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000;
    found(&nation);
    if (!simulate(&nation, trials, &arena, &summary, &err)) {
        fprintf(stderr, "%s: %s\n", err.code, err.message);
        hf_arena_done(&arena);
        return 1;
    }
    printf("mean %.0f person-hours (95 %%: %.0f to %.0f), %llu trials\n", summary.mean, summary.low,
           summary.high, (unsigned long long)summary.trials);
    printf("%14s  %10s\n", "loss at least", "chance");
    for (uint32_t i = 0; i < summary.exceedance_count; i++)
        printf("%14.0f  %10.6f\n", summary.exceedance[i].loss, summary.exceedance[i].p);
    hf_arena_done(&arena);
    return 0;
}
