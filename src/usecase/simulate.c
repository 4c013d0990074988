// SPDX-License-Identifier: Apache-2.0
//
// From a question to a document: reads and checks the question, gets the register ready for the engine, writes down
// what it answers. See simulate.h.
#include "usecase/simulate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "base/limits.h"
#include "model/asset.h"
#include "usecase/measure.h"

// --- the question ------------------------------------------------------------------------------------------

hf_simulate_request hf_simulate_plain(void)
{
    hf_simulate_request plain = {.strength_digits = 32, .form = HF_SIMULATE_FORM};
    hf_noun_init(&hf_noun_scenario, &plain.scenario);
    plain.scenario.head.marking = HF_TLP_CLEAR; // no scenario tells nothing
    return plain;
}

void hf_simulate_use(hf_simulate_request *request, const hf_scenario *scenario)
{
    request->scenario = *scenario;
    request->scenario_key = scenario->head.version > 0 ? scenario->head.key : HF_STR_EMPTY;
    if (request->title.len == 0)
        request->title = scenario->title;
}

static const hf_json_codes codes = {.not_an_object = "simulate.value",
                                    .member = "simulate.member",
                                    .type = "simulate.value",
                                    .number = "simulate.value",
                                    .guide = "see the guide to simulations"};

static bool read_scenario(const hf_session *session, const hf_json *object, hf_arena *arena,
                          hf_simulate_request *out, hf_error *err)
{
    const hf_json *value = hf_json_member(object, "scenario");
    hf_scenario scenario;
    if (value == NULL)
        return true;
    if (value->type == HF_JSON_TEXT) {
        bool is_file = false;
        char *key = hf_str_z(arena, value->text);
        if (!hf_scenario_find(session, key, arena, &scenario, &is_file, err))
            return hf_fail_at(err, "/scenario", 0, NULL);
    } else if (!hf_scenario_from_json(value, arena, &scenario, err)) {
        return false;
    }
    hf_simulate_use(out, &scenario);
    return true;
}

static bool read_options(const hf_json_place *at, const hf_json *object, hf_simulate_request *out)
{
    static const char *const restarts[] = {"free", "sequential", NULL};
    static const char *const generators[] = {"ars4x32-5", "philox4x32-10", NULL};
    static const char *const kernels[] = {"auto", "sparse", "dense", NULL};
    hf_scenario *scenario = &out->scenario;
    bool has;
    int32_t generator = (int32_t)out->generator, kernel = (int32_t)out->kernel;
    int32_t ask = (int32_t)out->ask;
    int64_t digits = out->strength_digits, worth_count = 0, form = out->form;
    if (!hf_json_read_whole(at, object, "trials", 1, HF_TRIAL_COUNT_MAX, &scenario->trials) ||
        !hf_json_read_whole(at, object, "seed", 0, HF_SIMULATE_SEED_MAX, &scenario->seed) ||
        !hf_json_read_number(at, object, "hours", 0, HF_HOURS_MAX, &has, &scenario->hours) ||
        !hf_json_read_number(at, object, "step_h", 0, HF_HOURS_MAX, &has, &scenario->step_h) ||
        !hf_json_read_choice(at, object, "restart", restarts, &scenario->restart) ||
        !hf_json_read_choice(at, object, "generator", generators, &generator) ||
        !hf_json_read_choice(at, object, "kernel", kernels, &kernel) ||
        !hf_json_read_choice(at, object, "sight", hf_ask_words, &ask) ||
        !hf_json_read_whole(at, object, "strength_digits", 8, 32, &digits) ||
        !hf_json_read_number(at, object, "half_width", 0, 1, &has, &out->half_width) ||
        !hf_json_read_whole(at, object, "worth", 0, HF_WORTH_COUNT_MAX, &worth_count) ||
        !hf_json_read_whole(at, object, "form", 1, HF_SIMULATE_FORM, &form))
        return false;
    if (!hf_json_read_flag(at, object, "both_restarts", &out->has_both_restarts))
        return false;
    out->worth_count = (uint32_t)worth_count;
    out->form = (uint8_t)form;
    out->generator = (hf_generator)generator;
    out->ask = (hf_ask)ask;
    out->kernel = (hf_kernel)kernel;
    out->strength_digits = (uint8_t)digits;
    return digits == 8 || digits == 32 ||
           hf_json_wrong(at, "strength_digits", codes.number, "'strength_digits' must be 8 or 32");
}

