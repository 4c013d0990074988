// SPDX-License-Identifier: Apache-2.0
//
// The consequence of losing each asset alone (N-1), for all assets or those of some kinds, by one measure or by
// several at once, and its JSON.
#include <string.h>

#include "base/json_read.h"
#include "usecase/area.h"
#include "usecase/question.h"
#include "usecase/result_json.h"

static bool find_kinds(const hf_register_plan *plan, const hf_rank_request *request,
                       bool *is_wanted, hf_error *err)
{
    for (size_t i = 0; i < request->among_count; i++) {
        bool is_known = false;
        for (uint32_t kind = 0; kind < plan->kind_count; kind++)
            if (hf_str_equal_ascii_case(plan->kinds[kind], request->among[i])) {
                is_wanted[kind] = true;
                is_known = true;
            }
        if (!is_known)
            return hf_fail(
                err, HF_ERR_NOT_FOUND, "kind.unknown",
                "no asset is of the kind '%.*s'; see the kinds with: holdfast list assets",
                HF_STR_ARG(request->among[i]));
    }
    return true;
}

bool hf_rank_choose(const hf_session *session, const hf_register_plan *plan,
                    const hf_rank_request *request, hf_arena *arena, const uint32_t **among,
                    uint32_t *among_count, hf_error *err)
{
    bool has_kinds = request->among_count > 0;
    bool has_area = request->within.len > 0;
    hf_area area;
    hf_str text;
    *among = NULL;
    *among_count = 0;
    if (!has_kinds && !has_area)
        return true;
    if (has_area && !hf_find_area(session, request->within, arena, &text, &area, err))
        return false;
    bool *is_wanted = HF_NEW_N(arena, bool, plan->kind_count);
    uint32_t *chosen = HF_NEW_N(arena, uint32_t, plan->asset_count);
    if (!find_kinds(plan, request, is_wanted, err))
        return false;
    for (uint32_t i = 0; i < plan->asset_count; i++)
        if ((!has_kinds || is_wanted[plan->kind[i]]) &&
            (!has_area || hf_area_has(&area, (double)plan->lon[i], (double)plan->lat[i])))
            chosen[(*among_count)++] = i;
    *among = chosen;
    return true;
}

// --- several measures at once ------------------------------------------------------------------------------

const char *const hf_rank_criteria[] = {"people", "failed", "sectors", "people_hours", NULL};
enum { BY_PEOPLE, BY_FAILED, BY_SECTORS, BY_PEOPLE_HOURS };

bool hf_rank_weights_of_json(const hf_json *object, const char *pointer, hf_rank_request *out,
                             hf_error *err)
{
    static const hf_json_codes codes = {.not_an_object = "rank.weights",
                                        .member = "rank.weights",
                                        .type = "rank.weights",
                                        .number = "rank.weights",
                                        .guide = "see the guide to questions"};
    const hf_json_place at = {&codes, pointer, "weights: ", err};
    bool has;
    memset(out->weights, 0, sizeof(out->weights));
    out->is_weighted = true;
    if (!hf_json_read_only(&at, object, hf_rank_criteria))
        return false;
    for (int c = 0; c < HF_RANK_CRITERIA; c++)
        if (!hf_json_read_number(&at, object, hf_rank_criteria[c], 0, HF_RANK_WEIGHT_MAX, &has,
                                 &out->weights[c]))
            return false;
    return true;
}

void hf_rank_write_weights(const double weights[HF_RANK_CRITERIA], hf_json_writer *out)
{
    hf_json_begin_object(out);
    for (int c = 0; c < HF_RANK_CRITERIA; c++) {
        hf_json_name(out, hf_rank_criteria[c]);
        hf_json_add_double(out, weights[c]);
    }
    hf_json_end_object(out);
}

static bool check_weights(const hf_rank_request *request, hf_error *err)
{
    double most = 0;
    for (int c = 0; c < HF_RANK_CRITERIA; c++)
        most = request->weights[c] > most ? request->weights[c] : most;
    if (!request->is_weighted)
        return true;
    if (request->by != HF_RANK_PEOPLE)
        return hf_fail(err, HF_ERR_USAGE, "rank.weights",
                       "one measure or weights of several: give one of the two");
    if (!(most > 0))
        return hf_fail(err, HF_ERR_USAGE, "rank.weights",
                       "all weights are 0; give one above 0, of people, failed, sectors or "
                       "people_hours");
    if (request->weights[BY_PEOPLE_HOURS] > 0 && !(request->hours > 0))
        return hf_fail(err, HF_ERR_USAGE, "engine.no_hours",
                       "person-hours need a number of hours to count");
    return true;
}

static bool weigh(const hf_rank_request *request, hf_arena *arena, hf_rank_answer *out,
                  hf_error *err)
{
    const hf_ranking *ranking = &out->ranking;
    size_t count = ranking->row_count;
    double *values = HF_NEW_N(arena, double, count *HF_RANK_CRITERIA);
    for (size_t i = 0; i < count; i++) {
        const hf_rank_row *row = &ranking->rows[i];
        values[BY_PEOPLE * count + i] = (double)row->people;
        values[BY_FAILED * count + i] = (double)row->failed_count;
        values[BY_SECTORS * count + i] = (double)row->sector_count;
        values[BY_PEOPLE_HOURS * count + i] = row->people_hours;
    }
    out->is_weighted = true;
    out->weighed = (hf_score_question){.values = values,
                                       .row_count = (uint32_t)count,
                                       .criterion_count = HF_RANK_CRITERIA,
                                       .weights = request->weights,
                                       .change = HF_RANK_CHANGE};
    return hf_score_rows(&out->weighed, arena, &out->scores, err);
}

