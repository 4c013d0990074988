// SPDX-License-Identifier: Apache-2.0
//
// One what-if: keys of what is lost → what falls, when and why, and its JSON. The same JSON goes out of the
// command line and the API.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/asset.h"
#include "usecase/question.h"
#include "usecase/result_json.h"

// How long each asset takes from the return of its inputs to its own: restore_h, else its repair_h, else
// nothing.
static bool read_restore(const hf_session *session, const hf_register_plan *plan, hf_arena *arena,
                         double **out, hf_error *err)
{
    HF_CLEANUP(hf_read_end) hf_read *read = NULL;
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    double *hours = HF_NEW_N(arena, double, plan->asset_count);
    if (!hf_read_begin(session->store, &read, err) ||
        !hf_scan_open(read, &hf_noun_asset, false, &scan, err))
        return false;
    for (;;) {
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            break;
        const hf_asset *asset = record;
        uint32_t index = hf_plan_find(plan, asset->head.key);
        if (index == HF_NO_INDEX)
            continue; // added since the plan was built
        double own = isnan(asset->restore_h) ? asset->repair_h : asset->restore_h;
        hours[index] = isnan(own) ? 0 : own;
    }
    *out = hours;
    return true;
}

static bool run_outage(const hf_session *session, const hf_cascade_request *request,
                       const hf_register_plan *plan, const uint32_t *fail, hf_arena *arena,
                       hf_cascade *out, hf_error *err)
{
    double *restore_h = NULL;
    if (!read_restore(session, plan, arena, &restore_h, err))
        return false;
    hf_outage_question question = {.fail = fail,
                                   .fail_count = (uint32_t)request->fail_count,
                                   .hours = request->hours,
                                   .restore_h = restore_h};
    return hf_outage_run(plan->plan, &question, arena, out, err);
}

static bool run_cascade(const hf_cascade_request *request, const hf_register_plan *plan,
                        const uint32_t *fail, hf_arena *arena, hf_cascade_answer *out,
                        hf_error *err)
{
    hf_question question = {.fail = fail,
                            .fail_count = (uint32_t)request->fail_count,
                            .hours = request->hours,
                            .step_h = request->step_h,
                            .restart = request->restart};
    hf_cascade *other = HF_NEW(arena, hf_cascade);
    hf_engine_state *state = hf_plan_state_take(plan);
    bool is_answered = hf_cascade_run(plan->plan, &question, state, arena, &out->cascade, err);
    if (is_answered && request->has_both_restarts) {
        question.restart =
            request->restart == HF_RESTART_FREE ? HF_RESTART_SEQUENTIAL : HF_RESTART_FREE;
        is_answered = hf_cascade_run(plan->plan, &question, state, arena, other, err);
        out->other = other;
    }
    hf_plan_state_release(plan, state);
    return is_answered;
}

bool hf_ask_cascade(const hf_session *session, const hf_cascade_request *request, hf_arena *arena,
                    hf_cascade_answer *out, hf_error *err)
{
    const hf_register_plan *plan = NULL;
    uint32_t *fail = NULL;
    if (request->has_both_restarts && (!(request->hours > 0) || request->is_outage))
        return hf_fail(err, HF_ERR_USAGE, "cascade.restarts",
                       "restart rules differ over time only: give hours, and not the model of "
                       "outages");
    if (!hf_plan_take(session, &plan, err))
        return false;
    *out = (hf_cascade_answer){.plan = plan,
                               .engine = plan->plan,
                               .restart = request->restart,
                               .has_hours = request->hours > 0,
                               .has_returns = request->hours > 0 || request->is_outage,
                               .model = request->is_outage ? HF_OUTAGE_MODEL : HF_ENGINE_MODEL};
    bool is_answered =
        hf_plan_find_all(plan, request->fail, request->fail_count, arena, &fail, err) &&
        (request->is_outage ? run_outage(session, request, plan, fail, arena, &out->cascade, err)
                            : run_cascade(request, plan, fail, arena, out, err));
    if (!is_answered)
        hf_plan_release(session, &out->plan);
    return is_answered;
}

#define NAMES_BYTES_MAX (16u << 20)

static const char *const cause_words[] = {"damage", "dependency", "network"};

static void write_keys(const hf_register_plan *plan, const uint32_t *assets, uint32_t count,
                       hf_json_writer *out)
{
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        hf_json_add_str(out, plan->keys[assets[i]]);
    hf_json_end_array(out);
}

static void write_via(const hf_cascade_answer *answer, const hf_fall *fall, hf_json_writer *out)
{
    const hf_register_plan *plan = answer->plan;
    hf_json_name(out, "via");
    if (fall->cause == HF_CAUSE_DAMAGE) {
        hf_json_add_null(out);
        return;
    }
    bool is_network = fall->cause == HF_CAUSE_NETWORK;
    hf_json_begin_object(out);
    hf_json_name(out, "input");
    hf_json_add_str(out, is_network ? plan->layers[fall->layer]
                                    : plan->inputs[plan->group_input[fall->group]]);
    hf_json_name(out, "lost");
    write_keys(plan, answer->cascade.lost + fall->first_lost, is_network ? 0 : fall->lost_count,
               out);
    hf_json_end_object(out);
}

