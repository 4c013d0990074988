// SPDX-License-Identifier: Apache-2.0
//
// The only bridge from nouns to numbers: assets in natural key order, dependencies gathered into requirement
// groups and links, network layers in byte order. Called by plan.c; the engine gets plain arrays.
#include "usecase/plan_read.h"

#include <float.h>
#include <string.h>

#include "base/arena_file.h"
#include "base/map.h"
#include "base/sort.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "usecase/links.h"
#include "usecase/plan_scan.h"
#include "usecase/result_json.h"

typedef struct {
    uint32_t layer, asset;
    bool is_source;
    double buffer_h;
} layer_row;

// Everything while it is being gathered.
typedef struct {
    hf_plan_reading reading;
    hf_arena *arena;   // what stays
    hf_arena scratch;  // what goes
    hf_arena *numbers; // the engine's input: stays for simulations
    hf_register_plan *out;
    hf_engine_input input;
    hf_plan_pieces assets, dependencies;
    hf_words sectors, kinds, services, regions, inputs, compartments;
    hf_membership membership; // of assets by their index
    const hf_row_set *layers; // rows that go in; NULL = all
    const hf_terms *terms;
    hf_member_row *members; // by consumer, then in their group's order
    uint32_t *first_member; // of each consumer
    size_t member_count;
    HF_VEC(hf_link_row) links;
    HF_VEC(layer_row) layer_rows;
} gathering;

// Whoever may not read everything that goes in may not ask: the answer would tell of it.
static void note_protection(gathering *g, const hf_plan_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        const hf_plan_piece *piece = &pieces->list[i];
        if (piece->max_marking > g->out->max_marking)
            g->out->max_marking = piece->max_marking;
        for (size_t k = 0; k < piece->compartments.texts.count; k++)
            (void)hf_words_add(&g->compartments, piece->compartments.texts.items[k]);
    }
}

// --- assets ----------------------------------------------------------------------------------------------

static int compare_keys(const void *a, const void *b, const void *context)
{
    const hf_asset_row *left = a, *right = b;
    (void)context;
    return hf_str_compare_natural(left->key, right->key);
}

// All rows in natural key order, their sectors and kinds by the numbers of the whole plan.
static const void **order_assets(gathering *g, size_t *count)
{
    size_t at = 0;
    *count = 0;
    for (size_t i = 0; i < g->assets.count; i++)
        *count += g->assets.list[i].assets.count;
    const void **order = HF_NEW_N(&g->scratch, const void *, *count);
    const void **spare = HF_NEW_N(&g->scratch, const void *, *count);
    for (size_t i = 0; i < g->assets.count; i++) {
        hf_plan_piece *piece = &g->assets.list[i];
        const uint32_t *sector = hf_words_merge(&g->sectors, &piece->sectors, &g->scratch);
        const uint32_t *kind = hf_words_merge(&g->kinds, &piece->kinds, &g->scratch);
        const uint32_t *service = hf_words_merge(&g->services, &piece->services, &g->scratch);
        const uint32_t *region = hf_words_merge(&g->regions, &piece->regions, &g->scratch);
        for (size_t k = 0; k < piece->assets.count; k++) {
            hf_asset_row *row = &piece->assets.items[k];
            row->sector = sector[row->sector];
            row->kind = kind[row->kind];
            row->service = service[row->service];
            row->region = region[row->region];
            order[at++] = row;
        }
    }
    hf_sort(order, spare, *count, compare_keys, NULL); // registers mostly arrive in order
    return order;
}

// All keys in one piece of memory, in order. rows: of hf_asset_row.
static hf_str *copy_keys(const void *const *rows, size_t count, hf_arena *arena)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += ((const hf_asset_row *)rows[i])->key.len;
    hf_str *keys = HF_NEW_N(arena, hf_str, count);
    char *text = hf_arena_take(arena, bytes);
    for (size_t i = 0; i < count; i++) {
        hf_str key = ((const hf_asset_row *)rows[i])->key;
        memcpy(text, key.ptr, key.len);
        keys[i] = (hf_str){text, key.len};
        text += key.len;
    }
    return keys;
}

