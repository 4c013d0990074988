// SPDX-License-Identifier: Apache-2.0
//
// Checkpoints: any bytes are refused or read whole; also those whose checksum fits, which chance would
// never find.
#include "usecase/checkpoint.h"

#include <string.h>

#include "base/crypto.h"
#include "fuzz.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

enum { ASSETS = 3, TRIALS = 1300 }; // three blocks, the last one not full

static void ask(const hf_plan *plan, const hf_simulation *simulation, hf_str bytes)
{
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    hf_tally tally;
    hf_error err = {0};
    bool is_made = hf_tally_init(plan, simulation, &arena, &tally, &err);
    HF_ASSERT(is_made);
    if (hf_checkpoint_parse(bytes, HF_STR(DIGEST), &tally, &err)) {
        HF_ASSERT(tally.done_trials <= tally.trial_count && tally.block_count <= 3);
        hf_summary summary;
        HF_ASSERT(tally.done_trials == 0 ||
                  hf_tally_summary(plan, simulation, &tally, &arena, &summary, &err));
    } else {
        HF_ASSERT(err.code != NULL && tally.block_count == 0 && tally.done_trials == 0);
    }
}

// Once for the life of the program.
static const hf_plan *build_plan(void)
{
    static const hf_engine_asset assets[ASSETS] = {{.id = 1, .people = 5}, {.id = 2}, {.id = 3}};
    static hf_arena arena;
    static hf_plan *plan;
    hf_engine_input input = {
        .assets = assets, .asset_count = ASSETS, .sector_count = 1, .kind_count = 1};
    hf_error err = {0};
    bool is_built = plan != NULL || hf_plan_build(&input, &arena, &plan, &err);
    HF_ASSERT(is_built);
    return plan;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hf_hazard hazards[] = {{.asset = 0, .level = 1, .p = 0.5}};
    static const hf_simulation simulation = {.hazards = hazards,
                                             .hazard_count = HF_COUNT(hazards),
                                             .trial_count = TRIALS,
                                             .seed = 1,
                                             .wants_assets = true};
    HF_CLEANUP(hf_arena_done) hf_arena arena = {0};
    const hf_plan *plan = build_plan();
    ask(plan, &simulation, (hf_str){(const char *)data, size});
    if (size < sizeof(hf_sha256))
        return 0;
    char *sealed = hf_arena_take(&arena, size);
    size_t body = size - sizeof(hf_sha256);
    memcpy(sealed, data, body);
    hf_sha256 hash = hf_sha256_of((hf_str){sealed, body});
    memcpy(sealed + body, hash.bytes, sizeof(hash));
    ask(plan, &simulation, (hf_str){sealed, size});
    return 0;
}
