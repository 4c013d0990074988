// SPDX-License-Identifier: Apache-2.0
//
// How much each account reads, and when that is unusual. Counted in memory with each request, settled every few seconds:
// then it is kept for a month, held against the rules below, and what breaks one is an event, an alarm, once a day. The
// counts name no record.
//
//   ceiling  more records in an hour than `alarm.records_per_hour`, or HF_READING_PLACES_PER_RECORD times as many places
//   history  records, searches, exports or places of a day: more than HF_READING_TIMES the mean of the days of the last four weeks
//            on which the account did any, of which there must be HF_READING_DAYS_MIN, and more than a floor
//   refused  more refused requests in an hour than `alarm.refused_per_hour`
//   hours    more than HF_READING_FLOOR_HOUR records in an hour outside of `alarm.hours`
#ifndef HF_USECASE_READING_H
#define HF_USECASE_READING_H

#include "usecase/record.h"

typedef enum {
    HF_READING_RECORDS, // told by lists, searches, graphs, single records, exports
    HF_READING_SEARCHES,
    HF_READING_EXPORTS, // and reports
    HF_READING_REFUSED, // requests that the account may not make
    HF_READING_PLACES, // points with a key in tiles of the map: a look at the nation tells of thousands
    HF_READING_KINDS
} hf_reading_kind;
extern const char *const hf_reading_words[]; // "records" …, NULL-ended

#define HF_READING_DAYS              28u
#define HF_READING_DAYS_MIN          5u
#define HF_READING_TIMES             5u
#define HF_READING_FLOOR_HOUR        100u
#define HF_READING_PLACES_PER_RECORD 20u

typedef struct hf_readings hf_readings;
hf_readings *hf_readings_open(void);
void hf_readings_close(hf_readings **readings);
// For any thread. Cost: a lock and a look-up.
void hf_reading_add(hf_readings *readings, hf_str account, hf_reading_kind kind, uint64_t count,
                    int64_t now_ms);
// May the account make one more request, or send so many bytes more? Counts it.
// Errors: HF_ERR_BUSY "limit.requests", "limit.bytes"; *retry_s then says when to try again
bool hf_reading_may_ask(hf_readings *readings, hf_str account, uint64_t bytes, int64_t now_ms,
                        uint32_t *retry_s, hf_error *err) HF_CHECKED;
// May the account go on in a list behind its first page, or have a longer one than usual? Else it takes what it needs as
// an export, which a second person releases (release.h).
// Errors: HF_ERR_PERMISSION "release.needed"
bool hf_reading_may_go_on(hf_readings *readings, hf_str account, int64_t now_ms,
                          hf_error *err) HF_CHECKED;
// Keeps what was counted since the last time, raises alarms, and pauses accounts where that is set. A store that
// somebody else is writing to is left for the next time. session: the program's own.
bool hf_readings_settle(const hf_session *session, hf_readings *readings, hf_error *err) HF_CHECKED;

// Writes {"items": […], "rules": {…}}: of each account this hour, today, and what is usual; and the settings that protect
// the instance. For the right to the log.
bool hf_write_readings(const hf_session *session, hf_json_writer *out, hf_error *err) HF_CHECKED;
// Forgets an account that is removed, in that transaction.
bool hf_forget_reading(hf_tx *tx, hf_str account, hf_error *err) HF_CHECKED;

#endif
