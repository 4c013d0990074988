// SPDX-License-Identifier: Apache-2.0
//
// What a nation has decided, as far as the reader may know of it: its strategies and what each lacks, the legal map, who
// does what in which phase, which agreements reach which sector, which measures reach into rights and how they were
// reviewed; and by phase, what all of that comes to. The records themselves are written like any others.
#ifndef HF_USECASE_STRATEGY_H
#define HF_USECASE_STRATEGY_H

#include "model/completeness.h"
#include "model/practice.h"
#include "usecase/record.h"

typedef struct {
    const hf_strategy *strategy;
    const hf_strategy_objective **objectives; // by position
    size_t objective_count;
    const hf_action **actions; // in the order of their objectives
    size_t action_count;
    const hf_missing *missing; // in the order of the rules
    size_t missing_count;
    uint32_t rules_met; // of HF_RULE_COUNT
    int64_t review_due; // HF_INTEGER_NONE: no clock
    bool is_overdue;
    double cost, funded; // of the actions that were not stopped, as far as they say it
} hf_known_strategy;

typedef struct {
    hf_str organisation, name;
    const hf_mandate **mandates; // of all phases
    size_t mandate_count;
} hf_role_row;

typedef struct {
    hf_str code, name;            // of a sector
    uint32_t in_force, exercised; // agreements that reach it; of them, exercised at least once
    uint32_t public_private;
} hf_reach_row;

typedef struct {
    const hf_safeguard *safeguard;
    unsigned lacks; // bits of hf_safeguard_lack
    int64_t review_due;
    bool is_overdue;
} hf_known_safeguard;

typedef struct {
    uint32_t actions, done;   // not stopped; of them, done
    uint32_t leads, supports; // bodies
    uint32_t agreements;      // in force
    uint32_t practices;       // not retired
} hf_phase_cover;

typedef struct {
    hf_known_strategy *strategies; // by key
    size_t strategy_count;
    const hf_law **laws;
    size_t law_count;
    uint32_t cells[HF_CONDUCT_COUNT][HF_OFFENCE_COUNT]; // laws in force
    uint32_t empty_cells, asked_cells, empty_asked_cells;
    hf_role_row *roles; // by name
    size_t role_count;
    uint32_t leads[HF_PHASE_COUNT];
    const hf_agreement **agreements;
    size_t agreement_count;
    hf_reach_row *reach; // of every sector of the taxonomy
    size_t reach_count;
    hf_known_safeguard *safeguards; // what lacks most first
    size_t safeguard_count;
    hf_phase_cover phases[HF_PHASE_COUNT];
    hf_head protection; // marking and compartments of all that is told of; marking -1: of nothing
} hf_national_frame;

// How many records it tells of.
uint64_t hf_frame_records(const hf_national_frame *frame);

// strategy: only this one; empty: all. Cost: O(records), and for each strategy O(rules · records).
// Errors  HF_ERR_PERMISSION; HF_ERR_NOT_FOUND "record.unknown"
bool hf_national_frame_read(const hf_session *session, hf_str strategy, hf_arena *arena,
                            hf_national_frame *out, hf_error *err) HF_CHECKED;
// How the subject of a finding is called: the title of an objective or action, the words of a phase, sector or offence.
hf_str hf_missing_name(const hf_session *session, const hf_known_strategy *known,
                       const hf_missing *missing, hf_arena *arena);
// The words of a family and a word of it: "strategy.rule" and "owner".
hf_str hf_frame_word(const hf_session *session, const char *family, const char *word,
                     hf_arena *arena);

void hf_write_national_frame(const hf_session *session, const hf_national_frame *frame,
                             hf_arena *arena, hf_json_writer *out);

#endif
