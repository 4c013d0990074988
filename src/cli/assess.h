// SPDX-License-Identifier: Apache-2.0
//
// holdfast assess: what its parts share.
#ifndef HF_CLI_ASSESS_H
#define HF_CLI_ASSESS_H

#include "cli/query.h"

// A share of 1 as a cell in percent; a dash where there is none.
void hf_cli_add_percent(hf_cli *cli, hf_table_text *table, double share);
// top: of the answers that went down
bool hf_cli_compare_rounds(hf_cli *cli, hf_str one, hf_str other, size_t top,
                           hf_error *err) HF_CHECKED;
bool hf_cli_begin_next_round(hf_cli *cli, hf_str former, hf_error *err) HF_CHECKED;
// What must be looked at again, by day. top: rows
bool hf_cli_write_reviews(hf_cli *cli, hf_str key, size_t top, hf_error *err) HF_CHECKED;
// What of all assessments waits for whoever asks, what is due first. top: rows
bool hf_cli_write_own_reviews(hf_cli *cli, size_t top, hf_error *err) HF_CHECKED;
// How many ratings are ageing, and of how many questions the weight is not 1; nothing where there are none.
void hf_cli_say_ageing(hf_cli *cli, const hf_score *score);

#endif
