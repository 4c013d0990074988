// SPDX-License-Identifier: Apache-2.0
//
// Draws one trial of a simulation again and writes down what happened in it. See simulate_trial.h.
#include "usecase/simulate_trial.h"

#include <math.h>

#include "usecase/memory.h"

static bool name_class(const hf_simulate_request *request, uint8_t threat_class, hf_arena *arena,
                       hf_str *out, hf_error *err)
{
    hf_scenario_lists lists;
    if (!hf_simulate_check(request, arena, &lists, err))
        return false;
    *out = threat_class < lists.class_count ? lists.class_names[threat_class] : HF_STR_EMPTY;
    return true;
}

static bool draw(hf_trial_answer *out, hf_arena *arena, hf_error *err)
{
    hf_simulate_answer *asked = &out->asked;
    uint64_t allowed = asked->asked.memory_bytes;
    if (!hf_check_trial_memory(asked->engine, &asked->simulation,
                               allowed > 0 ? allowed : hf_memory_free(), err) ||
        !hf_trial_run(asked->engine, &asked->simulation, out->trial, arena, &out->story, err) ||
        !name_class(&asked->asked, out->story.threat_class, arena, &out->threat_class, err))
        return false;
    bool has_hours = asked->simulation.hours > 0;
    out->cascade = (hf_cascade_answer){.plan = asked->plan,
                                       .engine = asked->engine,
                                       .cascade = out->story.cascade,
                                       .has_hours = has_hours,
                                       .has_returns = has_hours,
                                       .model = HF_ENGINE_MODEL};
    return true;
}

bool hf_ask_trial(const hf_session *session, const hf_simulate_request *request, uint64_t trial,
                  hf_arena *arena, hf_trial_answer *out, hf_error *err)
{
    *out = (hf_trial_answer){.trial = trial};
    return hf_simulate_ready(session, request, arena, &out->asked, err) && draw(out, arena, err);
}

bool hf_ask_trial_of_run(const hf_session *session, hf_str key, uint64_t trial, hf_arena *arena,
                         hf_trial_answer *out, hf_error *err)
{
    hf_run *run = NULL;
    hf_simulate_request request;
    *out = (hf_trial_answer){.trial = trial};
    if (!hf_run_question(session, key, arena, &run, &request, err) ||
        !hf_simulate_ready(session, &request, arena, &out->asked, err))
        return false;
    out->run = run;
    if (run->trials <= 0 ||
        trial >= (uint64_t)run->trials) // a stop rule may leave out what was asked for
        return hf_fail(err, HF_ERR_INPUT, "engine.trial",
                       "run '%.*s' has no trial %llu; the last one of %lld is %lld",
                       HF_STR_ARG(key), (unsigned long long)trial, (long long)run->trials,
                       (long long)run->trials - 1);
    if (!hf_str_equal_z(run->snapshot, out->asked.plan->digest) ||
        !hf_str_equal_z(run->model, HF_ENGINE_MODEL))
        return hf_fail(err, HF_ERR_CONFLICT, "run.moved_on",
                       "the register is another one since run '%.*s'; ask the simulation again",
                       HF_STR_ARG(key));
    return draw(out, arena, err);
}

void hf_trial_done(const hf_session *session, hf_trial_answer *answer)
{
    hf_simulate_done(session, &answer->asked);
}

static void write_damage(const hf_trial_answer *answer, hf_json_writer *out)
{
    hf_json_name(out, "damage");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < answer->story.damage_count; i++) {
        const hf_trial_damage *damage = &answer->story.damage[i];
        hf_json_begin_object(out);
        hf_json_name(out, "key");
        hf_json_add_str(out, answer->asked.plan->keys[damage->asset]);
        hf_json_name(out, "level");
        hf_json_add_i64(out, damage->level);
        hf_json_name(out, "at_h");
        hf_json_add_double(out, damage->at_h);
        hf_json_name(out, "to_h");
        hf_json_add_double(out, damage->to_h); // infinity is written as null: not before the end
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

void hf_write_trial(const hf_trial_answer *answer, hf_str key, const hf_reasons *reasons,
                    hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "run");
    if (answer->run != NULL)
        hf_json_add_str(out, answer->run->head.key);
    else
        hf_json_add_null(out);
    hf_json_name(out, "trial");
    hf_json_add_u64(out, answer->trial);
    hf_json_name(out, "threat_class");
    if (answer->threat_class.len > 0)
        hf_json_add_str(out, answer->threat_class);
    else
        hf_json_add_null(out);
    hf_json_name(out, "unit");
    hf_json_add_z(out, answer->cascade.has_hours ? "person_hours" : "people");
    hf_json_name(out, "loss");
    hf_json_add_double(out, answer->story.loss);
    write_damage(answer, out);
    hf_json_name(out, "broken_links");
    hf_json_add_u64(out, answer->story.broken_link_count);
    hf_json_name(out, "cascade");
    hf_write_cascade(&answer->cascade, out);
    hf_json_name(out, "why");
    if (reasons != NULL)
        hf_write_reasons(&answer->cascade, key, reasons, out);
    else
        hf_json_add_null(out);
    hf_json_end_object(out);
}
