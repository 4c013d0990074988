// SPDX-License-Identifier: Apache-2.0
//
// The only bridge from nouns to numbers: assets in natural key order, dependencies gathered into requirement
// groups and links, network layers in byte order. Called by plan.c; the engine gets plain arrays.
#include "usecase/plan_read.h"

#include <string.h>

#include "base/map.h"
#include "base/sort.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "usecase/links.h"
#include "usecase/result_json.h"

// Distinct texts, numbered by first appearance.
typedef struct {
    hf_arena *arena;
    hf_map map;
    HF_VEC(hf_str) texts;
} words;

static words words_of(hf_arena *arena)
{
    return (words){.arena = arena, .map = hf_map_of(arena, 64)};
}

static uint32_t word_of(words *all, hf_str text)
{
    uint32_t index = 0;
    if (hf_map_get(&all->map, text, &index))
        return index;
    hf_str copy = hf_str_copy(all->arena, text);
    index = (uint32_t)all->texts.count;
    HF_VEC_ADD(all->arena, &all->texts, copy);
    hf_map_set(&all->map, copy, index);
    return index;
}

typedef struct {
    uint32_t consumer, supplier, input;
    uint8_t required_level;
    uint8_t recharge;
    uint8_t need; // hf_need
    int64_t capacity, amount;
    double strength, buffer_h;
} member_row;

typedef struct {
    uint32_t supplier, consumer, input;
    bool is_two_way;
    int64_t row;
} link_row;

typedef struct {
    uint32_t layer, asset;
    bool is_source;
    double buffer_h;
} layer_row;

// Everything while it is being gathered.
typedef struct {
    hf_read *read;
    hf_arena *arena;  // what stays
    hf_arena scratch; // what goes
    hf_register_plan *out;
    hf_engine_input input;
    uint32_t *index_of_row;
    int64_t row_max;
    words sectors, kinds, inputs;
    hf_membership membership; // of assets by their index
    member_row *members;      // room for all dependencies
    size_t member_count;
    HF_VEC(link_row) links;
    HF_VEC(layer_row) layer_rows;
} gathering;

// --- assets ----------------------------------------------------------------------------------------------

typedef struct {
    hf_str key;
    int64_t row;
    hf_engine_asset asset;
    float lon, lat;
} asset_row;

// "EN01" belongs to sector "EN"; a code of another shape is a sector of its own.
static hf_str sector_of(hf_str code)
{
    bool has_subsector = code.len == 4 && code.ptr[2] >= '0' && code.ptr[2] <= '9' &&
                         code.ptr[3] >= '0' && code.ptr[3] <= '9';
    return has_subsector ? hf_str_slice(code, 0, 2) : code;
}

static int compare_keys(const void *a, const void *b, const void *context)
{
    const asset_row *left = a, *right = b;
    (void)context;
    return hf_str_compare_natural(left->key, right->key);
}

static bool scan_assets(gathering *g, asset_row **first, size_t *count, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_asset record;
    bool more = true;
    uint64_t expected = hf_read_count(g->read, &hf_noun_asset);
    asset_row *rows = HF_NEW_N(&g->scratch, asset_row, expected);
    size_t used = 0;
    if (!hf_scan_open_plan(g->read, &hf_noun_asset, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_asset(scan, &record, &more, err))
            return false;
        if (!more)
            break;
        HF_ASSERT(used < expected);
        asset_row *row = &rows[used++];
        row->key = hf_str_copy(g->arena, record.key);
        row->row = record.row;
        row->lon = (float)record.lon;
        row->lat = (float)record.lat;
        row->asset = (hf_engine_asset){.people = record.people_served,
                                       .sector = word_of(&g->sectors, sector_of(record.sector)),
                                       .kind = word_of(&g->kinds, record.kind),
                                       .repair_h = record.repair_h,
                                       .black_start_h = record.black_start_h,
                                       .levels = (uint8_t)record.levels};
    }
    *first = rows;
    *count = used;
    return true;
}

