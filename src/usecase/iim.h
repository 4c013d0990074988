// SPDX-License-Identifier: Apache-2.0
//
// Inoperability of sectors: what a loss in some sectors costs all, at rest and over time. The table of
// sectors comes from a file or a request; the shock may come from a cascade in the register.
#ifndef HF_USECASE_IIM_H
#define HF_USECASE_IIM_H

#include "usecase/question.h"

#define HF_IIM_MODEL  "iim/1"
#define HF_DIIM_MODEL "diim/1"

typedef struct {
    uint32_t sector_count;
    hf_str *sectors;      // codes, each once
    double *matrix;       // sector_count²: A*, or with is_flows what row i delivers to column j
    bool is_flows;        // then output is needed
    double *output;       // NULL = no economic loss
    double *shock;        // NULL = all 0
    double *rate;         // NULL = no course over time
    double *start;        // NULL = all 0
    uint32_t steps;       // of the course; 0 = equilibrium only
    uint32_t shock_steps; // how many of them the shock lasts; 0 = all
    bool is_continuous;
    const hf_str
        *fail; // keys: the cascade of their loss adds its share of each sector to the shock
    size_t fail_count;
} hf_iim_request;

typedef struct {
    hf_iim_request request; // as asked, with the shock that was used
    hf_iim_result result;
    bool has_course;
    hf_diim_result course;
    bool is_visible_only; // so was the cascade
    char digest[65];      // of the register, when a cascade gave the shock; else empty
} hf_iim_answer;

// The table of a CSV file: a column `sector`, one column for each sector, and if wanted output, shock, rate
// and start.
//
// Errors  HF_ERR_NOT_FOUND "file.missing"; HF_ERR_INPUT "csv.*", "iim.column", "iim.sector_twice",
//         "iim.sector_missing", "iim.number", with file, line and column
bool hf_iim_read_table(const char *path, hf_arena *arena, hf_iim_request *out,
                       hf_error *err) HF_CHECKED;
// Errors  those of engine/iim.h; HF_ERR_NOT_FOUND "asset.unknown"; HF_ERR_INPUT "iim.output_missing",
//         "iim.rate_missing"
bool hf_ask_iim(const hf_session *session, const hf_iim_request *request, hf_arena *arena,
                hf_iim_answer *out, hf_error *err) HF_CHECKED;
void hf_write_iim(const hf_iim_answer *answer, hf_json_writer *out);

#endif
