// SPDX-License-Identifier: Apache-2.0
//
// Until when a rating stands before it must be looked at again. Nothing here changes a rating or a score: what is old
// is told beside them.
#ifndef HF_MODEL_AGEING_H
#define HF_MODEL_AGEING_H

#include "model/answer.h"
#include "model/evidence.h"

typedef enum {
    HF_AGEING_AGE,     // the answer was given, or confirmed, too long ago
    HF_AGEING_EVIDENCE // what was accepted for it runs out
} hf_ageing_reason;
extern const char *const hf_ageing_words[]; // "age" "evidence", NULL-ended

// After how many months an answer of the assessment is old: its own limit, else the months to the next round.
int64_t hf_answer_months(const hf_assessment *assessment);
// When the answer must be looked at again, and why: `months` after it was given or, if that is earlier, when the last of
// its accepted evidence runs out. HF_INTEGER_NONE: never, since it is not rated.
// evidence  the items of its question
int64_t hf_answer_stands_until(const hf_answer *answer, const hf_evidence *const *evidence,
                               size_t count, int64_t months, hf_ageing_reason *why);
// Is it so old that to save it as it stands means that somebody looked at it again?
bool hf_answer_is_old(const hf_answer *answer, int64_t months, int64_t now_ms);

#endif
