// SPDX-License-Identifier: Apache-2.0
//
// The team of one: this process alone.
#include "engine/engine_team.h"

#include <stdlib.h>

#include "base/environment.h"

static bool join(hf_team_place *place, hf_error *err)
{
    const char *size = hf_env_value(HF_ENV_MPI_SIZE);
    if (size != NULL && strtol(size, NULL, 10) > 1)
        return hf_fail(
            err, HF_ERR_USAGE, "team.no_mpi",
            "started by mpirun, but built without MPI: build with -Dmpi=enabled, or start "
            "it alone");
    *place = (hf_team_place){.count = 1};
    return true;
}

static void leave(void)
{
}

HF_NORETURN static void give_up(int exit_status)
{
    exit(exit_status);
}

static bool same(const void *bytes, size_t count, hf_error *err)
{
    (void)bytes, (void)count, (void)err;
    return true;
}

static uint64_t share(uint64_t value)
{
    return value;
}

static bool settle(bool is_well, hf_error *err)
{
    (void)err;
    return is_well;
}

const hf_team hf_team_alone = {
    .name = "alone",
    .join = join,
    .leave = leave,
    .give_up = give_up,
    .same = same,
    .share = share,
    .settle = settle,
    .run = hf_simulate_run,
};