uint32_t hf_rank_at(const hf_rank_answer *answer, uint32_t place)
{
    return answer->is_weighted ? answer->scores.order[place] : place;
}

// --- the question ------------------------------------------------------------------------------------------

bool hf_ask_rank(const hf_session *session, const hf_rank_request *request, hf_arena *arena,
                 hf_rank_answer *out, hf_error *err)
{
    const hf_register_plan *plan = NULL;
    hf_rank_question question = {.hours = request->hours,
                                 .step_h = request->step_h,
                                 .restart = request->restart,
                                 .by = request->by,
                                 .sector_0_is_none = true};
    if (!check_weights(request, err) || !hf_plan_take(session, &plan, err))
        return false;
    if (request->by_service) {
        question.class_of = plan->service;
        question.class_count = plan->service_count;
    }
    *out = (hf_rank_answer){.plan = plan, .top = request->top, .has_hours = request->hours > 0};
    if (hf_rank_choose(session, plan, request, arena, &question.among, &question.among_count,
                       err) &&
        hf_rank_run(plan->plan, &question, session->pool, request->watch, arena, &out->ranking,
                    err) &&
        (!request->is_weighted || weigh(request, arena, out, err)))
        return true;
    hf_plan_release(session, &out->plan);
    return false;
}

static void write_kinds(const hf_rank_answer *answer, const hf_rank_row *row, const uint32_t *place,
                        uint32_t *seat, hf_json_writer *out)
{
    // Few kinds fall with one asset: an insertion sort by their place in byte order.
    uint32_t count = row->by_kind_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        while (at > 0 && place[row->by_kind[seat[at - 1]].kind] > place[row->by_kind[i].kind]) {
            seat[at] = seat[at - 1];
            at--;
        }
        seat[at] = i;
    }
    hf_json_begin_object(out);
    for (uint32_t i = 0; i < count; i++) {
        hf_json_name_str(out, answer->plan->kinds[row->by_kind[seat[i]].kind]);
        hf_json_add_u64(out, row->by_kind[seat[i]].count);
    }
    hf_json_end_object(out);
}

// How many sectors lose an asset, what each criterion gives to the score, and between which places the row stands.
static void write_score(const hf_rank_answer *answer, uint32_t index, hf_json_writer *out)
{
    double parts[HF_RANK_CRITERIA];
    for (uint32_t c = 0; c < HF_RANK_CRITERIA; c++)
        parts[c] = hf_score_part(&answer->weighed, &answer->scores, c, index);
    hf_json_name(out, "sector_count");
    hf_json_add_u64(out, answer->ranking.rows[index].sector_count);
    hf_json_name(out, "score");
    hf_json_add_double(out, answer->scores.score[index]);
    hf_json_name(out, "parts");
    hf_rank_write_weights(parts, out);
    hf_json_name(out, "best");
    hf_json_add_u64(out, answer->scores.best[index]);
    hf_json_name(out, "worst");
    hf_json_add_u64(out, answer->scores.worst[index]);
}

static void write_row(const hf_rank_answer *answer, uint32_t index, const uint32_t *place,
                      uint32_t *seat, hf_json_writer *out)
{
    const hf_rank_row *row = &answer->ranking.rows[index];
    hf_json_begin_object(out);
    hf_json_name(out, "key");
    hf_json_add_str(out, answer->plan->keys[row->asset]);
    hf_json_name(out, "failed_count");
    hf_json_add_u64(out, row->failed_count);
    hf_json_name(out, "people");
    hf_json_add_i64(out, row->people);
    hf_json_name(out, "people_hours");
    if (answer->has_hours)
        hf_json_add_double(out, row->people_hours);
    else
        hf_json_add_null(out);
    hf_json_name(out, "failed_by_kind");
    write_kinds(answer, row, place, seat, out);
    if (answer->is_weighted)
        write_score(answer, index, out);
    hf_json_end_object(out);
}

void hf_write_rank(const hf_rank_answer *answer, hf_json_writer *out)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    const hf_register_plan *plan = answer->plan;
    const hf_ranking *ranking = &answer->ranking;
    uint32_t count = ranking->row_count;
    uint32_t *order = hf_order_of_texts(plan->kinds, plan->kind_count, &scratch);
    uint32_t *place = HF_NEW_N(&scratch, uint32_t, plan->kind_count);
    uint32_t *seat = HF_NEW_N(&scratch, uint32_t, plan->kind_count);
    for (uint32_t i = 0; i < plan->kind_count; i++)
        place[order[i]] = i;
    if (answer->top > 0 && answer->top < count)
        count = (uint32_t)answer->top;
    hf_json_begin_object(out);
    hf_json_name(out, "ranking");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        write_row(answer, hf_rank_at(answer, i), place, seat, out);
    hf_json_end_array(out);
    hf_json_name(out, "mean_failed");
    hf_json_add_double(out, ranking->mean_failed);
    hf_json_name(out, "mean_people");
    hf_json_add_double(out, ranking->mean_people);
    if (answer->is_weighted) {
        hf_json_name(out, "weights");
        hf_rank_write_weights(answer->scores.weights, out);
        hf_json_name(out, "greatest");
        hf_rank_write_weights(answer->scores.greatest, out);
        hf_json_name(out, "weight_change");
        hf_json_add_double(out, HF_RANK_CHANGE);
    }
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, plan->digest);
    hf_write_sight(plan, out);
    hf_json_end_object(out);
}
