// SPDX-License-Identifier: Apache-2.0
//
// Makes the demonstration nation from the tables: shares assets out among towns by people, places and names
// them, joins the power grid and the water mains into network layers, and gives every asset the inputs that
// its kind needs. Records go to a sink one by one; what is kept is a few numbers an asset.
#include "usecase/demo_nation.h"

#include <math.h>
#include <string.h>

#include "model/asset.h"
#include "model/dependency.h"
#include "model/layer.h"
#include "model/organisation.h"
#include "model/region.h"
#include "model/service.h"
#include "usecase/demo.h"
#include "usecase/demo_names.h"
#include "usecase/demo_place.h"
#include "usecase/demo_plans.h"

#define OPERATORS_PER_SECTOR 4u

typedef struct {
    hf_demo_point at;
    uint32_t town;
} placed;

typedef struct {
    uint64_t size, seed;
    hf_arena arena;   // the whole run
    hf_arena scratch; // one record
    const hf_demo_sink *sink;
    hf_demo_land land;
    uint32_t *first; // of kind k in town t: first[k * (towns + 1) + t], an index among its kind
    placed **assets; // by kind
} making;

// Streams of random numbers, one for each purpose.
enum {
    R_LON = 20,
    R_LAT,
    R_OPERATOR,
    R_NAME,
    R_SITE,
    R_CAPACITY,
    R_PEOPLE,
    R_CHOICE,
    R_BUFFER,
    R_IMPACT,
    R_DRAW,
    R_LINK
};

static uint32_t count_in_town(const making *m, size_t kind, uint32_t town)
{
    const uint32_t *first = m->first + kind * (m->land.town_count + 1);
    return first[town + 1] - first[town];
}

static uint32_t count_of(const making *m, size_t kind)
{
    return m->first[kind * (m->land.town_count + 1) + m->land.town_count];
}

static size_t kind_of_code(const char *code)
{
    size_t i = 0;
    while (i < hf_demo_kind_count && strcmp(hf_demo_kinds[i].code, code) != 0)
        i++;
    HF_ASSERT(i < hf_demo_kind_count); // the tables name a kind that is not there
    return i;
}

static hf_str key_of(making *m, size_t kind, uint32_t index)
{
    return hf_str_format(&m->scratch, HF_DEMO_PREFIX "%s-%05u", hf_demo_kinds[kind].code,
                         index + 1);
}

static bool put(making *m, const hf_noun *noun, void *record, hf_error *err)
{
    ((hf_head *)record)->source = HF_STR("DEMO");
    bool is_taken = m->sink->put(m->sink->context, noun, record, err);
    hf_arena_reset(&m->scratch);
    return is_taken;
}

// --- who and where ---------------------------------------------------------------------------------------

static uint64_t region_name(const making *m, uint32_t region)
{
    return hf_demo_random(m->seed, R_NAME, 1000 + region);
}

static hf_str region_key(making *m, uint32_t region)
{
    return hf_str_format(&m->scratch, HF_DEMO_PREFIX "REGION-%02u", region + 1);
}

static bool put_regions(making *m, hf_error *err)
{
    for (uint32_t i = 0; i < m->land.region_count; i++) {
        hf_region *region = hf_noun_new(&hf_noun_region, &m->scratch);
        HF_CLEANUP(hf_buf_done) hf_buf boundary = hf_buf_of(1u << 16);
        hf_demo_boundary(&m->land, i, &boundary);
        region->head.key = region_key(m, i);
        region->name = hf_demo_local_name(&m->scratch, region_name(m, i), i);
        region->head.attributes = hf_demo_names_of(&m->scratch, region_name(m, i));
        region->level = HF_STR("province");
        region->boundary = hf_buf_copy(&m->scratch, &boundary);
        region->people = 0;
        for (uint32_t t = 0; t < m->land.town_count; t++)
            if (m->land.towns[t].region == i) {
                if (region->people == 0) { // the largest town stands for the region on a map
                    region->lon = m->land.towns[t].at.lon;
                    region->lat = m->land.towns[t].at.lat;
                }
                region->people += m->land.towns[t].people;
            }
        if (!put(m, &hf_noun_region, region, err))
            return false;
    }
    return true;
}

