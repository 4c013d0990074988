// SPDX-License-Identifier: Apache-2.0
//
// What is free, and what a simulation needs.
#include "usecase/memory.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"

#define SYSTEM_FILE_BYTES                                                                          \
    8192 // of the files of the system that are looked at: far more than they have

// The first number behind `label` in a file of the system; false when there is none ("max" is none).
static bool number_in(const char *path, const char *label, uint64_t *value)
{
    // Not into an arena: there may be no memory left, which is what is asked for.
    HF_CLEANUP(hf_fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    char bytes[SYSTEM_FILE_BYTES];
    hf_str text = {bytes, 0};
    ssize_t count = 0;
    if (fd < 0)
        return false;
    while (text.len < sizeof(bytes) &&
           (count = read(fd, bytes + text.len, sizeof(bytes) - text.len)) > 0)
        text.len += (size_t)count;
    size_t at = 0, length = strlen(label);
    while (at + length <= text.len && memcmp(text.ptr + at, label, length) != 0)
        at++;
    if (at + length > text.len)
        return false;
    at += length;
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    bool is_number = false;
    *value = 0;
    for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) {
        *value = *value * 10 + (uint64_t)(text.ptr[at] - '0');
        is_number = true;
    }
    return is_number;
}

// What is left below a limit of this process. `label` says in /proc/self/status how much it has.
static uint64_t left_of_limit(int resource, const char *label)
{
    struct rlimit limit;
    uint64_t used;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        !number_in("/proc/self/status", label, &used))
        return UINT64_MAX;
    return limit.rlim_cur > used * 1024 ? limit.rlim_cur - used * 1024 : 0; // told in kB
}

uint64_t hf_memory_free(void)
{
    const uint64_t limits[] = {left_of_limit(RLIMIT_DATA, "VmData:"),
                               left_of_limit(RLIMIT_AS, "VmSize:")};
    uint64_t available, limit, used, result = UINT64_MAX;
    if (number_in("/proc/meminfo", "MemAvailable:", &available))
        result = available * 1024; // told in kB
    if (number_in("/sys/fs/cgroup/memory.max", "", &limit) &&
        number_in("/sys/fs/cgroup/memory.current", "", &used)) {
        uint64_t left = limit > used ? limit - used : 0;
        result = left < result ? left : result;
    }
    for (size_t i = 0; i < HF_COUNT(limits); i++)
        result = limits[i] < result ? limits[i] : result;
    return result;
}

typedef struct {
    char text[24];
} amount;

// "3.25 GB", "12 MB"; less than that is nothing here.
static amount amount_of(uint64_t bytes)
{
    amount out;
    if (bytes >= 1000000000)
        (void)snprintf(out.text, sizeof out.text, "%.2f GB", (double)bytes / 1e9);
    else
        (void)snprintf(out.text, sizeof out.text, "%.0f MB", ceil((double)bytes / 1e6));
    return out;
}

// The largest number of threads below `threads` that fits; 0 = not even one. What each thread takes is
// about the same, so the first guess is seldom wrong.
static bool find_threads(const hf_plan *plan, const hf_simulation *simulation, uint32_t threads,
                         uint64_t needed, uint64_t free_bytes, uint32_t *fit, hf_error *err)
{
    uint64_t of_one;
    *fit = 0;
    if (threads == 1)
        return true;
    if (!hf_simulate_memory(plan, simulation, 1, &of_one, err))
        return false;
    if (of_one > free_bytes)
        return true;
    uint64_t each = needed > of_one ? (needed - of_one) / (threads - 1) : 0;
    uint64_t guess = each > 0 ? 1 + (free_bytes - of_one) / each : threads;
    *fit = guess < threads ? (uint32_t)guess : threads - 1;
    for (needed = UINT64_MAX; *fit > 1; --*fit) {
        if (!hf_simulate_memory(plan, simulation, *fit, &needed, err))
            return false;
        if (needed <= free_bytes)
            break;
    }
    return true;
}

// Reckoning itself takes about this for each asset: where the machine has less, the answer is known. (What the user allows
// may be less: then it is still told how much is needed.)
#define ASSET_BYTES_LEAST 350u

static bool has_the_least(const hf_plan *plan, hf_error *err)
{
    uint64_t free_bytes = hf_memory_free();
    uint64_t least = (uint64_t)hf_plan_facts_of(plan).asset_count * ASSET_BYTES_LEAST;
    return free_bytes >= least ||
           hf_fail(err, HF_ERR_TOO_LARGE, "simulate.memory",
                   "the simulation needs more than %s of memory and %s are free",
                   amount_of(least).text, amount_of(free_bytes).text);
}

bool hf_check_simulation_memory(const hf_plan *plan, const hf_simulation *simulation,
                                uint32_t threads, uint64_t free_bytes, hf_error *err)
{
    uint64_t needed;
    uint32_t fit;
    if (!has_the_least(plan, err) || !hf_simulate_memory(plan, simulation, threads, &needed, err))
        return false;
    if (needed <= free_bytes)
        return true;
    if (!find_threads(plan, simulation, threads, needed, free_bytes, &fit, err))
        return false;
    if (fit > 0)
        return hf_fail(err, HF_ERR_TOO_LARGE, "simulate.memory",
                       "the simulation needs %s of memory and %s are free; with at most %u of %u "
                       "threads it fits",
                       amount_of(needed).text, amount_of(free_bytes).text, fit, threads);
    return hf_fail(err, HF_ERR_TOO_LARGE, "simulate.memory",
                   "the simulation needs %s of memory and %s are free: ask for fewer counts "
                   "(by asset, by step), longer steps, or a machine with more memory",
                   amount_of(needed).text, amount_of(free_bytes).text);
}

bool hf_check_trial_memory(const hf_plan *plan, const hf_simulation *simulation,
                           uint64_t free_bytes, hf_error *err)
{
    uint64_t needed;
    if (!has_the_least(plan, err) || !hf_trial_memory(plan, simulation, &needed, err))
        return false;
    return needed <= free_bytes ||
           hf_fail(err, HF_ERR_TOO_LARGE, "simulate.memory",
                   "one trial needs up to %s of memory and %s are free: ask on a machine with more "
                   "memory",
                   amount_of(needed).text, amount_of(free_bytes).text);
}
