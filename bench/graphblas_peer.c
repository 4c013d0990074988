// SPDX-License-Identifier: Apache-2.0
//
// SuiteSparse GraphBLAS as a peer on an exported register of engine_bench, one thread. W1: the active
// dependencies are selected from a matrix in each scenario, then a frontier runs over them. W2 and W4:
// 64 scenarios as columns; members lost by group are a matrix product, repeated until nothing changes.
//
//     graphblas_peer REGISTER W1|W2|W4 SECONDS
#include <GraphBLAS.h>
#include <stdio.h>
#include <string.h>

#include "peer_register.h"

enum { BATCH = 64 };

typedef struct {
    peer_register in;
    GrB_Matrix bonds;     // W1: [supplier, consumer] = chance that its loss is felt
    GrB_Matrix members;   // else: [group, supplier] = how often it is a member
    GrB_Matrix consumers; // [consumer, group]
    GrB_IndexUnaryOp is_felt, is_lost;
    uint32_t *damaged;
} peer;

// What an operator looks up beside its arguments; the library hands over no context.
static const int32_t *slack_of_group;
static uint64_t scenario_at_hand;

static void must(GrB_Info info)
{
    peer_need(info == GrB_SUCCESS || info == GrB_NO_VALUE);
}

static void op_is_lost(void *z, const void *x, GrB_Index i, GrB_Index j, const void *y)
{
    (void)j;
    (void)y;
    *(bool *)z = *(const int32_t *)x > slack_of_group[i];
}

static void op_is_felt(void *z, const void *x, GrB_Index i, GrB_Index j, const void *y)
{
    (void)y;
    peer_register dice = {.random =
                              (scenario_at_hand * 0x100000001B3u ^ i) * 0x9E3779B97F4A7C15u ^ j};
    *(bool *)z = peer_uniform(&dice) < *(const double *)x;
}

// Two bonds between the same assets are one: felt when either is.
static void op_either(void *z, const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    *(double *)z = a + b - a * b;
}

static void build_bonds(peer *p)
{
    const peer_register *in = &p->in;
    GrB_Index *from = peer_room(in->member_count, sizeof(GrB_Index));
    GrB_Index *to = peer_room(in->member_count, sizeof(GrB_Index));
    for (uint32_t m = 0; m < in->member_count; m++) {
        from[m] = in->supplier[m];
        to[m] = in->consumer[in->group[m]];
    }
    GrB_BinaryOp either;
    must(GrB_BinaryOp_new(&either, op_either, GrB_FP64, GrB_FP64, GrB_FP64));
    must(GrB_Matrix_new(&p->bonds, GrB_FP64, in->asset_count, in->asset_count));
    must(GrB_Matrix_build_FP64(p->bonds, from, to, in->strength, in->member_count, either));
    must(GrB_IndexUnaryOp_new(&p->is_felt, op_is_felt, GrB_BOOL, GrB_FP64, GrB_FP64));
}

static void build_groups(peer *p)
{
    const peer_register *in = &p->in;
    GrB_Index *row = peer_room(in->member_count, sizeof(GrB_Index));
    GrB_Index *column = peer_room(in->member_count, sizeof(GrB_Index));
    int32_t *one = peer_room(in->member_count, sizeof(int32_t));
    for (uint32_t m = 0; m < in->member_count; m++) {
        row[m] = in->group[m];
        column[m] = in->supplier[m];
        one[m] = 1;
    }
    must(GrB_Matrix_new(&p->members, GrB_INT32, in->group_count, in->asset_count));
    must(GrB_Matrix_build_INT32(p->members, row, column, one, in->member_count, GrB_PLUS_INT32));
    for (uint32_t g = 0; g < in->group_count; g++) {
        row[g] = in->consumer[g];
        column[g] = g;
    }
    must(GrB_Matrix_new(&p->consumers, GrB_INT32, in->asset_count, in->group_count));
    must(GrB_Matrix_build_INT32(p->consumers, row, column, one, in->group_count, GrB_PLUS_INT32));
    must(GrB_IndexUnaryOp_new(&p->is_lost, op_is_lost, GrB_BOOL, GrB_INT32, GrB_INT32));
    slack_of_group = in->slack;
}

