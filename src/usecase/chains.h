// SPDX-License-Identifier: Apache-2.0
//
// Dependency chains of the register: who disturbs whom, over several steps, and how badly.
#ifndef HF_USECASE_CHAINS_H
#define HF_USECASE_CHAINS_H

#include "usecase/question.h"

#define HF_CHAIN_MODEL "deprisk/1"

typedef struct {
    const hf_str *from; // keys where chains begin; none = anywhere
    size_t from_count;
    uint32_t max_links; // 0 = 5
    uint32_t top;       // 0 = 20
    double at_min;      // impact so many minutes after the disturbance; 0 = when it is full
    double least_risk;
    const hf_str *harden; // keys: what if their incoming likelihoods fell to harden_to
    size_t harden_count;
    double harden_to;
    hf_watch *watch; // may be NULL
} hf_chains_request;

typedef struct {
    const hf_register_plan *plan;
    const hf_chain_link *links; // in byte order of the dependencies' keys
    const hf_str *inputs;       // of each link
    double at_min;              // INFINITY = full
    hf_chain_list list;
    const double (*profiles)[HF_CHAIN_SLOTS]; // of each chain: its risk in each slot of time
    const hf_str *sentences;                  // of each chain, in the session's language
    const hf_chain_node *nodes;
    uint32_t node_count;
    double total_before;     // total risk of the worst chains without hardening; NaN when not asked
    uint64_t without_impact; // dependencies that could not take part
} hf_chains_answer;

// The worst chains. Likelihood is a dependency's strength, impact its impact, growth and full_h.
// Links of network layers, proposals and dependencies without an impact take no part.
//
// Errors  HF_ERR_NOT_FOUND "asset.unknown"; HF_ERR_INPUT "chains.no_impact", "chains.*"
// The answer's plan must be released.
bool hf_ask_chains(const hf_session *session, const hf_chains_request *request, hf_arena *arena,
                   hf_chains_answer *out, hf_error *err) HF_CHECKED;
void hf_write_chains(const hf_chains_answer *answer, hf_json_writer *out);

#endif