static bool read_title(const hf_json_place *at, const hf_json *object, hf_arena *arena,
                       hf_simulate_request *out)
{
    const hf_json *title = hf_json_member(object, "title");
    if (title != NULL && (title->type != HF_JSON_TEXT || title->text.len > 200))
        return hf_json_wrong(at, "title", codes.type,
                             "'title' must be a text of at most 200 bytes");
    out->title = title != NULL ? hf_str_copy(arena, title->text) : HF_STR_EMPTY;
    return true;
}

bool hf_simulate_from_json(const hf_session *session, const hf_json *object, hf_arena *arena,
                           hf_simulate_request *out, hf_error *err)
{
    static const char *const names[] = {
        "scenario",  "trials", "seed",       "hours",           "step_h", "restart",
        "generator", "kernel", "half_width", "strength_digits", "title",  "measures",
        "worth",     "sight",  "form",       "both_restarts",   NULL};
    hf_json_place whole = {&codes, "", "a simulation ", err}, at = {&codes, "", "", err};
    hf_scenario_lists unused;
    *out = hf_simulate_plain();
    if (!hf_json_read_only(&whole, object, names) || !read_title(&at, object, arena, out) ||
        !read_scenario(session, object, arena, out, err) || !read_options(&at, object, out))
        return false;
    const hf_json *measures = hf_json_member(object, "measures");
    return (measures == NULL ||
            hf_measures_read_kept(measures, out->scenario.measures, arena, &out->measures, err)) &&
           hf_simulate_check(out, arena, &unused, err);
}

bool hf_simulate_from_kept(const hf_session *session, const hf_json *question, hf_arena *arena,
                           hf_simulate_request *out, hf_error *err)
{
    if (!hf_simulate_from_json(session, question, arena, out, err))
        return false;
    if (hf_json_member(question, "form") == NULL)
        out->form = 1;
    return true;
}

bool hf_simulate_check(const hf_simulate_request *request, hf_arena *arena,
                       hf_scenario_lists *lists, hf_error *err)
{
    const hf_scenario *scenario = &request->scenario;
    const hf_json_place at = {&codes, "", "", err};
    if (scenario->trials < 1 || scenario->trials > (int64_t)HF_TRIAL_COUNT_MAX)
        return hf_json_wrong(&at, "trials", codes.number,
                             "'trials' must be a whole number from 1 to %" PRId64,
                             (int64_t)HF_TRIAL_COUNT_MAX);
    if (!(request->half_width >= 0 && request->half_width <= 1))
        return hf_json_wrong(&at, "half_width", codes.number,
                             "'half_width' must lie between 0 and 1");
    if (request->worth_count > 0 && scenario->trials > (int64_t)HF_EXACT_TRIALS)
        return hf_json_wrong(&at, "worth", "simulate.worth",
                             "'worth' compares trial by trial; it needs at most %u trials",
                             HF_EXACT_TRIALS);
    if (request->has_both_restarts &&
        (!(scenario->hours > 0) || scenario->trials > (int64_t)HF_EXACT_TRIALS))
        return hf_json_wrong(&at, "both_restarts", "simulate.restarts",
                             "'both_restarts' compares trial by trial over time; it needs hours, "
                             "and at most %u trials",
                             HF_EXACT_TRIALS);
    return hf_scenario_read_lists(scenario, arena, lists, err);
}

