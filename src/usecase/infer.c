// SPDX-License-Identifier: Apache-2.0
//
// Inference: rules as records propose dependencies from places, regions and sites. Each proposal says which
// rule made it, how far the supplier is and how sure it is; what a person decided before is left alone.
//
// nearest       the k suppliers nearest to the consumer within max_km
// service_area  the one supplier that is nearest of all (its Voronoi cell holds the consumer)
// inside_region the k nearest suppliers that lie in the consumer's region; what has no region lies where its
//               point does
// same_site     the k nearest suppliers on the consumer's own site
// Distances: haversine, R = 6371.0088 km; equal ones by key in natural order.
#include <string.h>

#include "base/map.h"
#include "base/sort.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/rule.h"
#include "usecase/exchange.h"
#include "usecase/groups.h"
#include "usecase/region_tree.h"
#include "usecase/settings.h"

#define KM_PER_DEGREE 111.195 // of latitude, R = 6371.0088 km
#define SUPPLIERS_MAX 100u    // as the rule's own bound on k

typedef struct {
    hf_str key, kind, site, region;
    double lon, lat; // NaN = none
    int32_t marking;
    hf_str compartments;
    // What inside_region asks of it: as a supplier all that it lies in, as a consumer the innermost of them.
    hf_region_spot spot;
    uint32_t own_region;
} place;
typedef HF_VEC(place) places;

typedef struct {
    const place *supplier;
    double km; // NaN = not known
} candidate;

typedef struct {
    const hf_session *session;
    const hf_infer_request *request;
    hf_arena *arena;  // what the caller gets
    hf_arena scratch; // one rule
    hf_arena row;     // one look into the store
    hf_tx *tx;
    hf_bulk *bulk;
    HF_VEC(hf_patch) proposals;
    places all;
    hf_map by_key; // of all
    hf_region_tree tree;
    int32_t marking; // of a new record, before it rises with its ends
    uint64_t consumers_done;
} inferring;

static void done(inferring *n)
{
    hf_arena_done(&n->scratch);
    hf_arena_done(&n->row);
    hf_bulk_close(&n->bulk);
    hf_tx_end(&n->tx);
}

// --- what is there ---------------------------------------------------------------------------------------

