// SPDX-License-Identifier: Apache-2.0
//
// What the hazards of a scenario hit: selectors against the register, then one chance for each asset, hour, class
// and level. See scenario.h.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/asset.h"
#include "usecase/region_tree.h"
#include "usecase/scenario.h"

// What the plan does not hold of assets, by index; read only when a hazard asks for it.
typedef struct {
    hf_words regions, operators, sectors; // sectors with the sub-sector
    uint32_t *region, *operator_key, *sector;
    hf_region_tree tree;
} traits;

typedef struct {
    const hf_session *session;
    const hf_register_plan *plan;
    const hf_scenario_lists *lists;
    hf_arena scratch;
    traits traits;
    HF_VEC(hf_hazard) hits;
} resolving;

// --- reading what is missing -------------------------------------------------------------------------------

static bool read_assets(resolving *r, hf_read *read, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    static const char *const names[] = {"key", "region", "operator", "sector"};
    const void *record = NULL;
    traits *t = &r->traits;
    if (!hf_scan_open_fields(read, &hf_noun_asset, names, HF_COUNT(names), &scan, err))
        return false;
    t->region = HF_NEW_N(&r->scratch, uint32_t, r->plan->asset_count);
    t->operator_key = HF_NEW_N(&r->scratch, uint32_t, r->plan->asset_count);
    t->sector = HF_NEW_N(&r->scratch, uint32_t, r->plan->asset_count);
    for (;;) {
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            return true;
        const hf_asset *asset = record;
        uint32_t i = hf_plan_find(r->plan, asset->head.key);
        HF_ASSERT(i != HF_NO_INDEX || r->plan->is_visible_only); // the same data version
        if (i == HF_NO_INDEX)
            continue;
        t->region[i] = hf_words_add(&t->regions, asset->region);
        t->operator_key[i] = hf_words_add(&t->operators, asset->operator_key);
        t->sector[i] = hf_words_add(&t->sectors, asset->sector);
    }
}

static bool read_traits(resolving *r, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    bool is_wanted = false;
    for (size_t i = 0; i < r->lists->hazard_count; i++) {
        const hf_scenario_hazard *hazard = &r->lists->hazards[i];
        is_wanted |= hazard->regions.count + hazard->operators.count + hazard->sectors.count > 0;
    }
    if (!is_wanted)
        return true;
    r->traits.regions = hf_words_of(&r->scratch);
    r->traits.operators = hf_words_of(&r->scratch);
    r->traits.sectors = hf_words_of(&r->scratch);
    if (!hf_read_begin(r->session->store, &read, err))
        return false;
    if (hf_read_data_version(read) != r->plan->data_version)
        return hf_fail(err, HF_ERR_BUSY, "question.moved_on",
                       "the register changed while the question was read; ask again");
    // A key that is wrong and one that is hidden are answered alike.
    const hf_actor *actor = r->plan->is_visible_only ? &r->session->actor : NULL;
    return hf_region_tree_read(actor, read, &r->scratch, &r->traits.tree, err) &&
           read_assets(r, read, err);
}

// --- selectors ---------------------------------------------------------------------------------------------

static bool fail_hazard(size_t index, const char *member, hf_error *err)
{
    char pointer[64];
    (void)snprintf(pointer, sizeof(pointer), "/hazards/%zu%s%s", index,
                   member[0] != '\0' ? "/" : "", member);
    return hf_fail_at(err, pointer, 0, NULL);
}

typedef bool (*fits_word)(const resolving *r, hf_str have, hf_str wanted);

static bool same(const resolving *r, hf_str have, hf_str wanted)
{
    (void)r;
    return hf_str_equal(have, wanted);
}

static bool same_code(const resolving *r, hf_str have, hf_str wanted)
{
    (void)r;
    return hf_str_equal_ascii_case(have, wanted);
}

// "EN" holds "EN01".
static bool in_sector(const resolving *r, hf_str have, hf_str wanted)
{
    (void)r;
    return hf_str_equal_ascii_case(have, wanted) ||
           (wanted.len == 2 && have.len == 4 &&
            hf_str_equal_ascii_case(hf_str_slice(have, 0, 2), wanted));
}

// A region holds those whose parent it is, and so on.
static bool in_region(const resolving *r, hf_str have, hf_str wanted)
{
    const hf_region_tree *tree = &r->traits.tree;
    uint32_t inner = 0, outer = 0;
    return hf_str_equal(have, wanted) ||
           (hf_map_get(&tree->keys.map, have, &inner) &&
            hf_map_get(&tree->keys.map, wanted, &outer) && hf_region_is_inside(tree, inner, outer));
}

