// SPDX-License-Identifier: Apache-2.0
//
// Time as milliseconds since 1970 UTC, always handed in: only main and the server's loop ask the system.
#ifndef HF_BASE_CLOCK_H
#define HF_BASE_CLOCK_H

#include "base/str.h"

#define HF_DAY_MS INT64_C(86400000)

int64_t hf_clock_now_ms(void);        // wall clock, UTC
uint64_t hf_clock_monotonic_ns(void); // for durations
// RFC 3339, "2026-11-23T10:00:00.000Z"; text has room for 32 bytes.
void hf_time_format(int64_t ms, char text[32]);
bool hf_time_parse(hf_str text, int64_t *ms) HF_CHECKED; // date alone = midnight UTC
int64_t hf_day_of(int64_t ms);                           // midnight UTC before it, or itself
// The same time of day so many months later (or before, when negative), by the calendar in UTC: the day of the month,
// or the last day of a shorter one. 2024-08-31 and 6 months are 2025-02-28.
int64_t hf_time_add_months(int64_t ms, int64_t months);

#endif