static bool read_places(inferring *n, hf_error *err)
{
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    if (!hf_scan_open(hf_tx_read(n->tx), &hf_noun_asset, true, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            break;
        const hf_asset *asset = record;
        if (!hf_may(&n->session->actor, HF_CAN_EDIT, &hf_noun_asset, asset))
            continue; // a proposal would tell of it
        place at = {.key = hf_str_copy(n->arena, asset->head.key),
                    .kind = hf_str_copy(n->arena, asset->kind),
                    .site = hf_str_copy(n->arena, asset->site),
                    .region = hf_str_copy(n->arena, asset->region),
                    .lon = asset->lon,
                    .lat = asset->lat,
                    .marking = asset->head.marking,
                    .compartments = hf_str_copy(n->arena, asset->head.compartments)};
        HF_VEC_ADD(n->arena, &n->all, at);
    }
    n->by_key = hf_map_of(n->arena, n->all.count);
    for (size_t i = 0; i < n->all.count; i++)
        hf_map_set(&n->by_key, n->all.items[i].key, (uint32_t)i);
    return true;
}

static bool has_region_rule(const hf_rule *const *rules, size_t count, hf_str kind)
{
    for (size_t r = 0; r < count; r++)
        if (rules[r]->method == HF_RULE_INSIDE_REGION &&
            (hf_str_has_word(rules[r]->consumer_kind, kind) ||
             hf_str_has_word(rules[r]->supplier_kind, kind)))
            return true;
    return false;
}

// Where the assets lie that rules about regions ask for: as their record says, else as their point does.
static bool find_regions(inferring *n, const hf_rule *const *rules, size_t count, hf_error *err)
{
    const hf_actor *actor = &n->session->actor;
    hf_read *read = hf_tx_read(n->tx);
    HF_VEC(place *) asked = {0};
    HF_VEC(hf_region_spot *) open = {0};
    for (size_t i = 0; i < n->all.count; i++)
        if (has_region_rule(rules, count, n->all.items[i].kind))
            HF_VEC_ADD(n->arena, &asked, &n->all.items[i]);
    if (asked.count == 0)
        return true;
    if (!hf_region_tree_read(actor, read, n->arena, &n->tree, err))
        return false;
    for (size_t i = 0; i < asked.count; i++) {
        hf_region_spot *spot = &asked.items[i]->spot;
        *spot = (hf_region_spot){.lon = asked.items[i]->lon, .lat = asked.items[i]->lat};
        if (asked.items[i]->region.len > 0) {
            uint32_t number = hf_region_number(&n->tree, asked.items[i]->region);
            HF_VEC_ADD(n->arena, &spot->regions, number);
        } else if (!isnan(spot->lat))
            HF_VEC_ADD(n->arena, &open, spot);
    }
    if (!hf_regions_at(actor, read, &n->tree, open.items, open.count, n->arena, err))
        return false;
    for (size_t i = 0; i < asked.count; i++)
        asked.items[i]->own_region = hf_region_innermost(&n->tree, &asked.items[i]->spot);
    return true;
}

// By latitude, those without a place last; then by key, so that the order is always the same.
static int compare_places(const void *left, const void *right, const void *context)
{
    const place *a = left, *b = right;
    bool a_placed = !isnan(a->lat);
    bool b_placed = !isnan(b->lat);
    (void)context;
    if (a_placed != b_placed)
        return a_placed ? -1 : 1;
    if (a_placed && (a->lat < b->lat || a->lat > b->lat))
        return a->lat < b->lat ? -1 : 1;
    return hf_str_compare_natural(a->key, b->key);
}

typedef struct {
    const void **list; // of place, by latitude
    size_t count;
    size_t placed; // those before this one have a place
} suppliers;

static const place *supplier_at(const suppliers *s, size_t index)
{
    return s->list[index];
}

static suppliers suppliers_of(inferring *n, const hf_rule *rule)
{
    suppliers s = {.list = HF_NEW_N(&n->scratch, const void *, n->all.count)};
    const void **spare = HF_NEW_N(&n->scratch, const void *, n->all.count);
    for (size_t i = 0; i < n->all.count; i++)
        if (hf_str_has_word(rule->supplier_kind, n->all.items[i].kind))
            s.list[s.count++] = &n->all.items[i];
    hf_sort(s.list, spare, s.count, compare_places, NULL);
    while (s.placed < s.count && !isnan(supplier_at(&s, s.placed)->lat))
        s.placed++;
    return s;
}

// --- the nearest ones ------------------------------------------------------------------------------------

typedef struct {
    candidate best[SUPPLIERS_MAX]; // nearest first
    size_t count;
    size_t wanted;
    double max_km; // INFINITY = no bound
    bool by_site;
} shortlist;

static bool is_nearer(const candidate *a, const candidate *b)
{
    if (isnan(a->km) != isnan(b->km))
        return isnan(b->km);
    if (!isnan(a->km) && (a->km < b->km || a->km > b->km))
        return a->km < b->km;
    return hf_str_compare_natural(a->supplier->key, b->supplier->key) < 0;
}

// Keeps the list short and sorted; by_site, the nearest asset stands for its site.
static void consider(shortlist *list, candidate next)
{
    if (!isnan(next.km) && next.km > list->max_km)
        return;
    if (list->by_site && next.supplier->site.len > 0)
        for (size_t i = 0; i < list->count; i++)
            if (hf_str_equal(list->best[i].supplier->site, next.supplier->site)) {
                if (!is_nearer(&next, &list->best[i]))
                    return;
                memmove(&list->best[i], &list->best[i + 1], (list->count - i - 1) * sizeof(next));
                list->count--;
                break;
            }
    if (list->count == list->wanted && !is_nearer(&next, &list->best[list->count - 1]))
        return;
    size_t at = list->count < list->wanted ? list->count++ : list->count - 1;
    while (at > 0 && is_nearer(&next, &list->best[at - 1])) {
        list->best[at] = list->best[at - 1];
        at--;
    }
    list->best[at] = next;
}

static bool is_in_region_of(const inferring *n, const place *consumer, const place *supplier)
{
    const hf_region_spot *spot = &supplier->spot;
    for (size_t i = 0; consumer->own_region != HF_NO_INDEX && i < spot->regions.count; i++)
        if (hf_region_is_inside(&n->tree, spot->regions.items[i], consumer->own_region))
            return true;
    return false;
}

static bool is_allowed(const inferring *n, const hf_rule *rule, const place *consumer,
                       const place *supplier)
{
    if (hf_str_equal(supplier->key, consumer->key))
        return false;
    switch ((hf_rule_method)rule->method) {
    case HF_RULE_NEAREST:
    case HF_RULE_SERVICE_AREA:
        return true;
    case HF_RULE_INSIDE_REGION:
        return is_in_region_of(n, consumer, supplier);
    case HF_RULE_SAME_SITE:
        return consumer->site.len > 0 && hf_str_equal(consumer->site, supplier->site);
    }
    return false;
}

static candidate measured(const place *consumer, const place *supplier)
{
    bool is_known = !isnan(consumer->lat) && !isnan(supplier->lat);
    return (candidate){supplier, is_known ? hf_haversine_km(consumer->lon, consumer->lat,
                                                            supplier->lon, supplier->lat)
                                          : (double)NAN};
}

// Is everything farther north or south than this beyond reach?
static bool is_too_far(const shortlist *list, const place *consumer, const place *supplier)
{
    double km = fabs(consumer->lat - supplier->lat) * KM_PER_DEGREE * 0.999999;
    double reach = list->max_km;
    if (list->count == list->wanted)
        reach = fmin(reach, list->best[list->count - 1].km);
    return km > reach;
}

// Walks from the consumer's latitude outwards, north and south, until nothing nearer can come.
static void search_near(const inferring *n, const hf_rule *rule, const suppliers *s,
                        const place *consumer, shortlist *list)
{
    size_t low = 0;
    size_t high = s->placed;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (supplier_at(s, middle)->lat < consumer->lat)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < s->placed && !is_too_far(list, consumer, supplier_at(s, i)); i++)
        if (is_allowed(n, rule, consumer, supplier_at(s, i)))
            consider(list, measured(consumer, supplier_at(s, i)));
    for (size_t i = low; i > 0 && !is_too_far(list, consumer, supplier_at(s, i - 1)); i--)
        if (is_allowed(n, rule, consumer, supplier_at(s, i - 1)))
            consider(list, measured(consumer, supplier_at(s, i - 1)));
}

