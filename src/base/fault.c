// SPDX-License-Identifier: Apache-2.0
#include "base/fault.h"

#include "base/crypto.h"
#include "base/log.h"

void hf_fault_keep_inside(hf_error *err)
{
    uint8_t bytes[4];
    char number[2 * sizeof bytes + 1];
    if (err->kind != HF_ERR_INTERNAL && err->kind != HF_ERR_WRITE)
        return;
    hf_random_bytes(bytes, sizeof bytes);
    hf_hex(bytes, sizeof bytes, number);
    hf_log(HF_LOG_ERROR, "fault", "%s %s: %s%s%s", number, err->code, err->source,
           err->source[0] != '\0' ? ": " : "", err->message);
    err->source[0] = '\0'; // may be a place on the server's disk
    if (err->kind == HF_ERR_WRITE) {
        (void)hf_fail(err, HF_ERR_WRITE, err->code,
                      "the server cannot write this, its disk may be full; nothing was changed, "
                      "and more stands in its log under %s",
                      number);
        return;
    }
    (void)hf_fail(
        err, HF_ERR_INTERNAL, err->code,
        "a fault of the program or its machine; its words stand in the server's log under %s",
        number);
}