// Which of `words` are asked for; NULL when nothing is.
//
// Errors  HF_ERR_INPUT: one of the texts fits no word
static bool choose(resolving *r, const hf_texts *wanted, const hf_str *words, size_t word_count,
                   fits_word fits, const char *code, const char *member, bool **out, hf_error *err)
{
    *out = NULL;
    if (wanted->count == 0)
        return true;
    bool *is_chosen = HF_NEW_N(&r->scratch, bool, word_count);
    for (size_t i = 0; i < wanted->count; i++) {
        bool is_known = false;
        for (size_t k = 0; k < word_count; k++)
            if (fits(r, words[k], wanted->items[i]))
                is_known = is_chosen[k] = true;
        if (!is_known)
            return hf_fail(err, HF_ERR_INPUT, code, "no asset has the %s '%.*s'", member,
                           HF_STR_ARG(wanted->items[i]));
    }
    *out = is_chosen;
    return true;
}

typedef struct {
    const hf_scenario_hazard *hazard;
    bool *kinds, *sectors, *regions, *operators;
} selector;

static bool make_selector(resolving *r, const hf_scenario_hazard *hazard, size_t index,
                          selector *out, hf_error *err)
{
    const traits *t = &r->traits;
    const hf_register_plan *plan = r->plan;
    *out = (selector){.hazard = hazard};
    if (!choose(r, &hazard->kinds, plan->kinds, plan->kind_count, same_code, "kind.unknown", "kind",
                &out->kinds, err))
        return fail_hazard(index, "kind", err);
    if (!choose(r, &hazard->sectors, t->sectors.texts.items, t->sectors.texts.count, in_sector,
                "sector.unknown", "sector", &out->sectors, err))
        return fail_hazard(index, "sector", err);
    if (!choose(r, &hazard->regions, t->regions.texts.items, t->regions.texts.count, in_region,
                "region.unknown", "region", &out->regions, err))
        return fail_hazard(index, "region", err);
    if (!choose(r, &hazard->operators, t->operators.texts.items, t->operators.texts.count, same,
                "operator.unknown", "operator", &out->operators, err))
        return fail_hazard(index, "operator", err);
    return true;
}

static bool is_selected(const resolving *r, const selector *s, uint32_t asset)
{
    const hf_register_plan *plan = r->plan;
    const hf_scenario_hazard *hazard = s->hazard;
    double lon = (double)plan->lon[asset], lat = (double)plan->lat[asset];
    return (s->kinds == NULL || s->kinds[plan->kind[asset]]) &&
           (s->sectors == NULL || s->sectors[r->traits.sector[asset]]) &&
           (s->regions == NULL || s->regions[r->traits.region[asset]]) &&
           (s->operators == NULL || s->operators[r->traits.operator_key[asset]]) &&
           (!hazard->has_near ||
            (!isnan(lon) && !isnan(lat) &&
             hf_haversine_km(hazard->lon, hazard->lat, lon, lat) <= hazard->km));
}

// --- hits --------------------------------------------------------------------------------------------------

_Static_assert(HF_SCENARIO_CLASSES_MAX == HF_CLASS_COUNT_MAX,
               "scenarios have the engine's classes");

// One in each class that the hazard belongs to.
static bool add_hits(resolving *r, uint32_t asset, uint32_t threat_class, uint8_t level,
                     double at_h, double p, hf_error *err)
{
    uint32_t first = threat_class == HF_SCENARIO_ALL_CLASSES ? 0 : threat_class;
    uint32_t end = threat_class != HF_SCENARIO_ALL_CLASSES ? threat_class + 1
                   : r->lists->class_count > 0             ? r->lists->class_count
                                                           : 1;
    for (uint32_t h = first; h < end; h++) {
        hf_hazard hit = {
            .asset = asset, .threat_class = (uint8_t)h, .level = level, .at_h = at_h, .p = p};
        HF_VEC_ADD(&r->scratch, &r->hits, hit);
    }
    return r->hits.count <= HF_SCENARIO_HITS_MAX ||
           hf_fail(err, HF_ERR_INPUT, "scenario.too_many_hits",
                   "the hazards make more than %d chances of damage; name fewer assets or classes",
                   HF_SCENARIO_HITS_MAX);
}

