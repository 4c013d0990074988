// SPDX-License-Identifier: Apache-2.0
//
// Links judged by the layers that their ends are members of. See links.h.
#include "usecase/links.h"

#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "usecase/record.h"

#define NEIGHBOURS_MAX 1000000u

hf_membership hf_membership_of(hf_arena *arena)
{
    return (hf_membership){
        .arena = arena, .numbers = hf_map_of(arena, 16), .assets = hf_map_of(arena, 64)};
}

static uint32_t number_of(hf_membership *all, hf_str layer)
{
    uint32_t number = 0;
    if (hf_map_get(&all->numbers, layer, &number))
        return number;
    hf_str name = hf_str_copy(all->arena, layer);
    number = (uint32_t)all->layers.count;
    HF_VEC_ADD(all->arena, &all->layers, name);
    hf_map_set(&all->numbers, name, number);
    return number;
}

static uint32_t newest_seat(const hf_membership *all, uint64_t asset)
{
    uint32_t index = 0;
    return hf_map_get_u64(&all->assets, asset, &index) ? all->newest.items[index] : 0;
}

static bool has_seat(const hf_membership *all, uint64_t asset, uint32_t layer)
{
    uint32_t at = newest_seat(all, asset);
    while (at > 0 && all->seats.items[at - 1].layer != layer)
        at = all->seats.items[at - 1].next;
    return at > 0;
}

uint32_t hf_membership_add(hf_membership *all, hf_str layer, uint64_t asset)
{
    uint32_t number = number_of(all, layer);
    uint32_t index = (uint32_t)all->newest.count;
    if (has_seat(all, asset, number))
        return number;
    if (hf_map_add_u64(&all->assets, asset, index, &index))
        HF_VEC_ADD(all->arena, &all->newest, 0);
    hf_layer_seat seat = {.layer = number, .next = all->newest.items[index]};
    HF_VEC_ADD(all->arena, &all->seats, seat);
    all->newest.items[index] = (uint32_t)all->seats.count;
    return number;
}

hf_link_verdict hf_link_judge(const hf_membership *all, uint64_t supplier, uint64_t consumer,
                              hf_str input, uint32_t *layer)
{
    hf_str name = hf_str_trim(input);
    uint32_t named = UINT32_MAX;
    uint32_t shared = 0;
    if (name.len > 0 && !hf_map_get(&all->numbers, name, &named))
        return HF_LINK_OUTSIDE;
    for (uint32_t at = newest_seat(all, supplier); at > 0; at = all->seats.items[at - 1].next) {
        uint32_t candidate = all->seats.items[at - 1].layer;
        if ((name.len > 0 && candidate != named) || !has_seat(all, consumer, candidate))
            continue;
        *layer = candidate;
        shared++;
    }
    return shared == 1 ? HF_LINK_FITS : shared == 0 ? HF_LINK_OUTSIDE : HF_LINK_UNCLEAR;
}

bool hf_link_fail(hf_link_verdict verdict, hf_str supplier, hf_str consumer, hf_error *err)
{
    bool has_ends = supplier.len > 0 && consumer.len > 0;
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str who = has_ends ? hf_str_format(&scratch, "the link from '%.*s' to '%.*s'",
                                          HF_STR_ARG(supplier), HF_STR_ARG(consumer))
                          : HF_STR("a link");
    if (verdict == HF_LINK_UNCLEAR)
        return hf_fail(err, HF_ERR_INPUT, "layer.unclear",
                       "%.*s joins assets that share several layers; name the layer in its input",
                       HF_STR_ARG(who));
    return hf_fail(err, HF_ERR_INPUT, "layer.not_a_member",
                   "%.*s joins assets that are not both members of its layer; make them members, "
                   "or take the link away",
                   HF_STR_ARG(who));
}

bool hf_link_counts(const hf_plan_dependency *dependency)
{
    return dependency->state == HF_STATE_ACCEPTED &&
           (dependency->type == HF_DEPENDENCY_LINK ||
            dependency->type == HF_DEPENDENCY_LINK_ONEWAY);
}

// --- in a transaction ------------------------------------------------------------------------------------

static bool key_of(hf_read *read, int64_t asset, hf_arena *arena, hf_str *key, hf_error *err)
{
    void *record = NULL;
    if (!hf_store_get_row(read, &hf_noun_asset, asset, arena, &record, err))
        return false;
    *key = record != NULL ? ((const hf_head *)record)->key : HF_STR_EMPTY;
    return true;
}

