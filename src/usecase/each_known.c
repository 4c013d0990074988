// SPDX-License-Identifier: Apache-2.0
//
// One scan, and of it what is known.
#include "usecase/each_known.h"

#include "store/store_bulk.h"

bool hf_each_known(const hf_actor *actor, hf_read *read, const hf_noun *noun,
                   const char *const *fields, size_t field_count,
                   void (*take)(void *context, const void *record), void *context, hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    HF_CLEANUP(hf_scan_close) hf_scan *scan = NULL;
    const void *record = NULL;
    hf_known known = {0};
    if (actor != NULL && !hf_know(actor, HF_CAN_READ, read, noun, &scratch, &known, err))
        return false;
    if (!(fields != NULL ? hf_scan_open_fields(read, noun, fields, field_count, &scan, err)
                         : hf_scan_open(read, noun, true, &scan, err)))
        return false;
    for (;;) {
        if (!hf_scan_next(scan, &record, err))
            return false;
        if (record == NULL)
            return true;
        if (actor == NULL || hf_is_known(&known, record))
            take(context, record);
    }
}