static bool hit(resolving *r, const hf_scenario_hazard *hazard, size_t index, uint32_t asset,
                hf_error *err)
{
    uint8_t levels = r->plan->input->assets[asset].levels;
    if (hazard->level < (levels == 0 ? 2 : levels))
        return add_hits(r, asset, hazard->threat_class, hazard->level, hazard->at_h, hazard->p,
                        err);
    (void)hf_fail(err, HF_ERR_INPUT, "scenario.level",
                  "the asset '%.*s' has %u levels; damage below level %u cannot be",
                  HF_STR_ARG(r->plan->keys[asset]), levels, hazard->level);
    return fail_hazard(index, "level", err);
}

static bool hit_named(resolving *r, const selector *s, size_t index, hf_error *err)
{
    const hf_texts *named = &s->hazard->assets;
    for (size_t k = 0; k < named->count; k++) {
        uint32_t asset = hf_plan_find(r->plan, named->items[k]);
        if (asset == HF_NO_INDEX) {
            (void)hf_fail(err, HF_ERR_INPUT, "asset.unknown",
                          "no asset has the key '%.*s'; see them with: holdfast list assets",
                          HF_STR_ARG(named->items[k]));
            return fail_hazard(index, "assets", err);
        }
        if (is_selected(r, s, asset) && !hit(r, s->hazard, index, asset, err))
            return false;
    }
    return true;
}

static bool hit_selected(resolving *r, const selector *s, size_t index, hf_error *err)
{
    for (uint32_t asset = 0; asset < r->plan->asset_count; asset++)
        if (is_selected(r, s, asset) && !hit(r, s->hazard, index, asset, err))
            return false;
    return true;
}

static bool add_hazard(resolving *r, size_t index, hf_error *err)
{
    const hf_scenario_hazard *hazard = &r->lists->hazards[index];
    size_t before = r->hits.count;
    selector s;
    if (!make_selector(r, hazard, index, &s, err) ||
        !(hazard->assets.count > 0 ? hit_named(r, &s, index, err)
                                   : hit_selected(r, &s, index, err)))
        return false;
    if (r->hits.count > before)
        return true;
    (void)hf_fail(err, HF_ERR_INPUT, "scenario.hits_nothing",
                  "this hazard hits no asset; its selectors must all fit one");
    return fail_hazard(index, "", err);
}

// Ties end with the chance, so that the order of hazards does not change the rounding of their union.
static int by_engine_order(const void *left, const void *right)
{
    const hf_hazard *a = left, *b = right;
    if (a->asset != b->asset)
        return a->asset < b->asset ? -1 : 1;
    if (a->at_h < b->at_h || a->at_h > b->at_h)
        return a->at_h < b->at_h ? -1 : 1;
    if (a->threat_class != b->threat_class)
        return a->threat_class < b->threat_class ? -1 : 1;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    return a->p < b->p ? -1 : a->p > b->p;
}

// In place: independent hits of one level become one, and those of lower levels count for the higher ones.
static size_t unite(hf_hazard *hits, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        hf_hazard *last = used > 0 ? &hits[used - 1] : NULL;
        bool is_same = last != NULL && last->asset == hits[i].asset &&
                       !(last->at_h < hits[i].at_h) && last->threat_class == hits[i].threat_class;
        double before = is_same ? last->p : 0;
        hf_hazard united = hits[i];
        united.p = before + hits[i].p * (1 - before);
        if (is_same && last->level == hits[i].level)
            used--;
        hits[used++] = united;
    }
    return used;
}

static bool add_own_damage(resolving *r, hf_error *err)
{
    for (uint32_t asset = 0; asset < r->plan->asset_count; asset++)
        if (r->plan->damage_p[asset] > 0 &&
            !add_hits(r, asset, HF_SCENARIO_ALL_CLASSES, 1, 0, r->plan->damage_p[asset], err))
            return false;
    return true;
}

static void done(resolving *r)
{
    hf_arena_done(&r->scratch);
}

bool hf_scenario_resolve(const hf_session *session, const hf_register_plan *plan,
                         const hf_scenario_lists *lists, bool own_damage, hf_arena *arena,
                         hf_hazard **out, size_t *count, hf_error *err)
{
    HF_CLEANUP(done) resolving r = {.session = session, .plan = plan, .lists = lists};
    if (!read_traits(&r, err))
        return false;
    for (size_t i = 0; i < lists->hazard_count; i++)
        if (!add_hazard(&r, i, err))
            return false;
    if (own_damage && !add_own_damage(&r, err))
        return false;
    if (r.hits.count > 0)
        qsort(r.hits.items, r.hits.count, sizeof(hf_hazard), by_engine_order);
    *count = unite(r.hits.items, r.hits.count);
    *out = HF_NEW_N(arena, hf_hazard, *count);
    if (*count > 0)
        memcpy(*out, r.hits.items, *count * sizeof(hf_hazard));
    return true;
}
