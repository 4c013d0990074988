// SPDX-License-Identifier: Apache-2.0
//
// N-2: pairs of assets whose joint loss takes down more than both apart, and its JSON.
#include "usecase/question.h"

bool hf_ask_pairs(const hf_session *session, const hf_rank_request *request, hf_arena *arena,
                  hf_pairs_answer *out, hf_error *err)
{
    *out = (hf_pairs_answer){0};
    if (request->hours > 0)
        return hf_fail(err, HF_ERR_USAGE, "pairs.hours",
                       "pairs are compared without hours; leave --hours out");
    if (!hf_plan_take(session, &out->plan, err))
        return false;
    hf_pair_question question = {.by = request->by,
                                 .top = request->top == 0 ? 100 : (uint32_t)request->top,
                                 .pair_limit = HF_PAIRS_TRIED_MAX};
    if (request->top > HF_PAIR_TOP_MAX)
        question.top = HF_PAIR_TOP_MAX;
    if (hf_rank_choose(session, out->plan, request, arena, &question.among, &question.among_count,
                       err) &&
        hf_pairs_run(out->plan->plan, &question, session->pool, request->watch, arena, &out->list,
                     err))
        return true;
    hf_plan_release(session, &out->plan);
    return false;
}

static void write_pair(const hf_pairs_answer *answer, const hf_pair *pair, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "keys");
    hf_json_begin_array(out);
    hf_json_add_str(out, answer->plan->keys[pair->first]);
    hf_json_add_str(out, answer->plan->keys[pair->second]);
    hf_json_end_array(out);
    hf_json_name(out, "failed_count");
    hf_json_add_u64(out, pair->failed_count);
    hf_json_name(out, "people");
    hf_json_add_i64(out, pair->people);
    hf_json_name(out, "extra_failed");
    hf_json_add_u64(out, pair->extra_failed);
    hf_json_name(out, "extra_people");
    hf_json_add_i64(out, pair->extra_people);
    hf_json_end_object(out);
}

void hf_write_pairs(const hf_pairs_answer *answer, hf_json_writer *out)
{
    hf_json_begin_object(out);
    hf_json_name(out, "pairs");
    hf_json_begin_array(out);
    for (uint32_t i = 0; i < answer->list.pair_count; i++)
        write_pair(answer, &answer->list.pairs[i], out);
    hf_json_end_array(out);
    hf_json_name(out, "tried");
    hf_json_add_u64(out, answer->list.tried);
    hf_json_name(out, "super_additive");
    hf_json_add_u64(out, answer->list.super_count);
    hf_json_name(out, "is_cut");
    hf_json_add_bool(out, answer->list.is_cut);
    hf_json_name(out, "snapshot");
    hf_json_add_z(out, answer->plan->digest);
    hf_write_sight(answer->plan, out);
    hf_json_end_object(out);
}