// Assets belong to provinces; a town is a place inside its province, with its people.
static bool put_towns(making *m, hf_error *err)
{
    for (uint32_t i = 0; i < m->land.town_count; i++) {
        const hf_demo_town *town = &m->land.towns[i];
        hf_region *region = hf_noun_new(&hf_noun_region, &m->scratch);
        region->head.key = hf_str_format(&m->scratch, HF_DEMO_PREFIX "TOWN-%04u", i + 1);
        region->name = hf_demo_local_name(&m->scratch, town->name, town->region);
        region->head.attributes = hf_demo_names_of(&m->scratch, town->name);
        region->parent = region_key(m, town->region);
        region->level = HF_STR("town");
        region->people = town->people;
        region->lon = town->at.lon;
        region->lat = town->at.lat;
        if (!put(m, &hf_noun_region, region, err))
            return false;
    }
    return true;
}

static bool put_services(making *m, hf_error *err)
{
    for (size_t i = 0; i < hf_demo_service_count; i++) {
        const hf_demo_service *from = &hf_demo_services[i];
        hf_service *service = hf_noun_new(&hf_noun_service, &m->scratch);
        service->head.key = hf_str_format(&m->scratch, HF_DEMO_PREFIX "SERVICE-%s", from->key);
        service->name = hf_str_of(from->name);
        service->sector = hf_str_of(from->sector);
        service->max_outage_h = from->max_outage_h;
        service->users = 4200000;
        if (!put(m, &hf_noun_service, service, err))
            return false;
    }
    return true;
}

static hf_str operator_key(making *m, const char *sector, uint32_t number)
{
    return hf_str_format(&m->scratch, HF_DEMO_PREFIX "ORG-%.2s-%u", sector, number + 1);
}

static bool is_first_of_sector(size_t kind)
{
    for (size_t i = 0; i < kind; i++)
        if (strncmp(hf_demo_kinds[i].sector, hf_demo_kinds[kind].sector, 2) == 0)
            return false;
    return true;
}

static bool put_organisations(making *m, hf_error *err)
{
    for (size_t kind = 0; kind < hf_demo_kind_count; kind++) {
        if (!is_first_of_sector(kind))
            continue;
        const char *sector = hf_demo_kinds[kind].sector;
        for (uint32_t i = 0; i <= OPERATORS_PER_SECTOR; i++) {
            bool is_authority = i == OPERATORS_PER_SECTOR;
            uint64_t name = hf_demo_random(m->seed, R_NAME, 2000 + kind * 10 + i);
            hf_organisation *body = hf_noun_new(&hf_noun_organisation, &m->scratch);
            body->head.key = operator_key(m, sector, i);
            body->head.attributes = hf_demo_names_of(&m->scratch, name);
            body->name =
                hf_str_format(&m->scratch, "%.*s %s %.2s",
                              HF_STR_ARG(hf_demo_name_in(&m->scratch, name, HF_SCRIPT_LATIN)),
                              is_authority ? "Authority" : "Operations", sector);
            body->kind = is_authority ? HF_ORGANISATION_AUTHORITY : HF_ORGANISATION_OPERATOR;
            body->sector = hf_str_copy(&m->scratch, hf_str_slice(hf_str_of(sector), 0, 2));
            if (!put(m, &hf_noun_organisation, body, err))
                return false;
        }
    }
    return true;
}

// --- assets ----------------------------------------------------------------------------------------------

// How many of a kind each town has: one each where the kind wants it, the rest by people.
static void share_out(making *m, size_t kind)
{
    const hf_demo_kind *table = &hf_demo_kinds[kind];
    uint32_t towns = m->land.town_count;
    uint32_t *first = m->first + kind * (towns + 1);
    uint64_t total = table->per_10k * m->size / 10000;
    uint64_t each = table->each_town ? 1 : 0;
    total = total < table->least ? table->least : total;
    total = total < each * towns ? each * towns : total;
    uint64_t rest = total - each * towns;
    double all = 0;
    for (uint32_t t = 0; t < towns; t++)
        all += (double)m->land.towns[t].people;
    double offset = hf_demo_unit(m->seed, R_DRAW, 5000 + kind);
    double sum = 0;
    uint64_t given = 0;
    for (uint32_t t = 0; t < towns; t++) {
        sum += (double)m->land.towns[t].people;
        uint64_t until = t + 1 == towns ? rest : (uint64_t)(sum / all * (double)rest + offset);
        until = until > rest ? rest : until;
        first[t + 1] = first[t] + (uint32_t)(each + (until > given ? until - given : 0));
        given = until > given ? until : given;
    }
}

