// SPDX-License-Identifier: Apache-2.0
//
// Writing, reading and using checkpoints.
#include "usecase/checkpoint.h"

#include <string.h>

#include "base/crypto.h"
#include "base/file.h"

#define MAGIC   "HFCHECKP"
#define VERSION 2u

enum {
    MAGIC_BYTES = 8,
    MODEL_BYTES = 32,
    DIGEST_BYTES = HF_CHECKPOINT_DIGEST_BYTES,
    AT_VERSION = MAGIC_BYTES,
    AT_MODEL = AT_VERSION + 8,
    AT_DIGEST = AT_MODEL + MODEL_BYTES,
    AT_RUN = AT_DIGEST + DIGEST_BYTES,
    AT_COUNT = AT_RUN + 8,
    HEAD_BYTES = AT_COUNT + 8,
    HASH_BYTES = sizeof(hf_sha256),
};

static void put_number(char *to, uint64_t value)
{
    for (uint32_t i = 0; i < 8; i++)
        to[i] = (char)(uint8_t)(value >> (8 * i));
}

static uint64_t number_at(hf_str bytes, size_t at)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < 8; i++)
        value |= (uint64_t)(uint8_t)bytes.ptr[at + i] << (8 * i);
    return value;
}

// ---- Writing ----

static void fill_head(char head[HEAD_BYTES], hf_str digest, const hf_tally *tally)
{
    _Static_assert(sizeof(HF_ENGINE_MODEL) <= MODEL_BYTES, "the name of the model is too long");
    HF_ASSERT(digest.len == DIGEST_BYTES);
    memset(head, 0, HEAD_BYTES);
    memcpy(head, MAGIC, MAGIC_BYTES);
    put_number(head + AT_VERSION, VERSION);
    memcpy(head + AT_MODEL, HF_ENGINE_MODEL, sizeof(HF_ENGINE_MODEL));
    memcpy(head + AT_DIGEST, digest.ptr, DIGEST_BYTES);
    put_number(head + AT_RUN, tally->run);
    put_number(head + AT_COUNT, hf_tally_bytes(tally));
}

bool hf_checkpoint_write(const char *path, hf_str digest, const hf_tally *tally, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_file_out_close) hf_file_out *out = NULL;
    char head[HEAD_BYTES];
    size_t count = hf_tally_bytes(tally);
    uint8_t *sums = hf_arena_take_n(&scratch, count, 1);
    fill_head(head, digest, tally);
    hf_tally_write(tally, sums);
    hf_sha256_stream *stream = hf_sha256_open(&scratch);
    hf_sha256_add(stream, head, HEAD_BYTES);
    hf_sha256_add(stream, sums, count);
    hf_sha256 hash = hf_sha256_close(stream);
    return hf_file_out_open(path, &out, err) &&
           hf_file_out_add(out, (hf_str){head, HEAD_BYTES}, err) &&
           hf_file_out_add(out, (hf_str){(const char *)sums, count}, err) &&
           hf_file_out_add(out, (hf_str){(const char *)hash.bytes, HASH_BYTES}, err) &&
           hf_file_out_commit(out, err);
}

// ---- Reading ----

static bool damaged(hf_error *err, const char *what)
{
    return hf_fail(err, HF_ERR_INPUT, "checkpoint.damaged",
                   "the checkpoint is damaged (%s); start the run anew", what);
}

static bool check_kind(hf_str bytes, hf_error *err)
{
    size_t known = bytes.len < MAGIC_BYTES ? bytes.len : MAGIC_BYTES;
    if (known == 0 || memcmp(bytes.ptr, MAGIC, known) != 0)
        return hf_fail(err, HF_ERR_INPUT, "checkpoint.no_checkpoint", "this is no checkpoint");
    if (bytes.len < HEAD_BYTES + HASH_BYTES)
        return damaged(err, "cut off");
    if (number_at(bytes, AT_VERSION) != VERSION)
        return hf_fail(err, HF_ERR_INPUT, "checkpoint.version",
                       "the checkpoint was written by another version of the program");
    return true;
}

static bool check_whole(hf_str bytes, hf_error *err)
{
    size_t count = bytes.len - HEAD_BYTES - HASH_BYTES;
    uint64_t stated = number_at(bytes, AT_COUNT);
    if (stated != count)
        return damaged(err, stated > count ? "cut off" : "longer than it says");
    hf_sha256 hash = hf_sha256_of((hf_str){bytes.ptr, bytes.len - HASH_BYTES});
    return memcmp(hash.bytes, bytes.ptr + bytes.len - HASH_BYTES, HASH_BYTES) == 0 ||
           damaged(err, "its checksum does not fit");
}