// rows: of hf_asset_row
static void write_assets(gathering *g, const void *const *rows, size_t count)
{
    hf_register_plan *out = g->out;
    hf_engine_asset *assets = HF_NEW_N(g->numbers, hf_engine_asset, count);
    double *damage_p = g->reading.wants_chances ? HF_NEW_N(g->arena, double, count) : NULL;
    uint32_t *region = g->reading.wants_chances ? HF_NEW_N(g->arena, uint32_t, count) : NULL;
    int64_t *store_rows = HF_NEW_N(g->arena, int64_t, count);
    float *lon = HF_NEW_N(g->arena, float, count);
    float *lat = HF_NEW_N(g->arena, float, count);
    uint32_t *sector = HF_NEW_N(g->arena, uint32_t, count);
    uint32_t *kind = HF_NEW_N(g->arena, uint32_t, count);
    uint32_t *service = HF_NEW_N(g->arena, uint32_t, count);
    int64_t *people = HF_NEW_N(g->arena, int64_t, count);
    size_t row_room = (size_t)g->reading.asset_row_max + 1;
    uint32_t *index_of_row = HF_NEW_N(&g->scratch, uint32_t, row_room);
    memset(index_of_row, 0xff, row_room * sizeof(uint32_t)); // HF_NO_INDEX
    for (size_t i = 0; i < count; i++) {
        const hf_asset_row *row = rows[i];
        assets[i] = (hf_engine_asset){.id = row->id,
                                      .people = row->people,
                                      .sector = row->sector,
                                      .kind = row->kind,
                                      .repair_h = row->repair_h,
                                      .black_start_h = row->black_start_h,
                                      .levels = row->levels,
                                      .repair_law = (hf_repair_law)row->repair_law};
        if (damage_p != NULL) {
            damage_p[i] = row->damage_p;
            region[i] = row->region;
        }
        store_rows[i] = row->row;
        lon[i] = row->lon;
        lat[i] = row->lat;
        sector[i] = row->sector;
        kind[i] = row->kind;
        service[i] = row->service;
        people[i] = row->people;
        out->total_people += row->people;
        index_of_row[row->row] = (uint32_t)i;
    }
    out->asset_count = (uint32_t)count;
    out->keys = copy_keys(rows, count, g->arena);
    out->rows = store_rows;
    out->lon = lon;
    out->lat = lat;
    out->sector = sector;
    out->kind = kind;
    out->service = service;
    out->region = region;
    out->people = people;
    out->damage_p = damage_p;
    g->input.assets = assets;
    g->input.asset_count = (uint32_t)count;
    g->reading.index_of_row = index_of_row;
}

static bool gather_assets(gathering *g, hf_error *err)
{
    size_t count = 0;
    g->reading.asset_row_max = hf_read_row_max(g->reading.read, &hf_noun_asset);
    (void)hf_words_add(&g->sectors, HF_STR("")); // index 0: not given
    (void)hf_words_add(&g->services, HF_STR(""));
    (void)hf_words_add(&g->regions, HF_STR(""));
    if (!hf_plan_scan(&g->reading, &hf_noun_asset, &g->scratch, &g->assets, err))
        return false;
    note_protection(g, &g->assets);
    const void **rows = order_assets(g, &count);
    write_assets(g, rows, count);
    hf_plan_pieces_done(&g->assets);
    return true;
}

static uint32_t index_of(const gathering *g, int64_t row)
{
    HF_ASSERT(row > 0 && row <= g->reading.asset_row_max &&
              g->reading.index_of_row[row] != HF_NO_INDEX);
    return g->reading.index_of_row[row];
}