// The ends are not named: the one who changes something may be barred from knowing of them.
static bool fail_unnamed(hf_link_verdict verdict, hf_error *err)
{
    hf_link_fail(verdict, HF_STR_EMPTY, HF_STR_EMPTY, err);
    return hf_fail_at(err, NULL, 0, "input");
}

// The layers of one asset, found by its key.
static bool read_seats(hf_read *read, int64_t asset, hf_membership *all, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_filter filter = {.field = hf_noun_field(&hf_noun_layer, HF_STR("asset"), NULL),
                        .how = HF_IS};
    hf_query query = {.noun = &hf_noun_layer, .filters = &filter, .filter_count = 1};
    hf_page seats = {0};
    if (!key_of(read, asset, &scratch, &filter.value, err) ||
        !hf_list_all(read, &query, &scratch, &seats, err))
        return false;
    for (size_t i = 0; i < seats.count; i++)
        hf_membership_add(all, ((const hf_layer *)seats.records[i])->layer, (uint64_t)asset);
    return true;
}

static bool check_link(hf_read *read, const hf_plan_dependency *link, int64_t asset,
                       hf_membership *all, hf_error *err)
{
    uint32_t unused = 0;
    int64_t other = link->supplier == asset ? link->consumer : link->supplier;
    if (!hf_link_counts(link))
        return true;
    if ((newest_seat(all, (uint64_t)asset) == 0 && !read_seats(read, asset, all, err)) ||
        (newest_seat(all, (uint64_t)other) == 0 && !read_seats(read, other, all, err)))
        return false;
    hf_link_verdict verdict = hf_link_judge(all, (uint64_t)link->supplier, (uint64_t)link->consumer,
                                            link->input, &unused);
    return verdict == HF_LINK_FITS || fail_unnamed(verdict, err);
}

bool hf_links_check_asset(hf_read *read, hf_str asset_key, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_membership all = hf_membership_of(&scratch);
    void *asset = NULL;
    if (!hf_store_get(read, &hf_noun_asset, asset_key, &scratch, &asset, err))
        return false;
    for (int side = 0; asset != NULL && side < 2; side++) {
        hf_plan_dependency *list = NULL;
        size_t count = 0;
        int64_t row = ((const hf_head *)asset)->row;
        if (!hf_store_neighbours(read, row, side == 1, NEIGHBOURS_MAX, &scratch, &list, &count,
                                 err))
            return false;
        for (size_t i = 0; i < count; i++)
            if (!check_link(read, &list[i], row, &all, err))
                return false;
    }
    return true;
}

bool hf_membership_read(hf_read *read, hf_membership *all, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_layer member;
    bool more = true;
    if (!hf_scan_open_plan(read, &hf_noun_layer, 1, INT64_MAX, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_layer(scan, &member, &more, err))
            return false;
        if (!more)
            return true;
        hf_membership_add(all, member.layer, (uint64_t)member.asset);
    }
}

static bool has_links(hf_read *read, bool *out, hf_error *err)
{
    static const char *const types[] = {"link", "link_oneway"};
    *out = false;
    for (size_t i = 0; i < HF_COUNT(types) && !*out; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_filter filter = {.field = hf_noun_field(&hf_noun_dependency, HF_STR("type"), NULL),
                            .how = HF_IS,
                            .value = hf_str_of(types[i])};
        hf_query query = {
            .noun = &hf_noun_dependency, .filters = &filter, .filter_count = 1, .limit = 1};
        hf_page page = {0};
        if (!hf_store_list(read, &query, &scratch, &page, err))
            return false;
        *out = page.count > 0;
    }
    return true;
}

bool hf_links_check_all(hf_read *read, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_membership all = hf_membership_of(&scratch);
    hf_plan_dependency link;
    bool more = false;
    uint32_t unused = 0;
    if (!has_links(read, &more, err))
        return false;
    if (!more)
        return true;
    if (!hf_membership_read(read, &all, err) ||
        !hf_scan_open_plan(read, &hf_noun_dependency, 1, INT64_MAX, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_dependency(scan, &link, &more, err))
            return false;
        if (!more)
            return true;
        if (!hf_link_counts(&link))
            continue;
        hf_link_verdict verdict = hf_link_judge(&all, (uint64_t)link.supplier,
                                                (uint64_t)link.consumer, link.input, &unused);
        if (verdict != HF_LINK_FITS)
            return fail_unnamed(verdict, err);
    }
}