static void write_fall(const hf_cascade_answer *answer, const hf_fall *fall, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "key");
    hf_json_add_str(out, answer->plan->keys[fall->asset]);
    hf_json_name(out, "at_h");
    hf_json_add_double(out, fall->at_h);
    if (answer->has_returns) {
        hf_json_name(out, "until_h");
        hf_json_add_double(out, fall->until_h); // infinity is written as null: not before the end
    }
    hf_json_name(out, "cause");
    hf_json_add_z(out, cause_words[fall->cause]);
    write_via(answer, fall, out);
    hf_json_end_object(out);
}

// The static question has no person-hours: null.
static void write_loss_members(const hf_cascade_answer *answer, const hf_loss *loss,
                               hf_json_writer *out)
{
    hf_json_name(out, "people");
    hf_json_add_i64(out, loss->people);
    hf_json_name(out, "people_hours");
    if (answer->has_hours)
        hf_json_add_double(out, loss->people_hours);
    else
        hf_json_add_null(out);
}

static void write_loss(const hf_cascade_answer *answer, hf_arena *scratch, hf_json_writer *out)
{
    const hf_register_plan *plan = answer->plan;
    const hf_cascade *cascade = &answer->cascade;
    bool *is_touched = HF_NEW_N(scratch, bool, plan->sector_count);
    uint32_t *order = hf_order_of_texts(plan->sectors, plan->sector_count, scratch);
    for (uint32_t i = 0; i < cascade->fall_count; i++)
        is_touched[plan->sector[cascade->falls[i].asset]] = true;
    for (uint32_t i = 0; i < cascade->reduction_count; i++)
        is_touched[plan->sector[cascade->reductions[i].asset]] = true;
    hf_json_name(out, "loss");
    hf_json_begin_object(out);
    write_loss_members(answer, &cascade->loss, out);
    hf_json_name(out, "by_sector");
    hf_json_begin_object(out);
    for (uint32_t i = 0; i < plan->sector_count; i++) {
        if (!is_touched[order[i]])
            continue;
        hf_json_name_str(out, plan->sectors[order[i]]);
        hf_json_begin_object(out);
        write_loss_members(answer, &cascade->by_sector[order[i]], out);
        hf_json_end_object(out);
    }
    hf_json_end_object(out);
    hf_json_end_object(out);
}

// Assets with several levels that lost a part only; the member is left out where there are none.
static void write_reductions(const hf_cascade_answer *answer, hf_json_writer *out)
{
    const hf_cascade *cascade = &answer->cascade;
    if (cascade->reduction_count == 0)
        return;
    hf_json_name(out, "reduced");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < cascade->reduction_count; i++) {
        hf_json_begin_object(out);
        hf_json_name(out, "key");
        hf_json_add_str(out, answer->plan->keys[cascade->reductions[i].asset]);
        hf_json_name(out, "level");
        hf_json_add_i64(out, cascade->reductions[i].level);
        hf_json_name(out, "at_h");
        hf_json_add_double(out, cascade->reductions[i].at_h);
        hf_json_end_object(out);
    }
    hf_json_end_array(out);
}

static int by_asset(const void *left, const void *right)
{
    const hf_fall *a = *(const hf_fall *const *)left, *b = *(const hf_fall *const *)right;
    return a->asset < b->asset ? -1 : a->asset > b->asset;
}

static const hf_fall **falls_by_asset(const hf_cascade *cascade, hf_arena *scratch)
{
    const hf_fall **list = HF_NEW_N(scratch, const hf_fall *, cascade->fall_count);
    for (uint32_t i = 0; i < cascade->fall_count; i++)
        list[i] = &cascade->falls[i];
    if (cascade->fall_count > 0)
        qsort(list, cascade->fall_count, sizeof(list[0]), by_asset);
    return list;
}

// Until when an asset is down by each rule: null = not before the end; absent = it does not fall.
static void write_until(const char *name, const hf_fall *fall, hf_json_writer *out)
{
    if (fall == NULL)
        return;
    hf_json_name(out, name);
    hf_json_add_double(out, fall->until_h);
}

static bool are_same_outages(const hf_cascade *a, const hf_fall *of_a, const hf_cascade *b,
                             const hf_fall *of_b)
{
    if (of_a->outage_count != of_b->outage_count)
        return false;
    for (uint32_t i = 0; i < of_a->outage_count; i++) {
        hf_outage left = a->outages[of_a->first_outage + i],
                  right = b->outages[of_b->first_outage + i];
        if (left.from_h != right.from_h || left.to_h != right.to_h)
            return false;
    }
    return true;
}