// --- dependencies ----------------------------------------------------------------------------------------

// The words of all pieces become those of the plan; the rows are counted by consumer.
static void merge_words(gathering *g)
{
    hf_words terms = hf_words_of(&g->scratch);
    g->first_member = HF_NEW_N(&g->scratch, uint32_t, (size_t)g->input.asset_count + 2);
    for (size_t i = 0; i < g->dependencies.count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_plan_piece *piece = &g->dependencies.list[i];
        const uint32_t *input = hf_words_merge(&g->inputs, &piece->inputs, &scratch);
        const uint32_t *term = hf_words_merge(&terms, &piece->terms, &scratch);
        for (size_t k = 0; k < piece->members.count; k++) {
            hf_member_row *row = &piece->members.items[k];
            row->input = input[row->input];
            row->terms = term[row->terms];
            g->first_member[row->consumer + 2]++;
        }
        g->member_count += piece->members.count;
        for (size_t k = 0; k < piece->links.count; k++) {
            hf_link_row link = piece->links.items[k];
            link.input = input[link.input];
            HF_VEC_ADD(&g->scratch, &g->links, link);
        }
    }
    hf_terms *list = HF_NEW_N(&g->scratch, hf_terms, terms.texts.count);
    for (size_t i = 0; i < terms.texts.count; i++)
        memcpy(&list[i], terms.texts.items[i].ptr, sizeof(list[i]));
    g->terms = list;
}

// By input (byte order), then supplier, then what makes two rows differ, so that the order in which rows were
// stored never shows.
static int compare_members(const gathering *g, const hf_member_row *a, const hf_member_row *b)
{
    if (a->input != b->input)
        return hf_str_compare(g->inputs.texts.items[a->input], g->inputs.texts.items[b->input]);
    if (a->supplier != b->supplier)
        return a->supplier < b->supplier ? -1 : 1;
    const hf_terms *left = &g->terms[a->terms], *right = &g->terms[b->terms];
    if (left->capacity != right->capacity)
        return left->capacity < right->capacity ? -1 : 1;
    if (left->required_level != right->required_level)
        return left->required_level < right->required_level ? -1 : 1;
    if (left->buffer_h < right->buffer_h || left->buffer_h > right->buffer_h)
        return left->buffer_h < right->buffer_h ? -1 : 1;
    return 0;
}

static void sort_members(const gathering *g, hf_member_row *rows, hf_member_row *spare,
                         size_t count)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t left = start;
            size_t right = middle;
            for (size_t to = start; to < end; to++) {
                bool take_left =
                    left < middle &&
                    (right >= end || compare_members(g, &rows[left], &rows[right]) <= 0);
                spare[to] = rows[take_left ? left++ : right++];
            }
        }
        memcpy(rows, spare, count * sizeof(rows[0]));
    }
}

// The members of one consumer together and sorted.
static void order_members(gathering *g)
{
    uint32_t asset_count = g->input.asset_count;
    uint32_t *first = g->first_member;
    size_t most = 0;
    g->members = HF_NEW_N(&g->scratch, hf_member_row, g->member_count);
    for (uint32_t i = 2; i < asset_count + 2; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < g->dependencies.count; i++) {
        const hf_plan_piece *piece = &g->dependencies.list[i];
        for (size_t k = 0; k < piece->members.count; k++)
            g->members[first[piece->members.items[k].consumer + 1]++] = piece->members.items[k];
    }
    for (uint32_t i = 0; i < asset_count; i++)
        most = first[i + 1] - first[i] > most ? first[i + 1] - first[i] : most;
    hf_member_row *spare = HF_NEW_N(&g->scratch, hf_member_row, most);
    for (uint32_t i = 0; i < asset_count; i++)
        sort_members(g, g->members + first[i], spare, first[i + 1] - first[i]);
}