static uint64_t run_bonds(void *memory, const char *work, uint64_t scenario, uint32_t batch)
{
    peer *p = memory;
    GrB_Index count, before = 0;
    GrB_Matrix active;
    GrB_Vector down, next;
    (void)batch;
    scenario_at_hand = scenario;
    must(GrB_Matrix_new(&active, GrB_FP64, p->in.asset_count, p->in.asset_count));
    must(GrB_Matrix_select_FP64(active, NULL, NULL, p->is_felt, p->bonds, 0, NULL));
    must(GrB_Vector_new(&down, GrB_BOOL, p->in.asset_count));
    must(GrB_Vector_new(&next, GrB_BOOL, p->in.asset_count));
    uint32_t damaged = peer_damage(&p->in, work, scenario, p->damaged);
    for (uint32_t i = 0; i < damaged; i++) {
        must(GrB_Vector_setElement_BOOL(down, true, p->damaged[i]));
        must(GrB_Vector_setElement_BOOL(next, true, p->damaged[i]));
    }
    must(GrB_Vector_nvals(&count, next));
    while (count != before) {
        // The frontier: what is reached and not down yet.
        must(GrB_vxm(next, down, NULL, GxB_ANY_PAIR_BOOL, next, active, GrB_DESC_RSC));
        must(GrB_Vector_eWiseAdd_BinaryOp(down, NULL, NULL, GrB_LOR, down, next, NULL));
        before = count;
        must(GrB_Vector_nvals(&count, down));
    }
    must(GrB_Matrix_free(&active));
    must(GrB_Vector_free(&down));
    must(GrB_Vector_free(&next));
    return count;
}

static uint64_t run_groups(void *memory, const char *work, uint64_t first, uint32_t batch)
{
    peer *p = memory;
    GrB_Index count, before = 0;
    GrB_Matrix down, lost, more;
    must(GrB_Matrix_new(&down, GrB_BOOL, p->in.asset_count, batch));
    must(GrB_Matrix_new(&lost, GrB_INT32, p->in.group_count, batch));
    must(GrB_Matrix_new(&more, GrB_BOOL, p->in.asset_count, batch));
    for (uint32_t k = 0; k < batch; k++) {
        uint32_t damaged = peer_damage(&p->in, work, first + k, p->damaged);
        for (uint32_t i = 0; i < damaged; i++)
            must(GrB_Matrix_setElement_BOOL(down, true, p->damaged[i], k));
    }
    must(GrB_Matrix_nvals(&count, down));
    while (count != before) {
        must(GrB_mxm(lost, NULL, NULL, GxB_PLUS_FIRST_INT32, p->members, down, NULL));
        must(GrB_Matrix_select_INT32(lost, NULL, NULL, p->is_lost, lost, 0, NULL));
        must(GrB_mxm(more, NULL, NULL, GxB_ANY_PAIR_BOOL, p->consumers, lost, NULL));
        must(GrB_Matrix_eWiseAdd_BinaryOp(down, NULL, NULL, GrB_LOR, down, more, NULL));
        before = count;
        must(GrB_Matrix_nvals(&count, down));
    }
    must(GrB_Matrix_free(&down));
    must(GrB_Matrix_free(&lost));
    must(GrB_Matrix_free(&more));
    return count;
}

int main(int argc, char **argv)
{
    static peer p;
    if (argc != 4) {
        (void)fprintf(stderr, "usage: graphblas_peer REGISTER W1|W2|W4 SECONDS\n");
        return 64;
    }
    peer_read(&p.in, argv[1]);
    p.damaged = peer_room(p.in.asset_count, sizeof(uint32_t));
    must(GrB_init(GrB_NONBLOCKING));
    must(GxB_Global_Option_set(GxB_GLOBAL_NTHREADS, 1));
    if (strcmp(argv[2], "W1") == 0) {
        build_bonds(&p);
        peer_measure(&p.in, &p, run_bonds, argv[2], 1, argv[3]);
    } else {
        build_groups(&p);
        peer_measure(&p.in, &p, run_groups, argv[2], BATCH, argv[3]);
    }
    return 0;
}