// Assets that are down at other hours, in the order of their keys. Both may be back for good at the same hour.
static void write_differing(const hf_cascade_answer *answer, const hf_cascade *free_one,
                            const hf_cascade *sequential, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_fall **a = falls_by_asset(free_one, &scratch);
    const hf_fall **b = falls_by_asset(sequential, &scratch);
    uint32_t i = 0, k = 0;
    while (i < free_one->fall_count || k < sequential->fall_count) {
        const hf_fall *left = i < free_one->fall_count ? a[i] : NULL;
        const hf_fall *right = k < sequential->fall_count ? b[k] : NULL;
        if (left != NULL && right != NULL && left->asset != right->asset) {
            if (left->asset < right->asset)
                right = NULL;
            else
                left = NULL;
        }
        i += left != NULL;
        k += right != NULL;
        if (left != NULL && right != NULL && are_same_outages(free_one, left, sequential, right))
            continue;
        hf_json_begin_object(out);
        hf_json_name(out, "key");
        hf_json_add_str(out, answer->plan->keys[left != NULL ? left->asset : right->asset]);
        write_until("free_until_h", left, out);
        write_until("sequential_until_h", right, out);
        hf_json_end_object(out);
    }
}

static void write_restarts(const hf_cascade_answer *answer, hf_json_writer *out)
{
    bool is_free = answer->restart == HF_RESTART_FREE;
    const hf_cascade *free_one = is_free ? &answer->cascade : answer->other;
    const hf_cascade *sequential = is_free ? answer->other : &answer->cascade;
    hf_json_name(out, "restarts");
    hf_json_begin_object(out);
    hf_json_name(out, "free");
    hf_json_add_double(out, free_one->loss.people_hours);
    hf_json_name(out, "sequential");
    hf_json_add_double(out, sequential->loss.people_hours);
    hf_json_name(out, "differing");
    hf_json_begin_array(out);
    write_differing(answer, free_one, sequential, out);
    hf_json_end_array(out);
    hf_json_end_object(out);
}

void hf_write_cascade(const hf_cascade_answer *answer, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_cascade *cascade = &answer->cascade;
    hf_plan_facts facts = hf_plan_facts_of(answer->engine);
    hf_json_begin_object(out);
    hf_json_name(out, "failed");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < cascade->fall_count; i++)
        write_fall(answer, &cascade->falls[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "failed_count");
    hf_json_add_u64(out, cascade->fall_count);
    hf_json_name(out, "down_at_start");
    write_keys(answer->plan, facts.down_at_start, facts.down_at_start_count, out);
    write_reductions(answer, out);
    hf_write_loops(answer->plan, out);
    write_loss(answer, &scratch, out);
    if (answer->other != NULL)
        write_restarts(answer, out);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, answer->plan->digest);
    hf_json_name(out, "model");
    hf_json_add_z(out, answer->model);
    hf_write_sight(answer->plan, out);
    hf_json_end_object(out);
}

static void add_u32(hf_buf *out, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                        (uint8_t)(value >> 24)};
    hf_buf_add(out, bytes, sizeof(bytes));
}

static void add_f32(hf_buf *out, double value)
{
    float narrow = (float)value;
    uint32_t bits = 0;
    memcpy(&bits, &narrow, sizeof(bits));
    add_u32(out, bits);
}

static void add_texts(hf_json_writer *w, const char *name, const hf_str *texts, uint32_t count)
{
    hf_json_name(w, name);
    hf_json_begin_array(w);
    for (uint32_t i = 0; i < count; i++)
        hf_json_add_str(w, texts[i]);
    hf_json_end_array(w);
}

static void add_fall(const hf_cascade_answer *answer, const hf_fall *fall, hf_buf *out)
{
    const hf_register_plan *plan = answer->plan;
    uint32_t sector = plan->sector[fall->asset];
    uint32_t service = plan->service[fall->asset];
    int64_t people = plan->people[fall->asset];
    add_f32(out, (double)plan->lon[fall->asset]);
    add_f32(out, (double)plan->lat[fall->asset]);
    add_f32(out, fall->at_h);
    add_f32(out, answer->has_returns ? fall->until_h : (double)INFINITY);
    hf_buf_add_byte(out, (char)fall->cause);
    hf_buf_add_byte(out, (char)(sector < 255 ? sector : 255));
    service = service < plan->service_count && service < 65535 ? service : 0;
    hf_buf_add_byte(out, (char)service);
    hf_buf_add_byte(out, (char)(service >> 8));
    add_u32(out, people < UINT32_MAX ? (uint32_t)people : UINT32_MAX);
}

void hf_write_playback(const hf_cascade_answer *answer, hf_buf *out)
{
    const hf_cascade *cascade = &answer->cascade;
    HF_CLEANUP(hf_buf_done) hf_buf names = hf_buf_of(NAMES_BYTES_MAX);
    hf_json_writer w = {.out = &names};
    hf_json_begin_object(&w);
    add_texts(&w, "sectors", answer->plan->sectors, answer->plan->sector_count);
    add_texts(&w, "services", answer->plan->services, answer->plan->service_count);
    hf_json_end_object(&w);
    hf_buf_add(out, "HFPB", 4);
    add_u32(out, cascade->fall_count);
    add_f32(out, cascade->hours);
    add_u32(out, (uint32_t)names.len);
    for (uint32_t i = 0; i < cascade->fall_count; i++)
        add_fall(answer, &cascade->falls[i], out);
    hf_buf_add_str(out, hf_buf_str(&names));
}
