// SPDX-License-Identifier: Apache-2.0
//
// The X-ray of register and installation: what is wrong or missing, record by record, with its totals. Read by
// the command `check`, the screen of the same name and the national report.
#include "base/limits.h"
#include "base/map.h"
#include "model/asset.h"
#include "model/dependency.h"
#include "model/organisation.h"
#include "model/region.h"
#include "model/service.h"
#include "model/taxonomy.h"
#include "store/store_system.h"
#include "usecase/each_known.h"
#include "usecase/question.h"

#include <string.h>

#define LISTED_MAX 1000u // per code; beyond it faults are only counted

typedef struct {
    const hf_session *session;
    hf_read *read;
    hf_arena *arena;
    hf_check_result *out;
    HF_VEC(hf_fault) faults;
    hf_map codes; // of the taxonomy
    hf_map regions, organisations, services;
    bool is_quick;       // totals, and one fault of each code
    hf_str smallest[32]; // key of each total, when it is quick
} checking;

static size_t place_of(hf_check_result *out, const char *code, bool is_error)
{
    size_t at = 0;
    while (at < out->total_count && strcmp(out->totals[at].code, code) != 0)
        at++;
    if (at == out->total_count) {
        HF_ASSERT(at < HF_COUNT(out->totals));
        out->totals[out->total_count++].code = code;
        out->totals[at].is_error = is_error;
    }
    return at;
}

// Counts one more. Should it be listed too?
static bool count_up(checking *c, const char *code, bool is_error, hf_str key)
{
    hf_check_result *out = c->out;
    size_t at = place_of(out, code, is_error);
    if (++out->totals[at].count > (c->is_quick ? 1 : LISTED_MAX)) {
        // What is read in row order shall tell the totals as if it had been read in key order.
        if (c->is_quick && hf_str_compare(key, c->smallest[at]) < 0)
            c->smallest[at] = hf_str_copy(c->arena, key);
        return false;
    }
    if (c->is_quick)
        c->smallest[at] = hf_str_copy(c->arena, key);
    return true;
}

static void list(checking *c, const char *code, bool is_error, const char *noun, hf_str key,
                 hf_str message, hf_str detail)
{
    hf_fault fault = {.code = code,
                      .is_error = is_error,
                      .noun = hf_str_of(noun),
                      .key = hf_str_copy(c->arena, key),
                      .message = message,
                      .detail = hf_str_copy(c->arena, detail)};
    HF_VEC_ADD(c->arena, &c->faults, fault);
}

// detail  what the fault names, for people who read the code in their own language; may be empty
static void add(checking *c, const char *code, bool is_error, const char *noun, hf_str key,
                hf_str message, hf_str detail)
{
    if (count_up(c, code, is_error, key))
        list(c, code, is_error, noun, key, message, detail);
}

static void take_key(void *context, const void *record)
{
    hf_map *map = context;
    hf_map_set(map, hf_str_copy(map->arena, ((const hf_head *)record)->key), 1);
}

// Keys of all records of a noun, for links that may name something that is not there (yet); what is hidden is as if it
// were not there.
static bool read_keys(checking *c, const hf_noun *noun, hf_map *map, hf_error *err)
{
    *map = hf_map_of(c->arena, hf_read_count(c->read, noun));
    return hf_each_known(&c->session->actor, c->read, noun, NULL, 0, take_key, map, err);
}

static bool is_missing(const hf_map *map, hf_str key)
{
    uint32_t value = 0;
    return key.len > 0 && !hf_map_get(map, key, &value);
}

// An asset names something that is not there.
static void add_missing(checking *c, const char *code, hf_str asset, const char *what, hf_str key)
{
    if (count_up(c, code, false, asset))
        list(c, code, false, "asset", asset,
             hf_str_format(c->arena, "%s '%.*s' is not there; add it or correct the name", what,
                           HF_STR_ARG(key)),
             key);
}

