// SPDX-License-Identifier: Apache-2.0
//
// What the peers in C share: a register as engine_bench exports it, draws of damage by a splitmix
// generator, the time of the thread, and the loop over as many scenarios as fit into the seconds.
#ifndef HF_BENCH_PEER_REGISTER_H
#define HF_BENCH_PEER_REGISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t asset_count, group_count, member_count;
    double *damage_p;
    uint32_t *consumer, *group, *supplier; // consumer and slack by group, the rest by member
    int32_t *slack;
    double *strength;
    uint64_t random;
} peer_register;

double peer_uniform(peer_register *r);
double peer_processor_s(void);
// Zeroed; ends the program when there is none.
void *peer_room(size_t count, size_t size);
// Ends the program with a word unless it is right.
void peer_need(bool is_right);
void peer_read(peer_register *r, const char *path);
// The damaged assets of a scenario; work "W4": the one source. Returns how many.
uint32_t peer_damage(peer_register *r, const char *work, uint64_t scenario, uint32_t *assets);

// run      how many fail in `batch` scenarios from `first` on
// Prints "scenarios seconds failed squares batches": as many scenarios as fit into the seconds (W4: at most
// one for each asset), how many failed in all of them, and the sum of the squares by batch.
typedef uint64_t peer_run(void *peer, const char *work, uint64_t first, uint32_t batch);
void peer_measure(peer_register *r, void *peer, peer_run *run, const char *work, uint32_t batch,
                  const char *seconds);

#endif