// Grid stations stand in the country as well as in towns; everything else near its town.
static void place_kind(making *m, size_t kind)
{
    uint32_t towns = m->land.town_count;
    const uint32_t *first = m->first + kind * (towns + 1);
    placed *assets = HF_NEW_N(&m->arena, placed, first[towns]);
    bool is_rural = strcmp(hf_demo_kinds[kind].kind, "substation") == 0 ||
                    strcmp(hf_demo_kinds[kind].kind, "power_plant") == 0 ||
                    strcmp(hf_demo_kinds[kind].kind, "water_works") == 0;
    for (uint32_t t = 0; t < towns; t++) {
        const hf_demo_town *town = &m->land.towns[t];
        double spread =
            0.012 + 0.05 * sqrt((double)town->people / 600000.0) + (is_rural ? 0.12 : 0);
        for (uint32_t i = first[t]; i < first[t + 1]; i++) {
            uint64_t index = (uint64_t)kind << 32 | i;
            // Sum of three uniforms: dense in the middle, thin at the rim.
            double dx = 0;
            double dy = 0;
            for (uint64_t k = 0; k < 3; k++) {
                dx += hf_demo_unit(m->seed, R_LON, index * 3 + k) - 0.5;
                dy += hf_demo_unit(m->seed, R_LAT, index * 3 + k) - 0.5;
            }
            assets[i] = (placed){hf_demo_on_land(&m->land, town->at.lon + dx * spread * 1.4,
                                                 town->at.lat + dy * spread),
                                 t};
        }
    }
    m->assets[kind] = assets;
}

static hf_str crowd_by_hour(making *m, hf_demo_crowd crowd, int32_t peak)
{
    static const char *const shares[] = {"", "000000258aaaa98a97521000", "110000001122222233468aa9",
                                         "000002310022442110147520", "777777765444444455667777"};
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(400);
    const char *share = shares[crowd];
    size_t length = strlen(share);
    for (size_t hour = 0; hour < 24; hour++) {
        char digit = hour < length ? share[hour] : '0';
        int32_t tenths = digit == 'a' ? 10 : digit - '0';
        hf_buf_add_byte(&text, hour == 0 ? '[' : ',');
        hf_buf_add_i64(&text, (int64_t)peak * tenths / 10);
    }
    hf_buf_add_byte(&text, ']');
    return hf_buf_copy(&m->scratch, &text);
}

static void describe_crowd(making *m, const hf_demo_kind *table, uint64_t index, hf_asset *asset)
{
    if (table->soft_target == NULL)
        return;
    int32_t peak = (int32_t)(table->crowd_peak * (0.5 + hf_demo_unit(m->seed, R_PEOPLE, index)));
    asset->soft_target = hf_str_of(table->soft_target);
    asset->crowd_peak = peak;
    asset->crowd_mean = peak * 2 / 5;
    asset->crowd_by_hour = crowd_by_hour(m, table->crowd, peak);
    if (table->crowd == HF_CROWD_EVENING)
        asset->season = HF_STR("01 11 12");
}

static int64_t people_served(const making *m, size_t kind, uint32_t town)
{
    const hf_demo_kind *table = &hf_demo_kinds[kind];
    double people = 0;
    if (table->serves > 0)
        people = table->serves * (double)m->land.towns[town].people / count_in_town(m, kind, town);
    if (table->nation_serves > 0)
        people = table->nation_serves * 4200000.0 / count_of(m, kind);
    return (int64_t)people;
}

