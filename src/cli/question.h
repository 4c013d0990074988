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

// --fail, --fail-file, --hours, --step-h, --restart. Errors: HF_ERR_USAGE, HF_ERR_NOT_FOUND the file.
bool hf_cli_read_question(hf_cli *cli, hf_cascade_request *request, hf_error *err) HF_CHECKED;
// A line about loops that keep themselves up, where there are any: what the answer takes for granted.
void hf_cli_say_loops(hf_cli *cli, const hf_register_plan *plan);

#endif
