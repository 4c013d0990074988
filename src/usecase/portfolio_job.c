// SPDX-License-Identifier: Apache-2.0
//
// The job that weighs measures. Its request is the question as hf_portfolio_from_json reads it.
#include "usecase/jobs.h"
#include "usecase/portfolio.h"

static bool run_portfolio(const hf_session *session, const hf_json *request,
                          const hf_progress *progress, hf_arena *arena, hf_buf *result,
                          hf_error *err)
{
    hf_portfolio_request wanted;
    hf_portfolio_answer answer;
    hf_watch watch = {0};
    if (!hf_portfolio_from_json(session, request, arena, &wanted, err))
        return false;
    wanted.watch = &watch;
    hf_job_watch(progress, &watch, 0, "trials"); // how many sets it takes is not known before
    bool is_done = hf_ask_portfolio(session, &wanted, arena, &answer, err);
    hf_job_watch(progress, NULL, 0, "trials");
    if (is_done) {
        hf_json_writer out = {.out = result};
        hf_write_portfolio(&answer, &out);
    }
    hf_portfolio_done(session, &answer);
    return is_done;
}

const hf_job_kind hf_job_kind_portfolio = {
    .name = HF_PORTFOLIO_KIND, .needs = HF_CAN_RUN, .run = run_portfolio};
