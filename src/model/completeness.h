// SPDX-License-Identifier: Apache-2.0
//
// What a national strategy lacks, which conduct the law does not cover, which phase nobody leads, what the review of an
// intrusive measure leaves open: records in, findings out, no store and no clock. Each rule names the provisions of the
// catalogue that it follows from; docs/guide/strategy.md says them in words.
#ifndef HF_MODEL_COMPLETENESS_H
#define HF_MODEL_COMPLETENESS_H

#include "model/action.h"
#include "model/agreement.h"
#include "model/law.h"
#include "model/mandate.h"
#include "model/objective.h"
#include "model/safeguard.h"
#include "model/strategy.h"

// When a thing is to be looked at again; HF_INTEGER_NONE: it never was, or nobody says how often.
int64_t hf_review_due(int64_t last_ms, int64_t months);

// --- strategies ------------------------------------------------------------------------------------------

typedef enum {
    HF_RULE_OWNER,
    HF_RULE_ADOPTED,
    HF_RULE_SCOPE,
    HF_RULE_SECTORS,
    HF_RULE_RISK_BASIS,
    HF_RULE_AWARENESS,
    HF_RULE_OBJECTIVES,
    HF_RULE_INDICATOR, // of each objective
    HF_RULE_ACTIONS,   // of each objective
    HF_RULE_ACTION_OWNER,
    HF_RULE_ACTION_MONEY,
    HF_RULE_ACTION_DUE,
    HF_RULE_PHASES,
    HF_RULE_SECTOR_ACTIONS,
    HF_RULE_LEAD, // of each phase, exactly one for all sectors
    HF_RULE_INTEROPERABILITY,
    HF_RULE_PARTNERSHIP,
    HF_RULE_CROSS_BORDER,
    HF_RULE_SOFT_TARGETS,
    HF_RULE_RIGHTS,
    HF_RULE_LAW,
    HF_RULE_EXERCISE, // within the time between two reviews
    HF_RULE_REVIEW,
    HF_RULE_COUNT
} hf_strategy_rule;

typedef struct {
    const char *word;       // "owner", and its words: "strategy.rule.owner"
    const char *provisions; // that it follows from, separated by spaces
} hf_strategy_rule_facts;
extern const hf_strategy_rule_facts hf_strategy_rules[HF_RULE_COUNT];

typedef enum {
    HF_ABOUT_STRATEGY, // no subject of its own
    HF_ABOUT_OBJECTIVE,
    HF_ABOUT_ACTION,
    HF_ABOUT_PHASE,
    HF_ABOUT_SECTOR,
    HF_ABOUT_OFFENCE // "infrastructure.training": conduct and form
} hf_missing_about;
extern const char *const hf_missing_about_words[]; // "strategy" … "offence", NULL-ended

typedef struct {
    hf_strategy_rule rule;
    hf_missing_about about;
    hf_str subject; // key, word or code
} hf_missing;

typedef struct {
    const hf_strategy *strategy;
    const hf_strategy_objective *const *objectives; // of the strategy
    size_t objective_count;
    const hf_action *const *actions; // of these objectives
    size_t action_count;
    const hf_mandate *const *mandates; // of the nation, as the next three
    size_t mandate_count;
    const hf_law *const *laws;
    size_t law_count;
    const hf_agreement *const *agreements;
    size_t agreement_count;
    int64_t now_ms;
} hf_strategy_input;

// All that is missing, in the order of the rules. Lives in the arena. Cost: O(rules · records)
size_t hf_strategy_lacks(const hf_strategy_input *input, hf_arena *arena, hf_missing **out);

// --- the legal map ---------------------------------------------------------------------------------------

#define HF_CONDUCT_COUNT 8u // words of hf_conduct_words
#define HF_OFFENCE_COUNT 7u // words of hf_offence_words

// The provision that asks for this conduct in this form to be punishable; NULL: none of the catalogue does so by name.
const char *hf_law_asked_by(size_t conduct, size_t form);
// How many laws in force cover each cell.
void hf_law_map_of(const hf_law *const *laws, size_t count,
                   uint32_t cells[HF_CONDUCT_COUNT][HF_OFFENCE_COUNT]);

// --- roles, reach, safeguards ----------------------------------------------------------------------------

// Bodies that lead a phase in all sectors: one is right.
uint32_t hf_phase_leads(const hf_mandate *const *mandates, size_t count, hf_phase phase);
bool hf_agreement_is_in_force(const hf_agreement *agreement, int64_t now_ms);
// Is the sector among the codes of a list, or inside one of them, or one of them inside it? "any" reaches all.
bool hf_reaches_sector(hf_str sectors, hf_str sector);

typedef enum {
    HF_LACK_LEGAL_BASIS,
    HF_LACK_AIM,
    HF_LACK_NECESSITY,
    HF_LACK_PROPORTIONALITY,
    HF_LACK_OVERSIGHT,
    HF_LACK_REMEDY,
    HF_LACK_REVIEW,  // in use and never looked at, or the clock has run out
    HF_LACK_OUTCOME, // the review said that it ends, and it goes on
    HF_LACK_COUNT
} hf_safeguard_lack;
extern const char *const hf_safeguard_lack_words[]; // "legal_basis" … "outcome", NULL-ended
// Bits of hf_safeguard_lack; 0 for what has ended.
unsigned hf_safeguard_lacks(const hf_safeguard *safeguard, int64_t now_ms);

#endif
