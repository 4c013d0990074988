// SPDX-License-Identifier: Apache-2.0
//
// The course over time of a simulation, by sector and by region. The engine sums up one row for each pair of the two;
// both are added up from those whole numbers. See simulate.h.
#include "base/map.h"
#include "base/vec.h"
#include "usecase/result_json.h"
#include "usecase/simulate.h"

static double steps_of(const hf_simulation *simulation)
{
    double step_h = simulation->step_h > 0 ? simulation->step_h : 1;
    return simulation->hours > 0 ? ceil(simulation->hours / step_h) + 1 : 1;
}

void hf_simulate_by_region(hf_arena *arena, hf_simulate_answer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_register_plan *plan = out->plan;
    hf_map rows = hf_map_of(&scratch, plan->sector_count);
    uint32_t *row_of = HF_NEW_N(arena, uint32_t, plan->asset_count);
    HF_VEC(uint32_t) sectors = {0}, regions = {0};
    for (uint32_t a = 0; a < plan->asset_count; a++) {
        uint64_t pair = (uint64_t)plan->sector[a] << 32 | plan->region[a];
        uint32_t row = (uint32_t)sectors.count;
        if (hf_map_add_u64(&rows, pair, row, &row)) {
            HF_VEC_ADD(arena, &sectors, plan->sector[a]);
            HF_VEC_ADD(arena, &regions, plan->region[a]);
        }
        row_of[a] = row;
    }
    if (sectors.count == 0 ||
        (double)sectors.count * steps_of(&out->simulation) > (double)HF_SERIES_NUMBERS_MAX)
        return;
    out->series_sector = sectors.items;
    out->series_region = regions.items;
    out->simulation.series_of = row_of;
    out->simulation.series_count = (uint32_t)sectors.count;
}

static HF_U128 number_of(hf_wide sum)
{
    return (HF_U128)sum.high << 64 | sum.low;
}

// The rows of the tally added up to groups, each with the mean of its steps.
//
// group_of  of each row of the tally; NULL = a row is a group
// texts     names of the groups
static void write_groups(const hf_simulate_answer *answer, const uint32_t *group_of,
                         const hf_str *texts, uint32_t count, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_tally *tally = &answer->tally;
    const uint32_t *order = hf_order_of_texts(texts, count, &scratch);
    size_t steps = answer->summary.step_count;
    HF_U128 *sums = hf_arena_take_n(&scratch, count * steps, sizeof(HF_U128));
    for (size_t t = 0; t < steps; t++)
        for (uint32_t row = 0; row < tally->series_count; row++)
            sums[(group_of == NULL ? row : group_of[row]) * steps + t] +=
                number_of(tally->series[t * tally->series_count + row]);
    hf_json_begin_object(out);
    for (uint32_t i = 0; i < count; i++) {
        hf_json_name_str(out, texts[order[i]]);
        hf_json_begin_array(out);
        for (size_t t = 0; t < steps; t++)
            hf_json_add_double(out,
                               (double)sums[order[i] * steps + t] / (double)tally->done_trials);
        hf_json_end_array(out);
    }
    hf_json_end_object(out);
}

void hf_write_series(const hf_simulate_request *request, const hf_simulate_answer *answer,
                     hf_json_writer *out)
{
    const hf_register_plan *plan = answer->plan;
    hf_json_name(out, "series");
    hf_json_begin_object(out);
    hf_json_name(out, "unit");
    hf_json_add_z(out, "people");
    hf_json_name(out, "hours");
    hf_json_add_double(out, answer->summary.hours);
    hf_json_name(out, "step_h");
    hf_json_add_double(out, answer->summary.step_h);
    hf_json_name(out, "sectors");
    write_groups(answer, answer->series_sector, plan->sectors, plan->sector_count, out);
    if (request->form > 1) {
        hf_json_name(out, "regions");
        if (answer->series_region != NULL)
            write_groups(answer, answer->series_region, plan->regions, plan->region_count, out);
        else
            hf_json_add_null(out);
    }
    hf_json_end_object(out);
}
