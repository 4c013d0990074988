// SPDX-License-Identifier: Apache-2.0
//
// One rank of a shared simulation, for tests/unit/tools/test_mpi.py: a random register, a random question,
// and the bytes of the tally, written by rank 0 once all is done.
//
//   mpi_ranks OUT [seed=N] [trials=N] [threads=N] [precision=N] [has=BLOCKS] [die=RANK] [differ=RANK]
//                 [stop=RANK] [alone=1]
//
// has     rank 0 begins with so many blocks done      die     that rank kills itself in the middle
// differ  that rank asks with another seed            stop    that rank is stopped at the start
// alone   without a team: hf_simulate_run            precision  stop early, in thousandths
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine_team.h"
#include "random_register.h"

typedef struct {
    const char *out;
    uint64_t seed, trials, threads, has, alone, precision;
    int64_t die, differ, stop;
} words;

static bool read_word(words *w, const char *word)
{
    static const char *const names[] = {"seed", "trials", "threads", "has", "alone", "precision"};
    uint64_t *const numbers[] = {&w->seed, &w->trials, &w->threads,
                                 &w->has,  &w->alone,  &w->precision};
    static const char *const ranks[] = {"die", "differ", "stop"};
    int64_t *const rank_of[] = {&w->die, &w->differ, &w->stop};
    const char *value = strchr(word, '=');
    if (value == NULL)
        return false;
    size_t length = (size_t)(value++ - word);
    for (uint32_t i = 0; i < HF_COUNT(names); i++)
        if (strlen(names[i]) == length && memcmp(names[i], word, length) == 0)
            return *numbers[i] = strtoull(value, NULL, 10), true;
    for (uint32_t i = 0; i < HF_COUNT(ranks); i++)
        if (strlen(ranks[i]) == length && memcmp(ranks[i], word, length) == 0)
            return *rank_of[i] = strtoll(value, NULL, 10), true;
    return false;
}

// Dies once its own threads have done something: in the middle of the run, not before it.
static void die_in_the_middle(void *context)
{
    hf_watch *watch = context;
    while (atomic_load(&watch->done) == 0)
        ;
    (void)raise(SIGKILL);
}

static bool prepare(const words *w, hf_team_place place, hf_arena *arena, hf_plan **plan,
                    hf_simulation **question, hf_tally *tally, hf_error *err)
{
    hf_test_random random = {w->seed};
    hf_test_features features = {.asset_count_max = 60, .has_chances = true};
    hf_engine_input *in = hf_test_register(&random, features, arena);
    *question = hf_test_simulation(&random, in, true, w->trials, arena);
    (*question)->target_half_width = (double)w->precision / 1000;
    (*question)->seed += w->differ == (int64_t)place.rank;
    if (!hf_plan_build(in, arena, plan, err) || !hf_tally_init(*plan, *question, arena, tally, err))
        return false;
    hf_simulation part = **question;
    part.block_limit = w->has;
    part.target_half_width = 0;
    return w->has == 0 || place.rank != 0 || hf_simulate_run(*plan, &part, NULL, NULL, tally, err);
}

static bool run(const words *w, hf_team_place place, hf_arena *arena, hf_tally *tally,
                hf_error *err)
{
    hf_plan *plan;
    hf_simulation *question;
    hf_watch watch = {.stop = w->stop == (int64_t)place.rank};
    if (!hf_team_here->settle(prepare(w, place, arena, &plan, &question, tally, err), err))
        return false;
    hf_pool *pool = w->threads > 1 ? hf_pool_open((uint32_t)w->threads) : NULL;
    hf_thread *killer =
        w->die == (int64_t)place.rank ? hf_thread_start(die_in_the_middle, &watch) : NULL;
    bool is_done = w->alone != 0 ? hf_simulate_run(plan, question, pool, &watch, tally, err)
                                 : hf_team_here->run(plan, question, pool, &watch, tally, err);
    if (killer != NULL)
        hf_thread_join(&killer);
    hf_pool_close(&pool);
    return is_done;
}

static void write_tally(const char *path, const hf_tally *tally, hf_arena *arena)
{
    size_t count = hf_tally_bytes(tally);
    uint8_t *bytes = hf_arena_take_n(arena, count, 1);
    hf_tally_write(tally, bytes);
    FILE *file = fopen(path, "wb");
    HF_ASSERT(file != NULL && fwrite(bytes, 1, count, file) == count && fclose(file) == 0);
}

int main(int argc, char **argv)
{
    words w = {.seed = 1, .trials = 20000, .threads = 1, .die = -1, .differ = -1, .stop = -1};
    bool is_clear = argc > 1;
    for (int i = 2; i < argc; i++)
        is_clear = is_clear && read_word(&w, argv[i]);
    if (!is_clear)
        return fprintf(stderr, "usage: mpi_ranks OUT [name=value …]\n"), 64;
    hf_arena arena = {0};
    hf_error err = {0};
    hf_team_place place = {.count = 1};
    hf_tally tally;
    if (!hf_team_here->join(&place, &err))
        return fprintf(stderr, "%s: %s\n", err.code, err.message), hf_error_exit_status(err.kind);
    bool is_done = run(&w, place, &arena, &tally, &err);
    if (is_done && place.rank == 0)
        write_tally(argv[1], &tally, &arena);
    if (!is_done && place.rank == 0)
        fprintf(stderr, "%s: %s\n", err.code, err.message);
    hf_team_here->leave();
    hf_arena_done(&arena);
    return is_done ? 0 : hf_error_exit_status(err.kind);
}
