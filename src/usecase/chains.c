// SPDX-License-Identifier: Apache-2.0
//
// Dependency chains: dependencies → links, the engine's search, sentences and JSON.
#include "usecase/chains.h"

#include <math.h>
#include <string.h>

#include "model/dependency.h"
#include "usecase/each_known.h"
#include "usecase/names.h"

typedef HF_VEC(hf_chain_link) chain_links;
typedef HF_VEC(hf_str) texts;

typedef struct {
    const hf_register_plan *plan;
    hf_arena *arena;
    chain_links links;
    texts inputs;
    uint64_t without_impact;
} gathering;

// Growth that is not given is linear: neither the hope nor the fear.
static hf_chain_growth growth_of(const hf_dependency *dependency)
{
    switch (dependency->growth) {
    case HF_GROWTH_FAST:
        return HF_CHAIN_FAST;
    case HF_GROWTH_SLOW:
        return HF_CHAIN_SLOW;
    default:
        return HF_CHAIN_LINEAR;
    }
}

static void add_link(gathering *g, const hf_dependency *dependency)
{
    if (dependency->state != HF_STATE_ACCEPTED || hf_dependency_is_link(dependency) ||
        !(dependency->strength > 0))
        return;
    if (dependency->impact == HF_INTEGER_NONE) {
        g->without_impact++;
        return;
    }
    hf_chain_link link = {.from = hf_plan_find(g->plan, dependency->supplier),
                          .to = hf_plan_find(g->plan, dependency->consumer),
                          .likelihood = dependency->strength,
                          .impact = (double)dependency->impact,
                          .full_min = isnan(dependency->full_h) ? 0 : dependency->full_h * 60,
                          .growth = growth_of(dependency)};
    HF_VEC_ADD(g->arena, &g->links, link);
    hf_str input = hf_str_copy(g->arena, dependency->input);
    HF_VEC_ADD(g->arena, &g->inputs, input);
}

static void take_dependency(void *context, const void *record)
{
    gathering *g = context;
    if (g->plan->dependencies == NULL ||
        hf_row_set_has(g->plan->dependencies, ((const hf_head *)record)->row))
        add_link(g, record);
}

// Which of them the asker may know of is a matter of the plan.
static bool gather(gathering *g, hf_read *read, hf_error *err)
{
    return hf_each_known(NULL, read, &hf_noun_dependency, NULL, 0, take_dependency, g, err);
}

// --- sentences -------------------------------------------------------------------------------------------

static bool add_step(const hf_namer *namer, const hf_chains_answer *answer, uint32_t link_index,
                     hf_buf *steps, hf_error *err)
{
    const hf_chain_link *link = &answer->links[link_index];
    hf_str name = HF_STR_EMPTY;
    if (!hf_name_of(namer, link->to, &name, NULL, err))
        return false;
    hf_str input = answer->inputs[link_index];
    if (input.len == 0)
        input = hf_message_text(namer->lang, "result.input.unnamed", namer->arena);
    const hf_message_value values[] = {
        {.name = "name", .text = name},
        {.name = "input", .text = input},
        {.name = "likelihood", .is_number = true, .number = link->likelihood},
        {.name = "impact",
         .is_number = true,
         .number = hf_chain_impact(link, answer->at_min, true)}};
    if (steps->len > 0)
        hf_buf_add_str(steps, hf_message_text(namer->lang, "result.chain.then", namer->arena));
    hf_message(namer->lang, "result.chain.step", values, HF_COUNT(values), steps);
    return true;
}

static bool tell_chain(const hf_namer *namer, const hf_chains_answer *answer, const hf_chain *chain,
                       hf_str *sentence, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf steps = hf_buf_of(1u << 18);
    HF_CLEANUP(hf_buf_done) hf_buf text = hf_buf_of(1u << 18);
    const uint32_t *path = answer->list.path + chain->first_link;
    hf_str first = HF_STR_EMPTY;
    if (!hf_name_of(namer, answer->links[path[0]].from, &first, NULL, err))
        return false;
    for (uint32_t i = 0; i < chain->link_count; i++)
        if (!add_step(namer, answer, path[i], &steps, err))
            return false;
    const hf_message_value values[] = {{.name = "first", .text = first},
                                       {.name = "steps", .text = hf_buf_str(&steps)},
                                       {.name = "risk", .is_number = true, .number = chain->risk}};
    hf_message(namer->lang, "result.chain.text", values, HF_COUNT(values), &text);
    *sentence = hf_buf_copy(namer->arena, &text);
    return true;
}