static bool gather_dependencies(gathering *g, hf_error *err)
{
    if (!hf_plan_scan(&g->reading, &hf_noun_dependency, &g->scratch, &g->dependencies, err))
        return false;
    note_protection(g, &g->dependencies);
    merge_words(g);
    order_members(g);
    hf_plan_pieces_done(&g->dependencies);
    return true;
}

// Without its members, which the caller fills in.
static hf_engine_group group_of(const gathering *g, size_t first, size_t count)
{
    const hf_member_row *rows = g->members + first;
    hf_engine_group group = {.consumer = rows[0].consumer, .recharge = HF_RECHARGE_INSTANT};
    hf_need need = HF_NEED_NO_OPINION;
    int64_t sum = 0;
    int64_t amount = 0;
    bool has_buffer = false;
    for (size_t i = 0; i < count; i++) {
        const hf_terms *terms = &g->terms[rows[i].terms];
        sum += terms->capacity;
        if (need == HF_NEED_NO_OPINION && terms->need != HF_NEED_NO_OPINION) {
            need = (hf_need)terms->need;
            amount = terms->amount;
        }
        if (!has_buffer && !isnan(terms->buffer_h)) {
            group.buffer_h = terms->buffer_h;
            has_buffer = true;
        }
        if (terms->recharge == HF_DEPENDENCY_GRADUAL)
            group.recharge = HF_RECHARGE_GRADUAL;
    }
    group.need = need == HF_NEED_AMOUNT ? amount : need == HF_NEED_ANY ? 1 : sum;
    // What comes from beyond the asker's sight is not asked about, so it does not fail, nor is it missing.
    if (g->out->is_visible_only && group.need > sum)
        group.need = sum;
    return group;
}

// A supplier that cannot reach the level asked of it never supplies. Its share of the need stays.
static bool can_supply(const gathering *g, const hf_member_row *row)
{
    const hf_terms *terms = &g->terms[row->terms];
    return terms->strength <= 0 || terms->required_level < g->input.assets[row->supplier].levels;
}

// Where the group that begins at `from` ends; a row without an input is a group of its own.
static size_t end_of_group(const gathering *g, size_t from)
{
    const hf_member_row *rows = g->members;
    size_t end = from + 1;
    if (g->inputs.texts.items[rows[from].input].len == 0)
        return end;
    while (end < g->member_count && rows[end].consumer == rows[from].consumer &&
           rows[end].input == rows[from].input)
        end++;
    return end;
}