static void search(const inferring *n, const hf_rule *rule, const suppliers *s,
                   const place *consumer, shortlist *list)
{
    bool needs_place = rule->method == HF_RULE_NEAREST || rule->method == HF_RULE_SERVICE_AREA;
    *list = (shortlist){.wanted = rule->method == HF_RULE_SERVICE_AREA ? 1 : (size_t)rule->k,
                        .max_km = isnan(rule->max_km) || rule->method == HF_RULE_SAME_SITE
                                      ? (double)INFINITY
                                      : rule->max_km,
                        .by_site = rule->by_site};
    if (!isnan(consumer->lat) && needs_place) {
        search_near(n, rule, s, consumer, list);
        return;
    }
    for (size_t i = 0; !needs_place && i < s->count; i++)
        if (is_allowed(n, rule, consumer, supplier_at(s, i)))
            consider(list, measured(consumer, supplier_at(s, i)));
}

// --- proposals -------------------------------------------------------------------------------------------

// How sure a proposal is, 0 to 1: a site is a fact, a region a guess, distance lies between. These are our own
// round figures; a person decides.
static double confidence_of(const hf_rule *rule, double km)
{
    switch ((hf_rule_method)rule->method) {
    case HF_RULE_SAME_SITE:
        return 0.95;
    case HF_RULE_INSIDE_REGION:
        return 0.5;
    case HF_RULE_NEAREST:
    case HF_RULE_SERVICE_AREA:
        break;
    }
    double reach = isnan(rule->max_km) || rule->max_km <= 0 ? 100 : rule->max_km;
    double share = isnan(km) ? 1 : fmin(km / reach, 1);
    return floor((0.9 - 0.4 * share) * 100 + 0.5) / 100;
}

