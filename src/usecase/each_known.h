// SPDX-License-Identifier: Apache-2.0
//
// Going through all records of a noun that somebody may know of.
#ifndef HF_USECASE_EACH_KNOWN_H
#define HF_USECASE_EACH_KNOWN_H

#include "usecase/access.h"

// A record is there until `take` returns. actor NULL: all of them.
// fields  those that are wanted, field_count of them, in row order (hf_scan_open_fields); NULL: all, in key order
bool hf_each_known(const hf_actor *actor, hf_read *read, const hf_noun *noun,
                   const char *const *fields, size_t field_count,
                   void (*take)(void *context, const void *record), void *context,
                   hf_error *err) HF_CHECKED;

#endif
