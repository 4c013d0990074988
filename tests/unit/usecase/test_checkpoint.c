// SPDX-License-Identifier: Apache-2.0
//
// Checkpoints: a run that is stopped, killed or read from a file goes on to the same bits; a file that
// does not fit is refused and nothing of it is used.
#include "usecase/checkpoint.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

enum { ASSETS = 60, TRIALS = 20 * 512 + 100 }; // 21 blocks, the last one not full

typedef struct {
    char folder[32];
    char path[64];
    hf_arena memory;
    hf_plan *plan;
    hf_hazard hazards[ASSETS];
    hf_simulation question;
} fixture;

// A chain in which each asset needs the one before it or the one three before it.
static void build_plan(fixture *f)
{
    hf_engine_asset *assets = HF_NEW_N(&f->memory, hf_engine_asset, ASSETS);
    hf_engine_group *groups = HF_NEW_N(&f->memory, hf_engine_group, ASSETS);
    hf_engine_member *members = HF_NEW_N(&f->memory, hf_engine_member, ASSETS * 2);
    uint32_t group_count = 0, member_count = 0;
    for (uint32_t i = 0; i < ASSETS; i++) {
        assets[i] = (hf_engine_asset){.id = i + 1, .people = 1 + i % 9, .repair_h = 5 + i % 7};
        f->hazards[i] = (hf_hazard){.asset = i, .level = 1, .p = 0.01 + 0.001 * i};
        if (i < 3)
            continue;
        groups[group_count++] = (hf_engine_group){.consumer = i,
                                                  .need = 1,
                                                  .buffer_h = i % 4,
                                                  .first_member = member_count,
                                                  .member_count = 2};
        for (uint32_t back = 1; back <= 3; back += 2)
            members[member_count++] = (hf_engine_member){
                .id = 10 * i + back, .supplier = i - back, .capacity = 1000, .strength = 0.7};
    }
    hf_engine_input input = {.assets = assets,
                             .asset_count = ASSETS,
                             .groups = groups,
                             .group_count = group_count,
                             .members = members,
                             .member_count = member_count,
                             .sector_count = 1,
                             .kind_count = 1};
    hf_error err = {0};
    if (!hf_plan_build(&input, &f->memory, &f->plan, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static int open_fixture(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    (void)snprintf(f->folder, sizeof(f->folder), "/tmp/hf-checkpoint-XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return 1;
    (void)snprintf(f->path, sizeof(f->path), "%s/run.checkpoint", f->folder);
    build_plan(f);
    f->question = (hf_simulation){.hazards = f->hazards,
                                  .hazard_count = ASSETS,
                                  .trial_count = TRIALS,
                                  .seed = 7,
                                  .hours = 24,
                                  .step_h = 1,
                                  .wants_criticality = true,
                                  .wants_series = true};
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    fixture *f = *state;
    (void)unlink(f->path);
    int status = rmdir(f->folder); // something that was left behind fails the test
    hf_arena_done(&f->memory);
    free(f);
    return status;
}

static hf_tally empty_tally(fixture *f)
{
    hf_tally tally;
    hf_error err = {0};
    if (!hf_tally_init(f->plan, &f->question, &f->memory, &tally, &err))
        fail_msg("%s: %s", err.code, err.message);
    return tally;
}

static hf_tally run_plainly(fixture *f)
{
    hf_tally tally = empty_tally(f);
    hf_error err = {0};
    if (!hf_simulate_run(f->plan, &f->question, NULL, NULL, &tally, &err))
        fail_msg("%s: %s", err.code, err.message);
    return tally;
}

static hf_str bytes_of(fixture *f, const hf_tally *tally)
{
    size_t count = hf_tally_bytes(tally);
    uint8_t *bytes = hf_arena_take_n(&f->memory, count, 1);
    hf_tally_write(tally, bytes);
    return (hf_str){(char *)bytes, count};
}

static void assert_same(fixture *f, const hf_tally *a, const hf_tally *b)
{
    hf_str x = bytes_of(f, a), y = bytes_of(f, b);
    assert_int_equal(x.len, y.len);
    assert_memory_equal(x.ptr, y.ptr, x.len);
}

// A clock that goes on by a second with each look.
static uint64_t looks;
static uint64_t ticking(void)
{
    return ++looks * UINT64_C(1000000000);
}

static hf_checkpoint checkpoint_of(const fixture *f, uint64_t every_s)
{
    return (hf_checkpoint){.path = f->path,
                           .digest = HF_STR(DIGEST),
                           .every_ns = every_s * UINT64_C(1000000000),
                           .clock_ns = ticking,
                           .team = &hf_team_alone};
}

static void run_on(fixture *f, hf_tally *tally, hf_pool *pool, uint64_t every_s)
{
    hf_checkpoint checkpoint = checkpoint_of(f, every_s);
    hf_error err = {0};
    if (!hf_checkpoint_run(&checkpoint, f->plan, &f->question, pool, NULL, tally, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static void read_back(fixture *f, hf_tally *tally)
{
    hf_error err = {0};
    if (!hf_checkpoint_read(f->path, HF_STR(DIGEST), tally, &err))
        fail_msg("%s: %s", err.code, err.message);
}

static void keep_blocks(fixture *f, uint64_t blocks)
{
    hf_simulation part = f->question;
    part.block_limit = blocks;
    hf_tally tally = empty_tally(f);
    hf_error err = {0};
    assert_true(hf_simulate_run(f->plan, &part, NULL, NULL, &tally, &err));
    assert_true(hf_checkpoint_write(f->path, HF_STR(DIGEST), &tally, &err));
}

static hf_str file_bytes(fixture *f)
{
    hf_str bytes;
    hf_error err = {0};
    assert_true(hf_file_read(f->path, 1 << 20, &f->memory, &bytes, &err));
    return bytes;
}

static void a_run_goes_on_from_its_file_to_the_same_bits(void **state)
{
    fixture *f = *state;
    hf_tally want = run_plainly(f);
    for (uint64_t blocks = 1; blocks < 21; blocks += 6) {
        keep_blocks(f, blocks);
        hf_tally tally = empty_tally(f);
        read_back(f, &tally);
        assert_int_equal(tally.block_count, blocks);
        run_on(f, &tally, NULL, 3);
        assert_same(f, &tally, &want);
    }
}

static void pieces_and_threads_change_no_bit(void **state)
{
    fixture *f = *state;
    hf_tally want = run_plainly(f);
    hf_pool *pool = hf_pool_open(3);
    for (uint64_t every_s = 0; every_s < 12; every_s += 4) {
        hf_tally alone = empty_tally(f), together = empty_tally(f);
        run_on(f, &alone, NULL, every_s);
        run_on(f, &together, pool, every_s);
        assert_same(f, &alone, &want);
        assert_same(f, &together, &want);
    }
    hf_pool_close(&pool);
}

static void an_early_end_does_not_depend_on_pieces(void **state)
{
    fixture *f = *state;
    hf_tally all = run_plainly(f);
    f->question.target_half_width = hf_tally_half_width(&all) * 1.3; // met at 16 blocks of 21
    hf_tally want = run_plainly(f);
    assert_int_equal(want.block_count, 16);
    assert_true(hf_simulate_is_done(&f->question, &want));
    for (uint64_t blocks = 3; blocks < 15; blocks += 5) {
        keep_blocks(f, blocks);
        hf_tally tally = empty_tally(f);
        read_back(f, &tally);
        assert_false(hf_simulate_is_done(&f->question, &tally));
        run_on(f, &tally, NULL, 2);
        assert_same(f, &tally, &want);
    }
}

static void a_stopped_run_keeps_what_it_has(void **state)
{
    fixture *f = *state;
    hf_tally want = run_plainly(f), tally = empty_tally(f), again = empty_tally(f);
    hf_watch watch = {.stop = true};
    hf_checkpoint checkpoint = checkpoint_of(f, 1000);
    hf_error err = {0};
    keep_blocks(f, 5);
    read_back(f, &tally);
    (void)unlink(f->path);
    assert_false(hf_checkpoint_run(&checkpoint, f->plan, &f->question, NULL, &watch, &tally, &err));
    assert_int_equal(err.kind, HF_ERR_STOPPED);
    read_back(f, &again);
    assert_int_equal(again.block_count, 5);
    run_on(f, &again, NULL, 1000);
    assert_same(f, &again, &want);
}

static uint64_t dying(void)
{
    if (looks > 8)
        (void)raise(SIGKILL);
    return ticking();
}

static void a_killed_run_goes_on_to_the_same_bits(void **state)
{
    fixture *f = *state;
    hf_tally want = run_plainly(f), tally = empty_tally(f);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        hf_checkpoint checkpoint = checkpoint_of(f, 0);
        hf_error err = {0};
        checkpoint.clock_ns = dying;
        looks = 0;
        (void)!hf_checkpoint_run(&checkpoint, f->plan, &f->question, NULL, NULL, &tally, &err);
        _exit(0); // it was not killed: the parent sees that
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    read_back(f, &tally);
    assert_in_range(tally.block_count, 1, 20);
    run_on(f, &tally, NULL, 1000);
    assert_same(f, &tally, &want);
}

// Rank 1 of two, and what rank 0 tells it: run to block 4, write, run to block 9, do not write, end.
static const uint64_t told[] = {4, 1, 9, 0, 0};
static uint32_t told_count, run_count;

static uint64_t tell(uint64_t value)
{
    (void)value; // this rank's own is of no account
    assert_true(told_count < HF_COUNT(told));
    return told[told_count++];
}

static bool run_as_rank_1(const hf_plan *plan, const hf_simulation *simulation, hf_pool *pool,
                          hf_watch *watch, hf_tally *tally, hf_error *err)
{
    (void)plan, (void)pool, (void)watch, (void)tally, (void)err;
    assert_int_equal(simulation->block_limit, told[2 * run_count++]);
    return true;
}

static void only_rank_0_decides_and_writes(void **state)
{
    fixture *f = *state;
    hf_tally tally = empty_tally(f);
    hf_team team = hf_team_alone;
    team.share = tell;
    team.run = run_as_rank_1;
    hf_checkpoint checkpoint = checkpoint_of(f, 0);
    checkpoint.team = &team;
    checkpoint.rank = 1;
    hf_error err = {0};
    assert_true(hf_checkpoint_run(&checkpoint, f->plan, &f->question, NULL, NULL, &tally, &err));
    assert_int_equal(told_count, HF_COUNT(told));
    assert_int_equal(run_count, 2);
    assert_false(hf_file_exists(f->path));
}

static void refuse(fixture *f, hf_str bytes, const char *digest, const char *code)
{
    hf_tally tally = empty_tally(f);
    hf_error err = {0};
    hf_str text = {digest, strlen(digest)};
    assert_false(hf_checkpoint_parse(bytes, text, &tally, &err));
    assert_string_equal(err.code, code);
    assert_int_equal(err.kind, HF_ERR_INPUT);
    assert_int_equal(tally.block_count, 0);
    assert_int_equal(tally.done_trials, 0);
    assert_true(tally.loss.low == 0 && tally.loss.high == 0);
}

static void refuses_the_checkpoint_of_another_register(void **state)
{
    fixture *f = *state;
    keep_blocks(f, 4);
    refuse(f, file_bytes(f), "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
           "checkpoint.other_register");
}

static void refuses_the_checkpoint_of_another_question(void **state)
{
    fixture *f = *state;
    keep_blocks(f, 4);
    hf_str bytes = file_bytes(f);
    hf_simulation question = f->question;
    f->question.seed = 8;
    refuse(f, bytes, DIGEST, "checkpoint.other_question");
    f->question = question;
    f->hazards[3].p += 0.01;
    refuse(f, bytes, DIGEST, "checkpoint.other_question");
    f->hazards[3].p -= 0.01;
    f->question.wants_series = false;
    refuse(f, bytes, DIGEST, "checkpoint.other_question");
    f->question = question;
    hf_tally tally = empty_tally(f);
    read_back(f, &tally);
}

static void refuses_a_checkpoint_that_is_cut_off_anywhere(void **state)
{
    fixture *f = *state;
    keep_blocks(f, 2);
    hf_str bytes = file_bytes(f);
    for (size_t length = 1; length < bytes.len; length += length < 300 ? 1 : 97)
        refuse(f, (hf_str){bytes.ptr, length}, DIGEST, "checkpoint.damaged");
    refuse(f, (hf_str){bytes.ptr, 0}, DIGEST, "checkpoint.no_checkpoint");
}

static void refuses_a_checkpoint_with_one_altered_byte(void **state)
{
    fixture *f = *state;
    keep_blocks(f, 1);
    hf_str bytes = file_bytes(f);
    char *copy = hf_arena_take(&f->memory, bytes.len);
    for (size_t at = 0; at < bytes.len; at += at < 300 ? 1 : 97) {
        memcpy(copy, bytes.ptr, bytes.len);
        copy[at] ^= 0x10;
        refuse(f, (hf_str){copy, bytes.len}, DIGEST,
               at < 8    ? "checkpoint.no_checkpoint"
               : at < 16 ? "checkpoint.version"
                         : "checkpoint.damaged");
    }
}

static void says_which_file_is_wrong(void **state)
{
    fixture *f = *state;
    hf_tally tally = empty_tally(f);
    hf_error err = {0};
    assert_false(hf_checkpoint_read(f->path, HF_STR(DIGEST), &tally, &err));
    assert_string_equal(err.code, "file.missing");
    assert_true(hf_file_write(f->path, HF_STR("key,name\n"), &err));
    assert_false(hf_checkpoint_read(f->path, HF_STR(DIGEST), &tally, &err));
    assert_string_equal(err.code, "checkpoint.no_checkpoint");
    assert_string_equal(err.source, f->path);
}

static void a_file_that_cannot_be_written_ends_the_run(void **state)
{
    fixture *f = *state;
    hf_tally tally = empty_tally(f);
    hf_checkpoint checkpoint = checkpoint_of(f, 0);
    hf_error err = {0};
    checkpoint.path = "/proc/no-folder-to-write/run.checkpoint";
    assert_false(hf_checkpoint_run(&checkpoint, f->plan, &f->question, NULL, NULL, &tally, &err));
    assert_int_not_equal(err.kind, HF_ERR_STOPPED);
    hf_watch watch = {.stop = true};
    hf_tally other = empty_tally(f);
    assert_false(hf_checkpoint_run(&checkpoint, f->plan, &f->question, NULL, &watch, &other, &err));
    assert_int_not_equal(err.kind, HF_ERR_STOPPED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        TEST(a_run_goes_on_from_its_file_to_the_same_bits),
        TEST(pieces_and_threads_change_no_bit),
        TEST(an_early_end_does_not_depend_on_pieces),
        TEST(a_stopped_run_keeps_what_it_has),
        TEST(a_killed_run_goes_on_to_the_same_bits),
        TEST(only_rank_0_decides_and_writes),
        TEST(refuses_the_checkpoint_of_another_register),
        TEST(refuses_the_checkpoint_of_another_question),
        TEST(refuses_a_checkpoint_that_is_cut_off_anywhere),
        TEST(refuses_a_checkpoint_with_one_altered_byte),
        TEST(says_which_file_is_wrong),
        TEST(a_file_that_cannot_be_written_ends_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