static bool put_asset(making *m, size_t kind, uint32_t i, hf_error *err)
{
    const hf_demo_kind *table = &hf_demo_kinds[kind];
    const placed *at = &m->assets[kind][i];
    const hf_demo_town *town = &m->land.towns[at->town];
    uint64_t index = (uint64_t)kind << 32 | i;
    uint32_t number = i - m->first[kind * (m->land.town_count + 1) + at->town] + 1;
    hf_asset *asset = hf_noun_new(&hf_noun_asset, &m->scratch);
    asset->head.key = key_of(m, kind, i);
    asset->head.marking = table->access == HF_ACCESS_OPEN ? HF_TLP_GREEN : HF_TLP_AMBER;
    asset->name = hf_demo_asset_name(&m->scratch, table, town,
                                     count_in_town(m, kind, at->town) > 1 ? number : 0);
    if (strcmp(table->kind, "city_hall") == 0)
        asset->head.attributes = hf_demo_names_of(&m->scratch, town->name);
    asset->kind = hf_str_of(table->kind);
    asset->sector = hf_str_of(table->sector);
    asset->lon = at->at.lon;
    asset->lat = at->at.lat;
    asset->operator_key = operator_key(
        m, table->sector,
        (uint32_t)(hf_demo_random(m->seed, R_OPERATOR, (uint64_t)kind * 97 + at->town) %
                   OPERATORS_PER_SECTOR));
    asset->region = region_key(m, hf_demo_region_of(&m->land, at->at));
    if (hf_demo_random(m->seed, R_SITE, index) % 100 < 4)
        asset->site =
            hf_str_format(&m->scratch, HF_DEMO_PREFIX "SITE-%05u-%u", at->town + 1, number % 3);
    if (table->service != NULL)
        asset->service = hf_str_format(&m->scratch, HF_DEMO_PREFIX "SERVICE-%s", table->service);
    asset->people_served = people_served(m, kind, at->town);
    if (table->capacity > 0) {
        asset->capacity =
            floor(table->capacity * (0.4 + 1.2 * hf_demo_unit(m->seed, R_CAPACITY, index)));
        asset->capacity_unit = hf_str_of(table->capacity_unit);
    }
    asset->damage_p = table->damage_p;
    asset->repair_h = table->repair_h;
    asset->restore_h = table->repair_h < 24 ? 1 : table->repair_h < 240 ? 4 : 12;
    asset->access = table->access;
    if (strcmp(table->kind, "power_plant") == 0 && i % 5 == 0)
        asset->black_start_h = 12;
    describe_crowd(m, table, index, asset);
    return put(m, &hf_noun_asset, asset, err);
}

static bool put_assets(making *m, hf_error *err)
{
    m->first = HF_NEW_N(&m->arena, uint32_t, hf_demo_kind_count * (m->land.town_count + 1));
    m->assets = HF_NEW_N(&m->arena, placed *, hf_demo_kind_count);
    for (size_t kind = 0; kind < hf_demo_kind_count; kind++) {
        share_out(m, kind);
        place_kind(m, kind);
        for (uint32_t i = 0; i < count_of(m, kind); i++)
            if (!put_asset(m, kind, i, err))
                return false;
    }
    return true;
}

// --- what needs what -------------------------------------------------------------------------------------

static uint32_t nearest_town_with(const making *m, size_t kind, uint32_t town)
{
    uint32_t best = town;
    double best_km = INFINITY;
    if (count_in_town(m, kind, town) > 0)
        return town;
    for (uint32_t t = 0; t < m->land.town_count; t++) {
        if (count_in_town(m, kind, t) == 0)
            continue;
        double km = hf_demo_km(m->land.towns[t].at, m->land.towns[town].at);
        if (km < best_km) {
            best = t;
            best_km = km;
        }
    }
    return best;
}

// Up to `wanted` different suppliers: neighbours on a ring that begins at a random place.
static uint32_t choose(const making *m, const hf_demo_need *need, size_t supplier, uint32_t town,
                       uint64_t draw, uint32_t *chosen, uint32_t wanted)
{
    uint32_t first = 0;
    uint32_t count = count_of(m, supplier);
    if (!need->is_nationwide) {
        uint32_t from = nearest_town_with(m, supplier, town);
        first = m->first[supplier * (m->land.town_count + 1) + from];
        count = count_in_town(m, supplier, from);
    }
    uint32_t start = (uint32_t)(hf_demo_random(m->seed, R_CHOICE, draw) % count);
    uint32_t found = wanted < count ? wanted : count;
    for (uint32_t i = 0; i < found; i++)
        chosen[i] = first + (start + i) % count;
    return found;
}

