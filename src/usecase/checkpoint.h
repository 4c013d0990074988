// SPDX-License-Identifier: Apache-2.0
//
// A long simulation that survives its process: the sums so far in a file, from which the same
// question goes on. The file, all numbers little-endian:
//
//   8  bytes "HFCHECKP"
//   4  version, 1; 4 zero
//   32 HF_ENGINE_MODEL, filled up with zeros
//   64 digest of what the plan was made of, as hexadecimal text
//   8  digest of the question (hf_tally.run)
//   8  bytes of the tally, then the tally (hf_tally_write)
//   32 SHA-256 of all before
//
// It is written beside its name and renamed, so a reader finds the old or the new one, never half.
#ifndef HF_USECASE_CHECKPOINT_H
#define HF_USECASE_CHECKPOINT_H

#include "base/error.h"
#include "base/str.h"
#include "engine/engine_team.h"

#define HF_CHECKPOINT_DIGEST_BYTES 64u

// digest  HF_CHECKPOINT_DIGEST_BYTES of text: the snapshot of the register, or a digest of that and
//         of whatever else went into the plan
// Errors  those of base/file.h
// Cost    the tally once more in memory
bool hf_checkpoint_write(const char *path, hf_str digest, const hf_tally *tally,
                         hf_error *err) HF_CHECKED;

// Where ranks share the run, rank 0 reads.
//
// tally   empty, of hf_tally_init with the question to go on with; stays empty on errors
// Errors  HF_ERR_INPUT "checkpoint.no_checkpoint" another kind of file; "checkpoint.version" of a newer
//         program, or of another model; "checkpoint.damaged" cut off or altered;
//         "checkpoint.other_register", "checkpoint.other_question"; those of base/file.h
bool hf_checkpoint_read(const char *path, hf_str digest, hf_tally *tally, hf_error *err) HF_CHECKED;
// The same from bytes.
bool hf_checkpoint_parse(hf_str bytes, hf_str digest, hf_tally *tally, hf_error *err) HF_CHECKED;

typedef struct {
    const char *path; // NULL = no file: only looks
    hf_str digest;
    uint64_t every_ns;          // between two writes, about
    uint64_t (*clock_ns)(void); // hf_clock_monotonic_ns
    const hf_team *team;        // who shares the run: hf_team_here once joined, or hf_team_alone
    uint32_t rank;              // rank 0 writes
    // Told in rank 0 after each piece of the run what is counted so far; NULL = not wanted.
    bool (*look)(void *context, const hf_tally *tally, hf_error *err);
    void *context;
} hf_checkpoint;

// hf_simulate_run, with the file brought up to date now and then, and once more when it is stopped.
// What the file holds decides nothing about the answer: stopped, killed and gone on with in any
// number of pieces it is the same, bit for bit. The file stays; its owner removes it once the result
// is safe.
//
// tally   of hf_tally_init; in rank 0 also of hf_checkpoint_read. Rank 0 has the sums afterwards
// Errors  as hf_team.run, hf_checkpoint_write and look
bool hf_checkpoint_run(const hf_checkpoint *checkpoint, const hf_plan *plan,
                       const hf_simulation *simulation, hf_pool *pool, hf_watch *watch,
                       hf_tally *tally, hf_error *err) HF_CHECKED;

#endif
