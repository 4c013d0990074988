// SPDX-License-Identifier: Apache-2.0
//
// Between portfolio.c and portfolio_choose.c (which measures are weighed). Nobody else includes it.
#ifndef HF_USECASE_PORTFOLIO_CHOOSE_H
#define HF_USECASE_PORTFOLIO_CHOOSE_H

#include "usecase/portfolio.h"

// Fills out->measures and out->left_out from the request's among, lock and without.
bool hf_portfolio_choose(const hf_session *session, const hf_portfolio_request *request,
                         hf_arena *arena, hf_portfolio_answer *out, hf_error *err) HF_CHECKED;
// Fills out->protection from the plan, the scenario and the measures.
void hf_portfolio_protect(const hf_portfolio_request *request, hf_arena *arena,
                          hf_portfolio_answer *out);

#endif