void hf_simulate_write_question(const hf_simulate_request *request, hf_json_writer *out)
{
    hf_json_begin_object(out);
    if (request->has_both_restarts) {
        hf_json_name(out, "both_restarts");
        hf_json_add_bool(out, true);
    }
    if (request->form > 1) {
        hf_json_name(out, "form");
        hf_json_add_u64(out, request->form);
    }
    hf_json_name(out, "generator");
    hf_json_add_z(out, hf_generator_name(request->generator));
    hf_json_name(out, "half_width");
    hf_json_add_double(out, request->half_width);
    if (request->measures.len > 0) {
        hf_json_name(out, "measures");
        hf_json_add_raw(out, request->measures);
    }
    hf_json_name(out, "scenario");
    hf_scenario_write(&request->scenario, out);
    hf_json_name(out, "seed");
    hf_json_add_i64(out, request->scenario.seed);
    if (request->ask != HF_ASK_WHOLE) {
        hf_json_name(out, "sight");
        hf_json_add_z(out, hf_ask_words[request->ask]);
    }
    hf_json_name(out, "strength_digits");
    hf_json_add_i64(out, request->strength_digits);
    hf_json_name(out, "trials");
    hf_json_add_i64(out, request->scenario.trials);
    if (request->worth_count > 0) {
        hf_json_name(out, "worth");
        hf_json_add_u64(out, request->worth_count);
    }
    hf_json_end_object(out);
}

// --- the engine --------------------------------------------------------------------------------------------

hf_simulation hf_simulate_question(const hf_simulate_request *request,
                                   const hf_scenario_lists *lists)
{
    const hf_scenario *scenario = &request->scenario;
    return (hf_simulation){
        .class_p = lists->class_p,
        .class_of_event = lists->class_of_event,
        .event_count = lists->event_count,
        .class_count = lists->class_count,
        .trial_count = (uint64_t)scenario->trials,
        .seed = (uint64_t)scenario->seed,
        .generator = request->generator,
        .strength_digits = request->strength_digits,
        .hours = isnan(scenario->hours) ? 0 : scenario->hours,
        .step_h = isnan(scenario->step_h) ? 0 : scenario->step_h,
        .restart =
            scenario->restart == HF_SCENARIO_SEQUENTIAL ? HF_RESTART_SEQUENTIAL : HF_RESTART_FREE,
        .kernel = request->kernel,
        .target_half_width = request->half_width,
        .wants_assets = true,
        .wants_criticality = true,
        .wants_series = true,
        .is_compared = request->worth_count > 0 || request->has_both_restarts,
    };
}

hf_head hf_simulate_protection(const hf_register_plan *plan, const hf_scenario *scenario,
                               hf_arena *arena)
{
    hf_head all = {.marking = plan->max_marking, .compartments = plan->compartments};
    hf_protect(&all, &scenario->head, arena);
    return all;
}

// The plan to run: the register's own, or with the scenario's measures in place one of its own.
static bool put_measures_in_place(const hf_session *session, const hf_simulate_request *request,
                                  hf_arena *arena, hf_simulate_answer *out, hf_error *err)
{
    hf_exposure exposure = {*out->plan->input, out->simulation.hazards,
                            out->simulation.hazard_count};
    hf_plan *plan = NULL;
    out->engine = out->plan->plan;
    memcpy(out->subject, out->plan->digest, sizeof(out->subject));
    if (request->scenario.measures.len == 0)
        return true;
    if ((out->asked.measures.len == 0 &&
         !hf_measures_keep(session, request->scenario.measures, arena, &out->asked.measures,
                           &out->protection, err)) ||
        !hf_measures_put_in_place(session, out->plan, out->asked.measures, arena, &exposure, err) ||
        !hf_plan_build(&exposure.input, arena, &plan, err))
        return false;
    hf_simulate_subject(out->plan->digest, &exposure.input, out->subject);
    out->engine = plan;
    out->simulation.hazards = exposure.hazards;
    return true;
}