static void check_asset(checking *c, const hf_asset *asset)
{
    hf_str key = asset->head.key;
    if (isnan(asset->lat))
        add(c, "check.no_place", false, "asset", key, HF_STR("no coordinates; it stands on no map"),
            HF_STR_EMPTY);
    if (asset->name.len == 0)
        add(c, "check.no_name", false, "asset", key, HF_STR("no name"), HF_STR_EMPTY);
    if (asset->kind.len == 0)
        add(c, "check.no_kind", false, "asset", key,
            HF_STR("no kind; no rule and no ranking by kind sees it"), HF_STR_EMPTY);
    else if (is_missing(&c->codes, asset->kind))
        add_missing(c, "check.unknown_kind", key, "the kind", asset->kind);
    if (asset->sector.len == 0)
        add(c, "check.no_sector", false, "asset", key, HF_STR("no sector"), HF_STR_EMPTY);
    else if (is_missing(&c->codes, asset->sector))
        add_missing(c, "check.unknown_sector", key, "the sector", asset->sector);
    if (asset->operator_key.len == 0)
        add(c, "check.no_operator", false, "asset", key,
            HF_STR("no operator; nobody is named to answer for it"), HF_STR_EMPTY);
    else if (is_missing(&c->organisations, asset->operator_key))
        add_missing(c, "check.unknown_operator", key, "the operator", asset->operator_key);
    if (is_missing(&c->regions, asset->region))
        add_missing(c, "check.unknown_region", key, "the region", asset->region);
    if (is_missing(&c->services, asset->service))
        add_missing(c, "check.unknown_service", key, "the service", asset->service);
}

// Two totals whose first asset is the same stand as check_asset names them.
static int compare_totals(const checking *c, size_t a, size_t b)
{
    static const char *const order[] = {"check.no_place",       "check.no_name",
                                        "check.no_kind",        "check.unknown_kind",
                                        "check.no_sector",      "check.unknown_sector",
                                        "check.no_operator",    "check.unknown_operator",
                                        "check.unknown_region", "check.unknown_service"};
    int by_key = hf_str_compare(c->smallest[a], c->smallest[b]);
    for (size_t i = 0; i < HF_COUNT(order) && by_key == 0; i++) {
        if (strcmp(c->out->totals[a].code, order[i]) == 0)
            return -1;
        by_key = strcmp(c->out->totals[b].code, order[i]) == 0 ? 1 : 0;
    }
    return by_key;
}

// As if the assets had come in key order.
static void order_totals(checking *c, size_t first)
{
    hf_check_result *out = c->out;
    for (size_t i = first + 1; i < out->total_count; i++)
        for (size_t k = i; k > first && compare_totals(c, k - 1, k) > 0; k--) {
            hf_check_total total = out->totals[k];
            hf_str key = c->smallest[k];
            out->totals[k] = out->totals[k - 1];
            c->smallest[k] = c->smallest[k - 1];
            out->totals[k - 1] = total;
            c->smallest[k - 1] = key;
        }
}

static void take_asset(void *context, const void *record)
{
    check_asset(context, record);
}

static bool check_assets(checking *c, hf_error *err)
{
    static const char *const looked_at[] = {"key",    "marking", "compartments", "name",
                                            "kind",   "sector",  "lat",          "operator",
                                            "region", "service"};
    size_t first = c->out->total_count;
    if (!hf_each_known(&c->session->actor, c->read, &hf_noun_asset, c->is_quick ? looked_at : NULL,
                       HF_COUNT(looked_at), take_asset, c, err))
        return false;
    if (c->is_quick)
        order_totals(c, first);
    return true;
}

// What only the engine sees: sites that are down before anything happens, loops that keep themselves up.
static bool check_plan(checking *c, hf_error *err)
{
    const hf_register_plan *plan = NULL;
    hf_error why = {0};
    uint32_t loop_count = 0;
    if (!hf_plan_take(c->session, &plan, &why)) {
        if (why.kind != HF_ERR_INPUT && why.kind != HF_ERR_PERMISSION) {
            *err = why;
            return false;
        }
        // A register that gives no plan is a finding of its own; so is one that this reader may not ask.
        add(c, why.kind == HF_ERR_INPUT ? "check.no_plan" : "check.restricted",
            why.kind == HF_ERR_INPUT, "dependency", HF_STR_EMPTY,
            hf_str_copy(c->arena, hf_str_of(why.message)), hf_str_of(why.message));
        return true;
    }
    hf_plan_facts facts = hf_plan_facts_of(plan->plan);
    for (uint32_t i = 0; i < facts.down_at_start_count; i++)
        add(c, "check.down_at_start", true, "asset", plan->keys[facts.down_at_start[i]],
            HF_STR("down before anything happens: no source reaches it or a need is never met"),
            HF_STR_EMPTY);
    const hf_loop *loops = hf_plan_loops(plan, &loop_count);
    for (uint32_t i = 0; i < loop_count; i++) {
        HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
        hf_str keys = hf_loop_keys(c->session, plan, &loops[i], &scratch);
        if (count_up(c, "check.self_sustaining_loop", false, plan->keys[loops[i].assets[0]]))
            list(c, "check.self_sustaining_loop", false, "asset", plan->keys[loops[i].assets[0]],
                 hf_str_format(c->arena,
                               "%u assets keep each other up without a supplier outside (%.*s); "
                               "declare a network layer?",
                               loops[i].asset_count, HF_STR_ARG(keys)),
                 keys);
    }
    hf_plan_release(c->session, &plan);
    return true;
}