static bool tell_chains(const hf_namer *namer, hf_chains_answer *answer, hf_error *err)
{
    hf_str *sentences = HF_NEW_N(namer->arena, hf_str, answer->list.chain_count);
    for (uint32_t i = 0; i < answer->list.chain_count; i++)
        if (!tell_chain(namer, answer, &answer->list.chains[i], &sentences[i], err))
            return false;
    answer->sentences = sentences;
    return true;
}

// --- the question ----------------------------------------------------------------------------------------

static bool ask_engine(const hf_session *session, const hf_chains_request *request,
                       hf_chain_question *question, hf_arena *arena, hf_chains_answer *out,
                       hf_error *err)
{
    const _Atomic bool *stop = request->watch != NULL ? &request->watch->stop : NULL;
    uint32_t *harden = NULL;
    out->total_before = NAN;
    if (request->harden_count > 0) {
        hf_chain_list before;
        if (!hf_plan_find_all(out->plan, request->harden, request->harden_count, arena, &harden,
                              err) ||
            !hf_chains_find(question, session->pool, stop, arena, &before, err))
            return false;
        out->total_before = before.total_risk;
        uint8_t *is_hardened = HF_NEW_N(arena, uint8_t, out->plan->asset_count);
        for (size_t i = 0; i < request->harden_count; i++)
            is_hardened[harden[i]] = 1;
        question->is_hardened = is_hardened;
        question->hardened = request->harden_to;
    }
    return hf_chains_find(question, session->pool, stop, arena, &out->list, err) &&
           hf_chains_rank_nodes(question, &out->list, arena, &out->nodes, &out->node_count, err);
}

static bool answer_chains(const hf_session *session, const hf_chains_request *request,
                          hf_arena *arena, hf_chains_answer *out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    gathering g = {.plan = out->plan, .arena = arena};
    uint32_t *starts = NULL;
    if (!hf_read_begin(session->store, &read, err))
        return false;
    // The links must be those of the plan's register, not of one that moved on meanwhile.
    if (hf_read_data_version(read) != out->plan->data_version)
        return hf_fail(err, HF_ERR_BUSY, "question.moved_on",
                       "the register changed while the question was read; ask again");
    if (!gather(&g, read, err))
        return false;
    out->without_impact = g.without_impact;
    if (g.links.count == 0)
        return hf_fail(err, HF_ERR_INPUT, "chains.no_impact",
                       "no dependency has an impact; fill the column impact (1 to 9) in "
                       "dependencies.csv");
    if (request->from_count > 0 &&
        !hf_plan_find_all(out->plan, request->from, request->from_count, arena, &starts, err))
        return false;
    out->links = g.links.items;
    out->inputs = g.inputs.items;
    out->at_min = request->at_min > 0 ? request->at_min : (double)INFINITY;
    hf_chain_question question = {.links = g.links.items,
                                  .link_count = (uint32_t)g.links.count,
                                  .node_count = out->plan->asset_count,
                                  .starts = starts,
                                  .start_count = (uint32_t)request->from_count,
                                  .max_links = request->max_links > 0 ? request->max_links : 5,
                                  .top = request->top > 0 ? request->top : 20,
                                  .least_risk = request->least_risk,
                                  .minutes = out->at_min,
                                  .is_ordinal = true};
    hf_namer namer = {.read = read, .lang = session->lang, .plan = out->plan, .arena = arena};
    if (!ask_engine(session, request, &question, arena, out, err) || !tell_chains(&namer, out, err))
        return false;
    double(*profiles)[HF_CHAIN_SLOTS] =
        hf_arena_take_n(arena, out->list.chain_count, sizeof(profiles[0]));
    for (uint32_t i = 0; i < out->list.chain_count; i++)
        hf_chain_profile(&question, &out->list, i, profiles[i]);
    out->profiles = (const double(*)[HF_CHAIN_SLOTS])profiles;
    return true;
}

