// SPDX-License-Identifier: Apache-2.0
//
// The program's own log: one JSON line a message on standard error when it serves, plain text on a terminal.
// Only usecase/, cli/ and wire/ log. Never a secret, never the content of a record.
#ifndef HF_BASE_LOG_H
#define HF_BASE_LOG_H

#include "base/macro.h"

typedef enum { HF_LOG_ERROR, HF_LOG_WARN, HF_LOG_INFO, HF_LOG_DEBUG } hf_log_level;
void hf_log_setup(hf_log_level level, bool as_json);
void hf_log(hf_log_level level, const char *code, const char *format, ...) HF_PRINTF(3, 4);

#endif