static bool gather_assets(gathering *g, hf_error *err)
{
    asset_row *rows = NULL;
    size_t count = 0;
    hf_register_plan *out = g->out;
    word_of(&g->sectors, HF_STR("")); // index 0: not given
    if (!scan_assets(g, &rows, &count, err))
        return false;
    const void **order = HF_NEW_N(&g->scratch, const void *, count);
    const void **spare = HF_NEW_N(&g->scratch, const void *, count);
    for (size_t i = 0; i < count; i++)
        order[i] = &rows[i];
    hf_sort(order, spare, count, compare_keys, NULL); // registers mostly arrive in order

    hf_engine_asset *assets = HF_NEW_N(&g->scratch, hf_engine_asset, count);
    hf_str *keys = HF_NEW_N(g->arena, hf_str, count);
    int64_t *store_rows = HF_NEW_N(g->arena, int64_t, count);
    float *lon = HF_NEW_N(g->arena, float, count);
    float *lat = HF_NEW_N(g->arena, float, count);
    uint32_t *sector = HF_NEW_N(g->arena, uint32_t, count);
    uint32_t *kind = HF_NEW_N(g->arena, uint32_t, count);
    int64_t *people = HF_NEW_N(g->arena, int64_t, count);
    g->row_max = hf_read_row_max(g->read, &hf_noun_asset);
    g->index_of_row = HF_NEW_N(&g->scratch, uint32_t, (size_t)g->row_max + 1);
    memset(g->index_of_row, 0xff, ((size_t)g->row_max + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < count; i++) {
        const asset_row *row = order[i];
        assets[i] = row->asset;
        keys[i] = row->key;
        store_rows[i] = row->row;
        lon[i] = row->lon;
        lat[i] = row->lat;
        sector[i] = assets[i].sector;
        kind[i] = assets[i].kind;
        people[i] = assets[i].people;
        out->total_people += assets[i].people;
        g->index_of_row[row->row] = (uint32_t)i;
    }
    out->asset_count = (uint32_t)count;
    out->keys = keys;
    out->rows = store_rows;
    out->lon = lon;
    out->lat = lat;
    out->sector = sector;
    out->kind = kind;
    out->people = people;
    g->input.assets = assets;
    g->input.asset_count = (uint32_t)count;
    return true;
}

static uint32_t index_of(const gathering *g, int64_t row)
{
    HF_ASSERT(row > 0 && row <= g->row_max && g->index_of_row[row] != UINT32_MAX);
    return g->index_of_row[row];
}

// --- dependencies ----------------------------------------------------------------------------------------

static int64_t thousandths(double value)
{
    return (int64_t)(value * 1000.0 + 0.5);
}

static bool add_dependency(gathering *g, const hf_plan_dependency *record, hf_error *err)
{
    uint32_t input = word_of(&g->inputs, record->input);
    if (record->type == HF_DEPENDENCY_LINK || record->type == HF_DEPENDENCY_LINK_ONEWAY) {
        link_row link = {.supplier = index_of(g, record->supplier),
                         .consumer = index_of(g, record->consumer),
                         .input = input,
                         .is_two_way = record->type == HF_DEPENDENCY_LINK,
                         .row = record->row};
        HF_VEC_ADD(&g->scratch, &g->links, link);
        return true;
    }
    hf_dependency whole = {.need = record->need};
    hf_need need = HF_NEED_NO_OPINION;
    int64_t amount = 0;
    if (!hf_dependency_need(&whole, &need, &amount, err))
        return false;
    member_row row = {.consumer = index_of(g, record->consumer),
                      .supplier = index_of(g, record->supplier),
                      .input = input,
                      .required_level = record->required_level == HF_INTEGER_NONE
                                            ? 0
                                            : (uint8_t)record->required_level,
                      .recharge = (uint8_t)record->recharge,
                      .need = (uint8_t)need,
                      .capacity = thousandths(record->capacity),
                      .amount = amount,
                      .strength = record->strength,
                      .buffer_h = record->buffer_h};
    g->members[g->member_count++] = row;
    return true;
}

static bool gather_dependencies(gathering *g, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_dependency record;
    bool more = true;
    g->members = HF_NEW_N(&g->scratch, member_row, hf_read_count(g->read, &hf_noun_dependency));
    if (!hf_scan_open_plan(g->read, &hf_noun_dependency, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_dependency(scan, &record, &more, err))
            return false;
        if (!more)
            return true;
        if (record.state == HF_STATE_ACCEPTED && !add_dependency(g, &record, err))
            return false;
    }
}

// The place of each text in byte order.
static uint32_t *byte_order(gathering *g, const hf_str *texts, uint32_t count)
{
    uint32_t *order = hf_order_of_texts(texts, count, &g->scratch);
    uint32_t *place = HF_NEW_N(&g->scratch, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        place[order[i]] = i;
    return place;
}

// By input (byte order), then supplier, then what makes two rows differ, so that the order in which rows were
// stored never shows.
static int compare_members(const void *left, const void *right, const void *context)
{
    const member_row *a = left, *b = right;
    const uint32_t *place = context; // of inputs
    if (place[a->input] != place[b->input])
        return place[a->input] < place[b->input] ? -1 : 1;
    if (a->supplier != b->supplier)
        return a->supplier < b->supplier ? -1 : 1;
    if (a->capacity != b->capacity)
        return a->capacity < b->capacity ? -1 : 1;
    if (a->required_level != b->required_level)
        return a->required_level < b->required_level ? -1 : 1;
    if (a->buffer_h < b->buffer_h || a->buffer_h > b->buffer_h)
        return a->buffer_h < b->buffer_h ? -1 : 1;
    return 0;
}

// Pointers to the members, those of one consumer together and sorted.
static const void **members_by_consumer(gathering *g, const uint32_t *place, uint32_t **first_out)
{
    uint32_t asset_count = g->input.asset_count;
    uint32_t *first = HF_NEW_N(&g->scratch, uint32_t, (size_t)asset_count + 2);
    const void **order = HF_NEW_N(&g->scratch, const void *, g->member_count);
    for (size_t i = 0; i < g->member_count; i++)
        first[g->members[i].consumer + 2]++;
    for (uint32_t i = 2; i < asset_count + 2; i++)
        first[i] += first[i - 1];
    size_t most = 0;
    for (size_t i = 0; i < g->member_count; i++)
        order[first[g->members[i].consumer + 1]++] = &g->members[i];
    for (uint32_t i = 0; i < asset_count; i++)
        most = first[i + 1] - first[i] > most ? first[i + 1] - first[i] : most;
    const void **spare = HF_NEW_N(&g->scratch, const void *, most);
    for (uint32_t i = 0; i < asset_count; i++)
        hf_sort(order + first[i], spare, first[i + 1] - first[i], compare_members, place);
    *first_out = first;
    return order;
}

// rows: of member_row.
static hf_engine_group group_of(const void *const *rows, size_t count, uint32_t first_member)
{
    const member_row *one = rows[0];
    hf_engine_group group = {.consumer = one->consumer,
                             .first_member = first_member,
                             .member_count = (uint32_t)count,
                             .recharge = HF_RECHARGE_INSTANT};
    hf_need need = HF_NEED_NO_OPINION;
    int64_t sum = 0;
    int64_t amount = 0;
    bool has_buffer = false;
    for (size_t i = 0; i < count; i++) {
        one = rows[i];
        sum += one->capacity;
        if (need == HF_NEED_NO_OPINION && one->need != HF_NEED_NO_OPINION) {
            need = (hf_need)one->need;
            amount = one->amount;
        }
        if (!has_buffer && !isnan(one->buffer_h)) {
            group.buffer_h = one->buffer_h;
            has_buffer = true;
        }
        if (one->recharge == HF_DEPENDENCY_GRADUAL)
            group.recharge = HF_RECHARGE_GRADUAL;
    }
    group.need = need == HF_NEED_AMOUNT ? amount : need == HF_NEED_ANY ? 1 : sum;
    return group;
}

// A supplier that cannot reach the level asked of it never supplies. Its share of the need stays.
static bool can_supply(const gathering *g, const member_row *row)
{
    return row->strength <= 0 || row->required_level < g->input.assets[row->supplier].levels;
}

// Where the group that begins at `from` ends; a row without an input is a group of its own.
static size_t end_of_group(const gathering *g, const void *const *order, size_t from, size_t count)
{
    const member_row *first = order[from];
    size_t end = from + 1;
    if (g->inputs.texts.items[first->input].len == 0)
        return end;
    for (; end < count; end++) {
        const member_row *row = order[end];
        if (row->consumer != first->consumer || row->input != first->input)
            break;
    }
    return end;
}

static void build_groups(gathering *g)
{
    uint32_t *first = NULL;
    uint32_t *place = byte_order(g, g->inputs.texts.items, (uint32_t)g->inputs.texts.count);
    const void **order = members_by_consumer(g, place, &first);
    size_t count = g->member_count;
    hf_engine_member *members = HF_NEW_N(&g->scratch, hf_engine_member, count);
    hf_engine_group *groups = HF_NEW_N(&g->scratch, hf_engine_group, count);
    uint32_t *group_input = HF_NEW_N(&g->scratch, uint32_t, count);
    uint32_t group_count = 0;
    uint32_t used = 0;
    for (size_t i = 0; i < count;) {
        const member_row *row = order[i];
        size_t end = end_of_group(g, order, i, count);
        hf_engine_group *group = &groups[group_count];
        group_input[group_count++] = row->input;
        *group = group_of(order + i, end - i, used);
        for (; i < end; i++) {
            row = order[i];
            if (can_supply(g, row))
                members[used++] = (hf_engine_member){.supplier = row->supplier,
                                                     .capacity = row->capacity,
                                                     .strength = row->strength,
                                                     .required_level = row->required_level};
        }
        group->member_count = used - group->first_member;
    }
    g->input.members = members;
    g->input.member_count = used;
    g->input.groups = groups;
    g->input.group_count = group_count;
    uint32_t *kept = HF_NEW_N(g->arena, uint32_t, group_count);
    memcpy(kept, group_input, group_count * sizeof(kept[0]));
    g->out->group_input = kept;
}

// --- network layers --------------------------------------------------------------------------------------

static bool gather_layers(gathering *g, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_layer record;
    bool more = true;
    if (!hf_scan_open_plan(g->read, &hf_noun_layer, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_layer(scan, &record, &more, err))
            return false;
        if (!more)
            return true;
        uint32_t asset = index_of(g, record.asset);
        layer_row row = {.layer = hf_membership_add(&g->membership, record.layer, asset),
                         .asset = asset,
                         .is_source = record.role == HF_LAYER_SOURCE,
                         .buffer_h = isnan(record.buffer_h) ? 0 : record.buffer_h};
        HF_VEC_ADD(&g->scratch, &g->layer_rows, row);
    }
}

static uint64_t membership(uint32_t layer, uint32_t asset)
{
    return (uint64_t)layer << 32 | asset;
}

// Members of each layer, once each; the same asset named twice is a source if one row says so.
static hf_engine_layer_member *build_members(gathering *g, hf_engine_layer *layers,
                                             const uint32_t *place, hf_map *known)
{
    size_t layer_count = g->membership.layers.count;
    size_t count = g->layer_rows.count;
    hf_engine_layer_member *members = HF_NEW_N(&g->scratch, hf_engine_layer_member, count);
    uint32_t *used = HF_NEW_N(&g->scratch, uint32_t, layer_count);
    for (size_t i = 0; i < count; i++)
        layers[place[g->layer_rows.items[i].layer]].member_count++;
    for (size_t i = 1; i < layer_count; i++)
        layers[i].first_member = layers[i - 1].first_member + layers[i - 1].member_count;
    for (size_t i = 0; i < count; i++) {
        const layer_row *row = &g->layer_rows.items[i];
        uint32_t layer = place[row->layer];
        uint32_t at = layers[layer].first_member + used[layer];
        uint32_t there = 0;
        if (!hf_map_add_u64(known, membership(layer, row->asset), at, &there)) {
            members[there].is_source |= row->is_source;
            members[there].buffer_h = fmax(members[there].buffer_h, row->buffer_h);
            continue;
        }
        used[layer]++;
        members[at] = (hf_engine_layer_member){
            .asset = row->asset, .is_source = row->is_source, .buffer_h = row->buffer_h};
    }
    for (size_t i = 0; i < layer_count; i++)
        layers[i].member_count = used[i];
    g->input.layer_member_count = (uint32_t)count;
    return members;
}

static bool layer_of_link(const gathering *g, const link_row *link, uint32_t *out, hf_error *err)
{
    hf_link_verdict verdict = hf_link_judge(&g->membership, link->supplier, link->consumer,
                                            g->inputs.texts.items[link->input], out);
    return verdict == HF_LINK_FITS ||
           hf_link_fail(verdict, g->out->keys[link->supplier], g->out->keys[link->consumer], err);
}

static bool build_links(gathering *g, hf_engine_layer *layers, const uint32_t *place, hf_error *err)
{
    size_t count = g->links.count;
    uint32_t *layer = HF_NEW_N(&g->scratch, uint32_t, count);
    hf_engine_link *links = HF_NEW_N(&g->scratch, hf_engine_link, count);
    uint32_t *used = HF_NEW_N(&g->scratch, uint32_t, g->membership.layers.count);
    for (size_t i = 0; i < count; i++) {
        if (!layer_of_link(g, &g->links.items[i], &layer[i], err))
            return false;
        layer[i] = place[layer[i]];
        layers[layer[i]].link_count++;
    }
    for (size_t i = 1; i < g->membership.layers.count; i++)
        layers[i].first_link = layers[i - 1].first_link + layers[i - 1].link_count;
    for (size_t i = 0; i < count; i++)
        links[layers[layer[i]].first_link + used[layer[i]]++] =
            (hf_engine_link){.from = g->links.items[i].supplier,
                             .to = g->links.items[i].consumer,
                             .is_two_way = g->links.items[i].is_two_way};
    g->input.links = links;
    g->input.link_count = (uint32_t)count;
    return true;
}

static bool build_layers(gathering *g, hf_error *err)
{
    size_t count = g->membership.layers.count;
    uint32_t *place = byte_order(g, g->membership.layers.items, (uint32_t)count);
    hf_engine_layer *layers = HF_NEW_N(&g->scratch, hf_engine_layer, count);
    hf_map known = hf_map_of(&g->scratch, g->layer_rows.count);
    hf_str *names = HF_NEW_N(g->arena, hf_str, count);
    for (size_t i = 0; i < count; i++)
        names[place[i]] = hf_str_copy(g->arena, g->membership.layers.items[i]);
    g->input.layer_members = build_members(g, layers, place, &known);
    g->input.layers = layers;
    g->input.layer_count = (uint32_t)count;
    g->out->layers = names;
    return build_links(g, layers, place, err);
}

// --- all together ----------------------------------------------------------------------------------------

// Whoever may not read everything that goes in may not ask: the answer would tell of it.
static bool gather_markings(hf_read *read, hf_arena *arena, hf_register_plan *out, hf_error *err)
{
    static const hf_noun *const nouns[] = {&hf_noun_asset, &hf_noun_dependency, &hf_noun_layer};
    HF_CLEANUP(hf_buf_done) hf_buf all = hf_buf_of(1u << 20);
    for (size_t i = 0; i < HF_COUNT(nouns); i++) {
        const hf_field *marking = hf_noun_field(nouns[i], HF_STR("marking"), NULL);
        const hf_field *compartments = hf_noun_field(nouns[i], HF_STR("compartments"), NULL);
        hf_group *groups = NULL;
        size_t count = 0;
        if (!hf_store_group(read, nouns[i], marking, NULL, HF_TLP_COUNT, arena, &groups, &count,
                            err))
            return false;
        for (size_t j = 0; j < count; j++) {
            hf_marking level = HF_TLP_RED;
            if (!hf_marking_parse(groups[j].value, &level))
                level = HF_TLP_RED;
            out->max_marking =
                (int32_t)level > out->max_marking ? (int32_t)level : out->max_marking;
        }
        if (!hf_store_group(read, nouns[i], compartments, NULL, 10000, arena, &groups, &count, err))
            return false;
        for (size_t j = 0; j < count; j++) {
            hf_buf_add_byte(&all, ' ');
            hf_buf_add_str(&all, groups[j].value);
        }
    }
    out->compartments = hf_str_trim(hf_buf_copy(arena, &all));
    return true;
}

static void done(gathering *g)
{
    hf_arena_done(&g->scratch);
}

bool hf_plan_read(hf_read *read, hf_arena *arena, hf_register_plan *out, hf_error *err)
{
    HF_CLEANUP(done) gathering g = {.read = read, .arena = arena, .out = out};
    *out = (hf_register_plan){.data_version = hf_read_data_version(read)};
    g.sectors = words_of(arena);
    g.kinds = words_of(arena);
    g.inputs = words_of(arena);
    g.membership = hf_membership_of(&g.scratch);
    if (!hf_read_digest(read, out->digest, err) || !gather_markings(read, arena, out, err) ||
        !gather_assets(&g, err) || !gather_dependencies(&g, err) || !gather_layers(&g, err))
        return false;
    build_groups(&g);
    if (!build_layers(&g, err))
        return false;
    out->sectors = g.sectors.texts.items;
    out->sector_count = (uint32_t)g.sectors.texts.count;
    out->kinds = g.kinds.texts.items;
    out->kind_count = (uint32_t)g.kinds.texts.count;
    out->inputs = g.inputs.texts.items;
    g.input.sector_count = out->sector_count;
    g.input.kind_count = out->kind_count;
    return hf_plan_build(&g.input, arena, &out->plan, err);
}