static bool put_dependency(making *m, const hf_demo_need *need, size_t consumer, uint32_t index,
                           size_t supplier, uint32_t supplier_index, const char *amount,
                           double buffer_h, uint64_t draw, hf_error *err)
{
    static const double strengths[] = {1, 1, 1, 0.95, 0.9, 0.8, 0.7, 0.6};
    hf_dependency *dependency = hf_noun_new(&hf_noun_dependency, &m->scratch);
    dependency->supplier = key_of(m, supplier, supplier_index);
    dependency->consumer = key_of(m, consumer, index);
    dependency->input = hf_str_of(need->input);
    dependency->need = hf_str_of(amount);
    dependency->buffer_h = buffer_h;
    dependency->type = need->is_cyber ? HF_DEPENDENCY_CYBER : HF_DEPENDENCY_PHYSICAL;
    dependency->strength = need->is_cyber ? 0.8 : strengths[draw % HF_COUNT(strengths)];
    dependency->impact = 3 + (int64_t)(draw >> 8) % 7;
    dependency->growth = buffer_h > 0 ? HF_GROWTH_SLOW : HF_GROWTH_FAST;
    dependency->full_h = 2 * buffer_h + 6;
    hf_noun_dependency.complete(dependency, &m->scratch);
    return put(m, &hf_noun_dependency, dependency, err);
}

static bool put_group(making *m, const hf_demo_need *need, size_t consumer, uint32_t i,
                      uint64_t draw, hf_error *err)
{
    uint32_t chosen[8];
    size_t supplier = kind_of_code(need->supplier);
    uint32_t found =
        choose(m, need, supplier, m->assets[consumer][i].town, draw, chosen, need->count);
    double buffer_h = need->buffer_h[hf_demo_random(m->seed, R_BUFFER, draw) % 3];
    // "2 of 3" where only two are to be had would be a weak point by accident: then any one is enough.
    const char *amount =
        need->need[0] >= '0' && need->need[0] <= '9' && found < need->count ? "any" : need->need;
    for (uint32_t k = 0; k < found; k++)
        if (!put_dependency(m, need, consumer, i, supplier, chosen[k], amount, buffer_h,
                            hf_demo_random(m->seed, R_IMPACT, draw * 8 + k), err))
            return false;
    return true;
}

static bool is_alternative(size_t need)
{
    return need > 0 &&
           strcmp(hf_demo_needs[need].consumer, hf_demo_needs[need - 1].consumer) == 0 &&
           strcmp(hf_demo_needs[need].input, hf_demo_needs[need - 1].input) == 0;
}

static bool put_needs(making *m, hf_error *err)
{
    for (size_t n = 0; n < hf_demo_need_count; n++) {
        const hf_demo_need *need = &hf_demo_needs[n];
        size_t consumer = kind_of_code(need->consumer);
        size_t family = is_alternative(n) ? n - 1 : n;
        for (uint32_t i = 0; i < count_of(m, consumer); i++) {
            uint64_t draw = (uint64_t)family << 40 | (uint64_t)i;
            uint32_t percent = (uint32_t)(hf_demo_random(m->seed, R_DRAW, draw) % 100);
            bool is_taken_before = family != n && percent < hf_demo_needs[family].percent;
            if (is_taken_before || percent >= need->percent)
                continue;
            if (!put_group(m, need, consumer, i, draw, err))
                return false;
        }
    }
    return true;
}

// --- network layers --------------------------------------------------------------------------------------

typedef struct {
    const char *name;
    size_t source, node;
    uint32_t extra_percent; // of the nodes have a second line
    double buffer_h;
} network;

static bool put_member(making *m, const network *net, size_t kind, uint32_t i, hf_error *err)
{
    hf_layer *member = hf_noun_new(&hf_noun_layer, &m->scratch);
    member->layer = hf_str_of(net->name);
    member->asset = key_of(m, kind, i);
    member->role = kind == net->source ? HF_LAYER_SOURCE : HF_LAYER_NODE;
    member->buffer_h = kind == net->source ? 0 : net->buffer_h;
    hf_noun_layer.complete(member, &m->scratch);
    return put(m, &hf_noun_layer, member, err);
}

static bool put_members(making *m, const network *net, hf_error *err)
{
    const size_t kinds[] = {net->source, net->node};
    for (size_t k = 0; k < 2; k++)
        for (uint32_t i = 0; i < count_of(m, kinds[k]); i++)
            if (!put_member(m, net, kinds[k], i, err))
                return false;
    return true;
}