// A supplier that stands for its site is the asset that bears the site's key, if there is one.
static const place *stand_in(const inferring *n, const hf_rule *rule, const place *supplier)
{
    uint32_t index = 0;
    return rule->by_site && supplier->site.len > 0 && hf_map_get(&n->by_key, supplier->site, &index)
               ? &n->all.items[index]
               : supplier;
}

// A proposal names both ends, so who may not know of one of them may not know of it.
static bool protect(inferring *n, hf_dependency *d, const place *supplier, const place *consumer,
                    hf_error *err)
{
    hf_head *head = &d->head;
    head->marking = supplier->marking > head->marking ? supplier->marking : head->marking;
    head->marking = consumer->marking > head->marking ? consumer->marking : head->marking;
    if (supplier->compartments.len == 0 && consumer->compartments.len == 0)
        return true;
    hf_str both = hf_str_format(n->arena, "%.*s %.*s", HF_STR_ARG(supplier->compartments),
                                HF_STR_ARG(consumer->compartments));
    return hf_field_set_text(hf_noun_field(&hf_noun_dependency, HF_STR("compartments"), NULL), d,
                             both, false, n->arena, err);
}

static uint64_t bit_of(const char *name)
{
    size_t index = 0;
    HF_ASSERT(hf_noun_field(&hf_noun_dependency, hf_str_of(name), &index) != NULL);
    return 1ull << index;
}

static bool proposal_of(inferring *n, const hf_rule *rule, const place *consumer,
                        const candidate *found, hf_dependency **out, hf_error *err)
{
    hf_dependency *d = hf_noun_new(&hf_noun_dependency, n->arena);
    const place *supplier = stand_in(n, rule, found->supplier);
    d->head.marking = n->marking;
    d->supplier = supplier->key;
    d->consumer = consumer->key;
    d->input = rule->input;
    d->need = rule->need;
    d->buffer_h = rule->buffer_h;
    d->strength = isnan(rule->strength) ? 1 : rule->strength;
    d->type = rule->type;
    d->state = n->request->accept ? HF_STATE_ACCEPTED : HF_STATE_PROPOSED;
    d->rule = rule->head.key;
    d->distance_km = isnan(found->km) ? (double)NAN : floor(found->km * 1000 + 0.5) / 1000;
    d->confidence = confidence_of(rule, found->km);
    d->head.source = hf_str_format(n->arena, "rule:%.*s", HF_STR_ARG(rule->head.key));
    hf_noun_dependency.complete(d, n->arena);
    *out = d;
    return protect(n, d, supplier, consumer, err);
}