static bool check_subject(hf_str bytes, hf_str digest, const hf_tally *tally, hf_error *err)
{
    char head[HEAD_BYTES];
    fill_head(head, digest, tally);
    if (memcmp(bytes.ptr + AT_MODEL, head + AT_MODEL, MODEL_BYTES) != 0)
        return hf_fail(err, HF_ERR_INPUT, "checkpoint.version",
                       "the checkpoint was written with other rules than " HF_ENGINE_MODEL);
    if (memcmp(bytes.ptr + AT_DIGEST, head + AT_DIGEST, DIGEST_BYTES) != 0)
        return hf_fail(err, HF_ERR_INPUT, "checkpoint.other_register",
                       "the checkpoint belongs to another register, or the register has changed "
                       "since; start the run anew");
    if (memcmp(bytes.ptr + AT_RUN, head + AT_RUN, 8) != 0)
        return hf_fail(
            err, HF_ERR_INPUT, "checkpoint.other_question",
            "the checkpoint belongs to another question: seed, trials, hours and chances "
            "must be the same");
    return true;
}

bool hf_checkpoint_parse(hf_str bytes, hf_str digest, hf_tally *tally, hf_error *err)
{
    if (!check_kind(bytes, err) || !check_whole(bytes, err) ||
        !check_subject(bytes, digest, tally, err))
        return false;
    const uint8_t *sums = (const uint8_t *)bytes.ptr + HEAD_BYTES;
    if (hf_tally_read(tally, sums, bytes.len - HEAD_BYTES - HASH_BYTES, err))
        return true;
    // Question and bytes fit: what was counted besides (by asset, by step) does not.
    return hf_fail(err, HF_ERR_INPUT, "checkpoint.other_question",
                   "the checkpoint counts other things than this question asks for");
}

bool hf_checkpoint_read(const char *path, hf_str digest, hf_tally *tally, hf_error *err)
{
    HF_CLEANUP(hf_file_map_close) hf_file_map map = {0};
    return (hf_file_map_open(path, UINT64_MAX, &map, err) &&
            hf_checkpoint_parse(map.bytes, digest, tally, err)) ||
           hf_fail_at(err, path, 0, NULL);
}

// ---- Using ----

// How many blocks to run before the next look at the clock.
typedef struct {
    uint64_t blocks, before; // of the piece that ran, and of the one before; 0 = none
    uint64_t took_ns;        // the one before
} pace;

// Twice as many while that is quick, half when it took too long. Each piece makes the question ready anew: where that
// is most of its time, shorter pieces would only be slower. The answer does not depend on it.
static void set_pace(pace *p, uint64_t took_ns, uint64_t every_ns)
{
    bool is_mostly_overhead =
        p->before == 0 || (p->blocks == 2 * p->before && took_ns < p->took_ns / 5 * 9);
    p->before = p->blocks;
    p->took_ns = took_ns;
    if (took_ns < every_ns / 4 || is_mostly_overhead)
        p->blocks *= 2;
    else if (took_ns > every_ns && p->blocks > 1)
        p->blocks /= 2;
}

static bool write_by_rank_0(const hf_checkpoint *checkpoint, const hf_tally *tally, hf_error *err)
{
    return checkpoint->rank != 0 || checkpoint->path == NULL ||
           hf_checkpoint_write(checkpoint->path, checkpoint->digest, tally, err);
}

static bool look(const hf_checkpoint *checkpoint, const hf_tally *tally, hf_error *err)
{
    return checkpoint->rank != 0 || checkpoint->look == NULL ||
           checkpoint->look(checkpoint->context, tally, err);
}

// What was finished before the stop is kept. A file that cannot be written is the graver news.
static bool keep_stopped(const hf_checkpoint *checkpoint, const hf_tally *tally, hf_error *err)
{
    hf_error unwritable = {0};
    if (!write_by_rank_0(checkpoint, tally, &unwritable))
        *err = unwritable;
    return false;
}

// The ranks see different clocks and only rank 0 sees the sums: it says how far to go and when to write.
bool hf_checkpoint_run(const hf_checkpoint *checkpoint, const hf_plan *plan,
                       const hf_simulation *simulation, hf_pool *pool, hf_watch *watch,
                       hf_tally *tally, hf_error *err)
{
    const hf_team *team = checkpoint->team;
    HF_ASSERT(simulation->first_block == 0 && simulation->block_limit == 0 &&
              simulation->blocks == NULL);
    hf_simulation piece = *simulation;
    pace speed = {.blocks = pool == NULL ? 1 : hf_pool_thread_count(pool)};
    uint64_t written_ns = checkpoint->clock_ns();
    if (!team->same(checkpoint->digest.ptr, checkpoint->digest.len, err))
        return false;
    for (;;) {
        bool is_done = hf_simulate_is_done(simulation, tally);
        uint64_t begun_ns = checkpoint->clock_ns();
        piece.block_limit = team->share(is_done ? 0 : tally->block_count + speed.blocks);
        if (piece.block_limit == 0)
            return true;
        if (!team->run(plan, &piece, pool, watch, tally, err))
            return err->kind == HF_ERR_STOPPED && keep_stopped(checkpoint, tally, err);
        uint64_t now_ns = checkpoint->clock_ns();
        set_pace(&speed, now_ns - begun_ns, checkpoint->every_ns);
        bool is_time = team->share(now_ns - written_ns >= checkpoint->every_ns) != 0;
        bool is_well =
            look(checkpoint, tally, err) && (!is_time || write_by_rank_0(checkpoint, tally, err));
        if (!team->settle(is_well, err))
            return false;
        written_ns = is_time ? now_ns : written_ns;
    }
}