static bool put_link(making *m, const network *net, size_t from_kind, uint32_t from, uint32_t to,
                     hf_error *err)
{
    hf_dependency *link = hf_noun_new(&hf_noun_dependency, &m->scratch);
    link->supplier = key_of(m, from_kind, from);
    link->consumer = key_of(m, net->node, to);
    link->input = hf_str_of(net->name);
    link->type = HF_DEPENDENCY_LINK;
    hf_noun_dependency.complete(link, &m->scratch);
    return put(m, &hf_noun_dependency, link, err);
}

// The nearest and second nearest of the first `count` nodes.
static void nearest_nodes(const making *m, const network *net, hf_demo_point at, uint32_t count,
                          uint32_t best[2])
{
    double km[2] = {INFINITY, INFINITY};
    best[0] = best[1] = UINT32_MAX;
    for (uint32_t j = 0; j < count; j++) {
        double distance = hf_demo_km(at, m->assets[net->node][j].at);
        if (distance < km[0]) {
            km[1] = km[0];
            best[1] = best[0];
            km[0] = distance;
            best[0] = j;
        } else if (distance < km[1]) {
            km[1] = distance;
            best[1] = j;
        }
    }
}

// Nodes join the nearest node before them, so all hang together; some have a second line. Sources feed in.
static bool put_links(making *m, const network *net, hf_error *err)
{
    uint32_t best[2];
    for (uint32_t i = 1; i < count_of(m, net->node); i++) {
        nearest_nodes(m, net, m->assets[net->node][i].at, i, best);
        bool has_second = hf_demo_random(m->seed, R_LINK, (uint64_t)net->node << 32 | i) % 100 <
                          net->extra_percent;
        if (!put_link(m, net, net->node, best[0], i, err) ||
            (has_second && best[1] != UINT32_MAX && !put_link(m, net, net->node, best[1], i, err)))
            return false;
    }
    for (uint32_t i = 0; i < count_of(m, net->source); i++) {
        nearest_nodes(m, net, m->assets[net->source][i].at, count_of(m, net->node), best);
        if (!put_link(m, net, net->source, i, best[0], err) ||
            (i % 2 == 0 && best[1] != UINT32_MAX &&
             !put_link(m, net, net->source, i, best[1], err)))
            return false;
    }
    return true;
}

static bool put_networks(making *m, bool (*part)(making *, const network *, hf_error *),
                         hf_error *err)
{
    const network networks[] = {
        {"DEMO transmission grid", kind_of_code("PLA"), kind_of_code("SUB"), 45, 0},
        {"DEMO water mains", kind_of_code("WAW"), kind_of_code("PUM"), 40, 8},
    };
    for (size_t i = 0; i < HF_COUNT(networks); i++)
        if (!part(m, &networks[i], err))
            return false;
    return true;
}

static void done(making *m)
{
    hf_arena_done(&m->arena);
    hf_arena_done(&m->scratch);
}

bool hf_demo_generate(uint64_t size, uint64_t seed, const hf_demo_sink *sink, hf_error *err)
{
    HF_CLEANUP(done) making m = {.size = size, .seed = seed, .sink = sink};
    if (size < HF_DEMO_SIZE_MIN || size > HF_DEMO_SIZE_MAX)
        return hf_fail(err, HF_ERR_USAGE, "demo.size", "the size must lie between %u and %u assets",
                       HF_DEMO_SIZE_MIN, HF_DEMO_SIZE_MAX);
    hf_demo_land_make(seed, size, &m.arena, &m.land);
    return put_organisations(&m, err) && put_regions(&m, err) && put_towns(&m, err) &&
           put_services(&m, err) && put_assets(&m, err) && put_networks(&m, put_members, err) &&
           put_needs(&m, err) && put_networks(&m, put_links, err) && hf_demo_put_plans(sink, err) &&
           hf_demo_put_assessment(sink, err) && hf_demo_put_knowledge(sink, err) &&
           hf_demo_put_strategy(sink, err) && hf_demo_put_aviation(sink, err) &&
           hf_demo_put_weapons(sink, err) && hf_demo_put_soft_targets(sink, err);
}
