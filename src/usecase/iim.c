// SPDX-License-Identifier: Apache-2.0
//
// Inoperability of sectors: the shock of a cascade, the engine's equilibrium and course, and JSON.
#include "usecase/iim.h"

#include <string.h>

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

// Adds to the shock which share of each sector falls with the assets: of the people it serves, or of its
// assets where it serves nobody.
static bool add_cascade(const hf_session *session, hf_iim_answer *answer, hf_arena *arena,
                        hf_error *err)
{
    hf_iim_request *request = &answer->request;
    hf_cascade_request question = {.fail = request->fail, .fail_count = request->fail_count};
    hf_cascade_answer fallen = {0};
    if (!hf_ask_cascade(session, &question, arena, &fallen, err))
        return false;
    const hf_register_plan *plan = fallen.plan;
    double *people = HF_NEW_N(arena, double, plan->sector_count);
    double *assets = HF_NEW_N(arena, double, plan->sector_count);
    double *fallen_assets = HF_NEW_N(arena, double, plan->sector_count);
    for (uint32_t a = 0; a < plan->asset_count; a++) {
        people[plan->sector[a]] += (double)plan->people[a];
        assets[plan->sector[a]] += 1;
    }
    for (uint32_t i = 0; i < fallen.cascade.fall_count; i++)
        fallen_assets[plan->sector[fallen.cascade.falls[i].asset]] += 1;
    for (uint32_t s = 0; s < request->sector_count; s++)
        for (uint32_t k = 0; k < plan->sector_count; k++) {
            if (!hf_str_equal_ascii_case(plan->sectors[k], request->sectors[s]))
                continue;
            double lost = people[k] > 0
                              ? share((double)fallen.cascade.by_sector[k].people, people[k])
                              : share(fallen_assets[k], assets[k]);
            request->shock[s] = request->shock[s] + lost > 1 ? 1 : request->shock[s] + lost;
        }
    memcpy(answer->digest, plan->digest, sizeof(answer->digest));
    answer->is_visible_only = plan->is_visible_only;
    hf_plan_release(session, &fallen.plan);
    return true;
}

static bool solve_course(const hf_iim *model, hf_iim_answer *answer, hf_arena *arena, hf_error *err)
{
    const hf_iim_request *request = &answer->request;
    uint32_t n = request->sector_count, steps = request->steps;
    if (request->rate == NULL)
        return hf_fail(err, HF_ERR_INPUT, "iim.rate_missing",
                       "a course over time needs how fast each sector recovers; add the column "
                       "rate (0 to below 1, per step)");
    if (steps > 100000)
        return hf_fail(err, HF_ERR_INPUT, "iim.steps", "%u steps; give 1 to 100000",
                       (unsigned)steps);
    double *shocks = HF_NEW_N(arena, double, (size_t)steps *n);
    for (uint32_t t = 0; t < steps; t++)
        if (request->shock_steps == 0 || t < request->shock_steps)
            memcpy(&shocks[(size_t)t * n], request->shock, n * sizeof(shocks[0]));
    hf_diim question = {.model = *model,
                        .rate = request->rate,
                        .start = request->start,
                        .shocks = shocks,
                        .step_count = steps,
                        .is_continuous = request->is_continuous};
    answer->has_course = true;
    return hf_diim_run(&question, arena, &answer->course, err);
}

bool hf_ask_iim(const hf_session *session, const hf_iim_request *request, hf_arena *arena,
                hf_iim_answer *out, hf_error *err)
{
    uint32_t n = request->sector_count;
    *out = (hf_iim_answer){.request = *request};
    if (!hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err))
        return false;
    out->request.shock = HF_NEW_N(arena, double, n);
    if (request->shock != NULL)
        memcpy(out->request.shock, request->shock, n * sizeof(double));
    if (request->is_flows) {
        if (request->output == NULL)
            return hf_fail(err, HF_ERR_INPUT, "iim.output_missing",
                           "a table of flows needs the output of each sector; add the column "
                           "output");
        out->request.matrix = HF_NEW_N(arena, double, (size_t)n *n);
        if (!hf_iim_from_flows(request->matrix, request->output, n, out->request.matrix, err))
            return false;
    }
    if (request->fail_count > 0 && !add_cascade(session, out, arena, err))
        return false;
    hf_iim model = {.sector_count = n,
                    .a = out->request.matrix,
                    .shock = out->request.shock,
                    .output = request->output};
    return hf_iim_solve(&model, arena, &out->result, err) &&
           (request->steps == 0 || solve_course(&model, out, arena, err));
}

// --- JSON ------------------------------------------------------------------------------------------------

static void write_number(hf_json_writer *out, const char *name, double value)
{
    hf_json_name(out, name);
    hf_json_add_double(out, value);
}

static void write_sector(const hf_iim_answer *answer, uint32_t i, hf_json_writer *out)
{
    const hf_iim_result *result = &answer->result;
    hf_json_begin_object(out);
    hf_json_name(out, "sector");
    hf_json_add_str(out, answer->request.sectors[i]);
    write_number(out, "shock", answer->request.shock[i]);
    write_number(out, "q", result->q[i]);
    if (result->loss != NULL)
        write_number(out, "loss", result->loss[i]);
    write_number(out, "dependency", result->dependency[i]);
    write_number(out, "influence", result->influence[i]);
    write_number(out, "overall_dependency", result->overall_dependency[i]);
    write_number(out, "overall_influence", result->overall_influence[i]);
    if (answer->has_course)
        write_number(out, "duration", answer->course.duration[i]);
    if (answer->has_course && answer->course.loss != NULL)
        write_number(out, "course_loss", answer->course.loss[i]);
    hf_json_end_object(out);
}

static void write_course(const hf_iim_answer *answer, hf_json_writer *out)
{
    uint32_t n = answer->request.sector_count;
    hf_json_name(out, "course");
    hf_json_begin_array(out);
    for (uint32_t t = 0; t <= answer->request.steps; t++) {
        hf_json_begin_array(out);
        for (uint32_t i = 0; i < n; i++)
            hf_json_add_double(out, answer->course.q[(size_t)t * n + i]);
        hf_json_end_array(out);
    }
    hf_json_end_array(out);
}

void hf_write_iim(const hf_iim_answer *answer, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "sectors");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < answer->request.sector_count; i++)
        write_sector(answer, i, out);
    hf_json_end_array(out);
    write_number(out, "spectral_radius", answer->result.spectral_radius);
    hf_json_name(out, "is_capped");
    hf_json_add_bool(out, answer->result.is_capped);
    if (answer->result.loss != NULL)
        write_number(out, "total_loss", answer->result.total_loss);
    if (answer->has_course)
        write_course(answer, out);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, answer->digest[0] != '\0' ? answer->digest : NULL);
    hf_json_name(out, "model");
    hf_json_add_z(out, answer->has_course ? HF_DIIM_MODEL : HF_IIM_MODEL);
    if (answer->is_visible_only)
        hf_write_visible(out);
    hf_json_end_object(out);
}
