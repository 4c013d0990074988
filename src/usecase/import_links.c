// SPDX-License-Identifier: Apache-2.0
//
// After an import: does each link fit a network layer? A link of the import that does not is refused at its own
// row; where a link was there before, the layer rows that took its place away, or made it unclear, are.
#include <stdlib.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "usecase/import.h"

static int compare_seats(const void *a, const void *b)
{
    const hf_touched_seat *left = a, *right = b;
    return (left->asset > right->asset) - (left->asset < right->asset);
}

bool hf_import_links_begin(hf_import_state *state, hf_arena *arena, hf_link_judging *out,
                           hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_layer member;
    bool more = true;
    *out = (hf_link_judging){.arena = arena, .members = hf_membership_of(arena)};
    if (!hf_scan_open_plan(hf_tx_read(state->tx), &hf_noun_layer, 1, INT64_MAX, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_layer(scan, &member, &more, err))
            return false;
        if (!more)
            break;
        hf_membership_add(&out->members, member.layer, (uint64_t)member.asset);
        const hf_touched *touched = hf_import_touched(&state->touched_layers, member.row);
        hf_touched_seat seat = {member.asset, touched};
        if (touched != NULL)
            HF_VEC_ADD(arena, &out->seats, seat);
    }
    if (out->seats.count > 1)
        qsort(out->seats.items, out->seats.count, sizeof(out->seats.items[0]), compare_seats);
    return true;
}

void hf_import_links_see(hf_link_judging *judging, const hf_plan_dependency *dependency)
{
    uint32_t unused = 0;
    if (!hf_link_counts(dependency))
        return;
    hf_unfit_link link = {
        .row = dependency->row, .supplier = dependency->supplier, .consumer = dependency->consumer};
    link.verdict = hf_link_judge(&judging->members, (uint64_t)link.supplier,
                                 (uint64_t)link.consumer, dependency->input, &unused);
    if (link.verdict != HF_LINK_FITS)
        HF_VEC_ADD(judging->arena, &judging->unfit, link);
}

static bool key_of(hf_import_state *state, int64_t asset, hf_arena *arena, hf_str *key,
                   hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get_row(hf_tx_read(state->tx), &hf_noun_asset, asset, arena, &record, err))
        return false;
    *key = record != NULL ? ((const hf_head *)record)->key : HF_STR_EMPTY;
    return true;
}

static void blame_seats(hf_import_state *state, const hf_link_judging *judging, int64_t asset,
                        const hf_error *fault)
{
    size_t low = 0, high = judging->seats.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (judging->seats.items[middle].asset < asset)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < judging->seats.count && judging->seats.items[low].asset == asset; low++)
        hf_import_exclude(state, &hf_noun_layer, judging->seats.items[low].touched, "asset", fault);
}

bool hf_import_links_end(hf_import_state *state, hf_link_judging *judging, hf_error *err)
{
    for (size_t i = 0; i < judging->unfit.count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        const hf_unfit_link *link = &judging->unfit.items[i];
        const hf_touched *touched = hf_import_touched(&state->touched, link->row);
        hf_str supplier = HF_STR_EMPTY, consumer = HF_STR_EMPTY;
        hf_error fault = {0};
        if (!key_of(state, link->supplier, &scratch, &supplier, err) ||
            !key_of(state, link->consumer, &scratch, &consumer, err))
            return false;
        hf_link_fail(link->verdict, supplier, consumer, &fault);
        if (touched != NULL) {
            hf_import_exclude(state, &hf_noun_dependency, touched, "input", &fault);
            continue;
        }
        blame_seats(state, judging, link->supplier, &fault);
        blame_seats(state, judging, link->consumer, &fault);
    }
    return true;
}