static void build_groups(gathering *g)
{
    size_t count = g->member_count;
    const hf_member_row *rows = g->members;
    hf_engine_member *members = HF_NEW_N(g->numbers, hf_engine_member, count);
    hf_engine_group *groups = HF_NEW_N(g->numbers, hf_engine_group, count);
    uint32_t *group_input = HF_NEW_N(&g->scratch, uint32_t, count);
    uint32_t group_count = 0;
    uint32_t used = 0;
    for (size_t i = 0; i < count;) {
        size_t end = end_of_group(g, i);
        hf_engine_group *group = &groups[group_count];
        group_input[group_count++] = rows[i].input;
        *group = group_of(g, i, end - i);
        group->first_member = used;
        for (; i < end; i++) {
            const hf_terms *terms = &g->terms[rows[i].terms];
            if (can_supply(g, &rows[i]))
                members[used++] = (hf_engine_member){.id = rows[i].id,
                                                     .supplier = rows[i].supplier,
                                                     .capacity = terms->capacity,
                                                     .strength = terms->strength,
                                                     .required_level = terms->required_level};
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
    hf_arena_give_back(&g->scratch, g->members, count * sizeof(g->members[0]));
    g->members = NULL;
}

// --- network layers --------------------------------------------------------------------------------------

static bool gather_layers(gathering *g, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    hf_plan_layer record;
    bool more = true;
    if (!hf_scan_open_plan(g->reading.read, &hf_noun_layer, 1, INT64_MAX, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next_layer(scan, &record, &more, err))
            return false;
        if (!more)
            return true;
        if (g->layers != NULL && !hf_row_set_has(g->layers, record.row))
            continue;
        if (record.protection.marking > g->out->max_marking)
            g->out->max_marking = record.protection.marking;
        if (record.protection.compartments.len > 0)
            (void)hf_words_add(&g->compartments, record.protection.compartments);
        uint32_t asset = index_of(g, record.asset);
        layer_row row = {.layer = hf_membership_add(&g->membership, record.layer, asset),
                         .asset = asset,
                         .is_source = record.role == HF_LAYER_SOURCE,
                         .buffer_h = isnan(record.buffer_h) ? 0 : record.buffer_h};
        HF_VEC_ADD(&g->scratch, &g->layer_rows, row);
    }
}

// A layer whose sources lie beyond the asker's sight loses nothing there: each of its members counts as one.
static void feed_from_beyond(gathering *g)
{
    bool *has_source = HF_NEW_N(&g->scratch, bool, g->membership.layers.count);
    for (size_t i = 0; i < g->layer_rows.count; i++)
        has_source[g->layer_rows.items[i].layer] |= g->layer_rows.items[i].is_source;
    for (size_t i = 0; i < g->layer_rows.count; i++)
        g->layer_rows.items[i].is_source |= !has_source[g->layer_rows.items[i].layer];
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
    hf_engine_layer_member *members = HF_NEW_N(g->numbers, hf_engine_layer_member, count);
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

static bool layer_of_link(const gathering *g, const hf_link_row *link, uint32_t *out, hf_error *err)
{
    hf_link_verdict verdict = hf_link_judge(&g->membership, link->supplier, link->consumer,
                                            g->inputs.texts.items[link->input], out);
    return verdict == HF_LINK_FITS ||
           hf_link_fail(verdict, g->out->keys[link->supplier], g->out->keys[link->consumer], err);
}

// Keeps the links whose layer the asker may know of, with that layer.
static bool choose_layers(gathering *g, const uint32_t *place, uint32_t *layer, size_t *count,
                          hf_error *err)
{
    *count = 0;
    for (size_t i = 0; i < g->links.count; i++) {
        const hf_link_row link = g->links.items[i];
        hf_error hidden = {0};
        bool fits =
            layer_of_link(g, &link, &layer[*count], g->out->is_visible_only ? &hidden : err);
        if (!fits && !g->out->is_visible_only)
            return false;
        if (!fits)
            continue;
        layer[*count] = place[layer[*count]];
        g->links.items[(*count)++] = link;
    }
    return true;
}

static bool build_links(gathering *g, hf_engine_layer *layers, const uint32_t *place, hf_error *err)
{
    size_t count = g->links.count;
    uint32_t *layer = HF_NEW_N(&g->scratch, uint32_t, count);
    hf_engine_link *links = HF_NEW_N(g->numbers, hf_engine_link, count);
    uint32_t *used = HF_NEW_N(&g->scratch, uint32_t, g->membership.layers.count);
    if (!choose_layers(g, place, layer, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        layers[layer[i]].link_count++;
    for (size_t i = 1; i < g->membership.layers.count; i++)
        layers[i].first_link = layers[i - 1].first_link + layers[i - 1].link_count;
    for (size_t i = 0; i < count; i++)
        links[layers[layer[i]].first_link + used[layer[i]]++] =
            (hf_engine_link){.id = g->links.items[i].id,
                             .from = g->links.items[i].supplier,
                             .to = g->links.items[i].consumer,
                             .is_two_way = g->links.items[i].is_two_way,
                             .strength = fmax(g->links.items[i].strength, DBL_MIN)};
    g->input.links = links;
    g->input.link_count = (uint32_t)count;
    return true;
}

static bool build_layers(gathering *g, hf_error *err)
{
    size_t count = g->membership.layers.count;
    uint32_t *place = byte_order(g, g->membership.layers.items, (uint32_t)count);
    hf_engine_layer *layers = HF_NEW_N(g->numbers, hf_engine_layer, count);
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

static hf_str join_compartments(const gathering *g)
{
    HF_CLEANUP(hf_buf_done) hf_buf all = hf_buf_of(1u << 20);
    for (size_t i = 0; i < g->compartments.texts.count; i++) {
        hf_buf_add_byte(&all, ' ');
        hf_buf_add_str(&all, g->compartments.texts.items[i]);
    }
    return hf_str_trim(hf_buf_copy(g->arena, &all));
}

static void done(gathering *g)
{
    hf_plan_pieces_done(&g->assets);
    hf_plan_pieces_done(&g->dependencies);
    hf_arena_done(&g->scratch);
}

static bool known_rows(const gathering *g, const hf_noun *noun, const hf_sight *sight,
                       const hf_row_set **out, hf_error *err)
{
    hf_row_set *rows = HF_NEW(g->arena, hf_row_set);
    *out = rows;
    return hf_store_known_rows(g->reading.read, noun, sight, g->arena, rows, err);
}

// Rows first, by the one rule of who sees what; then they are read as ever.
static bool narrow(gathering *g, const hf_sight *sight, hf_error *err)
{
    if (sight == NULL)
        return hf_read_digest(g->reading.read, g->out->digest, err);
    g->out->is_visible_only = true;
    if (!known_rows(g, &hf_noun_asset, sight, &g->reading.assets, err) ||
        !known_rows(g, &hf_noun_dependency, sight, &g->reading.dependencies, err) ||
        !known_rows(g, &hf_noun_layer, sight, &g->layers, err))
        return false;
    g->out->dependencies = g->reading.dependencies;
    return hf_read_digest_known(g->reading.read, sight, g->out->digest, err);
}

bool hf_plan_read(hf_read *read, const hf_sight *sight, bool wants_input, const _Atomic bool *stop,
                  hf_arena *arena, hf_register_plan *out, hf_error *err)
{
    HF_CLEANUP(done)
    gathering g = {.reading = {.read = read, .stop = stop, .wants_chances = wants_input},
                   .arena = arena,
                   .scratch = hf_arena_beside(arena),
                   .out = out};
    g.numbers = wants_input ? arena : &g.scratch;
    *out = (hf_register_plan){.data_version = hf_read_data_version(read)};
    g.sectors = hf_words_of(arena);
    g.kinds = hf_words_of(arena);
    g.services = hf_words_of(arena);
    g.regions = hf_words_of(arena);
    g.inputs = hf_words_of(arena);
    g.membership = hf_membership_of(&g.scratch);
    g.compartments = hf_words_of(&g.scratch);
    if (!narrow(&g, sight, err) || !gather_assets(&g, err) || !gather_dependencies(&g, err) ||
        !gather_layers(&g, err))
        return false;
    if (out->is_visible_only)
        feed_from_beyond(&g);
    build_groups(&g);
    if (!build_layers(&g, err))
        return false;
    out->compartments = join_compartments(&g);
    out->sectors = g.sectors.texts.items;
    out->sector_count = (uint32_t)g.sectors.texts.count;
    out->services = g.services.texts.items;
    out->service_count = (uint32_t)g.services.texts.count;
    out->regions = g.regions.texts.items;
    out->region_count = (uint32_t)g.regions.texts.count;
    out->kinds = g.kinds.texts.items;
    out->kind_count = (uint32_t)g.kinds.texts.count;
    out->inputs = g.inputs.texts.items;
    g.input.sector_count = out->sector_count;
    g.input.kind_count = out->kind_count;
    if (wants_input) {
        hf_engine_input *kept = HF_NEW(arena, hf_engine_input);
        *kept = g.input;
        out->input = kept;
    }
    return hf_plan_build(&g.input, arena, &out->plan, err);
}
