// SPDX-License-Identifier: Apache-2.0
//
// What cascade, rank and explain share: their options and what to fail. Private to cli/.
#ifndef HF_CLI_QUESTION_H
#define HF_CLI_QUESTION_H

#include "cli/cli.h"

#define HF_CLI_QUESTION_OPTIONS                                                                    \
    {"--hours", "H", "follow it for H hours, with repairs; without: until nothing changes"},       \
        {"--step-h", "S", "hours of one step (1)"},                                                \
    {                                                                                              \
        "--restart", "free|sequential", "how assets that need each other come back (free)"         \
    }

#define HF_CLI_TRIAL_OPTIONS                                                                       \
    {"--trials", "N", "how many trials (10000, or what the scenario says)"},                       \
        {"--seed", "S", "the same seed gives the same answer (1)"},                                \
        {"--strength-digits", "8|32",                                                              \
         "binary digits of strengths; 8 rounds them and is faster (32)"},                          \
    {                                                                                              \
        "--generator", "ars|philox", "where chance comes from (ars)"                               \
    }

// --fail, --fail-file, --hours, --step-h, --restart. Errors: HF_ERR_USAGE, HF_ERR_NOT_FOUND the file.
bool hf_cli_read_question(hf_cli *cli, hf_cascade_request *request, hf_error *err) HF_CHECKED;
// An option that takes one of some words, or a whole number; *out is left alone when it is not given.
//
// words   NULL-ended
// Errors  HF_ERR_USAGE
bool hf_cli_word(const hf_cli *cli, const char *name, const char *const *words, int *out,
                 hf_error *err) HF_CHECKED;
bool hf_cli_whole(const hf_cli *cli, const char *name, uint64_t min, uint64_t max, int64_t *out,
                  hf_error *err) HF_CHECKED;
// What decides the trials of a simulation: the scenario, HF_CLI_TRIAL_OPTIONS and HF_CLI_QUESTION_OPTIONS.
//
// scenario  key or file; NULL = own damage only
// Errors    HF_ERR_USAGE; those of hf_scenario_find
bool hf_cli_read_trials(hf_cli *cli, const char *scenario, hf_simulate_request *request,
                        hf_error *err) HF_CHECKED;
// Falls as a table, none when nothing fell.
bool hf_cli_write_falls(hf_cli *cli, const hf_cascade_answer *answer, hf_error *err) HF_CHECKED;
// A line about loops that keep themselves up, where there are any: what the answer takes for granted.
void hf_cli_say_loops(hf_cli *cli, const hf_register_plan *plan);

#endif
