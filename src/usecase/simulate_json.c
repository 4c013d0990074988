// SPDX-License-Identifier: Apache-2.0
//
// The document of a simulation. Its first members are what other programs rely on and change only by addition:
// trials, seed, generator, snapshot, loss, exceedance, assets. Fixed order, shortest numbers, no clock.
#include "usecase/result_json.h"
#include "usecase/simulate.h"

#define PREVIEW_ASSETS 20u

enum { P05, P25, P50, P75, P95, P99 };

static void name_double(hf_json_writer *out, const char *name, double value)
{
    hf_json_name(out, name);
    hf_json_add_double(out, value);
}

static void add_pair(hf_json_writer *out, double first, double second)
{
    hf_json_begin_array(out);
    hf_json_add_double(out, first);
    hf_json_add_double(out, second);
    hf_json_end_array(out);
}

static void write_loss(const hf_simulate_answer *answer, hf_json_writer *out)
{
    static const char *const names[] = {"p05", "p25", "p50", "p75", "p95", "p99"};
    const hf_summary *summary = &answer->summary;
    const hf_quantile *quantiles = summary->quantiles;
    hf_json_name(out, "loss");
    hf_json_begin_object(out);
    hf_json_name(out, "unit");
    hf_json_add_z(out, answer->simulation.hours > 0 ? "person_hours" : "people");
    name_double(out, "mean", summary->mean);
    name_double(out, "stderr", summary->standard_error);
    name_double(out, "p05", quantiles[P05].loss);
    name_double(out, "p50", quantiles[P50].loss);
    name_double(out, "p95", quantiles[P95].loss);
    name_double(out, "p99", quantiles[P99].loss);
    name_double(out, "low", summary->low);
    name_double(out, "high", summary->high);
    name_double(out, "p25", quantiles[P25].loss);
    name_double(out, "p75", quantiles[P75].loss);
    name_double(out, "p_any", summary->p_any_loss);
    hf_json_name(out, "intervals");
    hf_json_begin_object(out);
    for (size_t i = 0; i < HF_COUNT(names); i++) {
        hf_json_name(out, names[i]);
        add_pair(out, quantiles[i].low, quantiles[i].high);
    }
    hf_json_end_object(out);
    hf_json_end_object(out);
}

static void write_curve(const hf_summary *summary, hf_json_writer *out)
{
    hf_json_name(out, "exceedance");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < summary->exceedance_count; i++)
        add_pair(out, summary->exceedance[i].loss, summary->exceedance[i].p);
    hf_json_end_array(out);
}

static void write_band(const hf_summary *summary, hf_json_writer *out)
{
    hf_json_name(out, "exceedance_band");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < summary->exceedance_count; i++)
        add_pair(out, summary->exceedance[i].low, summary->exceedance[i].high);
    hf_json_end_array(out);
}

static void write_asset(const hf_simulate_answer *answer, uint32_t index, hf_json_writer *out)
{
    const hf_asset_summary *asset = &answer->summary.assets[index];
    hf_json_begin_object(out);
    hf_json_name(out, "key");
    hf_json_add_str(out, answer->plan->keys[index]);
    name_double(out, "p_down", asset->p_down);
    name_double(out, "low", asset->low);
    name_double(out, "high", asset->high);
    hf_json_name(out, "mean_down_h");
    if (answer->simulation.hours > 0)
        hf_json_add_double(out, asset->mean_down_h);
    else
        hf_json_add_null(out);
    name_double(out, "p_damaged", asset->p_damaged);
    name_double(out, "p_down_not_own", asset->p_down_not_own);
    name_double(out, "loss_if_damaged", asset->loss_if_damaged); // NaN is written as null
    name_double(out, "loss_if_not_damaged", asset->loss_if_not_damaged);
    name_double(out, "criticality", asset->criticality);
    if (answer->asked.form > 2) {
        name_double(out, "criticality_low", asset->criticality_low);
        name_double(out, "criticality_high", asset->criticality_high);
    }
    hf_json_end_object(out);
}

static void write_assets(const hf_simulate_answer *answer, uint32_t most, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t count = 0;
    const uint32_t *order = hf_simulate_order(answer, &scratch, &count);
    hf_json_name(out, "assets");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < count && i < most; i++)
        write_asset(answer, order[i], out);
    hf_json_end_array(out);
}

static void write_down_at_start(const hf_simulate_answer *answer, hf_json_writer *out)
{
    hf_plan_facts facts = hf_plan_facts_of(answer->engine);
    hf_json_name(out, "down_at_start");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < facts.down_at_start_count; i++)
        hf_json_add_str(out, answer->plan->keys[facts.down_at_start[i]]);
    hf_json_end_array(out);
}

static void write_worths(const hf_simulate_answer *answer, hf_json_writer *out)
{
    hf_json_name(out, "worth");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < answer->worth_count; i++) {
        const hf_worth *worth = &answer->worths[i];
        hf_json_begin_object(out);
        hf_json_name(out, "key");
        hf_json_add_str(out, answer->plan->keys[worth->asset]);
        name_double(out, "value", worth->saving.value);
        name_double(out, "low", worth->saving.low);
        name_double(out, "high", worth->saving.high);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static void write_restarts(const hf_restarts *restarts, hf_json_writer *out)
{
    hf_json_name(out, "restarts");
    hf_json_begin_object(out);
    name_double(out, "free", restarts->free_mean);
    name_double(out, "sequential", restarts->sequential_mean);
    name_double(out, "more", restarts->more.value);
    name_double(out, "low", restarts->more.low);
    name_double(out, "high", restarts->more.high);
    hf_json_end_object(out);
}

static void write_worst(const hf_summary *summary, hf_json_writer *out)
{
    hf_json_name(out, "worst_trials");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < summary->worst_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "trial");
        hf_json_add_u64(out, summary->worst[i].trial);
        name_double(out, "loss", summary->worst[i].loss);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_simulation(const hf_simulate_request *request, const hf_simulate_answer *answer,
                         hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "trials");
    hf_json_add_u64(out, answer->summary.trials);
    hf_json_name(out, "seed");
    hf_json_add_i64(out, request->scenario.seed);
    hf_json_name(out, "generator");
    hf_json_add_z(out, answer->summary.generator);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, answer->plan->digest);
    write_loss(answer, out);
    write_curve(&answer->summary, out);
    write_assets(answer, UINT32_MAX, out);
    write_band(&answer->summary, out);
    hf_write_series(request, answer, out);
    write_down_at_start(answer, out);
    if (request->form > 1)
        hf_write_loops(answer->plan, out);
    hf_json_name(out, "question");
    hf_simulate_write_question(request, out);
    hf_json_name(out, "model");
    hf_json_add_z(out, HF_ENGINE_MODEL);
    if (request->worth_count > 0)
        write_worths(answer, out);
    if (request->has_both_restarts)
        write_restarts(&answer->restarts, out);
    if (request->form > 2)
        write_worst(&answer->summary, out);
    hf_write_sight(answer->plan, out);
    hf_json_end_object(out);
}

void hf_write_preview(const hf_simulate_answer *answer, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "trials");
    hf_json_add_u64(out, answer->summary.trials);
    write_loss(answer, out);
    write_curve(&answer->summary, out);
    write_assets(answer, PREVIEW_ASSETS, out);
    write_band(&answer->summary, out);
    hf_write_sight(answer->plan, out);
    hf_json_end_object(out);
}