static bool check_proposals(checking *c, hf_error *err)
{
    hf_filter proposed = {.field = hf_noun_field(&hf_noun_dependency, HF_STR("state"), NULL),
                          .how = HF_IS,
                          .value = HF_STR("proposed")};
    hf_query query = {.noun = &hf_noun_dependency,
                      .filters = &proposed,
                      .filter_count = 1,
                      .limit = HF_LIST_LIMIT_MAX};
    hf_page page = {0};
    uint64_t total = 0;
    hf_can_narrow(&c->session->actor, HF_CAN_READ, &query, c->arena);
    if (!hf_store_list(c->read, &query, c->arena, &page, err) ||
        !hf_store_count(c->read, &query, &total, err))
        return false;
    for (size_t i = 0; i < page.count; i++)
        add(c, "check.open_proposal", false, "dependency", ((const hf_head *)page.records[i])->key,
            HF_STR("proposed by a rule and not decided; it does not count in questions"),
            HF_STR_EMPTY);
    for (size_t i = 0; page.count > 0 && i < c->out->total_count; i++)
        if (strcmp(c->out->totals[i].code, "check.open_proposal") == 0)
            c->out->totals[i].count = total;
    return true;
}

static bool check_log(checking *c, hf_error *err)
{
    int64_t broken = 0;
    uint64_t checked = 0;
    if (!hf_event_verify(c->read, &broken, &checked, err))
        return false;
    if (broken > 0)
        add(c, "check.log_broken", true, "event",
            hf_str_format(c->arena, "%lld", (long long)broken),
            HF_STR("the log does not fit its hashes from this line on; someone changed it from "
                   "outside"),
            HF_STR_EMPTY);
    return true;
}

static bool check(const hf_session *session, bool is_quick, hf_arena *arena, hf_check_result *out,
                  hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    checking c = {.session = session, .arena = arena, .out = out, .is_quick = is_quick};
    *out = (hf_check_result){0};
    if (!hf_can(&session->actor, HF_CAN_READ, &hf_noun_asset, NULL, err) ||
        !hf_read_begin(session->store, &read, err))
        return false;
    c.read = read;
    if (!read_keys(&c, &hf_noun_taxonomy, &c.codes, err) ||
        !read_keys(&c, &hf_noun_region, &c.regions, err) ||
        !read_keys(&c, &hf_noun_organisation, &c.organisations, err) ||
        !read_keys(&c, &hf_noun_service, &c.services, err) || !check_plan(&c, err) ||
        !check_assets(&c, err) || !check_proposals(&c, err) || !check_log(&c, err))
        return false;
    out->list = c.faults.items;
    out->count = c.faults.count;
    return true;
}

bool hf_check_register(const hf_session *session, hf_arena *arena, hf_check_result *out,
                       hf_error *err)
{
    return check(session, false, arena, out, err);
}

bool hf_check_totals(const hf_session *session, hf_arena *arena, hf_check_result *out,
                     hf_error *err)
{
    return check(session, true, arena, out, err);
}

void hf_write_check(const hf_check_result *result, hf_json_writer *out)
{
    uint64_t total = 0;
    hf_json_begin_object(out);
    hf_json_name(out, "faults");
    hf_json_begin_array(out);
    for (size_t i = 0; i < result->count; i++) {
        const hf_fault *fault = &result->list[i];
        hf_json_begin_object(out);
        hf_json_name(out, "code");
        hf_json_add_z(out, fault->code);
        hf_json_name(out, "severity");
        hf_json_add_z(out, fault->is_error ? "error" : "warning");
        hf_json_name(out, "noun");
        hf_json_add_str(out, fault->noun);
        hf_json_name(out, "key");
        hf_json_add_str(out, fault->key);
        hf_json_name(out, "message");
        hf_json_add_str(out, fault->message);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "totals");
    hf_json_begin_array(out);
    for (size_t i = 0; i < result->total_count; i++) {
        total += result->totals[i].count;
        hf_json_begin_object(out);
        hf_json_name(out, "code");
        hf_json_add_z(out, result->totals[i].code);
        hf_json_name(out, "severity");
        hf_json_add_z(out, result->totals[i].is_error ? "error" : "warning");
        hf_json_name(out, "count");
        hf_json_add_u64(out, result->totals[i].count);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
    hf_json_name(out, "count");
    hf_json_add_u64(out, total);
    hf_json_end_object(out);
}