static bool write_document(hf_simulate_answer *out, hf_error *err)
{
    hf_json_writer writer = {.out = &out->document};
    hf_write_simulation(&out->asked, out, &writer);
    hf_buf_add_byte(&out->document, '\n');
    return !out->document.overflow ||
           hf_fail(err, HF_ERR_TOO_LARGE, "simulate.too_large", "the result is larger than %u MB",
                   HF_RESULT_BYTES_MAX >> 20);
}

static bool make_ready(const hf_session *session, const hf_simulate_request *request,
                       hf_arena *arena, hf_simulate_answer *out, hf_error *err)
{
    hf_scenario_lists lists;
    hf_hazard *hazards = NULL;
    if (!hf_can(&session->actor, HF_CAN_RUN, NULL, NULL, err) ||
        !hf_simulate_check(request, arena, &lists, err) ||
        !hf_plan_take_chances(session, &out->plan, err))
        return false;
    out->simulation = hf_simulate_question(request, &lists);
    out->protection = hf_simulate_protection(out->plan, &request->scenario, arena);
    if (!hf_scenario_resolve(session, out->plan, &lists, request->scenario.own_damage, arena,
                             &hazards, &out->simulation.hazard_count, err))
        return false;
    out->simulation.hazards = hazards;
    if (request->form > 1)
        hf_simulate_by_region(arena, out);
    return put_measures_in_place(session, request, arena, out, err);
}

bool hf_simulate_ready(const hf_session *session, const hf_simulate_request *request,
                       hf_arena *arena, hf_simulate_answer *out, hf_error *err)
{
    hf_session asking = *session;
    asking.ask = request->ask;
    *out = (hf_simulate_answer){.asked = *request, .document = hf_buf_of(HF_RESULT_BYTES_MAX)};
    bool is_ready = make_ready(&asking, request, arena, out, err);
    if (!is_ready && request->file != NULL && err->source[0] == '/')
        (void)hf_scenario_fail_in(request->file, err);
    return is_ready;
}

bool hf_simulate(const hf_session *session, const hf_simulate_request *request, hf_arena *arena,
                 hf_simulate_answer *out, hf_error *err)
{
    bool is_ready = hf_simulate_ready(session, request, arena, out, err);
    return hf_simulate_engine(session, request, is_ready, arena, out, err) &&
           (request->place.rank != 0 || write_document(out, err));
}

void hf_simulate_done(const hf_session *session, hf_simulate_answer *answer)
{
    hf_plan_release(session, &answer->plan);
    hf_buf_done(&answer->document);
}

// --- order -------------------------------------------------------------------------------------------------

typedef struct {
    uint64_t down;
    uint32_t asset;
} ordered;

static int by_down(const void *left, const void *right)
{
    const ordered *a = left, *b = right;
    if (a->down != b->down)
        return a->down > b->down ? -1 : 1;
    return a->asset < b->asset ? -1 : a->asset > b->asset;
}

uint32_t *hf_simulate_order(const hf_simulate_answer *answer, hf_arena *arena, uint32_t *count)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    uint32_t asset_count = answer->plan->asset_count, next = 0;
    hf_plan_facts facts = hf_plan_facts_of(answer->engine);
    ordered *list = HF_NEW_N(&scratch, ordered, asset_count);
    uint32_t *order = HF_NEW_N(arena, uint32_t, asset_count);
    *count = 0;
    for (uint32_t i = 0; i < asset_count; i++) {
        if (next < facts.down_at_start_count && facts.down_at_start[next] == i)
            next++;
        else
            list[(*count)++] = (ordered){answer->tally.assets[i].down_ever, i};
    }
    if (*count > 0)
        qsort(list, *count, sizeof(*list), by_down);
    for (uint32_t i = 0; i < *count; i++)
        order[i] = list[i].asset;
    return order;
}