bool hf_ask_chains(const hf_session *session, const hf_chains_request *request, hf_arena *arena,
                   hf_chains_answer *out, hf_error *err)
{
    *out = (hf_chains_answer){0};
    if (!hf_plan_take(session, &out->plan, err))
        return false;
    if (answer_chains(session, request, arena, out, err))
        return true;
    hf_plan_release(session, &out->plan);
    return false;
}

// --- JSON ------------------------------------------------------------------------------------------------

static void write_link(const hf_chains_answer *answer, uint32_t index, hf_json_writer *out)
{
    const hf_chain_link *link = &answer->links[index];
    hf_json_begin_object(out);
    hf_json_name(out, "supplier");
    hf_json_add_str(out, answer->plan->keys[link->from]);
    hf_json_name(out, "consumer");
    hf_json_add_str(out, answer->plan->keys[link->to]);
    hf_json_name(out, "input");
    hf_json_add_str(out, answer->inputs[index]);
    hf_json_name(out, "likelihood");
    hf_json_add_double(out, link->likelihood);
    hf_json_name(out, "impact");
    hf_json_add_double(out, hf_chain_impact(link, answer->at_min, true));
    hf_json_end_object(out);
}

static void add_slots(const char *name, const double values[HF_CHAIN_SLOTS], hf_json_writer *out)
{
    hf_json_name(out, name);
    hf_json_begin_array(out);
    for (uint32_t slot = 0; slot < HF_CHAIN_SLOTS; slot++)
        hf_json_add_double(out, values[slot]);
    hf_json_end_array(out);
}

static void write_chain(const hf_chains_answer *answer, uint32_t index, hf_json_writer *out)
{
    const hf_chain *chain = &answer->list.chains[index];
    hf_json_begin_object(out);
    hf_json_name(out, "risk");
    hf_json_add_double(out, chain->risk);
    hf_json_name(out, "last_risk");
    hf_json_add_double(out, chain->last_risk);
    hf_json_name(out, "links");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < chain->link_count; i++)
        write_link(answer, answer->list.path[chain->first_link + i], out);
    hf_json_end_array(out);
    add_slots("profile", answer->profiles[index], out);
    hf_json_name(out, "sentence");
    hf_json_add_str(out, answer->sentences[index]);
    hf_json_end_object(out);
}

static void write_node(const hf_chains_answer *answer, const hf_chain_node *node,
                       hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "key");
    hf_json_add_str(out, answer->plan->keys[node->node]);
    hf_json_name(out, "chains");
    hf_json_add_u64(out, node->chain_count);
    hf_json_name(out, "risk");
    hf_json_add_double(out, node->chain_risk);
    hf_json_name(out, "influence");
    hf_json_add_double(out, node->influence);
    hf_json_name(out, "betweenness");
    hf_json_add_double(out, node->betweenness); // NaN is written as null: too large to compute
    hf_json_end_object(out);
}

void hf_write_chains(const hf_chains_answer *answer, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "chains");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < answer->list.chain_count; i++)
        write_chain(answer, i, out);
    hf_json_end_array(out);
    add_slots("slots_min", hf_chain_slot_min, out);
    hf_json_name(out, "is_full");
    hf_json_add_bool(out, answer->list.is_full);
    hf_json_name(out, "total_risk");
    hf_json_add_double(out, answer->list.total_risk);
    hf_json_name(out, "total_risk_before");
    hf_json_add_double(out, answer->total_before); // NaN is written as null: nothing was hardened
    hf_json_name(out, "nodes");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < answer->node_count; i++)
        write_node(answer, &answer->nodes[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "without_impact");
    hf_json_add_u64(out, answer->without_impact);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, answer->plan->digest);
    hf_json_name(out, "model");
    hf_json_add_z(out, HF_CHAIN_MODEL);
    hf_write_sight(answer->plan, out);
    hf_json_end_object(out);
}
