// SPDX-License-Identifier: Apache-2.0
//
// Dependency chains: A disturbs B disturbs C, each with a likelihood and an impact. Part of the
// engine's public header. Method of Kotzanikolaou, Theoharidou and Gritzalis 2013 ("n-order
// dependencies"), with the growth of impact over time of Stergiopoulos et al. 2016.
#ifndef HF_ENGINE_CHAINS_H
#define HF_ENGINE_CHAINS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/pool.h"

#define HF_CHAIN_LENGTH_MAX 10u     // dependencies in a chain
#define HF_CHAIN_TOP_MAX    100000u // chains in a list

typedef enum { HF_CHAIN_FAST, HF_CHAIN_LINEAR, HF_CHAIN_SLOW } hf_chain_growth;

typedef struct {
    uint32_t from, to;      // supplier, consumer; different
    double likelihood;      // above 0, at most 1: a disturbance of `from` disturbs `to`
    double impact;          // ≥ 0, once it is full
    double full_min;        // minutes until it is full; 0 = at once
    hf_chain_growth growth; // how it gets there
} hf_chain_link;

// The impact `minutes` after the disturbance.
//
// is_ordinal  scale of whole numbers: rounded half up, and at least 1
// Source      Stergiopoulos et al. 2016, table of growth rates: I ln t / ln T, I t / T, I^(t / T)
double hf_chain_impact(const hf_chain_link *link, double minutes, bool is_ordinal);

typedef struct {
    const hf_chain_link *links; // ties are broken by their order
    uint32_t link_count;
    uint32_t node_count;
    const uint32_t *starts; // where chains begin; NULL = anywhere
    uint32_t start_count;
    uint32_t max_links; // 1 to HF_CHAIN_LENGTH_MAX
    uint32_t top;       // 1 to HF_CHAIN_TOP_MAX: how many to list
    double least_risk;  // chains below it are left out
    double minutes;     // impact at this time; INFINITY = full
    bool is_ordinal;    // see hf_chain_impact; without meaning for INFINITY
    const uint8_t
        *is_hardened; // by node: what if its incoming likelihoods fell to `hardened`; or NULL
    double hardened;  // 0 to 1
} hf_chain_question;

typedef struct {
    uint32_t first_link; // in `path`
    uint32_t link_count;
    double risk;      // Σ over its links of (Π likelihoods up to it) · impact
    double last_risk; // that of its last link
} hf_chain;

typedef struct {
    const hf_chain *chains; // by risk, descending; then shorter ones; then by links
    uint32_t chain_count;
    const uint32_t *path; // link numbers
    double total_risk;    // sum over the listed chains, in their order
    bool is_full;         // as many as asked for: there may be more
} hf_chain_list;

// The worst chains. A chain is a path that meets no node twice; the beginnings of a chain are chains
// too.
//
// pool     its threads share the starts; NULL = the caller's thread only
// stop     looked at now and then; may be NULL
// result   out: lives in `arena`
// Errors   HF_ERR_INPUT "chains.link" a link outside its range; "chains.length", "chains.top",
//          "chains.start"; HF_ERR_STOPPED "engine.stopped"
// Cost     branch and bound: far below the number of chains when risks differ; never more than it
// Same     equal bits for any number of threads
// Source   Kotzanikolaou et al. 2013, eq. 2; the bound lets a path repeat nodes:
//          U_0 = 0, U_d(v) = max over v→w of L (I + U_(d-1)(w))
bool hf_chains_find(const hf_chain_question *question, hf_pool *pool, const HF_ATOMIC(bool) * stop,
                    hf_arena *arena, hf_chain_list *result, hf_error *err) HF_CHECKED;

// The slots of the method's table, in minutes: 15 minutes to 6 weeks.
#define HF_CHAIN_SLOTS 10u
extern const double hf_chain_slot_min[HF_CHAIN_SLOTS];
// The risk of a listed chain in each slot, were the impacts those of that time.
//
// question  that the list answers
// risks     out
void hf_chain_profile(const hf_chain_question *question, const hf_chain_list *list, uint32_t chain,
                      double risks[HF_CHAIN_SLOTS]);

typedef struct {
    uint64_t chain_count;
    bool is_cut; // stopped at the limit: there are more
    double largest_risk;
} hf_chain_count;

// Walks all chains of at most max_links links, without listing them.
//
// limit    ends after so many chains
// Errors   as hf_chains_find
bool hf_chains_count(const hf_chain_question *question, uint64_t limit, hf_chain_count *result,
                     hf_error *err) HF_CHECKED;

typedef struct {
    uint32_t node;
    uint32_t chain_count; // of the listed chains, how many it lies on
    double chain_risk;    // sum of their risks
    double influence;     // Σ L · I over its outgoing links
    double betweenness;   // shortest paths (in links) through it; NaN when not computed
} hf_chain_node;

// Where to protect first: the nodes of the listed chains.
//
// nodes    out: by chain_risk, then chain_count (descending), then node; lives in `arena`
// Cost     O(length of the list) plus O(nodes · links) for betweenness, which is left out (NaN)
//          when that product passes 2·10⁹
// Source   Stergiopoulos et al. 2015; betweenness: Brandes 2001, algorithm 1
bool hf_chains_rank_nodes(const hf_chain_question *question, const hf_chain_list *list,
                          hf_arena *arena, const hf_chain_node **nodes, uint32_t *node_count,
                          hf_error *err) HF_CHECKED;

#endif
