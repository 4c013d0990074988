// SPDX-License-Identifier: Apache-2.0
#include "peer_register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double peer_uniform(peer_register *r)
{
    uint64_t z = (r->random += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

double peer_processor_s(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0
               ? (double)now.tv_sec + 1e-9 * (double)now.tv_nsec
               : 0;
}

void *peer_room(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (memory == NULL)
        exit(70);
    return memory;
}

void peer_need(bool is_right)
{
    if (is_right)
        return;
    (void)fprintf(stderr, "peer: cannot read the register or the seconds, or its library failed\n");
    exit(65);
}

void peer_read(peer_register *r, const char *path)
{
    FILE *file = fopen(path, "r");
    peer_need(file != NULL &&
              fscanf(file, "%u %u %u", &r->asset_count, &r->group_count, &r->member_count) == 3);
    r->damage_p = peer_room(r->asset_count, sizeof(double));
    r->consumer = peer_room(r->group_count, sizeof(uint32_t));
    r->slack = peer_room(r->group_count, sizeof(int32_t));
    r->group = peer_room(r->member_count, sizeof(uint32_t));
    r->supplier = peer_room(r->member_count, sizeof(uint32_t));
    r->strength = peer_room(r->member_count, sizeof(double));
    for (uint32_t a = 0; a < r->asset_count; a++)
        peer_need(fscanf(file, "%lf", &r->damage_p[a]) == 1);
    uint32_t at = 0;
    for (uint32_t g = 0; g < r->group_count; g++) {
        int32_t needed;
        uint32_t count;
        peer_need(fscanf(file, "%u %d %u", &r->consumer[g], &needed, &count) == 3);
        r->slack[g] = (int32_t)count - needed;
        for (uint32_t i = 0; i < count; i++, at++) {
            r->group[at] = g;
            peer_need(fscanf(file, "%u %lf", &r->supplier[at], &r->strength[at]) == 2);
        }
    }
    (void)fclose(file);
}

uint32_t peer_damage(peer_register *r, const char *work, uint64_t scenario, uint32_t *assets)
{
    uint32_t count = 0;
    if (strcmp(work, "W4") == 0) {
        assets[0] = (uint32_t)scenario;
        return 1;
    }
    for (uint32_t a = 0; a < r->asset_count; a++)
        if (peer_uniform(r) < r->damage_p[a])
            assets[count++] = a;
    return count;
}

void peer_measure(peer_register *r, void *peer, peer_run *run, const char *work, uint32_t batch,
                  const char *seconds)
{
    double limit = 0, spent = 0, squares = 0;
    peer_need(sscanf(seconds, "%lf", &limit) == 1);
    uint64_t done = 0, failed = 0, batches = 0,
             most = strcmp(work, "W4") == 0 ? r->asset_count : 1000000;
    double start = peer_processor_s(), looked = 0;
    while (done < most && spent < limit) {
        uint32_t now = most - done < batch ? (uint32_t)(most - done) : batch;
        uint64_t count = run(peer, work, done, now);
        failed += count;
        squares += (double)count * (double)count;
        done += now;
        batches++;
        if (batch > 1 || done % 16 == 0 || done == most || looked > 0.01) {
            double before = spent;
            spent = peer_processor_s() - start;
            looked = spent - before; // slow ones are looked at each time
        }
    }
    printf("%llu %.6f %llu %.17g %llu\n", (unsigned long long)done, spent,
           (unsigned long long)failed, squares, (unsigned long long)batches);
}
