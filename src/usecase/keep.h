// SPDX-License-Identifier: Apache-2.0
//
// How long what people leave behind is kept: results of jobs, memories of sessions and tokens, files that nobody takes any
// more. The log is for ever.
#ifndef HF_USECASE_KEEP_H
#define HF_USECASE_KEEP_H

#include "usecase/record.h"

// Removes what was kept for long enough: jobs that ended longer ago than keep.job_days, credentials whose time is over,
// and files of jobs that are not there any more, which a program left that went in their middle. What it removed is one
// event. A store that somebody else is writing to is left for the next time.
//
// session  the program's own
// folder   of the files of jobs; empty = none
bool hf_keep_tidy(const hf_session *session, hf_str folder, hf_error *err) HF_CHECKED;

#endif