// Notes one proposal. What is there already stays as it is, but an open proposal is accepted when asked for. All
// looking up comes before the bulk is opened: while it loads, indexes may be missing.
static bool propose(inferring *n, const hf_rule *rule, const place *consumer,
                    const candidate *found, uint64_t *proposed, uint64_t *unchanged, hf_error *err)
{
    void *there = NULL;
    hf_dependency *d = NULL;
    if (!proposal_of(n, rule, consumer, found, &d, err))
        return false;
    hf_patch patch = {.noun = &hf_noun_dependency, .record = d};
    if (hf_str_equal(d->supplier, d->consumer))
        return true;
    if (!hf_store_get(hf_tx_read(n->tx), &hf_noun_dependency, d->head.key, &n->row, &there, err))
        return false;
    const hf_dependency *before = there;
    bool may_change = true;
    if (before != NULL && !hf_may_record(&n->session->actor, HF_CAN_EDIT, hf_tx_read(n->tx),
                                         &hf_noun_dependency, before, &may_change, err))
        return false;
    if (!may_change)
        return true; // it is there, and this actor neither changes nor hears of it
    patch.present = before != NULL ? bit_of("key") | bit_of("state")
                                   : (1ull << hf_noun_dependency.field_count) - 1;
    if (before != NULL && (!n->request->accept || before->state != HF_STATE_PROPOSED)) {
        ++*unchanged;
        return true;
    }
    HF_VEC_ADD(n->arena, &n->proposals, patch);
    ++*proposed;
    return true;
}

static bool put_all(inferring *n, hf_error *err)
{
    if (!hf_bulk_open(n->tx, false, &n->bulk, err))
        return false;
    for (size_t i = 0; i < n->proposals.count; i++) {
        hf_bulk_outcome outcome = HF_BULK_ADDED;
        hf_error fault = {0};
        if (!hf_bulk_put(n->bulk, &n->proposals.items[i], &n->row, &outcome, &fault, err))
            return false;
        hf_arena_reset(&n->row);
        if (outcome == HF_BULK_REFUSED) {
            *err = fault;
            return false;
        }
    }
    return hf_bulk_finish(n->bulk, err);
}

static bool tell(inferring *n, hf_error *err)
{
    const hf_progress *progress = &n->request->progress;
    if (progress->tell == NULL || ++n->consumers_done % 1024 != 0 ||
        progress->tell(progress->context, n->consumers_done, 0, "assets"))
        return true;
    return hf_fail(err, HF_ERR_STOPPED, "job.stopped", "stopped on request; nothing was stored");
}

static bool apply_rule(inferring *n, const hf_rule *rule, uint64_t *proposed, uint64_t *unchanged,
                       uint64_t *without, hf_error *err)
{
    suppliers s = suppliers_of(n, rule);
    shortlist *list = HF_NEW(&n->scratch, shortlist);
    for (size_t i = 0; i < n->all.count; i++) {
        const place *consumer = &n->all.items[i];
        if (!hf_str_has_word(rule->consumer_kind, consumer->kind))
            continue;
        search(n, rule, &s, consumer, list);
        *without += list->count == 0;
        for (size_t k = 0; k < list->count; k++) {
            if (!propose(n, rule, consumer, &list->best[k], proposed, unchanged, err))
                return false;
            hf_arena_reset(&n->row);
        }
        if (!tell(n, err))
            return false;
    }
    return true;
}

// --- rules -----------------------------------------------------------------------------------------------

static bool rules_by_name(inferring *n, const hf_rule ***rules, size_t *count, hf_error *err)
{
    const hf_infer_request *request = n->request;
    *rules = HF_NEW_N(n->arena, const hf_rule *, request->rule_count);
    for (size_t i = 0; i < request->rule_count; i++) {
        void *record = NULL;
        if (!hf_store_get(hf_tx_read(n->tx), &hf_noun_rule, request->rules[i], n->arena, &record,
                          err))
            return false;
        if (record == NULL)
            return hf_fail(err, HF_ERR_NOT_FOUND, "rule.unknown",
                           "there is no rule '%.*s'; see them with: holdfast list rules",
                           HF_STR_ARG(request->rules[i]));
        (*rules)[i] = record;
    }
    *count = request->rule_count;
    return true;
}

static bool active_rules(inferring *n, const hf_rule ***rules, size_t *count, hf_error *err)
{
    hf_filter active = {.field = hf_noun_field(&hf_noun_rule, HF_STR("is_active"), NULL),
                        .how = HF_IS,
                        .value = HF_STR("true")};
    hf_query query = {.noun = &hf_noun_rule, .filters = &active, .filter_count = 1, .limit = 1000};
    hf_page page = {0};
    if (!hf_store_list(hf_tx_read(n->tx), &query, n->arena, &page, err))
        return false;
    *rules = HF_NEW_N(n->arena, const hf_rule *, page.count);
    for (size_t i = 0; i < page.count; i++)
        (*rules)[i] = page.records[i];
    *count = page.count;
    return true;
}

// Accepted proposals join requirement groups, which must stay consistent.
static bool check_groups(inferring *n, const hf_rule *const *rules, size_t count, hf_error *err)
{
    for (size_t r = 0; n->request->accept && r < count; r++)
        for (size_t i = 0; i < n->all.count; i++)
            if (hf_str_has_word(rules[r]->consumer_kind, n->all.items[i].kind) &&
                !hf_groups_check_consumer(hf_tx_read(n->tx), n->all.items[i].key, err))
                return false;
    return true;
}

static bool note(inferring *n, const hf_infer_result *result, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf detail = hf_buf_of(60000);
    hf_json_writer json = {.out = &detail};
    hf_write_infer(result, &json);
    return hf_note(n->tx, n->session, "inference.done", NULL, HF_STR_EMPTY, HF_STR("rules"),
                   detail.overflow ? HF_STR_EMPTY : hf_buf_str(&detail), err);
}

bool hf_infer(const hf_session *session, const hf_infer_request *request, hf_arena *arena,
              hf_infer_result *out, hf_error *err)
{
    HF_CLEANUP(done) inferring n = {.session = session, .request = request, .arena = arena};
    const hf_rule **rules = NULL;
    size_t count = 0;
    *out = (hf_infer_result){0};
    if (!hf_can(&session->actor, HF_CAN_EDIT, &hf_noun_dependency, NULL, err) ||
        !hf_tx_begin(session->store, session->now_ms, &n.tx, err) ||
        !hf_marking_of_new(hf_tx_read(n.tx), &n.marking, err) ||
        !(request->rule_count > 0 ? rules_by_name(&n, &rules, &count, err)
                                  : active_rules(&n, &rules, &count, err)) ||
        !read_places(&n, err) || !find_regions(&n, rules, count, err))
        return false;
    out->by_rule = hf_arena_take_n(arena, count, sizeof(out->by_rule[0]));
    out->rule_count = count;
    for (size_t i = 0; i < count; i++) {
        out->by_rule[i].rule = rules[i]->head.key;
        if (!apply_rule(&n, rules[i], &out->by_rule[i].proposed, &out->by_rule[i].unchanged,
                        &out->by_rule[i].without, err))
            return false;
        out->proposed += out->by_rule[i].proposed;
        hf_arena_reset(&n.scratch);
    }
    if (out->proposed == 0)
        return true; // nothing new: no event
    if (!put_all(&n, err) || !check_groups(&n, rules, count, err))
        return false;
    hf_bulk_close(&n.bulk);
    out->event = hf_event_next(n.tx);
    return note(&n, out, err) && hf_tx_commit(&n.tx, err);
}

void hf_write_infer(const hf_infer_result *result, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "proposed");
    hf_json_add_u64(out, result->proposed);
    hf_json_name(out, "by_rule");
    hf_json_begin_array(out);
    for (size_t i = 0; i < result->rule_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "rule");
        hf_json_add_str(out, result->by_rule[i].rule);
        hf_json_name(out, "proposed");
        hf_json_add_u64(out, result->by_rule[i].proposed);
        hf_json_name(out, "unchanged");
        hf_json_add_u64(out, result->by_rule[i].unchanged);
        hf_json_name(out, "without_supplier");
        hf_json_add_u64(out, result->by_rule[i].without);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "event");
    if (result->event > 0)
        hf_json_add_i64(out, result->event);
    else
        hf_json_add_null(out);
    hf_json_end_object(out);
}
